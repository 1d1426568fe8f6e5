"""Judged ranges are read as P10, median and P90, exactly; draws repeat; several findings are held jointly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt import uncertainty

RANGES = pd.DataFrame(
    {
        "value": [220.0, 0.6, 3.0, 5.0],
        "low": [180.0, 0.5, -4.0, 5.0],
        "high": [290.0, 0.65, 4.0, 5.0],
        "family": ["log", "logit", "linear", "log"],
        "group": ["", "", "", ""],
    }
)


def test_quantile_meets_low_value_and_high_exactly():
    for probability, column in ((0.1, "low"), (0.5, "value"), (0.9, "high")):
        np.testing.assert_allclose(uncertainty.quantile(RANGES, probability), RANGES[column], rtol=1e-12)


def test_quantile_is_a_two_piece_normal_on_the_family_scale():
    z = stats.norm.ppf(0.99) / stats.norm.ppf(0.9)
    expected = [
        220 * (290 / 220) ** z,
        1 / (1 + np.exp(-(np.log(1.5) + z * (np.log(0.65 / 0.35) - np.log(1.5))))),
        3 + z,
        5,
    ]
    np.testing.assert_allclose(uncertainty.quantile(RANGES, 0.99), expected, rtol=1e-12)


def test_quantile_rises_and_stays_in_its_family():
    u = np.linspace(1e-6, 1 - 1e-6, 999)[:, None] * np.ones(len(RANGES))
    values = uncertainty.quantile(RANGES, u)
    assert (np.diff(values[:, :3], axis=0) > 0).all()
    assert (values[:, 0] > 0).all()
    assert ((values[:, 1] > 0) & (values[:, 1] < 1)).all()


def test_missing_side_has_no_spread():
    one_sided = pd.DataFrame({"value": [10.0], "low": [np.nan], "high": [15.0], "family": ["log"]})
    assert uncertainty.quantile(one_sided, 0.01) == pytest.approx([10.0])
    assert uncertainty.quantile(one_sided, 0.9) == pytest.approx([15.0])


def test_draws_are_reproducible_and_spread_evenly():
    first = uncertainty.draw(RANGES, draws=1024, rng=np.random.default_rng(7))
    again = uncertainty.draw(RANGES, draws=1024, rng=np.random.default_rng(7))
    other = uncertainty.draw(RANGES, draws=1024, rng=np.random.default_rng(8))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    # Sobol points of 2^10 put one point in each 1/1024 of every dimension: shares are exact to one point
    below = (first[:, :3] < RANGES["low"].to_numpy()[:3]).sum(axis=0)
    assert np.abs(below - 102.4).max() <= 1


def test_rows_of_one_group_move_together_others_apart():
    grouped = RANGES.assign(group=["g", "g", "", ""])
    drawn = uncertainty.draw(grouped, draws=512, rng=np.random.default_rng(1))
    assert stats.spearmanr(drawn[:, 0], drawn[:, 1]).statistic == pytest.approx(1.0)
    assert abs(stats.spearmanr(drawn[:, 0], drawn[:, 2]).statistic) < 0.1


def test_no_ranges_give_no_columns():
    assert uncertainty.draw(RANGES[:0], draws=8, rng=np.random.default_rng(1)).shape == (8, 0)


def test_draw_leaves_the_callers_frame_alone():
    before = RANGES.copy(deep=True)
    uncertainty.draw(RANGES, draws=8, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(RANGES, before)


def test_bad_ranges_are_named():
    with pytest.raises(ValueError, match=r"\[\(3.0, 2.0, 4.0\), \(1.0, 2.0, 1.5\)\], must be low <= value"):
        uncertainty.quantile(pd.DataFrame({"value": [2.0, 2.0], "low": [3.0, 1.0], "high": [4.0, 1.5]}), 0.5)
    with pytest.raises(ValueError, match=r"\('log', 0.0, 4.0\), \('logit', 0.5, 1.0\).*log must be > 0"):
        uncertainty.quantile(
            pd.DataFrame(
                {"value": [2.0, 0.6], "low": [0.0, 0.5], "high": [4.0, 1.0], "family": ["log", "logit"]}
            ),
            0.5,
        )
    with pytest.raises(
        ValueError, match=r"ranges.family has \['beta'\], must be among \['log', 'logit', 'lin"
    ):
        uncertainty.quantile(RANGES.assign(family="beta"), 0.5)
    with pytest.raises(ValueError, match=r"u has probabilities outside"):
        uncertainty.quantile(RANGES, 1.0)
    with pytest.raises(ValueError, match=r"u has a last axis of 3, must be 4"):
        uncertainty.quantile(RANGES, np.full(3, 0.5))


@pytest.mark.parametrize("draws", [0, 3, 1000, 8.0])
def test_draws_must_be_a_power_of_two(draws):
    with pytest.raises(ValueError, match=r"must be a power of two"):
        uncertainty.draw(RANGES, draws=draws, rng=np.random.default_rng(1))


def test_draw_wants_a_generator():
    with pytest.raises(TypeError, match=r"rng is a int, must be a numpy.random.Generator"):
        uncertainty.draw(RANGES, draws=8, rng=2027)


def test_band_is_p10_and_p90_and_refuses_gaps():
    assert uncertainty.band(np.arange(101.0)) == (10.0, 90.0)
    assert uncertainty.band([4.0]) == (4.0, 4.0)
    with pytest.raises(ValueError, match=r"values has 0 numbers"):
        uncertainty.band([])
    with pytest.raises(ValueError, match=r"values has 2 numbers, 1 of them missing"):
        uncertainty.band([1.0, np.nan])


def test_holm_steps_down_and_skips_what_was_not_tested():
    # Holm 1979: smallest against error / m, stop at the first that fails
    assert uncertainty.holm([0.04, 0.001, np.nan, 0.02]).tolist() == [True, True, False, True]
    assert uncertainty.holm([0.03, 0.03]).tolist() == [False, False]
    assert uncertainty.holm([]).tolist() == []
    with pytest.raises(ValueError, match=r"error == 1.5, must be > 0 and < 1"):
        uncertainty.holm([0.1], error=1.5)


def test_holm_keeps_the_chance_of_any_false_finding():
    rng = np.random.default_rng(11)
    false = np.mean([uncertainty.holm(rng.random(6)).any() for _ in range(4000)])
    assert false == pytest.approx(0.05, abs=3.5 * np.sqrt(0.05 * 0.95 / 4000))


def test_spread_is_the_band_or_nothing_where_nothing_varied():
    assert uncertainty.spread(np.arange(11.0)) == {"low": 1.0, "high": 9.0}
    assert uncertainty.spread([2.5] * 4) == {"low": None, "high": None}
    with pytest.raises(ValueError, match="values has 0 numbers"):
        uncertainty.spread([])


def test_percentiles_state_p10_to_p90_of_every_column():
    table = uncertainty.percentiles(
        pd.DataFrame({"people": np.arange(11.0), "visits": np.arange(0.0, 110.0, 10.0)})
    )
    assert table["percentile"].tolist() == ["P10", "P25", "P50", "P75", "P90"]
    assert (table["visits"] == table["people"] * 10).all() and table["people"].tolist()[::4] == [1.0, 9.0]
    with pytest.raises(ValueError, match="draws has 0 rows"):
        uncertainty.percentiles(pd.DataFrame({"people": []}))
