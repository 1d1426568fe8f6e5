"""SWOT factors: published matrices first, then what must hold for any company's factors."""

from __future__ import annotations

import math
from io import StringIO
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest

from salesmgmt.errors import Refused
from salesmgmt.plan import swot

OUTSIDE = ("economy", "customers", "policy", "technology", "competitors")
INSIDE = ("indicators", "processes", "people")


def table(csv: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(dedent(csv).strip()), skipinitialspace=True, dtype_backend="numpy_nullable")


FACTORS = table("""
    factor_id, look,        effect, weight, rating, model,       element,  statement
    F1,        indicators,  1,      0.3,    4,      scorecard,   customer, renewals
    F2,        people,      -1,     0.5,    1,      ,            ,         leavers
    F3,        processes,   1,      0.2,    ,       ,            ,         proposals
    F4,        policy,      1,      0.25,   2,      diamond,     chance,   hotlines
    F5,        competitors, -1,     0.25,   3,      five_forces, rivalry,  prices
    F6,        technology,  -1,     0.5,    2,      ,            ,         bots
    """)
RATINGS = table("""
    factor_id, rater, rating
    F1,        A,     4
    F1,        B,     3
    F2,        A,     1
    F2,        B,     2
    F2,        C,     4
    F6,        C,     1
    """)


@pytest.fixture(scope="module")
def seeds(soak: bool, seed: int) -> range:
    return range(seed, seed + (500 if soak else 25))


def one_side(
    look: str, weights: list[float], ratings: list[float], *, first: int, effect: int = 1
) -> pd.DataFrame:
    """Factors of one side; the `first` ones have the effect, the others the opposite one."""
    effects = [effect if place < first else -effect for place in range(len(weights))]
    ids = [f"F{place + 1:02d}" for place in range(len(weights))]
    return pd.DataFrame(
        {"factor_id": ids, "look": look, "effect": effects, "weight": weights, "rating": ratings}
    )


def drawn(seed: int) -> pd.DataFrame:
    """Random factors of both sides or one, some of them not rated."""
    rng = np.random.default_rng(seed)
    parts = []
    for looks in rng.permutation(np.array([OUTSIDE, INSIDE], dtype="object"))[: rng.integers(1, 3)]:
        n = int(rng.integers(1, 15))
        rating = rng.integers(2, 9, n) / 2
        parts.append(
            pd.DataFrame(
                {
                    "look": rng.choice(list(looks), n),
                    "effect": rng.choice([-1, 1], n),
                    "weight": rng.dirichlet(np.ones(n)),
                    "rating": np.where(rng.random(n) < 0.2, np.nan, rating),
                }
            )
        )
    factors = pd.concat(parts, ignore_index=True)
    return factors.assign(factor_id=[f"F{place}" for place in rng.permutation(len(factors))])


# --- published examples ----------------------------------------------------------------------------


def test_efe_of_ust(golden):
    """David, Table 3-11: five opportunities and five threats, 2.10."""
    case = golden("swot-efe-ust")
    factors = one_side("competitors", case["inputs"]["weights"], case["inputs"]["ratings"], first=5)
    ife, efe = swot.weighted_score(factors)
    assert efe == pytest.approx(case["outputs"]["total"], abs=1e-9)
    assert math.isnan(ife)
    listed = swot.table(factors)
    assert listed["quadrant"].tolist() == ["opportunity"] * 5 + ["threat"] * 5
    assert listed["score"].sum() == pytest.approx(2.1)
    assert swot.unusual(factors).empty, "the convention binds strengths and weaknesses only"


def test_ife_against_the_convention_is_computed_and_named(golden):
    """A published IFE rates a strength 2 and a weakness 3: computed all the same, 2.5."""
    case = golden("swot-ife-hw")
    given = case["inputs"]
    factors = one_side("processes", given["weights"], given["ratings"], first=given["strengths"])
    assert swot.weighted_score(factors).ife == pytest.approx(case["outputs"]["total"])
    found = swot.unusual(factors)[["factor_id", "quadrant", "rating"]].to_numpy().tolist()
    assert found == [["F01", "strength", 2.0], ["F06", "weakness", 3.0]]


