"""Two paces of building up: earn your way 边挣边招, hiring as earned margin pays, or quick build 一次补齐, at once.

Each place to be filled brings the sales of its further person, the most promising first. Three years from the as-of
day, month by month, both paces with the same fates: the same person leaves in the same month under either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, frames, uncertainty
from salesmgmt.errors import Refused
from salesmgmt.plan.capacity.flow import Terms, productivity
from salesmgmt.plan.capacity.people import TERMS, Array

PACES = ("earn", "quick")
MONTHS = 36
SALES, WAIT = "sales", "go_live_months"
_BY_ROLE = (*TERMS, "cost_per_head")


def pace_ranges(
    steps: pd.DataFrame,
    segments: pd.DataFrame,
    terms: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    posts: pd.Series,
) -> pd.DataFrame:
    """What the comparison of paces rests on: one number each for the mixed team that is to be hired.

    Parameters
    ----------
    steps : DataFrame
        One row per person to be hired: ``sales``, ``sales_low``, ``sales_high`` (first-year money, P10 and P90).
    segments : DataFrame
        ``new_wins``, ``average_contract`` (weights), ``go_live_months`` with ``_low`` and ``_high`` (months).
    terms : DataFrame
        One row per role: ``hiring_lead_months``, ``ramp_months``, ``attrition``, ``cost_per_head``, none missing.
    ranges : DataFrame
        As :func:`~salesmgmt.plan.capacity.simulate` takes them.
    posts : Series
        Weight of each role, by role, >= 0, not all zero.

    Returns
    -------
    DataFrame
        ``name``, ``value``, ``low``, ``high``, ``family``: ``sales`` (as a factor of the expected), ``go_live_months``
        (months from the win to the first revenue), then the terms, means weighted by ``posts``.

    Raises
    ------
    Refused
        ``plan.no_next_person`` where nobody is to be hired or their sales are not positive.
    TypeError, ValueError
        If columns are missing.

    Notes
    -----
    Roles and segments move together within one number, different numbers alone.

    Examples
    --------
    >>> steps = pd.DataFrame({"sales": [100.0], "sales_low": [80.0], "sales_high": [120.0]})
    >>> terms = pd.DataFrame({"role": ["a"], "hiring_lead_months": 2.0, "ramp_months": 6.0, "attrition": 0.1,
    ...     "cost_per_head": 5.0})
    >>> none = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])
    >>> pace_ranges(steps, pd.DataFrame(), terms, none, posts=pd.Series({"a": 1.0}))["value"].tolist()
    [1.0, 0.0, 2.0, 6.0, 0.1, 5.0]
    """
    checks.require_columns(steps, ["sales", "sales_low", "sales_high"], name="steps")
    checks.require_columns(terms, ["role", *_BY_ROLE], name="terms")
    checks.require_columns(ranges, ["name", "role", "value", "low", "high"], name="ranges")
    total = float(steps["sales"].sum())
    if not total > 0:
        raise Refused("plan.no_next_person")
    ends = {side: float(steps[f"sales_{side}"].sum()) / total for side in ("low", "high")}
    rows = [{"name": SALES, "value": 1.0, **ends}, {"name": WAIT, **_waits(segments)}]
    rows += [{"name": name, **_blend(name, terms, ranges, posts)} for name in _BY_ROLE]
    found = pd.DataFrame(rows)
    family = np.where(found["name"] == "attrition", "logit", np.where(found["low"] > 0, "log", "linear"))
    return found.assign(family=family)[["name", "value", "low", "high", "family"]]


def simulate_paces(
    steps: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    margin: float,
    kept_second: float,
    kept_third: float,
    draws: int = 1024,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Three years of both paces, drawn.

    Parameters
    ----------
    steps : DataFrame
        One row per person to be hired, in order: ``sales`` (first-year money of the contracts won in a year).
    ranges : DataFrame
        From :func:`pace_ranges`.
    margin : float
        Share of revenue left after direct cost, > 0, at most 1.
    kept_second, kept_third : float
        Share of a contract's first year still billed in its second and third, 0 to 1.
    draws : int
        A power of two.
    rng : numpy.random.Generator
        Source of the draws and of who leaves.

    Returns
    -------
    DataFrame
        One row per draw × pace × month: ``draw``, ``pace`` (earn, quick), ``month`` (1 to 36), ``people`` (at work),
        ``contribution`` (money of the month: margin earned − cost of the people).

    Raises
    ------
    Refused
        ``plan.no_next_person`` where nobody is to be hired.
    TypeError, ValueError
        If columns are missing or numbers are out of bounds.

    Notes
    -----
    A person in a month wins sales ÷ 12 × min(1, (months there + ½) ÷ ramp) of yearly revenue; it is billed from go-live
    on, a twelfth a month. ``quick`` advertises every place on the as-of day. ``earn`` advertises one, and at each month's
    end as many in all as that month's margin pays for (⌊margin ÷ monthly cost of a person⌋), never fewer than before.
    Leavers are replaced under both after the lead time, and the newcomer ramps up again; contracts won stay.

    References
    ----------
    Sinha & Zoltners (2001), Sales-force decision models: insights from 25 years of implementation, Interfaces 31(3),
    S8–S44: three-year contribution of "earn your way" and "quick build".

    Examples
    --------
    >>> steps = pd.DataFrame({"sales": [120.0]})
    >>> names = ["sales", "go_live_months", "hiring_lead_months", "ramp_months", "attrition", "cost_per_head"]
    >>> sure = pd.DataFrame({"name": names, "value": [1.0, 0.0, 0.0, 0.0, 0.0, 12.0]})
    >>> sure = sure.assign(low=sure["value"], high=sure["value"], family="linear")
    >>> keep = {"margin": 0.5, "kept_second": 1.0, "kept_third": 1.0, "draws": 2, "rng": np.random.default_rng(1)}
    >>> simulate_paces(steps, sure, **keep)["contribution"].head(3).round(4).tolist()
    [-0.7917, -0.375, 0.0417]
    """
    model = model_of(steps, ranges, margin=margin, kept_second=kept_second, kept_third=kept_third)
    at = uncertainty.draw(ranges.assign(group=""), draws=draws, rng=rng)
    fates = rng.random((draws, len(model.sales), MONTHS), dtype="float32")
    parts = []
    for pace in PACES:
        people, money = run_pace(model, at, fates, pace=pace)
        columns = {"draw": np.repeat(np.arange(draws), MONTHS), "pace": pace}
        columns |= {"month": np.tile(np.arange(1, MONTHS + 1), draws)}
        parts.append(pd.DataFrame(columns | {"people": people.ravel(), "contribution": money.ravel()}))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class Model:
    """What does not vary, and the places of the numbers that do.

    Attributes
    ----------
    sales : ndarray (places,)
        First-year money a year of each place.
    margin : float
        Share of revenue.
    kept : tuple of float
        Share of a contract's first year billed in its first, second and third.
    places : dict
        Name of an uncertain number -> its column in the draws.
    """

    sales: Array
    margin: float
    kept: tuple[float, float, float]
    places: dict[str, int]


