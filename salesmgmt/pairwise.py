"""Priorities from pairwise comparisons 两两比较 (AHP): what matters how much, and whether the judgements agree.

A judgement says how many times as important ``item`` is as ``other``: 1 equally, 3 moderately, 5 strongly,
7 very strongly, 9 extremely; 1/3 … 1/9 the other way round. Each pair is judged once, in either direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, frames

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random judgements on 1 to 15 items (Saaty 1980)."""

ACCEPTABLE = 0.10
"""Consistency ratio below which judgements are taken as consistent (Saaty 1980)."""

RECIPROCAL = 0.05
"""A judgement and its reciprocal, rounded to two decimals, may miss one by this much as a product."""


@dataclass(frozen=True)
class Priorities:
    """What a set of pairwise judgements amounts to.

    Attributes
    ----------
    priorities : Series of float
        Indexed by item in alphabetical order; they sum to one.
    eigenvalue : float
        Principal eigenvalue of the judgements, at least the number of items.
    consistency_ratio : float
        0 for judgements that agree, 1 for random ones; 0 for one or two items.
    consistent : bool
        Whether the ratio is below 0.10.
    worst : tuple of str
        The three items whose judgements agree least; empty where all agree.
    worst_product : float
        Product of the judgements round that triple, the way it is above one; 1 where they agree.
    """

    priorities: pd.Series
    eigenvalue: float
    consistency_ratio: float
    consistent: bool
    worst: tuple[str, ...]
    worst_product: float


def priorities(pairs: pd.DataFrame, *, item: str = "item") -> Priorities:
    """Priorities of items from pairwise judgements of one or several raters.

    Parameters
    ----------
    pairs : DataFrame
        One row per judgement: ``item`` (or the column so named), ``other``, ``ratio`` (> 0, how many times as
        important the item is as the other); ``rater`` may be absent. A reciprocal judgement and a row of an
        item against itself (ratio 1) may be there and change nothing.
    item : str
        Name of the column of the first item, e.g. ``"criterion"``.

    Returns
    -------
    Priorities
        Priorities, consistency ratio and the triple that agrees least.

    Raises
    ------
    TypeError
        If ``pairs`` is not a DataFrame.
    ValueError
        If columns are missing, judgements repeat, ratios are not positive, a judgement and its reciprocal
        contradict each other, a pair is judged by nobody, or there are no items or more than fifteen.

    Notes
    -----
    Principal eigenvector of the matrix of judgements, scaled to sum one; several raters: geometric mean of
    each pair over those who judged it. CR = ((λ − n) ÷ (n − 1)) ÷ random index. Of a judgement and its
    rounded reciprocal the one above one counts.

    References
    ----------
    Saaty (1980), The analytic hierarchy process. Aczél & Saaty (1983), Procedures for synthesizing ratio
    judgements, Journal of Mathematical Psychology 27(1), 93–102, for the geometric mean.

    Examples
    --------
    >>> pairs = pd.DataFrame({"item": ["price", "price", "quality"], "other": ["quality", "speed", "speed"],
    ...     "ratio": [2.0, 4.0, 2.0]})
    >>> found = priorities(pairs)
    >>> found.priorities.round(4).to_dict(), round(found.consistency_ratio, 6)
    ({'price': 0.5714, 'quality': 0.2857, 'speed': 0.1429}, 0.0)
    """
    judged = _judged(pairs, item)
    items = sorted({*judged["item"], *judged["other"]})
    if not 1 <= len(items) <= len(RANDOM_INDEX):
        raise ValueError(f"pairs compare {len(items)} items, must be 1 to {len(RANDOM_INDEX)}")
    logs = _logs(judged, items)
    values, vectors = np.linalg.eig(np.exp(logs))
    first = int(values.real.argmax())
    vector = np.abs(vectors[:, first].real)
    eigenvalue = max(float(values[first].real), float(len(items)))
    ratio = _consistency_ratio(eigenvalue, len(items))
    worst, product = _worst(logs, items)
    return Priorities(
        priorities=pd.Series(vector / vector.sum(), index=pd.Index(items, name=item), name="priority"),
        eigenvalue=eigenvalue,
        consistency_ratio=ratio,
        consistent=ratio < ACCEPTABLE,
        worst=worst,
        worst_product=product,
    )


