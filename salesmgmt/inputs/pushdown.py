"""A fact judged and added up in its database; only sums and a bounded detail are fetched.

What a database does here DuckDB does for files (:mod:`salesmgmt.inputs.facts`), to the same bits: of every number
``x`` a whole count of 1/65536 is added up in integers and the rest apart, so that the order of rows does not
matter. The rest is below 1/65536, and ``whole / 65536 + rest`` is ``x`` however the database rounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from salesmgmt.inputs.cells import Cells, Expression, real
from salesmgmt.inputs.codebook import Table
from salesmgmt.inputs.databases import Database
from salesmgmt.inputs.facts import MOST_EXACT, PARTS, Grain
from salesmgmt.inputs.fetched import text_of, typed_frame
from salesmgmt.inputs.judging import joined, judged
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.steps import TOLD, is_true
from salesmgmt.inputs.validate import Findings

__all__ = ["DatabaseFact", "column_kinds", "typed_enough"]

_AT_ONCE = 500


def column_kinds(database: Database, table: Table, places: Mapping[str, str]) -> dict[str, str]:
    """Kinds of the columns that a table has.

    Parameters
    ----------
    database : Database
        Connected.
    table : Table
        Its codebook entry.
    places : Mapping
        Our column -> column of the query.

    Returns
    -------
    dict
        Our column -> ``"number"``, ``"date"``, ``"text"`` or ``"bool"``; days that SQLite keeps as text are dates.
    """
    theirs = dict(database.columns())
    dated = [name for name, column in table.columns.items() if column.dated and name in places]
    days = database.dated(list(dict.fromkeys(places[name] for name in dated)))
    return {
        name: "date" if name in dated and place in days else theirs[place] for name, place in places.items()
    }


def typed_enough(table: Table, places: Mapping[str, str], kinds: Mapping[str, str]) -> list[str]:
    """Columns that should be numbers or days and come as something else: such a fact is read row by row.

    Parameters
    ----------
    table : Table
        Its codebook entry.
    places, kinds : Mapping
        Our column -> column of the query; our column -> kind.

    Returns
    -------
    list of str
        Our columns; empty where the database can add the fact up.

    Examples
    --------
    >>> from salesmgmt.inputs.codebook import CODEBOOK
    >>> typed_enough(CODEBOOK.tables["revenue"], {"month": "m", "amount": "a"}, {"month": "date", "amount": "text"})
    ['amount']
    """
    return [
        name
        for name, column in table.columns.items()
        if name in places
        and ((column.numeric and kinds[name] != "number") or (column.dated and kinds[name] != "date"))
    ]


class DatabaseFact:
    """A fact where it lies, whose numbers and days the database has as such (:func:`typed_enough`).

    Parameters
    ----------
    database : Database
        Connected.
    table : Table
        Its codebook entry.
    places, kinds : Mapping
        Our column -> column of the query; our column -> kind, from :func:`column_kinds`.
    origin : Origin
        Where it comes from, with the units of its columns.
    vat : float
        Rate by which money that carries VAT is divided (1 + vat); 0 for none.
    """

    def __init__(
        self,
        database: Database,
        table: Table,
        places: Mapping[str, str],
        kinds: Mapping[str, str],
        origin: Origin,
        *,
        vat: float,
    ) -> None:
        self._database, self._table, self._places, self._kinds, self._origin = (
            database,
            table,
            places,
            kinds,
            origin,
        )
        query = database.query(list(places.values()))
        self._cells = Cells(database.backend, query, table, places, kinds, origin.units, vat, database.blanks)

    def judge(self, as_of: pd.Timestamp | date | None = None) -> Findings:
        """Judge every row but its codes and references.

        Parameters
        ----------
        as_of : Timestamp, optional
            Day the data stand at; no rule needs it so far.

        Returns
        -------
        Findings
            Problems name a row by its key; see :func:`salesmgmt.inputs.judging.judged`.

        Raises
        ------
        InputError
            If the query fails.
        """
        return judged(self._database, self._cells, self._origin)

    def partial(self, grain: Grain, as_of: pd.Timestamp) -> pd.DataFrame:
        """Sums by month and parts, names as they came.

        Parameters
        ----------
        grain : Grain
            How the fact is added up; columns that the query lacks are as if empty.
        as_of : Timestamp
            Day from which next steps are seen.

        Returns
        -------
        DataFrame
            One row per group, in no order: ``month`` (first day, NaT for none) where the grain has a day, each part
            as text (``""`` for none), ``rows``; of each sum ``x whole`` (counts of 1/65536), ``x rest`` and
            ``x given`` (cells filled); ``first_on`` and ``last_on`` where the span is wanted; each count
            of ``told``.
        """
        have = _had(grain, self._places)
        cells = self._cells
        inner = [cells.part(name).label(f"part{at}") for at, name in enumerate(have.parts)]
        inner += [cells.number(name).label(f"sum{at}") for at, name in enumerate(have.sums)]
        if have.day:
            day = cells.day(have.day)
            inner += [sa.extract(unit, day).label(unit) for unit in ("year", "month")]
            inner += [day.label("day")] if have.span else []
        told = [sa.case((is_true(name, cells, as_of), 1), else_=0) for name in have.told]
        inner += [one.label(f"told{at}") for at, one in enumerate(told)]
        rows = sa.select(*inner).select_from(cells.query).where(cells.some()).subquery("cells")
        by = [rows.c[name] for name in _keys(have)]
        totals = [
            sa.func.count(),
            *(total for at in range(len(have.sums)) for total in _totals(rows.c[f"sum{at}"])),
        ]
        totals += [sa.func.min(rows.c.day), sa.func.max(rows.c.day)] if have.span else []
        totals += [sa.func.sum(rows.c[f"told{at}"]) for at in range(len(have.told))]
        _, portions = self._database.run(sa.select(*by, *totals).group_by(*by))
        frames = [_grouped(have, found) for found in portions] or [_grouped(have, [])]
        return _completed(_regrouped(pd.concat(frames, ignore_index=True)), grain)

    def where(self, column: str, values: Sequence[str], *, most: int = 20) -> list[str]:
        """Keys of rows in which a column holds one of some texts.

        Parameters
        ----------
        column : str
            One of our columns.
        values : Sequence of str
            Texts as :meth:`partial` gives them; ``""`` for an empty cell.
        most : int, default 20
            Rows named.

        Returns
        -------
        list of str
            Keys as text, in their order.
        """
        cells = self._cells
        if column not in self._places or not cells.keys or not values:
            return []
        keys = [cells.part(name) for name in cells.keys]
        found: set[tuple[Any, ...]] = set()
        for first in range(0, len(values), _AT_ONCE):
            held = cells.holds(column, values[first : first + _AT_ONCE])
            chosen = [key.label(f"c{at}") for at, key in enumerate(keys)]
            query = (
                sa.select(*chosen)
                .select_from(cells.query)
                .where(cells.some(), held)
                .order_by(*keys)
                .limit(most)
            )
            found |= set(self._database.fetch(query))
        return [joined(key) for key in sorted(found, key=_in_order)][:most]

    def noted(self, column: str, ids: Sequence[str]) -> list[tuple[str, str]]:
        """Rows with some keys that hold a day.

        Parameters
        ----------
        column : str
            One of our columns, of days.
        ids : Sequence of str
            Keys as text.

        Returns
        -------
        list of (str, str)
            Key and day (ISO), of rows that have both; none where the query lacks one of the columns.
        """
        cells = self._cells
        if column not in self._places or not cells.keys:
            return []
        key = cells.keys[0]
        chosen = [cells.part(key).label("c0"), cells.day(column).label("c1")]
        found: list[tuple[str, str]] = []
        for first in range(0, len(ids), _AT_ONCE):
            held = cells.holds(key, ids[first : first + _AT_ONCE])
            query = sa.select(*chosen).select_from(cells.query).where(cells.filled(column), held)
            found += [(text_of(id), str(day)[:10]) for id, day in self._database.fetch(query)]
        return found

    def recent(
        self,
        columns: Sequence[str],
        *,
        since: date,
        dated: Sequence[str],
        statuses: Mapping[str, Sequence[str]],
    ) -> pd.DataFrame:
        """Rows of late, or still open, one by one.

        Parameters
        ----------
        columns : Sequence of str
            Our columns; those that the query lacks are left out.
        since : date
            First day.
        dated : Sequence of str
            Columns of which one must hold that day or a later one,
        statuses : Mapping
            or columns of which one must hold one of these texts, or nothing.

        Returns
        -------
        DataFrame
            Our names; cells as they came, in the types of :meth:`Database.rows`: without units, VAT and codes.
        """
        cells, names = self._cells, [name for name in columns if name in self._places]
        late = [cells.since(name, since) for name in dated if name in self._places]
        still = [cells.holds(name, ["", *texts]) for name, texts in statuses.items() if name in self._places]
        chosen = [cells.raw(name).label(f"c{at}") for at, name in enumerate(names)]
        query = (
            sa.select(*chosen).select_from(cells.query).where(cells.some(), sa.or_(sa.false(), *late, *still))
        )
        _, portions = self._database.run(query)
        return typed_frame([(name, self._kinds[name]) for name in names], portions)


def _had(grain: Grain, places: Mapping[str, str]) -> Grain:
    """What of a grain the query has."""
    parts, sums = (tuple(name for name in names if name in places) for names in (grain.parts, grain.sums))
    day = grain.day if grain.day in places else ""
    told = tuple(name for name in grain.told if set(TOLD[name]) <= set(places))
    return Grain(day, parts, sums, grain.span and bool(day), told=told)


def _keys(grain: Grain) -> list[str]:
    return [*(("year", "month") if grain.day else ()), *(f"part{at}" for at in range(len(grain.parts)))]


def _totals(number: Expression) -> Iterator[Expression]:
    """Whole counts of 1/65536, the rest, and how many were given."""
    counts = sa.cast(number * real(PARTS), sa.BigInteger())
    whole = sa.case((sa.func.abs(number) < real(MOST_EXACT), counts), else_=0)
    yield sa.func.sum(whole)
    yield sa.func.sum(number - sa.cast(whole, sa.Double()) / real(PARTS))
    yield sa.func.count(number)


def _grouped(grain: Grain, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Groups as the database gives them, in our types."""
    width = len(_keys(grain)) + 1 + 3 * len(grain.sums) + 2 * grain.span + len(grain.told)
    cells = iter(list(zip(*rows, strict=True)) or [()] * width)
    found: dict[str, Any] = {}
    if grain.day:
        months = [_month(year, month) for year, month in zip(next(cells), next(cells), strict=True)]
        found["month"] = np.array(months, dtype="datetime64[us]")
    found |= {name: pd.Series(map(text_of, next(cells)), dtype="str") for name in grain.parts}
    found["rows"] = np.array([int(count) for count in next(cells)], dtype="int64")
    for name in grain.sums:
        found[f"{name} whole"] = np.array([int(cell or 0) for cell in next(cells)], dtype="int64")
        found[f"{name} rest"] = np.array([float(cell or 0) for cell in next(cells)], dtype="float64")
        found[f"{name} given"] = np.array([int(cell or 0) for cell in next(cells)], dtype="int64")
    for name in ("first_on", "last_on") if grain.span else ():
        days = [
            np.datetime64("NaT") if cell is None else np.datetime64(str(cell)[:10]) for cell in next(cells)
        ]
        found[name] = np.array(days, dtype="datetime64[us]")
    for name in grain.told:
        found[name] = np.array([int(cell or 0) for cell in next(cells)], dtype="int64")
    return pd.DataFrame(found)


