"""Rules of the tables behind roles and capacity: work that leaves no time, work without hours, absences twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.keys import first_few
from salesmgmt.inputs.settings import Settings

__all__ = ["capacity"]

_HOURS = ["hours_per_customer", "hours_per_opportunity", "hours_fixed"]

Frames = Mapping[str, pd.DataFrame]


def capacity(tables: Frames, settings: Settings) -> Iterator[Problem]:
    """Every problem and warning of the tables behind roles and capacity.

    Parameters
    ----------
    tables : Mapping
        Typed tables, as far as they could be read.
    settings : Settings
        engagement.toml as used.

    Yields
    ------
    Problem
        Errors: a role whose fixed hours are a whole year or more. Warnings: work without hours, absences of one person
        that overlap.
    """
    if "role_work" in tables:
        yield from _no_time(tables["role_work"], settings)
        yield from _no_hours(tables["role_work"])
    if "absences" in tables:
        yield from _twice(tables["absences"])


def _no_time(role_work: pd.DataFrame, settings: Settings) -> Iterator[Problem]:
    for role, hours in role_work.groupby("role", sort=False)["hours_fixed"].sum().items():
        days, a_day = (
            _value(settings, f"sizing.{name}", str(role)) for name in ("working_days", "hours_per_day")
        )
        if days is not None and a_day is not None and hours >= days * a_day:
            fields = {"role": role, "value": f"{hours:g}", "hours": f"{days * a_day:g}"}
            yield Problem("role_work", "inputs.fixed_hours", fields, column="hours_fixed")


def _value(settings: Settings, name: str, role: str) -> float | None:
    found = settings.assumptions.get((name, role)) or settings.assumptions.get((name, ""))
    return None if found is None else found.value


def _no_hours(role_work: pd.DataFrame) -> Iterator[Problem]:
    empty = role_work[role_work[_HOURS].fillna(0.0).eq(0.0).all(axis=1)]
    if len(empty):
        fields = {"count": len(empty), "named": first_few(empty["work"].drop_duplicates())}
        yield Problem("role_work", "inputs.work_without_hours", fields, column="work", severity="warning")


def _twice(absences: pd.DataFrame) -> Iterator[Problem]:
    """Spells of one person that overlap: days are counted once, so one of the dates may be wrong."""
    rows = absences.sort_values(["staff_id", "from_on"])
    before = rows.groupby("staff_id")["to_on"].cummax().groupby(rows["staff_id"]).shift()
    overlaps = rows.loc[rows["from_on"] <= before, "staff_id"]
    if len(overlaps):
        fields = {"count": len(overlaps), "named": first_few(overlaps.drop_duplicates())}
        yield Problem("absences", "inputs.absences_overlap", fields, column="from_on", severity="warning")
