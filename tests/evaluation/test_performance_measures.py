"""Attainment, receivables, shares and variance: published examples first, then what must always hold."""

from __future__ import annotations

import json
from io import StringIO
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import performance

YEAR = {"start": pd.Timestamp("2026-01-01"), "months": 10}


def table(text: str, **options) -> pd.DataFrame:
    return pd.read_csv(StringIO(dedent(text)), skipinitialspace=True, keep_default_na=False, **options)


def lines(
    quantity: float, price: float, customer: str = "C1", product: str = "", penalty: float = 0.0
) -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": [customer], "product_id": [product], "quantity": [float(quantity)],
         "amount": [quantity * price - penalty], "penalty": [penalty]}
    )  # fmt: skip


@pytest.fixture
def results() -> pd.DataFrame:
    """A year and a half of two teams, some of it nobody's."""
    rng = np.random.default_rng(7)
    size = 400
    month = pd.Timestamp("2025-01-01") + pd.to_timedelta(0, "D")
    rows = pd.DataFrame({
        "month": [month + pd.DateOffset(months=int(k)) for k in rng.integers(0, 22, size)],
        "customer_id": rng.choice(["C1", "C2", "C3", "C4", ""], size),
        "staff_id": rng.choice(["S1", "S2", "S3", ""], size),
        "product_id": rng.choice(["P1", "P2", ""], size),
        "amount": rng.gamma(2.0, 50.0, size),
    }).assign(direct_cost=lambda rows: rows["amount"] * rng.uniform(0.6, 0.95, size))  # fmt: skip
    customers = table("""\
        customer_id, segment, industry, region, key_account
        C1, A, Bank, East, True
        C2, A, Bank, South, False
        C3, B, Retail, East, False
        C4, B, Retail, , False
        """)
    staff = table("staff_id, team, region\nS1, North, North\nS2, North, \nS3, South, South\n")
    owners = table("customer_id, staff_id\nC1, S1\nC2, S3\n")
    return performance.placed(
        performance.revenue_results(rows), customers=customers, staff=staff, owners=owners
    )


# Published


def test_price_and_volume_variance_of_the_published_example(shared):
    cases = [
        json.loads(line.rstrip(",\n"))
        for line in (shared / "golden" / "cases.json").open(encoding="utf-8")
        if '"id"' in line
    ]
    [case] = [case for case in cases if case["id"] == "var-kotler"]
    plan, actual = case["inputs"]["plan"], case["inputs"]["actual"]
    found = performance.variance(lines(actual["q"], actual["p"]), lines(plan["q"], plan["p"])).set_index(
        "part"
    )["amount"]
    assert found["price"] == pytest.approx(case["outputs"]["price"])
    assert found["volume"] == pytest.approx(case["outputs"]["volume"])
    assert found.sum() == pytest.approx(case["outputs"]["total"])


# Variance


def test_parts_of_the_variance_add_up_whatever_comes():
    rng = np.random.default_rng(3)
    sides = []
    for _ in range(2):
        side = pd.concat([
            lines(rng.integers(1, 90), rng.choice([5.0, 7000.0, 6500.0]), f"C{rng.integers(9)}", f"P{rng.integers(3)}" * int(rng.integers(2)), rng.gamma(1, 9))
            for _ in range(120)
        ])  # fmt: skip
        side.loc[rng.random(len(side)) < 0.1, "quantity"] = np.nan
        sides.append(side)
    this, last = sides
    found = performance.variance(this, last)
    assert found["part"].tolist() == list(performance.PARTS)
    assert found["amount"].sum() == pytest.approx(this["amount"].sum() - last["amount"].sum(), abs=1e-6)


def test_mix_is_dearer_work_gaining_weight_within_one_product():
    last = pd.concat([lines(10, 100.0, "C1", "P"), lines(10, 200.0, "C2", "P")])
    this = pd.concat([lines(5, 100.0, "C1", "P"), lines(15, 200.0, "C2", "P")])
    found = performance.variance(this, last).set_index("part")["amount"]
    assert found[["volume", "mix", "price"]].tolist() == pytest.approx([0.0, 500.0, 0.0])
    alone = performance.variance(this.assign(product_id=""), last.assign(product_id="")).set_index("part")[
        "amount"
    ]
    assert alone[["volume", "mix"]].tolist() == pytest.approx([500.0, 0.0])


def test_seats_and_hours_of_one_product_are_not_averaged():
    last = pd.concat([lines(10, 7000.0, "C1", "P"), lines(1720, 41.0, "C2", "P")])
    this = pd.concat([lines(10, 7000.0, "C1", "P"), lines(3440, 41.0, "C2", "P")])
    found = performance.variance(this, last).set_index("part")["amount"]
    assert found["volume"] == pytest.approx(1720 * 41.0)
    assert found["mix"] == pytest.approx(0.0)


