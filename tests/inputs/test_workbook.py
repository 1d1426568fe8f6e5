"""The fill-in workbook: made from the codebook, filled in as a client would, read back the same."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import tomllib
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from salesmgmt.cli import main
from salesmgmt.errors import InputError
from salesmgmt.inputs import CODEBOOK, Engagement, describe, input_words, load, new_engagement, seal
from salesmgmt.inputs.assumptions import WORKBOOK, settings_sheet
from salesmgmt.inputs.codebook import Column, Table, plain
from salesmgmt.inputs.forms import LAST_ROW, header, sheet_title
from salesmgmt.inputs.guide import in_order
from salesmgmt.inputs.settings import read_settings
from salesmgmt.inputs.sheets import sheet_names
from salesmgmt.inputs.starter import starter
from salesmgmt.inputs.workbook import write_workbook
from salesmgmt.locale import LANGUAGES, Words

BASICS = {
    "engagement.client": "远航客服外包",
    "engagement.year": 2027,
    "engagement.as_of": date(2026, 10, 31),
}


@pytest.fixture(scope="module")
def office() -> str:
    """Path of an installed LibreOffice."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("no LibreOffice is installed")
    return found


@pytest.fixture(scope="module")
def given(demo) -> Engagement:
    return load(demo)


@pytest.fixture(scope="module", params=LANGUAGES)
def blank(request, tmp_path_factory) -> tuple[str, Path]:
    """A language, and a new engagement in it; for reading only."""
    folder = tmp_path_factory.mktemp("new") / "客户 1"
    return request.param, new_engagement(folder, language=request.param)


# --- as a person fills it in ---------------------------------------------------------------------------


def typed_in(column: Column, value: Any, language: str) -> Any:
    """A value as a person types it."""
    at = 0 if language == "zh" else 1
    if value is None or value == "" or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if column.type == "bool":
        return Words(language)("workbook.yes" if value else "workbook.no")
    if column.codes and value in column.codes:
        return column.codes[value][at]
    return value.to_pydatetime() if column.dated else value


def plans(data: Engagement) -> list[Table]:
    """Plan tables that an engagement has."""
    return [CODEBOOK.tables[name] for name in data.tables if not CODEBOOK.tables[name].fact]


def fill_tables(path: Path, data: Engagement, language: str) -> None:
    """Type every plan table of an engagement into the workbook."""
    book = openpyxl.load_workbook(path)
    for table in plans(data):
        sheet, known = book[sheet_title(table, language)], table.headers()
        columns = [table.columns[known[plain(cell.value)]] for cell in sheet[1]]
        for row, record in enumerate(data[table.name].to_dict("records"), start=2):
            for at, column in enumerate(columns, start=1):
                sheet.cell(row, at).value = typed_in(column, record[column.name], language)
    book.save(path)


def fill_settings(
    folder: Path, language: str, rows: dict[str | tuple[str, str], Any], *, extra: tuple[tuple[Any, ...], ...] = ()
) -> None:  # fmt: skip
    """Type settings: key, or key and role -> value, or a mapping of parts; and further rows (key, role, value)."""
    words = Words(language, terms=CODEBOOK.terms(language))
    book = openpyxl.load_workbook(folder / WORKBOOK)
    sheet = book[settings_sheet(language)]
    columns = {cell.value: cell.column for cell in sheet[1]}
    places = {(row[0].value, row[1].value or ""): row[0].row for row in sheet.iter_rows(min_row=2)}
    for key, value in rows.items():
        name, role = key if isinstance(key, tuple) else (key, "")
        row = places[name, words.code("role", role) if role else ""]
        for part, cell in (value if isinstance(value, dict) else {"value": value}).items():
            sheet.cell(row, columns[words(f"workbook.part.{part}")]).value = cell
    for row, (key, role, value) in enumerate(extra, start=sheet.max_row + 1):
        for part, cell in (("key", key), ("role", role), ("value", value)):
            sheet.cell(row, columns[words(f"workbook.part.{part}")]).value = cell
    book.save(folder / WORKBOOK)


