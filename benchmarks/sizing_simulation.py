"""Cost of ``sizing.simulate`` against the bare numpy kernel that computes the same people.

Both sides run in turn in one process; printed are medians of several runs: the whole call, the same call
with two draws (checking the tables, the same for any number of draws), the kernel, and the ratio of what
the draws cost to the kernel; over draws (linear in them), and over customers (independent of them: the
classes carry the work).
Run: ``python benchmarks/sizing_simulation.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import qmc

from salesmgmt.plan import sizing

RUNS = 9
TIERS, REGIONS = ["A", "B", "C"], ["East", "South", "North"]
COVERAGE = pd.DataFrame(
    {"tier": TIERS, "visits_per_year": [24.0, 12.0, 6.0], "low": [18.0, 9.0, 4.0], "high": [30.0, 16.0, 9.0]}
)
PIECES = {"working_days": 220.0, "hours_per_day": 8.0, "selling_share": 0.4, "hours_per_visit": 1.5}
RANGES = pd.DataFrame(
    {
        "name": ["working_days", "selling_share", "hours_per_visit"],
        "role": "",
        "value": [220.0, 0.4, 1.5],
        "low": [210.0, 0.3, 1.2],
        "high": [230.0, 0.5, 2.0],
        "family": ["log", "logit", "log"],
        "group": "",
    }
)


def frequencies(customers: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "status": rng.choice(["existing", "prospect"], customers),
            "tier": rng.choice(TIERS, customers),
            "region": rng.choice(REGIONS, customers),
        }
    )
    return sizing.five_steps(table, COVERAGE, visits_per_rep={"": PIECES}).frequencies


def method(table: pd.DataFrame, draws: int) -> np.ndarray:
    rng = np.random.default_rng(2027)
    found = sizing.simulate(table, RANGES, visits_per_rep={"": PIECES}, draws=draws, rng=rng)
    return found["people"].to_numpy()


def kernel(table: pd.DataFrame, draws: int) -> np.ndarray:
    """The same people from the same points in as few numpy operations as it takes."""
    points = qmc.Sobol(4, scramble=True, bits=30, rng=np.random.default_rng(2027)).random(draws) + 2.0**-31
    t = ndtri(points) / ndtri(0.9)

    def two_piece(t: np.ndarray, value: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return value + t * np.where(t < 0, value - low, high - value)

    v, lo, hi = np.log(table[["visits_per_year", "low", "high"]].to_numpy().T)
    visits = np.exp(two_piece(t[:, 3:], v, lo, hi)) @ table["customers"].to_numpy()
    days = np.exp(two_piece(t[:, 0], *np.log([220.0, 210.0, 230.0])))
    odds = np.log(np.array([0.4, 0.3, 0.5]) / (1 - np.array([0.4, 0.3, 0.5])))
    selling = 1 / (1 + np.exp(-two_piece(t[:, 1], *odds)))
    hours = np.exp(two_piece(t[:, 2], *np.log([1.5, 1.2, 2.0])))
    return visits * hours / (days * 8.0 * selling)


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def compare(table: pd.DataFrame, draws: int) -> list[float]:
    """Median seconds of the method, of the method with two draws, and of the kernel."""
    np.testing.assert_allclose(method(table, draws), kernel(table, draws), rtol=1e-9)
    sides = [lambda: method(table, draws), lambda: method(table, 2), lambda: kernel(table, draws)]
    runs = [[seconds(side) for side in sides] for _ in range(RUNS)]
    return [median(side) for side in zip(*runs, strict=True)]


def main() -> None:
    print("customers  classes    draws   simulate ms   checks ms   numpy ms   ratio of the draws")
    cases = [(300, 2**power) for power in (10, 12, 14, 16)] + [
        (count, 4096) for count in (3_000, 30_000, 300_000)
    ]
    for customers, draws in cases:
        table = frequencies(customers)
        ours, checks, bare = compare(table, draws)
        print(
            f"{customers:9}  {len(table):7}  {draws:7}   {ours * 1e3:11.2f}   {checks * 1e3:9.2f}   "
            f"{bare * 1e3:8.2f}   {(ours - checks) / bare:18.2f}"
        )


if __name__ == "__main__":
    main()