def test_competitive_profile_is_the_weighted_score_of_each_competitor(golden):
    case = golden("swot-cpm-ust")
    weights = case["inputs"]["weights"]
    for competitor, total in case["outputs"].items():
        factors = one_side("competitors", weights, case["inputs"][competitor], first=len(weights))
        assert swot.weighted_score(factors)["efe"] == pytest.approx(total)


# --- the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", [1, -1, 1.0, -1.0, np.int8(-1)])
@pytest.mark.parametrize("look", [*OUTSIDE, *INSIDE])
def test_quadrant_is_side_and_effect(look, effect):
    factors = pd.DataFrame({"factor_id": ["F1"], "look": [look], "effect": [effect], "weight": [1]})
    found = swot.table(factors).iloc[0]
    inside = {"indicators", "processes", "people"}
    good, bad = ("strength", "weakness") if look in inside else ("opportunity", "threat")
    assert found["quadrant"] == (good if effect > 0 else bad)
    assert found["side"] == ("internal" if look in inside else "external")
    assert math.isnan(found["score"])


def test_table_has_every_factor_in_its_quadrant_heaviest_first():
    listed = swot.table(FACTORS)
    assert list(listed.columns) == [
        "factor_id", "quadrant", "side", "look", "model", "element", "statement", "weight", "rating", "score",
        "room", "evidence",
    ]  # fmt: skip
    assert listed[["factor_id", "quadrant"]].to_numpy().tolist() == [
        ["F1", "strength"],
        ["F3", "strength"],
        ["F2", "weakness"],
        ["F4", "opportunity"],
        ["F6", "threat"],
        ["F5", "threat"],
    ]
    assert listed["score"].tolist() == pytest.approx([1.2, np.nan, 0.5, 0.5, 1.0, 0.75], nan_ok=True)
    assert listed["room"].tolist() == pytest.approx([0.0, np.nan, 1.5, 0.5, 1.0, 0.25], nan_ok=True)
    assert listed.loc[0, ["model", "element", "statement", "evidence"]].tolist() == [
        "scorecard", "customer", "renewals", "",
    ]  # fmt: skip


def test_table_says_what_is_answered_by_a_strategy_or_an_initiative():
    strategies = pd.DataFrame({"strategy_id": ["TS1"], "factor_ids": ["F1；F4"]})
    initiatives = pd.DataFrame({"initiative_id": ["IN1"], "factor_ids": ["F6"]})

    def answered(*given: pd.DataFrame | None) -> set[str]:
        listed = swot.table(FACTORS, *given)
        return set(listed.loc[listed["answered"], "factor_id"])

    assert answered(strategies, initiatives) == {"F1", "F4", "F6"}
    assert answered(strategies) == {"F1", "F4"}
    assert answered(None, initiatives) == {"F6"}
    assert "answered" not in swot.table(FACTORS)


def test_an_answer_is_carried_only_by_an_initiative_that_somebody_owns():
    strategies = pd.DataFrame(
        {
            "strategy_id": ["T1", "T2", "T3"],
            "factor_ids": ["F1 F2", "F2 F3", "F4"],
            "initiative_ids": ["I1", "I2", ""],
        }
    )
    initiatives = pd.DataFrame(
        {"initiative_id": ["I1", "I2", "I3"], "owner_id": ["S1", "", "S1"], "factor_ids": ["", "", "F5"]}
    )

    def response(*given: pd.DataFrame | None) -> dict[str, str]:
        return swot.table(FACTORS, *given).set_index("factor_id")["response"].to_dict()

    assert response(strategies, initiatives) == {
        "F1": "carried", "F2": "carried", "F3": "unowned", "F4": "no_initiative", "F5": "carried", "F6": "unanswered",
    }  # fmt: skip
    assert response(strategies)["F3"] == "carried"  # no table of initiatives: owners are not known
    assert set(response(None, initiatives).values()) == {"carried", "unanswered"}


