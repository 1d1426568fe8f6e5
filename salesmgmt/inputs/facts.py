"""Facts added up where they lie, and the little of them that the methods need in detail.

A fact is reduced in two stages. Where its rows are, one query adds them up by month, customer, person and
one more column, names still as they came (:meth:`FileFact.add_up`, and :mod:`salesmgmt.inputs.pushdown` for
databases). What comes back is small; here it is matched with the plan tables and added up again
(:func:`combined`). A missing or unknown customer or person becomes ``""`` (unassigned) and stays in every
total.

- ``visits``: month (first day), customer_id, staff_id, kind, visits (int), minutes (sum, NaN if none
  given), first_on, last_on, with_outcome (visits whose outcome is noted), steps_due, steps_kept, steps_open (next
  steps agreed: due, done by their day, due and not done), all as they stood at the first return of the day
  ``as_of`` after the visit, so that every year is seen from the same distance; logged (visits whose day of entry is
  noted), logged_late (of them, entered more than a week after); see :mod:`salesmgmt.inputs.steps`.
- ``revenue``: month, customer_id, staff_id, product_id, amount, quantity, penalty, direct_cost (sums,
  NaN if none given).
- ``opportunities``: original columns of those opened or closed within three years before ``as_of``, or
  still open.
- ``promises``: original columns of those asked for or due within three years before ``as_of``, and as_step (bool):
  this one stands in its visit as the next step already, and counts there; see :func:`marked_as_steps`.
- ``invoices``, ``receipts``: original columns of those issued, received by ``as_of``.

Sums are exact until the last step, whatever the engine and the order of rows: of every number a whole
count of 1/65536 is added up in integers and the rest, below 1/65536, apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import duckdb
import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import Table
from salesmgmt.inputs.columns import Typed, finish, typed_cells
from salesmgmt.inputs.sql import identifier, literal
from salesmgmt.inputs.steps import TOLD, counted
from salesmgmt.inputs.validate import FIRST_ROWS, clip

__all__ = [
    "DETAILS",
    "GRAINS",
    "PARTS",
    "Detail",
    "Fact",
    "FileFact",
    "Grain",
    "combined",
    "in_detail",
    "later",
    "references",
]

YEARS_OF_DEALS = 3
"""How far back opportunities are read."""
PARTS = 65536
"""A number is added up as whole counts of 1/65536 and a rest."""
NAMED_VALUES = 5
"""Unknown names that one warning quotes."""
MOST_EXACT = 1e12
"""Numbers beyond are added up as they are."""


@dataclass(frozen=True)
class Grain:
    """How a fact is added up.

    Attributes
    ----------
    day : str
        Dated column whose month is part of the grain; empty for none.
    parts : tuple of str
        References, codes and other text that are part of the grain.
    sums : tuple of str
        Number columns that are added up.
    span : bool
        Whether the first and the last day are wanted.
    counted : str
        Name of the number of rows; empty where it is not kept.
    told : tuple of str
        Counts of rows of which something is true, of :data:`salesmgmt.inputs.steps.TOLD`.
    """

    day: str = ""
    parts: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    span: bool = False
    counted: str = ""
    told: tuple[str, ...] = ()


GRAINS: Mapping[str, Grain] = {
    "visits": Grain(
        "visited_on", ("customer_id", "staff_id", "kind"), ("minutes",), True, "visits", tuple(TOLD)
    ),
    "revenue": Grain(
        "month", ("customer_id", "staff_id", "product_id"), ("amount", "quantity", "penalty", "direct_cost")
    ),
    "opportunities": Grain(parts=("customer_id", "staff_id", "kind", "status")),
    "promises": Grain(parts=("customer_id", "staff_id")),
    "invoices": Grain(parts=("customer_id", "staff_id")),
    "receipts": Grain(parts=("invoice_id",)),
}
"""Every fact's grain; of one that is read row by row (:data:`DETAILS`) it serves the check of references."""


