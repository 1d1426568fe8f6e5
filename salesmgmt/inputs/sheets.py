"""Sheets of a workbook as they are: every cell from A1, read by python-calamine; nothing is written.

A workbook may be hostile or broken: its size is judged before it is unpacked, and whatever the reader
stumbles on becomes one problem. A formula whose result was never stored and a cell that holds an error
(``#REF!``) look empty to a reader of values; they are found in the sheet's own text and told.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine as calamine

__all__ = ["ENDINGS", "Sheet", "SheetError", "address", "read_sheet", "sheet_names"]

ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods")
"""Endings of the files that hold sheets."""
MOST_BYTES = 2 << 30
"""A workbook that unpacks to more is refused unread."""
MOST_FRAME = 256 << 20
"""A workbook whose styles and lists of parts unpack to more is refused unread: a reader holds each whole."""
MOST_CELLS = 60_000_000
"""A sheet whose corners span more cells is refused unread."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ERROR = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)(?<!/)>(?:<f\b[^>]*/>|<f\b.*?</f>)?<v>([^<]*)</v>', re.DOTALL)
_FORMULA = re.compile(
    rb"<c\b([^>]*)(?<!/)>\s*(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
_NO_TEXT = re.compile(rb'<c\b[^>]*\bt="s"[^>]*(?<!/)><v>(?!\d+</v>)[^<]*')
_FRAME = re.compile(r"(?:^|/)(?:styles|workbook|theme\d*|\[Content_Types\])\.xml$|\.rels$")
_HIDDEN = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d{1,8})"')
_SHOWN = re.compile(r"""[万亿千百]|["\\]%|\[\$(?![¥￥]|RMB|CNY|-)|(?<!\[)\$|"[^"]*[kKwW]\b""")
_STYLED = re.compile(rb'<c\b([^>]*\bs="(\d{1,6})"[^>]*)(?<!/)>')
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')


