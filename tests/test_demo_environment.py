"""Factors, strategies and initiatives of the demonstration client hold what was planted, and no more."""

from __future__ import annotations

import re
from dataclasses import replace

import demo_environment as made
import numpy as np
import pandas as pd
import pytest
from demo_client import PLANS, Truths, generate
from demo_environment import INSIDE

from salesmgmt.plan import swot

OUTSIDE = ("economy", "customers", "policy", "technology", "competitors")
NEEDS = {"SO": {(True, 1), (False, 1)}, "WO": {(True, -1), (False, 1)},
         "ST": {(True, 1), (False, -1)}, "WT": {(True, -1), (False, -1)}}  # fmt: skip
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module", params=["planted", "none"])
def truths(request: pytest.FixtureRequest) -> Truths:
    return Truths() if request.param == "planted" else Truths.none()


@pytest.fixture(scope="module")
def tables(truths: Truths) -> Tables:
    return environment(truths)


def environment(truths: Truths, *, seed: int = 2027) -> Tables:
    return {
        "factors": made.factors(truths),
        "factor_ratings": made.factor_ratings(truths, np.random.default_rng([seed, 8])),
        "strategies": made.strategies(truths),
        "strategy_scores": made.strategy_scores(),
        "initiatives": made.initiatives(truths),
    }


def named(ids: pd.Series) -> set[str]:
    return {one for text in ids for one in re.split("、", text) if one}


def planted(*names: str) -> set[str]:
    return set(names) - {""}


def test_weights_sum_to_exactly_one_within_and_without(tables: Tables) -> None:
    rows = tables["factors"]
    hundredths = (rows["weight"] * 100).round(9)
    assert (hundredths == hundredths.round()).all()
    assert hundredths.groupby(rows["look"].isin(INSIDE)).sum().to_dict() == {True: 100, False: 100}


def test_all_looks_but_the_planted_one_were_taken(tables: Tables, truths: Truths) -> None:
    assert set(OUTSIDE + INSIDE) - set(tables["factors"]["look"]) == planted(truths.unseen_look)


def test_each_lens_leaves_something_unseen() -> None:
    seen = {model: set(own) for model, own in made.factors(Truths()).groupby("model")["element"]}
    assert {"new_entrants"} & seen["five_forces"] == set()
    assert {"chance", "strategy_structure_rivalry"} & seen["diamond"] == set()
    assert {"learning_growth"} & seen["scorecard"] == set()
    assert {model: len(elements) for model, elements in seen.items()} == {
        "diamond": 3, "five_forces": 4, "scorecard": 3,
    }  # fmt: skip


def test_every_factor_is_rated_and_only_the_planted_one_against_the_convention(
    tables: Tables, truths: Truths
) -> None:
    factors = tables["factors"].set_index("factor_id")
    median = tables["factor_ratings"].groupby("factor_id")["rating"].median()
    assert set(median.index) == set(factors.index[factors["rating"].isna()])
    rating = factors["rating"].astype("float64").fillna(median)
    assert rating.between(1, 4).all()
    inside = factors["look"].isin(INSIDE)
    odd = inside & ((factors["effect"].gt(0) & rating.lt(3)) | (factors["effect"].lt(0) & rating.gt(2)))
    assert set(factors.index[odd]) == planted(truths.weak_strength)


def test_raters_differ_by_one_but_for_the_disputed_factor(tables: Tables, truths: Truths) -> None:
    given = tables["factor_ratings"].groupby("factor_id")["rating"]
    spread = given.max() - given.min()
    assert set(spread.index[spread >= 2]) == planted(truths.disputed_factor)
    assert given.count().between(4, 5).all()
    assert given.count().eq(4).any()


def test_strategies_rest_on_the_factors_their_kind_needs(tables: Tables) -> None:
    factors = tables["factors"].set_index("factor_id")
    quadrant = dict(
        zip(factors.index, zip(factors["look"].isin(INSIDE), factors["effect"], strict=True), strict=True)
    )
    strategies = tables["strategies"]
    assert set(strategies["kind"]) == set(NEEDS)
    for kind, ids in zip(strategies["kind"], strategies["factor_ids"], strict=True):
        assert {quadrant[one] for one in ids.split("、")} == NEEDS[kind]


