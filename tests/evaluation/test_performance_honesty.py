"""Intervals and verdicts of growth where the truth is nobody's model.

Customers differ in size by a lognormal, grow by gamma shocks, leave, and bill seasonally with monthly noise. Coverage of
the 80 % interval and the chance of any false finding are printed with their Monte-Carlo error
(``pytest -s``), and held to it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import performance

AS_OF = pd.Timestamp("2026-10-31")
MONTHS = pd.date_range("2025-01-01", periods=22, freq="MS")
SEASON = np.array([0.9, 0.7, 1.0, 1.0, 1.05, 1.1, 1.0, 1.0, 1.1, 1.15, 1.0, 1.0])[MONTHS.month - 1]
TRUTH, TEAMS, PEOPLE = 0.10, 5, 25
STAFF = pd.DataFrame(
    {"staff_id": [f"S{i}" for i in range(PEOPLE)], "team": [f"T{i % TEAMS}" for i in range(PEOPLE)]}
)

WORLDS = {
    "usual": {"customers": 150, "sizes": 1.0, "shock": 0.3, "leaving": 0.05},
    "uneven": {"customers": 150, "sizes": 1.5, "shock": 0.3, "leaving": 0.05},
    "calm": {"customers": 150, "sizes": 0.5, "shock": 0.15, "leaving": 0.0},
}


def world(
    rng: np.random.Generator,
    *,
    customers: int,
    sizes: float,
    shock: float,
    leaving: float,
    fallen: float = 1.0,
):
    size = rng.lognormal(0, sizes, customers)
    owner = rng.integers(PEOPLE, size=customers)
    grown = (1 + TRUTH) / (1 - leaving) * rng.gamma(shock**-2, shock**2, customers)
    grown *= (rng.random(customers) >= leaving) * np.where(owner % TEAMS == 0, fallen, 1.0)
    level = np.where(MONTHS.year == 2025, 1.0, grown[:, None])
    amount = size[:, None] * level * SEASON * rng.gamma(25, 1 / 25, (customers, len(MONTHS)))
    return pd.DataFrame(
        {
            "month": np.tile(MONTHS, customers),
            "customer_id": np.repeat([f"C{i}" for i in range(customers)], len(MONTHS)),
            "staff_id": np.repeat([f"S{i}" for i in owner], len(MONTHS)),
            "amount": amount.ravel(),
        }
    )


def judged(name: str, *, worlds: int, **truth: float) -> pd.DataFrame:
    rng = np.random.default_rng([2027, *name.encode()])
    found = []
    for number in range(worlds):
        revenue = world(rng, **WORLDS[name], **truth)
        found.append(performance.growth(revenue, as_of=AS_OF, staff=STAFF, rng=rng).assign(world=number))
    return pd.concat(found, ignore_index=True)


def share(hits: pd.Series, what: str) -> tuple[float, float]:
    value = float(hits.mean())
    error = float(np.sqrt(max(value * (1 - value), 0.01) / len(hits)))
    print(f"{what}: {value:.3f} ± {error:.3f} ({len(hits)})")
    return value, error


@pytest.mark.parametrize("name", WORLDS)
def test_interval_covers_and_nothing_is_found_where_nothing_is(name, soak):
    found = judged(name, worlds=1000 if soak else 50)
    told = found[found["low"].notna()]
    covered, error = share((told["low"] <= TRUTH) & (told["high"] >= TRUTH), f"{name}: 80 % interval covers")
    assert 0.80 - 0.04 - 3 * error < covered < 0.80 + 0.06 + 3 * error
    alarm = found["verdict"].isin(["below", "above"]).groupby(found["world"]).any()
    false, error = share(alarm, f"{name}: any false finding")
    assert false < 0.05 + 0.03 + 3 * error


def test_team_that_falls_by_half_is_found(soak):
    found = judged("calm", worlds=1000 if soak else 25, fallen=0.5)
    hit, _ = share(found.loc[found["group"] == "T0", "verdict"] == "below", "halved team: found below")
    assert hit > 0.95
