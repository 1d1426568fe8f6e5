"""How a table's cells reach DuckDB.

Files and the client's SQL are read by an embedded DuckDB that may touch the engagement's folder, folders
the operator allows and a private one, and nothing else. Files are read as text, so that a message can say
what came; Parquet and SQL results come typed. A fact stays where it lies and is scanned there; of plan
tables and sheets DuckDB holds a copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.delimited import (
    Delimited,
    misfits,
    read_delimited,
    row_numbers,
    with_plain_line_ends,
)
from salesmgmt.inputs.grid import read_grid
from salesmgmt.inputs.origins import Origin, is_form
from salesmgmt.inputs.sheets import SheetError, address
from salesmgmt.inputs.sql import identifier, literal, sentence

__all__ = ["Raw", "connect", "digest", "looking_into", "open_frame", "open_raw"]

_DUCKDB = "duckdb:///"


@dataclass(frozen=True)
class Raw:
    """A table as it came: headers, their DuckDB columns and types, and the relation that holds them.

    Attributes
    ----------
    origin : Origin
        Where it came from.
    headers, columns, types : tuple of str
        Header as written; column of the relation; DuckDB type.
    relation : str
        Quoted name of the DuckDB relation.
    numbered : bool
        Whether the relation has ``_row``, the row's number in the sheet.
    units, doubt : Mapping, str
        What lines above the header say of units, from :func:`~salesmgmt.inputs.headers.units_above`.
    header_row, hidden : int, tuple of int
        Of a sheet: row of the header, hidden rows.
    epoch_1904 : bool
        Whether serial dates count from 1904.
    broken, scaled, merged : Mapping
        Of a sheet: (row, column) -> an error, or a number format that shows a unit; column -> cells filled down.
    text : Delimited or None
        Of a delimited file: how it is read.
    database : str
        Attached DuckDB file that the relation looks into.
    """

    origin: Origin
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    relation: str
    numbered: bool = False
    units: Mapping[int, str] = field(default_factory=dict)
    doubt: str = ""
    header_row: int = 1
    hidden: tuple[int, ...] = ()
    epoch_1904: bool = False
    broken: Mapping[tuple[int, int], str] = field(default_factory=dict)
    scaled: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: Mapping[int, int] = field(default_factory=dict)
    text: Delimited | None = None
    database: str = ""

    def rows(self, records: Iterable[int]) -> dict[int, int]:
        """Record numbers as DuckDB counts them -> rows as a person counts them, as far as rows have numbers."""
        if self.text:
            return row_numbers(self.text, records)
        return {record: record for record in records}

    def cell(self, row: int | None, at: int | None) -> str:
        """Address of a cell as a spreadsheet opens the file; empty where there is none."""
        if row is None or at is None or self.origin.kind not in ("csv", "excel"):
            return ""
        return address(row - 1, at)


def connect(folders: Sequence[Path], private: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that can read these folders, write nowhere, and cannot be reconfigured.

    Parameters
    ----------
    folders : Sequence of Path
        Folders that may be read.
    private : Path, optional
        A folder of our own that may be read too.

    Returns
    -------
    DuckDBPyConnection
        Locked.
    """
    connection = duckdb.connect()
    bar = connection.execute("SELECT current_setting('enable_progress_bar')").fetchone()
    quiet = (
        ["enable_progress_bar = false"] if bar and bar[0] else []
    )  # a notebook without widgets refuses even that
    allowed = [*folders, *([private] if private else [])]
    for setting in (
        *quiet,
        f"allowed_directories = [{', '.join(literal(str(folder)) for folder in allowed)}]",
        "temp_directory = ''",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "python_enable_replacements = false",
        "TimeZone = 'UTC'",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    connection.execute("CREATE SCHEMA raw; CREATE SCHEMA ours; CREATE SCHEMA keys")
    return connection


def open_raw(
    connection: duckdb.DuckDBPyConnection, origin: Origin, folders: Sequence[Path], private: Path
) -> tuple[Raw | None, list[Problem]]:
    """Make a table's cells available in DuckDB under ``raw.<table>``.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`connect`.
    origin : Origin
        Where the table comes from: a file or the embedded DuckDB.
    folders : Sequence of Path
        Folders that may be read, the engagement's first.
    private : Path
        Folder for copies.

    Returns
    -------
    tuple
        The raw table, or None with the problems that kept it from being read.
    """
    try:
        if origin.kind == "excel":
            return _open_sheet(connection, origin)
        if origin.kind == "csv":
            return _open_csv(connection, origin, private)
        if origin.kind == "sql":
            return _open_query(connection, origin, folders)
        relation = _relation(origin)
        connection.execute(f"CREATE VIEW {relation} AS FROM read_parquet({literal(str(origin.path))})")
        return _described(connection, origin, relation), []
    except duckdb.Error as error:
        id = "inputs.sql_failed" if origin.kind == "sql" else "inputs.unreadable"
        return None, [origin.wrong(id, reason=sentence(error))]


def open_frame(connection: duckdb.DuckDBPyConnection, origin: Origin, frame: pd.DataFrame) -> Raw:
    """A table that was fetched from a database, as ``raw.<table>``."""
    relation = _relation(origin)
    connection.register("fetched", frame)
    connection.execute(f"CREATE TABLE {relation} AS FROM fetched")
    connection.unregister("fetched")
    return _described(connection, origin, relation)


def _relation(origin: Origin) -> str:
    """Name of the raw relation: none that a client's query could mean."""
    return f"memory.raw.{identifier(f'{origin.table} as it came')}"


def _described(
    connection: duckdb.DuckDBPyConnection, origin: Origin, relation: str, database: str = ""
) -> Raw:
    described = connection.execute(f"DESCRIBE {relation}").fetchall()
    columns, types = zip(*((row[0], row[1]) for row in described), strict=True)
    return Raw(origin, columns, columns, types, relation, database=database)


def _open_sheet(connection: duckdb.DuckDBPyConnection, origin: Origin) -> tuple[Raw | None, list[Problem]]:
    try:
        grid = read_grid(origin)
    except SheetError as error:
        return None, [origin.wrong(error.id, **error.fields)]
    filled = [name for name in grid.cells if name != "_row"]
    if is_form(origin) and origin.table != "customers" and grid.cells[filled].isna().all(axis=None):
        return None, []  # a sheet of the fill-in workbook that nobody filled in
    relation = _relation(origin)
    columns = tuple(f"c{at}" for at in range(len(grid.headers)))
    connection.register("grid", grid.cells)
    typed = ", ".join(f"{column}::VARCHAR AS {column}" for column in columns)
    connection.execute(f"CREATE TABLE {relation} AS SELECT _row::BIGINT AS _row, {typed} FROM grid")
    connection.unregister("grid")
    return Raw(
        origin, grid.headers, columns, ("VARCHAR",) * len(columns), relation, numbered=True, units=grid.units,
        doubt=grid.doubt, header_row=grid.header_row, hidden=grid.hidden, epoch_1904=grid.epoch_1904, broken=grid.broken, scaled=grid.scaled, merged=grid.merged,
    ), []  # fmt: skip


def _open_csv(
    connection: duckdb.DuckDBPyConnection, origin: Origin, private: Path
) -> tuple[Raw | None, list[Problem]]:
    text, problems = read_delimited(origin, private)
    if text is None:
        return None, problems
    try:
        problems = misfits(connection, text)
    except duckdb.Error:  # mixed line ends, mostly
        text = with_plain_line_ends(text, private)
        problems = misfits(connection, text)
    if problems:
        return None, problems
    relation = _relation(origin)
    connection.execute(f"CREATE VIEW {relation} AS FROM {text.reader}")
    columns = tuple(f"c{at}" for at in range(len(text.headers)))
    return Raw(
        origin,
        text.headers,
        columns,
        ("VARCHAR",) * len(columns),
        relation,
        units=text.units,
        doubt=text.doubt,
        header_row=text.header_row,
        text=text,
    ), []


def _open_query(
    connection: duckdb.DuckDBPyConnection, origin: Origin, folders: Sequence[Path]
) -> tuple[Raw | None, list[Problem]]:
    """Take the client's query if it is one SELECT statement, as judged by DuckDB's own parser."""
    statements = connection.extract_statements(origin.sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return None, [origin.wrong("inputs.not_one_select", count=len(statements))]
    database, problems = _attached(connection, origin, folders)
    if problems:
        return None, problems
    relation, kind = _relation(origin), "VIEW" if CODEBOOK.tables[origin.table].fact else "TABLE"
    with _using(connection, database):
        connection.execute(f"CREATE {kind} {relation} AS (\n{_bare(origin.sql)}\n)").fetchall()
        return _described(connection, origin, relation, database), []


def _attached(
    connection: duckdb.DuckDBPyConnection, origin: Origin, folders: Sequence[Path]
) -> tuple[str, list[Problem]]:
    """Name under which the DuckDB file of a ``duckdb:///`` address is attached, read-only; empty for none."""
    if not origin.connection:
        return "", []
    path = Path(os.path.realpath(folders[0] / origin.connection.removeprefix(_DUCKDB)))
    if not any(path.is_relative_to(folder) for folder in folders):
        return "", [origin.wrong("inputs.outside", value=origin.connection.removeprefix(_DUCKDB))]
    if not path.is_file():
        return "", [origin.wrong("inputs.no_file", value=path.name)]
    name = f"from {path}"
    connection.execute(f"ATTACH IF NOT EXISTS {literal(str(path))} AS {identifier(name)} (READ_ONLY)")
    return name, []


@contextlib.contextmanager
def _using(connection: duckdb.DuckDBPyConnection, database: str) -> Iterator[None]:
    if not database:
        yield
        return
    connection.execute(f"USE {identifier(database)}")
    try:
        yield
    finally:
        connection.execute("USE memory")


def looking_into(connection: duckdb.DuckDBPyConnection, raw: Raw) -> contextlib.AbstractContextManager[None]:
    """While it lasts, unqualified names of a client's query mean those of its DuckDB file."""
    return _using(connection, raw.database)


def _bare(sql: str) -> str:
    """One statement without the semicolon that ends it and what follows."""
    text = sql.encode()
    ends = (
        at
        for at, kind in duckdb.tokenize(sql)
        if kind == duckdb.token_type.operator and text[at : at + 1] == b";"
    )
    return text[: next(ends, None)].decode()


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
