"""All posts at once or as they pay for themselves: two ways to the same team, compared over three years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, frames, uncertainty
from salesmgmt.plan.capacity.flow import productivity
from salesmgmt.plan.capacity.people import ROUNDING, Array

MONTHS = 36
WAVES = 3
"""Those who earn their way come in this many waves."""

BUILDS = ("quick", "earn")

_RULES = {
    "hiring_lead_months": ("between 0 and 24", lambda months: 0 <= months <= 24),
    "ramp_months": ("between 0 and 36", lambda months: 0 <= months <= 36),
    "attrition": (">= 0 and < 1", lambda share: 0 <= share < 1),
    "cost_per_head": ("> 0", lambda money: money > 0),
    "margin_per_post": (">= 0", lambda money: money >= 0),
    "kept_second": ("between 0 and 1", lambda share: 0 <= share <= 1),
    "kept_third": ("between 0 and 1", lambda share: 0 <= share <= 1),
}


@dataclass(frozen=True)
class ThreeYears:
    """What both ways come to.

    Attributes
    ----------
    years : DataFrame
        One row per build × year: ``build`` (quick, earn), ``year`` (1 to 3), ``posts`` (added, at its end),
        ``margin``, ``cost``, ``profit`` (money of the year), ``sum`` (profit so far), ``sum_low``, ``sum_high``
        (P10, P90; NaN where nothing is uncertain).
    months : DataFrame
        One row per build × month: ``build``, ``month`` (1 to 36), ``posts``, ``sum`` (profit so far), ``sum_low``,
        ``sum_high``.
    ahead : float
        Share of draws in which the quick build earned more in three years (1 or 0 where nothing is uncertain).
    difference, low, high : float
        Profit of three years, quick less earned; its P10 and P90 (NaN where nothing is uncertain).
    deepest : dict
        Build to the lowest point of its profit so far (money, <= 0): what has to be paid in advance.
    """

    years: pd.DataFrame
    months: pd.DataFrame
    ahead: float
    difference: float
    low: float
    high: float
    deepest: Mapping[str, float]


def three_years(
    hires: float,
    values: Mapping[str, float],
    ranges: pd.DataFrame,
    *,
    draws: int = 1024,
    rng: np.random.Generator,
) -> ThreeYears:
    """Fill the missing posts at once, or in waves that wait until the one before pays for itself.

    Parameters
    ----------
    hires : float
        Posts to be added, > 0.
    values : mapping
        ``hiring_lead_months``, ``ramp_months``, ``attrition`` (share a year), ``cost_per_head`` (money a year),
        ``margin_per_post`` (first-year margin of the sales that one productive person adds in a year, money),
        ``kept_second``, ``kept_third`` (share of a contract's first year still there in its second and third).
    ranges : DataFrame
        One row per uncertain value: ``name``, ``value``, ``low``, ``high``, ``family``, ``group``; other names play
        no part.
    draws : int
        Number of draws, a power of two.
    rng : numpy.random.Generator
        Source of the scrambling.

    Returns
    -------
    ThreeYears

    Raises
    ------
    TypeError
        If a value is not a number.
    ValueError
        If values are missing or out of bounds.

    Notes
    -----
    Month by month: sales signed = effective posts × margin_per_post ÷ 12; each brings a twelfth of itself a month for
    a year, then of what is kept. A post costs cost_per_head ÷ 12 while filled; leavers are replaced after the lead
    time. Quick: all posts advertised at the start. Earn: a third of them, the next third in the month in which the
    margin of the month first covers the month's cost of those there. People are expected numbers.

    References
    ----------
    Zoltners, Sinha & Lorimer (2006), Match Your Sales Force Structure to Your Business Life Cycle, Harvard Business
    Review 84(7/8): "earn your way" against "quick build".

    Examples
    --------
    >>> values = {"hiring_lead_months": 2, "ramp_months": 6, "attrition": 0.1, "cost_per_head": 4e5,
    ...     "margin_per_post": 6e5, "kept_second": 0.9, "kept_third": 0.8}
    >>> no_ranges = pd.DataFrame(columns=["name", "value", "low", "high", "family", "group"])
    >>> both = three_years(6, values, no_ranges, draws=1, rng=np.random.default_rng(2027))
    >>> both.difference > 0, both.deepest["quick"] < both.deepest["earn"] < 0
    (True, True)
    """
    checks.require_numbers({"hires": ("> 0", lambda posts: posts > 0)}, hires=hires)
    missing = sorted(set(_RULES) - set(values))
    if missing:
        raise ValueError(f"values is missing {missing}; it has {sorted(values)}")
    checks.require_numbers(_RULES, **{name: values[name] for name in _RULES})
    central = {name: np.array([float(values[name])]) for name in _RULES}
    drawn = _draw(values, ranges, draws, rng)
    paths = {build: _path(build, hires, central) for build in BUILDS}
    spread = {build: np.cumsum(_profit(_path(build, hires, drawn)), axis=1) for build in BUILDS}
    certain = all(np.ptp(numbers) == 0 for numbers in drawn.values())
    totals = spread["quick"][:, -1] - spread["earn"][:, -1]
    low, high = (float("nan"),) * 2 if certain else uncertainty.band(totals)
    sums = {build: np.cumsum(_profit(path), axis=1)[0] for build, path in paths.items()}
    months = pd.concat([_months(build, paths[build], spread[build], certain=certain) for build in BUILDS])
    return ThreeYears(
        years=_years(paths, months),
        months=months.reset_index(drop=True),
        ahead=float((totals > 0).mean()),
        difference=float(sums["quick"][-1] - sums["earn"][-1]),
        low=low,
        high=high,
        deepest={build: float(min(0.0, total.min())) for build, total in sums.items()},
    )


def _draw(
    values: Mapping[str, float], ranges: pd.DataFrame, draws: int, rng: np.random.Generator
) -> dict[str, Array]:
    checks.require_columns(ranges, ["name", "value"], name="ranges")
    numbers = uncertainty.draw(ranges, draws=draws, rng=rng)
    names = frames.text(ranges, "name").tolist()
    return {
        name: numbers[:, names.index(name)] if name in names else np.full(draws, float(values[name]))
        for name in _RULES
    }


def _path(build: str, hires: float, terms: Mapping[str, Array]) -> dict[str, Array]:
    """Posts, margin and cost month by month, one row per draw."""
    draws = len(terms["attrition"])
    lead = np.rint(terms["hiring_lead_months"]).astype("int64")
    stay = (1.0 - terms["attrition"]) ** (1 / 12)
    wave = hires if build == "quick" else hires / WAVES
    goal = np.full(draws, wave)
    due, rows = np.zeros((draws, MONTHS + 26)), np.arange(draws)
    due[rows, lead] += wave
    cohorts, signed = np.zeros((draws, MONTHS)), np.zeros((draws, MONTHS))
    path = {name: np.zeros((draws, MONTHS)) for name in ("posts", "margin", "cost")}
    for month in range(MONTHS):
        cohorts[:, month] = due[:, month]
        age = month - np.arange(month + 1)
        there = cohorts[:, : month + 1]
        effective = (there * productivity(age[None, :], terms["ramp_months"][:, None])).sum(axis=1)
        signed[:, month] = effective * terms["margin_per_post"] / 12
        kept = np.where(age < 12, 1.0, np.where(age < 24, terms["kept_second"][:, None], terms["kept_third"][:, None]))  # fmt: skip
        path["posts"][:, month] = there.sum(axis=1)
        path["margin"][:, month] = (signed[:, : month + 1] * kept).sum(axis=1) / 12
        path["cost"][:, month] = path["posts"][:, month] * terms["cost_per_head"] / 12
        pays = (path["posts"][:, month] > goal * 0.5) & (path["margin"][:, month] >= path["cost"][:, month])
        goal = np.where(pays, np.minimum(hires, goal + wave), goal)
        cohorts[:, : month + 1] *= stay[:, None]
        wanted = goal - cohorts.sum(axis=1) - due[:, month + 1 :].sum(axis=1)
        due[rows, np.minimum(month + 1 + lead, due.shape[1] - 1)] += np.where(wanted > ROUNDING, wanted, 0.0)
    return path


def _profit(path: Mapping[str, Array]) -> Array:
    return path["margin"] - path["cost"]


def _months(build: str, path: Mapping[str, Array], spread: Array, *, certain: bool) -> pd.DataFrame:
    low, high = np.quantile(spread, [0.1, 0.9], axis=0)
    gone = np.full(MONTHS, np.nan)
    return pd.DataFrame(
        {
            "build": build,
            "month": np.arange(1, MONTHS + 1),
            "posts": path["posts"][0],
            "sum": np.cumsum(_profit(path), axis=1)[0],
            "sum_low": gone if certain else low,
            "sum_high": gone if certain else high,
        }
    )


def _years(paths: Mapping[str, Mapping[str, Array]], months: pd.DataFrame) -> pd.DataFrame:
    ends = months[months["month"] % 12 == 0]
    rows = []
    for build, path in paths.items():
        for year in range(MONTHS // 12):
            part = slice(12 * year, 12 * year + 12)
            margin, cost = float(path["margin"][0, part].sum()), float(path["cost"][0, part].sum())
            rows.append(
                {"build": build, "year": year + 1, "margin": margin, "cost": cost, "profit": margin - cost}
            )
    table = pd.DataFrame(rows)
    kept = ends.assign(year=ends["month"] // 12).drop(columns="month")
    columns = ["build", "year", "posts", "margin", "cost", "profit", "sum", "sum_low", "sum_high"]
    return table.merge(kept, on=["build", "year"])[columns]
