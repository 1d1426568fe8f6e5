"""How likely the target is: forecast and initiatives drawn together, so often that the band and the chance stand.

Renewals, tenders and initiatives come or do not, each by its own probability; unnamed wins are a Poisson number with
the judged uncertainty of their rate and size. Judged probabilities are taken to be right on average: a team that
judges too brightly gets too bright a chance, which the report says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import frames, uncertainty
from salesmgmt.plan.targets.forecast import live_share

Array = npt.NDArray[np.float64]

DRAWS = 4096
"""Draws, a power of two."""

SINGLE = 64
"""So many of the largest items are drawn one by one; the others of a line together, by their mean and spread."""


def simulate(
    items: pd.DataFrame,
    initiatives: pd.DataFrame,
    segments: pd.DataFrame,
    *,
    past: int = 0,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Draws of the year.

    Parameters
    ----------
    items : DataFrame
        From :func:`bottom_up`.
    initiatives : DataFrame
        From :func:`register`: ``value``, ``low``, ``high`` (P10, P90; may be missing), ``probability``.
    segments : DataFrame
        As for :func:`bottom_up`, with ``new_wins_low`` and so on where judged.
    past : int
        Whole months of the year that are over, 0 to 12: :func:`months_past`.
    rng : numpy.random.Generator
        Source of the draws.
    draws : int
        How many, a power of two.

    Returns
    -------
    DataFrame
        One row per draw: ``bottom_up``, ``initiatives``, ``total`` (money of the year).

    Raises
    ------
    TypeError, ValueError
        If ``rng`` is no Generator, or ``draws`` no power of two.

    Notes
    -----
    Time and memory are linear in ``draws`` and, beyond :data:`SINGLE` items a line, do not depend on how many there
    are: the small ones' sum is drawn as a normal of their summed mean Σ p·a and variance Σ p·(1 − p)·a².

    Examples
    --------
    >>> items = pd.DataFrame({"line": ["locked_in"], "item": "K1", "amount": [60.0], "probability": [1.0]})
    >>> initiatives, segments = pd.DataFrame({"value": [10.0], "probability": [0.5]}), pd.DataFrame({"segment": []})
    >>> drawn = simulate(items, initiatives, segments, rng=np.random.default_rng(2027), draws=1024)
    >>> sorted(drawn["total"].unique().tolist())
    [60.0, 70.0]
    """
    wins = _wins(segments, past, rng, draws)
    forecast = np.full(draws, float(items.loc[items["line"] == "locked_in", "amount"].sum())) + wins
    for line in ("renewal", "tender"):
        rows = items[items["line"] == line]
        forecast += _items(frames.number(rows, "amount").to_numpy(), frames.number(rows, "probability").fillna(0.0).to_numpy(), rng, draws)  # fmt: skip
    planned = _initiatives(initiatives, rng, draws)
    return pd.DataFrame({"bottom_up": forecast, "initiatives": planned, "total": forecast + planned})


def probability(draws: pd.DataFrame, *, required: float) -> tuple[float, float]:
    """Chance of reaching the requirement, and the Monte-Carlo error of that chance.

    Parameters
    ----------
    draws : DataFrame
        From :func:`simulate`.
    required : float
        Money of the year.

    Returns
    -------
    tuple of float
        Share of draws with total >= required, and √(p(1 − p) ÷ draws).

    Examples
    --------
    >>> probability(pd.DataFrame({"total": [1.0, 2.0, 3.0, 4.0]}), required=3.0)[0]
    0.5
    """
    reached = float((draws["total"] >= required).mean())
    return reached, float(np.sqrt(reached * (1.0 - reached) / len(draws)))


