"""Customers × people as arrays: what each pair costs, and what must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.territories.solving import Model

GAP, NODES = 0.02, 500
"""Searches stop at this proven gap, or after so many nodes."""
ROUNDING = 1e-9
"""What a share may be off by for want of digits."""


def check(holdings: pd.DataFrame, sellers: pd.DataFrame, distances: pd.DataFrame) -> None:
    """Raise where the tables do not fit each other, and refuse where there is nothing to assign."""
    columns = ["customer_id", "visits", "hours", "staff_id", "locked", "years_together", "revenue"]
    checks.require_columns(holdings, columns, name="holdings")
    checks.require_columns(sellers, ["staff_id", "capacity"], name="sellers")
    checks.require_unique(holdings, ["customer_id"], name="holdings")
    checks.require_unique(sellers, ["staff_id"], name="sellers")
    for column in ("visits", "hours", "revenue"):
        checks.require_bounds(holdings[column], name=f"holdings.{column}", minimum=0.0)
    checks.require_bounds(sellers["capacity"], name="sellers.capacity", minimum=1e-6)
    checks.require_codes(holdings["staff_id"], ("", *sellers["staff_id"]), name="holdings.staff_id")
    shape = (list(holdings["customer_id"]), list(sellers["staff_id"]))
    if (list(distances.index), list(distances.columns)) != shape:
        raise ValueError("distances must have one row per customer and one column per person, in their order")
    checks.require_bounds(distances.min(axis=1), name="distances", minimum=0.0)
    if len(sellers) < 2:
        raise Refused("plan.territories_alone", people=len(sellers))
    if not (holdings["hours"] > 0).any():
        raise Refused("plan.territories_no_work")


def model_of(
    holdings: pd.DataFrame,
    sellers: pd.DataFrame,
    *,
    max_handovers: float,
    max_revenue_moved: float | None,
) -> Model:
    """The tables as arrays."""
    load, revenue = (holdings[column].to_numpy(float) for column in ("hours", "revenue"))
    capacity = sellers["capacity"].to_numpy(float)
    owner = pd.Index(sellers["staff_id"]).get_indexer(holdings["staff_id"])
    most = np.inf if max_revenue_moved is None else max_revenue_moved * revenue.sum()
    locked = holdings["locked"].to_numpy(bool) & (owner >= 0)
    reach, fair = _districts(
        load, capacity, owner, frames.text(holdings, "region"), frames.text(sellers, "region")
    )
    return Model(load, fair, owner, locked, revenue, reach, max_handovers=max_handovers, max_revenue=most)


def _districts(
    load: np.ndarray, capacity: np.ndarray, owner: np.ndarray, places: pd.Series, bases: pd.Series
) -> tuple[np.ndarray, np.ndarray]:
    """Who may own whom, and each person's fair load: within regions, where the region has people.

    The work of a customer counts where its owner is, else where it is itself; it may stay there or come home.
    """
    home, base = places.to_numpy(dtype=object), bases.to_numpy(dtype=object)
    now = np.where(owner >= 0, base[owner], home)
    reach = (home[:, None] == base) | (now[:, None] == base)
    free = ~reach.any(axis=1)
    reach[free] = True
    counted = (now[:, None] == base) | ~(now[:, None] == base).any(axis=1)[:, None]
    posts = counted * capacity
    return reach, np.asarray(load @ (posts / posts.sum(axis=1, keepdims=True)))


def travel_of(holdings: pd.DataFrame, distances: pd.DataFrame) -> np.ndarray:
    """Travel of each pair in a year, there and back."""
    return np.asarray(distances.to_numpy(float) * 2 * holdings["visits"].to_numpy(float)[:, None])


def picked(travel: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Travel to each customer from its owner; NaN without one."""
    return np.where(owner >= 0, travel[np.arange(len(owner)), owner], np.nan)


def priced(model: Model, travel: np.ndarray) -> np.ndarray:
    """Travel and the price of a handover, for each pair."""
    now = np.nan_to_num(picked(travel, model.owner))
    worth = model.revenue / model.revenue.sum() * now.sum() if model.revenue.sum() > 0 else 0.0
    price = np.where(model.owner >= 0, np.maximum(now / 2, worth), 0.0)
    return travel + np.where(model.held, 0.0, price[:, None])
