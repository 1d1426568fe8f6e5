"""Every kind of bad input: one clear problem, in its place, in both languages."""

from __future__ import annotations

import re

import pytest

from salesmgmt.errors import InputError
from salesmgmt.inputs import format_problems, input_words, load
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.locale import catalogue

HEAD = "customer_id,customer,status,tier,potential\n"

TABLES_CASES = {
    "unknown code": (
        {"customers.csv": HEAD + "C1,甲,潜在,,\n"},
        "客户 customers · customers.csv 第 2 行 · 客户状态 status | 来的是「潜在」,允许:存量客户 existing、待拓展客户 prospect、流失客户 lost。",
        "customers · customers.csv row 2 · status | came as “潜在”; allowed: existing customer existing, prospect, lost customer lost.",
    ),
    "empty name": (
        {"customers.csv": HEAD + "C1,,existing,,\n"},
        "客户 customers · customers.csv 第 2 行 · 客户名称 customer | 空白,必须填写。",
        "customers · customers.csv row 2 · customer | is empty and must be filled in.",
    ),
    "empty key": (
        {"customers.csv": HEAD + " ,甲,existing,,\n"},
        "客户编号 customer_id | 空白,必须填写。",
        "customer_id | is empty and must be filled in.",
    ),
    "duplicate key": (
        {"customers.csv": HEAD + "C1,甲,existing,,\nC2,乙,existing,,\nC1,丙,lost,,\n"},
        "第 4 行 · 客户编号 customer_id | 主键「C1」与第 2 行重复。",
        "row 4 · customer_id | The key “C1” is already in row 2.",
    ),
    "thousands separator": (
        {"customers.csv": HEAD + 'C1,甲,existing,,"1,28"\n'},
        "年潜力 potential | 来的是「1,28」,应为数字,如 1280.5、1,280 或带单位的 12.8万。",
        "potential | came as “1,28”; it must be a number, e.g. 1280.5 or 1,280.",
    ),
    "not a number in words": (
        {"customers.csv": HEAD + "C1,甲,existing,,nan\nC2,乙,existing,,1e999\nC3,丙,existing,,1_000\n"},
        "第 4 行 · 年潜力 potential | 来的是「1_000」",
        "row 3 · potential | came as “1e999”",
    ),
    "out of bounds": (
        {"customers.csv": HEAD + "C1,甲,existing,,-5\n"},
        "年潜力 potential | 来的是 -5,允许范围:≥ 0。",
        "potential | came as -5; it must be ≥ 0.",
    ),
    "share in per cent": (
        {
            "opportunities.csv": "opportunity_id,customer_id,staff_id,stage,status,amount,opened_on,win_probability\nO1,C1,S1,x,open,1,2026-01-01,35元\n"
        },
        "赢单概率 win_probability | 来的是「35元」,应为 0–1 的小数或百分数,如 0.35 或 35%。",
        "win_probability | came as “35元”; it must be a decimal from 0 to 1 or a percentage, e.g. 0.35 or 35%.",
    ),
    "date in words": (
        {"visits.csv": "visit_id,visited_on,staff_id,customer_id\nV1,正月初五,S1,C1\n"},
        "拜访 visits · visits.csv 第 2 行 · 拜访日期 visited_on | 来的是「正月初五」,应为日期,如 2027-01-05 或 2027年1月5日。",
        "visits · visits.csv row 2 · visited_on | came as “正月初五”; it must be a date such as 2027-01-05.",
    ),
    "day before month": (
        {"visits.csv": "visit_id,visited_on,staff_id,customer_id\nV1,5/1/2027,S1,C1\nV2,infinity,S1,C1\n"},
        "1 个日期读作月/日/年或日/月/年都成立(如「5/1/2027」),位置:B2。",
        "came as “infinity”",
    ),
    "month": (
        {"revenue.csv": "revenue_id,month,customer_id,amount\nR1,2026-13,C1,5\n"},
        "月份 month | 来的是「2026-13」,应为月份或日期,如 2027-01 或 2027-01-05。",
        "month | came as “2026-13”; it must be a month or a date such as 2027-01 or 2027-01-05.",
    ),
    "negative minutes in a fact": (
        {"visits.csv": "visit_id,visited_on,staff_id,customer_id,minutes\nV1,2026-01-05,S1,C1,-5\n"},
        "时长(分钟) minutes | 来的是 -5,允许范围:0–1440。",
        "minutes | came as -5; it must be 0–1440.",
    ),
    "duplicate fact": (
        {
            "visits.csv": "visit_id,visited_on,staff_id,customer_id\nV1,2026-01-05,S1,C1\nV1,2026-01-06,S1,C1\n"
        },
        "主键「V1」与第 2 行重复。",
        "The key “V1” is already in row 2.",
    ),
    "whole number": (
        {
            "contracts.csv": "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount,payment_days\nK1,C1,new,2026-01-01,2026-01-01,2026-12-31,5,30.5\n"
        },
        "账期天数 payment_days | 来的是「30.5」,应为整数。",
        "payment_days | came as “30.5”; it must be a whole number.",
    ),
    "yes or no": (
        {"customers.csv": "customer_id,customer,status,key_account\nC1,甲,existing,也许\n"},
        "重点客户 key_account | 来的是「也许」,应为 是/否、true/false 或 1/0。",
        "key_account | came as “也许”; it must be yes/no, true/false or 1/0.",
    ),
    "broken reference in a plan table": (
        {"assignments.csv": "customer_id,staff_id,from_on\nC9,S1,2026-01-01\n"},
        "客户归属 assignments · assignments.csv 第 2 行 · 客户编号 customer_id | 「C9」不在 客户 customers 表中。",
        "assignments · assignments.csv row 2 · customer_id | “C9” is not in the table customers.",
    ),
    "dates out of order": (
        {"assignments.csv": "customer_id,staff_id,from_on,to_on\nC1,S1,2026-02-01,2026-01-01\n"},
        "结束日期 to_on | 2026-01-01 早于 起始日期 from_on(2026-02-01)。",
        "end date to_on | 2026-01-01 is before start date from_on (2026-02-01).",
    ),
    "contract ends before it starts": (
        {
            "contracts.csv": "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount\nK1,C1,new,2026-01-01,2026-03-01,2026-02-28,5\n"
        },
        "到期日期 ends_on | 2026-02-28 早于 起始日期 starts_on(2026-03-01)。",
        "2026-02-28 is before starts_on (2026-03-01).",
    ),
    "missing column": (
        {"customers.csv": "customer_id,名字\nC1,甲\n"},
        "客户 customers · customers.csv · 客户状态 status | 缺少这个必需的列。文件的表头:customer_id, 名字。",
        "customers · customers.csv · customer | This required column is missing. Headers of the file: customer_id, 名字.",
    ),
    "two headers for one column": (
        {"customers.csv": "customer_id,客户编号,customer,status\nC1,C1,甲,existing\n"},
        "客户编号 customer_id | 有多个列名都表示这一列:customer_id, 客户编号。请只保留一个。",
        "Several headers mean this column: customer_id, 客户编号. Keep one.",
    ),
    "half a band": (
        {"coverage.csv": "status,tier,visits_per_year,low,high\n,,12,10,\n"},
        "年拜访次数 visits_per_year | 低值和高值要么都给,要么都不给。",
        "low and high must both be given, or neither.",
    ),
    "band out of order": (
        {"segments.csv": "segment,market_size,win_rate,win_rate_low,win_rate_high\n银行,1,0.5,0.6,0.7\n"},
        "赢单率 win_rate | 低值 / 值 / 高值为 0.6 / 0.5 / 0.7,应满足 低值 ≤ 值 ≤ 高值。",
        "low / value / high are 0.6 / 0.5 / 0.7; low ≤ value ≤ high must hold.",
    ),
    "overlapping coverage": (
        {"coverage.csv": "role,status,tier,visits_per_year\n,,,12\n客户经理,,,24\n"},
        "主键「account_manager」与第 2 行重复。",
        "The key “account_manager” is already in row 2.",
    ),
    "class without coverage": (
        {"coverage.csv": "status,tier,visits_per_year\nexisting,A,12\nprospect,,6\n"},
        "拜访频次标准 coverage · 客户状态 status | 「存量客户」等级「B」的 1 家客户没有拜访频次(C2)。表中已有的等级:A, —。请增加一行,或改正客户的等级;等级或状态空白表示全部。",
        "coverage · status | 1 customers of status “existing customer”, tier “B” have no visit frequency (C2). Tiers in the table: A, —. Add a row",
    ),
    "unknown scope": (
        {"adjustments.csv": "adjustment,cause,scope,kind,value,reason\n微调一,other,华中,heads,1,x\n"},
        "适用范围 scope | 微调「微调一」的适用范围「华中」既不是有拜访频次的角色,也不是客户的区域。可用:客户经理 account_manager、华东、华南;空白为全部。",
        "The scope “华中” of adjustment “微调一” is neither a role with coverage nor a region of customers.",
    ),
    "factor not positive": (
        {"adjustments.csv": "adjustment,cause,scope,kind,value,reason\n微调一,other,,factor,0,x\n"},
        "微调「微调一」的系数为 0,应大于 0。",
        "The factor of adjustment “微调一” is 0; it must be above 0.",
    ),
    "capacity": (
        {"staff.csv": "staff_id,name,role,capacity\nS1,王,客户经理,100\n"},
        "岗位比例 capacity | 来的是 100,允许范围:0–2。",
        "capacity | came as 100; it must be 0–2.",
    ),
    "empty file": (
        {"staff.csv": ""},
        "人员 staff · staff.csv | 文件是空的,至少要有一行表头。",
        "staff · staff.csv | The file is empty; it needs at least a header row.",
    ),
    "no rows": (
        {"customers.csv": HEAD},
        "客户 customers · customers.csv | 只有表头,没有数据行。",
        "There is a header but no row of data.",
    ),
    "binary": (
        {"staff.csv": b"\x00\x01\x02"},
        "这不是文本表格(含二进制内容)。",
        "is not a text table (it holds binary content).",
    ),
    "Western letters": (
        {"staff.csv": "staff_id,name,role\nS1,Jos\xe9n,AM\n".encode("latin-1")},
        "人员 staff · staff.csv 第 2 行 | 既不是 UTF-8,也读不成 GBK 或 UTF-16。",
        "is neither UTF-8 nor readable as GBK or UTF-16. Save it as “CSV UTF-8”",
    ),
    "a broken workbook": (
        {"staff.csv": None, "人员.xlsx": b"PK\x03\x04..."},
        "人员 staff · 人员.xlsx | 工作簿已损坏或不完整",
        "The workbook is damaged or incomplete",
    ),
    "a workbook named csv": (
        {"staff.csv": b"PK\x03\x04\x14\x00\x00"},
        "staff.csv | 文件内容是 Excel 工作簿。",
        "The file is a workbook.",
    ),
    "a text named xlsx": (
        {"staff.csv": None, "人员.xlsx": "staff_id,name,role\n"},
        "文件不是 Excel 工作簿",
        "The file is no workbook",
    ),
    "misplaced quote": (
        {"staff.csv": 'staff_id,name,role\nS1,"王"立,客户经理\n'},
        '有一行的引号不成对或位置不对,开头是:S1,"王"立,客户经理。',
        'A line has a quote that is not closed or is misplaced; it starts: S1,"王"立,客户经理.',
    ),
    "two files": (
        {"客户.csv": HEAD},
        "同时有 customers.csv, 客户.csv。请只保留一个,或在 [tables] 中指明用哪一个。",
        "There are customers.csv, 客户.csv. Keep one, or name it under [tables].",
    ),
}


