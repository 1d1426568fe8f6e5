"""Whom the iron triangle 铁三角 lacks: key customers and open tenders without one of the three roles."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.roles.schools import MERGED, PAIR

TRIANGLE = ("account_manager", "product_manager", "delivery_manager")
"""客户经理, 产品经理, 交付经理."""


def triangle_gaps(
    customers: pd.DataFrame,
    opportunities: pd.DataFrame,
    assignments: pd.DataFrame,
    staff: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Which key customers and open tenders have nobody in one of the three roles.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id``, ``customer``, ``status``, ``key_account`` (bool).
    opportunities : DataFrame
        One row per opportunity: ``opportunity_id``, ``customer_id``, ``staff_id``, ``status`` (open and bid_won are
        looked at), ``amount``; may be empty.
    assignments : DataFrame
        One row per customer × person × spell: ``customer_id``, ``staff_id``, ``from_on``, ``to_on``, ``part``.
    staff : DataFrame
        One row per person: ``staff_id``, ``role``; ``hired_on``, ``left_on`` may be absent.
    as_of : Timestamp
        The day.

    Returns
    -------
    DataFrame
        One row per key customer (lost ones apart) and open tender, largest amount first within its kind: ``subject``
        (key_customer, open_tender), ``id``, ``customer``, ``amount`` (of a tender), and ``account_manager``,
        ``product_manager``, ``delivery_manager`` (bool: somebody is there), ``complete`` (bool).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Notes
    -----
    Owners of the day, employed on it, fill their role; an account and product manager fills two. A tender also has the
    person it is booked on. Backups fill no role.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 2: "客户经理、产品经理、交付经理,即'铁三角'团队".

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "customer": ["x"], "status": "existing", "key_account": True})
    >>> owned = pd.DataFrame({"customer_id": ["C1"], "staff_id": ["S1"], "from_on": pd.NaT, "to_on": pd.NaT, "part": "owner"})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_product_manager"]})
    >>> none = pd.DataFrame(columns=["opportunity_id", "customer_id", "staff_id", "status", "amount"])
    >>> found = triangle_gaps(customers, none, owned, staff, as_of=pd.Timestamp("2026-10-31"))
    >>> found[list(TRIANGLE)].values.tolist()
    [[True, True, False]]
    """
    checks.require_columns(customers, ["customer_id", "customer", "status", "key_account"], name="customers")
    checks.require_columns(
        assignments, ["customer_id", "staff_id", "from_on", "to_on", "part"], name="assignments"
    )
    checks.require_columns(staff, ["staff_id", "role"], name="staff")
    roles = staff[frames.employed(staff, as_of)].set_index("staff_id")["role"]
    now = frames.in_force(assignments, as_of) & (assignments["part"] == "owner")
    owners = assignments.loc[now, ["customer_id", "staff_id"]].assign(
        role=lambda rows: rows["staff_id"].map(roles)
    )
    keys = customers[customers["key_account"] & (customers["status"] != "lost")]
    named = keys[["customer_id", "customer"]].assign(
        subject="key_customer", id=keys["customer_id"], amount=np.nan
    )
    running = opportunities[opportunities["status"].isin(["open", "bid_won"])]
    tenders = running[["customer_id", "opportunity_id", "staff_id", "amount"]].rename(
        columns={"opportunity_id": "id"}
    )
    tenders = tenders.assign(subject="open_tender", role=tenders["staff_id"].map(roles))
    tenders = tenders.merge(customers[["customer_id", "customer"]], on="customer_id")
    subjects = pd.concat([named, tenders.drop(columns=["staff_id", "role"])], ignore_index=True)
    filled = pd.concat(
        [
            subjects[["subject", "id", "customer_id"]].merge(owners, on="customer_id"),
            tenders[["subject", "id", "role"]],
        ]
    )
    return _filled(subjects, filled)


def missing_roles(gaps: pd.DataFrame) -> pd.DataFrame:
    """How many key customers and open tenders lack each role.

    Parameters
    ----------
    gaps : DataFrame
        As :func:`triangle_gaps` returns it.

    Returns
    -------
    DataFrame
        One row per subject × role, in order: ``subject``, ``role``, ``looked_at``, ``without`` (counts).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Examples
    --------
    >>> gaps = pd.DataFrame({"subject": ["open_tender"], "account_manager": True, "product_manager": True,
    ...     "delivery_manager": False})
    >>> missing_roles(gaps)[["role", "without"]].values.tolist()
    [['account_manager', 0], ['product_manager', 0], ['delivery_manager', 1]]
    """
    checks.require_columns(gaps, ["subject", *TRIANGLE], name="gaps")
    rows = [
        {"subject": subject, "role": role, "looked_at": len(group), "without": int((~group[role]).sum())}
        for subject, group in gaps.groupby("subject", sort=True)
        for role in TRIANGLE
    ]
    return pd.DataFrame(rows, columns=["subject", "role", "looked_at", "without"])


def _filled(subjects: pd.DataFrame, filled: pd.DataFrame) -> pd.DataFrame:
    """Which of the three roles each subject has, one column per role."""
    key = pd.MultiIndex.from_frame(subjects[["subject", "id"]])
    columns = {}
    for role in TRIANGLE:
        fits = filled["role"].isin([role, MERGED] if role in PAIR else [role])
        columns[role] = key.isin(pd.MultiIndex.from_frame(filled.loc[fits, ["subject", "id"]]))
    table = subjects.assign(**columns, complete=np.logical_and.reduce(list(columns.values())))
    order = table.sort_values(
        ["subject", "amount"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return order[["subject", "id", "customer", "amount", *TRIANGLE, "complete"]]
