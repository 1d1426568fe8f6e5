"""Facts added up where they lie, and the little of them that the methods need in detail.

A fact is reduced in two stages. Where its rows are, one query adds them up by month, customer, person and
one more column, names still as they came (:func:`partial`, and :mod:`salesmgmt.inputs.pushdown` for
databases). What comes back is small; here it is matched with the plan tables and added up again
(:func:`combined`). A missing or unknown customer or person becomes ``""`` (unassigned) and stays in every
total.

- ``visits``: month (first day), customer_id, staff_id, kind, visits (int), minutes (sum, NaN if none
  given), first_on, last_on.
- ``revenue``: month, customer_id, staff_id, product_id, amount, quantity, penalty, direct_cost (sums,
  NaN if none given).
- ``opportunities``: original columns of those opened or closed within three years before ``as_of``, or
  still open.

Sums are exact until the last step, whatever the engine and the order of rows: of every number a whole
count of 1/65536 is added up in integers and the rest, below 1/65536, apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb
import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import Table
from salesmgmt.inputs.columns import Typed, finish
from salesmgmt.inputs.sql import identifier, literal
from salesmgmt.inputs.validate import FIRST_ROWS, clip

__all__ = [
    "GRAINS",
    "PARTS",
    "YEARS_OF_DEALS",
    "Fact",
    "FileFact",
    "Grain",
    "combined",
    "recent_deals",
    "references",
]

YEARS_OF_DEALS = 3
"""How far back opportunities are read."""
PARTS = 65536
"""A number is added up as whole counts of 1/65536 and a rest."""
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
    """

    day: str = ""
    parts: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    span: bool = False
    counted: str = ""


GRAINS: Mapping[str, Grain] = {
    "visits": Grain("visited_on", ("customer_id", "staff_id", "kind"), ("minutes",), True, "visits"),
    "revenue": Grain(
        "month", ("customer_id", "staff_id", "product_id"), ("amount", "quantity", "penalty", "direct_cost")
    ),
    "opportunities": Grain(parts=("customer_id", "staff_id", "kind", "status")),
}
"""Every fact's grain; opportunities are read row by row, their grain serves the check of references."""


class Fact(Protocol):
    """A fact where it lies: its rows are never fetched as a whole."""

    def partial(self, grain: Grain) -> pd.DataFrame:
        """Sums by month and parts: ``month``, the parts as text, ``rows``; of each sum ``x whole``, ``x rest``
        and ``x given``; ``first_on`` and ``last_on`` where the span is wanted.
        """  # fmt: skip
        ...

    def where(self, column: str, values: Sequence[str], *, most: int) -> list[str]:
        """First rows, by number or key, in which a column holds one of these texts (``""`` for none)."""
        ...


