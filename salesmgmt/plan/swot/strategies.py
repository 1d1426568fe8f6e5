"""Strategies 策略: the TOWS matrix, what nobody answers or owns, and the strategies compared (QSPM).

References
----------
Weihrich (1982), The TOWS matrix – a tool for situational analysis, Long Range Planning 15(2), 54–66.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.swot.links import initiatives_of, strategies_of
from salesmgmt.plan.swot.reading import HIGHEST, known, require_ratings, weighed

KINDS = {
    "SO": ("strength", "opportunity"),
    "ST": ("strength", "threat"),
    "WO": ("weakness", "opportunity"),
    "WT": ("weakness", "threat"),
}
"""Kinds of strategies, and the two quadrants each joins."""

ORPHANS = (
    "factor_unanswered",
    "strategy_without_initiative",
    "initiative_without_owner",
    "initiative_without_reason",
)

_ORPHAN = ["orphan", "id", "quadrant", "statement", "weight", "room", "value"]


def tows(factors: pd.DataFrame, strategies: pd.DataFrame) -> pd.DataFrame:
    """The TOWS matrix as a list: each strategy with the factors it joins, and what it lacks.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.
    strategies : DataFrame
        One row per strategy: ``strategy_id`` (unique), ``kind`` (SO, ST, WO, WT), ``factor_ids`` (list, or text
        of ids between commas, semicolons or blanks); ``statement``, ``initiative_ids`` may be absent.

    Returns
    -------
    DataFrame
        One row per strategy by kind, then id: ``strategy_id``, ``kind``, ``statement``, ``factor_ids``,
        ``initiative_ids`` (joined by 、), ``factors`` (number), ``weight`` (sum over its factors), ``missing``
        (quadrants of its kind that none of its factors is in, joined by 、), ``stray`` (its factors outside
        its kind, joined by 、).

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises for the factors, but for the sums of the weights; if columns are missing,
        strategies repeat, a kind is unknown, or a strategy names an unknown factor.

    Notes
    -----
    A strategy that joins less than the two quadrants of its kind is kept, and ``missing`` says which.

    References
    ----------
    Weihrich (1982), as cited above.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": ["people", "policy"],
    ...     "effect": [1, 1], "weight": [1.0, 1.0]})
    >>> strategies = pd.DataFrame({"strategy_id": ["TS1", "TS2"], "kind": ["SO", "ST"], "factor_ids": ["F1 F2", "F1,F2"]})
    >>> tows(factors, strategies)[["strategy_id", "weight", "missing", "stray"]].values.tolist()
    [['TS1', 2.0, '', ''], ['TS2', 2.0, 'threat', 'F2']]
    """
    read = known(factors)
    checks.require_columns(strategies, ["strategy_id", "kind", "factor_ids"], name="strategies")
    checks.require_codes(strategies["kind"], tuple(KINDS), name="strategies.kind")
    plans = strategies_of(strategies, read).sort_values(["kind", "strategy_id"], ignore_index=True)
    quadrant = read.set_index("factor_id")["quadrant"]
    missing, stray = [], []
    for kind, ids in zip(plans["kind"], plans["factor_ids"], strict=True):
        seen = set(quadrant.loc[ids])
        missing.append("、".join(needed for needed in KINDS[kind] if needed not in seen))
        stray.append("、".join(id_ for id_ in ids if quadrant[id_] not in KINDS[kind]))
    listed = plans.assign(
        factors=plans["factor_ids"].map(len).astype("int64"),
        weight=_weight(plans, read),
        missing=pd.Series(missing, dtype="str"),
        stray=pd.Series(stray, dtype="str"),
    )
    joined = {name: listed[name].map("、".join).astype("str") for name in ("factor_ids", "initiative_ids")}
    return listed.assign(**joined)


def orphans(
    factors: pd.DataFrame, strategies: pd.DataFrame | None, initiatives: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What hangs in the air: factors nobody answers, strategies nobody carries out, initiatives nobody owns.

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.
    strategies : DataFrame or None
        As :func:`tows` takes them; ``kind`` may be absent. None or no rows: there is no such table.
    initiatives : DataFrame, optional
        One row per initiative: ``initiative_id`` (unique); ``initiative``, ``value`` (money), ``owner_id``,
        ``factor_ids`` may be absent. None or no rows: there is no such table, and strategies may name any.

    Returns
    -------
    DataFrame
        One row per orphan: ``orphan`` (``factor_unanswered``: neither a strategy nor an initiative names it;
        ``strategy_without_initiative``; ``initiative_without_owner``; ``initiative_without_reason``: it names
        no factor and no strategy names it), ``id``, ``quadrant`` (of a factor, else ``""``), ``statement``,
        ``weight`` (of a factor, or of a strategy's factors), ``room`` (of a factor: weight × (4 − rating)),
        ``value`` (of an initiative); NaN elsewhere. In that order of kinds, then most room, weight, value first.

    Raises
    ------
    TypeError, ValueError
        As :func:`tows` raises; if initiatives repeat, or unknown factors or initiatives are named.

    Notes
    -----
    An initiative may be listed twice: nobody owns it, and nothing speaks for it.

    References
    ----------
    Weihrich (1982), as cited above. 浅析服务外包销售团队管理, PLAN 1: "销售目标一定是要可落地的".

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": ["people", "policy"],
    ...     "effect": [1, -1], "weight": [1.0, 1.0], "rating": [3, 1]})
    >>> strategies = pd.DataFrame({"strategy_id": ["TS1"], "factor_ids": ["F1"], "initiative_ids": ["IN1"]})
    >>> initiatives = pd.DataFrame({"initiative_id": ["IN1"], "owner_id": [""], "value": [5e6]})
    >>> orphans(factors, strategies, initiatives)[["orphan", "id"]].values.tolist()
    [['factor_unanswered', 'F2'], ['initiative_without_owner', 'IN1']]
    """
    read = known(factors)
    actions = initiatives_of(initiatives, read)
    plans = strategies_of(strategies, read, actions if len(actions) else None)
    plans = plans.assign(weight=_weight(plans, read))
    answered = _named(plans["factor_ids"]) | _named(actions["factor_ids"])
    room = read["weight"] * (HIGHEST - read["rating"])
    factor = read.assign(room=room)[~read["factor_id"].isin(answered)]
    idle = plans[plans["initiative_ids"].map(len) == 0]
    unowned = actions[actions["owner_id"] == ""]
    carried = actions["initiative_id"].isin(_named(plans["initiative_ids"]))
    unreasoned = actions[(actions["factor_ids"].map(len) == 0) & ~carried]
    found = [
        _rows(orphan, rows) for orphan, rows in zip(ORPHANS, (factor, idle, unowned, unreasoned), strict=True)
    ]
    return pd.concat(found, ignore_index=True)


