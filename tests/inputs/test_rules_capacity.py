"""Work of roles, absences and the settings of capacity: what stops a run, and what deserves a look."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import describe, load

STAFF = "staff_id,name,role\nS1,甲,account_manager\n"
WORK = "work,role,hours_per_customer,hours_per_opportunity,hours_fixed\n"
AWAY = "staff_id,from_on,to_on\n"
ONLY = ["customers.csv"]


def client(write, **tables):
    files = {f"{name}.csv": text for name, text in tables.items()}
    return write({"staff.csv": STAFF, **files}, only=ONLY)


@pytest.mark.parametrize(
    ("tables", "named"),
    [
        ({"role_work": WORK + "bids,janitor,1,,\n"}, "janitor"),
        ({"role_work": WORK + "bids,product_manager,-1,,\n"}, "-1"),
        ({"role_work": WORK + "bids,product_manager,1,,\nbids,product_manager,2,,\n"}, "bids"),
        ({"absences": AWAY + "S1,2027-06-30,2027-06-01\n"}, "2027-06-01"),
        ({"absences": AWAY + "S9,2027-06-01,2027-06-30\n"}, "S9"),
        ({"absences": AWAY + "S1,2027-06-01,\n"}, "to_on"),
    ],
)
def test_what_cannot_be_meant_stops_the_run(write, problems, said, tables, named):
    found = said(problems(client(write, **tables)), "en")
    assert any(named in line for line in found)


def warned(data, id):
    return [describe(warning, data.words("en")) for warning in data.warnings if warning.id == id]


def test_work_without_hours_and_absences_that_overlap_are_warned_about(write):
    away = AWAY + "S1,2027-06-01,2027-06-30\nS1,2027-06-15,2027-07-15\nS1,2027-08-01,2027-08-02\n"
    data = load(client(write, role_work=WORK + "bids,product_manager,,,\n", absences=away))
    assert "1 pieces of work state no hours" in warned(data, "inputs.work_without_hours")[0]
    assert "1 absences overlap" in warned(data, "inputs.absences_overlap")[0]
