"""Customers, staff, coverage and assignments of the demonstration client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from demo_phrases import (
    BUSINESSES,
    CITIES,
    EAST1,
    EAST2,
    NORTH,
    PEOPLE,
    PLACES,
    REGIONS,
    SEGMENTS,
    SOUTH,
    TEAMS,
)

if TYPE_CHECKING:
    from demo_client import Truths

AS_OF = pd.Timestamp("2026-10-31")
LOG_STARTS = pd.Timestamp("2025-01-01")
TIERS = ("A", "B", "C")
LOST_VISITS = 4  # visits a year to a customer before it is lost
NUMBERS = {("existing", "A"): 26, ("existing", "B"): 49, ("existing", "C"): 75,
           ("prospect", "A"): 42, ("prospect", "B"): 98, ("prospect", "C"): 160,
           ("lost", "B"): 6, ("lost", "C"): 12}  # fmt: skip
MANAGER = {EAST1: "S001", EAST2: "S001", SOUTH: "S002", NORTH: "S003"}
SIZED_AS = {"account_product_manager": "account_manager"}
ROLE_OF = {f"S{k:03d}": SIZED_AS.get(p[2], p[2]) for k, p in enumerate(PEOPLE, 1)}
PAY = {"account_manager": 340_000, "account_product_manager": 390_000, "product_manager": 360_000,
       "delivery_manager": 300_000, "sales_manager": 620_000}  # fmt: skip

# role, status, tier, visits per year, P10, P90, hours per visit
COVERAGE = (
    ("account_manager", "existing", "A", 30, 27, 34, 2.0),
    ("account_manager", "existing", "B", 16, 14, 18, 1.5),
    ("account_manager", "existing", "C", 8, 7, 9, 1.0),
    ("account_manager", "prospect", "A", 12, 10, 14, 1.5),
    ("account_manager", "prospect", "B", 6, 5, 7, 1.5),
    ("account_manager", "prospect", "C", 3, 2.5, 3.5, 1.0),
    ("product_manager", "existing", "A", 8, 7, 9, 2.0),
    ("product_manager", "existing", "B", 4, 3.5, 4.5, 2.0),
    ("product_manager", "existing", "C", 2, 1.5, 2.5, 1.5),
    ("product_manager", "prospect", "A", 8, 7, 10, 2.5),
    ("product_manager", "prospect", "B", 4, 3.5, 5, 2.0),
    ("delivery_manager", "existing", "A", 24, 21, 27, 1.5),
    ("delivery_manager", "existing", "B", 12, 10.5, 14, 1.5),
    ("delivery_manager", "existing", "C", 4, 3.5, 5, 1.0),
)


def pick(rng: np.random.Generator, size: int, weights: object) -> np.ndarray:
    """Positions drawn in proportion to ``weights``."""
    shares = np.asarray(weights, dtype=float)
    return rng.choice(len(shares), size=size, p=shares / shares.sum())


def skewed(rng: np.random.Generator, shape: float, size: int) -> np.ndarray:
    """Right-skewed factors around a mean of one: gamma with this shape, CV = 1 / sqrt(shape)."""
    return rng.gamma(shape, 1.0 / shape, size)


def coverage() -> pd.DataFrame:
    """The visit policy: one row per role × status × tier."""
    columns = ["role", "status", "tier", "visits_per_year", "low", "high", "hours_per_visit"]
    return pd.DataFrame(list(COVERAGE), columns=columns)


def customers(rng: np.random.Generator) -> pd.DataFrame:
    """150 existing, 300 prospects, 18 lost; money columns come later, when revenue is known."""
    classes = [key for key, number in NUMBERS.items() for _ in range(number)]
    frame = pd.DataFrame([classes[k] for k in rng.permutation(len(classes))], columns=["status", "tier"])
    size = len(frame)
    served, sought = (
        pick(rng, size, [getattr(s, part) for s in SEGMENTS]) for part in ("customers", "prospects")
    )
    chosen = np.where(frame["status"].eq("prospect"), sought, served)
    segments = pd.DataFrame(SEGMENTS).iloc[chosen].reset_index(drop=True)
    cities = pd.DataFrame(CITIES)
    share = cities["region"].map({"华东": 0.50, "华南": 0.26, "华北": 0.24})
    cities = cities.iloc[pick(rng, size, cities["weight"] * share)].reset_index(drop=True)
    key = frame["status"].ne("lost") & frame["tier"].eq("A") & (rng.random(size) < 0.3)
    return pd.DataFrame(
        {
            "customer_id": [f"C{k:04d}" for k in range(1, size + 1)],
            **_names(segments["segment"], rng),
            "status": frame["status"],
            "tier": frame["tier"],
            **{c: segments[c] for c in ("segment", "segment_en", "industry", "industry_en")},
            "region": cities["region"],
            "region_en": cities["region"].map(REGIONS),
            "city": cities["city"],
            "city_en": cities["city_en"],
            "key_account": key,
            "longitude": (cities["longitude"] + rng.laplace(0, 0.05, size)).round(4),
            "latitude": (cities["latitude"] + rng.laplace(0, 0.04, size)).round(4),
        }
    )


def _names(segments: pd.Series, rng: np.random.Generator) -> dict[str, list[str]]:
    """An invented place and a kind of business for each customer, no name twice."""
    decks = {}
    for segment, kinds in BUSINESSES.items():
        deck = [(p + k, f"{place} {kind}") for p, place in PLACES.items() for k, kind in kinds.items()]
        decks[segment] = [deck[k] for k in rng.permutation(len(deck))]
    names = [decks[segment].pop() for segment in segments]
    return {"customer": [n for n, _ in names], "customer_en": [n for _, n in names]}


def team_of(customers: pd.DataFrame) -> pd.Series:
    """The team that serves each customer: by region, the east split by segment."""
    first = customers["segment"].isin(["银行", "保险", "通信"])
    east = pd.Series(np.where(first, EAST1, EAST2), index=customers.index)
    return east.where(customers["region"].eq("华东"), customers["region"].map({"华南": SOUTH, "华北": NORTH}))


def staff(truths: Truths, rng: np.random.Generator) -> pd.DataFrame:
    """Three sales managers, twenty-seven sellers and two people who left."""
    columns = ["name", "name_en", "role", "team", "city", "hired_on", "left_on", "after", "capacity"]
    people = pd.DataFrame(PEOPLE, columns=columns)
    region = people["team"].map({EAST1: "华东", EAST2: "华东", SOUTH: "华南", NORTH: "华北"})
    share = people["role"].map(dict(truths.variable_share)) + 0.12 * (rng.beta(2, 4, len(people)) - 1 / 3)
    total = people["role"].map(PAY) * skewed(rng, 70, len(people)) * people["capacity"]
    manager = people["team"].map(MANAGER).where(people["role"].ne("sales_manager"), "")
    return pd.DataFrame(
        {
            "staff_id": [f"S{k:03d}" for k in range(1, len(people) + 1)],
            "name": people["name"],
            "name_en": people["name_en"],
            "team": people["team"],
            "team_en": people["team"].map(TEAMS),
            "role": people["role"],
            "region": region,
            "region_en": region.map(REGIONS),
            "city": people["city"],
            "city_en": people["city"].map({c.city: c.city_en for c in CITIES}),
            "manager_id": manager,
            "hired_on": pd.to_datetime(people["hired_on"]),
            "left_on": pd.to_datetime(people["left_on"].replace("", None)),
            "fixed_pay": (total * (1 - share)).round(-3).astype(int),
            "target_variable_pay": (total * share).round(-3).astype(int),
            "capacity": people["capacity"],
        }
    )


def assignments(
    customers: pd.DataFrame,
    staff: pd.DataFrame,
    contracts: pd.DataFrame,
    truths: Truths,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Who owns which customer: one row per customer × person × spell, account manager first."""
    spells = _owners(customers, staff, truths, rng)
    spells = _hand_over(spells, staff, rng)
    last = contracts.groupby("customer_id")["ends_on"].max() + pd.Timedelta(days=60)
    gone = customers.loc[customers["status"].eq("lost"), "customer_id"]
    ended = spells["customer_id"].where(spells["customer_id"].isin(gone)).map(last[last <= AS_OF])
    spells["to_on"] = spells["to_on"].where(ended.isna(), ended)
    spells = spells[spells["to_on"].isna() | (spells["to_on"] >= spells["from_on"])]
    key = spells["customer_id"].isin(customers.loc[customers["key_account"], "customer_id"])
    spells = pd.concat([spells.assign(part="owner", locked=key), _backups(customers, spells, staff)])
    order = spells["role"].map({"account_manager": 0, "product_manager": 1, "delivery_manager": 2})
    spells = spells.assign(order=order).sort_values(
        ["customer_id", "order", "part", "from_on"], ascending=[1, 1, 0, 1]
    )
    return spells[["customer_id", "staff_id", "from_on", "to_on", "part", "locked"]].reset_index(drop=True)


