"""Charts drawn in the page: every letter kept once, every other name of a drawing its own."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from salesmgmt import charts
from salesmgmt.display import Audience, Chart, Say, Table, _address
from salesmgmt.locale import Words
from salesmgmt.publish.pictures import draw, for_paper

LETTER = '<defs><path id="{0}" d="m1{1}" transform="scale(0.4)"/></defs><use href="#{0}" x="3"/>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" viewBox="0 0 9 9"><defs><style>*{{}}</style></defs>{}<defs><clipPath id="c0"><path d="M1"/></clipPath><pattern id="p1"/><path id="g2" d="M2"/></defs><use href="#g2"/><path clip-path="url(#c0)" style="fill:url(#p1)"/></svg>'  # fmt: skip

SAID = Say("evaluation.gap_spread")


def picture(*letters, phone=False):
    """An image that holds these letters, and some clipped, hatched and repeated shapes."""
    text = SVG.format("".join(LETTER.format(f"g{at + 3}", letter) for at, letter in enumerate(letters)))  # fmt: skip
    address = str(_address(text))
    narrow = '<source media="screen" srcset="{}">'.format(address.replace(" ", "%20")) if phone else ""
    return f'<picture>{narrow}<img alt="柱状图 &quot;a&quot;" src="{address}"></picture>'


def outlines(html):
    """Outline of each letter by its name."""
    return dict(re.findall(r'<path id="(~\w+)" d="([^"]+)" transform="scale\(0.4\)"/>', html))


def test_a_letter_is_kept_once_for_all_drawings():
    drawn, letters = draw(picture("a", "b", phone=True) + "<p>~</p>" + picture("b", "c"))
    assert sorted(outlines(letters).values()) == ["m1a", "m1b", "m1c"] and outlines(drawn) == {}
    read = [[outlines(letters)[name] for name in re.findall(r'href="#(~\w+)"', svg)] for svg in drawn.split("</svg>")]  # fmt: skip
    assert read == [["m1a", "m1b"], ["m1a", "m1b"], ["m1b", "m1c"], []]
    assert "<p>~</p>" in drawn and "picture" not in drawn and "<img" not in drawn and "style>" not in drawn


def test_a_drawing_says_what_its_image_said_and_shows_one_of_two():
    page = BeautifulSoup(draw(picture("a", phone=True) + picture("a"))[0], "html.parser")
    assert [one["aria-label"] for one in page.select(".drawing[role=img]")] == ['柱状图 "a"'] * 2
    assert [one["class"] for one in page.select("svg")] == [["drawn", "wide"], ["drawn", "phone"], ["drawn"]]
    assert all(one["viewbox"] == "0 0 9 9" and "xmlns" not in one.attrs for one in page.select("svg"))


def test_names_inside_a_drawing_are_its_own():
    drawn, letters = draw(picture("a", phone=True) + picture("a"))
    given = re.findall(r' id="([^"]+)"', drawn + letters)
    assert len(given) == len(set(given)) == 3 * 3 + 1
    used = re.findall(r'(?:href="#|url\(#)([^")]+)', drawn)
    assert set(used) == set(given) and len(used) == 3 * 4


def test_a_blank_is_not_drawn():
    assert draw(picture("a"))[0].count("<use") == 2
    drawn, letters = draw(picture("a").replace("m1a", ""))
    assert drawn.count("<use") == 1 and letters == ""


def test_nothing_is_added_where_no_chart_is():
    assert draw("<p>34</p>") == ("<p>34</p>", "")
    assert for_paper("<p>34</p>") == "<p>34</p>"


def test_paper_has_complete_drawings_without_those_for_a_phone():
    drawn, letters = draw(picture("a", "b", phone=True) + picture("b"))
    paper = for_paper(drawn + letters)
    drawings = re.findall("<svg.*?</svg>", paper)
    assert len(drawings) == 2 and "phone" not in paper and 'class="letters"' not in paper
    assert [len(re.findall("<path id=", svg)) for svg in drawings] == [3, 2]  # letters and the repeated shape
    given = re.findall(r' id="([^"]+)"', paper)
    assert len(given) == len(set(given))
    assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', paper)) <= {(n, "") for n in given} | {("", n) for n in given}  # fmt: skip
    assert "fill:url" not in paper and paper.count("fill:#eef1f4") == 2


@pytest.mark.parametrize("small", [False, True])
def test_a_chart_of_ours_is_drawn_whole(small):
    pay = pd.DataFrame(
        {
            "role": ["account_manager"],
            "people": [6],
            "variable_share": [0.3],
            "share_min": [0.2],
            "share_max": [0.5],
            "verdict": ["within"],
        }
    )
    shown = Chart(charts.plot_pay_mix, pay, SAID, Table("motivation.pay", pay, {"role": ""}), small=small)
    before = str(shown.html(Audience(Words("en"), "director", 5)))
    drawn, letters = draw(before)
    assert drawn.count("<svg") == (1 if small else 2) and len(outlines(letters)) > 10
    assert set(re.findall(r'href="#(~\w+)"', drawn)) == set(outlines(letters))
    assert len(drawn) + len(letters) < len(before)
