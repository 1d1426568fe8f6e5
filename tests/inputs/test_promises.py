"""Visits logged late and promises, as they are read: from the same distance, and no promise twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from salesmgmt.inputs import load, seal
from salesmgmt.inputs.source import digest

ONLY = ("customers.csv", "staff.csv")
ENTRIES = """\
visit_id,visited_on,staff_id,customer_id,logged_on
V1,2026-03-02,S1,C1,2026-03-02
V2,2026-03-03,S1,C1,2026-03-10
V3,2026-03-03 16:00,S1,C1,2026-03-11
V4,2026-03-04,S1,C1,
V5,2026-03-05,S1,C1,2026-03-01
V6,2026-10-20,S1,C1,2026-11-02
V7,2025-10-20,S1,C1,2025-10-31
V8,2025-10-21,S1,C1,2025-11-03
V9,2023-10-01,S1,C1,2023-12-01
V10,2026-11-02,S1,C1,2026-11-20
"""
"""Same day, seven days, eight days after, no day, before; not known on the look, known, not known a year before; too old; to come."""
LOGGED = {
    "2023-10-01": [0, 0], "2025-10-01": [1, 1], "2026-03-01": [4, 1], "2026-10-01": [0, 0], "2026-11-01": [0, 0],
}  # fmt: skip

VISITS = """\
visit_id,visited_on,staff_id,customer_id,next_step,due_on,done_on
V1,2026-03-02,S1,C1,报价,2026-03-09,2026-03-09
V2,2026-03-03,S1,C1,,,
V3,2026-03-04,S1,C1,报价,2026-03-12,
V4,2026-03-05,S1,C1,报价,2026-03-20,
"""
PROMISES = """\
promise_id,customer_id,staff_id,visit_id,requested_on,promise,due_on,done_on
P1,C1,S1,V1,2026-03-02,排班方案,2026-03-05,
P2,C1,S1,V1,2026-03-02,报价,2026-03-09,2026-03-09
P3,C1,S1,V2,2026-03-03,月报,2026-03-09,
P4,C1,S1,V3,2026-03-04,换人,2026-03-30,
P5,C1,S1,V3,2026-03-04,报价,2026-03-15,
P6,C1,S1,V99,2026-03-04,报价,2026-03-12,
P7,C9,S9,,2026-03-04,报价,2026-03-12,
P8,C1,S1,,2022-03-04,报价,2022-03-12,
"""
STEPS = {"P1": False, "P2": True, "P3": False, "P4": False, "P5": True, "P6": False, "P7": False}
"""Of V1 that with its day, of V3 the first due; V2 has no step, V99 is unknown; P8 is too old to be read."""


def in_database(folder: Path, table: str, text: str) -> str:
    """A table of a SQLite file, and its entry in engagement.toml."""
    header, *rows = [line.split(",") for line in text.splitlines()]
    connection = sqlite3.connect(folder / "crm.db")
    days = ", ".join(f"{name} {'date' if name.endswith('_on') else 'text'}" for name in header)
    connection.execute(f"CREATE TABLE {table} ({days})")
    connection.executemany(
        f"INSERT INTO {table} VALUES ({', '.join('?' * len(header))})",
        [[cell or None for cell in row] for row in rows],
    )
    connection.commit()
    connection.close()
    return f'{table} = {{ sql = "select * from {table}", connection = "sqlite:///crm.db" }}\n'


@pytest.fixture
def placed(write: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """An engagement whose tables lie in files, or some of them in a database."""

    def made(texts: dict[str, str], *remote: str) -> Path:
        toml = "".join(in_database(tmp_path, table, texts[table]) for table in remote)
        files = {f"{table}.csv": text for table, text in texts.items() if table not in remote}
        return write(files, toml=f"[tables]\n{toml}" if toml else "", only=list(ONLY))

    return made


@pytest.mark.parametrize("remote", [(), ("visits",)])
def test_late_entries_are_seen_from_the_same_distance_every_year(placed, remote):
    """As of 31 October 2026: what was entered after the look is not known on it, this year or last."""
    visits = load(placed({"visits": ENTRIES.replace(" 16:00", "") if remote else ENTRIES}, *remote))["visits"]
    assert {str(row.month.date()): [row.logged, row.logged_late] for row in visits.itertuples()} == LOGGED
    assert visits["visits"].sum() == 10


def test_a_log_without_days_of_entry_counts_none(placed):
    visits = load(placed({"visits": VISITS}))["visits"]
    assert visits[["logged", "logged_late"]].to_numpy().tolist() == [[0, 0]]


@pytest.mark.parametrize(
    "remote",
    [(), ("visits",), ("promises",), ("visits", "promises")],
    ids=lambda names: "+".join(names) or "files",
)
def test_a_promise_that_its_visit_notes_as_next_step_is_marked_wherever_they_lie(placed, remote):
    data = load(placed({"visits": VISITS, "promises": PROMISES}, *remote))
    promises = data["promises"]
    assert dict(zip(promises["promise_id"], promises["as_step"], strict=True)) == STEPS
    assert promises["as_step"].dtype == "bool"
    assert promises.set_index("promise_id").loc["P7", ["customer_id", "staff_id"]].tolist() == ["", ""]
    assert data.sources["promises"].unassigned == 1
    assert data["visits"]["steps_due"].sum() == 3


def test_more_visits_than_fit_into_one_question(placed):
    days = [f"V{at},2026-03-02,S1,C1,报价,2026-03-09,\n" for at in range(1203)]
    made = [f"P{at:04d},C1,S1,V{at},2026-03-02,报价,2026-03-09,\n" for at in range(1203)]
    texts = {
        "visits": VISITS.splitlines(keepends=True)[0] + "".join(days),
        "promises": PROMISES.splitlines(keepends=True)[0] + "".join(made),
    }
    assert load(placed(texts, "visits"))["promises"]["as_step"].all()


def test_without_visits_or_their_steps_nothing_is_marked(placed):
    assert not load(placed({"promises": PROMISES}))["promises"]["as_step"].any()
    bare = "visit_id,visited_on,staff_id,customer_id\nV1,2026-03-02,S1,C1\n"
    assert not load(placed({"promises": PROMISES, "visits": bare}))["promises"]["as_step"].any()


def test_promises_with_mistakes_are_named(placed, problems, said):
    wrong = (
        PROMISES.splitlines()[0]
        + "\nP1,C1,S1,,2026-03-10,报价,2026-03-02,2026-03-01\nP2,C1,S1,,2026-03-10,,,\n"
    )
    found = problems(placed({"promises": wrong}))
    assert sorted((problem.id, problem.column, problem.row) for problem in found) == [
        ("inputs.dates_out_of_order", "done_on", 2), ("inputs.dates_out_of_order", "due_on", 2),
        ("inputs.empty", "due_on", 3), ("inputs.empty", "promise", 3),
    ]  # fmt: skip
    assert all("承诺" in line for line in said(found, "zh"))


def test_a_seal_keeps_the_marks_and_one_made_before_reads_as_if_nothing_was_noted(placed, tmp_path):
    data = load(placed({"visits": ENTRIES, "promises": PROMISES}))
    folder = seal(data, tmp_path / "run")
    pd.testing.assert_frame_equal(load(folder)["promises"], data["promises"])
    path = folder / "visits.parquet"
    duckdb.execute(
        f"COPY (SELECT * EXCLUDE (logged, logged_late) FROM read_parquet('{path}')) TO '{path}.old' (FORMAT parquet)"
    )
    path.unlink()
    Path(f"{path}.old").rename(path)
    content = json.loads((folder / "seal.json").read_text(encoding="utf-8"))
    content["files"]["visits.parquet"] = digest(path)
    del content["tables"]["promises"], content["files"]["promises.parquet"]
    (folder / "seal.json").write_text(json.dumps(content), encoding="utf-8")
    again = load(folder)
    assert again["visits"].dtypes.equals(data["visits"].dtypes[again["visits"].columns])
    assert again["visits"][["logged", "logged_late"]].to_numpy().sum() == 0
    assert "as_step" in again.or_empty("promises") and again.or_empty("promises").empty
