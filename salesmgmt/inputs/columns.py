"""SQL, generated from the codebook, that turns cells as they came into typed columns.

Every column ``x`` of the contract becomes three: ``x``, typed, NULL where it cannot be read; ``x came``,
the text that came, for messages; ``x rule``, the rules it was read by where it was not plain. Rows with
nothing in them, totals, footnotes and headers that stand among the rows are marked in ``_blank``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import Column, Table
from salesmgmt.inputs.headers import Place
from salesmgmt.inputs.interpret import Reading, cases, missing, narrow, reading
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.source import Raw
from salesmgmt.inputs.sql import identifier, literal

__all__ = ["Typed", "came", "finish", "make_typed", "ruled", "typed_cells"]

_SPACE = "' \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'"
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
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
)  # fmt: skip
_TOTAL = "(?:.{0,12})(?:合计|小计|总计|汇总)(?:数|额|[(（].{1,6}[)）])?|总额|共计|总和|累计|(?:sub|grand)?[- ]?totals?"
_FOOTNOTE = "(?:注|备注|说明|附注|数据来源|来源|制表|制表人|填表|填表人|审核|审核人|制表日期|填表日期|note|source)[0-9]*[:：]|[*＊※]|以下空白"
_FILE_KINDS = ("csv", "excel", "parquet")
_HELD = 32 << 20
_STEPS = {"plain": "plain", "half": "half", "parts": "parts", "value": "read", "rule": "rule"}


def came(column: str) -> str:
    """Quoted name of the column that holds what came."""
    return identifier(f"{column} came")


def ruled(column: str) -> str:
    """Quoted name of the column that holds the rules a cell was read by."""
    return identifier(f"{column} rule")


@dataclass(frozen=True)
class Typed:
    """A table typed in DuckDB as ``ours.<table>``: ``x``, ``x came``, ``x rule``, further columns, ``_blank``.

    Attributes
    ----------
    raw : Raw
        The table as it came.
    table : Table
        Its codebook entry.
    places : Mapping
        Column -> where it stands.
    present, further : tuple of str
        Columns of the contract that the table has; columns beyond it.
    """

    raw: Raw
    table: Table
    places: Mapping[str, Place]
    present: tuple[str, ...]
    further: tuple[str, ...]

    @property
    def origin(self) -> Origin:
        """Where it came from."""
        return self.raw.origin

    @property
    def relation(self) -> str:
        """Quoted name of the relation."""
        return f"memory.ours.{identifier(self.table.name)}"

    @property
    def record(self) -> str:
        """SQL of a row's number: in its sheet, else in the order of the file."""
        return "_row" if self.raw.numbered else "row_number() OVER ()"

    def wrong(self, id: str, column: str, row: int | None, **fields: Any) -> Problem:
        """A problem with one cell."""
        place = self.places.get(column)
        return Problem(
            self.table.name, id, fields, row=row, column=column, file=self.origin.label,
            cell=self.raw.cell(row, place.at if place else None),
        )  # fmt: skip


