"""Factors, their ratings, strategies and initiatives: what stops a run, and what deserves a look."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import describe, load

FACTORS = "factor_id,look,model,element,statement,effect,weight,rating\n"
GOOD = FACTORS + "F1,policy,,,甲,-1,1,2\nF2,people,,,乙,1,1,3\n"
STRATEGIES = "strategy_id,kind,statement,factor_ids,initiative_ids\n"
INITIATIVES = (
    "initiative_id,initiative,value,low,high,probability,start_month,end_month,owner_id,factor_ids\n"
)
ONLY = ["customers.csv", "staff.csv"]

BAD = {
    "internal weights": (
        {"factors.csv": FACTORS + "F1,indicators,,,甲,1,0.6,3\nF2,people,,,乙,-1,0.3,2\n"},
        "环境因素 factors · 权重 weight | 内部 2 个因素(自身指标、内部流程、员工成长)的权重合计为 0.9,应为 1(允差 0.001)。",
        "factors · weight | The weights of the 2 internal factors (own indicators, internal processes, people's growth) sum to 0.9; they must sum to 1 (within 0.001).",
    ),
    "external weights": (
        {"factors.csv": FACTORS + "F1,economy,,,甲,1,1,3\nF2,policy,,,乙,-1,0.0011,2\nF3,people,,,丙,1,1,3\n"},
        "外部 2 个因素(经济、顾客、政策、技术、竞争)的权重合计为 1.0011,应为 1",
        "The weights of the 2 external factors (economy, customers, policy, technology, competitors) sum to 1.0011;",
    ),
    "no effect": (
        {"factors.csv": FACTORS + "F1,policy,,,甲,-1,1,2\nF2,people,,,乙,0,1,3\n"},
        "环境因素 factors · factors.csv 第 3 行 · 影响 effect | 来的是「0」,只能取:-1, 1。",
        "factors · factors.csv row 3 · effect | came as “0”; it must be one of: -1, 1.",
    ),
    "effect in words": (
        {"factors.csv": FACTORS + "F1,policy,,,甲,有利,1,2\n"},
        "影响 effect | 来的是「有利」,应为整数。",
        "effect | came as “有利”; it must be a whole number.",
    ),
    "look": (
        {"factors.csv": FACTORS + "F1,天气,,,甲,1,1,2\n"},
        "维度 look | 来的是「天气」,允许:看经济形势 economy、看顾客需求 customers、看政策走向 policy、看技术发展 technology、看竞争对手 competitors、看自身指标 indicators、看内部流程 processes、看员工成长 people。",
        "look | came as “天气”; allowed: economy, customer needs customers, policy, technology, competitors, own indicators indicators, internal processes processes, people's growth people.",
    ),
    "rating": (
        {"factors.csv": FACTORS + "F1,policy,,,甲,1,1,2.7\n"},
        "评分 rating | 来的是「2.7」,只能取:1, 1.5, 2, 2.5, 3, 3.5, 4。",
        "rating | came as “2.7”; it must be one of: 1, 1.5, 2, 2.5, 3, 3.5, 4.",
    ),
    "element of another model": (
        {"factors.csv": FACTORS + "F1,people,平衡计分卡,同业竞争,甲,1,1,3\n"},
        "模型要素 element | 因素「F1」的要素「同业竞争」不属于平衡计分卡;该模型的要素:财务 financial、客户 customer、内部流程 internal_process、学习与成长 learning_growth。",
        "element | The element “rivalry” of factor “F1” is not part of the model “balanced scorecard”; its elements: financial, customer, internal_process, learning and growth learning_growth.",
    ),
    "rating of an unknown factor": (
        {"factors.csv": GOOD, "factor_ratings.csv": "factor_id,rater,rating\nF7,甲,3\n"},
        "因素评分 factor_ratings · factor_ratings.csv 第 2 行 · 因素编号 factor_id | 「F7」不在 环境因素 factors 表中。",
        "factor_ratings.csv row 2 · factor_id | “F7” is not in the table factors.",
    ),
    "rating by a rater": (
        {"factors.csv": GOOD, "factor_ratings.csv": "factor_id,rater,rating\nF1,甲,2.5\nF2,甲,5\n"},
        "评分 rating | 来的是「2.5」,应为整数。",
        "rating | came as 5; it must be 1–4.",
    ),
    "strategy on an unknown factor": (
        {"factors.csv": GOOD, "strategies.csv": STRATEGIES + "T1,WT,a,F1、F8；F9,\n"},
        "TOWS策略 strategies · 所用因素 factor_ids | 「T1」列出的 F8, F9 不在 环境因素 factors 表中。",
        "strategies · factors factor_ids | “T1” lists F8, F9, not in the table factors.",
    ),
    "strategy on no factor": (
        {"strategies.csv": STRATEGIES + "T1,WT,a,,\n"},
        "所用因素 factor_ids | 空白,必须填写。",
        "factor_ids | is empty and must be filled in.",
    ),
    "strategy by an unknown initiative": (
        {"strategies.csv": STRATEGIES + "T1,WT,a,F1,I3 I1\n",
         "initiatives.csv": INITIATIVES + "I1,a,1,,,1,2027-01,,,\n"},
        "落实举措 initiative_ids | 「T1」列出的 I3 不在 举措 initiatives 表中。",
        "initiative_ids | “T1” lists I3, not in the table initiatives.",
    ),
    "kind of strategy": (
        {"strategies.csv": STRATEGIES + "T1,SW,a,F1,\n"},
        "策略类型 kind | 来的是「SW」,允许:SO 增长型 SO、ST 多种经营型 ST、WO 扭转型 WO、WT 防御型 WT。",
        "kind of strategy kind | came as “SW”; allowed: SO growth SO, ST diversification",
    ),
    "scores of unknown strategies and factors": (
        {"factors.csv": GOOD, "strategies.csv": STRATEGIES + "T1,WT,a,F1,\n",
         "strategy_scores.csv": "strategy_id,factor_id,score\nT9,F1,3\nT1,F9,3\n"},
        "策略编号 strategy_id | 「T9」不在 TOWS策略 strategies 表中。",
        "factor_id | “F9” is not in the table factors.",
    ),
    "score of attractiveness": (
        {"strategy_scores.csv": "strategy_id,factor_id,score\nT1,F1,5\n"},
        "吸引力评分 score | 来的是 5,允许范围:1–4。",
        "attractiveness score | came as 5; it must be 1–4.",
    ),
    "factor scored for some strategies": (
        {"strategy_scores.csv": "strategy_id,factor_id,score\nT1,F1,3\nT2,F1,\nT2,F2,1\nT1,F2,1\nT3,F1,1\nT3,F2,1\n"},
        "策略吸引力 strategy_scores · 吸引力评分 score | 因素「F1」只对部分策略评了吸引力,缺:T2。",
        "score | Factor “F1” is scored for some strategies only; missing: T2.",
    ),
    "initiative for an unknown factor": (
        {"factors.csv": GOOD, "initiatives.csv": INITIATIVES + "I1,a,1,,,1,2027-01,,,F1/F5\n"},
        "举措 initiatives · 所据因素 factor_ids | 「I1」列出的 F5 不在 环境因素 factors 表中。",
        "initiatives · factors factor_ids | “I1” lists F5, not in the table factors.",
    ),
    "initiative of an unknown owner": (
        {"initiatives.csv": INITIATIVES + "I1,a,1,,,1,2027-01,,S9,\n"},
        "负责人编号 owner_id | 「S9」不在 人员 staff 表中。",
        "owner_id | “S9” is not in the table staff.",
    ),
    "initiative that ends before it starts": (
        {"initiatives.csv": INITIATIVES + "I1,a,1,,,1,2027-05,2027-04,,\n"},
        "结束月份 end_month | 2027-04 早于 开始月份 start_month(2027-05)。",
        "last month end_month | 2027-04 is before first month start_month (2027-05).",
    ),
    "initiative's band": (
        {"initiatives.csv": INITIATIVES + "I1,a,1,2,3,1,2027-05,,,\n"},
        "年内增收 value | 低值 / 值 / 高值为 2 / 1 / 3,应满足 低值 ≤ 值 ≤ 高值。",
        "value | low / value / high are 2 / 1 / 3; low ≤ value ≤ high must hold.",
    ),
    "initiative's probability": (
        {"initiatives.csv": INITIATIVES + "I1,a,1,,,60,2027-05,,,\n"},
        "成功概率 probability | 来的是 60,允许范围:0–1。",
        "probability | came as 60; it must be 0–1.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case, write, problems, said):
    files, zh, en = BAD[case]
    found = problems(write(files, only=ONLY))
    assert any(zh in line for line in said(found, "zh")), said(found, "zh")
    assert any(en in line for line in said(found, "en")), said(found, "en")


@pytest.mark.parametrize(
    ("weights", "sums"),
    [
        ("0.333 0.333 0.333", True),  # rounded in the third decimal
        ("0.334 0.334 0.333", True),
        ("0.33 0.33 0.33", False),
        ("1 0 0", True),
    ],
)
def test_weights_may_be_rounded_in_the_third_decimal(weights, sums, write, problems):
    rows = [f"F{n},people,,,x,1,{weight},3\n" for n, weight in enumerate(weights.split())]
    folder = write({"factors.csv": FACTORS + "".join(rows)}, only=ONLY)
    if sums:
        assert load(folder)["factors"]["weight"].sum() == pytest.approx(1, abs=0.00101)
    else:
        assert [problem.id for problem in problems(folder)] == ["inputs.weights_inside"]


def test_sums_wait_until_every_factor_has_its_weight_and_look(write, problems):
    folder = write({"factors.csv": FACTORS + "F1,people,,,x,1,,3\nF2,people,,,y,1,0.5,3\n"}, only=ONLY)
    assert [problem.id for problem in problems(folder)] == ["inputs.empty"]


def test_a_side_without_factors_needs_no_weights(write):
    data = load(write({"factors.csv": FACTORS + "F1,people,,,x,1,1,3\n"}, only=ONLY))
    assert len(data["factors"]) == 1


def test_lists_are_not_judged_without_the_table_they_name(write):
    strategies = STRATEGIES + "T1,WT,a,F1,I1\n"
    assert load(write({"strategies.csv": strategies}, only=ONLY))["strategies"]["factor_ids"].tolist() == [
        "F1"
    ]


def _warned(data, language):
    words = data.words(language)
    return {warning.id: describe(warning, words) for warning in data.warnings}


def test_ratings_against_the_convention_are_warned_about(write):
    rows = [
        "F1,people,,,x,1,0.25,2.5", "F2,people,,,x,-1,0.25,3", "F3,people,,,x,1,0.25,3", "F4,people,,,x,-1,0.25,2",
        "F5,policy,,,x,1,0.5,1", "F6,policy,,,x,-1,0.5,4",
    ]  # fmt: skip
    data = load(write({"factors.csv": FACTORS + "\n".join(rows) + "\n"}, only=ONLY))
    assert _warned(data, "zh") == {
        "inputs.rated_against": "2 个因素的评分与惯例不符(优势低于 3,或劣势高于 2),仍按所给评分计算:F1、F2。"
    }
    assert _warned(data, "en")["inputs.rated_against"] == (
        "Factors rated against the convention (a strength below 3, or a weakness above 2), computed as given (2): F1, F2."
    )


def test_raters_go_before_the_rating_typed(write):
    ratings = "factor_id,rater,rating\nF2,甲,1\nF2,乙,3\nF2,丙,2\n"
    data = load(write({"factors.csv": GOOD, "factor_ratings.csv": ratings}, only=ONLY))
    assert set(_warned(data, "zh")) == {"inputs.rated_against"}
    agreed = ratings.replace("丙,2", "丙,4")
    assert load(write({"factors.csv": GOOD, "factor_ratings.csv": agreed}, only=ONLY)).warnings == []


def test_factors_without_a_rating_are_warned_about(write):
    rows = "".join(f"F{n},people,,,x,1,0.04,\n" for n in range(25))
    data = load(write({"factors.csv": FACTORS + rows}, only=ONLY))
    zh = _warned(data, "zh")["inputs.not_rated"]
    assert zh.startswith("25 个因素没有评分,不计入加权总分:F0、F1、")
    assert zh.endswith("、F19、…。")
    assert _warned(data, "en")["inputs.not_rated"].startswith(
        "Factors without a rating, which do not count in the weighted scores (25): F0, F1, "
    )
    ratings = "factor_id,rater,rating\n" + "".join(f"F{n},甲,4\n" for n in range(25))
    rated = {"factors.csv": FACTORS + rows, "factor_ratings.csv": ratings}
    assert load(write(rated, only=ONLY)).warnings == []
