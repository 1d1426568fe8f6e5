"""Quotas by month 任务分解: what was asked of whom in each month of the evaluation period.

A quota for a year or quarter is split in equal months and gives way to one for a shorter period; one of zero asks for
nothing. 2026 and 2026-Q1 mean the business year that starts in 2026.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames

KEYS = ["scope", "scope_id", "metric", "product_id", "customer_id"]
"""What names a quota besides its period."""

_PERIOD = r"^(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$"


def monthly_quotas(quotas: pd.DataFrame, *, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Each quota's share of each month of the evaluation period.

    Parameters
    ----------
    quotas : DataFrame
        One row per quota: ``scope`` (company, segment, region, team, staff, product), ``scope_id``, ``period`` (2026,
        2026-Q1, 2026-01), ``metric`` (signed, revenue, margin, collected), ``amount`` (money, >= 0); ``product_id``
        and ``customer_id`` (``""`` for all) may be absent.
    start : Timestamp
        First day of the business year.
    months : int
        Whole months of the evaluation period.

    Returns
    -------
    DataFrame
        One row per quota and month asked: :data:`KEYS`, ``age`` (months from ``start``, 0 to ``months`` − 1) and
        ``quota`` (money).

    Raises
    ------
    ValueError
        If columns are missing, keys repeat, amounts are negative or missing, or a period cannot be read.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 完成率.

    Examples
    --------
    >>> quotas = pd.DataFrame({"scope": "company", "scope_id": "", "period": ["2026", "2026-01"], "metric": "revenue",
    ...     "amount": [1200.0, 70.0]})
    >>> monthly_quotas(quotas, start=pd.Timestamp("2026-01-01"), months=2)["quota"].tolist()
    [70.0, 100.0]
    """
    checks.require_columns(quotas, ["scope", "scope_id", "period", "metric", "amount"], name="quotas")
    rows = pd.DataFrame({name: frames.text(quotas, name) for name in [*KEYS, "period"]})
    rows = rows.assign(amount=frames.number(quotas, "amount"))
    checks.require_unique(
        rows, ["scope", "scope_id", "period", "metric", "product_id", "customer_id"], name="quotas"
    )
    checks.require_bounds(rows["amount"], name="quotas.amount", minimum=0.0)
    parts = rows["period"].str.extract(_PERIOD).astype("float64")
    if parts[0].isna().any():
        bad = sorted(rows.loc[parts[0].isna(), "period"].unique())
        raise ValueError(f"quotas.period has {bad}, must be like 2026, 2026-Q1 or 2026-01")
    first = (parts[0] - start.year) * 12 + ((parts[1] - 1) * 3).fillna(0) + (parts[2] - start.month).fillna(0)
    length = pd.Series(12, index=rows.index).mask(parts[1].notna(), 3).mask(parts[2].notna(), 1)
    rows = rows.assign(first=first.astype("int64"), length=length).sort_values("length", ignore_index=True)
    each = rows.loc[rows.index.repeat(rows["length"])]
    each = each.assign(
        age=each["first"] + each.groupby(level=0).cumcount(), quota=each["amount"] / each["length"]
    )
    each = each[each["age"].between(0, months - 1)].drop_duplicates([*KEYS, "age"])
    each = each[each["quota"] > 0]
    return each.sort_values([*KEYS, "age"], ignore_index=True)[[*KEYS, "age", "quota"]]
