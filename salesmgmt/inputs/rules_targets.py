"""Rules of the target's inputs: segments without wins, wins without a rate or an amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.keys import first_few
from salesmgmt.inputs.settings import Settings

__all__ = ["targets"]

Frames = Mapping[str, pd.DataFrame]


def targets(tables: Frames, settings: Settings) -> Iterator[Problem]:
    """Every problem and warning of what the target and the prospects it takes are computed from.

    Parameters
    ----------
    tables : Mapping
        Typed tables, as far as they could be read.
    settings : Settings
        engagement.toml as used.

    Yields
    ------
    Problem
        Errors: new wins given for some segments only; prospects taken from the target (``sizing.prospects_from``) where
        nobody states new wins, or not at what rate they are won. Warning: new wins without an average contract, which
        add nothing to the forecast.
    """
    segments = tables.get("segments")
    if segments is not None:
        yield from _partly(segments)
        yield from _without_amount(segments)
    if settings.values.get("sizing.prospects_from") == "target":
        yield from _required(segments, settings)


def _partly(segments: pd.DataFrame) -> Iterator[Problem]:
    """Blank is not zero: a segment without wins is left out of the target and of the prospects it takes."""
    blank = segments["new_wins"].isna()
    if blank.any() and not blank.all():
        fields = {
            "count": int(blank.sum()),
            "named": first_few(segments.loc[blank, "segment"]),
            "at": tuple(np.flatnonzero(blank)),
        }
        yield Problem("segments", "inputs.wins_partly", fields, column="new_wins")


def _without_amount(segments: pd.DataFrame) -> Iterator[Problem]:
    bare = (segments["new_wins"] > 0) & segments["average_contract"].isna()
    if bare.any() and segments["average_contract"].notna().any():
        fields = {"count": int(bare.sum()), "named": first_few(segments.loc[bare, "segment"])}
        yield Problem("segments", "inputs.wins_without_amount", fields, column="average_contract", severity="warning")  # fmt: skip


def _required(segments: pd.DataFrame | None, settings: Settings) -> Iterator[Problem]:
    """What prospects are computed from: new wins ÷ win rate, of the segments or else of the company."""
    wins, rate = (settings.assumptions.get((f"sizing.{name}", "")) for name in ("new_wins", "win_rate"))
    if segments is None or segments["new_wins"].isna().all():
        if wins is None or not wins.value or wins.value <= 0:
            yield Problem("engagement", "inputs.no_new_wins", column="sizing.prospects_from")
        elif rate is None:
            yield Problem("engagement", "inputs.no_win_rate", column="sizing.prospects_from")
        return
    sought = segments[segments["new_wins"] > 0]
    if sought.empty:
        yield Problem("engagement", "inputs.no_new_wins", column="sizing.prospects_from")
    bare = sought[sought["win_rate"].isna()]
    if rate is None and len(bare):
        fields = {"count": len(bare), "named": first_few(bare["segment"]), "at": tuple(bare.index)}
        yield Problem("segments", "inputs.wins_without_rate", fields, column="win_rate")
