"""Findings of a sized plan without kernels, LibreOffice as a second calculator, and cells by what stands before them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from salesmgmt.cards import make_card
from salesmgmt.chapter import _plain
from salesmgmt.display import Table
from salesmgmt.inputs import Engagement
from salesmgmt.locale import catalogue
from salesmgmt.plan import sizing
from salesmgmt.publish.outputs import Findings

SIZING, DETAIL, CARDS, ASSUMPTIONS = (
    "人数测算 Sizing",
    "测算明细 Sizing rows",
    "数字 Numbers",
    "假设 Assumptions",
)
CONTENTS, TARGET, PAY = "目录 Contents", "目标测算 Target", "薪酬测算 Pay"
ANSWERS = ("visits", "visits_per_rep", "reps", "headcount")


def size(data: Engagement, customers: pd.DataFrame, coverage: pd.DataFrame, adjustments: pd.DataFrame) -> Any:
    """The five steps, the headcount and the answers, as the chapter computes them."""
    team = sizing.five_steps(customers, coverage, visits_per_rep=data.capacity())
    headcount = sizing.adjust(team.cells, adjustments)
    return team, dict(zip(ANSWERS, (team.visits, team.visits_per_rep, team.reps, headcount), strict=True))


def sized_findings(
    data: Engagement, customers: pd.DataFrame, coverage: pd.DataFrame, adjustments: pd.DataFrame
) -> Findings:
    """Tables and cards as the plan chapter states them."""
    team, answers = size(data, customers, coverage, adjustments)
    frames = {
        "plan.sizing.steps": team.steps,
        "plan.sizing.frequencies": team.frequencies,
        "plan.sizing.capacity": sizing.capacity_pieces(team.frequencies, data.capacity()),
        "plan.sizing.roles": team.by_role,
    }
    if len(adjustments):
        frames["plan.sizing.adjustments"] = sizing.adjustment_steps(team.cells, adjustments)
    found = Findings()
    for key, frame in frames.items():
        content = _plain(Table(key, frame, {"customers": "customers", "visits": "visits"}).frames()[key])
        found.units[key] = content.pop("units")
        found.tables[key] = content
    for name, value in answers.items():
        if not np.isnan(value):
            card = make_card(f"plan.sizing.{name}", value, data=data, n=len(customers)).to_dict()
            found.cards[card["id"]] = card
    return found


def recalculated(books: dict[str, Any], folder: Path) -> dict[str, CalamineWorkbook]:
    """Workbooks without any cached value, computed anew by LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no LibreOffice is installed")
    for name, book in books.items():
        book.save(folder / f"{name}.xlsx")  # openpyxl keeps no cached value
        assert _blank(folder / f"{name}.xlsx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    files = [str(folder / f"{name}.xlsx") for name in books]
    command = [program, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    done = subprocess.run(
        [*command, str(folder / "done"), *files], capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return {name: CalamineWorkbook.from_path(folder / "done" / f"{name}.xlsx") for name in books}


def answers_of(book: CalamineWorkbook) -> dict[str, Any]:
    """What the sheet of the five steps says on top: computed here."""
    rows = book.get_sheet_by_name(SIZING).to_python(skip_empty_area=False)
    return {name: row[1] for name, row in zip(ANSWERS, rows[3:7], strict=True)}


def sheet_of(book: Any, key: str) -> Any:
    """The sheet that the contents lists under a table's title."""
    title = catalogue("zh")[f"table.{key}"]
    (name,) = [row[0] for row in book[CONTENTS].iter_rows(min_row=4, values_only=True) if row[2] == title]
    return book[name]


def cell_after(sheet: Any, *words: str, column: int) -> Any:
    """The cell in a column of the only row that begins with these texts (their Chinese part)."""
    found = []
    for row in sheet.iter_rows():
        texts = [str(cell.value or "").split(" · ")[0].split("\n")[0] for cell in row]
        if texts[: len(words)] == list(words):
            found.append(row[column])
    (cell,) = found
    return cell


def shaded(cell: Any) -> bool:
    """Whether a cell is marked as one to change."""
    return bool(cell.fill.fgColor.rgb == "FFFFF2CC")


def _blank(path: Path) -> bool:
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = next(book[name] for name in (SIZING, TARGET, PAY) if name in book.sheetnames)
    return all(cell.value is None for cell in sheet["B"][4:7])
