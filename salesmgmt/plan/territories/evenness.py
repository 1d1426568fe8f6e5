"""How evenly the work is spread over the people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

USUAL = 0.15
"""A territory more than this share off its fair load is called unbalanced, by the trade's usual practice."""


def balance(people: pd.DataFrame, *, within: str = "") -> pd.DataFrame:
    """How far each person's load is from a fair one.

    Parameters
    ----------
    people : DataFrame
        One row per person: ``load`` (>= 0, any unit), ``capacity`` (share of a full post, > 0; absent: 1).
    within : str
        Column of groups, each of which is balanced by itself; the whole when left out.

    Returns
    -------
    DataFrame
        A copy with ``fair`` (the load that the person's capacity would carry of the total) and ``deviation``
        (share, below zero for too little; NaN where there is no load at all).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or numbers out of bounds.

    Notes
    -----
    fair = Σ load × capacity ÷ Σ capacity, over the group; deviation = (load − fair) ÷ fair. Its size is bal(D) = |w(D) − μ| ÷ μ
    where all are full posts.

    References
    ----------
    Kalcsics (2015), Districting problems, in Location Science, section 23.4.2.

    Examples
    --------
    >>> balance(pd.DataFrame({"load": [80.0, 100.0, 120.0]}))["deviation"].tolist()
    [-0.2, 0.0, 0.2]
    """
    checks.require_columns(people, ["load", *([within] if within else [])], name="people")
    checks.require_bounds(people["load"], name="people.load", minimum=0.0)
    capacity = people["capacity"] if "capacity" in people.columns else pd.Series(1.0, index=people.index)
    checks.require_bounds(capacity, name="people.capacity", minimum=1e-6)
    group = people[within] if within else pd.Series("", index=people.index)
    work, posts = (values.groupby(group).transform("sum") for values in (people["load"], capacity))
    fair = work * capacity / posts
    return people.assign(fair=fair, deviation=((people["load"] - fair) / fair.where(fair > 0)))


def measures(deviations: pd.Series) -> dict[str, float]:
    """Three numbers for how even the spread is.

    Parameters
    ----------
    deviations : Series of float
        As :func:`balance` gives them, one per person.

    Returns
    -------
    dict
        ``max_deviation`` (share), ``cv`` (standard deviation of load ÷ fair load over the people), ``outside``
        (share of people more than :data:`USUAL` off).

    Raises
    ------
    ValueError
        If there is nobody, or a deviation is missing.

    Examples
    --------
    >>> measures(pd.Series([-0.2, 0.0, 0.2]))["outside"]
    0.6666666666666666
    """
    if deviations.empty:
        raise ValueError("deviations has no rows, must have one per person")
    checks.require_bounds(deviations, name="deviations", minimum=-1.0)
    sizes = deviations.abs()
    return {
        "max_deviation": float(sizes.max()),
        "cv": float(np.std(1 + deviations) / np.mean(1 + deviations)),
        "outside": float((sizes > USUAL + 1e-9).mean()),
    }


def by_region(holdings: pd.DataFrame, sellers: pd.DataFrame) -> pd.DataFrame:
    """How much work waits in each region for a post that is there, against the company's mean post.

    Parameters
    ----------
    holdings : DataFrame
        One row per customer: ``region`` (``""`` unknown), ``hours`` (a year, >= 0).
    sellers : DataFrame
        One row per person: ``region``, ``capacity`` (share of a full post, > 0).

    Returns
    -------
    DataFrame
        One row per region, by name: ``region``, ``people``, ``posts``, ``hours``, ``load`` (hours of a full post; NaN
        without posts), ``deviation`` (share off the company's mean post).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or numbers out of bounds.

    Notes
    -----
    load = hours of the region's customers ÷ its posts; deviation = load ÷ (all hours ÷ all posts) − 1. What differs
    here no change of owners within a region can even out: it is for hiring and for bases.

    Examples
    --------
    >>> holdings = pd.DataFrame({"region": ["E", "S"], "hours": [800.0, 700.0]})
    >>> sellers = pd.DataFrame({"region": ["E", "S", "S"], "capacity": [1.0, 1.0, 0.5]})
    >>> by_region(holdings, sellers)["deviation"].round(3).tolist()
    [0.333, -0.222]
    """
    checks.require_columns(holdings, ["hours"], name="holdings")
    checks.require_columns(sellers, ["capacity"], name="sellers")
    checks.require_bounds(holdings["hours"], name="holdings.hours", minimum=0.0)
    checks.require_bounds(sellers["capacity"], name="sellers.capacity", minimum=1e-6)
    hours = holdings["hours"].groupby(frames.text(holdings, "region")).sum().rename("hours")
    posts = sellers["capacity"].groupby(frames.text(sellers, "region")).agg(people="size", posts="sum")
    table = posts.join(hours, how="outer").fillna(0.0).rename_axis("region").reset_index()
    table = table.astype({"people": "int64"})
    load = table["hours"] / table["posts"].where(table["posts"] > 0)
    mean = table["hours"].sum() / table["posts"].sum()
    return table.assign(load=load, deviation=load / mean - 1)[
        ["region", "people", "posts", "hours", "load", "deviation"]
    ]
