"""CSV and other delimited text: its encoding, delimiter and header found, lines that do not fit told by row.

DuckDB reads UTF-8 with one kind of line end; a file in GB18030 or UTF-16, or with mixed line ends, is
written out anew in a private folder first. A spreadsheet counts every row, a record with line breaks in
quotes being one row; the file is walked in Python only when there is something to report.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.headers import find_header, units_above
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.sql import literal

__all__ = [
    "MOST_ROWS",
    "Delimited",
    "lines_of",
    "misfits",
    "read_delimited",
    "row_numbers",
    "with_plain_line_ends",
]

MOST_ROWS = 100_000
"""Rows reported one by one for one kind of problem; further ones are counted."""

_SHIFT = re.compile(rb"\x1b[$(]")
"""Where ISO-2022 goes over to other letters: seven bits a byte, so that it passes for UTF-8."""
_PEEK = 1 << 18
_DELIMITERS = ",\t;|"
_CONTAINERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class Delimited:
    """A delimited file, as it is to be read.

    Attributes
    ----------
    origin : Origin
        Where it came from.
    path : Path
        What is read: the file, or its copy in UTF-8.
    headers : tuple of str
        Cells of the header.
    delimiter, encoding : str
        What separates cells; what the file was written in.
    units, doubt : Mapping, str
        From :func:`~salesmgmt.inputs.headers.units_above`.
    header_row : int
        Row of the header, from 1.
    skip : int
        Lines before the header.
    """

    origin: Origin
    path: Path
    headers: tuple[str, ...]
    delimiter: str
    encoding: str
    units: Mapping[int, str]
    doubt: str
    header_row: int
    skip: int

    @property
    def reader(self) -> str:
        """DuckDB's expression that reads every cell as text."""
        columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(self.headers)))
        options = f"auto_detect=false, header=true, delim={literal(self.delimiter)}, quote='\"', escape='\"', ignore_errors=true"
        return f"read_csv({literal(str(self.path))}, columns={{{columns}}}, {options}, skip={self.skip})"


def read_delimited(origin: Origin, private: Path) -> tuple[Delimited | None, list[Problem]]:
    """How a delimited file is to be read.

    Parameters
    ----------
    origin : Origin
        The file.
    private : Path
        Folder for a copy in UTF-8.

    Returns
    -------
    tuple
        The file, or None with the problem that keeps it from being read.
    """
    path = Path(str(origin.path))
    with path.open("rb") as file:
        start = file.read(_PEEK)
    if start[:4] in _CONTAINERS:
        return None, [origin.wrong("inputs.workbook_named_csv")]
    encoding, problem = _encoding(origin, start)
    if problem:
        return None, [problem]
    if encoding not in ("utf-8", "utf-8-sig"):
        path = _copied(path, encoding, private / f"{origin.table}.csv")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        text = file.read(_PEEK)
    if "\x00" in text:
        return None, [origin.wrong("inputs.binary")]
    found = max((_tried(text, delimiter, origin) for delimiter in _DELIMITERS), key=lambda tried: tried[0])
    if found[1] is None:
        return None, [origin.wrong("inputs.empty_file")]
    return replace(found[1], path=path, encoding=encoding), []


def _tried(text: str, delimiter: str, origin: Origin) -> tuple[tuple[int, float, int], Delimited | None]:
    """The file read with one delimiter, and how well that went: columns recognised, records as wide as the header."""
    table = CODEBOOK.tables[origin.table]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[list[str]] = []
    before: list[int] = []  # physical lines before each record
    try:
        for _ in range(200):
            before.append(reader.line_num)
            lines.append(next(reader))
    except (StopIteration, csv.Error):
        pass
    found = find_header(lines, table, origin.columns)
    if found is None:
        return (0, 0.0, 0), None
    at, named = found
    headers = tuple(cell.strip() for cell in lines[at])
    records = [line for line in lines[at + 1 : -1] if any(line)] or lines[at + 1 :]
    fit = sum(len(line) == len(headers) for line in records) / max(len(records), 1)
    units, doubt = units_above(lines[:at], len(headers))
    got = Delimited(origin, Path(), headers, delimiter, "", units, doubt, at + 1, before[at])
    return (named, fit if len(headers) > 1 else 0.0, len(headers)), got


