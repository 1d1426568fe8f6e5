"""What a reader takes out of the page: the rows of each table, the picture of each chart."""

from __future__ import annotations

import base64
import csv
import io
import re

import pandas as pd
import pytest
from PIL import Image

from salesmgmt import charts
from salesmgmt.display import Audience, Chart, Say, Table
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.locale import Words
from salesmgmt.publish.page import _script
from salesmgmt.publish.pictures import draw
from tests.publish.browser import browser

TEAMS = pd.DataFrame(
    {
        "role": ["account_manager", "product_manager", "delivery_manager", "sales_manager"],
        "people": [22, 7, 9, 4],
        "variable_share": [1 / 3, 0.25, float("nan"), 0.4],
        "share_min": [0.2, 0.2, 0.2, 0.2],
        "share_max": [0.777, 0.3, 0.3, 0.5],
        "verdict": ["within", "below", "below", "within"],
    }
)
SHOWN = {"role": "", "people": "people", "variable_share": "share", "share_max": "share", "verdict": ""}


def table(frame=TEAMS, columns=None, **options):
    return Table("motivation.pay", frame, columns or SHOWN, **options)


def files(html):
    """Name -> rows of every CSV inside a fragment."""
    found = re.findall(r'<a download="([^"]+)" href="data:text/csv;base64,([^"]+)"', html)
    return {name: list(csv.reader(io.StringIO(base64.b64decode(data).decode("utf-8-sig")))) for name, data in found}  # fmt: skip


def reader(view, language="en"):
    return Audience(Words(language, terms=CODEBOOK.terms(language)), view, 5)


def test_table_is_in_its_csv_unrounded_under_the_same_headings():
    html = table().html(reader("director"))
    assert base64.b64decode(re.search(r"csv;base64,([^\"]+)", html)[1])[:3] == b"\xef\xbb\xbf"
    rows = files(html)["motivation.pay.csv"]
    headings = re.findall(r"<th[^>]*>([^<]*)</th>", html)
    assert rows[0] == headings
    assert rows[1] == ["account manager", "22.0", repr(1 / 3), "0.777", "within the band"]
    assert rows[3][2] == "" and len(rows) == 5


def test_money_is_in_whole_units_whatever_the_table_shows():
    costs = pd.DataFrame({"role": ["sales_manager"], "cost": [1_234_567.89]})
    for language, unit in (("zh", "元"), ("en", "CNY")):
        shown = Audience(Words(language, currency="CNY"), "director", 5)
        rows = files(table(costs, {"role": "", "cost": "money"}).html(shown))["motivation.pay.csv"]
        assert unit in rows[0][1] and "万" not in rows[0][1] and rows[1][1] == "1234567.89"


@pytest.mark.parametrize("item", ["table", "chart"])
def test_board_takes_out_no_small_group_and_no_figure_of_one_person(item):
    shown = table(group_size="people", personal=("share_max",))
    if item == "chart":
        shown = Chart(charts.plot_pay_mix, TEAMS, Say("evaluation.gap_spread"), shown)
    director = files(shown.html(reader("director")))["motivation.pay.csv"]
    board = files(shown.html(reader("board")))["motivation.pay.csv"]
    assert [row[0] for row in director[1:]] == [
        "account manager",
        "product manager",
        "delivery manager",
        "sales manager",
    ]
    # four sales managers are too few, and the next smallest group goes too: no subtraction gives them away
    assert [row[0] for row in board[1:]] == ["account manager", "delivery manager"]
    assert "0.777" in director[1] and "0.777" not in board[1]
    assert len(board[0]) == len(director[0]) - 1


def test_picture_names_no_address_and_ends_no_attribute():
    shown = Chart(charts.plot_pay_mix, TEAMS, Say("evaluation.gap_spread"), table())
    html = str(shown.html(reader("director")))
    assert len(re.findall(r'(?:src|srcset)="data:image/svg\+xml,%3Csvg [^"<>&]*%3C/svg%3E"|srcset="data:image/svg\+xml,%3Csvg%20[^"<>& ]*"', html)) == 2  # fmt: skip
    assert not re.search(r"https?://|url\((?!data:)|\bon\w+=", html)


def test_board_takes_out_nothing_about_persons():
    persons = pd.DataFrame({"group": ["王丽娜"], "people": [30], "gap": [0.5]})
    private = table(persons, {"group": "", "gap": "points"}, private=True)
    assert "王丽娜" in str(files(private.html(reader("director"))))
    assert files(private.html(reader("board"))) == {}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])
def test_clients_text_is_no_formula_and_ends_no_attribute(name):
    named = TEAMS.assign(role=name + '"><script>')
    assert {row[0] for row in files(table(named).html(reader("director")))["motivation.pay.csv"][1:]} == {
        f"'{name}\"><script>"
    }


def test_page_names_its_script_and_no_other(made):
    for path in made.pages:
        html = path.read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
        assert f"script-src '{_script('page.js')['hash']}'" in policy and "unsafe-inline'; font" in policy
        assert policy.count("script-src") == 1 and html.count("<script") == 1


@pytest.mark.browser
def test_chart_becomes_a_picture_of_twice_its_size_without_asking_anyone(chromium, made, tmp_path):
    shown = Chart(charts.plot_pay_mix, TEAMS, Say("evaluation.gap_spread"), table())
    page = made.pages[0].read_text(encoding="utf-8")
    path = tmp_path / "page.html"
    drawn, letters = draw(str(shown.html(reader("director", "zh"))))
    path.write_text(page.replace("</main>", drawn + letters + "</main>"), "utf-8")
    with browser(chromium, tmp_path / "profile") as opened:
        for width in (1280, 390):
            folder = tmp_path / str(width)
            folder.mkdir()
            opened.open(path, width=width)
            opened.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
            seen = opened.value("document.querySelector('.drawn.phone').checkVisibility()")
            assert seen == (width == 390)
            opened.click("figure.chart .png")
            picture = folder / "motivation.pay.png"
            opened.value("new Promise(done => setTimeout(done, 1500))")
            with Image.open(picture) as image:
                assert image.format == "PNG" and image.width == pytest.approx(2 * 614, abs=2)
                inks = {color for _, color in image.convert("RGB").getcolors(1 << 20)}
                assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
            assert {(0x1F, 0x29, 0x33), (0xB3, 0x47, 0)} <= inks  # ink of the text, vermilion of a mark
            assert opened.requests() == [path.resolve().as_uri()] and opened.trouble() == []
            opened.events.clear()
            opened.click("figure.chart summary")
            opened.click("figure.chart .downloads a")
            opened.value("new Promise(done => setTimeout(done, 1000))")
            assert (folder / "motivation.pay.csv").read_bytes().startswith(b"\xef\xbb\xbf")
            opened.events.clear()
