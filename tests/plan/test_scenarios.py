"""Scenarios side by side, and what the engagement says of them."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt.inputs import load, seal
from salesmgmt.plan import scenarios

PLANS = pd.DataFrame({"scenario": ["stretch", "", "focus"], "visits": [6000.0, 6000.0, 5400.0],
    "reps": [34.0, 30.0, 27.0], "headcount": [34.0, 30.0, 27.0], "cost": [17e6, 15e6, None]})  # fmt: skip


def test_base_comes_first_and_the_others_are_told_against_it():
    found = scenarios.side_by_side(PLANS)
    assert found["scenario"].tolist() == ["", "stretch", "focus"]
    assert found["more_people"].tolist() == [0.0, 4.0, -3.0]
    assert found["more_cost"].iloc[:2].tolist() == [0.0, 2e6]
    assert found["visits_per_rep"].tolist() == pytest.approx([200.0, 6000 / 34, 200.0])


def test_price_is_the_mean_cost_times_whole_people():
    reps = pd.DataFrame({"role": ["account_manager", "product_manager"], "reps": [3.0, 1.0]})
    each = pd.DataFrame({"role": ["account_manager", "product_manager"], "cost_per_head": [4.0, 8.0]})
    assert scenarios.price(reps, each, headcount=5) == 25.0
    assert scenarios.price(reps.assign(reps=0.0), each, headcount=0) == 0.0
    assert pd.isna(scenarios.price(reps, each.iloc[:1], headcount=5))


def test_unknown_base_and_repeated_scenario_are_named():
    with pytest.raises(ValueError, match="base"):
        scenarios.side_by_side(PLANS, base="other")
    with pytest.raises(ValueError, match="plans"):
        scenarios.side_by_side(pd.concat([PLANS, PLANS]))


def test_one_reading_gives_what_reading_each_scenario_gives(demo):
    data = load(demo)
    every = data.scenarios()
    assert list(every) == ["", "stretch", "focus"]
    for name, found in every.items():
        assert found.assumptions == load(demo, scenario=name).assumptions
        assert found.tables is data.tables


def test_overrides_hold_in_every_scenario_and_seals_keep_them(demo, tmp_path):
    given = {"capacity.attrition": 0.3}
    data = load(demo, overrides=given)
    again = load(seal(data, tmp_path / "sealed"))
    assert {found.value("capacity.attrition") for found in data.scenarios().values()} == {0.3}
    for name, found in data.scenarios().items():
        assert again.scenarios()[name].assumptions == found.assumptions
    pd.testing.assert_frame_equal(again.scenario_changes(), data.scenario_changes())


def test_changes_name_who_when_why_and_both_values(demo):
    changes = load(demo).scenario_changes().set_index(["scenario", "assumption", "role"])
    row = changes.loc[("stretch", "sizing.selling_share", "account_manager")]
    assert (row["before"], row["after"], row["by"], row["on"]) == (
        0.40,
        0.38,
        "销售总监",
        pd.Timestamp("2026-10-20"),
    )
    assert row["reason"]
