"""The target's inputs: what stops a run, each with its reason, and what is warned about."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import load
from tests.inputs.conftest import SETTINGS

SEGMENTS = "segment,market_size,new_wins,win_rate,average_contract\n银行,900,3,0.2,100\n保险,300,1,0.2,100\n电商,300,2,0.3,100\n"
CONTRACTS = "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount,renewal_probability\nK1,C1,renewal,2025-12-01,2026-01-01,2026-12-31,400000,0.5\n"
INITIATIVES = (
    "initiative_id,initiative,value,probability,start_month,end_month\nI1,联合产品,100,0.5,2027-03,2027-09\n"
)
DEALS = "opportunity_id,customer_id,staff_id,stage,status,amount,opened_on,win_probability\nO1,C1,S1,方案,open,100,2026-01-01,0.3\n"
FROM_TARGET = SETTINGS + '\n[sizing]\nprospects_from = "target"\n'
PHASING = SETTINGS + "\n[target]\nphasing = [{}]\n"
WITHOUT = {"segments.csv": "segment,market_size\n银行,900\n保险,300\n电商,300\n"}

ONLY = ["customers.csv", "coverage.csv", "staff.csv"]

BAD = {
    "rows and settings": (
        {
            "initiatives.csv": INITIATIVES + "I2,老客户转介,100,1.5,2027-03,2027-09\nI3,联合促销,100,0.5,2027-03,2027-02\n",
            "contracts.csv": CONTRACTS.replace("2026-12-31", "2025-12-31") + "K2,C1,renewal,2025-12-01,2026-01-01,2026-12-31,1,1.2\n",
            "opportunities.csv": DEALS.replace("0.3", "1.3"),
            "segments.csv": SEGMENTS.replace("300,2,0.3", "300,2,1.3"),
            "engagement.toml": PHASING.format(", ".join(["0.1"] * 12)),
        },
        {
            "结束月份 end_month | 2027-02 早于 开始月份 start_month(2027-03)。": "initiatives.csv row 4 · last month end_month | 2027-02 is before first month start_month (2027-03).",
            "成功概率 probability | 来的是 1.5,允许范围:0–1。": "initiatives.csv row 3 · probability | came as 1.5; it must be 0–1.",
            "到期日期 ends_on | 2025-12-31 早于 起始日期 starts_on(2026-01-01)。": "contracts.csv row 2 · ends_on | 2025-12-31 is before starts_on (2026-01-01).",
            "续签概率 renewal_probability | 来的是 1.2,允许范围:0–1。": "contracts.csv row 3 · renewal_probability | came as 1.2; it must be 0–1.",
            "赢单概率 win_probability | 来的是 1.3,允许范围:0–1。": "opportunities.csv row 2 · win_probability | came as 1.3; it must be 0–1.",
            "赢单率 win_rate | 来的是 1.3,允许范围:> 0, ≤ 1。": "segments.csv row 4 · win_rate | came as 1.3; it must be > 0, ≤ 1.",
            "(12 个数,合计 1.2),应为 12 个不小于 0、合计为 1 的占比。": "(12 numbers that sum to 1.2); it must be twelve shares, none negative, that sum to 1.",
        },
    ),
    "tiers without coverage and segments without wins": (
        {"coverage.csv": "status,tier,visits_per_year\nexisting,A,12\nprospect,,6\n", "segments.csv": SEGMENTS.replace("保险,300,1", "保险,300,")},
        {
            "「存量客户」等级「B」的 1 家客户没有拜访频次(C2)。表中已有的等级:A, —。": "1 customers of status “existing customer”, tier “B” have no visit frequency (C2). Tiers in the table: A, —.",
            "细分市场 segments · segments.csv 第 3 行 · 新签客户数 new_wins | 1 个细分市场没有填计划新签客户数(第 3 行),其余都填了:保险。不计划新签的请填 0;空白不等于 0。":
                "segments · segments.csv row 3 · new_wins | Segments without new wins, where the others have them (1, rows: 3): 保险. Write 0 where none are planned; blank is not zero.",
        },
    ),
    "prospects from a target without wins": (
        {"engagement.toml": FROM_TARGET} | WITHOUT,
        {"sizing.prospects_from | 来的是 target:待拓展客户要由目标倒推,却没有任何计划新签。": "sizing.prospects_from | came as target: prospects are to follow from the target, but no new wins are planned."},
    ),
    "prospects from a target of nothing": (
        {"engagement.toml": FROM_TARGET, "segments.csv": "segment,market_size,new_wins,win_rate\n银行,900,0,0.2\n保险,300,0,0.2\n电商,300,0,0.2\n"},
        {"却没有任何计划新签": "but no new wins are planned"},
    ),
    "prospects from a target without a win rate": (
        {"engagement.toml": FROM_TARGET, "segments.csv": SEGMENTS.replace("900,3,0.2", "900,3,")},
        {"细分市场 segments · segments.csv 第 2 行 · 赢单率 win_rate | 待拓展客户要由目标倒推(sizing.prospects_from),1 个细分市场有计划新签而没有赢单率:银行。":
            "segments · segments.csv row 2 · win_rate | Prospects are to follow from the target (sizing.prospects_from), but segments with new wins have no win rate (1): 银行."},
    ),
    "prospects from the company's wins without a win rate": (
        {"engagement.toml": FROM_TARGET + "new_wins = 12\n"} | WITHOUT,
        {"却没有赢单率。请给出 sizing.win_rate": "but no win rate is given. Give sizing.win_rate"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_the_target_cannot_be_computed_from_stops_the_run(case, write, problems, said):
    files, told = BAD[case]
    found = problems(write(files, only=ONLY))
    for language, wanted in (("zh", told), ("en", told.values())):
        lines = said(found, language)
        assert [text for text in wanted if not any(text in line for line in lines)] == [], lines
    assert len(found) == len(told)


@pytest.mark.parametrize(
    "files",
    [
        {"segments.csv": SEGMENTS},
        {"segments.csv": SEGMENTS.replace("保险,300,1", "保险,300,0")},
        WITHOUT,
        {"engagement.toml": FROM_TARGET, "segments.csv": SEGMENTS},
        {"engagement.toml": FROM_TARGET + "win_rate = 0.3\n", "segments.csv": SEGMENTS.replace("900,3,0.2", "900,3,")},
        {"engagement.toml": FROM_TARGET + "new_wins = 12\nwin_rate = 0.3\n"} | WITHOUT,
    ],
)  # fmt: skip
def test_what_is_enough_loads(files, write):
    assert set(load(write(files, only=ONLY))["segments"]["segment"]) == {"银行", "保险", "电商"}


def test_wins_without_an_amount_are_warned_about(write):
    data = load(write({"segments.csv": SEGMENTS.replace("900,3,0.2,100", "900,3,0.2,")}, only=ONLY))
    (found,) = [problem for problem in data.warnings if problem.id == "inputs.wins_without_amount"]
    assert (found.column, found.fields) == ("average_contract", {"count": 1, "named": ("银行",)})
