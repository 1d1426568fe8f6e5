"""Shares 份额, and new ground 新市场开拓.

Every rate is a raw ratio with its two parts beside it, so that groups can be added up and checked.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from salesmgmt import checks, frames


def market_share(results: pd.DataFrame, markets: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Our share of each market 总体份额、重点行业份额 in the latest period that is over.

    Parameters
    ----------
    results : DataFrame
        Placed revenue: ``month`` (first day), ``customer_id``, ``industry``, ``region``, ``amount``.
    markets : DataFrame
        One row per market: ``period`` (2026, 2026-Q1, 2026-01; calendar), ``industry``, ``region`` (``""`` for all),
        ``market_size`` (money of the period, > 0).
    as_of : Timestamp
        Day to which the results go.

    Returns
    -------
    DataFrame
        One row per market of the latest period whose last day is ``as_of`` or before: ``period``, ``industry``,
        ``region``, ``our_revenue``, ``market_size``, ``market_share``, ``customers``, ``share_before`` (of the same
        market in the period a year before, NaN where it is not given). Empty if no period is over.

    Notes
    -----
    Market share = our revenue ÷ market size, same period, same industry and region; a period still running is not
    compared, as our revenue would lack its last months. Where the table has no row for the whole market, the largest
    cells that do not overlap are not added up here: a share of the whole needs its size.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 份额.

    Examples
    --------
    >>> rows = pd.DataFrame({"month": ["2025-05-01"], "customer_id": "C1", "industry": "Bank", "region": "East",
    ...     "amount": [30.0]})
    >>> markets = pd.DataFrame({"period": ["2025", "2026"], "industry": "Bank", "market_size": [600.0, 700.0]})
    >>> market_share(rows, markets, as_of=pd.Timestamp("2026-10-31"))[["period", "market_share"]].values.tolist()
    [['2025', 0.05]]
    """
    checks.require_columns(results, ["month", "customer_id", "industry", "region", "amount"], name="results")
    checks.require_columns(markets, ["period", "market_size"], name="markets")
    names = ["period", "industry", "region"]
    sizes = pd.DataFrame({name: frames.text(markets, name) for name in names})
    sizes = sizes.assign(market_size=frames.number(markets, "market_size"))
    checks.require_unique(sizes, names, name="markets")
    checks.require_bounds(sizes["market_size"], name="markets.market_size", minimum=np.finfo("float64").tiny)
    spans = {str(period): _span(str(period)) for period in sizes["period"].unique()}
    over = {period: span for period, span in spans.items() if span[1] <= pd.Timestamp(as_of).normalize()}
    columns = [*names, "our_revenue", "market_size", "market_share", "customers", "share_before"]
    if not over:
        return pd.DataFrame(columns=columns)
    latest = max(over, key=lambda period: (over[period][1], -over[period][0].toordinal()))
    before = {latest: _a_year_before(latest)}
    found = _shares(results, sizes[sizes["period"] == latest], spans)
    earlier = sizes[sizes["period"] == before[latest]]
    past = _shares(results, earlier, spans).set_index(["industry", "region"])["market_share"]
    keys = pd.MultiIndex.from_frame(found[["industry", "region"]])
    return found.assign(share_before=past.reindex(keys).to_numpy())[columns].reset_index(drop=True)


def _shares(results: pd.DataFrame, sizes: pd.DataFrame, spans: dict[str, tuple[pd.Timestamp, pd.Timestamp]]) -> pd.DataFrame:  # fmt: skip
    """Our revenue beside each market's size."""
    month = pd.to_datetime(results["month"])
    parts = []
    for market in sizes.itertuples(index=False):
        first, last = spans[str(market.period)]
        mine = month.between(first, last)
        for name in ("industry", "region"):
            if getattr(market, name):
                mine &= results[name] == getattr(market, name)
        own = results[mine]
        parts.append((own["amount"].sum(), own.loc[own["customer_id"] != "", "customer_id"].nunique()))
    money = pd.DataFrame(parts, columns=["our_revenue", "customers"], index=sizes.index)
    found = sizes.join(money)
    return found.assign(market_share=found["our_revenue"] / found["market_size"])


