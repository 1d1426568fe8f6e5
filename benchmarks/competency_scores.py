"""Cost of scoring people against the competency model, against one plain pandas groupby over the same ratings.

Both sides run in turn in one process; printed are medians of several runs in CPU time and their ratio, over people
(20 competencies, 5 raters each). Run: ``python benchmarks/competency_scores.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np
import pandas as pd

from salesmgmt.evaluation import competency

RUNS, COMPETENCIES = 7, 20
KINDS = ["self", "manager", "peer", "peer", "customer"]
MODEL = pd.DataFrame(
    {"competency": [f"C{i:02d}" for i in range(COMPETENCIES)], "required": 4.0, "weight": 1 / COMPETENCIES}
)


def ratings(people: int, *, rounds: int = 1) -> pd.DataFrame:
    """One row per person × competency × rater × round, in no order."""
    rng = np.random.default_rng(0)
    raters = len(KINDS)
    person = np.repeat(np.arange(people), COMPETENCIES * raters)
    rater = np.tile(np.arange(raters), people * COMPETENCIES)
    once = pd.DataFrame(
        {
            "staff_id": np.array([f"S{i:05d}" for i in range(people)], dtype=object)[person],
            "competency": MODEL["competency"].to_numpy()[
                np.tile(np.repeat(np.arange(COMPETENCIES), raters), people)
            ],
            "rater_id": np.array([f"R{i:05d}" for i in range(people)], dtype=object)[
                (person + 7 * rater) % people
            ],
            "rater_kind": np.array(KINDS, dtype=object)[rater],
        }
    ).astype("str")
    years = [
        once.assign(
            score=rng.integers(1, 6, len(once)).astype("float64"), assessed_on=pd.Timestamp(2026 - back, 9, 1)
        )
        for back in range(rounds)
    ]
    return pd.concat(years).sample(frac=1, random_state=1, ignore_index=True)


def method(table: pd.DataFrame) -> pd.DataFrame:
    return competency.score(competency.gaps(table, MODEL))


def groupby(table: pd.DataFrame) -> pd.Series:
    return table.groupby(["staff_id", "competency"])["score"].mean()


def seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def compare(table: pd.DataFrame) -> tuple[float, float]:
    pairs = [(seconds(lambda: method(table)), seconds(lambda: groupby(table))) for _ in range(RUNS)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def main() -> None:
    print("people   ratings  rounds   scores+gaps+score ms   one groupby ms   ratio")
    for people, rounds in [(30, 1), (1_000, 1), (10_000, 1), (5_000, 2)]:
        table = ratings(people, rounds=rounds)
        ours, bare = compare(table)
        print(
            f"{people:6} {len(table):9} {rounds:7}   {ours * 1e3:20.1f}   {bare * 1e3:14.1f}   {ours / bare:5.2f}"
        )


if __name__ == "__main__":
    main()
