"""The table of segments 目标市场选择: indices, cell and how sure it is, and who is chosen by the stated rule."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.stp.cells import chosen, place
from salesmgmt.plan.stp.likelihood import Draws, simulate
from salesmgmt.plan.stp.scores import combine, index

CLEAR = 0.8
"""A choice is clear where at least this share of the draws makes it."""

_SIZES = ("market_size", "growth", "our_revenue")
_SURE = ("attractiveness_low", "attractiveness_high", "strength_low", "strength_high", "cell_probability", "target_probability")  # fmt: skip


def table(
    segments: pd.DataFrame,
    weights: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    attractive_cutoff: float = 3.5,
    strong_cutoff: float = 3.5,
    choose: str = "grow",
    draws: int = 2048,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Segments with their place in the matrix, the probability of it, and whether they are targets.

    Parameters
    ----------
    segments : DataFrame
        One row per segment: ``segment``; ``market_size``, ``our_revenue`` (money a year), ``growth`` (share a
        year) may be absent. Without rows the segments scored are taken.
    weights, scores : DataFrame
        As :func:`.combine` takes them.
    attractive_cutoff, strong_cutoff : float
        As :func:`.place` takes them.
    choose : str
        As :func:`.chosen` takes it.
    draws, rng
        As :func:`.simulate` takes them.

    Returns
    -------
    DataFrame
        One row per segment, targets first, else in the order of ``segments``: ``segment``, ``market_size``,
        ``growth``, ``our_revenue``, ``market_share``, ``attractiveness``, ``attractiveness_low``,
        ``attractiveness_high``, ``strength``, ``strength_low``, ``strength_high`` (indices 1 to 5 with P10 and
        P90), ``cell`` (``""`` where not scored on both axes), ``cell_probability``, ``targeted`` (bool),
        ``target_probability`` (share of the draws in which the rule chooses it), ``verdict`` (clear, open,
        cannot_tell with fewer than three raters), ``scored`` (share of the weight), ``raters`` (the fewest on
        one criterion).

    Raises
    ------
    TypeError, ValueError
        As the functions named raise; if a segment that is scored is unknown.

    Notes
    -----
    clear: the choice made, or not made, is that of at least 80 % of the draws.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 1: STP. Robinson, Hichens & Wade (1978), as cited in :mod:`.scores`.

    Examples
    --------
    >>> weights = pd.DataFrame({"axis": ["attractiveness", "strength"], "criterion": ["size", "wins"], "weight": 1.0})
    >>> scores = weights.merge(pd.DataFrame({"segment": "Banks", "rater": ["A", "B", "C"], "score": [4, 5, 4]}), how="cross")
    >>> found = table(pd.DataFrame({"segment": ["Banks", "Telecom"]}), weights, scores, rng=np.random.default_rng(1))
    >>> found[["segment", "cell", "targeted", "raters"]].values.tolist()
    [['Banks', 'high_high', True, 3], ['Telecom', '', False, 0]]
    """
    cutoffs = {"attractive_cutoff": attractive_cutoff, "strong_cutoff": strong_cutoff}
    listed = _listed(segments, found := index(combine(scores, weights)))
    listed = listed.merge(found, on="segment", how="left")
    listed["raters"] = listed["raters"].fillna(0).astype("int64")
    listed["scored"] = listed["scored"].fillna(0.0)
    cells = place(listed["attractiveness"], listed["strength"], **cutoffs)
    listed = listed.assign(cell=pd.Series(cells, dtype="str"), targeted=chosen(cells, choose=choose))
    drawn = simulate(scores, weights, draws=draws, rng=rng)
    sure = _likelihood(drawn, listed.set_index("segment")["cell"], choose=choose, **cutoffs)
    listed = listed.merge(sure, on="segment", how="left")
    agreed = listed["target_probability"].where(listed["targeted"], 1.0 - listed["target_probability"])
    verdict = np.where(agreed.isna(), "cannot_tell", np.where(agreed >= CLEAR, "clear", "open"))
    listed = listed.assign(verdict=pd.Series(verdict, dtype="str"))
    order = [
        "segment",
        *_SIZES,
        "market_share",
        "attractiveness",
        *_SURE[:2],
        "strength",
        *_SURE[2:4],
        "cell",
    ]
    order += ["cell_probability", "targeted", "target_probability", "verdict", "scored", "raters"]
    return listed.sort_values("targeted", ascending=False, kind="stable", ignore_index=True)[order]


def least_certain(placed: pd.DataFrame) -> pd.Series:
    """The segment whose choice is nearest to a toss-up: where evidence is worth most.

    Parameters
    ----------
    placed : DataFrame
        As :func:`table` returns it.

    Returns
    -------
    Series
        One row of ``placed``.

    Raises
    ------
    ValueError
        If the column is missing.
    Refused
        If no segment has a probability: fewer than three raters.

    Examples
    --------
    >>> placed = pd.DataFrame({"segment": ["A", "B"], "target_probability": [0.9, 0.45]})
    >>> least_certain(placed)["segment"]
    'B'
    """
    checks.require_columns(placed, ["target_probability"], name="placed")
    drawn = placed.dropna(subset="target_probability")
    if drawn.empty:
        raise Refused("plan.stp_few_raters")
    return drawn.iloc[int((drawn["target_probability"] - 0.5).abs().to_numpy().argmin())]


def _listed(segments: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Segments with their sizes, known ones only."""
    checks.require_columns(segments, ["segment"], name="segments")
    names = frames.text(segments, "segment") if len(segments) else found["segment"]
    listed = pd.DataFrame({"segment": names.to_numpy(dtype="str")}).astype({"segment": "str"})
    checks.require_unique(listed, ["segment"], name="segments")
    strangers = sorted(set(found["segment"]) - set(listed["segment"]))
    if strangers:
        raise ValueError(f"scores have segments {strangers}; segments has {listed['segment'].tolist()}")
    for column in _SIZES:
        sizes = frames.number(segments, column).to_numpy() if len(segments) else np.nan
        listed[column] = sizes
    size = listed["market_size"]
    return listed.assign(market_share=listed["our_revenue"] / size.where(size > 0))


def _likelihood(drawn: Draws, cells: pd.Series, *, choose: str, **cutoffs: float) -> pd.DataFrame:
    """Bands and probabilities of the segments that could be drawn."""
    where = place(drawn.attractiveness, drawn.strength, **cutoffs)
    central = cells.reindex(list(drawn.segments)).to_numpy()
    sure = pd.DataFrame({"segment": list(drawn.segments)}, dtype="str")
    for name in ("attractiveness", "strength"):
        own = getattr(drawn, name)
        ends = np.quantile(own, [0.1, 0.9], axis=0) if own.size else np.empty((2, 0))
        sure[f"{name}_low"], sure[f"{name}_high"] = ends
    sure["cell_probability"] = (where == central).mean(axis=0)
    sure["target_probability"] = chosen(where, choose=choose).mean(axis=0)
    return sure
