"""The team size as a small model whose levers a page can move.

:func:`what_if` lays the sizing down as plain data; :func:`~salesmgmt.plan.sizing.evaluate` works it out.
A lever is there only where these inputs have what it moves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from salesmgmt import checks, frames, uncertainty
from salesmgmt.plan.sizing.adjustments import ROUNDING, adjusted_cells, multipliers
from salesmgmt.plan.sizing.pieces import Capacity, pieces_by_role
from salesmgmt.plan.sizing.simulation import simulate
from salesmgmt.plan.sizing.team import cells

_LOWEST, _HIGHEST = 50, 150
_SHARE_BELOW = 0.99
"""A share that a lever raises stays below this."""

_PERCENTILES = (0.1, 0.5, 0.9)


def what_if(
    frequencies: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    visits_per_rep: Capacity,
    adjustments: pd.DataFrame,
    targets: pd.DataFrame | None = None,
    pay: pd.DataFrame | None = None,
    chance: pd.DataFrame | None = None,
    rng: np.random.Generator,
) -> dict[str, Any] | None:
    """The sizing as plain data that :func:`~salesmgmt.plan.sizing.evaluate` works out for any setting of its levers.

    Parameters
    ----------
    frequencies, ranges, visits_per_rep, adjustments, targets
        As :func:`~salesmgmt.plan.sizing.simulate` takes them.
    pay : DataFrame, optional
        One row per role: ``role``, ``people`` (whose pay is known), ``fixed_pay``, ``variable_pay`` (money a
        year of all of them, variable at target).
    chance : DataFrame, optional
        One row per win rate: ``factor`` (over the plan's, 1 among them), ``probability`` of reaching the target.
    rng : numpy.random.Generator
        Source of the scrambling; every point of the grid starts from the same state.

    Returns
    -------
    dict or None
        None where nobody is needed before adjustments. Else JSON-ready: ``rows`` (role, status, tier, ``customers``,
        ``adjusted`` (customers × factors), ``visits_per_year``, ``hours_per_visit``), ``roles`` (role to
        pieces of its capacity), ``heads`` (role to people added, ``""`` for nobody's), ``pay`` (role to
        ``fixed`` and ``variable`` per full post; None unless known for every role), ``levers`` (name,
        ``low``, ``high`` in per cent of the plan, ``base``: the plan's own value where there is just one,
        else None), ``band`` (None where nothing is uncertain), ``chance`` (``win_rate`` and ``probability`` side by
        side, None without it) and ``sought`` (whether prospects are sought until the wins planned are reached, so
        that the win rate moves visits).

    Raises
    ------
    TypeError, ValueError
        As :func:`~salesmgmt.plan.sizing.simulate` and :func:`~salesmgmt.plan.sizing.adjust` raise.

    Notes
    -----
    Regions are folded into ``adjusted``. Heads of a region are divided among its roles as in the plan.
    ``band`` holds P10, P50, P90 of (people − heads) × selling share × win rate, both relative to the
    plan, on a grid of these two: nearly straight lines in each, so that few points carry them. All
    ranges move in proportion to their assumption.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": ["account_manager"], "status": ["existing"], "tier": ["A"],
    ...     "customers": [1000.0], "visits_per_year": [36.0], "visits": [36000.0]})
    >>> ranges = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])
    >>> model = what_if(frequencies, ranges, visits_per_rep=1000, rng=np.random.default_rng(2027),
    ...     adjustments=pd.DataFrame({"kind": ["heads"], "value": [2.0]}))
    >>> model["heads"], [lever["name"] for lever in model["levers"]]
    ({'': 2.0}, ['frequency', 'visits_per_rep'])
    """
    if not float(frequencies["visits"].sum()) > 0:
        return None
    placed = frequencies.reset_index(drop=True).assign(region=frames.text(frequencies, "region").to_numpy())
    pieces = pieces_by_role(placed, visits_per_rep)
    factors, _ = multipliers(placed, adjustments)
    levers = _levers(pieces, ranges, targets, chance)
    paid = _pay(pay, pieces)
    if paid is not None:
        levers += _pay_lever(pay)
    drawn = {"visits_per_rep": pieces, "adjustments": adjustments, "targets": targets}
    return {
        "rows": _rows(placed.assign(adjusted=placed["customers"] * factors), pieces),
        "roles": {role: _capacity(own) for role, own in pieces.items()},
        "heads": _heads(placed, pieces, adjustments),
        "pay": paid,
        "levers": levers,
        "band": _band(placed, ranges, drawn, levers, rng),
        "chance": _chance(chance),
        "sought": targets is not None,
    }


def _rows(placed: pd.DataFrame, pieces: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Classes of customers with regions folded, hours filled in."""
    default = placed["role"].map({role: own.get("hours_per_visit", 0.0) for role, own in pieces.items()})
    hours = frames.number(placed, "hours_per_visit").fillna(default)
    keys = ["role", "status", "tier", "visits_per_year", "hours_per_visit"]
    rows = placed.assign(hours_per_visit=hours.astype(float)).groupby(keys, as_index=False, sort=False)
    return [
        {str(name): value for name, value in row.items()}
        for row in rows[["customers", "adjusted"]].sum().to_dict("records")
    ]


