"""The look of every chart: colours, fonts, sizes, and SVG that is the same on every run.

Conventions: a chart is as wide as a printed page's text, or within :func:`page_width` as wide as a
phone's, with letters of the same size. Blue and vermilion differ for every kind of colour vision and on paper; a
meaning is always carried by a word or a marker's shape as well. Text is drawn as outlines, so the
reader needs no font. Nothing global changes on import: the look holds inside :func:`house_style`.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.ft2font import LoadFlags

from salesmgmt.charts.compact import compact

INK = "#1f2933"
MUTED = "#56616b"
RULE = "#9aa5b1"
GRID = "#e4e8ec"
BLUE = "#005a8c"
BLUE_MID = "#5b9cc4"
BLUE_PALE = "#cfe1ee"
VERMILION = "#b34700"
GREY = "#7b8794"
GREY_PALE = "#e1e5e9"

WIDTH, PHONE_WIDTH = 6.4, 3.5
"""Width of a chart in inches: 614 px, the text width of an A4 page in print; 336 px, about a phone's window."""

TEXT, SMALL = 11.0, 9.5
"""Font sizes in points: names and numbers, and what qualifies them."""

FONTS = ("Noto Sans SC", "DejaVu Sans")
"""One face for Chinese and Latin; the second only fills in scripts the first lacks."""

UNDRAWABLE = "\ufffd"
"""Sign drawn for a character that no font has: seen to be a stand-in, unlike an empty box."""

_RC: Any = {
    "font.family": list(FONTS),
    "font.size": TEXT,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SMALL,
    "axes.axisbelow": True,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.spines.bottom": False,
    "axes.xmargin": 0.0,
    "axes.ymargin": 0.0,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "xtick.labelsize": SMALL,
    "xtick.major.size": 0.0,
    "xtick.major.pad": 5.0,
    "ytick.major.size": 0.0,
    "lines.solid_capstyle": "round",
    "hatch.linewidth": 0.8,
    "figure.facecolor": "white",
    "figure.dpi": 100.0,
    "savefig.bbox": None,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "salesmgmt",
}


_page_width: ContextVar[float] = ContextVar("page_width", default=WIDTH)


@contextmanager
def page_width(inches: float) -> Iterator[None]:
    """Make the figures of plot functions for a page of another width, with letters of the same size.

    Parameters
    ----------
    inches : float
        E.g. :data:`PHONE_WIDTH`.

    Examples
    --------
    >>> with page_width(PHONE_WIDTH):
    ...     chart_width()
    3.5
    """
    before = _page_width.set(inches)
    try:
        yield
    finally:
        _page_width.reset(before)


