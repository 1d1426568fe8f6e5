"""A Chinese workbook with its own headers becomes ours: headers recognised or mapped, totals as published.

The set holds 10,000 order lines of 790 customers from 2014 to 2017, six regions and their managers. The old
.xls is turned into CSV first. What the report states is held against facts computed elsewhere from the file.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

from salesmgmt import publish
from salesmgmt.inputs import load

SETUP = """
[engagement]
client = "示例超市"
year = 2018
as_of = 2017-12-31

[tables]
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
def folder(shared, tmp_path_factory):
    pytest.importorskip("python_calamine", reason="reads .xls")
    folder = tmp_path_factory.mktemp("superstore")
    sheets = pd.read_excel(
        shared / "datasets" / "superstore_cn" / "示例 - 超市.xls", sheet_name=None, engine="calamine"
    )
    for name, sheet in sheets.items():
        sheet.to_csv(folder / f"{name}.csv", index=False)
    (folder / "engagement.toml").write_text(SETUP, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def data(folder):
    return load(folder)


@pytest.fixture(scope="module")
def run(folder, tmp_path_factory):
    return publish.report(folder, out=tmp_path_factory.mktemp("reports"))


def test_totals_by_year_and_segment_equal_the_facts(data):
    revenue = data["revenue"]
    by_year = revenue.groupby(revenue["month"].dt.year)[["amount", "direct_cost"]].sum()
    assert by_year["amount"].to_dict() == pytest.approx(BY_YEAR, abs=CENT)
    assert (by_year["amount"] - by_year["direct_cost"]).to_dict() == pytest.approx(PROFIT, abs=CENT)
    by_segment = revenue.merge(data["customers"]).groupby("industry")["amount"].sum()
    assert by_segment.to_dict() == pytest.approx(BY_SEGMENT, abs=CENT)
    assert len(data["customers"]) == 790 and data["staff"]["role"].unique().tolist() == ["account_manager"]


def test_the_report_states_this_years_sales_and_their_growth(run):
    cards = json.loads((run.folder / "cards.json").read_text(encoding="utf-8"))
    company = {card["key"]: card["value"] for card in cards if not card["by"]}
    assert company["evaluation.revenue"] == pytest.approx(BY_YEAR[2017], abs=CENT)
    assert company["evaluation.growth"] == pytest.approx(BY_YEAR[2017] / BY_YEAR[2016] - 1, abs=1e-8)


def test_regions_of_the_report_equal_the_facts_and_one_person_is_no_group_for_the_board(run):
    teams = pd.read_csv(run.folder / "tables" / "evaluation.performance.csv", encoding="utf-8-sig")
    assert teams.set_index("group")["this_year"].to_dict() == pytest.approx(BY_REGION_2017, abs=CENT)
    board = (run.folder / "share" / "board" / "report.zh.html").read_text(encoding="utf-8")
    assert "洪光" not in board and "范彩" not in board
