"""What is handed to the board holds no person, no person's pay and no group of fewer than five, however hidden."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path
from urllib.parse import quote, unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from salesmgmt.locale import Words

MINIMUM = 5
EMBEDDED = re.compile(r"data:([a-z]+/[a-z0-9.+-]+)(?:;charset=[\w-]+)?;base64,([A-Za-z0-9+/=]+)")
BINARY = ("font/", "image/png")

QUOTED = re.compile(r'"data:[a-z]+/[a-z0-9.+-]+,([^"]*)"')


@pytest.fixture(scope="module")
def staff(demo):
    return pd.read_csv(demo / "staff.csv", dtype={"fixed_pay": float, "target_variable_pay": float})


def everything(folder: Path) -> dict[str, str]:
    """All text under a folder by file: as it stands, unescaped, and what is embedded in it."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes().decode("utf-8", errors="replace")
        inside = [base64.b64decode(data).decode() for kind, data in EMBEDDED.findall(raw) if not kind.startswith(BINARY)]  # fmt: skip
        plain = EMBEDDED.sub("", raw)
        found[path.name] = "\n".join(
            html.unescape(text) for text in (plain, *inside, *map(unquote, QUOTED.findall(raw)))
        )
    return found


def spellings(amount: float) -> set[str]:
    """One amount as a page or a table may write it: in full, with separators, in 万元 and thousands."""
    found = {f"{amount:.0f}", f"{amount:,.0f}", f"{amount:.2f}", repr(amount)}
    for language in ("zh", "en"):
        found.add(Words(language).number(amount, "money"))
    return found


def mentioned(words: set[str], text: str) -> set[str]:
    return {
        word for word in words if re.search(rf"(?<![\w.,]){re.escape(word)}(?![\w,]|\.\d)", text, re.ASCII)
    }


def private(staff: pd.DataFrame, demo: Path) -> dict[str, set[str]]:
    """Kind of secret -> texts that betray it."""
    raters = [
        pd.read_csv(demo / f"{table}.csv")[column]
        for table, column in (
            ("assessments", "rater_id"),
            ("factor_ratings", "rater"),
            ("segment_scores", "rater"),
            ("judgements", "judge"),
            ("incidents", "coder"),
        )
    ]
    pay = pd.concat([staff["fixed_pay"], staff["target_variable_pay"], staff["fixed_pay"] + staff["target_variable_pay"]])  # fmt: skip
    amounts = {text for amount in pay for text in spellings(amount)}
    return {
        "id": set(staff["staff_id"]), "name": set(staff["name"]), "name_en": set(staff["name_en"]),
        "rater": set(pd.concat(raters).dropna()), "pay": amounts,
    }  # fmt: skip


def test_board_sees_no_person_and_no_pay(demo_report, demo, staff):
    files = everything(demo_report.folder / "share" / "board")
    assert {"report.zh.html", "report.en.html"} <= set(files)
    secrets = private(staff, demo)
    for name, text in files.items():
        betrayed = {kind: sorted(mentioned(words, text)) for kind, words in secrets.items()}
        assert not any(betrayed.values()), (name, betrayed)
        assert not [person for person in staff["name"] if person in text], name


def test_search_finds_what_the_director_sees(demo_report, demo, staff):
    secrets = private(staff, demo)
    for language, column in (("zh", "name"), ("en", "name_en")):
        text = everything(demo_report.folder / "share" / "director")[f"report.{language}.html"]
        assert len(mentioned(secrets[column], text)) >= 20
        assert mentioned(secrets["rater"], text) == set()
    assert mentioned(spellings(389000.0), "fixed pay: 389,000.") == {"389,000"}
    assert mentioned({"S001"}, 'data-x="S001"') == {"S001"} and mentioned({"S001"}, "TS001 S0012") == set()


def test_search_looks_inside_what_is_embedded(tmp_path):
    for kind in ("image/svg+xml", "text/csv", "application/json"):
        data = base64.b64encode("顾承远".encode()).decode()
        (tmp_path / "a.html").write_text(f'<a href="data:{kind};base64,{data}">', encoding="utf-8")
        assert "顾承远" in everything(tmp_path)["a.html"]
    quoted = quote("<text>顾承远</text>")
    (tmp_path / "a.html").write_text(f'<img src="data:image/svg+xml,{quoted}">', encoding="utf-8")
    assert "顾承远" in everything(tmp_path)["a.html"]


