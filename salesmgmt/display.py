"""What a chapter can show: a sentence, tiles, a chart, a table, the decision asked.

Every item renders itself as one complete, escaped HTML fragment for one language and one view,
and lists the cards it states and the result frames it carries. Person-level content is left out of
the ``board`` view, and groups of people below the suppression size are hidden there, also where
a hidden group could be had by subtraction.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import pandas as pd
from markupsafe import Markup

from salesmgmt.cards import Card
from salesmgmt.charts.style import close, house_style, svg
from salesmgmt.locale import Words

__all__ = ["Ask", "Audience", "Chart", "Conclusion", "Item", "Say", "Table", "Tiles", "suppressed"]

_CODED = ("status", "role", "kind", "cause", "verdict", "driver")
_LINES_IN_ALT_TEXT = 12


@dataclass(frozen=True)
class Audience:
    """Who reads: the words of one language, one view, and the view's suppression size."""

    words: Words
    view: str
    suppress_below: int


class Item(Protocol):
    """Anything :meth:`salesmgmt.chapter.Chapter.show` accepts."""

    def html(self, audience: Audience) -> Markup:
        """Fragment for one audience; empty where that audience may see nothing of it."""

    def cards(self) -> list[Card]:
        """Cards of the numbers it states."""

    def frames(self) -> dict[str, pd.DataFrame]:
        """Result frames it carries, by key, whole and unrounded."""


def suppressed(sizes: pd.Series, *, minimum: int) -> pd.Series:
    """Which groups a total must not give away.

    Parameters
    ----------
    sizes : Series
        People per group.
    minimum : int
        Smallest group that may be shown.

    Returns
    -------
    Series of bool
        True for groups below ``minimum`` and, where those together are still fewer than
        ``minimum`` people or a single group, for the smallest shown group as well: otherwise
        total minus shown groups would reveal them.

    Examples
    --------
    >>> suppressed(pd.Series({"a": 3, "b": 6, "c": 9}), minimum=5).tolist()
    [True, True, False]
    """
    hidden = sizes < minimum
    while hidden.any() and not hidden.all() and (hidden.sum() == 1 or sizes[hidden].sum() < minimum):
        hidden = hidden | (sizes.index == sizes[~hidden].idxmin())
    return hidden


class _Field:
    """A card inside a sentence: ``{people}``, ``{people:range}``, ``{people:signed}``, ``{people:size}``."""

    def __init__(self, card: Card, words: Words) -> None:
        self.card, self.words = card, words

    def __html_format__(self, style: str) -> Markup:  # noqa: PLW3201
        return self.card.button(self.words, style)


