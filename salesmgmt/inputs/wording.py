"""The client's own English wording, out of ``<column>_en`` columns."""

from __future__ import annotations

import duckdb

from salesmgmt.inputs.columns import Typed
from salesmgmt.inputs.sql import identifier

__all__ = ["english"]


def english(connection: duckdb.DuckDBPyConnection, typed: Typed) -> dict[str, str]:
    """Text of a table -> its English wording, where the client gave one beside it.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds ``ours.<table>``.
    typed : Typed
        The table.

    Returns
    -------
    dict
        In the order of columns; for one text with several wordings, the alphabetically first.
    """
    found: dict[str, str] = {}
    for name in typed.present:
        if f"{name}_en" in typed.further:
            text, wording = identifier(name), identifier(f"{name}_en")
            pairs = connection.execute(
                f"SELECT {text}, min({wording}) FROM {typed.relation} "
                f"WHERE {text} IS NOT NULL AND {wording} <> '' GROUP BY 1 ORDER BY 1"
            ).fetchall()
            found = dict(pairs) | found
    return found
