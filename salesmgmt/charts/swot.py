"""Chart of the SWOT table: four lists, each factor with its weight, its rating and whether anybody answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from salesmgmt.charts.canvas import no_data, put, room_across, width_of
from salesmgmt.charts.labels import joined, label
from salesmgmt.charts.sheet import LINE, room_down, sheet, write
from salesmgmt.charts.style import (
    BLUE,
    BLUE_MID,
    GREY,
    INK,
    MUTED,
    SMALL,
    TEXT,
    VERMILION,
    house_style,
    text_width,
    wrap,
)
from salesmgmt.locale import Words

FACTORS = 7
"""A quadrant lists at most this many factors; the others are counted."""

_QUADRANTS = {"strength": ("S", BLUE), "weakness": ("W", VERMILION), "opportunity": ("O", BLUE), "threat": ("T", VERMILION)}  # fmt: skip
_TITLE = 13.0
_BADGE, _BESIDE_BADGE = 20.0, 28.0
_HEAD = 33.0
_BETWEEN_ROWS, _BETWEEN_COLUMNS, _BETWEEN_ITEMS = 16.0, 20.0, 9.0
_BAR, _BAR_HEIGHT, _AFTER_BAR = 46.0, 7.0, 7.0
_CODE = 40.0
_COMFORTABLE, _NARROWEST = 190.0, 150.0
"""Widths in points of a quadrant: side by side wherever comfortable, and no narrower than the narrowest."""


@dataclass(frozen=True)
class _Item:
    """One factor as it will be drawn: the lines of its statement, what stands below them, its bar."""

    statement: list[str]
    facts: str
    mark: str
    mark_below: bool
    bar: float

    @property
    def height(self) -> float:
        return LINE * (len(self.statement) + 1 + self.mark_below)


@dataclass(frozen=True)
class _Cell:
    """One quadrant as it will be drawn."""

    quadrant: str
    name: str
    score: str
    score_below: bool
    items: list[_Item]
    rest: list[str]

    @property
    def head(self) -> float:
        return _HEAD + (LINE + 3.0) * self.score_below

    @property
    def height(self) -> float:
        listed = sum(item.height + _BETWEEN_ITEMS for item in self.items)
        return self.head + listed + LINE * len(self.rest)


@house_style()
def plot_swot(result: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """Strengths, weaknesses, opportunities and threats as four lists, heaviest factor first.

    Parameters
    ----------
    result : DataFrame
        One row per factor: ``quadrant`` (strength, weakness, opportunity, threat), ``statement``,
        ``weight`` (share), ``rating`` (1–4), ``score`` (= weight × rating). ``answered`` (whether a
        strategy or an initiative names the factor) and ``factor_id`` (what strategies name it by) may be
        absent.
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure as tall as the lists is made otherwise.

    Returns
    -------
    Axes
        A quadrant's head states the sum of its scores; a bar per factor is as long as its weight, on one
        scale for all. The four stand below each other where the room is narrow; a low room lists fewer.
    """
    listed = result[result["quadrant"].isin(_QUADRANTS)]
    if listed["weight"].notna().sum() == 0:
        return no_data(words, ax=ax)
    heaviest = listed.sort_values("weight", ascending=False, kind="stable", na_position="last")
    rows = _fitting(heaviest, words, room=room_across(ax), down=room_down(ax))
    heights = [max(cell.height for cell in row) for row in rows]
    axes = sheet(ax, height=sum(heights) + _BETWEEN_ROWS * (len(rows) - 1))
    y = 0.0
    for row, height in zip(rows, heights, strict=True):
        width = _cell_width(width_of(axes), len(row))
        for place, cell in enumerate(row):
            _draw_cell(axes, cell, x=place * (width + _BETWEEN_COLUMNS), y=y, width=width)
        y += height + _BETWEEN_ROWS
    return axes


def _fitting(factors: pd.DataFrame, words: Words, *, room: float, down: float) -> list[list[_Cell]]:
    """Rows of quadrants with as many factors as fit the height."""
    halves = _cell_width(room, 2)
    layouts = (2, 1) if halves >= _COMFORTABLE else (1, 2) if halves >= _NARROWEST else (1,)
    rows = list[list[_Cell]]()
    for most in range(FACTORS, -1, -1):
        for columns in layouts if most else (*layouts, 2):
            width = _cell_width(room, columns)
            cells = [_cell(quadrant, factors, words, width=width, most=most) for quadrant in _QUADRANTS]
            rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
            height = sum(max(cell.height for cell in row) for row in rows) + _BETWEEN_ROWS * (len(rows) - 1)
            if height <= down:
                return rows
    return rows


def _cell_width(room: float, columns: int) -> float:
    return (room - _BETWEEN_COLUMNS * (columns - 1)) / columns


def _cell(quadrant: str, factors: pd.DataFrame, words: Words, *, width: float, most: int) -> _Cell:
    own = factors[factors["quadrant"] == quadrant]
    heaviest = float(factors["weight"].max()) or 1.0
    items = [_item(row, words, width=width, heaviest=heaviest) for row in own.head(most).to_dict("records")]
    name, score = label(words, "quadrant", quadrant), _score(own, words)
    taken = _BESIDE_BADGE + text_width(name, size=_TITLE) + _AFTER_BAR + text_width(score, size=TEXT)
    rest = wrap(_rest(own, most, words), width=width, size=SMALL)
    return _Cell(quadrant, name, score, bool(score) and taken > width, items, rest)


def _score(own: pd.DataFrame, words: Words) -> str:
    unrated = int(own["score"].isna().sum())
    if unrated == len(own):
        return ""
    score = words.figures(own["score"].sum(), "ratio")
    if unrated:
        return words("charts.swot_score_partly", score=score, n=words.figures(unrated, "count"))
    return words("charts.swot_score", score=score)


def _rest(own: pd.DataFrame, most: int, words: Words) -> str:
    left = own.iloc[most:]
    if own.empty:
        return words("charts.swot_none")
    if left.empty:
        return ""
    weight = words.figures(left["weight"].sum(), "share")
    message = "charts.swot_rest" if most else "charts.swot_only"
    counted = words(message, n=words.figures(len(left), "count"), weight=weight)
    open_ends = sum(_unanswered(row) for row in left.to_dict("records"))
    n = words.figures(open_ends, "count")
    return joined([counted, words("charts.swot_rest_unanswered", n=n) if open_ends else ""], words)


def _item(row: Mapping[Any, Any], words: Words, *, width: float, heaviest: float) -> _Item:
    code = wrap(str(row.get("factor_id") or ""), width=_CODE, size=SMALL, lines=1)
    facts = joined([*code, _weight(row["weight"], words), _rating(row["rating"], words)], words)
    mark = words("charts.swot_unanswered") if _unanswered(row) else ""
    taken = _BAR + _AFTER_BAR + text_width(facts, size=SMALL) + _AFTER_BAR + text_width(mark, size=SMALL)
    length = 0.0 if pd.isna(row["weight"]) else max(float(row["weight"]), 0.0) / heaviest * _BAR
    statement = wrap(label(words, "statement", row["statement"]), width=width, size=TEXT)
    return _Item(statement, facts, mark, bool(mark) and taken > width, length)


def _unanswered(row: Mapping[Any, Any]) -> bool:
    answered = row.get("answered", True)
    return bool(pd.notna(answered) and not answered)


def _weight(weight: Any, words: Words) -> str:
    return "" if pd.isna(weight) else words("charts.swot_weight", weight=words.figures(weight, "share"))


def _rating(rating: Any, words: Words) -> str:
    if pd.isna(rating):
        return words("charts.swot_unrated")
    return words("charts.swot_rating", rating=f"{rating:.3g}")


def _draw_cell(axes: Axes, cell: _Cell, *, x: float, y: float, width: float) -> None:
    letter, color = _QUADRANTS[cell.quadrant]
    axes.add_patch(Rectangle((x, y), _BADGE, _BADGE, facecolor=color, linewidth=0, clip_on=False))
    middle = (x + _BADGE / 2, y + _BADGE / 2 + 0.5)
    put(axes, letter, xy=middle, coords=("data", "data"), color="white", ha="center", va="center")
    name = wrap(cell.name, width=width - _BESIDE_BADGE, size=_TITLE, lines=1)
    write(axes, name, x=x + _BESIDE_BADGE, y=y + 3.0, size=_TITLE)
    if cell.score_below:
        write(axes, [cell.score], x=x, y=y + _BADGE + 8.0)
    elif cell.score:
        write(axes, [cell.score], x=x + width, y=y + 3.0, ha="right")
    axes.plot([x, x + width], [y + _BADGE + 3.0] * 2, color=color, linewidth=1.2, clip_on=False)
    down = y + cell.head
    for item in cell.items:
        _draw_item(axes, item, x=x, y=down, width=width, color=BLUE_MID if color == BLUE else color)
        down += item.height + _BETWEEN_ITEMS
    write(axes, cell.rest, x=x, y=down, size=SMALL, color=MUTED)


def _draw_item(axes: Axes, item: _Item, *, x: float, y: float, width: float, color: str) -> None:
    write(axes, item.statement, x=x, y=y)
    down = y + LINE * len(item.statement)
    high = down + (LINE - _BAR_HEIGHT) / 2
    axes.add_patch(Rectangle((x, high), item.bar, _BAR_HEIGHT, facecolor=color, linewidth=0, clip_on=False))
    axes.plot([x, x], [high - 2.0, high + _BAR_HEIGHT + 2.0], color=GREY, linewidth=0.8)
    write(axes, [item.facts], x=x + _BAR + _AFTER_BAR, y=down, size=SMALL, color=MUTED)
    if item.mark_below:
        write(axes, [item.mark], x=x + _BAR + _AFTER_BAR, y=down + LINE, size=SMALL, color=INK)
    elif item.mark:
        write(axes, [item.mark], x=x + width, y=down, size=SMALL, color=INK, ha="right")
