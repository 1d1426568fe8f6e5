"""Names of sheets: both languages, what a spreadsheet takes, apart, and the same on every run."""

from __future__ import annotations

import re

import pytest

from salesmgmt.locale import catalogue
from salesmgmt.publish.tabs import sheet_names, tab

ZH, EN = catalogue("zh"), catalogue("en")
TITLES = {key: (ZH[key], EN[key]) for key in ZH if key.startswith("table.")}
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def names():
    return sheet_names(TITLES)


def test_every_table_of_the_report_has_a_name_a_spreadsheet_takes(names):
    assert len(TITLES) > 80 and list(names) == list(TITLES)
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\")
        assert name.strip("' ") == name and name.casefold() != "history"


def test_both_languages_are_there_and_no_key(names):
    for key, name in names.items():
        assert CHINESE.search(name) and re.search("[A-Za-z]{3}", name), key
        assert key.removeprefix("table.") not in name
        zh, en = TITLES[key]
        assert zh.startswith(name[:2]) or name.startswith(re.sub(r"\s*:\s*", " · ", zh)[:2])
        assert name.rstrip("…").split(" ")[-1].rstrip(",·") in en or name[-1].isdigit()


def test_names_do_not_depend_on_what_else_a_run_holds(names):
    for key, title in list(TITLES.items())[::7]:
        if not names[key][-1].isdigit():
            assert sheet_names({key: title})[key] == names[key]


def test_cuts_fall_between_words():
    assert tab("决策记录", "Decisions") == "决策记录 Decisions"
    assert (
        tab("拜访哪些待拓展客户，各要多少人", "Which prospects to visit")
        == "拜访哪些待拓展客户… Which prospects…"
    )
    assert (
        tab("校准会名单：为什么不能判断，缺什么证据", "Calibration sheet: why")
        == "校准会名单：为什么不能判断… Calibration…"
    )
    assert tab("一" * 40, "Long") == "一" * 17 + "… Long"
    assert tab("a/b: [c]*?\\d", "a/b: [c]*?\\d") == "a-b · (c)-d"
    assert tab("'引用'", "'quoted'") == "引用 quoted"


def test_names_alike_stay_apart_also_where_case_alone_differs():
    titles = {
        str(at): ("能力", english) for at, english in enumerate(["Gaps", "GAPS", "Gaps", "y" * 60, "y" * 60])
    }
    names = list(sheet_names(titles, taken=["能力 gaps"]).values())
    assert names == ["能力 Gaps 2", "能力 GAPS 3", "能力 Gaps 4", "能力", "能力 2"]
    alike = sheet_names({str(at): ("同" * 30, "x" * 30 + " y") for at in range(12)})
    assert len(set(alike.values())) == 12 and max(map(len, alike.values())) <= 31
