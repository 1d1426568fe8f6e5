"""The adjustments to the headcount as formulas: factors on cells of role × region, heads on top, rounded up once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from salesmgmt.publish.blocks import block, checked, company_card, rows_of, worded
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.sheets import Cell, Sheet

__all__ = ["Placed", "write_adjustments"]

_KEY = "plan.sizing.adjustments"
_TEXTS = ("adjustment", "cause", "scope", "reason", "kind")
_VALUE, _BEFORE, _CHANGE, _AFTER = range(5, 9)
_PEOPLE = 3
_ROUNDING = "0.000000001"
"""People below which a fraction is a rounding error of the machine and is not rounded up."""


@dataclass(frozen=True)
class Placed:
    """Work of one role in one region.

    Attributes
    ----------
    role, region : str
        Codes as in the tables.
    visits : Cell
        Visits a year, by a formula.
    one_rep : Cell
        Visits a year and person; its formula is the address.
    """

    role: str
    region: str
    visits: Cell
    one_rep: Cell


def write_adjustments(sheet: Sheet, placed: Sequence[Placed], *, found: Findings, reps: str) -> str:
    """Write the adjustments and, below, the people that they work on.

    Parameters
    ----------
    sheet : Sheet
        The sheet of the five steps.
    placed : Sequence of Placed
        Every role × region that has visits.
    found : Findings
        For the adjustments and the report's headcount.
    reps : str
        Address of the people before any adjustment.

    Returns
    -------
    str
        Address of the headcount.
    """
    columns = [*((name, "") for name in _TEXTS), ("value", "")]
    columns += [(name, "people") for name in ("before", "change", "after")]
    block(sheet, "adjustments", columns, check=True, key=_KEY)
    tuned, top = rows_of(found, _KEY), sheet.at
    values = []
    for row in tuned:
        texts = [worded(sheet.book, row[name], name) for name in _TEXTS]
        values.append(sheet.row([*texts, Cell(row["value"], look="given")])[_VALUE])
    rounded, sheet.at = sheet.at, sheet.at + 1
    changes = iter(_people(sheet, placed, tuned, values))
    for line, (row, value) in enumerate(zip(tuned, values, strict=True), start=top):
        change = value if row["kind"] == "heads" else next(changes)
        sheet.put(line, _BEFORE, Cell(row["before"], "people", reps))
        sheet.put(line, _CHANGE, Cell(row["change"], "people", change))
        added = f"{sheet.address(line, _BEFORE)}+{sheet.address(line, _CHANGE)}"
        sheet.fill(line, _AFTER, checked(sheet, added, row["after"], "people", column=_AFTER, row=line))
        reps = sheet.address(line, _AFTER)
    sheet.put(rounded, 0, sheet.book.say("card.plan.sizing.headcount.label"))
    ours = company_card(found, "plan.sizing.headcount")
    up = f"-INT(-({reps}-{_ROUNDING}))"
    sheet.fill(rounded, _AFTER, checked(sheet, up, ours, "whole", column=_AFTER, row=rounded))
    return sheet.address(rounded, _AFTER)


def _people(
    sheet: Sheet, placed: Sequence[Placed], tuned: Sequence[Mapping[str, Any]], values: Sequence[str]
) -> list[str]:
    """People by role and region, a further column after each factor; what each factor adds in all."""
    book = sheet.book
    factors = [(row, value) for row, value in zip(tuned, values, strict=True) if row["kind"] == "factor"]
    columns = [("role", ""), ("region", ""), ("visits", "visits"), ("reps", "people")]
    after = [book.say("xlsx.after", joiner="\n", name=row["adjustment"]) for row, _ in factors]
    block(sheet, "cells", columns, key="plan.sizing.frequencies", more=after)
    begin = sheet.at
    for place in placed:
        people = (place.visits.value or 0.0) / (place.one_rep.value or 1.0)
        cells = [Cell(people, "people", f"{sheet.address(sheet.at, _PEOPLE - 1)}/{place.one_rep.formula}")]
        for column, (row, value) in enumerate(factors, start=_PEOPLE):
            formula = sheet.address(sheet.at, column)
            if row["scope"] in ("", place.role, place.region):
                formula, people = f"{formula}*{value}", people * row["value"]
            cells.append(Cell(people, "people", formula))
        names = [worded(book, place.role, "role"), worded(book, place.region, "region")]
        sheet.row([*names, place.visits, *cells])
    last = sheet.at - 1
    stretches = [sheet.address(begin, _PEOPLE + step, last) for step in range(len(factors) + 1)]
    return [f"SUM({new})-SUM({old})" for old, new in pairwise(stretches)]
