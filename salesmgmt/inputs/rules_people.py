"""Rules of the tables about people: quotas, competencies, assessments, incidents.

Raters are counted, never named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from salesmgmt.checks import sums_to_one
from salesmgmt.errors import Problem
from salesmgmt.frames import teams
from salesmgmt.inputs.keys import first_few

__all__ = ["people"]

_FEW = 10
"""Fewer equal scores of one rater say nothing about the rater."""

Frames = Mapping[str, pd.DataFrame]

YEARLY_PAY = 30_000
"""Fixed pay of a year below which it looks like that of a month, in yuan."""


def people(tables: Frames) -> Iterator[Problem]:
    """Every problem and warning of the tables about people.

    Parameters
    ----------
    tables : Mapping
        Typed tables, as far as they could be read.

    Yields
    ------
    Problem
        Errors: quotas of nobody known, weights of a role's competencies that are partly given or do not sum
        to one. Warnings: competencies nobody was rated on, or that the role's model does not list, or whose
        scores are all the same; persons rated by themselves only; raters who give everybody the same score.
    """
    if "staff" in tables:
        yield from _monthly_pay(tables["staff"])
    if "quotas" in tables:
        yield from _quotas(tables)
    if "competencies" in tables:
        yield from _weights(tables["competencies"])
        yield from _unlisted(tables)
    if "assessments" in tables:
        others = tables["assessments"].loc[lambda rows: rows["rater_kind"] != "self"]
        yield from _self_only(tables["assessments"], others)
        yield from _unrated(tables, others)
        yield from _constant(others)


def _monthly_pay(staff: pd.DataFrame) -> Iterator[Problem]:
    """Fixed pay that looks like a month's: half of those who have any are below every yearly minimum wage."""
    pay = staff.loc[staff["fixed_pay"] > 0, "fixed_pay"]
    if len(pay) and pay.median() < YEARLY_PAY:
        fields = {"count": int((pay < YEARLY_PAY).sum()), "value": f"{pay.median():,.0f}"}
        yield Problem("staff", "inputs.pay_looks_monthly", fields, column="fixed_pay", severity="warning")


def _quotas(tables: Frames) -> Iterator[Problem]:
    quotas, known = tables["quotas"], _scopes(tables)
    for at in quotas.groupby(["scope", "scope_id"], sort=False).indices.values():
        scope, named = (str(quotas[name].iloc[at[0]]) for name in ("scope", "scope_id"))
        fields = {"scope": scope, "value": named, "at": tuple(at)}
        if scope and (scope == "company") == bool(named):
            id = "inputs.quota_company" if named else "inputs.quota_of_nobody"
            yield Problem("quotas", id, fields, column="scope_id")
        elif named and scope in known and named not in known[scope]:
            yield Problem("quotas", "inputs.quota_unknown", fields, column="scope_id")
    customers = {"", "key_accounts", *tables["customers"]["customer_id"]}
    for customer in quotas.loc[~quotas["customer_id"].isin(customers), "customer_id"].drop_duplicates():
        fields = {"value": customer, "ref": "customers", "at": tuple(np.flatnonzero(quotas["customer_id"] == customer))}  # fmt: skip
        yield Problem("quotas", "inputs.unknown_reference", fields, column="customer_id")


def _scopes(tables: Frames) -> dict[str, set[str]]:
    """What quotas may be of, as far as other tables tell."""
    customers, staff = tables["customers"], tables.get("staff")
    segments = {*customers["segment"], *(tables["segments"]["segment"] if "segments" in tables else ())}
    regions = {*customers["region"], *(() if staff is None else staff["region"])}
    known = {"segment": segments, "region": regions}
    if "products" in tables:
        known["product"] = {*tables["products"]["product_id"]}
    if staff is not None:
        known |= {"staff": {*staff["staff_id"]}, "team": {*teams(staff.drop_duplicates("staff_id"))}}
    return known