def test_orphans_are_those_planted(tables: Tables, truths: Truths) -> None:
    factors, strategies, initiatives = (tables[n] for n in ("factors", "strategies", "initiatives"))
    answered = named(strategies["factor_ids"]) | named(initiatives["factor_ids"])
    assert answered <= set(factors["factor_id"])
    assert set(factors["factor_id"]) - answered == planted(truths.unanswered_threat)
    idle = strategies["initiative_ids"].eq("")
    assert set(strategies.loc[idle, "strategy_id"]) == planted(truths.idle_strategy)
    assert named(strategies["initiative_ids"]) == set(initiatives["initiative_id"])
    unowned = initiatives["owner_id"].eq("")
    assert set(initiatives.loc[unowned, "initiative_id"]) == planted(truths.unowned_initiative)
    assert initiatives["factor_ids"].ne("").all()


def test_the_unanswered_threat_is_among_the_heaviest() -> None:
    table = made.factors(Truths()).set_index("factor_id")
    threats = table[~table["look"].isin(INSIDE) & table["effect"].lt(0)]
    assert threats["weight"].rank(ascending=False)[Truths().unanswered_threat] <= 2


def test_initiatives_are_ranges_within_the_plan_year_and_worth_their_cost(tables: Tables) -> None:
    rows = tables["initiatives"]
    assert ((rows["low"] < rows["value"]) & (rows["value"] < rows["high"])).all()
    assert rows["probability"].between(0.2, 0.8).all()
    assert (rows["start_month"] < rows["end_month"]).all()
    assert rows[["start_month", "end_month"]].stack().dt.year.eq(2027).all()
    assert (rows["value"] * rows["probability"] > rows["cost"]).all()
    assert set(rows["segment"]) <= {*(plan[0] for plan in PLANS), ""}


def test_scores_of_strategies_keep_the_dash_rule(tables: Tables) -> None:
    scores = tables["strategy_scores"]
    assert scores["strategy_id"].nunique() == 3
    assert scores.groupby("factor_id")["strategy_id"].nunique().eq(3).all()
    assert scores["score"].between(1, 4).all()
    factors = tables["factors"].set_index("factor_id")
    assert {True, False} == set(factors.loc[scores["factor_id"], "look"].isin(INSIDE))


@pytest.mark.parametrize(
    ("truth", "value", "moved"),
    [
        ("unseen_look", "technology", {"factors", "factor_ratings", "strategies", "initiatives"}),
        ("unanswered_threat", "F10", {"strategies", "initiatives"}),
        ("weak_strength", "F18", {"factors", "factor_ratings"}),
        ("disputed_factor", "F03", {"factor_ratings"}),
        ("idle_strategy", "TS1", {"strategies"}),
        ("unowned_initiative", "IN1", {"initiatives"}),
    ],
)
def test_moving_one_truth_moves_only_what_tells_of_it(truth: str, value: str, moved: set[str]) -> None:
    before = environment(Truths.none())
    after = environment(replace(Truths.none(), **{truth: value}))
    assert {name for name in before if not before[name].equals(after[name])} == moved


