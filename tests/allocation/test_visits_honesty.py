"""Intervals and verdicts of visits against policy where the truth is nobody's model.

Visits are drawn from gamma-mixed customers, clustered by salesperson, with a Spring Festival dip; the method knows
none of this. Coverage of the 80 % interval and the chance of any false finding are printed with their
Monte-Carlo error (``pytest -s``), and held to it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.allocation import visits as visiting

AS_OF = pd.Timestamp("2026-10-31")
MONTHS = pd.date_range("2025-11-01", periods=12, freq="MS")
SEASON = np.array([1.1, 1.2, 0.9, 0.4, 1.3, 1.1, 1.0, 1.0, 1.0, 0.9, 1.1, 1.0])
TIERS, SHARES = ["A", "B", "C"], [0.2, 0.35, 0.45]
POLICY = pd.DataFrame({"status": "existing", "tier": TIERS, "visits_per_year": [24.0, 12.0, 6.0]})

WORLDS = {
    "poisson": {"customers": 60, "people": 10, "mixed": 0.0, "clustered": 0.0},
    "mixed": {"customers": 60, "people": 10, "mixed": 0.5, "clustered": 0.0},
    "clustered": {"customers": 150, "people": 20, "mixed": 0.5, "clustered": 0.2},
    "small": {"customers": 30, "people": 8, "mixed": 0.5, "clustered": 0.2},
}


def gamma(rng: np.random.Generator, variation: float, size: int) -> np.ndarray:
    return rng.gamma(variation**-2, variation**2, size) if variation else np.ones(size)


def world(
    rng: np.random.Generator, *, ratio: float, customers: int, people: int, mixed: float, clustered: float
):
    tier = rng.choice(TIERS, customers, p=SHARES)
    owner = rng.integers(people, size=customers)
    rate = POLICY.set_index("tier")["visits_per_year"].loc[tier].to_numpy() * ratio
    rate = rate * gamma(rng, clustered, people)[owner] * gamma(rng, mixed, customers)
    made = rng.poisson(rate[:, None] * SEASON / SEASON.sum())
    who, when = np.nonzero(made)
    visits = pd.DataFrame(
        {
            "month": MONTHS[when],
            "customer_id": [f"C{i}" for i in who],
            "staff_id": [f"S{i}" for i in owner[who]],
            "visits": made[who, when],
            "first_on": MONTHS[when],
            "last_on": MONTHS[when] + pd.offsets.MonthEnd(),
        }
    )
    ids = [f"C{i}" for i in range(customers)]
    table = pd.DataFrame({"customer_id": ids, "status": "existing", "tier": tier})
    return visits, table, pd.DataFrame({"customer_id": ids, "staff_id": [f"S{i}" for i in owner]})


def judged(name: str, *, ratio: float, worlds: int) -> pd.DataFrame:
    rng = np.random.default_rng([2027, *name.encode()])
    found = []
    for number in range(worlds):
        visits, customers, owners = world(rng, ratio=ratio, **WORLDS[name])
        table = visiting.against_policy(visits, customers, POLICY, as_of=AS_OF, owners=owners)
        found.append(table.assign(world=number))
    return pd.concat(found, ignore_index=True)


def share(hits: pd.Series, what: str) -> tuple[float, float]:
    value = float(hits.mean())
    error = float(np.sqrt(max(value * (1 - value), 0.01) / len(hits)))
    print(f"{what}: {value:.3f} ± {error:.3f} ({len(hits)})")
    return value, error


@pytest.mark.parametrize("name", WORLDS)
def test_interval_covers_and_nothing_is_found_where_nothing_is(name, soak):
    found = judged(name, ratio=1.0, worlds=1000 if soak else 60)
    told = found[found["low"].notna() & (found["customers"] >= visiting.MIN_CUSTOMERS)]
    covered, error = share((told["low"] <= 1) & (told["high"] >= 1), f"{name}: 80 % interval covers")
    assert 0.80 - 0.03 - 3 * error < covered < 0.80 + 0.06 + 3 * error
    alarm = found["verdict"].isin(["below", "above"]).groupby(found["world"]).any()
    false, error = share(alarm, f"{name}: any false finding")
    assert false < 0.05 + 0.02 + 3 * error


@pytest.mark.parametrize("name", ["poisson", "clustered"])
def test_interval_covers_and_the_shortfall_is_found_where_it_is(name, soak):
    found = judged(name, ratio=0.6, worlds=1000 if soak else 40)
    covered, error = share((found["low"] <= 0.6) & (found["high"] >= 0.6), f"{name} at 60 %: interval covers")
    assert 0.80 - 0.03 - 3 * error < covered < 0.80 + 0.06 + 3 * error
    power, _ = share(found["verdict"] == "below", f"{name} at 60 %: found below")
    assert power > 0.8
    assert not found["verdict"].isin(["above", "consistent"]).mean() > 0.01
