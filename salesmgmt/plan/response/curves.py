"""Curves through judged points (ADBUDG), of all judges together and of each alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from salesmgmt import checks, frames
from salesmgmt.errors import Refused

EFFORTS = (0.0, 0.5, 1.0, 1.5, 9.0)
"""Efforts that are asked about, in terms of today's; 9 stands for as much as anybody could do."""

NONE, TODAY, SATURATION = 0.0, 1.0, 9.0

_BENDS = (0.05, 20.0)
"""Bounds of the exponent."""


def curves(judgements: pd.DataFrame) -> pd.DataFrame:
    """Response curve of each subject, and of each judge alone.

    Parameters
    ----------
    judgements : DataFrame
        One row per subject × judge × effort: ``subject`` (segment or tier), ``judge``, ``effort`` (0, 0.5, 1,
        1.5, or 9 for saturation), ``response`` (revenue at that effort, in any unit of that judge's; >= 0).

    Returns
    -------
    DataFrame
        For each subject in order of first appearance first ``judge`` == ``""`` (all together), then each judge:
        ``subject``, ``judge``, ``judges`` (number), ``lowest`` (b, at no effort), ``highest`` (a, at saturation;
        today = 1), ``bend`` (c), ``half`` (d), ``elasticity`` (at today's effort), ``residual`` (largest miss
        of a judged mean by the curve), ``spread`` (largest difference between two judges at one effort).

    Raises
    ------
    TypeError, ValueError
        If columns are missing, rows repeat, efforts are none of the five or responses are negative or missing.
    Refused
        If no judge has stated the points that a curve needs, or all say that visits change nothing.

    Notes
    -----
    R(x) = b + (a − b)·xᶜ ÷ (d + xᶜ), d = (a − 1) ÷ (1 − b), so that R(1) = 1; c by least squares over the points at
    0.5 and 1.5. Elasticity at 1 = c·(a − 1)·(1 − b) ÷ (a − b). A judge's answers are divided by his answer at
    effort 1 (1 where he gave none) and need 0, 9 and one of 0.5 and 1.5; others are left out. A subject with b >= 1
    or a <= 1 in the mean has no curve: NaN.

    References
    ----------
    Little (1970) and Lodish (1971), as cited above.

    Examples
    --------
    >>> judgements = pd.DataFrame({"subject": "A", "judge": "J", "effort": [0, 0.5, 1, 1.5, 9],
    ...     "response": [0.5, 0.8, 1.0, 1.1, 1.5]})
    >>> curves(judgements).loc[0, ["lowest", "highest", "half"]].tolist()
    [0.5, 1.5, 1.0]
    """
    answers = _answers(judgements)
    if answers.empty:
        raise Refused("plan.response_few_points")
    rows = []
    for subject in answers.index.get_level_values("subject").unique():
        own = answers.loc[[subject]].droplevel("subject")
        spread = float((own.max() - own.min()).max()) if len(own) > 1 else np.nan
        rows.append((subject, "", len(own), *_fitted(own), spread))
        rows += [(subject, judge, 1, *_fitted(own.loc[[judge]]), np.nan) for judge in own.index]
    columns = ["subject", "judge", "judges", "lowest", "highest", "bend", "half", "elasticity", "residual", "spread"]  # fmt: skip
    found = pd.DataFrame(rows, columns=columns)
    if found.loc[found["judge"] == "", "bend"].isna().all():
        raise Refused("plan.response_flat")
    return found


def summary(fitted: pd.DataFrame) -> pd.Series:
    """How well the curves hold: what a reader has to know before using any of them.

    Parameters
    ----------
    fitted : DataFrame
        As :func:`curves` returns them.

    Returns
    -------
    Series
        ``subjects`` (number with a curve), ``judges`` (most on one subject), ``residual`` and ``spread`` (the
        largest; NaN with one judge), ``elasticity`` (the highest), and the subjects where they are: ``worst``,
        ``disputed`` (``""`` with one judge), ``steepest``.

    Raises
    ------
    ValueError
        If columns are missing or no subject has a curve.

    Examples
    --------
    >>> fitted = pd.DataFrame({"subject": ["A", "B"], "judge": "", "judges": 1, "bend": 1.0, "elasticity": [0.2, 0.3],
    ...     "residual": [0.02, 0.01], "spread": float("nan")})
    >>> summary(fitted)[["subjects", "residual", "worst", "steepest", "disputed"]].tolist()
    [2, 0.02, 'A', 'B', '']
    """
    checks.require_columns(fitted, ["subject", "judge", "judges", "bend", "elasticity", "residual", "spread"], name="fitted")  # fmt: skip
    curved = fitted[fitted["judge"] == ""].dropna(subset="bend").set_index("subject")
    if curved.empty:
        raise ValueError("fitted has no subject with a curve, must have one")
    differ = curved["spread"].notna().any()
    counts = {"subjects": len(curved), "judges": int(curved["judges"].max())}
    sizes = {name: float(curved[name].max()) for name in ("residual", "spread", "elasticity")}
    places = {"worst": curved["residual"].idxmax(), "steepest": curved["elasticity"].idxmax()}
    return pd.Series(
        {**counts, **sizes, **places, "disputed": curved["spread"].idxmax() if differ else ""}, dtype="object"
    )


