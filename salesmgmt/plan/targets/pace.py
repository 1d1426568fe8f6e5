"""The pace of a year 进度: what part of a year its first months make, and where they lead by its end.

Neither a straight line nor this year's own months say that: the client's phasing does, else how past business years ran.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.targets.bridge import phased

Array = npt.NDArray[np.float64]

MIN_YEARS = 3
"""Fewer whole years before this one carry no range."""

MOST_YEARS = 5
"""So many years back the season is taken from; older ones say little of this one."""

_UNKNOWN = float("nan")


def past_years(revenue: pd.DataFrame, *, start: pd.Timestamp, most: int = MOST_YEARS) -> pd.DataFrame:
    """Revenue by month of the whole business years before one, as far back as they follow on each other.

    Parameters
    ----------
    revenue : DataFrame
        ``month``, ``amount`` (money).
    start : Timestamp
        First day of the running year.
    most : int
        How many years at most.

    Returns
    -------
    DataFrame
        One row per year, the latest first, indexed by its first day; columns 0 to 11 (money of its months). A year with
        a month that is not positive ends the list.

    Raises
    ------
    ValueError
        If columns are missing.

    Examples
    --------
    >>> revenue = pd.DataFrame({"month": pd.date_range("2024-07-01", periods=18, freq="MS"), "amount": 2.0})
    >>> past_years(revenue, start=pd.Timestamp("2026-01-01")).sum(axis=1).tolist()
    [24.0]
    """
    checks.require_columns(revenue, ["month", "amount"], name="revenue")
    sums = by_month(revenue)
    found = {}
    for back in range(1, most + 1):
        first = start - pd.DateOffset(years=back)
        months = sums.reindex(pd.date_range(first, periods=12, freq="MS"), fill_value=0.0).to_numpy()
        if not (months > 0).all():
            break
        found[first] = months
    return pd.DataFrame.from_dict(found, orient="index", columns=range(12), dtype="float64")


def seasonal_shares(past: pd.DataFrame) -> Array:
    """Each month's share of a year: the mean of the past years; even without any.

    Parameters
    ----------
    past : DataFrame
        From :func:`past_years`.

    Returns
    -------
    ndarray of 12 floats
        They sum to one.

    Notes
    -----
    Whole business years, so that growth within a year is in its season, and never the months of the year phased.

    Examples
    --------
    >>> seasonal_shares(pd.DataFrame([[1.0] * 11 + [13.0]]))[-1].round(4).item()
    0.5417
    """
    return past.div(past.sum(axis=1), axis=0).mean().to_numpy() if len(past) else np.full(12, 1.0 / 12.0)


def season(past: pd.DataFrame, *, phasing: list[float] | None = None) -> Array:
    """Each month's share of a year by which a pace is judged: the client's phasing, else the past's.

    Parameters
    ----------
    past : DataFrame
        From :func:`past_years`.
    phasing : list of 12 floats, optional
        The client's own, summing to one.

    Returns
    -------
    ndarray of 12 floats
        They sum to one.

    Raises
    ------
    Refused
        If there is neither.

    Examples
    --------
    >>> season(pd.DataFrame(), phasing=[0.5] + [0.5 / 11] * 11)[0].round(4).item()
    0.5
    """
    if phasing is not None:
        return phased(1.0, phasing, start=pd.Timestamp(2000, 1, 1))["target"].to_numpy()
    if past.empty:
        raise Refused("plan.year_no_season")
    return seasonal_shares(past)


def run_rate(
    actual: float, shares: Array, past: pd.DataFrame, *, done: int, estimated: bool
) -> tuple[float, float, float]:
    """Where the pace so far leads by the end of the year, with how far the same reckoning missed in past years.

    Parameters
    ----------
    actual : float
        Money of the months done.
    shares : ndarray of 12 floats
        From :func:`season`.
    past : DataFrame
        From :func:`past_years`.
    done : int
        Whole months done, 1 to 12.
    estimated : bool
        Whether the shares are the past's own mean, whose own error then counts as well.

    Returns
    -------
    tuple of float
        Outlook, P10 and P90; the range is missing under :data:`MIN_YEARS` past years and once the year is over.

    Notes
    -----
    outlook = actual ÷ S, with S the shares of the months done. In past year y the reckoning missed by
    e = ln(S ÷ S_y). Range: outlook × exp(± t · s), of n years. Given shares: t with n degrees of freedom, s² = Σe² ÷ n,
    so that a bias widens it. Estimated: t with n − 1, s = sd(e) · √(1 + 1 ÷ n). Never below what is booked.

    References
    ----------
    Mack (1993), Distribution-free calculation of the standard error of chain ladder reserve estimates, ASTIN Bulletin
    23(2), 213–225, for the development factor; Hahn & Meeker (1991), Statistical Intervals, § 4.8, for the range of one
    further observation.

    Examples
    --------
    >>> past = pd.DataFrame([[10.0] * 12, [10.0] * 11 + [20.0], [12.0] * 11 + [8.0]])
    >>> found = run_rate(110.0, season(past), past, done=11, estimated=True)
    >>> [round(number, 1) for number in found]
    [122.0, 110.0, 137.8]
    """
    reached = float(shares[:done].sum())
    if done == 12 or reached <= 0:
        return (actual if done == 12 else _UNKNOWN), _UNKNOWN, _UNKNOWN
    outlook, n = actual / reached, len(past)
    if n < MIN_YEARS or outlook <= 0:
        return outlook, _UNKNOWN, _UNKNOWN
    then = past.iloc[:, :done].sum(axis=1) / past.sum(axis=1)
    missed = np.log(reached / then.to_numpy())
    spread = np.std(missed, ddof=1) * np.sqrt(1 + 1 / n) if estimated else np.sqrt(np.mean(missed**2))
    half = float(stats.t.ppf(0.9, n - 1 if estimated else n) * spread)
    return outlook, max(actual, outlook * float(np.exp(-half))), outlook * float(np.exp(half))


def by_month(revenue: pd.DataFrame) -> pd.Series:
    """Money of each month that has any, by its first day."""
    month = pd.to_datetime(revenue["month"]).dt.to_period("M").dt.to_timestamp()
    return frames.number(revenue, "amount").groupby(month.to_numpy()).sum()
