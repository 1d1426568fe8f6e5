"""Sales target 销售目标, both ways: bottom-up from what is there, top-down from what is required, and the gap between.

- :mod:`.forecast` – :func:`bottom_up`: months under contract, renewals, named tenders, unnamed wins.
- :mod:`.bridge` – :func:`register`, :func:`standing`, :func:`bridge`, :func:`adopted`, :func:`by_segment`,
  :func:`wins_needed`, :func:`largest_customer`, :func:`calendar`, :func:`phased`.
- :mod:`.record` – :func:`odds`, :func:`realised`: what the forecast takes for granted, held against the record.
- :mod:`.simulation` – :func:`simulate`, :func:`probability`, :func:`chance_by_win_rate`.
- :mod:`.pace` – :func:`past_years`, :func:`seasonal_shares`, :func:`season`, :func:`run_rate`: where a year leads by its end.
- :mod:`.course` – :func:`on_course`, :func:`target_months`, :func:`course_by_segment`, :func:`contracted`: during the year.
- :mod:`.splitting` – :func:`split` to regions and people, :func:`fairness`.
"""

from __future__ import annotations

from salesmgmt.plan.targets.bridge import (
    Standing,
    adopted,
    bridge,
    by_segment,
    calendar,
    largest_customer,
    phased,
    register,
    standing,
    wins_needed,
)
from salesmgmt.plan.targets.course import Course, contracted, course_by_segment, on_course, target_months
from salesmgmt.plan.targets.forecast import (
    LINES,
    bottom_up,
    live_share,
    months_past,
    months_within,
    observed_renewal_rate,
    plan_year,
)
from salesmgmt.plan.targets.pace import MIN_YEARS, past_years, run_rate, season, seasonal_shares
from salesmgmt.plan.targets.record import odds, realised
from salesmgmt.plan.targets.simulation import DRAWS, chance_by_win_rate, probability, simulate
from salesmgmt.plan.targets.splitting import fairness, split

__all__ = [
    "DRAWS",
    "LINES",
    "MIN_YEARS",
    "Course",
    "Standing",
    "adopted",
    "bottom_up",
    "bridge",
    "by_segment",
    "calendar",
    "chance_by_win_rate",
    "contracted",
    "course_by_segment",
    "fairness",
    "largest_customer",
    "live_share",
    "months_past",
    "months_within",
    "observed_renewal_rate",
    "odds",
    "on_course",
    "past_years",
    "phased",
    "plan_year",
    "probability",
    "realised",
    "register",
    "run_rate",
    "season",
    "seasonal_shares",
    "simulate",
    "split",
    "standing",
    "target_months",
    "wins_needed",
]
