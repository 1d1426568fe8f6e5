"""How sure the cells are: draws of the indices under uncertain scores and weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaincinv, ndtri
from scipy.stats import chi2, qmc

from salesmgmt.plan.stp.criteria import AXES
from salesmgmt.plan.stp.scores import HIGHEST, LOWEST, judged

FEWEST = 3
"""With fewer raters on a criterion nobody knows how far they would differ: no probability is stated."""

CONCENTRATION = 30.0
"""Weights are read as if thirty points had been shared out: a weight of 0.25 then has P10 0.15 and P90 0.35."""

_BITS = 30
_ROUNDING = 1.0 / np.sqrt(12.0)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """Joint draws of the two indices.

    Attributes
    ----------
    segments : tuple of str
        Segments with at least three raters on every criterion that was scored, and both axes scored.
    attractiveness, strength : ndarray of float, shape (draws, segments)
        Indices, 1 to 5.
    """

    segments: tuple[str, ...]
    attractiveness: Floats
    strength: Floats


def simulate(
    scores: pd.DataFrame, weights: pd.DataFrame, *, draws: int = 2048, rng: np.random.Generator
) -> Draws:
    """Draws of every segment's indices as they would be with other raters and other weights.

    Parameters
    ----------
    scores, weights : DataFrame
        As :func:`.combine` takes them.
    draws : int
        Number of draws, a power of two.
    rng : numpy.random.Generator
        Source of the scrambling of the Sobol points.

    Returns
    -------
    Draws

    Raises
    ------
    TypeError, ValueError
        As :func:`.combine` raises; if ``draws`` is not a power of two or ``rng`` no generator.

    Notes
    -----
    Scores: the raters are a sample of those who might have been asked. Mean scores are drawn jointly from
    mean + t·Σᵣ zᵣ·(xᵣ − mean) ÷ √(n (n − 1)), z standard normal and t the factor that makes it Student's t with
    n − 1 degrees of freedom: a lenient rater moves all segments together. To it comes the rounding to whole points,
    of variance Σw² ÷ 12n. Drawn means stay within 1 to 5. Weights: Dirichlet with mean w and
    concentration 30, the same for all segments; renormalised over the criteria scored.

    References
    ----------
    Student's t for a mean of few; Owen (1998) for the points, as in :mod:`salesmgmt.uncertainty`. The
    concentration is a choice of ours: an opinion about opinions.

    Examples
    --------
    >>> weights = pd.DataFrame({"axis": ["attractiveness", "strength"], "criterion": ["size", "wins"], "weight": 1.0})
    >>> scores = weights.merge(pd.DataFrame({"segment": "Banks", "rater": ["A", "B", "C"], "score": [3, 4, 4]}), how="cross")
    >>> found = simulate(scores, weights, rng=np.random.default_rng(1))
    >>> found.segments, found.strength.shape, bool(abs(found.strength.mean() - 11 / 3) < 0.03)
    (('Banks',), (2048, 1), True)
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a {type(rng).__name__}, must be a numpy.random.Generator")
    if not isinstance(draws, int | np.integer) or draws < 1 or draws & (draws - 1):
        raise ValueError(f"draws == {draws}, must be a power of two")
    rated = judged(scores, weights)
    segments, raters = _carried(rated), rated["rater"].unique()
    if not segments:
        return Draws((), *(np.empty((draws, 0)) for _ in AXES))
    cubes = {axis: _cube(rated, weights, axis, segments, raters) for axis in AXES}
    counts = [len(raters), 1, *(len(segments) for _ in AXES), *(cube.shape[2] for cube in cubes.values())]
    sobol = qmc.Sobol(sum(counts), scramble=True, bits=_BITS, rng=rng)
    parts = np.split(sobol.random(draws) + 2.0 ** -(_BITS + 1), np.cumsum(counts)[:-1], axis=1)
    fewest = min(int(np.min(_raters(cube)[_raters(cube) > 0])) for cube in cubes.values())
    errors = ndtri(parts[0]) * np.sqrt((fewest - 1) / chi2.ppf(parts[1], fewest - 1))
    found = []
    for place, axis in enumerate(AXES):
        given = weights.loc[weights["axis"] == axis, "weight"].to_numpy(dtype="float64")
        drawn = _dirichlet(parts[4 + place], given)
        found.append(_indices(cubes[axis], errors, ndtri(parts[2 + place]), drawn))
    return Draws(segments, *found)


def _carried(rated: pd.DataFrame) -> tuple[str, ...]:
    """Segments with enough raters on every criterion scored, and both axes scored."""
    counts = rated.groupby(["segment", "axis", "criterion"], sort=False).size()
    fewest, axes = counts.groupby("segment").min(), rated.groupby("segment")["axis"].nunique()
    return tuple(
        name for name in rated["segment"].unique() if fewest[name] >= FEWEST and axes[name] == len(AXES)
    )


def _cube(
    rated: pd.DataFrame, weights: pd.DataFrame, axis: str, segments: tuple[str, ...], raters: Floats
) -> Floats:
    """Scores of one axis by rater, segment and criterion; NaN where there is none."""
    criteria = weights.loc[weights["axis"] == axis, "criterion"].tolist()
    own = rated[(rated["axis"] == axis) & rated["segment"].isin(segments)]
    cube = np.full((len(raters), len(segments), len(criteria)), np.nan)
    where = (
        pd.Index(raters).get_indexer(pd.Index(own["rater"])),
        pd.Index(segments).get_indexer(pd.Index(own["segment"])),
        pd.Index(criteria).get_indexer(pd.Index(own["criterion"])),
    )
    cube[where] = own["score"]
    return cube


def _raters(cube: Floats) -> npt.NDArray[np.int64]:
    """Raters by segment and criterion."""
    return np.isfinite(cube).sum(axis=0)


def _dirichlet(u: Floats, weights: Floats) -> Floats:
    """Draws of weights around those given; a weight of zero stays zero."""
    drawn = np.zeros_like(u)
    there = weights > 0
    drawn[:, there] = gammaincinv(CONCENTRATION * weights[there], u[:, there])
    return drawn / drawn.sum(axis=1, keepdims=True)


def _indices(cube: Floats, errors: Floats, rounding: Floats, weights: Floats) -> Floats:
    """Index of every segment in every draw."""
    n = _raters(cube)
    scored = n > 0
    mean = np.divide(np.nansum(cube, axis=0), n, out=np.zeros(n.shape), where=scored)
    apart = np.nan_to_num(cube - mean) / np.sqrt(np.maximum(n * (n - 1), 1))
    drawn = np.clip(mean + np.tensordot(errors, apart, axes=1), LOWEST, HIGHEST)
    whole = weights @ scored.T.astype("float64")
    index = np.einsum("dc,dsc,sc->ds", weights, drawn, scored.astype("float64")) / whole
    share = weights[:, None, :] * scored / whole[:, :, None]
    coarse = _ROUNDING * np.sqrt((share**2 / np.maximum(n, 1)).sum(axis=2))
    return np.clip(index + rounding * coarse, LOWEST, HIGHEST)
