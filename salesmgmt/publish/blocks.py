"""Blocks of a sheet that computes: a title, headers, formulas with the report's own number beside each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.sheets import Book, Cell, Sheet
from salesmgmt.tables import cell_text

__all__ = ["block", "checked", "company_card", "rows_of", "says", "worded"]


def block(
    sheet: Sheet,
    name: str,
    columns: Sequence[tuple[str, str]],
    *,
    key: str,
    check: bool = False,
    more: Sequence[str] = (),
) -> None:
    """Title and headers of the next block, under a free row.

    Parameters
    ----------
    sheet : Sheet
        Where to.
    name : str
        Message ``xlsx.<name>`` is the title.
    columns : Sequence of (str, str)
        Columns of the table ``key`` with their units.
    key : str
        Table whose labels the columns have.
    check : bool
        Whether the report's number and the difference follow.
    more : Sequence of str
        Further headers as they are.
    """
    sheet.at += 1
    sheet.line(sheet.book.say(f"xlsx.{name}"), look="block")
    labels = [sheet.book.header(column, unit, key=key) for column, unit in columns]
    told = says(sheet.book, "ours", "difference") if check else []
    numbers = {at for at, (_, unit) in enumerate(columns) if unit} | {
        len(labels) + at for at in range(len(told))
    }
    sheet.head([*labels, *told, *more], numbers=numbers)


def checked(
    sheet: Sheet,
    formula: str,
    ours: float | None,
    unit: str,
    *,
    column: int,
    row: int | None = None,
    value: float | None = None,
) -> list[Cell | None]:
    """A formula, the report's number beside it, and the difference.

    Parameters
    ----------
    sheet : Sheet
        Where they will stand.
    formula : str
        Without ``=``.
    ours : float or None
        The report's number; None where it states none.
    unit : str
        Of both.
    column : int
        Of the formula.
    row : int, optional
        Default: the next one.
    value : float, optional
        Present value of the formula, where ours is None.

    Returns
    -------
    list of Cell
        Three cells, the last two empty where there is nothing to hold the formula against.
    """
    if ours is None:
        return [Cell(value, unit, formula, look="strong"), None, None]
    live, told = (sheet.address(sheet.at if row is None else row, column + step) for step in (0, 1))
    off = Cell(0.0, "difference", f"ROUND({live}-{told},6)")
    return [Cell(ours, unit, formula, look="strong"), Cell(ours, unit), off]


def says(book: Book, *names: str) -> list[str]:
    """Messages ``xlsx.<name>`` as headers."""
    return [book.say(f"xlsx.{name}", joiner="\n") for name in names]


def worded(book: Book, value: Any, column: str) -> str:
    """A code or the client's word in both languages."""
    return book.pair(*(cell_text(value, column, "", words) for words in (book.zh, book.en)))


def company_card(found: Findings, key: str) -> float | None:
    """The number that the report states for the company; None where it states none."""
    values = (card["value"] for card in found.cards.values() if card["key"] == key and not card["by"])
    return next(values, None)


def rows_of(found: Findings, key: str) -> list[dict[str, Any]]:
    """Rows of a table; none where the run has no such table."""
    table = found.tables.get(key, {"columns": [], "rows": []})
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
