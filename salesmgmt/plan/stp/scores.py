"""Scores 细分评分: several raters combined, and the two weighted indices of each segment."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.stp.criteria import AXES

LOWEST, HIGHEST = 1.0, 5.0
"""Ends of the scale that raters use."""

ALIKE = 0.5
"""Mean scores less than this far apart on every criterion do not tell two segments apart."""


def combine(scores: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """What the raters say of each segment on each criterion.

    Parameters
    ----------
    scores : DataFrame
        One row per segment × axis × criterion × rater: ``segment``, ``axis``, ``criterion``, ``score`` (1 to 5;
        NaN is not scored); ``rater`` may be absent.
    weights : DataFrame
        As :func:`.weights` returns them.

    Returns
    -------
    DataFrame
        One row per segment × axis × criterion that somebody scored, segments in order of first appearance and
        criteria in that of the weights: ``segment``, ``axis``, ``criterion``, ``weight``, ``score`` (mean of the
        raters), ``raters`` (number), ``lowest``, ``highest``.

    Raises
    ------
    TypeError, ValueError
        If columns are missing, rows repeat, criteria have no weight, or scores are not between 1 and 5.

    References
    ----------
    Robinson, Hichens & Wade (1978), The directional policy matrix, Long Range Planning 11(3), 8–15.

    Examples
    --------
    >>> weights = pd.DataFrame({"axis": ["strength"], "criterion": ["wins"], "weight": [1.0]})
    >>> scores = pd.DataFrame({"segment": "Banks", "axis": "strength", "criterion": "wins", "rater": ["A", "B"],
    ...     "score": [3, 4]})
    >>> combine(scores, weights)[["segment", "score", "raters", "lowest", "highest"]].values.tolist()
    [['Banks', 3.5, 2, 3.0, 4.0]]
    """
    rated = judged(scores, weights)
    order = {name: place for place, name in enumerate(rated["segment"].unique())}
    groups = rated.groupby(["segment", "axis", "criterion"])["score"]
    found = groups.agg(score="mean", raters="size", lowest="min", highest="max").reset_index()
    listed = weights.assign(place=range(len(weights)))[["axis", "criterion", "weight", "place"]]
    found = found.merge(listed, on=["axis", "criterion"])
    found = found.assign(first=found["segment"].map(order))
    columns = ["segment", "axis", "criterion", "weight", "score", "raters", "lowest", "highest"]
    return found.sort_values(["first", "place"], ignore_index=True)[columns]


def index(combined: pd.DataFrame) -> pd.DataFrame:
    """Weighted index of each segment on either axis.

    Parameters
    ----------
    combined : DataFrame
        As :func:`combine` returns it.

    Returns
    -------
    DataFrame
        One row per segment: ``segment``, ``attractiveness``, ``strength`` (1 to 5; NaN where nothing was scored),
        ``scored`` (share of the weight of both axes that was scored), ``raters`` (the fewest on one criterion).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Notes
    -----
    Σ weight × score, divided by the share of the weight that was scored.

    References
    ----------
    Best, Market-based management, chapter on strategic market planning: weighted index of market
    attractiveness. Criteria in groups have the weight of the group times that within it.

    Examples
    --------
    >>> combined = pd.DataFrame({"segment": "Banks", "axis": ["attractiveness"] * 2, "criterion": ["size", "growth"],
    ...     "weight": [0.6, 0.4], "score": [4.0, 3.0], "raters": [3, 3]})
    >>> round(index(combined)["attractiveness"].item(), 6)
    3.6
    """
    checks.require_columns(combined, ["segment", "axis", "weight", "score", "raters"], name="combined")
    points = combined.assign(points=combined["weight"] * combined["score"])
    sums = points.groupby(["segment", "axis"], sort=False)[["points", "weight"]].sum()
    value = (sums["points"] / sums["weight"]).unstack("axis").reindex(columns=list(AXES))
    names = combined["segment"].unique()
    found = value.reindex(names)
    share = sums["weight"].groupby("segment").sum().reindex(names) / len(AXES)
    fewest = combined.groupby("segment")["raters"].min().reindex(names)
    found = found.assign(scored=share, raters=fewest.astype("int64"))
    return found.rename_axis(index="segment", columns=None).reset_index()


def alike(combined: pd.DataFrame) -> pd.DataFrame:
    """Pairs of segments that no criterion tells apart: candidates to be one.

    Parameters
    ----------
    combined : DataFrame
        As :func:`combine` returns it.

    Returns
    -------
    DataFrame
        One row per pair: ``segment``, ``other``, ``criteria`` (scored in both), ``difference`` (largest
        difference of their mean scores, below half a point).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    References
    ----------
    Kotler & Keller, Marketing management, chapter on segments: segments must be differentiable. The half
    point is a choice of ours.

    Examples
    --------
    >>> combined = pd.DataFrame({"segment": ["Banks", "Insurers", "Telecom"], "axis": "strength", "criterion": "wins",
    ...     "score": [3.0, 3.2, 4.0]})
    >>> alike(combined)[["segment", "other", "criteria"]].values.tolist()
    [['Banks', 'Insurers', 1]]
    """
    checks.require_columns(combined, ["segment", "axis", "criterion", "score"], name="combined")
    names = combined["segment"].unique()
    cells = combined.pivot(index="segment", columns=["axis", "criterion"], values="score").reindex(names)
    rows = []
    for place, name in enumerate(names):
        apart = (cells.iloc[place + 1 :] - cells.loc[name]).abs()
        both, largest = apart.notna().sum(axis=1), apart.max(axis=1)
        rows += [(name, other, both[other], largest[other]) for other in apart.index[largest < ALIKE]]
    return pd.DataFrame(rows, columns=["segment", "other", "criteria", "difference"])


def judged(scores: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Checked scores of weighted criteria: ``segment``, ``axis``, ``criterion``, ``rater``, ``score``."""
    checks.require_columns(weights, ["axis", "criterion", "weight"], name="weights")
    checks.require_columns(scores, ["segment", "axis", "criterion", "score"], name="scores")
    key = ["segment", "axis", "criterion", "rater"]
    rated = pd.DataFrame({name: frames.text(scores, name) for name in key})
    rated["score"] = frames.number(scores, "score")
    rated = rated.dropna(subset="score").reset_index(drop=True)
    checks.require_unique(rated, key, name="scores")
    named = list(zip(rated["axis"], rated["criterion"], strict=True))
    strangers = sorted(set(named) - set(zip(weights["axis"], weights["criterion"], strict=True)))
    if strangers:
        raise ValueError(f"scores have (axis, criterion) {strangers} without a weight")
    checks.require_bounds(rated["score"], name="scores.score", minimum=LOWEST, maximum=HIGHEST)
    return rated
