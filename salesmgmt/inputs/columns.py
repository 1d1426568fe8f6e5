"""SQL, generated from the codebook, that turns cells as they came into typed columns.

Every column ``x`` of the contract becomes two: ``x``, typed, NULL where it cannot be read, and
``x came``, the text that came, for messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import Column, Table, plain
from salesmgmt.inputs.keys import closest
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.source import Raw, identifier, literal

__all__ = ["Typed", "came", "finish", "make_typed", "map_headers"]

_SPACE = "' \t\r\n\u00a0\u3000\ufeff'"
_FULL = "".join(map(chr, (*range(0xFF41, 0xFF5B), *range(0xFF10, 0xFF1A))))
_HALF = "abcdefghijklmnopqrstuvwxyz0123456789"
_SEPARATORS = " \t_-./()()\u00a0\u3000"
_SQL_TYPES = {"bool": "BOOLEAN", "date": "DATE", "month": "DATE"}
_YES_NO = {
    **dict.fromkeys(("是", "yes", "y", "true", "t", "1", "√"), "true"),
    **dict.fromkeys(("否", "no", "n", "false", "f", "0", "×"), "false"),
}
_FLOATS = ("FLOAT", "DOUBLE", "DECIMAL")
_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)


def came(column: str) -> str:
    """Quoted name of the column that holds what came."""
    return identifier(f"{column} came")


def map_headers(raw: Raw, table: Table) -> tuple[dict[str, int], list[Problem]]:
    """Which header is which column; further headers are kept under their own name.

    Parameters
    ----------
    raw : Raw
        The table as it came.
    table : Table
        Its codebook entry.

    Returns
    -------
    tuple
        Column (of the contract, ``<column>_en``, or further) -> position; and problems: two headers for
        one column, a required column missing, a mapped header that is not there.
    """
    origin, known = raw.origin, table.headers()
    given = {plain(theirs): ours for theirs, ours in origin.columns.items()}
    problems = [
        origin.wrong("inputs.no_such_header", value=theirs, headers=_listed(raw))
        for theirs in origin.columns
        if plain(theirs) not in {plain(header) for header in raw.headers}
    ]
    taken: dict[str, list[int]] = {}
    for at, header in enumerate(raw.headers):
        name = given.get(plain(header)) or _recognised(header, known)
        if name in given.values() and plain(header) not in given:
            name = header
        if name:
            taken.setdefault(name, []).append(at)
    for name, places in taken.items():
        if len(places) > 1 and name.removesuffix("_en") in table.columns:
            headers = ", ".join(raw.headers[at] for at in places)
            problems.append(origin.wrong("inputs.two_columns", column=name, headers=headers))
    missing = [name for name in table.required if name not in taken]
    for name in missing:
        near = (
            closest(name, [header for header in raw.headers if header])
            if len(raw.headers) > 12
            else _listed(raw)
        )
        problems.append(origin.wrong("inputs.missing_column", column=name, headers=near))
    return {name: places[0] for name, places in taken.items()}, problems


def _recognised(header: str, known: Mapping[str, str]) -> str:
    """Column a header means, ``<column>_en`` for an English wording, or the header itself."""
    text = plain(header)
    if text in known:
        return known[text]
    base = (
        header.strip().lower().removesuffix("en").rstrip("_ ")
        if header.strip().lower().endswith("en")
        else ""
    )
    return f"{known[plain(base)]}_en" if base and plain(base) in known else header.strip()


def _listed(raw: Raw) -> str:
    return ", ".join(header for header in raw.headers if header)


@dataclass(frozen=True)
class Typed:
    """A table typed in DuckDB as ``ours.<table>``: ``x``, ``x came``, further columns, ``_blank``.

    Attributes
    ----------
    origin : Origin
        Where it came from.
    table : Table
        Its codebook entry.
    present, further : tuple of str
        Columns of the contract that the table has; columns beyond it.
    """

    origin: Origin
    table: Table
    present: tuple[str, ...]
    further: tuple[str, ...]

    @property
    def relation(self) -> str:
        """Quoted name of the relation."""
        return f"ours.{identifier(self.table.name)}"


def make_typed(
    connection: duckdb.DuckDBPyConnection,
    raw: Raw,
    table: Table,
    places: Mapping[str, int],
    *,
    vat: float = 0.0,
) -> Typed:
    """Type a raw table: a plan table once and for all, a fact as a view that is scanned where it lies.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``raw.<table>``.
    raw : Raw
        The table as it came.
    table : Table
        Its codebook entry.
    places : Mapping
        Column -> position, from :func:`map_headers`.
    vat : float, default 0
        Rate by which money that carries VAT is divided (1 + vat).

    Returns
    -------
    Typed
        ``ours.<table>``; ``_blank`` marks rows with no cell filled.
    """
    further = _further(table, places)
    present = tuple(name for name in table.columns if name in places)
    typed = Typed(raw.origin, table, present, tuple(further))
    used = {name: places[name] for name in (*present, *further)}
    cells = ", ".join(
        f"{_text(raw, at)} AS {came(name)}, {identifier(raw.columns[at])} AS {identifier(f'{name} cell')}"
        for name, at in used.items()
    )
    read = [
        f"{_value(table.columns[name], raw.types[places[name]])} AS {identifier(f'{name} read')}"
        for name in present
    ]
    final = [_final(column, column.name in present, vat) for column in table.columns.values()]
    final += [f"coalesce({came(name)}, '') AS {identifier(name)}" for name in further]
    blank = f"coalesce({', '.join(map(came, used))}) IS NULL AS _blank"
    kind = "VIEW" if table.fact else "TABLE"
    connection.execute(
        f"CREATE {kind} {typed.relation} AS SELECT {', '.join(final)}, {blank} "
        f"FROM (SELECT *, {', '.join(read)} FROM (SELECT {cells} FROM {raw.relation}))"
    ).fetchall()
    return typed


def _final(column: Column, present: bool, vat: float) -> str:
    """Column and what came; sane, without VAT, an empty cell standing for what it means."""
    name, text = identifier(column.name), came(column.name)
    blank = f"{literal(column.blank)}" if column.blank else "NULL"
    if not present:
        return f"{blank}::{_sql_type(column)} AS {name}, NULL::VARCHAR AS {text}"
    value = identifier(f"{column.name} read")
    if column.numeric:
        whole = f" AND {value} = trunc({value})" if column.type == "int" else ""
        net = f"{value} / {1 + vat!r}" if column.vat and vat else value
        value = f"CASE WHEN isfinite({value}){whole} THEN {net} END"
    elif column.dated:
        day = f"date_trunc('month', {value})" if column.type == "month" else value
        value = f"CASE WHEN year({value}) BETWEEN 1900 AND 2200 THEN {day} END"
    if column.blank:
        value = f"CASE WHEN {text} IS NULL THEN {blank} ELSE {value} END"
    return f"({value})::{_sql_type(column)} AS {name}, {text}"


def _further(table: Table, places: Mapping[str, int]) -> list[str]:
    """Columns beyond the contract whose names DuckDB, blind to case, can tell apart."""
    names = [
        text for name in table.columns for text in (name, f"{name} came", f"{name} cell", f"{name} read")
    ]
    taken = {*map(str.casefold, names), "_blank", "_record"}
    found: list[str] = []
    for name in places:
        if not {name.casefold(), f"{name} came".casefold()} & taken:
            taken |= {text.casefold() for text in (name, f"{name} came", f"{name} cell")}
            found.append(name)
    return found


def _sql_type(column: Column) -> str:
    return "DOUBLE" if column.numeric else _SQL_TYPES.get(column.type, "VARCHAR")


def _text(raw: Raw, at: int) -> str:
    """What came, as trimmed text; NULL where empty. A whole float (a numeric id) loses its ``.0``."""
    cell, kind = identifier(raw.columns[at]), raw.types[at]
    if kind.startswith(_FLOATS):
        number = f"{cell}::DOUBLE"
        whole = f"CASE WHEN {number} = trunc({number}) THEN TRY_CAST({number} AS HUGEINT)::VARCHAR END"
        return f"CASE WHEN NOT isnan({number}) THEN coalesce({whole}, {cell}::VARCHAR) END"
    text = f"{cell}::VARCHAR"
    clean = (
        f"ascii({text}) BETWEEN 33 AND 126 AND ascii(right({text}, 1)) BETWEEN 33 AND 126"  # most, and cheap
    )
    return f"CASE WHEN {clean} THEN {text} ELSE nullif(trim({text}, {_SPACE}), '') END"


def _value(column: Column, kind: str) -> str:
    """The cell in the column's type; NULL where it cannot be read as such."""
    text, cell = came(column.name), identifier(f"{column.name} cell")
    if column.numeric:
        if kind.startswith(_FLOATS) or kind in _WHOLE:
            return f"{cell}::DOUBLE"
        return f"TRY_CAST(CASE WHEN NOT contains({text}, '_') THEN {text} END AS DOUBLE)"
    if column.dated:
        if kind.startswith(("DATE", "TIMESTAMP")):
            return f"TRY_CAST({cell} AS DATE)"
        short = f"CASE WHEN length({text}) <= 7 THEN replace({text}, '/', '-') || '-01' ELSE {text} END"
        day = short if column.type == "month" else text
        return f"CASE WHEN ascii({text}) BETWEEN 48 AND 57 THEN TRY_CAST({day} AS DATE) END"
    if column.type == "period":
        return _period(text, f"{cell}::DATE" if kind.startswith(("DATE", "TIMESTAMP")) else "")
    if column.type == "bool":
        return f"{_cases(f'lower({text})', _YES_NO, 'NULL')}::BOOLEAN"
    return _code(column, text) if column.codes else text


