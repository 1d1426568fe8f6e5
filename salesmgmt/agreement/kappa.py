"""Kappa: agreement beyond chance on an ordered scale, steps apart counted by their distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames

Array = npt.NDArray[np.float64]

WEIGHTS = ("unweighted", "linear", "quadratic")

_LEVEL = {"level": ("> 0 and < 1", lambda share: 0 < share < 1)}


def weighted_kappa(
    ratings: pd.DataFrame | npt.ArrayLike, *, weights: str = "linear", level: float = 0.8
) -> pd.Series:
    """Cohen's kappa of two raters: agreement beyond chance, steps apart counted by their distance.

    Parameters
    ----------
    ratings : DataFrame or array
        Two raters' scores as pairs (a frame with ``first`` and ``second``, numbers), or a square
        table of counts, the first rater's categories by the second's, in order and equally far apart.
    weights : str
        unweighted, linear or quadratic.
    level : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    Series
        ``kappa``, ``se``, ``low``, ``high``, ``n`` (pairs). NaN where chance alone leaves nothing to
        disagree about.

    Raises
    ------
    TypeError
        If ``level`` is not a number.
    ValueError
        If the table is not square, counts are missing or negative, there are no pairs, or an option is
        out of bounds.

    Notes
    -----
    κ = (Po − Pe) ÷ (1 − Pe) with agreement weights 1 − d ÷ max d, d the distance or its square. The
    standard error holds for large n. A table of all ordered pairs of ratings within people gives
    :func:`fleiss_kappa`, but not its error.

    References
    ----------
    Cohen (1968), Weighted kappa, Psychological Bulletin 70(4), 213–220. Fleiss, Cohen & Everitt (1969),
    Large sample standard errors of kappa and weighted kappa, Psychological Bulletin 72(5), 323–327.

    Examples
    --------
    >>> weighted_kappa([[0, 4, 1], [0, 8, 0], [0, 1, 5]]).round(4).to_dict()
    {'kappa': 0.4701, 'se': 0.1457, 'low': 0.2833, 'high': 0.6569, 'n': 19.0}
    """
    checks.require_numbers(_LEVEL, level=level)
    counts, places = _crossed(ratings)
    n = counts.sum()
    agree = _agreement(places, weights)
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    chance = float(rows @ agree @ columns)
    if np.isclose(chance, 1.0):
        return pd.Series({"kappa": np.nan, "se": np.nan, "low": np.nan, "high": np.nan, "n": n})
    kappa = float(((p * agree).sum() - chance) / (1 - chance))
    usual = (agree @ columns)[:, None] + (rows @ agree)[None, :]
    spread = (p * (agree - usual * (1 - kappa)) ** 2).sum() - (kappa - chance * (1 - kappa)) ** 2
    se = float(np.sqrt(max(spread, 0.0) / n) / (1 - chance))
    reach = stats.norm.ppf((1 + level) / 2) * se
    return pd.Series({"kappa": kappa, "se": se, "low": kappa - reach, "high": kappa + reach, "n": n})


def fleiss_kappa(counts: pd.DataFrame | npt.ArrayLike, *, weights: str = "linear") -> float:
    """Fleiss' kappa of any number of raters who need not be the same for everybody.

    Parameters
    ----------
    counts : DataFrame or array
        One row per person, one column per category in order: how many raters chose it. People with fewer
        than two ratings tell nothing and are left out.
    weights : str
        unweighted (Fleiss' own), linear or quadratic.

    Returns
    -------
    float
        Kappa, at most 1; NaN where all ratings are equal or nobody has two.

    Raises
    ------
    ValueError
        If counts are missing or negative, or ``weights`` is unknown.

    Notes
    -----
    κ = 1 − mean distance of a rating from the person's other ratings ÷ mean distance of any two ratings.

    References
    ----------
    Fleiss (1971), Measuring nominal scale agreement among many raters, Psychological Bulletin 76(5), 378–382.

    Examples
    --------
    >>> round(fleiss_kappa([[3, 0, 0], [1, 2, 0], [0, 0, 3]], weights="unweighted"), 3)
    0.654
    """
    table = _counts(counts)
    number = table.sum(axis=1)
    table, number = table[number >= 2], number[number >= 2]
    apart = 1 - _agreement(np.arange(table.shape[1], dtype="float64"), weights)
    pooled = table.sum(axis=0)
    expected = float(pooled @ apart @ pooled / max(pooled.sum(), 1.0))
    observed = float((((table @ apart) * table).sum(axis=1) / (number - 1)).sum())
    return 1 - observed / expected if expected > 0 else np.nan


def _crossed(ratings: pd.DataFrame | npt.ArrayLike) -> tuple[Array, Array]:
    """Table of counts of two raters, and where its categories lie on the scale."""
    if isinstance(ratings, pd.DataFrame) and {"first", "second"} <= set(ratings.columns):
        pairs = np.column_stack([frames.number(ratings, column) for column in ("first", "second")])
        if not len(pairs) or not np.isfinite(pairs).all():
            raise ValueError(
                f"ratings has {len(pairs)} pairs, must have some, none with a missing or infinite score"
            )
        places, where = np.unique(pairs, return_inverse=True)
        counts = np.zeros((len(places), len(places)))
        np.add.at(counts, tuple(where.reshape(pairs.shape).T), 1.0)
        return counts, places
    counts = _counts(ratings)
    if counts.shape[0] != counts.shape[1] or not counts.sum():
        raise ValueError(
            f"ratings has shape {counts.shape} and {counts.sum():g} pairs, must be square and have some"
        )
    return counts, np.arange(len(counts), dtype="float64")


def _counts(table: pd.DataFrame | npt.ArrayLike) -> Array:
    """Checked table of counts."""
    counts = np.asarray(table, dtype="float64")
    if counts.ndim != 2 or not (np.isfinite(counts) & (counts >= 0)).all():
        raise ValueError(f"counts has shape {counts.shape}, must be a table of numbers >= 0, none missing")
    return counts


def _agreement(places: Array, weights: str) -> Array:
    """Weights of agreement between categories: 1 on the diagonal, 0 farthest from it."""
    if weights not in WEIGHTS:
        raise ValueError(f"weights == {weights!r}, must be among {list(WEIGHTS)}")
    apart = np.abs(places[:, None] - places[None, :])
    apart = (apart > 0).astype("float64") if weights == "unweighted" else apart
    apart = apart**2 if weights == "quadratic" else apart
    return 1 - apart / max(float(apart.max(initial=0.0)), 1e-300)
