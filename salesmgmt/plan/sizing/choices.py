"""Which prospects to visit: what each answer takes in people.

Every prospect that is listed may be visited, or only those that the target requires; and how many it requires
depends on the win rate that is believed. The choice often moves the headcount more than any assumption does.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from salesmgmt.plan.sizing.adjustments import adjust
from salesmgmt.plan.sizing.pieces import Capacity
from salesmgmt.plan.sizing.simulation import simulate
from salesmgmt.plan.sizing.targets import prospects
from salesmgmt.plan.sizing.team import five_steps
from salesmgmt.uncertainty import same_again, spread


def by_prospects(
    customers: pd.DataFrame,
    coverage: pd.DataFrame,
    targets: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    visits_per_rep: Capacity,
    adjustments: pd.DataFrame,
    cutoffs: Mapping[str, float] | None = None,
    observed: Mapping[str, float] | None = None,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The headcount for each answer to the question which prospects are visited.

    Parameters
    ----------
    customers, coverage
        As :func:`~salesmgmt.plan.sizing.five_steps` takes them.
    targets : DataFrame
        New wins and win rates, as :func:`~salesmgmt.plan.sizing.win_targets` returns them.
    ranges : DataFrame
        As :func:`~salesmgmt.plan.sizing.simulate` takes them.
    visits_per_rep, adjustments, cutoffs
        As :func:`~salesmgmt.plan.sizing.five_steps` and :func:`~salesmgmt.plan.sizing.adjust` take them.
    observed : mapping, optional
        ``win_rate``, ``low``, ``high`` (P10, P90) of the deals decided of late, all above 0.
    rng : numpy.random.Generator
        Source of the scrambling; every choice starts from the same state.

    Returns
    -------
    DataFrame
        One row per choice: ``prospects_from`` (``list``: every prospect listed; ``target``: those required at the
        win rate assumed; ``observed``: at the win rate observed), ``prospects`` (customers, unrounded), ``unlisted`` (of
        them still to be found: required beyond those listed, by segment), ``headcount`` (people, rounded up), ``low``, ``high`` (P10, P90; missing where nothing is uncertain).

    Raises
    ------
    TypeError, ValueError
        As the functions named above raise.

    Notes
    -----
    Prospects required = Σ new wins ÷ win rate. The observed rate is one for all segments and brings its own range.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3 团队规模, first step: classes "based on the sales target".

    Examples
    --------
    >>> customers = pd.DataFrame({"status": ["existing"] * 10 + ["prospect"] * 90, "tier": ""})
    >>> coverage = pd.DataFrame({"status": ["existing", "prospect"], "visits_per_year": [20, 10]})
    >>> targets = pd.DataFrame({"new_wins": [10.0], "win_rate": [0.5]})
    >>> ranges = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])
    >>> none = pd.DataFrame(columns=["kind", "value"])
    >>> found = by_prospects(customers, coverage, targets, ranges, visits_per_rep=100, adjustments=none,
    ...     observed={"win_rate": 0.2, "low": 0.1, "high": 0.3}, rng=np.random.default_rng(2027))
    >>> found[["prospects", "headcount"]].values.tolist()
    [[90.0, 11.0], [20.0, 4.0], [50.0, 7.0]]
    """
    asked = {"list": None, "target": targets}
    if observed is not None:
        asked["observed"] = _at_rate(targets, observed)
    rows = []
    for choice, wanted in asked.items():
        source = "list" if wanted is None else "target"
        steps = five_steps(
            customers, coverage, visits_per_rep=visits_per_rep, targets=wanted, cutoffs=cutoffs,
            prospects_from=source,
        )  # fmt: skip
        drawn = simulate(
            steps.frequencies, ranges, visits_per_rep=visits_per_rep, adjustments=adjustments,
            targets=wanted, rng=same_again(rng),
        )  # fmt: skip
        pursued = steps.classes.loc[steps.classes["status"] == "prospect", "customers"].sum()
        unlisted = 0.0 if wanted is None else float(prospects(customers, wanted)["shortfall"].sum())
        sized = {
            "prospects": float(pursued),
            "unlisted": unlisted,
            "headcount": float(adjust(steps.cells, adjustments)),
        }
        rows.append({"prospects_from": choice, **sized, **spread(drawn["headcount"])})
    return pd.DataFrame(rows, columns=["prospects_from", "prospects", "unlisted", "headcount", "low", "high"])


def _at_rate(targets: pd.DataFrame, observed: Mapping[str, float]) -> pd.DataFrame:
    """The same new wins at one win rate for all, with the range it was observed with."""
    return targets.assign(
        win_rate=observed["win_rate"], win_rate_low=observed["low"], win_rate_high=observed["high"]
    )
