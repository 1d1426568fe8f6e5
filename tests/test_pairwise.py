"""Priorities from pairwise judgements: a published hierarchy first, then what holds for any judgements."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest

from salesmgmt import pairwise

ITEMS = ("price", "quality", "speed", "trust")


@pytest.fixture(scope="module")
def seeds(soak: bool, seed: int) -> range:
    return range(seed, seed + (500 if soak else 25))


def long(matrix: list[list[float]], items: list[str] | tuple[str, ...]) -> pd.DataFrame:
    """Judgements of a matrix above its diagonal."""
    rows = [(items[i], items[j], matrix[i][j]) for i, j in combinations(range(len(items)), 2)]
    return pd.DataFrame(rows, columns=["item", "other", "ratio"])


def agreeing(weights: dict[str, float]) -> pd.DataFrame:
    rows = [(one, other, weights[one] / weights[other]) for one, other in combinations(weights, 2)]
    return pd.DataFrame(rows, columns=["item", "other", "ratio"])


WEIGHTS = {"price": 0.5, "quality": 0.25, "speed": 0.15, "trust": 0.1}
PAIRS = agreeing(WEIGHTS)


# --- published examples ----------------------------------------------------------------------------


def test_leader_example_from_judgements_to_overall_priorities(golden):
    """ "AHP – leader example": four criteria, three candidates; global = group × local."""
    case = golden("swot-ahp-leader")
    given, outputs = case["inputs"], case["outputs"]
    criteria = pairwise.priorities(long(given["criteria_matrix"], given["criteria_order"]))
    assert criteria.priorities[given["criteria_order"]].tolist() == pytest.approx(
        outputs["criteria"], abs=0.001
    )
    assert criteria.consistency_ratio == pytest.approx(outputs["our_CR"], abs=5e-5)
    assert criteria.consistent
    locals_ = {
        criterion: pairwise.priorities(long(matrix, given["alternatives_order"])).priorities
        for criterion, matrix in zip(given["criteria_order"], given["local_matrices"], strict=True)
    }
    found = pairwise.overall(criteria.priorities, locals_)
    assert found.to_dict() == pytest.approx(outputs["overall"], abs=0.001)
    assert found.sum() == pytest.approx(1)


def test_whole_matrix_with_rounded_reciprocals_says_the_same_as_its_upper_half(golden):
    given = golden("swot-ahp-leader")["inputs"]
    items, matrix = given["criteria_order"], given["criteria_matrix"]
    rows = [(items[i], items[j], round(matrix[i][j], 2)) for i in range(4) for j in range(4)]
    whole = pairwise.priorities(pd.DataFrame(rows, columns=["item", "other", "ratio"]))
    upper = pairwise.priorities(long(matrix, items))
    np.testing.assert_allclose(whole.priorities, upper.priorities, rtol=1e-5)
    assert whole.consistency_ratio == pytest.approx(upper.consistency_ratio, rel=1e-4)


# --- what must hold --------------------------------------------------------------------------------


def test_judgements_that_agree_give_back_their_weights(seeds):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        n = int(rng.integers(2, 16))
        weights = dict(zip([f"F{i:02d}" for i in range(n)], rng.dirichlet(np.ones(n)) + 0.01, strict=True))
        pairs = agreeing(weights)
        turned = rng.random(len(pairs)) < 0.5
        pairs = pd.concat(
            [
                pairs[~turned],
                pd.DataFrame(
                    {
                        "item": pairs.loc[turned, "other"],
                        "other": pairs.loc[turned, "item"],
                        "ratio": 1 / pairs.loc[turned, "ratio"],
                    }
                ),
            ]
        ).sample(frac=1, random_state=seed)
        found = pairwise.priorities(pairs)
        expected = pd.Series(weights) / sum(weights.values())
        np.testing.assert_allclose(found.priorities, expected, rtol=1e-9, err_msg=str(seed))
        assert found.consistency_ratio == pytest.approx(0, abs=1e-9), seed
        assert (found.worst, found.worst_product) == ((), 1.0), seed


def test_priorities_are_the_limit_of_powers_of_the_matrix(seeds):
    """Saaty: raise the matrix to powers and normalise the row sums; λ is the growth of a step."""
    scale = [1 / 9, 1 / 7, 1 / 5, 1 / 3, 1, 3, 5, 7, 9]
    for seed in seeds:
        rng = np.random.default_rng(seed)
        n = int(rng.integers(3, 10))
        matrix = np.ones((n, n))
        for i, j in combinations(range(n), 2):
            matrix[i, j] = rng.choice(scale)
            matrix[j, i] = 1 / matrix[i, j]
        vector = np.ones(n)
        for _ in range(2000):
            grown = matrix @ vector
            eigenvalue = grown.sum() / vector.sum()
            vector = grown / grown.sum()
        found = pairwise.priorities(long(matrix.tolist(), [f"F{i}" for i in range(n)]))
        np.testing.assert_allclose(found.priorities, vector, rtol=1e-6, err_msg=str(seed))
        assert found.eigenvalue == pytest.approx(eigenvalue), seed
        index = (eigenvalue - n) / (n - 1)
        assert found.consistency_ratio == pytest.approx(index / pairwise.RANDOM_INDEX[n - 1]), seed
        assert found.consistent == (found.consistency_ratio < 0.1)


def test_random_judgements_are_as_inconsistent_as_the_random_index_says(soak):
    """The published index against judgements drawn from Saaty's 17-point scale; published to two decimals."""
    rng = np.random.default_rng(1980)
    scale = np.array([1 / k for k in range(9, 1, -1)] + list(range(1, 10)))
    for n, published in ((3, 0.58), (5, 1.12), (8, 1.41)):
        found = []
        for _ in range(2000 if soak else 60):
            matrix = np.ones((n, n))
            upper = np.triu_indices(n, 1)
            matrix[upper] = rng.choice(scale, len(upper[0]))
            matrix.T[upper] = 1 / matrix[upper]
            ratio = pairwise.priorities(long(matrix.tolist(), [f"F{i}" for i in range(n)])).consistency_ratio
            found.append(ratio * published)
        error = np.std(found, ddof=1) / np.sqrt(len(found))
        print(f"n = {n}: index {np.mean(found):.3f} ± {error:.3f}, published {published}")
        assert abs(np.mean(found) - published) < 4 * error + 0.06  # Saaty's own 1980 index rests on 500 draws


