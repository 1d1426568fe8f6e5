"""Ratings as the person rated may see them: no group of raters under three, raters never named."""

from __future__ import annotations

import pandas as pd

from salesmgmt.evaluation.ratings.reading import CELL, KINDS, by_others

MIN_RATERS = 3
"""Raters below which a group is not shown by itself."""

DISPUTE = 2.0
"""Steps of the scale between two raters from which they should talk."""


def merged(assessments: pd.DataFrame) -> pd.DataFrame:
    """Scores by group of raters, groups under three raters merged.

    Parameters
    ----------
    assessments : DataFrame
        One row per person × competency × rater × day: ``staff_id``, ``competency``, ``rater_id``,
        ``rater_kind`` (self, peer, manager, customer), ``score`` (1 to 5), ``assessed_on`` (may be absent).

    Returns
    -------
    DataFrame
        One row per person × competency × group, groups in the order manager, peer, customer, merged: ``staff_id``,
        ``competency``, ``group`` (a kind of rater, or merged), ``raters`` (three or more, unless merged is all there
        is), ``score`` (mean, 1 to 5).

    Raises
    ------
    ValueError
        If columns are missing, kinds are unknown, scores are missing or off the scale, or a rater
        rated somebody as two kinds on one day.
    Refused
        If nobody was rated by anybody else.

    Notes
    -----
    Kinds with fewer than three raters of the person and competency go into one group; if that still has fewer than
    three, the smallest other kind joins it. Its score is the mean of the kinds' means, as in the
    competency score: so that score less the groups shown gives back no kind by itself. The person's own
    rating is never in here.

    References
    ----------
    Lepsinger & Lucia (2009), The Art and Science of 360 Degree Feedback, 2nd ed.: at least three raters a group.

    Examples
    --------
    >>> kinds = ["manager", "peer", "peer", "peer", "customer", "customer"]
    >>> ratings = pd.DataFrame({"staff_id": "S1", "competency": "listening", "rater_id": list("abcdef"),
    ...     "rater_kind": kinds, "score": [2, 3, 4, 5, 4, 4]})
    >>> merged(ratings)[["group", "raters", "score"]].values.tolist()
    [['peer', 3, 4.0], ['merged', 3, 3.0]]
    """
    kinds = (
        by_others(assessments)
        .groupby([*CELL, "rater_kind"], as_index=False)["score"]
        .agg(raters="size", score="mean")
    )
    order = kinds["rater_kind"].map({kind: place for place, kind in enumerate(KINDS)})
    kinds = kinds.assign(order=order).sort_values([*CELL, "raters", "order"], ignore_index=True)
    small = kinds["raters"] < MIN_RATERS
    cells = kinds.assign(small=small, hidden=kinds["raters"].where(small, 0)).groupby(CELL)
    hidden = cells["hidden"].transform("sum")
    next_one = cells.cumcount() == cells["small"].transform("sum")  # smallest first: the first one not small
    inside = small | (next_one & (hidden > 0) & (hidden < MIN_RATERS))
    kinds = kinds.assign(
        group=kinds["rater_kind"].where(~inside, "merged").astype("str"),
        order=kinds["order"].where(~inside, len(KINDS)),
    )
    shown = kinds.groupby([*CELL, "order", "group"], as_index=False).agg(
        raters=("raters", "sum"), score=("score", "mean")
    )
    return shown.drop(columns="order")


def two_raters(assessments: pd.DataFrame) -> pd.DataFrame:
    """Competencies of people with exactly two raters, and how far the two lie apart.

    Parameters
    ----------
    assessments : DataFrame
        As :func:`merged` takes it.

    Returns
    -------
    DataFrame
        One row per person × competency with two raters other than the person: ``staff_id``, ``competency``, ``lower``, ``higher``
        (the two scores, by size, raters unnamed), ``difference``, ``flagged`` (two steps or more: the two should
        compare what they saw). Empty if there are none. Not for the person rated: two scores name their raters.

    Raises
    ------
    ValueError
        As :func:`merged` raises.
    Refused
        If nobody was rated by anybody else.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff_id": "S1", "competency": "listening", "rater_id": ["R1", "R2"],
    ...     "rater_kind": ["manager", "peer"], "score": [4, 2]})
    >>> two_raters(ratings)[["lower", "higher", "flagged"]].values.tolist()
    [[2.0, 4.0, True]]
    """
    rows = by_others(assessments)
    groups = rows.groupby(CELL, as_index=False)["score"].agg(raters="size", lower="min", higher="max")
    found = groups[groups["raters"] == 2].drop(columns="raters")
    difference = found["higher"] - found["lower"]
    return found.assign(difference=difference, flagged=difference >= DISPUTE).reset_index(drop=True)
