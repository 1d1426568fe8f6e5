"""Names and texts quoted for SQL, and DuckDB's messages as sentences."""

from __future__ import annotations

import re

__all__ = ["identifier", "literal", "sentence"]


def identifier(name: str) -> str:
    """A name quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text quoted for SQL.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def sentence(error: Exception) -> str:
    """DuckDB's message, its first line, without its class."""
    first = str(error).strip().splitlines()[0]
    return re.sub(r"^(?:[A-Z]\w+ )+Error: ", "", first)
