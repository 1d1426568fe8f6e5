"""Visits and revenue as a CRM and a ledger hold them, and their sums computed the plain way, exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from salesmgmt.inputs.facts import Grain

VISITS = {
    "visit_id": "besuch", "visited_on": "am", "staff_id": "wer", "customer_id": "Kunde", "kind": "art", "minutes": "min",
    "due_on": "faellig", "done_on": "erledigt", "outcome": "ergebnis",
    "logged_on": "eingetragen",
}  # fmt: skip
REVENUE = {
    "revenue_id": "nr", "month": "monat", "customer_id": "Kunde", "staff_id": "wer", "product_id": "produkt",
    "amount": "betrag", "quantity": "menge", "penalty": "abzug",
}  # fmt: skip
"""Our column -> the client's."""

Row = dict[str, Any]


def visits(rng: np.random.Generator, count: int) -> list[Row]:
    """Visits by their client's names: blanks around ids, numbers missing, references missing or unknown, a row of nothing."""
    first = date(2024, 1, 1)
    rows = [
        {
            "besuch": at,
            "am": first + timedelta(int(rng.integers(0, 900))),
            "wer": pick(rng, ["S1", " S2", "S3 ", "　S1", "S9", "", None]),
            "Kunde": pick(rng, [1001, 1002, 1003, 99, None]),
            "art": pick(rng, ["visit", "拜访", "call", None]),
            "min": pick(rng, [None, round(float(rng.uniform(0, 480)), 2), 30.1, 0.1]),
            "faellig": pick(rng, [None, first + timedelta(int(rng.integers(0, 900)))]),
            "erledigt": pick(rng, [None, first + timedelta(int(rng.integers(0, 900)))]),
            "ergebnis": pick(rng, [None, "", " ", "需求明确"]),
            "eingetragen": pick(
                rng, [None, *(first + timedelta(int(rng.integers(0, 900))) for _ in range(3))]
            ),
        }
        for at in range(1, count + 1)
    ]
    for row in rows[::3]:  # the days about a week after the visit
        row["eingetragen"] = row["am"] + timedelta(int(rng.integers(-1, 12)))
    return [*rows, dict.fromkeys(rows[0])]


def revenue(rng: np.random.Generator, count: int) -> list[Row]:
    """Revenue by its client's names, reversals among it, amounts from cents to beyond what is added exactly."""
    rows = []
    for at in range(1, count + 1):
        amount = round(float(rng.normal(0, 1) * 10 ** rng.integers(0, 8)), 2)
        rows.append(
            {
                "nr": f"R{at:05d}",
                "monat": date(
                    2024 + int(rng.integers(0, 3)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
                ),
                "Kunde": pick(rng, ["C1", "C2", "C404", None]),
                "wer": pick(rng, ["S1", "S2", None]),
                "produkt": pick(rng, [7, 8, None]),
                "betrag": amount,
                "menge": pick(rng, [None, int(rng.integers(1, 900)), 0.1]),
                "abzug": pick(rng, [None, 0.0, abs(amount) / 3]),
            }
        )
    return rows


def pick(rng: np.random.Generator, values: list[Any]) -> Any:
    """One of some values."""
    return values[int(rng.integers(0, len(values)))]


def text(cell: Any) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip(" \u3000")


def plain(
    rows: Iterable[Row],
    places: Mapping[str, str],
    grain: Grain,
    factors: Mapping[str, Any],
    as_of: pd.Timestamp | None = None,
) -> dict[Any, Any]:
    """Exact sums by month and parts, as Python's fractions add them; ``factors`` turn a number into ours."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if any(text(row[theirs]) for theirs in places.values()):
            day = row[places[grain.day]]
            groups[(day.replace(day=1), *(text(row[places[name]]) for name in grain.parts))].append(row)
    found = {}
    for key, own in groups.items():
        sums = []
        for name in grain.sums:
            given = [
                factors.get(name, float)(row[places[name]]) for row in own if row[places[name]] is not None
            ]
            sums.append((sum(map(Fraction, given), Fraction(0)), len(given)))
        days = [row[places[grain.day]] for row in own]
        span = (min(days), max(days)) if grain.span else ()
        told = [sum(steps(row, places, as_of)[name] for row in own) for name in grain.told]
        found[key] = (len(own), *sums, *span, *told)
    return found


def steps(row: Row, places: Mapping[str, str], as_of: pd.Timestamp) -> dict[str, bool]:
    """What one visit counts as, looked at on the first 30 April, or whatever day, on which it is past."""
    day, due, done, outcome, entered = (
        row[places[name]] if name in places else None
        for name in ("visited_on", "due_on", "done_on", "outcome", "logged_on")
    )
    look = as_of.date().replace(year=2023)
    while look < day:
        look = look.replace(year=look.year + 1)
    asked = due is not None and due <= look and look <= as_of.date()
    known = entered is not None and entered <= look and look <= as_of.date()
    return {
        "with_outcome": bool(text(outcome)),
        "steps_due": asked,
        "steps_kept": asked and done is not None and done <= due,
        "steps_open": asked and (done is None or done > look),
        "logged": known,
        "logged_late": known and (entered - day).days > 7,
    }


def exact(partial: pd.DataFrame, grain: Grain) -> dict[Any, Any]:
    """A partial frame in the same form: whole and rest put together without rounding."""
    found = {}
    for row in partial.to_dict("records"):
        key = (row["month"].date(), *(row[name] for name in grain.parts))
        sums = [
            (Fraction(row[f"{n} whole"], 65536) + Fraction(row[f"{n} rest"]), row[f"{n} given"])
            for n in grain.sums
        ]
        span = (row["first_on"].date(), row["last_on"].date()) if grain.span else ()
        found[key] = (row["rows"], *sums, *span, *(row[name] for name in grain.told))
    return found
