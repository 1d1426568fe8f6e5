"""Judged responses: curves through the points, the rule of shares, and a few visits moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.errors import Refused
from salesmgmt.plan import response

EFFORTS = [0.0, 0.5, 1.0, 1.5, 9.0]


def judged(answers, judge="J1", subject="A"):
    return pd.DataFrame({"subject": subject, "judge": judge, "effort": EFFORTS, "response": answers}).dropna()


def adbudg(low, high, bend):
    """Five answers that lie on a curve."""
    half = (high - 1) / (1 - low)
    inner = [low + (high - low) * x**bend / (half + x**bend) for x in (0.5, 1.0, 1.5)]
    return [low, *inner, high]


def one(fitted, subject="A", judge=""):
    return fitted[(fitted["subject"] == subject) & (fitted["judge"] == judge)].iloc[0]


# Published


def test_the_rule_of_shares_settles_where_the_power_response_has_its_optimum(golden):
    # Beswick (1977): seven districts, r = z·t^0.2; the optimum has t proportional to z^(1/(1 − 0.2))
    case = golden("resp-beswick")
    z, exponent = pd.Series(case["inputs"]["z"]), case["inputs"]["exponent"]
    fitted = pd.DataFrame({"subject": z.index, "elasticity": exponent})
    effort = pd.Series(1.0, index=z.index)
    for _ in range(60):
        grounds = pd.DataFrame({"subject": z.index, "visits": effort, "contribution": z * effort**exponent})
        effort = response.shares(fitted, grounds).set_index("subject")["rule_share"].reindex(z.index)
    assert effort.to_dict() == pytest.approx(case["outputs"]["effort_share"], abs=1e-6)


def test_the_usual_elasticity_is_that_of_the_studies(golden):
    assert golden("resp-elasticity")["outputs"]["mean_all_industries"] == response.USUAL_ELASTICITY


# Curves


@pytest.mark.parametrize(("low", "high", "bend"), [(0.5, 1.4, 1.0), (0.2, 2.5, 2.2), (0.85, 1.1, 0.5), (0.0, 1.6, 3.0)])  # fmt: skip
def test_a_curve_through_points_on_a_curve_is_that_curve(low, high, bend):
    answers = adbudg(low, high, bend)
    found = one(response.curves(judged(answers)))
    assert found["bend"] == pytest.approx(bend, rel=1e-4)
    assert found["residual"] < 1e-5
    assert [response.respond(found, x) for x in EFFORTS[:4]] == pytest.approx(answers[:4], abs=1e-5)
    step = 1e-5
    slope = (response.respond(found, 1 + step) - response.respond(found, 1 - step)) / (2 * step)
    assert found["elasticity"] == pytest.approx(slope, rel=1e-6)


def test_points_off_every_curve_leave_a_residual_no_grid_search_beats():
    answers = [0.2, 0.85, 1.0, 1.02, 1.8]
    found = one(response.curves(judged(answers)))
    half = (1.8 - 1) / (1 - 0.2)

    def misses(bend):
        return [0.2 + 1.6 * x**bend / (half + x**bend) - r for x, r in ((0.5, 0.85), (1.5, 1.02))]

    best = min(np.sum(np.square(misses(bend))) for bend in np.geomspace(0.05, 20, 4000))
    assert np.sum(np.square(misses(found["bend"]))) <= best + 1e-9
    assert found["residual"] == pytest.approx(np.max(np.abs(misses(found["bend"]))), abs=1e-6)
    assert found["residual"] > 0.05


def test_answers_in_any_unit_are_told_in_terms_of_today():
    answers = adbudg(0.5, 1.4, 1.0)
    plain, scaled = (response.curves(judged(a)) for a in (answers, [250 * x for x in answers]))
    pd.testing.assert_frame_equal(plain, scaled)


def test_today_may_be_left_out_and_one_of_the_middle_points():
    answers = adbudg(0.5, 1.4, 1.3)
    for gone in (1, 2, 3):
        kept = [np.nan if at == gone else answer for at, answer in enumerate(answers)]
        assert one(response.curves(judged(kept)))["bend"] == pytest.approx(1.3, rel=1e-4)


def test_judges_are_pooled_and_kept_apart():
    both = pd.concat([judged([0.4, 0.7, 1, 1.1, 1.2]), judged([0.6, 0.9, 1, 1.3, 1.6], judge="J2")])
    found = response.curves(both)
    assert found["judge"].tolist() == ["", "J1", "J2"]
    together = one(found)
    assert (together["judges"], together["lowest"], together["highest"]) == (2, 0.5, pytest.approx(1.4))
    assert together["spread"] == pytest.approx(0.4)
    assert np.isnan(one(found, judge="J1")["spread"])


def test_judges_who_left_out_what_a_curve_needs_are_left_out():
    short = judged([np.nan, 0.7, 1, 1.1, 1.2], judge="J2")
    found = response.curves(pd.concat([judged(adbudg(0.5, 1.4, 1.0)), short]))
    assert set(found["judge"]) == {"", "J1"}
    with pytest.raises(Refused, match="plan.response_few_points"):
        response.curves(short)
    with pytest.raises(Refused, match="plan.response_few_points"):
        response.curves(judged([0.5, np.nan, 1, np.nan, 1.4]))


def test_visits_that_change_nothing_have_no_curve():
    flat = judged([1, 1, 1, 1, 1], subject="B")
    with pytest.raises(Refused, match="plan.response_flat"):
        response.curves(flat)
    found = response.curves(pd.concat([judged(adbudg(0.5, 1.4, 1.0)), flat]))
    assert np.isnan(one(found, subject="B")["bend"])
    summary = response.summary(found)
    assert (summary["subjects"], summary["steepest"], summary["disputed"]) == (1, "A", "")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"effort": [0, 0.5, 1, 2, 9]}, r"judgements.effort has \[2.0\]"),
        ({"response": [-1, 0.7, 1, 1.1, 1.2]}, r"judgements.response == \{0: -1.0\}, must be >= 0"),
    ],
)
def test_bad_judgements_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        response.curves(judged([0.5, 0.7, 1, 1.1, 1.2]).assign(**change))
    with pytest.raises(ValueError, match="judgements has more than one row"):
        response.curves(pd.concat([judged([0.5, 0.7, 1, 1.1, 1.2])] * 2))


# Grounds, shares and moves


MONTHS = pd.to_datetime(["2025-10-01", "2025-11-01", "2026-10-01"])
CUSTOMERS = pd.DataFrame(
    {"customer_id": ["C1", "C2", "C3"], "segment": ["A", "B", "A"], "tier": ["K", "K", "L"]}
)
VISITS = pd.DataFrame({"month": MONTHS, "customer_id": ["C1", "C1", "C2"], "visits": [99, 40, 10]})
REVENUE = pd.DataFrame({"month": MONTHS, "customer_id": ["C1", "C3", "C2"], "amount": [9e9, 300.0, 200.0], "direct_cost": [1.0, 200.0, 150.0]})  # fmt: skip
AS_OF = pd.Timestamp("2026-10-31")


def test_grounds_are_those_of_twelve_months_by_segment_or_tier():
    found = response.base(CUSTOMERS, VISITS, REVENUE, pd.Series(["B", "A", "B"]), as_of=AS_OF)
    assert found.values.tolist() == [["B", 10.0, 200.0, 50.0], ["A", 40.0, 300.0, 100.0]]
    tiers = response.base(CUSTOMERS, VISITS, REVENUE, pd.Series(["K"]), as_of=AS_OF)
    assert tiers.values.tolist() == [["K", 50.0, 200.0, 50.0]]
    unknown = response.base(CUSTOMERS, VISITS, REVENUE.drop(columns="direct_cost"), pd.Series(["A"]), as_of=AS_OF)  # fmt: skip
    assert unknown["contribution"].item() == unknown["revenue"].item() == 300.0
    with pytest.raises(ValueError, match="must all be segments or all be tiers"):
        response.base(CUSTOMERS, VISITS, REVENUE, pd.Series(["A", "K"]), as_of=AS_OF)


def two(judges=("J1", "J2")):
    """Two subjects: A answers to visits, B hardly; the judges differ about A."""
    rows = [judged(adbudg(0.4 + 0.2 * at, 1.6, 1.2), judge=judge) for at, judge in enumerate(judges)]
    rows += [judged(adbudg(0.9, 1.05, 1.0), judge=judge, subject="B") for judge in judges]
    return response.curves(pd.concat(rows))


GROUNDS = pd.DataFrame({"subject": ["A", "B"], "visits": [200.0, 100.0], "revenue": 1.0, "contribution": [1e6, 1e6]})  # fmt: skip


def test_moved_visits_change_what_the_curves_say_and_single_judges_frame_it():
    fitted = two()
    moved = response.moves(fitted, GROUNDS)
    to_a = moved[moved["taker"] == "A"].iloc[0]
    gain = 1e6 * (response.respond(one(fitted), 1.05) - 1)
    loss = 1e6 * (1 - response.respond(one(fitted, subject="B"), 0.9))
    assert (to_a["gain"], to_a["loss"], to_a["change"]) == pytest.approx((gain, loss, gain - loss))
    assert to_a["lowest"] < to_a["change"] < to_a["highest"] and to_a["verdict"] == "agreed"
    back = moved[moved["taker"] == "B"].iloc[0]
    assert back["change"] < -to_a["change"]  # both curves bend
    ruled = response.shares(fitted, GROUNDS)
    assert ruled["subject"].tolist() == ["B", "A"] and ruled["rule_share"].sum() == pytest.approx(1)
    assert response.suggested(moved, ruled)["taker"] == "A"


def test_small_moves_follow_the_elasticities():
    fitted = two()
    moved = response.moves(fitted, GROUNDS, visits=1e-3)
    to_a = moved[moved["taker"] == "A"].iloc[0]["change"]
    slopes = [
        one(fitted, subject=name)["elasticity"] * 1e6 / visits for name, visits in (("A", 200), ("B", 100))
    ]
    assert to_a == pytest.approx((slopes[0] - slopes[1]) * 1e-3, rel=1e-3)


def test_one_judge_agrees_with_nobody_and_opposite_judges_dispute():
    assert set(response.moves(two(judges=("J1",)), GROUNDS)["verdict"]) == {"one"}
    apart = pd.concat(
        [judged(adbudg(0.5, 1.5, 1.0)), judged(adbudg(0.9, 1.05, 1.0), subject="B"),
         judged(adbudg(0.95, 1.02, 1.0), judge="J2"), judged(adbudg(0.4, 1.6, 1.0), judge="J2", subject="B")]
    )  # fmt: skip
    grounds = GROUNDS.assign(visits=100.0)
    assert set(response.moves(response.curves(apart), grounds)["verdict"]) == {"disputed"}


def test_nobody_gives_more_visits_than_there_are():
    few = GROUNDS.assign(visits=[200.0, 4.0])
    moved = response.moves(two(), few)
    assert moved["giver"].tolist() == ["A"]
    with pytest.raises(Refused, match="plan.response_no_move"):
        response.suggested(moved, response.shares(two(), few.assign(contribution=[1e6, 1.0])))
    with pytest.raises(ValueError, match="visits == 0, must be > 0"):
        response.moves(two(), GROUNDS, visits=0)
    with pytest.raises(ValueError, match="no subject with visits"):
        response.shares(two(), GROUNDS.assign(contribution=-1.0))
