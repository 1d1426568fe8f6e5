"""Gaps to the model, the score of a person, teams, and whether the order of gaps survives noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.errors import Refused
from salesmgmt.evaluation import competency
from salesmgmt.evaluation.competency import stability

ASKED = pd.DataFrame(
    {"competency": ["listening", "promises", "tact"], "required": [4.0, 3.0, 4.5], "weight": [0.5, 0.3, 0.2]}
)
STAFF = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "team": ["East", "East", ""], "role": ["a", "a", "b"]})


def rated(**scores: dict[str, float]) -> pd.DataFrame:
    rows = [
        (who, name, "R1", "manager", score) for who, given in scores.items() for name, score in given.items()
    ]
    return pd.DataFrame(rows, columns=["staff_id", "competency", "rater_id", "rater_kind", "score"])


RATED = rated(
    S1={"listening": 3.0, "promises": 5.0, "tact": 2.5},
    S2={"listening": 4.0, "promises": 3.0, "tact": 5.0},
    S3={"listening": 2.0, "other": 1.0},
)


def test_gaps_are_one_sided_and_only_of_what_is_asked():
    found = competency.gaps(RATED, ASKED)
    assert found.columns.tolist() == [
        "staff_id", "role", "competency", "required", "score", "gap", "weight", "raters", "se",
    ]  # fmt: skip
    table = found.pivot(index="staff_id", columns="competency", values="gap")
    assert table.loc["S1"].tolist() == [1.0, 0.0, 2.0]
    assert table.loc["S2"].tolist() == [0.0, 0.0, 0.0]
    assert table.loc["S3", "listening"] == 2.0
    assert len(found) == 7  # "other" has no requirement
    unasked = ASKED.assign(required=ASKED["required"].where(ASKED["competency"] != "tact"))
    assert set(competency.gaps(RATED, unasked)["competency"]) == {"listening", "promises"}


def test_score_is_the_weighted_distance():
    found = competency.score(competency.gaps(RATED, ASKED)).set_index("staff_id")
    assert found["score"].tolist() == pytest.approx(
        [np.sqrt(0.5 * 1 + 0.2 * 4), 0.0, np.sqrt(0.5 * 4 / 0.5 * 1.0)]
    )
    assert found["rated"].tolist() == pytest.approx([1.0, 1.0, 0.5])
    assert found["competencies"].tolist() == [3, 3, 1]
    assert found["largest"].tolist() == ["tact", "", "listening"]  # 0.2 × 2² beats 0.5 × 1²


def test_gaps_are_held_to_the_persons_role():
    model = pd.DataFrame(
        {"role": ["a", "b", ""], "competency": "listening", "required": [4.0, 5.0, 3.0], "weight": 1.0}
    )
    by_staff = competency.gaps(RATED, model, staff=STAFF)
    assert by_staff.set_index("staff_id")["gap"].to_dict() == {"S1": 1.0, "S2": 0.0, "S3": 3.0}
    roles = RATED["staff_id"].map({"S1": "b", "S2": "c", "S3": "a"})
    told = competency.gaps(RATED.assign(role=roles), model)
    assert told.set_index("staff_id")["gap"].to_dict() == {
        "S1": 2.0,
        "S2": 0.0,
        "S3": 2.0,
    }  # "c": everybody's 3
    assert told["role"].tolist() == ["b", "c", "a"]
    with pytest.raises(
        ValueError, match=r"model has roles \['', 'a', 'b'\], but neither assessments nor staff"
    ):
        competency.gaps(RATED, model)
    assert competency.gaps(RATED, model.iloc[:1])["role"].unique().tolist() == [
        "a"
    ]  # the only role is everybody's


def test_model_feeds_gaps():
    performance = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "value": [1.0, 2.0, 3.0]})
    model = competency.model(RATED, performance, competencies=ASKED)
    pd.testing.assert_frame_equal(competency.gaps(RATED, model), competency.gaps(RATED, ASKED))


def test_teams_show_means_of_one_sided_gaps():
    found = competency.by_team(competency.gaps(RATED, ASKED), STAFF)
    assert found[["team", "competency"]].to_numpy().tolist() == [
        ["East", "listening"], ["East", "promises"], ["East", "tact"], ["", "listening"],
    ]  # fmt: skip
    assert found["people"].tolist() == [2, 2, 2, 1]
    assert found["gap"].tolist() == [0.5, 0.0, 1.0, 2.0]  # S2's surplus in tact does not make up for S1
    assert found["score"].tolist() == [3.5, 4.0, 3.75, 2.0]
    company = competency.by_team(competency.gaps(RATED, ASKED), by="")
    assert company["gap"].tolist() == [1.0, 0.0, 1.0]
    assert "team" not in company
    by_role = competency.by_team(competency.gaps(RATED, ASKED.assign(role="a")), by="role")
    assert by_role["role"].unique().tolist() == ["a"]


def test_survival_is_certain_where_there_is_no_noise():
    gaps = competency.gaps(RATED, ASKED).assign(se=0.0)
    found = competency.survival(gaps, rng=np.random.default_rng(1)).set_index(["staff_id", "competency"])
    assert found["gap_low"].tolist() == pytest.approx(found["gap"].tolist(), abs=1e-5)
    assert found["gap_high"].tolist() == pytest.approx(found["gap"].tolist(), abs=1e-5)
    assert found.loc[("S1", "tact"), ["largest", "first", "settled"]].tolist() == [True, 1.0, True]
    assert not found.loc["S2", "largest"].any()


def noisy(people: int = 12, se: float = 0.4) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    rows = pd.DataFrame({"staff_id": np.repeat([f"S{i:02d}" for i in range(people)], 3),
                         "competency": np.tile(["listening", "promises", "tact"], people), "required": 4.0})  # fmt: skip
    score = rng.uniform(2.5, 5.0, len(rows))
    return rows.assign(score=score, gap=np.maximum(0, 4 - score), weight=1 / 3, se=se)


def test_survival_by_person_follows_the_normal_error():
    """One person, two competencies: the share in which the first stays ahead is known in closed form."""
    from scipy import stats

    rows = pd.DataFrame({"staff_id": "S1", "competency": ["listening", "promises"], "required": 5.0,
                         "score": [2.4, 2.9], "gap": [2.6, 2.1], "weight": 0.5, "se": [0.3, 0.4]})  # fmt: skip
    found = competency.survival(rows, rng=np.random.default_rng(2), draws=20_000).set_index("competency")
    ahead = stats.norm.cdf(0.5 / 0.5)  # difference 0.5, error √(0.3² + 0.4²)
    assert found.loc["listening", "first"] == pytest.approx(
        ahead, abs=4 * np.sqrt(ahead * (1 - ahead) / 20_000)
    )
    assert found["first"].sum() == pytest.approx(1.0)
    low, high = 2.6 + np.array([-1, 1]) * 0.3 * stats.norm.ppf(0.9)
    assert found.loc["listening", ["gap_low", "gap_high"]].tolist() == pytest.approx([low, high], abs=0.02)


def test_survival_holds_its_form():
    gaps = noisy()
    staff = pd.DataFrame({"staff_id": sorted(set(gaps["staff_id"])), "team": ["East"] * 6 + ["West"] * 6})
    for by, rows in (("staff_id", 36), ("team", 6), ("role", 3), ("", 3)):
        found = competency.survival(gaps, rng=np.random.default_rng(3), by=by, staff=staff)
        assert len(found) == rows
        assert (found["gap_low"] <= found["gap_high"]).all()
        assert found["gap_low"].ge(0).all() and found["gap_high"].le(3).all()
        share = found.groupby(by)["first"].sum() if by else found[["first"]].sum()
        assert share.le(1 + 1e-9).all()
        assert found.groupby(by)["largest"].sum().le(1).all() if by else found["largest"].sum() == 1
    again = competency.survival(gaps.sample(frac=1, random_state=1), rng=np.random.default_rng(3), by="")
    pd.testing.assert_frame_equal(found, again)
    wide = competency.survival(noisy(se=0.8), rng=np.random.default_rng(3))
    tight = competency.survival(noisy(se=0.1), rng=np.random.default_rng(3))
    assert (wide["gap_high"] - wide["gap_low"]).mean() > 3 * (tight["gap_high"] - tight["gap_low"]).mean()


def test_survival_in_pieces_says_the_same(monkeypatch):
    """Large companies are redrawn piece by piece: fewer cells at once change the draws, not what they say."""
    staff = pd.DataFrame(
        {"staff_id": [f"S{i:02d}" for i in range(12)], "team": ["East", "West", "North"] * 4}
    )
    whole = competency.survival(noisy(), rng=np.random.default_rng(3), by="team", staff=staff, draws=4000)
    monkeypatch.setattr(stability, "_CELLS", 4000)
    pieces = competency.survival(noisy(), rng=np.random.default_rng(3), by="team", staff=staff, draws=4000)
    assert not whole["gap_high"].equals(pieces["gap_high"])
    numbers = ["gap_low", "gap_high", "first"]
    assert np.abs(whole[numbers] - pieces[numbers]).max(axis=None) < 0.05


def test_unknown_errors_say_nothing():
    gaps = noisy()
    some = gaps.assign(se=gaps["se"].where(gaps["competency"] != "tact"))
    found = competency.survival(some, rng=np.random.default_rng(1))
    assert found.loc[found["competency"] == "tact", "gap_low"].isna().all()
    assert found.loc[found["competency"] != "tact", "gap_low"].notna().all()
    assert found["first"].isna().all()
    assert not found["settled"].any()
    with pytest.raises(Refused, match=r"evaluation.competency.one_rater \{'people': 12\}"):
        competency.survival(gaps.assign(se=np.nan), rng=np.random.default_rng(1))


def test_nobody_rated_gives_no_rows():
    gaps = competency.gaps(RATED.iloc[:0], ASKED)
    assert gaps.empty
    assert competency.score(gaps).empty
    assert competency.by_team(gaps, STAFF).empty
    assert competency.survival(gaps, rng=np.random.default_rng(1)).empty


def test_inputs_stay():
    gaps = competency.gaps(RATED, ASKED)
    before = [frame.copy(deep=True) for frame in (RATED, ASKED, gaps)]
    competency.score(gaps)
    competency.by_team(gaps, STAFF)
    for frame, kept in zip((RATED, ASKED, gaps), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (ASKED.drop(columns="weight"), r"model is missing columns \['weight'\]"),
        (ASKED.assign(required=[0.0, 3.0, 3.0]), r"model.required == \{0: 0.0\}, must be between 1 and 5"),
        (ASKED.assign(weight=[0.5, None, 0.5]), r"model.weight == \{1: nan\}, must be >= 0"),
        (pd.concat([ASKED, ASKED]), r"model has more than one row for \['role', 'competency'\]"),
    ],
)
def test_bad_models_are_named(model, message):
    with pytest.raises(ValueError, match=message):
        competency.gaps(RATED, model)


def test_bad_gaps_are_named():
    gaps = competency.gaps(RATED, ASKED)
    with pytest.raises(ValueError, match=r"gaps.gap == \{0: -1.0\}, must be >= 0"):
        competency.score(gaps[:1].assign(gap=-1.0))
    with pytest.raises(ValueError, match=r"gaps has more than one row .*\('S1', 'listening'\)"):
        competency.score(pd.concat([gaps[:1], gaps[:1]]))
    with pytest.raises(ValueError, match=r"by is 'team' but staff is None, must be a DataFrame"):
        competency.by_team(gaps)
    with pytest.raises(ValueError, match=r"by has \['region'\], must be among"):
        competency.by_team(gaps, STAFF, by="region")
    with pytest.raises(TypeError, match=r"rng is a int, must be a numpy.random.Generator"):
        competency.survival(gaps, rng=1)
    with pytest.raises(ValueError, match=r"draws == 10, must be >= 100"):
        competency.survival(gaps, rng=np.random.default_rng(1), draws=10)
    with pytest.raises(ValueError, match=r"gaps.se == \{0: -0.1\}, must be >= 0"):
        competency.survival(gaps[:1].assign(se=-0.1), rng=np.random.default_rng(1))