def settings_of(data: Engagement) -> dict[str | tuple[str, str], Any]:
    """What the demo client's engagement.toml says, as rows of the sheet."""
    rows: dict[str | tuple[str, str], Any] = dict(BASICS)
    for found in data.assumptions:
        if found.source != "shipped default":
            kind = Words("zh")(f"kind.{found.kind}")
            parts = {"value": found.value, "low": found.low, "high": found.high, "kind": kind}
            rows[found.name, found.role] = {**parts, "source": found.source, "owner": found.owner}
    return rows


def converted(office: str, path: Path, home: Path) -> None:
    """Let LibreOffice open the workbook and save it."""
    out = home / "saved"
    command = [
        office,
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
    shutil.copy(out / path.name, path)


def assert_same_tables(data: Engagement, given: Engagement) -> None:
    assert plans(data) == plans(given)
    for table in plans(given):
        columns = list(table.columns)
        pd.testing.assert_frame_equal(
            data[table.name][columns], given[table.name][columns], rtol=1e-14, atol=0
        )


# --- a new engagement ----------------------------------------------------------------------------------


def test_new_makes_both_files_and_check_says_what_to_fill_in(tmp_path):
    run, folder = CliRunner(), tmp_path / "a" / "客户 1"
    made = run.invoke(main, ["new", str(folder)])
    assert made.exit_code == 0
    assert f'salesmgmt check "{folder}"' in made.output
    assert sorted(path.name for path in folder.iterdir()) == ["engagement.toml", "workbook.xlsx"]
    assert [path.name for path in folder.parent.iterdir()] == ["客户 1"]
    checked = run.invoke(main, ["check", str(folder)])
    assert checked.exit_code == 2
    lines = checked.output.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == [
        *(f"engagement.toml · {key}" for key in BASICS),
        "客户 customers · workbook.xlsx#客户",
    ]
    assert all("假设" in line for line in lines[:3])


def test_new_in_english_speaks_english(tmp_path):
    run, folder = CliRunner(), tmp_path / "client"
    assert run.invoke(main, ["new", str(folder), "--lang", "en"]).output.startswith("Made ")
    lines = run.invoke(main, ["check", str(folder)]).output.splitlines()
    assert all("sheet Assumptions of workbook.xlsx" in line for line in lines[:3])
    assert lines[3].startswith("customers · workbook.xlsx#Customers: ")


def test_new_takes_an_empty_folder_and_no_other(tmp_path):
    run = CliRunner()
    assert run.invoke(main, ["new", str(tmp_path)]).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    again = run.invoke(main, ["new", str(tmp_path), "--lang", "en"])
    assert (again.exit_code, len(again.output.splitlines())) == (2, 1)
    assert "already holds files" in again.output
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "id"), [("file", "workbook.is_file"), ("file/new", "workbook.cannot_write")]
)
def test_new_says_why_a_folder_cannot_be_made(tmp_path, name, id):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="1 problems") as caught:
        new_engagement(tmp_path / name)
    (problem,) = caught.value.problems
    assert problem.id == id
    assert all(str(tmp_path) in describe(problem, input_words(language)) for language in LANGUAGES)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_starter_holds_every_key_ready_to_be_used(tmp_path, language):
    text = starter(language)
    assert tomllib.loads(text) == {
        "engagement": {"languages": [language, *({*LANGUAGES} - {language})]},
        "target": {}, "sizing": {}, "stp": {}, "territories": {}, "capacity": {}, "pay": {}, "evaluation": {}, "report": {}, "tables": {},
    }  # fmt: skip
    given = re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)
    keys = tomllib.loads(given)
    assert {f"{section}.{key}" for section in keys for key in keys[section]} >= set(CODEBOOK.settings)
    path = tmp_path / "engagement.toml"
    path.write_text(given, encoding="utf-8")
    settings = read_settings(path, scenario="stretch")
    assert settings.problems == []
    assert settings.assumptions["sizing.visits_per_rep", ""].value == 200
    assert len(settings.tables) == 3


# --- what is in the workbook ---------------------------------------------------------------------------


