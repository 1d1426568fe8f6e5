"""The answers of several methods side by side: how far apart they are."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames

METHODS = ("five_steps", "sales_potential", "incremental", "three_year_return")


def triangulate(answers: pd.DataFrame) -> pd.DataFrame:
    """Put the answers of the methods side by side.

    Parameters
    ----------
    answers : DataFrame
        One row per method, at least one: ``method`` (unique, of five_steps, sales_potential, incremental,
        three_year_return), ``people``; ``low``, ``high`` (missing where the method gives no range).

    Returns
    -------
    DataFrame
        In the order of the methods: ``method``, ``people``, ``low``, ``high``, ``difference`` (people less those of the
        first row).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, a method is unknown or repeats, people are negative, or low and high do not hold people.

    Examples
    --------
    >>> answers = pd.DataFrame({"method": ["sales_potential", "five_steps"], "people": [13.0, 8.0]})
    >>> triangulate(answers)[["method", "difference"]].values.tolist()
    [['five_steps', 0.0], ['sales_potential', 5.0]]
    """
    checks.require_columns(answers, ["method", "people"], name="answers")
    checks.require_codes(answers["method"], METHODS, name="answers.method")
    checks.require_unique(answers, ["method"], name="answers")
    rows = answers.sort_values("method", key=lambda codes: codes.map(METHODS.index), ignore_index=True)
    people = frames.number(rows, "people")
    checks.require_bounds(people, name="answers.people", minimum=0.0)
    low, high = (frames.number(rows, side) for side in ("low", "high"))
    held = ~((low > people) | (people > high))
    if not held.all():
        raise ValueError(f"answers of {rows.loc[~held, 'method'].tolist()} lie outside their low and high")
    table = pd.DataFrame({"method": rows["method"], "people": people, "low": low, "high": high})
    return table.assign(difference=people - people.iloc[0])
