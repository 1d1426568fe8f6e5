"""Intraclass correlations, by the names of Shrout & Fleiss.

ICC(1), (2), (3) are the reliability of one rating, ICC(1,k), (2,k), (3,k) that of the mean of k.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames

Array = npt.NDArray[np.float64]

_LEVEL = {"level": ("> 0 and < 1", lambda share: 0 < share < 1)}


def icc(scores: pd.DataFrame | npt.ArrayLike, *, level: float = 0.8) -> pd.DataFrame:
    """Intraclass correlations of people rated by the same raters.

    Parameters
    ----------
    scores : DataFrame or array
        One row per person (two or more), one column per rater (two or more), no gaps.
    level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        Rows ICC(1), ICC(2), ICC(3), ICC(1,k), ICC(2,k), ICC(3,k): ``form``, ``icc``, ``low``, ``high``,
        ``people``, ``raters``. At most 1; NaN where all scores are equal.

    Raises
    ------
    TypeError
        If ``level`` is not a number.
    ValueError
        If scores are missing, or there are fewer than two people or raters, or ``level`` is out of bounds.

    Notes
    -----
    With mean squares of people B, raters J, within people W and residual E, of n people and k raters:
    ICC(1) = (B − W) ÷ (B + (k − 1)W), ICC(2) = (B − E) ÷ (B + (k − 1)E + k(J − E)/n),
    ICC(3) = (B − E) ÷ (B + (k − 1)E). Means of k by Spearman–Brown. Intervals by F, that of ICC(2)
    with Satterthwaite's degrees of freedom; they take scores as normal, and of skewed scores that crowd at the top
    of the scale an 80 % interval covers nearer 70 %. ICC(1) and (2) count a severe rater as disagreement, ICC(3) does not.

    References
    ----------
    Shrout & Fleiss (1979), Intraclass correlations: uses in assessing rater reliability, Psychological
    Bulletin 86(2), 420–428. McGraw & Wong (1996), Forming inferences about some intraclass correlation
    coefficients, Psychological Methods 1(1), 30–46.

    Examples
    --------
    >>> found = icc([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> found.set_index("form")["icc"].round(2).to_dict()
    {'ICC(1)': 0.17, 'ICC(2)': 0.29, 'ICC(3)': 0.71, 'ICC(1,k)': 0.44, 'ICC(2,k)': 0.62, 'ICC(3,k)': 0.91}
    """
    checks.require_numbers(_LEVEL, level=level)
    table = _table(scores)
    n, k = table.shape
    people, raters = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    residual = table - people - raters + table.mean()
    between, judges = float(k * people.var(ddof=1)), float(n * raters.var(ddof=1))
    error = float((residual**2).sum() / ((n - 1) * (k - 1)))
    within = float(((table - people) ** 2).sum() / (n * (k - 1)))
    tail = (1 + level) / 2
    single = [
        _one_way(between, within, k, df=(n - 1, n * (k - 1)), tail=tail),
        two_way(between, judges, error, people=n, raters=k, level=level),
        _one_way(between, error, k, df=(n - 1, (n - 1) * (k - 1)), tail=tail),
    ]
    means = [tuple(mean_of(value, k) for value in form) for form in single]
    found = pd.DataFrame([*single, *means], columns=["icc", "low", "high"], dtype="float64")
    found.insert(0, "form", [f"ICC({form}{of})" for of in ("", ",k") for form in (1, 2, 3)])
    return found.assign(people=n, raters=k)


def icc_oneway(ratings: pd.DataFrame, *, level: float = 0.8) -> pd.DataFrame:
    """Intraclass correlation of people rated by raters of their own, of any number.

    Parameters
    ----------
    ratings : DataFrame
        One row per rating: ``person``, ``score``. A person with one rating tells how people differ,
        not how raters do.
    level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        Rows ICC(1) and ICC(1,k): ``form``, ``icc``, ``low``, ``high``, ``people``, ``raters`` (k0, the number
        of raters a person that the unequal numbers are worth). NaN where all scores are equal.

    Raises
    ------
    TypeError
        If ``level`` is not a number.
    ValueError
        If columns or scores are missing, there are fewer than two people, nobody has two ratings, or
        ``level`` is out of bounds.

    Notes
    -----
    ICC(1) = (B − W) ÷ (B + (k0 − 1)W) with k0 = (N − Σn² ÷ N) ÷ (people − 1) of N ratings, n by person; interval by
    F as if everybody had k0 ratings and scores were normal. With equal numbers this is ICC(1) of :func:`icc`.

    References
    ----------
    Donner (1986), A review of inference procedures for the intraclass correlation coefficient in the one-way
    random effects model, International Statistical Review 54(1), 67–82. Searle (1971), Linear Models.

    Examples
    --------
    >>> ratings = pd.DataFrame({"person": ["S1", "S1", "S2", "S2", "S2"], "score": [5, 4, 2, 1, 3]})
    >>> icc_oneway(ratings)["icc"].round(3).tolist()
    [0.769, 0.889]
    """
    checks.require_numbers(_LEVEL, level=level)
    checks.require_columns(ratings, ["person", "score"], name="ratings")
    score = frames.number(ratings, "score")
    checks.require_bounds(score, name="ratings.score")
    groups = score.groupby(frames.text(ratings, "person"))
    counts, means = groups.size(), groups.mean()
    total, people = int(counts.sum()), len(counts)
    if people < 2 or total == people:
        raise ValueError(
            f"ratings has {total} ratings of {people} people, must have two people or more and two ratings of one"
        )
    k = (total - (counts**2).sum() / total) / (people - 1)
    between = float((counts * (means - score.mean()) ** 2).sum() / (people - 1))
    within = float((score - groups.transform("mean")).pow(2).sum() / (total - people))
    single = _one_way(between, within, k, df=(people - 1, total - people), tail=(1 + level) / 2)
    rows = [single, tuple(mean_of(value, k) for value in single)]
    found = pd.DataFrame(rows, columns=["icc", "low", "high"], dtype="float64")
    found.insert(0, "form", ["ICC(1)", "ICC(1,k)"])
    return found.assign(people=people, raters=k)


def two_way(
    between: float, judges: float, error: float, *, people: float, raters: int, level: float = 0.8
) -> tuple[float, float, float]:
    """ICC(2) and its interval from mean squares.

    Parameters
    ----------
    between, judges, error : float
        Mean squares of people, of raters and of the residual, >= 0.
    people : float
        Number of people, > 1; a mean where mean squares are pooled.
    raters : int
        Number of raters, two or more.
    level : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    tuple of float
        ICC(2), low, high; NaN where nothing differs.

    References
    ----------
    McGraw & Wong (1996), Forming inferences about some intraclass correlation coefficients,
    Psychological Methods 1(1), 30–46.

    Examples
    --------
    >>> [round(value, 2) for value in two_way(11.24, 32.49, 1.02, people=6, raters=4, level=0.95)]
    [0.29, 0.02, 0.76]
    """
    n, k, tail = people, raters, (1 + level) / 2
    scale = between + (k - 1) * error + k * (judges - error) / n
    if scale <= 0:
        return np.nan, np.nan, np.nan
    value = (between - error) / scale
    if value == 1:
        return 1.0, 1.0, 1.0
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    mixed = (a * judges) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    v = (a * judges + b * error) ** 2 / mixed if mixed > 0 else 1.0
    up, down = float(stats.f.ppf(tail, n - 1, v)), float(stats.f.ppf(tail, v, n - 1))
    rest = k * judges + (k * n - k - n) * error
    low = n * (between - up * error) / (up * rest + n * between)
    return value, low, n * (down * between - error) / (rest + n * down * between)


def mean_of(reliability: float, raters: float) -> float:
    """Reliability of the mean of several raters, from that of one (Spearman–Brown).

    Parameters
    ----------
    reliability : float
        Of one rating, at most 1; NaN stays NaN.
    raters : float
        How many ratings the mean is of, > 0.

    Returns
    -------
    float
        raters·ρ ÷ (1 + (raters − 1)ρ), NaN where ρ lies below what so many raters can have.

    References
    ----------
    Spearman (1910), Brown (1910), British Journal of Psychology 3, 271–295 and 296–322.

    Examples
    --------
    >>> mean_of(0.5, 4)
    0.8
    """
    scale = 1 + (raters - 1) * reliability
    return float(raters * reliability / scale) if scale > 0 else np.nan


def _table(scores: pd.DataFrame | npt.ArrayLike) -> Array:
    """Checked people × raters."""
    table = np.asarray(scores, dtype="float64")
    if table.ndim != 2 or min(table.shape) < 2:
        raise ValueError(f"scores has shape {table.shape}, must be two or more people × two or more raters")
    gaps = sorted({int(row) for row in np.argwhere(~np.isfinite(table))[:, 0]})
    if gaps:
        raise ValueError(f"scores has missing or infinite numbers in rows {gaps}, must have none")
    return table


def _one_way(
    between: float, error: float, k: float, *, df: tuple[float, float], tail: float
) -> tuple[float, float, float]:
    """(between − error) ÷ (between + (k − 1) error) and its bounds: the error scaled by quantiles of F."""
    scales = (1.0, stats.f.ppf(tail, *df), stats.f.ppf(1 - tail, *df))
    if between + error <= 0:
        return np.nan, np.nan, np.nan
    value, low, high = (
        (between - scale * error) / (between + (k - 1) * scale * error) for scale in map(float, scales)
    )
    return value, low, high
