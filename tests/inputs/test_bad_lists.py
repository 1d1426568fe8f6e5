"""Plan and evaluation damaged in every way at once: the command tells it all in one go, and leaves only the list."""

from __future__ import annotations

import csv
from io import StringIO
from textwrap import dedent

import openpyxl
import pytest
from click.testing import CliRunner

from salesmgmt.cli import main
from tests.inputs.conftest import TABLES

BAD = {
    "coverage": "status,tier,visits_per_year\nexisting,A,12\nprospect,,6\n",
    "segments": "segment,market_size,new_wins,win_rate,average_contract\n银行,900,3,0.2,100\n保险,300,,0.2,100\n电商,300,2,0.3,100\n",
    "initiatives": "initiative_id,initiative,value,probability,start_month,end_month\nI1,联合产品,100,0.5,2027-03,2027-02\nI2,转介,100,1.2,2027-03,\n",
    "contracts": "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount,renewal_probability\nK1,C1,new,2026-07-01,2026-08-01,2026-07-31,5,1.5\n",
    "opportunities": "opportunity_id,customer_id,staff_id,stage,status,amount,opened_on,win_probability\nO1,C1,S1,方案,open,100,2026-01-01,1.3\n",
    "criteria": "axis,criterion,weight\n吸引力,规模,0.6\n吸引力,增长,0.4\n实力,中标,1\n",
    "criteria_pairs": "axis,criterion,other,rater,ratio\n吸引力,规模,增长,甲,3\n吸引力,增长,规模,甲,3\n",
    "quotas": "scope,scope_id,period,metric,amount\n公司,,2027,收入,-5\n个人,S1,2027,签约额,4000\n个人,S2,2027,签约额,50000000\n",
    "credits": "contract_id,staff_id,share\nK1,S2,0.5\n",
}
PHASING = f"\n[target]\nphasing = [{', '.join(['0.1'] * 12)}]\n"

TOLD = [  # table, row, column, what came; what is allowed: Chinese, English
    ("engagement.toml", 0, "target.phasing", "1.2", "合计为 1 的占比", "twelve shares, none negative, that sum to 1"),
    ("coverage", 0, "status", "C2", "表中已有的等级:A, —", "Tiers in the table: A, —"),
    ("contracts", 2, "renewal_probability", "1.5", "允许范围:0–1", "it must be 0–1"),
    ("contracts", 2, "ends_on", "2026-07-31", "早于 起始日期 starts_on(2026-08-01", "is before starts_on (2026-08-01"),
    ("credits", 2, "share", "0.5", "1", "must sum to 1"),
    ("opportunities", 2, "win_probability", "1.3", "允许范围:0–1", "it must be 0–1"),
    ("segments", 3, "new_wins", "保险", "空白不等于 0", "blank is not zero"),
    ("initiatives", 2, "end_month", "2027-02", "早于 开始月份 start_month(2027-03", "is before first month start_month (2027-03"),
    ("initiatives", 3, "probability", "1.2", "允许范围:0–1", "it must be 0–1"),
    ("criteria_pairs", 2, "ratio", "0.333", "改成互为倒数", "make one the reciprocal of the other"),
    ("quotas", 2, "amount", "-5", "允许范围:≥ 0", "it must be ≥ 0"),
    ("quotas", 3, "amount", "4,000", "中位数为 50,000,000", "a median of 50,000,000"),
    ("quotas", 4, "amount", "50,000,000", "请统一单位", "Use one unit"),
]  # fmt: skip


def as_text(write):
    return write({f"{name}.csv": text for name, text in BAD.items()}, toml=PHASING, only=["customers.csv", "staff.csv"])  # fmt: skip


def as_workbook(write):
    folder = write(toml=PHASING, only=[])
    book = openpyxl.Workbook()
    for name in ("customers", "staff"):
        _sheet(book, name, dedent(TABLES[f"{name}.csv"]))
    for name, text in BAD.items():
        _sheet(book, name, text)
    book.remove(book.worksheets[0])
    book.save(folder / "workbook.xlsx")
    return folder


def _sheet(book, name, text):
    sheet = book.create_sheet(name)
    for row in csv.reader(StringIO(text)):
        sheet.append([_cell(cell) for cell in row])


def _cell(text):
    try:
        return float(text) if text else None
    except ValueError:
        return text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("written", [as_text, as_workbook])
def test_every_line_of_both_lists_is_told_at_once(written, language, write):
    folder = written(write)
    before = {path.name for path in folder.iterdir()}
    done = CliRunner().invoke(main, ["check", str(folder), "--lang", language])
    *lines, kept = done.output.splitlines()
    assert done.exit_code == 2
    assert len(lines) == len(TOLD), lines
    for line, (table, row, column, came, *allowed) in zip(lines, TOLD, strict=True):
        at = {"zh": f"第 {row} 行", "en": f"row {row}"}[language] if row else ""
        wanted = (table, at, column, came, allowed[language == "en"])
        assert [text for text in wanted if text not in line] == [], line
    assert "problems.xlsx" in kept
    assert {path.name for path in folder.iterdir()} - before == {"problems.xlsx"}


EMPTIED = ("staff", "contracts", "credits", "quotas", "revenue", "opportunities", "invoices", "receipts")


@pytest.mark.parametrize("name", EMPTIED)
def test_an_empty_table_is_no_fault(name, write):
    files = {
        "staff.csv": "staff_id,name,role,left_on\nS1,王立,客户经理,\nS2,李蓉,客户经理,2026-06-30\n",
        "contracts.csv": "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount\nK1,C1,new,2026-07-01,2026-08-01,2027-07-31,5\n",
        "credits.csv": "contract_id,staff_id,share\nK1,S2,1\n",
        "quotas.csv": "scope,scope_id,period,metric,amount\n公司,,2026,收入,90\n区域,华东,2026,签约额,60\n公司,,2026,回款,90\n团队,华东,2026,收入,60\n个人,S1,2026,收入,60\n",
        "revenue.csv": "revenue_id,month,customer_id,staff_id,amount\nR1,2026-07,C1,S2,1\n",
        "opportunities.csv": "opportunity_id,customer_id,staff_id,stage,status,amount,opened_on\nO1,C1,S2,方案,open,100,2026-08-01\n",
        "invoices.csv": "invoice_id,customer_id,staff_id,issued_on,due_on,amount\nI1,C1,S1,2026-02-01,2026-03-01,9\n",
        "receipts.csv": "receipt_id,invoice_id,received_on,amount\nR1,I1,2026-03-05,9\n",
    }  # fmt: skip
    files[f"{name}.csv"] = files[f"{name}.csv"].split("\n")[0] + "\n"
    done = CliRunner().invoke(main, ["check", str(write(files, only=["customers.csv"]))])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 2)


def test_a_report_of_it_leaves_no_folder(write, tmp_path):
    folder = as_text(write)
    done = CliRunner().invoke(main, ["report", str(folder), "--out", str(tmp_path / "reports")])
    assert done.exit_code == 2
    assert not (tmp_path / "reports").exists()
