"""Whether quotas and revenue are told in the same unit, and whether quotas of different scopes add up.

A table of quotas in 万元 beside a ledger in 元 is valid cell by cell; only the sums give it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.frames import teams

__all__ = ["FAR", "quotas", "scopes_of_quotas"]

FAR = 50
"""Quotas this many times the revenue of the same months, or revenue this many times the quotas, are no plan.

Units differ by a thousand (元 and 千元) or ten thousand (元 and 万元). A bold plan doubles revenue, a young
team's may be several times as much, and quotas that stand in the table by year, quarter, month and product
at once are counted up to four times: together well below.
"""

APART = 0.05
"""Quotas handed down may sum to a twentieth more or less than the company's: the usual margin of over-assignment."""

Frames = Mapping[str, pd.DataFrame]


def quotas(tables: Frames, *, as_of: pd.Timestamp, year_starts: int) -> Iterator[Problem]:
    """A warning for each kind of scope whose quotas of revenue are out of all proportion to revenue.

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
        A warning where the quotas of one kind are :data:`FAR` times the revenue of the same months or more, or
        the reverse, over the months that have both. Too high is judged against the whole company's revenue, the
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
    if not {"quotas", "revenue"} <= tables.keys():
        return
    asked = _by_month(tables["quotas"], year_starts)
    asked = asked[asked["at"] <= as_of.year * 12 + as_of.month - 1]
    revenue = tables["revenue"].assign(
        at=lambda rows: rows["month"].dt.year * 12 + rows["month"].dt.month - 1
    )
    company = revenue.groupby("at")["amount"].sum().rename("sold")
    for scope, rows in asked.groupby("scope", sort=False):
        own = revenue.assign(scope_id=_scope_ids(tables, revenue, str(scope)))
        own = pd.concat([own.assign(product_id=""), own[own["product_id"] != ""]])
        booked = own.groupby(["scope_id", "product_id", "at"])["amount"].sum().rename("sold")
        most = rows.join(company, on="at", how="inner")
        least = rows.join(booked, on=["scope_id", "product_id", "at"], how="inner")
        high = most["amount"].sum(), most.drop_duplicates("at")["sold"].sum()
        low = least["amount"].sum(), least["sold"].sum()
        if high[0] >= FAR * high[1] > 0:
            yield _disproportion("inputs.quotas_above_revenue", scope, most, high, high[0] / high[1])
        elif low[1] >= FAR * low[0] > 0:
            yield _disproportion("inputs.quotas_below_revenue", scope, least, low, low[1] / low[0])


def scopes_of_quotas(quotas: pd.DataFrame, *, year_starts: int) -> Iterator[Problem]:
    """A problem for each kind of scope whose quotas do not add up to the company's.

    Parameters
    ----------
    quotas : DataFrame
        The typed table.
    year_starts : int
        First month of the business year, 1 to 12.

    Yields
    ------
    Problem
        Over the months that both have whole quotas (every product and customer) of one metric: an error where one sum
        is :data:`FAR` times the other or more, which only two units explain; a warning where they differ by more than
        :data:`APART`. A warning, too, for quotas of zero: they ask for nothing.

    Examples
    --------
    >>> quotas = pd.DataFrame({"scope": ["company", "team", "team"], "scope_id": ["", "A", "B"], "period": "2026",
    ...     "metric": "revenue", "product_id": "", "customer_id": "", "amount": [1000.0, 500.0, 400.0]})
    >>> [problem] = scopes_of_quotas(quotas, year_starts=1)
    >>> problem.id, problem.severity, problem.fields["sum"]
    ('inputs.quotas_do_not_add_up', 'warning', '900')
    """
    zero = int((quotas["amount"] == 0).sum())
    if zero:
        yield Problem("quotas", "inputs.quota_zero", {"count": zero}, column="amount", severity="warning")
    whole = quotas[quotas["product_id"] == ""]
    for metric, rows in whole.groupby("metric", sort=False):
        each = _by_month(rows.assign(metric="revenue"), year_starts)
        sums = each.groupby(["scope", "at"])["amount"].sum().unstack("scope")
        for scope in ("segment", "region", "team", "staff"):
            if not {"company", scope} <= set(sums.columns):
                continue
            both = sums[["company", scope]].dropna().sum()
            if not both.all():
                continue
            ratio = both[scope] / both["company"]
            fields = {"metric": metric, "scope": scope, "sum": f"{both[scope]:,.0f}", "company": f"{both['company']:,.0f}"}  # fmt: skip
            if not 1 / FAR < ratio < FAR:
                yield Problem("quotas", "inputs.quotas_in_two_units", fields, column="amount")
            elif abs(ratio - 1) > APART:
                yield Problem(
                    "quotas", "inputs.quotas_do_not_add_up", fields, column="amount", severity="warning"
                )


def _by_month(quotas: pd.DataFrame, year_starts: int) -> pd.DataFrame:
    """Quotas of revenue over all customers, spread evenly over the months of their periods.

    Columns scope, scope_id, product_id, amount, at (months since year 0); years and quarters are those of business.
    """
    rows = quotas[(quotas["metric"] == "revenue") & (quotas["customer_id"] == "")]
    parts = rows["period"].str.extract(r"^(\d{4})(?:-(?:Q([1-4])|(\d\d)))?$").astype("float64")
    rows, parts = rows[parts[0].notna()], parts[parts[0].notna()]
    length = pd.Series(12, index=rows.index).mask(parts[1].notna(), 3).mask(parts[2].notna(), 1)
    into = (parts[2] - 1).fillna(year_starts - 1 + (parts[1].fillna(1) - 1) * 3)
    rows = rows.assign(amount=rows["amount"] / length, at=(parts[0] * 12 + into).astype("int64"))
    each = rows.loc[rows.index.repeat(length), ["scope", "scope_id", "product_id", "amount", "at"]]
    return each.assign(at=each["at"] + each.groupby(level=0).cumcount()).reset_index(drop=True)


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
    id: str, scope: object, rows: pd.DataFrame, sums: tuple[float, float], times: float
) -> Problem:
    """The warning, with both sums and the months they are of."""
    fields = {
        "scope": scope, "months": rows["at"].nunique(), "ref": "revenue",
        "quota": f"{sums[0]:,.0f}", "revenue": f"{sums[1]:,.0f}", "times": f"{times:,.0f}",
    }  # fmt: skip
    return Problem("quotas", id, fields, column="amount", severity="warning")
