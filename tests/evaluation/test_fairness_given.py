"""Results beside what a person was given: whose, in which business year, and what no table tells."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt.evaluation import fairness

AS_OF = pd.Timestamp("2026-10-31")


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


STAFF = pd.DataFrame(
    {
        "staff_id": ["S1", "S2", "S3", "D1"],
        "role": ["account_manager", "account_product_manager", "account_manager", "delivery_manager"],
        "team": ["East", "West", "West", "East"],
        "hired_on": [day("2020-01-01"), day("2026-05-01"), day("2020-01-01"), pd.NaT],
        "left_on": [pd.NaT, pd.NaT, day("2026-01-31"), pd.NaT],
        "capacity": [1.0, 0.5, 1.0, 1.0],
    }
)
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["C1", "C2", "C3"],
        "status": "existing",
        "tier": ["A", "B", "B"],
        "potential": [10.0, 5.0, None],
    }
)
HELD = pd.DataFrame(
    [
        ("C1", "S1", "2024-01-01", None, "owner"),
        ("C2", "S1", "2024-01-01", "2026-04-30", ""),
        ("C2", "S2", "2026-05-01", None, "owner"),
        ("C3", "S2", "2026-05-01", None, "backup"),
        ("C1", "D1", "2024-01-01", None, "owner"),
    ],
    columns=["customer_id", "staff_id", "from_on", "to_on", "part"],
)
POLICY = pd.DataFrame(
    {"role": "account_manager", "status": "existing", "tier": ["A", "B"], "visits_per_year": [30.0, 20.0]}
)
REVENUE = pd.DataFrame(
    {
        "month": pd.to_datetime(["2026-10-01", "2026-11-01", "2025-12-01"]),
        "staff_id": "S1",
        "amount": [7.0, 99.0, 4.0],
    }
)
DEALS = pd.DataFrame(
    {
        "staff_id": ["S2", "S2", "S1", "S2"],
        "status": ["won", "lost", "won", "open"],
        "kind": ["new", "new", "renewal", "new"],
        "closed_on": [AS_OF, day("2026-11-01"), day("2026-03-01"), pd.NaT],
    }
)


def found(**options: object) -> pd.DataFrame:
    given = {"as_of": AS_OF, "revenue": REVENUE, "opportunities": DEALS} | options
    return fairness.given(STAFF, HELD, CUSTOMERS, **given).set_index(["staff_id", "year"])


def test_one_row_per_seller_employed_now_and_year_in_post():
    table = found()
    assert table.index.tolist() == [("S1", "2026"), ("S1", "2025"), ("S1", "2024"), ("S2", "2026")]
    assert table["customers"].tolist() == [1, 2, 2, 1]
    assert table["potential"].tolist() == [10.0, 15.0, 15.0, 5.0]
    assert table["months"].tolist() == pytest.approx([10, 12, 12, 6], abs=0.1)
    assert table["tenure"].tolist() == pytest.approx([6.83, 6.0, 5.0, 0.5], abs=0.01)


def test_results_are_those_of_the_year_and_zero_only_where_the_table_has_the_year():
    table = found()
    assert table["revenue"].tolist()[:2] == [7.0, 4.0]
    assert pd.isna(table.loc[("S1", "2024"), "revenue"])
    assert table.loc[("S2", "2026"), ["revenue", "closed", "won"]].tolist() == [0.0, 1.0, 1.0]
    assert table.loc[("S1", "2026"), "closed"] == 0.0


def test_workload_is_visits_asked_over_what_the_post_can_make():
    table = found(frequencies=POLICY, visits_per_rep={"account_manager": 100.0})
    assert table["workload"].tolist() == pytest.approx([0.3, 0.5, 0.5, 0.4])  # S2 has half a post
    assert found()["workload"].isna().all()


def test_support_and_absence_count_in_their_business_year():
    support = pd.DataFrame(
        {"staff_id": "S1", "period": ["2026-Q1", "2026-02", "2025", "2023"], "leads": [1.0, 2.0, 4.0, 8.0]}
    )
    gone = pd.DataFrame({"staff_id": ["S1"], "from_on": [day("2025-12-31")], "to_on": [day("2026-01-02")]})
    table = found(support=support, absences=gone)
    assert table["leads"].tolist()[:2] == [3.0, 4.0]
    assert table["joint_visits"].isna().all()
    assert table.loc["S1", "absent_days"].tolist()[:2] == [2.0, 1.0]
    april = found(support=support, year_starts=4)
    assert (
        april.loc[("S1", "2025"), "leads"] == 4.0 + 2.0
    )  # February 2026 is in the year that began in April 2025
    assert april.loc[("S1", "2026"), "leads"] == 1.0


def test_without_results_owners_are_listed():
    table = found(revenue=None, opportunities=None)
    assert set(table.index.get_level_values("staff_id")) == {"S1", "S2", "D1"}
    assert table[["revenue", "won"]].isna().all(axis=None)


def test_absent_columns_and_repeated_customers_raise():
    with pytest.raises(ValueError, match=r"assignments is missing columns \['from_on'\]"):
        fairness.given(STAFF, HELD.drop(columns="from_on"), CUSTOMERS, as_of=AS_OF)
    with pytest.raises(ValueError, match="customers has more than one row"):
        fairness.given(STAFF, HELD, pd.concat([CUSTOMERS, CUSTOMERS]), as_of=AS_OF)


def test_teams_are_told_by_the_year_and_the_least_supported_comes_first():
    beside = pd.DataFrame(
        {"staff_id": ["S1", "S2", "S3"], "months": [12.0, 6.0, 6.0], "leads": 1.0, "joint_visits": [9.0, 1.0, 2.0],
         "coaching_hours": [4.0, 1.0, None], "budget": None}
    ).astype({"budget": "float64"})  # fmt: skip
    table = fairness.by_team(beside, STAFF)
    assert table["group"].tolist() == ["West", "East"]
    assert table["people"].tolist() == [2, 1]
    assert table["joint_visits"].tolist() == [3.0, 9.0]
    assert table["coaching_hours"].tolist() == [2.0, 4.0]  # of S3 nothing is known
    assert table["budget"].isna().all()
