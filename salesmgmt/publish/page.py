"""One page per language and view: the chapters' sections, the appendix and the number cards in a frame.

Cells become HTML through nbconvert with the template ``templates/report``; everything written here
goes through templates that escape. A page loads nothing: cards are native popovers, the contents is
built in Python, charts and the font are inside. Its scripts are named by their hash in the page's
policy, so that no other can run: one saves a chart as a picture, the other moves the levers of a what-if
and is there only where they are.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from salesmgmt import __version__
from salesmgmt.cards import Card, card_html
from salesmgmt.inputs import Engagement
from salesmgmt.locale import Words
from salesmgmt.publish import appendix, pictures
from salesmgmt.publish.fonts import characters, font_faces
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.sections import Part, read_part
from salesmgmt.whatif import form_id

__all__ = ["Reader", "render_pages"]

_TEMPLATES = Path(__file__).parent / "templates"
_REFERENCE = re.compile(r'popovertarget="card-([^"]+)"')
_NUMBER = re.compile(
    r'<button[^>]* class="num".*?</button>(?:<sup class="opinion">.*?</sup>)?[,.;:!?)%\u3001\u3002\uff0c\uff1b\uff1a\uff09]?'
)
"""A stated number with its mark and the sign after it, which no line break may part."""
_FONTS = "/*<fonts>*/"
"""Where the font goes; no text of a client can hold it, for there ``<`` is escaped."""
_HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Reader:
    """Who a page is for; ``person`` is the staff id of a person's own page."""

    language: str
    view: str
    person: str = ""


def render_pages(
    readers: Sequence[Reader],
    notebooks: Mapping[str, Any],
    *,
    data: Engagement,
    found: Findings,
    run: Mapping[str, Any],
) -> dict[Reader, str]:
    """The pages of a run, with one font that holds just their characters, and one for the people's own pages.

    Parameters
    ----------
    readers : Sequence of Reader
        Languages and views.
    notebooks : Mapping
        Stem -> executed notebook, in reading order.
    data : Engagement
        For the words, assumptions, sources and warnings.
    found : Findings
        Cards and refusals of the run.
    run : Mapping
        How it was run, as listed at the end of the page; ``"run"`` is its name.

    Returns
    -------
    dict
        Reader -> complete HTML.

    Raises
    ------
    ValueError
        If a page states a number that has no card, or that its view may not see.
    """
    pages = {reader: _page(reader, notebooks, data=data, found=found, run=run) for reader in readers}
    faces = {
        own: font_faces(characters(page for reader, page in pages.items() if bool(reader.person) == own))
        for own in {bool(reader.person) for reader in readers}
    }
    return {
        reader: _readable(page).replace(_FONTS, faces[bool(reader.person)], 1)
        for reader, page in pages.items()
    }


def _page(
    reader: Reader, notebooks: Mapping[str, Any], *, data: Engagement, found: Findings, run: Mapping[str, Any]
) -> str:
    words = data.words(reader.language)
    who = {"language": reader.language, "view": reader.view, "person": reader.person}
    read = [read_part(name, notebook, **who) for name, notebook in notebooks.items()]
    parts = [part for part in read if part.sections]
    body = _body(parts, words)
    drawn, letters = pictures.draw(body)
    models = {form_id(key): model for (key, view), model in found.models.items() if view == reader.view}
    scripts = [_script(name) for name in ("page.js", *(["whatif.js"] if models else []))]
    return _environment().get_template("page.html.j2").render(
        t=words, language=_HTML_LANGUAGE[reader.language], view=reader.view, version=__version__,
        person=_called(reader.person, data, words), colours=data.value("report.trend_colors"),
        client=words.client(data.client), year=data.year, as_of=words.date(data.as_of), run=run,
        run_line=_css_text(f"{words.client(data.client)} {data.year} · {run['run']}"),
        parts=parts, body=Markup(drawn), letters=Markup(letters), models=models, scripts=scripts, fonts=Markup(_FONTS),
        style=Markup((_TEMPLATES / "page.css").read_text(encoding="utf-8")),
        cards=_panels(body, reader, data=data, found=found, words=words),
        **({} if reader.person else _appendix(reader, data=data, found=found, run=run, words=words)),
    )  # fmt: skip


