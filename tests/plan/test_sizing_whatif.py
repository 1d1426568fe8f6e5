"""The levers against the method itself: every setting is also computed by five_steps and adjust on moved inputs."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from salesmgmt.motivation import pay
from salesmgmt.plan import sizing

AS_OF = pd.Timestamp("2026-10-31")
CUSTOMERS = pd.DataFrame(
    {
        "status": ["existing"] * 60 + ["prospect"] * 90 + ["lost"] * 5,
        "tier": (["A"] * 20 + ["B"] * 40) + (["A"] * 30 + ["B"] * 60) + ["B"] * 5,
        "region": (["E", "S", "N"] * 52)[:155],
        "segment": (["bank", "shop"] * 78)[:155],
    }
)
COVERAGE = pd.DataFrame(
    [
        ("account_manager", "existing", "A", 30, 26, 35, 2.0),
        ("account_manager", "existing", "", 14, 12, 15, 1.5),
        ("account_manager", "prospect", "", 8, 7, 10, None),
        ("product_manager", "existing", "A", 8, 8, 8, None),
        ("product_manager", "prospect", "A", 6, 5, 7, None),
    ],
    columns=["role", "status", "tier", "visits_per_year", "low", "high", "hours_per_visit"],
)
CAPACITY = {
    "account_manager": {
        "working_days": 225, "hours_per_day": 8, "selling_share": 0.4, "hours_per_visit": 1.0,
        "travel_hours_per_visit": 1.5,
    },
    "product_manager": {"visits_per_rep": 190.0},
}  # fmt: skip
TARGETS = pd.DataFrame({"segment": ["bank", "shop"], "new_wins": [9.0, 12.0], "win_rate": [0.25, 0.4]})
ADJUSTMENTS = pd.DataFrame(
    [
        ("E", "factor", 1.06),
        ("product_manager", "factor", 0.9),
        ("account_manager", "heads", 1.0),
        ("", "heads", 1.5),
    ],
    columns=["scope", "kind", "value"],
)
RANGES = pd.DataFrame(
    [
        ("selling_share", "account_manager", 0.4, 0.34, 0.46, "logit", ""),
        ("visits_per_rep", "product_manager", 190.0, 170.0, 215.0, "log", ""),
        ("win_rate", "", 0.25, 0.2, 0.3, "logit", ""),
    ],
    columns=["name", "role", "value", "low", "high", "family", "group"],
)
NO_RANGES = RANGES.iloc[:0]
STAFF = pd.DataFrame(
    {
        "role": ["account_manager"] * 3 + ["product_manager"] * 2 + ["sales_manager"],
        "fixed_pay": [200e3, 180e3, 210e3, 240e3, 250e3, 400e3],
        "target_variable_pay": [100e3, 90e3, 140e3, 60e3, 50e3, 250e3],
    }
)
SETTINGS = [
    {},
    {"frequency": 137},
    {"visits_per_rep": 63},
    {"selling_share": 121},
    {"win_rate": 71},
    {"variable_share": 144},
    {"frequency": 50, "visits_per_rep": 150, "selling_share": 150, "win_rate": 150, "variable_share": 50},
    {"frequency": 113, "visits_per_rep": 88, "selling_share": 93, "win_rate": 134, "variable_share": 120},
]


def moved(*, frequency=100, visits_per_rep=100, selling_share=100, win_rate=100, prospects_from="target"):
    """The method's own answer on inputs that are moved as the levers say."""
    visits = {side: COVERAGE[side] * frequency / 100 for side in ("visits_per_year", "low", "high")}
    built, given = dict(CAPACITY["account_manager"]), dict(CAPACITY["product_manager"])
    built["selling_share"] *= selling_share / 100
    built["working_days"] *= visits_per_rep / 100
    given["visits_per_rep"] *= visits_per_rep / 100
    targets = TARGETS.assign(win_rate=TARGETS["win_rate"] * win_rate / 100)
    return sizing.five_steps(
        CUSTOMERS, COVERAGE.assign(**visits), targets=targets, prospects_from=prospects_from,
        visits_per_rep={"account_manager": built, "product_manager": given},
    )  # fmt: skip


