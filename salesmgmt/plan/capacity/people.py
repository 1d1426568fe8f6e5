"""Who is known to be there: people of a role, month by month from the day after the data's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused

Array = npt.NDArray[np.float64]

TERMS = {
    "hiring_lead_months": (0.0, 24.0),
    "ramp_months": (0.0, 36.0),
    "attrition": (0.0, 0.99),
}
"""What the terms of a role must state, and its bounds."""

ROUNDING = 1e-9


@dataclass(frozen=True)
class Role:
    """People of one role as they are known on the as-of day.

    Attributes
    ----------
    share : ndarray (people,)
        Share of a full post.
    there : ndarray (people, months)
        1 where the person is known to be employed in the middle of the month, else 0.
    tenure : ndarray (people, months)
        Whole months since the month of hiring; large where it is not known.
    at_work : ndarray (people, months)
        Share of the month's days on which the person is not absent.
    """

    share: Array
    there: Array
    tenure: Array
    at_work: Array


def horizon(as_of: pd.Timestamp, year_start: pd.Timestamp) -> pd.DatetimeIndex:
    """The months that the plan can still act on, to the end of the plan year.

    Parameters
    ----------
    as_of : Timestamp
        The day the data stand at.
    year_start : Timestamp
        First day of the plan year.

    Returns
    -------
    DatetimeIndex
        First days of the months from the one after ``as_of`` (itself where it is a first day) to the plan year's last.

    Raises
    ------
    Refused
        ``plan.capacity_no_months`` where the plan year has ended by ``as_of``, or starts more than three years later.

    Examples
    --------
    >>> len(horizon(pd.Timestamp("2026-10-31"), pd.Timestamp("2027-01-01")))
    14
    """
    first = (pd.Timestamp(as_of) + pd.offsets.MonthBegin(0)).normalize()
    last = pd.Timestamp(year_start) + pd.DateOffset(months=11)
    months = pd.date_range(first, last, freq="MS")
    if not 0 < len(months) <= 48:
        raise Refused("plan.capacity_no_months", year=pd.Timestamp(year_start).year)
    return months


def target_posts(needed: pd.Series, present: pd.Series) -> pd.Series:
    """Posts to be filled by role: those there, and whole people more or fewer.

    Parameters
    ----------
    needed, present : Series of float
        Posts of each role, >= 0, unrounded, both indexed by role.

    Returns
    -------
    Series of float
        On the same index; differs from ``present`` by whole people.

    Raises
    ------
    TypeError, ValueError
        If an argument is no Series, their roles differ, or posts are missing or negative.

    Notes
    -----
    Roles that lack posts hire ⌈Σ (needed − present)⌉ people together, rounded up once as the headcount is: each the
    whole people it lacks, and those left over go to the largest fractions (largest remainder; a tie goes to the role
    listed first). A role with too many sends nobody away; those who leave are not replaced until it is within half
    a post of what it needs.

    Examples
    --------
    >>> needed, present = pd.Series({"am": 16.7, "pm": 7.7, "dm": 6.8}), pd.Series({"am": 13.5, "pm": 6.0, "dm": 8.0})
    >>> target_posts(needed, present).to_dict()
    {'am': 16.5, 'pm': 8.0, 'dm': 7.0}
    """
    for name, posts in {"needed": needed, "present": present}.items():
        if not isinstance(posts, pd.Series):
            raise TypeError(f"{name} must be a pandas Series, got {type(posts).__name__}")
        checks.require_bounds(posts, name=name, minimum=0.0)
    if not needed.index.equals(present.index):
        raise ValueError(
            f"present has roles {list(present.index)}, must be those needed: {list(needed.index)}"
        )
    gap = (needed - present).astype("float64")
    lacking = gap.clip(lower=0.0)
    hires = pd.Series(np.floor(lacking + ROUNDING), index=gap.index)
    left = int(np.ceil(lacking.sum() - ROUNDING) - hires.sum())
    fractions = (lacking - hires).sort_values(ascending=False, kind="stable")
    hires[fractions.index[: max(0, left)]] += 1.0
    fewer = pd.Series(np.floor(gap + 0.5 + ROUNDING), index=gap.index)
    return present + hires.where(gap > 0, fewer)


def present_posts(role: Role) -> float:
    """Posts of a role's people on the first day that can be planned."""
    return float((role.share * role.there[:, 0]).sum())


