"""Review 评价的应用: results and competency side by side, never blended, and what follows from them.

- :mod:`.views` – :func:`results_view`, :func:`competency_view`; :func:`two_views`: the chance of each box of both.
- :mod:`.calibration` – :func:`calibration`: who cannot be judged yet, why, and what evidence would settle it.
- :mod:`.gates` – :func:`gates`: target, support, resources, market, before skill and effort.
- :mod:`.answers` – :func:`summed_up`: one row a person; :func:`found_out`: how many of each kind.
- :mod:`.circumstances` – figures that gates read: :func:`asked_of_potential`, :func:`market_growth`.
- :mod:`.readiness` – :func:`readiness` for other roles, :func:`nearest`, :func:`both_profiles`; :func:`foretold`: does competency foretell
  later results.
- :mod:`.single_handed` – :func:`single_handed`: customers that only one of our people holds.

Nothing here ranks people or suggests that anybody should go: a human decides, and hears the person first.
"""

from __future__ import annotations

from salesmgmt.evaluation.review.answers import found_out, summed_up
from salesmgmt.evaluation.review.calibration import MOST, calibration
from salesmgmt.evaluation.review.circumstances import asked_of_potential, market_growth
from salesmgmt.evaluation.review.gates import GATES, TOLERANCE, gates
from salesmgmt.evaluation.review.readiness import COVERED, both_profiles, foretold, nearest, readiness
from salesmgmt.evaluation.review.single_handed import single_handed
from salesmgmt.evaluation.review.views import BOXES, CLEAR, competency_view, results_view, two_views

__all__ = [
    "BOXES",
    "CLEAR",
    "COVERED",
    "GATES",
    "MOST",
    "TOLERANCE",
    "asked_of_potential",
    "both_profiles",
    "calibration",
    "competency_view",
    "foretold",
    "found_out",
    "gates",
    "market_growth",
    "nearest",
    "readiness",
    "results_view",
    "single_handed",
    "summed_up",
    "two_views",
]
