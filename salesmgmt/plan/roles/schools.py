"""The article's two schools: account and product manager in one person 合一, or apart 分设."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks
from salesmgmt.errors import Refused

MERGED = "account_product_manager"
PAIR = ("account_manager", "product_manager")


def schools(
    workload: pd.DataFrame,
    frequencies: pd.DataFrame,
    cost_per_head: pd.DataFrame,
    *,
    merged_work: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Account and product manager apart (分设) or in one person (合一): people, cost, faces.

    Parameters
    ----------
    workload : DataFrame
        As :func:`workload` returns it, with rows for account and product manager.
    frequencies : DataFrame
        One row per role × class (× region): ``role``, ``status``, ``tier``, ``customers``, ``visits_per_year``.
    cost_per_head : DataFrame
        One row per role: ``role``, ``cost_per_head`` (money a year and person); a merged role without a row costs as
        much as the dearer of the two.
    merged_work : DataFrame, optional
        :func:`content` of the merged role: ``hours``, ``hours_fixed``. Where it has no rows: the work of both added up,
        the larger fixed hours.

    Returns
    -------
    DataFrame
        Rows apart, merged, merged_joint: ``school``, ``hours`` (a year, visits and other work), ``people``, ``cost``
        (money a year, NaN where it is not known), ``faces`` (people of ours that a customer deals with, delivery
        included, mean over customers visited).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or merged fixed hours leave no time.
    Refused
        ``plan.roles_not_both`` where one of the two roles visits nobody.

    Notes
    -----
    ``merged``: one person makes the visits of both. ``merged_joint``: where both visit a class, the product manager's
    visits turn into some of the account manager's, so that of each class only the larger number is left. The truth
    lies between them; what the log does not say is not guessed.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 2: "客户经理、产品经理合而为一 … 与甲方沟通效率更高 … 分别设置 … 术业有专攻".

    Examples
    --------
    >>> work = pd.DataFrame({"role": ["account_manager", "product_manager"], "visit_hours": [1600.0, 800.0],
    ...     "other_hours": [800.0, 800.0], "hours_year": 1800.0, "hours_each": 1600.0, "people": [1.5, 1.0]})
    >>> frequencies = pd.DataFrame({"role": ["account_manager", "product_manager"], "status": "existing", "tier": "A",
    ...     "customers": 20.0, "visits_per_year": [20.0, 10.0]})
    >>> each = pd.DataFrame({"role": ["account_manager", "product_manager"], "cost_per_head": [400e3, 500e3]})
    >>> schools(work, frequencies, each)[["school", "people", "faces"]].values.tolist()
    [['apart', 2.5, 2.0], ['merged', 2.5, 1.0], ['merged_joint', 2.0, 1.0]]
    """
    pair = workload.set_index("role")
    if not set(PAIR) <= set(pair.index):
        raise Refused("plan.roles_not_both")
    pair = pair.loc[list(PAIR)]
    prices = cost_per_head.set_index("role")["cost_per_head"].reindex([*PAIR, MERGED])
    price = prices[MERGED] if pd.notna(prices[MERGED]) else prices[list(PAIR)].max(skipna=False)
    own = merged_work if merged_work is not None and len(merged_work) else None
    other = float(pair["other_hours"].sum() if own is None else own["hours"].sum())
    each = float(
        pair["hours_each"].min() if own is None else pair["hours_year"].iloc[0] - own["hours_fixed"].sum()
    )
    checks.require_numbers({"hours_each": ("> 0", lambda hours: hours > 0)}, hours_each=each)
    visiting = float(pair["visit_hours"].sum())
    joint = visiting - _joint_hours(pair, frequencies)
    hours = {"apart": visiting + float(pair["other_hours"].sum()), "merged": visiting + other, "merged_joint": joint + other}  # fmt: skip
    people = {"apart": float(pair["people"].sum())} | {
        name: hours[name] / each for name in ("merged", "merged_joint")
    }
    apart = float((pair["people"] * prices[list(PAIR)]).sum(skipna=False))
    faces = _faces(frequencies)
    return pd.DataFrame(
        {
            "school": list(hours),
            "hours": list(hours.values()),
            "people": list(people.values()),
            "cost": [apart, *(people[name] * price for name in ("merged", "merged_joint"))],
            "faces": [faces[0], faces[1], faces[1]],
        }
    )


def _joint_hours(pair: pd.DataFrame, frequencies: pd.DataFrame) -> float:
    """Hours that fall away where of each class only the larger number of visits is made."""
    rows = frequencies[frequencies["role"].isin(PAIR)]
    visits = (
        (rows["customers"] * rows["visits_per_year"])
        .groupby([rows["status"], rows["tier"], rows["role"]])
        .sum()
    )
    by_role = visits.unstack("role").reindex(columns=list(PAIR)).fillna(0.0)
    fewer = by_role.min(axis=1).sum()
    total = by_role.sum()
    per_visit = [pair.loc[role, "visit_hours"] / total[role] for role in PAIR if total[role] > 0]
    return float(fewer * min(per_visit)) if per_visit else 0.0


def _faces(frequencies: pd.DataFrame) -> tuple[float, float]:
    """Mean number of our people whom a visited customer deals with: apart, and merged."""
    rows = frequencies[frequencies["visits_per_year"] > 0]
    classes = rows.groupby(["role", "status", "tier"], as_index=False)["customers"].sum()
    customers = classes.groupby(["status", "tier"])["customers"].max().sum()
    merged = classes.assign(role=classes["role"].replace(dict.fromkeys(PAIR, MERGED)))
    once = merged.groupby(["role", "status", "tier"])["customers"].max().sum()
    return float(classes["customers"].sum() / customers), float(once / customers)
