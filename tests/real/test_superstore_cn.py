"""A Chinese workbook of the old kind becomes ours: its sheets read as they are, totals as published.

The set holds 10,000 order lines of 790 customers from 2014 to 2017, six regions and their managers. Sales come
straight from the .xls by a list of columns; what its sheets do not have, one row a customer and the managers'
posts, stands in two small tables beside it. With the sheets saved as CSV everything, profit too, comes by SQL.
Both ways, and what the report states, are held against facts computed elsewhere from the file.
"""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner

from salesmgmt import publish
from salesmgmt.cli import main
from salesmgmt.errors import InputError
from salesmgmt.inputs import describe, input_words, load, place

BOOK = "示例 - 超市.xls"

ENGAGEMENT = """
[engagement]
client = "示例超市"
year = 2018
as_of = 2017-12-31

[tables]
"""

SHEETS = """
revenue = { file = "示例 - 超市.xls#订单", columns = { "行 ID" = "revenue_id", "订单日期" = "month", "客户 ID" = "customer_id", "地区" = "staff_id", "产品 ID" = "product_id", "销售额" = "amount" } }
"""

QUERIES = """
staff = { sql = "select 地区经理 as 工号, 地区经理 as 姓名, 地区 as 团队, 地区 as 区域, '客户经理' as 角色 from read_csv('销售人员.csv')" }
revenue = { sql = "select \\"行 ID\\" as 收入编号, 订单日期 as 月份, \\"客户 ID\\" as 客户编号, 地区经理 as 工号, \\"产品 ID\\" as 产品编号, 销售额 as 金额, 数量, 销售额 - 利润 as 直接成本 from read_csv('订单.csv') left join read_csv('销售人员.csv') using (地区)" }

[tables.customers]
sql = '''
select "客户 ID" as 客户编号, any_value(客户名称) as 客户名称, '存量客户' as 客户状态, any_value(细分) as 行业,
       mode(地区) as 区域, mode(城市) as 城市
from read_csv('订单.csv') group by "客户 ID" order by 1
'''
"""

BY_YEAR = {2014: 2939663.33, 2015: 3443376.33, 2016: 4246042.78, 2017: 5488465.79}
PROFIT = {2014: 375311.34, 2015: 473352.36, 2016: 622905.64, 2017: 684990.19}
BY_REGION_2017 = {
    "华东": 1572560.01,
    "中南": 1413809.7,
    "东北": 970004.66,
    "华北": 875118.24,
    "西南": 386097.57,
    "西北": 270875.61,
}
BY_SEGMENT = {"消费者": 8061433.97, "公司": 5160328.1, "小型企业": 2895786.17}
CENT = 0.0051


@pytest.fixture(scope="module")
def book(shared):
    pytest.importorskip("python_calamine", reason="reads .xls")
    return shared / "datasets" / "superstore_cn" / BOOK


@pytest.fixture(scope="module")
def sheets(book):
    return pd.read_excel(book, sheet_name=None, engine="calamine")


def written(folder, book, tables):
    shutil.copy(book, folder / BOOK)
    (folder / "engagement.toml").write_text(ENGAGEMENT + tables, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(book, sheets, tmp_path_factory):
    """Sales out of the workbook; customers and staff as a consultant sums them up from it."""
    folder = written(tmp_path_factory.mktemp("superstore"), book, SHEETS)
    each = (
        sheets["订单"]
        .groupby("客户 ID")
        .agg(客户名称=("客户名称", "first"), 行业=("细分", "first"), 区域=("地区", "last"))
    )
    each.assign(客户状态="存量客户").rename_axis("客户编号").to_csv(folder / "客户.csv")
    people = sheets["销售人员"].rename(columns={"地区经理": "姓名", "地区": "工号"})
    people.assign(团队=people["工号"], 角色="客户经理").to_csv(folder / "人员.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def data(folder):
    return load(folder)


@pytest.fixture(scope="module")
def queried(book, sheets, tmp_path_factory):
    """Everything by SQL over the sheets saved as CSV."""
    folder = written(tmp_path_factory.mktemp("saved"), book, QUERIES)
    for name, sheet in sheets.items():
        sheet.to_csv(folder / f"{name}.csv", index=False)
    return load(folder)


@pytest.fixture(scope="module")
def run(folder, tmp_path_factory):
    return publish.report(folder, out=tmp_path_factory.mktemp("reports"))


def test_sales_out_of_the_sheet_equal_the_facts(data):
    revenue = data["revenue"]
    by_year = revenue.groupby(revenue["month"].dt.year)["amount"].sum()
    assert by_year.to_dict() == pytest.approx(BY_YEAR, abs=CENT)
    by_segment = revenue.merge(data["customers"]).groupby("industry")["amount"].sum()
    assert by_segment.to_dict() == pytest.approx(BY_SEGMENT, abs=CENT)
    this_year = revenue[revenue["month"].dt.year == 2017].groupby("staff_id")["amount"].sum()
    assert this_year.to_dict() == pytest.approx(BY_REGION_2017, abs=CENT)
    assert len(data["customers"]) == revenue["customer_id"].nunique() == 790
    source = data.sources["revenue"]
    assert (source.rows, source.unassigned, source.origin) == (10_000, 0, f"{BOOK}#订单")


def test_totals_by_year_and_segment_out_of_queries_equal_the_facts(queried):
    revenue = queried["revenue"]
    by_year = revenue.groupby(revenue["month"].dt.year)[["amount", "direct_cost"]].sum()
    assert by_year["amount"].to_dict() == pytest.approx(BY_YEAR, abs=CENT)
    assert (by_year["amount"] - by_year["direct_cost"]).to_dict() == pytest.approx(PROFIT, abs=CENT)
    by_segment = revenue.merge(queried["customers"]).groupby("industry")["amount"].sum()
    assert by_segment.to_dict() == pytest.approx(BY_SEGMENT, abs=CENT)
    assert len(queried["customers"]) == 790 and queried["staff"]["role"].unique().tolist() == [
        "account_manager"
    ]


def test_sheet_and_query_give_the_same_sums_of_every_month_customer_and_product(data, queried):
    by = ["month", "customer_id", "product_id"]
    sheet, query = (found["revenue"].groupby(by)["amount"].sum() for found in (data, queried))
    pd.testing.assert_series_equal(sheet, query)


def test_check_reads_the_workbook(folder):
    checked = CliRunner().invoke(main, ["check", str(folder)])
    assert checked.exit_code == 0
    assert f"收入 revenue: 10,000 行 · {BOOK}#订单" in checked.output


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            '"示例 - 超市.xls"',
            '工作簿有多张工作表,看不出是哪一张:订单, 退货, 销售人员。请在 [tables] 中写作 "文件.xlsx#工作表"。',
        ),
        ('"示例 - 超市.xls#订货"', "工作簿里没有工作表「订货」;现有:订单, 退货, 销售人员。"),
        ('"示例 - 超市.xls#退货"', "缺少这个必需的列。文件的表头:订单 ID, 退回。"),
    ],
)
def test_the_wrong_sheet_is_told_with_those_there_are(book, tmp_path, entry, said):
    folder = written(tmp_path, book, f"revenue = {entry}\n")
    (folder / "客户.csv").write_text("客户编号,客户名称,客户状态\nC1,甲,存量客户\n", encoding="utf-8")
    with pytest.raises(InputError, match="problems in the inputs") as caught:
        load(folder)
    assert {describe(problem, input_words("zh")) for problem in caught.value.problems} == {said}


