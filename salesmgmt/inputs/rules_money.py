"""Rules of the tables about money: shared credits, receipts on invoices, revenue of people who left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
        left (it stays in every total).
    """
    if "credits" in tables:
        yield from _credits(tables["credits"])
    if {"invoices", "receipts"} <= tables.keys():
        yield from _receipts(tables["invoices"], tables["receipts"])
    elif "receipts" in tables:
        yield Problem("receipts", "inputs.receipts_alone", {"ref": "invoices"}, severity="warning")
    if {"revenue", "staff"} <= tables.keys():
        yield from _left(tables["revenue"], tables["staff"])


def _credits(credits: pd.DataFrame) -> Iterator[Problem]:
    sums = credits.groupby("contract_id")["share"].sum()
    for contract, total in sums.items():
        if not sums_to_one(float(total)):
            fields = {"contract": contract, "value": f"{total:.6g}"}
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
    left = staff.drop_duplicates("staff_id").set_index("staff_id")["left_on"]
    gone = revenue["staff_id"].astype("str").map(left)
    late = revenue[revenue["month"] > gone]
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
