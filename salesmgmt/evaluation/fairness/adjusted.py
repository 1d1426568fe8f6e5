"""Results of territories held against what their potential and workload give reason to expect.

One regression over units such as territories, never over a dozen persons. Which circumstances are in it decides the
verdict, so every set of them is tried, and a unit's verdict is what all of them say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import checks, errors, uncertainty

Array = npt.NDArray[np.float64]

MIN_UNITS = 25
"""Units below which no regression is made."""

PENALTIES = (0.0, *(10.0 ** np.arange(-2, 3.01, 0.25)))
"""Ridge penalties that are tried, per standardised circumstance; 0 is least squares."""

_ERROR = 0.05
_COLUMNS = ["unit", "actual", "expected_low", "expected_high", "rank_low", "rank_high", "leverage", "verdict"]


@dataclass(frozen=True)
class Fit:
    """One regression.

    Attributes
    ----------
    constant : float
        Expected result where all circumstances are 0.
    coefficients : Series
        By circumstance, in their own units.
    fitted, residuals, leverage : Series
        By unit; leverage is the unit's pull on its own expectation, 0 to 1.
    outside : Series
        Residual of each unit from the regression of all others.
    spread : float
        Standard error of the residuals, √(Σ residual² ÷ degrees of freedom).
    r_squared, press, predicted : float
        Explained share; Σ outside²; 1 − press ÷ total, the share explained of units left out.
    freedom : float
        Degrees of freedom left, units − effective parameters.
    penalty : float
        Ridge penalty.
    """

    constant: float
    coefficients: pd.Series
    fitted: pd.Series
    residuals: pd.Series
    leverage: pd.Series
    outside: pd.Series
    spread: float
    r_squared: float
    press: float
    predicted: float
    freedom: float
    penalty: float


def fit(units: pd.DataFrame, *, result: str, circumstances: Sequence[str], penalty: float = 0.0) -> Fit:
    """Regress a result on circumstances, by least squares or with a ridge penalty.

    Parameters
    ----------
    units : DataFrame
        One row per unit; numeric columns, none missing.
    result : str
        Column explained.
    circumstances : sequence of str
        Columns that explain it, each of which varies.
    penalty : float
        Ridge penalty per standardised circumstance, >= 0.

    Returns
    -------
    Fit
        Coefficients, fit, leverage and prediction of units left out.

    Raises
    ------
    ValueError
        If columns or numbers are missing, a circumstance does not vary, units are fewer than parameters + 1, or circumstances repeat
        each other where there is no penalty.

    Notes
    -----
    Circumstances are standardised, the mean is not penalised. With hat matrix H: outside = residual ÷ (1 − h),
    exact for a penalty held fixed. freedom = units − trace(H).

    References
    ----------
    Cravens, Woodruff & Stamper (1972), An analytical approach for evaluating sales territory performance, Journal of
    Marketing 36(1), 31–37. Hoerl & Kennard (1970), Ridge regression, Technometrics 12(1), 55–67. Allen (1974), The
    relationship between variable selection and data augmentation, Technometrics 16(1), 125–127, for PRESS.

    Examples
    --------
    >>> units = pd.DataFrame({"sales": [1.0, 3.0, 5.0, 7.0, 9.5], "potential": [0.0, 1.0, 2.0, 3.0, 4.0]})
    >>> fit(units, result="sales", circumstances=["potential"]).coefficients.round(6).to_dict()
    {'potential': 2.1}
    """
    names = list(circumstances)
    checks.require_columns(units, [result, *names], name="units")
    checks.require_numbers({"penalty": (">= 0", lambda number: number >= 0)}, penalty=penalty)
    for name in (result, *names):
        checks.require_bounds(units[name], name=f"units.{name}")
    raw, y = units[names].to_numpy(dtype="float64"), units[result].to_numpy(dtype="float64")
    n, width = raw.shape
    scale = raw.std(axis=0)
    if n < width + 2 or not (scale > 1e-12 * np.abs(raw).max(axis=0)).all():
        raise ValueError(f"units has {n} rows for {names}: must be more than these + 1, and each must vary")
    x = (raw - raw.mean(axis=0)) / scale
    gram = x.T @ x + penalty * np.eye(width)
    if np.linalg.cond(gram) > 1e12:
        raise ValueError(f"circumstances {names} repeat each other, must differ or have a penalty > 0")
    slopes = np.linalg.solve(gram, x.T)
    hat = 1.0 / n + np.einsum("ij,ji->i", x, slopes)
    beta = slopes @ (y - y.mean())
    residuals = y - y.mean() - x @ beta
    outside, total = residuals / (1.0 - hat), float(((y - y.mean()) ** 2).sum())
    freedom, squares, press = n - float(hat.sum()), float(residuals @ residuals), float(outside @ outside)
    coefficients = beta / scale
    series = (pd.Series(values, index=units.index) for values in (y - residuals, residuals, hat, outside))
    fitted, left, leverage, out = series
    return Fit(
        constant=float(y.mean() - coefficients @ raw.mean(axis=0)),
        coefficients=pd.Series(coefficients, index=names),
        fitted=fitted,
        residuals=left,
        leverage=leverage,
        outside=out,
        spread=float(np.sqrt(squares / freedom)),
        r_squared=1.0 - squares / total if total > 0 else np.nan,
        press=press,
        predicted=1.0 - press / total if total > 0 else np.nan,
        freedom=freedom,
        penalty=float(penalty),
    )


def cross_validated(units: pd.DataFrame, *, result: str, circumstances: Sequence[str]) -> Fit:
    """The regression whose penalty predicts units left out best.

    Parameters
    ----------
    units, result, circumstances
        As for :func:`fit`.

    Returns
    -------
    Fit
        That of :data:`PENALTIES` with the least ``press``; of equals the smaller penalty.

    Raises
    ------
    ValueError
        As :func:`fit` raises.

    Examples
    --------
    >>> units = pd.DataFrame({"sales": [1.0, 3.0, 5.0, 7.0, 9.5], "potential": [0.0, 1.0, 2.0, 3.0, 4.0]})
    >>> cross_validated(units, result="sales", circumstances=["potential"]).penalty
    0.0
    """
    tried = [
        fit(units, result=result, circumstances=circumstances, penalty=float(penalty))
        for penalty in PENALTIES
    ]
    return min(tried, key=lambda found: found.press)


def adjusted(units: pd.DataFrame, *, unit: str, result: str, uncontrollable: Sequence[str]) -> pd.DataFrame:
    """What all sets of circumstances say of each unit's result.

    Parameters
    ----------
    units : DataFrame
        One row per unit: the column ``unit`` (unique), ``result`` and the circumstances, numeric, none missing.
    unit, result : str
        Columns with the unit's name and its result.
    uncontrollable : sequence of str
        Circumstances that those who work the unit cannot choose (potential, workload), two or more.

    Returns
    -------
    DataFrame
        One row per unit, in the order given: ``unit``, ``actual``, ``expected_low``, ``expected_high`` (from the other
        units, over the sets), ``rank_low``, ``rank_high`` (of the difference to it, 1 the most above, over the
        sets), ``leverage`` (largest, 0 to 1), ``verdict`` (above, below, cannot_tell).

    Raises
    ------
    ValueError
        If columns or numbers are missing, units repeat, or there are fewer than two circumstances.
    Refused
        ``evaluation.fairness.few_units`` under 25 units; ``evaluation.fairness.alike`` where fewer than two
        circumstances vary on their own.

    Notes
    -----
    Circumstances that do not vary, or are multiples of one before them, are left out. Sets: all circumstances, and all but one of them. Each is a ridge regression with cross-validated penalty. A
    unit is called above or below only where in every set its result differs from what the other units give reason to
    expect, by a t test held at 5 % over all units jointly (Holm), on the same side.

    References
    ----------
    Cravens, Woodruff & Stamper (1972), Journal of Marketing 36(1), 31–37.

    Examples
    --------
    >>> x = np.arange(25.0)
    >>> units = pd.DataFrame({"city": x.astype(str), "a": x, "b": x % 5, "sales": 5 + x % 3 + 30 * (x == 7)})
    >>> found = adjusted(units, unit="city", result="sales", uncontrollable=["a", "b"])
    >>> found.loc[found["verdict"] == "above", "unit"].tolist()
    ['7.0']
    """
    names = list(uncontrollable)
    checks.require_columns(units, [unit, result, *names], name="units")
    checks.require_unique(units, [unit], name="units")
    if len(names) < 2:
        raise ValueError(f"uncontrollable == {names}, must be two or more")
    if len(units) < MIN_UNITS:
        raise errors.Refused("evaluation.fairness.few_units", units=str(len(units)), needed=str(MIN_UNITS))
    names = _telling(units, names)
    if len(names) < 2:
        raise errors.Refused("evaluation.fairness.alike")
    sets = [names, *([name for name in names if name != left] for left in names)]
    fits = [cross_validated(units, result=result, circumstances=chosen) for chosen in sets]
    off = pd.DataFrame({place: found.outside for place, found in enumerate(fits)})
    ranks = off.rank(ascending=False, method="min")
    proven = np.column_stack([_apart(found) for found in fits]).all(axis=1)
    above = (off > 0).all(axis=1).to_numpy() & proven
    below = (off < 0).all(axis=1).to_numpy() & proven
    expected = off.rsub(units[result], axis=0)
    table = pd.DataFrame(
        {
            "unit": units[unit],
            "actual": units[result].astype("float64"),
            "expected_low": expected.min(axis=1),
            "expected_high": expected.max(axis=1),
            "rank_low": ranks.min(axis=1).astype("int64"),
            "rank_high": ranks.max(axis=1).astype("int64"),
            "leverage": pd.concat([found.leverage for found in fits], axis=1).max(axis=1),
            "verdict": np.where(above, "above", np.where(below, "below", "cannot_tell")),
        }
    )
    return table.reset_index(drop=True)[_COLUMNS]


def _telling(units: pd.DataFrame, names: list[str]) -> list[str]:
    """Circumstances that vary and are no multiple of one before them."""
    values = units[names].astype("float64")
    varying = [name for name in names if values[name].std() > 1e-9 * values[name].abs().max()]
    alike = values[varying].corr().abs()
    return [
        name for place, name in enumerate(varying) if not (alike.loc[name, varying[:place]] > 1 - 1e-9).any()
    ]


def _apart(found: Fit) -> npt.NDArray[np.bool_]:
    """Units whose results differ from what the other units give reason to expect."""
    h, e, left = found.leverage.to_numpy(), found.residuals.to_numpy(), found.freedom - 1.0
    without = np.maximum(found.spread**2 * found.freedom - e**2 / (1.0 - h), 0.0) / left
    with np.errstate(divide="ignore", invalid="ignore"):
        t = e / np.sqrt(without * (1.0 - h))
    return uncertainty.holm(2 * stats.t.sf(np.abs(np.nan_to_num(t)), left), error=_ERROR)
