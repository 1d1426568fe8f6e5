"""Which pace of building up leaves more, when each has paid for itself, and which assumption decides it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, uncertainty
from salesmgmt.plan.capacity.paces import MONTHS, PACES, SALES, WAIT, model_of, run_pace
from salesmgmt.plan.capacity.people import Array

_COLUMNS = ["draw", "pace", "month", "people", "contribution"]
_YEARS = {"first": (1, 12), "second": (13, 24), "third": (25, 36), "total": (1, MONTHS)}


def pace_years(draws: pd.DataFrame) -> pd.DataFrame:
    """Contribution of both paces, year by year and in all.

    Parameters
    ----------
    draws : DataFrame
        From :func:`~salesmgmt.plan.capacity.simulate_paces`.

    Returns
    -------
    DataFrame
        One row per pace: ``pace``, ``people`` (at work at the end, mean over draws), and for the years after the as-of day
        ``first``, ``second``, ``third`` and their sum ``total`` (money, mean over draws), each with ``_low``, ``_high``
        (P10, P90).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Examples
    --------
    >>> draws = pd.DataFrame({"draw": 0, "pace": "quick", "month": [12, 13], "people": [1.0, 2.0], "contribution": 5.0})
    >>> pace_years(draws)[["people", "first", "second", "third", "total"]].values.tolist()
    [[2.0, 5.0, 5.0, 0.0, 10.0]]
    """
    checks.require_columns(draws, _COLUMNS, name="draws")
    rows = []
    for pace in _held(draws):
        mine = draws[draws["pace"] == pace]
        row = {"pace": pace, "people": mine.loc[mine["month"] == mine["month"].max(), "people"].mean()}
        for name, (first, last) in _YEARS.items():
            money = mine["contribution"].where(mine["month"].between(first, last), 0.0)
            sums = money.groupby(mine["draw"]).sum()
            row[name] = sums.mean()
            row[f"{name}_low"], row[f"{name}_high"] = uncertainty.band(sums)
        rows.append(row)
    return pd.DataFrame(rows)


def break_even(draws: pd.DataFrame) -> pd.DataFrame:
    """When each pace has paid for itself, and how deep it goes before.

    Parameters
    ----------
    draws : DataFrame
        From :func:`~salesmgmt.plan.capacity.simulate_paces`.

    Returns
    -------
    DataFrame
        One row per pace: ``pace``, ``month`` (after the as-of day, in the middle of the draws), ``low``, ``high`` (P10,
        P90; missing, as ``month`` is, where it is later than three years), ``within`` (share of draws that get there in
        three years), ``deepest`` (money laid out at the lowest point, >= 0, mean over draws).

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Notes
    -----
    The month from which the sum of contributions is never negative again within the three years.

    Examples
    --------
    >>> draws = pd.DataFrame({"draw": 0, "pace": "quick", "month": [1, 2, 3], "people": 1.0,
    ...     "contribution": [-2.0, 1.0, 3.0]})
    >>> break_even(draws)[["month", "within", "deepest"]].values.tolist()
    [[3.0, 1.0, 2.0]]
    """
    checks.require_columns(draws, _COLUMNS, name="draws")
    rows = []
    for pace in _held(draws):
        summed = _by_draw(draws, pace).cumsum(axis=1)
        below = summed < 0
        first = np.where(below.any(axis=1), summed.shape[1] - below[:, ::-1].argmax(axis=1), 0) + 1.0
        first = np.where(below[:, -1], np.inf, first)
        low, month, high = np.quantile(first, [0.1, 0.5, 0.9], method="inverted_cdf")
        reached = {"within": float(np.isfinite(first).mean())}
        deep = float(np.maximum(-summed.min(axis=1), 0.0).mean())
        rows.append({"pace": pace, "month": month, "low": low, "high": high} | reached | {"deepest": deep})
    return pd.DataFrame(rows).replace(np.inf, np.nan)


def compare_paces(draws: pd.DataFrame) -> pd.Series:
    """How much more building up at once leaves than earning one's way, over three years.

    Parameters
    ----------
    draws : DataFrame
        From :func:`~salesmgmt.plan.capacity.simulate_paces`.

    Returns
    -------
    Series
        ``difference`` (quick − earn, money, mean over draws), ``low``, ``high`` (P10, P90), ``verdict``: ``quick`` or
        ``earn`` where the interval lies on one side of 0, else ``cannot_tell``.

    Raises
    ------
    TypeError, ValueError
        If columns are missing.

    Examples
    --------
    >>> draws = pd.DataFrame({"draw": 0, "pace": ["earn", "quick"], "month": 1, "people": 1.0, "contribution": [2.0, 5.0]})
    >>> compare_paces(draws)[["difference", "verdict"]].tolist()
    [3.0, 'quick']
    """
    checks.require_columns(draws, _COLUMNS, name="draws")
    earn, quick = (_by_draw(draws, pace).sum(axis=1) for pace in PACES)
    low, high = uncertainty.band(quick - earn)
    verdict = "quick" if low > 0 else "earn" if high < 0 else "cannot_tell"
    return pd.Series(
        {"difference": float((quick - earn).mean()), "low": low, "high": high, "verdict": verdict}
    )


def deciding(
    steps: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    margin: float,
    kept_second: float,
    kept_third: float,
    draws: int = 256,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """What each assumption alone does to the difference between the paces, the largest first.

    Parameters
    ----------
    steps, ranges, margin, kept_second, kept_third, draws, rng
        As :func:`~salesmgmt.plan.capacity.simulate_paces` takes them.

    Returns
    -------
    DataFrame
        One row per uncertain assumption: ``driver`` (terms under ``capacity.``), ``low``, ``high`` (at P10 and P90, its own unit), ``at_low``,
        ``at_high`` (quick − earn over three years, money, mean over who leaves), ``swing`` (at_high − at_low),
        ``turns`` (whether the better pace changes between the two).

    Raises
    ------
    TypeError, ValueError
        As :func:`~salesmgmt.plan.capacity.simulate_paces` raises.

    Notes
    -----
    One at a time, everything else at its central value, the same people leaving throughout.

    References
    ----------
    Howard (1988), Decision analysis: practice and promise, Management Science 34(6), 679–695.

    Examples
    --------
    >>> names = ["sales", "go_live_months", "hiring_lead_months", "ramp_months", "attrition", "cost_per_head"]
    >>> known = pd.DataFrame({"name": names, "value": [1.0, 0.0, 2.0, 6.0, 0.1, 20.0], "family": "linear"})
    >>> known = known.assign(low=known["value"], high=known["value"] + [0.5, 0.0, 0.0, 0.0, 0.0, 0.0])
    >>> keep = {"margin": 0.5, "kept_second": 0.9, "kept_third": 0.8, "rng": np.random.default_rng(1)}
    >>> found = deciding(pd.DataFrame({"sales": [120.0, 100.0]}), known, **keep)
    >>> found["driver"].tolist(), bool(found["swing"].item() > 0)
    (['sales'], True)
    """
    model = model_of(steps, ranges, margin=margin, kept_second=kept_second, kept_third=kept_third)
    fates = rng.random((draws, len(model.sales), MONTHS), dtype="float32")
    central = ranges["value"].to_numpy("float64")

    def difference(at: Array) -> float:
        everywhere = np.broadcast_to(at, (draws, len(at)))
        earn, quick = (run_pace(model, everywhere, fates, pace=pace)[1].sum(axis=1) for pace in PACES)
        return float((quick - earn).mean())

    rows = []
    for place in np.flatnonzero((ranges["low"] < ranges["high"]).to_numpy()):
        row = ranges.iloc[int(place)]
        ends = [np.where(np.arange(len(central)) == place, row[side], central) for side in ("low", "high")]
        name = row["name"] if row["name"] in (SALES, WAIT) else f"capacity.{row['name']}"
        rows.append([name, row["low"], row["high"], *map(difference, ends)])
    found = pd.DataFrame(rows, columns=["driver", "low", "high", "at_low", "at_high"])
    found["swing"] = found["at_high"] - found["at_low"]
    found["turns"] = found["at_low"] * found["at_high"] < 0
    return found.sort_values("swing", key=lambda swing: -swing.abs(), kind="stable", ignore_index=True)


def _held(draws: pd.DataFrame) -> list[str]:
    """Paces that were drawn, in order."""
    return [pace for pace in PACES if (draws["pace"] == pace).any()]


def _by_draw(draws: pd.DataFrame, pace: str) -> Array:
    """Contribution of one pace: (draws, months)."""
    rows = draws[draws["pace"] == pace]
    return rows.pivot(index="draw", columns="month", values="contribution").to_numpy(dtype="float64")
