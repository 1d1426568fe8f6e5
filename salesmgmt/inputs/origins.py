"""Where each table comes from: the [tables] section, or a file or sheet named after the table."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesmgmt.errors import Problem
from salesmgmt.inputs.assumptions import WORKBOOK
from salesmgmt.inputs.codebook import CODEBOOK, Table, plain
from salesmgmt.inputs.keys import closest
from salesmgmt.inputs.settings import FILE
from salesmgmt.inputs.sheets import ENDINGS, SheetError, read_sheet, sheet_names

__all__ = ["UNITS", "Origin", "allowed_folders", "is_form", "locate", "unused_files"]

UNITS = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "千万元": 7, "亿元": 8, "%": -2, "1": 0}
"""What ``units`` in [tables] may say of a column, and its power of ten."""
_READ = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".parquet": "parquet", **dict.fromkeys(ENDINGS, "excel")}  # fmt: skip
_BY_NAME = (".csv", ".parquet", *ENDINGS)
_ENTRY = ("file", "sql", "connection", "columns", "dates", "units", "tax")
_DATES = ("ymd", "mdy", "dmy")
_TAX = ("included", "excluded")


@dataclass(frozen=True)
class Origin:
    """Where one table comes from.

    Attributes
    ----------
    table, kind : str
        Table; ``"csv"``, ``"parquet"``, ``"excel"``, ``"sql"`` (embedded) or ``"database"``.
    path : Path or None
        The file.
    sheet : str
        Sheet of a workbook; empty for the one that holds the table.
    sql, connection : str
        The client's SELECT; the URL of its database as written, its secrets still ``${NAMES}``.
    columns : Mapping
        Client's header -> column of the contract.
    dates, tax : str
        Order of day, month and year where a date leaves it open; whether money carries VAT: empty where the
        entry does not say.
    units : Mapping
        Column -> one of :data:`UNITS`, for cells that carry no unit of their own.
    """

    table: str
    kind: str
    path: Path | None = None
    sheet: str = ""
    sql: str = ""
    connection: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    tax: str = ""

    @property
    def label(self) -> str:
        """File name, with its sheet where one is named, or ``"SQL"``."""
        if self.path is None:
            return "SQL"
        return f"{self.path.name}#{self.sheet}" if self.sheet else self.path.name

    def wrong(self, id: str, *, column: str = "", row: int | None = None, **fields: Any) -> Problem:
        """A problem with this table as a whole."""
        return Problem(self.table, id, fields, row=row, column=column, file=self.label)


def allowed_folders(folder: Path, allow: Sequence[str | Path]) -> list[Path]:
    """The engagement's folder, and those the operator allows (argument and ``SALESMGMT_ALLOW``)."""
    named = [*allow, *filter(None, os.environ.get("SALESMGMT_ALLOW", "").split(os.pathsep))]
    return [folder.resolve(), *(Path(name).resolve() for name in named)]


def locate(
    folder: Path, entries: Mapping[str, Any], folders: Sequence[Path]
) -> tuple[dict[str, Origin], list[Problem]]:
    """Where each table of the codebook comes from: [tables], else a file or a sheet named after it.

    Parameters
    ----------
    folder : Path
        The engagement.
    entries : Mapping
        The [tables] section.
    folders : Sequence of Path
        Folders that may be read.

    Returns
    -------
    tuple
        Table -> :class:`Origin` in the codebook's order, and problems.
    """
    problems: list[Problem] = []
    found: dict[str, Origin] = {}
    names = CODEBOOK.table_names()
    for written, entry in entries.items():
        table = names.get(plain(written))
        if table is None:
            fields = {"value": written, "closest": closest(written, CODEBOOK.tables)}
            problems.append(Problem("engagement", "inputs.unknown_table", fields, column=f"tables.{written}", file=FILE))  # fmt: skip
        else:
            found[table] = _from_entry(table, entry, folder, problems)
    wrong = {problem.table for problem in problems}
    for table, origin in _by_name(folder, folders, problems).items():
        if table not in found and table not in wrong:
            found[table] = origin
    wrong = {problem.table for problem in problems}
    usable = {table: found[table] for table in CODEBOOK.tables if table in found and table not in wrong}
    for origin in list(usable.values()):
        if origin.path and (problem := _unreadable(origin, folders)):
            problems.append(problem)
            del usable[origin.table]
    if "customers" not in usable and not any(
        problem.table == "customers" or (problem.file or "").startswith(WORKBOOK) for problem in problems
    ):
        problems.append(Problem("customers", "inputs.no_customers", {"file": "customers.csv"}))
    return usable, problems


