"""Team size 团队规模: five steps, then adjustments, then how sure we are.

Read in this order:

1. :mod:`.steps` – the five steps: :func:`classify`, :func:`visit_frequency`, :func:`total_visits`,
   :func:`visits_per_rep`, :func:`reps_required`.
2. :mod:`.targets` – how the sales target enters step 1: :func:`tiered`, :func:`win_targets`,
   :func:`prospects`; :mod:`.statuses` – whether its statuses hold: :func:`doubtful_statuses`.
3. :mod:`.pieces` – step 4 role by role: :func:`capacity`, :func:`capacity_pieces`; :mod:`.team` – the five in
   one call, by role × region: :func:`five_steps`, :func:`cells`, :func:`staffing`, :func:`regions_match`,
   :func:`visits_forgone`.
4. :mod:`.adjustments` – fine-tuning 微调 to the headcount: :func:`adjust`, :func:`adjustment_steps`,
   :func:`adjusted_cells`.
5. :mod:`.simulation` – the band from the assumptions' ranges: :func:`simulate`, :func:`tornado`.
6. :mod:`.choices` – which prospects to visit, and what each answer takes: :func:`by_prospects`.
7. Second opinions beside the five steps: :mod:`.potential` – the target ÷ what one person sells
   (:func:`sales_potential`); :mod:`.further`, :mod:`.marginal` – what the next person brings in (:func:`next_people`)
   against the cost (:func:`incremental`, :func:`three_year_return`); :mod:`.triangulation` – all of them side by side
   (:func:`triangulate`). :mod:`.account_size` – which customers do not pay for their visits (:func:`least_account`,
   :func:`small_accounts`, :func:`small_by_draw`, :func:`below_by_class`).
8. :mod:`.levers`, :mod:`.whatif` – the sizing as plain data whose levers a page can move: :func:`what_if`,
   :func:`evaluate`.

>>> import pandas as pd
>>> customers = pd.DataFrame({"customer_id": ["C1", "C2"], "status": ["existing", "prospect"]})
>>> coverage = pd.DataFrame({"status": ["existing", "prospect"], "visits_per_year": [24, 12]})
>>> five_steps(customers, coverage, visits_per_rep=18).reps
2.0
"""

from __future__ import annotations

from salesmgmt.plan.sizing.account_size import below_by_class, least_account, small_accounts, small_by_draw
from salesmgmt.plan.sizing.adjustments import adjust, adjusted_cells, adjustment_steps
from salesmgmt.plan.sizing.choices import by_prospects
from salesmgmt.plan.sizing.further import carry_over, next_people, posts_per_customer, prospect_sales
from salesmgmt.plan.sizing.levers import what_if
from salesmgmt.plan.sizing.marginal import flat_zone, incremental, right_size, stop_at, three_year_return
from salesmgmt.plan.sizing.pieces import capacity, capacity_pieces
from salesmgmt.plan.sizing.potential import margin_rate, revenue_target, sales_per_post, sales_potential
from salesmgmt.plan.sizing.simulation import simulate, tornado
from salesmgmt.plan.sizing.statuses import doubtful_statuses
from salesmgmt.plan.sizing.steps import (
    classify,
    reps_required,
    total_visits,
    visit_frequency,
    visits_per_rep,
)
from salesmgmt.plan.sizing.targets import prospects, tiered, win_targets
from salesmgmt.plan.sizing.team import (
    FiveSteps,
    by_role,
    cells,
    five_steps,
    regions_match,
    staffing,
    visits_forgone,
)
from salesmgmt.plan.sizing.triangulation import triangulate
from salesmgmt.plan.sizing.whatif import evaluate

__all__ = [
    "FiveSteps",
    "adjust",
    "adjusted_cells",
    "adjustment_steps",
    "below_by_class",
    "by_prospects",
    "by_role",
    "capacity",
    "capacity_pieces",
    "carry_over",
    "cells",
    "classify",
    "doubtful_statuses",
    "evaluate",
    "five_steps",
    "flat_zone",
    "incremental",
    "least_account",
    "margin_rate",
    "next_people",
    "posts_per_customer",
    "prospect_sales",
    "prospects",
    "regions_match",
    "reps_required",
    "revenue_target",
    "right_size",
    "sales_per_post",
    "sales_potential",
    "simulate",
    "small_accounts",
    "small_by_draw",
    "staffing",
    "stop_at",
    "three_year_return",
    "tiered",
    "tornado",
    "total_visits",
    "triangulate",
    "visit_frequency",
    "visits_forgone",
    "visits_per_rep",
    "what_if",
    "win_targets",
]
