"""TOWS, orphans and the comparison of strategies: published matrices, then every kind of loose end."""

from __future__ import annotations

from io import StringIO
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest

from salesmgmt.plan import swot


def table(csv: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(dedent(csv).strip()), skipinitialspace=True, dtype_backend="numpy_nullable")


FACTORS = table("""
    factor_id, look,        effect, weight, rating, statement
    S1,        indicators,  1,      0.4,    4,      renewals
    S2,        processes,   1,      0.1,    3,      proposals
    W1,        people,      -1,     0.5,    1,      leavers
    O1,        policy,      1,      0.25,   2,      hotlines
    O2,        customers,   1,      0.15,   ,       seats
    T1,        competitors, -1,     0.2,    3,      prices
    T2,        technology,  -1,     0.4,    1,      bots
    """)
STRATEGIES = table("""
    strategy_id, kind, factor_ids,  initiative_ids, statement
    TS3,         WO,   W1；O1,      IN2,            train
    TS1,         SO,   S1、O1 S1,   IN1 IN2,        win hotlines
    TS2,         ST,   S1 W1,       ,               sign frames
    TS4,         WT,   ,            ,               retreat
    """)
INITIATIVES = table("""
    initiative_id, initiative,  value, owner_id, factor_ids
    IN1,           task force,  9e6,   S024,     O1
    IN2,           school,      ,      ,         W1
    IN3,           seats,       5e6,   S012,     O2
    IN4,           rebranding,  1e6,   ,
    """)


# --- TOWS ------------------------------------------------------------------------------------------


def test_tows_lists_strategies_by_kind_with_what_they_join_and_lack():
    found = swot.tows(FACTORS, STRATEGIES)
    columns = ["strategy_id", "kind", "statement", "factor_ids", "initiative_ids", "factors", "weight"]
    assert list(found.columns) == [*columns, "missing", "stray"]
    assert found.drop(columns=["statement", "weight"]).to_numpy().tolist() == [
        ["TS1", "SO", "S1、O1", "IN1、IN2", 2, "", ""],
        ["TS2", "ST", "S1、W1", "", 2, "threat", "W1"],
        ["TS3", "WO", "W1、O1", "IN2", 2, "", ""],
        ["TS4", "WT", "", "", 0, "weakness、threat", ""],
    ]
    assert found["weight"].tolist() == pytest.approx([0.65, 0.9, 0.75, 0.0])
    assert found["statement"].tolist() == ["win hotlines", "sign frames", "train", "retreat"]


@pytest.mark.parametrize(
    ("kind", "missing", "stray"),
    [
        ("SO", "", ["W1", "T1"]),
        ("ST", "", ["W1", "O1"]),
        ("WO", "", ["S1", "T1"]),
        ("WT", "", ["S1", "O1"]),
    ],
)
def test_each_kind_joins_its_two_quadrants(kind, missing, stray):
    ids = ["S1", "W1", "O1", "T1"]
    every = pd.DataFrame({"strategy_id": ["TS1"], "kind": [kind], "factor_ids": [ids]})
    found = swot.tows(FACTORS, every).iloc[0]
    assert (found["missing"], found["stray"]) == (missing, "、".join(stray))
    strangers = pd.DataFrame({"strategy_id": ["TS1"], "kind": [kind], "factor_ids": [stray]})
    quadrants = {"S": "strength", "W": "weakness", "O": "opportunity", "T": "threat"}
    assert swot.tows(FACTORS, strangers).loc[0, "missing"] == "、".join(quadrants[letter] for letter in kind)


