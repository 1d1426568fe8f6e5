"""The assignment as a mixed-integer program, solved by HiGHS to a proven gap.

x(i, j) = 1 where person j owns customer i. Every customer has one owner; every load keeps to its fair share within
the tolerance; few owned customers, with little revenue, change hands. The linear relaxation comes first: its value
is the bound, and its reduced costs say which of the customers × people pairs can matter. Only those go into the
integer program, more of them where the gap asks for it, so that 2,000 customers × 40 people are a matter of seconds.
Stops on gap or nodes, never on the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

_COLUMNS_PER_CUSTOMER = (2, 6)
"""Pairs per customer that the first integer programs look at; then all of them."""
_SLACK = 1e-9


@dataclass(frozen=True)
class Model:
    """One assignment to be found.

    Attributes
    ----------
    load : ndarray
        Work of each customer, > 0.
    fair : ndarray
        Fair load of each person, > 0; sums to the loads.
    owner : ndarray of int
        Position of each customer's present owner, −1 for none.
    locked : ndarray of bool
        Customers that stay where they are.
    revenue : ndarray
        Revenue of each customer, >= 0.
    reach : ndarray of bool
        Customers × people: who may own whom but for locks; every customer has somebody.
    max_handovers, max_revenue : float
        Owned customers that may change hands, and their revenue; infinite for no limit.
    """

    load: np.ndarray
    fair: np.ndarray
    owner: np.ndarray
    locked: np.ndarray
    revenue: np.ndarray
    reach: np.ndarray
    max_handovers: float = np.inf
    max_revenue: float = np.inf

    @property
    def allowed(self) -> np.ndarray:
        """Pairs that may be: those in reach, of a locked customer its owner only."""
        return np.where(self.locked[:, None], self.held, self.reach)

    @property
    def held(self) -> np.ndarray:
        """Pairs that are now."""
        return self.owner[:, None] == np.arange(len(self.fair))

    def without(self, *limits: str) -> Model:
        """The same without some limits: ``"handovers"``, ``"revenue"``, ``"locks"``."""
        free: dict[str, dict[str, Any]] = {
            "handovers": {"max_handovers": np.inf},
            "revenue": {"max_revenue": np.inf},
            "locks": {"locked": np.zeros_like(self.locked)},
        }
        return replace(self, **{name: value for limit in limits for name, value in free[limit].items()})


@dataclass(frozen=True)
class Assigned:
    """An assignment and what is proven of it.

    Attributes
    ----------
    owner : ndarray of int
        Position of each customer's owner.
    objective, bound : float
        What it costs, and what no assignment can cost less than.
    """

    owner: np.ndarray
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Share by which the objective could be bettered at most."""
        return max(0.0, self.objective - self.bound) / max(abs(self.objective), 1e-12)


def cheapest(
    cost: np.ndarray,
    model: Model,
    *,
    tolerance: float,
    gap: float,
    nodes: int,
    start: np.ndarray | None = None,
) -> Assigned | None:
    """The assignment of least cost among those within the tolerance.

    Parameters
    ----------
    cost : ndarray
        Cost of each pair, customers × people.
    model : Model
        What must hold.
    tolerance : float
        Largest share that a load may be off its fair one, >= 0.
    gap : float
        Proven gap to stop at, >= 0.
    nodes : int
        Nodes of one search to stop at, > 0.
    start : ndarray of int, optional
        An assignment within the limits that is known already.

    Returns
    -------
    Assigned or None
        None where no assignment within the limits was found (proven, or the nodes ran out).
    """
    allowed = model.allowed
    relaxed = _relaxed(cost, allowed, model, tolerance)
    if relaxed is None:
        return None
    floor, reduced, used = relaxed
    best = None if start is None else Assigned(start, _cost(cost, start), floor)
    bound = floor
    for per_customer in (*_COLUMNS_PER_CUSTOMER, len(model.fair)):
        keep, dearest = _promising(reduced, allowed, used, per_customer * len(model.load))
        found = _integer(cost, keep, model, tolerance, gap=gap, nodes=nodes)
        if found is not None:
            bound = max(bound, min(found.bound, floor + dearest))
            if best is None or found.objective < best.objective:
                best = found
        if (
            best is not None and best.objective - bound <= gap * abs(best.objective) + _SLACK
        ) or keep.sum() == allowed.sum():
            break
    return None if best is None else replace(best, bound=min(bound, best.objective))


def evenest(model: Model, *, least: float, gap: float, nodes: int) -> Assigned | None:
    """The assignment whose largest deviation is least; its objective is that deviation.

    Parameters
    ----------
    model : Model
        What must hold.
    least : float
        Deviation that is even enough: none below it is looked for, >= 0.
    gap, nodes : float, int
        As for :func:`cheapest`; the gap is a share of the deviation.

    Returns
    -------
    Assigned or None
        None where nothing was found.
    """
    customer, person = np.nonzero(model.allowed)
    pairs = len(customer)
    loads = _by_person(model, customer, person)
    share = sparse.csr_array(model.fair[:, None])
    rows = [
        LinearConstraint(_extended(_by_customer(customer, len(model.load))), 1, 1),
        LinearConstraint(sparse.hstack([loads, -share], format="csr"), -np.inf, model.fair),
        LinearConstraint(sparse.hstack([loads, share], format="csr"), model.fair, np.inf),
        *(LinearConstraint(_extended(row), -np.inf, most) for row, most in _limits(model, customer, person)),
    ]
    found = milp(
        np.append(np.zeros(pairs), 1.0),
        integrality=np.append(np.ones(pairs), 0),
        bounds=Bounds(np.append(np.zeros(pairs), least), np.append(np.ones(pairs), np.inf)),
        constraints=rows,
        options={"mip_rel_gap": gap, "node_limit": nodes},
    )
    if found.x is None:
        return None
    owner = _owners(found.x[:-1], customer, person, len(model.load))
    worst = np.abs(np.bincount(owner, model.load, len(model.fair)) / model.fair - 1).max()
    reached = max(float(worst), least)
    return Assigned(owner, reached, min(reached, _bound(found, least)))


