"""Publishing with real notebooks, kernels and files: all of it, or nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from salesmgmt import publish
from salesmgmt.errors import InputError
from salesmgmt.inputs import load
from salesmgmt.publish.folder import file_hashes
from tests.publish.chapters import PLAN, write_client

BAD = [("zh", "# 规划"), ("en", "# Plan"), "1 / 0"]


def page(run, language="zh", view="director"):
    return (run.folder / "share" / view / f"report.{language}.html").read_text(encoding="utf-8")


def body(html):
    return re.search(r"<main.*?</main>", html, re.S).group(0)


def report_failing(client, notebooks, out):
    with pytest.raises(publish.ReportFailed, match=r"1_plan.ipynb.*ZeroDivisionError") as failure:
        publish.report(client, out=out, notebooks=notebooks)
    return failure.value


def test_run_folder_is_whole(made):
    there = set(file_hashes(made.folder))
    assert {"cards.json", "run.json", "inputs/seal.json", "notebooks/0_summary.ipynb", "notebooks/1_plan.ipynb", "tables/plan.sizing.doubtful.csv"} <= there  # fmt: skip
    assert {
        f"share/{view}/report.{language}.html" for view in ("director", "board") for language in ("zh", "en")
    } <= there
    assert [path.exists() for path in made.pages] == [True] * 4
    assert re.fullmatch(r"\d{8}-\d{6}-stretch", made.folder.name)
    assert [path.name for path in made.folder.parent.iterdir()] == [made.folder.name]


def test_record_says_how_it_was_made_and_what_it_holds(made):
    record = json.loads((made.folder / "run.json").read_text(encoding="utf-8"))
    assert (
        record["scenario"] == "stretch"
        and record["overrides"] == {"sizing.working_days": 215}
        and record["seed"] == 7
    )
    assert record["files"] == {
        name: value for name, value in file_hashes(made.folder).items() if name != "run.json"
    }
    assert set(record["seconds"]) == {"total", "0_summary.ipynb", "1_plan.ipynb"}
    assert record["versions"]["papermill"] and set(record["notebooks"]) == {"0_summary.ipynb", "1_plan.ipynb"}
    assert [refusal["kind"] for refusal in record["refusals"]] == ["absent", "absent", "refused"]


def test_scenario_and_override_are_sealed_and_reach_the_notebooks(made):
    sealed = load(made.folder / "inputs")
    assert sealed.value("sizing.visits_per_rep") == 200 and sealed.value("sizing.working_days") == 215
    assert sealed.scenario == "stretch"


def test_numbers_stay_unrounded_in_cards_and_rounded_on_the_page(made):
    cards = {
        card["key"]: card["value"] for card in json.loads((made.folder / "cards.json").read_text("utf-8"))
    }
    assert cards["plan.sizing.visits"] == 1234.5678
    assert "1,235 次" in page(made) and "1,235 visits" in page(made, "en")


def test_summary_stands_first_on_the_cards_of_the_chapters(made):
    main = body(page(made))
    assert main.index(">结论<") < main.index('class="conclusion"') < main.index(">规划<")


def test_pages_are_offline_and_scripts_cannot_run(made):
    for path in made.pages:
        html = path.read_text(encoding="utf-8")
        assert "default-src 'none'; script-src 'sha256-" in html
        assert "; img-src data:; style-src 'unsafe-inline'; font-src data:" in html
        assert re.findall("<script[^>]*>.{12}", html) == ['<script>"use strict"'] and "&lt;script&gt;" in html
        assert not re.search(r"https?://|(?:src|href)=\"(?!data:|#)|url\((?!data:)|@import|\bon\w+=", html)


def test_a_reader_sees_one_language_and_one_view(made):
    zh, en = page(made), page(made, "en")
    assert '<html lang="zh-CN">' in zh and '<html lang="en">' in en
    assert "How many people?" not in zh and "多少人?" not in en
    assert "谁去拜访？" in page(made) and "谁去拜访？" not in page(made, view="board")
    assert "chapter.card" not in zh and "Traceback" not in zh


def test_dark_sections_are_listed_and_refusals_shown(made):
    main = body(page(made))
    dark = re.search(r'<aside class="dark".*?</aside>', main, re.S).group(0)
    assert "够不够？" in dark and "差在哪里？" in dark and "staff" in dark
    assert "够不够?" not in main.replace(dark, "")
    assert main.count('<p class="refusal">') == 1 and "没有一个组别有足够的数据" in main


def test_contents_leads_to_sections_that_exist(made):
    html = page(made)
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert targets <= set(re.findall(r'\bid="([^"]+)"', html)) and len(targets) > 5


def test_every_stated_number_has_its_card_and_no_other_is_there(made):
    for path in made.pages:
        html = path.read_text(encoding="utf-8")
        panels = re.findall(r'<div popover id="card-([^"]+)"', html)
        assert len(panels) == len(set(panels)) == 2
        assert set(panels) == set(re.findall(r'popovertarget="card-([^"]+)"', html))


def test_appendix_says_what_is_opinion_and_where_numbers_come_from(made):
    main = body(page(made, "en"))
    for expected in (
        "scenarios.stretch",
        "customers.csv",
        "215 days",
        "SHA-256",
        made.folder.name,
        "opinion",
    ):
        assert expected in main


def test_a_kept_notebook_runs_again_where_it_lies(made, tmp_path):
    command = [sys.executable, "-m", "papermill", "1_plan.ipynb", str(tmp_path / "again.ipynb")]
    done = subprocess.run(
        command, cwd=made.folder / "notebooks", capture_output=True, text=True, timeout=120, env=environment()
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_failed_notebook_is_kept_and_earlier_runs_are_untouched(client, chapters, tmp_path):
    out = tmp_path / "reports"
    first = publish.report(
        client, out=out, notebooks=chapters(**{"1_plan": PLAN}), languages=["zh"], views=["board"]
    )
    before = file_hashes(first.folder)
    failure = report_failing(client, chapters(**{"1_plan": BAD}), out)
    assert failure.notebook.is_file() and ".failed" in failure.notebook.parts and failure.cell == 4
    assert failure.error == "ZeroDivisionError: division by zero"
    assert "ZeroDivisionError" in (failure.notebook.parents[1] / "error.txt").read_text(encoding="utf-8")
    assert file_hashes(first.folder) == before
    assert sorted(path.name for path in first.folder.parent.iterdir()) == [first.folder.name]


def test_failure_publishes_nothing(client, chapters, tmp_path):
    report_failing(client, chapters(**{"1_plan": BAD}), tmp_path / "reports")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == [".failed"]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('from IPython.display import display\ndisplay({"text/html": \'<button class="num" popovertarget="card-none">7</button>\'}, raw=True, metadata={"salesmgmt": {"language": "zh", "view": "director"}})', r"numbers \['none'\] are stated without a card"),
        ('show(Tiles([card("plan.sizing.headcount", 1.0), card("plan.sizing.headcount", 2.0)]))', "stated twice with different content"),
        ('person = card("plan.sizing.headcount", 1.0, by={"staff_id": "S1"})\nfrom IPython.display import display\nshow(Tiles([person]))\ndisplay({"text/html": f\'<button class="num" popovertarget="card-{person.id}">1</button>\'}, raw=True, metadata={"salesmgmt": {"language": "zh", "view": "board"}})', "are not for the board view"),
    ],
)  # fmt: skip
def test_numbers_without_their_right_card_are_never_published(client, chapters, tmp_path, cell, reason):
    notebooks = chapters(**{"1_plan": [("zh", "# 规划"), cell]})
    with pytest.raises(publish.ReportFailed, match=reason) as failure:
        publish.report(client, out=tmp_path / "reports", notebooks=notebooks, languages=["zh"])
    assert failure.value.notebook.is_dir()
    assert [path.name for path in (tmp_path / "reports").iterdir()] == [".failed"]


def test_bad_input_runs_nothing_and_writes_nothing(client, chapters, tmp_path):
    (client / "customers.csv").write_text("customer_id,customer,status\nC1,x,nonsense\n", encoding="utf-8")
    with pytest.raises(InputError, match="1 problem"):
        publish.report(client, out=tmp_path / "reports", notebooks=chapters(**{"1_plan": BAD}))
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"languages": ["fr"]}, r"languages == \['fr'\], must be a list of"),
        ({"languages": "zh"}, "languages == 'zh', must be a list of"),
        ({"views": []}, r"views == \[\], must be a list of"),
        ({"notebooks": "nowhere"}, "notebooks == 'nowhere', must hold chapters"),
    ],
)
def test_wrong_arguments_are_named(client, tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        publish.report(client, out=tmp_path / "reports", **options)
    assert not (tmp_path / "reports").exists()


def test_hostile_client_stays_inside_and_is_text_on_the_page(chapters, tmp_path):
    client = write_client(tmp_path / "client", client="../../</style><script>alert(1)</script>")
    run = publish.report(client, out=tmp_path / "reports", notebooks=chapters(**{"1_plan": PLAN}), languages=["en"], views=["board"])  # fmt: skip
    assert run.folder.resolve().is_relative_to((tmp_path / "reports").resolve())
    html = run.pages[0].read_text(encoding="utf-8")
    assert (
        html.count("<script") == 1
        and "<script>alert" not in html
        and html.count("</style>") == 1
        and "alert(1)" in html
    )


def test_termination_leaves_nothing_behind(client, chapters, tmp_path):
    import psutil

    slow = [("zh", "# 规划"), "open('started', 'w').close()\nimport time\ntime.sleep(300)"]
    notebooks, out = chapters(**{"1_plan": slow}), tmp_path / "reports"
    code = f"from salesmgmt import publish; publish.report({str(client)!r}, out={str(out)!r}, notebooks={str(notebooks)!r})"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, env=environment())
    wait_for(lambda: list(out.rglob("started")))
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert not out.exists()
    psutil.wait_procs(started, timeout=10)
    assert [child for child in started if child.is_running() and child.status() != "zombie"] == []


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False)  # fmt: skip
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here: not root, or no mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("left", [0, 40, 500])
def test_full_disk_is_said_in_one_sentence_and_leaves_nothing(client, chapters, small_disk, left):
    (small_disk / "filler").write_bytes(b"x" * (1_000_000 - 1000 * left))
    big = [("zh", "# 规划"), ("en", "# Plan"), "print('x' * 2_000_000)"]
    with pytest.raises(publish.ReportFailed, match="磁盘已满") as failure:
        publish.report(client, out=small_disk / "reports", notebooks=chapters(**{"1_plan": big}))
    assert len(str(failure.value).splitlines()) == 1 and str(failure.value).count("。") == 1
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


def environment():
    root = Path(publish.__file__).parents[2]
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
