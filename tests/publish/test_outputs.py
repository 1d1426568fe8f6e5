"""What notebooks carry beside their text: gathered once, written whole and unrounded."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from salesmgmt.cards import Card
from salesmgmt.chapter import CARDS, TABLE
from salesmgmt.errors import Refused
from salesmgmt.publish.outputs import collect, read_cards, write_cards, write_tables


def carrying(mimetype, *contents):
    outputs = [new_output("display_data", data={mimetype: content}) for content in contents]
    return new_notebook(cells=[new_code_cell(outputs=outputs)])


def card(value):
    return Card(
        "plan.sizing.reps", value, unit="people", period="plan_year", method="plan.sizing.reps_required"
    ).to_dict()


def table(key, rows, columns=("name", "value")):
    return {"key": key, "columns": list(columns), "rows": rows}


def test_the_same_card_twice_is_one_card():
    assert list(collect([carrying(CARDS, {"cards": [card(1.5)]}, {"cards": [card(1.5)]})]).cards) == [
        "plan-sizing-reps"
    ]


def test_two_cards_under_one_name_are_a_bug():
    with pytest.raises(ValueError, match="card 'plan-sizing-reps' was stated twice with different content"):
        collect([carrying(CARDS, {"cards": [card(1.5)]}), carrying(CARDS, {"cards": [card(2.5)]})])


def test_two_tables_under_one_key_are_a_bug():
    with pytest.raises(ValueError, match="table 'plan.roles' was stated twice"):
        collect([carrying(TABLE, table("plan.roles", [["a", 1]]), table("plan.roles", [["a", 2]]))])


def test_units_of_one_table_add_up_however_often_it_is_shown():
    first, second = (
        table("plan.roles", [["a", 1]]) | {"units": units} for units in ({"value": "people"}, {"name": ""})
    )
    assert collect([carrying(TABLE, first, second)]).units == {"plan.roles": {"value": "people", "name": ""}}


@pytest.mark.parametrize("key", ["../x", "a/b", "", "A b", ".x"])
def test_a_key_that_is_no_plain_name_never_becomes_a_file(key):
    with pytest.raises(ValueError, match="table key == "):
        collect([carrying(TABLE, table(key, []))])


def test_cards_are_kept_unrounded_and_in_order(tmp_path):
    write_cards({"b": card(1 / 3), "a": card(2.0)}, tmp_path / "cards.json")
    assert [entry["value"] for entry in json.loads((tmp_path / "cards.json").read_text("utf-8"))] == [
        1 / 3,
        2.0,
    ]


def test_a_number_that_is_none_is_never_written_as_nan(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_cards({"a": card(float("nan"))}, tmp_path / "cards.json")


def test_tables_open_in_a_spreadsheet_unrounded_and_without_formulas(tmp_path):
    rows = [["=1+1", 1 / 3], ["@x", None], ["-5", -5.25], ["+1", 1e-20], ['云海,银行\n"甲"', 12345678.9]]
    write_tables({"plan.roles": table("plan.roles", rows)}, tmp_path / "tables")
    path = tmp_path / "tables" / "plan.roles.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(path, encoding="utf-8-sig")
    assert read["name"].tolist() == ["'=1+1", "'@x", "'-5", "'+1", '云海,银行\n"甲"']
    assert read["value"].tolist()[:1] + read["value"].tolist()[2:] == [1 / 3, -5.25, 1e-20, 12345678.9]


def test_the_latest_run_is_found_from_a_folder_below(tmp_path, monkeypatch):
    for run, value in (("20261101-000000", 1.0), ("20261102-000000", 2.0), (".20261103-000000.part", 3.0)):
        folder = tmp_path / "reports" / "远航" / "2027" / run
        folder.mkdir(parents=True)
        write_cards({"a": card(value)}, folder / "cards.json")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert read_cards("", client="远航", year=2027)["plan.sizing.reps"][0].value == 2.0
    with pytest.raises(Refused, match="report.no_run"):
        read_cards("", client="远航", year=2026)