def test_sheets_that_lack_what_a_table_needs_say_what_is_missing_and_what_is_there(book, sheets, tmp_path):
    """Order lines have no status of the customer, and one header cannot be both number and name."""
    tables = """
    customers = { file = "示例 - 超市.xls#订单", columns = { "细分" = "industry", "地区" = "region" } }
    staff = { file = "示例 - 超市.xls#销售人员", columns = { "地区经理" = "staff_id", "地区" = "team" } }
    """
    with pytest.raises(InputError, match="3 problems in the inputs") as caught:
        load(written(tmp_path, book, tables))
    told = {(p.table, p.column): describe(p, input_words("zh")) for p in caught.value.problems}
    headers = {
        "customers": ", ".join(sheets["订单"].columns),
        "staff": "地区, 地区经理",
    }
    assert told == {
        (table, column): f"缺少这个必需的列。文件的表头:{headers[table]}。"
        for table, column in (("customers", "status"), ("staff", "name"), ("staff", "role"))
    }


@pytest.mark.parametrize(("table", "key"), [("customers", "客户 ID"), ("revenue", "订单 ID")])
def test_rows_that_share_a_key_are_refused_each_with_the_row_that_had_it_first(
    book, sheets, tmp_path, table, key
):
    """Order lines are not customers; nor is an order one line."""
    lines = sheets["订单"].assign(客户状态="存量客户")
    tables = SHEETS.replace("行 ID", "订单 ID") if table == "revenue" else ""
    customers = lines if table == "customers" else lines.drop_duplicates("客户 ID")
    folder = written(tmp_path, book, tables)
    customers.drop(columns="数量").to_csv(folder / "客户.csv", index=False)
    with pytest.raises(InputError, match="problems in the inputs") as caught:
        load(folder)
    found = [problem for problem in caught.value.problems if problem.id == "inputs.duplicate"]
    again = lines[lines[key].duplicated()]
    first = lines.reset_index().groupby(key)["index"].first()
    assert [problem.row for problem in found] == (again.index + 2).tolist()
    assert [p.fields["first"] for p in found] == (again[key].map(first) + 2).tolist()
    words = input_words("zh")
    assert (
        f"{place(found[0], words)}:{describe(found[0], words)}"
        == {
            "customers": "客户 customers · 客户.csv 第 4 行 · 客户编号 customer_id:主键「许安-10165」与第 3 行重复。",
            "revenue": f"收入 revenue · {BOOK}#订单 第 4 行(B4) · 收入编号 revenue_id:主键「CN-2017-1973789」与第 3 行重复。",
        }[table]
    )


def test_the_report_states_this_years_sales_and_their_growth(run):
    cards = json.loads((run.folder / "cards.json").read_text(encoding="utf-8"))
    company = {card["key"]: card["value"] for card in cards if not card["by"]}
    assert company["evaluation.revenue"] == pytest.approx(BY_YEAR[2017], abs=CENT)
    assert company["evaluation.growth"] == pytest.approx(BY_YEAR[2017] / BY_YEAR[2016] - 1, abs=1e-8)


def test_regions_of_the_report_equal_the_facts_and_one_person_is_no_group_for_the_board(run):
    teams = pd.read_csv(run.folder / "tables" / "evaluation.growth.csv", encoding="utf-8-sig")
    assert teams.set_index("group")["this_year"].to_dict() == pytest.approx(BY_REGION_2017, abs=CENT)
    board = (run.folder / "share" / "board" / "report.zh.html").read_text(encoding="utf-8")
    assert "洪光" not in board and "范彩" not in board
