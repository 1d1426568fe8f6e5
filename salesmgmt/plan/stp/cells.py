"""The directional policy matrix 3 × 3: which cell a segment stands in, and which cells are chosen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks

CELLS = ("high_high", "high_medium", "medium_high", "high_low", "medium_medium", "low_high", "medium_low", "low_medium", "low_low")  # fmt: skip
"""Attractiveness, then strength; from the most to the least promising."""

CHOICES = {"core": CELLS[:1], "grow": CELLS[:3], "hold": CELLS[:6]}
"""Rules of choice: only attractive segments where we are strong; all three cells of growth; the diagonal as well."""

_MIDDLE = 3.0
_BANDS = np.array(["low", "medium", "high"])
_NEAR = 1e-9


def place(
    attractiveness: npt.ArrayLike, strength: npt.ArrayLike, *, attractive_cutoff: float, strong_cutoff: float
) -> npt.NDArray[np.str_]:
    """Cell of the matrix for pairs of indices.

    Parameters
    ----------
    attractiveness, strength : array-like of float
        Indices, 1 to 5, of one shape; NaN has no cell.
    attractive_cutoff, strong_cutoff : float
        Index from which a segment is high on the axis, above 3, at most 5.

    Returns
    -------
    ndarray of str
        ``high_high`` to ``low_low``: attractiveness, then strength; ``""`` without a cell.

    Raises
    ------
    ValueError
        If a cut-off is out of bounds.

    Notes
    -----
    High from the cut-off up, low from as far below the middle of the scale (6 − cut-off) down, medium between.
    An index that misses a border by the machine's rounding has reached it.

    References
    ----------
    Robinson, Hichens & Wade (1978), as cited in :mod:`.scores`. The cut-offs are the client's policy.

    Examples
    --------
    >>> place([4.0, 2.0, 3.0], [3.5, 3.0, 2.4], attractive_cutoff=3.5, strong_cutoff=3.5).tolist()
    ['high_high', 'low_medium', 'medium_low']
    """
    rule = ("> 3 and <= 5", lambda cutoff: _MIDDLE < cutoff <= 5.0)
    cutoffs = {"attractive_cutoff": attractive_cutoff, "strong_cutoff": strong_cutoff}
    checks.require_numbers(dict.fromkeys(cutoffs, rule), **cutoffs)
    first, second = (np.asarray(values, dtype="float64") for values in (attractiveness, strength))
    one, two = _banded(first, attractive_cutoff), _banded(second, strong_cutoff)
    named = np.char.add(np.char.add(_BANDS[one], "_"), _BANDS[two])
    return np.where(np.isnan(first) | np.isnan(second), "", named)


def chosen(cells: npt.ArrayLike, *, choose: str) -> npt.NDArray[np.bool_]:
    """Which segments are targets by the rule.

    Parameters
    ----------
    cells : array-like of str
        As :func:`place` returns them.
    choose : str
        ``core``, ``grow`` or ``hold``: see :data:`CHOICES`.

    Returns
    -------
    ndarray of bool
        In the shape given.

    Raises
    ------
    ValueError
        If the rule is unknown.

    Examples
    --------
    >>> chosen(["high_high", "medium_medium", ""], choose="grow").tolist()
    [True, False, False]
    """
    checks.require_codes(pd.Series([choose]), tuple(CHOICES), name="choose")
    return np.isin(np.asarray(cells), CHOICES[choose])


def _banded(values: npt.NDArray[np.float64], cutoff: float) -> npt.NDArray[np.intp]:
    """0, 1 or 2: low, medium, high; anything for NaN."""
    high, low = values >= cutoff - _NEAR, values <= 2 * _MIDDLE - cutoff + _NEAR
    return np.where(high, 2, np.where(low, 0, 1))
