"""Visits that could move from classes visited beyond the policy to those behind it, before anybody is added."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from salesmgmt import checks
from salesmgmt.errors import Refused


@dataclass(frozen=True)
class Movable:
    """What moving visits between classes could do.

    Attributes
    ----------
    beyond, lacking : float
        Visits a year made beyond the policy in classes clearly above it; short of it in classes clearly below.
    covered : float
        Share of ``lacking`` that ``beyond`` would cover, at most 1.
    giver, taker : Series
        The rows of the class with most visits to give, and of the class that is short of its policy by the
        largest share.
    """

    beyond: float
    lacking: float
    covered: float
    giver: pd.Series
    taker: pd.Series


def movable(classes: pd.DataFrame) -> Movable:
    """What classes visited beyond the policy could give to those visited short of it.

    Parameters
    ----------
    classes : DataFrame
        One row per class as :func:`salesmgmt.allocation.visits.against_policy` returns it: ``customers``,
        ``per_year`` and ``policy`` (visits per customer-year), ``ratio``, ``verdict``.

    Returns
    -------
    Movable

    Raises
    ------
    TypeError, ValueError
        If ``classes`` is no DataFrame or columns are missing.
    Refused
        If no class is clearly above the policy, or none clearly below: then there is nothing to move.

    Notes
    -----
    beyond = Σ customers × (per_year − policy) over classes with verdict ``above``; lacking likewise over ``below``.
    All roles' visits are counted alike, so the share is at most what moving can do: a role cannot always stand in
    for another, nor a city for another.

    References
    ----------
    浅析服务外包销售团队管理, ALLOCATION: the right people on the right work.

    Examples
    --------
    >>> classes = pd.DataFrame({"customers": [10, 20], "per_year": [15.0, 5.0], "policy": [10.0, 10.0],
    ...     "ratio": [1.5, 0.5], "verdict": ["above", "below"]})
    >>> found = movable(classes)
    >>> found.beyond, found.lacking, found.covered
    (50.0, 100.0, 0.5)
    """
    checks.require_columns(classes, ["customers", "per_year", "policy", "ratio", "verdict"], name="classes")
    visits = (classes["customers"] * (classes["per_year"] - classes["policy"])).abs()
    above, below = classes["verdict"] == "above", classes["verdict"] == "below"
    if not above.any() or not below.any():
        raise Refused("plan.nothing_to_move")
    beyond, lacking = float(visits[above].sum()), float(visits[below].sum())
    return Movable(
        beyond=beyond,
        lacking=lacking,
        covered=min(1.0, beyond / lacking),
        giver=classes.assign(visits=visits)[above].nlargest(1, "visits").iloc[0],
        taker=classes[below].nsmallest(1, "ratio").iloc[0],
    )
