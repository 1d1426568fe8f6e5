"""Competencies, assessments and incidents of the demonstration client hold what was planted, and no more.

What is found here is counted from the tables, with none of the project's methods.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import demo_competencies as made
import numpy as np
import pandas as pd
import pytest
from demo_client import Truths, generate
from demo_people import AS_OF, staff
from demo_phrases import SOUTH
from scipy import stats

from salesmgmt.evaluation import competency, performance

UNLUCKY = 1e-4
NOTHING = Truths.none()


@pytest.fixture(scope="module")
def seeds(soak: bool, seed: int) -> range:
    return range(seed, seed + (200 if soak else 20))


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return generate()


def people(seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Staff, and a third of each role's sellers drawn as strong: the tables only need to be told who they are."""
    rng = np.random.default_rng([seed, 99])
    frame = staff(NOTHING, np.random.default_rng([seed, 1]))
    sellers = frame[frame["role"].ne("sales_manager") & frame["left_on"].isna()]
    luck = pd.Series(rng.random(len(sellers)), index=sellers["staff_id"])
    group = luck.groupby(sellers.set_index("staff_id")["role"])
    return frame, group.rank() <= np.floor(group.transform("size") / 3)


def assessed(seed: int, truths: Truths) -> pd.DataFrame:
    who, best = people(seed)
    table = made.assessments(who, best, truths, np.random.default_rng([seed, 9]))
    return table.merge(who[["staff_id", "team", "role", "hired_on", "left_on"]]).assign(
        strong=table["staff_id"].map(best).eq(True)
    )


def by_person(table: pd.DataFrame) -> pd.DataFrame:
    """Mean of the means by kind of rater, the latest score of each rater, self left out."""
    others = table[table["rater_kind"].ne("self")].sort_values("assessed_on")
    keys = ["staff_id", "role", "team", "strong", "competency"]
    latest = others.drop_duplicates(["staff_id", "competency", "rater_id"], keep="last")
    kinds = latest.groupby([*keys, "rater_kind"])["score"].mean()
    return kinds.groupby(level=keys).mean().reset_index()


# The tables


def test_weights_sum_to_one_and_the_panel_left_two_levels_open() -> None:
    table = made.competencies()
    hundredths = (table["weight"] * 100).round(9).groupby(table["role"]).sum()
    assert hundredths.to_dict() == dict.fromkeys(made.ASKED, 100)
    assert table.groupby("role").size().between(5, 7).all()
    assert set(table["family"]) == {"专业", "可靠"}
    open_levels = table[table["required"].isna()]
    assert open_levels[["role", "competency"]].values.tolist() == [
        ["account_manager", "客情经营"],
        ["product_manager", "方案呈现"],
    ]
    assert table["required"].dropna().between(3, 5).all()


def test_everyone_present_was_assessed_on_the_role_and_nobody_else(tables: dict[str, pd.DataFrame]) -> None:
    given = tables["assessments"].merge(tables["staff"][["staff_id", "role", "hired_on", "left_on"]])
    assert given["staff_id"].nunique() == 30
    assert given["left_on"].isna().all()
    assert (given["assessed_on"] > given["hired_on"]).all()
    assert given["assessed_on"].le(AS_OF).all()
    asked = tables["competencies"][["role", "competency"]]
    assert len(given.merge(asked)) == len(given)
    each = given.groupby(["staff_id", "rater_id", "assessed_on"])["competency"].nunique()
    number = asked.groupby("role").size()
    role = tables["staff"].set_index("staff_id")["role"]
    assert (each == role[each.index.get_level_values("staff_id")].map(number).to_numpy()).all()


def test_panels_are_as_described(tables: dict[str, pd.DataFrame]) -> None:
    given = tables["assessments"]
    kinds = given.groupby(["staff_id", "rater_kind"])["rater_id"].nunique().unstack(fill_value=0)
    rated = kinds[kinds["manager"].gt(0)]
    assert kinds["self"].eq(1).all()
    assert rated["manager"].eq(1).all()
    assert rated["peer"].drop([*Truths().two_raters]).between(2, 4).all()
    assert kinds["customer"].between(0, 3).all()
    assert not set(given["rater_id"]) & set(given["staff_id"])
    rounds = given.groupby("staff_id")["assessed_on"].agg(lambda days: set(days.dt.year))
    assert {frozenset(years) for years in rounds} == {frozenset({2026}), frozenset({2025, 2026})}


def test_scores_lean_high_and_stop_at_five(tables: dict[str, pd.DataFrame]) -> None:
    given = tables["assessments"]
    assert given["score"].isin(range(1, 6)).all()
    assert given["score"].skew() < -0.3
    assert 0.2 < given["score"].eq(5).mean() < 0.5
    means = given.groupby("rater_kind")["score"].mean()
    assert means["self"] > means["peer"] > means["manager"]
    assert given.groupby("rater_id")["score"].agg(lambda s: s.nunique() > 1 or len(s) < 10).all()


