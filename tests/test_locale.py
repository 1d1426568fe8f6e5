"""Numbers, ranges and dates as readers of each language expect them; catalogues complete."""

from __future__ import annotations

import re
from datetime import date

import pytest

from salesmgmt.locale import LANGUAGES, Words, catalogue, full_width, seen


def test_catalogues_hold_the_same_ids_and_fields():
    zh, en = catalogue("zh"), catalogue("en")
    assert set(zh) == set(en)
    fields = {key: [set(re.findall(r"\{(\w+)", text)) for text in (zh[key], en[key])] for key in zh}
    assert {key: pair for key, pair in fields.items() if pair[0] != pair[1]} == {}


def test_no_message_is_empty_or_left_in_the_other_language():
    assert [
        key for language in LANGUAGES for key, text in catalogue(language).items() if not text.strip()
    ] == []
    spoken = {key: re.sub(r"\w+\.(?:csv|parquet)", "", text) for key, text in catalogue("en").items()}
    chinese = [key for key, text in spoken.items() if re.search(r"[\u4e00-\u9fff]", text)]
    assert [key for key in chinese if not key.startswith("unit.money.")] == []


def test_english_speaks_of_visits_not_calls():
    calls = [key for key, text in catalogue("en").items() if re.search(r"\bcalls?\b", text, re.IGNORECASE)]
    assert [key for key in calls if "phone call" not in catalogue("en")[key]] == []


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (60.0, "people", "60 人", "60 people"),
        (1.0, "people", "1 人", "1 person"),
        (9.48, "people", "9.5 人", "9.5 people"),
        (60_000.0, "visits", "60,000 次", "60,000 visits"),
        (0.3824, "share", "38.2%", "38.2%"),
        (-0.0001, "share", "0.0%", "0.0%"),
        (0.35, "share", "35%", "35%"),
        (-0.095, "share", "−9.5%", "−9.5%"),
        (123_456_789.0, "money", "1.23 亿元", "CNY 123.5 million"),
        (52_000.0, "money", "5.20 万元", "CNY 52 thousand"),
        (-52_000.0, "money", "−5.20 万元", "CNY −52 thousand"),
        (0.0, "money", "0 元", "CNY 0"),
        (None, "people", "—", "—"),
        (float("nan"), "money", "—", "—"),
    ],
)
def test_number(value, unit, zh, en):
    assert Words("zh").number(value, unit) == zh
    assert Words("en").number(value, unit) == en


@pytest.mark.parametrize(
    ("low", "high", "unit", "zh", "en"),
    [
        (0.63, 0.68, "share", "63%~68%", "63–68%"),
        (33.0, 41.0, "people", "33~41 人", "33–41 people"),
        (-0.239, -0.095, "share", "−23.9%至−9.5%", "−23.9% to −9.5%"),
        (90_000_000.0, 110_000_000.0, "money", "0.90~1.10 亿元", "CNY 90–110 million"),
        (None, 3.0, "people", "—", "—"),
    ],
)
def test_range(low, high, unit, zh, en):
    assert Words("zh").range(low, high, unit) == zh
    assert Words("en").range(low, high, unit) == en


def test_change_carries_mark_and_sign():
    assert Words("zh").signed(0.124, "share") == "▲ +12.4%"
    assert Words("en").signed(-0.05, "share") == "▼ −5%"
    assert Words("en").signed(0.0, "share") == "0%"
    assert Words("en").signed(0.0004, "share") == "0.0%"
    assert Words("zh").signed(-0.04, "people") == "0.0 人"


@pytest.mark.parametrize("unit", ["people", "posts", "visits", "share", "money", "customers", "rating", "ratio", "hours"])  # fmt: skip
def test_sign_is_that_of_the_figures_shown(unit):
    for value in (0.0, 1e-9, 0.0004, 0.004, 0.03, 0.049, 0.051, 0.2, 0.5, 0.51, 1.0, 31.4, 2e8):
        for language in ("zh", "en"):
            shown = any(c in "123456789" for c in Words(language).number(value, unit))
            assert seen(value, unit) == -seen(-value, unit) == int(shown), (value, unit, language)


def test_date_currency_and_client_wording():
    assert Words("zh").date(date(2027, 3, 5)) == "2027年3月5日"
    assert Words("en").date(date(2027, 3, 5)) == "5 March 2027"
    assert Words("zh", currency="USD").number(3e8, "money") == "3 亿美元"
    assert Words("en", client={"华东": "East China"}).client("华东") == "East China"
    assert Words("zh").client("华东") == "华东"


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1e12, "money", "10,000 亿元", "CNY 1,000,000 million"),
        (-1e12, "money", "−10,000 亿元", "CNY −1,000,000 million"),
        (0.0004, "money", "0.00 元", "CNY 0.00"),
        (0.0004, "share", "0.0%", "0.0%"),
        (-0.0004, "share", "0.0%", "0.0%"),
        (1e12, "visits", "1,000,000,000,000 次", "1,000,000,000,000 visits"),
        (0.0, "customers", "0 家", "0 customers"),
        (-3.0, "people", "−3 人", "−3 people"),
        (0.0004, "people", "0.0 人", "0.0 people"),
        (float("inf"), "people", "—", "—"),
        (None, "score", "—", "—"),
    ],
)
def test_extremes_are_worded_without_a_negative_zero(value, unit, zh, en):
    assert (Words("zh").number(value, unit), Words("en").number(value, unit)) == (zh, en)


def test_chinese_prose_has_full_width_marks_and_code_keeps_its_own():
    assert (
        full_width("共 {n} 家(含 {m} 家),合计:{sum};好吗?") == "共 {n} 家（含 {m} 家），合计：{sum}；好吗？"
    )
    kept = "1,280.5 {a:range} https://x.cn:80/?a=1,b max(0, 要求) f(x, y)"
    assert full_width(kept) == kept
    assert full_width(full_width("甲,乙(丙)")) == "甲，乙（丙）"


_LATIN = {"SWOT", "TOWS", "QSPM", "IFE", "EFE", "STP", "CSV", "PNG", "PDF", "Excel", "SQL", "JSON", "TOML", "UTF", "HTML", "ID", "A", "B", "C", "SO", "ST", "WO", "WT", "CV", "AUC", "Hedges", "kappa"}  # fmt: skip


def test_chinese_labels_have_no_english_word():
    labels = ("column.", "table.", "code.", "card.", "publish.part", "kind.")
    found = {
        key: set(re.findall(r"[A-Za-z]{3,}", re.sub(r"\{[^}]*\}", "", text))) - _LATIN
        for key, text in catalogue("zh").items()
        if key.startswith(labels) and not key.endswith(".formula")
    }
    assert {key: words for key, words in found.items() if words} == {}


def test_unknown_language_names_the_choices():
    with pytest.raises(ValueError, match=r"language == 'fr', must be one of \['zh', 'en'\]"):
        catalogue("fr")
