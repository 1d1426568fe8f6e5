"""``report.xlsx``: every table and card of a run, its assumptions, the five steps, the target bridge and pay as live formulas.

One workbook for both languages. It holds names and belongs to the run's own folder, never to what is handed
out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from pathlib import Path
from typing import Any

from salesmgmt.cards import Card
from salesmgmt.inputs import Engagement
from salesmgmt.publish import appendix
from salesmgmt.publish.blocks import says
from salesmgmt.publish.bridging import can_bridge, required_by, write_bridge
from salesmgmt.publish.formulas import can_size, driving, write_sizing
from salesmgmt.publish.looks import DAYS, shown_as
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.paying import can_pay, write_pay
from salesmgmt.publish.sheets import Book, Cell, Day, Link, Sheet
from salesmgmt.publish.tabs import sheet_names
from salesmgmt.tables import cell_text

__all__ = ["write_workbook"]

_CHAPTERS = ("plan", "allocation", "motivation", "evaluation", "summary")
_LIVE = {"sizing": "plan", "detail": "plan", "target": "plan", "pay": "motivation"}
"""Sheets of formulas and the part of the report they belong to."""
_END = re.compile("_(?:low|high)$")
"""Ends of an interval have the unit of its middle."""
_DAY = re.compile(r"(?:19|2\d)\d\d-\d\d-\d\d")
"""Days that a spreadsheet can count; others stay text."""


def write_workbook(
    path: Path, *, data: Engagement, found: Findings, run: Mapping[str, Any], created: datetime
) -> Path:
    """Write the workbook of a run.

    Parameters
    ----------
    path : Path
        The file; replaced if it exists.
    data : Engagement
        For the words and the assumptions.
    found : Findings
        Cards and tables of the run.
    run : Mapping
        How it was run, as the report's last page lists it.
    created : datetime
        When; the same arguments give the same bytes.

    Returns
    -------
    Path
        The file: contents, the five steps, the bridge and the pay where the run has them, cards, assumptions, then a sheet a table.
    """
    zh, en = data.words("zh"), data.words("en")
    title = f"{data.client} {data.year}"
    with Book(path, zh, en, title=title, created=created) as book:
        contents = book.add(book.name("xlsx.contents"))
        sized = can_size(found)
        sizing, detail = (
            book.add(book.name(f"xlsx.{name}")) if sized else None for name in ("sizing", "detail")
        )
        target = book.add(book.name("xlsx.target")) if can_bridge(found) else None
        pay = book.add(book.name("xlsx.pay")) if can_pay(found) else None
        cards, assumed = book.add(book.name("xlsx.cards")), book.add(book.name("xlsx.assumptions"))
        titles = {key: (zh(f"table.{key}"), en(f"table.{key}")) for key in found.tables}
        tables = {key: book.add(name) for key, name in sheet_names(titles, taken=book.names).items()}
        driven = driving(data, found) | required_by(data, found)
        places = _assumptions(assumed, driven, data=data, back=contents.name)
        if sizing and detail:
            write_sizing(sizing, detail, data=data, found=found, places=places, back=contents.name)
        if target:
            write_bridge(target, found=found, places=places, back=contents.name)
        if pay:
            write_pay(pay, found=found, back=contents.name)
        _cards(cards, found, back=contents.name)
        for key, sheet in tables.items():
            _table(sheet, key, found, back=contents.name)
        listed = {
            "sizing": sizing,
            "detail": detail,
            "target": target,
            "pay": pay,
            "cards": cards,
            "assumptions": assumed,
        }
        rows = {"cards": len(found.cards), "assumptions": len(data.assumptions)}
        listing = [
            *((name, f"xlsx.{name}_title", s, rows.get(name)) for name, s in listed.items() if s),
            *((key, f"table.{key}", s, len(found.tables[key]["rows"])) for key, s in tables.items()),
        ]
        _contents(contents, listing, data=data, run=run)
    return path


def _contents(
    sheet: Sheet,
    listing: Sequence[tuple[str, str, Sheet, int | None]],
    *,
    data: Engagement,
    run: Mapping[str, Any],
) -> None:
    """What there is and where (key, title, sheet and rows of each), then how the run was made."""
    book = sheet.book
    zh, en = book.zh, book.en
    client = book.pair(zh.client(data.client), en.client(data.client))
    sheet.line(f"{client} · {book.say('publish.title', year=data.year)}", look="title")
    sheet.line(book.say("xlsx.private"))
    header = sheet.head(says(book, "sheet", "part", "in_zh", "in_en", "rows"), numbers={4})
    for key, title, other, rows in listing:
        link = Link(other.name, other.name)
        sheet.row(
            [link, _part(book, key), zh(title), en(title), None if rows is None else Cell(rows, "count")]
        )
    sheet.at += 1
    sheet.line(book.say("xlsx.run"), look="block")
    for (label, text), (label_en, text_en) in zip(
        appendix.parameters(run, zh), appendix.parameters(run, en), strict=True
    ):
        texts = [words("publish.joiner").join(told) for words, told in ((zh, text), (en, text_en))]
        sheet.row([book.pair(label, label_en), None, *texts])
    sheet.finish(fixed=header + 1)


def _part(book: Book, key: str) -> str | None:
    """Part of the report that a sheet belongs to, by the key of its table or its own; none for the whole report."""
    first = key.partition(".")[0]
    chapter = _LIVE.get(key, first if first in _CHAPTERS else "")
    return book.say(f"publish.chapter.{chapter}") if chapter else None


def _cards(sheet: Sheet, found: Findings, *, back: str) -> None:
    """Every stated number with what it rests on."""
    book = sheet.book
    sheet.open(book.say("xlsx.cards_title"), back=back)
    names = ("key", "in_zh", "in_en", "value", "low", "high", "unit", "n", "opinion", "method", "formula_zh", "formula_en")  # fmt: skip
    header = sheet.head(says(book, *(f"card.{name}" for name in names)), numbers={3, 4, 5, 7})
    for entry in found.cards.values():
        card, unit = Card.from_dict(entry), entry["unit"]
        sheet.row(
            [
                card.key, card.label(book.zh), card.label(book.en),
                *(Cell(value, unit) for value in (card.value, card.low, card.high)), _unit(book, unit),
                None if card.n is None else Cell(card.n, "count"),
                book.say("card.opinion") if card.opinion else None,
                f"salesmgmt.{card.method}", entry["formula"]["zh"], entry["formula"]["en"],
            ]
        )  # fmt: skip
    sheet.finish(header, len(names))


def _assumptions(
    sheet: Sheet, driven: Set[tuple[str, str]], *, data: Engagement, back: str
) -> dict[tuple[str, str], str]:
    """Every assumption; the address of each value by name and role. Shaded ones drive the five steps."""
    book = sheet.book
    sheet.open(book.say("xlsx.assumptions_title"), back=back)
    sheet.line(book.say("xlsx.assumptions_note"))
    names = ("name", "role", "key", "value", "low", "high", "unit", "kind", "source", "owner")
    header = sheet.head(says(book, *(f"assumption.{name}" for name in names)), numbers={3, 4, 5})
    places = {}
    for found in data.assumptions:
        unit = data.unit(found.name)
        label = book.pair(*(words.column(found.name) for words in (book.zh, book.en)))
        role = book.pair(*(w.code("role", found.role) for w in (book.zh, book.en))) if found.role else ""
        value = _assumed(found.value, unit, driven=(found.name, found.role) in driven)
        ends = [Cell(end, unit) for end in (found.low, found.high)]
        said = [
            book.pair(*(words.client(text) for words in (book.zh, book.en)))
            for text in (found.source, found.owner)
        ]
        line = [
            label,
            role,
            found.name,
            value,
            *ends,
            _unit(book, unit),
            book.say(f"kind.{found.kind}"),
            *said,
        ]
        places[found.name, found.role] = sheet.outside(sheet.row(line)[names.index("value")])
    sheet.finish(header, len(names))
    return places


def _assumed(value: Any, unit: str, *, driven: bool) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Cell(value, unit, look="given" if driven else "number")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _table(sheet: Sheet, key: str, found: Findings, *, back: str) -> None:
    """One result table as it is kept, headers and codes in words; a client's English stands beside its Chinese."""
    book, table, units = sheet.book, found.tables[key], found.units.get(key, {})
    sheet.open(book.say(f"table.{key}"), back=back)
    columns = [
        name for name in table["columns"] if name.removesuffix("_en") not in set(table["columns"]) - {name}
    ]
    units = {name: units.get(name) or units.get(_END.sub("", name), "") for name in columns}
    values = {name: [row[at] for row in table["rows"]] for at, name in enumerate(table["columns"])}
    shown = {name: shown_as(values[name], units[name]) for name in columns}
    numbers = {at for at, name in enumerate(columns) if _is_number(values[name])}
    header = sheet.head([book.header(name, units[name], key=key) for name in columns], numbers=numbers)
    for row in table["rows"]:
        line = dict(zip(table["columns"], row, strict=True))
        sheet.row([_value(book, line[name], name, shown[name]) for name in columns])
    sheet.finish(header, len(columns))


def _is_number(values: Sequence[Any]) -> bool:
    """Whether a column holds numbers, and nothing else."""
    told = [value for value in values if value is not None]
    return bool(told) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in told)


def _value(book: Book, value: Any, column: str, unit: str) -> Any:
    """A value of a table: numbers and days as such, everything else as a reader of either language sees it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Cell(value, unit)
    if value is None:
        return None
    if unit in DAYS and _DAY.fullmatch(str(value)):
        return Day(date.fromisoformat(value), unit)
    texts = [cell_text(value, column, "", words) for words in (book.zh, book.en)]
    if isinstance(value, bool) and texts == [str(value)] * 2:
        return book.say("xlsx.yes" if value else "xlsx.no")
    return book.pair(*texts)


def _unit(book: Book, unit: str) -> str:
    return "%" if unit == "share" else book.pair(*(book.unit(unit, words) for words in (book.zh, book.en)))