def test_incidents_grew_out_of_the_persons_own_visits(tables: dict[str, pd.DataFrame]) -> None:
    told, role = tables["incidents"], tables["staff"].set_index("staff_id")["role"]
    assert 60 <= len(told) <= 80
    assert told.groupby("staff_id").size().between(3, 4).all()
    assert not told.duplicated(["staff_id", "evidence"]).any()
    asked = {r: {name for name, *_ in rows} for r, rows in made.ASKED.items()}
    assert all(
        name in asked[role[person]] for person, name in zip(told["staff_id"], told["competency"], strict=True)
    )
    noted = told[told["visit_id"].ne("")].merge(tables["visits"], on="visit_id")
    assert 0.3 < len(noted) / len(told) < 0.7
    assert noted["staff_id_x"].eq(noted["staff_id_y"]).all()
    segment = noted["customer_id"].map(tables["customers"].set_index("customer_id")["segment"])
    assert all(s in text for s, text in zip(segment, noted["evidence"], strict=True))


def test_the_strong_are_the_third_of_each_role_with_the_most_growth(tables: dict[str, pd.DataFrame]) -> None:
    best = made.strong(tables["staff"], tables["assignments"], tables["revenue"])
    role = tables["staff"].set_index("staff_id")["role"][best.index]
    assert best.groupby(role).agg(["sum", "size"]).to_numpy().tolist() == [[3, 10], [0, 2], [2, 7], [2, 6]]
    sellers = tables["staff"].query("role != 'sales_manager' and left_on.isna()").set_index("staff_id")
    inherited = sellers.index[sellers["hired_on"] > pd.Timestamp("2025-10-31")]
    assert set(inherited) == {"S007", "S014"} == set(sellers.index) - set(best.index)
    revenue, owner = tables["revenue"], tables["assignments"].query("part == 'owner' and to_on.isna()")
    growth = {}
    for person in best.index[role.eq("account_manager")]:
        own = revenue[revenue["customer_id"].isin(owner.loc[owner["staff_id"].eq(person), "customer_id"])]
        year = own[own["month"].dt.month.le(10)].groupby(own["month"].dt.year)["amount"].sum()
        growth[person] = year[2026] / year[2025]
    top = sorted(growth, key=growth.__getitem__)[-3:]
    assert set(top) == set(best.index[best & role.eq("account_manager")])


# What is planted


def test_persons_rated_by_two_or_by_themselves_alone_are_those_planted(seeds: range) -> None:
    for truths in (Truths(), NOTHING):
        given = assessed(seeds[0], truths)
        others = given[given["rater_kind"].ne("self")]
        assert set(given["staff_id"]) - set(others["staff_id"]) == set(truths.self_only)
        raters = others.groupby("staff_id")["rater_id"].nunique()
        assert set(raters.index[raters.eq(2)]) == set(truths.two_raters)
        assert raters.ge(2).all()
        pairs = others[others["staff_id"].isin(truths.two_raters)].groupby(["staff_id", "competency"])[
            "score"
        ]
        apart = pairs.max() - pairs.min()
        assert set(apart.index[apart >= 2]) == set(truths.two_raters.items())


@pytest.fixture(scope="module")
def plain(seeds: range) -> list[pd.DataFrame]:
    return [by_person(assessed(seed, NOTHING)) for seed in seeds]


def apart(scores: list[pd.DataFrame], what: Callable[[pd.DataFrame], pd.Series]) -> pd.DataFrame:
    """Mean over the seeds of a difference, and whether chance would leave it this far from nought."""
    found = pd.concat([what(score).rename(k) for k, score in enumerate(scores)], axis=1).dropna()
    error = found.std(axis=1) / np.sqrt(found.shape[1])
    least = stats.t.ppf(1 - UNLUCKY / len(found) / 2, found.shape[1] - 1)
    mean = found.mean(axis=1)
    print(f"{what.__name__}: {mean.min():.2f} to {mean.max():.2f}, Monte-Carlo error up to {error.max():.2f}")
    return pd.DataFrame({"mean": mean, "proven": mean.abs() > least * error})


def team_less_others(score: pd.DataFrame) -> pd.Series:
    """Each team's mean in each competency less the mean of the other teams' means."""
    mean = score.groupby(["competency", "team"])["score"].mean().unstack()
    others = mean.apply(lambda team: mean.drop(columns=team.name).mean(axis=1))
    return (mean - others).stack()


def strong_less_others(score: pd.DataFrame) -> pd.Series:
    mean = score.groupby(["competency", "strong"])["score"].mean().unstack()
    return mean[True] - mean[False]


