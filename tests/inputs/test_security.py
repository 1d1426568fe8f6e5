"""An engagement mailed by a stranger: its SQL and its files reach nothing but its folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from salesmgmt.inputs import load

ONLY = ["customers.csv"]
ROW = "'C1' as customer_id, 'x' as customer, 'existing' as status"

HOSTILE = {
    "read a file": "select content as customer_id, 'x' as customer, 'existing' as status from read_text('/etc/passwd')",
    "read a file by name": f"select {ROW} from '/etc/passwd'",
    "read a file as bytes": f"select {ROW} from read_blob('/etc/hostname')",
    "read as csv": f"select {ROW} from read_csv('/etc/passwd', header=false)",
    "climb out": f"select {ROW} from read_text('../secret.txt')",
    "climb out further down": f"select {ROW} from read_text('crm/../../secret.txt')",
    "follow a link": f"select {ROW} from read_text('link.txt')",
    "follow a linked folder": f"select {ROW} from read_text('linked/secret.txt')",
    "list a folder": f"select {ROW} from glob('/etc/*') where file is not null having count(*) > 0",
    "list above": f"select {ROW} from glob('../*')",
    "environment": f"select {ROW} from read_text('/proc/self/environ')",
    "write": "copy (select 1) to 'out.csv'",
    "write elsewhere": "copy (select 1) to '/tmp/out.csv'",
    "attach": "attach 'other.db'",
    "attach inside": "attach '/tmp/other.db' as other",
    "install": "install httpfs",
    "load": "load httpfs",
    "fetch": f"select {ROW} from read_csv('https://example.invalid/a.csv')",
    "two statements": f"select {ROW}; select {ROW}",
    "two statements, one after a comment": f"select {ROW}; -- more\ndrop schema ours",
    "leave the parenthesis": f"select {ROW}) ; drop schema ours; --",
    "set": "set enable_external_access = true",
    "pragma": "pragma enable_profiling",
    "call": "call pragma_version()",
    "create": "create table customers as select 1",
    "insert by with": "with a as (select 1) insert into b select * from a",
    "a Python variable": "select * from data",
    "explain": f"explain select {ROW}",
    "nothing": " ",
    "a comment": "-- only",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_sql_is_refused(case, write, problems, tmp_path_factory):
    data = {"customer_id": ["C1"]}  # what a query might reach for in Python
    folder = tmp_path_factory.mktemp("mailed") / "client"
    (folder / "crm").mkdir(parents=True)
    secret = folder.parent / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    (folder / "link.txt").symlink_to(secret)
    (folder / "linked").symlink_to(folder.parent)
    toml = f"[tables]\ncustomers = {{ sql = {json.dumps(HOSTILE[case])} }}\n"
    text = write(toml=toml, only=[]).joinpath("engagement.toml").read_text(encoding="utf-8")
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    found = problems(folder)
    assert {problem.id for problem in found} <= {"inputs.sql_failed", "inputs.not_one_select"}
    assert "secret" not in str(found[0].fields).replace("secret.txt", "")
    assert sorted(path.name for path in folder.iterdir()) == before
    assert data


def test_a_harmless_query_of_the_same_shape_runs(write):
    toml = f"[tables]\ncustomers = {{ sql = {json.dumps(f'select {ROW}; -- one statement')} }}\n"
    assert load(write(toml=toml, only=[]))["customers"]["customer_id"].tolist() == ["C1"]


@pytest.mark.parametrize("target", ["file", "folder"])
def test_a_linked_table_is_refused(target, write, problems, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "hr.csv").write_text("staff_id,name,role\nS1,x,AM\n", encoding="utf-8")
    folder = write(only=ONLY)
    if target == "file":
        (folder / "staff.csv").symlink_to(outside / "hr.csv")
    else:
        (folder / "hr").symlink_to(outside)
        write(toml='[tables]\nstaff = "hr/hr.csv"\n', only=ONLY)
    assert [problem.id for problem in problems(folder)] == ["inputs.outside"]


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_folders_the_operator_allows(way, write, tmp_path_factory, monkeypatch):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "hr.csv").write_text("staff_id,name,role\nS1,x,AM\n", encoding="utf-8")
    query = f"select * from read_csv('{outside / 'hr.csv'}')"
    folder = write(toml=f'[tables]\nstaff = {{ sql = "{query}" }}\n', only=ONLY)
    if way == "environment":
        monkeypatch.setenv("SALESMGMT_ALLOW", os.pathsep.join(["/nowhere", str(outside)]))
    assert len(load(folder, allow=[outside] if way == "argument" else [])["staff"]) == 1


def test_the_current_folder_is_as_before(write, monkeypatch):
    here = Path.cwd()
    toml = '[tables]\nstaff = { sql = "select * from nothing" }\n'
    folder = write(toml=toml, only=ONLY)
    with pytest.raises(ValueError, match="problems in the inputs"):
        load(folder)
    assert Path.cwd() == here


def test_names_with_quotes_are_data(write):
    text = 'customer_id,customer,status,"a"";drop schema ours;--",客户\'; drop\nC1,"O\'Brien ""x""",existing,1,2\n'
    folder = write({"customers.csv": text}, only=[])
    assert load(folder)["customers"].loc[0, "customer"] == 'O\'Brien "x"'


def test_a_folder_with_a_quote_in_its_name(write, tmp_path):
    folder = tmp_path / "客户's (2027)"
    folder.mkdir()
    for path in write(only=ONLY).glob("*.*"):
        path.rename(folder / path.name)
    assert len(load(folder)["customers"]) == 4
