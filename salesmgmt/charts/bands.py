"""Charts of how sure the number of people is: its spread, and the assumptions that move it.

Each function draws one finished result and works out nothing but positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt.charts.canvas import count_axis, height_of, inset, no_data
from salesmgmt.charts.labels import capitalised, joined, label
from salesmgmt.charts.rows import Row, Side, key, mark_above, row_axes
from salesmgmt.charts.style import BLUE, BLUE_MID, BLUE_PALE, INK, MUTED, RULE, VERMILION, house_style
from salesmgmt.locale import Words

DRIVERS = 8
"""A tornado draws at most this many drivers."""

_HEIGHT = 180.0
_TODAY: dict[str, Any] = {"color": VERMILION, "linewidth": 1.6, "linestyle": (0, (4, 2))}
_UNITS = {
    "coverage": "visits",
    "selling_share": "share",
    "win_rate": "share",
    "visits_per_rep": "visits",
    "working_days": "days",
    "hours_per_day": "hours",
    "hours_per_visit": "hours",
    "travel_hours_per_visit": "hours",
    "new_wins": "customers",
}


@house_style()
def plot_headcount_band(
    draws: pd.DataFrame,
    *,
    words: Words,
    needed: float | None = None,
    present: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How the number of people spreads over the simulated draws.

    Parameters
    ----------
    draws : DataFrame
        One row per draw: ``people`` (after adjustments, unrounded).
    words : Words
        The reader's language.
    needed : float, optional
        The headcount decided on, as the central line; default: the median of the draws.
    present : float, optional
        People there today, as a dashed line.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        Bars of the share of draws, dark within P10 to P90; the central line and the one at ``present``.
    """
    people = draws["people"].dropna().to_numpy(dtype="float64")
    if len(people) == 0:
        return no_data(words, ax=ax)
    low, middle, high = np.quantile(people, [0.1, 0.5, 0.9])
    central, today = (float(x) if x is not None and np.isfinite(x) else None for x in (needed, present))
    axes = inset(ax, height=_HEIGHT, left=22, right=22, top=44 if today is None else 64, bottom=36)
    edges = _edges(people)
    axes.set_xlim(*_spread([*edges, *(x for x in (central, today) if x is not None)]))
    _histogram(axes, people, edges, band=(low, high))
    count_axis(axes)
    axes.set_xlabel(words.unit("people"))
    _central_line(
        axes,
        middle if central is None else central,
        "median" if central is None else "needed_people",
        words,
        today,
    )
    _bracket(axes, low, high, words)
    if today is not None:
        top = 1 + 50 / height_of(axes)
        axes.plot([today, today], [0, top], transform=axes.get_xaxis_transform(), clip_on=False, **_TODAY)
        here = words("charts.present_people", people=words.number(today, "people"))
        mark_above(axes, here, x=today, up=54, color=VERMILION)
    return axes


@house_style()
def plot_tornado(
    drivers: pd.DataFrame, *, words: Words, central: float | None = None, ax: Axes | None = None
) -> Axes:
    """What moves the number of people most: each assumption from its P10 to its P90, the rest central.

    Parameters
    ----------
    drivers : DataFrame
        One row per driver, largest swing first: ``driver``, ``role``, ``low``, ``high`` (the
        assumption), ``people_low``, ``people_high`` (people at those values).
    words : Words
        The reader's language.
    central : float, optional
        People with every assumption central, as a line.
    ax : Axes, optional
        Room to draw in; a figure is made otherwise.

    Returns
    -------
    Axes
        The first eight drivers that move the people at all; a hollow mark where the assumption is low, a full one where it is high.
    """
    known = drivers.dropna(subset=["people_low", "people_high"])
    known = known[known["people_low"] != known["people_high"]]
    if known.empty:
        return no_data(words, ax=ax)
    shown, left = known.head(DRIVERS), len(known) - DRIVERS
    foot = words("charts.not_drawn", n=words.figures(left, "count")) if left > 0 else ""
    axes = row_axes(
        [_driver(row, words) for row in shown.to_dict("records")], ax=ax, head=True, ticks=True, foot=foot
    )
    lows, highs = (
        shown["people_low"].to_numpy(dtype="float64"),
        shown["people_high"].to_numpy(dtype="float64"),
    )
    middle = [] if central is None or pd.isna(central) else [float(central)]
    axes.set_xlim(*_spread([*lows, *highs, *middle]))
    count_axis(axes)
    for x in middle:
        axes.axvline(x, color=INK, linewidth=1.0, zorder=1.5)
    places = np.arange(len(shown))
    axes.hlines(places, lows, highs, color=BLUE_MID, linewidth=6, zorder=2)
    full: dict[str, Any] = {
        "marker": "o",
        "markersize": 8,
        "markeredgecolor": BLUE,
        "markeredgewidth": 1.8,
        "color": BLUE,
    }
    hollow = {**full, "color": "white"}
    axes.plot(lows, places, linestyle="", zorder=3, **hollow)
    axes.plot(highs, places, linestyle="", zorder=3, **full)
    key(axes, [(hollow, words("charts.assumption_low")), (full, words("charts.assumption_high"))])
    return axes