def model_of(
    steps: pd.DataFrame, ranges: pd.DataFrame, *, margin: float, kept_second: float, kept_third: float
) -> Model:
    """Checked arguments of :func:`simulate_paces`."""
    checks.require_columns(steps, ["sales"], name="steps")
    checks.require_columns(ranges, ["name", "value", "low", "high", "family"], name="ranges")
    share = ("between 0 and 1", lambda kept: 0 <= kept <= 1)
    checks.require_numbers({"margin": ("> 0 and <= 1", lambda part: 0 < part <= 1)}, margin=margin)
    checks.require_numbers(
        {"kept_second": share, "kept_third": share}, kept_second=kept_second, kept_third=kept_third
    )
    names = (SALES, WAIT, *_BY_ROLE)
    if sorted(ranges["name"]) != sorted(names):
        raise ValueError(f"ranges has names {list(ranges['name'])}, must be {list(names)}")
    if steps.empty:
        raise Refused("plan.no_next_person")
    places = {name: at for at, name in enumerate(ranges["name"])}
    return Model(steps["sales"].to_numpy("float64"), margin, (1.0, kept_second, kept_third), places)


def run_pace(model: Model, at: Array, fates: npt.NDArray[np.float32], *, pace: str) -> tuple[Array, Array]:
    """People at work and contribution of one pace: (draws, months) each."""
    own = {name: at[:, place] for name, place in model.places.items()}
    terms = Terms.of(own["hiring_lead_months"], own["ramp_months"], own["attrition"])
    wait = np.rint(own[WAIT]).astype("int64")
    each, won = own["cost_per_head"] / 12, model.sales[None, :] * own[SALES][:, None] / 12
    draws, places = len(at), len(model.sales)
    wanted = np.full(draws, places if pace == "quick" else 1)
    begins = np.where(np.arange(places) < wanted[:, None], terms.lead[:, None], MONTHS)
    sold = np.zeros((draws, MONTHS + 1))
    people, money = np.zeros((draws, MONTHS)), np.zeros((draws, MONTHS))
    for month in range(MONTHS):
        there = begins <= month
        pace_now = np.where(there, productivity(month - begins, terms.ramp[:, None]), 0.0)
        sold[:, month + 1] = sold[:, month] + (won * pace_now).sum(axis=1)
        earned = model.margin * _billed(sold, month, wait, model.kept)
        people[:, month] = there.sum(axis=1)
        money[:, month] = earned - people[:, month] * each
        following = (month + 1 + terms.lead)[:, None]
        begins = np.where(there & (fates[:, :, month] < terms.leave[:, None]), following, begins)
        if pace == "earn":
            paid = np.clip(np.floor(earned / each), wanted, places).astype("int64")
            fresh = (np.arange(places) >= wanted[:, None]) & (np.arange(places) < paid[:, None])
            begins, wanted = np.where(fresh, following, begins), paid
    return people, money


