"""The demonstration client is whole, consistent and as committed."""

from __future__ import annotations

import csv
import math
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from demo_client import ROLES, Truths, generate, write
from demo_people import AS_OF
from demo_visits import working_days

from salesmgmt.inputs import load
from salesmgmt.plan import sizing

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return generate()


# The files


def test_regenerating_gives_the_committed_files_byte_for_byte(demo: Path, tmp_path: Path) -> None:
    write(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in demo.iterdir()}
    different = [p.name for p in tmp_path.iterdir() if p.read_bytes() != (demo / p.name).read_bytes()]
    assert different == []


def test_files_stay_small(demo: Path) -> None:
    assert sum(p.stat().st_size for p in demo.iterdir()) < 3_200_000


def test_inputs_accept_it_and_warn_of_no_more_than_was_planted(demo: Path) -> None:
    data = load(demo)
    assert (data.year, data.as_of) == (2027, AS_OF)
    assert (
        data.sources["visits"].unassigned == data.sources["revenue"].unassigned == Truths().unassigned_facts
    )
    told = {p.id: p.fields["count"] for p in data.warnings}
    planted = Truths()
    assert told.pop("inputs.without_contract") == planted.lapsed_existing
    assert told.pop("inputs.prospect_with_contract") == planted.signed_prospects
    assert told.pop("inputs.without_owner") == pytest.approx(300 * planted.unowned_prospects, abs=24)
    assert told.pop("inputs.rated_against") == len({planted.weak_strength})
    assert told.pop("inputs.self_only") == len(planted.self_only)
    assert set(told) == {"inputs.reference_missing", "inputs.reference_unassigned"}


def test_stretch_scenario_has_a_reason_and_asks_for_more_people(demo: Path) -> None:
    scenarios = tomllib.loads((demo / "engagement.toml").read_text("utf-8"))["scenarios"]
    assert all(scenario["reason"] for scenario in scenarios.values())
    plain, stretched = (by_hand(demo, scenario=name) for name in ("", "stretch"))
    assert sum(stretched.values()) > sum(plain.values()) + 1


def test_every_chinese_text_has_its_english(tables: dict[str, pd.DataFrame]) -> None:
    missing = []
    for name, table in tables.items():
        for column in table.select_dtypes("str"):
            chinese = table[column].fillna("").str.contains(CHINESE)
            if chinese.any():
                english = table.get(f"{column}_en", pd.Series("", index=table.index))
                fine = english.ne("") & ~english.str.contains(CHINESE)
                missing += [f"{name}.{column}"] if not fine[chinese].all() else []
    assert missing == []


# The client


def test_size_of_the_client(tables: dict[str, pd.DataFrame]) -> None:
    status = tables["customers"]["status"].value_counts()
    assert status[["existing", "prospect"]].to_dict() == {"existing": 150, "prospect": 300}
    staff = tables["staff"]
    present = staff[staff["left_on"].isna()]
    assert (len(staff), len(present), present["role"].ne("sales_manager").sum()) == (32, 30, 27)
    assert set(staff["role"]) == set(ROLES)
    assert tables["customers"]["customer"].is_unique
    assert tables["customers"]["customer_en"].is_unique


def test_money_is_of_the_right_order(tables: dict[str, pd.DataFrame]) -> None:
    revenue, contracts = tables["revenue"], tables["contracts"]
    by_year = revenue.groupby(revenue["month"].dt.year)["amount"].sum()
    assert by_year[[2024, 2025]].between(4e8, 8e8).all()
    assert contracts["seats"].between(6, 400).all()
    per_seat = contracts["monthly_amount"] / contracts["seats"]
    assert per_seat.between(5_450, 9_550).all()
    assert 0.7 < revenue["direct_cost"].sum() / revenue["amount"].sum() < 0.88


def test_every_reference_exists_but_the_planted_strays(tables: dict[str, pd.DataFrame]) -> None:
    ids = {
        "customer_id": set(tables["customers"]["customer_id"]),
        "staff_id": set(tables["staff"]["staff_id"]),
        "manager_id": set(tables["staff"]["staff_id"]) | {""},
        "accompanied_by": set(tables["staff"]["staff_id"]) | {""},
        "contract_id": set(tables["contracts"]["contract_id"]) | {""},
        "opportunity_id": set(tables["opportunities"]["opportunity_id"]) | {""},
        "segment": set(tables["segments"]["segment"]),
        "owner_id": set(tables["staff"]["staff_id"]) | {""},
        "visit_id": set(tables["visits"]["visit_id"]) | {""},
        "factor_id": set(tables["factors"]["factor_id"]),
        "strategy_id": set(tables["strategies"]["strategy_id"]),
        "competency": set(tables["competencies"]["competency"]),
    }
    strays = {
        (name, column): int((~table[column].isin(known)).sum())
        for name, table in tables.items()
        for column, known in ids.items()
        if column in table
    }
    for ledger in ("revenue", "invoices"):
        strays.pop((ledger, "staff_id"))  # a fiftieth is blank: booked on the customer's owner
    planted = dict.fromkeys(
        [("visits", "customer_id"), ("revenue", "customer_id")], Truths().unassigned_facts
    )
    planted["initiatives", "segment"] = int(tables["initiatives"]["segment"].eq("").sum())
    assert {key: number for key, number in strays.items() if number} == planted
    assert tables["revenue"]["staff_id"].eq("").mean() < 0.03


