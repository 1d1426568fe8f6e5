"""How sure the plan by month is: people really leave or stay, and the assumptions move within their ranges."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames, uncertainty
from salesmgmt.plan.capacity import people as known
from salesmgmt.plan.capacity.flow import Terms, run
from salesmgmt.plan.capacity.people import Array

_NAMES = ("hiring_lead_months", "ramp_months", "attrition", "cost_per_head")


def simulate(
    needed: pd.DataFrame,
    staff: pd.DataFrame,
    terms: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    year_start: pd.Timestamp,
    absences: pd.DataFrame | None = None,
    draws: int = 1024,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The plan by month, drawn: each person leaves or stays, each assumption lies somewhere in its range.

    Parameters
    ----------
    needed, staff, terms, as_of, year_start, absences
        As :func:`~salesmgmt.plan.capacity.by_month` takes them; ``terms`` may have ``cost_per_head`` (money a year).
    ranges : DataFrame
        One row per uncertain assumption: ``name`` (of a column of ``terms``), ``role`` (``""``: every role without a
        row of its own that has this value), ``value``, ``low``, ``high``, ``family``, ``group``.
    draws : int
        Number of draws, a power of two.
    rng : numpy.random.Generator
        Source of the scrambling and of who leaves.

    Returns
    -------
    DataFrame
        One row per draw × role × month: ``draw``, ``role``, ``month``, ``posts``, ``effective`` (people), ``cost``
        (money of the month, NaN where it is not known).

    Raises
    ------
    TypeError, ValueError
        As :func:`~salesmgmt.plan.capacity.by_month` and :func:`~salesmgmt.uncertainty.draw` raise.

    Notes
    -----
    Leaving within a month has probability 1 − (1 − attrition)^(1/12), each person alone. Whole people are hired.

    References
    ----------
    Bartholomew, Forbes & McClean (1991), Statistical Techniques for Manpower Planning, 2nd ed., chapter 2: leaving as
    a constant-hazard process.

    Examples
    --------
    >>> needed = pd.DataFrame({"role": ["account_manager"], "reps": [2.0]})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_manager"]})
    >>> terms = pd.DataFrame({"role": ["account_manager"], "hiring_lead_months": [3.0], "ramp_months": [4.0],
    ...     "attrition": [0.2]})
    >>> no_ranges = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])
    >>> year = {"as_of": pd.Timestamp("2026-12-31"), "year_start": pd.Timestamp("2027-01-01")}
    >>> drawn = simulate(needed, staff, terms, no_ranges, **year, draws=64, rng=np.random.default_rng(2027))
    >>> len(drawn), float(drawn["posts"].max())
    (768, 2.0)
    """
    posts = known.needed_by_role(needed)
    rows = known.terms_by_role(terms, posts.index)
    months = known.horizon(as_of, year_start)
    checks.require_columns(ranges, ["name", "role", "value"], name="ranges")
    drawn = uncertainty.draw(ranges, draws=draws, rng=rng)
    people = {
        role: known.people_of(str(role), staff, absences, months, set(posts.index)) for role in posts.index
    }
    targets = known.target_posts(
        posts, pd.Series({role: known.present_posts(own) for role, own in people.items()})
    )
    parts = []
    for role, target in targets.items():
        own = {name: _drawn(ranges, drawn, name, str(role), rows) for name in _NAMES}
        certain = Terms.of(own["hiring_lead_months"], own["ramp_months"], own["attrition"])
        found = run(people[role], certain, np.full(len(months), target), rng=rng)
        cost = found.posts * own["cost_per_head"][:, None] / 12
        parts.append(_long(str(role), months, found.posts, found.effective, cost))
    return pd.concat(parts, ignore_index=True)


def bands(draws: pd.DataFrame, *, by: str = "role") -> pd.DataFrame:
    """P10 and P90 of posts and effective people by month.

    Parameters
    ----------
    draws : DataFrame
        As :func:`simulate` returns it.
    by : {"role", ""}
        ``""`` adds the roles up first.

    Returns
    -------
    DataFrame
        One row per role × month (per month for ``""``): ``role``, ``month``, ``posts_low``, ``posts_high``,
        ``effective_low``, ``effective_high``.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or ``by`` is unknown.

    Examples
    --------
    >>> drawn = pd.DataFrame({"draw": range(11), "role": "account_manager", "month": pd.Timestamp("2027-01-01"),
    ...     "posts": range(11), "effective": range(11)})
    >>> bands(drawn, by="")[["effective_low", "effective_high"]].values.tolist()
    [[1.0, 9.0]]
    """
    checks.require_columns(draws, ["draw", "role", "month", "posts", "effective"], name="draws")
    checks.require_codes(pd.Series([by]), ("role", ""), name="by")
    keys = ["role", "month"] if by else ["month"]
    summed = draws.groupby(["draw", *keys], sort=False)[["posts", "effective"]].sum()
    grouped = summed.groupby(level=keys, sort=False)
    ends = {"low": grouped.quantile(0.1), "high": grouped.quantile(0.9)}
    columns = {f"{name}_{side}": end[name] for name in ("posts", "effective") for side, end in ends.items()}
    return pd.DataFrame(columns).reset_index()


def _drawn(ranges: pd.DataFrame, drawn: Array, name: str, role: str, terms: pd.DataFrame) -> Array:
    """Draws of one term of one role: from its own range, else the general one where it has that value, else certain."""
    value = float(frames.number(terms, name).loc[role])
    named, own = frames.text(ranges, "name") == name, frames.text(ranges, "role")
    same = frames.number(ranges, "value") == value
    for mine in (named & (own == role), named & (own == "") & same):
        places = np.flatnonzero(mine.to_numpy())
        if len(places):
            return drawn[:, places[0]]
    return np.full(len(drawn), value)


def _long(role: str, months: pd.DatetimeIndex, posts: Array, effective: Array, cost: Array) -> pd.DataFrame:
    draws, count = posts.shape
    return pd.DataFrame(
        {
            "draw": np.repeat(np.arange(draws), count),
            "role": role,
            "month": np.tile(months.to_numpy(), draws),
            "posts": posts.ravel(),
            "effective": effective.ravel(),
            "cost": cost.ravel(),
        }
    )
