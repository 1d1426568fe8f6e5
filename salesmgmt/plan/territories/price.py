"""What balance costs: travel and handovers as the tolerance tightens."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks
from salesmgmt.plan.territories.pairs import GAP, NODES, ROUNDING, check, model_of, picked, priced, travel_of
from salesmgmt.plan.territories.solving import cheapest


def price_of_balance(
    holdings: pd.DataFrame,
    sellers: pd.DataFrame,
    distances: pd.DataFrame,
    *,
    tolerances: tuple[float, ...] = (0.30, 0.25, 0.20, 0.15, 0.10, 0.05),
    max_handovers: float = 5,
    max_revenue_moved: float | None = None,
) -> pd.DataFrame:
    """What each tolerance costs in travel and handovers, within the same limits.

    Parameters
    ----------
    holdings, sellers, distances, max_handovers, max_revenue_moved
        As for :func:`propose`.
    tolerances : tuple of float
        Tolerances to try, 0–1.

    Returns
    -------
    DataFrame
        One row per tolerance: ``tolerance``, ``feasible``, ``handovers``, ``travel`` (of all customers, a year),
        ``extra`` (travel ÷ that of the first feasible tolerance − 1), ``gap``; NaN where the limits do not allow it.

    Raises
    ------
    TypeError, ValueError, Refused
        As :func:`propose`, but for a tolerance that the limits do not allow.

    Notes
    -----
    Each travel is within its gap of the least; a difference below the gaps means nothing.

    Examples
    --------
    >>> held = pd.DataFrame({"customer_id": ["C1", "C2"], "visits": 10.0, "hours": 20.0, "staff_id": "S1", "locked": False, "years_together": 1.0, "revenue": 0.0})
    >>> people = pd.DataFrame({"staff_id": ["S1", "S2"], "capacity": 1.0})
    >>> ways = pd.DataFrame({"S1": [1.0, 1.0], "S2": [5.0, 2.0]}, index=held["customer_id"])
    >>> price_of_balance(held, people, ways, tolerances=(1.0, 0.1))[["handovers", "travel"]].values.tolist()
    [[0.0, 40.0], [1.0, 60.0]]
    """
    check(holdings, sellers, distances)
    model = model_of(holdings, sellers, max_handovers=max_handovers, max_revenue_moved=max_revenue_moved)
    travel = travel_of(holdings, distances)
    cost = priced(model, travel)
    rows = []
    for tolerance in tolerances:
        checks.require_numbers(
            {"tolerances": ("between 0 and 1", lambda share: 0 <= share <= 1)}, tolerances=tolerance
        )
        found = cheapest(cost, model, tolerance=tolerance + ROUNDING, gap=GAP, nodes=NODES)
        if found is None:
            rows.append((tolerance, False, np.nan, np.nan, np.nan))
        else:
            moved = float(((model.owner >= 0) & (model.owner != found.owner)).sum())
            rows.append((tolerance, True, moved, float(picked(travel, found.owner).sum()), found.gap))
    table = pd.DataFrame(rows, columns=["tolerance", "feasible", "handovers", "travel", "gap"])
    first = table["travel"].dropna().head(1)
    extra = table["travel"] / first.iloc[0] - 1 if len(first) and first.iloc[0] > 0 else table["travel"] * 0.0
    table.insert(4, "extra", extra)
    return table
