"""Whether the statuses that step 1 rests on hold against the contracts."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames


def doubtful_statuses(
    customers: pd.DataFrame, contracts: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Customers whose status the contracts contradict.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id`` (unique), ``status`` (existing, prospect, lost);
        ``customer`` (name) may be absent.
    contracts : DataFrame
        One row per contract: ``customer_id``, ``starts_on``, ``ends_on`` (missing: open-ended);
        ``kind`` may be absent; a pilot makes no customer.
    as_of : Timestamp
        The day on which contracts must be running; first and last day count.

    Returns
    -------
    DataFrame
        One row per doubtful customer, in the order of ``customers``: ``customer_id``, ``customer``,
        ``status``, ``contradiction`` (``no_contract``: existing without a running contract;
        ``has_contract``: a prospect with one).

    Raises
    ------
    TypeError
        If a frame is not a DataFrame.
    ValueError
        If columns are missing, a status is unknown or a customer repeats.

    Notes
    -----
    Counting an existing customer as a prospect, or the other way round, gives it another visit
    frequency and so moves the people needed.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3, first step: customers are classed as existing or to be won.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2"], "status": ["existing", "prospect"]})
    >>> contracts = pd.DataFrame({"customer_id": ["C2"], "starts_on": [pd.Timestamp("2026-01-01")],
    ...     "ends_on": [pd.Timestamp("2027-12-31")]})
    >>> doubtful_statuses(customers, contracts, as_of=pd.Timestamp("2026-10-31"))["contradiction"].tolist()
    ['no_contract', 'has_contract']
    """
    checks.require_columns(customers, ["customer_id", "status"], name="customers")
    checks.require_columns(contracts, ["customer_id", "starts_on", "ends_on"], name="contracts")
    checks.require_codes(customers["status"], checks.STATUSES, name="customers.status")
    checks.require_unique(customers, ["customer_id"], name="customers")
    day = pd.Timestamp(as_of)
    ends = contracts["ends_on"].fillna(day)
    running = contracts[
        (contracts["starts_on"] <= day) & (ends >= day) & (frames.text(contracts, "kind") != "pilot")
    ]
    served = customers["customer_id"].isin(set(running["customer_id"]))
    missing = (customers["status"] == "existing") & ~served
    early = (customers["status"] == "prospect") & served
    found = customers.assign(customer=frames.text(customers, "customer"), contradiction="no_contract")
    found["contradiction"] = found["contradiction"].mask(early, "has_contract")
    columns = ["customer_id", "customer", "status", "contradiction"]
    return found.loc[missing | early, columns].reset_index(drop=True)
