"""A workbook of 100,000 rows × 20 columns made by hand: read with every check, against pandas' bare reading of it.

    python benchmarks/messy_workbook.py [ROWS]

Title rows, totals, full-width digits, thousands separators, 万元, per cent, Chinese dates and dashes for nothing stand
among the cells. Both sides run in turn, five times, each in a process of its own; medians and their ratio are printed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import xlsxwriter

ROWS, RUNS = 100_000, 5
SETTINGS = '[engagement]\nclient = "基准"\nyear = 2027\nas_of = 2026-10-31\n\n[tables]\ncustomers = { file = "台账.xlsx", units = { outsourcing_spend = "元" } }\n'  # fmt: skip
HEADERS = [
    "客户编号", "客户名称", "客户状态", "客户等级", "细分市场", "行业", "区域", "城市", "重点客户", "年潜力(万元)", "外包总支出",
    "目标收入", "经度", "纬度", "备注", "联系人", "来源", "登记日期", "评分", "序号",
]  # fmt: skip


def written(path: Path, rows: int) -> None:
    """The workbook, from a fixed seed."""
    rng = np.random.default_rng(0)
    pick = rng.integers(0, 1000, (rows, 12))
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("客户")
        sheet.write_row(0, 0, ["2027 年客户台账"])
        sheet.write_row(2, 0, HEADERS)
        for n, p in enumerate(pick.tolist()):
            sheet.write_row(n + 3, 0, [
                f"C{n:06}" if p[0] % 50 else f"Ｃ{n:06}", f"客户{n}", ("存量客户", "待拓展", "流失")[p[1] % 3], "ABC"[p[2] % 3],
                "银行", "金融" if p[2] % 7 else "—", ("华东", "华南", "华北")[p[3] % 3], "上海", "是" if p[4] % 5 == 0 else "否",
                p[5] if p[5] % 3 else f"{1000 + p[5]:,}", f"{p[6]}万元" if p[6] % 4 == 0 else p[6] * 1e4, p[7] * 1e3 if p[7] % 9 else "无",
                113 + p[8] / 1000, 22 + p[9] / 1000, "", "张三", "展会", f"2026年{p[10] % 12 + 1}月{p[11] % 28 + 1}日", p[11] / 10, n + 1,
            ])  # fmt: skip
        sheet.write_row(rows + 3, 0, ["合计", "", "", "", "", "", "", "", "", 1])


def ours(folder: Path) -> int:
    from salesmgmt.inputs import load

    return len(load(folder)["customers"])


def bare(folder: Path) -> int:
    import pandas as pd

    return len(pd.read_excel(folder / "台账.xlsx", engine="calamine", header=2))


SIDES = {"ours": ours, "bare": bare}


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "engagement.toml").write_text(SETTINGS, encoding="utf-8")
        written(folder / "台账.xlsx", rows)
        found: dict[str, list[float]] = {side: [] for side in SIDES}
        for side in [side for _ in range(RUNS) for side in SIDES]:
            command = [sys.executable, __file__, "--side", side, str(folder)]
            found[side].append(
                float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            )
        mine, theirs = median(found["ours"]), median(found["bare"])
        print(f"{rows:,} rows × {len(HEADERS)} columns, medians of {RUNS} runs")
        print(f"ours {mine:.2f} s, bare {theirs:.2f} s, ratio {mine / theirs:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        SIDES[sys.argv[2]](Path(sys.argv[3]))  # imports count for neither
        began = time.perf_counter()
        SIDES[sys.argv[2]](Path(sys.argv[3]))
        print(time.perf_counter() - began)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
