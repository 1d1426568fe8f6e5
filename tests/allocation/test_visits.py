"""Visits made against the policy: the window, the annual rate, the interval, the verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.allocation import visits as visiting

AS_OF = pd.Timestamp("2026-10-31")
POLICY = pd.DataFrame({"status": ["existing"], "tier": ["A"], "visits_per_year": [24.0]})


def people(n: int, status: str = "existing", tier: str = "A", prefix: str = "C") -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"{prefix}{i}" for i in range(n)], "status": status, "tier": tier})


def log(*rows: tuple) -> pd.DataFrame:
    """Rows of customer, staff, first day, last day, visits; further columns with their defaults."""
    frame = pd.DataFrame(list(rows), columns=["customer_id", "staff_id", "first_on", "last_on", "visits"])
    days = {name: pd.to_datetime(frame[name]) for name in ("first_on", "last_on")}
    month = days["first_on"].dt.to_period("M").dt.to_timestamp()
    return frame.assign(**days, month=month, kind="visit", minutes=np.nan)


def monthly(
    customers: pd.DataFrame, each: int, *, staff: str = "S1", start: str = "2025-11-01"
) -> pd.DataFrame:
    """The same visits to everybody in each of twelve months, from the first day to the last."""
    months = pd.date_range(start, periods=12, freq="MS")
    return log(
        *(
            (customer, staff, month, month + pd.offsets.MonthEnd(), each)
            for customer in customers["customer_id"]
            for month in months
        )
    )


def against(visits, customers, policy=POLICY, **options):
    return visiting.against_policy(visits, customers, policy, **({"as_of": AS_OF} | options))


def test_visits_per_customer_year_of_a_published_log():
    """89 customers of one class, 2,630 visits in 199 days: 54.2008 visits a customer-year."""
    rows = [(f"C{i}", "S1", "2025-04-03", "2025-10-18", 30) for i in range(87)]
    rows += [("C87", "S2", "2025-04-03", "2025-10-18", 20)]
    found = against(log(*rows), people(89), as_of=pd.Timestamp("2025-10-18")).iloc[0]
    assert (found["customers"], found["visits"], found["days"], found["never"]) == (89, 2630, 199, 1)
    assert found["per_year"] == pytest.approx(54.2008, abs=5e-5)
    assert found["ratio"] == pytest.approx(54.2008 / 24, rel=1e-5)


def test_bees_field_visits_by_class(shared):
    """The same facts from the real log, reduced by month here as the inputs reduce it."""
    folder = shared / "datasets" / "bees_field_visits"
    raw = pd.read_csv(folder / "sales_visits.csv", parse_dates=["visit_date"])
    raw = raw.assign(
        day=raw["visit_date"].dt.normalize(), month=raw["visit_date"].dt.to_period("M").dt.to_timestamp()
    )
    visits = raw.groupby(["month", "customer_id", "sales_rep_id"], as_index=False).agg(
        visits=("visit_id", "size"),
        minutes=("visit_duration", "sum"),
        first_on=("day", "min"),
        last_on=("day", "max"),
    )
    visits = visits.rename(columns={"sales_rep_id": "staff_id"}).assign(kind="visit")
    customers = pd.read_csv(folder / "customers.csv").rename(columns={"visit_frequency": "tier"})
    customers = customers.assign(status="existing")
    tiers = ["high", "low", "medium"]
    policy = pd.DataFrame(
        {"status": "existing", "tier": tiers, "visits_per_year": [54.2008, 12.5606, 27.4231]}
    )
    found = against(visits, customers, policy, as_of=pd.Timestamp("2025-10-18"))
    assert found["tier"].tolist() == tiers
    assert found["visits"].tolist() == [2630, 541, 1226]
    assert found["per_year"].tolist() == pytest.approx([54.2008, 12.5606, 27.4231], abs=5e-5)
    assert found["minutes"].tolist() == pytest.approx([75.1973, 74.3087, 74.7684], abs=5e-5)
    assert set(found["verdict"]) == {"consistent"}


def test_year_of_visits_at_policy_is_consistent():
    customers = people(30)
    found = against(monthly(customers, 2), customers).iloc[0]
    assert (found["days"], found["visits"]) == (365, 720)
    assert (found["per_year"], found["ratio"]) == (24.0, 1.0)
    assert found["verdict"] == "consistent"


@pytest.mark.parametrize(("each", "verdict"), [(1, "below"), (4, "above")])
def test_half_and_double_are_found(each, verdict):
    customers = people(30)
    visits = pd.concat([monthly(customers[i::5], each, staff=f"S{i}") for i in range(5)])
    visits["visits"] += np.arange(len(visits)) % 7 == 0
    found = against(visits, customers).iloc[0]
    assert found["verdict"] == verdict
    assert found["low"] < found["ratio"] < found["high"]


def test_phone_calls_are_not_visits_but_prove_that_the_log_ran():
    customers = people(6)
    visits = monthly(customers, 2)
    called = visits.assign(kind=np.where(visits["month"] < "2026-05-01", "call", "demo"))
    found = against(called, customers).iloc[0]
    assert (found["visits"], found["days"]) == (72, 365)


@pytest.mark.parametrize(
    ("as_of", "start", "days", "visits"),
    [
        ("2026-10-31", "2025-01-01", 61, 4),  # Nov and Dec 2025 of a log that runs through 2025
        ("2026-10-15", "2025-01-01", 61, 4),  # October 2025 would be cut on the 16th: left out whole
        ("2025-12-31", "2025-01-01", 365, 24),
        ("2025-12-15", "2025-01-01", 334, 22),  # December holds later visits: left out whole
        ("2025-12-31", "2025-12-01", 31, 2),
    ],
)
def test_window_is_at_most_a_year_in_months_that_are_not_cut(as_of, start, days, visits):
    customers = people(1)
    entries = monthly(customers, 2, start="2025-01-01")
    found = against(entries[entries["month"] >= start], customers, as_of=pd.Timestamp(as_of)).iloc[0]
    assert (found["days"], found["visits"]) == (days, visits)


def test_roles_add_up_to_the_policy_of_a_class_and_regions_do_not():
    policy = pd.DataFrame(
        {
            "role": ["account_manager", "account_manager", "product_manager"],
            "status": "existing",
            "tier": "A",
            "region": ["East", "South", "East"],
            "visits_per_year": [24.0, 24.0, 6.0],
        }
    )
    assert against(monthly(people(6), 2), people(6), policy)["policy"].item() == 30.0


def test_never_visited_minutes_and_visits_outside_the_policy():
    customers = pd.concat([people(6), people(2, status="lost", prefix="L")])
    visits = pd.concat(
        [
            monthly(people(5), 2).assign(minutes=lambda v: np.where(v["customer_id"] == "C0", 90.0, np.nan)),
            monthly(people(1, prefix="L"), 1),
            monthly(people(1, prefix=""), 1).assign(customer_id=""),
        ]
    )
    found = against(visits, customers)
    assert len(found) == 1
    assert found[["customers", "visits", "never", "minutes"]].iloc[0].tolist() == [6, 120, 1, 45.0]


def test_team_is_that_of_the_owner():
    customers = pd.concat([people(8), people(8, tier="B", prefix="D")])
    policy = pd.concat([POLICY, POLICY.assign(tier="B", visits_per_year=12.0)])
    staff = pd.DataFrame({"staff_id": ["S1", "S2"], "team": ["North", "South"]})
    owners = customers[["customer_id"]].assign(staff_id=["S1"] * 6 + ["S2"] * 9 + ["gone"])
    visits = monthly(customers, 1, staff="S2")
    found = against(visits, customers, policy, staff=staff, owners=owners, by=("team",)).set_index("team")
    assert found.index.tolist() == ["North", "South", ""]
    assert found["customers"].tolist() == [6, 9, 1]
    assert found["policy"].tolist() == pytest.approx([24.0, (2 * 24 + 7 * 12) / 9, 12.0])
    assert found["visits"].sum() == visits["visits"].sum()
    assert found.loc["", "verdict"] == "cannot_tell"


def test_silent_class_is_below_where_the_policy_asks_enough():
    customers = pd.concat([people(20), people(20, tier="B", prefix="D")])
    policy = pd.concat([POLICY, POLICY.assign(tier="B", visits_per_year=0.1)])
    found = against(monthly(people(20), 2), customers, policy).set_index("tier")
    assert found.loc["B", ["visits", "ratio", "low", "verdict"]].tolist() == [0, 0, 0, "cannot_tell"]
    assert found.loc["B", "high"] == pytest.approx(-np.log(0.1) / (20 * 0.1))
    asked = policy.assign(visits_per_year=[24.0, 6.0])
    assert against(monthly(people(20), 2), customers, asked).set_index("tier").loc["B", "verdict"] == "below"


def test_few_customers_or_days_and_an_empty_log_carry_no_verdict():
    assert against(monthly(people(4), 1), people(4))["verdict"].item() == "cannot_tell"
    short = monthly(people(30), 1)
    assert against(short[short["month"] >= "2026-09-01"], people(30))["verdict"].item() == "cannot_tell"
    found = against(short[:0], people(30)).iloc[0]
    assert (found["visits"], found["days"], found["never"], found["verdict"]) == (0, 0, 30, "cannot_tell")
    assert np.isnan(found["per_year"])


def test_one_person_behind_all_customers_widens_nothing_two_do():
    """Customers of two people who differ: the error is that of two people, not of forty customers."""
    customers = people(40)
    half = [monthly(customers[:20], 1, staff="S1"), monthly(customers[20:], 3, staff="S2")]
    two = against(pd.concat(half), customers).iloc[0]
    many = against(pd.concat(half).assign(staff_id=lambda v: v["customer_id"]), customers).iloc[0]
    assert two["ratio"] == many["ratio"] == 1.0
    assert two["high"] / two["low"] > 2 * many["high"] / many["low"]
    assert two["verdict"] == "cannot_tell"


def test_row_order_is_irrelevant_and_inputs_stay():
    customers = people(12)
    visits = pd.concat([monthly(customers[i::3], i + 1, staff=f"S{i}") for i in range(3)], ignore_index=True)
    before = visits.copy(deep=True)
    shuffled = against(visits.sample(frac=1, random_state=1), customers[::-1])
    pd.testing.assert_frame_equal(shuffled, against(visits, customers))
    pd.testing.assert_frame_equal(visits, before)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"customers": people(2, tier="Z")},
            ValueError,
            r"classes \[\('existing', 'Z'\)\] have customers but no",
        ),
        ({"customers": pd.concat([people(2)] * 2)}, ValueError, r"more than one row for .* \['C0', 'C1'\]"),
        ({"visits": monthly(people(1), 1).drop(columns="visits")}, ValueError, r"visits is missing columns"),
        ({"by": ("team",)}, ValueError, r"by has 'team' but staff or owners is None"),
        ({"by": ("city",)}, ValueError, r"customers is missing columns \['city'\]"),
        ({"level": 1.0}, ValueError, r"level == 1.0, must be > 0 and < 1"),
        ({"level": "80"}, TypeError, r"level is '80', must be a number"),
    ],
)
def test_bad_input_is_named(options, error, message):
    customers = options.pop("customers", people(2))
    visits = options.pop("visits", monthly(people(1), 1))
    with pytest.raises(error, match=message):
        against(visits, customers, **options)


ASSIGNMENTS = pd.DataFrame(
    {
        "customer_id": ["C1", "C1", "C1", "C2", "C2", "C3", "C4"],
        "staff_id": ["S1", "S2", "S3", "S1", "S2", "S1", "S1"],
        "from_on": pd.to_datetime(
            ["2025-01-01", "2026-04-01", "2026-05-01", *["2025-01-01"] * 3, "2026-11-01"]
        ),
        "to_on": pd.to_datetime(["2026-03-31", None, None, "2026-10-31", None, "2026-10-30", None]),
        "part": ["owner", "owner", "owner", "", "backup", "owner", "owner"],
    }
)


def test_owner_of_the_day_is_unique():
    owners = visiting.current_owners(ASSIGNMENTS, as_of=AS_OF)
    assert owners.to_numpy().tolist() == [["C1", "S3"], ["C2", "S1"]]
    staff = pd.DataFrame({"staff_id": ["S2", "S3"], "role": ["account_manager", "product_manager"]})
    assert visiting.current_owners(ASSIGNMENTS, as_of=AS_OF, staff=staff)["staff_id"].tolist() == ["S2", "S1"]
    assert visiting.current_owners(ASSIGNMENTS[:0], as_of=AS_OF).empty
    with pytest.raises(ValueError, match=r"assignments is missing columns \['from_on'\]"):
        visiting.current_owners(ASSIGNMENTS.drop(columns="from_on"), as_of=AS_OF)
