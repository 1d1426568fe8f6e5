"""Chart of the segments: the 3 × 3 matrix of attractiveness and strength, with bubbles and how sure each is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, Rectangle

from salesmgmt.charts.canvas import no_data, put, room_across, width_of
from salesmgmt.charts.labels import capitalised, label, not_drawn, split
from salesmgmt.charts.placing import Line, Spot, name_spots
from salesmgmt.charts.sheet import LINE, room_down, sheet, write
from salesmgmt.charts.style import (
    BLUE,
    BLUE_PALE,
    GREY_PALE,
    MUTED,
    RULE,
    SMALL,
    house_style,
    text_width,
    wrap,
)
from salesmgmt.locale import Words

_LOWEST, _HIGHEST, _MIDDLE = 1.0, 5.0, 3.0
_SMALL_BUBBLE, _LARGE_BUBBLE = 4.0, 16.0
_FLAT = 0.9
_BANDS = ("high", "medium", "low")
_GAP = 6.0


@house_style()
def plot_segments(
    result: pd.DataFrame,
    *,
    words: Words,
    ax: Axes | None = None,
    attractive_cutoff: float = 3.5,
    strong_cutoff: float = 3.5,
) -> Axes:
    """Segments in the matrix: strength across, attractiveness up, area by market size.

    Parameters
    ----------
    result : DataFrame
        One row per segment: ``segment``, ``attractiveness``, ``strength`` (1 to 5; without both it is not
        drawn), ``targeted`` (bool: a filled bubble); ``attractiveness_low``, ``attractiveness_high``, ``strength_low``,
        ``strength_high`` (drawn as a cross), ``target_probability``, ``market_size`` may be absent.
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure of its own is made otherwise.
    attractive_cutoff, strong_cutoff : float
        Index from which a segment is high on the axis; the lower border mirrors it about 3.

    Returns
    -------
    Axes
        A sheet in points. Names that have no place are counted below, as are segments beyond twenty.
    """
    there = result[result["attractiveness"].notna() & result["strength"].notna()]
    if there.empty:
        return no_data(words, ax=ax)
    there = there.assign(size=_sizes(there).to_numpy())
    drawn, others = split(there, there["size"])
    bands = [capitalised(words(f"charts.stp_{band}")) for band in _BANDS]
    left = max(text_width(band, size=SMALL) for band in bands) + _GAP
    lines = wrap(not_drawn(others, words), width=room_across(ax), size=SMALL, lines=3)
    above, below = LINE + _GAP, 2 * LINE + _GAP + LINE * (len(lines) + 1)
    wanted = (room_across(ax) - left) * _FLAT
    down = max(min(wanted, room_down(ax) - above - below), 3 * LINE)
    axes = sheet(ax, height=above + down + below)
    across = width_of(axes) - left
    frame = (left, above, left + across, above + down)
    cuts = (strong_cutoff, attractive_cutoff)
    _draw_frame(axes, frame, cuts, bands, words)
    crosses = [line for row in drawn.to_dict("records") for line in _cross(row, frame)]
    for ends in crosses:
        axes.plot(*zip(*ends, strict=True), color=MUTED, linewidth=1.0, zorder=3)
    spots = _draw_bubbles(axes, drawn, frame, words)
    unnamed = name_spots(axes, spots, within=frame, lines=crosses)
    if unnamed:
        lines += wrap(words("charts.stp_unnamed", n=words.figures(unnamed, "count")), width=width_of(axes), size=SMALL, lines=1)  # fmt: skip
    write(axes, lines, x=0.0, y=above + down + 2 * LINE + _GAP, size=SMALL, color=MUTED)
    return axes


def _sizes(result: pd.DataFrame) -> pd.Series:
    """Area of each bubble, 0 to 1."""
    if "market_size" not in result:
        return pd.Series(0.0, index=result.index)
    size = result["market_size"].astype("float64").clip(lower=0.0).fillna(0.0)
    return size / (float(size.max()) or 1.0)


def _spot(value: float, low: float, high: float) -> float:
    """Where an index stands between two ends."""
    share = (float(np.clip(value, _LOWEST, _HIGHEST)) - _LOWEST) / (_HIGHEST - _LOWEST)
    return low + share * (high - low)


def _draw_frame(
    axes: Axes, frame: tuple[float, float, float, float], cuts: tuple[float, float], bands: list[str], words: Words
) -> None:  # fmt: skip
    """Nine cells, the names of the bands beside them and of the axes at their ends."""
    left, top, right, bottom = frame
    rights = [left, _spot(2 * _MIDDLE - cuts[0], left, right), _spot(cuts[0], left, right), right]
    tops = [top, _spot(cuts[1], bottom, top), _spot(2 * _MIDDLE - cuts[1], bottom, top), bottom]
    for row in range(3):
        for column in range(3):
            best = row + (2 - column)
            color = BLUE_PALE if best < 2 else "white" if best == 2 else GREY_PALE
            corner = (rights[column], tops[row])
            size = (rights[column + 1] - corner[0], tops[row + 1] - corner[1])
            cell = Rectangle(corner, *size, facecolor=color, edgecolor=RULE, linewidth=0.8, alpha=0.6)
            axes.add_patch(cell)
    for row, band in enumerate(bands):
        middle = (tops[row] + tops[row + 1]) / 2
        put(axes, band, xy=(left - _GAP, middle), coords=("data", "data"), size=SMALL, color=MUTED, ha="right", va="center")  # fmt: skip
    for column, band in enumerate(reversed(bands)):
        middle = (rights[column] + rights[column + 1]) / 2
        if text_width(band, size=SMALL) < rights[column + 1] - rights[column]:
            write(axes, [band], x=middle, y=bottom + 2.0, size=SMALL, color=MUTED, ha="center")
    write(axes, [words("charts.stp_up")], x=0.0, y=0.0, size=SMALL, color=MUTED)
    write(axes, [words("charts.stp_across")], x=right, y=bottom + 2.0 + LINE, size=SMALL, color=MUTED, ha="right")  # fmt: skip


def _draw_bubbles(
    axes: Axes, segments: pd.DataFrame, frame: tuple[float, float, float, float], words: Words
) -> list[Spot]:
    """Bubbles with their crosses, the large ones below; what is to be named, targets first."""
    left, top, right, bottom = frame
    spots, largest = [], min(_LARGE_BUBBLE, (right - left) / 26)
    order = segments.sort_values("size", ascending=False, kind="stable")
    for row in order.to_dict("records"):
        x, y = _spot(row["strength"], left, right), _spot(row["attractiveness"], bottom, top)
        radius = _SMALL_BUBBLE + (largest - _SMALL_BUBBLE) * float(np.sqrt(row["size"]))
        targeted = bool(row["targeted"])
        face = BLUE if targeted else "white"
        bubble = Ellipse((x, y), 2 * radius, 2 * radius, facecolor=face, edgecolor=BLUE, linewidth=1.4, alpha=0.85, clip_on=False, zorder=4)  # fmt: skip
        axes.add_patch(bubble)
        spots.append((not targeted, Spot(x, y, radius, label(words, "segment", row["segment"]), _fact(row, words))))  # fmt: skip
    return [spot for _, spot in sorted(spots, key=lambda pair: pair[0])]


def _cross(row: Mapping[Any, Any], frame: tuple[float, float, float, float]) -> list[Line]:
    """P10 to P90 both ways, where they are known."""
    left, top, right, bottom = frame
    x, y = _spot(row["strength"], left, right), _spot(row["attractiveness"], bottom, top)
    ends = [row.get(f"{axis}_{end}", np.nan) for axis in ("strength", "attractiveness") for end in ("low", "high")]  # fmt: skip
    lines: list[Line] = []
    if pd.notna(ends[:2]).all():
        lines.append(((_spot(ends[0], left, right), y), (_spot(ends[1], left, right), y)))
    if pd.notna(ends[2:]).all():
        lines.append(((x, _spot(ends[2], bottom, top)), (x, _spot(ends[3], bottom, top))))
    return lines


def _fact(row: Mapping[Any, Any], words: Words) -> str:
    """How often the rule chooses the segment."""
    probability = row.get("target_probability", np.nan)
    if pd.isna(probability):
        return ""
    return words.figures(round(float(probability), 2), "share")
