"""Visits made against the visit policy 拜访频次标准, and who owns a customer.

The log of visits is read over at most the twelve months before ``as_of``, in whole days where the log
itself begins or ends and in whole months where it is cut: a month cannot be split. A phone call
(kind ``call``) is not a visit. Visits are compared with what the policy asks of the same customers over
the same days; a difference is stated only where customers and salespeople, taken as they vary, carry it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames, uncertainty

MIN_CUSTOMERS = 5
"""Customers below which a group carries no verdict."""

MIN_DAYS = 90
"""Days of log below which seasons rule and no verdict is given."""

CLOSE = 0.25
"""A rate within a quarter of the policy counts as consistent with it."""

_ERROR = 0.05
COLUMNS = [
    "customers",
    "days",
    "visits",
    "per_year",
    "policy",
    "ratio",
    "low",
    "high",
    "never",
    "minutes",
    "verdict",
]


def against_policy(
    visits: pd.DataFrame,
    customers: pd.DataFrame,
    frequencies: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    staff: pd.DataFrame | None = None,
    owners: pd.DataFrame | None = None,
    by: Sequence[str] = ("status", "tier"),
    level: float = 0.8,
) -> pd.DataFrame:
    """Visits made a year and customer, against the policy, by class or by team.

    Parameters
    ----------
    visits : DataFrame
        One row per month × customer × person × kind: ``month`` (first day), ``customer_id``,
        ``staff_id`` (``""`` unknown), ``kind``, ``visits`` (count), ``minutes`` (sum, missing if none),
        ``first_on``, ``last_on`` (days of the first and last of them).
    customers : DataFrame
        One row per customer: ``customer_id`` (unique), ``status``, ``tier`` (as sized), columns of ``by``.
    frequencies : DataFrame
        The policy, one row per role × class: ``status``, ``tier``, ``visits_per_year`` (per customer);
        ``role`` may be absent. Roles add up: the log holds everybody's visits.
    as_of : Timestamp
        Last day that counts.
    staff : DataFrame, optional
        One row per person, ``staff_id`` and ``team`` (else ``manager_id``, else ``region``): needed
        for ``by=("team",)``.
    owners : DataFrame, optional
        ``customer_id`` (unique) and ``staff_id``, see :func:`current_owners`: whose customer it is; a customer
        without owner is in team ``""``. Needed for ``by=("team",)``.
    by : sequence of str
        Columns of customers to group by, or ``team``; empty: one row for the company.
    level : float
        Level of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per group of customers with a policy: ``by``, ``people`` (employed on ``as_of``; only by
        team), ``customers``, ``days`` (observed window),
        ``visits`` (counted), ``per_year`` (visits a year and customer), ``policy`` (the same, as the policy asks),
        ``ratio`` (per_year ÷ policy), ``low``, ``high`` (interval of ratio), ``never`` (customers without a
        visit), ``minutes`` (mean per visit, NaN if unknown), ``verdict`` (below, above, consistent,
        cannot_tell). Visits to unknown customers, and to customers whom the policy leaves out, are in no row.

    Raises
    ------
    TypeError
        If a frame is not a DataFrame or ``level`` is not a number.
    ValueError
        If columns are missing, keys repeat, or classes of customers (the lost apart) have no policy.

    Notes
    -----
    per_year = visits ÷ customers × 365 ÷ days; policy = Σ policy visits of the customers ÷ customers.
    The window runs from the first logged day, at most twelve months back, to the last logged day or
    ``as_of``; a month the window would cut is left out. The interval is Student's t on the log of the ratio;
    the error is that of a ratio over clusters, where customers of one person form a cluster (his owner, else
    who visited most; a customer whom nobody visits stands alone), or over customers if that is larger.
    ``below`` and ``above`` are held against 5 % over all groups jointly (Holm); else ``consistent`` if the
    80 % interval lies within a quarter of the policy, and ``cannot_tell`` if it does not, or under five customers
    or ninety days. Part of a year is annualised as it is: seasons outside the window are not known.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3 (拜访频次) and ALLOCATION (客户拜访). Cochran (1977), Sampling Techniques,
    3rd ed., ch. 6, the variance of a ratio; Carter, Schnepel & Steigerwald (2017), Asymptotic behavior of a
    t-test robust to cluster heterogeneity, Review of Economics and Statistics 99(4), 698–709.

    Examples
    --------
    >>> visits = pd.DataFrame({"month": pd.to_datetime(["2026-01-01"]), "customer_id": ["C1"], "staff_id": ["S1"],
    ...     "kind": ["visit"], "visits": [73], "minutes": [None], "first_on": pd.to_datetime(["2026-01-01"]),
    ...     "last_on": pd.to_datetime(["2026-01-31"])})
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "status": ["existing"], "tier": ["A"]})
    >>> policy = pd.DataFrame({"status": ["existing"], "tier": ["A"], "visits_per_year": [36]})
    >>> found = against_policy(visits, customers, policy, as_of=pd.Timestamp("2026-10-31"))
    >>> found[["days", "visits", "verdict"]].values.tolist()
    [[31, 73, 'cannot_tell']]
    """
    share = ("> 0 and < 1", lambda value: 0 < value < 1)
    checks.require_numbers({"level": share}, level=level)
    asked = _asked(customers, frequencies, staff, owners, tuple(by))
    counted, days = _window(visits, pd.Timestamp(as_of))
    seen = asked.join(_by_customer(counted), on="customer_id").fillna(
        {"visits": 0.0, "logged": 0.0, "minutes": 0.0}
    )
    seen = seen.assign(cluster=_clusters(seen, counted, owners), expected=seen["policy"] * days / 365.0)
    keys = list(by)
    groups = seen.groupby(keys or np.zeros(len(seen), dtype="int64"))
    table = groups.agg(
        customers=("customer_id", "size"), visits=("visits", "sum"), policy=("policy", "mean"),
        minutes=("minutes", "sum"), logged=("logged", "sum"), never=("visits", lambda made: int((made == 0).sum())),
    )  # fmt: skip
    table = table.assign(
        days=days,
        per_year=table["visits"] / table["customers"] * (365.0 / days if days else np.nan),
        minutes=table["minutes"] / table["logged"].where(table["logged"] > 0),
    )
    table["ratio"] = table["per_year"] / table["policy"].where(table["policy"] > 0)
    spread = pd.DataFrame([_spread(group) for _, group in groups], columns=["error", "df"], index=table.index)
    table = _judged(table.join(spread), level=level).reset_index(drop=not keys)
    table["visits"] = table["visits"].astype("int64")
    if "team" not in keys or staff is None:
        return (frames.in_order(table, keys) if keys else table)[[*keys, *COLUMNS]]
    here = frames.teams(staff)[frames.employed(staff, pd.Timestamp(as_of)).to_numpy()].value_counts()
    table["people"] = table["team"].map(here).fillna(0).astype("int64")
    return frames.in_order(table, keys)[[*keys, "people", *COLUMNS]]


def current_owners(
    assignments: pd.DataFrame, *, as_of: pd.Timestamp, staff: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Whose customer each customer is on a day.

    Parameters
    ----------
    assignments : DataFrame
        One row per customer × person × time: ``customer_id``, ``staff_id``, ``from_on``; ``to_on`` (last
        day, missing: still running) and ``part`` (owner, backup; missing: owner) may be absent.
    as_of : Timestamp
        The day.
    staff : DataFrame, optional
        One row per person, ``staff_id`` and ``role``: of several owners the account manager's side goes
        first, then the article's order of roles. None: the latest assignment goes first.

    Returns
    -------
    DataFrame
        One row per customer that has an owner, by customer: ``customer_id``, ``staff_id``.

    Raises
    ------
    TypeError
        If an argument is not a DataFrame.
    ValueError
        If columns are missing.

    Notes
    -----
    Order of preference: role, then the later ``from_on``, then ``staff_id``.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 2 人员角色: the account manager leads the customer.

    Examples
    --------
    >>> assignments = pd.DataFrame({"customer_id": ["C1", "C1"], "staff_id": ["S1", "S2"],
    ...     "from_on": pd.to_datetime(["2025-01-01", "2026-04-01"]),
    ...     "to_on": pd.to_datetime(["2026-03-31", None])})
    >>> current_owners(assignments, as_of=pd.Timestamp("2026-10-31"))["staff_id"].tolist()
    ['S2']
    """
    checks.require_columns(assignments, ["customer_id", "staff_id", "from_on"], name="assignments")
    day = pd.Timestamp(as_of)
    rows = assignments.assign(
        part=frames.text(assignments, "part"), from_on=pd.to_datetime(assignments["from_on"])
    )
    rows = rows[rows["part"].isin(["", "owner"]) & frames.in_force(rows, day)]
    rank = dict.fromkeys(rows["staff_id"], 0)
    if staff is not None:
        checks.require_columns(staff, ["staff_id", "role"], name="staff")
        order = {
            "account_manager": 0,
            "account_product_manager": 1,
            "product_manager": 2,
            "delivery_manager": 3,
        }
        rank = {
            person: order.get(role, 4) for person, role in zip(staff["staff_id"], staff["role"], strict=True)
        }
    rows = rows.assign(rank=rows["staff_id"].map(rank).fillna(4), age=day - rows["from_on"])
    rows = rows.sort_values(["customer_id", "rank", "age", "staff_id"], kind="stable")
    return rows.drop_duplicates("customer_id")[["customer_id", "staff_id"]].reset_index(drop=True)


