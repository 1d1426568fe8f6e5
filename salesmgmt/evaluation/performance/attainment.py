"""Attainment 完成率: actual ÷ quota of the same scope and metric, over the months that the quota asks for.

Only the months of the evaluation period count, and of them only those a quota speaks of: a quota that runs on after
the data end is not held against results that are not in yet.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, codes, frames
from salesmgmt.evaluation.performance.periods import in_months, months_from
from salesmgmt.evaluation.performance.quotas import KEYS, asked

SCOPES = {
    "company": "", "segment": "segment", "region": "region", "team": "team", "staff": "staff_id",
    "product": "product_id",
}  # fmt: skip
"""Scope of a quota -> column of the results it is held against, the coarsest first."""

KEY_ACCOUNTS = "key_accounts"
"""A quota's customer that means every key account."""

_COLUMNS = [*KEYS, "months", "actual", "quota", "attainment", "customers"]


def attainment(
    results: pd.DataFrame, quotas: pd.DataFrame, *, start: pd.Timestamp, months: int, first: int = 0
) -> pd.DataFrame:
    """Attainment of every quota over the evaluation period.

    Parameters
    ----------
    results : DataFrame
        Placed results: ``metric``, ``month`` (first day), ``customer_id``, ``staff_id``, ``product_id``, ``team``,
        ``region``, ``segment``, ``key_account`` (bool), ``amount``.
    quotas : DataFrame
        One row per quota; see :func:`monthly_quotas`.
    start : Timestamp
        First day of the business year.
    months : int
        Whole months of the evaluation period, 0 to 12.
    first : int
        Month from which on results count, for a part of the period: 0 for all of it.

    Returns
    -------
    DataFrame
        One row per quota asked in the period, coarsest scope first: ``scope``, ``scope_id``, ``metric``,
        ``product_id``, ``customer_id``, ``months`` (asked), ``actual``, ``quota`` (money over those months),
        ``attainment`` (NaN where the quota is 0, or an amount such as margin is not known), ``customers`` (with an
        amount in those months).

    Raises
    ------
    ValueError
        If columns are missing or quotas are invalid.

    Notes
    -----
    attainment = Σ actual ÷ Σ quota. A metric without any result in ``results`` has no attainment: missing data are
    not zero sales.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 完成率 and 单品完成率.

    Examples
    --------
    >>> results = pd.DataFrame({"metric": "revenue", "month": ["2026-01-01", "2026-03-01"], "customer_id": "C1",
    ...     "staff_id": "S1", "product_id": "", "team": "A", "region": "", "segment": "", "key_account": False,
    ...     "amount": [80.0, 999.0]})
    >>> quotas = pd.DataFrame({"scope": ["team"], "scope_id": ["A"], "period": ["2026"], "metric": ["revenue"],
    ...     "amount": [1200.0]})
    >>> found = attainment(results, quotas, start=pd.Timestamp("2026-01-01"), months=2)
    >>> found[["months", "actual", "quota", "attainment"]].values.tolist()
    [[2.0, 80.0, 200.0, 0.4]]
    """
    columns = ["metric", "month", "customer_id", "staff_id", "product_id", "key_account", "amount"]
    checks.require_columns(results, [*columns, "team", "region", "segment"], name="results")
    keys, each = asked(quotas, start=start, months=months, first=first)
    number, quota = (np.bincount(each["key"], money, len(keys)) for money in (None, each["quota"]))
    spoken = np.zeros((len(keys), months), dtype=bool)
    spoken[each["key"], each["age"]] = True
    found = keys.assign(months=number.astype("int64"), quota=quota, actual=np.nan, customers=0)
    found = found[number > 0]
    checks.require_codes(found["scope"], SCOPES, name="quotas.scope")
    asked_for = found["customer_id"].where(found["customer_id"] == KEY_ACCOUNTS, found["customer_id"] != "")
    kinds = [found["scope"], found["product_id"] != "", asked_for.astype("str")]
    with_results = results["metric"].unique().tolist()
    results = _in_period(results, found, start, months)
    known = found["metric"].isin(with_results)
    for _, part in found[known].groupby(kinds, sort=False):
        made = _made(results, part, spoken[part.index])
        found.loc[part.index, ["actual", "customers"]] = made
    found["attainment"] = found["actual"] / found["quota"].where(found["quota"] > 0)
    rank = found["scope"].map({scope: place for place, scope in enumerate(SCOPES)})
    return found.iloc[np.argsort(rank, kind="stable")].reset_index(drop=True)[_COLUMNS]


