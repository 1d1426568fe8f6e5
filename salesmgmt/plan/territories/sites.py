"""Where further salespeople should be based: the capacitated p-median over the cities customers are in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.territories.evenness import USUAL
from salesmgmt.plan.territories.places import distances as distances_of

_GAP, _NODES = 1e-6, 20_000


@dataclass(frozen=True)
class Bases:
    """Where people are based, and which work goes to which base.

    Attributes
    ----------
    sites : DataFrame
        One row per site, input order: ``site``, ``present`` (posts there now), ``added``, ``posts`` (both), ``load``.
    shares : DataFrame
        Customers × sites: share of the customer's work that goes to the site.
    distance : float
        Σ distance × share.
    gap : float
        Proven: no choice has a distance smaller by more than this share.
    """

    sites: pd.DataFrame
    shares: pd.DataFrame
    distance: float
    gap: float


def bases(
    distances: pd.DataFrame,
    loads: pd.Series,
    *,
    add: int,
    least: float = 0.0,
    most: float,
    present: pd.Series | None = None,
    most_per_site: int | None = None,
    split: bool = False,
) -> Bases:
    """Choose the sites of further posts so that the way from customers to posts is shortest.

    Parameters
    ----------
    distances : DataFrame
        Customers (or cities of customers) × sites: what it costs to serve the whole customer from the site, >= 0.
    loads : Series of float
        Work of each customer, on the index of ``distances``, >= 0.
    add : int
        Posts to place, >= 0.
    least, most : float
        Load that a full post must and can carry, 0 <= least <= most.
    present : Series of float, optional
        Posts at each site now, on the columns of ``distances``; none when left out.
    most_per_site : int, optional
        Posts that one site can get on top; any number when left out.
    split : bool
        Whether the posts of several sites may share one customer: right where a row is a whole city.

    Returns
    -------
    Bases
        Proven optimal, or with the gap that was proven.

    Raises
    ------
    TypeError, ValueError
        If labels disagree or numbers are out of bounds.
    Refused
        If the posts cannot carry the work within ``least`` and ``most``.

    Notes
    -----
    min Σ d(i, j) x(i, j), Σⱼ x(i, j) = 1, x(i, j) <= 1 where site j has posts and 0 elsewhere,
    least × posts(j) <= Σᵢ load(i) x(i, j) <= most × posts(j), posts = present + added, Σ added = add.

    References
    ----------
    Osman & Christofides (1994), Capacitated clustering problems by hybrid simulated annealing and tabu search,
    International Transactions in Operational Research 1(3), 317–336: the problem, with one post a site.

    Examples
    --------
    >>> ways = pd.DataFrame([[0.0, 9.0], [9.0, 0.0], [9.0, 0.0]], columns=["East", "South"])
    >>> bases(ways, pd.Series([10.0, 10.0, 10.0]), add=2, most=20).sites["posts"].tolist()
    [1.0, 1.0]
    """
    here = pd.Series(0.0, index=distances.columns) if present is None else present
    _check(distances, loads, here, add=add, least=least, most=most)
    places, sites = distances.shape
    pairs = places * sites
    most_added = add if most_per_site is None else min(add, most_per_site)
    found = milp(
        np.append(distances.to_numpy(float).ravel(), np.zeros(sites)),
        integrality=np.append(np.full(pairs, 0 if split else 1), np.ones(sites)),
        bounds=Bounds(0, np.append(np.ones(pairs), np.full(sites, most_added))),
        constraints=_rows(places, sites, loads.to_numpy(float), here.to_numpy(float), add, least, most),
        options={"mip_rel_gap": _GAP, "node_limit": _NODES},
    )
    if found.x is None:
        raise Refused(
            "plan.territories_bases_infeasible", posts=float(here.sum() + add), load=float(loads.sum())
        )
    share = found.x[:pairs].reshape(places, sites)
    share = share if split else share.round()
    added = found.x[pairs:].round() + 0.0
    table = pd.DataFrame({"site": distances.columns, "present": here.to_numpy(float), "added": added})
    table = table.assign(posts=table["present"] + added, load=loads.to_numpy(float) @ share)
    distance = float((distances.to_numpy(float) * share).sum())
    proven = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    gap = max(0.0, distance - proven) / distance if distance > 0 else 0.0
    return Bases(table, pd.DataFrame(share, distances.index, distances.columns), distance, gap)


def _rows(
    places: int, sites: int, loads: np.ndarray, present: np.ndarray, add: int, least: float, most: float
) -> list[LinearConstraint]:
    """Each customer is served, from posts that are there, within what a post carries; all posts are placed."""
    pairs = places * sites
    column, place, site = (
        np.arange(pairs),
        np.repeat(np.arange(places), sites),
        np.tile(np.arange(sites), places),
    )
    posts = sparse.eye_array(sites, format="csr")
    served = sparse.csr_array((np.ones(pairs), (place, column)), (places, pairs + sites))
    load = sparse.csr_array((loads[place], (site, column)), (sites, pairs))
    empty = np.flatnonzero(present[site] == 0)
    there = sparse.csr_array(
        (
            np.concatenate([np.ones(len(empty)), -np.ones(len(empty))]),
            (np.tile(np.arange(len(empty)), 2), np.concatenate([column[empty], pairs + site[empty]])),
        ),
        (len(empty), pairs + sites),
    )
    count = sparse.csr_array(
        (np.ones(sites), (np.zeros(sites, int), pairs + np.arange(sites))), (1, pairs + sites)
    )
    return [
        LinearConstraint(served, 1, 1),
        LinearConstraint(sparse.hstack([load, -most * posts], format="csr"), -np.inf, most * present),
        LinearConstraint(sparse.hstack([load, -least * posts], format="csr"), least * present, np.inf),
        LinearConstraint(there, -np.inf, 0),
        LinearConstraint(count, add, add),
    ]


def _check(
    distances: pd.DataFrame, loads: pd.Series, present: pd.Series, *, add: int, least: float, most: float
) -> None:
    if not loads.index.equals(distances.index) or not present.index.equals(distances.columns):
        raise ValueError("loads must be on the rows of distances, present on its columns")
    checks.require_bounds(distances.min(axis=1), name="distances", minimum=0.0)
    checks.require_bounds(loads, name="loads", minimum=0.0)
    checks.require_bounds(present, name="present", minimum=0.0)
    rules = {
        "add": ("a whole number >= 0", lambda n: n >= 0 and n == int(n)),
        "least": (">= 0", lambda n: n >= 0),
        "most": (">= least", lambda n: n >= least),
    }
    checks.require_numbers(rules, add=add, least=least, most=most)


def city_bases(
    customers: pd.DataFrame,
    holdings: pd.DataFrame,
    sellers: pd.DataFrame,
    *,
    add: int,
    tolerance: float = USUAL,
) -> Bases:
    """Choose the cities of further account managers, those who are there staying where they are.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id`` (unique), ``city``; ``region``, ``longitude``, ``latitude`` may be absent.
    holdings, sellers : DataFrame
        As :func:`~salesmgmt.plan.territories.holdings` and :func:`~salesmgmt.plan.territories.sellers` return them;
        ``sellers`` with ``city``.
    add : int
        Full posts to place, > 0.
    tolerance : float
        Largest share that the load of a post may be off the mean post's, 0–1.

    Returns
    -------
    Bases
        One row per city of customers or people, by name; distance is travel a year, there and back.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or numbers out of bounds.
    Refused
        If nobody is to be added, customers or people have no city, or the posts cannot share the work.

    Notes
    -----
    A city's customers may be shared between bases; a trip is counted from its base for each visit.

    Examples
    --------
    >>> listed = pd.DataFrame({"customer_id": ["C1", "C2"], "city": ["A", "B"], "region": "E"})
    >>> held = pd.DataFrame({"customer_id": ["C1", "C2"], "visits": 10.0, "hours": 20.0})
    >>> people = pd.DataFrame({"staff_id": ["S1"], "city": ["A"], "region": "E", "capacity": 1.0})
    >>> city_bases(listed, held, people, add=1).sites[["site", "added"]].values.tolist()
    [['A', 0.0], ['B', 1.0]]
    """
    checks.require_numbers(
        {"tolerance": ("between 0 and 1", lambda share: 0 <= share <= 1)}, tolerance=tolerance
    )
    if add <= 0:
        raise Refused("plan.territories_no_hires")
    work = holdings[["customer_id", "visits", "hours"]].merge(customers, how="left", on="customer_id")
    named = work.assign(city=frames.text(work, "city"), region=frames.text(work, "region"))
    home = frames.text(sellers, "city")
    if (named["city"] == "").any() or (home == "").any():
        raise Refused(
            "plan.territories_no_city",
            customers=int((named["city"] == "").sum()),
            people=int((home == "").sum()),
        )
    loads = named.groupby("city")[["visits", "hours"]].sum()
    region = pd.concat([named[["city", "region"]], sellers.assign(city=home)[["city", "region"]]])
    cities = region.drop_duplicates("city").sort_values("city", ignore_index=True)
    ways = _between(cities, named)
    visited = loads.reindex(cities["city"]).fillna(0.0)
    present = sellers["capacity"].groupby(home).sum().reindex(cities["city"]).fillna(0.0)
    mean = loads["hours"].sum() / (present.sum() + add)
    return bases(
        ways.mul(2 * visited["visits"], axis=0),
        visited["hours"],
        add=add,
        least=(1 - tolerance) * mean,
        most=(1 + tolerance) * mean,
        present=present,
        split=True,
    )


def _between(cities: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Distances between cities: each one's place is the middle of its customers."""
    middle = pd.DataFrame({axis: frames.number(customers, axis) for axis in ("longitude", "latitude")})
    middle = middle.groupby(customers["city"]).median().reindex(cities["city"])
    placed = cities.assign(
        longitude=middle["longitude"].to_numpy(),
        latitude=middle["latitude"].to_numpy(),
        customer_id=cities["city"],
        staff_id=cities["city"],
    )
    return distances_of(placed, placed)[0]