def _spread(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    free = 0.05 * (high - low) or max(0.05 * abs(high), 0.5)
    return low - free, high + free


def _edges(people: np.ndarray) -> np.ndarray:
    if np.ptp(people) < 1e-9:
        return np.array([people[0] - 0.05, people[0] + 0.05])
    return np.linspace(people.min(), people.max(), min(40, max(2, int(np.sqrt(len(people))) + 1)))


def _histogram(axes: Axes, people: np.ndarray, edges: np.ndarray, *, band: tuple[float, float]) -> None:
    shares = np.histogram(people, bins=edges)[0] / len(people)
    middles = (edges[:-1] + edges[1:]) / 2
    inside = (middles >= band[0]) & (middles <= band[1]) | (len(middles) == 1)
    axes.set_ylim(0.0, float(shares.max()) * 1.05)
    axes.set_yticks([])
    axes.bar(middles, shares, width=np.diff(edges) * 0.9, color=np.where(inside, BLUE_MID, BLUE_PALE))
    axes.axhline(0.0, color=RULE, linewidth=1.0, zorder=3)


def _central_line(axes: Axes, x: float, name: str, words: Words, today: float | None) -> None:
    """The line at ``x``, its text on the side away from the line at ``today``."""
    axes.axvline(x, color=INK, linewidth=1.2)
    side: Side = "center" if today is None else "left" if today <= x else "right"
    mark_above(axes, words(f"charts.{name}", people=words.number(x, "people")), x=x, color=INK, side=side)


def _bracket(axes: Axes, low: float, high: float, words: Words) -> None:
    bar, tip = 1 + 28 / height_of(axes), 1 + 23 / height_of(axes)
    across, along = [low, low, high, high], [tip, bar, bar, tip]
    axes.plot(across, along, transform=axes.get_xaxis_transform(), color=MUTED, linewidth=1.0, clip_on=False)
    band = words("charts.band", range=words.range(low, high, "people"))
    mark_above(axes, band, x=(low + high) / 2, up=33)


def _driver(row: Mapping[Any, Any], words: Words) -> Row:
    name = str(row["driver"])
    unit = _UNITS.get(name.rpartition(".")[2], "")
    given = (
        words.range(row["low"], row["high"], unit) if pd.notna(row["low"]) and pd.notna(row["high"]) else ""
    )
    role = row.get("role", "")
    parts = [given, label(words, "role", role) if pd.notna(role) and role != "" else ""]
    low, high = sorted([row["people_low"], row["people_high"]])
    return Row(_driver_name(name, words), joined(parts, words), words.range(low, high, "people"))


def _driver_name(name: str, words: Words) -> str:
    if words.has_code("driver", name):
        return words.code("driver", name)
    short = name.rpartition(".")[2]
    known = [words.column(key) for key in (name, f"sizing.{short}", short) if words.column(key) != key]
    return capitalised(known[0] if known else short)