def _asked(
    customers: pd.DataFrame,
    frequencies: pd.DataFrame,
    staff: pd.DataFrame | None,
    owners: pd.DataFrame | None,
    by: tuple[str, ...],
) -> pd.DataFrame:
    """Customers with the visits a year that the policy asks for each, and their groups."""
    checks.require_columns(
        customers, ["customer_id", "status", *(set(by) - {"team", "tier"})], name="customers"
    )
    checks.require_unique(customers, ["customer_id"], name="customers")
    checks.require_columns(frequencies, ["status", "tier", "visits_per_year"], name="frequencies")
    rule = pd.DataFrame({key: frames.text(frequencies, key) for key in ("role", "status", "tier")})
    rule = rule.assign(policy=frames.number(frequencies, "visits_per_year")).drop_duplicates()
    policy = rule.groupby(["status", "tier"])[["policy"]].sum().reset_index()
    names = dict.fromkeys(["customer_id", "status", "tier", *by])
    known = pd.DataFrame({name: frames.text(customers, name) for name in names}).reset_index(drop=True)
    if "team" in by:
        known["team"] = _team(known["customer_id"], staff, owners)
    known = known.merge(policy, on=["status", "tier"], how="left")
    idle = known[known["policy"].isna() & (known["status"] != "lost")]
    if len(idle):
        missing = checks.labels(idle[["status", "tier"]].drop_duplicates())
        has = checks.labels(policy[["status", "tier"]])
        raise ValueError(f"classes {missing} have customers but no visit frequency; frequencies has {has}")
    return known[known["policy"].notna()].reset_index(drop=True)


