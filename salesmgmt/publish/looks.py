"""How cells of a workbook look: number formats by unit, fonts and shades, text that fits and the room it takes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

__all__ = ["DAYS", "LOOKS", "NUMBER_FORMATS", "clean", "lines", "quoted", "shown_as", "width"]

_LONGEST = 32_767
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DAYS = ("date", "month")
"""Units of columns that hold days."""

NUMBER_FORMATS = {
    "share": "0.0%", "money": "#,##0", "people": "#,##0.00", "posts": "#,##0.00", "visits": "#,##0.0",
    "visits_each": "#,##0.0", "hours": "#,##0.00", "days": "#,##0.0", "months": "#,##0.0", "years": "#,##0.0", "kilometres": "#,##0",
    "customers": "#,##0.0", "rating": "0.00", "ratio": "0.00", "score": "0.00", "points": "0.00", "count": "#,##0",
    "whole": "#,##0", "difference": "0.00", "tenths": "#,##0.0", "hundredths": "0.00", "thousandths": "0.000",
    "date": "yyyy-mm-dd", "month": "yyyy-mm",
}  # fmt: skip
_COUNTED = frozenset(
    {"people", "posts", "visits", "visits_each", "hours", "days", "months", "years", "customers"}
)
"""Units of which a column without fractions is shown without decimals."""
_GROUPED, _LARGE, _SMALL = 10_000, 100, 0.1
"""From here on thousands are set apart, one decimal is enough, and below it three are needed."""

_HEAD = {"bold": True, "bg_color": "#DCE6EE", "border": 1, "text_wrap": True, "num_format": "@"}
LOOKS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "text_wrap": True, "align": "left", "indent": 1},
    "head": {**_HEAD, "align": "left", "indent": 1},
    "head_number": {**_HEAD, "align": "right"},
    "title": {"bold": True, "font_size": 14, "num_format": "@"},
    "block": {"bold": True, "font_size": 12, "num_format": "@"},
    "note": {"font_color": "#595959", "num_format": "@"},
    "link": {"font_color": "#005A8C", "underline": 1},
    "given": {"bg_color": "#FFF2CC", "border": 1},
    "strong": {"bold": True},
    "day": {"align": "left", "indent": 1},
    "number": {},
}  # fmt: skip


def shown_as(values: Sequence[Any], unit: str) -> str:
    """The unit whose number format suits a whole column.

    Parameters
    ----------
    values : Sequence
        Of the column; what is no number is passed over.
    unit : str
        Of the column, or empty.

    Returns
    -------
    str
        The unit itself; ``whole`` for counted things without fractions; for numbers without a unit
        ``tenths``, ``hundredths`` or ``thousandths`` by the largest, empty where they are small whole numbers.

    Examples
    --------
    >>> shown_as([26.0, 8.0, None], "people"), shown_as([26.0, 7.5], "people")
    ('whole', 'people')
    >>> shown_as([2026, 2027], ""), shown_as([2428000], ""), shown_as([0.0312], "")
    ('', 'whole', 'thousandths')
    """
    sizes = [
        abs(v) for v in values if isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v)
    ]
    whole, most = all(float(size).is_integer() for size in sizes), max(sizes, default=0.0)
    if unit:
        return "whole" if sizes and whole and unit in _COUNTED else unit
    if whole:
        return "whole" if most >= _GROUPED else ""
    if most >= _GROUPED:
        return "whole"
    return "tenths" if most >= _LARGE else "hundredths" if most >= _SMALL else "thousandths"


def clean(text: str) -> str:
    r"""Text that a workbook can hold: what XML forbids becomes U+FFFD, what is too long ends in an ellipsis.

    Examples
    --------
    >>> clean("=1+1"), clean("a\x00b") == "a\ufffdb"
    ('=1+1', True)
    """
    text = _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = text.encode("utf-16-le")  # a spreadsheet counts these
    if len(units) > 2 * _LONGEST:
        return units[: 2 * (_LONGEST - 1)].decode("utf-16-le", errors="ignore") + "…"
    return text


def quoted(sheet: str) -> str:
    """Name of a sheet as formulas write it.

    Examples
    --------
    >>> quoted("plan.sizing")
    "'plan.sizing'"
    """
    return "'" + sheet.replace("'", "''") + "'"


def width(text: str) -> int:
    r"""Width of the longest line; Chinese characters are twice as wide.

    Examples
    --------
    >>> width("人数\npeople")
    6
    """
    return max((_line_width(line) for line in text.split("\n")), default=0)


def lines(text: str, room: float) -> int:
    r"""How many lines a text takes that is wrapped to a width.

    Examples
    --------
    >>> lines("short", 20), lines("a sentence of several words", 10), lines("一\n二", 10)
    (1, 3, 2)
    """
    wide = [_line_width(line) for line in text.split("\n")]
    return sum(max(math.ceil(own / room), 1) for own in wide)


def _line_width(line: str) -> int:
    return sum(2 if character > "\u2e7f" else 1 for character in line)