def test_several_raters_count_by_their_geometric_mean():
    ratios = {"A": [2.0, 4.0, 2.0], "B": [8.0, 4.0, 0.5]}
    pairs = pd.concat(
        [
            pd.DataFrame(
                {
                    "criterion": ["price", "price", "quality"],
                    "other": ["quality", "speed", "speed"],
                    "rater": rater,
                    "ratio": given,
                }
            )
            for rater, given in ratios.items()
        ]
    )
    found = pairwise.priorities(pairs, item="criterion")
    expected = pairwise.priorities(long([[1, 4, 4], [1, 1, 1], [1, 1, 1]], ["price", "quality", "speed"]))
    np.testing.assert_allclose(found.priorities, expected.priorities)
    assert found.priorities.index.name == "criterion"
    turned = pairs.rename(columns={"criterion": "other", "other": "criterion"}).assign(
        ratio=1 / pairs["ratio"]
    )
    again = pairwise.priorities(
        pd.concat([pairs[pairs["rater"] == "A"], turned[turned["rater"] == "B"]]), item="criterion"
    )
    np.testing.assert_allclose(again.priorities, found.priorities)


def test_worst_triple_is_the_planted_one():
    for triple in permutations(ITEMS, 3):
        wrong = PAIRS.copy()
        ends = {triple[0], triple[2]}
        place = [{one, other} == ends for one, other in zip(PAIRS["item"], PAIRS["other"], strict=True)]
        wrong.loc[place, "ratio"] *= 6
        found = pairwise.priorities(wrong)
        assert ends < set(found.worst)
        assert found.worst_product == pytest.approx(6)
        assert not found.consistent


def test_two_items_and_one_always_agree():
    two = pairwise.priorities(pd.DataFrame({"item": ["a"], "other": ["b"], "ratio": [3]}))
    assert two.priorities.to_dict() == pytest.approx({"a": 0.75, "b": 0.25})
    assert (two.consistency_ratio, two.consistent, two.worst) == (0.0, True, ())
    one = pairwise.priorities(pd.DataFrame({"item": ["a"], "other": ["a"], "ratio": [1]}))
    assert one.priorities.to_dict() == {"a": 1.0}


