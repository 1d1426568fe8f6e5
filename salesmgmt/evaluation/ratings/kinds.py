"""How far raters of each kind agree 评分一致性, and whether their mean can be relied on."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pandas as pd

from salesmgmt import agreement as coefficients
from salesmgmt.evaluation.ratings.pooling import crossed, nested, together
from salesmgmt.evaluation.ratings.reading import CELL, KINDS, MIN_PEOPLE, by_others

GOOD, MODERATE = 0.75, 0.50
"""Reliability from which raters agree, and from which they agree in part (Koo & Li)."""

ENOUGH = 0.80
"""Reliability of a mean that a person's raters should reach together."""

_FIGURES = ["icc", "low", "high"]
_MEANS = ["icc_mean", "icc_mean_low", "icc_mean_high"]
_KAPPAS = ["kappa", "kappa_low", "kappa_high"]
_COLUMNS = [
    "rater_kind", "people", "compared", "raters", "ratings", "mean", "usual", "form", *_FIGURES, *_MEANS,
    *_KAPPAS, "needed", "verdict", "reason",
]  # fmt: skip


def agreement(assessments: pd.DataFrame) -> pd.DataFrame:
    """How far raters of each kind agree about the same people, and the kinds with each other.

    Parameters
    ----------
    assessments : DataFrame
        One row per person × competency × rater × day: ``staff_id``, ``competency``, ``rater_id``,
        ``rater_kind`` (self, peer, manager, customer), ``score`` (1 to 5), ``assessed_on`` (may be absent).

    Returns
    -------
    DataFrame
        One row per kind of rater but self (manager, peer, customer), and ``all`` where there are two kinds or more:
        ``rater_kind``, ``people`` (rated), ``compared`` (people with two or more raters; for ``all`` people rated by
        every kind that counts), ``raters``, ``ratings`` (counts), ``mean`` (1 to 5), ``usual`` (median number of raters of a
        person and competency; for ``all`` the kinds), ``form`` (ICC(1) where raters differ from person to person, ICC(2)
        where the same rated everybody, ``""`` where there is nothing to compare), ``icc`` (reliability of one
        rating), ``low``, ``high`` (80 % interval), ``icc_mean``, ``icc_mean_low``, ``icc_mean_high`` (of the mean of the usual
        number), ``kappa``, ``kappa_low``, ``kappa_high`` (linear weights, any two raters of a person), ``needed`` (raters a person
        would need for a reliability of 0.8), ``verdict`` (agree, partly, disagree, cannot_tell),
        ``reason`` (of cannot_tell: one_rater, few_people, no_spread, wide). Intervals are missing under ten
        people compared.

    Raises
    ------
    ValueError
        If columns are missing, kinds are unknown, scores are missing or off the scale, or a rater
        rated somebody as two kinds on one day.
    Refused
        If nobody was rated by anybody else.

    Notes
    -----
    The unit is a person's competency. Figures are taken within each competency and pooled, so that competencies
    rated high or low throughout do not pass for agreement about people; the intervals leave out whole people,
    and whole raters, because one rater's severity runs through all he rated. ``all`` takes the
    means of the kinds as raters: its ``icc_mean`` is the reliability of the competency score itself, as far as
    kinds see the same thing. The verdict reads the interval of ``icc_mean``, since the mean is what is used: agree from 0.75 up,
    partly from 0.5 up, disagree below 0.5 throughout.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 1 能力 (胜任力模型测评). Koo & Li (2016), A guideline of selecting and reporting
    intraclass correlation coefficients, Journal of Chiropractic Medicine 15(2), 155–163, for the cut-offs (stated for
    95 % intervals). Shrout & Fleiss (1979), Psychological Bulletin 86(2), 420–428.

    Examples
    --------
    >>> who = {"staff_id": ["S1", "S1", "S2", "S2"], "competency": "listening", "rater_id": ["R1", "R2", "R3", "R4"]}
    >>> found = agreement(pd.DataFrame({**who, "rater_kind": "peer", "score": [5, 4, 2, 1]}))
    >>> found[["rater_kind", "usual", "form", "verdict", "reason"]].values.tolist()
    [['peer', 2, 'ICC(1)', 'cannot_tell', 'few_people']]
    """
    rows = by_others(assessments)
    present = [kind for kind in KINDS if (rows["rater_kind"] == kind).any()]
    found = [_of_kind(rows[rows["rater_kind"] == kind], kind) for kind in present]
    if len(present) > 1:
        found.append(_of_all(rows, present))
    table = pd.DataFrame([_judged(row) for row in found], columns=_COLUMNS)
    whole = dict.fromkeys(["people", "compared", "raters", "ratings", "usual"], "int64")
    kinds = dict.fromkeys(["rater_kind", "form", "verdict", "reason"], "str")
    numbers = dict.fromkeys(["mean", *_FIGURES, *_MEANS, *_KAPPAS], "float64")
    return table.astype({**whole, **kinds, **numbers, "needed": "Int64"})


