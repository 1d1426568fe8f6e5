"""The sheet for the calibration meeting 校准会: who cannot be judged yet, why, and what evidence would settle it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import checks
from salesmgmt.evaluation.review.views import CLEAR, true_level

MOST = 3.0
"""More than so many times the evidence there is, to be gathered on top, is out of reach."""

_COLUMNS = ["staff_id", "role", "unclear", "box", "chance", "deals_more", "raters_more", "evidence"]


def calibration(placed: pd.DataFrame, *, clear: float = CLEAR) -> pd.DataFrame:
    """Who cannot be judged yet, and the evidence that would make the place fairly clear.

    Parameters
    ----------
    placed : DataFrame
        That of :func:`salesmgmt.evaluation.review.two_views`.
    clear : float
        Chance of one box from which a place is fairly clear, above 0.5 and below 1.

    Returns
    -------
    DataFrame
        One row per person whose place cannot be told, input order: ``staff_id``, ``role``, ``unclear``, ``box``
        (likeliest, ``""`` where a view is missing), ``chance``, ``deals_more`` (decided deals, if the win rate stays),
        ``raters_more`` (a competency, if the level stays): missing where that side is sure or out of reach,
        ``evidence`` (views: agree on the results that count and have the person assessed; results: agree on what the role's
        results are; ratings: have the person assessed; reliability:
        second raters; deals; raters; deals_and_raters; incidents: no such number is in reach, talk about what was seen).

    Raises
    ------
    ValueError
        If columns are missing or ``clear`` is out of bounds.

    Notes
    -----
    Each side is to be as sure as √clear, z standard errors from its mark. Deals: with rate p, expected m and prior weight
    φ = closed × (1 − weight) ÷ weight, n decided deals put the shrunk rate √(n²(p − m)² ÷ ((n + φ) m(1 − m))) errors off, so
    n = (a + √(a² + 4aφ)) ÷ 2 with a = z² m(1 − m) ÷ (p − m)². Raters: the reliability
    grows with their number (Spearman–Brown), and the estimate moves to what was observed. More than :data:`MOST` times what there is counts as out of reach.

    Examples
    --------
    >>> placed = pd.DataFrame({"staff_id": ["S1"], "role": "account_manager", "closed": [12], "won": [0], "expected": [1.8],
    ...     "weight": [0.2], "p_results": [0.25], "observed": [0.7], "usual": [0.0], "peers": [11], "reliability": [0.75], "sem": [0.3],
    ...     "raters": [6.0], "p_competency": [0.977], "box": ["competency_only"], "chance": [0.73], "verdict": ["cannot_tell"], "unclear": ["results"]})
    >>> calibration(placed)[["deals_more", "evidence"]].values.tolist()
    [[14.0, 'deals']]
    """
    needed = [
        "staff_id",
        "role",
        "closed",
        "won",
        "expected",
        "weight",
        "p_results",
        "sem",
        "raters",
        "observed",
    ]
    needed += ["usual", "peers", "reliability", "p_competency", "box", "chance", "verdict", "unclear"]
    checks.require_columns(placed, needed, name="placed")
    checks.require_numbers({"clear": ("above 0.5 and below 1", lambda c: 0.5 < c < 1)}, clear=clear)
    rows = placed[placed["verdict"] != "fairly_clear"].reset_index(drop=True)
    side = np.sqrt(clear)
    z = float(stats.norm.ppf(side))
    deals = _deals(rows, z).where(_unsure(rows["p_results"], side))
    raters = _raters(rows, z).where(_unsure(rows["p_competency"], side))
    table = rows.assign(deals_more=deals, raters_more=raters)
    return table.assign(evidence=_evidence(table, side))[_COLUMNS]


def _unsure(chance: pd.Series, side: float) -> pd.Series:
    """Sides that are known and not sure."""
    return chance.notna() & ~(np.maximum(chance, 1 - chance) >= side)


def _deals(rows: pd.DataFrame, z: float) -> pd.Series:
    """Further decided deals that would settle the results."""
    closed, weight = rows["closed"], rows["weight"]
    expected = rows["expected"] / closed
    off = rows["won"] / closed - expected
    phi = closed * (1 - weight) / weight.where(weight > 0)
    a = z**2 * expected * (1 - expected) / (off**2).where(off != 0)
    needed = (a + np.sqrt(a**2 + 4 * a * phi)) / 2
    return _in_reach(needed, closed)


def _raters(rows: pd.DataFrame, z: float) -> pd.Series:
    """Further raters that would settle the competency."""
    needed = pd.Series(np.nan, index=rows.index)
    most = rows["raters"].max()
    for more in range(1, int(MOST * most) + 1 if most > 0 else 1):
        level, error = true_level(rows, times=1.0 + more / rows["raters"])
        enough = needed.isna() & (level.abs() >= z * error)
        needed = needed.mask(enough, rows["raters"] + more)
    return _in_reach(needed, rows["raters"])


def _in_reach(needed: pd.Series, there: pd.Series) -> pd.Series:
    """Whole units on top of those there, one at least, missing where they are too many."""
    more = np.ceil(needed - there - 1e-9).clip(lower=1.0)
    return more.where(more <= MOST * there)


def _evidence(table: pd.DataFrame, side: float) -> np.ndarray:
    """What would settle each."""
    asked = [_unsure(table[name], side) for name in ("p_results", "p_competency")]
    found = [table[name].notna() for name in ("deals_more", "raters_more")]
    choices = {
        code: table["unclear"] == f"no_{code}" for code in ("views", "results", "ratings", "reliability")
    }
    choices["incidents"] = (asked[0] & ~found[0]) | (asked[1] & ~found[1])
    choices |= {"deals_and_raters": found[0] & found[1], "deals": found[0], "raters": found[1]}
    return np.select(list(choices.values()), list(choices), default="incidents")
