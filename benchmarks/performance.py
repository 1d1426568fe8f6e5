"""How long the measures of 10,000 people over 36 months take, beside one groupby of the same rows.

Run: ``python benchmarks/performance.py [PEOPLE]``. Each round times both sides, in turn; printed are medians and their
ratio (limit 5). Ours is all that the chapter computes of the tables: the ledger of what was signed, earned and
collected, the invoices settled, the attainment of every quota and of the company, and every measure of the company,
its teams, regions, products and people. Reading the tables is in neither side. The groupby sums one amount by person and
month, over one frame with every row of revenue, contracts, invoices and receipts. Ids are text, as they are read: of
revenue, which is summed while it is read, one object a word, of the other tables one a cell. The limit is for people
with one customer each, a row of revenue a person and month; with three each, the ratio of the longer tables is printed
beside it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from salesmgmt.evaluation import performance

ROUNDS = 7
MONTHS = 36
CUSTOMERS = (1, 3)
"""Customers of one person."""
AS_OF = pd.Timestamp("2026-12-31")
SPAN = {"start": pd.Timestamp("2026-01-01"), "months": 12}


def tables(people: int, customers: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """By month, revenue, an invoice and its receipt of each customer, and a contract of each customer."""
    each = people * customers
    size = each * MONTHS
    month = np.repeat(pd.date_range("2024-01-01", periods=MONTHS, freq="MS").to_numpy(), each)
    customer = np.array([f"C{k}" for k in range(each)], dtype=object)
    person = np.tile(np.array([f"S{k}" for k in range(people)], dtype=object), customers)
    whose = {"customer_id": np.tile(customer, MONTHS), "staff_id": np.tile(person, MONTHS)}
    billed = {name: [word[:1] + word[1:] for word in words] for name, words in whose.items()}
    amount = rng.gamma(2.0, 5e4, size)
    bill = np.array([f"I{k}" for k in range(size)], dtype=object)
    paid = month + rng.integers(20, 90, size).astype("timedelta64[D]")
    signed = pd.DatetimeIndex(rng.choice(month, each))
    contract = [f"K{k}" for k in range(each)]
    return {
        "revenue": pd.DataFrame({
            "month": month, **whose, "product_id": "P1", "amount": amount,
            "direct_cost": amount * rng.uniform(0.6, 0.9, size),
        }),
        "contracts": pd.DataFrame({
            "contract_id": contract, "customer_id": customer, "product_id": "P1",
            "kind": rng.choice(["new", "renewal"], each), "signed_on": signed, "starts_on": signed,
            "ends_on": signed + pd.DateOffset(years=1, days=-1), "monthly_amount": rng.gamma(2.0, 5e4, each),
        }),
        "credits": pd.DataFrame({"contract_id": contract, "staff_id": person, "share": 1.0}),
        "opportunities": pd.DataFrame(),
        "invoices": pd.DataFrame({
            "invoice_id": bill, **billed, "issued_on": month, "due_on": month + np.timedelta64(30, "D"), "amount": amount,
        }),
        "receipts": pd.DataFrame({
            "invoice_id": [word[:1] + word[1:] for word in bill], "received_on": paid,
            "amount": amount * rng.uniform(0.8, 1.0, size),
        }),
    }  # fmt: skip


def every_row(booked: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per row of the tables, with person, month and amount."""
    revenue, contracts, invoices, receipts = (
        booked[name] for name in ("revenue", "contracts", "invoices", "receipts")
    )
    bill = pd.Index(invoices["invoice_id"]).get_indexer(receipts["invoice_id"])
    rows = {
        "staff_id": [revenue["staff_id"], booked["credits"]["staff_id"], invoices["staff_id"], invoices["staff_id"].iloc[bill]],
        "month": [revenue["month"], contracts["signed_on"], invoices["issued_on"],
                  receipts["received_on"].dt.to_period("M").dt.to_timestamp()],
        "amount": [revenue["amount"], contracts["monthly_amount"], invoices["amount"], receipts["amount"]],
    }  # fmt: skip
    return pd.DataFrame({name: pd.concat(parts, ignore_index=True) for name, parts in rows.items()})


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compared(booked: dict[str, pd.DataFrame], rows: pd.DataFrame, people: int, each: int) -> None:
    ids = [f"S{k}" for k in range(people)]
    staff = pd.DataFrame({"staff_id": ids, "team": [f"T{k % 400}" for k in range(people)], "region": "East"})
    customers = pd.DataFrame(
        {"customer_id": [f"C{k}" for k in range(people * each)], "region": "East", "segment": "A"}
    )
    quotas = pd.DataFrame(
        {"scope": "staff", "scope_id": ids, "period": "2026", "metric": "revenue", "amount": 1e6}
    )
    places = {"customers": customers, "staff": staff}

    def ours() -> None:
        paid, billed = performance.with_bills(booked["receipts"], booked["invoices"])
        results = performance.ledger(**booked | {"receipts": paid, "invoices": billed}, **places)
        bills = performance.bills(billed, paid, as_of=AS_OF, **places)
        attained = performance.attainment(results, quotas, **SPAN)
        performance.company_attainment(results, quotas, metric="revenue", **SPAN)
        performance.measures(results, attained=attained, invoices=bills, staff=staff, **SPAN)

    def bare() -> None:
        rows.groupby(["staff_id", "month"])["amount"].sum()

    for work in (ours, bare):
        work()
    here, there = np.median([[timed(ours), timed(bare)] for _ in range(ROUNDS)], axis=0)
    print(
        f"{people:,} people x {MONTHS} months, {each} customers each: {len(rows):,} rows, ours {here:.3f} s, "
        f"one groupby {there:.3f} s, ratio {here / there:.2f}"
    )


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for each in CUSTOMERS:
        booked = tables(people, each, np.random.default_rng(2027))
        compared(booked, every_row(booked), people, each)


if __name__ == "__main__":
    main()
