"""Segments: weights, indices, the matrix and its probabilities, the division itself, and the map of brands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt import pairwise
from salesmgmt.errors import Refused
from salesmgmt.plan import stp

AXES = ("attractiveness", "strength")
CRITERIA = pd.DataFrame(
    {
        "axis": ["attractiveness"] * 2 + ["strength"] * 2,
        "criterion": ["size", "growth", "wins", "sites"],
        "weight": [0.6, 0.4, 0.5, 0.5],
    }
)


def scored(points, raters=("A", "B", "C")):
    """Scores of each segment, the same by every rater: segment -> four points, or one list of four a rater."""
    rows = []
    for segment, given in points.items():
        own = given if isinstance(given[0], (list, tuple)) else [given] * len(raters)
        for rater, four in zip(raters, own, strict=True):
            rows += [
                (segment, axis, criterion, rater, score)
                for (axis, criterion), score in zip(CRITERIA[["axis", "criterion"]].values, four, strict=True)
            ]
    return pd.DataFrame(rows, columns=["segment", "axis", "criterion", "rater", "score"])


def rng():
    return np.random.default_rng(2027)


# Published


def test_best_index_of_market_attractiveness(golden):
    # Best, Market-based management, chapter 11: three groups of three items, 0 to 100
    case = golden("stp-ge-best")
    groups = case["inputs"]["groups"]
    importance = pd.Series({name: group["importance"] for name, group in groups.items()})
    local = {
        name: pd.Series({f"{name}{at}": weight for at, (_, weight) in enumerate(group["items"])})
        for name, group in groups.items()
    }
    points = {f"{name}{at}": score for name, group in groups.items() for at, (score, _) in enumerate(group["items"])}  # fmt: skip
    weight = pairwise.overall(importance, local)
    criteria = pd.DataFrame(
        {"axis": "attractiveness", "criterion": weight.index, "weight": weight.to_numpy()}
    )
    criteria.loc[len(criteria)] = ["strength", "wins", 1.0]
    scores = pd.DataFrame({"segment": "market", "axis": "attractiveness", "criterion": points.keys()})
    scores["score"] = [1 + point / 25 for point in points.values()]  # 0 to 100 as 1 to 5
    found = stp.index(stp.combine(scores, stp.weights(criteria)))
    assert (found["attractiveness"].item() - 1) * 25 == pytest.approx(case["outputs"]["index"])
    assert np.isnan(found["strength"].item()) and found["scored"].item() == pytest.approx(0.5)


def test_leader_example_gives_the_weights(golden):
    # "AHP – leader example": priorities of four criteria
    case = golden("swot-ahp-leader")
    names, matrix = case["inputs"]["criteria_order"], case["inputs"]["criteria_matrix"]
    pairs = pd.DataFrame(
        [("strength", names[i], names[j], matrix[i][j]) for i in range(4) for j in range(i + 1, 4)],
        columns=["axis", "criterion", "other", "ratio"],
    )
    criteria = pd.DataFrame({"axis": ["strength"] * 4 + ["attractiveness"], "criterion": [*names, "size"]})
    found = stp.weights(criteria.assign(weight=[np.nan] * 4 + [1.0]), pairs)
    assert found["weight"].tolist() == pytest.approx([*case["outputs"]["criteria"], 1.0], abs=0.001)
    agreed = stp.consistency(pairs)
    assert agreed["consistency_ratio"].item() == pytest.approx(case["outputs"]["our_CR"], abs=0.0005)
    assert agreed[["axis", "criteria", "consistent"]].values.tolist() == [["strength", 4, True]]


# Weights


def test_comparisons_go_before_weights_typed_and_only_on_their_axis():
    pairs = pd.DataFrame(
        {"axis": ["attractiveness"], "criterion": ["growth"], "other": ["size"], "ratio": [3.0]}
    )
    found = stp.weights(CRITERIA, pairs)
    assert found["weight"].tolist() == pytest.approx([0.25, 0.75, 0.5, 0.5])
    assert found["origin"].tolist() == ["compared", "compared", "given", "given"]


def test_several_raters_meet_at_the_geometric_mean():
    pairs = pd.DataFrame({"axis": "attractiveness", "criterion": "size", "other": "growth", "rater": ["A", "B"], "ratio": [9.0, 1.0]})  # fmt: skip
    assert stp.weights(CRITERIA, pairs)["weight"].tolist()[:2] == pytest.approx([0.75, 0.25])


def test_the_triple_that_agrees_least_is_named():
    pairs = pd.DataFrame(
        [("a", "b", 2), ("a", "c", 4), ("a", "d", 2), ("b", "c", 2), ("b", "d", 1), ("c", "d", 5)],
        columns=["criterion", "other", "ratio"],
    ).assign(axis="strength")
    worst = stp.consistency(pairs).iloc[0]
    assert not worst["consistent"] and {"c", "d"} < set(worst[["first", "second", "third"]])
    assert worst["product"] == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([0.6, 0.3, 0.5, 0.5], "criteria.weight of attractiveness sums to 0.9, must be 1"),
        ([0.6, np.nan, 0.5, 0.5], r"criteria.weight == \{'growth': nan\}, must be between 0 and 1"),
        ([1.6, -0.6, 0.5, 0.5], "must be between 0 and 1"),
    ],
)
def test_weights_that_are_none_are_refused(weight, message):
    with pytest.raises(ValueError, match=message):
        stp.weights(CRITERIA.assign(weight=weight))


def test_axes_without_weights_or_criteria_say_what_would_cure_it():
    with pytest.raises(Refused, match="plan.stp_unweighted"):
        stp.weights(CRITERIA.drop(columns="weight"))
    with pytest.raises(Refused, match="plan.stp_no_criteria"):
        stp.weights(CRITERIA[CRITERIA["axis"] == "strength"])


def test_criteria_compared_must_be_those_listed():
    pairs = pd.DataFrame({"axis": "strength", "criterion": ["wins"], "other": ["price"], "ratio": [2.0]})
    with pytest.raises(ValueError, match=r"other criteria than those of strength: \['price', 'sites'\]"):
        stp.weights(CRITERIA, pairs)
    contradicting = pd.DataFrame({"axis": "strength", "criterion": ["wins", "sites"], "other": ["sites", "wins"], "ratio": [2.0, 2.0]})  # fmt: skip
    with pytest.raises(ValueError, match="contradicts the reciprocal judgement"):
        stp.weights(CRITERIA, contradicting)


# Scores and cells


def test_a_missing_score_leaves_its_weight_to_the_others_and_says_so():
    scores = scored({"Banks": [5, 3, 2, 4]})
    found = stp.index(stp.combine(scores[scores["criterion"] != "growth"], CRITERIA)).iloc[0]
    assert (found["attractiveness"], found["strength"]) == (5.0, 3.0)
    assert found["scored"] == pytest.approx(0.8)


def test_bad_scores_name_their_rows():
    scores = scored({"Banks": [5, 3, 2, 4]})
    with pytest.raises(ValueError, match=r"scores.score == \{0: 6.0\}, must be between 1 and 5"):
        stp.combine(scores.assign(score=scores["score"].where(scores.index > 0, 6)), CRITERIA)
    with pytest.raises(ValueError, match=r"\('strength', 'price'\)\] without a weight"):
        stp.combine(scores.replace({"criterion": {"wins": "price"}}), CRITERIA)
    with pytest.raises(ValueError, match="scores has more than one row"):
        stp.combine(pd.concat([scores, scores.head(1)]), CRITERIA)


def test_borders_belong_to_the_outer_bands_and_rounding_does_not_move_them():
    ends = [3.5, 3.5 - 1e-12, 3.4999, 2.5, 2.5 + 1e-12, 2.5001, np.nan]
    found = stp.place(ends, [5.0] * 7, attractive_cutoff=3.5, strong_cutoff=3.5)
    assert found.tolist() == [
        "high_high",
        "high_high",
        "medium_high",
        "low_high",
        "low_high",
        "medium_high",
        "",
    ]


@pytest.mark.parametrize("cutoff", [3.0, 5.5, float("nan")])
def test_cutoffs_lie_between_the_middle_and_the_top(cutoff):
    with pytest.raises(ValueError, match="must be > 3 and <= 5"):
        stp.place([3.0], [3.0], attractive_cutoff=cutoff, strong_cutoff=3.5)


def test_rules_of_choice_take_in_more_and_more():
    cells = [f"{a}_{s}" for a in ("high", "medium", "low") for s in ("high", "medium", "low")]
    numbers = {rule: int(stp.chosen(cells, choose=rule).sum()) for rule in ("core", "grow", "hold")}
    assert numbers == {"core": 1, "grow": 3, "hold": 6}
    with pytest.raises(ValueError, match="choose"):
        stp.chosen(cells, choose="all")


def test_segments_no_criterion_tells_apart():
    points = {"Banks": [4, 4, 4, 4], "Insurers": [4, 4, 4, 4], "Telecom": [4, 4, 4, 3]}
    assert stp.alike(stp.combine(scored(points), CRITERIA))[["segment", "other", "criteria"]].values.tolist() == [
        ["Banks", "Insurers", 4]
    ]  # fmt: skip


# The table


POINTS = {"Telecom": [2, 1, 3, 2], "Banks": [[5, 4, 5, 4], [4, 5, 4, 5], [5, 5, 4, 4]], "Shops": [[4, 4, 3, 3], [2, 5, 2, 3], [5, 4, 4, 2]]}  # fmt: skip
SEGMENTS = pd.DataFrame({"segment": ["Shops", "Telecom", "Banks", "Ports"], "market_size": [4.0, 3.0, 2.0, 0.0], "our_revenue": [1.0, 1.0, 1.0, 0.0]})  # fmt: skip


def test_targets_come_first_and_every_choice_says_how_sure_it_is():
    found = stp.table(SEGMENTS, CRITERIA, scored(POINTS), rng=rng()).set_index("segment")
    assert found.index.tolist() == ["Shops", "Banks", "Telecom", "Ports"]
    assert found["targeted"].tolist() == [True, True, False, False]
    assert found["cell"].to_dict() == {"Shops": "high_medium", "Banks": "high_high", "Telecom": "low_low", "Ports": ""}  # fmt: skip
    assert found["verdict"].to_dict() == {"Shops": "open", "Banks": "clear", "Telecom": "clear", "Ports": "cannot_tell"}  # fmt: skip
    assert found["market_share"].iloc[:3].tolist() == pytest.approx([0.25, 0.5, 1 / 3])
    assert np.isnan(found.loc["Ports", "market_share"]) and found.loc["Ports", "raters"] == 0
    three = found.iloc[:3]
    assert (three["attractiveness_low"] <= three["attractiveness"]).all()
    assert (three["strength_high"] >= three["strength"]).all()
    assert three["cell_probability"].between(0, 1).all()
    assert stp.least_certain(found.reset_index())["segment"] == "Shops"


def test_fewer_than_three_raters_give_places_but_no_probability():
    found = stp.table(pd.DataFrame({"segment": []}), CRITERIA, scored({"Banks": [5, 5, 5, 5]}, raters=("A", "B")), rng=rng())  # fmt: skip
    assert found[["cell", "verdict", "raters"]].values.tolist() == [["high_high", "cannot_tell", 2]]
    assert found["target_probability"].isna().all()
    with pytest.raises(Refused, match="plan.stp_few_raters"):
        stp.least_certain(found)


def test_order_of_rows_and_a_heavier_hand_change_nothing_that_should_not_change():
    scores = scored(POINTS)
    first = stp.table(SEGMENTS, CRITERIA, scores, rng=rng())
    names = ["segment", "attractiveness", "strength", "cell", "targeted"]
    shuffled = stp.table(SEGMENTS, CRITERIA, scores.sample(frac=1, random_state=4), rng=rng())
    pd.testing.assert_frame_equal(first[names], shuffled[names])
    pd.testing.assert_frame_equal(first, stp.table(SEGMENTS, CRITERIA, scores, rng=rng()))
    before = scores.copy(deep=True)
    stp.table(SEGMENTS, CRITERIA, scores, rng=rng())
    pd.testing.assert_frame_equal(scores, before)


def test_raters_who_agree_are_not_taken_for_certain():
    drawn = stp.simulate(scored({"Banks": [4, 4, 4, 4]}), CRITERIA, rng=rng())
    assert 0.05 < drawn.attractiveness.std() < 0.2
    more = stp.simulate(scored({"Banks": [4, 4, 4, 4]}, raters=tuple("ABCDEFGHIJKL")), CRITERIA, rng=rng())
    assert more.attractiveness.std() < drawn.attractiveness.std()


def test_a_lenient_rater_moves_all_segments_together():
    lenient = [[5, 5, 5, 5], [3, 3, 3, 3], [1, 1, 1, 1]]
    drawn = stp.simulate(scored({"Banks": lenient, "Shops": lenient}), CRITERIA, rng=rng())
    assert np.corrcoef(drawn.attractiveness.T)[0, 1] > 0.95


def test_programming_mistakes_are_named():
    scores = scored({"Banks": [4, 4, 4, 4]})
    with pytest.raises(ValueError, match="draws == 1000, must be a power of two"):
        stp.simulate(scores, CRITERIA, draws=1000, rng=rng())
    with pytest.raises(TypeError, match="rng is a int"):
        stp.simulate(scores, CRITERIA, rng=7)
    with pytest.raises(ValueError, match=r"scores have segments \['Banks'\]"):
        stp.table(pd.DataFrame({"segment": ["Ports"]}), CRITERIA, scores, rng=rng())


# The division itself


CUSTOMERS = pd.DataFrame(
    {
        "status": ["existing"] * 4 + ["prospect"] * 5 + ["lost"],
        "segment": ["银行", "银行", "电商", "银行、电商", "电商", "电商", "政务", "", "银行", "银行"],
    }
)


def test_every_customer_is_counted_once_and_the_gravest_finding_is_named():
    segments = pd.DataFrame({"segment": ["银行", "电商", "物流"], "market_size": [10.0, 0.0, 5.0], "our_revenue": 1.0})  # fmt: skip
    found = stp.segmentation(CUSTOMERS, segments, smallest=4).set_index("segment")
    assert found["customers"].to_dict() == {"银行": 3.5, "电商": 3.5, "物流": 0.0, "政务": 1.0, "": 1.0}
    assert found["finding"].to_dict() == {"银行": "too_small", "电商": "too_small", "物流": "none_listed", "政务": "unknown", "": "unmapped"}  # fmt: skip
    assert found["customers"].sum() == 9 and found["share"].sum() == pytest.approx(1)
    assert found["shared"].tolist() == [1, 1, 0, 0, 0]
    assert found.loc["银行", "market_share"] == 0.1 and np.isnan(found.loc["电商", "market_share"])
    assert set(stp.segmentation(CUSTOMERS, segments, smallest=1)["finding"]) == {"overlap", "none_listed", "unknown", "unmapped"}  # fmt: skip


def test_a_segment_whose_own_name_has_a_comma_is_one():
    segments = pd.DataFrame({"segment": ["银行、电商", "银行", "电商"]})
    found = stp.segmentation(CUSTOMERS, segments, smallest=1).set_index("segment")
    assert found.loc["银行、电商", "customers"] == 1 and (found["shared"] == 0).all()


def test_without_a_table_of_segments_the_names_are_those_of_customers():
    assert "unknown" not in set(stp.segmentation(CUSTOMERS)["finding"])
    assert stp.segmentation(CUSTOMERS.head(0)).empty


# The brands


def brands(profiles, us="us", attributes=("price", "quality", "speed", "sites")):
    rows = [
        (segment, brand, attribute, score, brand == us)
        for segment, own in profiles.items()
        for brand, given in own.items()
        for attribute, score in zip(attributes, given, strict=True)
    ]
    return pd.DataFrame(rows, columns=["segment", "brand", "attribute", "score", "us"])


MARKET = {
    "Banks": {"us": [3, 4, 3, 4], "near": [3, 4, 4, 4], "far": [5, 1, 3, 1], "odd": [1, 5, 2, 2]},
    "Shops": {"us": [3, 4, 3, 4], "near": [1, 1, 1, 1], "far": [3, 4, 3, 3], "odd": [2, 2, 5, 5]},
}


def test_nearest_rival_is_by_all_attributes_and_its_segment():
    near = stp.rivals(brands(MARKET)).set_index("segment")
    assert near["rival"].to_dict() == {"Banks": "near", "Shops": "far"}
    assert near["distance"].tolist() == pytest.approx([0.5, 0.5])
    assert near.loc["Banks", ["ahead", "behind", "behind_by"]].tolist() == ["", "speed", 1.0]
    assert near.loc["Shops", ["ahead", "ahead_by", "behind"]].tolist() == ["sites", 1.0, ""]
    drawn = stp.position_map(brands(MARKET)).brands
    assert drawn.loc[drawn["nearest"], ["segment", "brand"]].values.tolist() == [["Banks", "near"], ["Shops", "far"]]  # fmt: skip
    assert (drawn.loc[drawn["us"], "distance"] == 0).all()


def test_map_shows_the_two_leading_dimensions_of_the_covariance():
    found = stp.position_map(brands(MARKET))
    wide = brands(MARKET).pivot(index=["segment", "brand"], columns="attribute", values="score")
    centred = wide - wide.groupby(level="segment").transform("mean")
    eigenvalues = np.sort(np.linalg.eigvalsh(centred.T @ centred))[::-1]
    assert found.explained == pytest.approx(eigenvalues[:2].sum() / eigenvalues.sum())
    assert found.first >= found.second > 0
    assert (found.attributes[["x", "y"]] ** 2).sum().tolist() == pytest.approx([1, 1])
    assert found.brands.groupby("segment")[["x", "y"]].mean().to_numpy() == pytest.approx(np.zeros((2, 2)), abs=1e-12)  # fmt: skip
    assert (found.attributes["x"].abs().max(), found.attributes["y"].abs().max()) == (found.attributes["x"].max(), found.attributes["y"].max())  # fmt: skip


def test_a_map_of_two_true_dimensions_shows_everything():
    rng = np.random.default_rng(3)
    points = rng.normal(size=(6, 2)) @ rng.normal(size=(2, 4))
    own = {"Banks": {name: row.tolist() for name, row in zip(["us", *"abcde"], points, strict=True)}}
    assert stp.position_map(brands(own)).explained == pytest.approx(1.0)


def test_maps_of_nothing_are_refused():
    with pytest.raises(Refused, match="plan.stp_few_brands"):
        stp.position_map(brands({"Banks": {"us": [1, 2, 3, 4], "near": [4, 3, 2, 1]}}))
    with pytest.raises(Refused, match="plan.stp_brands_alike"):
        stp.position_map(brands({"Banks": {name: [1, 2, 3, 4] for name in ("us", "near", "far")}}))
    with pytest.raises(ValueError, match="must have one brand of ours and a rival"):
        stp.rivals(brands(MARKET, us="nobody"))
    with pytest.raises(ValueError, match=r"lack an attribute for \(segment, brand\) \[\('Banks', 'us'\)\]"):
        stp.rivals(brands(MARKET).iloc[1:])
