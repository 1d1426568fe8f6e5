"""How long the measures of 10,000 people over 36 months take, beside one groupby of the same rows.

Run: ``python benchmarks/performance.py [PEOPLE]``. Each round times attainment with the measures of every scope
on the one side and a single pandas groupby by person on the other; printed are medians and their ratio (limit 5).
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


def rows(people: int, rng: np.random.Generator) -> pd.DataFrame:
    """Revenue of each person and month, one customer each."""
    size = people * MONTHS
    month = pd.Series(pd.date_range("2024-01-01", periods=MONTHS, freq="MS"))
    amount = rng.gamma(2.0, 5e4, size)
    return pd.DataFrame({
        "month": np.tile(month.to_numpy(), people),
        "customer_id": np.repeat([f"C{k}" for k in range(people)], MONTHS),
        "staff_id": np.repeat([f"S{k}" for k in range(people)], MONTHS),
        "product_id": "P1",
        "amount": amount,
        "direct_cost": amount * rng.uniform(0.6, 0.9, size),
    }).astype({"customer_id": "category", "staff_id": "category", "product_id": "category"})  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    revenue = rows(people, np.random.default_rng(2027))
    ids = [f"S{k}" for k in range(people)]
    staff = pd.DataFrame({"staff_id": ids, "team": [f"T{k % 400}" for k in range(people)], "region": "East"})
    customers = pd.DataFrame(
        {"customer_id": [f"C{k}" for k in range(people)], "region": "East", "segment": "A"}
    )
    quotas = pd.DataFrame(
        {"scope": "staff", "scope_id": ids, "period": "2026", "metric": "revenue", "amount": 1e6}
    )
    span = {"start": pd.Timestamp("2026-01-01"), "months": 12}
    nothing = dict.fromkeys(("contracts", "credits", "opportunities", "invoices", "receipts"), pd.DataFrame())

    def ours() -> None:
        results = performance.ledger(revenue, customers=customers, staff=staff, **nothing)
        attained = performance.attainment(results, quotas, **span)
        performance.measures(results, attained=attained, **span)

    def bare() -> None:
        revenue.groupby(["staff_id", "month"], observed=True)[["amount", "direct_cost"]].sum()

    for work in (ours, bare):
        work()
    times = np.array([[timed(ours), timed(bare)] for _ in range(ROUNDS)])
    here, there = np.median(times, axis=0)
    print(
        f"{people:,} people x {MONTHS} months: ours {here:.3f} s, one groupby {there:.3f} s, ratio {here / there:.2f}"
    )


if __name__ == "__main__":
    main()