def test_keys_are_unique(tables: dict[str, pd.DataFrame]) -> None:
    keys = {
        "customers": ["customer_id"], "coverage": ["role", "status", "tier"], "staff": ["staff_id"],
        "assignments": ["customer_id", "staff_id", "from_on"], "absences": ["staff_id", "from_on"], "visits": ["visit_id"], "promises": ["promise_id"],
        "contracts": ["contract_id"], "credits": ["contract_id", "staff_id"], "invoices": ["invoice_id"],
        "receipts": ["receipt_id"], "products": ["product_id"], "markets": ["period", "industry"],
        "quotas": ["scope", "scope_id", "period", "metric"], "support": ["staff_id", "period"], "decisions": ["decision_id"], "revenue": ["revenue_id"], "opportunities": ["opportunity_id"],
        "segments": ["segment"], "adjustments": ["adjustment"], "role_work": ["work", "role"], "factors": ["factor_id"],
        "factor_ratings": ["factor_id", "rater"], "strategies": ["strategy_id"],
        "strategy_scores": ["strategy_id", "factor_id"], "initiatives": ["initiative_id"],
        "criteria": ["axis", "criterion"], "criteria_pairs": ["axis", "criterion", "other", "rater"],
        "segment_scores": ["segment", "axis", "criterion", "rater"],
        "positions": ["brand", "segment", "attribute"], "judgements": ["subject", "judge", "effort"],
        "competencies": ["role", "competency"],
        "assessments": ["staff_id", "competency", "rater_id", "assessed_on"], "incidents": ["incident_id"],
    }  # fmt: skip
    assert list(keys) == list(tables)
    assert [name for name, key in keys.items() if tables[name].duplicated(key).any()] == []


def test_parts_sum(tables: dict[str, pd.DataFrame]) -> None:
    revenue = tables["revenue"]
    exact = (revenue["quantity"] * revenue["price"] - revenue["penalty"] - revenue["amount"]).abs()
    assert exact.max() < 0.0051
    year = revenue[revenue["month"] >= "2025-11-01"].merge(tables["customers"][["customer_id", "segment"]])
    ours = year.groupby("segment")["amount"].sum()
    told = tables["segments"].set_index("segment")["our_revenue"]
    assert (told - ours).abs().max() <= 5_000
    customers = tables["customers"].set_index("customer_id")
    earned = year.groupby("customer_id")["amount"].sum()
    assert (customers["potential"].reindex(earned.index) >= earned).all()
    assert (customers["outsourcing_spend"] >= customers["potential"]).all()


def test_dates_are_in_order(tables: dict[str, pd.DataFrame]) -> None:
    contracts, bids = tables["contracts"], tables["opportunities"]
    assert (contracts["signed_on"] <= contracts["starts_on"]).all()
    assert (contracts["starts_on"] < contracts["ends_on"]).all()
    assert (contracts["signed_on"] <= AS_OF).all()
    due = bids["closed_on"].fillna(bids["expected_close_on"])
    assert (bids["opened_on"] < due).all()
    assert not (bids["tender_on"] > due).any()
    assert bids["closed_on"].isna().equals(bids["status"].isin(["open", "bid_won"]))
    assert (bids["closed_on"].dropna() <= AS_OF).all()
    billed = tables["revenue"].merge(contracts, on=["contract_id", "customer_id"])
    assert billed["month"].between(billed["starts_on"], billed["ends_on"]).all()
    assert len(billed) == len(tables["revenue"]) - Truths().unassigned_facts


def test_each_contract_signed_since_2024_was_a_deal_won(tables: dict[str, pd.DataFrame]) -> None:
    contracts, bids = tables["contracts"], tables["opportunities"]
    signed = contracts.loc[contracts["signed_on"] >= "2024-01-01", "opportunity_id"]
    assert signed.is_unique
    assert set(signed) == set(bids.loc[bids["status"].eq("won"), "opportunity_id"])


def test_contracts_run_out_over_the_years_and_start_with_pilots(tables: dict[str, pd.DataFrame]) -> None:
    contracts = tables["contracts"]
    assert set(contracts["kind"]) == {"pilot", "new", "renewal", "expansion"}
    assert set(contracts["billing"]) == {"seat", "hour", "call", "outcome"}
    assert contracts["ends_on"].dt.year.eq(2027).sum() > 50
    pilots = contracts[contracts["kind"].eq("pilot")]
    after = pilots["customer_id"] + (pilots["ends_on"] + pd.Timedelta(days=1)).astype("str")
    assert set(after) <= set(contracts["customer_id"] + contracts["starts_on"].astype("str"))