class SheetError(ValueError):
    """A workbook or sheet that cannot be read; ``id`` is the message, ``fields`` what it names."""

    def __init__(self, id: str, **fields: Any) -> None:
        self.id, self.fields = id, fields
        super().__init__(f"{id} {fields}" if fields else id)


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes
    ----------
    name : str
        Its name.
    rows : list of list
        Cells from A1: str, float, int, bool, date, datetime, time, timedelta, ``""`` where empty.
    merged : Sequence
        Merged ranges: ((first row, first column), (last row, last column)), from 0.
    broken : Mapping
        (row, column), from 0 -> an error such as ``#REF!``, or ``=`` for a formula without a result.
    epoch_1904 : bool
        Whether its serial dates count from 1904.
    hidden : tuple of int
        Hidden rows, from 1.
    scaled : Mapping
        (row, column), from 0 -> a number format that shows a unit or currency beside the number.
    """

    name: str
    rows: list[list[Any]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    epoch_1904: bool = False
    hidden: tuple[int, ...] = ()
    scaled: dict[tuple[int, int], str] = field(default_factory=dict)


def address(row: int, column: int) -> str:
    """A cell as a spreadsheet names it, from positions that count from 0.

    Examples
    --------
    >>> address(4, 2), address(0, 27)
    ('C5', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def sheet_names(path: Path) -> list[str]:
    """Names of the visible sheets, in order; none where the workbook cannot be read.

    Parameters
    ----------
    path : Path
        The workbook.

    Returns
    -------
    list of str
        As written.
    """
    try:
        return [sheet.name for sheet in _visible(_open(path))]
    except SheetError:
        return []


def read_sheet(path: Path, names: Sequence[str] = ()) -> Sheet:
    """One sheet of a workbook.

    Parameters
    ----------
    path : Path
        The workbook.
    names : Sequence of str
        Names the sheet may have, the first that is there is taken; empty for the only visible one.

    Returns
    -------
    Sheet
        Every cell from A1.

    Raises
    ------
    SheetError
        If the workbook cannot be read, or which sheet is meant cannot be told.
    """
    book = _open(path)
    visible = [sheet.name for sheet in _visible(book)]
    if names:
        spelled = {name.strip(): name for name in book.sheet_names}
        name = next((spelled[name.strip()] for name in names if name.strip() in spelled), None)
        if name is None:
            raise SheetError("inputs.no_sheet", value=names[0], sheets=", ".join(visible))
    elif len(visible) == 1:
        name = visible[0]
    else:
        filled = [name for name in visible if _guarded(book.get_sheet_by_name, name).height]
        if len(filled) != 1:
            raise SheetError("inputs.which_sheet", sheets=", ".join(filled or visible))
        name = filled[0]
    content, epoch, styles = _content(path, name)
    if content is not None:
        _check_span(content)
        _check_whole(content, name)
    sheet = _guarded(book.get_sheet_by_name, name)
    rows = _guarded(sheet.to_python, skip_empty_area=False)
    merged = sheet.merged_cell_ranges or []
    hidden = tuple(int(row) for row in _HIDDEN.findall(content)) if content and b"hidden=" in content else ()
    broken = _broken(content) if content else {}
    return Sheet(name, rows, merged, broken, epoch, hidden, _scaled(content, styles) if content else {})


def _visible(book: Any) -> list[Any]:
    shown = [
        sheet
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == calamine.SheetVisibleEnum.Visible
    ]
    return shown or list(book.sheets_metadata)


def _open(path: Path) -> Any:
    """The workbook, if it is one and not too large."""
    with path.open("rb") as file:
        start = file.read(8)
    if start[:4] not in (_ZIP, _OLE):
        raise SheetError("inputs.not_a_workbook")
    if start[:4] == _ZIP:
        try:
            with zipfile.ZipFile(path) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
                frame = sum(entry.file_size for entry in archive.infolist() if _FRAME.search(entry.filename))
                _check_texts(archive)
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
            zlib.error,
        ) as error:
            raise SheetError("inputs.broken_workbook", reason=str(error)[:200]) from None
        for found, most in ((size, MOST_BYTES), (frame, MOST_FRAME)):
            if found > most:
                raise SheetError(
                    "inputs.workbook_too_large", size=f"{found / 2**30:,.2f}", most=f"{most / 2**30:g}"
                )
    return _guarded(lambda: calamine.CalamineWorkbook.from_path(str(path)))


def _check_texts(archive: zipfile.ZipFile) -> None:
    """Refuse shared texts that claim to be more than their part can hold, for which a reader makes room, or hold a NUL."""
    for entry in archive.infolist():
        if entry.filename.endswith("sharedStrings.xml") and entry.file_size <= MOST_BYTES:
            with archive.open(entry) as part:
                start = chunk = part.read(1 << 20)
                while chunk:
                    if b"\0" in chunk:
                        raise ValueError("sharedStrings.xml: NUL")
                    chunk = part.read(1 << 20)
            claimed = [int(count) for count in re.findall(rb'[cC]ount="(\d{1,18})"', start)]
            if max(claimed, default=0) > entry.file_size:
                raise ValueError("sharedStrings.xml: count")


