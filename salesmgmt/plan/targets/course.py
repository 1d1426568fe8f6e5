"""The running year against its plan 进度与全年推算: what came in, what was due by now, and where the pace leads.

Only whole months count, and a year is held against another over the same months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.targets.forecast import months_within
from salesmgmt.plan.targets.pace import Array, by_month, past_years, run_rate, season

_UNKNOWN = float("nan")


@dataclass(frozen=True)
class Course:
    """The running year against its plan.

    Attributes
    ----------
    months : DataFrame
        One row per month of the year: ``month`` (first day), ``target`` (money, NaN without one), ``last_year`` (same
        month a year before, NaN where that year is not whole), ``actual`` (NaN for months to come), ``ahead`` (what the
        pace makes of a month to come, NaN for others), ``difference`` (actual or ahead − target).
    end : Timestamp
        Last day of the months that count.
    years : int
        Whole past years that the season was seen in.
    actual, before, planned : float
        Money to date: booked, the same months a year before, the phased target.
    target, outlook, low, high, straight : float
        Money of the year: the target, where the pace leads with its P10 and P90, and the pace on a straight line.
    source : str
        Where the target is from: decision, quotas, requirement, or "" without one.
    verdict : str
        Whether the range tells how the year ends: behind (it lies below the target), ahead (not below it), open (the
        target lies in it), untargeted (no target), cannot_tell (no range); "" once the year is over.
    """

    months: pd.DataFrame
    end: pd.Timestamp
    years: int
    actual: float
    before: float
    planned: float
    target: float
    outlook: float
    low: float
    high: float
    straight: float
    source: str
    verdict: str

    @property
    def standing(self) -> str:
        """untargeted; short or reached, by where the pace leads; over_short or over_reached once the year is over."""
        if not self.source:
            return "untargeted"
        told = "short" if self.outlook < self.target else "reached"
        return f"over_{told}" if self.months["actual"].notna().all() else told

    @property
    def figures(self) -> dict[str, float]:
        """The numbers that say how the year stands: only those that there are."""
        found = {"actual": self.actual}
        if not self.source:
            return found | {"before": self.before, "straight": self.straight}
        found |= {"target": self.target, "gap": self.target - self.outlook}
        if self.standing.startswith("over"):
            return found
        attained = self.actual / self.planned if self.planned > 0 else _UNKNOWN
        return found | {"planned": self.planned, "attained": attained, "straight": self.straight}

    @property
    def to_come(self) -> dict[str, pd.Timestamp]:
        """First and last day of the months to come."""
        last = self.months["month"].iloc[-1] + pd.DateOffset(months=1) - pd.Timedelta(days=1)
        return {"first": self.end + pd.Timedelta(days=1), "last": last}


def target_months(
    asked: pd.DataFrame, shares: Array, *, adopted: float | None = None, required: float | None = None
) -> tuple[Array, str]:
    """The running year's target by month, and where it is from.

    Parameters
    ----------
    asked : DataFrame
        The company's quotas of the year, one row per month and part: ``age`` (0–11), ``quota`` (money).
    shares : ndarray of 12 floats
        From :func:`season`.
    adopted, required : float, optional
        What was decided and what strategy requires of this year; not of another.

    Returns
    -------
    tuple of ndarray and str
        Money of twelve months (NaN without a target), and ``"decision"``, ``"quotas"``, ``"requirement"`` or ``""``: the
        first that there is. Quotas count where they ask in all twelve months.

    Notes
    -----
    Quotas that differ by month or quarter are the client's phasing of that year and carry a decision as well; equal ones
    are a year's figure, which the season phases.

    Examples
    --------
    >>> asked = pd.DataFrame({"age": range(12), "quota": 10.0})
    >>> months, source = target_months(asked, np.array([0.5] + [0.5 / 11] * 11))
    >>> months[0].item(), source
    (60.0, 'quotas')
    """
    quotas = frames.number(asked, "quota").groupby(asked["age"].to_numpy()).sum()
    whole = len(quotas) == 12 and float(quotas.sum()) > 0
    stepped = whole and not np.allclose(quotas, quotas.iloc[0])
    weights = (quotas / quotas.sum()).to_numpy() if stepped else shares
    sources = [("decision", adopted), ("quotas", float(quotas.sum()) if whole else None), ("requirement", required)]  # fmt: skip
    for source, amount in sources:
        if amount is not None:
            return amount * weights, source
    return np.full(12, _UNKNOWN), ""


def on_course(
    revenue: pd.DataFrame,
    asked: pd.DataFrame,
    *,
    start: pd.Timestamp,
    as_of: pd.Timestamp,
    phasing: list[float] | None = None,
    adopted: float | None = None,
    required: float | None = None,
) -> Course:
    """The running year against its plan, in whole months.

    Parameters
    ----------
    revenue : DataFrame
        ``month``, ``amount`` (money).
    asked, adopted, required
        As for :func:`target_months`.
    start : Timestamp
        First day of the running business year.
    as_of : Timestamp
        Day the data stand at, within that year; a month still running on it is left out.
    phasing : list of 12 floats, optional
        As for :func:`season`.

    Returns
    -------
    Course

    Raises
    ------
    Refused
        If the year has no whole month yet, a whole month has no revenue (not booked yet), or nothing tells the season.
    ValueError
        If ``as_of`` is not within the year, or columns are missing.

    Examples
    --------
    >>> revenue = pd.DataFrame({"month": pd.date_range("2025-01-01", periods=18, freq="MS"), "amount": 10.0})
    >>> asked = pd.DataFrame({"age": range(12), "quota": 11.0})
    >>> days = {"start": pd.Timestamp("2026-01-01"), "as_of": pd.Timestamp("2026-06-30")}
    >>> found = on_course(revenue, asked, **days)
    >>> found.planned, round(found.outlook, 6), found.target, found.verdict
    (66.0, 120.0, 132.0, 'cannot_tell')
    """
    past = past_years(revenue, start=start)
    booked = _booked(revenue, start, as_of)
    done, actual = len(booked), float(booked.sum())
    shares = season(past, phasing=phasing)
    targets, source = target_months(asked, shares, adopted=adopted, required=required)
    outlook, low, high = run_rate(actual, shares, past, done=done, estimated=phasing is None)
    target = float(targets.sum())
    last = past.iloc[0].to_numpy() if len(past) else np.full(12, _UNKNOWN)
    return Course(
        _months(start, targets, last, booked, outlook, shares), frames.after_whole_months(as_of) - pd.Timedelta(days=1),
        len(past), actual, float(last[:done].sum()), float(targets[:done].sum()), target, outlook,
        low, high, actual / done * 12, source, _verdict(target, low, high, over=done == 12),
    )  # fmt: skip


def course_by_segment(
    revenue: pd.DataFrame,
    customers: pd.DataFrame,
    asked: pd.DataFrame,
    course: Course,
    *,
    start: pd.Timestamp,
) -> pd.DataFrame:
    """The running year of each segment; outlooks add up to the company's.

    Parameters
    ----------
    revenue : DataFrame
        ``month``, ``customer_id``, ``amount`` (money).
    customers : DataFrame
        ``customer_id``, ``segment``.
    asked : DataFrame
        The segments' quotas of the year, one row per month: ``scope_id`` (the segment), ``age`` (0–11), ``quota``.
    course : Course
        The company's.
    start : Timestamp
        First day of the running business year.

    Returns
    -------
    DataFrame
        One row per segment with revenue in this year or the last, alphabetically, ``""`` (unmapped) last: ``segment``,
        ``actual`` (money to date), ``last_year`` (the same months a year before, NaN where that year is not whole),
        ``growth`` (NaN without), ``outlook`` (money of the year), ``target`` (NaN without quotas in all twelve months),
        ``shortfall`` (target − outlook).

    Notes
    -----
    What is still to come of a segment is actual × (1 − S) ÷ S, S being its own past share of the months done (the
    company's, where it has no past), then scaled so that all of them add up to what is still to come of the company.
    """
    of = pd.Series(frames.text(customers, "segment").to_numpy(), index=frames.text(customers, "customer_id"))
    segment = frames.text(revenue, "customer_id").map(of).fillna("").rename("segment")
    done = int(course.months["actual"].notna().sum())
    age = (pd.to_datetime(revenue["month"]).dt.year - start.year) * 12 + pd.to_datetime(revenue["month"]).dt.month - start.month  # fmt: skip
    amount = frames.number(revenue, "amount")
    whole = age.between(-12 * course.years, -1)
    spans = {
        "actual": age.between(0, done - 1),
        "last_year": age.between(-12, done - 13),
        "then": whole & (age % 12 < done),
        "years": whole,
    }
    found = pd.DataFrame(
        {name: amount.where(span, 0.0).groupby(segment).sum() for name, span in spans.items()}
    )
    found = found[(found["actual"] != 0) | (found["last_year"] != 0)]
    ran = (found["then"] / found["years"]).where((found["then"] > 0) & (found["years"] > 0))
    own = ran.fillna(course.actual / course.outlook if course.outlook else 1.0).clip(upper=1.0)
    rest = found["actual"] * (1 - own) / own
    scale = (course.outlook - course.actual) / rest.sum() if rest.sum() else 0.0
    quotas = asked.groupby(frames.text(asked, "scope_id").to_numpy())["quota"].agg(["sum", "size"])
    found = found.assign(
        last_year=found["last_year"] if course.years else _UNKNOWN,
        growth=found["actual"] / found["last_year"].where((found["last_year"] > 0) & (course.years > 0))
        - 1.0,
        outlook=found["actual"] + rest * scale,
        target=quotas["sum"].where(quotas["size"] == 12).reindex(found.index),
    )
    found["shortfall"] = found["target"] - found["outlook"]
    columns = ["segment", "actual", "last_year", "growth", "outlook", "target", "shortfall"]
    return frames.in_order(found.reset_index(), ["segment"])[columns]


def contracted(contracts: pd.DataFrame, *, first: pd.Timestamp, last: pd.Timestamp) -> float:
    """Money that signed contracts bring between two days.

    Parameters
    ----------
    contracts : DataFrame
        ``starts_on``, ``ends_on``, ``monthly_amount`` (money).
    first, last : Timestamp
        First and last day of a year or a part of it.

    Returns
    -------
    float
        Σ monthly amount × months of the contract between them, days as a part of their month.

    Examples
    --------
    >>> contracts = pd.DataFrame({"starts_on": ["2026-01-01"], "ends_on": ["2026-11-30"], "monthly_amount": [10.0]})
    >>> contracted(contracts, first=pd.Timestamp("2026-11-01"), last=pd.Timestamp("2026-12-31"))
    10.0
    """
    checks.require_columns(contracts, ["starts_on", "ends_on", "monthly_amount"], name="contracts")
    begins, ends = (pd.to_datetime(contracts[name]) for name in ("starts_on", "ends_on"))
    months = months_within(begins, ends, first, last)
    return float((frames.number(contracts, "monthly_amount") * months).sum())


def _booked(revenue: pd.DataFrame, start: pd.Timestamp, as_of: pd.Timestamp) -> Array:
    """Money of the whole months of the year so far."""
    after = frames.after_whole_months(as_of)
    done = (after.year - start.year) * 12 + after.month - start.month
    if not 0 <= done <= 12:
        raise ValueError(f"as_of == {as_of.date()}, must be within the year that starts on {start.date()}")
    if done == 0:
        raise Refused("plan.year_new", start=f"{start:%Y-%m}")
    months = by_month(revenue).reindex(pd.date_range(start, periods=done, freq="MS"))
    if months.isna().any():
        raise Refused("plan.year_not_booked", month=f"{months.index[months.isna()][0]:%Y-%m}")
    return months.to_numpy()


def _months(start: pd.Timestamp, targets: Array, last: Array, booked: Array, outlook: float, shares: Array) -> pd.DataFrame:  # fmt: skip
    done = len(booked)
    actual = np.concatenate([booked, np.full(12 - done, _UNKNOWN)])
    rest = shares[done:].sum()
    to_come = (outlook - booked.sum()) * shares[done:] / rest if rest > 0 else np.full(12 - done, _UNKNOWN)
    ahead = np.concatenate([np.full(done, _UNKNOWN), to_come])
    month = pd.date_range(start, periods=12, freq="MS")
    found = pd.DataFrame(
        {"month": month, "target": targets, "last_year": last, "actual": actual, "ahead": ahead}
    )
    return found.assign(difference=found["actual"].fillna(found["ahead"]) - found["target"])


def _verdict(target: float, low: float, high: float, *, over: bool) -> str:
    if over:
        return ""
    if np.isnan(low):
        return "cannot_tell"
    if np.isnan(target):
        return "untargeted"
    return "behind" if high < target else "ahead" if low >= target else "open"
