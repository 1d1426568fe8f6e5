"""Reading an engagement: the contents page of this room."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.columns import Typed, finish, make_typed
from salesmgmt.inputs.engagement import SHIPPED, Engagement, Source
from salesmgmt.inputs.facts import GRAINS, FileFact, combined, in_detail, later, references
from salesmgmt.inputs.headers import map_headers
from salesmgmt.inputs.keys import first_few
from salesmgmt.inputs.located import Kept, located
from salesmgmt.inputs.notes import notes, questions
from salesmgmt.inputs.origins import Origin, allowed_folders, locate, unused_files
from salesmgmt.inputs.promised import marked_as_steps, named_visits, steps_of_visits
from salesmgmt.inputs.pseudonyms import under_pseudonyms
from salesmgmt.inputs.remote import RemoteFact, open_remote, read_remote, remote_steps
from salesmgmt.inputs.rules import across, with_role_scopes
from salesmgmt.inputs.scenarios import variants
from salesmgmt.inputs.seal import is_sealed, load_sealed
from salesmgmt.inputs.settings import FILE, Settings, read_settings
from salesmgmt.inputs.source import Raw, connect, digest, looking_into, open_raw
from salesmgmt.inputs.sql import identifier, sentence
from salesmgmt.inputs.validate import validate, validate_parts
from salesmgmt.inputs.wording import english

__all__ = ["load"]


@dataclass
class _Reading:
    """What has been read so far."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    wording: dict[str, str] = field(default_factory=dict)


def load(
    engagement: str | Path,
    *,
    scenario: str = "",
    overrides: Mapping[str, Any] | None = None,
    allow: Sequence[str | Path] = (),
) -> Engagement:
    """Read and validate an engagement folder.

    Parameters
    ----------
    engagement : str or Path
        The folder: absolute, or relative to the current folder or to the project's.
    scenario : str, default ""
        Name of a ``[scenarios.NAME]`` section to apply.
    overrides : Mapping, optional
        Dotted key -> value, e.g. ``{"sizing.visits_per_rep": 200}``; each replaces the whole
        assumption, and without a role that of every role.
    allow : Sequence of path, optional
        Further folders that its files and SQL may read (also ``SALESMGMT_ALLOW``).

    Returns
    -------
    Engagement
        Typed tables, reduced facts, assumptions, sources.

    Raises
    ------
    InputError
        With every problem of every table at once; ``.language`` is the engagement's.

    Notes
    -----
    A folder written by :func:`seal` is verified by its hashes and not validated again.

    Examples
    --------
    >>> data = load("data/demo", overrides={"sizing.visits_per_rep": 200})
    >>> data.client, data.year, data.value("sizing.visits_per_rep")
    ('远航客服外包', 2027, 200.0)
    """
    folder = find_folder(engagement)
    if is_sealed(folder):
        return load_sealed(folder, scenario=scenario, overrides=overrides)
    folders = allowed_folders(folder, allow)
    settings = read_settings(folder / FILE, scenario=scenario, overrides=overrides, folders=folders)
    origins, problems = locate(folder, settings.tables, folders)
    reading = _Reading(errors=problems)
    with tempfile.TemporaryDirectory(prefix="salesmgmt-") as private:
        connection = connect(folders, Path(private).resolve())
        try:
            with contextlib.chdir(folders[0]):  # relative paths in SQL are judged and read from there
                _read(connection, folders, Path(private).resolve(), origins, settings, reading)
            _add_shipped_coverage(reading)
            if "adjustments" in reading.tables:
                reading.tables["adjustments"] = with_role_scopes(reading.tables["adjustments"])
            crossed = located(across(reading.tables, settings), reading.kept)
        finally:
            connection.close()
    if unused := unused_files(folders[0], origins):
        fields = {"count": len(unused), "files": ", ".join(first_few(unused))}
        reading.notes.append(Problem("engagement", "inputs.read.unused_files", fields, severity="note"))
    errors = [*settings.problems, *reading.errors, *(found for found in crossed if found.severity == "error")]
    if errors:
        raise _refused(_told_once(errors), settings, origins)
    warnings = [*reading.warnings, *(found for found in crossed if found.severity == "warning")]
    data = replace(_engagement(folder, settings, reading, warnings), variants=variants(settings, overrides))
    return under_pseudonyms(data) if data.values["engagement.pseudonyms"] else data


