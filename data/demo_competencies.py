"""Competencies of the demonstration client, how its people were assessed on them, and what interviews told.

Scores are nobody's model: a person's skill, bent by the rater's severity, a halo per rater and person, and skewed
noise, then rounded and cut off at five. Raters are numbered; no number is a person's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from demo_people import AS_OF
from demo_phrases import SEGMENTS

if TYPE_CHECKING:
    from demo_client import Truths

FAMILY = {"专业": "Professional", "可靠": "Reliable"}
# The article's traits: English wording and family.
COMPETENCIES = {
    "倾听与提问": ("Listening and asking", "专业"),
    "业务与方案专业度": ("Business and solution knowledge", "专业"),
    "换位思考": ("Seeing the customer's side", "专业"),
    "方案呈现": ("Presenting a solution", "专业"),
    "诚恳": ("Sincerity", "可靠"),
    "守诺跟进": ("Keeping promises", "可靠"),
    "客情经营": ("Building relationships", "可靠"),
    "异议处理": ("Handling objections", "可靠"),
    "市场洞察": ("Reading the market", "专业"),
    "辅导带教": ("Coaching", "可靠"),
}
# role: competency, weight, level asked for by the panel (None: the panel could not agree)
ASKED: dict[str, tuple[tuple[str, float, float | None], ...]] = {
    "account_manager": (
        ("倾听与提问", 0.20, 4.0), ("业务与方案专业度", 0.15, 4.0), ("换位思考", 0.15, 3.5), ("诚恳", 0.10, 4.0),
        ("守诺跟进", 0.15, 4.0), ("客情经营", 0.10, None), ("异议处理", 0.15, 4.0),
    ),
    "account_product_manager": (
        ("倾听与提问", 0.15, 4.0), ("业务与方案专业度", 0.25, 4.5), ("换位思考", 0.15, 4.0), ("诚恳", 0.10, 4.0),
        ("守诺跟进", 0.10, 4.0), ("客情经营", 0.10, 3.5), ("异议处理", 0.15, 4.0),
    ),
    "product_manager": (
        ("倾听与提问", 0.20, 4.0), ("业务与方案专业度", 0.30, 4.5), ("换位思考", 0.15, 3.5), ("方案呈现", 0.10, None),
        ("守诺跟进", 0.10, 3.5), ("异议处理", 0.15, 4.0),
    ),
    "delivery_manager": (
        ("倾听与提问", 0.10, 3.5), ("业务与方案专业度", 0.20, 4.0), ("换位思考", 0.15, 3.5), ("守诺跟进", 0.25, 4.5),
        ("客情经营", 0.15, 3.5), ("异议处理", 0.15, 4.0),
    ),
    "sales_manager": (
        ("市场洞察", 0.20, 4.0), ("辅导带教", 0.35, 4.0), ("守诺跟进", 0.15, 4.0), ("客情经营", 0.15, 4.0),
        ("异议处理", 0.15, 4.0),
    ),
}  # fmt: skip
ROUNDS = {2025: pd.Timestamp("2025-10-13"), 2026: pd.Timestamp("2026-09-14")}
KIND_SHIFT = {"self": 0.45, "peer": 0.0, "manager": -0.1, "customer": 0.15}  # leniency by kind of rater
DRIVER_SHIFT = 0.8  # points by which the strong are better in what drives results
TOLD = {True: 0.50, False: 0.10}  # share of a strong, another person's incidents that are about the driver

# What was told in interviews, coded; {} is the customer's business.
INCIDENTS = {
    "倾听与提问": (
        ("在{}客户处先听完来电痛点，再用三个开放式问题问出旺季真正的缺口",
         "Heard out a customer in {}, then found the real peak-season shortfall with three open questions"),
        ("{}客户只谈价格，复述对方的话并追问考核口径，才知道对方看重一次解决率",
         "A customer in {} spoke of price only; asked how it is graded, and learned that first-contact resolution counts"),
        ("{}客户首访四十分钟，自己只讲了十分钟，带回完整的来电分类",
         "On a first visit of forty minutes in {}, spoke for ten and took home the whole mix of contacts"),
    ),
    "业务与方案专业度": (
        ("当场为{}客户算清按席与按量计费的盈亏点",
         "Worked out on the spot, in {}, where billing by seat and by volume break even"),
        ("用同类项目的质检数据说服{}客户调整考核指标",
         "Persuaded a customer in {} to change its measures with quality data of like projects"),
    ),
    "换位思考": (
        ("替{}客户经办人准备好向上汇报的材料，续签提前一个月定下",
         "Prepared what the officer of a customer in {} had to report upwards; the renewal was settled a month early"),
        ("主动建议{}客户少买夜班席位，把预算移到投诉专席",
         "Advised a customer in {} to buy fewer night seats and move the budget to a complaints desk"),
    ),
    "方案呈现": (
        ("给{}客户的方案只讲三页，先讲对方的损失再讲做法",
         "Presented three pages to a customer in {}: first what it loses today, then what to do"),
    ),
    "诚恳": (
        ("向{}客户说明试点数据里有一周不达标，并给出原因",
         "Told a customer in {} that one week of the pilot missed the mark, and why"),
        ("劝{}客户先不要上机器人，因为知识库没有整理好",
         "Advised a customer in {} against a bot for now, as its knowledge base was not ready"),
    ),
    "守诺跟进": (
        ("答应{}客户周五前给补员名单，周四晚送到并逐条说明",
         "Promised a customer in {} names of replacements by Friday, and delivered on Thursday night"),
        ("{}客户提出的七条改进，每周回一次进度，直到关闭",
         "Reported every week on seven improvements asked for in {}, until all were closed"),
        ("排班有变，当天告知{}客户并给出替代安排",
         "When the roster changed, told the customer in {} the same day, with another arrangement"),
    ),
    "客情经营": (
        ("{}客户换了主管，一周内拜访并整理交接要点",
         "When the head of a customer in {} changed, visited within a week with notes for the handover"),
        ("为{}客户牵线同业参访，解决了对方选型的难题",
         "Arranged a visit to a peer for a customer in {}, which settled its choice of system"),
    ),
    "异议处理": (
        ("{}客户嫌贵，没有争辩，改报两档产能价格",
         "A customer in {} found us dear; without arguing, quoted two prices by volume"),
        ("{}客户担心人员流失，拿出留存率并请班长到场答疑",
         "A customer in {} feared turnover; showed retention and brought the shift leader to answer"),
        ("被{}客户拒绝后问清缘由，三周后带着整改方案再谈",
         "Refused by a customer in {}, asked for the reason and came back in three weeks with a remedy"),
    ),
}  # fmt: skip


def competencies() -> pd.DataFrame:
    """One row per role × competency: weights sum to one in each role."""
    rows = [(role, name, weight, level) for role, asked in ASKED.items() for name, weight, level in asked]
    frame = pd.DataFrame(rows, columns=["role", "competency", "weight", "required"])
    family = frame["competency"].map({name: family for name, (_, family) in COMPETENCIES.items()})
    frame.insert(2, "competency_en", _english(frame["competency"]))
    frame.insert(3, "family", family)
    frame.insert(4, "family_en", family.map(FAMILY))
    return frame


def _english(competency: pd.Series) -> pd.Series:
    return competency.map({name: english for name, (english, _) in COMPETENCIES.items()})


def strong(staff: pd.DataFrame, assignments: pd.DataFrame, revenue: pd.DataFrame) -> pd.Series:
    """Whether each seller is in the top third of the role by growth of today's customers, over staff_id.

    Who came within the year inherited the customers, and is left out: their growth is a predecessor's.
    """
    now = assignments[assignments["part"].eq("owner") & ~(assignments["to_on"] < AS_OF)]
    month = revenue["month"]
    this, last = (
        revenue[month.between(f"{year}-01-01", f"{year}-10-31")].groupby("customer_id")["amount"].sum()
        for year in (2026, 2025)
    )
    money = pd.DataFrame({"this": this, "last": last}).fillna(0.0)
    own = now.merge(money, on="customer_id").groupby("staff_id")[["this", "last"]].sum()
    role = staff.set_index("staff_id")["role"]
    lasting = role.ne("sales_manager") & (staff["hired_on"] <= AS_OF - pd.DateOffset(years=1)).to_numpy()
    growth = (own["this"] / own["last"] - 1).reindex(role.index[lasting]).dropna()
    group = growth.groupby(role)
    return group.rank(ascending=False) <= np.floor(group.transform("size") / 3)


def assessments(
    staff: pd.DataFrame, best: pd.Series, truths: Truths, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per person × competency × rater × round: self, manager, two to four peers, up to three customers."""
    people = staff[staff["left_on"].isna()]
    skill = _skill(people, best, truths, rng)
    panel = _panel(people, truths, rng)
    frame = panel.merge(skill, on="staff_id")
    raters = pd.Series(rng.normal(0, 0.25, panel["rater_id"].nunique()), index=sorted(set(panel["rater_id"])))
    pairs = frame.groupby(["staff_id", "rater_id"]).ngroup()
    halo = rng.normal(0, 0.3, pairs.max() + 1)[pairs]
    frame["felt"] = (
        frame["skill"] + frame["rater_kind"].map(KIND_SHIFT) + frame["rater_id"].map(raters) + halo
    )
    rounds = []
    hired = frame["staff_id"].map(people.set_index("staff_id")["hired_on"])
    again = {*rng.permutation(people["staff_id"])[: len(people) // 2]} - {*truths.two_raters}
    for year, earlier in ((2025, 0.15), (2026, 0.0)):
        there = hired < ROUNDS[year] - pd.DateOffset(months=6)
        asked = frame[there & frame["staff_id"].isin(again) & frame["usual"]] if year == 2025 else frame
        noise = 0.6 - rng.gamma(2.0, 0.3, len(asked))
        days = rng.integers(0, 28, panel["rater_id"].nunique())
        day = asked["rater_id"].map(dict(zip(raters.index, days, strict=True)))
        rounds.append(
            asked.assign(
                score=(asked["felt"] - earlier + noise).round().clip(1, 5).astype(int),
                assessed_on=ROUNDS[year] + pd.to_timedelta(day, unit="D"),
            )
        )
    table = _apart(pd.concat(rounds, ignore_index=True), truths)
    table["competency_en"] = _english(table["competency"])
    columns = ["staff_id", "competency", "competency_en", "rater_id", "rater_kind", "score", "assessed_on"]
    return table.sort_values(["staff_id", "order", "rater_id", "assessed_on"])[columns].reset_index(drop=True)


def _skill(people: pd.DataFrame, best: pd.Series, truths: Truths, rng: np.random.Generator) -> pd.DataFrame:
    """Skill of each person in each competency of the role, with what was planted."""
    asked = pd.DataFrame(
        [(role, order, name) for role, rows in ASKED.items() for order, (name, *_) in enumerate(rows)],
        columns=["role", "order", "competency"],
    )
    frame = people[["staff_id", "role", "team"]].merge(asked, on="role")
    whole = dict(zip(people["staff_id"], rng.normal(0, 0.3, len(people)), strict=True))
    planted = [
        truths.team_gap.get((team, name), 0.0)
        for team, name in zip(frame["team"], frame["competency"], strict=True)
    ]
    drives = frame["competency"].eq(truths.driver) & frame["staff_id"].map(best).eq(True)
    skill = (
        4.0 + frame["staff_id"].map(whole) + rng.normal(0, 0.3, len(frame)) + planted + DRIVER_SHIFT * drives
    )
    return frame[["staff_id", "order", "competency"]].assign(skill=skill)


def _panel(people: pd.DataFrame, truths: Truths, rng: np.random.Generator) -> pd.DataFrame:
    """Who rates whom: numbers dealt anew, so that none gives a person away."""
    numbers = [f"R{k:02d}" for k in rng.permutation(np.arange(1, len(people) + 2))]
    number = dict(zip([*people["staff_id"], "director"], numbers, strict=True))
    sellers = people[people["role"].ne("sales_manager")].set_index("staff_id")["team"]
    rows, guests = [], len(numbers)
    for person, team, role, manager in people[["staff_id", "team", "role", "manager_id"]].itertuples(
        index=False
    ):
        rows.append((person, number[person], "self", True))
        if person in truths.self_only:
            continue
        rows.append((person, number[manager or "director"], "manager", True))
        near = [
            s
            for s in (sellers if role == "sales_manager" else sellers[sellers.eq(team)]).index
            if s != person
        ]
        peers, visitors = int(rng.integers(2, 5)), int(rng.integers(0, 4))
        if person in truths.two_raters:
            peers, visitors = 1, 0
        chosen = rng.permutation(near)[:peers]
        rows += [(person, number[peer], "peer", k < 2) for k, peer in enumerate(chosen)]
        rows += [(person, f"R{guests + k:02d}", "customer", False) for k in range(1, visitors + 1)]
        guests += visitors
    return pd.DataFrame(rows, columns=["staff_id", "rater_id", "rater_kind", "usual"])


def _apart(table: pd.DataFrame, truths: Truths) -> pd.DataFrame:
    """Where only two rated a person they differ by one at most, but for the competency planted, there by two."""
    two = table["staff_id"].isin(truths.two_raters) & table["rater_kind"].ne("self")
    manager = table[two & table["rater_kind"].eq("manager")].set_index(["staff_id", "competency"])["score"]
    peer = two & table["rater_kind"].eq("peer")
    key = pd.MultiIndex.from_frame(table.loc[peer, ["staff_id", "competency"]])
    told = manager.reindex(key).to_numpy()
    score = table["score"].astype("int64").copy()
    score[peer] = np.clip(score[peer], told - 1, told + 1)
    planted = table["competency"].eq(table["staff_id"].map(dict(truths.two_raters)))
    score[two & planted] = np.where(table.loc[two & planted, "rater_kind"].eq("manager"), 2, 4)
    return table.assign(score=score)


def incidents(
    customers: pd.DataFrame,
    staff: pd.DataFrame,
    visits: pd.DataFrame,
    best: pd.Series,
    truths: Truths,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Three or four behavioural incidents of each person interviewed: the strong, and as many again of the others.

    Each grew out of one of the person's visits; of about half, the visit's number was noted.
    """
    role = staff.set_index("staff_id")["role"]
    present = best[best.index.isin(staff.loc[staff["left_on"].isna(), "staff_id"])]
    others = rng.permutation(present.index[~present])[: len(present) // 2]
    segment = customers.set_index("customer_id")["segment"]
    english = {s.segment: s.segment_en.lower() for s in SEGMENTS}
    made = visits.loc[visits["kind"].ne("call") & visits["customer_id"].isin(segment.index)]
    own_visits = dict(tuple(made.groupby("staff_id")[["visit_id", "customer_id"]]))
    rows = []
    for person in sorted({*present.index[present], *others}):
        own = own_visits[person]
        names = [name for name, *_ in ASKED[role[person]]]
        share = TOLD[bool(present[person])]
        weights = [share if name == truths.driver else (1 - share) / (len(names) - 1) for name in names]
        stories = [
            (name, *story, share)
            for name, share in zip(names, weights, strict=True)
            for story in INCIDENTS[name]
        ]
        number = min(int(rng.integers(3, 5)), len(own))
        weights = [share / len(INCIDENTS[name]) for name, *_, share in stories]
        told = rng.choice(len(stories), number, replace=False, p=np.array(weights) / sum(weights))
        for k, at in zip(told, rng.choice(len(own), number, replace=False), strict=True):
            name, zh, en, _ = stories[k]
            about = segment[own["customer_id"].iloc[at]]
            noted = own["visit_id"].iloc[at] if rng.random() < 0.5 else ""
            rows.append((person, name, zh.format(about), en.format(english[about]), noted))
    frame = pd.DataFrame(rows, columns=["staff_id", "competency", "evidence", "evidence_en", "visit_id"])
    frame.insert(2, "competency_en", _english(frame["competency"]))
    frame.insert(5, "coder", [f"K{k}" for k in rng.integers(1, 3, len(frame))])
    frame.insert(0, "incident_id", [f"BI{k:03d}" for k in range(1, len(frame) + 1)])
    return frame
