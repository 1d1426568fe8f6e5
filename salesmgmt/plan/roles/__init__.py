"""Roles 人员角色: the iron triangle's work, one person or two for account and product, and who is missing where.

1. :mod:`.work` – the work of each role besides visits: :func:`content`, :func:`workload`.
2. :mod:`.schools` – account and product manager in one person 合一 or apart 分设: :func:`schools`.
3. :mod:`.triangle` – key customers and tenders that lack a role: :func:`triangle_gaps`, :func:`missing_roles`.

>>> import pandas as pd
>>> work = pd.DataFrame({"work": ["bids"], "role": ["product_manager"], "hours_per_opportunity": [20.0]})
>>> content(work, customers=100, opportunities=60)["hours"].item()
1200.0
"""

from __future__ import annotations

from salesmgmt.plan.roles.schools import schools
from salesmgmt.plan.roles.triangle import missing_roles, triangle_gaps
from salesmgmt.plan.roles.work import content, workload

__all__ = ["content", "missing_roles", "schools", "triangle_gaps", "workload"]
