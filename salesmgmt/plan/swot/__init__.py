"""SWOT: what was seen outside and inside, how much it weighs, and which strategy answers it.

Read in this order:

1. :mod:`.factors` – every factor in its quadrant: :func:`table`; the two scores IFE and EFE:
   :func:`weighted_score`, :func:`rated_share`; ratings against the convention: :func:`unusual`.
2. :mod:`.lenses` – where nobody looked: :func:`coverage`.
3. :mod:`.raters` – several raters: :func:`rate`, :func:`by_rater`; :mod:`.positions` – what the scores ask for:
   :func:`position`.
4. :mod:`.strategies` – the TOWS matrix: :func:`tows`; what nobody answers, carries out or owns:
   :func:`orphans`; strategies compared: :func:`attractiveness`.

:mod:`.reading` and :mod:`.links` read and check the tables.

>>> import pandas as pd
>>> factors = pd.DataFrame({"factor_id": ["F1", "F2", "F3"], "look": ["people", "policy", "customers"],
...     "effect": [1, -1, 1], "weight": [1.0, 0.4, 0.6], "rating": [3, 2, 3]})
>>> ife, efe = weighted_score(factors)
>>> round(ife, 6), round(efe, 6), position(ife, efe)
(3.0, 2.6, 'grow_and_build')
"""

from __future__ import annotations

from salesmgmt.plan.swot.factors import rated_share, table, unusual, weighted_score
from salesmgmt.plan.swot.lenses import coverage
from salesmgmt.plan.swot.positions import position
from salesmgmt.plan.swot.raters import by_rater, rate
from salesmgmt.plan.swot.strategies import attractiveness, orphans, tows

__all__ = [
    "attractiveness",
    "by_rater",
    "coverage",
    "orphans",
    "position",
    "rate",
    "rated_share",
    "table",
    "tows",
    "unusual",
    "weighted_score",
]
