"""Problems in words: where, what came, what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.keys import shown
from salesmgmt.locale import LANGUAGES, Words

__all__ = [
    "PROBLEMS_SHOWN", "describe", "format_problems", "input_words", "place", "preferred_language",
]  # fmt: skip

PROBLEMS_SHOWN = 20
"""Problems of one table that are shown; problems.xlsx holds all."""

_CODED = {name: name for name in ("status", "role", "model", "element", "axis")} | {
    "scope": "quotas.scope",
    "metric": "quotas.metric",
}
"""Fields that are codes, and the columns whose codes they are."""


def input_words(language: str) -> Words:
    """Words of one language with the codebook's labels, where no engagement could be read.

    Examples
    --------
    >>> input_words("zh").column("customer_id"), input_words("en").code("status", "prospect")
    ('客户编号', 'prospect')
    """
    return Words(language, terms=CODEBOOK.terms(language))


def preferred_language(engagement: str | Path) -> str:
    """First language of an engagement, as far as its engagement.toml can be read; else Chinese."""
    from salesmgmt.inputs.load import find_folder

    try:
        text = (find_folder(engagement) / "engagement.toml").read_text(encoding="utf-8-sig")
        language = tomllib.loads(text)["engagement"]["languages"][0]
    except (InputError, OSError, ValueError, LookupError, TypeError):
        return LANGUAGES[0]
    return language if language in LANGUAGES else LANGUAGES[0]


def describe(problem: Problem, words: Words, *, marks: tuple[str, str] = ("", "")) -> str:
    """What a problem is, in one or two sentences, without its place.

    Parameters
    ----------
    problem : Problem
        From :class:`salesmgmt.errors.InputError`, or a warning or note of an engagement.
    words : Words
        The reader's language, with the codebook's labels.
    marks : (str, str)
        What to put before and after each text that the sentence names.

    Returns
    -------
    str
        The sentence.

    Examples
    --------
    >>> missing = Problem("customers", "inputs.empty", column="status", row=5)
    >>> describe(missing, input_words("en"))
    'is empty and must be filled in.'
    """
    fields = {
        name: shown(value) if isinstance(value, str) else value for name, value in problem.fields.items()
    }
    if "codes" in fields:
        fields["codes"] = _list((_label(code, words, problem) for code in fields["codes"]), words)
    if "scopes" in fields:
        fields["scopes"] = _list(
            (_between(shown(_both(words.code("role", scope), scope)), marks) for scope in fields["scopes"]),
            words,
        )
    if "named" in fields:
        fields["named"] = _list(
            (_between(shown(words.client(name)), marks) for name in fields["named"]), words
        )
    for name in ("ref", "table"):
        if name in fields:
            fields[name] = _both(words.table(fields[name]), fields[name])
    for name in ("column", "earlier"):
        if name in fields:
            fields[name] = _column(problem.table, fields[name], words)
    for name in _CODED:
        if name in fields:
            fields[name] = words.code(_CODED[name], fields[name])
    set_apart = {n: _between(v, marks) if isinstance(v, str) else v for n, v in fields.items()}
    return words(problem.id).format(**set_apart)


def place(problem: Problem, words: Words, *, marks: tuple[str, str] = ("", "")) -> str:
    """Where a problem is: table, file, row, column.

    Examples
    --------
    >>> place(Problem("customers", "inputs.empty", column="status", row=5, file="a.csv"), input_words("zh"))
    '客户 customers · a.csv 第 5 行 · 客户状态 status'
    """
    table = "" if problem.table == "engagement" else _both(words.table(problem.table), problem.table)
    row = words("inputs.row", row=problem.row) if problem.row else ""
    if problem.cell and not problem.file.lower().endswith((".csv", ".txt", ".tsv")):
        row = words("inputs.row_cell", row=problem.row, cell=problem.cell)
    key = words("inputs.key", key=_between(problem.key, marks)) if problem.key else ""
    file = " ".join(part for part in (_between(problem.file, marks), row, key) if part)
    return " · ".join(part for part in (table, file, _column(problem.table, problem.column, words)) if part)


def format_problems(
    problems: Sequence[Problem],
    words: Words,
    *,
    limit: int = PROBLEMS_SHOWN,
    marks: tuple[str, str] = ("", ""),
) -> list[str]:
    """Problems as lines of text, grouped by table.

    Parameters
    ----------
    problems : Sequence of Problem
        Errors, warnings and notes.
    words : Words
        The reader's language.
    limit : int, default 20
        Problems shown of one table; the rest is counted in one line.
    marks : (str, str)
        What to put before and after each text that a line names, so that a page can set it apart.

    Returns
    -------
    list of str
        One problem a line.
    """
    lines: list[str] = []
    for table in dict.fromkeys(problem.table for problem in problems):
        own = [problem for problem in problems if problem.table == table]
        lines += [_line(problem, words, marks) for problem in own[:limit]]
        if len(own) > limit:
            name = "engagement.toml" if table == "engagement" else _both(words.table(table), table)
            lines.append(words("inputs.more", table=name, count=f"{len(own) - limit:,}"))
    return lines


def _line(problem: Problem, words: Words, marks: tuple[str, str]) -> str:
    severity = "" if problem.severity == "error" else f"{words(f'inputs.severity.{problem.severity}')} · "
    where = place(problem, words, marks=marks)
    text = describe(problem, words, marks=marks)
    return f"{severity}{where}{words('inputs.colon')}{text}" if where else f"{severity}{text}"


def _column(table: str, column: str, words: Words) -> str:
    """Label and name of a column; a key of engagement.toml stands by itself."""
    if table not in CODEBOOK.tables or column not in CODEBOOK.tables[table].columns:
        return column
    return _both(words.column(f"{table}.{column}"), column)


def _label(code: str, words: Words, problem: Problem) -> str:
    return _both(words.code(f"{problem.table}.{problem.column}", code), code)


def _both(label: str, name: str) -> str:
    """Label and name where they differ."""
    return name if label.replace(" ", "_").lower() == name.lower() else f"{label} {name}"


def _between(text: str, marks: tuple[str, str]) -> str:
    return f"{marks[0]}{text}{marks[1]}" if text else ""


def _list(parts: Any, words: Words) -> str:
    return words("inputs.comma").join(parts)
