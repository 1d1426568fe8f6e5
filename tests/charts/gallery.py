"""Every chart in every condition, as frames; ``python -m tests.charts.gallery OUT`` draws them as pictures."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from salesmgmt import charts
from salesmgmt.charts.style import WIDTH
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.locale import LANGUAGES, Words

LONG_NAME = "华东与华南区域金融保险及互联网行业重点客户外呼与在线客服联合服务团队第二事业部长三角大区浦东分中心夜班高端贵宾专属小组"
LONG_ENGLISH = "Financial services and insurance key accounts, East and South China joint service team"
CONDITIONS = (
    "normal",
    "long_names",
    "one_row",
    "many_rows",
    "zeros",
    "negatives",
    "missing",
    "all_missing",
    "empty",
)


@dataclass(frozen=True)
class Exhibit:
    """One chart: its function, an ordinary result, and which columns are names and numbers."""

    plot: Callable[..., Axes]
    normal: pd.DataFrame
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)
    negatives: bool = False

    def frame(self, condition: str) -> pd.DataFrame:
        """The result under one condition."""
        return getattr(self, f"_{condition}")()

    def _normal(self) -> pd.DataFrame:
        return self.normal

    def _long_names(self) -> pd.DataFrame:
        names = [LONG_NAME, LONG_ENGLISH]
        long = [f"{names[i % 2]} {i}" for i in range(len(self.normal))]
        return self.normal.assign(**dict.fromkeys(self.names, long))

    def _one_row(self) -> pd.DataFrame:
        return self.normal.head(1)

    def _many_rows(self) -> pd.DataFrame:
        times = -(-200 // len(self.normal))
        many = pd.concat([self.normal] * times, ignore_index=True).head(200)
        if "change" in many:
            many["after"] = many["before"].iloc[0] + many["change"].cumsum()
            many["before"] = many["after"] - many["change"]
        return many.assign(
            **{name: [f"{text}{i}" for i, text in enumerate(many[name])] for name in self.names}
        )

    def _zeros(self) -> pd.DataFrame:
        return self.normal.assign(**dict.fromkeys(self.numbers, 0.0))

    def _negatives(self) -> pd.DataFrame:
        return (
            self.normal.assign(**{name: -self.normal[name] for name in self.numbers})
            if self.negatives
            else self.normal
        )

    def _missing(self) -> pd.DataFrame:
        gone = {
            name: self.normal[name].astype("float64").where(np.arange(len(self.normal)) % 2 == 1)
            for name in self.numbers
        }
        return self.normal.assign(**gone)

    def _all_missing(self) -> pd.DataFrame:
        return self.normal.assign(**dict.fromkeys(self.numbers, np.nan))

    def _empty(self) -> pd.DataFrame:
        return self.normal.head(0)


STEPS = pd.DataFrame(
    {
        "role": ["account_manager"] * 5 + ["product_manager"] * 2,
        "status": ["existing", "existing", "existing", "prospect", "prospect", "existing", "prospect"],
        "tier": ["A", "B", "C", "A", "", "A", "战略"],
        "customers": [120.0, 260.0, 410.0, 83.3, 190.0, 120.0, 40.0],
        "visits_per_year": [36.0, 12.0, 4.0, 24.0, 6.5, 6.0, 8.0],
    }
).assign(visits=lambda frame: frame["customers"] * frame["visits_per_year"])

ADJUSTMENTS = pd.DataFrame(
    {
        "adjustment": ["客户经理兼任产品经理", "西部区域差旅半径大", "银行大客户专人服务", "新进入医疗行业"],
        "cause": ["roles", "territory", "key_accounts", "strategy"],
        "scope": ["account_manager", "西部", "", ""],
        "kind": ["factor", "factor", "heads", "heads"],
        "value": [0.95, 1.2, 2.0, 1.5],
        "before": [38.4, 36.48, 37.9, 39.9],
        "change": [-1.92, 1.42, 2.0, 1.5],
        "after": [36.48, 37.9, 39.9, 41.4],
    }
)

STAFFING = pd.DataFrame(
    {
        "role": ["account_manager"] * 4 + ["product_manager"] * 2 + ["delivery_manager", ""],
        "region": ["华东", "华南", "华北", "西部", "华东", "华南", "", ""],
        "needed": [14.6, 9.2, 7.9, 4.4, 2.7, 1.9, 3.2, 1.5],
        "present": [11.0, 10.0, 8.0, 2.5, 2.0, 2.0, 3.0, 0.0],
    }
).assign(gap=lambda frame: frame["needed"] - frame["present"])

DRAWS = pd.DataFrame({"people": np.random.default_rng(7).lognormal(np.log(41), 0.11, 4096)})

DRIVERS = pd.DataFrame(
    {
        "driver": ["visits_per_rep", "coverage", "selling_share", "win_rate", "hours_per_visit", "new_wins", "travel_hours_per_visit", "working_days", "hours_per_day"],
        "role": ["account_manager", "", "", "", "product_manager", "", "", "", ""],
        "low": [180.0, np.nan, 0.42, 0.18, 1.5, 20.0, 0.8, 215.0, 7.5],
        "high": [260.0, np.nan, 0.58, 0.3, 2.2, 32.0, 1.6, 228.0, 8.0],
        "people_low": [47.9, 37.1, 44.0, 43.6, 39.2, 39.9, 40.0, 41.9, 41.6],
        "people_high": [36.2, 46.0, 38.7, 39.5, 43.1, 42.7, 42.6, 40.8, 41.2],
    }
).assign(swing=lambda frame: frame["people_high"] - frame["people_low"])  # fmt: skip

PROCESS = pd.DataFrame(
    {
        "status": ["existing", "existing", "existing", "prospect", "prospect"],
        "tier": ["A", "B", "C", "A", ""],
        "customers": [89, 240, 402, 61, 4],
        "per_year": [54.2, 8.1, 4.4, 13.2, 9.0],
        "policy": [52.0, 12.0, 4.0, 24.0, 6.0],
        "ratio": [1.042, 0.675, 1.1, 0.55, 1.5],
        "low": [0.97, 0.61, 1.02, 0.41, 0.3],
        "high": [1.12, 0.74, 1.19, 0.7, 7.4],
        "verdict": ["consistent", "below", "above", "below", "cannot_tell"],
    }
)

PAY = pd.DataFrame(
    {
        "role": [
            "account_manager",
            "product_manager",
            "delivery_manager",
            "account_product_manager",
            "sales_manager",
        ],
        "people": [22, 6, 5, 4, 3],
        "unknown": [2, 0, 0, 1, 0],
        "variable_share": [0.42, 0.33, 0.18, 0.55, 0.3],
        "share_min": [0.31, 0.3, 0.1, 0.5, 0.3],
        "share_max": [0.56, 0.37, 0.22, 0.62, 0.3],
        "verdict": ["within", "within", "below", "above", "within"],
    }
)

GROWTH = pd.DataFrame(
    {
        "group": ["华东一部", "华东二部", "华南部", "西部", ""],
        "people": [8, 7, 9, 4, 0],
        "customers": [64, 58, 71, 8, 5],
        "growth": [0.124, -0.061, 0.31, 0.88, -0.2],
        "low": [0.03, -0.13, 0.15, np.nan, np.nan],
        "high": [0.22, 0.02, 0.49, np.nan, np.nan],
        "verdict": ["consistent", "below", "above", "cannot_tell", "cannot_tell"],
    }
)

DRIFT = pd.DataFrame(
    {
        "measure": ["results_spread", "visits_made", "steps_kept", "steps_open", "outcomes", "logged_late"],
        "people": [22, 14, 29, 29, 4, 29],
        "before": [0.097, 0.801, 0.471, 0.16, 0.695, 0.16],
        "now": [0.095, 0.9, 0.352, 0.15, 0.8, 0.11],
        "change": [-0.002, 0.099, -0.119, -0.01, 0.105, -0.05],
        "low": [-0.031, 0.06, -0.15, -0.04, np.nan, -0.08],
        "high": [0.026, 0.14, -0.08, 0.02, np.nan, -0.02],
        "verdict": ["cannot_tell", "better", "worse", "cannot_tell", "cannot_tell", "better"],
    }
)

SWOT = pd.DataFrame(
    [
        ("strength", "银行与保险外呼经验十年,三家股份制银行连续续约", 0.16, 4.0, True),
        ("strength", "自研质检平台,抽检率从 3% 提高到全量", 0.10, 4.0, True),
        ("strength", "华东三地职场,旺季四周内可扩 400 席", 0.08, 3.0, False),
        ("strength", "一线坐席流失率低于同行", 0.06, 3.5, True),
        ("weakness", "收入过于集中:前两大客户占去年收入的 47%,其中一家明年到期重新招标", 0.18, 1.0, True),
        ("weakness", "客户经理拜访不足,B 类客户只完成标准的三分之二", 0.14, 2.0, True),
        ("weakness", "产品经理兼管售前与交付,方案响应慢", 0.12, 2.0, False),
        ("weakness", "没有英语与粤语坐席", 0.16, 1.5, True),
        ("opportunity", "车企自建客户中心转向外包", 0.22, 3.0, True),
        ("opportunity", "大模型质检与辅助应答降低单席成本", 0.18, 3.0, True),
        ("opportunity", "西部职场补贴政策延续到 2028 年", 0.10, 2.0, False),
        ("threat", "头部同行以价换量,单席报价两年下降 9%", 0.20, 2.0, True),
        ("threat", "个人信息保护执法趋严,外呼名单授权不清", 0.16, 3.0, True),
        ("threat", "客户用智能客服替代热线坐席", 0.14, np.nan, False),
    ],
    columns=["quadrant", "statement", "weight", "rating", "answered"],
).assign(
    score=lambda frame: frame["weight"] * frame["rating"],
    factor_id=lambda frame: [f"F{at + 1:02d}" for at in frame.index],
)

TWO_VIEWS = pd.DataFrame(
    [
        ("沈若溪", 0.9, 0.45, 1.25, 0.72, 0.45, 0.99, "cannot_tell"),
        ("方晓棠", 1.15, 0.75, 1.63, -0.26, -0.53, 0.01, "cannot_tell"),
        ("韩立夏", 1.6, 1.2, 2.0, 0.75, 0.48, 1.02, "fairly_clear"),
        ("罗海珊", 0.5, 0.3, 0.7, -0.6, -0.87, -0.33, "fairly_clear"),
        ("曹嘉宁", 1.0, 0.64, 1.37, -0.89, -1.16, -0.62, "cannot_tell"),
    ],
    columns=["name", "index", "index_low", "index_high", "level", "level_low", "level_high", "verdict"],
)

SEGMENTS = pd.DataFrame(
    [
        ("银行", 4.1, 3.9, 4.3, 4.0, 3.8, 4.2, True, 0.98, 6.2e9),
        ("保险", 3.2, 2.9, 3.4, 3.9, 3.7, 4.1, True, 0.93, 3.4e9),
        ("电商", 3.8, 3.6, 4.0, 3.8, 3.5, 4.1, True, 0.99, 5.1e9),
        ("政务热线", 3.8, 3.5, 4.0, 2.6, 2.2, 2.9, True, 0.61, 4.6e9),
        ("通信", 2.3, 2.0, 2.6, 3.3, 3.0, 3.6, False, 0.04, 4.0e9),
        ("物流", 2.6, 2.3, 2.9, 3.4, 3.1, 3.6, False, 0.22, 2.3e9),
    ],
    columns=[
        "segment",
        "attractiveness",
        "attractiveness_low",
        "attractiveness_high",
        "strength",
        "strength_low",
        "strength_high",
        "targeted",
        "target_probability",
        "market_size",
    ],
)

POSITIONS = pd.DataFrame(
    [
        ("远航", 0.9, 1.2, 0.0, True, False),
        ("同渡服务", -1.4, 0.3, 0.86, False, True),
        ("蓝屿客服", -0.6, -1.3, 1.12, False, False),
        ("汇声科技", 1.6, -0.6, 1.05, False, False),
    ],
    columns=["brand", "x", "y", "distance", "us", "nearest"],
)
ATTRIBUTES = pd.DataFrame(
    {
        "attribute": ["价格优惠", "交付稳定", "响应快", "技术先进", "懂行业", "属地职场"],
        "x": [-0.58, 0.13, 0.08, 0.64, -0.02, -0.48],
        "y": [-0.4, 0.44, -0.1, -0.01, 0.59, 0.54],
    }
)

COMPETENCIES = ("倾听与提问", "专业知识", "换位思考", "诚恳可信", "说到做到", "客情维系", "异议处理")
PERSONS = ("陈晓", "王丽娜", "赵一鸣", "欧阳文静", "刘强", "孙悦", "Emily Zhang", "周涛")

GAPS = pd.DataFrame(
    [
        (person, competency, required, max(0.0, required - score), score)
        for (i, person), (j, competency) in itertools.product(enumerate(PERSONS), enumerate(COMPETENCIES))
        for required, score in [((4.0, 4.5, 3.5)[j % 3], 2.4 + (i * 7 + j * 5) % 9 * 0.3)]
        if (i, j) not in ((2, 3), (6, 0))
    ],
    columns=["group", "competency", "required", "gap", "score"],
)

PROFILES = pd.DataFrame(
    [
        (
            role,
            competency,
            (4.0, 4.5, 3.5)[j % 3],
            3.0 + (i + 2 * j) % 5 * 0.25,
            3.6 + (i + 3 * j) % 5 * 0.25,
            (22, 6, 5)[i],
        )
        for i, role in enumerate(["account_manager", "product_manager", "delivery_manager"])
        for j, competency in enumerate(COMPETENCIES[: (7, 5, 2)[i]])
    ],
    columns=["role", "competency", "required", "mean", "strong_mean", "people"],
)

BALANCE = pd.DataFrame(
    {
        "name": ["陈晓", "王丽娜", "赵一鸣", "欧阳文静", "刘强", "Emily Zhang"],
        "region": ["华东", "华东", "华东", "华南", "华南", ""],
        "customers_before": [38, 21, 30, 26, 33, 12],
        "customers_after": [35, 24, 30, 28, 31, 12],
        "deviation_before": [0.31, -0.27, 0.02, -0.11, 0.16, 0.0],
        "deviation_after": [0.14, -0.12, 0.02, -0.03, 0.08, 0.0],
    }
)

ATTAINED = pd.DataFrame({
    "group": ["华东一部", "华南部", "北方大客户部"],
    "actual": [195_378_000.0, 94_041_000.0, 12_000.0],
    "quota": [193_333_000.0, 120_833_000.0, 20_000.0],
}).assign(attainment=lambda frame: frame["actual"] / frame["quota"])  # fmt: skip

VARIANCE = pd.DataFrame({
    "part": ["volume", "mix", "price", "penalty", "won", "lost", "unmeasured"],
    "amount": [-10_619_070.0, 5_177_929.0, 11_511_290.0, 295_020.0, 19_618_070.0, -17_699_410.0, 13_312_490.0],
    "lines": [109, 108, 93, 110, 9, 10, 43],
})  # fmt: skip

AGEING = pd.DataFrame({
    "from_days": [0, 1, 31, 61, 91, 181, 366],
    "to_days": [0, 30, 60, 90, 180, 365, np.nan],
    "invoices": [372, 17, 16, 9, 19, 26, 12],
    "open": [131_336_300.0, 3_433_443.0, 2_303_810.0, 980_656.0, 2_928_381.0, 3_810_260.0, 1_031_633.0],
})  # fmt: skip

BRIDGE = pd.DataFrame({
    "line": ["locked_in", "renewal", "tender", "unnamed", "initiatives", "unfunded"],
    "amount": [360_571_800.0, 275_067_300.0, 33_721_730.0, 36_022_050.0, 22_110_000.0, 32_507_090.0],
    "n": [146, 121, 78, 6, 7, 0],
})  # fmt: skip

CAPACITY = pd.DataFrame({
    "month": pd.date_range("2026-11-01", periods=14, freq="MS"),
    "needed": 33.6,
    "effective": [26.3, 25.2, 25.7, 26.6, 27.0, 27.5, 28.6, 30.4, 31.0, 31.3, 32.3, 32.3, 32.3, 32.3],
}).assign(
    effective_low=lambda frame: frame["effective"] - 1.5, effective_high=lambda frame: frame["effective"] + 1.1,
    gap=lambda frame: frame["needed"] - frame["effective"],
)  # fmt: skip

COURSE = pd.DataFrame({
    "month": pd.date_range("2026-01-01", periods=12, freq="MS"),
    "actual": [57_401_572.0, 53_213_943.0, 56_845_644.0, 56_981_101.0, *[56_530_000.0] * 6, np.nan, np.nan],
    "difference": [-747_919.0, -706_433.0, 463_318.0, 464_430.0, *[-1_425_517.0] * 4, -2_828_601.0, -4_066_289.0, -1_703_464.0, 1_690_062.0],
})  # fmt: skip

EXHIBITS = {
    "visits_by_class": Exhibit(charts.plot_visits_by_class, STEPS, ("tier",), ("customers", "visits_per_year", "visits")),
    "adjustments": Exhibit(charts.plot_adjustments, ADJUSTMENTS, ("adjustment",), ("before", "change", "after")),
    "staffing": Exhibit(charts.plot_staffing, STAFFING, ("region",), ("needed", "present", "gap")),
    "headcount_band": Exhibit(charts.plot_headcount_band, DRAWS, (), ("people",), {"present": 38.5}),
    "tornado": Exhibit(charts.plot_tornado, DRIVERS, ("driver",), ("low", "high", "people_low", "people_high"), {"central": 41.4}),
    "visits_against_policy": Exhibit(charts.plot_visits_against_policy, PROCESS, ("tier",), ("per_year", "ratio", "low", "high")),
    "pay_mix": Exhibit(charts.plot_pay_mix, PAY, ("role",), ("variable_share", "share_min", "share_max")),
    "growth": Exhibit(charts.plot_growth, GROWTH, ("group",), ("growth", "low", "high"), {"company": 0.097}, negatives=True),
    "drift": Exhibit(charts.plot_drift, DRIFT, ("measure",), ("before", "now", "change", "low", "high"), negatives=True),
    "attainment": Exhibit(charts.plot_attainment, ATTAINED, ("group",), ("actual", "quota", "attainment")),
    "variance": Exhibit(charts.plot_variance, VARIANCE, ("part",), ("amount",), negatives=True),
    "ageing": Exhibit(charts.plot_ageing, AGEING, (), ("open",)),
    "bridge": Exhibit(charts.plot_bridge, BRIDGE, (), ("amount",), negatives=True),
    "capacity": Exhibit(charts.plot_capacity, CAPACITY, (), ("needed", "effective", "effective_low", "effective_high", "gap")),
    "course": Exhibit(charts.plot_course, COURSE, (), ("actual", "difference"), negatives=True),
    "swot": Exhibit(charts.plot_swot, SWOT, ("statement", "factor_id"), ("weight", "rating", "score")),
    "segments": Exhibit(charts.plot_segments, SEGMENTS, ("segment",), ("attractiveness", "attractiveness_low", "attractiveness_high", "strength", "strength_low", "strength_high", "target_probability", "market_size")),
    "two_views": Exhibit(charts.plot_two_views, TWO_VIEWS, ("name",), ("index", "index_low", "index_high", "level", "level_low", "level_high"), negatives=True),
    "positions": Exhibit(charts.plot_positions, POSITIONS, ("brand",), ("x", "y", "distance"), {"attributes": ATTRIBUTES}, negatives=True),
    "gap_map": Exhibit(charts.plot_gap_map, GAPS, ("group",), ("gap",)),
    "balance": Exhibit(charts.plot_balance, BALANCE, ("name",), ("deviation_before", "deviation_after"), {"tolerance": 0.15}, negatives=True),
    "profiles": Exhibit(charts.plot_profiles, PROFILES, ("competency",), ("required", "mean", "strong_mean")),
}  # fmt: skip


WIDTHS = {"page": WIDTH, "phone": charts.PHONE_WIDTH}


def draw(exhibit: Exhibit, condition: str, language: str, width: str = "page") -> Axes:
    """One chart under one condition in one language, for one width; inside the house style only."""
    words = Words(language, terms=CODEBOOK.terms(language))
    with charts.page_width(WIDTHS[width]):
        return exhibit.plot(exhibit.frame(condition), words=words, **exhibit.options)


def main(folder: str, *conditions: str) -> None:
    """Write a picture of each chart, condition, language and width into a folder."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, condition, language, width in itertools.product(
        EXHIBITS, conditions or CONDITIONS, LANGUAGES, WIDTHS
    ):
        with charts.house_style():
            axes = draw(EXHIBITS[name], condition, language, width)
            axes.figure.savefig(Path(folder) / f"{name}-{condition}-{language}-{width}.png", dpi=130)
        charts.close(axes.figure)


if __name__ == "__main__":
    main(*sys.argv[1:])
