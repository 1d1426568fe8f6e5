"""The ratings that count, read once: a rater's latest, within the scale, the person's own apart."""

from __future__ import annotations

import pandas as pd

from salesmgmt import agreement, checks, frames
from salesmgmt.errors import Refused

KINDS = ("manager", "peer", "customer")
"""Kinds of raters other than the person."""

MIN_PEOPLE = 10
"""People below which no interval is honest."""

LEVEL = 0.80

CELL = ["staff_id", "competency"]


def counting(assessments: pd.DataFrame) -> pd.DataFrame:
    """Ratings that count, the person's own included.

    Parameters
    ----------
    assessments : DataFrame
        One row per person × competency × rater × day: ``staff_id``, ``competency``, ``rater_id``,
        ``rater_kind`` (self, peer, manager, customer), ``score`` (1 to 5), ``assessed_on`` (may be absent).

    Returns
    -------
    DataFrame
        One row per person × competency × rater: ``staff_id``, ``competency``, ``rater_id``, ``rater_kind``, ``score``.

    Raises
    ------
    ValueError
        If columns are missing, kinds are unknown, scores are missing or off the scale, or a rater
        rated somebody as two kinds on one day.

    Examples
    --------
    >>> row = {"staff_id": "S1", "competency": "listening", "rater_id": "R1", "rater_kind": "peer", "score": 4}
    >>> counting(pd.DataFrame([row]))["score"].tolist()
    [4.0]
    """
    checks.require_columns(assessments, [*CELL, "rater_id", "rater_kind", "score"], name="assessments")
    checks.require_codes(
        frames.text(assessments, "rater_kind"), ["self", *KINDS], name="assessments.rater_kind"
    )
    checks.require_bounds(frames.number(assessments, "score"), name="assessments.score", minimum=1, maximum=5)
    rows = agreement.latest(assessments)
    read = {column: frames.text(rows, column) for column in [*CELL, "rater_id", "rater_kind"]}
    rows = pd.DataFrame({**read, "score": frames.number(rows, "score")}).reset_index(drop=True)
    checks.require_unique(rows, [*CELL, "rater_id"], name="assessments")
    return rows


def by_others(assessments: pd.DataFrame) -> pd.DataFrame:
    """Ratings that count, the person's own left out.

    Parameters
    ----------
    assessments : DataFrame
        As :func:`counting` takes it.

    Returns
    -------
    DataFrame
        As :func:`counting` gives it.

    Raises
    ------
    ValueError
        As :func:`counting` raises.
    Refused
        If nobody was rated by anybody else.

    Examples
    --------
    >>> row = {"staff_id": "S1", "competency": "listening", "rater_id": "R1", "rater_kind": "peer", "score": 4}
    >>> len(by_others(pd.DataFrame([row])))
    1
    """
    rows = counting(assessments)
    others = rows[rows["rater_kind"] != "self"].reset_index(drop=True)
    if others.empty:
        raise Refused("evaluation.ratings_no_others", people=int(rows["staff_id"].nunique()))
    return others