def shown(run: Path, key: str, columns: list[str]) -> pd.DataFrame:
    """Text columns of a table as the board's English page shows it."""
    page = BeautifulSoup((run / "share/board/report.en.html").read_text("utf-8"), "html.parser")
    tables = [t for t in page.find_all("table") if t.caption.get_text() == Words("en")(f"table.{key}")]
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in tables[0].tbody.find_all("tr")]
    return pd.DataFrame(rows).iloc[:, : len(columns)].set_axis(columns, axis=1)


@pytest.fixture(scope="module")
def words(demo_report):
    from salesmgmt.inputs import load

    return load(demo_report.folder / "inputs").words("en")


def worded(value, column, words):
    return words.code(column, value) if words.has_code(column, value) else words.client(value)


TABLES = {
    "motivation.pay": (["role"], []),
    "evaluation.growth": (["group"], []),
    "evaluation.attainment_teams": (["group"], []),
    "evaluation.collection": (["team"], []),
    "evaluation.performance_teams": (["whose"], []),
    "allocation.visits": (["team"], []),
    "evaluation.competency.teams": (["group", "competency"], ["competency"]),
    "evaluation.competency.team_first": (["team", "competency"], []),
}
"""Table -> columns that name a row, and those within which the groups add up to a whole."""


@pytest.mark.parametrize("key", TABLES)
def test_no_small_group_is_shown_or_left_over(demo_report, words, key):
    names, within = TABLES[key]
    whole = pd.read_csv(demo_report.folder / "tables" / f"{key}.csv", encoding="utf-8-sig", keep_default_na=False)  # fmt: skip
    seen = set(shown(demo_report.folder, key, names).itertuples(index=False, name=None))
    labels = [tuple(worded(row[name], name, words) for name in names) for row in whole.to_dict("records")]
    visible = pd.Series([label in seen for label in labels])
    assert visible.sum() == len(seen) > 0
    people = pd.to_numeric(whole["people"]).fillna(0)
    assert not (visible & people.between(1, MINIMUM - 1)).any()
    for _, part in whole.groupby(within) if within else [("", whole)]:
        left = people[part.index][~visible[part.index] & (people[part.index] > 0)]
        nothing_shown = not visible[part.index].any()
        assert nothing_shown or left.empty or (len(left) >= 2 and left.sum() >= MINIMUM)


def test_no_gap_of_a_small_team_follows_from_the_companys(demo_report):
    """What is left of the company's gap when every team that is shown or stated is taken away."""
    cards = json.loads((demo_report.folder / "cards.json").read_text("utf-8"))
    gaps = [card for card in cards if card["key"] == "evaluation.competency.gap"]
    company = next(card for card in gaps if set(card["by"]) == {"competency"})
    competency = company["by"]["competency"]
    whole = pd.read_csv(demo_report.folder / "tables/evaluation.competency.teams.csv", encoding="utf-8-sig")
    whole = whole[whole["competency"] == competency].set_index("team")
    page = (demo_report.folder / "share/board/report.zh.html").read_text("utf-8")
    body = BeautifulSoup(page, "html.parser")
    caption = Words("zh")("table.evaluation.competency.teams")
    table = next(t for t in body.find_all("table") if t.caption.get_text() == caption)
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in table.tbody.find_all("tr")]
    known = {row[0] for row in rows if row[1] == competency}
    known |= {card["by"]["team"] for card in gaps if card["by"].get("competency") == competency and "team" in card["by"] and f'card-{card["id"]}"' in page}  # fmt: skip
    assert whole["people"].sum() == company["people"]
    left = whole.drop(index=list(known))
    assert left.empty or (len(left) >= 2 and left["people"].sum() >= MINIMUM)


def test_no_pay_of_a_small_role_follows_from_the_companys(demo_report, words):
    roles = pd.read_csv(demo_report.folder / "tables/motivation.pay.csv", encoding="utf-8-sig")
    known = set(shown(demo_report.folder, "motivation.pay", ["role"])["role"])
    left = roles[~roles["role"].map(lambda role: words.code("role", role)).isin(known)]
    assert len(left) >= 2 and left["people"].sum() >= MINIMUM
    text = everything(demo_report.folder / "share" / "board")
    for amount in [*left["total_pay"], *left["variable_pay"], *left["fixed_pay"]]:
        assert not [name for name, found in text.items() if mentioned(spellings(amount), found)]
