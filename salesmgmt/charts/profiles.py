"""Radar charts of competency profiles: what a role requires, and where its people are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import no_data, room_across, width_of
from salesmgmt.charts.labels import label
from salesmgmt.charts.radar import (
    HIGHEST,
    LABEL_GAP,
    LOWEST,
    draw_web,
    extent,
    names_around,
    on_spokes,
    width_beside,
)
from salesmgmt.charts.sheet import LINE, Sample, key, key_height, room_down, sheet, write
from salesmgmt.charts.style import (
    BLUE,
    BLUE_PALE,
    GRID,
    INK,
    MUTED,
    RULE,
    SMALL,
    TEXT,
    VERMILION,
    house_style,
    wrap,
)
from salesmgmt.locale import Words

ROLES, COMPETENCIES = 6, 12
"""At most so many panels are drawn, and so many competencies in one."""

FEW = 5
"""A mean of fewer people is drawn as points alone: it describes those people, not their role."""

_FEWEST = 3
_LARGEST, _SMALL_MULTIPLE, _GOOD, _LEGIBLE = 96.0, 80.0, 58.0, 42.0
"""Radii in points: of one radar alone, of one among several, of those side by side, of the smallest."""
_HEAD, _ROW = 40.0, 38.0
_BETWEEN = 14.0

_LOOKS: dict[str, dict[str, Any]] = {
    "mean": {"color": BLUE, "linewidth": 1.4, "marker": "o", "markersize": 4.5, "zorder": 3},
    "required": {"color": INK, "linewidth": 1.8, "marker": "s", "markersize": 3.5, "zorder": 3.2},
    "strong_mean": {"color": VERMILION, "linewidth": 1.4, "linestyle": (0, (4, 2)), "marker": "D", "markersize": 5.0, "markerfacecolor": "white", "zorder": 3.4},
}  # fmt: skip
_ON_SCALES: dict[str, dict[str, Any]] = {
    "mean": {"linestyle": "", "markersize": 11.0},
    "required": {"linestyle": "", "markersize": 6.0},
    "strong_mean": {"linestyle": "", "markersize": 9.0, "markerfacecolor": "none", "markeredgewidth": 1.6},
}
_FILL: dict[str, Any] = {"color": BLUE_PALE, "linewidth": 9.0, "solid_capstyle": "butt"}
_SIZES = {"mean": "people", "strong_mean": "strong"}
_MEANINGS = {"required": "charts.profile_required", "mean": "charts.profile_mean", "strong_mean": "charts.profile_strong"}  # fmt: skip


@dataclass(frozen=True)
class _Panel:
    """One role: its head, which lines are of few people, its competencies' names, the values of each line."""

    role: str
    people: str
    few: set[str]
    names: list[str]
    values: dict[str, np.ndarray]


@dataclass(frozen=True)
class _Grid:
    """Panels in rows, the radius and the room for names they share, and the height of each row."""

    columns: int
    radius: float
    beside: float
    heights: list[float]

    @property
    def height(self) -> float:
        return sum(self.heights) + _BETWEEN * (len(self.heights) - 1)


