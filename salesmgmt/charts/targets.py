"""Charts of the target: from what is under contract to what is required, and the running year against it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import baseline, limits, no_data
from salesmgmt.charts.labels import label, not_drawn, split
from salesmgmt.charts.rows import Row, key, row_axes
from salesmgmt.charts.style import BLUE_MID, VERMILION, house_style
from salesmgmt.charts.waterfall import draw_steps
from salesmgmt.locale import Words

_OPEN = "unfunded"
_BAR = 0.52
_MARK = {"marker": "s", "markersize": 7, "markeredgewidth": 1.2, "markeredgecolor": BLUE_MID}


@house_style()
def plot_bridge(bridge: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """The bridge from the forecast to the requirement.

    Parameters
    ----------
    bridge : DataFrame
        One row per step in order: ``line``, ``amount`` (money), ``n`` (items behind it).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A bar per step that starts where the one above ends, then the sum; what nothing covers yet is an outline.
    """
    if bridge["amount"].notna().sum() == 0:
        return no_data(words, ax=ax)
    shown, others = split(bridge, bridge["amount"].abs())
    amounts = shown["amount"].fillna(0.0).to_numpy()
    rows = [
        Row(label(words, "line", line), words.number(n, "items") if n else "", words.number(amount, "money"))
        for line, amount, n in zip(shown["line"], amounts, shown["n"].fillna(0), strict=True)
    ]
    rows.append(Row(words("charts.required"), "", words.number(float(amounts.sum()), "money")))
    axes = row_axes(rows, ax=ax, foot=not_drawn(others, words))
    wished = [place for place, line in enumerate(shown["line"]) if line == _OPEN]
    draw_steps(axes, amounts, pale=wished[0] if wished else None)
    return axes


@house_style()
def plot_course(months: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """How far each month of the year is from its target.

    Parameters
    ----------
    months : DataFrame
        One row per month in order: ``month`` (first day), ``actual`` (money, missing for months to come),
        ``difference`` (money above the target, negative below).
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A bar per month, to the right above target and to the left below; months to come are outlines.
    """
    known = months.dropna(subset=["difference"])
    if known.empty:
        return no_data(words, ax=ax)
    shown, others = split(known, known["difference"].abs())
    lengths, came = shown["difference"].to_numpy(dtype="float64"), shown["actual"].notna().to_numpy()
    rows = [
        Row(words.month(month), "", words.signed(length, "money"))
        for month, length in zip(shown["month"], lengths, strict=True)
    ]
    axes = row_axes(rows, ax=ax, head=True, foot=not_drawn(others, words))
    axes.set_xlim(*limits(lengths.tolist(), margin=0.04))
    tones = np.where(lengths < 0, VERMILION, BLUE_MID)
    fills = np.where(came, tones, "white")
    axes.barh(range(len(rows)), lengths, height=_BAR, color=fills, edgecolor=tones, linewidth=1.2)
    baseline(axes)
    marks = [({**_MARK, "color": fill}, words(f"charts.month_{name}")) for fill, name in ((BLUE_MID, "booked"), ("white", "ahead"))]  # fmt: skip
    key(axes, marks)
    return axes
