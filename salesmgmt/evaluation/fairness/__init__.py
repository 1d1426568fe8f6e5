"""Fair comparison 公平比较: what results say about people once luck and what they were given are taken into account.

- :mod:`.luck` – :func:`deals` with the chance each had; :func:`luck`: what chance alone would do with so few wins.
- :mod:`.standings` – :func:`standings`: shrunk win rates, intervals of ranks, three groups.
- :mod:`.given` – :func:`given`: results of three years beside potential, workload, tenure, support and absence.
- :mod:`.territories` – :func:`territories`: what each earns beside what it holds.
- :mod:`.adjusted` – :func:`adjusted`: territories (25 or more) against what their circumstances give reason to expect.
- :mod:`.forced` – :func:`forced_ranking`: how many people naming the lowest would flag wrongly.
"""

from __future__ import annotations

from salesmgmt.evaluation.fairness.adjusted import MIN_UNITS, PENALTIES, Fit, adjusted, cross_validated, fit
from salesmgmt.evaluation.fairness.forced import LOWEST, belonging, forced_ranking
from salesmgmt.evaluation.fairness.given import SUPPORT, YEARS, by_team, given
from salesmgmt.evaluation.fairness.luck import (
    MIN_PEOPLE,
    MIN_WINS,
    NEW,
    Luck,
    deals,
    luck,
    poisson_binomial,
)
from salesmgmt.evaluation.fairness.standings import Standings, standings
from salesmgmt.evaluation.fairness.territories import CIRCUMSTANCES, territories

__all__ = [
    "CIRCUMSTANCES",
    "LOWEST",
    "MIN_PEOPLE",
    "MIN_UNITS",
    "MIN_WINS",
    "NEW",
    "PENALTIES",
    "SUPPORT",
    "YEARS",
    "Fit",
    "Luck",
    "Standings",
    "adjusted",
    "belonging",
    "by_team",
    "cross_validated",
    "deals",
    "fit",
    "forced_ranking",
    "given",
    "luck",
    "poisson_binomial",
    "standings",
    "territories",
]