def _capacity(own: Mapping[str, float]) -> dict[str, float]:
    if "visits_per_rep" in own:
        return {"visits_per_rep": float(own["visits_per_rep"])}
    names = ("working_days", "hours_per_day", "selling_share")
    return {name: float(own[name]) for name in names} | {
        "travel_hours_per_visit": float(own.get("travel_hours_per_visit", 0.0))
    }


def _heads(
    placed: pd.DataFrame, pieces: Mapping[str, Mapping[str, float]], adjustments: pd.DataFrame
) -> dict[str, float]:
    """People added to each role by the adjustments, as the plan divides them."""
    by_cell = cells(placed, pieces)
    factors, _ = multipliers(by_cell, adjustments)
    after = adjusted_cells(by_cell, adjustments).groupby("role")["reps"].sum()
    before = (by_cell["reps"] * factors).groupby(by_cell["role"]).sum()
    heads = after.sub(before, fill_value=0.0)
    return {str(role): float(people) for role, people in heads.items() if abs(people) > ROUNDING}


def _levers(
    pieces: Mapping[str, Mapping[str, float]],
    ranges: pd.DataFrame,
    targets: pd.DataFrame | None,
    chance: pd.DataFrame | None,
) -> list[dict[str, Any]]:
    """The levers on people that these inputs have."""
    given = [own.get("visits_per_rep") for own in pieces.values()]
    shares = [own["selling_share"] for own in pieces.values() if "selling_share" in own]
    levers = [_lever("frequency", None), _lever("visits_per_rep", _single(given))]
    if shares:
        most = max([*shares, *_highs(ranges, "selling_share")])
        levers.append(_lever("selling_share", _single(shares), most=most))
    if targets is not None:
        wins, rates = frames.number(targets, "new_wins").fillna(0.0), frames.number(targets, "win_rate")
        wanted = wins > 0
        if wanted.any():
            overall = wins[wanted].sum() / (wins[wanted] / rates[wanted]).sum()
            ends = frames.number(targets, "win_rate_high")[wanted].dropna()
            most = max([*rates[wanted], *ends, *_highs(ranges, "win_rate")])
            levers.append(_lever("win_rate", float(overall), most=most))
    elif chance is not None:
        levers.append(_lever("win_rate", None))
    return levers


def _chance(chance: pd.DataFrame | None) -> dict[str, list[float]] | None:
    """The chance of reaching the target by win rate, by rising factor."""
    if chance is None or chance.empty:
        return None
    rising = chance.sort_values("factor")
    return {"win_rate": rising["factor"].tolist(), "probability": rising["probability"].tolist()}


def _lever(name: str, base: float | None, *, most: float = 0.0) -> dict[str, Any]:
    """A lever from half to one and a half times the plan, as far as the largest share allows."""
    bound = math.floor(100 * _SHARE_BELOW / most) if most else _HIGHEST
    return {"name": name, "low": _LOWEST, "high": max(100, min(_HIGHEST, bound)), "base": base}


def _single(values: list[Any]) -> float | None:
    return float(values[0]) if None not in values and len(set(values)) == 1 else None


