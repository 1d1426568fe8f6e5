"""A person's results beside what the person was given: potential, workload, tenure, support, absence; year by year."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.evaluation.fairness.luck import NEW

YEARS = 3
"""Business years looked back on, the running one included."""

SUPPORT = ("leads", "joint_visits", "coaching_hours", "budget")
_DAYS_A_YEAR = 365.25
_COLUMNS = ["staff_id", "role", "year", "months", "tenure", "customers", "potential", "workload", "absent_days", *SUPPORT,
            "revenue", "closed", "won"]  # fmt: skip

_COUNTED = ("absent_days", "revenue", "closed", "won")
"""What is zero for a person without rows, if the table has rows of anybody in the year."""


def given(
    staff: pd.DataFrame,
    assignments: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    year_starts: int = 1,
    frequencies: pd.DataFrame | None = None,
    visits_per_rep: Mapping[str, float] | None = None,
    revenue: pd.DataFrame | None = None,
    opportunities: pd.DataFrame | None = None,
    support: pd.DataFrame | None = None,
    absences: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each person's results of up to three business years beside what the person was given.

    Parameters
    ----------
    staff : DataFrame
        One row per person: ``staff_id``, ``role``; ``hired_on``, ``left_on``, ``capacity`` (posts) may be absent.
    assignments : DataFrame
        One row per customer × person × time: ``customer_id``, ``staff_id``, ``from_on``; ``to_on``, ``part`` may be absent.
    customers : DataFrame
        ``customer_id`` (unique), ``status``, ``tier``, ``potential`` (money a year) may be absent.
    as_of : Timestamp
        Last day that counts.
    year_starts : int
        First month of the business year, 1 to 12.
    frequencies : DataFrame, optional
        Visits a year and customer: ``role``, ``status``, ``tier``, ``visits_per_year``.
    visits_per_rep : mapping, optional
        Role -> visits a full post can make in a year.
    revenue : DataFrame, optional
        ``month`` (first day), ``staff_id``, ``amount``.
    opportunities : DataFrame, optional
        ``staff_id``, ``status``, ``closed_on``; ``kind`` may be absent.
    support : DataFrame, optional
        ``staff_id``, ``period`` (2026, 2026-Q1, 2026-01) and of leads, joint_visits, coaching_hours, budget those known.
    absences : DataFrame, optional
        ``staff_id``, ``from_on``, ``to_on`` (last day).

    Returns
    -------
    DataFrame
        One row per person and business year in post, of people employed on ``as_of`` in roles that have results
        (where nobody has any: who own customers), by person, latest year first: ``staff_id``, ``role``, ``year`` (that it starts in), ``months`` (in
        post), ``tenure`` (years at the end), ``customers`` (owned at the end), ``potential`` (of those, as told
        today), ``workload`` (visits they ask for ÷ what the post can make), ``absent_days``, ``leads``,
        ``joint_visits``, ``coaching_hours``, ``budget``, ``revenue`` (booked), ``closed``, ``won`` (new deals). What
        no table tells is missing.

    Raises
    ------
    ValueError
        If columns are missing or ids repeat.

    Notes
    -----
    The running year ends on ``as_of``. Support of a period counts in the business year its first month falls into; a
    year or quarter counts from the start of the business year. Nothing is adjusted: figures stand side by side.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_manager"], "hired_on": [pd.Timestamp("2026-03-01")]})
    >>> held = pd.DataFrame({"customer_id": ["C1"], "staff_id": ["S1"], "from_on": [pd.Timestamp("2026-03-01")]})
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "potential": [9.0]})
    >>> found = given(staff, held, customers, as_of=pd.Timestamp("2026-10-31"))
    >>> found[["year", "months", "customers", "potential"]].round(2).values.tolist()
    [['2026', 8.05, 1, 9.0]]
    """
    checks.require_columns(staff, ["staff_id", "role"], name="staff")
    checks.require_unique(staff, ["staff_id"], name="staff")
    checks.require_columns(assignments, ["customer_id", "staff_id", "from_on"], name="assignments")
    checks.require_unique(customers, ["customer_id"], name="customers")
    day = pd.Timestamp(as_of)
    first = pd.Timestamp(day.year - (day.month < year_starts), year_starts, 1)
    asked = _asked(staff, customers, frequencies, visits_per_rep)
    people = staff[frames.employed(staff, day).to_numpy()]
    found = []
    for back in range(YEARS):
        start = first - pd.DateOffset(years=back)
        end = min(day, start + pd.DateOffset(years=1) - pd.Timedelta(days=1))
        year = _posts(people, start, end).join(_owned(assignments, asked, end))
        year["absent_days"] = _absent(absences, start, end)
        year = year.join(_supported(support, start, year_starts))
        year = year.join(_results(revenue, opportunities, start, end))
        told = [name for name in _COUNTED if year[name].notna().any()]
        year[told] = year[told].fillna(0.0)
        found.append(year[year["months"] > 0].reset_index())
    table = pd.concat(found, ignore_index=True)
    table["workload"] /= table["staff_id"].map(_capacity(staff, visits_per_rep))
    table = _of_sellers(table)
    table = table.sort_values(["staff_id", "year"], ascending=[True, False], ignore_index=True)
    return table.astype({"customers": "int64"})[_COLUMNS]


