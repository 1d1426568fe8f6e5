"""The competency model 胜任力模型: what each role asks for, and what its strong performers do differently.

A requirement is the expert panel's; where the panel is silent, the strong performers' mean. A competency is called
differentiating only on the evidence of at least ``min_group`` rated people in each group; below that, behavioural
incidents and the panel stand in. Groups that differ do not show why: ratings know the results.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import checks, errors, frames, uncertainty
from salesmgmt.evaluation.competency import contrasts
from salesmgmt.evaluation.competency.performers import strong as strong_performers
from salesmgmt.evaluation.competency.scoring import HIGHEST, LOWEST, roles_of, scores

MIN_STRONG = 3
"""Strong people rated below whom their mean is no requirement."""

HIGH = 4.0
"""Score that both groups must reach to call a competency a threshold where the experts set no requirement."""

_ERROR, _LEVEL = 0.05, 0.80


def model(
    assessments: pd.DataFrame,
    performance: pd.DataFrame,
    *,
    competencies: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
    min_group: int = 10,
) -> pd.DataFrame:
    """The competency model of each role, with the evidence from its strong performers.

    Parameters
    ----------
    assessments : DataFrame
        As :func:`scores` takes it: ratings 1 to 5 by several people.
    performance : DataFrame
        As :func:`strong` takes it: ``staff_id``, ``value``, ``role``, ``strong``; may be empty. A person's role is
        that of ``performance``, else that of ``assessments``, else ``""``.
    competencies : DataFrame, optional
        One row per role × competency: ``competency``; ``role`` (``""``: every role that has no rows of its own),
        ``family``, ``weight`` (0 to 1, all or none of a role, summing to one), ``required`` (1 to 5)
        may be absent. None, or for a role without rows: what its people were rated on, or told of.
    incidents : DataFrame, optional
        One row per behavioural incident: ``staff_id``, ``competency``.
    min_group : int
        Rated people each group needs before they are compared, >= 2.

    Returns
    -------
    DataFrame
        One row per role × competency, by role, then weight from heavy to light, then competency: ``role``,
        ``competency``, ``family``, ``weight`` (given, else equal), ``weight_given``, ``required`` (1 to 5 or NaN),
        ``required_from`` (experts, strong, none), ``strong``, ``others`` (people rated), ``strong_mean``,
        ``others_mean`` (NaN for nobody), ``difference`` (strong − others), ``g``, ``g_low``, ``g_high`` (Hedges' g,
        80 % interval), ``p_value``, ``auc``, ``auc_low``, ``auc_high`` (80 % interval), ``incidents_strong``,
        ``incidents_others``, ``incident_people_strong``, ``incident_people_others`` (who told of any),
        ``interviewed_strong``, ``interviewed_others`` (people of the role with any incident), ``verdict``
        (differentiating, threshold, not_shown, cannot_tell), ``more_strong``, ``more_others`` (people each group
        is short of ``min_group``). Evidence from difference to auc_high is NaN below ``min_group``.

    Raises
    ------
    ValueError
        If columns are missing, keys repeat, numbers are out of bounds, weights of a role do not sum to one,
        or nobody's role is known although ``competencies`` tells roles apart.
    Refused
        ``evaluation.competency.no_requirement`` if no role has a requirement for any competency.

    Notes
    -----
    differentiating: ranks differ (see :func:`p_value`), held against 5 % over all competencies of all roles jointly
    (Holm), and the strong are higher. threshold: else, if both groups' means, less their 80 % reach (Student's
    t), meet the experts' requirement, or 4 without one. not_shown: neither. cannot_tell: under ``min_group``.
    required is the experts', else the mean of at least three strong performers.

    In simulated clients whose results have nothing to do with skill, 2 % get any false claim, with 10, 12 or 66 strong;
    5 % if teams, each rated by its manager, make half of the difference in results. A competency apart by one standard
    deviation is found by 10 strong and 20 others in 47 %, by 12 and 24 in 59 %, by 66 and 134 always.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力: 从岗位绩效优秀人员中总结出主要的,影响绩效达成的关键特征,形成胜任力模型.
    Spencer & Spencer (1993), Competence at Work, chs. 2 and 8, for threshold and differentiating competencies.

    Examples
    --------
    >>> ratings = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "competency": "listening", "rater_id": "R1",
    ...     "rater_kind": "manager", "score": [5.0, 4.0, 3.0]})
    >>> performance = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "value": [1.2, 1.0, 0.9]})
    >>> panel = pd.DataFrame({"competency": ["listening"], "required": [4.0]})
    >>> found = model(ratings, performance, competencies=panel)
    >>> found[["required", "strong", "others", "verdict", "more_strong"]].values.tolist()
    [[4.0, 1, 2, 'cannot_tell', 9]]
    """
    checks.require_numbers({"min_group": (">= 2", lambda people: people >= 2)}, min_group=min_group)
    asked, told = _asked(competencies), _told(incidents)
    scored = scores(assessments).drop(columns="role", errors="ignore")
    people = _people(assessments, performance, asked)
    scored = scored.merge(people, on="staff_id", how="left")
    told = told.merge(people, on="staff_id")
    rows = _counted(_rows(asked, scored, told), told)
    return _judged(_required(_compared(rows, scored, min_group)), min_group)[_COLUMNS]


_KEYS, _SIDES = ["role", "competency"], {True: "strong", False: "others"}
_RANKS = ["p_value", "auc", "auc_low", "auc_high"]
_TOLD = ["incidents_strong", "incidents_others", "incident_people_strong", "incident_people_others",
         "interviewed_strong", "interviewed_others"]  # fmt: skip
_COLUMNS = ["role", "competency", "family", "weight", "weight_given", "required", "required_from", "strong", "others",
            "strong_mean", "others_mean", "difference", "g", "g_low", "g_high", *_RANKS, *_TOLD, "verdict", "more_strong", "more_others"]  # fmt: skip


def _asked(competencies: pd.DataFrame | None) -> pd.DataFrame:
    """The panel's table, checked; empty without one."""
    table = pd.DataFrame({"competency": []}, dtype="str") if competencies is None else competencies
    checks.require_columns(table, ["competency"], name="competencies")
    rows = pd.DataFrame({name: frames.text(table, name) for name in ("role", "competency", "family")})
    checks.require_unique(rows, ["role", "competency"], name="competencies")
    rows = rows.assign(weight=frames.number(table, "weight"), required=frames.number(table, "required"))
    required = rows["required"].dropna()
    checks.require_bounds(required, name="competencies.required", minimum=LOWEST, maximum=HIGHEST)
    checks.require_bounds(rows["weight"].dropna(), name="competencies.weight", minimum=0.0, maximum=1.0)
    weights = rows.groupby("role")["weight"].agg(["count", "size", "sum"])
    some = weights[(weights["count"] > 0) & (weights["count"] < weights["size"])]
    off = weights[(weights["count"] == weights["size"]) & ~weights["sum"].map(checks.sums_to_one)]
    wrong = [f"role {role!r}: {row['sum']:g}" for role, row in off.iterrows()]
    wrong += [
        f"role {role!r}: given for {row['count']:g} of {row['size']:g}" for role, row in some.iterrows()
    ]
    if wrong:
        raise ValueError(f"competencies.weight sums to {', '.join(wrong)}; must be 1 in each role, or absent")
    return rows


