"""Ratios of totals: what the error must be, whatever the amounts."""

from __future__ import annotations

import numpy as np
import pytest

from salesmgmt import ratios


def amounts(units: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2027)
    return rng.lognormal(0, 1, units), rng.lognormal(0, 1, units)


def test_error_is_that_of_many_redrawn_customers():
    rng = np.random.default_rng(7)
    now, before = amounts(400)
    value, error, df = ratios.log_ratio(now, before)
    drawn = rng.integers(0, 400, (4000, 400))
    redrawn = np.log(now[drawn].sum(axis=1) / before[drawn].sum(axis=1))
    assert value == pytest.approx(np.log(now.sum() / before.sum()))
    assert error == pytest.approx(redrawn.std(), rel=0.05)
    assert 1 < df < 399


def test_scale_and_order_do_not_matter_and_equal_growth_has_no_error():
    now, before = amounts(12)
    found = ratios.log_ratio(now, before)
    assert ratios.log_ratio(now[::-1] * 7, before[::-1] * 7) == pytest.approx(found)
    assert ratios.log_ratio(before * 1.3, before)[:2] == pytest.approx((np.log(1.3), 0.0), abs=1e-12)


def test_amounts_of_no_unit_are_in_the_total_only():
    now, before = amounts(12)
    value, error, _ = ratios.log_ratio(now, before, fixed=(5.0, 3.0))
    assert value == pytest.approx(np.log((now.sum() + 5) / (before.sum() + 3)))
    assert error < ratios.log_ratio(now, before)[1]


def test_totals_that_are_not_positive_have_no_ratio():
    assert np.isnan(ratios.log_ratio(np.array([1.0, 2.0]), np.array([1.0, -1.0]))).all()


def test_units_must_match():
    with pytest.raises(ValueError, match="units == 1, must be >= 2"):
        ratios.log_ratio(np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="before has 3 units, must have 2"):
        ratios.log_ratio(np.ones(2), np.ones(3))


def test_effective_number_counts_equal_units_whole():
    assert ratios.effective_number(np.full(7, 3.0)) == pytest.approx(7)
    assert ratios.effective_number(np.array([1e9, 1.0, 1.0])) == pytest.approx(1, abs=1e-6)
    assert ratios.effective_number(np.zeros((4, 2))) == 0.0
