"""Positioning map: brands as points, attributes as arrows, the nearest rival joined to us."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import no_data, room_across, width_of
from salesmgmt.charts.labels import label, not_drawn, split
from salesmgmt.charts.placing import Line, Spot, name_spots
from salesmgmt.charts.sheet import LINE, room_down, sheet, write
from salesmgmt.charts.style import BLUE, GREY, GRID, MUTED, RULE, SMALL, VERMILION, house_style, wrap
from salesmgmt.locale import Words

ATTRIBUTES = 10
"""A map draws at most this many arrows, the longest, and none shorter than a quarter of the longest."""

_FLAT, _MARGIN, _GAP, _MARK = 0.85, 0.12, 6.0, 5.0
_REACH, _FAINT = 0.62, 0.25


@house_style()
def plot_positions(
    result: pd.DataFrame, *, words: Words, ax: Axes | None = None, attributes: pd.DataFrame | None = None
) -> Axes:
    """Brands of one market on two dimensions.

    Parameters
    ----------
    result : DataFrame
        One row per brand: ``brand``, ``x``, ``y`` (points; without both it is not drawn), ``us`` (bool: a filled
        diamond), ``nearest`` (bool: joined to us), ``distance`` (to us).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure of its own is made otherwise.
    attributes : DataFrame, optional
        One row per attribute: ``attribute``, ``x``, ``y`` (loadings); drawn as arrows from the middle, one
        length scale for all.

    Returns
    -------
    Axes
        A sheet in points, one scale both ways. Names that have no place are counted below.
    """
    there = result[result["x"].notna() & result["y"].notna()]
    if there.empty:
        return no_data(words, ax=ax)
    closeness = -there["distance"].fillna(there["distance"].max()).fillna(0.0)
    drawn, others = split(there, closeness - closeness.min())
    lines = wrap(not_drawn(others, words), width=room_across(ax), size=SMALL, lines=3)
    below = _GAP + LINE * (len(lines) + 1)
    down = max(min(room_across(ax) * _FLAT, room_down(ax) - below), 3 * LINE)
    axes = sheet(ax, height=down + below)
    across = width_of(axes)
    at = _Scale(drawn, across, down)
    axes.plot([0, across, across, 0, 0], [0, 0, down, down, 0], color=RULE, linewidth=0.8)
    arrows = _draw_arrows(axes, attributes, at, words)
    spots = _draw_brands(axes, drawn, at, words)
    drawn_lines = [(at.middle, (spot.x, spot.y)) for spot in arrows] + _draw_nearest(axes, drawn, at)
    within = (2.0, 2.0, across - 2.0, down - 2.0)
    unnamed = name_spots(axes, [*spots, *arrows], within=within, lines=drawn_lines)
    if unnamed:
        lines += wrap(words("charts.stp_unnamed", n=words.figures(unnamed, "count")), width=across, size=SMALL, lines=1)  # fmt: skip
    write(axes, lines, x=0.0, y=down + _GAP, size=SMALL, color=MUTED)
    return axes


class _Scale:
    """From the map's units to points on the sheet; the middle of the brands is in the middle."""

    def __init__(self, brands: pd.DataFrame, across: float, down: float) -> None:
        self.middle = (across / 2, down / 2)
        reach = [float(brands[name].abs().max()) for name in ("x", "y")]
        room = [(1 - 2 * _MARGIN) * size / 2 for size in (across, down)]
        fits = [space / span for space, span in zip(room, reach, strict=True) if span > 0]
        self.unit = min(fits, default=1.0)
        self.arrow = _REACH * min(room)

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return self.middle[0] + x * self.unit, self.middle[1] - y * self.unit


def _draw_arrows(axes: Axes, attributes: pd.DataFrame | None, at: _Scale, words: Words) -> list[Spot]:
    """Arrows from the middle, and the points at their ends."""
    x, y = at.middle
    axes.plot([0, 2 * x], [y, y], color=GRID, linewidth=0.8, zorder=1)
    axes.plot([x, x], [0, 2 * y], color=GRID, linewidth=0.8, zorder=1)
    if attributes is None or attributes.empty:
        return []
    drawn = attributes.assign(length=np.hypot(attributes["x"], attributes["y"])).nlargest(
        ATTRIBUTES, "length"
    )
    longest = float(drawn["length"].max())
    drawn = drawn[(drawn["length"] > 0) & (drawn["length"] >= _FAINT * longest)]
    spots = []
    for row in drawn.to_dict("records"):
        end = (x + row["x"] / longest * at.arrow, y - row["y"] / longest * at.arrow)
        look = {"arrowstyle": "->", "color": GREY, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", xy=end, xytext=(x, y), arrowprops=look, zorder=2)
        spots.append(Spot(*end, 2.0, label(words, "attribute", row["attribute"]), muted=True))
    return spots


def _draw_nearest(axes: Axes, brands: pd.DataFrame, at: _Scale) -> list[Line]:
    """Dashed lines from us to the nearest."""
    ours, nearest = (brands[brands[name].astype("bool")] for name in ("us", "nearest"))
    lines: list[Line] = [
        (at(ours["x"].iloc[0], ours["y"].iloc[0]), at(x, y))
        for x, y in zip(nearest["x"], nearest["y"], strict=True)
        if len(ours)
    ]
    for ends in lines:
        axes.plot(*zip(*ends, strict=True), color=VERMILION, linewidth=1.2, linestyle=(0, (4, 3)), zorder=3)
    return lines


def _draw_brands(axes: Axes, brands: pd.DataFrame, at: _Scale, words: Words) -> list[Spot]:
    """Marks of the brands; ours and the nearest first."""
    order = brands.assign(first=~brands["us"].astype("bool"), second=~brands["nearest"].astype("bool"))
    spots = []
    for row in order.sort_values(["first", "second", "distance"], kind="stable").to_dict("records"):
        x, y = at(row["x"], row["y"])
        look = ("D", BLUE, BLUE) if row["us"] else ("o", "white", VERMILION if row["nearest"] else GREY)
        axes.plot([x], [y], marker=look[0], markersize=2 * _MARK - 1, markerfacecolor=look[1], markeredgecolor=look[2], markeredgewidth=1.6, zorder=4)  # fmt: skip
        fact = "" if row["us"] or pd.isna(row["distance"]) else words.figures(row["distance"], "ratio")  # fmt: skip
        spots.append(Spot(x, y, _MARK, label(words, "brand", row["brand"]), fact))
    return spots
