"""Capacity by month 逐月产能: people needed against people effective, and when hiring must begin.

A post is filled only after the hiring lead time, a newcomer ramps up in a straight line, people leave, some are
away. Read in this order:

1. :mod:`.people` – who is known to be there in which month: :func:`horizon`, :func:`target_posts`.
2. :mod:`.flow` – posts, ramp, leavers and replacements month by month, for certain or drawn values.
3. :mod:`.calendar` – the plan: :func:`by_month`, :func:`company`, :func:`hiring`, :func:`cost`.
4. :mod:`.simulation` – how sure that is: :func:`simulate`, :func:`bands`.
5. :mod:`.paces` – hiring as earned margin pays against hiring all at once, three years long: :func:`pace_ranges`,
   :func:`simulate_paces`; :mod:`.comparison` – which leaves more: :func:`pace_years`, :func:`break_even`,
   :func:`compare_paces`, :func:`deciding`.

>>> import pandas as pd
>>> needed = pd.DataFrame({"role": ["account_manager"], "reps": [2.0]})
>>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_manager"]})
>>> terms = pd.DataFrame({"role": ["account_manager"], "hiring_lead_months": [3.0], "ramp_months": [4.0],
...     "attrition": [0.0]})
>>> year = {"as_of": pd.Timestamp("2026-12-31"), "year_start": pd.Timestamp("2027-01-01")}
>>> by_month(needed, staff, terms, **year)["effective"].head(5).tolist()
[1.0, 1.0, 1.0, 1.125, 1.375]
"""

from __future__ import annotations

from salesmgmt.plan.capacity.calendar import by_month, company, cost, hiring
from salesmgmt.plan.capacity.comparison import break_even, compare_paces, deciding, pace_years
from salesmgmt.plan.capacity.paces import pace_ranges, simulate_paces
from salesmgmt.plan.capacity.people import horizon, target_posts
from salesmgmt.plan.capacity.simulation import bands, simulate

__all__ = [
    "bands",
    "break_even",
    "by_month",
    "company",
    "compare_paces",
    "cost",
    "deciding",
    "hiring",
    "horizon",
    "pace_ranges",
    "pace_years",
    "simulate",
    "simulate_paces",
    "target_posts",
]
