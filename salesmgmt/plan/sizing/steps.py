"""The five steps to the size of a sales team, in the article's order.

1. 将客户分类 – :func:`classify` customers by status (existing, prospect) and tier, on the sales target.
2. 每类客户的拜访频次 – :func:`visit_frequency` of each class.
3. 总年度拜访频次 – :func:`total_visits` a year.
4. 每人年度拜访次数 – :func:`visits_per_rep`: what one salesperson can make in a year.
5. 团队人员数目 – :func:`reps_required`: one divided by the other.

:func:`~salesmgmt.plan.sizing.five_steps` only calls them. Numbers of people stay unrounded until the adjustments are made.

References
----------
浅析服务外包销售团队管理, part PLAN, section 3 团队规模. Talley (1961), How to design sales
territories, Journal of Marketing 25(3), 7–13: the workload method. Kotler, Marketing Management,
chapter on the sales force: 1,000 A accounts × 36 visits + 2,000 B accounts × 12 visits at 1,000
visits per person make 60 people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.sizing.targets import required_by_class, tiered

_ANY_ROLE = "account_manager"

TIME_RULES = {
    "working_days": ("> 0 and <= 366", lambda days: 0 < days <= 366),
    "hours_per_day": ("> 0 and <= 24", lambda hours: 0 < hours <= 24),
    "selling_share": ("> 0 and <= 1", lambda share: 0 < share <= 1),
    "hours_per_visit": ("> 0", lambda hours: hours > 0),
    "travel_hours_per_visit": (">= 0", lambda hours: hours >= 0),
}


def classify(
    customers: pd.DataFrame,
    *,
    targets: pd.DataFrame | None = None,
    cutoffs: Mapping[str, float] | None = None,
    prospects_from: str = "list",
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """Step 1 – classify existing customers and prospects, on the sales target.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``status`` (existing, prospect, lost); ``customer_id`` (unique),
        ``tier``, ``potential`` (money a year), ``segment`` may be absent.
    targets : DataFrame, optional
        ``segment``, ``new_wins`` (customers a year), ``win_rate`` (share): the prospects the target
        requires, see :func:`~salesmgmt.plan.sizing.prospects`.
    cutoffs : mapping of str to float, optional
        Tier to its lowest potential, used where a customer has no tier.
    prospects_from : {"list", "target"}
        Whether prospects are counted on the list or taken from the target.
    by : sequence of str
        Further columns that divide the classes, e.g. ``("region",)``.

    Returns
    -------
    DataFrame
        One row per class, statuses in the order existing, prospect, lost, then tiers: ``status``,
        ``tier`` (``""`` without), the columns ``by``, ``listed`` (rows of the list), ``required``
        (prospects the target requires, unrounded; else NaN), ``customers`` (the number sized).

    Raises
    ------
    TypeError
        If a frame is not a DataFrame.
    ValueError
        If columns are missing, a status is unknown, a customer repeats, or targets are out of bounds.

    Notes
    -----
    customers = listed, or required where ``prospects_from="target"`` and the status is prospect.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3: "第一,将客户按存量客户、待拓展的新客户维度并基于销售目标进行分类".

    Examples
    --------
    >>> customers = pd.DataFrame({"status": ["existing", "existing", "prospect"], "tier": ["A", "B", "A"]})
    >>> classify(customers)[["status", "tier", "customers"]].values.tolist()
    [['existing', 'A', 1.0], ['existing', 'B', 1.0], ['prospect', 'A', 1.0]]
    """
    checks.require_columns(customers, ["status", *by], name="customers")
    checks.require_codes(customers["status"], checks.STATUSES, name="customers.status")
    checks.require_codes(pd.Series([prospects_from]), ("list", "target"), name="prospects_from")
    if "customer_id" in customers.columns:
        checks.require_unique(customers, ["customer_id"], name="customers")
    if targets is None and prospects_from == "target":
        raise ValueError("targets is None, must be given where prospects_from == 'target'")
    keys = ["status", "tier", *by]
    known = tiered(customers, cutoffs=cutoffs)
    known = known.assign(**{key: frames.text(known, key) for key in keys})
    classes = known.groupby(keys, as_index=False).size().rename(columns={"size": "listed"})
    required = required_by_class(known, targets, keys)
    classes = classes.merge(required, on=keys, how="outer").fillna({"listed": 0.0, "required": 0.0})
    targeted = (classes["status"] == "prospect") & (targets is not None)
    return classes.assign(
        required=classes["required"].where(targeted),
        customers=classes["listed"]
        .mask(targeted & (prospects_from == "target"), classes["required"])
        .astype(float),
        listed=classes["listed"].astype("int64"),
    ).pipe(frames.in_order, keys)[[*keys, "listed", "required", "customers"]]


def visit_frequency(classes: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Step 2 – set the visits a year for each class of customers, by role.

    Parameters
    ----------
    classes : DataFrame
        One row per class as :func:`classify` returns it: ``status``, ``tier``, ``customers``.
    coverage : DataFrame
        One row per role × status × tier, an empty cell meaning all: ``visits_per_year`` (visits per
        customer, >= 0); ``role`` (absent or empty: account_manager), ``status``, ``tier``, ``low``,
        ``high`` (P10 and P90 of the visits), ``hours_per_visit`` (> 0) may be absent.

    Returns
    -------
    DataFrame
        One row per role × class that the role visits: ``role``, ``status``, ``tier``, further columns
        of the classes, ``customers``, ``visits_per_year``, ``low``, ``high`` (per customer),
        ``hours_per_visit`` (hours, NaN where not given), ``visits`` (a year).

    Raises
    ------
    TypeError
        If an argument is not a DataFrame.
    ValueError
        If columns are missing, roles or statuses unknown, keys repeat, numbers are out of bounds,
        or classes with customers (the lost apart) are visited by no role.

    Notes
    -----
    visits = customers × visits_per_year. For each role the row that names both status and tier decides,
    then the one with the status, then with the tier, then with neither. Lost customers are visited
    only where a row names them.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3: "第二,确定每类客户的拜访频次".

    Examples
    --------
    >>> classes = pd.DataFrame({"status": ["existing"], "tier": ["A"], "customers": [1000.0]})
    >>> coverage = pd.DataFrame({"status": ["existing"], "tier": ["A"], "visits_per_year": [36]})
    >>> visit_frequency(classes, coverage)["visits"].item()
    36000.0
    """
    checks.require_columns(classes, ["status", "tier", "customers"], name="classes")
    policy = _policy(coverage)
    by = [
        name for name in classes.columns if name not in {"status", "tier", "listed", "required", "customers"}
    ]
    pairs = policy[["role"]].drop_duplicates().merge(classes, how="cross")
    rule = frames.match_rules(pairs, policy, on=["role", "status", "tier"])
    spoken = policy["status"].reindex(rule).fillna("").to_numpy()
    visited = (rule >= 0) & ((pairs["status"] != "lost") | (spoken == "lost"))
    keys = ["status", "tier", *by]
    idle = classes[(classes["status"] != "lost") & (classes["customers"] > 0)][keys]
    idle = idle[~pd.MultiIndex.from_frame(idle).isin(pd.MultiIndex.from_frame(pairs.loc[visited, keys]))]
    if len(idle):
        unmatched = checks.labels(idle[["status", "tier"]].drop_duplicates())
        known = checks.labels(policy[["role", "status", "tier"]])
        raise ValueError(f"classes {unmatched} have customers but no visit frequency; coverage has {known}")
    numbers = policy.loc[rule[visited], ["visits_per_year", "low", "high", "hours_per_visit"]]
    result = pairs.loc[visited, ["role", *keys, "customers"]].reset_index(drop=True)
    result = pd.concat([result, numbers.reset_index(drop=True)], axis=1)
    result["visits"] = result["customers"] * result["visits_per_year"]
    return frames.in_order(result, ["role", *keys])


