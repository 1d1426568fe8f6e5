"""Charts of performance: attainment of quotas, what moved revenue, how long money is overdue.

Each function draws one finished result and works out nothing but positions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import baseline, limits, no_data, percent_axis
from salesmgmt.charts.labels import label, not_drawn, split
from salesmgmt.charts.rows import Row, mark_above, row_axes
from salesmgmt.charts.style import BLUE, BLUE_MID, BLUE_PALE, INK, RULE, VERMILION, house_style
from salesmgmt.locale import Words

_BAR = 0.52
_FARTHEST = 2.5
"""Bars of attainment are drawn up to so many times the quota."""


@house_style()
def plot_attainment(attained: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """Attainment of each quota against 100 %.

    Parameters
    ----------
    attained : DataFrame
        One row per quota: ``group``, ``actual``, ``quota`` (money), ``attainment`` (share).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A bar per quota, a line at 100 %; what was achieved of how much stands beside it.
    """
    if attained["attainment"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(attained, attained["quota"].abs())
    rows = [_attained_row(row, words) for row in shown.to_dict("records")]
    axes = row_axes(rows, ax=ax, head=True, ticks=True, foot=not_drawn(others, words))
    lengths = shown["attainment"].fillna(0.0).clip(-_FARTHEST, _FARTHEST)
    axes.set_xlim(*limits(lengths.tolist(), high=1.1))
    percent_axis(axes)
    axes.barh(range(len(rows)), lengths, height=_BAR, color=BLUE_MID)
    baseline(axes)
    axes.axvline(1.0, color=INK, linewidth=1.2, zorder=3)
    mark_above(axes, words("charts.quota"), x=1.0, color=INK)
    return axes


@house_style()
def plot_variance(variance: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """What moved revenue: a bar per part, to the right where it added and to the left where it took away.

    Parameters
    ----------
    variance : DataFrame
        One row per part in reading order: ``part``, ``amount`` (money), ``lines`` (customer-products).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        Steps from zero to the whole change; each bar starts where the one above ends.
    """
    if variance["amount"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(variance, variance["amount"].abs())
    rows = [_variance_row(row, words) for row in shown.to_dict("records")]
    changes = shown["amount"].fillna(0.0).to_numpy()
    rows.append(Row(words("charts.together"), "", words.signed(float(changes.sum()), "money")))
    axes = row_axes(rows, ax=ax, foot=not_drawn(others, words))
    levels = np.concatenate([[0.0], np.cumsum(changes)])
    axes.set_xlim(*limits(levels.tolist(), low=min(0.0, float(levels.min())), margin=0.04))
    colours = np.where(changes < 0, VERMILION, BLUE_MID)
    axes.barh(range(len(changes)), changes, left=levels[:-1], height=_BAR, color=colours)
    axes.barh([len(changes)], [levels[-1]], height=_BAR, color=BLUE)
    axes.vlines(levels[1:], np.arange(len(changes)) + _BAR / 2, np.arange(len(changes)) + 1 - _BAR / 2, color=RULE, linewidth=0.8)  # fmt: skip
    baseline(axes)
    return axes


@house_style()
def plot_ageing(ageing: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """What is open, by how long it is overdue.

    Parameters
    ----------
    ageing : DataFrame
        One row per bracket in order: ``from_days``, ``to_days`` (missing for the last), ``invoices``, ``open`` (money).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A bar per bracket; what is not overdue is pale.
    """
    if ageing["open"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(ageing, ageing["open"].abs())
    rows = [_ageing_row(row, words) for row in shown.to_dict("records")]
    axes = row_axes(rows, ax=ax, foot=not_drawn(others, words))
    lengths = shown["open"].fillna(0.0)
    axes.set_xlim(*limits(lengths.tolist(), low=min(0.0, float(lengths.min()))))
    colours = [BLUE_PALE if late <= 0 else BLUE for late in shown["from_days"].fillna(1.0)]
    axes.barh(range(len(rows)), lengths, height=_BAR, color=colours)
    baseline(axes)
    return axes


def _attained_row(row: Mapping[Any, Any], words: Words) -> Row:
    made, asked = words.figures(row["actual"], "money"), words.number(row["quota"], "money")
    return Row(
        label(words, "group", row["group"]), words("charts.made_of_quota", made=made, quota=asked),
        words.number(row["attainment"], "share"),
    )  # fmt: skip


def _variance_row(row: Mapping[Any, Any], words: Words) -> Row:
    return Row(label(words, "part", row["part"]), "", words.signed(row["amount"], "money"))


def _ageing_row(row: Mapping[Any, Any], words: Words) -> Row:
    name = bracket(row["from_days"], row["to_days"], words)
    return Row(name, words.number(row["invoices"], "invoices"), words.number(row["open"], "money"))


def bracket(first: float, last: float, words: Words) -> str:
    """Days overdue in words.

    Parameters
    ----------
    first, last : float
        Of the bracket; ``last`` is missing for the open end.
    words : Words
        The reader's language.

    Returns
    -------
    str
    """
    if first <= 0:
        return words("charts.not_overdue")
    start = words.figures(first, "days")
    if math.isnan(last):
        return words("charts.overdue_beyond", days=words.number(first - 1, "days"))
    return words("charts.overdue", first=start, last=words.number(last, "days"))
