"""Thousands of corruptions of a client's files: read right, or refused with a message that names the place.

Never a traceback, a hang or a silently wrong number. Each case is read in a worker process with a limit on
memory and time. ``make soak`` runs all cases and prints what came of them; ``make test`` a rotating sample
of the same. ``SALESMGMT_SEED=N make soak`` draws the whole anew. A case that fails is named by its recipe: ``python -m tests.inputs.fuzzing RECIPE`` repeats it.
"""

from __future__ import annotations

import json
import os
import queue
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.inputs import corrupt_books, corrupt_cells, corrupt_files, corrupt_settings  # noqa: F401 entered in FAMILIES
from tests.inputs.corruptions import FAMILIES, recipes

MOST_SECONDS = 60
"""Time in which one case must be read and judged."""
MOST_CASES = 100
"""A worker judges so many before it is started anew, so that what one leaves in memory is not held against another."""
CASES = {
    ("cells", "csv"): (1400, 20), ("cells", "xlsx"): (900, 12), ("cells", "parquet"): (300, 5),
    ("headers", "csv"): (450, 8), ("headers", "xlsx"): (300, 5), ("headers", "parquet"): (60, 3),
    ("rows", "csv"): (450, 8), ("rows", "xlsx"): (250, 5), ("rows", "parquet"): (40, 2),
    ("encodings", "csv"): (500, 9), ("encodings", "parquet"): (50, 2), ("books", "xlsx"): (400, 9), ("settings", "csv"): (400, 8),
}  # fmt: skip
"""Family and form -> cases of the whole suite and of its sample."""
FIRST = 500_000
"""First seed of the whole suite."""
FINDS: dict[str, str] = {
    "cells.ambiguous/csv/501038": "right",
    "settings.wrong_entry/csv/500073": "refused",
    "cells.texts/xlsx/500532": "refused",
    "settings.not_toml/csv/500396": "refused",
    "books.shared_texts/xlsx/500352": "refused",
    "cells.keys/parquet/500072": "right",
    "books.whole/xlsx/500236": "refused",
    "cells.null_bytes/xlsx/500000": "right",
    "headers.with_unit/xlsx/500416": "refused",
    "rows.unquoted_comma/csv/500318": "refused",
    "cells.dates/xlsx/500067": "refused",
    "books.broken_tags/xlsx/500179": "refused",
    "books.bomb/xlsx/500074": "refused",
    "encodings.special/csv/564324": "refused",
    "books.shared_texts/xlsx/3136": "refused",
    "settings.not_toml/csv/3101": "refused",
    "rows.header_only/xlsx/3023": "refused",
    "books.far_cells/xlsx/3152": "refused",
    "cells.huge/csv/3077": "refused",
    "cells.huge/xlsx/2176": "refused",
    "cells.null_bytes/xlsx/500053": "refused",
    "cells.texts/csv/3057": "refused",
    "cells.currencies/csv/2056": "refused",
    "cells.units/csv/3033": "refused",
}
"""Recipes that once failed -> what must come of them now."""


class Worker:
    """A process that judges recipes one at a time, started anew when it dies or takes too long."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._process: subprocess.Popen[str] | None = None
        self._judged = 0

    def judge(self, recipe: str) -> dict[str, Any]:
        """The verdict on one recipe; a crash or a hang is a fault of that recipe."""
        self._judged += 1
        if self._judged % MOST_CASES == 0:
            self.stop()
        process = self._process = self._process or self._start()
        assert process.stdin and process.stdout
        process.stdin.write(f"{recipe}\n")
        process.stdin.flush()
        late = threading.Timer(MOST_SECONDS, process.kill)
        late.start()
        note = process.stdout.readline()  # what is done comes first, so that a crash can be told
        line = process.stdout.readline() if note.startswith('"') else note
        if line:
            late.cancel()
            return json.loads(line)
        slow = not late.is_alive()
        late.cancel()
        code = process.wait()
        self._process = None
        why = f"took more than {MOST_SECONDS} s" if slow else f"the process ended with {code}"
        return {
            "recipe": recipe,
            "outcome": "fault",
            "note": note.strip(),
            "ids": [],
            "why": why,
            "seconds": float(MOST_SECONDS),
        }

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.inputs.fuzzing"], cwd=self._root, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
        )  # fmt: skip

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


def judged(workers: Sequence[Worker], asked: Sequence[str]) -> list[dict[str, Any]]:
    """Verdicts on recipes, shared out among the workers."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for recipe in asked:
        waiting.put(recipe)
    found: list[dict[str, Any]] = []

    def work(worker: Worker) -> None:
        while True:
            try:
                found.append(worker.judge(waiting.get_nowait()))
            except queue.Empty:
                return

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture(scope="module")
def workers(root, soak) -> Iterator[list[Worker]]:
    made = [Worker(root) for _ in range(min(os.cpu_count() or 1, 2) if soak else 1)]
    yield made
    for worker in made:
        worker.stop()


def figures(verdicts: Sequence[dict[str, Any]]) -> str:
    """How many cases were read right and refused, by which messages, and the slowest."""
    outcomes = Counter(verdict["outcome"] for verdict in verdicts)
    ids = Counter(id for verdict in verdicts if verdict["outcome"] == "refused" for id in verdict["ids"])
    slowest = max(verdicts, key=lambda verdict: verdict["seconds"])
    shown = ", ".join(f"{id.removeprefix('inputs.')} {count}" for id, count in ids.most_common())
    return (
        f"{len(verdicts)} cases: {outcomes['right']} right, {outcomes['refused']} refused, {outcomes['fault']} faults; "
        f"slowest {slowest['seconds']:.1f} s ({slowest['recipe']})\n  refused by: {shown}"
    )


@pytest.mark.parametrize("family, form", CASES, ids=lambda part: part)
def test_corrupted_files_are_read_right_or_refused(family, form, workers, seed, soak):
    whole, sample = CASES[family, form]
    asked = recipes(family, form, whole, int(os.environ.get("SALESMGMT_SEED", FIRST)) if soak else FIRST)
    if not soak:
        asked = random.Random(seed).sample(asked, sample)
    verdicts = judged(workers, asked)
    print(f"{family} in {form}: {figures(verdicts)}")
    faults = [
        f"{verdict['recipe']}: {verdict['note']}: {verdict['why']}"
        for verdict in verdicts
        if verdict["outcome"] == "fault"
    ]
    assert len(verdicts) == len(asked)
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:20])


def test_the_whole_suite_has_five_thousand_cases():
    assert sum(whole for whole, _ in CASES.values()) >= 5000
    assert {family for family, _ in CASES} == set(FAMILIES)


@pytest.mark.parametrize("recipe", FINDS)
def test_what_was_once_found(recipe, workers):
    verdict = workers[0].judge(recipe)
    assert (verdict["outcome"], verdict["why"]) == (FINDS[recipe], "")
