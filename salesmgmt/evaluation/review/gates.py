"""Results short of the reference: what explains them 结果不佳先问条件, in the article's order.

Was the target reasonable, was there support, was there time, were there resources, did the market move? Only where
all of that is answered and explains nothing are skill and effort asked about. Being last is no finding, and no answer
here is about leaving.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

GATES = ("target", "support", "ramp", "resources", "market", "skill", "effort")
"""Questions in the order they are asked; the last two only where those before are answered and explain nothing."""

TOLERANCE = 0.15
"""What a figure may be off from peers, or from a full post's work, before it explains results; a choice of ours."""

MIN_PEERS = 3
"""Others of the same role with a figure that a person's figure needs to be compared with."""

_OWN = ("skill", "effort")
_STEPS = {"target": "reset_target", "support": "give_support", "ramp": "finish_ramp", "resources": "relieve", "market": "shift_market",
          "skill": "train", "effort": "agree_visits"}  # fmt: skip
_NEEDS = {"target": "quotas", "support": "support", "ramp": "staff", "resources": "coverage", "market": "revenue",
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


def gates(
    people: pd.DataFrame,
    given: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    ramp_months: float,
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
        ``value`` (missing: not asked about).
    given : DataFrame
        One row per person: ``staff_id``, ``role``, ``months`` (in post, > 0), ``tenure`` (years), ``workload`` (visits asked
        for ÷ a post's), ``joint_visits``, ``coaching_hours``; missing where unknown.
    as_of : Timestamp
        Day of the evaluation; reviews are set from it.
    ramp_months : float
        Months until a new person is fully productive, >= 0.
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
        0; effort: visits ÷ policy, against 1), ``focus`` (the competency, of skill), ``needs`` (table that would answer it),
        ``next_step`` (code), ``review_on`` (day).

    Raises
    ------
    ValueError
        If columns are missing, people repeat, or ``ramp_months`` is negative.

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
    >>> people = pd.DataFrame({"staff_id": ["S1"], "role": "account_manager", "measure": "growth", "value": [-0.2]})
    >>> given = pd.DataFrame({"staff_id": ["S1"], "role": "account_manager", "months": [10.0], "tenure": [5.0],
    ...     "workload": [1.3], "joint_visits": [np.nan], "coaching_hours": [np.nan]})
    >>> found = gates(people, given, as_of=pd.Timestamp("2026-10-31"), ramp_months=6)
    >>> found[["gate", "answer"]].head(4).values.tolist()
    [['target', 'unknown'], ['support', 'unknown'], ['ramp', 'passed'], ['resources', 'explains']]
    """
    checks.require_columns(people, ["staff_id", "role", "measure", "value"], name="people")
    checks.require_unique(people, ["staff_id"], name="people")
    needed = ["staff_id", "role", "months", "tenure", "workload", "joint_visits", "coaching_hours"]
    checks.require_columns(given, needed, name="given")
    checks.require_unique(given, ["staff_id"], name="given")
    if not ramp_months >= 0:
        raise ValueError(f"ramp_months == {ramp_months!r}, must be >= 0")
    short = people[people["value"] < (people["measure"] == "attainment").astype("float64")]
    ids = pd.Index(short["staff_id"], name="staff_id")
    role = pd.concat([people, given]).drop_duplicates("staff_id").set_index("staff_id")["role"]
    widest = _widest(gaps)
    answers = {
        **_circumstances(given.set_index("staff_id"), role, ramp_months / 12.0, asked, market),
        "skill": _Gate(widest["gap"], _same(widest["gap"], 0.0), lambda f, _: f > 0),
        "effort": _effort(visits),
    }
    parts = [_answered(gate, answers[gate], ids) for gate in GATES]
    table = pd.concat(parts, ignore_index=True).merge(short[["staff_id", "role"]], on="staff_id")
    skill = (table["gate"] == "skill") & (table["answer"] == "explains")
    table["focus"] = table["staff_id"].map(widest["competency"]).where(skill).astype("str").fillna("")
    table = _in_turn(table)
    return _followed_up(table, pd.Timestamp(as_of))[_COLUMNS]


def summed_up(found: pd.DataFrame) -> pd.DataFrame:
    """One row per person: the answer at each gate, and the first step.

    Parameters
    ----------
    found : DataFrame
        That of :func:`gates`.

    Returns
    -------
    DataFrame
        One row per person, input order: ``staff_id``, ``role``, ``target``, ``support``, ``ramp``, ``resources``,
        ``market``, ``own`` (skill and effort together) (answers), ``next_step`` (of the first gate that explains, else of the
        first unknown one, else none), ``review_on`` (of that step).

    Raises
    ------
    ValueError
        If columns are missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"staff_id": "S1", "role": "account_manager", "gate": list(GATES), "answer": ["unknown", "explains",
    ...     "passed", "passed", "passed", "not_yet", "not_yet"], "next_step": ["supply_data", "give_support", *[""] * 5],
    ...     "review_on": pd.Timestamp("2026-11-30")})
    >>> summed_up(rows)[["target", "own", "next_step"]].values.tolist()
    [['unknown', 'not_yet', 'give_support']]
    """
    checks.require_columns(
        found, ["staff_id", "role", "gate", "answer", "next_step", "review_on"], name="found"
    )
    order = {"explains": 0, "unknown": 1, "passed": 2, "not_yet": 3}
    rows = found.assign(rank=found["answer"].map(order))
    rows["column"] = rows["gate"].where(~rows["gate"].isin(_OWN), "own")
    told = rows.sort_values("rank", kind="stable").drop_duplicates(["staff_id", "column"])
    wide = told.pivot(index="staff_id", columns="column", values="answer")
    first = rows[rows["next_step"] != ""].sort_values("rank", kind="stable").drop_duplicates("staff_id")
    people = found[["staff_id", "role"]].drop_duplicates("staff_id")
    table = people.join(wide, on="staff_id").merge(
        first[["staff_id", "next_step", "review_on"]], on="staff_id", how="left"
    )
    table["next_step"] = table["next_step"].astype("str").fillna("")
    names = [*(gate for gate in GATES if gate not in _OWN), "own"]
    return table.reindex(columns=["staff_id", "role", *names, "next_step", "review_on"])


def _circumstances(
    given: pd.DataFrame,
    role: pd.Series,
    ramp: float,
    asked: pd.DataFrame | None,
    market: pd.DataFrame | None,
) -> dict[str, _Gate]:
    """The gates about what a person was asked for and given."""
    quota = _by_person(asked, "asked")
    rates = [_to_peers(given[name] / given["months"], role) for name in ("joint_visits", "coaching_hours")]
    target, support = _to_peers(quota, role), pd.concat(rates, axis=1).mean(axis=1)
    moved = _by_person(market, "market")
    return {
        "target": _Gate(target, _same(target, 1.0), lambda f, r: f > r + TOLERANCE),
        "support": _Gate(support, _same(support, 1.0), lambda f, r: f < r - TOLERANCE),
        "ramp": _Gate(given["tenure"], _same(given["tenure"], ramp), lambda f, r: f < r),
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
    peers = {
        person: known[(groups == groups[person]) & (known.index != person)] for person in known.index
    }
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
    answer = np.where(figure.isna(), "unknown", np.where(explains, "explains", "passed"))
    columns = {"gate": gate, "answer": answer, "figure": figure.to_numpy(), "reference": reference.to_numpy()}
    return pd.DataFrame({"staff_id": ids, **columns})


def _in_turn(table: pd.DataFrame) -> pd.DataFrame:
    """Skill and effort wait until every gate before is answered and explains nothing."""
    before = table[~table["gate"].isin(_OWN)]
    open_ones = set(before.loc[before["answer"] != "passed", "staff_id"])
    waits = table["gate"].isin(_OWN) & table["staff_id"].isin(open_ones)
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
    on = pd.Series(pd.NaT, index=table.index, dtype="datetime64[ns]").mask(explains, later).mask(unknown, soon)
    needs = table["gate"].map(_NEEDS).where(unknown, "")
    order = table["gate"].map({gate: place for place, gate in enumerate(GATES)})
    result = table.assign(next_step=step.astype("str"), review_on=on, needs=needs.astype("str"), order=order)
    return frames.in_order(result.sort_values("order"), ["role", "staff_id"])