def _relaxed(
    cost: np.ndarray, allowed: np.ndarray, model: Model, tolerance: float
) -> tuple[float, np.ndarray, np.ndarray] | None:
    """Value, reduced costs and support of the linear relaxation; None where even that is infeasible."""
    customer, person = np.nonzero(allowed)
    loads = _by_person(model, customer, person)
    limits = _limits(model, customer, person)
    above = sparse.vstack([loads, -loads, *(row for row, _ in limits)], format="csr")
    most = np.concatenate(
        [(1 + tolerance) * model.fair, -(1 - tolerance) * model.fair, [most for _, most in limits]]
    )
    once = _by_customer(customer, len(model.load))
    found = linprog(
        cost[customer, person], A_ub=above, b_ub=most + _SLACK * model.fair.max(), A_eq=once,
        b_eq=np.ones(len(model.load)), bounds=(0, None), method="highs",
    )  # fmt: skip
    if found.x is None:
        return None
    reduced = np.full(cost.shape, np.inf)
    priced = once.T @ found.eqlin.marginals + above.T @ found.ineqlin.marginals
    reduced[customer, person] = cost[customer, person] - priced
    used = np.zeros(cost.shape, dtype=bool)
    used[customer, person] = found.x > _SLACK
    slack = min(0.0, float((reduced[allowed]).min())) * len(
        model.load
    )  # what rounding may have priced wrongly
    return float(found.fun) + slack, reduced, used


def _promising(
    reduced: np.ndarray, allowed: np.ndarray, used: np.ndarray, size: int
) -> tuple[np.ndarray, float]:
    """The pairs of least reduced cost, and the least among those left out."""
    if size >= allowed.sum():
        return allowed, np.inf
    dearest = float(np.partition(reduced[allowed], size)[size])
    return allowed & ((reduced < dearest) | used), dearest


def _integer(
    cost: np.ndarray, keep: np.ndarray, model: Model, tolerance: float, *, gap: float, nodes: int
) -> Assigned | None:
    """The integer program over some pairs."""
    customer, person = np.nonzero(keep)
    low, high = (1 - tolerance) * model.fair, (1 + tolerance) * model.fair
    slack = _SLACK * model.fair.max()
    rows = [
        LinearConstraint(_by_customer(customer, len(model.load)), 1, 1),
        LinearConstraint(_by_person(model, customer, person), low - slack, high + slack),
        *(LinearConstraint(row, -np.inf, most) for row, most in _limits(model, customer, person)),
    ]
    found = milp(
        cost[customer, person],
        integrality=np.ones(len(customer)),
        bounds=Bounds(0, 1),
        constraints=rows,
        options={"mip_rel_gap": gap / 2, "node_limit": nodes},
    )
    if found.x is None:
        return None
    owner = _owners(found.x, customer, person, len(model.load))
    value = _cost(cost, owner)
    return Assigned(owner, value, min(value, _bound(found, -np.inf)))


def _cost(cost: np.ndarray, owner: np.ndarray) -> float:
    """What an assignment costs."""
    return float(cost[np.arange(len(owner)), owner].sum())


def _by_customer(customer: np.ndarray, customers: int) -> sparse.csr_array:
    """One row per customer: how many owners it has."""
    return sparse.csr_array(
        (np.ones(len(customer)), (customer, np.arange(len(customer)))), (customers, len(customer))
    )


def _by_person(model: Model, customer: np.ndarray, person: np.ndarray) -> sparse.csr_array:
    """One row per person: the load."""
    columns = np.arange(len(customer))
    return sparse.csr_array((model.load[customer], (person, columns)), (len(model.fair), len(customer)))


def _limits(model: Model, customer: np.ndarray, person: np.ndarray) -> list[tuple[sparse.csr_array, float]]:
    """Rows that count handovers and their revenue, each with its limit, where there is one."""
    moved = ((model.owner[customer] >= 0) & (model.owner[customer] != person)).astype(float)
    counted = ((moved, model.max_handovers), (moved * model.revenue[customer], model.max_revenue))
    return [(sparse.csr_array(row[None, :]), most) for row, most in counted if np.isfinite(most)]


def _extended(rows: sparse.csr_array) -> sparse.csr_array:
    """Rows with a further column of zeros."""
    return sparse.hstack([rows, sparse.csr_array((rows.shape[0], 1))], format="csr")


def _owners(x: np.ndarray, customer: np.ndarray, person: np.ndarray, customers: int) -> np.ndarray:
    """Position of each customer's owner in a solution."""
    owner = np.full(customers, -1)
    chosen = x > 0.5
    owner[customer[chosen]] = person[chosen]
    return owner


def _bound(found: OptimizeResult, least: float) -> float:
    """What the search proved."""
    proven = found.mip_dual_bound
    return least if proven is None or not np.isfinite(proven) else max(float(proven), least)
