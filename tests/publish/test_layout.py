"""Every page at three widths and on paper: all text inside, apart and large enough; screenshots are kept."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from salesmgmt.charts.style import SMALL
from tests.publish import measuring
from tests.publish.browser import browser

pytestmark = pytest.mark.browser

PAPER = 665
"""Pixels between the margins of an A4 page."""
LEAST, LEAST_ON_PAPER = 12.0, 8 * 4 / 3
"""Pixels: no letter is smaller, on the page or in a chart; on paper eight points."""
CONDITIONS = {
    "small phone": {"width": 320, "height": 640},
    "phone at night": {"width": 390, "height": 844, "dark": True},
    "desktop": {"width": 1280, "height": 900},
    "paper": {"width": PAPER, "height": 940, "media": "print"},
}
ZH, EN, BOARD = "director/report.zh.html", "director/report.en.html", "board/report.en.html"
SAMPLE = {
    "small phone": [EN], "phone at night": [ZH], "desktop": [BOARD], "paper": [EN],
}  # fmt: skip
WRONG = """
<div style="width: 60px; overflow: hidden"><span style="white-space: nowrap">cut off by its own box here</span></div>
<div style="position: relative; height: 40px"><span style="position: absolute">one on</span><span style="position: absolute">another</span></div>
<p style="font-size: 11px">too small</p>
<div><button class="tiny" style="all: unset; width: 9px; height: 9px">x</button></div>
<div class="tiles" style="display: block"><div>a</div><div style="margin-top: -20px">b</div></div>
"""


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory):
    with browser(chromium, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def pages(demo_report):
    return {path.relative_to(demo_report.folder / "share").as_posix(): path for path in demo_report.pages}


def unfold(page):
    page.value("document.querySelectorAll('details.data').forEach(details => { details.open = true })")


def inks(page, box):
    """Colours of a part of the page as painted."""
    shot = page.ask("Page.captureScreenshot", captureBeyondViewport=True, clip={**box, "scale": 0.25})
    with Image.open(io.BytesIO(base64.b64decode(shot["data"]))) as image:
        return len(image.convert("RGB").getcolors(1 << 22))


def small(measured, least=LEAST):
    return [text for size, text in measured["sizes"] if size < least - 0.01]


@pytest.mark.parametrize("condition", SAMPLE)
def test_all_text_is_inside_apart_and_large_enough(opened, pages, tmp_path, soak, condition):
    least = LEAST_ON_PAPER if condition == "paper" else LEAST
    for name in pages if soak else SAMPLE[condition]:
        opened.open(pages[name], **CONDITIONS[condition])
        opened.screenshot(tmp_path / f"{name.replace('/', '-')}.png")
        unfold(opened)
        assert opened.value("document.documentElement.scrollWidth") <= CONDITIONS[condition]["width"]
        measured = opened.value(measuring.MEASURED)
        assert measured["outside"] == measured["overlapping"] == small(measured, least) == []
        assert opened.value(measuring.TILES_APART) is True
        charts = opened.value(measuring.DRAWN_TEXT)
        assert len(charts) > 5
        assert min(SMALL * 4 / 3 * chart["shown"] / chart["natural"] for chart in charts) >= least


@pytest.mark.parametrize("condition", ["small phone", "phone at night", "desktop"])
def test_a_finger_finds_every_target_and_a_jump_every_heading(opened, pages, soak, condition):
    for name in (ZH, EN, BOARD) if soak else (EN,):
        opened.open(pages[name], **CONDITIONS[condition])
        opened.value("document.querySelector('.menu').open = true")
        assert opened.value(measuring.SMALL_TARGETS) == []
        assert opened.value(measuring.COVERED) == []


@pytest.mark.parametrize("condition", ["phone at night", "desktop"])
def test_every_picture_is_painted(opened, pages, condition):
    opened.open(pages[ZH], **CONDITIONS[condition])
    boxes = opened.value("""[...document.querySelectorAll(".drawn")].filter(one => one.checkVisibility()).map(one => {
        const box = one.getBoundingClientRect();
        return { x: box.x, y: box.y + scrollY, width: box.width, height: box.height };
    })""")
    assert len(boxes) > 8
    assert [box for box in boxes if inks(opened, box) < 20] == []


def test_an_open_card_is_inside_the_window_and_readable(opened, pages):
    for condition in ("small phone", "desktop"):
        opened.open(pages[EN], **CONDITIONS[condition])
        opened.click(".tile .num")
        box = opened.value("(b => [b.left, b.top, b.right, b.bottom])(document.querySelector('.card:popover-open').getBoundingClientRect())")  # fmt: skip
        width, height = CONDITIONS[condition]["width"], CONDITIONS[condition]["height"]
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
        assert small(opened.value(measuring.MEASURED)) == []
        assert opened.value(measuring.SMALL_TARGETS) == []


def test_what_is_measured_would_be_noticed(opened, pages):
    """Each fault put into a page is found; so a page without one was looked at."""
    opened.open(pages[BOARD])
    opened.value(f"document.querySelector('main').insertAdjacentHTML('beforeend', {WRONG!r})")
    measured = opened.value(measuring.MEASURED)
    assert measured["lines"] > 300
    assert measured["outside"] == ["cut off by its own box here"]
    assert ["one on", "another"] in measured["overlapping"]
    assert small(measured) == ["too small"]
    assert ["tiny" in found[0] for found in opened.value(measuring.SMALL_TARGETS)] == [True]
    assert opened.value(measuring.TILES_APART) is False
    opened.value("document.body.insertAdjacentHTML('beforeend', '<div style=\"position: fixed; inset: 0 0 60% 0; background: red\"></div>')")  # fmt: skip
    assert len(opened.value(measuring.COVERED)) > 5
