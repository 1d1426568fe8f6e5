"""The whole method in one call, and the team it asks for by role and region.

Work is counted in cells of role × region, so that adjustments and the people present can be held against it
cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.sizing import steps as step
from salesmgmt.plan.sizing.pieces import Capacity, capacity


@dataclass(frozen=True)
class FiveSteps:
    """What each of the five steps found.

    Attributes
    ----------
    classes : DataFrame
        Step 1, one row per status × tier, as :func:`classify` returns it.
    frequencies : DataFrame
        Step 2, one row per role × class × region, as :func:`visit_frequency` returns it: the input
        of :func:`~salesmgmt.plan.sizing.simulate`.
    steps : DataFrame
        Steps 1 to 3 side by side, one row per role × status × tier: ``role``, ``status``, ``tier``,
        ``customers``, ``visits_per_year`` (per customer), ``visits`` (a year).
    visits : float
        Step 3, visits a year.
    visits_per_rep : float
        Step 4, visits a year and person over all roles: visits ÷ reps (NaN without visits).
    reps : float
        Step 5, people, unrounded.
    by_role : DataFrame
        One row per role: ``role``, ``visits``, ``visits_per_rep``, ``reps``.
    cells : DataFrame
        One row per role × region: ``role``, ``region``, ``visits``, ``reps``; sums to ``reps``.
    """

    classes: pd.DataFrame
    frequencies: pd.DataFrame
    steps: pd.DataFrame
    visits: float
    visits_per_rep: float
    reps: float
    by_role: pd.DataFrame
    cells: pd.DataFrame


def five_steps(
    customers: pd.DataFrame,
    coverage: pd.DataFrame,
    *,
    visits_per_rep: Capacity,
    targets: pd.DataFrame | None = None,
    cutoffs: Mapping[str, float] | None = None,
    prospects_from: str = "list",
) -> FiveSteps:
    """Size the team by the five steps.

    Parameters
    ----------
    customers : DataFrame
        One row per customer, see :func:`~salesmgmt.plan.sizing.classify`; ``region`` divides the cells.
    coverage : DataFrame
        One row per role × status × tier, see :func:`~salesmgmt.plan.sizing.visit_frequency`.
    visits_per_rep : float or mapping
        Visits a year and person: one number for every role, or role to number, or role to the
        pieces of :func:`~salesmgmt.plan.sizing.visits_per_rep`, see :func:`capacity`.
    targets, cutoffs, prospects_from
        See :func:`~salesmgmt.plan.sizing.classify`.

    Returns
    -------
    FiveSteps
        What each step found; people unrounded.

    Raises
    ------
    TypeError, ValueError
        As the five functions raise.

    Notes
    -----
    reps = Σ over roles of (Σ customers × visits_per_year) ÷ visits_per_rep.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3 团队规模. Kotler's example, here with one customer in a thousand.

    Examples
    --------
    >>> customers = pd.DataFrame({"status": "existing", "tier": ["A", "B", "B"]})
    >>> coverage = pd.DataFrame({"status": "existing", "tier": ["A", "B"], "visits_per_year": [36, 12]})
    >>> size = five_steps(customers, coverage, visits_per_rep=1)
    >>> size.visits, size.reps
    (60.0, 60.0)
    """
    checks.require_columns(customers, ["status"], name="customers")
    placed = customers.assign(region=frames.text(customers, "region"))
    classify = partial(step.classify, placed, targets=targets, cutoffs=cutoffs, prospects_from=prospects_from)
    classes = classify()
    frequencies = step.visit_frequency(classify(by=("region",)), coverage)
    visits = step.total_visits(frequencies)
    one_rep = capacity(frequencies, visits_per_rep)
    by_cell = cells(frequencies, one_rep)
    by_role = frequencies.groupby("role", sort=False)["visits"].sum()
    reps = step.reps_required(by_role, one_rep)
    total = float(reps.sum())
    return FiveSteps(
        classes=classes,
        frequencies=frequencies,
        steps=_by_class(frequencies),
        visits=visits,
        visits_per_rep=visits / total if total else float("nan"),
        reps=total,
        by_role=pd.DataFrame({"visits": by_role, "visits_per_rep": one_rep, "reps": reps}).reset_index(),
        cells=by_cell,
    )


def visits_forgone(missing: float, *, visits_per_rep: float) -> float:
    """Visits that are not made in each month in which the people missing have not started.

    Parameters
    ----------
    missing : float
        People needed less people there; none where it is below 0.
    visits_per_rep : float
        Visits a year and person, > 0.

    Returns
    -------
    float
        Visits a month.

    Raises
    ------
    TypeError, ValueError
        If an argument is no finite number, or ``visits_per_rep`` is not positive.

    Notes
    -----
    max(0, missing) × visits_per_rep ÷ 12.

    Examples
    --------
    >>> visits_forgone(3, visits_per_rep=220)
    55.0
    """
    rules = {"missing": ("finite", lambda n: True), "visits_per_rep": ("> 0", lambda n: n > 0)}
    checks.require_numbers(rules, missing=missing, visits_per_rep=visits_per_rep)
    return max(0.0, missing) * visits_per_rep / 12


def cells(frequencies: pd.DataFrame, visits_per_rep: Capacity | pd.Series) -> pd.DataFrame:
    """The people required, by role and region.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class × region: ``role``, ``region`` (may be absent), ``visits``.
    visits_per_rep : float, mapping or Series by role
        As :func:`capacity` takes or returns it.

    Returns
    -------
    DataFrame
        One row per role × region in the trade's order: ``role``, ``region`` (``""`` unknown),
        ``visits`` (a year), ``reps`` (people, unrounded).

    Raises
    ------
    TypeError, ValueError
        As :func:`capacity` raises.

    Notes
    -----
    reps = visits of the cell ÷ visits_per_rep of its role; cells add up to the company.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3: adjustments "根据人员角色分工、区域划分" need these cells.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": "account_manager", "region": ["E", "S"], "visits": [440.0, 220.0]})
    >>> cells(frequencies, 220)["reps"].tolist()
    [2.0, 1.0]
    """
    checks.require_columns(frequencies, ["role", "visits"], name="frequencies")
    known = visits_per_rep if isinstance(visits_per_rep, pd.Series) else capacity(frequencies, visits_per_rep)
    placed = frequencies.assign(region=frames.text(frequencies, "region"))
    table = placed.groupby(["role", "region"], as_index=False)["visits"].sum()
    reps = step.reps_required(table.set_index("role")["visits"], known)
    return frames.in_order(table.assign(reps=reps.to_numpy()), ["role", "region"])


def staffing(cells: pd.DataFrame, staff: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """People needed against people there, by role and region.

    Parameters
    ----------
    cells : DataFrame
        One row per role × region: ``role``, ``region``, ``reps`` (people, unrounded), before or after
        adjustments.
    staff : DataFrame
        One row per person: ``role``; ``region``, ``hired_on``, ``left_on``, ``capacity`` (share of a
        full post, absent or missing: 1) may be absent.
    as_of : Timestamp
        The day on which people are counted; first and last day at work both count.

    Returns
    -------
    DataFrame
        One row per role × region: ``role``, ``region``, ``needed`` (people, unrounded), ``present``
        (full posts), ``gap`` (needed − present).

    Raises
    ------
    TypeError
        If an argument is not a DataFrame.
    ValueError
        If columns are missing, roles unknown or capacities negative.

    Notes
    -----
    Only roles that are sized are compared; a person who is both account and product manager counts as
    account manager unless that double role is sized itself. Sales managers carry no visits of their own.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 2 人员角色 and 3 团队规模.

    Examples
    --------
    >>> needed = pd.DataFrame({"role": ["account_manager"], "region": ["E"], "reps": [2.5]})
    >>> staff = pd.DataFrame({"role": ["account_manager"], "region": ["E"]})
    >>> staffing(needed, staff, as_of=pd.Timestamp("2026-10-31"))["gap"].item()
    1.5
    """
    checks.require_columns(cells, ["role", "region", "reps"], name="cells")
    checks.require_columns(staff, ["role"], name="staff")
    checks.require_codes(staff["role"], ("", *checks.ROLES), name="staff.role")
    here = staff[frames.employed(staff, pd.Timestamp(as_of))]
    posts = frames.number(here, "capacity").fillna(1.0)
    checks.require_bounds(posts, name="staff.capacity", minimum=0.0)
    role = frames.sized_roles(here, set(cells["role"]))
    there = pd.DataFrame({"role": role, "region": frames.text(here, "region"), "present": posts})
    there = there[there["role"].isin(set(cells["role"]))]
    keys = ["role", "region"]
    needed = cells.rename(columns={"reps": "needed"}).groupby(keys)[["needed"]].sum()
    present = there.groupby(keys)[["present"]].sum()
    table = needed.join(present, how="outer").reset_index()
    table = table.fillna({"needed": 0.0, "present": 0.0})
    return frames.in_order(table.assign(gap=table["needed"] - table["present"]), keys)


def regions_match(staffing: pd.DataFrame) -> bool:
    """Whether customers and people are placed by the same regions, so that gaps by region mean something.

    Parameters
    ----------
    staffing : DataFrame
        One row per role × region as :func:`staffing` returns it.

    Returns
    -------
    bool
        False where people are needed and people are there, but in no region both.

    Raises
    ------
    TypeError, ValueError
        If ``staffing`` is no DataFrame or columns are missing.

    Examples
    --------
    >>> regions_match(pd.DataFrame({"region": ["E", "East"], "needed": [2.0, 0.0], "present": [0.0, 3.0]}))
    False
    """
    checks.require_columns(staffing, ["region", "needed", "present"], name="staffing")
    both = staffing.groupby("region")[["needed", "present"]].sum() > 0
    return bool(both.all(axis=1).any() or not both.any().all())


def by_role(staffing: pd.DataFrame) -> pd.DataFrame:
    """Regions of a role added up.

    Parameters
    ----------
    staffing : DataFrame
        One row per role × region as :func:`staffing` returns it.

    Returns
    -------
    DataFrame
        One row per role, in the order given: ``role``, ``needed``, ``present``, ``gap`` (people).

    Raises
    ------
    TypeError
        If ``staffing`` is not a DataFrame.
    ValueError
        If columns are missing.

    Examples
    --------
    >>> cells = pd.DataFrame({"role": "account_manager", "needed": [2.5, 1.0], "present": [1.0, 1.0], "gap": [1.5, 0.0]})
    >>> by_role(cells)["gap"].tolist()
    [1.5]
    """
    columns = ["needed", "present", "gap"]
    checks.require_columns(staffing, ["role", *columns], name="staffing")
    return staffing.groupby("role", as_index=False, sort=False)[columns].sum()


def _by_class(frequencies: pd.DataFrame) -> pd.DataFrame:
    """Steps 1 to 3 side by side: regions of a class added up."""
    keys = ["role", "status", "tier"]
    summed = frequencies.groupby(keys, as_index=False).agg(
        customers=("customers", "sum"), visits_per_year=("visits_per_year", "first"), visits=("visits", "sum")
    )
    return frames.in_order(summed, keys)