def test_sheets_in_order_and_found_by_reading(blank):
    language, folder = blank
    words, known = Words(language), CODEBOOK.table_names()
    first = [words("workbook.sheet.guide"), words("workbook.sheet.settings")]
    names = sheet_names(folder / WORKBOOK)
    assert names[:2] == first
    assert [known.get(plain(name)) for name in names] == [None, None, *(table.name for table in in_order())]
    book = openpyxl.load_workbook(folder / WORKBOOK)
    assert book.sheetnames[-1] == words("workbook.sheet.lists")
    assert book[book.sheetnames[-1]].sheet_state == "hidden"


def test_order_starts_with_customers_and_ends_with_facts():
    names = [table.name for table in in_order()]
    assert names[:5] == ["customers", "staff", "assignments", "coverage", "contracts"]
    facts = [table.fact for table in in_order()]
    assert facts == sorted(facts)


def test_headers_are_recognised_and_explained(blank):
    language, folder = blank
    book = openpyxl.load_workbook(folder / WORKBOOK)
    for table in CODEBOOK.tables.values():
        sheet, known = book[sheet_title(table, language)], table.headers()
        assert [known[plain(cell.value)] for cell in sheet[1]] == list(table.columns)
        assert sheet.max_row == 1
        assert sheet.freeze_panes == "A2"
        for cell, column in zip(sheet[1], table.columns.values(), strict=True):
            lines = cell.comment.text.split("\n")
            assert column.name in lines[0]
            assert lines[1].startswith("*") == column.required
            about = column.about[0 if language == "zh" else 1]
            assert plain(about)[:6] in plain(cell.comment.text)
            assert cell.font.bold == column.required
            number_format = sheet.column_dimensions[cell.column_letter].number_format
            assert (number_format == "@") == (not column.numeric and not column.dated)


@pytest.mark.parametrize(
    ("columns", "headers"),
    [
        ((("owner", "负责人", "owner"), ("backup", "负责人", "owner")), ["负责人 owner", "负责人 backup"]),
        ((("a", "甲", "b"), ("b", "乙", "c")), ["甲 a", "乙 b"]),
    ],
)
def test_ambiguous_labels_fall_back_to_what_is_certain(columns, headers):
    table = Table("t", "表", "table", False, {name: Column(name, "text", zh, en) for name, zh, en in columns})
    assert [header(table, column, "zh") for column in table.columns.values()] == headers
    for language in LANGUAGES:
        found = [table.headers()[plain(header(table, column, language))] for column in table.columns.values()]
        assert found == list(table.columns)


def test_labels_no_sheet_can_bear_give_way_to_the_name(monkeypatch):
    long = Table("long", "一/二", "a table with a label far longer than a sheet may have", False, {})
    monkeypatch.setitem(CODEBOOK.tables, "long", long)
    assert [sheet_title(long, language) for language in LANGUAGES] == ["long", "long"]


def test_drop_downs_are_named_and_every_entry_can_be_read(blank):
    language, folder = blank
    check_drop_downs(folder / WORKBOOK, language)


def check_drop_downs(path: Path, language: str, *, rows: int = LAST_ROW) -> None:
    """Every code, choice, yes/no and reference has a named list over so many rows, whose entries are accepted."""
    book = openpyxl.load_workbook(path)
    for table in CODEBOOK.tables.values():
        sheet = book[sheet_title(table, language)]
        rules = {
            area.min_col: rule
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
            if area.min_row == 2 and area.min_col == area.max_col and area.max_row > rows
        }
        for cell, column in zip(sheet[1], table.columns.values(), strict=True):
            rule = rules[cell.column]
            assert rule.prompt
            if not (column.codes or column.choices or column.ref or column.type == "bool"):
                assert rule.type != "list"
                continue
            name = rule.formula1
            place, cells = entries(book, name)
            loose = column.open or column.ref
            assert (rule.errorStyle or "stop") == ("warning" if loose else "stop")
            if column.ref:
                key = CODEBOOK.tables[column.ref].keys[0]
                assert place[0] == sheet_title(CODEBOOK.tables[column.ref], language)
                assert plain(book[place[0]][f"{place[1]}1"].value) in CODEBOOK.tables[column.ref].headers()
                assert (
                    CODEBOOK.tables[column.ref].headers()[plain(book[place[0]][f"{place[1]}1"].value)] == key
                )
            elif column.codes:
                assert [column.spellings()[plain(entry)] for entry in cells] == list(column.codes)
            elif column.choices:
                assert tuple(cells) == column.choices
            else:
                assert cells == [Words(language)("workbook.yes"), Words(language)("workbook.no")]


