"""Whether quotas and what was sold are told in the same unit.

A table of quotas in 万元 beside a ledger in 元 is valid cell by cell; only the sums give it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.frames import teams

__all__ = ["FAR", "by_month", "quotas"]

FAR = 50
"""Quotas this many times the revenue of the same months, or revenue this many times the quotas, are no plan.

Units differ by a thousand (元 and 千元) or ten thousand (元 and 万元). A bold plan doubles revenue, a young
team's may be several times as much, and quotas that stand in the table by year, quarter, month and product
at once are counted up to four times: together well below.
"""

_MONTHLY = ["scope", "scope_id", "metric", "product_id", "customer_id", "amount", "at", "length", "row"]
_DAYS_OF_A_MONTH = 30.44

Frames = Mapping[str, pd.DataFrame]


def quotas(tables: Frames, *, as_of: pd.Timestamp, year_starts: int) -> Iterator[Problem]:
    """A warning for each metric and kind of scope whose quotas are out of all proportion to what was reached of it.

    Parameters
    ----------
    tables : Mapping
        Typed tables and reduced facts, as far as they could be read; ``customers`` among them.
    as_of : Timestamp
        Day the data stand at: later months have no revenue yet.
    year_starts : int
        First month of the business year, 1 to 12.

    Yields
    ------
    Problem
        A warning where the quotas of one kind are :data:`FAR` times the revenue (amount signed, money collected) of
        the same months or more, or the reverse: for revenue over the months that have both, for the others, which
        come in lumps, over all months from the first to the last. Too high is judged against the whole company's revenue, the
        most that those in question may have had; too low against what is booked on them, the least. Quotas of
        single customers are left out.

    Examples
    --------
    >>> tables = {
    ...     "customers": pd.DataFrame({"customer_id": ["C1"]}),
    ...     "quotas": pd.DataFrame({"scope": ["company"], "scope_id": "", "period": "2026", "metric": "revenue",
    ...                             "product_id": "", "customer_id": "", "amount": 1200.0}),
    ...     "revenue": pd.DataFrame({"month": [pd.Timestamp("2026-01-01")], "customer_id": "C1", "staff_id": "",
    ...                              "product_id": "", "amount": 900000.0}),
    ... }
    >>> [warning] = quotas(tables, as_of=pd.Timestamp("2026-10-31"), year_starts=1)
    >>> warning.id, warning.fields["quota"], warning.fields["times"]
    ('inputs.quotas_below_revenue', '100', '9,000')
    """
    if "quotas" not in tables:
        return
    own = tables["quotas"].loc[lambda rows: rows["customer_id"] == ""]
    asked = by_month(own, year_starts=year_starts).loc[lambda rows: rows["at"] <= _month(as_of)]
    for (metric, scope), rows in asked.groupby(["metric", "scope"], sort=False):
        ref, sold = _sold(tables, str(metric))
        if sold is not None:
            yield from _judged(tables, rows, sold, ref, str(metric), str(scope))


def _month(day: pd.Timestamp) -> int:
    return day.year * 12 + day.month - 1


def _judged(
    tables: Frames, rows: pd.DataFrame, sold: pd.DataFrame, ref: str, metric: str, scope: str
) -> Iterator[Problem]:
    """The warning about one metric of one kind of scope, if its quotas are out of all proportion."""
    sold = sold.assign(at=sold["month"].dt.year * 12 + sold["month"].dt.month - 1)
    how: Literal["inner", "left"] = "inner" if metric == "revenue" else "left"  # orders come in lumps
    rows = rows[rows["at"].between(sold["at"].min(), sold["at"].max())]
    company = sold.groupby("at")["amount"].sum().rename("sold")
    own = sold.assign(scope_id=_scope_ids(tables, sold, scope))
    own = pd.concat([own.assign(product_id=""), own[own["product_id"] != ""]])
    booked = own.groupby(["scope_id", "product_id", "at"])["amount"].sum().rename("sold")
    most = rows.join(company, on="at", how=how).fillna({"sold": 0.0})
    least = rows.join(booked, on=["scope_id", "product_id", "at"], how=how).fillna({"sold": 0.0})
    high = most["amount"].sum(), most.drop_duplicates("at")["sold"].sum()
    low = least["amount"].sum(), least["sold"].sum()
    told = "revenue" if metric == "revenue" else "facts"
    if high[0] >= FAR * high[1] > 0:
        yield _disproportion(f"inputs.quotas_above_{told}", metric, ref, scope, most, high, high[0] / high[1])
    elif low[1] >= FAR * low[0] > 0:
        yield _disproportion(f"inputs.quotas_below_{told}", metric, ref, scope, least, low, low[1] / low[0])


def _sold(tables: Frames, metric: str) -> tuple[str, pd.DataFrame | None]:
    """Table that tells what was reached of a metric, and its rows: month, customer_id, staff_id, product_id, amount."""
    if metric == "revenue":
        return "revenue", tables.get("revenue")
    if metric == "signed" and "contracts" in tables:
        contracts = tables["contracts"]
        months = ((contracts["ends_on"] - contracts["starts_on"]).dt.days + 1) / _DAYS_OF_A_MONTH
        whole = contracts.assign(month=contracts["signed_on"], amount=contracts["monthly_amount"] * months)
        if "credits" not in tables:
            return "contracts", whole.assign(staff_id="")
        shared = whole.merge(tables["credits"][["contract_id", "staff_id", "share"]], "left", "contract_id")
        shared = shared.assign(amount=shared["amount"] * shared["share"].fillna(1.0))
        return "contracts", shared.fillna({"staff_id": ""})
    if metric == "collected" and {"invoices", "receipts"} <= tables.keys():
        invoices = tables["invoices"][["invoice_id", "customer_id", "staff_id"]].astype("str")
        told = tables["receipts"].merge(invoices, "left", "invoice_id")
        told = told.assign(month=told["received_on"], product_id="")
        return "receipts", told.fillna({"customer_id": "", "staff_id": ""})
    return "", None


def by_month(quotas: pd.DataFrame, *, year_starts: int) -> pd.DataFrame:
    """Quotas spread evenly over the months of their periods.

    Parameters
    ----------
    quotas : DataFrame
        The typed table, or some of its rows.
    year_starts : int
        First month of the business year, 1 to 12: years and quarters are those of business.

    Returns
    -------
    DataFrame
        One row per quota and month: scope, scope_id, metric, product_id, customer_id, amount (of the month), at (months
        since year 0), length (months of the period), row (position in ``quotas``).

    Examples
    --------
    >>> quotas = pd.DataFrame({"scope": ["company"], "scope_id": "", "period": "2026-Q2", "metric": "revenue",
    ...                        "product_id": "", "customer_id": "", "amount": [30.0]})
    >>> by_month(quotas, year_starts=1)[["at", "amount"]].to_numpy().tolist()
    [[24315.0, 10.0], [24316.0, 10.0], [24317.0, 10.0]]
    """
    rows = quotas.assign(row=range(len(quotas)))
    parts = rows["period"].str.extract(r"^(\d{4})(?:-(?:Q([1-4])|(\d\d)))?$").astype("float64")
    rows, parts = rows[parts[0].notna()], parts[parts[0].notna()]
    length = pd.Series(12, index=rows.index).mask(parts[1].notna(), 3).mask(parts[2].notna(), 1)
    into = (parts[2] - 1).fillna(year_starts - 1 + (parts[1].fillna(1) - 1) * 3)
    first = (parts[0] * 12 + into).astype("int64")
    rows = rows.assign(amount=rows["amount"] / length, at=first, length=length)
    each = rows.loc[rows.index.repeat(length), _MONTHLY]
    return each.assign(at=each["at"] + each.groupby("row").cumcount()).reset_index(drop=True)


def _scope_ids(tables: Frames, revenue: pd.DataFrame, scope: str) -> pd.Series:
    """Whose quota of a kind each row of revenue counts for; missing or blank where that is not known."""
    if scope in ("region", "segment"):
        customers = tables["customers"].drop_duplicates("customer_id").set_index("customer_id")
        return revenue["customer_id"].map(customers[scope])
    if scope == "team" and "staff" in tables:
        return revenue["staff_id"].map(teams(tables["staff"].drop_duplicates("staff_id")))
    none = pd.Series("", index=revenue.index)
    return revenue.get({"staff": "staff_id", "product": "product_id"}.get(scope, ""), none)


def _disproportion(
    id: str, metric: str, ref: str, scope: str, rows: pd.DataFrame, sums: tuple[float, float], times: float
) -> Problem:
    """The warning, with both sums and the months they are of."""
    fields = {
        "metric": metric, "scope": scope, "months": rows["at"].nunique(), "ref": ref,
        "quota": f"{sums[0]:,.0f}", "revenue": f"{sums[1]:,.0f}", "times": f"{times:,.0f}",
    }  # fmt: skip
    return Problem("quotas", id, fields, column="amount", severity="warning")
