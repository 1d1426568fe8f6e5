"""Which header is which column, and what a header says besides: a unit, a currency, VAT."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import Column, Table, plain
from salesmgmt.inputs.interpret import COUNTED
from salesmgmt.inputs.keys import NAMED, closest, first_few
from salesmgmt.inputs.origins import UNITS, Origin

__all__ = ["Place", "find_header", "map_headers", "units_above"]

LINES_ABOVE = 30
"""Lines among which the header is looked for."""

_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_TAX = re.compile(
    r"(?:不含|未含|不|除)(?:增值)?税|税前|含(?:增值|[0-9.]+%?的?)?税|价税合计|ex(?:cl)?\.? ?vat|incl?\.? ?vat",
    re.IGNORECASE,
)
_OTHER_MONEY = re.compile(r"[kw万千亿百]|million|thousand|税", re.IGNORECASE)
_WORTHLESS = ("单位", "unit", "必填", "选填", "required", "optional")
_STATED = re.compile(
    r"(?<!编制)(?<!填报)(?<!报送)(?<!制表)(?<!主管)单位(?:均|都)?[为是::(]*([^,;。、()]{1,12})"
)
_MONEY_WORD = {**UNITS, "万": 4, "亿": 8, "千": 3, "百万": 6, "块": 0, "圆": 0, "cny": 0, "rmb": 0}
_FOREIGN = re.compile(r"美元|美金|欧元|港币|港元|日元|英镑|usd|eur|hkd|jpy|gbp|\$|€|£", re.IGNORECASE)
_PER = ("月|month", "年|year", "季|quarter", "日|天|day", "周|week")
_MONTHLY = ("revenue",)  # facts whose rows have a month of their own
_TIME = {"小时": "hours", "h": "hours", "hour": "hours", "hours": "hours", "分钟": "minutes", "min": "minutes",
         "minutes": "minutes", "天": "days", "日": "days", "days": "days", "个月": "months", "月": "months",
         "months": "months", "年": "years", "years": "years"}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a column stands in a table, and what its header says.

    Attributes
    ----------
    at : int
        Position among the headers.
    unit : str
        Unit of cells that carry none, one of :data:`~salesmgmt.inputs.origins.UNITS`; empty where none is said.
    tax : str
        ``"included"`` or ``"excluded"`` where the header says so.
    """

    at: int
    unit: str = ""
    tax: str = ""

    @property
    def power(self) -> int:
        """The unit's power of ten."""
        return UNITS.get(self.unit, 0)


@dataclass(frozen=True)
class _Said:
    """A header taken apart: its name, unit, VAT, and words that fit neither."""

    name: str
    unit: str = ""
    tax: str = ""
    taxed: str = ""
    words: tuple[str, ...] = ()


def map_headers(
    headers: Sequence[str], table: Table, origin: Origin, *, above: Mapping[int, str] | None = None
) -> tuple[dict[str, Place], list[Problem]]:
    """Which header is which column; further headers are kept under their own name.

    Parameters
    ----------
    headers : Sequence of str
        As written.
    table : Table
        Its codebook entry.
    origin : Origin
        Where it came from: its own list of columns and units goes before what a header says.
    above : Mapping, optional
        Position -> unit of money that a line above the header states, from :func:`units_above`.

    Returns
    -------
    tuple
        Column (of the contract, ``<column>_en``, or further) -> :class:`Place`; and problems: two headers for
        one column, a required column missing, a mapped header that is not there, a header whose unit is not
        the column's.
    """
    known, problems = table.headers(), []
    given = {plain(theirs): ours for theirs, ours in origin.columns.items()}
    listed = ", ".join(header for header in headers if header)
    present = {plain(header) for header in headers}
    problems += [
        origin.wrong("inputs.no_such_header", value=theirs, headers=listed)
        for theirs in origin.columns
        if plain(theirs) not in present
    ]
    taken: dict[str, list[tuple[int, _Said]]] = {}
    for at, header in enumerate(headers):
        said = _take_apart(header, known)
        name = given.get(plain(header)) or said.name
        if name in given.values() and plain(header) not in given:
            name = header.strip()
        if name:
            taken.setdefault(name, []).append((at, said))
    places: dict[str, Place] = {}
    for name, found in taken.items():
        column = table.columns.get(name)
        held = _choose(found)
        if len(held) > 1 and name.removesuffix("_en") in table.columns:
            shown = ", ".join(headers[at] for at, _ in held)
            problems.append(origin.wrong("inputs.two_columns", column=name, headers=shown))
        at, said = held[0]
        asked = column is not None and plain(headers[at]) not in given and name not in origin.units
        if column is not None and asked and (odd := _odd(said, column, table.name)):
            problems.append(origin.wrong("inputs.ask_header", column=name, value=headers[at], said=odd))
        places[name] = _place(at, said, column, origin, (above or {}).get(at, ""))
    problems += _missing(table, headers, places, origin)
    return places, problems


