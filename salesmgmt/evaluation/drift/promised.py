"""Promises of their own table, counted as the log's next steps are."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames

YEARS = 3
"""How far back promises are counted."""

_DAYS = ["requested_on", "due_on", "done_on"]
_COUNTS = ["visits", "with_outcome", "steps_due", "steps_kept", "steps_open", "logged", "logged_late"]


def promised(promises: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Promises due by month and person: done by their day, or open past it.

    Parameters
    ----------
    promises : DataFrame
        One row per promise: ``staff_id`` (``""`` for unknown), ``requested_on``, ``due_on``, ``done_on`` (missing: not
        done); ``as_step`` (bool; it stands in its visit as the next step, and counts there) may be absent.
    as_of : Timestamp
        Day of the evaluation.

    Returns
    -------
    DataFrame
        One row per month in which promises fall due × person, in the columns of the visit log's cells: ``month``
        (first day), ``staff_id``, ``first_on``, ``last_on`` (days of the register's first and last request, the same
        in every row), ``steps_due``, ``steps_kept`` (done by their day), ``steps_open`` (due and not done); ``visits``,
        ``with_outcome``, ``logged`` and ``logged_late`` are 0. So :func:`same_months` takes it as it takes the log.

    Raises
    ------
    TypeError
        If ``promises`` is not a DataFrame.
    ValueError
        If columns are missing.

    Notes
    -----
    A promise is looked at on the first return of the day ``as_of`` on or after its due day (a year earlier for last
    year's), so that last year's promises have not had a year more to be kept in. Those not yet due, asked for after
    ``as_of`` or due more than three years before it are left out.

    References
    ----------
    浅析服务外包销售团队管理, ALLOCATION: 对客户提出的要求,安排的事,按阶段有跟进,件件有回音。答应客户的事,除非情况有变,
    严守承诺做到。

    Examples
    --------
    >>> promises = pd.DataFrame({"staff_id": "S1", "requested_on": pd.to_datetime(["2026-03-02"] * 3),
    ...     "due_on": pd.to_datetime(["2026-03-09"] * 3), "done_on": pd.to_datetime(["2026-03-09", "2026-03-20", None])})
    >>> promised(promises, as_of=pd.Timestamp("2026-10-31"))[["steps_due", "steps_kept", "steps_open"]].values.tolist()
    [[3, 1, 1]]
    """
    checks.require_columns(promises, ["staff_id", *_DAYS], name="promises")
    asked, due, done = (pd.to_datetime(promises[name]) for name in _DAYS)
    looks = pd.DatetimeIndex(
        [pd.Timestamp(as_of) - pd.DateOffset(years=back) for back in range(YEARS, -1, -1)]
    )
    at = looks.searchsorted(due, side="left")
    known = asked <= pd.Timestamp(as_of)
    look = pd.Series(looks[at.clip(max=YEARS)], index=promises.index)
    own = ~promises["as_step"].astype("bool") if "as_step" in promises else True
    table = pd.DataFrame(
        {
            "month": due.dt.to_period("M").dt.to_timestamp(), "staff_id": frames.text(promises, "staff_id"),
            "steps_due": 1, "steps_kept": (done <= due).astype("int64"), "steps_open": (~(done <= look)).astype("int64"),
        }
    )[known & own & (at > 0) & (at <= YEARS)]  # fmt: skip
    cells = table.groupby(["month", "staff_id"], as_index=False).sum()
    cells = cells.assign(first_on=asked[known].min(), last_on=asked[known].max())
    none = dict.fromkeys([name for name in _COUNTS if name not in cells], 0)
    return cells.assign(**none)[["month", "staff_id", "first_on", "last_on", *_COUNTS]]


def agreed(visits: pd.DataFrame, promises: pd.DataFrame) -> pd.DataFrame:
    """The log's cells and those of promises together, for :func:`discipline`.

    Parameters
    ----------
    visits, promises : DataFrame
        Those of :func:`same_months`, each over the months that it covers itself: ``steps_due``, ``steps_kept``,
        ``steps_open``, and others.

    Returns
    -------
    DataFrame
        The rows of both. Where one of them never notes what is done, its steps and promises are not counted as due:
        else all would seem open.

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Examples
    --------
    >>> steps = pd.DataFrame({"staff_id": ["S1"], "steps_due": [3], "steps_kept": [0], "steps_open": [3]})
    >>> agreed(steps, steps.assign(steps_kept=2, steps_open=1))[["steps_due", "steps_kept", "steps_open"]].values.tolist()
    [[0, 0, 0], [3, 2, 1]]
    """
    counts = ["steps_due", "steps_kept", "steps_open"]
    for name, cells in (("visits", visits), ("promises", promises)):
        checks.require_columns(cells, counts, name=name)
    noted = [
        cells if cells["steps_kept"].sum() > 0 else cells.assign(**dict.fromkeys(counts, 0))
        for cells in (visits, promises)
    ]
    return pd.concat([cells for cells in noted if len(cells)] or noted[:1], ignore_index=True)
