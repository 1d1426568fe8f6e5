"""Row numbers as a person counts them, lines that do not fit, and many bad rows."""

from __future__ import annotations

import pandas as pd

from salesmgmt.inputs import format_problems, input_words, load, write_problems

ONLY = ["customers.csv"]


def test_blank_lines_count_and_quoted_line_breaks_do_not(write, problems):
    text = 'customer_id,customer,status\nC1,"甲\n\n公司",??\n\nC2,乙,existing\n,,\nC3,"丙,丁",??\n'
    found = problems(write({"customers.csv": text}, only=ONLY))
    assert [(problem.row, problem.fields["value"]) for problem in found] == [(2, "??"), (6, "??")]


def test_lines_before_the_header_count(write, problems):
    found = problems(write({"customers.csv": "\n\ncustomer_id,customer,status\nC1,甲,??\n"}, only=ONLY))
    assert [problem.row for problem in found] == [4]


def test_ragged_lines_are_named_never_dropped(write, problems, said):
    text = "customer_id,customer,status\nC1,甲,existing\nC2,乙,丙,existing\n\nC3,丁\n   \n"
    found = problems(write({"customers.csv": text}, only=ONLY))
    assert said(found, "zh") == [
        "客户 customers · customers.csv 第 3 行 | 有 4 个字段,表头只有 3 列。内容里的逗号要用双引号括起来。",
        "客户 customers · customers.csv 第 5 行 | 只有 2 个字段,表头有 3 列。空白单元格也要保留逗号。",
    ]
    assert said(found, "en")[1].endswith(
        "has only 2 fields, but the header has 3 columns. An empty cell still needs its comma."
    )


def test_a_line_of_spaces_is_blank(write):
    text = "customer_id,customer,status\nC1,甲,existing\n   \nC2,乙,existing\n"
    assert load(write({"customers.csv": text}, only=ONLY))["customers"]["customer_id"].tolist() == [
        "C1",
        "C2",
    ]


def test_rows_of_a_large_file_keep_their_numbers(write, problems):
    rows = [f"C{n},客户{n},{'??' if n % 50_000 == 0 else 'existing'}" for n in range(1, 150_001)]
    found = problems(write({"customers.csv": "customer_id,customer,status\n" + "\n".join(rows)}, only=ONLY))
    assert [problem.row for problem in found] == [50_001, 100_001, 150_001]


def test_ten_thousand_bad_rows_are_all_kept(write, problems, tmp_path):
    rows = "".join(f"C{n},客户{n},潜在,=A{n}\n" for n in range(10_000))
    folder = write({"customers.csv": "customer_id,customer,status,potential\n" + rows}, only=ONLY)
    found = problems(folder)
    words = input_words("zh")
    path = write_problems(found, tmp_path / "problems.xlsx", words)
    lines = format_problems(found, words)
    assert len(found) == 20_000
    assert len(lines) == 21
    written = pd.read_excel(path, engine="calamine")
    assert len(written) == 20_000
    assert written["行"][0] == 2
    assert set(written.loc[written["列"] == "potential", "来值"]) == {f"=A{n}" for n in range(10_000)}


def test_rows_beyond_the_limit_are_counted(write, problems, monkeypatch, said):
    monkeypatch.setattr("salesmgmt.inputs.validate.MOST_ROWS", 3)
    rows = "".join(f"C{n},客户{n},潜在\n" for n in range(10))
    found = problems(write({"customers.csv": "customer_id,customer,status\n" + rows}, only=ONLY))
    assert len(found) == 4
    assert any("另有 7 行有同样的问题。" in line for line in said(found, "zh"))


def test_sql_results_are_numbered_as_they_come(write, problems):
    toml = "[tables]\ncustomers = { sql = \"select * from (values ('C1', '甲', 'existing'), ('C2', '乙', 'x')) t(customer_id, customer, status)\" }\n"
    found = problems(write(toml=toml, only=[]))
    assert [(problem.file, problem.row) for problem in found] == [("SQL", 2)]


def test_windows_line_ends_with_breaks_in_cells(write):
    text = 'customer_id,customer,status\r\nC1,"甲\n公司",existing\r\nC2,乙,existing\r\n'
    folder = write({"customers.csv": text.encode()}, only=[])
    assert load(folder)["customers"]["customer"].tolist() == ["甲\n公司", "乙"]


def test_mixed_line_ends_are_read(write):
    text = "customer_id,customer,status\r\nC1,甲,existing\nC2,乙,existing\r\n"
    data = load(write({"customers.csv": text.encode()}, only=[]))
    assert data["customers"]["customer"].tolist() == ["甲", "乙"]
