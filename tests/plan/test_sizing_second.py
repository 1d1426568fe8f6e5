"""Second opinions on the team's size: published examples, invariants, refusals."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt.errors import Refused
from salesmgmt.plan import sizing


@pytest.mark.parametrize("case_id", ["size-breakdown-40", "size-breakdown-10"])
def test_breakdown_method(golden, case_id):
    """Forecast ÷ productivity, nobody leaving."""
    case = golden(case_id)
    found = sizing.sales_potential(case["inputs"]["forecast"], productivity=case["inputs"]["productivity"])
    assert found == case["outputs"]["reps"]


def test_lpu_incremental_stops_at_13(golden):
    """LPU DMGT205: margin = 1 − cost of goods − commission, cost = salary and travel; the fourteenth loses 1,000."""
    case = golden("size-incremental-lpu")
    given = case["inputs"]
    steps = pd.DataFrame(
        {
            "reps": [float(rep) for rep in given["extra_rep_sales"]],
            "sales": list(given["extra_rep_sales"].values()),
        }
    )
    margin = 1 - given["cogs_rate"] - given["commission_rate"]
    found = sizing.incremental(steps, margin=margin, cost=given["salary_plus_travel"])
    assert found["profit"].tolist() == pytest.approx(list(case["outputs"]["net_profit"].values()))
    assert sizing.stop_at(found) == 13.0


def test_three_year_return_and_its_band(golden):
    """Zoltners, Sinha & Lorimer (2006): ROI = ratio × (1 + K2 + K3) − 1; right size between 50 and 150 %."""
    case = golden("size-hbr-roi")
    example = case["inputs"]["example"]
    steps = pd.DataFrame({"reps": [1.0], "sales": [example["ratio"] * 100.0]})
    kept = {"kept_second": example["K2"], "kept_third": example["K3"]}
    found = sizing.three_year_return(steps, margin=0.5, cost=50.0, **kept)
    assert found["roi"].item() == case["outputs"]["ROI_for_example"]
    low, high = case["outputs"]["right_size_band"]
    around = pd.DataFrame(
        {"reps": [11.0, 12.0, 13.0, 14.0], "roi": [high + 0.01, high - 0.01, low + 0.01, low - 0.01]}
    )
    assert sizing.right_size(around) == (11.0, 13.0)


def test_average_sales_would_flatter_the_last_person():
    """The mistake of dividing all sales by all people: it would go on hiring where the next person loses money."""
    steps = pd.DataFrame({"reps": [11.0, 12.0], "sales": [900.0, 60.0]})
    found = sizing.incremental(steps, margin=0.5, cost=100.0)
    assert found["sales"].mean() * 0.5 > 100.0
    assert sizing.stop_at(found) == 11.0


def test_turnover_adds_what_leavers_cost_and_doubling_doubles():
    plain = sizing.sales_potential(1e6, productivity=1e5)
    assert sizing.sales_potential(1e6, productivity=1e5, turnover=0.2) == pytest.approx(plain * 1.2)
    half = sizing.sales_potential(1e6, productivity=1e5, turnover=0.2, months_lost=6)
    assert half == pytest.approx(plain * 1.1)
    assert sizing.sales_potential(2e6, productivity=1e5) == 2 * plain


def test_all_prospects_bring_what_the_segments_say_in_any_order():
    customers = pd.DataFrame({
        "customer_id": ["C1", "C2", "C3", "C4"], "status": ["prospect"] * 3 + ["existing"],
        "segment": "bank", "potential": [4e6, 1e6, None, 9e6],
    })  # fmt: skip
    segments = pd.DataFrame({"segment": ["bank"], "new_wins": [2.0], "average_contract": [3e6]})
    before = customers.copy()
    found = sizing.prospect_sales(customers, segments)
    assert found["sales"].sum() == pytest.approx(6e6)
    assert found["customer_id"].tolist() == ["C1", "C2", "C3"]
    again = sizing.prospect_sales(customers[::-1], segments).sort_values("customer_id", ignore_index=True)
    assert again["sales"].tolist() == pytest.approx(found["sales"].tolist())
    pd.testing.assert_frame_equal(customers, before)


def test_further_people_take_the_most_promising_first_and_lose_nothing():
    prospects = pd.DataFrame({"sales": [10.0, 60.0, 90.0], "posts": [1.0, 0.5, 0.5]})
    steps = sizing.next_people(prospects, baseline=10.3)
    assert steps["sales"].sum() == pytest.approx(160.0)
    assert steps["sales"].is_monotonic_decreasing
    assert steps["reps"].tolist() == [11.0, 12.0, 13.0]


def test_flat_zone_holds_the_best_and_grows_with_what_makes_no_difference():
    steps = pd.DataFrame({"reps": [11.0, 12.0, 13.0, 14.0], "total": [50.0, 60.0, 55.0, 20.0]})
    assert sizing.flat_zone(steps, within=0.0) == (12.0, 12.0)
    assert sizing.flat_zone(steps, within=10.0) == (11.0, 13.0)
    assert sizing.flat_zone(steps, within=100.0) == (10.0, 14.0)


def test_contracts_shorter_than_a_year_renew_more_often():
    def one(months: int) -> pd.DataFrame:
        start = pd.Timestamp("2026-01-01")
        return pd.DataFrame({
            "kind": ["new"], "starts_on": [start], "ends_on": [start + pd.DateOffset(months=months, days=-1)],
            "monthly_amount": [1e5], "renewal_probability": [0.8],
        })  # fmt: skip

    assert sizing.carry_over(one(36)) == (1.0, 1.0)
    assert sizing.carry_over(one(12)) == pytest.approx((0.8, 0.64))
    assert sizing.carry_over(one(6))[0] < 0.8


def test_what_the_data_cannot_carry_is_refused():
    as_of = pd.Timestamp("2026-10-31")
    months = pd.date_range("2025-11-01", periods=12, freq="MS")
    revenue = pd.DataFrame({"month": months, "amount": 100.0})
    staff = pd.DataFrame({"role": ["account_manager"]})
    sold = {"as_of": as_of, "roles": ["account_manager"]}
    with pytest.raises(Refused, match=r"plan\.too_few_months"):
        sizing.sales_per_post(revenue.iloc[1:], staff, **sold)
    with pytest.raises(Refused, match=r"plan\.no_posts"):
        sizing.sales_per_post(revenue, staff.iloc[:0], **sold)
    with pytest.raises(Refused, match=r"plan\.no_sales"):
        sizing.sales_per_post(revenue.assign(amount=0.0), staff, **sold)
    with pytest.raises(Refused, match=r"plan\.no_margin"):
        sizing.margin_rate(revenue, as_of=as_of)
    with pytest.raises(Refused, match=r"plan\.no_next_person"):
        sizing.stop_at(pd.DataFrame(columns=["reps", "profit"]))
    with pytest.raises(Refused, match=r"plan\.no_revenue_target"):
        sizing.revenue_target(pd.DataFrame({"customer_id": ["C1"]}), pd.DataFrame(columns=["segment"]))


def test_misuse_is_named():
    with pytest.raises(ValueError, match="productivity"):
        sizing.sales_potential(1.0, productivity=0.0)
    with pytest.raises(ValueError, match="margin"):
        sizing.incremental(pd.DataFrame({"reps": [1.0], "sales": [1.0]}), margin=1.2, cost=1.0)
    with pytest.raises(ValueError, match="guesswork"):
        sizing.triangulate(pd.DataFrame({"method": ["guesswork"], "people": [3.0]}))
    outside = pd.DataFrame({"method": ["five_steps"], "people": [3.0], "low": [4.0], "high": [5.0]})
    with pytest.raises(ValueError, match="outside"):
        sizing.triangulate(outside)


def test_account_that_deserves_a_visit(golden):
    """Merrifield (2011): a quarter of gross profit may go into selling."""
    case = golden("size-merrifield")
    given, told = case["inputs"], case["outputs"]
    made = pd.Series({"rep": float(given["weeks"] * given["calls_per_week"])})
    paid = pd.Series({"rep": given["selling_expense"] / given["reps"]})
    policy = pd.DataFrame(
        {
            "role": ["rep"],
            "status": "existing",
            "tier": "A",
            "visits_per_year": float(given["A_calls_per_year"]),
        }
    )
    shares = {"margin": given["gm_rate"], "share": given["commission_rate"]}
    found = sizing.least_account(policy, made, paid, **shares).iloc[0]
    assert round(found["visit_cost"] / found["visits"]) == told["cost_per_call"]
    assert round(found["visit_cost"] / given["commission_rate"]) == told["required_gp"]
    assert round(found["least_revenue"]) == told["required_revenue"]


LEAST = pd.DataFrame({"status": ["existing", "prospect"], "tier": "A", "visit_cost": [2.0, 4.0], "least_revenue": [10.0, 20.0]})  # fmt: skip
SERVED = pd.DataFrame(
    {
        "customer_id": ["C1", "C2", "C3", "C4", "C5"],
        "customer": "x",
        "status": ["existing", "existing", "existing", "prospect", "existing"],
        "tier": ["A", "A", "A", "A", "D"],
    }
)
SOLD = pd.DataFrame({"customer_id": ["C1", "C2", "C2"], "amount": [10.0, 4.0, 5.0]})


def test_customers_on_the_line_pay_and_those_without_revenue_lack_all_of_it():
    held = sizing.small_accounts(SERVED, SOLD, LEAST)
    assert dict(zip(held["customer_id"], held["shortfall"], strict=True)) == {
        "C3": 10.0,
        "C2": 1.0,
        "C1": 0.0,
    }
    classes = sizing.below_by_class(held)
    assert classes[["customers", "below"]].values.tolist() == [[3, 2]]
    assert classes["revenue_below"].item() == pytest.approx(9.0 / 19.0)
    assert sizing.small_by_draw(held, price=[0.5, 1.0, 1.01]).tolist() == [1, 2, 3]


def test_dearer_visits_and_thinner_margins_raise_the_line():
    policy = pd.DataFrame(
        {"role": ["a", "b"], "status": "existing", "tier": "A", "visits_per_year": [12.0, 4.0]}
    )
    made, paid = pd.Series({"a": 200.0, "b": 100.0}), pd.Series({"a": 4e5, "b": 6e5})
    line = sizing.least_account(policy, made, paid, margin=0.25)["least_revenue"].item()
    assert line == pytest.approx((12 * 2000 + 4 * 6000) / 0.25)
    assert sizing.least_account(policy, made, paid * 2, margin=0.25)["least_revenue"].item() == pytest.approx(
        2 * line
    )
    assert sizing.least_account(policy, made, paid, margin=0.125)["least_revenue"].item() == pytest.approx(
        2 * line
    )
    assert sizing.least_account(policy, made, paid, margin=0.25, share=0.5)[
        "least_revenue"
    ].item() == pytest.approx(2 * line)


def test_account_size_refuses_what_it_cannot_price():
    policy = pd.DataFrame({"role": ["a"], "status": "existing", "tier": "A", "visits_per_year": [12.0]})
    one = pd.Series({"a": 1.0})
    with pytest.raises(ValueError, match="margin == 0.0, must be > 0 and at most 1"):
        sizing.least_account(policy, one, one, margin=0.0)
    with pytest.raises(ValueError, match="cost == "):
        sizing.least_account(policy, one, pd.Series({"b": 1.0}), margin=0.2)
    with pytest.raises(Refused, match=r"plan\.no_served"):
        sizing.small_accounts(SERVED[SERVED["status"] == "prospect"], SOLD, LEAST)
