"""problems.xlsx: every problem in a list, and the client's own sheets with the cells in question marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from salesmgmt.errors import Problem
from salesmgmt.inputs.delimited import lines_of
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.problems import describe, place
from salesmgmt.inputs.sheets import SheetError, read_sheet, sheet_names
from salesmgmt.locale import LANGUAGES, Words

__all__ = ["problems_file", "write_problems"]

MOST_COPIED = 5_000
"""Rows of a sheet that are copied; of a longer one the rows with problems are."""
_MOST_MARKS = 20_000
_MOST_COMMENTS = 2_000
_COLUMNS = ("severity", "table", "file", "row", "column", "value", "problem")
_WIDTHS = (10, 16, 26, 8, 20, 24, 90)
_FILLS = {"error": "#F4B6A6", "warning": "#FFE9A8"}


def write_problems(
    problems: Sequence[Problem], path: Path, words: Words, origins: Mapping[str, Origin] | None = None
) -> Path:
    """Write problems.xlsx; the client's own files are only read.

    Parameters
    ----------
    problems : Sequence of Problem
        Errors and warnings.
    path : Path
        The workbook; replaced if it exists.
    words : Words
        The reader's language, with the codebook's labels.
    origins : Mapping, optional
        Table -> where it comes from: sheets and delimited files among them are copied and marked.

    Returns
    -------
    Path
        The file written.
    """
    part = path.with_name(f".{path.name}.part")
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(str(part), options) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6EE", "border": 1})
        _overview(book, head, problems, words)
        fills = {severity: book.add_format({"bg_color": color}) for severity, color in _FILLS.items()}
        for table, origin in (origins or {}).items():
            own = [problem for problem in problems if problem.table == table and problem.cell]
            if own and (rows := _cells(origin, {problem.row for problem in own if problem.row})):
                _copy(book, words.table(table), rows, own[:_MOST_MARKS], fills, words)
    part.replace(path)
    return path


def problems_file(folder: Path) -> Path:
    """Where an engagement's problems go: problems.xlsx, or another name where the client has a file of that name."""
    ours = {Words(language)("inputs.marked.overview") for language in LANGUAGES}
    path, count = folder / "problems.xlsx", 1
    while path.exists() and not ours & set(sheet_names(path)):
        count += 1
        path = folder / f"problems-{count}.xlsx"
    return path


def _overview(book: Any, head: Any, problems: Iterable[Problem], words: Words) -> None:
    sheet = book.add_worksheet(words("inputs.marked.overview"))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(at, at, width, wrap)
        sheet.write_string(0, at, words(f"inputs.csv.{name}"), head)
    line = 0
    for line, problem in enumerate(problems, start=1):
        cells = (
            words(f"inputs.severity.{problem.severity}"), problem.table, f"{problem.file} {problem.cell}".strip(),
            problem.row or problem.key, problem.column, str(problem.fields.get("value", "")),
            describe(problem, words),
        )  # fmt: skip
        for at, cell in enumerate(cells):
            _write(sheet, line, at, cell)
    sheet.autofilter(0, 0, max(line, 1), len(_COLUMNS) - 1)


def _cells(origin: Origin, wanted: set[int]) -> dict[int, list[Any]]:
    """Rows of the client's table by their number, from 1: all of a short one, else its top and those wanted."""
    if origin.path is None:
        return {}
    try:
        if origin.kind == "excel":
            lines: list[list[Any]] = read_sheet(origin.path, [origin.sheet] if origin.sheet else ()).rows
        else:
            lines = lines_of(origin, max(MOST_COPIED, *wanted))
    except (SheetError, OSError, UnicodeError):
        return {}
    numbered = dict(enumerate(lines, start=1))
    if len(lines) <= MOST_COPIED:
        return numbered
    return {row: cells for row, cells in numbered.items() if row <= 10 or row in wanted}


def _copy(
    book: Any, name: str, rows: Mapping[int, Sequence[Any]], problems: Sequence[Problem],
    fills: Mapping[str, Any], words: Words,
) -> None:  # fmt: skip
    """One sheet as the client wrote it, each row where it stands there, offending cells coloured and commented."""
    sheet = book.add_worksheet(name[:31])
    said: dict[str, list[Problem]] = {}
    for problem in problems:
        said.setdefault(problem.cell, []).append(problem)
    for row, cells in rows.items():
        for at, cell in enumerate(cells):
            _write(sheet, row - 1, at, cell)
    for count, (cell, found) in enumerate(said.items()):
        first = found[0]
        row = first.row or 1
        if row not in rows:
            continue
        at = _column(cell)
        value = rows[row][at] if at < len(rows[row]) else ""
        _write(sheet, row - 1, at, value, fills[min(problem.severity for problem in found)])
        if count < _MOST_COMMENTS:
            sheet.write_comment(
                cell, "\n".join(f"{place(p, words)}: {describe(p, words)}" for p in found)[:2000]
            )


def _write(sheet: Any, row: int, at: int, cell: Any, style: Any = None) -> None:
    """A cell as text but for numbers, so that nothing in it runs."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        sheet.write_string(row, at, str(cell)[:32_000], style)
    else:
        sheet.write_number(row, at, cell, style)


def _column(cell: str) -> int:
    total = 0
    for letter in cell.rstrip("0123456789"):
        total = total * 26 + ord(letter) - 64
    return total - 1