def entries(book: openpyxl.Workbook, name: str) -> tuple[tuple[str, str], list[Any]]:
    """Sheet and column of a defined name, and what its cells hold."""
    ((sheet, area),) = book.defined_names[name].destinations
    cells = [cell.value for row in book[sheet][area.replace("$", "")] for cell in row]
    return (sheet, area.split("$")[1]), cells


def test_bounds_are_checked_on_input_in_the_language(blank):
    language, folder = blank
    sheet = openpyxl.load_workbook(folder / WORKBOOK)[sheet_title(CODEBOOK.tables["contracts"], language)]
    rules = {
        name: rule
        for rule in sheet.data_validations.dataValidation
        for cell, name in zip(sheet[1], CODEBOOK.tables["contracts"].columns, strict=True)
        if str(rule.sqref).startswith(f"{cell.column_letter}2")
    }
    share, days, day = rules["renewal_probability"], rules["payment_days"], rules["signed_on"]
    assert (share.type, float(share.formula1), float(share.formula2)) == ("decimal", 0, 1)
    assert (days.type, float(days.formula1), float(days.formula2)) == ("whole", 0, 730)
    assert day.type == "date"
    assert "0%–100%" in share.error
    assert all(("数" in rule.error) == (language == "zh") for rule in (share, days))


def test_nothing_is_a_formula_and_every_link_leads_to_a_sheet(blank):
    _, folder = blank
    with zipfile.ZipFile(folder / WORKBOOK) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert [name for name in names if re.search(rb"<f[ >]", archive.read(name))] == []
        assert not any("externalLink" in name for name in archive.namelist())
    book = openpyxl.load_workbook(folder / WORKBOOK)
    links = [
        cell.hyperlink.location for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink
    ]
    assert [link.removesuffix("!A1").strip("'") for link in links] == book.sheetnames[1:-1]


def test_guide_says_everything_in_one_language(blank):
    language, folder = blank
    sheet = openpyxl.load_workbook(folder / WORKBOOK).worksheets[0]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    at = 0 if language == "zh" else 1
    for table in CODEBOOK.tables.values():
        assert plain(table.lights[at])[:6] in plain(text)
    assert "{" not in text
    if language == "en":
        assert re.search(r"[\u3000-\u9fff\uff00-\uffef]", text) is None


def test_a_new_table_appears_by_itself(tmp_path, monkeypatch):
    absences = Table(
        "absences", "缺勤", "absences", False,
        {
            "staff_id": Column("staff_id", "id", "人员编号", "staff ID", key=True, required=True, ref="staff"),
            "from_on": Column("from_on", "date", "起始日期", "start date", key=True),
            "note": Column("note", "text", "=附注", "note", about=("=1+1", "@sum")),
        },
        about=("每行一次缺勤。", "One row per absence."), lights=("缺勤", "absence"),
    )  # fmt: skip
    monkeypatch.setitem(CODEBOOK.tables, "absences", absences)
    book = openpyxl.load_workbook(write_workbook(tmp_path / "book.xlsx", language="zh"))
    assert [cell.value for cell in book["缺勤"][1]] == ["人员编号 staff_id", "起始日期 from_on", "=附注 note"]
    assert book["缺勤"]["C1"].data_type == "s"
    assert book.sheetnames.index("缺勤") < book.sheetnames.index("拜访")