@pytest.mark.parametrize("case", TABLES_CASES)
def test_bad_table(case, write, problems, said):
    files, zh, en = TABLES_CASES[case]
    found = problems(write(files, only=["customers.csv", "staff.csv"]))
    assert any(zh in line for line in said(found, "zh")), said(found, "zh")
    assert any(en in line for line in said(found, "en")), said(found, "en")


TOML_CASES = {
    "syntax": ("[sizing]\nvisits_per_rep = \n", "engagement.toml 第 6 行 | 不是有效的 TOML:", "engagement.toml row 6 | is not valid TOML: "),
    "unknown key": (
        "[sizing]\nvisits_per_repp = 200\n",
        "sizing.visits_per_repp | 没有「sizing.visits_per_repp」这个键。可用的或相近的:sizing.visits_per_rep。",
        "There is no key “sizing.visits_per_repp”. Closest or allowed: sizing.visits_per_rep.",
    ),
    "unknown section": ("[sizeing]\na = 1\n", "没有「sizeing」这个键。可用的或相近的:sizing。", "Closest or allowed: sizing."),
    "unknown part": (
        "[sizing]\nvisits_per_rep = { value = 200, hihg = 250, low = 100 }\n",
        "没有「hihg」这个键。可用的或相近的:high。", "Closest or allowed: high.",
    ),
    "no value": (
        "[sizing]\nvisits_per_rep = { low = 1, high = 2 }\n",
        "缺少 value:应写成 { value = …, low = …, high = … } 或直接写一个数。",
        "has no value: write { value = …, low = …, high = … } or just a number.",
    ),
    "text for a number": (
        '[sizing]\nselling_share = "35%"\n',
        "sizing.selling_share | 来的是「35%」,应为数字", "sizing.selling_share | came as “35%”; it must be a number",
    ),
    "out of bounds": (
        "[sizing]\nselling_share = 35\n",
        "sizing.selling_share | 来的是 35,允许范围:> 0, ≤ 1。", "came as 35; it must be > 0, ≤ 1.",
    ),
    "role out of bounds": (
        "[sizing.product_manager]\nworking_days = 400\n",
        "sizing.product_manager.working_days | 来的是 400", "came as 400; it must be > 0, ≤ 366.",
    ),
    "band out of order": (
        "[sizing]\nvisits_per_rep = { value = 200, low = 210, high = 250 }\n",
        "低值 / 值 / 高值为 210 / 200 / 250", "low / value / high are 210 / 200 / 250",
    ),
    "half a band": (
        "[sizing]\nvisits_per_rep = { value = 200, low = 180 }\n", "低值和高值要么都给,要么都不给。", "low and high must both be given, or neither.",
    ),
    "band at its edge": (
        "[sizing]\nselling_share = { value = 0.9, low = 0.5, high = 1 }\n", "低值和高值须在 > 0, < 1 的范围内", "low and high must be > 0, < 1",
    ),
    "unknown kind": (
        '[sizing]\nvisits_per_rep = { value = 200, kind = "guess" }\n',
        "只能取:measured, opinion, policy。", "it must be one of: measured, opinion, policy.",
    ),
    "unknown choice": ('[sizing]\nprospects_from = "both"\n', "来的是「both」,只能取:list, target。", "it must be one of: list, target."),
    "cutoffs": ('[sizing]\ncutoffs = { A = "大" }\n', "应写成 { A = 5000000, B = 1000000 }", "write { A = 5000000, B = 1000000 }"),
    "unknown table": (
        '[tables]\ncustomer = "a.csv"\n', "没有「customer」这张表。相近或可用的:customers。", "There is no table “customer”. Closest or allowed: customers.",
    ),
    "unknown entry": ('[tables]\nstaff = { file = "staff.csv", sheet = "x" }\n', "没有「sheet」这个键。", "There is no key “sheet”. Closest or allowed: file, sql, connection, columns"),
    "entry of the wrong kind": ("[tables]\nstaff = 3\n", "二者之一。", "must be a file name, or either"),
    "connection alone": ('[tables]\nstaff = { file = "staff.csv", connection = "${CRM}" }\n', "connection 要和 sql 一起写", "connection must be a text and goes with sql."),
    "order of dates": ('[tables]\nstaff = { file = "staff.csv", dates = "us" }\n', "dates 来的是「us」,允许:ymd, mdy, dmy。", "dates came as “us”; allowed: ymd, mdy, dmy."),
    "unit of a column": ('[tables]\ncustomers = { file = "customers.csv", units = { potential = "%" } }\n', "units.potential 来的是「%」", "units.potential came as “%”"),
    "absent file": ('[tables]\nstaff = "hr.csv"\n', "找不到文件 hr.csv。", "The file hr.csv does not exist."),
    "escaping file": ('[tables]\nstaff = "../../hr.csv"\n', "不在项目文件夹内", "is neither in the engagement folder nor in an allowed one."),
    "absolute file": ('[tables]\nstaff = "/etc/passwd"\n', "文件 /etc/passwd 不在项目文件夹内", "The file /etc/passwd is neither"),
    "directory": ('[tables]\nstaff = "."\n', "这是一个文件夹,应为文件。", "is a folder; it must be a file."),
    "workbook": ('[tables]\nstaff = "hr.xlsx#人员"\n', "找不到文件 hr.xlsx。", "The file hr.xlsx does not exist."),
    "kind of file": ('[tables]\nstaff = "engagement.toml"\n', "不认识的文件类型「.toml」。", "“.toml” is not a known kind of file."),
    "unknown column": (
        '[tables]\nstaff = { file = "staff.csv", columns = { name = "nam" } }\n',
        "columns 把「name」对应到「nam」,但本表没有这一列。相近或可用的:name。", "columns maps “name” to “nam”, which this table does not have. Closest or allowed: name.",
    ),
    "unknown header": (
        '[tables]\nstaff = { file = "staff.csv", columns = { nickname = "name" } }\n',
        "columns 提到的列名「nickname」不在文件中。", "columns names the header “nickname”, which the file does not have.",
    ),
    "failing query": (
        '[tables]\nstaff = { sql = "select nothing from nowhere" }\n',
        "人员 staff · SQL | 查询无法执行:Table with name nowhere does not exist!", "The query cannot be run: Table with name nowhere does not exist!",
    ),
    "broken query": ('[tables]\nstaff = { sql = "selec 1" }\n', "查询无法执行:syntax error", "The query cannot be run: syntax error"),
    "scenario with an unknown key": (
        '[scenarios.a]\n"sizing.visits" = 1\n', "sizing.visits | 没有「sizing.visits」这个键。", "There is no key “sizing.visits”.",
    ),
    "scenario out of bounds": ('[scenarios.a]\n"sizing.selling_share" = 3\n', "来的是 3", "came as 3; it must be > 0, ≤ 1."),
    "pay band": ("[pay]\nvariable_low = 0.6\n", "下限 0.6 大于上限 0.5。", "The lowest share 0.6 is above the highest 0.5."),
    "scenarios no section": ("[[scenarios]]\na = 1\n", "[scenarios] 应是一个小节", "[scenarios] must be a section"),
    "language": ('languages = ["fr"]\n', "engagement.languages | 来的是「['fr']」,只能取:zh, en。", "it must be one of: zh, en."),
}  # fmt: skip


