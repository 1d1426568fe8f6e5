"""A page's charts drawn in the page itself, their letters kept once for all of them.

In a notebook each chart is an image of its own, which holds the outline of every letter in it. A page
has dozens of charts, most of their letters the same: there the outlines stand in one place, and the
drawings refer to them. For paper each drawing gets its letters back, since not every printer looks
for them outside a drawing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import count
from urllib.parse import unquote
from xml.etree import ElementTree

__all__ = ["draw", "for_paper"]

_SVG = "{http://www.w3.org/2000/svg}"
_PICTURE = re.compile(
    r'<picture>(?:<source [^>]*srcset="(?P<phone>[^"]+)">)?<img alt="(?P<alt>[^"]*)" src="(?P<page>data:image/svg[^"]+)"></picture>'
)
_NAME = re.compile(r'( id="| href="#|url\(#)([cgp][0-9a-f]+)(?=["\)])')
_LETTER = re.compile(r' href="#(~[0-9a-z]+)"')
_LETTERS = re.compile(r'<svg class="letters".*?</svg>', re.DOTALL)
_PHONE = re.compile(r'<svg class="drawn phone".*?</svg>', re.DOTALL)
_DRAWN = re.compile(r'(<svg class="drawn[^>]*>)(.*?)</svg>', re.DOTALL)
_HATCHED = "#eef1f4"
"""Hatched cells on paper: Chromium would hold a picture of 150 KB for each."""


def draw(html: str) -> tuple[str, str]:
    """HTML whose charts are images as the same with the charts drawn in it, and their letters.

    Parameters
    ----------
    html : str
        Chapters as :class:`salesmgmt.display.Chart` shows them.

    Returns
    -------
    html : str
        The same with one ``<div class="drawing" role="img">`` a chart, its drawing for a phone in it
        beside the other.
    letters : str
        What the drawings refer to, for any place in the same page; empty without charts.
    """
    letters, numbers = dict[str, str](), count(1)

    def drawing(found: re.Match[str]) -> str:
        narrow = found["phone"]
        drawings = _drawn(found["page"], letters, next(numbers), kind="drawn wide" if narrow else "drawn")
        if narrow:
            drawings += _drawn(narrow, letters, next(numbers), kind="drawn phone")
        return f'<div class="drawing" role="img" aria-label="{found["alt"]}">{drawings}</div>'

    drawn = _PICTURE.sub(drawing, html)
    outlines = "".join(letter.replace("<path", f'<path id="{name}"', 1) for letter, name in letters.items())
    hidden = '<svg class="letters" aria-hidden="true" width="0" height="0"><defs>{}</defs></svg>'
    return drawn, hidden.format(outlines) if outlines else ""


def for_paper(html: str) -> str:
    """A page with what :func:`draw` made, each drawing complete in itself, without those for a phone.

    Parameters
    ----------
    html : str
        A page.

    Returns
    -------
    str
        The same charts; hatched areas are grey.
    """
    found = _LETTERS.search(html)
    if found is None:
        return html
    letters = {name: whole for whole, name in re.findall(r'(<path id="([^"]+)"[^>]*/>)', found[0])}
    numbers = count(1)

    def whole(svg: re.Match[str]) -> str:
        number, used = next(numbers), dict.fromkeys(_LETTER.findall(svg[2]))
        held = "".join(letters[name].replace(f'"{name}"', f'"{name}-{number}"', 1) for name in used)
        inside = _LETTER.sub(rf' href="#\1-{number}"', svg[2])
        inside = re.sub(r"fill: ?url\(#[^)]+\)", f"fill:{_HATCHED}", inside)
        return f"{svg[1]}<defs>{held}</defs>{inside}</svg>"

    return _DRAWN.sub(whole, _PHONE.sub("", _LETTERS.sub("", html, count=1)))


def _drawn(address: str, letters: dict[str, str], number: int, *, kind: str) -> str:
    """One drawing, its letters put among those of the page and its other names made its own."""
    text, own = _parsed(address)
    names = {name: letters.setdefault(outline, f"~{len(letters):x}") for name, outline in own}
    drawing = _NAME.sub(lambda at: at[1] + names.get(at[2], f"{at[2]}~{number}"), text)
    return drawing.replace("<svg", f'<svg class="{kind}" preserveAspectRatio="xMinYMin"', 1)


@lru_cache(maxsize=512)
def _parsed(address: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A picture's SVG for use inside HTML, and the outlines of its letters by their names in it."""
    root = ElementTree.fromstring(unquote(address.split(",", 1)[1]))
    letters = dict[str, str]()
    for defs in root.iter(f"{_SVG}defs"):
        for child in list(defs):
            if child.tag == f"{_SVG}path" and "transform" in child.attrib:
                name = child.attrib.pop("id")
                letters[name] = _text(child) if child.get("d") else ""
            if (
                "id" not in child.attrib
            ):  # letters, the style that the page has itself, what nothing refers to
                defs.remove(child)
    for parent in list(root.iter()):
        for child in list(parent):
            empty = child.tag == f"{_SVG}defs" and not len(child)
            if empty or letters.get(child.get("href", "")[1:]) == "":  # a blank is drawn by nothing
                parent.remove(child)
    return _text(root), tuple((name, outline) for name, outline in letters.items() if outline)


def _text(element: ElementTree.Element) -> str:
    written = ElementTree.tostring(element, encoding="unicode")
    return written.replace(f' xmlns="{_SVG[1:-1]}"', "", 1).replace(" />", "/>")