def _told_once(errors: list[Problem]) -> list[Problem]:
    """Errors without those that follow from another in the same cell: a failed formula is no empty cell."""
    failed = {(error.table, error.cell) for error in errors if error.id in ("inputs.error_value", "inputs.formula_without_result") and error.cell}  # fmt: skip
    return [
        error for error in errors if error.id != "inputs.empty" or (error.table, error.cell) not in failed
    ]


def find_folder(engagement: str | Path) -> Path:
    """The engagement's folder: as given, else under the project root.

    Raises
    ------
    InputError
        If there is no such folder, or it has no engagement.toml.
    """
    given = Path(engagement)
    here = Path.cwd()
    checkout = Path(__file__).resolve().parents[2]
    root = next((parent for parent in (here, *here.parents) if (parent / "notebooks").is_dir()), checkout)
    folder = next((path for path in (here / given, root / given) if path.is_dir()), None)
    if folder is None:
        raise InputError([Problem("engagement", "inputs.no_folder", {"value": str(engagement)})])
    if not (folder / FILE).exists():
        raise InputError([Problem("engagement", "inputs.no_engagement", {"folder": folder.name}, file=FILE)])
    return folder


def _refused(errors: list[Problem], settings: Settings, origins: Mapping[str, Origin]) -> InputError:
    order = {name: at for at, name in enumerate(("engagement", *CODEBOOK.tables))}
    error = InputError(sorted(errors, key=lambda problem: order[problem.table]))
    error.language = settings.values.get("engagement.languages", ("zh",))[0]
    error.origins = origins
    return error


def _read(
    connection: duckdb.DuckDBPyConnection,
    folders: Sequence[Path],
    private: Path,
    origins: Mapping[str, Origin],
    settings: Settings,
    reading: _Reading,
) -> None:
    """Open every table, then validate and fetch each: references need all keys first."""
    typed: list[Typed] = []
    remote: list[RemoteFact] = []
    for origin in origins.values():
        if origin.kind == "database":
            raw, problems = open_remote(connection, origin, folders)
        else:
            raw, problems = open_raw(connection, origin, folders, private)
        reading.errors += problems
        if isinstance(raw, RemoteFact):
            remote.append(raw)
        elif raw is not None and (table := _type(connection, raw, settings, reading)):
            typed.append(table)
    known = {table.table.name: keys for table in typed if (keys := _keys(connection, table)) is not None}
    as_of = pd.Timestamp(settings.values.get("engagement.as_of", "2100-01-01"))
    for table in typed:
        try:
            _fetch(connection, table, as_of, known, settings, reading)
        except duckdb.Error as error:
            reading.errors.append(table.origin.wrong("inputs.unreadable", reason=sentence(error)))
    for fact in remote:
        try:
            _fetch_remote(connection, fact, folders, as_of, known, settings, reading)
        except InputError as error:
            reading.errors += error.problems
    if "promises" in reading.tables and not reading.errors:
        _mark_steps(connection, typed, remote, folders, reading)


def _mark_steps(
    connection: duckdb.DuckDBPyConnection,
    typed: Sequence[Typed],
    remote: Sequence[RemoteFact],
    folders: Sequence[Path],
    reading: _Reading,
) -> None:
    """Mark the promises that their visit holds as its next step, wherever the visits lie."""
    promises = reading.tables["promises"]
    ids, steps = named_visits(promises), list[tuple[str, str]]()
    try:
        for table in (table for table in typed if ids and table.table.name == "visits"):
            with looking_into(connection, table.raw):
                steps += steps_of_visits(connection, table, ids)
        for fact in (fact for fact in remote if ids and fact.origin.table == "visits"):
            steps += remote_steps(fact, folders, ids)
    except InputError as error:
        reading.errors += error.problems
    reading.tables["promises"] = marked_as_steps(promises, steps)