def total_visits(frequencies: pd.DataFrame) -> float:
    """Step 3 – add up the visits of all customers to the year's total.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class as :func:`visit_frequency` returns it: ``customers`` (>= 0) and
        ``visits_per_year`` (visits per customer, >= 0).

    Returns
    -------
    float
        Visits a year, over all roles.

    Raises
    ------
    TypeError
        If ``frequencies`` is not a DataFrame.
    ValueError
        If columns are missing or numbers are missing or negative.

    Notes
    -----
    Σ customers × visits_per_year.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3: "第三,汇总每个客户的拜访频次得到所需的总年度拜访频次".

    Examples
    --------
    >>> total_visits(pd.DataFrame({"customers": [1000, 2000], "visits_per_year": [36, 12]}))
    60000.0
    """
    columns = ["customers", "visits_per_year"]
    checks.require_columns(frequencies, columns, name="frequencies")
    for column in columns:
        checks.require_bounds(frames.number(frequencies, column), name=f"frequencies.{column}", minimum=0.0)
    return float((frequencies["customers"] * frequencies["visits_per_year"]).sum())


def visits_per_rep(
    *,
    working_days: float,
    hours_per_day: float,
    selling_share: float,
    hours_per_visit: float,
    travel_hours_per_visit: float = 0.0,
) -> float:
    """Step 4 – the visits one salesperson can make in a year.

    Parameters
    ----------
    working_days : float
        Days at work a year, > 0, at most 366.
    hours_per_day : float
        Hours a day, > 0, at most 24.
    selling_share : float
        Share of the working time spent on visits and the way there, > 0, at most 1.
    hours_per_visit : float
        Hours with the customer, preparation and follow-up included, > 0; over several classes the
        visit-weighted mean (:func:`~salesmgmt.plan.sizing.capacity` computes it).
    travel_hours_per_visit : float
        Hours on the way per visit, >= 0.

    Returns
    -------
    float
        Visits a year and person.

    Raises
    ------
    TypeError
        If an argument is not a number.
    ValueError
        If arguments are out of bounds; all of them are named.

    Notes
    -----
    working_days × hours_per_day × selling_share ÷ (hours_per_visit + travel_hours_per_visit).

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3: "第四,确定一个销售人员可进行的平均年度客户访问次数". Talley (1961),
    as cited above, for the hours.

    Examples
    --------
    >>> visits_per_rep(working_days=240, hours_per_day=8, selling_share=0.5, hours_per_visit=1.5)
    640.0
    """
    checks.require_numbers(
        TIME_RULES,
        working_days=working_days,
        hours_per_day=hours_per_day,
        selling_share=selling_share,
        hours_per_visit=hours_per_visit,
        travel_hours_per_visit=travel_hours_per_visit,
    )
    return working_days * hours_per_day * selling_share / (hours_per_visit + travel_hours_per_visit)


