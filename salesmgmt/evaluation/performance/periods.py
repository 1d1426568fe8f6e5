"""The months that the evaluation compares 评价期: this business year's whole months, and the same a year before.

The evaluation period is the business year that contains ``as_of``, from its start to ``as_of``, in whole
months: a month still running on ``as_of`` is left out of both years.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames


def evaluation_period(as_of: pd.Timestamp, year_starts: int) -> tuple[pd.Timestamp, int]:
    """Start of the business year that contains a day, and its whole months up to the day.

    Parameters
    ----------
    as_of : Timestamp
        The day.
    year_starts : int
        First month of the business year, 1 to 12.

    Returns
    -------
    tuple of Timestamp and int
        First day of the year; whole months, 0 to 12.

    Raises
    ------
    TypeError, ValueError
        If ``year_starts`` is not a month.

    Examples
    --------
    >>> start, months = evaluation_period(pd.Timestamp("2026-03-30"), 4)
    >>> str(start.date()), months
    ('2025-04-01', 11)
    """
    rule = {"year_starts": ("a month 1 to 12", lambda month: month in range(1, 13))}
    checks.require_numbers(rule, year_starts=year_starts)
    day = pd.Timestamp(as_of).normalize()
    start = pd.Timestamp(day.year - (day.month < year_starts), int(year_starts), 1)
    running = (day.year - start.year) * 12 + day.month - start.month
    return start, running + int(day.is_month_end)


def months_from(start: pd.Timestamp, days: pd.Series) -> pd.Series:
    """Months from the first month of a year to that of each day, negative before it.

    Examples
    --------
    >>> months_from(pd.Timestamp("2026-04-01"), pd.Series(["2026-06-30", "2025-04-01"])).tolist()
    [2, -12]
    """
    day = pd.to_datetime(days)
    age = day.to_numpy().astype("datetime64[M]").astype("int64") - (
        (start.year - 1970) * 12 + start.month - 1
    )
    return pd.Series(age, index=day.index, name=day.name).where(day.notna())


def in_months(days: pd.Series, start: pd.Timestamp, months: int) -> pd.Series:
    """Days in the months from a start on.

    Examples
    --------
    >>> in_months(pd.Series(["2026-06-30", "2026-07-01"]), pd.Timestamp("2026-04-01"), 3).tolist()
    [True, False]
    """
    day, end = pd.to_datetime(days), start + pd.DateOffset(months=months)
    dates = day.to_numpy()
    return pd.Series((dates >= np.datetime64(start)) & (dates < np.datetime64(end)), index=day.index)


def month_of(days: pd.Series) -> pd.Series:
    """First day of the month of each day.

    Examples
    --------
    >>> month_of(pd.Series(["2026-06-30"])).astype("str").tolist()
    ['2026-06-01']
    """
    day = pd.to_datetime(days)
    first = day.to_numpy().astype("datetime64[M]").astype(day.to_numpy().dtype)
    return pd.Series(first, index=day.index, name=day.name)


def compared(revenue: pd.DataFrame, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Rows of the months compared, with this and last year's amounts.

    Parameters
    ----------
    revenue : DataFrame
        One row per month × customer × …: ``month``, ``customer_id``, ``amount``.
    start : Timestamp
        First day of the business year.
    months : int
        Whole months compared.

    Returns
    -------
    DataFrame
        On the rows of those months: the columns of ``revenue``, ``customer_id`` as text, ``age`` (months from
        ``start``, negative a year before), ``this`` and ``last`` (the amount, 0 in the other year).

    Raises
    ------
    ValueError
        If columns, amounts or months are missing.

    Examples
    --------
    >>> revenue = pd.DataFrame({"month": ["2025-02-01"], "customer_id": ["C1"], "amount": [7.0]})
    >>> compared(revenue, pd.Timestamp("2026-01-01"), 10)[["age", "this", "last"]].values.tolist()
    [[-11.0, 0.0, 7.0]]
    """
    checks.require_columns(revenue, ["month", "customer_id", "amount"], name="revenue")
    amount = frames.number(revenue, "amount")
    checks.require_bounds(amount, name="revenue.amount")
    month = pd.to_datetime(revenue["month"])
    if month.isna().any():
        raise ValueError(
            f"revenue.month is missing in rows {list(month.index[month.isna()])}, must be a date"
        )
    age = months_from(start, month)
    this, last = age.between(0, months - 1), age.between(-12, months - 13)
    rows = revenue.assign(
        customer_id=frames.text(revenue, "customer_id"),
        age=age,
        this=amount.where(this, 0.0),
        last=amount.where(last, 0.0),
    )
    return rows[this | last]


def throughout(staff: pd.DataFrame, start: pd.Timestamp, months: int) -> set[str]:
    """People who were there from the start of last year's months to the end of this year's.

    Parameters
    ----------
    staff : DataFrame
        ``staff_id``; ``hired_on``, ``left_on`` may be absent.
    start : Timestamp
        First day of the business year.
    months : int
        Whole months compared.

    Returns
    -------
    set of str
        Their ids.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["S1", "S2"], "hired_on": pd.to_datetime(["2020-01-01", "2025-05-01"])})
    >>> throughout(staff, pd.Timestamp("2026-01-01"), 10)
    {'S1'}
    """
    first, last = start - pd.DateOffset(years=1), start + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    there = frames.employed(staff, first) & frames.employed(staff, last)
    return set(frames.text(staff, "staff_id")[there.to_numpy()])