# --- filled in and read back ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_filled_in_it_reads_back_the_same_before_and_after_libreoffice(tmp_path, given, language, request):
    folder = new_engagement(tmp_path / "client", language=language)
    fill_settings(folder, language, settings_of(given))
    fill_tables(folder / WORKBOOK, given, language)
    data = load(folder)
    assert_same_tables(data, given)
    assert (data.client, data.year, data.as_of) == (given.client, given.year, given.as_of)
    assert data.assumptions == given.assumptions
    converted(request.getfixturevalue("office"), folder / WORKBOOK, tmp_path)
    again = load(folder)
    assert_same_tables(again, given)
    assert again.assumptions == given.assumptions
    check_drop_downs(folder / WORKBOOK, language, rows=1000)  # LibreOffice ends them some way below the data


def customers_only(folder: Path, language: str = "zh") -> None:
    """A customers sheet with one row, and the three keys that must be given."""
    book = openpyxl.load_workbook(folder / WORKBOOK)
    sheet = book[sheet_title(CODEBOOK.tables["customers"], language)]
    for at, value in enumerate(("001", "东岭银行", "存量客户"), start=1):
        sheet.cell(2, at).value = value
    book.save(folder / WORKBOOK)
    fill_settings(folder, language, BASICS)


def test_customers_alone_are_enough(tmp_path):
    folder = new_engagement(tmp_path / "client", language="en")
    customers_only(folder, "en")
    data = load(folder)
    assert data["customers"]["customer_id"].tolist() == ["001"]
    assert sorted(data.tables) == ["coverage", "customers"]
    assert data.languages == ("en", "zh")


def test_facts_periods_and_units_in_headers_may_be_typed_too(tmp_path):
    folder = new_engagement(tmp_path / "client")
    customers_only(folder)
    book = openpyxl.load_workbook(folder / WORKBOOK)
    book["客户"]["J1"], book["客户"]["J2"] = f"{book['客户']['J1'].value}(万元)", 820
    book["收入"].append(["R1", "2026-09", "001", None, None, None, 400000.1])
    book["收入"].append(["R2", datetime(2026, 9, 1), "001", None, None, None, 0.2])
    book["销售任务"].append(["公司", None, "2027-Q1", "签约额", None, None, 5_000_000])
    book["销售任务"].append(["公司", None, 2027, "签约额", None, None, 90_000_000])
    book.save(folder / WORKBOOK)
    data = load(folder)
    assert data["customers"]["potential"].tolist() == [8_200_000]
    assert data["revenue"]["amount"].tolist() == [400000.3]
    assert data["quotas"]["period"].tolist() == ["2027-Q1", "2027"]


# --- the sheet of assumptions --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A new engagement with customers and assumptions only, which opens quickly."""
    folder = new_engagement(tmp_path_factory.mktemp("small") / "client")
    book = openpyxl.load_workbook(folder / WORKBOOK)
    for name in set(book.sheetnames) - {"假设", "客户", "字典"}:
        del book[name]
    book.save(folder / WORKBOOK)
    customers_only(folder)
    return folder


@pytest.fixture
def client(small, tmp_path) -> Path:
    return Path(shutil.copytree(small, tmp_path / "client"))


def test_values_as_a_person_types_them(client):
    fill_settings(client, "zh", {
        "engagement.year": "2027", "engagement.as_of": "2026年10月31日", "engagement.year_starts": 4.0,
        "engagement.vat_rate": "6%", "engagement.currency": "CNY",
        "sizing.working_days": {"value": "２２０", "low": 210, "high": 230, "kind": "实测", "source": 2026, "owner": "人力"},
        ("sizing.selling_share", "account_manager"): "35％", "sizing.new_wins": "1,200", "sizing.win_rate": "30%",
        "sizing.cutoffs": "A=5,000,000；B = 1000000、C: 0", "sizing.prospects_from": "Target",
    })  # fmt: skip
    data = load(client)
    assert (data.year, data.as_of, data.year_starts) == (2027, pd.Timestamp("2026-10-31"), 4)
    assert data.value("engagement.vat_rate") == 0.06
    days = data.assumption("sizing.working_days")
    assert (days.value, days.low, days.high, days.kind, days.source, days.owner) == (220, 210, 230, "measured", "2026", "人力")  # fmt: skip
    assert data.value("sizing.selling_share", "account_manager") == 0.35
    assert data.assumption("sizing.selling_share", "account_manager").source == "workbook.xlsx#假设"
    assert data.value("sizing.selling_share") == 0.35  # shipped
    assert data.value("sizing.new_wins") == 1200
    assert data.value("sizing.cutoffs") == {"A": 5_000_000, "B": 1_000_000, "C": 0}
    assert data.value("sizing.prospects_from") == "target"