def _highs(ranges: pd.DataFrame, piece: str) -> list[float]:
    """Upper ends of the ranges of one piece."""
    highs = zip(_piece_names(ranges), frames.number(ranges, "high"), strict=True)
    return [float(high) for name, high in highs if name == piece and not math.isnan(high)]


def _piece_names(ranges: pd.DataFrame) -> list[str]:
    """Names of the ranges without their section."""
    return [str(name).rpartition(".")[2] for name in frames.text(ranges, "name")]


def _pay(
    pay: pd.DataFrame | None, pieces: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]] | None:
    """Pay per full post of each role; None unless known for all of them."""
    if pay is None or pay.empty:
        return None
    checks.require_columns(pay, ["role", "posts", "fixed_pay", "variable_pay"], name="pay")
    known = pay[(pay["posts"] > 0) & (pay["fixed_pay"] + pay["variable_pay"] > 0)].set_index("role")
    if not set(pieces) <= set(known.index):
        return None
    each = known[["fixed_pay", "variable_pay"]].div(known["posts"], axis=0)
    fixed, variable = each["fixed_pay"].to_dict(), each["variable_pay"].to_dict()
    return {role: {"fixed": fixed[role], "variable": variable[role]} for role in pieces}


def _pay_lever(pay: pd.DataFrame | None) -> list[dict[str, Any]]:
    """The company's variable share, where pay has both parts."""
    if pay is None:
        return []
    fixed, variable = float(pay["fixed_pay"].sum()), float(pay["variable_pay"].sum())
    if not (fixed > 0 and variable > 0):
        return []
    base = variable / (fixed + variable)
    return [_lever("variable_share", base, most=base)]


def _band(
    placed: pd.DataFrame,
    ranges: pd.DataFrame,
    drawn: Mapping[str, Any],
    levers: list[dict[str, Any]],
    rng: np.random.Generator,
) -> dict[str, Any] | None:
    """The load's P10, P50, P90 on the grid; None where all draws are equal."""
    nodes = {"selling_share": _nodes(levers, "selling_share"), "win_rate": [1.0]}
    if drawn["targets"] is not None:
        nodes["win_rate"] = _nodes(levers, "win_rate")
    _, heads = multipliers(placed, drawn["adjustments"])
    load = []
    for share, rate in product(nodes["selling_share"], nodes["win_rate"]):
        people = _drawn_people(placed, ranges, drawn, share, rate, uncertainty.same_again(rng))
        if float(np.ptp(people)) == 0.0:
            return None
        scaled = (np.quantile(people, _PERCENTILES) - heads) * share * rate
        load.append([float(value) for value in scaled])
    return {**nodes, "heads": heads, "load": load}


def _nodes(levers: list[dict[str, Any]], name: str) -> list[float]:
    """Ends of the lever and the plan; just the plan without the lever."""
    for lever in levers:
        if lever["name"] == name:
            return sorted({lever["low"] / 100, 1.0, lever["high"] / 100})
    return [1.0]


def _drawn_people(
    placed: pd.DataFrame,
    ranges: pd.DataFrame,
    drawn: Mapping[str, Any],
    share: float,
    rate: float,
    rng: np.random.Generator,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """People as simulated with the selling shares and win rates multiplied."""
    moves = {"selling_share": share, "win_rate": rate}
    by_row = np.array([moves.get(name, 1.0) for name in _piece_names(ranges)], dtype="float64")
    moved = ranges.assign(**{side: frames.number(ranges, side) * by_row for side in ("value", "low", "high")})
    pieces = {
        role: {name: value * (share if name == "selling_share" else 1.0) for name, value in own.items()}
        for role, own in drawn["visits_per_rep"].items()
    }
    targets = drawn["targets"]
    if targets is not None:
        rates = [name for name in ("win_rate", "win_rate_low", "win_rate_high") if name in targets]
        targets = targets.assign(**{name: frames.number(targets, name) * rate for name in rates})
        customers = placed["customers"].mask(placed["status"] == "prospect", placed["customers"] / rate)
        placed = placed.assign(customers=customers)
    model = {"visits_per_rep": pieces, "adjustments": drawn["adjustments"], "targets": targets}
    return simulate(placed, moved, **model, rng=rng)["people"].to_numpy()
