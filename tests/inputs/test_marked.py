"""problems.xlsx: every problem in a list, the client's own sheets beside it with the cells in question marked."""

from __future__ import annotations

import openpyxl
import pytest

from salesmgmt.errors import InputError
from salesmgmt.inputs import input_words, load, problems_file, write_problems

HEAD = ["客户编号", "客户名称", "客户状态", "年潜力"]
ROWS = [
    ["C1", '=HYPERLINK("http://x")', "潜在", 5],
    ["C2", "乙", "存量客户", "很多"],
    ["C3", "+1", "存量客户", 7.5],
]


@pytest.fixture
def refused(write):
    """What loading a workbook and a GBK file raises, and the files' bytes before."""
    folder = write({"staff.csv": "工号;姓名;角色\nS1;王;船长\n".encode("gbk")}, only=[])
    book = openpyxl.Workbook()
    book.active.title = "客户台账"
    for row in [["2027 年"], HEAD, *ROWS]:
        book.active.append(row)
    for cell in book.active["B"]:
        cell.data_type = "s" if cell.value else cell.data_type
    book.save(folder / "客户.xlsx")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match="problems in the inputs") as caught:
        load(folder)
    return folder, caught.value, before


@pytest.mark.parametrize(
    ("language", "overview", "sheet"), [("zh", "问题清单", "客户"), ("en", "Problems", "customers")]
)
def test_cells_are_marked_and_commented_in_a_copy(refused, language, overview, sheet):
    folder, error, before = refused
    path = write_problems(error.problems, folder / "problems.xlsx", input_words(language), error.origins)
    book = openpyxl.load_workbook(path)
    listed = list(book[overview].values)
    assert len(listed) == 1 + len(error.problems) == 4
    copy = book[sheet]
    assert [[cell.value for cell in row] for row in copy.iter_rows(min_row=2, max_row=5)] == [HEAD, *ROWS]
    assert copy["B3"].data_type == "s" and copy["D5"].value == 7.5
    marked = [cell.coordinate for row in copy.iter_rows() for cell in row if cell.comment]
    assert marked == ["C3", "D4"]
    assert copy["C3"].fill.fgColor.rgb == "FFF4B6A6" and "潜在" in copy["C3"].comment.text
    assert copy["C4"].fill.fgColor.rgb != "FFF4B6A6"
    people = book[input_words(language).table("staff")]
    assert [cell.value for cell in people[2]] == ["S1", "王", "船长"] and "船长" in people["C2"].comment.text
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_a_long_sheet_is_copied_where_there_is_something_to_see(write):
    rows = "".join(f"C{n},客户{n},{'??' if n == 7000 else '存量客户'}\n" for n in range(1, 8001))
    folder = write({"customers.csv": "客户编号,客户名称,客户状态\n" + rows}, only=[])
    with pytest.raises(InputError, match="1 problems") as caught:
        load(folder)
    path = write_problems(
        caught.value.problems, folder / "problems.xlsx", input_words("zh"), caught.value.origins
    )
    copy = openpyxl.load_workbook(path)["客户"]
    assert copy["C7001"].comment is not None and copy["A1"].value == "客户编号"
    assert copy["A5000"].value is None


def test_a_file_of_the_clients_own_is_never_replaced(refused, tmp_path):
    folder, error, _ = refused
    own = openpyxl.Workbook()
    own.save(folder / "problems.xlsx")
    before = (folder / "problems.xlsx").read_bytes()
    assert problems_file(folder).name == "problems-2.xlsx"
    write_problems(error.problems, problems_file(folder), input_words("zh"))
    assert problems_file(folder).name == "problems-2.xlsx"
    assert (folder / "problems.xlsx").read_bytes() == before