def needed_by_role(needed: pd.DataFrame) -> pd.Series:
    """Posts needed by role, regions added up, in the order given."""
    checks.require_columns(needed, ["role", "reps"], name="needed")
    posts = frames.number(needed, "reps")
    checks.require_bounds(posts, name="needed.reps", minimum=0.0)
    checks.require_codes(frames.text(needed, "role"), ("", *checks.ROLES), name="needed.role")
    return posts.groupby(frames.text(needed, "role"), sort=False).sum()


def terms_by_role(terms: pd.DataFrame, roles: pd.Index) -> pd.DataFrame:
    """Checked terms of the roles, on the roles."""
    checks.require_columns(terms, ["role", *TERMS], name="terms")
    checks.require_unique(terms, ["role"], name="terms")
    known = terms.set_index(frames.text(terms, "role"))
    missing = sorted(set(roles) - set(known.index))
    if missing:
        raise ValueError(f"terms has no row for roles {missing}; it has {sorted(known.index)}")
    known = known.loc[list(roles)]
    for name, (low, high) in TERMS.items():
        checks.require_bounds(frames.number(known, name), name=f"terms.{name}", minimum=low, maximum=high)
    return known


def people_of(
    role: str, staff: pd.DataFrame, absences: pd.DataFrame | None, months: pd.DatetimeIndex, sized: set[str]
) -> Role:
    """People of one sized role, an account and product manager counting as account manager unless sized apart."""
    checks.require_columns(staff, ["staff_id", "role"], name="staff")
    own = frames.sized_roles(staff, sized)
    rows = staff[(own == role) & (own != "")]
    share = frames.number(rows, "capacity").fillna(1.0)
    checks.require_bounds(share, name="staff.capacity", minimum=0.0)
    there = [
        frames.employed(rows, month + pd.Timedelta(days=14)).to_numpy(dtype="float64") for month in months
    ]
    return Role(
        share=share.to_numpy(),
        there=np.array(there).reshape(len(months), len(rows)).T,
        tenure=_tenure(rows, months),
        at_work=1.0 - _away(frames.text(rows, "staff_id"), absences, months),
    )


def _tenure(rows: pd.DataFrame, months: pd.DatetimeIndex) -> Array:
    """Whole months since the month of hiring, for each person and month."""
    long_ago = pd.Timestamp("1900-01-01")
    hired = pd.to_datetime(rows["hired_on"]) if "hired_on" in rows else pd.Series(pd.NaT, index=rows.index)
    hired = hired.fillna(long_ago)
    since = (hired.dt.year * 12 + hired.dt.month).to_numpy(dtype="float64")
    now = (months.year * 12 + months.month).to_numpy(dtype="float64")
    return np.maximum(now[None, :] - since[:, None], 0.0)


def _away(people: pd.Series, absences: pd.DataFrame | None, months: pd.DatetimeIndex) -> Array:
    """Share of each month's days on which each person is absent; overlapping spells do not add up past it."""
    away = np.zeros((len(people), len(months)))
    if absences is None or absences.empty:
        return away
    checks.require_columns(absences, ["staff_id", "from_on", "to_on"], name="absences")
    ends = months + pd.offsets.MonthEnd(0)
    place = {person: at for at, person in enumerate(people)}
    for person, start, end in absences[["staff_id", "from_on", "to_on"]].itertuples(index=False, name=None):
        if person in place:
            first, last = months.where(months > start, start), ends.where(ends < end, end)
            days = (last - first).days.to_numpy(dtype="float64") + 1.0
            away[place[person]] += np.maximum(days, 0.0) / months.days_in_month.to_numpy(dtype="float64")
    return np.minimum(away, 1.0)
