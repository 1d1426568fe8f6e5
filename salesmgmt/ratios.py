"""Ratios of two totals over the same units, such as this year's revenue to last year's over customers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from salesmgmt import checks

Array = npt.NDArray[np.float64]


def effective_number(money: Array) -> float:
    """Number of equally large units that would carry as much information.

    Parameters
    ----------
    money : ndarray, shape (units,) or (units, columns)
        Amounts; of several columns their absolute sum weighs.

    Returns
    -------
    float
        (Σ w)² ÷ Σ w², 0 without amounts.

    References
    ----------
    Kish (1965), Survey Sampling.

    Examples
    --------
    >>> effective_number(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    weight = np.abs(np.asarray(money, dtype="float64").reshape(len(money), -1)).sum(axis=1)
    return float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0


def log_ratio(
    now: Array, before: Array, *, fixed: tuple[float, float] = (0.0, 0.0)
) -> tuple[float, float, float]:
    """Logarithm of Σ now ÷ Σ before, its standard error and degrees of freedom.

    Parameters
    ----------
    now, before : ndarray, shape (units,)
        Amounts of the same units, at least two.
    fixed : tuple of float
        Amounts of now and before that belong to no unit: in the totals, not in the error.

    Returns
    -------
    tuple of float
        Logarithm, standard error, degrees of freedom (>= 1); NaN each where a total is not positive.

    Raises
    ------
    ValueError
        If there are fewer than two units, or not as many of both.

    Notes
    -----
    Linearised over units, m of them effective: pull = now ÷ Σ now − before ÷ Σ before, error² = m ÷ (m − 1) ×
    Σ (pull − mean)², degrees of freedom m − 1.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, 2nd ed., chapter 6. Kish (1965), Survey Sampling.

    Examples
    --------
    >>> value, error, df = log_ratio(np.array([11.0, 9.0]), np.array([10.0, 10.0]))
    >>> value, round(error, 3), df
    (0.0, 0.1, 1.0)
    """
    checks.require_numbers({"units": (">= 2", lambda units: units >= 2)}, units=len(now))
    if len(before) != len(now):
        raise ValueError(f"before has {len(before)} units, must have {len(now)}: those of now")
    totals = float(np.sum(now)) + fixed[0], float(np.sum(before)) + fixed[1]
    if min(totals) <= 0:
        return np.nan, np.nan, np.nan
    like = max(2.0, effective_number(np.column_stack([now, before])))
    pull = now / totals[0] - before / totals[1]
    variance = like / (like - 1) * ((pull - pull.mean()) ** 2).sum()
    return float(np.log(totals[0] / totals[1])), float(np.sqrt(variance)), like - 1