def _from_entry(table: str, entry: Any, folder: Path, problems: list[Problem]) -> Origin:
    """The origin a [tables] entry describes, with what is wrong noted."""

    def wrong(id: str, **fields: Any) -> None:
        problems.append(Problem(table, id, fields, column=f"tables.{table}", file=FILE))

    entry = {"file": entry} if isinstance(entry, str) else entry
    if not isinstance(entry, dict) or not (
        isinstance(entry.get("file"), str) ^ isinstance(entry.get("sql"), str)
    ):
        wrong("inputs.table_entry")
        return Origin(table, "sql")
    if any("\0" in str(text) for text in (entry.get("file"), entry.get("sql"), entry.get("connection"))):
        wrong("inputs.table_entry")
        return Origin(table, "sql")
    if "connection" in entry and not ("sql" in entry and isinstance(entry["connection"], str)):
        wrong("inputs.connection_alone")
    for key in sorted(entry.keys() - set(_ENTRY)):
        wrong("inputs.unknown_key", key=key, closest=closest(key, _ENTRY))
    for key, choices in (("dates", _DATES), ("tax", _TAX)):
        if key in entry and entry[key] not in choices:
            wrong("inputs.entry_choice", key=key, value=str(entry[key]), choices=", ".join(choices))
    spec = CODEBOOK.tables[table]
    told: dict[str, Any] = {key: str(entry.get(key, "")) for key in ("dates", "tax")}
    columns = _columns(spec, entry.get("columns", {}), wrong)
    units = _units(spec, entry.get("units", {}), wrong)
    if "sql" in entry:
        connection = str(entry.get("connection", ""))
        kind = "database" if connection and not connection.startswith("duckdb:///") else "sql"
        return Origin(
            table, kind, sql=entry["sql"], connection=connection, columns=columns, units=units, **told
        )
    name, _, sheet = entry["file"].partition("#")
    path = folder / name
    kind = _READ.get(path.suffix.lower(), "other")
    if sheet and kind != "excel":  # a file may have a # in its name
        path, sheet = folder / entry["file"], ""
        kind = _READ.get(path.suffix.lower(), "other")
    return Origin(table, kind, path, sheet, columns=columns, units=units, **told)


def _columns(spec: Table, columns: Any, wrong: Any) -> dict[str, str]:
    """The entry's list of headers, checked."""
    if not isinstance(columns, dict):
        wrong("inputs.table_columns")
        return {}
    for theirs, ours in columns.items():
        if str(ours).removesuffix("_en") not in spec.columns:
            near = closest(str(ours), spec.columns)
            wrong("inputs.unknown_column", value=str(ours), theirs=theirs, closest=near)
    return {str(theirs): str(ours) for theirs, ours in columns.items()}


def _units(spec: Table, units: Any, wrong: Any) -> dict[str, str]:
    """The entry's units by column, checked: 元, 万元 and so on for money, % or 1 for shares."""
    if not isinstance(units, dict):
        wrong("inputs.table_units")
        return {}
    names, found = spec.headers(), {}
    for theirs, unit in units.items():
        column = spec.columns.get(names.get(plain(str(theirs)), ""))
        allowed = () if column is None else column.units
        if column is None:
            wrong("inputs.unknown_column", value=str(theirs), theirs="units", closest=closest(str(theirs), spec.columns))  # fmt: skip
        elif unit not in allowed:
            wrong("inputs.entry_choice", key=f"units.{theirs}", value=str(unit), choices=", ".join(allowed) or "—")  # fmt: skip
        else:
            found[column.name] = str(unit)
    return found


