"""Positioning 市场定位: where the brands stand in each segment, and who is nearest to us."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused

BRANDS = 3
"""Two brands always lie on one line: a map needs three, and three attributes."""


@dataclass(frozen=True)
class PositionMap:
    """A map of two dimensions and how much of the differences it shows.

    Attributes
    ----------
    brands : DataFrame
        One row per segment × brand: ``segment``, ``brand``, ``us``, ``x``, ``y`` (points, the middle of the
        segment's brands at 0), ``distance`` (to us, points per attribute in all attributes), ``nearest`` (the
        rival with the least distance).
    attributes : DataFrame
        One row per attribute: ``attribute``, ``x``, ``y`` (loadings, −1 to 1).
    explained : float
        Share of the variance of all attributes that the two dimensions show.
    first, second : float
        Share of each dimension.
    """

    brands: pd.DataFrame
    attributes: pd.DataFrame
    explained: float
    first: float
    second: float


def position_map(positions: pd.DataFrame) -> PositionMap:
    """Brands of all segments on one map.

    Parameters
    ----------
    positions : DataFrame
        One row per brand × segment × attribute: ``brand``, ``attribute``, ``score``, ``us`` (bool: our own
        brand); ``segment`` may be absent (one market). Every brand of a segment has every attribute; of each
        segment one brand is ours.

    Returns
    -------
    PositionMap

    Raises
    ------
    TypeError, ValueError
        If columns or scores are missing, rows repeat, a brand lacks an attribute, or a segment has no brand or
        several of ours.
    Refused
        If there are fewer than three brands in every segment or fewer than three attributes, or all brands are alike.

    Notes
    -----
    Scores less the mean of the segment's brands, attributes unscaled (they have one scale); the two leading
    singular vectors. Each dimension's largest loading is positive. Distances are root mean squares over all
    attributes, so a map that shows little does not decide who is near.

    References
    ----------
    Gabriel (1971), The biplot graphic display of matrices, Biometrika 58(3), 453–467. Lilien & Rangaswamy,
    Marketing engineering, chapter on positioning.

    Examples
    --------
    >>> positions = pd.DataFrame({"brand": list("AAABBBCCC"), "us": [True] * 3 + [False] * 6,
    ...     "attribute": ["price", "quality", "speed"] * 3, "score": [3, 4, 3, 3, 3, 2, 5, 1, 4]})
    >>> found = position_map(positions)
    >>> found.brands.loc[found.brands["nearest"], "brand"].item(), round(found.explained, 6)
    ('B', 1.0)
    """
    cells, ours = _profiles(positions)
    segment = cells.index.get_level_values("segment")
    if cells.groupby(level="segment").size().max() < BRANDS or cells.shape[1] < BRANDS:
        raise Refused("plan.stp_few_brands")
    middle = cells.groupby(level="segment").transform("mean")
    centred = (cells - middle).to_numpy()
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    variance = sizes**2
    if variance.sum() < 1e-12:
        raise Refused("plan.stp_brands_alike")
    axes = axes[:2] * np.sign(axes[np.arange(2), np.abs(axes[:2]).argmax(axis=1)])[:, None]
    share = variance[:2] / variance.sum()
    apart = _distances(cells, ours)
    brands = pd.DataFrame({"segment": segment, "brand": cells.index.get_level_values("brand"), "us": ours})
    brands["x"], brands["y"] = (centred @ axes.T).T
    brands = brands.assign(distance=apart, nearest=_nearest(brands.assign(distance=apart)))
    loadings = pd.DataFrame({"attribute": cells.columns.astype("str"), "x": axes[0], "y": axes[1]})
    return PositionMap(brands, loadings, float(share.sum()), float(share[0]), float(share[1]))


def rivals(positions: pd.DataFrame) -> pd.DataFrame:
    """The nearest rival in every segment, and what sets us apart from it.

    Parameters
    ----------
    positions : DataFrame
        As :func:`position_map` takes them.

    Returns
    -------
    DataFrame
        One row per segment, the nearest rival first: ``segment``, ``brands`` (number), ``rival``, ``distance`` (points per attribute),
        ``ahead`` (attribute where we lead it most, ``""`` if nowhere), ``ahead_by``, ``behind`` (where we
        trail it most), ``behind_by`` (points; 0 if nowhere).

    Raises
    ------
    TypeError, ValueError
        As :func:`position_map` raises.

    References
    ----------
    As :func:`position_map`.

    Examples
    --------
    >>> positions = pd.DataFrame({"brand": ["A", "A", "B", "B"], "us": [True, True, False, False],
    ...     "attribute": ["price", "speed"] * 2, "score": [3, 4, 4, 2]})
    >>> rivals(positions)[["rival", "ahead", "ahead_by", "behind", "behind_by"]].values.tolist()
    [['B', 'speed', 2.0, 'price', 1.0]]
    """
    cells, ours = _profiles(positions)
    distances = pd.Series(_distances(cells, ours), index=cells.index).where(~ours)
    rows = []
    for name in cells.index.get_level_values("segment").unique():
        own = cells.xs(name, level="segment")
        rival = str(distances.xs(name, level="segment").idxmin())
        us = own[ours[cells.index.get_level_values("segment") == name]].iloc[0]
        lead = us - own.loc[rival]
        ahead = str(lead.idxmax()) if lead.max() > 0 else ""
        behind = str(lead.idxmin()) if lead.min() < 0 else ""
        least = float(distances.xs(name, level="segment").min())
        rows.append((name, len(own), rival, least, ahead, max(lead.max(), 0.0), behind, max(-lead.min(), 0.0)))  # fmt: skip
    columns = ["segment", "brands", "rival", "distance", "ahead", "ahead_by", "behind", "behind_by"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values("distance", kind="stable", ignore_index=True)


def _profiles(positions: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Scores by (segment, brand) and attribute, in order of first appearance, and which rows are ours."""
    checks.require_columns(positions, ["brand", "attribute", "score", "us"], name="positions")
    read = pd.DataFrame({name: frames.text(positions, name) for name in ("segment", "brand", "attribute")})
    read = read.assign(score=frames.number(positions, "score"), us=positions["us"].astype("bool"))
    checks.require_unique(read, ["segment", "brand", "attribute"], name="positions")
    checks.require_bounds(read["score"], name="positions.score")
    cells = read.pivot(index=["segment", "brand"], columns="attribute", values="score")
    order = read.drop_duplicates(["segment", "brand"])[["segment", "brand"]]
    segments = order["segment"].unique()
    order = order.sort_values("segment", key=lambda names: names.map(list(segments).index), kind="stable")
    cells = cells.reindex(pd.MultiIndex.from_frame(order), columns=read["attribute"].unique())
    lacking = cells.index[cells.isna().any(axis=1)].tolist()
    if lacking:
        raise ValueError(f"positions lack an attribute for (segment, brand) {lacking}")
    ours = read.groupby(["segment", "brand"])["us"].any().reindex(cells.index)
    counts = pd.DataFrame({"us": ours, "all": 1}).groupby(level="segment").sum()
    wrong = counts.index[(counts["us"] != 1) | (counts["all"] < 2)].tolist()
    if wrong:
        raise ValueError(f"segments {wrong} must have one brand of ours and a rival")
    return cells, ours.to_numpy(dtype="bool")


def _distances(cells: pd.DataFrame, ours: np.ndarray) -> np.ndarray:
    """Root mean square over the attributes between each brand and ours in its segment."""
    us = cells[ours].droplevel("brand").reindex(cells.index.get_level_values("segment")).to_numpy()
    return np.asarray(np.sqrt(((cells.to_numpy() - us) ** 2).mean(axis=1)))


def _nearest(brands: pd.DataFrame) -> pd.Series:
    """Whether a brand is the rival nearest to us in its segment."""
    others = brands["distance"].where(~brands["us"])
    first = others.groupby(brands["segment"]).idxmin()
    return pd.Series(brands.index.isin(first), index=brands.index)
