"""Chart of the two views: results across, competency up, each person with what errors of measurement leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from salesmgmt.charts.canvas import no_data, room_across, width_of
from salesmgmt.charts.labels import label, not_drawn, split
from salesmgmt.charts.placing import Line, Spot, name_spots
from salesmgmt.charts.sheet import LINE, room_down, sheet, write
from salesmgmt.charts.style import BLUE, BLUE_PALE, GREY_PALE, MUTED, RULE, SMALL, house_style, wrap
from salesmgmt.locale import Words

_FLAT, _GAP, _MARK, _MARGIN = 0.72, 6.0, 4.0, 0.06
_CLEAR = "fairly_clear"
_AXES = {"index": 1.0, "level": 0.0}


@house_style()
def plot_two_views(result: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """People by results and competency, with their 80 % intervals both ways.

    Parameters
    ----------
    result : DataFrame
        One row per person: ``name``, ``index`` (results, 1: as expected), ``level`` (points above the role's profile; without
        both the person is not drawn), ``verdict`` (fairly_clear: a filled point); ``index_low``, ``index_high``, ``level_low``,
        ``level_high`` (drawn as a cross; may be missing).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure of its own is made otherwise.

    Returns
    -------
    Axes
        A sheet in points, cut where results are as expected and competency meets the profile. Only people whose place is
        clear are named; names that have no place are counted below, as are people beyond twenty.
    """
    there = result[result["index"].notna() & result["level"].notna()]
    if there.empty:
        return no_data(words, ax=ax)
    drawn, others = split(there, (there["verdict"] == _CLEAR).astype("float64"))
    lines = wrap(not_drawn(others, words), width=room_across(ax), size=SMALL, lines=3)
    above, below = LINE + _GAP, LINE + _GAP + LINE * (len(lines) + 1)
    down = max(min(room_across(ax) * _FLAT, room_down(ax) - above - below), 3 * LINE)
    axes = sheet(ax, height=above + down + below)
    across = width_of(axes)
    place = _Scale(drawn, (1.0, above, across - 1.0, above + down))
    _draw_frame(axes, place, words)
    crosses = [line for row in drawn.to_dict("records") for line in place.cross(row)]
    gaps = [point for ends in crosses for point in (*ends, (np.nan, np.nan))]
    axes.plot(*np.reshape(gaps, (-1, 2)).T, color=RULE, linewidth=1.0, zorder=3)  # one path is short to store
    unnamed = name_spots(axes, _draw_people(axes, drawn, place, words), within=place.frame, lines=crosses)
    if unnamed:
        lines += wrap(words("charts.review_unnamed", n=words.figures(unnamed, "count")), width=across, size=SMALL, lines=1)  # fmt: skip
    write(axes, lines, x=0.0, y=above + down + LINE + _GAP, size=SMALL, color=MUTED)
    return axes


class _Scale:
    """From results and competency to points on the sheet; both cuts are always inside."""

    def __init__(self, people: pd.DataFrame, frame: tuple[float, float, float, float]) -> None:
        self.frame = frame
        self.ends = {axis: self._ends(people, axis, cut) for axis, cut in _AXES.items()}

    @staticmethod
    def _ends(people: pd.DataFrame, axis: str, cut: float) -> tuple[float, float]:
        names = [name for name in (axis, f"{axis}_low", f"{axis}_high") if name in people]
        values = np.append(people[names].to_numpy(dtype="float64").ravel(), cut)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        free = _MARGIN * (high - low) or 1.0
        return low - free, high + free

    def x(self, index: float) -> float:
        """Points from the left."""
        return float(np.interp(index, self.ends["index"], (self.frame[0], self.frame[2])))

    def y(self, level: float) -> float:
        """Points from above."""
        return float(np.interp(level, self.ends["level"], (self.frame[3], self.frame[1])))

    def cross(self, row: Mapping[Any, Any]) -> list[Line]:
        """The intervals of a person, where they are known."""
        x, y = self.x(row["index"]), self.y(row["level"])
        wide, high = ([row.get(f"{axis}_{end}", np.nan) for end in ("low", "high")] for axis in _AXES)
        lines: list[Line] = []
        if pd.notna(wide).all():
            lines.append(((self.x(wide[0]), y), (self.x(wide[1]), y)))
        if pd.notna(high).all():
            lines.append(((x, self.y(high[0])), (x, self.y(high[1]))))
        return lines


def _draw_frame(axes: Axes, at: _Scale, words: Words) -> None:
    """Four boxes, and what runs up and across."""
    left, top, right, bottom = at.frame
    x, y = at.x(_AXES["index"]), at.y(_AXES["level"])
    cells = [((left, top), (x, y), "white"), ((x, top), (right, y), BLUE_PALE), ((left, y), (x, bottom), GREY_PALE), ((x, y), (right, bottom), "white")]  # fmt: skip
    for (a, b), (c, d), color in cells:
        box = Rectangle((a, b), c - a, d - b, facecolor=color, edgecolor=RULE, linewidth=0.8, alpha=0.6)
        axes.add_patch(box)
    write(axes, [words("charts.review_up")], x=0.0, y=0.0, size=SMALL, color=MUTED)
    write(axes, [words("charts.review_across")], x=right, y=bottom + 2.0, size=SMALL, color=MUTED, ha="right")


def _draw_people(axes: Axes, people: pd.DataFrame, at: _Scale, words: Words) -> list[Spot]:
    """Points, the clear ones filled and to be named."""
    places = people.assign(x=people["index"].map(at.x), y=people["level"].map(at.y))
    clear = places["verdict"] == _CLEAR
    for rows, face in ((places[~clear], "white"), (places[clear], BLUE)):
        axes.plot(rows["x"], rows["y"], linestyle="", marker="o", markersize=2 * _MARK - 1, markerfacecolor=face, markeredgecolor=BLUE, markeredgewidth=1.4, zorder=4)  # fmt: skip
    return [Spot(row["x"], row["y"], _MARK, label(words, "name", row["name"])) for row in places[clear].to_dict("records")]  # fmt: skip
