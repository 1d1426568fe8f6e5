"""The band around the team size: exact where one assumption moves, centred, reproducible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt import uncertainty
from salesmgmt.plan import sizing

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": [f"C{i}" for i in range(300)],
        "status": ["existing"] * 150 + ["prospect"] * 150,
        "tier": ["A", "B", "C"] * 100,
        "region": ["East", "South"] * 150,
        "segment": (["bank"] * 3 + ["retail"] * 3) * 50,
    }
)
COVERAGE = pd.DataFrame(
    {
        "role": ["account_manager"] * 3 + ["product_manager"],
        "status": ["existing", "existing", "prospect", "existing"],
        "tier": ["A", "", "", "A"],
        "visits_per_year": [36.0, 12.0, 6.0, 4.0],
        "low": [30.0, 10.0, 4.0, np.nan],
        "high": [40.0, 15.0, 9.0, np.nan],
        "hours_per_visit": [2.0, 1.0, np.nan, 2.0],
    }
)
PIECES = {"working_days": 220, "hours_per_day": 8, "selling_share": 0.4, "hours_per_visit": 1.5}
BY_ROLE = {
    "account_manager": PIECES | {"travel_hours_per_visit": 1.0},
    "product_manager": {"visits_per_rep": 100.0},
}
ADJUSTMENTS = pd.DataFrame({"scope": ["East", ""], "kind": ["factor", "heads"], "value": [1.1, 2.0]})
TARGETS = pd.DataFrame(
    {
        "segment": ["bank", "retail"],
        "new_wins": [10.0, 5.0],
        "win_rate": [0.25, 0.1],
        "win_rate_low": [0.2, 0.08],
        "win_rate_high": [0.3, 0.13],
    }
)


def ranges(*rows: tuple[str, str, float, float, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["name", "role", "value", "low", "high", "family"])
    return frame.assign(group="")


NO_RANGES = ranges()
SHARE = ("selling_share", "", 0.4, 0.3, 0.45, "logit")
VISITS = ("sizing.visits_per_rep", "product_manager", 100.0, 80.0, 130.0, "log")
TRAVEL = ("travel_hours_per_visit", "account_manager", 1.0, 0.5, 2.0, "log")


def certain(coverage: pd.DataFrame) -> pd.DataFrame:
    return coverage.drop(columns=["low", "high"])


def size(coverage: pd.DataFrame = COVERAGE, **options) -> sizing.FiveSteps:
    return sizing.five_steps(CUSTOMERS, coverage, visits_per_rep=BY_ROLE, **options)


def rng() -> np.random.Generator:
    return np.random.default_rng(2027)


def test_without_ranges_every_draw_is_the_deterministic_answer():
    team = size(certain(COVERAGE))
    draws = sizing.simulate(
        team.frequencies, NO_RANGES, visits_per_rep=BY_ROLE, adjustments=ADJUSTMENTS, draws=8, rng=rng()
    )
    people = sizing.adjusted_cells(team.cells, ADJUSTMENTS)["reps"].sum()
    expected = [team.visits, team.visits_per_rep, team.reps, people]
    for row in draws[["visits", "visits_per_rep", "reps", "people"]].to_numpy():
        np.testing.assert_allclose(row, expected, rtol=1e-12)


def test_equal_low_and_high_are_as_good_as_no_range():
    team = size(COVERAGE.assign(low=COVERAGE["visits_per_year"], high=COVERAGE["visits_per_year"]))
    same = ranges(("selling_share", "", 0.4, 0.4, 0.4, "logit"))
    draws = sizing.simulate(team.frequencies, same, visits_per_rep=BY_ROLE, draws=4, rng=rng())
    np.testing.assert_allclose(draws["reps"], team.reps, rtol=1e-12)
    assert sizing.tornado(team.frequencies, same, visits_per_rep=BY_ROLE).empty


@pytest.mark.parametrize("row", [SHARE, VISITS, TRAVEL, None], ids=["share", "visits", "travel", "coverage"])
def test_with_one_driver_the_band_is_the_tornado(row):
    team = size(COVERAGE if row is None else certain(COVERAGE))
    how = {"visits_per_rep": BY_ROLE, "adjustments": ADJUSTMENTS}
    known = NO_RANGES if row is None else ranges(row)
    bars = sizing.tornado(team.frequencies, known, **how)
    draws = sizing.simulate(team.frequencies, known, **how, draws=4096, rng=rng())
    assert len(bars) == 1
    assert bars["driver"].item() == ("coverage" if row is None else row[0])
    ends = sorted(bars[["people_low", "people_high"]].iloc[0])
    np.testing.assert_allclose(uncertainty.band(draws["people"]), ends, rtol=2e-3)
    centre = sizing.adjusted_cells(team.cells, ADJUSTMENTS)["reps"].sum()
    assert draws["people"].median() == pytest.approx(centre, rel=2e-3)


def test_tornado_equals_recomputing_by_hand_and_is_sorted():
    team = size()
    bars = sizing.tornado(team.frequencies, ranges(SHARE, VISITS, TRAVEL), visits_per_rep=BY_ROLE)
    assert (bars["swing"].abs().diff().dropna() <= 0).all()
    at = bars.set_index("driver")
    low = sizing.five_steps(
        CUSTOMERS,
        COVERAGE,
        visits_per_rep={**BY_ROLE, "account_manager": BY_ROLE["account_manager"] | {"selling_share": 0.3}},
    )
    assert at.loc["selling_share", "people_low"] == pytest.approx(low.reps)
    assert at.loc["selling_share", ["low", "high"]].tolist() == pytest.approx([0.3, 0.45])
    assert at.loc["sizing.visits_per_rep", "role"] == "product_manager"
    high = COVERAGE["high"].fillna(COVERAGE["visits_per_year"])
    more = size(COVERAGE.assign(visits_per_year=high, low=high, high=high))
    assert at.loc["coverage", "people_high"] == pytest.approx(more.reps)
    assert at.loc["coverage", "high"] == pytest.approx(more.visits)
    assert at.loc["coverage", "swing"] == pytest.approx(
        at.loc["coverage", "people_high"] - at.loc["coverage", "people_low"]
    )


def test_several_drivers_spread_more_than_the_largest_alone():
    team = size()
    how = {"visits_per_rep": BY_ROLE}
    known = ranges(SHARE, VISITS, TRAVEL)
    largest = sizing.tornado(team.frequencies, known, **how)["swing"].abs().iloc[0]
    low, high = uncertainty.band(sizing.simulate(team.frequencies, known, **how, rng=rng())["people"])
    everything = sizing.tornado(team.frequencies, known, **how)["swing"].abs().sum()
    assert largest < high - low < everything


def test_draws_repeat_with_the_seed_and_inputs_stay():
    team = size()
    before, known = team.frequencies.copy(deep=True), ranges(SHARE)
    first, again = (
        sizing.simulate(team.frequencies, known, visits_per_rep=BY_ROLE, draws=64, rng=rng())
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(team.frequencies, before)
    pd.testing.assert_frame_equal(known, ranges(SHARE))


def test_role_without_its_own_range_keeps_its_own_value():
    pieces = {"account_manager": 220.0, "product_manager": 150.0}
    team = sizing.five_steps(CUSTOMERS, certain(COVERAGE), visits_per_rep=pieces)
    known = ranges(("visits_per_rep", "", 220.0, 200.0, 250.0, "log"))
    bars = sizing.tornado(team.frequencies, known, visits_per_rep=pieces)
    reps = team.by_role.set_index("role")["reps"]
    expected = reps["account_manager"] * 220 / 200 + reps["product_manager"]
    assert bars["people_low"].item() == pytest.approx(expected)


def test_targets_move_prospects_by_segment():
    how = {"targets": TARGETS, "prospects_from": "target"}
    team = size(certain(COVERAGE), **how)
    bars = sizing.tornado(team.frequencies, NO_RANGES, visits_per_rep=BY_ROLE, targets=TARGETS)
    assert bars["driver"].tolist() == ["win_rate"]
    assert bars["low"].item() == pytest.approx(15 / (10 / 0.2 + 5 / 0.08))
    lower = TARGETS.assign(win_rate=TARGETS["win_rate_low"])
    again = size(certain(COVERAGE), targets=lower, prospects_from="target")
    assert again.reps > team.reps
    # both segments have the same classes here, so the company's ratio is exact
    assert bars["people_low"].item() == pytest.approx(again.reps)


def test_targets_move_each_segments_own_rows_where_frequencies_keep_segments():
    customers = CUSTOMERS.assign(tier=CUSTOMERS["segment"].map({"bank": "A", "retail": "B"}))
    classes = sizing.classify(customers, targets=TARGETS, prospects_from="target", by=("segment",))
    coverage = pd.DataFrame({"tier": ["A", "B"], "visits_per_year": [30.0, 2.0]})
    frequencies = sizing.visit_frequency(classes, coverage)
    only_bank = TARGETS.assign(win_rate_low=[0.125, 0.1], win_rate_high=[0.25, 0.1])
    bars = sizing.tornado(frequencies, NO_RANGES, visits_per_rep=100, targets=only_bank)
    base = frequencies["visits"].sum() / 100
    assert bars["people_low"].item() == pytest.approx(base + 40 * 30 / 100)
    assert bars["people_high"].item() == pytest.approx(base)


def test_general_win_rate_moves_the_segments_that_took_it():
    targets = TARGETS[["segment", "new_wins", "win_rate"]].assign(win_rate=[0.25, 0.2])
    team = size(certain(COVERAGE), targets=targets, prospects_from="target")
    known = ranges(("sizing.win_rate", "", 0.2, 0.1, 0.4, "logit"))
    bars = sizing.tornado(team.frequencies, known, visits_per_rep=BY_ROLE, targets=targets)
    assert bars["driver"].tolist() == ["sizing.win_rate"]
    assert bars[["low", "high"]].iloc[0].tolist() == pytest.approx([15 / (40 + 50), 15 / (40 + 12.5)])


def test_frequency_that_may_be_zero_never_turns_negative():
    coverage = pd.DataFrame({"visits_per_year": [2.0], "low": [0.0], "high": [6.0]})
    team = sizing.five_steps(CUSTOMERS, coverage, visits_per_rep=100)
    draws = sizing.simulate(team.frequencies, NO_RANGES, visits_per_rep=100, draws=1024, rng=rng())
    assert draws["visits"].min() == 0
    assert uncertainty.band(draws["visits"]) == pytest.approx((0.0, 1800.0), abs=10)


def test_range_that_does_not_belong_to_its_centre_is_refused():
    team = size()
    wrong = ranges(("visits_per_rep", "product_manager", 90.0, 80.0, 130.0, "log"))
    with pytest.raises(
        ValueError, match=r"\('visits_per_rep', 'product_manager', 90.0\)\]; the central values"
    ):
        sizing.simulate(team.frequencies, wrong, visits_per_rep=BY_ROLE, rng=rng())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"draws": 100}, ValueError, r"draws == 100, must be a power of two"),
        ({"rng": 1}, TypeError, r"rng is a int"),
        ({"visits_per_rep": {"sales_manager": 1}}, ValueError, r"has no role \['account_manager', 'product_"),
        ({"adjustments": ADJUSTMENTS.assign(scope="West")}, ValueError, r"adjustments.scope has \['West'\]"),
    ],
)
def test_bad_arguments_are_named(options, error, message):
    good = {"visits_per_rep": BY_ROLE, "draws": 8, "rng": rng()}
    with pytest.raises(error, match=message):
        sizing.simulate(size().frequencies, NO_RANGES, **(good | options))


def test_no_customers_need_nobody_in_every_draw():
    empty = sizing.five_steps(CUSTOMERS[:0], COVERAGE, visits_per_rep=BY_ROLE)
    draws = sizing.simulate(empty.frequencies, ranges(SHARE), visits_per_rep=BY_ROLE, draws=4, rng=rng())
    assert draws["people"].tolist() == [0.0] * 4
    assert draws["visits_per_rep"].isna().all()