def _owners(
    customers: pd.DataFrame, staff: pd.DataFrame, truths: Truths, rng: np.random.Generator
) -> pd.DataFrame:
    """Today's owner per customer and role: within the team, to whoever has most room for the visits asked."""
    policy = coverage().rename(columns={"visits_per_year": "load"})[["role", "status", "tier", "load"]]
    lost = [("account_manager", "lost", tier, LOST_VISITS) for tier in TIERS]
    policy = pd.concat([policy, pd.DataFrame(lost, columns=policy.columns)])
    unowned = customers["status"].eq("prospect") & (rng.random(len(customers)) < truths.unowned_prospects)
    work = customers.assign(team=team_of(customers), shuffle=rng.random(len(customers)))[~unowned]
    work = work.merge(policy, on=["status", "tier"]).sort_values(
        ["role", "load", "shuffle"], ascending=[True, False, True]
    )
    present = staff[staff["left_on"].isna() & staff["role"].ne("sales_manager")]
    posts = {
        key: {s: [0.0, c] for s, c in zip(group["staff_id"], group["capacity"], strict=True)}
        for key, group in present.assign(role=present["role"].replace(SIZED_AS)).groupby(["team", "role"])
    }
    owners = []
    for team, role, load in zip(work["team"], work["role"], work["load"], strict=True):
        post = posts[team, role]
        chosen = min(post, key=lambda s: (post[s][0] / post[s][1], s))
        post[chosen][0] += load
        owners.append(chosen)
    listed = pd.Timestamp("2024-01-01") - pd.to_timedelta(rng.integers(1, 700, len(work)), unit="D")
    recent = work["status"].eq("prospect") & (rng.random(len(work)) < 0.35)
    later = pd.Timestamp("2025-10-31") - pd.to_timedelta(rng.integers(0, 600, len(work)), unit="D")
    from_on = pd.Series(listed, index=work.index).where(~recent, later)
    return pd.DataFrame(
        {"customer_id": work["customer_id"], "role": work["role"], "staff_id": owners, "from_on": from_on}
    ).reset_index(drop=True)