def test_statements_about_the_client_are_true_of_its_tables() -> None:
    tables = generate()
    customers, revenue, bids = (tables[n] for n in ("customers", "revenue", "opportunities"))
    bids = bids.merge(customers[["customer_id", "segment"]])
    ended = bids[bids["status"].isin(["won", "lost"])]
    renewed = ended[ended["kind"].eq("renewal") & (ended["closed_on"] > "2025-10-31")]["status"].eq("won")
    assert renewed.mean() == pytest.approx(0.85, abs=0.02)
    hotlines = ended[ended["kind"].ne("renewal") & ended["segment"].eq("政务热线")]["status"].eq("won")
    assert hotlines.mean() == pytest.approx(1 / 6, abs=0.02)
    month, team = revenue["month"], revenue["customer_id"].map(team_by_customer(tables))
    this, last = (
        revenue[month.between(f"{year}-01-01", f"{year}-10-31")].groupby(team)["amount"].sum()
        for year in (2026, 2025)
    )
    growth = this / last - 1
    assert growth[["华东一部", "华东二部"]].gt(0).all()
    assert -0.20 < growth["华南部"] < -0.16
    assert 1 - revenue["direct_cost"].sum() / revenue["amount"].sum() == pytest.approx(0.20, abs=0.01)
    visits = tables["visits"][tables["visits"]["next_step"].ne("")]
    assert 0.40 < (visits["done_on"] <= visits["due_on"]).mean() < 0.5
    days = tables["contracts"].merge(customers).groupby("segment")["payment_days"].median()
    assert days[["政务热线", "通信"]].ge(90).all()
    assert customers.merge(tables["contracts"])["city"].nunique() == 15
    lost = bids[bids["status"].eq("lost") & (bids["closed_on"] > "2025-10-31")]
    assert lost["lost_reason"].eq("报价高于对手").mean() == pytest.approx(1 / 3, abs=0.03)


def team_by_customer(tables: Tables) -> pd.Series:
    owners = tables["assignments"].query("part == 'owner'").merge(tables["staff"][["staff_id", "team"]])
    return owners.drop_duplicates("customer_id").set_index("customer_id")["team"]


# What the analysis says of it


def test_analysis_names_what_was_planted_and_nothing_else(tables: Tables, truths: Truths) -> None:
    factors = swot.rate(tables["factors"], tables["factor_ratings"])
    assert set(swot.unusual(factors)["factor_id"]) == planted(truths.weak_strength)
    table = swot.table(factors)
    assert set(table.loc[table["disputed"], "factor_id"]) == planted(truths.disputed_factor)
    looks = swot.coverage(factors).query("lens == 'look' and factors == 0")["view"]
    assert set(looks) == planted(truths.unseen_look)
    matrix = swot.tows(factors, tables["strategies"])
    assert matrix[["missing", "stray"]].eq("").all().all()
    orphans = swot.orphans(factors, tables["strategies"], tables["initiatives"])
    assert dict(orphans.groupby("orphan")["id"].agg(set)) == {
        kind: {one}
        for kind, one in (
            ("factor_unanswered", truths.unanswered_threat),
            ("strategy_without_initiative", truths.idle_strategy),
            ("initiative_without_owner", truths.unowned_initiative),
        )
        if one
    }


def test_scores_are_the_sums_done_by_hand(tables: Tables) -> None:
    factors = tables["factors"].set_index("factor_id")
    median = tables["factor_ratings"].groupby("factor_id")["rating"].median()
    rating = factors["rating"].astype("float64").fillna(median)
    by_hand = (factors["weight"] * rating).groupby(factors["look"].isin(INSIDE)).sum()
    ife, efe = swot.weighted_score(swot.rate(tables["factors"], tables["factor_ratings"]))
    assert (ife, efe) == pytest.approx((by_hand[True], by_hand[False]), abs=1e-12)


def test_every_rater_sees_a_company_that_holds_rather_than_grows() -> None:
    truths = Truths()
    ratings = made.factor_ratings(truths, np.random.default_rng([2027, 8]))
    seen = swot.by_rater(made.factors(truths), ratings)
    assert len(seen) == 5
    assert seen["ife"].lt(2.5).all()
    assert seen["rated"].between(0.5, 1).all()


def test_one_of_the_strategies_compared_is_clearly_ahead(tables: Tables) -> None:
    compared = swot.attractiveness(tables["factors"], tables["strategy_scores"])
    assert compared["strategy_id"].iloc[0] == "TS1"
    weights = tables["factors"].set_index("factor_id")["weight"]
    first = tables["strategy_scores"].query("strategy_id == 'TS1'")
    total = (first["factor_id"].map(weights) * first["score"]).sum()
    assert compared["total"].iloc[0] == pytest.approx(total, abs=1e-12)
