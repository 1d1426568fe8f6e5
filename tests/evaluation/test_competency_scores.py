"""Scores of people from several raters: who counts, how kinds weigh, and the error of a score."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import competency

DAY = pd.Timestamp("2026-09-01")


def ratings(*rows: tuple[str, str, str, str, float], day: pd.Timestamp = DAY) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["staff_id", "competency", "rater_id", "rater_kind", "score"])
    return frame.assign(assessed_on=day)


PANEL = ratings(
    ("S1", "listening", "S1", "self", 5),
    ("S1", "listening", "R1", "manager", 3),
    ("S1", "listening", "R2", "peer", 4),
    ("S1", "listening", "R3", "peer", 5),
    ("S1", "listening", "R4", "peer", 3),
    ("S2", "listening", "R1", "manager", 4),
    ("S2", "listening", "R2", "peer", 2),
    ("S2", "promises", "R1", "manager", 5),
    ("S3", "listening", "S3", "self", 4),
)


def test_kinds_have_one_say_each_and_self_has_none():
    found = competency.scores(PANEL)
    assert found[["staff_id", "competency"]].to_numpy().tolist() == [
        ["S1", "listening"], ["S2", "listening"], ["S2", "promises"],
    ]  # fmt: skip
    assert found["score"].tolist() == [(3 + 4) / 2, (4 + 2) / 2, 5]
    assert found["raters"].tolist() == [4, 2, 1]
    assert found["kinds"].tolist() == [2, 2, 1]


def test_error_pools_raters_of_one_kind_over_people():
    # Listening: only S1's three peers disagree within a kind: variance 1 on 2 degrees of freedom.
    found = competency.scores(PANEL)["se"].tolist()
    assert found[:2] == pytest.approx([np.sqrt(1 + 1 / 3) / 2, np.sqrt(1 + 1) / 2])
    assert np.isnan(found[2])  # nobody had two raters of a kind on promises


def test_error_is_that_of_repeated_panels():
    """The stated error is the spread of scores over many fresh panels of a manager and three peers."""
    rng = np.random.default_rng(2027)
    n, spread = 4000, 0.4
    rows = [("manager", 1), ("peer", 3)]
    parts = [
        pd.DataFrame({"staff_id": [f"S{i}" for i in range(n)], "competency": "listening",
                      "rater_id": f"{kind}{k}", "rater_kind": kind, "score": 3 + spread * rng.uniform(-2, 2, n)})
        for kind, count in rows for k in range(count)
    ]  # fmt: skip
    found = competency.scores(pd.concat(parts))
    assert found["se"].iloc[0] == pytest.approx(found["score"].std(), rel=0.05)


def test_latest_rating_replaces_the_older():
    old = PANEL.assign(score=1.0, assessed_on=pd.Timestamp("2025-09-01"))
    pd.testing.assert_frame_equal(competency.scores(pd.concat([PANEL, old])), competency.scores(PANEL))


def test_order_of_rows_is_irrelevant_and_the_input_stays():
    before = PANEL.copy(deep=True)
    shuffled = PANEL.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(competency.scores(shuffled), competency.scores(PANEL))
    pd.testing.assert_frame_equal(before, PANEL)


def test_against_an_independent_computation():
    rng = np.random.default_rng(11)
    n = 600
    frame = pd.DataFrame({
        "staff_id": [f"S{i}" for i in rng.integers(0, 12, n)], "competency": [f"C{i}" for i in rng.integers(0, 4, n)],
        "rater_id": [f"R{i}" for i in range(n)], "rater_kind": rng.choice(["self", "peer", "manager", "customer"], n),
        "score": rng.integers(1, 6, n).astype(float),
    })  # fmt: skip
    found = competency.scores(frame).set_index(["staff_id", "competency"])
    others = frame[frame["rater_kind"] != "self"]
    pooled = {
        name: sum(((k["score"] - k["score"].mean()) ** 2).sum() for _, k in group.groupby(["staff_id", "rater_kind"]))
        / (len(group) - group.groupby(["staff_id", "rater_kind"]).ngroups)
        for name, group in others.groupby("competency")
    }  # fmt: skip
    assert len(found) == others.groupby(["staff_id", "competency"]).ngroups
    for key, group in others.groupby(["staff_id", "competency"]):
        kinds = group.groupby("rater_kind")["score"]
        assert found.loc[key, "score"] == pytest.approx(kinds.mean().mean())
        error = np.sqrt(pooled[key[1]] * (1 / kinds.size()).sum()) / kinds.ngroups
        assert found.loc[key, "se"] == pytest.approx(error)


def test_role_is_given_back_and_people_have_one():
    found = competency.scores(PANEL.assign(role="account_manager"))
    assert found.columns.tolist()[:3] == ["staff_id", "role", "competency"]
    assert set(found["role"]) == {"account_manager"}
    with pytest.raises(ValueError, match=r"assessments has more than one role for \['S1', 'S2'\]"):
        competency.scores(PANEL.assign(role=["a", *["b"] * 5, "c", "b", "b"]))


def test_who_is_rated_by_nobody_else_is_listed():
    assert competency.self_only(PANEL).to_numpy().tolist() == [["S3", 1]]
    assert competency.self_only(PANEL.iloc[:0]).empty


@pytest.mark.parametrize("kinds", [["self"], []])
def test_nobody_rated_gives_no_rows(kinds):
    found = competency.scores(PANEL[PANEL["rater_kind"].isin(kinds)])
    assert found.empty
    assert found.columns.tolist() == ["staff_id", "competency", "score", "raters", "kinds", "se"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"score": [0.5, *[3.0] * 7, 5.5]},
            r"assessments.score == \{0: 0.5, 8: 5.5\}, must be between 1 and 5",
        ),
        ({"score": [np.nan, *[3.0] * 8]}, r"assessments.score == \{0: nan\}, must be between 1 and 5"),
        ({"rater_kind": "boss"}, r"assessments.rater_kind has \['boss'\], must be among"),
    ],
)
def test_bad_ratings_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        competency.scores(PANEL.assign(**change))


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match=r"assessments is missing columns \['rater_kind'\]"):
        competency.scores(PANEL.drop(columns="rater_kind"))
    with pytest.raises(TypeError, match=r"assessments is a list, must be a DataFrame"):
        competency.scores([])


def performance(values: list[float | None], **columns: object) -> pd.DataFrame:
    ids = [f"S{i:02d}" for i in range(len(values))]
    return pd.DataFrame({"staff_id": ids, "value": values} | columns)


@pytest.mark.parametrize(
    ("n", "strong"), [(1, 0), (2, 0), (3, 1), (5, 1), (6, 2), (29, 9), (30, 10), (200, 66)]
)
def test_top_third_is_strong(n, strong):
    found = competency.strong(performance([float(i) for i in range(n)]))
    assert found["strong"].sum() == strong
    assert set(found.loc[found["strong"], "value"]) == set(range(n - strong, n))


def test_ties_with_the_last_are_strong_and_no_value_is_neither():
    found = competency.strong(performance([9.0, 5.0, 5.0, 5.0, 1.0, 0.0, None]))
    assert found["strong"].tolist() == [True, True, True, True, False, False, False]
    assert found["compared"].tolist() == [True] * 6 + [False]


def test_equal_values_tell_nobody_apart():
    found = competency.strong(performance([2.0] * 9))
    assert not found["strong"].any()
    assert not found["compared"].any()


def test_roles_have_their_own_strong():
    found = competency.strong(performance([9.0, 8.0, 7.0, 3.0, 2.0, 1.0], role=["a"] * 3 + ["b"] * 3))
    assert found.loc[found["strong"], "staff_id"].tolist() == ["S00", "S03"]


def test_client_may_name_the_strong():
    named = performance([1.0, 2.0, 3.0], strong=[True, False, None])
    for frame in (named, named.drop(columns="value")):
        found = competency.strong(frame)
        assert found["strong"].tolist() == [True, False, False]
        assert found["compared"].tolist() == [True, True, False]


def test_bad_performance_is_named():
    with pytest.raises(ValueError, match=r"performance is missing columns \['value'\]"):
        competency.strong(pd.DataFrame({"staff_id": ["S1"]}))
    with pytest.raises(ValueError, match=r"performance has more than one row .* \['S00'\]"):
        competency.strong(pd.concat([performance([1.0]), performance([2.0])]))
    with pytest.raises(ValueError, match=r"performance.value == \{0: inf\}, must be finite"):
        competency.strong(performance([np.inf]))
    with pytest.raises(ValueError, match=r"performance.strong has \['2.0'\], must be among"):
        competency.strong(performance([1.0], strong=[2]))
    with pytest.raises(ValueError, match=r"share == 1, must be > 0 and < 1"):
        competency.strong(performance([1.0]), share=1)