def _place(at: int, said: _Said, column: Column | None, origin: Origin, above: str) -> Place:
    if column is None or not (column.units or column.vat):
        return Place(at)
    stated = said.unit if said.unit in column.units else ""
    above = above if column.type == "money" else ""
    return Place(at, origin.units.get(column.name) or stated or above, said.tax if column.vat else "")


def _missing(
    table: Table, headers: Sequence[str], places: Mapping[str, Place], origin: Origin
) -> list[Problem]:
    """Required columns that no header means, with the file's headers: of many the first, the nearest before them."""
    named = [header for header in headers if header]
    problems = []
    for name in (name for name in table.required if name not in places):
        near = [header for header in named if len(named) > NAMED and header == closest(name, named)]
        shown = ", ".join(first_few(dict.fromkeys([*near, *named])))
        problems.append(origin.wrong("inputs.missing_column", column=name, headers=shown))
    return problems


def _choose(found: list[tuple[int, _Said]]) -> list[tuple[int, _Said]]:
    """Of two headers that differ in VAT alone, the one without, as the contract wants money."""
    without = [entry for entry in found if entry[1].tax == "excluded"]
    return without if len(without) == 1 and all(said.tax for _, said in found) else found


def _take_apart(header: str, known: Mapping[str, str]) -> _Said:
    """Name, unit and VAT of a header; the name is a column where one is recognised."""
    text = unicodedata.normalize("NFKC", header).strip()
    if name := _recognised(text, known):
        return _Said(name)
    inside = [
        part for match in _BRACKETS.findall(text) for part in re.split(r"[,;,、;/·\s]+(?=\D)|[::]", match)
    ]
    bare = _BRACKETS.sub("", text).strip().strip("*＊★ ").strip()
    tax = next((match for part in (*inside, bare) if (match := _TAX.search(part))), None)
    if tax:
        bare = _TAX.sub("", bare).strip() or bare
    name = _recognised(bare, known)
    if not name and (tail := re.match(r"(.+?)[\s_/\-—:]*(千元|万元|百万元|千万元|亿元|元|%)$", bare)):
        name, inside = _recognised(tail[1], known), [*inside, tail[2]]
    if not name:
        return _Said(header.strip())
    words = [word for part in inside if (word := _TAX.sub("", part).strip()) and word not in _WORTHLESS]
    per = " ".join(_BRACKETS.findall(text))
    unit = next((found for word in words if (found := _unit(word))), "")
    odd = [word for word in words if not _unit(word)] + re.findall(
        r"[/每per ]+(?:月|年|季|日|天|周|month|year|quarter|day|week)", per
    )
    included = tax and not re.search(r"不|未|除|税前|ex", tax[0], re.IGNORECASE)
    kind = "" if not tax else "included" if included else "excluded"
    return _Said(name, unit, kind, tax[0] if tax else "", tuple(odd))


def _unit(word: str) -> str:
    """The unit of money, or %, that a word of a header names."""
    word = re.sub(r"^(?:人民币|rmb|cny|¥)[:\s]*(?=.)|^(?:单位)", "", word.strip(), flags=re.IGNORECASE)
    word = re.sub(r"(?<=[万亿千])(?:人民币|rmb|cny)$", "", word, flags=re.IGNORECASE)
    power = _MONEY_WORD.get(word.lower(), _MONEY_WORD.get(word))
    if word in ("人民币", "¥"):
        power = 0
    if power is None:
        return ""
    return "%" if power == -2 else next(unit for unit, own in UNITS.items() if own == power and unit != "1")


