"""Fine-tuning 微调 of the computed team size: factors on cells, heads on top, rounded up once.

The article names the causes: roles 人员角色分工, territory 区域划分, key accounts 重点客户 and strategy
战略要求. A factor multiplies the people of the cells it names; heads are added afterwards. A scope is
a role or a region; ``""`` means all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesmgmt import checks, frames

KINDS = ("factor", "heads")

_TEXTS = ("adjustment", "cause", "scope", "kind", "reason")

ROUNDING = 1e-9
"""People below which a fraction is a rounding error of the machine and is not rounded up."""


def adjust(reps: float | pd.DataFrame, adjustments: pd.DataFrame) -> int:
    """Headcount after the adjustments, rounded up once at the end.

    Parameters
    ----------
    reps : float or DataFrame
        People, unrounded: one number, or one row per ``role`` × ``region`` with ``reps``.
    adjustments : DataFrame
        One row per adjustment: ``kind`` (factor or heads), ``value`` (factor >= 0, or people, may be
        negative); ``adjustment``, ``cause``, ``scope`` (role or region, empty: all), ``reason``
        may be absent. No rows: only rounded up.

    Returns
    -------
    int
        People.

    Raises
    ------
    TypeError
        If ``reps`` is neither a number nor a DataFrame.
    ValueError
        If columns are missing, a kind or scope is unknown, values are out of bounds, or a negative
        number of people is left.

    Notes
    -----
    ⌈Σ over cells (reps × Π factors) + Σ heads⌉; a billionth of a person is not rounded up.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3: "所得的结果还应该根据人员角色分工、区域划分、重点客户、战略要求等因素进行微调".

    Examples
    --------
    >>> adjustments = pd.DataFrame({"kind": ["factor", "heads"], "value": [1.05, 2.0]})
    >>> adjust(60.0, adjustments)
    65
    """
    cells = _cells(reps)
    factors, heads = multipliers(cells, adjustments)
    people = float(cells["reps"].to_numpy() @ factors) + heads
    if people < 0:
        raise ValueError(
            f"adjustments leave {people} people, must be >= 0; before them there are {cells['reps'].sum()}"
        )
    return math.ceil(people - ROUNDING)


def adjustment_steps(cells: float | pd.DataFrame, adjustments: pd.DataFrame) -> pd.DataFrame:
    """The way from the computed people to the headcount, one adjustment after the other.

    Parameters
    ----------
    cells : float or DataFrame
        As :func:`adjust` takes them.
    adjustments : DataFrame
        As :func:`adjust` takes them.

    Returns
    -------
    DataFrame
        One row per adjustment, factors first, each kind in file order: ``adjustment``, ``cause``,
        ``scope``, ``kind``, ``value``, ``reason``, ``before``, ``change``, ``after`` (people of the
        company, unrounded). The last ``after`` is the headcount before rounding up.

    Raises
    ------
    TypeError, ValueError
        As :func:`adjust` raises.

    Notes
    -----
    change of a factor = (factor − 1) × people of its cells after the factors before it.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3, the adjustments after the five steps.

    Examples
    --------
    >>> adjustments = pd.DataFrame({"kind": ["heads", "factor"], "value": [2.0, 1.05]})
    >>> adjustment_steps(60.0, adjustments)[["kind", "before", "after"]].values.tolist()
    [['factor', 60.0, 63.0], ['heads', 63.0, 65.0]]
    """
    placed = _cells(cells)
    tuned = _tuned(placed, adjustments)
    people = placed["reps"].to_numpy(dtype="float64", copy=True)
    change = np.zeros(len(tuned))
    for place, (kind, scope, value) in enumerate(_rows(tuned)):
        if kind == "heads":
            change[place] = value
            continue
        named = _named(placed, scope)
        change[place] = people[named].sum() * (value - 1.0)
        people[named] *= value
    after = float(placed["reps"].sum()) + np.cumsum(change)
    return tuned.assign(before=after - change, change=change, after=after)


def adjusted_cells(cells: pd.DataFrame, adjustments: pd.DataFrame) -> pd.DataFrame:
    """People by role and region after the adjustments, unrounded.

    Parameters
    ----------
    cells : DataFrame
        One row per ``role`` × ``region`` with ``reps`` (people, unrounded).
    adjustments : DataFrame
        As :func:`adjust` takes them.

    Returns
    -------
    DataFrame
        ``role``, ``region``, ``reps`` in the order of the cells. Heads with a scope are shared among
        its cells in proportion to their people; heads without scope stay in a last row with role
        and region ``""``. Adds up to the headcount before rounding up.

    Raises
    ------
    TypeError, ValueError
        As :func:`adjust` raises.

    Notes
    -----
    reps × Π factors + heads × the cell's share of its scope (equal shares where the scope has nobody).

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3, the adjustments after the five steps.

    Examples
    --------
    >>> cells = pd.DataFrame({"role": "account_manager", "region": ["E", "S"], "reps": [3.0, 1.0]})
    >>> adjustments = pd.DataFrame({"scope": ["E"], "kind": ["factor"], "value": [2.0]})
    >>> adjusted_cells(cells, adjustments)["reps"].tolist()
    [6.0, 1.0]
    """
    placed = _cells(cells)
    tuned = _tuned(placed, adjustments)
    factors, _ = multipliers(placed, adjustments)
    people = placed["reps"].to_numpy(dtype="float64") * factors
    added, loose = np.zeros(len(placed)), 0.0
    for kind, scope, value in _rows(tuned):
        if kind == "heads" and scope == "":
            loose += value
        elif kind == "heads":
            named = _named(placed, scope)
            weight = people[named] if people[named].sum() > 0 else np.ones(int(named.sum()))
            added[named] += value * weight / weight.sum()
    result = placed[["role", "region"]].assign(reps=people + added)
    if loose:
        result.loc[len(result)] = {"role": "", "region": "", "reps": loose}
    return result


def multipliers(
    cells: pd.DataFrame, adjustments: pd.DataFrame | None
) -> tuple[npt.NDArray[np.float64], float]:
    """What the adjustments do to any people in the cells: a factor per cell, and heads.

    Parameters
    ----------
    cells : DataFrame
        ``role`` and ``region`` of each cell.
    adjustments : DataFrame or None
        As :func:`adjust` takes them; None changes nothing.

    Returns
    -------
    tuple
        Factor per row of ``cells`` (array), and heads (people).

    Raises
    ------
    TypeError, ValueError
        As :func:`adjust` raises.

    Examples
    --------
    >>> cells = pd.DataFrame({"role": "account_manager", "region": ["E", "S"]})
    >>> multipliers(cells, pd.DataFrame({"scope": ["E"], "kind": ["factor"], "value": [2.0]}))
    (array([2., 1.]), 0.0)
    """
    factors = np.ones(len(cells))
    if adjustments is None:
        return factors, 0.0
    tuned = _tuned(cells, adjustments)
    for kind, scope, value in _rows(tuned):
        if kind == "factor":
            factors[_named(cells, scope)] *= value
    return factors, float(tuned.loc[tuned["kind"] == "heads", "value"].sum())


def _cells(reps: float | pd.DataFrame) -> pd.DataFrame:
    """Cells as a frame, checked; one number is one cell."""
    if checks.is_number(reps):
        reps = pd.DataFrame({"role": [""], "region": [""], "reps": [float(reps)]})  # type: ignore[arg-type]
    checks.require_columns(reps, ["role", "region", "reps"], name="reps")  # type: ignore[arg-type]
    placed = pd.DataFrame({key: frames.text(reps, key) for key in ("role", "region")})  # type: ignore[arg-type]
    placed["reps"] = frames.number(reps, "reps")  # type: ignore[arg-type]
    checks.require_bounds(placed.set_index(["role", "region"])["reps"], name="reps", minimum=0.0)
    return placed.reset_index(drop=True)


def _tuned(cells: pd.DataFrame, adjustments: pd.DataFrame) -> pd.DataFrame:
    """Checked adjustments, factors first, each kind in file order."""
    checks.require_columns(adjustments, ["kind", "value"], name="adjustments")
    tuned = pd.DataFrame({name: frames.text(adjustments, name) for name in _TEXTS})
    tuned.insert(4, "value", frames.number(adjustments, "value"))
    checks.require_codes(tuned["kind"], KINDS, name="adjustments.kind")
    places = sorted({*cells["role"], *cells["region"], ""})
    checks.require_codes(tuned["scope"], places, name="adjustments.scope")
    keyed = tuned.set_index("adjustment")["value"]
    checks.require_bounds(keyed, name="adjustments.value")
    factor = (tuned["kind"] == "factor").to_numpy()
    checks.require_bounds(keyed[factor], name="adjustments.value of factors", minimum=0.0)
    return tuned.sort_values("kind", kind="stable", ignore_index=True)


def _rows(tuned: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    """Kind, scope and value of each adjustment."""
    return zip(tuned["kind"], tuned["scope"], tuned["value"], strict=True)


def _named(cells: pd.DataFrame, scope: str) -> npt.NDArray[np.bool_]:
    """Cells that a scope names: its role or its region, all where it is empty."""
    if scope == "":
        return np.ones(len(cells), dtype=bool)
    return ((cells["role"] == scope) | (cells["region"] == scope)).to_numpy()
