"""Two views of each person, results and competency, and how sure it is in which box of both the person belongs.

The two are never blended into one score: results depend on much that nobody controls, competency shows potential.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames

CLEAR = 0.8
"""Chance of one box from which a person's place is fairly clear; below, it cannot be told."""

BOXES = ("both", "results_only", "competency_only", "neither")
"""Results and competency up to the mark; one of the two; neither."""

_Z = float(stats.norm.ppf(0.9))
_RESULTS = [
    "staff_id",
    "closed",
    "won",
    "expected",
    "index",
    "index_low",
    "index_high",
    "weight",
    "p_results",
]
_LEVELS = ["staff_id", "role", "observed", "level", "level_low", "level_high", "sem", "raters", "usual", "peers", "reliability",
           "p_competency"]  # fmt: skip
_COLUMNS = ["staff_id", "role", "closed", "won", "expected", "index", "index_low", "index_high", "weight", "p_results",
            *_LEVELS[2:], "box", "chance", *(f"p_{box}" for box in BOXES),
            "verdict", "unclear"]  # fmt: skip


def results_view(standings: pd.DataFrame) -> pd.DataFrame:
    """Each person's win rate against what the person's deals gave reason to expect, luck taken out.

    Parameters
    ----------
    standings : DataFrame
        One row per person: ``staff_id``, ``closed`` (deals), ``won``, ``expected`` (wins), ``shrunk``, ``low``,
        ``high`` (win rate, 80 % interval), ``weight`` (of the raw rate, 0 to 1).

    Returns
    -------
    DataFrame
        One row per person, input order: ``staff_id``, ``closed``, ``won``, ``expected``, ``index`` (shrunk ÷ expected
        win rate; 1: as expected), ``index_low``, ``index_high`` (80 % interval), ``weight``, ``p_results`` (chance that
        the true index is 1 or more).

    Raises
    ------
    ValueError
        If columns are missing or people repeat.

    Notes
    -----
    The rate is taken as normal with the spread of its 80 % interval: spread = (high − low) ÷ 2 × 1.2816. Without a
    spread the chance is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"staff_id": ["S1"], "closed": [40], "won": [12], "expected": [8.0], "shrunk": [0.25],
    ...     "low": [0.2], "high": [0.3], "weight": [0.5]})
    >>> results_view(rows)[["index", "p_results"]].round(2).values.tolist()
    [[1.25, 0.9]]
    """
    needed = ["staff_id", "closed", "won", "expected", "shrunk", "low", "high", "weight"]
    checks.require_columns(standings, needed, name="standings")
    checks.require_unique(standings, ["staff_id"], name="standings")
    mean = standings["expected"] / standings["closed"]
    spread = (standings["high"] - standings["low"]) / (2 * _Z)
    index = {
        name: standings[column] / mean
        for name, column in (("index", "shrunk"), ("index_low", "low"), ("index_high", "high"))
    }
    above = stats.norm.cdf((standings["shrunk"] - mean) / spread.where(spread > 0))
    return standings.assign(**index, p_results=above).reset_index(drop=True)[_RESULTS]