def _span(period: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of a calendar year, quarter or month."""
    span = pd.Period(period.replace("-Q", "Q"))
    return span.start_time, span.end_time.normalize()


def _a_year_before(period: str) -> str:
    return f"{int(period[:4]) - 1}{period[4:]}"


def key_account_share(results: pd.DataFrame, customers: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Our part of each key account's outsourcing spend 重点客户份额, over the twelve months to a day.

    Parameters
    ----------
    results : DataFrame
        Revenue: ``month`` (first day), ``customer_id``, ``amount``.
    customers : DataFrame
        ``customer_id``, ``key_account`` (bool), ``outsourcing_spend`` (money a year; missing: not known).
    as_of : Timestamp
        The day; the months are the twelve whole ones before it, or up to it where it ends a month.

    Returns
    -------
    DataFrame
        One row per key account whose spend is known and positive, by id: ``customer_id``, ``our_revenue``,
        ``outsourcing_spend``, ``share``. The company's share is Σ our_revenue ÷ Σ outsourcing_spend.

    Examples
    --------
    >>> rows = pd.DataFrame({"month": ["2026-05-01"], "customer_id": ["C1"], "amount": [30.0]})
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "key_account": [True], "outsourcing_spend": [100.0]})
    >>> key_account_share(rows, customers, as_of=pd.Timestamp("2026-10-31"))["share"].tolist()
    [0.3]
    """
    checks.require_columns(customers, ["customer_id", "key_account", "outsourcing_spend"], name="customers")
    own = frames.twelve_months(results, as_of=as_of)
    revenue = own.groupby("customer_id")["amount"].sum()
    spend = frames.number(customers, "outsourcing_spend")
    key = customers[(frames.text(customers, "key_account") == "True") & (spend > 0)]
    found = key[["customer_id", "outsourcing_spend"]].assign(
        our_revenue=key["customer_id"].map(revenue).fillna(0.0)
    )
    found = found.assign(share=found["our_revenue"] / found["outsourcing_spend"])
    return found.sort_values("customer_id", ignore_index=True)[
        ["customer_id", "our_revenue", "outsourcing_spend", "share"]
    ]


def opened(
    contracts: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    start: pd.Timestamp,
    as_of: pd.Timestamp,
    key_industries: Collection[str] = (),
    key_regions: Collection[str] = (),
) -> pd.DataFrame:
    """Customers and regions opened in the evaluation period 新市场开拓.

    Parameters
    ----------
    contracts : DataFrame
        ``contract_id``, ``customer_id``, ``kind``, ``signed_on``; ``staff_id`` (who is credited) may be absent.
    customers : DataFrame
        ``customer_id``; ``industry``, ``region``, ``key_account`` may be absent.
    start, as_of : Timestamp
        First and last day of the evaluation period.
    key_industries, key_regions : collection of str
        What counts as key besides key accounts.

    Returns
    -------
    DataFrame
        One row per customer or region opened, by day: ``what`` (customer, region), ``id``, ``signed_on``,
        ``contract_id``, ``staff_id``, ``key`` (bool).

    Notes
    -----
    Opened: its first signed contract, renewals and pilots excluded, falls in the period. Whoever was served earlier by
    a renewal on the books is no new customer, so an earlier contract of any kind but a pilot excludes it. Key is a
    customer that is a key account or of a key industry, and a region among the key regions.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 新市场开拓.

    Examples
    --------
    >>> contracts = pd.DataFrame({"contract_id": ["K1", "K2"], "customer_id": ["C1", "C2"], "kind": "new",
    ...     "signed_on": ["2025-05-01", "2026-05-01"]})
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2"], "region": "East", "key_account": [False, True]})
    >>> period = {"start": pd.Timestamp("2026-01-01"), "as_of": pd.Timestamp("2026-10-31")}
    >>> opened(contracts, customers, **period)[["what", "id", "key"]].values.tolist()
    [['customer', 'C2', True]]
    """
    checks.require_columns(contracts, ["contract_id", "customer_id", "kind", "signed_on"], name="contracts")
    checks.require_columns(customers, ["customer_id"], name="customers")
    named = ("contract_id", "customer_id", "kind", "staff_id")
    rows = pd.DataFrame({name: frames.text(contracts, name) for name in named})
    rows = rows.assign(signed_on=pd.to_datetime(contracts["signed_on"]))
    rows = rows[(rows["kind"] != "pilot") & (rows["signed_on"] <= as_of)]
    place = pd.DataFrame(
        {name: frames.text(customers, name) for name in ("customer_id", "industry", "region")}
    )
    key = (frames.text(customers, "key_account") == "True") | place["industry"].isin(list(key_industries))
    rows = rows.merge(place.assign(key=key), on="customer_id", how="left").fillna(
        {"region": "", "key": False}
    )
    rows = rows.sort_values(["signed_on", "contract_id"])
    first = [
        ("customer", "customer_id", rows["key"]),
        ("region", "region", rows["region"].isin(list(key_regions))),
    ]
    parts = [
        rows.assign(what=what, id=rows[column], key=flag)[rows[column] != ""].drop_duplicates("id")
        for what, column, flag in first
    ]
    found = pd.concat(parts)
    found = found[(found["signed_on"] >= start) & (found["kind"] != "renewal")]
    found["key"] = found["key"].astype("bool")
    columns = ["what", "id", "signed_on", "contract_id", "staff_id", "key"]
    return found.sort_values(["what", "signed_on", "id"], ignore_index=True)[columns]
