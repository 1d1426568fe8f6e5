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
from salesmgmt.inputs.rejects import csv_problems, mixed_line_ends

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
    problems: list[Problem] = []
    try:
        if origin.kind == "sql":
            problems = _open_query(connection, origin, relation, folder)
        elif origin.kind == "csv":
            headers, problems = _open_csv(connection, origin, relation)
        else:
            connection.execute(f"CREATE VIEW {relation} AS FROM read_parquet({literal(str(origin.path))})")
        if problems:
            return None, problems
        described = connection.execute(f"DESCRIBE {relation}").fetchall()
    except duckdb.Error as error:
        return None, [_failed(origin, error)]
    columns, types = zip(*((row[0], row[1]) for row in described), strict=True)
    return Raw(origin, tuple(headers) or columns, columns, types, relation), []


def _failed(origin: Origin, error: duckdb.Error) -> Problem:
    """Why DuckDB could not read a table."""
    if origin.kind == "sql":
        return origin.wrong("inputs.sql_failed", reason=sentence(error))
    if origin.kind == "csv" and mixed_line_ends(origin):
        return origin.wrong("inputs.line_ends")
    return origin.wrong("inputs.unreadable", reason=sentence(error))


def _open_query(
    connection: duckdb.DuckDBPyConnection, origin: Origin, relation: str, folder: Path
) -> list[Problem]:
    """Run the client's query if it is one SELECT statement, as judged by DuckDB's own parser."""
    statements = connection.extract_statements(origin.sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return [origin.wrong("inputs.not_one_select", count=len(statements))]
    with contextlib.chdir(folder):  # relative paths are judged and read from the current folder
        connection.execute(f"CREATE TABLE {relation} AS (\n{_bare(origin.sql)}\n)").fetchall()
    return []


def _bare(sql: str) -> str:
    """One statement without the semicolon that ends it and what follows."""
    text = sql.encode()
    ends = (
        at
        for at, kind in duckdb.tokenize(sql)
        if kind == duckdb.token_type.operator and text[at : at + 1] == b";"
    )
    return text[: next(ends, None)].decode()


def _open_csv(
    connection: duckdb.DuckDBPyConnection, origin: Origin, relation: str
) -> tuple[Sequence[str], list[Problem]]:
    headers, reader, problem = _csv_reader(origin)
    problems = [problem] if problem else csv_problems(connection, origin, reader, len(headers))
    if not problems:
        connection.execute(f"CREATE VIEW {relation} AS FROM {reader}")
    return headers, problems


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
