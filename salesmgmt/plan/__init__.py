"""PLAN 规划销售团队: from the sales target to roles and team size.

- :mod:`salesmgmt.plan.swot` – what was seen outside and inside, and which strategies answer it.
from salesmgmt.plan import response, sizing, stp, swot, targets, territories

__all__ = ["response", "sizing", "stp", "swot", "targets", "territories"]
"""

from __future__ import annotations

from salesmgmt.plan import response, sizing, stp, swot, targets, territories

__all__ = ["response", "sizing", "stp", "swot", "targets", "territories"]
