"""Charts of the team's size: the work there is, what changes the number of people, who is there.

Each function draws one finished result and works out nothing but positions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import baseline, limits, no_data
from salesmgmt.charts.labels import group_label, joined, label, not_drawn, split
from salesmgmt.charts.rows import Row, key, row_axes
from salesmgmt.charts.style import BLUE, BLUE_MID, BLUE_PALE, GREY, RULE, VERMILION, house_style
from salesmgmt.locale import Words, seen

_STATUS_COLOURS = {"existing": BLUE, "prospect": BLUE_MID}
_BAR = 0.52
_NEEDED, _PRESENT = 0.62, 0.26


@house_style()
def plot_visits_by_class(steps: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """Bars of the visits a year that each class of customers needs.

    Parameters
    ----------
    steps : DataFrame
        One row per role × status × tier: ``role``, ``status``, ``tier``, ``customers``,
        ``visits_per_year`` (per customer), ``visits`` (a year). ``role`` may be absent.
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        One bar per row, as long as its visits; customers × visits each are written beside it.
    """
    if steps["visits"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(steps, steps["visits"].abs())
    with_role = "role" in steps and len(set(steps["role"])) > 1
    rows = [_class_row(row, words, with_role=with_role) for row in shown.to_dict("records")]
    total = words.number(others["visits"].sum(), "visits")
    axes = row_axes(rows, ax=ax, foot=not_drawn(others, words, together=total))
    lengths = shown["visits"].fillna(0.0)
    axes.set_xlim(*limits(lengths.tolist()))
    axes.barh(
        range(len(rows)), lengths, height=_BAR, color=[_STATUS_COLOURS.get(s, GREY) for s in shown["status"]]
    )
    baseline(axes)
    return axes


@house_style()
def plot_adjustments(adjustments: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """Waterfall from the people of the five steps to the headcount, one step per adjustment.

    Parameters
    ----------
    adjustments : DataFrame
        One row per adjustment in order: ``adjustment``, ``cause``, ``scope``, ``before``,
        ``change``, ``after`` (people, unrounded).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        Bars in this order: people before, one per adjustment, the rounding if any, the headcount.

    Notes
    -----
    headcount = ⌈last ``after`` − 1e-9⌉, the rule by which people are rounded up once.
    """
    if adjustments.empty or adjustments[["before", "change", "after"]].isna().any(axis=None):
        return no_data(words, ax=ax)
    start, end = float(adjustments["before"].iloc[0]), float(adjustments["after"].iloc[-1])
    headcount = math.ceil(end - 1e-9)
    shown, others = split(adjustments, adjustments["change"].abs())
    steps = [(_step(row, words), float(row["change"])) for row in shown.to_dict("records")]
    if len(others):
        change = float(others["change"].sum())
        others_name = words("charts.others", n=words.figures(len(others), "count"))
        steps.append((Row(others_name, "", words.signed(change, "people")), change))
    if headcount - end > 1e-9:
        rounding = headcount - end
        steps.append((Row(words("charts.rounding"), "", words.signed(rounding, "people")), rounding))
    first = Row(words("charts.before"), "", words.number(start, "people"))
    last = Row(words("charts.headcount"), "", words.number(headcount, "people"))
    axes = row_axes([first, *(row for row, _ in steps), last], ax=ax)
    _waterfall(axes, start, np.array([change for _, change in steps]), headcount)
    return axes


@house_style()
def plot_staffing(staffing: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """People present within people needed, by role and region.

    Parameters
    ----------
    staffing : DataFrame
        One row per role × region: ``role``, ``region``, ``needed`` (people, unrounded),
        ``present`` (full posts), ``gap`` (= needed − present).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        Two bars per row: the wide pale ones as long as ``needed``, the narrow dark ones as ``present``.
    """
    known = staffing[staffing["needed"].notna() | staffing["present"].notna()]
    if known.empty:
        return no_data(words, ax=ax)
    shown, others = split(known, known[["needed", "present"]].max(axis=1))
    rows = [_staffing_row(_cell_name(row, words), row, words) for row in shown.to_dict("records")]
    bars = shown[["needed", "present"]].fillna(0.0).astype("float64")
    sums = others[["needed", "present"]].sum()
    together = _present_of_needed(sums["present"], sums["needed"], words)
    axes = row_axes(rows, ax=ax, head=True, foot=not_drawn(others, words, together=together))
    axes.set_xlim(*limits(bars.to_numpy().ravel().tolist()))
    axes.barh(range(len(rows)), bars["needed"], height=_NEEDED, color=BLUE_PALE)
    axes.barh(range(len(rows)), bars["present"], height=_PRESENT, color=BLUE)
    baseline(axes)
    square = {"marker": "s", "markeredgewidth": 0}
    needed, present = (
        {**square, "color": BLUE_PALE, "markersize": 9},
        {**square, "color": BLUE, "markersize": 6},
    )
    key(axes, [(needed, words("charts.needed")), (present, words("charts.present"))])
    return axes


def _class_row(row: Mapping[Any, Any], words: Words, *, with_role: bool) -> Row:
    each = words.number(row["visits_per_year"], "visits_each")
    work = words("charts.workload", customers=words.number(row["customers"], "customers"), each=each)
    role = label(words, "role", row["role"]) if with_role else ""
    name = group_label(words, {"status": row["status"], "tier": row["tier"]})
    return Row(name, work, words.number(row["visits"], "visits"), role)


def _step(row: Mapping[Any, Any], words: Words) -> Row:
    scope = row.get("scope", "")
    column = "role" if words.has_code("role", str(scope)) else "scope"
    cause = label(words, "cause", row["cause"])
    note = joined([cause, "" if pd.isna(scope) or scope == "" else label(words, column, scope)], words)
    return Row(label(words, "adjustment", row["adjustment"]), note, words.signed(row["change"], "people"))


def _waterfall(axes: Axes, start: float, changes: np.ndarray, headcount: int) -> None:
    levels = start + np.concatenate([[0.0], np.cumsum(changes)])
    places = np.arange(1, len(changes) + 1)
    axes.set_xlim(*limits([*levels, headcount]))
    axes.barh([0, len(changes) + 1], [start, headcount], height=_BAR, color=BLUE)
    colours = np.where(changes < 0, VERMILION, BLUE_MID)
    axes.barh(places, changes, left=levels[:-1], height=_BAR, color=colours, edgecolor=colours, linewidth=1.2)
    rows = np.arange(len(levels))
    axes.vlines(levels, rows + _BAR / 2, rows + 1 - _BAR / 2, color=RULE, linewidth=0.8)
    baseline(axes)


def _cell_name(row: Mapping[Any, Any], words: Words) -> tuple[str, str]:
    role, region = label(words, "role", row["role"]), row["region"]
    return (role, "") if pd.isna(region) or region == "" else (label(words, "region", region), role)


def _staffing_row(name: tuple[str, str], row: Mapping[Any, Any], words: Words) -> Row:
    both, gap = _present_of_needed(row["present"], row["needed"], words), row["gap"]
    if pd.isna(gap):
        return Row(*name, both)
    people, sign = words.number(abs(gap), "people"), seen(gap, "people")
    if sign == 0:
        return Row(*name, both, words("charts.enough"))
    if sign > 0:
        return Row(*name, both, words("charts.short", people=people), VERMILION)
    return Row(*name, both, words("charts.over", people=people))


def _present_of_needed(present: float, needed: float, words: Words) -> str:
    have, need = words.figures(present, "people"), words.number(needed, "people")
    return words("charts.present_of_needed", present=have, needed=need)
