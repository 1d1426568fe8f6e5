"""A CRM export with broken references makes its report: nothing is lost, nothing is guessed.

The set holds 8,800 opportunities of 35 sales agents with 85 accounts; 1,425 opportunities name no account.
Totals and rates are held against facts computed elsewhere from the same files. Won deals stand in for
revenue, booked in the month they closed.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

from salesmgmt import publish
from salesmgmt.allocation import process
from salesmgmt.inputs import load

SETUP = """
[engagement]
client = "Maven"
year = 2018
as_of = 2017-12-31
currency = "USD"
languages = ["en", "zh"]

[sizing]
new_wins = 200
win_rate = {{ value = 0.63, kind = "measured", source = "closed deals" }}

[tables]
customers = {{ sql = "select account as customer_id, account as customer, 'existing' as status, sector as industry, office_location as region from read_csv('{folder}/accounts.csv') {only}" }}
staff = {{ sql = "select sales_agent as staff_id, sales_agent as name, manager as team, regional_office as region, 'account_manager' as role from read_csv('{folder}/sales_teams.csv')" }}
revenue = {{ sql = "select opportunity_id as revenue_id, close_date as month, account as customer_id, sales_agent as staff_id, product as product_id, close_value as amount from read_csv('{folder}/sales_pipeline.csv') where deal_stage = 'Won'" }}

[tables.opportunities]
sql = '''
select opportunity_id, account as customer_id, sales_agent as staff_id, pipeline.product as product_id,
       'new' as kind, deal_stage as stage,
       case deal_stage when 'Won' then 'won' when 'Lost' then 'lost' else 'open' end as status,
       coalesce(close_value, sales_price) as amount,
       coalesce(engage_date, date '2017-12-31') as opened_on, close_date as closed_on
from read_csv('{folder}/sales_pipeline.csv') as pipeline
left join read_csv('{folder}/products.csv') as products on replace(pipeline.product, 'GTXPro', 'GTX Pro') = products.product
'''
"""

WON = 10_005_534
BY_MANAGER = {
    "Melvin Marxen": (62.2, 2251930),
    "Summer Sewald": (64.34, 1964750),
    "Rocco Neubert": (62.08, 1960545),
    "Celia Rouche": (63.41, 1603897),
    "Cara Losch": (64.43, 1130049),
    "Dustin Brinkmann": (62.98, 1094363),
}
BY_AGENT = {"Hayden Neloms": 70.39, "Darcel Schlecht": 63.11, "Cassey Cress": 62.45, "Moses Frase": 66.15}
BY_SECTOR = {"retail": 1867528, "technolgy": 1515487, "services": 533006, "employment": 436174}
BY_QUARTER = {1: 1134672, 2: 3086111, 3: 2982255, 4: 2802496}


@pytest.fixture(scope="module")
def source(shared):
    return shared / "datasets" / "maven_crm"


def written(folder, source, only=""):
    text = SETUP.format(folder=source.resolve().as_posix(), only=only)
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(source, tmp_path_factory):
    return written(tmp_path_factory.mktemp("maven"), source)


@pytest.fixture(scope="module")
def data(folder, source):
    return load(folder, allow=[source])


@pytest.fixture(scope="module")
def run(folder, source, tmp_path_factory):
    return publish.report(folder, allow=[source], out=tmp_path_factory.mktemp("reports"))


def test_opportunities_without_account_are_kept_counted_and_warned_about(data):
    deals = data["opportunities"]
    assert deals["stage"].value_counts().to_dict() == {
        "Won": 4238,
        "Lost": 2473,
        "Engaging": 1589,
        "Prospecting": 500,
    }
    assert (deals["customer_id"] == "").sum() == data.sources["opportunities"].unassigned == 1425
    assert deals.loc[deals["status"] == "won", "amount"].sum() == WON
    (warned,) = [w for w in data.warnings if w.table == "opportunities"]
    assert warned.fields["count"] == 1425 and warned.column == "customer_id"


def test_win_rates_by_agent_and_manager_equal_the_facts(data):
    deals = data["opportunities"].merge(data["staff"][["staff_id", "team"]])
    by_agent = process.win_rate(deals, as_of=data.as_of, by="staff_id").set_index("staff_id")["win_rate"]
    assert {agent: round(100 * by_agent[agent], 2) for agent in BY_AGENT} == BY_AGENT
    by_team = process.win_rate(deals, as_of=data.as_of, by="team").set_index("team")["win_rate"]
    assert (100 * by_team).round(2).to_dict() == {team: rate for team, (rate, _) in BY_MANAGER.items()}


def test_won_value_by_quarter_and_sector_equals_the_facts(data):
    won = data["revenue"].merge(data["customers"][["customer_id", "industry"]], how="left")
    assert won.groupby(won["month"].dt.quarter)["amount"].sum().to_dict() == BY_QUARTER
    by_sector = won.groupby("industry")["amount"].sum()
    assert {sector: by_sector[sector] for sector in BY_SECTOR} == BY_SECTOR


def test_the_report_states_the_facts_and_refuses_growth_without_a_year_before(run):
    cards = json.loads((run.folder / "cards.json").read_text(encoding="utf-8"))
    company = {card["key"]: card for card in cards if not card["by"]}
    assert company["evaluation.revenue"]["value"] == WON
    assert "evaluation.growth" not in company
    assert company["plan.sizing.win_rate_observed"]["n"] == 4238 + 2473
    assert company["plan.sizing.win_rate_observed"]["value"] == pytest.approx(4238 / 6711)


def test_teams_of_the_report_add_up_to_the_facts(run):
    teams = pd.read_csv(run.folder / "tables" / "evaluation.growth.csv", encoding="utf-8-sig")
    money = teams.fillna({"group": ""}).set_index("group")["this_year"]
    assert money.drop("", errors="ignore").to_dict() == {team: won for team, (_, won) in BY_MANAGER.items()}
    assert money.sum() == WON


def test_customers_missing_from_the_list_leave_the_totals_alone(source, tmp_path):
    data = load(written(tmp_path, source, "where sector <> 'retail'"), allow=[source])
    revenue = data["revenue"]
    assert revenue["amount"].sum() == WON
    assert revenue.loc[revenue["customer_id"] == "", "amount"].sum() == BY_SECTOR["retail"]
    assert data.sources["revenue"].unassigned == 799
