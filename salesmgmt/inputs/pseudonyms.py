"""Pseudonyms for the sales team: what is made from an engagement names nobody, and its folder keeps the key.

Staff ids and names are replaced wherever they stand, also inside notes, evidence and warnings, before a method or a
chapter sees them. A pseudonym follows from the client and the staff id, so it stays when others join or leave.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from salesmgmt.errors import Problem
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.engagement import Engagement

__all__ = ["under_pseudonyms"]

_SHORT = {
    "account_manager": "AM", "product_manager": "PM", "delivery_manager": "DM", "account_product_manager": "AP",
    "sales_manager": "SM",
}  # fmt: skip
_PLACES = 1000
"""Numbers to choose from; a taken one gives way to the next."""
_SHORTEST_NAME = 2
"""Names of one character are not looked for inside texts."""

Swap = Callable[[str], str]


def under_pseudonyms(data: Engagement) -> Engagement:
    """The same engagement with its staff under pseudonyms.

    Parameters
    ----------
    data : Engagement
        As read; without a table of staff nothing changes.

    Returns
    -------
    Engagement
        ``pseudonyms`` says who is who: pseudonymous id -> (staff id, name). Names of customers stay as they are.
    """
    if "staff" not in data:
        return data
    staff = data["staff"]
    taken: dict[str, str] = {}
    for staff_id, role in sorted(zip(staff["staff_id"], staff["role"], strict=True)):
        taken[staff_id] = _pseudonym(data.client, staff_id, role, set(taken.values()))
    names = {"zh": {}, "en": {}}  # type: dict[str, dict[str, str]]
    called, english = dict(zip(staff["staff_id"], staff["name"], strict=True)), {}
    for staff_id, role in zip(staff["staff_id"], staff["role"], strict=True):
        number = taken[staff_id].split("-")[1]
        labels = CODEBOOK.tables["staff"].columns["role"].codes or {}
        zh, en = (str(text) for text in labels[role][:2])
        names["zh"][called[staff_id]] = f"{zh}-{number}"
        names["en"][data.wording.get(called[staff_id], called[staff_id])] = f"{en.capitalize()} {number}"
        english[f"{zh}-{number}"] = f"{en.capitalize()} {number}"
    swap = _swap({**names["en"], **names["zh"], **taken})
    own = names["zh"]
    wording = {swap(text): swap(told) for text, told in data.wording.items() if text not in own}
    return replace(
        data,
        tables={name: _renamed(name, frame, taken, own, swap) for name, frame in data.tables.items()},
        wording=wording | english,
        warnings=[_reworded(problem, swap) for problem in data.warnings],
        notes=[_reworded(problem, swap) for problem in data.notes],
        variants=tuple(
            replace(found, by=swap(found.by), reason=swap(found.reason)) for found in data.variants
        ),
        pseudonyms={
            taken[staff_id]: (staff_id, called[staff_id]) for staff_id in sorted(taken, key=taken.__getitem__)
        },
    )


def _pseudonym(client: str, staff_id: str, role: str, taken: set[str]) -> str:
    """A code of the role and a number that follows from client and id."""
    digest = hashlib.sha256(f"{client}\0{staff_id}".encode()).digest()
    first = int.from_bytes(digest[:8], "big")
    codes = (f"{_SHORT[role]}-{(first + step) % _PLACES:03d}" for step in range(_PLACES))
    return next(code for code in codes if code not in taken)


def _swap(texts: Mapping[str, str]) -> Swap:
    """Replace whole ids and names inside a text; Latin words only where no letter or digit touches them."""
    known = sorted((text for text in texts if len(text) >= _SHORTEST_NAME), key=len, reverse=True)
    if not known:
        return lambda text: text
    parts = [
        rf"(?<![0-9A-Za-z_-]){re.escape(text)}(?![0-9A-Za-z_-])" if text.isascii() else re.escape(text)
        for text in known
    ]
    pattern = re.compile("|".join(parts))
    return lambda text: pattern.sub(lambda found: texts[found[0]], text)


def _renamed(
    name: str, frame: pd.DataFrame, ids: Mapping[str, str], names: Mapping[str, str], swap: Swap
) -> pd.DataFrame:
    """One table with its people renamed."""
    entry = CODEBOOK.tables[name]
    changed: dict[str, pd.Series] = {}
    for column, values in frame.items():
        known = entry.columns.get(str(column))
        kind = known.type if known else "text"
        person = known is not None and (
            known.ref == "staff" or known.secret or (name, column) == ("staff", "staff_id")
        )
        if person:
            changed[str(column)] = _each(values, lambda text: ids.get(text, text))
        elif (name, column) == ("staff", "name"):
            changed[str(column)] = _each(values, lambda text: names.get(text, text))
        elif kind == "text" and name != "customers":
            changed[str(column)] = _each(values, swap)
    return frame.assign(**changed)


def _each(values: pd.Series, change: Swap) -> pd.Series:
    """Every distinct text changed once; the type stays."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.rename_categories({text: change(str(text)) for text in values.cat.categories})
    known = {text: change(text) for text in values.dropna().unique() if isinstance(text, str)}
    return values.map(lambda text: known.get(text, text)).astype(values.dtype)


def _reworded(problem: Problem, swap: Swap) -> Problem:
    fields: dict[str, Any] = {
        name: value if name == "rows"  # a row's number may look like somebody's id
        else swap(value) if isinstance(value, str)
        else tuple(swap(part) if isinstance(part, str) else part for part in value) if isinstance(value, tuple) else value
        for name, value in problem.fields.items()
    }  # fmt: skip
    return replace(problem, fields=fields)