def test_a_line_billed_otherwise_than_before_is_not_split():
    found = performance.variance(lines(1720, 41.0), lines(10, 7000.0)).set_index("part")["amount"]
    assert found["unmeasured"] == pytest.approx(1720 * 41.0 - 70000.0)
    assert found[["volume", "price"]].tolist() == [0.0, 0.0]


def test_won_lost_and_penalties_are_their_own_parts():
    last = pd.concat([lines(10, 100.0, "C1"), lines(10, 50.0, "C2")])
    this = pd.concat([lines(10, 100.0, "C1", penalty=30.0), lines(10, 80.0, "C3")])
    found = performance.variance(this, last).set_index("part")["amount"]
    assert found[["won", "lost", "penalty"]].tolist() == pytest.approx([800.0, -500.0, -30.0])


# Attainment


def test_months_a_quota_does_not_ask_for_do_not_count():
    results = pd.DataFrame({
        "metric": "revenue", "month": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"]), "customer_id": "C1",
        "staff_id": "S1", "product_id": "", "team": "", "region": "", "segment": "", "key_account": False,
        "amount": [10.0, 20.0, 40.0],
    })  # fmt: skip
    quotas = table(
        "scope, scope_id, period, metric, amount\nstaff, S1, 2026-Q1, revenue, 300\nstaff, S1, 2026-02, revenue, 50\n"
    )
    whole = performance.attainment(results, quotas, start=YEAR["start"], months=3).iloc[0]
    assert (whole["actual"], whole["quota"]) == (70.0, 250.0)
    running = performance.attainment(results, quotas, start=YEAR["start"], months=2).iloc[0]
    assert (running["actual"], running["quota"]) == (30.0, 150.0)


def test_a_quota_of_zero_asks_for_nothing_and_does_not_fall_back_on_the_year():
    results = pd.DataFrame({
        "metric": "revenue", "month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "customer_id": "C1", "staff_id": "S1",
        "product_id": "", "team": "", "region": "", "segment": "", "key_account": False, "amount": [10.0, 20.0],
    })  # fmt: skip
    quotas = table(
        "scope, scope_id, period, metric, amount\nstaff, S1, 2026, revenue, 1200\nstaff, S1, 2026-01, revenue, 0\n"
    )
    [found] = performance.attainment(results, quotas, start=YEAR["start"], months=2).to_dict("records")
    assert (found["months"], found["actual"], found["quota"]) == (1, 20.0, 100.0)


def test_key_accounts_products_and_customers_are_held_apart(results):
    quotas = table("""\
        scope, scope_id, period, metric, product_id, customer_id, amount
        company, , 2026, revenue, , , 1000
        company, , 2026, revenue, , key_accounts, 1000
        company, , 2026, revenue, P1, , 1000
        staff, S1, 2026, revenue, , C1, 1000
        """)
    found = performance.attainment(results, quotas, **YEAR)
    rows = results[(results["metric"] == "revenue") & (results["month"] >= "2026-01-01")]
    wanted = [rows, rows[rows["product_id"] == "P1"], rows[rows["customer_id"] == "C1"], rows[(rows["staff_id"] == "S1") & (rows["customer_id"] == "C1")]]  # fmt: skip
    keys = [("company", "", ""), ("company", "P1", ""), ("company", "", "key_accounts"), ("staff", "", "C1")]
    actual = found.set_index(["scope", "product_id", "customer_id"])["actual"]
    assert [actual[key] for key in keys] == pytest.approx([part["amount"].sum() for part in wanted])


def test_parts_of_a_scope_roll_up_to_the_company(results):
    quotas = table("""\
        scope, scope_id, period, metric, amount
        company, , 2026, margin, 1000
        team, North, 2026, margin, 600
        team, South, 2026, margin, 400
        """)
    found = performance.attainment(results, quotas, **YEAR)
    rows = results[(results["metric"] == "margin") & (results["month"] >= "2026-01-01")]
    nobody = rows.loc[rows["team"] == "", "amount"].sum()
    parts = found.loc[found["scope"] == "team", "actual"].sum() + nobody
    assert found.loc[found["scope"] == "company", "actual"].item() == pytest.approx(parts)


def test_company_takes_its_own_quota_else_the_coarsest_scope_that_covers_it(results):
    staff = table(
        "scope, scope_id, period, metric, amount\nstaff, S1, 2026, revenue, 100\nstaff, S2, 2026, revenue, 300\n"
    )
    teams = table("scope, scope_id, period, metric, amount\nteam, North, 2026-01, revenue, 9\n")
    own = table("scope, scope_id, period, metric, amount\ncompany, , 2026, revenue, 1200\n")
    pick = {"metric": "revenue", **YEAR}
    assert (
        performance.company_attainment(results, pd.concat([staff, teams, own]), **pick)["scope"] == "company"
    )
    covering = performance.company_attainment(results, pd.concat([staff, teams]), **pick)
    assert (covering["scope"], covering["parts"]) == ("staff", 2)
    rows = results[(results["metric"] == "revenue") & (results["month"] >= "2026-01-01")]
    assert covering["attainment"] == pytest.approx(rows["amount"].sum() / (400 * 10 / 12))
    none = performance.company_attainment(results, staff, metric="collected", **YEAR)
    assert none["scope"] == "" and np.isnan(none["attainment"])


