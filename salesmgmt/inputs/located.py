"""Where the rows stand of which a rule that sees only frames complains.

A rule across tables names rows by their position in a table's frame (field ``at``); what was read still
knows the file, the row as a person counts it and the cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from salesmgmt.errors import Problem
from salesmgmt.inputs.columns import Typed
from salesmgmt.inputs.keys import first_few

__all__ = ["Kept", "located"]


@dataclass(frozen=True)
class Kept:
    """A plan table as it was read, and the record of each row of its frame."""

    typed: Typed
    records: Sequence[int]


def located(problems: Sequence[Problem], kept: Mapping[str, Kept]) -> list[Problem]:
    """Problems with the row, file and cell of what they complain of.

    Parameters
    ----------
    problems : Sequence of Problem
        Those with a field ``at`` (positions in the table's frame, the first of which is the place to look at) are
        located; others are returned as they are.
    kept : Mapping
        Table -> what was read.

    Returns
    -------
    list of Problem
        In the same order; ``at`` has become ``rows``, the rows of all of them in words.
    """
    return [_located(problem, kept) if "at" in problem.fields else problem for problem in problems]


def _located(problem: Problem, kept: Mapping[str, Kept]) -> Problem:
    fields = {name: value for name, value in problem.fields.items() if name != "at"}
    if problem.table not in kept:
        return replace(problem, fields=fields | {"rows": "—"})
    own = kept[problem.table]
    records = [own.records[at] for at in problem.fields["at"]]
    rows = own.typed.raw.rows(records)
    named = [rows[record] for record in records if record in rows]
    wrong = own.typed.wrong(problem.id, problem.column, named[0] if named else None)
    fields["rows"] = ", ".join(first_few(str(row) for row in named)) or "—"
    return replace(problem, fields=fields, row=wrong.row, file=wrong.file, cell=wrong.cell)
