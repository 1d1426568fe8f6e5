"""Where the demonstration client means to aim: criteria, scores of six segments, brands, and judged responses.

All made up. Five raters score the segments on nine criteria; three of them compared the criteria of attractiveness in
pairs. Banking is both attractive and ours; telecom shrinks. Government hotlines, the strategy's bet, attract everybody,
but one bid in six is won: whether they are a target depends on who is asked. Four people judge what visits bring;
on hotlines they disagree.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from demo_phrases import SEGMENTS

STREAM = 1601
RATERS = ("E1", "E2", "E3", "E4", "E5")
COMPARERS = ("E1", "E2", "E4")
JUDGES = ("J-01", "J-02", "J-03", "J-04")
EFFORTS = (0.0, 0.5, 1.0, 1.5, 9.0)

# axis, criterion, English, weight (blank where compared), importance behind the comparisons
CRITERIA = (
    ("attractiveness", "市场规模", "Market size", None, 3.0),
    ("attractiveness", "市场增长", "Market growth", None, 4.0),
    ("attractiveness", "利润空间", "Room for profit", None, 3.5),
    ("attractiveness", "付款条件", "Terms of payment", None, 1.5),
    ("attractiveness", "竞争缓和", "Mild competition", None, 2.0),
    ("strength", "中标与续签", "Wins and renewals", 0.30, None),
    ("strength", "行业经验", "Industry experience", 0.25, None),
    ("strength", "职场与交付", "Sites and delivery", 0.25, None),
    ("strength", "客户关系", "Customer relations", 0.20, None),
)

# what the raters see, criteria in the order above
SEEN = {
    "银行": (4.6, 3.4, 4.2, 4.0, 2.8, 4.0, 4.6, 3.8, 4.2),
    "保险": (3.4, 3.2, 3.8, 3.8, 3.0, 4.0, 4.0, 3.6, 3.8),
    "电商": (4.0, 4.2, 3.2, 3.8, 2.6, 3.8, 3.6, 4.2, 3.4),
    "政务热线": (4.0, 4.8, 3.4, 2.0, 2.6, 1.8, 2.4, 3.4, 2.6),
    "通信": (3.4, 1.4, 2.2, 2.4, 2.0, 3.0, 3.6, 3.4, 3.2),
    "物流": (1.8, 3.0, 2.4, 3.4, 3.0, 4.0, 3.0, 3.4, 3.4),
}

BRANDS = (
    ("远航", "Yuanhang", True),
    ("同渡服务", "Tongdu Services", False),
    ("蓝屿客服", "Lanyu Contact", False),
    ("汇声科技", "Huisheng Tech", False),
)
ATTRIBUTES = (
    ("价格优惠", "Low price"),
    ("交付稳定", "Steady delivery"),
    ("响应快", "Quick response"),
    ("技术先进", "Advanced technology"),
    ("懂行业", "Knows the industry"),
    ("属地职场", "Local sites"),
)

# each brand anywhere, and what is different in single segments, attributes in the order above
PROFILES = {
    "远航": (3.0, 4.0, 3.5, 3.0, 4.0, 4.0),
    "同渡服务": (4.5, 3.0, 3.0, 2.5, 3.0, 3.5),
    "蓝屿客服": (4.0, 3.0, 4.0, 3.0, 2.5, 2.5),
    "汇声科技": (2.5, 3.5, 3.5, 4.5, 3.0, 2.0),
}
DIFFERENT = {
    ("远航", "银行"): (0.0, 0.5, 0.0, 0.0, 0.5, 0.0),
    ("远航", "政务热线"): (0.0, -0.5, -0.5, 0.0, -1.0, 0.0),
    ("同渡服务", "政务热线"): (0.0, 0.5, 0.5, 0.0, 1.0, 0.5),
    ("蓝屿客服", "政务热线"): (0.5, 0.0, 0.0, 0.0, 0.5, 0.5),
    ("蓝屿客服", "电商"): (0.0, 0.5, 0.5, 0.5, 1.5, 0.5),
    ("汇声科技", "通信"): (0.0, 0.5, 0.0, 0.5, 1.0, 0.5),
}

# no visits, saturation, bend of the judged curve, and how far judges differ
RESPONSES = {
    "银行": (0.72, 1.22, 1.1, 0.03),
    "保险": (0.70, 1.24, 1.2, 0.04),
    "电商": (0.62, 1.34, 1.3, 0.05),
    "政务热线": (0.60, 1.55, 1.6, 0.14),
    "通信": (0.80, 1.10, 0.9, 0.03),
    "物流": (0.70, 1.18, 1.0, 0.04),
}
ENGLISH = {s.segment: s.segment_en for s in SEGMENTS}


def tables(seed: int) -> dict[str, pd.DataFrame]:
    """The five tables, out of a stream of their own."""
    rng = np.random.default_rng([seed, STREAM])
    return {
        "criteria": criteria(),
        "criteria_pairs": criteria_pairs(rng),
        "segment_scores": segment_scores(rng),
        "positions": positions(),
        "judgements": judgements(rng),
    }


def criteria() -> pd.DataFrame:
    """One row per axis × criterion; weights are typed for strength, compared for attractiveness."""
    columns = ["axis", "criterion", "criterion_en", "weight"]
    return pd.DataFrame([row[:4] for row in CRITERIA], columns=columns).astype({"weight": "float64"})


def criteria_pairs(rng: np.random.Generator) -> pd.DataFrame:
    """One row per pair of criteria of attractiveness and rater, on Saaty's scale: 1 to 9, or one over it."""
    compared = [row for row in CRITERIA if row[0] == "attractiveness"]
    rows = []
    for rater in COMPARERS:
        for one, other in combinations(compared, 2):
            ratio = one[4] / other[4] * float(np.exp(rng.normal(0.0, 0.35)))
            scale = float(np.clip(np.round(max(ratio, 1 / ratio)), 1, 9))
            stated = scale if ratio >= 1 else round(1 / scale, 3)
            rows.append((one[0], one[1], one[2], other[1], other[2], rater, stated))
    columns = ["axis", "criterion", "criterion_en", "other", "other_en", "rater", "ratio"]
    return pd.DataFrame(rows, columns=columns)