@overload
def reps_required(total: float, capacity: float) -> float: ...
@overload
def reps_required(total: pd.Series, capacity: pd.Series) -> pd.Series: ...
def reps_required(total: float | pd.Series, capacity: float | pd.Series) -> float | pd.Series:
    """Step 5 – divide the visits by what one person can make: the people required.

    Parameters
    ----------
    total : float, or Series by role
        Visits a year, >= 0.
    capacity : float, or Series by role
        Visits a year and person, > 0, for every role of ``total``.

    Returns
    -------
    float, or Series by role
        People, unrounded, in the order of ``total``.

    Raises
    ------
    TypeError
        If one argument is a Series and the other is not, or a number is none.
    ValueError
        If numbers are out of bounds or roles have no capacity; all of them are named.

    Notes
    -----
    total ÷ capacity. People of different roles cannot stand in for each other, so roles add up.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3: "第五,将总的客户访问次数除以每个人员的客户拜访次数".

    Examples
    --------
    >>> reps_required(60_000, 1_000)
    60.0
    """
    if isinstance(total, pd.Series) and isinstance(capacity, pd.Series):
        absent = [role for role in total.index if role not in capacity.index]
        if absent:
            raise ValueError(f"roles {absent} have visits but no capacity; it has {list(capacity.index)}")
        checks.require_bounds(total, name="total", minimum=0.0)
        known = capacity.reindex(total.index)
        checks.require_bounds(known, name="capacity", minimum=float.fromhex("0x1p-1022"))
        return (total / known).rename("reps")
    if isinstance(total, pd.Series) or isinstance(capacity, pd.Series):
        kinds = f"{type(total).__name__} and {type(capacity).__name__}"
        raise TypeError(f"total and capacity are {kinds}, must be two numbers or two Series by role")
    rules = {"total": (">= 0", lambda visits: visits >= 0), "capacity": ("> 0", lambda visits: visits > 0)}
    checks.require_numbers(rules, total=total, capacity=capacity)
    return total / capacity


def _policy(coverage: pd.DataFrame) -> pd.DataFrame:
    """Checked coverage rows: role, status, tier as text, and their numbers."""
    checks.require_columns(coverage, ["visits_per_year"], name="coverage")
    policy = pd.DataFrame({key: frames.text(coverage, key) for key in ("role", "status", "tier")})
    policy["role"] = policy["role"].where(policy["role"] != "", _ANY_ROLE)
    for column in ("visits_per_year", "low", "high", "hours_per_visit"):
        policy[column] = frames.number(coverage, column)
    checks.require_codes(policy["role"], checks.ROLES, name="coverage.role")
    checks.require_codes(policy["status"], ("", *checks.STATUSES), name="coverage.status")
    checks.require_unique(policy, ["role", "status", "tier"], name="coverage")
    keyed = policy.set_index(["role", "status", "tier"])
    checks.require_bounds(keyed["visits_per_year"], name="coverage.visits_per_year", minimum=0.0)
    checks.require_bounds(keyed["hours_per_visit"].dropna(), name="coverage.hours_per_visit", minimum=1e-9)
    low, high = (keyed[side].fillna(keyed["visits_per_year"]) for side in ("low", "high"))
    wrong = keyed[~((low >= 0) & (low <= keyed["visits_per_year"]) & (keyed["visits_per_year"] <= high))]
    if len(wrong):
        raise ValueError(f"coverage {list(wrong.index)} break 0 <= low <= visits_per_year <= high")
    return policy.reset_index(drop=True)
