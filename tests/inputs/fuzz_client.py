"""A small client cut from the demo, and its tables written as CSV, workbook or Parquet."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import xlsxwriter

from salesmgmt.inputs.codebook import CODEBOOK
from tests.inputs.corruptions import Cell, Corruption, Grid, Link, Special, cell, csv_text

ROWS = {
    "customers": 60,
    "visits": 120,
    "revenue": 120,
    "assessments": 150,
    "assignments": 120,
    "opportunities": 60,
    "contracts": 60,
    "invoices": 120,
}
WHOLE = ("staff", "coverage", "segments", "adjustments", "factors")
CUT = ("customers", "contracts", "invoices")
"""Tables of which some rows are left out, and with them the rows that name one of those."""
GROUPS = (
    ("customers", "coverage", "segments", "adjustments", "staff", "assignments"),
    ("customers", "staff", "visits"),
    ("customers", "staff", "promises"),
    ("customers", "staff", "revenue"),
    ("customers", "staff", "contracts", "opportunities"),
    ("customers", "staff", "factors", "factor_ratings", "strategies", "strategy_scores", "initiatives"),
    ("customers", "staff", "competencies", "assessments", "incidents"),
    ("customers", "staff", "contracts", "credits"),
    ("customers", "staff", "invoices", "receipts"),
    ("customers", "staff", "products", "quotas"),
    ("customers", "staff", "support"),
    ("customers", "markets", "decisions"),
    ("customers", "staff", "absences", "role_work"),
    ("customers", "segments", "criteria", "criteria_pairs", "segment_scores", "positions", "judgements"),
)
"""Tables that refer to each other: a case writes one group, some cases all."""


def small_client(demo: Path) -> tuple[dict[str, Grid], str]:
    """Tables of the demo client with some of its customers, as text; and its engagement.toml."""
    tables: dict[str, Grid] = {}
    held: dict[str, set[str]] = {}
    for name in ("customers", *(name for name in CODEBOOK.tables if name != "customers")):
        path = demo / f"{name}.csv"
        if not path.exists():
            continue
        header, *rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
        if name == "customers":
            held[name] = {row[0] for row in rows[: ROWS[name]]}
        for key, column in CODEBOOK.tables[name].columns.items():
            of = held.get("customers" if key == "customer_id" else column.ref)
            if of is not None and key in header:
                rows = [row for row in rows if row[header.index(key)] in of]
        kinds = [
            CODEBOOK.tables[name].columns[text].type if text in CODEBOOK.tables[name].columns else "text"
            for text in header
        ]
        kept = rows if name in WHOLE else rows[: ROWS.get(name, len(rows))]
        if name in CUT:
            held[name] = {row[0] for row in kept}
        tables[name] = [
            list(header),
            *([cell(text, kind) for text, kind in zip(row, kinds, strict=True)] for row in kept),
        ]
    return tables, (demo / "engagement.toml").read_text(encoding="utf-8")


def group_of(made: Corruption, tables: Mapping[str, Grid], number: int) -> dict[str, Grid]:
    """The tables that a case writes: those around the corrupted one, or all now and then."""
    whole = made.options.get("group") == "all" or (number % 20 == 0 and made.table)
    groups = [group for group in GROUPS if made.table in group] or (GROUPS if made.table else GROUPS[:1])
    chosen = groups[0 if made.options.get("group") == 0 else number % len(groups)]
    names = tuple(tables) if whole and made.options.get("group") != 0 else chosen
    return {name: tables[name] for name in tables if name in names}


def native(text: Any) -> Any:
    """What a workbook stores for a clean cell; anything else as it is."""
    if not isinstance(text, Cell) or not text:
        return str(text) if isinstance(text, str) else text
    try:
        if text.kind in ("money", "share", "number", "int"):
            return float(text)
        if text.kind in ("date", "month"):
            return date.fromisoformat(f"{text}-01"[:10])
    except ValueError:
        return str(text)
    return text == "True" if text.kind == "bool" and text in ("True", "False") else str(text)


def workbook(tables: Mapping[str, Grid], options: Mapping[str, Any] | None = None) -> bytes:
    """A workbook with a sheet a table."""
    options = dict(options or {})
    stream = io.BytesIO()
    settings = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(stream, {**settings, **options.get("settings", {})})
    for name, grid in tables.items():
        sheet = book.add_worksheet(options.get("sheets", {}).get(name, name))
        for row, cells in enumerate(grid):
            for at, content in enumerate(cells):
                stored = native(content)
                if stored != "":
                    sheet.write_string(row, at, stored) if isinstance(stored, str) else sheet.write(
                        row, at, stored
                    )
        for first, left, last, right in options.get("merge", {}).get(name, ()):
            top = native(grid[first][left])
            sheet.merge_range(first, left, last, right, "")
            sheet.write_string(first, left, top) if isinstance(top, str) else sheet.write(first, left, top)
        if name in options.get("hidden", ()):
            sheet.hide()
        if edit := options.get("edit", {}).get(name):
            edit(book, sheet)
    book.close()
    return stream.getvalue()


def parquet(grid: Grid, path: Path) -> None:
    """A table as Parquet: numbers, days and yes/no typed where every cell of a column is clean."""
    header, *rows = grid
    frame = pd.DataFrame(
        {f"c{at}": [str(row[at]) if at < len(row) else "" for row in rows] for at in range(len(header))},
        dtype="object",
    )
    types = {
        "money": "DOUBLE",
        "share": "DOUBLE",
        "number": "DOUBLE",
        "int": "BIGINT",
        "date": "DATE",
        "bool": "BOOLEAN",
    }
    columns = []
    for at, text in enumerate(header):
        kinds = {row[at].kind if isinstance(row[at], Cell) else "" for row in rows if at < len(row)}
        kind = types.get(next(iter(kinds)), "VARCHAR") if len(kinds) == 1 else "VARCHAR"
        quoted = '"' + str(text).replace('"', '""') + '"'
        columns.append(f"nullif(c{at}, '')::{kind} AS {quoted}")
    with duckdb.connect() as connection:
        connection.register("cells", frame)
        connection.execute(f"COPY (SELECT {', '.join(columns)} FROM cells) TO '{path}' (FORMAT parquet)")


def write(
    folder: Path, tables: Mapping[str, Grid], toml: str, form: str, made: Corruption | None = None
) -> None:
    """Write a client into an empty folder, one table or more of it corrupted."""
    held = dict(tables)
    if made and made.grid is not None:
        held[made.table] = made.grid
    files: Mapping[str, Any] = made.files if made else {}
    (folder / "engagement.toml").write_text(
        toml if made is None or made.toml is None else made.toml, encoding="utf-8"
    )
    if form == "xlsx" and "workbook.xlsx" not in files:
        (folder / "workbook.xlsx").write_bytes(workbook(held, made.options if made else None))
    for name, grid in held.items() if form != "xlsx" else ():
        if form == "parquet" and made is not None and made.table == name and f"{name}.parquet" not in files:
            parquet(grid, folder / f"{name}.parquet")
        elif f"{name}.csv" not in files:
            (folder / f"{name}.csv").write_text(csv_text(grid), encoding="utf-8", newline="")
    for name, content in files.items():
        put(folder / name, content)


def put(path: Path, content: bytes | Link | Special | None) -> None:
    """A file, a link or a special file; None: nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        path.unlink(missing_ok=True)
    elif isinstance(content, Link):
        path.unlink(missing_ok=True)
        path.symlink_to(content)
    elif isinstance(content, Special):
        path.unlink(missing_ok=True)
        os.mkfifo(path) if content == "fifo" else path.mkdir()
    else:
        path.write_bytes(content)
