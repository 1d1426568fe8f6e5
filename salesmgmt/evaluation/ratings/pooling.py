"""Agreement pooled over competencies, with intervals that leave out one person, or one rater, at a time.

Everything is computed within a competency and then added up: that some competencies are rated higher than
others is no agreement about people. Each rated person × competency adds its own sums, so the figures
without one person or without one rater are the totals less theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import agreement
from salesmgmt.evaluation.ratings.reading import CELL, LEVEL

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

_NAMES = ("icc", "low", "high")
_NOTHING = 1e-9
"""Sums of squares and distances below this are rounding, not disagreement."""


def nested(ratings: pd.DataFrame) -> dict[str, float]:
    """Reliability of one rating where raters differ from person to person, and kappa of any two.

    Parameters
    ----------
    ratings : DataFrame
        One row per person × competency × rater of one kind, two or more raters each: ``staff_id``, ``competency``,
        ``rater_id``, ``score``.

    Returns
    -------
    dict
        ``icc``, ``low``, ``high``, ``kappa``, ``kappa_low``, ``kappa_high``: NaN where scores do not differ.

    Notes
    -----
    Sums of squares between and within people, and linear distances observed and expected, are taken within each
    competency that two people are rated on, and added up: one competency gives ICC(1) and the linear kappa of Fleiss.
    The interval is Student's t on log F and on log(1 − kappa), centred where the jackknife over people puts it. Its
    variance is the jackknife's over people, and what raters who rate several people add to it.

    References
    ----------
    Arvesen (1969), Jackknifing U-statistics, Annals of Mathematical Statistics 40(6), 2076–2100. Cameron, Gelbach &
    Miller (2011), Robust inference with multiway clustering, Journal of Business & Economic Statistics 29(2), 238–249.

    Examples
    --------
    >>> who = {"staff_id": ["S1", "S1", "S2", "S2"], "competency": "listening", "rater_id": ["R1", "R2", "R3", "R4"]}
    >>> round(nested(pd.DataFrame({**who, "score": [5.0, 4.0, 2.0, 1.0]}))["icc"], 3)
    0.895
    """
    cells, where = _cells(ratings)
    scale, score = np.unique(ratings["score"]), ratings["score"].to_numpy()
    steps = np.diff(scale)
    own = np.column_stack([np.ones(len(score)), score, score**2, score[:, None] <= scale[None, :-1]])
    whole = _added(own, where, len(cells))
    parts = _sums(whole, steps)
    lost = parts[where] - _sums(whole[where] - own, steps)
    total, without = _left_out(cells, parts, ratings, where, lost)
    ratio, k, apart = _one_way(total, steps)
    found = [_one_way(sums, steps) for sums in without]
    icc = _single(_bounds(ratio, [each[0] for each in found]), k)
    kappa, low, high = 1 - _bounds(apart, [each[2] for each in found])[[0, 2, 1]]
    return icc | {"kappa": float(kappa), "kappa_low": float(low), "kappa_high": float(high)}


def crossed(ratings: pd.DataFrame) -> dict[str, float]:
    """Reliability of one rating where the same raters rated everybody.

    Parameters
    ----------
    ratings : DataFrame
        One row per person × competency × rater, every rater on each of them: ``staff_id``, ``competency``,
        ``rater_id``, ``score``.

    Returns
    -------
    dict
        ``icc``, ``low``, ``high``: NaN where scores do not differ.

    Notes
    -----
    ICC(2) of mean squares pooled over competencies; its interval by F with the people of one competency, since a
    person's competencies are not independent: exact for one competency, wide for several.

    References
    ----------
    McGraw & Wong (1996), Forming inferences about some intraclass correlation coefficients, Psychological
    Methods 1(1), 30–46.

    Examples
    --------
    >>> who = {"staff_id": ["S1", "S1", "S2", "S2"], "competency": "listening", "rater_id": ["R1", "R2", "R1", "R2"]}
    >>> round(crossed(pd.DataFrame({**who, "score": [5.0, 4.0, 2.0, 1.0]}))["icc"], 3)
    0.9
    """
    cells, _ = _cells(ratings)
    table = ratings.pivot(index=CELL, columns="rater_id", values="score")
    scores = table.loc[pd.MultiIndex.from_frame(cells)].to_numpy(dtype="float64")
    item, items = pd.factorize(cells["competency"])
    between, judges, error, people = map(float, _squares(_added(_crossing(scores), item, len(items))))
    raters = scores.shape[1]
    found = agreement.two_way(between, judges, error, people=people, raters=raters, level=LEVEL)
    return dict(zip(_NAMES, found, strict=True))


def together(ratings: pd.DataFrame) -> dict[str, float]:
    """Reliability of the mean of one kind of rater, with the kinds taken as raters of everybody.

    Parameters
    ----------
    ratings : DataFrame
        One row per person × competency × rater, every kind on each of them: ``staff_id``, ``competency``,
        ``rater_id``, ``rater_kind``, ``score``.

    Returns
    -------
    dict
        ``icc``, ``low``, ``high``: NaN where scores do not differ.

    Notes
    -----
    ICC(2) of mean squares pooled over competencies. The kinds are all there are, so the interval is that of
    :func:`nested`, over people and over the raters behind the means.

    References
    ----------
    McGraw & Wong (1996), Psychological Methods 1(1), 30–46.

    Examples
    --------
    >>> who = {"staff_id": ["S1", "S1", "S2", "S2"], "competency": "listening", "rater_id": ["R1", "R2", "R3", "R4"]}
    >>> ratings = pd.DataFrame({**who, "rater_kind": ["peer", "manager"] * 2, "score": [5.0, 4.0, 2.0, 1.0]})
    >>> round(together(ratings)["icc"], 3)
    0.9
    """
    cells, where = _cells(ratings)
    kind, kinds = pd.factorize(ratings["rater_kind"])
    score, place = ratings["score"].to_numpy(), where * len(kinds) + kind
    count = np.bincount(place, minlength=len(cells) * len(kinds))
    means = np.bincount(place, weights=score, minlength=len(count)) / count
    n, mean = count[place], means[place]
    parts = _crossing(means.reshape(len(cells), len(kinds)))
    changed = means.reshape(len(cells), len(kinds))[where]
    changed[np.arange(len(score)), kind] = mean + (mean - score) / np.maximum(n - 1, 1)
    lost = parts[where] - np.where(n[:, None] > 1, _crossing(changed), 0.0)
    total, without = _left_out(cells, parts, ratings, where, lost)
    k = len(kinds)
    return _single(_bounds(_two_way(total, k), [_two_way(sums, k) for sums in without]), k)


def _cells(ratings: pd.DataFrame) -> tuple[pd.DataFrame, Places]:
    """Person × competency rated, and for each rating its place among them."""
    where: Places = np.asarray(ratings.groupby(CELL, sort=False).ngroup()).astype("int64")
    return ratings.loc[~ratings.duplicated(CELL), CELL].reset_index(drop=True), where


def _added(rows: Array, where: Places, places: int) -> Array:
    """Rows added up by place."""
    return np.column_stack([np.bincount(where, weights=column, minlength=places) for column in rows.T])


def _left_out(
    cells: pd.DataFrame, parts: Array, ratings: pd.DataFrame, where: Places, lost: Array
) -> tuple[Array, list[Array]]:
    """Sums by competency; and without each person, without each rater, without each rater's word on a person."""
    item, items = pd.factorize(cells["competency"])
    n = len(items)
    person, _ = pd.factorize(cells["staff_id"])
    rater, names = pd.factorize(ratings["rater_id"])
    word, _ = pd.factorize(person[where] * len(names) + rater)
    total = _added(parts, item, n)
    gone = [(parts, person, item), (lost, rater, item[where]), (lost, word, item[where])]
    without = [
        total - _added(rows, who * n + what, (who.max() + 1) * n).reshape(-1, n, rows.shape[1])
        for rows, who, what in gone
    ]
    return total, without


