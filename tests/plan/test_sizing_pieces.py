"""Capacity laid open, the target as it enters step 1, statuses held against the contracts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.plan import sizing

FREQUENCIES = pd.DataFrame(
    {
        "role": ["account_manager", "account_manager", "product_manager"],
        "visits": [30.0, 10.0, 20.0],
        "hours_per_visit": [2.0, 4.0, np.nan],
    }
)
PIECES = {"working_days": 200.0, "hours_per_day": 8.0, "selling_share": 0.5, "travel_hours_per_visit": 0.5}
STATED = {"account_manager": PIECES, "product_manager": 220.0}


def test_pieces_multiply_to_the_capacity_beside_them():
    table = sizing.capacity_pieces(FREQUENCIES, STATED).set_index("role")
    built = table.loc["account_manager"]
    assert built["hours_per_visit"] == pytest.approx(2.5)
    again = sizing.visits_per_rep(**{name: built[name] for name in [*PIECES, "hours_per_visit"]})
    assert again == pytest.approx(built["visits_per_rep"]) == pytest.approx(800 / 3)
    assert table["given"].tolist() == ["built", "given"]
    assert table.loc["product_manager", "visits_per_rep"] == 220
    assert table.loc["product_manager", list(PIECES)].isna().all()
    assert table["visits_per_rep"].tolist() == sizing.capacity(FREQUENCIES, STATED).tolist()


def test_waiting_forgoes_a_twelfth_of_a_year_each_month():
    assert sizing.visits_forgone(3, visits_per_rep=220) == 55
    assert sizing.visits_forgone(-3, visits_per_rep=220) == 0
    with pytest.raises(ValueError, match=r"visits_per_rep == 0, must be > 0"):
        sizing.visits_forgone(1, visits_per_rep=0)


SEGMENTS = pd.DataFrame(
    {
        "segment": ["bank", "retail"],
        "new_wins": [8.0, np.nan],
        "win_rate": [np.nan, 0.1],
        "new_wins_low": [5.0, 1.0],
    }
)


def test_segments_go_before_the_companys_target():
    targets = sizing.win_targets(SEGMENTS, new_wins=99, win_rate=0.25)
    assert targets["win_rate"].tolist() == [0.25, 0.1]
    assert targets["new_wins_low"].tolist() == [5.0, 1.0]
    company = sizing.win_targets(SEGMENTS.drop(columns="new_wins"), new_wins=10, win_rate=0.25)
    assert company[["segment", "new_wins", "win_rate"]].to_numpy().tolist() == [["", 10, 0.25]]


def test_target_without_a_win_rate_is_no_target():
    assert sizing.win_targets(SEGMENTS) is None
    assert sizing.win_targets(SEGMENTS[:0], win_rate=0.2) is None


def test_contracts_contradict_statuses_pilots_apart():
    customers = pd.DataFrame(
        {"customer_id": list("abcdef"), "status": ["existing"] * 3 + ["prospect"] * 2 + ["lost"]}
    )
    contracts = pd.DataFrame(
        {
            "customer_id": ["a", "b", "d", "e", "f"],
            "kind": ["new", "renewal", "pilot", "new", "new"],
            "starts_on": pd.to_datetime(["2025-01-01"] * 5),
            "ends_on": pd.to_datetime(["2026-10-31", "2026-10-30", None, None, None]),
        }
    )
    found = sizing.doubtful_statuses(customers, contracts, as_of=pd.Timestamp("2026-10-31"))
    assert found[["customer_id", "contradiction"]].to_numpy().tolist() == [
        ["b", "no_contract"],
        ["c", "no_contract"],
        ["e", "has_contract"],
    ]
