"""A report chapter as its notebook sees it: cards, ``show()`` and sections that may refuse.

A chapter executes once. ``show`` emits one display output per wanted language and view, marked in
its metadata and left out before emission where the view may not see it; cards, result frames and
refusals travel beside them as typed outputs of the same notebook. Nothing else is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
from IPython.display import display
from markupsafe import Markup

from salesmgmt import frames
from salesmgmt.cards import Card, card_html, make_card
from salesmgmt.display import Audience, Chart, Item, Table
from salesmgmt.errors import Refused
from salesmgmt.fragments import as_written, refusal_text
from salesmgmt.tables import PEOPLE, suppressed
from salesmgmt.whatif import WhatIf

__all__ = ["CARDS", "OWN", "REFUSAL", "TABLE", "VIEWS", "WHATIF", "Chapter"]

CARDS = "application/vnd.salesmgmt.cards+json"
TABLE = "application/vnd.salesmgmt.table+json"
REFUSAL = "application/vnd.salesmgmt.refusal+json"
WHATIF = "application/vnd.salesmgmt.whatif+json"
OWN = "application/vnd.salesmgmt.own+json"
VIEWS = ("director", "board", PEOPLE)
"""Views a chapter can emit; the first is the default. The last is a page for each person, of that person's rows."""

_ABSENT = ("inputs.table_absent", "inputs.settings_absent")
_PANEL = Markup('<div popover id="card-{}" class="card">{}</div>')
_NOTEBOOK_STYLE = Markup(
    "<style>.num{all:unset;cursor:pointer;color:#005a8c;font-weight:600;border-bottom:1px dotted}"
    ".num:focus-visible{outline:2px solid}.opinion{color:#b34700}.tile{margin:.2em 0}.tile .label{margin-right:.6em}"
    ".tile .range{margin-left:.6em}.card[popover]{max-width:40em;padding:1em}.card dt{font-weight:600}</style>"
)
"""So that numbers open their cards in JupyterLab too; a published page has its own style and panels."""


