"""Contracts and revenue of the demonstration client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from demo_people import AS_OF, ROLE_OF, pick, skewed, team_of
from demo_phrases import SEGMENTS

if TYPE_CHECKING:
    from demo_client import Truths

FIRST = pd.Timestamp("2024-01-01")  # revenue and opportunities are kept from here: month 0 below
LAST = 33  # 2026-10, the month of AS_OF
SEATS = {"A": (70, 45), "B": (30, 14), "C": (14, 6)}
BY_SEGMENT = {s.segment: s for s in SEGMENTS}
# Share of contracts, and units a seat turns out in a month, by what is billed.
BILLING = {"seat": (0.70, 1), "hour": (0.12, 172), "call": (0.12, 1450), "outcome": (0.06, 62)}


def month(index: object) -> pd.Series:
    """First day of a month counted from January 2024."""
    return pd.Series(pd.PeriodIndex(pd.Period("2024-01", "M") + np.asarray(index, dtype=int)).to_timestamp())


def owner_at(assignments: pd.DataFrame, customer_ids: pd.Series, days: pd.Series) -> pd.Series:
    """The account manager who owned each customer on each day, "" where nobody did."""
    mine = assignments["part"].eq("owner") & assignments["staff_id"].map(ROLE_OF).eq("account_manager")
    owners = assignments[mine].astype({"from_on": "datetime64[us]"})
    ask = pd.DataFrame({"customer_id": customer_ids.to_numpy(), "day": days.to_numpy("datetime64[us]")})
    ask = ask.reset_index(names="row")
    found = pd.merge_asof(
        ask.sort_values("day"),
        owners.sort_values("from_on"),
        left_on="day",
        right_on="from_on",
        by="customer_id",
    ).sort_values("row")
    there = found["to_on"].isna() | (found["day"] <= found["to_on"])
    return pd.Series(found["staff_id"].where(there).fillna("").to_numpy(), index=customer_ids.index)


def contracts(customers: pd.DataFrame, truths: Truths, rng: np.random.Generator) -> pd.DataFrame:
    """Every contract running since January 2024, as chains of pilot, new and renewals, plus expansions."""
    chains = _chains(customers, truths, rng)
    frame = chains.merge(customers[["customer_id", "tier", "segment", "city"]], on="customer_id")
    frame["term"] = frame["end"] - frame["start"] + 1
    size = len(frame)
    segment = pd.DataFrame([BY_SEGMENT[s] for s in frame["segment"]])
    dear = frame["city"].isin(["北京", "上海", "深圳"]).map({True: 1.06, False: 0.99})
    price = (segment["price"] * dear * skewed(rng, 120, size) / 50).round() * 50
    frame["price"] = price.clip(5500, 9500).astype(int)
    base = [SEATS[t][0] + v * SEATS[t][1] for t, v in zip(frame["tier"], frame["size"], strict=True)]
    frame["seats"] = (
        (np.array(base) * frame["part"] * skewed(rng, 150, size)).clip(6, 400).round().astype(int)
    )
    frame["billing"] = [list(BILLING)[k] for k in pick(rng, size, [share for share, _ in BILLING.values()])]
    days = np.asarray(rng.choice([-15, 0, 0, 15, 30], size) + segment["payment_days"])
    starts, ends = month(frame["start"]), month(frame["end"] + 1) - pd.Timedelta(days=1)
    signed = starts - pd.to_timedelta(np.ceil(rng.gamma(2.5, 11, size)), unit="D")
    ending = (ends > AS_OF) & (ends < "2028-01-01") & ~frame["kind"].eq("pilot").to_numpy()
    frame = frame.assign(
        signed_on=signed, starts_on=starts, ends_on=ends,
        monthly_amount=(frame["seats"] * frame["price"]).round(-2),
        renewal_probability=pd.Series(rng.beta(7, 2.2, size).round(2)).where(ending),
        payment_days=days,
    ).sort_values(["signed_on", "customer_id"])  # fmt: skip
    number = frame.groupby(frame["signed_on"].dt.year).cumcount() + 1
    frame["contract_id"] = frame["signed_on"].dt.strftime("HT%Y-") + number.map("{:03d}".format)
    return frame.reset_index(drop=True)


def _chains(customers: pd.DataFrame, truths: Truths, rng: np.random.Generator) -> pd.DataFrame:
    """Customer × contract in months since January 2024: kind, start, end, and seats relative to the customer's size."""
    existing = customers.loc[customers["status"].eq("existing"), "customer_id"].to_numpy()
    lapsed = set(rng.choice(existing, truths.lapsed_existing, replace=False))
    rows: list[tuple[str, str, int, int, float, float]] = []
    for customer_id, status in zip(customers["customer_id"], customers["status"], strict=True):
        running = status == "existing" and customer_id not in lapsed
        if status == "prospect":
            continue
        size = float(rng.gamma(4.0, 0.5))
        if running and rng.random() < 0.32:
            spells = _since(int(rng.integers(0, 31)), rng)
        else:
            spells = _until(running, rng)
        kinds = ["new"] + ["renewal"] * (len(spells) - 1)
        rows += [(customer_id, kind, s, e, size, 1.0) for kind, (s, e) in zip(kinds, spells, strict=True)]
        if rng.random() < 0.4:
            first, length = spells[0][0], int(rng.integers(2, 4))
            rows.append((customer_id, "pilot", first - length, first - 1, size, 0.25))
        if running and rng.random() < 0.2:
            start, term = int(rng.integers(3, 31)), int(rng.choice([12, 18, 24]))
            rows.append((customer_id, "expansion", start, start + term - 1, size, 0.3))
    prospects = customers.loc[customers["status"].eq("prospect"), "customer_id"].to_numpy()
    for customer_id in rng.choice(prospects, truths.signed_prospects, replace=False):
        rows.append((customer_id, "new", LAST - int(rng.integers(0, 4)), LAST + 10, 0.6, 0.5))
    chains = pd.DataFrame(rows, columns=["customer_id", "kind", "start", "end", "size", "part"])
    return chains[chains["end"] >= 0].reset_index(drop=True)


