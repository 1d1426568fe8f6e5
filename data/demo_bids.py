"""Opportunities of the demonstration client: won, lost and under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from demo_deals import FIRST, SEATS, owner_at
from demo_people import AS_OF, pick, skewed, team_of
from demo_phrases import (
    COMPETITORS,
    EAST1,
    EAST2,
    LOST_REASONS,
    NORTH,
    SEGMENTS,
    SOUTH,
    STAGE_WON,
    STAGE_WON_EN,
    STAGES,
)

if TYPE_CHECKING:
    from demo_client import Truths

# Who bid for customers nobody owned then: the senior account manager of the team.
LEAD = {EAST1: "S004", EAST2: "S012", SOUTH: "S017", NORTH: "S024"}


def opportunities(
    customers: pd.DataFrame,
    contracts: pd.DataFrame,
    assignments: pd.DataFrame,
    truths: Truths,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Deals won (one per contract signed since 2024), lost at the planted rate, and open ones with tender dates."""
    won = contracts[(contracts["signed_on"] >= FIRST)].assign(status="won", closed_on=contracts["signed_on"])
    frame = pd.concat([won, _lost(customers, contracts, won, truths, rng), _open(customers, contracts, rng)])
    frame = frame.reset_index(drop=True)
    size = len(frame)
    frame["opened_on"] = frame["closed_on"].fillna(AS_OF) - pd.to_timedelta(
        np.ceil(rng.gamma(3, 42, size)), unit="D"
    )
    tendered = rng.random(size) < frame["segment"].map({s.segment: s.tender for s in SEGMENTS})
    tendered &= ~frame["kind"].isin(["pilot", "expansion"])
    ahead = pd.Series(
        AS_OF + pd.to_timedelta(np.ceil(15 + rng.gamma(2, 45, size)), unit="D"), index=frame.index
    )
    close = frame["closed_on"].fillna(ahead)
    tender = close - pd.to_timedelta(rng.integers(12, 40, size), unit="D")
    stage = _stages(frame["status"], rng)
    staff_id = owner_at(assignments, frame["customer_id"], frame["closed_on"].fillna(AS_OF))
    lead = pd.Series(team_of(customers).map(LEAD).to_numpy(), index=customers["customer_id"])
    frame = frame.assign(
        stage=stage["stage"], stage_en=stage["stage_en"],
        win_probability=stage["win_probability"].where(frame["status"].isin(["open", "bid_won"])),
        amount=frame["seats"] * frame["price"] * frame["term"],
        margin=(0.12 + 0.2 * rng.beta(3, 3, size)).round(3),
        tender_on=tender.where(tendered & (tender > frame["opened_on"])),
        expected_close_on=close.where(frame["status"].isin(["open", "bid_won"])),
        staff_id=staff_id.where(staff_id.ne(""), frame["customer_id"].map(lead)),
    )  # fmt: skip
    return _opportunity_columns(frame, rng)


