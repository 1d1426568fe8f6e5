"""Shrinkage: what comparing many uncertain figures says about each of them.

A figure resting on little is drawn towards what was to be expected, one resting on much hardly moves. It is meant for
comparisons between persons; totals of the company stay raw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize
from scipy.special import betaln, ndtri

from salesmgmt import checks

Array = npt.NDArray[np.float64]

_TAILS = [0.1, 0.9]
_SPREADS = (np.arange(120) + 0.5) / 160
"""Grid of √ρ, 0 to 3/4: the standard deviation of true rates over the largest that their mean allows."""


@dataclass(frozen=True)
class Shrunk:
    """Rates drawn towards what was expected.

    Attributes
    ----------
    rows : DataFrame
        On the index given: ``raw`` (won ÷ tried, NaN where nothing was tried), ``weight`` (of the raw rate, 0 to 1),
        ``shrunk``, ``low``, ``high`` (80 % interval of the true rate).
    draws : ndarray, shape (draws, rows)
        True rates redrawn, for comparisons between rows.
    reliability, low, high : float
        Mean weight: the share of the raw rates' spread that is no chance, 0 to 1, and its 80 % interval.
    """

    rows: pd.DataFrame
    draws: Array
    reliability: float
    low: float
    high: float


def beta_binomial(
    won: pd.Series, tried: pd.Series, expected: pd.Series, *, rng: np.random.Generator, draws: int = 4000
) -> Shrunk:
    """Rates of several persons or groups, each shrunk towards the rate expected of it.

    Parameters
    ----------
    won, tried : Series of float
        Successes and attempts, 0 <= won <= tried, on one index.
    expected : Series of float
        Rate expected of each, above 0 and below 1.
    rng : numpy.random.Generator
        Source of the redraws.
    draws : int
        Redraws, >= 100.

    Returns
    -------
    Shrunk
        Raw and shrunk rates, redraws, reliability.

    Raises
    ------
    TypeError
        If ``rng`` is not a Generator.
    ValueError
        If there are no rows or numbers are out of bounds.

    Notes
    -----
    True rate ~ Beta(mφ, (1 − m)φ) of mean m = expected, won ~ Binomial(tried, true rate), so that shrunk =
    (mφ + won) ÷ (φ + tried) and weight = tried ÷ (tried + φ). φ = 1/ρ − 1 is not set to its likeliest value, which is
    often infinity for a dozen persons, but averaged over its likelihood, √ρ being held equally likely from 0 to 3/4.
    Where true rates are of two kinds only, 80 % intervals of thirty persons cover some 70 %.

    References
    ----------
    Gelman, Carlin, Stern, Dunson, Vehtari & Rubin (2013), Bayesian Data Analysis, 3rd ed., section 5.3.

    Examples
    --------
    >>> won, tried = pd.Series([0.0, 30.0]), pd.Series([2.0, 60.0])
    >>> found = beta_binomial(won, tried, pd.Series([0.4, 0.4]), rng=np.random.default_rng(2027))
    >>> found.rows["raw"].tolist(), (found.rows["weight"] < [0.5, 1.0]).tolist()
    ([0.0, 0.5], [True, True])
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a {type(rng).__name__}, must be a numpy.random.Generator")
    checks.require_numbers({"draws": (">= 100", lambda number: number >= 100)}, draws=draws)
    w, n, m = (series.to_numpy(dtype="float64") for series in (won, tried, expected))
    if not len(w) or not ((w >= 0) & (w <= n) & (m > 0) & (m < 1)).all():
        raise ValueError(
            "won, tried and expected must have rows, with 0 <= won <= tried and 0 < expected < 1"
        )
    phi = 1.0 / _SPREADS[:, None] ** 2 - 1.0
    a, b = m * phi, (1.0 - m) * phi
    likelihood = (betaln(a + w, b + n - w) - betaln(a, b)).sum(axis=1)
    chance = np.exp(likelihood - likelihood.max())
    chance /= chance.sum()
    pull = n / (n + phi)
    reliable = pull.mean(axis=1)
    low, high = np.interp(_TAILS, np.cumsum(chance), reliable)
    at = rng.choice(len(chance), size=draws, p=chance)
    drawn = rng.beta(a[at] + w, b[at] + n - w)
    rows = pd.DataFrame(
        {
            "raw": w / np.where(n > 0, n, np.nan),
            "weight": chance @ pull,
            "shrunk": chance @ ((a + w) / (phi + n)),
            "low": np.quantile(drawn, _TAILS[0], axis=0),
            "high": np.quantile(drawn, _TAILS[1], axis=0),
        },
        index=won.index,
    )
    return Shrunk(
        rows=rows, draws=drawn, reliability=float(chance @ reliable), low=float(low), high=float(high)
    )