def _of_sellers(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the roles that have results; of all who own customers where nobody has."""
    made = table[["revenue", "closed"]].fillna(0).ne(0).any(axis=1)
    if not made.any():
        return table[table["customers"] > 0]
    return table[table["role"].isin(table.loc[made, "role"])]


def _sized_as(role: pd.Series) -> pd.Series:
    """The role whose visits somebody makes: account and product managers make those of account managers."""
    return role.replace("account_product_manager", "account_manager")


def _capacity(staff: pd.DataFrame, visits_per_rep: Mapping[str, float] | None) -> pd.Series:
    """Visits a year that each person's post can make."""
    posts = frames.number(staff, "capacity").fillna(1.0)
    able = posts * _sized_as(staff["role"]).map(dict(visits_per_rep or {})).astype("float64")
    return pd.Series(able.where(able > 0).to_numpy(), index=frames.text(staff, "staff_id"))


def _asked(
    staff: pd.DataFrame,
    customers: pd.DataFrame,
    frequencies: pd.DataFrame | None,
    visits_per_rep: Mapping[str, float] | None,
) -> pd.DataFrame:
    """Potential of each customer, and the visits a year it asks of each role: one row per customer and person's role."""
    known = pd.DataFrame({name: frames.text(customers, name) for name in ("customer_id", "status", "tier")})
    known["potential"] = frames.number(customers, "potential")
    roles = pd.DataFrame(
        {"staff_id": frames.text(staff, "staff_id"), "role": _sized_as(frames.text(staff, "role"))}
    )
    if frequencies is None or visits_per_rep is None:
        return roles.merge(known.assign(visits=float("nan")), how="cross").drop(columns=["status", "tier"])
    checks.require_columns(frequencies, ["role", "status", "tier", "visits_per_year"], name="frequencies")
    rule = pd.DataFrame({name: frames.text(frequencies, name) for name in ("role", "status", "tier")})
    rule = rule.assign(visits=frequencies["visits_per_year"]).drop_duplicates(["role", "status", "tier"])
    wide = roles.merge(known, how="cross").merge(rule, on=["role", "status", "tier"], how="left")
    return wide.drop(columns=["status", "tier"])


def _posts(people: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Months in post within the year and tenure at its end, by person."""
    hired = pd.to_datetime(people["hired_on"]) if "hired_on" in people else pd.Series(pd.NaT, people.index)
    inside = (end - hired.where(hired > start, start)).dt.days + 1
    posts = people[["staff_id", "role"]].assign(
        year=str(start.year), months=inside.clip(lower=0) / _DAYS_A_YEAR * 12, tenure=(end - hired).dt.days / _DAYS_A_YEAR
    )  # fmt: skip
    return posts.set_index("staff_id")


def _owned(assignments: pd.DataFrame, asked: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Customers a person owns on a day, their potential and the visits they ask for."""
    rows = assignments[
        frames.in_force(assignments, day) & frames.text(assignments, "part").isin(["", "owner"])
    ]
    held = rows[["customer_id", "staff_id"]].drop_duplicates().merge(asked, on=["customer_id", "staff_id"])
    sums = held.groupby("staff_id").agg(
        customers=("customer_id", "size"),
        potential=("potential", lambda values: values.sum(min_count=1)),
        workload=("visits", lambda values: values.sum(min_count=1)),
    )
    return sums.reindex(asked["staff_id"].unique()).fillna({"customers": 0})


def _absent(absences: pd.DataFrame | None, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Days absent within the year."""
    if absences is None:
        return pd.Series(dtype="float64")
    checks.require_columns(absences, ["staff_id", "from_on", "to_on"], name="absences")
    since = pd.to_datetime(absences["from_on"])
    since = since.where(since > start, start)
    until = pd.to_datetime(absences["to_on"])
    until = until.where(until < end, end)
    return ((until - since).dt.days + 1).clip(lower=0).groupby(absences["staff_id"]).sum().astype("float64")


def _supported(support: pd.DataFrame | None, start: pd.Timestamp, year_starts: int) -> pd.DataFrame:
    """Support given in the year, by person."""
    if support is None:
        return pd.DataFrame(columns=list(SUPPORT), dtype="float64")
    checks.require_columns(support, ["staff_id", "period"], name="support")
    parts = (
        support["period"].astype("str").str.extract(r"^(\d{4})(?:-(?:Q([1-4])|(\d\d)))?$").astype("float64")
    )
    earlier = parts[2].notna() & (parts[2] < year_starts)
    rows = support[(parts[0] - earlier) == start.year]
    known = pd.DataFrame({name: frames.number(rows, name) for name in SUPPORT})
    return known.groupby(rows["staff_id"]).sum(min_count=1)


def _results(
    revenue: pd.DataFrame | None, opportunities: pd.DataFrame | None, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Revenue booked and new deals decided in the year, by person; missing before the tables begin."""
    found = pd.DataFrame({name: pd.Series(dtype="float64") for name in ("revenue", "closed", "won")})
    if revenue is not None and len(revenue):
        month = pd.to_datetime(revenue["month"])
        booked = revenue["amount"][month.between(start, end)].groupby(frames.text(revenue, "staff_id")).sum()
        found = found.reindex(booked.index).assign(revenue=booked)
    if opportunities is not None and len(opportunities):
        closed = pd.to_datetime(opportunities["closed_on"]).between(start, end)
        new = opportunities["status"].isin(["won", "lost"]) & frames.text(opportunities, "kind").isin(NEW)
        rows = opportunities[closed & new]
        deals = (rows["status"] == "won").groupby(frames.text(rows, "staff_id")).agg(closed="size", won="sum")
        found = found.reindex(found.index.union(deals.index)).assign(**deals.astype("float64"))
    return found


def by_team(beside: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Support that a person of each team was given, at the rate of a whole year.

    Parameters
    ----------
    beside : DataFrame
        Rows of :func:`given` of one year.
    staff : DataFrame
        ``staff_id``, ``team`` (else ``manager_id``, else ``region``).

    Returns
    -------
    DataFrame
        One row per team with known support, the fewest joint visits first: ``group``, ``people``, ``leads``,
        ``joint_visits``, ``coaching_hours``, ``budget`` (a person and year in post).

    Examples
    --------
    >>> beside = pd.DataFrame({"staff_id": ["S1"], "months": [6.0], "leads": 4.0, "joint_visits": 5.0,
    ...     "coaching_hours": 2.0, "budget": 100.0})
    >>> by_team(beside, pd.DataFrame({"staff_id": ["S1"], "team": ["East"]}))[["people", "joint_visits"]].values.tolist()
    [[1.0, 10.0]]
    """
    checks.require_columns(beside, ["staff_id", "months", *SUPPORT], name="beside")
    group = beside["staff_id"].map(frames.teams(staff)).astype("str").fillna("").rename("group")
    names = list(SUPPORT)
    months = beside[names].notna().mul(beside["months"], axis=0).groupby(group).sum()
    rates = beside[names].groupby(group).sum(min_count=1) / months * 12
    table = rates.assign(people=beside.groupby(group)["staff_id"].nunique())
    found = table.dropna(subset=["joint_visits"]).sort_values("joint_visits", kind="stable").reset_index()
    return found[["group", "people", *SUPPORT]]
