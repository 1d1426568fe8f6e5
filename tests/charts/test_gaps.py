"""The heat map of gaps: its cells, colours and margins, and the library behind it."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from salesmgmt import charts
from salesmgmt.charts import gaps
from salesmgmt.locale import Words
from tests.charts.gallery import COMPETENCIES, GAPS, PERSONS
from tests.charts.test_gallery import texts, words_of
from tests.charts.test_style import contrast, luminance

ROOT = Path(__file__).resolve().parents[2]
ZH, EN = Words("zh"), Words("en")


def mesh(axes):
    return axes.collections[0].get_array().filled(np.nan)


def cells(axes):
    """(row, column) -> text written in the cell."""
    inside = [t for t in texts(axes.figure) if t.xycoords == ("data", "data")]
    return {(int(t.xy[1]), int(t.xy[0])): t.get_text() for t in inside}


def long(rows, columns):
    pairs = [(f"人{i}", f"项{j}", 4.0, (i + j) % 5 * 0.5) for i in range(rows) for j in range(columns)]
    return pd.DataFrame(pairs, columns=["group", "competency", "required", "gap"])


def test_cells_hold_the_gaps_in_the_order_they_come():
    axes = charts.plot_gap_map(GAPS, words=EN)
    wanted = GAPS.pivot(index="group", columns="competency", values="gap").loc[list(PERSONS), list(COMPETENCIES)]  # fmt: skip
    np.testing.assert_array_equal(mesh(axes), wanted.to_numpy())
    shown = cells(axes)
    assert len(shown) == len(PERSONS) * len(COMPETENCIES)
    for (row, column), text in shown.items():
        gap = wanted.iloc[row, column]
        assert text == ("–" if np.isnan(gap) else "✓" if gap == 0 else f"{gap:.1f}")


def test_what_was_not_assessed_is_hatched_and_nothing_else():
    axes = charts.plot_gap_map(GAPS, words=EN)
    hatched = {(int(p.get_y()), int(p.get_x())) for p in axes.patches if p.get_hatch()}
    assert hatched == {(2, 3), (6, 0)} == {place for place, text in cells(axes).items() if text == "–"}


def test_small_gap_is_not_shown_as_none():
    assert cells(charts.plot_gap_map(long(1, 1).assign(gap=0.03), words=EN)) == {(0, 0): "0.0"}


@pytest.mark.parametrize("gap", [0.0, 0.01, *np.linspace(0.05, 4.0, 80)])
def test_number_can_be_read_on_its_shade(gap):
    shade = to_hex(gaps._SHADES(min(gap / gaps.DARKEST, 1.0)))
    assert contrast(gaps._text_colour(gap), shade) >= 4.5


def test_shades_darken_evenly_so_that_they_print_in_grey():
    light = [luminance(to_hex(gaps._SHADES(step))) for step in np.linspace(0, 1, 21)]
    assert all(one - other > 0.005 for one, other in itertools.pairwise(light))


def test_same_gap_has_the_same_shade_in_every_chart():
    small, large = (charts.plot_gap_map(long(1, 1).assign(gap=gap), words=EN) for gap in (0.5, 3.5))
    limits = {axes.collections[0].get_clim() for axes in (small, large)}
    assert limits == {(0.0, gaps.DARKEST)}


def test_requirement_is_a_row_only_where_each_competency_has_one():
    assert "Required" in words_of(charts.plot_gap_map(GAPS, words=EN))
    differing = GAPS.assign(required=np.arange(len(GAPS)) % 3 + 3.0)
    for frame in (differing, GAPS.drop(columns="required"), GAPS.assign(required=np.nan)):
        assert "Required" not in words_of(charts.plot_gap_map(frame, words=EN))


def test_key_says_what_the_number_is():
    assert "差距 = 要求 − 得分,超出不计" in words_of(charts.plot_gap_map(GAPS, words=ZH))


def test_first_thirty_rows_and_twelve_competencies_are_drawn_and_the_others_stated():
    axes = charts.plot_gap_map(long(41, 15), words=EN)
    assert mesh(axes).shape == (gaps.ROWS, gaps.COLUMNS) == (30, 12)
    shown = words_of(axes)
    assert "Competencies drawn: the first 12 of 15" in shown and "Rows drawn: the first 30 of 41" in shown
    whole = charts.plot_gap_map(long(30, 12), words=EN)
    assert mesh(whole).shape == (30, 12) and "drawn" not in words_of(whole)


def test_persons_of_one_name_are_kept_apart_by_their_id():
    both = GAPS[GAPS["group"].isin(PERSONS[:2])]
    same = both.assign(staff_id=both["group"].map({PERSONS[0]: "S1", PERSONS[1]: "S2"}), group="陈晓")
    axes = charts.plot_gap_map(same, words=ZH)
    assert mesh(axes).shape == (2, len(COMPETENCIES))
    assert [t.get_text() for t in texts(axes.figure)].count("陈晓") == 2
    with pytest.raises(ValueError, match=r"result has more than one row for \['group', 'competency'\]"):
        charts.plot_gap_map(same.drop(columns="staff_id"), words=ZH)


def test_words_too_wide_for_their_column_stand_upright_and_chinese_never_has_to():
    wide = long(3, 12).replace({f"项{j}": f"Communication {j}" for j in range(12)})
    upright = [t for t in texts(charts.plot_gap_map(wide, words=EN).figure) if t.get_rotation() == 90.0]
    assert [t.get_text() for t in upright] == [f"Communication {j}" for j in range(12)]
    chinese = long(3, 12).replace(
        {f"项{j}": f"跨部门沟通协作{'一二三四五六七八九十甲乙'[j]}" for j in range(12)}
    )
    assert {t.get_rotation() for t in texts(charts.plot_gap_map(chinese, words=ZH).figure)} == {0.0}


def test_low_room_draws_fewer_rows_and_says_so():
    figure = Figure(figsize=(4, 3))
    axes = charts.plot_gap_map(long(30, 5), words=EN, ax=figure.add_axes((0, 0, 1, 1)))
    rows = len(mesh(axes))
    assert 2 <= rows < 30
    assert f"the first {rows} of 30" in words_of(axes)


def test_library_neither_opens_figures_nor_takes_our_style_for_the_sessions():
    code = (
        "import matplotlib as m\nfamily = list(m.rcParams['font.family'])\n"
        "from tests.charts.gallery import GAPS\nfrom salesmgmt import charts\nfrom salesmgmt.locale import Words\n"
        "import sys\nassert 'seaborn' not in sys.modules\n"
        "charts.plot_gap_map(GAPS, words=Words('zh'))\n"
        "import matplotlib.pyplot as plt, seaborn\nassert plt.get_fignums() == []\n"
        "seaborn.reset_orig()\nprint(list(m.rcParams['font.family']) == family)"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}, capture_output=True, text=True, check=True)  # fmt: skip
    assert found.stdout.strip() == "True"
