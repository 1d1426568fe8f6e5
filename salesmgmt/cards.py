"""The number card: one stated number and everything needed to trust it.

A report states a number only by showing its card. A card knows its value and 80 % range (P10/P90),
unit and period, the method and formula it came from, the assumptions and the table rows it rests
on, and how many observations carry it. ``cards.toml`` is the register of the numbers a report may
state; labels and formulas are in the catalogues under ``card.<key>.label`` and ``.formula``.
"""

from __future__ import annotations

import math
import re
import tomllib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from markupsafe import Markup

from salesmgmt.errors import Refused
from salesmgmt.fragments import apart, trend
from salesmgmt.locale import LANGUAGES, Words, catalogue, seen

__all__ = ["MAX_ROW_KEYS", "Card", "card_html", "make_card", "register"]

MAX_ROW_KEYS = 50
"""A card lists at most this many row keys per source table."""

_PANEL_KEYS = 5
"""So many of them stand in the panel on a page."""


_ABOUT_PEOPLE = (
    "staff",
    "assignments",
    "absences",
    "support",
    "credits",
    "assessments",
    "incidents",
    "quotas",
)
"""Tables whose row keys the board does not see."""


@dataclass(frozen=True)
class Card:
    """One stated number.

    Attributes
    ----------
    key : str
        Key in the register, e.g. ``"plan.sizing.headcount"``.
    value : float
        The number, unrounded.
    by : Mapping
        Dimensions it is for, e.g. ``{"role": "account_manager"}``; empty for the company.
    low, high : float or None
        P10 and P90; None where no range is honest.
    unit, period, method : str
        Unit of :meth:`salesmgmt.locale.Words.number`; period id; dotted name of the function.
    assumptions : Sequence of dict
        name, value, low, high, kind, source, owner.
    sources : Sequence of dict
        table, rows, keys (up to 50), sha256.
    n : int or None
        Observations that carry it.
    people : int or None
        Size of the group of people it describes, where it describes people.
    withheld : bool
        Whether it would give away a small group to the board, though its own group is large enough.
    verdict : str
        What the method concluded about it (``"below"``, ``"consistent"``, ...); empty where it judges nothing.
    """

    key: str
    value: float
    by: Mapping[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    unit: str = ""
    period: str = ""
    method: str = ""
    assumptions: Sequence[Mapping[str, Any]] = ()
    sources: Sequence[Mapping[str, Any]] = ()
    n: int | None = None
    people: int | None = None
    verdict: str = ""
    withheld: bool = False

    @property
    def id(self) -> str:
        """Identifier of the card within a run, usable in HTML."""
        return "-".join([_slug(self.key), *(f"{_slug(k)}_{_slug(v)}" for k, v in self.by.items())])

    @property
    def opinion(self) -> bool:
        """Whether somebody's opinion is among the assumptions."""
        return any(assumption["kind"] == "opinion" for assumption in self.assumptions)

    @property
    def sign(self) -> int:
        """1, 0 or -1 as a reader sees it: a number that is shown as zero has none."""
        return seen(self.value, self.unit)

    def shown(self, view: str, *, suppress_below: int) -> bool:
        """Whether a view may state this number: the board sees no person and no small group."""
        if view != "board":
            return True
        small = self.people is not None and self.people < suppress_below
        return "staff_id" not in self.by and not small and not self.withheld

    def text(self, words: Words, style: str = "") -> str:
        """The number as a reader sees it; style ``"range"``, ``"signed"``, ``"size"`` or ``""``."""
        if style == "range":
            return words.range(self.low, self.high, self.unit)
        if style == "signed":
            return words.signed(self.value, self.unit)
        return words.number(abs(self.value) if style == "size" else self.value, self.unit)

    def button(self, words: Words, style: str = "") -> Markup:
        """The number as text that opens its card, with the opinion mark where it rests on opinion."""
        marked = self.opinion and style != "range"
        mark = Markup('<sup class="opinion">{}</sup>').format(words("card.opinion")) if marked else ""
        way = trend(self.sign) if style == "signed" else ""
        return Markup(
            '<button type="button" class="num" popovertarget="card-{}" title="{}"{}>{}</button>{}'
        ).format(self.id, self.label(words), way, self.text(words, style), mark)

    def label(self, words: Words) -> str:
        """Name of the number with its dimensions."""
        dimensions = [_dimension(words, name, value) for name, value in self.by.items()]
        return " · ".join([words(f"card.{self.key}.label"), *dimensions])

    def heading(self, words: Words) -> Markup:
        """The label where text of the client in it must not turn the rest around."""
        dimensions = [_dimension(words, name, value) for name, value in self.by.items()]
        return Markup(" · ").join([words(f"card.{self.key}.label"), *map(apart, dimensions)])

    def to_dict(self) -> dict[str, Any]:
        """The card as plain data with its label and formula in every language."""
        wordings = {language: catalogue(language) for language in LANGUAGES}
        return {
            "id": self.id,
            "key": self.key,
            "by": dict(self.by),
            "label": {
                language: messages[f"card.{self.key}.label"] for language, messages in wordings.items()
            },
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "period": self.period,
            "method": self.method,
            "formula": {
                language: messages[f"card.{self.key}.formula"] for language, messages in wordings.items()
            },
            "assumptions": [dict(a) for a in self.assumptions],
            "sources": [dict(s) for s in self.sources],
            "n": self.n,
            "people": self.people,
            "verdict": self.verdict,
            "withheld": self.withheld,
            "opinion": self.opinion,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Card:
        """The card that :meth:`to_dict` described."""
        names = ("key", "value", "by", "low", "high", "unit", "period", "method", "assumptions", "sources", "n", "people", "verdict", "withheld")  # fmt: skip
        return cls(**{name: data[name] for name in names})


@lru_cache
def register() -> dict[str, dict[str, Any]]:
    """The numbers a report may state: key -> unit, period, method, sources, assumptions, judged tables.

    Examples
    --------
    >>> register()["plan.sizing.headcount"]["unit"]
    'people'
    """
    text = resources.files("salesmgmt").joinpath("cards.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def make_card(
    key: str,
    value: float,
    *,
    data: Any,
    low: float | None = None,
    high: float | None = None,
    by: Mapping[str, str] | None = None,
    n: int | None = None,
    people: int | None = None,
    verdict: str = "",
    withheld: bool = False,
    rows: Mapping[str, Sequence[str]] | None = None,
) -> Card:
    """A card of the register, with the assumptions and sources of an engagement filled in.

    Parameters
    ----------
    key : str
        A key of :func:`register`.
    value : float
        The number, unrounded, in the register's unit.
    data : Engagement
        Gives the assumptions and sources named in the register, where it has them.
    low, high : float, optional
        P10 and P90; both or neither.
    by : Mapping, optional
        Dimensions of the number.
    n, people : int, optional
        Observations behind it; size of the group of people it describes.
    verdict : str, optional
        What the method concluded about it.
    withheld : bool
        Whether the board must not see it, for another group's sake.
    rows : Mapping, optional
        Source table -> keys of the rows used, where not the whole table was.

    Returns
    -------
    Card

    Raises
    ------
    ValueError
        If the key is not in the register, or only one of low and high is given.
    Refused
        If the value is missing: a number that is not known is not stated.
    """
    if key not in register():
        raise ValueError(f"key == {key!r}, must be one of {sorted(register())}")
    if (low is None) != (high is None):
        raise ValueError(f"low == {low!r} and high == {high!r}, must both be given or neither")
    if _number(value) is None:
        raise Refused("report.no_number")
    entry = register()[key]
    return Card(
        key=key,
        value=float(value),
        by=dict(by or {}),
        low=_number(low),
        high=_number(high),
        unit=entry["unit"],
        period=entry["period"],
        method=entry["method"],
        assumptions=[
            *_assumptions(entry.get("assumptions", []), data, role=(by or {}).get("role", "")),
            *(_judgement(table, data) for table in entry.get("judged", []) if table in data),
        ],
        sources=[_source(table, data, rows or {}) for table in entry["sources"] if table in data],
        n=None if n is None else int(n),
        people=None if people is None else int(people),
        verdict=verdict,
        withheld=withheld,
    )


def card_html(card: Mapping[str, Any], words: Words, *, view: str = "director") -> Markup:
    """The panel that opens on a stated number.

    Parameters
    ----------
    card : Mapping
        A card as in ``cards.json``.
    words : Words
        Language of the panel.
    view : str
        ``"board"`` leaves out the row keys of tables about people.

    Returns
    -------
    Markup
        A definition list without the surrounding popover element.
    """
    this = Card.from_dict(card)
    lines: list[tuple[str, Any]] = [(words("card.value"), _value_line(this, words))]
    if this.period:
        lines.append((words("card.period"), words(f"period.{this.period}")))
    lines.append((words("card.formula"), words(f"card.{this.key}.formula")))
    lines.append((words("card.method"), Markup("<code>salesmgmt.{}</code>").format(this.method)))
    if this.n is not None:
        lines.append((words("card.n"), words.number(this.n, "count")))
    lines += [(words("card.assumption"), _assumption_line(a, words)) for a in this.assumptions]
    lines += [(words("card.source"), _source_line(s, words, view)) for s in this.sources]
    body = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, text) for name, text in lines)
    return Markup('<p class="card-title">{}</p><dl>{}</dl>').format(this.heading(words), body)


