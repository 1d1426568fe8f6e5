"""One query of a client's database, read only and bounded.

The client's SELECT is always a subquery of ours, inside a read-only transaction that is rolled back. Whatever a
driver raises becomes one problem with the table, in a sentence without secrets; the driver's own exception is
not kept, for it may hold them.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import quoted_name

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs.connections import Address, answers, engine_of, prepared, read_address
from salesmgmt.inputs.fetched import (
    BLANKS,
    first_line,
    is_zoned,
    own_names,
    sampled_kind,
    told_kind,
    typed_frame,
)
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.selects import one_select

__all__ = ["Database", "open_database"]

_SECONDS = 600.0
_SAMPLE = 1_000
_CHUNK = 10_000
_STEPS = 100_000
_LONGEST = 300
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_LOST = ("TTransportException", "ConnectionError", "ConnectionResetError", "BrokenPipeError", "EOFError")
_SLOW = {"57014", "3024", "1969"}
"""SQLSTATE or number of a statement that its time limit ended: PostgreSQL, MySQL, MariaDB."""

T = TypeVar("T")


def open_database(
    origin: Origin, folder: Path, folders: Sequence[Path], *, seconds: float = _SECONDS
) -> Database:
    """Connect to a table's database, to be used in a ``with`` statement.

    Parameters
    ----------
    origin : Origin
        Of kind ``"database"``.
    folder : Path
        The engagement's, where a relative SQLite path starts.
    folders : Sequence of Path
        Folders that may be read.
    seconds : float, default 600
        How long one statement may run.

    Returns
    -------
    Database
        Connected, in a transaction that only reads.

    Raises
    ------
    InputError
        With the one problem that keeps the query from being asked.
    """
    address = read_address(origin, folder, folders)
    engine = engine_of(origin, address, seconds=seconds)
    sql, count = one_select(origin.sql, backend=engine.name, driver=engine.driver)
    if not sql:
        raise InputError([origin.wrong("inputs.not_one_select", count=count)])
    database = Database(origin, address, engine, sql, seconds=seconds)
    try:
        database.connect()
    except InputError:
        database.close()
        raise
    return database


class Database:
    """The query of one table in its database, for as long as the ``with`` lasts.

    Parameters
    ----------
    origin : Origin
        Where the table comes from.
    address : Address
        Its database.
    engine : sqlalchemy.Engine
        Of that address.
    sql : str
        The client's SELECT, bare.
    seconds : float
        How long one statement may run.
    """

    def __init__(
        self, origin: Origin, address: Address, engine: sa.Engine, sql: str, *, seconds: float
    ) -> None:
        self.origin = origin
        self.seconds = seconds
        self._address, self._engine, self._sql = address, engine, sql
        self._connection: sa.Connection | None = None
        self._until = 0.0
        self._columns: list[tuple[str, str]] = []
        self.zoned: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Database({self.origin.table!r}, {self._address.backend!r})"

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def backend(self) -> str:
        """Kind of database, as SQLAlchemy names its dialect."""
        return self._engine.name

    @property
    def blanks(self) -> str:
        """Blanks that the server can be asked to strip: one that does not keep Unicode knows only the plain ones."""
        raw: Any = self._connection.connection.dbapi_connection if self._connection else None
        told = getattr(getattr(raw, "info", None), "parameter_status", None)
        if self.backend == "postgresql" and (told is None or told("server_encoding") != "UTF8"):
            return BLANKS[:4]
        return BLANKS

    def connect(self) -> None:
        """Connect, read only.

        Raises
        ------
        InputError
            If the server or the file cannot be reached or does not let us in.
        """
        self._told(self._connect, "inputs.database_connect")

    def _connect(self) -> None:
        answers(self._engine)
        connection = self._connection = self._engine.connect()
        if self._address.path:
            raw: Any = connection.connection.dbapi_connection
            raw.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)
        for statement in prepared(self._address, self.seconds):
            connection.exec_driver_sql(statement).close()

    def close(self) -> None:
        """Roll back and disconnect; whatever a broken connection says to that is of no interest."""
        for step in (
            self._connection and self._connection.rollback,
            self._connection and self._connection.close,
        ):
            with contextlib.suppress(Exception):
                if step:
                    step()
        self._engine.dispose()

    def _told(self, work: Callable[[], T], id: str = "inputs.sql_failed") -> T:
        """What the driver gives, or the one problem that came of it."""
        self._until = time.monotonic() + self.seconds
        try:
            return work()
        except MemoryError:
            raise
        except Exception as error:  # drivers raise what they like
            problem = self._problem(error, id)
        raise InputError([problem])  # outside the handler: the driver's exception does not travel along

    def _problem(self, error: Exception, id: str) -> Problem:
        cause: BaseException = error.orig if isinstance(error, DBAPIError) and error.orig else error
        number = str(getattr(cause, "sqlstate", "") or next(iter(cause.args), ""))
        if number in _SLOW or (self._address.path and number == "interrupted"):
            return self.origin.wrong("inputs.database_slow", seconds=f"{self.seconds:g}")
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if id == "inputs.sql_failed" and (lost or type(cause).__name__ in _LOST):
            id = "inputs.database_lost"
        return self.origin.wrong(id, reason=self._address.hide(first_line(cause))[:_LONGEST])

    def query(self, names: Sequence[str] = ()) -> sa.Subquery:
        """The client's query as ``q``, with these of its columns, named exactly as they are."""
        text = self._sql.replace(":", r"\:")  # no parameters of ours
        columns: list[sa.ColumnClause[Any]] = [
            sa.column(quoted_name(name, True)) for name in dict.fromkeys(names)
        ]
        return sa.text(f"\n{text}\n").columns(*columns).subquery("q")

    def run(self, statement: sa.Executable) -> tuple[list[Any], Generator[list[tuple[Any, ...]]]]:
        """Run a statement of ours; rows come in portions, from the server as they are read.

        Parameters
        ----------
        statement : Executable
            Selects from :meth:`query`.

        Returns
        -------
        tuple
            The cursor's description and an iterator of portions of rows.

        Raises
        ------
        InputError
            With one problem, now or while rows are read.
        """
        connection = self._connection
        if connection is None:
            raise ValueError("the database is not connected")
        options = {"stream_results": True, "max_row_buffer": _CHUNK}
        result: Any = self._told(lambda: connection.execute(statement, execution_options=options))
        return list(result.cursor.description), self._portions(result)

    def _portions(self, result: Any) -> Generator[list[tuple[Any, ...]]]:
        try:
            while rows := self._told(lambda: result.fetchmany(_CHUNK)):
                yield [tuple(row) for row in rows]
        finally:
            with contextlib.suppress(Exception):
                result.close()

    def fetch(self, statement: sa.Executable) -> list[tuple[Any, ...]]:
        """All rows of a statement of ours whose result is small."""
        return [row for rows in self.run(statement)[1] for row in rows]

    def columns(self) -> list[tuple[str, str]]:
        """Columns of the query and their kinds.

        Returns
        -------
        list of (str, str)
            Name as the database has it; ``"number"``, ``"date"``, ``"text"`` or ``"bool"``.

        Notes
        -----
        As the driver says; where it does not, as the first thousand rows have it. SQLite knows no types of
        columns: there a column is a number if no cell of it is text.
        """
        if not self._columns:
            every = sa.select(sa.text("*")).select_from(self.query())
            described, portions = self.run(every.limit(0))
            portions.close()
            names = own_names([str(part[0]) for part in described])
            twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
            if twice:
                raise InputError([self.origin.wrong("inputs.database_twice", names=", ".join(twice))])
            kinds = [told_kind(part[1], self.backend) for part in described]
            self.zoned = frozenset(
                name for name, part in zip(names, described, strict=True) if is_zoned(part[1])
            )
            if self._address.path:
                kinds = self._stored_kinds(names)
            elif not all(kinds):
                cells = list(zip(*self.fetch(every.limit(_SAMPLE)), strict=True)) or [()] * len(names)
                kinds = [kind or sampled_kind(own) for kind, own in zip(kinds, cells, strict=True)]
            self._columns = list(zip(names, kinds, strict=True))
        return self._columns

    def _stored_kinds(self, names: Sequence[str]) -> list[str]:
        """Kinds as SQLite stores the cells."""
        query = self.query(names)
        texts = [
            _counted(sa.func.typeof(query.c[name]).in_(("text", "blob"))) for name in dict.fromkeys(names)
        ]
        found = dict(zip(dict.fromkeys(names), self.fetch(sa.select(*texts))[0], strict=True))
        return ["text" if found[name] else "number" for name in names]

    def dated(self, names: Sequence[str]) -> frozenset[str]:
        """Which of these columns hold days.

        Parameters
        ----------
        names : Sequence of str
            Columns of the query that should.

        Returns
        -------
        frozenset of str
            Those that the database types so; in SQLite those of which every cell that is filled is a day
            ``YYYY-MM-DD``, with or without a time of day.
        """
        if not self._address.path or not names:
            kinds = dict(self.columns())
            return frozenset(name for name in names if kinds.get(name) == "date")
        query = self.query(names)
        wrong = [_counted(_no_day(query.c[name])) for name in query.c.keys()]  # noqa: SIM118
        found = self.fetch(sa.select(*wrong))[0]
        return frozenset(str(name) for name, count in zip(query.c.keys(), found, strict=True) if not count)

    def rows(self, *, most: int | None = None) -> pd.DataFrame:
        """Every row of the query.

        Parameters
        ----------
        most : int, optional
            More rows than that are a problem.

        Returns
        -------
        DataFrame
            The query's columns under their own names: days ``datetime64[us]``; else objects as the driver gives
            them, ``Decimal`` made a float, texts ``str``, NULL ``None``.
        """
        columns = self.columns()
        _, portions = self.run(sa.select(sa.text("*")).select_from(self.query()))
        return typed_frame(columns, self._bounded(portions, most))

    def _bounded(self, portions: Iterator[list[T]], most: int | None) -> Iterator[list[T]]:
        count = 0
        for rows in portions:
            count += len(rows)
            if most is not None and count > most:
                raise InputError([self.origin.wrong("inputs.database_rows", most=f"{most:,}")])
            yield rows


def _counted(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _no_day(cell: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a cell of SQLite is filled and no day."""
    first = sa.func.substr(cell, 1, 10)
    shaped = sa.or_(*(cell.op("GLOB")(f"{_DAY}{rest}") for rest in ("", " *", "T*")))
    day = sa.and_(
        sa.func.typeof(cell) == "text", shaped, sa.func.date(first, "+0 days") == first
    )  # 02-30 is made 03-02
    return sa.and_(sa.func.trim(cell) != "", sa.not_(sa.func.coalesce(day, False)))
