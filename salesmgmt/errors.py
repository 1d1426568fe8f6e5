"""The two ways in which the library says no on purpose.

Input that breaks the data contract is an :class:`InputError`: nothing runs. Input that is valid
but cannot carry the claim is :class:`Refused`: the section says why and what would cure it.
Anything else that is raised is a bug. Neither carries wording: whoever displays it translates
the message id with :class:`salesmgmt.locale.Words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class Refused(ValueError):
    """Valid data that cannot carry the claim, or a plan that is infeasible.

    Parameters
    ----------
    message_id : str
        Id of the message in the catalogues, e.g. ``"inputs.table_absent"``.
    **fields
        Values the message names.

    Examples
    --------
    >>> refusal = Refused("inputs.table_absent", table="staff")
    >>> refusal.message_id, refusal.fields
    ('inputs.table_absent', {'table': 'staff'})
    """

    def __init__(self, message_id: str, **fields: Any) -> None:
        self.message_id = message_id
        self.fields = fields
        super().__init__(f"{message_id} {fields}" if fields else message_id)


@dataclass(frozen=True)
class Problem:
    """One thing wrong (or noteworthy) in the inputs, at one place.

    Attributes
    ----------
    table : str
        Table of the data contract, or ``"engagement"`` for engagement.toml.
    id : str
        Message id in the catalogues.
    fields : Mapping
        Values the message names: what came, what is allowed.
    row : int or None
        Row as a person counts it in the file: the header of a file without title rows is row 1.
    column : str
        Column of the data contract, or a dotted engagement.toml key.
    severity : str
        ``"error"`` stops the run, ``"warning"`` travels into the report, ``"note"`` says how something was read.
    file : str
        Name of the file (or ``"SQL"``) the table came from, with its sheet.
    cell : str
        Address of the cell in a sheet or CSV file as a spreadsheet opens it, e.g. ``"C5"``.
    key : str
        Key of the row, where rows have no number: out of a database.
    """

    table: str
    id: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    row: int | None = None
    column: str = ""
    severity: str = "error"
    file: str = ""
    cell: str = ""
    key: str = ""


class InputError(ValueError):
    """Input that breaks the data contract; every problem found, in one go.

    Attributes
    ----------
    problems : list of Problem
        In the order of tables, then rows.
    language : str
        The engagement's, where it could be read; else empty.
    origins : Mapping
        Table -> where it comes from, as far as that is known.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        self.language = ""
        self.origins: Mapping[str, Any] = {}
        super().__init__(f"{len(self.problems)} problems in the inputs")
