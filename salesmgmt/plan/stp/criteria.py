"""Criteria 评价准则: how much each weighs on its axis, and whether the comparisons behind the weights agree."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.pairwise import priorities

AXES = ("attractiveness", "strength")
"""How attractive a segment is, and how strong the company is in it."""


def weights(criteria: pd.DataFrame, pairs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Weight of every criterion on its axis: from pairwise comparisons where there are some, else as given.

    Parameters
    ----------
    criteria : DataFrame
        One row per axis × criterion: ``axis`` (attractiveness, strength), ``criterion``; ``weight`` (0 to 1,
        summing to one on an axis; NaN on the whole axis where it is compared) may be absent.
    pairs : DataFrame, optional
        One row per judgement: ``axis``, ``criterion``, ``other``, ``ratio`` (how many times as important),
        ``rater`` (may be absent).

    Returns
    -------
    DataFrame
        One row per axis × criterion, input order: ``axis``, ``criterion``, ``weight`` (summing to one on each
        axis), ``origin`` (compared, given).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, criteria repeat, axes are unknown, weights given are partial, out of bounds or do
        not sum to one (tolerance 0.001), criteria compared are not those listed, or as
        :func:`salesmgmt.pairwise.priorities` raises.
    Refused
        If an axis has no criteria, or has criteria with neither weights nor comparisons.

    Notes
    -----
    Compared: principal eigenvector, several raters by the geometric mean. Given: as typed, divided by their sum.

    References
    ----------
    Saaty (1980), The analytic hierarchy process. Kurttila, Pesonen, Kangas & Kajanus (2000), Utilizing the
    analytic hierarchy process in SWOT analysis, Forest Policy and Economics 1(1), 41–52.

    Examples
    --------
    >>> criteria = pd.DataFrame({"axis": ["attractiveness"] * 2 + ["strength"], "criterion": ["size", "growth", "wins"],
    ...     "weight": [None, None, 1.0]})
    >>> pairs = pd.DataFrame({"axis": ["attractiveness"], "criterion": ["size"], "other": ["growth"], "ratio": [3.0]})
    >>> weights(criteria, pairs).round(6).values.tolist()
    [['attractiveness', 'size', 0.75, 'compared'], ['attractiveness', 'growth', 0.25, 'compared'], ['strength', 'wins', 1.0, 'given']]
    """
    checks.require_columns(criteria, ["axis", "criterion"], name="criteria")
    listed = pd.DataFrame({name: frames.text(criteria, name) for name in ("axis", "criterion")})
    listed["given"] = frames.number(criteria, "weight")
    checks.require_codes(listed["axis"], AXES, name="criteria.axis")
    checks.require_unique(listed, ["axis", "criterion"], name="criteria")
    judged = pd.DataFrame({"axis": []}, dtype="str") if pairs is None else pairs
    checks.require_columns(judged, ["axis"], name="pairs")
    parts = [_weighed(axis, listed[listed["axis"] == axis], judged[judged["axis"] == axis]) for axis in AXES]
    return pd.concat(parts).sort_index().reset_index(drop=True)[["axis", "criterion", "weight", "origin"]]


def consistency(pairs: pd.DataFrame) -> pd.DataFrame:
    """Whether the comparisons on each axis agree with each other, and which three criteria agree least.

    Parameters
    ----------
    pairs : DataFrame
        As :func:`weights` takes them.

    Returns
    -------
    DataFrame
        One row per axis compared: ``axis``, ``criteria``, ``raters`` (numbers), ``consistency_ratio`` (0 for
        judgements that agree, 1 for random ones), ``consistent`` (ratio below 0.10), ``first``, ``second``,
        ``third`` (the triple that agrees least, ``""`` where all agree), ``product`` (of the judgements round it,
        1 where they agree).

    Raises
    ------
    TypeError, ValueError
        As :func:`weights` raises.

    References
    ----------
    Saaty (1980), as cited above: consistency ratio.

    Examples
    --------
    >>> pairs = pd.DataFrame({"axis": "strength", "criterion": ["a", "a", "b"], "other": ["b", "c", "c"],
    ...     "ratio": [2.0, 1.0, 3.0]})
    >>> consistency(pairs)[["criteria", "consistent", "first", "second", "third", "product"]].values.tolist()
    [[3, False, 'a', 'b', 'c', 6.0]]
    """
    checks.require_columns(pairs, ["axis"], name="pairs")
    rows = []
    for axis in AXES:
        own = pairs[pairs["axis"] == axis]
        if len(own):
            found = priorities(own, item="criterion")
            triple = (*found.worst, "", "", "")[:3]
            judges = frames.text(own, "rater").nunique()
            ratio = found.consistency_ratio
            rows.append((axis, len(found.priorities), judges, ratio, found.consistent, *triple, found.worst_product))  # fmt: skip
    columns = ["axis", "criteria", "raters", "consistency_ratio", "consistent", "first", "second", "third", "product"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _weighed(axis: str, own: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Criteria of one axis with their weights."""
    if own.empty:
        raise Refused("plan.stp_no_criteria")
    if len(pairs):
        found = priorities(pairs, item="criterion").priorities
        strangers = sorted(set(found.index) ^ set(own["criterion"]))
        if strangers:
            raise ValueError(
                f"pairs compare other criteria than those of {axis}: {strangers} are not in both"
            )
        return own.assign(weight=own["criterion"].map(found), origin="compared")
    given = own["given"]
    if given.isna().all() and len(own) > 1:
        raise Refused("plan.stp_unweighted")
    given = given.fillna(1.0) if len(own) == 1 else given
    checks.require_bounds(given.set_axis(own["criterion"]), name="criteria.weight", minimum=0, maximum=1)
    if not checks.sums_to_one(given.sum()):
        raise ValueError(f"criteria.weight of {axis} sums to {given.sum():g}, must be 1")
    return own.assign(weight=given / given.sum(), origin="given")
