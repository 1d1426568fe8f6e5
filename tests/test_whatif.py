"""The what-if as an item of a chapter: no figure of its own, pay only for whom it is, its model beside it."""

from __future__ import annotations

import json
import re

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from salesmgmt.cards import Card
from salesmgmt.chapter import WHATIF, Chapter
from salesmgmt.inputs import load
from salesmgmt.locale import Words
from salesmgmt.tables import Audience
from salesmgmt.whatif import WhatIf

MODEL = {
    "rows": [
        {
            "role": "account_manager", "status": "existing", "tier": "</script><b>A", "customers": 10.0,
            "adjusted": 11.0, "visits_per_year": 12.0, "hours_per_visit": 0.0,
        }
    ],
    "roles": {"account_manager": {"visits_per_rep": 50.0}},
    "heads": {},
    "pay": {"account_manager": {"fixed": 91234.5, "variable": 61234.5}},
    "levers": [
        {"name": "frequency", "low": 50, "high": 150, "base": None},
        {"name": "variable_share", "low": 50, "high": 150, "base": 0.4},
    ],
    "band": None,
    "chance": {"win_rate": [0.5, 1.0], "probability": [0.1, 0.3]},
    "sought": False,
}  # fmt: skip
PEOPLE = Card("plan.sizing.headcount", 3.0, unit="people")


def cost(people):
    return Card("plan.sizing.cost", 457407.0, unit="money", people=people)


def audience(view="director", language="zh"):
    return Audience(Words(language), view, 5)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_form_has_labels_and_states_no_figure(language):
    html = WhatIf("plan.sizing", MODEL, PEOPLE, cost(6)).html(audience(language=language))
    form = html[html.index("<form") : html.index("</form>")]
    assert re.findall(r'<input type="range" id="([^"]+)"', form) == re.findall(r'<label for="([^"]+)"', form)
    assert not re.search(r"\d", re.sub(r"<[^>]+>", "", form))
    assert "hidden" in form and "<noscript>" in html and 'popovertarget="card-plan-sizing-cost"' in html


def test_board_gets_pay_only_where_no_group_is_small():
    large, small = (WhatIf("plan.sizing", MODEL, PEOPLE, cost(people)) for people in (5, 4))
    assert large.model_for(audience("board")) == MODEL
    kept = small.model_for(audience("board"))
    assert kept["pay"] is None and [lever["name"] for lever in kept["levers"]] == ["frequency"]
    assert "variable_share" not in small.html(audience("board"))
    assert "card-plan-sizing-cost" not in small.html(audience("board"))
    assert small.model_for(audience()) == MODEL


def test_the_chance_is_an_outcome_where_the_plan_states_one():
    reached = Card("plan.target.probability", 0.3, unit="share")
    item = WhatIf("plan.sizing", MODEL, PEOPLE, cost(6), reached)
    assert 'data-say="chance"' in item.html(audience()) and item.cards()[-1] is reached
    assert 'data-say="chance"' not in WhatIf("plan.sizing", MODEL, PEOPLE, cost(6)).html(audience())


def test_pay_without_a_stated_cost_is_left_out():
    assert WhatIf("plan.sizing", MODEL, PEOPLE).model_for(audience())["pay"] is None


def test_without_a_model_nothing_is_shown():
    item = WhatIf("plan.sizing", None, PEOPLE)
    assert item.html(audience()) == "" and item.cards() == [] and item.model_for(audience()) is None


def test_chapter_emits_the_model_once_for_each_view(tmp_path):
    settings = '[engagement]\nclient = "小城"\nyear = 2027\nas_of = 2026-10-31\nlanguages = ["zh", "en"]\n'
    (tmp_path / "engagement.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "customers.csv").write_text("customer_id,customer,status\nC1,甲,existing\n", encoding="utf-8")
    chapter = Chapter("plan", load(tmp_path), views=["director", "board"])
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            chapter.show(WhatIf("plan.sizing", MODEL, PEOPLE, cost(3)))
    finally:
        InteractiveShell.clear_instance()
    emitted = [output.data[WHATIF] for output in captured.outputs if WHATIF in output.data]
    assert [(one["key"], one["view"]) for one in emitted] == [
        ("plan.sizing", "director"),
        ("plan.sizing", "board"),
    ]
    assert json.loads(json.dumps(emitted[0]["model"])) == MODEL and emitted[1]["model"]["pay"] is None