def build(ranges=RANGES, *, prospects_from="target", staff=STAFF, adjustments=ADJUSTMENTS):
    return sizing.what_if(
        moved(prospects_from=prospects_from).frequencies, ranges, visits_per_rep=CAPACITY,
        adjustments=adjustments, targets=TARGETS if prospects_from == "target" else None,
        pay=None if staff is None else pay.mix(staff, as_of=AS_OF), rng=np.random.default_rng(7),
    )  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return build()


@pytest.mark.parametrize("setting", SETTINGS)
def test_people_and_headcount_are_those_of_the_method(model, setting):
    team = moved(**{name: value for name, value in setting.items() if name != "variable_share"})
    found = sizing.evaluate(model, **setting)
    steps = sizing.adjustment_steps(team.cells, ADJUSTMENTS)
    assert found["people"] == pytest.approx(steps["after"].iloc[-1], rel=1e-12)
    assert found["headcount"] == sizing.adjust(team.cells, ADJUSTMENTS)


@pytest.mark.parametrize("setting", SETTINGS)
def test_cost_is_that_of_the_pay_method_with_the_variable_pay_moved(model, setting):
    levers = dict(setting)
    base = pay.company_mix(STAFF, as_of=AS_OF)
    share = base.variable_share * levers.pop("variable_share", 100) / 100
    scale = share / (1 - share) * base.fixed_pay / base.variable_pay
    staff = STAFF.assign(target_variable_pay=STAFF["target_variable_pay"] * scale)
    assert pay.company_mix(staff, as_of=AS_OF).variable_share == pytest.approx(share)
    needed = sizing.adjusted_cells(moved(**levers).cells, ADJUSTMENTS)
    people = sizing.adjust(moved(**levers).cells, ADJUSTMENTS)
    expected = pay.team_cost(needed, pay.mix(staff, as_of=AS_OF), headcount=people)
    assert sizing.evaluate(model, **setting)["cost"] == pytest.approx(expected, rel=1e-12)


def test_levers_are_only_those_that_the_inputs_have():
    def names(built):
        return [lever["name"] for lever in built["levers"]]

    assert names(build()) == ["frequency", "visits_per_rep", "selling_share", "win_rate", "variable_share"]
    assert names(build(prospects_from="list", staff=None)) == ["frequency", "visits_per_rep", "selling_share"]
    frequencies = moved().frequencies
    given = sizing.what_if(
        frequencies, NO_RANGES, visits_per_rep=220, adjustments=ADJUSTMENTS, rng=np.random.default_rng(7)
    )
    assert names(given) == ["frequency", "visits_per_rep"]
    assert [lever["base"] for lever in given["levers"]] == [None, 220.0]


def test_base_of_the_win_rate_is_the_overall_rate(model):
    (lever,) = [lever for lever in model["levers"] if lever["name"] == "win_rate"]
    assert lever["base"] == pytest.approx(21 / (9 / 0.25 + 12 / 0.4))


def test_no_lever_raises_a_share_to_one():
    high = RANGES.assign(high=[0.8, 215.0, 0.7])
    bounds = {lever["name"]: lever["high"] for lever in build(high)["levers"]}
    assert (bounds["selling_share"], bounds["win_rate"]) == (123, 141)
    assert sizing.evaluate(build(high), selling_share=123, win_rate=141)["band"] is not None


def test_prospects_of_the_list_do_not_follow_the_win_rate():
    with pytest.raises(ValueError, match=r"levers \['win_rate'\] are not in the model; it has \['frequency'"):
        sizing.evaluate(build(prospects_from="list"), win_rate=120)


def test_cost_is_left_out_unless_every_needed_role_is_paid():
    found = build(staff=STAFF[STAFF["role"] != "product_manager"])
    assert found["pay"] is None and sizing.evaluate(found)["cost"] is None


def test_variable_share_needs_both_parts_of_pay():
    fixed_only = build(staff=STAFF.assign(target_variable_pay=0.0))
    assert "variable_share" not in [lever["name"] for lever in fixed_only["levers"]]
    assert sizing.evaluate(fixed_only)["cost"] > 0


def test_nothing_to_visit_makes_no_model():
    idle = moved().frequencies.assign(customers=0.0, visits=0.0)
    options = {"visits_per_rep": CAPACITY, "adjustments": ADJUSTMENTS, "rng": np.random.default_rng(7)}
    assert sizing.what_if(idle, RANGES, **options) is None