@dataclass(frozen=True)
class Detail:
    """Which rows of a fact are read one by one.

    Attributes
    ----------
    dated : tuple of str
        Columns of which one must lie within the last three years before ``as_of``,
    still : Mapping
        or columns of which one must hold one of these codes.
    until : str
        Column that must not lie after ``as_of``; where it is given the other two do not matter.
    """

    dated: tuple[str, ...] = ()
    still: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    until: str = ""

    def since(self, as_of: pd.Timestamp) -> date:
        """First day that matters."""
        return date.min if self.until else (as_of - pd.DateOffset(years=YEARS_OF_DEALS)).date()

    def condition(self, as_of: pd.Timestamp) -> str:
        """The rows, as SQL."""
        if self.until:
            return f"{identifier(self.until)} <= DATE '{as_of.date().isoformat()}'"
        late = [f"{identifier(name)} >= DATE '{self.since(as_of).isoformat()}'" for name in self.dated]
        kept = [
            f"{identifier(name)} IN ({', '.join(map(literal, codes))})" for name, codes in self.still.items()
        ]
        return f"({' OR '.join([*late, *kept])})"


DETAILS: Mapping[str, Detail] = {
    "opportunities": Detail(("opened_on", "closed_on"), {"status": ("open", "bid_won")}),
    "promises": Detail(("requested_on", "due_on")),
    "invoices": Detail(until="issued_on"),
    "receipts": Detail(until="received_on"),
}
"""Facts that methods need row by row."""


class Fact(Protocol):
    """A fact where it lies: its rows are never fetched as a whole."""

    def where(self, column: str, values: Sequence[str], *, most: int) -> list[str]:
        """First rows, by number or key, in which a column holds one of these texts (``""`` for none)."""
        ...


@dataclass(frozen=True)
class FileFact:
    """A fact that DuckDB reads: a file, a query, a sheet."""

    connection: duckdb.DuckDBPyConnection
    typed: Typed

    def add_up(self, grain: Grain, as_of: pd.Timestamp) -> None:
        """Leave sums by month and parts in ``temp.partial``, next steps seen from ``as_of``.

        Rows are grouped by cells as they came, and the few that differ are typed then. Columns: ``month``; each
        part as text, with ``x came`` and ``x rule``; ``rows``; of each sum ``x whole``, ``x rest`` and ``x given``;
        ``first_on`` and ``last_on`` where the span is wanted; each count of ``told``.
        """
        names = [name for name in grain.parts if name in self.typed.present]
        cells = [identifier(f"{name} cell") for name in names]
        month = [f"date_trunc('month', {identifier(grain.day)})::TIMESTAMP AS month"] if grain.day else []
        totals = ["count(*) AS rows", *(total for name in grain.sums for total in _totals(name))]
        if grain.span:
            totals += [f"min({grain.day})::TIMESTAMP AS first_on", f"max({grain.day})::TIMESTAMP AS last_on"]
        totals += [counted(name, self.typed.present, as_of) for name in grain.told]
        query = f"SELECT {', '.join([*month, *cells, *totals])} FROM {self.typed.relation} WHERE NOT _blank GROUP BY ALL"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE cells AS {query}").fetchall()
        held = {row[0]: row[1] for row in self.connection.execute("DESCRIBE temp.cells").fetchall()}
        kept = [identifier(name) for name in held if identifier(name) not in cells]
        query = typed_cells(self.typed, names, "temp.cells", [held[f"{name} cell"] for name in names], kept)
        absent = "".join(
            f", {literal(self.typed.table.columns[name].blank)} AS {identifier(name)}"
            for name in grain.parts
            if name not in names
        )
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE partial AS SELECT *{absent} FROM ({query})"
        ).fetchall()
        self.connection.execute("DROP TABLE temp.cells")

    def where(self, column: str, values: Sequence[str], *, most: int) -> list[str]:
        """See :class:`Fact`."""
        texts = ", ".join(map(literal, values))
        numbered = (
            f"SELECT {self.typed.record} AS record, NOT _blank AND coalesce({identifier(column)}, '') IN ({texts}) AS held "
            f"FROM {self.typed.relation}"
        )
        found = self.connection.execute(f"SELECT record FROM ({numbered}) WHERE held ORDER BY 1 LIMIT {most}")
        records = [record for (record,) in found.fetchall()]
        rows = self.typed.raw.rows(records)
        return [str(rows.get(record, record)) for record in records]