@dataclass(frozen=True)
class Say:
    """A sentence of the catalogue in which every number is a card.

    Parameters
    ----------
    message_id : str
        Message whose placeholders are the fields' names.
    fields : Mapping
        Cards, text of the client, dates, or ``(column, code)`` pairs; a bare number is a ``TypeError``.

    Examples
    --------
    >>> Say("report.nothing", {"people": 3})
    Traceback (most recent call last):
    TypeError: field 'people' of 'report.nothing' is 3: a number is stated by its card
    """

    message_id: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.fields.items():
            if not isinstance(value, (Card, str, tuple, date)):
                raise TypeError(f"field {name!r} of {self.message_id!r} is {value!r}: a number is stated by its card")

    def sentence(self, audience: Audience) -> Markup:
        """The sentence alone; empty where one of its numbers may not be shown."""
        if not all(card.shown(audience.view, suppress_below=audience.suppress_below) for card in self.cards()):
            return Markup()
        fields = {name: _rendered(value, audience.words) for name, value in self.fields.items()}
        return Markup.escape(audience.words(self.message_id)).format(**fields)

    def html(self, audience: Audience) -> Markup:
        """The sentence as a paragraph."""
        text = self.sentence(audience)
        return Markup('<p class="say">{}</p>').format(text) if text else text

    def cards(self) -> list[Card]:
        """Cards among the fields."""
        return [value for value in self.fields.values() if isinstance(value, Card)]

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Conclusion:
    """Sentences of the first screen, in one box."""

    sentences: Sequence[Say]

    def html(self, audience: Audience) -> Markup:
        """One paragraph a sentence."""
        parts = [sentence.sentence(audience) for sentence in self.sentences]
        lines = Markup("").join(Markup("<p>{}</p>").format(part) for part in parts if part)
        return Markup('<div class="conclusion">{}</div>').format(lines) if lines else Markup()

    def cards(self) -> list[Card]:
        """Cards of all sentences."""
        return [card for sentence in self.sentences for card in sentence.cards()]

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Ask:
    """The decision asked: who, by when, what waiting costs."""

    sentence: Say

    def html(self, audience: Audience) -> Markup:
        """The sentence in its box, under the heading of the decision."""
        text = self.sentence.sentence(audience)
        title = audience.words("report.ask")
        return Markup('<div class="ask"><strong>{}</strong><p>{}</p></div>').format(title, text) if text else text

    def cards(self) -> list[Card]:
        """Cards of the sentence."""
        return self.sentence.cards()

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Tiles:
    """Four to six numbers side by side."""

    numbers: Sequence[Card]

    def html(self, audience: Audience) -> Markup:
        """One tile a card: label, number, 80 % range."""
        shown = [c for c in self.numbers if c.shown(audience.view, suppress_below=audience.suppress_below)]
        tiles = Markup("").join(_tile(card, audience.words) for card in shown)
        return Markup('<div class="tiles">{}</div>').format(tiles) if shown else Markup()

    def cards(self) -> list[Card]:
        """The cards."""
        return list(self.numbers)

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}


@dataclass(frozen=True)
class Table:
    """A result frame as a table; all of it is kept under its key, the chosen columns are shown.

    Parameters
    ----------
    key : str
        Key of the result, e.g. ``"plan.sizing.steps"``; its caption is ``table.<key>``.
    frame : DataFrame
        The whole result, unrounded.
    columns : Mapping
        Shown columns -> unit ("" for text).
    group_size : str
        Column with the number of people a row describes; small groups are hidden from the board.
    private : bool
        Rows are persons: the board sees nothing of it.
    """

    key: str
    frame: pd.DataFrame
    columns: Mapping[str, str]
    group_size: str = ""
    private: bool = False

    def html(self, audience: Audience) -> Markup:
        """The table with caption and scoped headers."""
        if self.private and audience.view == "board":
            return Markup()
        words = audience.words
        rows = _visible(self.frame, self.group_size, audience)
        hidden = len(self.frame) - len(rows)
        money = _money_scale(rows, self.columns, words)
        head = Markup("").join(_header(name, unit, money, words) for name, unit in self.columns.items())
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(Markup("").join(_cell(row, c, u, money, words) for c, u in self.columns.items()))
            for row in rows.to_dict("records")
        )
        note = _suppression_note(audience) if hidden else ""
        return Markup(
            '<div class="table-box"><table class="result"><caption>{}</caption><thead><tr>{}</tr></thead>'
            "<tbody>{}</tbody></table></div>{}"
        ).format(words(f"table.{self.key}"), head, body, note)

    def cards(self) -> list[Card]:
        """None: a table shows results, its sentence states them."""
        return []

    def frames(self) -> dict[str, pd.DataFrame]:
        """The whole frame under its key."""
        return {self.key: self.frame}


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
    """

    plot: Callable[..., Any]
    result: pd.DataFrame
    message: Say
    table: Table
    options: Mapping[str, Any] = field(default_factory=dict)

    def html(self, audience: Audience) -> Markup:
        """Figure with caption, alternative text and the data behind it."""
        if self.table.private and audience.view == "board":
            return Markup()
        words = audience.words
        rows = _visible(self.result, self.table.group_size, audience)
        caption = self.message.sentence(audience)
        with house_style():
            axes = self.plot(rows, words=words, **self.options)
            picture = svg(axes.figure, alt="")
        close(axes.figure)
        source = "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()
        return Markup(
            '<figure class="chart"><figcaption>{}</figcaption><img alt="{}" src="{}">'
            '<details class="data"><summary>{}</summary>{}</details></figure>'
        ).format(caption, self._alt(caption, rows, words), source, words("report.data"), self.table.html(audience))

    def cards(self) -> list[Card]:
        """Cards of the message."""
        return self.message.cards()

    def frames(self) -> dict[str, pd.DataFrame]:
        """The table's frame."""
        return self.table.frames()

    def _alt(self, caption: Markup, rows: pd.DataFrame, words: Words) -> str:
        shown = [c for c in self.table.columns if c in rows]
        lines = [
            " ".join(_text(row[c], c, self.table.columns[c], words) for c in shown)
            for row in rows[shown].head(_LINES_IN_ALT_TEXT).to_dict("records")
        ]
        more = words("report.more_rows") if len(rows) > _LINES_IN_ALT_TEXT else ""
        return f"{caption.striptags()} {'；'.join(lines) if words.language == 'zh' else '; '.join(lines)}{more}"


