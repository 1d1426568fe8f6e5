"""A sheet of a workbook as rows of text below a header, for DuckDB to type.

Title rows above the header, blank rows and columns are left out, merged cells below a header filled down;
every row keeps the number it has in the sheet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from salesmgmt.inputs.codebook import CODEBOOK, plain
from salesmgmt.inputs.headers import find_header, units_above
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.sheets import Sheet, SheetError, read_sheet, sheet_names

__all__ = ["Grid", "read_grid"]


@dataclass(frozen=True)
class Grid:
    """A table out of a sheet.

    Attributes
    ----------
    headers : tuple of str
        Header of every column from A; empty for one without.
    cells : DataFrame
        ``_row`` (its number in the sheet, from 1) and ``c0``, ``c1`` ...: text, None where empty.
    broken : Mapping
        (row, column), from 0 -> an error, or ``=`` for a formula without a result.
    merged : Mapping
        Column -> cells filled down from a merged cell.
    units, doubt : Mapping, str
        From :func:`~salesmgmt.inputs.headers.units_above`.
    header_row : int
        Row of the header, from 1.
    hidden : tuple of int
        Rows below the header that are hidden in the sheet, from 1.
    epoch_1904 : bool
        Whether serial dates count from 1904.
    scaled : Mapping
        (row, column), from 0 -> a number format that shows a unit beside the number.
    """

    headers: tuple[str, ...]
    cells: pd.DataFrame
    broken: Mapping[tuple[int, int], str]
    merged: Mapping[int, int]
    units: Mapping[int, str]
    doubt: str
    header_row: int
    hidden: tuple[int, ...]
    epoch_1904: bool
    scaled: Mapping[tuple[int, int], str]


def read_grid(origin: Origin) -> Grid:
    """The table that a sheet holds.

    Parameters
    ----------
    origin : Origin
        Workbook, and the sheet where one is named; else the sheet named after the table, else the only one.

    Returns
    -------
    Grid
        Header and rows.

    Raises
    ------
    SheetError
        If workbook or sheet cannot be read, or the sheet is empty.
    """
    if origin.path is None:
        raise ValueError("origin.path is None, must be a workbook")
    sheet = read_sheet(origin.path, _names(origin))
    table = CODEBOOK.tables[origin.table]
    top = [[_text(cell) or "" for cell in row] for row in sheet.rows[:200]]
    found = find_header(top, table, origin.columns)
    if found is None:
        raise SheetError("inputs.empty_sheet", value=sheet.name)
    at = found[0]
    merged = _fill_down(sheet, at)
    headers = tuple(cell.strip() for cell in top[at])
    below = sheet.rows[at + 1 :]
    columns: dict[str, Any] = {"_row": range(at + 2, at + 2 + len(below))}
    for place in range(len(headers)):
        columns[f"c{place}"] = _column([row[place] for row in below])
    return Grid(
        headers, pd.DataFrame(columns), {place: text for place, text in sheet.broken.items() if place[0] > at},
        merged, *units_above(top[:at], len(headers)), at + 1, tuple(row for row in sheet.hidden if row > at + 1),
        sheet.epoch_1904, sheet.scaled,
    )  # fmt: skip


def _names(origin: Origin) -> list[str]:
    """Names that the sheet may have: as the entry says, else whatever names the table, if there is such a sheet."""
    if origin.sheet:
        return [origin.sheet]
    known = CODEBOOK.table_names()
    return [name for name in sheet_names(Path(str(origin.path))) if known.get(plain(name)) == origin.table]


def _fill_down(sheet: Sheet, header: int) -> dict[int, int]:
    """Fill the cells that a merged cell covers with its value, below the header; how many, by column."""
    filled: dict[int, int] = {}
    for (top, left), (bottom, right) in sheet.merged:
        if top <= header or left != right or bottom >= len(sheet.rows):
            continue
        value = sheet.rows[top][left]
        for row in sheet.rows[top + 1 : bottom + 1] if value != "" else ():
            if row[left] == "":
                row[left] = value
                filled[left] = filled.get(left, 0) + 1
    return filled


def _column(cells: list[Any]) -> pd.Series:
    return pd.Series([_AS_TEXT[type(cell)](cell) for cell in cells], dtype="object")


def _text(cell: Any) -> str | None:
    return _AS_TEXT[type(cell)](cell)


def _number(cell: float) -> str:
    return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)


def _string(cell: str) -> str | None:
    return cell.replace("\0", "\ufffd") or None


_AS_TEXT: dict[type, Callable[[Any], str | None]] = {
    str: _string, float: _number, int: str, bool: lambda cell: "true" if cell else "false",
    dt.date: dt.date.isoformat, dt.datetime: lambda cell: cell.isoformat(" "), dt.time: dt.time.isoformat,
    dt.timedelta: str, type(None): lambda cell: None,
}  # fmt: skip
