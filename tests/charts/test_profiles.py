"""Radars of competency profiles: their lines are the data, their panels fit the room."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from salesmgmt import charts
from salesmgmt.charts.profiles import COMPETENCIES, ROLES
from salesmgmt.charts.radar import names_around, on_spokes, width_beside
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.locale import Words
from tests.charts.gallery import LONG_ENGLISH, LONG_NAME, PROFILES
from tests.charts.test_gallery import texts, words_of

ZH, EN = (Words(language, terms=CODEBOOK.terms(language)) for language in ("zh", "en"))
LINES = ["required", "mean", "strong_mean"]


def roles(many, competencies=6):
    rows = [(f"角色{i}", f"胜任力{j}", 4.0, 3.0, 3.5, 8) for i in range(many) for j in range(competencies)]
    return pd.DataFrame(rows, columns=["role", "competency", *LINES, "people"])


def scores(axes, name):
    """Scores that a line of each radar stands for, read back from where its corners are."""
    rings = [line for line in axes.lines if line.get_linewidth() == 0.9 and len(line.get_xdata()) > 3]
    found = []
    for ring, line in zip(rings, [x for x in axes.lines if x.get_label() == name], strict=True):
        outer, own = ring.get_xydata()[:-1], line.get_xydata()[:-1]
        centre = outer.mean(axis=0)
        found.append(1 + 4 * np.linalg.norm(own - centre, axis=1) / np.linalg.norm(outer - centre, axis=1))
    return found


@pytest.mark.parametrize("name", LINES)
def test_corners_are_at_the_scores(name):
    radars = PROFILES[PROFILES["role"] != "delivery_manager"]
    found = scores(charts.plot_profiles(radars, words=EN), name)
    for values, (_, rows) in zip(found, radars.groupby("role", sort=False), strict=True):
        assert values == pytest.approx(rows[name].to_numpy())


def test_lines_differ_without_colour():
    axes = charts.plot_profiles(PROFILES.head(7), words=EN)
    looks = {x.get_label(): (x.get_linestyle(), x.get_marker()) for x in axes.lines if x.get_label() in LINES}
    assert len(set(looks.values())) == 3
    assert looks["strong_mean"][0] != looks["required"][0]


def test_rings_are_numbered_from_one_to_five():
    shown = [t.get_text() for t in texts(charts.plot_profiles(PROFILES.head(7), words=EN).figure)]
    assert [text for text in shown if text.isdigit()] == ["1", "2", "3", "4", "5"]


def test_head_is_the_role_and_its_people():
    shown = words_of(charts.plot_profiles(PROFILES, words=EN))
    assert "Account manager 22 people" in shown and "Delivery manager 5 people" in shown
    differing = PROFILES.head(3).assign(people=[4, 5, 9])
    assert "4–9 people" in words_of(charts.plot_profiles(differing, words=EN))
    assert "people" not in words_of(charts.plot_profiles(differing.assign(people=np.nan), words=ZH))


def test_strong_performers_are_neither_drawn_nor_in_the_key_where_they_are_not_given():
    axes = charts.plot_profiles(PROFILES.assign(strong_mean=np.nan), words=EN)
    shown = words_of(axes)
    assert "strong performers" not in shown and "Required" in shown
    drawn = [x for x in axes.lines if x.get_label() == "strong_mean"]
    assert drawn and all(np.isnan(x.get_xdata()).all() for x in drawn)


def test_means_of_few_people_are_points_without_a_line():
    few = roles(3).assign(people=[4] * 6 + [5] * 6 + [9] * 6, strong=[2] * 12 + [5] * 6)
    axes = charts.plot_profiles(few, words=EN)
    lines = {name: [x.get_linestyle() for x in axes.lines if x.get_label() == name] for name in LINES}
    assert [[one == "None" for one in lines[name]] for name in LINES] == [
        [False] * 3, [True, False, False], [True, True, False],
    ]  # fmt: skip
    assert "fewer than 5 people" in words_of(axes) and len(axes.patches) == 2
    assert "fewer" not in words_of(charts.plot_profiles(roles(3), words=EN))


def test_unknown_score_leaves_a_gap_and_the_area_unfilled():
    whole = PROFILES.head(7)
    gone = whole.assign(mean=whole["mean"].where(whole["competency"] != whole["competency"][2]))
    axes = charts.plot_profiles(gone, words=EN)
    assert np.isnan(scores(axes, "mean")[0]).tolist() == [False, False, True, False, False, False, False]
    assert (len(charts.plot_profiles(whole, words=EN).patches), len(axes.patches)) == (1, 0)


@pytest.mark.parametrize("many", [1, 2])
def test_fewer_than_three_competencies_are_scales(many):
    rows = PROFILES[PROFILES["role"] == "delivery_manager"].head(many)
    axes = charts.plot_profiles(rows, words=EN)
    first, last = (next(t.xy[0] for t in texts(axes.figure) if t.get_text() == end) for end in "15")
    for name in LINES:
        at = [x.get_xdata()[0] for x in axes.lines if x.get_label() == name]
        assert 1 + 4 * (np.array(at) - first) / (last - first) == pytest.approx(rows[name].to_numpy())


def test_panels_stand_below_each_other_in_a_narrow_room():
    figure = Figure(figsize=(4, 9))
    axes = charts.plot_profiles(PROFILES, words=ZH, ax=figure.add_axes((0, 0, 1, 1)))
    heads = [t.xy for t in texts(figure) if t.get_text() in ("客户经理", "产品经理", "交付经理")]
    assert axes.figure is figure and len(heads) == 3
    assert len({x for x, _ in heads}) == 1 and len({y for _, y in heads}) == 3


def test_more_roles_or_competencies_than_drawn_are_stated():
    shown = words_of(charts.plot_profiles(roles(ROLES + 2), words=EN))
    assert f"Roles drawn: the first {ROLES} of {ROLES + 2}" in shown and "Competencies drawn" not in shown
    assert "drawn" not in words_of(charts.plot_profiles(roles(ROLES, COMPETENCIES), words=EN))
    crowded = charts.plot_profiles(roles(1, COMPETENCIES + 1), words=EN)
    assert f"Competencies drawn: the first {COMPETENCIES} of a role" in words_of(crowded)
    assert len(scores(crowded, "mean")[0]) == COMPETENCIES


def test_roles_that_have_no_room_are_stated():
    figure = Figure(figsize=(4, 3.2))
    shown = words_of(charts.plot_profiles(roles(3), words=EN, ax=figure.add_axes((0, 0, 1, 1))))
    assert "Roles drawn: the first 1 of 3" in shown


@pytest.mark.parametrize("count", range(3, COMPETENCIES + 1))
@pytest.mark.parametrize("radius", [42.0, 60.0, 96.0])
@pytest.mark.parametrize("kind", [["诚恳可信"], ["Relationship building"], [LONG_NAME, LONG_ENGLISH]])
def test_names_around_a_radar_clear_it_and_each_other(kind, radius, count):
    names = [kind[i % len(kind)] for i in range(count)]
    placed = names_around(names, radius, width_beside(names))
    for one, other in itertools.combinations(placed, 2):
        if one.ha == other.ha:
            assert one.bottom <= other.top or other.bottom <= one.top
    for name in placed:
        nearest = min(max(0.0, name.top), name.bottom)
        assert np.hypot(name.x, nearest) > radius


def test_first_spoke_points_up_and_the_second_to_the_right():
    xs, ys = on_spokes(np.full(4, 5.0), (0.0, 0.0), 10.0)
    assert np.round(xs).tolist() == [0, 10, 0, -10, 0] and np.round(ys).tolist() == [-10, 0, 10, 0, -10]