def _month(year: Any, month: Any) -> np.datetime64:
    return np.datetime64("NaT") if year is None else np.datetime64(f"{int(year):04d}-{int(month):02d}")


def _regrouped(frame: pd.DataFrame) -> pd.DataFrame:
    """Groups whose parts are the same text once stripped, as one."""
    added = [str(name) for name in frame if str(name).endswith((" whole", " rest", " given")) or name in TOLD]
    ends = {name: how for name, how in (("first_on", "min"), ("last_on", "max")) if name in frame}
    by = [str(name) for name in frame if name not in {*added, *ends, "rows"}]
    if not by or not frame.duplicated(by).any():
        return frame
    how = {**dict.fromkeys(["rows", *added], "sum"), **ends}
    return frame.groupby(by, sort=False, dropna=False).agg(how).reset_index()[list(frame.columns)]


def _completed(frame: pd.DataFrame, grain: Grain) -> pd.DataFrame:
    """A frame with every column of a grain, in its order."""
    order = [*(["month"] if grain.day else []), *grain.parts, "rows"]
    order += [f"{name} {what}" for name in grain.sums for what in ("whole", "rest", "given")]
    order += ["first_on", "last_on"] if grain.span else []
    order += grain.told
    for name in [name for name in order if name not in frame]:
        if name in ("month", "first_on", "last_on"):
            frame[name] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
        elif name in grain.parts:
            frame[name] = pd.Series("", index=frame.index, dtype="str")
        else:
            frame[name] = 0.0 if name.endswith(" rest") else 0
    return frame[order]


def _in_order(key: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Keys in the order of their parts, empty ones first, numbers as such."""
    return [
        (0, 0, "") if part is None else (1, part, "") if not isinstance(part, str) else (2, 0, part)
        for part in key
    ]