def _term(rng: np.random.Generator) -> int:
    return int(rng.choice([12, 24, 36], p=[0.5, 0.32, 0.18]))


def _since(start: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Contracts of a customer won in this month, one after the other until one is running."""
    spells = [(start, start + _term(rng) - 1)]
    while spells[-1][1] <= LAST:
        start = spells[-1][1] + 1
        spells.append((start, start + _term(rng) - 1))
    return spells


def _until(running: bool, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Contracts of an old customer, walked back from the last one, which runs on or ended in 2025 or 2026."""
    term = _term(rng)
    end = LAST + 1 + int(rng.integers(0, term - 1)) if running else int(rng.integers(12, LAST))
    since, spells = int(rng.integers(-60, -2)), [(end - term + 1, end)]
    while spells[0][0] > since:
        end = spells[0][0] - 1
        spells.insert(0, (end - _term(rng) + 1, end))
    return spells


def revenue(
    customers: pd.DataFrame,
    contracts: pd.DataFrame,
    assignments: pd.DataFrame,
    truths: Truths,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row per contract and month: amount = quantity × price − penalty, in yuan without VAT.

    Nobody is named in a fiftieth of the rows of existing customers; the planted strays have no known customer either.
    """
    frame = _months(contracts, customers, rng)
    frame["gross"] *= _drift(frame, truths)
    size = len(frame)
    units = frame["billing"].map({b: n for b, (_, n) in BILLING.items()})
    price = (frame["price"] / units).round(2)
    quantity = (frame["gross"] / price).round().astype(int)
    docked = rng.random(size) < 0.3
    penalty = (quantity * price * 0.012 * skewed(rng, 1.2, size) * docked).round(2)
    amount = (quantity * price - penalty).round(2)
    day = month(frame["month"])
    kept = frame["customer_id"].isin(customers.loc[customers["status"].eq("existing"), "customer_id"])
    blank = kept & (rng.random(size) < 0.02)
    staff_id = owner_at(assignments, frame["customer_id"], day).where(~blank, "")
    table = pd.DataFrame(
        {
            "month": day,
            "customer_id": frame["customer_id"],
            "contract_id": frame["contract_id"],
            "staff_id": staff_id,
            "amount": amount,
            "quantity": quantity,
            "price": price,
            "penalty": penalty,
            "direct_cost": (quantity * price * (0.66 + 0.24 * rng.beta(4, 3, size))).round(2),
        }
    ).sort_values(["month", "contract_id"])
    table.insert(0, "revenue_id", [f"R{k:05d}" for k in range(1, size + 1)])
    strays = rng.choice(size, truths.unassigned_facts, replace=False)
    table.iloc[strays, table.columns.get_loc("customer_id")] = [
        ["", "C9001"][k % 2] for k in range(len(strays))
    ]
    table.iloc[strays, table.columns.get_loc("contract_id")] = ""
    table.iloc[strays, table.columns.get_loc("staff_id")] = ""
    return table.reset_index(drop=True)


def _months(contracts: pd.DataFrame, customers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Contract × month with its gross amount before any trend: seats × price, ramp, season and uneven volumes."""
    spans = contracts.assign(a=contracts["start"].clip(lower=0), b=contracts["end"].clip(upper=LAST))
    spans = spans[spans["b"] >= spans["a"]]
    frame = spans.loc[spans.index.repeat(spans["b"] - spans["a"] + 1)].reset_index(drop=True)
    frame["month"] = frame["a"] + frame.groupby("contract_id").cumcount()
    frame["team"] = frame["customer_id"].map(
        pd.Series(team_of(customers).to_numpy(), index=customers["customer_id"])
    )
    years = pd.MultiIndex.from_product([customers["customer_id"], range(3)])
    year = pd.Series(skewed(rng, 120, len(years)), index=years)
    season = np.array(
        [BY_SEGMENT[s].season[m % 12] for s, m in zip(frame["segment"], frame["month"], strict=True)]
    )
    ramp = np.select(
        [frame["month"] - frame["start"] == 0, frame["month"] - frame["start"] == 1], [0.5, 0.8], 1.0
    )
    ramp = np.where(frame["kind"].isin(["new", "expansion"]), ramp, 1.0)
    uneven = np.where(frame["billing"].eq("seat"), skewed(rng, 900, len(frame)), skewed(rng, 90, len(frame)))
    strength = np.where(
        frame["billing"].eq("seat"), 0.5, 1.0
    )  # seats follow the season half as much as volumes
    base = frame["seats"] * frame["price"] * ramp * season**strength * uneven
    return frame.assign(
        gross=base * year.loc[list(zip(frame["customer_id"], frame["month"] // 12, strict=True))].to_numpy()
    )


def _drift(frame: pd.DataFrame, truths: Truths) -> np.ndarray:
    """A steady monthly trend per team, so that January–October 2026 over 2025 grows as planted.

    Entries and exits already move the whole company's revenue; only that common move is divided out, so each
    team keeps its own luck with them.
    """
    same = frame["month"] % 12 <= LAST % 12
    by_year = frame["gross"].where(same).groupby(frame["month"] // 12).sum()
    common = by_year[2] / by_year[1]
    growth = frame["team"].map(dict(truths.team_growth)).to_numpy()
    return ((1 + growth) / common) ** (frame["month"].to_numpy() / 12)