def _fetch_remote(
    connection: duckdb.DuckDBPyConnection,
    fact: RemoteFact,
    folders: Sequence[Path],
    as_of: pd.Timestamp,
    known: Mapping[str, frozenset[str]],
    settings: Settings,
    reading: _Reading,
) -> None:
    """Validate and add up a fact in its database, and keep what comes back."""
    origin = fact.origin
    found = read_remote(connection, fact, folders, as_of=as_of, known=known, vat=_vat(origin, settings))
    reading.errors += found.findings.errors
    reading.warnings += found.findings.warnings
    reading.tables[origin.table] = found.frame
    reading.sources[origin.table] = Source(
        origin.table, origin.label, found.findings.rows, _digest_of_query(origin.sql, found.frame),
        found.unassigned, origin.sql,
    )  # fmt: skip


def _type(
    connection: duckdb.DuckDBPyConnection, raw: Raw, settings: Settings, reading: _Reading
) -> Typed | None:
    """``ours.<table>``, or None if its header or its content cannot be read."""
    table, origin = CODEBOOK.tables[raw.origin.table], raw.origin
    places, problems = map_headers(raw.headers, table, origin, above=raw.units)
    reading.errors += problems
    if any(problem.id != "inputs.ask_header" for problem in problems):
        return None
    vat = _vat(origin, settings)
    try:
        with looking_into(connection, raw):
            typed = make_typed(connection, raw, table, places, vat=vat)
    except duckdb.Error as error:
        id = "inputs.sql_failed" if origin.kind == "sql" else "inputs.unreadable"
        reading.errors.append(origin.wrong(id, reason=sentence(error)))
        return None
    used = {place.at: name for name, place in places.items() if name in table.columns}
    for (row, at), told in raw.broken.items():
        if at in used:
            id = "inputs.formula_without_result" if told == "=" else "inputs.error_value"
            reading.errors.append(typed.wrong(id, used[at], row + 1, value=told))
    return typed


def _tax(origin: Origin, settings: Settings) -> str:
    """Whether a table's money carries VAT: as its entry says, else as the engagement does."""
    return origin.tax or str(settings.values.get("engagement.tax", "excluded"))


def _vat(origin: Origin, settings: Settings) -> float:
    """Rate of the VAT that a table's money carries; 0 for none."""
    return (
        float(settings.values.get("engagement.vat_rate", 0.0))
        if _tax(origin, settings) == "included"
        else 0.0
    )


def _keys(connection: duckdb.DuckDBPyConnection, typed: Typed) -> frozenset[str] | None:
    """Keys of a table that other tables refer to, also as ``keys.<table>``."""
    name = typed.table.name
    if not any(column.ref == name for other in CODEBOOK.tables.values() for column in other.columns.values()):
        return None
    key = identifier(typed.table.keys[0])
    with looking_into(connection, typed.raw):
        connection.execute(
            f"CREATE TABLE memory.keys.{identifier(name)} AS SELECT DISTINCT {key} AS key FROM {typed.relation} "
            f"WHERE {key} IS NOT NULL AND NOT _blank"
        ).fetchall()
    return frozenset(key for (key,) in connection.execute(f"FROM memory.keys.{identifier(name)}").fetchall())


