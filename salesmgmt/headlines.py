"""Which result a sentence names, and the first screen of the report.

The first screen is composed from cards that the chapters stated; a sentence whose chapter is not
there, or whose number was refused, is simply not said. Risks are named only where a method found
more than chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from salesmgmt.cards import Card
from salesmgmt.display import Ask, Conclusion, Further, Say, Tiles
from salesmgmt.errors import Refused

__all__ = ["against", "ask", "conclusion", "further", "known", "standout", "tiles"]

Stated = Mapping[str, Sequence[Card]]
"""Cards by key, as read from ``cards.json``."""

_MAX_RISKS = 3
_UNSUPPORTED = "cannot_tell"
_CLEARNESS = {"below": 0, "differentiating": 0, "above": 1, "within": 2, "consistent": 2}
_CLEARNESS |= {"worse": 0, "better": 1, "threshold": 2, "not_shown": 2, "cannot_tell": 3}
_LINES = ("locked_in", "renewal", "tender", "unnamed")
_TILES = (
    "plan.sizing.headcount",
    "plan.sizing.present",
    "plan.sizing.visits",
    "allocation.visits.share_made",
    "motivation.pay.variable_share",
    "evaluation.growth",
)


def standout(results: pd.DataFrame, *, by: str) -> pd.Series:
    """The row a sentence should name: clearly below first, then clearly above, then the lowest.

    Parameters
    ----------
    results : DataFrame
        One row per group with ``verdict`` and the column named by ``by``.
    by : str
        Column to order by within a verdict, lowest first.

    Returns
    -------
    Series
        One row.

    Raises
    ------
    Refused
        If no group has a value.

    Examples
    --------
    >>> teams = pd.DataFrame({"team": ["a", "b"], "ratio": [0.8, 0.6], "verdict": ["below", "consistent"]})
    >>> standout(teams, by="ratio")["team"]
    'a'
    """
    known = results.dropna(subset=[by])
    if known.empty:
        raise Refused("report.no_group")
    return (
        known.assign(_rank=known["verdict"].map(_CLEARNESS)).sort_values(["_rank", by], kind="stable").iloc[0]
    )


def known(frame: pd.DataFrame | None, refusal: str) -> pd.DataFrame:
    """A frame that a section needs, or the refusal that says what is missing.

    Parameters
    ----------
    frame : DataFrame or None
        What a method returned.
    refusal : str
        Message id of the reason and what would cure it.

    Returns
    -------
    DataFrame
        The frame, with at least one row.

    Raises
    ------
    Refused
        If it is None or has no rows.
    """
    if frame is None or frame.empty:
        raise Refused(refusal)
    return frame


def against(assumed: float, low: float, high: float) -> str:
    """How an assumption stands to what was observed: ``"high"``, ``"low"`` or ``"fits"``.

    Parameters
    ----------
    assumed : float
        The assumption.
    low, high : float
        Interval of the observed value.

    Returns
    -------
    str

    Examples
    --------
    >>> against(0.5, 0.2, 0.4), against(0.3, 0.2, 0.4)
    ('high', 'fits')
    """
    return "high" if assumed > high else "low" if assumed < low else "fits"


def conclusion(cards: Stated) -> Conclusion:
    """What a director must know first: the target and where it stands, the people and their cost, what may fail.

    Parameters
    ----------
    cards : Mapping
        Key -> cards stated by the chapters.

    Returns
    -------
    Conclusion
        Only sentences all of whose numbers were stated.
    """
    risks = [risk for risk in _risks(cards) if risk][:_MAX_RISKS]
    matters = [[_target(cards), _adopted(cards)], [_people(cards), _cost(cards)]]
    matters += [] if risks else [[Say("summary.no_risk")]]
    return Conclusion([[said for said in matter if said] for matter in matters], risks)


def further(cards: Stated) -> Further:
    """What else is worth knowing: the choice of prospects, the position, whom to train, of whom nothing is clear, what hangs on one.

    Parameters
    ----------
    cards : Mapping
        Key -> cards stated by the chapters.

    Returns
    -------
    Further
        Only sentences all of whose numbers were stated.
    """
    found = [part(cards) for part in (_on_target, _position, _training, _unclear, _alone)]
    return Further([said for said in found if said])


def tiles(cards: Stated) -> Tiles:
    """Four to six company numbers, one from each part of the framework that has stated one."""
    stated = [card for key in _TILES if (card := _company(cards, key))]
    headcount = _company(cards, _TILES[0])
    unsupported = {"plan.sizing.headcount", "plan.sizing.visits"} if headcount and headcount.verdict == _UNSUPPORTED else set()  # fmt: skip
    return Tiles([card for card in stated if card.key not in unsupported])


def ask(cards: Stated, *, as_of: date, deadline: date, decision: str | None = None) -> Ask:
    """The decision asked: the client's own, then whom to visit and hire by when, what waiting costs, or how to deploy.

    A headcount that rests on shipped visit frequencies is no ground for a decision: then a policy is asked for.

    Parameters
    ----------
    cards : Mapping
        Key -> cards stated by the chapters.
    as_of : date
        Day the data stand at.
    deadline : date
        Day the plan year starts; recruiting may have to begin earlier.
    decision : str, optional
        The decision in the client's own words.

    Returns
    -------
    Ask

    Raises
    ------
    Refused
        If the client asks for none and no chapter stated how many people are needed.
    """
    computed, stated = _computed(cards, as_of, deadline), (decision or "").strip()
    if not computed and not stated:
        raise Refused("report.nothing_to_ask")
    return Ask(computed, stated)


def _computed(cards: Stated, as_of: date, deadline: date) -> Say | None:
    names = ("headcount", "hires", "waiting", "headcount_on_target", "headcount_at_observed")
    found = {name: _company(cards, f"plan.sizing.{name}") for name in names}
    headcount, hires, fewer = (found[name] for name in ("headcount", "hires", "headcount_on_target"))
    if headcount is None:
        return None
    if headcount.verdict == _UNSUPPORTED:
        return Say("summary.ask_policy", {"deadline": deadline})
    if not hires or not found["waiting"] or hires.sign <= 0:
        return Say("summary.ask_keep", {"headcount": headcount, "deadline": deadline})
    recruiting = _company(cards, "plan.capacity.start_by")
    day = as_of + timedelta(days=max(0.0, recruiting.value)) if recruiting else deadline
    given = {name: card for name, card in found.items() if card} | {"deadline": min(day, deadline)}
    if not fewer or fewer.value >= headcount.value:
        return Say("summary.ask_hire", given)
    present = _company(cards, "plan.sizing.present")
    observed = "_observed" if found["headcount_at_observed"] else ""
    nobody = "_none" if present and fewer.value <= present.value else ""
    return Say(f"summary.ask_choose{observed}{nobody}", given)


def _target(cards: Stated) -> Say | None:
    """The target and where it stands, from what is signed to what is nowhere yet."""
    fields = {
        name: _company(cards, f"plan.target.{name}")
        for name in ("top_down", *_LINES, "initiatives", "unfunded", "probability")
    }
    return Say("summary.target", fields) if all(fields.values()) else None


def _adopted(cards: Stated) -> Say | None:
    """The target that was decided on, where it is not the requirement itself."""
    keys = {"adopted": "adopted", "open": "adopted_open", "chance": "adopted_probability"}
    fields = {name: _company(cards, f"plan.target.{key}") for name, key in keys.items()}
    required, adopted = _company(cards, "plan.target.top_down"), fields["adopted"]
    if (
        not all(fields.values())
        or not adopted
        or adopted.verdict
        or (required and required.value == adopted.value)
    ):
        return None
    return Say("summary.adopted", fields)


def _people(cards: Stated) -> Say | None:
    headcount, present, hires = (
        _company(cards, f"plan.sizing.{name}") for name in ("headcount", "present", "hires")
    )
    if not headcount:
        return None
    if headcount.verdict == _UNSUPPORTED:
        return Say("summary.people_unsupported", {"headcount": headcount})
    if not present or not hires:
        return Say("summary.people_only", {"headcount": headcount})
    if hires.sign <= 0:
        return Say("summary.people_enough", {"headcount": headcount, "present": present})
    message = "summary.people" if headcount.low is not None else "summary.people_exact"
    return Say(message, {"headcount": headcount, "present": present, "hires": hires})


def _on_target(cards: Stated) -> Say | None:
    """What the same policy takes if prospects beyond the target's need are left unvisited, where that differs."""
    names = ("headcount", "headcount_on_target", "headcount_at_observed", "win_rate", "win_rate_observed")
    found = {name: _company(cards, f"plan.sizing.{name}") for name in names}
    headcount, fewer = found["headcount"], found["headcount_on_target"]
    if not headcount or not fewer or fewer.value >= headcount.value or headcount.verdict == _UNSUPPORTED:
        return None
    return Say("summary.on_target_observed" if all(found.values()) else "summary.on_target", {n: c for n, c in found.items() if c})  # fmt: skip


