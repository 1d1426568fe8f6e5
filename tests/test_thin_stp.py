"""The chapter's segments and responses on data that cannot carry a claim: each says why, none fails."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.test_thin_data import chapter, client

CRITERIA = pd.DataFrame(
    {"axis": ["attractiveness", "attractiveness", "strength"], "criterion": ["甲", "乙", "丙"]}
)
SCORES = CRITERIA.merge(pd.DataFrame({"segment": ["东", "西"], "score": [4, 2]}), how="cross")
EFFORTS = [0, 0.5, 1, 1.5, 9]


def judged(answers):
    return pd.DataFrame({"subject": "东", "judge": "J", "effort": EFFORTS, "response": answers})


@pytest.mark.parametrize(
    ("criteria", "refused", "said"),
    [
        (CRITERIA, {"plan.stp_unweighted"}, "请填写权重，或补上两两比较表"),
        (CRITERIA[:2].assign(weight=0.5), {"plan.stp_no_criteria"}, "两个维度各补上至少一条准则"),
        (CRITERIA.assign(weight=[0.5, 0.5, 1.0]), {"plan.stp_few_raters"}, "至少要有三名评分人"),
    ],
)
def test_segments_without_weights_criteria_or_raters_say_so(root, tmp_path, criteria, refused, said):
    named = SCORES[SCORES["criterion"].isin(criteria["criterion"])].assign(rater="E")
    folder = client(tmp_path, criteria=criteria, segment_scores=named)
    html, tables, refusals = chapter(root, folder, "1_plan")
    assert {id for id in refusals if id.startswith("plan.stp")} == refused
    assert said in html and ("plan.stp" in tables) == ("plan.stp_few_raters" in refused)


def test_one_brand_more_than_ours_makes_no_map_but_a_rival(root, tmp_path):
    rows = [(b, a, s, b == "我") for b, own in {"我": (3, 4), "他": (4, 3)}.items() for a, s in zip("价质", own, strict=True)]  # fmt: skip
    positions = pd.DataFrame(rows, columns=["brand", "attribute", "score", "us"])
    html, tables, refusals = chapter(root, client(tmp_path, positions=positions), "1_plan")
    assert "plan.stp_few_brands" in refusals and "三个品牌和三项属性" in html
    assert tables["plan.stp.rivals"]["rival"].tolist() == ["他"]


@pytest.mark.parametrize(
    ("answers", "refused", "said"),
    [
        ([1, 1, 1, 1, 1], "plan.response_flat", "收入都一样"),
        ([0.5, None, 1, None, 1.4], "plan.response_few_points", "以及 0.5 或 1.5"),
        ([0.5, 0.8, 1, 1.1, 1.4], "plan.response_no_move", "只有一名判断人"),
    ],
)
def test_judgements_that_make_no_curve_or_no_move_say_so(root, tmp_path, answers, refused, said):
    folder = client(tmp_path, judgements=judged(answers).dropna())
    ids = [f"C{n}" for n in range(12)]
    customers = pd.DataFrame({"customer_id": ids, "customer": ids, "status": "existing", "segment": "东"})
    customers.to_csv(folder / "customers.csv", index=False)
    visits = pd.DataFrame({"visit_id": ids, "visited_on": "2026-03-02", "staff_id": "S1", "customer_id": ids})
    visits.to_csv(folder / "visits.csv", index=False)
    html, tables, refusals = chapter(root, folder, "1_plan")
    assert {id for id in refusals if id.startswith("plan.response")} == {refused}
    assert said in html and ("plan.response" in tables) == (refused == "plan.response_no_move")