def _encoding(origin: Origin, start: bytes) -> tuple[str, Problem | None]:
    """What a file is written in: its mark, else UTF-8 where all of it is, else GB18030 where that reads as Chinese."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return (
            ("utf-16", None)
            if _decodes(origin, "utf-16")
            else ("", origin.wrong("inputs.not_encoded", encoding="UTF-16"))
        )
    if (shifted := _SHIFT.search(start)) is not None:
        return "", origin.wrong("inputs.no_encoding", row=start.count(b"\n", 0, shifted.start()) + 1)
    if _decodes(origin, "utf-8-sig"):
        return "utf-8-sig", None
    wide = start[1::2].count(0), start[::2].count(0)
    if max(wide) > len(start) / 8:
        encoding = "utf-16-le" if wide[0] > wide[1] else "utf-16-be"
        return (encoding, None) if _decodes(origin, encoding) else ("", origin.wrong("inputs.binary"))
    if b"\x00" in start:
        return "", origin.wrong("inputs.binary")
    foreign = _foreign(origin)
    if not _mostly_utf8(foreign) and _decodes(origin, "gb18030") and _is_chinese(foreign):
        return "gb18030", None
    row = next(_broken_rows(origin), None)
    return "", origin.wrong("inputs.no_encoding", row=row)


def _decodes(origin: Origin, encoding: str) -> bool:
    try:
        with Path(str(origin.path)).open(encoding=encoding, newline="") as file:
            while file.read(1 << 20):
                pass
    except UnicodeError:
        return False
    return True


def _foreign(origin: Origin) -> bytes:
    """The first lines that hold more than plain letters."""
    with Path(str(origin.path)).open("rb") as file:
        return b"".join(islice((line for line in file if not line.isascii()), 2000))


def _mostly_utf8(start: bytes) -> bool:
    """Whether text is UTF-8 with a few broken bytes rather than another encoding."""
    text = start.decode("utf-8", "replace")
    return sum(letter > "\x7f" and letter != "\ufffd" for letter in text) > 4 * text.count("\ufffd")


def _is_chinese(start: bytes) -> bool:
    """Whether what GB18030 makes of bytes is common Chinese; of Western letters it makes rare signs."""
    text = start.decode("gb18030", "ignore")
    wide = [letter for letter in text if letter > "\x7f"]
    return bool(wide) and sum(_common(letter) for letter in wide) >= 0.9 * len(wide)


def _common(letter: str) -> bool:
    try:
        return bool(letter.encode("gb2312"))
    except UnicodeError:
        return False


def _broken_rows(origin: Origin) -> Iterator[int]:
    """Lines that are not UTF-8, from 1."""
    with Path(str(origin.path)).open("rb") as file:
        for row, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeError:
                yield row


def _copied(path: Path, encoding: str, copy: Path) -> Path:
    """A copy in UTF-8."""
    with (
        path.open(encoding=encoding, newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        while text := source.read(1 << 20):
            target.write(text)
    return copy


def with_plain_line_ends(file: Delimited, private: Path) -> Delimited:
    """The same file with one kind of line end, in the private folder."""
    copy = private / f"{file.origin.table}.lines.csv"
    with (
        file.path.open(encoding="utf-8-sig", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        held = ""
        while text := held + source.read(1 << 20):
            held = text[-2:] if len(text) > 2 and text.endswith("\r") else ""
            text = text[: len(text) - len(held)]
            target.write(text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n"))
    return replace(file, path=copy)


def misfits(connection: duckdb.DuckDBPyConnection, file: Delimited) -> list[Problem]:
    """Lines that DuckDB cannot fit to the header, each with its row.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The locked connection.
    file : Delimited
        The file.

    Returns
    -------
    list of Problem
        Empty where every line fits.
    """
    storing = file.reader.replace("ignore_errors=true", "store_rejects=true")
    every = ", ".join(
        f"count(c{at})" for at in range(len(file.headers))
    )  # a column that is not read is not judged
    connection.execute(f"SELECT {every} FROM {storing}").fetchall()
    kinds = connection.execute(
        "SELECT error_type::VARCHAR, min(csv_line) FROM reject_errors GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    problems: list[Problem] = []
    for kind, line in kinds:
        if kind not in ("TOO MANY COLUMNS", "MISSING COLUMNS"):
            problems.append(file.origin.wrong("inputs.bad_quotes", value=" ".join(line.split())[:80]))
    longer, lines = _longer(file)
    usual = 2 * longer > lines  # a program that ends every line in a comma
    if kinds or (longer and not usual):
        problems += _ragged(file, usual)
    return problems


def _longer(file: Delimited) -> tuple[int, int]:
    """Lines that have one cell more than the header, an empty one at their end, and all lines.

    DuckDB passes such a cell over. A few of them are a comma inside a text that nobody quoted.
    """
    width, mark = len(file.headers), file.delimiter.encode()
    longer = lines = 0
    with file.path.open("rb") as content:
        for line in islice(content, file.skip + 1, None):
            lines += 1
            text = line.rstrip(b"\r\n")
            if not text.endswith(mark) or text.count(mark) < width:
                continue
            if b'"' in text:
                cells = next(csv.reader([text.decode("utf-8", "replace")], delimiter=file.delimiter))
                longer += len(cells) == width + 1
            else:
                longer += text.count(mark) == width
    return longer, lines


def _ragged(file: Delimited, usual: bool) -> list[Problem]:
    width = len(file.headers)
    widths = (width, width + 1) if usual else (width,)
    ragged = ((row, cells) for row, cells in _records(file) if len(cells) not in widths)
    problems: list[Problem] = []
    for count, (row, cells) in enumerate(ragged, start=1):
        if count > MOST_ROWS:
            break
        id = "inputs.too_many_fields" if len(cells) > width else "inputs.too_few_fields"
        problems.append(file.origin.wrong(id, row=row, count=len(cells), width=width))
    return problems


def row_numbers(file: Delimited, records: Iterable[int]) -> dict[int, int]:
    """Record numbers as DuckDB counts them -> rows as a person counts them.

    Parameters
    ----------
    file : Delimited
        The file.
    records : Iterable of int
        Record numbers, from 1.

    Returns
    -------
    dict
        Record number -> row.
    """
    wanted = set(records)
    rows: dict[int, int] = {}
    last = max(wanted, default=0)
    for record, (row, _) in enumerate(_records(file), start=1):
        if record > last:
            break
        if record in wanted:
            rows[record] = row
    return rows


def _records(file: Delimited) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of each record after the header, blank lines left out but counted."""
    with file.path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
        rows = enumerate(csv.reader(text, delimiter=file.delimiter), start=1)
        for row, cells in rows:
            if row > file.header_row and cells and (len(cells) > 1 or cells[0].strip()):
                yield row, cells


def lines_of(origin: Origin, most: int) -> list[list[str]]:
    """Cells of a file's first rows, whatever its encoding and delimiter; none where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="salesmgmt-") as private:
        file, _ = read_delimited(origin, Path(private))
        if file is None:
            return []
        with file.path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            return list(islice(csv.reader(text, delimiter=file.delimiter), most))
