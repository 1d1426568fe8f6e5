"""A result frame as a table for one reader: units in headers, small groups of people hidden.

Person-level rows are left out of the ``board`` view, and groups of people below the suppression
size are hidden there, also where a hidden group could be had by subtraction.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from salesmgmt.cards import Card
from salesmgmt.fragments import trend
from salesmgmt.locale import Words, seen
from salesmgmt.spreadsheet import csv_bytes

__all__ = ["PEOPLE", "Audience", "Table", "cell_text", "column_label", "suppressed", "visible_rows"]

PEOPLE = "people"
"""The view whose pages are one person's each."""

_CODED = frozenset(
    {"status", "role", "kind", "cause", "verdict", "driver", "given", "contradiction"}
    | {"quadrant", "side", "look", "model", "element", "orphan", "response", "position", "close", "holds"}
    | {"required_from", "rater_kind", "flagged", "settled", "change", "feasible", "prospects_from"}
    | {"school", "subject", "method", "scenario", "pace"}
    | {"line", "scope", "metric", "measure", "part", "what", "key", "whose"}
    | {"cell", "finding", "axis", "targeted", "origin", "consistent", "us", "nearest"}
    | {"box", "unclear", "evidence", "gate", "needs", "next_step", "next_role"}
    | {"moved"}
)
"""Columns whose values are codes; a value that no catalogue knows is the client's own text."""

_TEAMS = ["team", "group", "whose"]
"""Columns that may name a team."""

_CHANGES = ("growth", "steadied", "change")
"""Columns of changes: shown with ▲ or ▼ and their sign."""

_MONTHS = ("month", "start_month", "end_month")
"""Columns whose days stand for their months."""

_PRINTED_ROWS = 40
"""A folded table of more rows is left out on paper."""

_PRINTED_COLUMNS = 8
"""So is one of more columns: a sheet is no wider."""

_Money = tuple[float, str, str]
"""Size and name of the one money unit of a table, and the unit its figures are shown in."""

_ANSWERS = "answer"
"""Columns that begin so hold answers of one list of codes, one column a question."""

_LISTS = ("factor_ids", "initiative_ids", "stray", "missing")
"""Columns that hold ids, or codes of quadrants, joined by 、."""