def _cost(cards: Stated) -> Say | None:
    """What the people needed cost at today's pay; a reader who may not see pay is told by how much it grows."""
    names = ("cost", "cost_more", "cost_ratio", "cost_growth", "headcount")
    found = {name: card for name in names if (card := _company(cards, f"plan.sizing.{name}"))}
    if not {"cost", "cost_growth", "headcount"} <= set(found) or found["headcount"].verdict == _UNSUPPORTED:
        return None
    full = {"year_round": "cost_year_round", "full_ratio": "cost_ratio"}
    whole = {name: card for name, key in full.items() if (card := _company(cards, f"plan.capacity.{key}"))}
    grows = Say("summary.cost_growth", {name: found[name] for name in ("headcount", "cost_growth")})
    if len(whole) == len(full) and "cost_more" in found:
        return Say("summary.cost_full", found | whole, instead=grows)
    return Say("summary.cost_ratio" if "cost_ratio" in found else "summary.cost", found, instead=grows)


def _position(cards: Stated) -> Say | None:
    """Where the company stands inside and outside, and how much of that nobody answers."""
    fields = {
        name: _company(cards, f"plan.swot.{name}") for name in ("ife", "efe", "unanswered", "uncarried")
    }
    return Say("summary.position", fields) if all(fields.values()) else None


