"""Heat map of competency gaps: who, or which team, lacks how much of what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from salesmgmt.charts.canvas import EDGE, FRACTION, inset, no_data, put, room_across
from salesmgmt.charts.labels import label
from salesmgmt.charts.sheet import LINE, room_down
from salesmgmt.charts.style import (
    BLUE,
    BLUE_MID,
    BLUE_PALE,
    MUTED,
    RULE,
    SMALL,
    TEXT,
    house_style,
    text_width,
    widest_word,
    wrap,
)
from salesmgmt.checks import require_unique
from salesmgmt.locale import Words

ROWS, COLUMNS = 30, 12
"""A heat map draws at most this many persons or teams, and this many competencies."""

DARKEST = 2.0
"""Gaps of so many points and more are darkest, in every chart alike."""

_SHADES = LinearSegmentedColormap.from_list("gaps", ["#f3f7fa", BLUE_PALE, BLUE_MID, BLUE, "#00324f"])
_MET, _UNKNOWN = "✓", "–"
_LINES = 1.2
_NAMES_SHARE, _GAP = 0.26, 10.0
_NARROWEST, _ROOMY, _WIDEST, _PADDING = 17.0, 27.0, 66.0, 7.0
_HEAD_GAP, _HEAD_PITCH, _HEAD_LINES, _UPRIGHT = 6.0, 13.0, 8, 92.0
_ABOVE, _BESIDE = ("data", "axes fraction"), ("axes fraction", "data")


@dataclass(frozen=True)
class _Heads:
    """Lines above each column; upright ones run from the bottom to the top."""

    lines: list[list[str]]
    upright: bool
    height: float


@dataclass(frozen=True)
class _Layout:
    """What fits: lines of text around the cells, margins and the cells' size in points."""

    names: list[list[str]]
    heads: _Heads
    required: list[str]
    key: list[str]
    foot: list[str]
    left: float
    across: float
    down: float

    @property
    def top(self) -> float:
        return self.heads_up + self.heads.height + _HEAD_GAP + LINE * len(self.key)

    @property
    def heads_up(self) -> float:
        """Points from the cells up to the heads."""
        return _HEAD_GAP + (LINE + 2.0 if self.required else 0.0)

    @property
    def bottom(self) -> float:
        return EDGE + LINE * len(self.foot)


