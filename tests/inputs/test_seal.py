"""A sealed engagement reads back the same; a broken seal is refused."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from salesmgmt.inputs import load, seal

TOML = """\
tax = "included"
languages = ["en"]
[sizing]
selling_share = { value = 0.3, low = 0.2, high = 0.4, kind = "measured", source = "工时\\"调查\\"", owner = "李" }
cutoffs = { "A 级" = 1000000, B = 0.5 }
[sizing.product_manager]
working_days = { value = 200, low = 190, high = 210, independent = true }
[scenarios.stretch]
"sizing.visits_per_rep" = 240
[tables]
staff = { sql = "from 'hr.csv'" }
"""
HR = "staff_id,name,name_en,role,hired_on,fixed_pay,capacity,备注\nS1,王立,Wang Li,客户经理,2020-03-01,0.1,,a\nS2,李蓉,,DM,,,0.30000000000000004,\n"
SAME = (
    "client", "year", "as_of", "currency", "languages", "scenario", "year_starts", "assumptions", "values", "wording",
    "warnings", "notes", "sources",
)  # fmt: skip


@pytest.fixture
def engagement(write):
    folder = write({"staff.csv": None, "hr.csv": HR}, toml=TOML)
    (folder / "staff.csv").unlink(missing_ok=True)
    return load(folder, scenario="stretch", overrides={"pay.variable_low": 0.25})


def test_a_sealed_engagement_is_the_same(engagement, tmp_path):
    again = load(seal(engagement, tmp_path / "run" / "inputs"))
    assert {name: getattr(again, name) for name in SAME} == {name: getattr(engagement, name) for name in SAME}
    assert list(again.tables) == list(engagement.tables)
    for name in engagement.tables:
        pd.testing.assert_frame_equal(again[name], engagement[name], check_exact=True)
    assert again.words("en").client("王立") == "Wang Li"
    assert again.ranges().equals(engagement.ranges())


def test_tables_of_environment_and_people_keep_everything_also_who_rated(write, planning, tmp_path):
    toml = '[scenarios.strict]\n"evaluation.min_group" = 5\n'
    data = load(write(planning, toml=toml), scenario="strict")
    again = load(seal(data, tmp_path / "run"))
    for name in data.tables:
        pd.testing.assert_frame_equal(again[name], data[name], check_exact=True)
    assert {name: getattr(again, name) for name in SAME} == {name: getattr(data, name) for name in SAME}
    assert again["assessments"]["rater_id"].tolist()[:2] == ["R1", "R2"]
    assert again["quotas"]["period"].tolist()[1:3] == ["2027-Q1", "2027-01"]
    assert again.value("evaluation.min_group") == 5


def test_warnings_with_names_survive_a_seal(write, tmp_path):
    factors = "factor_id,look,statement,effect,weight,rating\nF1,people,x,1,1,2\nF2,policy,x,1,1,\n"
    data = load(write({"factors.csv": factors}, only=["customers.csv"]))
    again = load(seal(data, tmp_path / "run"))
    assert len(data.warnings) == 2
    assert again.warnings == data.warnings


def test_the_demo_sealed_twice_is_the_same(demo, tmp_path):
    data = load(demo)
    again = load(seal(load(seal(data, tmp_path / "one")), tmp_path / "two"))
    for name in data.tables:
        pd.testing.assert_frame_equal(again[name], data[name], check_exact=True)
    assert again.assumptions == data.assumptions


def test_empty_tables_keep_their_types(write, tmp_path):
    visits = "visit_id,visited_on,staff_id,customer_id\n"
    staff = "staff_id,name,role\n"
    data = load(write({"visits.csv": visits, "staff.csv": staff}, only=["customers.csv"]))
    again = load(seal(data, tmp_path / "s"))
    for name in ("visits", "staff"):
        pd.testing.assert_frame_equal(again[name], data[name])


def test_a_sealed_engagement_needs_nothing_else(engagement, tmp_path):
    folder = seal(engagement, tmp_path / "inputs")
    for path in engagement.folder.glob("*.csv"):
        path.unlink()
    assert load(folder).sources["staff"].query == "from 'hr.csv'"


def test_overrides_on_top_of_a_seal(engagement, tmp_path):
    folder = seal(engagement, tmp_path / "inputs")
    assert load(folder, overrides={"sizing.visits_per_rep": 99}).value("sizing.visits_per_rep") == 99.0
    assert load(folder, scenario="stretch").scenario == "stretch"


def test_another_scenario_is_refused(engagement, tmp_path, problems, said):
    folder = seal(engagement, tmp_path / "inputs")
    found = problems(folder, scenario="lean")
    assert said(found, "zh") == ["seal.json | 封存的数据用的是情景「stretch」,不能再换成「lean」。"]
    assert said(found, "en") == [
        "seal.json | The sealed inputs hold scenario “stretch”; it cannot be changed to “lean”."
    ]


@pytest.mark.parametrize("name", ["customers.parquet", "visits.parquet", "engagement.toml"])
def test_a_changed_file_is_refused(name, engagement, tmp_path, problems, said):
    folder = seal(engagement, tmp_path / "inputs")
    with (folder / name).open("ab") as file:
        file.write(b"\n")
    assert "封存后被改动:SHA-256 与 seal.json 不符。" in said(problems(folder), "zh")[0]
    (folder / name).unlink()
    assert name in said(problems(folder), "en")[0]


@pytest.mark.parametrize("damage", ["{", "[]", '{"version": 2}', '{"version": 1, "tables": {"../x": {}}}'])
def test_a_damaged_seal_is_refused(damage, engagement, tmp_path, problems, said):
    folder = seal(engagement, tmp_path / "inputs")
    (folder / "seal.json").write_text(damage, encoding="utf-8")
    assert said(problems(folder), "en")[0].startswith("seal.json | The seal seal.json cannot be read: ")


def test_hashes_are_of_the_files(engagement, tmp_path):
    folder = seal(engagement, tmp_path / "inputs")
    content = json.loads((folder / "seal.json").read_text(encoding="utf-8"))
    assert set(content["files"]) == {path.name for path in folder.iterdir()} - {"seal.json"}
    assert content["tables"]["staff"]["query"] == "from 'hr.csv'"


def test_a_folder_in_use_is_not_written_over(engagement, tmp_path):
    folder = seal(engagement, tmp_path / "inputs")
    with pytest.raises(ValueError, match="must be empty or new"):
        seal(engagement, folder)
