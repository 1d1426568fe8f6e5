"""Facts judged and added up in PostgreSQL and SQLite: both as plain Python adds them, to the last bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from salesmgmt.inputs import describe, input_words
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.databases import open_database
from salesmgmt.inputs.facts import GRAINS, Grain
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.pushdown import DatabaseFact, column_kinds, typed_enough
from salesmgmt.inputs.steps import TOLD
from tests.inputs.ledgers import REVENUE, VISITS, exact, plain, revenue, visits
from tests.inputs.postgres import Server, postgres

ENGINES = ("postgresql", "sqlite")
AS_OF = pd.Timestamp("2026-04-30")
TYPES = {
    "besuch": "bigint", "am": "date", "wer": "varchar(20)", "Kunde": "text", "art": "text", "min": "double precision",
    "faellig": "timestamp", "erledigt": "date", "ergebnis": "text", "eingetragen": "timestamp", "nr": "char(12)", "monat": "date", "produkt": "numeric(8,0)", "betrag": "numeric(20,2)",
    "menge": "double precision", "abzug": "double precision",
}  # fmt: skip
DEALS = {
    "opportunity_id": "id", "customer_id": "k", "staff_id": "s", "stage": "stage", "status": "status", "amount": "a",
    "margin": "m", "term_months": "t", "opened_on": "o", "closed_on": "c",
}  # fmt: skip
DEAL_TYPES = {"id": "text", "k": "text", "s": "text", "stage": "text", "status": "text", "a": "double precision",
              "m": "double precision", "t": "double precision", "o": "date", "c": "date"}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture(params=ENGINES)
def fact(request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., DatabaseFact]]:
    """A fact whose rows have just been written into one of the databases."""
    engine = request.param
    server = request.getfixturevalue("server") if engine == "postgresql" else None
    with ExitStack() as stack:

        def made(
            table: str,
            rows: list[dict[str, Any]],
            places: dict[str, str],
            types: dict[str, str] = TYPES,
            **options: Any,
        ) -> DatabaseFact:
            names = list(rows[0] if rows else places.values())
            declared = ", ".join(f'"{name}" {types[name]}' for name in names)
            if server:
                monkeypatch.setenv("CRM_USER", server.user)
                monkeypatch.setenv("CRM_PASSWORD", server.password)
                with server.connect() as connection:
                    connection.execute("DROP TABLE IF EXISTS fact")
                    connection.execute(f"CREATE TABLE fact ({declared})")
                    marks = ", ".join(["%s"] * len(names))
                    with connection.cursor() as cursor:
                        cursor.executemany(
                            f"INSERT INTO fact VALUES ({marks})", [[*row.values()] for row in rows]
                        )
            else:
                connection = sqlite3.connect(tmp_path / "crm.db")
                connection.execute(f"CREATE TABLE fact ({declared})")
                cells = [
                    [str(cell) if isinstance(cell, date) else cell for cell in row.values()] for row in rows
                ]
                connection.executemany(f"INSERT INTO fact VALUES ({', '.join('?' * len(names))})", cells)
                connection.commit()
                connection.close()
            address = server.url if server else "sqlite:///crm.db"
            origin = Origin(
                table,
                "database",
                sql="select * from fact;",
                connection=address,
                units=options.pop("units", {}),
            )
            database = stack.enter_context(open_database(origin, tmp_path, [tmp_path]))
            spec = CODEBOOK.tables[table]
            kinds = column_kinds(database, spec, places)
            assert typed_enough(spec, places, kinds) == []
            return DatabaseFact(database, spec, places, kinds, origin, vat=options.pop("vat", 0.0))

        yield made


def said(findings: Any) -> list[tuple[str, str, str, str]]:
    return [
        (found.id, found.column, found.key, str(found.fields.get("value", ""))) for found in findings.errors
    ]


# --- sums ---------------------------------------------------------------------------------------------


def test_visits_are_added_up_as_plain_python_does(fact, seed):
    rows = visits(np.random.default_rng(seed), 5000)
    partial = fact("visits", rows, VISITS).partial(GRAINS["visits"], AS_OF)
    assert exact(partial, GRAINS["visits"]) == plain(rows, VISITS, GRAINS["visits"], {}, AS_OF)
    assert {str(name): str(dtype) for name, dtype in partial.dtypes.items()} == {
        "month": "datetime64[us]", "customer_id": "str", "staff_id": "str", "kind": "str", "rows": "int64",
        "minutes whole": "int64", "minutes rest": "float64", "minutes given": "int64",
        "first_on": "datetime64[us]", "last_on": "datetime64[us]", **dict.fromkeys(TOLD, "int64"),
    }  # fmt: skip
    assert set(partial["staff_id"]) == {"S1", "S2", "S3", "S9", ""}
    assert set(partial["customer_id"]) == {"1001", "1002", "1003", "99", ""}
    assert partial["rows"].sum() == 5000


@pytest.mark.parametrize(("units", "vat"), [({}, 0.0), ({"amount": "万元", "penalty": "千元"}, 0.06)])
def test_revenue_is_added_up_in_our_unit_and_without_vat(fact, seed, units, vat):
    rows = revenue(np.random.default_rng(seed), 5000)
    partial = fact("revenue", rows, REVENUE, units=units, vat=vat).partial(GRAINS["revenue"], AS_OF)
    tens = {
        name: 10.0 ** {"万元": 4, "千元": 3}.get(units.get(name, ""), 0) for name in ("amount", "penalty")
    }
    factors = {name: (lambda cell, ten=ten: float(cell) * ten / (1 + vat)) for name, ten in tens.items()}
    grain = Grain("month", ("customer_id", "staff_id", "product_id"), ("amount", "quantity", "penalty"))
    assert exact(partial, grain) == plain(rows, REVENUE, grain, factors)
    assert set(partial["product_id"]) == {"7", "8", ""}
    assert (partial["direct_cost given"] == 0).all()  # the client has no such column
    assert (partial["direct_cost rest"] == 0.0).all()


def test_numbers_too_large_to_count_are_added_as_they_are(fact):
    rows = [
        {"nr": "1", "monat": date(2026, 1, 2), "Kunde": "C1", "betrag": 3e12},
        {"nr": "2", "monat": date(2026, 1, 3), "Kunde": "C1", "betrag": 0.25},
    ]
    places = {ours: theirs for ours, theirs in REVENUE.items() if theirs in rows[0]}
    partial = fact("revenue", rows, places).partial(GRAINS["revenue"], AS_OF)
    assert partial[["amount whole", "amount rest", "amount given"]].to_numpy().tolist() == [[16384, 3e12, 2]]
    assert partial[["staff_id", "rows"]].to_numpy().tolist() == [["", 2]]


def test_no_rows_have_every_column(fact):
    partial = fact("visits", [], VISITS).partial(GRAINS["visits"], AS_OF)
    assert (len(partial), partial["rows"].dtype, partial["month"].dtype) == (0, "int64", "datetime64[us]")
    assert list(partial)[-8:] == ["first_on", "last_on", *TOLD]


def test_rows_without_a_day_are_kept_apart(fact):
    rows = [{"besuch": 1, "am": None, "Kunde": "C1"}, {"besuch": 2, "am": date(2026, 3, 2), "Kunde": "C1"}]
    places = {ours: theirs for ours, theirs in VISITS.items() if theirs in rows[0]}
    partial = fact("visits", rows, places).partial(GRAINS["visits"], AS_OF).sort_values("month")
    assert partial["month"].tolist()[0] == pd.Timestamp("2026-03-01")
    assert pd.isna(partial["month"].tolist()[1])
    assert partial["first_on"].isna().tolist() == [False, True]


def test_a_server_that_keeps_no_unicode_is_asked_for_what_it_knows(server, tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_USER", server.user)
    monkeypatch.setenv("CRM_PASSWORD", server.password)
    with server.connect(admin=True) as connection:
        connection.execute(
            "CREATE DATABASE old OWNER leser ENCODING 'EUC_CN' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
    sql = "select 1 as id, date '2026-03-02' as am, ' 客户 ' as k union all select 2, '2026-03-03', '　客户'"
    origin = Origin("visits", "database", sql=sql, connection=server.url.replace("/crm", "/old"))
    places = {"visit_id": "id", "visited_on": "am", "customer_id": "k"}
    with open_database(origin, tmp_path, [tmp_path]) as database:
        kinds = column_kinds(database, CODEBOOK.tables["visits"], places)
        fact = DatabaseFact(database, CODEBOOK.tables["visits"], places, kinds, origin, vat=0.0)
        partial = fact.partial(GRAINS["visits"], AS_OF)
    assert partial[["customer_id", "rows", "minutes given"]].to_numpy().tolist() == [["客户", 2, 0]]
    assert partial["last_on"].tolist() == [pd.Timestamp("2026-03-03")]


# --- rules --------------------------------------------------------------------------------------------


def test_good_rows_have_no_problem(fact, seed):
    rows = visits(np.random.default_rng(seed), 1000)
    findings = fact("visits", rows, VISITS).judge(pd.Timestamp("2026-10-31"))
    assert (findings.rows, findings.errors, findings.warnings) == (1000, [], [])


def test_visits_with_mistakes_are_named_by_their_key(fact, seed):
    rows = visits(np.random.default_rng(seed), 1000)
    for at, changes in {10: {"min": 1441.0}, 20: {"min": -1.0}, 30: {"am": None}, 40: {"besuch": None}, 50: {"am": date(1026, 3, 2)}}.items():  # fmt: skip
        rows[at - 1] |= {"min": 5.0, **changes}
    findings = fact("visits", rows, VISITS).judge(pd.Timestamp("2026-10-31"))
    assert findings.rows == 1000
    assert said(findings) == [
        ("inputs.empty", "visit_id", "", ""),
        ("inputs.empty", "visited_on", "30", ""),
        ("inputs.not_a_date", "visited_on", "50", "1026-03-02"),
        ("inputs.out_of_bounds", "minutes", "10", "1441"),
        ("inputs.out_of_bounds", "minutes", "20", "-1"),
    ]
    assert findings.errors[-1].fields["bounds"] == "0–1440"
    assert all(found.file == "SQL" and found.row is None for found in findings.errors)
    assert describe(findings.errors[-1], input_words("en")) == "came as -1; it must be 0–1440."


def test_repeated_keys_are_counted_and_named(fact, seed):
    rows = revenue(np.random.default_rng(seed), 1000)
    for row in rows[100:130]:
        row["nr"] = rows[99]["nr"] + " "
    rows[5]["nr"] = None
    rows[6]["nr"] = "  "
    for at in range(500, 560, 2):
        rows[at]["nr"] = rows[at + 1]["nr"]
    findings = fact("revenue", rows, REVENUE).judge()
    assert said(findings)[:3] == [
        ("inputs.empty", "revenue_id", "", ""), ("inputs.empty", "revenue_id", "", ""),
        ("inputs.repeated_key", "revenue_id", "R00100", "R00100"),
    ]  # fmt: skip
    assert findings.errors[2].fields["count"] == 31
    assert (len(findings.errors), findings.errors[-1].id, findings.errors[-1].fields["count"]) == (
        23,
        "inputs.more_rows",
        11,
    )
    assert describe(findings.errors[2], input_words("zh")) == "主键「R00100」出现在 31 行中。"


def test_many_rows_with_one_mistake_are_counted(fact, seed):
    rows = revenue(np.random.default_rng(seed), 300)
    for row in rows:
        row["abzug"] = -2.0
    findings = fact("revenue", rows, REVENUE).judge()
    assert [found.key for found in findings.errors[:20]] == [f"R{at:05d}" for at in range(1, 21)]
    assert (findings.errors[20].id, findings.errors[20].fields["count"]) == ("inputs.more_rows", 280)


def test_deals_are_judged_by_order_bounds_and_wholeness(fact):
    good = {"id": "O1", "k": "K1", "s": "S1", "stage": "报价", "status": "open", "a": 10.0, "m": 20.0, "t": 12.0,
            "o": date(2026, 1, 5), "c": None}  # fmt: skip
    rows = [
        good,
        {**good, "id": "O2", "c": date(2026, 1, 4)},
        {**good, "id": "O3", "c": date(2026, 1, 5), "t": 12.5},
        {**good, "id": "O4", "t": 241.0, "m": 120.0},
        {**good, "id": "O5", "a": float("inf"), "stage": " ", "status": None, "k": None},
        dict.fromkeys(good),
    ]
    findings = fact("opportunities", rows, DEALS, DEAL_TYPES, units={"margin": "%"}).judge()
    assert findings.rows == 5
    assert said(findings) == [
        ("inputs.empty", "stage", "O5", ""),
        ("inputs.not_a_number", "amount", "O5", "inf"),
        ("inputs.out_of_bounds", "margin", "O4", "120"),
        ("inputs.not_whole", "term_months", "O3", "12.5"),
        ("inputs.out_of_bounds", "term_months", "O4", "241"),
        ("inputs.dates_out_of_order", "closed_on", "O2", "2026-01-04"),
    ]
    assert findings.errors[-1].fields["earlier"] == "opened_on"
    assert findings.errors[-1].fields["beside"] == "2026-01-05"


def test_what_only_postgresql_can_hold_is_judged_too(server, tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_USER", server.user)
    monkeypatch.setenv("CRM_PASSWORD", server.password)
    sql = """select * from (values (1, date 'infinity', 'NaN'::float8), (2, date '2026-01-02', 1), (3, date '4713-01-01 BC', 2))
        as v(id, am, min)"""
    origin = Origin("visits", "database", sql=sql, connection=server.url)
    places = {"visit_id": "id", "visited_on": "am", "minutes": "min"}
    with open_database(origin, tmp_path, [tmp_path]) as database:
        kinds = column_kinds(database, CODEBOOK.tables["visits"], places)
        fact = DatabaseFact(database, CODEBOOK.tables["visits"], places, kinds, origin, vat=0.0)
        assert said(fact.judge()) == [
            ("inputs.not_a_date", "visited_on", "1", "infinity"),
            ("inputs.not_a_date", "visited_on", "3", "4713-01-01 BC"),
            ("inputs.not_a_number", "minutes", "1", "NaN"),
        ]
        partial = fact.partial(GRAINS["visits"], AS_OF).sort_values("month")
    assert partial[["rows", "minutes given"]].to_numpy().tolist() == [[1, 1], [2, 1]]


# --- rows ---------------------------------------------------------------------------------------------


def test_rows_are_found_by_a_text_of_theirs(fact, seed):
    rows = visits(np.random.default_rng(seed), 800)
    made = fact("visits", rows, VISITS)
    for column, values in {
        "staff_id": ["S1", "S9"],
        "customer_id": ["99", ""],
        "kind": ["拜访"],
        "staff_id ": [""],
    }.items():
        theirs = VISITS[column.strip()]
        wanted = [
            row["besuch"]
            for row in rows
            if row["besuch"] and str(row[theirs] or "").strip(" \u3000") in values
        ]
        assert made.where(column.strip(), values) == [str(key) for key in wanted[:20]]
    assert made.where("staff_id", ["S1"], most=3) == made.where("staff_id", ["S1"])[:3]
    assert made.where("visit_id", ["7", "x", "12"]) == ["7", "12"]
    assert made.where("staff_id", []) == made.where("stage", ["x"]) == []
    assert len(made.where("staff_id", [f"none{at}" for at in range(1500)] + ["S2"])) == 20


def test_recent_rows_and_open_ones_come_whole(fact):
    good = {"id": "O1", "k": "K1", "s": "S1", "stage": "报价", "status": "lost", "a": 10.0, "m": 0.2, "t": 12.0,
            "o": date(2020, 1, 5), "c": date(2020, 3, 5)}  # fmt: skip
    rows = [
        good,
        {**good, "id": "O2", "c": date(2024, 1, 1)},
        {**good, "id": "O3", "c": date(2023, 12, 31)},
        {**good, "id": "O4", "status": " 进行中 ", "c": None},
        {**good, "id": "O5", "status": None, "c": None},
        {**good, "id": "O6", "o": date(2025, 6, 1), "c": None, "a": None},
    ]
    found = fact("opportunities", rows, DEALS, DEAL_TYPES, vat=0.06).recent(
        ["opportunity_id", "status", "amount", "opened_on", "seats"],
        since=date(2024, 1, 1), dated=["opened_on", "closed_on"], statuses={"status": ["进行中", "open"]},
    )  # fmt: skip
    found = found.sort_values("opportunity_id", ignore_index=True)
    assert list(found) == ["opportunity_id", "status", "amount", "opened_on"]
    assert found["opportunity_id"].tolist() == ["O2", "O4", "O5", "O6"]
    assert found["amount"].tolist() == [10.0, 10.0, 10.0, None]
    assert found["status"].tolist() == ["lost", " 进行中 ", None, "lost"]
    assert found["opened_on"].tolist()[-1] == datetime(2025, 6, 1)


def test_columns_that_come_as_text_are_named(tmp_path):
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.execute("CREATE TABLE r (nr, monat, betrag, abzug)")
    connection.execute("INSERT INTO r VALUES (1, '2026-09', '1,200.50', NULL)")
    connection.commit()
    connection.close()
    origin = Origin("revenue", "database", sql="select * from r", connection="sqlite:///crm.db")
    places = {"revenue_id": "nr", "month": "monat", "amount": "betrag", "penalty": "abzug"}
    with open_database(origin, tmp_path, [tmp_path]) as database:
        kinds = column_kinds(database, CODEBOOK.tables["revenue"], places)
    assert typed_enough(CODEBOOK.tables["revenue"], places, kinds) == ["month", "amount"]
