"""Plan tables in full, facts reduced, both fetched from typed relations.

Reduced facts keep every row in some total: a missing or unknown customer or person is ``""``
(unassigned).

- ``visits``: month (first day), customer_id, staff_id, kind, visits (int), minutes (sum, NaN if none
  given), first_on, last_on.
- ``revenue``: month, customer_id, staff_id, product_id, amount, quantity, penalty, direct_cost (sums,
  NaN if none given).
- ``opportunities``: original columns of those opened or closed within three years before ``as_of``, or
  still open.

Sums add in ascending order, so the same rows in any order give the same bits.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from salesmgmt.inputs.codebook import Table
from salesmgmt.inputs.columns import Typed, finish
from salesmgmt.inputs.source import identifier

__all__ = ["YEARS_OF_DEALS", "fetch"]

YEARS_OF_DEALS = 3
"""How far back opportunities are read."""

_SUMS = {
    "visits": ("kind", ("minutes",)),
    "revenue": ("product_id", ("amount", "quantity", "penalty", "direct_cost")),
}


def fetch(
    connection: duckdb.DuckDBPyConnection, typed: Typed, *, as_of: pd.Timestamp, referable: frozenset[str]
) -> pd.DataFrame:
    """One table for the methods.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``ours.<table>`` and ``keys.<table>``.
    typed : Typed
        The table.
    as_of : Timestamp
        Day the data stand at.
    referable : frozenset of str
        Tables whose keys can be looked up.

    Returns
    -------
    DataFrame
        A plan table in file order, or a reduced fact ordered by its grain.
    """
    if not typed.table.fact:
        return _plan(connection, typed)
    if typed.table.name in _SUMS:
        return _sums(connection, typed, referable)
    return _recent_deals(connection, typed, as_of, referable)


def _plan(connection: duckdb.DuckDBPyConnection, typed: Typed) -> pd.DataFrame:
    columns = ", ".join(map(identifier, (*typed.table.columns, *typed.further)))
    query = f"SELECT {columns} FROM {typed.relation} WHERE NOT _blank"
    return finish(connection.execute(query).df(), typed.table)


def _reference(table: Table, name: str, referable: frozenset[str]) -> str:
    """A reference, or the empty text where it is missing or unknown."""
    ref = table.columns[name].ref
    if ref not in referable:
        return f"coalesce({identifier(name)}, '')"
    known = f"{identifier(name)} IN (SELECT key FROM keys.{identifier(ref)})"
    return f"CASE WHEN {known} THEN {identifier(name)} ELSE '' END"


def _sums(connection: duckdb.DuckDBPyConnection, typed: Typed, referable: frozenset[str]) -> pd.DataFrame:
    table = typed.table
    own, added = _SUMS[table.name]
    day = "visited_on" if table.name == "visits" else "month"
    totals = [f"list_sum(list_sort(list({name}))) AS {name}" for name in added]
    if table.name == "visits":
        totals = ["count(*) AS visits", *totals, "min(visited_on) AS first_on", "max(visited_on) AS last_on"]
    query = f"""
        SELECT date_trunc('month', {day})::TIMESTAMP AS month, {_reference(table, "customer_id", referable)} AS customer_id,
            {_reference(table, "staff_id", referable)} AS staff_id, coalesce({own}, '') AS {own}, {", ".join(totals)}
        FROM {typed.relation} WHERE NOT _blank GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    """
    return finish(connection.execute(query).df(), table)


def _recent_deals(
    connection: duckdb.DuckDBPyConnection, typed: Typed, as_of: pd.Timestamp, referable: frozenset[str]
) -> pd.DataFrame:
    table = typed.table
    columns = ", ".join(
        f"{_reference(table, name, referable)} AS {name}"
        if name in ("customer_id", "staff_id")
        else identifier(name)
        for name in table.columns
    )
    since = (as_of - pd.DateOffset(years=YEARS_OF_DEALS)).date().isoformat()
    query = f"""
        SELECT {columns} FROM {typed.relation}
        WHERE NOT _blank AND (opened_on >= DATE '{since}' OR closed_on >= DATE '{since}' OR status IN ('open', 'bid_won'))
        ORDER BY opportunity_id
    """
    return finish(connection.execute(query).df(), table)
