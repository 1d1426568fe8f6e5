"""The codebook is complete and unambiguous, and its documentation is in step."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import CODEBOOK
from salesmgmt.inputs.codebook import Column, plain
from salesmgmt.inputs.document import document
from salesmgmt.inputs.keys import bounds, inside

COLUMNS = [(table.name, column) for table in CODEBOOK.tables.values() for column in table.columns.values()]


def test_documentation_is_in_step(root):
    assert (root / "data" / "README.md").read_text(encoding="utf-8") == document()


def test_every_column_is_in_the_documentation():
    text = document()
    assert [column.name for _, column in COLUMNS if f"| `{column.name}` |" not in text] == []
    assert [setting.key for setting in CODEBOOK.settings.values() if f"| `{setting.key}`" not in text] == []


@pytest.mark.parametrize("table", CODEBOOK.tables)
def test_no_header_means_two_columns(table):
    meant: dict[str, set[str]] = {}
    for column in CODEBOOK.tables[table].columns.values():
        for text in (column.name, column.zh, column.en, *column.aliases):
            meant.setdefault(plain(text), set()).add(column.name)
    assert {text: names for text, names in meant.items() if len(names) > 1} == {}


def test_no_spelling_means_two_codes():
    for table, column in COLUMNS:
        spellings = [plain(text) for code, labels in (column.codes or {}).items() for text in {code, *labels}]
        different = {
            plain(text): code for code, labels in (column.codes or {}).items() for text in (code, *labels)
        }
        assert len(different) == len(set(spellings)), (table, column.name)


def test_labels_are_given_in_both_languages():
    assert [(t, c.name) for t, c in COLUMNS if not c.zh or not c.en] == []
    assert [s.name for s in CODEBOOK.settings.values() if not s.zh or not s.en] == []
    for language in ("zh", "en"):
        assert all(CODEBOOK.terms(language).values())


def test_the_general_label_of_a_shared_name_is_not_a_local_one():
    for language, kind, score in (("zh", "策略类型", "得分"), ("en", "kind of strategy", "score")):
        terms = CODEBOOK.terms(language)
        assert (terms["column.kind"], terms["column.score"]) == (kind, score)
        assert "column.required" not in terms
    assert CODEBOOK.terms("zh")["column.competencies.required"] == "要求等级"
    assert CODEBOOK.terms("zh")["column.visits.kind"] == "拜访方式"


def test_who_rated_is_secret_and_nothing_else():
    secret = {(table, column.name) for table, column in COLUMNS if column.secret}
    assert secret == {
        ("factor_ratings", "rater"),
        ("criteria_pairs", "rater"),
        ("segment_scores", "rater"),
        ("judgements", "judge"),
        ("assessments", "rater_id"),
    }


def test_looks_are_the_articles_own():
    looks = CODEBOOK.tables["factors"].columns["look"].codes
    assert [labels[0] for labels in looks.values()] == [
        "看经济形势", "看顾客需求", "看政策走向", "看技术发展", "看竞争对手", "看自身指标", "看内部流程", "看员工成长",
    ]  # fmt: skip


def test_references_and_bands_name_what_exists():
    assert [(t, c.name) for t, c in COLUMNS if c.ref and c.ref not in CODEBOOK.tables] == []
    for table in CODEBOOK.tables.values():
        named = {name for pair in (*table.order, *table.bands) for name in pair}
        assert named <= set(table.columns)


def test_shipped_values_are_within_their_own_bounds():
    for setting in CODEBOOK.settings.values():
        if setting.assumption and setting.default:
            value, low, high = setting.default
            assert low <= value <= high
            assert all(inside(number, setting) for number in setting.default)
    for row in CODEBOOK.coverage:
        assert row["low"] <= row["visits_per_year"] <= row["high"]
        assert row["status"] in CODEBOOK.tables["customers"].columns["status"].codes


def test_headers_are_recognised_whatever_case_width_and_spaces():
    headers = CODEBOOK.tables["customers"].headers()
    for text in (
        "Customer ID",
        "CUSTOMER_ID",
        "客户编号",
        " 客户 编号 ",
        "ｃｕｓｔｏｍｅｒ　ｉｄ",
        "客户编号 customer_id",
    ):
        assert headers[plain(text)] == "customer_id"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, ""),
        ({"low": 0}, "≥ 0"),
        ({"low": 0, "high": 1}, "0–1"),
        ({"above": 0, "high": 24}, "> 0, ≤ 24"),
        ({"above": 0}, "> 0"),
    ],
)
def test_bounds_in_signs(fields, text):
    assert bounds(Column("x", "number", "x", "x", **fields)) == text
