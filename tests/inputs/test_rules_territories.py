"""Owners, locks and the settings of territories: what stops a run, and what deserves a look."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import describe, load

STAFF = """staff_id,name,role,left_on
S1,甲,account_manager,
S2,乙,account_manager,2026-06-30
S3,丙,account_product_manager,
S4,丁,delivery_manager,
"""
SPELLS = "customer_id,staff_id,from_on,to_on,part,locked\n"
ONLY = ["customers.csv"]


def client(write, *rows):
    return write(
        {"staff.csv": STAFF, "assignments.csv": SPELLS + "".join(f"{row}\n" for row in rows)}, only=ONLY
    )


def test_a_lock_to_somebody_who_left_stops_the_run(write, problems, said):
    found = problems(client(write, "C1,S2,2024-01-01,,owner,是"))
    assert any("客户「C1」锁定给「S2」,但此人已于 2026-06-30 离职。" in line for line in said(found, "zh"))
    assert any(
        "Customer “C1” is locked to “S2”, who left on 2026-06-30." in line for line in said(found, "en")
    )


def warned(data, id):
    return [describe(warning, data.words("en")) for warning in data.warnings if warning.id == id]


def test_an_owner_who_left_is_warned_about_unless_the_spell_has_ended(write):
    data = load(client(write, "C1,S2,2024-01-01,,owner,", "C2,S2,2024-01-01,2026-06-30,owner,是"))
    assert warned(data, "inputs.owner_left") == [
        "1 customers belong to somebody who has left: C1. They count as without an owner."
    ]


def test_two_account_managers_of_one_customer_are_warned_about(write):
    data = load(
        client(
            write,
            "C1,S1,2024-01-01,,owner,",
            "C1,S3,2025-01-01,,owner,",
            "C1,S4,2025-01-01,,owner,",
            "C2,S1,2024-01-01,,owner,",
            "C2,S3,2024-01-01,,backup,",
        )
    )
    assert warned(data, "inputs.two_owners") == [
        "1 customers have two account managers as owners at once: C1. The one who began last counts."
    ]


def test_settings_have_a_default_where_one_is_fair(write):
    data = load(write(only=ONLY))
    names = ("tolerance", "max_handovers", "max_revenue_moved")
    assert [data.value(f"territories.{name}") for name in names] == [None, 5, None]


@pytest.mark.parametrize(
    ("key", "value"),
    [("tolerance", 1.2), ("tolerance", -0.1), ("max_handovers", -1), ("max_revenue_moved", 1.5)],
)
def test_settings_out_of_bounds_stop_the_run(key, value, write, problems, said):
    from salesmgmt.errors import InputError

    with pytest.raises(InputError, match="1 problems") as refused:
        load(write(only=ONLY), overrides={f"territories.{key}": value})
    assert refused.value.problems[0].column == f"territories.{key}"
