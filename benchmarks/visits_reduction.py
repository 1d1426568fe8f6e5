"""Fifty million visits in Parquet, checked and reduced to what the report reads: ours, plain DuckDB, pandas.

    python benchmarks/visits_reduction.py [ROWS] [PYTHON]

Each side runs in a process of its own, in turn, three times (pandas once, it takes minutes); medians are printed. The hand-written DuckDB makes
the same checks (keys present and unique, days and minutes in bounds, codes known) and the same sums. The pandas
side reads the five columns and groups; it needs pyarrow and is left out where that is not installed; PYTHON
names another interpreter that has it, since pandas keeps text in another way where pyarrow is there.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb

ROWS, CUSTOMERS, STAFF = 50_000_000, 10_000, 400
RUNS = 3
SETTINGS = '[engagement]\nclient = "基准"\nyear = 2027\nas_of = 2026-10-31\n'
MAKE = """
    COPY (SELECT 'V' || lpad(i::VARCHAR, 9, '0') AS visit_id, DATE '2025-01-01' + (hash(i) % 660)::INT AS visited_on,
        'S' || lpad(((hash(i + 2) % {customers} + (hash(i + 1) % 10 = 0)::INT) % {staff})::VARCHAR, 4, '0') AS staff_id,
        'C' || lpad((hash(i + 2) % {customers})::VARCHAR, 6, '0') AS customer_id,
        CASE hash(i + 3) % 10 WHEN 0 THEN 'call' WHEN 1 THEN 'demo' ELSE 'visit' END AS kind,
        (20 + hash(i + 4) % 1000 / 10)::DOUBLE AS minutes FROM range({rows}) t(i)) TO '{path}'
"""
CHECKS = """
    SELECT count(*), count_if(visit_id IS NULL), count_if(visited_on IS NULL), count_if(year(visited_on) NOT BETWEEN 1900 AND 2200),
        count_if(minutes < 0 OR minutes > 1440 OR NOT isfinite(minutes)),
        count_if(kind NOT IN ('visit', 'demo', 'trial', 'seminar', 'site_tour', 'call', 'help')),
        count_if(staff_id IS NULL OR staff_id NOT IN (FROM staff)), count_if(customer_id IS NULL OR customer_id NOT IN (FROM customers))
    FROM '{path}'
"""
REPEATED = "SELECT count(*) - count(DISTINCT visit_id) FROM '{path}'"
SUMS = """
    SELECT date_trunc('month', visited_on) AS month, customer_id, staff_id, kind, count(*), sum(minutes), min(visited_on), max(visited_on)
    FROM '{path}' GROUP BY ALL ORDER BY ALL
"""


def ours(folder: Path) -> int:
    from salesmgmt.inputs import load

    return len(load(folder)["visits"])


def by_hand(folder: Path) -> int:
    path = folder / "visits.parquet"
    connection = duckdb.connect()
    for table in ("staff", "customers"):
        connection.execute(
            f"CREATE TABLE {table} AS SELECT column0 FROM read_csv('{folder / table}.csv', header = false, skip = 1)"
        )
    connection.execute(CHECKS.format(path=path)).fetchall()
    connection.execute(REPEATED.format(path=path)).fetchall()
    return len(connection.execute(SUMS.format(path=path)).df())


def in_pandas(folder: Path) -> int:
    import pandas as pd

    columns = ["visited_on", "staff_id", "customer_id", "kind", "minutes"]
    visits = pd.read_parquet(folder / "visits.parquet", columns=columns)
    month = visits["visited_on"].astype("datetime64[us]").dt.to_period("M")
    by = [month, "customer_id", "staff_id", "kind"]
    return len(visits.groupby(by, observed=True)["minutes"].agg(["size", "sum"]))


SIDES = {"ours": ours, "by hand in DuckDB": by_hand, "pandas": in_pandas}


def measured(side: str, folder: Path, python: str) -> tuple[float, float] | None:
    """Seconds and peak GiB of one side in a process of its own; None where pyarrow is not there."""
    command = [python, __file__, "--side", side, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "pyarrow" in done.stderr and done.returncode:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def main(rows: int, python: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        duckdb.execute(
            MAKE.format(rows=rows, staff=STAFF, customers=CUSTOMERS, path=folder / "visits.parquet")
        )
        (folder / "engagement.toml").write_text(SETTINGS, encoding="utf-8")
        customers = "".join(f"C{n:06},客户{n},existing\n" for n in range(CUSTOMERS))
        (folder / "customers.csv").write_text(f"customer_id,customer,status\n{customers}", encoding="utf-8")
        staff = "".join(f"S{n:04},人员{n},account_manager\n" for n in range(STAFF))
        (folder / "staff.csv").write_text(f"staff_id,name,role\n{staff}", encoding="utf-8")
        found: dict[str, list[tuple[float, float]]] = {}
        for side in [*(side for _ in range(RUNS) for side in ("ours", "by hand in DuckDB")), "pandas"]:
            figures = measured(side, folder, python if side == "pandas" else sys.executable)
            if figures is None:
                print("pandas: left out, for want of pyarrow")
            else:
                found.setdefault(side, []).append(figures)
        typical = {
            side: (median(s for s, _ in runs), median(p for _, p in runs)) for side, runs in found.items()
        }
        for side, (seconds, peak) in typical.items():
            print(f"{side:>18}: {seconds:7.1f} s, peak {peak:5.2f} GiB, {len(found[side])} runs")
        mine = typical["ours"]
        for side, (seconds, peak) in typical.items():
            if side != "ours":
                print(f"ours / {side}: time {mine[0] / seconds:.2f}, memory {mine[1] / peak:.3f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        began = time.perf_counter()
        SIDES[sys.argv[2]](Path(sys.argv[3]))
        print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
    else:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else ROWS,
            sys.argv[2] if len(sys.argv) > 2 else sys.executable,
        )