def test_a_metric_without_data_is_not_zero_sales(results):
    quotas = table("scope, scope_id, period, metric, amount\ncompany, , 2026, collected, 1200\n")
    [found] = performance.attainment(results, quotas, **YEAR).to_dict("records")
    assert np.isnan(found["actual"]) and np.isnan(found["attainment"])


def test_a_metric_with_data_and_nothing_sold_is_zero(results):
    quotas = table("scope, scope_id, period, metric, amount\nstaff, S9, 2026, revenue, 1200\n")
    [found] = performance.attainment(results, quotas, **YEAR).to_dict("records")
    assert (found["actual"], found["attainment"], found["customers"]) == (0.0, 0.0, 0)


def test_credits_split_a_contract_and_add_up_to_it():
    contracts = table("""\
        contract_id, customer_id, kind, signed_on, starts_on, ends_on, monthly_amount
        K1, C1, new, 2026-01-09, 2026-02-01, 2027-01-31, 10
        K2, C1, renewal, 2026-02-09, 2026-03-16, 2026-06-30, 10
        """)
    credits = table("contract_id, staff_id, share\nK1, S1, 0.75\nK1, S2, 0.25\n")
    found = performance.signed_results(contracts, credits=credits)
    assert found["amount"].tolist() == pytest.approx([90.0, 30.0, 35.0], rel=0.01)
    assert found["staff_id"].tolist() == ["S1", "S2", ""]


# Receivables

BILLS = """\
    invoice_id, customer_id, issued_on, due_on, amount, written_off
    I1, C1, 2025-01-01, 2025-01-31, 100, 0
    I2, C1, 2025-06-01, 2025-07-01, 200, 50
    I3, C2, 2026-09-01, 2026-10-31, 300, 0
    I4, C2, 2026-10-01, 2026-11-30, 400, 0
    I5, C2, 2026-11-05, 2026-12-05, 500, 0
    """
PAID = """\
    receipt_id, invoice_id, received_on, amount
    R1, I1, 2025-02-01, 130
    R2, I2, 2025-08-01, 20
    R3, I3, 2026-10-31, 60
    R4, I3, 2026-11-01, 240
    R5, I9, 2026-01-01, 999
    """
AS_OF = pd.Timestamp("2026-10-31")


def test_rates_follow_the_definition_day_by_day():
    bills = performance.settled(table(BILLS), table(PAID), as_of=AS_OF)
    assert bills["invoice_id"].tolist() == ["I1", "I2", "I3", "I4"]
    assert bills["received"].tolist() == [100.0, 20.0, 60.0, 0.0]
    assert bills["excess"].tolist() == [30.0, 0.0, 0.0, 0.0]
    found = performance.collection(bills, bad_debt_days=365).iloc[0]
    assert found["fallen_due"] == 600.0
    assert found["collection_rate"] == pytest.approx(180 / 600)
    assert found["overdue"] == 130.0 + 240.0
    assert found["bad_debt_rate"] == pytest.approx((50 + 130) / 600)


def test_groups_and_brackets_add_up_to_all_that_is_open():
    bills = performance.settled(table(BILLS), table(PAID), as_of=AS_OF)
    groups = performance.collection(bills, by=["customer_id"])
    whole = performance.collection(bills).iloc[0]
    for name in ("invoices", "fallen_due", "received", "overdue", "bad_debt"):
        assert groups[name].sum() == pytest.approx(whole[name])
    aged = performance.ageing(bills)
    assert aged["open"].sum() == pytest.approx(bills["open"].sum())
    assert aged.loc[aged["from_days"] == 0, "open"].item() == 640.0  # due on the day is not overdue yet
    each = performance.ageing(bills, by=["customer_id"])
    assert each.groupby("from_days")["open"].sum().tolist() == pytest.approx(aged["open"].tolist())


def test_nothing_due_has_no_rate():
    bills = performance.settled(table(BILLS), table(PAID), as_of=pd.Timestamp("2025-01-30"))
    assert performance.collection(bills).empty


def test_limits_of_the_ageing_must_rise():
    with pytest.raises(ValueError, match=r"limits are \[30, 30\], must rise"):
        performance.ageing(pd.DataFrame({"open": [1.0], "days_overdue": [3]}), limits=[30, 30])


# Shares and new ground


