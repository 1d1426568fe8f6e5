"""Next steps agreed in visits, counted where the visits lie: due, done by their day, still open; and visits logged late.

Whether a step is done depends on the day from which one looks. Each visit's step is looked at on the first return
of the day ``as_of`` after the visit (a year earlier for last year's visits), so that every year is seen from the same
distance: last year's steps have not had a year more to be done in. So is the day of entry: what was entered after the
look is not known on it, else last year's log would hold late entries that this year's still waits for.

A visit is logged late if its day of entry is more than a week (:data:`LATE_DAYS`) after it: by then the weekly meeting
has been held without it. Visits without a day of entry are neither late nor in time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import sqlalchemy as sa

from salesmgmt.inputs.cells import Cells, Condition

__all__ = ["TOLD", "counted", "is_true", "lookouts"]

YEARS = 3
"""How far back visits' next steps and late entries are counted."""
LATE_DAYS = 7
"""Days after a visit from which on its entry is late."""

TOLD: Mapping[str, tuple[str, ...]] = {
    "with_outcome": ("outcome",),
    "steps_due": ("visited_on", "due_on"),
    "steps_kept": ("visited_on", "due_on", "done_on"),
    "steps_open": ("visited_on", "due_on"),
    "logged": ("visited_on", "logged_on"),
    "logged_late": ("visited_on", "logged_on"),
}
"""Counts of visits of which something is true -> columns without which the count is 0."""


def lookouts(as_of: pd.Timestamp) -> list[tuple[date, date]]:
    """Spans of visits whose next steps are looked at on the same day.

    Parameters
    ----------
    as_of : Timestamp
        Day the data stand at.

    Returns
    -------
    list of (date, date)
        First and last day of the visits of three years, the latest first; the last day is that of the look.

    Examples
    --------
    >>> [tuple(map(str, span)) for span in lookouts(pd.Timestamp("2026-10-31"))][:2]
    [('2025-11-01', '2026-10-31'), ('2024-11-01', '2025-10-31')]
    """
    days = [as_of - pd.DateOffset(years=years) for years in range(YEARS + 1)]
    return [((before + pd.Timedelta(days=1)).date(), last.date()) for last, before in pairwise(days)]


def counted(name: str, present: Collection[str], as_of: pd.Timestamp) -> str:
    """One of the counts as SQL over typed columns.

    Parameters
    ----------
    name : str
        Of :data:`TOLD`.
    present : Collection of str
        Columns that the table has.
    as_of : Timestamp
        Day the data stand at.

    Returns
    -------
    str
        An aggregate, named.
    """
    if not set(TOLD[name]) <= set(present):
        return f"0::BIGINT AS {name}"
    looks = " ".join(
        f"WHEN visited_on BETWEEN DATE '{first}' AND DATE '{last}' THEN DATE '{last}'"
        for first, last in lookouts(as_of)
    )
    look = f"(CASE {looks} END)"
    late = f" AND (done_on IS NULL OR done_on > {look})" if "done_on" in present else ""
    conditions = {
        "with_outcome": "trim(outcome) <> ''",
        "steps_due": f"due_on <= {look}",
        "steps_kept": f"due_on <= {look} AND done_on <= due_on",
        "steps_open": f"due_on <= {look}{late}",
        "logged": f"logged_on <= {look}",
        "logged_late": f"logged_on <= {look} AND logged_on > visited_on + INTERVAL {LATE_DAYS} DAY",
    }
    return f"count(*) FILTER ({conditions[name]})::BIGINT AS {name}"


def is_true(name: str, cells: Cells, as_of: pd.Timestamp) -> Condition:
    """Whether a row of a database is among those counted.

    Parameters
    ----------
    name : str
        Of :data:`TOLD`, all of whose columns the query has.
    cells : Cells
        The fact's columns.
    as_of : Timestamp
        Day the data stand at.

    Returns
    -------
    Condition
    """
    if name == "with_outcome":
        return cells.filled("outcome")
    return sa.or_(*(_step(name, cells, first, last) for first, last in lookouts(as_of)))


def _step(name: str, cells: Cells, first: date, last: date) -> Condition:
    """Whether a visit of a span has what is counted, seen from the span's last day."""
    after = last + timedelta(days=1)
    known_by_then = "logged_on" if name.startswith("logged") else "due_on"
    held = [
        cells.since("visited_on", first),
        sa.not_(cells.since("visited_on", after)),
        sa.not_(cells.since(known_by_then, after)),
    ]
    if name == "logged_late":
        held.append(cells.days_after("logged_on", "visited_on", LATE_DAYS))
    elif name == "steps_kept":
        held.append(cells.day("done_on") <= cells.day("due_on"))
    elif name == "steps_open" and "done_on" in cells.places:
        held.append(sa.or_(sa.not_(cells.filled("done_on")), cells.since("done_on", after)))
    return sa.and_(*held)
