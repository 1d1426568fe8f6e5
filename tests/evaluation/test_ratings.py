"""Ratings: what raters agree on, what may be shown of them, and how people see themselves."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt import agreement
from salesmgmt.errors import Refused
from salesmgmt.evaluation import ratings
from salesmgmt.evaluation.ratings import pooling

KINDS = ["manager", "peer", "customer"]


def tidy(scores: np.ndarray, *, kind: str = "peer", own: bool = True) -> pd.DataFrame:
    """People × competencies × raters as assessments; raters of one's own, or the same for all. NaN: not rated."""
    person, item, rater = np.nonzero(np.isfinite(scores))
    return pd.DataFrame(
        {
            "staff_id": [f"S{p:03}" for p in person],
            "competency": [f"c{i}" for i in item],
            "rater_id": [
                f"{kind}{r}" + (f" of {p}" if own else "") for p, r in zip(person, rater, strict=True)
            ],
            "rater_kind": kind,
            "score": scores[person, item, rater],
        }
    )


def panel(rng: np.random.Generator, *, people: int = 40, items: int = 3, most: int = 4) -> pd.DataFrame:
    """Random numbers of raters of each kind, gaps here and there."""
    made = []
    for kind in ["self", *KINDS]:
        scores = rng.integers(1, 6, (people, items, most)).astype("float64")
        number = rng.integers(0, 2 if kind == "self" else most + 1, (people, 1, 1))
        absent = (np.arange(most) >= number) | (rng.random(scores.shape) < 0.2)
        made.append(tidy(np.where(absent, np.nan, scores), kind=kind))
    return pd.concat(made, ignore_index=True).sample(frac=1, random_state=int(rng.integers(10**6)))