def _training(cards: Stated) -> Say | None:
    """The competency with most to gain: in the team that makes up most of it, else in the company."""
    stated = {
        frozenset(card.by): card for card in cards.get("evaluation.competency.gap", ()) if card.sign > 0
    }
    team, company = stated.get(frozenset({"team", "competency"})), stated.get(frozenset({"competency"}))
    if team:
        return Say(
            "summary.training_team",
            {"team": team.by["team"], "competency": team.by["competency"], "gap": team},
        )
    return (
        Say("summary.training", {"competency": company.by["competency"], "gap": company}) if company else None
    )


def _unclear(cards: Stated) -> Say | None:
    """Of how many people nothing clear can be said, results and competency side by side."""
    names = ("unclear", "people", "seen")
    found = {name: _company(cards, f"evaluation.review.{name}") for name in names}
    unclear = found["unclear"]
    if not all(found.values()) or not unclear or unclear.sign <= 0:
        return None
    return Say("summary.unclear", found)


def _alone(cards: Stated) -> Say | None:
    """What could leave with whom: revenue of customers that only one of our people holds."""
    share = _company(cards, "evaluation.review.alone")
    if not share or share.sign <= 0:
        return None
    most = next((card for card in cards.get("evaluation.review.alone", ()) if card.by), None)
    company = Say("summary.alone", {"share": share})
    if not most:
        return company
    named = {"share": share, "largest": most, "name": most.by["name"]}
    return Say("summary.alone_with", named, instead=company)


def _risks(cards: Stated) -> list[Say | None]:
    """What is likeliest to fail: a team behind in results and visits before anything else."""
    behind, unvisited = _judged(cards, "evaluation.growth", "below"), _judged(cards, "allocation.visits.share_made", "below")  # fmt: skip
    both = _team_risk(behind, unvisited)
    return [
        both,
        None if both else _growth_risk(behind),
        None if both else _visits_risk(unvisited),
        _prospects_risk(cards),
        _pay_risk(cards),
    ]


def _team_risk(behind: Card | None, unvisited: Card | None) -> Say | None:
    """The same team behind in revenue and in visits."""
    if not behind or not unvisited or behind.by != unvisited.by:
        return None
    fields = {"team": _group(behind), "growth": behind, "share": unvisited}
    return Say("summary.risk_team", fields)


def _prospects_risk(cards: Stated) -> Say | None:
    shortfall, listed = (_company(cards, f"plan.sizing.prospects_{name}") for name in ("shortfall", "listed"))
    required = _company(cards, "plan.sizing.prospects_required")
    if required and listed and listed.value == 0 and required.sign > 0:
        return Say("summary.no_prospects", {"required": required})
    return (
        Say("summary.risk_prospects", {"shortfall": shortfall}) if shortfall and shortfall.sign > 0 else None
    )


def _visits_risk(team: Card | None) -> Say | None:
    return Say("summary.risk_visits", {"team": _group(team), "share": team}) if team else None


def _pay_risk(cards: Stated) -> Say | None:
    band = _company(cards, "motivation.pay.band")
    for side in ("below", "above"):
        role = _judged(cards, "motivation.pay.variable_share", side)
        if role and band:
            fields = {"role": ("role", role.by["role"]), "share": role, "band": band}
            return Say(f"summary.risk_pay_{side}", fields)
    return None


def _growth_risk(team: Card | None) -> Say | None:
    return Say("summary.risk_growth", {"team": _group(team), "growth": team}) if team else None


def _company(cards: Stated, key: str) -> Card | None:
    return next((card for card in cards.get(key, ()) if not card.by), None)


def _judged(cards: Stated, key: str, verdict: str) -> Card | None:
    return next((card for card in cards.get(key, ()) if card.by and card.verdict == verdict), None)


def _group(card: Card) -> str | tuple[str, str]:
    name, value = next(iter(card.by.items()))
    return value or (name, "")
