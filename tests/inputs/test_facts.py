"""Reduced facts: the same whatever the order of rows, nothing lost."""

from __future__ import annotations

import random

import duckdb
import pandas as pd
import pytest

from salesmgmt.inputs import load


def _revenue(seed: int, rows: int = 400) -> list[str]:
    rng = random.Random(seed)
    return [
        f"R{n},2026-{rng.randint(1, 10):02d},{rng.choice(['C1', 'C2', 'C8', ''])},{rng.choice(['S1', ''])},"
        f"{rng.choice([1, -1]) * rng.lognormvariate(8, 3)!r},{rng.choice(['', rng.random()])}"
        for n in range(rows)
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_rows_gives_the_same_bits(seed, write):
    head = "revenue_id,month,customer_id,staff_id,amount,penalty\n"
    rows = _revenue(seed)
    only = ["customers.csv", "staff.csv"]
    first = load(write({"revenue.csv": head + "\n".join(rows)}, only=only))["revenue"]
    for order in range(3):
        random.Random(order).shuffle(rows)
        again = load(write({"revenue.csv": head + "\n".join(rows)}, only=only))["revenue"]
        pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_reduction_agrees_with_pandas(demo):
    data = load(demo)
    raw = pd.read_csv(demo / "visits.csv", parse_dates=["visited_on"])
    assert data["visits"]["visits"].sum() == len(raw)
    assert data["visits"]["minutes"].sum() == pytest.approx(raw["minutes"].sum())
    by_month = raw.groupby(raw["visited_on"].dt.to_period("M").dt.to_timestamp()).size()
    ours = data["visits"].groupby("month")["visits"].sum()
    assert ours.to_dict() == by_month.to_dict()
    revenue = pd.read_csv(demo / "revenue.csv")
    assert data["revenue"]["amount"].sum() == pytest.approx(revenue["amount"].sum(), rel=1e-12)
    assert data["revenue"]["direct_cost"].sum() == pytest.approx(revenue["direct_cost"].sum(), rel=1e-12)


def test_every_source_kind_gives_the_same_fact(write):
    text = "revenue_id,month,customer_id,staff_id,amount\n" + "".join(
        ",".join(row.split(",")[:5]) + "\n" for row in _revenue(9)
    )
    only = ["customers.csv", "staff.csv"]
    from_csv = load(write({"revenue.csv": text}, only=only))["revenue"]
    folder = write(
        {"erp/r.csv": text}, toml="[tables]\nrevenue = { sql = \"from 'erp/r.csv'\" }\n", only=only
    )
    (folder / "revenue.csv").unlink()
    from_sql = load(folder)["revenue"]
    write(only=only)
    duckdb.execute(
        f"COPY (FROM '{folder / 'erp' / 'r.csv'}') TO '{folder / 'revenue.parquet'}' (FORMAT parquet)"
    )
    from_parquet = load(folder)["revenue"]
    pd.testing.assert_frame_equal(from_csv, from_sql, check_exact=True)
    pd.testing.assert_frame_equal(from_csv, from_parquet, check_exact=True)


def test_without_staff_the_ids_of_people_stay(write):
    visits = load(write(only=["customers.csv", "visits.csv"]))["visits"]
    assert set(visits["staff_id"]) == {"S1", "S9"}


def test_an_optional_reference_left_empty_is_no_warning(write):
    data = load(write(only=["customers.csv", "staff.csv", "revenue.csv"]))
    assert [(warning.table, warning.column) for warning in data.warnings] == [("revenue", "customer_id")]


def test_an_empty_fact_has_its_columns(write):
    data = load(write({"visits.csv": "visit_id,visited_on,staff_id,customer_id\n"}, only=["customers.csv"]))
    assert len(data["visits"]) == 0
    assert data["visits"].dtypes.equals(data.or_empty("visits").dtypes)
    assert data.sources["visits"].rows == 0


def test_a_code_that_is_none_is_told_by_its_row(write, problems):
    text = "visit_id,visited_on,staff_id,customer_id,kind\nV1,2026-01-05,S1,C1,visit\nV2,2026-01-06,S1,C1,去了一趟\nV3,2026-01-07,S1,C1,1\n"
    found = problems(write({"visits.csv": text}))
    assert [(problem.id, problem.row, problem.cell, problem.fields["value"]) for problem in found] == [
        ("inputs.unknown_code", 3, "E3", "去了一趟"), ("inputs.unknown_code", 4, "E4", "1"),
    ]  # fmt: skip


STEPS = """\
visit_id,visited_on,staff_id,customer_id,outcome,next_step,due_on,done_on
V1,2026-03-02,S1,C1,需求明确,报价,2026-03-10,2026-03-10
V2,2026-03-03,S1,C1, ,报价,2026-03-10,2026-03-11
V3,2026-03-04,S1,C1,,报价,2026-10-31,
V4,2026-03-05,S1,C1,未定,报价,2026-11-01,2026-10-01
V5,2026-03-06,S1,C1,,,,
V6,2025-10-20,S1,C1,,报价,2025-10-30,2025-11-05
V7,2025-10-31,S1,C1,,报价,2025-11-01,2025-11-01
V8,2025-11-01,S1,C1,,报价,2025-11-09,2025-12-01
V9,2023-10-01,S1,C1,,报价,2023-10-09,2023-10-09
V10,2026-11-02,S1,C1,,报价,2026-10-09,2026-10-09
"""
"""Kept, late, open on the day, not due yet, none agreed; of last year late by then, not due by then, due a year later."""


def test_next_steps_of_every_year_are_seen_from_the_same_day(write):
    """As of 31 October 2026: visits to 31 October 2025 are looked at on that day, older than three years not at all."""
    only = ["customers.csv", "staff.csv"]
    visits = load(write({"visits.csv": STEPS}, only=only))["visits"]
    names = ["visits", "with_outcome", "steps_due", "steps_kept", "steps_open"]
    found = {str(row.month.date()): [getattr(row, name) for name in names] for row in visits.itertuples()}
    assert found == {
        "2023-10-01": [1, 0, 0, 0, 0],
        "2025-10-01": [2, 0, 1, 0, 1],
        "2025-11-01": [1, 0, 1, 0, 0],
        "2026-03-01": [5, 2, 3, 1, 1],
        "2026-11-01": [1, 0, 0, 0, 0],
    }


def test_a_log_without_next_steps_counts_none(write):
    only = ["customers.csv", "staff.csv"]
    text = "visit_id,visited_on,staff_id,customer_id,due_on\nV1,2026-03-02,S1,C1,2026-03-09\n"
    visits = load(write({"visits.csv": text}, only=only))["visits"]
    found = visits[["with_outcome", "steps_due", "steps_kept", "steps_open"]]
    assert found.to_numpy().tolist() == [[0, 1, 0, 1]]


def test_next_steps_agree_with_pandas(demo):
    data = load(demo)
    raw = pd.read_csv(demo / "visits.csv", parse_dates=["visited_on", "due_on", "done_on"])
    year = raw["visited_on"].dt.year + ((raw["visited_on"].dt.month * 100 + raw["visited_on"].dt.day) > 1031)
    look = pd.to_datetime(year.astype("str") + "-10-31")
    due = raw["due_on"] <= look
    kept, left = due & (raw["done_on"] <= raw["due_on"]), due & ~(raw["done_on"] <= look)
    sums = data["visits"][["with_outcome", "steps_due", "steps_kept", "steps_open"]].sum().tolist()
    assert sums == [raw["outcome"].notna().sum(), due.sum(), kept.sum(), left.sum()]
