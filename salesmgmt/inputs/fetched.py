"""What drivers give: kinds of columns, cells and messages."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

__all__ = [
    "BLANKS",
    "first_line",
    "is_zoned",
    "own_names",
    "sampled_kind",
    "text_of",
    "told_kind",
    "typed_frame",
]

BLANKS = " \t\r\n\u00a0\u3000\ufeff"
"""What is stripped off a text."""
_OIDS = {16: "bool", **dict.fromkeys((20, 21, 23, 700, 701, 1700), "number"), **dict.fromkeys((1082, 1114, 1184), "date")}  # fmt: skip
_WORDS = {
    **dict.fromkeys(("array", "map", "struct", "row", "interval", "json", "jsonb", "uuid", "binary", "varbinary"), "text"),
    **dict.fromkeys(("char", "varchar", "nchar", "nvarchar", "string", "text", "str", "clob", "nclob", "long"), "text"),
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint", "number", "numeric", "decimal"), "number"),
    **dict.fromkeys(("double", "float", "real", "binary_float", "binary_double"), "number"),
    **dict.fromkeys(("date", "datetime", "timestamp"), "date"), **dict.fromkeys(("bool", "boolean"), "bool"),
}  # fmt: skip


def own_names(names: Sequence[str]) -> list[str]:
    """Names without the subquery's, which Hive puts before them."""
    return (
        [name.removeprefix("q.") for name in names]
        if all(name.startswith("q.") for name in names)
        else list(names)
    )


def told_kind(code: Any, backend: str) -> str:
    """Kind that a driver's type code says; empty where it says none."""
    if isinstance(code, int) or code is None:
        return (_OIDS.get(code or 0) or "text") if backend == "postgresql" else ""
    spelled = code.__name__ if isinstance(code, type) else str(code)
    words = re.findall(r"[a-z]+", spelled.lower())
    return next((_WORDS[word] for word in words if word in _WORDS), "")


def is_zoned(code: Any) -> bool:
    """Whether a driver's type code says that times carry a zone, in which their day may be another."""
    return code == 1184 or "with time zone" in str(code).lower()


def sampled_kind(cells: Sequence[Any]) -> str:
    """Kind of some cells; text where they are of several, or all empty."""
    kinds = {_kind(cell) for cell in cells if cell is not None}
    return kinds.pop() if len(kinds) == 1 else "text"


def _kind(cell: Any) -> str:
    if isinstance(cell, bool):
        return "bool"
    if isinstance(cell, (int, float, Decimal)):
        return "number"
    return "date" if isinstance(cell, date) else "text"


def first_line(cause: BaseException) -> str:
    """First line of what a driver says."""
    status = getattr(next(iter(cause.args), None), "status", None)
    said = str(getattr(status, "errorMessage", None) or cause).strip()
    return said.splitlines()[0].strip() if said else type(cause).__name__


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without decimals, days as in ISO, nothing as ``""``.

    Examples
    --------
    >>> [text_of(cell) for cell in (None, 1001.0, Decimal("2.50"), True, " C1 ", date(2026, 3, 2))]
    ['', '1001', '2.5', 'true', 'C1', '2026-03-02']
    """
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, Decimal) and cell.is_finite():
        return f"{cell:f}".rstrip("0").rstrip(".") if "." in f"{cell:f}" else f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return str(cell).strip(BLANKS)


def typed_frame(columns: Sequence[tuple[str, str]], portions: Iterator[list[Any]]) -> pd.DataFrame:
    """Rows as a frame whose columns are of their kinds.

    Parameters
    ----------
    columns : Sequence of (str, str)
        Names and kinds, as from :meth:`Database.columns`.
    portions : Iterator of list
        Rows, as from :meth:`Database.run`.

    Returns
    -------
    DataFrame
        As :meth:`Database.rows`.
    """
    frames = []
    for rows in portions:
        cells = zip(*rows, strict=True)
        frames.append(_frame([_cells(own, kind) for own, (_, kind) in zip(cells, columns, strict=True)]))
    if not frames:
        frames = [_frame([_cells([], kind) for _, kind in columns])]
    frame = pd.concat(frames, ignore_index=True)
    frame.columns = pd.Index([name for name, _ in columns])
    return frame


def _frame(arrays: Sequence[np.ndarray[Any, Any]]) -> pd.DataFrame:
    """Arrays side by side, objects left as they are."""
    return pd.DataFrame({at: pd.Series(array, dtype=array.dtype) for at, array in enumerate(arrays)})


def _cells(cells: Sequence[Any], kind: str) -> np.ndarray[Any, Any]:
    if kind == "date":
        with contextlib.suppress(ValueError, TypeError):
            return np.array([_naive(cell) for cell in cells], dtype="datetime64[us]")
    found = np.empty(len(cells), dtype=object)
    found[:] = [_plain(cell, kind) for cell in cells]
    return found


def _naive(cell: Any) -> Any:
    """A day or moment without its zone: the session's clock."""
    if isinstance(cell, str):
        return np.datetime64(cell.strip()[:26].replace(" ", "T"), "us")
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


def _plain(cell: Any, kind: str) -> Any:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, (bytes, memoryview)):
        return bytes(cell).decode(errors="replace")
    if isinstance(cell, Decimal) and kind == "number":
        return float(cell)
    return text_of(cell) if kind == "text" else cell
