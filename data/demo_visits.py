"""The visit log of the demonstration client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from demo_people import AS_OF, LOG_STARTS, LOST_VISITS, MANAGER, ROLE_OF, coverage, pick, skewed, team_of
from demo_phrases import KINDS, NEXT_STEPS, OBJECTIONS, OUTCOMES, PURPOSES

if TYPE_CHECKING:
    from demo_client import Truths

# Weeks nobody visits: New Year, Spring Festival, Qingming, May, Dragon Boat, Mid-Autumn and National Day.
HOLIDAYS = (
    ("2025-01-01", "2025-01-01"), ("2025-01-27", "2025-02-05"), ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"), ("2026-02-13", "2026-02-24"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
)  # fmt: skip
# How busy a working day is with visits by month: slow around the Spring Festival, busy before year-end tenders.
BUSY = (0.85, 0.8, 1.1, 1.1, 1.05, 1.05, 0.95, 0.9, 1.05, 1.0, 1.1, 1.0)
CALLS = 0.12  # phone calls logged per visit; they are not visits


def working_days() -> pd.DatetimeIndex:
    """Weekdays of the log outside public holidays."""
    days = pd.bdate_range(LOG_STARTS, AS_OF)
    for first, last in HOLIDAYS:
        days = days[(days < first) | (days > last)]
    return days


def visits(
    customers: pd.DataFrame, assignments: pd.DataFrame, truths: Truths, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per visit or phone call since the log began.

    Each customer has a liking of its own (gamma, CV 0.35) and busy and quiet months (gamma, CV 0.5), so counts are
    clustered and skewed; the class and team means are what was planted over the twelve months to ``AS_OF``.
    """
    frame = _events(_rates(customers, assignments, truths, rng), rng)
    called = rng.random(len(frame)) < CALLS / (1 + CALLS)
    kinds = np.array([kind for kind, _ in KINDS])[pick(rng, len(frame), [share for _, share in KINDS])]
    hours = frame["hours_per_visit"] * 60 * skewed(rng, 12, len(frame))
    minutes = (np.where(called, 15, hours) / 5).round() * 5
    table = pd.DataFrame(
        {
            "visited_on": frame["visited_on"],
            "staff_id": frame["staff_id"],
            "customer_id": frame["customer_id"],
            "kind": np.where(called, "call", kinds),
            "minutes": pd.Series(minutes).clip(5, 420).where(rng.random(len(frame)) > 0.08).astype("Int64"),
        }
    )
    table = _text(table.assign(status=frame["status"], team=frame["team"]), rng).sort_values(
        ["visited_on", "customer_id", "staff_id", "kind"], kind="stable"
    )
    table.insert(0, "visit_id", [f"V{k:05d}" for k in range(1, len(table) + 1)])
    strays = rng.choice(len(table), truths.unassigned_facts, replace=False)
    table.iloc[strays, table.columns.get_loc("customer_id")] = [
        ["", "C9002"][k % 2] for k in range(len(strays))
    ]
    return table.drop(columns=["status", "team"]).reset_index(drop=True)


def _rates(
    customers: pd.DataFrame, assignments: pd.DataFrame, truths: Truths, rng: np.random.Generator
) -> pd.DataFrame:
    """Owner spell × visits a year: policy × planted ratios × the customer's own liking.

    A customer nobody owns is not visited; the others of its class take its share, so that the class keeps its ratio.
    """
    owners = assignments[assignments["part"].eq("owner")]
    owners = owners.assign(role=owners["staff_id"].map(ROLE_OF))
    people = customers.assign(team=team_of(customers), liking=skewed(rng, 8, len(customers)))
    owned = people["customer_id"].isin(owners["customer_id"])
    people["owned"] = owned.groupby([people["status"], people["tier"]]).transform("mean")
    people["ratio"] = [
        dict(truths.visits_to_policy).get(k, 1.0) for k in zip(people["status"], people["tier"], strict=True)
    ]
    people["ratio"] *= (
        people["team"].map(dict(truths.team_visits)).fillna(1.0) * people["liking"] / people["owned"]
    )
    frame = owners.merge(people, on="customer_id").merge(
        coverage(), on=["role", "status", "tier"], how="left"
    )
    frame["visits_per_year"] = frame["visits_per_year"].fillna(float(LOST_VISITS))
    frame["hours_per_visit"] = frame["hours_per_visit"].fillna(1.0)
    return frame.assign(rate=frame["visits_per_year"] * frame["ratio"])


def _events(rates: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row per visit or call: counts by month of the log, then a working day within the month and the spell."""
    days = pd.Series(working_days())
    months = days.dt.to_period("M")
    weight = months.dt.month.map(dict(enumerate(BUSY, 1))).groupby(months).sum()
    weight = weight / weight.iloc[-12:].sum()
    mood = rng.gamma(4.0, 0.25, (len(rates), len(weight)))
    counts = rng.poisson(rates["rate"].to_numpy()[:, None] * weight.to_numpy() * mood * (1 + CALLS))
    spell, at = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    first = months.searchsorted(weight.index)[at]
    number = months.value_counts().reindex(weight.index).to_numpy()[at]
    day = days.to_numpy()[first + (rng.random(len(at)) * number).astype(int)]
    frame = rates.iloc[spell].reset_index(drop=True).assign(visited_on=day)
    inside = (frame["visited_on"] >= frame["from_on"]) & ~(frame["visited_on"] > frame["to_on"])
    return frame[inside].reset_index(drop=True)


def _text(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What a salesperson writes down: purpose always, outcome mostly, objections and next steps now and then."""
    size = len(table)
    parts = [table]
    for column, phrases, often in (("purpose", PURPOSES, 1.0), ("outcome", OUTCOMES, 0.7)):
        options = [phrase for status in phrases for phrase in phrases[status]]
        at, start = np.zeros(size, dtype=int), 0
        for status, own in phrases.items():
            rows = table["status"].eq(status).to_numpy()
            at[rows] = start + pick(rng, rows.sum(), [share for *_, share in own])
            start += len(own)
        parts.append(_sometimes(options, at, [column, f"{column}_en"], often, rng))
    for said, columns, often in (
        (OBJECTIONS, ["objection", "objection_en", "response", "response_en"], 0.06),
        (NEXT_STEPS, ["next_step", "next_step_en"], 0.15),
    ):
        parts.append(_sometimes(said, rng.integers(0, len(said), size), columns, often, rng))
    table = pd.concat(parts, axis=1)
    due = table["visited_on"] + pd.to_timedelta(np.ceil(rng.gamma(2, 5, size)), unit="D")
    done = due + pd.to_timedelta(np.round(rng.gamma(2, 4, size) - 7), unit="D")
    done = done.where(done >= table["visited_on"], table["visited_on"])
    asked = table["next_step"].ne("")
    joined = pd.Series(rng.random(size) < 0.05) & table["kind"].ne("call")
    return table.assign(
        due_on=due.where(asked),
        done_on=done.where(asked & (done <= AS_OF) & (rng.random(size) < 0.85)),
        accompanied_by=table["team"].map(MANAGER).where(joined, ""),
    )


def _sometimes(
    phrases: Sequence[tuple], at: np.ndarray, columns: list[str], often: float, rng: np.random.Generator
) -> pd.DataFrame:
    """The phrase at each position, with its translation, in this share of the rows; empty elsewhere."""
    options = pd.DataFrame([phrase[: len(columns)] for phrase in phrases], columns=columns)
    options.loc[len(options)] = ""
    return options.iloc[np.where(rng.random(len(at)) < often, at, len(phrases))].reset_index(drop=True)