def _sums(whole: Array, steps: Array) -> Array:
    """What a cell adds, from its count, sum, squares and counts up to each score; nothing under two ratings."""
    n, total, squares, below = whole[:, 0], whole[:, 1], whole[:, 2], whole[:, 3:]
    with np.errstate(all="ignore"):
        apart = (2 * below * (n[:, None] - below)) @ steps / (n - 1)
        mean = total**2 / n
        rows = np.column_stack([np.ones(len(n)), n, total, n**2, mean, squares - mean, apart, below])
    return np.where(n[:, None] >= 2, rows, 0.0)


def _crossing(scores: Array) -> Array:
    """What a cell adds that every rater rated: one, its sum, squares of its mean and of its scores, its scores."""
    total, k = scores.sum(axis=1), scores.shape[1]
    return np.column_stack([np.ones(len(scores)), total, total**2 / k, (scores**2).sum(axis=1), scores])


def _one_way(sums: Array, steps: Array) -> tuple[Array, Array, Array]:
    """F between people, raters a person, and distances observed ÷ expected; over competencies of two people."""
    people, n, total, squared, mean, within, apart = np.moveaxis(sums[..., :7], -1, 0)
    use = people >= 1.5
    with np.errstate(all="ignore"):
        freedom = np.where(use, people - 1, 0).sum(-1)
        between = np.where(use, mean - total**2 / n, 0).sum(-1) / freedom
        error = _clean(np.where(use, within, 0).sum(-1)) / np.where(use, n - people, 0).sum(-1)
        k = np.where(use, n - squared / n, 0).sum(-1) / freedom
        share = sums[..., 7:] / n[..., None]
        expected = np.where(use, n * ((2 * share * (1 - share)) @ steps), 0).sum(-1)
        return between / error, k, _clean(np.where(use, apart, 0).sum(-1)) / expected


