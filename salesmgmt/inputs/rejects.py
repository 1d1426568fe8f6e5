"""Row numbers as a person counts them, and CSV lines that do not fit the header.

DuckDB skips blank lines and can set aside lines with too many or too few fields; a spreadsheet counts
every row, the header being row 1 and a record with line breaks in quotes being one row. The file is
walked in Python only when there is something to report.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from salesmgmt.errors import Problem
from salesmgmt.inputs.origins import Origin

__all__ = ["MOST_ROWS", "csv_problems", "mixed_line_ends", "row_numbers"]

MOST_ROWS = 100_000
"""Rows reported one by one for one kind of problem; further ones are counted."""


def csv_problems(
    connection: duckdb.DuckDBPyConnection, origin: Origin, reader: str, width: int
) -> list[Problem]:
    """Lines that DuckDB cannot fit to the header, each with its row.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The locked connection.
    origin : Origin
        The CSV file.
    reader : str
        DuckDB's ``read_csv(...)`` expression.
    width : int
        Number of columns in the header.

    Returns
    -------
    list of Problem
        Empty where every line fits.
    """
    storing = reader.replace("ignore_errors=true", "store_rejects=true")
    every = ", ".join(f"count(c{at})" for at in range(width))  # a column that is not read is not judged
    connection.execute(f"SELECT {every} FROM {storing}").fetchall()
    kinds = connection.execute(
        "SELECT error_type::VARCHAR, min(csv_line) FROM reject_errors GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    problems: list[Problem] = []
    for kind, line in kinds:
        if kind == "INVALID ENCODING" and not _is_utf8(origin):
            return [origin.wrong("inputs.not_utf8")]
        if kind not in ("TOO MANY COLUMNS", "MISSING COLUMNS"):
            problems.append(origin.wrong("inputs.bad_quotes", value=" ".join(line.split())[:80]))
    if kinds:
        problems += _ragged(origin, width)
    return problems


def _is_utf8(origin: Origin) -> bool:
    """Whether the whole file is UTF-8; DuckDB also says "encoding" where a misplaced quote cuts a letter."""
    with Path(str(origin.path)).open(encoding="utf-8") as file:
        try:
            while file.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return False
    return True


def mixed_line_ends(origin: Origin) -> bool:
    """Whether some lines of a file end as on Windows and others do not."""
    with Path(str(origin.path)).open("rb") as file:
        ends = {line[-2:] == b"\r\n" for line in file if line.endswith(b"\n")}
    return len(ends) > 1


def _ragged(origin: Origin, width: int) -> list[Problem]:
    ragged = ((row, cells) for row, cells in _records(Path(str(origin.path))) if len(cells) != width)
    problems: list[Problem] = []
    for count, (row, cells) in enumerate(ragged, start=1):
        if count > MOST_ROWS:
            break
        id = "inputs.too_many_fields" if len(cells) > width else "inputs.too_few_fields"
        problems.append(origin.wrong(id, row=row, count=len(cells), width=width))
    return problems


def row_numbers(origin: Origin, records: Iterable[int]) -> dict[int, int]:
    """Record numbers as DuckDB counts them -> rows as a person counts them.

    Parameters
    ----------
    origin : Origin
        Where the table comes from; only a CSV file needs mapping.
    records : Iterable of int
        Record numbers, from 1.

    Returns
    -------
    dict
        Record number -> row; for Parquet and SQL the record number itself.
    """
    wanted = set(records)
    if origin.kind != "csv":
        return {record: record for record in wanted}
    rows: dict[int, int] = {}
    last = max(wanted, default=0)
    for record, (row, _) in enumerate(_records(Path(str(origin.path))), start=1):
        if record > last:
            break
        if record in wanted:
            rows[record] = row
    return rows


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of each record after the header, blank lines left out but counted."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = enumerate(csv.reader(file), start=1)
        next((row for row, cells in rows if any(cell.strip() for cell in cells)), None)
        yield from ((row, cells) for row, cells in rows if cells and (len(cells) > 1 or cells[0].strip()))
