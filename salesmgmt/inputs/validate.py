"""Rules of one table, generated from the codebook and judged in SQL.

One scan counts what every rule objects to; rows are looked up only for rules that object.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import Column, Table
from salesmgmt.inputs.columns import Typed, came
from salesmgmt.inputs.keys import bounds
from salesmgmt.inputs.rejects import MOST_ROWS, row_numbers
from salesmgmt.inputs.source import identifier

__all__ = ["Findings", "validate"]

_UNREADABLE = {
    "int": "inputs.not_whole", "number": "inputs.not_a_number", "money": "inputs.not_a_number",
    "share": "inputs.not_a_share", "date": "inputs.not_a_date", "month": "inputs.not_a_month",
    "period": "inputs.not_a_period", "code": "inputs.unknown_code", "bool": "inputs.not_yes_no",
}  # fmt: skip
_FIRST_ROWS = 20


@dataclass(frozen=True)
class Rule:
    """One thing a row may do wrong: an SQL condition, and how to say it."""

    id: str
    column: str
    objects: str
    shows: str
    fields: dict[str, Any] = field(default_factory=dict)
    counted: bool = False


@dataclass(frozen=True)
class Findings:
    """What validation of one table found.

    Attributes
    ----------
    rows, unassigned : int
        Rows with a cell filled; rows of a fact with a missing or unknown reference.
    errors, warnings : list of Problem
        By row, and counted.
    """

    rows: int
    unassigned: int
    errors: list[Problem]
    warnings: list[Problem]


def validate(connection: duckdb.DuckDBPyConnection, typed: Typed, referable: frozenset[str]) -> Findings:
    """Judge every row of one table.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``ours.<table>`` and ``keys.<table>``.
    typed : Typed
        The table.
    referable : frozenset of str
        Tables whose keys can be looked up.

    Returns
    -------
    Findings
        Every problem of the table.
    """
    rules = [*_rules(typed, referable)]
    loose = " OR ".join(f"({rule.objects})" for rule in rules if rule.counted) or "false"
    counts = "".join(f", count_if({rule.objects})" for rule in rules)
    scan = f"SELECT count(*), count_if({loose}), {_repeats(typed.table)}{counts} FROM {typed.relation} WHERE NOT _blank"
    rows, unassigned, repeats, *found = connection.execute(scan).fetchone() or (0, 0, 0)
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for rule, count in zip(rules, found, strict=True):
        if count and rule.counted:
            warnings.append(_counted(connection, typed, rule, count))
        elif count:
            errors += _each(connection, typed, rule, count)
    if repeats:
        errors += _duplicates(connection, typed)
    return Findings(rows, unassigned, sorted(errors, key=lambda problem: problem.row or 0), warnings)


def _rules(typed: Typed, referable: frozenset[str]) -> Iterator[Rule]:
    """Rules for the columns that the table has."""
    table, present = typed.table, set(typed.present)
    for name in typed.present:
        yield from _column_rules(table, table.columns[name], referable)
    for earlier, later in (pair for pair in table.order if set(pair) <= present):
        yield Rule(
            "inputs.dates_out_of_order", later, f"{identifier(later)} < {identifier(earlier)}",
            f"{came(later)}", {"earlier": earlier},
        )  # fmt: skip
    for low, value, high in (band for band in table.bands if {band[0], band[2]} & present):
        low_, value_, high_ = map(identifier, (low, value, high))
        half = f"({came(low)} IS NULL) <> ({came(high)} IS NULL)"
        yield Rule("inputs.half_band", value, half, f"coalesce({came(low)}, {came(high)})")
        shown = f"concat_ws(' / ', {came(low)}, {came(value)}, {came(high)})"
        yield Rule(
            "inputs.band_order", value, f"{low_} > {high_} OR {value_} < {low_} OR {value_} > {high_}", shown
        )


def _column_rules(table: Table, column: Column, referable: frozenset[str]) -> Iterator[Rule]:
    value, text = identifier(column.name), came(column.name)
    forgiving = table.fact and bool(column.ref)
    if column.required:
        id = "inputs.reference_missing" if forgiving else "inputs.empty"
        yield Rule(id, column.name, f"{text} IS NULL", "''", counted=forgiving)
    if column.type in _UNREADABLE:
        fields: dict[str, Any] = {"codes": tuple(column.codes)} if column.codes else {}
        yield Rule(
            _UNREADABLE[column.type], column.name, f"{text} IS NOT NULL AND {value} IS NULL", text, fields
        )
    limits = [(column.low, "<"), (column.high, ">"), (column.above, "<=")]
    beyond = " OR ".join(f"{value} {sign} {limit!r}" for limit, sign in limits if limit is not None)
    if beyond:
        yield Rule("inputs.out_of_bounds", column.name, beyond, text, {"bounds": bounds(column)})
    if column.choices:
        other = " AND ".join(f"{value} <> {choice!r}" for choice in column.choices)
        choices = ", ".join(f"{choice:g}" for choice in column.choices)
        yield Rule("inputs.not_a_choice", column.name, other, text, {"choices": choices})
    if column.ref in referable:
        unknown = f"{value} IS NOT NULL AND {value} NOT IN (SELECT key FROM keys.{identifier(column.ref)})"
        id = "inputs.reference_unassigned" if forgiving else "inputs.unknown_reference"
        yield Rule(id, column.name, unknown, text, {"ref": column.ref}, counted=forgiving)


def _key(table: Table) -> str:
    """The key as one row value: empty means "all", a missing id is no key."""
    parts = [f"coalesce({identifier(name)}::VARCHAR, '')" for name in table.keys]
    return f"({', '.join(parts)})"


def _keyed(table: Table) -> str:
    """Whether a row has its key: ids filled, other parts readable."""
    ids = [f"{identifier(name)} IS NOT NULL" for name in table.keys if table.columns[name].required]
    parts = [f"({identifier(name)} IS NOT NULL OR {came(name)} IS NULL)" for name in table.keys]
    return " AND ".join(ids + parts)


def _repeats(table: Table) -> str:
    keyed = f"FILTER (WHERE {_keyed(table)})"
    return f"count(*) {keyed} - count(DISTINCT {_key(table)}) {keyed}"


def _objected(typed: Typed, rule: Rule, most: int) -> str:
    """Record number and what came of the first rows a rule objects to; DuckDB keeps the order of the file."""
    numbered = (
        f"SELECT row_number() OVER () AS record, {rule.shows} AS shown, "
        f"NOT _blank AND ({rule.objects}) AS wrong FROM {typed.relation}"
    )
    return f"SELECT record, shown FROM ({numbered}) WHERE wrong ORDER BY 1 LIMIT {most}"


def _each(connection: duckdb.DuckDBPyConnection, typed: Typed, rule: Rule, count: int) -> list[Problem]:
    """A problem for every row a rule objects to, up to a limit beyond which rows are counted."""
    found = connection.execute(_objected(typed, rule, MOST_ROWS)).fetchall()
    rows = row_numbers(typed.origin, (record for record, _ in found))
    problems = [
        typed.origin.wrong(
            rule.id, column=rule.column, row=rows.get(record), value=shown or "", **rule.fields
        )
        for record, shown in found
    ]
    if count > len(found):
        problems.append(typed.origin.wrong("inputs.more_rows", column=rule.column, count=count - len(found)))
    return problems


def _counted(connection: duckdb.DuckDBPyConnection, typed: Typed, rule: Rule, count: int) -> Problem:
    """One warning for all rows a rule objects to, naming the first."""
    found = connection.execute(_objected(typed, rule, _FIRST_ROWS)).fetchall()
    rows = row_numbers(typed.origin, (record for record, _ in found))
    named = [str(rows.get(record, record)) for record, _ in found] + ["…"] * (count > len(found))
    return Problem(
        typed.table.name, rule.id, {"count": count, "rows": ", ".join(named), **rule.fields},
        column=rule.column, severity="warning", file=typed.origin.label,
    )  # fmt: skip


def _duplicates(connection: duckdb.DuckDBPyConnection, typed: Typed) -> list[Problem]:
    """A problem for every row whose key an earlier row has."""
    origin, table = typed.origin, typed.table
    shown = ", ".join(f"nullif({identifier(name)}::VARCHAR, '')" for name in table.keys)
    query = f"""
        WITH numbered AS (
            SELECT row_number() OVER () AS record, {_key(table)} AS key, concat_ws(' / ', {shown}) AS shown,
                NOT _blank AND {_keyed(table)} AS keyed
            FROM {typed.relation}
        ), repeated AS (
            SELECT key, min(record) AS first FROM numbered WHERE keyed GROUP BY key HAVING count(*) > 1
        )
        SELECT record, first, shown FROM numbered JOIN repeated USING (key)
        WHERE keyed AND record > first ORDER BY 1 LIMIT {MOST_ROWS}
    """
    found = connection.execute(query).fetchall()
    rows = row_numbers(origin, {record for record, first, _ in found for record in (record, first)})
    return [
        origin.wrong(
            "inputs.duplicate", column=table.keys[0], row=rows.get(record), value=key, first=rows.get(first)
        )
        for record, first, key in found
    ]
