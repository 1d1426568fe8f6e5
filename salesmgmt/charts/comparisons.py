"""Charts that hold groups against a standard, or two periods against each other: visits made, pay, growth, drift.

Each function draws one finished result and works out nothing but positions. A verdict is a word
and the shape of its mark, never colour alone. Groups keep the order they come in: where intervals
overlap nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import baseline, limits, no_data, percent_axis
from salesmgmt.charts.labels import group_label, joined, label, not_drawn, split
from salesmgmt.charts.rows import Row, mark_above, row_axes
from salesmgmt.charts.style import BLUE, BLUE_MID, BLUE_PALE, GREY, INK, MUTED, VERMILION, house_style
from salesmgmt.locale import Words

_SHAPES: dict[str, dict[str, Any]] = {
    "below": {"marker": "v", "color": VERMILION},
    "above": {"marker": "^", "color": BLUE},
    "within": {"marker": "o", "color": INK},
    "consistent": {"marker": "o", "color": INK},
    "better": {"marker": "D", "color": BLUE},
    "worse": {"marker": "s", "color": VERMILION},
    "cannot_tell": {"marker": "o", "color": "white", "markeredgecolor": GREY},
}
_TONES = {"below": VERMILION, "above": BLUE, "worse": VERMILION, "better": BLUE}
_BEYOND_MARKS, _BEYOND_USUAL = 1.6, 2.0
"""The axis goes on up to so many times the farthest mark with an interval, or the usual whisker's end."""