def test_a_running_market_period_is_not_compared():
    rows = pd.DataFrame({"month": pd.to_datetime(["2026-01-01"]), "customer_id": "C1", "industry": "", "region": "", "amount": [5.0]})  # fmt: skip
    markets = pd.DataFrame({"period": ["2026"], "market_size": [100.0]})
    assert performance.market_share(rows, markets, as_of=AS_OF).empty
    over = performance.market_share(rows, markets, as_of=pd.Timestamp("2026-12-31"))
    assert over["market_share"].tolist() == [0.05]


def test_who_had_a_contract_before_is_not_opened():
    contracts = table("""\
        contract_id, customer_id, kind, signed_on
        K0, C1, pilot, 2025-01-05
        K1, C1, new, 2026-02-05
        K2, C2, renewal, 2025-02-05
        K3, C2, expansion, 2026-02-05
        K4, C3, renewal, 2026-03-05
        K5, C4, new, 2026-11-05
        """)
    customers = table(
        "customer_id, region, industry, key_account\nC1, East, Bank, False\nC2, East, , True\nC3, South, , True\nC4, South, , True\n"
    )
    found = performance.opened(contracts, customers, start=YEAR["start"], as_of=AS_OF, key_industries=["Bank"], key_regions=["South"])  # fmt: skip
    assert found[["what", "id", "key"]].to_numpy().tolist() == [["customer", "C1", True]]


# Side by side


def test_measures_of_every_scope_add_up_to_the_company(results):
    found = performance.measures(results, **YEAR)
    whole = found[found["scope"] == "company"].set_index("measure")
    for scope in ("region", "team", "staff", "product"):
        parts = found[found["scope"] == scope].groupby("measure")[["actual"]].sum()
        for name in ("profit_rate", "growth"):
            assert parts.loc[name, "actual"] == pytest.approx(whole.loc[name, "actual"])


def test_profit_rests_on_the_revenue_whose_cost_is_known():
    revenue = table(
        "month, customer_id, amount, direct_cost\n2026-01-01, C1, 100, 80\n2026-01-01, C2, 300, \n"
    )
    revenue["direct_cost"] = pd.to_numeric(revenue["direct_cost"])
    rows = performance.placed(performance.revenue_results(revenue), customers=table("customer_id\nC1\nC2\n"))
    found = performance.measures(rows.sample(frac=1.0, random_state=2), **YEAR)
    rate = found[(found["scope"] == "company") & (found["measure"] == "profit_rate")].iloc[0]
    assert (rate["value"], rate["base"], rate["n"]) == (pytest.approx(0.2), 100.0, 1)


def test_growth_of_who_came_within_the_year_is_not_stated(results):
    staff = table(
        "staff_id, team, hired_on, left_on\nS1, North, 2020-01-01, \nS2, North, 2026-02-01, \nS3, South, 2019-01-01, 2026-04-01\n"
    )
    staff[["hired_on", "left_on"]] = staff[["hired_on", "left_on"]].apply(pd.to_datetime)
    found = performance.measures(results, staff=staff, **YEAR)
    grown = found[(found["scope"] == "staff") & (found["measure"] == "growth")]
    assert set(grown["group"]) == {"S1", ""}


def test_rows_in_another_order_give_the_same(results):
    shuffled = results.sample(frac=1.0, random_state=5)
    pd.testing.assert_frame_equal(
        performance.measures(results, **YEAR), performance.measures(shuffled, **YEAR)
    )


def test_where_all_is_paid_nothing_is_open():
    paid = pd.DataFrame({"open": [0.0, 0.0], "days_overdue": [100, -5], "team": ["A", "B"]})
    aged = performance.ageing(paid)
    assert len(aged) and not aged["invoices"].any() and not aged["open"].any()
    assert performance.ageing(paid, by=["team"]).empty


def test_quarters_add_up_to_the_period_and_split_its_quotas(results):
    spread = table("""\
        scope, scope_id, period, metric, amount
        company, , 2026, revenue, 1200
        company, , 2026-Q2, revenue, 500
        """)
    found = performance.by_quarter(results, **YEAR, quotas=spread)
    assert set(found["period"]) <= {f"2026-Q{quarter}" for quarter in (1, 2, 3, 4)}
    whole = performance.measures(results, **YEAR).query("scope == 'company'").set_index("measure")
    sums = found.groupby("measure")[["actual", "base"]].sum(min_count=1)
    for measure in ("growth", "profit_rate"):
        assert sums.loc[measure, "actual"] == pytest.approx(whole.loc[measure, "actual"]), measure
    asked = found[found["measure"] == "attainment_revenue"].set_index("period")["base"]
    assert asked.to_dict() == {"2026-Q1": 300.0, "2026-Q2": 500.0, "2026-Q3": 300.0, "2026-Q4": 100.0}
    assert performance.by_quarter(results, start=YEAR["start"], months=0).empty
