"""What a chapter can show: a sentence, tiles, a chart, a table, the decision asked.

Every item renders itself as one complete, escaped HTML fragment for one language and one view,
and lists the cards it states and the result frames it carries. Person-level content is left out of
the ``board`` view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from salesmgmt.cards import Card
from salesmgmt.charts.style import PHONE_WIDTH, UNDRAWABLE, WIDTH, close, drawable, page_width, svg
from salesmgmt.fragments import apart
from salesmgmt.locale import Words
from salesmgmt.tables import PEOPLE, Audience, Table, cell_text, visible_rows

__all__ = ["Ask", "Audience", "Chart", "Conclusion", "Item", "Say", "Table", "Tiles"]

_LINES_IN_ALT_TEXT = 12
_PATH = re.compile(r"(?<= d=')[^']*")


class Item(Protocol):
    """Anything :meth:`salesmgmt.chapter.Chapter.show` accepts."""

    def html(self, audience: Audience) -> Markup:
        """Fragment for one audience; empty where that audience may see nothing of it."""

    def cards(self) -> list[Card]:
        """Cards of the numbers it states."""

    def frames(self) -> dict[str, pd.DataFrame]:
        """Result frames it carries, by key, whole and unrounded."""


class _Field:
    """A card inside a sentence: ``{people}``, ``{people:range}``, ``{people:signed}``, ``{people:size}``."""

    def __init__(self, card: Card, words: Words) -> None:
        self.card, self.words = card, words

    def __html_format__(self, style: str) -> Markup:
        return self.card.button(self.words, style)


@dataclass(frozen=True)
class Say:
    """A sentence of the catalogue in which every number is a card.

    Parameters
    ----------
    message_id : str
        Message whose placeholders are the fields' names.
    fields : Mapping
        Cards, text of the client, dates, ``(column, code)`` pairs, or a list of texts and pairs; a bare
        number is a ``TypeError``.
    instead : Say, optional
        What a reader is told who may not see one of the numbers; default: nothing.

    Examples
    --------
    >>> Say("report.nothing", {"people": 3})
    Traceback (most recent call last):
    TypeError: field 'people' of 'report.nothing' is 3: a number is stated by its card
    """

    message_id: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    instead: Say | None = None

    def __post_init__(self) -> None:
        for name, value in self.fields.items():
            if not isinstance(value, (Card, str, tuple, date, list)):
                raise TypeError(
                    f"field {name!r} of {self.message_id!r} is {value!r}: a number is stated by its card"
                )

    def sentence(self, audience: Audience) -> Markup:
        """The sentence alone, else what stands in for it, where one of its numbers may not be shown."""
        if not all(map(audience.sees, self._own_cards())):
            return self.instead.sentence(audience) if self.instead else Markup()
        fields = {name: _rendered(value, audience.words) for name, value in self.fields.items()}
        return Markup.escape(audience.words(self.message_id)).format(**fields)

    def html(self, audience: Audience) -> Markup:
        """The sentence as a paragraph."""
        text = self.sentence(audience)
        return Markup('<p class="say">{}</p>').format(text) if text else text

    def cards(self) -> list[Card]:
        """Cards among the fields, and those of the sentence that stands in."""
        return self._own_cards() + (self.instead.cards() if self.instead else [])

    def _own_cards(self) -> list[Card]:
        return [value for value in self.fields.values() if isinstance(value, Card)]

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Conclusion:
    """The first screen's box: a paragraph on each matter, then what is likeliest to fail.

    Parameters
    ----------
    paragraphs : sequence of sequence of Say
        Sentences that belong together make one paragraph.
    risks : sequence of Say
        A numbered list, the likeliest first.
    """

    paragraphs: Sequence[Sequence[Say]]
    risks: Sequence[Say] = ()

    def html(self, audience: Audience) -> Markup:
        """The box, without the sentences that may not be told to this reader."""
        told = [_told(sentences, audience) for sentences in self.paragraphs]
        gap = "" if audience.words.language == "zh" else " "
        lines = Markup("").join(Markup("<p>{}</p>").format(Markup(gap).join(part)) for part in told if part)
        risks = _listed(_told(self.risks, audience), "ol")
        if risks:
            lines += Markup("<p>{}</p>").format(audience.words("summary.risks")) + risks
        return Markup('<div class="conclusion">{}</div>').format(lines) if lines else Markup()

    def cards(self) -> list[Card]:
        """Cards of all sentences."""
        said = [*(sentence for sentences in self.paragraphs for sentence in sentences), *self.risks]
        return [card for sentence in said for card in sentence.cards()]

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Further:
    """What else the chapters found, a line each, after the decision."""

    sentences: Sequence[Say]

    def html(self, audience: Audience) -> Markup:
        """A list under its title; nothing where nothing may be told."""
        lines = _listed(_told(self.sentences, audience), "ul")
        title = audience.words("summary.further")
        return (
            Markup('<div class="further"><strong>{}</strong>{}</div>').format(title, lines)
            if lines
            else lines
        )

    def cards(self) -> list[Card]:
        """Cards of all sentences."""
        return [card for sentence in self.sentences for card in sentence.cards()]

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


def _told(sentences: Sequence[Say], audience: Audience) -> list[Markup]:
    """Those sentences that this reader may be told."""
    return [told for sentence in sentences if (told := sentence.sentence(audience))]


def _listed(lines: Sequence[Markup], tag: str) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), items) if items else items


@dataclass(frozen=True)
class Ask:
    """The decision asked: who, by when, what waiting costs.

    Parameters
    ----------
    sentence : Say or None
        The decision that the cards lead to, where they lead to one.
    stated : str
        The decision in the client's own words; it comes first.
    """

    sentence: Say | None
    stated: str = ""

    def html(self, audience: Audience) -> Markup:
        """One paragraph each in a box, under the heading of the decision."""
        own = apart(audience.words.client(self.stated)) if self.stated else Markup()
        computed = self.sentence.sentence(audience) if self.sentence else Markup()
        lines = Markup("").join(Markup("<p>{}</p>").format(text) for text in (own, computed) if text)
        title = audience.words("report.ask")
        return Markup('<div class="ask"><strong>{}</strong>{}</div>').format(title, lines) if lines else lines

    def cards(self) -> list[Card]:
        """Cards of the sentence."""
        return self.sentence.cards() if self.sentence else []

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Tiles:
    """Four to six numbers side by side."""

    numbers: Sequence[Card]

    def html(self, audience: Audience) -> Markup:
        """One tile a card: label, number, 80 % range."""
        shown = [card for card in self.numbers if audience.sees(card)]
        tiles = Markup("").join(_tile(card, audience.words) for card in shown)
        return Markup('<div class="tiles">{}</div>').format(tiles) if shown else Markup()

    def cards(self) -> list[Card]:
        """The cards."""
        return list(self.numbers)

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Chart:
    """A figure under its message, with the rows behind it.

    Parameters
    ----------
    plot : callable
        A function of :mod:`salesmgmt.charts`: ``plot(result, *, words, ax=None)``.
    result : DataFrame
        What it draws.
    message : Say
        What the reader should see in it: one computed sentence.
    table : Table
        The rows behind the figure.
    options : Mapping
        Further options of the plot function.
    small : bool
        Whether one drawing does for phone and page, half as long to store: a few points, many names.
    """

    plot: Callable[..., Any]
    result: pd.DataFrame
    message: Say
    table: Table
    options: Mapping[str, Any] = field(default_factory=dict)
    small: bool = False
    _drawn: dict[Any, Markup] = field(default_factory=dict, init=False, repr=False, compare=False)

    def html(self, audience: Audience) -> Markup:
        """Figure with caption, alternative text and the data behind it."""
        if audience.view == PEOPLE or (self.table.private and audience.view == "board"):
            return Markup()
        words = audience.words
        rows = visible_rows(self.result, self.table.group_size, audience, within=self.table.within)
        columns = self.table.shown_columns(audience)
        kept_back = [name for name in self.table.columns if name not in columns]
        rows = rows.assign(**dict.fromkeys(kept_back, float("nan")))
        if rows.empty and len(self.result):
            return self.table.html(audience)
        caption = self.message.sentence(audience) or Markup.escape(words(f"table.{self.table.key}"))
        phone = self._picture(rows, words, width=PHONE_WIDTH)
        page = phone if self.small else self._picture(rows, words, width=WIDTH)
        narrow = Markup('<source media="screen and (max-width: 34rem)" srcset="{}">')
        return Markup(
            '<figure class="chart{}"><figcaption>{}</figcaption>'
            '<picture>{}<img alt="{}" src="{}"></picture>'
            '{}<button type="button" class="png" data-name="{}.png" hidden>{}</button>'
            '<details class="data"><summary>{}</summary>{}</details></figure>'
        ).format(
            " small" if self.small else "",
            caption,
            "" if self.small else narrow.format(Markup(_without_spaces(phone))),
            self._alt(caption, rows, columns, words),
            page,
            _lacking(rows, columns, words),
            self.table.key,
            words("report.png"),
            words("report.data"),
            self.table.html(audience),
        )

    def cards(self) -> list[Card]:
        """Cards of the message."""
        return self.message.cards()

    def frames(self) -> dict[str, pd.DataFrame]:
        """The table's frame."""
        return self.table.frames()

    def _picture(self, rows: pd.DataFrame, words: Words, *, width: float) -> Markup:
        """The drawing as an address, made once for all views of a language that see the same rows."""
        seen = (words.language, width, tuple(rows.index), tuple(rows.columns[rows.isna().all()]))
        if seen not in self._drawn:
            with page_width(width):
                figure = self.plot(rows, words=words, **self.options).figure
            self._drawn[seen] = _address(svg(figure))
            close(figure)
        return self._drawn[seen]

    def _alt(self, caption: Markup, rows: pd.DataFrame, columns: Mapping[str, str], words: Words) -> str:
        shown = [c for c in columns if c in rows]
        lines = [
            " ".join(cell_text(row[c], c, columns[c], words) for c in shown)
            for row in rows[shown].head(_LINES_IN_ALT_TEXT).to_dict("records")
        ]
        more = words("report.more_rows") if len(rows) > _LINES_IN_ALT_TEXT else ""
        return (
            f"{caption.striptags()} {'；'.join(lines) if words.language == 'zh' else '; '.join(lines)}{more}"
        )


