"""Visits that could move between classes, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt.allocation import shifting
from salesmgmt.errors import Refused

CLASSES = pd.DataFrame(
    {
        "tier": list("ABCD"),
        "customers": [10, 20, 30, 40],
        "per_year": [12.0, 15.0, 4.0, 9.0],
        "policy": [10.0, 10.0, 8.0, 10.0],
        "verdict": ["cannot_tell", "above", "below", "below"],
    }
).assign(ratio=lambda frame: frame["per_year"] / frame["policy"])


def test_only_clear_findings_move_and_the_share_is_at_most_all():
    found = shifting.movable(CLASSES)
    assert (found.beyond, found.lacking, found.covered) == (100.0, 160.0, 0.625)
    assert (found.giver["tier"], found.taker["tier"]) == ("B", "C")
    assert shifting.movable(CLASSES.assign(per_year=[12.0, 50.0, 4.0, 9.0])).covered == 1.0


@pytest.mark.parametrize("gone", ["above", "below"])
def test_without_givers_or_takers_nothing_moves(gone):
    with pytest.raises(Refused, match="plan.nothing_to_move"):
        shifting.movable(CLASSES[CLASSES["verdict"] != gone])
