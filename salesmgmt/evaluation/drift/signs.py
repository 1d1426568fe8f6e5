"""The signs of order, each as a part of a whole per person, in the period and in the same months a year before.

A frame of signs has one row per measure and person: ``measure``, ``staff_id`` (``""`` for whoever is unknown),
``before_part``, ``before_whole``, ``now_part``, ``now_whole``; the company's figure is Σ part ÷ Σ whole.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

PERIODS = ("before", "now")
_WEEK = 7
_DISCIPLINE = {
    "steps_kept": ("steps_kept", "steps_due"),
    "steps_open": ("steps_open", "steps_due"),
    "outcomes": ("with_outcome", "visits"),
    "logged_late": ("logged_late", "logged"),
}
_USED = {
    "steps_kept": "steps_kept",
    "steps_open": "steps_kept",
    "outcomes": "with_outcome",
    "logged_late": "logged",
}
"""Of each measure the count without which the log does not use it."""
_COLUMNS = ["measure", "staff_id", *(f"{period}_{part}" for period in PERIODS for part in ("part", "whole"))]


def same_months(visits: pd.DataFrame, *, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """Visits of a period and of the same months a year before, as far as the log covers both.

    Parameters
    ----------
    visits : DataFrame
        One row per month × customer × person × kind: ``month`` (first day), ``first_on``, ``last_on`` (days of the
        first and last of its visits), and others.
    start : Timestamp
        First month of the period (first day).
    months : int
        Whole months of the period, 0 to 12.

    Returns
    -------
    DataFrame
        Rows of the months that the log covers in both years, with ``period`` (before, now); empty where there are none.

    Raises
    ------
    TypeError, ValueError
        If columns are missing, or ``months`` is out of bounds.

    Notes
    -----
    The log covers a month that begins at most a week before its first visit and ends at most a week after its last:
    months before and after are not known to be without visits.

    Examples
    --------
    >>> day = pd.to_datetime(["2025-01-03", "2025-02-27", "2026-01-05", "2026-02-26"])
    >>> visits = pd.DataFrame({"month": day.to_period("M").to_timestamp(), "first_on": day, "last_on": day})
    >>> same_months(visits, start=pd.Timestamp("2026-01-01"), months=10)["period"].tolist()
    ['before', 'before', 'now', 'now']
    """
    checks.require_columns(visits, ["month", "first_on", "last_on"], name="visits")
    checks.require_numbers({"months": ("0 to 12", lambda count: 0 <= count <= 12)}, months=months)
    if not visits["first_on"].notna().any():
        return visits.head(0).assign(period="")
    first, last = pd.to_datetime(visits["first_on"]).min(), pd.to_datetime(visits["last_on"]).max()
    month = pd.to_datetime(visits["month"])
    week = pd.Timedelta(days=_WEEK)
    opened = first.normalize() - week + pd.offsets.MonthBegin(0)
    closed = frames.after_whole_months(last + week)
    begins = max(start, opened + pd.DateOffset(years=1))
    ends = min(start + pd.DateOffset(months=int(months)), closed)
    year = pd.DateOffset(years=1)
    now = (month >= begins) & (month < ends)
    before = (month >= begins - year) & (month < ends - year)
    found = visits.assign(period=np.where(now, PERIODS[1], PERIODS[0]))
    return found[now | before]


def long_known(assignments: pd.DataFrame, *, since: pd.Timestamp) -> pd.DataFrame:
    """Customers that were ours to visit before a day: newer ones would count as unvisited in the earlier period.

    Parameters
    ----------
    assignments : DataFrame
        One row per customer × person × time: ``customer_id``, ``from_on``.
    since : Timestamp
        First day of the earlier period.

    Returns
    -------
    DataFrame
        ``customer_id``, in order.

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Examples
    --------
    >>> held = pd.DataFrame({"customer_id": ["C1", "C1", "C2"],
    ...     "from_on": pd.to_datetime(["2024-03-01", "2026-01-01", "2026-01-01"])})
    >>> long_known(held, since=pd.Timestamp("2025-01-01"))["customer_id"].tolist()
    ['C1']
    """
    checks.require_columns(assignments, ["customer_id", "from_on"], name="assignments")
    first = pd.to_datetime(assignments["from_on"]).groupby(frames.text(assignments, "customer_id")).min()
    return first.index[first <= since].to_frame(index=False, name="customer_id")


def discipline(visits: pd.DataFrame) -> pd.DataFrame:
    """Whether visits are logged in time, and what was agreed in them is noted and done.

    Parameters
    ----------
    visits : DataFrame
        That of :func:`same_months`, or of :func:`agreed` with promises: ``period``, ``staff_id``, ``visits``,
        ``with_outcome`` (of them, outcome noted), ``steps_due`` (next steps and promises due), ``steps_kept`` (done by
        their day), ``steps_open`` (due and not done), ``logged`` (visits whose day of entry is noted), ``logged_late``
        (of them, entered more than a week after).

    Returns
    -------
    DataFrame
        Signs (see the module) of ``steps_kept`` and ``steps_open`` (of those due), ``outcomes`` (of entries of the log,
        phone calls included) and ``logged_late`` (of entries with a day). A measure that the log never uses, in either
        year, has no rows; nor have late entries where one of the years has no day of entry at all.

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Examples
    --------
    >>> visits = pd.DataFrame({"period": ["before", "now"], "staff_id": "S1", "visits": [9, 8], "with_outcome": 0,
    ...     "steps_due": [4, 5], "steps_kept": [2, 4], "steps_open": [1, 1], "logged": 0, "logged_late": 0})
    >>> discipline(visits)[["measure", "before_part", "now_part", "now_whole"]].values.tolist()
    [['steps_kept', 2.0, 4.0, 5.0], ['steps_open', 1.0, 1.0, 5.0]]
    """
    counts = list(dict.fromkeys(name for names in _DISCIPLINE.values() for name in names))
    checks.require_columns(visits, ["period", "staff_id", *counts], name="visits")
    sums = visits.groupby([visits["period"], frames.text(visits, "staff_id")])[counts].sum()
    years = sums.groupby(level="period").sum().reindex(PERIODS, fill_value=0)
    used = {measure: bool(years[name].sum() > 0) for measure, name in _USED.items()}
    used["logged_late"] = bool((years["logged"] > 0).all())
    parts = [
        _sign(measure, *(_side(sums, period, *names) for period in PERIODS))
        for measure, names in _DISCIPLINE.items()
        if used[measure]
    ]
    nothing = pd.DataFrame(columns=_COLUMNS).astype(dict.fromkeys(_COLUMNS[2:], "float64"))
    return pd.concat(parts, ignore_index=True) if parts else nothing


def followed(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Whether the visits asked by the policy are made: the share of them, visits beyond a person's due left out.

    Parameters
    ----------
    before, now : DataFrame
        One row per person: ``staff_id``, ``visits`` (made), ``policy`` (asked per customer and year), ``customers``,
        ``days`` (observed).

    Returns
    -------
    DataFrame
        Signs (see the module) of ``visits_made``: min(made, asked) of asked.

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Notes
    -----
    asked = policy × customers × days ÷ 365. Nobody's surplus makes up for another's shortfall.

    Examples
    --------
    >>> one = pd.DataFrame({"staff_id": ["S1"], "visits": [30], "policy": [12.0], "customers": [4], "days": [365]})
    >>> followed(one, one.assign(visits=60))[["before_part", "now_part", "now_whole"]].values.tolist()
    [[30.0, 48.0, 48.0]]
    """
    sides = []
    for name, made in (("before", before), ("now", now)):
        checks.require_columns(made, ["staff_id", "visits", "policy", "customers", "days"], name=name)
        asked = made["policy"] * made["customers"] * made["days"] / 365.0
        whole = pd.DataFrame({"part": np.minimum(made["visits"], asked), "whole": asked})
        sides.append(whole.groupby(frames.text(made, "staff_id")).sum())
    return _sign("visits_made", *sides)


