"""Promises that stand twice: in their own table and as the next step of the visit they were made in.

A visit's next step is a promise too. Where a client fills in both, one of the promises that name a visit is taken to be
its next step: the one with the same due day, else the first due. It is marked ``as_step`` and counts as it stands in
the visit; the visit's other promises count by themselves. So no promise counts twice, whichever way it was noted.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from salesmgmt.inputs.columns import Typed
from salesmgmt.inputs.sql import literal

__all__ = ["marked_as_steps", "named_visits", "steps_of_visits"]

_AT_ONCE = 500


def named_visits(promises: pd.DataFrame) -> list[str]:
    """Visits that promises name, in order.

    Parameters
    ----------
    promises : DataFrame
        The table as read.

    Returns
    -------
    list of str
        Each visit once.
    """
    return sorted({str(visit) for visit in promises["visit_id"] if visit})


def steps_of_visits(
    connection: duckdb.DuckDBPyConnection, visits: Typed, ids: Sequence[str]
) -> list[tuple[str, str]]:
    """Those of some visits that have a next step with a due day.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``ours.visits``; looks into the visits' file.
    visits : Typed
        The typed log.
    ids : Sequence of str
        Visits.

    Returns
    -------
    list of (str, str)
        Visit and due day (ISO).
    """
    if "due_on" not in visits.present:
        return []
    found: list[tuple[str, str]] = []
    for first in range(0, len(ids), _AT_ONCE):
        texts = ", ".join(map(literal, ids[first : first + _AT_ONCE]))
        query = (
            f"SELECT visit_id, strftime(due_on, '%Y-%m-%d') FROM {visits.relation} "
            f"WHERE NOT _blank AND due_on IS NOT NULL AND visit_id IN ({texts})"
        )
        found += connection.execute(query).fetchall()
    return found


def marked_as_steps(promises: pd.DataFrame, steps: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Promises, with those marked that stand in their visit as its next step.

    Parameters
    ----------
    promises : DataFrame
        The table as read: ``promise_id``, ``visit_id``, ``due_on``.
    steps : sequence of (str, str)
        Visits that have a next step with a due day, and that day (ISO).

    Returns
    -------
    DataFrame
        The same rows in the same order, with ``as_step`` (bool); at most one of a visit.

    Examples
    --------
    >>> promises = pd.DataFrame({"promise_id": ["P1", "P2", "P3", "P4"], "visit_id": ["V1", "V1", "V2", ""],
    ...     "due_on": pd.to_datetime(["2026-03-02", "2026-03-09", "2026-03-05", "2026-03-05"])})
    >>> marked_as_steps(promises, [("V1", "2026-03-09")])["as_step"].tolist()
    [False, True, False, False]
    """
    noted = pd.DataFrame(steps, columns=["visit_id", "step_due"], dtype="str").drop_duplicates("visit_id")
    held = promises[["promise_id", "visit_id", "due_on"]].reset_index(drop=True).reset_index(names="at")
    held = held.astype({"visit_id": "str"}).merge(noted, on="visit_id")
    held["differs"] = held["due_on"].dt.strftime("%Y-%m-%d") != held["step_due"]
    first = held.sort_values(["visit_id", "differs", "due_on", "promise_id"]).drop_duplicates("visit_id")
    return promises.assign(as_step=pd.RangeIndex(len(promises)).isin(first["at"]))
