"""report.xlsx: linked sheets, raw numbers, text that stays text, and formulas that a second calculator agrees with."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import partial

import openpyxl
import pandas as pd
import pytest

from salesmgmt.chapter import _plain
from salesmgmt.display import Table
from salesmgmt.inputs import load
from salesmgmt.plan import sizing
from salesmgmt.publish.looks import clean
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.workbook import write_workbook
from tests.publish.sized import (
    ANSWERS,
    ASSUMPTIONS,
    CARDS,
    CONTENTS,
    DETAIL,
    SIZING,
    answers_of,
    cell_after,
    recalculated,
    shaded,
    sheet_of,
    size,
    sized_findings,
)

CREATED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
RUN = {"run": "20261101-093000", "client": "远航", "year": 2027, "overrides": {}}
HOSTILE = [
    "=1+1", '=HYPERLINK("http://evil.example","x")', "+1", "-1", "@SUM(A1)", "{=1}", "=cmd|'/c calc'!A1", "0012",
    "http://evil.example", "mailto:a@b.c", "internal:'x'!A1", "<script>alert(1)</script>", "'quoted", "{{7*7}}",
    "\u202eabc", "a\nb", "👩‍👩‍👧", "#REF!", "TRUE", "1e5", "2026-01-01", "x" * 5000,
]  # fmt: skip

write = partial(write_workbook, run=RUN, created=CREATED)


@pytest.fixture(scope="module")
def data(demo):
    return load(demo)


@pytest.fixture(scope="module")
def inputs(data):
    return [data[name] for name in ("customers", "coverage", "adjustments")]


@pytest.fixture(scope="module")
def found(data, inputs):
    return sized_findings(data, *inputs)


@pytest.fixture(scope="module")
def path(data, found, tmp_path_factory):
    return write(tmp_path_factory.mktemp("book") / "report.xlsx", data=data, found=found)


@pytest.fixture
def book(path):
    return openpyxl.load_workbook(path)


def table(rows, columns=("customer", "value"), units=None, key="plan.sizing.doubtful"):
    return Findings(tables={key: {"columns": list(columns), "rows": rows}}, units={key: units or {}})


def links_of(sheet):
    return [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_contents_leads_to_every_sheet_and_back(book):
    links = {link.location for link in links_of(book[CONTENTS])}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}
    for sheet in book.worksheets[1:]:
        assert [(link.ref, link.location) for link in links_of(sheet)] == [("A1", f"'{CONTENTS}'!A1")]
    titles = [[cell.value for cell in row][1:] for row in book[CONTENTS].iter_rows(min_row=4)]
    assert titles[0] == [
        "规划 · Plan",
        "五步法测算人数(公式可重算)",
        "People needed in five steps, as live formulas",
        None,
    ]
    assert titles[2][1:] == ["报告中的每个数字", "Every number the report states", 4]
    assert titles[4] == [
        "规划 · Plan",
        "第二、三步 拜访频次与全年总拜访",
        "Steps 2 and 3 · Frequency and total visits",
        14,
    ]


def test_tables_have_units_filters_frozen_headers_and_raw_numbers(book, found):
    for key, content in found.tables.items():
        sheet = sheet_of(book, key)
        assert sheet.freeze_panes == "A4" and sheet.auto_filter.ref.startswith("A3:")
        shown = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
        numbers = [[v for v in row if isinstance(v, (int, float))] for row in content["rows"]]
        assert [[v for v in row if isinstance(v, (int, float))] for row in shown] == numbers
    sheet = sheet_of(book, "plan.sizing.steps")
    assert [cell.value for cell in sheet[3]][3:] == [
        "客户数（家）\nCustomers", "年拜访次数\nVisits per year", "拜访次数（次）\nVisits"
    ]  # fmt: skip
    assert sheet["F4"].number_format == "#,##0" and sheet["A4"].value == "客户经理 · account manager"


def test_money_is_whole_and_shares_are_shares(data, tmp_path):
    found = table(
        [["云海", 1234567.891, 0.12345]], ("customer", "value", "share"), {"value": "money", "share": "share"}
    )
    book = openpyxl.load_workbook(write(tmp_path / "x.xlsx", data=data, found=found))
    sheet = sheet_of(book, "plan.sizing.doubtful")
    assert [cell.value for cell in sheet[4]][1:] == [1234567.891, 0.12345]
    assert [cell.number_format for cell in sheet[4]][1:] == ["#,##0", "0.0%"]
    assert re.fullmatch(r".+（元）\n.+\(CNY\)", sheet["B3"].value)


def one_table(data, path, rows, columns, units):
    """A workbook of one table, and its sheet."""
    book = openpyxl.load_workbook(write(path, data=data, found=table(rows, columns, units)))
    return sheet_of(book, "plan.sizing.doubtful")


def test_days_are_days_and_months_are_months(data, tmp_path):
    frame = pd.DataFrame(
        {
            "start_month": pd.to_datetime(["2027-03-01", None]),
            "due_on": pd.to_datetime(["2026-10-31", "1899-01-01"]),
        }
    )
    content = _plain(
        Table("plan.sizing.doubtful", frame.assign(item="2026-01-01"), {}).frames()["plan.sizing.doubtful"]
    )
    sheet = one_table(data, tmp_path / "x.xlsx", content["rows"], content["columns"], content["units"])
    cells = [cell for row in sheet.iter_rows(min_row=4) for cell in row]
    assert [cell.value for cell in cells] == [
        datetime(2027, 3, 1), datetime(2026, 10, 31), "2026-01-01", None, "1899-01-01", "2026-01-01"
    ]  # fmt: skip
    assert [cell.number_format for cell in cells[:3]] == ["yyyy-mm", "yyyy-mm-dd", "@"]
    assert "date" not in str(sheet["A3"].value) and sheet["B3"].alignment.horizontal == "left"


def test_ends_of_an_interval_have_the_unit_of_its_middle(data, tmp_path):
    columns, units = ("share", "share_low", "value_high", "value"), {"share": "share", "value": "money"}
    sheet = one_table(data, tmp_path / "x.xlsx", [[0.5, 0.41, 2e6, 1e6]], columns, units)
    assert [cell.number_format for cell in sheet[4]] == ["0.0%", "0.0%", "#,##0", "#,##0"]
    assert "CNY" in sheet["C3"].value


@pytest.mark.parametrize(
    ("values", "unit", "shown"),
    [
        ([7.0, 13.0], "people", "#,##0"), ([7.0, 13.5], "people", "#,##0.00"), ([1.0, 0.0], "share", "0.0%"),
        ([2026, 2027], "", "General"), ([52500, 3], "", "#,##0"), ([14.219152746, 1.1], "", "0.00"),
        ([0.0234, 0.05], "", "0.000"), ([648.4, 2.2], "", "#,##0.0"), ([1541301.36, 0.5], "", "#,##0"),
    ],
)  # fmt: skip
def test_numbers_are_shown_as_their_column_needs(data, tmp_path, values, unit, shown):
    sheet = one_table(data, tmp_path / "x.xlsx", [[v] for v in values], ["pieces"], {"pieces": unit})
    assert {cell.number_format for cell in sheet["A"][3:]} == {shown}
    assert [cell.value for cell in sheet["A"][3:]] == values  # unrounded beneath
    assert sheet["A3"].alignment.horizontal == "right"


def test_yes_and_no_are_words(data, tmp_path):
    sheet = one_table(data, tmp_path / "x.xlsx", [[True], [False]], ["answered"], {})
    assert [cell.value for cell in sheet["A"][3:]] == ["是 · yes", "否 · no"]


def test_rows_are_as_high_as_their_text(data, tmp_path):
    rows = [["short", 1], ["一" * 120, 1], ["a\nb\nc", 1], ["x" * 30_000, 1]]
    sheet = one_table(data, tmp_path / "x.xlsx", rows, ("item", "value"), {})
    heights = [sheet.row_dimensions[at].height for at in range(4, 8)]
    assert (
        heights[0] is None and 75 <= heights[1] <= 95 and 45 <= heights[2] <= 50 and 408 < heights[3] <= 409
    )
    assert sheet.column_dimensions["A"].width < 52


def test_sheets_print_on_pages_that_can_be_read(book, data, tmp_path):
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and not sheet.page_setup.fitToHeight
        assert "&P / &N" in str(sheet.oddFooter.right.text) or "&P" in str(sheet.oddFooter)
    assert sheet_of(book, "plan.sizing.steps").print_title_rows == "$3:$3"
    columns = [f"column{at}" for at in range(12)]
    wide = one_table(data, tmp_path / "x.xlsx", [["一" * 20] * 12], columns, {})
    assert wide.page_setup.fitToWidth == 3 and wide.print_title_rows == "$3:$3" and wide.freeze_panes == "B4"


def test_cards_say_what_they_rest_on(book, found):
    rows = list(book[CARDS].iter_rows(min_row=4, values_only=True))
    assert [row[0] for row in rows] == [f"plan.sizing.{name}" for name in ANSWERS]
    for row, card in zip(rows, found.cards.values(), strict=True):
        assert row[3] == card["value"] and row[7] == card["n"]
        assert row[1:3] == (card["label"]["zh"], card["label"]["en"])
        assert (
            row[8] == ("意见 · opinion" if card["opinion"] else None)
            and row[9] == f"salesmgmt.{card['method']}"
        )
        assert row[10:] == (card["formula"]["zh"], card["formula"]["en"])


def test_only_what_drives_the_formulas_is_shaded(book, data):
    rows = list(book[ASSUMPTIONS].iter_rows(min_row=5))
    assert [row[2].value for row in rows] == [found.name for found in data.assumptions]
    driving = {(row[2].value, (row[1].value or "").split(" · ")[0]) for row in rows if shaded(row[3])}
    assert ("sizing.working_days", "") in driving and ("sizing.selling_share", "客户经理") in driving
    assert ("sizing.selling_share", "") not in driving  # every role has its own
    assert ("sizing.hours_per_visit", "") not in driving  # every class has its own
    addresses = {f"$D${row[3].row}" for row in rows if shaded(row[3])}
    formulas = [str(cell.value) for row in book[SIZING].iter_rows() for cell in row if cell.data_type == "f"]
    assert {a for f in formulas for a in re.findall(rf"'{ASSUMPTIONS}'!(\$D\$\d+)", f)} == addresses


def test_previews_show_the_report_s_numbers(path, book, found):
    values = openpyxl.load_workbook(path, data_only=True)
    stated = [card["value"] for card in found.cards.values()]
    for sheet in (SIZING, DETAIL):
        cells = [cell for row in book[sheet].iter_rows() for cell in row if cell.data_type == "f"]
        assert len(cells) > 100
        assert [
            c.coordinate for c in cells if not isinstance(values[sheet][c.coordinate].value, (int, float))
        ] == []
    top = list(values[SIZING].iter_rows(min_row=4, max_row=7, min_col=2, max_col=4, values_only=True))
    assert top == [(value, value, 0) for value in stated]


@pytest.fixture(scope="module")
def changed(path, data, tmp_path_factory):
    """The workbook as written, with other assumptions, with other cells on the sheet, and of other kinds of client."""
    folder = tmp_path_factory.mktemp("changed")
    as_is, assumed, edited = (openpyxl.load_workbook(path) for _ in range(3))
    sheet = assumed[ASSUMPTIONS]
    cell_after(sheet, "年工作日", "", column=3).value = 200
    cell_after(sheet, "销售时间占比", "客户经理", column=3).value = 0.5
    cell_after(sheet, "每次路程小时", "交付经理", column=3).value = 2.25
    sheet = edited[SIZING]
    cell_after(sheet, "存量客户", "A", "华东", column=3).value = 60
    cell_after(sheet, "客户经理", "待拓展客户", "B", column=3).value = 9
    cell_after(sheet, "交付经理", "存量客户", "A", column=4).value = 4
    cell_after(sheet, "方案模板库", column=5).value = 0.7
    cell_after(sheet, "政务热线拓展", column=5).value = 2.5
    books = {"as_is": as_is, "assumed": assumed, "edited": edited}
    for name, found in others(data, folder).items():
        books[name] = openpyxl.load_workbook(write(folder / "other.xlsx", data=found[0], found=found[1]))
    return recalculated(books, folder)


def others(data, folder):
    """A client with one number for everybody; one whose coverage states no hours, and a role without visits."""
    customers, coverage = data["customers"], data["coverage"]
    given = load(
        data.folder, overrides={"sizing.visits_per_rep": 180, "sizing.account_manager.visits_per_rep": 240}
    )
    untimed = coverage.assign(hours_per_visit=float("nan"))
    untimed.loc[untimed["role"] == "product_manager", ["visits_per_year", "low", "high"]] = 0.0
    none = data["adjustments"].iloc[:0]
    return {
        "given": (given, sized_findings(given, customers, coverage, data["adjustments"])),
        "untimed": (data, sized_findings(data, customers.assign(region=""), untimed, none)),
    }


def cells_of(book, sheet):
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_recalculation_gives_our_numbers_in_every_cell(changed, path, found):
    values = openpyxl.load_workbook(path, data_only=True)
    assert answers_of(changed["as_is"]) == pytest.approx(
        {name: card["value"] for name, card in zip(ANSWERS, found.cards.values(), strict=True)}, rel=1e-12
    )
    for sheet in (SIZING, DETAIL):
        for at, row in enumerate(cells_of(changed["as_is"], sheet), start=1):
            for column, value in enumerate(row, start=1):
                cached = values[sheet].cell(at, column).value
                if isinstance(cached, (int, float)):
                    assert value == pytest.approx(cached, rel=1e-12, abs=1e-9), (sheet, at, column)


def test_changed_assumptions_give_what_the_method_gives(changed, data, inputs):
    told = {
        "sizing.working_days": 200, "sizing.account_manager.selling_share": 0.5,
        "sizing.delivery_manager.travel_hours_per_visit": 2.25,
    }  # fmt: skip
    _, expected = size(load(data.folder, overrides=told), *inputs)
    assert answers_of(changed["assumed"]) == pytest.approx(expected, rel=1e-12)
    assert expected["headcount"] != size(data, *inputs)[1]["headcount"]


def test_changed_cells_give_what_the_method_gives(changed, data, inputs):
    customers, coverage, adjustments = (frame.copy() for frame in inputs)
    tiers = sizing.tiered(customers)
    more = tiers[(tiers["status"] == "existing") & (tiers["tier"] == "A") & (tiers["region"] == "华东")]
    extra = [more.iloc[[0]].assign(customer_id=f"new{at}") for at in range(60 - len(more))]
    customers = pd.concat([customers, *extra], ignore_index=True)
    team = sizing.five_steps(customers, coverage, visits_per_rep=data.capacity())
    rows = team.frequencies
    wider = (rows["role"] == "account_manager") & (rows["status"] == "prospect") & (rows["tier"] == "B")
    longer = (rows["role"] == "delivery_manager") & (rows["status"] == "existing") & (rows["tier"] == "A")
    rows["visits_per_year"] = rows["visits_per_year"].mask(wider, 9.0)
    rows["hours_per_visit"] = rows["hours_per_visit"].mask(longer, 4.0)
    rows["visits"] = rows["customers"] * rows["visits_per_year"]
    cells = sizing.cells(rows, data.capacity())
    value = adjustments.set_index("adjustment")["value"]
    value["方案模板库"], value["政务热线拓展"] = 0.7, 2.5
    adjustments["value"] = value.to_numpy()
    got = answers_of(changed["edited"])
    assert got["visits"] == pytest.approx(sizing.total_visits(rows), rel=1e-12)
    assert got["reps"] == pytest.approx(cells["reps"].sum(), rel=1e-12)
    assert got["headcount"] == sizing.adjust(cells, adjustments)


@pytest.mark.parametrize("client", ["given", "untimed"])
def test_other_clients_recalculate_to_their_own_numbers(changed, client):
    rows = cells_of(changed[client], SIZING)
    assert [row[1] for row in rows[3:7]] == pytest.approx([row[2] for row in rows[3:7]], rel=1e-12)
    assert rows[6][1] > 10
    checks = differences(rows) + differences(cells_of(changed[client], DETAIL))
    assert set(checks) == {0.0} and len(checks) > 30


def differences(rows):
    """Values under the headers "difference", each down to the next free row."""
    found, column = [], None
    for row in rows:
        if not any(row):
            column = None
        elif "差额\nDifference" in row:
            column = row.index("差额\nDifference")
        elif column is not None and row[column] != "":
            found.append(row[column])
    return found


def test_a_run_without_sizing_has_no_formulas_and_shades_nothing(data, tmp_path):
    book = openpyxl.load_workbook(write(tmp_path / "x.xlsx", data=data, found=table([["x", 1]])))
    assert book.sheetnames == [CONTENTS, CARDS, ASSUMPTIONS, "状态与合同不符的客户 Customers…"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" or shaded(cell) for cell in cells)


def test_hostile_text_stays_text_everywhere(data, inputs, tmp_path):
    customers, coverage, adjustments = (frame.copy() for frame in inputs)
    customers["tier"] = customers["tier"].replace({"A": "=1+1"})
    coverage["tier"] = coverage["tier"].replace({"A": "=1+1"})
    customers["region"] = customers["region"].replace({"华南": "@SUM(A1)*?"})
    adjustments["scope"] = adjustments["scope"].replace({"华南": "@SUM(A1)*?"})
    adjustments["adjustment"] = ['=HYPERLINK("http://evil.example")', "+1", "-1", "'x'!A1"]
    found = sized_findings(data, customers, coverage, adjustments)
    found.tables.update(table([[text, text] for text in HOSTILE]).tables)
    book = openpyxl.load_workbook(write(tmp_path / "x.xlsx", data=data, found=found))
    assert [
        [c.value for c in row] for row in sheet_of(book, "plan.sizing.doubtful").iter_rows(min_row=4)
    ] == [[text, text] for text in HOSTILE]
    ours = re.compile(r"=(?:SUM|ROUND|IF|-INT|\$[A-Z]+\$\d+|'[^'!]+'!\$)")
    for sheet in book:
        formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert [f for f in formulas if not ours.match(f) or "evil" in f or "@" in f] == []
        assert all(link.location and not link.target for link in links_of(sheet))
        if sheet.title not in (SIZING, DETAIL):
            assert formulas == []
    assert book[SIZING]["A4"].number_format == "@"


def test_text_that_no_workbook_can_hold_is_made_plain(data, tmp_path):
    bad = ["a\x00b\x0bc", "\ud800", "\uffff", "r\r\nn", "😀" * 20_000, "ok"]
    book = openpyxl.load_workbook(write(tmp_path / "x.xlsx", data=data, found=table([[t, 1.5] for t in bad])))
    shown = [row[0] for row in sheet_of(book, "plan.sizing.doubtful").iter_rows(min_row=4, values_only=True)]
    assert shown[:4] == ["a\ufffdb\ufffdc", "\ufffd", "\ufffd", "r\nn"] and shown[5] == "ok"
    assert len(shown[4].encode("utf-16-le")) // 2 <= 32_767 and shown[4].endswith("😀…")
    assert clean("短") == "短"


def test_the_same_run_gives_the_same_bytes(path, data, found, tmp_path):
    again = write(tmp_path / "again.xlsx", data=data, found=found)
    assert again.read_bytes() == path.read_bytes()


def test_a_published_run_holds_it_outside_what_is_handed_out(made):
    assert [p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*.xlsx")] == ["report.xlsx"]
    assert "report.xlsx" in json.loads((made.folder / "run.json").read_text("utf-8"))["files"]
    book = openpyxl.load_workbook(made.folder / "report.xlsx")
    assert sheet_of(book, "allocation.visits.people").max_row > 3
    text = {cell.value for row in sheet_of(book, "plan.sizing.doubtful").iter_rows() for cell in row}
    assert ("<script>alert(1)</script>" in text and "状态\nStatus" in text) or "客户状态\nStatus" in text
