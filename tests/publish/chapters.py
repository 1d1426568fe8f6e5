"""A small client, and chapters of a few cells each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ENGAGEMENT = """
[engagement]
client = "{client}"
year = 2027
as_of = 2026-10-31
languages = ["zh", "en"]

[sizing]
visits_per_rep = {{ value = 220, low = 180, high = 260, kind = "opinion", source = "销售总监", owner = "王敏" }}

[scenarios.stretch]
"sizing.visits_per_rep" = 200
"""
CUSTOMERS = """customer_id,customer,status,tier,region
C1,云海银行,existing,A,华东
C2,"<script>alert(1)</script>",existing,B,华东
C3,江湾保险,prospect,A,华南
"""
PARAMETERS = """engagement = "data/demo"
languages = []
scenario = ""
views = []
seed = 2027
overrides = {}"""
BEGIN = """from salesmgmt.chapter import Chapter
from salesmgmt.display import Ask, Conclusion, Say, Table, Tiles
from salesmgmt.inputs import load
data = load(engagement, scenario=scenario, overrides=overrides)
chapter = Chapter("{name}", data, languages=languages, views=views)
show, card, section = chapter.show, chapter.card, chapter.section"""
PLAN = [
    ("zh", "# 规划\n\n由工作量决定。"),
    ("en", "# Plan\n\nWork decides."),
    ("zh", "## 多少人?"),
    ("en", "## How many people?"),
    'people = card("plan.sizing.headcount", 3.0, low=2.0, high=4.0)\n'
    'visits = card("plan.sizing.visits", 1234.5678, n=3)\n'
    "show(Tiles([people, visits]))",
    ("zh", "## 有哪些客户?"),
    ("en", "## Which customers?"),
    'columns = {"customer_id": "", "customer": "", "status": ""}\n'
    'show(Table("plan.sizing.doubtful", data["customers"], columns))',
    ("zh", "## 够不够?"),
    ("en", "## Are there enough?"),
    'with section():\n    show(Table("plan.roles", data["staff"], {"staff_id": ""}))',
    ("zh", "### 差在哪里?"),
    ("en", "### Where not?"),
    'with section():\n    show(Table("plan.roles", data["staff"], {"staff_id": ""}))',
    ("zh", "## 谁去拜访?"),
    ("en", "## Who visits whom?"),
    'show(Table("allocation.visits.people", data["customers"], columns, private=True))',
    ("zh", "## 哪一组最低?"),
    ("en", "## Which group is lowest?"),
    'from salesmgmt.errors import Refused\nwith section():\n    raise Refused("report.no_group")',
]
SUMMARY = [
    ("zh", "# 结论"),
    ("en", "# Conclusion"),
    "from salesmgmt import headlines\nfrom salesmgmt.publish import read_cards\n"
    "stated = read_cards(cards, client=data.client, year=data.year)\n"
    "show(headlines.conclusion(stated), headlines.tiles(stated), headlines.further(stated))",
]

Cells = list[Any]


def notebook(cells: Cells, *, name: str = "plan", parameters: str = PARAMETERS) -> Any:
    """A chapter: text is code, (tag, text) is prose."""
    start = [new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    start += [new_code_cell(BEGIN.format(name=name))]
    rest = [
        new_code_cell(cell)
        if isinstance(cell, str)
        else new_markdown_cell(cell[1], metadata={"tags": [cell[0]]})
        for cell in cells
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=[*start, *rest], metadata={"kernelspec": kernel})


def write_client(folder: Path, client: str = "远航客服") -> Path:
    """An engagement folder with only the table that is required."""
    folder.mkdir()
    (folder / "engagement.toml").write_text(ENGAGEMENT.format(client=client), encoding="utf-8")
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    return folder


def write_chapters(folder: Path, **cells: Cells) -> Path:
    """A folder of notebooks: ``write_chapters(folder, **{"1_plan": PLAN})``."""
    folder.mkdir(exist_ok=True)
    for stem, content in cells.items():
        parameters = PARAMETERS + '\ncards = ""' if stem.startswith("0_") else PARAMETERS
        nbformat.write(notebook(content, name=stem[2:], parameters=parameters), folder / f"{stem}.ipynb")
    return folder
