"""A third and fourth opinion: what the next person brings in, against what that person costs.

Each further person's sales are those of :func:`~salesmgmt.plan.sizing.next_people`: they fall, and an average of all
persons' would flatter the last.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks
from salesmgmt.errors import Refused

RIGHT_SIZE = (0.5, 1.5)
"""Three-year return on the last person of a team of the right size."""


def incremental(steps: pd.DataFrame, *, margin: float, cost: float) -> pd.DataFrame:
    """Profit that each further person adds in the first year.

    Parameters
    ----------
    steps : DataFrame
        One row per further person in order: ``reps`` (people with this one), ``sales`` (money this one adds).
    margin : float
        Share of sales left after direct cost and commission, > 0, at most 1.
    cost : float
        Full cost of a person and year, money, > 0.

    Returns
    -------
    DataFrame
        ``steps`` with ``profit`` (money of this person) and ``total`` (of all further people so far).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or numbers are out of bounds.

    Notes
    -----
    profit = sales × margin − cost. Add people while it is positive: the next person's sales, never the average.

    References
    ----------
    Still, Cundiff & Govoni, Sales Management, chapter on the size of the sales force: the incremental method.

    Examples
    --------
    >>> steps = pd.DataFrame({"reps": [11.0, 12.0], "sales": [200e3, 90e3]})
    >>> incremental(steps, margin=0.5, cost=50e3)["profit"].tolist()
    [50000.0, -5000.0]
    """
    checks.require_columns(steps, ["reps", "sales"], name="steps")
    _require_economics(margin, cost)
    profit = steps["sales"] * margin - cost
    return steps.assign(profit=profit, total=profit.cumsum())


def stop_at(steps: pd.DataFrame) -> float:
    """The number of people at which adding stops to pay.

    Parameters
    ----------
    steps : DataFrame
        One row per further person in order, at least one: ``reps``, ``profit``.

    Returns
    -------
    float
        People: the last before the first whose profit is not positive.

    Raises
    ------
    Refused
        ``plan.no_next_person`` where there is nobody to add.

    Examples
    --------
    >>> stop_at(pd.DataFrame({"reps": [11.0, 12.0], "profit": [5.0, -1.0]}))
    11.0
    """
    return _last(steps, steps["profit"] > 0)


def flat_zone(steps: pd.DataFrame, *, within: float) -> tuple[float, float]:
    """Numbers of people between which profit is as good as the best.

    Parameters
    ----------
    steps : DataFrame
        One row per further person in order, at least one: ``reps``, ``total`` (profit so far, money).
    within : float
        Money that makes no difference, >= 0, such as the cost of one person.

    Returns
    -------
    tuple of float
        Fewest and most people whose total is within that of the best; no further person counts as 0.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or ``within`` is negative.
    Refused
        ``plan.no_next_person`` where there is nobody to add.

    Examples
    --------
    >>> steps = pd.DataFrame({"reps": [11.0, 12.0, 13.0], "total": [50.0, 60.0, 20.0]})
    >>> flat_zone(steps, within=15.0)
    (11.0, 12.0)
    """
    checks.require_columns(steps, ["reps", "total"], name="steps")
    checks.require_numbers({"within": (">= 0", lambda money: money >= 0)}, within=within)
    if steps.empty:
        raise Refused("plan.no_next_person")
    reps = np.concatenate([[steps["reps"].iloc[0] - 1], steps["reps"]])
    total = np.concatenate([[0.0], steps["total"]])
    good = reps[total >= total.max() - within]
    return float(good.min()), float(good.max())


def three_year_return(
    steps: pd.DataFrame, *, margin: float, cost: float, kept_second: float, kept_third: float
) -> pd.DataFrame:
    """Return over three years on each further person's first-year cost.

    Parameters
    ----------
    steps, margin, cost
        As :func:`incremental` takes them.
    kept_second, kept_third : float
        Share of the first year's sales still there in the second and third year without further effort, 0 to 1.

    Returns
    -------
    DataFrame
        ``steps`` with ``break_even`` (sales that pay the person), ``ratio`` (sales ÷ break_even), ``roi``.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or numbers are out of bounds.

    Notes
    -----
    B = C ÷ M; ratio = I ÷ B; ROI = ratio × (1 + K₂ + K₃) − 1. A team is of the right size where the last person returns
    50 to 150 %; below that it is too large, above too small.

    References
    ----------
    Zoltners, Sinha & Lorimer (2006), Match Your Sales Force Structure to Your Business Life Cycle, Harvard Business
    Review 84(7/8), box "Sizing the sales force by the numbers".

    Examples
    --------
    >>> steps = pd.DataFrame({"reps": [11.0], "sales": [200.0]})
    >>> three_year_return(steps, margin=0.5, cost=50.0, kept_second=0.5, kept_third=0.25)["roi"].item()
    2.5
    """
    checks.require_columns(steps, ["reps", "sales"], name="steps")
    _require_economics(margin, cost)
    share = ("between 0 and 1", lambda kept: 0 <= kept <= 1)
    checks.require_numbers(
        {"kept_second": share, "kept_third": share}, kept_second=kept_second, kept_third=kept_third
    )
    ratio = steps["sales"] / (cost / margin)
    return steps.assign(
        break_even=cost / margin, ratio=ratio, roi=ratio * (1.0 + kept_second + kept_third) - 1.0
    )


def right_size(steps: pd.DataFrame) -> tuple[float, float]:
    """Fewest and most people at which the last person's three-year return is that of a team of the right size.

    Parameters
    ----------
    steps : DataFrame
        As :func:`three_year_return` returns it, at least one row.

    Returns
    -------
    tuple of float
        The last people before the return falls to 150 % or less, and before it falls below 50 %.

    Raises
    ------
    Refused
        ``plan.no_next_person`` where there is nobody to add.

    Examples
    --------
    >>> right_size(pd.DataFrame({"reps": [11.0, 12.0, 13.0], "roi": [2.0, 0.9, 0.2]}))
    (11.0, 12.0)
    """
    low, high = RIGHT_SIZE
    return _last(steps, steps["roi"] > high), _last(steps, steps["roi"] >= low)


def _require_economics(margin: float, cost: float) -> None:
    rules = {
        "margin": ("> 0 and <= 1", lambda share: 0 < share <= 1),
        "cost": ("> 0", lambda money: money > 0),
    }
    checks.require_numbers(rules, margin=margin, cost=cost)


def _last(steps: pd.DataFrame, good: pd.Series) -> float:
    """People with the last person before the first that is not good."""
    if steps.empty:
        raise Refused("plan.no_next_person")
    row = int(good.cumprod().sum())
    return float(steps["reps"].iloc[0] - 1 + row)