def _lacking(rows: pd.DataFrame, columns: Mapping[str, str], words: Words) -> Markup:
    """A note where the figure may hold signs that stand for characters its font lacks."""
    named = [c for c, unit in columns.items() if c in rows and not unit]
    drawn = (cell_text(value, c, "", words) for c in named for value in rows[c])
    if any(UNDRAWABLE in drawable(text) for text in drawn):
        return Markup('<p class="note">{}</p>').format(words("report.undrawable"))
    return Markup()


def _address(picture: str) -> Markup:
    """An SVG as an address that fits between double quotes and names no other; a quarter shorter than in base64."""
    single = picture.replace("'", "&apos;").replace('"', "'")
    written = quote(single, safe=" '=/;,+-:()")
    return Markup("data:image/svg+xml," + written.replace("://", "%3A//").replace("url(", "url%28"))


def _without_spaces(address: str) -> str:
    """An address for a list of pictures, where a space would end it; between coordinates a comma says the same."""
    return _PATH.sub(lambda path: path[0].replace(" ", ","), address).replace(" ", "%20")


def _rendered(value: Any, words: Words) -> Any:
    if isinstance(value, Card):
        return _Field(value, words)
    if isinstance(value, list):
        return Markup.escape(words("report.joiner")).join(_rendered(item, words) for item in value)
    if isinstance(value, tuple):
        column, code = value
        return words.code(column, code) if words.has_code(column, code) else apart(words.client(code))
    return words.date(value) if isinstance(value, date) else apart(words.client(value))


def _tile(card: Card, words: Words) -> Markup:
    band = Markup('<span class="range">{}</span>').format(
        words("card.band", range=words.range(card.low, card.high, card.unit))
    ) if card.low is not None else ""  # fmt: skip
    return Markup('<div class="tile"><span class="label">{}</span><strong>{}</strong>{}</div>').format(
        card.heading(words), card.button(words), band
    )
