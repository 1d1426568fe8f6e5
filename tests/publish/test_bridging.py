"""The sheet of the target bridge: LibreOffice computes it anew and finds what the method finds."""

from __future__ import annotations

from datetime import UTC, datetime

import openpyxl
import pytest

from salesmgmt.chapter import _plain
from salesmgmt.display import Table
from salesmgmt.inputs import load
from salesmgmt.plan import targets
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.workbook import write_workbook
from tests.publish.sized import ASSUMPTIONS, TARGET, cell_after, recalculated, shaded

CREATED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
RUN = {"run": "20261101-093000", "client": "远航", "year": 2027, "overrides": {}}


@pytest.fixture(scope="module")
def data(demo):
    return load(demo)


@pytest.fixture(scope="module")
def parts(data):
    """Items of the forecast with the names of their customers, and the register of initiatives."""
    when = {"as_of": data.as_of, "year": data.year, "year_starts": data.year_starts}
    tables = data["contracts"], data["opportunities"], data["segments"]
    items = targets.bottom_up(*tables, customers=data["customers"], **when)
    names = data["customers"][["customer_id", "customer"]]
    return items.merge(names, how="left"), targets.register(data["initiatives"])


def findings(items, planned, required):
    frames = {
        "plan.target.bridge": targets.bridge(items, planned, required=required),
        "plan.target.items": items,
        "plan.target.initiatives": planned,
    }
    found = Findings()
    for key, frame in frames.items():
        found.tables[key] = content = _plain(Table(key, frame, {}).frames()[key])
        found.units[key] = content.pop("units")
    return found


def written(path, data, items, planned, required=7.6e8):
    write_workbook(path, data=data, found=findings(items, planned, required), run=RUN, created=CREATED)
    return openpyxl.load_workbook(path)


def told(book):
    """Live number, the report's and the difference, line by line from the top."""
    rows = book.get_sheet_by_name(TARGET).to_python(skip_empty_area=False)[4:11]
    return [tuple(row[1:4]) for row in rows]


@pytest.fixture(scope="module")
def computed(data, parts, tmp_path_factory):
    """The workbook as written, with other chances and another requirement, and of a target that is covered."""
    folder = tmp_path_factory.mktemp("bridges")
    as_is = written(folder / "a.xlsx", data, *parts)
    changed = written(folder / "b.xlsx", data, *parts)
    cell_after(changed[TARGET], "IN1", column=4).value = 0.9
    cell_after(changed[TARGET], "IN2", column=3).value = 1e7
    cell_after(changed[ASSUMPTIONS], "战略要求的目标", "", column=3).value = 8e8
    covered = written(folder / "c.xlsx", data, *parts, required=5e8)
    cell_after(covered[ASSUMPTIONS], "战略要求的目标", "", column=3).value = 5e8
    return recalculated({"as_is": as_is, "changed": changed, "covered": covered}, folder)


def test_lines_add_up_to_ours(computed, parts):
    ours = targets.bridge(*parts, required=7.6e8)["amount"].tolist()
    live = told(computed["as_is"])
    assert [row[0] for row in live] == pytest.approx([*ours[:-1], 7.6e8, ours[-1]], rel=1e-12)
    assert {row[2] for row in (*live[:5], live[6])} == {0}


def test_changed_chances_amounts_and_requirement_give_what_the_method_gives(computed, parts):
    items, planned = parts
    other = planned.set_index("initiative_id")
    other.loc["IN1", "probability"], other.loc["IN2", "value"] = 0.9, 1e7
    other["expected"] = other["value"] * other["probability"]
    ours = targets.bridge(items, other.reset_index(), required=8e8)["amount"].tolist()
    assert [row[0] for row in told(computed["changed"])] == pytest.approx([*ours[:-1], 8e8, ours[-1]])
    assert ours[-1] != targets.bridge(items, planned, required=7.6e8)["amount"].tolist()[-1]


def test_a_target_that_is_covered_leaves_less_than_nothing(computed, parts):
    assert told(computed["covered"])[6][0] == pytest.approx(5e8 - parts[0]["expected"].sum() - parts[1]["expected"].sum())  # fmt: skip
    assert told(computed["covered"])[6][0] < 0


def test_without_a_requirement_there_are_the_sums_alone(data, parts, tmp_path):
    book = written(tmp_path / "a.xlsx", data, *parts, required=None)
    rows = list(book[TARGET].iter_rows(min_row=5, max_row=11, max_col=2, values_only=True))
    assert [row[1] is None for row in rows] == [False] * 5 + [True] * 2
    assert not shaded(cell_after(book[ASSUMPTIONS], "战略要求的目标", "", column=3))


def test_text_that_looks_like_a_formula_stays_text(data, parts, tmp_path):
    items = parts[0].assign(customer="=1+1", item='=HYPERLINK("x")')
    book = written(tmp_path / "a.xlsx", data, items, parts[1])
    texts = [cell for row in book[TARGET].iter_rows() for cell in row if "1+1" in str(cell.value)]
    assert len(texts) == len(items) and {cell.data_type for cell in texts} == {"s"}


def test_a_run_without_a_target_has_no_such_sheet(data, tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, data=data, found=Findings(), run=RUN, created=CREATED)
    assert TARGET not in openpyxl.load_workbook(path).sheetnames
