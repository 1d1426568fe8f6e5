"""Each person's attainment or growth: whose revenue it is, which quota counts, one measure a role."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import performance

AS_OF = pd.Timestamp("2026-10-31")
STAFF = pd.DataFrame(
    {
        "staff_id": ["A1", "A2", "D1", "M1"],
        "role": ["account_manager", "account_manager", "delivery_manager", "sales_manager"],
        "team": ["East", "West", "East", "East"],
    }
)


def book(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["month", "customer_id", "staff_id", "amount"])
    return frame.assign(month=pd.to_datetime(frame["month"]))


REVENUE = book(
    ("2025-03-01", "C1", "A1", 100.0),
    ("2026-03-01", "C1", "A1", 130.0),
    ("2025-03-01", "C2", "A1", 200.0),  # handed over to A2 in between
    ("2026-03-01", "C2", "A2", 150.0),
    ("2025-12-01", "C2", "A2", 1e6),  # outside the months compared
)
OWNERS = pd.DataFrame(
    {"customer_id": ["C1", "C2", "C1", "C2"], "staff_id": ["A1", "A2", "D1", "D1"]}, dtype="str"
)


def quota(*rows: tuple[str, str, float], metric: str = "revenue", scope: str = "staff") -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["scope_id", "period", "amount"])
    return frame.assign(scope=scope, metric=metric, product_id="", customer_id="")


def found(revenue: pd.DataFrame = REVENUE, **options: object) -> pd.DataFrame:
    return performance.by_person(revenue, STAFF, **({"as_of": AS_OF} | options)).set_index("staff_id")


def test_growth_is_of_the_customers_owned_today():
    table = found(owners=OWNERS)
    assert table.index.tolist() == ["A1", "A2", "D1", "M1"]
    assert table["value"].tolist()[:3] == pytest.approx([0.3, -0.25, 280 / 300 - 1])
    assert np.isnan(table.loc["M1", "value"])
    assert set(table["measure"]) == {"growth"}
    assert table["customers"].tolist() == [1, 1, 2, 0]
    assert table["team"].tolist() == ["East", "West", "East", "East"]


def test_without_owners_growth_is_of_what_is_booked():
    table = found()
    assert table.loc["A1", "value"] == pytest.approx(130 / 300 - 1)
    assert table.loc[["A2", "D1"], "value"].isna().all()  # no last year to compare with; nothing booked


def test_owners_of_the_day_count_once_a_role():
    owners = OWNERS.assign(from_on=pd.Timestamp("2024-01-01"), to_on=pd.NaT, part="owner")
    past = pd.DataFrame({"customer_id": ["C1"], "staff_id": ["A2"], "to_on": [pd.Timestamp("2026-01-31")]})
    later = pd.DataFrame({"customer_id": ["C2"], "staff_id": ["A1"], "from_on": [pd.Timestamp("2026-06-01")]})
    backup = pd.DataFrame({"customer_id": ["C1"], "staff_id": ["A2"], "part": ["backup"]})
    table = found(owners=pd.concat([owners, past, later, backup]))
    assert table.loc["A1", ["actual", "reference"]].tolist() == [280, 300]  # A1 took C2 over in June
    assert table.loc["D1", ["actual", "reference"]].tolist() == [280, 300]
    assert np.isnan(table.loc["A2", "value"])


def test_attainment_is_booked_revenue_over_the_quota_of_the_same_months():
    quotas = pd.concat([quota(("A1", "2026", 1200.0), ("A2", "2026-Q1", 300.0), ("A2", "2026-02", 10.0))])
    table = found(owners=OWNERS, quotas=quotas)
    assert table.loc["A1", ["actual", "reference", "value"]].tolist() == pytest.approx([130, 1000, 0.13])
    # February has a quota of its own, in place of its third of the quarter's; April to October have none.
    assert table.loc["A2", ["actual", "reference"]].tolist() == pytest.approx([150, 210])
    assert table["measure"].tolist() == ["attainment", "attainment", "growth", "growth"]
    assert set(table["metric"]) == {"revenue"}


def test_role_without_bookings_attains_by_what_it_owns():
    table = found(owners=OWNERS, quotas=quota(("D1", "2026", 336.0)))
    assert table.loc["D1", ["actual", "reference", "value"]].tolist() == pytest.approx([280, 280, 1.0])


def test_revenue_nobody_is_booked_for_is_its_owners():
    unbooked = REVENUE.assign(staff_id=REVENUE["staff_id"].where(REVENUE["customer_id"] != "C1", ""))
    table = found(unbooked, owners=OWNERS, quotas=quota(("A1", "2026", 1200.0), ("A2", "2026", 1200.0)))
    assert table.loc["A1", "actual"] == 130
    assert table.loc["A2", "actual"] == 150


def test_role_is_measured_one_way():
    both = found(owners=OWNERS, quotas=quota(("A1", "2026", 1200.0)))  # growth covers two, attainment one
    assert both.loc[["A1", "A2"], "measure"].tolist() == ["growth", "growth"]
    assert both.loc["A1", "value"] == pytest.approx(0.3)
    booked = found(quotas=quota(("A1", "2026", 1200.0)))  # one each: attainment goes first
    assert booked.loc[["A1", "A2"], "measure"].tolist() == ["attainment", "attainment"]
    assert np.isnan(booked.loc["A2", "value"])


def test_nothing_earned_on_a_quota_is_nothing_attained():
    table = found(quotas=quota(("A1", "2026", 12.0), ("A2", "2026-05", 12.0)))
    assert table.loc["A2", ["actual", "reference", "value"]].tolist() == [0, 12, 0]


def test_margin_quota_needs_costs():
    asked = quota(("A1", "2026", 120.0), ("A2", "2026", 120.0), metric="margin")
    costs = REVENUE.assign(direct_cost=REVENUE["amount"] * 0.8)
    table = found(costs, owners=OWNERS, quotas=asked)
    assert table.loc[["A1", "A2"], "value"].tolist() == pytest.approx([0.26, 0.3])
    assert table.loc["A1", "metric"] == "margin"
    assert found(REVENUE, owners=OWNERS, quotas=asked).loc["A1", "measure"] == "growth"


@pytest.mark.parametrize(
    "quotas",
    [
        quota(("A1", "2026", 1200.0), metric="signed"),
        quota(("A1", "2026", 1200.0), scope="team"),
        quota(("A1", "2026", 1200.0)).assign(product_id="P1"),
        quota(("A1", "2026", 1200.0)).assign(customer_id="key_accounts"),
        quota(("A1", "2025", 1200.0), ("A1", "2026-11", 10.0)),
        quota(("A1", "2026", 0.0)),
        quota(("A1", "2026", 1.0)).iloc[:0],
    ],
)
def test_quotas_that_do_not_speak_count_as_none(quotas):
    pd.testing.assert_frame_equal(found(owners=OWNERS, quotas=quotas), found(owners=OWNERS))


def test_business_year_that_starts_in_april():
    revenue = book(("2026-04-01", "C1", "A1", 50.0), ("2027-01-01", "C1", "A1", 70.0))
    options = {"as_of": pd.Timestamp("2027-02-28"), "year_starts": 4}
    table = found(revenue, quotas=quota(("A1", "2026", 1200.0)), **options)
    assert table.loc["A1", ["actual", "reference"]].tolist() == pytest.approx([120, 1100])
    quarter = found(revenue, quotas=quota(("A1", "2026-Q4", 300.0)), **options)  # January to March 2027
    assert quarter.loc["A1", ["actual", "reference"]].tolist() == pytest.approx([70, 200])
    month = found(revenue, quotas=quota(("A1", "2027-01", 100.0)), **options)
    assert month.loc["A1", ["actual", "reference"]].tolist() == pytest.approx([70, 100])


def test_only_who_is_employed_is_listed():
    staff = STAFF.assign(left_on=pd.to_datetime(["2026-10-30", None, None, None]))
    table = performance.by_person(REVENUE, staff, as_of=AS_OF, owners=OWNERS)
    assert table["staff_id"].tolist() == ["A2", "D1", "M1"]


def hired(*, measured: str, **days: str | None) -> pd.DataFrame:
    """A1 and A2, whose hire dates are as given, measured by what they own, by a quota or by bookings."""
    staff = STAFF.assign(hired_on=pd.to_datetime(STAFF["staff_id"].map(days)))
    quotas = quota(("A1", "2026", 1200.0), ("A2", "2026", 1200.0)) if measured == "attainment" else None
    owners = None if measured == "booked" else OWNERS
    table = performance.by_person(REVENUE, staff, as_of=AS_OF, owners=owners, quotas=quotas)
    return table.set_index("staff_id")


def test_growth_of_inherited_customers_is_nobodys_who_came_within_the_year():
    plain = found(owners=OWNERS)
    table = hired(measured="growth", A1="2025-10-31", A2="2025-11-01")  # a year to the day; a day less
    assert table.loc["A1", "value"] == pytest.approx(0.3)
    assert np.isnan(table.loc["A2", "value"])
    kept = ["measure", "actual", "reference", "customers"]
    pd.testing.assert_frame_equal(table[kept], plain[kept])
    pd.testing.assert_series_equal(table["value"].drop("A2"), plain["value"].drop("A2"))
    assert hired(measured="booked", A1="2026-03-01").loc["A1", ["actual", "reference"]].tolist() == [130, 300]
    assert np.isnan(hired(measured="booked", A1="2026-03-01").loc["A1", "value"])


def test_without_a_hire_date_people_were_always_there():
    unknown = hired(measured="growth", A1=None, A2=None)
    pd.testing.assert_frame_equal(unknown, found(owners=OWNERS))


def test_attainment_is_also_of_who_came_within_the_year():
    table = hired(measured="attainment", A1="2025-11-01", A2="2026-03-01")
    plain = found(owners=OWNERS, quotas=quota(("A1", "2026", 1200.0), ("A2", "2026", 1200.0)))
    assert table.loc[["A1", "A2"], "measure"].tolist() == ["attainment", "attainment"]
    assert table.loc[["A1", "A2"], "value"].tolist() == pytest.approx([0.13, 0.15])
    pd.testing.assert_frame_equal(table, plain)


def test_growth_that_is_nobodys_does_not_decide_the_measure():
    staff = STAFF.assign(hired_on=pd.to_datetime(["2018-05-07", "2025-11-01", None, None]))
    options = {"as_of": AS_OF, "owners": OWNERS, "quotas": quota(("A1", "2026", 1200.0))}
    two = performance.by_person(REVENUE, STAFF, **options).set_index("staff_id")
    one = performance.by_person(REVENUE, staff, **options).set_index("staff_id")
    assert two.loc["A1", "measure"] == "growth"  # growth of two, attainment of one
    assert one.loc[["A1", "A2"], "measure"].tolist() == ["attainment", "attainment"]  # one each
    assert one.loc["A1", "value"] == pytest.approx(0.13)
    both = performance.by_person(REVENUE, staff.assign(hired_on=AS_OF), as_of=AS_OF, owners=OWNERS)
    assert both["value"].isna().all()
    assert set(both["measure"]) == {"growth"}
    assert both["actual"].tolist()[:3] == [130, 150, 280]


def test_no_whole_month_and_no_revenue_say_nothing():
    for table in (found(as_of=pd.Timestamp("2026-01-15")), found(REVENUE.iloc[:0], owners=OWNERS)):
        assert table["value"].isna().all()
        assert table["customers"].tolist() == [0] * 4
    assert performance.by_person(REVENUE, STAFF.iloc[:0], as_of=AS_OF).empty


def test_row_order_is_irrelevant_and_inputs_stay():
    options = {"owners": OWNERS, "quotas": quota(("A1", "2026", 1200.0), ("A2", "2026", 900.0))}
    before = REVENUE.copy(deep=True)
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in options.items()}
    pd.testing.assert_frame_equal(found(**options), found(REVENUE.sample(frac=1, random_state=5), **shuffled))
    pd.testing.assert_frame_equal(before, REVENUE)


def test_roles_add_up_to_what_the_company_bills():
    table = found(owners=OWNERS)
    for role in ("account_manager", "delivery_manager"):
        assert table.loc[table["role"] == role, ["actual", "reference"]].sum().tolist() == [280, 300]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"quotas": quota(("A1", "2026-13", 1.0), ("A1", "26", 1.0))},
            r"quotas.period has \['2026-13', '26'\], must be like 2026, 2026-Q1 or 2026-01",
        ),
        ({"quotas": quota(("A1", "2026", -1.0))}, r"quotas.amount == \{0: -1.0\}, must be >= 0"),
        (
            {"quotas": quota(("A1", "2026", 1.0), ("A1", "2026", 2.0))},
            r"quotas has more than one row for .*'A1', '2026', 'revenue'",
        ),
        ({"quotas": pd.DataFrame({"scope": []})}, r"quotas is missing columns"),
        ({"owners": pd.DataFrame({"customer_id": []})}, r"owners is missing columns \['staff_id'\]"),
        ({"year_starts": 0}, r"year_starts == 0, must be a month 1 to 12"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        found(**options)