def _totals(name: str) -> Iterator[str]:
    """Whole counts of 1/65536, the rest, and how many were given."""
    value, whole, rest, given = (
        identifier(f"{name}{suffix}") for suffix in ("", " whole", " rest", " given")
    )
    exact = f"CASE WHEN abs({value}) < {MOST_EXACT!r} THEN ({value} * {PARTS})::BIGINT ELSE 0 END"
    yield f"coalesce(sum({exact}), 0)::BIGINT AS {whole}"
    yield f"coalesce(sum({value} - ({exact}) / {float(PARTS)!r}), 0)::DOUBLE AS {rest}"
    yield f"count({value}) AS {given}"


def references(
    connection: duckdb.DuckDBPyConnection,
    fact: Fact,
    grain: Grain,
    table: Table,
    file: str,
    known: Collection[str],
) -> tuple[int, list[Problem]]:
    """Rows with a missing or unknown reference, and a warning for each kind of them.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``temp.partial`` and ``keys.<table>``.
    fact : Fact
        Names the first rows.
    grain : Grain
        How it was added up.
    table : Table
        Its codebook entry.
    file : str
        Where the fact came from.
    known : Collection of str
        Tables whose keys can be looked up.

    Returns
    -------
    tuple
        Number of rows that count as unassigned, and warnings.
    """
    cases: list[tuple[str, str, str, dict[str, str]]] = []
    for name in [name for name in grain.parts if table.columns[name].ref]:
        column, cell = table.columns[name], f"coalesce({identifier(name)}, '')"
        if column.required:
            cases.append(("inputs.reference_missing", name, f"{cell} = ''", {}))
        if column.ref in known:
            unknown = f"{cell} <> '' AND {cell} NOT IN (SELECT key FROM {_keys(column.ref)})"
            cases.append(("inputs.reference_unassigned", name, unknown, {"ref": column.ref}))
    if not cases:
        return 0, []
    loose = " OR ".join(f"({condition})" for _, _, condition, _ in cases)
    counts = [
        f"coalesce(sum(rows) FILTER ({condition}), 0)" for condition in (loose, *(case[2] for case in cases))
    ]
    ((total, *found),) = connection.execute(f"SELECT {', '.join(counts)} FROM temp.partial").fetchall()
    warnings: list[Problem] = []
    for (id, name, condition, fields), count in zip(cases, found, strict=True):
        if count:
            query = f"SELECT DISTINCT coalesce({identifier(name)}, '') FROM temp.partial WHERE {condition} ORDER BY 1 LIMIT 1000"
            texts = [text for (text,) in connection.execute(query).fetchall()]
            named = fact.where(name, texts, most=FIRST_ROWS)
            shown = ", ".join([*map(clip, named), *["…"] * (count > len(named))])
            if fields:
                fields["values"] = ", ".join(map(clip, texts[:NAMED_VALUES])) + ", …" * (
                    len(texts) > NAMED_VALUES
                )
            fields = {"count": int(count), "rows": shown, **fields}  # type: ignore[dict-item]
            warnings.append(Problem(table.name, id, fields, column=name, severity="warning", file=file))
    return int(total), warnings