@pytest.mark.parametrize("effect", [1, -1])
def test_one_factor_and_one_side_are_enough(effect):
    factors = pd.DataFrame(
        {"factor_id": ["F1"], "look": ["people"], "effect": [effect], "weight": [1.0], "rating": [3.5]}
    )
    assert swot.weighted_score(factors).to_dict() == pytest.approx({"ife": 3.5, "efe": np.nan}, nan_ok=True)
    assert len(swot.table(factors)) == 1


def test_nothing_rated_has_no_score_and_no_factors_have_none():
    unrated = FACTORS.drop(columns="rating")
    assert swot.weighted_score(unrated).isna().all()
    assert swot.rated_share(unrated).to_dict() == {"ife": 0.0, "efe": 0.0}
    assert swot.unusual(unrated).empty
    assert swot.weighted_score(FACTORS[:0]).isna().all()
    assert swot.rated_share(FACTORS[:0]).isna().all()
    assert swot.table(FACTORS[:0]).empty


def test_missing_rating_is_renormalised_and_said():
    ife, efe = swot.weighted_score(FACTORS)
    assert ife == pytest.approx((0.3 * 4 + 0.5 * 1) / 0.8)
    assert efe == pytest.approx(2.25)
    assert swot.rated_share(FACTORS).to_dict() == pytest.approx({"ife": 0.8, "efe": 1.0})
    weightless = FACTORS.assign(rating=FACTORS["rating"].where(FACTORS["factor_id"] == "F3"))
    weightless.loc[2, ["rating", "weight"]] = [4, 0.0]
    weightless.loc[1, "weight"] = 0.7
    assert math.isnan(swot.weighted_score(weightless).ife), "a rated factor without weight says nothing"


def test_random_factors_agree_with_a_plain_computation(seeds):
    for seed in seeds:
        factors = drawn(seed)
        sums = {"ife": [0.0, 0.0], "efe": [0.0, 0.0]}
        for row in factors.itertuples():
            if not math.isnan(row.rating):
                side = sums["ife" if row.look in INSIDE else "efe"]
                side[0] += row.weight * row.rating
                side[1] += row.weight
        expected = {name: total / weight if weight else np.nan for name, (total, weight) in sums.items()}
        shuffled = factors.sample(frac=1, random_state=seed)
        for given in (factors, shuffled):
            found = swot.weighted_score(given)
            assert found.to_dict() == pytest.approx(expected, nan_ok=True), seed
        listed = swot.table(factors)
        pd.testing.assert_frame_equal(listed, swot.table(shuffled))
        assert sorted(listed["factor_id"]) == sorted(factors["factor_id"])
        whole = listed.dropna(subset="rating").groupby("side")[["weight", "score", "room"]].sum()
        np.testing.assert_allclose(whole["score"] + whole["room"], 4 * whole["weight"], err_msg=str(seed))
        scores = swot.weighted_score(factors).dropna()
        assert scores.between(1 - 1e-9, 4 + 1e-9).all(), seed


def test_inputs_stay_as_they_were():
    factors, ratings = FACTORS.copy(deep=True), RATINGS.copy(deep=True)
    swot.table(swot.rate(FACTORS, RATINGS))
    swot.by_rater(FACTORS, RATINGS)
    swot.coverage(FACTORS)
    pd.testing.assert_frame_equal(FACTORS, factors)
    pd.testing.assert_frame_equal(RATINGS, ratings)


# --- what is wrong ---------------------------------------------------------------------------------


