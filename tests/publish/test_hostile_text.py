"""Client text made to break out: shown as written in every report, nowhere carried out."""

from __future__ import annotations

import json
import re
from functools import partial
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from salesmgmt import publish
from salesmgmt.cli import main
from salesmgmt.publish.run import execute
from tests.publish.browser import browser
from tests.publish.chapters import write_chapters, write_client
from tests.publish.payloads import CLIENT, MARK, PAYLOADS, misquoted, write_hostile_client
from tests.test_report import salesmgmt

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
INTRUDERS = "iframe, object, embed, form:not(.whatif), base, math, svg, link, plaintext, animate, main script"


@pytest.fixture(scope="module")
def hostile(demo, tmp_path_factory):
    """The run folder of a client made of payloads, through the whole command, and the folder of all runs."""
    client = write_hostile_client(demo, tmp_path_factory.mktemp("hostile") / "client")
    out = tmp_path_factory.mktemp("hostile-reports")
    done = salesmgmt("report", client, "--view", "director", "--view", "board", "--out", out / "reports")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    (cards,) = out.rglob("cards.json")
    return cards.parent, out


@pytest.fixture(scope="module")
def pages(hostile):
    found = sorted(hostile[0].glob("share/*/*.html"))
    assert len(found) == 4
    return found


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory):
    with browser(chromium, tmp_path_factory.mktemp("profile")) as page:
        yield page


def test_there_are_payloads_of_every_kind():
    assert len(PAYLOADS) >= 40 and len(set(PAYLOADS)) == len(PAYLOADS)
    assert misquoted("".join(PAYLOADS)) == []
    assert misquoted(f"7 {PAYLOADS[30][2:]}") != []


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_carried_out_and_nothing_leaves_the_page(opened, pages, size):
    width, height = SIZES[size]
    for path in pages:
        opened.events.clear()
        opened.open(path, width=width, height=height)
        assert opened.value("typeof window.hit") == "undefined"
        assert opened.value("document.title").endswith(f" · {CLIENT}")
        assert opened.trouble() == []
        assert opened.requests() == [path.resolve().as_uri()]
        assert opened.value("document.documentElement.scrollWidth") <= width, path


@pytest.mark.browser
def test_no_element_or_attribute_came_out_of_a_text(opened, pages):
    for path in pages:
        opened.open(path)
        assert opened.value(f"document.querySelectorAll({INTRUDERS!r}).length") == 0
        handlers = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))"
        assert opened.value(handlers) == []
        targets = opened.value("[...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))")
        assert all(re.match(r"#|data:text/csv;(charset=utf-8;)?base64,", target) for target in targets)
        assert opened.value("document.querySelectorAll('style').length") == 1


@pytest.mark.browser
def test_every_payload_is_shown_as_written(opened, pages):
    texts = {}
    for path in pages:
        opened.open(path)
        texts[path] = opened.value("document.body.textContent")
        assert misquoted(texts[path]) == []
        attributes = opened.value("[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].map(a => a.value)).filter(v => v.includes('\u00a4')).join('\\n')")  # fmt: skip
        assert misquoted(attributes) == []
    for language in ("zh", "en"):
        seen = {
            mark
            for path, text in texts.items()
            for mark in MARK.findall(text)
            if path.name == f"report.{language}.html"
        }
        assert len(seen) >= 40


def test_charts_hold_outlines_only(pages):
    for path in pages:
        pictures = re.findall(r'src(?:set)?="data:image/svg\+xml,([^"]+)"', path.read_text("utf-8"))
        assert len(pictures) >= 5
        for picture in pictures:
            drawn = unquote(picture)
            assert "□" not in drawn
            outside_comments = re.sub(r"<!--.*?-->", "", drawn, flags=re.DOTALL)
            assert not re.search(
                r"<(script|image|foreignObject|a|text|style)\b[^>]*href|hit=1", outside_comments
            )


def test_result_tables_hold_no_formula(hostile):
    for path in hostile[0].glob("tables/*.csv"):
        assert not re.search(r'(^|[,"\n])[=@]', path.read_text("utf-8-sig")), path.name


def test_client_stays_in_the_folder_of_reports(hostile):
    run, out = hostile
    assert [path.name for path in out.iterdir()] == ["reports"]
    assert run.resolve().is_relative_to((out / "reports").resolve())
    assert len(run.relative_to(out / "reports").parts) == 3


@pytest.mark.browser
def test_text_turns_no_sentence_around(opened, pages):
    """A name that switches the direction of writing moves nothing but itself."""
    for path in (page for page in pages if page.parent.name == "director"):
        opened.open(path)
        loose = """[...document.querySelectorAll('.say, .conclusion p, .ask p, figcaption')].flatMap(p =>
            [...p.childNodes].filter(n => n.nodeType === 3 && n.data.includes('\u00a4')))"""
        assert opened.value(f"{loose}.length") == 0
        assert opened.value("document.querySelectorAll('.say bdi, figcaption bdi').length") > 3


def test_exploring_shows_text_as_text(hostile, root, tmp_path):
    client = hostile[0] / "inputs"
    (done,) = execute([root / "notebooks" / "explore.ipynb"], parameters={"engagement": str(client)}, folder=tmp_path)  # fmt: skip
    shown = [
        output["data"]["text/html"]
        for cell in done.notebook.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    assert any("\u00a4" in text and "&lt;" in text for text in shown)
    for text in shown:
        assert not re.search(r"<(script|img|iframe|svg|math|a|form|base|link|meta|details)\b", text)
        assert "mathjax_ignore" in text


NAMES = {
    "climbs": "../../x", "climbs on Windows": r"..\..\x", "absolute": "/tmp/x", "dots": "..", "reserved": "CON",
    "NUL": "a\0b", "long": "很长" * 150, "hidden": ".failed", "drive": "C:x", "device": "nul.txt",
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_no_name_leaves_the_folder_of_reports(case, tmp_path, monkeypatch):
    """Through the whole command, with one short chapter so that every name can be tried."""
    client = write_client(tmp_path / "client", client=json.dumps(NAMES[case])[1:-1])
    text = (client / "engagement.toml").read_text("utf-8")
    scenario = json.dumps(NAMES[case])
    (client / "engagement.toml").write_text(text.replace("[scenarios.stretch]", f"[scenarios.{scenario}]"), "utf-8")  # fmt: skip
    notebooks = write_chapters(tmp_path / "chapters", **{"1_plan": [("zh", "# 规划"), ("en", "# Plan")]})
    monkeypatch.setattr(publish, "report", partial(publish.report, notebooks=notebooks))
    before = {path.name for path in tmp_path.iterdir()} | {"reports"}
    given = [
        "report",
        str(client),
        "--out",
        str(tmp_path / "reports"),
        "--lang",
        "zh",
        "--scenario",
        NAMES[case],
    ]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} == before
    (record,) = (tmp_path / "reports").rglob("run.json")
    place = record.parent.relative_to(tmp_path / "reports").parts
    assert len(place) == 3 and place[1] == "2027"
    assert all(len(part.encode()) <= 120 and not part.startswith(".") for part in place)
    assert json.loads(record.read_text("utf-8"))["client"] == NAMES[case]
