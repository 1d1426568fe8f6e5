"""Which customers should change hands: few, each with what it costs and what it brings.

The article asks for 长期投入, lasting commitment: owners stay unless balance asks for a change or the way to the
customer becomes much shorter. Customers whom nobody owns get their first owner in the same step, without limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.territories.evenness import USUAL, balance, measures
from salesmgmt.plan.territories.pairs import GAP, NODES, ROUNDING, check, model_of, picked, priced, travel_of
from salesmgmt.plan.territories.solving import Assigned, Model, cheapest, evenest

_EVEN_GAP = 0.001
_LIMITS = {
    "max_handovers": (">= 0", lambda n: n >= 0),
    "max_revenue_moved": ("between 0 and 1", lambda share: 0 <= share <= 1),
    "tolerance": ("between 0 and 1", lambda share: 0 <= share <= 1),
}


@dataclass(frozen=True)
class Proposal:
    """Who should own which customer, and what that changes.

    Attributes
    ----------
    customers : DataFrame
        One row per customer, input order: ``customer_id``, ``customer``, ``owner_id`` (now, ``""`` nobody), ``owner``
        (name), ``proposed_id``, ``proposed`` (name), ``change``
        (kept, locked, handover, first), ``hours``, ``revenue``, ``years_together``, ``travel_before``, ``travel_after``
        (a year, there and back: kilometres, or steps × visits; before is NaN without owner).
    handovers : DataFrame
        The rows of ``customers`` with change = handover, dearest relationship last, and ``travel_saved``,
        ``deviation_without`` (largest deviation if this one were not made: what it does for balance).
    people : DataFrame
        One row per person: ``staff_id``, ``name``, ``region``, ``capacity``, ``customers_before``, ``load_before`` (hours a
        year), ``customers_after``, ``load_after``, ``deviation_before``, ``deviation_after`` (share of the fair load).
    before, after : dict
        ``max_deviation``, ``cv``, ``outside``, see :func:`~salesmgmt.plan.territories.measures`; ``travel`` of all
        owned customers.
    revenue_moved : float
        Revenue of the handovers ÷ all revenue (0 without revenue).
    tolerance : float
        The tolerance that was kept to.
    gap : float
        Proven: no assignment within the limits costs less by more than this share.
    """

    customers: pd.DataFrame
    handovers: pd.DataFrame
    people: pd.DataFrame
    before: Mapping[str, float]
    after: Mapping[str, float]
    revenue_moved: float
    tolerance: float
    gap: float

    @property
    def figures(self) -> dict[str, float]:
        """What a report states of it."""
        both = {
            f"{name}_{when}": told[name]
            for when, told in (("before", self.before), ("after", self.after))
            for name in told
        }
        counts = {
            change: float((self.customers["change"] == change).sum()) for change in ("handover", "first")
        }
        return {
            **counts,
            **both,
            "revenue_moved": self.revenue_moved,
            "tolerance": self.tolerance,
            "gap": self.gap,
        }


def propose(
    holdings: pd.DataFrame,
    sellers: pd.DataFrame,
    distances: pd.DataFrame,
    *,
    tolerance: float | None = None,
    max_handovers: float = 5,
    max_revenue_moved: float | None = None,
) -> Proposal:
    """Give every customer one owner, with balanced loads, short ways and few handovers.

    Parameters
    ----------
    holdings : DataFrame
        One row per customer, see :func:`~salesmgmt.plan.territories.holdings`; ``customer``, ``region`` may be
        absent.
    sellers : DataFrame
        One row per person: ``staff_id`` (unique), ``capacity`` (> 0); ``name``, ``region`` may be absent.
    distances : DataFrame
        Customers × people, see :func:`~salesmgmt.plan.territories.distances`.
    tolerance : float, optional
        Largest share that a load may be off its fair one, 0–1. Left out: 15 %, or the least that the limits allow.
    max_handovers : float
        Owned customers that may change hands, >= 0.
    max_revenue_moved : float, optional
        Their share of revenue, 0–1.

    Returns
    -------
    Proposal
        The assignment with its certificate.

    Raises
    ------
    TypeError, ValueError
        If columns are missing, ids repeat or are unknown, or numbers are out of bounds.
    Refused
        If there are fewer than two people or no customers; if revenue is limited but unknown; if no assignment keeps to ``tolerance``: the message
        names the limit in the way and the least tolerance that works.

    Notes
    -----
    Loads are balanced within regions: between them, people have to be hired or moved, not customers. A customer goes
    to people of its own region or its owner's; a fair load is the region's work × own capacity ÷ its capacity.
    Without regions, or where a region has nobody, the company is one.

    min Σ travel + Σ price of the handovers, s.t. |load − fair| <= tolerance × fair, one owner per customer, locked ones
    stay. travel = distance × 2 × visits a year. The price is half the customer's travel now, and at least the share
    of all travel that its share of all revenue is: apart from balance a handover must halve the way, and save as
    large a share of travel as it moves of revenue.

    References
    ----------
    Zoltners & Sinha (2005), Sales territory design: thirty years of modeling and implementation, Marketing Science
    24(3), 313–331: the alignment model. Hess & Samuels (1971), Experiences with a sales districting model,
    Management Science 18(4), P41–P54. 15 % is the trade's usual practice.

    Examples
    --------
    >>> held = pd.DataFrame({"customer_id": ["C1", "C2", "C3", "C4"], "visits": 10.0, "hours": 20.0, "staff_id": ["S1", "S1", "S1", "S2"], "locked": False, "years_together": 1.0, "revenue": [5.0, 1.0, 9.0, 3.0]})
    >>> people = pd.DataFrame({"staff_id": ["S1", "S2"], "capacity": 1.0})
    >>> same = pd.DataFrame(0.0, index=held["customer_id"], columns=people["staff_id"])
    >>> found = propose(held, people, same + 1.0, tolerance=0.0)
    >>> found.handovers["customer_id"].tolist(), found.before["max_deviation"], found.after["max_deviation"]
    (['C2'], 0.5, 0.0)
    """
    check(holdings, sellers, distances)
    given = {"tolerance": tolerance, "max_handovers": max_handovers, "max_revenue_moved": max_revenue_moved}
    checks.require_numbers(_LIMITS, **{name: value for name, value in given.items() if value is not None})
    if max_revenue_moved is not None and not (holdings["revenue"] > 0).any():
        raise Refused("plan.territories_no_revenue")
    model = model_of(holdings, sellers, max_handovers=max_handovers, max_revenue_moved=max_revenue_moved)
    travel = travel_of(holdings, distances)
    cost, target = priced(model, travel), USUAL if tolerance is None else tolerance
    found = cheapest(cost, model, tolerance=target + ROUNDING, gap=GAP, nodes=NODES)
    if found is None:
        least = _least(model, target)
        if tolerance is not None and least.objective > tolerance + ROUNDING:
            raise _refusal(model, tolerance, least)
        target = least.objective
        found = cheapest(cost, model, tolerance=target + ROUNDING, gap=GAP, nodes=NODES, start=least.owner)
    if found is None:
        raise Refused("plan.territories_not_found", nodes=NODES)
    return _told(holdings, sellers, travel, model, found, target)


def _least(model: Model, tolerance: float) -> Assigned:
    """The evenest assignment that the limits allow, no evener than asked for."""
    found = evenest(model, least=tolerance, gap=_EVEN_GAP, nodes=NODES)
    if (
        found is None
    ):  # the present owners, and those without one where there is most room, always are possible
        raise Refused("plan.territories_not_found", nodes=NODES)
    return found


def _refusal(model: Model, tolerance: float, least: Assigned) -> Refused:
    """Which limit is in the way of a tolerance, and the least tolerance that works with it."""
    fields = {"tolerance": _percent(tolerance), "least": _percent(least.objective, up=True)}
    every = ("handovers", "revenue", "locks")
    for name, limits in (*((limit, (limit,)) for limit in every), ("limits", every)):
        if _least(model.without(*limits), tolerance).objective <= tolerance + ROUNDING:
            return Refused(f"plan.territories_infeasible_{name}", **fields)
    largest = _percent(float(np.max(model.load) / np.min(model.fair)))
    return Refused("plan.territories_infeasible_customers", **fields, largest=largest)


def _percent(share: float, *, up: bool = False) -> str:
    """A share as the tenth of a per cent that a setting would take."""
    tenths = np.ceil(share * 1000 - ROUNDING) if up else share * 1000
    return f"{tenths / 10:.1f}%"


def _told(
    holdings: pd.DataFrame,
    sellers: pd.DataFrame,
    travel: np.ndarray,
    model: Model,
    found: Assigned,
    tolerance: float,
) -> Proposal:
    """The assignment in tables."""
    customers = _customers(holdings, sellers, travel, model, found)
    people = _people(sellers, model, found)
    moved = _moved(customers, model, found)
    held = customers["owner_id"] != ""
    before, after = (
        measures(people[f"deviation_{when}"]) | {"travel": float(customers.loc[held, f"travel_{when}"].sum())}
        for when in ("before", "after")
    )
    total = model.revenue.sum()
    share = float(moved["revenue"].sum() / total) if total > 0 else 0.0
    return Proposal(customers, moved, people, before, after, share, tolerance, found.gap)


def _customers(
    holdings: pd.DataFrame, sellers: pd.DataFrame, travel: np.ndarray, model: Model, found: Assigned
) -> pd.DataFrame:
    """One row per customer: owner now and proposed."""
    ids, names = (
        column.to_numpy(dtype=object) for column in (sellers["staff_id"], frames.text(sellers, "name"))
    )
    change = np.where(model.owner < 0, "first", np.where(model.owner != found.owner, "handover", "kept"))
    return pd.DataFrame(
        {
            "customer_id": holdings["customer_id"],
            "customer": frames.text(holdings, "customer"),
            "owner_id": holdings["staff_id"],
            "owner": np.where(model.owner < 0, "", names[model.owner]),
            "proposed_id": ids[found.owner],
            "proposed": names[found.owner],
            "change": np.where(model.locked, "locked", change),
            **{column: holdings[column] for column in ("hours", "revenue", "years_together")},
            "travel_before": picked(travel, model.owner),
            "travel_after": picked(travel, found.owner),
        }
    )


def _people(sellers: pd.DataFrame, model: Model, found: Assigned) -> pd.DataFrame:
    """One row per person: customers and load before and after, held against the fair share of what is owned then."""
    table = sellers[["staff_id"]].assign(
        name=frames.text(sellers, "name"), region=frames.text(sellers, "region")
    )
    table["capacity"] = sellers["capacity"]
    for when, owner in (("before", model.owner), ("after", found.owner)):
        held = owner >= 0
        load = np.bincount(owner[held], model.load[held], len(sellers))
        table[f"customers_{when}"] = np.bincount(owner[held], minlength=len(sellers))
        table[f"load_{when}"] = load
    now = balance(table.rename(columns={"load_before": "load"}), within="region")
    table["deviation_before"] = now["deviation"].fillna(0.0)
    table["deviation_after"] = table["load_after"] / model.fair - 1
    return table


def _moved(customers: pd.DataFrame, model: Model, found: Assigned) -> pd.DataFrame:
    """The handovers, each with its gain."""
    places = np.flatnonzero(customers["change"] == "handover")
    moved = customers.iloc[places]
    without = []
    for place in places:
        owner = found.owner.copy()
        owner[place] = model.owner[place]
        without.append(np.abs(np.bincount(owner, model.load, len(model.fair)) / model.fair - 1).max())
    moved = moved.assign(
        travel_saved=moved["travel_before"] - moved["travel_after"],
        deviation_without=np.array(without, dtype="float64"),
    )
    return moved.sort_values(["revenue", "customer_id"], ignore_index=True)
