"""PLAN 规划销售团队: from the sales target to roles and team size.

- :mod:`salesmgmt.plan.swot` – what was seen outside and inside, and which strategies answer it.
- :mod:`salesmgmt.plan.stp` – segments: which there are, which to aim at, how to stand in them.
- :mod:`salesmgmt.plan.sizing` – the five steps to the team's size, the adjustments, the band around it.
- :mod:`salesmgmt.plan.response` – what more or fewer visits would bring, as people judge it.
"""

from __future__ import annotations

from salesmgmt.plan import response, sizing, stp, swot

__all__ = ["response", "sizing", "stp", "swot"]