@house_style()
def plot_visits_against_policy(process: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """Visits made against the policy, with the 80 % interval and the verdict.

    Parameters
    ----------
    process : DataFrame
        One row per group: the grouping columns (all before ``customers``
        but ``people``), ``customers``,
        ``per_year`` and ``policy`` (visits a year and customer), ``ratio`` (per_year ÷ policy),
        ``low``, ``high``, ``verdict`` (below, above, consistent, cannot_tell).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A mark per group at its ratio, a whisker from low to high, a line at 100 %; an arrow at the
        edge stands for what lies far beyond.
    """
    if process["ratio"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(process, process["customers"])
    by = [
        str(column)
        for column in process.columns[: list(process.columns).index("customers")]
        if column != "people"
    ]
    rows = [_policy_row(row, by, words) for row in shown.to_dict("records")]
    axes = row_axes(rows, ax=ax, head=True, ticks=True, foot=not_drawn(others, words))
    _set_share_limits(axes, shown, "ratio", must_show=[0.0, 1.1])
    axes.axvline(1.0, color=INK, linewidth=1.0, zorder=1.5)
    mark_above(axes, words("charts.standard"), x=1.0, color=INK)
    _whiskers(axes, shown["low"], shown["high"])
    _marks(axes, shown["ratio"], shown["verdict"])
    return axes


@house_style()
def plot_pay_mix(
    mix: pd.DataFrame, *, words: Words, low: float = 0.30, high: float = 0.50, ax: Axes | None = None
) -> Axes:
    """Variable share of pay by role, from the lowest to the highest person, against the band.

    Parameters
    ----------
    mix : DataFrame
        One row per role: ``role``, ``people``, ``variable_share`` (Σ variable ÷ Σ total),
        ``share_min``, ``share_max``, ``verdict`` (below, within, above); ``unknown`` may be absent.
    words : Words
        The reader's language.
    low, high : float
        The band, shares.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A mark per role at its share, a line from the lowest to the highest person, the band shaded.
    """
    if mix["variable_share"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(mix, mix["people"])
    rows = [_pay_row(row, words) for row in shown.to_dict("records")]
    lines = words("charts.pay_lines") if (shown["share_min"] < shown["share_max"]).any() else ""
    foot = " ".join(text for text in (lines, not_drawn(others, words)) if text)
    axes = row_axes(rows, ax=ax, head=True, ticks=True, foot=foot)
    axes.set_xlim(*limits([*shown["variable_share"], *shown["share_max"]], high=high + 0.1, margin=0.04))
    percent_axis(axes)
    axes.axvspan(low, high, color=BLUE_PALE, alpha=0.6, linewidth=0, zorder=0.6)
    mark_above(axes, words("charts.pay_band", range=words.range(low, high, "share")), x=(low + high) / 2)
    baseline(axes)
    _whiskers(axes, shown["share_min"], shown["share_max"])
    _marks(axes, shown["variable_share"], shown["verdict"])
    return axes


@house_style()
def plot_growth(
    growth: pd.DataFrame, *, words: Words, company: float | None = None, ax: Axes | None = None
) -> Axes:
    """Growth of each team over the same months a year before, with its 80 % interval.

    Parameters
    ----------
    growth : DataFrame
        One row per team: ``group``, ``people``, ``customers``, ``growth`` (share), ``low``, ``high``
        (missing where too few customers carry it), ``verdict`` against the company (below, above,
        consistent, cannot_tell).
    words : Words
        The reader's language.
    company : float, optional
        Growth of the whole company, as a line.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A mark per team at its growth, a whisker from low to high, lines at zero and at the company's;
        an arrow at the edge stands for what lies far beyond.
    """
    if growth["growth"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(growth, growth["customers"])
    rows = [_growth_row(row, words) for row in shown.to_dict("records")]
    axes = row_axes(rows, ax=ax, head=company is not None, ticks=True, foot=not_drawn(others, words))
    whole = [] if company is None or pd.isna(company) else [float(company)]
    _set_share_limits(axes, shown, "growth", must_show=[0.0, *whole])
    baseline(axes)
    for x in whole:
        axes.axvline(x, color=INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1.5)
        mark_above(axes, words("charts.company", growth=words.signed(x, "share")), x=x, color=INK)
    _whiskers(axes, shown["low"], shown["high"])
    _marks(axes, shown["growth"], shown["verdict"])
    return axes


@house_style()
def plot_drift(moved: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """Change of each sign of order on a year before, with its 80 % interval.

    Parameters
    ----------
    moved : DataFrame
        One row per measure: ``measure``, ``people``, ``before``, ``now`` (shares), ``change`` (now − before), ``low``,
        ``high`` (missing where too few people carry it), ``verdict`` (better, worse, cannot_tell).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A mark per measure at its change, a whisker from low to high, a line at zero; whether a rise is good
        is said by the verdict, for it differs between measures.
    """
    if moved["change"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(moved, moved["people"])
    rows = [_drift_row(row, words) for row in shown.to_dict("records")]
    axes = row_axes(rows, ax=ax, ticks=True, foot=not_drawn(others, words))
    _set_share_limits(axes, shown, "change", must_show=[0.0])
    baseline(axes)
    _whiskers(axes, shown["low"], shown["high"])
    _marks(axes, shown["change"], shown["verdict"])
    return axes


def _policy_row(row: Mapping[Any, Any], by: Sequence[str], words: Words) -> Row:
    made, policy = words.figures(row["per_year"], "visits_each"), words.number(row["policy"], "visits_each")
    work = words(
        "charts.made_of_policy",
        customers=words.number(row["customers"], "customers"),
        made=made,
        policy=policy,
    )
    return Row(
        group_label(words, {column: row[column] for column in by}), work, *_judged(row, "ratio", words)
    )


def _pay_row(row: Mapping[Any, Any], words: Words) -> Row:
    note = words.number(row["people"], "people")
    unknown = row.get("unknown", 0)
    if pd.notna(unknown) and unknown > 0:
        note = words("charts.pay_unknown", people=note, unknown=words.figures(unknown, "people"))
    return Row(label(words, "role", row["role"]), note, *_judged(row, "variable_share", words))


def _growth_row(row: Mapping[Any, Any], words: Words) -> Row:
    people = row["people"]
    staffed = words.number(people, "people") if pd.notna(people) and people > 0 else ""
    size = joined([staffed, words.number(row["customers"], "customers")], words)
    _, remark, tone = _judged(row, "growth", words)
    return Row(
        label(words, "group", row["group"]),
        size,
        words.signed(row["growth"], "share"),
        remark,
        tone,
    )


def _drift_row(row: Mapping[Any, Any], words: Words) -> Row:
    people = words.number(row["people"], "people")
    ends = {name: words.figures(row[name], "share") for name in ("before", "now")}
    _, remark, tone = _judged(row, "change", words)
    note = words("charts.drift_row", people=people, **ends)
    return Row(
        label(words, "measure", row["measure"]), note, words.signed(row["change"], "share"), remark, tone
    )


def _judged(row: Mapping[Any, Any], column: str, words: Words) -> tuple[str, str, str]:
    verdict = "" if pd.isna(row["verdict"]) else str(row["verdict"])
    remark = label(words, "verdict", verdict) if verdict else ""
    return words.number(row[column], "share"), remark, _TONES.get(verdict, MUTED)


def _set_share_limits(axes: Axes, frame: pd.DataFrame, column: str, *, must_show: Sequence[float]) -> None:
    """Hold the marks that have an interval; one far mark or long whisker cannot flatten the others."""
    marks, lows, highs = (_floats(frame[name]) for name in (column, "low", "high"))
    sure = marks[np.isfinite(marks) & np.isfinite(lows) & np.isfinite(highs)]
    anchors = np.abs([*(sure if len(sure) else marks[np.isfinite(marks)]), *must_show])
    ends = np.concatenate([lows, highs])
    usual = np.abs(ends[np.isfinite(ends)])
    reach = max(_BEYOND_MARKS * anchors.max(), _BEYOND_USUAL * float(np.median(usual)) if len(usual) else 0.0)
    axes.set_xlim(*limits([*must_show, *np.clip([*marks, *ends], -reach, reach)], margin=0.06))
    percent_axis(axes)


def _floats(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype="float64", na_value=np.nan)


def _whiskers(axes: Axes, low: pd.Series, high: pd.Series) -> None:
    """Lines from low to high, as far as the axis goes."""
    starts, ends = _floats(low), _floats(high)
    left, right = axes.get_xlim()
    places = np.arange(len(starts))
    axes.hlines(
        places, np.maximum(starts, left), np.minimum(ends, right), color=BLUE_MID, linewidth=3.0, zorder=2
    )
    _arrows(
        axes, places[starts < left], places[ends > right], markersize=7, markeredgewidth=0, color=BLUE_MID
    )


def _marks(axes: Axes, values: pd.Series, verdicts: pd.Series) -> None:
    """A mark per row, its shape the verdict; an arrow at the edge where it lies beyond the axis."""
    marks = _floats(values)
    left, right = axes.get_xlim()
    for place in np.flatnonzero((marks >= left) & (marks <= right)):
        shape = _SHAPES.get(str(verdicts.iloc[place]), _SHAPES["cannot_tell"])
        look = {"markeredgewidth": 1.5, **shape}
        axes.plot([marks[place]], [place], markersize=8, zorder=4, clip_on=False, **look)
    places = np.arange(len(marks))
    beyond = {"markersize": 8, "markeredgewidth": 1.5, "color": "white", "markeredgecolor": GREY, "zorder": 4}
    _arrows(axes, places[marks < left], places[marks > right], **beyond)


def _arrows(axes: Axes, to_left: np.ndarray, to_right: np.ndarray, **look: Any) -> None:
    for edge, marker, places in zip(axes.get_xlim(), "<>", (to_left, to_right), strict=True):
        for place in places:
            axes.plot([edge], [place], linestyle="", marker=marker, clip_on=False, **look)
