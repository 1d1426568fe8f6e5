"""Every chart in every condition: it draws, all its text can be read, and it shows the data."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import itertools
import os
import pkgutil
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.text import Text

from salesmgmt import charts
from salesmgmt.charts.bands import DRIVERS as DRIVERS_DRAWN
from salesmgmt.charts.labels import MAX_ROWS
from salesmgmt.charts.style import SMALL
from salesmgmt.locale import LANGUAGES, Words
from salesmgmt.publish.fonts import font_file
from tests.charts.gallery import (
    ADJUSTMENTS,
    CONDITIONS,
    DRAWS,
    DRIFT,
    DRIVERS,
    EXHIBITS,
    GROWTH,
    PAY,
    PROCESS,
    STAFFING,
    STEPS,
    WIDTHS,
    draw,
)

ROOT = Path(__file__).resolve().parents[2]
POINT = 100 / 72
"""Pixels a point at the figures' resolution."""

CHARACTERS = set(get_font(font_file()).get_charmap())
"""What the embedded Chinese font can draw: the one font of all charts of ordinary results."""

ZH, EN = Words("zh"), Words("en")


def drawn(figure):
    """A renderer that knows where everything of the figure stands."""
    figure.draw_without_rendering()
    return FigureCanvasAgg(figure).get_renderer()


def texts(figure):
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def boxes(figure):
    renderer = drawn(figure)
    return {(i, t.get_text()): t.get_window_extent(renderer) for i, t in enumerate(texts(figure))}


def words_of(axes):
    return " ".join(t.get_text() for t in texts(axes.figure))


def bars(axes, *, by="width"):
    return [getattr(bar, f"get_{by}")() for container in axes.containers for bar in container]


def public_plots():
    """Every ``plot_*`` function that a module of the room defines and does not hide."""
    modules = [
        importlib.import_module(f"salesmgmt.charts.{m.name}") for m in pkgutil.iter_modules(charts.__path__)
    ]
    return {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("plot_") and inspect.unwrap(function).__module__ == module.__name__
    }


def test_every_chart_is_in_the_gallery_and_has_results_of_every_kind():
    assert public_plots() == {exhibit.plot for exhibit in EXHIBITS.values()}
    assert public_plots() == {getattr(charts, name) for name in charts.__all__ if name.startswith("plot_")}
    for name, exhibit in EXHIBITS.items():
        assert len(exhibit.frame("one_row")) == 1, name
        assert len(exhibit.frame("many_rows")) == 200, name
        assert exhibit.frame("missing")[list(exhibit.numbers)].isna().any(axis=None), name
        assert (exhibit.frame("zeros")[list(exhibit.numbers)] == 0).all(axis=None), name
        assert exhibit.negatives != exhibit.frame("negatives").equals(exhibit.normal), name


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("name", EXHIBITS)
def test_text_is_inside_the_figure_and_apart_from_other_text(name, condition, language, width):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = draw(EXHIBITS[name], condition, language, width)
        found = boxes(axes.figure)
    assert found
    assert axes.figure.get_figwidth() == WIDTHS[width]
    assert {c for _, text in found for c in text if ord(c) not in CHARACTERS or c == "□"} == set()
    assert min(text.get_fontsize() for text in texts(axes.figure)) >= SMALL
    width, height = axes.figure.bbox.size
    outside = [key for key, b in found.items() if b.x0 < 0 or b.y0 < 0 or b.x1 > width or b.y1 > height]
    assert outside == []
    shrunk = {key: box.padded(-1.2 * POINT) for key, box in found.items()}
    assert [(a, b) for (a, x), (b, y) in itertools.combinations(shrunk.items(), 2) if x.overlaps(y)] == []


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("name", EXHIBITS)
def test_result_is_left_as_it_was(name, condition):
    exhibit = EXHIBITS[name]
    result = exhibit.frame(condition).copy()
    before = result.copy(deep=True)
    exhibit.plot(result, words=ZH, **exhibit.options)
    pd.testing.assert_frame_equal(result, before)


