"""A person's own page: that person's rows and nobody else's, for each who is there, under a name that is safe."""

from __future__ import annotations

import re
import shutil
import zipfile

import duckdb
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from salesmgmt import publish
from salesmgmt.locale import Words
from tests.publish.test_share import everything, mentioned, private, spellings

ODD = {"S004": "../x", "S005": "CON", "S006": "s007", "S007": "S007", "S012": "王/五"}


@pytest.fixture(scope="module")
def staff(demo):
    return pd.read_csv(demo / "staff.csv", dtype={"fixed_pay": float, "target_variable_pay": float})


@pytest.fixture(scope="module")
def own(demo_report, demo, tmp_path_factory):
    return publish.report(demo, out=tmp_path_factory.mktemp("own"), views=["people"])


@pytest.fixture(scope="module")
def odd(demo, tmp_path_factory):
    """The demo client with staff ids that no file system likes, in pseudonyms of its own."""
    folder = tmp_path_factory.mktemp("odd") / "client"
    shutil.copytree(demo, folder)
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        renamed = re.sub(r"(?<![\w-])(S\d{3})(?![\w-])", lambda found: ODD.get(found[1], found[1]), text)
        path.write_text(renamed, encoding="utf-8")
    return publish.report(folder, out=folder.parent / "out", views=["people"], languages=["zh"])


def test_everybody_present_has_a_page_in_each_language(own, staff):
    present = staff.loc[staff["left_on"].isna(), "staff_id"]
    files = sorted(path.name for path in (own.folder / "share" / "people").iterdir())
    assert files == sorted(f"{person}.{language}.html" for person in present for language in ("zh", "en"))
    assert {path.name for path in (own.folder / "share").iterdir()} == {"people"}
    assert set(own.pages) == {own.folder / "share" / "people" / name for name in files}


def test_nobody_elses_name_id_or_pay_is_on_it(own, staff, demo):
    raters = private(staff, demo)["rater"]
    pages = everything(own.folder / "share" / "people")
    for row in staff[staff["left_on"].isna()].itertuples():
        others = staff[staff["staff_id"] != row.staff_id]
        mine = {text for pay in (row.fixed_pay, row.target_variable_pay, row.fixed_pay + row.target_variable_pay) for text in spellings(pay)}  # fmt: skip
        secrets = {
            "name": set(others["name"]), "name_en": set(others["name_en"]), "id": set(others["staff_id"]), "rater": raters - {row.staff_id},
            "pay": {text for pay in pd.concat([others["fixed_pay"], others["target_variable_pay"]]) for text in spellings(pay)} - mine,
        }  # fmt: skip
        for language in ("zh", "en"):
            text = pages[f"{row.staff_id}.{language}.html"]
            betrayed = {kind: sorted(mentioned(words, text)) for kind, words in secrets.items()}
            assert not any(betrayed.values()), (row.staff_id, language, betrayed)
            assert row.name in text or row.name_en in text


def test_it_shows_the_persons_own_figures_beside_the_requirement(own):
    gaps = pd.read_csv(own.folder / "tables" / "evaluation.competency.gaps.csv", encoding="utf-8-sig")
    mine = gaps[gaps["staff_id"] == "S018"]
    page = BeautifulSoup((own.folder / "share/people/S018.en.html").read_text("utf-8"), "html.parser")
    caption = Words("en")("own.evaluation.competency.gaps")
    [table] = [t for t in page.find_all("table") if t.caption.get_text() == caption]
    shown = [[cell.get_text() for cell in row.find_all("td")] for row in table.tbody.find_all("tr")]
    assert len(shown) == len(mine) > 3
    assert [row[1:3] for row in shown] == [[f"{r.required:.2f}", "—" if np.isnan(r.score) else f"{r.score:.2f}"] for r in mine.itertuples()]  # fmt: skip


