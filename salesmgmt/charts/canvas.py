"""Room for a chart: axes inside margins in points, lines of text, quiet axes, limits.

An ``ax`` that a caller passes is taken as the room for everything, text included. Without one a
figure of the page's width is made that pyplot does not know, so that nothing needs closing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from salesmgmt.charts.style import INK, MUTED, RULE, SMALL, TEXT, Picture, chart_width, text_width
from salesmgmt.locale import Words

EDGE = 4.0
"""Points kept free along every edge of a chart."""

FRACTION = ("axes fraction", "axes fraction")
"""Coordinates of the plotting area: 0 to 1 either way."""

_SHARE_STEPS, _COUNT_STEPS = [1, 2, 2.5, 5, 10], [1, 2, 5, 10]
_TICK_GAP = 16.0


def inset(ax: Axes | None, *, height: float, left: float, right: float, top: float, bottom: float) -> Axes:
    """Axes inside their room, leaving margins in points.

    Parameters
    ----------
    ax : Axes or None
        Room to use; None makes a figure of the page's width.
    height : float
        Height of the plotting area in points, where the figure is ours to size.
    left, right, top, bottom : float
        Margins in points.

    Returns
    -------
    Axes
        Placed, with the x axis' labels and ticks still to set.
    """
    if ax is None:
        figure = Picture(figsize=(chart_width(), (height + top + bottom + 2 * EDGE) / 72))
        ax = figure.add_axes((0, 0, 1, 1))
    across, up = (size * 72 for size in ax.get_figure(root=True).get_size_inches())  # type: ignore[union-attr]
    room = ax.get_position()
    ax.set_position(
        Bbox.from_extents(
            room.x0 + (left + EDGE) / across,
            room.y0 + (bottom + EDGE) / up,
            room.x1 - (right + EDGE) / across,
            room.y1 - (top + EDGE) / up,
        )
    )
    return ax


def put(
    axes: Axes,
    text: str,
    *,
    xy: tuple[float, float],
    coords: tuple[str, str],
    offset: tuple[float, float] = (0.0, 0.0),
    size: float = TEXT,
    color: str = INK,
    ha: Literal["left", "center", "right"] = "left",
    va: Literal["baseline", "bottom", "center", "top"] = "baseline",
    boxed: bool = False,
    upright: bool = False,
) -> None:
    """Write one line at a point, moved by points; nothing is read as mathematics.

    Parameters
    ----------
    axes : Axes
        Where.
    text : str
        One line.
    xy, coords
        Point, and what its x and y are measured in (``"data"``, ``"axes fraction"``).
    offset : tuple of float
        Points to the right and up.
    size, color, ha, va
        Of the text.
    boxed : bool
        Whether a white ground hides what runs behind the text.
    upright : bool
        Whether the line runs from the bottom to the top.
    """
    axes.annotate(
        text, xy=xy, xycoords=coords, xytext=offset, textcoords="offset points", fontsize=size,
        color=color, ha=ha, va=va, annotation_clip=False, parse_math=False,
        rotation=90.0 if upright else 0.0,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0} if boxed else None,
    )  # fmt: skip


def percent_axis(axes: Axes) -> None:
    """Label the x axis in per cent on a light grid.

    Parameters
    ----------
    axes : Axes
        Its x is a share; limits are set.
    """
    _label_axis(axes, lambda share: f"{share * 100:,.6g}%".replace("-", "−"), steps=_SHARE_STEPS)


def count_axis(axes: Axes) -> None:
    """Label the x axis in plain numbers on a light grid.

    Parameters
    ----------
    axes : Axes
        Its x is a number of something; limits are set.
    """
    _label_axis(axes, lambda value: f"{value:,.10g}".replace("-", "−"), steps=_COUNT_STEPS)


def _label_axis(axes: Axes, wording: Callable[[float], str], *, steps: Sequence[float]) -> None:
    """As many ticks as have room side by side, at most eight."""
    low, high = axes.get_xlim()
    widest = max(text_width(wording(round(end, 2)), size=SMALL) for end in (low, high))
    room = int(width_of(axes) / (widest + _TICK_GAP))
    places = MaxNLocator(nbins=max(1, min(8, room)), steps=list(steps)).tick_values(low, high)
    seen = [float(place) for place in places if low <= place <= high]
    axes.set_xticks(seen, [wording(place) for place in seen])
    axes.grid(axis="x")
    axes.set_axisbelow(True)


def baseline(axes: Axes, *, x: float = 0.0) -> None:
    """Draw the line that bars start from.

    Parameters
    ----------
    axes : Axes
        Where.
    x : float
        In data units.
    """
    axes.axvline(x, color=RULE, linewidth=1.0, zorder=3)


def no_data(words: Words, *, ax: Axes | None) -> Axes:
    """Say that there is nothing to draw.

    Parameters
    ----------
    words : Words
        The reader's language.
    ax : Axes or None
        Room to use; None makes a small figure.

    Returns
    -------
    Axes
        Empty but for the words.
    """
    axes = inset(ax, height=60, left=0, right=0, top=0, bottom=0)
    axes.set_axis_off()
    put(axes, words("charts.no_data"), xy=(0.5, 0.5), coords=FRACTION, color=MUTED, ha="center", va="center")  # fmt: skip
    return axes


def room_across(ax: Axes | None) -> float:
    """Width in points of the room a chart will have."""
    return (chart_width() * 72 if ax is None else width_of(ax)) - 2 * EDGE


def limits(
    values: Sequence[float], *, low: float = 0.0, high: float = 0.0, margin: float = 0.02
) -> tuple[float, float]:
    """Limits of an axis that hold all values and some points that must be seen.

    Parameters
    ----------
    values : sequence of float
        Missing and infinite ones are passed over.
    low, high : float
        Points to hold as well.
    margin : float
        Share of the span left free at an end that is not ``low`` or ``high`` itself.

    Returns
    -------
    tuple of float
        low < high, always.

    Examples
    --------
    >>> limits([0.0]), limits([50.0, float("nan")], margin=0.1)
    ((0.0, 1.0), (0.0, 55.0))
    """
    array = np.asarray(values, dtype=float)
    finite = array[np.isfinite(array)]
    bottom, top = min([low, *finite]), max([high, *finite])
    if bottom == top:
        return bottom, bottom + 1.0
    free = margin * (top - bottom)
    return float(bottom - (free if bottom < low else 0.0)), float(top + (free if top > high else 0.0))


def width_of(axes: Axes) -> float:
    """Width of the plotting area in points."""
    return float(axes.get_window_extent().width / axes.get_figure(root=True).dpi * 72)  # type: ignore[union-attr]


def height_of(axes: Axes) -> float:
    """Height of the plotting area in points."""
    return float(axes.get_window_extent().height / axes.get_figure(root=True).dpi * 72)  # type: ignore[union-attr]
