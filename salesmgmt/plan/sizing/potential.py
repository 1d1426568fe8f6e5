"""A second opinion on the size: what is to be sold, divided by what one person sells.

The sales-potential method starts from the target where the five steps start from visits. It cannot see whether the
customers need less or more attention than they had last year; the five steps cannot see what a person sells.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused

_MONTHS = 12


def sales_potential(
    target: float, *, productivity: float, turnover: float = 0.0, months_lost: float = 12.0
) -> float:
    """People for a sales target, with what leaves with those who leave.

    Parameters
    ----------
    target : float
        Sales of the year, money, >= 0.
    productivity : float
        Sales of one full post in a year, money, > 0.
    turnover : float
        Share of the people who leave within a year, >= 0, below 1.
    months_lost : float
        Months of one person's sales that each leaver costs, 0 to 24: 12 as the textbook has it; vacancy plus half the
        ramp where they are known.

    Returns
    -------
    float
        People, unrounded.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number or out of bounds; all are named.

    Notes
    -----
    N = (S ÷ P) × (1 + T × months_lost ÷ 12).

    References
    ----------
    Still, Cundiff & Govoni, Sales Management, chapter on the size of the sales force: the sales potential method,
    N = (S/P)(1 + T).

    Examples
    --------
    >>> round(sales_potential(1e6, productivity=250e3, turnover=0.25), 9)
    5.0
    """
    rules = {
        "target": (">= 0", lambda money: money >= 0),
        "productivity": ("> 0", lambda money: money > 0),
        "turnover": (">= 0 and < 1", lambda share: 0 <= share < 1),
        "months_lost": ("between 0 and 24", lambda months: 0 <= months <= 24),
    }
    checks.require_numbers(
        rules, target=target, productivity=productivity, turnover=turnover, months_lost=months_lost
    )
    return target / productivity * (1.0 + turnover * months_lost / 12.0)


def revenue_target(customers: pd.DataFrame, segments: pd.DataFrame) -> float:
    """The sales target that the tables state: existing customers' targets and the segments' new wins.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``target_revenue`` (money of the plan year, may be missing).
    segments : DataFrame
        One row per segment: ``new_wins`` (customers), ``average_contract`` (first-year money); may be empty.

    Returns
    -------
    float
        Money of the plan year, > 0.

    Raises
    ------
    Refused
        ``plan.no_revenue_target`` where neither is given.

    Notes
    -----
    Σ target_revenue + Σ new_wins × average_contract.

    Examples
    --------
    >>> customers = pd.DataFrame({"target_revenue": [4e6, None]})
    >>> revenue_target(customers, pd.DataFrame({"new_wins": [2.0], "average_contract": [1e6]}))
    6000000.0
    """
    kept = frames.number(customers, "target_revenue").sum()
    new = (frames.number(segments, "new_wins") * frames.number(segments, "average_contract")).sum()
    if not kept + new > 0:
        raise Refused("plan.no_revenue_target")
    return float(kept + new)


def sales_per_post(
    revenue: pd.DataFrame, staff: pd.DataFrame, *, as_of: pd.Timestamp, roles: Collection[str]
) -> float:
    """Sales of one full post in the last twelve months.

    Parameters
    ----------
    revenue : DataFrame
        One row per month × anything: ``month`` (first day), ``amount`` (money).
    staff : DataFrame
        One row per person: ``role``; ``hired_on``, ``left_on``, ``capacity`` may be absent.
    as_of : Timestamp
        The day the data stand at; its month is the last one counted.
    roles : collection of str
        Roles whose posts count; an account and product manager counts with account managers.

    Returns
    -------
    float
        Money a year and post.

    Raises
    ------
    Refused
        ``plan.too_few_months`` with less than twelve months of revenue, ``plan.no_posts`` with nobody there,
        ``plan.no_sales`` where nothing was earned.

    Notes
    -----
    Σ amount ÷ mean over the twelve months of the posts employed in the middle of each.

    Examples
    --------
    >>> months = pd.date_range("2025-11-01", periods=12, freq="MS")
    >>> revenue = pd.DataFrame({"month": months, "amount": 1e6})
    >>> staff = pd.DataFrame({"role": ["account_manager"] * 3})
    >>> sales_per_post(revenue, staff, as_of=pd.Timestamp("2026-10-31"), roles=["account_manager"])
    4000000.0
    """
    checks.require_columns(staff, ["role"], name="staff")
    year, months = _last_year(revenue, as_of)
    counted = {*roles, "account_product_manager"} if "account_manager" in roles else set(roles)
    people = staff[frames.text(staff, "role").isin(counted)]
    share = frames.number(people, "capacity").fillna(1.0)
    posts = [share[frames.employed(people, month + pd.Timedelta(days=14))].sum() for month in months]
    if not np.mean(posts) > 0:
        raise Refused("plan.no_posts")
    if not year["amount"].sum() > 0:
        raise Refused("plan.no_sales")
    return float(year["amount"].sum() / np.mean(posts))


def margin_rate(revenue: pd.DataFrame, *, as_of: pd.Timestamp) -> float:
    """Share of the last twelve months' revenue left after direct cost, where that is known.

    Parameters
    ----------
    revenue : DataFrame
        ``month``, ``amount``, ``direct_cost`` (money, may be missing).
    as_of : Timestamp
        The day the data stand at.

    Returns
    -------
    float
        Share, at most 1.

    Raises
    ------
    Refused
        ``plan.no_margin`` where no direct cost is known or nothing is left.

    Notes
    -----
    1 − Σ direct_cost ÷ Σ amount over the rows with a direct cost.

    Examples
    --------
    >>> months = pd.date_range("2025-11-01", periods=12, freq="MS")
    >>> revenue = pd.DataFrame({"month": months, "amount": 100.0, "direct_cost": 80.0})
    >>> round(margin_rate(revenue, as_of=pd.Timestamp("2026-10-31")), 9)
    0.2
    """
    year, _ = _last_year(revenue, as_of)
    direct = frames.number(year, "direct_cost")
    told = year.loc[direct.notna(), "amount"].sum()
    rate = 1.0 - direct.sum() / told if told > 0 else float("nan")
    if not rate > 0:
        raise Refused("plan.no_margin")
    return float(rate)


def _last_year(revenue: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    """Rows of the twelve months to the as-of day, and these months; all must have revenue."""
    checks.require_columns(revenue, ["month", "amount"], name="revenue")
    last = pd.Timestamp(as_of).to_period("M").to_timestamp()
    months = pd.date_range(end=last, periods=_MONTHS, freq="MS")
    year = revenue[revenue["month"].isin(months)]
    if year["month"].nunique() < _MONTHS:
        raise Refused("plan.too_few_months", months=int(year["month"].nunique()))
    return year, months