def chance_by_win_rate(
    items: pd.DataFrame,
    initiatives: pd.DataFrame,
    segments: pd.DataFrame,
    *,
    required: float,
    factors: Sequence[float],
    wins_follow: bool,
    tenders_follow: bool = True,
    past: int = 0,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The chance of reaching the requirement if bids were won more or less often than judged.

    Parameters
    ----------
    items, initiatives, segments
        As :func:`simulate` takes them.
    required : float
        Money of the year.
    factors : sequence of float
        Win rates over those of the plan, > 0.
    wins_follow : bool
        Whether unnamed wins move. Not where prospects are sought until the wins planned are reached.
    tenders_follow : bool
        Whether the odds of open deals move.
    past : int
        As for :func:`simulate`.
    rng : numpy.random.Generator
        Source of the draws; every factor starts from the same state.

    Returns
    -------
    DataFrame
        One row per factor: ``factor``, ``probability``.

    Raises
    ------
    TypeError, ValueError
        As :func:`simulate` raises.

    Notes
    -----
    A tender's probability is min(1, probability × factor); new wins and their range are multiplied by the factor.

    Examples
    --------
    >>> items = pd.DataFrame({"line": ["tender"], "item": "T1", "amount": [60.0], "probability": [0.5]})
    >>> nothing, segments = pd.DataFrame({"value": [], "probability": []}), pd.DataFrame({"segment": []})
    >>> found = chance_by_win_rate(items, nothing, segments, required=60.0, factors=[1.0, 2.0],
    ...     wins_follow=True, rng=np.random.default_rng(2027))
    >>> found["probability"].round(1).tolist()
    [0.5, 1.0]
    """
    bids, chance = items["line"].eq("tender") & tenders_follow, frames.number(items, "probability")
    wins = [
        name for name in ("new_wins", "new_wins_low", "new_wins_high") if name in segments and wins_follow
    ]
    found = []
    for factor in factors:
        moved = items.assign(probability=chance.mask(bids, (chance * factor).clip(upper=1.0)))
        sought = segments.assign(**{name: frames.number(segments, name) * factor for name in wins})
        drawn = simulate(moved, initiatives, sought, past=past, rng=uncertainty.same_again(rng))
        found.append(probability(drawn, required=required)[0])
    return pd.DataFrame({"factor": list(factors), "probability": found})


def _items(amount: Array, chance: Array, rng: np.random.Generator, draws: int) -> Array:
    """Sum of items that come or do not."""
    order = np.argsort(-amount, kind="stable")
    large, small = order[:SINGLE], order[SINGLE:]
    drawn = (rng.random((draws, len(large))) < chance[large]) @ amount[large]
    spread = float((chance[small] * (1.0 - chance[small]) * amount[small] ** 2).sum())
    rest = float((chance[small] * amount[small]).sum())
    return drawn + np.clip(
        rest + np.sqrt(spread) * rng.standard_normal(draws), 0.0, float(amount[small].sum())
    )


def _initiatives(initiatives: pd.DataFrame, rng: np.random.Generator, draws: int) -> Array:
    if initiatives.empty:
        return np.zeros(draws)
    value = uncertainty.draw(_ranges(initiatives, "value", "low", "high"), draws=draws, rng=rng)
    comes = rng.random(value.shape) < frames.number(initiatives, "probability").to_numpy()
    return (value * comes).sum(axis=1)


def _wins(segments: pd.DataFrame, past: int, rng: np.random.Generator, draws: int) -> Array:
    """Unnamed wins still to come: a Poisson number of each segment, at its judged size, billed after going live."""
    known = frames.number(segments, "new_wins").gt(0) & frames.number(segments, "average_contract").gt(0)
    rows = segments[known]
    if rows.empty:
        return np.zeros(draws)
    names = ("new_wins", "average_contract", "go_live_months")
    rate, size, wait = (
        uncertainty.draw(_ranges(rows, name, f"{name}_low", f"{name}_high"), draws=draws, rng=rng)
        for name in names
    )
    ahead = (12 - past) / 12  # of the year's wins
    if not ahead:
        return np.zeros(draws)
    share = live_share(pd.Series(wait.ravel()), past=past).to_numpy().reshape(wait.shape) / ahead
    return (rng.poisson(rate * ahead) * size * share).sum(axis=1)


def _ranges(frame: pd.DataFrame, value: str, low: str, high: str) -> pd.DataFrame:
    """Judged ranges on the log scale; a number without a range is certain, zero stays zero."""
    middle = frames.number(frame, value).fillna(0.0)
    ends = [frames.number(frame, name).fillna(middle) for name in (low, high)]
    family = np.where((middle > 0) & (ends[0] > 0), "log", "linear")
    return pd.DataFrame({"value": middle, "low": ends[0], "high": ends[1], "family": family})
