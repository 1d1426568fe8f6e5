"""Engagement folders written for one test, and the problems that loading them raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs import describe, input_words, load, place

SETTINGS = """\
[engagement]
client = "远航客服外包"
year = 2027
as_of = 2026-10-31
"""

TABLES = {
    "customers.csv": """\
        customer_id,customer,status,tier,segment,region,potential
        C1,东岭银行,existing,A,银行,华东,5000000
        C2,安禾保险,existing,B,保险,华南,800000
        C3,云栈电商,prospect,A,电商,华东,3000000
        C4,旧友物流,lost,,物流,华南,
        """,
    "coverage.csv": """\
        role,status,tier,visits_per_year,low,high,hours_per_visit
        account_manager,existing,A,36,30,42,
        account_manager,existing,,12,,,1.5
        account_manager,prospect,,18,12,24,
        """,
    "staff.csv": """\
        staff_id,name,role,region,hired_on,left_on,fixed_pay,target_variable_pay,capacity
        S1,王立,客户经理,华东,2020-03-01,,180000,90000,1
        S2,李蓉,account_manager,华南,2021-05-01,2026-06-30,160000,80000,0.5
        """,
    "assignments.csv": """\
        customer_id,staff_id,from_on,to_on
        C1,S1,2024-01-01,
        C2,S2,2024-01-01,2026-06-30
        C2,S1,2026-07-01,
        C3,S1,,
        """,
    "visits.csv": """\
        visit_id,visited_on,staff_id,customer_id,kind,minutes
        V1,2026-03-02,S1,C1,visit,60
        V2,2026-03-09 14:30,S1,C1,上门拜访,45.5
        V3,2026-04-01,S1,C2,,
        V4,2026-04-02,S9,C1,电话,10
        V5,2026-04-03,S1,,demo,30
        """,
    "contracts.csv": """\
        contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount
        K1,C1,renewal,2025-12-01,2026-01-01,2027-12-31,400000
        K2,C2,new,2025-11-01,2026-01-01,2026-12-31,50000
        """,
    "revenue.csv": """\
        revenue_id,month,customer_id,staff_id,amount,penalty
        R1,2026-09,C1,S1,400000.1,1000
        R2,2026-09-30,C1,S1,0.2,
        R3,2026-10,C2,,50000,
        R4,2026-10,C8,S1,700,
        """,
    "opportunities.csv": """\
        opportunity_id,customer_id,staff_id,stage,status,amount,opened_on,closed_on
        O1,C3,S1,需求挖掘,open,1200000,2022-01-01,
        O2,C1,S1,成交,签约,800000,2026-01-01,2026-03-01
        O3,C2,S2,成交,lost,600000,2022-01-01,2023-05-01
        """,
    "segments.csv": """\
        segment,market_size,new_wins,win_rate,win_rate_low,win_rate_high
        银行,900000000,2,0.25,0.2,0.3
        保险,300000000,1,0.2,,
        电商,500000000,3,0.3,,
        """,
    "adjustments.csv": """\
        adjustment,cause,scope,kind,value,reason
        铁三角分工,roles,客户经理,factor,1.05,交付经理分担部分拜访
        华东重点,key_accounts,华东,heads,1,两家重点客户
        """,
}

PLANNING = {
    "factors.csv": """\
        factor_id,look,model,element,statement,effect,weight,rating,evidence
        F1,看顾客需求,五力模型,买方议价能力,甲方集中招标,-1,0.6,2,招标文件
        F2,technology,,大模型,语音机器人可降成本,1,0.4,,
        F3,自身指标,平衡计分卡,客户,续签率高,+1,0.5,4,
        F4,people,scorecard,learning and growth,新人带教靠自觉,-1,0.5,1.5,
        """,
    "factor_ratings.csv": """\
        factor_id,rater,rating
        F2,评委甲,2
        F2,评委乙,3
        """,
    "strategies.csv": """\
        strategy_id,kind,statement,factor_ids,initiative_ids
        T1,SO,以口碑推机器人联合产品,F3、F2,I1
        T2,WT 防御型,统一带教守住大客户,F4；F1,
        """,
    "strategy_scores.csv": """\
        strategy_id,factor_id,score
        T1,F3,4
        T2,F3,2
        T1,F4,
        """,
    "initiatives.csv": """\
        initiative_id,initiative,segment,value,low,high,probability,start_month,end_month,cost,owner_id,factor_ids
        I1,联合产品,银行,4000000,2000000,7000000,0.4,2027-03,2027-12-31,300000,S1,F2 F3
        I2,老客户转介,,1000000,,,0.5,2027/1,,,,
        """,
    "quotas.csv": """\
        scope,scope_id,period,metric,product_id,customer_id,amount
        公司,,2027,收入,,,90000000
        staff,S1,2027Q1,signed,,,3000000
        区域,华东,2027/1,revenue,,key_accounts,1000000
        团队,华南,2027-02-01,collected,P1,C1,500000
        """,
    "competencies.csv": """\
        role,competency,competency_en,family,weight,required
        客户经理,倾听,Listening,专业,0.5,4
        客户经理,守诺,Keeping promises,可靠,0.3,
        客户经理,诚恳,Sincerity,可靠,0.2,3.5
        ,诚恳,Sincerity,可靠,,3
        """,
    "assessments.csv": """\
        staff_id,competency,rater_id,rater_kind,score,assessed_on
        S1,倾听,R1,上级,4,2026-09-01
        S1,倾听,R2,同级,3.5,2026-09-02
        S1,倾听,R9,自评,5,2026-09-01
        S2,倾听,R1,manager,2,
        S1,守诺,R1,manager,3,2026-09-01
        S2,守诺,R3,客户,4,2026-09-03
        S2,诚恳,R3,customer,4,2026-09-03
        S1,诚恳,R1,manager,5,2026-09-01
        """,
    "incidents.csv": """\
        incident_id,staff_id,competency,evidence,coder,visit_id
        B1,S1,倾听,先听完痛点再提问,K1,V1
        B2,S2,守诺,提前一天送到名单,,
        """,
}


@pytest.fixture
def planning() -> dict[str, str]:
    """A good set of the tables of environment and people, by file name."""
    return dict(PLANNING)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write an engagement: files by name (text, bytes, or None to leave out) over those of a good one."""

    def written(
        files: Mapping[str, str | bytes | None] | None = None,
        *,
        toml: str = "",
        only: Sequence[str] = tuple(TABLES),
    ) -> Path:
        base = {name: TABLES[name] for name in only}
        for name, content in {"engagement.toml": SETTINGS + dedent(toml), **base, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            elif content is not None:
                path.write_text(dedent(content), encoding="utf-8")
        return tmp_path

    return written


@pytest.fixture
def problems() -> Callable[..., list[Problem]]:
    """Problems that loading a folder raises."""

    def raised(folder: Path, **options: object) -> list[Problem]:
        with pytest.raises(InputError, match="problems in the inputs") as caught:
            load(folder, **options)
        return caught.value.problems

    return raised


@pytest.fixture
def said() -> Callable[[list[Problem], str], list[str]]:
    """Problems in words: place and sentence."""

    def worded(found: list[Problem], language: str) -> list[str]:
        words = input_words(language)
        return [f"{place(problem, words)} | {describe(problem, words)}" for problem in found]

    return worded