def _in_period(results: pd.DataFrame, quotas: pd.DataFrame, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Results of the period, the words that quotas name as categories."""
    own = np.flatnonzero(in_months(results["month"], start, months))
    scopes = [SCOPES[scope] for scope in quotas["scope"].unique()]
    words = dict.fromkeys(["metric", "customer_id", "product_id", *filter(None, scopes)])
    coded = {name: codes.coded(results, name).iloc[own] for name in words}
    rest = {name: results[name].iloc[own] for name in ("key_account", "amount")}
    return pd.DataFrame({"age": months_from(start, results["month"].iloc[own]), **coded, **rest})


def _made(rows: pd.DataFrame, quotas: pd.DataFrame, spoken: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Results that one kind of quotas is held against: same scope, with or without a product and customers."""
    first = quotas.iloc[0]
    on = {"metric": "metric", "scope_id": SCOPES[first["scope"]], "product_id": "product_id"}
    on = {name: column for name, column in on.items() if column and first[name]}
    if first["customer_id"] == KEY_ACCOUNTS:
        rows = rows[rows["key_account"]]
    elif first["customer_id"]:
        on["customer_id"] = "customer_id"
    place = codes.matched([rows[column] for column in on.values()], quotas[list(on)])
    mine = np.flatnonzero((place >= 0) & spoken[place, rows["age"]])
    place, rows = place[mine], rows.iloc[mine]
    amount = rows["amount"].to_numpy()
    unknown = np.bincount(place, np.isnan(amount), len(quotas)) > 0
    actual = np.where(unknown, np.nan, np.bincount(place, amount, len(quotas)))
    moved = amount != 0
    customers = codes.distinct(place[moved], rows["customer_id"][moved], len(quotas))
    return pd.DataFrame({"actual": actual, "customers": customers}, index=quotas.index)


def company_quotas(quotas: pd.DataFrame, *, metric: str, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """What is asked of the company by month: its own quotas, else those of the coarsest scope that covers it.

    Parameters
    ----------
    quotas, metric, start, months
        As for :func:`company_attainment`.

    Returns
    -------
    DataFrame
        One row per month and part: ``scope``, ``scope_id``, ``age`` (months from ``start``), ``quota`` (money); none
        where no scope has a quota of the metric.

    Notes
    -----
    A scope covers the company if it has whole quotas (of every product and customer) in each month in which any
    scope has one.

    Examples
    --------
    >>> quotas = pd.DataFrame({"scope": "team", "scope_id": ["A", "B"], "period": "2026-01", "metric": "revenue",
    ...     "amount": [40.0, 60.0]})
    >>> company_quotas(quotas, metric="revenue", start=pd.Timestamp("2026-01-01"), months=12)["quota"].tolist()
    [40.0, 60.0]
    """
    keys, each = asked(quotas, start=start, months=months)
    whole = (keys["product_id"] == "") & (keys["customer_id"] == "") & (keys["metric"] == metric)
    each = each[whole.to_numpy()[each["key"]]]
    scope = pd.Categorical(keys["scope"], list(SCOPES)).codes[each["key"]]
    spoken = np.zeros((len(SCOPES) + 1, months), dtype=bool)
    spoken[scope, each["age"]] = True
    covering = (spoken[:-1] == spoken.any(axis=0)).all(axis=1) & spoken.any()
    parts = each[scope == covering.argmax()] if covering.any() else each[:0]
    named = keys[["scope", "scope_id"]].take(parts["key"].to_numpy()).reset_index(drop=True)
    return named.assign(age=parts["age"].to_numpy(), quota=parts["quota"].to_numpy())


def company_attainment(
    results: pd.DataFrame, quotas: pd.DataFrame, *, metric: str, start: pd.Timestamp, months: int
) -> pd.Series:
    """The company's attainment: of its own quota, else of the sum of the coarsest scope that covers it.

    Parameters
    ----------
    results, quotas, start, months
        As for :func:`attainment`.
    metric : str
        ``"signed"``, ``"revenue"``, ``"margin"`` or ``"collected"``.

    Returns
    -------
    Series
        ``scope`` (whose quotas), ``months``, ``actual``, ``quota``, ``attainment``, ``customers``, ``parts`` (quotas
        added up); ``scope`` is ``""`` and the figures are missing where no scope has a quota of the metric.

    Notes
    -----
    See :func:`company_quotas` for the scope. The actual is the company's, unassigned amounts included, in those months.

    Examples
    --------
    >>> results = pd.DataFrame({"metric": "revenue", "month": ["2026-01-01"], "customer_id": "C1", "staff_id": "",
    ...     "product_id": "", "team": "", "region": "", "segment": "", "key_account": False, "amount": [90.0]})
    >>> quotas = pd.DataFrame({"scope": "team", "scope_id": ["A", "B"], "period": "2026-01", "metric": "revenue",
    ...     "amount": [40.0, 60.0]})
    >>> january = {"start": pd.Timestamp("2026-01-01"), "months": 1}
    >>> found = company_attainment(results, quotas, metric="revenue", **january)
    >>> found["scope"], float(found["attainment"])
    ('team', 0.9)
    """
    parts = company_quotas(quotas, metric=metric, start=start, months=months)
    if parts.empty:
        missing = dict.fromkeys(("actual", "quota", "attainment"), float("nan"))
        return pd.Series({"scope": "", "months": 0, **missing, "customers": 0, "parts": 0}, dtype="object")
    spoken = set(parts["age"])
    own = results["month"], results["metric"] == metric
    mine = np.flatnonzero(own[1] & in_months(own[0], start, months))
    mine = mine[months_from(start, own[0].iloc[mine]).isin(spoken)]
    amount = results["amount"].iloc[mine]
    customer = codes.coded(results, "customer_id").iloc[mine][amount.to_numpy() != 0]
    actual = amount.sum(skipna=False) if own[1].any() else float("nan")
    quota = parts["quota"].sum()
    found = {
        "scope": parts["scope"].iloc[0], "months": len(spoken), "actual": actual, "quota": quota,
        "attainment": actual / quota, "customers": int((customer.unique() != "").sum()),
        "parts": parts["scope_id"].nunique(),
    }  # fmt: skip
    return pd.Series(found, dtype="object")


def of_teams(attained: pd.DataFrame, *, metric: str, sizes: pd.Series) -> pd.DataFrame:
    """Attainment of the teams' whole quotas of one metric, where it is known.

    Parameters
    ----------
    attained : DataFrame
        From :func:`attainment`, its ``scope_id`` called ``group``.
    metric : str
        Which metric.
    sizes : Series of int
        People of each team.

    Returns
    -------
    DataFrame
        Rows of ``attained`` with ``people`` (missing for a team nobody is in).
    """
    whole = (attained["product_id"] == "") & (attained["customer_id"] == "") & attained["attainment"].notna()
    rows = attained[(attained["scope"] == "team") & (attained["metric"] == metric) & whole]
    return rows.assign(people=rows["group"].map(sizes)).reset_index(drop=True)


def single_products(attained: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Attainment of single products 单品完成率, key products first.

    Parameters
    ----------
    attained : DataFrame
        From :func:`attainment`.
    products : DataFrame
        ``product_id``, ``product``; ``key_product`` may be absent.

    Returns
    -------
    DataFrame
        The rows of ``attained`` whose quota is of one product, with ``product`` (its name, else its id) and
        ``key_product`` (bool).

    Examples
    --------
    >>> attained = pd.DataFrame({"scope": ["product"], "scope_id": ["P1"], "product_id": [""], "attainment": [0.8]})
    >>> products = pd.DataFrame({"product_id": ["P1"], "product": ["Chat"], "key_product": [True]})
    >>> single_products(attained, products)[["product", "key_product"]].values.tolist()
    [['Chat', True]]
    """
    checks.require_columns(products, ["product_id", "product"], name="products")
    checks.require_unique(products, ["product_id"], name="products")
    own = attained["product_id"].where(attained["scope"] != "product", attained["scope_id"])
    rows = attained[own != ""].assign(product_id=own[own != ""])
    names = products.assign(key_product=frames.text(products, "key_product") == "True")
    found = rows.merge(names[["product_id", "product", "key_product"]], on="product_id", how="left")
    found["product"] = found["product"].where(found["product"].fillna("") != "", found["product_id"])
    found["key_product"] = found["key_product"].fillna(False).astype("bool")
    return found.sort_values("key_product", ascending=False, kind="stable", ignore_index=True)