def _told(incidents: pd.DataFrame | None) -> pd.DataFrame:
    """Person and competency of each incident."""
    table = pd.DataFrame({"staff_id": [], "competency": []}) if incidents is None else incidents
    checks.require_columns(table, ["staff_id", "competency"], name="incidents")
    return pd.DataFrame({name: frames.text(table, name) for name in ("staff_id", "competency")})


def _people(assessments: pd.DataFrame, performance: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Role of each person known, and whether strong or compared."""
    checks.require_columns(performance, ["staff_id"], name="performance")
    measured = performance.assign(**{name: frames.text(performance, name) for name in ("staff_id", "role")})
    told, ids = roles_of(assessments), frames.text(assessments, "staff_id")
    if told is not None:
        also = measured["staff_id"].map(told).astype("str").fillna("")
        measured["role"] = measured["role"].where(measured["role"] != "", also)
    rest = pd.DataFrame({"staff_id": ids[~ids.isin(measured["staff_id"])].unique(), "role": ""}, dtype="str")
    if told is not None:
        rest["role"] = rest["staff_id"].map(told)
    people = pd.concat(
        [strong_performers(measured), rest.assign(strong=False, compared=False)], ignore_index=True
    )
    if not (people["role"] != "").any() and not (asked["role"] == "").any():
        roles = sorted(asked["role"].unique())
        if len(roles) > 1 and len(people):
            raise ValueError(
                f"competencies has roles {roles}, but neither performance nor assessments has anybody's role"
            )
        people["role"] = roles[0] if roles else ""
    return people[["staff_id", "role", "strong", "compared"]]


def _rows(asked: pd.DataFrame, scored: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The competencies of each role with the panel's weight and requirement, in order."""
    met = pd.concat([scored[["role", "competency"]], told[["role", "competency"]]]).drop_duplicates()
    own, everywhere = asked[asked["role"] != ""], asked[asked["role"] == ""]
    roles = {*met["role"], *own["role"]}
    if everywhere.empty and len(roles) > 1:
        roles -= {""}  # the roleless are held to no role's profile
    parts = []
    for role in sorted(roles) if roles else [""] * bool(len(everywhere)):
        mine = own[own["role"] == role]
        mine = everywhere if mine.empty else mine
        parts.append((met[met["role"] == role] if mine.empty else mine).assign(role=role))
    rows = pd.concat([asked.iloc[:0], *parts], ignore_index=True)
    number, given = rows.groupby("role")["competency"].transform("size"), rows["weight"].notna()
    rows = rows.assign(
        weight=rows["weight"].where(given, 1.0 / number),
        weight_given=given,
        family=frames.text(rows, "family"),
    )
    rows = rows.sort_values(["weight", "competency"], ascending=[False, True])
    return frames.in_order(rows, ["role"])


def _counted(rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Incidents of the strong and of the others, the people who told of them, and all who told of any."""
    for side, name in _SIDES.items():
        mine = told[told["compared"] & (told["strong"] == side)]
        of_it = mine.groupby(_KEYS)["staff_id"].agg(["size", "nunique"])
        of_it.columns = pd.Index([f"incidents_{name}", f"incident_people_{name}"])
        of_any = mine.groupby("role")["staff_id"].nunique().rename(f"interviewed_{name}")
        rows = rows.join(of_it, on=_KEYS).join(of_any, on="role")
    return rows.fillna(dict.fromkeys(_TOLD, 0)).astype(dict.fromkeys(_TOLD, "int64"))


def _compared(rows: pd.DataFrame, scored: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """What the ratings of the strong and of the others show, where enough of both were rated."""
    known = scored[scored["compared"]]
    for side, name in _SIDES.items():
        group = known[known["strong"] == side].groupby(_KEYS)["score"].agg(["size", "mean", "std"])
        group.columns = pd.Index([name, f"{name}_mean", f"{name}_sd"])
        rows = rows.join(group, on=_KEYS)
    rows = rows.fillna({"strong": 0, "others": 0}).astype({"strong": "int64", "others": "int64"})
    tested = rows[rows[["strong", "others"]].min(axis=1) >= min_group]
    scores_of = dict(list(known.groupby([*_KEYS, "strong"])["score"]))
    shown = []
    for key in tested[_KEYS].itertuples(index=False, name=None):
        strong, others = scores_of[(*key, True)], scores_of[(*key, False)]
        shown.append([contrasts.p_value(strong, others), *contrasts.auc(strong, others, level=_LEVEL)])
    ranks = pd.DataFrame(shown, columns=_RANKS, index=tested.index, dtype="float64")
    size = contrasts.hedges_g(tested, level=_LEVEL).drop(columns="d")
    floor = pd.concat([_floor(tested, name) for name in _SIDES.values()], axis=1).min(axis=1)
    difference = tested["strong_mean"] - tested["others_mean"]
    return rows.join(pd.concat([size, ranks], axis=1).assign(difference=difference, floor=floor))


def _floor(rows: pd.DataFrame, name: str) -> pd.Series:
    """Lower end of the 80 % interval of a group's mean."""
    reach = stats.t.ppf((1 + _LEVEL) / 2, rows[name] - 1) / np.sqrt(rows[name])
    return rows[f"{name}_mean"] - reach * rows[f"{name}_sd"]


def _required(rows: pd.DataFrame) -> pd.DataFrame:
    """The experts' requirement, else the strong performers' mean, else none."""
    shown = rows["strong_mean"].where(rows["strong"] >= MIN_STRONG)
    source = pd.Series("experts", index=rows.index, dtype="str")
    source = source.mask(rows["required"].isna(), "strong").mask(
        rows["required"].isna() & shown.isna(), "none"
    )
    required = rows["required"].fillna(shown)
    if required.isna().all():
        most = int(rows["strong"].max()) if len(rows) else 0
        raise errors.Refused("evaluation.competency.no_requirement", strong=most, needed=MIN_STRONG)
    return rows.assign(expert=rows["required"], required=required, required_from=source)


def _judged(rows: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """The verdict on each competency, and how many people each group is short of."""
    proven = uncertainty.holm(rows["p_value"], error=_ERROR) & (rows["auc"] > 0.5)
    threshold = rows["floor"] >= rows["expert"].fillna(HIGH)
    verdict = pd.Series("not_shown", index=rows.index, dtype="str").mask(threshold, "threshold")
    verdict = verdict.mask(proven, "differentiating").mask(rows["p_value"].isna(), "cannot_tell")
    return rows.assign(
        verdict=verdict,
        more_strong=(min_group - rows["strong"]).clip(lower=0),
        more_others=(min_group - rows["others"]).clip(lower=0),
    )