def competency_view(gaps: pd.DataFrame, *, reliability: float) -> pd.DataFrame:
    """Each person's competency against the role's profile, with its error of measurement.

    Parameters
    ----------
    gaps : DataFrame
        One row per person × competency: ``staff_id``, ``role``, ``competency``, ``required``, ``score`` (1 to 5),
        ``weight`` (>= 0), ``raters`` (who count).
    reliability : float
        Of the competency scores, 0 to 1; NaN where the ratings cannot tell.

    Returns
    -------
    DataFrame
        One row per person, by id: ``staff_id``, ``role``, ``observed`` (points above the profile, below it
        negative), ``level`` (estimate of the true level: observed, drawn towards the role's mean), ``level_low``, ``level_high``
        (80 % interval), ``sem`` (standard error of measurement, points), ``raters`` (mean a competency), ``usual`` (the role's
        mean of observed), ``peers`` (people of the role), ``reliability``, ``p_competency`` (chance that the true level is 0 or
        more). Missing where no error is known.

    Raises
    ------
    ValueError
        If columns are missing, keys repeat, or ``reliability`` is outside 0 to 1.

    Notes
    -----
    observed = Σ weight × (score − required) ÷ Σ weight. SEM = s √(1 − r), where r is the reliability and s the spread
    of observed levels within roles (freedom: people less roles). level = usual + r (observed − usual), with the error
    √(r SEM² + (1 − r)² s² ÷ peers): whoever scored high was in part lucky with raters. The reliability of single competencies stands for that of their mean: where
    raters' severity runs through all of a person's competencies the mean is no surer, elsewhere this errs on the side
    of caution.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力. Lord & Novick (1968), Statistical Theories of Mental Test Scores, ch. 3,
    for the standard error of measurement and Kelley's estimate of true scores.

    Examples
    --------
    >>> rows = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "role": "account_manager", "competency": "listening",
    ...     "required": 4.0, "score": [3.0, 4.0, 5.0], "weight": 1.0, "raters": 3})
    >>> competency_view(rows, reliability=0.75)[["observed", "level", "sem"]].round(3).values.tolist()
    [[-1.0, -0.75, 0.5], [0.0, 0.0, 0.5], [1.0, 0.75, 0.5]]
    """
    needed = ["staff_id", "role", "competency", "required", "score", "weight", "raters"]
    checks.require_columns(gaps, needed, name="gaps")
    checks.require_unique(gaps, ["staff_id", "competency"], name="gaps")
    if reliability < 0 or reliability > 1:
        raise ValueError(f"reliability == {reliability!r}, must be between 0 and 1, or NaN")
    rows = gaps.assign(pull=gaps["weight"] * (gaps["score"] - gaps["required"]))
    people = rows.groupby(["staff_id", "role"], as_index=False).agg(
        pull=("pull", "sum"), weight=("weight", "sum"), raters=("raters", "mean")
    )
    observed = people["pull"] / people["weight"].where(people["weight"] > 0)
    roles = observed.groupby(people["role"])
    spread = _spread_within(observed, people["role"])
    found = people.assign(
        observed=observed, usual=roles.transform("mean"), peers=roles.transform("count"), reliability=reliability,
        sem=spread * np.sqrt(1.0 - reliability),
    )  # fmt: skip
    level, error = true_level(found, times=1.0)
    chance = stats.norm.cdf(level / error.where(error > 0))
    off = {"level_low": level - _Z * error, "level_high": level + _Z * error}
    return found.assign(level=level.where(error.notna()), **off, p_competency=chance)[_LEVELS]


def true_level(people: pd.DataFrame, *, times: pd.Series | float) -> tuple[pd.Series, pd.Series]:
    """True competency as far as ratings tell, and as so many times the raters would.

    Parameters
    ----------
    people : DataFrame
        One row per person: ``observed``, ``usual``, ``peers``, ``sem``, ``reliability``, as in :func:`competency_view`.
    times : Series or float
        Raters ÷ those there are, above 0.

    Returns
    -------
    tuple of Series
        Estimate and its standard error, points.

    Notes
    -----
    With k times the raters the reliability is k r ÷ (1 + (k − 1) r) (Spearman–Brown).

    Examples
    --------
    >>> one = pd.DataFrame({"observed": [1.0], "usual": [0.0], "peers": [3], "sem": [0.5], "reliability": [0.75]})
    >>> [round(float(part.iloc[0]), 3) for part in true_level(one, times=1.0)]
    [0.75, 0.456]
    """
    r, sem = people["reliability"], people["sem"]
    variance = sem**2 / (1.0 - r).where(r < 1)
    surer = times * r / (1.0 + (times - 1.0) * r)
    true = r * variance
    observed = true + (1.0 - r) * variance / times
    error = np.sqrt(true * (1.0 - surer) + (1.0 - surer) ** 2 * observed / people["peers"])
    level = people["usual"] + surer * (people["observed"] - people["usual"])
    perfect = r == 1
    return level.where(~perfect, people["observed"]), error.where(~perfect, 0.0)


