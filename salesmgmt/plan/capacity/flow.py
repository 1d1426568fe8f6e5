"""Posts month by month: newcomers start, ramp up, some leave, their posts are advertised again.

One run serves both purposes: without ``rng`` people are expected numbers and may be fractions; with it every
person leaves or stays. Months are whole: a lead time is rounded to the nearest month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from salesmgmt.plan.capacity.people import ROUNDING, Array, Role


@dataclass(frozen=True)
class Terms:
    """Terms of one role, one entry per draw (a single one where they are certain).

    Attributes
    ----------
    lead : ndarray of int
        Whole months from advertising a post to the first day at work.
    ramp : ndarray
        Months to full productivity, in a straight line.
    leave : ndarray
        Probability of leaving within a month: 1 − (1 − attrition)^(1/12).
    """

    lead: npt.NDArray[np.int64]
    ramp: Array
    leave: Array

    @classmethod
    def of(cls, lead: npt.ArrayLike, ramp: npt.ArrayLike, attrition: npt.ArrayLike) -> Terms:
        """Terms as judged: months, months, share a year."""
        whole = np.rint(np.atleast_1d(np.asarray(lead, dtype="float64"))).astype("int64")
        yearly = np.atleast_1d(np.asarray(attrition, dtype="float64"))
        return cls(whole, np.atleast_1d(np.asarray(ramp, dtype="float64")), 1.0 - (1.0 - yearly) ** (1 / 12))


@dataclass(frozen=True)
class Months:
    """What came of it, one row per draw and one column per month.

    Attributes
    ----------
    posts, effective, starts, advertised : ndarray (draws, months)
        Posts filled; the same weighted by ramp and absence; people who start; people advertised for at the
        month's end.
    at_once : ndarray (draws,)
        People advertised for on the as-of day.
    """

    posts: Array
    effective: Array
    starts: Array
    advertised: Array
    at_once: Array


def productivity(tenure: npt.ArrayLike, ramp: npt.ArrayLike) -> Array:
    """Share of full productivity in a month of tenure (0 is the first): (tenure + ½) ÷ ramp, at most one."""
    months = np.asarray(tenure, dtype="float64") + 0.5
    return np.minimum(1.0, months / np.maximum(np.asarray(ramp, dtype="float64"), 0.5))


def run(people: Role, terms: Terms, target: Array, *, rng: np.random.Generator | None = None) -> Months:
    """Run one role through its months.

    Parameters
    ----------
    people : Role
        Those known.
    terms : Terms
        One entry per draw.
    target : ndarray (months,) or (draws, months)
        Posts to be filled, looked at when posts are advertised.
    rng : Generator, optional
        None: expected numbers.

    Returns
    -------
    Months

    Notes
    -----
    On the as-of day and at each month's end as many posts are advertised as the target exceeds posts filled, posts
    advertised, and known arrivals and departures up to the day the newcomer would start. Whole people where drawn.
    """
    draws, months = len(terms.lead), people.there.shape[1]
    target = np.broadcast_to(target, (draws, months))
    stay = 1.0 - terms.leave
    alive = _staying(people, stay, rng)
    weight = people.share[None, :, None] * alive
    old = weight.sum(axis=1)
    pace = productivity(people.tenure[None, :, :], terms.ramp[:, None, None]) * people.at_work
    old_effective = (weight * pace).sum(axis=1)
    known = (people.share[:, None] * people.there).sum(axis=0)
    due = np.zeros((draws, 2 * months + int(terms.lead.max()) + 2))
    cohorts = np.zeros((draws, months))
    result = {name: np.zeros((draws, months)) for name in ("posts", "effective", "starts", "advertised")}
    now = known[0] * np.ones(draws) if months else np.zeros(draws)
    at_once = _advertise(
        target[:, 0] - now - _to_come(known, 0, terms.lead), due, terms.lead, whole=rng is not None
    )
    ages = np.arange(months)
    for month in range(months):
        cohorts[:, month] = due[:, month]
        age = month - ages[: month + 1]
        new = cohorts[:, : month + 1]
        result["starts"][:, month] = due[:, month]
        result["posts"][:, month] = old[:, month] + new.sum(axis=1)
        paced = new * productivity(age[None, :], terms.ramp[:, None])
        result["effective"][:, month] = old_effective[:, month] + paced.sum(axis=1)
        cohorts[:, : month + 1] = _thin(new, stay, rng)
        left = old[:, min(month + 1, months - 1)] if month + 1 < months else old[:, month] * stay
        pipeline = due[:, month + 1 :].sum(axis=1)
        open_posts = (
            target[:, month] - left - cohorts.sum(axis=1) - pipeline - _to_come(known, month + 1, terms.lead)
        )
        result["advertised"][:, month] = _advertise(
            open_posts, due, month + 1 + terms.lead, whole=rng is not None
        )
    return Months(**result, at_once=at_once)


def _staying(people: Role, stay: Array, rng: np.random.Generator | None) -> Array:
    """Chance, or fact, that each person known is still there: (draws, people, months)."""
    _, months = people.there.shape
    if rng is None:
        kept = stay[:, None, None] ** np.arange(months)[None, None, :]
        return np.asarray(kept * people.there)
    drawn = rng.random((len(stay), len(people.share), max(months - 1, 0))) < stay[:, None, None]
    first = np.ones((len(stay), len(people.share), min(months, 1)))
    return np.asarray(np.cumprod(np.concatenate([first, drawn], axis=2), axis=2) * people.there)


def _thin(cohorts: Array, stay: Array, rng: np.random.Generator | None) -> Array:
    """Cohorts after a month's leaving."""
    if rng is None:
        return np.asarray(cohorts * stay[:, None])
    return rng.binomial(cohorts.astype("int64"), stay[:, None]).astype("float64")


def _to_come(known: Array, month: int, lead: npt.NDArray[np.int64]) -> Array:
    """Known arrivals less known departures from a month to the one in which somebody advertised for would start."""
    last = len(known) - 1
    return np.asarray(known[np.minimum(month + lead, last)] - known[min(month, last)])


def _advertise(open_posts: Array, due: Array, at: npt.NDArray[np.int64], *, whole: bool) -> Array:
    """Enter the people advertised for into the months in which they start."""
    people = np.maximum(np.floor(open_posts + 0.5 + ROUNDING) if whole else open_posts, 0.0)
    people = np.where(people < ROUNDING, 0.0, people)
    due[np.arange(len(people)), np.minimum(at, due.shape[1] - 1)] += people
    return people
