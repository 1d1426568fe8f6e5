"""Who can own customers, and who owns which with how much work.

One owner per customer, out of the account managers: they carry the relationship. Product and delivery managers
follow the customer and are not moved here.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames

ROLE, DOUBLE = "account_manager", "account_product_manager"
_DAYS_PER_YEAR = 365.25


def sellers(staff: pd.DataFrame, frequencies: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The people who can own customers.

    Parameters
    ----------
    staff : DataFrame
        One row per person: ``staff_id`` (unique), ``role``; ``hired_on``, ``left_on``, ``capacity`` (share of a
        full post, missing: 1) may be absent.
    frequencies : DataFrame
        The visit policy by role, see :func:`holdings`; a double role it names is sized by itself.
    as_of : Timestamp
        The day on which people are counted.

    Returns
    -------
    DataFrame
        Account managers employed on that day whose post is larger than nothing (and those who are product
        managers too), by ``staff_id``, with all columns of ``staff`` and ``capacity`` filled in.

    Raises
    ------
    TypeError, ValueError
        If columns are missing, ids repeat, roles are unknown or capacities negative.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["S2", "S1"], "role": ["delivery_manager", "account_manager"]})
    >>> sellers(staff, pd.DataFrame({"role": ["account_manager"]}), as_of=pd.Timestamp("2026-10-31"))["staff_id"].tolist()
    ['S1']
    """
    checks.require_columns(staff, ["staff_id", "role"], name="staff")
    checks.require_unique(staff, ["staff_id"], name="staff")
    checks.require_codes(staff["role"], ("", *checks.ROLES), name="staff.role")
    capacity = frames.number(staff, "capacity").fillna(1.0)
    checks.require_bounds(capacity, name="staff.capacity", minimum=0.0)
    roles = {ROLE} if DOUBLE in set(frequencies["role"]) else {ROLE, DOUBLE}
    here = frames.employed(staff, pd.Timestamp(as_of)) & staff["role"].isin(roles) & (capacity > 0)
    return staff.assign(capacity=capacity)[here].sort_values("staff_id", kind="stable", ignore_index=True)