def _hand_over(spells: pd.DataFrame, staff: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Split spells in two where a post changed hands, and where ten customers moved within their team."""
    before = {f"S{k:03d}": f"S{p[7]:03d}" for k, p in enumerate(PEOPLE, 1) if p[7]}
    hired = spells["staff_id"].map(staff.set_index("staff_id")["hired_on"])
    heir = spells["staff_id"].isin(before)
    spells = spells.assign(
        from_on=spells["from_on"].where(heir | (spells["from_on"] > hired), hired),
        previous=spells["staff_id"].map(before),
        moved_on=hired.where(heir),
    )
    mates = _mates(staff)
    for row in rng.choice(spells.index[~heir & spells["role"].eq("account_manager")], 10, replace=False):
        others = mates[spells.at[row, "staff_id"]]
        spells.at[row, "previous"] = others[int(rng.integers(len(others)))]
        spells.at[row, "moved_on"] = pd.Timestamp("2025-02-01") + pd.Timedelta(days=int(rng.integers(0, 540)))
    moved = spells["moved_on"] > spells["from_on"]
    first, second = spells[moved], spells[moved]
    known = first["previous"].map(staff.set_index("staff_id")["hired_on"])
    first = first.assign(
        staff_id=first["previous"],
        from_on=first["from_on"].where(first["from_on"] > known, known),
        to_on=first["moved_on"] - pd.Timedelta(days=1),
    )
    second = second.assign(from_on=second["moved_on"])
    return pd.concat([spells[~moved], first, second])[["customer_id", "role", "staff_id", "from_on", "to_on"]]


def _mates(staff: pd.DataFrame) -> dict[str, list[str]]:
    """Per account manager, those of the same team who have been there since before the visit log began."""
    sellers = staff[staff["staff_id"].map(ROLE_OF).eq("account_manager")]
    there = sellers[sellers["left_on"].isna() & (sellers["hired_on"] < LOG_STARTS)]
    steady = there.groupby("team")["staff_id"].apply(list)
    pairs = zip(sellers["staff_id"], sellers["team"], strict=True)
    return {own: [other for other in steady[team] if other != own] for own, team in pairs}


def _backups(customers: pd.DataFrame, spells: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Key accounts among the existing customers have a second account manager."""
    keys = customers.loc[customers["key_account"] & customers["status"].eq("existing"), "customer_id"]
    now = spells[
        spells["to_on"].isna() & spells["role"].eq("account_manager") & spells["customer_id"].isin(keys)
    ]
    mates = _mates(staff)
    second = [mates[s][k % len(mates[s])] for k, s in enumerate(now["staff_id"])]
    return now.assign(staff_id=second, from_on=pd.Timestamp("2025-01-06"), part="backup", locked=False)
