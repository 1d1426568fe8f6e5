"""Shrinkage: the published table, and what must hold whatever the figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt import shrinkage


def rng() -> np.random.Generator:
    return np.random.default_rng(2027)


def rates(won, tried, expected, **options):
    series = (pd.Series(values, dtype="float64") for values in (won, tried, expected))
    return shrinkage.beta_binomial(*series, rng=rng(), **options)


def test_james_stein_meets_efron_and_morris(golden, shared):
    outputs = golden("shrink-js")["outputs"]
    table = pd.read_csv(shared / "golden" / "efron_morris.csv")
    raw = table["avg45"]
    error = np.sqrt(raw.mean() * (1 - raw.mean()) / 45)
    found = shrinkage.james_stein(raw, pd.Series(error, index=raw.index))
    np.testing.assert_allclose(found["weight"], outputs["c"], atol=5e-4)
    before, after = (((found[name] - table["season"]) ** 2).sum() for name in ("raw", "shrunk"))
    assert before == pytest.approx(outputs["SSE_raw"], abs=2e-3)
    assert after == pytest.approx(outputs["SSE_shrunk"], abs=1e-3)
    assert before / after == pytest.approx(outputs["ratio"], abs=0.05)


def test_james_stein_draws_uncertain_figures_further_and_keeps_their_order_of_certainty():
    raw, errors = pd.Series([0.0, 1.0, 2.0, 3.0, 9.0]), pd.Series([0.5, 1.0, 2.0, 0.5, 4.0])
    found = shrinkage.james_stein(raw, errors)
    assert (found["weight"].rank() == (-errors).rank()).all()
    moved = shrinkage.james_stein(raw + 7.0, errors)
    np.testing.assert_allclose(moved["shrunk"], found["shrunk"] + 7.0)
    doubled = shrinkage.james_stein(raw * 2, errors * 2)
    np.testing.assert_allclose(doubled["shrunk"], found["shrunk"] * 2)


def test_james_stein_of_figures_closer_than_their_errors_is_nearly_their_mean():
    found = shrinkage.james_stein(pd.Series([1.0, 1.1, 0.9, 1.0, 1.0]), pd.Series([3.0] * 5))
    np.testing.assert_allclose(found["weight"], 0.5)  # 2 ÷ (k − 1)


def test_interval_of_james_stein_covers_normal_figures():
    draws, hits = rng(), []
    for _ in range(400):
        errors = draws.uniform(0.5, 2.0, 12)
        true = draws.laplace(0.0, 1.0, 12)
        found = shrinkage.james_stein(pd.Series(draws.normal(true, errors)), pd.Series(errors))
        hits.append(((found["low"] <= true) & (true <= found["high"])).mean())
    assert np.mean(hits) == pytest.approx(0.80, abs=0.04)


@pytest.mark.parametrize(
    ("raw", "errors"), [([1, 2, 3], [1, 1, 1]), ([1, 2, 3, 4], [1, 1, 1, 0]), ([1, 2, 3, np.nan], [1] * 4)]
)
def test_james_stein_refuses_what_it_cannot_use(raw, errors):
    with pytest.raises(ValueError, match="must have four or more, all known"):
        shrinkage.james_stein(pd.Series(raw, dtype="float64"), pd.Series(errors, dtype="float64"))


def test_likelihood_is_that_of_another_library():
    won, tried, mean = np.array([0, 3, 9]), np.array([5, 8, 20]), np.array([0.2, 0.3, 0.4])
    s = shrinkage._SPREADS[:, None]
    phi = 1 / s**2 - 1
    weight = np.exp(stats.betabinom.logpmf(won, tried, mean * phi, (1 - mean) * phi).sum(axis=1))
    weight /= weight.sum()
    found = rates(won, tried, mean)
    np.testing.assert_allclose(found.rows["shrunk"], weight @ ((mean * phi + won) / (phi + tried)))
    assert found.reliability == pytest.approx(float(weight @ (tried / (tried + phi)).mean(axis=1)))


def test_shrunk_lies_between_raw_and_expected_and_more_tries_weigh_more():
    found = rates([0, 4, 40, 0], [4, 8, 80, 0], [0.3, 0.3, 0.3, 0.3]).rows
    assert found["shrunk"].between(found["raw"].clip(upper=0.3), found["raw"].clip(lower=0.3))[:3].all()
    assert found["weight"].is_monotonic_increasing is False
    assert found["weight"].tolist()[:3] == sorted(found["weight"][:3])
    assert np.isnan(found.loc[3, "raw"])
    assert found.loc[3, ["weight", "shrunk"]].tolist() == pytest.approx([0.0, 0.3])
    assert (found["low"] < found["shrunk"]).all()
    assert (found["shrunk"] < found["high"]).all()


def test_real_differences_on_many_tries_are_reliable_and_none_are_not():
    apart = rates([200, 500, 800] * 4, [1000] * 12, [0.5] * 12)
    alike = rates([500] * 12, [1000] * 12, [0.5] * 12)
    assert apart.low > 0.95
    assert alike.reliability < 0.3
    assert apart.low < apart.reliability < apart.high


@pytest.mark.parametrize(
    ("won", "tried", "expected"), [([2], [1], [0.5]), ([0], [1], [0.0]), ([0], [1], [1.0]), ([], [], []), ([np.nan], [1], [0.5])]
)  # fmt: skip
def test_impossible_counts_are_refused(won, tried, expected):
    with pytest.raises(ValueError, match="0 <= won <= tried and 0 < expected < 1"):
        rates(won, tried, expected)


def test_redraws_need_a_generator_and_enough_of_them():
    one = pd.Series([1.0])
    with pytest.raises(TypeError, match=r"rng is a int, must be a numpy\.random\.Generator"):
        shrinkage.beta_binomial(one, one * 2, one / 2, rng=1)
    with pytest.raises(ValueError, match="draws == 10, must be >= 100"):
        rates([1], [2], [0.5], draws=10)
