"""Rules of a fact, generated from the codebook and judged in its database.

One scan counts what every rule objects to; rows are looked up, by their key, only for rules that object. They are
the rules of :mod:`salesmgmt.inputs.validate`, but for what is read out of text there. Codes and references are
judged where the fact is added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from salesmgmt.errors import Problem
from salesmgmt.inputs.cells import Cells, Condition, Expression, real
from salesmgmt.inputs.codebook import Column
from salesmgmt.inputs.databases import Database
from salesmgmt.inputs.fetched import text_of
from salesmgmt.inputs.keys import bounds
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.validate import FIRST_ROWS, Findings, clip

__all__ = ["joined", "judged"]

_UNREADABLE = {
    "int": "inputs.not_whole", "number": "inputs.not_a_number", "money": "inputs.not_a_number",
    "share": "inputs.not_a_share", "date": "inputs.not_a_date", "month": "inputs.not_a_month",
}  # fmt: skip


@dataclass(frozen=True)
class _Rule:
    """One thing a row may do wrong, and how to say it."""

    id: str
    column: str
    objects: Condition
    shows: tuple[str, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[str, ...] = ()


def judged(database: Database, cells: Cells, origin: Origin) -> Findings:
    """Judge every row of a fact where it lies.

    Parameters
    ----------
    database : Database
        Connected.
    cells : Cells
        The fact's columns.
    origin : Origin
        Where it comes from.

    Returns
    -------
    Findings
        Rows with a cell filled; of each rule the first rows that it objects to, in the order of their keys, and
        how many more there are.
    """
    rules = list(_rules(cells))
    counted = [sa.func.sum(sa.case((rule.objects, 1), else_=0)) for rule in rules]
    scan = sa.select(sa.func.count(), *counted).select_from(cells.query).where(cells.some())
    rows, *found = (int(count or 0) for count in database.fetch(scan)[0])
    errors: list[Problem] = []
    for rule, count in zip(rules, found, strict=True):
        if count:
            errors += _each(database, cells, origin, rule, count)
    if cells.keys:
        errors += _duplicates(database, cells, origin)
    return Findings(rows=rows, errors=errors, warnings=[])


def joined(parts: Sequence[Any]) -> str:
    """A key of several parts as text.

    Examples
    --------
    >>> joined([1001.0, None, "A"])
    '1001 / A'
    """
    return " / ".join(filter(None, map(text_of, parts)))


def _rules(cells: Cells) -> Iterator[_Rule]:
    table, present = cells.table, [name for name in cells.table.columns if name in cells.places]
    for name in present:
        yield from _column_rules(cells, table.columns[name])
    for earlier, later in (pair for pair in table.order if set(pair) <= set(present)):
        before = cells.day(later) < cells.day(earlier)
        yield _Rule("inputs.dates_out_of_order", later, before, (later,), {"earlier": earlier}, (earlier,))
    for band in (band for band in table.bands if set(band) <= set(present)):
        low, value, high = map(cells.number, band)
        half = cells.filled(band[0]) != cells.filled(band[2])
        yield _Rule("inputs.half_band", band[1], half, (band[0], band[2]))
        yield _Rule("inputs.band_order", band[1], sa.or_(low > high, value < low, value > high), band)


def _column_rules(cells: Cells, column: Column) -> Iterator[_Rule]:
    name, shows = column.name, (column.name,)
    if column.required and not column.ref and not column.codes:
        yield _Rule("inputs.empty", name, sa.not_(cells.filled(name)), ())
    if not (column.numeric or column.dated):
        return
    unreadable = sa.and_(cells.filled(name), sa.not_(cells.readable(name)))
    yield _Rule(_UNREADABLE[column.type], name, unreadable, shows)
    if column.dated:
        return
    value = cells.number(name)
    beyond = [
        *([value < real(column.low)] if column.low is not None else []),
        *([value > real(column.high)] if column.high is not None else []),
        *([value <= real(column.above)] if column.above is not None else []),
    ]
    if beyond:
        yield _Rule("inputs.out_of_bounds", name, sa.or_(*beyond), shows, {"bounds": bounds(column)})
    if column.choices:
        choices = ", ".join(f"{choice:g}" for choice in column.choices)
        other = sa.and_(*(value != real(choice) for choice in column.choices))
        yield _Rule("inputs.not_a_choice", name, other, shows, {"choices": choices})


def _each(database: Database, cells: Cells, origin: Origin, rule: _Rule, count: int) -> list[Problem]:
    """A problem for each of the first rows a rule objects to; further ones are counted."""
    keys = [cells.part(name) for name in cells.keys]
    shown = [cells.shown(name) for name in rule.shows]
    beside = [cells.shown(name) for name in rule.beside]
    chosen = [*keys, *shown, *beside] or [sa.literal_column("1")]
    wrong = sa.select(*_labelled(chosen)).where(cells.some(), rule.objects).order_by(*keys).limit(FIRST_ROWS)
    found = database.fetch(wrong)
    problems = [
        _named(
            origin.wrong(
                rule.id,
                column=rule.column,
                value=clip(_came(row[len(keys) : len(keys) + len(shown)]) if shown else ""),
                beside=clip(_came(row[len(keys) + len(shown) :]) if beside else ""),
                **rule.fields,
            ),
            joined(row[: len(keys)]),
        )
        for row in found
    ]
    if count > len(found):
        problems.append(origin.wrong("inputs.more_rows", column=rule.column, count=count - len(found)))
    return problems


def _duplicates(database: Database, cells: Cells, origin: Origin) -> list[Problem]:
    """A problem for each of the first keys that several rows have; further rows are counted."""
    own = _labelled([cells.part(name) for name in cells.keys])
    keyed = sa.select(*own).select_from(cells.query).where(cells.some(), cells.keyed()).subquery("keyed")
    names = list(keyed.c)
    repeated = (
        sa.select(*names, sa.func.count().label("n"))
        .group_by(*names)
        .having(sa.func.count() > 1)
        .subquery("repeated")
    )
    found = database.fetch(sa.select(repeated).order_by(*list(repeated.c)[:-1]).limit(FIRST_ROWS))
    total = sum(int(times) - 1 for *_, times in found)
    if len(found) == FIRST_ROWS:
        total = int(database.fetch(sa.select(sa.func.sum(repeated.c.n - 1)))[0][0])
    problems = []
    for *parts, times in found:
        key = joined(parts)
        wrong = origin.wrong("inputs.repeated_key", column=cells.keys[0], value=clip(key), count=int(times))
        problems.append(_named(wrong, key))
    if more := total - sum(int(times) - 1 for *_, times in found):
        problems.append(origin.wrong("inputs.more_rows", column=cells.keys[0], count=more))
    return problems


def _came(cells: Sequence[Any]) -> str:
    """What came, a number that is none included."""
    return joined(["NaN" if cell != cell else cell for cell in cells])


def _labelled(parts: Sequence[Expression]) -> list[sa.Label[Any]]:
    return [part.label(f"c{at}") for at, part in enumerate(parts)]


def _named(problem: Problem, key: str) -> Problem:
    return replace(problem, key=clip(key))
