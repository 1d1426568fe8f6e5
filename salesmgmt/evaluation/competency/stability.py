"""Whether the order of gaps survives the noise of the ratings.

Another panel of raters would have scored people somewhat differently. Redrawing what people may truly be worth,
many times, shows how wide a group's gaps are and how often one competency stays the first to train.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, errors, frames
from salesmgmt.evaluation.competency.distance import GROUPINGS, grouped, named
from salesmgmt.evaluation.competency.scoring import HIGHEST, LOWEST

Array = npt.NDArray[np.float64]

SETTLED = 0.8
"""Share of redraws in which a competency must stay first to be called the first priority."""

_CELLS = 2_000_000


def survival(
    gaps: pd.DataFrame,
    *,
    rng: np.random.Generator,
    draws: int = 1000,
    by: str = "staff_id",
    staff: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How wide each group's gaps are, and in how many redraws a competency is the first to train.

    Parameters
    ----------
    gaps : DataFrame
        One row per person × competency: ``staff_id``, ``competency``, ``required``, ``score``, ``gap``, ``weight``,
        ``se`` (missing: error unknown); ``role`` may be absent. That of :func:`gaps`.
    rng : numpy.random.Generator
        Source of the redraws.
    draws : int
        Redraws, >= 100.
    by : str
        ``"staff_id"`` (person), ``"team"``, ``"role"``, or ``""`` for the company.
    staff : DataFrame, optional
        One row per person: ``staff_id``, ``team`` (else ``manager_id``, else ``region``). Needed for teams.

    Returns
    -------
    DataFrame
        One row per group × competency, by group, then competency: the column ``by`` (none for the company),
        ``competency``, ``people``, ``gap`` (mean over people, as rated), ``gap_low``, ``gap_high`` (P10 and P90 of the
        redraws), ``largest`` (bool: the group's largest weight × gap², as rated), ``first`` (share of redraws in
        which it is), ``settled`` (bool: first in at least 80 of 100). NaN where an error in the group is unknown.

    Raises
    ------
    TypeError
        If ``rng`` is not a Generator or ``draws`` not a number.
    ValueError
        If columns are missing, keys repeat, numbers are out of bounds, ``by`` is unknown, or teams are asked for
        without ``staff``.
    Refused
        ``evaluation.competency.one_rater`` if no error is known, as nobody was rated by two of a kind.

    Notes
    -----
    A score holds noise already, so adding noise to it again would overstate the spread between people and with it
    every one-sided gap. True scores are therefore redrawn around a group mean μ that is itself uncertain:
    θ = μ + r(score − μ) + N(0, r·se²), r = τ² ÷ (τ² + se²), kept on the scale 1 to 5, where τ² is the variance of a
    competency's scores within groups beyond their errors; for a group of one this is score + N(0, se²). Noise
    alone opens one-sided gaps: a group's gap as rated may lie above its redraws. A leaning that raters share, or
    one rater has towards all he rates, is not redrawn.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力. Efron & Morris (1975), Data analysis using Stein's estimator and its
    generalizations, Journal of the American Statistical Association 70, 311–319, for θ.

    Examples
    --------
    >>> found = pd.DataFrame({"staff_id": "S1", "competency": ["listening", "promises"], "required": 4.0,
    ...     "score": [2.0, 3.9], "gap": [2.0, 0.1], "weight": 0.5, "se": 0.2})
    >>> survival(found, rng=np.random.default_rng(2027))[["competency", "largest", "first"]].values.tolist()
    [['listening', True, 1.0], ['promises', False, 0.0]]
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a {type(rng).__name__}, must be a numpy.random.Generator")
    checks.require_numbers({"draws": (">= 100", lambda number: number >= 100)}, draws=draws)
    checks.require_codes(pd.Series([by]), GROUPINGS, name="by")
    rows = _rows(gaps, staff, by)
    if len(rows) and rows["se"].isna().all():
        raise errors.Refused("evaluation.competency.one_rater", people=rows["staff_id"].nunique())
    cell = rows.groupby(["group", "competency"], sort=False).ngroup().to_numpy()
    table = rows.groupby(["group", "competency"], sort=False, as_index=False).agg(
        people=("staff_id", "size"), gap=("gap", "mean"), pull=("pull", "sum")
    )
    table["largest"] = table.index.isin(
        table[table["pull"] > 0].sort_values(["pull", "gap"], ascending=False, kind="stable")
        .drop_duplicates("group").index
    )  # fmt: skip
    parts = [_redrawn(rows[at], cell[at], rng, int(draws)) for at in _blocks(rows["group"], int(draws))]
    redrawn = np.vstack([np.empty((0, 3)), *parts])
    table[["gap_low", "gap_high", "first"]] = redrawn
    table["settled"] = table["first"] >= SETTLED
    return named(table[["group", *_COLUMNS]], by)


_COLUMNS = ["competency", "people", "gap", "gap_low", "gap_high", "largest", "first", "settled"]


def _rows(gaps: pd.DataFrame, staff: pd.DataFrame | None, by: str) -> pd.DataFrame:
    """Checked gaps by group and competency, with the mean of each group and what can be relied on."""
    numbers = ["required", "score", "se"]
    checks.require_columns(gaps, numbers, name="gaps")
    rows = grouped(gaps, staff, by=by).assign(**{name: frames.number(gaps, name) for name in numbers})
    for name in numbers[:2]:
        checks.require_bounds(rows[name], name=f"gaps.{name}", minimum=LOWEST, maximum=HIGHEST)
    checks.require_bounds(rows["se"].dropna(), name="gaps.se", minimum=0.0)
    rows = rows.sort_values(["group", "competency", "staff_id"], ignore_index=True)
    cells = rows.groupby(["group", "competency"])["score"]
    free, off = 1 - 1 / cells.transform("size"), rows["score"] - cells.transform("mean")
    pooled = pd.DataFrame({"off": off**2, "free": free, "noise": rows["se"] ** 2 * free}).groupby(rows["competency"])
    return rows.assign(**pooled.transform("sum"))


def _blocks(group: pd.Series, draws: int) -> list[slice]:
    """Runs of whole groups that together stay small enough to redraw at once."""
    sizes = group.groupby(group, sort=False).size().cumsum().to_numpy()
    starts, most = [0], max(1, _CELLS // draws)
    for end, after in zip(sizes[:-1], sizes[1:], strict=True):
        if after - starts[-1] > most:
            starts.append(int(end))
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], len(group)], strict=True) if end > start]


def _redrawn(rows: pd.DataFrame, cell: npt.NDArray[np.int64], rng: np.random.Generator, draws: int) -> Array:
    """P10 and P90 of each cell's mean gap, and how often its weighted gap is the group's largest."""
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    place = cell - cell[0]
    x, se, weight, required = (
        rows[name].to_numpy(dtype="float64") for name in ("score", "se", "weight", "required")
    )
    spread = _spread(rows, rng, draws)
    total = np.maximum(spread + se**2, 1e-12)
    heavy = np.add.reduceat(1.0 / total, starts, axis=1)
    centre = np.add.reduceat(x / total, starts, axis=1) / heavy
    centre += rng.standard_normal(centre.shape) / np.sqrt(heavy)
    reliable = spread / total
    true = (1 - reliable) * centre[:, place] + reliable * x
    true += np.sqrt(reliable) * se * rng.standard_normal(true.shape)
    gap = np.maximum(0.0, required - np.clip(true, LOWEST, HIGHEST))
    low, high = np.quantile(np.add.reduceat(gap, starts, axis=1) / np.bincount(place), [0.1, 0.9], axis=0)
    pull = np.add.reduceat(weight * gap**2, starts, axis=1)
    group = pd.factorize(rows["group"].to_numpy()[starts])[0]
    most = np.maximum.reduceat(pull, np.flatnonzero(np.diff(group, prepend=-1)), axis=1)[:, group]
    first = np.where(np.isnan(most), np.nan, (pull >= most) & (most > 0)).mean(axis=0)
    return np.column_stack([low, high, first])


def _spread(rows: pd.DataFrame, rng: np.random.Generator, draws: int) -> Array:
    """Variance of true scores within groups, redrawn as its own estimate is uncertain: draws × rows."""
    first = rows.drop_duplicates("competency")
    off, free, noise = (first[name].to_numpy(dtype="float64") for name in ("off", "free", "noise"))
    some = np.where(free > 0.5, free, np.nan)
    total = off / rng.chisquare(np.where(free > 0.5, free, 1.0), (draws, len(first)))
    spread = np.nan_to_num(np.maximum(0.0, total - noise / some))
    return spread[:, pd.Index(first["competency"]).get_indexer(rows["competency"])]
