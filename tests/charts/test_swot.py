"""The SWOT chart: what it lists, in which order, and how it fits a room."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from salesmgmt import charts
from salesmgmt.charts.swot import FACTORS
from salesmgmt.locale import Words
from tests.charts.gallery import EXHIBITS, SWOT
from tests.charts.test_gallery import texts, words_of

ZH, EN = Words("zh"), Words("en")


def letters(axes):
    """Letter of each quadrant -> where it stands, in points from the upper left."""
    return {t.get_text(): t.xy for t in texts(axes.figure) if t.get_text() in "SWOT"}


def bars(axes):
    return [patch.get_width() for patch in axes.patches if patch.get_height() == 7.0]


def first_lines(axes):
    """First lines of the statements, from left to right and from above to below."""
    begins = {statement[:6] for statement in SWOT["statement"]}
    found = [t for t in texts(axes.figure) if t.get_text()[:6] in begins]
    return [t.get_text()[:6] for t in sorted(found, key=lambda t: (t.xy[0], t.xy[1]))]


def room(across, down):
    figure = Figure(figsize=(across, down))
    return figure.add_axes((0, 0, 1, 1))


def test_quadrants_stand_two_by_two_with_strengths_over_opportunities():
    at = letters(charts.plot_swot(SWOT, words=ZH))
    assert at["S"][1] == at["W"][1] < at["O"][1] == at["T"][1]
    assert at["S"][0] == at["O"][0] < at["W"][0] == at["T"][0]


def test_factors_are_listed_heaviest_first_whatever_order_they_come_in():
    heaviest = SWOT.sort_values("weight", ascending=False, kind="stable")
    left, right = (heaviest[heaviest["quadrant"].isin(own)] for own in (("strength", "opportunity"), ("weakness", "threat")))  # fmt: skip
    order = {"strength": 0, "weakness": 0, "opportunity": 1, "threat": 1}
    wanted = [
        statement[:6]
        for side in (left, right)
        for statement in side.sort_values("quadrant", key=lambda q: q.map(order), kind="stable")["statement"]
    ]
    assert first_lines(charts.plot_swot(SWOT, words=ZH)) == wanted
    assert first_lines(charts.plot_swot(SWOT.sample(frac=1.0, random_state=5), words=ZH)) == wanted


def test_bars_are_as_long_as_the_weights_on_one_scale():
    found = bars(charts.plot_swot(SWOT, words=EN))
    ranked = SWOT.sort_values("weight", ascending=False, kind="stable")
    wanted = [w for q in ("strength", "weakness", "opportunity", "threat") for w in ranked.loc[ranked["quadrant"] == q, "weight"]]  # fmt: skip
    assert np.array(found) / max(found) == pytest.approx(np.array(wanted) / max(wanted))


def test_head_states_the_sum_of_the_scores_and_how_many_are_not_rated():
    shown = words_of(charts.plot_swot(SWOT, words=EN))
    sums = SWOT.groupby("quadrant")["score"].sum()
    assert all(f"Score {sums[quadrant]:.2f}" in shown for quadrant in sums.index)
    assert "(1 unrated)" in shown and shown.count("unrated") == 1
    assert "Weight 14%, not rated" in shown and "Weight 16%, rated 1.5" in shown


def test_factor_stands_under_the_code_that_strategies_name_it_by():
    shown = words_of(charts.plot_swot(SWOT, words=ZH))
    assert "F01·权重 16%·4 分" in shown.replace(" · ", "·")
    cut = words_of(charts.plot_swot(SWOT.assign(factor_id="F" * 60), words=EN))
    assert "FFF…" in cut and "F" * 12 not in cut


def test_factor_that_no_strategy_answers_is_marked_in_words():
    many = int((~SWOT["answered"]).sum())
    assert words_of(charts.plot_swot(SWOT, words=EN)).count("no strategy yet") == many == 4
    assert words_of(charts.plot_swot(SWOT, words=ZH)).count("尚无策略") == many
    assert "strategy" not in words_of(charts.plot_swot(SWOT.drop(columns="answered"), words=EN))


def test_of_many_factors_the_heaviest_are_listed_and_the_others_counted_with_their_weight():
    strengths = SWOT.head(1).loc[[0] * 10].assign(weight=np.arange(10, 0, -1) / 55, statement="x")
    axes = charts.plot_swot(strengths, words=ZH)
    assert len(bars(axes)) == FACTORS
    assert f"另有 3 项,权重合计 {6 / 55 * 100:.1f}%" in words_of(axes) and "尚无策略" not in words_of(axes)
    unanswered = strengths.assign(answered=np.arange(10) < 8)
    assert "·2 项尚无策略" in words_of(charts.plot_swot(unanswered, words=ZH))


def test_quadrant_without_factors_says_so():
    shown = words_of(charts.plot_swot(SWOT[SWOT["quadrant"] != "threat"], words=EN))
    assert shown.count("No factors") == 1 and "T" in letters(charts.plot_swot(SWOT.head(1), words=EN))


def test_long_statement_takes_two_lines_and_ends_in_an_ellipsis():
    axes = charts.plot_swot(EXHIBITS["swot"].frame("long_names"), words=EN)
    cut = [t for t in texts(axes.figure) if t.get_text().endswith("…")]
    assert len(cut) == len(SWOT)
    assert min(t.get_fontsize() for t in texts(axes.figure)) == 9.5


def test_in_a_narrow_room_the_quadrants_stand_below_each_other():
    at = letters(charts.plot_swot(SWOT, words=EN, ax=room(4.0, 16.0)))
    assert len({x for x, _ in at.values()}) == 1
    assert [letter for letter, _ in sorted(at.items(), key=lambda item: item[1][1])] == list("SWOT")


@pytest.mark.parametrize("down", [3.0, 5.0, 7.0, 16.0])
def test_lower_room_lists_fewer_factors_and_counts_all_the_others(down):
    axes = charts.plot_swot(SWOT, words=EN, ax=room(4.0, down))
    left = [int(n) for n in re.findall(r"(\d+) more|Factors: (\d+)", words_of(axes)) for n in n if n]
    assert len(bars(axes)) + sum(left) == len(SWOT)
    assert (len(bars(axes)) == len(SWOT)) == (down == 16.0)
