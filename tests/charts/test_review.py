"""The two views of people: where each stands, what is open, and who is named."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from salesmgmt import charts
from salesmgmt.locale import Words
from tests.charts.gallery import TWO_VIEWS
from tests.charts.test_gallery import words_of

ZH, EN = Words("zh"), Words("en")


def points(axes):
    """Places of the people, open ones first."""
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    return np.concatenate([np.column_stack(line.get_data()) for line in marks])


def test_better_results_are_further_right_and_more_competency_higher():
    people = TWO_VIEWS.sort_values("verdict")
    drawn = points(charts.plot_two_views(people, words=ZH))
    assert np.corrcoef(drawn[:, 0], people["index"])[0, 1] == pytest.approx(1)
    assert np.corrcoef(drawn[:, 1], -people["level"])[0, 1] == pytest.approx(1)  # y runs down


def test_everybody_stands_in_the_box_that_figures_say():
    for row in TWO_VIEWS.to_dict("records"):
        axes = charts.plot_two_views(TWO_VIEWS[TWO_VIEWS["name"] == row["name"]], words=EN)
        boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        inside = [at for at, box in enumerate(boxes) if box.get_bbox().contains(*points(axes)[0])]
        assert (2 * (row["level"] < 0) + (row["index"] > 1)) in inside


def test_only_people_whose_place_is_clear_are_named():
    shown = words_of(charts.plot_two_views(TWO_VIEWS, words=ZH))
    clear = TWO_VIEWS["verdict"] == "fairly_clear"
    assert all(name in shown for name in TWO_VIEWS.loc[clear, "name"])
    assert not any(name in shown for name in TWO_VIEWS.loc[~clear, "name"])


def test_intervals_are_drawn_where_they_are_known():
    def ends(people):
        [crosses] = [line for line in charts.plot_two_views(people, words=EN).lines if len(line.get_xdata()) > 9 or line.get_marker() == "None"]  # fmt: skip
        return int(np.isfinite(np.asarray(crosses.get_xdata(), dtype=float)).sum())

    assert ends(TWO_VIEWS) == 4 * len(TWO_VIEWS)
    assert ends(TWO_VIEWS.assign(level_low=np.nan)) == 2 * len(TWO_VIEWS)
