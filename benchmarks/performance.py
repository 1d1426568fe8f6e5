"""How long the measures of 10,000 people over 36 months take, beside one groupby of the same rows.

Run: ``python benchmarks/performance.py [PEOPLE]``. Each round times both sides, in turn; printed are medians and their
ratio (limit 5). Ours is all that the chapter computes of the tables: the ledger of what was signed, earned and
collected, the invoices settled, the attainment of every quota and of the company, and every measure of the company,
its teams, regions, products and people. Reading the tables is in neither side. The groupby sums one amount by person and
month, over one frame with every row of revenue, contracts, invoices and receipts. Ids are text, as they are read: of
revenue, which is summed while it is read, one object a word, of the other tables one a cell. A second line holds the same without money coming in: revenue alone, against a groupby of revenue alone.
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
AS_OF = pd.Timestamp("2026-12-31")
SPAN = {"start": pd.Timestamp("2026-01-01"), "months": 12}


def tables(people: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Revenue, an invoice and its receipt of each person and month, and a contract of each person, by month."""
    size = people * MONTHS
    month = np.repeat(pd.date_range("2024-01-01", periods=MONTHS, freq="MS").to_numpy(), people)
    customer, person = (np.array([f"{kind}{k}" for k in range(people)], dtype=object) for kind in "CS")
    whose = {"customer_id": np.tile(customer, MONTHS), "staff_id": np.tile(person, MONTHS)}
    billed = {name: [word[:1] + word[1:] for word in words] for name, words in whose.items()}
    amount = rng.gamma(2.0, 5e4, size)
    bill = np.array([f"I{k}" for k in range(size)], dtype=object)
    paid = month + rng.integers(20, 90, size).astype("timedelta64[D]")
    signed = pd.DatetimeIndex(rng.choice(month, people))
    return {
        "revenue": pd.DataFrame({
            "month": month, **whose, "product_id": "P1", "amount": amount,
            "direct_cost": amount * rng.uniform(0.6, 0.9, size),
        }),
        "contracts": pd.DataFrame({
            "contract_id": [f"K{k}" for k in range(people)], "customer_id": customer, "product_id": "P1",
            "kind": rng.choice(["new", "renewal"], people), "signed_on": signed, "starts_on": signed,
            "ends_on": signed + pd.DateOffset(years=1, days=-1), "monthly_amount": rng.gamma(2.0, 5e4, people),
        }),
        "credits": pd.DataFrame({"contract_id": [f"K{k}" for k in range(people)], "staff_id": person, "share": 1.0}),
        "opportunities": pd.DataFrame(),
        "invoices": pd.DataFrame({
            "invoice_id": bill, **billed, "issued_on": month, "due_on": month + np.timedelta64(30, "D"), "amount": amount,
        }),
        "receipts": pd.DataFrame({"invoice_id": [word[:1] + word[1:] for word in bill], "received_on": paid, "amount": amount * rng.uniform(0.8, 1.0, size)}),
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


def compared(label: str, booked: dict[str, pd.DataFrame], rows: pd.DataFrame, people: int) -> None:
    ids = [f"S{k}" for k in range(people)]
    staff = pd.DataFrame({"staff_id": ids, "team": [f"T{k % 400}" for k in range(people)], "region": "East"})
    customers = pd.DataFrame(
        {"customer_id": [f"C{k}" for k in range(people)], "region": "East", "segment": "A"}
    )
    quotas = pd.DataFrame(
        {"scope": "staff", "scope_id": ids, "period": "2026", "metric": "revenue", "amount": 1e6}
    )
    places = {"customers": customers, "staff": staff}

    def ours() -> None:
        results = performance.ledger(**booked, **places)
        bills = performance.bills(booked["invoices"], booked["receipts"], as_of=AS_OF, **places)
        attained = performance.attainment(results, quotas, **SPAN)
        performance.company_attainment(results, quotas, metric="revenue", **SPAN)
        performance.measures(results, attained=attained, invoices=bills, staff=staff, **SPAN)

    def bare() -> None:
        rows.groupby(["staff_id", "month"])["amount"].sum()

    for work in (ours, bare):
        work()
    here, there = np.median([[timed(ours), timed(bare)] for _ in range(ROUNDS)], axis=0)
    print(
        f"{people:,} people x {MONTHS} months, {label}: {len(rows):,} rows, ours {here:.3f} s, "
        f"one groupby {there:.3f} s, ratio {here / there:.2f}"
    )


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    booked = tables(people, np.random.default_rng(2027))
    compared("all tables", booked, every_row(booked), people)
    alone = {name: table if name == "revenue" else pd.DataFrame() for name, table in booked.items()}
    compared("revenue alone", alone, booked["revenue"], people)


if __name__ == "__main__":
    main()