def _squares(sums: Array) -> tuple[Array, Array, Array, Array]:
    """Mean squares of people, raters and residual, and people a competency; over competencies of two people."""
    n, total, mean, squares = np.moveaxis(sums[..., :4], -1, 0)
    use, k = n >= 1.5, sums.shape[-1] - 4
    with np.errstate(all="ignore"):
        level = total**2 / (n * k)
        judges = np.where(use, (sums[..., 4:] ** 2).sum(-1) / n - level, 0)
        people = np.where(use, mean - level, 0)
        rest = np.where(use, squares - mean, 0) - judges
        items, freedom = use.sum(-1), np.where(use, n - 1, 0).sum(-1)
        return (
            people.sum(-1) / freedom,
            judges.sum(-1) / (items * (k - 1)),
            _clean(rest.sum(-1)) / (freedom * (k - 1)),
            freedom / items + 1,
        )


def _two_way(sums: Array, k: int) -> Array:
    """(1 + (k − 1)ρ) ÷ (1 − ρ) of ICC(2)."""
    between, judges, error, people = _squares(sums)
    with np.errstate(all="ignore"):
        rater = (judges - error) / people
        return (between + rater) / (error + rater)


def _clean(sums: Array) -> Array:
    """Sums with rounding taken for nothing."""
    return np.where(sums > _NOTHING, sums, 0.0)


def _single(ratio: Array, k: Array | float) -> dict[str, float]:
    """Reliability of one rating, and its interval, from (1 + (k − 1)ρ) ÷ (1 − ρ)."""
    with np.errstate(all="ignore"):
        icc = np.where(np.isinf(ratio), 1.0, (ratio - 1) / (ratio + k - 1))
    return dict(zip(_NAMES, icc.tolist(), strict=True))


def _bounds(value: Array, left_out: Sequence[Array]) -> Array:
    """A positive value with its 80 % interval; NaN where leaving one out leaves nothing."""
    with np.errstate(all="ignore"):
        logs = [np.log(found) for found in left_out]
        by_person, by_rater, by_word = (
            (len(log) - 1) / len(log) * ((log - log.mean()) ** 2).sum() for log in logs
        )
        error = np.sqrt(by_person + np.maximum(by_rater - by_word, 0.0))
        people, raters = len(logs[0]), len(logs[1])
        centre = value * np.exp((people - 1) * (np.log(value) - logs[0].mean()))
        farthest = np.exp(stats.t.ppf((1 + LEVEL) / 2, min(people, raters) - 1) * error)
        return np.array([value, np.minimum(centre / farthest, value), np.maximum(centre * farthest, value)])
