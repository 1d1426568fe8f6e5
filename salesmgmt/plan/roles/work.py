"""What each role has to do besides visits, and whether its time is enough for both."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused

_HOURS = ("hours_per_customer", "hours_per_opportunity", "hours_fixed")


def content(role_work: pd.DataFrame, *, customers: float, opportunities: float) -> pd.DataFrame:
    """The work of each role besides visits, piece by piece.

    Parameters
    ----------
    role_work : DataFrame
        One row per work × role: ``work``, ``role``; ``hours_per_customer``, ``hours_per_opportunity`` (hours a year
        each), ``hours_fixed`` (hours a year and person) may be missing: none.
    customers, opportunities : float
        Existing customers served, and opportunities opened in a year, >= 0.

    Returns
    -------
    DataFrame
        One row per work × role, roles in the trade's order: ``role``, ``work``, ``hours`` (a year, for all customers
        and opportunities), ``hours_fixed`` (a year and person).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, roles unknown, keys repeat or hours are negative.

    Notes
    -----
    hours = hours_per_customer × customers + hours_per_opportunity × opportunities.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 2 人员角色: "从项目所涉及的工作及对销售的要求出发".

    Examples
    --------
    >>> work = pd.DataFrame({"work": ["bids"], "role": ["product_manager"], "hours_per_opportunity": [20.0]})
    >>> content(work, customers=100, opportunities=60)["hours"].item()
    1200.0
    """
    checks.require_columns(role_work, ["work", "role"], name="role_work")
    checks.require_codes(role_work["role"], checks.ROLES, name="role_work.role")
    checks.require_unique(role_work, ["work", "role"], name="role_work")
    count = (">= 0", lambda number: number >= 0)
    checks.require_numbers(
        {"customers": count, "opportunities": count}, customers=customers, opportunities=opportunities
    )
    hours = {name: frames.number(role_work, name).fillna(0.0) for name in _HOURS}
    for name, values in hours.items():
        checks.require_bounds(values, name=f"role_work.{name}", minimum=0.0)
    varying = hours["hours_per_customer"] * customers + hours["hours_per_opportunity"] * opportunities
    table = role_work[["role", "work"]].assign(hours=varying, hours_fixed=hours["hours_fixed"])
    return frames.in_order(table, ["role"])


def workload(content: pd.DataFrame, pieces: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Visits and other work of each role against the hours a person has.

    Parameters
    ----------
    content : DataFrame
        As :func:`content` returns it.
    pieces : DataFrame
        One row per role: ``role``, ``working_days``, ``hours_per_day``, ``selling_share``, ``hours_per_visit``,
        ``travel_hours_per_visit`` (NaN where visits per person are given outright).
    visits : DataFrame
        One row per role: ``role``, ``visits`` (a year).

    Returns
    -------
    DataFrame
        One row per role with visits and hours: ``role``, ``visit_hours``, ``other_hours`` (a year), ``hours_year``
        (a year and person), ``hours_each`` (the same, fixed hours taken off), ``people`` (all work), ``people_visits`` (visits alone, at the
        selling share), ``visit_share`` (of all hours of those people, fixed ones too), ``selling_share`` (assumed).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, or fixed hours leave a person no time.
    Refused
        ``plan.roles_no_hours`` where no role's capacity is built from hours.

    Notes
    -----
    people = (visit_hours + other_hours) ÷ (working_days × hours_per_day − fixed hours); people_visits = visit_hours ÷
    (working_days × hours_per_day × selling_share), the five steps. Where people exceeds people_visits, the assumed
    selling share leaves too little time for the rest of the work.

    Examples
    --------
    >>> rest = pd.DataFrame({"role": ["account_manager"], "work": "reports", "hours": [800.0], "hours_fixed": [200.0]})
    >>> pieces = pd.DataFrame({"role": ["account_manager"], "working_days": [225.0], "hours_per_day": [8.0],
    ...     "selling_share": [0.5], "hours_per_visit": [2.0], "travel_hours_per_visit": [2.0]})
    >>> workload(rest, pieces, pd.DataFrame({"role": ["account_manager"], "visits": [600.0]}))["people"].item()
    2.0
    """
    columns = [
        "role",
        "working_days",
        "hours_per_day",
        "selling_share",
        "hours_per_visit",
        "travel_hours_per_visit",
    ]
    checks.require_columns(content, ["role", "hours", "hours_fixed"], name="content")
    checks.require_columns(pieces, columns, name="pieces")
    checks.require_columns(visits, ["role", "visits"], name="visits")
    told = pieces.dropna(subset=["working_days", "hours_per_day", "selling_share"])
    rows = told[columns].merge(visits[["role", "visits"]], on="role")
    if rows.empty:
        raise Refused("plan.roles_no_hours")
    rest = content.groupby("role")[["hours", "hours_fixed"]].sum().reindex(rows["role"]).fillna(0.0)
    year = rows["working_days"] * rows["hours_per_day"]
    each = year - rest["hours_fixed"].to_numpy()
    checks.require_bounds(each.set_axis(rows["role"]), name="hours left a person", minimum=1.0)
    visiting = rows["visits"] * (rows["hours_per_visit"] + rows["travel_hours_per_visit"].fillna(0.0))
    other = pd.Series(rest["hours"].to_numpy(), index=rows.index)
    people = (visiting + other) / each
    return pd.DataFrame(
        {
            "role": rows["role"],
            "visit_hours": visiting,
            "other_hours": other,
            "hours_year": year,
            "hours_each": each,
            "people": people,
            "people_visits": visiting / (year * rows["selling_share"]),
            "visit_share": visiting / (people * year).where(people > 0),
            "selling_share": rows["selling_share"],
        }
    )
