"""Rules of the environment's tables: factors and their ratings, strategies, initiatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from salesmgmt.checks import ELEMENTS, LOOKS, sums_to_one
from salesmgmt.errors import Problem
from salesmgmt.frames import split_ids
from salesmgmt.inputs.keys import first_few

__all__ = ["swot"]

_WEIGHTS = {"internal": "inputs.weights_inside", "external": "inputs.weights_outside"}
_MODEL_OF = {element: model for model, elements in ELEMENTS.items() for element in elements}

_LISTS = (
    ("strategies", "strategy_id", "factor_ids", "factors", "factor_id"),
    ("strategies", "strategy_id", "initiative_ids", "initiatives", "initiative_id"),
    ("initiatives", "initiative_id", "factor_ids", "factors", "factor_id"),
)
"""Table, its key, the column that lists ids, the table these are of, and its key."""

Frames = Mapping[str, pd.DataFrame]


def swot(tables: Frames) -> Iterator[Problem]:
    """Every problem and warning of the environment's tables.

    Parameters
    ----------
    tables : Mapping
        Typed tables, as far as they could be read.

    Yields
    ------
    Problem
        Errors: weights that do not sum to one on a side, an element of another model, lists that name unknown
        ids, a factor scored for some strategies only. Warnings: ratings against the convention, factors
        without a rating.
    """
    if "factors" in tables:
        yield from _weights(tables["factors"])
        yield from _elements(tables["factors"])
        yield from _ratings(tables)
    for table, key, column, of, of_key in _LISTS:
        if table in tables and of in tables:
            yield from _unknown(tables[table], table, key, column, of, set(tables[of][of_key]))
    if "strategy_scores" in tables:
        yield from _partly_scored(tables["strategy_scores"])


def _weights(factors: pd.DataFrame) -> Iterator[Problem]:
    """Sides whose weights do not sum to one, once every factor has its look and its weight."""
    if (factors["look"] == "").any() or factors["weight"].isna().any():
        return
    for side, id in _WEIGHTS.items():
        weights = factors.loc[factors["look"].isin(LOOKS[side]), "weight"]
        if len(weights) and not sums_to_one(weights.sum()):
            fields = {"value": f"{weights.sum():.6g}", "count": len(weights)}
            yield Problem("factors", id, fields, column="weight")


def _elements(factors: pd.DataFrame) -> Iterator[Problem]:
    other = factors["element"].map(_MODEL_OF).fillna(factors["model"]) != factors["model"]
    for row in factors[other & (factors["model"] != "")].to_dict("records"):
        fields = {"factor": row["factor_id"], "element": row["element"], "model": row["model"]}
        codes = ELEMENTS[row["model"]]
        yield Problem("factors", "inputs.element_of_another", {**fields, "codes": codes}, column="element")


def _ratings(tables: Frames) -> Iterator[Problem]:
    """Ratings against the convention, raters' median before the typed one; factors with neither."""
    factors = tables["factors"]
    rating = factors["rating"]
    if "factor_ratings" in tables:
        medians = tables["factor_ratings"].groupby("factor_id")["rating"].median()
        rating = factors["factor_id"].map(medians).fillna(rating)
    inside, helps = factors["look"].isin(LOOKS["internal"]), factors["effect"] > 0
    against = inside & ((helps & (rating < 3)) | (~helps & (rating > 2)))
    for id, found in (("inputs.rated_against", against), ("inputs.not_rated", rating.isna())):
        if found.any():
            fields = {"count": int(found.sum()), "named": first_few(factors.loc[found, "factor_id"])}
            yield Problem("factors", id, fields, column="rating", severity="warning")


def _unknown(
    frame: pd.DataFrame, table: str, key: str, column: str, of: str, known: set[str]
) -> Iterator[Problem]:
    for id, listed in zip(frame[key], frame[column], strict=True):
        strangers = [name for name in split_ids(listed) if name not in known]
        if strangers:
            fields = {"row_id": id, "value": ", ".join(strangers), "ref": of}
            yield Problem(table, "inputs.unknown_listed", fields, column=column)


def _partly_scored(scores: pd.DataFrame) -> Iterator[Problem]:
    """Factors that some of the strategies compared are scored on, and others not."""
    scored = scores.dropna(subset="score")
    compared = sorted(scored["strategy_id"].unique())
    for factor, own in scored.groupby("factor_id")["strategy_id"]:
        lacking = [strategy for strategy in compared if strategy not in set(own)]
        if lacking:
            fields = {"factor": factor, "value": ", ".join(lacking)}
            yield Problem("strategy_scores", "inputs.partly_scored", fields, column="score")