@pytest.mark.parametrize("name", EXHIBITS)
def test_rows_of_a_filtered_result_may_have_any_index(name):
    exhibit = EXHIBITS[name]
    odd = exhibit.normal.set_axis(range(900, 900 + len(exhibit.normal)))
    one = charts.svg(exhibit.plot(odd, words=EN, **exhibit.options).figure)
    assert one == charts.svg(exhibit.plot(exhibit.normal, words=EN, **exhibit.options).figure)


@pytest.mark.parametrize("name", EXHIBITS)
def test_nothing_to_draw_is_said(name):
    for condition in ("empty", "all_missing"):
        assert words_of(draw(EXHIBITS[name], condition, "en")) == "No data to draw"
        assert words_of(draw(EXHIBITS[name], condition, "zh")) == "没有可以画的数据"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(4.0, 3.0), (4.0, 8.0), (9.0, 4.0)])
@pytest.mark.parametrize("name", ["swot", "segments", "positions", "gap_map", "profiles"])
def test_all_text_is_inside_a_narrow_or_low_room_and_apart(name, size, language):
    figure = Figure(figsize=(size[0] + 1, size[1] + 1))
    axes = figure.add_axes((0.5 / (size[0] + 1), 0.5 / (size[1] + 1), size[0] / (size[0] + 1), size[1] / (size[1] + 1)))  # fmt: skip
    room = axes.get_position().transformed(figure.transFigure)
    exhibit = EXHIBITS[name]
    assert exhibit.plot(exhibit.normal, words=Words(language), ax=axes) is axes
    found = boxes(figure)
    outside = [key for key, b in found.items() if b.x0 < room.x0 - 1 or b.x1 > room.x1 + 1 or b.y0 < room.y0 - 1 or b.y1 > room.y1 + 1]  # fmt: skip
    assert outside == []
    shrunk = {key: box.padded(-1.2 * POINT) for key, box in found.items()}
    assert [(a, b) for (a, x), (b, y) in itertools.combinations(shrunk.items(), 2) if x.overlaps(y)] == []


@pytest.mark.parametrize("name", EXHIBITS)
def test_axes_of_the_caller_are_the_room_for_everything(name):
    exhibit = EXHIBITS[name]
    figure = Figure(figsize=(12.8, 5.5))
    left, right = figure.subplots(1, 2)
    rooms = [axes.get_position() for axes in (left, right)]
    for axes in (left, right):
        assert exhibit.plot(exhibit.normal, words=EN, ax=axes, **exhibit.options) is axes
    renderer = drawn(figure)
    for axes, room in zip((left, right), rooms, strict=True):
        around = room.transformed(figure.transFigure)
        for text in axes.findobj(Text):
            if text.get_visible() and text.get_text().strip():
                box = text.get_window_extent(renderer)
                assert box.x0 >= around.x0 - 1 and box.x1 <= around.x1 + 1, text.get_text()


def digest(name):
    axes = draw(EXHIBITS[name], "normal", "zh")
    return hashlib.sha256(charts.svg(axes.figure, alt="图").encode()).hexdigest()


def test_picture_is_the_same_in_another_process():
    code = "from tests.charts.test_gallery import *\nprint(*[digest(n) for n in EXHIBITS])"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT), "MPLBACKEND": "svg"}
    other = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True)  # fmt: skip
    assert other.stdout.split() == [digest(name) for name in EXHIBITS]


def test_picture_is_small():
    for name, exhibit in EXHIBITS.items():
        picture = charts.svg(draw(exhibit, "normal", "zh").figure)
        print(f"{name}: {len(picture) / 1024:.0f} KiB")
        assert len(picture) < (400 if name == "swot" else 200) * 1024  # outlines of its sentences' characters


@pytest.mark.parametrize("name", EXHIBITS)
def test_style_of_the_session_is_untouched(name):
    before = dict(mpl.rcParams)
    charts.svg(draw(EXHIBITS[name], "normal", "zh").figure)
    assert dict(mpl.rcParams) == before