def james_stein(values: pd.Series, errors: pd.Series) -> pd.DataFrame:
    """Figures with known errors, each drawn towards their common mean.

    Parameters
    ----------
    values : Series of float
        Four or more.
    errors : Series of float
        Standard error of each, above 0, on the same index.

    Returns
    -------
    DataFrame
        On the index given: ``raw``, ``weight`` (c, 0 to 1), ``shrunk``, ``low``, ``high`` (80 % interval of the true
        figure).

    Raises
    ------
    ValueError
        If there are fewer than four, or numbers are missing or out of bounds.

    Notes
    -----
    shrunk = m + c(raw − m), c = 1 − (k − 3)/(k − 1) × error² ÷ (error² + τ²) of k figures, with m their mean weighted
    by 1 ÷ (error² + τ²), and τ² ≥ 0 such that Σ(raw − m)² ÷ (error² + τ²) = k − 1. With equal errors this is
    c = 1 − (k − 3)error² ÷ Σ(raw − m)², but never below 2/(k − 1). Interval: shrunk ± 1.28 s, s² =
    error²(1 − (1 − 1/k)(1 − c)) + 2/(k − 3) × (1 − c)² × (mean error² + τ²) ÷ (error² + τ²) × (raw − m)².

    References
    ----------
    Efron & Morris (1977), Stein's paradox in statistics, Scientific American 236(5), 119–127. Morris (1983),
    Parametric empirical Bayes inference, JASA 78(381), 47–55, for unequal errors.

    Examples
    --------
    >>> raw = pd.Series([0.0, 1.0, 2.0, 5.0])
    >>> james_stein(raw, pd.Series(1.0, index=raw.index))["shrunk"].round(3).tolist()
    [0.143, 1.071, 2.0, 4.786]
    """
    y, variance = values.to_numpy(dtype="float64"), errors.to_numpy(dtype="float64") ** 2
    k = len(y)
    if k < 4 or not np.isfinite(y).all() or not (np.isfinite(variance) & (variance > 0)).all():
        raise ValueError(f"values has {k} figures, must have four or more, all known, each with an error > 0")

    def excess(between: float) -> float:
        w = 1.0 / (variance + between)
        return float((w * (y - (w @ y) / w.sum()) ** 2).sum() - (k - 1))

    top = float(((y - y.mean()) ** 2).sum()) + float(variance.max())
    between = optimize.brentq(excess, 0.0, top, xtol=1e-14, rtol=1e-13) if excess(0.0) > 0 else 0.0
    w = 1.0 / (variance + between)
    mean = (w @ y) / w.sum()
    weight = 1.0 - (k - 3) / (k - 1) * variance * w
    pulled, apart = 1.0 - weight, (y - mean) ** 2
    unsure = 2 / (k - 3) * pulled**2 * (variance.mean() + between) * w * apart
    reach = ndtri(_TAILS[1]) * np.sqrt(variance * (1.0 - (1.0 - 1.0 / k) * pulled) + unsure)
    shrunk = mean + weight * (y - mean)
    return pd.DataFrame(
        {"raw": y, "weight": weight, "shrunk": shrunk, "low": shrunk - reach, "high": shrunk + reach},
        index=values.index,
    )