def test_weights_that_do_not_sum_name_the_sides_and_their_sums():
    wrong = FACTORS.assign(weight=[0.3, 0.5, 0.1, 0.25, 0.25, 0.3])
    message = (
        r"factors.weight of the 3 internal factors sums to 0.9 and of the 3 external factors sums to 0.8, "
        r"must sum to 1 on each side \(tolerance 0.001\)"
    )
    for method in (swot.table, swot.weighted_score, swot.rated_share, swot.unusual):
        with pytest.raises(ValueError, match=message):
            method(wrong)
    with pytest.raises(ValueError, match=r"weight of the 3 external factors sums to 0.9985, must") as raised:
        swot.weighted_score(FACTORS.assign(weight=[0.3, 0.5, 0.2, 0.25, 0.25, 0.4985]))
    assert "internal" not in str(raised.value)


@pytest.mark.parametrize("weights", [[0.333, 0.333, 0.333], [0.334, 0.334, 0.333]])
def test_weights_rounded_in_the_third_decimal_are_taken(weights):
    factors = one_side("people", weights, [4, 4, 4], first=3)
    ife, efe = swot.weighted_score(factors)
    assert ife == pytest.approx(4 * sum(weights))
    assert math.isnan(efe)
    assert swot.position(ife, 2.5) == "grow_and_build"


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        (FACTORS.drop(columns=["look", "effect"]), r"factors is missing columns \['look', 'effect'\]"),
        (
            FACTORS.assign(look="market"),
            r"factors.look has \['market'\], must be among \['economy', .*'people'\]",
        ),
        (FACTORS.assign(model="pestel"), r"factors.model has \['pestel'\], must be among"),
        (FACTORS.assign(effect=[1, 0, 1, 2, -1, -1]), r"effect == \{'F2': 0.0, 'F4': 2.0\}, must be 1 or -1"),
        (pd.concat([FACTORS, FACTORS[:2]]), r"factors has more than one row .* \['F1', 'F2'\]"),
        (
            FACTORS.assign(weight=[-0.1, 1.1, 0, 0.5, 0.5, None]),
            r"weight == \{'F1': -0.1, 'F2': 1.1, 'F6': nan\}",
        ),
        (
            FACTORS.assign(rating=[5, 0.5, 2.3, 4, 1, 2]),
            r"rating == \{'F1': 5.0, 'F2': 0.5, 'F3': 2.3\}, must be 1 to 4, whole or half",
        ),
    ],
)
def test_bad_factors_are_named(factors, message):
    with pytest.raises(ValueError, match=message):
        swot.table(factors)


def test_factors_must_be_a_frame():
    with pytest.raises(TypeError, match="factors is a dict, must be a DataFrame"):
        swot.table({"factor_id": ["F1"]})


# --- several raters --------------------------------------------------------------------------------


def test_rating_is_the_median_of_the_raters_else_the_one_typed():
    rated = swot.rate(FACTORS, RATINGS).set_index("factor_id")
    assert rated["rating"].tolist() == pytest.approx([3.5, 2.0, np.nan, 2.0, 3.0, 1.0], nan_ok=True)
    assert rated["raters"].tolist() == [2, 3, 0, 0, 0, 1]
    assert rated["lowest"].tolist() == pytest.approx([3, 1, np.nan, np.nan, np.nan, 1], nan_ok=True)
    assert rated["highest"].tolist() == pytest.approx([4, 4, np.nan, np.nan, np.nan, 1], nan_ok=True)
    assert list(rated.columns) == [*FACTORS.columns[1:], "raters", "lowest", "highest"]
    listed = swot.table(swot.rate(FACTORS, RATINGS)).set_index("factor_id")
    assert listed.index[listed["disputed"]].tolist() == ["F2"]
    assert list(listed.columns[-4:]) == ["raters", "lowest", "highest", "disputed"]


@pytest.mark.parametrize(
    ("lowest", "highest", "disputed"), [(1, 2, False), (1, 3, True), (1, 4, True), (3, 3, False)]
)
def test_ratings_two_points_apart_are_disputed(lowest, highest, disputed):
    ratings = pd.DataFrame({"factor_id": "F1", "rater": ["A", "B"], "rating": [highest, lowest]})
    listed = swot.table(swot.rate(FACTORS, ratings)).set_index("factor_id")
    assert listed.loc["F1", "disputed"] == disputed
    assert not listed["disputed"].drop("F1").any()