def attractiveness(factors: pd.DataFrame, strategy_scores: pd.DataFrame) -> pd.DataFrame:
    """Strategies compared by how well they suit the factors (QSPM).

    Parameters
    ----------
    factors : DataFrame
        As :func:`table` takes them.
    strategy_scores : DataFrame
        One row per strategy × factor: ``strategy_id``, ``factor_id``, ``score`` (1 not attractive to 4 highly
        attractive, whole or half). A factor that does not bear on the choice has a dash: no row, or no score.

    Returns
    -------
    DataFrame
        One row per strategy by id: ``strategy_id``, ``factors`` (number scored), ``internal``, ``external``,
        ``total`` (weighted sums), ``behind`` (below the best total), ``close`` (one score, moved by one
        step, could bring it level with the best total).

    Raises
    ------
    TypeError, ValueError
        As :func:`table` raises; if columns are missing, a factor is unknown or scored twice for a strategy,
        scores are off the scale, or a factor is scored for some strategies and not for others.

    Notes
    -----
    total = Σ weight × score. A dash for one strategy must be a dash for all: otherwise the strategy with
    fewer dashes wins by being asked more. close: behind <= the heaviest weight of a scored factor.

    References
    ----------
    David (1986), The strategic planning matrix – a quantitative approach, Long Range Planning 19(5), 102–107.

    Examples
    --------
    >>> factors = pd.DataFrame({"factor_id": ["F1", "F2"], "look": ["people", "policy"],
    ...     "effect": [1, -1], "weight": [1.0, 1.0]})
    >>> scores = pd.DataFrame({"strategy_id": ["TS1", "TS1", "TS2", "TS2"],
    ...     "factor_id": ["F1", "F2", "F1", "F2"], "score": [4, 3, 1, 2]})
    >>> attractiveness(factors, scores)[["strategy_id", "total", "close"]].values.tolist()
    [['TS1', 7.0, True], ['TS2', 3.0, False]]
    """
    read = weighed(factors).set_index("factor_id")
    scores = _scored(read, strategy_scores)
    earned = scores.mul(read["weight"].loc[scores.index], axis=0)
    inside = (read["side"].loc[scores.index] == "internal").to_numpy()
    found = pd.DataFrame({"internal": earned[inside].sum(), "external": earned[~inside].sum()})
    found.insert(0, "factors", len(scores))
    total = found["internal"] + found["external"]
    heaviest = read["weight"].loc[scores.index].max()
    behind = total.max() - total
    found = found.assign(total=total, behind=behind, close=behind <= heaviest + 1e-9)
    return found.rename_axis(index="strategy_id", columns=None).reset_index()


