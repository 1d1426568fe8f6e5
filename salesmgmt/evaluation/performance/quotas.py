"""Quotas by month 任务分解: what was asked of whom in each month of the evaluation period.

A quota for a year or quarter is split in equal months and gives way to one for a shorter period; one of zero asks for
nothing. 2026 and 2026-Q1 mean the business year that starts in 2026.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, codes, frames

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
    keys, each = asked(quotas, start=start, months=months)
    return (
        keys.take(each["key"].to_numpy()).reset_index(drop=True).assign(age=each["age"], quota=each["quota"])
    )


def asked(
    quotas: pd.DataFrame, *, start: pd.Timestamp, months: int, first: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What :func:`monthly_quotas` returns, each quota named once.

    Parameters
    ----------
    quotas, start, months
        As for :func:`monthly_quotas`.
    first : int
        Month from which on quotas are wanted, counted from ``start``, >= 0.

    Returns
    -------
    tuple of DataFrame
        One row per quota: :data:`KEYS`, in order. One row per quota and month asked: ``key`` (row of the first frame,
        0-based), ``age``, ``quota``.

    Examples
    --------
    >>> quotas = pd.DataFrame({"scope": "company", "scope_id": "", "period": ["2026"], "metric": "revenue",
    ...     "amount": [1200.0]})
    >>> keys, each = asked(quotas, start=pd.Timestamp("2026-01-01"), months=2)
    >>> len(keys), each.values.tolist()
    (1, [[0.0, 0.0, 100.0], [0.0, 1.0, 100.0]])
    """
    rows = _read(quotas, start)
    rows["key"], of_key = codes.grouped(codes.together([rows[name] for name in KEYS]), sort=True)
    keys = rows[KEYS].iloc[of_key].astype("str").reset_index(drop=True)
    length = rows["length"].to_numpy()
    before = np.cumsum(length) - length
    each = rows.loc[np.repeat(rows.index, length), ["key", "amount", "length"]]
    each["age"] = np.repeat(rows["first"].to_numpy() - before, length) + np.arange(len(each))
    each = each[each["age"].between(first, months - 1)]
    _, nearest = np.unique(each["key"] * max(months, 1) + each["age"], return_index=True)
    each = each.iloc[nearest].query("amount > 0")
    each = each.assign(quota=each["amount"] / each["length"])[["key", "age", "quota"]]
    return keys, each.reset_index(drop=True)


def _read(quotas: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Quotas with their first month, counted from the start, and their length; the shortest first."""
    checks.require_columns(quotas, ["scope", "scope_id", "period", "metric", "amount"], name="quotas")
    rows = pd.DataFrame({name: codes.coded(quotas, name) for name in [*KEYS, "period"]})
    rows = rows.assign(amount=frames.number(quotas, "amount"))
    if len(pd.unique(codes.together([rows[name] for name in [*KEYS, "period"]]))) < len(rows):
        checks.require_unique(
            rows, ["scope", "scope_id", "period", "metric", "product_id", "customer_id"], name="quotas"
        )
    checks.require_bounds(rows["amount"], name="quotas.amount", minimum=0.0)
    spoken = pd.Series(rows["period"].unique().astype("str"), dtype="str")
    parts = spoken.str.extract(_PERIOD).astype("float64").set_axis(spoken)
    if parts[0].isna().any():
        bad = sorted(parts.index[parts[0].isna()])
        raise ValueError(f"quotas.period has {bad}, must be like 2026, 2026-Q1 or 2026-01")
    first = (parts[0] - start.year) * 12 + ((parts[1] - 1) * 3).fillna(0) + (parts[2] - start.month).fillna(0)
    length = pd.Series(12, index=parts.index).mask(parts[1].notna(), 3).mask(parts[2].notna(), 1)
    rows["first"] = rows["period"].map(first).astype("int64")
    rows["length"] = rows["period"].map(length).astype("int64")
    return rows.sort_values("length", kind="stable", ignore_index=True)
