"""What the two scores ask for: the posture of the plan by the internal–external matrix."""

from __future__ import annotations

import math

from salesmgmt import checks
from salesmgmt.errors import Refused

_POSTURES = (
    ("harvest_or_divest", "harvest_or_divest", "hold_and_maintain"),
    ("harvest_or_divest", "hold_and_maintain", "grow_and_build"),
    ("hold_and_maintain", "grow_and_build", "grow_and_build"),
)
"""By the third of efe (low, medium, high), then by that of ife (weak, average, strong)."""

_ROUNDING = 0.005
"""A score may leave 1 to 4 by this much where the weights are rounded."""


def position(ife: float, efe: float) -> str:
    """Posture that the weighted scores ask for: grow, hold or harvest.

    Parameters
    ----------
    ife, efe : float
        Weighted scores, 1 to 4, as :func:`weighted_score` returns them.

    Returns
    -------
    str
        ``grow_and_build``, ``hold_and_maintain`` or ``harvest_or_divest``.

    Raises
    ------
    TypeError
        If a score is not a number.
    ValueError
        If a score is not between 1 and 4.
    Refused
        If a score is missing: a side without ratings has no place in the matrix.

    Notes
    -----
    Thirds of either score: below 2, below 3, from 3. Strong and high, and their neighbours average–high and
    strong–medium: grow and build; the diagonal from weak–high over average–medium to strong–low: hold and
    maintain; the rest: harvest or divest. Ratings are judgements: beside a border the posture is open,
    see the positions of :func:`by_rater`.

    References
    ----------
    David, Strategic Management, chapter on strategy analysis and choice: internal–external (IE) matrix.

    Examples
    --------
    >>> position(3.2, 2.1), position(2.5, 2.5), position(1.9, 2.2)
    ('grow_and_build', 'hold_and_maintain', 'harvest_or_divest')
    """
    if any(checks.is_number(score) and math.isnan(score) for score in (ife, efe)):
        raise Refused("plan.swot_unrated")
    low, high = 1.0 - _ROUNDING, 4.0 + _ROUNDING
    rule = ("between 1 and 4", lambda score: low <= score <= high)
    checks.require_numbers({"ife": rule, "efe": rule}, ife=ife, efe=efe)
    return _POSTURES[_third(efe)][_third(ife)]


def _third(score: float) -> int:
    """0, 1 or 2; a sum that misses a border by the machine's rounding has reached it."""
    return (score >= 2.0 - 1e-9) + (score >= 3.0 - 1e-9)
