"""What if a lever is moved: people, cost and chance from the plain data of :mod:`.levers`.

Nothing but sums and quotients, in one fixed order, so that a page can repeat it digit for digit. Levers
are per cent of the plan: 100 leaves everything as planned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from salesmgmt.plan.sizing.adjustments import ROUNDING

LEVERS = ("frequency", "visits_per_rep", "selling_share", "win_rate", "variable_share")


def evaluate(model: Mapping[str, Any], **per_cent: float) -> dict[str, Any]:
    """People, cost and chance for one setting of the levers.

    Parameters
    ----------
    model : Mapping
        As :func:`~salesmgmt.plan.sizing.what_if` returns it.
    **per_cent : float
        Lever to per cent of the plan; the others stay at 100.

    Returns
    -------
    dict
        ``people`` (after adjustments, unrounded), ``headcount`` (rounded up, at least 0), ``cost`` (money a
        year of the headcount, None where pay is not known), ``band`` (P10, P50, P90 of the headcount, None
        where nothing is uncertain), ``chance`` (of reaching the target, None where it is not known).

    Raises
    ------
    ValueError
        If the model lacks a lever.

    Notes
    -----
    cost = headcount × Σ people × (fixed + k × variable) ÷ Σ people over roles. A variable share S instead
    of S₀ leaves fixed pay alone: k = S ÷ (1 − S) × (1 − S₀) ÷ S₀. The win rate moves visits only where prospects are
    sought until the wins planned are reached; band and chance lie on straight lines between their points.

    Examples
    --------
    >>> model = {"rows": [{"role": "account_manager", "status": "existing", "customers": 10.0, "adjusted": 10.0,
    ...     "visits_per_year": 12.0, "hours_per_visit": 0.0}], "roles": {"account_manager": {"visits_per_rep": 50.0}},
    ...     "heads": {}, "pay": None, "levers": [{"name": "frequency"}], "band": None,
    ...     "chance": None, "sought": False}
    >>> evaluate(model, frequency=150)["people"]
    3.6
    """
    known = [lever["name"] for lever in model["levers"]]
    unknown = sorted(set(per_cent) - set(known))
    if unknown:
        raise ValueError(f"levers {unknown} are not in the model; it has {known}")
    at = dict.fromkeys(LEVERS, 1.0) | {name: value / 100 for name, value in per_cent.items()}
    by_role = {role: _role_people(model, role, at) + model["heads"].get(role, 0.0) for role in model["roles"]}
    placed = 0.0
    for people in by_role.values():
        placed += people
    people = placed + model["heads"].get("", 0.0)
    headcount = _whole(people)
    return {
        "people": people,
        "headcount": headcount,
        "cost": _cost(model, by_role, placed, headcount, at),
        "band": _band_at(model, at),
        "chance": _chance_at(model, at),
    }


def _role_people(model: Mapping[str, Any], role: str, at: Mapping[str, float]) -> float:
    """People of one role before heads."""
    own = model["roles"][role]
    visits = hours = adjusted = 0.0
    for row in model["rows"]:
        if row["role"] != role:
            continue
        each = row["visits_per_year"] * at["frequency"]
        if model["sought"] and row["status"] == "prospect":
            each = each / at["win_rate"]
        made = row["customers"] * each
        visits += made
        hours += made * row["hours_per_visit"]
        adjusted += row["adjusted"] * each
    if not visits > 0:
        return 0.0
    if "visits_per_rep" in own:
        one_rep = own["visits_per_rep"]
    else:
        time = own["working_days"] * own["hours_per_day"] * (own["selling_share"] * at["selling_share"])
        one_rep = time / (hours / visits + own["travel_hours_per_visit"])
    return float(adjusted / (one_rep * at["visits_per_rep"]))


def _cost(
    model: Mapping[str, Any],
    by_role: Mapping[str, float],
    placed: float,
    headcount: int,
    at: Mapping[str, float],
) -> float | None:
    if model["pay"] is None:
        return None
    bases = [lever["base"] for lever in model["levers"] if lever["name"] == "variable_share"]
    factor = 1.0
    for base in bases:
        share = base * at["variable_share"]
        factor = share / (1.0 - share) * ((1.0 - base) / base)
    total = 0.0
    for role, people in by_role.items():
        total += people * (model["pay"][role]["fixed"] + factor * model["pay"][role]["variable"])
    return headcount * (total / placed) if placed > 0 else 0.0


def _band_at(model: Mapping[str, Any], at: Mapping[str, float]) -> list[int] | None:
    """P10, P50, P90 of the headcount by straight lines between the points of the grid."""
    grid = model["band"]
    if grid is None:
        return None
    across, up = at["selling_share"], at["win_rate"] if model["sought"] else 1.0
    i, x = _place(grid["selling_share"], across)
    j, y = _place(grid["win_rate"], up)
    width = len(grid["win_rate"])
    found = []
    for k in range(len(grid["load"][0])):
        ends = []
        for side in (i, min(i + 1, len(grid["selling_share"]) - 1)):
            below = grid["load"][side * width + j][k]
            above = grid["load"][side * width + min(j + 1, width - 1)][k]
            ends.append(below + (above - below) * y)
        load = ends[0] + (ends[1] - ends[0]) * x
        scale = at["frequency"] / at["visits_per_rep"] / (across * up)
        found.append(_whole(grid["heads"] + load * scale))
    return found


def _chance_at(model: Mapping[str, Any], at: Mapping[str, float]) -> float | None:
    """The chance by straight lines between its points, the last one beyond them."""
    points = model["chance"]
    if points is None:
        return None
    i, x = _place(points["win_rate"], at["win_rate"])
    below, above = points["probability"][i], points["probability"][min(i + 1, len(points["win_rate"]) - 1)]
    return float(below + (above - below) * min(1.0, max(0.0, x)))


def _place(nodes: list[float], value: float) -> tuple[int, float]:
    """The node at or below a value, and how far it is to the next one, 0 to 1."""
    i = 0
    while i < len(nodes) - 2 and nodes[i + 1] <= value:
        i += 1
    return i, 0.0 if len(nodes) == 1 else (value - nodes[i]) / (nodes[i + 1] - nodes[i])


def _whole(people: float) -> int:
    return max(0, math.ceil(people - ROUNDING))
