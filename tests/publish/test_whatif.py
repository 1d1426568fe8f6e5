"""The levers in a real browser: the script agrees with Python on every setting, the address keeps one."""

from __future__ import annotations

import itertools
import json
import shutil

import pytest

from salesmgmt import publish
from salesmgmt.plan import sizing
from tests.publish.browser import browser

pytestmark = pytest.mark.browser

FORM = "whatif-plan-sizing"
GRID = {
    "frequency": [50, 83, 100, 117, 131, 150],
    "visits_per_rep": [50, 77, 100, 109, 150],
    "selling_share": [50, 71, 100, 113, 128, 150],
    "win_rate": [50, 79, 100, 101, 123, 150],
    "variable_share": [50, 88, 100, 119, 150],
}
KEYS = {"ArrowRight": 39, "ArrowLeft": 37, "PageUp": 33, "Home": 36, "Enter": 13}


@pytest.fixture(scope="module")
def pages(root, demo, tmp_path_factory):
    """The plan chapter of the demo, prospects taken from the target so that every lever is there."""
    folder = tmp_path_factory.mktemp("levers")
    (folder / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / "1_plan.ipynb", folder / "notebooks")
    run = publish.report(
        demo, overrides={"sizing.prospects_from": "target"}, out=folder / "reports",
        notebooks=folder / "notebooks",
    )  # fmt: skip
    return {(path.parent.name, path.name.split(".")[1]): path for path in run.pages}


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory):
    with browser(chromium, tmp_path_factory.mktemp("profile")) as page:
        yield page


def press(page, key):
    text = {"text": "\r"} if key == "Enter" else {}
    for kind in ("keyDown", "keyUp"):
        page.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key], **text)  # fmt: skip


def said(page, name):
    return page.value(f"document.querySelector('#{FORM} [data-say=\"{name}\"]').textContent")


def model_of(page):
    return json.loads(page.value(f"document.getElementById('{FORM}-model').textContent"))


