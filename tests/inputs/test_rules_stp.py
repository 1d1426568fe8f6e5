"""Criteria, comparisons, scores, positions and judgements: what stops a run."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import load

CRITERIA = "axis,criterion,weight\n市场吸引力,规模,0.6\nattractiveness,增长,0.4\n我方实力,中标,1\n"
BARE = "axis,criterion,weight\n吸引力,规模,\n吸引力,增长,\n吸引力,利润,\n实力,中标,1\n"
PAIRS = "axis,criterion,other,rater,ratio\n"
SCORES = "segment,axis,criterion,rater,score\n"
POSITIONS = "brand,segment,attribute,score,us\n"
JUDGEMENTS = "subject,judge,effort,response\n"
SEGMENTS = "segment,market_size\n银行,900\n电商,300\n"
ONLY = ["customers.csv", "staff.csv"]

BAD = {
    "weights": (
        {"criteria.csv": CRITERIA.replace("0.4", "0.3")},
        "评价准则 criteria · 权重 weight | 市场吸引力的 2 条准则权重合计为 0.9,应为 1(允差 0.001)。",
        "criteria · weight | The weights of the 2 criteria of attractiveness sum to 0.9; they must sum to 1",
    ),
    "weights in part": (
        {"criteria.csv": CRITERIA.replace("0.4", "")},
        "权重 weight | 市场吸引力只有部分准则填了权重,未填:增长。",
        "weight | On the axis attractiveness only some criteria have a weight; missing: 增长.",
    ),
    "axis": (
        {"criteria.csv": CRITERIA.replace("我方实力", "风险")},
        "评价维度 axis | 来的是「风险」,允许:市场吸引力 attractiveness、我方实力 strength。",
        "axis | came as “风险”; allowed: attractiveness, strength.",
    ),
    "not reciprocal": (
        {"criteria.csv": CRITERIA, "criteria_pairs.csv": PAIRS + "吸引力,规模,增长,甲,3\n吸引力,增长,规模,甲,3\n"},
        "两两比较 criteria_pairs · criteria_pairs.csv 第 2 行 · 重要倍数 ratio | 市场吸引力:同一名评分人对「增长」与「规模」的判断不互为倒数(第 2, 3 行,换算到同一方向分别为 0.333 和 3)。",
        "one rater's judgements of “增长” against “规模” are not reciprocal (rows 2, 3; turned the same way they are 0.333 and 3).",
    ),
    "with itself": (
        {"criteria.csv": CRITERIA, "criteria_pairs.csv": PAIRS + "吸引力,规模,规模,甲,2\n吸引力,规模,增长,甲,2\n"},
        "准则「规模」与自身比较,来的是 2,只能是 1",
        "criterion “规模” is compared with itself and came as 2; it can only be 1.",
    ),
    "pair that nobody compared": (
        {"criteria.csv": BARE, "criteria_pairs.csv": PAIRS + "吸引力,规模,增长,甲,2\n吸引力,规模,利润,乙,2\n"},
        "市场吸引力还有 1 对准则没有人比较:利润 – 增长。",
        "attractiveness: pairs of criteria that nobody compared (1): 利润 – 增长.",
    ),
    "unknown criterion compared": (
        {"criteria.csv": CRITERIA, "criteria_pairs.csv": PAIRS + "吸引力,规模,风险,甲,2\n"},
        "市场吸引力:风险 不在评价准则表中(第 2 行);该维度的准则:规模、增长。",
        "attractiveness: 风险 not in the table criteria (rows: 2); criteria of this axis: 规模, 增长.",
    ),
    "ratio": (
        {"criteria_pairs.csv": PAIRS + "吸引力,规模,增长,甲,0\n"},
        "重要倍数 ratio | 来的是 0,允许范围:> 0, ≤ 9。",
        "ratio | came as 0; it must be > 0, ≤ 9.",
    ),
    "score of an unknown segment": (
        {"segments.csv": SEGMENTS, "criteria.csv": CRITERIA, "segment_scores.csv": SCORES + "医疗,吸引力,规模,甲,3\n"},
        "细分评分 segment_scores · 细分市场 segment | 「医疗」不在细分市场表中;该表有:银行、电商。",
        "segment_scores · segment | “医疗” is not in the table segments, which has: 银行, 电商.",
    ),
    "score on an unknown criterion": (
        {"criteria.csv": CRITERIA, "segment_scores.csv": SCORES + "银行,实力,规模,甲,3\n"},
        "准则 criterion | 「规模」不是我方实力的准则,评价准则表中没有",
        "criterion | “规模” is no criterion of strength in the table criteria",
    ),
    "score": (
        {"segment_scores.csv": SCORES + "银行,吸引力,规模,甲,6\n"},
        "得分 score | 来的是 6,允许范围:1–5。",
        "score | came as 6; it must be 1–5.",
    ),
    "no brand of ours": (
        {"positions.csv": POSITIONS + "甲,银行,价格,3,\n乙,银行,价格,4,否\n"},
        "定位 positions · 是否我方 us | 细分市场「银行」有 2 个品牌,其中标为我方的 0 个;须恰有一个我方品牌和至少一家对手。",
        "us | Segment “银行” has brands: 2, of them marked as ours: 0; there must be exactly one of ours",
    ),
    "no rival": (
        {"positions.csv": POSITIONS + "甲,,价格,3,是\n"},
        "细分市场「—」有 1 个品牌,其中标为我方的 1 个",
        "Segment “—” has brands: 1, of them marked as ours: 1;",
    ),
    "brand without an attribute": (
        {"positions.csv": POSITIONS + "甲,银行,价格,3,是\n乙,银行,价格,4,\n甲,银行,质量,4,是\n"},
        "属性 attribute | 品牌「乙」在细分市场「银行」缺少属性:质量。",
        "attribute | Brand “乙” lacks attributes in segment “银行”: 质量.",
    ),
    "position in an unknown segment": (
        {"segments.csv": SEGMENTS, "positions.csv": POSITIONS + "甲,医疗,价格,3,是\n乙,医疗,价格,4,\n"},
        "定位 positions · 细分市场 segment | 「医疗」不在细分市场表中",
        "positions · segment | “医疗” is not in the table segments",
    ),
    "effort": (
        {"judgements.csv": JUDGEMENTS + "银行,甲,2,1.2\n"},
        "响应判断 judgements · judgements.csv 第 2 行 · 拜访力度 effort | 来的是「2」,只能取:0, 0.5, 1, 1.5, 9。",
        "judgements.csv row 2 · effort | came as “2”; it must be one of: 0, 0.5, 1, 1.5, 9.",
    ),
    "response that falls": (
        {"judgements.csv": JUDGEMENTS + "银行,甲,0,0.5\n银行,甲,0.5,0.4\n银行,甲,9,1.4\n"},
        "收入倍数 response | 「银行」:拜访力度从 0 提高到 0.5,收入倍数却从 0.5 降到 0.4",
        "response | “银行”: effort rises from 0 to 0.5 and the response falls from 0.5 to 0.4;",
    ),
    "response below today's": (
        {"judgements.csv": JUDGEMENTS + "银行,甲,0,0.5\n银行,甲,1.5,0.9\n银行,甲,9,1.4\n"},
        "拜访力度从 1 提高到 1.5,收入倍数却从 1 降到 0.9",
        "effort rises from 1 to 1.5 and the response falls from 1 to 0.9;",
    ),
    "nothing today": (
        {"judgements.csv": JUDGEMENTS + "银行,甲,0,0\n银行,甲,1,0\n银行,甲,9,3\n"},
        "收入倍数 response | 「银行」:力度 1(现在)的收入倍数必须大于 0。",
        "response | “银行”: the response at effort 1 (today) must be above 0.",
    ),
    "subjects of two kinds": (
        {"judgements.csv": JUDGEMENTS + "银行,甲,0,0.5\n电商,甲,0,0.5\nA,甲,0,0.5\n"},
        "判断对象 subject | A 不是客户表中的细分市场(或等级);允许:保险、物流、电商、银行。",
        "subject | A not among the segments (or tiers) of customers; allowed: 保险, 物流, 电商, 银行.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case, write, problems, said):
    files, zh, en = BAD[case]
    found = problems(write(files, only=ONLY))
    assert any(zh in line for line in said(found, "zh")), said(found, "zh")
    assert any(en in line for line in said(found, "en")), said(found, "en")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[stp]\nattractive_cutoff = 3\n", "inputs.out_of_bounds"),
        ("[stp]\nstrong_cutoff = 5.1\n", "inputs.out_of_bounds"),
        ('[stp]\nchoose = "all"\n', "inputs.not_a_choice"),
        ("[stp]\ncutoff = 4\n", "inputs.unknown_key"),
    ],
)
def test_bad_settings(toml, message, write, problems):
    assert [problem.id for problem in problems(write(toml=toml, only=ONLY))] == [message]


def test_fifteen_criteria_are_the_most_that_are_compared(write, problems):
    names = [f"准则{at:02d}" for at in range(16)]
    criteria = "axis,criterion\n" + "".join(f"吸引力,{name}\n" for name in names) + "实力,中标\n"
    pairs = PAIRS + "".join(f"吸引力,{a},{b},甲,1\n" for at, a in enumerate(names) for b in names[at + 1 :])
    found = problems(write({"criteria.csv": criteria, "criteria_pairs.csv": pairs}, only=ONLY))
    assert [(problem.id, problem.fields["count"]) for problem in found] == [("inputs.pairs_many", 16)]


def test_good_tables_are_taken_as_people_write_them(write):
    files = {
        "segments.csv": SEGMENTS,
        "criteria.csv": BARE,
        "criteria_pairs.csv": PAIRS + "吸引力,规模,增长,甲,2\n吸引力,增长,规模,甲,0.5\n吸引力,规模,利润,乙,3\n吸引力,利润,增长,甲,1\n",
        "segment_scores.csv": SCORES + "银行,市场吸引力,规模,甲,3.5\n电商,实力,中标,乙,5\n",
        "positions.csv": POSITIONS + "甲,银行,价格,3,是\n乙,银行,价格,4,\n",
        "judgements.csv": JUDGEMENTS + "A,甲,0,0.5\nA,甲,0.5,0.8\nA,甲,9,1.4\n",
    }  # fmt: skip
    data = load(write(files, only=ONLY))
    assert data["criteria_pairs"]["axis"].unique().tolist() == ["attractiveness"]
    assert data["positions"]["us"].tolist() == [True, False]
    assert [data.value(f"stp.{name}") for name in ("attractive_cutoff", "strong_cutoff", "choose")] == [3.5, 3.5, "grow"]  # fmt: skip


def test_tables_are_not_judged_by_those_that_are_not_there(write):
    files = {"segment_scores.csv": SCORES + "医疗,吸引力,规模,甲,3\n", "positions.csv": POSITIONS + "甲,医疗,价格,3,是\n乙,医疗,价格,4,\n"}  # fmt: skip
    assert len(load(write(files, only=ONLY))["segment_scores"]) == 1
