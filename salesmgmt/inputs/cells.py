"""A fact's columns as expressions that every database understands.

SQLAlchemy writes the dialect. Where databases differ in what they can do (cutting a moment to its day, stripping
a text, telling ``a`` from ``A``), the difference stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from salesmgmt.inputs.codebook import Table
from salesmgmt.inputs.fetched import BLANKS
from salesmgmt.inputs.origins import UNITS

__all__ = ["Cells", "real"]

_LARGEST = 1.7976931348623157e308
_LONGEST = 1_000
_YEARS = (1900, 2200)
_EXACT = {"postgresql": "C", "mysql": "utf8mb4_bin", "mariadb": "utf8mb4_bin", "mssql": "Latin1_General_BIN2"}
"""Collations by which texts are equal only if they are the same."""

Expression = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]


def real(number: float) -> Expression:
    """A number that stands in the SQL as a floating-point one.

    Examples
    --------
    >>> str(real(1.06))
    '1.06e0'
    """
    written = repr(float(number))
    return sa.literal_column(written if "e" in written else f"{written}e0", sa.Double())


@dataclass(frozen=True)
class Cells:
    """Expressions over the columns of one fact.

    Attributes
    ----------
    backend : str
        Dialect, as SQLAlchemy names it.
    query : Subquery
        The client's query.
    table : Table
        Its codebook entry.
    places, kinds : Mapping
        Our column -> column of the query; our column -> ``"number"``, ``"date"``, ``"text"`` or ``"bool"``.
    units : Mapping
        Our column -> unit of its numbers.
    vat : float
        Rate by which money that carries VAT is divided (1 + vat).
    blanks : str
        What is stripped off a text, where a database can be told.
    """

    backend: str
    query: sa.Subquery
    table: Table
    places: Mapping[str, str]
    kinds: Mapping[str, str]
    units: Mapping[str, str]
    vat: float = 0.0
    blanks: str = BLANKS

    def raw(self, name: str) -> Expression:
        """A cell as it is."""
        return self.query.c[self.places[name]]

    def text(self, name: str) -> Expression:
        """A cell as stripped text, ``""`` where it is empty; equal only to the same text."""
        cell = sa.cast(self.raw(name), sa.Unicode(_LONGEST))
        if self.backend == "postgresql":
            stripped = sa.func.btrim(cell, self.blanks)
        else:
            stripped = sa.func.trim(cell, self.blanks) if self.backend == "sqlite" else sa.func.trim(cell)
        known = sa.func.coalesce(stripped, "", type_=sa.Unicode())
        return sa.collate(known, _EXACT[self.backend]) if self.backend in _EXACT else known

    def part(self, name: str) -> Expression:
        """A cell to group and order by: a text stripped, else as it is."""
        return self.text(name) if self.kinds[name] == "text" else self.raw(name)

    def filled(self, name: str) -> Condition:
        """Whether a cell holds something."""
        if self.kinds[name] == "text":
            return self.text(name) != ""
        return self._day(name).is_not(None) if self.kinds[name] == "date" else self.raw(name).is_not(None)

    def some(self) -> Condition:
        """Whether a row holds anything."""
        return sa.or_(*map(self.filled, self.places))

    def keyed(self) -> Condition:
        """Whether a row has its key."""
        return sa.and_(
            sa.true(), *(self.filled(name) for name in self.keys if self.table.columns[name].required)
        )

    @property
    def keys(self) -> list[str]:
        """Key columns that the query has."""
        return [name for name in self.table.keys if name in self.places]

    def number(self, name: str) -> Expression:
        """A number in our unit and without VAT; NULL where it is none: not finite, or not whole though it must be."""
        power, column = UNITS.get(self.units.get(name, ""), 0), self.table.columns[name]
        cell = self._double(name)
        scaled = cell * real(10**power) if power > 0 else cell / real(10**-power) if power < 0 else cell
        net = scaled / real(1 + self.vat) if column.vat and self.vat else scaled
        return sa.case((self.readable(name), net))

    def readable(self, name: str) -> Condition:
        """Whether a cell that is filled is the number or the day that it must be."""
        if self.table.columns[name].dated:
            return sa.extract("year", self._day(name)).between(*_YEARS)
        cell = self._double(name)
        finite = sa.func.abs(cell) <= real(_LARGEST)
        if self.table.columns[name].type != "int":
            return finite
        whole = sa.cast(sa.cast(cell, sa.BigInteger()), sa.Double()) == cell
        return sa.case((sa.func.abs(cell) < real(1e15), whole), else_=finite)

    def _double(self, name: str) -> Expression:
        return sa.cast(self.raw(name), sa.Double())

    def day(self, name: str) -> Expression:
        """A day; NULL where its year cannot be meant."""
        return sa.case((self.readable(name), self._day(name)))

    def _day(self, name: str) -> Expression:
        cell = self.raw(name)
        cut = {"sqlite": sa.func.date, "hive": sa.func.to_date, "oracle": sa.func.trunc}.get(self.backend)
        return cut(cell) if cut else sa.cast(cell, sa.Date())

    def since(self, name: str, first: date) -> Condition:
        """Whether a cell holds this day or a later one."""
        day: Expression = sa.literal(first.isoformat(), sa.Unicode())
        if self.backend == "oracle":
            day = sa.func.to_date(day, "YYYY-MM-DD")
        elif self.backend not in ("sqlite", "hive"):
            day = sa.cast(day, sa.Date())
        return self._day(name) >= day

    def days_after(self, name: str, other: str, days: int) -> Condition:
        """Whether the day in one cell is more than so many days after that in another."""
        day, ahead = self._day(other), sa.literal_column(str(int(days)), sa.Integer())
        moved: Expression = {
            "sqlite": sa.func.date(day, f"+{int(days)} days"),
            "hive": sa.func.date_add(day, ahead),
            "mysql": sa.func.adddate(day, ahead),
            "mariadb": sa.func.adddate(day, ahead),
            "mssql": sa.func.dateadd(sa.literal_column("day"), ahead, day),
        }.get(self.backend, day + ahead)
        return self._day(name) > moved

    def shown(self, name: str) -> Expression:
        """A cell to be named in a message: a day as text, for drivers cannot read every day."""
        return sa.cast(self.raw(name), sa.Unicode(_LONGEST)) if self.kinds[name] == "date" else self.raw(name)

    def holds(self, name: str, texts: Sequence[str]) -> Condition:
        """Whether a cell, as text, is one of these; ``""`` stands for an empty one."""
        kind, wanted = self.kinds[name], [text for text in texts if text]
        empty = sa.not_(self.filled(name)) if "" in texts else sa.false()
        if kind == "text":
            return sa.or_(self.text(name).in_(wanted), empty)
        if kind == "number":
            return sa.or_(
                self._double(name).in_([number for text in wanted if (number := _number(text)) is not None]),
                empty,
            )
        if kind == "bool":
            return sa.or_(*(self.raw(name) == (text == "true") for text in wanted), empty)
        days = [text[:10] for text in wanted]
        return sa.or_(sa.cast(self._day(name), sa.Unicode(_LONGEST)).in_(days), empty)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