def _period(text: str, day: str) -> str:
    """A year, quarter or month as 2027, 2027-Q1 or 2027-01; the first day of a month is that month."""
    if day:
        return f"CASE WHEN day({day}) = 1 THEN strftime({day}, '%Y-%m') END"
    year, quarter, month = "(?:19|20|21)[0-9]{2}", "[-/ ]?[Qq][1-4]", "[-/](?:0?[1-9]|1[0-2])(?:[-/]0?1)?"
    return (
        f"CASE WHEN regexp_full_match({text}, '{year}') THEN {text} "
        f"WHEN regexp_full_match({text}, '{year}{quarter}') THEN left({text}, 4) || '-Q' || right({text}, 1) "
        f"WHEN regexp_full_match({text}, '{year}{month}') "
        f"THEN left({text}, 4) || '-' || lpad(regexp_extract({text}, '[-/]([0-9]+)', 1), 2, '0') END"
    )


def _code(column: Column, text: str) -> str:
    """The code a text means: as spelled in the codebook, which is cheap, else as compared without case and width.

    Text that means none is NULL, or kept where the list of codes is open.
    """
    spelled = {label: code for code, labels in (column.codes or {}).items() for label in (code, *labels)}
    same = f"translate(lower({text}), {literal(_FULL + _SEPARATORS)}, {literal(_HALF)})"
    return _cases(text, spelled, _cases(same, column.spellings(), text if column.open else "NULL"))


def _cases(text: str, meanings: Mapping[str, str], otherwise: str) -> str:
    """A text looked up, one branch each: an IN list would become a join, run for every row of every query."""
    whens = " ".join(
        f"WHEN {literal(spelling)} THEN {literal(meant)}" for spelling, meant in meanings.items()
    )
    return f"CASE {text} {whens} ELSE {otherwise} END"


def finish(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """A frame out of DuckDB in the types the methods rely on.

    Parameters
    ----------
    frame : DataFrame
        Columns of the table, or of its sums, and further text columns.
    table : Table
        Its codebook entry.

    Returns
    -------
    DataFrame
        Text ``str`` with ``""``, numbers ``float64``, counts ``int64``, days ``datetime64[us]``, yes/no ``bool``.
    """
    dtypes = {str(name): table.dtypes.get(str(name), "str") for name in frame.columns}
    blank = {"str": "", "bool": False}
    filled = {name: frame[name].astype("object").where(frame[name].notna(), blank[dtype])
              for name, dtype in dtypes.items() if dtype in blank}  # fmt: skip
    return frame.assign(**filled).astype(dtypes)
