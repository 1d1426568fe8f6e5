"""A fact that lies in Parquet files behind Spark, added up there by its address alone."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from salesmgmt.errors import InputError
from salesmgmt.inputs import load
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.databases import Database, open_database
from salesmgmt.inputs.facts import GRAINS, Grain
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.pushdown import DatabaseFact, column_kinds, typed_enough
from tests.inputs.ledgers import REVENUE, VISITS, exact, plain, revenue, visits
from tests.inputs.test_pushdown import AS_OF
from tests.inputs.test_sources import DATED, engagement, frames, same

pytestmark = pytest.mark.soak
SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
TYPES = {
    "besuch": "BIGINT", "am": "DATE", "wer": "VARCHAR", "Kunde": "VARCHAR", "art": "VARCHAR", "min": "DOUBLE",
    "faellig": "TIMESTAMP", "erledigt": "DATE", "ergebnis": "VARCHAR", "eingetragen": "TIMESTAMP", "nr": "VARCHAR", "monat": "DATE", "produkt": "DECIMAL(8, 0)", "betrag": "DECIMAL(20, 2)",
    "menge": "DOUBLE", "abzug": "DOUBLE",
}  # fmt: skip


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of a Spark SQL server that runs for this module, in a folder of its own."""
    spark = importlib.util.find_spec("pyspark")
    lacking = [
        name for name in ("pyspark", "pyhive", "thrift_sasl") if importlib.util.find_spec(name) is None
    ]
    if lacking or spark is None or not spark.origin:
        pytest.skip(f"not installed: {', '.join(lacking)} (make soak brings them)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and none is installed")
    if sys.platform == "win32":
        pytest.skip("Spark's server is started by a shell script")
    home = Path(spark.origin).parent
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    command = [
        home / "bin" / "spark-submit", "--class", SERVER, "--master", "local[2]", "--driver-memory", "1g",
        *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
        "--hiveconf", f"hive.server2.thrift.port={port}", "--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1",
        "spark-internal",
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("spark")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"},
        )  # fmt: skip
    try:
        _wait(port, process, folder / "log")
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 240
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.5)
    pytest.fail(f"Spark did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def ask(port: int, tmp_path: Path) -> Callable[..., Database]:
    def opened(sql: str, table: str = "visits", **told: Any) -> Database:
        origin = Origin(table, "database", sql=sql, connection=f"hive://127.0.0.1:{port}/default", **told)
        return open_database(origin, tmp_path, [tmp_path])

    return opened


def written(rows: list[dict[str, Any]], path: Path) -> str:
    """Rows as a Parquet file, and the query that reads it."""
    frame = pd.DataFrame({name: [row[name] for row in rows] for name in rows[0]}, dtype=object)
    frame = frame.map(lambda cell: None if cell is None else str(cell))
    cast = ", ".join(f'"{name}"::{TYPES[name]} AS "{name}"' for name in frame)
    duckdb.sql(f"COPY (SELECT {cast} FROM frame) TO '{path}' (FORMAT parquet)")
    return f"select * from parquet.`{path}`;  -- where it lies"


def test_facts_are_added_up_in_spark_as_plain_python_does(ask, tmp_path, seed):
    rng = np.random.default_rng(seed)
    kept = Grain("month", ("customer_id", "staff_id", "product_id"), ("amount", "quantity", "penalty"))
    for table, rows, places, grain in (
        ("visits", visits(rng, 5000), VISITS, GRAINS["visits"]),
        ("revenue", revenue(rng, 5000), REVENUE, kept),
    ):
        spec = CODEBOOK.tables[table]
        with ask(written(rows, tmp_path / f"{table}.parquet"), table) as database:
            kinds = column_kinds(database, spec, places)
            assert typed_enough(spec, places, kinds) == []
            fact = DatabaseFact(database, spec, places, kinds, database.origin, vat=0.0)
            started = time.monotonic()
            partial = fact.partial(GRAINS[table], AS_OF)
            print(
                f"{table}: {len(rows):,} rows in Spark to {len(partial):,} sums in {time.monotonic() - started:.1f} s"
            )
            assert exact(partial, grain) == plain(rows, places, grain, {}, AS_OF)
            findings = fact.judge(pd.Timestamp("2026-10-31"))
            assert (findings.rows, findings.errors) == (5000, [])


def test_units_and_vat_are_taken_off_in_spark(ask, tmp_path, seed):
    rows = revenue(np.random.default_rng(seed), 1000)
    spec, grain = CODEBOOK.tables["revenue"], Grain("month", ("customer_id",), ("amount",))
    sql = written(rows, tmp_path / "revenue.parquet")
    with ask(sql, "revenue", units={"amount": "万元"}) as database:
        fact = DatabaseFact(
            database, spec, REVENUE, column_kinds(database, spec, REVENUE), database.origin, vat=0.13
        )
        found = exact(fact.partial(grain, AS_OF), grain)
    assert found == plain(rows, REVENUE, grain, {"amount": lambda cell: float(cell) * 1e4 / 1.13})


def test_mistakes_and_rows_are_named_by_their_key_in_spark(ask, tmp_path, seed):
    rows = visits(np.random.default_rng(seed), 500)
    for at, changes in {
        10: {"min": 1441.0},
        30: {"am": None},
        40: {"besuch": 41},
        50: {"am": date(1026, 3, 2)},
    }.items():
        rows[at - 1] |= {"min": 5.0, **changes}
    spec = CODEBOOK.tables["visits"]
    with ask(written(rows, tmp_path / "visits.parquet")) as database:
        fact = DatabaseFact(
            database, spec, VISITS, column_kinds(database, spec, VISITS), database.origin, vat=0.0
        )
        found = [(problem.id, problem.column, problem.key) for problem in fact.judge().errors]
        assert found == [
            ("inputs.empty", "visited_on", "30"), ("inputs.not_a_date", "visited_on", "50"),
            ("inputs.out_of_bounds", "minutes", "10"), ("inputs.repeated_key", "visit_id", "41"),
        ]  # fmt: skip
        assert (
            fact.where("kind", ["拜访"]) == [str(row["besuch"]) for row in rows if row["art"] == "拜访"][:20]
        )
        late = fact.recent(
            ["visit_id", "visited_on", "minutes"], since=date(2026, 1, 1), dated=["visited_on"], statuses={}
        )
    wanted = {row["besuch"]: row["am"] for row in rows if row["am"] and row["am"] >= date(2026, 1, 1)}
    assert dict(zip(late["visit_id"], late["visited_on"].dt.date, strict=True)) == wanted
    assert late["minutes"].map(type).isin([float, type(None)]).all()


def test_plan_tables_and_mistakes_come_out_of_spark(ask, tmp_path):
    with ask(
        "select 'C1' as customer_id, date '2026-01-02' as since, cast(2.5 as decimal(9, 2)) as potential, 'a:b 50%' t"
    ) as database:
        assert [kind for _, kind in database.columns()] == ["text", "date", "number", "text"]
        assert database.rows().loc[0].tolist() == ["C1", pd.Timestamp("2026-01-02"), 2.5, "a:b 50%"]
    for sql, said in (
        ("select * from no_such_table", "no_such_table"),
        ("select 1 as a where 1 / 0 > nonsense", "nonsense"),
    ):
        with ask(sql) as database, pytest.raises(InputError, match="1 problems") as caught:
            database.rows()
        (problem,) = caught.value.problems
        assert problem.id == "inputs.sql_failed"
        assert said in problem.fields["reason"]
        assert "\n" not in problem.fields["reason"]


def test_an_engagement_points_at_spark_by_its_address_alone(demo, port, tmp_path):
    folder = engagement(
        demo, tmp_path / "client",
        f'{{ sql = "select * from parquet.`{tmp_path}/{{t}}.parquet`", connection = "hive://127.0.0.1:{port}/default" }}',
    )  # fmt: skip
    for table, frame in frames(demo).items():
        days = ", ".join(f'"{name}"::DATE AS "{name}"' for name in DATED[table])
        held = duckdb.from_df(frame)
        duckdb.sql(f"COPY (SELECT * REPLACE ({days}) FROM held) TO '{tmp_path / table}.parquet'")
    assert held.columns
    same(load(folder), load(demo))


def test_a_server_that_is_not_there_is_said_at_once(tmp_path, port):
    origin = Origin("visits", "database", sql="select 1", connection="hive://127.0.0.1:9/default")
    with pytest.raises(InputError, match="1 problems") as caught:
        open_database(origin, tmp_path, [tmp_path])
    assert caught.value.problems[0].id == "inputs.database_connect"
