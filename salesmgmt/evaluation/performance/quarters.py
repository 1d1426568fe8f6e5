"""The company's measures quarter by quarter, so that a year's figure shows where it was made."""

from __future__ import annotations

from functools import partial

import pandas as pd

from salesmgmt.evaluation.performance.attainment import attainment
from salesmgmt.evaluation.performance.measures import measures
from salesmgmt.evaluation.performance.periods import in_months

_COLUMNS = ["period", "measure", "value", "actual", "base", "n"]


def by_quarter(
    results: pd.DataFrame,
    *,
    start: pd.Timestamp,
    months: int,
    quotas: pd.DataFrame | None = None,
    invoices: pd.DataFrame | None = None,
    bad_debt_days: float = 365,
) -> pd.DataFrame:
    """All measures of the company by quarter of the business year.

    Parameters
    ----------
    results : DataFrame
        From :func:`ledger`.
    start : Timestamp
        First day of the business year.
    months : int
        Whole months of the evaluation period; a quarter still running counts its whole months.
    quotas : DataFrame, optional
        As for :func:`attainment`; only those of the whole company are read.
    invoices : DataFrame, optional
        From :func:`settled`, placed; an invoice belongs to the quarter in which it fell due.
    bad_debt_days : float
        As for :func:`collection`.

    Returns
    -------
    DataFrame
        One row per quarter and measure that is known: ``period`` (2026-Q1, the year in which the business year
        starts), ``measure`` (:data:`MEASURES`), ``value``, ``actual``, ``base``, ``n`` as :func:`measures` gives them.

    Notes
    -----
    Growth: against the same months a year before. Amounts and bases of the quarters add up to the evaluation period's,
    but for invoices, whose rates reach back to every invoice fallen due.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效.

    Examples
    --------
    >>> results = pd.DataFrame({"metric": "revenue", "month": pd.to_datetime(["2025-05-01", "2026-05-01"]),
    ...     "customer_id": "C1", "staff_id": "", "product_id": "", "team": "", "region": "", "segment": "", "kind": "",
    ...     "key_account": False, "amount": [100.0, 112.0]})
    >>> found = by_quarter(results, start=pd.Timestamp("2026-01-01"), months=6)
    >>> found[["period", "measure", "actual"]].values.tolist()
    [['2026-Q2', 'growth', 112.0]]
    """
    parts = []
    for first in range(0, months, 3):
        begin, until = start + pd.DateOffset(months=first), min(first + 3, months)
        attained = due = None
        if quotas is not None and len(quotas):
            whole = quotas[quotas["scope"] == "company"]
            attained = attainment(results, whole, start=start, months=until, first=first)
        if invoices is not None:
            due = invoices[in_months(invoices["due_on"], begin, until - first)]
        read = partial(measures, results, start=begin, months=until - first, bad_debt_days=bad_debt_days)
        found = read(attained=attained, invoices=due)
        parts.append(found[found["scope"] == "company"].assign(period=f"{start.year}-Q{first // 3 + 1}"))
    if not parts:
        return pd.DataFrame(columns=_COLUMNS)
    return pd.concat(parts, ignore_index=True)[_COLUMNS]
