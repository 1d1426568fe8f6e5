"""Loads of persons before and after a change of owners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import baseline, limits, no_data, percent_axis
from salesmgmt.charts.labels import joined, label, not_drawn, split
from salesmgmt.charts.rows import Row, key, row_axes
from salesmgmt.charts.style import BLUE, BLUE_PALE, GREY, RULE, house_style
from salesmgmt.locale import Words

_BEFORE: dict[str, Any] = {"marker": "o", "color": "white", "markeredgecolor": GREY, "markeredgewidth": 1.5, "markersize": 8}  # fmt: skip
_AFTER: dict[str, Any] = {"marker": "o", "color": BLUE, "markeredgewidth": 0, "markersize": 8}


@house_style()
def plot_balance(
    people: pd.DataFrame, *, words: Words, tolerance: float | None = None, ax: Axes | None = None
) -> Axes:
    """How far each person's load is from a fair one, before and after.

    Parameters
    ----------
    people : DataFrame
        One row per person: ``name``, ``region``, ``customers_before``, ``customers_after``, ``deviation_before``,
        ``deviation_after`` (shares).
    words : Words
        The reader's language.
    tolerance : float, optional
        Share either way that is even enough, as a band.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        An open mark per person before and a filled one after, a line between them; the pale band is the tolerance.
    """
    columns = ["deviation_before", "deviation_after"]
    known = people[people[columns].notna().any(axis=1)]
    if known.empty:
        return no_data(words, ax=ax)
    shown, others = split(known, known[columns].abs().max(axis=1))
    rows = [_row(row, words) for row in shown.to_dict("records")]
    axes = row_axes(rows, ax=ax, head=True, ticks=True, foot=not_drawn(others, words))
    band = [] if tolerance is None or pd.isna(tolerance) else [-float(tolerance), float(tolerance)]
    marks = shown[columns].astype("float64")
    axes.set_xlim(*limits([*marks.to_numpy().ravel(), *band, 0.0], margin=0.06))
    percent_axis(axes)
    if band:
        axes.axvspan(*band, color=BLUE_PALE, linewidth=0, zorder=0.5)
    baseline(axes)
    before, after = marks["deviation_before"], marks["deviation_after"]
    axes.hlines(range(len(rows)), before, after, color=RULE, linewidth=2.0, zorder=2)
    axes.plot(before, range(len(rows)), linestyle="", zorder=3, clip_on=False, **_BEFORE)
    axes.plot(after, range(len(rows)), linestyle="", zorder=4, clip_on=False, **_AFTER)
    key(axes, [(_BEFORE, words("charts.load_before")), (_AFTER, words("charts.load_after"))])
    return axes


def _row(row: Mapping[Any, Any], words: Words) -> Row:
    before, after = (words.figures(row[f"customers_{when}"], "customers") for when in ("before", "after"))
    number = words("charts.customers_before_after", before=before, after=after)
    region = "" if pd.isna(row["region"]) or row["region"] == "" else label(words, "region", row["region"])
    was = words("charts.was", before=words.signed(row["deviation_before"], "share"))
    return Row(
        label(words, "name", row["name"]),
        joined([region, number], words),
        words.signed(row["deviation_after"], "share"),
        was,
    )