def _of_kind(rows: pd.DataFrame, kind: str) -> dict[str, Any]:
    """Counts and coefficients of one kind of rater."""
    number = rows.groupby(CELL)["score"].transform("size")
    both = rows[number >= 2]
    row = _counted(rows, kind) | {
        "compared": both["staff_id"].nunique(),
        "usual": statistics.median_low(number[~rows.duplicated(CELL)].tolist()),
        "form": "",
    }
    if both.empty:
        return row | {"reason": "one_rater"}
    same = len(both) == (~both.duplicated(CELL)).sum() * both["rater_id"].nunique()
    coefficient = nested(both) | (crossed(both) if same else {})
    return row | coefficient | {"form": "ICC(2)" if same else "ICC(1)"}


def _of_all(rows: pd.DataFrame, present: list[str]) -> dict[str, Any]:
    """Counts and coefficient of the kinds with each other, over people whom every kind rated."""
    people = rows.groupby("rater_kind")["staff_id"].nunique()
    kinds = [kind for kind in present if people[kind] >= MIN_PEOPLE]
    counted = rows[rows["rater_kind"].isin(kinds)]
    whole = counted[counted.groupby(CELL)["rater_kind"].transform("nunique") == len(kinds)]
    row = _counted(rows, "all") | {"compared": 0, "usual": len(kinds), "form": ""}
    if len(kinds) < 2 or whole.empty:
        return row | {"reason": "few_people"}
    compared = {"compared": whole["staff_id"].nunique(), "form": "ICC(2)"}
    return row | compared | together(whole)


def _counted(rows: pd.DataFrame, kind: str) -> dict[str, Any]:
    """What the ratings of a kind are."""
    return {
        "rater_kind": kind,
        "people": rows["staff_id"].nunique(),
        "raters": rows["rater_id"].nunique(),
        "ratings": len(rows),
        "mean": rows["score"].mean(),
    }


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the reliability of the mean, the raters needed and the verdict."""
    blank: dict[str, Any] = dict.fromkeys([*_FIGURES, *_MEANS, *_KAPPAS], np.nan)
    row = blank | {"needed": pd.NA, "reason": ""} | row
    if row["compared"] < MIN_PEOPLE:
        row |= dict.fromkeys(["low", "high", "kappa_low", "kappa_high"], np.nan)
        row["reason"] = row["reason"] or "few_people"
    row |= {
        name: coefficients.mean_of(row[single], row["usual"])
        for single, name in zip(_FIGURES, _MEANS, strict=True)
    }
    told = not row["reason"] and math.isfinite(row["low"])
    if told and row["icc"] > 0 and row["rater_kind"] != "all":
        row["needed"] = _needed(row["icc"])
    row["verdict"] = _verdict(row["icc_mean_low"], row["icc_mean_high"]) if told else "cannot_tell"
    if row["verdict"] == "cannot_tell":
        row["reason"] = row["reason"] or ("wide" if told else "no_spread")
    return row


def _needed(icc: float) -> int:
    """Raters whose mean is reliable enough."""
    return max(1, math.ceil(ENOUGH * (1 - icc) / (icc * (1 - ENOUGH)) - 1e-9))


def _verdict(low: float, high: float) -> str:
    """What an interval of reliability shows."""
    if low >= GOOD:
        return "agree"
    if low >= MODERATE:
        return "partly"
    return "disagree" if high < MODERATE else "cannot_tell"
