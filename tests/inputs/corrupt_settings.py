"""Corruptions of engagement.toml: cut, mistyped, pointing where nothing is."""

from __future__ import annotations

import json
import re
import tomllib
from decimal import Decimal

from tests.inputs.corruptions import (
    Corruption,
    Draw,
    Grid,
    Link,
    Special,
    corruption,
    csv_text,
    scaled,
    spec_of,
)


def _toml(toml: str, note: str, **more: object) -> Corruption:
    return Corruption("engagement", toml=toml, note=note, **more)  # type: ignore[arg-type]


def _as_before(toml: str) -> tuple[dict[str, Grid | None], ...]:
    """The reading with all tables unchanged, where what is left still is TOML."""
    try:
        tomllib.loads(toml)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ()
    return ({},)


@corruption("settings", "csv")
def cut_toml(draw: Draw) -> Corruption:
    """A file that ends early."""
    cut = draw.rng.randrange(len(draw.toml))
    return _toml(draw.toml[:cut], f"cut at {cut}", readings=_as_before(draw.toml[:cut]))


@corruption("settings", "csv")
def sign_changed(draw: Draw) -> Corruption:
    """One sign put in, taken out or replaced."""
    at, sign = draw.rng.randrange(len(draw.toml)), draw.rng.choice('"[]{}=,.#\n\t\x00\x7f-0９“”＝')
    cut = at + draw.rng.randrange(2)
    toml = draw.toml[:at] + draw.rng.choice([sign, ""]) + draw.toml[cut:]
    return _toml(toml, f"{draw.toml[max(0, at - 10) : cut]!r} with {sign!r}", readings=_as_before(toml))


@corruption("settings", "csv")
def line_lost(draw: Draw) -> Corruption:
    """A line lost, twice, or in another place."""
    lines = draw.toml.splitlines()
    at, kind = draw.rng.randrange(len(lines)), draw.rng.choice(["lost", "twice", "moved"])
    kept = {"lost": lines[:at] + lines[at + 1 :], "twice": [*lines[: at + 1], *lines[at:]]}.get(kind)
    if kept is None:
        kept = lines[:at] + lines[at + 1 :]
        kept.insert(draw.rng.randrange(len(kept) + 1), lines[at])
    toml = "\n".join(kept)
    return _toml(toml, f"{kind}: {lines[at][:50]!r}", readings=_as_before(toml))


VALUES = ("true", "-1", "0", "1e400", "nan", "inf", "-inf", '""', '"x"', "[]", "{}", "[[1]]", "2027-01-05", "12:30:00", '"2027"', "1.5", "99999999999999999999",
          '["zh", 3]', "{ value = 1 }", "{ value = nan, low = 1, high = 2 }", '{ value = "x" }', "{ low = 1 }", "[{}]", '"=1+1"', "0x7fffffffffffffff",
          "2027-02-30", '"\\u0000"', '{ value = { value = 1 } }', "[1, 2, 3]", "1979-05-27T07:32:00Z", '"' + "x" * 5000 + '"')  # fmt: skip


@corruption("settings", "csv")
def mistyped(draw: Draw) -> Corruption:
    """A value of another type."""
    lines = draw.toml.splitlines()
    at = draw.rng.choice([at for at, line in enumerate(lines) if re.match(r'["\w.]+ = ', line)])
    value = draw.rng.choice(VALUES)
    lines[at] = f"{lines[at].partition(' = ')[0]} = {value}"
    toml = "\n".join(lines)
    return _toml(toml, lines[at][:80], readings=_as_before(toml))


@corruption("settings", "csv")
def unknown_key(draw: Draw) -> Corruption:
    """A key or section that there is not."""
    added = draw.rng.choice(["[engagment]\nyear = 2027", "[sizing.nobody]\nselling_share = 0.3", "[pay]\nvariable_lowest = 0.1", "[[sizing]]\nx = 1",
                             'tables = "x"', "[tables]\nnothing = 'x.csv'", "[scenarios]\nx = 1", "[scenarios.x]\n'sizing.nothing' = 1", "['']\n'' = 1",
                             "[stp.account_manager]\nx = 1", "[tables.customers.file]\nx = 1", "[target]\nrequired = 'much'", "['客户']\n'年' = 1"])  # fmt: skip
    toml = f"{draw.toml}\n{added}\n" if not added.startswith("tables") else f"{added}\n{draw.toml}"
    return _toml(toml, repr(added))


@corruption("settings", "csv")
def not_toml(draw: Draw) -> Corruption:
    """Something else in place of engagement.toml."""
    kind = draw.rng.choice(
        [
            "empty",
            "gbk",
            "utf-16",
            "nul",
            "noise",
            "fifo",
            "folder",
            "/dev/zero",
            "/dev/null",
            "nowhere",
            "engagement.toml",
            "deep",
            "json",
            "latin",
            "long",
        ]
    )
    toml = draw.toml
    content = {"empty": b"", "gbk": toml.encode("gbk"), "utf-16": toml.encode("utf-16"), "nul": b"\x00" * 100, "noise": draw.rng.randbytes(2000),
               "deep": b"x = " + b"[" * 100_000, "json": json.dumps({"engagement": {"year": 2027}}).encode(), "latin": "client = 'Société'".encode("latin-1"),
               "long": b"[engagement]\nclient = '" + b"x" * 3_000_000 + b"'\n"}.get(kind)  # fmt: skip
    held = content if content is not None else Special(kind) if kind in ("fifo", "folder") else Link(kind)
    return Corruption("engagement", files={"engagement.toml": held}, note=kind)


