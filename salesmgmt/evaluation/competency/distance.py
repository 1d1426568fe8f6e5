"""Each person's gaps to the competency model, what they add up to, and where a group should train first.

A gap is one-sided: exceeding what the role asks for is no fault. 差距越小越好.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.evaluation.competency.scoring import HIGHEST, LOWEST, roles_of, scores

GROUPINGS = ("staff_id", "team", "role", "")
"""What gaps can be taken together by; ``""`` is the company."""


def gaps(
    assessments: pd.DataFrame, model: pd.DataFrame, *, staff: pd.DataFrame | None = None
) -> pd.DataFrame:
    """How far each person falls short of each competency of the role.

    Parameters
    ----------
    assessments : DataFrame
        As :func:`scores` takes it: ratings 1 to 5 by several people; ``role`` (of the person) may be absent.
    model : DataFrame
        One row per role × competency: ``competency``, ``required`` (1 to 5, missing: no requirement), ``weight``
        (>= 0); ``role`` (absent or ``""``: every role without rows of its own). That of :func:`model`, or made by hand.
    staff : DataFrame, optional
        One row per person, ``staff_id`` and ``role``: who is what where ``assessments`` does not say.

    Returns
    -------
    DataFrame
        One row per person × competency that was rated and has a requirement, by person, then competency:
        ``staff_id``, ``role``, ``competency``, ``required``, ``score`` (1 to 5), ``gap``
        (points, 0 to 4), ``weight``, ``raters``, ``se`` (standard error of score).

    Raises
    ------
    ValueError
        If columns are missing, numbers are out of bounds, keys repeat, or the model has several roles and nobody's
        role is known.

    Notes
    -----
    gap = max(0, required − score). A person whose role is unknown is held to the only role of a model that has one.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力: 被测评者的相应素质与胜任力模型差距越小越好.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff_id": "S1", "competency": ["listening", "promises"], "rater_id": "R1",
    ...     "rater_kind": "manager", "score": [3.0, 5.0]})
    >>> asked = pd.DataFrame({"competency": ["listening", "promises"], "required": 4.0, "weight": 0.5})
    >>> gaps(ratings, asked)[["competency", "gap"]].values.tolist()
    [['listening', 1.0], ['promises', 0.0]]
    """
    profile = _profile(model)
    scored = scores(assessments)
    scored["role"] = _roles(scored, assessments, staff, profile)
    own = scored["role"].isin(set(profile["role"]) - {""})
    scored["profile"] = scored["role"].where(own, "")
    found = scored.merge(profile.rename(columns={"role": "profile"}), on=["profile", "competency"])
    found["gap"] = (found["required"] - found["score"]).clip(lower=0.0)
    return found[_GAPS]


def score(gaps: pd.DataFrame) -> pd.DataFrame:
    """One number per person for the distance to the model: the smaller, the better.

    Parameters
    ----------
    gaps : DataFrame
        One row per person × competency: ``staff_id``, ``competency``, ``gap`` (points, >= 0), ``weight`` (>= 0);
        ``role`` may be absent. That of :func:`gaps`.

    Returns
    -------
    DataFrame
        One row per person, by id: ``staff_id``, ``role``, ``score`` (points; 0 where nothing is short), ``rated``
        (share of the role's weight that the person was rated on, 0 to 1), ``competencies`` (rated),
        ``largest`` (the competency with the largest weight × gap², ``""`` without a gap).

    Raises
    ------
    ValueError
        If columns are missing, keys repeat, or numbers are out of bounds.

    Notes
    -----
    score = √(Σ w·gap² ÷ Σ w of the rated × Σ w of the role): √Σ w·gap² where everything is rated, and renormalised
    where some is not. The role's competencies are those that anybody of the role was rated on. NaN without weight.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力: 差距越小越好. Methods of profile distance: Cronbach & Gleser (1953),
    Assessing similarity between profiles, Psychological Bulletin 50(6), 456–473; one-sided here.

    Examples
    --------
    >>> found = pd.DataFrame({"staff_id": "S1", "competency": ["listening", "promises"],
    ...     "gap": [1.0, 0.0], "weight": [0.64, 0.36]})
    >>> score(found)[["score", "largest"]].values.tolist()
    [[0.8, 'listening']]
    """
    rows = _checked(gaps)
    asked = rows.drop_duplicates(["role", "competency"]).groupby("role")["weight"].sum()
    order = rows.sort_values(["pull", "gap", "competency"], ascending=[False, False, True])
    first = order[order["pull"] > 0].drop_duplicates("staff_id").set_index("staff_id")["competency"]
    found = rows.groupby(["staff_id", "role"], as_index=False).agg(
        pull=("pull", "sum"), weight=("weight", "sum"), competencies=("competency", "size")
    )
    whole = found["role"].map(asked)
    mean = found["pull"] / found["weight"].where(found["weight"] > 0)
    largest = found["staff_id"].map(first).astype("str").fillna("")
    found = found.assign(score=np.sqrt(mean * whole), rated=found["weight"] / whole, largest=largest)
    return found[["staff_id", "role", "score", "rated", "competencies", "largest"]]


def by_team(gaps: pd.DataFrame, staff: pd.DataFrame | None = None, *, by: str = "team") -> pd.DataFrame:
    """Where each team falls short: the mean of its people's gaps, competency by competency.

    Parameters
    ----------
    gaps : DataFrame
        One row per person × competency: ``staff_id``, ``competency``, ``required``, ``score``, ``gap``, ``weight``;
        ``role`` may be absent. That of :func:`gaps`.
    staff : DataFrame, optional
        One row per person: ``staff_id``, ``team`` (else ``manager_id``, else ``region``). Needed for teams.
    by : str
        ``"team"``, ``"role"``, or ``""`` for the company.

    Returns
    -------
    DataFrame
        One row per group × competency, by group (``""``, of unknown team, last), then the company's mean weight
        from heavy to light, then competency: ``team`` or ``role`` (neither for the company), ``competency``,
        ``people`` (rated), ``required``, ``score``, ``gap`` (means over people), ``weight`` (mean), ``pull``
        (Σ weight × gap² over people: where most is to be gained).

    Raises
    ------
    ValueError
        If columns are missing, keys repeat, numbers are out of bounds, ``by`` is unknown, or teams are asked for
        without ``staff``.

    Notes
    -----
    gap is the mean of one-sided gaps: what one person has beyond the requirement does not make up for another.

    Examples
    --------
    >>> found = pd.DataFrame({"staff_id": ["S1", "S2"], "competency": "listening", "required": 4.0,
    ...     "score": [3.0, 5.0], "gap": [1.0, 0.0], "weight": 1.0})
    >>> by_team(found, by="")[["people", "score", "gap"]].values.tolist()
    [[2.0, 4.0, 0.5]]
    """
    checks.require_columns(gaps, ["required", "score"], name="gaps")
    checks.require_codes(pd.Series([by]), GROUPINGS[1:], name="by")
    rows = grouped(gaps, staff, by=by).assign(
        **{name: frames.number(gaps, name) for name in ("required", "score")}
    )
    rows = rows.assign(heavy=-rows.groupby("competency")["weight"].transform("mean"))
    table = rows.groupby(["group", "heavy", "competency"], as_index=False).agg(
        people=("staff_id", "size"), required=("required", "mean"), score=("score", "mean"), gap=("gap", "mean"),
        weight=("weight", "mean"), pull=("pull", "sum"),
    )  # fmt: skip
    return named(table.drop(columns="heavy"), by)


def grouped(gaps: pd.DataFrame, staff: pd.DataFrame | None, *, by: str) -> pd.DataFrame:
    """Checked gaps with the group of each person, and their pull on the score.

    Parameters
    ----------
    gaps : DataFrame
        As :func:`by_team` takes it.
    staff : DataFrame or None
        As :func:`by_team` takes it.
    by : str
        One of :data:`GROUPINGS`.

    Returns
    -------
    DataFrame
        On the rows of ``gaps``: ``staff_id``, ``role``, ``competency``, ``gap``, ``weight``, ``pull`` (weight × gap²),
        ``group`` (str, ``""`` for the company or where unknown).

    Raises
    ------
    ValueError
        As :func:`by_team` raises.

    Examples
    --------
    >>> found = pd.DataFrame({"staff_id": ["S1"], "competency": "listening", "gap": 2.0, "weight": 0.5})
    >>> grouped(found, None, by="staff_id")[["pull", "group"]].values.tolist()
    [[2.0, 'S1']]
    """
    rows = _checked(gaps)
    if by != "team":
        return rows.assign(group=rows[by] if by else "")
    if staff is None:
        raise ValueError("by is 'team' but staff is None, must be a DataFrame")
    return rows.assign(group=rows["staff_id"].map(frames.teams(staff)).astype("str").fillna(""))


def named(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Put a table by ``group`` into the trade's order, with the group under its own name.

    Parameters
    ----------
    table : DataFrame
        Any grain: ``group``.
    by : str
        One of :data:`GROUPINGS`; ``""`` drops the column.

    Returns
    -------
    DataFrame
        Sorted by group alone, stably.

    Examples
    --------
    >>> named(pd.DataFrame({"group": ["", "East"]}), "team")["team"].tolist()
    ['East', '']
    """
    if not by:
        return table.drop(columns="group")
    return frames.in_order(table.rename(columns={"group": by}), [by])


_GAPS = ["staff_id", "role", "competency", "required", "score", "gap", "weight", "raters", "se"]


def _profile(model: pd.DataFrame) -> pd.DataFrame:
    """Competencies of a model that have a requirement, checked."""
    checks.require_columns(model, ["competency", "required", "weight"], name="model")
    rows = pd.DataFrame({name: frames.text(model, name) for name in ("role", "competency")})
    checks.require_unique(rows, ["role", "competency"], name="model")
    rows = rows.assign(required=frames.number(model, "required"), weight=frames.number(model, "weight"))
    rows = rows[rows["required"].notna()]
    checks.require_bounds(rows["required"], name="model.required", minimum=LOWEST, maximum=HIGHEST)
    checks.require_bounds(rows["weight"], name="model.weight", minimum=0.0)
    return rows


def _roles(
    scored: pd.DataFrame, assessments: pd.DataFrame, staff: pd.DataFrame | None, profile: pd.DataFrame
) -> pd.Series:
    """Role of each score's person, as the ratings say, else the staff, else the model's only one."""
    role = frames.text(scored, "role")
    if staff is not None:
        checks.require_columns(staff, ["staff_id"], name="staff")
        told = roles_of(staff, name="staff")
        if told is not None:
            role = role.where(role != "", scored["staff_id"].map(told).astype("str").fillna(""))
    if (role != "").any() or scored.empty:
        return role
    roles = sorted(profile["role"].unique())
    if len(roles) > 1:
        raise ValueError(f"model has roles {roles}, but neither assessments nor staff has anybody's role")
    return role.where(role != "", roles[0] if roles else "")


def _checked(gaps: pd.DataFrame) -> pd.DataFrame:
    """Persons, competencies, gaps and weights, and weight × gap²."""
    checks.require_columns(gaps, ["staff_id", "competency", "gap", "weight"], name="gaps")
    rows = pd.DataFrame({name: frames.text(gaps, name) for name in ("staff_id", "role", "competency")})
    checks.require_unique(rows, ["staff_id", "competency"], name="gaps")
    rows = rows.assign(gap=frames.number(gaps, "gap"), weight=frames.number(gaps, "weight"))
    checks.require_bounds(rows["gap"], name="gaps.gap", minimum=0.0)
    checks.require_bounds(rows["weight"], name="gaps.weight", minimum=0.0)
    return rows.assign(pull=rows["weight"] * rows["gap"] ** 2)
