"""The matrix of segments and the map of brands: where things stand, and what is named."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Ellipse, Rectangle

from salesmgmt import charts
from salesmgmt.charts.placing import Spot, name_spots
from salesmgmt.charts.sheet import sheet
from salesmgmt.charts.style import BLUE
from salesmgmt.locale import Words
from tests.charts.gallery import ATTRIBUTES, POSITIONS, SEGMENTS
from tests.charts.test_gallery import texts, words_of

ZH, EN = Words("zh"), Words("en")


def bubbles(axes):
    """Centre, width and whether filled of each bubble, largest first."""
    found = [patch for patch in axes.patches if isinstance(patch, Ellipse)]
    return [(*patch.get_center(), patch.width, to_hex(patch.get_facecolor()) == BLUE) for patch in found]


def test_stronger_is_further_right_more_attractive_higher_and_targets_are_filled():
    axes = charts.plot_segments(SEGMENTS, words=ZH)
    drawn = bubbles(axes)
    rows = SEGMENTS.sort_values("market_size", ascending=False)
    assert np.argsort([b[0] for b in drawn]).tolist() == np.argsort(rows["strength"]).tolist()
    down = [b[1] for b in drawn]  # y runs down
    assert np.corrcoef(down, -rows["attractiveness"])[0, 1] == pytest.approx(1)
    assert [b[3] for b in drawn] == rows["targeted"].tolist()
    widths = [b[2] for b in drawn]
    assert widths == sorted(widths, reverse=True) and widths[0] > widths[-1]


def test_bubbles_stand_in_the_cell_they_are_in_whatever_the_cutoffs():
    point = SEGMENTS.head(1).assign(strength=3.9, attractiveness=3.9)
    for cutoff, cell in ((3.5, 2), (4.2, 1)):
        axes = charts.plot_segments(point, words=ZH, strong_cutoff=cutoff, attractive_cutoff=cutoff)
        (x, y, *_), boxes = bubbles(axes)[0], [p for p in axes.patches if isinstance(p, Rectangle)]
        inside = [at for at, box in enumerate(boxes) if box.get_bbox().contains(x, y)]
        assert inside == [(2 - cell) * 3 + cell]


def test_every_segment_is_named_with_its_probability():
    shown = words_of(charts.plot_segments(SEGMENTS, words=EN))
    assert all(name in shown for name in SEGMENTS["segment"])
    assert {"98%", "61%", "22%"} <= {t.get_text() for t in texts(charts.plot_segments(SEGMENTS, words=EN).figure)}  # fmt: skip
    assert "%" not in words_of(charts.plot_segments(SEGMENTS.assign(target_probability=np.nan), words=EN))


def test_what_is_not_named_is_counted():
    crowd = SEGMENTS.loc[[0] * 15].assign(segment=[f"S{at}" for at in range(15)])
    axes = charts.plot_segments(crowd, words=EN)
    named = [
        t.get_text()
        for t in texts(axes.figure)
        if t.get_text().startswith("S") and t.get_text()[1:].isdigit()
    ]
    assert f"Not named for want of room: {15 - len(named)}" in words_of(axes)


def test_crosses_reach_from_p10_to_p90_only_where_they_are_known():
    assert len(charts.plot_segments(SEGMENTS, words=ZH).lines) == 2 * len(SEGMENTS)
    assert len(charts.plot_segments(SEGMENTS.assign(strength_low=np.nan), words=ZH).lines) == len(SEGMENTS)


def test_map_keeps_one_scale_and_joins_us_to_the_nearest():
    axes = charts.plot_positions(POSITIONS, words=ZH, attributes=ATTRIBUTES)
    marks = {(line.get_marker(), *np.ravel(line.get_data())) for line in axes.lines if line.get_marker() in "Do" and line.get_marker() != "None"}  # fmt: skip
    us = next(mark for mark in marks if mark[0] == "D")
    rivals = sorted(mark[1:] for mark in marks if mark[0] == "o")
    assert len(rivals) == 3
    given = POSITIONS[["x", "y"]].to_numpy()
    order = np.argsort(given[1:, 0])
    drawn = np.array([us[1:], *rivals]) * [1, -1]
    want = np.array([given[0], *given[1:][order]])
    apart = [np.linalg.norm(points[1:] - points[0], axis=1) for points in (drawn, want)]
    assert apart[0] / apart[1] == pytest.approx(np.full(3, (apart[0] / apart[1])[0]))
    joined = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert len(joined) == 1
    assert {tuple(p) for p in np.transpose(joined[0].get_data())} >= {us[1:]}


def test_map_without_attributes_or_us_still_draws():
    assert "远航" in words_of(charts.plot_positions(POSITIONS, words=ZH))
    others = POSITIONS[~POSITIONS["us"]]
    assert "同渡服务" in words_of(charts.plot_positions(others, words=ZH, attributes=ATTRIBUTES.head(0)))


def test_names_stand_apart_and_inside_or_are_left_out():
    axes = sheet(None, height=60)
    spots = [Spot(50.0, 30.0, 3.0, "name", "fact") for _ in range(12)]
    left_out = name_spots(axes, spots, within=(0.0, 0.0, 120.0, 60.0))
    assert 0 < left_out < 12
    assert sum(t.get_text() == "name" for t in texts(axes.figure)) == 12 - left_out


def test_names_keep_off_lines_and_move_inside_where_they_can():
    axes = sheet(None, height=60)
    level = ((60.0, 30.0), (118.0, 30.0))
    name_spots(axes, [Spot(60.0, 30.0, 3.0, "name")], within=(0.0, 0.0, 118.0, 60.0), lines=[level])
    (name,) = (t for t in texts(axes.figure) if t.get_text() == "name")
    assert name.get_position()[0] < 60.0
    axes = sheet(None, height=60)
    assert name_spots(axes, [Spot(116.0, 30.0, 3.0, "a long name")], within=(60.0, 0.0, 118.0, 60.0)) == 0


def test_attributes_that_the_map_does_not_show_have_no_arrow():
    faint = ATTRIBUTES.assign(x=np.r_[1.0, np.full(len(ATTRIBUTES) - 1, 0.2)], y=0.0)
    shown = words_of(charts.plot_positions(POSITIONS, words=ZH, attributes=faint))
    assert faint["attribute"].iloc[0] in shown
    assert not any(name in shown for name in faint["attribute"].iloc[1:])