def _billed(sold: Array, month: int, wait: npt.NDArray[np.int64], kept: tuple[float, ...]) -> Array:
    """Revenue of a month from yearly revenue won so far; half of a month's wins count from its middle."""
    rows, total = np.arange(len(sold)), np.zeros(len(sold))
    until = month + 1 - wait
    for year, share in enumerate(kept):
        newest, oldest = (np.clip(until - 12 * (year + more), 0, month + 1) for more in (0, 1))
        last = year == len(kept) - 1
        total += share * (_middle(sold, rows, newest) - (0.0 if last else _middle(sold, rows, oldest)))
    return total / 12


def _middle(sold: Array, rows: npt.NDArray[np.intp], end: npt.NDArray[np.int64]) -> Array:
    """Won up to the middle of the month that ends there."""
    return np.asarray((sold[rows, end] + sold[rows, np.maximum(end - 1, 0)]) / 2)


def _waits(segments: pd.DataFrame) -> dict[str, float]:
    """Months to go-live, weighted by what each segment is to bring; unknown: none."""
    months = frames.number(segments, WAIT)
    weight = (frames.number(segments, "new_wins") * frames.number(segments, "average_contract")).where(months.notna(), 0.0).fillna(0.0)  # fmt: skip
    if not weight.sum() > 0:
        return {"value": 0.0, "low": 0.0, "high": 0.0}
    ends = {side: frames.number(segments, f"{WAIT}_{side}").fillna(months) for side in ("low", "high")}
    return {name: float(np.average(held.fillna(0.0), weights=weight)) for name, held in {"value": months, **ends}.items()}  # fmt: skip


def _blend(name: str, terms: pd.DataFrame, ranges: pd.DataFrame, posts: pd.Series) -> dict[str, float]:
    """Mean of a term over the roles, and of its ends: a role's own range, else the general one of that value."""
    weight = terms["role"].map(posts).fillna(0.0).to_numpy("float64")
    ends = []
    for role, value in zip(terms["role"], frames.number(terms, name), strict=True):
        named = ranges[ranges["name"] == name]
        own = named[named["role"] == role]
        rows = own if len(own) else named[(named["role"] == "") & (frames.number(named, "value") == value)]
        found = rows[["low", "high"]].iloc[0].fillna(value) if len(rows) else [value, value]
        ends.append([value, *found])
    mean = np.average(np.array(ends, dtype="float64"), axis=0, weights=weight)
    return dict(zip(("value", "low", "high"), map(float, mean), strict=True))
