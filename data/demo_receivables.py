"""Products, quotas, markets, invoices and receipts of the demonstration client, and who shares a contract's credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from demo_people import AS_OF, ROLE_OF, pick, skewed
from demo_phrases import EAST1, EAST2, NORTH, SOUTH, TEAMS

if TYPE_CHECKING:
    from demo_client import Truths

INVOICED = pd.Timestamp("2025-01-01")  # invoices are kept from here
PRODUCTS = (
    ("P1", "综合热线", "Inbound hotline", False, 0.44),
    ("P2", "在线客服", "Online service", False, 0.26),
    ("P3", "外呼与营销", "Outbound and marketing", False, 0.18),
    ("P4", "智能客服融合", "Blended AI service", True, 0.12),
)
# Industry, English, size of its market in 2025, growth over 2024.
MARKETS = (
    ("", "", 25.6e9, 0.055),
    ("金融", "Finance", 9.6e9, 0.045),
    ("互联网", "Internet", 5.1e9, 0.08),
    ("政务", "Government", 4.6e9, 0.12),
    ("通信", "Telecom", 4.0e9, -0.01),
    ("物流", "Logistics", 2.3e9, 0.06),
)
TEAM_QUOTAS = {
    EAST1: 2.32e8,
    EAST2: 1.38e8,
    SOUTH: 1.45e8,
    NORTH: 1.95e8,
}  # revenue 2026, together the company's
COLLECTED = 6.9e8
KEY_PRODUCT = 9.0e7


def products() -> pd.DataFrame:
    """What is sold; one product is key."""
    table = pd.DataFrame(
        list(PRODUCTS), columns=["product_id", "product", "product_en", "key_product", "share"]
    )
    return table.drop(columns="share")


def sold(contracts: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Product of each contract: a customer keeps its product from one contract to the next."""
    customers = contracts["customer_id"].drop_duplicates()
    ids = [product[0] for product in PRODUCTS]
    chosen = pick(rng, len(customers), [product[-1] for product in PRODUCTS])
    kept = pd.Series([ids[k] for k in chosen], index=customers)
    return contracts["customer_id"].map(kept)


def credits(contracts: pd.DataFrame, owner: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """A quarter of the contracts signed since 2025 are shared by two account managers, seven to three."""
    recent = contracts[(contracts["signed_on"] >= INVOICED) & owner.ne("")]
    shared = recent[rng.random(len(recent)) < 0.25]
    sellers = sorted(person for person, role in ROLE_OF.items() if role == "account_manager")
    rows = []
    for contract, first in zip(shared["contract_id"], owner[shared.index], strict=True):
        second = [person for person in sellers if person != first][int(rng.integers(len(sellers) - 1))]
        rows += [(contract, first, 0.7), (contract, second, 0.3)]
    return pd.DataFrame(rows, columns=["contract_id", "staff_id", "share"])


def quotas(staff: pd.DataFrame, signed: float, rng: np.random.Generator) -> pd.DataFrame:
    """Quotas of 2026: revenue and collection of the company, revenue of teams, signature of account managers."""
    sellers = staff.loc[staff["role"].eq("account_manager") & staff["left_on"].isna(), "staff_id"]
    drawn = signed * skewed(rng, 40, len(sellers)) / len(sellers)
    rows = [("company", "", "revenue", sum(TEAM_QUOTAS.values())), ("company", "", "collected", COLLECTED)]
    rows += [("team", team, "revenue", amount) for team, amount in TEAM_QUOTAS.items()]
    rows += [
        ("staff", person, "signed", round(amount, -5)) for person, amount in zip(sellers, drawn, strict=True)
    ]
    rows += [("product", "P4", "revenue", KEY_PRODUCT)]
    table = pd.DataFrame(rows, columns=["scope", "scope_id", "metric", "amount"])
    table.insert(2, "scope_id_en", table["scope_id"].map(TEAMS).fillna(""))
    table.insert(3, "period", "2026")
    return table.astype({"amount": "int64"})


def markets() -> pd.DataFrame:
    """Size of the whole market and of each industry's, 2024 and 2025."""
    rows = [
        (period, industry, english, round(size / (1 + growth if period == "2024" else 1), -6))
        for period in ("2024", "2025")
        for industry, english, size, growth in MARKETS
    ]
    return pd.DataFrame(rows, columns=["period", "industry", "industry_en", "market_size"]).astype({"market_size": "int64"})  # fmt: skip


def invoices(revenue: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """A month's work is invoiced on the fifth of the next and due after the contract's days."""
    billed = revenue[(revenue["month"] >= INVOICED) & revenue["contract_id"].ne("") & (revenue["amount"] > 0)]
    days = billed["contract_id"].map(contracts.set_index("contract_id")["payment_days"]).astype("int64")
    issued = billed["month"] + pd.DateOffset(months=1, days=4)
    table = pd.DataFrame({
        "invoice_id": "FP" + billed["revenue_id"].str[1:],
        "customer_id": billed["customer_id"],
        "contract_id": billed["contract_id"],
        "staff_id": billed["staff_id"],
        "issued_on": issued,
        "due_on": issued + pd.to_timedelta(days, unit="D"),
        "amount": billed["amount"],
        "written_off": 0.0,
    })  # fmt: skip
    return table[table["issued_on"] <= AS_OF].reset_index(drop=True)


def receipts(
    invoices: pd.DataFrame, team: pd.Series, truths: Truths, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Receipts by the as-of date, and the invoices with what was written off.

    A customer pays early or late by its own habit; a share of each team's invoices is disputed and paid months
    later, some in two parts. Customers of ``truths.defaulters`` stopped paying; the first one's oldest is written off.
    """
    size = len(invoices)
    names = invoices["customer_id"].drop_duplicates()
    habit = pd.Series(rng.normal(-2.0, 8.0, len(names)), index=names)
    late = np.rint(invoices["customer_id"].map(habit) + rng.normal(0.0, 4.0, size)).clip(-25)
    share = team.map(truths.disputed).fillna(0.02).to_numpy()
    disputed = rng.random(size) < share
    late = late + np.where(disputed, 60 + rng.gamma(3.0, 35.0, size), 0.0)
    paid = (invoices["due_on"] + pd.to_timedelta(late.astype("int64"), unit="D")).clip(
        lower=invoices["issued_on"]
    )
    bad = invoices["customer_id"].isin(truths.defaulters)
    parted = disputed & (rng.random(size) < 0.4)
    first = (invoices["amount"] * np.where(parted, 0.6, 1.0)).round(2)
    earlier = invoices["due_on"].where(parted, paid)
    rows = [
        pd.DataFrame({"invoice_id": invoices["invoice_id"], "received_on": earlier, "amount": first})[~bad],
        pd.DataFrame({"invoice_id": invoices["invoice_id"], "received_on": paid, "amount": (invoices["amount"] - first).round(2)})[parted & ~bad],
    ]  # fmt: skip
    table = pd.concat(rows)
    table = table[table["received_on"] <= AS_OF].sort_values(["received_on", "invoice_id"], ignore_index=True)
    table.insert(0, "receipt_id", [f"HK{k:05d}" for k in range(1, len(table) + 1)])
    oldest = bad & (invoices["due_on"] < AS_OF - pd.Timedelta(days=500))
    return table, invoices.assign(written_off=invoices["amount"].where(oldest, 0.0))
