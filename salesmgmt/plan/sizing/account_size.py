"""The least a customer must bring in to pay for its own visits, and which customers bring less.

The five steps take the visit policy as given; here its price is held against what a class of customers earns.
A customer below the line is a question (fewer visits, telephone and online service, a higher price), not a
verdict: strategy may be worth more than this year's margin.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused

_CLASS = ["status", "tier"]


def least_account(
    frequencies: pd.DataFrame, capacity: pd.Series, cost: pd.Series, *, margin: float, share: float = 1.0
) -> pd.DataFrame:
    """Smallest revenue a year at which a customer of each class pays for its visits.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class (× region): ``role``, ``status``, ``tier``, ``visits_per_year`` (per customer).
    capacity : Series
        Visits a year and person, by role, > 0.
    cost : Series
        Full cost of one person a year, money, by role, >= 0.
    margin : float
        Share of revenue left after direct cost, > 0, at most 1.
    share : float
        Part of that margin that visits may use up, > 0, at most 1; 1: they just pay for themselves.

    Returns
    -------
    DataFrame
        One row per class: ``status``, ``tier``, ``visits`` (a year and customer, all roles), ``visit_cost``
        (money a year and customer), ``least_revenue`` (money a year).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, numbers are out of bounds, or a visiting role has no capacity or cost.

    Notes
    -----
    visit_cost = Σ over roles of visits × cost ÷ capacity; least_revenue = visit_cost ÷ (share × margin). All of
    a person's cost is laid on the visits, as in the five steps all other work is.

    References
    ----------
    Merrifield (2011), Minimum account size that deserves field coverage.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": ["rep"], "status": "existing", "tier": "A", "visits_per_year": [12.0]})
    >>> one = least_account(frequencies, pd.Series({"rep": 920.0}), pd.Series({"rep": 1e5}), margin=0.22, share=0.25)
    >>> round(one["least_revenue"].item())
    23715
    """
    rules = {name: ("> 0 and at most 1", lambda part: 0 < part <= 1) for name in ("margin", "share")}
    checks.require_numbers(rules, margin=margin, share=share)
    columns = ["role", *_CLASS, "visits_per_year"]
    checks.require_columns(frequencies, columns, name="frequencies")
    rows = frequencies[columns].drop_duplicates(["role", *_CLASS])
    made, paid = rows["role"].map(capacity), rows["role"].map(cost)
    checks.require_bounds(made, name="capacity", minimum=1e-9)
    checks.require_bounds(paid, name="cost", minimum=0.0)
    rows = rows.assign(visits=rows["visits_per_year"], visit_cost=rows["visits_per_year"] * paid / made)
    classes = rows.groupby(_CLASS)[["visits", "visit_cost"]].sum().reset_index()
    return frames.in_order(classes.assign(least_revenue=classes["visit_cost"] / (share * margin)), _CLASS)


def small_accounts(
    customers: pd.DataFrame, revenue: pd.DataFrame, least: pd.DataFrame, *, status: str = "existing"
) -> pd.DataFrame:
    """Customers held against the least revenue of their class.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id``, ``customer``, ``status``, ``tier``.
    revenue : DataFrame
        Twelve months: ``customer_id``, ``amount`` (money).
    least : DataFrame
        From :func:`least_account`.
    status : str
        Whose revenue says what they are worth: prospects have none yet.

    Returns
    -------
    DataFrame
        One row per customer of that status whose class is visited, the largest shortfall first: ``customer_id``,
        ``customer``, ``status``, ``tier``, ``revenue``, ``visit_cost``, ``least_revenue``, ``shortfall`` (money a
        year, 0 at or above the line).

    Raises
    ------
    Refused
        ``plan.no_served`` where no such customer is visited.
    ValueError
        If columns are missing.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2"], "customer": "", "status": "existing", "tier": "A"})
    >>> least = pd.DataFrame({"status": ["existing"], "tier": "A", "visit_cost": [2.0], "least_revenue": [10.0]})
    >>> sold = pd.DataFrame({"customer_id": ["C1", "C1"], "amount": [5.0, 6.0]})
    >>> small_accounts(customers, sold, least)[["customer_id", "shortfall"]].values.tolist()
    [['C2', 10.0], ['C1', 0.0]]
    """
    checks.require_columns(customers, ["customer_id", "customer", *_CLASS], name="customers")
    checks.require_columns(revenue, ["customer_id", "amount"], name="revenue")
    checks.require_columns(least, [*_CLASS, "visit_cost", "least_revenue"], name="least")
    rows = customers.loc[customers["status"] == status, ["customer_id", "customer", *_CLASS]]
    rows = rows.merge(least[[*_CLASS, "visit_cost", "least_revenue"]], on=_CLASS)
    if rows.empty:
        raise Refused("plan.no_served")
    sold = rows["customer_id"].map(revenue.groupby("customer_id")["amount"].sum()).fillna(0.0)
    rows = rows.assign(revenue=sold, shortfall=(rows["least_revenue"] - sold).clip(lower=0.0))
    return rows.sort_values("shortfall", ascending=False, kind="stable", ignore_index=True)


def small_by_draw(held: pd.DataFrame, *, price: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """How many customers are below the line if a visit costs so many times the central price.

    Parameters
    ----------
    held : DataFrame
        From :func:`small_accounts`.
    price : array of float
        Price of a visit in each draw ÷ its central price, > 0.

    Returns
    -------
    ndarray of int
        Customers, one per draw.

    Examples
    --------
    >>> held = pd.DataFrame({"least_revenue": [10.0, 10.0], "revenue": [15.0, 5.0]})
    >>> small_by_draw(held, price=[0.4, 1.0, 2.0]).tolist()
    [0, 1, 2]
    """
    line = np.outer(np.asarray(price, dtype="float64"), held["least_revenue"].to_numpy())
    return np.asarray((held["revenue"].to_numpy() < line).sum(axis=1))


def below_by_class(held: pd.DataFrame) -> pd.DataFrame:
    """How many customers of each class are below the line, and what they bring in.

    Parameters
    ----------
    held : DataFrame
        From :func:`small_accounts`.

    Returns
    -------
    DataFrame
        One row per class: ``status``, ``tier``, ``visit_cost``, ``least_revenue`` (money a year and customer),
        ``customers``, ``below`` (customers), ``revenue_below`` (share of the class's revenue, NaN without revenue).

    Examples
    --------
    >>> held = pd.DataFrame({"status": "existing", "tier": "A", "visit_cost": 2.0, "least_revenue": 10.0,
    ...     "revenue": [15.0, 5.0], "shortfall": [0.0, 5.0]})
    >>> below_by_class(held)[["customers", "below", "revenue_below"]].values.tolist()
    [[2.0, 1.0, 0.25]]
    """
    small = held["shortfall"] > 0
    rows = held.assign(below=small, sold_below=held["revenue"].where(small, 0.0))
    grouped = rows.groupby([*_CLASS, "visit_cost", "least_revenue"])
    found = grouped.agg(
        customers=("below", "size"),
        below=("below", "sum"),
        sold=("revenue", "sum"),
        sold_below=("sold_below", "sum"),
    ).reset_index()
    found["revenue_below"] = found["sold_below"] / found["sold"].where(found["sold"] > 0)
    return frames.in_order(found.drop(columns=["sold", "sold_below"]), _CLASS)