class Chapter:
    """One chapter of one engagement, for some languages and views.

    Parameters
    ----------
    name : str
        Part of the framework: ``"plan"``, ``"allocation"``, ``"motivation"``, ``"evaluation"``, ``"summary"``.
    data : Engagement
        What :func:`salesmgmt.inputs.load` returned.
    languages, views : Sequence of str, optional
        What to emit; default: the engagement's languages, and the director's view.

    Raises
    ------
    ValueError
        If a view is unknown.
    """

    def __init__(
        self, name: str, data: Any, *, languages: Sequence[str] = (), views: Sequence[str] = ()
    ) -> None:
        unknown = sorted(set(views) - set(VIEWS))
        if unknown:
            raise ValueError(f"views {unknown} are unknown; must be of {list(VIEWS)}")
        self.name = name
        self.data = data
        self._just_said: tuple[str, str] | None = None
        self._suppress_below = int(data.value("evaluation.suppress_below"))
        self._hidden = _hidden_teams(data, minimum=self._suppress_below)
        self._audiences = [
            Audience(data.words(language), view, self._suppress_below, self._hidden)
            for language in languages or data.languages
            for view in views or VIEWS[:1]
        ]

    @property
    def _readers(self) -> list[Audience]:
        """Audiences of whole pages; a person's own page holds that person's rows alone."""
        return [audience for audience in self._audiences if audience.view != PEOPLE]

    def card(self, key: str, value: float, *, among: pd.Series | None = None, **details: Any) -> Card:
        """A card of the register for this engagement; see :func:`salesmgmt.cards.make_card`.

        Parameters
        ----------
        key, value, **details
            As for :func:`salesmgmt.cards.make_card`.
        among : Series, optional
            People of every group that adds up to the same whole, by the name that comes first in ``by``. The board does
            not see a group that must be hidden, so that no small one is left over when the others are taken away,
            nor a team that is hidden in any other number.
        """
        withheld = details.get("by", {}).get("team") in self._hidden
        if among is not None:
            small = suppressed(among.fillna(0), minimum=self._suppress_below)
            withheld |= bool(small.get(next(iter(details["by"].values())), False))
        details["withheld"] = withheld or details.get("withheld", False)
        return make_card(key, value, data=self.data, **details)

    def show(self, *items: Item) -> None:
        """Emit items for every language and view, and their cards and frames once.

        Parameters
        ----------
        *items : Item
            Items of :mod:`salesmgmt.display`, in reading order.
        """
        self._just_said = None
        for audience in self._audiences:
            if audience.view == PEOPLE:
                self._emit_own(items, audience)
        for audience in self._readers:
            self._emit(Markup("\n").join(item.html(audience) for item in items), audience)
        self.state(*(card for item in items for card in item.cards()))
        self.keep(*items)
        for item in items:
            if isinstance(item, WhatIf):
                self._emit_models(item)

    @staticmethod
    def keep(*items: Item) -> None:
        """Hand on the result frames of items for ``tables/`` and ``report.xlsx`` only: too long for a page."""
        for item in items:
            for key, frame in item.frames().items():
                _emit_data(TABLE, {"key": key, **_plain(frame)})

    def _emit_models(self, item: WhatIf) -> None:
        """The model of a what-if, once for each view."""
        models = {audience.view: item.model_for(audience) for audience in self._readers}
        for view, model in models.items():
            if model is not None:
                _emit_data(WHATIF, {"key": item.key, "view": view, "model": model})

    @staticmethod
    def _emit_own(items: Sequence[Item], audience: Audience) -> None:
        """Each person's rows of the items that have any, once for a language."""
        own: dict[str, Markup] = {}
        for item in items:
            table = item.table if isinstance(item, Chart) else item
            for staff_id, fragment in (table.of_each(audience) if isinstance(table, Table) else {}).items():
                own[staff_id] = own.get(staff_id, Markup()) + fragment
        if own:
            people = {staff_id: str(fragment) for staff_id, fragment in own.items()}
            _emit_data(OWN, {"language": audience.words.language, "people": people})

    def state(self, *cards: Card) -> None:
        """Hand cards on, for the summary and for the panels that open on stated numbers."""
        stated = [card.to_dict() for card in cards]
        words = self._audiences[0].words
        panels = Markup("").join(_PANEL.format(card["id"], card_html(card, words)) for card in stated)
        if stated:
            _emit_data(CARDS, {"cards": stated}, html=_NOTEBOOK_STYLE + as_written(panels))

    @contextmanager
    def section(self) -> Iterator[None]:
        """Run one section; if the data cannot carry it, say why and go on with the next."""
        try:
            yield
        except Refused as refusal:
            self._refuse(refusal)

    def _refuse(self, refusal: Refused) -> None:
        absent = refusal.message_id in _ABSENT
        reason = (refusal.message_id, repr(refusal.fields))
        # several sections on one figure say once why it is missing
        if not absent and reason != self._just_said:
            self._just_said = reason
            for audience in self._readers:
                text = refusal_text(refusal.message_id, refusal.fields, audience.words)
                self._emit(Markup('<p class="refusal">{}</p>').format(text), audience)
        content = {
            "id": refusal.message_id,
            "fields": refusal.fields,
            "kind": "absent" if absent else "refused",
            "chapter": self.name,
        }
        _emit_data(REFUSAL, content, text=str(refusal))

    @staticmethod
    def _emit(fragment: Markup, audience: Audience) -> None:
        if not fragment.strip():
            return
        mark = {"salesmgmt": {"language": audience.words.language, "view": audience.view}}
        content = {"text/html": str(as_written(fragment)), "text/plain": fragment.striptags()}
        display(content, raw=True, metadata=mark)


def _hidden_teams(data: Any, *, minimum: int) -> frozenset[str]:
    """Teams of the people who are there that are too small for the board, or would give such a one away."""
    staff = data.or_empty("staff")
    if staff.empty:
        return frozenset()
    teams = frames.text(staff[frames.employed(staff, data.as_of)], "team")
    teams = teams[teams != ""].value_counts()
    hidden = suppressed(teams, minimum=minimum)
    return frozenset(hidden.index[hidden])


def _emit_data(mimetype: str, content: Mapping[str, Any], *, text: str = "", html: str = "") -> None:
    seen = {"text/plain": text} | ({"text/html": str(html)} if html else {})
    display({mimetype: content, **seen}, raw=True, metadata={"salesmgmt": {"data": True}})


def _plain(frame: pd.DataFrame) -> dict[str, Any]:
    columns = list(frame.columns)
    rows = [[_scalar(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return {"columns": columns, "rows": rows, "units": frame.attrs.get("units", {})}


def _scalar(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return value.item() if hasattr(value, "item") else value
