"""Where a proposal starts from, in one call."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from salesmgmt.plan.territories.owners import holdings, sellers
from salesmgmt.plan.territories.places import distances


@dataclass(frozen=True)
class Today:
    """Who owns what now, and how far everybody is from everybody.

    Attributes
    ----------
    holdings : DataFrame
        As :func:`~salesmgmt.plan.territories.holdings` returns it.
    sellers : DataFrame
        As :func:`~salesmgmt.plan.territories.sellers` returns it.
    distances : DataFrame
        Customers × people, as :func:`~salesmgmt.plan.territories.distances` returns it.
    measure : str
        ``"kilometres"`` or ``"steps"``.
    """

    holdings: pd.DataFrame
    sellers: pd.DataFrame
    distances: pd.DataFrame
    measure: str

    @property
    def parts(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """The three frames, as :func:`~salesmgmt.plan.territories.propose` takes them."""
        return self.holdings, self.sellers, self.distances


def today(
    customers: pd.DataFrame,
    assignments: pd.DataFrame,
    staff: pd.DataFrame,
    frequencies: pd.DataFrame,
    revenue: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    hours_per_visit: float,
    travel_hours_per_visit: float,
) -> Today:
    """Read owners, work and distances from the client's tables.

    Parameters
    ----------
    customers, assignments, staff, frequencies, revenue, as_of, hours_per_visit, travel_hours_per_visit
        As for :func:`~salesmgmt.plan.territories.sellers`, :func:`~salesmgmt.plan.territories.holdings` and
        :func:`~salesmgmt.plan.territories.distances`.

    Returns
    -------
    Today
        Only calls the three.

    Raises
    ------
    TypeError, ValueError
        As they raise.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "status": ["existing"], "tier": ["A"], "city": ["B"]})
    >>> policy = pd.DataFrame({"role": ["account_manager"], "status": "existing", "tier": "A", "visits_per_year": 10.0, "hours_per_visit": 2.0})
    >>> spells = pd.DataFrame(columns=["customer_id", "staff_id", "from_on", "to_on", "part", "locked"])
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_manager"], "city": ["B"]})
    >>> bills = pd.DataFrame(columns=["customer_id", "month", "amount"])
    >>> options = {"as_of": pd.Timestamp("2026-10-31"), "hours_per_visit": 1.5, "travel_hours_per_visit": 0.5}
    >>> now = today(customers, spells, staff, policy, bills, **options)
    >>> now.distances["S1"].tolist(), now.measure
    ([0.0], 'steps')
    """
    people = sellers(staff, frequencies, as_of=as_of)
    held = holdings(
        customers,
        assignments,
        frequencies,
        people,
        revenue,
        as_of=as_of,
        hours_per_visit=hours_per_visit,
        travel_hours_per_visit=travel_hours_per_visit,
    )
    wanted = held[["customer_id"]].merge(customers, how="left", on="customer_id")
    ways, measure = distances(wanted, people)
    return Today(held, people, ways, measure)