def test_clients_text_is_neither_mathematics_nor_an_empty_box():
    odd = STAFFING.assign(
        region=[r"$\alpha$ & <b>", "𠮷田\n客服", "🙂 East", "A_{1}$", "Łódź", "Київ", " ", "x\u200b\u202ey"]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes = charts.plot_staffing(odd, words=EN)
        picture = charts.svg(axes.figure)
    shown = [t.get_text() for t in texts(axes.figure)]
    assert {r"$\alpha$ & <b>", "�田 客服", "� East", "A_{1}$", "Łódź", "Київ", "xy"} <= set(shown)
    assert "<b>" not in picture


def test_visits_are_bars_as_long_as_the_data():
    axes = charts.plot_visits_by_class(STEPS, words=EN)
    assert bars(axes) == STEPS["visits"].tolist()
    assert "120 customers × 36.0 visits" in words_of(axes) and "4,320 visits" in words_of(axes)
    assert "角色" not in words_of(charts.plot_visits_by_class(STEPS.drop(columns="role"), words=ZH))


def test_of_many_classes_the_largest_are_drawn_and_the_others_added_up():
    many = EXHIBITS["visits_by_class"].frame("many_rows").assign(visits=np.arange(200.0))
    axes = charts.plot_visits_by_class(many, words=EN)
    assert bars(axes) == list(range(181, 200))
    assert f"Smaller and not drawn: 181, together {sum(range(181)):,} visits" in words_of(axes)


@pytest.mark.parametrize("name", [n for n in EXHIBITS if n not in ("headcount_band", "tornado")])
def test_chart_of_many_rows_is_no_taller_than_its_rows(name):
    most = MAX_ROWS + 2
    assert draw(EXHIBITS[name], "many_rows", "zh").figure.get_figheight() < most * 40 / 72 + 1


def test_waterfall_leads_from_the_five_steps_to_the_headcount():
    axes = charts.plot_adjustments(ADJUSTMENTS, words=EN)
    assert bars(axes) == pytest.approx([38.4, 42.0, *ADJUSTMENTS["change"], 0.6])
    starts = bars(axes, by="x")
    assert starts[2:] == pytest.approx([*ADJUSTMENTS["before"], 41.4])
    assert all(
        text in words_of(axes) for text in ("38.4 people", "▼ −1.9 people", "▲ +0.6 people", "42 people")
    )


def test_waterfall_shows_no_rounding_where_there_is_none():
    whole = ADJUSTMENTS.tail(1).assign(before=40.0, change=2.0, after=42.0 + 1e-12)
    axes = charts.plot_adjustments(whole, words=EN)
    assert bars(axes) == pytest.approx([40.0, 42.0, 2.0])
    assert "Rounded up" not in words_of(axes)


def test_waterfall_of_many_adjustments_still_ends_at_the_headcount():
    many = EXHIBITS["adjustments"].frame("many_rows")
    axes = charts.plot_adjustments(many, words=EN)
    found = bars(axes)
    assert found[1] == np.ceil(many["after"].iloc[-1])
    assert found[0] + sum(found[2:]) == pytest.approx(found[1])


def test_staffing_bars_are_needed_and_present():
    axes = charts.plot_staffing(STAFFING, words=EN)
    assert bars(axes) == [*STAFFING["needed"], *STAFFING["present"]]
    assert "▼ 3.6 people short" in words_of(axes) and "▲ 0.8 people over" in words_of(axes)


def test_headcount_band_is_dark_from_p10_to_p90_and_all_draws_are_in_it():
    axes = charts.plot_headcount_band(DRAWS, words=EN, needed=42, present=38.5)
    assert sum(bars(axes, by="height")) == pytest.approx(1.0)
    low, high = DRAWS["people"].quantile([0.1, 0.9])
    dark = [bar for bar in axes.containers[0] if bar.get_facecolor() != axes.containers[0][0].get_facecolor()]
    width = dark[0].get_width()
    assert abs(dark[0].get_x() - low) <= width and abs(dark[-1].get_x() + width - high) <= width
    assert {"42 people needed", "38.5 people present"} <= {t.get_text() for t in texts(axes.figure)}
    assert {42.0, 38.5} <= {line.get_xdata()[0] for line in axes.lines}


def test_headcount_band_of_equal_draws_is_one_bar():
    axes = charts.plot_headcount_band(pd.DataFrame({"people": [60.0] * 8}), words=EN)
    assert bars(axes, by="height") == [1.0]


def test_tornado_draws_eight_drivers_from_low_to_high():
    axes = charts.plot_tornado(DRIVERS, words=EN, central=41.4)
    ends = [tuple(segment[:, 0]) for segment in axes.collections[0].get_segments()]
    assert ends == list(
        DRIVERS[["people_low", "people_high"]].head(DRIVERS_DRAWN).itertuples(index=False, name=None)
    )
    assert "42–58%" in words_of(axes)
    assert f"{len(DRIVERS) - DRIVERS_DRAWN}; see the data below" in words_of(axes)


def marks(axes):
    """Position -> value, shape and filling of the marks drawn singly over the rows."""
    single = [
        line
        for line in axes.lines
        if line.get_marker() in ("o", "v", "^", "D", "s") and line.get_zorder() == 4
    ]
    return {
        line.get_ydata()[0]: (line.get_xdata()[0], line.get_marker(), line.get_markerfacecolor())
        for line in single
    }


@pytest.mark.parametrize(
    ("name", "frame", "column"),
    [
        ("visits_against_policy", PROCESS, "ratio"),
        ("pay_mix", PAY, "variable_share"),
        ("growth", GROWTH, "growth"),
        ("drift", DRIFT, "change"),
    ],
)
def test_marks_are_at_the_data_and_each_verdict_has_its_own_shape(name, frame, column):
    axes = draw(EXHIBITS[name], "normal", "en")
    found = marks(axes)
    near = frame.index[frame[column] <= axes.get_xlim()[1]]
    assert len(near) >= 4
    assert {place: found[place][0] for place in found} == frame.loc[near, column].to_dict()
    looks = {frame["verdict"][place]: found[place][1:] for place in near}
    assert len({(shape, filling == "white") for shape, filling in looks.values()}) == len(looks)


def test_interval_beyond_the_axis_ends_in_an_arrow():
    axes = charts.plot_visits_against_policy(PROCESS, words=EN)
    right = axes.get_xlim()[1]
    assert right < 7.4
    arrows = [
        (line.get_marker(), *line.get_ydata()) for line in axes.lines if line.get_marker() in ("<", ">")
    ]
    assert arrows == [(">", 4)]


def test_team_with_too_few_customers_does_not_stretch_the_axis():
    axes = charts.plot_growth(GROWTH, words=EN)
    assert axes.get_xlim()[1] < 0.88
    assert [(line.get_marker(), *line.get_ydata()) for line in axes.lines if line.get_marker() == ">"] == [
        (">", 3)
    ]
    assert "▲ +88%" in words_of(axes)


def test_group_is_named_by_all_columns_before_its_size():
    teams = PROCESS.drop(columns=["status", "tier"])
    teams.insert(0, "people", [8, 7, 9, 4, 0])
    teams.insert(0, "team", ["East", "South", "West", "North", ""])
    shown = words_of(charts.plot_visits_against_policy(teams, words=EN))
    assert "East 89 customers, 54.2 of 52.0 visits" in shown and "Unassigned" in shown


def test_pay_band_is_where_the_policy_says():
    axes = charts.plot_pay_mix(PAY, words=EN, low=0.25, high=0.45)
    band = next(patch for patch in axes.patches if patch.get_width() == pytest.approx(0.2))
    assert band.get_x() == 0.25
    assert "Reference band 25–45%" in words_of(axes)


def test_company_growth_is_a_line_with_its_number():
    axes = charts.plot_growth(GROWTH, words=ZH, company=-0.08)
    assert -0.08 in [line.get_xdata()[0] for line in axes.lines]
    assert "公司 ▼ −8%" in words_of(axes)
    without = charts.plot_growth(GROWTH.assign(people=pd.array([pd.NA] * 5, dtype="Int64")), words=ZH)
    assert "公司" not in words_of(without) and "64 家" in words_of(without)
