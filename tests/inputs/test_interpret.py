"""Cells that are not plain: read where they mean one thing, named by rule, asked about where they mean two."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from salesmgmt.inputs import CODEBOOK
from salesmgmt.inputs.interpret import missing, reading
from salesmgmt.inputs.sql import identifier, literal


def read(table: str, name: str, text: str, **options: object) -> tuple[object, str | None]:
    """Value and rule of one cell."""
    column = CODEBOOK.tables[table].columns[name]
    own = reading(column, **options)
    steps = [("came", f"CASE WHEN NOT {missing(column, 't')} THEN t END"), ("plain", own.plain), ("half", own.half), ("parts", own.parts)]  # fmt: skip
    query = f"(SELECT {literal(text)} AS t)"
    for step, sql in steps:
        query = f"(SELECT *, {sql} AS {identifier(f'{name} {step}')} FROM {query})"
    return duckdb.execute(f"SELECT {own.value}, {own.rule} FROM {query}").fetchone()


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("1280.5", 1280.5, None), ("-5", -5.0, None), ("1e5", 1e5, None), ("1,280", 1280.0, "thousands"),
        ("1,28", None, None), ("12,80,000", None, None), ("1.234,56", None, None), ("12 800", 12800.0, "thousands"),
        ("1 2", None, None), ("128万", 1_280_000.0, "unit"), ("128 万元", 1_280_000.0, "unit"), ("1.1亿", 110_000_000.0, "unit"),
        ("0.1亿元", 10_000_000.0, "unit"), ("1,280 元", 1280.0, "thousands+word"), ("¥1,280.50", 1280.5, "thousands+currency"),
        ("RMB 300元", 300.0, "currency+word"), ("(1,280)", -1280.0, "thousands+negative"), ("(-5)", None, None),
        ("１，２８０．５", 1280.5, "wide+thousands"), ("－５", -5.0, "wide"), ("−5", -5.0, "wide"), ("35%", None, None),
        ("128万人", None, None), ("1_000", None, None), ("--5", None, None), (".", None, ""), ("=1+1", None, None),
        ("五百", None, None), ("12 to 15", None, None), ("1-2", None, None), ("¥¥5", None, None), ("¥5元", 5.0, "currency+word"), ("", None, None), ("—", None, None),
        ("无", None, None), ("N/A", None, None), ("NA", None, None),
    ],
)  # fmt: skip
def test_money(text, value, rule):
    found = read("customers", "potential", text)
    assert found[0] == value
    assert value is None or found[1] == rule


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [("128", 1_280_000.0, "column_unit"), ("1.1", 11_000.0, "column_unit"), ("1e2", 1e6, "column_unit"), ("128万", 1_280_000.0, "unit"), ("1.2亿", 1.2e8, "unit"), ("3元", 3.0, "word")],
)  # fmt: skip
def test_a_unit_of_the_column_yields_to_the_cells_own(text, value, rule):
    assert read("customers", "potential", text, power=4) == (value, rule)


@pytest.mark.parametrize(
    ("text", "power", "value", "rule"),
    [("35%", 0, 0.35, "percent"), ("３５％", 0, 0.35, "wide+percent"), ("5‰", 0, 0.005, "percent"), ("0.35", 0, 0.35, None), ("35", -2, 0.35, "column_unit"), ("35%", -2, 0.35, "percent")],
)  # fmt: skip
def test_shares(text, power, value, rule):
    assert read("opportunities", "win_probability", text, power=power) == (value, rule)


@pytest.mark.parametrize(
    ("text", "day", "rule"),
    [
        ("2027-01-05", date(2027, 1, 5), None), ("2027/1/5", date(2027, 1, 5), None), ("2026-03-09 14:30", date(2026, 3, 9), None),
        ("2027年1月5日", date(2027, 1, 5), "chinese"), ("２０２７年１月５日", date(2027, 1, 5), "wide+chinese"),
        ("2027年1月5日 星期二", date(2027, 1, 5), "chinese"), ("2027年1月5日 14:30", date(2027, 1, 5), "chinese"),
        ("2027.1.5", date(2027, 1, 5), "dots"), ("20270105", date(2027, 1, 5), "compact"), ("46392", date(2027, 1, 5), "serial"),
        ("46392.5", date(2027, 1, 5), "serial"), ("5 Jan 2027", date(2027, 1, 5), "month_name"), ("Jan 5, 2027", date(2027, 1, 5), "month_name"),
        ("13/2/2027", date(2027, 2, 13), "dmy"), ("2/13/2027", date(2027, 2, 13), "mdy"), ("5/5/2027", date(2027, 5, 5), None),
        ("2027-02-30", None, None), ("2027年13月1日", None, None), ("infinity", None, None), ("epoch", None, None), ("1/2/27", date(1, 2, 27), None),
        ("2027", None, None), ("12345", None, None), ("99999999", None, None), ("明天", None, None),
    ],
)  # fmt: skip
def test_days(text, day, rule):
    found = read("visits", "visited_on", text)
    assert found[0] == day
    assert day is None or found[1] == rule


def test_day_and_month_first_is_asked_about_unless_it_is_told():
    assert read("visits", "visited_on", "1/2/2027") == (None, "ask")
    assert read("visits", "visited_on", "1.2.2027") == (None, "ask")
    assert read("visits", "visited_on", "1/2/2027", dates="mdy") == (date(2027, 1, 2), "mdy")
    assert read("visits", "visited_on", "1/2/2027", dates="dmy") == (date(2027, 2, 1), "dmy")
    assert read("visits", "visited_on", "13/2/2027", dates="mdy")[0] is None
    assert read("visits", "visited_on", "1/2/2027", dates="ymd")[0] is None


def test_serial_numbers_may_count_from_1904():
    assert read("visits", "visited_on", "44930", epoch_1904=True) == (date(2027, 1, 5), "serial")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2027-01", date(2027, 1, 1)), ("2027/1", date(2027, 1, 1)), ("2027年1月", date(2027, 1, 1)), ("202701", date(2027, 1, 1)),
        ("2027.01", date(2027, 1, 1)), ("2027.1", None), ("20270105", date(2027, 1, 5)), ("1/2027", None), ("2027年13月", None),
    ],
)  # fmt: skip
def test_months(text, month):
    assert read("revenue", "month", text)[0] == month


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2027", "2027"), ("2027年", "2027"), ("2027年度", "2027"), ("2027Q1", "2027-Q1"), ("2027年第1季度", "2027-Q1"),
        ("2027年一季度", "2027-Q1"), ("2027年1月", "2027-01"), ("2027/1/1", "2027-01"), ("2027-01-02", None), ("2027年13月", None), ("27年", None),
    ],
)  # fmt: skip
def test_periods(text, period):
    assert read("quotas", "period", text)[0] == period


@pytest.mark.parametrize(
    ("text", "id", "rule"),
    [("C1", "C1", None), ("Ｃ００１", "C001", "wide"), ("C1\u200b", "C1", "wide"), ("客户1", "客户1", None), ("—", None, None)],
)  # fmt: skip
def test_ids(text, id, rule):
    assert read("customers", "customer_id", text) == (id, rule)


def test_a_code_is_never_taken_for_missing():
    column = CODEBOOK.tables["customers"].columns["key_account"]
    assert duckdb.execute(f"SELECT {missing(column, 't')} FROM (SELECT '无' AS t)").fetchone() == (True,)
    assert duckdb.execute(f"SELECT {missing(column, 't')} FROM (SELECT 'no' AS t)").fetchone() == (False,)
