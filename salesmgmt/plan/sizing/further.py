"""What a further person would bring in: prospects in the order in which they promise most for their work.

Existing customers come first; each further person takes on prospects, all roles of the team together.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.sizing.adjustments import ROUNDING

_SALES = ("sales", "sales_low", "sales_high")


def posts_per_customer(frequencies: pd.DataFrame, capacity: pd.Series) -> pd.DataFrame:
    """The people that one customer of each class takes, all roles together.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class (× region): ``role``, ``status``, ``tier``, ``visits_per_year`` (per customer).
    capacity : Series
        Visits a year and person, by role.

    Returns
    -------
    DataFrame
        One row per class: ``status``, ``tier``, ``posts`` (people per customer).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or a role has no capacity.

    Notes
    -----
    posts = Σ over roles of visits_per_year ÷ visits per person.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": ["account_manager", "product_manager"], "status": "prospect", "tier": "A",
    ...     "visits_per_year": [12.0, 6.0]})
    >>> posts_per_customer(frequencies, pd.Series({"account_manager": 240.0, "product_manager": 120.0}))["posts"].item()
    0.1
    """
    columns = ["role", "status", "tier", "visits_per_year"]
    checks.require_columns(frequencies, columns, name="frequencies")
    rows = frequencies[columns].drop_duplicates(["role", "status", "tier"])
    checks.require_bounds(rows["role"].map(capacity), name="capacity", minimum=1e-9)
    rows = rows.assign(posts=rows["visits_per_year"] / rows["role"].map(capacity))
    keys = ["status", "tier"]
    return frames.in_order(rows.groupby(keys)[["posts"]].sum().reset_index(), keys)


def prospect_sales(customers: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """What each prospect may be expected to bring in: the segment's new wins, shared out by potential.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id``, ``status``, ``segment``, ``potential`` (money a year; missing: the
        mean of the segment's prospects).
    segments : DataFrame
        One row per segment: ``segment``, ``new_wins`` (customers a year), ``average_contract`` (first-year money);
        ``new_wins_low``, ``new_wins_high`` (P10, P90) may be absent.

    Returns
    -------
    DataFrame
        One row per prospect of a segment with wins: ``customer_id``, ``status``, ``tier``, ``segment``, ``sales``,
        ``sales_low``, ``sales_high`` (first-year money, expected).

    Raises
    ------
    Refused
        ``plan.no_new_sales`` where no segment states both wins and contract.

    Notes
    -----
    sales = new_wins × average_contract × potential ÷ Σ potential of the segment's prospects: all prospects together
    bring what the plan says they bring.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2"], "status": "prospect", "segment": "bank",
    ...     "potential": [3e6, 1e6]})
    >>> segments = pd.DataFrame({"segment": ["bank"], "new_wins": [1.0], "average_contract": [2e6]})
    >>> prospect_sales(customers, segments)["sales"].tolist()
    [1500000.0, 500000.0]
    """
    checks.require_columns(customers, ["customer_id", "status"], name="customers")
    wins, contract = frames.number(segments, "new_wins"), frames.number(segments, "average_contract")
    told = segments[(wins * contract) > 0]
    rows = customers[(customers["status"] == "prospect") & frames.text(customers, "segment").isin(told.get("segment", []))]  # fmt: skip
    if rows.empty:
        raise Refused("plan.no_new_sales")
    own = frames.number(rows, "potential")
    weight = own.fillna(own.groupby(rows["segment"]).transform("mean")).fillna(1.0).clip(lower=0.0)
    total = weight.groupby(rows["segment"]).transform("sum")
    share = (weight / total).where(total > 0, 1.0 / rows.groupby("segment")["segment"].transform("size"))
    result = pd.DataFrame(
        {name: frames.text(rows, name) for name in ("customer_id", "status", "tier", "segment")}
    )
    keyed = told.set_index("segment")
    central = frames.number(keyed, "new_wins")
    for name, side in zip(_SALES, ("new_wins", "new_wins_low", "new_wins_high"), strict=True):
        amount = frames.number(keyed, side).fillna(central) * keyed["average_contract"]
        result[name] = share * rows["segment"].map(amount)
    return result.reset_index(drop=True)


def next_people(prospects: pd.DataFrame, *, baseline: float) -> pd.DataFrame:
    """Sales that each further person adds, the most promising prospects first.

    Parameters
    ----------
    prospects : DataFrame
        One row per prospect: ``sales`` (money, expected), ``posts`` (people it takes, >= 0); ``sales_low``,
        ``sales_high`` may be absent.
    baseline : float
        People without whom the existing customers go unvisited, >= 0, unrounded.

    Returns
    -------
    DataFrame
        One row per further person: ``reps`` (people with this one), ``sales``, ``sales_low``, ``sales_high`` (money
        that this person adds).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or numbers are out of bounds.

    Notes
    -----
    Prospects in order of sales ÷ posts; their cumulated sales over cumulated posts, read off at whole people above
    ``baseline``. The first person also fills up the fraction that the baseline leaves.

    Examples
    --------
    >>> prospects = pd.DataFrame({"sales": [90.0, 60.0, 10.0], "posts": [0.5, 0.5, 1.0]})
    >>> next_people(prospects, baseline=10.0)[["reps", "sales"]].values.tolist()
    [[11.0, 150.0], [12.0, 10.0]]
    """
    checks.require_columns(prospects, ["sales", "posts"], name="prospects")
    checks.require_numbers({"baseline": (">= 0", lambda people: people >= 0)}, baseline=baseline)
    posts = frames.number(prospects, "posts")
    checks.require_bounds(posts, name="prospects.posts", minimum=0.0)
    rows = prospects[posts > 0]
    rows = rows.assign(rate=rows["sales"] / rows["posts"]).sort_values("rate", ascending=False, kind="stable")
    ends = baseline + np.concatenate([[0.0], rows["posts"].to_numpy(dtype="float64").cumsum()])
    first, last = math.floor(baseline + ROUNDING) + 1, math.ceil(ends[-1] - ROUNDING)
    reps = np.arange(first, max(first, last + 1))[: max(0, last - first + 1)]
    at = np.concatenate([[baseline], reps.astype("float64")])
    table = pd.DataFrame({"reps": reps.astype("float64")})
    for name in _SALES:
        column = frames.number(rows, name).fillna(rows["sales"]).to_numpy(dtype="float64")
        table[name] = np.diff(np.interp(at, ends, np.concatenate([[0.0], column.cumsum()])))
    return table


def carry_over(contracts: pd.DataFrame) -> tuple[float, float]:
    """Share of a contract's first year that is still there in its second and third.

    Parameters
    ----------
    contracts : DataFrame
        One row per contract: ``kind`` (pilots are left out), ``starts_on``, ``ends_on``, ``monthly_amount`` (money),
        ``renewal_probability`` (share; rows without it are left out).

    Returns
    -------
    tuple of float
        Shares, 0 to 1.

    Raises
    ------
    Refused
        ``plan.no_renewals`` where no contract states its probability.

    Notes
    -----
    In month t of a contract of n months that renews with probability p, p^⌊t ÷ n⌋ is expected to run; the mean over
    months 12–23 and 24–35, weighted by amount.

    Examples
    --------
    >>> contracts = pd.DataFrame({"kind": ["new"], "starts_on": [pd.Timestamp("2026-01-01")],
    ...     "ends_on": [pd.Timestamp("2026-12-31")], "monthly_amount": [1e5], "renewal_probability": [0.8]})
    >>> [round(share, 6) for share in carry_over(contracts)]
    [0.8, 0.64]
    """
    columns = ["starts_on", "ends_on", "monthly_amount", "renewal_probability"]
    checks.require_columns(contracts, columns, name="contracts")
    told = contracts[(frames.text(contracts, "kind") != "pilot") & contracts["renewal_probability"].notna()]
    told = told[told["monthly_amount"] > 0]
    if told.empty:
        raise Refused("plan.no_renewals")
    days = (told["ends_on"] - told["starts_on"]).dt.days.to_numpy(dtype="float64") + 1.0
    term = np.maximum(np.rint(days / (365.25 / 12)), 1.0)
    renewals = np.floor(np.arange(12, 36)[None, :] / term[:, None])
    running = told["renewal_probability"].to_numpy(dtype="float64")[:, None] ** renewals
    kept = np.average(running, axis=0, weights=told["monthly_amount"].to_numpy(dtype="float64"))
    return float(kept[:12].mean()), float(kept[12:].mean())