@pytest.mark.parametrize(
    "written", [datetime(2026, 10, 31), "2026-10-31", "2026/10/31", "2026.10.31", "20261031", 20261031, 46326]
)
def test_days_as_a_person_types_them(client, written):
    fill_settings(client, "zh", {"engagement.as_of": written})
    assert load(client).as_of == pd.Timestamp("2026-10-31")


WRONG = [
    ("engagement.year", 1999, "inputs.out_of_bounds", "value"),
    ("engagement.year", 2027.5, "inputs.not_whole", "value"),
    ("engagement.year", "明年", "inputs.not_a_number", "value"),
    ("engagement.as_of", "2026-13-01", "inputs.not_a_date", "value"),
    ("engagement.tax", "含税", "inputs.not_a_choice", "value"),
    ("engagement.languages", "zh, fr", "inputs.not_a_choice", "value"),
    ("sizing.cutoffs", "A 级五百万", "inputs.not_cutoffs", "value"),
    ("sizing.selling_share", 35, "inputs.out_of_bounds", "value"),
    ("sizing.selling_share", "三成", "inputs.not_a_number", "value"),
    ("sizing.working_days", {"value": 220, "low": 210, "high": 999}, "inputs.out_of_bounds", "high"),
    ("sizing.working_days", {"value": 220, "low": 230, "high": 240}, "inputs.band_order", "value"),
    ("sizing.working_days", {"value": 220, "low": 210}, "inputs.half_band", "value"),
    ("sizing.working_days", {"low": 210, "high": 230}, "workbook.no_value", "value"),
    ("sizing.working_days", {"value": 220, "kind": "猜的"}, "inputs.not_a_choice", "kind"),
    ("pay.variable_low", {"value": 0.3, "low": 0.2, "high": 0.4}, "workbook.not_an_assumption", "low"),
]


