"""The shortened SVG draws what matplotlib wrote."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import pytest

from salesmgmt import charts
from salesmgmt.charts.compact import compact
from tests.charts.gallery import EXHIBITS, draw

HREF = "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def written(name):
    """A chart as matplotlib writes it."""
    figure, buffer = draw(EXHIBITS[name], "normal", "zh").figure, io.StringIO()
    with charts.house_style():
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return buffer.getvalue()[buffer.getvalue().index("<svg") :]


def outlines(root):
    """Reference -> outline and its scale."""
    glyphs = [e for e in root.iter() if e.get("transform", "") in ("scale(0.015625)", "scale(0.4)")]
    return {f"#{e.get('id')}": (e.get("d", ""), float(e.get("transform")[6:-1])) for e in glyphs}


def absolute(path, scale):
    """Points of an outline in hundredths of the em, whichever way its steps are written."""
    points, at, start = [], (0.0, 0.0), (0.0, 0.0)
    for letter, given in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        origin = at if letter.islower() else (0.0, 0.0)
        numbers = [float(n) for n in NUMBER.findall(given)]
        numbers = [*numbers, 0.0] if letter == "h" else [0.0, *numbers] if letter == "v" else numbers
        new = [(origin[0] + x, origin[1] + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        points += new
        at = new[-1] if new else start
        start = at if letter in "mM" else start
    return [coordinate * scale for point in points for coordinate in point]


def uses(root):
    """Where each use of an outline stands, in order, and what it draws."""
    drawn = outlines(root)
    for element in root.iter():
        named = element.get(HREF, element.get("href"))
        if named in drawn:
            moved = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", "translate(0 0)"))
            at = [float(element.get(axis, by)) for axis, by in zip("xy", moved.groups(), strict=True)]
            yield at, absolute(*drawn[named])


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_character_stands_where_it_stood_and_looks_the_same(name):
    long = written(name)
    before, after = (list(uses(ElementTree.fromstring(svg))) for svg in (long, compact(long)))
    assert len(before) == len(after) > 0
    for (place, outline), (new_place, new_outline) in zip(before, after, strict=True):
        assert new_place == pytest.approx(place, abs=0.051)  # hundredths of the em
        assert new_outline == pytest.approx(outline, abs=0.201)


@pytest.mark.parametrize("name", EXHIBITS)
def test_all_that_is_referred_to_is_there_and_everything_else_is_kept(name):
    long = written(name)
    before, after = ElementTree.fromstring(long), ElementTree.fromstring(compact(long))
    text = compact(long)
    referred = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    named = [element.get("id") for element in after.iter() if element.get("id")]
    assert {one or other for one, other in referred} == set(named) and len(named) == len(set(named))
    drawn = [[e.tag for e in root.iter() if not e.tag.endswith("}g")] for root in (before, after)]
    assert drawn[0] == drawn[1]  # groups that say nothing are gone
    assert len(text) < len(long) * 0.65


def test_points_are_moved_by_less_than_a_hundredth():
    long = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M -1.234567 -0.000001 \nL 1e-5 20 " style="fill: red"/></svg>'
    assert 'd="M-1.23 0L1e-5 20" style="fill:red"' in compact(long)
