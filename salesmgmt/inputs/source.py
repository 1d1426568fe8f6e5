"""How a table's cells reach DuckDB.

Files and the client's SQL are read by an embedded DuckDB that may touch the engagement's folder and
folders the operator allows, and nothing else. Files are read as text, so that a message can say what
came; Parquet and SQL results come typed.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from salesmgmt.errors import Problem
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.rejects import csv_problems

__all__ = ["Raw", "connect", "digest", "identifier", "literal", "open_raw", "sentence"]

_PEEK = 1 << 16


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
    """

    origin: Origin
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    relation: str


def connect(folders: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that can read these folders, write nowhere, and cannot be reconfigured.

    Parameters
    ----------
    folders : Sequence of Path
        Folders that may be read.

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
    for setting in (
        *quiet,
        f"allowed_directories = [{', '.join(literal(str(folder)) for folder in folders)}]",
        "temp_directory = ''",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "python_enable_replacements = false",
        "TimeZone = 'UTC'",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def open_raw(
    connection: duckdb.DuckDBPyConnection, origin: Origin, folder: Path
) -> tuple[Raw | None, list[Problem]]:
    """Make a table's cells available in DuckDB under ``raw.<table>``.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`connect`.
    origin : Origin
        Where the table comes from.
    folder : Path
        Where relative paths in SQL start.

    Returns
    -------
    tuple
        The raw table, or None with the problems that kept it from being read.
    """
    relation = f"raw.{identifier(origin.table)}"
    connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
    headers: Sequence[str] = ()
    try:
        if origin.kind == "sql":
            problem = _select_problem(connection, origin)
            if problem:
                return None, [problem]
            with contextlib.chdir(folder):  # relative paths are judged and read from the current folder
                connection.execute(
                    f"CREATE TABLE {relation} AS (\n{origin.sql.strip().rstrip(';')}\n)"
                ).fetchall()
        elif origin.kind == "csv":
            headers, reader, problem = _csv_reader(origin)
            if problem:
                return None, [problem]
            problems = csv_problems(connection, origin, reader, len(headers))
            if problems:
                return None, problems
            connection.execute(f"CREATE VIEW {relation} AS FROM {reader}")
        else:
            connection.execute(f"CREATE VIEW {relation} AS FROM read_parquet({literal(str(origin.path))})")
        described = connection.execute(f"DESCRIBE {relation}").fetchall()
    except duckdb.Error as error:
        id = "inputs.sql_failed" if origin.kind == "sql" else "inputs.unreadable"
        return None, [origin.wrong(id, reason=sentence(error))]
    columns, types = zip(*((row[0], row[1]) for row in described), strict=True)
    return Raw(origin, tuple(headers) or columns, columns, types, relation), []


def _select_problem(connection: duckdb.DuckDBPyConnection, origin: Origin) -> Problem | None:
    """Anything but one SELECT statement, judged by DuckDB's own parser."""
    try:
        statements = connection.extract_statements(origin.sql)
    except duckdb.Error as error:
        return origin.wrong("inputs.sql_failed", reason=sentence(error))
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return origin.wrong("inputs.not_one_select", count=len(statements))
    return None


def _csv_reader(origin: Origin) -> tuple[list[str], str, Problem | None]:
    """Headers of a CSV file and the DuckDB expression that reads it as text, or what is wrong with it."""
    with Path(str(origin.path)).open("rb") as file:
        start = file.read(_PEEK)
    text, problem = _decoded(origin, start)
    if problem:
        return [], "", problem
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines)
    header = next((cells for cells in reader if any(cell.strip() for cell in cells)), None)
    if header is None:
        return [], "", origin.wrong("inputs.empty_file")
    header = [cell.strip() for cell in header]
    if len(header) == 1 and (other := re.search(r"[;\t|]", header[0])):
        return [], "", origin.wrong("inputs.delimiter", value=other[0])
    blank = len(re.match(r"(?:[ \t]*\r?\n)*", text)[0].splitlines())  # type: ignore[index]
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(header)))
    options = "auto_detect=false, header=true, delim=',', quote='\"', escape='\"', ignore_errors=true"
    return (
        header,
        f"read_csv({literal(str(origin.path))}, columns={{{columns}}}, {options}, skip={blank})",
        None,
    )


def _decoded(origin: Origin, start: bytes) -> tuple[str, Problem | None]:
    """The start of a file as text, or why it is not UTF-8 text."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "", origin.wrong("inputs.not_utf8")
    if start[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return "", origin.wrong("inputs.excel_later", file=origin.label)
    if b"\x00" in start:
        return "", origin.wrong("inputs.binary")
    try:
        cut = start if len(start) < _PEEK else start[: start.rfind(b"\n") + 1] or start
        return cut.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return "", origin.wrong("inputs.not_utf8")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sentence(error: Exception) -> str:
    """DuckDB's message, its first line, without its class."""
    first = str(error).strip().splitlines()[0]
    return re.sub(r"^(?:[A-Z]\w+ )+Error: ", "", first)


def identifier(name: str) -> str:
    """A name quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text quoted for SQL."""
    return "'" + text.replace("'", "''") + "'"
