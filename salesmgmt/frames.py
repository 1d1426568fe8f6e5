"""How methods read their frames: text and numbers of a column, the trade's order, one rule of matching.

A key column that is absent or empty means "all"; as text it is ``""``. Tables are listed in the trade's
order: statuses and roles as in the article, then alphabetically, ``""`` last.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from salesmgmt.checks import ROLES, STATUSES, require_columns, require_unique

_RANKS: Mapping[str, Sequence[str]] = {"status": STATUSES, "role": ROLES}


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


def after_whole_months(as_of: pd.Timestamp) -> pd.Timestamp:
    """First day after the last whole month up to a day.

    Examples
    --------
    >>> [str(after_whole_months(pd.Timestamp(day)).date()) for day in ("2026-10-30", "2026-10-31")]
    ['2026-10-01', '2026-11-01']
    """
    day = pd.Timestamp(as_of).normalize()
    return day.replace(day=1) + pd.DateOffset(months=int(day.is_month_end))


def twelve_months(rows: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Rows of the twelve whole months up to a day.

    Parameters
    ----------
    rows : DataFrame
        Any grain with ``month`` (first day).
    as_of : Timestamp
        The day; a month still running is left out.

    Returns
    -------
    DataFrame
        Some of the rows, in their order.

    Examples
    --------
    >>> rows = pd.DataFrame({"month": ["2025-10-01", "2025-11-01", "2026-10-01"], "amount": [1.0, 2.0, 3.0]})
    >>> twelve_months(rows, as_of=pd.Timestamp("2026-10-31"))["amount"].tolist()
    [2.0, 3.0]
    """
    after = after_whole_months(as_of)
    return rows[
        pd.to_datetime(rows["month"]).between(after - pd.DateOffset(years=1), after, inclusive="left")
    ]


def split_ids(value: Any) -> list[str]:
    """Read the ids that a cell lists, as people write them.

    Parameters
    ----------
    value : str or collection of str
        Ids separated by commas, semicolons, enumeration commas (、), slashes, bars or blanks, half or full
        width; or a collection of them. A missing value lists none.

    Returns
    -------
    list of str
        In the order given, each once.

    Examples
    --------
    >>> split_ids("F01、F02；F03, F01"), split_ids(["F01", "F02"]), split_ids(float("nan"))
    (['F01', 'F02', 'F03'], ['F01', 'F02'], [])
    """
    if isinstance(value, str):
        parts = re.split(r"[\s,;、/|，；／｜]+", value)
    elif isinstance(value, Collection):
        parts = [part for entry in value for part in split_ids(entry)]
    else:
        parts = [] if pd.isna(value) else [str(value)]
    return list(dict.fromkeys(filter(None, parts)))


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


def in_force(
    spans: pd.DataFrame, day: pd.Timestamp, *, first: str = "from_on", last: str = "to_on"
) -> pd.Series:
    """Tell which spans of time hold a day, their first and last days among them.

    Parameters
    ----------
    spans : DataFrame
        Any grain; the columns ``first`` and ``last`` may be absent or missing (no limit).
    day : Timestamp
        The day.
    first, last : str
        Columns with the first and the last day.

    Returns
    -------
    Series of bool
        On the frame's index.

    Examples
    --------
    >>> spans = pd.DataFrame({"to_on": [pd.NaT, pd.Timestamp("2026-10-31"), pd.Timestamp("2026-10-30")]})
    >>> in_force(spans, pd.Timestamp("2026-10-31")).tolist()
    [True, True, False]
    """
    here = pd.Series(True, index=spans.index)
    if first in spans.columns:
        here &= ~(pd.to_datetime(spans[first]) > day)
    if last in spans.columns:
        here &= ~(pd.to_datetime(spans[last]) < day)
    return here


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
    return in_force(staff, as_of, first="hired_on", last="left_on")


def sized_roles(staff: pd.DataFrame, sized: Collection[str]) -> pd.Series:
    """Role each person counts as where only some roles are sized.

    Parameters
    ----------
    staff : DataFrame
        One row per person: ``role``, ``""`` where unknown.
    sized : collection of str
        Roles that are sized.

    Returns
    -------
    Series of str
        On the frame's index: the role, an account and product manager counting as account manager unless that
        double role is sized itself.

    Examples
    --------
    >>> sized_roles(pd.DataFrame({"role": ["account_product_manager"]}), {"account_manager"}).tolist()
    ['account_manager']
    """
    role = text(staff, "role")
    if "account_product_manager" in sized:
        return role
    return role.mask(role == "account_product_manager", "account_manager")


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
