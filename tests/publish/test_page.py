"""The page in a real browser: nothing fetched, nothing blocked, no boxes, wide enough for no one to scroll sideways."""

from __future__ import annotations

import base64
import io
import itertools
import re

import pytest

from salesmgmt import publish
from tests.publish.browser import browser

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1280, 900), "phone": (390, 844), "small phone": (320, 640)}


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory):
    with browser(chromium, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True])
def test_page_fetches_nothing_and_fits(opened, made, size, dark):
    width, height = SIZES[size]
    for path in made.pages:
        opened.events.clear()
        opened.open(path, width=width, height=height, dark=dark)
        assert opened.value("document.documentElement.scrollWidth") <= width
        assert opened.requests() == [path.resolve().as_uri()]
        assert opened.trouble() == []


def test_scripts_are_stopped_even_where_text_slipped_through(opened, made, tmp_path):
    path = tmp_path / "slipped.html"
    html = made.pages[0].read_text(encoding="utf-8")
    slipped = '<img src="x" onerror="document.title=1"><script>document.title = "run"</script></main>'
    path.write_text(html.replace("</main>", slipped), encoding="utf-8")
    opened.open(path)
    assert opened.value("document.title") not in ("1", "run")


def test_number_opens_its_card_and_escape_closes_it(opened, made):
    opened.open(made.pages[0])
    assert opened.value("document.querySelectorAll('.card:popover-open').length") == 0
    opened.click(".tile .num")
    assert "需要人数" in opened.value("document.querySelector('.card:popover-open').innerText")
    opened.click(".card:popover-open .close")
    assert opened.value("document.querySelectorAll('.card:popover-open').length") == 0
    opened.value("document.querySelector('.tile .num').focus()")
    for key in ("Enter", "Escape"):
        for kind in ("keyDown", "keyUp"):
            opened.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, text="\r" if key == "Enter" else "", windowsVirtualKeyCode=13 if key == "Enter" else 27)  # fmt: skip
        wanted = 1 if key == "Enter" else 0
        assert opened.value("document.querySelectorAll('.card:popover-open').length") == wanted


def test_every_character_that_a_system_may_lack_is_inside(opened, made):
    from fontTools.ttLib import TTFont

    for path in made.pages:
        html = path.read_text(encoding="utf-8")
        fonts = [
            TTFont(io.BytesIO(base64.b64decode(data)))
            for data in re.findall(r"data:font/woff2;base64,([^)]+)\)", html)
        ]
        inside = {chr(code) for font in fonts for code in font.getBestCmap()}
        opened.open(path)
        text = opened.value("document.body.textContent")
        assert {c for c in text if c >= "\u2190"} - inside == set()
        assert set(opened.value("[...document.fonts].map(font => font.status)")) == {"loaded"}


def test_contents_is_at_the_side_or_folded_away(opened, made):
    visible = (
        "[...document.querySelectorAll('.side, .menu')].map(e => getComputedStyle(e).display !== 'none')"
    )
    opened.open(made.pages[0])
    assert opened.value(visible) == [True, False]
    opened.open(made.pages[0], width=390, height=844)
    assert opened.value(visible) == [False, True]
    assert opened.value("document.querySelector('.menu').open") is False


def test_print_is_light_has_no_controls_and_says_which_run(opened, made, tmp_path):
    opened.open(made.pages[0], dark=True, media="print")
    assert opened.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    hidden = "[...document.querySelectorAll('.side, .menu, .up, .card, .close')].every(e => e.offsetParent === null)"
    assert opened.value(hidden) is True
    opened.pdf(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().count(b"/Type /Page\n") >= 3


def test_headings_are_in_order_and_every_picture_and_table_is_named(opened, made):
    opened.open(made.pages[0])
    levels = opened.value("[...document.querySelectorAll('h1, h2, h3, h4, h5')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert opened.value("[...document.querySelectorAll('table')].every(t => t.caption)") is True
    assert (
        opened.value("[...document.querySelectorAll('[role=img]')].every(i => i.ariaLabel.length > 20)")
        is True
    )


@pytest.mark.parametrize("colours", ["neutral", "cn", "intl"])
def test_changes_are_marked_and_coloured_only_as_asked(client, chapters, tmp_path, opened, colours):
    """The mark and the sign are there whatever the colours; neutral has neither red nor green."""
    plan = """
import pandas as pd
from salesmgmt.display import Table
with section():
    columns = {"region": "", "growth": "share", "change": "people"}
    frame = pd.DataFrame({"region": ["A", "B", "C"], "growth": [0.12, -0.2, 0.0], "change": [1.5, -0.5, None]})
    show(Table("plan.sizing.cells", frame, columns))
"""
    setup = client / "engagement.toml"
    setup.write_text(setup.read_text("utf-8") + f'\n[report]\ntrend_colors = "{colours}"\n', encoding="utf-8")
    run = publish.report(client, out=tmp_path / "out", notebooks=chapters(**{"1_plan": [("zh", "# 规划"), ("en", "# Plan"), plan]}), languages=["en"], views=["director"])  # fmt: skip
    opened.open(run.pages[0])
    cells = "[...document.querySelectorAll('table.result tbody td.n')].slice(0, 6)"
    assert opened.value(f"{cells}.map(c => c.textContent)") == [
        "▲ +12%",
        "▲ +1.5",
        "▼ −20%",
        "▼ −0.5",
        "0%",
        "—",
    ]
    tones = opened.value(f"{cells}.map(c => getComputedStyle(c).color)")
    plain, red, green = tones[4], "rgb(179, 38, 30)", "rgb(26, 115, 64)"
    expected = {"neutral": (plain, plain), "cn": (red, green), "intl": (green, red)}[colours]
    assert (tones[0], tones[2]) == expected and tones[1] == tones[0] and plain not in (red, green)