def _opportunity_columns(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Put the table in the order of the data contract, with reasons and rivals on the deals that were lost."""
    size, lost = len(frame), frame["status"].eq("lost")
    reasons = pd.DataFrame(LOST_REASONS, columns=["lost_reason", "lost_reason_en", "share"])
    rivals = pd.DataFrame(COMPETITORS, columns=["competitor", "competitor_en", "share"])
    reasons = reasons.iloc[pick(rng, size, reasons["share"])].reset_index(drop=True)
    rivals = rivals.iloc[pick(rng, size, rivals["share"])].reset_index(drop=True)
    known = lost | (rng.random(size) < 0.4)
    frame = frame.assign(
        **{c: reasons[c].where(lost, "") for c in ("lost_reason", "lost_reason_en")},
        **{c: rivals[c].where(known, "") for c in ("competitor", "competitor_en")},
        term_months=frame["term"],
    ).sort_values(["opened_on", "customer_id", "kind"])
    frame["opportunity_id"] = [f"OP{k:04d}" for k in range(1, size + 1)]
    columns = ["opportunity_id", "customer_id", "staff_id", "kind", "stage", "stage_en", "status", "amount", "seats",
               "margin", "term_months", "opened_on", "tender_on", "expected_close_on", "closed_on", "win_probability",
               "lost_reason", "lost_reason_en", "competitor", "competitor_en", "contract_id"]  # fmt: skip
    return frame[columns].reset_index(drop=True)


def _stages(status: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Where each deal stands; a deal already bid for and won waits for signature."""
    stages = pd.DataFrame(STAGES, columns=["stage", "stage_en", "win_probability", "share"])
    drawn = stages.iloc[pick(rng, len(status), stages["share"])].set_index(status.index)
    drawn["win_probability"] = (
        (drawn["win_probability"] + 0.3 * (rng.beta(2, 3, len(status)) - 0.4)).clip(0.05).round(2)
    )
    drawn.loc[status.eq("bid_won"), ["stage", "stage_en", "win_probability"]] = [
        "达成交易",
        "Close the deal",
        0.9,
    ]
    drawn.loc[status.eq("won"), ["stage", "stage_en"]] = [STAGE_WON, STAGE_WON_EN]
    return drawn


def _sketch(customers: pd.DataFrame, kind: object, rng: np.random.Generator) -> pd.DataFrame:
    """Deals that are no contract yet: size by tier, the segment's price, a usual term."""
    size = len(customers)
    seats = [
        SEATS[t][0] + v * SEATS[t][1] for t, v in zip(customers["tier"], rng.gamma(2, 0.8, size), strict=True)
    ]
    price = customers["segment"].map({s.segment: s.price for s in SEGMENTS}) * skewed(rng, 150, size)
    kinds = pd.Series(kind, index=customers.index)
    part = kinds.map({"new": 0.7, "pilot": 0.25, "expansion": 0.3, "renewal": 1.0})
    return customers[["customer_id", "tier", "segment"]].assign(
        kind=kinds,
        seats=(np.array(seats) * part).clip(6, 400).round().astype(int),
        price=(price / 50).round() * 50,
        term=np.where(kinds.eq("pilot"), 3, rng.choice([12, 24, 36], size, p=[0.5, 0.32, 0.18])),
    )


def _lost(
    customers: pd.DataFrame,
    contracts: pd.DataFrame,
    won: pd.DataFrame,
    truths: Truths,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Failures before each segment's last win, when every bid wins with the planted chance; and lost renewals."""
    bids = []
    for segment, wins in won[won["kind"].ne("renewal")].groupby("segment").size().items():
        number = int(rng.negative_binomial(wins, dict(truths.win_rate)[segment]))
        asked = customers[customers["segment"].eq(segment) & customers["status"].eq("prospect")]
        bids.append(asked.iloc[rng.integers(0, len(asked), number)])
    lost = _sketch(pd.concat(bids), "new", rng)
    lost["kind"] = np.where(rng.random(len(lost)) < 0.12, "pilot", "new")
    last = won["closed_on"].max() - FIRST
    lost["closed_on"] = FIRST + pd.to_timedelta(rng.integers(1, last.days, len(lost)), unit="D")
    gone = customers[customers["status"].eq("lost")]
    ended = contracts.groupby("customer_id")["ends_on"].max()
    renewals = _sketch(gone, "renewal", rng)
    renewals["closed_on"] = renewals["customer_id"].map(ended) - pd.Timedelta(days=20)
    return pd.concat([lost, renewals]).assign(status="lost", contract_id="")


def _open(customers: pd.DataFrame, contracts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Deals under way on AS_OF: new business, pilots, expansions, and renewals due within half a year."""
    prospects = customers[customers["status"].eq("prospect")].sample(64, random_state=rng)
    existing = customers[customers["status"].eq("existing") & customers["tier"].ne("C")].sample(
        14, random_state=rng
    )
    fresh = _sketch(prospects, np.where(rng.random(64) < 0.2, "pilot", "new"), rng)
    more = _sketch(existing, "expansion", rng)
    due = contracts[
        contracts["ends_on"].between(AS_OF, AS_OF + pd.Timedelta(days=181)) & contracts["kind"].ne("pilot")
    ]
    due = due.assign(kind="renewal")
    frame = pd.concat([fresh, more, due]).assign(contract_id="", closed_on=pd.NaT)
    status = np.where(frame["kind"].eq("new") & (rng.random(len(frame)) < 0.12), "bid_won", "open")
    return frame.assign(status=status)
