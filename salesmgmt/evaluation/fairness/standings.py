"""Where each person stands, as far as the wins can tell: shrunk rates, intervals of ranks, three groups.

Nobody is last: where intervals of ranks overlap nothing is ranked, and a person is called clearly above or below only
where chance would hardly give as much, over all people jointly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, errors, shrinkage, uncertainty
from salesmgmt.evaluation.fairness.luck import MIN_PEOPLE, poisson_binomial

_ERROR = 0.05
_TAILS = [0.1, 0.9]
_COLUMNS = [
    "staff_id",
    "closed",
    "won",
    "expected",
    "raw",
    "shrunk",
    "low",
    "high",
    "weight",
    "rank_low",
    "rank_high",
]


@dataclass(frozen=True)
class Standings:
    """How people compare.

    Attributes
    ----------
    rows : DataFrame
        One row per person, by id: ``staff_id``, ``closed`` (deals), ``won``, ``expected`` (wins by the chances of the
        deals), ``raw``, ``shrunk``, ``low``, ``high`` (win rate, 80 % interval), ``weight`` (of the raw rate),
        ``rank_low``, ``rank_high`` (80 % interval of the rank, 1 the best), ``verdict`` (above, below, cannot_tell).
    reliability, low, high : float
        Share of the raw win rates' spread that is no chance, 0 to 1, and its 80 % interval.
    """

    rows: pd.DataFrame
    reliability: float
    low: float
    high: float

    @property
    def reliable(self) -> tuple[float, float, float]:
        """Reliability and its interval, as :func:`forced_ranking` takes them."""
        return self.reliability, self.low, self.high


def standings(decided: pd.DataFrame, *, rng: np.random.Generator) -> Standings:
    """Win rates of people, shrunk, with intervals of their ranks.

    Parameters
    ----------
    decided : DataFrame
        That of :func:`deals`: ``staff_id``, ``won``, ``chance``; rows of nobody (``""``) are left out.
    rng : numpy.random.Generator
        Source of the redraws.

    Returns
    -------
    Standings
        Raw beside shrunk, and the reliability of the raw rates.

    Raises
    ------
    ValueError
        If columns are missing.
    Refused
        ``evaluation.fairness.few_people`` under five people with a decided deal.

    Notes
    -----
    Each rate is drawn towards the mean chance of the person's own deals (:func:`salesmgmt.shrinkage.beta_binomial`); people are ranked by
    true rate ÷ mean chance in each redraw. ``verdict`` tests the wins against their Poisson-binomial distribution
    by chance, two-sided, held at 5 % over all people jointly (Holm).

    References
    ----------
    Goldstein & Spiegelhalter (1996), League tables and their limitations, JRSS A 159(3), 385–443. Holm (1979),
    Scandinavian Journal of Statistics 6(2), 65–70.

    Examples
    --------
    >>> decided = pd.DataFrame({"staff_id": list("ABCDE") * 4, "chance": 0.25, "won": [True] * 5 + [False] * 15})
    >>> found = standings(decided, rng=np.random.default_rng(2027)).rows
    >>> found["verdict"].unique().tolist(), bool((found["rank_high"] - found["rank_low"] > 2).all())
    (['cannot_tell'], True)
    """
    checks.require_columns(decided, ["staff_id", "won", "chance"], name="decided")
    own = decided[decided["staff_id"] != ""].groupby("staff_id")
    rows = own.agg(closed=("won", "size"), won=("won", "sum"), expected=("chance", "sum"))
    if len(rows) < MIN_PEOPLE:
        raise errors.Refused("evaluation.fairness.few_people", people=str(len(rows)), needed=str(MIN_PEOPLE))
    mean = rows["expected"] / rows["closed"]
    found = shrinkage.beta_binomial(rows["won"], rows["closed"], mean, rng=rng)
    ranks = (-found.draws / mean.to_numpy()).argsort(axis=1).argsort(axis=1) + 1
    rank_low, rank_high = np.quantile(ranks, _TAILS, axis=0, method="inverted_cdf")
    table = rows.join(found.rows).assign(rank_low=rank_low, rank_high=rank_high)
    p = [_by_chance(int(part["won"].sum()), part["chance"]) for _, part in own]
    proven = uncertainty.holm(p, error=_ERROR)
    side = np.where(table["won"] > table["expected"], "above", "below")
    table["verdict"] = np.where(proven, side, "cannot_tell")
    return Standings(
        rows=table.rename_axis("staff_id").reset_index()[[*_COLUMNS, "verdict"]],
        reliability=found.reliability,
        low=found.low,
        high=found.high,
    )


def _by_chance(won: int, chances: pd.Series) -> float:
    """Two-sided chance of wins as far out."""
    spread = poisson_binomial(chances)
    return float(min(1.0, 2 * min(spread[: won + 1].sum(), spread[won:].sum())))
