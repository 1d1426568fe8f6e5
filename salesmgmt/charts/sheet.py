"""A sheet: a room measured in points, x to the right and y down, for charts that are mostly text.

What stands on a sheet is measured before it is drawn, so that no text leaves the figure or meets another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from matplotlib.axes import Axes

from salesmgmt.charts.canvas import EDGE, height_of, inset, put, width_of
from salesmgmt.charts.style import INK, MUTED, SMALL, TEXT, drawable, text_width

LINE = 15.0
"""Points from one line of text to the next."""

_BASELINE = 0.76
_SAMPLE, _AFTER_SAMPLE, _AFTER_ENTRY = 22.0, 6.0, 18.0

Sample = Sequence[dict[str, Any]]
"""Looks of the lines and marks that stand for one meaning, drawn over each other, as for ``Axes.plot``."""


def sheet(ax: Axes | None, *, height: float) -> Axes:
    """Axes whose data units are points from the upper left corner of the room.

    Parameters
    ----------
    ax : Axes or None
        Room to use; None makes a figure of the house width and of ``height``.
    height : float
        Points that are needed.

    Returns
    -------
    Axes
        Without ticks or frame; x from 0 to the width, y from the height at the bottom to 0 on top.
    """
    axes = inset(ax, height=height, left=0, right=0, top=0, bottom=0)
    axes.set_xlim(0.0, width_of(axes))
    axes.set_ylim(height_of(axes), 0.0)
    axes.set_axis_off()
    return axes


def room_down(ax: Axes | None) -> float:
    """Height in points of the room a chart will have; infinite where the figure is ours to size."""
    return float("inf") if ax is None else height_of(ax) - 2 * EDGE


def write(
    axes: Axes,
    lines: Sequence[str],
    *,
    x: float,
    y: float,
    size: float = TEXT,
    color: str = INK,
    ha: Literal["left", "center", "right"] = "left",
) -> None:
    """Write lines below each other.

    Parameters
    ----------
    axes : Axes
        From :func:`sheet`.
    lines : sequence of str
        From :func:`salesmgmt.charts.style.wrap`.
    x, y : float
        Where the text stands across, and where the first line begins from above.
    size, color, ha
        Of the text.
    """
    for place, line in enumerate(lines):
        down = y + place * LINE + LINE * _BASELINE
        put(axes, line, xy=(x, down), coords=("data", "data"), size=size, color=color, ha=ha)


def key_height(entries: Sequence[tuple[Sample, str]], *, width: float) -> float:
    """Height in points that :func:`key` takes.

    Parameters
    ----------
    entries : sequence of (Sample, str)
        As for :func:`key`.
    width : float
        Of the sheet.

    Returns
    -------
    float
        Whole lines.
    """
    return LINE * (1 + max((line for line, _ in _flow(entries, width)), default=0))


def key(axes: Axes, entries: Sequence[tuple[Sample, str]]) -> None:
    """Say at the top of a sheet what each kind of line stands for.

    Parameters
    ----------
    axes : Axes
        From :func:`sheet`.
    entries : sequence of (Sample, str)
        How the line looks, and its meaning; what does not fit goes on the next line.
    """
    for (looks, meaning), (line, x) in zip(entries, _flow(entries, width_of(axes)), strict=True):
        y = (line + 0.5) * LINE
        for look in looks:
            axes.plot([x, x + _SAMPLE / 2, x + _SAMPLE], [y] * 3, markevery=[1], clip_on=False, **look)
        write(axes, [drawable(meaning)], x=x + _SAMPLE + _AFTER_SAMPLE, y=line * LINE, size=SMALL, color=MUTED)  # fmt: skip


def _flow(entries: Sequence[tuple[Sample, str]], width: float) -> list[tuple[int, float]]:
    """Line and x of each entry."""
    places, line, x = list[tuple[int, float]](), 0, 0.0
    for _, meaning in entries:
        needed = _SAMPLE + _AFTER_SAMPLE + text_width(drawable(meaning), size=SMALL)
        if x and x + needed > width:
            line, x = line + 1, 0.0
        places.append((line, x))
        x += needed + _AFTER_ENTRY
    return places
