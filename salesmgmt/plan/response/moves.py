"""What the curves say about the visits of today: their shares by a rule, and a few of them moved."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.errors import Refused
from salesmgmt.plan.response.curves import respond

USUAL_ELASTICITY = 0.34
"""Mean sales elasticity of personal selling over industries (Albers, Mantrala & Sridhar 2010)."""


def base(
    customers: pd.DataFrame, visits: pd.DataFrame, revenue: pd.DataFrame, subjects: pd.Series, *, as_of: pd.Timestamp
) -> pd.DataFrame:  # fmt: skip
    """Visits and money of each subject over the last twelve months: what effort 1 and response 1 stand for.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id``, ``segment``, ``tier``; ``status`` may be absent (lost customers are left
        out).
    visits : DataFrame
        ``month``, ``customer_id``, ``visits`` (number); ``kind`` may be absent (phone calls are no visits).
    revenue : DataFrame
        ``month``, ``customer_id``, ``amount``; ``direct_cost`` may be absent.
    subjects : Series of str
        All of them segments, or all of them tiers.
    as_of : Timestamp
        Day the data stand at.

    Returns
    -------
    DataFrame
        One row per subject: ``subject``, ``visits``, ``revenue``, ``contribution`` (revenue less direct cost;
        the revenue where a cost is not known), both money.

    Raises
    ------
    TypeError, ValueError
        If columns are missing or subjects are neither all segments nor all tiers of customers.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "segment": ["Banks"], "tier": ["A"]})
    >>> month = pd.Timestamp("2026-10-01")
    >>> visits = pd.DataFrame({"month": [month], "customer_id": "C1", "visits": 4})
    >>> revenue = pd.DataFrame({"month": [month], "customer_id": "C1", "amount": 100.0, "direct_cost": 80.0})
    >>> base(customers, visits, revenue, pd.Series(["Banks"]), as_of=pd.Timestamp("2026-10-31")).values.tolist()
    [['Banks', 4.0, 100.0, 20.0]]
    """
    checks.require_columns(customers, ["customer_id"], name="customers")
    checks.require_columns(visits, ["month", "customer_id", "visits"], name="visits")
    checks.require_columns(revenue, ["month", "customer_id", "amount"], name="revenue")
    names = list(dict.fromkeys(subjects))
    fits = [c for c in ("segment", "tier") if set(names) <= set(frames.text(customers, c))]
    if not fits:
        raise ValueError(f"subjects {names} must all be segments or all be tiers of customers")
    group = frames.text(customers, fits[0]).set_axis(customers["customer_id"])
    group = group[(frames.text(customers, "status") != "lost").to_numpy()]
    since = as_of - pd.DateOffset(months=12)
    made, billed = (t[(t["month"] > since) & (t["month"] <= as_of)] for t in (visits, revenue))
    made = made[frames.text(made, "kind") != "call"]
    cost = frames.number(billed, "direct_cost")
    money = billed.assign(contribution=billed["amount"] - (cost if cost.notna().all() else 0.0))
    sums = money.groupby(money["customer_id"].map(group))[["amount", "contribution"]].sum().reindex(names)
    number = made.groupby(made["customer_id"].map(group))["visits"].sum().reindex(names)
    found = pd.DataFrame({"subject": names, "visits": number.to_numpy(dtype="float64")})
    return found.assign(revenue=sums["amount"].to_numpy(), contribution=sums["contribution"].to_numpy()).fillna(0.0)  # fmt: skip


def shares(fitted: pd.DataFrame, grounds: pd.DataFrame) -> pd.DataFrame:
    """Share of the visits that each subject has, and the one that the judged elasticities speak for.

    Parameters
    ----------
    fitted : DataFrame
        As :func:`curves` returns them; also ``subject``, ``elasticity`` alone.
    grounds : DataFrame
        As :func:`base` returns them: ``subject``, ``visits``, ``contribution``.

    Returns
    -------
    DataFrame
        One row per subject with a curve, the one with most above the rule first: ``subject``, ``visits``, ``contribution``, ``elasticity``, ``share``
        (of these visits), ``rule_share``, ``difference`` (rule less share).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or no subject has visits, contribution and elasticity above 0.

    Notes
    -----
    rule_share ∝ contribution × elasticity. It is a direction, right at the margin only: after a shift the
    elasticities change. A contribution below 0 counts as 0.

    References
    ----------
    Fischer et al. (2011), as cited above: allocation by contribution, elasticity (and growth).

    Examples
    --------
    >>> fitted = pd.DataFrame({"subject": ["A", "B"], "elasticity": [0.3, 0.1]})
    >>> grounds = pd.DataFrame({"subject": ["A", "B"], "visits": [50, 50], "contribution": [100.0, 100.0]})
    >>> shares(fitted, grounds)["rule_share"].round(6).tolist()
    [0.25, 0.75]
    """
    checks.require_columns(fitted, ["subject", "elasticity"], name="fitted")
    checks.require_columns(grounds, ["subject", "visits", "contribution"], name="grounds")
    together = fitted[frames.text(fitted, "judge") == ""].dropna(subset="elasticity")
    found = grounds[["subject", "visits", "contribution"]].merge(
        together[["subject", "elasticity"]], on="subject"
    )
    pull = found["contribution"].clip(lower=0.0) * found["elasticity"]
    if not (pull.sum() > 0 and found["visits"].sum() > 0):
        raise ValueError(
            "grounds and fitted have no subject with visits, contribution and elasticity above 0"
        )
    share, rule = found["visits"] / found["visits"].sum(), pull / pull.sum()
    found = found.assign(share=share, rule_share=rule, difference=rule - share)
    return found.sort_values("difference", kind="stable", ignore_index=True)


def moves(fitted: pd.DataFrame, grounds: pd.DataFrame, *, visits: float = 10.0) -> pd.DataFrame:
    """What moving some visits from one subject to another would do in a year, as judged.

    Parameters
    ----------
    fitted : DataFrame
        As :func:`curves` returns them.
    grounds : DataFrame
        As :func:`base` returns them.
    visits : float
        Visits moved, > 0.

    Returns
    -------
    DataFrame
        One row per ordered pair of subjects with curves of which the first has so many visits: ``giver``,
        ``taker``, ``loss`` and ``gain`` (contribution of the two), ``change`` (gain less loss), ``lowest``,
        ``highest`` (change as the single judges see it), ``judges`` (those with curves for both),
        ``verdict`` (agreed: all of them see a change of the same sign; disputed; one: fewer than two judges).

    Raises
    ------
    TypeError, ValueError
        If columns are missing or ``visits`` is not positive.

    Notes
    -----
    contribution × (R(1 ± visits ÷ visits of the subject) − 1): costs of a visit are the same wherever it is made.
    Lowest and highest are single opinions, no interval.

    References
    ----------
    Lodish (1971), as cited above.

    Examples
    --------
    >>> fitted = pd.DataFrame({"subject": ["A", "B"], "judge": "", "lowest": 0.0, "highest": 2.0, "bend": 1.0, "half": 1.0})
    >>> grounds = pd.DataFrame({"subject": ["A", "B"], "visits": [100.0, 10.0], "contribution": [90.0, 90.0]})
    >>> moves(fitted, grounds)[["giver", "taker", "change"]].round(2).values.tolist()
    [['A', 'B', 25.26], ['B', 'A', -85.71]]
    """
    checks.require_columns(fitted, ["subject", "judge", "lowest", "highest", "bend", "half"], name="fitted")
    checks.require_columns(grounds, ["subject", "visits", "contribution"], name="grounds")
    checks.require_numbers({"visits": ("> 0", lambda number: number > 0)}, visits=visits)
    known = fitted.dropna(subset="bend")
    at = grounds[grounds["visits"] > 0].set_index("subject")
    steps = {}
    for row in known[known["subject"].isin(at.index)].to_dict("records"):
        worth, step = at.loc[row["subject"], "contribution"], visits / at.loc[row["subject"], "visits"]
        curve = pd.Series(row)
        loss = worth * (1.0 - respond(curve, 1.0 - step)) if step <= 1.0 else np.nan
        steps[row["judge"], row["subject"]] = (loss, worth * (respond(curve, 1.0 + step) - 1.0))
    together = [subject for judge, subject in steps if judge == ""]
    rows = [_moved(steps, giver, taker) for giver, taker in permutations(together, 2)]
    columns = ["giver", "taker", "loss", "gain", "change", "lowest", "highest", "judges", "verdict"]
    return pd.DataFrame(rows, columns=columns).dropna(subset="loss", ignore_index=True)


def suggested(moved: pd.DataFrame, ruled: pd.DataFrame) -> pd.Series:
    """The move from the subject that has most above its share by the rule to the one that has least.

    Parameters
    ----------
    moved : DataFrame
        As :func:`moves` returns it.
    ruled : DataFrame
        As :func:`shares` returns it.

    Returns
    -------
    Series
        One row of ``moved``.

    Raises
    ------
    ValueError
        If columns are missing.
    Refused
        If that move cannot be made: there are too few visits to give, or there is one subject only.

    Examples
    --------
    >>> moved = pd.DataFrame({"giver": ["A", "B"], "taker": ["B", "A"], "change": [-2.0, 1.0]})
    >>> suggested(moved, pd.DataFrame({"subject": ["B", "A"], "difference": [-0.2, 0.2]}))["giver"]
    'B'
    """
    checks.require_columns(moved, ["giver", "taker"], name="moved")
    checks.require_columns(ruled, ["subject", "difference"], name="ruled")
    order = ruled.sort_values("difference", kind="stable")["subject"]
    found = moved[(moved["giver"] == order.iloc[0]) & (moved["taker"] == order.iloc[-1])]
    if found.empty:
        raise Refused("plan.response_no_move")
    return found.iloc[0]


def _moved(steps: dict[tuple[str, str], tuple[float, float]], giver: str, taker: str) -> tuple[object, ...]:
    """One row of :func:`moves`."""
    loss, gain = steps["", giver][0], steps["", taker][1]
    judges = [judge for judge, subject in steps if judge and subject == giver and (judge, taker) in steps]
    single = [steps[judge, taker][1] - steps[judge, giver][0] for judge in judges]
    ends = (min(single), max(single)) if single else (np.nan, np.nan)
    agreed = "agreed" if ends[0] > 0 or ends[1] < 0 else "disputed"
    return (giver, taker, loss, gain, gain - loss, *ends, len(single), agreed if len(single) > 1 else "one")