def segment_scores(rng: np.random.Generator) -> pd.DataFrame:
    """One row per segment × criterion × rater: what is seen, a rater's leniency and mood, in whole points."""
    lenient = dict(zip(RATERS, rng.normal(0.0, 0.25, len(RATERS)), strict=True))
    rows = []
    for segment, seen in SEEN.items():
        for (axis, criterion, criterion_en, *_), point in zip(CRITERIA, seen, strict=True):
            for rater in RATERS:
                score = point + lenient[rater] + rng.normal(0.0, 0.55)
                whole = int(np.clip(np.round(score), 1, 5))
                rows.append((segment, ENGLISH[segment], axis, criterion, criterion_en, rater, whole))
    columns = ["segment", "segment_en", "axis", "criterion", "criterion_en", "rater", "score"]
    return pd.DataFrame(rows, columns=columns)


def positions() -> pd.DataFrame:
    """One row per brand × segment × attribute, as customers told a survey, on a scale of 1 to 5."""
    rows = []
    for segment in SEEN:
        for brand, brand_en, us in BRANDS:
            extra = DIFFERENT.get((brand, segment), (0.0,) * len(ATTRIBUTES))
            for (attribute, attribute_en), usual, more in zip(
                ATTRIBUTES, PROFILES[brand], extra, strict=True
            ):
                score = min(max(usual + more, 1.0), 5.0)
                rows.append((brand, brand_en, segment, ENGLISH[segment], attribute, attribute_en, score, us))
    columns = ["brand", "brand_en", "segment", "segment_en", "attribute", "attribute_en", "score", "us"]
    return pd.DataFrame(rows, columns=columns)


def judgements(rng: np.random.Generator) -> pd.DataFrame:
    """One row per segment × judge × effort: a curve of the judge's own, told to the nearest twentieth."""
    rows = []
    for subject, (lowest, highest, bend, apart) in RESPONSES.items():
        for judge in JUDGES:
            low = float(np.clip(lowest + rng.normal(0.0, apart), 0.2, 0.95))
            high = float(max(highest + rng.normal(0.0, 1.5 * apart), 1.03))
            half, power = (high - 1.0) / (1.0 - low), bend * float(np.exp(rng.normal(0.0, 2.0 * apart)))
            curve = [low + (high - low) * x**power / (half + x**power) for x in (0.0, 0.5, 1.0, 1.5)]
            told = np.round(np.array([*curve[:2], 1.0, curve[3], high]) * 20) / 20
            told[-1] = max(told[-1], 1.05)
            rows += [(subject, ENGLISH[subject], judge, x, r) for x, r in zip(EFFORTS, np.maximum.accumulate(told), strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["subject", "subject_en", "judge", "effort", "response"])
