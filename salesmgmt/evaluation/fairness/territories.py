"""Territories as units of comparison: what each earns, and what it holds that nobody in it chose."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames

CIRCUMSTANCES = ("potential", "visits", "customers")
"""What a territory holds: potential a year, visits a year its customers ask for, customers existing and prospective."""


def territories(
    customers: pd.DataFrame,
    revenue: pd.DataFrame,
    frequencies: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: str = "city",
) -> pd.DataFrame:
    """Revenue of each territory in the last twelve months beside its circumstances.

    Parameters
    ----------
    customers : DataFrame
        ``customer_id`` (unique), ``status``, ``tier``, ``potential`` (money a year, missing counts as none), the column ``by``.
    revenue : DataFrame
        ``month`` (first day), ``customer_id``, ``amount``.
    frequencies : DataFrame
        Visits a year and customer: ``role``, ``status``, ``tier``, ``visits_per_year``.
    as_of : Timestamp
        Last day that counts.
    by : str
        Column that names the territory.

    Returns
    -------
    DataFrame
        One row per territory with customers that are not lost, alphabetically: ``unit``, ``revenue`` (twelve whole
        months), ``potential``, ``visits`` (a year, all roles), ``customers``. Customers without a territory are left out.

    Raises
    ------
    ValueError
        If columns are missing or customers repeat.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "status": "existing", "tier": "A", "city": "X", "potential": 9.0})
    >>> revenue = pd.DataFrame({"month": ["2026-03-01"], "customer_id": ["C1"], "amount": [5.0]})
    >>> policy = pd.DataFrame({"role": ["account_manager"], "status": "existing", "tier": "A", "visits_per_year": [12.0]})
    >>> territories(customers, revenue, policy, as_of=pd.Timestamp("2026-10-31")).values.tolist()
    [['X', 5.0, 9.0, 12.0, 1]]
    """
    checks.require_columns(customers, ["customer_id", "status", by], name="customers")
    checks.require_unique(customers, ["customer_id"], name="customers")
    checks.require_columns(revenue, ["month", "customer_id", "amount"], name="revenue")
    checks.require_columns(frequencies, ["role", "status", "tier", "visits_per_year"], name="frequencies")
    rule = frequencies[["role", "status", "tier", "visits_per_year"]].drop_duplicates(
        ["role", "status", "tier"]
    )
    asked = rule.groupby(["status", "tier"], as_index=False)["visits_per_year"].sum()
    held = pd.DataFrame({name: frames.text(customers, name) for name in ("customer_id", "status", "tier")})
    held = held.assign(unit=frames.text(customers, by), potential=frames.number(customers, "potential"))
    held = held[(held["status"] != "lost") & (held["unit"] != "")].merge(
        asked, on=["status", "tier"], how="left"
    )
    earned = frames.twelve_months(revenue, as_of=as_of).groupby("customer_id")["amount"].sum()
    held["revenue"] = held["customer_id"].map(earned).fillna(0.0)
    return held.groupby("unit", as_index=False).agg(
        revenue=("revenue", "sum"),
        potential=("potential", "sum"),
        visits=("visits_per_year", "sum"),
        customers=("customer_id", "size"),
    )
