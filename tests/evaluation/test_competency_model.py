"""The competency model: effect sizes, what groups can show, requirements, weights, incidents and verdicts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt.errors import Refused
from salesmgmt.evaluation import competency
from salesmgmt.evaluation.competency.contrasts import auc, detectable, hedges_g, p_value


def rated(scores: dict[str, list[float]], **columns: object) -> pd.DataFrame:
    """One manager's ratings: competency -> score of each person S00, S01, …"""
    rows = [
        (f"S{i:02d}", name, "R1", "manager", score)
        for name, given in scores.items() for i, score in enumerate(given) if not math.isnan(score)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["staff_id", "competency", "rater_id", "rater_kind", "score"])
    return frame.assign(**columns)


def performance(n: int, **columns: object) -> pd.DataFrame:
    """S00 performs best, the first third is strong."""
    ids = [f"S{i:02d}" for i in range(n)]
    return pd.DataFrame({"staff_id": ids, "value": np.arange(n, 0, -1.0)} | columns)


def panel(*rows: tuple[str, str, float | None, float | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["role", "competency", "weight", "required"])


# Thirty people: the ten strong are a point above in listening, alike in the rest.
N = 30
SPREAD = np.tile([0.0, 0.25, 0.5, 0.75, 1.0], 6)
THIRTY = rated(
    {
        "listening": [*(SPREAD[:10] / 2 + 4.5), *(SPREAD[10:] + 2.5)],
        "promises": list(SPREAD / 2 + 4.5),
        "sincerity": list(SPREAD + 2.5),
    }
)


def test_hedges_g_published(golden):
    # Madeyski, R package reproducer, constructEffectSizes: pooled g, and adjusted by the exact J
    case = golden("diff-hedges-reproducer")
    given = {"strong_mean": "Mt", "others_mean": "Mc", "strong_sd": "SDt", "others_sd": "SDc"}
    groups = pd.DataFrame({ours: case["inputs"][theirs] for ours, theirs in given.items()})
    groups[["strong", "others"]] = np.array([case["inputs"]["N_per_group"]] * 2).T
    found = hedges_g(groups)
    assert found["d"].tolist() == pytest.approx(case["outputs"]["pooled_g"], abs=5e-7)
    assert found["g"].tolist() == pytest.approx(case["outputs"]["g_adjusted_exactJ"], abs=5e-7)


def test_importance_points_are_weights(golden):
    # Oracle HCM, profile matching: importance points of six competencies, all matched, total 19
    points = pd.Series(golden("gap-oracle")["inputs"]["importance_points"])
    total = golden("gap-oracle")["outputs"]["total_match"]
    asked = pd.DataFrame({"competency": points.index, "required": 3.0, "weight": points.to_numpy() / total})
    ratings = rated({name: [3.0, 2.0] for name in points.index})
    found = competency.model(ratings, performance(2), competencies=asked)
    assert found["weight"].sum() == pytest.approx(1.0)
    score = competency.score(competency.gaps(ratings, found))
    assert score["score"].tolist() == pytest.approx([0.0, 1.0])  # a point short everywhere is a point


def test_hedges_g_without_spread_or_people():
    alone = {
        "strong": 2,
        "others": 2,
        "strong_mean": 4.0,
        "others_mean": 3.0,
        "strong_sd": 0.0,
        "others_sd": 0.0,
    }
    assert hedges_g(pd.DataFrame([alone])).isna().all(axis=None)
    with pytest.raises(ValueError, match=r"groups.strong == \{0: 0.0\}, must be >= 1"):
        hedges_g(pd.DataFrame([alone | {"strong": 0}]))
    with pytest.raises(ValueError, match=r"groups is missing columns \['others_sd'\]"):
        hedges_g(pd.DataFrame([alone]).drop(columns="others_sd"))
    with pytest.raises(ValueError, match=r"level == 1, must be > 0 and < 1"):
        hedges_g(pd.DataFrame([alone]), level=1)


def test_auc_counts_pairs_and_stays_inside():
    a, b = pd.Series([4.0, 5.0, 5.0]), pd.Series([3.0, 4.0, 5.0, 2.0])
    pairs = [(x > y) + (x == y) / 2 for x in a for y in b]
    area, low, high = auc(a, b)
    assert area == pytest.approx(np.mean(pairs))
    assert 0 < low < area < high < 1
    assert auc(b, a) == pytest.approx((1 - area, 1 - high, 1 - low))
    apart = auc(pd.Series([5.0] * 10), pd.Series([3.0] * 20))
    assert apart[0] == 1.0 == apart[2]
    assert 0.9 < apart[1] < 1
    with pytest.raises(ValueError, match=r"others has 0 scores, must have some"):
        auc(a, b[:0])


def test_auc_interval_solves_newcombes_equation():
    rng = np.random.default_rng(3)
    a, b = pd.Series(rng.normal(1, 1, 12)), pd.Series(rng.normal(0, 1, 25))
    area, *bounds = auc(a, b, level=0.95)
    for theta in bounds:
        q = (
            theta
            * (1 - theta)
            * (1 + (37 / 2 - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
            / (12 * 25)
        )
        assert abs(area - theta) == pytest.approx(stats.norm.ppf(0.975) * np.sqrt(q), rel=1e-6)


def test_p_value_of_equal_scores_is_one():
    assert p_value(pd.Series([4.0] * 10), pd.Series([4.0] * 20)) == 1.0


@pytest.mark.parametrize(("strong", "others", "error"), [(10, 20, 0.05), (12, 24, 0.05 / 7), (66, 134, 0.05)])
def test_detectable_difference_is_detected_as_often_as_asked(strong, others, error):
    """Student's t on normal draws that differ by it: 80 % of 4,000 are significant, within Monte-Carlo error."""
    rng = np.random.default_rng(2027)
    delta = detectable(strong, others, error=error)
    a, b = rng.normal(delta, 1, (4000, strong)), rng.normal(0, 1, (4000, others))
    hits = stats.ttest_ind(a, b, axis=1).pvalue <= error
    assert hits.mean() == pytest.approx(0.8, abs=4 * np.sqrt(0.8 * 0.2 / 4000))


def test_detectable_needs_sense():
    with pytest.raises(ValueError, match=r"strong == 1, must be >= 2"):
        detectable(1, 20)
    with pytest.raises(ValueError, match=r"power == 0.04, must be > error and < 1"):
        detectable(10, 20, power=0.04)
    with pytest.raises(TypeError, match=r"others is None, must be a number"):
        detectable(10, None)


def test_thirty_people():
    found = competency.model(THIRTY, performance(N)).set_index("competency")
    assert found["strong"].tolist() == [10] * 3
    assert found["others"].tolist() == [20] * 3
    assert found["verdict"].to_dict() == {
        "listening": "differentiating", "promises": "threshold", "sincerity": "not_shown",
    }  # fmt: skip
    listening = found.loc["listening"]
    strong, others = SPREAD[:10] / 2 + 4.5, SPREAD[10:] + 2.5
    assert listening["difference"] == pytest.approx(strong.mean() - others.mean())
    pooled = np.sqrt((strong.var(ddof=1) * 9 + others.var(ddof=1) * 19) / 28)
    j = math.gamma(14) / (math.sqrt(14) * math.gamma(13.5))
    assert listening["g"] == pytest.approx((strong.mean() - others.mean()) / pooled * j)
    assert listening["g_low"] < listening["g"] < listening["g_high"]
    assert listening["auc"] == 1.0
    assert listening["p_value"] == stats.mannwhitneyu(strong, others, method="asymptotic").pvalue
    assert found.loc["sincerity", "p_value"] == pytest.approx(1.0)
    assert found[["more_strong", "more_others"]].eq(0).all(axis=None)


def test_one_short_of_ten_shows_nothing():
    found = competency.model(THIRTY[THIRTY["staff_id"] != "S00"], performance(N))
    assert found["verdict"].tolist() == ["cannot_tell"] * 3
    assert found.loc[:, "difference":"auc_high"].isna().all(axis=None)
    assert found["strong_mean"].notna().all()
    assert found[["more_strong", "more_others"]].to_numpy().tolist() == [[1, 0]] * 3
    assert competency.model(THIRTY, performance(N), min_group=9)["verdict"].tolist() == ["differentiating", "threshold", "not_shown"]  # fmt: skip


def test_lower_among_the_strong_is_not_differentiating():
    reverse = performance(N).assign(value=np.arange(N))
    listening = competency.model(THIRTY, reverse).set_index("competency").loc["listening"]
    assert listening["difference"] < 0
    assert listening["verdict"] == "not_shown"


def test_claims_are_held_over_all_roles_and_competencies():
    """A difference that would stand alone falls when nineteen others are tested with it."""
    rng = np.random.default_rng(9)
    one = list(np.r_[rng.uniform(3.35, 4.35, 10), rng.uniform(3, 4, 20)])
    alone = competency.model(rated({"listening": one}), performance(N))
    assert 0.05 / 20 < alone["p_value"].item() < 0.01
    assert alone["verdict"].item() == "differentiating"
    many = {f"noise{i:02d}": list(SPREAD + 2.5) for i in range(19)} | {"listening": one}
    found = competency.model(rated(many), performance(N)).set_index("competency")
    assert found.loc["listening", "p_value"] == alone["p_value"].item()
    assert not (found["verdict"] == "differentiating").any()


def test_threshold_is_the_experts_requirement_or_four():
    asked = panel(("", "listening", None, 3.0), ("", "promises", None, 4.9), ("", "sincerity", None, 2.5))
    found = competency.model(THIRTY, performance(N), competencies=asked).set_index("competency")
    assert found["verdict"].to_dict() == {
        "listening": "differentiating", "promises": "not_shown", "sincerity": "threshold",
    }  # fmt: skip


def test_scores_all_equal_are_no_difference():
    found = competency.model(rated({"listening": [4.0] * N, "promises": [3.0] * N}), performance(N))
    assert found["verdict"].tolist() == ["threshold", "not_shown"]
    assert found["g"].isna().all()
    assert found["p_value"].tolist() == [1.0, 1.0]


def test_requirement_is_the_experts_else_that_of_three_strong():
    asked = panel(("", "listening", 0.5, 4.0), ("", "promises", 0.3, None), ("", "tact", 0.2, None))
    scores = {
        "listening": [5.0] * 9,
        "promises": [4.0, 5.0, 3.0] + [1.0] * 6,
        "tact": [4.0, 4.0] + [math.nan] * 7,
    }
    found = competency.model(rated(scores), performance(9), competencies=asked)
    assert found["competency"].tolist() == ["listening", "promises", "tact"]
    assert found["required"].tolist()[:2] == [4.0, 4.0]
    assert np.isnan(found["required"].iloc[2])
    assert found["required_from"].tolist() == ["experts", "strong", "none"]
    assert found["strong_mean"].tolist() == [5.0, 4.0, 4.0]
    assert found["weight_given"].all()


def test_no_requirement_at_all_is_refused():
    with pytest.raises(Refused, match=r"evaluation.competency.no_requirement") as refusal:
        competency.model(rated({"listening": [4.0] * 6}), performance(6))
    assert refusal.value.fields == {"strong": 2, "needed": 3}
    level = competency.model(rated({"listening": [4.0] * 6}), performance(6, strong=[True] * 3 + [False] * 3))
    assert level["required"].tolist() == [4.0]


def test_no_measure_of_performance_leaves_the_experts():
    asked = panel(("", "listening", None, 4.0), ("", "promises", None, 3.0))
    found = competency.model(THIRTY, performance(0), competencies=asked)
    assert found["required"].tolist() == [4.0, 3.0]
    assert found["weight"].tolist() == [0.5, 0.5]
    assert not found["weight_given"].any()
    assert found[["strong", "others"]].eq(0).all(axis=None)
    assert set(found["verdict"]) == {"cannot_tell"}


def test_nobody_rated_stays_in_the_model():
    asked = panel(("", "listening", None, 4.0), ("", "unheard", None, 4.0))
    found = competency.model(THIRTY, performance(N), competencies=asked).set_index("competency")
    assert found.index.tolist() == ["listening", "unheard"]  # the panel's list is the model
    assert found.loc["unheard", ["strong", "others", "verdict"]].tolist() == [0, 0, "cannot_tell"]
    assert np.isnan(found.loc["unheard", "strong_mean"])


def test_roles_have_their_own_model():
    asked = panel(
        ("", "listening", None, 3.0),
        ("delivery_manager", "promises", 0.6, 4.0),
        ("delivery_manager", "listening", 0.4, 5.0),
        ("sales_manager", "coaching", 1.0, 4.0),
    )
    role = ["account_manager"] * 15 + ["delivery_manager"] * 15
    found = competency.model(THIRTY, performance(N, role=role), competencies=asked)
    assert found[["role", "competency"]].to_numpy().tolist() == [
        ["account_manager", "listening"],
        ["delivery_manager", "promises"],
        ["delivery_manager", "listening"],
        ["sales_manager", "coaching"],
    ]
    assert found["required"].tolist() == [3.0, 4.0, 5.0, 4.0]
    assert found["strong"].tolist() == [5, 5, 5, 0]
    again = competency.model(THIRTY.assign(role=THIRTY["staff_id"].map(dict(zip(performance(N)["staff_id"], role, strict=True)))),
                             performance(N), competencies=asked)  # fmt: skip
    pd.testing.assert_frame_equal(
        found, again
    )  # the ratings may say the role as well, and the strong are its best


def test_only_role_of_the_table_is_everybodys():
    asked = panel(("account_manager", "listening", None, 4.0))
    assert competency.model(THIRTY, performance(N), competencies=asked)["others"].tolist() == [20]
    two = panel(("account_manager", "listening", None, 4.0), ("product_manager", "listening", None, 4.0))
    with pytest.raises(ValueError, match=r"competencies has roles \['account_manager', 'product_manager'\]"):
        competency.model(THIRTY, performance(N), competencies=two)


def test_incidents_are_counted_by_people():
    incidents = pd.DataFrame({"staff_id": ["S00", "S00", "S01", "S20", "S20", "S99"],
                              "competency": ["listening", "listening", "promises", "listening", "tact", "listening"]})  # fmt: skip
    found = competency.model(THIRTY, performance(N), incidents=incidents).set_index("competency")
    counted = ["incidents_strong", "incidents_others", "incident_people_strong", "incident_people_others"]
    assert found.loc["listening", counted].tolist() == [2, 1, 1, 1]
    assert found.loc["promises", counted].tolist() == [1, 0, 1, 0]
    assert found.loc["tact", [*counted, "strong", "verdict"]].tolist() == [0, 1, 0, 1, 0, "cannot_tell"]
    assert found["interviewed_strong"].tolist() == [2] * 4  # S99 is nobody's
    assert found["interviewed_others"].tolist() == [1] * 4


def test_order_of_rows_is_irrelevant_and_inputs_stay():
    asked = panel(("", "listening", 0.4, 4.0), ("", "promises", 0.3, 3.0), ("", "sincerity", 0.3, 3.0))
    frames = [THIRTY, performance(N), asked]
    before = [frame.copy(deep=True) for frame in frames]
    first = competency.model(*frames[:2], competencies=asked)
    mixed = [frame.sample(frac=1, random_state=4) for frame in frames]
    pd.testing.assert_frame_equal(first, competency.model(*mixed[:2], competencies=mixed[2]))
    for frame, kept in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (panel(("a", "x", 0.5, 4.0), ("a", "y", 0.4, 4.0)), r"competencies.weight sums to role 'a': 0.9; must be 1"),
        (panel(("a", "x", 0.5, 4.0), ("a", "y", None, 4.0)), r"role 'a': given for 1 of 2; must be 1 in each role"),
        (panel(("a", "x", 1.5, 4.0)), r"competencies.weight == \{0: 1.5\}, must be between 0 and 1"),
        (panel(("a", "x", 1.0, 6.0)), r"competencies.required == \{0: 6.0\}, must be between 1 and 5"),
        (panel(("a", "x", 0.5, 4.0), ("a", "x", 0.5, 4.0)), r"competencies has more than one row .*\('a', 'x'\)"),
        (pd.DataFrame({"role": ["a"]}), r"competencies is missing columns \['competency'\]"),
    ],
)  # fmt: skip
def test_bad_tables_are_named(asked, message):
    with pytest.raises(ValueError, match=message):
        competency.model(THIRTY, performance(N), competencies=asked)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"min_group == 1, must be >= 2"):
        competency.model(THIRTY, performance(N), min_group=1)
    with pytest.raises(ValueError, match=r"incidents is missing columns \['competency'\]"):
        competency.model(THIRTY, performance(N), incidents=pd.DataFrame({"staff_id": []}))
    with pytest.raises(TypeError, match=r"performance is a dict, must be a DataFrame"):
        competency.model(THIRTY, {})
    with pytest.raises(TypeError, match=r"assessments is a dict, must be a DataFrame"):
        competency.model({}, performance(N))
