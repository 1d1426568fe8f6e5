"""Growth over the same months a year before, by team and for the company."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import performance

AS_OF = pd.Timestamp("2026-10-31")
STAFF = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "team": ["North", "North", "South"]})


def rng() -> np.random.Generator:
    return np.random.default_rng(2027)


def book(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["month", "customer_id", "staff_id", "amount"])
    return frame.assign(month=pd.to_datetime(frame["month"]))


def company(
    n: int, *, staff: str = "S1", grown: float = 1.1, spread: float = 0.3, prefix: str = "C"
) -> pd.DataFrame:
    """Customers with one amount in June of both years, growing by ``grown`` on average."""
    draw = np.random.default_rng(n)
    last = draw.lognormal(size=n)
    this = last * grown * draw.gamma(1 / spread**2, spread**2, n)
    ids = [f"{prefix}{i}" for i in range(n)]
    years = [pd.DataFrame({"month": pd.Timestamp(day), "customer_id": ids, "staff_id": staff, "amount": amount})
             for day, amount in (("2025-06-01", last), ("2026-06-01", this))]  # fmt: skip
    return pd.concat(years, ignore_index=True)


REVENUE = book(
    ("2025-01-01", "C1", "S1", 100.0),
    ("2026-01-01", "C1", "S1", 130.0),
    ("2025-10-01", "C2", "S2", 100.0),
    ("2026-10-01", "C2", "S2", 80.0),
    ("2025-03-01", "C3", "S3", 50.0),
    ("2026-03-01", "C3", "", 60.0),  # nobody booked: the owner's
    ("2026-04-01", "", "", 7.0),  # nobody known: unassigned
    ("2025-11-01", "C1", "S1", 1e6),  # outside the months compared
    ("2026-11-01", "C1", "S1", 1e6),
    ("2024-05-01", "C1", "S1", 1e6),
)
OWNERS = pd.DataFrame({"customer_id": ["C3"], "staff_id": ["S3"]})


def test_growth_by_team_over_the_same_months():
    found = performance.growth(REVENUE, as_of=AS_OF, staff=STAFF, owners=OWNERS, rng=rng()).set_index("group")
    assert found.index.tolist() == ["North", "South", ""]
    assert found["people"].tolist() == [2, 1, 0]
    assert found["customers"].tolist() == [2, 1, 0]
    assert found["this_year"].tolist() == [210, 60, 7]
    assert found["last_year"].tolist() == [200, 50, 0]
    assert found["growth"].tolist()[:2] == pytest.approx([0.05, 0.2])
    assert np.isnan(found.loc["", "growth"])
    assert found.loc["North", "largest_share"] == pytest.approx(30 / 50)
    assert (found["months"] == 10).all()
    assert found["low"].isna().all()
    assert set(found["verdict"]) == {"cannot_tell"}


def test_parts_add_up_to_the_company():
    for owners in (None, OWNERS):
        parts = performance.growth(REVENUE, as_of=AS_OF, staff=STAFF, owners=owners, rng=rng())
        whole = performance.company_growth(REVENUE, as_of=AS_OF, rng=rng())
        for name in ("this_year", "last_year", "change"):
            assert parts[name].sum() == getattr(whole, name)
    assert (whole.this_year, whole.last_year, whole.customers) == (277, 250, 3)
    assert whole.growth == pytest.approx(27 / 250)
    assert whole.largest_share == pytest.approx(30 / (30 + 20 + 10 + 7))


@pytest.mark.parametrize(
    ("as_of", "year_starts", "start", "end", "months"),
    [
        ("2026-10-31", 1, "2026-01-01", "2026-10-31", 10),
        ("2026-10-30", 1, "2026-01-01", "2026-09-30", 9),  # October is still running
        ("2026-03-31", 4, "2025-04-01", "2026-03-31", 12),
        ("2026-04-30", 4, "2026-04-01", "2026-04-30", 1),
        ("2028-02-29", 1, "2028-01-01", "2028-02-29", 2),
        ("2028-02-28", 1, "2028-01-01", "2028-01-31", 1),
        ("2026-01-15", 1, "2026-01-01", "2025-12-31", 0),
    ],
)
def test_evaluation_period_is_the_business_year_in_whole_months(as_of, year_starts, start, end, months):
    found = performance.company_growth(REVENUE, as_of=pd.Timestamp(as_of), year_starts=year_starts, rng=rng())
    assert (found.start, found.end, found.months) == (pd.Timestamp(start), pd.Timestamp(end), months)


def test_no_whole_month_says_nothing():
    found = performance.company_growth(REVENUE, as_of=pd.Timestamp("2026-01-15"), rng=rng())
    assert (found.this_year, found.last_year, found.customers) == (0, 0, 0)
    assert np.isnan(found.growth)
    parts = performance.growth(REVENUE, as_of=pd.Timestamp("2026-01-15"), staff=STAFF, rng=rng())
    assert parts["verdict"].tolist() == ["cannot_tell", "cannot_tell"]


def test_interval_needs_ten_customers_and_holds_growth():
    nine = performance.company_growth(company(9), as_of=AS_OF, rng=rng())
    ten = performance.company_growth(company(10), as_of=AS_OF, rng=rng())
    assert np.isnan(nine.low) and np.isnan(nine.high)
    assert ten.low < ten.growth < ten.high
    large = performance.company_growth(company(1000), as_of=AS_OF, rng=rng())
    assert large.high - large.low < ten.high - ten.low


def test_team_that_halves_is_below_and_the_others_are_not_blamed():
    revenue = pd.concat(
        [
            company(40, staff="S1", grown=1.1, prefix="A"),
            company(41, staff="S2", grown=1.1, prefix="B"),
            company(42, staff="S3", grown=0.5, prefix="D"),
        ]
    )
    found = performance.growth(revenue, as_of=AS_OF, staff=STAFF.assign(team=["N", "W", "S"]), rng=rng())
    verdicts = found.set_index("group")["verdict"]
    assert verdicts["S"] == "below"
    assert not verdicts[["N", "W"]].isin(["below"]).any()


def alike(n: int, *, staff: str, prefix: str) -> pd.DataFrame:
    """Customers of one size, half of them growing by 5 %, half by 15 %."""
    ids = [f"{prefix}{i}" for i in range(n)]
    grown = np.where(np.arange(n) % 2, 1.05, 1.15)
    years = (("2025-06-01", np.ones(n)), ("2026-06-01", grown))
    return pd.concat(
        [
            pd.DataFrame({"month": pd.Timestamp(day), "customer_id": ids, "staff_id": staff, "amount": money})
            for day, money in years
        ]
    )


def test_teams_alike_with_little_noise_are_consistent():
    revenue = pd.concat([alike(20, staff=f"S{i}", prefix=f"{i}-") for i in (1, 2, 3)])
    found = performance.growth(revenue, as_of=AS_OF, staff=STAFF.assign(team=["N", "W", "S"]), rng=rng())
    assert found["growth"].tolist() == pytest.approx([0.1] * 3)
    assert found["verdict"].tolist() == ["consistent"] * 3


def test_one_large_customer_widens_the_interval():
    even = alike(40, staff="S1", prefix="C")
    giant = even.assign(amount=even["amount"].mask(even["customer_id"] == "C0", even["amount"] * 200))
    width = [
        found.high - found.low
        for found in (performance.company_growth(book, as_of=AS_OF, rng=rng()) for book in (even, giant))
    ]
    assert width[1] > 2 * width[0]


def test_group_by_a_column_and_by_people_who_left():
    products = REVENUE.assign(product_id=["P1", "P1", "P2", "P2"] + [""] * 6)
    found = performance.growth(products, as_of=AS_OF, by="product_id", rng=rng())
    assert found["group"].tolist() == ["P1", "P2", ""]
    assert found["people"].isna().all()
    left = STAFF.assign(left_on=pd.to_datetime(["2026-01-31", None, None]))
    assert performance.growth(REVENUE, as_of=AS_OF, staff=left, rng=rng())["people"].tolist() == [1, 1, 0]


def test_team_without_revenue_is_listed():
    found = performance.growth(REVENUE[:2], as_of=AS_OF, staff=STAFF, rng=rng()).set_index("group")
    assert found.loc["South", ["people", "customers", "this_year"]].tolist() == [1, 0, 0]


def test_same_seed_same_interval_and_row_order_is_irrelevant():
    revenue = company(30)
    first = performance.growth(revenue, as_of=AS_OF, staff=STAFF, rng=rng())
    again = performance.growth(revenue.sample(frac=1, random_state=3), as_of=AS_OF, staff=STAFF, rng=rng())
    pd.testing.assert_frame_equal(first, again)
    before = company(30)
    pd.testing.assert_frame_equal(revenue, before)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"staff": None}, ValueError, r"staff and by are both None"),
        ({"by": "product"}, ValueError, r"revenue is missing columns \['product'\]"),
        ({"year_starts": 13}, ValueError, r"year_starts == 13, must be a month 1 to 12"),
        ({"rng": 5}, TypeError, r"rng is a int, must be a numpy.random.Generator"),
        ({"owners": pd.concat([OWNERS, OWNERS])}, ValueError, r"owners has more than one row .* \['C3'\]"),
        (
            {"staff": pd.concat([STAFF, STAFF])},
            ValueError,
            r"staff has more than one row .* \['S1', 'S2', 'S3'\]",
        ),
    ],
)
def test_bad_arguments_are_named(options, error, message):
    with pytest.raises(error, match=message):
        performance.growth(REVENUE, **({"as_of": AS_OF, "staff": STAFF, "rng": rng()} | options))


def test_missing_amounts_and_months_are_named():
    with pytest.raises(ValueError, match=r"revenue.amount == \{0: nan\}, must be finite"):
        performance.company_growth(
            REVENUE.assign(amount=[None, *REVENUE["amount"][1:]]), as_of=AS_OF, rng=rng()
        )
    with pytest.raises(ValueError, match=r"revenue.month is missing in rows \[1\]"):
        performance.company_growth(
            REVENUE.assign(month=REVENUE["month"].mask(REVENUE.index == 1)), as_of=AS_OF, rng=rng()
        )
