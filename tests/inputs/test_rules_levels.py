"""Quotas held against each other and against what was reached: one unit, levels that add up."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import describe, load

HEAD = "scope,scope_id,period,metric,product_id,customer_id,amount\n"
STAFF = "staff_id,name,team,role\nS1,王立,一部,客户经理\nS2,李蓉,一部,客户经理\nS3,赵宁,二部,客户经理\nS4,钱进,二部,客户经理\n"
ONLY = ["customers.csv"]


def client(write, *rows, **files):
    quotas = HEAD + "".join(f"{row}\n" for row in rows)
    return write({"staff.csv": STAFF, "quotas.csv": quotas, **files}, only=ONLY)


def warned(data, language="zh"):
    words = data.words(language)
    return [(w.id, w.row, describe(w, words)) for w in data.warnings if w.table == "quotas"]


ERRORS = {
    "one thousandth of the others": (
        ["个人,S1,2027,签约额,,,40000000", "个人,S2,2027,签约额,,,36000", "个人,S3,2027,签约额,,,50000000"],
        [
            (
                "销售任务 quotas · quotas.csv 第 3 行 · 任务金额 amount | 来的是 36,000,层级「个人」其他「签约额」任务按同样长的期间折算,"
                "中位数为 44,721,360,相差约 1,242 倍,只可能是单位不同(如元与千元、万元)。",
                "quotas · quotas.csv row 3 · amount | came as 36,000; the other quotas of “signed” of scope “person” have a median"
                " of 44,721,360 for as long a period. About 1,242 times apart can only mean two units",
            )
        ],
    ),
    "a month in ten thousands": (
        ["公司,,2027-01,收入,,,600", "公司,,2027-02,收入,,,6000000", "公司,,2027-Q2,收入,,,18000000"],
        [("第 2 行 · 任务金额 amount | 来的是 600,层级「公司」", "row 2 · amount | came as 600; the other quotas of “revenue” of scope “company”")],
    ),
    "collections in ten thousands": (
        ["公司,,2027,收入,,,60000000", "公司,,2027,回款,,,5800"],
        [
            ("第 2 行 · 任务金额 amount | 来的是 60,000,000,", "row 2 · amount | came as 60,000,000;"),
            ("第 3 行 · 任务金额 amount | 来的是 5,800,层级「公司」其他「回款」", "row 3 · amount | came as 5,800; the other quotas of “collected”"),
        ],
    ),
    "teams in ten thousands": (
        ["公司,,2027,收入,,,60000000", "团队,一部,2027,收入,,,3000", "团队,二部,2027,收入,,,3000"],
        [("「收入」任务:层级「团队」合计 6,000,同期公司任务为 60,000,000,相差 50 倍以上,只能是两种单位", "scope “team” sums to 6,000, the company's quota of the same months is 60,000,000. More than fifty times apart")],
    ),
    "negative": (
        ["公司,,2027,收入,,,-1"],
        [("quotas.csv 第 2 行 · 任务金额 amount | 来的是 -1,允许范围:≥ 0。", "quotas.csv row 2 · amount | came as -1; it must be ≥ 0.")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_quotas_that_no_unit_fits_stop_the_run(case, write, problems, said):
    rows, told = ERRORS[case]
    found = problems(client(write, *rows))
    for at, language in enumerate(("zh", "en")):
        lines = said(found, language)
        assert len(lines) == len(told), lines
        assert all(pair[at] in line for pair, line in zip(told, lines, strict=True)), lines


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        (["个人,S1,2027,签约额,,,40000000", "个人,S2,2027-01,签约额,,,3000000"], []),  # a month beside a year
        (["个人,S1,2027,签约额,,,5000000", "个人,S2,2027,签约额,,,99000"], ["inputs.quota_far_from_others"] * 2),
        (["个人,S1,2027,签约额,,,5000000", "个人,S2,2027,签约额,,,101000"], []),
        (["区域,华东,2027,收入,,,29900000", "区域,华南,2027,收入,,,100000"], []),  # a region may be small
        (["区域,华东,2027,收入,,,30300000", "区域,华南,2027,收入,,,100000"], ["inputs.quota_far_from_others"] * 2),
        (["个人,S1,2027,签约额,,,50000000", "个人,S1,2027,签约额,P1,,5000"], []),  # of one product
        (["公司,,2027,收入,,,60000000", "公司,,2027,毛利,,,100000"], []),  # another measure
    ],
)  # fmt: skip
def test_what_may_be_meant_is_at_most_warned_about(rows, ids, write):
    assert [id for id, _, _ in warned(load(client(write, *rows)))] == ids


def test_one_person_with_a_quota_is_no_second_unit(write):
    rows = ["公司,,2027,收入,,,60000000", "个人,S1,2027,收入,,,1000000"]
    assert [id for id, _, _ in warned(load(client(write, *rows)))] == ["inputs.quotas_do_not_add_up"]


def test_teams_that_do_not_sum_to_the_company_are_warned_about(write):
    rows = ["公司,,2027,收入,,,100", "团队,一部,2027,收入,,,60", "团队,二部,2027,收入,,,99", "团队,二部,2027-Q1,收入,,,15"]  # fmt: skip
    data = load(client(write, *rows))  # 60 + 15 + ¾ × 99 = 149.25: the finer of two periods counts
    assert [line for _, _, line in warned(data)] == [
        "「收入」任务:层级「团队」合计 149,同期公司任务为 100,相差超过 5%,上下层级对不上(第 3, 4, 5 行)。"
    ]
    assert [line for _, _, line in warned(data, "en")] == [
        "Quotas of “revenue”: scope “team” sums to 149, the company's quota of the same months is 100; they differ by"
        " more than 5%, so the levels do not add up (rows: 3, 4, 5)."
    ]


@pytest.mark.parametrize(("second", "told"), [(55, False), (43, True), (45, False), (56, True)])
def test_people_who_do_not_sum_to_their_team_are_warned_about(second, told, write):
    rows = ["团队,一部,2027,收入,,,100", "团队,二部,2027,收入,,,100", "个人,S1,2027,收入,,,50", f"个人,S2,2027,收入,,,{second}"]  # fmt: skip
    data = load(client(write, *rows))
    zh = f"「收入」任务:团队「一部」的任务为 100,同期所属人员的个人任务合计 {50 + second},相差超过 5%,上下层级对不上(第 2 行)。"
    en = f"Quotas of “revenue”: team 一部 has 100, its people's quotas of the same months sum to {50 + second}; they differ by more than 5%, so the levels do not add up (rows: 2)."
    assert warned(data) == [("inputs.quotas_of_team_apart", 2, zh)] * told
    assert warned(data, "en") == [("inputs.quotas_of_team_apart", 2, en)] * told


def test_quotas_of_zero_are_counted_with_their_rows(write):
    data = load(client(write, "公司,,2027,收入,,,0", "个人,S1,2027,收入,,,5", "个人,S2,2027,收入,,,0"))
    assert warned(data) == [
        ("inputs.quota_zero", 2, "有 2 项任务为 0(第 2, 4 行):视为没有下达任务,不计完成率。")
    ]
    assert warned(data, "en")[0][2].startswith("2 quotas are zero (rows: 2, 4): they are taken as no quota")


CONTRACTS = "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount\nK1,C1,new,2026-03-02,2026-04-01,2027-03-31,500000\nK2,C2,new,2026-09-02,2026-10-01,2027-09-30,100000\n"
CREDITS = "contract_id,staff_id,share\nK1,S1,0.5\nK1,S3,0.5\nK2,S3,1\n"
INVOICES = "invoice_id,customer_id,staff_id,issued_on,due_on,amount\nI1,C1,S1,2026-02-01,2026-03-01,900000\n"
RECEIPTS = "receipt_id,invoice_id,received_on,amount\nR1,I1,2026-03-05,900000\n"
SOLD = {
    "contracts.csv": CONTRACTS,
    "credits.csv": CREDITS,
    "invoices.csv": INVOICES,
    "receipts.csv": RECEIPTS,
}


@pytest.mark.parametrize(
    ("row", "id"),
    [
        ("个人,S1,2026,签约额,,,600", "inputs.quotas_below_facts"),
        ("个人,S1,2026,签约额,,,600000", ""),
        ("个人,S2,2026,签约额,,,600", ""),  # nothing was signed by this person
        ("公司,,2026,签约额,,,800", "inputs.quotas_below_facts"),
        ("区域,华南,2026,签约额,,,150", "inputs.quotas_below_facts"),
        ("公司,,2026,签约额,,,80000000000", "inputs.quotas_above_facts"),
        ("公司,,2026,回款,,,90", "inputs.quotas_below_facts"),
        ("个人,S1,2026,回款,,,90", "inputs.quotas_below_facts"),
        ("公司,,2026,回款,,,900000", ""),
        ("公司,,2027,签约额,,,1", ""),  # not begun
    ],
)
def test_quotas_are_held_against_what_was_signed_and_collected(row, id, write):
    assert [found for found, _, _ in warned(load(client(write, row, **SOLD)))] == [id] * bool(id)


def test_what_was_signed_is_named_in_both_languages(write):
    data = load(client(write, "公司,,2026,签约额,,,800", **SOLD))
    assert warned(data)[0][2] == (
        "层级为「公司」的「签约额」任务,截至数据截止日的 7 个月里合计 467,而 合同 contracts 表同期记在同一对象上的合计 7,194,481,"
        "约为任务的 15,417 倍。很可能两边的单位不同(如元与万元),请核对,必要时在 [tables] 中写明 units。"
    )
    assert warned(data, "en")[0][2].startswith(
        "Quotas of “signed”: scope “company” sums to 467 over the 7 months up to the as-of day, the table contracts to 7,194,481"
        " for the same ones: about 15,417 times the quotas."
    )
