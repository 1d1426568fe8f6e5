"""Reading a client's inputs: from a folder of tables to one validated :class:`Engagement`.

Start with :func:`load`. It finds the tables, reads them through an embedded, locked-down DuckDB, checks
them against the codebook and raises one :class:`salesmgmt.errors.InputError` that holds every problem.
:func:`format_problems`, :func:`describe` and :func:`write_problems` put problems into words.
:func:`new_engagement` makes a folder with a workbook to fill in; :func:`seal` keeps what was read, so that
it can be read back bit for bit.

The codebook (``codebook.toml``, :data:`CODEBOOK`) is the single statement of tables, columns and
engagement.toml keys; :mod:`salesmgmt.inputs.document` writes it out for people.
"""

from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.engagement import Assumption, Engagement, Source
from salesmgmt.inputs.load import load
from salesmgmt.inputs.marked import problems_file, write_problems
from salesmgmt.inputs.problems import (
    PROBLEMS_SHOWN,
    describe,
    format_problems,
    input_words,
    place,
    preferred_language,
)
from salesmgmt.inputs.seal import seal
from salesmgmt.inputs.workbook import new_engagement

__all__ = [
    "CODEBOOK",
    "PROBLEMS_SHOWN",
    "Assumption",
    "Engagement",
    "Source",
    "describe",
    "format_problems",
    "input_words",
    "load",
    "new_engagement",
    "place",
    "preferred_language",
    "problems_file",
    "seal",
    "write_problems",
]
