"""Results short of the reference: what explains them 结果不佳先问条件, in the article's order.

Was the target reasonable, was there support, was there time, were there resources, did the market move? Only where
all of that is answered and explains nothing are skill and effort asked about. Being last is no finding, and no answer
here is about leaving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

GATES = ("target", "support", "ramp", "resources", "market", "skill", "effort")
"""Questions in the order they are asked; the last two only where those before are answered and explain nothing."""

OWN = ("skill", "effort")
"""The questions about the person."""

TOLERANCE = 0.15
"""What a figure may be off from peers, or from a full post's work, before it explains results; a choice of ours."""

MIN_PEERS = 3
"""Others of the same role with a figure that a person's figure needs to be compared with."""

_STEPS = {"target": "reset_target", "support": "give_support", "ramp": "finish_ramp", "resources": "relieve", "market": "shift_market",
          "skill": "train", "effort": "agree_visits"}  # fmt: skip
_NEEDS = {"target": "quotas", "support": "support", "ramp": "ramp", "resources": "coverage", "market": "revenue",
          "skill": "assessments", "effort": "visits"}  # fmt: skip
_SOON, _LATER = 1, 3
_Z = 1.2815515655446004
_COLUMNS = ["staff_id", "role", "gate", "answer", "figure", "reference", "focus", "needs", "next_step", "review_on"]  # fmt: skip


@dataclass(frozen=True)
class _Gate:
    """Figure and reference of each person, and whether a figure explains results."""

    figure: pd.Series
    reference: pd.Series
    explains: Callable[[pd.Series, pd.Series], pd.Series]
    alone: pd.Series | None = None
    """The figure before it was held against peers: known where only they were too few."""


