"""Every measure of performance side by side 绩效一览: of the company, its teams, regions, products and people.

A measure is a raw ratio (or an amount) with its two parts and its sample beside it; the parts of one scope add up to
the company's. Nothing is ranked.
"""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from salesmgmt import checks, codes
from salesmgmt.evaluation.performance.attainment import SCOPES
from salesmgmt.evaluation.performance.periods import in_months, throughout
from salesmgmt.evaluation.performance.receivables import fallen_due, rates

MEASURES = {
    "attainment_signed": "share", "attainment_revenue": "share", "attainment_margin": "share",
    "attainment_collected": "share", "growth": "share", "profit_rate": "share", "collection_rate": "share",
    "bad_debt_rate": "share", "signed_new": "money", "signed_renewal": "money",
}  # fmt: skip
"""Measure -> unit, in the article's order."""

_BY = {scope: column for scope, column in SCOPES.items() if scope != "segment"}
_PARTS = ["revenue", "revenue_before", "margin", "costed", "new", "renewal"]
_SIGNED = {"new": "new", "expansion": "new", "renewal": "renewal"}
_COLUMNS = ["scope", "group", "measure", "value", "actual", "base", "n"]


def measures(
    results: pd.DataFrame,
    *,
    start: pd.Timestamp,
    months: int,
    attained: pd.DataFrame | None = None,
    invoices: pd.DataFrame | None = None,
    staff: pd.DataFrame | None = None,
    bad_debt_days: float = 365,
) -> pd.DataFrame:
    """All measures by scope and group over the evaluation period.

    Parameters
    ----------
    results : DataFrame
        From :func:`ledger`.
    start : Timestamp
        First day of the business year.
    months : int
        Whole months of the evaluation period.
    attained : DataFrame, optional
        From :func:`attainment`.
    invoices : DataFrame, optional
        From :func:`settled`, placed.
    staff : DataFrame, optional
        ``staff_id``; ``hired_on``, ``left_on`` may be absent. Who was not there in both years has no growth.
    bad_debt_days : float
        As for :func:`collection`.

    Returns
    -------
    DataFrame
        One row per scope (company, region, team, staff, product), group and measure that is known: ``scope``,
        ``group`` (``""`` for the company, and for what is unassigned), ``measure`` (:data:`MEASURES`), ``value``,
        ``actual``, ``base`` (money; value = actual ÷ base, growth = actual ÷ base − 1, signed amounts have no base),
        ``n`` (customers, or invoices behind the two rates of collection).

    Notes
    -----
    Growth: this year's months against the same months a year before. Signed: new business (new and expansion) apart
    from renewals of what was inherited; pilots are in neither.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效.
    """
    checks.require_columns(results, ["metric", "month", "customer_id", "kind", "amount"], name="results")
    columns = [column for column in _BY.values() if column]
    cells, parts = _cells(results, columns, start, months), []
    given = [column for column in columns if invoices is not None and column in invoices]
    due = None if invoices is None else fallen_due(invoices, by=given, bad_debt_days=bad_debt_days)
    for scope, column in _BY.items():
        parts += _made(cells, scope, column)
        if due is not None and column in ("", *given):
            parts += _collected(due, scope, column)
    if attained is not None:
        parts.append(_attained(attained))
    found = pd.concat(parts, ignore_index=True)
    if staff is not None:
        found = found[~_not_throughout(found, staff, start, months)]
    places = [{name: place for place, name in enumerate(names)} for names in (_BY, MEASURES)]
    ranks = {"_scope": found["scope"].map(places[0]), "_measure": found["measure"].map(places[1])}
    ordered = found.assign(**ranks, _blank=found["group"] == "").sort_values(
        ["_scope", "_blank", "group", "_measure"], ignore_index=True
    )
    return ordered[_COLUMNS]


