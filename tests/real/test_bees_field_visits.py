"""A foreign schema becomes ours by SQL alone: a field-visit log that nobody here wrote.

The set holds 250 customers with a frequency class and 4,397 visits by 20 people over 199 days. What
the report states is held against facts computed elsewhere from the same files: customers, visits,
visits per customer-year and mean minutes by class, and the people a 1,056-hour year would need.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

from salesmgmt import publish

SETUP = """
[engagement]
client = "BEES"
year = 2026
as_of = 2025-10-18
currency = "USD"
languages = ["en", "zh"]

[sizing]
working_days = {{ value = 220, kind = "policy", source = "220 days" }}
hours_per_day = 8
selling_share = {{ value = 0.6, kind = "policy", source = "1,056 hours a year with customers" }}
travel_hours_per_visit = 0

[tables]
customers = {{ sql = "select customer_id, customer_id as customer, 'existing' as status, visit_frequency as tier, poc_type as segment from read_csv('{folder}/customers.csv')" }}
visits = {{ sql = "select visit_id, cast(visit_date as date) as visited_on, sales_rep_id as staff_id, customer_id, visit_duration as minutes, visit_outcome as outcome from read_csv('{folder}/sales_visits.csv')" }}
staff = {{ sql = "select distinct sales_rep_id as staff_id, sales_rep_id as name, 'account_manager' as role from read_csv('{folder}/sales_visits.csv')" }}

[tables.coverage]
sql = '''
select 'existing' as status, visit_frequency as tier, avg(visit_duration) / 60 as hours_per_visit,
       count(*) * 365.0 / 199 / count(distinct customer_id) as visits_per_year
from read_csv('{folder}/sales_visits.csv') as visits join read_csv('{folder}/customers.csv') as customers using (customer_id)
group by visit_frequency
'''
"""

BY_CLASS = pd.DataFrame(
    {
        "tier": ["high", "low", "medium"],
        "customers": [89, 79, 82],
        "visits": [2630, 541, 1226],
        "per_year": [54.2008, 12.5606, 27.4231],
        "minutes": [75.1973, 74.3087, 74.7684],
        "hours": [6045.7, 1228.93, 2802.19],
    }
)


@pytest.fixture(scope="module")
def run(shared, tmp_path_factory):
    source = shared / "datasets" / "bees_field_visits"
    folder = tmp_path_factory.mktemp("bees")
    (folder / "engagement.toml").write_text(
        SETUP.format(folder=source.resolve().as_posix()), encoding="utf-8"
    )
    return publish.report(folder, allow=[source], out=tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def cards(run):
    return json.loads((run.folder / "cards.json").read_text(encoding="utf-8"))


def company(cards, key):
    return next(card for card in cards if card["key"] == key and not card["by"])


def test_the_log_by_class_equals_the_facts(run):
    found = pd.read_csv(run.folder / "tables" / "plan.sizing.evidence.csv", encoding="utf-8-sig").sort_values(
        "tier"
    )
    for column in ("customers", "visits"):
        assert found[column].tolist() == BY_CLASS[column].tolist()
    assert found["days"].unique().tolist() == [199]
    assert found["per_year"].tolist() == pytest.approx(BY_CLASS["per_year"].tolist(), abs=5e-5)
    assert found["minutes"].tolist() == pytest.approx(BY_CLASS["minutes"].tolist(), abs=5e-5)
    hours = found["per_year"] * found["customers"] * found["minutes"] / 60
    assert hours.tolist() == pytest.approx(BY_CLASS["hours"].tolist(), abs=5e-3)


def test_five_steps_on_the_observed_policy_equal_the_facts(cards):
    assert company(cards, "plan.sizing.visits")["value"] == pytest.approx(4397 * 365 / 199)
    assert company(cards, "plan.sizing.reps")["value"] == pytest.approx(9.5424, abs=5e-5)
    assert company(cards, "plan.sizing.headcount")["value"] == 10
    assert company(cards, "plan.sizing.present")["value"] == 20


def test_a_policy_taken_from_the_log_is_found_consistent_with_it(cards):
    made = company(cards, "allocation.visits.share_made")
    assert made["value"] == pytest.approx(1.0) and made["verdict"] == "consistent"


def test_both_languages_and_views_are_published_and_the_dark_sections_listed(run):
    pages = {path.relative_to(run.folder).as_posix() for path in (run.folder / "share").rglob("*.html")}
    assert pages == {
        f"share/{view}/report.{lang}.html" for view in ("director", "board") for lang in ("zh", "en")
    }
    absent = {refusal["fields"].get("table") for refusal in run.refusals if refusal["kind"] == "absent"}
    assert {"contracts", "adjustments", "assignments", "revenue"} <= absent


def test_money_is_in_the_clients_currency_and_no_chinese_money_unit_appears(run):
    page = (run.folder / "share" / "director" / "report.en.html").read_text(encoding="utf-8")
    assert "CNY" not in page
