"""Scenarios 情景: the same customers under other assumptions, side by side, and what sets them apart."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames

_NUMBERS = ("visits", "reps", "headcount", "cost")


def side_by_side(plans: pd.DataFrame, *, base: str = "") -> pd.DataFrame:
    """Each scenario's plan, and how far it is from the base's.

    Parameters
    ----------
    plans : DataFrame
        One row per scenario: ``scenario`` (unique, ``""``: no scenario), ``visits`` (a year), ``reps`` (people,
        unrounded), ``headcount`` (rounded up), ``cost`` (money a year, may be missing).
    base : str
        The scenario that the others are held against.

    Returns
    -------
    DataFrame
        The base first, the others in their order: ``scenario``, ``visits``, ``visits_per_rep`` (visits ÷ reps),
        ``reps``, ``headcount``, ``cost``, and ``more_visits``, ``more_people``, ``more_cost`` (less those of the base).

    Raises
    ------
    TypeError
        If ``plans`` is not a DataFrame.
    ValueError
        If columns are missing, a scenario repeats, numbers are out of bounds or the base is not there.

    Examples
    --------
    >>> plans = pd.DataFrame({"scenario": ["stretch", ""], "visits": 6000.0, "reps": [34.0, 30.0],
    ...     "headcount": [34.0, 30.0], "cost": [17e6, 15e6]})
    >>> side_by_side(plans)[["scenario", "more_people"]].values.tolist()
    [['', 0.0], ['stretch', 4.0]]
    """
    checks.require_columns(plans, ["scenario", *_NUMBERS], name="plans")
    checks.require_unique(plans, ["scenario"], name="plans")
    checks.require_codes(pd.Series([base]), plans["scenario"].tolist(), name="base")
    for name in _NUMBERS[:3]:
        keyed = frames.number(plans, name).set_axis(plans["scenario"])
        checks.require_bounds(keyed, name=f"plans.{name}", minimum=0.0)
    rows = plans.sort_values("scenario", key=lambda names: names != base, kind="stable", ignore_index=True)
    table = pd.DataFrame(
        {"scenario": rows["scenario"], **{name: frames.number(rows, name) for name in _NUMBERS}}
    )
    table.insert(2, "visits_per_rep", table["visits"] / table["reps"].where(table["reps"] > 0))
    return table.assign(
        more_visits=table["visits"] - table["visits"].iloc[0],
        more_people=table["headcount"] - table["headcount"].iloc[0],
        more_cost=table["cost"] - table["cost"].iloc[0],
    )


def price(reps: pd.DataFrame, cost_per_head: pd.DataFrame, *, headcount: float) -> float:
    """What a team costs a year.

    Parameters
    ----------
    reps : DataFrame
        One row per role (× region): ``role`` (``""``: of no role yet), ``reps`` (people, unrounded, >= 0).
    cost_per_head : DataFrame
        One row per role: ``role``, ``cost_per_head`` (money a year and person).
    headcount : float
        People of the team, rounded up, >= 0.

    Returns
    -------
    float
        Money a year; NaN where the cost of a needed role is not known, 0 where nobody is needed.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or ``headcount`` is negative.

    Notes
    -----
    headcount × Σ reps × cost_per_head ÷ Σ reps: the fraction of a person rounded up costs the mean.

    Examples
    --------
    >>> reps = pd.DataFrame({"role": ["account_manager"], "reps": [2.5]})
    >>> price(reps, pd.DataFrame({"role": ["account_manager"], "cost_per_head": [400e3]}), headcount=3)
    1200000.0
    """
    checks.require_columns(reps, ["role", "reps"], name="reps")
    checks.require_columns(cost_per_head, ["role", "cost_per_head"], name="cost_per_head")
    checks.require_numbers({"headcount": (">= 0", lambda people: people >= 0)}, headcount=headcount)
    people = reps.loc[reps["reps"] > 0, "reps"]
    if people.empty:
        return 0.0
    each = reps["role"].map(cost_per_head.set_index("role")["cost_per_head"])
    return float(headcount * (people * each[people.index]).sum(skipna=False) / people.sum())