def _odd(said: _Said, column: Column, table: str) -> str:
    """What a header says that is not so of the column: another currency, another unit, a period that differs."""
    about = f"{column.zh}{column.about[0]}{column.en}"
    for word in said.words:
        if column.type == "money" and (
            _FOREIGN.search(word) or (_OTHER_MONEY.search(word) and not _unit(word))
        ):
            return word
        time = _TIME.get(word.lower())
        if time and time == column.unit:
            continue
        monthly = table in _MONTHLY and column.type == "money"
        if column.numeric and not monthly and any(
            re.search(period, word, re.IGNORECASE) and not re.search(period, about, re.IGNORECASE)
            for period in _PER
        ):  # fmt: skip
            return word
        if time and column.numeric and column.unit in set(_TIME.values()):
            return word
        if column.type == "money" and not time and any(word in words for words in COUNTED.values()):
            return word
    if said.unit and column.numeric and said.unit not in column.units and said.unit not in ("元", "1"):
        return said.unit
    return said.taxed if said.tax == "included" and column.type == "money" and not column.vat else ""


def _recognised(header: str, known: Mapping[str, str]) -> str:
    """Column a header means, or ``<column>_en`` for an English wording; empty where it means none."""
    text = plain(header)
    if text in known:
        return known[text]
    lower = header.strip().lower()
    base = lower.removesuffix("en").rstrip("_ ") if lower.endswith("en") else ""
    return f"{known[plain(base)]}_en" if base and plain(base) in known else ""


def find_header(
    lines: Sequence[Sequence[str]], table: Table, mapped: Iterable[str]
) -> tuple[int, int] | None:
    """The line that is the header: the one that names most columns, the first of equals.

    Parameters
    ----------
    lines : Sequence of Sequence of str
        Lines from the top, cells as text.
    table : Table
        Its codebook entry.
    mapped : iterable of str
        Headers that [tables] lists.

    Returns
    -------
    tuple of int or None
        Position of the line and how many columns it names; the first line with anything in it where none
        names a column; None where all are empty.
    """
    known, given = table.headers(), {plain(header) for header in mapped}
    best: tuple[int, int] | None = None
    seen = 0
    for at, line in enumerate(lines):
        cells = [cell for cell in line if cell.strip()]
        if not cells:
            continue
        named = {_take_apart(cell, known).name for cell in cells if len(cell) <= 60} & set(table.columns)
        count = len(named) + len({plain(cell) for cell in cells} & given)
        if best is None or count > best[1]:
            best = (at, count)
        seen += 1
        if seen >= LINES_ABOVE:
            break
    return best


def units_above(lines: Sequence[Sequence[str]], width: int) -> tuple[dict[int, str], str]:
    """Units of money that the lines above a header state, as 单位:万元 for all columns or 薪酬(万元) for those below it.

    Parameters
    ----------
    lines : Sequence of Sequence of str
        Lines from the top to the one above the header.
    width : int
        Number of columns.

    Returns
    -------
    tuple
        Position -> unit; and the words of a cell that states a unit in a way that is not understood, or ``""``.

    Examples
    --------
    >>> units_above([["2027 年客户台账", ""], ["", "货币单位：人民币 计量单位：万元"]], 2)
    ({0: '万元', 1: '万元'}, '')
    """
    found: dict[int, str] = {}
    doubt = ""
    for line in lines:
        filled = [at for at, cell in enumerate(line) if cell.strip()]
        for at, following in zip(filled, [*filled[1:], width][: len(filled)], strict=True):
            text = re.sub(r"\s", "", unicodedata.normalize("NFKC", line[at]))
            if re.search(r"单位:?$", text) and following < len(line):
                text += re.sub(r"\s", "", unicodedata.normalize("NFKC", line[following]))
            general = _STATED.findall(re.sub("(货币|计量|金额)单位", r",\1单位", text))
            units = [
                unit
                for said in (*general, *_BRACKETS.findall(text))
                if (unit := _unit(re.split("[/每]", said)[0])) and unit != "%"
            ]
            if units:
                span = range(width) if general or len(filled) == 1 else range(at, following)
                largest = max(units, key=UNITS.__getitem__)
                found |= dict.fromkeys(span, largest)
            elif general and (_FOREIGN.search(text) or re.search("[万千亿]", "".join(general))):
                doubt = doubt or line[at].strip()
    return found, doubt
