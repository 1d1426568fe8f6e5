"""Bands from judged ranges: two-piece distributions, Sobol draws, P10 and P90.

Somebody who gives ``value``, ``low`` and ``high`` is read as stating the median, the tenth and the
ninetieth percentile. On the family's scale the number then follows a two-piece normal: one spread below
the median, another above it. Families: ``log`` for positive quantities, ``logit`` for shares between
0 and 1, ``linear`` for everything else. An equal low, value and high is a certainty, whatever its family.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit, ndtri
from scipy.stats import beta, qmc

from salesmgmt import checks, frames

FAMILIES = ("log", "logit", "linear")

_SCALES: dict[str, tuple[Callable[..., npt.NDArray[np.float64]], Callable[..., npt.NDArray[np.float64]]]] = {
    "log": (np.log, np.exp),
    "logit": (logit, expit),
    "linear": (np.asarray, np.asarray),
}
_WITHIN = {"log": (0.0, np.inf), "logit": (0.0, 1.0), "linear": (-np.inf, np.inf)}
_BITS = 30
_ENDS = {"low": 0.1, "high": 0.9}


def quantile(ranges: pd.DataFrame, u: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Quantiles of judged ranges: median = value, P10 = low, P90 = high, exactly.

    Parameters
    ----------
    ranges : DataFrame
        One row per uncertain number: ``value``, ``low``, ``high`` (low <= value <= high; a missing
        low or high is no spread on that side) and ``family`` (log, logit, linear; absent: linear).
    u : float or array
        Probabilities strictly between 0 and 1. A scalar, or an array whose last axis has one
        entry per row of ``ranges``.

    Returns
    -------
    ndarray of float
        The last axis follows the rows of ``ranges``.

    Raises
    ------
    ValueError
        If columns are missing, a family is unknown, low <= value <= high does not hold, an uncertain
        number lies outside its family (log: > 0, logit: 0 to 1), or ``u`` is not between 0 and 1.

    Notes
    -----
    With g the family's scale and z the standard normal quantile, t = z(u) / z(0.9):
    x = g⁻¹(g(value) + t·(g(high) − g(value))) for t >= 0, with g(value) − g(low) for t < 0.

    References
    ----------
    Wallis (2014), The two-piece normal, binormal, or double Gaussian distribution,
    Statistical Science 29(1), 106–112. Keelin & Powley (2011), Quantile-parameterized
    distributions, Decision Analysis 8(3), 206–219, for reading judgements as quantiles.

    Examples
    --------
    >>> ranges = pd.DataFrame({"value": [220.0], "low": [180.0], "high": [260.0], "family": ["log"]})
    >>> [round(quantile(ranges, u).item(), 6) for u in (0.1, 0.5, 0.9)]
    [180.0, 220.0, 260.0]
    """
    spread = _spread(ranges)
    points = np.asarray(u, dtype="float64")
    if not ((points > 0) & (points < 1)).all():
        raise ValueError("u has probabilities outside the open interval, must be > 0 and < 1")
    if points.ndim and points.shape[-1] != len(spread):
        raise ValueError(
            f"u has a last axis of {points.shape[-1]}, must be {len(spread)}: one per row of ranges"
        )
    step = np.broadcast_to(ndtri(points) / ndtri(0.9), (*points.shape[:-1], len(spread)))
    return _stepped(spread, step, np.arange(len(spread)))


