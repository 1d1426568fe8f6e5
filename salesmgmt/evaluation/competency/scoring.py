"""What each person scores on each competency, from the ratings of several people.

A rater's latest rating replaces the older ones. People's ratings of themselves are left out, and each kind of
rater (peer, manager, customer) has the same say however many of them there are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import agreement, checks, frames

RATER_KINDS = ("self", "peer", "manager", "customer")
LOWEST, HIGHEST = 1.0, 5.0
"""The scale of ratings and requirements."""


def scores(assessments: pd.DataFrame) -> pd.DataFrame:
    """Score of each person on each competency: the mean of the rater kinds' means, self excluded.

    Parameters
    ----------
    assessments : DataFrame
        One row per person × competency × rater × day: ``staff_id``, ``competency``, ``rater_id``, ``rater_kind``
        (self, peer, manager, customer), ``score`` (1 to 5); ``assessed_on`` and ``role`` (of the person)
        may be absent.

    Returns
    -------
    DataFrame
        One row per person × competency rated by anybody else, by person, then competency: ``staff_id``,
        ``role`` (only if given), ``competency``, ``score`` (1 to 5), ``raters`` (who count), ``kinds`` (of
        rater, 1 to 3), ``se`` (standard error of score from the raters' disagreement; NaN where no two
        raters of one kind rated anybody on the competency).

    Raises
    ------
    ValueError
        If columns are missing, kinds are unknown, scores are missing or outside 1 to 5, or a person has two roles.

    Notes
    -----
    score = mean over kinds k of (mean of the kind's n_k raters); se = √(s² Σ 1/n_k) ÷ kinds. s² is the variance
    between raters of one kind about one person, pooled per competency over people and kinds, so a single
    rater's word has an error too. It holds raters' differing severity; kinds' general differences are no error.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力, 胜任力模型测评. Fleiss (1986), The Design and Analysis of Clinical
    Experiments, ch. 1, for the error of a mean of raters.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff_id": "S1", "competency": "listening", "rater_id": ["S1", "R1", "R2", "R3"],
    ...     "rater_kind": ["self", "manager", "peer", "peer"], "score": [5.0, 3.0, 4.0, 5.0]})
    >>> scores(ratings)[["score", "raters", "kinds"]].values.tolist()
    [[3.75, 3.0, 2.0]]
    """
    rows = _rated_by_others(assessments)
    sizes = [len(rows[column].cat.categories) for column in _CELL]
    codes = [rows[column].cat.codes.to_numpy(dtype="int64") for column in _CELL]
    cell, value = np.ravel_multi_index(codes, sizes), rows["score"].to_numpy(dtype="float64")
    count = np.bincount(cell, minlength=int(np.prod(sizes)))
    mean = np.bincount(cell, value, len(count)) / np.maximum(count, 1)
    off = np.bincount(codes[1], (value - mean[cell]) ** 2, sizes[1])
    used = np.flatnonzero(count)
    who, what, _ = np.unravel_index(used, sizes)
    free = np.bincount(codes[1], minlength=sizes[1]) - np.bincount(what, minlength=sizes[1])
    variance = np.divide(off, free, out=np.full(sizes[1], np.nan), where=free > 0)
    cells = pd.DataFrame({"who": who, "what": what, "mean": mean[used], "raters": count[used]})
    pairs = cells.assign(share=1.0 / cells["raters"], kinds=1).groupby(["who", "what"]).sum().reset_index()
    found = pd.DataFrame(
        {
            "staff_id": rows["staff_id"].cat.categories[pairs["who"]].astype("str"),
            "competency": rows["competency"].cat.categories[pairs["what"]].astype("str"),
            "score": pairs["mean"] / pairs["kinds"],
            **pairs[["raters", "kinds"]],
            "se": np.sqrt(variance[pairs["what"]] * pairs["share"]) / pairs["kinds"],
        }
    )
    roles = roles_of(assessments)
    if roles is not None:
        found.insert(1, "role", found["staff_id"].map(roles).astype("str"))
    return found


def self_only(assessments: pd.DataFrame) -> pd.DataFrame:
    """Who was rated by nobody but themselves, and so has no score.

    Parameters
    ----------
    assessments : DataFrame
        As :func:`scores` takes it.

    Returns
    -------
    DataFrame
        One row per person, by id: ``staff_id``, ``competencies`` (rated by the person alone).

    Raises
    ------
    ValueError
        If columns are missing.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff_id": ["S1"], "competency": ["listening"], "rater_kind": ["self"]})
    >>> self_only(ratings).values.tolist()
    [['S1', 1]]
    """
    checks.require_columns(assessments, _CELL, name="assessments")
    rows = pd.DataFrame({column: frames.text(assessments, column) for column in _CELL})
    others = rows.loc[rows["rater_kind"] != "self", "staff_id"]
    alone = rows[~rows["staff_id"].isin(others)]
    return alone.groupby("staff_id")["competency"].nunique().rename("competencies").reset_index()


def roles_of(people: pd.DataFrame, *, name: str = "assessments") -> pd.Series | None:
    """Role of each person of a frame, None where it has no column ``role``.

    Parameters
    ----------
    people : DataFrame
        Any number of rows per person: ``staff_id``; ``role`` may be absent.
    name : str
        Name of the caller's argument, for the message.

    Returns
    -------
    Series of str, or None
        Indexed by ``staff_id``; ``""`` where no row tells.

    Raises
    ------
    ValueError
        If people have more than one role; all of them are named.

    Examples
    --------
    >>> roles_of(pd.DataFrame({"staff_id": ["S1", "S1"], "role": ["", "account_manager"]})).to_dict()
    {'S1': 'account_manager'}
    """
    if "role" not in people.columns:
        return None
    pairs = pd.DataFrame({column: frames.text(people, column) for column in ("staff_id", "role")})
    pairs = pairs.drop_duplicates().sort_values("role", ascending=False)
    several = sorted(pairs.loc[pairs["role"] != "", "staff_id"].pipe(lambda ids: set(ids[ids.duplicated()])))
    if several:
        raise ValueError(f"{name} has more than one role for {several}; must be one a person")
    return pairs.drop_duplicates("staff_id").set_index("staff_id")["role"].sort_index()


_CELL = ["staff_id", "competency", "rater_kind"]
_RATING = [*_CELL, "rater_id"]


def _rated_by_others(assessments: pd.DataFrame) -> pd.DataFrame:
    """Ratings that count, checked; ids as categories, in which grouping is cheap."""
    checks.require_columns(assessments, [*_RATING, "score"], name="assessments")
    score = frames.number(assessments, "score")
    checks.require_bounds(score, name="assessments.score", minimum=LOWEST, maximum=HIGHEST)
    coded = pd.DataFrame({column: _categories(assessments[column]) for column in _RATING})
    kinds = pd.Series(coded["rater_kind"].cat.categories)
    checks.require_codes(kinds, RATER_KINDS, name="assessments.rater_kind")
    rows = agreement.latest(coded.assign(score=score, **assessments.filter(["assessed_on"])))
    return rows[(rows["rater_kind"] != "self").to_numpy()]


def _categories(ids: pd.Series) -> pd.Series:
    """Text as sorted categories, ``""`` where missing."""
    coded = ids.astype("str").astype("category")
    if not coded.isna().any():
        return coded
    return ids.astype("str").fillna("").astype("category")
