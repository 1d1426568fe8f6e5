"""Win rate: counted over decided opportunities of the last twelve months, with an honest interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt.allocation.process import win_rate

AS_OF = pd.Timestamp("2026-10-31")


def deals(statuses, closed_on="2026-05-01", **columns):
    return pd.DataFrame({"status": statuses, "closed_on": pd.to_datetime(closed_on), **columns})


def test_a_bid_won_is_still_open_and_old_outcomes_are_left_out():
    recent = deals(["won", "lost", "lost", "bid_won", "open"])
    old = deals(["won"] * 9, "2025-10-31")
    found = win_rate(pd.concat([recent, old]), as_of=AS_OF).iloc[0]
    assert (found["closed"], found["won"], found["win_rate"]) == (3, 1, pytest.approx(1 / 3))


def test_the_window_is_twelve_months_to_the_day():
    edges = deals(["won", "won", "lost", "lost"], ["2025-10-31", "2025-11-01", "2026-10-31", "2026-11-01"])
    assert win_rate(edges, as_of=AS_OF)[["closed", "won"]].values.tolist() == [[2, 1]]


def test_interval_equals_jeffreys_as_published():
    """Brown, Cai & DasGupta (2001): Beta quantiles; 4 of 12 at 80 %."""
    found = win_rate(deals(["won"] * 4 + ["lost"] * 8), as_of=AS_OF).iloc[0]
    assert [found["low"], found["high"]] == pytest.approx(list(stats.beta(4.5, 8.5).ppf([0.1, 0.9])))


def test_groups_add_up_to_the_company_and_the_unknown_is_last():
    frame = deals(["won", "lost", "won", "lost"], segment=["bank", "", "insurance", "bank"])
    by_segment = win_rate(frame, as_of=AS_OF, by="segment")
    assert by_segment["segment"].tolist() == ["bank", "insurance", ""]
    assert by_segment[["closed", "won"]].sum().tolist() == [4, 2]


def test_nothing_decided_gives_no_rate():
    found = win_rate(deals(["open"]), as_of=AS_OF)
    assert found["closed"].tolist() == [0] and found[["win_rate", "low", "high"]].isna().all(axis=None)


def test_missing_column_is_named():
    with pytest.raises(ValueError, match=r"opportunities is missing columns \['closed_on'\]"):
        win_rate(pd.DataFrame({"status": ["won"]}), as_of=AS_OF)


def test_interval_covers_at_its_level_where_rates_differ_between_deals():
    """Truth is not our model: each deal has its own chance; the mean rate is to be covered."""
    rng, covered, rounds = np.random.default_rng(7), 0, 600
    for _ in range(rounds):
        chance = rng.beta(2, 5, size=40)
        won = rng.random(40) < chance
        found = win_rate(deals(np.where(won, "won", "lost")), as_of=AS_OF).iloc[0]
        covered += found["low"] <= chance.mean() <= found["high"]
    error = np.sqrt(0.8 * 0.2 / rounds)
    assert covered / rounds > 0.8 - 3 * error, f"{covered / rounds:.3f}, Monte-Carlo error {error:.3f}"
