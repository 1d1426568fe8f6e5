"""The plan by month at the assumptions' central values, and the hiring calendar that follows from it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks
from salesmgmt.plan.capacity import people as known
from salesmgmt.plan.capacity.flow import Months, Terms, run

_DAYS_A_MONTH = 365.25 / 12
_COLUMNS = ["role", "month", "needed", "posts", "effective", "gap", "starts", "advertised"]


def by_month(
    needed: pd.DataFrame,
    staff: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    year_start: pd.Timestamp,
    absences: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """People needed against people effective, by role and month, if hiring begins on the as-of day.

    Parameters
    ----------
    needed : DataFrame
        One row per role (× region): ``role`` (``""``: of no role yet), ``reps`` (posts, unrounded).
    staff : DataFrame
        One row per person: ``staff_id``, ``role``; ``hired_on``, ``left_on``, ``capacity`` (share of a full post,
        missing: 1) may be absent. Days to come count: a known arrival or departure happens.
    terms : DataFrame
        One row per role: ``hiring_lead_months``, ``ramp_months`` (months, >= 0), ``attrition`` (share a year, < 1).
    as_of, year_start : Timestamp
        Day of the data; first day of the plan year.
    absences : DataFrame, optional
        One row per spell: ``staff_id``, ``from_on``, ``to_on`` (both days away).

    Returns
    -------
    DataFrame
        One row per role × month from the month after ``as_of`` to the plan year's last: ``role``, ``month`` (first
        day), ``needed``, ``posts`` (filled), ``effective`` (posts weighted by ramp and absence), ``gap`` (needed −
        effective), ``starts`` (newcomers of the month), ``advertised`` (at its end). Expected people, unrounded.

    Raises
    ------
    TypeError
        If a frame is not a DataFrame.
    ValueError
        If columns or roles are missing, numbers are out of bounds, or the plan year has ended.

    Notes
    -----
    effective = Σ share of post × chance to be still there × min(1, (months there + ½) ÷ ramp) × (1 − days absent ÷
    days of the month). Posts are filled as :func:`target_posts` says; a leaver's post is advertised at the month's end.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3 团队规模. Zoltners, Sinha & Zoltners (2001), The Complete Guide to Accelerating
    Sales Force Performance: sizing counts experienced people, so vacancies and ramp come on top.

    Examples
    --------
    >>> needed = pd.DataFrame({"role": ["account_manager"], "reps": [1.0]})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_manager"]})
    >>> terms = pd.DataFrame({"role": ["account_manager"], "hiring_lead_months": [2.0], "ramp_months": [6.0],
    ...     "attrition": [0.0]})
    >>> away = pd.DataFrame({"staff_id": ["S1"], "from_on": [pd.Timestamp("2027-06-01")],
    ...     "to_on": [pd.Timestamp("2027-06-15")]})
    >>> year = {"as_of": pd.Timestamp("2026-12-31"), "year_start": pd.Timestamp("2027-01-01")}
    >>> by_month(needed, staff, terms, **year, absences=away)["effective"].iloc[4:7].tolist()
    [1.0, 0.5, 1.0]
    """
    posts = known.needed_by_role(needed)
    rows = known.terms_by_role(terms, posts.index)
    months = known.horizon(as_of, year_start)
    parts = []
    for role, found in _run(posts, rows, staff, absences, months).items():
        amount = posts[role]
        parts.append(_table(str(role), float(amount), found, months))
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def company(by_month: pd.DataFrame) -> pd.DataFrame:
    """Roles added up: one row per month.

    Parameters
    ----------
    by_month : DataFrame
        As :func:`by_month` returns it.

    Returns
    -------
    DataFrame
        ``month``, ``needed``, ``posts``, ``effective``, ``gap``, ``starts``, ``advertised`` (people).

    Raises
    ------
    TypeError, ValueError
        If it is no frame or columns are missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"role": ["a", "b"], "month": [pd.Timestamp("2027-01-01")] * 2, "needed": [2.0, 1.0],
    ...     "posts": 1.0, "effective": 1.0, "gap": [1.0, 0.0], "starts": 0.0, "advertised": 0.0})
    >>> company(rows)["gap"].tolist()
    [1.0]
    """
    checks.require_columns(by_month, _COLUMNS, name="by_month")
    return by_month.groupby("month", as_index=False)[_COLUMNS[2:]].sum()


def hiring(
    needed: pd.DataFrame,
    staff: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    year_start: pd.Timestamp,
    absences: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The hiring calendar: how many must start, and by when they must be advertised.

    Parameters
    ----------
    needed, staff, terms, as_of, year_start, absences
        As :func:`by_month` takes them.

    Returns
    -------
    DataFrame
        One row per role: ``role``, ``needed``, ``there`` (posts, on the first day that can be planned), ``hires``
        (whole people to be advertised at once), ``replacements`` (expected people to be hired besides, for those who
        leave, to the end of the plan year), ``advertise_by`` (day, for the first day of the plan year at work),
        ``advertise_productive`` (day, to be fully productive by then), ``starts_on`` (if advertised on the as-of
        day), ``productive_on``.

    Raises
    ------
    TypeError, ValueError
        As :func:`by_month` raises.

    Notes
    -----
    advertise_by = year_start − lead; advertise_productive = year_start − lead − ramp; starts_on = as_of + lead.

    Examples
    --------
    >>> needed = pd.DataFrame({"role": ["account_manager"], "reps": [2.6]})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_manager"]})
    >>> terms = pd.DataFrame({"role": ["account_manager"], "hiring_lead_months": [2.0], "ramp_months": [6.0],
    ...     "attrition": [0.0]})
    >>> plan = hiring(needed, staff, terms, as_of=pd.Timestamp("2026-10-31"), year_start=pd.Timestamp("2027-01-01"))
    >>> plan[["hires", "advertise_by"]].values.tolist()
    [[2.0, Timestamp('2026-11-01 00:00:00')]]
    """
    posts = known.needed_by_role(needed)
    rows = known.terms_by_role(terms, posts.index)
    months = known.horizon(as_of, year_start)
    start = pd.Timestamp(year_start)
    parts = []
    for role, found in _run(posts, rows, staff, absences, months).items():
        lead, ramp = (float(rows[name].loc[role]) for name in ("hiring_lead_months", "ramp_months"))
        begins = _later(pd.Timestamp(as_of), lead)
        parts.append(
            {
                "role": role,
                "needed": float(posts[role]),
                "there": float(found.posts[0, 0] - found.starts[0, 0]),
                "hires": float(found.at_once[0]),
                "replacements": float(found.starts.sum() - found.at_once[0]),
                "advertise_by": _later(start, -lead),
                "advertise_productive": _later(start, -lead - ramp),
                "starts_on": begins,
                "productive_on": _later(begins, ramp),
            }
        )
    plan = pd.DataFrame(parts)
    return plan.assign(replacements=plan["replacements"].clip(lower=0.0))


