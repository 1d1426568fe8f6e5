"""What headers, and the lines above them, say of units, VAT and periods: used, or asked about, never lost."""

from __future__ import annotations

import openpyxl
import pytest

from salesmgmt.inputs import CODEBOOK, load
from salesmgmt.inputs.headers import map_headers, units_above
from salesmgmt.inputs.origins import Origin


def placed(table, *headers, **told):
    return map_headers(headers, CODEBOOK.tables[table], Origin(table, "csv", **told))


BASE = {"customers": ("客户编号", "客户名称", "客户状态"), "staff": ("工号", "姓名", "角色"),
        "coverage": ("客户等级",), "quotas": ("任务层级", "任务期间", "任务指标")}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "unit", "tax"),
    [
        ("年潜力(万元)", "万元", ""), ("潜力（单位：万元）", "万元", ""), ("潜力_万元", "万元", ""), ("年潜力:万元", "万元", ""),
        ("年潜力(不含税万元)", "万元", "excluded"), ("年潜力（万元，含税）", "万元", "included"), ("含税年潜力", "", "included"),
        ("年潜力(含6%税)", "", "included"), ("年潜力(人民币万元)", "万元", ""), ("年潜力(亿)", "亿元", ""), ("*年潜力", "", ""),
        ("potential (RMB)", "元", ""),
    ],
)  # fmt: skip
def test_units_and_vat_of_a_header(header, unit, tax):
    places, problems = placed("customers", *BASE["customers"], header)
    assert problems == [] and (places["potential"].unit, places["potential"].tax) == (unit, tax)


@pytest.mark.parametrize(
    ("table", "header", "said"),
    [
        ("customers", "年潜力(k)", "k"), ("customers", "年潜力(W)", "W"), ("customers", "年潜力(million RMB)", "million"),
        ("customers", "年潜力(美元)", "美元"), ("customers", "年潜力(税后)", "税后"), ("customers", "外包总支出(元/月)", "月"),
        ("staff", "底薪(元/月)", "月"), ("staff", "底薪(含税)", "含税"), ("coverage", "年拜访次数(次/月)", "月"), ("coverage", "年拜访次数(次/周)", "周"),
        ("quotas", "任务金额(万元/月)", "月"),
    ],
)  # fmt: skip
def test_what_is_not_so_of_the_column_is_asked(table, header, said):
    _, problems = placed(table, *BASE[table], header)
    asked = [problem for problem in problems if problem.id == "inputs.ask_header"]
    assert [problem.fields["said"] for problem in asked] == [said]


@pytest.mark.parametrize(("table", "header"), [("staff", "底薪(元/年)"), ("coverage", "每次拜访小时(小时/次)"), ("customers", "年潜力(2027年预估)"), ("coverage", "年拜访次数(次/年)")])  # fmt: skip
def test_what_is_so_of_the_column_is_not_asked(table, header):
    _, problems = placed(table, *BASE[table], header)
    assert [problem for problem in problems if problem.id == "inputs.ask_header"] == []


@pytest.mark.parametrize(
    "lines",
    [
        [["单位:万元"]], [["", "", "单位：万元"]], [["2027年客户台账(万元)"]], [["编制单位:上海远航客服  金额单位:万元"]], [["单位:人民币 万元"]],
        [["货币单位:人民币  计量单位:万元"]], [["单 位:万元"]], [["单位(万元)"]], [["金额单位为万元"]], [["单位:万元/年"]], [["单位:", "万元"]],
    ],
)  # fmt: skip
def test_units_above_a_table(lines):
    assert units_above(lines, 3) == ({0: "万元", 1: "万元", 2: "万元"}, "")


def test_a_unit_above_some_columns_is_theirs():
    assert units_above([["基本信息", "", "", "薪酬(万元)", ""]], 5) == ({3: "万元", 4: "万元"}, "")


@pytest.mark.parametrize(("lines", "doubt"), [([["单位:人"]], ""), ([["编制单位:上海千亿公司"]], ""), ([["单位:美元"]], "单位:美元"), ([["单位:万"]], ""), ([["计量单位:百亿股"]], "计量单位:百亿股")])  # fmt: skip
def test_units_above_that_are_not_understood(lines, doubt):
    assert units_above(lines, 1)[1] == doubt


def test_a_unit_above_that_is_not_understood_is_asked(write, problems):
    text = "单位:美元,,,\n客户编号,客户名称,客户状态,年潜力\nC1,甲,存量客户,5\n"
    found = problems(write({"customers.csv": text}, only=[]))
    assert [(problem.id, problem.fields["value"]) for problem in found] == [("inputs.ask_above", "单位:美元")]
    answered = '[tables]\ncustomers = { file = "customers.csv", units = { potential = "元" } }\n'
    assert load(write({"customers.csv": text}, toml=answered, only=[]))["customers"][
        "potential"
    ].tolist() == [5.0]


def test_a_two_line_header_keeps_its_upper_units(write, tmp_path):
    book = openpyxl.Workbook()
    for row in [
        ["基本信息", None, None, "薪酬(万元)", None],
        ["工号", "姓名", "角色", "固定薪酬", "目标变动薪酬"],
        ["S1", "张三", "客户经理", 12, 6],
    ]:
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("D1:E1")
    book.save(tmp_path / "人员.xlsx")
    staff = load(write({"staff.csv": None}, only=["customers.csv"]))["staff"]
    assert staff[["fixed_pay", "target_variable_pay"]].values.tolist() == [[120_000.0, 60_000.0]]


def test_money_merged_over_rows_is_asked(write, problems, tmp_path):
    book = openpyxl.Workbook()
    for row in [
        ["流水号", "月份", "客户编号", "金额"],
        ["R1", "2026-01", "C1", 90000],
        ["R2", "2026-02", "C1", None],
        ["R3", "2026-03", "C1", None],
    ]:
        book.active.append(row)
    book.active.merge_cells("D2:D4")
    book.save(tmp_path / "收入.xlsx")
    found = problems(write({"revenue.csv": None}, only=["customers.csv"]))
    assert [(problem.id, problem.column, problem.fields["count"]) for problem in found] == [
        ("inputs.ask_merged", "amount", 2)
    ]


def test_columns_with_and_without_vat_are_each_read_as_their_header_says(write):
    text = "revenue_id,month,customer_id,金额（不含税）,考核扣款（含税）\nR1,2026-01,C1,100,10.6\n"
    toml = 'vat_rate = 0.06\n[tables]\nrevenue = { file = "revenue.csv", tax = "included" }\n'
    revenue = load(write({"revenue.csv": text}, toml=toml, only=["customers.csv"]))["revenue"]
    assert revenue["amount"].tolist() == [100.0] and revenue["penalty"].tolist() == [pytest.approx(10.0)]
