"""What rows of a chart are called, and which of many rows are drawn.

Rows stay in the order they come in. Of more than :data:`MAX_ROWS` the largest are drawn; the others
are added up where they add up, and counted where they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from salesmgmt.locale import Words

MAX_ROWS = 20
"""A chart draws at most this many rows; what is left over is stated."""


def label(words: Words, column: str, value: Any) -> str:
    """Wording of one code or of the client's own text; "—" where there is neither.

    Parameters
    ----------
    words : Words
        The reader's language.
    column : str
        Column the value stands in.
    value : Any
        Code or text; missing counts as ``""``.

    Returns
    -------
    str
        Never empty; our own wording begins with a capital, the client's is as written.

    Examples
    --------
    >>> label(Words("en"), "verdict", "within"), label(Words("en"), "city", None)
    ('Within the band', '—')
    """
    text = "" if value is None or pd.isna(value) else str(value)
    if words.has_code(column, text):
        return capitalised(words.code(column, text))
    return words.client(text) or "—"


def capitalised(text: str) -> str:
    """Our own wording as a label begins it.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        First letter a capital, the rest untouched.

    Examples
    --------
    >>> capitalised("account manager"), capitalised("客户经理")
    ('Account manager', '客户经理')
    """
    return text[:1].upper() + text[1:]


def group_label(words: Words, keys: Mapping[str, Any]) -> str:
    """Wording of a group given by several columns, empty ones left out.

    Parameters
    ----------
    words : Words
        The reader's language.
    keys : Mapping
        Column -> value.

    Returns
    -------
    str
        The parts joined; the label of the first column's empty value if all are empty.

    Examples
    --------
    >>> group_label(Words("en"), {"region": "East", "tier": "A"})
    'East, A'
    """
    given = [
        label(words, column, value) for column, value in keys.items() if not pd.isna(value) and value != ""
    ]
    return joined(given, words) or label(words, next(iter(keys)), "")


def joined(parts: Sequence[str], words: Words) -> str:
    """Parts of one label in a row, empty ones left out.

    Parameters
    ----------
    parts : sequence of str
        In reading order.
    words : Words
        The reader's language.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> joined(["8 people", "", "64 customers"], Words("en"))
    '8 people, 64 customers'
    """
    return words("charts.joiner").join(filter(None, parts))


def split(frame: pd.DataFrame, size: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide rows into those a chart draws and the others.

    Parameters
    ----------
    frame : DataFrame
        Any grain.
    size : Series of float
        What decides, on the frame's index.

    Returns
    -------
    tuple of DataFrame
        All rows and none, or the largest ``MAX_ROWS`` − 1 and the rest, each in the frame's order.

    Examples
    --------
    >>> few, others = split(pd.DataFrame({"n": range(30)}), pd.Series(range(30)))
    >>> len(few), few["n"].tolist()[:2], len(others)
    (19, [11, 12], 11)
    """
    if len(frame) <= MAX_ROWS:
        return frame, frame.iloc[:0]
    largest = size.fillna(-1.0).reset_index(drop=True).nlargest(MAX_ROWS - 1).index
    drawn = pd.Series(range(len(frame))).isin(largest).to_numpy()
    return frame[drawn], frame[~drawn]


def not_drawn(others: pd.DataFrame, words: Words, *, together: str = "") -> str:
    """Statement of the rows that a chart leaves out.

    Parameters
    ----------
    others : DataFrame
        The rest that :func:`split` returned.
    words : Words
        The reader's language.
    together : str
        What they add up to, where they add up.

    Returns
    -------
    str
        One line; empty if nothing is left out.

    Examples
    --------
    >>> not_drawn(pd.DataFrame({"n": range(3)}), Words("en"))
    'Smaller and not drawn: 3; see the data below'
    """
    if others.empty:
        return ""
    n = words.figures(len(others), "count")
    return (
        words("charts.not_drawn_sum", n=n, together=together) if together else words("charts.not_drawn", n=n)
    )