@pytest.mark.parametrize("case", TOML_CASES)
def test_bad_engagement_toml(case, write, problems, said):
    toml, zh, en = TOML_CASES[case]
    found = problems(write(toml=toml, only=["customers.csv", "staff.csv"]))
    assert any(zh in line for line in said(found, "zh")), said(found, "zh")
    assert any(en in line for line in said(found, "en")), said(found, "en")


def test_missing_keys_are_all_named(write, problems, said):
    found = problems(write({"engagement.toml": "[engagement]\n"}))
    assert said(found, "zh") == [
        'engagement.toml · engagement.client | 必须填写,例如:client = "远航客服外包"。',
        "engagement.toml · engagement.year | 必须填写,例如:year = 2027。",
        "engagement.toml · engagement.as_of | 必须填写,例如:as_of = 2026-10-31。",
    ]


def test_engagement_toml_in_gbk_or_with_bom(write, problems, said):
    found = problems(write({"engagement.toml": 'client = "远航"'.encode("gbk")}))
    assert said(found, "en")[0].startswith("engagement.toml | is not UTF-8")
    text = '[engagement]\nclient = "远航"\nyear = 2027\nas_of = "2026-10-31"\nyear_starts = "04"\n'
    assert load(write({"engagement.toml": b"\xef\xbb\xbf" + text.encode()})).year_starts == 4