def test_the_planted_team_stands_out_and_no_other(seeds: range, plain: list[pd.DataFrame]) -> None:
    where = replace(NOTHING, team_gap=Truths().team_gap)
    moved = apart([by_person(assessed(seed, where)) for seed in seeds], team_less_others)
    assert moved["mean"].idxmin() == ("异议处理", SOUTH)
    assert moved.loc[("异议处理", SOUTH), "proven"]
    assert moved["mean"].min() < -0.8
    still = apart(plain, team_less_others)
    assert still.index[still["proven"]].tolist() == []


def test_the_strong_are_better_in_the_driver_and_in_nothing_else(
    seeds: range, plain: list[pd.DataFrame]
) -> None:
    driver = Truths().driver
    where = replace(NOTHING, driver=driver)
    moved = apart([by_person(assessed(seed, where)) for seed in seeds], strong_less_others)
    assert moved.index[moved["proven"]].tolist() == [driver]
    assert 0.45 < moved.loc[driver, "mean"] < 0.8
    still = apart(plain, strong_less_others)
    assert still.index[still["proven"]].tolist() == []


def test_the_strong_tell_more_often_of_the_driver(tables: dict[str, pd.DataFrame], seeds: range) -> None:
    log, who = tables["visits"], tables["customers"]
    for truths, often in ((Truths(), True), (NOTHING, False)):
        told = []
        for seed in seeds:
            frame, best = people(seed)
            rows = made.incidents(who, frame, log, best, truths, np.random.default_rng([seed, 10]))
            told.append(rows.assign(strong=rows["staff_id"].map(best)))
        rows = pd.concat(told)
        share = rows["competency"].eq(Truths().driver).groupby(rows["strong"]).mean()
        print(f"incidents about the driver, others and strong: {share.round(3).tolist()}")
        assert (share[True] > share[False] + 0.2) == often
        assert rows["strong"].mean() == pytest.approx(8 / 21, abs=0.05)


def test_moving_one_truth_moves_only_what_tells_of_it() -> None:
    before = assessed(5, NOTHING)
    after = assessed(5, replace(NOTHING, team_gap={(SOUTH, "诚恳"): -2.0}))
    moved = before["score"].ne(after["score"])
    rows = before.loc[moved, ["team", "competency"]].drop_duplicates().values.tolist()
    assert rows == [[SOUTH, "诚恳"]]


# What the analysis says of it


def test_thirty_people_cannot_tell_what_makes_the_difference(model: pd.DataFrame) -> None:
    assert set(model["verdict"]) == {"cannot_tell"}
    assert model[["strong", "others"]].min(axis=1).lt(10).all()
    told = model[model["competency"].eq(Truths().driver)][["incidents_strong", "incidents_others"]].sum()
    strong, others = (model[f"incidents_{who}"].sum() for who in ("strong", "others"))
    assert told["incidents_strong"] / strong > 2 * told["incidents_others"] / others


def test_the_strong_stand_in_where_the_panel_left_a_level_open(
    tables: dict[str, pd.DataFrame], model: pd.DataFrame
) -> None:
    left = model[model["required_from"].ne("experts")].set_index(["role", "competency"])
    assert left["required_from"].to_dict() == {
        ("account_manager", "客情经营"): "strong",
        ("product_manager", "方案呈现"): "none",
    }
    given = tables["assessments"].merge(tables["staff"][["staff_id", "role", "team"]])
    best = made.strong(tables["staff"], tables["assignments"], tables["revenue"])
    score = by_person(given.assign(strong=given["staff_id"].map(best).eq(True)))
    mean = score.query("role == 'account_manager' and competency == '客情经营' and strong")["score"].mean()
    assert left.loc[("account_manager", "客情经营"), "required"] == pytest.approx(mean, abs=1e-12)


def test_the_planted_team_has_the_largest_gap(tables: dict[str, pd.DataFrame], model: pd.DataFrame) -> None:
    gaps = competency.gaps(tables["assessments"], model, staff=tables["staff"])
    assert not set(gaps["staff_id"]) & set(Truths().self_only)
    (planted,) = Truths().team_gap
    teams = competency.by_team(gaps, tables["staff"]).query("people >= 5").set_index(["team", "competency"])
    assert teams["gap"].idxmax() == planted
    named = competency.self_only(tables["assessments"])
    assert named["staff_id"].tolist() == sorted(Truths().self_only)


@pytest.fixture(scope="module")
def model(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    results = performance.by_person(
        tables["revenue"], tables["staff"], as_of=AS_OF, owners=tables["assignments"]
    )
    return competency.model(
        tables["assessments"], results, competencies=tables["competencies"], incidents=tables["incidents"]
    )