def _rendered(value: Any, words: Words) -> Any:
    if isinstance(value, Card):
        return _Field(value, words)
    if isinstance(value, tuple):
        return words.code(*value) if len(value) == 2 else ""
    return words.date(value) if isinstance(value, date) else words.client(value)


def _tile(card: Card, words: Words) -> Markup:
    band = Markup('<span class="range">{}</span>').format(
        words("card.band", range=words.range(card.low, card.high, card.unit))
    ) if card.low is not None else ""  # fmt: skip
    return Markup('<div class="tile"><span class="label">{}</span><strong>{}</strong>{}</div>').format(
        card.label(words), card.button(words), band
    )


def _visible(frame: pd.DataFrame, group_size: str, audience: Audience) -> pd.DataFrame:
    if audience.view != "board" or not group_size or group_size not in frame:
        return frame
    sizes = frame[group_size].fillna(0)
    return frame.loc[~suppressed(sizes, minimum=audience.suppress_below)]


def _suppression_note(audience: Audience) -> Markup:
    minimum = audience.words.figures(audience.suppress_below, "count")
    return Markup('<p class="note">{}</p>').format(audience.words("report.suppressed", minimum=minimum))


def _money_scale(frame: pd.DataFrame, columns: Mapping[str, str], words: Words) -> tuple[float, str]:
    money = [frame[c].abs().max() for c, unit in columns.items() if unit == "money" and len(frame)]
    largest = max((float(m) for m in money if m == m), default=0.0)
    return words.money_scale(largest)


def _header(name: str, unit: str, money: tuple[float, str], words: Words) -> Markup:
    suffix = money[1] if unit == "money" else words.unit(unit)
    label = f"{words.column(name)}({suffix})" if suffix and words.language == "zh" else words.column(name)
    if suffix and words.language != "zh":
        label = f"{label} ({suffix})"
    return Markup('<th scope="col"{}>{}</th>').format(Markup(' class="n"') if unit else "", label)


def _cell(row: Mapping[str, Any], column: str, unit: str, money: tuple[float, str], words: Words) -> Markup:
    value = row[column]
    if not unit:
        return Markup("<td>{}</td>").format(_text(value, column, "", words))
    shown = None if pd.isna(value) else float(value)
    if unit == "money" and shown is not None:
        return Markup('<td class="n">{}</td>').format(words.figures(shown / money[0], "money_scaled"))
    return Markup('<td class="n">{}</td>').format(words.figures(shown, unit))


def _text(value: Any, column: str, unit: str, words: Words) -> str:
    if unit:
        return words.number(None if pd.isna(value) else float(value), unit)
    if isinstance(value, date):
        return words.date(value)
    text = "" if value is None or value is pd.NA or value != value else str(value)
    if column in _CODED or not text:
        return words.code(column, text) if words.has_code(column, text) else words.client(text)
    return words.client(text)
