"""How people rate themselves against how others rate them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import uncertainty
from salesmgmt.errors import Refused
from salesmgmt.evaluation.ratings.reading import CELL, LEVEL, MIN_PEOPLE, counting

CLOSE = 0.5
"""Half a step of the scale between self and others counts as consistent."""

Array = npt.NDArray[np.float64]

_ERROR = 0.05


def self_other(assessments: pd.DataFrame) -> pd.DataFrame:
    """People's own ratings less those of others, by competency.

    Parameters
    ----------
    assessments : DataFrame
        One row per person × competency × rater × day: ``staff_id``, ``competency``, ``rater_id``,
        ``rater_kind`` (self, peer, manager, customer), ``score`` (1 to 5), ``assessed_on`` (may be absent).

    Returns
    -------
    DataFrame
        One row per competency with ratings of both sides, alphabetically: ``competency``, ``people`` (rated by
        both), ``self_mean``, ``others_mean`` (1 to 5), ``difference`` (self − others), ``low``, ``high``
        (80 % interval; NaN under ten people), ``verdict`` (overrates, underrates, consistent, cannot_tell).

    Raises
    ------
    ValueError
        If columns are missing, kinds are unknown, scores are missing or off the scale, or a rater
        rated somebody as two kinds on one day.
    Refused
        If nobody was rated by both.

    Notes
    -----
    others = mean of the means of the kinds of raters, as in the competency score. Student's t on the mean
    difference; its variance is that over people, and what raters who rate several people add to it. overrates and
    underrates are held against 5 % over all competencies jointly (Holm); else ``consistent`` if the interval lies
    within half a step of the scale. It says how two views differ, not which of them is right.

    References
    ----------
    Heidemeier & Moser (2009), Self–other agreement in job performance ratings, Journal of Applied Psychology
    94(2), 353–370. Cameron, Gelbach & Miller (2011), Robust inference with multiway clustering, Journal of Business &
    Economic Statistics 29(2), 238–249.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff_id": "S1", "competency": "listening", "rater_id": ["S1", "R1", "R2"],
    ...     "rater_kind": ["self", "manager", "peer"], "score": [5, 4, 3]})
    >>> self_other(ratings)[["people", "self_mean", "others_mean", "difference", "verdict"]].values.tolist()
    [[1, 5.0, 3.5, 1.5, 'cannot_tell']]
    """
    both, ratings = _compared(counting(assessments))
    cells = both.groupby("competency", as_index=False)
    found = cells.agg(
        people=("staff_id", "size"),
        self_mean=("own", "mean"),
        others_mean=("others", "mean"),
        difference=("difference", "mean"),
    )
    errors = [
        _error(both[both["competency"] == name], ratings[ratings["competency"] == name])
        for name in found["competency"]
    ]
    se, df = np.array(errors).T
    difference = found["difference"].to_numpy()
    with np.errstate(all="ignore"):
        t = difference / se
    proven = uncertainty.holm(2 * stats.t.sf(np.abs(t), df), error=_ERROR)
    reach = se * stats.t.ppf((1 + LEVEL) / 2, df)
    low, high = difference - reach, difference + reach
    verdict = np.select(
        [proven & (t > 0), proven & (t < 0), (low >= -CLOSE) & (high <= CLOSE)],
        ["overrates", "underrates", "consistent"],
        "cannot_tell",
    )
    return found.assign(low=low, high=high, verdict=pd.Series(verdict, dtype="str"))


def _compared(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Own and others' score of each person × competency with both, and each rating with theirs without it."""
    mine = rows["rater_kind"] == "self"
    own = rows[mine].groupby(CELL)["score"].mean().rename("own")
    ratings = rows[~mine].join(own, on=CELL, how="inner").reset_index(drop=True)
    if ratings.empty:
        raise Refused("evaluation.ratings_no_self", people=int(rows["staff_id"].nunique()))
    kind = ratings.groupby([*CELL, "rater_kind"])["score"]
    n, mean = kind.transform("size"), kind.transform("mean")
    first = ~ratings.duplicated([*CELL, "rater_kind"])
    cell = ratings.assign(mean=mean.where(first)).groupby(CELL)["mean"]
    kinds, others = cell.transform("count"), cell.transform("mean")
    changed = others + (mean - ratings["score"]) / (n - 1).where(n > 1) / kinds
    dropped = (others * kinds - mean) / (kinds - 1).where(kinds > 1)
    ratings = ratings.assign(others=others, difference=ratings["own"] - others)
    without = ratings["own"] - changed.where(n > 1, dropped)
    both = ratings.loc[~ratings.duplicated(CELL), [*CELL, "own", "others", "difference"]]
    return both, ratings.assign(without=without)


def _error(both: pd.DataFrame, ratings: pd.DataFrame) -> tuple[float, float]:
    """Standard error of the mean difference and its degrees of freedom; NaN where none is honest."""
    people = len(both)
    if people < MIN_PEOPLE:
        return np.nan, np.nan
    moved = ratings["difference"] - ratings["without"].fillna(0.0)
    total = both["difference"].sum()

    def left_out(who: list[str]) -> Array:
        lost = pd.DataFrame({"moved": moved, "gone": ratings["without"].isna()}).groupby(
            [ratings[column] for column in who]
        )
        return ((total - lost["moved"].sum()) / (people - lost["gone"].sum())).to_numpy(dtype="float64")

    by_rater, by_word = (left_out(who) for who in (["rater_id"], ["rater_id", "staff_id"]))
    added = _jackknife(by_rater) - _jackknife(by_word)
    variance = both["difference"].var() / people + float(np.maximum(added, 0.0))
    return float(np.sqrt(variance)), min(people, len(by_rater)) - 1.0


def _jackknife(left_out: Array) -> float:
    """Variance of a figure from its values with one left out."""
    with np.errstate(all="ignore"):
        return float((len(left_out) - 1) / len(left_out) * ((left_out - left_out.mean()) ** 2).sum())
