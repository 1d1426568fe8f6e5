"""How the sheets of the fill-in workbook look and guide: formats, notes, drop-downs, bounds on input.

Everything is drawn from the codebook, so a new column needs no code here. Notes and messages are text;
drop-downs are named ranges, since a list written into a cell may hold 255 characters only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from salesmgmt.inputs.codebook import CODEBOOK, Column, Setting, Table, plain
from salesmgmt.inputs.keys import bounds
from salesmgmt.locale import Words

if TYPE_CHECKING:
    import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

__all__ = [
    "COLORS", "LAST_ROW", "Form", "header", "limits", "lines_needed", "sheet_title", "shown_width", "typeset",
    "unit_name",
]  # fmt: skip

LAST_ROW = 5000
"""Last row, from 0, that drop-downs and bounds reach; rows beyond it are read all the same."""
COLORS = {
    "required": "#1F4E79", "optional": "#D6E4F0", "fill": "#FFF8DC", "unused": "#EDEDED", "rule": "#B8C4D0",
    "plan": "#2E75B6", "fact": "#A6A6A6", "settings": "#E0B040", "ink": "#1F2A36", "muted": "#5F6B78",
}  # fmt: skip
_NUMBER_FORMATS = {
    "share": "0.0%", "money": "#,##0.00", "date": "yyyy-mm-dd", "month": "yyyy-mm", "int": "0",
    "number": "General", "text": "@",
}  # fmt: skip
_WIDEST = 10.0**15
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_TITLE, _MESSAGE = 32, 255
_FULL_WIDTH = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a"}
_CHINESE = "[\u3001-\u30ff\u4e00-\u9fff]"
_BESIDE_CHINESE = re.compile(f"(?<={_CHINESE})[,;:] ?|[,;:] ?(?={_CHINESE})")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass
class Form:
    """A workbook being written, in one language.

    Attributes
    ----------
    book : xlsxwriter.Workbook
        Where to.
    words : Words
        The language, with the codebook's labels.
    sheets : Mapping
        Table -> name of its sheet.
    lists : dict
        Values of a drop-down -> its defined name.
    """

    book: xlsxwriter.Workbook
    words: Words
    sheets: Mapping[str, str]
    lists: dict[tuple[str | float, ...], str] = field(default_factory=dict)

    @property
    def at(self) -> int:
        """Place of the language in the codebook's pairs of Chinese and English."""
        return 0 if self.words.language == "zh" else 1

    def say(self, id: str, **fields: Any) -> str:
        """A message of the workbook, set as its language sets text."""
        return self.typeset(self.words(f"workbook.{id}", **fields))

    def typeset(self, text: str) -> str:
        """Text as its language sets it."""
        return typeset(text, self.words.language)

    def sentence(self, text: str) -> str:
        """A phrase of the codebook as a sentence of its own."""
        return self.typeset(f"{text[:1].upper()}{text[1:]}")

    def format(self, kind: str = "", /, **options: Any) -> Any:
        """A cell format: that of a kind of value (share, money, date, month, int, number, text), and options."""
        base = {"num_format": _NUMBER_FORMATS[kind]} if kind else {}
        return self.book.add_format({"font_color": COLORS["ink"], "valign": "top", **base, **options})

    def kind(self, spec: Column | Setting) -> str:
        """Kind of format of a column or setting."""
        if "share" in (spec.type, spec.unit):
            return "share"
        return spec.type if spec.type in _NUMBER_FORMATS else "text"

    def label(self, spec: Column | Setting | Table) -> str:
        """Label in the language."""
        return (spec.zh, spec.en)[self.at]

    def list_name(self, key: str, values: tuple[str | float, ...]) -> str:
        """Defined name of a drop-down, one for equal lists."""
        return self.lists.setdefault(values, f"list_{key.replace('.', '_')}")

    def lines(self, spec: Column | Setting) -> list[str]:
        """What to write into a cell, line by line: kind of value, unit and bounds, description."""
        kind = "share" if self.kind(spec) == "share" else spec.type
        written = [self.say(f"type.{kind}")]
        if spec.type == "money" and isinstance(spec, Column) and spec.vat:
            written.append(self.say("without_vat"))
        if unit := "" if kind in ("share", "money") else unit_name(spec, self.words):
            written.append(self.say("unit", unit=unit))
        if limit := limits(spec):
            written.append(self.say("bounds", bounds=limit))
        return [self.words("workbook.join").join(written), self.sentence(spec.about[self.at])]

    def note(self, table: Table, column: Column) -> str:
        """The note in a column's header."""
        codes = [labels[self.at] for labels in (column.codes or {}).values()]
        kept = self.say("other_text_kept") if column.open else ""
        found = [
            " · ".join(dict.fromkeys((self.label(column), column.name))),
            self.say("required" if column.required else "key_optional" if column.key else "optional"),
            *self.lines(column),
            self.say("codes", codes=self.words("workbook.comma").join(codes)) + kept if codes else "",
            self.say("refers", sheet=self.sheets[column.ref]) if column.ref else "",
            self.say("never_shown") if column.secret else "",
            self.say("example", example=example) if (example := self.example(table, column)) else "",
        ]
        return "\n".join(filter(None, found))

    def example(self, table: Table, column: Column) -> str:
        """A value as a person might write it, or nothing where none comes to mind."""
        for id in (f"workbook.example.{table.name}.{column.name}", f"workbook.example.{column.name}"):
            if self.words.has(id):
                return self.words(id)
        if column.codes:
            return next(iter(column.codes.values()))[self.at]
        if column.choices:
            return f"{column.choices[-1]:g}"
        kind = f"workbook.example_of.{self.kind(column)}"
        return self.words("workbook.yes") if column.type == "bool" else self.words(kind) if self.words.has(kind) else ""  # fmt: skip

    def validation(self, key: str, spec: Column | Setting) -> dict[str, Any]:
        """Options of the input check of one column or setting, with what it says.

        Parameters
        ----------
        key : str
            Name for a drop-down of its own, e.g. ``"customers.status"``.
        spec : Column or Setting
            What is filled in.

        Returns
        -------
        dict
            As XlsxWriter's ``data_validation`` takes it.
        """
        needed = self.say("required") if spec.required else ""
        says = self.words("workbook.join").join(filter(None, [needed, *self.lines(spec)]))
        options = {
            "input_title": _cut(self.label(spec), _TITLE), "input_message": _cut(says, _MESSAGE),
            "error_title": _cut(self.label(spec), _TITLE),
        }  # fmt: skip
        return options | self._checked(key, spec)

    def _checked(self, key: str, spec: Column | Setting) -> dict[str, Any]:
        """What may be typed, and what is said otherwise."""
        if isinstance(spec, Column) and spec.ref:
            says = _cut(self.say("not_listed", sheet=self.sheets[spec.ref]), _MESSAGE)
            # a named range with empty cells lets everything pass where blanks are ignored
            return {"validate": "list", "source": f"=keys_{spec.ref}", "error_type": "warning",
                    "error_message": says, "ignore_blank": False}  # fmt: skip
        if values := self._choices(spec):
            loose = isinstance(spec, Column) and spec.open
            says = self.say("other_text" if loose else "pick_one")
            return {"validate": "list", "source": f"={self.list_name(key, values)}",
                    "error_type": "warning" if loose else "stop", "error_message": says}  # fmt: skip
        if spec.numeric:
            limit = limits(spec)
            says = self.say("bad_number_within", bounds=limit) if limit else self.say("bad_number")
            whole = "integer" if spec.type == "int" else "decimal"
            return {"validate": whole, **_between(spec), "error_message": says}
        if spec.type in ("date", "month"):
            between = {"criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            loose = spec.type == "month"  # 2027-03 stays text in some programs, and is read all the same
            return {"validate": "date", **between, "error_message": self.say(f"bad_{spec.type}"),
                    "error_type": "warning" if loose else "stop"}  # fmt: skip
        return {"validate": "any"}

    def _choices(self, spec: Column | Setting) -> tuple[str | float, ...]:
        """Values of a drop-down; none where anything may be written."""
        if spec.type == "bool":
            return self.words("workbook.yes"), self.words("workbook.no")
        if isinstance(spec, Column):
            codes = tuple(labels[self.at] for labels in (spec.codes or {}).values())
            return codes or tuple(spec.choices)
        return tuple(spec.choices) if spec.type == "choice" else ()


def header(table: Table, column: Column, language: str) -> str:
    """Header of a column in two languages where reading knows the two together, else what it knows for certain.

    Examples
    --------
    >>> staff = CODEBOOK.tables["staff"]
    >>> [header(staff, staff.columns["hired_on"], language) for language in ("zh", "en")]
    ['入职日期 hired_on', 'hired on 入职日期']
    """
    label = column.zh if language == "zh" else column.en
    known = table.headers()
    both = [f"{label} {column.name if language == 'zh' else column.zh}"]
    found = (text for text in (*both, label) if known.get(plain(text)) == column.name)
    return next(found, column.name)


def sheet_title(table: Table, language: str) -> str:
    """Name of a table's sheet: its label, or its name where a sheet cannot bear the label.

    Examples
    --------
    >>> [sheet_title(CODEBOOK.tables["factor_ratings"], language) for language in ("zh", "en")]
    ['因素评分', 'Factor ratings']
    """
    label = table.zh if language == "zh" else f"{table.en[:1].upper()}{table.en[1:]}"
    fits = len(label) <= 31 and not _FORBIDDEN.search(label)
    return label if fits and CODEBOOK.table_names().get(plain(label)) == table.name else table.name


def typeset(text: str, language: str) -> str:
    """Chinese text with full-width commas, colons and semicolons beside Chinese characters; other text as it is.

    Examples
    --------
    >>> typeset("编号,按文字填", "zh") == "编号\uff0c按文字填"
    True
    """
    if language != "zh":
        return text
    return _BESIDE_CHINESE.sub(lambda mark: _FULL_WIDTH[mark[0][0]], text)


def limits(spec: Column | Setting) -> str:
    """Bounds, or the only numbers allowed, as a cell shows them: shares in per cent.

    Examples
    --------
    >>> limits(CODEBOOK.settings["sizing.selling_share"]), limits(CODEBOOK.tables["factors"].columns["effect"])
    ('> 0%, ≤ 100%', '-1, 1')
    """
    if isinstance(spec, Column) and spec.choices:
        return ", ".join(f"{choice:g}" for choice in spec.choices)
    found = bounds(spec)
    if "share" in (spec.type, spec.unit):
        return re.sub(r"[\d.]+", lambda number: f"{float(number[0]):.0%}", found)
    return found


def unit_name(spec: Column | Setting, words: Words) -> str:
    """Name of a unit as a cell shows it; empty for counts, scores and texts."""
    return "%" if spec.unit == "share" else words.unit(spec.unit)


def lines_needed(text: str, width: float) -> int:
    """Lines that a text takes in a cell of a width, a little on the safe side.

    Examples
    --------
    >>> lines_needed("One row per customer.", 52), lines_needed("每行一家客户" * 8, 52)
    (1, 2)
    """
    wide = sum(ord(letter) > 0x2E7F for letter in text)
    return max(1, math.ceil((wide * 2.1 + (len(text) - wide) * 0.97) / width))


def shown_width(text: str) -> int:
    """Width of a text in columns: a Chinese character takes two.

    Examples
    --------
    >>> shown_width("客户 ID")
    7
    """
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _between(spec: Column | Setting) -> dict[str, Any]:
    """Bounds as Excel checks them; an exclusive lower bound beside an upper one is left to reading."""
    if spec.above is not None and spec.high is None:
        return {"criteria": ">", "value": spec.above}
    choices = spec.choices if isinstance(spec, Column) else ()
    low = spec.low if spec.low is not None else spec.above
    low = -_WIDEST if low is None else low
    high = _WIDEST if spec.high is None else spec.high
    return {
        "criteria": "between",
        "minimum": min(choices, default=low),
        "maximum": max(choices, default=high),
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
