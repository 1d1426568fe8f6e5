"""Where each table comes from: the [tables] section, or a file named after the table."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import CODEBOOK, plain
from salesmgmt.inputs.keys import closest
from salesmgmt.inputs.settings import FILE

__all__ = ["Origin", "allowed_folders", "locate"]

_READ = {".csv": "csv", ".parquet": "parquet"}
_EXCEL = (".xlsx", ".xls", ".xlsm", ".et")
_ENTRY = ("file", "sql", "columns")


@dataclass(frozen=True)
class Origin:
    """Where one table comes from.

    Attributes
    ----------
    table, kind : str
        Table; ``"csv"``, ``"parquet"`` or ``"sql"``.
    path : Path or None
        The file.
    sql : str
        The client's SELECT.
    columns : Mapping
        Client's header -> column of the contract.
    """

    table: str
    kind: str
    path: Path | None = None
    sql: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """File name, or ``"SQL"``."""
        return self.path.name if self.path else "SQL"

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
    """Where each table of the codebook comes from: [tables], else a file named after it.

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
    for table in CODEBOOK.tables:
        if table not in found and table not in wrong and (path := _by_name(table, folder, problems)):
            found[table] = Origin(table, _READ[path.suffix.lower()], path)
    wrong = {problem.table for problem in problems}
    usable = {table: found[table] for table in CODEBOOK.tables if table in found and table not in wrong}
    for origin in list(usable.values()):
        if origin.path and (problem := _unreadable(origin, folders)):
            problems.append(problem)
            del usable[origin.table]
    if "customers" not in usable and not any(problem.table == "customers" for problem in problems):
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
    if "connection" in entry:
        wrong("inputs.connection_later")
    for key in sorted(entry.keys() - set(_ENTRY) - {"connection"}):
        wrong("inputs.unknown_key", key=key, closest=closest(key, _ENTRY))
    columns = entry.get("columns", {})
    if not isinstance(columns, dict):
        wrong("inputs.table_columns")
        columns = {}
    known = set(CODEBOOK.tables[table].columns)
    for theirs, ours in columns.items():
        if str(ours).removesuffix("_en") not in known:
            wrong("inputs.unknown_column", value=str(ours), theirs=theirs, closest=closest(str(ours), known))
    if "sql" in entry:
        return Origin(table, "sql", sql=entry["sql"], columns=columns)
    path = folder / entry["file"].split("#")[0]
    return Origin(table, _READ.get(path.suffix.lower(), "other"), path, columns=columns)


def _by_name(table: str, folder: Path, problems: list[Problem]) -> Path | None:
    """The file in the folder that is named after a table."""
    spec = CODEBOOK.tables[table]
    names = dict.fromkeys((table, spec.zh, *spec.aliases))
    files = [folder / f"{name}{ending}" for ending in _READ for name in names]
    present = [path for path in files if path.exists() or path.is_symlink()]
    if len(present) > 1:
        problems.append(
            Problem(table, "inputs.two_files", {"files": ", ".join(path.name for path in present)})
        )
    if present:
        return present[0]
    for path in (folder / f"{name}{ending}" for name in names for ending in _EXCEL):
        if path.exists():
            problems.append(Problem(table, "inputs.excel_later", {"file": path.name}, file=path.name))
            break
    return None


def _unreadable(origin: Origin, folders: Sequence[Path]) -> Problem | None:
    """Why a file cannot be read at all, if so."""
    path = origin.path
    if path is None:
        return None
    if not any(path.resolve().is_relative_to(folder) for folder in folders):
        return origin.wrong("inputs.outside", value=str(path))
    if path.is_dir():
        return origin.wrong("inputs.is_folder")
    if not path.exists():
        return origin.wrong("inputs.no_file", value=path.name)
    if path.suffix.lower() in _EXCEL:
        return origin.wrong("inputs.excel_later", file=path.name)
    if origin.kind == "other":
        return origin.wrong("inputs.file_kind", value=path.suffix or path.name)
    if path.stat().st_size == 0:
        return origin.wrong("inputs.empty_file")
    return None