def test_tows_reads_lists_and_texts_alike_in_any_order_of_rows():
    listed = STRATEGIES.assign(
        factor_ids=[["W1", "O1"], ["S1", "O1"], ["S1", "W1"], []],
        initiative_ids=[["IN2"], ["IN1", "IN2"], [], None],
    )
    once = swot.tows(FACTORS, STRATEGIES)
    pd.testing.assert_frame_equal(swot.tows(FACTORS, listed), once)
    shuffled = swot.tows(FACTORS.sample(frac=1, random_state=1), STRATEGIES.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(shuffled, once)
    assert swot.tows(FACTORS, STRATEGIES[:0]).empty


@pytest.mark.parametrize(
    ("strategies", "message"),
    [
        (
            STRATEGIES.assign(factor_ids=["W1 F9", "S1", "F8、F7", ""]),
            r"strategies.factor_ids names unknown ids \{'TS3': \['F9'\], 'TS2': \['F8', 'F7'\]\}; known are .*'W1'",
        ),
        (
            STRATEGIES.assign(kind="XO"),
            r"strategies.kind has \['XO'\], must be among \['SO', 'ST', 'WO', 'WT'\]",
        ),
        (STRATEGIES.drop(columns="kind"), r"strategies is missing columns \['kind'\]"),
        (pd.concat([STRATEGIES, STRATEGIES[:1]]), r"strategies has more than one row for .* \['TS3'\]"),
    ],
)
def test_bad_strategies_are_named(strategies, message):
    with pytest.raises(ValueError, match=message):
        swot.tows(FACTORS, strategies)


# --- orphans ---------------------------------------------------------------------------------------


def test_orphans_of_every_kind_with_most_room_first():
    found = swot.orphans(FACTORS, STRATEGIES, INITIATIVES)
    assert list(found.columns) == ["orphan", "id", "quadrant", "statement", "weight", "room", "value"]
    assert found[["orphan", "id", "quadrant", "statement"]].to_numpy().tolist() == [
        ["factor_unanswered", "T2", "threat", "bots"],
        ["factor_unanswered", "T1", "threat", "prices"],
        ["factor_unanswered", "S2", "strength", "proposals"],
        ["strategy_without_initiative", "TS2", "", "sign frames"],
        ["strategy_without_initiative", "TS4", "", "retreat"],
        ["initiative_without_owner", "IN4", "", "rebranding"],
        ["initiative_without_owner", "IN2", "", "school"],
        ["initiative_without_reason", "IN4", "", "rebranding"],
    ]
    assert found["room"].tolist() == pytest.approx([1.2, 0.2, 0.1] + [np.nan] * 5, nan_ok=True)
    assert found["weight"].tolist() == pytest.approx([0.4, 0.2, 0.1, 0.9, 0] + [np.nan] * 3, nan_ok=True)
    assert found["value"].tolist() == pytest.approx([np.nan] * 5 + [1e6, np.nan, 1e6], nan_ok=True)


def test_unrated_factor_nobody_answers_comes_after_those_whose_room_is_known():
    found = swot.orphans(FACTORS, None)
    assert found["id"].tolist() == ["W1", "T2", "O1", "T1", "S2", "S1", "O2"]
    assert set(found["orphan"]) == {"factor_unanswered"}


def test_without_tables_nothing_is_asked_of_them():
    only_strategies = swot.orphans(FACTORS, STRATEGIES)
    assert only_strategies["orphan"].value_counts().to_dict() == {
        "factor_unanswered": 4,
        "strategy_without_initiative": 2,
    }
    pd.testing.assert_frame_equal(swot.orphans(FACTORS, STRATEGIES, INITIATIVES[:0]), only_strategies)
    only_initiatives = swot.orphans(FACTORS, None, INITIATIVES)
    assert "strategy_without_initiative" not in set(only_initiatives["orphan"])


def test_initiative_that_a_strategy_names_has_a_reason():
    carried = STRATEGIES.assign(initiative_ids=["IN2", "IN1 IN2", "IN4", ""])
    found = swot.orphans(FACTORS, carried, INITIATIVES)
    assert "initiative_without_reason" not in set(found["orphan"])
    assert found.loc[found["orphan"] == "strategy_without_initiative", "id"].tolist() == ["TS4"]


def test_no_orphans_where_everything_is_tied():
    tied = pd.DataFrame(
        {"strategy_id": ["TS1"], "factor_ids": [" ".join(FACTORS["factor_id"])], "initiative_ids": ["IN1"]}
    )
    owned = pd.DataFrame({"initiative_id": ["IN1"], "owner_id": ["S001"]})
    assert swot.orphans(FACTORS, tied, owned).empty


@pytest.mark.parametrize(
    ("initiatives", "message"),
    [
        (
            INITIATIVES[:1],
            r"strategies.initiative_ids names unknown ids \{'TS3': \['IN2'\], 'TS1': \['IN2'\]\}",
        ),
        (
            INITIATIVES.assign(factor_ids="F9"),
            r"initiatives.factor_ids names unknown ids \{'IN1': \['F9'\], .*'IN4'",
        ),
        (
            pd.concat([INITIATIVES, INITIATIVES[2:]]),
            r"initiatives has more than one row for .* \['IN3', 'IN4'\]",
        ),
        (INITIATIVES.drop(columns="initiative_id"), r"initiatives is missing columns \['initiative_id'\]"),
    ],
)
def test_bad_initiatives_are_named(initiatives, message):
    with pytest.raises(ValueError, match=message):
        swot.orphans(FACTORS, STRATEGIES, initiatives)


@pytest.mark.parametrize("seed", range(5))
def test_every_factor_is_answered_or_an_orphan(seed):
    rng = np.random.default_rng(seed)
    ids = FACTORS["factor_id"].tolist()
    named = [list(rng.choice(ids, rng.integers(0, 4), replace=False)) for _ in range(3)]
    strategies = pd.DataFrame({"strategy_id": ["TS1", "TS2"], "factor_ids": named[:2]})
    initiatives = pd.DataFrame({"initiative_id": ["IN1"], "factor_ids": named[2:], "owner_id": ["S1"]})
    listed = swot.table(FACTORS, strategies, initiatives)
    found = swot.orphans(FACTORS, strategies, initiatives)
    loose = set(found.loc[found["orphan"] == "factor_unanswered", "id"])
    assert loose == set(ids) - {id_ for row in named for id_ in row}
    assert loose == set(listed.loc[~listed["answered"], "factor_id"])


# --- QSPM ------------------------------------------------------------------------------------------

NAMES = ("market_development", "product_development", "joint_venture")


@pytest.fixture(scope="module")
def ust(golden):
    """The published matrix: nine external factors, then eight internal ones; dashes are missing scores."""
    rows = golden("swot-qspm-ust")["inputs"]["rows_weight_AS(marketdev,proddev,jv)"]
    ids = [f"F{place:02d}" for place in range(1, len(rows) + 1)]
    looks = ["customers"] * 9 + ["processes"] * 8
    factors = pd.DataFrame({"factor_id": ids, "look": looks, "effect": 1, "weight": [row[0] for row in rows]})
    scores = pd.DataFrame([row[1:] for row in rows], columns=list(NAMES), index=ids, dtype="float64")
    return factors, scores


def long(scores: pd.DataFrame) -> pd.DataFrame:
    return (
        scores.rename_axis("factor_id")
        .reset_index()
        .melt("factor_id", var_name="strategy_id", value_name="score")
    )


def test_published_qspm_breaks_the_rule_of_the_dash(ust):
    """UST Inc.: six factors have a dash for some strategies only. The weights are in order: one on each side."""
    factors, scores = ust
    assert factors.groupby("look")["weight"].sum().to_dict() == pytest.approx(
        {"customers": 1, "processes": 1}
    )
    message = (
        r"has no score for strategies \{'F06': \['product_development'\], 'F07': \['product_development'\], "
        r"'F09': \['joint_venture', 'market_development'\], 'F12': \['market_development'\], "
        r"'F13': \['product_development'\], 'F15': \['market_development', 'product_development'\]\}: "
        r"a factor must be scored for all strategies or for none"
    )
    for given in (long(scores), long(scores).dropna()):
        with pytest.raises(ValueError, match=message):
            swot.attractiveness(factors, given)


def test_published_qspm_column_by_column(ust, golden):
    """Each column alone keeps the rule. The printed 4.87 of the joint venture adds 4 × .15 as .40: it is 5.05."""
    factors, scores = ust
    outputs = golden("swot-qspm-ust")["outputs"]
    totals = {name: swot.attractiveness(factors, long(scores[[name]])).loc[0, "total"] for name in NAMES}
    assert totals["market_development"] == pytest.approx(outputs["market_development"])
    assert totals["product_development"] == pytest.approx(outputs["product_development"])
    assert totals["joint_venture"] == pytest.approx(outputs["joint_venture_correct"])
    assert totals["joint_venture"] != pytest.approx(outputs["joint_venture_published"], abs=0.1)


def test_qspm_over_the_factors_scored_for_all(ust):
    factors, scores = ust
    found = swot.attractiveness(factors, long(scores.dropna())).set_index("strategy_id")
    weight = factors.set_index("factor_id")["weight"]
    expected = scores.dropna().mul(weight, axis=0).dropna().sum()
    assert found["total"].to_dict() == pytest.approx(expected.to_dict())
    assert (found["factors"] == 11).all()
    np.testing.assert_allclose(found["internal"] + found["external"], found["total"])
    best = expected.max()
    assert found["behind"].to_dict() == pytest.approx((best - expected).to_dict())


SCORES = table("""
    strategy_id, factor_id, score
    TS2,         S1,        3
    TS2,         T2,        2
    TS1,         S1,        4
    TS1,         T2,        1
    TS3,         S1,        1
    TS3,         T2,        1
    TS3,         W1,
    """)


def test_attractiveness_by_strategy_and_how_close_it_is():
    found = swot.attractiveness(FACTORS, SCORES)
    assert list(found.columns) == [
        "strategy_id",
        "factors",
        "internal",
        "external",
        "total",
        "behind",
        "close",
    ]
    assert found["strategy_id"].tolist() == ["TS1", "TS2", "TS3"]
    assert found["internal"].tolist() == pytest.approx([1.6, 1.2, 0.4])
    assert found["external"].tolist() == pytest.approx([0.4, 0.8, 0.4])
    assert found["behind"].tolist() == pytest.approx([0, 0, 1.2])
    assert found["close"].tolist() == [True, True, False]
    shuffled = swot.attractiveness(FACTORS[::-1], SCORES.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(shuffled, found)


def test_close_means_one_step_of_one_score():
    higher = SCORES.assign(score=[3, 3, 4, 1, 3.5, 1, None])
    found = swot.attractiveness(FACTORS, higher)  # TS2 2.4, TS1 2.0, TS3 1.8; the heaviest factor weighs 0.4
    assert found["total"].tolist() == pytest.approx([2.0, 2.4, 1.8])
    assert found["close"].tolist() == [True, True, False]


def test_no_scores_compare_nothing():
    assert swot.attractiveness(FACTORS, SCORES[:0]).empty
    dashes = swot.attractiveness(FACTORS, SCORES.assign(score=np.nan))
    assert (dashes["factors"] == 0).all()
    assert (dashes["total"] == 0).all()


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (SCORES.drop(columns="score"), r"strategy_scores is missing columns \['score'\]"),
        (SCORES.assign(factor_id="F9"), r"strategy_scores.factor_id has \['F9'\], must be among"),
        (pd.concat([SCORES, SCORES[:1]]), r"strategy_scores has more than one row .*\('TS2', 'S1'\)"),
        (
            SCORES.assign(score=[0, 5, 4, 1, 1, 1, None]),
            r"strategy_scores.score == \{\('TS2', 'S1'\): 0.0, \('TS2', 'T2'\): 5.0\}, must be 1 to 4",
        ),
        (SCORES[:5], r"has no score for strategies \{'T2': \['TS3'\]\}: a factor must be scored for all"),
    ],
)
def test_bad_scores_are_named(scores, message):
    with pytest.raises(ValueError, match=message):
        swot.attractiveness(FACTORS, scores)


def test_attractiveness_needs_weights_that_sum():
    with pytest.raises(ValueError, match=r"3 internal factors sums to 0.5"):
        swot.attractiveness(FACTORS.assign(weight=[0.1, 0.1, 0.3, 0.25, 0.15, 0.2, 0.4]), SCORES)


def test_inputs_stay_as_they_were():
    frames = (FACTORS, STRATEGIES, INITIATIVES, SCORES)
    before = [frame.copy(deep=True) for frame in frames]
    swot.tows(FACTORS, STRATEGIES)
    swot.orphans(FACTORS, STRATEGIES, INITIATIVES)
    swot.attractiveness(FACTORS, SCORES)
    for frame, copy in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
