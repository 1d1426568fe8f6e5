"""What if: levers that a reader moves in the page, beside the plan's own numbers.

The item renders a form without a single figure in it: a script of the page fills it from the model that
travels beside as typed output. Without a script, and on paper, only the plan is stated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from salesmgmt.cards import Card
from salesmgmt.display import Say
from salesmgmt.locale import Words
from salesmgmt.tables import Audience

__all__ = ["WhatIf", "form_id"]

_OUTCOME = Markup(
    '<div><span class="label">{0}{1}</span><output data-say="{2}"></output>'
    '<span class="note" data-say="{2}-change"></span>{3}</div>'
)
_LEVER = Markup(
    '<div class="lever"><label for="{0}">{1}</label><output for="{0}" id="{0}-value"></output>'
    '<input type="range" id="{0}" name="{2}" min="{3}" max="{4}" step="1" value="100" autocomplete="off"></div>'
)
_FORM = Markup(
    '<form class="whatif" id="{}" data-words="{}" aria-label="{}" hidden><p class="whatif-title">{}</p>'
    '<div class="levers">{}</div><div class="outcome" role="status">{}</div><p class="note">{}</p>'
    '<button type="reset">{}</button></form><noscript><p class="note">{}</p></noscript>'
)


@dataclass(frozen=True)
class WhatIf:
    """Levers on one sizing, under the plan's own people and cost.

    Parameters
    ----------
    key : str
        Of which sizing, e.g. ``"plan.sizing"``; unique in a report.
    model : dict or None
        What :func:`salesmgmt.plan.sizing.what_if` returned; None shows nothing.
    people : Card
        The plan's headcount.
    cost : Card, optional
        The plan's cost; a reader who may not see it gets a model without pay.
    chance : Card, optional
        The plan's chance of reaching its target.
    """

    key: str
    model: Mapping[str, Any] | None
    people: Card
    cost: Card | None = None
    chance: Card | None = None

    def html(self, audience: Audience) -> Markup:
        """The plan's numbers, and the form below them."""
        model, words = self.model_for(audience), audience.words
        if model is None:
            return Markup()
        levers = Markup("").join(_lever(self.key, lever, words) for lever in model["levers"])
        band = Markup('<span class="note" data-say="band"></span>') if model["band"] else ""
        outcome = _outcome(self.people, "headcount", band, words)
        if model["pay"] is not None and self.cost is not None:
            outcome += _outcome(self.cost, "cost", "", words)
        if model["chance"] is not None and self.chance is not None:
            outcome += _outcome(self.chance, "chance", "", words)
        title, notes = words("whatif.title"), [words("whatif.note")]
        if any(lever["name"] == "variable_share" for lever in model["levers"]):
            notes.append(words("whatif.fixed_pay"))
        joined = Markup("<br>").join(notes)
        form = _FORM.format(
            form_id(self.key), json.dumps(_wording(words), ensure_ascii=False), title, title, levers,
            outcome, joined, words("whatif.reset"), words("whatif.no_script"),
        )  # fmt: skip
        return self._plan(audience).html(audience) + form

    def model_for(self, audience: Audience) -> dict[str, Any] | None:
        """The model as an audience may have it: without pay where its groups of people are too small."""
        if self.model is None:
            return None
        if self.cost is not None and audience.sees(self.cost):
            return dict(self.model)
        levers = [lever for lever in self.model["levers"] if lever["name"] != "variable_share"]
        return {**self.model, "pay": None, "levers": levers}

    def cards(self) -> list[Card]:
        """The plan's people, cost and chance."""
        if self.model is None:
            return []
        return [card for card in (self.people, self.cost, self.chance) if card is not None]

    def frames(self) -> dict[str, pd.DataFrame]:
        """None."""
        return {}

    def _plan(self, audience: Audience) -> Say:
        if self.cost is None or not audience.sees(self.cost):
            return Say("whatif.plan", {"people": self.people})
        return Say("whatif.plan_cost", {"people": self.people, "cost": self.cost})


def form_id(key: str) -> str:
    """Id of the form of a sizing, which also begins the address that holds a setting of its levers.

    Examples
    --------
    >>> form_id("plan.sizing")
    'whatif-plan-sizing'
    """
    return "whatif-" + key.replace(".", "-").replace("_", "-")


def _outcome(card: Card, name: str, band: str, words: Words) -> Markup:
    mark = Markup('<sup class="opinion">{}</sup>').format(words("card.opinion")) if card.opinion else ""
    return _OUTCOME.format(card.heading(words), mark, name, band)


def _lever(key: str, lever: Mapping[str, Any], words: Words) -> Markup:
    name = lever["name"]
    label = words(f"whatif.lever.{name}")
    return _LEVER.format(f"{form_id(key)}-{name}", label, name, lever["low"], lever["high"])


def _wording(words: Words) -> dict[str, Any]:
    """What the script needs to say numbers as :class:`~salesmgmt.locale.Words` does."""
    counted = {
        unit: [words(f"unit.{unit}.one"), words(f"unit.{unit}.other")] for unit in ("people", "visits")
    }
    said = {name: words(f"whatif.{name}") for name in ("same", "change", "band")}
    return counted | said | {"money": words.money_texts()}
