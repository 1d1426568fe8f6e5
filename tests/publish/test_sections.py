"""What of a chapter one reader sees, and what stays dark."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from salesmgmt.chapter import REFUSAL
from salesmgmt.locale import Words
from salesmgmt.publish.appendix import dark_tables
from salesmgmt.publish.sections import read_part


def prose(text, *tags):
    return new_markdown_cell(text, metadata={"tags": list(tags)})


def shown(**readers):
    """A code cell with one output per reader: ``zh_director="<p>…</p>"``."""
    outputs = []
    for reader, html in readers.items():
        language, view = reader.split("_")
        mark = {"salesmgmt": {"language": language, "view": view}}
        outputs.append(new_output("display_data", data={"text/html": html}, metadata=mark))
    return new_code_cell("secret = 1", outputs=outputs)


def absent(name, what="table"):
    content = {"id": f"inputs.{what}_absent", "fields": {what: name}, "kind": "absent", "chapter": "plan"}
    mark = {"salesmgmt": {"data": True}}
    return new_code_cell(outputs=[new_output("display_data", data={REFUSAL: content}, metadata=mark)])


def part(*cells, language="zh", view="director"):
    return read_part("1_plan", new_notebook(cells=list(cells)), language=language, view=view)


def titles(found):
    return [section.title for section in found.sections]


def texts(found):
    return [text for section in found.sections for cell in section.cells for text in cell.values()]


def test_each_reader_gets_its_language_and_view_only():
    cells = [
        prose("# 规划", "zh"), prose("# Plan", "en"), prose("untagged"),
        shown(zh_director="甲", en_director="A", zh_board="乙", en_board="B"),
        new_code_cell("print(1)", outputs=[new_output("stream", name="stdout", text="noise")]),
        new_code_cell("1", outputs=[new_output("execute_result", data={"text/html": "unmarked"})]),
    ]  # fmt: skip
    seen = {
        (la, v): texts(part(*cells, language=la, view=v))
        for la in ("zh", "en")
        for v in ("director", "board")
    }
    assert seen == {("zh", "director"): ["甲"], ("en", "director"): ["A"], ("zh", "board"): ["乙"], ("en", "board"): ["B"]}  # fmt: skip
    assert titles(part(*cells, language="en")) == ["Plan"]


def test_dark_sections_are_dropped_with_those_below_and_listed_by_table():
    found = part(
        prose("# 规划", "zh"), prose("## 一", "zh"), absent("staff"), prose("### 一之一", "zh"), absent("staff"),
        prose("## 二", "zh"), shown(zh_director="有"), absent("contracts"), prose("## 三\n\n说明", "zh"),
    )  # fmt: skip
    assert titles(found) == ["规划", "二", "三"]
    assert found.dark == {"staff": ["一", "一之一"], "contracts": ["二"]}


def test_what_settings_would_light_is_listed_under_their_heading():
    found = part(prose("# 规划", "zh"), prose("## 一", "zh"), absent("capacity", "settings"))
    assert titles(found) == ["规划"] and found.dark == {"[capacity]": ["一"]}
    assert dark_tables(found.dark | {"staff": []}, Words("en")) == [
        {"label": "Hiring and ramp assumptions", "name": "[capacity]", "questions": ["一"]},
        {"label": Words("en").table("staff"), "name": "staff", "questions": []},
    ]


def test_a_section_above_one_that_shows_something_stays():
    found = part(prose("# 规划", "zh"), prose("## 一", "zh"), absent("staff"), prose("### 二", "zh"), shown(zh_director="有"))  # fmt: skip
    assert titles(found) == ["规划", "一", "二"]


def test_a_section_whose_content_a_view_may_not_see_is_dropped_there():
    cells = [prose("# 规划", "zh"), prose("## 谁?", "zh"), shown(zh_director="名单")]
    assert titles(part(*cells)) == ["规划", "谁？"]
    assert titles(part(*cells, view="board")) == ["规划"]


def test_a_wholly_dark_chapter_keeps_its_title_and_the_list():
    found = part(prose("# 激励", "zh"), prose("## 一", "zh"), absent("staff"))
    assert titles(found) == ["激励"] and found.dark == {"staff": ["一"]}


def test_headings_are_found_anywhere_but_in_code():
    found = part(prose("# 规划 #\n\n开头\n\n## 一\n\n```\n# no heading\n```\n\n## 二", "zh"))
    assert [(s.title, s.level, s.id) for s in found.sections] == [("规划", 1, "s-1_plan"), ("一", 2, "s-1_plan-1"), ("二", 2, "s-1_plan-2")]  # fmt: skip
    assert "# no heading" in found.sections[1].cells[0]["markdown"]
