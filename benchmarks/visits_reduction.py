"""Fifty million visits in Parquet, checked and reduced to what the report reads: ours, plain DuckDB, pandas.

    python benchmarks/visits_reduction.py [ROWS]

Each side runs in a process of its own, in turn, three times; medians are printed. The hand-written DuckDB makes
the same checks (keys present and unique, days and minutes in bounds, codes known) and the same sums. The pandas
side reads the five columns and groups; it needs pyarrow and is left out where that is not installed.
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


def measured(side: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak GiB of one side in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, side, str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def main(rows: int) -> None:
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
        for side in [side for _ in range(RUNS) for side in SIDES]:
            if side == "pandas" and (len(found.get(side, [])) or not _has_pyarrow()):
                continue  # once is enough: it takes minutes
            found.setdefault(side, []).append(measured(side, folder))
        typical = {
            side: (median(s for s, _ in runs), median(p for _, p in runs)) for side, runs in found.items()
        }
        for side, (seconds, peak) in typical.items():
            print(f"{side:>18}: {seconds:7.1f} s, peak {peak:5.2f} GiB, {len(found[side])} runs")
        mine = typical["ours"]
        for side, (seconds, peak) in typical.items():
            if side != "ours":
                print(f"ours / {side}: time {mine[0] / seconds:.2f}, memory {mine[1] / peak:.3f}")


def _has_pyarrow() -> bool:
    import importlib.util

    return importlib.util.find_spec("pyarrow") is not None


if __name__ == "__main__":
    if len(sys.argv) == 3:
        began = time.perf_counter()
        SIDES[sys.argv[1]](Path(sys.argv[2]))
        print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
    else:
        main(int(sys.argv[1]) if len(sys.argv) == 2 else ROWS)