def test_order_of_rows_is_irrelevant_and_inputs_stay_as_they_were():
    before = PAIRS.copy(deep=True)
    once, again = (pairwise.priorities(pairs) for pairs in (PAIRS, PAIRS.sample(frac=1, random_state=4)))
    pd.testing.assert_series_equal(once.priorities, again.priorities)
    pd.testing.assert_frame_equal(PAIRS, before)


# --- overall ---------------------------------------------------------------------------------------


def test_overall_spreads_each_group_over_its_factors():
    groups = pd.Series({"strength": 0.5, "weakness": 0.2, "opportunity": 0.2, "threat": 0.1})
    local = {
        group: pd.Series({f"{group}{i}": share for i, share in enumerate((0.6, 0.4))})
        for group in groups.index
    }
    found = pairwise.overall(groups, local)
    assert found["strength0"] == pytest.approx(0.3)
    assert found.sum() == pytest.approx(1)
    assert len(found) == 8


def test_overall_names_groups_without_partner():
    groups = pd.Series({"strength": 0.5, "threat": 0.5})
    with pytest.raises(ValueError, match=r"groups \['threat', 'weakness'\] are not both in groups"):
        pairwise.overall(groups, {"strength": pd.Series({"F1": 1.0}), "weakness": pd.Series({"F2": 1.0})})


# --- what is wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (PAIRS.drop(columns="ratio"), r"pairs is missing columns \['ratio'\]"),
        (
            PAIRS[:4],
            r"no judgement of \[\('quality', 'trust'\), \('speed', 'trust'\)\]; each two of \['price'",
        ),
        (
            pd.concat([PAIRS, PAIRS[:1]]),
            r"pairs has more than one row for \['item', 'other'\] \[\('price', 'quality'\)\]",
        ),
        (
            PAIRS.assign(ratio=[0, -1, np.inf, np.nan, 1, 1]),
            r"ratio == \{\('price', 'quality'\): 0.0, .*'speed'\): -1.0, .*'trust'\): inf, .*nan\}, must be > 0",
        ),
        (
            pd.concat([PAIRS, pd.DataFrame({"item": ["trust"], "other": ["trust"], "ratio": [2.0]})]),
            r"ratio == \{\('trust', 'trust'\): 2.0\}, must be > 0, and 1 for an item against itself",
        ),
        (
            pd.concat(
                [
                    PAIRS,
                    pd.DataFrame({"item": ["quality", "trust"], "other": ["price", "speed"], "ratio": 2.0}),
                ]
            ),
            r"ratio of \[\('price', 'quality'\), \('speed', 'trust'\)\] contradicts the reciprocal judgement",
        ),
        (PAIRS[:0], r"pairs compare 0 items, must be 1 to 15"),
        (agreeing({f"F{i}": 1.0 for i in range(16)}), r"pairs compare 16 items, must be 1 to 15"),
    ],
)
def test_bad_judgements_are_named(pairs, message):
    with pytest.raises(ValueError, match=message):
        pairwise.priorities(pairs)


def test_contradiction_of_one_rater_is_named_and_of_two_is_none():
    pairs = PAIRS.assign(rater="A")
    back = pd.DataFrame({"item": ["quality"], "other": ["price"], "ratio": [3.0], "rater": "A"})
    with pytest.raises(ValueError, match=r"ratio of \[\('price', 'quality', 'A'\)\] contradicts"):
        pairwise.priorities(pd.concat([pairs, back]))
    two = pairwise.priorities(pd.concat([pairs, back.assign(rater="B")]))
    assert two.priorities["price"] < WEIGHTS["price"]


@pytest.mark.parametrize("ratio", [1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_reciprocals_rounded_to_two_decimals_are_taken(ratio):
    rounded = round(float(Fraction(1, ratio)), 2)
    pairs = pd.DataFrame({"item": ["a", "b"], "other": ["b", "a"], "ratio": [rounded, ratio]})
    assert pairwise.priorities(pairs).priorities["b"] == pytest.approx(ratio / (ratio + 1))


def test_reciprocal_that_no_rounding_explains_is_a_contradiction():
    pairs = pd.DataFrame({"item": ["a", "b"], "other": ["b", "a"], "ratio": [7, 0.2]})
    with pytest.raises(ValueError, match=r"ratio of \[\('a', 'b'\)\] contradicts the reciprocal judgement"):
        pairwise.priorities(pairs)


def test_pairs_must_be_a_frame():
    with pytest.raises(TypeError, match="pairs is a list, must be a DataFrame"):
        pairwise.priorities([("a", "b", 3)])
