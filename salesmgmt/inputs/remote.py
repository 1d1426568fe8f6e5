"""Tables out of a database: plan tables fetched, facts added up there where their columns allow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs.codebook import CODEBOOK, Table, plain
from salesmgmt.inputs.columns import finish, make_typed
from salesmgmt.inputs.databases import Database, open_database
from salesmgmt.inputs.facts import DETAILS, GRAINS, FileFact, combined, in_detail, later, references
from salesmgmt.inputs.headers import Place, map_headers
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.pushdown import DatabaseFact, column_kinds, typed_enough
from salesmgmt.inputs.source import Raw, open_frame
from salesmgmt.inputs.validate import FIRST_ROWS, Findings

__all__ = ["MOST_FETCHED", "Remote", "RemoteFact", "open_remote", "read_remote", "remote_steps"]

MOST_FETCHED = 5_000_000
"""Rows that are fetched of a table whose columns the database has as text."""


@dataclass(frozen=True)
class RemoteFact:
    """A fact that its database can add up.

    Attributes
    ----------
    origin : Origin
        Where it comes from.
    places : Mapping
        Our column -> column of the query.
    kinds : Mapping
        Our column -> kind.
    """

    origin: Origin
    places: Mapping[str, str]
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class Remote:
    """What reading a fact out of its database gave: the frame, findings, unassigned rows, all problems."""

    frame: pd.DataFrame
    findings: Findings
    unassigned: int


def open_remote(
    connection: duckdb.DuckDBPyConnection, origin: Origin, folders: Sequence[Path]
) -> tuple[Raw | RemoteFact | None, list[Problem]]:
    """A table of a database: its rows in DuckDB, or the promise that the database can add it up.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Takes fetched rows.
    origin : Origin
        Of kind ``"database"``.
    folders : Sequence of Path
        Folders that may be read, the engagement's first.

    Returns
    -------
    tuple
        Rows as ``raw.<table>``, or a :class:`RemoteFact`; None with the problems that kept it from being read.
    """
    table = CODEBOOK.tables[origin.table]
    try:
        with open_database(origin, folders[0], folders) as database:
            if table.fact and (fact := _able(database, table, origin)):
                return fact, []
            return open_frame(connection, origin, database.rows(most=MOST_FETCHED)), []
    except InputError as error:
        return None, error.problems


def _able(database: Database, table: Table, origin: Origin) -> RemoteFact | None:
    """The fact, where headers are right and numbers and days are such in the database."""
    headers = [name for name, _ in database.columns()]
    places, problems = map_headers(headers, table, origin)
    if problems:
        return None  # told once its rows are typed
    ours = {name: headers[place.at] for name, place in places.items() if name in table.columns}
    kinds = column_kinds(database, table, ours)
    zoned = [name for name, theirs in ours.items() if theirs in database.zoned and table.columns[name].dated]
    if zoned:
        raise InputError([origin.wrong("inputs.ask_zone", column=name) for name in zoned])
    stated = {name: place.unit for name, place in places.items() if place.unit}
    return (
        None if typed_enough(table, ours, kinds) else RemoteFact(replace(origin, units=stated), ours, kinds)
    )


def read_remote(
    connection: duckdb.DuckDBPyConnection, remote: RemoteFact, folders: Sequence[Path], *, as_of: pd.Timestamp,
    known: Mapping[str, frozenset[str]], vat: float,
) -> Remote:  # fmt: skip
    """Validate a fact and add it up in its database.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Types the rows that are fetched one by one.
    remote : RemoteFact
        The fact.
    folders : Sequence of Path
        Folders that may be read, the engagement's first.
    as_of : Timestamp
        Day the data stand at.
    known : Mapping
        Table -> its keys.
    vat : float
        Rate by which money that carries VAT is divided (1 + vat).

    Returns
    -------
    Remote
        The frame that methods read, and what was found.

    Raises
    ------
    InputError
        If the database fails.
    """
    origin = remote.origin
    table, grain = CODEBOOK.tables[origin.table], GRAINS[origin.table]
    with open_database(origin, folders[0], folders) as database:
        fact = DatabaseFact(database, table, remote.places, remote.kinds, origin, vat=vat)
        findings = fact.judge(as_of)
        raw = fact.partial(grain, as_of)
        partial, errors = _coded(raw, fact, table, origin)
        connection.register("coded", partial)
        connection.execute("CREATE OR REPLACE TEMP TABLE partial AS FROM coded").fetchall()
        connection.unregister("coded")
        unassigned, warnings = references(connection, fact, grain, table, origin.label, known)
        if table.reduced:
            frame = combined(connection, grain, table, known)
        else:
            detail = DETAILS[table.name]
            texts = {
                name: [text for text in raw[name].unique() if _code(table, name, text) in codes]
                for name, codes in detail.still.items()
            }
            dated = (detail.until,) if detail.until else detail.dated
            rows = fact.recent(list(table.columns), since=detail.since(as_of), dated=dated, statuses=texts)
            frame = _detail(connection, origin, table, rows, as_of, known, vat)
    warnings += later(table, rows=findings.rows, kept=len(frame), file=origin.label, as_of=as_of)
    found = replace(findings, errors=[*findings.errors, *errors], warnings=[*findings.warnings, *warnings])
    return Remote(frame, found, unassigned)


def remote_steps(remote: RemoteFact, folders: Sequence[Path], ids: Sequence[str]) -> list[tuple[str, str]]:
    """Those of some visits in a database that have a next step with a due day.

    Parameters
    ----------
    remote : RemoteFact
        The visits.
    folders : Sequence of Path
        Folders that may be read, the engagement's first.
    ids : Sequence of str
        Visits.

    Returns
    -------
    list of (str, str)
        Visit and due day (ISO).

    Raises
    ------
    InputError
        If the database fails.
    """
    origin = remote.origin
    with open_database(origin, folders[0], folders) as database:
        table = CODEBOOK.tables[origin.table]
        fact = DatabaseFact(database, table, remote.places, remote.kinds, origin, vat=0.0)
        return fact.noted("due_on", ids)


def _code(table: Table, name: str, text: str) -> str | None:
    """The code that a text of a column means; None for none."""
    column = table.columns[name]
    if not text:
        return column.blank
    return column.spellings().get(plain(text), text if column.open else None)


def _coded(
    partial: pd.DataFrame, fact: DatabaseFact, table: Table, origin: Origin
) -> tuple[pd.DataFrame, list[Problem]]:
    """Codes in place of what came, and a problem for every row whose text is none."""
    problems: list[Problem] = []
    codes: dict[str, pd.Series] = {}
    for name in [str(name) for name in partial]:
        column = table.columns.get(name)
        if column is None or not column.codes:
            continue
        meant = {str(text): _code(table, name, str(text)) for text in partial[name].unique()}
        for text in [text for text, code in meant.items() if code is None]:
            count = int(partial.loc[partial[name] == text, "rows"].sum())
            keys = fact.where(name, [text], most=FIRST_ROWS)
            fields = {"value": text, "codes": tuple(column.codes)}
            problems += [Problem(table.name, "inputs.unknown_code", fields, column=name, file=origin.label, key=key) for key in keys]  # fmt: skip
            if count > len(keys):
                problems.append(origin.wrong("inputs.more_rows", column=name, count=count - len(keys)))
        codes[name] = partial[name].map(meant).fillna("").astype("str")
    return partial.assign(**codes), problems


def _detail(
    connection: duckdb.DuckDBPyConnection, origin: Origin, table: Table, rows: pd.DataFrame,
    as_of: pd.Timestamp, known: Mapping[str, frozenset[str]], vat: float,
) -> pd.DataFrame:  # fmt: skip
    """Rows fetched one by one, typed as those of a file are."""
    if rows.empty:
        return finish(rows.reindex(columns=list(table.columns)), table)
    raw = open_frame(connection, origin, rows)
    places = {name: Place(at, origin.units.get(name, "")) for at, name in enumerate(raw.headers)}
    return in_detail(
        connection,
        FileFact(connection, make_typed(connection, raw, table, places, vat=vat)),
        table,
        as_of,
        known,
    )