def respond(curve: pd.Series, effort: float) -> float:
    """Response at an effort, today's being 1.

    Parameters
    ----------
    curve : Series
        A row of :func:`curves`.
    effort : float
        In terms of today's, >= 0.

    Returns
    -------
    float
        1 at effort 1; NaN without a curve.

    Raises
    ------
    ValueError
        If the effort is negative.

    Examples
    --------
    >>> curve = pd.Series({"lowest": 0.5, "highest": 1.5, "bend": 1.0, "half": 1.0})
    >>> respond(curve, 0.0), respond(curve, 1.0), respond(curve, 3.0)
    (0.5, 1.0, 1.25)
    """
    checks.require_numbers({"effort": (">= 0", lambda number: number >= 0)}, effort=effort)
    power = effort ** curve["bend"]
    return float(curve["lowest"] + (curve["highest"] - curve["lowest"]) * power / (curve["half"] + power))


def _answers(judgements: pd.DataFrame) -> pd.DataFrame:
    """Answers relative to today by (subject, judge) and effort, of those who gave the points needed."""
    checks.require_columns(judgements, ["subject", "judge", "effort", "response"], name="judgements")
    read = pd.DataFrame({name: frames.text(judgements, name) for name in ("subject", "judge")})
    read = read.assign(**{name: frames.number(judgements, name) for name in ("effort", "response")})
    checks.require_unique(read, ["subject", "judge", "effort"], name="judgements")
    strangers = sorted(set(read["effort"]) - set(EFFORTS))
    if strangers:
        raise ValueError(f"judgements.effort has {strangers}, must be one of {list(EFFORTS)}")
    checks.require_bounds(read["response"], name="judgements.response", minimum=0)
    wide = read.pivot(index=["subject", "judge"], columns="effort", values="response")
    wide = wide.reindex(columns=list(EFFORTS))
    wide = wide.reindex(
        pd.MultiIndex.from_frame(read.drop_duplicates(["subject", "judge"])[["subject", "judge"]])
    )
    today = wide[TODAY].fillna(1.0)
    whole = wide[[NONE, SATURATION]].notna().all(axis=1) & wide[[0.5, 1.5]].notna().any(axis=1)
    return wide.div(today.where(today > 0), axis=0)[whole & (today > 0)]


def _fitted(answers: pd.DataFrame) -> tuple[float, float, float, float, float, float]:
    """b, a, c, d, elasticity and residual of the curve through some judges' answers."""
    low, high = float(answers[NONE].mean()), float(answers[SATURATION].mean())
    if low >= 1.0 or high <= 1.0:
        return low, high, np.nan, np.nan, np.nan, np.nan
    half = (high - 1.0) / (1.0 - low)
    points = answers[[0.5, 1.5]]
    efforts = np.array([0.5, 1.5])

    def at(bend: float) -> np.ndarray:
        power = efforts**bend
        return np.asarray(low + (high - low) * power / (half + power))

    def missed(log_bend: float) -> float:
        return float(np.nansum((points.to_numpy() - at(np.exp(log_bend))) ** 2))

    grid = np.linspace(np.log(_BENDS[0]), np.log(_BENDS[1]), 61)
    best = int(np.argmin([missed(place) for place in grid]))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    bend = float(np.exp(minimize_scalar(missed, bounds=ends, method="bounded", options={"xatol": 1e-10}).x))
    residual = float(np.nanmax(np.abs(points.mean().to_numpy() - at(bend))))
    return low, high, bend, half, bend * (high - 1.0) * (1.0 - low) / (high - low), residual