def _by_name(folder: Path, folders: Sequence[Path], problems: list[Problem]) -> dict[str, Origin]:
    """Files of the folder, and sheets of the fill-in workbook, that are named after a table."""
    found: dict[str, list[Origin]] = {}
    for table, spec in CODEBOOK.tables.items():
        names = dict.fromkeys((table, spec.zh, *spec.aliases))
        paths = [folder / f"{name}{ending}" for ending in _BY_NAME for name in names]
        found[table] = [Origin(table, _READ[path.suffix], path) for path in paths if path.exists() or path.is_symlink()]  # fmt: skip
    book = folder / WORKBOOK
    if book.exists() and not book.is_file():
        id = "inputs.is_folder" if book.is_dir() else "inputs.file_kind"
        problems.append(Problem("engagement", id, {"value": WORKBOOK}, file=WORKBOOK))
    if book.is_file() and any(book.resolve().is_relative_to(allowed) for allowed in folders):
        known = CODEBOOK.table_names()
        for sheet in sheet_names(book):
            if name := known.get(plain(sheet)):
                found[name].append(Origin(name, "excel", book, sheet))
    for table, origins in found.items():
        if len(origins) > 1:
            origins[:] = [origin for origin in origins if not _unfilled(origin)] or origins[:1]
        if len(origins) > 1:
            files = ", ".join(origin.label for origin in origins)
            problems.append(Problem(table, "inputs.two_files", {"files": files}))
    return {table: origins[0] for table, origins in found.items() if origins}


def unused_files(folder: Path, origins: Mapping[str, Origin]) -> list[str]:
    """Files of the engagement's folder that look like data and that no table reads.

    Parameters
    ----------
    folder : Path
        The engagement.
    origins : Mapping
        Table -> where it comes from; a file that a query may name counts as used.

    Returns
    -------
    list of str
        Names, in order.
    """
    used = {origin.path.resolve() for origin in origins.values() if origin.path}
    queries = " ".join(f"{origin.sql} {origin.connection}" for origin in origins.values())
    if "*" in re.sub(r"\(\s*\*\s*\)|select\s+\*|\.\*", "", queries, flags=re.IGNORECASE):
        return []
    return [
        path.name
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _READ
        and path.is_file()
        and path.resolve() not in used
        and path.name not in queries
        and path.name != WORKBOOK
        and not path.name.startswith(("problems", ".", "~$"))
    ]


def is_form(origin: Origin) -> bool:
    """Whether a table is a sheet of the engagement's fill-in workbook."""
    return origin.path is not None and origin.path.name == WORKBOOK


def _unfilled(origin: Origin) -> bool:
    """Whether a sheet of the fill-in workbook has at most its header."""
    if not is_form(origin) or origin.path is None:
        return False
    try:
        rows = read_sheet(origin.path, [origin.sheet]).rows
    except SheetError:
        return False
    return sum(any(cell != "" for cell in row) for row in rows) <= 1


def _unreadable(origin: Origin, folders: Sequence[Path]) -> Problem | None:
    """Why a file cannot be read at all, if so."""
    path = origin.path
    if path is None:
        return None
    real = Path(os.path.realpath(path))  # which, unlike resolve(), bears links that lead to each other
    if not any(real.is_relative_to(folder) for folder in folders):
        return origin.wrong("inputs.outside", value=str(path))
    try:
        there = path.exists()
    except OSError:  # such as a name too long for the disk
        there = False
    if not there:
        return origin.wrong("inputs.no_file", value=path.name)
    if path.is_dir():
        return origin.wrong("inputs.is_folder")
    if not path.is_file():
        return origin.wrong("inputs.file_kind", value=path.name)
    if origin.kind == "other":
        return origin.wrong("inputs.file_kind", value=path.suffix or path.name)
    if path.stat().st_size == 0:
        return origin.wrong("inputs.empty_file")
    return None
