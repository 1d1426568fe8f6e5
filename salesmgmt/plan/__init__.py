"""PLAN 规划销售团队: from the sales target to roles and team size.

- :mod:`salesmgmt.plan.swot` – what was seen outside and inside, and which strategies answer it.
- :mod:`salesmgmt.plan.sizing` – the five steps to the team's size, the adjustments, the band around it.
"""

from __future__ import annotations

from salesmgmt.plan import sizing, swot

__all__ = ["sizing", "swot"]
