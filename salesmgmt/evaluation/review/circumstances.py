"""Figures that the gates read: what was asked of a person's customers, and how their industries did with others."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.evaluation.review.single_handed import held_on


def asked_of_potential(quotas: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """What each person's quota asks of the potential of the customers held.

    Parameters
    ----------
    quotas : DataFrame
        One row per quota of a person: ``staff_id``, ``metric``, ``quota`` (money over ``months``), ``months`` (> 0).
    given : DataFrame
        One row per person: ``staff_id``, ``potential`` (money a year; missing or zero: unknown).

    Returns
    -------
    DataFrame
        One row per person with a quota, by id: ``staff_id``, ``asked`` (a year's quota ÷ potential; missing where the
        potential is unknown).

    Raises
    ------
    ValueError
        If columns are missing or keys repeat.

    Notes
    -----
    Quotas of one metric are compared: the one that most people have one of, the first by name of equals.

    Examples
    --------
    >>> quotas = pd.DataFrame({"staff_id": ["S1"], "metric": ["revenue"], "quota": [5.0], "months": [6]})
    >>> asked_of_potential(quotas, pd.DataFrame({"staff_id": ["S1"], "potential": [40.0]})).values.tolist()
    [['S1', 0.25]]
    """
    checks.require_columns(quotas, ["staff_id", "metric", "quota", "months"], name="quotas")
    checks.require_unique(quotas, ["staff_id", "metric"], name="quotas")
    checks.require_columns(given, ["staff_id", "potential"], name="given")
    checks.require_unique(given, ["staff_id"], name="given")
    people = quotas.groupby("metric")["staff_id"].nunique()
    rows = quotas[quotas["metric"] == people.idxmax()] if len(people) else quotas
    rows = rows.merge(given[["staff_id", "potential"]], on="staff_id", how="left")
    year = rows["quota"] * 12.0 / rows["months"]
    rows["asked"] = year / rows["potential"].where(rows["potential"] > 0)
    return rows[["staff_id", "asked"]].sort_values("staff_id", ignore_index=True)


def market_growth(
    revenue: pd.DataFrame,
    customers: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    start: pd.Timestamp,
    months: int,
) -> pd.DataFrame:
    """How the industries of each person's customers did with everybody else: the common factor.

    Parameters
    ----------
    revenue : DataFrame
        ``month`` (first day), ``customer_id``, ``amount`` (money).
    customers : DataFrame
        ``customer_id`` (unique), ``industry``.
    assignments : DataFrame
        Who holds which customer: ``customer_id``, ``staff_id``; ``from_on``, ``to_on`` (last day) may be absent.
    as_of : Timestamp
        Day on which they hold it.
    start : Timestamp
        First month of the period.
    months : int
        Months of it, 1 or more.

    Returns
    -------
    DataFrame
        One row per person who holds customers with revenue a year before, by id: ``staff_id``, ``market`` (growth; missing where
        nobody else has customers in those industries).

    Raises
    ------
    ValueError
        If columns are missing, customers repeat, or ``months`` is not positive.

    Notes
    -----
    market = Σ own share × growth, over the industries of the person's customers: share of the person's revenue in the
    same months a year before, growth of all other customers of ours in the industry. Industries that nobody else serves
    are left out and the shares renormalised.

    Examples
    --------
    >>> revenue = pd.DataFrame({"month": pd.to_datetime(["2025-01-01", "2026-01-01"] * 2), "amount": [10.0, 5.0, 10.0, 8.0],
    ...     "customer_id": ["C1", "C1", "C2", "C2"]})
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2"], "industry": "bank"})
    >>> held = pd.DataFrame({"customer_id": ["C1"], "staff_id": ["S1"]})
    >>> days = {"as_of": pd.Timestamp("2026-01-31"), "start": pd.Timestamp("2026-01-01"), "months": 1}
    >>> market_growth(revenue, customers, held, **days).round(6).values.tolist()
    [['S1', -0.2]]
    """
    checks.require_columns(revenue, ["month", "customer_id", "amount"], name="revenue")
    checks.require_columns(customers, ["customer_id", "industry"], name="customers")
    checks.require_unique(customers, ["customer_id"], name="customers")
    checks.require_numbers({"months": ("1 or more", lambda count: count >= 1)}, months=months)
    sums = _compared(revenue, pd.Timestamp(start), months)
    industry = customers.set_index("customer_id")["industry"]
    sums["industry"] = sums["customer_id"].map(industry).astype("str").fillna("")
    sums = sums[sums["industry"] != ""]
    whole = sums.groupby("industry")[["this", "last"]].sum()
    pairs = held_on(assignments, pd.Timestamp(as_of)).merge(sums, on="customer_id")
    own = pairs.groupby(["staff_id", "industry"], as_index=False)[["this", "last"]].sum()
    others = own.merge(whole, left_on="industry", right_index=True, suffixes=("", "_all"))
    before = others["last_all"] - others["last"]
    grown = (others["this_all"] - others["this"]) / before.where(before > 1e-9 * others["last_all"]) - 1
    share = others["last"].where(grown.notna(), 0.0)
    sums_of = others.assign(part=grown.fillna(0.0) * share, share=share).groupby("staff_id")
    found = sums_of[["part", "share", "last"]].sum()
    found = found[found["last"] > 0]
    found["market"] = found["part"] / found["share"].where(found["share"] > 0)
    return found.rename_axis("staff_id").reset_index()[["staff_id", "market"]]


def _compared(revenue: pd.DataFrame, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Revenue of each customer in the period and in the same months a year before."""
    month = pd.to_datetime(revenue["month"])
    customer = frames.text(revenue, "customer_id")
    sums = {}
    for name, first in (("this", start), ("last", start - pd.DateOffset(years=1))):
        inside = (month >= first) & (month < first + pd.DateOffset(months=months))
        sums[name] = revenue.loc[inside, "amount"].groupby(customer[inside]).sum()
    table = pd.DataFrame(sums).fillna(0.0).rename_axis("customer_id").reset_index()
    return table[table["customer_id"] != ""]
