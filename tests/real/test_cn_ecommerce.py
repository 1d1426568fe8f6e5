"""Targets about a hundred times the orders: every cell is valid, and the report still says what is wrong.

The set holds 124 orders of 29 customers in 2024, the customers with grade and yearly budget, and targets of five
regions and two kinds of product for January to May. Sums are held against facts computed elsewhere.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from salesmgmt import publish
from salesmgmt.cli import main
from salesmgmt.errors import InputError
from salesmgmt.inputs import describe, load

SETUP = """
[engagement]
client = "示例电商"
year = 2025
as_of = 2024-12-31

[tables]
revenue = {{ file = "{folder}/sales_data.csv", columns = {{ "订单ID" = "revenue_id", "订单日期" = "month", "客户ID" = "customer_id", "产品类别" = "product_id", "销售额" = "amount" }} }}
quotas = {{ sql = "select '区域' as 任务层级, 地区 as 任务对象, 月份 as 任务期间, '收入' as 任务指标, 产品类别 as 产品编号, 销售目标 as 任务金额 from read_csv('{folder}/targets.csv')"{units} }}

[tables.customers]
sql = '''
select 客户ID as 客户编号, 客户名称, '存量客户' as 客户状态, 客户类型 as 细分市场, 信用等级 as 客户等级,
       年度预算 as 年潜力, 地区 as 区域
from read_csv('{folder}/customer_info.csv')
join (select 客户ID, {region}(地区, 订单ID) as 地区 from read_csv('{folder}/sales_data.csv') group by 客户ID) using (客户ID)
order by 1
'''
"""

AS_THEY_ARE = """
[engagement]
client = "示例电商"
year = 2025
as_of = 2024-12-31

