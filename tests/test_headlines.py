"""The first screen says what cards support, and nothing else."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from salesmgmt.cards import Card
from salesmgmt.display import Audience
from salesmgmt.errors import Refused
from salesmgmt.headlines import ask, conclusion, further, standout, tiles
from salesmgmt.inputs import input_words

DAYS = {"as_of": date(2026, 10, 31), "deadline": date(2027, 1, 1)}
READER = Audience(input_words("zh"), "director", 5)


def stated(*cards):
    found = {}
    for card in cards:
        found.setdefault(card.key, []).append(card)
    return found


def sizing(name, value, **details):
    return Card(
        f"plan.sizing.{name}",
        value,
        unit="people",
        period="plan_year",
        method="plan.sizing.adjust",
        **details,
    )


SHORT = [
    sizing("headcount", 36.0, low=33.0, high=41.0),
    sizing("present", 27.0),
    sizing("hires", 9.0, low=6.0, high=14.0),
]
WAITING = Card(
    "plan.sizing.waiting", 130.0, unit="visits", period="month", method="plan.sizing.visits_forgone"
)


def test_standout_prefers_clear_verdicts_over_low_numbers():
    teams = pd.DataFrame(
        {
            "team": list("abcd"),
            "ratio": [0.5, 0.8, 1.3, None],
            "verdict": ["consistent", "below", "above", "cannot_tell"],
        }
    )
    assert standout(teams, by="ratio")["team"] == "b"
    assert standout(teams[teams["team"] != "b"], by="ratio")["team"] == "c"
    assert standout(teams[teams["team"] == "a"], by="ratio")["team"] == "a"


def test_standout_refuses_when_nothing_is_known():
    with pytest.raises(Refused, match="report.no_group"):
        standout(pd.DataFrame({"ratio": [None], "verdict": ["cannot_tell"]}), by="ratio")


def test_people_missing_with_range_and_the_decision_asked():
    html = conclusion(stated(*SHORT)).html(READER)
    assert "36 人" in html and "33~41 人" in html and "还缺" in html
    decision = ask(stated(*SHORT, WAITING), **DAYS).html(READER)
    assert "130 次" in decision and "2027年1月1日" in decision


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ([sizing("headcount", 36.0)], "没有人员表"),
        ([sizing("headcount", 36.0), sizing("present", 40.0), sizing("hires", -4.0)], "总数够用"),
        ([sizing("headcount", 36.0), sizing("present", 27.0), sizing("hires", 9.0)], "现有"),
    ],
)
def test_sentence_about_people_follows_what_is_known(cards, said):
    assert said in conclusion(stated(*cards)).html(READER)


def test_risks_are_named_only_where_a_method_found_them():
    band = Card(
        "motivation.pay.band",
        0.4,
        low=0.3,
        high=0.5,
        unit="share",
        period="policy",
        method="motivation.pay.mix",
    )
    role = Card(
        "motivation.pay.variable_share", 0.18, by={"role": "delivery_manager"}, unit="share", verdict="below"
    )
    team = Card(
        "evaluation.growth",
        -0.06,
        by={"team": "华北"},
        unit="share",
        low=-0.1,
        high=-0.02,
        verdict="consistent",
    )
    html = conclusion(stated(*SHORT, band, role, team)).html(READER)
    assert "交付经理" in html and "18%" in html
    assert "华北" not in html
    assert "没有发现超出偶然波动的风险" in conclusion(stated(*SHORT)).html(READER)


def test_no_headcount_means_no_decision_to_ask():
    with pytest.raises(Refused, match="report.nothing_to_ask"):
        ask({}, **DAYS)


def test_the_clients_own_decision_comes_first_and_stands_alone_where_nothing_was_computed():
    own = "请总经理在 11 月 30 日前批准 <b>华南</b> 预算"
    html = ask(stated(*SHORT, WAITING), **DAYS, decision=own).html(READER)
    assert html.index("批准") < html.index("补足") and "<b>" not in html
    alone = ask({}, **DAYS, decision=own)
    assert "批准" in alone.html(READER) and "补足" not in alone.html(READER) and alone.cards() == []
    english = Audience(input_words("en"), "board", 5)
    assert "批准" in alone.html(english)
    with pytest.raises(Refused, match="report.nothing_to_ask"):
        ask({}, **DAYS, decision=" ")


def test_tiles_show_company_numbers_only():
    regional = Card("evaluation.growth", 0.1, by={"team": "华东"}, unit="share")
    assert tiles(stated(*SHORT, regional)).cards() == SHORT[:2]


@pytest.mark.parametrize(("fewer", "said"), [(26.0, True), (36.0, False), (40.0, False)])
def test_listed_prospects_beyond_the_target_are_priced_in_people(fewer, said):
    html = further(stated(*SHORT, sizing("headcount_on_target", fewer))).html(READER)
    assert ("若只拜访销售目标所需的那些" in html) == said


def swot(name, value):
    return Card(f"plan.swot.{name}", value, unit="score", period="as_of", method="plan.swot.weighted_score")


@pytest.mark.parametrize(
    "known", [("ife", "efe", "unanswered", "uncarried"), ("ife", "efe", "unanswered"), ("ife", "efe")]
)
def test_position_is_said_only_when_both_scores_and_what_is_unanswered_are_known(known):
    html = further(stated(*SHORT, *(swot(name, 2.25) for name in known))).html(READER)
    assert ("环境与自身" in html) == (len(known) == 4)


def gap(value, **by):
    return Card("evaluation.competency.gap", value, by=by, unit="points", period="as_of", method="evaluation.competency.by_team")  # fmt: skip


def test_training_names_the_team_that_makes_up_most_of_the_gap_else_the_company():
    company, team = gap(0.4, competency="守诺"), gap(0.9, competency="守诺", team="华东")
    html = further(stated(*SHORT, company, team)).html(READER).striptags()
    assert "华东最该补的是守诺" in html
    html = further(stated(*SHORT, company)).html(READER).striptags()
    assert "全公司最该补的是守诺" in html and "0.40 分" in html
    assert "守诺" not in further(stated(*SHORT, gap(0.0, competency="守诺"))).html(READER)


def test_standout_of_a_model_is_what_is_proven():
    model = pd.DataFrame(
        {"g": [0.9, 1.2], "p_value": [0.001, 0.002], "verdict": ["not_shown", "differentiating"]}
    )
    assert standout(model, by="p_value")["g"] == 1.2


def test_what_shows_as_zero_is_no_shortfall():
    """A gap of 0.04 people, shown as 0.0, is none; 0.06 is one."""
    for missing, said in ((0.04, False), (0.06, True)):
        cards = stated(sizing("headcount", 36.0), sizing("present", 36.0 - missing), sizing("hires", missing), sizing("waiting", 1.0))  # fmt: skip
        assert ("还缺" in conclusion(cards).html(READER).striptags()) is said
        assert ("补足" in ask(cards, **DAYS).html(READER).striptags()) is said


def test_a_headcount_from_shipped_frequencies_bears_no_decision():
    unsupported = [sizing("headcount", 36.0, verdict="cannot_tell"), *SHORT[1:], WAITING]
    html = conclusion(stated(*unsupported)).html(READER).striptags()
    assert "还不能说需要多少人" in html and "还缺" not in html
    asked = ask(stated(*unsupported), **DAYS).html(READER).striptags()
    assert "定下各类客户一年拜访几次" in asked and "36" not in asked
    assert [card.key for card in tiles(stated(*unsupported)).cards()] == ["plan.sizing.present"]


def test_whom_to_visit_is_asked_where_it_decides_the_number():
    fewer, observed = sizing("headcount_on_target", 26.0), sizing("headcount_at_observed", 30.0)
    asked = ask(stated(*SHORT, WAITING, fewer, observed), **DAYS).html(READER).striptags()
    assert (
        all(number in asked for number in ("36 人", "26 人", "30 人", "130 次")) and "哪些待拓展客户" in asked
    )
    assert "30 人" not in ask(stated(*SHORT, WAITING, fewer), **DAYS).html(READER).striptags()
    assert "哪些" not in ask(stated(*SHORT, WAITING, sizing("headcount_on_target", 36.0)), **DAYS).html(
        READER
    )


@pytest.mark.parametrize(
    ("days", "said"), [(21.0, "2026年11月21日"), (-9.0, "2026年10月31日"), (99.0, "2027年1月1日")]
)
def test_the_decision_is_due_when_recruiting_must_begin(days, said):
    recruiting = Card("plan.capacity.start_by", days, unit="days")
    assert said in ask(stated(*SHORT, WAITING, recruiting), **DAYS).html(READER).striptags()


def paid(name, value, people, unit="money"):
    return Card(f"plan.sizing.{name}", value, unit=unit, people=people)


def test_pay_of_small_groups_is_told_to_the_board_as_growth_only():
    cards = stated(*SHORT, paid("cost", 11.5e6, 2), paid("cost_more", 2.5e6, 2), paid("cost_growth", 0.285, None, "share"))  # fmt: skip
    board = conclusion(cards).html(Audience(input_words("zh"), "board", 5)).striptags()
    assert "1,150 万元" in conclusion(cards).html(READER) and "1,150" not in board and "28.5%" in board


def test_a_team_behind_in_results_and_visits_comes_first_and_once():
    behind = Card(
        "evaluation.growth", -0.17, by={"team": "华南"}, unit="share", low=-0.2, high=-0.1, verdict="below"
    )
    visits = Card("allocation.visits.share_made", 0.7, by={"team": "华南"}, unit="share", low=0.6, high=0.8, verdict="below")  # fmt: skip
    short = sizing("prospects_shortfall", 12.0)
    html = conclusion(stated(*SHORT, short, behind, visits)).html(READER).striptags()
    assert html.count("华南") == 1 and html.index("华南") < html.index("拓新不足") and "70%" in html
    other = Card("allocation.visits.share_made", 0.7, by={"team": "华东"}, unit="share", low=0.6, high=0.8, verdict="below")  # fmt: skip
    html = conclusion(stated(*SHORT, behind, other)).html(READER).striptags()
    assert html.index("华南") < html.index("华东")


def target(name, value, unit="money", **details):
    return Card(f"plan.target.{name}", value, unit=unit, period="plan_year", **details)


LINES = [target(name, value) for name, value in
         {"top_down": 760e6, "locked_in": 360e6, "renewal": 275e6, "tender": 34e6, "unnamed": 36e6,
          "initiatives": 22e6, "unfunded": 33e6}.items()]  # fmt: skip
LINES.append(target("probability", 0.09, "share"))
ADOPTED = [target("adopted_open", 13e6), target("adopted_probability", 0.3, "share")]


def test_the_target_adds_up_and_the_adopted_one_has_a_chance_of_its_own():
    html = conclusion(stated(*LINES, target("adopted", 740e6), *ADOPTED)).html(READER).striptags()
    assert all(
        part in html
        for part in ("7.60 亿元", "3,600 万元", "2,200 万元", "3,300 万元", "采用的目标为 7.40 亿元")
    )
    for silent in (target("adopted", 740e6, verdict="proposed"), target("adopted", 760e6)):
        assert "采用的目标为" not in conclusion(stated(*LINES, silent, *ADOPTED)).html(READER)
    assert "战略要求" not in conclusion(stated(*LINES[:-2])).html(READER)


def test_cost_in_full_comes_first_where_it_is_known():
    pay = [paid("cost", 11.8e6, 9), paid("cost_more", 2.6e6, 9), paid("cost_growth", 0.285, None, "share")]
    full = [Card("plan.capacity.cost_year_round", 17.8e6, unit="money"), Card("plan.capacity.cost_ratio", 0.024, unit="share")]  # fmt: skip
    html = conclusion(stated(*SHORT, *pay, *full)).html(READER).striptags()
    assert "全年全成本 1,780 万元" in html and "2.4%" in html and "1,180 万元" in html
    assert "全成本" not in conclusion(stated(*SHORT, *pay, full[0])).html(READER)


def test_a_choice_that_needs_nobody_more_in_all_is_told_with_care_for_roles():
    asked = ask(stated(*SHORT, WAITING, sizing("headcount_on_target", 27.0)), **DAYS).html(READER).striptags()
    assert "总数上够用" in asked and "各角色" in asked
    asked = ask(stated(*SHORT, WAITING, sizing("headcount_on_target", 28.0)), **DAYS).html(READER).striptags()
    assert "总数" not in asked


def test_no_list_of_prospects_at_all_is_said_as_that():
    none = [Card(f"plan.sizing.prospects_{name}", value, unit="customers")
            for name, value in {"required": 317.0, "listed": 0.0, "shortfall": 317.0}.items()]  # fmt: skip
    html = conclusion(stated(*SHORT, *none)).html(READER).striptags()
    assert "没有待拓展客户" in html and "名单太短" not in html


def test_visits_from_shipped_frequencies_are_no_tile():
    unsupported = [sizing("headcount", 36.0, verdict="cannot_tell"), *SHORT[1:2]]
    assert [card.key for card in tiles(stated(*unsupported, sizing("visits", 1530.0))).cards()] == [
        "plan.sizing.present"
    ]


def test_what_belongs_together_is_one_paragraph_and_risks_are_numbered():
    behind = Card(
        "evaluation.growth", -0.17, by={"team": "华南"}, unit="share", low=-0.2, high=-0.1, verdict="below"
    )
    cards = stated(
        *LINES, target("adopted", 740e6), *ADOPTED, *SHORT, behind, sizing("prospects_shortfall", 12.0)
    )
    html = conclusion(cards).html(READER)
    first, second, lead = html.split("<p>")[1:]
    assert "战略要求" in first and "采用的目标" in first and "还缺" in second
    assert "最可能出问题" in lead and lead.count("<li>") == 2
    assert "<ol>" not in conclusion(stated(*SHORT)).html(READER)
    assert not further(stated(*SHORT)).html(READER)
