"""Rules of one table, generated from the codebook and judged in SQL.

One scan counts what every rule objects to and how cells were read; rows are looked up only for rules that
object. References of a fact are judged where it is added up (:mod:`salesmgmt.inputs.facts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import Column, Table
from salesmgmt.inputs.columns import Typed, came, ruled
from salesmgmt.inputs.delimited import MOST_ROWS
from salesmgmt.inputs.interpret import ERROR_VALUES
from salesmgmt.inputs.keys import bounds, shown
from salesmgmt.inputs.sql import identifier, literal

__all__ = ["FIRST_ROWS", "Findings", "clip", "validate", "validate_parts"]

_UNREADABLE = {
    "int": "inputs.not_whole", "number": "inputs.not_a_number", "money": "inputs.not_a_number",
    "share": "inputs.not_a_share", "date": "inputs.not_a_date", "month": "inputs.not_a_month",
    "period": "inputs.not_a_period", "code": "inputs.unknown_code", "bool": "inputs.not_yes_no",
}  # fmt: skip
FIRST_ROWS = 20
"""Rows that one warning or question names."""
_COUNTED_IN_SQL = 2_000_000
_KEYS_AT_ONCE = 26_000_000


@dataclass(frozen=True)
class Rule:
    """One thing a row may do wrong: an SQL condition, and how to say it: what came, and what stands beside it."""

    id: str
    column: str
    objects: str
    shows: str
    fields: dict[str, Any] = field(default_factory=dict)
    beside: str = "''"


@dataclass(frozen=True)
class Findings:
    """What validation of one table found.

    Attributes
    ----------
    rows : int
        Rows with a cell filled.
    errors, warnings : list of Problem
        By row, and counted.
    readings : Mapping
        Column -> rule -> cells read by it; ``"ask"`` for cells that mean two things.
    """

    rows: int
    errors: list[Problem]
    warnings: list[Problem]
    readings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def clip(text: object) -> str:
    """A text as a message shows it: one line, at most eighty characters."""
    return shown(text, 80)


def validate(
    connection: duckdb.DuckDBPyConnection,
    typed: Typed,
    referable: frozenset[str],
    *,
    apart: Sequence[str] = (),
) -> Findings:
    """Judge every row of one table.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``ours.<table>`` and ``keys.<table>``.
    typed : Typed
        The table.
    referable : frozenset of str
        Tables whose keys can be looked up.
    apart : Sequence of str
        Columns that :func:`validate_parts` judges.

    Returns
    -------
    Findings
        Every problem of the table but the references of a fact.
    """
    rules = [rule for rule in _rules(typed, referable) if rule.column not in apart]
    read = [name for name in typed.present if _may_differ(typed, name) and name not in apart]
    odd_keys = _odd_keys(typed)
    if odd_keys != "NULL":  # a key read as it stands was read by no rule
        read.remove(typed.table.keys[0])
    parts = ["count(*)", odd_keys, *(f"count_if({rule.objects})" for rule in rules)]
    parts += [f"count({ruled(name)})" for name in read]
    scan = f"SELECT {', '.join(parts)} FROM {typed.relation} WHERE NOT _blank"
    ((rows, odd, *found),) = connection.execute(scan).fetchall()
    counts, told = found[: len(rules)], found[len(rules) :]
    errors: list[Problem] = []
    for rule, count in zip(rules, counts, strict=True):
        if count:
            errors += _each(connection, typed, rule, count)
    if _repeated(connection, typed, rows, plain=odd == 0):
        errors += _duplicates(connection, typed)
    by_rule = [name for name, count in zip(read, told, strict=True) if count]
    by_rule += [typed.table.keys[0]] if odd else []
    readings = _readings(connection, typed, by_rule)
    return Findings(rows, sorted(errors, key=lambda problem: problem.row or 0), [], readings)


def validate_parts(connection: duckdb.DuckDBPyConnection, typed: Typed, names: Sequence[str]) -> Findings:
    """Judge columns by which a fact was added up: their cells once each, instead of row by row.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``temp.partial`` and, for the rows that are named, ``ours.<table>``.
    typed : Typed
        The table.
    names : Sequence of str
        Columns, references and codes.

    Returns
    -------
    Findings
        As :func:`validate`, references left out.
    """
    errors: list[Problem] = []
    readings: dict[str, Mapping[str, int]] = {}
    for name in [name for name in names if name in typed.present]:
        for rule in _column_rules(
            typed.table, typed.table.columns[name], frozenset(), f"{came(name)} IS NULL"
        ):
            query = f"SELECT coalesce(sum(rows), 0) FROM temp.partial WHERE {rule.objects}"
            ((count,),) = connection.execute(query).fetchall()
            if count:
                errors += _each(connection, typed, rule, int(count))
        query = f"SELECT {ruled(name)}, sum(rows)::BIGINT FROM temp.partial WHERE {ruled(name)} IS NOT NULL GROUP BY ALL"
        if counted := dict(connection.execute(query).fetchall()):
            readings[name] = _by_rule(counted)
    return Findings(0, errors, [], readings)


def _may_differ(typed: Typed, name: str) -> bool:
    """Whether cells of a column may have been read by a rule: text, or a unit of the column."""
    place = typed.places[name]
    return typed.raw.types[place.at] == "VARCHAR" or bool(place.power)


def _odd_keys(typed: Typed) -> str:
    """SQL: how many keys of a fact are not read as the cell stands; NULL where that is not asked."""
    key = typed.table.keys[0]
    if (
        not typed.table.fact
        or len(typed.table.keys) > 1
        or key not in typed.present
        or not _may_differ(typed, key)
    ):
        return "NULL"
    return f"count_if({identifier(f'{key} cell')} IS DISTINCT FROM {identifier(key)})"


def _readings(
    connection: duckdb.DuckDBPyConnection, typed: Typed, names: Sequence[str]
) -> dict[str, Mapping[str, int]]:
    """Column -> rule -> cells, of the columns some cells of which were read by a rule."""
    if not names:
        return {}
    query = f"SELECT {', '.join(map(_histogram, names))} FROM {typed.relation} WHERE NOT _blank"
    (counts,) = connection.execute(query).fetchall()
    return {name: _by_rule(counted) for name, counted in zip(names, counts, strict=True) if counted}


def _histogram(name: str) -> str:
    rule = ruled(name)
    return f"histogram(CASE WHEN {identifier(name)} IS NOT NULL OR {rule} = 'missing' OR {rule} = 'ask' THEN {rule} END)"


def _by_rule(counted: Mapping[str, int]) -> dict[str, int]:
    """Cells by single rule out of cells by combination of rules."""
    total: Counter[str] = Counter()
    for rules, count in counted.items():
        for rule in rules.split("+"):
            total[rule] += count
    return dict(total)


def _rules(typed: Typed, referable: frozenset[str]) -> Iterator[Rule]:
    """Rules for the columns that the table has."""
    table, present = typed.table, set(typed.present)
    for name in typed.present:
        yield from _column_rules(table, table.columns[name], referable, _absent(typed, name))
    for earlier, later in (pair for pair in table.order if set(pair) <= present):
        yield Rule(
            "inputs.dates_out_of_order", later, f"{identifier(later)} < {identifier(earlier)}",
            f"{came(later)}", {"earlier": earlier}, came(earlier),
        )  # fmt: skip
    for low, value, high in (band for band in table.bands if {band[0], band[2]} & present):
        low_, value_, high_ = map(identifier, (low, value, high))
        half = f"({came(low)} IS NULL) <> ({came(high)} IS NULL)"
        yield Rule("inputs.half_band", value, half, f"coalesce({came(low)}, {came(high)})")
        shown = f"concat_ws(' / ', {came(low)}, {came(value)}, {came(high)})"
        yield Rule(
            "inputs.band_order", value, f"{low_} > {high_} OR {value_} < {low_} OR {value_} > {high_}", shown
        )


def _absent(typed: Typed, name: str) -> str:
    """SQL: whether nothing came; of a typed column of a fact without spelling every cell as text."""
    kind, cell = typed.raw.types[typed.places[name].at], identifier(f"{name} cell")
    if not typed.table.fact or kind == "VARCHAR":
        return f"{came(name)} IS NULL"
    if kind.startswith(("FLOAT", "DOUBLE", "DECIMAL")):
        return f"{cell} IS NULL OR isnan({cell}::DOUBLE)"
    return f"{cell} IS NULL"


def _column_rules(table: Table, column: Column, referable: frozenset[str], absent: str) -> Iterator[Rule]:
    """Rules of one column; ``absent`` is the SQL condition that nothing came."""
    value, text = identifier(column.name), came(column.name)
    forgiving = table.fact and bool(column.ref)
    if column.required and not forgiving:
        yield Rule("inputs.empty", column.name, absent, "''")
    if column.type in _UNREADABLE:
        fields: dict[str, Any] = {"codes": tuple(column.codes)} if column.codes else {}
        unread = f"{value} IS NULL AND NOT ({absent}) AND {ruled(column.name)} IS DISTINCT FROM 'ask'"
        yield Rule(_UNREADABLE[column.type], column.name, unread, text, fields)
    elif column.type in ("text", "id"):
        failed = " OR ".join(f"{text} = {literal(error)}" for error in ERROR_VALUES)
        yield Rule("inputs.error_value", column.name, f"ascii({text}) = 35 AND ({failed})", text)
    if column.type == "id":  # a number of more digits than a spreadsheet keeps
        lost = f"contains({text}, 'e+') AND regexp_full_match({text}, '[0-9.]+e[+][0-9]+')"
        yield Rule("inputs.id_lost", column.name, lost, text)
    limits = [(column.low, "<"), (column.high, ">"), (column.above, "<=")]
    beyond = " OR ".join(f"{value} {sign} {limit!r}" for limit, sign in limits if limit is not None)
    if beyond:
        yield Rule("inputs.out_of_bounds", column.name, beyond, text, {"bounds": bounds(column)})
    if column.choices:
        other = " AND ".join(f"{value} <> {choice!r}" for choice in column.choices)
        choices = ", ".join(f"{choice:g}" for choice in column.choices)
        yield Rule("inputs.not_a_choice", column.name, other, text, {"choices": choices})
    if column.ref in referable and not forgiving:
        keys = f"memory.keys.{identifier(column.ref)}"
        unknown = f"{value} IS NOT NULL AND {value} NOT IN (SELECT key FROM {keys})"
        yield Rule("inputs.unknown_reference", column.name, unknown, text, {"ref": column.ref})


def _key(table: Table) -> str:
    """The key as one row value: empty means "all", a missing id is no key."""
    parts = [f"coalesce({identifier(name)}::VARCHAR, '')" for name in table.keys]
    return f"({', '.join(parts)})"


def _keyed(table: Table) -> str:
    """Whether a row has its key: ids filled, other parts readable."""
    ids = [f"{identifier(name)} IS NOT NULL" for name in table.keys if table.columns[name].required]
    parts = [f"({identifier(name)} IS NOT NULL OR {came(name)} IS NULL)" for name in table.keys]
    return " AND ".join(ids + parts)


def _repeated(connection: duckdb.DuckDBPyConnection, typed: Typed, rows: int, *, plain: bool) -> bool:
    """Whether some key stands in two rows; of many rows, whether the hash of some key does.

    Hashes of many keys are sorted in portions, which takes a fraction of the memory of telling them apart.
    """
    keyed = f"FROM {typed.relation} WHERE NOT _blank AND {_keyed(typed.table)}"
    key = _key(typed.table)
    plain = plain and typed.table.fact and len(typed.table.keys) == 1
    if rows <= _COUNTED_IN_SQL:
        ((repeated,),) = connection.execute(f"SELECT count(*) > count(DISTINCT {key}) {keyed}").fetchall()
        return bool(repeated)
    if plain:
        key = identifier(f"{typed.table.keys[0]} cell")
        keyed = f"FROM {typed.relation} WHERE NOT _blank AND {key} IS NOT NULL"
    portions = -(-rows // _KEYS_AT_ONCE)
    for portion in range(portions):
        query = f"SELECT h FROM (SELECT hash({key}) AS h {keyed}) WHERE h % {portions} = {portion}"
        hashes = _fetched(connection.execute(query), rows // portions)
        hashes.sort()
        if (hashes[1:] == hashes[:-1]).any():
            return True
    return False


def _fetched(result: duckdb.DuckDBPyConnection, about: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """A column of hashes, fetched in pieces into one array."""
    hashes, filled = np.empty(about + about // 50 + 1, dtype="uint64"), 0
    while len(piece := result.fetch_df_chunk(256)):
        found = piece["h"].to_numpy()
        if filled + len(found) > len(hashes):
            hashes = np.resize(hashes, 2 * (filled + len(found)))
        hashes[filled : filled + len(found)] = found
        filled += len(found)
    return hashes[:filled]


def _objected(typed: Typed, rule: Rule, most: int) -> str:
    """Record number and what came of the first rows a rule objects to; DuckDB keeps the order of the file."""
    numbered = (
        f"SELECT {typed.record} AS record, {rule.shows} AS shown, {rule.beside} AS beside, "
        f"NOT _blank AND ({rule.objects}) AS wrong FROM {typed.relation}"
    )
    return f"SELECT record, shown, beside FROM ({numbered}) WHERE wrong ORDER BY 1 LIMIT {most}"


def _each(connection: duckdb.DuckDBPyConnection, typed: Typed, rule: Rule, count: int) -> list[Problem]:
    """A problem for every row a rule objects to, up to a limit beyond which rows are counted."""
    found = connection.execute(_objected(typed, rule, MOST_ROWS)).fetchall()
    rows = typed.raw.rows(record for record, *_ in found)
    problems = [
        typed.wrong(
            rule.id,
            rule.column,
            rows.get(record),
            value=clip(shown or ""),
            beside=clip(beside or ""),
            **rule.fields,
        )
        for record, shown, beside in found
    ]
    if count > len(found):
        problems.append(typed.origin.wrong("inputs.more_rows", column=rule.column, count=count - len(found)))
    return problems


def _duplicates(connection: duckdb.DuckDBPyConnection, typed: Typed) -> list[Problem]:
    """A problem for every row whose key an earlier row has."""
    table = typed.table
    shown = ", ".join(f"nullif({identifier(name)}::VARCHAR, '')" for name in table.keys)
    query = f"""
        WITH numbered AS (
            SELECT {typed.record} AS record, {_key(table)} AS key, concat_ws(' / ', {shown}) AS shown,
                NOT _blank AND {_keyed(table)} AS keyed
            FROM {typed.relation}
        ), repeated AS (
            SELECT key, min(record) AS first FROM numbered WHERE keyed GROUP BY key HAVING count(*) > 1
        )
        SELECT record, first, shown FROM numbered JOIN repeated USING (key)
        WHERE keyed AND record > first ORDER BY 1 LIMIT {MOST_ROWS}
    """
    found = connection.execute(query).fetchall()
    rows = typed.raw.rows({record for record, first, _ in found for record in (record, first)})
    return [
        typed.wrong(
            "inputs.duplicate", table.keys[0], rows.get(record), value=clip(key), first=rows.get(first)
        )
        for record, first, key in found
    ]
