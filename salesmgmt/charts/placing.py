"""Names beside points: each where it meets no other text, and left out where there is no such place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

from matplotlib.axes import Axes

from salesmgmt.charts.sheet import LINE, write
from salesmgmt.charts.style import INK, MUTED, SMALL, TEXT, text_width, widest_word, wrap

_BESIDE, _AROUND = 3.0, 1.5
_FARTHER, _PER_RING = (0.0, 7.0, 14.0), 3
_OVER_MARK, _UNNAMED, _REPAIRS = 20, 100, 6
_STEP, _CLEAR, _TOUCH = 3.0, 1.0, 1e-6
_LENGTHS = (150.0, 110.0, 80.0, 60.0, 40.0)

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
        What it is called, and a quieter word after it; either may be empty.
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
    steps = [step for line in lines for step in _steps(line)]
    placed = _layout(spots, within, taken, steps)
    for _ in range(_REPAIRS):
        worst = max(placed, key=lambda one: one.cost, default=None)
        if worst is None or worst.cost == 0:
            break
        others = [one.spot for one in placed if one is not worst]
        again = _layout([worst.spot, *others], within, taken, steps)
        if sum(one.cost for one in again) >= sum(one.cost for one in placed):
            break
        placed = again
    for one in placed:
        _write(axes, one)
    return sum(one.box is None for one in placed)


@dataclass(frozen=True)
class _Placed:
    """A name and its place: ``cost`` is what speaks against it, ``box`` is None where it has none."""

    spot: Spot
    cost: float
    box: Box | None = None
    lines: tuple[str, ...] = ()
    fact: str = ""


def _layout(spots: Sequence[Spot], within: Box, taken: Sequence[Box], steps: Sequence[Box]) -> list[_Placed]:
    """A place for each name in this order: near its point, off the others' marks where it can be."""
    reach = [spot.radius + _AROUND for spot in spots]
    marks = [(s.x - far, s.y - far, s.x + far, s.y + far) for s, far in zip(spots, reach, strict=True)]
    boxes, placed = list(taken), []
    for spot in spots:
        bare = replace(spot, fact="")
        tries = [(one, [*boxes, *marks], longest, 0) for longest in _LENGTHS for one in (spot, bare)]
        tries += [(bare, boxes, longest, _OVER_MARK) for longest in _LENGTHS]
        places = (_place(one, within, avoid, steps, longest, extra) for one, avoid, longest, extra in tries)
        found = next(filter(None, places), _Placed(spot, _UNNAMED))
        placed.append(replace(found, spot=spot))
        if found.box:
            boxes.append(found.box)
    return placed


def _write(axes: Axes, placed: _Placed) -> None:
    """The name in its place, and the quieter word after it."""
    if placed.box is None:
        return
    left, top = placed.box[:2]
    size, ink = (SMALL, MUTED) if placed.spot.muted else (TEXT, INK)
    write(axes, list(placed.lines), x=left, y=top, size=size, color=ink)
    if placed.fact:
        after = left + text_width(placed.lines[-1], size=size) + _BESIDE
        write(axes, [placed.fact], x=after, y=top + LINE * (len(placed.lines) - 1), size=SMALL, color=MUTED)


def _steps(line: Line) -> list[Box]:
    """Small boxes along a line."""
    (x, y), (to_x, to_y) = line
    count = max(1, int(hypot(to_x - x, to_y - y) / _STEP))
    places = [(x + (to_x - x) * n / count, y + (to_y - y) * n / count) for n in range(count + 1)]
    return [(a - _CLEAR, b - _CLEAR, a + _CLEAR, b + _CLEAR) for a, b in places]


def _place(
    spot: Spot, within: Box, avoid: Sequence[Box], steps: Sequence[Box], longest: float, extra: float
) -> _Placed | None:
    """The free place near a point that crosses the least of the lines, and what is written there."""
    size = SMALL if spot.muted else TEXT
    whole = widest_word(spot.name, size=size) <= longest
    broken = wrap(spot.name, width=longest, size=size, lines=2 if whole else 1) or [""]
    widths = [text_width(line, size=size) for line in broken]
    wide = max([*widths, widths[-1] + _BESIDE + text_width(spot.fact, size=SMALL) if spot.fact else 0.0])
    high = LINE * len(broken)
    free = [
        (_PER_RING * ring + sum(_meet(box, step) for step in steps), box)
        for ring, farther in enumerate(_FARTHER)
        for left, top in _corners(spot, wide, high, within, off=spot.radius + _BESIDE + farther)
        if _inside(box := (left, top, left + wide, top + high), within)
        and not any(_meet(box, other) for other in avoid)
    ]
    if not free:
        return None
    cost, box = min(free, key=lambda place: place[0])
    return _Placed(spot, cost + extra, box, tuple(broken), spot.fact)


def _corners(spot: Spot, wide: float, high: float, within: Box, *, off: float) -> list[tuple[float, float]]:
    """Upper left corners of text to the right, left, above, below (moved inside where it can be), and askew."""
    right, left = spot.x + off, spot.x - off - wide
    level, above, below = spot.y - high / 2, spot.y - off - high, spot.y + off
    askew = [max(within[0], min(spot.x - wide * part, within[2] - wide)) for part in (0.5, 0.25, 0.75)]
    sides = [(right, level), (left, level), *((x, y) for x in askew for y in (above, below))]
    return [*sides, (right, above), (right, below), (left, above), (left, below)]


def _inside(box: Box, within: Box) -> bool:
    ends = ((within[0], box[0]), (within[1], box[1]), (box[2], within[2]), (box[3], within[3]))
    return all(low <= high + _TOUCH for low, high in ends)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
