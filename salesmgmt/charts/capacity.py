"""Chart of the people effective month by month against those needed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import count_axis, no_data
from salesmgmt.charts.labels import not_drawn, split
from salesmgmt.charts.rows import Row, key, row_axes
from salesmgmt.charts.style import BLUE, BLUE_MID, GREY, house_style
from salesmgmt.locale import Words

_NEEDED: dict[str, Any] = {"marker": "|", "color": GREY, "markeredgewidth": 2.0, "markersize": 14}
_EFFECTIVE: dict[str, Any] = {"marker": "o", "color": BLUE, "markeredgewidth": 0, "markersize": 8}


@house_style()
def plot_capacity(months: pd.DataFrame, *, words: Words, ax: Axes | None = None) -> Axes:
    """People needed against people effective, month by month.

    Parameters
    ----------
    months : DataFrame
        One row per month in order: ``month`` (first day), ``needed``, ``effective``, ``effective_low``,
        ``effective_high`` (people, P10 to P90), ``gap``.
    words : Words
        The reader's language.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        A row per month: an upright mark for the people needed, a full one for those effective with their band.
    """
    known = months.dropna(subset=["needed", "effective"])
    if known.empty:
        return no_data(words, ax=ax)
    shown, others = split(known, known["gap"].abs())
    rows = [
        Row(words.month(month), "", words.number(effective, "people"))
        for month, effective in zip(shown["month"], shown["effective"], strict=True)
    ]
    axes = row_axes(rows, ax=ax, head=True, ticks=True, foot=not_drawn(others, words))
    numbers = shown[["needed", "effective", "effective_low", "effective_high"]].astype("float64")
    low, high = np.nanmin(numbers), np.nanmax(numbers)
    free = 0.06 * (high - low) or 0.5
    axes.set_xlim(low - free, high + free)
    count_axis(axes)
    places = np.arange(len(rows))
    axes.hlines(
        places, numbers["effective_low"], numbers["effective_high"], color=BLUE_MID, linewidth=6, zorder=2
    )
    axes.plot(numbers["needed"], places, linestyle="", zorder=3, clip_on=False, **_NEEDED)
    axes.plot(numbers["effective"], places, linestyle="", zorder=4, clip_on=False, **_EFFECTIVE)
    key(axes, [(_NEEDED, words("charts.needed")), (_EFFECTIVE, words("charts.effective"))])
    return axes
