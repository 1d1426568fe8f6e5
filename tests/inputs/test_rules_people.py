"""Quotas, competencies, assessments and incidents: what stops a run, and what deserves a look."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import describe, load

QUOTAS = "scope,scope_id,period,metric,product_id,customer_id,amount\n"
COMPETENCIES = "role,competency,competency_en,weight,required\n"
ASSESSMENTS = "staff_id,competency,rater_id,rater_kind,score,assessed_on\n"
INCIDENTS = "incident_id,staff_id,competency,evidence\n"
ONLY = ["customers.csv", "staff.csv"]

BAD = {
    "period": (
        {"quotas.csv": QUOTAS + "company,,2027-13,revenue,,,1\n"},
        "销售任务 quotas · quotas.csv 第 2 行 · 任务期间 period | 来的是「2027-13」,应为年、季或月,如 2027、2027-Q1 或 2027-01。",
        "quotas · quotas.csv row 2 · period | came as “2027-13”; it must be a year, quarter or month such as 2027, 2027-Q1 or 2027-01.",
    ),
    "metric": (
        {"quotas.csv": QUOTAS + "company,,2027,seats,,,1\n"},
        "任务指标 metric | 来的是「seats」,允许:签约额 signed、收入 revenue、毛利 margin、回款 collected。",
        "metric | came as “seats”; allowed: signed, revenue, margin, collected.",
    ),
    "quota of a stranger": (
        {"quotas.csv": QUOTAS + "staff,S9,2027,revenue,,,1\n"},
        "quotas.csv 第 2 行 · 任务对象 scope_id | 层级为「个人」,但其他各表中没有「S9」(第 2 行)。",
        "scope_id | The scope is “person”, but no other table knows “S9” (rows: 2).",
    ),
    "quota of an unknown region": (
        {"quotas.csv": QUOTAS + "region,华中,2027,revenue,,,1\n"},
        "层级为「区域」,但其他各表中没有「华中」(第 2 行)。",
        "The scope is “region”, but no other table knows “华中” (rows: 2).",
    ),
    "quota of nobody": (
        {"quotas.csv": QUOTAS + "团队,,2027,revenue,,,1\n"},
        "任务对象 scope_id | 层级为「团队」,必须写明任务对象。",
        "scope_id | The scope is “team”; whose quota it is must be filled in.",
    ),
    "company quota of somebody": (
        {"quotas.csv": QUOTAS + "company,S1,2027,revenue,,,1\n"},
        "任务对象 scope_id | 公司的任务不应有任务对象,来的是「S1」。",
        "scope_id | A quota of the company has no scope ID; “S1” came.",
    ),
    "quota on an unknown customer": (
        {"quotas.csv": QUOTAS + "company,,2027,revenue,,C9,1\n"},
        "客户编号 customer_id | 「C9」不在 客户 customers 表中。",
        "customer_id | “C9” is not in the table customers.",
    ),
    "quota twice, written differently": (
        {"quotas.csv": QUOTAS + "company,,2027Q1,revenue,,,1\n公司,,2027-q1,收入,,,2\n"},
        "主键「company / 2027-Q1 / revenue」与第 2 行重复。",
        "The key “company / 2027-Q1 / revenue” is already in row 2.",
    ),
    "weights of a role": (
        {"competencies.csv": COMPETENCIES + "AM,倾听,,0.6,4\nAM,守诺,,0.3,4\n"},
        "胜任力 competencies · 权重 weight | 客户经理的 2 项胜任力权重合计为 0.9,应为 1(允差 0.001)。",
        "competencies · weight | The weights of the 2 competencies of “account manager” sum to 0.9; they must sum to 1 (within 0.001).",
    ),
    "weights partly given": (
        {"competencies.csv": COMPETENCIES + ",倾听,,0.6,4\n,守诺,,,4\n,诚恳,,0.4,\n"},
        "不限角色的 3 项胜任力只有 2 项给了权重。要么都给,要么都不给。",
        "Of 3 competencies of “any role”, only 2 have a weight. Give all weights of a role, or none.",
    ),
    "required level": (
        {"competencies.csv": COMPETENCIES + ",倾听,,,6\n"},
        "要求等级 required | 来的是 6,允许范围:1–5。",
        "required level required | came as 6; it must be 1–5.",
    ),
    "score": (
        {"assessments.csv": ASSESSMENTS + "S1,倾听,R1,peer,0,2026-09-01\n"},
        "测评 assessments · assessments.csv 第 2 行 · 得分 score | 来的是 0,允许范围:1–5。",
        "assessments · assessments.csv row 2 · score | came as 0; it must be 1–5.",
    ),
    "kind of rater": (
        {"assessments.csv": ASSESSMENTS + "S1,倾听,R1,下属,3,\n"},
        "评价关系 rater_kind | 来的是「下属」,允许:自评 self、同级 peer、上级 manager、客户 customer。",
        "kind of rater rater_kind | came as “下属”; allowed: self, peer, manager, customer.",
    ),
    "assessment of a stranger": (
        {"assessments.csv": ASSESSMENTS + "S9,倾听,R1,peer,3,\n"},
        "人员编号 staff_id | 「S9」不在 人员 staff 表中。",
        "staff_id | “S9” is not in the table staff.",
    ),
    "scored twice on a day": (
        {"assessments.csv": ASSESSMENTS + "S1,倾听,R1,peer,3,2026-09-01\nS1,倾听,R1,peer,4,2026-09-01\n"},
        "第 3 行 · 人员编号 staff_id | 主键「S1 / 倾听 / R1 / 2026-09-01」与第 2 行重复。",
        "row 3 · staff_id | The key “S1 / 倾听 / R1 / 2026-09-01” is already in row 2.",
    ),
    "incident without evidence": (
        {"incidents.csv": INCIDENTS + "B1,S1,倾听,\n"},
        "行为事例 evidence | 空白,必须填写。",
        "what was done evidence | is empty and must be filled in.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case, write, problems, said):
    files, zh, en = BAD[case]
    found = problems(write(files, only=ONLY))
    assert any(zh in line for line in said(found, "zh")), said(found, "zh")
    assert any(en in line for line in said(found, "en")), said(found, "en")


def test_quotas_of_people_are_not_judged_without_staff(write):
    data = load(write({"quotas.csv": QUOTAS + "staff,S9,2027,revenue,,,1\n"}, only=["customers.csv"]))
    assert data["quotas"]["scope_id"].tolist() == ["S9"]


def _warned(data, language):
    words = data.words(language)
    return {(warning.table, warning.id): describe(warning, words) for warning in data.warnings}


def _rows(*rows):
    return ASSESSMENTS + "".join(f"{row},2026-09-01\n" for row in rows)


def test_persons_rated_by_themselves_only_are_counted_not_named(write):
    text = _rows("S1,倾听,R1,peer,3", "S1,倾听,S1,self,5", "S2,倾听,S2,自评,5")
    data = load(write({"assessments.csv": text}, only=ONLY))
    assert _warned(data, "zh") == {("assessments", "inputs.self_only"): "1 人只有自评,不计得分。"}
    assert _warned(data, "en")["assessments", "inputs.self_only"] == (
        "People rated by nobody but themselves, who have no score: 1."
    )


def test_competencies_nobody_was_rated_on(write):
    table = COMPETENCIES + "AM,倾听,,,4\nAM,守诺,Keeping promises,,4\nAM,诚恳,,,4\nDM,带教,,,4\n,口才,,,4\n"
    text = _rows("S1,倾听,R1,peer,3", "S2,倾听,R1,peer,4", "S1,守诺,S1,self,4")
    files = {"competencies.csv": table, "assessments.csv": text}
    data = load(write(files, only=ONLY))
    assert _warned(data, "zh") == {
        ("competencies", "inputs.competency_unrated"): "有 2 项胜任力,所属角色没有人被他人测评过:守诺、诚恳。"
    }
    assert _warned(data, "en")["competencies", "inputs.competency_unrated"] == (
        "Competencies on which nobody of the role was rated by others (2): Keeping promises, 诚恳."
    )


def test_a_role_nobody_of_which_was_assessed_is_left_alone(write):
    staff = "staff_id,name,role\nS1,a,AM\nS2,b,DM\n"
    files = {"staff.csv": staff, "competencies.csv": COMPETENCIES + "DM,带教,,,4\nAM,带教,,,4\n"}
    data = load(write({**files, "assessments.csv": _rows("S1,带教,R1,peer,3")}, only=ONLY))
    assert data.warnings == []


def test_competencies_that_the_role_does_not_list(write):
    staff = "staff_id,name,role\nS1,a,AM\nS2,b,DM\nS3,c,PM\n"
    table = COMPETENCIES + "AM,倾听,,,4\nDM,守诺,,,4\n,诚恳,,,4\n"
    scores = _rows("S1,倾听,R1,peer,3", "S1,守诺,R1,peer,4", "S1,守诺,R2,peer,4", "S2,守诺,R1,peer,3",
                   "S2,口才,R1,peer,3", "S3,诚恳,R1,peer,3")  # fmt: skip
    incidents = INCIDENTS + "B1,S1,守诺,x\nB2,S2,守诺,x\n"
    files = {
        "staff.csv": staff,
        "competencies.csv": table,
        "assessments.csv": scores,
        "incidents.csv": incidents,
    }
    data = load(write(files, only=ONLY))
    assert _warned(data, "zh") == {
        ("assessments", "inputs.competency_unlisted"): "3 行的胜任力项不在该角色的胜任力表中,不与要求比较:守诺、口才。",
        ("incidents", "inputs.competency_unlisted"): "1 行的胜任力项不在该角色的胜任力表中,不与要求比较:守诺。",
    }  # fmt: skip
    assert _warned(data, "en")["incidents", "inputs.competency_unlisted"] == (
        "Rows that name a competency the person's role does not list, compared with no requirement (1): 守诺."
    )


def test_a_role_without_a_model_is_described_by_what_it_was_rated_on(write):
    staff = "staff_id,name,role\nS1,a,AM\nS2,b,DM\n"
    files = {"staff.csv": staff, "competencies.csv": COMPETENCIES + "AM,倾听,,,4\n"}
    text = _rows("S1,倾听,R1,peer,3", "S2,守诺,R1,peer,4")
    assert load(write({**files, "assessments.csv": text}, only=ONLY)).warnings == []


def test_without_staff_a_competency_of_any_role_will_do(write):
    files = {"competencies.csv": COMPETENCIES + "AM,倾听,,,4\nDM,守诺,,,4\n"}
    text = _rows("S1,倾听,R1,peer,3", "S1,守诺,R1,peer,4", "S1,口才,R1,peer,4")
    data = load(write({**files, "assessments.csv": text}, only=["customers.csv"]))
    assert _warned(data, "zh") == {
        (
            "assessments",
            "inputs.competency_unlisted",
        ): "1 行的胜任力项不在该角色的胜任力表中,不与要求比较:口才。"
    }


def test_scores_that_tell_nobody_apart(write):
    text = _rows("S1,倾听,R1,peer,4", "S2,倾听,R2,peer,4", "S1,倾听,S1,self,2", "S1,守诺,R1,peer,3",
                 "S2,守诺,R1,peer,4", "S1,诚恳,R1,peer,4", "S1,诚恳,R2,peer,4")  # fmt: skip
    data = load(write({"assessments.csv": text}, only=ONLY))
    assert _warned(data, "zh") == {
        ("assessments", "inputs.scores_constant"): "有 1 项胜任力,所有人的得分都相同,分不出高低:倾听。"
    }
    assert _warned(data, "en")["assessments", "inputs.scores_constant"] == (
        "Competencies on which all scores are the same and tell nobody apart (1): 倾听."
    )


def test_raters_who_tell_nobody_apart_are_counted_never_named(write):
    rows = [f"S{1 + n % 2},项{n},评委甲,peer,4" for n in range(10)]
    rows += [f"S{1 + n % 2},项{n},评委乙,peer,{1 + n % 3}" for n in range(10)]
    rows += [f"S{1 + n % 2},项{n},评委丙,peer,5" for n in range(9)]
    rows += [f"S1,项{n},S1,self,5" for n in range(10)]
    data = load(write({"assessments.csv": _rows(*rows)}, only=ONLY))
    zh, en = (_warned(data, language) for language in ("zh", "en"))
    assert zh == {
        ("assessments", "inputs.rater_constant"): "1 名评价人给出的打分(各不少于 10 个)全部相同,分不出高低;仍照常计算。"
    }  # fmt: skip
    assert en["assessments", "inputs.rater_constant"] == (
        "Raters who gave one and the same score throughout (10 scores or more each), "
        "which tells nobody apart; they count all the same: 1."
    )


def test_no_warning_and_no_row_key_names_a_rater(write, planning):
    raters = {"R1": "评委甲", "R2": "评委乙", "R9": "评委丁", "R3": "评委丙"}
    text = planning["assessments.csv"]
    for code, name in raters.items():
        text = text.replace(code, name)
    flat = "".join(f"S{1 + n % 2},项{n},评委甲,peer,4,2026-01-01\n" for n in range(12))
    data = load(
        write({**planning, "assessments.csv": "\n".join(map(str.strip, text.splitlines())) + "\n" + flat})
    )
    assert len(data.warnings) > 3
    told = str([(warning.fields, describe(warning, data.words("zh"))) for warning in data.warnings])
    keys = [*data.row_keys("assessments"), *data.row_keys("factor_ratings")]
    assert "评委" not in told + str(keys)
    assert keys[0] == "S1 / 倾听 / 2026-09-01"
    assert data.row_keys("factor_ratings") == ["F2", "F2"]
    assert data["assessments"]["rater_id"].str.startswith("评委").all()
