"""A chart of rows: names on the left, marks in the middle, numbers on the right.

Widths are measured before anything is drawn, so that no text leaves the figure or meets another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes

from salesmgmt.charts.canvas import EDGE, FRACTION, height_of, inset, put, room_across, width_of
from salesmgmt.charts.style import INK, MUTED, SMALL, TEXT, drawable, text_width, wrap

_LINE = 15.0
_ROW_GAP = 10.0
_COLUMN_GAP = 12.0
_WIDE_ROOM = 300.0
_WIDE_SHARES, _NARROW_SHARES = (0.36, 0.28), (0.34, 0.31)
"""Of a room in points, what names on the left and numbers on the right may take."""
_CENTRE_OF_GLYPHS = 0.37
_KEY_MARK, _KEY_GAP = 9.0, 20.0

_Cell = list[tuple[str, float]]
Side = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Row:
    """What is written beside one row of marks.

    Attributes
    ----------
    name, note : str
        On the left: what the row is, and below it in grey what qualifies it.
    value, remark : str
        On the right: the number, and below it what it means.
    tone : str
        Colour of the remark.
    """

    name: str
    note: str = ""
    value: str = ""
    remark: str = ""
    tone: str = MUTED


def row_axes(
    rows: Sequence[Row], *, ax: Axes | None, head: bool = False, ticks: bool = False, foot: str = ""
) -> Axes:
    """Axes with one unit of height a row, first row on top, and all that is written beside the rows.

    Parameters
    ----------
    rows : sequence of Row
        At least one.
    ax : Axes or None
        Room to use; None makes a figure as tall as the rows need.
    head : bool
        Leave room above for :func:`key` or :func:`mark_above`.
    ticks : bool
        Leave room below for tick labels.
    foot : str
        A line below everything.

    Returns
    -------
    Axes
        y from len(rows) − 0.5 up to −0.5; row *i* is at y == i.
    """
    room = room_across(ax)
    for_names, for_values = (
        room * share for share in (_WIDE_SHARES if room > _WIDE_ROOM else _NARROW_SHARES)
    )
    names = _columns([(row.name, row.note) for row in rows], width=for_names)
    values = _columns([(row.value, row.remark) for row in rows], width=for_values)
    pitch = max(len(cell) for cell in [*names, *values]) * _LINE + _ROW_GAP
    top = 26.0 if head else EDGE
    bottom = (22.0 if ticks else EDGE) + (18.0 if foot else 0.0)
    left, right = _column_width(names), _column_width(values)
    axes = inset(ax, height=len(rows) * pitch, left=left, right=right, top=top, bottom=bottom)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.tick_params(labelbottom=ticks)
    for place, row in enumerate(rows):
        _write(axes, names[place], x=0, y=place, offset=-left, ha="left", tone=MUTED)
        _write(axes, values[place], x=1, y=place, offset=right, ha="right", tone=row.tone)
    if foot:
        line = wrap(foot, width=room, size=SMALL, lines=1)[0]
        put(axes, line, xy=(0, 0), coords=FRACTION, offset=(-left, EDGE - bottom), size=SMALL, color=MUTED, va="bottom")  # fmt: skip
    return axes


def mark_above(
    axes: Axes, text: str, *, x: float, up: float = 8.0, color: str = MUTED, side: Side = "center"
) -> None:
    """Write above the rows what a vertical line or band at ``x`` is, kept inside the plotting area.

    Parameters
    ----------
    axes : Axes
        Its x limits are set.
    text : str
        One line.
    x : float
        Where the line is, in data units.
    up : float
        Points above the plotting area.
    color : str
        Of the text.
    side : {"center", "left", "right"}
        Which part of the text stands at ``x``.
    """
    low, high = axes.get_xlim()
    room = width_of(axes)
    line = drawable(text)
    length = text_width(line, size=SMALL)
    before = {"left": 5.0, "center": length / 2, "right": length - 5.0}[side]
    start = min(max((x - low) / (high - low) * room - before, 0.0), room - length)
    put(
        axes, line, xy=(start / room, 1), coords=FRACTION, offset=(0, up), size=SMALL, color=color, boxed=True
    )


def key(axes: Axes, entries: Sequence[tuple[dict[str, Any], str]]) -> None:
    """Say above the rows what each mark stands for.

    Parameters
    ----------
    axes : Axes
        From :func:`row_axes` with ``head``.
    entries : sequence of (dict, str)
        Options of the marker as for ``Axes.plot``, and its meaning.
    """
    room, high = width_of(axes), 1 + 12 / height_of(axes)
    meanings = [drawable(meaning) for _, meaning in entries]
    widths = [_KEY_MARK + text_width(meaning, size=SMALL) + _KEY_GAP for meaning in meanings]
    at = min(_KEY_MARK / 2, room - sum(widths) + _KEY_GAP)
    for (marker, _), meaning, width in zip(entries, meanings, widths, strict=True):
        axes.plot([at / room], [high], transform=axes.transAxes, linestyle="", clip_on=False, **marker)
        put(axes, meaning, xy=(0, 1), coords=FRACTION, offset=(at + _KEY_MARK, 8), size=SMALL, color=MUTED)
        at += width


def _columns(cells: Sequence[tuple[str, str]], *, width: float) -> list[_Cell]:
    return [
        [
            (line, size)
            for text, size in ((upper, TEXT), (lower, SMALL))
            for line in wrap(text, width=width, size=size)
        ]
        for upper, lower in cells
    ]


def _column_width(cells: Sequence[_Cell]) -> float:
    widest = max((text_width(line, size=size) for cell in cells for line, size in cell), default=0.0)
    return widest + _COLUMN_GAP if widest else EDGE


def _write(
    axes: Axes, cell: _Cell, *, x: float, y: float, offset: float, ha: Literal["left", "right"], tone: str
) -> None:
    for place, (line, size) in enumerate(cell):
        down = (place - (len(cell) - 1) / 2) * _LINE + size * _CENTRE_OF_GLYPHS
        colour = INK if size == TEXT else tone
        put(
            axes,
            line,
            xy=(x, y),
            coords=("axes fraction", "data"),
            offset=(offset, -down),
            size=size,
            color=colour,
            ha=ha,
        )
