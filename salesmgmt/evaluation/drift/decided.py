"""What was decided, and what has moved since."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.evaluation.drift.changes import judged, tested
from salesmgmt.evaluation.drift.promised import agreed
from salesmgmt.evaluation.drift.signs import discipline, same_months

MIN_MONTHS = 3
"""Whole months after a decision below which nothing is concluded."""

_MEASURES = ["steps_kept", "steps_open", "outcomes", "logged_late"]
_COLUMNS = ["decision_id", "decided_on", "decision", "decided_by", "months", *_MEASURES, "moved"]


def since_decided(
    decisions: pd.DataFrame,
    visits: pd.DataFrame,
    promises: pd.DataFrame | None = None,
    *,
    as_of: pd.Timestamp,
    scenario: str = "",
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Decisions so far, and the movement of the log's discipline in the whole months since each.

    Parameters
    ----------
    decisions : DataFrame
        One row per decision: ``decision_id`` (unique), ``decided_on``, ``decision``, ``decided_by``; ``key`` and
        ``scenario`` may be absent.
    visits : DataFrame
        One row per month × customer × person × kind, as :func:`same_months` and :func:`discipline` take it.
    promises : DataFrame, optional
        Those of :func:`promised`; they count with the visits' next steps.
    as_of : Timestamp
        Day of the evaluation.
    scenario : str
        Scenario that is looked at; decisions for another one are left out.
    rng : numpy.random.Generator
        Source of the swaps.

    Returns
    -------
    DataFrame
        One row per decision up to ``as_of``, the latest first: ``decision_id``, ``decided_on``, ``decision``,
        ``decided_by``, ``months`` (whole ones since), the changes of ``steps_kept``, ``steps_open``, ``outcomes``
        and ``logged_late`` against the same months a year before (shares; NaN where unknown), ``moved`` (too_early, no_log, nothing,
        better, worse, mixed). Decisions with a ``key`` are settings of the plan and are followed there.

    Raises
    ------
    TypeError
        If a frame is not a DataFrame.
    ValueError
        If columns are missing or a decision repeats.

    Notes
    -----
    Nothing is said under three whole months. At most the twelve latest months are compared. Better and worse are held
    at 5 % over all decisions and measures jointly (Holm). That something moved since does not say that the decision
    moved it.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION: 变革的重要依据就是评价结论.

    Examples
    --------
    >>> decisions = pd.DataFrame({"decision_id": ["D1"], "decided_on": pd.to_datetime(["2026-10-20"]),
    ...     "decision": ["Weekly review of open steps"], "decided_by": ["director"]})
    >>> counts = dict.fromkeys(["visits", "with_outcome", "steps_due", "steps_kept", "steps_open", "logged",
    ...     "logged_late"], [1])
    >>> day = pd.to_datetime(["2026-10-05"])
    >>> visits = pd.DataFrame({"month": day, "staff_id": "S1", "first_on": day, "last_on": day, **counts})
    >>> rng = np.random.default_rng(2027)
    >>> since_decided(decisions, visits, as_of=pd.Timestamp("2026-10-31"), rng=rng)["moved"].tolist()
    ['too_early']
    """
    checks.require_columns(
        decisions, ["decision_id", "decided_on", "decision", "decided_by"], name="decisions"
    )
    checks.require_unique(decisions, ["decision_id"], name="decisions")
    after = frames.after_whole_months(as_of)
    meant = frames.text(decisions, "scenario").isin(["", scenario]) & (frames.text(decisions, "key") == "")
    day = pd.to_datetime(decisions["decided_on"])
    logs = [visits] if promises is None else [visits, promises]
    rows = decisions.assign(decided_on=day)[meant & (day <= pd.Timestamp(as_of))]
    rows = rows.sort_values(["decided_on", "decision_id"], ascending=[False, True], ignore_index=True)
    months = [_whole_months(decided, after) for decided in rows["decided_on"]]
    found = [
        tested(_signs(logs, after, count), rng=rng).assign(at=at)
        for at, count in enumerate(months)
        if count >= MIN_MONTHS
    ]
    moved = (
        judged(pd.concat(found)) if found else pd.DataFrame(columns=["at", "measure", "change", "verdict"])
    )
    wide = moved.pivot(index="at", columns="measure", values="change").reindex(
        index=rows.index, columns=_MEASURES
    )
    said = [_said(count, moved.loc[moved["at"] == at, "verdict"]) for at, count in enumerate(months)]
    return rows.join(wide.astype("float64")).assign(
        months=pd.Series(months, dtype="int64"), moved=pd.Series(said, dtype="str")
    )[_COLUMNS]


def _whole_months(decided: pd.Timestamp, after: pd.Timestamp) -> int:
    """Whole months from the first that begins on or after the decision to a first day."""
    first = decided.normalize() + pd.offsets.MonthBegin(0)
    return max(0, (after.year - first.year) * 12 + after.month - first.month)


def _signs(logs: Sequence[pd.DataFrame], after: pd.Timestamp, months: int) -> pd.DataFrame:
    """Signs of the latest months up to a first day."""
    months = min(months, 12)
    start = after - pd.DateOffset(months=months)
    return discipline(reduce(agreed, (same_months(log, start=start, months=months) for log in logs)))


def _said(months: int, verdicts: pd.Series) -> str:
    """What the verdicts of one decision come to."""
    if months < MIN_MONTHS:
        return "too_early"
    sides = {"better", "worse"} & set(verdicts)
    if len(sides) == 2:
        return "mixed"
    return sides.pop() if sides else "nothing" if len(verdicts) else "no_log"