[tables]
customers = {{ file = "{folder}/customer_info.csv", columns = {{ "客户类型" = "segment", "信用等级" = "tier", "年度预算" = "potential" }} }}
quotas = {{ file = "{folder}/targets.csv", columns = {{ "地区" = "scope_id", "产品类别" = "product_id", "销售目标" = "amount" }} }}
"""

SALES, TARGETS, IN_CELLS = 1563797.8, 10322000, 98756.0
SALES_TO_MAY = 99314.0  # those of cells without a target too
BY_CUSTOMER = {"C013": 228049.23, "C002": 179946.22, "C022": 145874.28, "C010": 141364.47, "C015": 129583.75}
BUDGETS = {"C013": 950000, "C002": 50000, "C022": 32000, "C010": 15000, "C015": 400000}
CENT = 0.0051


@pytest.fixture(scope="module")
def source(shared):
    return shared / "datasets" / "cn_ecommerce_targets"


def written(folder, source, setup=SETUP, *, region="arg_min", units=""):
    text = setup.format(folder=source.resolve().as_posix(), region=region, units=units)
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(source, tmp_path_factory):
    return written(tmp_path_factory.mktemp("ecommerce"), source)


@pytest.fixture(scope="module")
def data(folder, source):
    return load(folder, allow=[source])


@pytest.fixture(scope="module")
def run(folder, source, tmp_path_factory):
    return publish.report(folder, allow=[source], out=tmp_path_factory.mktemp("reports"))


def test_sales_and_targets_equal_the_facts(data):
    revenue, quotas = data["revenue"], data["quotas"]
    assert data.sources["revenue"].rows == 124 and data.sources["revenue"].unassigned == 0
    assert revenue["amount"].sum() == pytest.approx(SALES, abs=CENT)
    assert len(quotas) == 50 and quotas["amount"].sum() == TARGETS
    assert sorted(quotas["period"].unique()) == [f"2024-0{month}" for month in range(1, 6)]


def test_sales_of_the_largest_customers_and_their_budgets_equal_the_facts(data):
    largest = data["revenue"].groupby("customer_id")["amount"].sum().nlargest(5)
    assert largest.to_dict() == pytest.approx(BY_CUSTOMER, abs=CENT)
    budgets = data["customers"].set_index("customer_id")["potential"]
    assert budgets[list(BUDGETS)].to_dict() == BUDGETS


def test_targets_a_hundred_times_the_orders_are_warned_about(data):
    (warning,) = [w for w in data.warnings if w.table == "quotas"]
    assert (warning.id, warning.severity) == ("inputs.quotas_above_revenue", "warning")
    assert warning.fields["quota"] == f"{TARGETS:,}" and warning.fields["months"] == 5
    assert warning.fields["revenue"] == f"{SALES_TO_MAY:,.0f}"
    assert warning.fields["times"] == f"{TARGETS / SALES_TO_MAY:.0f}" == "104"
    assert "10,322,000" in describe(warning, data.words("zh"))
    assert "万元" in describe(warning, data.words("zh"))
    assert "ten thousand yuan" in describe(warning, data.words("en"))


def test_sales_and_targets_of_the_same_cells_are_still_a_hundredth(source, data):
    """The fact by month, region and kind, of regions as the orders have them."""
    sales = pd.read_csv(source / "sales_data.csv")
    sold = sales.groupby([sales["订单日期"].str[:7], "地区", "产品类别"])["销售额"].sum()
    cells = data["quotas"].set_index(["period", "scope_id", "product_id"])["amount"]
    assert sold.reindex(cells.index).sum() == pytest.approx(IN_CELLS)
    assert round(100 * sold.reindex(cells.index).sum() / cells.sum(), 2) == 0.96


def test_targets_of_the_size_of_the_orders_are_not_warned_about(source, tmp_path):
    text = written(tmp_path, source).joinpath("engagement.toml").read_text(encoding="utf-8")
    text = text.replace("销售目标 as 任务金额", "销售目标 / 100 as 任务金额")
    (tmp_path / "engagement.toml").write_text(text, encoding="utf-8")
    data = load(tmp_path, allow=[source])
    assert data["quotas"]["amount"].sum() == pytest.approx(TARGETS / 100)
    assert [w for w in data.warnings if w.table == "quotas"] == []


def test_targets_read_as_ten_thousands_are_warned_about_all_the_more(source, tmp_path):
    data = load(written(tmp_path, source, units=', units = { amount = "万元" }'), allow=[source])
    (warning,) = [w for w in data.warnings if w.table == "quotas"]
    assert warning.fields["quota"] == "103,220,000,000" and warning.fields["times"] == "1,039,330"


def test_a_region_with_targets_that_no_customer_belongs_to_is_refused(source, tmp_path):
    """Customers order from several regions; by the last of them, nobody is left in 西北."""
    with pytest.raises(InputError, match="1 problems in the inputs") as caught:
        load(written(tmp_path, source, region="arg_max"), allow=[source])
    (problem,) = caught.value.problems
    assert (problem.id, problem.fields["value"]) == ("inputs.quota_unknown", "西北")


def test_what_no_column_of_the_client_can_give_is_asked_for_at_once(source, tmp_path):
    with pytest.raises(InputError, match="3 problems in the inputs") as caught:
        load(written(tmp_path, source, AS_THEY_ARE), allow=[source])
    missing = {(problem.table, problem.column) for problem in caught.value.problems}
    assert missing == {("customers", "status"), ("quotas", "scope"), ("quotas", "metric")}
    assert {problem.id for problem in caught.value.problems} == {"inputs.missing_column"}


def test_check_shows_the_warnings(folder, source):
    checked = CliRunner().invoke(main, ["check", str(folder), "--allow", str(source)])
    assert checked.exit_code == 0
    assert "合计 10,322,000" in checked.output and "约为收入的 104 倍" in checked.output
    assert "6 家客户的年潜力低于近 12 个月收入" in checked.output


def test_the_report_states_the_years_sales_and_no_growth_without_a_year_before(run):
    cards = json.loads((run.folder / "cards.json").read_text(encoding="utf-8"))
    company = {card["key"]: card["value"] for card in cards if not card["by"]}
    assert company["evaluation.revenue"] == pytest.approx(SALES, abs=CENT)
    assert "evaluation.growth" not in company


def test_both_warnings_travel_into_the_report(run, data, source):
    assert {w.id for w in run.warnings} == {"inputs.potential_below_revenue", "inputs.quotas_above_revenue"}
    sales = pd.read_csv(source / "sales_data.csv").groupby("客户ID")["销售额"].sum()
    budgets = pd.read_csv(source / "customer_info.csv").set_index("客户ID")["年度预算"]
    over = set(budgets.index[budgets < sales.reindex(budgets.index)])
    (below,) = [w for w in run.warnings if w.id == "inputs.potential_below_revenue"]
    assert set(below.fields["customers"].split(", ")) == over and below.fields["count"] == len(over) == 6
    recorded = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))["warnings"]
    assert {warning["id"] for warning in recorded} == {w.id for w in run.warnings}
    for language in ("zh", "en"):
        page = run.folder / "share" / "director" / f"report.{language}.html"
        text = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text()
        assert all(describe(w, data.words(language)) in text for w in run.warnings)
