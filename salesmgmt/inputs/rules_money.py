"""Rules of the tables about money: shared credits, receipts on invoices, revenue of people who left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from salesmgmt.checks import sums_to_one
from salesmgmt.errors import Problem
from salesmgmt.inputs.keys import first_few

__all__ = ["money"]

Frames = Mapping[str, pd.DataFrame]


def money(tables: Frames) -> Iterator[Problem]:
    """Every problem and warning of the tables about money.

    Parameters
    ----------
    tables : Mapping
        Typed tables and facts, as far as they could be read.

    Yields
    ------
    Problem
        Errors: credits of a contract that do not sum to one. Warnings: invoices on which more was received than
        invoiced (the rest is not counted), receipts without any invoice table, revenue booked on people after they
        left, orders opened or won by them and contracts credited to them after that day (all stay in every total).
    """
    if "credits" in tables:
        yield from _credits(tables["credits"])
    if {"credits", "contracts", "staff"} <= tables.keys():
        yield from _credited_later(tables["credits"], tables["contracts"], tables["staff"])
    if {"invoices", "receipts"} <= tables.keys():
        yield from _receipts(tables["invoices"], tables["receipts"])
    elif "receipts" in tables:
        yield Problem("receipts", "inputs.receipts_alone", {"ref": "invoices"}, severity="warning")
    if {"revenue", "staff"} <= tables.keys():
        yield from _left(tables["revenue"], tables["staff"])
    if {"opportunities", "staff"} <= tables.keys():
        yield from _orders(tables["opportunities"], tables["staff"])


def _credits(credits: pd.DataFrame) -> Iterator[Problem]:
    sums = credits.groupby("contract_id")["share"].sum()
    for contract, total in sums.items():
        if not sums_to_one(float(total)):
            at = tuple(np.flatnonzero(credits["contract_id"] == contract))
            fields = {"contract": contract, "value": f"{total:.6g}", "at": at}
            yield Problem("credits", "inputs.credits_not_one", fields, column="share")


def _receipts(invoices: pd.DataFrame, receipts: pd.DataFrame) -> Iterator[Problem]:
    asked = invoices.set_index("invoice_id")["amount"]
    came = receipts.groupby("invoice_id")["amount"].sum().reindex(asked.index, fill_value=0.0)
    excess = (came - asked)[(asked > 0) & (came > asked * (1 + 1e-9))]
    if len(excess):
        fields = {
            "count": len(excess),
            "invoices": ", ".join(first_few(excess.index)),
            "excess": f"{excess.sum():,.2f}",
        }
        yield Problem(
            "receipts", "inputs.receipts_above_invoice", fields, column="amount", severity="warning"
        )


def _left(revenue: pd.DataFrame, staff: pd.DataFrame) -> Iterator[Problem]:
    late = revenue[revenue["month"] > _left_on(revenue["staff_id"], staff)]
    if len(late):
        people = late["staff_id"].astype("str").drop_duplicates()
        fields = {
            "count": len(people),
            "people": ", ".join(first_few(people)),
            "value": f"{late['amount'].sum():,.0f}",
        }
        yield Problem(
            "revenue", "inputs.revenue_after_leaving", fields, column="staff_id", severity="warning"
        )


def _left_on(people: pd.Series, staff: pd.DataFrame) -> pd.Series:
    """Day on which the person of each row left; missing where nobody has."""
    return _looked_up(people, staff, "staff_id", "left_on")


def _looked_up(keys: pd.Series, table: pd.DataFrame, key: str, column: str) -> pd.Series:
    """A column of another table by its key, of its type also where the table is empty."""
    found = table.drop_duplicates(key).set_index(key)[column]
    return found.reindex(keys.astype("str").to_numpy()).set_axis(keys.index)


def _orders(opportunities: pd.DataFrame, staff: pd.DataFrame) -> Iterator[Problem]:
    """Opportunities opened, or won, by somebody who was no longer there."""
    gone = _left_on(opportunities["staff_id"], staff)
    won = (opportunities["status"] == "won") & (opportunities["closed_on"] > gone)
    late = opportunities[(opportunities["opened_on"] > gone) | won]
    if len(late):
        people = late["staff_id"].astype("str").drop_duplicates()
        fields = {
            "count": len(late),
            "people": ", ".join(first_few(people)),
            "named": first_few(late["opportunity_id"]),
            "value": f"{late['amount'].sum():,.0f}",
        }
        yield Problem(
            "opportunities", "inputs.orders_after_leaving", fields, column="staff_id", severity="warning"
        )


def _credited_later(credits: pd.DataFrame, contracts: pd.DataFrame, staff: pd.DataFrame) -> Iterator[Problem]:
    """Contracts credited to somebody who had left when they were signed."""
    signed = _looked_up(credits["contract_id"], contracts, "contract_id", "signed_on")
    late = signed > _left_on(credits["staff_id"], staff)
    if late.any():
        fields = {
            "count": int(late.sum()),
            "people": ", ".join(first_few(credits.loc[late, "staff_id"].drop_duplicates())),
            "named": first_few(credits.loc[late, "contract_id"]),
            "at": tuple(np.flatnonzero(late)),
        }
        yield Problem(
            "credits", "inputs.credits_after_leaving", fields, column="staff_id", severity="warning"
        )