def load(page, url):
    """Load an address from nothing, so that one that differs only after # is loaded again."""
    for address in ("about:blank", url):
        seen = len(page.events)
        page.ask("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in page.events[seen:]):
            page.value("1")


def visit(page, path, fragment=""):
    """Open a page in a window of the usual size, with nothing to complain of yet."""
    page.open(path)
    page.events.clear()
    load(page, path.resolve().as_uri() + fragment)


def test_script_and_python_agree_on_every_setting(opened, pages):
    visit(opened, pages["director", "zh"])
    model = model_of(opened)
    settings = [dict(zip(GRID, at, strict=True)) for at in itertools.product(*GRID.values())]
    assert len(settings) >= 5000
    script = f"JSON.stringify({json.dumps(settings)}.map(at => whatif.evaluate({json.dumps(model)}, at)))"
    in_page = json.loads(opened.value(script))
    in_python = [sizing.evaluate(model, **at) for at in settings]
    differing = [at for at, a, b in zip(settings, in_page, in_python, strict=True) if a != b]
    assert differing == []
    assert len({found["chance"] for found in in_python}) == len(GRID["win_rate"])
    assert len({found["headcount"] for found in in_python}) > 40 and len({f["cost"] for f in in_python}) > 2000  # fmt: skip


def test_neither_rounds_up_an_error_of_the_machine(opened, pages):
    visit(opened, pages["director", "zh"])
    row = {
        "role": "account_manager", "status": "existing", "customers": 1.1, "adjusted": 1.1,
        "visits_per_year": 1.0, "hours_per_visit": 0.0,
    }  # fmt: skip
    model = {
        "rows": [row], "roles": {"account_manager": {"visits_per_rep": 1.0}}, "levers": [], "pay": None,
        "heads": {"account_manager": 2.2, "": -0.3}, "band": None, "chance": None, "sought": False,
    }  # fmt: skip
    found = sizing.evaluate(model)
    assert found["people"] > 3 and found["headcount"] == 3
    assert opened.value(f"whatif.evaluate({json.dumps(model)}, {{}})") == found


def test_untouched_levers_say_the_plan(opened, pages):
    for language, same in (("zh", "与计划相同"), ("en", "as planned")):
        visit(opened, pages["director", language])
        stated = opened.value(f"[...document.getElementById('{FORM}').previousElementSibling.querySelectorAll('.num')].map(n => n.textContent)")  # fmt: skip
        assert [said(opened, "headcount"), said(opened, "cost")] == stated
        assert {said(opened, f"{name}-change") for name in ("headcount", "cost", "chance")} == {same}


def test_keyboard_moves_people_cost_and_address_without_a_message(opened, pages):
    visit(opened, pages["director", "en"])
    before = said(opened, "headcount"), said(opened, "cost"), said(opened, "band")
    opened.value(f"document.getElementById('{FORM}-frequency').focus()")
    for _ in range(20):
        press(opened, "ArrowRight")
    found = sizing.evaluate(model_of(opened), frequency=120)
    assert said(opened, "headcount") == f"{found['headcount']} people"
    assert said(opened, "headcount-change").startswith("▲ +")
    after = said(opened, "headcount"), said(opened, "cost"), said(opened, "band")
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert opened.value("location.hash") == f"#{FORM}&frequency=120"
    shown = f"document.getElementById('{FORM}-frequency').getAttribute('aria-valuetext')"
    assert opened.value(shown) == "120%"
    press(opened, "Home")
    assert said(opened, "headcount-change").startswith("▼ −")
    assert opened.trouble() == [] and len(opened.requests()) == 1


def test_address_restores_the_setting_and_reset_the_plan(opened, pages):
    visit(opened, pages["director", "zh"], f"#{FORM}&win_rate=70&visits_per_rep=900&selling_share=x&other=3")
    setting = opened.value(f"Object.fromEntries([...document.querySelectorAll('#{FORM} input')].map(i => [i.name, +i.value]))")  # fmt: skip
    assert setting == dict.fromkeys(GRID, 100) | {"win_rate": 70, "visits_per_rep": 150}
    found = sizing.evaluate(model_of(opened), **setting)
    assert said(opened, "headcount") == f"{found['headcount']} 人"
    opened.value(f"document.querySelector('#{FORM} button[type=reset]').focus()")
    press(opened, "Enter")
    assert said(opened, "headcount-change") == "与计划相同"
    assert opened.value("location.hash") == f"#{FORM}"
    opened.value(f"location.hash = '#{FORM}&frequency=60'")
    opened.value("new Promise(done => setTimeout(done, 50))")
    assert said(opened, "headcount-change").startswith("比计划 ▼")
    assert opened.trouble() == []


def test_a_link_of_the_contents_leaves_the_setting(opened, pages):
    visit(opened, pages["director", "zh"], f"#{FORM}&frequency=120")
    before = said(opened, "headcount")
    opened.value("document.querySelector('.side a').click()")
    opened.value("new Promise(done => setTimeout(done, 50))")
    assert FORM not in opened.value("location.hash") and said(opened, "headcount") == before


def test_levers_are_native_named_and_large_enough_for_a_finger(opened, pages):
    visit(opened, pages["director", "en"])
    opened.open(pages["director", "en"], width=320, height=640)
    inputs = f"[...document.querySelectorAll('#{FORM} input')]"
    assert set(opened.value(f"{inputs}.map(i => i.type)")) == {"range"}
    assert opened.value(f"{inputs}.every(i => i.labels.length === 1 && i.labels[0].textContent.trim())")
    assert min(opened.value(f"{inputs}.map(i => i.getBoundingClientRect().height)")) >= 24
    assert opened.value(f"document.querySelector('#{FORM} [role=status] output') !== null")
    assert opened.value("document.documentElement.scrollWidth") <= 320


def test_board_has_the_levers_on_people_and_nothing_of_pay(opened, pages):
    visit(opened, pages["board", "en"])
    model = model_of(opened)
    assert model["pay"] is None and "variable_share" not in [lever["name"] for lever in model["levers"]]
    director = json.loads(pages["director", "en"].read_text(encoding="utf-8").split(f'id="{FORM}-model">')[1].split("</script>")[0])  # fmt: skip
    html = pages["board", "en"].read_text(encoding="utf-8")
    for each in director["pay"].values():
        assert not any(repr(amount) in html for amount in each.values() if amount)
    assert opened.value(f"document.querySelector('#{FORM} [data-say=cost]')") is None
    assert said(opened, "headcount").endswith(" people") and opened.trouble() == []


def test_paper_and_a_browser_without_scripts_show_the_plan_only(opened, pages):
    path = pages["director", "zh"]
    opened.open(path, media="print")
    shown = f"(e => e && e.offsetParent !== null)(document.getElementById('{FORM}'))"
    plan = f"document.getElementById('{FORM}').previousElementSibling.innerText"
    assert opened.value(shown) is False and "计划为" in opened.value(plan)
    opened.open(path)
    opened.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        load(opened, path.resolve().as_uri())
        assert opened.value(shown) is False and "计划为" in opened.value(plan)
        assert "只显示计划" in opened.value("document.querySelector('noscript').innerText")
    finally:
        opened.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_only_the_hash_of_the_one_script_is_allowed(pages):
    html = pages["director", "zh"].read_text(encoding="utf-8")
    policy = html.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert policy.count("script-src") == 1 and "script-src 'sha256-" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0] and html.count("<script>") == 2


def test_a_hostile_tier_stays_text_in_the_model(opened, chapters, client, tmp_path):
    hostile = "</script><script>document.title=1</script>&amp;"
    customers = (client / "customers.csv").read_text(encoding="utf-8").replace(",A,", f",{hostile},")
    (client / "customers.csv").write_text(customers, encoding="utf-8")
    cell = (
        "import numpy as np\nfrom salesmgmt.plan import sizing\nfrom salesmgmt.whatif import WhatIf\n"
        'team = sizing.five_steps(data["customers"], data["coverage"], visits_per_rep=data.capacity())\n'
        'moved = {"visits_per_rep": data.capacity(), "adjustments": data.or_empty("adjustments")}\n'
        'model = sizing.what_if(team.frequencies, data.ranges("sizing"), **moved, rng=np.random.default_rng(1))\n'
        'show(WhatIf("plan.sizing", model, card("plan.sizing.headcount", 1.0)))'
    )
    notebooks = chapters(**{"1_plan": [("zh", "# 规划"), cell]})
    run = publish.report(
        client, languages=["zh"], views=["director"], out=tmp_path / "reports", notebooks=notebooks
    )
    visit(opened, run.pages[0])
    assert hostile in {row["tier"] for row in model_of(opened)["rows"]}
    assert opened.value("document.title") != "1" and opened.trouble() == []
    assert said(opened, "headcount").endswith(" 人")
