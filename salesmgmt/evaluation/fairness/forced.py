"""What naming the lowest would do 末位: how many of those flagged truly belong there."""

from __future__ import annotations

import math

import pandas as pd
from scipy import stats

from salesmgmt import checks

LOWEST = 0.10
"""Share of people that a forced ranking names."""


def belonging(reliability: float, *, lowest: float = LOWEST) -> float:
    """Probability that somebody flagged in the lowest share truly belongs there.

    Parameters
    ----------
    reliability : float
        Share of the spread of results that is no chance, 0 to 1.
    lowest : float
        Share flagged, above 0 and below 1.

    Returns
    -------
    float
        From ``lowest`` (results are chance) to 1.

    Raises
    ------
    TypeError
        If an argument is not a number.
    ValueError
        If an argument is out of bounds.

    Notes
    -----
    Results and true performance are normal with correlation √reliability: P(both in the lowest share) ÷ share.

    References
    ----------
    Scullen, Bergey & Aiman-Smith (2005), Forced distribution rating systems and the improvement of workforce
    potential, Personnel Psychology 58(1), 1–32, for the question.

    Examples
    --------
    >>> round(belonging(0.5), 2), round(belonging(0.9), 2), belonging(0.0)
    (0.47, 0.78, 0.1)
    """
    rules = {
        "reliability": (">= 0 and <= 1", lambda share: 0 <= share <= 1),
        "lowest": ("> 0 and < 1", lambda share: 0 < share < 1),
    }
    checks.require_numbers(rules, reliability=reliability, lowest=lowest)
    if reliability in (0, 1):
        return 1.0 if reliability else lowest
    r, cut = math.sqrt(reliability), float(stats.norm.ppf(lowest))
    both = stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([cut, cut])
    return min(1.0, max(lowest, float(both) / lowest))


def forced_ranking(
    reliability: float, low: float, high: float, *, people: int, lowest: float = LOWEST
) -> pd.DataFrame:
    """Harm of naming the lowest at a team's own reliability.

    Parameters
    ----------
    reliability, low, high : float
        Share of the spread of results that is no chance, and its 80 % interval, 0 to 1.
    people : int
        People ranked, >= 1.
    lowest : float
        Share flagged, above 0 and below 1.

    Returns
    -------
    DataFrame
        One row: ``people``, ``flagged`` (at least one), ``reliability``, ``reliability_low``, ``reliability_high``, ``belong``, ``belong_low``,
        ``belong_high`` (probability that one flagged truly belongs there), ``wrong``, ``wrong_low``, ``wrong_high``
        (people wrongly flagged, expected).

    Raises
    ------
    TypeError
        If an argument is not a number.
    ValueError
        If an argument is out of bounds.

    Notes
    -----
    wrong = flagged × (1 − belong), see :func:`belonging`; low reliability goes with many wrongly flagged.

    Examples
    --------
    >>> forced_ranking(0.5, 0.3, 0.7, people=30)[["flagged", "wrong"]].round(2).values.tolist()
    [[3.0, 1.58]]
    """
    checks.require_numbers({"people": (">= 1", lambda number: number >= 1)}, people=people)
    flagged = max(1, math.floor(people * lowest + 0.5))
    belong, least, most = (belonging(share, lowest=lowest) for share in (reliability, low, high))
    return pd.DataFrame(
        {
            "people": [people],
            "flagged": flagged,
            "reliability": reliability,
            "reliability_low": low,
            "reliability_high": high,
            "belong": belong,
            "belong_low": least,
            "belong_high": most,
            "wrong": flagged * (1 - belong),
            "wrong_low": flagged * (1 - most),
            "wrong_high": flagged * (1 - least),
        }
    )
