"""Performance 绩效: results of the evaluation period 评价期, of the company, its teams and its people.

- :mod:`.periods` – the months compared: :func:`evaluation_period`.
- :mod:`.teams` – growth against the same months a year before: :func:`company_growth`, :func:`growth`.
- :mod:`.quotas`, :mod:`.results` – what was asked by month, and what was signed, earned and collected.
- :mod:`.attainment` – actual ÷ quota: :func:`attainment`, :func:`company_attainment`, :func:`single_products`.
- :mod:`.receivables` – :func:`settled`, :func:`collection`, :func:`ageing`.
- :mod:`.shares` – :func:`market_share`, :func:`key_account_share`, :func:`opened`.
- :mod:`.measures` – all of it by company, team, region, product and person: :func:`measures`.
- :mod:`.quarters` – the company's, quarter by quarter: :func:`by_quarter`.
- :mod:`.variance` – what moved revenue, in parts that add up: :func:`variance`.
- :mod:`.steadied` – growth of people drawn towards the usual: :func:`steadied_growth`.
- :mod:`.people` – each person's attainment, or growth where people have no quotas: :func:`by_person`.
"""

from __future__ import annotations

from salesmgmt.evaluation.performance.attainment import (
    KEY_ACCOUNTS,
    SCOPES,
    attainment,
    company_attainment,
    company_quotas,
    of_teams,
    single_products,
)
from salesmgmt.evaluation.performance.measures import MEASURES, measures, named, side_by_side
from salesmgmt.evaluation.performance.people import by_person
from salesmgmt.evaluation.performance.periods import evaluation_period, months_from
from salesmgmt.evaluation.performance.quarters import by_quarter
from salesmgmt.evaluation.performance.quotas import monthly_quotas
from salesmgmt.evaluation.performance.receivables import LIMITS, ageing, bills, collection, settled
from salesmgmt.evaluation.performance.results import (
    METRICS,
    collected_results,
    ledger,
    placed,
    revenue_results,
    signed_results,
    sizes,
    term_months,
    with_bills,
)
from salesmgmt.evaluation.performance.shares import key_account_share, market_share, opened
from salesmgmt.evaluation.performance.steadied import MIN_GROWTHS, steadied_growth
from salesmgmt.evaluation.performance.teams import (
    CLOSE,
    MIN_CUSTOMERS,
    RESAMPLES,
    CompanyGrowth,
    company_growth,
    growth,
)
from salesmgmt.evaluation.performance.variance import PARTS, variance

__all__ = [
    "CLOSE",
    "KEY_ACCOUNTS",
    "LIMITS",
    "MEASURES",
    "METRICS",
    "MIN_CUSTOMERS",
    "MIN_GROWTHS",
    "PARTS",
    "RESAMPLES",
    "SCOPES",
    "CompanyGrowth",
    "ageing",
    "attainment",
    "bills",
    "by_person",
    "by_quarter",
    "collected_results",
    "collection",
    "company_attainment",
    "company_growth",
    "company_quotas",
    "evaluation_period",
    "growth",
    "key_account_share",
    "ledger",
    "market_share",
    "measures",
    "monthly_quotas",
    "months_from",
    "named",
    "of_teams",
    "opened",
    "placed",
    "revenue_results",
    "settled",
    "side_by_side",
    "signed_results",
    "single_products",
    "sizes",
    "steadied_growth",
    "term_months",
    "variance",
    "with_bills",
]
