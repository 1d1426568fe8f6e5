"""No group under five follows from the board page as a whole: all its tables and numbers taken together.

Whatever a page says of a team, a role or a region is taken as a total over its people, one quantity for
all: more than a reader has. A group can be worked out if its people are a linear combination of what is
told; every small group that the statements tell apart is tried.
"""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from bs4 import BeautifulSoup

from salesmgmt.frames import employed
from salesmgmt.inputs import load
from tests.publish.test_share import MINIMUM, worded

NOBODY = "nobody's"
"""What belongs to no person, such as revenue of customers without an owner."""

GROUPS = ("team", "role", "region")
NOT_OF_PEOPLE = {"evaluation.competency.model", "plan.target.regions"}
"""What a role asks for, whoever holds it; customers by where they are, whoever serves them."""


def worked_out(statements: list[set[str]], people: set[str]) -> list[set[str]]:
    """Groups of one to four people whose total follows from totals over the given sets."""
    told: dict[tuple[bool, ...], set[str]] = {}
    for one in people | {NOBODY}:
        told.setdefault(tuple(one in said for said in statements), set()).add(one)
    known = {pattern: group for pattern, group in told.items() if any(pattern)}
    matrix = np.array(list(known), dtype=float).T
    rank, members, found = np.linalg.matrix_rank(matrix), list(known.values()), []
    for size in range(1, MINIMUM + 1):  # one of them may be nobody's
        for chosen in combinations(range(len(members)), size):
            group = set().union(*(members[at] for at in chosen)) - {NOBODY}
            if 0 < len(group) < MINIMUM:
                asked = np.isin(np.arange(len(members)), chosen).astype(float)
                if np.linalg.matrix_rank(np.vstack([matrix, asked])) == rank:
                    found.append(group)
    return found


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["abc", "defgh"], ["abc"]),
        (["abcdefgh", "defgh"], ["abc"]),
        (["abcdefgh", "abcde", "cdefgh"], ["ab", "fgh"]),
        (["abcdefgh", "abcde0"], []),
        (["abcdefgh", "abcde0", "0"], ["fgh"]),
        (["abcdefghij", "abcde"], []),
        (["abcdefghij", "abcde", "cdefg"], []),
    ],
)
def test_search_finds_what_can_be_worked_out(statements, found):
    sets = [{NOBODY if one == "0" else one for one in said} for said in statements]
    hit = {"".join(sorted(group)) for group in worked_out(sets, set("abcdefghij"))}
    assert hit >= set(found) and bool(hit) == bool(found)


def present(run):
    data = load(run.folder / "inputs")
    staff = data["staff"]
    return staff[employed(staff, data.as_of)].set_index("staff_id"), data.words("en")


def told(run, page, staff, words):
    """Groups of which the page says anything, as column and value: in its tables' rows, in its numbers."""
    values = [(column, value) for column in GROUPS for value in staff[column].dropna().unique()]
    labels = {worded(value, column, words): (column, value) for column, value in values}
    captions = {words(f"table.{key}") for key in NOT_OF_PEOPLE}
    tables = [table for table in page.find_all("table") if table.caption.get_text() not in captions]
    cells = {cell.get_text() for table in tables for cell in table.select("tbody td:not(.n), tbody th")}
    shown = {element["id"] for element in page.select("[id^=card-]")}
    cards = json.loads((run.folder / "cards.json").read_text("utf-8"))
    stated = {pair for card in cards if f"card-{card['id']}" in shown for pair in card["by"].items()}
    return {labels[text] for text in cells & set(labels)} | (stated & set(values))


@pytest.mark.parametrize("run", ["demo_report", "small_teams"])
def test_no_small_group_follows_from_the_page_as_a_whole(run, request):
    made = request.getfixturevalue(run)
    page = BeautifulSoup((made.folder / "share/board/report.en.html").read_text("utf-8"), "html.parser")
    staff, words = present(made)
    groups = told(made, page, staff, words)
    assert {column for column, _ in groups} == set(GROUPS)
    everybody = set(staff.index) | {NOBODY}
    sets = [everybody, *(set(staff.index[staff[column] == value]) for column, value in sorted(groups))]
    for columns in (("team", "region"), ("role", "region"), GROUPS):
        chosen = [everybody, *(said for said, (column, _) in zip(sets[1:], sorted(groups), strict=True) if column in columns)]  # fmt: skip
        assert worked_out(chosen, set(staff.index)) == [], columns


def test_a_hidden_team_is_named_in_no_sentence(small_teams):
    """The team of three, and the one of five hidden with it, which the chapters would name as the finding."""
    staff, words = present(small_teams)
    sizes = staff["team"].value_counts()
    assert (sizes["新客组"], sizes.drop("新客组").min(), sizes.idxmin()) == (3, 5, "新客组")
    own = set(load(small_teams.folder / "inputs")["factors"]["statement_en"])  # the client's own words
    hidden = [words.client(team) for team in sizes.index[sizes <= MINIMUM]]
    named = {}
    for view in ("board", "director"):
        text = (small_teams.folder / "share" / view / "report.en.html").read_text("utf-8")
        page = BeautifulSoup(text, "html.parser")
        parts = page.select(
            ".say, figcaption, .drawing, .conclusion p, .conclusion li, .further li, .ask, .tile, .refusal, .card"
        )
        said = [part.get_text() + str(part.get("aria-label", "")) for part in parts]
        for statement in own:
            said = [text.replace(statement, "") for text in said]
        named[view] = [text for text in said for team in hidden if team in text]
    assert named["board"] == [] and len(named["director"]) > 0
