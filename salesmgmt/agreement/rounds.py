"""Which ratings count when raters rate again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

_RATING = ["staff_id", "competency", "rater_id"]
_NEVER = pd.Timestamp("1700-01-01")


def latest(assessments: pd.DataFrame) -> pd.DataFrame:
    """Each rater's latest rating of each person and competency: it replaces the rater's older ones.

    Parameters
    ----------
    assessments : DataFrame
        One row per person × competency × rater × day: ``staff_id``, ``competency``, ``rater_id``,
        ``rater_kind`` and ``assessed_on`` (both may be absent; a rating without a day is the oldest).

    Returns
    -------
    DataFrame
        The rows that count, in the order and on the index they came with.

    Raises
    ------
    ValueError
        If columns are missing.

    Notes
    -----
    A rater is one person whatever the kind: who rated as a peer last year and as the manager this year
    counts as the manager. Of ratings of the same kind and day the last row stays.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-10-31", "2026-10-31"])
    >>> who = {"staff_id": "S1", "competency": "listening", "rater_id": "R1", "rater_kind": "peer"}
    >>> latest(pd.DataFrame({**who, "assessed_on": days, "score": [2.0, 4.0]}))["score"].tolist()
    [4.0]
    """
    checks.require_columns(assessments, _RATING, name="assessments")
    if not assessments.duplicated(_RATING).any():
        return assessments.copy(deep=False)
    several = assessments.duplicated(_RATING, keep=False).to_numpy()
    rows = assessments[several].reset_index(drop=True)
    keys = pd.DataFrame({column: frames.text(rows, column) for column in [*_RATING, "rater_kind"]})
    day = (
        pd.to_datetime(rows["assessed_on"])
        if "assessed_on" in rows.columns
        else pd.Series(pd.NaT, rows.index)
    )
    keys = keys.assign(day=day.fillna(_NEVER))
    newest = keys["day"] == keys.groupby(_RATING, sort=False)["day"].transform("max")
    counts = np.ones(len(assessments), dtype=bool)
    counts[several] = newest & ~keys.duplicated([*_RATING, "rater_kind", "day"], keep="last")
    return assessments[counts]
