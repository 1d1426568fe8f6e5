"""Whether a client's SQL is one SELECT statement, whatever its dialect.

DuckDB's own parser judges where it can read the text; what it cannot read (``TOP 5``, ``FOR UPDATE``) is judged
by its tokens. Either way no second statement gets through, and no bracket that would close the subquery the
query is wrapped into.
"""

from __future__ import annotations

import re

import duckdb

__all__ = ["one_select"]

_PLAIN = "'(?:[^']|'')*'"
_ESCAPED = r"'(?:[^'\\]|\\.|'')*'"
_BACKSLASH = ("mysql", "mariadb", "hive", "bigquery", "databricks", "clickhouse", "snowflake")
"""Dialects whose texts may hold ``\\'``."""
_SINGLE = ("psycopg", "pysqlite", "pymysql", "mysqldb", "thrift")
"""Drivers that run one statement at a time by themselves."""


def one_select(sql: str, *, backend: str, driver: str) -> tuple[str, int]:
    """A query without the semicolon that ends it and what follows.

    Parameters
    ----------
    sql : str
        What the client wrote.
    backend, driver : str
        Dialect and driver that it is for, as SQLAlchemy names them.

    Returns
    -------
    tuple of (str, int)
        The query, empty where it is not exactly one SELECT; how many statements came.

    Examples
    --------
    >>> one_select("select 1; -- all", backend="postgresql", driver="psycopg")
    ('select 1', 1)
    >>> one_select("select 1; delete from visits", backend="postgresql", driver="psycopg")
    ('', 2)
    """
    tokens = list(_pattern(backend).finditer(sql))
    counted = [token for token in tokens if token.lastgroup not in ("space", "comment")]
    while counted and counted[-1].lastgroup == "end":
        counted.pop()
    count = sum(token.lastgroup == "end" for token in counted) + bool(counted)
    if not counted or count > 1:
        return "", count
    bare = sql[: counted[-1].end()]
    comments = [token[0] for token in tokens if token.lastgroup == "comment"]
    runs = any(comment.startswith(("/*!", "/*M!")) for comment in comments)  # MySQL runs such comments
    hidden = ";" in bare and driver not in _SINGLE
    if runs or hidden or not _closed(counted) or not _reads(bare, counted):
        return "", count
    return bare, count


def _pattern(backend: str) -> re.Pattern[str]:
    text = _ESCAPED if backend in _BACKSLASH else _PLAIN
    return re.compile(
        rf"(?P<text>[eE]{_ESCAPED}|{text}|\"(?:[^\"]|\"\")*\"|`[^`]*`)|(?P<comment>--[^\n]*|/\*.*?\*/)"
        r"|(?P<end>;)|(?P<bracket>[()])|(?P<space>\s+)|(?P<word>\w+)|(?P<open>['\"`]|/\*)|(?P<other>.)",
        re.DOTALL,
    )


def _closed(tokens: list[re.Match[str]]) -> bool:
    """Whether every bracket closes one that was opened, and every text ends."""
    depth = 0
    for token in tokens:
        if token.lastgroup == "open":
            return False
        if token.lastgroup == "bracket":
            depth += 1 if token[0] == "(" else -1
            if depth < 0:
                return False
    return depth == 0


def _reads(bare: str, tokens: list[re.Match[str]]) -> bool:
    """Whether DuckDB takes it for a SELECT, or cannot parse it and it starts as one."""
    first = next((token[0].lower() for token in tokens if token.lastgroup != "bracket"), "")
    try:
        statements = duckdb.extract_statements(bare)
    except duckdb.Error:
        return first in ("select", "with")
    return len(statements) == 1 and statements[0].type == duckdb.StatementType.SELECT
