"""How a cell that is not plain is read: SQL for the value, and for the rules it was read by.

Plain cells (``1280.5``, ``2027-01-05``, a code as spelled) are read as they are. Anything else is read only
where it can mean one thing: ``1,280``, ``128万元``, ``35%``, ``(1,280)``, ``２０２７年１月５日``, ``20270105``, the
serial number of a spreadsheet's date, ``—`` for missing. Each reading has a name (:data:`RULES`) under which
it is counted and told. ``1/2/2027`` can mean two days: it has the rule ``ask`` and no value until
``dates`` in [tables] says which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from salesmgmt.inputs.codebook import Column
from salesmgmt.inputs.sql import identifier, literal

__all__ = [
    "COUNTED",
    "ERROR_VALUES",
    "INVISIBLE",
    "RULES",
    "Reading",
    "cases",
    "missing",
    "narrow",
    "reading",
]

RULES = (
    "missing", "wide", "thousands", "currency", "negative", "unit", "percent", "word", "column_unit",
    "chinese", "dots", "compact", "serial", "month_name", "mdy", "dmy", "merged",
)  # fmt: skip
"""Names of the readings, in the order in which they are told."""
ERROR_VALUES = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
"""What a spreadsheet writes where a formula failed."""
INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
"""Characters that take no place on a page."""

_MISSING = (
    "-",
    "--",
    "—",
    "——",
    "–",
    "－",
    "无",
    "暂无",
    "N/A",
    "n/a",
    "N/a",
    "NULL",
    "null",
    "（空）",
    "(空)",
)
_MISSING_NUMBERS = ("/", "／", "NA", "na", "None", "none", "nil", "空")
_FULL = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000\u00a0\u2212\u2013\u2014￥"
_HALF = "".join(map(chr, range(0x21, 0x7F))) + "  ---¥"
_NAMED = ("%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y", "%d %B %Y", "%B %d, %Y")
_MONEY = {"元": 0, "块": 0, "圆": 0, "千": 3, "千元": 3, "万": 4, "万元": 4, "百万": 6, "百万元": 6, "千万": 7,
          "千万元": 7, "亿": 8, "亿元": 8}  # fmt: skip
COUNTED = {
    "visits": ("次",), "customers": ("家", "个", "户"), "people": ("人", "名"), "posts": ("人", "个"),
    "hours": ("小时", "个小时", "h", "hours"), "days": ("天", "日", "days"), "months": ("个月", "月", "months"),
    "years": ("年", "years"), "count": ("个", "席", "通"), "minutes": ("分", "分钟", "min", "minutes"),
}  # fmt: skip
"""What is counted or measured -> words for it that may follow a number."""
_CURRENCY = "¥|RMB|CNY|人民币"


@dataclass(frozen=True)
class Reading:
    """SQL that reads the text ``x came`` of a column ``x`` in three steps, each sees what the one before named.

    Attributes
    ----------
    plain, half : str
        What a plain cell means, NULL for any other; such a cell's text in half-width characters.
    parts : str
        What is recognised in ``x half``; NULL where there is nothing to recognise.
    value, rule : str
        The value in the column's type, NULL where the text cannot be read; the rules it was read by, joined
        by ``+``: NULL for a plain cell, ``'ask'`` for one that means two things.
    """

    plain: str
    half: str = "NULL::VARCHAR"
    parts: str = "NULL::VARCHAR"
    value: str = "NULL"
    rule: str = "NULL::VARCHAR"


def missing(column: Column, text: str) -> str:
    """SQL condition: a text that stands for "not given"; one that is a code of the column never does."""
    markers = [
        *_MISSING,
        *(_MISSING_NUMBERS if column.numeric or column.dated or column.type == "period" else ()),
    ]
    spelled = {label for code, labels in (column.codes or {}).items() for label in (code, *labels)}
    whens = " ".join(f"WHEN {literal(marker)} THEN true" for marker in markers if marker not in spelled)
    first = f"ascii({text})"  # a look at the first sign spares most cells the rest
    likely = f"({first} < 48 OR {first} > 8000 OR {first} = 78 OR {first} = 110)"
    return f"({likely} AND strlen({text}) <= 12 AND CASE {text} {whens} ELSE false END)"


def narrow(text: str) -> str:
    """SQL: a text in half-width letters, digits and signs, without characters that cannot be seen."""
    seen = f"regexp_replace({text}, {literal(INVISIBLE)}, '', 'g')"
    half = f"trim(translate({seen}, {literal(_FULL)}, {literal(_HALF)}))"
    return f"CASE WHEN length({text}) = strlen({text}) THEN {text} ELSE {half} END"


def cases(text: str, meanings: Mapping[str, str], otherwise: str) -> str:
    """A text looked up, one branch each: an IN list would become a join, run for every row of every query."""
    whens = " ".join(f"WHEN {literal(spelling)} THEN {meant}" for spelling, meant in meanings.items())
    return f"CASE {text} {whens} ELSE {otherwise} END" if whens else otherwise


def reading(column: Column, *, power: int = 0, dates: str = "", epoch_1904: bool = False) -> Reading:
    """How one column's text is read.

    Parameters
    ----------
    column : Column
        Its codebook entry.
    power : int, default 0
        Power of ten of the unit that header or [tables] state; 0 for none. A cell's own unit goes before it.
    dates : str, default ""
        ``"mdy"`` or ``"dmy"`` for dates that do not begin with the year; ``"ymd"`` refuses them; empty asks.
    epoch_1904 : bool, default False
        Serial numbers count from 1904.

    Returns
    -------
    Reading
        The SQL.
    """
    if column.numeric:
        return _number(column, power)
    if column.dated:
        return _day(column, dates, epoch_1904)
    if column.type == "period":
        return _period(column)
    if column.type == "id":
        return _id(column)
    return Reading(identifier(f"{column.name} came"), value=identifier(f"{column.name} plain"))


def _names(column: Column) -> tuple[str, str, str, str]:
    """Quoted ``x came``, ``x plain``, ``x half`` and ``x parts``."""
    return tuple(identifier(f"{column.name} {step}") for step in ("came", "plain", "half", "parts"))  # type: ignore[return-value]


def _odd(came: str, plain: str) -> str:
    """SQL: the half-width text of a cell that is not plain."""
    return f"CASE WHEN {plain} IS NULL AND {came} IS NOT NULL THEN {narrow(came)} END"


def _wide(came: str, half: str) -> str:
    return f"CASE WHEN {half} <> {came} THEN 'wide' END"


def _id(column: Column) -> Reading:
    came, plain, half, _ = _names(column)
    return Reading(
        f"CASE WHEN length({came}) = strlen({came}) THEN {came} END",
        _odd(came, plain), value=f"coalesce({plain}, {half})", rule=_wide(came, half),
    )  # fmt: skip


def _number(column: Column, power: int) -> Reading:
    """Plain digits; else digits with separators, a currency, brackets for negative, a unit of its own."""
    came, plain, half, m = _names(column)
    digits = f"CASE WHEN NOT contains({came}, '_') THEN {came} END"
    units = _units(column)
    names = "['open', 'before', 'sign', 'inside', 'whole', 'part', 'after', 'unit', 'close']"
    extract = f"regexp_extract({half}, {literal(_pattern(units))}, {names})"
    well = f"({m}.whole <> '' OR {m}.part <> '') AND ({m}.open <> '') = ({m}.close <> '') AND NOT ({m}.open <> '' AND {m}.sign <> '') AND ({m}.before <> '')::INT + ({m}.inside <> '')::INT + ({m}.after <> '')::INT <= 1"
    own = {unit: f"'e{ten}'" for unit, ten in units.items() if ten is not None}
    tens = cases(f"{m}.unit", own, f"CASE WHEN {m}.unit = '' THEN 'e{power}' ELSE 'e0' END")
    sign = f"CASE WHEN {m}.open <> '' OR {m}.sign = '-' THEN '-' ELSE '' END"
    spelled = f"{sign} || translate({m}.whole, ', ', '') || {m}.part || {tens}"
    scaled = f"TRY_CAST({came} || 'e{power}' AS DOUBLE)" if power else plain  # exact, as a product is not
    scaled = f"coalesce({scaled}, {plain} * {10.0**power!r})" if power else scaled
    named = "'column_unit'" if power else "NULL"
    kinds = {unit: "'percent'" if unit in "%‰" else "'unit'" if units[unit] else "'word'" for unit in units}
    rules = (
        f"concat_ws('+', {_wide(came, half)}, CASE WHEN regexp_matches({m}.whole, '[, ]') THEN 'thousands' END, "
        f"CASE WHEN {m}.before || {m}.inside || {m}.after <> '' THEN 'currency' END, "
        f"CASE WHEN {m}.open <> '' THEN 'negative' END, "
        f"{cases(f'{m}.unit', kinds, f'CASE WHEN {m}.unit = {chr(39) * 2} THEN {named} END')})"
    )
    return Reading(
        f"TRY_CAST({digits} AS DOUBLE)", _odd(came, plain), f"CASE WHEN {half} IS NOT NULL THEN {extract} END",
        value=f"CASE WHEN {plain} IS NOT NULL THEN {scaled} WHEN {well} THEN TRY_CAST({spelled} AS DOUBLE) END",
        rule=f"CASE WHEN {plain} IS NOT NULL THEN {named} WHEN {well} THEN {rules} END",
    )  # fmt: skip


def _units(column: Column) -> dict[str, int | None]:
    """Units that a cell of this column may carry itself -> power of ten."""
    if column.type == "money":
        return dict(_MONEY)
    if column.units:
        return {"%": -2, "‰": -3}
    return {"万": 4, "亿": 8, **dict.fromkeys(COUNTED.get(column.unit, ()), 0)} if column.unit else {}


def _pattern(units: Mapping[str, object]) -> str:
    """The whole of a number that is not plain, in half-width characters without spaces."""
    unit = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True))
    return (
        rf"^([(]?) *({_CURRENCY})? *([+-]?) *({_CURRENCY})? *([0-9]{{1,3}}(?:[, ][0-9]{{3}})+|[0-9]*)(\.[0-9]*)?"
        rf" *({_CURRENCY})? *({unit or '~'})? *([)]?)$"
    )


def _day(column: Column, dates: str, epoch_1904: bool) -> Reading:
    """ISO days; else the year first in another dress, serial numbers, month names, day and month first."""
    came, plain, half, m = _names(column)
    month = column.type == "month"
    short = f"CASE WHEN length({came}) <= 7 THEN replace({came}, '/', '-') || '-01' ELSE {came} END"
    iso = f"TRY_CAST({short if month else came} AS DATE)"
    marked = f"ascii({came}) BETWEEN 48 AND 57 AND (contains({came}, '-') OR contains({came}, '/'))"
    year_first = f"TRY_CAST(concat_ws('-', {m}.year, {m}.month, coalesce(nullif({m}.day, ''), '1')) AS DATE)"
    turned, order = _turned(m, dates)
    digits = f"TRY_CAST(concat_ws('-', left({half}, 4), substr({half}, 5, 2), coalesce(nullif(substr({half}, 7, 2), ''), '1')) AS DATE)"
    serial = f"DATE '{'1904-01-01' if epoch_1904 else '1899-12-30'}' + floor({half}::DOUBLE)::INT"
    named = f"TRY_STRPTIME({half}, [{', '.join(map(literal, _NAMED))}])::DATE"
    dress = f"concat_ws('+', {_wide(came, half)}, CASE WHEN contains({half}, '年') THEN 'chinese' WHEN contains({half}, '.') THEN 'dots' END)"
    kinds = [
        (f"{m}.year <> ''", year_first, f"nullif({dress}, '')"),
        (f"{m}.last <> ''", turned, order),
        (f"regexp_full_match({half}, '(19|20|21)[0-9]{{6}}{'|(19|20|21)[0-9]{4}' if month else ''}')", digits, "'compact'"),
        (f"regexp_full_match({half}, '[2-7][0-9]{{4}}([.][0-9]+)?')", serial, "'serial'"),
        (f"regexp_full_match({half}, '[A-Z][a-z]+ [0-9]+,? [0-9]{{4}}|[0-9]+[ -][A-Z][a-z]+[ -][0-9]{{4}}')", named, "'month_name'"),
    ]  # fmt: skip
    value, rule = (" ".join(f"WHEN {kind[0]} THEN {kind[at]}" for kind in kinds) for at in (1, 2))
    return Reading(
        f"CASE WHEN {marked} THEN {iso} END", _odd(came, plain), f"CASE WHEN {half} IS NOT NULL THEN {_parts_of_day(half, month)} END",
        value=f"CASE WHEN {half} IS NULL THEN {plain} {value} END", rule=f"CASE WHEN {half} IS NULL THEN NULL {rule} END",
    )  # fmt: skip


def _parts_of_day(half: str, month: bool) -> str:
    """Year, month and day of a day that begins with the year, or a, b and last of one that ends with it."""
    time = (
        "(?:[ T]*(?:上午|下午|早上|晚上)?(?: *(?:[01]?[0-9]|2[0-3])[:时点](?:[0-5]?[0-9](?:[^0-9].*)?)?)?)?"
    )
    day = f"([0-9]{{1,2}}) *[日号]?(?: *[(]?(?:星期|周)[一二三四五六日天][)]?)?{time}"
    year_first = f"([0-9]{{4}}) *[年./-] *([0-9]{{1,2}}) *[月./-] *{day}"
    if month:  # 2027.1 could be October that lost its zero
        year_first = f"(?:{year_first}|([0-9]{{4}}) *年 *([0-9]{{1,2}}) *月份?|([0-9]{{4}})[.]([0-9]{{2}}))"
    names = [
        "year",
        "month",
        "day",
        *(["year2", "month2", "year3", "month3"] if month else []),
        "a",
        "b",
        "last",
    ]
    pattern = f"^(?:{year_first}|([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]([0-9]{{4}}){time})$"
    found = f"regexp_extract({half}, {literal(pattern)}, {names})"
    if not month:
        return found
    either = {name: f"f.{name} || f.{name}2 || f.{name}3" for name in ("year", "month")}
    fields = ", ".join(
        f"{name}: {either.get(name, f'f.{name}')}" for name in ("year", "month", "day", "a", "b", "last")
    )
    return f"list_transform([{found}], lambda f: {{{fields}}})[1]"


def _turned(m: str, dates: str) -> tuple[str, str]:
    """Value and rule of a date that ends with its year: as [tables] says, else where only one order gives a day."""
    mdy, dmy = (
        f"TRY_CAST(concat_ws('-', {m}.last, {first}, {second}) AS DATE)"
        for first, second in ((f"{m}.a", f"{m}.b"), (f"{m}.b", f"{m}.a"))
    )
    if dates:
        return {"mdy": mdy, "dmy": dmy}.get(dates, "NULL"), f"'{dates}'"
    value = f"CASE WHEN {mdy} IS NULL OR {mdy} = {dmy} THEN {dmy} WHEN {dmy} IS NULL THEN {mdy} END"
    rule = f"CASE WHEN {mdy} = {dmy} THEN NULL WHEN {mdy} IS NULL THEN 'dmy' WHEN {dmy} IS NULL THEN 'mdy' ELSE 'ask' END"
    return value, rule


def _period(column: Column) -> Reading:
    """A year, quarter or month as 2027, 2027-Q1 or 2027-01; the first day of a month is that month."""
    came, plain, half, _ = _names(column)
    year, month = "(?:19|20|21)[0-9]{2}", "(?:0?[1-9]|1[0-2])"
    spelled = f"translate({half}, '一二三四', '1234')"
    forms = [
        (f"{year}年度?", f"left({half}, 4)"),
        (f"{year}年? *第?[Qq]?([1-4])季?度?", f"left({half}, 4) || '-Q' || regexp_extract({spelled}, '([1-4])季?度?$', 1)"),
        (f"{year} *年 *{month} *月份?", f"left({half}, 4) || '-' || lpad(regexp_extract({half}, '年 *([0-9]+)', 1), 2, '0')"),
    ]  # fmt: skip
    odd = " ".join(
        f"WHEN regexp_full_match({spelled}, {literal(form)}) THEN {value}" for form, value in forms
    )
    value = f"CASE WHEN {half} IS NULL THEN {plain} {odd} END"
    return Reading(
        f"CASE WHEN regexp_full_match({came}, '{year}') THEN {came} "
        f"WHEN regexp_full_match({came}, '{year}[-/ ]?[Qq][1-4]') THEN left({came}, 4) || '-Q' || right({came}, 1) "
        f"WHEN regexp_full_match({came}, '{year}[-/]{month}(?:[-/]0?1)?') "
        f"THEN left({came}, 4) || '-' || lpad(regexp_extract({came}, '[-/]([0-9]+)', 1), 2, '0') END",
        _odd(came, plain), value=value,
        rule=f"CASE WHEN ({value}) IS NOT NULL AND {half} IS NOT NULL THEN concat_ws('+', {_wide(came, half)}, 'chinese') END",
    )  # fmt: skip