def test_rate_keeps_the_rows_where_they_are_and_rates_anew():
    placed = FACTORS.set_axis([7, 7, 3, 2, 1, 0])
    once = swot.rate(placed, RATINGS)
    assert once.index.tolist() == [7, 7, 3, 2, 1, 0]
    pd.testing.assert_frame_equal(swot.rate(once, RATINGS), once)
    pd.testing.assert_frame_equal(swot.rate(placed, RATINGS.sample(frac=1, random_state=1)), once)
    assert swot.rate(FACTORS, RATINGS[:0])["raters"].sum() == 0


def test_each_rater_replaces_the_medians_where_that_one_rated():
    found = swot.by_rater(FACTORS, RATINGS)
    internal, external = 0.3 + 0.5, 0.25 + 0.25 + 0.5  # F3 is rated by nobody
    a = (0.3 * 4 + 0.5 * 1) / internal
    b = (0.3 * 3 + 0.5 * 2) / internal
    c = (0.3 * 3.5 + 0.5 * 4) / internal
    assert found["rater"].tolist() == [1, 2, 3]
    assert found["ife"].tolist() == pytest.approx([a, b, c])
    assert found["efe"].tolist() == pytest.approx(
        [np.nan, np.nan, (0.5 + 0.75 + 0.5) / external], nan_ok=True
    )
    assert found["rated"].tolist() == pytest.approx([0.4, 0.4, 0.5])
    assert found["position"].tolist() == ["", "", "hold_and_maintain"]
    assert swot.by_rater(FACTORS, RATINGS[:0]).empty


def test_raters_who_agree_differ_in_nothing_however_much_each_rated():
    opinion = {"F1": 4, "F2": 1, "F3": 3, "F4": 2, "F5": 2, "F6": 3}
    rows = [(factor, rater, rating) for rater in "ABC" for factor, rating in opinion.items()]
    ratings = pd.DataFrame(rows, columns=["factor_id", "rater", "rating"])
    gaps = (ratings["rater"] == "A") & ratings["factor_id"].isin(["F1", "F3", "F6"])
    found = swot.by_rater(FACTORS, ratings[~gaps])
    scores = swot.weighted_score(swot.rate(FACTORS, ratings))
    for name in ("ife", "efe"):
        np.testing.assert_allclose(found[name], scores[name])


def test_raters_are_not_named_by_the_order_of_their_rows():
    once = swot.by_rater(FACTORS, RATINGS)
    renamed = RATINGS.assign(rater=RATINGS["rater"].replace({"A": "Z", "B": "Y"}))
    pd.testing.assert_frame_equal(once, swot.by_rater(FACTORS, renamed))


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        (RATINGS.drop(columns="rater"), r"ratings is missing columns \['rater'\]"),
        (RATINGS.assign(factor_id="F9"), r"ratings.factor_id has \['F9'\], must be among \['F1', .*'F6'\]"),
        (pd.concat([RATINGS, RATINGS[:1]]), r"ratings has more than one row .*\('F1', 'A'\)"),
        (
            RATINGS.assign(rating=[4, 0, 2.5, 2, 4, None]),
            r"ratings.rating == \{\('F1', 'B'\): 0.0, \('F2', 'A'\): 2.5, \('F6', 'C'\): nan\}, must be 1 to 4, whole",
        ),
    ],
)
def test_bad_ratings_are_named(ratings, message):
    with pytest.raises(ValueError, match=message):
        swot.rate(FACTORS, ratings)


# --- positions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("efe", "row"),
    [
        (3.5, ["hold_and_maintain", "grow_and_build", "grow_and_build"]),
        (2.5, ["harvest_or_divest", "hold_and_maintain", "grow_and_build"]),
        (1.5, ["harvest_or_divest", "harvest_or_divest", "hold_and_maintain"]),
    ],
)
def test_position_is_the_cell_of_the_matrix(efe, row):
    """David's nine cells: I, II, IV grow and build; III, V, VII hold and maintain; VI, VIII, IX harvest."""
    assert [swot.position(ife, efe) for ife in (1.5, 2.5, 3.5)] == row