def spread(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """How far people's results lie apart: the mean distance from the middle of their role, relative to it.

    Parameters
    ----------
    before, now : DataFrame
        One row per person: ``staff_id``, ``role``, ``measure`` (attainment, growth), ``metric``, ``value`` (ratio, or
        growth; missing without a basis).

    Returns
    -------
    DataFrame
        Signs (see the module) of ``results_spread``, of the people with a result by the same measure in both periods:
        |result − median| ÷ median, of one.

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Notes
    -----
    The result is the attainment, or 1 + growth; the median is that of the role's people in the same period. Σ part ÷
    Σ whole is the coefficient of dispersion, which a few large contracts move less than the coefficient of variation.
    Roles of fewer than three people, or whose median is not above 0, are left out.

    References
    ----------
    Bonett & Seier (2006), Confidence interval for a coefficient of dispersion in nonnormal distributions, Biometrical
    Journal 48(1), 144–148.

    Examples
    --------
    >>> before = pd.DataFrame({"staff_id": list("ABC"), "role": "account_manager", "measure": "attainment",
    ...     "metric": "revenue", "value": [0.9, 1.0, 1.1]})
    >>> found = spread(before, before.assign(value=[0.5, 1.0, 1.5]))
    >>> found[["before_part", "now_part"]].mean().round(6).tolist()
    [0.066667, 0.333333]
    """
    keys = ["staff_id", "role", "measure", "metric"]
    for name, results in (("before", before), ("now", now)):
        checks.require_columns(results, [*keys, "value"], name=name)
    both = before.merge(now, on=keys, suffixes=("_before", "_now")).dropna(
        subset=["value_before", "value_now"]
    )
    group = both.groupby(["role", "measure", "metric"])
    kept = group["staff_id"].transform("size") >= 3
    parts: dict[str, pd.Series] = {}
    for period in PERIODS:
        index = both[f"value_{period}"] + (both["measure"] == "growth")
        middle = index.groupby([both[name] for name in ("role", "measure", "metric")]).transform("median")
        kept &= middle > 0
        parts[f"{period}_part"] = (index / middle.where(middle > 0) - 1).abs()
    found = both.assign(measure="results_spread", before_whole=1.0, now_whole=1.0, **parts)
    return found.loc[kept, _COLUMNS].sort_values("staff_id", ignore_index=True)


def _side(sums: pd.DataFrame, period: str, part: str, whole: str) -> pd.DataFrame:
    """Part and whole of each person in one period."""
    rows = sums[sums.index.get_level_values("period") == period].droplevel("period")
    return rows[[part, whole]].set_axis(["part", "whole"], axis=1)


def _sign(measure: str, before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Both periods of everybody who has something in either."""
    wide = before.add_prefix("before_").join(now.add_prefix("now_"), how="outer").fillna(0.0)
    wide = wide[(wide["before_whole"] > 0) | (wide["now_whole"] > 0)].astype("float64").sort_index()
    return wide.rename_axis("staff_id").reset_index().assign(measure=measure)[_COLUMNS]
