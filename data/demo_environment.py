"""What the demonstration client sees around it and in itself, and what it means to do about it.

All made up. Figures in the statements about the client itself are those of its own tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from demo_phrases import SEGMENTS

if TYPE_CHECKING:
    from demo_client import Truths

RATERS = ("E1", "E2", "E3", "E4", "E5")
DISPUTED = (1, 1, 2, 3, 4)  # how the five rate the factor they cannot agree on
NOT_ASKED = ("F04", "F12", "F14", "F17")  # rated by the sales director alone: no factor_ratings
INSIDE = ("indicators", "processes", "people")


class Factor(NamedTuple):
    """A factor: where it was seen, what it is, its points of a hundred on its side, and the rating agreed on."""

    factor_id: str
    look: str
    model: str
    element: str
    statement: str
    statement_en: str
    effect: int
    points: int
    rating: int
    evidence: str
    evidence_en: str


# Nobody looked at new entrants, suppliers' technology, chance, strategy and structure, or learning and growth.
FACTORS = (
    Factor("F01", "economy", "diamond", "demand_conditions",
           "银行和消费金融压缩自营成本，非核心客服继续外包",
           "Banks and consumer lenders cut in-house cost and keep outsourcing non-core service",
           1, 8, 3, "六家银行客户 2026 年访谈", "Interviews with six banking customers, 2026"),
    Factor("F02", "economy", "five_forces", "suppliers",
           "坐席用工成本连年上升，职场所在城市招人变难",
           "Agents cost more every year and are harder to hire where our sites are",
           -1, 7, 2, "人力资源部招聘台账", "Recruiting log of human resources"),
    Factor("F03", "customers", "diamond", "demand_conditions",
           "县区 12345 与部门热线归并，整体外包的标的增多",
           "Counties merge 12345 with departmental hotlines and put the whole out to tender",
           1, 11, 2, "商机表：在跟的政务热线标", "Opportunities: hotline tenders being followed"),
    Factor("F04", "customers", "diamond", "demand_conditions",
           "电商大促需要弹性坐席，愿意付临时席位溢价",
           "E-commerce needs flexible seats for sales festivals and pays extra for them",
           1, 6, 3, "收入表：6 月与 11 月的高峰", "Revenue: the peaks of June and November"),
    Factor("F05", "customers", "five_forces", "buyers",
           "甲方集中招标，最低价评标的比重上升",
           "Customers tender centrally, and more of them award to the lowest price",
           -1, 10, 2, "商机表：输单三成因报价高于对手", "Opportunities: a third of deals lost on price"),
    Factor("F06", "policy", "diamond", "government",
           "多地把办结率和回访满意度纳入热线考核，为专业运营付费",
           "Cities grade hotlines on resolution and follow-up satisfaction, and pay for skilled operation",
           1, 7, 2, "2026 年招标文件评分表", "Scoring sheets of 2026 tender documents"),
    Factor("F07", "policy", "diamond", "government",
           "个人信息与数据安全要求提高，银行保险要求职场和数据隔离",
           "Data-protection demands rise; banks and insurers want sites and data kept apart",
           -1, 12, 2, "客户安全审计整改单", "Customers' security audits and what they asked for"),
    Factor("F08", "technology", "diamond", "related_industries",
           "大模型质检与坐席辅助可降低单位服务成本",
           "Language-model quality checks and agent assistance lower the cost of a contact",
           1, 7, 3, "两个职场 2026 年试用记录", "Trials at two sites in 2026"),
    Factor("F09", "technology", "five_forces", "substitutes",
           "大模型语音机器人替代简单来电，查询类席位减少",
           "Voice bots take over simple calls; seats for enquiries shrink",
           -1, 14, 2, "电商与通信客户的来电结构", "Mix of incoming calls at e-commerce and telecom customers"),
    Factor("F10", "competitors", "five_forces", "rivalry",
           "同渡服务与蓝屿客服低价抢标政务和银行项目",
           "Tongdu Services and Lanyu Contact underbid us for hotlines and banks",
           -1, 9, 2, "商机表：输单对手", "Opportunities: who won the deals we lost"),
    Factor("F11", "competitors", "five_forces", "substitutes",
           "部分客户自建客服中心，到期收回外包",
           "Some customers build their own centres and take the work back at expiry",
           -1, 5, 3, "商机表：未续签的合同", "Opportunities: contracts not renewed"),
    Factor("F12", "competitors", "five_forces", "rivalry",
           "中小同行退出，释放熟练班组和区域客户",
           "Small rivals leave the market; trained shifts and local customers come free",
           1, 4, 2, "区域经理走访", "Regional managers' rounds"),
    Factor("F13", "indicators", "scorecard", "customer",
           "近一年到期合同续签八成半，老客户口碑稳定",
           "Of contracts that came up last year, 85 % were renewed; customers speak well of us",
           1, 14, 4, "商机表：续签商机", "Opportunities: renewals"),
    Factor("F14", "indicators", "scorecard", "financial",
           "华东两个团队收入继续增长，利润率守住两成",
           "Both eastern teams keep growing, and the profit rate holds at a fifth",
           1, 8, 3, "收入表：2026 年 1—10 月", "Revenue, January to October 2026"),
    Factor("F15", "indicators", "scorecard", "financial",
           "华南部收入比上年同期少近两成",
           "Revenue of the South Team is almost a fifth below last year's",
           -1, 12, 1, "收入表：2026 年 1—10 月", "Revenue, January to October 2026"),
    Factor("F16", "indicators", "scorecard", "customer",
           "政务热线六次投标只中一次，远低于计划的三成",
           "One hotline bid in six is won, where the plan assumes three in ten",
           -1, 12, 1, "商机表：2024 年以来", "Opportunities since 2024"),
    Factor("F17", "processes", "scorecard", "internal_process",
           "标准方案库上线，成熟行业方案两天可出",
           "The proposal library is live: a proposal for a known industry takes two days",
           1, 10, 3, "方案库使用记录", "Log of the proposal library"),
    Factor("F18", "processes", "scorecard", "internal_process",
           "服务覆盖十五个城市，属地职场可供客户实地参观",
           "Service in fifteen cities, with local sites that customers can visit",
           1, 10, 3, "合同表：客户所在城市", "Contracts: customers' cities"),
    Factor("F19", "indicators", "scorecard", "financial",
           "政务与通信账期九十天以上，回款占用资金",
           "Hotlines and telecom pay after 90 days or more, which ties up cash",
           -1, 10, 2, "合同表：约定账期", "Contracts: agreed days of credit"),
    Factor("F20", "processes", "scorecard", "internal_process",
           "坐席流失高，新班组上线后质量波动",
           "Agents leave often, and quality swings when a new shift starts",
           -1, 9, 2, "交付部在岗台账", "Delivery's attendance log"),
    Factor("F21", "processes", "scorecard", "internal_process",
           "拜访偏向小客户，待拓展 A 类只达到标准的一半",
           "Visits go to small customers; A prospects get half of what the policy asks",
           -1, 9, 1, "拜访表与频次标准", "Visits against policy"),
    Factor("F22", "processes", "scorecard", "customer",
           "拜访约定的下一步，按期完成的不到一半",
           "Fewer than half of the next steps agreed on visits are done on time",
           -1, 6, 2, "拜访表：下一步与完成日", "Visits: next steps and the days they were done"),
    Factor("F23", "people", "scorecard", "learning_growth",
           "销售骨干稳定，半数以上在岗五年",
           "The core of the sales team stays; more than half have been here five years",
           1, 8, 3, "人员表：入职日期", "Staff: dates of hire"),
    Factor("F24", "people", "scorecard", "learning_growth",
           "新人带教靠自觉，没有统一教材和实地随访",
           "Newcomers learn as they can, without common material or joint visits",
           -1, 8, 2, "新员工座谈会", "Round table of newcomers"),
)  # fmt: skip

# strategy, kind, statement, English, factors, initiatives
STRATEGIES = (
    ("TS1", "SO", "以续签口碑和属地职场，承接县区热线归并",
     "Use renewals and local sites to win the merged county hotlines", "F13 F18 F03 F23", "IN1"),
    ("TS2", "SO", "以华东团队和标准方案库，承接银行与电商的弹性席位",
     "Use the eastern teams and the proposal library for flexible seats at banks and e-commerce",
     "F14 F17 F01 F04", "IN2"),
    ("TS3", "WO", "引入大模型坐席辅助，吸收同行熟练班组，稳住质量",
     "Bring in agent assistance and rivals' trained shifts to steady quality", "F20 F08 F12", "IN3"),
    ("TS4", "WO", "按热线考核办法重做标书与运营方案，提高政务中标率",
     "Rewrite bids and operating plans to the hotlines' own grading, and win more of them", "F16 F06", "IN4"),
    ("TS5", "ST", "以续签口碑和多地职场签多年框架，避开最低价续标",
     "Sign multi-year frames on reputation and sites, away from lowest-price tenders", "F13 F18 F05 F10 F07", "IN5"),
    ("TS6", "ST", "以方案库推出机器人加人工的按效果计费产品",
     "Sell bots and people together, billed by outcome, from the proposal library", "F17 F09 F11", "IN6"),
    ("TS7", "WT", "重整华南部：拜访转向 A 类待拓展客户，逐条跟踪承诺",
     "Rebuild the South Team: visits to A prospects, every promise followed up", "F15 F21 F22 F10 F02 F24", "IN7"),
    ("TS8", "WT", "给账期设红线，退出价低账期长的项目",
     "Draw a line on days of credit, and leave projects that are cheap and slow to pay", "F19 F05", "IN5"),
)  # fmt: skip

# initiative, wording, English, segment, value, P10, P90, probability, first month, last month, cost, owner, factors
INITIATIVES = (
    ("IN1", "县区热线攻坚组", "County hotline task force", "政务热线", 9.6e6, 5.2e6, 14.5e6, 0.45,
     "2027-02", "2027-12", 8.6e5, "S024", "F03 F13 F18"),
    ("IN2", "大促弹性席位包", "Festival seat packages", "电商", 6.8e6, 4.5e6, 9.0e6, 0.6,
     "2027-04", "2027-11", 3.5e5, "S012", "F01 F04 F14 F17"),
    ("IN3", "坐席辅助联合产品", "Agent assistance with a partner", "", 4.2e6, 1.8e6, 7.5e6, 0.4,
     "2027-03", "2027-12", 1.2e6, "S008", "F08 F12 F20"),
    ("IN4", "政务标书重做", "Hotline bids rewritten", "政务热线", 7.5e6, 3.6e6, 11.5e6, 0.4,
     "2027-01", "2027-09", 4.2e5, "S015", "F06 F16"),
    ("IN5", "银行多年框架", "Multi-year frames with banks", "银行", 8.4e6, 6.0e6, 10.5e6, 0.55,
     "2027-01", "2027-12", 2.6e5, "S004", "F05 F07 F10 F13 F18"),
    ("IN6", "机器人加人工按效果计费", "Bots and people, billed by outcome", "通信", 5.4e6, 1.5e6, 10.0e6, 0.3,
     "2027-05", "2027-12", 9.5e5, "S027", "F09 F11 F17"),
    ("IN7", "华南待拓展 A 类攻坚", "South: A prospects first", "", 6.2e6, 3.2e6, 9.5e6, 0.45,
     "2027-01", "2027-12", 3.8e5, "S002", "F02 F15 F21 F22"),
)  # fmt: skip

# How attractive each of three strategies is in view of a factor; a factor that says nothing about them is left out.
ATTRACTIVE = {
    "F01": (1, 2, 2), "F03": (4, 2, 2), "F05": (2, 3, 1), "F06": (4, 2, 1), "F08": (1, 4, 1), "F09": (2, 4, 1),
    "F10": (3, 2, 3), "F13": (4, 2, 2), "F15": (1, 1, 4), "F16": (3, 1, 2), "F18": (4, 1, 2), "F20": (1, 4, 1),
    "F21": (2, 1, 4),
}  # fmt: skip
COMPARED = ("TS1", "TS3", "TS7")


def factors(truths: Truths) -> pd.DataFrame:
    """One row per factor; `rating` is empty where five raters give theirs in factor_ratings."""
    frame = pd.DataFrame([f for f in FACTORS if f.look != truths.unseen_look])
    weight = frame.groupby(frame["look"].isin(INSIDE))["points"].transform(_hundredths)
    rating = frame["rating"].mask(frame["factor_id"].eq(truths.weak_strength), 2)
    asked = ~frame["factor_id"].isin([*NOT_ASKED, truths.weak_strength])
    columns = ["factor_id", "look", "model", "element", "statement", "statement_en", "effect", "weight", "rating",
               "evidence", "evidence_en"]  # fmt: skip
    return frame.assign(weight=weight, rating=rating.astype("Int64").mask(asked))[columns]


def _hundredths(points: pd.Series) -> pd.Series:
    """Shares of the points in whole hundredths that sum to one: largest remainders first."""
    exact = points / points.sum() * 100
    whole = np.floor(exact)
    first = (exact - whole).rank(method="first", ascending=False) <= round(100 - whole.sum())
    return (whole + first) / 100


def factor_ratings(truths: Truths, rng: np.random.Generator) -> pd.DataFrame:
    """One row per factor × rater: the rating agreed on or the next one, never across the convention; gaps of one rater.

    The five differ by one at most, but for the disputed factor.
    """
    rated = [f for f in FACTORS if f.look != truths.unseen_look]
    rated = [f for f in rated if f.factor_id not in (*NOT_ASKED, truths.weak_strength)]
    rows = []
    for factor in rated:
        up = factor.rating in (1, 3) or (factor.rating == 2 and factor.effect > 0)
        other = factor.rating + (1 if up else -1)
        given = np.where(rng.random(len(RATERS)) < 0.7, factor.rating, other)
        shuffled = rng.permutation(DISPUTED)
        given = shuffled if factor.factor_id == truths.disputed_factor else given
        rows += [(factor.factor_id, rater, int(rating)) for rater, rating in zip(RATERS, given, strict=True)]
    frame = pd.DataFrame(rows, columns=["factor_id", "rater", "rating"])
    away = frame.index[frame["rater"].eq(RATERS[-1])]
    return frame.drop(rng.choice(away, 3, replace=False)).reset_index(drop=True)


def strategies(truths: Truths) -> pd.DataFrame:
    """One row per strategy of the TOWS matrix, with what it rests on and what carries it out."""
    columns = ["strategy_id", "kind", "statement", "statement_en", "factor_ids", "initiative_ids"]
    frame = pd.DataFrame(list(STRATEGIES), columns=columns)
    idle = frame["strategy_id"].eq(truths.idle_strategy)
    return frame.assign(
        factor_ids=[_listed(ids, truths) for ids in frame["factor_ids"]],
        initiative_ids=frame["initiative_ids"].mask(idle, ""),
    )


def strategy_scores() -> pd.DataFrame:
    """One row per strategy × factor of the three strategies compared."""
    rows = [
        (strategy, factor, scores[k])
        for k, strategy in enumerate(COMPARED)
        for factor, scores in ATTRACTIVE.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["strategy_id", "factor_id", "score"])


def initiatives(truths: Truths) -> pd.DataFrame:
    """One row per initiative; values are those of the plan year."""
    columns = ["initiative_id", "initiative", "initiative_en", "segment", "value", "low", "high", "probability",
               "start_month", "end_month", "cost", "owner_id", "factor_ids"]  # fmt: skip
    frame = pd.DataFrame(list(INITIATIVES), columns=columns)
    frame.insert(
        4, "segment_en", frame["segment"].map({s.segment: s.segment_en for s in SEGMENTS}).fillna("")
    )
    money = ["value", "low", "high", "cost"]
    return frame.assign(
        start_month=pd.to_datetime(frame["start_month"]),
        end_month=pd.to_datetime(frame["end_month"]),
        owner_id=frame["owner_id"].mask(frame["initiative_id"].eq(truths.unowned_initiative), ""),
        factor_ids=[_listed(ids, truths) for ids in frame["factor_ids"]],
    ).astype(dict.fromkeys(money, "int64"))


def _listed(ids: str, truths: Truths) -> str:
    """Factors as a planner lists them, without those nobody looked at and the one nobody answers."""
    unseen = {f.factor_id for f in FACTORS if f.look == truths.unseen_look} | {truths.unanswered_threat}
    return "、".join(factor for factor in ids.split() if factor not in unseen)