def gates(
    people: pd.DataFrame,
    given: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    ramp_months: Mapping[str, float | None],
    asked: pd.DataFrame | None = None,
    market: pd.DataFrame | None = None,
    gaps: pd.DataFrame | None = None,
    visits: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The questions, in order, about everybody whose results are short.

    Parameters
    ----------
    people : DataFrame
        One row per person: ``staff_id``, ``role``, ``measure`` (attainment: short below 1; growth: short below 0),
        ``value`` (missing: not asked about); ``hired_on`` (missing: unknown).
    given : DataFrame
        One row per person: ``staff_id``, ``role``, ``months`` (in post, > 0), ``workload`` (visits asked
        for ÷ a post's), ``joint_visits``, ``coaching_hours``; missing where unknown.
    as_of : Timestamp
        Day of the evaluation; reviews are set from it.
    ramp_months : mapping
        Role -> months until a new person is fully productive, >= 0; None where unknown.
    asked : DataFrame, optional
        ``staff_id``, ``asked`` (quota ÷ potential).
    market : DataFrame, optional
        ``staff_id``, ``market`` (growth).
    gaps : DataFrame, optional
        One row per person × competency: ``staff_id``, ``competency``, ``gap`` (points), ``weight``, ``se``.
    visits : DataFrame, optional
        ``staff_id``, ``ratio`` (visits made ÷ asked by the policy), ``high`` (upper end of its interval).

    Returns
    -------
    DataFrame
        One row per person with short results × gate, by role, id and gate: ``staff_id``, ``role``, ``gate`` (:data:`GATES`),
        ``answer`` (explains, passed, unknown, not_yet), ``figure`` and ``reference`` (target and support: ÷ the median of others in
        the role, against 1; ramp: years; resources: share of a post, against 1; market: growth, against 0; skill: points short, against
        0; effort: visits ÷ policy, against 1), ``focus`` (the competency, of skill), ``needs`` (table that
        would answer it; ramp: hiring date or the setting; peers: the table is there but too few others are in it),
        ``next_step`` (code), ``review_on`` (day).

    Raises
    ------
    ValueError
        If columns are missing, people repeat, or months are negative.

    Notes
    -----
    explains: target above 1 + :data:`TOLERANCE`; support below 1 − :data:`TOLERANCE` (mean of joint visits and coaching
    hours a month); tenure below the ramp; workload above 1 + :data:`TOLERANCE`; market below 0; a gap beyond 80 % of its
    error; visits surely below 1 − :data:`TOLERANCE`. A figure with fewer than :data:`MIN_PEERS` others to compare is
    unknown. Unknown answers are reviewed after one month, others after three.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 3 评价的应用: 是否目标下达合理?是否给予了人员支持?资源是否足够?

    Examples
    --------
    >>> people = pd.DataFrame({"staff_id": ["S1"], "role": "account_manager", "measure": "growth", "value": [-0.2],
    ...     "hired_on": [pd.Timestamp("2020-03-01")]})
    >>> given = pd.DataFrame({"staff_id": ["S1"], "role": "account_manager", "months": [10.0], "workload": [1.3],
    ...     "joint_visits": [np.nan], "coaching_hours": [np.nan]})
    >>> found = gates(people, given, as_of=pd.Timestamp("2026-10-31"), ramp_months={"account_manager": 6})
    >>> found[["gate", "answer"]].head(4).values.tolist()
    [['target', 'unknown'], ['support', 'unknown'], ['ramp', 'passed'], ['resources', 'explains']]
    """
    checks.require_columns(people, ["staff_id", "role", "measure", "value", "hired_on"], name="people")
    checks.require_unique(people, ["staff_id"], name="people")
    needed = ["staff_id", "role", "months", "workload", "joint_visits", "coaching_hours"]
    checks.require_columns(given, needed, name="given")
    checks.require_unique(given, ["staff_id"], name="given")
    wrong = {name: months for name, months in ramp_months.items() if months is not None and not months >= 0}
    if wrong:
        raise ValueError(f"ramp_months has {wrong}, must be >= 0")
    short = people[people["value"] < (people["measure"] == "attainment").astype("float64")]
    ids = pd.Index(short["staff_id"], name="staff_id")
    role = pd.concat([people, given]).drop_duplicates("staff_id").set_index("staff_id")["role"]
    widest = _widest(gaps)
    tenure = (pd.Timestamp(as_of) - pd.to_datetime(short.set_index("staff_id")["hired_on"])).dt.days / 365.25
    ramp = short.set_index("staff_id")["role"].map(dict(ramp_months)).astype("float64")
    answers = {
        **_circumstances(given.set_index("staff_id"), role, asked, market),
        "ramp": _Gate(tenure, ramp / 12.0, lambda f, r: f < r),
        "skill": _Gate(widest["gap"], _same(widest["gap"], 0.0), lambda f, _: f > 0),
        "effort": _effort(visits),
    }
    parts = [_answered(gate, answers[gate], ids) for gate in GATES]
    table = pd.concat(parts, ignore_index=True).merge(short[["staff_id", "role"]], on="staff_id")
    skill = (table["gate"] == "skill") & (table["answer"] == "explains")
    table["focus"] = table["staff_id"].map(widest["competency"]).where(skill).astype("str").fillna("")
    table = _in_turn(table)
    return _followed_up(table, pd.Timestamp(as_of))[_COLUMNS]


def _circumstances(
    given: pd.DataFrame,
    role: pd.Series,
    asked: pd.DataFrame | None,
    market: pd.DataFrame | None,
) -> dict[str, _Gate]:
    """The gates about what a person was asked for and given."""
    quota = _by_person(asked, "asked")
    rates = {name: given[name] / given["months"] for name in ("joint_visits", "coaching_hours")}
    support = pd.concat([_to_peers(rate, role) for rate in rates.values()], axis=1).mean(axis=1)
    target, any_rate = _to_peers(quota, role), pd.DataFrame(rates).sum(axis=1, min_count=1)
    moved = _by_person(market, "market")
    return {
        "target": _Gate(target, _same(target, 1.0), lambda f, r: f > r + TOLERANCE, quota),
        "support": _Gate(support, _same(support, 1.0), lambda f, r: f < r - TOLERANCE, any_rate),
        "resources": _Gate(given["workload"], _same(given["workload"], 1.0), lambda f, r: f > r + TOLERANCE),
        "market": _Gate(moved, _same(moved, 0.0), lambda f, r: f < r),
    }


def _by_person(frame: pd.DataFrame | None, column: str) -> pd.Series:
    """A figure by person; none at all without the frame."""
    if frame is None:
        return pd.Series(dtype="float64", index=pd.Index([], dtype="str"))
    checks.require_columns(frame, ["staff_id", column], name=column)
    checks.require_unique(frame, ["staff_id"], name=column)
    return frame.set_index("staff_id")[column].astype("float64")


def _to_peers(values: pd.Series, role: pd.Series) -> pd.Series:
    """Each figure ÷ the median of the others in the role, missing with too few of them."""
    known = values.dropna()
    groups = role.reindex(known.index)
    peers = {person: known[(groups == groups[person]) & (known.index != person)] for person in known.index}
    median = pd.Series(
        {p: rows.median() if len(rows) >= MIN_PEERS else np.nan for p, rows in peers.items()},
        dtype="float64",
    )
    return known / median.reindex(known.index).where(lambda m: m > 0)


def _same(values: pd.Series, reference: float) -> pd.Series:
    return pd.Series(reference, index=values.index, dtype="float64")


def _widest(gaps: pd.DataFrame | None) -> pd.DataFrame:
    """Each person's competency with most to gain beyond its error; zero where none is."""
    if gaps is None:
        return pd.DataFrame({"gap": pd.Series(dtype="float64"), "competency": pd.Series(dtype="str")})
    checks.require_columns(gaps, ["staff_id", "competency", "gap", "weight", "se"], name="gaps")
    sure = gaps["gap"] > _Z * gaps["se"]
    rows = gaps.assign(gap=gaps["gap"].where(sure, 0.0), competency=gaps["competency"].where(sure, ""))
    rows = rows.assign(pull=rows["weight"] * rows["gap"] ** 2).sort_values("pull", ascending=False, kind="stable")  # fmt: skip
    return rows.drop_duplicates("staff_id").set_index("staff_id")[["gap", "competency"]]


def _effort(visits: pd.DataFrame | None) -> _Gate:
    """Visits made against the policy; short only where the whole interval is."""
    made, high = _by_person(visits, "ratio"), _by_person(visits, "high")
    return _Gate(made, _same(made, 1.0), lambda f, r: high.reindex(f.index) < r - TOLERANCE)


def _answered(gate: str, known: _Gate, ids: pd.Index) -> pd.DataFrame:
    """A gate's answer for each person."""
    figure, reference = (series.reindex(ids).astype("float64") for series in (known.figure, known.reference))
    explains = known.explains(figure, reference).to_numpy(dtype="bool", na_value=False)
    answer = np.where(figure.isna() | reference.isna(), "unknown", np.where(explains, "explains", "passed"))
    alone = figure if known.alone is None else known.alone.reindex(ids)
    few = figure.isna() & alone.notna()
    needs = np.where(few, "peers", _NEEDS[gate])
    columns = {
        "gate": gate,
        "answer": answer,
        "needs": needs,
        "figure": figure.to_numpy(),
        "reference": reference.to_numpy(),
    }
    return pd.DataFrame({"staff_id": ids, **columns})


def _in_turn(table: pd.DataFrame) -> pd.DataFrame:
    """Skill and effort wait until every gate before is answered and explains nothing."""
    before = table[~table["gate"].isin(OWN)]
    open_ones = set(before.loc[before["answer"] != "passed", "staff_id"])
    waits = table["gate"].isin(OWN) & table["staff_id"].isin(open_ones)
    return table.assign(
        answer=table["answer"].mask(waits, "not_yet"),
        focus=table["focus"].mask(waits, ""),
        figure=table["figure"].mask(waits),
        reference=table["reference"].mask(waits),
    )


def _followed_up(table: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """What comes next at each gate, and when it is looked at again."""
    explains, unknown = table["answer"] == "explains", table["answer"] == "unknown"
    step = table["gate"].map(_STEPS).where(explains, "").mask(unknown, "supply_data")
    later, soon = (day + pd.DateOffset(months=months) for months in (_LATER, _SOON))
    on = (
        pd.Series(pd.NaT, index=table.index, dtype="datetime64[ns]").mask(explains, later).mask(unknown, soon)
    )
    needs = table["needs"].where(unknown, "")
    order = table["gate"].map({gate: place for place, gate in enumerate(GATES)})
    result = table.assign(next_step=step.astype("str"), review_on=on, needs=needs.astype("str"), order=order)
    return frames.in_order(result.sort_values("order"), ["role", "staff_id"])
