"""How sure the team size is: the ranges of the assumptions, drawn jointly and one at a time.

Both functions build the same model once – one row per uncertain number – and evaluate it at chosen
values: :func:`simulate` at Sobol draws, :func:`tornado` at each number's P10 and P90 with everything
else at its central value. Uncertain are the assumptions in ``ranges``, the visit frequencies by their
own ``low`` and ``high`` (together, as ``coverage``) and, if ``targets`` is given, its new wins and win
rates. The work is draws × classes × roles, whatever the number of customers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, frames, uncertainty
from salesmgmt.plan.sizing.adjustments import ROUNDING, multipliers
from salesmgmt.plan.sizing.pieces import Capacity, pieces_by_role

Array = npt.NDArray[np.float64]


def simulate(
    frequencies: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    visits_per_rep: Capacity,
    adjustments: pd.DataFrame | None = None,
    targets: pd.DataFrame | None = None,
    draws: int = 4096,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Team size under the ranges of its assumptions, drawn jointly.

    Parameters
    ----------
    frequencies : DataFrame
        One row per role × class (× region) as :func:`~salesmgmt.plan.sizing.visit_frequency` returns
        it; ``low`` and ``high`` (visits per customer) are P10 and P90, missing: certain.
    ranges : DataFrame
        One row per uncertain assumption: ``name`` (one of the pieces of capacity, a prefix such as
        ``sizing.`` is ignored; ``new_wins``, ``win_rate``), ``role`` (``""``: all roles that use this
        value), ``value``, ``low``, ``high``, ``family``, ``group``. Other names play no part.
    visits_per_rep : float or mapping
        Central values as :func:`~salesmgmt.plan.sizing.capacity` takes them.
    adjustments : DataFrame, optional
        As :func:`~salesmgmt.plan.sizing.adjust` takes them.
    targets : DataFrame, optional
        The targets that sized the prospects (``prospects_from="target"``), with ``new_wins_low``,
        ``new_wins_high``, ``win_rate_low``, ``win_rate_high`` where they are uncertain. None: the
        number of prospects is certain.
    draws : int
        Number of draws, a power of two.
    rng : numpy.random.Generator
        Source of the scrambling.

    Returns
    -------
    DataFrame
        One row per draw: ``visits`` (a year), ``visits_per_rep`` (visits ÷ reps), ``reps`` (people),
        ``people`` (after adjustments, unrounded), ``headcount`` (rounded up).

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If columns are missing, numbers are out of bounds, a role's range does not belong to its
        central value, or ``draws`` is not a power of two.

    Notes
    -----
    Per role: reps = Σ customers × visits_per_year ÷ visits_per_rep, every factor as drawn; prospects move
    with new_wins ÷ win_rate of their segment where ``frequencies`` has a ``segment``, else of the company.
    Rows of one group move together: all frequencies, all new wins, all win rates each form one group.

    References
    ----------
    Owen (1998), Scrambling Sobol' and Niederreiter–Xing points, Journal of Complexity 14(4), 466–489.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": ["account_manager"], "status": ["existing"], "tier": ["A"],
    ...     "customers": [1000.0], "visits_per_year": [36.0], "low": [30.0], "high": [42.0]})
    >>> no_ranges = pd.DataFrame(columns=["name", "role", "value", "low", "high", "family", "group"])
    >>> rng = np.random.default_rng(2027)
    >>> team = simulate(frequencies, no_ranges, visits_per_rep=1000, draws=1024, rng=rng)
    >>> [round(people, 1) for people in uncertainty.band(team["people"])]
    [30.0, 42.0]
    """
    model = _model(frequencies, ranges, visits_per_rep, adjustments, targets)
    return _evaluate(model, uncertainty.draw(model.drivers, draws=draws, rng=rng))


