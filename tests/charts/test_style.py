"""Fonts, colours, line breaks and SVG of the charts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from salesmgmt import charts
from salesmgmt.charts import style
from salesmgmt.charts.canvas import limits
from salesmgmt.charts.style import drawable, text_width, wrap

ROOT = Path(__file__).resolve().parents[2]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    brighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colour", [style.INK, style.MUTED, style.BLUE, style.VERMILION])
def test_text_colours_can_be_read_on_white(colour):
    assert contrast(colour, "#ffffff") >= 4.5


@pytest.mark.parametrize("pair", [(style.BLUE, style.BLUE_PALE), (style.BLUE_MID, style.BLUE_PALE)])
def test_bars_within_bars_stand_out_without_colour(pair):
    assert contrast(*pair) >= 2.0


def test_signs_of_reports_are_in_the_chinese_face_itself():
    known = style._characters()
    assert all(ord(sign) in known for sign in "−¥￥▲▼％%—–~·×÷…()，。“”万亿元")
    assert drawable("− ¥ ▲▼ ％ — ~") == "− ¥ ▲▼ ％ — ~"


@pytest.mark.parametrize("width", [30.0, 61.5, 120.0])
@pytest.mark.parametrize("text", ["华东与华南区域金融保险行业", "Financial services and insurance", "客服 outsourcing 团队Alpha", "Unbreakablelongword"])  # fmt: skip
def test_wrapped_lines_fit_and_lose_only_what_the_ellipsis_stands_for(text, width):
    lines = wrap(text, width=width, size=11.0, lines=3)
    assert 1 <= len(lines) <= 3
    assert all(text_width(line, size=11.0) <= width for line in lines)
    kept = "".join(lines).replace(" ", "")
    whole = text.replace(" ", "")
    assert kept == whole or (kept.endswith("…") and whole.startswith(kept[:-1]))


def test_words_of_other_scripts_are_not_cut_where_a_space_will_do():
    assert wrap("Account and product manager", width=90, size=11.0) == ["Account and", "product manager"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b"])
def test_blank_text_has_no_lines(text):
    assert wrap(text, width=50, size=11.0) == []


@pytest.mark.parametrize(
    "values", [[], [0.0], [float("nan")], [-3.0, 5.0], [float("inf"), 2.0], [1e-9], [-2.0]]
)
def test_limits_hold_zero_and_all_finite_values(values):
    low, high = limits(values)
    assert low < high and low <= 0.0 <= high
    assert all(low <= value <= high for value in values if abs(value) < float("inf"))


def test_svg_is_well_formed_and_speaks_for_itself_where_asked():
    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot([1, 2])
    plain = charts.svg(figure)
    assert ElementTree.fromstring(plain).find("{http://www.w3.org/2000/svg}title") is None
    told = ElementTree.fromstring(charts.svg(figure, alt='华东 & "华南" < 华北'))
    assert told.get("role") == "img"
    assert told.find("{http://www.w3.org/2000/svg}title").text == '华东 & "华南" < 华北'


def test_svg_names_no_date_no_program_and_loads_nothing():
    figure = Figure(figsize=(2, 1))
    with charts.house_style():
        figure.add_subplot().set_title("人数")
    picture = charts.svg(figure)
    assert "<text" not in picture
    for word in (
        "metadata",
        "date",
        "matplotlib.org",
        "DOCTYPE",
        "<?xml",
        "<script",
        'href="http',
        "url(http",
    ):
        assert word.lower() not in picture.lower()


def test_figure_of_ours_is_closed_without_pyplot():
    code = (
        "import sys\nfrom tests.charts.gallery import EXHIBITS, draw\nfrom salesmgmt import charts\n"
        "axes = draw(EXHIBITS['growth'], 'normal', 'en')\nfigure = axes.figure\n"
        "assert '<svg' in figure._repr_svg_()\ncharts.close(figure)\nassert not figure.axes\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)  # fmt: skip
    assert found.stdout.strip() == "False"


def test_importing_the_charts_changes_no_style():
    code = "import matplotlib as m\nbefore = dict(m.rcParams)\nimport salesmgmt.charts\nprint(dict(m.rcParams) == before)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)  # fmt: skip
    assert found.stdout.strip() == "True"
