"""Customers that only one of our people holds: what could leave with whom."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames


def single_handed(
    revenue: pd.DataFrame, assignments: pd.DataFrame, staff: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """What each person alone holds of the last twelve months' revenue.

    Parameters
    ----------
    revenue : DataFrame
        ``month`` (first day), ``customer_id``, ``amount`` (money).
    assignments : DataFrame
        One row per customer × person × time: ``customer_id``, ``staff_id``; ``from_on``, ``to_on`` (last day) may be absent.
        Owners and backups count alike.
    staff : DataFrame
        One row per person: ``staff_id``; ``hired_on``, ``left_on`` may be absent.
    as_of : Timestamp
        The day.

    Returns
    -------
    DataFrame
        One row per person who alone holds customers with revenue, largest first, then id: ``staff_id``, ``customers``,
        ``revenue`` (money), ``share`` (of all revenue, 0 to 1).

    Raises
    ------
    ValueError
        If columns are missing or people repeat.

    Notes
    -----
    A customer is held by whoever is assigned and employed on the day. Customers that nobody holds are not in here; their
    revenue is in the whole.

    Examples
    --------
    >>> revenue = pd.DataFrame({"month": pd.Timestamp("2026-10-01"), "customer_id": ["C1", "C2"], "amount": [30.0, 70.0]})
    >>> held = pd.DataFrame({"customer_id": ["C1", "C2", "C2"], "staff_id": ["S1", "S1", "S2"]})
    >>> staff = pd.DataFrame({"staff_id": ["S1", "S2"]})
    >>> single_handed(revenue, held, staff, as_of=pd.Timestamp("2026-10-31")).values.tolist()
    [['S1', 1, 30.0, 0.3]]
    """
    checks.require_columns(revenue, ["month", "customer_id", "amount"], name="revenue")
    checks.require_unique(staff, ["staff_id"], name="staff")
    day = pd.Timestamp(as_of)
    there = staff.loc[frames.employed(staff, day).to_numpy(), "staff_id"]
    pairs = held_on(assignments, day)
    pairs = pairs[pairs["staff_id"].isin(there)]
    alone = pairs[~pairs["customer_id"].duplicated(keep=False)]
    recent = frames.twelve_months(revenue, as_of=day)
    sums = recent.groupby("customer_id")["amount"].sum()
    rows = alone.assign(revenue=alone["customer_id"].map(sums).fillna(0.0)).query("revenue > 0")
    table = rows.groupby("staff_id", as_index=False).agg(
        customers=("customer_id", "size"), revenue=("revenue", "sum")
    )
    table["share"] = table["revenue"] / recent["amount"].sum()
    return table.sort_values(["revenue", "staff_id"], ascending=[False, True], ignore_index=True)


def held_on(assignments: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Who holds which customer on a day, owners and backups alike.

    Parameters
    ----------
    assignments : DataFrame
        As :func:`single_handed` takes it.
    day : Timestamp
        The day.

    Returns
    -------
    DataFrame
        One row per customer and person: ``customer_id``, ``staff_id``.

    Raises
    ------
    ValueError
        If columns are missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": "C1", "staff_id": ["S1", "S2"], "to_on": [pd.NaT, pd.Timestamp("2025-12-31")]})
    >>> held_on(rows, pd.Timestamp("2026-10-31"))["staff_id"].tolist()
    ['S1']
    """
    checks.require_columns(assignments, ["customer_id", "staff_id"], name="assignments")
    now = frames.in_force(assignments, day)
    return assignments.loc[now, ["customer_id", "staff_id"]].drop_duplicates()
