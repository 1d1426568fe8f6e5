"""Rules of who owns whom: locks that cannot be kept, owners who left, customers with two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.keys import first_few

__all__ = ["territories"]

_OWNERS = ("account_manager", "account_product_manager")

Frames = Mapping[str, pd.DataFrame]


def territories(tables: Frames, *, as_of: pd.Timestamp) -> Iterator[Problem]:
    """Every problem and warning of the assignments that hold on a day.

    Parameters
    ----------
    tables : Mapping
        Typed tables, as far as they could be read.
    as_of : Timestamp
        The day the data stand at.

    Yields
    ------
    Problem
        Errors: a customer locked to somebody who has left. Warnings: customers whose owner has left, customers
        owned by two account managers.
    """
    if "assignments" not in tables or "staff" not in tables:
        return
    held = tables["assignments"].assign(at=range(len(tables["assignments"])))
    held = held.loc[lambda rows: rows["part"] == "owner"]
    held = held[~(held["from_on"] > as_of) & ~(held["to_on"] < as_of)]
    people = tables["staff"].drop_duplicates("staff_id")[["staff_id", "role", "left_on"]]
    held = held.merge(people, how="left", on="staff_id")
    gone = held["left_on"] < as_of
    for row in held[gone & held["locked"]].to_dict("records"):
        fields = {
            "customer": row["customer_id"],
            "person": row["staff_id"],
            "day": f"{row['left_on']:%Y-%m-%d}",
            "at": (row["at"],),
        }
        yield Problem("assignments", "inputs.lock_left", fields, column="locked")
    yield from _named("inputs.owner_left", held.loc[gone & ~held["locked"], "customer_id"])
    owned = held.loc[~gone & held["role"].isin(_OWNERS), ["customer_id", "staff_id"]].drop_duplicates()
    yield from _named("inputs.two_owners", owned.loc[owned["customer_id"].duplicated(), "customer_id"])


def _named(id: str, customers: pd.Series) -> Iterator[Problem]:
    """One warning that names the first customers concerned, if any are."""
    ids = list(customers.drop_duplicates())
    if ids:
        fields = {"count": len(ids), "customers": ", ".join(first_few(ids))}
        yield Problem("assignments", id, fields, column="staff_id", severity="warning")