@pytest.mark.parametrize(("key", "value", "id", "part"), WRONG)
def test_wrong_values_are_told_by_cell(client, problems, said, key, value, id, part):
    fill_settings(client, "zh", {key: value})
    sheet = openpyxl.load_workbook(client / WORKBOOK)["假设"]
    row = next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == key)
    letter = next(
        cell.column_letter for cell in sheet[1] if cell.value == Words("zh")(f"workbook.part.{part}")
    )
    found = problems(client)
    assert {(problem.id, problem.column) for problem in found} == {(id, key)}
    problem = found[0]
    assert (problem.file, problem.row, problem.cell) == ("workbook.xlsx#假设", row, f"{letter}{row}")
    assert all(said(found, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("row", "id", "column"),
    [
        (("sizing.visit_per_rep", None, 5), "inputs.unknown_key", "sizing.visit_per_rep"),
        (("scenarios.stretch", None, 5), "inputs.unknown_key", "scenarios.stretch"),
        (("pay.variable_low", "客户经理", 0.3), "inputs.unknown_key", "pay.account_manager.variable_low"),
        (("sizing.visits_per_rep", "经理", 5), "inputs.not_a_choice", "sizing.visits_per_rep"),
        (("engagement.client", None, "另一家"), "inputs.duplicate", "engagement.client"),
        ((None, None, 5), "workbook.no_key", ""),
    ],
)
def test_rows_that_are_no_key(client, problems, said, row, id, column):
    fill_settings(client, "zh", {}, extra=(row,))
    found = problems(client)
    assert [(problem.id, problem.column, problem.file) for problem in found] == [
        (id, column, "workbook.xlsx#假设")
    ]
    assert found[0].cell
    assert all(said(found, language) for language in LANGUAGES)


def test_a_role_may_stand_within_the_key(client):
    fill_settings(client, "zh", {}, extra=(("sizing.product_manager.selling_share", None, 0.2),))
    assert load(client).value("sizing.selling_share", "product_manager") == 0.2


def add(folder: Path, text: str) -> None:
    """More keys at the end of [engagement], then further sections."""
    path = folder / "engagement.toml"
    path.write_text('[engagement]\nlanguages = ["zh", "en"]\n' + text, encoding="utf-8")


def test_the_same_in_both_places_is_fine_and_anything_else_a_problem(client, problems, said):
    fill_settings(client, "zh", {"sizing.working_days": {"value": 220, "low": 210, "high": 230}})
    add(
        client,
        "year = 2027\n[sizing]\nworking_days = { value = 220, low = 210, high = 230, source = 'HR' }\n",
    )
    assert load(client).assumption("sizing.working_days").source == "HR"
    add(client, "year = 2028\n[sizing]\nworking_days = 220\n")
    found = problems(client)
    assert [(problem.id, problem.column) for problem in found] == [
        ("workbook.two_places", "engagement.year"),
        ("workbook.two_places", "sizing.working_days"),
    ]
    zh, en = (said(found, language) for language in LANGUAGES)
    assert "engagement.toml 中是「2028」,workbook.xlsx#假设 中是「2027」" in zh[0]
    assert "engagement.toml says 220, workbook.xlsx#假设 says 220 (210–230)" in en[1]


def test_scenarios_and_overrides_go_before_both(client):
    key = "sizing.visits_per_rep"
    fill_settings(client, "zh", {key: 220, (key, "account_manager"): 180})
    add(client, f'[scenarios.stretch]\n"{key}" = 240\n')
    assert load(client).value(key, "account_manager") == 180
    assert load(client, scenario="stretch").value(key, "account_manager") == 240
    assert load(client, scenario="stretch", overrides={key: 250}).value(key) == 250


def test_a_sealed_folder_does_not_read_a_workbook(client, tmp_path):
    sealed = seal(load(client), tmp_path / "sealed")
    fill_settings(client, "zh", {"sizing.visits_per_rep": 999, "engagement.year": 2030})
    shutil.copy(client / WORKBOOK, sealed)
    data = load(sealed)
    assert (data.year, data.value("sizing.visits_per_rep")) == (2027, None)


def test_a_workbook_outside_the_folder_is_not_read(client, tmp_path, problems):
    shutil.move(client / WORKBOOK, tmp_path / "elsewhere.xlsx")
    (client / WORKBOOK).symlink_to(tmp_path / "elsewhere.xlsx")
    assert "workbook.outside" in {problem.id for problem in problems(client)}
    settings = read_settings(client / "engagement.toml", folders=[tmp_path])
    assert settings.values["engagement.year"] == 2027


def test_a_broken_workbook_is_told_once(client, problems):
    (client / WORKBOOK).write_bytes(b"PK\x03\x04 no archive")
    found = [problem for problem in problems(client) if problem.file == WORKBOOK]
    assert len(found) == 1


def test_a_sheet_without_its_header_and_one_that_is_missing(client, problems):
    book = openpyxl.load_workbook(client / WORKBOOK)
    book["假设"].delete_rows(1)
    book.save(client / WORKBOOK)
    assert "workbook.no_header" in {problem.id for problem in problems(client)}
    del book["假设"]
    book.save(client / WORKBOOK)
    add(client, 'client = "A"\nyear = 2027\nas_of = 2026-10-31\n')
    assert load(client).client == "A"


def test_title_rows_and_cells_that_failed(client, problems):
    book = openpyxl.load_workbook(client / WORKBOOK)
    sheet = book["假设"]
    row = next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == "sizing.working_days")
    sheet.cell(row, 7).value = "=#REF!"
    sheet.insert_rows(1, 2)
    sheet["A1"] = "2027 年度"
    book.save(client / WORKBOOK)
    (problem,) = problems(client)
    assert (problem.id, problem.cell) == ("workbook.broken_cell", f"G{row + 2}")
