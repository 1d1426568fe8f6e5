"""Step 4 role by role: what one person can make, as a number of visits or as the pieces it is built from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.sizing import steps as step

PIECES = ("working_days", "hours_per_day", "selling_share", "hours_per_visit", "travel_hours_per_visit")

Capacity = float | Mapping[str, float] | Mapping[str, Mapping[str, float]]


def capacity(frequencies: pd.DataFrame, visits_per_rep: Capacity) -> pd.Series:
    """Step 4 for every role that visits: visits a year and person.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class: ``role``, ``visits`` and ``hours_per_visit`` (hours, may be missing).
    visits_per_rep : float or mapping
        One number for all roles, or by role (``""`` for roles not named) a number,
        ``{"visits_per_rep": 220}``, or the pieces ``working_days``, ``hours_per_day``, ``selling_share``,
        ``hours_per_visit`` (hours of classes whose coverage states none), ``travel_hours_per_visit``
        (absent: 0).

    Returns
    -------
    Series of float
        Visits a year and person, indexed by role.

    Raises
    ------
    TypeError, ValueError
        If a role has no capacity, pieces are unknown, missing or out of bounds, or classes have no hours.

    Notes
    -----
    hours_per_visit of a role = Σ visits × hours ÷ Σ visits over its classes (the plain mean without
    visits), then as :func:`~salesmgmt.plan.sizing.visits_per_rep`.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3, fourth step.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": "account_manager", "visits": [30, 10], "hours_per_visit": [2, 4]})
    >>> pieces = {"working_days": 200, "hours_per_day": 8, "selling_share": 0.5}
    >>> capacity(frequencies, {"account_manager": pieces}).to_dict()
    {'account_manager': 320.0}
    """
    assumed = pieces_by_role(frequencies, visits_per_rep)
    found = {}
    for role, pieces in assumed.items():
        if "visits_per_rep" in pieces:
            found[role] = float(pieces["visits_per_rep"])
            continue
        rows = frequencies[frequencies["role"] == role]
        hours = frames.number(rows, "hours_per_visit").fillna(pieces.get("hours_per_visit", float("nan")))
        weight = rows["visits"] if rows["visits"].sum() > 0 else rows["visits"] + 1.0
        mean = float((hours * weight).sum() / weight.sum())
        found[role] = step.visits_per_rep(**{**pieces, "hours_per_visit": mean})
    return pd.Series(found, dtype="float64", name="visits_per_rep").rename_axis("role")


def capacity_pieces(frequencies: pd.DataFrame, visits_per_rep: Capacity) -> pd.DataFrame:
    """Step 4 laid open: the pieces of each role's capacity beside the result.

    Parameters
    ----------
    frequencies, visits_per_rep
        As :func:`capacity` takes them.

    Returns
    -------
    DataFrame
        One row per role: ``role``, ``working_days``, ``hours_per_day``, ``selling_share``,
        ``hours_per_visit`` (visit-weighted), ``travel_hours_per_visit`` (NaN where the capacity is given),
        ``visits_per_rep``, ``given`` (``given`` or ``built``).

    Raises
    ------
    TypeError, ValueError
        As :func:`capacity` raises.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": ["account_manager"], "visits": [10], "hours_per_visit": [2.0]})
    >>> capacity_pieces(frequencies, 220)[["role", "visits_per_rep", "given"]].values.tolist()
    [['account_manager', 220.0, 'given']]
    """
    one_rep = capacity(frequencies, visits_per_rep)
    rows = pd.DataFrame(
        {"role": role, **dict.fromkeys(PIECES, float("nan")), **pieces}
        for role, pieces in pieces_by_role(frequencies, visits_per_rep).items()
    )
    built = rows["working_days"].notna()
    travel = rows["travel_hours_per_visit"].fillna(0.0).where(built)
    result = one_rep.reindex(rows["role"]).to_numpy()
    time = rows["working_days"] * rows["hours_per_day"] * rows["selling_share"]
    rows = rows.assign(
        visits_per_rep=result, travel_hours_per_visit=travel, hours_per_visit=time / result - travel
    )
    rows["given"] = built.map({True: "built", False: "given"})
    return rows[["role", *PIECES, "visits_per_rep", "given"]]


def pieces_by_role(frequencies: pd.DataFrame, visits_per_rep: Capacity) -> dict[str, dict[str, float]]:
    """Spell out each visiting role's capacity as pieces, checked.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class: ``role``, ``hours_per_visit`` (may be missing).
    visits_per_rep : float or mapping
        As :func:`capacity` takes it.

    Returns
    -------
    dict
        Role, in the order of ``frequencies``, to its pieces.

    Raises
    ------
    TypeError, ValueError
        As :func:`capacity` raises.

    Examples
    --------
    >>> pieces_by_role(pd.DataFrame({"role": ["account_manager"]}), 220)
    {'account_manager': {'visits_per_rep': 220}}
    """
    checks.require_columns(frequencies, ["role"], name="frequencies")
    stated: Mapping[str, float | Mapping[str, float]]
    stated = visits_per_rep if isinstance(visits_per_rep, Mapping) else {"": visits_per_rep}
    roles = list(dict.fromkeys(frequencies["role"]))
    absent = [role for role in roles if role not in stated and "" not in stated]
    if absent:
        raise ValueError(f"visits_per_rep has no role {absent}; it has {list(stated)}")
    chosen = {role: stated[role if role in stated else ""] for role in roles}
    spelt = {role: dict(c) if isinstance(c, Mapping) else {"visits_per_rep": c} for role, c in chosen.items()}
    for role, pieces in spelt.items():
        rows = frequencies[frequencies["role"] == role]
        _check_pieces(role, pieces, hours_known=bool(frames.number(rows, "hours_per_visit").notna().all()))
    return spelt


def _check_pieces(role: str, pieces: Mapping[str, float], *, hours_known: bool) -> None:
    """Refuse unknown, missing and senseless pieces of one role's capacity."""
    if "visits_per_rep" in pieces:
        rule = {"visits_per_rep": ("> 0", lambda visits: visits > 0)}
        checks.require_numbers(rule, visits_per_rep=pieces["visits_per_rep"])
        return
    needed = [name for name in PIECES[:3] if name not in pieces]
    needed += [] if hours_known or "hours_per_visit" in pieces else ["hours_per_visit"]
    unknown = [name for name in pieces if name not in PIECES]
    if needed or unknown:
        raise ValueError(
            f"visits_per_rep[{role!r}] lacks {needed} and has unknown {unknown}; "
            f"must be visits_per_rep, or {list(PIECES)}"
        )
    checks.require_numbers({name: step.TIME_RULES[name] for name in pieces}, **pieces)
