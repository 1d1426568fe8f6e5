"""Chapters on data that cannot carry a claim: each says why and what would cure it, none fails."""

from __future__ import annotations

import pandas as pd
import papermill
import pytest

ENGAGEMENT = '[engagement]\nclient = "小客户"\nyear = 2027\nas_of = 2026-10-31\nlanguages = ["zh"]\n'
STAFF = [f"S{n}" for n in range(1, 7)]
PANEL = pd.DataFrame(
    {"role": "account_manager", "competency": ["倾听", "守诺"], "weight": 0.5, "required": 4.0}
)
FACTORS = pd.DataFrame(
    {
        "factor_id": ["F1", "F2", "F3"],
        "look": ["policy", "customers", "people"],
        "statement": ["甲", "乙", "丙"],
        "effect": [1, -1, 1],
        "weight": [0.4, 0.6, 1.0],
        "rating": [3, 2, 4],
    }
)


def rated(score, *, kinds=("manager", "peer", "peer"), people=STAFF, competencies=("倾听", "守诺")):
    """One rating of every person and competency by each rater; ``score`` is called with their places."""
    return pd.DataFrame(
        [
            {"staff_id": person, "competency": item, "rater_id": person if kind == "self" else f"R{at}", "rater_kind": kind,
             "score": score(STAFF.index(person), place, at), "assessed_on": "2026-09-30"}
            for person in people for place, item in enumerate(competencies) for at, kind in enumerate(kinds)
        ]
    )  # fmt: skip


def client(folder, **tables):
    """Six account managers with two customers each and revenue of two years, and the tables given."""
    (folder / "engagement.toml").write_text(ENGAGEMENT, encoding="utf-8")
    owners = [person for person in STAFF for _ in range(2)]
    ids = [f"C{n}" for n in range(12)]
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 11)]
    tables |= {
        "customers": pd.DataFrame({"customer_id": ids, "customer": ids, "status": "existing"}),
        "staff": pd.DataFrame({"staff_id": STAFF, "name": [f"员工{p}" for p in STAFF], "role": "account_manager"}),
        "revenue": pd.DataFrame(
            [
                {"revenue_id": f"{c}-{m}", "month": m, "customer_id": c, "staff_id": s, "amount": 100 + at * m.startswith("2026")}
                for at, (c, s) in enumerate(zip(ids, owners, strict=True)) for m in months
            ]
        ),
    }  # fmt: skip
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def chapter(root, folder, name):
    """What the chapter says, its result tables and the ids of its refusals."""
    made = papermill.execute_notebook(
        str(root / "notebooks" / f"{name}.ipynb"), None, parameters={"engagement": str(folder)}, progress_bar=False
    )  # fmt: skip
    outputs = [output.get("data", {}) for cell in made.cells for output in cell.get("outputs", [])]
    tables = {d["key"]: pd.DataFrame(d["rows"], columns=d["columns"]) for o in outputs if (d := o.get("application/vnd.salesmgmt.table+json"))}  # fmt: skip
    refusals = [d["id"] for o in outputs if (d := o.get("application/vnd.salesmgmt.refusal+json"))]
    return "".join(o.get("text/html", "") for o in outputs), tables, refusals


def test_self_ratings_only_give_no_score_and_ask_for_others(root, tmp_path):
    ratings = rated(lambda person, item, rater: 4, kinds=("self",))
    said, tables, refusals = chapter(
        root, client(tmp_path, assessments=ratings, competencies=PANEL), "4_evaluation"
    )
    assert {"evaluation.no_gaps", "evaluation.ratings_no_others"} <= set(refusals)
    assert "请安排上级、同级或客户评分" in said and "evaluation.competency.gaps" not in tables


def test_two_strong_performers_make_no_requirement_and_the_panel_is_asked(root, tmp_path):
    ratings = rated(lambda person, item, rater: 2 + (person + item + rater) % 4)
    said, _, refusals = chapter(root, client(tmp_path, assessments=ratings), "4_evaluation")
    assert "evaluation.competency.no_requirement" in refusals and "evaluation.no_gaps" in refusals
    assert "不足 3 人（现有 2 人）" in said and "请专家给出要求分" in said


def test_constant_scores_are_explained_and_order_nothing(root, tmp_path):
    ratings = rated(lambda person, item, rater: 3)
    said, tables, _ = chapter(root, client(tmp_path, assessments=ratings, competencies=PANEL), "4_evaluation")
    assert (tables["evaluation.competency.gaps"]["gap"] == 1.0).all()
    assert set(tables["evaluation.ratings"]["verdict"]) == {"cannot_tell"}
    assert "还不能判断评分是否可靠" in said and "首要补强项站得住(" not in said


def test_a_competency_nobody_was_rated_on_stays_in_the_model_without_a_verdict(root, tmp_path):
    ratings = rated(lambda person, item, rater: 2 + (person + rater) % 3, competencies=("倾听",))
    said, tables, _ = chapter(root, client(tmp_path, assessments=ratings, competencies=PANEL), "4_evaluation")
    model = tables["evaluation.competency.model"].set_index("competency")
    assert model.loc["守诺", ["strong", "others"]].tolist() == [0, 0]
    assert set(model["verdict"]) == {"cannot_tell"} and "人数不够做统计比较" in said
    assert set(tables["evaluation.competency.gaps"]["competency"]) == {"倾听"}
    assert tables["evaluation.competency.scores"]["rated"].eq(1.0).all()


@pytest.mark.parametrize(
    ("factors", "refused", "said"),
    [
        (FACTORS, set(), "宜取「"),
        (FACTORS[:2], {"plan.swot_unrated"}, "位置只看到一半"),
        (FACTORS.drop(columns="rating"), {"plan.swot_unrated", "plan.swot_no_room"}, "位置只看到一半"),
    ],
)
def test_a_swot_with_half_its_sides_or_no_ratings_says_what_is_missing(
    root, tmp_path, factors, refused, said
):
    html, tables, refusals = chapter(root, client(tmp_path, factors=factors), "1_plan")
    assert {id for id in refusals if id.startswith("plan.swot")} == refused
    assert said in html and "还没有任何因素" in html
    assert len(tables["plan.swot.looks"]) == 8
