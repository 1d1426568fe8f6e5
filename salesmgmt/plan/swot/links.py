"""How strategies and initiatives name factors and each other: lists of ids, all of them known."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from salesmgmt import checks, frames


def links(
    frame: pd.DataFrame, column: str, known: Collection[str] | None, *, name: str, key: str
) -> pd.Series:
    """Ids that each row names in a column.

    Parameters
    ----------
    frame : DataFrame
        One row per ``key``; ``column`` holds lists, or texts of ids between commas, semicolons or blanks,
        and may be absent (nothing is named).
    column : str
        Column to read.
    known : collection of str or None
        Ids that may be named; None: any.
    name, key : str
        The caller's argument and its key column, for the message.

    Returns
    -------
    Series of list
        On the frame's index; ids in the order named, each once.

    Raises
    ------
    ValueError
        If ids are unknown; all of them are named with their rows.

    Examples
    --------
    >>> strategies = pd.DataFrame({"strategy_id": ["TS1"], "factor_ids": ["F1、F3"]})
    >>> links(strategies, "factor_ids", {"F1", "F3"}, name="strategies", key="strategy_id").tolist()
    [['F1', 'F3']]
    """
    if column not in frame.columns:
        return pd.Series([[] for _ in range(len(frame))], index=frame.index, dtype="object", name=column)
    named = [frames.split_ids(value) for value in frame[column]]
    unknown = {
        row: strangers
        for row, ids in zip(frames.text(frame, key), named, strict=True)
        if known is not None and (strangers := [id_ for id_ in ids if id_ not in known])
    }
    if unknown:
        raise ValueError(f"{name}.{column} names unknown ids {unknown}; known are {sorted(known or ())}")
    return pd.Series(named, index=frame.index, dtype="object", name=column)


def strategies_of(
    strategies: pd.DataFrame | None, factors: pd.DataFrame, initiatives: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Checked strategies with the factors and initiatives they name; None: no rows.

    Parameters
    ----------
    strategies : DataFrame or None
        One row per strategy: ``strategy_id`` (unique), ``factor_ids``; ``kind``, ``statement``,
        ``initiative_ids`` may be absent.
    factors : DataFrame
        ``factor_id`` of the known factors.
    initiatives : DataFrame, optional
        ``initiative_id`` of the known initiatives; absent: strategies may name any.

    Returns
    -------
    DataFrame
        In file order: ``strategy_id``, ``kind``, ``statement``, ``factor_ids``, ``initiative_ids`` (lists).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, strategies repeat, or factors or initiatives they name are unknown.

    Examples
    --------
    >>> strategies = pd.DataFrame({"strategy_id": ["TS1"], "factor_ids": ["F1 F3"]})
    >>> strategies_of(strategies, pd.DataFrame({"factor_id": ["F1", "F3"]}))["factor_ids"].tolist()
    [['F1', 'F3']]
    """
    if strategies is None:
        strategies = pd.DataFrame(columns=["strategy_id", "factor_ids"])
    checks.require_columns(strategies, ["strategy_id", "factor_ids"], name="strategies")
    read = pd.DataFrame(
        {name: frames.text(strategies, name) for name in ("strategy_id", "kind", "statement")}
    )
    checks.require_unique(read, ["strategy_id"], name="strategies")
    of = {"name": "strategies", "key": "strategy_id"}
    allowed = None if initiatives is None else set(initiatives["initiative_id"])
    read["factor_ids"] = links(strategies, "factor_ids", set(factors["factor_id"]), **of)
    read["initiative_ids"] = links(strategies, "initiative_ids", allowed, **of)
    return read.reset_index(drop=True)


def initiatives_of(initiatives: pd.DataFrame | None, factors: pd.DataFrame) -> pd.DataFrame:
    """Checked initiatives with the factors they name; None: no rows.

    Parameters
    ----------
    initiatives : DataFrame or None
        One row per initiative: ``initiative_id`` (unique); ``initiative``, ``owner_id``, ``value`` (money),
        ``factor_ids`` may be absent.
    factors : DataFrame
        ``factor_id`` of the known factors.

    Returns
    -------
    DataFrame
        In file order: ``initiative_id``, ``initiative``, ``owner_id``, ``value``, ``factor_ids`` (list).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, initiatives repeat, or factors they name are unknown.

    Examples
    --------
    >>> initiatives = pd.DataFrame({"initiative_id": ["IN1"], "value": [9.6e6], "factor_ids": ["F1"]})
    >>> initiatives_of(initiatives, pd.DataFrame({"factor_id": ["F1"]}))[["owner_id", "factor_ids"]].values.tolist()
    [['', ['F1']]]
    """
    if initiatives is None:
        initiatives = pd.DataFrame(columns=["initiative_id"])
    checks.require_columns(initiatives, ["initiative_id"], name="initiatives")
    texts = ("initiative_id", "initiative", "owner_id")
    read = pd.DataFrame({name: frames.text(initiatives, name) for name in texts})
    checks.require_unique(read, ["initiative_id"], name="initiatives")
    known = set(factors["factor_id"])
    read["value"] = frames.number(initiatives, "value")
    read["factor_ids"] = links(initiatives, "factor_ids", known, name="initiatives", key="initiative_id")
    return read.reset_index(drop=True)


RESPONSES = ("carried", "unowned", "no_initiative", "unanswered")
"""How far a factor is answered, from an initiative that somebody owns to nothing at all."""


def responses(factor_ids: pd.Series, plans: pd.DataFrame, actions: pd.DataFrame) -> pd.Series:
    """How far each factor is answered.

    Parameters
    ----------
    factor_ids : Series of str
        Ids of the factors.
    plans : DataFrame
        As :func:`strategies_of` returns it.
    actions : DataFrame
        As :func:`initiatives_of` returns it; without rows nothing is known of owners, and every initiative that a
        strategy names counts as owned.

    Returns
    -------
    Series of str
        On the index of ``factor_ids``: ``carried`` (an initiative with an owner serves it, named by it or by one of
        its strategies), ``unowned`` (only initiatives without owner), ``no_initiative`` (only strategies that name
        none), ``unanswered``.

    Examples
    --------
    >>> plans = strategies_of(pd.DataFrame({"strategy_id": ["TS1"], "factor_ids": ["F1"], "initiative_ids": ["IN1"]}),
    ...     pd.DataFrame({"factor_id": ["F1", "F2"]}))
    >>> actions = initiatives_of(pd.DataFrame({"initiative_id": ["IN1"], "owner_id": [""]}), pd.DataFrame({"factor_id": []}))
    >>> responses(pd.Series(["F1", "F2"]), plans, actions).tolist()
    ['unowned', 'unanswered']
    """
    owned = set(actions.loc[actions["owner_id"] != "", "initiative_id"])
    serving: dict[str, set[str]] = {factor: set() for factor in factor_ids}
    named: set[str] = set()
    for ids, initiatives in zip(plans["factor_ids"], plans["initiative_ids"], strict=True):
        named |= set(ids)
        for factor in ids:
            serving[factor] |= set(initiatives)
            owned |= set() if len(actions) else set(initiatives)
    for initiative, ids in zip(actions["initiative_id"], actions["factor_ids"], strict=True):
        for factor in ids:
            serving[factor].add(initiative)
    found = [
        "carried" if serving[factor] & owned
        else "unowned" if serving[factor]
        else "no_initiative" if factor in named
        else "unanswered"
        for factor in factor_ids
    ]  # fmt: skip
    return pd.Series(found, index=factor_ids.index, dtype="str", name="response")