def test_missing_folder_and_file(tmp_path, problems, said):
    assert said(problems(tmp_path / "none"), "zh")[0].startswith(" | 找不到项目文件夹「")
    assert said(problems(tmp_path), "en") == [
        f"engagement.toml | Folder “{tmp_path.name}” has no engagement.toml. Create one that gives client, year and as_of under [engagement]."
    ]


def test_no_customers(write, problems, said):
    folder = write(only=["customers.csv"])
    (folder / "customers.csv").unlink()
    assert said(problems(folder), "zh")[0].startswith(
        "客户 customers | 缺少客户表。请在项目文件夹中放入 customers.csv"
    )


@pytest.mark.parametrize(
    ("options", "zh", "en"),
    [
        ({"scenario": "bold"}, "没有情景「bold」。engagement.toml 里有:stretch, lean。", "There is no scenario “bold”. engagement.toml has: stretch, lean."),
        ({"overrides": {"sizing.visit_per_rep": "200"}}, "没有「sizing.visit_per_rep」这个键。可用的或相近的:sizing.visits_per_rep。", "Closest or allowed: sizing.visits_per_rep."),
        ({"overrides": {"sizing.visits_per_rep": "many"}}, "--set · sizing.visits_per_rep | 来的是「many」,应为数字", "--set · sizing.visits_per_rep | came as “many”; it must be a number"),
        ({"overrides": {"sizing.sales.visits_per_rep": "1"}}, "没有「sizing.sales.visits_per_rep」这个键。", "There is no key “sizing.sales.visits_per_rep”."),
        ({"overrides": {"engagement.client": "x"}}, "没有「engagement.client」这个键。", "There is no key “engagement.client”."),
        ({"overrides": {"sizing.selling_share": "0"}}, "来的是 0.0,允许范围:> 0, ≤ 1。", "it must be > 0, ≤ 1."),
    ],
)  # fmt: skip
def test_bad_options(options, zh, en, write, problems, said):
    toml = '[scenarios.stretch]\n"sizing.visits_per_rep" = 200\n[scenarios.lean]\n"sizing.visits_per_rep" = 260\n'
    found = problems(write(toml=toml, only=["customers.csv"]), **options)
    assert any(zh in line for line in said(found, "zh")), said(found, "zh")
    assert any(en in line for line in said(found, "en")), said(found, "en")


