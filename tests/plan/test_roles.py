"""Roles: work by hand, the two schools, who lacks whom."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt.errors import Refused
from salesmgmt.plan import roles

AS_OF = pd.Timestamp("2026-10-31")
PIECES = pd.DataFrame({"role": ["account_manager", "product_manager"], "working_days": 225.0, "hours_per_day": 8.0,
    "selling_share": 0.4, "hours_per_visit": 2.0, "travel_hours_per_visit": 1.0})  # fmt: skip
VISITS = pd.DataFrame({"role": ["account_manager", "product_manager"], "visits": [480.0, 240.0]})
WORK = pd.DataFrame({
    "work": ["payments", "pursuit", "meetings", "bids"],
    "role": ["account_manager"] * 3 + ["product_manager"],
    "hours_per_customer": [10.0, None, None, None], "hours_per_opportunity": [None, 20.0, None, 30.0],
    "hours_fixed": [None, None, 200.0, None],
})  # fmt: skip
FREQUENCIES = pd.DataFrame({"role": ["account_manager", "product_manager"], "status": "existing", "tier": "A",
    "customers": 24.0, "visits_per_year": [20.0, 10.0]})  # fmt: skip
COST = pd.DataFrame({"role": ["account_manager", "product_manager"], "cost_per_head": [500e3, 400e3]})


def busy(customers: float = 24, opportunities: float = 40) -> pd.DataFrame:
    return roles.workload(
        roles.content(WORK, customers=customers, opportunities=opportunities), PIECES, VISITS
    )


def test_workload_by_hand():
    """Account: 480 × 3 + 24 × 10 + 40 × 20 = 2,480 h over 1,800 − 200; the five steps: 1,440 ÷ (1,800 × 0.4)."""
    found = busy().iloc[0]
    assert (found["visit_hours"], found["other_hours"], found["hours_each"]) == (1440, 1040, 1600)
    assert found["people"] == pytest.approx(2480 / 1600)
    assert found["people_visits"] == pytest.approx(2.0)


def test_content_doubles_with_customers_and_opportunities_and_leaves_its_input():
    before = WORK.copy()
    once = roles.content(WORK, customers=10, opportunities=5)
    twice = roles.content(WORK, customers=20, opportunities=10)
    assert twice["hours"].tolist() == [2 * hours for hours in once["hours"]]
    assert twice["hours_fixed"].tolist() == once["hours_fixed"].tolist()
    pd.testing.assert_frame_equal(WORK, before)


def test_one_person_makes_the_visits_of_both_or_the_larger_number():
    found = roles.schools(busy(), FREQUENCIES, COST).set_index("school")
    assert found["faces"].tolist() == [2.0, 1.0, 1.0]
    assert found["hours"]["apart"] == found["hours"]["merged"] == pytest.approx(2480 + 240 * 3 + 1200)
    assert found["hours"]["merged"] - found["hours"]["merged_joint"] == pytest.approx(24 * 10 * 3)
    assert found["cost"]["merged"] == pytest.approx(found["people"]["merged"] * 500e3)


def test_a_class_that_only_one_of_both_visits_is_not_joined():
    alone = FREQUENCIES.assign(tier=["A", "B"])
    found = roles.schools(busy(), alone, COST).set_index("school")
    assert found["hours"]["merged_joint"] == found["hours"]["merged"]
    assert found["faces"].tolist() == [1.0, 1.0, 1.0]


def test_unknown_cost_stays_unknown_and_one_role_is_refused():
    found = roles.schools(busy(), FREQUENCIES, COST.assign(cost_per_head=[500e3, None]))
    assert found["cost"].isna().all()
    with pytest.raises(Refused, match=r"plan\.roles_not_both"):
        roles.schools(busy().iloc[:1], FREQUENCIES, COST)
    with pytest.raises(Refused, match=r"plan\.roles_no_hours"):
        roles.workload(
            roles.content(WORK, customers=1, opportunities=1), PIECES.assign(working_days=None), VISITS
        )


def test_owners_of_the_day_fill_their_role_and_backups_and_leavers_do_not():
    customers = pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "customer": ["x", "y", "z"],
        "status": ["existing", "lost", "prospect"], "key_account": [True, True, False]})  # fmt: skip
    owned = pd.DataFrame({
        "customer_id": ["C1", "C1", "C1", "C3"], "staff_id": ["S1", "S2", "S3", "S1"],
        "from_on": pd.NaT, "to_on": pd.NaT, "part": ["owner", "owner", "backup", "owner"],
    })  # fmt: skip
    staff = pd.DataFrame({"staff_id": ["S1", "S2", "S3"],
        "role": ["account_product_manager", "delivery_manager", "delivery_manager"],
        "left_on": [pd.NaT, pd.Timestamp("2026-01-31"), pd.NaT]})  # fmt: skip
    deals = pd.DataFrame({"opportunity_id": ["O1", "O2"], "customer_id": "C3", "staff_id": ["S3", "S1"],
        "status": ["open", "lost"], "amount": [5.0, 9.0]})  # fmt: skip
    found = roles.triangle_gaps(customers, deals, owned, staff, as_of=AS_OF)
    assert found["id"].tolist() == ["C1", "O1"]
    assert found[["account_manager", "product_manager", "delivery_manager"]].values.tolist() == [
        [True, True, False],
        [True, True, True],
    ]
    missing = roles.missing_roles(found)
    assert missing.loc[
        missing["without"] > 0, ["subject", "role", "looked_at", "without"]
    ].values.tolist() == [["key_customer", "delivery_manager", 1, 1]]


def test_misuse_is_named():
    with pytest.raises(ValueError, match="janitor"):
        roles.content(WORK.assign(role="janitor"), customers=1, opportunities=1)
    with pytest.raises(ValueError, match="hours_fixed"):
        roles.content(WORK.assign(hours_fixed=-1.0), customers=1, opportunities=1)
    with pytest.raises(ValueError, match="hours left a person"):
        roles.workload(
            roles.content(WORK.assign(hours_fixed=2000.0), customers=1, opportunities=1), PIECES, VISITS
        )
