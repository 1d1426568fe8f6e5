"""What was interpreted, told by column, rule and count; and what could mean two things, asked.

Nothing is changed silently: every reading that is not plain, and every row left out, is a note. What a
reader could not settle without the client is a question: a problem that stops the run, names its cells and
says where in engagement.toml the answer goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from salesmgmt.errors import Problem
from salesmgmt.inputs.columns import Typed, came, ruled
from salesmgmt.inputs.interpret import RULES
from salesmgmt.inputs.sql import identifier
from salesmgmt.inputs.validate import FIRST_ROWS, clip

__all__ = ["notes", "questions"]

_PLAIN_ENCODINGS = ("utf-8", "utf-8-sig")


def notes(
    connection: duckdb.DuckDBPyConnection, typed: Typed, readings: Mapping[str, Mapping[str, int]]
) -> list[Problem]:
    """How a table was read where it was not plain.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``ours.<table>``.
    typed : Typed
        The table.
    readings : Mapping
        Column -> rule -> cells, from validation.

    Returns
    -------
    list of Problem
        Notes: encoding and delimiter, rows left out, then column by column.
    """
    return [*_file(typed), *_left_out(connection, typed), *_columns(typed, readings), *_unused(typed)]


def _note(typed: Typed, id: str, column: str = "", **fields: object) -> Problem:
    return Problem(typed.table.name, id, fields, column=column, severity="note", file=typed.origin.label)


def _file(typed: Typed) -> Iterator[Problem]:
    text = typed.raw.text
    if text and text.encoding not in _PLAIN_ENCODINGS:
        yield _note(typed, "inputs.read.encoding", encoding=text.encoding.upper())
    if text and text.delimiter != ",":
        yield _note(typed, "inputs.read.delimiter", value={"\t": "Tab"}.get(text.delimiter, text.delimiter))
    if typed.raw.header_row > 1:
        yield _note(typed, "inputs.read.header_row", row=typed.raw.header_row)
    if typed.raw.hidden:
        rows = ", ".join(map(str, typed.raw.hidden[:FIRST_ROWS])) + ", …" * (
            len(typed.raw.hidden) > FIRST_ROWS
        )
        yield _note(typed, "inputs.read.hidden", count=len(typed.raw.hidden), rows=rows)
    if (
        typed.origin.kind == "excel"
        and typed.origin.path
        and typed.origin.path.suffix.lower() not in (".xlsx", ".xlsm")
    ):
        yield _note(typed, "inputs.read.old_workbook")


def _left_out(connection: duckdb.DuckDBPyConnection, typed: Typed) -> Iterator[Problem]:
    """Totals, footnotes and repeated headers among the rows."""
    if typed.origin.kind not in ("csv", "excel"):
        return
    numbered = f"SELECT {typed.record} AS record, _left_out FROM {typed.relation}"
    found = connection.execute(
        f"SELECT record, _left_out FROM ({numbered}) WHERE _left_out IS NOT NULL ORDER BY 1"
    ).fetchall()
    for kind in dict.fromkeys(kind for _, kind in found):
        records = [record for record, own in found if own == kind]
        rows = typed.raw.rows(records[:FIRST_ROWS])
        named = [str(rows[record]) for record in records[:FIRST_ROWS]] + ["…"] * (len(records) > FIRST_ROWS)
        yield _note(typed, f"inputs.read.{kind}", count=len(records), rows=", ".join(named))


def _unused(typed: Typed) -> Iterator[Problem]:
    """Columns that are no column of the contract, whose data nobody reads."""
    known = typed.table.columns
    names = [name for name in typed.further if name.removesuffix("_en") not in known]
    if names:
        shown = ", ".join([*map(clip, names[:FIRST_ROWS]), *["…"] * (len(names) > FIRST_ROWS)])
        yield _note(typed, "inputs.read.further", count=len(names), columns=shown)


def _columns(typed: Typed, readings: Mapping[str, Mapping[str, int]]) -> Iterator[Problem]:
    merged = {
        name: count for name, place in typed.places.items() if (count := typed.raw.merged.get(place.at, 0))
    }
    for name in typed.present:
        counted = {**readings.get(name, {}), **({"merged": merged[name]} if name in merged else {})}
        for rule in RULES:
            if counted.get(rule):
                unit = {"unit": typed.places[name].unit} if rule == "column_unit" else {}
                yield _note(typed, f"inputs.read.{rule}", name, count=counted[rule], **unit)


def questions(
    connection: duckdb.DuckDBPyConnection, typed: Typed, readings: Mapping[str, Mapping[str, int]], tax: str
) -> list[Problem]:
    """What only the client can say: the order of day and month, a unit, VAT.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``ours.<table>``.
    typed : Typed
        The table.
    readings : Mapping
        Column -> rule -> cells, from validation.
    tax : str
        Whether the table's money is taken to carry VAT: ``"included"`` or ``"excluded"``.

    Returns
    -------
    list of Problem
        Errors, one for each column in doubt.
    """
    found = [*_about_table(typed)]
    for name in typed.present:
        column, place, counted = typed.table.columns[name], typed.places[name], readings.get(name, {})
        rule, value = ruled(name), identifier(name)
        if counted.get("ask"):
            sure = {order: counted.get(order, 0) for order in ("mdy", "dmy")}
            found.append(
                _ask(connection, typed, "inputs.ask_dates", name, f"{rule} = 'ask'", counted["ask"], **sure)
            )
        bare = f"{came(name)} IS NOT NULL AND {value} <> 0 AND {rule} IS NULL OR ({rule} NOT LIKE '%unit%' AND {rule} NOT LIKE '%word%' AND {rule} <> 'missing' AND {value} <> 0)"
        if column.type == "money" and not place.unit and counted.get("unit"):
            own, row, _ = _cells_where(connection, typed, name, f"{rule} LIKE '%unit%'", counted["unit"])
            fields = {"with_unit": counted["unit"], "unit_cells": own, "choices": ", ".join(column.units)}
            for question in _ask_some(connection, typed, "inputs.ask_units", name, bare, **fields):
                odd = counted["unit"] <= question.fields["count"]  # the few are where a person looks first
                found.append(typed.wrong(question.id, name, row if odd else question.row, **question.fields))
        if column.units[:1] == ("1",) and name not in typed.origin.units:
            found += _ask_percent(connection, typed, name, counted)
        if place.tax and not typed.origin.tax and place.tax != tax:
            header = typed.raw.headers[place.at]
            found.append(
                typed.origin.wrong("inputs.ask_tax", column=name, value=header, entry=typed.table.name)
            )
    return found


def _about_table(typed: Typed) -> Iterator[Problem]:
    """A unit above the table that is not understood; merged numbers; times whose zone moves their day."""
    raw, columns = typed.raw, typed.table.columns
    for name in typed.present:
        place, column = typed.places[name], columns[name]
        if raw.doubt and column.type == "money" and not place.unit:
            yield typed.origin.wrong("inputs.ask_above", column=name, value=clip(raw.doubt), entry=typed.table.name, name=name, choices=", ".join(column.units))  # fmt: skip
        shown = [
            (spot, code)
            for spot, code in raw.scaled.items()
            if spot[1] == place.at and spot[0] >= raw.header_row
        ]
        if shown and column.numeric and name not in typed.origin.units:
            (row, _), code = min(shown)
            yield typed.wrong("inputs.ask_format", name, row + 1, value=code, count=len(shown), entry=typed.table.name, name=name, choices=", ".join(column.units) or "—")  # fmt: skip
        if column.numeric and raw.merged.get(place.at):
            yield typed.origin.wrong("inputs.ask_merged", column=name, count=raw.merged[place.at])
        if column.dated and raw.types[place.at] == "TIMESTAMP WITH TIME ZONE":
            yield typed.origin.wrong("inputs.ask_zone", column=name)


def _ask_percent(
    connection: duckdb.DuckDBPyConnection, typed: Typed, name: str, counted: Mapping[str, int]
) -> list[Problem]:
    """35 where a share is meant; 0.35 below a header that says per cent."""
    value, rule = identifier(name), ruled(name)
    unit, bounded = typed.places[name].unit, typed.table.columns[name].type == "share"
    if not unit and (counted.get("percent") or not bounded):
        return _ask_some(
            connection, typed, "inputs.ask_percent", name, f"{rule} IS NULL AND abs({value}) > 1"
        )
    if unit == "%" and counted.get("column_unit"):
        own = f"{rule} LIKE '%column_unit%' AND {value} <> 0"
        small = f"{own} AND abs({value}) <= 0.01"
        query = f"SELECT count_if({own}), count_if({small}) FROM {typed.relation} WHERE NOT _blank"
        ((cells, doubtful),) = connection.execute(query).fetchall()
        if doubtful and (doubtful == cells or typed.origin.kind == "excel"):  # a sheet shows 0.35 as 35%
            return _ask_some(connection, typed, "inputs.ask_share", name, small)
    return []


def _ask_some(
    connection: duckdb.DuckDBPyConnection, typed: Typed, id: str, name: str, condition: str, **fields: object
) -> list[Problem]:
    """The question, if any cell is in doubt."""
    query = f"SELECT count(*) FROM {typed.relation} WHERE NOT _blank AND ({condition})"
    count = (connection.execute(query).fetchone() or (0,))[0]
    return [_ask(connection, typed, id, name, condition, count, **fields)] if count else []


def _ask(
    connection: duckdb.DuckDBPyConnection,
    typed: Typed,
    id: str,
    name: str,
    condition: str,
    count: int,
    **fields: object,
) -> Problem:
    """A question about the cells of a column that a condition picks out."""
    cells, row, shown = _cells_where(connection, typed, name, condition, count)
    fields = {
        "value": shown,
        "count": count,
        "cells": cells,
        "entry": typed.table.name,
        "name": name,
        **fields,
    }
    return typed.wrong(id, name, row, **fields)


def _cells_where(
    connection: duckdb.DuckDBPyConnection, typed: Typed, name: str, condition: str, count: int
) -> tuple[str, int | None, str]:
    """The first cells that a condition picks out, by address or row; row and text of the first of all."""
    numbered = f"SELECT {typed.record} AS record, {came(name)} AS shown, NOT _blank AND ({condition}) AS asked FROM {typed.relation}"
    query = f"SELECT record, shown FROM ({numbered}) WHERE asked ORDER BY 1 LIMIT {FIRST_ROWS}"
    found = connection.execute(query).fetchall()
    rows = typed.raw.rows(record for record, _ in found)
    at = typed.places[name].at
    named = [typed.raw.cell(rows[record], at) or str(rows[record]) for record, _ in found]
    cells = ", ".join([*named, *["…"] * (count > len(found))])
    return (cells, rows[found[0][0]], clip(found[0][1])) if found else (cells, None, "")