def draw(ranges: pd.DataFrame, *, draws: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Joint draws of judged ranges from scrambled Sobol points.

    Parameters
    ----------
    ranges : DataFrame
        As :func:`quantile` takes it, and ``group`` (str): rows of one group share their draw
        (all high together, all low together); a row without group stands alone.
    draws : int
        Number of draws, a power of two.
    rng : numpy.random.Generator
        Source of the scrambling: the same state gives the same draws.

    Returns
    -------
    ndarray of float, shape (draws, rows of ranges)
        One row per draw, one column per row of ``ranges``.

    Raises
    ------
    TypeError
        If ``rng`` is not a Generator.
    ValueError
        If ``draws`` is not a power of two, or as :func:`quantile` raises.

    Notes
    -----
    One dimension per group, in order of first appearance. Points are centred in their cells of
    2⁻³⁰, so 0 and 1 never come.

    References
    ----------
    Owen (1998), Scrambling Sobol' and Niederreiter–Xing points, Journal of Complexity 14(4), 466–489.

    Examples
    --------
    >>> ranges = pd.DataFrame({"value": [220.0], "low": [180.0], "high": [260.0], "family": ["log"]})
    >>> drawn = draw(ranges, draws=1024, rng=np.random.default_rng(2027))
    >>> drawn.shape, round(float(np.quantile(drawn, 0.9)))
    ((1024, 1), 260)
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a {type(rng).__name__}, must be a numpy.random.Generator")
    if not isinstance(draws, int | np.integer) or draws < 1 or draws & (draws - 1):
        raise ValueError(f"draws == {draws}, must be a power of two")
    group = frames.text(ranges, "group")
    alone = pd.Series([f"\0{place}" for place in range(len(ranges))], index=ranges.index, dtype="str")
    dimension, groups = pd.factorize(group.where(group != "", alone))
    if not len(groups):
        return np.empty((draws, 0))
    sobol = qmc.Sobol(len(groups), scramble=True, bits=_BITS, rng=rng)
    points = sobol.random(draws) + 2.0 ** -(_BITS + 1)
    return _stepped(_spread(ranges), ndtri(points) / ndtri(0.9), dimension)


def same_again(rng: np.random.Generator) -> np.random.Generator:
    """A generator that draws what this one would draw next, so that two results differ by their inputs only.

    Resetting the state is not enough: quasi-random draws also take children of the seed, which are counted.

    Parameters
    ----------
    rng : numpy.random.Generator
        Stays as it is.

    Returns
    -------
    numpy.random.Generator

    Examples
    --------
    >>> rng = np.random.default_rng(2027)
    >>> qmc.Sobol(1, rng=same_again(rng)).random(2).tolist() == qmc.Sobol(1, rng=same_again(rng)).random(2).tolist()
    True
    """
    return copy.deepcopy(rng)


def band(values: npt.ArrayLike) -> tuple[float, float]:
    """The 80 % band of draws: P10 and P90.

    Parameters
    ----------
    values : array-like of float
        Draws of one number, at least one, none missing.

    Returns
    -------
    tuple of float
        (P10, P90), interpolated linearly between draws.

    Raises
    ------
    ValueError
        If there are no values or some are missing.

    Examples
    --------
    >>> band(range(11))
    (1.0, 9.0)
    """
    array = np.asarray(values, dtype="float64").ravel()
    missing = int(np.isnan(array).sum())
    if not array.size or missing:
        raise ValueError(
            f"values has {array.size} numbers, {missing} of them missing; must have some, none missing"
        )
    low, high = np.quantile(array, [0.1, 0.9])
    return float(low), float(high)


def spread(values: npt.ArrayLike) -> dict[str, float | None]:
    """The band of draws as a card takes it: no band where nothing varied.

    Parameters
    ----------
    values : array-like of float
        As :func:`band` takes them.

    Returns
    -------
    dict
        ``low`` and ``high``: P10 and P90, or None and None where all draws are equal.

    Raises
    ------
    ValueError
        As :func:`band` raises.

    Examples
    --------
    >>> spread([3.0, 3.0]), spread(range(11))
    ({'low': None, 'high': None}, {'low': 1.0, 'high': 9.0})
    """
    low, high = band(values)
    certain = float(np.ptp(np.asarray(values, dtype="float64"))) == 0.0
    return {"low": None, "high": None} if certain else {"low": low, "high": high}


def percentiles(draws: pd.DataFrame) -> pd.DataFrame:
    """Percentiles of every column of a simulation.

    Parameters
    ----------
    draws : DataFrame
        One row per draw, numeric columns.

    Returns
    -------
    DataFrame
        Rows P10, P25, P50, P75, P90: ``percentile`` and the columns of ``draws``.

    Raises
    ------
    ValueError
        If there are no draws.

    Examples
    --------
    >>> percentiles(pd.DataFrame({"people": range(11)}))["people"].tolist()
    [1.0, 2.5, 5.0, 7.5, 9.0]
    """
    if draws.empty:
        raise ValueError("draws has 0 rows, must have some")
    levels = (0.10, 0.25, 0.50, 0.75, 0.90)
    table = draws.quantile(levels).reset_index(drop=True)
    table.insert(0, "percentile", [f"P{level:.0%}".rstrip("%") for level in levels])
    return table


def proportion(successes: pd.Series, trials: pd.Series) -> pd.DataFrame:
    """A share and its 80 % interval.

    Parameters
    ----------
    successes, trials : Series
        Counts on one index, 0 <= successes <= trials.

    Returns
    -------
    DataFrame
        On that index: ``rate``, ``low``, ``high`` (shares; NaN where there were no trials).

    Notes
    -----
    Jeffreys' interval: quantiles of Beta(successes + ½, failures + ½).

    References
    ----------
    Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science
    16(2), 101–133.

    Examples
    --------
    >>> proportion(pd.Series([1]), pd.Series([4])).round(2).values.tolist()
    [[0.25, 0.08, 0.57]]
    """
    known = trials > 0
    share = beta(successes + 0.5, trials - successes + 0.5)
    ends = {name: pd.Series(share.ppf(at), index=trials.index).where(known) for name, at in _ENDS.items()}
    return pd.DataFrame({"rate": successes / trials.where(known), **ends})


def holm(p_values: npt.ArrayLike, *, error: float = 0.05) -> npt.NDArray[np.bool_]:
    """Findings that stand when several are tested at once (Holm's step-down).

    Parameters
    ----------
    p_values : array-like of float
        One p-value per finding; a missing one was not tested and never stands.
    error : float
        Chance of any false finding among all, > 0, below 1.

    Returns
    -------
    ndarray of bool
        In the order given.

    Raises
    ------
    ValueError
        If ``error`` is out of bounds.

    Notes
    -----
    The k-th smallest of m must not exceed error ÷ (m − k + 1), and all smaller ones must stand.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6(2), 65–70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, 0.005]).tolist()
    [True, False, False, True]
    """
    checks.require_numbers({"error": ("> 0 and < 1", lambda share: 0 < share < 1)}, error=error)
    p = np.asarray(p_values, dtype="float64")
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    passed = p[order] <= error / np.arange(len(order), 0, -1)
    stands = np.zeros(len(p), dtype=bool)
    stands[order[np.logical_and.accumulate(passed)]] = True
    return stands


def _stepped(
    spread: pd.DataFrame, step: npt.NDArray[np.float64], dimension: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Numbers so many spreads from their medians, 1 at the high end, -1 at the low; each row has its dimension."""
    result = np.empty((*step.shape[:-1], len(spread)))
    low, value, high = (spread[name].to_numpy() for name in ("low", "value", "high"))
    certain, family = low == high, spread["family"].to_numpy()
    result[..., certain] = value[certain]
    kinds = pd.DataFrame({"family": family, "dimension": dimension})[~certain].groupby(
        ["family", "dimension"]
    )
    for (name, place), rows in kinds.indices.items():
        rows = np.flatnonzero(~certain)[rows]
        scale, back = _SCALES[name]
        down, middle, up = (scale(ends[rows]) for ends in (low, value, high))
        t = step[..., place, None]
        result[..., rows] = back(middle + t * np.where(t < 0, middle - down, up - middle))
    return result


def _spread(ranges: pd.DataFrame) -> pd.DataFrame:
    """Checked value, low, high and family of the ranges, missing sides closed."""
    checks.require_columns(ranges, ["value", "low", "high"], name="ranges")
    value = frames.number(ranges, "value").reset_index(drop=True)
    checks.require_bounds(value, name="ranges.value")
    spread = pd.DataFrame({"value": value})
    for side in ("low", "high"):
        spread[side] = frames.number(ranges, side).reset_index(drop=True).fillna(value)
    family = frames.text(ranges, "family").reset_index(drop=True)
    spread["family"] = family.where(family != "", "linear")
    checks.require_codes(spread["family"], FAMILIES, name="ranges.family")
    ordered = (spread["low"] <= value) & (value <= spread["high"])
    if not ordered.all():
        bad = checks.labels(spread.loc[~ordered, ["low", "value", "high"]])
        raise ValueError(f"ranges has (low, value, high) {bad}, must be low <= value <= high")
    inside = pd.Series(True, index=spread.index)
    for family_name, (lowest, highest) in _WITHIN.items():
        inside &= (spread["family"] != family_name) | ((spread["low"] > lowest) & (spread["high"] < highest))
    outside = spread[~inside & (spread["low"] < spread["high"])]
    if len(outside):
        bad = checks.labels(outside[["family", "low", "high"]])
        raise ValueError(
            f"ranges has (family, low, high) {bad}; log must be > 0, logit between 0 and 1, all finite"
        )
    return spread
