"""What every method asks of its frames: checks that name all offenders, and one rule of matching.

Conventions, stated once for all methods:

- A key column that is absent or empty means "all"; as text it is ``""`` (:func:`text`).
- A message names the argument, what came and what is allowed; a check reports every offender at once.
- Tables are listed in the trade's order: statuses and roles as in the article, then alphabetically, ``""`` last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

STATUSES = ("existing", "prospect", "lost")
ROLES = ("account_manager", "product_manager", "delivery_manager", "account_product_manager", "sales_manager")

_RANKS: Mapping[str, Sequence[str]] = {"status": STATUSES, "role": ROLES}


def require_columns(frame: pd.DataFrame, columns: Collection[str], *, name: str) -> None:
    """Require a frame that has the columns.

    Parameters
    ----------
    frame : DataFrame
        Any grain.
    columns : collection of str
        Columns that must be there.
    name : str
        Name of the caller's argument, for the message.

    Raises
    ------
    TypeError
        If ``frame`` is not a DataFrame.
    ValueError
        If columns are missing; all of them are named.

    Examples
    --------
    >>> require_columns(pd.DataFrame({"status": ["existing"]}), ["status"], name="customers")
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{name} is a {type(frame).__name__}, must be a DataFrame")
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{name} is missing columns {missing}; it has {[str(c) for c in frame.columns]}")


def require_codes(values: pd.Series, allowed: Collection[str], *, name: str) -> None:
    """Require that every value is one of the allowed codes.

    Parameters
    ----------
    values : Series of str
        Codes; a missing one counts as ``""``.
    allowed : collection of str
        Codes that may come.
    name : str
        What the values are, for the message, e.g. ``"customers.status"``.

    Raises
    ------
    ValueError
        If other codes come; all of them are named.

    Examples
    --------
    >>> require_codes(pd.Series(["existing"]), STATUSES, name="customers.status")
    """
    unknown = sorted(set(values.fillna("").unique()) - set(allowed))
    if unknown:
        raise ValueError(f"{name} has {unknown}, must be among {list(allowed)}")


def require_unique(frame: pd.DataFrame, columns: Sequence[str], *, name: str) -> None:
    """Require that the key columns name each row once.

    Parameters
    ----------
    frame : DataFrame
        One row per key, supposedly.
    columns : sequence of str
        The key.
    name : str
        Name of the caller's argument, for the message.

    Raises
    ------
    ValueError
        If keys are repeated; all of them are named.

    Examples
    --------
    >>> require_unique(pd.DataFrame({"customer_id": ["C1", "C2"]}), ["customer_id"], name="customers")
    """
    repeated = frame.loc[frame.duplicated(list(columns)), list(columns)].drop_duplicates()
    if len(repeated):
        raise ValueError(f"{name} has more than one row for {list(columns)} {labels(repeated)}")


def require_bounds(
    values: pd.Series, *, name: str, minimum: float = -math.inf, maximum: float = math.inf
) -> None:
    """Require numbers within bounds; a missing number is an offender too.

    Parameters
    ----------
    values : Series of float
        Its index labels name the offenders.
    name : str
        What the values are, for the message, e.g. ``"coverage.visits_per_year"``.
    minimum, maximum : float
        Inclusive bounds; the default is any finite number.

    Raises
    ------
    ValueError
        If values are missing, infinite or out of bounds; all of them are named with their rows.

    Examples
    --------
    >>> require_bounds(pd.Series([12.0, 4.0]), name="coverage.visits_per_year", minimum=0)
    """
    good = values.between(minimum, maximum) & np.isfinite(values)
    if not good.all():
        bad = {label: float(value) for label, value in values[~good].items()}
        raise ValueError(f"{name} == {bad}, must be {_between(minimum, maximum)}")