ENTRIES = (
    '"nowhere.csv"', '""', "3", "[]", "{}", '{ file = 3 }', '{ file = "TABLE.csv", sql = "select 1" }', '{ connection = "sqlite:///x.db" }',
    '{ file = "TABLE.csv", connection = "sqlite:///x.db" }', '"TABLE.csv#sheet"', '"engagement.toml"', '"../TABLE.csv"', '"/etc/passwd"', '"."',
    '{ file = "TABLE.csv", columns = { "no such header" = "COLUMN" } }', '{ file = "TABLE.csv", columns = { "COLUMN" = "no_such_column" } }',
    '{ file = "TABLE.csv", columns = 3 }', '{ file = "TABLE.csv", dates = "ydm" }', '{ file = "TABLE.csv", units = { COLUMN = "斤" } }',
    '{ file = "TABLE.csv", units = 5 }', '{ file = "TABLE.csv", units = { nothing = "万元" } }', '{ file = "TABLE.csv", tax = "maybe" }', '{ file = "TABLE.csv", sheet = "x" }',
    '"book.xlsx#nothing"', '"book.xlsx"', '{ file = "TABLE.csv", columns = { "COLUMN" = 3 } }', '"TABLE.csv\\u0000"', '"~/TABLE.csv"', '"' + "x" * 400 + '.csv"', '"https://example.com/x.csv"',
)  # fmt: skip
QUERIES = (
    "drop table x", "select 1; select 2", "", "selec", "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "select * from '/etc/passwd'",
    "copy (select 1) to 'out.csv'", "attach 'x.db'", "install httpfs", "load httpfs", "select * from read_csv('https://example.com/x.csv')", "pragma database_list",
    "set enable_external_access = true", "create table x as select 1", "select * from glob('/*')", "select * from read_parquet('../*.parquet')", "call pragma_version()",
    "export database 'x'", "select * from nowhere", "with x as (select 1) select * from x", "select * from read_csv('../TABLE.csv')", "select error('x')", "checkpoint",
    "select * from read_blob('/proc/self/environ')", "update x set y = 1", "select 1 as a, 2 as a", "explain select 1", "select 1 --", "values (1)", "select * from duckdb_settings()",
    "copy (select 1) to '/tmp/out.csv'", "vacuum", "select * from read_json('/etc/hostname')", "from 'nowhere.parquet'", "select * from sniff_csv('/etc/passwd')",
)  # fmt: skip


@corruption("settings", "csv")
def wrong_entry(draw: Draw) -> Corruption:
    """A [tables] entry that leads nowhere: told of its table."""
    table, grid = draw.table()
    column = draw.rng.choice([name for name in grid[0] if name in spec_of(table).columns])
    entry = draw.rng.choice(ENTRIES).replace("TABLE", table).replace("COLUMN", column)
    files = {"book.xlsx": draw.write_book({"one": grid, "two": grid})}
    return Corruption(
        table, toml=f"{draw.toml}\n[tables]\n{table} = {entry}\n", files=files, note=entry[:100]
    )


@corruption("settings", "csv")
def wrong_query(draw: Draw) -> Corruption:
    """SQL that is no SELECT, that fails, or that reads what it may not."""
    table, _ = draw.table()
    query = draw.rng.choice(QUERIES).replace("TABLE", table)
    return Corruption(
        table, toml=f"{draw.toml}\n[tables]\n{table} = {{ sql = {json.dumps(query)} }}\n", note=query
    )


@corruption("settings", "csv")
def good_entry(draw: Draw) -> Corruption:
    """A [tables] entry that is right: read right."""
    table, grid = draw.table()
    money = [
        name for name, column in spec_of(table).columns.items() if column.type == "money" and name in grid[0]
    ]
    entries = [
        (f'"{table}.csv"', grid), (f'{{ sql = "select * from \'{table}.csv\'" }}', grid), (f'"book.xlsx#{table}"', grid), ('"book.xlsx#two"', grid),
        (f'{{ file = "{table}.csv", dates = "dmy" }}', grid), (f'{{ file = "{table}.csv", tax = "excluded" }}', grid),
        *[(f'{{ file = "{table}.csv", units = {{ {name} = "万元" }} }}', scaled(grid, Decimal(10_000), [name])) for name in money],
    ]  # fmt: skip
    entry, reading = draw.rng.choice(entries)
    files = {"book.xlsx": draw.write_book({table: grid, "two": grid})}
    if "sql" not in entry and "book" not in entry:
        files[f"{table}.csv"] = csv_text(grid).encode()
    return Corruption(
        table,
        toml=f"{draw.toml}\n[tables]\n{table} = {entry}\n",
        readings=({table: reading},),
        files=files,
        note=entry,
    )
