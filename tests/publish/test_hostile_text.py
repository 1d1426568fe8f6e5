"""Client text made to break out: shown as written in every report, nowhere carried out."""

from __future__ import annotations

import base64
import json
import re
from functools import partial

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from salesmgmt import publish
from salesmgmt.cli import main
from salesmgmt.publish.run import execute
from tests.publish.browser import browser
from tests.publish.chapters import write_chapters, write_client
from tests.publish.payloads import CLIENT, MARK, PAYLOADS, misquoted, write_hostile_client
from tests.publish.sized import DETAIL, PAY, SIZING, TARGET
from tests.publish.spreadsheets import CSV, filled, formulas, opened_by_libreoffice
from tests.test_report import salesmgmt

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
INTRUDERS = "iframe, object, embed, form:not(.whatif), base, math, svg:not(.drawn, .letters), link, plaintext, animate, main script"

ATTRIBUTES = {
    "class", "clip-path", "d", "fill", "height", "href", "id", "patternunits", "preserveaspectratio", "style", "transform", "width", "x", "y",
}  # fmt: skip


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
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        drawings = page.find_all("svg")
        assert len(drawings) > 5 and len(page.select(".drawing .drawn")) == len(drawings) - 1
        parts = [part for drawing in drawings for part in drawing.find_all(True)]
        assert {part.name for part in parts} <= {"defs", "g", "path", "use", "clippath", "pattern", "rect"}
        assert {name for part in parts for name in part.attrs} <= ATTRIBUTES
        assert all(part["href"].startswith("#") for part in parts if "href" in part.attrs)
        assert not any(drawing.get_text(strip=True) for drawing in drawings)


def test_result_tables_hold_no_formula(hostile):
    for path in hostile[0].glob("tables/*.csv"):
        assert not re.search(r'(^|[,"\n])[=@]', path.read_text("utf-8-sig")), path.name


def test_client_stays_in_the_folder_of_reports(hostile):
    run, out = hostile
    assert [path.name for path in out.iterdir()] == ["reports"]
    assert run.resolve().is_relative_to((out / "reports").resolve())
    assert len(run.relative_to(out / "reports").parts) == 3


def told(found):
    """Numbers of the payloads in these cells, each of which must be there from its first sign to its mark."""
    marked = [cell.value for _, cell in found if MARK.search(str(cell.value))]
    assert [wrong for text in marked for wrong in misquoted(text)] == []
    return {int(mark) for text in marked for mark in MARK.findall(text)}


def test_workbook_opens_as_text(hostile, tmp_path):
    found = filled(opened_by_libreoffice([hostile[0] / "report.xlsx"], tmp_path)["report.xlsx"])
    assert {sheet for sheet, _ in formulas(found)} == {SIZING, DETAIL, TARGET, PAY}
    assert [text for _, text in formulas(found) if re.search(r"HYPERLINK|WEBSERVICE|DDE|cmd|http|\u00a4", text)] == []  # fmt: skip
    assert [cell.hyperlink.target for _, cell in found if cell.hyperlink and cell.hyperlink.target] == []
    assert len(told(found)) >= 45
    assert any(PAYLOADS[47] in str(cell.value) for _, cell in found)  # five thousand signs, none lost


def test_result_tables_and_downloads_open_as_text(hostile, pages, tmp_path):
    for page in (page for page in pages if page.parent.name == "director"):
        html = page.read_text("utf-8")
        for name, data in re.findall(r'download="([^"]+)\.csv" href="data:text/csv;base64,([^"]+)"', html):
            (tmp_path / f"{page.stem[-2:]}-{name}.csv").write_bytes(base64.b64decode(data))
    downloads, tables = sorted(tmp_path.glob("*.csv")), sorted(hostile[0].glob("tables/*.csv"))
    assert len(downloads) > 40 and len(tables) > 25
    seen = set()
    for name, book in opened_by_libreoffice([*downloads, *tables], tmp_path, CSV).items():
        found = filled(book)
        assert found and formulas(found) == [], name
        seen |= told(found)
    assert len(seen) >= 45


def test_list_of_problems_opens_as_text(demo, tmp_path):
    client = write_hostile_client(demo, tmp_path / "client")
    customers = pd.read_csv(client / "customers.csv", dtype=str, keep_default_na=False)
    customers["status"] = [PAYLOADS[row % len(PAYLOADS)] for row in range(len(customers))]
    customers.to_csv(client / "customers.csv", index=False)
    done = CliRunner().invoke(main, ["check", str(client)])
    assert done.exit_code == 2
    (path,) = client.glob("problems*.xlsx")
    found = filled(opened_by_libreoffice([path], tmp_path)[path.name])
    assert formulas(found) == []
    flat = {" ".join(str(cell.value).split()) for _, cell in found}
    lost = [text for text in PAYLOADS if not any(" ".join(text.split())[:300] in value for value in flat)]
    assert lost == []


@pytest.mark.browser
def test_text_turns_no_line_around(opened, pages):
    """A name that switches the direction of writing moves nothing but itself: it is apart, or alone in its block."""
    loose = """(() => {
        const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (!node.data.includes('\u00a4') || node.parentElement.closest('bdi, script, style')) continue;
            let block = node.parentElement;
            while (getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
            found.push(block.textContent);
        }
        return found;
    })()"""
    alone = {" ".join(text.split()) for text in (*PAYLOADS, CLIENT)}
    for path in pages:
        opened.open(path)
        found = {" ".join(text.split()) for text in opened.value(loose)}
        assert found and sorted(found - alone) == []
        assert opened.value("document.querySelectorAll('.say bdi, figcaption bdi').length") > 0


def test_no_dollar_begins_a_formula_in_a_notebook(hostile):
    """JupyterLab typesets what stands between two of them, save in an element of this class."""
    shown = [
        "".join(output["data"]["text/html"])
        for path in hostile[0].glob("notebooks/*.ipynb")
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    formulae = [text for text in shown if PAYLOADS[32][:7] in text or r"\(x\)" in text]
    assert len(formulae) > 5
    for text in shown:
        ignored = re.fullmatch(r'(<style>[^$\\]*</style>)?<div class="tex2jax_ignore mathjax_ignore">(.*)</div>', text, re.DOTALL)  # fmt: skip
        assert ignored, text[:200]
        assert ignored[2].count("<div") == ignored[2].count("</div>")


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
