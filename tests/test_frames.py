"""Frames are read alike by every method: text, numbers, order, and the most specific rule."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt import frames


@pytest.mark.parametrize(
    ("key", "rules", "expected"),
    [
        (("existing", "A"), [("existing", "A"), ("existing", ""), ("", "A"), ("", "")], 0),
        (("existing", "A"), [("", ""), ("", "A"), ("existing", "")], 2),
        (("existing", "A"), [("", ""), ("", "A"), ("prospect", "")], 1),
        (("existing", "A"), [("prospect", "A"), ("", "")], 1),
        (("existing", "A"), [("prospect", ""), ("", "B")], -1),
    ],
)
def test_match_rules_prefers_both_then_status_then_tier_then_all(key, rules, expected):
    keys = pd.DataFrame([key], columns=["status", "tier"])
    table = pd.DataFrame(rules, columns=["status", "tier"])
    assert frames.match_rules(keys, table, on=["status", "tier"]).tolist() == [expected]


def test_match_rules_reads_absent_and_missing_cells_as_all_and_keeps_the_index():
    keys = pd.DataFrame({"status": ["lost", "existing"]}, index=[7, 3])
    rules = pd.DataFrame({"status": [None, "existing"]}, index=[5, 5])
    found = frames.match_rules(keys, rules, on=["status", "tier"])
    assert found.to_dict() == {7: 0, 3: 1}


def test_match_rules_refuses_two_rules_with_one_key():
    rules = pd.DataFrame({"status": ["existing", "existing"]})
    with pytest.raises(ValueError, match=r"rules has more than one row for \['status'\] \['existing'\]"):
        frames.match_rules(pd.DataFrame({"status": ["existing"]}), rules, on=["status"])


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("F01", ["F01"]),
        ("F01,F02;F03、F04/F05|F06 F07", ["F01", "F02", "F03", "F04", "F05", "F06", "F07"]),
        ("F01，F02；F03／F04｜F05\u3000F06\u00a0F07\nF08", [f"F0{n}" for n in range(1, 9)]),
        (" 、F02,, F01 ;F02；", ["F02", "F01"]),
        ("因素一、因素-二", ["因素一", "因素-二"]),
        (["F01", "F02 F03", None, "F01"], ["F01", "F02", "F03"]),
        (("F01",), ["F01"]),
        (pd.Series(["F01", "F02"]), ["F01", "F02"]),
        (7, ["7"]),
        ("", []),
        (" 、 ", []),
        (float("nan"), []),
        (None, []),
        (pd.NA, []),
        ([], []),
    ],
)
def test_split_ids_reads_lists_as_people_write_them(value, ids):
    assert frames.split_ids(value) == ids


def test_in_order_follows_the_article_and_puts_empty_last():
    frame = pd.DataFrame({"status": ["lost", "prospect", "existing", "existing"], "tier": ["", "A", "", "B"]})
    ordered = frames.in_order(frame, ["status", "tier"])
    assert ordered.to_numpy().tolist() == [
        ["existing", "B"],
        ["existing", ""],
        ["prospect", "A"],
        ["lost", ""],
    ]


def test_employed_counts_first_and_last_day():
    staff = pd.DataFrame(
        {
            "hired_on": pd.to_datetime(["2026-10-31", "2026-11-01", None, None]),
            "left_on": pd.to_datetime([None, None, "2026-10-31", "2026-10-30"]),
        }
    )
    assert frames.employed(staff, pd.Timestamp("2026-10-31")).tolist() == [True, False, True, False]


def test_teams_fall_back_to_manager_then_region():
    staff = pd.DataFrame(
        {
            "staff_id": ["S1", "S2", "S3", "S4"],
            "team": ["East", None, "", ""],
            "manager_id": ["M1", "M2", "", None],
            "region": ["r", "r", "South", None],
        }
    )
    assert frames.teams(staff).tolist() == ["East", "M2", "South", ""]
