"""One reader's part of an executed notebook: headings, prose and outputs of one language and view.

A chapter holds every language and view at once. Here it is cut into sections under its headings;
what is not for this reader is left out, and so is a section that has nothing to show because a
table is absent, or because this view may not see it. What stays dark is listed once per chapter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesmgmt.chapter import OWN, REFUSAL
from salesmgmt.fragments import unwrapped
from salesmgmt.locale import full_width

__all__ = ["Part", "Section", "cut", "read_part"]

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"^(```|~~~)")


@dataclass
class Section:
    """A heading and what follows it up to the next one.

    Attributes
    ----------
    title : str
        Heading as plain text; empty for what stands before the first one.
    level : int
        1 for the chapter's title, 2 for its questions, ...
    id : str
        Anchor on the page.
    cells : list of dict
        ``{"markdown": text}`` or ``{"html": fragment}`` in order.
    absent : list of dict
        Refusals for want of a table.
    emitted : int
        Outputs for any reader, and refusals: with none at all a section is mere prose.
    """

    title: str
    level: int
    id: str = ""
    cells: list[dict[str, str]] = field(default_factory=list)
    absent: list[dict[str, Any]] = field(default_factory=list)
    emitted: int = 0

    @property
    def shows(self) -> bool:
        """Whether it has an output for this reader."""
        return any("html" in cell for cell in self.cells)


@dataclass
class Part:
    """One chapter for one reader.

    Attributes
    ----------
    name : str
        Stem of the notebook, e.g. ``"1_plan"``.
    sections : list of Section
        Those to be shown, the chapter's title first.
    dark : dict
        Absent table, or heading of engagement.toml in brackets -> titles of the sections it would light.
    """

    name: str
    sections: list[Section]
    dark: dict[str, list[str]]


def read_part(name: str, notebook: Any, *, language: str, view: str, person: str = "") -> Part:
    """One chapter as one reader sees it.

    Parameters
    ----------
    name : str
        Stem of the notebook.
    notebook : NotebookNode
        Executed notebook.
    language, view, person : str
        The reader; ``person`` is whose own page it is, in the view of people.

    Returns
    -------
    Part
    """
    sections = cut(notebook, language=language, view=view, person=person)
    dark: dict[str, list[str]] = {}
    for section in sections:
        for refusal in section.absent:
            fields = refusal["fields"]
            titles = dark.setdefault(fields["table"] if "table" in fields else f"[{fields['settings']}]", [])
            if section.title and section.title not in titles:
                titles.append(section.title)
    if person:
        dark = {}  # what the engagement lacks is for those who plan
    kept = [section for at, section in enumerate(sections) if _stays(sections, at, shown=bool(person))]
    for number, section in enumerate(kept):
        section.id = f"s-{name}" + (f"-{number}" if number else "")
    return Part(name, kept, dark)


def cut(notebook: Any, *, language: str, view: str, person: str = "") -> list[Section]:
    """The sections of a notebook in order, dark ones included.

    Parameters
    ----------
    notebook : NotebookNode
        Executed notebook. Markdown cells without this language's tag, inputs, streams, typed data and
        outputs for other readers are left out.
    language, view, person : str
        The reader.

    Returns
    -------
    list of Section
        The first has level 1: the chapter.
    """
    sections = [Section("", 1)]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and language in cell.metadata.get("tags", []):
            for heading, text in _split(full_width(cell.source) if language == "zh" else cell.source):
                if heading:
                    _begin(sections, *heading)
                if text:
                    sections[-1].cells.append({"markdown": text})
        for output in cell.get("outputs", []):
            _take(output, sections[-1], language=language, view=view, person=person)
    return sections


def _begin(sections: list[Section], level: int, title: str) -> None:
    first = sections[0]
    if level == 1 and len(sections) == 1 and not first.title:
        first.title = title
    else:
        sections.append(Section(title, max(2, level)))


def _take(output: Any, section: Section, *, language: str, view: str, person: str) -> None:
    data, mark = output.get("data", {}), output.get("metadata", {}).get("salesmgmt", {})
    if not mark:
        return
    section.emitted += 1
    if REFUSAL in data and data[REFUSAL]["kind"] == "absent":
        section.absent.append(data[REFUSAL])
    elif person and OWN in data and data[OWN]["language"] == language:
        if person in data[OWN]["people"]:
            section.cells.append({"html": data[OWN]["people"][person]})
    elif mark.get("language") == language and mark.get("view") == view and "text/html" in data:
        section.cells.append({"html": unwrapped(data["text/html"])})


def _stays(sections: Sequence[Section], at: int, *, shown: bool) -> bool:
    """A section stays if it or one below it shows something, or, unless it must, if nothing in it was ever meant to."""
    section = sections[at]
    below = []
    for following in sections[at + 1 :]:
        if following.level <= section.level:
            break
        below.append(following)
    whole = [section, *below]
    if any(s.shows for s in whole):
        return True
    return not shown and (section.level == 1 or not any(s.emitted for s in whole))


def _split(source: str) -> Iterator[tuple[tuple[int, str] | None, str]]:
    """Markdown as (heading or None, text below it), headings inside fences left alone."""
    heading: tuple[int, str] | None = None
    lines: list[str] = []
    fenced = False
    for line in source.splitlines():
        fenced ^= bool(_FENCE.match(line.strip()))
        found = None if fenced else _HEADING.match(line)
        if found is None:
            lines.append(line)
            continue
        if heading or "".join(lines).strip():
            yield heading, "\n".join(lines).strip()
        heading, lines = (len(found[1]), found[2]), []
    yield heading, "\n".join(lines).strip()