@dataclass(frozen=True)
class Audience:
    """Who reads: the words of one language, one view, and the view's suppression size.

    ``hidden`` are the teams that the board sees in no table and no number, so that one table cannot
    be taken from another.
    """

    words: Words
    view: str
    suppress_below: int
    hidden: frozenset[str] = frozenset()

    def sees(self, card: Card) -> bool:
        """Whether its view may state this number."""
        return card.shown(self.view, suppress_below=self.suppress_below)


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
        True for groups below ``minimum`` (a group without people needs no shelter) and, where those together are still fewer than
        ``minimum`` people or a single group, for the smallest shown group as well: otherwise
        total minus shown groups would reveal them.

    Examples
    --------
    >>> suppressed(pd.Series({"a": 3, "b": 6, "c": 9}), minimum=5).tolist()
    [True, True, False]
    """
    hidden = (sizes > 0) & (sizes < minimum)
    while hidden.any() and not hidden.all() and (hidden.sum() == 1 or sizes[hidden].sum() < minimum):
        hidden = hidden | (sizes.index == sizes[~hidden].idxmin())
    return hidden


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
    within : Sequence of str
        Columns within whose values the groups add up to a whole, such as the teams within each competency;
        no hidden group may be had by subtraction there.
    private : bool
        Rows are persons: the board sees nothing of it.
    personal : Sequence of str
        Columns that hold one person's figure, such as the lowest of a group; the board sees none of them.
    folded : bool
        Rows that few readers want: shown on a click, and on paper where they are few.
    person : str
        Column that holds the staff id; with it each person's own page shows that person's rows.
    handed : bool
        The rows are for the persons' own pages only.
    """

    key: str
    frame: pd.DataFrame
    columns: Mapping[str, str]
    group_size: str = ""
    within: Sequence[str] = ()
    private: bool = False
    personal: Sequence[str] = ()
    folded: bool = False
    person: str = ""
    handed: bool = False

    def html(self, audience: Audience) -> Markup:
        """The table with caption and scoped headers."""
        if self.handed or audience.view == PEOPLE or (self.private and audience.view == "board"):
            return Markup()
        table = self._html(audience)
        if not self.folded:
            return table
        title = audience.words(f"table.{self.key}")
        fits = len(self.frame) <= _PRINTED_ROWS and len(self.columns) <= _PRINTED_COLUMNS
        if fits:
            return Markup('<details class="data folded"><summary>{}</summary>{}</details>').format(
                title, table
            )
        fold = Markup('<details class="data longer"><summary data-note="{}">{}</summary>{}</details>')
        return fold.format(audience.words("report.longer"), title, table)

    def of_each(self, audience: Audience) -> dict[str, Markup]:
        """Each person's own rows as a table, by staff id; the columns that say who it is are left out."""
        if not self.person:
            return {}
        columns = {name: unit for name, unit in self.columns.items() if name not in ("name", self.person)}
        own = replace(self, columns=columns, private=False, folded=False, group_size="", handed=False)
        known = self.frame[self.frame[self.person].fillna("") != ""]
        return {
            str(staff_id): replace(own, frame=rows)._html(audience)
            for staff_id, rows in known.groupby(self.person, sort=False)
        }

    def _html(self, audience: Audience) -> Markup:
        words = audience.words
        columns = self.shown_columns(audience)
        rows = visible_rows(self.frame, self.group_size, audience, within=self.within)
        hidden = len(self.frame) - len(rows)
        money = _money_scale(rows, columns, words)
        head = Markup("").join(_header(name, unit, money, words, self.key) for name, unit in columns.items())
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(_cell(row, c, u, money, words) for c, u in columns.items())
            )
            for row in rows.to_dict("records")
        )
        note = _suppression_note(audience) if hidden else Markup()
        if {"verdict", "low"} <= set(columns):
            note += Markup('<p class="note">{}</p>').format(words("report.verdict_note"))
        own = f"own.{self.key}"
        title = words(own if audience.view == PEOPLE and words.has(own) else f"table.{self.key}")
        return Markup(
            '<div class="table-box"><table class="result"><caption>{}</caption><thead><tr>{}</tr></thead>'
            "<tbody>{}</tbody></table></div>{}{}"
        ).format(title, head, body, note, self._download(rows, columns, words))

    def _download(self, rows: pd.DataFrame, columns: Mapping[str, str], words: Words) -> Markup:
        """The shown rows and columns as a file inside the page: numbers unrounded, money in whole units."""
        whole = words.money_scale(0.0)[1]
        header = [
            column_label(name, whole if unit == "money" else words.unit(unit), words, key=self.key)
            for name, unit in columns.items()
        ]
        listed = rows[list(columns)].itertuples(index=False, name=None)
        cells = [
            [_plain(value, c, u, words) for value, (c, u) in zip(row, columns.items(), strict=True)]
            for row in listed
        ]
        file = base64.b64encode(csv_bytes(header, cells)).decode()
        return Markup(
            '<p class="downloads"><a download="{}.csv" href="data:text/csv;base64,{}">{}</a></p>'
        ).format(self.key, file, words("report.csv"))

    def shown_columns(self, audience: Audience) -> dict[str, str]:
        """Columns that an audience may see, with their units."""
        hidden = self.personal if audience.view == "board" else ()
        return {name: unit for name, unit in self.columns.items() if name not in hidden}

    def cards(self) -> list[Card]:
        """None: a table shows results, its sentence states them."""
        return []

    def frames(self) -> dict[str, pd.DataFrame]:
        """The whole frame under its key; ``attrs["units"]`` says the units of its columns, and which hold days or months."""
        frame = self.frame.copy(deep=False)
        days = frame.select_dtypes("datetime").columns
        frame.attrs = {"units": {**self.columns, **{d: "month" if d in _MONTHS else "date" for d in days}}}
        return {self.key: frame}


def visible_rows(
    frame: pd.DataFrame, group_size: str, audience: Audience, *, within: Sequence[str] = ()
) -> pd.DataFrame:
    """Rows that an audience may see, by the number of people each describes.

    Parameters
    ----------
    frame : DataFrame
        One row per group.
    group_size : str
        Column with its people; ``""`` where rows describe no people.
    audience : Audience
        Who reads.
    within : Sequence of str
        Columns within whose values the groups add up to a whole.

    Returns
    -------
    DataFrame
        Some of the rows, in their order.

    Raises
    ------
    KeyError
        If a column is missing: then nothing may be shown.
    """
    if audience.view != "board" or not group_size:
        return frame
    sizes = frame[group_size].fillna(0)
    wholes = sizes.groupby([frame[name] for name in within], dropna=False) if within else [("", sizes)]
    small = [suppressed(whole, minimum=audience.suppress_below) for _, whole in wholes]
    hidden = pd.concat(small).reindex(frame.index) if small else pd.Series(False, index=frame.index)
    for name in frame.columns.intersection(_TEAMS):
        hidden |= frame[name].isin(audience.hidden)
    return frame.loc[~hidden]


