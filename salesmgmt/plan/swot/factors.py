"""Factors 环境与自身因素: quadrants, weighted scores (IFE and EFE), and ratings against the convention.

Looks outward (economy, customers, policy, technology, competitors) find opportunities and threats, looks
inward (indicators, processes, people) strengths and weaknesses. Weights sum to one on either side; a rating
runs from 1 to 4: inside, from a major weakness to a major strength; outside, from a poor to a superior
answer of the company to the factor. 2.5 is the middle of a weighted score.

References
----------
浅析服务外包销售团队管理, PLAN 1 销售目标: the eight looks. David, Strategic Management, chapters on the
external and internal assessment: EFE and IFE matrix.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt.plan.swot.links import initiatives_of, responses, strategies_of
from salesmgmt.plan.swot.reading import HIGHEST, QUADRANTS, RATERS, weighed

SCORES = {"internal": "ife", "external": "efe"}

DISPUTED = 2.0
"""Ratings this far apart are disputed."""

_COLUMNS = ["factor_id", "quadrant", "side", "look", "model", "element", "statement", "weight", "rating"]


def table(
    factors: pd.DataFrame, strategies: pd.DataFrame | None = None, initiatives: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The SWOT table: every factor in its quadrant, with its score and the room left.

    Parameters
    ----------
    factors : DataFrame
        One row per factor: ``factor_id`` (unique), ``look`` (economy, customers, policy, technology,
        competitors, indicators, processes, people), ``effect`` (+1 or −1), ``weight`` (0 to 1, summing to
        one over the internal looks and, apart, over the external ones); ``rating`` (1 to 4, whole or half,
        NaN where absent), ``model`` (five_forces, diamond, scorecard), ``element``, ``statement``,
        ``evidence`` may be absent; ``raters``, ``lowest``, ``highest`` as :func:`rate` adds them.
    strategies, initiatives : DataFrame, optional
        As :func:`tows` and :func:`orphans` take them: what answers the factors.

    Returns
    -------
    DataFrame
        One row per factor, strengths, weaknesses, opportunities, threats, heaviest first: ``factor_id``,
        ``quadrant``, ``side`` (internal, external), ``look``, ``model``, ``element``, ``statement``,
        ``weight``, ``rating``, ``score``, ``room`` (score still to be had; both NaN without rating),
        ``evidence``; after :func:`rate` also ``raters`` (people), ``lowest``, ``highest``, ``disputed``
        (two points or more apart); with strategies or initiatives also ``answered`` (one of them names it) and
        ``response`` (carried: an initiative with an owner serves it; unowned; no_initiative; unanswered).

    Raises
    ------
    TypeError
        If an argument is not a DataFrame.
    ValueError
        If columns are missing, factors repeat, looks, models or effects are unknown, weights or ratings are
        out of bounds, the weights of a side do not sum to one (tolerance 0.001), or unknown ids are named.

    Notes
    -----
    score = weight × rating; room = weight × (4 − rating).

    References
    ----------
    浅析服务外包销售团队管理, PLAN 1: "将优势、劣势、机会、威胁汇总为企业SWOT分析". David, as cited above.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": ["policy", "people"],
    ...     "effect": [-1, 1], "weight": [1.0, 1.0], "rating": [2, 4]})
    >>> table(factors)[["factor_id", "quadrant", "score", "room"]].values.tolist()
    [['F2', 'strength', 4.0, 0.0], ['F1', 'threat', 2.0, 2.0]]
    """
    read = weighed(factors)
    room = read["weight"] * (HIGHEST - read["rating"])
    listed = read.assign(score=read["weight"] * read["rating"], room=room)
    columns = [*_COLUMNS, "score", "room", "evidence"]
    if "raters" in read.columns:
        listed["raters"] = listed["raters"].astype("int64")
        listed["disputed"] = listed["highest"] - listed["lowest"] >= DISPUTED
        columns += [*RATERS, "disputed"]
    if strategies is not None or initiatives is not None:
        answers = strategies_of(strategies, read), initiatives_of(initiatives, read)
        listed["response"] = responses(read["factor_id"], *answers)
        listed["answered"] = listed["response"] != "unanswered"
        columns += ["answered", "response"]
    place = listed["quadrant"].map({code: place for place, code in enumerate(QUADRANTS)})
    listed = listed.assign(place=place, heaviest=-listed["weight"])
    return listed.sort_values(["place", "heaviest", "factor_id"], ignore_index=True)[columns]


def weighted_score(factors: pd.DataFrame) -> pd.Series:
    """Weighted scores of the internal and the external factors: IFE and EFE.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.

    Returns
    -------
    Series of float
        Indexed ``ife`` (internal), ``efe`` (external), 1 to 4; NaN for a side without rated factors.

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises.

    Notes
    -----
    Σ weight × rating; where some factors are not rated, divided by the share of the weight that is:
    :func:`rated_share` says how much that is.

    References
    ----------
    David, as cited above: total weighted score, from 1 to 4 with 2.5 in the middle.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": ["policy", "customers"],
    ...     "effect": [-1, 1], "weight": [0.4, 0.6], "rating": [2, 4]})
    >>> weighted_score(factors).round(3).to_dict()
    {'ife': nan, 'efe': 3.2}
    """
    read = weighed(factors)
    earned = _by_side((read["weight"] * read["rating"]).fillna(0.0), read["side"])
    return earned / rated_share(factors)


def rated_share(factors: pd.DataFrame) -> pd.Series:
    """Share of each side's weight that is rated.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.

    Returns
    -------
    Series of float
        Indexed ``ife``, ``efe``, 0 to 1; NaN for a side without factors.

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises.

    Notes
    -----
    Σ weight of the rated factors ÷ Σ weight.

    References
    ----------
    A choice of ours: a missing rating is left out, and how much is missing is said.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": ["policy", "customers"],
    ...     "effect": [-1, 1], "weight": [0.4, 0.6], "rating": [2, None]})
    >>> rated_share(factors).to_dict()
    {'ife': nan, 'efe': 0.4}
    """
    read = weighed(factors)
    rated = read["weight"].where(read["rating"].notna(), 0.0)
    return _by_side(rated, read["side"]) / _by_side(read["weight"], read["side"])


def unusual(factors: pd.DataFrame) -> pd.DataFrame:
    """Factors rated against the convention: a strength below 3, or a weakness above 2.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.

    Returns
    -------
    DataFrame
        Rows of :func:`table`, in its order.

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises.

    Notes
    -----
    They are computed all the same: either the rating is wrong, or the factor is in the wrong quadrant.

    References
    ----------
    David, as cited above, IFE matrix: 1 major weakness, 2 minor weakness, 3 minor strength, 4 major strength.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": "people", "effect": [-1, 1],
    ...     "weight": [0.5, 0.5], "rating": [1, 2]})
    >>> unusual(factors)["factor_id"].tolist()
    ['F2']
    """
    listed = table(factors)
    weak_strength = (listed["quadrant"] == "strength") & (listed["rating"] < 3)
    strong_weakness = (listed["quadrant"] == "weakness") & (listed["rating"] > 2)
    return listed[weak_strength | strong_weakness].reset_index(drop=True)


def _by_side(values: pd.Series, side: pd.Series) -> pd.Series:
    """Sums of either side, NaN where it has no factors."""
    sums = values.groupby(side.to_numpy()).sum().reindex(list(SCORES))
    return sums.set_axis(list(SCORES.values())).rename(None)