def _called(person: str, data: Engagement, words: Words) -> str:
    """Name of the person whose own page it is; empty for a page that is nobody's."""
    if not person:
        return ""
    staff = data["staff"]
    return words.client(staff.loc[staff["staff_id"] == person, "name"].iloc[0])


def _appendix(
    reader: Reader, *, data: Engagement, found: Findings, run: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    """What the last part of a page lists."""
    return {
        "assumptions": appendix.assumptions(data, words), "sources": appendix.sources(data, words),
        "warnings": appendix.warnings(data, words, view=reader.view),
        "refusals": appendix.refusals(found.refusals, words), "parameters": appendix.parameters(run, words),
    }  # fmt: skip


def _body(parts: Sequence[Part], words: Words) -> str:
    """The chapters through nbconvert, as one merged notebook of headings, prose and outputs."""
    from nbconvert.exporters import TemplateExporter
    from nbformat.v4 import new_notebook

    cells = [cell for part in parts for cell in _cells(part, words)]
    # HTMLExporter would parse and rewrite the finished HTML to add alternative texts, which are there already
    html, _ = TemplateExporter.from_notebook_node(_exporter(), new_notebook(cells=cells))
    return _NUMBER.sub(r'<span class="keep">\g<0></span>', html)


def _cells(part: Part, words: Words) -> list[Any]:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

    cells = []
    for at, section in enumerate(part.sections):
        cells.append(new_raw_cell(_heading(part, at)))
        for cell in section.cells:
            if "markdown" in cell:
                cells.append(new_markdown_cell(cell["markdown"]))
            else:
                output = new_output("display_data", data={"text/html": cell["html"]})
                cells.append(new_code_cell(outputs=[output]))
    dark = appendix.dark_tables(part.dark, words) if part.dark else []
    closing = _environment().get_template("dark.html.j2").render(t=words, dark=dark, part=part)
    return [*cells, new_raw_cell(closing)]


def _heading(part: Part, at: int) -> str:
    section = part.sections[at]
    opening = Markup('<section class="part" id="{0}" aria-labelledby="{0}-title">').format(section.id)
    level = min(section.level + 1, 6)
    anchor = Markup('<h{0} id="{1}">{2}</h{0}>').format(
        level, f"{section.id}-title" if at == 0 else section.id, section.title or part.name
    )
    return str(opening + anchor if at == 0 else anchor)


def _panels(
    body: str, reader: Reader, *, data: Engagement, found: Findings, words: Words
) -> list[dict[str, Any]]:
    """The cards that a page refers to, in order; each must exist and be for this view."""
    wanted = list(dict.fromkeys(_REFERENCE.findall(body)))
    missing = [name for name in wanted if name not in found.cards]
    if missing:
        raise ValueError(f"numbers {missing} are stated without a card")
    limit = int(data.value("evaluation.suppress_below"))
    cards = {name: Card.from_dict(found.cards[name]) for name in wanted}
    private = [name for name, card in cards.items() if not card.shown(reader.view, suppress_below=limit)]
    if private:
        raise ValueError(f"numbers {private} are not for the {reader.view} view")
    return [
        {
            "id": name,
            "label": card.label(words),
            "html": card_html(found.cards[name], words, view=reader.view),
        }
        for name, card in cards.items()
    ]


def _readable(page: str) -> str:
    """Quotation marks without a number in their code: nothing here is inside single quotes."""
    return page.replace("&#39;", "'").replace("&#34;", "&quot;")


def _script(name: str) -> dict[str, Markup]:
    """A script, and what a Content-Security-Policy calls it so that it may run."""
    text = (_TEMPLATES / name).read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"text": Markup(text), "hash": Markup("sha256-" + digest)}


def _css_text(text: str) -> Markup:
    """Text as a CSS string: everything but plain letters and digits is written as its code point."""
    return Markup("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text))


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@lru_cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name="report", extra_template_basedirs=[str(_TEMPLATES)], exclude_anchor_links=True
    )
