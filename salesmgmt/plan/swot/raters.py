"""Several raters: the median of their ratings, how far they are apart, and what each alone would find."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.swot.factors import SCORES
from salesmgmt.plan.swot.positions import position
from salesmgmt.plan.swot.reading import known, require_ratings, weighed


def rate(factors: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """Factors with the median of their raters' ratings.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.
    ratings : DataFrame
        One row per factor × rater: ``factor_id``, ``rater``, ``rating`` (1, 2, 3 or 4).

    Returns
    -------
    DataFrame
        ``factors`` with all its columns, ``rating`` (median of the raters; the one typed where nobody rated,
        NaN without either), ``raters`` (number), ``lowest``, ``highest`` (ratings, NaN where nobody rated).

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises, but for the sums of the weights; if columns of ``ratings`` are missing, a
        factor is unknown or rated twice by one rater, or ratings are not 1, 2, 3 or 4.

    Notes
    -----
    The scale is ordinal, hence the median; with an even number of raters it may be a half.

    References
    ----------
    A choice of ours: ratings are made by each rater alone, and talked about where they are two or more apart.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1"], "look": ["policy"], "effect": [-1], "weight": [1.0]})
    >>> ratings = pd.DataFrame({"factor_id": "F1", "rater": ["E1", "E2", "E3"], "rating": [1, 2, 4]})
    >>> rate(factors, ratings)[["rating", "raters", "lowest", "highest"]].values.tolist()
    [[2.0, 3.0, 1.0, 4.0]]
    """
    read = known(factors)
    groups = _judged(read, ratings).groupby("factor_id")["rating"]
    found = groups.agg(["median", "size", "min", "max"]).reindex(read["factor_id"]).set_axis(factors.index)
    return factors.assign(
        rating=found["median"].fillna(frames.number(factors, "rating")),
        raters=found["size"].fillna(0).astype("int64"),
        lowest=found["min"],
        highest=found["max"],
    )


def by_rater(factors: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """Where each rater alone would put the two scores.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.
    ratings : DataFrame
        As :func:`rate` takes them.

    Returns
    -------
    DataFrame
        One row per rater, lowest scores first: ``rater`` (1, 2, …: the order of this table, nobody is
        named), ``rated`` (share of the weight of both sides which that rater rated), ``ife``, ``efe`` (NaN
        where that rater rated nothing on the side), ``position`` (as :func:`position` says, ``""`` without
        both scores).

    Raises
    ------
    TypeError, ValueError
        As :func:`table` and :func:`rate` raise.

    Notes
    -----
    As :func:`weighted_score`, with the rater's ratings in place of the medians; a factor that the rater left
    out keeps its rating, so that the rows differ by what people think and not by what they were asked. The
    spread between the rows says how far people disagree; it is no interval.

    References
    ----------
    A choice of ours, on David's weighted scores.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": "policy", "effect": [-1, 1],
    ...     "weight": [0.5, 0.5]})
    >>> ratings = pd.DataFrame({"factor_id": ["F1", "F2", "F1"], "rater": ["A", "A", "B"], "rating": [4, 3, 2]})
    >>> by_rater(factors, ratings)[["rater", "rated", "efe"]].values.tolist()
    [[1.0, 0.5, 2.5], [2.0, 1.0, 3.5]]
    """
    read = weighed(rate(factors, ratings)).set_index("factor_id")
    own = _judged(read.reset_index(), ratings).pivot(index="factor_id", columns="rater", values="rating")
    own = own.reindex(read.index)
    taken = own.T.fillna(read["rating"]).T
    found = pd.DataFrame({"rated": own.notna().mul(read["weight"], axis=0).sum() / read["weight"].sum()})
    for side, name in SCORES.items():
        there = read["side"] == side
        weight = read.loc[there, "weight"]
        share = taken[there].notna().mul(weight, axis=0).sum() / weight.sum()
        score = taken[there].mul(weight, axis=0).sum() / share
        found[name] = score.where(own[there].notna().any())
    found = found.sort_values(["ife", "efe", "rated"], ignore_index=True)
    found.insert(0, "rater", range(1, len(found) + 1))
    placed = [_placed(ife, efe) for ife, efe in zip(found["ife"], found["efe"], strict=True)]
    return found.assign(position=pd.Series(placed, index=found.index, dtype="str"))


def _judged(read: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """Checked ratings of known factors."""
    checks.require_columns(ratings, ["factor_id", "rater", "rating"], name="ratings")
    judged = pd.DataFrame({name: frames.text(ratings, name) for name in ("factor_id", "rater")})
    judged["rating"] = frames.number(ratings, "rating")
    checks.require_codes(judged["factor_id"], tuple(read["factor_id"]), name="ratings.factor_id")
    checks.require_unique(judged, ["factor_id", "rater"], name="ratings")
    require_ratings(judged.set_index(["factor_id", "rater"])["rating"], name="ratings.rating", halves=False)
    return judged


def _placed(ife: float, efe: float) -> str:
    """Position of a rater who rated both sides."""
    return "" if pd.isna(ife) or pd.isna(efe) else position(ife, efe)