def _team(customer: pd.Series, staff: pd.DataFrame | None, owners: pd.DataFrame | None) -> pd.Series:
    """Team of each customer's owner, ``""`` without owner."""
    if staff is None or owners is None:
        raise ValueError("by has 'team' but staff or owners is None, must have both")
    return customer.map(_owner(owners)).map(frames.teams(staff)).astype("str").fillna("")


def _owner(owners: pd.DataFrame) -> pd.Series:
    """Owner indexed by customer, checked."""
    checks.require_columns(owners, ["customer_id", "staff_id"], name="owners")
    checks.require_unique(owners, ["customer_id"], name="owners")
    return pd.Series(frames.text(owners, "staff_id").to_numpy(), index=frames.text(owners, "customer_id"))


def _window(visits: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, int]:
    """Visits that count, and the days of the log they come from."""
    needed = ["month", "customer_id", "staff_id", "visits", "first_on", "last_on"]
    checks.require_columns(visits, needed, name="visits")
    log = visits.assign(
        **{name: pd.to_datetime(visits[name]).dt.normalize() for name in ("first_on", "last_on")}
    )
    log = log[log["first_on"] <= as_of]
    if log.empty:
        return log, 0
    start, end = log["first_on"].min(), min(as_of, log["last_on"].max())
    year_back = as_of - pd.DateOffset(months=12) + pd.Timedelta(days=1)
    if start < year_back:
        start = year_back if year_back.day == 1 else year_back + pd.offsets.MonthBegin()
    if (log["last_on"] > as_of).any():
        end = min(end, as_of - pd.offsets.MonthEnd())
    log = log[(log["first_on"] >= start) & (log["last_on"] <= end)]
    kind = frames.text(log, "kind")
    return log[kind != "call"], max(0, (end - start).days + 1)


