"""Names beside points: each where it meets no other text, and left out where there is no such place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

from matplotlib.axes import Axes

from salesmgmt.charts.sheet import LINE, write
from salesmgmt.charts.style import INK, MUTED, SMALL, TEXT, text_width, wrap

_BESIDE = 3.0
_STEP, _CLEAR = 3.0, 1.0
_LENGTHS = (150.0, 90.0, 40.0)

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in points, y down."""
Line = tuple[tuple[float, float], tuple[float, float]]
"""Two ends."""


@dataclass(frozen=True)
class Spot:
    """A point that wants a name.

    Attributes
    ----------
    x, y, radius : float
        Points on the sheet.
    name, fact : str
        What it is called, and a smaller line below; either may be empty.
    muted : bool
        Whether the name is quiet too.
    """

    x: float
    y: float
    radius: float
    name: str
    fact: str = ""
    muted: bool = False


def name_spots(
    axes: Axes, spots: Sequence[Spot], *, within: Box, taken: Sequence[Box] = (), lines: Sequence[Line] = ()
) -> int:
    """Write the names of points beside them, the first ones first.

    Parameters
    ----------
    axes : Axes
        From :func:`salesmgmt.charts.sheet.sheet`.
    spots : sequence of Spot
        Most important first.
    within : Box
        Where text may stand.
    taken : sequence of Box
        Where other text stands already.
    lines : sequence of Line
        What text should not cross where it need not.

    Returns
    -------
    int
        How many points could not be named.
    """
    marks = [(s.x - s.radius, s.y - s.radius, s.x + s.radius, s.y + s.radius) for s in spots]
    clear = [*marks, *(step for line in lines for step in _steps(line))]
    bare = [replace(spot, fact="") for spot in spots]
    boxes, unnamed = list(taken), 0
    for wanted, short in zip(spots, bare, strict=True):
        ways = [(s, m) for s in (wanted, short) for m in (clear, marks)]
        tries = [(s, m, longest) for longest in _LENGTHS for s, m in [*ways, (short, [])]]
        places = ((_place(s, within, boxes, m, longest), s) for s, m, longest in tries)
        found, spot = next((p for p in places if p[0]), (None, wanted))
        if found is None:
            unnamed += 1
            continue
        (left, top, right, bottom), lines = found
        boxes.append((left, top, right, bottom))
        ink = MUTED if spot.muted else INK
        size = SMALL if spot.muted else TEXT
        write(axes, lines, x=left, y=top, size=size, color=ink)
        if spot.fact:
            write(axes, [spot.fact], x=left, y=top + LINE * len(lines), size=SMALL, color=MUTED)
    return unnamed


def _steps(line: Line) -> list[Box]:
    """Small boxes along a line."""
    (x, y), (to_x, to_y) = line
    count = max(1, int(hypot(to_x - x, to_y - y) / _STEP))
    places = [(x + (to_x - x) * n / count, y + (to_y - y) * n / count) for n in range(count + 1)]
    return [(a - _CLEAR, b - _CLEAR, a + _CLEAR, b + _CLEAR) for a, b in places]


def _place(
    spot: Spot, within: Box, boxes: Sequence[Box], marks: Sequence[Box], longest: float
) -> tuple[Box, list[str]] | None:
    """The first free place beside a point, with the name shortened to fit."""
    size = SMALL if spot.muted else TEXT
    lines = wrap(spot.name, width=longest, size=size, lines=1)
    wide = max([text_width(spot.fact, size=SMALL), *(text_width(line, size=size) for line in lines)])
    high = LINE * (len(lines) + bool(spot.fact))
    for left, top in _corners(spot, wide, high, within):
        box = (left, top, left + wide, top + high)
        if _inside(box, within) and not any(_meet(box, other) for other in (*boxes, *marks)):
            return box, lines
    return None


def _corners(spot: Spot, wide: float, high: float, within: Box) -> list[tuple[float, float]]:
    """Upper left corners of text to the right, left, above, below (moved inside where it can be), and askew."""
    off = spot.radius + _BESIDE
    right, left = spot.x + off, spot.x - off - wide
    middle = max(within[0], min(spot.x - wide / 2, within[2] - wide))
    level, above, below = spot.y - high / 2, spot.y - off - high, spot.y + off
    return [(right, level), (left, level), (middle, above), (middle, below), (right, above), (right, below), (left, above), (left, below)]  # fmt: skip


def _inside(box: Box, within: Box) -> bool:
    return (
        box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]
    )  # fmt: skip


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