def test_it_asks_for_reasons_objection_and_reply_and_ranks_nobody(own):
    for language in ("zh", "en"):
        words = Words(language)
        page = BeautifulSoup(
            (own.folder / f"share/people/S018.{language}.html").read_text("utf-8"), "html.parser"
        )
        text = page.get_text()
        for field in ("reasons", "objection", "reply", "wish", "agreed", "person", "reviewer", "review_date"):
            assert words(f"publish.talk.{field}") in text
        for field in ("standard", "help", "employee"):
            assert words(f"publish.improve.{field}") in text
        assert len(page.select(".field")) == 8
        assert not page.select("#appendix") and not page.select("button.num")


def test_a_page_is_small_and_locked(own):
    for path in (own.folder / "share" / "people").iterdir():
        text = path.read_text(encoding="utf-8")
        assert len(text) < 600_000
        assert "default-src 'none'" in text
        assert not re.findall(r"(?:src|href)=\"(?!data:|#)", text)


def test_ids_no_file_system_likes_stay_inside_and_apart(odd):
    files = sorted(path.name for path in (odd.folder / "share" / "people").iterdir())
    assert len(files) == len({name.casefold() for name in files}) == 30
    assert len(list(odd.folder.rglob("*.html"))) == 30
    assert "CON.zh.html" not in files and all("/" not in name and not name.startswith(".") for name in files)


def test_a_table_is_split_by_the_person_alone():
    from salesmgmt.tables import Audience, Table

    frame = pd.DataFrame(
        {"staff_id": ["S1", "S2", "S1", ""], "name": ["A", "B", "A", "?"], "score": [1.0, 2.0, 3.0, 9.0]}
    )
    table = Table(
        "evaluation.competency.gaps", frame, {"name": "", "score": "points"}, private=True, person="staff_id"
    )
    reader = Audience(Words("en"), "people", 5)
    assert table.html(reader) == ""
    split = table.of_each(reader)
    assert set(split) == {"S1", "S2"}
    assert (
        "2.00" not in split["S1"]
        and "1.00" in split["S1"]
        and "3.00" in split["S1"]
        and "9.00" not in split["S1"]
    )
    assert "A" not in BeautifulSoup(split["S1"], "html.parser").tbody.get_text()
    unnamed = Table("evaluation.competency.gaps", frame, {"name": "", "score": "points"}, private=True)
    assert unnamed.of_each(reader) == {}


@pytest.fixture(scope="module")
def masked(demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("masked") / "client"
    shutil.copytree(demo, folder)
    setup = folder / "engagement.toml"
    setup.write_text(
        setup.read_text("utf-8").replace("\ntax =", "\npseudonyms = true\ntax =", 1), encoding="utf-8"
    )
    return publish.report(folder, out=folder.parent / "out", views=["director", "people"], languages=["zh"])


def test_under_pseudonyms_only_the_key_names_anybody(masked, staff):
    with zipfile.ZipFile(masked.workbook) as book:
        inside = {name: book.read(name).decode("utf-8", errors="replace") for name in book.namelist()}
    with duckdb.connect() as connection:
        sealed = {
            path.name: connection.read_parquet(str(path)).df().to_csv()
            for path in masked.folder.glob("inputs/*.parquet")
        }
    files = everything(masked.folder) | inside | sealed
    key = files.pop("pseudonyms.csv")
    assert all(name in key for name in staff["name"]) and all(
        staff_id in key for staff_id in staff["staff_id"]
    )
    secrets = {*staff["name"], *staff["name_en"], *staff["staff_id"]}
    betrayed = {name: sorted(mentioned(secrets, text) | {word for word in staff["name"] if word in text}) for name, text in files.items()}  # fmt: skip
    assert not {name: words for name, words in betrayed.items() if words}
    assert len(files) > 60 and len(sealed) > 10
    assert not list((masked.folder / "share").rglob("pseudonyms*"))
    assert {path.name.split(".")[0] for path in (masked.folder / "share/people").iterdir()} <= {line.split(",")[0] for line in key.splitlines()}  # fmt: skip
