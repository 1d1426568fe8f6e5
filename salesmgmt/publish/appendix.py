"""What stands at the end of every report: assumptions, sources, warnings, how it was run.

Plain rows for the page template, worded for one reader; the template escapes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from salesmgmt.fragments import refusal_text
from salesmgmt.inputs import CODEBOOK, Engagement, format_problems
from salesmgmt.inputs.engagement import SHIPPED
from salesmgmt.locale import Words

__all__ = ["assumptions", "dark_tables", "parameters", "refusals", "sources", "warnings"]

_HASH_SHOWN = 12
_MARKS = ("\x02", "\x03")
"""Around text of the client in a warning, which itself holds no control character."""


def assumptions(data: Engagement, words: Words) -> list[dict[str, Any]]:
    """Every assumption in force: label, value and range with unit, kind, source, owner, and whether it is opinion."""
    rows = []
    for found in data.assumptions:
        if found.source == SHIPPED and found not in data.used_assumptions([found.name]):
            continue  # every role has a value of its own
        setting = CODEBOOK.settings[found.name]
        unit = "share" if setting.type == "share" else setting.unit
        role = words.code("role", found.role) if found.role else ""
        rows.append(
            {
                "label": " · ".join(part for part in (role, words.column(found.name)) if part),
                "value": _value(found.value, unit, words),
                "range": words.range(found.low, found.high, unit) if found.low is not None else "",
                "kind": words(f"kind.{found.kind}"),
                "opinion": found.kind == "opinion",
                "source": words.client(found.source),
                "owner": words.client(found.owner),
            }
        )
    return rows


def sources(data: Engagement, words: Words) -> list[dict[str, Any]]:
    """Every table: label, origin, rows, unassigned rows, hash, and its query."""
    return [
        {
            "label": words.table(source.table),
            "name": source.table,
            "origin": words.client(source.origin),
            "rows": words.figures(source.rows, "count"),
            "unassigned": words.figures(source.unassigned, "count") if source.unassigned else "",
            "hash": source.sha256[:_HASH_SHOWN],
            "query": source.query,
        }
        for source in data.sources.values()
    ]


def warnings(data: Engagement, words: Words, *, view: str) -> list[Markup | str]:
    """What a reader should know about the data; the board, which sees no rows, gets the counts."""
    problems = [*data.warnings, *data.notes]
    if view != "board":
        return [_marked(line) for line in format_problems(problems, words, limit=len(problems), marks=_MARKS)]
    counts = Counter(problem.table for problem in problems)
    return [
        words("publish.warnings_of", table=words.table(table), n=words.figures(n, "count"))
        for table, n in counts.items()
    ]


def refusals(found: Sequence[Mapping[str, Any]], words: Words) -> list[dict[str, str]]:
    """What could not be concluded and why, once each; absent tables are listed in the chapters."""
    rows = []
    for refusal in found:
        if refusal["kind"] == "refused":
            chapter = words(f"publish.chapter.{refusal['chapter']}")
            rows.append({"chapter": chapter, "reason": refusal_text(refusal["id"], refusal["fields"], words)})
    return [row for at, row in enumerate(rows) if row not in rows[:at]]


def dark_tables(dark: Mapping[str, Sequence[str]], words: Words) -> list[dict[str, Any]]:
    """Absent tables and settings of a chapter: label, name, and the questions each would answer."""
    labels = {name: words.table(name) for name in dark if not name.startswith("[")}
    labels |= {name: words(f"publish.settings.{name[1:-1]}") for name in dark if name not in labels}
    return [{"label": labels[name], "name": name, "questions": list(titles)} for name, titles in dark.items()]


def parameters(settings: Mapping[str, Any], words: Words) -> list[tuple[str, list[str]]]:
    """How it was run, as label and texts."""
    return [(words(f"publish.run.{name}"), _texts(value, words)) for name, value in settings.items()]


def _marked(line: str) -> Markup:
    """A line in which each text of the client is set apart."""
    begin, end = _MARKS
    return Markup.escape(line).replace(begin, Markup("<bdi>")).replace(end, Markup("</bdi>"))


def _value(value: Any, unit: str, words: Words) -> str:
    if isinstance(value, (int, float)):
        return words.number(value, unit)
    return words.client(str(value))


def _texts(value: Any, words: Words) -> list[str]:
    if not value and value != 0:
        return [words("publish.none")]
    if isinstance(value, Mapping):
        return [f"{key} = {item}" for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return list(map(str, value))
    return [words.client(value) if isinstance(value, str) else str(value)]
