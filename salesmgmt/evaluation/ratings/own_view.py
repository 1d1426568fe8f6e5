"""How people rate themselves against how others rate them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import uncertainty
from salesmgmt.errors import Refused
from salesmgmt.evaluation.ratings.reading import CELL, LEVEL, MIN_PEOPLE, counting

CLOSE = 0.5
"""Half a step of the scale between self and others counts as consistent."""

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
    difference; its error is the jackknife's, over people or over raters, whichever reaches farther. overrates
    and underrates are held against 5 % over all competencies jointly (Holm); else ``consistent`` if the
    interval lies within half a step of the scale. It says how two views differ, not which of them is right.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6(2), 65–70. Heidemeier & Moser (2009), Self–other agreement in
    job performance ratings, Journal of Applied Psychology 94(2), 353–370.

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
    gone = ratings["without"].isna()
    moved = ratings["difference"] - ratings["without"].fillna(0.0)
    lost = pd.DataFrame({"moved": moved, "gone": gone}).groupby(ratings["rater_id"]).sum()
    left = people - lost["gone"].to_numpy(dtype="float64")
    with np.errstate(all="ignore"):
        left_out = (both["difference"].sum() - lost["moved"].to_numpy()) / left
        by_rater = float(np.sqrt((len(lost) - 1) ** 2 / len(lost) * left_out.var(ddof=1)))
    errors = [(float(both["difference"].std() / np.sqrt(people)), people - 1.0), (by_rater, len(lost) - 1.0)]
    reach = [error * stats.t.ppf((1 + LEVEL) / 2, df) for error, df in errors]
    return errors[int(np.argmax(reach))] if np.isfinite(reach).all() else (np.nan, np.nan)
