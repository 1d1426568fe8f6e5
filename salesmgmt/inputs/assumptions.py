"""Keys of engagement.toml that are filled in on the workbook's sheet of assumptions.

One row per key, or per key and role. A person types here: a number may be text, a share may be 35 % as 0.35
or as ``35%``, a date may be a date, a text or the number a spreadsheet keeps it as.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import CODEBOOK, Setting, plain
from salesmgmt.inputs.keys import closest, dotted, known_keys
from salesmgmt.inputs.sheets import Sheet, SheetError, address, read_sheet, sheet_names
from salesmgmt.inputs.values import typed
from salesmgmt.locale import LANGUAGES, Words

__all__ = ["KINDS", "PARTS", "WORKBOOK", "Given", "read_given", "settings_sheet"]

WORKBOOK = "workbook.xlsx"
"""The fill-in workbook of an engagement."""
KINDS = ("measured", "opinion", "policy")
"""What an assumption may rest on."""
PARTS = (
    "key", "role", "label", "unit", "bounds", "default", "value", "low", "high", "kind", "source", "owner",
    "description",
)  # fmt: skip
"""Columns of the sheet, in order."""

_NUMBERS = ("value", "low", "high")
_TEXTS = ("source", "source_en", "owner", "owner_en")
_READ = ("key", "role", *_NUMBERS, "kind", *_TEXTS)
_LINES_ABOVE = 30


@dataclass(frozen=True)
class Given:
    """One key as the sheet gives it.

    Attributes
    ----------
    name, role : str
        Dotted key without its role; role code, empty for all.
    value : object
        As engagement.toml would give it: a bare value, or value, low, high, kind, source and owner.
    row : int
        Row of the sheet, from 1.
    cell : str
        Address of the value.
    file : str
        Workbook and sheet.
    """

    name: str
    role: str
    value: Any
    row: int
    cell: str
    file: str


@dataclass
class _Reading:
    """The sheet, where its columns are, and what was found so far."""

    sheet: Sheet
    file: str
    places: Mapping[str, int]
    header: int
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def cell(self, row: int, part: str) -> Any:
        """What stands in a row under a part of the header; empty where there is no such column."""
        at = self.places.get(part)
        found = self.sheet.rows[row][at] if at is not None and at < len(self.sheet.rows[row]) else ""
        return found.strip() if isinstance(found, str) else found

    def wrong(self, id: str, column: str, row: int, part: str, **fields: Any) -> None:
        """Note a problem at one cell."""
        cell = address(row, self.places[part])
        self.problems.append(
            Problem("engagement", id, fields, row=row + 1, column=column, file=self.file, cell=cell)
        )


def settings_sheet(language: str) -> str:
    """Name of the sheet in one language.

    Examples
    --------
    >>> settings_sheet("zh"), settings_sheet("en")
    ('假设', 'Assumptions')
    """
    return Words(language)("workbook.sheet.settings")


def read_given(book: Path) -> tuple[str, list[Given], list[Problem]]:
    """Every key that the sheet of assumptions gives; none where the workbook has no such sheet.

    Parameters
    ----------
    book : Path
        The workbook.

    Returns
    -------
    tuple
        Name of the sheet, empty where there is none; keys, each judged by itself, in the order of rows; and
        what is wrong, with row and cell.
    """
    wanted = {plain(settings_sheet(language)) for language in LANGUAGES}
    try:
        names = sheet_names(book)
        name = next((name for name in names if plain(name) in wanted), "")
        if names and not name:
            return "", [], []
        sheet = read_sheet(book, [name])  # one that cannot be opened has no names: reading it says why
    except SheetError as error:
        return "", [], [Problem("engagement", error.id, error.fields, file=book.name)]
    file = f"{book.name}#{name}"
    found = _header(sheet.rows)
    if found is None:
        return name, [], [Problem("engagement", "workbook.no_header", file=file)]
    reading = _Reading(sheet, file, found[1], found[0])
    given = [key for row in range(reading.header + 1, len(sheet.rows)) if (key := _row(reading, row))]
    return name, given, reading.problems


def _header(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """The first row that names key and value, and where each part stands."""
    said = [Words(language) for language in LANGUAGES]
    parts = {
        plain(text): part
        for part in _READ
        for text in (part, *(words(f"workbook.part.{part}") for words in said if words.has(f"workbook.part.{part}")))
    }  # fmt: skip
    for at, row in enumerate(rows[:_LINES_ABOVE]):
        places: dict[str, int] = {}
        for column, cell in enumerate(row):
            if isinstance(cell, str) and (part := parts.get(plain(cell))):
                places.setdefault(part, column)
        if {"key", "value"} <= places.keys():
            return at, places
    return None


def _row(reading: _Reading, row: int) -> Given | None:
    """The key a row gives; None where it gives none or a wrong one."""
    filled = [part for part in _NUMBERS if reading.cell(row, part) != ""]
    key = str(reading.cell(row, "key"))
    broken = [
        (part, error)
        for part in _NUMBERS
        if part in reading.places and (error := reading.sheet.broken.get((row, reading.places[part])))
    ]
    for part, error in broken:
        reading.wrong("workbook.broken_cell", key, row, part, value=error)
    if broken or not filled:
        return None
    if not key:
        reading.wrong("workbook.no_key", "", row, "key", value=str(reading.cell(row, filled[0])))
        return None
    split = _split(reading, key, row)
    return _judged(reading, row, *split, filled) if split and _first(reading, row, *split) else None


def _split(reading: _Reading, key: str, row: int) -> tuple[Setting, str] | None:
    """Setting and role of a row; the role may stand in its column or within the key."""
    section, _, rest = key.partition(".")
    inside, _, last = rest.rpartition(".")
    said = str(reading.cell(row, "role"))
    spellings = CODEBOOK.tables["staff"].columns["role"].spellings()
    role = spellings.get(plain(said)) if said else inside
    if role is None:
        reading.wrong("inputs.not_a_choice", key, row, "role", value=said, choices=", ".join(CODEBOOK.roles))
        return None
    setting = CODEBOOK.settings.get(f"{section}.{last}")
    if (
        setting is None
        or inside not in ("", role)
        or (role and not (setting.by_role and role in CODEBOOK.roles))
    ):
        shown = key if inside or not role else f"{section}.{role}.{last}"
        reading.wrong(
            "inputs.unknown_key", shown, row, "key", key=shown, closest=closest(shown, known_keys())
        )
        return None
    return setting, role


def _first(reading: _Reading, row: int, setting: Setting, role: str) -> bool:
    """Whether this is the first row that gives the key."""
    first = reading.rows.setdefault((setting.name, role), row)
    if first != row:
        shown = dotted(setting.name, role)
        reading.wrong("inputs.duplicate", shown, row, "key", value=shown, first=first + 1)
    return first == row


def _judged(reading: _Reading, row: int, setting: Setting, role: str, filled: list[str]) -> Given | None:
    """The key with its parts, if each of them can be read."""
    shown, before = dotted(setting.name, role), len(reading.problems)
    parts: dict[str, Any] = {}
    for part in filled:
        raw = reading.cell(row, part)
        if part != "value" and not setting.assumption:
            reading.wrong("workbook.not_an_assumption", shown, row, part, value=str(raw))
        else:
            value = _as_written(setting, raw, reading.sheet.epoch_1904)
            parts[part] = typed(setting, value, partial(reading.wrong, column=shown, row=row, part=part))
    if "value" not in filled and setting.assumption:
        reading.wrong("workbook.no_value", shown, row, "value")
    kind = _kind(str(reading.cell(row, "kind"))) if setting.assumption else ""
    if kind and kind not in KINDS:
        reading.wrong("inputs.not_a_choice", shown, row, "kind", value=kind, choices=", ".join(KINDS))
    if len(reading.problems) > before:
        return None
    texts = {part: str(text) for part in _TEXTS if (text := _text(reading.cell(row, part)))}
    told = {**parts, **({"kind": kind} if kind else {}), **texts}
    value = told if setting.assumption else _as_toml(parts["value"])
    cell = address(row, reading.places["value"])
    return Given(setting.name, role, value, row + 1, cell, reading.file)


def _kind(text: str) -> str:
    """Code of a kind, from its code or its label in either language."""
    labels = {plain(Words(language)(f"kind.{kind}")): kind for language in LANGUAGES for kind in KINDS}
    return labels.get(plain(text), text)


def _as_toml(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _as_written(setting: Setting, raw: Any, epoch_1904: bool) -> Any:
    """A cell as engagement.toml would give the value; left alone where it cannot be told."""
    if setting.type == "date":
        return _day(raw, epoch_1904)
    if setting.numeric:
        return _number(raw, share="share" in (setting.type, setting.unit)) if isinstance(raw, str) else raw
    text = _text(raw)
    if setting.type == "list":
        return [part for part in re.split(r"[\s,;\u3001\uff0c\uff1b]+", text) if part]
    if setting.type == "table":
        return _pairs(text)
    return text.lower() if text.lower() in setting.choices else text


def _text(raw: Any) -> str:
    """A cell as text: a whole number without its ``.0``."""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def _number(text: str, *, share: bool) -> float | str:
    """The number a text is: full-width digits, thousands and, for a share, a per cent sign are read."""
    half = unicodedata.normalize("NFKC", text).strip()
    percent = share and half.endswith("%")
    digits = re.sub(r",(?=\d{3}(?:\D|$))", "", half.removesuffix("%") if percent else half).strip()
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", digits):
        return text
    return float(f"{digits}e-2") if percent else float(digits)


def _day(raw: Any, epoch_1904: bool) -> Any:
    """The day a cell holds: a date, a text that begins with the year, or a spreadsheet's number of it."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, float) and 36_000 < raw < 110_000:
        return (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)) + timedelta(days=int(raw))
    half = unicodedata.normalize("NFKC", _text(raw))
    found = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]0?0:00(?::00)?)?", half)  # fmt: skip
    if found is None:
        return raw if isinstance(raw, date) else half
    try:
        return date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    except ValueError:
        return half


def _pairs(text: str) -> Any:
    """``A = 5,000,000; B = 1000000`` as a table; the text itself where it is no such list."""
    half = unicodedata.normalize("NFKC", text).strip().strip("{}")
    pair = re.compile(
        r"\s*[\"']?([^\s=:,;、\"']+)[\"']?\s*[=:]\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*(?:[,;、\s]+|$)"
    )
    found: dict[str, float] = {}
    at = 0
    for name, number, end in _matches(pair, half):
        found[name], at = float(number.replace(",", "")), end
    return found if found and at == len(half) else text


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str, int]]:
    """Pairs that follow one another without a gap."""
    at = 0
    while at < len(text) and (match := pattern.match(text, at)):
        at = match.end()
        yield match[1], match[2], at