def judged(people: int = 24, items: int = 1, raters: int = 3, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    skill = rng.normal(size=(people, items, 1))
    return np.clip(np.round(3 + skill + 0.7 * rng.normal(size=(people, items, raters))), 1, 5)


# ---- agreement ----


def test_one_competency_with_raters_of_ones_own_is_icc_1_and_fleiss_kappa():
    scores = judged()
    row = ratings.agreement(tidy(scores)).iloc[0]
    assert (row["rater_kind"], row["form"], row["usual"]) == ("peer", "ICC(1)", 3)
    classical = agreement.icc(scores[:, 0]).set_index("form")["icc"]
    assert row["icc"] == pytest.approx(classical["ICC(1)"])
    assert row["icc_mean"] == pytest.approx(classical["ICC(1,k)"])
    counts = [[(person == score).sum() for score in range(1, 6)] for person in scores[:, 0]]
    assert row["kappa"] == pytest.approx(agreement.fleiss_kappa(counts))
    assert row["low"] < row["icc"] < row["high"]
    assert row["kappa_low"] < row["kappa"] < row["kappa_high"]
    assert row[["people", "compared", "raters", "ratings"]].tolist() == [24, 24, 72, 72]


def test_unequal_numbers_of_raters_are_icc_oneway():
    scores = judged(raters=4)
    scores[::3, 0, 3] = np.nan
    scores[::4, 0, 2:] = np.nan
    rows = tidy(scores)
    expected = agreement.icc_oneway(rows.rename(columns={"staff_id": "person"}))
    assert ratings.agreement(rows)["icc"][0] == pytest.approx(expected["icc"][0])


def test_the_same_raters_for_everybody_are_icc_2():
    scores = judged()
    row = ratings.agreement(tidy(scores, own=False)).iloc[0]
    classical = agreement.icc(scores[:, 0]).set_index("form").loc["ICC(2)"]
    assert row["form"] == "ICC(2)"
    assert row[["icc", "low", "high"]].tolist() == pytest.approx(classical[["icc", "low", "high"]].tolist())


@pytest.mark.parametrize("own", [True, False])
def test_levels_of_competencies_are_no_agreement(own):
    """Raters who only know that one competency is rated high and another low do not agree about people."""
    rng = np.random.default_rng(3)
    scores = np.clip(np.array([1.5, 3.0, 4.5])[None, :, None] + rng.choice([-0.5, 0.5], (60, 3, 3)), 1, 5)
    row = ratings.agreement(tidy(scores, own=own)).iloc[0]
    naive = agreement.icc(scores.reshape(180, 3))["icc"][0]
    assert naive > 0.8
    assert abs(row["icc"]) < 0.15
    assert abs(row["kappa"]) < 0.15
    assert row["verdict"] == "disagree"


@pytest.mark.parametrize("own", [True, False])
def test_agreement_does_not_depend_on_level_or_order(own):
    scores = judged(items=3)
    rows, shifted = (
        tidy(scores, own=own),
        tidy(np.clip(scores, 1, 4) + np.array([0, 1, 0])[None, :, None], own=own),
    )
    figures = ["icc", "low", "high", "kappa", "kappa_low", "kappa_high"]
    expected = ratings.agreement(tidy(np.clip(scores, 1, 4), own=own))[figures]
    pd.testing.assert_frame_equal(ratings.agreement(shifted)[figures], expected)
    mixed = ratings.agreement(rows.sample(frac=1, random_state=1))[figures]
    pd.testing.assert_frame_equal(mixed, ratings.agreement(rows)[figures])


def test_the_left_out_are_left_out():
    """Bounds rest on totals less one person's or one rater's sums: the same as computing without them."""
    rows = tidy(judged(people=6, items=2, raters=4), own=False).query(
        "rater_id != 'peer3' or staff_id < 'S003'"
    )
    rows = rows.reset_index(drop=True)
    cells, where = pooling._cells(rows)
    scale, score = np.unique(rows["score"]), rows["score"].to_numpy()
    steps = np.diff(scale)

    def sums(part: pd.DataFrame) -> tuple[float, float, float]:
        part = part[part.groupby(["staff_id", "competency"])["score"].transform("size") >= 2]
        found = pooling.nested(part)
        return found["icc"], found["kappa"]

    own = np.column_stack([np.ones(len(score)), score, score**2, score[:, None] <= scale[None, :-1]])
    whole = pooling._added(own, where, len(cells))
    parts = pooling._sums(whole, steps)
    lost = parts[where] - pooling._sums(whole[where] - own, steps)
    _, without = pooling._left_out(cells, parts, rows, where, lost)
    for column, left in zip(["staff_id", "rater_id"], without[:2], strict=True):
        ratio, k, apart = pooling._one_way(left, steps)
        expected = [sums(rows[rows[column] != who]) for who in rows[column].unique()]
        np.testing.assert_allclose(np.column_stack([(ratio - 1) / (ratio + k - 1), 1 - apart]), expected)


def test_kinds_are_compared_over_people_whom_all_rated():
    scores = judged(people=30, raters=6)
    parts = [(kind, scores[:, :, 2 * place : 2 * place + 2]) for place, kind in enumerate(KINDS)]
    parts[2][1][20:] = np.nan
    table = ratings.agreement(pd.concat([tidy(part, kind=kind) for kind, part in parts], ignore_index=True))
    assert table["rater_kind"].tolist() == [*KINDS, "all"]
    row = table.iloc[3]
    means = np.column_stack([part[:20, 0].mean(axis=1) for _, part in parts])
    classical = agreement.icc(means).set_index("form")["icc"]
    assert row["icc"] == pytest.approx(classical["ICC(2)"])
    assert row["icc_mean"] == pytest.approx(classical["ICC(2,k)"])
    assert (row["people"], row["compared"], row["usual"], row["form"]) == (30, 20, 3, "ICC(2)")
    assert pd.isna(row["needed"])
    assert np.isnan(row["kappa"])


def test_kind_too_rare_to_count_does_not_empty_the_comparison():
    scores = judged(people=30, raters=5)
    rare = np.where(np.arange(30)[:, None, None] < 4, scores[:, :, 4:], np.nan)
    rows = [tidy(scores[:, :, :1], kind="manager"), tidy(scores[:, :, 1:4]), tidy(rare, kind="customer")]
    row = ratings.agreement(pd.concat(rows, ignore_index=True)).set_index("rater_kind").loc["all"]
    assert (row["compared"], row["usual"]) == (30, 2)
    assert np.isfinite(row["low"])


def test_verdict_reads_the_interval_of_the_mean_that_is_used():
    found = {
        noise: ratings.agreement(
            tidy(
                np.clip(np.round(3 + rng.normal(size=(80, 2, 1)) + noise * rng.normal(size=(80, 2, 3))), 1, 5)
            )
        ).iloc[0]
        for noise, rng in ((n, np.random.default_rng(5)) for n in (0.4, 1.2, 3.0))
    }
    assert [row["verdict"] for row in found.values()] == ["agree", "partly", "disagree"]
    for row in found.values():
        assert row["icc_mean_low"] == pytest.approx(agreement.mean_of(row["low"], 3))
        assert row["reason"] == ""
    assert found[0.4]["needed"] < found[1.2]["needed"] < found[3.0]["needed"]
    needed, icc = found[1.2][["needed", "icc"]]
    assert agreement.mean_of(icc, needed) >= 0.8 > agreement.mean_of(icc, needed - 1)


@pytest.mark.parametrize(
    ("rows", "form", "reason"),
    [
        (tidy(judged(raters=1)), "", "one_rater"),
        (tidy(judged(people=6)), "ICC(1)", "few_people"),
        (tidy(np.full((20, 2, 3), 4.0)), "ICC(1)", "no_spread"),
        (tidy(np.repeat(judged(raters=1), 3, axis=2)), "ICC(1)", "no_spread"),
        (tidy(judged(people=1)), "ICC(2)", "few_people"),
        (tidy(judged(people=12, seed=4)[:, :, :2]), "ICC(1)", "wide"),
    ],
    ids=["one rater", "few people", "constant", "copied", "one person", "wide"],
)
def test_what_cannot_be_told_says_why(rows, form, reason):
    row = ratings.agreement(rows).iloc[0]
    assert (row["verdict"], row["reason"], row["form"]) == ("cannot_tell", reason, form)
    assert np.isnan(row["low"]) == (reason != "wide")
    assert pd.isna(row["needed"]) == (reason != "wide")


def test_own_ratings_and_older_rounds_do_not_count():
    rows = tidy(judged())
    before = rows.assign(score=1.0, assessed_on=pd.Timestamp("2025-10-31"))
    own = tidy(judged(raters=1, seed=9), kind="self")
    both = pd.concat([rows.assign(assessed_on=pd.Timestamp("2026-10-31")), before, own], ignore_index=True)
    pd.testing.assert_frame_equal(ratings.agreement(both), ratings.agreement(rows))
    assert "peer0 of 0" in set(both["rater_id"])  # and the caller's frame is as it was


def test_nobody_rated_by_others_is_refused():
    own = tidy(judged(raters=1), kind="self")
    for function in (ratings.agreement, ratings.merged, ratings.two_raters):
        with pytest.raises(Refused, match=r"evaluation.ratings_no_others \{'people': 24\}"):
            function(own)
    with pytest.raises(Refused, match="ratings_no_others"):
        ratings.agreement(own.iloc[:0])


@pytest.mark.parametrize(
    "function", [ratings.agreement, ratings.merged, ratings.two_raters, ratings.self_other]
)
def test_ratings_out_of_the_contract_are_named(function):
    rows = tidy(judged(people=2, raters=2))
    with pytest.raises(ValueError, match=r"missing columns \['rater_kind', 'score'\]"):
        function(rows.drop(columns=["rater_kind", "score"]))
    with pytest.raises(ValueError, match=r"rater_kind has \['boss'\], must be among"):
        function(rows.assign(rater_kind="boss"))
    with pytest.raises(ValueError, match=r"score == \{1: 6.0, 3: nan\}, must be between 1 and 5"):
        function(rows.assign(score=[1, 6, 2, np.nan]))
    twice = pd.concat([rows, rows.iloc[:1].assign(rater_kind="customer")], ignore_index=True)
    with pytest.raises(ValueError, match=r"more than one row for .*'S000', 'c0', 'peer0 of 0'"):
        function(twice)


# ---- what may be shown ----


def test_groups_by_hand():
    def shown(**number: int) -> list[tuple[str, int]]:
        rows = [
            tidy(np.full((1, 1, raters), place + 2.0), kind=kind)
            for place, (kind, raters) in enumerate(number.items())
        ]
        found = ratings.merged(pd.concat(rows, ignore_index=True))
        return list(zip(found["group"], found["raters"], strict=True))

    assert shown(manager=3, peer=4, customer=3) == [("manager", 3), ("peer", 4), ("customer", 3)]
    assert shown(manager=1, peer=4, customer=2) == [("peer", 4), ("merged", 3)]
    assert shown(manager=1, peer=4, customer=3) == [("peer", 4), ("merged", 4)]  # the smallest group joins
    assert shown(manager=1, peer=3, customer=3) == [("customer", 3), ("merged", 4)]
    assert shown(manager=1, peer=5) == [("merged", 6)]
    assert shown(manager=1, peer=1) == [("merged", 2)]
    assert shown(manager=1) == [("merged", 1)]
    assert shown(self=1, manager=1, peer=2) == [("merged", 3)]


def test_merged_score_is_the_mean_of_the_kinds():
    rows = [
        tidy(np.array([[[2.0]]]), kind="manager"),
        tidy(np.array([[[5.0, 4.0]]]), kind="customer"),
        tidy(np.array([[[3.0, 3.0, 4.0]]]), kind="peer"),
    ]
    found = ratings.merged(pd.concat(rows, ignore_index=True))
    assert found["score"].tolist() == pytest.approx([10 / 3, (2.0 + 4.5) / 2])


def test_nobody_can_be_had_by_subtraction(seed, soak):
    """From the groups shown and the competency score no mean of fewer than three raters can be worked out."""
    for number in range(200 if soak else 10):
        rows = panel(np.random.default_rng([seed, number]), people=15)
        shown = ratings.merged(rows)
        others = rows[rows["rater_kind"] != "self"]
        kinds = others.groupby(["staff_id", "competency", "rater_kind"])["score"].agg(["size", "mean"])
        assert len(shown.groupby(["staff_id", "competency"])) == kinds.groupby(level=[0, 1]).ngroups
        for key, cell in kinds.groupby(level=[0, 1]):
            groups = shown[(shown["staff_id"] == key[0]) & (shown["competency"] == key[1])]
            sizes = cell["size"].droplevel([0, 1])
            assert groups["raters"].sum() == sizes.sum()
            assert len(groups) == 1 or (groups["raters"] >= 3).all()
            apart = set(groups["group"]) - {"merged"}
            weights = [(sizes.index == kind).astype("float64") for kind in apart]
            if len(apart) < len(sizes):
                weights.append(~sizes.index.isin(apart) / (len(sizes) - len(apart)))
            known = np.array([*weights, np.full(len(sizes), 1 / len(sizes))])
            means = cell["mean"].to_numpy()
            np.testing.assert_allclose(sorted(groups["score"]), sorted(known[:-1] @ means))
            if len(groups) == 1:
                continue  # nothing to subtract: the one figure shown is the competency score
            for few in range(1, len(sizes)):
                for some in combinations(range(len(sizes)), few):
                    if sizes.iloc[list(some)].sum() < 3:
                        asked = np.isin(np.arange(len(sizes)), some) / few
                        ranks = [np.linalg.matrix_rank(np.vstack(rows)) for rows in (known, [*known, asked])]
                        assert ranks[1] == ranks[0] + 1, (key, sizes.to_dict(), some)


def test_no_result_names_a_rater(seed):
    rows = panel(np.random.default_rng(seed))
    named = set(rows["rater_id"])
    for function in (ratings.agreement, ratings.merged, ratings.two_raters, ratings.self_other):
        found = function(rows)
        assert "rater_id" not in found.columns
        assert not named & set(found.astype("str").to_numpy().ravel())


def test_merged_adds_up_to_the_competency_score(seed):
    rows = panel(np.random.default_rng(seed))
    others = rows[rows["rater_kind"] != "self"]
    cell = ["staff_id", "competency"]
    kinds = others.groupby([*cell, "rater_kind"])["score"].mean().groupby(level=[0, 1])
    shown = ratings.merged(rows)
    apart = shown[shown["group"] != "merged"].groupby(cell)["score"].agg(["size", "sum"])
    whole = shown[shown["group"] == "merged"].set_index(cell)["score"]
    frame = pd.DataFrame({"n": kinds.size(), "mean": kinds.mean()}).join(apart).join(whole)
    frame = frame.fillna(0.0)
    total = frame["sum"] + (frame["n"] - frame["size"]) * frame["score"]
    np.testing.assert_allclose(total / frame["n"], frame["mean"])


# ---- two raters ----


def test_two_raters_apart_are_flagged_and_unnamed():
    rows = pd.concat(
        [
            tidy(np.array([[[5.0, 3.0], [4.0, 3.0], [4.0, np.nan]]])),
            tidy(np.array([[[1.0], [np.nan], [np.nan]]]), kind="self"),
        ],
        ignore_index=True,
    )
    found = ratings.two_raters(rows)
    assert found.columns.tolist() == ["staff_id", "competency", "lower", "higher", "difference", "flagged"]
    assert found.drop(columns="staff_id").values.tolist() == [
        ["c0", 3.0, 5.0, 2.0, True],
        ["c1", 3.0, 4.0, 1.0, False],
    ]


def test_no_pair_of_raters_is_an_empty_table():
    found = ratings.two_raters(tidy(judged(raters=3)))
    assert len(found) == 0
    assert found["flagged"].dtype.kind == "b"


# ---- self and others ----


def test_self_against_others_by_hand():
    rows = pd.concat(
        [
            tidy(np.array([[[5.0]], [[3.0]], [[4.0]]]), kind="self"),
            tidy(np.array([[[4.0]], [[3.0]], [[np.nan]]]), kind="manager"),
            tidy(np.array([[[2.0, 3.0, 1.0]], [[np.nan] * 3], [[np.nan] * 3]])),
        ],
        ignore_index=True,
    )
    row = ratings.self_other(rows).iloc[0]
    assert row[["people", "self_mean", "others_mean", "difference"]].tolist() == [2, 4.0, 3.0, 1.0]
    assert row["verdict"] == "cannot_tell"
    assert np.isnan(row["low"])


def test_self_interval_is_students_t_where_every_rater_rates_once():
    rng = np.random.default_rng(11)
    own, others = (rng.integers(1, 6, (20, 1, 1)).astype("float64") for _ in range(2))
    rows = pd.concat([tidy(own, kind="self"), tidy(others, kind="manager")], ignore_index=True)
    row = ratings.self_other(rows).iloc[0]
    difference = (own - others).ravel()
    low, high = stats.t.interval(0.8, 19, difference.mean(), difference.std(ddof=1) / np.sqrt(20))
    assert row[["low", "high"]].tolist() == pytest.approx([low, high])


def test_people_who_rate_themselves_higher_overrate_and_holm_holds_several():
    rng = np.random.default_rng(12)
    others = rng.integers(2, 4, (30, 3, 2)).astype("float64")
    own = others.mean(axis=2, keepdims=True) + np.array([1.0, 0.0, -1.0])[None, :, None]
    own = np.clip(own + rng.choice([-0.5, 0.0, 0.5], own.shape), 1, 5)
    found = ratings.self_other(pd.concat([tidy(others), tidy(own, kind="self")], ignore_index=True))
    assert found["verdict"].tolist() == ["overrates", "consistent", "underrates"]
    assert found["competency"].tolist() == ["c0", "c1", "c2"]


def test_one_rater_of_everybody_tells_nothing_about_people():
    """A single manager's severity cannot be told from what people think of themselves."""
    rows = pd.concat(
        [
            tidy(np.full((30, 1, 1), 5.0), kind="self"),
            tidy(judged(people=30, raters=1), kind="manager", own=False),
        ],
        ignore_index=True,
    )
    row = ratings.self_other(rows).iloc[0]
    assert (row["verdict"], np.isnan(row["low"])) == ("cannot_tell", True)


def test_nobody_rated_by_both_is_refused():
    with pytest.raises(Refused, match=r"evaluation.ratings_no_self \{'people': 24\}"):
        ratings.self_other(tidy(judged()))
    with pytest.raises(Refused, match="ratings_no_self"):
        ratings.self_other(tidy(judged(), kind="self"))
