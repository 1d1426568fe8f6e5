"""The client with two hundred sellers: what drives growth is as planted, and can be read by the project.

Skill and growth are counted here from the tables and the truth they were made of, with none of the project's methods.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import papermill
import pytest
from demo_people import AS_OF
from demo_sellers import DRIVER, NAMES, sellers, skills, write
from scipy import stats

from salesmgmt.evaluation import competency, performance
from salesmgmt.inputs import load

UNLUCKY = 1e-4
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def seeds(soak: bool, seed: int) -> range:
    return range(seed, seed + (200 if soak else 20))


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return sellers()


def top(tables: dict[str, pd.DataFrame]) -> pd.Series:
    """The third of the sellers with the most growth, January to October on the same months of the year before."""
    revenue = tables["revenue"]
    same = revenue[revenue["month"].dt.month.le(10)]
    year = same.groupby(["staff_id", same["month"].dt.year])["amount"].sum().unstack()
    growth = year[2026] / year[2025] - 1
    return growth.rank(ascending=False) <= len(growth) // 3


def standing_out(seeds: range, planted: str) -> pd.DataFrame:
    """Skill of the top third less that of the others, in standard deviations, by seed and competency."""
    found = []
    for seed in seeds:
        skill, best = skills(seed), top(sellers(seed, planted=planted))
        found.append((skill[best].mean() - skill[~best].mean()) / skill.std())
    return pd.DataFrame(found)


def test_size_of_the_client(tables: dict[str, pd.DataFrame]) -> None:
    assert {name: len(table) for name, table in tables.items()} == {
        "customers": 800, "staff": 200, "assignments": 800, "revenue": 17_600, "competencies": 8,
        "assessments": 8_000, "incidents": 400,
    }  # fmt: skip
    assert tables["staff"]["team"].value_counts().to_dict() == {f"第 {k} 队": 20 for k in range(1, 11)}
    assert tables["competencies"]["weight"].sum() == pytest.approx(1, abs=1e-12)


def test_the_project_reads_it_without_a_warning(tmp_path: Path) -> None:
    write(tmp_path, people=60)
    data = load(tmp_path)
    assert [problem.id for problem in data.warnings] == []
    assert len(data.tables["assessments"]) == 60 * 5 * 8


def test_panels_are_a_manager_three_peers_of_the_team_and_oneself(tables: dict[str, pd.DataFrame]) -> None:
    given = tables["assessments"]
    assert not given.duplicated(["staff_id", "competency", "rater_id"]).any()
    kinds = given.groupby(["staff_id", "rater_kind"])["rater_id"].nunique().unstack()
    assert kinds.drop_duplicates().to_dict("records") == [{"manager": 1, "peer": 3, "self": 1}]
    own = given[given["rater_kind"].eq("self")].drop_duplicates("staff_id").set_index("rater_id")["staff_id"]
    team = tables["staff"].set_index("staff_id")["team"]
    peers = given[given["rater_kind"].eq("peer")]
    who = peers["rater_id"].map(own)
    assert (who.map(team).to_numpy() == peers["staff_id"].map(team).to_numpy()).all()
    assert who.ne(peers["staff_id"]).all()
    managers = given[given["rater_kind"].eq("manager")]
    assert managers.groupby(managers["staff_id"].map(team))["rater_id"].nunique().eq(1).all()
    assert not set(managers["rater_id"]) & set(own.index)


def test_scores_are_skewed_and_cut_off_and_raters_unlike(tables: dict[str, pd.DataFrame]) -> None:
    given = tables["assessments"]
    assert given["score"].isin(range(1, 6)).all()
    assert given["score"].skew() < -0.3
    assert given["score"].eq(5).mean() > 0.2
    others = given[given["rater_kind"].ne("self")]
    managers = others[others["rater_kind"].eq("manager")].groupby("rater_id")["score"].mean()
    assert 0.15 < managers.std() < 0.6
    pairs = others.pivot_table(index=["staff_id", "rater_id"], columns="competency", values="score")
    within = pairs.sub(pairs.groupby("rater_id").transform("mean")).corr().to_numpy()
    assert within[~np.eye(len(NAMES), dtype=bool)].min() > 0.05  # the halo: skills are independent


def test_the_top_third_is_better_in_what_was_planted_and_in_nothing_else(seeds: range) -> None:
    found = standing_out(seeds, DRIVER)
    mean, error = found.mean(), found.std() / np.sqrt(len(found))
    print(f"top third better by {mean[DRIVER]:.3f} ± {error[DRIVER]:.3f} sd of skill")
    assert 0.8 - 4 * error[DRIVER] < mean[DRIVER] < 1.0 + 4 * error[DRIVER]
    nothing_else(found.drop(columns=DRIVER))


def test_nothing_drives_growth_in_the_null_client(seeds: range) -> None:
    nothing_else(standing_out(seeds, ""))


def nothing_else(found: pd.DataFrame) -> None:
    t = found.mean() / found.std() * np.sqrt(len(found))
    assert t.abs().max() < stats.t.ppf(1 - UNLUCKY / found.shape[1] / 2, len(found) - 1)


def test_any_competency_can_be_planted(seeds: range) -> None:
    planted = NAMES[seeds[0] % len(NAMES)]
    assert standing_out(seeds[:5], planted).mean().idxmax() == planted


def test_planting_moves_revenue_and_what_is_told_alone() -> None:
    before, after = sellers(4, people=40, planted=""), sellers(4, people=40, planted=DRIVER)
    assert [name for name in before if not before[name].equals(after[name])] == ["revenue", "incidents"]


def test_incidents_tell_of_the_driver_where_there_is_one() -> None:
    share = {p: sellers(4, planted=p)["incidents"]["competency"].eq(DRIVER).mean() for p in (DRIVER, "")}
    assert share[""] == pytest.approx(1 / 8, abs=0.06)
    assert share[DRIVER] == pytest.approx((0.35 + 0.10) / 2, abs=0.08)


def test_every_chinese_text_has_its_english(tables: dict[str, pd.DataFrame]) -> None:
    for table in tables.values():
        for column in table.select_dtypes("str"):
            if table[column].str.contains(CHINESE).any():
                assert table[f"{column}_en"].ne("").all()
                assert not table[f"{column}_en"].str.contains(CHINESE).any()


def test_unknown_competencies_and_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="planted is 'charm', must be '' or one of"):
        sellers(planted="charm")
    with pytest.raises(ValueError, match="people is 5, must be at least 8"):
        sellers(people=5)


# What the analysis says of it


def differentiating(seed: int, planted: str) -> set[str]:
    """Competencies that the project calls differentiating in one client."""
    tables = sellers(seed, planted=planted)
    results = performance.by_person(
        tables["revenue"], tables["staff"], as_of=AS_OF, owners=tables["assignments"]
    )
    found = competency.model(tables["assessments"], results, competencies=tables["competencies"])
    assert found[["strong", "others"]].drop_duplicates().values.tolist() == [[66, 134]]
    return set(found.loc[found["verdict"].eq("differentiating"), "competency"])


def test_analysis_finds_what_drives_growth_and_no_more(seeds: range) -> None:
    said = [differentiating(seed, DRIVER) for seed in seeds]
    found, false = sum(DRIVER in names for names in said), sum(bool(names - {DRIVER}) for names in said)
    print(f"of {len(seeds)} clients: driver found in {found}, another competency in {false}")
    assert found >= 0.8 * len(seeds)
    assert false <= stats.binom.ppf(1 - UNLUCKY, len(seeds), 0.05)


def test_analysis_finds_nothing_in_the_null_client(seeds: range) -> None:
    false = sum(bool(differentiating(seed, "")) for seed in seeds)
    print(f"of {len(seeds)} clients without a driver: some competency found in {false}")
    assert false <= stats.binom.ppf(1 - UNLUCKY, len(seeds), 0.05)


@pytest.mark.parametrize("planted", [DRIVER, ""])
def test_the_chapter_says_so_where_something_is_there_and_only_there(planted, root, tmp_path):
    write(tmp_path, seed=2027, people=200, planted=planted)
    made = papermill.execute_notebook(
        str(root / "notebooks" / "4_evaluation.ipynb"), None, progress_bar=False,
        parameters={"engagement": str(tmp_path), "languages": ["zh"]},
    )  # fmt: skip
    outputs = [
        output.get("data", {}).get("text/plain", "")
        for cell in made.cells
        for output in cell.get("outputs", [])
    ]
    said = "".join(text if isinstance(text, str) else "".join(text) for text in outputs)
    assert (f"客户经理的{DRIVER}能区分优秀者" in said) == bool(planted)
    assert ("没有一项能力在优秀者和其他人之间显出超出偶然的差别" in said) == (not planted)
