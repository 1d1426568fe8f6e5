"""Steps that build on each other: bars each of which starts where the one above ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import baseline, limits
from salesmgmt.charts.style import BLUE, BLUE_MID, RULE, VERMILION

__all__ = ["draw_steps"]

_BAR = 0.52


def draw_steps(axes: Axes, changes: npt.NDArray[np.float64], *, pale: int | None = None) -> None:
    """Bars of the changes from zero on, and one of where they lead to.

    Parameters
    ----------
    axes : Axes
        From :func:`salesmgmt.charts.rows.row_axes`, one row a change and one more for the whole.
    changes : array of float
        In reading order.
    pale : int, optional
        A change that is only wished for: drawn as an outline.
    """
    levels = np.concatenate([[0.0], np.cumsum(changes)])
    axes.set_xlim(*limits(levels.tolist(), low=min(0.0, float(levels.min())), margin=0.04))
    rows = np.arange(len(changes))
    colours = np.where(changes < 0, VERMILION, BLUE_MID)
    fills = ["white" if row == pale else colour for row, colour in zip(rows, colours, strict=True)]
    axes.barh(rows, changes, left=levels[:-1], height=_BAR, color=fills, edgecolor=colours, linewidth=1.2)
    axes.barh([len(changes)], [levels[-1]], height=_BAR, color=BLUE)
    axes.vlines(levels[1:], rows + _BAR / 2, rows + 1 - _BAR / 2, color=RULE, linewidth=0.8)
    baseline(axes)
