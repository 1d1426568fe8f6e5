"""Which signs of order have changed beyond noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import checks, uncertainty

Array = npt.NDArray[np.float64]

GOOD = {
    "results_spread": -1,
    "visits_made": 1,
    "steps_kept": 1,
    "steps_open": -1,
    "outcomes": 1,
    "logged_late": -1,
}
"""Every measure, and the direction of order."""
MIN_PEOPLE = 5
"""People below which no interval is honest."""

_SWAPS = 4095
_EXACT = 15
_LEVEL = 0.8
_ERROR = 0.05
_SIDES = ["before_part", "before_whole", "now_part", "now_whole"]
_COLUMNS = ["measure", "people", "cases_before", "cases", "before", "now", "change", "low", "high", "p", "verdict"]  # fmt: skip


def changes(signs: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Change of each sign of order between two periods, with its interval and a verdict.

    Parameters
    ----------
    signs : DataFrame
        One row per measure and person: ``measure`` (of :data:`GOOD`), ``staff_id``, ``before_part``, ``before_whole``,
        ``now_part``, ``now_whole`` (all >= 0); rows of several functions of :mod:`salesmgmt.evaluation.drift.signs` together.
    rng : numpy.random.Generator
        Source of the swaps.

    Returns
    -------
    DataFrame
        One row per measure present, in the order of :data:`GOOD`: ``measure``, ``people`` (persons behind it),
        ``cases_before``, ``cases`` (Σ whole: steps and promises, visits, persons), ``before``, ``now`` (Σ part ÷ Σ whole; NaN without
        cases), ``change`` (now − before), ``low``, ``high`` (80 % interval of the change; NaN under five persons),
        ``p`` (two-sided), ``verdict`` (better, worse, cannot_tell).

    Raises
    ------
    TypeError
        If ``signs`` is not a DataFrame or ``rng`` not a Generator.
    ValueError
        If columns are missing, a measure is unknown, numbers are missing or negative, or a person repeats.

    Notes
    -----
    Persons are the units: what one person does in two periods belongs together. The interval is Student's t on the
    linearised difference of two ratios over the same persons, with the degrees of freedom of as many equally busy
    persons (Kish). ``p`` is that of a permutation test: had nothing changed, each person's two periods could as well
    be swapped; every way is tried up to fifteen persons, 4,095 drawn ones beyond. A verdict takes 5 % over all measures
    jointly (Holm), and an interval that does not hold zero.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., ch. 6. Fisher (1935), The Design of Experiments, section 21; Good (2005), Permutation, Parametric and Bootstrap Tests of
    Hypotheses, 3rd ed., ch. 3, matched pairs. Kish (1965), Survey Sampling. Holm (1979), Scandinavian Journal of
    Statistics 6(2), 65–70.

    Examples
    --------
    >>> signs = pd.DataFrame({"measure": "steps_kept", "staff_id": list("ABCDEFGH"), "before_whole": 10.0,
    ...     "now_whole": 10.0, "before_part": [6, 7, 5, 6, 8, 7, 6, 5.0], "now_part": [3, 4, 3, 2, 5, 4, 2, 3.0]})
    >>> changes(signs, rng=np.random.default_rng(2027))[["before", "now", "p", "verdict"]].values.tolist()
    [[0.625, 0.325, 0.0078125, 'worse']]
    """
    return judged(tested(signs, rng=rng))


def tested(signs: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Change, interval and p of each measure, without the verdict; see :func:`changes`."""
    checks.require_columns(signs, ["measure", "staff_id", *_SIDES], name="signs")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a {type(rng).__name__}, must be a numpy.random.Generator")
    checks.require_codes(signs["measure"], list(GOOD), name="signs.measure")
    checks.require_unique(signs, ["measure", "staff_id"], name="signs")
    for name in _SIDES:
        checks.require_bounds(signs[name], name=f"signs.{name}", minimum=0.0)
    rows = [
        {"measure": measure, **_change(own, rng)}
        for measure in GOOD
        if len(own := signs[signs["measure"] == measure])
    ]
    return pd.DataFrame(rows, columns=_COLUMNS[:-1])


def judged(found: pd.DataFrame) -> pd.DataFrame:
    """What of several changes is better or worse beyond noise, over all of them jointly; see :func:`changes`."""
    proven = uncertainty.holm(found["p"].astype("float64"))
    proven &= ((found["low"] > 0) | (found["high"] < 0)).to_numpy(dtype=bool)
    way = np.sign(found["change"].to_numpy(dtype="float64")) * found["measure"].map(GOOD).to_numpy(
        dtype="float64"
    )
    return found.assign(verdict=np.where(proven, np.where(way > 0, "better", "worse"), "cannot_tell"))


def _change(own: pd.DataFrame, rng: np.random.Generator) -> dict[str, float]:
    """Both ratios, the interval of their difference and its p."""
    p0, w0, p1, w1 = (own[name].to_numpy(dtype="float64") for name in _SIDES)
    before, now = (p.sum() / w.sum() if w.sum() > 0 else np.nan for p, w in ((p0, w0), (p1, w1)))
    low, high, p = np.nan, np.nan, np.nan
    if len(own) >= MIN_PEOPLE and not np.isnan(now - before):
        reach = _reach(p0, w0, p1, w1)
        low, high = now - before - reach, now - before + reach
        p = _swapped(p0, w0, p1, w1, rng)
    return {
        "people": int((own["staff_id"].fillna("") != "").sum()), "cases_before": w0.sum(), "cases": w1.sum(),
        "before": before, "now": now, "change": now - before, "low": low, "high": high, "p": p,
    }  # fmt: skip


def _reach(p0: Array, w0: Array, p1: Array, w1: Array) -> float:
    """Half the interval of the difference of two ratios over the same persons."""
    n = len(p0)
    pull = (p1 - p1.sum() / w1.sum() * w1) / w1.sum() - (p0 - p0.sum() / w0.sum() * w0) / w0.sum()
    share = w0 / w0.sum() + w1 / w1.sum()
    like = max(2.0, share.sum() ** 2 / (share**2).sum())
    error = np.sqrt(n / (n - 1) * (pull**2).sum())
    return float(error * stats.t.ppf((1 + _LEVEL) / 2, like - 1))


def _swapped(p0: Array, w0: Array, p1: Array, w1: Array, rng: np.random.Generator) -> float:
    """Share of the ways to swap people's periods that give as large a change."""
    n = len(p0)
    if n <= _EXACT:
        swap = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype("float64")
    else:
        swap = np.vstack([np.zeros((1, n)), rng.integers(0, 2, size=(_SWAPS, n))])
    whole = [w.sum() + swap @ (other - w) for w, other in ((w0, w1), (w1, w0))]
    part = [p.sum() + swap @ (other - p) for p, other in ((p0, p1), (p1, p0))]
    known = (whole[0] > 0) & (whole[1] > 0)
    size = np.abs(part[1][known] / whole[1][known] - part[0][known] / whole[0][known])
    return float(np.mean(size >= size[0] * (1 - 1e-9) - 1e-12))
