"""The whole path: from tables in a folder, through the command line, to the published run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest

KOTLER = """
[engagement]
client = "Kotler"
year = 2027
as_of = 2026-10-31

[sizing]
visits_per_rep = 1000
"""


def salesmgmt(*arguments, cwd=None):
    command = [sys.executable, "-m", "salesmgmt", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=300)


@pytest.fixture(scope="module")
def kotler(tmp_path_factory):
    """1,000 A customers × 36 visits + 2,000 B × 12 at 1,000 visits a person: Kotler's worked example."""
    folder = tmp_path_factory.mktemp("kotler")
    (folder / "engagement.toml").write_text(KOTLER, encoding="utf-8")
    tiers = ["A"] * 1000 + ["B"] * 2000
    customers = pd.DataFrame({"customer_id": [f"K{i}" for i in range(3000)], "customer": "x", "status": "existing", "tier": tiers})  # fmt: skip
    customers.to_csv(folder / "customers.csv", index=False)
    coverage = pd.DataFrame({"status": "existing", "tier": ["A", "B"], "visits_per_year": [36, 12]})
    coverage.to_csv(folder / "coverage.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def kotler_run(kotler, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    done = salesmgmt("report", kotler, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    (cards,) = out.rglob("cards.json")
    return cards.parent, done


@pytest.fixture(scope="module")
def demo_run(demo, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    done = salesmgmt("report", demo, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    (cards,) = out.rglob("cards.json")
    return cards.parent, done


def stated(folder):
    cards = json.loads((folder / "cards.json").read_text(encoding="utf-8"))
    return {card["key"]: card for card in reversed(cards) if not card["by"]}


def test_published_example_comes_out_of_the_whole_path(kotler_run):
    cards = stated(kotler_run[0])
    assert cards["plan.sizing.visits"]["value"] == 60_000
    assert cards["plan.sizing.visits_per_rep"]["value"] == 1000
    assert cards["plan.sizing.reps"]["value"] == 60
    assert cards["plan.sizing.headcount"]["value"] == 60
    steps = pd.read_csv(kotler_run[0] / "tables" / "plan.sizing.steps.csv", encoding="utf-8-sig")
    assert steps[["status", "tier", "customers", "visits_per_year", "visits"]].values.tolist() == [
        ["existing", "A", 1000.0, 36.0, 36000.0],
        ["existing", "B", 2000.0, 12.0, 24000.0],
    ]


def test_no_range_is_claimed_where_no_assumption_has_one(kotler_run):
    cards = stated(kotler_run[0])
    assert cards["plan.sizing.headcount"]["low"] is None and cards["plan.sizing.headcount"]["high"] is None


def test_override_scenario_and_language_reach_the_cards(kotler, tmp_path):
    done = salesmgmt("report", kotler, "--set", "sizing.visits_per_rep=500", "--lang", "en", "--view", "board", "--out", tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    (cards,) = tmp_path.rglob("cards.json")
    assert stated(cards.parent)["plan.sizing.headcount"]["value"] == 120
    assert [page.name for page in tmp_path.rglob("*.html")] == ["report.en.html"]


def test_workbook_holds_every_table_and_the_answer(demo_run, kotler_run):
    for (folder, _), own in ((demo_run, 7), (kotler_run, 5)):  # the demo has a target and pay as well
        book = openpyxl.load_workbook(folder / "report.xlsx", data_only=True)
        assert len(book.sheetnames) == own + len(list((folder / "tables").iterdir()))
        top = list(
            book["人数测算 Sizing"].iter_rows(min_row=4, max_row=7, min_col=2, max_col=4, values_only=True)
        )
        cards = stated(folder)
        names = ("visits", "visits_per_rep", "reps", "headcount")
        assert top == [(*[cards[f"plan.sizing.{name}"]["value"]] * 2, 0) for name in names]


def test_every_column_of_the_workbook_is_named_in_both_languages(demo_run):
    book = openpyxl.load_workbook(demo_run[0] / "report.xlsx")
    heads = {(sheet.title, cell.value) for sheet in book.worksheets[7:] for cell in sheet[3] if cell.value}
    assert len(heads) > 200
    assert {head for _, head in heads if "\n" not in head} <= {"P10", "P90", "G", "AUC"}


def test_run_folder_is_whole_and_says_where_it_is(demo_run):
    folder, done = demo_run
    assert str(folder) in done.stdout
    assert f"  {next(folder.rglob('report.xlsx'))}\n" in done.stdout
    for name in (
        "cards.json",
        "run.json",
        "inputs/engagement.toml",
        "inputs/seal.json",
        "notebooks/1_plan.ipynb",
    ):
        assert (folder / name).is_file(), name
    for key in ("plan.sizing.steps", "plan.sizing.adjustments", "plan.roles", "allocation.visits", "motivation.pay", "evaluation.performance"):  # fmt: skip
        assert (folder / "tables" / f"{key}.csv").read_bytes().startswith(b"\xef\xbb\xbf"), key
    refusals = json.loads((folder / "run.json").read_text(encoding="utf-8"))["refusals"]
    assert [refusal["id"] for refusal in refusals] == [
        "evaluation.fairness.few_units",  # it has fifteen cities,
        "evaluation.review_none",  # and nobody who is clearly strong in both views
    ]


CONTRACT = {
    "plan.swot": ["factor_id", "quadrant", "weight", "rating", "score"],
    "plan.tows": ["strategy_id", "kind", "factor_ids", "initiative_ids"],
    "plan.stp": [
        "segment",
        "attractiveness",
        "strength",
        "cell",
        "targeted",
        "target_probability",
        "verdict",
    ],
    "plan.response": ["subject", "lowest", "highest", "elasticity", "residual", "spread"],
    "plan.sizing.steps": ["status", "tier", "customers", "visits_per_year", "visits"],
    "plan.territories": ["customer_id", "owner_id", "proposed_id", "change", "hours", "revenue"],
    "plan.territories.people": [
        "staff_id",
        "load_before",
        "load_after",
        "deviation_before",
        "deviation_after",
    ],
    "plan.territories.price": ["tolerance", "feasible", "handovers", "travel", "extra", "gap"],
    "plan.territories.bases": ["site", "present", "added"],
    "evaluation.competency.model": ["role", "competency", "required", "weight", "verdict"],
    "evaluation.competency.gaps": ["staff_id", "competency", "required", "score", "gap", "weight"],
    "evaluation.ratings": ["rater_kind", "form", "icc", "kappa", "verdict"],
}


@pytest.mark.parametrize("key", CONTRACT)
def test_result_tables_have_the_columns_that_others_read(demo_run, key):
    table = pd.read_csv(demo_run[0] / "tables" / f"{key}.csv", encoding="utf-8-sig")
    assert len(table) and set(CONTRACT[key]) <= set(table.columns)
    assert not {"rater_id", "rater", "judge"} & set(table.columns)


def test_swot_scores_and_gaps_follow_from_the_tables_by_hand(demo_run, demo):
    cards, tables = stated(demo_run[0]), demo_run[0] / "tables"
    factors = pd.read_csv(tables / "plan.swot.csv", encoding="utf-8-sig")
    sides = (factors["weight"] * factors["rating"]).groupby(factors["side"]).sum()
    assert cards["plan.swot.ife"]["value"] == pytest.approx(sides["internal"])
    assert cards["plan.swot.efe"]["value"] == pytest.approx(sides["external"])
    assert cards["plan.swot.ife"]["opinion"] and cards["plan.swot.efe"]["low"] is None
    gaps = pd.read_csv(tables / "evaluation.competency.gaps.csv", encoding="utf-8-sig")
    last = (
        pd.read_csv(demo / "assessments.csv")
        .query("rater_kind != 'self'")
        .sort_values("assessed_on", kind="stable")
    )
    last = last.drop_duplicates(["staff_id", "competency", "rater_id"], keep="last")
    kinds = last.groupby(["staff_id", "competency", "rater_kind"])["score"].mean()
    by_hand = kinds.groupby(level=[0, 1]).mean().rename("by_hand").reset_index()
    merged = gaps.merge(by_hand, on=["staff_id", "competency"])
    assert len(merged) == len(gaps) and merged["by_hand"].to_numpy() == pytest.approx(
        merged["score"].to_numpy()
    )
    assert gaps["gap"].to_numpy() == pytest.approx(
        (gaps["required"] - gaps["score"]).clip(lower=0).to_numpy()
    )


def test_no_rater_is_named_on_any_page_or_card(demo_run, demo):
    secret = (("assessments", "rater_id"), ("factor_ratings", "rater"), ("segment_scores", "rater"), ("judgements", "judge"))  # fmt: skip
    raters = {
        name for table, column in secret for name in pd.read_csv(demo / f"{table}.csv", dtype="str")[column]
    }
    staff = set(pd.read_csv(demo / "staff.csv", dtype="str")["staff_id"])
    shown = [path.read_text(encoding="utf-8") for path in (demo_run[0] / "share").rglob("*.html")]
    shown.append((demo_run[0] / "cards.json").read_text(encoding="utf-8"))
    bare = [re.sub(r"data:font/[^)]*", "", text) for text in shown]  # letters of a font are nobody's name
    words = {word for text in bare for word in re.findall(r"[A-Za-z0-9_-]+", text)}
    assert sorted(raters - staff) and not (raters - staff) & words


def test_every_number_in_prose_and_tiles_is_a_card(demo_run):
    for page in (demo_run[0] / "share").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        ids = set(re.findall(r'popover id="card-([^"]+)"', text))
        assert set(re.findall(r'popovertarget="card-([^"]+)"', text)) == ids
        for block in re.findall(r'<(?:p class="say"|div class="tile"|div class="conclusion"|div class="ask")>.*?</(?:p|div)>', text, re.S):  # fmt: skip
            bare = re.sub(r'<button.*?</button>|<span class="range">.*?</span>', "", block, flags=re.S)
            dates = r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2} [A-Z][a-z]+ \d{4}"
            bare = re.sub(rf"<[^>]+>|80%区间|80% range|{dates}|P10|P90", "", bare)
            assert not re.search(r"\d", bare), block


def test_numbers_are_the_same_in_both_languages_and_charts_too(demo_run):
    share = demo_run[0] / "share"
    for view in ("director", "board"):
        pages = [(share / view / f"report.{lang}.html").read_text(encoding="utf-8") for lang in ("zh", "en")]
        stated_ids = [re.findall(r'popovertarget="card-([^"]+)"', page) for page in pages]
        assert sorted(stated_ids[0]) == sorted(stated_ids[1])
        assert pages[0].count("<figure") == pages[1].count("<figure") > 0


def test_english_page_leaves_nothing_in_chinese_but_names(demo_run):
    page = (demo_run[0] / "share" / "director" / "report.en.html").read_text(encoding="utf-8")
    keys_as_typed = r"<span class=keys>.*?</span>"
    body = re.sub(rf"<style.*?</style>|{keys_as_typed}|<[^>]+>", " ", page, flags=re.S)
    assert set(re.findall(r"[\u4e00-\u9fff]+", body)) == set()


def test_every_header_and_code_has_a_label(demo_run):
    for page in (demo_run[0] / "share").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        cells = re.findall(r"<(?:th|td)[^>]*>([^<]*)</(?:th|td)>", text)
        assert [cell for cell in cells if re.fullmatch(r"[a-z]+(_[a-z]+)+(\s*\(.*\))?", cell)] == []


def test_board_knows_no_person(demo_run, demo):
    staff = pd.read_csv(demo / "staff.csv")
    for page in (demo_run[0] / "share" / "board").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        named = [name for column in ("name", "name_en") for name in staff[column] if str(name) in text]
        assert named == []


def test_cards_recompute_from_the_sealed_tables(demo_run):
    from salesmgmt.inputs import load
    from salesmgmt.motivation import pay
    from salesmgmt.plan import sizing

    folder, _ = demo_run
    data, cards = load(folder / "inputs"), stated(folder)
    team = sizing.five_steps(data["customers"], data["coverage"], visits_per_rep=data.capacity())
    assert cards["plan.sizing.visits"]["value"] == team.visits
    assert cards["plan.sizing.reps"]["value"] == team.reps
    assert cards["plan.sizing.headcount"]["value"] == sizing.adjust(team.cells, data["adjustments"])
    assert cards["motivation.pay.cost"]["value"] == pay.company_mix(data["staff"], as_of=data.as_of).cost


def papermill(notebook, output, *parameters, cwd):
    command = [sys.executable, "-m", "papermill", str(notebook), str(output), *parameters]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return output.read_text(encoding="utf-8")


def test_plain_papermill_runs_a_chapter_from_the_project_root(root, tmp_path):
    text = papermill(
        "notebooks/3_motivation.ipynb", tmp_path / "out.ipynb", "-p", "engagement", "data/demo", cwd=root
    )
    assert "vnd.salesmgmt.cards+json" in text and "report.refusal" not in text


def test_explore_runs_from_its_own_folder(root, tmp_path):
    text = papermill("explore.ipynb", tmp_path / "out.ipynb", cwd=root / "notebooks")
    assert "image/svg+xml" in text


def test_summary_without_a_run_says_what_to_run_first(root, demo, tmp_path):
    out, summary = tmp_path / "out.ipynb", root / "notebooks" / "0_summary.ipynb"
    text = papermill(summary, out, "-p", "engagement", str(demo), cwd=tmp_path)
    assert "salesmgmt report" in text and "report.no_run" in text


def test_summary_finds_the_latest_run_by_itself(root, kotler, kotler_run, tmp_path):
    out, summary = tmp_path / "out.ipynb", root / "notebooks" / "0_summary.ipynb"
    (tmp_path / "reports").symlink_to(kotler_run[0].parents[2])
    text = papermill(summary, out, "-p", "engagement", str(kotler), cwd=tmp_path)
    assert "report.no_run" not in text and "60 人" in text


@pytest.mark.parametrize(
    ("language", "expected"), [("zh", "找不到项目文件夹"), ("en", "There is no engagement folder")]
)
def test_bad_input_exits_2_with_a_message_and_leaves_nothing(tmp_path, language, expected):
    done = salesmgmt("report", tmp_path / "nowhere", "--lang", language, "--out", tmp_path / "reports")
    assert done.returncode == 2
    assert expected in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "reports").exists()


def test_wrong_usage_exits_2():
    assert salesmgmt("report").returncode == 2
    assert salesmgmt("report", "data/demo", "--set", "nonsense").returncode == 2


def test_doctor_looks_at_fonts_kernel_browser_and_write_access(tmp_path):
    done = salesmgmt("doctor", "--lang", "en", "--out", tmp_path)
    assert done.returncode == 0, done.stdout
    for subject in ("Chinese font", "Notebook kernel", "Browser for PDF", "Write access"):
        assert subject in done.stdout


def test_many_problems_are_shown_in_part_and_kept_whole_beside_the_tables(kotler, tmp_path):
    shutil.copytree(kotler, tmp_path / "client")
    customers = pd.read_csv(kotler / "customers.csv").assign(status="潜在")
    customers.to_csv(tmp_path / "client" / "customers.csv", index=False)
    done = salesmgmt("report", tmp_path / "client", "--lang", "zh", "--out", tmp_path / "reports")
    assert done.returncode == 2 and not (tmp_path / "reports").exists()
    assert done.stderr.count("来的是「潜在」") == 20 and "另有 2,980 个问题未列出" in done.stderr
    kept = pd.read_excel(tmp_path / "client" / "problems.xlsx", sheet_name=None, engine="calamine")
    assert kept["问题清单"]["行"].tolist() == list(range(2, 3002))
    assert kept["客户"]["status"].tolist() == ["潜在"] * 3000


def test_check_lists_tables_rows_and_warnings_and_runs_nothing(demo, tmp_path):
    done = salesmgmt("check", demo, "--lang", "zh", cwd=tmp_path)
    assert done.returncode == 0 and "数据可用" in done.stdout
    assert re.search(r"客户 customers: \d+ 行 · customers.csv", done.stdout)
    assert "没有负责人" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_scenario_moves_the_answer_and_is_named_on_the_page(demo, demo_run, tmp_path):
    done = salesmgmt(
        "report", demo, "--scenario", "stretch", "--view", "director", "--lang", "zh", "--out", tmp_path
    )
    assert done.returncode == 0, done.stderr
    (cards,) = tmp_path.rglob("cards.json")
    assert cards.parent.name.endswith("-stretch")
    base, stretch = stated(demo_run[0]), stated(cards.parent)
    assert stretch["plan.sizing.headcount"]["value"] > base["plan.sizing.headcount"]["value"]
    assert "stretch" in (cards.parent / "share" / "director" / "report.zh.html").read_text(encoding="utf-8")


def test_two_runs_on_the_same_inputs_state_the_same_numbers(kotler_run, kotler, tmp_path):
    done = salesmgmt("report", kotler, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    (cards,) = tmp_path.rglob("cards.json")
    assert cards.read_bytes() == (kotler_run[0] / "cards.json").read_bytes()
