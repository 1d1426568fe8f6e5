"""Cost of ``targets.simulate`` against the bare numpy kernel that draws the same year.

Both sides run in turn in one process and give the same draws, number for number; printed are medians of several runs:
the whole call, the same call with two draws (checking and sorting the tables, the same for any number of draws), the
kernel, and the ratio of what the draws cost to the kernel; over draws (linear in them), and over items (independent of
them once the largest of each line are set apart).
Run: ``python benchmarks/target_simulation.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import qmc

from salesmgmt.plan import targets
from salesmgmt.plan.targets.simulation import SINGLE

RUNS = 9
LIMIT = 3.0
SEGMENTS = pd.DataFrame(
    {
        "segment": list("ABCDEF"),
        "new_wins": [5.0, 4.0, 4.0, 8.0, 3.0, 3.0],
        "new_wins_low": [3.0, 2.0, 2.0, 5.0, 1.0, 2.0],
        "new_wins_high": [7.0, 6.0, 6.0, 11.0, 4.0, 5.0],
        "average_contract": [4.8, 4.1, 3.6, 3.9, 4.2, 3.2],
        "average_contract_low": [4.0, 3.5, 3.0, 3.1, 3.6, 2.5],
        "average_contract_high": [5.8, 5.0, 4.4, 4.9, 5.0, 4.0],
        "go_live_months": [2.5, 2.0, 1.0, 3.0, 2.5, 1.0],
        "go_live_months_low": [1.5, 1.0, 0.5, 2.0, 1.5, 0.5],
        "go_live_months_high": [4.0, 3.0, 2.0, 5.0, 4.0, 2.0],
    }
)
INITIATIVES = pd.DataFrame(
    {"value": [12.0, 8.0, 6.0, 4.0], "low": [9.0, 5.0, 4.0, 3.0], "high": [15.0, 10.0, 9.0, 6.0]}
).assign(probability=[0.7, 0.5, 0.6, 0.8])


def portfolio(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    lines = ["locked_in", "renewal", "tender"]
    return pd.DataFrame(
        {
            "line": rng.choice(lines, count, p=[0.4, 0.4, 0.2]),
            "item": "x",
            "amount": rng.lognormal(1.0, 1.0, count),
            "probability": rng.uniform(0.2, 0.95, count),
        }
    )


def method(items: pd.DataFrame, draws: int) -> np.ndarray:
    rng = np.random.default_rng(2027)
    return targets.simulate(items, INITIATIVES, SEGMENTS, rng=rng, draws=draws)["total"].to_numpy()


def prepared(items: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray, float, float, float]]:
    """What the kernel is given ready: the largest items of each line, and mean, spread and sum of the others."""
    found = []
    for line in ("renewal", "tender"):
        rows = items[items["line"] == line].sort_values("amount", ascending=False, kind="stable")
        amount, chance = rows["amount"].to_numpy(), rows["probability"].to_numpy()
        a, p = amount[SINGLE:], chance[SINGLE:]
        rest = (float((p * a).sum()), float(np.sqrt((p * (1 - p) * a**2).sum())), float(a.sum()))
        found.append((amount[:SINGLE], chance[:SINGLE], *rest))
    return found


def kernel(lines: list[tuple[np.ndarray, np.ndarray, float, float, float]], sure: float, draws: int) -> np.ndarray:  # fmt: skip
    """The same draws in as few numpy operations as it takes."""
    rng = np.random.default_rng(2027)

    def judged(value: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        points = qmc.Sobol(len(value), scramble=True, bits=30, rng=rng).random(draws) + 2.0**-31
        t = ndtri(points) / ndtri(0.9)
        v, lo, hi = np.log(value), np.log(low), np.log(high)
        return np.exp(v + t * np.where(t < 0, v - lo, hi - v))

    names = ("new_wins", "average_contract", "go_live_months")
    rate, size, wait = (judged(*SEGMENTS[[n, f"{n}_low", f"{n}_high"]].to_numpy().T) for n in names)
    total = sure + (rng.poisson(rate) * size * (12 - np.minimum(wait, 12)) ** 2).sum(axis=1) / 288
    for amount, chance, mean, spread, most in lines:
        total += (rng.random((draws, len(amount))) < chance) @ amount
        total += np.clip(mean + spread * rng.standard_normal(draws), 0.0, most)
    value = judged(*INITIATIVES[["value", "low", "high"]].to_numpy().T)
    return total + (value * (rng.random(value.shape) < INITIATIVES["probability"].to_numpy())).sum(axis=1)


def seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def compare(items: pd.DataFrame, draws: int) -> list[float]:
    """Median seconds of the method, of the method with two draws, and of the kernel."""
    ready, sure = prepared(items), float(items.loc[items["line"] == "locked_in", "amount"].sum())
    np.testing.assert_allclose(method(items, draws), kernel(ready, sure, draws), rtol=1e-9)
    sides = [
        lambda: method(items, draws),
        lambda: method(items, 2),
        lambda: kernel(ready, sure, draws),
    ]
    runs = [[seconds(side) for side in sides] for _ in range(RUNS)]
    return [median(side) for side in zip(*runs, strict=True)]


def main() -> None:
    print("    items    draws   simulate ms   checks ms   numpy ms   ratio of the draws")
    worst = 0.0
    cases = [(300, 2**power) for power in (10, 12, 14, 16)] + [(n, 4096) for n in (3_000, 30_000, 300_000)]
    for count, draws in cases:
        ours, checks, bare = compare(portfolio(count), draws)
        ratio = (ours - checks) / bare
        worst = max(worst, ratio)
        print(
            f"{count:9}  {draws:7}   {ours * 1e3:11.2f}   {checks * 1e3:9.2f}   {bare * 1e3:8.2f}   {ratio:18.2f}"
        )
    print(f"largest ratio {worst:.2f}, to stay at or below {LIMIT:g}: {'yes' if worst <= LIMIT else 'NO'}")


if __name__ == "__main__":
    main()
