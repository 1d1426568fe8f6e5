"""PLAN 规划销售团队: from the sales target to roles and team size.

- :mod:`salesmgmt.plan.swot` – what was seen outside and inside, and which strategies answer it.
- :mod:`salesmgmt.plan.stp` – segments weighed and chosen, and where the brands stand.
- :mod:`salesmgmt.plan.targets` – the sales target bottom-up and top-down, the gap and what closes it.
- :mod:`salesmgmt.plan.roles` – what each role has to do, one person or two, who is missing where.
- :mod:`salesmgmt.plan.sizing` – the five steps to the team's size, the adjustments, the band around it.
- :mod:`salesmgmt.plan.capacity` – people needed against people effective month by month, and when to hire.
- :mod:`salesmgmt.plan.scenarios` – the plans of several scenarios side by side.
- :mod:`salesmgmt.plan.territories` – who should own which customer, and where further people should be based.
- :mod:`salesmgmt.plan.response` – what moving visits would do, by the judgement of those who know.
"""

from __future__ import annotations

from salesmgmt.plan import capacity, response, roles, scenarios, sizing, stp, swot, targets, territories

__all__ = ["capacity", "response", "roles", "scenarios", "sizing", "stp", "swot", "targets", "territories"]
