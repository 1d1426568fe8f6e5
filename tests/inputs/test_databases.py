"""Clients' databases: one SELECT, read only, secrets kept; a PostgreSQL server and SQLite files that are real."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs import describe, input_words, place
from salesmgmt.inputs.connections import read_address
from salesmgmt.inputs.databases import open_database
from salesmgmt.inputs.origins import Origin
from salesmgmt.inputs.selects import one_select
from tests.inputs.postgres import PASSWORD, Server, postgres

VISITS = """
    CREATE TABLE crm_visits (id integer primary key, visited_on date, logged timestamptz, minutes numeric(8, 1),
        hours double precision, staff text, done boolean, tags text[], who uuid);
    INSERT INTO crm_visits VALUES
        (1, '2026-03-02', '2026-03-02 09:30+00', 45.5, 0.75, ' S1 ', true, '{a}', null),
        (2, null, null, null, null, null, null, null, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
    CREATE SEQUENCE numbers;
"""


WRITTEN, MISTAKEN = "offen123", "f4lsch&+/ß'"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        with running.connect() as connection:
            connection.execute(VISITS)
            connection.execute(
                "CREATE TABLE many AS SELECT n, repeat('x', 500) t FROM generate_series(1, 200000) n"
            )
        yield running


@pytest.fixture
def ask(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Open a query of the server, or of another address, as an engagement would."""
    monkeypatch.setenv("CRM_USER", server.user)
    monkeypatch.setenv("CRM_PASSWORD", server.password)

    def opened(sql: str, connection: str = server.url, **options: Any) -> Any:
        origin = Origin("visits", "database", sql=sql, connection=connection)
        return open_database(origin, tmp_path, [tmp_path], **options)

    return opened


@pytest.fixture
def refused(caplog: pytest.LogCaptureFixture) -> Callable[..., Problem]:
    """The one problem that comes of some work, once it is certain that nobody can read the password anywhere."""
    caplog.set_level(logging.DEBUG)

    def problem(work: Callable[[], Any], *, secret: str = PASSWORD) -> Problem:
        with pytest.raises(InputError, match="1 problems in the inputs") as caught:
            work()
        (found,) = caught.value.problems
        words = [
            f"{place(found, input_words(tongue))} {describe(found, input_words(tongue))}"
            for tongue in ("zh", "en")
        ]
        told = [*words, repr(found), caplog.text, *traceback.format_exception(caught.value)]
        chain: BaseException | None = caught.value
        while chain is not None:
            told += [repr(chain), str(chain)]
            chain = chain.__cause__ or chain.__context__
        for spelled in (
            secret,
            repr(secret)[1:-1],
            quote(secret),
            quote(secret, safe=""),
            quote_plus(secret),
        ):
            assert not [text for text in told if spelled in text]
        assert all(text.count("\n") == 0 and "{" not in text.replace("${", "") for text in words)
        assert (found.table, found.file) == ("visits", "SQL")
        return found

    return problem


def sqlite_file(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


# --- addresses ----------------------------------------------------------------------------------------


def test_every_absent_variable_is_named_at_once(ask, refused, monkeypatch):
    monkeypatch.delenv("CRM_USER")
    monkeypatch.delenv("CRM_PASSWORD")
    found = refused(lambda: ask("select 1"))
    assert (found.id, found.fields["names"]) == ("inputs.database_variables", "CRM_USER, CRM_PASSWORD")


@pytest.mark.parametrize(
    "connection",
    [
        "postgresql://leser:offen123@127.0.0.1:1/crm",
        "postgresql://leser:offen123${CRM_USER}@127.0.0.1:1/crm",
        "postgresql://127.0.0.1:1/crm?user=leser&password=offen123",
        "mssql+pyodbc://?odbc_connect=DRIVER%3DX%3BUID%3Dleser%3BPWD%3Doffen123%3B",
        "${CRM_USER}://leser:offen123@127.0.0.1/crm",
    ],
)
def test_a_password_written_out_is_refused_before_anything_is_asked(ask, refused, connection):
    assert refused(lambda: ask("select 1", connection), secret=WRITTEN).id == "inputs.database_password"


@pytest.mark.parametrize("connection", ["crm.example.com", "postgresql:/x", "duckdb+duckdb_engine:///x.db", "postgresql://h:port/d", "//", "postgresql://h:${CRM_USER}/d"])  # fmt: skip
def test_what_is_no_address_is_said(ask, refused, connection):
    assert refused(lambda: ask("select 1", connection)).id == "inputs.database_url"


@pytest.mark.parametrize(
    ("connection", "id", "named"),
    [
        ("clickhouse://h/d", "inputs.database_driver", {"package": "clickhouse-sqlalchemy"}),
        ("mysql://u@h/d", "inputs.database_driver", {"package": "pymysql"}),
        ("postgresql+psycopg2://u@h/d", "inputs.database_driver", {"package": "psycopg2"}),
        ("oracle+oracledb://u@h/d", "inputs.database_driver", {"package": "oracledb"}),
        ("paradox://h/d", "inputs.database_kind", {"value": "paradox"}),
    ],
)
def test_a_driver_that_is_not_installed_is_named_with_its_package(ask, refused, connection, id, named):
    found = refused(lambda: ask("select 1", connection))
    assert (found.id, {key: found.fields[key] for key in named}) == (id, named)


@pytest.mark.parametrize(
    ("connection", "environment"),
    [
        ("postgresql://${U}:${P}@h:5433/crm", {"U": "a@b", "P": PASSWORD}),
        ("${ALL}", {"ALL": f"postgresql://{quote('a@b')}:{quote(PASSWORD, safe='')}@h:5433/crm"}),
        ("postgres://${REST}", {"REST": f"{quote('a@b')}:{quote(PASSWORD, safe='')}@h:5433/crm"}),
        ("postgresql+psycopg://${U}:${P}@${H}:${PORT}/${D}", {"U": "a@b", "P": PASSWORD, "H": "h", "PORT": "5433", "D": "crm"}),
        ("postgresql://a%40b:${P}@h:5433/crm", {"P": PASSWORD}),
    ],
)  # fmt: skip
def test_secrets_come_out_of_the_environment_as_they_are(connection, environment, monkeypatch, tmp_path):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    address = read_address(Origin("visits", "database", connection=connection), tmp_path, [tmp_path])
    url = address.url
    assert (url.drivername, url.username, url.password, url.host, url.port, url.database) == (
        "postgresql+psycopg", "a@b", PASSWORD, "h", 5433, "crm",
    )  # fmt: skip
    assert PASSWORD not in repr(address)
    assert PASSWORD not in address.hide(
        f"{PASSWORD} {quote(PASSWORD)} pwd={PASSWORD} {url.render_as_string(False)}"
    )


# --- one SELECT ---------------------------------------------------------------------------------------

GOOD = [
    "select 1", "SELECT 1;", "select 1 ; -- all; of it", "/* first */ with a as (select 1 x) select * from a;\n\n",
    "(select 1) union (select 2)", "select ';' as a", "select * from t where a like '%;%' -- end", "values (1)",
    "select 1 /* ( */", 'select "a;b" from t',
]  # fmt: skip
BAD = [
    "", ";", "-- nothing", "delete from t", "select 1; select 2", "select 1; delete from t", "update t set a = 1",
    "select 1) q; drop table t; select * from (select 1", "select 1) q, (select 2", "select 1 /*", "select 'a",
    "create table t (a int)", "call f()", "explain select 1", "copy t to 'x'", "select 1 /*! into outfile 'x' */",
    "insert into t values (1) returning *", "commit", "set a = 1", "select (1", "select 1 -- )\n) q, (select 1",
    "select /* ' */ ; drop table t -- '", "select date$$;drop table t;$$",
]  # fmt: skip


@pytest.mark.parametrize("sql", GOOD)
def test_one_select_is_taken_without_its_end(sql):
    bare, count = one_select(sql, backend="postgresql", driver="psycopg")
    assert (bool(bare), count, bare.endswith(";")) == (True, 1, False)


@pytest.mark.parametrize("sql", BAD)
@pytest.mark.parametrize("backend", ["postgresql", "mysql", "sqlite"])
def test_anything_else_is_not(sql, backend):
    assert one_select(sql, backend=backend, driver="psycopg")[0] == ""


@pytest.mark.parametrize(
    ("sql", "backend", "taken"),
    [
        ("select top 5 * from t", "mssql", True),
        ("select `a b` from `t` where b = 'it\\'s'", "mysql", True),
        ("select a from t for update", "postgresql", True),
        ("select top 5 ';' from t", "mssql", False),  # the driver would run a second statement
        ("select 1) q delete from t select * from (select 2", "mssql", False),
        ("delete top (5) from t", "mssql", False),
    ],
)
def test_foreign_syntax_is_judged_by_its_tokens(sql, backend, taken):
    driver = {"postgresql": "psycopg", "mysql": "pymysql", "mssql": "pyodbc"}[backend]
    assert bool(one_select(sql, backend=backend, driver=driver)[0]) == taken


@pytest.mark.parametrize("sql", ["select 1; select 2", "delete from crm_visits", "truncate crm_visits"])
def test_other_statements_never_reach_the_server(ask, refused, sql):
    found = refused(lambda: ask(sql))
    assert found.id == "inputs.not_one_select"


# --- PostgreSQL ---------------------------------------------------------------------------------------


def test_rows_come_in_the_types_they_have(ask):
    with ask("select * from crm_visits order by id; -- every one") as database:
        assert database.columns() == [
            ("id", "number"), ("visited_on", "date"), ("logged", "date"), ("minutes", "number"), ("hours", "number"),
            ("staff", "text"), ("done", "bool"), ("tags", "text"), ("who", "text"),
        ]  # fmt: skip
        frame = database.rows()
    assert frame.loc[0].tolist() == [1, datetime(2026, 3, 2), datetime(2026, 3, 2, 9, 30), 45.5, 0.75, " S1 ", True, "['a']", None]  # fmt: skip
    assert frame.loc[1, ["minutes", "staff", "done"]].tolist() == [None, None, None]
    assert frame.loc[1, "who"] == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    assert [str(frame[name].dtype) for name in ("visited_on", "logged")] == ["datetime64[us]"] * 2
    assert frame["visited_on"].isna().tolist() == [False, True]


def test_names_colons_and_per_cents_are_the_clients_own(ask):
    sql = r"""select id::text as "客户 编号", 'a:b \:x \\: %s %(x)s 50%' as "A b", now()::date as ":x" from crm_visits"""
    with ask(sql) as database:
        frame = database.rows()
        query = database.query(["客户 编号", ":x"])
        assert len(database.fetch(query.select())) == 2
    assert list(frame) == ["客户 编号", "A b", ":x"]
    assert set(frame["A b"]) == {r"a:b \:x \\: %s %(x)s 50%"}


def test_no_rows_keep_columns_and_kinds(ask):
    with ask("select id, visited_on, staff from crm_visits where false") as database:
        frame = database.rows()
    assert (list(frame), len(frame), str(frame["visited_on"].dtype)) == (
        ["id", "visited_on", "staff"],
        0,
        "datetime64[us]",
    )


def test_more_rows_than_wanted_are_a_problem(ask, refused):
    with ask("select n from many") as database:
        assert refused(lambda: database.rows(most=150_000)).fields["most"] == "150,000"
    with ask("select n from many limit 20") as database:
        assert len(database.rows(most=20)) == 20


@pytest.mark.parametrize(
    "sql",
    [
        "with gone as (delete from crm_visits returning *) select * from gone",
        "select nextval('numbers')",
        "select * from crm_visits for update",
        "select set_config('transaction_read_only', 'off', false)",
        "select lo_create(0)",
        "select * into copied from crm_visits",
    ],
)
def test_nothing_can_be_written(ask, refused, server, sql):
    def work() -> None:
        with ask(sql) as database:
            database.rows()

    assert refused(work).id == "inputs.sql_failed"
    with server.connect() as connection:
        assert connection.execute("select count(*) from crm_visits").fetchone() == (2,)
        assert connection.execute("select is_called from numbers").fetchone() == (False,)


def test_the_session_is_read_only_and_bounded(ask):
    names = ["transaction_read_only", "transaction_isolation", "statement_timeout", "lock_timeout"]
    settings = ", ".join(f"current_setting('{name}') as {name}" for name in names)
    with ask(f"select {settings}") as database:
        assert database.rows().loc[0].tolist() == ["on", "repeatable read", "10min", "10min"]


def test_a_second_statement_is_refused_by_the_protocol_itself(ask, refused, server):
    with ask("select 1 as a") as database:
        database._sql = "select 1 as a) q; commit; delete from crm_visits; select * from (select 1 as a"
        assert "multiple commands" in refused(database.rows).fields["reason"]
    with server.connect() as connection:
        assert connection.execute("select count(*) from crm_visits").fetchone() == (2,)


def test_a_slow_query_is_stopped(ask, refused):
    started = time.monotonic()
    with ask("select pg_sleep(30)", seconds=0.5) as database:
        found = refused(database.rows)
    assert (found.id, found.fields["seconds"]) == ("inputs.database_slow", "0.5")
    assert time.monotonic() - started < 10


def test_a_mistake_in_the_query_is_one_sentence(ask, refused):
    with ask("select nonsense from crm_visits") as database:
        found = refused(database.columns)
    assert (found.id, found.fields["reason"]) == ("inputs.sql_failed", 'column "nonsense" does not exist')


def test_a_message_that_quotes_the_secret_does_not_reach_anyone(ask, refused, server):
    sql = f"select cast('{PASSWORD.replace(chr(39), chr(39) * 2)}' as integer), '{server.user}'"
    with ask(sql) as database:
        found = refused(database.rows)
    assert (found.id, "…" in found.fields["reason"]) == ("inputs.sql_failed", True)


def test_a_wrong_password_is_said_without_it(ask, refused, monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", MISTAKEN)
    found = refused(lambda: ask("select 1"), secret=MISTAKEN)
    assert found.id == "inputs.database_connect"
    assert "password authentication failed" in found.fields["reason"]
    assert os.environ["CRM_USER"] not in found.fields["reason"]


def test_an_unreachable_server_is_said(ask, refused):
    found = refused(lambda: ask("select 1", "postgresql://${CRM_USER}:${CRM_PASSWORD}@127.0.0.1:1/crm"))
    assert found.id == "inputs.database_connect"
    assert "refused" in found.fields["reason"].lower()


def test_a_connection_that_breaks_off_while_rows_come_is_said(ask, refused, server):
    with ask("select pg_backend_pid() as pid, n, t from many") as database:
        _, portions = database.run(database.query(["pid", "n", "t"]).select())
        pid = next(portions)[0][0]
        with server.connect(admin=True) as connection:
            connection.execute("select pg_terminate_backend(%s, 5000)", [pid])
        found = refused(lambda: list(portions))
    assert found.id == "inputs.database_lost"


def test_a_connection_that_breaks_off_while_the_query_runs_is_said(ask, refused, server):
    def terminate() -> None:
        with server.connect(admin=True) as connection:
            for _ in range(100):
                busy = "from pg_stat_activity where usename = 'leser' and state = 'active'"
                if connection.execute(f"select pg_terminate_backend(pid) {busy}").fetchall():
                    return
                time.sleep(0.1)

    killer = threading.Thread(target=terminate)
    killer.start()
    with ask("select pg_sleep(20)") as database:
        found = refused(database.rows)
    killer.join()
    assert found.id == "inputs.database_lost"


def test_nothing_stays_open(ask, server):
    with ask("select 1 as a") as database:
        assert PASSWORD not in repr(database)
        database.rows()
    with server.connect(admin=True) as connection:
        time.sleep(0.2)
        assert connection.execute(
            "select count(*) from pg_stat_activity where usename = 'leser'"
        ).fetchone() == (0,)


# --- SQLite -------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return sqlite_file(
        tmp_path / "crm.db",
        "CREATE TABLE v (id INTEGER, day TEXT, moment TEXT, bad TEXT, worse TEXT, minutes, mixed, unused TEXT, t TEXT)",
        """INSERT INTO v VALUES
            (1, '2026-03-02', '2026-03-02 10:00:00', '2026-02-30', '2.3.2026', 45.5, 1, NULL, 'a'),
            (2, NULL, '2026-03-03T11:00', '2026-02-28', '2026-03-02', 30, '1,200', NULL, 'b'),
            (3, '', '2026-03-04', '', '', NULL, 2.5, NULL, NULL)""",
    )


def test_sqlite_kinds_are_those_of_every_cell(ask, book):
    with ask("select * from v", "sqlite:///crm.db") as database:
        assert dict(database.columns()) == {
            "id": "number", "day": "text", "moment": "text", "bad": "text", "worse": "text", "minutes": "number",
            "mixed": "text", "unused": "number", "t": "text",
        }  # fmt: skip
        assert database.dated([name for name, _ in database.columns()]) == {"day", "moment", "unused"}
        frame = database.rows()
    assert frame["mixed"].tolist() == ["1", "1,200", "2.5"]
    assert frame["minutes"].tolist()[:2] == [45.5, 30]
    assert frame["t"].tolist() == ["a", "b", None]


def test_sqlite_cannot_be_written(ask, refused, book, monkeypatch):
    monkeypatch.setattr("salesmgmt.inputs.databases.one_select", lambda sql, **_: (sql, 1))
    with ask("select 1", "sqlite:///crm.db") as database:
        for sql in ("DELETE FROM v", "CREATE TABLE w (a)", "PRAGMA user_version = 7"):
            with pytest.raises(Exception, match="readonly|read-only|attempt to write"):
                database._connection.exec_driver_sql(sql)
    connection = sqlite3.connect(book)
    assert connection.execute(
        "SELECT count(*), (SELECT user_version FROM pragma_user_version) FROM v"
    ).fetchone() == (3, 0)
    connection.close()


def test_sqlite_stops_a_query_without_end(ask, refused, book):
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) as a from n"
    with ask(endless, "sqlite:///crm.db", seconds=0.3) as database:
        assert refused(database.columns).id == "inputs.database_slow"


def test_sqlite_files_lie_in_the_folder(ask, refused, tmp_path_factory, tmp_path):
    outside = sqlite_file(tmp_path_factory.mktemp("elsewhere") / "crm.db", "CREATE TABLE v (a)")
    (tmp_path / "link.db").symlink_to(outside)
    for address in (
        f"sqlite:///{outside}",
        "sqlite:///../crm.db",
        "sqlite:///link.db",
        f"sqlite+pysqlite:///{outside}?mode=rwc",
    ):
        assert refused(lambda address=address: ask("select * from v", address)).id == "inputs.outside"
    for address in (
        "sqlite://",
        "sqlite:///absent.db",
        f"sqlite:///file:{outside}?uri=true",
        "sqlite:///:memory:",
    ):
        assert refused(lambda address=address: ask("select 1", address)).id == "inputs.no_file"
    assert not (tmp_path / "absent.db").exists()


def test_a_file_that_is_no_database_is_said(ask, refused, tmp_path):
    (tmp_path / "crm.db").write_text("customer_id,customer\nC1,东岭银行\n" * 100, encoding="utf-8")
    found = refused(lambda: ask("select 1", "sqlite:///crm.db"))
    assert (found.id, found.fields["reason"]) == ("inputs.database_connect", "file is not a database")


def test_days_out_of_sqlite_stay_text_for_reading(ask, book):
    with ask("select day, date(day) as d from v", "sqlite:///crm.db") as database:
        assert database.rows()["day"].tolist() == ["2026-03-02", None, ""]
        assert date.fromisoformat(database.rows()["d"].tolist()[0]) == date(2026, 3, 2)
