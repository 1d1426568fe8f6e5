"""What chance alone would do with so few wins.

A deal's chance is the company's win rate in its segment, drawn towards that of all segments where few deals closed. The
wins a person could expect are the chances of that person's deals added up: an easier market counts for less.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, errors, frames, shrinkage

Array = npt.NDArray[np.float64]

MIN_PEOPLE = 5
"""People below which nothing is compared."""

MIN_WINS = 5
"""Wins below which the spread of wins says nothing."""

NEW = ("", "new")
"""Kinds of deals compared: a renewal is inherited, an expansion or pilot follows one."""

_DRAWS = 4000
_LEVEL = 0.05


@dataclass(frozen=True)
class Luck:
    """Wins observed beside wins by chance alone.

    Attributes
    ----------
    people : int
        People compared.
    wins : int
        Wins of them all.
    expected : float
        Mean of the wins a person could expect.
    none : int
        People without a win.
    none_expected, none_low, none_high : float
        People without a win by chance alone: mean and 80 % interval.
    dispersion : float
        Σ(won − expected)² ÷ variance, over people: near 1 where chance explains the spread.
    p_value : float
        Chance of as much dispersion, were there no differences between people.
    verdict : str
        ``"chance"`` (chance alone explains the spread) or ``"beyond"`` (5 %).
    """

    people: int
    wins: int
    expected: float
    none: int
    none_expected: float
    none_low: float
    none_high: float
    dispersion: float
    p_value: float
    verdict: str


def deals(
    opportunities: pd.DataFrame,
    customers: pd.DataFrame,
    staff: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """New deals decided in the last twelve months, with the chance each had.

    Parameters
    ----------
    opportunities : DataFrame
        One row per opportunity: ``customer_id``, ``staff_id``, ``status`` (open, bid_won, won, lost), ``closed_on``;
        ``kind`` may be absent.
    customers : DataFrame
        ``customer_id`` (unique); ``segment`` may be absent.
    staff : DataFrame
        ``staff_id``, ``hired_on``, ``left_on``: who is employed on ``as_of``.
    as_of : Timestamp
        Last day that counts.
    rng : numpy.random.Generator
        Source of the redraws.

    Returns
    -------
    DataFrame
        One row per deal, in the order given: ``staff_id`` (``""`` unknown or no longer employed), ``segment``, ``won``
        (bool), ``chance`` (above 0, below 1; they add up to the wins).

    Raises
    ------
    ValueError
        If columns are missing.
    Refused
        ``evaluation.fairness.few_wins`` under five wins, or where every deal was won.

    Notes
    -----
    chance = win rate of the segment, by :func:`salesmgmt.shrinkage.beta_binomial` drawn towards that of all deals,
    scaled so that chances add up to the wins. Who left counts for the rates, but is not compared. Who works in a segment
    makes its rate: over 500 simulated teams whose best people were given the hardest markets, shrunk differences from it
    correlate with true skill by 0.45 where raw win rates do by 0.22; where the best were given the easiest, part of
    their skill counts as an easy market, and raw rates correlate more. Nobody is called below for it in either.

    Examples
    --------
    >>> closed = pd.DataFrame({"customer_id": "C1", "staff_id": "S1", "status": ["won"] * 5 + ["lost"] * 5,
    ...     "closed_on": pd.Timestamp("2026-05-01")})
    >>> staff, rng = pd.DataFrame({"staff_id": ["S1"]}), np.random.default_rng(2027)
    >>> found = deals(closed, pd.DataFrame({"customer_id": ["C1"]}), staff, as_of=pd.Timestamp("2026-10-31"), rng=rng)
    >>> found["chance"].round(6).unique().tolist()
    [0.5]
    """
    needed = ["customer_id", "staff_id", "status", "closed_on"]
    checks.require_columns(opportunities, needed, name="opportunities")
    checks.require_unique(customers, ["customer_id"], name="customers")
    day, closed = pd.Timestamp(as_of), pd.to_datetime(opportunities["closed_on"])
    recent = (closed > day - pd.DateOffset(years=1)) & (closed <= day)
    decided = opportunities["status"].isin(["won", "lost"]) & frames.text(opportunities, "kind").isin(NEW)
    rows = opportunities[recent & decided]
    here = frames.text(staff, "staff_id")[frames.employed(staff, day)]
    who = frames.text(rows, "staff_id")
    segment = pd.Series(frames.text(customers, "segment").to_numpy(), index=customers["customer_id"])
    found = pd.DataFrame(
        {
            "staff_id": who.where(who.isin(here), ""),
            "segment": rows["customer_id"].map(segment).astype("str").fillna(""),
            "won": rows["status"] == "won",
        }
    ).reset_index(drop=True)
    wins = int(found["won"].sum())
    if wins < MIN_WINS or wins == len(found):
        raise errors.Refused("evaluation.fairness.few_wins", wins=str(wins), needed=str(MIN_WINS))
    counted = found.groupby("segment")["won"].agg(["sum", "size"]).astype("float64")
    overall = pd.Series(wins / len(found), index=counted.index)
    rate = shrinkage.beta_binomial(counted["sum"], counted["size"], overall, rng=rng).rows["shrunk"]
    chance = found["segment"].map(rate).astype("float64")
    return found.assign(chance=(chance * wins / chance.sum()).clip(1e-6, 1 - 1e-6))


def luck(decided: pd.DataFrame, *, rng: np.random.Generator) -> Luck:
    """How many people without a win chance alone gives, and whether wins spread more than by chance.

    Parameters
    ----------
    decided : DataFrame
        That of :func:`deals`.
    rng : numpy.random.Generator
        Source of the shuffles.

    Returns
    -------
    Luck
        Observed beside expected.

    Raises
    ------
    ValueError
        If columns are missing.
    Refused
        ``evaluation.fairness.few_people`` under five people with a decided deal.

    Notes
    -----
    A person's wins by chance are Poisson-binomial over the chances of that person's deals, so P(no win) = Π(1 − chance), and
    the number of people without a win is Poisson-binomial over those. The p-value shuffles wins among the deals of
    each segment 4,000 times: whoever had the deals, the dispersion is at least as large so often.

    References
    ----------
    Hong (2013), On computing the distribution function for the Poisson binomial distribution, Computational
    Statistics & Data Analysis 59, 41–51.

    Examples
    --------
    >>> decided = pd.DataFrame({"staff_id": ["A", "B", "C", "D", "E"] * 4, "segment": "", "chance": 0.25,
    ...     "won": [True, True, True, True, True] + [False] * 15})
    >>> found = luck(decided, rng=np.random.default_rng(2027))
    >>> found.expected, found.none, round(found.none_expected, 3), found.verdict
    (1.0, 0, 1.582, 'chance')
    """
    checks.require_columns(decided, ["staff_id", "segment", "won", "chance"], name="decided")
    people = pd.Index(sorted(set(decided["staff_id"]) - {""}))
    if len(people) < MIN_PEOPLE:
        raise errors.Refused(
            "evaluation.fairness.few_people", people=str(len(people)), needed=str(MIN_PEOPLE)
        )
    own = decided[decided["staff_id"] != ""].groupby("staff_id")
    won, expected = own["won"].sum(), own["chance"].sum()
    nothing = own["chance"].apply(lambda chance: float(np.prod(1.0 - chance)))
    spread = np.cumsum(poisson_binomial(nothing))
    low, high = (float(np.searchsorted(spread, tail)) for tail in (0.1, 0.9))
    belongs = (decided["staff_id"].to_numpy()[:, None] == people.to_numpy()).astype("float64")
    chance = decided["chance"].to_numpy()
    centre, variance = chance @ belongs, (chance * (1 - chance)) @ belongs
    shuffled = _shuffled(decided, rng) @ belongs
    seen = float((((won.to_numpy() - centre) ** 2) / variance).mean())
    by_chance = (((shuffled - centre) ** 2) / variance).mean(axis=1)
    p_value = float((1 + (by_chance >= seen - 1e-12).sum()) / (1 + len(by_chance)))
    return Luck(
        people=len(people),
        wins=int(won.sum()),
        expected=float(expected.mean()),
        none=int((won == 0).sum()),
        none_expected=float(nothing.sum()),
        none_low=low,
        none_high=high,
        dispersion=seen,
        p_value=p_value,
        verdict="beyond" if p_value < _LEVEL else "chance",
    )


def poisson_binomial(chances: Iterable[float]) -> Array:
    """Distribution of how many of several independent events happen.

    Parameters
    ----------
    chances : iterable of float
        Probability of each event, 0 to 1.

    Returns
    -------
    ndarray of float
        Probability of 0, 1, ... events; one entry more than events.

    Examples
    --------
    >>> poisson_binomial([0.5, 0.5]).tolist()
    [0.25, 0.5, 0.25]
    """
    found = np.ones(1)
    for chance in chances:
        found = np.convolve(found, [1.0 - chance, chance])
    return found


def _shuffled(decided: pd.DataFrame, rng: np.random.Generator) -> Array:
    """Outcomes dealt anew among the deals of each segment, one row a shuffle."""
    won = np.tile(decided["won"].to_numpy(dtype="float64"), (_DRAWS, 1))
    for places in decided.groupby("segment").indices.values():
        won[:, places] = rng.permuted(won[:, places], axis=1)
    return won
