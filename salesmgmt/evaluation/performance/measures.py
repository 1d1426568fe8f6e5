"""Every measure of performance side by side 绩效一览: of the company, its teams, regions, products and people.

A measure is a raw ratio (or an amount) with its two parts and its sample beside it; the parts of one scope add up to
the company's. Nothing is ranked.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.evaluation.performance.attainment import SCOPES
from salesmgmt.evaluation.performance.periods import months_from
from salesmgmt.evaluation.performance.receivables import collection

MEASURES = {
    "attainment_signed": "share", "attainment_revenue": "share", "attainment_margin": "share",
    "attainment_collected": "share", "growth": "share", "profit_rate": "share", "collection_rate": "share",
    "bad_debt_rate": "share", "signed_new": "money", "signed_renewal": "money",
}  # fmt: skip
"""Measure -> unit, in the article's order."""

_BY = {scope: column for scope, column in SCOPES.items() if scope != "segment"}
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
    age = months_from(start, results["month"])
    this, last = results[age.between(0, months - 1)], results[age.between(-12, months - 13)]
    parts = []
    for scope, column in _BY.items():
        parts += [
            _growth(this, last, scope, column),
            _profit(this, scope, column),
            *_signed(this, scope, column),
        ]
        if invoices is not None and (not column or column in invoices):
            parts += _collected(invoices, scope, column, bad_debt_days)
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
    ids = frames.text(staff, "staff_id")
    first, last = start - pd.DateOffset(years=1), start + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    there = frames.employed(staff, first) & frames.employed(staff, last)
    throughout = set(ids[there.to_numpy()])
    own = (found["scope"] == "staff") & (found["measure"] == "growth") & (found["group"] != "")
    return own & ~found["group"].isin(throughout)


def _grouped(rows: pd.DataFrame, column: str) -> pd.Series:
    """The group of each row of a scope."""
    return rows[column] if column else pd.Series("", index=rows.index, dtype="str")


def _customers(rows: pd.DataFrame, column: str) -> pd.Series:
    named = rows[(rows["customer_id"] != "") & (rows["amount"] != 0)]
    return named.groupby(_grouped(named, column))["customer_id"].nunique()


def _rows(found: pd.DataFrame, scope: str, measure: str) -> pd.DataFrame:
    """Rows of the result, from ``value``, ``actual``, ``base``, ``n`` by group."""
    named = found.rename_axis("group").reset_index().assign(scope=scope, measure=measure)
    named["n"] = named["n"].fillna(0).astype("int64")
    return named[_COLUMNS].dropna(subset=["value"])


def _growth(this: pd.DataFrame, last: pd.DataFrame, scope: str, column: str) -> pd.DataFrame:
    rows = [side[side["metric"] == "revenue"] for side in (this, last)]
    now, then = (side.groupby(_grouped(side, column))["amount"].sum() for side in rows)
    both = pd.DataFrame({"actual": now, "base": then}).fillna(0.0)
    both["n"] = _customers(pd.concat(rows), column)
    return _rows(
        both.assign(value=both["actual"] / both["base"].where(both["base"] > 0) - 1.0), scope, "growth"
    )


def _profit(this: pd.DataFrame, scope: str, column: str) -> pd.DataFrame:
    """Margin ÷ the revenue whose cost is known."""
    margin, costed = (this[this["metric"] == metric] for metric in ("margin", "costed"))
    sums = (rows.groupby(_grouped(rows, column))["amount"].sum() for rows in (margin, costed))
    found = pd.DataFrame(dict(zip(("actual", "base"), sums, strict=True)))
    found["n"] = _customers(costed, column)
    return _rows(
        found.assign(value=found["actual"] / found["base"].where(found["base"] > 0)), scope, "profit_rate"
    )


def _signed(this: pd.DataFrame, scope: str, column: str) -> list[pd.DataFrame]:
    """Amounts signed with new customers and for more work, and renewals."""
    kinds = {"signed_new": ("new", "expansion"), "signed_renewal": ("renewal",)}
    parts = []
    for measure, chosen in kinds.items():
        rows = this[(this["metric"] == "signed") & this["kind"].isin(chosen)]
        amount = rows.groupby(_grouped(rows, column))["amount"].sum()
        found = pd.DataFrame(
            {"value": amount, "actual": amount, "base": float("nan"), "n": _customers(rows, column)}
        )
        parts.append(_rows(found, scope, measure))
    return parts


def _collected(invoices: pd.DataFrame, scope: str, column: str, bad_debt_days: float) -> list[pd.DataFrame]:
    rates = collection(invoices, by=[column] if column else [], bad_debt_days=bad_debt_days)
    rates = rates.set_index(column if column else pd.Index([""] * len(rates), dtype="str"))
    rates = rates.rename(columns={"fallen_due": "base", "invoices": "n"})
    parts = {"collection_rate": "received", "bad_debt_rate": "bad_debt"}
    return [
        _rows(
            rates.assign(value=rates[measure], actual=rates[part])[["value", "actual", "base", "n"]],
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
