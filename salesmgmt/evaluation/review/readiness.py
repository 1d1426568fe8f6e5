"""Readiness for each next role 岗位准备度, and whether competency foretold later results at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames

COVERED = 0.8
"""Share of a role's weight that a person must have been rated on before readiness for it is judged."""

_Z = float(stats.norm.ppf(0.9))
_COLUMNS = ["staff_id", "role", "next_role", "covered", "distance", "short", "largest", "gap", "verdict"]


def readiness(scores: pd.DataFrame, profiles: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """How far each person is from what every other role asks for.

    Parameters
    ----------
    scores : DataFrame
        One row per person × competency: ``staff_id``, ``competency``, ``score`` (1 to 5), ``se`` (its error, may be missing).
    profiles : DataFrame
        One row per role × competency: ``role``, ``competency``, ``required`` (1 to 5, missing: not asked), ``weight`` (>= 0).
    staff : DataFrame
        One row per person: ``staff_id``, ``role``.

    Returns
    -------
    DataFrame
        One row per rated person × other role with a profile, by id, then role: ``staff_id``, ``role``, ``next_role``, ``covered``
        (share of the role's weight rated, 0 to 1), ``distance`` (√(Σ w·gap² ÷ Σ w of the rated), points), ``short`` (competencies
        short beyond their error), ``largest`` (of them the one with most weight × gap²), ``gap`` (of it, points), ``verdict`` (ready: none is short; gaps;
        cannot_tell: covered below :data:`COVERED`).

    Raises
    ------
    ValueError
        If columns are missing or keys repeat.

    Notes
    -----
    gap = max(0, required − score), short where it exceeds 1.2816 errors; an unknown error counts as none. Readiness is about
    the profile alone: the wish is the person's, the opening the plan's.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力: 更广阔的职业规划和职业发展机会.

    Examples
    --------
    >>> scores = pd.DataFrame({"staff_id": "S1", "competency": ["coaching", "promises"], "score": [2.0, 4.5], "se": 0.3})
    >>> asked = pd.DataFrame({"role": "sales_manager", "competency": ["coaching", "promises"], "required": 4.0, "weight": 0.5})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["account_manager"]})
    >>> readiness(scores, asked, staff)[["next_role", "short", "largest", "verdict"]].values.tolist()
    [['sales_manager', 1, 'coaching', 'gaps']]
    """
    checks.require_columns(scores, ["staff_id", "competency", "score", "se"], name="scores")
    checks.require_unique(scores, ["staff_id", "competency"], name="scores")
    checks.require_columns(profiles, ["role", "competency", "required", "weight"], name="profiles")
    checks.require_unique(profiles, ["role", "competency"], name="profiles")
    checks.require_columns(staff, ["staff_id", "role"], name="staff")
    checks.require_unique(staff, ["staff_id"], name="staff")
    people = staff[staff["staff_id"].isin(scores["staff_id"])][["staff_id", "role"]]
    asked = profiles[profiles["required"].notna()].rename(columns={"role": "next_role"})
    asked = asked[["next_role", "competency", "required", "weight"]]
    rows = people.merge(asked, how="cross").query("role != next_role and next_role != ''")
    rows = rows.merge(scores[["staff_id", "competency", "score", "se"]], on=["staff_id", "competency"], how="left")  # fmt: skip
    rows["gap"] = (rows["required"] - rows["score"]).clip(lower=0.0)
    rows["rated"] = rows["weight"].where(rows["score"].notna(), 0.0)
    rows["pull"] = (rows["weight"] * rows["gap"] ** 2).fillna(0.0)
    rows["short"] = rows["gap"] > _Z * rows["se"].fillna(0.0)
    table = rows.groupby(["staff_id", "role", "next_role"], as_index=False).agg(
        weight=("weight", "sum"), rated=("rated", "sum"), pull=("pull", "sum"), short=("short", "sum")
    )
    far = rows[rows["short"]].sort_values("pull", ascending=False, kind="stable")
    far = far.drop_duplicates(["staff_id", "next_role"]).rename(columns={"competency": "largest"})
    table = table.merge(far[["staff_id", "next_role", "largest", "gap"]], on=["staff_id", "next_role"], how="left")  # fmt: skip
    table["largest"] = frames.text(table, "largest")
    table["covered"] = table["rated"] / table["weight"].where(table["weight"] > 0)
    table["distance"] = np.sqrt(table["pull"] / table["rated"].where(table["rated"] > 0))
    enough = table["covered"] >= COVERED - 1e-9
    told = np.where(table["short"] > 0, "gaps", "ready")
    table["verdict"] = np.where(enough, told, "cannot_tell")
    return table[_COLUMNS]


def both_profiles(
    scores: pd.DataFrame, profiles: pd.DataFrame, staff: pd.DataFrame, *, roles: Sequence[str]
) -> pd.DataFrame:
    """Which people are up to several roles at once, their own among them.

    Parameters
    ----------
    scores, profiles, staff : DataFrame
        As :func:`readiness` takes them; everybody listed in ``staff`` is looked at.
    roles : sequence of str
        The roles, two or more.

    Returns
    -------
    DataFrame
        One row per person with ratings, by id: ``staff_id``, ``verdict`` (ready: up to all of them; gaps: short of one
        beyond the error; cannot_tell: short of none, but one is not rated enough or has no profile).

    Raises
    ------
    ValueError
        As :func:`readiness` raises.

    References
    ----------
    浅析服务外包销售团队管理, PLAN: account and product manager in one person, or two.

    Examples
    --------
    >>> scores = pd.DataFrame({"staff_id": "S1", "competency": ["coaching", "promises"], "score": [2.0, 4.5], "se": 0.3})
    >>> asked = pd.DataFrame({"role": ["a", "b"], "competency": ["promises", "coaching"], "required": 4.0, "weight": 1.0})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": ["a"]})
    >>> both_profiles(scores, asked, staff, roles=["a", "b"])["verdict"].tolist()
    ['gaps']
    """
    each = readiness(scores, profiles[profiles["role"].isin(roles)], staff.assign(role=""))
    told = pd.crosstab(each["staff_id"], each["verdict"]).reindex(
        columns=["ready", "gaps", "cannot_tell"], fill_value=0
    )
    verdict = np.select([told["gaps"] > 0, told["ready"] == len(roles)], ["gaps", "ready"], "cannot_tell")
    return pd.DataFrame({"staff_id": told.index, "verdict": verdict})


def nearest(ready: pd.DataFrame) -> pd.DataFrame:
    """Of each person the role whose profile is nearest.

    Parameters
    ----------
    ready : DataFrame
        That of :func:`readiness`.

    Returns
    -------
    DataFrame
        One row per person for whom any role could be judged, by id: the columns of ``ready``.

    Raises
    ------
    ValueError
        If columns are missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"staff_id": "S1", "next_role": ["product_manager", "sales_manager"], "distance": [0.4, 0.0],
    ...     "verdict": ["gaps", "cannot_tell"]})
    >>> nearest(rows)["next_role"].tolist()
    ['product_manager']
    """
    checks.require_columns(ready, ["staff_id", "next_role", "distance", "verdict"], name="ready")
    judged = ready[ready["verdict"] != "cannot_tell"]
    first = judged.sort_values(["staff_id", "distance", "next_role"]).drop_duplicates("staff_id")
    return first.reset_index(drop=True)


def foretold(
    earlier: pd.DataFrame, later: pd.DataFrame, *, min_people: int = 10, error: float = 0.2
) -> pd.Series:
    """Whether people assessed higher had better results afterwards.

    Parameters
    ----------
    earlier : DataFrame
        One row per person, from assessments made before the results' period: ``staff_id``, ``level`` (points).
    later : DataFrame
        One row per person: ``staff_id``, ``role``, ``measure``, ``value`` (result of the period).
    min_people : int
        People in both, in roles with two or more of them, below which nothing is tested; 4 or more.
    error : float
        What the interval leaves out, both ends together, between 0 and 1.

    Returns
    -------
    Series
        ``people``, ``correlation`` (rank correlation within roles, −1 to 1), ``low``, ``high`` (interval), ``verdict`` (foretells,
        not_shown, not_tested).

    Raises
    ------
    ValueError
        If columns are missing, people repeat, or options are out of bounds.

    Notes
    -----
    Both are ranked within role and measure, centred, and correlated; interval by Fisher's z with variance
    1.06 ÷ (people − roles − 2), the roles' means costing freedom. Assessments made during or after the period would have
    been coloured by the results and say nothing about foretelling them.

    References
    ----------
    Fieller, Hartley & Pearson (1957), Tests for rank correlation coefficients I, Biometrika 44(3/4), 470–481.

    Examples
    --------
    >>> ids = [f"S{i}" for i in range(12)]
    >>> before = pd.DataFrame({"staff_id": ids, "level": range(12)})
    >>> after = pd.DataFrame({"staff_id": ids, "role": "account_manager", "measure": "growth", "value": range(12)})
    >>> foretold(before, after)["verdict"], foretold(before.head(3), after)["verdict"]
    ('foretells', 'not_tested')
    """
    checks.require_columns(earlier, ["staff_id", "level"], name="earlier")
    checks.require_unique(earlier, ["staff_id"], name="earlier")
    checks.require_columns(later, ["staff_id", "role", "measure", "value"], name="later")
    checks.require_unique(later, ["staff_id"], name="later")
    if min_people < 4:
        raise ValueError(f"min_people == {min_people!r}, must be 4 or more")
    if not 0 < error < 1:
        raise ValueError(f"error == {error!r}, must be between 0 and 1")
    rows = later.merge(earlier[["staff_id", "level"]], on="staff_id").dropna(subset=["value", "level"])
    groups = rows.groupby(["role", "measure"])
    rows = rows[groups["value"].transform("size") >= 2]
    ranks = rows.groupby(["role", "measure"])[["level", "value"]].rank()
    off = ranks - ranks.groupby([rows["role"], rows["measure"]]).transform("mean")
    spread = float(np.sqrt((off["level"] ** 2).sum() * (off["value"] ** 2).sum()))
    freedom = len(rows) - rows[["role", "measure"]].drop_duplicates().shape[0] - 2
    missing = {"correlation": np.nan, "low": np.nan, "high": np.nan, "verdict": "not_tested"}
    if len(rows) < min_people or freedom < 1 or spread == 0:
        return pd.Series({"people": len(rows), **missing})
    found = float((off["level"] * off["value"]).sum()) / spread
    reach = float(stats.norm.ppf(1 - error / 2)) * np.sqrt(1.06 / freedom)
    z = np.arctanh(np.clip(found, -1 + 1e-9, 1 - 1e-9))
    low, high = np.tanh(z - reach), np.tanh(z + reach)
    verdict = "foretells" if low > 0 else "not_shown"
    return pd.Series(
        {"people": len(rows), "correlation": found, "low": low, "high": high, "verdict": verdict}
    )
