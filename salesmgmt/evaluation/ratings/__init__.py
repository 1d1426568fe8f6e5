"""Ratings of competence 测评 as raters gave them: how far they agree, and what may be shown of them.

- :mod:`.kinds` – :func:`agreement`: reliability and kappa of each kind of rater, and of the kinds together.
- :mod:`.groups` – :func:`merged`: scores by group of raters, small groups merged; :func:`two_raters`: pairs
  who lie far apart.
- :mod:`.own_view` – :func:`self_other`: how people rate themselves against others.

Everywhere a rater's latest rating replaces the older ones, and no result names a rater.
"""

from __future__ import annotations

from salesmgmt.evaluation.ratings.groups import DISPUTE, MIN_RATERS, merged, two_raters
from salesmgmt.evaluation.ratings.kinds import ENOUGH, GOOD, MODERATE, agreement
from salesmgmt.evaluation.ratings.own_view import CLOSE, self_other

__all__ = [
    "CLOSE",
    "DISPUTE",
    "ENOUGH",
    "GOOD",
    "MIN_RATERS",
    "MODERATE",
    "agreement",
    "merged",
    "self_other",
    "two_raters",
]
