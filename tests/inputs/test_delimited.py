"""Delimited text as it comes: encodings, delimiters, lines above the header, rows that are no data."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import load

TEXT = '客户编号,客户名称,客户状态,年潜力\nC1,甲公司,存量客户,5000\nC2,乙公司,待拓展客户,"1,280"\n'


def notes_of(data):
    return [(note.id.removeprefix("inputs.read."), note.column, dict(note.fields)) for note in data.notes if note.id.startswith("inputs.read.")]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", ""), ("utf-8-sig", ""), ("gb18030", "GB18030"), ("gbk", "GB18030"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16-LE"), ("utf-16-be", "UTF-16-BE")],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(encoding, delimiter, told, write):
    lines = [line.replace(",", delimiter) for line in TEXT.replace('"1,280"', "1280").splitlines()]
    data = load(write({"customers.csv": "\n".join(lines).encode(encoding)}, only=[]))
    assert data["customers"][["customer", "potential"]].values.tolist() == [
        ["甲公司", 5000.0],
        ["乙公司", 1280.0],
    ]
    notes = {id: fields for id, _, fields in notes_of(data)}
    assert notes.get("encoding", {}).get("encoding", "") == told
    assert ("delimiter" in notes) == (delimiter != ",")


def test_gbk_far_down_a_long_file(write):
    body = "".join(f"C{n},x,existing\n" for n in range(40_000)) + "C,王立,existing\n"
    data = load(write({"customers.csv": ("customer_id,customer,status\n" + body).encode("gbk")}, only=[]))
    assert data["customers"]["customer"].iloc[-1] == "王立"


@pytest.mark.parametrize(
    "broken", [b"C9,Jos\xe9n,existing\n", b"C9,Jos\xe9,existing\n", b"C9,\xff\xfe,existing\n"]
)
def test_bytes_that_are_no_chinese_are_refused_with_their_row(broken, write, problems):
    found = problems(
        write({"customers.csv": b"customer_id,customer,status\nC1,x,existing\n" + broken}, only=[])
    )
    assert [(problem.id, problem.row) for problem in found] == [("inputs.no_encoding", 3)]


def test_utf8_with_one_broken_byte_is_not_taken_for_gbk(write, problems):
    text = "customer_id,customer,status\n" + "".join(f"C{n},甲乙丙丁公司,existing\n" for n in range(9))
    cut = text.encode()[:-14] + b"\xff" + text.encode()[-13:]
    assert problems(write({"customers.csv": cut}, only=[]))[0].id == "inputs.no_encoding"


def test_lines_above_the_header_and_their_unit(write):
    text = "2027 年客户台账,,,\n单位:万元,,,\n" + TEXT
    data = load(write({"customers.csv": text}, only=[]))
    assert data["customers"]["potential"].tolist() == [5e7, 1.28e7]
    assert ("header_row", "", {"row": 3}) in notes_of(data)
    assert ("column_unit", "potential", {"count": 2, "unit": "万元"}) in notes_of(data)


def test_rows_keep_their_numbers_below_lines_above_the_header(write, problems):
    text = "台账,,,\n\n" + TEXT + "C3,丙,潜在,\n"
    assert [(problem.row, problem.cell) for problem in problems(write({"customers.csv": text}, only=[]))] == [
        (6, "C6")
    ]


def test_totals_and_a_header_among_the_rows_are_left_out(write):
    text = TEXT + "小计,,,6280\n客户编号,客户名称,客户状态,年潜力\nC3,丙,流失,7\n总计:,,,6287\n"
    data = load(write({"customers.csv": text}, only=[]))
    assert data["customers"]["customer_id"].tolist() == ["C1", "C2", "C3"]
    assert ("total", "", {"count": 2, "rows": "4, 7"}) in notes_of(data)
    assert ("header", "", {"count": 1, "rows": "5"}) in notes_of(data)


@pytest.mark.parametrize("name", ["合计", "合计科技有限公司", "统计局", "Total Wine", "小计算机公司"])
def test_a_customer_whose_name_looks_like_a_total_stays(name, write):
    data = load(write({"customers.csv": TEXT + f"C3,{name},流失,1\n"}, only=[]))
    assert data["customers"]["customer"].tolist()[-1] == name


@pytest.mark.parametrize("end", ["\r\n", "\r", "\r\r\n"])
def test_line_ends(end, write):
    data = load(write({"customers.csv": TEXT.replace("\n", end).encode()}, only=[]))
    assert data["customers"]["customer_id"].tolist() == ["C1", "C2"]


def test_a_million_characters_in_a_cell_are_shown_short(write, problems):
    text = "customer_id,customer,status,potential\nC1,甲,existing," + "9x" * 500_000 + "\n"
    found = problems(write({"customers.csv": text}, only=[]))
    assert len(found) == 1 and len(found[0].fields["value"]) == 80


@pytest.mark.parametrize(
    "name", ["合 计", "总 计:", "合计数", "合计(万元)", "总额", "1月汇总", "华东小计", "Sub-total"]
)
def test_every_spelling_of_a_total_is_left_out(name, write):
    text = "segment,market_size\n银行,5\n保险,7\n" + f"{name},12\n"
    assert load(write({"segments.csv": text}, only=["customers.csv"]))["segments"]["segment"].tolist() == [
        "银行",
        "保险",
    ]


def test_a_total_behind_a_running_number_is_left_out(write):
    text = "revenue_id,month,customer_id,amount\n1,2026-01,C1,5\n2,2026-01,合计,5\n"
    assert load(write({"revenue.csv": text}, only=["customers.csv"]))["revenue"]["amount"].sum() == 5


def test_a_groups_name_alone_and_rows_without_data_are_left_out(write):
    text = "序号,客户编号,客户名称,客户状态\n华东区,,,\n1,C1,甲,存量客户\n2,C2,乙,潜在客户\n3,,,\n4,,,\n"
    data = load(write({"customers.csv": text}, only=[]))
    assert data["customers"]["customer_id"].tolist() == ["C1", "C2"]
    assert ("group", "", {"count": 1, "rows": "2"}) in notes_of(data)
    assert ("further", "", {"count": 1, "columns": "序号"}) in notes_of(data)


def test_ids_that_programs_guard_against_spreadsheets(write):
    data = load(
        write(
            {"customers.csv": 'customer_id,customer,status\n="001",甲,existing\n="002",乙,existing\n'},
            only=[],
        )
    )
    assert data["customers"]["customer_id"].tolist() == ["001", "002"]


def test_ids_that_lost_their_last_digits_are_refused(write, problems):
    found = problems(
        write({"customers.csv": "customer_id,customer,status\n9.13100001234568e+17,甲,existing\n"}, only=[])
    )
    assert [(problem.id, problem.row) for problem in found] == [("inputs.id_lost", 2)]


def test_files_that_no_table_reads_are_told(write):
    data = load(write({"2026年收入明细.csv": "a\n1\n"}, only=["customers.csv"]))
    assert ("unused_files", "", {"count": 1, "files": "2026年收入明细.csv"}) in notes_of(data)
