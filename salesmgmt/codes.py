"""Text columns of many rows as categories: each word is looked at once, each row only by its number.

A facts table holds hundreds of thousands of ids of a few thousand people and customers. Comparing, looking up and
counting them as numbers costs a small part of what it costs as text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]


def coded(frame: pd.DataFrame, column: str) -> pd.Series:
    """Text column as categories, ``""`` for "all" as in :func:`frames.text`.

    Parameters
    ----------
    frame : DataFrame
        Any grain.
    column : str
        Column to read; it may be absent.

    Returns
    -------
    Series of category
        On the frame's index; the categories are text in order, all that occur among them.

    Examples
    --------
    >>> coded(pd.DataFrame({"tier": ["B", None, "A"]}), "tier").tolist()
    ['B', '', 'A']
    """
    if column not in frame.columns:
        return _categories(np.zeros(len(frame), dtype="int64"), _BLANK, frame.index, column)
    values = frame[column]
    place: npt.NDArray[np.integer]
    if not isinstance(values.dtype, pd.CategoricalDtype):
        place, words = pd.factorize(values)
    elif _are_words(values.cat.categories) and not values.hasnans:
        return values
    else:
        place, words = values.cat.codes.to_numpy(), values.cat.categories
    return _categories(place + 1, _BLANK.append(pd.Index(words).astype("str")), frame.index, column)


def taken(values: pd.Series, position: Codes) -> pd.Series:
    """Values at positions, ``""`` at -1.

    Parameters
    ----------
    values : Series of category
        From :func:`coded`.
    position : array of int
        0-based, -1 for none.

    Returns
    -------
    Series of category
        As long as ``position``.

    Examples
    --------
    >>> taken(coded(pd.DataFrame({"id": ["S1", "S2"]}), "id"), np.array([1, -1])).tolist()
    ['S2', '']
    """
    words = values.cat.categories
    number = np.append(values.cat.codes, words.get_indexer(_BLANK)).astype("int64")[position]
    return pd.Series(pd.Categorical.from_codes(number, words), name=values.name)


def found_under(keys: pd.Series, table: pd.DataFrame) -> pd.DataFrame:
    """Texts found under each key, ``""`` where there is none.

    Parameters
    ----------
    keys : Series of category
        From :func:`coded`.
    table : DataFrame of str
        Indexed by key; of several rows under one key the first.

    Returns
    -------
    DataFrame of category
        The columns of ``table``, on the index of ``keys``.

    Examples
    --------
    >>> ids = coded(pd.DataFrame({"id": ["S1", "S2"]}), "id")
    >>> found_under(ids, pd.DataFrame({"region": ["East"]}, index=["S1"]))["region"].tolist()
    ['East', '']
    """
    first = table if table.index.is_unique else table[~table.index.duplicated()]
    place = (first.index.get_indexer(keys.cat.categories) + 1)[keys.cat.codes]
    found = {
        name: _categories(place, _BLANK.append(pd.Index(words)), keys.index, name)
        for name, words in first.items()
    }
    return pd.DataFrame(found, index=keys.index)


def or_else(first: pd.Series, second: pd.Series) -> pd.Series:
    """The first text, where it is ``""`` the second.

    Parameters
    ----------
    first, second : Series of category
        On one index, from :func:`coded`.

    Returns
    -------
    Series of category
        On that index.

    Examples
    --------
    >>> frame = pd.DataFrame({"own": ["A", ""], "other": ["B", "C"]})
    >>> or_else(coded(frame, "own"), coded(frame, "other")).tolist()
    ['A', 'C']
    """
    words = first.cat.categories.append(second.cat.categories)
    chosen = np.where(
        blank(first), second.cat.codes.to_numpy("int64") + len(first.cat.categories), first.cat.codes
    )
    return _categories(chosen, words, first.index, first.name)


def blank(values: pd.Series) -> npt.NDArray[np.bool_]:
    """Rows that name nothing.

    Examples
    --------
    >>> blank(coded(pd.DataFrame({"tier": ["B", None]}), "tier")).tolist()
    [False, True]
    """
    return np.asarray(values.cat.codes == values.cat.categories.get_indexer(_BLANK)[0])


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames one below the other, columns of categories staying categories.

    Parameters
    ----------
    parts : sequence of DataFrame
        With the same columns, at least one.

    Returns
    -------
    DataFrame
        All rows, with a fresh index.

    Examples
    --------
    >>> parts = [pd.DataFrame({"id": [word]}, dtype="category") for word in ("B", "A")]
    >>> stacked(parts)["id"].cat.categories.tolist()
    ['A', 'B']
    """
    return pd.DataFrame({name: _one_below([part[name] for part in parts]) for name in parts[0].columns})


