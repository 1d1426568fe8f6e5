"""Cells as they come, typed in DuckDB; and cheap enough for tens of millions of rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from salesmgmt.inputs import CODEBOOK, columns, load
from salesmgmt.inputs.columns import make_typed
from salesmgmt.inputs.headers import map_headers
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.source import connect, open_raw

FACT = "visit_id,visited_on,staff_id,customer_id,kind,minutes\n"


def _typed(folder: Path, text: str):
    path = folder / "visits.csv"
    path.write_text(FACT + text, encoding="utf-8")
    connection, origin = connect([folder]), Origin("visits", "csv", path)
    raw, problems = open_raw(connection, origin, [folder], folder)
    places, more = map_headers(raw.headers, CODEBOOK.tables["visits"], origin)
    assert problems + more == []
    return connection, make_typed(connection, raw, CODEBOOK.tables["visits"], places)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2027-01-05", "2027-01-05"), ("2027/1/5", "2027-01-05"), ("2027-1-5 9:30", "2027-01-05"),
        ("2027-01-05T23:30:00+08:00", "2027-01-05"), ("2027-01-05 23:30:00.5", "2027-01-05"), ("2027-02-29", None),
        ("20270105", "2027-01-05"), ("05.01.2027", None), ("epoch", None), ("infinity", None), ("0027-01-05", None),
    ],
)  # fmt: skip
def test_days(cell, day, tmp_path):
    connection, typed = _typed(tmp_path, f"V1,{cell},S1,C1,,\n")
    found = connection.execute(f'SELECT visited_on, "visited_on came" FROM {typed.relation}').fetchone()
    assert (found[0] and found[0].isoformat(), found[1]) == (day, cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("30", 30.0), ("\u3000 30.5\u00a0", 30.5), ("3e1", 30.0), ("-1", -1.0), ("+5", 5.0), ('"1,280"', 1280.0),
        ("1_000", None), ("nan", None), ("inf", None), ("1e999", None), ("30分钟", 30.0), ("３０", 30.0), ("0x10", None),
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


PERIODS = {
    "2027": "2027", "2027-Q1": "2027-Q1", "2027q4": "2027-Q4", "2027 Q2": "2027-Q2", "2027/1": "2027-01",
    "2027-12": "2027-12", "2027-03-01": "2027-03", "2027/4/1": "2027-04",
}  # fmt: skip
NO_PERIODS = ["2027-Q5", "2027-00", "2027-03-02", "27-01", "9999", "一季度", "2027.0", "2027-010", "2027-13"]


def _quotas(periods):
    rows = "".join(f"company,,{period},revenue,,,1\n" for period in periods)
    return {"quotas.csv": f"scope,scope_id,period,metric,product_id,customer_id,amount\n{rows}"}


def test_periods(write):
    data = load(write(_quotas(PERIODS), only=["customers.csv"]))
    assert data["quotas"]["period"].tolist() == list(PERIODS.values())


def test_what_is_no_period(write, problems):
    found = problems(write(_quotas(NO_PERIODS), only=["customers.csv"]))
    assert {problem.id for problem in found} == {"inputs.not_a_period"}
    assert [(problem.row, problem.fields["value"]) for problem in found] == list(enumerate(NO_PERIODS, 2))


@pytest.mark.parametrize(
    ("value", "period"),
    [
        ("DATE '2027-03-01'", "2027-03"), ("TIMESTAMP '2027-03-01 00:00:00'", "2027-03"), ("2027", "2027"),
        ("2027.0::DOUBLE", "2027"), ("DATE '2027-03-02'", None),
    ],
)  # fmt: skip
def test_periods_that_come_typed(value, period, write, problems):
    query = f"select 'company' as scope, {value} as period, 'revenue' as metric, 1 as amount"
    folder = write(toml=f'[tables]\nquotas = {{ sql = "{query}" }}\n', only=["customers.csv"])
    if period is None:
        assert [problem.id for problem in problems(folder)] == ["inputs.not_a_period"]
    else:
        assert load(folder)["quotas"]["period"].tolist() == [period]


ELEMENTS = {
    "同业竞争": "rivalry", "Bargaining Power of Buyers": "buyers", "购买者讨价还价能力": "buyers", "供应商": "suppliers",
    "相关及支持性产业": "related_industries", "learning & growth": "learning & growth", "LEARNING_GROWTH": "learning_growth",
    "内部流程 internal_process": "internal_process", "机会": "chance", "互补品": "互补品", " 渠 道 ": "渠 道", "": "",
}  # fmt: skip


def test_open_codes_keep_what_they_do_not_know(write):
    rows = "".join(f"F{n},economy,{cell},x,1,{'1' if not n else '0'}\n" for n, cell in enumerate(ELEMENTS))
    text = f"factor_id,look,element,statement,effect,weight\n{rows}"
    data = load(write({"factors.csv": text}, only=["customers.csv"]))
    assert data["factors"]["element"].tolist() == list(ELEMENTS.values())


def test_effects(write):
    rows = "".join(f"F{n},看政策走向,x,{cell},0.25\n" for n, cell in enumerate(["1", "+1", "-1", "1.0"]))
    data = load(
        write({"factors.csv": f"factor_id,look,statement,effect,weight\n{rows}"}, only=["customers.csv"])
    )
    assert data["factors"]["effect"].tolist() == [1.0, 1.0, -1.0, 1.0]


def test_typing_a_fact_needs_no_join(tmp_path, monkeypatch):
    monkeypatch.setattr(columns, "_HELD", 0)
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
