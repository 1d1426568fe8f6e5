"""AdventureWorks: targets that run on after the sales end, and the attainment that is not fooled by it.

57,851 lines of 18 sales people, monthly targets per person to the end of 2021, sales to May 2020. Facts were computed
elsewhere, with SQL over the files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from salesmgmt.evaluation import performance
from salesmgmt.inputs import load

SETUP = """
[engagement]
client = "AdventureWorks"
year = {year}
as_of = {as_of}
year_starts = "07"
currency = "USD"
languages = ["en"]

[tables.customers]
sql = '''
select ResellerKey as customer_id, Reseller as customer, 'existing' as status, "Business Type" as segment, "State-Province" as region
from read_csv('{folder}/Reseller.csv', delim = '|')
'''

[tables.staff]
sql = '''
select EmployeeID as staff_id, Salesperson as name, Title as team,
       case when Title = 'Sales Representative' then 'account_manager' else 'sales_manager' end as role
from read_csv('{folder}/Salesperson.csv', delim = '|', all_varchar = true)
'''

[tables.revenue]
sql = '''
select SalesOrderNumber || '-' || row_number() over () as revenue_id, OrderDate as month, ResellerKey as customer_id,
       EmployeeID as staff_id, Sales as amount, Quantity as quantity, Cost as direct_cost
from read_csv('{folder}/Sales.csv', delim = '|') s
left join read_csv('{folder}/Salesperson.csv', delim = '|', all_varchar = true) p on p.EmployeeKey = s.EmployeeKey::varchar
'''

[tables.quotas]
sql = '''
select 'staff' as scope, EmployeeID as scope_id, strftime(TargetMonth, '%Y-%m') as period, 'revenue' as metric,
       sum(TargetAmount) as amount
from read_csv('{folder}/Targets.csv', delim = '|', types = {{'EmployeeID': 'VARCHAR'}}) group by all
'''
"""
YEARS = {2018: 23.41, 2019: 25.75, 2020: 18.51}
"""Sales ÷ targets of the whole business year from July to June; sales end in May 2020, one month short of it."""
PEOPLE_2019 = {
    "Jae Pak": (4393879.55, 2350000, 186.97),
    "Jillian Carson": (4145708.86, 2250000, 184.25),
    "Ranjit Varkey Chudukatil": (1392409.13, 1100000, 126.58),
    "Tsvi Reiter": (2212993.42, 2050000, 107.95),
    "Michael Blythe": (3937627.84, 8650000, 45.52),
    "Linda Mitchell": (3863404.96, 9500000, 40.67),
    "Shu Ito": (2380968.11, 5950000, 40.02),
    "David Campbell": (1143047.95, 3200000, 35.72),
    "José Saraiva": (1236013.39, 5200000, 23.77),
    "Tete Mensa-Annan": (736002.61, 3100000, 23.74),
    "Garrett Vargas": (1230237.77, 5300000, 23.21),
    "Pamela Ansman-Wolfe": (747752.15, 11750000, 6.36),
}
"""Sales representative -> sales, target and attainment in per cent of the business year 2019."""
WITHOUT_TARGET = ("Lynn Tsoflias", "Rachel Valdez")


@pytest.fixture(scope="module")
def folder(shared):
    return shared / "datasets" / "aw_pbi"


@pytest.fixture
def engagement(folder, tmp_path, monkeypatch):
    def make(as_of: str):
        monkeypatch.setenv("SALESMGMT_ALLOW", str(folder))
        setup = SETUP.format(folder=folder.as_posix(), as_of=as_of, year=int(as_of[:4]) + 1)
        (tmp_path / "engagement.toml").write_text(setup, encoding="utf-8")
        return tmp_path

    return make


def attained(data):
    start, months = performance.evaluation_period(data.as_of, data.year_starts)
    results = performance.ledger(
        data["revenue"], customers=data["customers"], staff=data["staff"],
        **{name: pd.DataFrame() for name in ("contracts", "credits", "opportunities", "invoices", "receipts")},
    )  # fmt: skip
    span = {"start": start, "months": months}
    whole = performance.company_attainment(results, data["quotas"], metric="revenue", **span)
    return whole, performance.attainment(results, data["quotas"], **span)


@pytest.mark.parametrize(
    ("as_of", "year"), [("2018-06-30", 2018), ("2019-06-30", 2019), ("2020-06-30", 2020)]
)
def test_company_attainment_equals_the_fact(engagement, as_of, year):
    whole, _ = attained(load(engagement(as_of)))
    assert 100 * whole["attainment"] == pytest.approx(YEARS[year], abs=0.0051)
    assert whole["scope"] == "staff"


def test_people_of_2019_equal_the_facts(engagement):
    data = load(engagement("2019-06-30"))
    _, each = attained(data)
    named = each.merge(data["staff"], left_on="scope_id", right_on="staff_id").set_index("name")
    assert not set(named.index) & set(WITHOUT_TARGET)
    found = named.loc[list(PEOPLE_2019), ["actual", "quota", "attainment"]].to_numpy() * [1, 1, 100]
    for row, fact in zip(found, PEOPLE_2019.values(), strict=True):
        assert row.tolist() == pytest.approx(list(fact), abs=0.0051)


def test_people_with_targets_and_no_sales_have_reached_nothing_of_them(engagement, folder):
    data = load(engagement("2019-06-30"))
    whole, each = attained(data)
    targets = pd.read_csv(
        folder / "Targets.csv", sep="|", parse_dates=["TargetMonth"], dtype={"EmployeeID": "str"}
    )
    year = targets[targets["TargetMonth"].between("2018-07-01", "2019-06-30")]
    asked = year.groupby("EmployeeID")["TargetAmount"].sum()
    assert each.set_index("scope_id")["quota"].to_dict() == pytest.approx(asked.to_dict())
    without = each[each["customers"] == 0]
    assert len(without) and (without["actual"] == 0).all() and (without["attainment"] == 0).all()
    assert whole["quota"] == pytest.approx(asked.sum())


def test_targets_after_the_sales_end_are_not_held_against_anybody(engagement, folder):
    """With the day at which the sales end, both sides have the same eleven months."""
    whole, _ = attained(load(engagement("2020-05-31")))
    targets = pd.read_csv(folder / "Targets.csv", sep="|", parse_dates=["TargetMonth"])
    asked = targets.loc[targets["TargetMonth"].between("2019-07-01", "2020-05-31"), "TargetAmount"].sum()
    sold = pd.read_csv(folder / "Sales.csv", sep="|", parse_dates=["OrderDate"])
    made = sold.loc[sold["OrderDate"].between("2019-07-01", "2020-05-31"), "Sales"].sum()
    assert whole["months"] == 11
    assert whole["attainment"] == pytest.approx(made / asked)
    assert 100 * whole["attainment"] > YEARS[2020] + 1


def test_the_report_states_the_same(engagement, folder, tmp_path):
    out = tmp_path / "reports"
    subprocess.run(
        [sys.executable, "-m", "salesmgmt", "report", str(engagement("2019-06-30")), "--out", str(out)],
        check=True, capture_output=True, env=os.environ | {"SALESMGMT_ALLOW": str(folder)},
    )  # fmt: skip
    [stated] = out.rglob("cards.json")
    cards = json.loads(stated.read_text(encoding="utf-8"))
    [company] = [card for card in cards if card["key"] == "evaluation.attainment" and not card["by"]]
    assert 100 * company["value"] == pytest.approx(YEARS[2019], abs=0.0051)
