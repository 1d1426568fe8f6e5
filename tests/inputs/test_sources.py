"""The same numbers whatever the source: CSV, Parquet, workbook, DuckDB, SQLite, PostgreSQL, cell by cell."""

from __future__ import annotations

import html
import json
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import quote_plus

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa

from salesmgmt import publish
from salesmgmt.inputs import format_problems, input_words, load
from tests.inputs.postgres import postgres

TABLES = ("visits", "revenue", "opportunities", "staff")
DATED = {"visits": ["visited_on", "due_on", "done_on"], "revenue": ["month"],
         "opportunities": ["opened_on", "tender_on", "expected_close_on", "closed_on"], "staff": ["hired_on", "left_on"]}  # fmt: skip


def frames(demo: Path) -> dict[str, pd.DataFrame]:
    """The demo's tables as a system would hold them: numbers, days, text."""
    found = {}
    for table in TABLES:
        frame = pd.read_csv(demo / f"{table}.csv", parse_dates=DATED[table])
        found[table] = frame.astype({name: "str" for name in frame if name.endswith("_id")})
        found[table] = found[table].where(frame.notna(), None)
    return found


def engagement(demo: Path, folder: Path, entry: str) -> Path:
    """The demo without four of its files, which [tables] names instead; ``{t}`` is the table."""
    shutil.copytree(demo, folder, ignore=shutil.ignore_patterns(*(f"{table}.csv" for table in TABLES)))
    entries = "".join(f"{table} = {entry.replace('{t}', table)}\n" for table in TABLES)
    text = (folder / "engagement.toml").read_text(encoding="utf-8")
    (folder / "engagement.toml").write_text(f"{text}\n[tables]\n{entries}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(demo):
    return load(demo)


def same(found, plain):
    assert found.tables.keys() == plain.tables.keys()
    for table in plain.tables:
        pd.testing.assert_frame_equal(found[table], plain[table], check_exact=True, obj=table)
    assert {t: s.unassigned for t, s in found.sources.items()} == {
        t: s.unassigned for t, s in plain.sources.items()
    }
    assert [(w.id, w.column, w.fields.get("count")) for w in found.warnings] == [(w.id, w.column, w.fields.get("count")) for w in plain.warnings]  # fmt: skip


def test_parquet(demo, plain, tmp_path):
    folder = engagement(demo, tmp_path / "client", '"{t}.parquet"')
    for table, frame in frames(demo).items():
        with duckdb.connect() as connection:
            connection.from_df(frame).write_parquet(str(folder / f"{table}.parquet"))
    same(load(folder), plain)


def test_workbook(demo, plain, tmp_path):
    folder = engagement(demo, tmp_path / "client", '"台账.xlsx#{t}"')
    with pd.ExcelWriter(folder / "台账.xlsx", engine="xlsxwriter", datetime_format="yyyy-mm-dd") as book:
        for table, frame in frames(demo).items():
            frame.to_excel(book, sheet_name=table, index=False)
    same(load(folder), plain)


def test_duckdb(demo, plain, tmp_path):
    folder = engagement(
        demo, tmp_path / "client", '{ sql = "from {t}", connection = "duckdb:///crm.duckdb" }'
    )
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        for table, frame in frames(demo).items():
            connection.from_df(frame).create(table)
    same(load(folder), plain)


def test_sqlite(demo, plain, tmp_path):
    folder = engagement(
        demo, tmp_path / "client", '{ sql = "select * from {t};", connection = "sqlite:///crm.db" }'
    )
    connection = sqlite3.connect(folder / "crm.db")
    for table in TABLES:
        pd.read_csv(demo / f"{table}.csv").to_sql(table, connection, index=False)
    connection.close()
    before = (folder / "crm.db").read_bytes()
    same(load(folder), plain)
    assert (folder / "crm.db").read_bytes() == before


@pytest.fixture(scope="module")
def crm(demo):
    """The demo's tables in a PostgreSQL of their own."""
    with postgres() as server:
        address = sa.URL.create(
            "postgresql+psycopg", server.user, server.password, "127.0.0.1", server.port, server.name
        )
        engine = sa.create_engine(address)
        for table, frame in frames(demo).items():
            frame.to_sql(table, engine, index=False)
        engine.dispose()
        yield server


@pytest.fixture
def from_postgres(demo, crm, tmp_path, monkeypatch):
    """The demo with four tables in PostgreSQL."""
    monkeypatch.setenv("CRM_USER", crm.user)
    monkeypatch.setenv("CRM_PASSWORD", crm.password)
    return engagement(
        demo, tmp_path / "client", f'{{ sql = "select * from {{t}}", connection = "{crm.url}" }}'
    )


def test_postgres(from_postgres, plain):
    same(load(from_postgres), plain)


def test_secrets_stay_out_of_a_run(from_postgres, crm, tmp_path):
    run = publish.report(from_postgres, languages=("zh",), views=("director",), out=tmp_path / "reports")
    files = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    spelled = [crm.password, quote_plus(crm.password), json.dumps(crm.password)[1:-1], json.dumps(crm.password, ensure_ascii=False)[1:-1], html.escape(crm.password)]  # fmt: skip
    assert (run.folder / "run.json").is_file() and len(files) > 30
    assert [path.name for path in files for text in spelled if text.encode() in path.read_bytes()] == []


def test_problems_of_a_database_are_named_by_key(demo, tmp_path):
    folder = engagement(
        demo, tmp_path / "client", '{ sql = "select * from {t}", connection = "sqlite:///crm.db" }'
    )
    connection = sqlite3.connect(folder / "crm.db")
    for table in TABLES:
        frame = pd.read_csv(demo / f"{table}.csv")
        if table == "visits":
            frame.loc[4, "minutes"], frame.loc[5, "kind"], frame.loc[7, "visit_id"] = (
                -5,
                "去了一趟",
                frame.loc[6, "visit_id"],
            )
        frame.to_sql(table, connection, index=False)
    connection.close()
    with pytest.raises(ValueError, match="problems in the inputs") as caught:
        load(folder)
    lines = format_problems(caught.value.problems, input_words("zh"))
    assert any("SQL 主键 V00005 · 时长(分钟) minutes" in line and "-5" in line for line in lines)
    assert any("主键 V00006" in line and "去了一趟" in line for line in lines)
    assert any("V00007" in line and "2 行" in line for line in lines)


def test_times_with_a_zone_are_asked_about(from_postgres, crm):
    text = (from_postgres / "engagement.toml").read_text(encoding="utf-8")
    query = "select revenue_id, month::timestamptz as month, customer_id, amount from revenue"
    text = text.replace('revenue = { sql = "select * from revenue"', f'revenue = {{ sql = "{query}"')
    (from_postgres / "engagement.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="problems in the inputs") as caught:
        load(from_postgres)
    assert [(problem.id, problem.column) for problem in caught.value.problems] == [
        ("inputs.ask_zone", "month")
    ]
