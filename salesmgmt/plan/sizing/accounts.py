"""Which customers earn a visit: what the visits cost against the margin that the customer brings."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames


def cost_per_visit(cost: float, *, people: float, visits_per_rep: float) -> float:
    """What one visit costs.

    Parameters
    ----------
    cost : float
        Cost of the people in a year, money, >= 0.
    people, visits_per_rep : float
        How many they are, and the visits each makes in a year, > 0.

    Returns
    -------
    float
        Money a visit.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number or out of bounds.

    Examples
    --------
    >>> cost_per_visit(900e3, people=3, visits_per_rep=200)
    1500.0
    """
    above = ("> 0", lambda number: number > 0)
    rules = {"cost": (">= 0", lambda money: money >= 0), "people": above, "visits_per_rep": above}
    checks.require_numbers(rules, cost=cost, people=people, visits_per_rep=visits_per_rep)
    return cost / (people * visits_per_rep)


def minimum_account(visit_cost: float, *, margin: float, expense_share: float = 1.0) -> tuple[float, float]:
    """The smallest customer that earns its visits.

    Parameters
    ----------
    visit_cost : float
        What the visits to it cost in a year, money, >= 0.
    margin : float
        Share of its revenue left after direct cost, > 0, at most 1.
    expense_share : float
        Share of that margin which may be spent on visits, > 0, at most 1; 1 asks no more than that they pay for
        themselves.

    Returns
    -------
    tuple of float
        Margin and revenue a year, money.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number or out of bounds.

    Notes
    -----
    margin needed = visit_cost ÷ expense_share; revenue needed = that ÷ margin.

    References
    ----------
    Merrifield, D. B., Core Customer Renaissance, article 4.11: the minimum account size that deserves field coverage.

    Examples
    --------
    >>> minimum_account(1000.0, margin=0.2, expense_share=0.5)
    (2000.0, 10000.0)
    """
    share = ("> 0 and <= 1", lambda part: 0 < part <= 1)
    rules = {"visit_cost": (">= 0", lambda money: money >= 0), "margin": share, "expense_share": share}
    checks.require_numbers(rules, visit_cost=visit_cost, margin=margin, expense_share=expense_share)
    return visit_cost / expense_share, visit_cost / expense_share / margin


def visit_costs(frequencies: pd.DataFrame, capacity: pd.Series, cost_per_head: pd.DataFrame) -> pd.DataFrame:
    """What the visits to one customer of each class cost in a year, all roles together.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class (× region): ``role``, ``status``, ``tier``, ``visits_per_year`` (per customer).
    capacity : Series
        Visits a year and person, by role.
    cost_per_head : DataFrame
        One row per role: ``role``, ``cost_per_head`` (money a year and person).

    Returns
    -------
    DataFrame
        One row per class: ``status``, ``tier``, ``visits`` (a year and customer), ``visit_cost`` (money; NaN where the
        cost of a role is not known).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Notes
    -----
    Σ over roles of visits_per_year × cost_per_head ÷ visits per person.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": ["account_manager"], "status": "existing", "tier": "A",
    ...     "visits_per_year": [10.0]})
    >>> each = pd.DataFrame({"role": ["account_manager"], "cost_per_head": [400e3]})
    >>> visit_costs(frequencies, pd.Series({"account_manager": 200.0}), each)["visit_cost"].item()
    20000.0
    """
    columns = ["role", "status", "tier", "visits_per_year"]
    checks.require_columns(frequencies, columns, name="frequencies")
    checks.require_columns(cost_per_head, ["role", "cost_per_head"], name="cost_per_head")
    rows = frequencies[columns].drop_duplicates(["role", "status", "tier"])
    each = rows["role"].map(cost_per_head.set_index("role")["cost_per_head"]) / rows["role"].map(capacity)
    rows = rows.assign(visit_cost=rows["visits_per_year"] * each)
    grouped = rows.groupby(["status", "tier"])
    table = grouped["visits_per_year"].sum().rename("visits").to_frame()
    table["visit_cost"] = grouped["visit_cost"].sum(min_count=1).where(~rows["visit_cost"].isna().groupby([rows["status"], rows["tier"]]).any())  # fmt: skip
    return frames.in_order(table.reset_index(), ["status", "tier"])


def earn_visits(accounts: pd.DataFrame, costs: pd.DataFrame, *, margin: float) -> pd.DataFrame:
    """Whether each customer's margin pays for its visits.

    Parameters
    ----------
    accounts : DataFrame
        One row per customer: ``customer_id``, ``status``, ``tier``, ``sales`` (money that a year of visits stands for;
        missing: not judged).
    costs : DataFrame
        As :func:`visit_costs` returns it.
    margin : float
        Share of sales left after direct cost, > 0, at most 1.

    Returns
    -------
    DataFrame
        One row per customer of a visited class: ``customer_id``, ``status``, ``tier``, ``sales``, ``visit_cost``,
        ``minimum`` (sales that pay the visits), ``earns`` (bool).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or ``margin`` is out of bounds.

    Examples
    --------
    >>> accounts = pd.DataFrame({"customer_id": ["C1", "C2"], "status": "existing", "tier": "A", "sales": [2e5, 5e4]})
    >>> costs = pd.DataFrame({"status": ["existing"], "tier": ["A"], "visits": [10.0], "visit_cost": [20e3]})
    >>> earn_visits(accounts, costs, margin=0.2)["earns"].tolist()
    [True, False]
    """
    checks.require_columns(accounts, ["customer_id", "status", "tier", "sales"], name="accounts")
    checks.require_columns(costs, ["status", "tier", "visit_cost"], name="costs")
    minimum_account(0.0, margin=margin)
    judged = accounts[["customer_id", "status", "tier", "sales"]].merge(costs, on=["status", "tier"])
    judged = judged.dropna(subset=["sales", "visit_cost"]).reset_index(drop=True)
    minimum = judged["visit_cost"] / margin
    columns = ["customer_id", "status", "tier", "sales", "visit_cost", "minimum", "earns"]
    return judged.assign(minimum=minimum, earns=judged["sales"] >= minimum)[columns]


def by_class(judged: pd.DataFrame) -> pd.DataFrame:
    """Customers that do not earn their visits, class by class.

    Parameters
    ----------
    judged : DataFrame
        As :func:`earn_visits` returns it.

    Returns
    -------
    DataFrame
        One row per status × tier: ``status``, ``tier``, ``customers``, ``visit_cost`` (money a year and customer),
        ``minimum`` (sales that pay for it), ``below`` (customers under it), ``cost_below`` (money a year that their
        visits cost).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Examples
    --------
    >>> judged = pd.DataFrame({"status": "existing", "tier": "A", "visit_cost": [2.0, 2.0], "minimum": 9.0,
    ...     "earns": [True, False]})
    >>> by_class(judged)[["customers", "below", "cost_below"]].values.tolist()
    [[2.0, 1.0, 2.0]]
    """
    checks.require_columns(judged, ["status", "tier", "visit_cost", "minimum", "earns"], name="judged")
    rows = judged.assign(below=~judged["earns"], cost_below=judged["visit_cost"].where(~judged["earns"], 0.0))
    table = rows.groupby(["status", "tier"], as_index=False).agg(
        customers=("earns", "size"), visit_cost=("visit_cost", "first"), minimum=("minimum", "first"),
        below=("below", "sum"), cost_below=("cost_below", "sum"),
    )  # fmt: skip
    return frames.in_order(table, ["status", "tier"])