def chart_width() -> float:
    """Width in inches of a figure that a plot function makes."""
    return _page_width.get()


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save in the house style; every setting is as before afterwards.

    Notes
    -----
    The first use makes the Chinese font known to matplotlib; nothing is written to disk.

    Examples
    --------
    >>> with house_style():
    ...     mpl.rcParams["font.family"][0]
    'Noto Sans SC'
    """
    _register_fonts()
    with mpl.rc_context(_RC):
        yield


def svg(figure: Figure | SubFigure, *, alt: str = "") -> str:
    """A figure as SVG text: outlines only, no date, the same text on every run.

    Parameters
    ----------
    figure : Figure
        What a plot function drew, e.g. ``axes.figure``.
    alt : str
        What a reader who cannot see the picture should know; ``""`` where the page says it.

    Returns
    -------
    str
        One ``<svg>`` element, without prolog.

    Examples
    --------
    >>> svg(Figure(figsize=(1, 1)), alt="A & B")[:4]
    '<svg'
    """
    whole = figure.figure if isinstance(figure, SubFigure) else figure
    buffer = io.StringIO()
    with house_style():
        whole.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    text = buffer.getvalue()
    text = compact(text[text.index("<svg") :].strip())
    if not alt:
        return text
    return re.sub(
        r"^<svg([^>]*)>",
        lambda tag: f'<svg{tag[1]} role="img">\n <title>{escape(alt)}</title>',
        text,
        count=1,
    )


class Picture(Figure):
    """A figure that a notebook shows as :func:`svg` writes it.

    Examples
    --------
    >>> Picture(figsize=(1, 1))._repr_svg_()[:4]
    '<svg'
    """

    def _repr_svg_(self) -> str:
        return svg(self)


def close(figure: Figure | SubFigure) -> None:
    """Let go of a figure's contents once it is saved.

    Parameters
    ----------
    figure : Figure
        What a plot function drew. Figures made here are unknown to pyplot, so nothing else holds them.

    Examples
    --------
    >>> figure = Figure()
    >>> _ = figure.add_subplot()
    >>> close(figure)
    >>> figure.axes
    []
    """
    figure.clear()


def text_width(text: str, *, size: float) -> float:
    """Width of a line of text in points.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in points, > 0.

    Returns
    -------
    float
        Points, >= 0.

    Examples
    --------
    >>> text_width("销售", size=10) == 2 * text_width("销", size=10) > 0
    True
    """
    return sum(map(_advance, text)) * size


def drawable(text: str) -> str:
    """Text that the fonts can draw on one line: other characters become �, invisible ones go.

    Parameters
    ----------
    text : str
        Anything a client may have typed.

    Returns
    -------
    str
        Same text, white space collapsed.

    Examples
    --------
    >>> drawable(" 远航  客服" + chr(0x10FFFF))
    '远航 客服�'
    """
    visible = "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cf"))
    known = _characters()
    return "".join(c if ord(c) in known else UNDRAWABLE for c in visible)


def wrap(text: str, *, width: float, size: float, lines: int = 2) -> list[str]:
    """Break text into lines of a width; what does not fit ends in "…".

    Parameters
    ----------
    text : str
        Chinese breaks between any two characters, other scripts at spaces where they have some.
    width : float
        Room in points, > 0.
    size : float
        Font size in points.
    lines : int
        At most so many lines, >= 1.

    Returns
    -------
    list of str
        No line wider than ``width``; empty for empty text.

    Examples
    --------
    >>> wrap("华东区金融行业外呼团队", width=70, size=10)
    ['华东区金融行业', '外呼团队']
    >>> wrap("华东区金融行业外呼团队", width=70, size=10, lines=1)
    ['华东区金融行…']
    """
    rest, broken = drawable(text), list[str]()
    while rest and len(broken) < lines:
        cut = _fitting(rest, width, size)
        if cut < len(rest) and len(broken) == lines - 1:
            shortened = rest[: _fitting(rest, width - text_width("…", size=size), size)]
            broken.append(shortened.rstrip() + "…")
            break
        cut = _break_before(rest, cut)
        broken.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return broken


def widest_word(text: str, *, size: float) -> float:
    """Width of the widest part of a text that :func:`wrap` breaks only in need.

    Parameters
    ----------
    text : str
        Any.
    size : float
        Font size in points.

    Returns
    -------
    float
        Points; 0 for empty text.

    Examples
    --------
    >>> widest_word("销售 team", size=10) == text_width("team", size=10)
    True
    """
    parts = "".join(c if _latin(c) else f" {c} " for c in drawable(text)).split()
    return max((text_width(part, size=size) for part in parts), default=0.0)


def _fitting(text: str, width: float, size: float) -> int:
    """How many characters fit into the width; at least one."""
    room = width
    for place, character in enumerate(text):
        room -= _advance(character) * size
        if room < -1e-9 and place:
            return place
    return len(text)


def _break_before(text: str, cut: int) -> int:
    if cut >= len(text) or text[cut] == " " or not (_latin(text[cut - 1]) and _latin(text[cut])):
        return cut
    start = cut
    while start > 0 and _latin(text[start - 1]):
        start -= 1
    return start or cut


def _latin(character: str) -> bool:
    return character != " " and unicodedata.east_asian_width(character) not in "WF"


@cache
def _advance(character: str) -> float:
    """Width of one character in ems; characters that no font has are as wide as a Chinese one."""
    _register_fonts()
    for font in (get_font(findfont(family)) for family in FONTS):
        index = font.get_char_index(ord(character))
        if index:
            return float(font.load_glyph(index, flags=LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM)
    return 1.0


@lru_cache
def _characters() -> frozenset[int]:
    _register_fonts()
    return frozenset(code for family in FONTS for code in get_font(findfont(family)).get_charmap())


@lru_cache
def _register_fonts() -> None:
    if any(font.name == FONTS[0] for font in fontManager.ttflist):
        return
    spec = find_spec("zhplot")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package zhplot, which carries the font Noto Sans SC, is not installed")
    fontManager.addfont(Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf")