def require_numbers(rules: Mapping[str, tuple[str, Callable[[float], bool]]], /, **values: Any) -> None:
    """Require plain numbers that obey their rules; all offenders in one message.

    Parameters
    ----------
    rules : mapping
        Argument name to (words of the rule, test), e.g. ``{"days": ("> 0", lambda x: x > 0)}``.
    **values
        The arguments.

    Raises
    ------
    TypeError
        If an argument is not a number.
    ValueError
        If a number is not finite or breaks its rule.

    Examples
    --------
    >>> require_numbers({"days": ("> 0", lambda x: x > 0)}, days=220)
    """
    wrong = [f"{name} is {value!r}" for name, value in values.items() if not is_number(value)]
    if wrong:
        raise TypeError(f"{', '.join(wrong)}, must be a number")
    bad = [
        f"{name} == {value}, must be {rules[name][0]}"
        for name, value in values.items()
        if not (math.isfinite(value) and rules[name][1](value))
    ]
    if bad:
        raise ValueError("; ".join(bad))


def is_number(value: Any) -> bool:
    """Tell whether a value is one plain number (a truth value is not).

    Parameters
    ----------
    value : Any
        What came.

    Returns
    -------
    bool
        True for int, float and numpy numbers.

    Examples
    --------
    >>> is_number(1000), is_number(True), is_number("1000")
    (True, False, False)
    """
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(
        value, bool | np.bool_
    )


def labels(frame: pd.DataFrame) -> list[Any]:
    """Keys of a frame as a message shows them: plain for one column, tuples for several.

    Parameters
    ----------
    frame : DataFrame
        Only the key columns.

    Returns
    -------
    list
        One entry per row, in order.

    Examples
    --------
    >>> labels(pd.DataFrame({"status": ["prospect"], "tier": ["D"]}))
    [('prospect', 'D')]
    """
    rows = list(frame.itertuples(index=False, name=None))
    return [row[0] for row in rows] if frame.shape[1] == 1 else rows


def text(frame: pd.DataFrame, column: str) -> pd.Series:
    """Text column with ``""`` for "all": where a value is missing, or the whole column is.

    Parameters
    ----------
    frame : DataFrame
        Any grain.
    column : str
        Column to read; it may be absent.

    Returns
    -------
    Series of str
        On the frame's index.

    Examples
    --------
    >>> text(pd.DataFrame({"tier": ["A", None]}), "tier").tolist()
    ['A', '']
    """
    if column not in frame.columns:
        return pd.Series("", index=frame.index, dtype="str", name=column)
    return frame[column].astype("str").fillna("").rename(column)


def number(frame: pd.DataFrame, column: str) -> pd.Series:
    """Numeric column as float, missing throughout if the column is absent.

    Parameters
    ----------
    frame : DataFrame
        Any grain.
    column : str
        Column to read; it may be absent.

    Returns
    -------
    Series of float
        On the frame's index; NaN where there is no number.

    Examples
    --------
    >>> number(pd.DataFrame({"low": [1, None]}), "low").tolist()
    [1.0, nan]
    """
    if column not in frame.columns:
        return pd.Series(np.nan, index=frame.index, dtype="float64", name=column)
    return frame[column].astype("float64").rename(column)