def _suppression_note(audience: Audience) -> Markup:
    minimum = audience.words.figures(audience.suppress_below, "count")
    return Markup('<p class="note">{}</p>').format(audience.words("report.suppressed", minimum=minimum))


def _money_scale(frame: pd.DataFrame, columns: Mapping[str, str], words: Words) -> _Money:
    """The unit of a table's money: whole where every amount has two figures and the largest four."""
    money_columns = [c for c, unit in columns.items() if unit == "money" and len(frame)]
    money = [frame[c].abs().max() for c in money_columns]
    largest = max((float(m) for m in money if pd.notna(m)), default=0.0)
    amounts = (
        pd.concat([frame[c].abs() for c in money_columns]) if money_columns else pd.Series(dtype="float64")
    )
    smallest = float(amounts[amounts > 0].min()) if (amounts > 0).any() else 0.0
    step, name = words.money_scale(largest, smallest=smallest or None)
    return step, name, "money_whole" if largest >= 1000 * step and smallest >= 10 * step else "money_scaled"


def _header(name: str, unit: str, money: _Money, words: Words, key: str) -> Markup:
    label = column_label(name, money[1] if unit == "money" else words.unit(unit), words, key=key)
    return Markup('<th scope="col"{}>{}</th>').format(Markup(' class="n"') if unit else "", label)


def column_label(name: str, unit_name: str, words: Words, *, key: str) -> str:
    """Label of a column of the table ``key``, with the name of its unit where it has one."""
    method = ".".join(key.split(".")[:2])
    own = [f"column.{of}.{name}" for of in (key, method)]  # one name may mean different things in two methods
    label = next((words(message) for message in own if words.has(message)), words.column(name))
    label = label[:1].upper() + label[1:]
    if unit_name and not _names_its_unit(label, unit_name):
        return words("report.with_unit", label=label, unit=unit_name)
    return label


def _names_its_unit(label: str, unit_name: str) -> bool:
    """Whether a label says its unit itself: "Hours per visit", 每次拜访小时, but not 人数 of 人."""
    if unit_name.isascii():
        return re.search(rf"\b{re.escape(unit_name)}\b", label, re.IGNORECASE) is not None
    return label == unit_name or (len(unit_name) > 1 and label.endswith(unit_name))


def _plain(value: Any, column: str, unit: str, words: Words) -> str | float | None:
    if pd.isna(value):
        return None
    if unit:
        return float(value)
    return value.isoformat()[:10] if isinstance(value, date) else cell_text(value, column, "", words)


def _cell(row: Mapping[Any, Any], column: str, unit: str, money: _Money, words: Words) -> Markup:
    value = row[column]
    if not unit:
        text = cell_text(value, column, "", words)
        return Markup("<td{}>{}</td>").format(Markup(' class="long"') if _is_sentence(text) else "", text)
    shown = None if pd.isna(value) else float(value)
    if column in _CHANGES and shown is not None:
        shown, unit = (shown / money[0], money[2]) if unit == "money" else (shown, unit)
        figures = words.signed(shown, unit, bare=True)
        return Markup('<td class="n"{}>{}</td>').format(trend(seen(shown, unit)), figures)
    if unit == "money" and shown is not None:
        return Markup('<td class="n">{}</td>').format(words.figures(shown / money[0], money[2]))
    return Markup('<td class="n">{}</td>').format(words.figures(shown, unit))


def _is_sentence(text: str) -> bool:
    """Whether a cell needs a wide column: more than a dozen Chinese characters, or twice as many letters."""
    return sum(2 if character > "\u2e7f" else 1 for character in text) > 24


def cell_text(value: Any, column: str, unit: str, words: Words) -> str:
    """One value as text: number with unit, label of a code, date, or the client's wording."""
    if unit:
        return words.number(None if pd.isna(value) else float(value), unit)
    if isinstance(value, date) and not pd.isna(value):
        return words.month(value) if column in _MONTHS else words.date(value)
    text = "" if pd.isna(value) else str(value)
    if column == "scope" and words.has_code("role", text):
        return words.code("role", text) if text else words.code(column, text)
    if column == "next_role":
        return words.code("role", text)
    if column.startswith(_ANSWERS):
        return words.code(_ANSWERS, text)
    if column == "driver" and not words.has_code(column, text):
        return words.column(f"sizing.{text}")
    if column in _LISTS:
        return words("report.joiner").join(words.code("quadrant", part) for part in text.split("、") if part)
    if column in _CODED or not text:
        return words.code(column, text) if words.has_code(column, text) else words.client(text)
    return words.client(text)
