"""The characters of a report as a font inside it, so that Chinese reads on any machine.

Noto Sans SC (SIL Open Font License) comes with the package ``zhplot``. A subset of exactly the
characters used is a few dozen kilobytes. It covers arrows, mathematical signs and everything Chinese;
Latin and Greek letters, digits and punctuation are left to the reader's system, which always has
them. The embedded fonts stand first in the style sheet: Chromium may keep showing boxes for text
that it drew with a system font before a later font in the list had loaded.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

__all__ = ["FAMILY", "SYMBOLS", "characters", "font_faces", "font_file"]

FAMILY, SYMBOLS = "Report Sans SC", "Report Symbols"
"""Names of the embedded families in the style sheet, where they stand first."""

_FIRST = "\u2190"
_RANGE = "U+2190-A4CF,U+F900-FAFF,U+FE10-FE4F,U+FF00-FFEF,U+20000-3FFFF"
_DATA_URI = re.compile(r"data:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]*")


def font_file() -> Path:
    """The font that subsets are taken from.

    Raises
    ------
    FileNotFoundError
        If ``zhplot`` is not installed or ships no font.
    """
    package = find_spec("zhplot")
    if package is None or package.origin is None:
        raise FileNotFoundError("package zhplot is not installed: it holds the Chinese font")
    path = Path(package.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"
    if not path.exists():
        raise FileNotFoundError(f"{path.name} is not in the package zhplot")
    return path


def characters(pages: Iterable[str]) -> str:
    """Characters of HTML pages that a system may lack, each once, leaving out what is inside pictures.

    Parameters
    ----------
    pages : Iterable of str
        Complete HTML.

    Returns
    -------
    str
        Arrows, mathematical signs and Chinese, sorted.

    Examples
    --------
    >>> characters(["<p>3 人 → &#9650; 5 人</p><img src='data:image/png;base64,QUJD'>"])
    '→▲人'
    """
    seen: set[str] = set()
    for page in pages:
        seen.update(html.unescape(_DATA_URI.sub("", page)))
    return "".join(sorted(c for c in seen if c >= _FIRST and c.isprintable()))


def font_faces(text: str) -> str:
    """``@font-face`` rules that hold the given characters, where one of our two fonts has them.

    Parameters
    ----------
    text : str
        Characters to have. Those that the Chinese font lacks come from DejaVu Sans, which
        matplotlib ships; what neither has is left to the reader's own fonts.

    Returns
    -------
    str
        CSS.
    """
    chinese, symbols = TTFont(font_file(), lazy=True), TTFont(_symbol_file(), lazy=True)
    lacking = {c for c in text if ord(c) not in chinese.getBestCmap()}
    there = "".join(sorted(c for c in lacking if ord(c) in symbols.getBestCmap()))
    faces = [_face(FAMILY, font_file(), "".join(c for c in text if c not in lacking))]
    return "".join([*faces, _face(SYMBOLS, _symbol_file(), there)] if there else faces)


def _symbol_file() -> Path:
    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        raise FileNotFoundError("package matplotlib is not installed: it holds the font for symbols")
    return Path(package.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"


def _face(family: str, source: Path, text: str) -> str:
    options = subset.Options(hinting=False, layout_features=[])
    options.flavor = "woff2"
    options.drop_tables += ["FFTM"]  # a time stamp of the font editor
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    written = io.BytesIO()
    subset.save_font(font, written, options)
    data = base64.b64encode(written.getvalue()).decode()
    rule = f'font-family:"{family}";unicode-range:{_RANGE}'
    return f'@font-face{{{rule};src:url(data:font/woff2;base64,{data}) format("woff2")}}'