def in_order(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sort as the trade lists things: statuses and roles in the article's order, ``""`` last.

    Parameters
    ----------
    frame : DataFrame
        Any grain.
    by : sequence of str
        Text columns to sort by.

    Returns
    -------
    DataFrame
        A sorted copy with a fresh index.

    Examples
    --------
    >>> in_order(pd.DataFrame({"status": ["prospect", "existing"]}), ["status"])["status"].tolist()
    ['existing', 'prospect']
    """

    def rank(values: pd.Series) -> pd.Series:
        known = {code: f"\0{place}" for place, code in enumerate(_RANKS.get(str(values.name), ()))}
        return values.map(lambda value: known.get(value, value or "\U0010ffff")).astype("str")

    return frame.sort_values(list(by), key=rank, kind="stable", ignore_index=True)


def match_rules(keys: pd.DataFrame, rules: pd.DataFrame, *, on: Sequence[str]) -> pd.Series:
    """Find for each key the most specific rule, where an empty cell of a rule means "all".

    Parameters
    ----------
    keys : DataFrame
        One row per thing to be matched; text columns ``on``.
    rules : DataFrame
        One row per rule; text columns ``on``, ``""`` for all (absent column: all). Keys unique.
    on : sequence of str
        Columns from the one that weighs most to the one that weighs least.

    Returns
    -------
    Series of int
        On the index of ``keys``: position of the rule (0-based), or -1 where no rule speaks.

    Raises
    ------
    ValueError
        If two rules have the same key.

    Notes
    -----
    For status and tier the order is: both, status alone, tier alone, neither.

    Examples
    --------
    >>> keys = pd.DataFrame({"status": ["existing", "prospect"], "tier": ["A", "B"]})
    >>> rules = pd.DataFrame({"status": ["", "existing"], "tier": ["", ""]})
    >>> match_rules(keys, rules, on=["status", "tier"]).tolist()
    [1, 0]
    """
    spoken = pd.DataFrame({column: text(rules, column) for column in on}).reset_index(drop=True)
    require_unique(spoken, on, name="rules")
    position = {key: place for place, key in enumerate(spoken.itertuples(index=False, name=None))}
    asked = list(
        pd.DataFrame({column: text(keys, column) for column in on}).itertuples(index=False, name=None)
    )
    masks = list(product((True, False), repeat=len(on)))

    def best(key: tuple[str, ...]) -> int:
        general = (
            tuple(part if keep else "" for part, keep in zip(key, mask, strict=True)) for mask in masks
        )
        return next((position[candidate] for candidate in general if candidate in position), -1)

    found = {key: best(key) for key in set(asked)}
    return pd.Series([found[key] for key in asked], index=keys.index, dtype="int64", name="rule")


def employed(staff: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Tell who is employed on a day: the first and the last day at work both count.

    Parameters
    ----------
    staff : DataFrame
        One row per person; ``hired_on`` and ``left_on`` may be absent or missing (no limit).
    as_of : Timestamp
        The day.

    Returns
    -------
    Series of bool
        On the frame's index.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "left_on": [pd.Timestamp("2026-10-31")]})
    >>> employed(staff, pd.Timestamp("2026-10-31")).tolist()
    [True]
    """
    here = pd.Series(True, index=staff.index)
    if "hired_on" in staff.columns:
        here &= ~(pd.to_datetime(staff["hired_on"]) > as_of)
    if "left_on" in staff.columns:
        here &= ~(pd.to_datetime(staff["left_on"]) < as_of)
    return here


def teams(staff: pd.DataFrame) -> pd.Series:
    """Team of each person: as given, else the manager's id, else the region.

    Parameters
    ----------
    staff : DataFrame
        One row per person: ``staff_id`` (unique), ``team``, ``manager_id``, ``region`` (may be absent).

    Returns
    -------
    Series of str
        Indexed by ``staff_id``; ``""`` where nothing is known.

    Raises
    ------
    ValueError
        If ``staff_id`` is missing or repeated.

    Examples
    --------
    >>> teams(pd.DataFrame({"staff_id": ["S1", "S2"], "team": ["East", ""], "region": ["", "South"]})).to_dict()
    {'S1': 'East', 'S2': 'South'}
    """
    require_columns(staff, ["staff_id"], name="staff")
    require_unique(staff, ["staff_id"], name="staff")
    team, manager, region = (text(staff, column) for column in ("team", "manager_id", "region"))
    chosen = team.where(team != "", manager.where(manager != "", region))
    return pd.Series(
        chosen.to_numpy(), index=pd.Index(text(staff, "staff_id"), name="staff_id"), name="team", dtype="str"
    )


def _between(minimum: float, maximum: float) -> str:
    """Words of an inclusive range."""
    if math.isinf(minimum) and math.isinf(maximum):
        return "finite"
    if math.isinf(maximum):
        return f">= {minimum:g}"
    return f"between {minimum:g} and {maximum:g}"
