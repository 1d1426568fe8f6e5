"""What every method asks of its arguments: a check names the argument, what came and what is allowed.

Every offender is reported at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

STATUSES = ("existing", "prospect", "lost")
ROLES = ("account_manager", "product_manager", "delivery_manager", "account_product_manager", "sales_manager")
LOOKS = {
    "external": ("economy", "customers", "policy", "technology", "competitors"),
    "internal": ("indicators", "processes", "people"),
}
"""The eight looks in the article's order, by the side they are on."""
ELEMENTS = {
    "five_forces": ("rivalry", "new_entrants", "substitutes", "suppliers", "buyers"),
    "diamond": (
        "factor_conditions", "demand_conditions", "related_industries", "strategy_structure_rivalry",
        "government", "chance",
    ),
    "scorecard": ("financial", "customer", "internal_process", "learning_growth"),
}  # fmt: skip
"""Elements of the five forces, the diamond and the balanced scorecard."""
WEIGHT_TOLERANCE = 0.001
"""Weights rounded in the third decimal may miss one by this much."""


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


def sums_to_one(total: float) -> bool:
    """Tell whether weights with this sum are whole, but for their rounding.

    Parameters
    ----------
    total : float
        Sum of the weights.

    Returns
    -------
    bool
        True within :data:`WEIGHT_TOLERANCE` of one.

    Examples
    --------
    >>> sums_to_one(0.999), sums_to_one(1.72)
    (True, False)
    """
    return bool(abs(total - 1.0) <= WEIGHT_TOLERANCE + 1e-9)


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


def _between(minimum: float, maximum: float) -> str:
    """Words of an inclusive range."""
    if math.isinf(minimum) and math.isinf(maximum):
        return "finite"
    if math.isinf(maximum):
        return f">= {minimum:g}"
    return f"between {minimum:g} and {maximum:g}"
