"""Fair comparison: what chance alone gives, who stands apart from it, and what naming the lowest does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt.errors import Refused
from salesmgmt.evaluation import fairness

AS_OF = pd.Timestamp("2026-10-31")
CUSTOMERS = pd.DataFrame({"customer_id": ["C1", "C2"], "segment": ["easy", "hard"]})
STAFF = pd.DataFrame(
    {"staff_id": [f"S{i}" for i in range(8)], "left_on": [pd.NaT] * 7 + [pd.Timestamp("2026-06-30")]}
)


def rng() -> np.random.Generator:
    return np.random.default_rng(2027)


def facts(*rows: tuple[str, str, int, int], **columns: object) -> pd.DataFrame:
    """Deals won and lost of each (staff_id, customer_id, won, lost)."""
    listed = [
        (staff, customer, status)
        for staff, customer, won, lost in rows
        for status, count in (("won", won), ("lost", lost))
        for _ in range(count)
    ]
    frame = pd.DataFrame(listed, columns=["staff_id", "customer_id", "status"])
    return frame.assign(**({"closed_on": pd.Timestamp("2026-05-01"), "kind": "new"} | columns))


def decided(rows: pd.DataFrame) -> pd.DataFrame:
    return fairness.deals(rows, CUSTOMERS, STAFF, as_of=AS_OF, rng=rng())


SIX = [(f"S{i}", "C1", 1, 3) for i in range(6)]


def test_chances_add_up_to_the_wins_and_a_hard_market_has_less():
    table = decided(facts(*[(f"S{i}", "C1", 3, 2) for i in range(6)], ("S6", "C2", 2, 30)))
    assert table["chance"].sum() == pytest.approx(table["won"].sum())
    chance = table.groupby("segment")["chance"].first()
    assert chance["hard"] < 0.15 < 0.45 < chance["easy"]


def test_only_new_deals_decided_within_the_year_by_people_still_here():
    rows = facts(*SIX)
    others = pd.concat(
        [
            facts(("S0", "C1", 9, 9), kind="renewal"),
            facts(("S0", "C1", 9, 9), closed_on=pd.Timestamp("2025-10-31")),
            facts(("S0", "C1", 9, 9), closed_on=pd.Timestamp("2026-11-01")),
            facts(("S0", "C1", 9, 9)).assign(status="bid_won"),
        ]
    )
    pd.testing.assert_frame_equal(decided(pd.concat([rows, others])), decided(rows))
    assert decided(facts(*SIX, ("S7", "C1", 1, 0), ("", "C1", 1, 0)))["staff_id"].eq("").sum() == 2


def test_without_kinds_and_segments_all_deals_have_one_chance():
    table = fairness.deals(
        facts(*SIX).drop(columns="kind"), CUSTOMERS[["customer_id"]], STAFF, as_of=AS_OF, rng=rng()
    )
    np.testing.assert_allclose(table["chance"], 0.25)


def test_deals_refuse_few_wins_and_name_missing_columns():
    with pytest.raises(Refused, match=r"few_wins.*'wins': '4'"):
        decided(facts(*SIX[:4]))
    with pytest.raises(Refused, match="few_wins"):
        decided(facts(("S0", "C1", 9, 0)))
    with pytest.raises(ValueError, match=r"opportunities is missing columns \['closed_on'\]"):
        decided(facts(*SIX).drop(columns="closed_on"))


def test_poisson_binomial_is_binomial_and_poisson_where_it_must_be():
    np.testing.assert_allclose(fairness.poisson_binomial([0.3] * 9), stats.binom.pmf(range(10), 9, 0.3))
    many = fairness.poisson_binomial([2 / 5000] * 5000)[:9]
    np.testing.assert_allclose(many, stats.poisson.pmf(range(9), 2.0), atol=3e-4)
    assert fairness.poisson_binomial([]).tolist() == [1.0]


def test_expecting_two_an_eighth_has_none_by_luck():
    # twelve people with twenty deals at a tenth: 0.9 ** 20 = 0.1216 each; Poisson's e ** -2 = 0.135 is the limit
    table = pd.DataFrame(
        {"staff_id": np.repeat([f"S{i:02}" for i in range(12)], 20), "segment": "", "chance": 0.1}
    )
    table["won"] = table.groupby("staff_id").cumcount() < table["staff_id"].map(
        dict(zip(table["staff_id"].unique(), [0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4], strict=True))
    )
    found = fairness.luck(table, rng=rng())
    assert found.expected == pytest.approx(2.0)
    assert (found.people, found.wins, found.none) == (12, 24, 2)
    assert found.none_expected == pytest.approx(12 * 0.9**20)
    low, high = stats.binom.ppf([0.1, 0.9], 12, 0.9**20)
    assert (found.none_low, found.none_high) == (low, high)
    assert found.verdict == "chance"
    assert found.dispersion == pytest.approx(20 / 12 / 1.8)


def test_wins_with_one_person_only_are_beyond_luck():
    found = fairness.luck(
        decided(facts(("S0", "C1", 12, 0), *[(f"S{i}", "C1", 0, 12) for i in range(1, 6)])), rng=rng()
    )
    assert found.verdict == "beyond"
    assert found.p_value < 0.001
    assert found.none == 5


def test_a_hard_market_is_no_fault():
    """Who had only the hard market stands as everybody else, though the raw rate is far lower."""
    rows = facts(*[(f"S{i}", "C1", 10, 10) for i in range(6)], ("S6", "C2", 2, 38))
    found = fairness.standings(decided(rows), rng=rng()).rows.set_index("staff_id")
    assert found["verdict"].unique().tolist() == ["cannot_tell"]
    assert found.loc["S6", "raw"] == 0.05
    assert found.loc["S6", "won"] >= found.loc["S6", "expected"] - 1


def test_fewer_than_five_people_are_not_compared():
    table = decided(facts(*[(f"S{i}", "C1", 2, 3) for i in range(4)]))
    for method in (fairness.luck, fairness.standings):
        with pytest.raises(Refused, match=r"few_people.*'people': '4'"):
            method(table, rng=rng())


def test_standings_rank_nobody_who_overlaps_and_find_who_stands_out():
    level = fairness.standings(decided(facts(*SIX)), rng=rng()).rows
    assert level["verdict"].unique().tolist() == ["cannot_tell"]
    assert (level["rank_high"] - level["rank_low"] >= 3).all()
    rows = facts(("S0", "C1", 40, 20), ("S1", "C1", 2, 58), *[(f"S{i}", "C1", 20, 40) for i in range(2, 7)])
    found = fairness.standings(decided(rows), rng=rng()).rows.set_index("staff_id")
    assert found["verdict"].tolist() == ["above", "below", *["cannot_tell"] * 5]
    assert found.loc["S0", ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert found.loc["S1", ["rank_low", "rank_high"]].tolist() == [7, 7]
    assert (found["shrunk"] - found["expected"] / found["closed"]).abs().lt(
        (found["raw"] - found["expected"] / found["closed"]).abs()
    ).sum() >= 2


def test_order_of_rows_is_irrelevant_and_inputs_stay():
    table = decided(facts(*SIX, ("S6", "C2", 2, 9)))
    before = table.copy()
    one = fairness.standings(table, rng=rng()).rows
    two = fairness.standings(table.sample(frac=1, random_state=1), rng=rng()).rows
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(table, before)


# half, and nine tenths: worked out for the normal model
@pytest.mark.parametrize(("reliability", "belong"), [(0.5, 0.47), (0.9, 0.78), (0.0, 0.1), (1.0, 1.0)])
def test_who_is_flagged_hardly_belongs_there(reliability, belong):
    assert fairness.belonging(reliability) == pytest.approx(belong, abs=0.005)


def test_flagging_agrees_with_a_simulation():
    random = rng()
    true = random.normal(size=400_000)
    seen = np.sqrt(0.3) * true + np.sqrt(0.7) * random.normal(size=len(true))
    flagged = seen <= np.quantile(seen, 0.1)
    share = (true <= np.quantile(true, 0.1))[flagged].mean()
    assert fairness.belonging(0.3) == pytest.approx(share, abs=4 * np.sqrt(0.25 / flagged.sum()))


def test_forced_ranking_names_one_at_least_and_turns_the_interval_around():
    row = fairness.forced_ranking(0.5, 0.2, 0.8, people=6).iloc[0]
    assert row["flagged"] == 1
    assert row["wrong_low"] < row["wrong"] < row["wrong_high"]
    assert row["wrong_low"] == pytest.approx(1 - row["belong_high"])
    assert fairness.forced_ranking(0.5, 0.2, 0.8, people=30)["wrong"].item() == pytest.approx(
        3 * row["wrong"]
    )


def test_forced_ranking_checks_its_numbers():
    with pytest.raises(ValueError, match="reliability == 1.2, must be >= 0 and <= 1"):
        fairness.belonging(1.2)
    with pytest.raises(ValueError, match="people == 0, must be >= 1"):
        fairness.forced_ranking(0.5, 0.2, 0.8, people=0)
