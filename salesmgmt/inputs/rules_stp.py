"""Rules of the segments' tables: criteria and their comparisons, scores, positions, judgements of response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from salesmgmt.checks import sums_to_one
from salesmgmt.errors import Problem
from salesmgmt.inputs.keys import first_few
from salesmgmt.pairwise import RANDOM_INDEX, RECIPROCAL

__all__ = ["stp"]

Frames = Mapping[str, pd.DataFrame]


def stp(tables: Frames) -> Iterator[Problem]:
    """Every problem of the tables that segments, brands and responses are judged in.

    Parameters
    ----------
    tables : Mapping
        Typed tables, as far as they could be read.

    Yields
    ------
    Problem
        Errors: weights given for some criteria of an axis only or not summing to one; comparisons that contradict
        each other, are incomplete, of a criterion with itself or of unknown criteria; scores for unknown segments or
        criteria; brands that lack an attribute, segments without our brand or a rival; responses that fall as
        effort rises, subjects that are neither all segments nor all tiers.
    """
    criteria, pairs = tables.get("criteria"), tables.get("criteria_pairs")
    compared = set() if pairs is None else set(pairs["axis"]) - {""}
    if criteria is not None:
        yield from _weights(criteria, compared)
    if pairs is not None:
        yield from _pairs(pairs, criteria)
    if "segment_scores" in tables:
        yield from _scores(tables)
    if "positions" in tables:
        yield from _positions(tables)
    if "judgements" in tables:
        yield from _judgements(tables)


def _weights(criteria: pd.DataFrame, compared: set[str]) -> Iterator[Problem]:
    """Axes whose weights are partial or do not sum to one; those of an axis that is compared are not used."""
    for axis, own in criteria[~criteria["axis"].isin({"", *compared})].groupby("axis"):
        empty = own["weight"].isna()
        if empty.any() and not empty.all():
            fields = {"axis": axis, "named": first_few(own.loc[empty, "criterion"])}
            yield Problem("criteria", "inputs.criteria_partly", fields, column="weight")
        elif not empty.any() and not sums_to_one(own["weight"].sum()):
            fields = {"axis": axis, "value": f"{own['weight'].sum():.6g}", "count": len(own)}
            yield Problem("criteria", "inputs.criteria_sum", fields, column="weight")


def _pairs(pairs: pd.DataFrame, criteria: pd.DataFrame | None) -> Iterator[Problem]:
    """Comparisons that no matrix can hold, axis by axis."""
    whole = pairs.assign(at=range(len(pairs)))
    whole = whole[(pairs["axis"] != "") & (pairs["criterion"] != "") & (pairs["other"] != "")]
    for row in whole[(whole["criterion"] == whole["other"]) & (whole["ratio"] != 1)].to_dict("records"):
        fields = {
            "axis": row["axis"],
            "criterion": row["criterion"],
            "value": f"{row['ratio']:g}",
            "at": (row["at"],),
        }
        yield Problem("criteria_pairs", "inputs.pairs_itself", fields, column="ratio")
    for axis, own in whole.groupby("axis"):
        named = sorted({*own["criterion"], *own["other"]})
        listed = named if criteria is None else criteria.loc[criteria["axis"] == axis, "criterion"].tolist()
        strangers = [name for name in named if name not in listed]
        if strangers:
            stray = own["criterion"].isin(strangers) | own["other"].isin(strangers)
            fields = {"axis": axis, "value": ", ".join(strangers), "named": first_few(listed), "at": tuple(own.loc[stray, "at"])}  # fmt: skip
            yield Problem("criteria_pairs", "inputs.pairs_unknown", fields, column="criterion")
        elif len(listed) > len(RANDOM_INDEX):
            fields = {"axis": axis, "count": len(listed), "most": len(RANDOM_INDEX)}
            yield Problem("criteria_pairs", "inputs.pairs_many", fields, column="criterion")
        else:
            yield from _compared(str(axis), own, listed)


def _compared(axis: str, own: pd.DataFrame, listed: list[str]) -> Iterator[Problem]:
    """Judgements that contradict their reciprocal, and pairs that nobody compared."""
    apart = own[own["criterion"] != own["other"]].dropna(subset="ratio")
    turned = apart["criterion"] > apart["other"]
    placed = pd.DataFrame(
        {
            "item": apart["criterion"].mask(turned, apart["other"]),
            "other": apart["other"].mask(turned, apart["criterion"]),
            "rater": apart["rater"],
            "ratio": apart["ratio"].mask(turned, 1 / apart["ratio"]),
            "at": apart["at"],
        }
    )
    span = placed.groupby(["item", "other", "rater"], as_index=False).agg(
        low=("ratio", "min"), high=("ratio", "max"), at=("at", tuple)
    )
    for row in span[span["high"] / span["low"] > 1 + RECIPROCAL].to_dict("records"):
        ends = {end: f"{row[end]:.3g}" for end in ("low", "high")}
        fields = {"axis": axis, "criterion": row["item"], "other": row["other"], **ends, "at": row["at"]}
        yield Problem("criteria_pairs", "inputs.pairs_not_reciprocal", fields, column="ratio")
    judged = set(zip(placed["item"], placed["other"], strict=True))
    absent = [pair for pair in combinations(sorted(listed), 2) if pair not in judged]
    if absent:
        fields = {"axis": axis, "count": len(absent), "named": first_few(" – ".join(pair) for pair in absent)}
        yield Problem("criteria_pairs", "inputs.pairs_absent", fields, column="criterion")


def _scores(tables: Frames) -> Iterator[Problem]:
    scores = tables["segment_scores"]
    if "segments" in tables:
        yield from _strangers(scores["segment"], tables["segments"]["segment"], "segment_scores")
    if "criteria" in tables:
        known = set(zip(tables["criteria"]["axis"], tables["criteria"]["criterion"], strict=True))
        named = zip(scores["axis"], scores["criterion"], strict=True)
        for axis, criterion in sorted({pair for pair in named if "" not in pair} - known):
            fields = {"axis": axis, "criterion": criterion}
            yield Problem("segment_scores", "inputs.scored_unknown", fields, column="criterion")


def _positions(tables: Frames) -> Iterator[Problem]:
    positions = tables["positions"]
    if "segments" in tables:
        yield from _strangers(positions["segment"], tables["segments"]["segment"], "positions")
    attributes = sorted(set(positions["attribute"]) - {""})
    for name in positions["segment"].unique():
        own, segment = positions[positions["segment"] == name], name or "—"
        ours = own.groupby("brand")["us"].any()
        if ours.sum() != 1 or len(ours) < 2:
            fields = {"segment": segment, "count": int(ours.sum()), "brands": len(ours)}
            yield Problem("positions", "inputs.positions_us", fields, column="us")
        for brand in own["brand"].unique():
            lacking = [a for a in attributes if a not in set(own.loc[own["brand"] == brand, "attribute"])]
            if lacking:
                fields = {"brand": brand, "segment": segment, "value": ", ".join(lacking)}
                yield Problem("positions", "inputs.positions_lacking", fields, column="attribute")


def _judgements(tables: Frames) -> Iterator[Problem]:
    """Subjects of two kinds or of none, and answers that fall as effort rises."""
    judged, customers = tables["judgements"], tables.get("customers")
    if customers is not None:
        kinds = {name: set(customers[name]) - {""} for name in ("segment", "tier")}
        best = max(kinds, key=lambda kind: judged["subject"].isin(kinds[kind]).sum())
        strangers = sorted(set(judged["subject"]) - kinds[best] - {""})
        if strangers:
            fields = {"value": ", ".join(first_few(strangers)), "named": first_few(sorted(kinds[best]))}
            yield Problem("judgements", "inputs.judged_unknown", fields, column="subject")
    for (name, _), own in judged.dropna(subset=["effort", "response"]).groupby(
        ["subject", "judge"], sort=False
    ):
        subject, steps = str(name), own[["effort", "response"]]
        if not (own["effort"] == 1.0).any():
            steps = pd.concat([steps, pd.DataFrame({"effort": [1.0], "response": [1.0]})])
        steps = steps.sort_values("effort", kind="stable")
        falls = np.flatnonzero(np.diff(steps["response"].to_numpy()) < 0)
        if len(falls):
            at = steps.iloc[[falls[0], falls[0] + 1]]
            low, high = (f"{value:g}" for value in at["effort"])
            before, after = (f"{value:g}" for value in at["response"])
            fields = {"subject": subject, "low": low, "high": high, "before": before, "after": after}
            yield Problem("judgements", "inputs.response_falls", fields, column="response")
        elif (own.loc[own["effort"] == 1.0, "response"] <= 0).any():
            fields = {"subject": subject}
            yield Problem("judgements", "inputs.response_today", fields, column="response")


def _strangers(named: pd.Series, known: pd.Series, table: str) -> Iterator[Problem]:
    """Segments that the table of segments does not have."""
    for name in sorted(set(named) - set(known) - {""}):
        yield Problem(
            table, "inputs.segment_not_listed", {"value": name, "named": first_few(known)}, column="segment"
        )