def combined(
    connection: duckdb.DuckDBPyConnection, grain: Grain, table: Table, known: Collection[str]
) -> pd.DataFrame:
    """A fact as the methods read it, out of sums whose names are as they came.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``temp.partial`` and ``keys.<table>``.
    grain : Grain
        How it was added up.
    table : Table
        Its codebook entry.
    known : Collection of str
        Tables whose keys can be looked up: a reference that is none of them becomes ``""``.

    Returns
    -------
    DataFrame
        One row per month and parts, in their order.
    """
    by = [
        "month",
        *(f"coalesce({_matched(name, table, known)}, '') AS {identifier(name)}" for name in grain.parts),
    ]
    totals = [f"sum(rows)::BIGINT AS {identifier(grain.counted)}"] if grain.counted else []
    for name in grain.sums:
        whole, rest, given = (f"sum({identifier(f'{name} {part}')})" for part in ("whole", "rest", "given"))
        totals.append(
            f"CASE WHEN {given} > 0 THEN {whole}::DOUBLE / {float(PARTS)!r} + {rest} END AS {identifier(name)}"
        )
    totals += ["min(first_on) AS first_on", "max(last_on) AS last_on"] if grain.span else []
    totals += [f"sum({name})::BIGINT AS {name}" for name in grain.told]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE added AS SELECT {', '.join([*by, *totals])} FROM temp.partial GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    connection.execute("DROP TABLE temp.partial")
    found = connection.execute(
        f"SELECT * REPLACE ({', '.join(_named(connection, grain))}) FROM temp.added"
    ).df()
    connection.execute("DROP TABLE temp.added")
    return finish(found[list(table.reduced)], table)


def _named(connection: duckdb.DuckDBPyConnection, grain: Grain) -> Iterator[str]:
    """Parts as codes of their names, so that each name is fetched once."""
    for name in grain.parts:
        cell, names = identifier(name), identifier(f"names of {name}")
        connection.execute(f"DROP TYPE IF EXISTS {names}")
        connection.execute(f"CREATE TYPE {names} AS ENUM (SELECT DISTINCT {cell} FROM temp.added ORDER BY 1)")
        yield f"{cell}::{names} AS {cell}"


def _keys(table: str) -> str:
    return f"memory.keys.{identifier(table)}"


def _matched(name: str, table: Table, known: Collection[str]) -> str:
    """A reference, or the empty text where it is unknown."""
    ref, cell = table.columns[name].ref, identifier(name)
    return (
        f"CASE WHEN {cell} IN (SELECT key FROM {_keys(ref)}) THEN {cell} ELSE '' END"
        if ref in known
        else cell
    )


def in_detail(
    connection: duckdb.DuckDBPyConnection,
    fact: FileFact,
    table: Table,
    as_of: pd.Timestamp,
    known: Collection[str],
) -> pd.DataFrame:
    """The rows of a fact that methods need one by one, in the order of their keys."""
    columns = ", ".join(f"{_matched(name, table, known)} AS {identifier(name)}" for name in table.columns)
    query = f"""
        SELECT {columns} FROM {fact.typed.relation}
        WHERE NOT _blank AND {DETAILS[table.name].condition(as_of)} ORDER BY {identifier(table.keys[0])}
    """
    return finish(connection.execute(query).df(), table)


def later(table: Table, *, rows: int, kept: int, file: str, as_of: pd.Timestamp) -> list[Problem]:
    """A warning where rows of a fact lie after the day the data stand at and were left out.

    Parameters
    ----------
    table : Table
        Its codebook entry.
    rows, kept : int
        Rows with a cell filled, and those that :func:`in_detail` kept.
    file : str
        Where the fact came from.
    as_of : Timestamp
        The day.

    Returns
    -------
    list of Problem
        None where all were kept, or where the fact is not cut at that day.
    """
    until = "" if table.reduced else DETAILS[table.name].until
    if not until or kept >= rows:
        return []
    fields = {"count": rows - kept, "as_of": as_of.date().isoformat()}
    return [Problem(table.name, "inputs.later", fields, column=until, severity="warning", file=file)]
