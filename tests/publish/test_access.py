"""Readers who see little, or use no mouse: axe-core finds nothing serious, and keys reach everything."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from tests.publish.browser import browser

pytestmark = pytest.mark.browser

CODES = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowRight": 39}
SAMPLE = [("director", "zh", 390, True), ("board", "en", 1280, False)]
EVERY = [
    (view, language, width, dark)
    for view in ("director", "board")
    for language in ("zh", "en")
    for width in (320, 390, 1280)
    for dark in (False, True)
]
STOPS = ".num, input[type=range], .downloads a, .png, summary, nav.side a, .whatif button"
"""What a reader must be able to reach."""


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory):
    with browser(chromium, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def pages(demo_report):
    return {(path.parent.name, path.name.split(".")[1]): path for path in demo_report.pages}


@pytest.fixture(scope="module")
def axe():
    """The engine's script."""
    package = pytest.importorskip("axe_core_python", reason="axe-core is not installed")
    return resources.files(package).joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page, axe, context="document"):
    """What axe-core holds against a page: rule, weight, and the first elements."""
    page.value(axe)
    found = json.loads(page.value(f"axe.run({context}, {{ resultTypes: ['violations'] }}).then(r => JSON.stringify(r.violations))"))  # fmt: skip
    return [(v["id"], v["impact"], [node["target"] for node in v["nodes"][:3]]) for v in found]


def press(page, key, *, shift=False):
    text = {"Enter": "\r", " ": " "}.get(key, "")
    given = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": CODES[key], "modifiers": 8 if shift else 0}  # fmt: skip
    page.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **given)
    page.ask("Input.dispatchKeyEvent", type="keyUp", **given)


def test_axe_finds_nothing_of_weight(opened, pages, axe, soak):
    for view, language, width, dark in EVERY if soak else SAMPLE:
        opened.open(pages[view, language], width=width, dark=dark)
        found = violations(opened, axe)
        assert [v for v in found if v[1] in ("moderate", "serious", "critical")] == [], (view, language, width)  # fmt: skip


def test_axe_finds_nothing_in_what_opens(opened, pages, axe):
    """A folded table at a phone's width, and a card."""
    opened.open(pages["board", "en"], width=390, dark=True)
    opened.value("document.querySelectorAll('details').forEach(details => { details.open = true })")
    opened.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    wide = "[...document.querySelectorAll('.table-box')].filter(b => b.scrollWidth > b.clientWidth)"
    assert opened.value(f"{wide}.length") > 3
    assert opened.value(f"{wide}.every(b => b.tabIndex === 0 && b.getAttribute('aria-label'))") is True
    assert violations(opened, axe, "document.querySelector('details.data[open]')") == []
    opened.click(".tile .num")
    assert violations(opened, axe, "document.querySelector('.card:popover-open')") == []


def test_axe_would_find_a_fault(opened, pages, axe):
    opened.open(pages["board", "en"])
    opened.value("document.querySelector('main').insertAdjacentHTML('afterbegin', '<p id=faint style=\"color: #ccc; background: #fff\">faint</p><button id=mute></button>')")  # fmt: skip
    assert {v[0] for v in violations(opened, axe)} >= {"color-contrast", "button-name"}


def test_tab_reaches_everything_in_the_order_of_the_page(opened, pages):
    opened.open(pages["director", "en"])
    opened.value(f"""window.wanted = [...document.querySelectorAll({STOPS!r})]
        .filter(e => e.checkVisibility({{ visibilityProperty: true }}));
        window.met = []; document.addEventListener('focusin', event => met.push(event.target))""")
    stops = opened.value("wanted.length")
    assert stops > 150
    for _ in range(2 * stops):
        press(opened, "Tab")
        if opened.value("document.activeElement === document.body && met.length > 1"):
            break
    missed = "wanted.filter(e => !met.includes(e)).map(e => e.outerHTML.slice(0, 90))"
    assert opened.value(missed) == []
    order = "met.every((e, i) => i === 0 || met[i - 1].compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING || met[i - 1] === e)"  # fmt: skip
    assert opened.value(order) is True
    assert opened.value("met[0].matches('.skip')") is True


def test_focus_is_seen_on_each_kind_of_stop(opened, pages):
    for dark in (False, True):
        opened.open(pages["director", "zh"], dark=dark)
        press(opened, "Tab")
        for kind in STOPS.split(", "):
            opened.value(f"document.querySelector({'main ' + kind if kind == 'summary' else kind!r}).focus()")
            shown = opened.value("(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1)(getComputedStyle(document.activeElement))")  # fmt: skip
            assert shown is True, kind


def test_keys_open_and_close_cards_tables_and_move_levers(opened, pages):
    opened.open(pages["director", "zh"])
    number = "document.querySelector('.conclusion .num')"
    for key in ("Enter", " "):
        opened.value(f"{number}.focus()")
        press(opened, key)
        assert opened.value("document.querySelector('.card:popover-open').id") == opened.value(f"{number}.getAttribute('popovertarget')")  # fmt: skip
        press(opened, "Tab")
        assert opened.value("document.activeElement.matches('.card:popover-open .close')") is True
        press(opened, "Escape")
        assert opened.value("document.querySelectorAll('.card:popover-open').length") == 0
        assert opened.value(f"document.activeElement === {number}") is True
    opened.value(f"{number}.focus()")
    press(opened, "Enter")
    press(opened, "Tab")
    press(opened, "Enter")  # the card's own button
    assert opened.value(f"document.activeElement === {number}") is True
    opened.value("document.querySelector('figure.chart summary').focus()")
    press(opened, "Enter")
    assert opened.value("document.querySelector('figure.chart details').open") is True
    press(opened, "Enter")
    assert opened.value("document.querySelector('figure.chart details').open") is False
    opened.value("document.querySelector('.whatif input').focus()")
    press(opened, "ArrowRight")
    assert opened.value("document.querySelector('.whatif input').value") == "101"
    assert opened.value("document.querySelector('.whatif input').labels[0].textContent") != ""
    assert "101%" in opened.value("document.querySelector('.whatif input').getAttribute('aria-valuetext')")
    opened.value("document.querySelector('.whatif button').focus()")
    press(opened, "Enter")
    assert opened.value("document.querySelector('.whatif input').value") == "100"


def test_skip_link_leads_past_the_contents(opened, pages):
    opened.open(pages["director", "zh"])
    press(opened, "Tab")
    press(opened, "Enter")
    press(opened, "Tab")
    assert opened.value("document.activeElement.closest('main') !== null") is True