def make_typed(
    connection: duckdb.DuckDBPyConnection,
    raw: Raw,
    table: Table,
    places: Mapping[str, Place],
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
        Column -> where it stands, from :func:`~salesmgmt.inputs.headers.map_headers`.
    vat : float, default 0
        Rate by which money that carries VAT is divided (1 + vat).

    Returns
    -------
    Typed
        ``ours.<table>``; ``_blank`` marks rows that are no data, ``_left_out`` says which were filled.
    """
    further = _further(table, places)
    present = tuple(name for name in table.columns if name in places)
    typed = Typed(raw, table, places, present, tuple(further))
    used = [*present, *further]
    kept = ["_row"] if raw.numbered else []
    final = [
        _final(
            column,
            column.name in present,
            _rate(places, column.name, vat),
            text=_is_text(raw, places, column.name),
        )
        for column in table.columns.values()
    ]
    final += [f"coalesce({came(name)}, '') AS {identifier(name)}" for name in further]
    if table.fact:
        final += [identifier(f"{name} cell") for name in present]
    blank = f"coalesce({', '.join(map(came, present))}) IS NULL OR _left_out IS NOT NULL"
    if _stored(raw, table):
        blank = "false"
    kind = "VIEW" if table.fact and not _small(raw.origin) else "TABLE"
    connection.execute(
        f"CREATE {kind} {typed.relation} AS SELECT {', '.join([*kept, *final])}, ({blank}) AS _blank, _left_out "
        f"FROM {_read(raw, table, places, used, kept)}"
    ).fetchall()
    return typed


def typed_cells(
    typed: Typed, names: Sequence[str], relation: str, types: Sequence[str], kept: Sequence[str]
) -> str:
    """SQL that types a few columns of a relation that holds their cells.

    Parameters
    ----------
    typed : Typed
        The table that the cells came from.
    names : Sequence of str
        Columns of the contract, each held as ``x cell``.
    relation : str
        Quoted name of the relation.
    types : Sequence of str
        DuckDB types of the cells.
    kept : Sequence of str
        Quoted names of columns that are passed on.

    Returns
    -------
    str
        A SELECT of what is passed on, then of every column ``x``, ``x came`` and ``x rule``.
    """
    columns = tuple(f"{name} cell" for name in names)
    raw = replace(typed.raw, origin=replace(typed.origin, kind="sql"), headers=tuple(names), columns=columns, types=tuple(types), relation=relation)  # fmt: skip
    places = {name: Place(at) for at, name in enumerate(names)}
    final = [
        _final(typed.table.columns[name], True, 0.0, text=types[at] == "VARCHAR")
        for at, name in enumerate(names)
    ]
    return f"SELECT {', '.join([*kept, *final])} FROM {_read(raw, typed.table, places, names, kept)}"


def _read(
    raw: Raw, table: Table, places: Mapping[str, Place], used: Sequence[str], kept: Sequence[str]
) -> str:
    """Nested SELECTs that read the used columns step by step; each step sees what the one before named."""
    spots = {name: places[name].at for name in used}
    cells = [
        f"{_text(raw, at)} AS {identifier(f'{name} text')}, {identifier(raw.columns[at])} AS {identifier(f'{name} cell')}"
        for name, at in spots.items()
    ]
    ordered = dict(sorted(spots.items(), key=lambda spot: spot[1]))
    first = ", ".join(identifier(f"{name} text") for name in ordered)
    readings = {
        name: _reading(raw, table.columns[name], places[name]) for name in used if name in table.columns
    }
    steps = [
        [f"coalesce({first}) AS _first"],
        [f"{_left_out(raw, table, ordered)} AS _left_out"],
        [_came(table.columns.get(name), name) for name in used],
        *(
            [f"{getattr(own, step)} AS {identifier(f'{name} {named}')}" for name, own in readings.items()]
            for step, named in _STEPS.items()
        ),
    ]
    query = f"(SELECT {', '.join([*kept, *cells])} FROM {raw.relation})"
    for step in steps:
        query = f"(SELECT *, {', '.join(step)} FROM {query})" if step else query
    return query


def _small(origin: Origin) -> bool:
    """Whether a fact is typed once and held: a file so small that typing it at every scan would cost more."""
    return origin.kind == "excel" or (origin.path is not None and origin.path.stat().st_size < _HELD)


def _stored(raw: Raw, table: Table) -> bool:
    """Whether rows come as a program stored them: none blank, none a total, and no column is read to look for them."""
    return raw.origin.kind == "parquet" and table.fact


def _left_out(raw: Raw, table: Table, used: Mapping[str, int]) -> str:
    """SQL: why a row of a file made by hand is no data: a total, a footnote, a group's name, the header once more."""
    if raw.origin.kind not in _FILE_KINDS or _stored(raw, table):
        return "NULL::VARCHAR"
    texts = {name: identifier(f"{name} text") for name in used}
    filled = " + ".join(f"({text} IS NOT NULL)::INT" for text in texts.values())
    headers = [(texts[name], raw.headers[at].strip()) for name, at in used.items()]
    again = " AND ".join(f"{text} = {literal(header)}" for text, header in headers[:4])
    same = f"WHEN {again} THEN 'header'" if len(headers) > 1 else ""
    key = texts.get(table.keys[0], "_first")
    named = [text for name, text in texts.items() if name in table.columns and table.columns[name].ref]
    totals = [_is_total(key), f"({key} IS NULL AND {_is_total('_first')})", *map(_is_total, named)]
    alone = next(iter(texts.values()))
    group = f"{alone} IS NOT NULL AND regexp_full_match({alone}, '[^A-Za-z0-9]*[一-鿿][^A-Za-z0-9]*')"
    several = len(table.required) > 1
    return (
        f"CASE {same} WHEN {' OR '.join(totals)} THEN 'total' WHEN {filled} = 1 THEN CASE "
        f"WHEN regexp_matches(_first, {literal(f'(?i)^(?:{_FOOTNOTE})')}) AND NOT contains(_first, '单位') THEN 'footnote' "
        f"WHEN {several} AND {group} AND NOT contains(_first, '单位') THEN 'group' END END"
    )


def _is_total(text: str) -> str:
    """SQL: whether a text is a total's name; a look at its signs spares most the pattern."""
    likely = f"(contains({text}, '计') OR contains({text}, '总') OR contains({text}, '额') OR contains({text}, '和') OR contains({text}, 'otal') OR contains({text}, 'OTAL'))"
    plain = f"replace(replace({text}, ' ', ''), '\u3000', '')"
    pattern = rf"(?i)[(\[（【]?(?:{_TOTAL})[)\]）】]?[:：]?"
    return f"coalesce({likely} AND length({text}) <= 20 AND regexp_full_match({plain}, {literal(pattern)}), false)"


def _came(column: Column | None, name: str) -> str:
    """What came, NULL where a text stands for "not given"."""
    text = identifier(f"{name} text")
    if column is None:
        return f"{text} AS {came(name)}"
    return f"CASE WHEN NOT {missing(column, text)} THEN {text} END AS {came(name)}"


def _reading(raw: Raw, column: Column, place: Place) -> Reading:
    """How a column is read: typed cells as they are, text by the codebook's rules."""
    kind, name = raw.types[place.at], column.name
    cell, plain = identifier(f"{name} cell"), identifier(f"{name} plain")
    if column.numeric and kind.startswith((*_FLOATS, *_WHOLE)):
        scaled = f"{plain} * {10.0**place.power!r}" if place.power else plain
        rule = f"CASE WHEN {plain} IS NOT NULL THEN 'column_unit' END" if place.power else "NULL::VARCHAR"
        return Reading(f"{cell}::DOUBLE", value=scaled, rule=rule)
    if column.dated and kind.startswith(("DATE", "TIMESTAMP")):
        return Reading(f"TRY_CAST({cell} AS DATE)", value=plain)
    if column.type == "period" and kind.startswith(("DATE", "TIMESTAMP")):
        return Reading(
            f"CASE WHEN day({cell}::DATE) = 1 THEN strftime({cell}::DATE, '%Y-%m') END", value=plain
        )
    if column.type == "bool":
        yes_no = {text: f"'{meant}'" for text, meant in _YES_NO.items()}
        return _looked_up(name, yes_no, yes_no, f"lower({narrow(came(name))})", "NULL")
    if column.codes:
        spelled = {label: literal(code) for code, labels in column.codes.items() for label in (code, *labels)}
        compared = {label: literal(code) for label, code in column.spellings().items()}
        same = f"translate(lower({narrow(came(name))}), {literal(_FULL + _SEPARATORS)}, {literal(_HALF)})"
        return _looked_up(name, spelled, compared, same, came(name) if column.open else "NULL")
    return reading(column, power=place.power, dates=raw.origin.dates, epoch_1904=raw.epoch_1904)


def _final(column: Column, present: bool, vat: float, *, text: bool) -> str:
    """Column, what came and how it was read; sane, without VAT, an empty cell standing for what it means."""
    name, words, rule = identifier(column.name), came(column.name), ruled(column.name)
    blank = f"{literal(column.blank)}" if column.blank else "NULL"
    if not present:
        return f"{blank}::{_sql_type(column)} AS {name}, NULL::VARCHAR AS {words}, NULL::VARCHAR AS {rule}"
    value = identifier(f"{column.name} read")
    if column.numeric:
        whole = f" AND {value} = trunc({value})" if column.type == "int" else ""
        net = f"{value} / {1 + vat!r}" if column.vat and vat else value
        value = f"CASE WHEN isfinite({value}){whole} THEN {net} END"
    elif column.dated:
        day = f"date_trunc('month', {value})" if column.type == "month" else value
        value = f"CASE WHEN year({value}) BETWEEN 1900 AND 2200 THEN {day} END"
    if column.blank:
        value = f"CASE WHEN {words} IS NULL THEN {blank} ELSE {value} END"
    gone = identifier(f"{column.name} text")
    told = rule
    if text:
        told = f"CASE WHEN {words} IS NULL AND {gone} IS NOT NULL THEN 'missing' ELSE nullif({rule}, '') END"
    return f"({value})::{_sql_type(column)} AS {name}, {words}, {told} AS {rule}"


def _rate(places: Mapping[str, Place], name: str, vat: float) -> float:
    """The table's rate of VAT; none for a column whose header says that it carries none."""
    return 0.0 if name in places and places[name].tax == "excluded" else vat


def _is_text(raw: Raw, places: Mapping[str, Place], name: str) -> bool:
    """Whether a column's cells come as text and so may have been read by a rule."""
    return name in places and raw.types[places[name].at] == "VARCHAR"


def _further(table: Table, places: Mapping[str, Place]) -> list[str]:
    """Columns beyond the contract whose names DuckDB, blind to case, can tell apart."""
    steps = ("", " came", " cell", " read", " text", " plain", " half", " parts", " rule")
    taken = {f"{name}{step}".casefold() for name in table.columns for step in steps}
    taken |= {"_blank", "_first", "_record", "_row", "_left_out"}
    found: list[str] = []
    for name in places:
        own = {f"{name}{step}".casefold() for step in ("", " came", " cell", " text")}
        if not own & taken:
            taken |= own
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
    if raw.text:  # ="001", by which programs keep a spreadsheet from counting
        text = (
            f"CASE WHEN ascii({cell}) = 61 THEN regexp_replace({cell}, '^=\"(.*)\"$', '\\1') ELSE {cell} END"
        )
    ends = (f"ascii({text})", f"ascii(right({text}, 1))")
    clean = " AND ".join(f"({end} BETWEEN 33 AND 126 OR {end} BETWEEN 12289 AND 65278)" for end in ends)
    return f"CASE WHEN {clean} THEN {text} ELSE nullif(trim({text}, {_SPACE}), '') END"


def _looked_up(
    name: str, spelled: Mapping[str, str], compared: Mapping[str, str], same: str, otherwise: str
) -> Reading:
    """A code as spelled in the codebook, which is cheap, else as compared without case and width.

    Text that means none is NULL, or kept where the list of codes is open.
    """
    plain, half = identifier(f"{name} plain"), identifier(f"{name} half")
    return Reading(
        cases(came(name), spelled, "NULL"), f"CASE WHEN {plain} IS NULL THEN {same} END",
        value=f"coalesce({plain}, {cases(half, compared, otherwise)})",
    )  # fmt: skip


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