def _value_line(card: Card, words: Words) -> str:
    text = words.number(card.value, card.unit)
    if card.period == "policy" and card.low is not None:
        return words("card.value_bounds", range=words.range(card.low, card.high, card.unit))
    if card.low is None:
        return text
    return words("card.value_range", value=text, range=words.range(card.low, card.high, card.unit))


def _assumption_line(assumption: Mapping[str, Any], words: Words) -> Markup:
    value, low = assumption["value"], assumption["low"]
    unit = assumption["unit"]
    figure = "" if value is None else words("card.is", value=words.number(value, unit))
    if low is not None:
        figure += words("card.between", range=words.range(low, assumption["high"], unit))
    name = words.has(f"assumption.{assumption['name']}") and words(f"assumption.{assumption['name']}")
    label = name or words.column(f"{assumption['name']}")
    said = [
        words(f"kind.{assumption['kind']}"),
        words.client(assumption["source"]),
        words.client(assumption["owner"]),
    ]
    role = words.code("role", assumption["role"]) if assumption.get("role") else ""
    return Markup("{}{} <span class=kind>{}</span>").format(
        f"{role} · {label}" if role else label,
        figure,
        Markup(" · ").join(apart(part) for part in said if part),
    )


def _source_line(source: Mapping[str, Any], words: Words, view: str) -> Markup:
    private = view == "board" and source["table"] in _ABOUT_PEOPLE
    keys = [] if private else source["keys"][:_PANEL_KEYS]
    more = "…" if len(keys) < source["rows"] and keys else ""
    listed = (
        Markup("<span class=keys>{}{}</span>").format(
            Markup("、").join(apart(_named(key, words)) for key in keys), more
        )
        if keys
        else ""
    )
    digest = Markup("<code>{}</code>").format(source["sha256"][:12])
    return Markup("{} · {} {}{}").format(
        words.table(source["table"]), words("card.rows", n=f"{source['rows']:,}"), digest, listed
    )


