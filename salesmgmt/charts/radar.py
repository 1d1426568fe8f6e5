"""Geometry of a radar: spokes, rings, and the names around it, in points from the centre, y down.

The first spoke points up, the others follow clockwise; the centre is the scale's lower end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from salesmgmt.charts.canvas import put
from salesmgmt.charts.style import INK, MUTED, RULE, SMALL, widest_word, wrap

LOWEST, HIGHEST = 1.0, 5.0
"""The scale of the scores: the centre of a radar and its outermost ring."""

LABEL_GAP = 7.0
"""Points between the outermost ring and the names beside it."""

_ABOVE_GAP = 4.0
_LABEL_LEAST, _LABEL_MOST = 40.0, 100.0
_PITCH, _BETWEEN = 13.0, 3.0
_CROWDED = 8
"""Names around a radar of more spokes take two lines at most, else three."""

_FEW, _BESIDE_SPOKE = 4, 6.0
"""Rings of radars with more spokes are numbered between two spokes, where no mark can be; else beside the first."""

_HALO = [withStroke(linewidth=2.5, foreground="white")]


@dataclass(frozen=True)
class SpokeName:
    """What a spoke is called, where.

    Attributes
    ----------
    lines : list of str
        The name.
    x, top : float
        Where its text stands across, and where it begins from above.
    ha : {"left", "center", "right"}
        Which part of the text stands at ``x``.
    """

    lines: list[str]
    x: float
    top: float
    ha: Literal["left", "center", "right"]

    @property
    def bottom(self) -> float:
        """Where the text ends below."""
        return self.top + _PITCH * len(self.lines)


def width_beside(names: Sequence[str]) -> float:
    """The least width beside a radar in which every name is whole, within bounds.

    Parameters
    ----------
    names : sequence of str
        One per spoke.

    Returns
    -------
    float
        Points, from 40 to 100.

    Examples
    --------
    >>> width_beside(["a", "b", "c"])
    40.0
    """
    width = max(_LABEL_LEAST, *(widest_word(name, size=SMALL) for name in names))
    while width < _LABEL_MOST and any(_wrapped(name, width, len(names))[-1].endswith("…") for name in names):
        width += 6.0
    return min(width, _LABEL_MOST)


def names_around(names: Sequence[str], radius: float, width: float) -> list[SpokeName]:
    """Place the names around a radar, moved up and down along it until they are apart.

    Parameters
    ----------
    names : sequence of str
        One per spoke, clockwise from the top; at least three.
    radius : float
        Of the outermost ring, in points.
    width : float
        Room beside the radar, from :func:`width_beside`.

    Returns
    -------
    list of SpokeName
        In the order of ``names``.

    Examples
    --------
    >>> [name.ha for name in names_around(["top", "right", "bottom", "left"], 50.0, 40.0)]
    ['center', 'left', 'center', 'right']
    """
    angles = _angles(len(names))
    placed: dict[int, SpokeName] = {}
    for side in (1, -1):
        own = sorted(np.flatnonzero(np.sin(angles) * side > 0.1).tolist(), key=lambda i: -math.cos(angles[i]))
        texts = [_wrapped(names[i], width, len(names)) for i in own]
        heights = [-(radius + LABEL_GAP) * math.cos(angles[i]) for i in own]
        for i, lines, top in zip(own, texts, _apart(heights, texts), strict=True):
            x = side * _outside(top, top + _PITCH * len(lines), radius + LABEL_GAP)
            placed[i] = SpokeName(lines, x, top, "left" if side > 0 else "right")
    highest, lowest = extent(list(placed.values()), radius)
    for i in set(range(len(names))) - set(placed):
        lines = _wrapped(names[i], radius + 2 * width, len(names))
        above = math.cos(angles[i]) > 0
        top = -highest - _ABOVE_GAP - _PITCH * len(lines) if above else lowest + _ABOVE_GAP
        placed[i] = SpokeName(lines, 0.0, top, "center")
    return [placed[i] for i in range(len(names))]


def extent(names: Sequence[SpokeName], radius: float) -> tuple[float, float]:
    """Points from the centre up and down to the ends of a radar and its names.

    Parameters
    ----------
    names : sequence of SpokeName
        From :func:`names_around`.
    radius : float
        Of the outermost ring, in points.

    Returns
    -------
    tuple of float
        Both > 0.

    Examples
    --------
    >>> extent([SpokeName(["top"], 0.0, -70.0, "center")], 50.0)
    (70.0, 50.0)
    """
    return -min([-radius, *(name.top for name in names)]), max([radius, *(name.bottom for name in names)])


def on_spokes(
    values: np.ndarray, centre: tuple[float, float], radius: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where scores stand on their spokes, the first once more at the end.

    Parameters
    ----------
    values : ndarray
        Scores 1–5, one per spoke; missing ones stay missing.
    centre : tuple of float
        In data units, points.
    radius : float
        Of the outermost ring, in points.

    Returns
    -------
    tuple of ndarray
        x and y.

    Examples
    --------
    >>> x, y = on_spokes(np.array([5.0, 1.0, 1.0]), (100.0, 100.0), 80.0)
    >>> y.tolist()
    [20.0, 100.0, 100.0, 20.0]
    """
    around = np.append(_angles(len(values)), 0.0)
    out = radius * (np.append(values, values[:1]) - LOWEST) / (HIGHEST - LOWEST)
    return centre[0] + out * np.sin(around), centre[1] - out * np.cos(around)