def tornado(
    frequencies: pd.DataFrame,
    ranges: pd.DataFrame,
    *,
    visits_per_rep: Capacity,
    adjustments: pd.DataFrame | None = None,
    targets: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What each assumption alone does to the team size, the largest first.

    Parameters
    ----------
    frequencies, ranges, visits_per_rep, adjustments, targets
        As :func:`simulate` takes them.

    Returns
    -------
    DataFrame
        One row per uncertain assumption, by falling |swing|: ``driver`` (its name as in ``ranges``;
        ``coverage`` for the frequencies, ``new_wins`` and ``win_rate`` for the targets' own ranges),
        ``role`` (``""`` for all), ``low``, ``high`` (the assumption at P10 and P90, in its own unit; for
        ``coverage`` the visits a year, for ``new_wins`` customers a year, for ``win_rate`` the overall rate),
        ``people_low``, ``people_high`` (people at these, all else central, adjustments included,
        unrounded), ``swing`` (people_high − people_low).

    Raises
    ------
    TypeError, ValueError
        As :func:`simulate` raises.

    Notes
    -----
    One at a time, so swings do not add up where assumptions multiply.

    References
    ----------
    Howard (1988), Decision analysis: practice and promise, Management Science 34(6), 679–695.

    Examples
    --------
    >>> frequencies = pd.DataFrame({"role": ["account_manager"], "status": ["existing"], "tier": ["A"],
    ...     "customers": [1000.0], "visits_per_year": [36.0]})
    >>> ranges = pd.DataFrame({"name": ["visits_per_rep"], "role": [""], "value": [1000.0],
    ...     "low": [900.0], "high": [1200.0], "family": ["log"], "group": [""]})
    >>> tornado(frequencies, ranges, visits_per_rep=1000)[["people_low", "people_high"]].values.tolist()
    [[40.0, 30.0]]
    """
    model = _model(frequencies, ranges, visits_per_rep, adjustments, targets)
    drivers = model.drivers
    names = drivers[["driver", "role", "piece"]].drop_duplicates(["driver", "role"])
    result = names[["driver", "role"]].reset_index(drop=True)
    mine = [
        ((drivers["driver"] == name) & (drivers["role"] == role)).to_numpy() for name, role, _ in names.values
    ]
    for side in ("low", "high"):
        ends = np.array([np.where(rows, drivers[side], drivers["value"]) for rows in mine], dtype="float64")
        ends = ends.reshape(len(names), len(drivers))
        places = zip(names["piece"], names.index, strict=True)
        result[side] = [_shown(model, ends[[row]], *place) for row, place in enumerate(places)]
        result[f"people_{side}"] = _evaluate(model, ends)["people"]
    result["swing"] = result["people_high"] - result["people_low"]
    result = result[["driver", "role", "low", "high", "people_low", "people_high", "swing"]]
    return result.sort_values("swing", key=lambda swing: -swing.abs(), kind="stable", ignore_index=True)


@dataclass(frozen=True)
class _Model:
    """Central values, and one row of ``drivers`` per uncertain number (its column in the draws)."""

    frequencies: pd.DataFrame
    pieces: dict[str, dict[str, float]]
    factors: Array
    heads: float
    targets: pd.DataFrame | None
    drivers: pd.DataFrame


def _model(
    frequencies: pd.DataFrame,
    ranges: pd.DataFrame,
    visits_per_rep: Capacity,
    adjustments: pd.DataFrame | None,
    targets: pd.DataFrame | None,
) -> _Model:
    """Check the arguments and gather every uncertain number in one frame."""
    needed = ["role", "status", "tier", "customers", "visits_per_year"]
    checks.require_columns(frequencies, needed, name="frequencies")
    checks.require_columns(ranges, ["name", "value", "low", "high"], name="ranges")
    pieces = pieces_by_role(frequencies, visits_per_rep)
    placed = frequencies.reset_index(drop=True).assign(region=frames.text(frequencies, "region").to_numpy())
    factors, heads = multipliers(placed, adjustments)
    parts = [_assumptions(ranges, pieces), _coverage(placed)]
    parts += [] if targets is None else [_wins(targets.reset_index(drop=True), ranges)]
    drivers = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    uncertain = drivers[drivers["low"] < drivers["high"]]
    goals = None if targets is None else targets.reset_index(drop=True)
    return _Model(placed, pieces, factors, heads, goals, uncertain.reset_index(drop=True))


def _assumptions(ranges: pd.DataFrame, pieces: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Ranges of the pieces of capacity that some role uses at their central value."""
    rows = _drivers(ranges, frames.text(ranges, "name"), frames.text(ranges, "role"))
    used = [
        any(np.isclose(own.get(piece, np.nan), value) for role, own in pieces.items() if scope in ("", role))
        for piece, scope, value in zip(rows["piece"], rows["role"], rows["value"], strict=True)
    ]
    stray = rows[
        [
            role in pieces and piece in pieces[role] and not use
            for piece, role, use in zip(rows["piece"], rows["role"], used, strict=True)
        ]
    ]
    if len(stray):
        bad = checks.labels(stray[["driver", "role", "value"]])
        raise ValueError(f"ranges has (name, role, value) {bad}; the central values are {pieces}")
    return rows[used]


def _coverage(frequencies: pd.DataFrame) -> pd.DataFrame:
    """Ranges of the visit frequencies, one group; positive ones on the log scale."""
    value = frames.number(frequencies, "visits_per_year")
    rows = pd.DataFrame(
        {"value": value, "row": frequencies.index, "driver": "coverage", "role": "", "piece": "coverage"}
    )
    for side in ("low", "high"):
        rows[side] = frames.number(frequencies, side).fillna(value)
    family = np.where(rows["low"] > 0, "log", "linear")
    return rows.assign(family=family, group="coverage")


def _wins(targets: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """Ranges of new wins and win rates: a segment's own, else the assumption whose value it took."""
    general = _drivers(ranges, frames.text(ranges, "name"), frames.text(ranges, "role"))
    parts = []
    for piece in ("new_wins", "win_rate"):
        value = frames.number(targets, piece).fillna(0.0)
        rows = pd.DataFrame(
            {"value": value, "row": targets.index, "driver": piece, "role": "", "piece": piece}
        )
        for side in ("low", "high"):
            rows[side] = frames.number(targets, f"{piece}_{side}").fillna(value)
        common = general[general["piece"] == piece]
        for driver, *ends in zip(
            common["driver"], common["value"], common["low"], common["high"], strict=True
        ):
            lacking = (rows["low"] == rows["high"]) & np.isclose(rows["value"], ends[0])
            for column, number in zip(("driver", "low", "high"), (driver, *ends[1:]), strict=True):
                rows[column] = rows[column].mask(lacking, number)
        family = "logit" if piece == "win_rate" else np.where(rows["low"] > 0, "log", "linear")
        parts.append(rows.assign(family=family, group=piece))
    return pd.concat(parts, ignore_index=True)


def _drivers(ranges: pd.DataFrame, driver: pd.Series, role: pd.Series) -> pd.DataFrame:
    """Rows of ``ranges`` as drivers; a missing side is no spread on that side."""
    rows = pd.DataFrame({"driver": driver, "role": role, "row": -1, "value": frames.number(ranges, "value")})
    rows["piece"] = [str(name).rpartition(".")[2] for name in driver]
    for side in ("low", "high"):
        rows[side] = frames.number(ranges, side).fillna(rows["value"])
    return rows.assign(family=frames.text(ranges, "family"), group=frames.text(ranges, "group"))


def _evaluate(model: _Model, at: Array) -> pd.DataFrame:
    """Visits and people for each row of values ``at`` (columns: the drivers)."""
    work = _visits(model, at)
    visits, reps, people = np.zeros(len(at)), np.zeros(len(at)), np.full(len(at), model.heads)
    for role, own in model.pieces.items():
        rows = np.flatnonzero((model.frequencies["role"] == role).to_numpy())
        mine = work if len(rows) == work.shape[1] else work[:, rows]
        made = mine.sum(axis=1)
        one_rep = _one_rep(model, at, role, own, mine, rows)
        visits += made
        reps += made / one_rep
        people += mine @ model.factors[rows] / one_rep
    with np.errstate(invalid="ignore"):
        mean = visits / reps
    found = pd.DataFrame({"visits": visits, "visits_per_rep": mean, "reps": reps, "people": people})
    return found.assign(headcount=np.ceil(people - ROUNDING))


def _one_rep(
    model: _Model, at: Array, role: str, own: dict[str, float], work: Array, rows: npt.NDArray[np.intp]
) -> Array:
    """Visits a year and person of one role, for each row of values."""
    drivers = list(model.drivers[["piece", "role", "value"]].itertuples(index=False, name=None))

    def piece(name: str, default: float = np.nan) -> Array:
        """Value of a piece as drawn for the role, else for all roles, else as stated."""
        central = own.get(name, default)
        for scope in (role, ""):
            for column, (piece, whose, value) in enumerate(drivers):
                if (piece, whose) == (name, scope) and np.isclose(value, central):
                    return at[:, column]
        return np.full(len(at), central)

    if "visits_per_rep" in own:
        return piece("visits_per_rep")
    stated = frames.number(model.frequencies, "hours_per_visit").to_numpy()[rows]
    open_to, total = np.isnan(stated), work.sum(axis=1)
    general = piece("hours_per_visit")
    given = np.where(open_to, 0.0, stated)
    with np.errstate(invalid="ignore"):
        mean = (work @ given + (work @ open_to) * general) / total
    mean = np.where(total > 0, mean, given.mean() + open_to.mean() * general)
    time = piece("working_days") * piece("hours_per_day") * piece("selling_share")
    return time / (mean + piece("travel_hours_per_visit", 0.0))


def _visits(model: _Model, at: Array) -> Array:
    """Visits a year of each row of the frequencies, for each row of values."""
    frequency = _moved(model, at, "coverage", frames.number(model.frequencies, "visits_per_year"))
    work = np.maximum(frequency, 0.0, out=frequency)
    work *= frames.number(model.frequencies, "customers").to_numpy()
    return work if model.targets is None else work * _prospect_ratio(model, at, model.targets)


def _prospect_ratio(model: _Model, at: Array, targets: pd.DataFrame) -> Array:
    """Prospects required over those at the central values, 1 for other customers."""
    central = model.drivers["value"].to_numpy(dtype="float64")[None, :]
    segment = frames.text(targets, "segment").to_numpy()
    mine = np.ones((len(model.frequencies), len(targets)))
    if "segment" in model.frequencies.columns and len(targets) > 1:
        mine = (frames.text(model.frequencies, "segment").to_numpy()[:, None] == segment).astype("float64")
    mine[(model.frequencies["status"] != "prospect").to_numpy()] = 0.0
    centre = _required(model, central, targets) @ mine.T
    drawn = _required(model, at, targets) @ mine.T
    return np.divide(drawn, centre, out=np.ones_like(drawn), where=np.broadcast_to(centre > 0, drawn.shape))


def _required(model: _Model, at: Array, targets: pd.DataFrame) -> Array:
    """Prospects each row of the targets requires, for each row of values."""
    wins, rate = (
        _moved(model, at, name, frames.number(targets, name).fillna(0.0)) for name in ("new_wins", "win_rate")
    )
    return np.divide(np.maximum(wins, 0.0), rate, out=np.zeros_like(wins), where=wins > 0)


def _moved(model: _Model, at: Array, piece: str, central: pd.Series) -> Array:
    """Numbers of one kind, one column per row of their frame, with the uncertain ones as drawn."""
    numbers = np.repeat(central.to_numpy(dtype="float64")[None, :], len(at), axis=0)
    mine = np.flatnonzero((model.drivers["piece"] == piece).to_numpy())
    numbers[:, model.drivers["row"].to_numpy(dtype="int64")[mine]] = at[:, mine]
    return numbers


def _shown(model: _Model, at: Array, piece: str, column: int) -> float:
    """What a driver stands for at one row of values, in the unit the table states."""
    if piece == "coverage":
        return float(_visits(model, at).sum())
    if piece in ("new_wins", "win_rate") and model.targets is not None:
        goal = model.targets
        wins = float(_moved(model, at, "new_wins", frames.number(goal, "new_wins").fillna(0.0)).sum())
        return wins if piece == "new_wins" else wins / float(_required(model, at, goal).sum())
    return float(at[0, column])