@house_style()
def plot_profiles(result: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """A radar per role: the required profile, its people's mean and that of its strong performers.

    Parameters
    ----------
    result : DataFrame
        One row per role × competency, in the order to draw: ``role``, ``competency``, ``required``,
        ``mean``, ``strong_mean`` (scores 1–5; missing where unknown, a whole column too), ``people``
        (those assessed). ``strong`` (how many strong performers) may be absent.
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure as tall as the panels is made otherwise.

    Returns
    -------
    Axes
        First competency on top, then clockwise; the centre is 1, the outermost ring 5. A role with fewer
        than three competencies has a scale each instead; of fewer than :data:`FEW` people the means are points
        without a line. Panels stand below each other in a narrow room.
    """
    known = result[result[list(_LOOKS)].notna().any(axis=1)]
    if known.empty:
        return no_data(words, ax=ax)
    panels = [_panel(rows, words) for _, rows in known.groupby("role", sort=False, dropna=False)]
    entries = [entry for name in _MEANINGS if known[name].notna().any() for entry in [_entry(name, words)]]
    room, down = room_across(ax), room_down(ax)
    head = key_height(entries, width=room) + 8.0
    shown, grid = _fitting(panels, room=room, down=down - head - 2 * LINE)
    foot = _foot(known, shown, words, room=room)
    axes = sheet(ax, height=head + grid.height + LINE * len(foot))
    key(axes, entries)
    width = (width_of(axes) - _BETWEEN * (grid.columns - 1)) / grid.columns
    for place, panel in enumerate(shown):
        row, column = divmod(place, grid.columns)
        y = head + sum(grid.heights[:row]) + _BETWEEN * row
        _draw_panel(axes, panel, grid, x=column * (width + _BETWEEN), y=y, width=width)
    write(axes, foot, x=0.0, y=head + grid.height + 4.0, size=SMALL, color=MUTED)
    return axes


def _panel(rows: pd.DataFrame, words: Words) -> _Panel:
    people = rows["people"].dropna()
    counted = words.number(float(people.max()), "people") if len(people) else ""
    if people.nunique() > 1:
        counted = words.range(float(people.min()), float(people.max()), "people")
    first = rows.head(COMPETENCIES)
    values = {
        name: np.clip(first[name].to_numpy(dtype="float64", na_value=np.nan), LOWEST, HIGHEST)
        for name in _LOOKS
    }
    names = [label(words, "competency", name) for name in first["competency"]]
    few = {line for line, size in _SIZES.items() if size in rows and rows[size].min() < FEW}
    return _Panel(label(words, "role", rows["role"].iloc[0]), counted, few, names, values)


def _entry(name: str, words: Words) -> tuple[Sample, str]:
    return ([_FILL, _LOOKS[name]] if name == "mean" else [_LOOKS[name]]), words(_MEANINGS[name])


def _foot(known: pd.DataFrame, shown: Sequence[_Panel], words: Words, *, room: float) -> list[str]:
    """What is left out, and where a mean is no line."""
    sizes = known.groupby("role", sort=False, dropna=False).size()
    roles = {"n": words.figures(len(shown), "count"), "all": words.figures(len(sizes), "count")}
    notes = [words("charts.profile_roles", **roles)] if len(shown) < len(sizes) else []
    if any(panel.few for panel in shown):
        notes.append(words("charts.profile_few", n=words.figures(FEW, "count")))
    if sizes.head(len(shown)).max() > COMPETENCIES:
        notes.append(words("charts.profile_competencies", n=words.figures(COMPETENCIES, "count")))
    return [line for note in notes for line in wrap(note, width=room, size=SMALL)]


def _fitting(panels: list[_Panel], *, room: float, down: float) -> tuple[list[_Panel], _Grid]:
    """As many panels as can be read in the room, and how they stand; the first one always."""
    for count in range(min(len(panels), ROLES), 0, -1):
        widest = 2 if math.isinf(down) else 3
        shown = panels[:count]
        grids = [_grid(shown, columns, room=room, down=down) for columns in range(1, min(count, widest) + 1)]
        readable = [grid for grid in grids if grid.radius >= _LEGIBLE and grid.height <= down]
        if readable and math.isinf(down):
            beside = readable[-1]
            return shown, beside if beside.radius >= _GOOD or count > 2 else readable[0]
        if readable:
            return shown, max(readable, key=lambda grid: grid.radius)
    return panels[:1], _grid(panels[:1], 1, room=room, down=down)


def _grid(panels: Sequence[_Panel], columns: int, *, room: float, down: float) -> _Grid:
    """Panels in so many columns, the radius shrunk until their height fits or they can hardly be read."""
    width = (room - _BETWEEN * (columns - 1)) / columns
    beside = max((width_beside(p.names) for p in panels if len(p.names) >= _FEWEST), default=0.0)
    if columns == 1:  # a phone's page: names are shortened before a radar becomes too small to read
        beside = min(beside, max(width / 2 - LABEL_GAP - _GOOD, 0.0))
    radius = min(_LARGEST if len(panels) == 1 else _SMALL_MULTIPLE, width / 2 - beside - LABEL_GAP)
    while True:
        heights = [_panel_height(panel, radius, beside) for panel in panels]
        rows = [max(heights[start : start + columns]) for start in range(0, len(heights), columns)]
        grid = _Grid(columns, radius, beside, rows)
        if grid.height <= down or radius < _LEGIBLE:
            return grid
        radius -= 4.0


def _panel_height(panel: _Panel, radius: float, beside: float) -> float:
    if len(panel.names) < _FEWEST:
        return _HEAD + _ROW * len(panel.names) + LINE
    up, below = extent(names_around(panel.names, radius, beside), radius)
    return _HEAD + up + below


def _draw_panel(axes: Axes, panel: _Panel, grid: _Grid, *, x: float, y: float, width: float) -> None:
    middle = x + width / 2
    write(axes, wrap(panel.role, width=width, size=TEXT, lines=1), x=middle, y=y, ha="center")
    write(axes, [panel.people] if panel.people else [], x=middle, y=y + LINE, size=SMALL, color=MUTED, ha="center")  # fmt: skip
    if len(panel.names) < _FEWEST:
        _draw_scales(axes, panel, x=x, y=y + _HEAD, width=width)
        return
    names = names_around(panel.names, grid.radius, grid.beside)
    centre = (middle, y + _HEAD + extent(names, grid.radius)[0])
    draw_web(axes, names, centre, grid.radius)
    for name, values in panel.values.items():
        xs, ys = on_spokes(values, centre, grid.radius)
        points_alone = name in panel.few
        if name == "mean" and not points_alone and not np.isnan(values).any():
            axes.fill(xs, ys, color=BLUE_PALE, linewidth=0, zorder=1)
        axes.plot(
            xs, ys, label=name, clip_on=False, **_LOOKS[name] | ({"linestyle": ""} if points_alone else {})
        )


def _draw_scales(axes: Axes, panel: _Panel, *, x: float, y: float, width: float) -> None:
    """A scale from 1 to 5 per competency, with the marks of the radar."""
    start, end = x + 6.0, x + width - 6.0
    steps = np.linspace(start, end, int(HIGHEST - LOWEST) + 1)
    for place, name in enumerate(panel.names):
        top = y + _ROW * place
        write(axes, wrap(name, width=width, size=SMALL, lines=1), x=x, y=top, size=SMALL)
        high = top + LINE + 8.0
        axes.plot([start, end], [high, high], color=RULE, linewidth=0.9, zorder=1.5)
        for values_name, values in panel.values.items():
            at = start + (values[place] - LOWEST) / (HIGHEST - LOWEST) * (end - start)
            look = {**_LOOKS[values_name], **_ON_SCALES[values_name]}
            axes.plot([at], [high], label=values_name, clip_on=False, **look)
    bottom = y + _ROW * len(panel.names)
    for step, at in zip(range(int(LOWEST), int(HIGHEST) + 1), steps, strict=True):
        axes.plot([at, at], [y + LINE + 4.0, bottom - 6.0], color=GRID, linewidth=0.8, zorder=1.2)
        write(axes, [str(step)], x=at, y=bottom - 3.0, size=SMALL, color=MUTED, ha="center")
