"""What the forecast takes for granted against the record: hand calculations, edges, misuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt import uncertainty
from salesmgmt.plan import targets

AS_OF = pd.Timestamp("2026-10-31")
CUSTOMERS = pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "region": ["East", "South", ""]})
CONTRACTS = pd.DataFrame({
    "customer_id": ["C1", "C2", "C2", "C3"],
    "starts_on": ["2025-01-01", "2026-05-01", "2020-01-01", "2026-11-01"],
    "ends_on": ["2027-12-31", "2027-04-30", "2025-10-31", "2027-10-31"],
    "monthly_amount": [10.0, 20.0, 99.0, 50.0],
})  # fmt: skip
ITEMS = pd.DataFrame({
    "line": ["locked_in", "renewal", "tender", "unnamed"], "customer_id": ["C1", "C2", "C2", ""],
    "amount": [120.0, 100.0, 30.0, 9.0], "probability": [1.0, 0.6, 0.5, 1.0], "expected": [120.0, 60.0, 15.0, 9.0],
})  # fmt: skip


def billed(**amounts):
    months = pd.date_range("2025-11-01", periods=12, freq="MS")
    parts = [
        pd.DataFrame({"month": months, "customer_id": id, "amount": sum_}) for id, sum_ in amounts.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_what_was_billed_is_held_against_months_in_force_within_the_year_only():
    found = targets.realised(CONTRACTS, billed(C1=9.0, C2=5.0), ITEMS, CUSTOMERS, as_of=AS_OF).set_index(
        "region"
    )
    assert found["contracted"].to_dict() == {"East": 120.0, "South": 120.0}  # 12 × 10; May to October × 20
    assert found["billed"].to_dict() == {"East": 108.0, "South": 60.0}
    assert found["ratio"].tolist() == [0.9, 0.5]
    assert found["expected"].tolist() == [120.0, 60.0]  # tenders and unnamed wins are no contracts
    assert found["at_ratio"].tolist() == [108.0, 30.0]


def test_a_customer_that_paid_nothing_counts_as_nothing_and_one_without_contract_is_left_out():
    found = targets.realised(CONTRACTS, billed(C3=7.0), ITEMS, CUSTOMERS, as_of=AS_OF)
    assert found["region"].tolist() == ["East", "South"]
    assert found["ratio"].tolist() == [0.0, 0.0]


def test_nothing_in_force_is_no_row():
    assert targets.realised(CONTRACTS[2:3], billed(C1=1.0), ITEMS, CUSTOMERS, as_of=AS_OF).empty


def observed(rate, low, high, line="renewal"):
    return pd.DataFrame({"line": [line], "rate": [rate], "low": [low], "high": [high], "n": [20]})


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.3, 0.59, "high"), (0.61, 0.9, "low"), (0.6, 0.9, "fits"), (0.5, 0.6, "fits")]
)
def test_odds_are_held_against_the_interval_of_the_record_ends_included(low, high, said):
    found = targets.odds(ITEMS, observed(0.55, low, high)).iloc[0]
    assert (found["stated"], found["at_rate"], found["holds"]) == (0.6, pytest.approx(55.0), said)


def test_lines_without_items_or_record_are_left_out():
    assert targets.odds(ITEMS[ITEMS["line"] != "tender"], observed(0.2, 0.1, 0.3, line="tender")).empty
    assert targets.odds(ITEMS, observed(np.nan, np.nan, np.nan)).empty


def test_misuse_is_named():
    with pytest.raises(ValueError, match="observed is missing columns"):
        targets.odds(ITEMS, pd.DataFrame({"line": ["tender"]}))
    with pytest.raises(ValueError, match="customers is missing columns"):
        targets.realised(CONTRACTS, billed(C1=1.0), ITEMS, CUSTOMERS[["customer_id"]], as_of=AS_OF)


def test_what_if_starts_from_the_very_draws_of_the_forecast():
    rng = np.random.default_rng(7)
    segments = pd.DataFrame({"segment": ["a"], "new_wins": [5.0], "new_wins_low": [3.0], "new_wins_high": [9.0],
                             "average_contract": [40.0], "go_live_months": [2.0]})  # fmt: skip
    plans = pd.DataFrame({"value": [20.0], "probability": [0.5]})
    chance, _ = targets.probability(targets.simulate(ITEMS, plans, segments, rng=rng), required=300.0)
    moved = {"required": 300.0, "factors": [0.5, 1.0, 2.0], "rng": np.random.default_rng(7)}
    swept = targets.chance_by_win_rate(ITEMS, plans, segments, wins_follow=True, **moved)["probability"]
    assert 0.01 < chance < 0.99
    assert swept.iloc[1] == chance
    assert swept.is_monotonic_increasing
    moved["rng"] = np.random.default_rng(7)
    kept = targets.chance_by_win_rate(
        ITEMS, plans, segments, wins_follow=False, tenders_follow=False, **moved
    )
    assert kept["probability"].tolist() == [chance] * 3


def test_a_share_without_trials_is_not_known():
    found = uncertainty.proportion(pd.Series([0, 3]), pd.Series([0, 3]))
    assert found.iloc[0].isna().all()
    assert found.iloc[1]["rate"] == 1.0
    assert found.iloc[1]["low"] < found.iloc[1]["high"] < 1.0
