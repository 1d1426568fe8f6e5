"""Fixed and variable pay by role against the article's band of 30 % to 50 %."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from salesmgmt import frames
from salesmgmt.motivation import pay

AS_OF = pd.Timestamp("2026-10-31")
STAFF = pd.DataFrame(
    {
        "staff_id": ["S1", "S2", "S3", "S4", "S5", "S6"],
        "role": [
            "delivery_manager",
            "account_manager",
            "account_manager",
            "product_manager",
            "account_manager",
            "sales_manager",
        ],
        "fixed_pay": [80e3, 60e3, 60e3, 150e3, 10e3, None],
        "target_variable_pay": [20e3, 60e3, 20e3, 50e3, 90e3, 50e3],
        "hired_on": pd.to_datetime(["2020-01-01"] * 6),
        "left_on": pd.to_datetime([None, None, None, None, "2026-10-30", None]),
    }
)


def test_mix_by_role_in_the_articles_order():
    mix = pay.mix(STAFF, as_of=AS_OF).set_index("role")
    assert mix.index.tolist() == ["account_manager", "product_manager", "delivery_manager", "sales_manager"]
    manager = mix.loc["account_manager"]
    assert (manager["people"], manager["fixed_pay"], manager["variable_pay"]) == (2, 120e3, 80e3)
    assert manager["total_pay"] == 200e3
    assert manager["variable_share"] == pytest.approx(0.4)
    assert (manager["share_min"], manager["share_max"]) == pytest.approx((0.25, 0.5))
    assert manager["outside"] == 1
    assert mix["verdict"].tolist() == ["within", "below", "below", "cannot_tell"]
    assert mix.loc["sales_manager", ["people", "unknown", "fixed_pay", "outside"]].tolist() == [0, 1, 0, 0]


def test_large_pay_weighs_more_than_a_mean_of_shares():
    staff = STAFF[1:4].assign(role="account_manager")
    assert pay.mix(staff, as_of=AS_OF)["variable_share"].item() == pytest.approx(130 / 400)


def test_company_is_the_sum_of_its_roles():
    mix, company = pay.mix(STAFF, as_of=AS_OF), pay.company_mix(STAFF, as_of=AS_OF)
    assert company.cost == mix["total_pay"].sum() == 500e3
    assert (company.people, company.unknown) == (mix["people"].sum(), mix["unknown"].sum()) == (4, 1)
    assert company.variable_share == pytest.approx(mix["variable_pay"].sum() / mix["total_pay"].sum())
    assert company.verdict == "within"


@pytest.mark.parametrize(
    ("variable", "verdict"), [(29.9, "below"), (30.0, "within"), (50.0, "within"), (50.1, "above")]
)
def test_both_ends_belong_to_the_band(variable, verdict):
    staff = pd.DataFrame(
        {"role": ["account_manager"], "fixed_pay": [100 - variable], "target_variable_pay": [variable]}
    )
    found = pay.mix(staff, as_of=AS_OF)
    assert found["verdict"].item() == pay.company_mix(staff, as_of=AS_OF).verdict == verdict
    assert found["outside"].item() == (verdict != "within")


def test_band_can_be_the_clients_own():
    assert pay.mix(STAFF[:1], as_of=AS_OF, low=0.1, high=0.2)["verdict"].item() == "within"


def test_nobody_and_row_order():
    assert pay.mix(STAFF[:0], as_of=AS_OF).empty
    nobody = pay.company_mix(STAFF[:0], as_of=AS_OF)
    assert (nobody.people, nobody.cost, nobody.verdict) == (0, 0.0, "cannot_tell")
    before = STAFF.copy(deep=True)
    pd.testing.assert_frame_equal(pay.mix(STAFF[::-1], as_of=AS_OF), pay.mix(STAFF, as_of=AS_OF))
    pd.testing.assert_frame_equal(STAFF, before)


@pytest.mark.parametrize(
    ("staff", "options", "message"),
    [
        (STAFF.drop(columns="fixed_pay"), {}, r"staff is missing columns \['fixed_pay'\]"),
        (STAFF.assign(role="clerk"), {}, r"staff.role has \['clerk'\]"),
        (STAFF.assign(fixed_pay=-1.0), {}, r"staff.fixed_pay == .*must be >= 0"),
        (STAFF, {"low": -0.1, "high": 1.1}, r"low == -0.1, must be between 0 and 1; high == 1.1"),
        (STAFF, {"low": 0.6}, r"low == 0.6 and high == 0.5, must be low <= high"),
    ],
)
def test_bad_input_is_named(staff, options, message):
    with pytest.raises(ValueError, match=message):
        pay.mix(staff, as_of=AS_OF, **options)


NEEDED = pd.DataFrame({"role": ["account_manager", "account_manager", ""], "reps": [2.0, 1.5, 1.0]})


def paid(**pay_per_role):
    return pd.DataFrame(
        [(role, posts, total) for role, (posts, total) in pay_per_role.items()],
        columns=["role", "posts", "total_pay"],
    )


def test_planned_team_costs_its_headcount_at_the_mean_of_its_roles():
    needed = pd.DataFrame({"role": ["account_manager", "product_manager", ""], "reps": [3.0, 1.0, 0.6]})
    known = paid(account_manager=(4, 800e3), product_manager=(2, 600e3), sales_manager=(1, 900e3))
    assert pay.team_cost(needed, known, headcount=5) == pytest.approx(5 * (3 * 200e3 + 300e3) / 4)


def test_team_there_costs_what_its_people_are_paid_half_posts_and_double_roles_included():
    staff = pd.DataFrame({
        "role": ["account_manager", "account_manager", "account_product_manager", "product_manager"],
        "fixed_pay": [200e3, 124e3, 219e3, 300e3], "target_variable_pay": [100e3, 85e3, 157e3, 0.0],
        "capacity": [1.0, 0.5, 1.0, None],
    })  # fmt: skip
    sized = staff.assign(role=frames.sized_roles(staff, {"account_manager", "product_manager"}))
    there = pd.DataFrame({"role": ["account_manager", "product_manager"], "reps": [2.5, 1.0]})
    paid_now = staff[["fixed_pay", "target_variable_pay"]].sum().sum()
    assert pay.team_cost(there, pay.mix(sized, as_of=AS_OF), headcount=3.5) == pytest.approx(paid_now)


def test_regions_of_a_role_are_added_up():
    assert pay.team_cost(NEEDED, paid(account_manager=(4, 800e3)), headcount=5) == pytest.approx(5 * 200e3)


def test_cost_is_unknown_where_a_needed_role_has_no_pay_and_nothing_without_people():
    assert math.isnan(pay.team_cost(NEEDED, paid(product_manager=(2, 600e3)), headcount=5))
    assert math.isnan(pay.team_cost(NEEDED, paid(account_manager=(0, 0.0)), headcount=5))
    assert pay.team_cost(NEEDED.assign(reps=0.0), paid(account_manager=(4, 800e3)), headcount=0) == 0.0


def test_negative_headcount_is_refused():
    with pytest.raises(ValueError, match="headcount == -1, must be >= 0"):
        pay.team_cost(NEEDED, paid(account_manager=(4, 800e3)), headcount=-1)