def together(columns: Sequence[pd.Series]) -> Codes:
    """One number for the words of several columns, the same for the same words.

    Parameters
    ----------
    columns : sequence of Series of category
        On one index, at least one.

    Returns
    -------
    array of int
        By row, in the order of the words.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["A", "B", "A"], "tier": ["x", "x", "x"]})
    >>> together([coded(frame, "team"), coded(frame, "tier")]).tolist()
    [3, 5, 3]
    """
    key, width = np.zeros(len(columns[0]), dtype="int64"), 1
    for values in columns:
        size = len(values.cat.categories)
        if width * size >= 2**63:
            key, met = pd.factorize(key, sort=True)
            width = len(met)
        key, width = key * size + values.cat.codes.to_numpy(), width * size
    return key


def grouped(key: Codes, *, sort: bool = False) -> tuple[npt.NDArray[np.intp], Codes]:
    """Rows with the same number as one group, and a row that stands for each group.

    Parameters
    ----------
    key : array of int
        By row, e.g. from :func:`together`.
    sort : bool
        Whether groups come in the order of their numbers, else as they are met.

    Returns
    -------
    tuple of array of int
        Group of each row, 0-based; by group, the position of its last row.

    Examples
    --------
    >>> [found.tolist() for found in grouped(np.array([7, 5, 7]), sort=True)]
    [[1, 0, 1], [1, 2]]
    """
    group, met = pd.factorize(key, sort=sort)
    last = np.zeros(len(met), dtype="int64")
    last[group] = np.arange(len(key))
    return group, last


def matched(columns: Sequence[pd.Series], keys: pd.DataFrame) -> Codes:
    """The row of a table of keys that has a row's words.

    Parameters
    ----------
    columns : sequence of Series of category
        On one index, from :func:`coded`, at least one.
    keys : DataFrame
        As many columns of text, in the same order; rows unique.

    Returns
    -------
    array of int
        By row of ``columns``: position in ``keys``, -1 where none has its words.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["A", "B", "C"], "tier": ["x", "x", "y"]})
    >>> keys = pd.DataFrame({"team": ["B", "A"], "tier": ["x", "y"]})
    >>> matched([coded(frame, "team"), coded(frame, "tier")], keys).tolist()
    [-1, 0, -1]
    """
    row, key = (np.zeros(len(frame), dtype="int64") for frame in (columns[0], keys))
    for values, words in zip(columns, keys, strict=True):
        size, place = len(values.cat.categories), values.cat.categories.get_indexer(pd.Index(keys[words]))
        key, met = pd.factorize(np.where((key < 0) | (place < 0), np.nan, key * size + place))
        sought = np.where(row < 0, -1, row * size + values.cat.codes.to_numpy())
        row = pd.Index(met.astype("int64")).get_indexer(sought)
    position = np.full(len(keys) + 1, -1)
    position[key] = np.arange(len(keys))
    position[-1] = -1
    return position[row]


def distinct(group: Codes, words: pd.Series, groups: int) -> Codes:
    """How many different words each group has, ``""`` not counted.

    Parameters
    ----------
    group : array of int
        Group of each row, 0 to ``groups`` − 1.
    words : Series of category
        From :func:`coded`, as long.
    groups : int
        Number of groups.

    Returns
    -------
    array of int
        By group.

    Examples
    --------
    >>> words = coded(pd.DataFrame({"customer_id": ["C1", "C1", "C2", ""]}), "customer_id")
    >>> distinct(np.array([0, 0, 0, 1]), words, 2).tolist()
    [2, 0]
    """
    named, size = ~blank(words), len(words.cat.categories)
    pairs = pd.unique(group[named] * size + words.cat.codes.to_numpy()[named])
    return np.bincount(pairs // max(size, 1), minlength=groups)


_BLANK = pd.Index([""], dtype="str")


def _are_words(categories: pd.Index) -> bool:
    """Categories as :func:`coded` makes them: text, in order, with one that names nothing."""
    return categories.dtype == _BLANK.dtype and categories.is_monotonic_increasing and "" in categories


def _one_below(each: list[pd.Series]) -> pd.Series:
    """Columns one below the other; categories that are the same are not looked at again."""
    if not all(isinstance(values.dtype, pd.CategoricalDtype) for values in each):
        return pd.concat(each, ignore_index=True)
    if all(values.dtype is each[0].dtype for values in each):
        number = np.concatenate([values.cat.codes.to_numpy() for values in each])
        return pd.Series(pd.Categorical.from_codes(number, each[0].cat.categories, validate=False))
    return pd.Series(pd.api.types.union_categoricals(each, sort_categories=True))


def _categories(place: npt.NDArray[np.integer], words: pd.Index, index: pd.Index, name: object) -> pd.Series:
    """Numbered words as categories, equal words as one and all in order."""
    number, categories = pd.factorize(words.astype("str"), sort=True)
    coded = pd.Categorical.from_codes(number.astype("int32")[place], categories, validate=False)
    return pd.Series(coded, index=index, name=name)
