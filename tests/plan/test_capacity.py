"""Capacity by month: hand calculations, invariants, bands against another simulation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from salesmgmt.errors import Refused
from salesmgmt.plan import capacity

YEAR = {"as_of": pd.Timestamp("2026-12-31"), "year_start": pd.Timestamp("2027-01-01")}
NO_RANGES = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])


def team(size: int, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"staff_id": [f"S{i}" for i in range(size)], "role": "account_manager"}).assign(
        **columns
    )


def needs(people: float) -> pd.DataFrame:
    return pd.DataFrame({"role": ["account_manager"], "reps": [people]})


def terms(lead: float = 2.0, ramp: float = 4.0, attrition: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "role": ["account_manager"],
            "hiring_lead_months": [lead],
            "ramp_months": [ramp],
            "attrition": [attrition],
            "cost_per_head": [120.0],
        }
    )


def test_newcomers_arrive_after_the_lead_time_and_ramp_in_a_straight_line():
    found = capacity.by_month(needs(3.0), team(2), terms(), **YEAR)
    assert found["starts"].tolist() == [0, 0, 1] + [0] * 9
    assert found["effective"].iloc[:7].tolist() == [2, 2, 2.125, 2.375, 2.625, 2.875, 3]


def test_leavers_are_replaced_and_the_gap_that_stays_is_that_of_lead_and_ramp():
    """Steady state: monthly leaving × (lead + half the ramp) of effective people are missing."""
    year = {"as_of": pd.Timestamp("2026-12-31"), "year_start": pd.Timestamp("2029-01-01")}
    found = capacity.by_month(needs(100.0), team(100), terms(2.0, 4.0, 0.12), **year)
    leaving = 1 - (1 - 0.12) ** (1 / 12)
    assert found["gap"].iloc[-1] == pytest.approx(100 * leaving * (2 + 4 / 2), rel=0.05)


def test_people_known_to_leave_or_arrive_are_not_hired_twice():
    staff = team(3, left_on=[pd.Timestamp("2027-03-31"), pd.NaT, pd.NaT])
    plan = capacity.hiring(needs(3.0), staff, terms(), **YEAR)
    found = capacity.by_month(needs(3.0), staff, terms(), **YEAR)
    assert plan["hires"].item() == 0
    assert found["posts"].tolist() == [3.0] * 12
    coming = team(3, hired_on=[pd.NaT, pd.NaT, pd.Timestamp("2027-02-01")])
    assert capacity.by_month(needs(3.0), coming, terms(), **YEAR)["starts"].sum() == 0


def test_absences_take_their_share_of_the_month_once():
    away = pd.DataFrame({"staff_id": ["S0", "S0"], "from_on": pd.to_datetime(["2027-06-01", "2027-06-01"]),
        "to_on": pd.to_datetime(["2027-06-30", "2027-06-30"])})  # fmt: skip
    found = capacity.by_month(needs(2.0), team(2), terms(), **YEAR, absences=away)
    assert found["effective"].tolist() == [2.0] * 5 + [1.0] + [2.0] * 6


def test_calendar_counts_back_from_the_first_day_of_the_year():
    plan = capacity.hiring(needs(4.0), team(2), terms(2.0, 6.0), **YEAR).iloc[0]
    assert plan["hires"] == 2
    assert plan["advertise_by"] == pd.Timestamp("2026-11-01")
    assert plan["advertise_productive"] == pd.Timestamp("2026-05-01")
    assert plan["productive_on"] == pd.Timestamp("2027-08-28")


def test_too_many_people_are_not_replaced_and_nobody_is_sent_away():
    found = capacity.by_month(needs(2.0), team(4), terms(attrition=0.2), **YEAR)
    assert found["posts"].iloc[0] == 4.0
    assert found["starts"].sum() == 0


def test_company_and_cost_add_up_and_inputs_stay():
    wanted = pd.DataFrame({"role": ["account_manager", "product_manager"], "reps": [2.0, 1.0]})
    both = pd.concat([terms(), terms().assign(role="product_manager")], ignore_index=True)
    before = wanted.copy()
    found = capacity.by_month(wanted, team(2), both, **YEAR)
    assert capacity.company(found)["needed"].tolist() == [3.0] * 12
    filled = found["posts"].sum()
    assert capacity.cost(found, both, year_start=YEAR["year_start"]) == pytest.approx(filled * 120.0 / 12)
    unknown = both.assign(cost_per_head=np.nan)
    assert np.isnan(capacity.cost(found, unknown, year_start=YEAR["year_start"]))
    pd.testing.assert_frame_equal(wanted, before)


def test_bands_hold_a_year_lived_person_by_person(seed, soak):
    """Years that another hand simulates, day by day, with the same terms: about 80 % fall in the band."""
    size, people, yearly = (400 if soak else 150), 30, 0.15
    ranges = {"draws": 1024, "rng": np.random.default_rng(seed)}
    drawn = capacity.simulate(
        needs(float(people)), team(people), terms(24.0, 4.0, yearly), NO_RANGES, **YEAR, **ranges
    )
    band = capacity.bands(drawn, by="").iloc[-1]
    other = np.random.default_rng(seed + 1)
    daily = 1 - (1 - yearly) ** (1 / 365)
    days = 334  # from the first month to the last: who is there in January has eleven months to leave
    there = (other.geometric(daily, size=(size, people)) > days).sum(axis=1)
    inside = np.mean((there >= band["posts_low"]) & (there <= band["posts_high"]))
    assert 0.8 - 4 * np.sqrt(0.16 / size) < inside <= 1.0


def test_certain_terms_and_no_leavers_give_no_band():
    drawn = capacity.simulate(
        needs(2.0), team(2), terms(), NO_RANGES, **YEAR, draws=8, rng=np.random.default_rng(1)
    )
    band = capacity.bands(drawn, by="role")
    assert (band["effective_low"] == band["effective_high"]).all()


def test_one_seed_gives_one_result():
    one, two = (
        capacity.simulate(
            needs(3.0),
            team(2),
            terms(attrition=0.2),
            NO_RANGES,
            **YEAR,
            draws=64,
            rng=np.random.default_rng(7),
        )
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, two)


def test_what_cannot_be_planned_is_refused_and_misuse_is_named():
    with pytest.raises(Refused, match=r"plan\.capacity_no_months"):
        capacity.horizon(pd.Timestamp("2028-02-01"), pd.Timestamp("2027-01-01"))
    with pytest.raises(ValueError, match="attrition"):
        capacity.by_month(needs(1.0), team(1), terms(attrition=1.0), **YEAR)
    with pytest.raises(ValueError, match="no row for roles"):
        capacity.by_month(needs(1.0), team(1), terms().assign(role="product_manager"), **YEAR)
    with pytest.raises(ValueError, match="needed"):
        capacity.target_posts(pd.Series([-1.0]), pd.Series([2.0]))
    with pytest.raises(ValueError, match="must be those needed"):
        capacity.target_posts(pd.Series({"a": 1.0}), pd.Series({"b": 2.0}))
    with pytest.raises(TypeError, match="needed must be a pandas Series, got float"):
        capacity.target_posts(1.0, pd.Series([2.0]))


@pytest.mark.parametrize("seed", range(20))
def test_hires_fill_the_gap_of_all_roles_together_and_no_role_gets_a_whole_person_too_many(seed):
    rng = np.random.default_rng(seed)
    needed = pd.Series(rng.uniform(0, 20, 5), index=list("abcde"))
    present = pd.Series(rng.integers(0, 40, 5) / 2, index=list("abcde"))
    gap, hires = needed - present, capacity.target_posts(needed, present) - present
    lacking = gap > 0
    assert hires[lacking].sum() == math.ceil(gap[lacking].sum())
    assert ((hires - gap)[lacking].abs() < 1).all()
    assert (hires[~lacking] <= 0).all()