def side_by_side(measured: pd.DataFrame) -> pd.DataFrame:
    """One row per scope and group, one column per measure.

    Parameters
    ----------
    measured : DataFrame
        From :func:`measures`.

    Returns
    -------
    DataFrame
        In the order of ``measured``: ``scope``, ``group`` and, of :data:`MEASURES`, those known of any group; missing
        where not known of one.

    Examples
    --------
    >>> measured = pd.DataFrame({"scope": "staff", "group": ["S1", "S1"], "measure": ["growth", "profit_rate"],
    ...     "value": [0.1, 0.2]})
    >>> side_by_side(measured).values.tolist()
    [['staff', 'S1', 0.1, 0.2]]
    """
    wide = measured.pivot(index=["scope", "group"], columns="measure", values="value")
    wide = wide.reindex(pd.MultiIndex.from_frame(measured[["scope", "group"]].drop_duplicates()))
    kept = [name for name in MEASURES if name in wide and wide[name].notna().any()]
    return wide[kept].rename_axis(None, axis=1).reset_index()


def named(rows: pd.DataFrame, *, staff: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Rows of scopes and groups with what each group is called.

    Parameters
    ----------
    rows : DataFrame
        ``scope`` and ``group``.
    staff, products : DataFrame
        What people (``staff_id``, ``name``) and products (``product_id``, ``product``) are called.

    Returns
    -------
    DataFrame
        The rows with ``whose``: the name, else the group itself, ``"?"`` for what is unassigned; ``""`` for the company.

    Examples
    --------
    >>> rows = pd.DataFrame({"scope": ["company", "staff", "team"], "group": ["", "S1", ""]})
    >>> staff, products = pd.DataFrame({"staff_id": ["S1"], "name": ["Lin"]}), pd.DataFrame()
    >>> named(rows, staff=staff, products=products)["whose"].tolist()
    ['', 'Lin', '?']
    """
    called = rows["group"].mask((rows["group"] == "") & (rows["scope"] != "company"), "?")
    for scope, table, key, column in (
        ("staff", staff, "staff_id", "name"),
        ("product", products, "product_id", "product"),
    ):
        if len(table):
            names = table.drop_duplicates(key).set_index(key)[column].astype("str")
            own = rows["scope"] == scope
            called = called.mask(own, rows["group"].map(names).fillna(called))
    return rows.assign(whose=called)


def _not_throughout(found: pd.DataFrame, staff: pd.DataFrame, start: pd.Timestamp, months: int) -> pd.Series:
    """Growth of people who were not there from the start of last year's months to the end of this year's."""
    own = (found["scope"] == "staff") & (found["measure"] == "growth") & (found["group"] != "")
    return own & ~found["group"].isin(throughout(staff, start, months))


def _cells(results: pd.DataFrame, columns: list[str], start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Results of both years added up, so that every scope is made of few rows: by what is measured and whose it is.

    ``part`` is the number of what is measured, ``amount`` the sum of what is known, ``moved`` whether any amount is
    not zero.
    """
    metric, kind = codes.coded(results, "metric"), codes.coded(results, "kind")
    begins = start, start - pd.DateOffset(years=1)
    this, last = (in_months(results["month"], begin, months).to_numpy() for begin in begins)
    what = np.array(
        [[_part(*words) for words in product([name], kind.cat.categories)] for name in metric.cat.categories]
    )
    part = what.reshape(-1, 2).ravel()[codes.together([metric, kind]) * 2 + last]
    own = np.flatnonzero((part >= 0) & (this | last))
    words = {name: codes.coded(results, name).iloc[own] for name in ("customer_id", *columns)}
    parts = pd.Series(pd.Categorical.from_codes(part[own], pd.Index(_PARTS)), index=results.index[own])
    cell, of_cell = codes.grouped(codes.together([parts, *words.values()]))
    amount = results["amount"].to_numpy()[own]
    found = pd.DataFrame({"part": parts, **words}).iloc[of_cell]
    found["amount"] = np.bincount(cell, np.where(np.isnan(amount), 0.0, amount), len(of_cell))
    return found.assign(moved=np.bincount(cell, amount != 0, len(of_cell)) > 0).reset_index(drop=True)


def _part(metric: str, kind: str) -> tuple[int, int]:
    """What rows of a metric and a kind are part of this year and last year, -1 for nothing."""
    if metric == "revenue":
        return _PARTS.index("revenue"), _PARTS.index("revenue_before")
    name = _SIGNED.get(kind, "") if metric == "signed" else metric
    return (_PARTS.index(name) if name in _PARTS else -1), -1


def _made(cells: pd.DataFrame, scope: str, column: str) -> list[pd.DataFrame]:
    """Growth, profit rate (margin ÷ the revenue whose cost is known) and what was signed, new apart from renewals."""
    groups = cells[column].cat.categories if column else pd.Index([""], dtype="str")
    group: codes.Codes = np.zeros(len(cells), dtype="int64")
    if column:
        group = cells[column].cat.codes.to_numpy().astype("int64")
    place = group * len(_PARTS) + cells["part"].cat.codes.to_numpy()
    shape = len(groups), len(_PARTS)
    money, rows = (np.bincount(place, each, shape[0] * shape[1]) for each in (cells["amount"], None))
    sums = pd.DataFrame(np.where(rows > 0, money, np.nan).reshape(shape), index=groups, columns=_PARTS)

    count = partial(_customers, cells, group, groups)
    before = sums["revenue_before"].where(sums["revenue_before"] > 0)
    grown = pd.DataFrame(
        {"actual": sums["revenue"].fillna(0.0), "base": before, "n": count("revenue", "revenue_before")}
    )
    earned = pd.DataFrame({"actual": sums["margin"], "base": sums["costed"], "n": count("costed")})
    signed = {
        f"signed_{kind}": pd.DataFrame(
            {"value": sums[kind], "actual": sums[kind], "base": np.nan, "n": count(kind)}
        )
        for kind in ("new", "renewal")
    }
    made = {
        "growth": grown.assign(value=grown["actual"] / before - 1.0),
        "profit_rate": earned.assign(value=earned["actual"] / earned["base"].where(earned["base"] > 0)),
        **signed,
    }
    return [_rows(found, scope, measure) for measure, found in made.items()]


def _customers(cells: pd.DataFrame, group: codes.Codes, groups: pd.Index, *parts: str) -> pd.Series:
    """Customers of each group with an amount in any of the parts."""
    measured = np.isin(cells["part"].cat.codes, [_PARTS.index(part) for part in parts])
    mine = np.flatnonzero(measured & cells["moved"])
    number = codes.distinct(group[mine], cells["customer_id"].iloc[mine], len(groups))
    return pd.Series(number, index=groups)


def _rows(found: pd.DataFrame, scope: str, measure: str) -> pd.DataFrame:
    """Rows of the result, from ``value``, ``actual``, ``base``, ``n`` by group."""
    known = found["value"].notna().to_numpy()
    columns = {name: found[name].to_numpy()[known] for name in ("value", "actual", "base", "n")}
    return pd.DataFrame({"scope": scope, "group": found.index[known], "measure": measure, **columns})


def _collected(due: pd.DataFrame, scope: str, column: str) -> list[pd.DataFrame]:
    found = rates(due, by=[column] if column else [])
    found = found.set_index(column if column else pd.Index([""] * len(found), dtype="str"))
    found = found.rename(columns={"fallen_due": "base", "invoices": "n"})
    parts = {"collection_rate": "received", "bad_debt_rate": "bad_debt"}
    return [
        _rows(
            found.assign(value=found[measure], actual=found[part])[["value", "actual", "base", "n"]],
            scope,
            measure,
        )
        for measure, part in parts.items()
    ]


def _attained(attained: pd.DataFrame) -> pd.DataFrame:
    """Attainment of whole quotas."""
    whole = attained[
        (attained["product_id"] == "") & (attained["customer_id"] == "") & attained["scope"].isin(_BY)
    ]
    renamed = {"scope_id": "group", "attainment": "value", "quota": "base", "customers": "n"}
    found = whole.rename(columns=renamed).assign(measure="attainment_" + whole["metric"])
    return found[_COLUMNS].dropna(subset=["value"])