def cost(posts: pd.DataFrame, cost_per_head: pd.DataFrame, *, year_start: pd.Timestamp) -> float:
    """What the posts filled in the plan year cost.

    Parameters
    ----------
    posts : DataFrame
        One row per role × month: ``role``, ``month``, ``posts``.
    cost_per_head : DataFrame
        One row per role: ``role``, ``cost_per_head`` (money a year and person, > 0).
    year_start : Timestamp
        First day of the plan year.

    Returns
    -------
    float
        Money; NaN where the cost of a role with people is not known.

    Raises
    ------
    TypeError, ValueError
        If a frame is none or columns are missing.

    Notes
    -----
    Σ over the months of the plan year of posts × cost_per_head ÷ 12.

    Examples
    --------
    >>> posts = pd.DataFrame({"role": "account_manager", "month": pd.Timestamp("2027-01-01"), "posts": [2.0]})
    >>> each = pd.DataFrame({"role": ["account_manager"], "cost_per_head": [360e3]})
    >>> cost(posts, each, year_start=pd.Timestamp("2027-01-01"))
    60000.0
    """
    checks.require_columns(posts, ["role", "month", "posts"], name="posts")
    checks.require_columns(cost_per_head, ["role", "cost_per_head"], name="cost_per_head")
    checks.require_unique(cost_per_head, ["role"], name="cost_per_head")
    filled = posts[(posts["month"] >= year_start) & (posts["posts"] > 0)]
    each = filled["role"].map(cost_per_head.set_index("role")["cost_per_head"])
    return float((filled["posts"] * each).sum(skipna=False) / 12)


def _run(
    needed: pd.Series,
    terms: pd.DataFrame,
    staff: pd.DataFrame,
    absences: pd.DataFrame | None,
    months: pd.DatetimeIndex,
) -> dict[str, Months]:
    """Each role through its months, towards posts whose hires are rounded up once for all roles."""
    roles = [str(role) for role in needed.index]
    people = {role: known.people_of(role, staff, absences, months, set(roles)) for role in roles}
    targets = known.target_posts(
        needed, pd.Series({role: known.present_posts(own) for role, own in people.items()})
    )
    certain = {role: Terms.of(*(float(terms[name].loc[role]) for name in known.TERMS)) for role in roles}
    return {role: run(people[role], certain[role], np.full(len(months), targets[role])) for role in roles}


def _table(role: str, needed: float, found: Months, months: pd.DatetimeIndex) -> pd.DataFrame:
    columns = {name: getattr(found, name)[0] for name in ("posts", "effective", "starts", "advertised")}
    return pd.DataFrame({"role": role, "month": months, "needed": needed, **columns}).assign(
        gap=lambda rows: rows["needed"] - rows["effective"]
    )


def _later(day: pd.Timestamp, months: float) -> pd.Timestamp:
    """A day some months later: whole months by the calendar, the rest in days."""
    whole = int(months)
    rest = round((months - whole) * _DAYS_A_MONTH)
    return pd.Timestamp(day + pd.DateOffset(months=whole) + pd.Timedelta(days=rest)).normalize()
