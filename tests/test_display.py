"""What a chapter shows: escaped, per language and view, small groups hidden also by subtraction."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from salesmgmt.cards import Card
from salesmgmt.charts import plot_pay_mix
from salesmgmt.display import Ask, Audience, Chart, Conclusion, Further, Say, Table, Tiles
from salesmgmt.inputs import input_words
from salesmgmt.tables import suppressed

HOSTILE = "<script>alert(1)</script>"
COST = Card(
    "motivation.pay.cost", 5_200_000.0, unit="money", period="per_year", method="motivation.pay.company_mix"
)
SHARE = Card("motivation.pay.variable_share", 0.38, unit="share", period="per_year", method="motivation.pay.mix", people=24)  # fmt: skip
BAND = Card(
    "motivation.pay.band", 0.4, low=0.3, high=0.5, unit="share", period="policy", method="motivation.pay.mix"
)
SMALL = Card("motivation.pay.variable_share", 0.18, by={"role": "sales_manager"}, unit="share", people=3)
PAY = pd.DataFrame(
    {
        "role": ["account_manager", "product_manager", "sales_manager"],
        "people": [14, 6, 3],
        "variable_share": [0.42, 0.33, 0.18],
        "share_min": [0.35, 0.3, 0.1],
        "share_max": [0.5, 0.35, 0.2],
        "verdict": ["within", "within", "below"],
    }
)
COLUMNS = {"role": "", "people": "people", "variable_share": "share"}
COMPANY = Say("motivation.company", {"cost": COST, "share": SHARE, "band": BAND})


def audience(language="zh", view="director"):
    return Audience(input_words(language), view, 5)


def test_sentence_states_numbers_by_their_cards_only():
    html = COMPANY.html(audience())
    assert re.findall(r'popovertarget="card-([^"]+)"', html) == [card.id for card in (COST, SHARE, BAND)]
    assert "520 万元" in html and "30%~50%" in html
    outside = re.sub(r"<button.*?</button>", "", html)
    assert not re.search(r"\d", outside)


def test_bare_number_in_a_sentence_is_a_type_error():
    with pytest.raises(
        TypeError, match=r"field 'cost' of 'motivation.company' is 3.0: a number is stated by its card"
    ):
        Say("motivation.company", {"cost": 3.0})


def test_client_text_is_escaped_everywhere():
    teams = PAY.assign(group=HOSTILE)
    sentence = Say("allocation.team_below", {"team": HOSTILE, "share": SHARE})
    table = Table("evaluation.performance", teams, {"group": "", "people": "people"})
    for item in (sentence, table, Conclusion([[sentence]], [sentence]), Further([sentence]), Ask(sentence)):
        html = item.html(audience())
        assert "<script" not in html and "&lt;script&gt;" in html


def test_braces_in_client_text_are_text():
    assert "{0.__class__}" in Say("allocation.team_below", {"team": "{0.__class__}", "share": SHARE}).html(
        audience()
    )


def test_board_hides_small_groups_and_whatever_would_reveal_them():
    html = Table("motivation.pay", PAY, COLUMNS, group_size="people").html(audience(view="board"))
    assert "客户经理" in html and "产品经理" not in html and "销售经理" not in html
    assert "少于 5 人" in html
    assert "销售经理" in Table("motivation.pay", PAY, COLUMNS, group_size="people").html(audience())


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [([9, 8, 7], []), ([9, 8, 3], [3, 8]), ([9, 3, 3], [3, 3]), ([9, 2, 2], [2, 2, 9]), ([3], [3]), ([], [])],
)
def test_suppressed_groups_cannot_be_had_by_subtraction(sizes, hidden):
    series = pd.Series(sizes, dtype=float)
    mask = suppressed(series, minimum=5)
    assert sorted(series[mask]) == sorted(map(float, hidden))
    shown_away = series[mask]
    assert shown_away.empty or (len(shown_away) > 1 and shown_away.sum() >= 5) or mask.all()


def test_board_sees_no_persons_and_no_sentence_about_a_small_group():
    private = Table("allocation.visits.people", PAY, COLUMNS, private=True)
    assert private.html(audience(view="board")) == ""
    role = Say("motivation.role_below", {"role": ("role", "sales_manager"), "share": SMALL, "band": BAND})
    assert role.html(audience(view="board")) == "" and "销售经理" in role.html(audience())
    assert Tiles([SMALL]).html(audience(view="board")) == ""


def test_board_sees_no_single_persons_figure_in_table_chart_or_alt_text():
    columns = COLUMNS | {"share_min": "share", "share_max": "share"}
    table = Table("motivation.pay", PAY.iloc[:2], columns, personal=("share_min", "share_max"))
    chart = Chart(plot_pay_mix, PAY.iloc[:2], COMPANY, table, {"low": 0.3, "high": 0.5})
    director, board = (chart.html(audience(view=view)) for view in ("director", "board"))
    assert "最低" in director and "最低" not in board
    alt = re.search(r'alt="([^"]+)"', board)
    assert alt and input_words("zh").number(0.35, "share") not in alt.group(1).partition("。")[2]
    assert re.search(r'src="([^"]+)"', director).group(1) != re.search(r'src="([^"]+)"', board).group(1)


def test_a_group_without_people_needs_no_shelter():
    sizes = pd.Series([9.0, 5.0, 0.0])
    assert not suppressed(sizes, minimum=5).any()


def test_table_has_caption_scoped_headers_and_one_money_unit():
    frame = pd.DataFrame(
        {"group": ["a", "b"], "this_year": [123_456_789.0, None], "last_year": [9_000.0, 5e7]}
    )
    html = Table("evaluation.growth", frame, {"group": "", "this_year": "money", "last_year": "money"}).html(audience())  # fmt: skip
    assert "<caption>各团队收入：本期与上年同期</caption>" in html
    assert html.count('scope="col"') == 3 and html.count("（万元）") == 2
    assert re.findall(r'<td class="n">([^<]*)</td>', html) == ["12,345.68", "0.90", "—", "5,000.00"]


def test_chart_is_one_inlined_picture_with_alt_text_and_its_data():
    chart = Chart(plot_pay_mix, PAY, COMPANY, Table("motivation.pay", PAY, COLUMNS, group_size="people"), {"low": 0.3, "high": 0.5})  # fmt: skip
    for language in ("zh", "en"):
        html = chart.html(audience(language))
        assert html.count("<img") == 1 and 'src="data:image/svg+xml,' in html
        alt = re.search(r'alt="([^"]+)"', html)
        assert alt and input_words(language).number(0.42, "share") in alt.group(1)
        assert "<details" in html and "<table" in html
    kept = chart.frames()["motivation.pay"]
    pd.testing.assert_frame_equal(kept, PAY)
    assert kept.attrs["units"] == dict(chart.table.columns) and PAY.attrs == {}


def test_small_chart_is_drawn_once_and_a_large_one_for_phone_and_page():
    table = Table("motivation.pay", PAY, COLUMNS, group_size="people")
    options = {"low": 0.3, "high": 0.5}
    for small, drawn in ((True, 1), (False, 2)):
        html = Chart(plot_pay_mix, PAY, COMPANY, table, options, small=small).html(audience())
        assert html.count("data:image/svg+xml,") == drawn and html.count("<img") == 1
        assert ('<figure class="chart small">' in html) == small


def test_same_numbers_in_both_languages():
    table = Table("motivation.pay", PAY, COLUMNS)
    figures = [
        re.findall(r'class="n">([^<]*)</td>', table.html(audience(language))) for language in ("zh", "en")
    ]
    assert figures[0] == figures[1]


def test_names_in_a_list_are_joined_in_the_readers_language():
    said = Say(
        "plan.swot_unseen", {"factors": COST, "looks": [("look", "policy"), ("look", "people"), HOSTILE]}
    )
    assert "看政策走向、看员工成长、<bdi>&lt;script" in said.html(audience())
    assert "policy, people" in said.html(audience("en")).lower().replace("&#39;s growth", "")


STRATEGIES = pd.DataFrame(
    {
        "strategy_id": ["TS1"],
        "factor_ids": ["F1、F2"],
        "missing": ["strength、threat"],
        "statement": ["很长" * 9],
    }
)


def test_ids_and_quadrants_in_a_cell_read_in_either_language():
    table = Table("plan.tows", STRATEGIES, dict.fromkeys(STRATEGIES.columns, ""))
    zh, en = table.html(audience()), table.html(audience("en"))
    assert "<td>F1、F2</td><td>优势、威胁</td>" in zh and "<td>F1, F2</td><td>strength, threat</td>" in en
    assert f'<td class="long">{"很长" * 9}</td>' in zh


def test_a_column_may_have_its_own_name_in_one_method():
    frame = pd.DataFrame({"gap": [1.0]})
    assert "差距（分）" in Table("evaluation.competency.teams", frame, {"gap": "points"}).html(audience())
    assert "缺口（人）" in Table("plan.roles", frame, {"gap": "people"}).html(audience())


def test_a_folded_table_opens_on_a_click_and_stays_private():
    table = Table("evaluation.competency.scores", PAY, COLUMNS, private=True, folded=True)
    html = table.html(audience())
    assert html.startswith('<details class="data folded"><summary>每个人的综合差距') and "<table" in html
    assert table.html(audience(view="board")) == ""
    long = Table("evaluation.competency.scores", pd.concat([PAY] * 14), COLUMNS, folded=True)
    assert long.html(audience()).startswith(
        '<details class="data longer"><summary data-note="表较长'
    )  # not on paper
