"""Readiness for other roles, and whether earlier assessments foretold results."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import review

STAFF = pd.DataFrame(
    {"staff_id": ["S1", "S2", "S3"], "role": ["account_manager", "account_manager", "sales_manager"]}
)
SCORES = pd.DataFrame(
    [("S1", "coaching", 4.5, 0.3), ("S1", "promises", 3.8, 0.3), ("S2", "promises", 5.0, 0.3), ("S3", "promises", 2.0, np.nan)],
    columns=["staff_id", "competency", "score", "se"],
)  # fmt: skip
PROFILES = pd.DataFrame(
    [("sales_manager", "coaching", 4.0, 0.6), ("sales_manager", "promises", 4.0, 0.4), ("sales_manager", "pitch", np.nan, 9.0), ("account_manager", "promises", 4.0, 1.0)],
    columns=["role", "competency", "required", "weight"],
)  # fmt: skip


def ready():
    return review.readiness(SCORES, PROFILES, STAFF).set_index(["staff_id", "next_role"])


def test_a_gap_within_its_error_does_not_keep_anybody_from_a_role():
    one = ready().loc[("S1", "sales_manager")]
    assert one[["covered", "short", "verdict"]].tolist() == [1.0, 0, "ready"]
    assert one["distance"] == pytest.approx(np.sqrt(0.4 * 0.2**2))


def test_too_little_rated_of_a_role_cannot_be_told_however_good():
    one = ready().loc[("S2", "sales_manager")]
    assert one["covered"] == pytest.approx(0.4) and one["verdict"] == "cannot_tell"


def test_a_gap_names_what_to_train_and_the_own_role_is_no_next_one():
    one = ready().loc[("S3", "account_manager")]
    assert one[["short", "largest", "gap", "verdict"]].tolist() == [1, "promises", 2.0, "gaps"]
    assert set(ready().index) == {("S1", "sales_manager"), ("S2", "sales_manager"), ("S3", "account_manager")}


def test_nearest_passes_over_roles_that_cannot_be_judged():
    assert review.nearest(ready().reset_index())["staff_id"].tolist() == ["S1", "S3"]


def test_bad_frames_are_named():
    with pytest.raises(ValueError, match="scores is missing columns"):
        review.readiness(SCORES.drop(columns="se"), PROFILES, STAFF)
    with pytest.raises(ValueError, match="profiles"):
        review.readiness(SCORES, pd.concat([PROFILES, PROFILES]), STAFF)


def later(values, roles=None):
    people = range(len(values))
    return pd.DataFrame(
        {"staff_id": [f"S{i:03}" for i in people], "role": roles or "account_manager", "measure": "growth", "value": values}
    )  # fmt: skip


def level(values):
    return pd.DataFrame({"staff_id": [f"S{i:03}" for i in range(len(values))], "level": values})


def test_foretold_is_the_rank_correlation_of_one_role():
    from scipy import stats

    rng = np.random.default_rng(7)
    x, y = rng.normal(size=20), rng.normal(size=20)
    found = review.foretold(level(x), later(y))
    assert found["correlation"] == pytest.approx(stats.spearmanr(x, y).statistic)
    assert found["low"] < found["correlation"] < found["high"] and found["people"] == 20


def test_a_difference_between_roles_foretells_nothing_within_them():
    x = np.r_[np.arange(6), 100 + np.arange(6)]
    y = np.r_[np.arange(6)[::-1], 100 + np.arange(6)[::-1]]
    found = review.foretold(level(x), later(y, ["a"] * 6 + ["b"] * 6))
    assert found["correlation"] == pytest.approx(-1) and found["verdict"] == "not_shown"


@pytest.mark.parametrize("people", [0, 3, 9])
def test_few_people_are_not_tested(people):
    found = review.foretold(level(np.arange(people)), later(np.arange(people, dtype=float)))
    assert found["verdict"] == "not_tested" and np.isnan(found["correlation"])
    same = review.foretold(level(np.ones(15)), later(np.arange(15.0)))
    assert same["verdict"] == "not_tested"


def test_luck_is_called_foretelling_about_as_seldom_as_promised():
    rng = np.random.default_rng(2027)
    called = [
        review.foretold(level(rng.normal(size=14)), later(rng.normal(size=14), ["a"] * 8 + ["b"] * 6))[
            "verdict"
        ]
        == "foretells"
        for _ in range(400)
    ]
    assert np.mean(called) == pytest.approx(0.1, abs=0.045)


def test_options_out_of_bounds_are_named():
    with pytest.raises(ValueError, match="min_people == 3"):
        review.foretold(level([1.0]), later([1.0]), min_people=3)
    with pytest.raises(ValueError, match="error == 1"):
        review.foretold(level([1.0]), later([1.0]), error=1)


def test_both_profiles_need_both_rated_and_no_gap():
    asked = PROFILES[PROFILES["competency"] != "pitch"].replace("sales_manager", "product_manager")
    scores = pd.DataFrame(
        [("S1", "coaching", 4.5, 0.3), ("S1", "promises", 4.2, 0.3), ("S2", "promises", 5.0, 0.3), ("S3", "promises", 2.0, 0.3)],
        columns=["staff_id", "competency", "score", "se"],
    )  # fmt: skip
    roles = ["account_manager", "product_manager"]
    found = review.both_profiles(scores, asked, STAFF, roles=roles)
    assert dict(found.itertuples(index=False)) == {"S1": "ready", "S2": "cannot_tell", "S3": "gaps"}
    one = review.both_profiles(scores, asked[asked["role"] == "account_manager"], STAFF, roles=roles)
    assert dict(one.itertuples(index=False)) == {"S1": "cannot_tell", "S2": "cannot_tell", "S3": "gaps"}
