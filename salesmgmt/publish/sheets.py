"""Sheets of a workbook in two languages: bilingual headers, number formats by unit, text that stays text.

Whatever the client wrote is a string cell with the format of text, so that a spreadsheet neither computes it nor
turns it into a link, also after it was edited. Numbers are never rounded, only shown so. A formula always
carries its value, so that previews without a calculator show it.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from salesmgmt.locale import Words
from salesmgmt.publish.looks import DAYS, LOOKS, NUMBER_FORMATS, clean, lines, quoted, width
from salesmgmt.tables import column_label

__all__ = ["Book", "Cell", "Day", "Link", "Sheet"]

_OPTIONS = {
    "in_memory": True,  # file times inside the package are then fixed
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NARROWEST, _WIDEST, _MARGIN = 9, 51, 3
_ONE_LINE = 48
"""Two wordings that are longer together stand one above the other."""
_HEAD = 20
"""A header makes no column wider than this, it is wrapped."""
_LINE, _TALLEST = 15.0, 409.0
_PAGE = 240
"""Width that still can be read on one page."""


@dataclass(frozen=True)
class Cell:
    """A number: given in the open, or computed by a formula whose present value it is.

    Attributes
    ----------
    value : float or None
        Unrounded; None leaves the cell empty.
    unit : str
        Decides the number format.
    formula : str
        Formula of the spreadsheet without ``=``; empty for a number.
    look : str
        ``"number"``, ``"given"`` (shaded: to be changed) or ``"strong"``.
    """

    value: float | None
    unit: str = ""
    formula: str = ""
    look: str = "number"


@dataclass(frozen=True)
class Day:
    """A day, or the month it stands for where the unit is ``"month"``."""

    day: date
    unit: str = "date"


@dataclass(frozen=True)
class Link:
    """A link to the top of another sheet."""

    sheet: str
    text: str


class _Exact(float):
    """A number that is written with all its digits: XlsxWriter formats numbers with sixteen."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


class Book:
    """A workbook being written, as a context; both languages of an engagement at hand.

    Parameters
    ----------
    path : Path
        The file; replaced if it exists.
    zh, en : Words
        The engagement's words.
    title : str
        Title of the document.
    created : datetime
        Time of creation; with the same contents it makes the same bytes.
    """

    def __init__(self, path: Path, zh: Words, en: Words, *, title: str, created: datetime) -> None:
        self.zh, self.en = zh, en
        self._book = xlsxwriter.Workbook(str(path), _OPTIONS)
        self._book.set_properties({"title": clean(title), "author": "salesmgmt", "created": created})
        self._format = cache(self._new_format)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None:
            self._book.close()

    @property
    def names(self) -> list[str]:
        """Names of its sheets so far."""
        return [sheet.get_name() for sheet in self._book.worksheets()]

    def add(self, name: str) -> Sheet:
        """A new sheet at the end."""
        return Sheet(self, self._book.add_worksheet(name), name)

    def say(self, message_id: str, *, joiner: str = " · ", **fields: Any) -> str:
        """A message in both languages."""
        return _joined(self.zh(message_id, **fields), self.en(message_id, **fields), joiner)

    def name(self, message_id: str) -> str:
        """A message in both languages as the name of a sheet."""
        return self.say(message_id, joiner=" ")

    def header(self, column: str, unit: str = "", *, key: str = "") -> str:
        """Label of a table's column in both languages, with its unit."""
        zh, en = (column_label(column, self.unit(unit, w), w, key=key) for w in (self.zh, self.en))
        return _joined(zh, en, "\n")

    def unit(self, unit: str, words: Words) -> str:
        """Name of a unit, none of days; money is in whole units of the currency."""
        if unit in DAYS:
            return ""
        return words.money_scale(0.0)[1] if unit == "money" else words.unit(unit)

    def pair(self, zh: str, en: str) -> str:
        """Two wordings in one cell, or one where they are the same."""
        return _joined(zh, en, " · " if width(zh) + width(en) + 3 <= _ONE_LINE else "\n")

    def format(self, look: str, unit: str = "") -> Any:
        """The cell format of a look and a unit, made once."""
        return self._format(look, unit)

    def _new_format(self, look: str, unit: str) -> Any:
        number = {"num_format": NUMBER_FORMATS[unit]} if unit in NUMBER_FORMATS else {}
        return self._book.add_format({"valign": "top", **LOOKS[look], **number})


