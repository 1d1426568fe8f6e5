"""Travel and balance of ``plan.territories`` against a greedy and a k-means baseline, 2,000 customers × 40 people.

All three assign the same customers to the same people in one process; printed are travel (as a ratio to ours), the
largest deviation of load, the share of people more than 15 % off, seconds, and the gap that ours proves.
Greedy: nearest person who still has room, largest customers first. k-means: clusters of customers (scipy), each to
the nearest free person, blind to load. Run: ``python benchmarks/territories.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np
import pandas as pd
from scipy.cluster.vq import kmeans2
from scipy.optimize import linear_sum_assignment

from salesmgmt.plan import territories

CUSTOMERS, PEOPLE, TOWNS = 2_000, 40, 25
TOLERANCE = 0.15


class Client:
    """Customers around towns, people based in towns, nobody owned yet."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        towns = rng.uniform(0, 1500, (TOWNS, 2))
        self.places = towns[rng.integers(0, TOWNS, CUSTOMERS)] + rng.normal(0, 40, (CUSTOMERS, 2))
        self.bases = towns[rng.integers(0, TOWNS, PEOPLE)] + rng.normal(0, 5, (PEOPLE, 2))
        self.visits = rng.choice([4.0, 6.0, 12.0, 30.0], CUSTOMERS, p=[0.4, 0.3, 0.2, 0.1])
        self.ways = np.sqrt(((self.places[:, None] - self.bases) ** 2).sum(-1))

    def frames(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        ids, staff = [f"C{k}" for k in range(CUSTOMERS)], [f"S{k}" for k in range(PEOPLE)]
        holdings = pd.DataFrame(
            {"customer_id": ids, "visits": self.visits, "hours": self.visits, "staff_id": ""}
        )
        holdings = holdings.assign(locked=False, years_together=np.nan, revenue=0.0)
        people = pd.DataFrame({"staff_id": staff, "capacity": 1.0})
        return holdings, people, pd.DataFrame(self.ways, index=pd.Index(ids), columns=staff)


def ours(client: Client) -> tuple[np.ndarray, float]:
    found = territories.propose(*client.frames(), tolerance=TOLERANCE)
    return found.customers["proposed_id"].str[1:].astype(int).to_numpy(), found.gap


def greedy(client: Client) -> tuple[np.ndarray, float]:
    room = np.full(PEOPLE, (1 + TOLERANCE) * client.visits.sum() / PEOPLE)
    owner = np.full(CUSTOMERS, -1)
    for customer in np.argsort(-client.visits, kind="stable"):
        fits = np.where(room >= client.visits[customer], client.ways[customer], np.inf)
        owner[customer] = int(np.argmin(fits)) if np.isfinite(fits).any() else int(np.argmax(room))
        room[owner[customer]] -= client.visits[customer]
    return owner, np.nan


def clusters(client: Client) -> tuple[np.ndarray, float]:
    centres, label = kmeans2(client.places, PEOPLE, minit="++", seed=0, iter=50)
    apart = np.sqrt(((centres[:, None] - client.bases) ** 2).sum(-1))
    _, person = linear_sum_assignment(apart)
    return person[label], np.nan


def judged(client: Client, method: Callable[[Client], tuple[np.ndarray, float]]) -> tuple[float, ...]:
    start = perf_counter()
    owner, gap = method(client)
    seconds = perf_counter() - start
    travel = float((client.ways[np.arange(CUSTOMERS), owner] * client.visits).sum())
    load = np.bincount(owner, client.visits, PEOPLE)
    even = territories.measures(territories.balance(pd.DataFrame({"load": load}))["deviation"])
    return travel, even["max_deviation"], even["outside"], seconds, gap


def main() -> None:
    print("seed  method    travel ÷ ours  largest deviation  outside 15%  seconds     gap")
    for seed in range(3):
        client = Client(seed)
        rows = {method.__name__: judged(client, method) for method in (ours, greedy, clusters)}
        for name, (travel, worst, outside, seconds, gap) in rows.items():
            ratio = travel / rows["ours"][0]
            proven = f"{gap:.2%}" if np.isfinite(gap) else "none"
            print(
                f"{seed:4}  {name:8}  {ratio:13.3f}  {worst:17.1%}  {outside:11.1%}  {seconds:7.2f}  {proven:>6}"
            )


if __name__ == "__main__":
    main()
