"""The number card: what it holds, who may see it, how it reads."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from salesmgmt.cards import Card, card_html, make_card, register
from salesmgmt.errors import Refused
from salesmgmt.locale import LANGUAGES, Words, catalogue

ASSUMPTION = {"name": "sizing.selling_share", "role": "", "value": 0.35, "low": 0.3, "high": 0.4, "unit": "share", "kind": "opinion", "source": "销售总监", "owner": ""}  # fmt: skip
SOURCE = {"table": "customers", "rows": 3, "keys": ["C1", "<b>C2</b>", "C3"], "sha256": "ab" * 32}
CARD = Card(
    key="plan.sizing.headcount", value=36.0, low=33.0, high=41.0, unit="people", period="plan_year",
    method="plan.sizing.adjust", assumptions=[ASSUMPTION], sources=[SOURCE], n=441,
)  # fmt: skip


def test_every_registered_number_has_label_formula_and_period_in_every_language():
    for language in LANGUAGES:
        messages = catalogue(language)
        wanted = {f"card.{key}.{part}" for key in register() for part in ("label", "formula")}
        wanted |= {f"period.{entry['period']}" for entry in register().values()}
        assert wanted - set(messages) == set()


def test_every_registered_method_exists():
    from importlib import import_module

    for entry in register().values():
        module, _, name = entry["method"].rpartition(".")
        assert callable(getattr(import_module(f"salesmgmt.{module}"), name))


def test_round_trip_through_plain_data():
    assert Card.from_dict(CARD.to_dict()) == CARD


def test_number_reads_in_both_languages():
    assert CARD.text(Words("zh")) == "36 人"
    assert CARD.text(Words("zh"), "range") == "33~41 人"
    assert CARD.text(Words("en"), "range") == "33–41 people"


def test_opinion_is_marked_wherever_the_number_is_stated():
    assert "意见" in CARD.button(Words("zh"))
    measured = Card("plan.sizing.present", 27.0, unit="people", period="as_of", method="plan.sizing.staffing")
    assert "opinion" not in measured.button(Words("en"))


def test_panel_says_all_and_escapes_what_the_client_typed():
    panel = card_html(CARD.to_dict(), Words("zh"))
    for expected in (
        "需要人数",
        "80%区间 33~41 人",
        "salesmgmt.plan.sizing.adjust",
        "销售总监",
        "35%（80%区间 30%~40%）",
        "abababababab",
        "441",
    ):
        assert expected in panel
    assert "<b>C2</b>" not in panel and "&lt;b&gt;C2&lt;/b&gt;" in panel


def test_board_sees_neither_persons_nor_small_groups_nor_staff_rows():
    person = Card("plan.sizing.headcount", 1.0, by={"staff_id": "S1"})
    small = Card("motivation.pay.variable_share", 0.2, by={"role": "delivery_manager"}, people=4)
    assert not person.shown("board", suppress_below=5) and person.shown("director", suppress_below=5)
    assert not small.shown("board", suppress_below=5) and small.shown("board", suppress_below=4)
    staff = Card("motivation.pay.cost", 1.0, unit="money", period="per_year", method="motivation.pay.company_mix", sources=[SOURCE | {"table": "staff"}])  # fmt: skip
    assert "C3" in card_html(staff.to_dict(), Words("en"))
    assert "C3" not in card_html(staff.to_dict(), Words("en"), view="board")


def test_ids_are_unique_where_dimensions_differ_only_in_signs():
    ids = {
        Card("evaluation.growth", 0.1, by={"team": team}).id
        for team in ("华东 A", "华东-A", "华东A", "", "none")
    }
    assert len(ids) == 5


def test_unknown_key_and_half_a_range_are_refused():
    with pytest.raises(ValueError, match=r"key == 'plan.sizing.hats', must be one of"):
        make_card("plan.sizing.hats", 1.0, data=None)
    with pytest.raises(ValueError, match="must both be given or neither"):
        make_card("plan.sizing.visits", 1.0, data=None, low=0.5)


def test_a_missing_number_is_not_stated():
    with pytest.raises(Refused, match="report.no_number"):
        make_card("plan.sizing.visits", float("nan"), data=None)


class _Client(dict):
    """Only factors, typed by somebody."""

    sources = {"factors": SimpleNamespace(origin="factors.csv", rows=2, sha256="cd" * 32)}  # noqa: RUF012

    def used_assumptions(self, names):
        return []

    def row_keys(self, table):
        return ["F1", "F2"]


def test_a_number_out_of_judged_tables_is_an_opinion_and_says_whose():
    card = make_card("plan.swot.ife", 2.5, data=_Client(factors=None))
    assert card.opinion and [a["name"] for a in card.assumptions] == ["factors"]
    panel = card_html(card.to_dict(), Words("zh"))
    assert "因素的权重和评分（判断）" in panel and "factors.csv" in panel and "F1、F2" in panel.striptags()
    assert not make_card("plan.swot.factors", 2, data=_Client(factors=None)).opinion
