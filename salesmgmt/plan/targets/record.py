"""What the forecast takes for granted, held against the record: odds of renewals and tenders, amounts contracted.

Odds are judged by those who hold the customers, and a contract's monthly amount is what was signed; neither need be
what came of it. Both are shown beside what the last year or two brought, never put in the forecast's place.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.targets.forecast import months_within


def odds(items: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Odds that the forecast uses against those of the record, by line.

    Parameters
    ----------
    items : DataFrame
        From :func:`bottom_up`: ``line``, ``amount``, ``probability``, ``expected``.
    observed : DataFrame
        One row per line: ``line`` (renewal, tender), ``rate``, ``low``, ``high`` (shares, the 80 % interval; NaN where
        nothing was decided), ``n`` (decided).

    Returns
    -------
    DataFrame
        One row per line of ``observed`` with items and a rate: ``line``, ``items``, ``stated`` (mean probability,
        weighted by amount), ``rate``, ``low``, ``high``, ``n``, ``expected``, ``at_rate`` (money of the plan year: as
        forecast, and at the observed rate), ``holds`` (high, low: the stated odds lie beyond the interval; fits).

    Raises
    ------
    TypeError
        If an argument is not a DataFrame.
    ValueError
        If columns are missing.

    Notes
    -----
    stated = Σ amount × probability ÷ Σ amount; at_rate = Σ amount × rate. The record counts deals, whatever their size.

    Examples
    --------
    >>> items = pd.DataFrame({"line": "tender", "amount": [30.0, 10.0], "probability": [0.4, 0.8], "expected": [12.0, 8.0]})
    >>> seen = pd.DataFrame({"line": ["tender"], "rate": [0.2], "low": [0.1], "high": [0.3], "n": [40]})
    >>> odds(items, seen)[["stated", "expected", "at_rate", "holds"]].values.tolist()
    [[0.5, 20.0, 8.0, 'high']]
    """
    checks.require_columns(items, ["line", "amount", "probability", "expected"], name="items")
    checks.require_columns(observed, ["line", "rate", "low", "high", "n"], name="observed")
    sums = items.groupby("line").agg(
        items=("amount", "size"), amount=("amount", "sum"), expected=("expected", "sum")
    )
    found = observed.dropna(subset="rate").merge(sums.reset_index(), on="line")
    stated = found["expected"] / found["amount"]
    holds = pd.Series("fits", index=found.index, dtype="str")
    holds = holds.mask(stated > found["high"], "high").mask(stated < found["low"], "low")
    found = found.assign(stated=stated, at_rate=found["amount"] * found["rate"], holds=holds)
    return found[["line", "items", "stated", "rate", "low", "high", "n", "expected", "at_rate", "holds"]]


def realised(
    contracts: pd.DataFrame,
    revenue: pd.DataFrame,
    items: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: str = "region",
) -> pd.DataFrame:
    """Revenue of the last twelve months against what contracts stated for them.

    Parameters
    ----------
    contracts : DataFrame
        One row per contract: ``customer_id``, ``starts_on``, ``ends_on``, ``monthly_amount`` (money).
    revenue : DataFrame
        ``month`` (first day), ``customer_id``, ``amount`` (money).
    items : DataFrame
        From :func:`bottom_up`: ``line``, ``customer_id``, ``expected``.
    customers : DataFrame
        ``customer_id`` and the column ``by``; customers without a contract in the year are left out on both sides.
    as_of : Timestamp
        Day the data stand at; the window is the twelve whole months to it.
    by : str
        Column of ``customers`` to group by.

    Returns
    -------
    DataFrame
        One row per group with contracts, in the trade's order: ``by``, ``contracted``, ``billed`` (money of the window),
        ``ratio`` (billed ÷ contracted), ``expected`` (forecast of contracts and renewals), ``at_ratio`` (the same × ratio).

    Raises
    ------
    TypeError
        If an argument is not a DataFrame.
    ValueError
        If columns are missing.

    Notes
    -----
    contracted = Σ monthly_amount × months in force within the window.

    Examples
    --------
    >>> contracts = pd.DataFrame({"customer_id": ["C1"], "starts_on": ["2025-01-01"], "ends_on": ["2027-12-31"],
    ...     "monthly_amount": [10.0]})
    >>> revenue = pd.DataFrame({"month": pd.date_range("2025-11-01", periods=12, freq="MS"), "customer_id": "C1", "amount": 6.0})
    >>> items = pd.DataFrame({"line": ["locked_in"], "customer_id": ["C1"], "expected": [120.0]})
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "region": ["South"]})
    >>> realised(contracts, revenue, items, customers, as_of=pd.Timestamp("2026-10-31")).values.tolist()
    [['South', 120.0, 72.0, 0.6, 120.0, 72.0]]
    """
    checks.require_columns(
        contracts, ["customer_id", "starts_on", "ends_on", "monthly_amount"], name="contracts"
    )
    checks.require_columns(items, ["line", "customer_id", "expected"], name="items")
    checks.require_columns(customers, ["customer_id", by], name="customers")
    end = frames.after_whole_months(pd.Timestamp(as_of)) - pd.Timedelta(days=1)
    start = end + pd.Timedelta(days=1) - pd.DateOffset(years=1)
    first, last = (pd.to_datetime(contracts[name]) for name in ("starts_on", "ends_on"))
    stated = months_within(first, last, start, end) * frames.number(contracts, "monthly_amount").fillna(0.0)
    group = frames.text(customers, by).set_axis(customers["customer_id"])
    contracted = stated.groupby(frames.text(contracts, "customer_id")).sum().loc[lambda money: money > 0]
    billed = frames.twelve_months(revenue, as_of=as_of).groupby("customer_id")["amount"].sum()
    kept = items[items["line"].isin(["locked_in", "renewal"])].groupby("customer_id")["expected"].sum()
    known = contracted.index.intersection(group.index)
    each = pd.DataFrame({
        by: group[known], "contracted": contracted[known], "billed": billed.reindex(known).fillna(0.0),
        "expected": kept.reindex(known).fillna(0.0),
    })  # fmt: skip
    found = frames.in_order(each.groupby(by, as_index=False).sum(), [by])
    ratio = found["billed"] / found["contracted"]
    found = found.assign(ratio=ratio, at_ratio=found["expected"] * ratio)
    return found[[by, "contracted", "billed", "ratio", "expected", "at_ratio"]]