def plot_gap_map(result: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """Gap of each person or team in each competency, as numbers on shades of one colour.

    Parameters
    ----------
    result : DataFrame
        One row per group × competency, in the order to draw: ``group`` (a person's or a team's name),
        ``competency``, ``gap`` (points, >= 0; missing where not assessed). ``staff_id`` may tell apart
        persons of one name; ``required`` is a row of its own if each competency has one requirement.
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure as tall as the rows is made otherwise.

    Returns
    -------
    Axes
        A cell per group and competency, row *i* from y == i to i + 1; hatched where no gap is known.

    Raises
    ------
    ValueError
        If a group has more than one row for a competency.
    """
    from seaborn import heatmap  # slow; and it remembers the style it finds, which is to be the session's

    with house_style():
        return _draw(result, heatmap, words=words, ax=ax)


def _draw(result: pd.DataFrame, heatmap: Callable[..., Axes], *, words: Words, ax: Axes | None) -> Axes:
    by = "staff_id" if "staff_id" in result else "group"
    require_unique(result, [by, "competency"], name="result")
    if result["gap"].notna().sum() == 0:
        return no_data(words, ax=ax)
    rows = result.assign(**{name: result[name].fillna("") for name in {by, "group", "competency"}})
    table = rows.pivot(index=by, columns="competency", values="gap").astype("float64")
    table = table.reindex(index=rows[by].unique(), columns=rows["competency"].unique())
    names = [label(words, "group", name) for name in rows.drop_duplicates(by)["group"]]
    fit = _layout(names, table, _required(rows, table.columns), words, ax)
    gaps = table.to_numpy()[: len(fit.names), : len(fit.heads.lines)]
    height = fit.down * len(fit.names)
    spare = 0.0 if ax is None else max(room_down(ax) - fit.top - fit.bottom - height, 0.0)
    right = room_across(ax) - fit.left - fit.across * gaps.shape[1]
    axes = inset(ax, height=height, left=fit.left, right=right, top=fit.top, bottom=fit.bottom + spare)
    bare: dict[str, Any] = {"cbar": False, "xticklabels": False, "yticklabels": False}
    heatmap(gaps, ax=axes, cmap=_SHADES, vmin=0.0, vmax=DARKEST, linewidths=_LINES, **bare)
    _write_cells(axes, gaps, fit)
    _write_heads(axes, fit)
    _write_beside(axes, fit, words)
    return axes


def _required(rows: pd.DataFrame, competencies: pd.Index) -> list[str]:
    """The one requirement of each competency, as text; empty where one has none or several."""
    if "required" not in rows:
        return []
    found = rows.groupby("competency")["required"].agg(["min", "max"]).reindex(competencies)
    return [f"{value:.1f}" for value in found["min"]] if (found["min"] == found["max"]).all() else []


def _layout(
    names: list[str], table: pd.DataFrame, required: list[str], words: Words, ax: Axes | None
) -> _Layout:
    """Sizes that let the names and numbers be read; what has no room is left out and stated."""
    room, many = room_across(ax), table.shape[1]
    whole = [line for name in names for line in wrap(name, width=_NAMES_SHARE * room, size=TEXT)]
    asked = text_width(words("charts.gap_required"), size=SMALL) if required else 0.0
    left = max(asked, *(text_width(line, size=TEXT) for line in whole)) + _GAP
    columns = max(1, min(many, COLUMNS, int((room - left) / _NARROWEST)))
    across = min((room - left) / columns, _WIDEST)
    heads = _heads([label(words, "competency", name) for name in table.columns[:columns]], across)
    key = wrap(words("charts.gap_key"), width=room, size=SMALL, lines=3)
    foot = _note("charts.gap_columns", columns, many, words, room)
    fit = _Layout([], heads, required[:columns], key, foot, left, across, 0.0)
    last = _note("charts.gap_rows", 1, len(names), words, room)
    free = room_down(ax) - fit.top - fit.bottom - LINE * len(last)
    count, down, lines = _rows(names, left - _GAP, free)
    foot = [*foot, *_note("charts.gap_rows", count, len(names), words, room)]
    written = [wrap(name, width=left - _GAP, size=TEXT, lines=lines) for name in names[:count]]
    return _Layout(written, heads, required[:columns], key, foot, left, across, down)


def _note(message: str, shown: int, many: int, words: Words, room: float) -> list[str]:
    if shown == many:
        return []
    text = words(message, n=words.figures(shown, "count"), all=words.figures(many, "count"))
    return wrap(text, width=room, size=SMALL)


def _heads(labels: list[str], across: float) -> _Heads:
    """From left to right where every word fits the column, else upright."""
    room = across - 5.0
    level = [wrap(text, width=room, size=SMALL, lines=_HEAD_LINES) for text in labels]
    cut = any(lines[-1].endswith("…") for lines in level)
    if not cut and all(widest_word(text, size=SMALL) <= room for text in labels):
        return _Heads(level, False, _HEAD_PITCH * max(map(len, level)))
    beside = 2 if across >= 2 * _HEAD_PITCH + 2.0 else 1
    upright = [wrap(text, width=_UPRIGHT, size=SMALL, lines=beside) for text in labels]
    return _Heads(upright, True, max(text_width(line, size=SMALL) for lines in upright for line in lines))


def _rows(names: list[str], width: float, free: float) -> tuple[int, float, int]:
    """How many rows, how high each, and how many lines a name may take."""
    rows = min(len(names), ROWS)
    lines = max(len(wrap(name, width=width, size=TEXT)) for name in names[:rows])
    high = lines * LINE + _PADDING
    if lines > 1 and rows <= ROWS / 2 and rows * high <= free:
        return rows, high, lines
    fitting = max(1, int(min(rows, free / LINE)))
    return fitting, min(LINE + _PADDING, max(LINE, free / fitting)), 1


def _write_cells(axes: Axes, gaps: np.ndarray, fit: _Layout) -> None:
    size = TEXT if fit.across >= _ROOMY else SMALL
    aside, above = _LINES / 2 / fit.across, _LINES / 2 / fit.down
    hatched: dict[str, Any] = {"facecolor": "white", "edgecolor": RULE, "hatch": "///", "linewidth": 0}
    for (row, column), gap in np.ndenumerate(gaps):
        text, color = _MET if gap == 0.0 else f"{gap:.1f}", _text_colour(gap)
        if np.isnan(gap):
            corner = (column + aside, row + above)
            axes.add_patch(Rectangle(corner, 1 - 2 * aside, 1 - 2 * above, **hatched))
            text, color = _UNKNOWN, MUTED
        put(
            axes, text, xy=(column + 0.5, row + 0.5), coords=("data", "data"), size=size, color=color,
            ha="center", va="center", boxed=text == _UNKNOWN,
        )  # fmt: skip


def _text_colour(gap: float) -> str:
    """Black or white, whichever stands out from the gap's shade: at least 4.5 to 1."""
    shade = _SHADES(min(gap / DARKEST, 1.0))[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shade]
    return "#000000" if np.dot([0.2126, 0.7152, 0.0722], linear) > 0.18 else "#ffffff"


def _write_heads(axes: Axes, fit: _Layout) -> None:
    for column, text in enumerate(fit.required):
        put(
            axes, text, xy=(column + 0.5, 1), coords=_ABOVE, offset=(0, _HEAD_GAP), size=SMALL, color=MUTED,
            ha="center",
        )  # fmt: skip
    for column, lines in enumerate(fit.heads.lines):
        for number, line in enumerate(lines):
            aside = (number - (len(lines) - 1) / 2) * _HEAD_PITCH
            up = fit.heads_up + (len(lines) - 1 - number) * _HEAD_PITCH
            put(
                axes, line, xy=(column + 0.5, 1), coords=_ABOVE, size=SMALL, ha="center",
                offset=(aside, fit.heads_up) if fit.heads.upright else (0, up),
                va="bottom" if fit.heads.upright else "baseline", upright=fit.heads.upright,
            )  # fmt: skip


def _write_beside(axes: Axes, fit: _Layout, words: Words) -> None:
    """The names of the rows, the key above and what was left out below."""
    for row, lines in enumerate(fit.names):
        for number, line in enumerate(lines):
            offset = (-fit.left, ((len(lines) - 1) / 2 - number) * LINE)
            put(axes, line, xy=(0, row + 0.5), coords=_BESIDE, offset=offset, va="center")
    above = [fit.top - LINE * (place + 1) + 4.0 for place in range(len(fit.key))]
    below = [-LINE * (place + 1) for place in range(len(fit.foot))]
    _write_notes(axes, fit.key, fit.left, above, y=1)
    _write_notes(axes, fit.foot, fit.left, below, y=0)
    if fit.required:
        _write_notes(axes, [words("charts.gap_required")], fit.left, [_HEAD_GAP], y=1)


def _write_notes(axes: Axes, lines: Sequence[str], left: float, ups: Sequence[float], *, y: float) -> None:
    for line, up in zip(lines, ups, strict=True):
        put(axes, line, xy=(0, y), coords=FRACTION, offset=(-left, up), size=SMALL, color=MUTED)