def _guarded(read: Any, *arguments: Any, **options: Any) -> Any:
    """What a reader returns, its failures and panics in our words."""
    try:
        return read(*arguments, **options)
    except calamine.PasswordError:
        raise SheetError("inputs.password") from None
    except (calamine.CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise SheetError("inputs.broken_workbook", reason=str(error).splitlines()[0][:200]) from None
    except BaseException as error:  # the reader's own panics are not Exceptions
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError("inputs.broken_workbook", reason=str(error).splitlines()[0][:200]) from None


def _content(path: Path, name: str) -> tuple[bytes | None, bool, bytes]:
    """Text of one sheet of an .xlsx or .xlsm, whether dates count from 1904, and styles; None for other kinds."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return None, False, b""
    try:
        with zipfile.ZipFile(path) as archive:
            book = archive.read("xl/workbook.xml")
            links = archive.read("xl/_rels/workbook.xml.rels")
            place = _place(book, links, name)
            content = archive.read(place) if place in archive.namelist() else None
            styles = archive.read("xl/styles.xml") if "xl/styles.xml" in archive.namelist() else b""
    except (KeyError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None, False, b""
    except zlib.error as error:
        raise SheetError("inputs.broken_workbook", reason=str(error)[:200]) from None
    return content, re.search(rb'date1904="(1|true)"', book) is not None, styles


def _place(book: bytes, links: bytes, name: str) -> str:
    """Path of a sheet inside the archive."""
    from xml.etree import ElementTree  # expands no outside entity

    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    try:
        sheets = {
            node.get("name"): node.get(relation)
            for node in ElementTree.fromstring(book).iter()
            if node.tag.endswith("}sheet")
        }
        targets = {node.get("Id"): node.get("Target") or "" for node in ElementTree.fromstring(links)}
    except ElementTree.ParseError:
        return ""
    target = targets.get(sheets.get(name), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _check_span(content: bytes) -> None:
    """Refuse a sheet whose corners lie so far apart that a grid of it would fill the memory."""
    row = max((int(found) for found in re.findall(rb'<row\b[^>]*?\br="(\d{1,9})"', content)), default=0)
    if not re.search(rb'r=["\'][A-Z][A-Z]', content):
        column = 26
    else:
        letters = set(re.findall(rb'r=["\']([A-Z]+)', content))
        column = max(_ordinal(found) for found in letters)
    row = row or 1 + content.count(b"<row")
    if row * column > MOST_CELLS:
        raise SheetError("inputs.sheet_too_wide", cells=f"{row * column:,}", most=f"{MOST_CELLS:,}")


def _check_whole(content: bytes, name: str) -> None:
    """Refuse a sheet that a reader would change without a word: text after a NUL, a text that is not among the shared."""
    if b"\0" in content:
        raise SheetError("inputs.broken_workbook", reason=f"{name}: NUL")
    if b't="s"' in content and (wrong := _NO_TEXT.search(content)):
        reason = f"{name}: {wrong[0].decode('utf-8', 'replace')[:80]}"
        raise SheetError("inputs.broken_workbook", reason=reason)


def _ordinal(letters: bytes) -> int:
    total = 0
    for letter in letters:
        total = total * 26 + letter - 64
    return total


def _broken(content: bytes) -> dict[tuple[int, int], str]:
    """Cells that hold an error, or a formula without a result."""
    found: dict[tuple[int, int] | None, str] = {}
    if b't="e"' in content:
        found |= {_at(match[1]): match[2].decode("utf-8", "replace") for match in _ERROR.finditer(content)}
    if b"<f" in content:
        found |= {_at(match[1]): "=" for match in _FORMULA.finditer(content) if b't="str"' not in match[1]}
    return {at: text for at, text in found.items() if at is not None}


def _scaled(content: bytes, styles: bytes) -> dict[tuple[int, int], str]:
    """Cells whose number format shows a unit or currency that the number does not hold: 120 shown as 120万元."""
    from xml.etree import ElementTree

    try:
        nodes = [*ElementTree.fromstring(styles).iter()] if b"numFmt" in styles else []
    except ElementTree.ParseError:
        return {}
    odd = {node.get("numFmtId"): str(node.get("formatCode")) for node in nodes if node.tag.endswith("}numFmt") and _SHOWN.search(str(node.get("formatCode")))}  # fmt: skip
    cells = next((node for node in nodes if node.tag.endswith("}cellXfs")), None)
    if not odd or cells is None:
        return {}
    used = {
        str(at): odd[node.get("numFmtId")] for at, node in enumerate(cells) if node.get("numFmtId") in odd
    }
    found = ((_at(match[1]), used.get(match[2].decode())) for match in _STYLED.finditer(content))
    return {at: code for at, code in found if at and code}


def _at(attributes: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(attributes)
    return (int(found[2]) - 1, _ordinal(found[1]) - 1) if found else None