def test_position_at_the_borders():
    assert swot.position(1.99, 1.99) == "harvest_or_divest"
    assert swot.position(2.0, 2.0) == "hold_and_maintain"
    assert swot.position(2.99, 2.99) == "hold_and_maintain"
    assert swot.position(3, 3) == "grow_and_build"
    assert swot.position(sum([0.3] * 10) - 1e-12, 2.0) == "grow_and_build", (
        "a sum short of 3 by rounding is 3"
    )
    assert swot.position(1, 1) == "harvest_or_divest"
    assert swot.position(4, 4) == "grow_and_build"


def test_position_names_what_is_wrong_and_refuses_what_is_missing():
    with pytest.raises(
        ValueError, match=r"ife == 0.9, must be between 1 and 4; efe == 4.1, must be between 1 and 4"
    ):
        swot.position(0.9, 4.1)
    with pytest.raises(TypeError, match=r"efe is '3', must be a number"):
        swot.position(2.0, "3")
    for pair in ((np.nan, 2.0), (2.0, np.nan), tuple(swot.weighted_score(FACTORS[:0]))):
        with pytest.raises(Refused, match="plan.swot_unrated"):
            swot.position(*pair)


# --- where nobody looked ---------------------------------------------------------------------------


def test_coverage_lists_every_view_of_every_lens_also_the_empty_ones():
    seen = swot.coverage(FACTORS)
    assert seen["lens"].value_counts(sort=False).to_dict() == {
        "look": 8,
        "five_forces": 5,
        "diamond": 6,
        "scorecard": 4,
    }
    by_view = seen.set_index(["lens", "view"])
    look = by_view.loc["look"]
    assert look.index.tolist() == [*OUTSIDE, *INSIDE]
    assert look["factors"].tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    assert look["side"].tolist() == ["external"] * 5 + ["internal"] * 3
    assert by_view.loc[("five_forces", "rivalry"), ["factors", "weight", "threats"]].tolist() == [1, 0.25, 1]
    assert by_view.loc[("diamond", "chance"), ["side", "opportunities"]].tolist() == ["external", 1]
    assert by_view.loc[("scorecard", "customer"), ["side", "strengths"]].tolist() == ["internal", 1]
    empty = seen[seen["factors"] == 0]
    assert len(empty) == 14
    assert (empty.drop(columns=["lens", "view", "side"]) == 0).all(axis=None)


def test_coverage_adds_up_and_keeps_elements_in_the_clients_words():
    factors = FACTORS.assign(
        model=["scorecard", "scorecard", "", "five_forces", "five_forces", ""],
        element=["customer", "品牌", "internal_process", "", "data centres", "weather"],
    )
    seen = swot.coverage(factors)
    forces = seen[seen["lens"] == "five_forces"].set_index("view")
    assert forces.index.tolist()[5:] == ["data centres", ""]
    assert forces["factors"].sum() == 2
    card = seen[seen["lens"] == "scorecard"].set_index("view")["factors"]
    assert card[["customer", "internal_process", "品牌"]].tolist() == [1, 1, 1], "an element says its model"
    assert "weather" not in set(seen["view"]), "neither a known element nor of a model"
    look = seen[seen["lens"] == "look"]
    assert look["weight"].sum() == pytest.approx(2)
    plural = ["strengths", "weaknesses", "opportunities", "threats"]
    assert (seen[plural].sum(axis=1) == seen["factors"]).all()
    assert look[plural].sum().to_list() == [2, 1, 1, 2]


def test_coverage_of_part_of_the_factors_needs_no_sum():
    assert swot.coverage(FACTORS[FACTORS["look"] == "policy"])["factors"].sum() == 2
    assert (swot.coverage(FACTORS[:0])["factors"] == 0).all()