def two_views(
    standings: pd.DataFrame,
    gaps: pd.DataFrame,
    people: pd.DataFrame,
    *,
    reliability: float,
    clear: float = CLEAR,
) -> pd.DataFrame:
    """Everybody's place in results × competency, with the chance of each box.

    Parameters
    ----------
    standings : DataFrame
        As :func:`results_view` takes it.
    gaps : DataFrame
        As :func:`competency_view` takes it.
    people : DataFrame
        One row per person to be reviewed: ``staff_id``, ``role``.
    reliability : float
        Of the competency scores, 0 to 1; NaN where the ratings cannot tell.
    clear : float
        Chance of one box from which the place is fairly clear, above 0.5 and up to 1.

    Returns
    -------
    DataFrame
        One row per person, by role, then id: the columns of both views, ``box`` (the likeliest of
        :data:`BOXES`, ``""`` where a view is missing), ``chance`` (of it), ``p_both``, ``p_results_only``,
        ``p_competency_only``, ``p_neither``, ``verdict`` (fairly_clear, cannot_tell), ``unclear`` (why: no_views, no_results,
        no_ratings, no_reliability, results, competency, both_views; ``""`` where clear).

    Raises
    ------
    ValueError
        As the views raise, or if ``clear`` is out of bounds.

    Notes
    -----
    The errors of the two views are independent, so the chance of a box is the product of its two sides'. A side is
    named as the reason where it is less sure than √clear.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 评价的方法: 绩效、能力两个维度.

    Examples
    --------
    >>> wins = pd.DataFrame({"staff_id": ["S1"], "closed": [40], "won": [16], "expected": [8.0], "shrunk": [0.3],
    ...     "low": [0.25], "high": [0.35], "weight": [0.5]})
    >>> rows = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "role": "account_manager", "competency": "listening",
    ...     "required": 4.0, "score": [5.0, 4.0, 3.0], "weight": 1.0, "raters": 3})
    >>> people = rows[["staff_id", "role"]]
    >>> two_views(wins, rows, people, reliability=0.75)[["staff_id", "box", "verdict", "unclear"]].values.tolist()
    [['S1', 'both', 'fairly_clear', ''], ['S2', '', 'cannot_tell', 'no_results'], ['S3', '', 'cannot_tell', 'no_results']]
    """
    checks.require_numbers({"clear": ("above 0.5 and at most 1", lambda c: 0.5 < c <= 1)}, clear=clear)
    checks.require_columns(people, ["staff_id", "role"], name="people")
    checks.require_unique(people, ["staff_id"], name="people")
    seen = competency_view(gaps, reliability=reliability).assign(assessed=True)
    made = results_view(standings).assign(measured=True)
    table = people[["staff_id", "role"]].merge(made, on="staff_id", how="left")
    table = table.merge(seen.drop(columns="role"), on="staff_id", how="left")
    good, able = table["p_results"], table["p_competency"]
    chances = pd.DataFrame(
        {
            "both": good * able,
            "results_only": good * (1 - able),
            "competency_only": (1 - good) * able,
            "neither": (1 - good) * (1 - able),
        }
    )
    known = chances.notna().all(axis=1)
    table["chance"] = chances.max(axis=1).where(known)
    table["box"] = chances.fillna(0.0).idxmax(axis=1).where(known, "").astype("str")
    table["verdict"] = np.where(table["chance"] >= clear, "fairly_clear", "cannot_tell")
    table["unclear"] = _reasons(table, np.sqrt(clear))
    table = table.join(chances.where(known).add_prefix("p_"))
    return frames.in_order(table, ["role", "staff_id"])[_COLUMNS]


def _spread_within(values: pd.Series, groups: pd.Series) -> float:
    """Standard deviation within groups, pooled; NaN without freedom."""
    known = values.dropna()
    names = groups[known.index]
    freedom = len(known) - names.nunique()
    if freedom <= 0:
        return float("nan")
    off = known - known.groupby(names).transform("mean")
    return float(np.sqrt((off**2).sum() / freedom))


def _reasons(table: pd.DataFrame, side: float) -> np.ndarray:
    """Why a place cannot be told."""
    unsure = {
        name: ~(np.maximum(table[name], 1 - table[name]) >= side) for name in ("p_results", "p_competency")
    }
    reasons = {
        "no_views": table["measured"].isna() & table["assessed"].isna(),
        "no_results": table["measured"].isna(),
        "no_ratings": table["assessed"].isna(),
        "no_reliability": table["p_competency"].isna(),
        "": table["verdict"] == "fairly_clear",
        "both_views": unsure["p_results"] & unsure["p_competency"],
        "results": unsure["p_results"],
    }
    return np.select(list(reasons.values()), list(reasons), default="competency")
