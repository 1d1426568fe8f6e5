"""How often drift is called where nothing changed, and found where something did.

Teams whose truth is no model of ours: people differ, their days hang together, some join and some leave, results are
heavy-tailed and one large contract makes a year. Printed (``pytest -s``): false alarms per review, coverage of the 80 %
interval, and how often real drift is called worse.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt.evaluation import drift

WORLDS = {
    "thirty people": {},
    "eight people": {"people": 8},
    "days hang together": {"clumped": 2.0},
    "some join, some leave": {"moving": 0.3},
    "heavy-tailed results": {"tail": 2.5},
    "few steps": {"steps": 4},
}


def review(
    rng, *, people=30, clumped=8.0, moving=0.0, tail=6.0, steps=30, drop=0.0, wider=1.0
) -> pd.DataFrame:
    """Signs of one team in two periods; ``drop`` is taken off the share of steps kept, spread of results × ``wider``."""
    ids = [f"S{at:02}" for at in range(people)]
    true, noted, late = rng.beta(4, 4, people), rng.beta(7, 3, people), rng.beta(2, 12, people)
    busy = rng.lognormal(0, 0.6, people)
    rows, results = [], {}
    for period, year in (("before", 2025), ("now", 2026)):
        level = true - drop * (period == "now")
        here = rng.random(people) >= moving / 2
        for at in np.flatnonzero(here):
            for month in range(1, 11):
                share = np.clip(level[at], 0.02, 0.98)
                day = rng.beta(clumped * share, clumped * (1 - share))
                due, visits = rng.poisson(steps / 10 * busy[at]), rng.poisson(16 * busy[at])
                kept = rng.binomial(due, day)
                left = rng.binomial(due - kept, 0.3)
                rows.append(
                    (
                        period,
                        ids[at],
                        pd.Timestamp(year, month, 1),
                        visits,
                        rng.binomial(visits, noted[at]),
                        due,
                        kept,
                        left,
                        visits,
                        rng.binomial(visits, rng.beta(clumped * late[at], clumped * (1 - late[at]))),
                    )
                )
        scale = 0.25 * (wider if period == "now" else 1.0)
        value = np.exp(scale * rng.standard_t(tail, people) + 0.1 * (period == "now"))
        results[period] = pd.DataFrame(
            {
                "staff_id": ids,
                "role": "account_manager",
                "measure": "attainment",
                "metric": "revenue",
                "value": value,
            }
        )
    columns = [
        "period",
        "staff_id",
        "month",
        "visits",
        "with_outcome",
        "steps_due",
        "steps_kept",
        "steps_open",
        "logged",
        "logged_late",
    ]
    log = pd.DataFrame(rows, columns=columns)
    return pd.concat([drift.discipline(log), drift.spread(results["before"], results["now"])])


def reviewed(world: str, count: int, seed: int, **changed) -> pd.DataFrame:
    rng = np.random.default_rng([seed, *world.encode()])
    found = [
        drift.changes(review(rng, **WORLDS[world], **changed), rng=rng).assign(team=team)
        for team in range(count)
    ]
    return pd.concat(found, ignore_index=True)


@pytest.fixture(scope="module")
def count(soak: bool) -> int:
    return 500 if soak else 16


def test_teams_that_do_not_change_are_seldom_called_drifting(count, seed):
    alarms = {}
    for world in WORLDS:
        found = reviewed(world, count, seed)
        called = found["verdict"] != "cannot_tell"
        alarms[world] = called.groupby(found["team"]).any().sum()
        inside = ((found["low"] <= 0) & (found["high"] >= 0)).groupby(found["measure"]).mean()
        shown = "  ".join(f"{name} {share:.0%}" for name, share in inside.items())
        print(
            f"\n{world:24}: false alarms {alarms[world]} of {count} reviews; zero inside the interval {shown}"
        )
        assert alarms[world] <= stats.binom.ppf(1 - 1e-5, count, 0.05)
    total = count * len(WORLDS)
    print(f"all worlds: {sum(alarms.values())} of {total} reviews")
    assert sum(alarms.values()) <= stats.binom.ppf(1 - 1e-5, total, 0.05)


def test_real_drift_is_found_and_named_worse(count, seed):
    found = reviewed("thirty people", count, seed, drop=0.12, wider=3.0)
    worse = (found["verdict"] == "worse").groupby(found["measure"]).mean()
    better = (found["verdict"] == "better").groupby(found["measure"]).mean()
    print(
        f"\nkept 12 points less: worse {worse['steps_kept']:.0%}; results three times as wide: {worse['results_spread']:.0%}"
    )
    assert worse["steps_kept"] > 0.8
    assert worse["results_spread"] > 0.6
    assert better.max() <= 0.1
