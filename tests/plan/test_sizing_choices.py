"""Which prospects to visit: every choice is five_steps, adjust and simulate on its own inputs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.plan import sizing
from salesmgmt.uncertainty import spread

CUSTOMERS = pd.DataFrame(
    {"status": ["existing"] * 40 + ["prospect"] * 200, "tier": "", "segment": ["bank", "shop"] * 120}
)
COVERAGE = pd.DataFrame(
    {"status": ["existing", "prospect"], "tier": "", "visits_per_year": [20.0, 8.0], "low": [18.0, 6.0], "high": [23.0, 10.0]}
)  # fmt: skip
TARGETS = pd.DataFrame({"segment": ["bank", "shop"], "new_wins": [10.0, 5.0], "win_rate": [0.25, 0.5]})
NO_RANGES = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])
HEADS = pd.DataFrame({"adjustment": ["x"], "scope": "", "kind": "heads", "value": [1.0]})
OBSERVED = {"win_rate": 0.15, "low": 0.1, "high": 0.2}


def choose(**options):
    given = {"visits_per_rep": 200.0, "adjustments": HEADS, "observed": OBSERVED} | options
    found = sizing.by_prospects(
        CUSTOMERS, COVERAGE, TARGETS, NO_RANGES, **given, rng=np.random.default_rng(3)
    )
    return found.set_index("prospects_from")


def test_each_choice_is_the_method_on_its_own_prospects():
    found = choose()
    assert found["prospects"].to_dict() == pytest.approx({"list": 200, "target": 50, "observed": 100})
    for choice, prospects in found["prospects"].items():
        people = (40 * 20 + prospects * 8) / 200 + 1
        assert found.loc[choice, "headcount"] == np.ceil(people - 1e-9)


def test_ranges_are_those_of_a_simulation_of_the_same_choice():
    steps = sizing.five_steps(CUSTOMERS, COVERAGE, visits_per_rep=200.0)
    rng = np.random.default_rng(3)
    drawn = sizing.simulate(steps.frequencies, NO_RANGES, visits_per_rep=200.0, adjustments=HEADS, rng=rng)
    found = choose()
    assert found.loc["list", ["low", "high"]].to_dict() == spread(drawn["headcount"])
    width = found["high"] - found["low"]
    assert width["observed"] > width["target"]  # the observed rate brings its own range


def test_without_decided_deals_there_are_two_choices():
    assert list(choose(observed=None).index) == ["list", "target"]
