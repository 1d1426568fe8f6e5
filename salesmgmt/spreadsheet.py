"""CSV that a spreadsheet opens as it was meant: UTF-8 with BOM, numbers unrounded, text never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["csv_bytes"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    r"""A CSV file.

    Parameters
    ----------
    header : Sequence of str
        Names of the columns.
    rows : Iterable of Sequence
        Numbers, text, booleans; None is an empty cell. Text that a spreadsheet would take for a
        formula gets a leading apostrophe; numbers stay numbers.

    Returns
    -------
    bytes

    Examples
    --------
    >>> csv_bytes(["name", "change"], [["=1+1", -0.5]]).decode("utf-8-sig")
    "name,change\r\n'=1+1,-0.5\r\n"
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_cell(name) for name in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
