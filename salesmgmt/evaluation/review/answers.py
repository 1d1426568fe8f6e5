"""The answers of the gates, one row a person, and how many people each kind of answer concerns."""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks
from salesmgmt.evaluation.review.gates import GATES, OWN

_CONDITIONS = [f"answer_{gate}" for gate in GATES if gate not in OWN]


def summed_up(found: pd.DataFrame) -> pd.DataFrame:
    """One row per person: the answer at each gate, and the first step.

    Parameters
    ----------
    found : DataFrame
        That of :func:`gates`.

    Returns
    -------
    DataFrame
        One row per person, input order: ``staff_id``, ``role``, of each gate its answer: ``answer_target``, ``answer_support``, ``answer_ramp``,
        ``answer_resources``, ``answer_market``, ``answer_own`` (skill and effort together), ``next_step`` (of the first gate that explains, else of the
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
    >>> summed_up(rows)[["answer_target", "answer_own", "next_step"]].values.tolist()
    [['unknown', 'not_yet', 'give_support']]
    """
    checks.require_columns(
        found, ["staff_id", "role", "gate", "answer", "next_step", "review_on"], name="found"
    )
    order = {"explains": 0, "unknown": 1, "passed": 2, "not_yet": 3}
    rows = found.assign(rank=found["answer"].map(order))
    rows["column"] = "answer_" + rows["gate"].where(~rows["gate"].isin(OWN), "own")
    told = rows.sort_values("rank", kind="stable").drop_duplicates(["staff_id", "column"])
    wide = told.pivot(index="staff_id", columns="column", values="answer")
    first = rows[rows["next_step"] != ""].sort_values("rank", kind="stable").drop_duplicates("staff_id")
    people = found[["staff_id", "role"]].drop_duplicates("staff_id")
    table = people.join(wide, on="staff_id").merge(
        first[["staff_id", "next_step", "review_on"]], on="staff_id", how="left"
    )
    table["next_step"] = table["next_step"].astype("str").fillna("")
    return table.reindex(columns=["staff_id", "role", *_CONDITIONS, "answer_own", "next_step", "review_on"])


def found_out(summed: pd.DataFrame) -> dict[str, int]:
    """How many people the conditions explain or leave open.

    Parameters
    ----------
    summed : DataFrame
        That of :func:`summed_up`.

    Returns
    -------
    dict of str to int
        ``short`` (people asked about), ``explained`` (some condition explains), ``open`` (none does, but
        something is unknown); with the rest every condition is answered and explains nothing.

    Raises
    ------
    ValueError
        If columns are missing.

    Examples
    --------
    >>> answers = dict.fromkeys(_CONDITIONS, "passed")
    >>> found_out(pd.DataFrame([answers, answers | {"answer_support": "explains", "answer_target": "unknown"}]))
    {'short': 2, 'explained': 1, 'open': 0}
    """
    checks.require_columns(summed, _CONDITIONS, name="summed")
    answers = summed[_CONDITIONS]
    explained = (answers == "explains").any(axis=1)
    unknown = (answers == "unknown").any(axis=1) & ~explained
    counts = {"short": len(answers), "explained": explained.sum(), "open": unknown.sum()}
    return {name: int(number) for name, number in counts.items()}