def _scored(read: pd.DataFrame, strategy_scores: pd.DataFrame) -> pd.DataFrame:
    """Scores of the factors that have them, one column per strategy."""
    columns = ["strategy_id", "factor_id", "score"]
    checks.require_columns(strategy_scores, columns, name="strategy_scores")
    given = pd.DataFrame({name: frames.text(strategy_scores, name) for name in columns[:2]})
    given["score"] = frames.number(strategy_scores, "score")
    checks.require_codes(given["factor_id"], tuple(read.index), name="strategy_scores.factor_id")
    checks.require_unique(given, columns[:2], name="strategy_scores")
    require_ratings(given.set_index(columns[:2])["score"].dropna(), name="strategy_scores.score", halves=True)
    wide = given.pivot(index="factor_id", columns="strategy_id", values="score").dropna(how="all")
    partly = wide[wide.isna().any(axis=1)]
    if len(partly):
        lacking = {factor: list(row.index[row.isna()]) for factor, row in partly.iterrows()}
        raise ValueError(
            f"strategy_scores has no score for strategies {lacking}: "
            "a factor must be scored for all strategies or for none"
        )
    return wide


def _rows(orphan: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Orphans of one kind, most room, weight or value first."""
    id_, statement = {
        "factor_unanswered": ("factor_id", "statement"),
        "strategy_without_initiative": ("strategy_id", "statement"),
    }.get(orphan, ("initiative_id", "initiative"))
    listed = pd.DataFrame(
        {"id": rows[id_], "quadrant": frames.text(rows, "quadrant"), "statement": rows[statement]}
    )
    numbers = {name: frames.number(rows, name) for name in ("weight", "room", "value")}
    listed = listed.assign(orphan=pd.Series(orphan, index=rows.index, dtype="str"), **numbers)
    order = ["room", "weight", "value", "id"]
    return listed.sort_values(order, ascending=[False, False, False, True], ignore_index=True)[_ORPHAN]


def _weight(plans: pd.DataFrame, read: pd.DataFrame) -> pd.Series:
    """Sum of the weights of each strategy's factors."""
    weight = read.set_index("factor_id")["weight"]
    return plans["factor_ids"].map(lambda ids: float(weight.loc[ids].sum())).astype("float64")


def _named(ids: pd.Series) -> set[str]:
    """Everything that some row names."""
    return {id_ for row in ids for id_ in row}