def test_every_problem_of_every_table_at_once(write, problems):
    found = problems(
        write(
            {
                "customers.csv": HEAD + "C1,甲,??,,x\nC1,,existing,,\n",
                "staff.csv": "staff_id,name,role\nS1,,boss\n",
                "visits.csv": "visit_id,visited_on,staff_id,customer_id\nV1,soon,S1,C1\n",
                "contracts.csv": b"\x00",
            },
            toml="[sizing]\nselling_share = 5\n",
        )
    )
    expected = {
        ("engagement", "inputs.out_of_bounds"), ("customers", "inputs.unknown_code"),
        ("customers", "inputs.not_a_number"), ("customers", "inputs.duplicate"), ("customers", "inputs.empty"),
        ("staff", "inputs.empty"), ("staff", "inputs.unknown_code"), ("visits", "inputs.not_a_date"),
        ("contracts", "inputs.binary"),
    }  # fmt: skip
    assert expected <= {(problem.table, problem.id) for problem in found}
    tables = [problem.table for problem in found]
    assert tables == sorted(tables, key=["engagement", *CODEBOOK.tables].index)


def test_problems_as_text_are_limited_per_table(write):
    rows = "".join(f"C{n},甲{n},潜在,,\n" for n in range(25))
    with pytest.raises(InputError, match="25 problems in the inputs") as caught:
        load(write({"customers.csv": HEAD + rows}, only=["customers.csv"]))
    lines = format_problems(caught.value.problems, input_words("zh"))
    assert len(lines) == 21
    assert lines[0].startswith(
        "客户 customers · customers.csv 第 2 行 · 客户状态 status:来的是「潜在」,允许:"
    )
    assert lines[-1] == "客户 customers:另有 5 个问题未列出。"
    assert (
        format_problems(caught.value.problems, input_words("en"), limit=1)[-1]
        == "customers: 24 more are not shown."
    )
    assert caught.value.language == "zh"


def test_every_message_of_the_readers_is_in_the_catalogue(root):
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "salesmgmt" / "inputs").glob("*.py"))
    used = set(re.findall(r'"(inputs\.[a-z_0-9]+)"', text))
    assert len(used) > 60
    assert used <= set(catalogue("zh"))