def test_people_visit_only_their_own_customers_while_employed(tables: dict[str, pd.DataFrame]) -> None:
    visits = tables["visits"].merge(tables["staff"][["staff_id", "hired_on", "left_on"]], on="staff_id")
    assert (visits["visited_on"] >= visits["hired_on"]).all()
    assert not (visits["visited_on"] > visits["left_on"]).any()
    assert set(visits["visited_on"]) <= set(working_days())
    owned = visits.merge(tables["assignments"].query("part == 'owner'"), on=["customer_id", "staff_id"])
    inside = (owned["visited_on"] >= owned["from_on"]) & ~(owned["visited_on"] > owned["to_on"])
    assert owned.loc[inside, "visit_id"].nunique() == len(visits) - Truths().unassigned_facts


def test_one_owner_at_a_time_per_role(tables: dict[str, pd.DataFrame]) -> None:
    spells = tables["assignments"].merge(tables["staff"][["staff_id", "role"]], on="staff_id")
    spells["role"] = spells["role"].replace("account_product_manager", "account_manager")
    owners = spells[spells["part"].eq("owner")].sort_values(["customer_id", "role", "from_on"])
    before = owners.groupby(["customer_id", "role"])["to_on"].shift()
    first = owners.groupby(["customer_id", "role"]).cumcount().eq(0)
    assert (before[~first] < owners.loc[~first, "from_on"]).all()
    hired = owners["staff_id"].map(tables["staff"].set_index("staff_id")["hired_on"])
    assert (owners["from_on"] >= hired).all()
    customers = tables["customers"]
    unowned = customers.loc[~customers["customer_id"].isin(owners["customer_id"]), "status"]
    assert set(unowned) == {"prospect"}


# The five steps, with nothing but the files and arithmetic


def by_hand(demo: Path, *, scenario: str = "") -> dict[tuple[str, str], float]:
    """People by role and region from the files: no library, no method of ours."""
    rows = {
        name: list(csv.DictReader((demo / f"{name}.csv").open(encoding="utf-8")))
        for name in ("customers", "coverage")
    }
    toml = tomllib.loads((demo / "engagement.toml").read_text("utf-8"))
    given = toml["sizing"]
    changes = toml["scenarios"][scenario] if scenario else {}
    visits: dict[tuple[str, str], float] = {}
    hours: dict[str, float] = {}
    for rule in rows["coverage"]:
        for customer in rows["customers"]:
            if (customer["status"], customer["tier"]) == (rule["status"], rule["tier"]):
                cell, number = (rule["role"], customer["region"]), float(rule["visits_per_year"])
                visits[cell] = visits.get(cell, 0.0) + number
                hours[rule["role"]] = hours.get(rule["role"], 0.0) + number * float(rule["hours_per_visit"])
    people = {}
    for (role, region), number in visits.items():
        own = {key: assumption["value"] for key, assumption in given[role].items()}
        own |= {key: changes[name]["value"] for key in own if (name := f"sizing.{role}.{key}") in changes}
        all_visits = sum(v for (r, _), v in visits.items() if r == role)
        selling = given["working_days"]["value"] * given["hours_per_day"]["value"] * own["selling_share"]
        per_visit = hours[role] / all_visits + own["travel_hours_per_visit"]
        people[role, region] = number / (selling / per_visit)
    return people


def test_five_steps_match_the_hand_calculation(demo: Path, tables: dict[str, pd.DataFrame]) -> None:
    people = by_hand(demo)
    given = tomllib.loads((demo / "engagement.toml").read_text("utf-8"))["sizing"]
    general = {key: given[key]["value"] for key in ("working_days", "hours_per_day")}
    pieces = {
        role: general | {key: assumption["value"] for key, assumption in given[role].items()}
        for role in ("account_manager", "product_manager", "delivery_manager")
    }
    team = sizing.five_steps(tables["customers"], tables["coverage"], visits_per_rep=pieces)
    assert team.reps == pytest.approx(sum(people.values()), rel=1e-12)
    cells = team.cells.set_index(["role", "region"])["reps"].to_dict()
    assert cells == pytest.approx(people, rel=1e-12)
    adjusted = sum(
        number
        * (0.95 if role == "product_manager" else 1)
        * (1.06 if region == "华南" else 1)
        for (role, region), number in people.items()
    )  # fmt: skip
    headcount = sizing.adjust(team.cells, tables["adjustments"])
    assert headcount == math.ceil(adjusted + 1 + 1)
    assert 33 <= headcount <= 38


def test_one_adjustment_for_each_cause_of_the_article(tables: dict[str, pd.DataFrame]) -> None:
    assert sorted(tables["adjustments"]["cause"]) == ["key_accounts", "roles", "strategy", "territory"]
