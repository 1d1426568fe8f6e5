"""Workbooks made by hand, read whole: what is data, what is not, and what cannot be trusted."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from salesmgmt.inputs import load
from salesmgmt.inputs.sheets import SheetError, address, read_sheet, sheet_names

HEAD = ["客户编号", "客户名称", "客户状态", "年潜力(万元)", "区域"]
ROWS = [["C1", "甲公司", "存量客户", 128, "华东"], ["C2", "乙公司", "待拓展客户", "1.2亿", "华南"]]


@pytest.fixture
def book(tmp_path):
    """Write a workbook: rows of its sheets, and what to do to the openpyxl workbook before it is saved."""

    def written(sheets, *, name="客户.xlsx", change=None):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(row)
        if change:
            change(made)
        made.save(tmp_path / name)
        return tmp_path / name

    return written


def notes_of(data):
    return {(note.id.removeprefix("inputs.read."), note.column): note.fields for note in data.notes if note.id.startswith("inputs.read.")}  # fmt: skip


def test_title_rows_totals_and_footnotes_are_no_data_and_are_told(book, write):
    rows = [
        ["2027 年客户台账"],
        [None, None, None, "单位：人"],
        [],
        HEAD,
        *ROWS,
        [],
        ["合计", None, None, 12128],
        ["制表人：张三"],
    ]
    book({"Sheet1": rows}, change=lambda made: made["Sheet1"].merge_cells("A1:E1"))
    data = load(write({"customers.csv": None}, only=[]))
    assert data["customers"]["customer_id"].tolist() == ["C1", "C2"]
    assert data["customers"]["potential"].tolist() == [1_280_000.0, 120_000_000.0]
    told = notes_of(data)
    assert told["total", ""] == {"count": 1, "rows": "8"} and told["footnote", ""] == {
        "count": 1,
        "rows": "9",
    }
    assert told["column_unit", "potential"] == {"count": 1, "unit": "万元"} and told["unit", "potential"] == {
        "count": 1
    }


def test_merged_cells_below_the_header_are_filled_down(book, write):
    rows = [
        HEAD,
        ["C1", "甲", "存量", 1, "华东"],
        ["C2", "乙", "存量", 2, None],
        ["C3", "丙", "存量", 3, None],
    ]
    book({"客户": rows}, change=lambda made: made["客户"].merge_cells("E2:E4"))
    data = load(write({"customers.csv": None}, only=[]))
    assert data["customers"]["region"].tolist() == ["华东"] * 3
    assert notes_of(data)["merged", "region"] == {"count": 2}


def test_a_sheet_is_found_by_the_tables_name_among_several(book, write):
    book({"封面": [["说明"]], "客户台账": [HEAD, *ROWS], "其他": [["x"]]})
    assert len(load(write({"customers.csv": None}, only=[]))["customers"]) == 2


def test_which_sheet_is_asked_and_answered(book, write, problems, said):
    book({"一": [HEAD, *ROWS], "二": [HEAD]}, name="台账.xlsx")
    found = problems(write(toml='[tables]\ncustomers = "台账.xlsx"\n', only=[]))
    assert "看不出是哪一张:一, 二" in said(found, "zh")[0]
    assert len(load(write(toml='[tables]\ncustomers = "台账.xlsx#一"\n', only=[]))["customers"]) == 2
    found = problems(write(toml='[tables]\ncustomers = "台账.xlsx#三"\n', only=[]))
    assert "The workbook has no sheet “三”; it has: 一, 二." in said(found, "en")[0]


def test_a_problem_names_the_cell(book, write, problems, said):
    book({"客户": [["客户台账"], HEAD, *ROWS, ["C3", "丙", "潜在", "很多", "华南"]]})
    found = problems(write({"customers.csv": None}, only=[]))
    assert [(problem.row, problem.cell, problem.column) for problem in found] == [
        (5, "C5", "status"),
        (5, "D5", "potential"),
    ]


def test_dates_typed_in_a_sheet_and_serial_numbers(book, write):
    staff = [
        ["工号", "姓名", "角色", "入职日期", "离职日期"],
        ["S1", "王", "客户经理", date(2020, 3, 1), 46392],
        ["S2", "李", "客户经理", "2021年5月1日", None],
    ]
    book({"人员": staff}, name="人员.xlsx")
    data = load(write({"staff.csv": None}, only=["customers.csv"]))
    assert data["staff"]["hired_on"].dt.strftime("%Y-%m-%d").tolist() == ["2020-03-01", "2021-05-01"]
    assert data["staff"]["left_on"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2027-01-05", ""]


def test_errors_and_formulas_without_a_result_are_said_not_read_as_empty(book, write, problems, said):
    book({"客户": [HEAD, ["C1", "甲", "存量客户", "=1/0", "华东"], ["C2", "#N/A", "存量客户", 5, "华东"]]})
    found = problems(write({"customers.csv": None}, only=[]))
    assert ("inputs.formula_without_result", "D2") in [(problem.id, problem.cell) for problem in found]
    assert ("inputs.error_value", "B3") in [(problem.id, problem.cell) for problem in found]


def test_numbers_keep_their_digits_and_texts_their_zeros(book):
    path = book({"客户": [HEAD, ["001", "甲", 1, 0.1, 1e20]]})
    assert read_sheet(path).rows[1] == ["001", "甲", 1.0, 0.1, 1e20]


def test_hidden_sheets_are_passed_over(book):
    def hide(made):
        made["字典"].sheet_state = "hidden"

    assert sheet_names(book({"字典": [["x"]], "客户": [HEAD]}, change=hide)) == ["客户"]


def rewritten(path, part, change):
    """The same archive with one part changed."""
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry.filename, change(text) if entry.filename == part else text)


def test_a_sheet_that_spans_the_whole_grid_is_refused_unread(book):
    path = book({"客户": [HEAD, *ROWS]})
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewritten(path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b"</sheetData>", far))
    with pytest.raises(SheetError, match="sheet_too_wide"):
        read_sheet(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"<html><table></table></html>"],
)
def test_what_is_no_workbook_is_said(content, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(SheetError, match=r"not_a_workbook|broken_workbook|password"):
        read_sheet(path)


def test_a_truncated_workbook_is_said(book):
    path = book({"客户": [HEAD, *ROWS]})
    whole = path.read_bytes()
    for length in range(30, len(whole) - 1, 97):
        path.write_bytes(whole[:length])
        with pytest.raises(SheetError, match="broken_workbook"):
            read_sheet(path)


@pytest.mark.parametrize(
    ("place", "name"),
    [((0, 0), "A1"), ((4, 2), "C5"), ((0, 25), "Z1"), ((9, 26), "AA10"), ((0, 16383), "XFD1")],
)
def test_addresses(place, name):
    assert address(*place) == name


@pytest.mark.parametrize(
    ("code", "asked"),
    [('0"万元"', True), ("0.00\\%", True), ("[$$-409]#,##0", True), ('#,##0"元"', False), ("0.0%", False), ("[$¥-804]#,##0.00", False)],
)  # fmt: skip
def test_a_number_format_that_shows_a_unit_is_asked(code, asked, book, write, problems):
    def dress(made):
        for row in (2, 3):
            made["客户"].cell(row, 4).number_format = code

    rows = [
        ["客户编号", "客户名称", "客户状态", "年潜力"],
        ["C1", "甲", "存量客户", 120],
        ["C2", "乙", "存量客户", 80],
    ]
    book({"客户": rows}, change=dress)
    if not asked:
        assert load(write({"customers.csv": None}, only=[]))["customers"]["potential"].tolist() == [
            120.0,
            80.0,
        ]
        return
    found = problems(write({"customers.csv": None}, only=[]))
    assert [(problem.id, problem.cell, problem.fields["count"]) for problem in found] == [
        ("inputs.ask_format", "D2", 2)
    ]
    toml = '[tables]\ncustomers = { file = "客户.xlsx", units = { potential = "万元" } }\n'
    assert load(write({"customers.csv": None}, toml=toml, only=[]))["customers"]["potential"].tolist() == [
        1.2e6,
        8e5,
    ]


def test_hidden_rows_are_read_and_told(book, write):
    def hide(made):
        made["客户"].row_dimensions[3].hidden = True

    book({"客户": [HEAD, *ROWS]}, change=hide)
    data = load(write({"customers.csv": None}, only=[]))
    assert len(data["customers"]) == 2 and notes_of(data)["hidden", ""] == {"count": 1, "rows": "3"}