def overall(groups: pd.Series, local: Mapping[str, pd.Series]) -> pd.Series:
    """Overall priorities: those of the groups times those within each group.

    Parameters
    ----------
    groups : Series of float
        Priority of each group (criterion, quadrant), indexed by group.
    local : mapping of str to Series
        Group to the priorities of its items. An item may be in several groups.

    Returns
    -------
    Series of float
        Indexed by item in order of first appearance; sums to one where groups and locals do.

    Raises
    ------
    ValueError
        If a group has no local priorities, or local priorities no group.

    Notes
    -----
    Σ over groups of the group's priority × the item's priority in it.

    References
    ----------
    Saaty (1980), as cited above. Kurttila et al. (2000), Utilizing the analytic hierarchy process in SWOT
    analysis, Forest Policy and Economics 1(1), 41–52, for quadrants and their factors.

    Examples
    --------
    >>> groups = pd.Series({"strength": 0.75, "threat": 0.25})
    >>> local = {"strength": pd.Series({"F1": 0.4, "F2": 0.6}), "threat": pd.Series({"F3": 1.0})}
    >>> overall(groups, local).round(6).to_dict()
    {'F1': 0.3, 'F2': 0.45, 'F3': 0.25}
    """
    lonely = sorted({*groups.index} ^ {*local})
    if lonely:
        raise ValueError(
            f"groups {lonely} are not both in groups {list(groups.index)} and in local {list(local)}"
        )
    parts = [local[str(group)] * priority for group, priority in groups.items()]
    return pd.concat(parts).groupby(level=0, sort=False).sum().rename("priority")


def _judged(pairs: pd.DataFrame, item: str) -> pd.DataFrame:
    """Checked judgements between different items, with the columns of this module."""
    checks.require_columns(pairs, [item, "other", "ratio"], name="pairs")
    judged = pd.DataFrame({"item": frames.text(pairs, item), "other": frames.text(pairs, "other")})
    judged = judged.assign(rater=frames.text(pairs, "rater"), ratio=frames.number(pairs, "ratio"))
    key = ["item", "other", "rater"] if "rater" in pairs.columns else ["item", "other"]
    checks.require_unique(judged.rename(columns={"item": item}), [item, *key[1:]], name="pairs")
    ratio, itself = judged["ratio"], judged["item"] == judged["other"]
    good = (ratio > 0) & np.isfinite(ratio) & (~itself | (ratio == 1))
    bad = dict(zip(checks.labels(judged.loc[~good, key]), ratio[~good].astype("float64"), strict=True))
    if bad:
        raise ValueError(f"pairs.ratio == {bad}, must be > 0, and 1 for an item against itself")
    return judged


def _logs(judged: pd.DataFrame, items: list[str]) -> npt.NDArray[np.float64]:
    """Logarithms of the matrix of judgements, the mean over raters."""
    pairs = judged[judged["item"] != judged["other"]]
    turned = pairs["item"] > pairs["other"]
    log = np.log(pairs["ratio"])
    placed = pd.DataFrame(
        {
            "item": pairs["item"].mask(turned, pairs["other"]),
            "other": pairs["other"].mask(turned, pairs["item"]),
            "rater": pairs["rater"],
            "log": log.mask(turned, -log),
            "below": pairs["ratio"] < 1.0,
        }
    )
    _require_reciprocal(placed)
    stated = placed.sort_values(["below", "log"]).drop_duplicates(["item", "other", "rater"])
    mean = stated.groupby(["item", "other"])["log"].mean()
    absent = [pair for pair in combinations(items, 2) if pair not in mean.index]
    if absent:
        raise ValueError(f"pairs has no judgement of {absent}; each two of {items} must be compared")
    logs = np.zeros((len(items), len(items)))
    rows = mean.index.get_level_values("item").map(items.index)
    columns = mean.index.get_level_values("other").map(items.index)
    logs[rows, columns], logs[columns, rows] = mean, -mean
    return logs


def _require_reciprocal(placed: pd.DataFrame) -> None:
    """Require that a judgement and its reciprocal say the same."""
    key = ["item", "other", "rater"] if placed["rater"].ne("").any() else ["item", "other"]
    apart = placed.groupby(key)["log"].agg(["min", "max"])
    wrong = apart.index[np.expm1(apart["max"] - apart["min"]) > RECIPROCAL].tolist()
    if wrong:
        raise ValueError(f"pairs.ratio of {wrong} contradicts the reciprocal judgement, must be one over it")


def _consistency_ratio(eigenvalue: float, n: int) -> float:
    """Consistency index over that of random judgements; fewer than three items always agree."""
    return (eigenvalue - n) / (n - 1) / RANDOM_INDEX[n - 1] if n > 2 else 0.0


def _worst(logs: npt.NDArray[np.float64], items: list[str]) -> tuple[tuple[str, ...], float]:
    """The three items whose judgements agree least, and their product round the triple."""
    loops = {
        triple: abs(
            float(logs[triple[0], triple[1]] + logs[triple[1], triple[2]] + logs[triple[2], triple[0]])
        )
        for triple in combinations(range(len(items)), 3)
    }
    worst = max(loops, key=loops.__getitem__, default=())
    if not worst or loops[worst] < 1e-9:
        return (), 1.0
    return tuple(items[place] for place in worst), float(np.exp(loops[worst]))
