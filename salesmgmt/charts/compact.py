"""SVG from matplotlib in half its length, looking the same.

matplotlib writes an outline for every character, six decimals for every coordinate and a group for
everything. A report holds dozens of charts in one file, so outlines are rewritten as steps on a grid
of 250 to the em (a fiftieth of a point in the largest letters), other coordinates to a hundredth of a point,
and names and white space that nothing refers to go.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

__all__ = ["compact"]

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_GLYPH = "scale(0.015625)"
"""What matplotlib scales a character's outline by: 64 units of the outline to a hundredth of the em."""
_COARSER = 25.6
_DECIMALS = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_TRANSLATE = re.compile(r"translate\((-?[\d.]+)(?: (-?[\d.]+))?\)")
_AROUND_LETTER = re.compile(r" ?([MLQCz]) ?")
_STEP = re.compile(r"([MLQCz])([^MLQCz]*)")

ElementTree.register_namespace("", _SVG)


def compact(picture: str) -> str:
    r"""An SVG of matplotlib with the same looks and fewer characters.

    Parameters
    ----------
    picture : str
        One ``<svg>`` element as matplotlib writes it with text as outlines.

    Returns
    -------
    str
        One ``<svg>`` element; what stood in comments, such as the texts in the picture, is gone.

    Examples
    --------
    >>> long = '<svg xmlns="http://www.w3.org/2000/svg"><!-- a --><path id="p" d="M 1.23456 2 \nL 3 4 "/></svg>'
    >>> compact(long)
    '<svg xmlns="http://www.w3.org/2000/svg"><path d="M1.23 2L3 4"/></svg>'
    """
    root = ElementTree.fromstring(picture)
    names = _names(root)
    for element in root.iter():
        _shorten(element, names)
    _ungroup(root)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _names(root: ElementTree.Element) -> dict[str, str]:
    """A short name for everything that is referred to, in the order met."""
    wanted = dict[str, None]()
    for element in root.iter():
        for key, value in element.attrib.items():
            found = [value[1:]] if key == _HREF else _REFERENCE.findall(value)
            wanted |= dict.fromkeys(found)
    return {name: f"{'cgp'[place % 3]}{place:x}" for place, name in enumerate(wanted)}


def _ungroup(parent: ElementTree.Element) -> None:
    """Put the children of groups that say nothing in the groups' places."""
    children = list[ElementTree.Element]()
    for child in parent:
        _ungroup(child)
        children += list(child) if child.tag == f"{{{_SVG}}}g" and not child.attrib else [child]
    parent[:] = children


def _shorten(element: ElementTree.Element, names: dict[str, str]) -> None:
    held = element.attrib
    if element.text is not None and not element.text.strip():
        element.text = None
    element.tail = None
    name = held.pop("id", "")
    if name in names:
        held["id"] = names[name]
    if _HREF in held:
        held["href"] = f"#{names[held.pop(_HREF)[1:]]}"
        _place(held)
    elif held.get("transform") == _GLYPH:
        held |= {"d": _outline(held.get("d", "")), "transform": f"scale({0.015625 * _COARSER:g})"}
    else:
        for key, value in held.items():
            short = _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value)
            held[key] = _DECIMALS.sub(_rounded, " ".join(short.split()))
            if key == "style":
                held[key] = held[key].replace(": ", ":").replace("; ", ";")
        if "d" in held:
            held["d"] = _AROUND_LETTER.sub(r"\1", held["d"])


def _place(held: dict[str, str]) -> None:
    """Say where a used outline stands by x and y."""
    moved = _TRANSLATE.fullmatch(held.get("transform", ""))
    if moved:
        del held["transform"]
        held |= {axis: f"{float(by):.1f}".removesuffix(".0") for axis, by in zip("xy", moved.groups("0"), strict=True) if float(by)}  # fmt: skip
    for axis in "xy":
        if axis in held:
            held[axis] = _DECIMALS.sub(_rounded, held[axis])


def _outline(path: str) -> str:
    """The path of a character as steps between points of the grid."""
    steps, at, start = list[str](), (0, 0), (0, 0)
    for letter, given in _STEP.findall(path):
        numbers = [round(float(number) / _COARSER) for number in given.split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        steps.append(_step(letter, [(x - at[0], y - at[1]) for x, y in points]))
        at = points[-1] if points else start
        start = at if letter == "M" else start
    return "".join(steps)


def _step(letter: str, moves: list[tuple[int, int]]) -> str:
    if letter == "L" and 0 in moves[0]:
        return f"v{moves[0][1]}" if moves[0][0] == 0 else f"h{moves[0][0]}"
    numbers = "".join(f"{number:+d}" for move in moves for number in move)
    return letter.lower() + numbers.removeprefix("+").replace("+", " ")


def _rounded(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")
