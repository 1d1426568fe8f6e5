"""Cells as they come, typed in DuckDB; and cheap enough for tens of millions of rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from salesmgmt.inputs import CODEBOOK, load
from salesmgmt.inputs.columns import make_typed, map_headers
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.source import connect, open_raw

FACT = "visit_id,visited_on,staff_id,customer_id,kind,minutes\n"


def _typed(folder: Path, text: str):
    path = folder / "visits.csv"
    path.write_text(FACT + text, encoding="utf-8")
    connection = connect([folder])
    connection.execute("CREATE SCHEMA ours")
    raw, problems = open_raw(connection, Origin("visits", "csv", path), folder)
    places, more = map_headers(raw, CODEBOOK.tables["visits"])
    assert problems + more == []
    return connection, make_typed(connection, raw, CODEBOOK.tables["visits"], places)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2027-01-05", "2027-01-05"), ("2027/1/5", "2027-01-05"), ("2027-1-5 9:30", "2027-01-05"),
        ("2027-01-05T23:30:00+08:00", "2027-01-05"), ("2027-01-05 23:30:00.5", "2027-01-05"), ("2027-02-29", None),
        ("20270105", None), ("05.01.2027", None), ("epoch", None), ("infinity", None), ("0027-01-05", None),
    ],
)  # fmt: skip
def test_days(cell, day, tmp_path):
    connection, typed = _typed(tmp_path, f"V1,{cell},S1,C1,,\n")
    found = connection.execute(f'SELECT visited_on, "visited_on came" FROM {typed.relation}').fetchone()
    assert (found[0] and found[0].isoformat(), found[1]) == (day, cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("30", 30.0), ("\u3000 30.5\u00a0", 30.5), ("3e1", 30.0), ("-1", -1.0), ("+5", 5.0), ('"1,280"', None),
        ("1_000", None), ("nan", None), ("inf", None), ("1e999", None), ("30分钟", None), ("３０", None), ("0x10", None),
    ],
)  # fmt: skip
def test_numbers(cell, number, tmp_path):
    connection, typed = _typed(tmp_path, f"V1,2027-01-05,S1,C1,,{cell}\n")
    assert connection.execute(f"SELECT minutes FROM {typed.relation}").fetchone() == (number,)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("visit", "visit"), ("上门拜访", "visit"), ("", "visit"), ("SITE TOUR", "site_tour"), ("site-tour", "site_tour"),
        ("Ｄｅｍｏ", "demo"), (" 电 话 ", "call"), ("电话 call", "call"), ("去了一趟", None),
    ],
)  # fmt: skip
def test_codes(cell, code, tmp_path):
    connection, typed = _typed(tmp_path, f"V1,2027-01-05,S1,C1,{cell},\n")
    assert connection.execute(f"SELECT kind FROM {typed.relation}").fetchone() == (code,)


def test_typing_a_fact_needs_no_join(tmp_path):
    connection, typed = _typed(tmp_path, "V1,2027-01-05,S1,C1,demo,\n")
    plan = connection.execute(
        f"EXPLAIN SELECT count(kind), count(minutes), count_if(_blank) FROM {typed.relation}"
    ).fetchall()
    assert "Join" not in str(plan)
    assert "Read Csv" in str(plan) or "READ_CSV" in str(plan)


@pytest.mark.parametrize(
    ("cell", "yes"), [("是", True), ("Y", True), ("TRUE", True), ("1", True), ("否", False), ("", False)]
)
def test_yes_and_no(cell, yes, write):
    text = f"customer_id,customer,status,key_account\nC1,甲,existing,{cell}\n"
    assert load(write({"customers.csv": text}, only=[]))["customers"]["key_account"].tolist() == [yes]


def test_columns_beyond_the_contract_cannot_clash(write):
    text = "customer_id,customer,status,Foo,foo,_blank,customer_id came,\nC1,甲,existing,1,2,3,4,5\n"
    customers = load(write({"customers.csv": text}, only=[]))["customers"]
    assert customers[["customer_id", "Foo"]].values.tolist() == [["C1", "1"]]


def test_typed_sql_results(write):
    query = "select 7 as customer_id, 'x' as customer, 'existing' as status, 1.10::decimal(9,2) as potential, true as key_account"
    customers = load(write(toml=f'[tables]\ncustomers = {{ sql = "{query}" }}\n', only=[]))["customers"]
    assert customers[["customer_id", "potential", "key_account"]].values.tolist() == [["7", 1.1, True]]


def test_typed_days_of_parquet(write):
    folder = write(only=["customers.csv"])
    duckdb.execute(
        "COPY (SELECT 'S1' AS staff_id, 'x' AS name, 'AM' AS role, TIMESTAMP '2024-03-05 08:00' AS hired_on, "
        f"DATE '2026-01-01' AS left_on) TO '{folder / 'staff.parquet'}' (FORMAT parquet)"
    )
    staff = load(folder)["staff"]
    assert staff["hired_on"].dt.strftime("%Y-%m-%d").tolist() == ["2024-03-05"]
    assert staff["left_on"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-01"]