@dataclass(frozen=True)
class FileFact:
    """A fact that DuckDB reads: a file, a query, a sheet."""

    connection: duckdb.DuckDBPyConnection
    typed: Typed

    def partial(self, grain: Grain) -> pd.DataFrame:
        """See :class:`Fact`."""
        parts = [f"coalesce({identifier(name)}, '') AS {identifier(name)}" for name in grain.parts]
        if grain.day:
            parts = [f"date_trunc('month', {identifier(grain.day)})::TIMESTAMP AS month", *parts]
        totals = ["count(*) AS rows", *(total for name in grain.sums for total in _totals(name))]
        if grain.span:
            totals += [f"min({grain.day})::TIMESTAMP AS first_on", f"max({grain.day})::TIMESTAMP AS last_on"]
        query = (
            f"SELECT {', '.join([*parts, *totals])} FROM {self.typed.relation} WHERE NOT _blank GROUP BY ALL"
        )
        return self.connection.execute(query).df()

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

    def recent(self, since: pd.Timestamp) -> pd.DataFrame:
        """Rows opened or closed since a day, or still open, with every column of the codebook."""
        columns, day = ", ".join(map(identifier, self.typed.table.columns)), since.date().isoformat()
        query = f"""
            SELECT {columns} FROM {self.typed.relation}
            WHERE NOT _blank AND (opened_on >= DATE '{day}' OR closed_on >= DATE '{day}' OR status IN ('open', 'bid_won'))
        """
        return self.connection.execute(query).df()


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
    partial: pd.DataFrame, fact: Fact, table: Table, file: str, known: Mapping[str, frozenset[str]]
) -> tuple[int, list[Problem]]:
    """Rows with a missing or unknown reference, and a warning for each kind of them.

    Parameters
    ----------
    partial : DataFrame
        From :meth:`Fact.partial`.
    fact : Fact
        Names the first rows.
    table : Table
        Its codebook entry.
    file : str
        Where the fact came from.
    known : Mapping
        Table -> its keys, for tables that can be looked up.

    Returns
    -------
    tuple
        Number of rows that count as unassigned, and warnings.
    """
    loose = pd.Series(False, index=partial.index)
    warnings: list[Problem] = []
    for name in [str(name) for name in partial]:
        if name not in table.columns or not table.columns[name].ref:
            continue
        column = table.columns[name]
        none = partial[name] == ""
        cases: list[tuple[str, pd.Series, dict[str, str]]] = []
        if column.required:
            cases.append(("inputs.reference_missing", none, {}))
        if column.ref in known:
            unknown = ~none & ~partial[name].isin(known[column.ref])
            cases.append(("inputs.reference_unassigned", unknown, {"ref": column.ref}))
        for id, rows, fields in cases:
            loose |= rows
            if count := int(partial.loc[rows, "rows"].sum()):
                values = list(dict.fromkeys(partial.loc[rows, name]))
                named = fact.where(name, values[:1000], most=FIRST_ROWS)
                shown = ", ".join([*map(clip, named), *["…"] * (count > len(named))])
                warnings.append(
                    Problem(table.name, id, {"count": count, "rows": shown, **fields}, column=name, severity="warning", file=file)
                )  # fmt: skip
    return int(partial.loc[loose, "rows"].sum()), warnings


def combined(
    partial: pd.DataFrame, grain: Grain, table: Table, known: Mapping[str, frozenset[str]]
) -> pd.DataFrame:
    """A fact as the methods read it, out of sums whose names are as they came.

    Parameters
    ----------
    partial : DataFrame
        From :meth:`Fact.partial`.
    grain : Grain
        How it was added up.
    table : Table
        Its codebook entry.
    known : Mapping
        Table -> its keys: a reference that is none of them becomes ``""``.

    Returns
    -------
    DataFrame
        One row per month and parts, in their order.
    """
    by = [*(["month"] if grain.day else []), *grain.parts]
    matched = partial.assign(**{name: _matched(partial[name], table, known) for name in grain.parts})
    totals = {
        f"{name} {part}": (f"{name} {part}", "sum")
        for name in grain.sums
        for part in ("whole", "rest", "given")
    }
    if grain.counted:
        totals[grain.counted] = ("rows", "sum")
    if grain.span:
        totals |= {"first_on": ("first_on", "min"), "last_on": ("last_on", "max")}
    added = matched.groupby(by, sort=True, dropna=False).agg(**totals).reset_index()
    for name in grain.sums:
        value = added[f"{name} whole"] / PARTS + added[f"{name} rest"]
        added[name] = value.where(added[f"{name} given"] > 0)
    return finish(added[list(table.reduced)], table)


def _matched(names: pd.Series, table: Table, known: Mapping[str, frozenset[str]]) -> pd.Series:
    ref = table.columns[str(names.name)].ref
    return names.where(names.isin(known[ref]), "") if ref in known else names


def recent_deals(
    fact: FileFact, table: Table, as_of: pd.Timestamp, known: Mapping[str, frozenset[str]]
) -> pd.DataFrame:
    """Opportunities of the last three years, or still open, in the order of their keys."""
    found = fact.recent(as_of - pd.DateOffset(years=YEARS_OF_DEALS))
    deals = finish(found[list(table.columns)], table)
    matched = {
        name: _matched(deals[name], table, known).astype("str") for name in ("customer_id", "staff_id")
    }
    return deals.assign(**matched).sort_values("opportunity_id", kind="stable", ignore_index=True)