def test_headcount_is_never_negative():
    cut = pd.DataFrame({"kind": ["heads"], "value": [-5.0]})
    found = sizing.evaluate(build(adjustments=cut), frequency=50, visits_per_rep=150, selling_share=150)
    assert found["people"] < 0 and found["headcount"] == 0 and found["cost"] == 0


def test_model_is_plain_json(model):
    assert json.loads(json.dumps(model, allow_nan=False)) == model


def simulated(*, frequency=100, visits_per_rep=100, selling_share=100, win_rate=100):
    """P10, P50, P90 of the method's own simulation with every range moved along."""
    team = moved(
        frequency=frequency, visits_per_rep=visits_per_rep, selling_share=selling_share, win_rate=win_rate
    )
    scale = np.array([selling_share, visits_per_rep, win_rate])[:, None] / 100
    ranges = RANGES.copy()
    ranges[["value", "low", "high"]] *= scale
    capacity = {role: dict(own) for role, own in CAPACITY.items()}
    capacity["account_manager"]["selling_share"] *= selling_share / 100
    capacity["account_manager"]["working_days"] *= visits_per_rep / 100
    capacity["product_manager"]["visits_per_rep"] *= visits_per_rep / 100
    draws = sizing.simulate(
        team.frequencies, ranges, visits_per_rep=capacity, adjustments=ADJUSTMENTS,
        targets=TARGETS.assign(win_rate=TARGETS["win_rate"] * win_rate / 100), rng=np.random.default_rng(7),
    )  # fmt: skip
    return np.quantile(draws["people"], [0.1, 0.5, 0.9])


@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"selling_share": 50},
        {"win_rate": 150},
        {"frequency": 130, "visits_per_rep": 80, "selling_share": 150, "win_rate": 50},
    ],
)
def test_band_is_the_simulations_own_at_the_points_of_the_grid(model, setting):
    expected = np.ceil(simulated(**setting) - 1e-9)
    assert sizing.evaluate(model, **setting)["band"] == expected.tolist()


@pytest.mark.parametrize("share", [62, 87, 128])
@pytest.mark.parametrize("rate", [66, 94, 131])
def test_band_between_the_points_is_within_two_per_cent(model, share, rate):
    expected = simulated(selling_share=share, win_rate=rate)
    found = np.array(sizing.evaluate(model, selling_share=share, win_rate=rate)["band"])
    assert ((found >= expected * 0.98) & (found <= expected * 1.02 + 1)).all()


def test_no_band_where_nothing_is_uncertain():
    certain = COVERAGE.assign(low=COVERAGE["visits_per_year"], high=COVERAGE["visits_per_year"])
    team = sizing.five_steps(CUSTOMERS, certain, visits_per_rep=CAPACITY)
    built = sizing.what_if(
        team.frequencies, NO_RANGES, visits_per_rep=CAPACITY, adjustments=ADJUSTMENTS,
        rng=np.random.default_rng(7),
    )  # fmt: skip
    assert built["band"] is None and sizing.evaluate(built, frequency=120)["band"] is None


CHANCE = pd.DataFrame({"factor": [1.5, 0.5, 1.0], "probability": [0.4, 0.1, 0.2]})


@pytest.mark.parametrize(
    ("per_cent", "expected"), [(50, 0.1), (75, 0.15), (100, 0.2), (125, 0.3), (150, 0.4)]
)
def test_the_win_rate_moves_the_chance_and_people_only_where_wins_are_sought(per_cent, expected):
    """On a list of prospects a better win rate changes no visit, only what comes of them."""
    frequencies = moved(prospects_from="list").frequencies
    options = {"visits_per_rep": CAPACITY, "adjustments": ADJUSTMENTS, "chance": CHANCE}
    listed = sizing.what_if(frequencies, RANGES, **options, rng=np.random.default_rng(7))
    found, plan = sizing.evaluate(listed, win_rate=per_cent), sizing.evaluate(listed)
    assert found["chance"] == pytest.approx(expected)
    assert (found["people"], found["band"]) == (plan["people"], plan["band"])
    sought = sizing.what_if(
        moved().frequencies, RANGES, **options, targets=TARGETS, rng=np.random.default_rng(7)
    )
    changed = sizing.evaluate(sought, win_rate=per_cent)["people"] != sizing.evaluate(sought)["people"]
    assert changed == (per_cent != 100)
