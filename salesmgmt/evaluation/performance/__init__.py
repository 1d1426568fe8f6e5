"""Performance 绩效: results of the evaluation period 评价期, of the company, its teams and its people.

- :mod:`.periods` – the months compared: :func:`evaluation_period`.
- :mod:`.teams` – growth against the same months a year before: :func:`company_growth`, :func:`growth`.
- :mod:`.people` – each person's attainment, or growth where people have no quotas: :func:`by_person`.
"""

from __future__ import annotations

from salesmgmt.evaluation.performance.people import by_person
from salesmgmt.evaluation.performance.periods import evaluation_period
from salesmgmt.evaluation.performance.teams import (
    CLOSE,
    MIN_CUSTOMERS,
    RESAMPLES,
    CompanyGrowth,
    company_growth,
    growth,
)

__all__ = [
    "CLOSE",
    "MIN_CUSTOMERS",
    "RESAMPLES",
    "CompanyGrowth",
    "by_person",
    "company_growth",
    "evaluation_period",
    "growth",
]
