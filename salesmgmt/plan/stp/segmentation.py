"""The segmentation itself 市场细分: does every customer belong somewhere, to one place, to one worth acting on?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

SMALLEST = 5
"""A segment of fewer customers and prospects is no segment: they can be treated one by one."""


def segmentation(
    customers: pd.DataFrame, segments: pd.DataFrame | None = None, *, smallest: int = SMALLEST
) -> pd.DataFrame:
    """Customers by segment, and what is wrong with the division.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``status`` (existing, prospect, lost; lost ones are left out), ``segment`` (``""``
        is none; a cell may name several).
    segments : DataFrame, optional
        One row per segment: ``segment``; ``market_size``, ``our_revenue`` may be absent. Without it every name
        that a customer has is a segment.
    smallest : int
        Fewest customers and prospects of a segment that is worth acting on, >= 1.

    Returns
    -------
    DataFrame
        Segments in their order, then names that are no segment, then ``""`` for customers without one:
        ``segment``, ``existing``, ``prospects``, ``customers`` (together; a customer who names several counts
        in equal parts), ``share`` (of all), ``shared`` (customers who name another segment too),
        ``market_share`` (our revenue ÷ market size), ``finding`` (unmapped, unknown, none_listed, too_small,
        overlap or ``""``, the first that holds).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, segments repeat or ``smallest`` is below 1.

    References
    ----------
    Kotler & Keller, Marketing management, chapter on segments: measurable, substantial, accessible,
    differentiable, actionable. The smallest size is a choice of ours.

    Examples
    --------
    >>> customers = pd.DataFrame({"status": ["existing", "prospect", "prospect"], "segment": ["Banks", "Banks/Telecom", ""]})
    >>> segmentation(customers, pd.DataFrame({"segment": ["Banks", "Telecom"]}), smallest=1)[
    ...     ["segment", "customers", "shared", "finding"]].values.tolist()
    [['Banks', 1.5, 1, 'overlap'], ['Telecom', 0.5, 1, 'too_small'], ['', 1.0, 0, 'unmapped']]
    """
    checks.require_columns(customers, ["status", "segment"], name="customers")
    checks.require_numbers({"smallest": (">= 1", lambda number: number >= 1)}, smallest=smallest)
    sized = customers[frames.text(customers, "status") != "lost"]
    known = _known(segments, sized)
    counted = _counted(sized, known["segment"].tolist())
    names = [*known["segment"], *sorted(set(counted["segment"]) - {*known["segment"], ""})]
    names += [""] * bool((counted["segment"] == "").any())
    found = pd.DataFrame({"segment": names}, dtype="str")
    for column, status in (("existing", "existing"), ("prospects", "prospect")):
        own = counted[counted["status"] == status].groupby("segment")["part"].sum()
        found[column] = found["segment"].map(own).fillna(0.0)
    found["customers"] = found["existing"] + found["prospects"]
    total = float(found["customers"].sum())
    found["share"] = found["customers"] / (total or np.nan)
    shared = counted[counted["part"] < 1.0].groupby("segment").size()
    found["shared"] = found["segment"].map(shared).fillna(0).astype("int64")
    sizes = known.set_index("segment")
    found["market_share"] = found["segment"].map(sizes["our_revenue"] / sizes["market_size"])
    return found.assign(finding=_findings(found, set(known["segment"]), smallest))


def _known(segments: pd.DataFrame | None, customers: pd.DataFrame) -> pd.DataFrame:
    """Segments with their sizes; those that customers name where there is no table."""
    if segments is None or segments.empty:
        names = sorted(set(frames.text(customers, "segment")) - {""})
        return pd.DataFrame({"segment": names, "our_revenue": np.nan, "market_size": np.nan})
    checks.require_columns(segments, ["segment"], name="segments")
    checks.require_unique(segments, ["segment"], name="segments")
    size = frames.number(segments, "market_size")
    known = pd.DataFrame({"segment": frames.text(segments, "segment"), "market_size": size.where(size > 0)})
    return known.assign(our_revenue=frames.number(segments, "our_revenue"))


def _counted(customers: pd.DataFrame, known: list[str]) -> pd.DataFrame:
    """One row per customer and segment it names, with its part of one."""
    rows = []
    statuses, texts = frames.text(customers, "status"), frames.text(customers, "segment").str.strip()
    for status, name in zip(statuses, texts, strict=True):
        several = [part for part in frames.split_ids(name) if part in known] if name not in known else []
        several = several if len(several) > 1 else [name]
        rows += [(status, part, 1.0 / len(several)) for part in several]
    return pd.DataFrame(rows, columns=["status", "segment", "part"]).astype({"segment": "str"})


def _findings(found: pd.DataFrame, known: set[str], smallest: int) -> pd.Series:
    """What is wrong with each row, the gravest first."""
    name, size = found["segment"], found["customers"]
    wrong = np.select(
        [name == "", ~name.isin(known), size == 0, size < smallest, found["shared"] > 0],
        ["unmapped", "unknown", "none_listed", "too_small", "overlap"],
        default="",
    )
    return pd.Series(wrong, index=found.index, dtype="str")
