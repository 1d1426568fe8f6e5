"""A chapter emits each item for every language and view, its data once, and refuses section by section."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from salesmgmt.chapter import CARDS, REFUSAL, TABLE, Chapter
from salesmgmt.display import Say
from salesmgmt.errors import Refused
from salesmgmt.inputs import load
from salesmgmt.tables import Table

ENGAGEMENT = """
[engagement]
client = "小城客服"
year = 2027
as_of = 2026-10-31
languages = ["zh", "en"]
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engagement")
    (folder / "engagement.toml").write_text(ENGAGEMENT, encoding="utf-8")
    (folder / "customers.csv").write_text(
        "customer_id,customer,status\nC1,甲,existing\nC2,乙,prospect\n", encoding="utf-8"
    )
    return load(folder)


@pytest.fixture(autouse=True)
def shell():
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


def emitted(captured):
    """(mark, mimetypes) of every output."""
    return [(out.metadata["salesmgmt"], set(out.data)) for out in captured.outputs]


def test_one_output_per_language_and_view_and_data_once(data):
    chapter = Chapter("plan", data, views=["director", "board"])
    lost = chapter.card("plan.sizing.lost", 0)
    frame = pd.DataFrame({"status": ["existing"], "customers": [1.5], "since": [pd.Timestamp("2026-01-31")]})
    with capture_output() as captured:
        chapter.show(
            Say("plan.classes", {"customers": chapter.card("plan.sizing.customers", 2), "lost": lost}),
            Table("plan.sizing.classes", frame, {"status": ""}),
        )
    marks = [mark for mark, mimetypes in emitted(captured) if "data" not in mark]
    assert all("text/html" in mimetypes for mark, mimetypes in emitted(captured) if "data" not in mark)
    assert marks == [
        {"language": lang, "view": view} for lang in ("zh", "en") for view in ("director", "board")
    ]
    cards = [out.data[CARDS] for out in captured.outputs if CARDS in out.data]
    assert [card["key"] for card in cards[0]["cards"]] == ["plan.sizing.customers", "plan.sizing.lost"]
    panels = next(out.data["text/html"] for out in captured.outputs if CARDS in out.data)
    assert panels.count('<div popover id="card-plan-sizing-') == 2
    (table,) = [out.data[TABLE] for out in captured.outputs if TABLE in out.data]
    assert table == {"key": "plan.sizing.classes", "columns": ["status", "customers", "since"], "rows": [["existing", 1.5, "2026-01-31"]], "units": {"status": "", "since": "date"}}  # fmt: skip
    json.dumps([cards, table])


def test_missing_table_darkens_its_section_without_a_word_in_place(data):
    chapter = Chapter("plan", data)
    with capture_output() as captured, chapter.section():
        data["staff"]
    (output,) = captured.outputs
    assert output.data[REFUSAL] == {"id": "inputs.table_absent", "fields": {"table": "staff"}, "kind": "absent", "chapter": "plan"}  # fmt: skip


def test_refusal_says_why_in_every_language_and_the_next_section_runs(data):
    chapter = Chapter("plan", data)
    with capture_output() as captured:
        with chapter.section():
            raise Refused("plan.no_ranges")
        with chapter.section():
            chapter.show(Say("summary.no_risk"))
    shown = [out.data["text/html"] for out in captured.outputs if "text/html" in out.data]
    assert '<p class="refusal">没有任何假设带有区间' in shown[0]
    assert '<p class="refusal">No assumption has a range' in shown[1]
    assert len(shown) == 4
    assert [out.data[REFUSAL]["kind"] for out in captured.outputs if REFUSAL in out.data] == ["refused"]


def test_a_bug_is_not_a_refusal(data):
    with pytest.raises(ZeroDivisionError, match="division"), Chapter("plan", data).section():
        1 / 0  # noqa: B018


def test_assumptions_and_sources_are_filled_in(data):
    card = Chapter("plan", data).card("plan.sizing.reps", 1.0)
    names = {assumption["name"] for assumption in card.assumptions}
    assert "coverage" in names and "sizing.selling_share" in names and "sizing.visits_per_rep" not in names
    assert card.opinion
    customers = next(source for source in card.sources if source["table"] == "customers")
    assert customers["rows"] == 2 and customers["keys"] == ["C1", "C2"] and len(customers["sha256"]) == 64


def test_unknown_view_names_the_choices(data):
    with pytest.raises(ValueError, match=r"views \['press'\] are unknown; must be of"):
        Chapter("plan", data, views=["press"])