def _weights(competencies: pd.DataFrame) -> Iterator[Problem]:
    for role, weights in competencies.groupby("role")["weight"]:
        given = weights.dropna()
        fields = {"role": role, "count": len(given), "all": len(weights), "value": f"{given.sum():.6g}"}
        if 0 < len(given) < len(weights):
            yield Problem("competencies", "inputs.weights_partly", fields, column="weight")
        elif len(given) and not sums_to_one(given.sum()):
            yield Problem("competencies", "inputs.weights_of_role", fields, column="weight")


def _listed(tables: Frames) -> list[tuple[str, str]]:
    """Role and competency of each row of the model; roles are all one where no table tells people's."""
    listed = tables["competencies"]
    roles = listed["role"] if "staff" in tables else [""] * len(listed)
    return list(zip(roles, listed["competency"], strict=True))


def _asked(tables: Frames, rows: pd.DataFrame) -> pd.Series:
    """Role whose model holds for the person of each row, and the competency; no role's where none has rows."""
    own = {role for role, _ in _listed(tables)}
    staff = tables["staff"].drop_duplicates("staff_id") if "staff" in tables else None
    roles = {} if staff is None else dict(zip(staff["staff_id"], staff["role"], strict=True))
    models = [
        role if role in own else "" if "" in own else None
        for role in (roles.get(person, "") for person in rows["staff_id"])
    ]
    return pd.Series(list(zip(models, rows["competency"], strict=True)), index=rows.index, dtype="object")


def _unlisted(tables: Frames) -> Iterator[Problem]:
    """Rows whose competency is not in the model that holds for the person."""
    listed = set(_listed(tables))
    for table in ("assessments", "incidents"):
        if table in tables:
            asked = _asked(tables, tables[table])
            stray = [role is not None and name != "" and (role, name) not in listed for role, name in asked]
            yield from _warned(table, "inputs.competency_unlisted", tables[table].loc[stray, "competency"])


def _unrated(tables: Frames, others: pd.DataFrame) -> Iterator[Problem]:
    """Competencies of the models that were used on which nobody was rated."""
    if "competencies" in tables:
        rated = set(_asked(tables, others))
        used = {role for role, _ in rated}
        missed = [role in used and (role, name) not in rated for role, name in _listed(tables)]
        yield from _warned(
            "competencies", "inputs.competency_unrated", tables["competencies"].loc[missed, "competency"]
        )


def _self_only(assessments: pd.DataFrame, others: pd.DataFrame) -> Iterator[Problem]:
    alone = set(assessments["staff_id"]) - set(others["staff_id"]) - {""}
    if alone:
        fields = {"count": len(alone)}
        yield Problem(
            "assessments", "inputs.self_only", fields, column="rater_kind", severity="warning"
        )  # fmt: skip


def _constant(others: pd.DataFrame) -> Iterator[Problem]:
    """Competencies that tell nobody apart, and raters who tell nobody apart."""
    scored = others.dropna(subset="score")
    ratings = scored.groupby("competency").agg(scores=("score", "nunique"), people=("staff_id", "nunique"))
    flat = ratings[(ratings["scores"] == 1) & (ratings["people"] > 1)]
    yield from _warned("assessments", "inputs.scores_constant", pd.Series(flat.index))
    raters = scored.groupby("rater_id")["score"].agg(["size", "nunique"])
    same = int(((raters["size"] >= _FEW) & (raters["nunique"] == 1)).sum())
    if same:
        fields = {"count": same, "few": _FEW}
        yield Problem("assessments", "inputs.rater_constant", fields, column="score", severity="warning")


def _warned(table: str, id: str, competencies: pd.Series) -> Iterator[Problem]:
    """One warning that names the competencies concerned, if there are any; count is that of the rows."""
    if len(competencies):
        fields = {"count": len(competencies), "named": first_few(competencies.drop_duplicates())}
        yield Problem(table, id, fields, column="competency", severity="warning")