def _named(key: str, words: Words) -> str:
    """A row's key with each of its parts in the reader's words."""
    return " / ".join(
        words.code("axis", part) if words.has_code("axis", part) else words.client(part)
        for part in key.split(" / ")
    )


def _assumptions(names: Sequence[str], data: Any, *, role: str) -> list[dict[str, Any]]:
    used = [a for a in data.used_assumptions(names) if not role or a.role in ("", role)]
    listed = [{**asdict(a), "unit": data.unit(a.name)} for a in used]
    kept = ("name", "role", "value", "low", "high", "unit", "kind", "source", "owner")
    return [{name: entry[name] for name in kept} for entry in listed]


def _judgement(table: str, data: Any) -> dict[str, Any]:
    """A table of judgements as one assumption: what people hold, not what was counted."""
    nothing = dict.fromkeys(("value", "low", "high"))
    origin = data.sources[table].origin
    return {
        "name": table,
        "role": "",
        **nothing,
        "unit": "",
        "kind": "opinion",
        "source": origin,
        "owner": "",
    }


def _source(table: str, data: Any, rows: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    source = data.sources[table]
    keys = [str(key) for key in rows[table]] if table in rows else data.row_keys(table)
    count = len(keys) if table in rows else source.rows
    return {"table": table, "rows": count, "keys": keys[:MAX_ROW_KEYS], "sha256": source.sha256}


def _dimension(words: Words, name: str, value: str) -> str:
    if name == "month":
        return words.month(date.fromisoformat(f"{value}-01"))
    if not value or words.has_code(name, value):
        return words.code(name, value)
    return words.column(f"sizing.{value}") if name == "driver" else words.client(value)


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _slug(text: str) -> str:
    plain = re.sub(r"[^\w]+", "-", str(text)).strip("-").lower()
    lossless = plain == str(text) or re.fullmatch(r"[a-z_.]+", str(text))
    return plain if lossless else f"{plain}-{zlib.crc32(str(text).encode()):08x}".strip("-")