def draw_web(axes: Axes, names: Sequence[SpokeName], centre: tuple[float, float], radius: float) -> None:
    """Draw spokes, numbered rings and names.

    Parameters
    ----------
    axes : Axes
        From :func:`salesmgmt.charts.sheet.sheet`.
    names : sequence of SpokeName
        From :func:`names_around`.
    centre : tuple of float
        In data units, points.
    radius : float
        Of the outermost ring, in points.
    """
    for x, y in zip(*on_spokes(np.full(len(names), HIGHEST), centre, radius), strict=True):
        axes.plot([centre[0], x], [centre[1], y], color=RULE, linewidth=0.5, zorder=1.4)
    for ring in np.arange(LOWEST, HIGHEST + 1):
        xs, ys = on_spokes(np.full(len(names), ring), centre, radius)
        axes.plot(xs, ys, color=RULE, linewidth=0.9 if ring == HIGHEST else 0.5, zorder=1.5)
        aside = (xs[0] + xs[-2]) / 2 if len(names) > _FEW else xs[0] - _BESIDE_SPOKE
        up = (ys[0] + ys[-2]) / 2 if len(names) > _FEW else ys[0]
        axes.annotate(
            f"{ring:.0f}", (aside, up), fontsize=SMALL, color=MUTED, ha="center", va="center", zorder=5,
            path_effects=_HALO,
        )  # fmt: skip
    for name in names:
        for place, line in enumerate(name.lines):
            at = (centre[0] + name.x, centre[1] + name.top + _PITCH * (place + 0.5))
            put(axes, line, xy=at, coords=("data", "data"), size=SMALL, color=INK, ha=name.ha, va="center")


def _angles(count: int) -> np.ndarray:
    return 2 * np.pi * np.arange(count) / count


def _wrapped(name: str, width: float, count: int) -> list[str]:
    return wrap(name, width=width, size=SMALL, lines=2 if count > _CROWDED else 3)


def _apart(middles: Sequence[float], texts: Sequence[Sequence[str]]) -> list[float]:
    """Tops of texts on one side, from above to below, pushed apart and then back together as a whole."""
    wanted = [middle - _PITCH * len(lines) / 2 for middle, lines in zip(middles, texts, strict=True)]
    tops = list[float]()
    for place, top in enumerate(wanted):
        free = tops[-1] + _PITCH * len(texts[place - 1]) + _BETWEEN if tops else top
        tops.append(max(top, free))
    back = float(np.mean(np.subtract(tops, wanted))) if tops else 0.0
    return [top - back for top in tops]


def _outside(top: float, bottom: float, around: float) -> float:
    """How far to the side a text from top to bottom clears a circle."""
    nearest = min(max(0.0, top), bottom)
    return max(math.sqrt(max(around**2 - nearest**2, 0.0)), LABEL_GAP)