def holdings(
    customers: pd.DataFrame,
    assignments: pd.DataFrame,
    frequencies: pd.DataFrame,
    sellers: pd.DataFrame,
    revenue: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    hours_per_visit: float,
    travel_hours_per_visit: float,
) -> pd.DataFrame:
    """What each customer asks for, who owns it, for how long, and what it brings in.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id`` (unique), ``status``, ``tier``; ``customer`` (name), ``region`` may be
        absent.
    assignments : DataFrame
        One row per customer × person × spell: ``customer_id``, ``staff_id``, ``from_on``, ``to_on``, ``part``
        (owner, backup), ``locked`` (not to be moved).
    frequencies : DataFrame
        The visit policy, one row per role × status × tier (× region): ``role``, ``status``, ``tier``,
        ``visits_per_year``, ``hours_per_visit``.
    sellers : DataFrame
        As :func:`sellers` returns it.
    revenue : DataFrame
        One row per customer × month: ``customer_id``, ``month``, ``amount``; may be empty.
    as_of : Timestamp
        The day on which owners are read.
    hours_per_visit, travel_hours_per_visit : float
        Hours at the customer where the policy does not say, > 0; hours there and back, >= 0.

    Returns
    -------
    DataFrame
        One row per customer that account managers are to visit, input order: ``customer_id``, ``customer``, ``region``, ``visits`` (a
        year), ``hours`` (a year, with travel as assumed), ``staff_id`` (the owner; ``""`` for nobody who is still
        there), ``locked`` (with an owner only), ``years_together`` (NaN unknown), ``revenue`` (twelve months to
        ``as_of``; 0 unknown).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, ids repeat or numbers are out of bounds.

    Notes
    -----
    hours = visits × (hours per visit + travel hours per visit). Where several account managers own a customer on
    the day, the one who began last is its owner, then the first by id.

    References
    ----------
    浅析服务外包销售团队管理: 长期投入 is what years together and the cap on handovers stand for.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "status": ["existing"], "tier": ["A"]})
    >>> policy = pd.DataFrame({"role": ["account_manager"], "status": "existing", "tier": "A", "visits_per_year": 10.0, "hours_per_visit": 2.0})
    >>> spells = pd.DataFrame(columns=["customer_id", "staff_id", "from_on", "to_on", "part", "locked"])
    >>> nobody = pd.DataFrame({"staff_id": ["S1"]})
    >>> bills = pd.DataFrame(columns=["customer_id", "month", "amount"])
    >>> options = {"as_of": pd.Timestamp("2026-10-31"), "hours_per_visit": 1.5, "travel_hours_per_visit": 0.5}
    >>> holdings(customers, spells, policy, nobody, bills, **options)["hours"].tolist()
    [25.0]
    """
    checks.require_columns(customers, ["customer_id", "status", "tier"], name="customers")
    checks.require_unique(customers, ["customer_id"], name="customers")
    rules = {
        "hours_per_visit": ("> 0", lambda h: h > 0),
        "travel_hours_per_visit": (">= 0", lambda h: h >= 0),
    }
    checks.require_numbers(
        rules, hours_per_visit=hours_per_visit, travel_hours_per_visit=travel_hours_per_visit
    )
    columns = ["status", "tier", "visits_per_year", "hours_per_visit"]
    checks.require_columns(frequencies, ["role", *columns], name="frequencies")
    policy = frequencies.loc[frequencies["role"] == ROLE, columns].drop_duplicates(["status", "tier"])
    texts = {column: frames.text(customers, column) for column in ("customer", "region")}
    listed = customers[["customer_id", "status", "tier"]].assign(**texts)
    asked = listed.merge(policy, how="left", on=["status", "tier"])
    asked = asked[asked["visits_per_year"] > 0]
    each = asked["hours_per_visit"].fillna(hours_per_visit) + travel_hours_per_visit
    owners = _owners(assignments, set(sellers["staff_id"]), pd.Timestamp(as_of))
    held = asked.assign(visits=asked["visits_per_year"], hours=asked["visits_per_year"] * each)
    held = held.merge(owners, how="left", on="customer_id").fillna({"staff_id": ""})
    billed = held["customer_id"].map(_billed(revenue, pd.Timestamp(as_of))).fillna(0.0)
    held = held.assign(locked=held["locked"].eq(True), revenue=billed.astype("float64"))
    told = ["customer_id", "customer", "region", "visits", "hours", "staff_id", "locked", "years_together"]
    return held[[*told, "revenue"]]


def _owners(assignments: pd.DataFrame, there: set[str], as_of: pd.Timestamp) -> pd.DataFrame:
    """The owner of each customer on a day, among the people there."""
    columns = ["customer_id", "staff_id", "from_on", "to_on", "part", "locked"]
    checks.require_columns(assignments, columns, name="assignments")
    now = frames.in_force(assignments, as_of) & assignments["part"].eq("owner")
    spells = assignments.assign(from_on=pd.to_datetime(assignments["from_on"]))[
        now & assignments["staff_id"].isin(there)
    ]
    spells = spells.sort_values(["from_on", "staff_id"], ascending=[False, True], kind="stable")
    latest = spells.drop_duplicates("customer_id")
    years = ((as_of - latest["from_on"]).dt.days / _DAYS_PER_YEAR).astype("float64")
    return latest.assign(years_together=years)[["customer_id", "staff_id", "locked", "years_together"]]


def _billed(revenue: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Revenue of each customer in the twelve months to a day."""
    checks.require_columns(revenue, ["customer_id", "month", "amount"], name="revenue")
    month = pd.to_datetime(revenue["month"])
    since = as_of.to_period("M").to_timestamp() - pd.DateOffset(months=11)
    recent = revenue[(month >= since) & (month <= as_of)]
    return recent.groupby("customer_id")["amount"].sum().clip(lower=0.0)
