"""Earn your way against quick build: by hand, against a year told contract by contract, and where neither pays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.errors import Refused
from salesmgmt.plan import capacity
from salesmgmt.plan.capacity.paces import MONTHS, model_of, run_pace

NAMES = ["sales", "go_live_months", "hiring_lead_months", "ramp_months", "attrition", "cost_per_head"]
KEPT = {"margin": 0.25, "kept_second": 0.8, "kept_third": 0.5}
NO_RANGES = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])


def steps(*sales: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"sales": sales, "sales_low": np.multiply(sales, 0.5), "sales_high": np.multiply(sales, 1.5)}
    )


def known(*, wait=0.0, lead=2.0, ramp=6.0, attrition=0.0, cost=120.0) -> pd.DataFrame:
    values = pd.DataFrame({"name": NAMES, "value": [1.0, wait, lead, ramp, attrition, cost]})
    return values.assign(low=values["value"], high=values["value"], family="linear")


def lived(sales, ranges: pd.DataFrame = known(), *, draws: int = 1, seed: int = 1) -> pd.DataFrame:  # noqa: B008
    return capacity.simulate_paces(
        steps(*sales), ranges, **KEPT, draws=draws, rng=np.random.default_rng(seed)
    )


def of(found: pd.DataFrame, pace: str, column: str) -> list[float]:
    return found.loc[found["pace"] == pace, column].tolist()


def test_one_person_by_hand():
    found = lived([1200.0], known(lead=1.0, ramp=2.0, wait=1.0))
    # the second month wins a quarter of 100, the third three quarters, then all; a twelfth is billed a month later
    won = np.array([0.0, 25.0, 75.0] + [100.0] * 33)
    running = np.array([won[: max(0, m - 1)].sum() + (won[m - 1] / 2 if m else 0.0) for m in range(12)])
    cost = np.array([0.0] + [10.0] * 11)
    expected = 0.25 * running / 12 - cost
    assert of(found, "quick", "contribution")[:12] == pytest.approx(expected.tolist())
    assert of(found, "quick", "people") == [0.0] + [1.0] * 35
    assert of(found, "earn", "contribution") == of(found, "quick", "contribution")


def told(sales, at, fates, *, pace):
    """Both paces again, person by person and contract by contract."""
    _, wait, lead, ramp, attrition, cost = at
    leave, wait, lead = 1 - (1 - attrition) ** (1 / 12), round(wait), round(lead)
    opened = len(sales) if pace == "quick" else 1
    begins, contracts, people, money = dict.fromkeys(range(opened), lead), [], [], []
    for month in range(MONTHS):
        there = [place for place, begin in begins.items() if begin <= month]
        for place in there:
            tenure = month - begins[place] + 0.5
            contracts.append((month, sales[place] / 12 * min(1.0, tenure / max(ramp, 0.5))))
        billed = 0.0
        for won_in, amount in contracts:
            for half in (0, 1):  # half of a month's contracts are billed from it on, half from the next
                age = month - won_in - wait - half
                share = 0.0 if age < 0 else [1.0, KEPT["kept_second"], KEPT["kept_third"]][min(age // 12, 2)]
                billed += amount / 2 * share / 12
        people.append(len(there))
        money.append(KEPT["margin"] * billed - len(there) * cost / 12)
        for place in there:
            if fates[place, month] < leave:
                begins[place] = month + 1 + lead
        if pace == "earn":
            paid = int(np.clip(np.floor(KEPT["margin"] * billed / (cost / 12)), opened, len(sales)))
            begins |= dict.fromkeys(range(opened, paid), month + 1 + lead)
            opened = paid
    return people, money


@pytest.mark.parametrize("pace", ["earn", "quick"])
def test_months_are_those_told_contract_by_contract(pace, seed):
    rng = np.random.default_rng(seed)
    sales = np.sort(rng.lognormal(6.5, 0.6, 6))[::-1]
    names = known()
    model = model_of(steps(*sales), names, **KEPT)
    at = np.column_stack([np.ones(20), rng.uniform(0, 5, 20), rng.uniform(0, 5, 20), rng.uniform(0, 12, 20), rng.uniform(0, 0.5, 20), rng.uniform(60, 180, 20)])  # fmt: skip
    fates = rng.random((20, 6, MONTHS), dtype="float32")
    people, money = run_pace(model, at, fates, pace=pace)
    for draw in range(20):
        one = told(sales, at[draw], fates[draw], pace=pace)
        np.testing.assert_array_equal(people[draw], one[0])
        np.testing.assert_allclose(money[draw], one[1], atol=1e-9)


def test_earning_hires_only_what_the_margin_pays_and_quick_build_all_at_once():
    found = lived([1200.0] * 5, known(lead=2.0))
    slow, fast = of(found, "earn", "people"), of(found, "quick", "people")
    assert fast == [0.0] * 2 + [5.0] * 34
    assert slow == sorted(slow) and slow[2] == 1.0 and slow[-1] == 5.0
    assert found.groupby("pace")["contribution"].head(12).groupby(found["pace"]).sum().pipe(lambda year: year["earn"] > year["quick"])  # fmt: skip
    assert capacity.compare_paces(found)["verdict"] == "quick"


def test_where_people_do_not_pay_earning_stops_at_one_and_loses_less():
    found = lived([100.0] * 5)
    assert max(of(found, "earn", "people")) == 1.0
    held = capacity.break_even(found).set_index("pace")
    assert held["month"].isna().all() and (held["within"] == 0).all()
    assert held.loc["quick", "deepest"] == pytest.approx(5 * held.loc["earn", "deepest"])
    assert capacity.compare_paces(found)["verdict"] == "earn"


def test_years_add_up_and_break_even_is_the_first_month_that_stays():
    found = lived([1500.0, 900.0], known(attrition=0.2), draws=64)
    years = capacity.pace_years(found)
    assert years["pace"].tolist() == ["earn", "quick"]
    parts = years["first"] + years["second"] + years["third"]
    assert parts.tolist() == pytest.approx(years["total"].tolist())
    assert (years["total_low"] < years["total_high"]).all()
    for name in ("first", "second", "third"):
        assert (years[f"{name}_low"] <= years[f"{name}_high"]).all()
    dip = pd.DataFrame({"draw": 0, "pace": "quick", "month": range(1, 6), "people": 1.0, "contribution": [-1.0, 2.0, -2.0, 1.0, 1.0]})  # fmt: skip
    assert capacity.break_even(dip)[["month", "deepest"]].values.tolist() == [[4.0, 1.0]]
    ahead = dip.assign(contribution=1.0)
    assert capacity.break_even(ahead)[["month", "deepest"]].values.tolist() == [[1.0, 0.0]]


def test_a_wide_range_of_sales_leaves_the_choice_open_and_decides_it():
    rows = known()
    rows.loc[0, ["low", "high"]] = [0.02, 2.0]
    rows.loc[5, ["low", "high"]] = [110.0, 130.0]
    found = lived([1200.0] * 4, rows.assign(family=["log"] + ["linear"] * 5), draws=256)
    assert capacity.compare_paces(found)["verdict"] == "cannot_tell"
    bars = capacity.deciding(steps(*[1200.0] * 4), rows, **KEPT, draws=8, rng=np.random.default_rng(1))
    assert bars["driver"].tolist() == ["sales", "capacity.cost_per_head"]
    assert bars["turns"].tolist() == [True, False] and bars["swing"].iloc[1] < 0 < bars["swing"].iloc[0]
    assert capacity.deciding(steps(1.0), known(), **KEPT, draws=2, rng=np.random.default_rng(1)).empty


def test_numbers_of_the_mixed_team_take_each_roles_own_range():
    roles = pd.DataFrame({"role": ["account_manager", "product_manager"], "hiring_lead_months": 2.0, "ramp_months": [6.0, 8.0], "attrition": 0.1, "cost_per_head": [100.0, 200.0]})  # fmt: skip
    ranges = pd.DataFrame(
        [("ramp_months", "", 6.0, 4.0, 8.0), ("cost_per_head", "product_manager", 200.0, 180.0, np.nan)],
        columns=["name", "role", "value", "low", "high"],
    )
    segments = pd.DataFrame(
        {"new_wins": [3.0, 1.0], "average_contract": 1.0, "go_live_months": [2.0, np.nan]}
    )
    weights = pd.Series({"account_manager": 3.0, "product_manager": 1.0})
    found = capacity.pace_ranges(steps(10.0, 30.0), segments, roles, ranges, posts=weights)
    at = found.set_index("name")[["low", "value", "high"]].T.to_dict("list")
    assert at["sales"] == [0.5, 1.0, 1.5] and at["go_live_months"] == [2.0, 2.0, 2.0]
    assert at["ramp_months"] == [5.0, 6.5, 8.0] and at["cost_per_head"] == [120.0, 125.0, 125.0]
    assert at["attrition"] == pytest.approx([0.1, 0.1, 0.1])


def test_one_seed_gives_one_result_and_inputs_stay():
    rows, mine = known(attrition=0.3), steps(1200.0, 800.0)
    before = rows.copy(), mine.copy()
    first, again = (
        capacity.simulate_paces(mine, rows, **KEPT, draws=16, rng=np.random.default_rng(7)) for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(rows, before[0])
    pd.testing.assert_frame_equal(mine, before[1])


def test_nobody_to_hire_is_refused_and_misuse_is_named():
    with pytest.raises(Refused, match=r"plan\.no_next_person"):
        lived([])
    with pytest.raises(Refused, match=r"plan\.no_next_person"):
        capacity.pace_ranges(steps(0.0), pd.DataFrame(), pd.DataFrame(columns=["role", *NAMES[2:]]), NO_RANGES, posts=pd.Series())  # fmt: skip
    with pytest.raises(ValueError, match="ranges has names"):
        lived([1.0], known().iloc[1:])
    with pytest.raises(ValueError, match="margin"):
        capacity.simulate_paces(steps(1.0), known(), **KEPT | {"margin": 1.5}, rng=np.random.default_rng(1))
    with pytest.raises(ValueError, match="draws is missing columns"):
        capacity.compare_paces(pd.DataFrame({"draw": [1]}))