def _by_customer(counted: pd.DataFrame) -> pd.DataFrame:
    """Visits of each customer; minutes, and the visits they were noted for."""
    minutes = frames.number(counted, "minutes")
    rows = counted.assign(minutes=minutes, logged=counted["visits"].where(minutes.notna(), 0))
    return rows.groupby(frames.text(counted, "customer_id"))[["visits", "logged", "minutes"]].sum()


def _clusters(customers: pd.DataFrame, counted: pd.DataFrame, owners: pd.DataFrame | None) -> pd.Series:
    """Person behind each customer's visits: his owner, else who visited most, else nobody but himself."""
    made = counted.groupby(
        [frames.text(counted, "customer_id"), frames.text(counted, "staff_id")], as_index=False
    )["visits"].sum()
    made = made[made["staff_id"] != ""].sort_values(["visits", "staff_id"], ascending=[False, True])
    most = made.drop_duplicates("customer_id").set_index("customer_id")["staff_id"]
    customer = customers["customer_id"]
    person = customer.map(most).astype("str").fillna("")
    if owners is not None:
        owner = customer.map(_owner(owners)).astype("str").fillna("")
        person = owner.where(owner != "", person)
    return person.where(person != "", "\0" + customer)


def _spread(group: pd.DataFrame) -> tuple[float, float]:
    """Error of the log ratio of visits to policy, and its degrees of freedom."""
    made, asked = group["visits"].sum(), group["expected"].sum()
    n = len(group)
    if made <= 0 or asked <= 0 or n < 2:
        return np.nan, np.nan
    off = group["visits"] - made / asked * group["expected"]
    variance, df = n / (n - 1) * float((off**2).sum()), n - 1.0
    clusters = pd.DataFrame({"off": off, "expected": group["expected"]}).groupby(group["cluster"]).sum()
    size = len(clusters)
    if size > 1:
        between = size / (size - 1) * float((clusters["off"] ** 2).sum())
        if between > variance:
            effective = asked**2 / float((clusters["expected"] ** 2).sum())
            variance, df = between, max(1.0, effective - 1.0)
    return float(np.sqrt(variance) / made), df


def _judged(table: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Interval of the ratio and the verdict on each group."""
    centre = np.log(table["ratio"].where(table["ratio"] > 0))
    bounds = {}
    for name, at in (("said", level), ("close", 0.8)):
        reach = table["error"] * stats.t.ppf((1 + at) / 2, table["df"])
        bounds[name] = (np.exp(centre - reach), np.exp(centre + reach))
    silent = (table["visits"] == 0) & (table["policy"] > 0) & (table["days"] > 0)
    asked = (table["policy"] * table["customers"] * table["days"] / 365.0).where(silent)
    p = pd.Series(2 * stats.t.sf(np.abs(centre / table["error"]), table["df"]), index=table.index)
    p = p.where(~silent, 2 * np.exp(-asked)).clip(upper=1.0)
    enough = (table["customers"] >= MIN_CUSTOMERS) & (table["days"] >= MIN_DAYS)
    proven = uncertainty.holm(p.where(enough), error=_ERROR)
    close = enough & (bounds["close"][0] >= 1 - CLOSE) & (bounds["close"][1] <= 1 + CLOSE)
    verdict = pd.Series("cannot_tell", index=table.index, dtype="str").mask(close, "consistent")
    verdict = verdict.mask(proven & (table["ratio"] < 1), "below").mask(
        proven & (table["ratio"] > 1), "above"
    )
    return table.assign(
        low=bounds["said"][0].where(~silent, 0.0),
        high=bounds["said"][1].where(~silent, -np.log((1 - level) / 2) / asked),
        verdict=verdict,
    )
