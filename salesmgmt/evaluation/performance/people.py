"""Each person's results: attainment of the quota, or growth where the role's people have none.

One role is measured by one measure, so that its people can be told apart at all; the figures are raw, no interval
is stated for one person, and nobody is ranked by them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.evaluation.performance.periods import compared, evaluation_period
from salesmgmt.evaluation.performance.quotas import monthly_quotas

METRICS = ("revenue", "margin")
"""Metrics of quotas that are read, the preferred first."""


def by_person(
    revenue: pd.DataFrame,
    staff: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    year_starts: int = 1,
    owners: pd.DataFrame | None = None,
    quotas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Attainment or growth of each person employed on a day.

    Parameters
    ----------
    revenue : DataFrame
        One row per month × customer × person (× product): ``month`` (first day), ``customer_id``, ``amount`` (money
        without VAT); ``staff_id`` (who is booked) and ``direct_cost`` (money) may be absent.
    staff : DataFrame
        One row per person: ``staff_id``; ``role``, ``team`` (else ``manager_id``, else ``region``), ``hired_on``
        (absent or missing: always there) and ``left_on`` may be absent.
    as_of : Timestamp
        Day of the evaluation.
    year_starts : int
        First month of the business year, 1 to 12.
    owners : DataFrame, optional
        Whose customer it is, several people per customer: ``customer_id``, ``staff_id``; of ``from_on``, ``to_on``
        (last day) and ``part`` (owner, backup), where present, only owners of ``as_of`` count.
    quotas : DataFrame, optional
        One row per quota: ``scope``, ``scope_id``, ``period`` (2026, 2026-Q1, 2026-01), ``metric``, ``amount``
        (money); ``product_id`` and ``customer_id`` may be absent.

    Returns
    -------
    DataFrame
        One row per person employed on ``as_of``, by role, then id: ``staff_id``, ``role``, ``team``, ``value``
        (NaN without a basis), ``measure`` (attainment, growth; one a role), ``metric`` (revenue, margin),
        ``actual``, ``reference`` (money: this year's, and the quota or last year's), ``customers`` (known, with
        revenue in either year).

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If columns are missing, keys repeat, amounts, months or periods are invalid, or ``year_starts`` is.

    Notes
    -----
    attainment = actual ÷ quota over the months of the evaluation period that the person has a quota for; a quota for a
    year or quarter is split in equal months, and gives way to one for a shorter period. 2026 and 2026-Q1 mean the
    business year that starts in 2026. Actual is what the person is booked for (of rows without a known person: what
    the person owns); in a role where nobody is booked, what the people own. growth = this year ÷ last year − 1 of the
    customers a person owns today, in either year whoever was booked; in a role without owners, of what is booked.
    Who was hired later than a year before ``as_of`` has no growth: ``value`` is NaN, ``actual``, ``reference`` and
    ``customers`` stay. What inherited customers grew by is the result of predecessors, and it would be unfair to credit
    or blame a successor for it; attainment stands. A role is measured by attainment if at least as many of its people
    have one as have a growth. A customer's revenue counts once a role: with the latest owner. Quotas of other scopes,
    of single products or customers, and for signed or collected money are not read: they count as none.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 完成率 and 增长率; PLAN 2 人员角色.

    Examples
    --------
    >>> revenue = pd.DataFrame({"month": pd.to_datetime(["2025-01-01", "2026-01-01"]), "customer_id": "C1",
    ...     "staff_id": "S1", "amount": [100.0, 120.0]})
    >>> staff = pd.DataFrame({"staff_id": ["S1", "S2"], "role": ["account_manager", "delivery_manager"]})
    >>> owners = pd.DataFrame({"customer_id": ["C1", "C1"], "staff_id": ["S1", "S2"]})
    >>> quotas = pd.DataFrame({"scope": ["staff"], "scope_id": ["S1"], "period": ["2026"], "metric": ["revenue"],
    ...     "amount": [1800.0]})
    >>> found = by_person(revenue, staff, as_of=pd.Timestamp("2026-01-31"), owners=owners, quotas=quotas)
    >>> found[["staff_id", "value", "measure"]].round(6).values.tolist()
    [['S1', 0.8, 'attainment'], ['S2', 0.2, 'growth']]
    """
    start, months = evaluation_period(as_of, year_starts)
    people = _people(staff, pd.Timestamp(as_of))
    booked, owned = _credited(compared(revenue, start, months), staff, people, owners, pd.Timestamp(as_of))
    asked = _asked(quotas, start, months)
    measured = [_attained(booked, asked[asked["metric"] == metric], metric) for metric in METRICS]
    grown = _grown(owned, people.loc[people["new"], "staff_id"])
    measured = [found.reindex(people["staff_id"]) for found in (*measured, grown)]
    covered = [found["value"].notna().groupby(people["role"].to_numpy()).sum() for found in measured]
    count = pd.concat(covered, axis=1).to_numpy()
    best = np.where(count.any(axis=1), count.argmax(axis=1), len(measured) - 1)  # the first of equals
    chosen = people["role"].map(dict(zip(covered[0].index, best, strict=True)))
    parts = [
        people.merge(found[chosen.to_numpy() == place].assign(**label), on="staff_id")
        for place, (found, label) in enumerate(zip(measured, _LABELS, strict=True))
    ]
    result = frames.in_order(pd.concat(parts), ["role", "staff_id"])
    return result.assign(customers=result["customers"].fillna(0).astype("int64"))[_COLUMNS]


