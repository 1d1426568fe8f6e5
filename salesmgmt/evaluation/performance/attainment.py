"""Attainment 完成率: actual ÷ quota of the same scope and metric, over the months that the quota asks for.

Only the months of the evaluation period count, and of them only those a quota speaks of: a quota that runs on after
the data end is not held against results that are not in yet.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.evaluation.performance.periods import months_from
from salesmgmt.evaluation.performance.quotas import KEYS, monthly_quotas

SCOPES = {
    "company": "", "segment": "segment", "region": "region", "team": "team", "staff": "staff_id",
    "product": "product_id",
}  # fmt: skip
"""Scope of a quota -> column of the results it is held against, the coarsest first."""

KEY_ACCOUNTS = "key_accounts"
"""A quota's customer that means every key account."""

_COLUMNS = [*KEYS, "months", "actual", "quota", "attainment", "customers"]


def attainment(
    results: pd.DataFrame, quotas: pd.DataFrame, *, start: pd.Timestamp, months: int
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
    asked = monthly_quotas(quotas, start=start, months=months)
    checks.require_codes(asked["scope"], SCOPES, name="quotas.scope")
    age = months_from(start, results["month"])
    rows = results.assign(age=age)[age.between(0, months - 1)]
    asked_for = asked["customer_id"].where(asked["customer_id"] == KEY_ACCOUNTS, asked["customer_id"] != "")
    kinds = [asked["scope"], asked["product_id"] != "", asked_for.astype("str")]
    known = asked["metric"].isin(results["metric"].unique())
    made = [_made(rows, part) for _, part in asked[known].groupby(kinds, sort=False)]
    nothing = pd.DataFrame({**dict.fromkeys(KEYS, pd.Series(dtype="str")), "actual": 0.0, "customers": 0})
    found = asked.groupby(KEYS, as_index=False).agg(months=("age", "size"), quota=("quota", "sum"))
    found = found.merge(pd.concat(made) if made else nothing, on=KEYS, how="left")
    found["attainment"] = found["actual"] / found["quota"].where(found["quota"] > 0)
    found["customers"] = found["customers"].fillna(0).astype("int64")
    rank = found["scope"].map({scope: place for place, scope in enumerate(SCOPES)})
    return found.assign(_rank=rank).sort_values(["_rank", *KEYS[1:]], ignore_index=True)[_COLUMNS]


def _made(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Results that one kind of quotas is held against: same scope, with or without a product and customers."""
    first = asked.iloc[0]
    on = {"metric": "metric", "age": "age"}
    if SCOPES[first["scope"]]:
        on["scope_id"] = SCOPES[first["scope"]]
    if first["product_id"]:
        on["product_id"] = "product_id"
    if first["customer_id"] == KEY_ACCOUNTS:
        rows = rows[rows["key_account"]]
    elif first["customer_id"]:
        on["customer_id"] = "customer_id"
    columns = list(dict.fromkeys(on.values()))
    kept = rows[[*columns, "customer_id", "amount"]].set_axis([*columns, "customer", "amount"], axis=1)
    found = asked.merge(kept, left_on=list(on), right_on=list(on.values()), suffixes=("", " of results"))
    every = pd.MultiIndex.from_frame(asked[KEYS].drop_duplicates())
    grouped = found.groupby(KEYS)["amount"]
    actual = grouped.sum().mask(grouped.count() < grouped.size())
    named = found[(found["customer"] != "") & (found["amount"] != 0)]
    customers = named.groupby(KEYS)["customer"].nunique()
    sums = {
        "actual": actual.reindex(every, fill_value=0.0),
        "customers": customers.reindex(every, fill_value=0),
    }
    return pd.DataFrame(sums).reset_index()


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
    asked = monthly_quotas(quotas, start=start, months=months)
    whole = (asked["product_id"] == "") & (asked["customer_id"] == "") & (asked["metric"] == metric)
    asked = asked[whole]
    spoken = set(asked["age"])
    covering = [scope for scope in SCOPES if set(asked.loc[asked["scope"] == scope, "age"]) == spoken]
    parts = asked[asked["scope"] == covering[0]]
    return parts[["scope", "scope_id", "age", "quota"]].reset_index(drop=True)


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
    each = parts.groupby("age", as_index=False)["quota"].sum()
    period = (start + pd.DateOffset(months=age) for age in each["age"])
    whole_quotas = each.assign(
        scope="company", scope_id="", metric=metric, period=[f"{day:%Y-%m}" for day in period]
    )
    found = attainment(results, whole_quotas.rename(columns={"quota": "amount"}), start=start, months=months)
    named = parts["scope_id"].nunique()
    return found.iloc[0][["months", "actual", "quota", "attainment", "customers"]].pipe(
        lambda row: pd.Series({"scope": parts["scope"].iloc[0], **row, "parts": named}, dtype="object")
    )


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
