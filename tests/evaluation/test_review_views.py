"""Results and competency side by side: chances of the boxes, the calibration sheet, and that claims hold."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import review

WINS = pd.DataFrame(
    [("S1", 40, 16, 8.0, 0.3, 0.25, 0.35, 0.5), ("S2", 12, 0, 1.8, 0.12, 0.05, 0.17, 0.2)],
    columns=["staff_id", "closed", "won", "expected", "shrunk", "low", "high", "weight"],
)
SCORES = (5.0, 4.4, 3.8, 3.0, 4.0)
GAPS = pd.DataFrame(
    {
        "staff_id": ["S1", "S2", "S3", "S4", "S5"],
        "role": "account_manager",
        "competency": "listening",
        "required": 4.0,
        "score": SCORES,
        "weight": 1.0,
        "raters": 4,
    }
)
PEOPLE = GAPS[["staff_id", "role"]]
SIDES = [f"p_{box}" for box in review.BOXES]


def views(reliability=0.75, **options):
    return review.two_views(WINS, GAPS, PEOPLE, reliability=reliability, **options).set_index("staff_id")


def test_standard_error_of_measurement_is_the_textbooks():
    seen = review.competency_view(GAPS, reliability=0.91).set_index("staff_id")
    assert seen["sem"].to_numpy() == pytest.approx(np.std(SCORES, ddof=1) * np.sqrt(0.09))
    kelley = np.mean(SCORES) + 0.91 * (5.0 - np.mean(SCORES)) - 4.0
    assert seen.loc["S1", "level"] == pytest.approx(kelley)
    assert (seen["level_low"] < seen["level"]).all() and (seen["level"] < seen["level_high"]).all()


def test_chances_of_the_boxes_add_up_and_the_likeliest_is_named():
    both = views().loc[["S1", "S2"]]
    assert both[SIDES].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert (both["chance"] == both[SIDES].max(axis=1)).all()
    assert both["box"].tolist() == ["both", "competency_only"]


def test_a_place_is_clear_from_four_in_five_and_the_unsure_side_is_named():
    found = views()
    assert found.loc["S1", ["verdict", "unclear"]].tolist() == ["fairly_clear", ""]
    assert found.loc["S2", "verdict"] == "cannot_tell" and found.loc["S2", "chance"] < review.CLEAR
    assert found.loc["S2", "unclear"] in ("results", "both_views")
    assert (views(clear=0.999)["verdict"] == "cannot_tell").all()


def test_nobody_is_judged_on_one_view_alone():
    found = views()
    assert found.loc[["S3", "S4"], "unclear"].tolist() == ["no_results"] * 2
    assert found.loc[["S3", "S4"], SIDES].isna().all(axis=None)
    new = pd.concat(
        [PEOPLE.iloc[1:], pd.DataFrame({"staff_id": ["S9"], "role": "sales_manager"})], ignore_index=True
    )
    reasons = review.two_views(WINS, GAPS, new, reliability=0.8).set_index("staff_id")["unclear"]
    assert reasons["S9"] == "no_views"
    unrated = review.two_views(WINS, GAPS.iloc[1:], PEOPLE, reliability=0.8).set_index("staff_id")
    assert unrated.loc["S1", "unclear"] == "no_ratings"


def test_without_known_reliability_competency_is_not_told():
    found = views(reliability=float("nan"))
    assert found["p_competency"].isna().all()
    assert found.loc["S1", ["verdict", "unclear"]].tolist() == ["cannot_tell", "no_reliability"]


def test_more_reliable_ratings_are_surer_and_perfect_ones_certain():
    sure = [abs(views(reliability=r).loc["S1", "p_competency"] - 0.5) for r in (0.3, 0.6, 0.9)]
    assert sure == sorted(sure) and sure[0] < sure[2]
    assert views(reliability=1.0).loc["S1", "level"] == pytest.approx(1.0)


def test_order_of_people_and_scale_of_weights_do_not_matter():
    turned = review.two_views(
        WINS[::-1], GAPS[::-1].assign(weight=7.0), PEOPLE[::-1].reset_index(drop=True), reliability=0.75
    )
    pd.testing.assert_frame_equal(turned, views().reset_index()[turned.columns])


@pytest.mark.parametrize("reliability", [-0.1, 1.1])
def test_reliability_outside_its_bounds_is_named(reliability):
    with pytest.raises(ValueError, match="reliability == .*, must be between 0 and 1"):
        views(reliability=reliability)


def test_bad_frames_and_options_are_named():
    with pytest.raises(ValueError, match="standings is missing columns"):
        review.results_view(WINS.drop(columns="weight"))
    with pytest.raises(ValueError, match="gaps"):
        review.competency_view(pd.concat([GAPS, GAPS]), reliability=0.5)
    with pytest.raises(ValueError, match="clear == 0.5"):
        views(clear=0.5)
    with pytest.raises(ValueError, match="clear == 1.0"):
        review.calibration(views().reset_index(), clear=1.0)


def test_calibration_lists_just_the_unclear_with_what_would_settle_it():
    placed = views().reset_index()
    sheet = review.calibration(placed).set_index("staff_id")
    assert set(sheet.index) == {"S2", "S3", "S4", "S5"}
    assert sheet.loc["S3", "evidence"] == "results" and np.isnan(sheet.loc["S3", "deals_more"])
    assert sheet.loc["S2", "deals_more"] > 0


def test_the_deals_asked_for_do_settle_the_results():
    row = WINS.iloc[1]
    placed = views().reset_index()
    more = review.calibration(placed).set_index("staff_id").loc["S2", "deals_more"]
    mean, phi = row["expected"] / row["closed"], row["closed"] * (1 - row["weight"]) / row["weight"]
    for extra, settled in ((more, True), (more - 1, False)):
        n = row["closed"] + extra
        z = n * mean / np.sqrt((n + phi) * mean * (1 - mean))  # no win at all
        assert (z >= 1.2518) == settled


def test_the_raters_asked_for_do_settle_the_competency():
    placed = views(reliability=0.5).reset_index()
    sheet = review.calibration(placed).set_index("staff_id")
    asked = sheet["raters_more"].dropna()
    assert len(asked) > 0 and (asked >= 1).all()
    assert (asked <= review.MOST * 4).all()


def test_what_no_amount_settles_is_left_to_incidents():
    even = WINS.assign(
        won=[8, 2], expected=[8.0, 2.0], shrunk=[0.2, 1 / 6], low=[0.15, 0.12], high=[0.25, 0.21]
    )
    placed = review.two_views(even, GAPS, PEOPLE, reliability=0.75)
    sheet = review.calibration(placed).set_index("staff_id")
    assert np.isnan(sheet.loc["S2", "deals_more"]) and sheet.loc["S2", "evidence"] == "incidents"


TEAMS = 2000 if os.environ.get("SALESMGMT_SOAK") else 250


def test_competencies_called_up_or_not_up_to_it_are_so_about_as_often_as_said():
    rng, said, right = np.random.default_rng(2027), [], []
    for _ in range(TEAMS):
        people = 16
        true = rng.normal(0.1, 0.4, people)
        seen = true + rng.normal(0.0, 0.25, people)
        rows = pd.DataFrame(
            {
                "staff_id": [f"S{i:02}" for i in range(people)],
                "role": ["a"] * 9 + ["b"] * 7,
                "score": 3 + seen,
            }
        ).assign(competency="c", required=3.0, weight=1.0, raters=3)
        chance = review.competency_view(rows, reliability=0.16 / (0.16 + 0.0625))["p_competency"].to_numpy()
        said += np.maximum(chance, 1 - chance).tolist()
        right += ((chance >= 0.5) == (true >= 0)).tolist()
    said, right = np.array(said), np.array(right)
    for low, high in ((0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        inside = (said >= low) & (said < high)
        assert right[inside].mean() == pytest.approx(said[inside].mean(), abs=0.06)