_LABELS = [*({"measure": "attainment", "metric": metric} for metric in METRICS),
           {"measure": "growth", "metric": "revenue"}]  # fmt: skip
_COLUMNS = ["staff_id", "role", "team", "value", "measure", "metric", "actual", "reference", "customers"]


def _people(staff: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Who is employed on the day, with role and team, and whether ``new``: hired within the year up to it."""
    team = frames.teams(staff)
    people = pd.DataFrame(
        {"staff_id": team.index, "role": frames.text(staff, "role").array, "team": team.array, "new": False}
    )
    if "hired_on" in staff.columns:
        people["new"] = (pd.to_datetime(staff["hired_on"]) > day - pd.DateOffset(years=1)).to_numpy()
    return people[frames.employed(staff, day).to_numpy()].reset_index(drop=True)


def _credited(
    rows: pd.DataFrame,
    staff: pd.DataFrame,
    people: pd.DataFrame,
    owners: pd.DataFrame | None,
    day: pd.Timestamp,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Revenue of each ``person`` as booked and as owned; a role that has none of the one takes the other."""
    role = people.set_index("staff_id")["role"]
    person = frames.text(rows, "staff_id")
    known = person.isin(frames.text(staff, "staff_id"))
    booked = rows[person.isin(role.index)].assign(person=person)
    booked = booked.assign(role=booked["person"].map(role))
    owned = rows.assign(known=known).merge(_owned(owners, role, day), on="customer_id")
    unclaimed = owned[~owned["known"] & owned["role"].isin(booked["role"])]
    as_booked = [booked, unclaimed, owned[~owned["role"].isin(booked["role"])]]
    as_owned = [owned, booked[~booked["role"].isin(owned["role"])]]
    return pd.concat(as_booked, ignore_index=True), pd.concat(as_owned, ignore_index=True)


def _owned(owners: pd.DataFrame | None, role: pd.Series, day: pd.Timestamp) -> pd.DataFrame:
    """Customers that people own on the day, one person per customer and role."""
    if owners is None:
        return pd.DataFrame({"customer_id": [], "person": [], "role": []}, dtype="str")
    checks.require_columns(owners, ["customer_id", "staff_id"], name="owners")
    rows = pd.DataFrame(
        {"customer_id": frames.text(owners, "customer_id"), "person": frames.text(owners, "staff_id")}
    )
    rows["from_on"] = pd.to_datetime(owners["from_on"]) if "from_on" in owners.columns else pd.NaT
    here = frames.in_force(owners, day) & rows["person"].isin(role.index)
    rows = rows[here & frames.text(owners, "part").isin(["", "owner"]) & (rows["customer_id"] != "")]
    rows = rows.assign(role=rows["person"].map(role), age=day - rows["from_on"]).sort_values(
        ["age", "person"]
    )
    return rows.drop_duplicates(["customer_id", "role"])[["customer_id", "person", "role"]]


def _asked(quotas: pd.DataFrame | None, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Quota of each person, metric and month of the period."""
    if quotas is None:
        quotas = pd.DataFrame(columns=["scope", "scope_id", "period", "metric", "amount"], dtype="str")
    each = monthly_quotas(quotas, start=start, months=months)
    whole = (each["scope"] == "staff") & (each["product_id"] == "") & (each["customer_id"] == "")
    asked = each[whole & each["metric"].isin(METRICS)].rename(columns={"scope_id": "person"})
    return asked[["person", "metric", "age", "quota"]]


def _attained(rows: pd.DataFrame, asked: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Attainment of each person with a quota, over the quota's months."""
    cost = frames.number(rows, "direct_cost") if metric == "margin" else 0.0
    made = rows.assign(actual=rows["this"] - cost)[rows["age"] >= 0].merge(asked, on=["person", "age"])
    actual = made.groupby("person")["actual"].sum(skipna=False)
    reference = asked.groupby("person")["quota"].sum()
    found = pd.DataFrame({"actual": actual.reindex(reference.index, fill_value=0.0), "reference": reference})
    return _valued(found.assign(value=found["actual"] / reference.where(reference > 0)), rows)


def _grown(rows: pd.DataFrame, new: pd.Series) -> pd.DataFrame:
    """Growth of each person's revenue; none of the new people, who inherited it."""
    sums = rows.groupby("person")[["this", "last"]].sum()
    found = sums.rename(columns={"this": "actual", "last": "reference"})
    base = sums["last"].where((sums["last"] > 0) & ~sums.index.isin(new))
    return _valued(found.assign(value=sums["this"] / base - 1.0), rows)


def _valued(found: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The figures with the number of known customers behind them."""
    money = rows[(rows["customer_id"] != "") & ((rows["this"] != 0) | (rows["last"] != 0))]
    customers = money.groupby("person")["customer_id"].nunique()
    return found.assign(customers=customers).rename_axis("staff_id")[
        ["value", "actual", "reference", "customers"]
    ]