class Sheet:
    """One sheet, filled row by row from the top.

    Attributes
    ----------
    name : str
        Its name.
    at : int
        The next row, from 0.
    """

    def __init__(self, book: Book, sheet: Any, name: str) -> None:
        self.book, self.name, self.at = book, name, 0
        self._sheet = sheet
        self._widths: dict[int, int] = {}
        self._texts: dict[int, dict[int, str]] = {}
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.75)
        sheet.set_footer("&L&A&R&P / &N", {"scale_with_doc": False})

    def open(self, title: str, *, back: str) -> None:
        """The first two rows: the way back to the contents, and what the sheet is."""
        self.row([Link(back, f"← {back}")], measured=False)
        self.line(title, look="title")

    def line(self, text: str, *, look: str = "note") -> None:
        """A row of text that may run over the columns."""
        self._sheet.write_string(self.at, 0, clean(text.replace("\n", " · ")), self.book.format(look))
        if look == "title":
            self._sheet.set_row(self.at, 1.5 * _LINE)
        self.at += 1

    def head(self, labels: Sequence[str], *, numbers: Container[int] = ()) -> int:
        """A row of headers, those of columns of numbers at the right; its number."""
        for column, label in enumerate(labels):
            look = "head_number" if column in numbers else "head"
            self._sheet.write_string(self.at, column, clean(label), self.book.format(look))
            self._texts.setdefault(self.at, {})[column] = label
            self._widths[column] = max(self._widths.get(column, 0), min(width(label), _HEAD))
        self.at += 1
        return self.at - 1

    def row(self, cells: Sequence[Any], *, measured: bool = True) -> list[str]:
        """Write the next row; the absolute addresses of its cells."""
        for column, cell in enumerate(cells):
            self.put(self.at, column, cell)
            if measured:
                self._widths[column] = max(self._widths.get(column, 0), width(_shown(cell)))
        self.at += 1
        return [self.address(self.at - 1, column) for column in range(len(cells))]

    def put(self, row: int, column: int, cell: Any) -> str:
        """Write one cell: Cell, Link, text, day, number, yes or no, or nothing; its absolute address."""
        sheet, book = self._sheet, self.book
        if isinstance(cell, Link):
            target = f"internal:{quoted(cell.sheet)}!A1"
            sheet.write_url(row, column, target, book.format("link"), clean(cell.text))
        elif isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, book.format("number"))
        elif isinstance(cell, (Cell, int, float)):
            self._number(row, column, cell if isinstance(cell, Cell) else Cell(cell))
        elif isinstance(cell, Day):
            sheet.write_datetime(row, column, cell.day, book.format("day", cell.unit))
        elif cell is not None:
            self._texts.setdefault(row, {})[column] = clean(str(cell))
            sheet.write_string(row, column, clean(str(cell)), book.format("text"))
        return self.address(row, column)

    def fill(self, row: int, column: int, cells: Sequence[Any]) -> None:
        """Write cells of a row that was left free, from a column on."""
        for step, cell in enumerate(cells):
            self.put(row, column + step, cell)

    def finish(self, header: int | None = None, columns: int = 0, *, fixed: int = 0) -> None:
        """Set widths; freeze the rows above, and filter and repeat the header where there is one.

        Parameters
        ----------
        header : int, optional
            Row of the headers of a sheet that is one table; a wide one keeps its first column in sight.
        columns : int
            Number of its columns.
        fixed : int
            Rows that stay in sight, where the sheet is no one table.
        """
        widths = {
            at: min(max(most + _MARGIN, _NARROWEST), _WIDEST) for at, most in sorted(self._widths.items())
        }
        for column, room in widths.items():
            self._sheet.set_column(column, column, room)
        for row, texts in self._texts.items():
            high = max(lines(text, widths.get(column, _WIDEST) - 1) for column, text in texts.items())
            if high > 1:
                self._sheet.set_row(row, min(_LINE * high + 2, _TALLEST))
        self._sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        across = 1 if header is None else math.ceil(sum(widths.values()) / _PAGE)
        self._sheet.fit_to_pages(across, 0)
        if header is not None and columns:
            self._sheet.autofilter(header, 0, max(self.at - 1, header), columns - 1)
            self._sheet.repeat_rows(header)
        self._sheet.freeze_panes(fixed if header is None else header + 1, 1 if across > 1 else 0)

    def address(self, row: int, column: int, last: int | None = None) -> str:
        """Absolute address of a cell, or of a column of cells down to the row ``last``, on this sheet."""
        cell = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        end = "" if last is None else ":" + xl_rowcol_to_cell(last, column, row_abs=True, col_abs=True)
        return f"{cell}{end}"

    def outside(self, address: str) -> str:
        """An address of this sheet as other sheets write it."""
        return f"{quoted(self.name)}!{address}"

    def _number(self, row: int, column: int, cell: Cell) -> None:
        style = self.book.format(cell.look, cell.unit)
        if cell.formula:
            value = "" if cell.value is None else cell.value
            self._sheet.write_formula(row, column, f"={cell.formula}", style, value)
        elif cell.value is None:
            self._sheet.write_blank(row, column, None, style)
        elif math.isfinite(cell.value):
            self._sheet.write_number(row, column, _Exact(cell.value), style)
        else:
            self._sheet.write_string(row, column, str(cell.value), style)


def _joined(zh: str, en: str, joiner: str) -> str:
    return zh if zh == en else f"{zh}{joiner}{en}"


def _shown(cell: Any) -> str:
    """About what a cell shows, for its width."""
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, Day):
        return cell.day.isoformat()
    if isinstance(cell, (Cell, int, float)):
        value = cell.value if isinstance(cell, Cell) else cell
        return "" if value is None or not math.isfinite(value) else f"{value:,.2f}"
    return "" if cell is None else clean(str(cell))
