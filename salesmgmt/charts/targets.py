"""Chart of the target: from what is under contract to what is required."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import no_data
from salesmgmt.charts.labels import label, not_drawn, split
from salesmgmt.charts.rows import Row, row_axes
from salesmgmt.charts.style import house_style
from salesmgmt.charts.waterfall import draw_steps
from salesmgmt.locale import Words

_OPEN = "unfunded"


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