def _fetch(
    connection: duckdb.DuckDBPyConnection,
    typed: Typed,
    as_of: pd.Timestamp,
    known: Mapping[str, frozenset[str]],
    settings: Settings,
    reading: _Reading,
) -> None:
    """Validate one table and keep it, with its source."""
    origin, table, name = typed.origin, typed.table, typed.table.name
    unassigned = 0
    with looking_into(connection, typed.raw):
        parts = GRAINS[name].parts if table.fact else ()
        findings = validate(connection, typed, frozenset(known), apart=parts)
        if table.fact:
            fact, grain = FileFact(connection, typed), GRAINS[name]
            fact.add_up(grain, as_of)
            more = validate_parts(connection, typed, grain.parts)
            findings = replace(
                findings,
                errors=[*findings.errors, *more.errors],
                readings={**findings.readings, **more.readings},
            )
        reading.errors += findings.errors
        reading.errors += questions(connection, typed, findings.readings, _tax(origin, settings))
        reading.notes += notes(connection, typed, findings.readings)
        if table.fact:
            unassigned, warnings = references(connection, fact, grain, table, origin.label, known)
            reading.warnings += warnings
        if not table.reduced:
            if table.fact:
                frame = in_detail(connection, fact, table, as_of, known)
            else:
                frame, records = _plan(connection, typed)
                reading.kept[name] = Kept(typed, records)
    if table.reduced:
        frame = combined(connection, grain, table, known)
    if table.fact:
        reading.warnings += later(table, rows=findings.rows, kept=len(frame), file=origin.label, as_of=as_of)
    if name == "customers" and findings.rows == 0:
        reading.errors.append(origin.wrong("inputs.no_rows"))
    reading.tables[name] = frame
    with looking_into(connection, typed.raw):
        wordings = english(connection, typed)
    for text, wording in wordings.items():
        reading.wording.setdefault(text, wording)
    sha256 = digest(origin.path) if origin.path else _digest_of_query(origin.sql, frame)
    reading.sources[name] = Source(name, origin.label, findings.rows, sha256, unassigned, origin.sql)


def _plan(connection: duckdb.DuckDBPyConnection, typed: Typed) -> tuple[pd.DataFrame, list[int]]:
    """A plan table in the order of its file, and the record of each row."""
    columns = ", ".join(map(identifier, (*typed.table.columns, *typed.further)))
    numbered = f'SELECT *, {typed.record} AS "its record" FROM {typed.relation}'
    query = f'SELECT {columns}, "its record" FROM ({numbered}) WHERE NOT _blank ORDER BY "its record"'
    found = connection.execute(query).df()
    records = [int(record) for record in found.pop("its record")]
    return finish(found, typed.table), records


def _digest_of_query(sql: str, frame: pd.DataFrame) -> str:
    return hashlib.sha256(f"{sql}\n{frame.to_csv(index=False)}".encode()).hexdigest()


def _add_shipped_coverage(reading: _Reading) -> None:
    """The shipped frequencies where the client gives none."""
    if "coverage" in reading.tables or any(problem.table == "coverage" for problem in reading.errors):
        return
    table = CODEBOOK.tables["coverage"]
    frame = finish(pd.DataFrame(list(CODEBOOK.coverage)).reindex(columns=list(table.columns)), table)
    reading.tables["coverage"] = frame
    reading.sources["coverage"] = Source("coverage", SHIPPED, len(frame), _digest_of_query("", frame))


def _engagement(folder: Path, settings: Settings, reading: _Reading, warnings: list[Problem]) -> Engagement:
    values = settings.values
    order = [name for name in CODEBOOK.tables if name in reading.tables]
    return Engagement(
        folder=folder, client=values["engagement.client"], year=values["engagement.year"],
        as_of=pd.Timestamp(values["engagement.as_of"]), currency=values["engagement.currency"],
        languages=values["engagement.languages"], scenario=settings.scenario,
        year_starts=values["engagement.year_starts"],
        sources={name: reading.sources[name] for name in order}, assumptions=settings.listed(),
        warnings=warnings, notes=_notes(settings, reading), values=values, wording=settings.wording | reading.wording,
        tables={name: reading.tables[name] for name in order},
    )  # fmt: skip


def _notes(settings: Settings, reading: _Reading) -> list[Problem]:
    """How the inputs were read where a reader may wonder."""
    notes: list[Problem] = []
    if settings.values["engagement.tax"] == "included":
        rate = settings.values["engagement.vat_rate"]
        notes.append(
            Problem("engagement", "inputs.vat_removed", {"rate": f"{rate:.2%}"}, severity="note", file=FILE)
        )
    if reading.sources["coverage"].origin == SHIPPED:
        notes.append(Problem("coverage", "inputs.shipped_coverage", severity="note"))
    return [*notes, *reading.notes]
