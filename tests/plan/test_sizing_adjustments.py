"""Adjustments: factors on the cells they name, heads on top, rounded up once."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt.plan import sizing

CELLS = pd.DataFrame(
    {
        "role": ["account_manager", "account_manager", "product_manager"],
        "region": ["East", "South", "East"],
        "visits": [2000.0, 1000.0, 400.0],
        "reps": [10.0, 5.0, 2.0],
    }
)
ADJUSTMENTS = pd.DataFrame(
    {
        "adjustment": ["A1", "A2", "A3", "A4", "A5"],
        "cause": ["key_accounts", "roles", "territory", "strategy", "other"],
        "scope": ["South", "product_manager", "East", "", ""],
        "kind": ["heads", "factor", "factor", "factor", "heads"],
        "value": [1.0, 1.5, 1.1, 0.9, 2.0],
        "reason": ["r1", "r2", "r3", "r4", "r5"],
    }
)
NONE = ADJUSTMENTS[:0]
UNROUNDED = (10 * 1.1 + 5 + 2 * 1.5 * 1.1) * 0.9 + 3


def test_headcount_is_rounded_up_once_at_the_end():
    assert sizing.adjust(CELLS, ADJUSTMENTS) == 21 == -(-UNROUNDED // 1)
    thirds = CELLS.assign(reps=[0.4, 0.4, 0.2])
    assert sizing.adjust(thirds, NONE) == 1


@pytest.mark.parametrize(
    ("reps", "headcount"), [(60.0, 60), (60.0000000001, 60), (60.001, 61), (0.0, 0), (0.2, 1)]
)
def test_a_sliver_of_a_person_is_not_rounded_up(reps, headcount):
    assert sizing.adjust(reps, NONE) == headcount
    assert isinstance(sizing.adjust(reps, NONE), int)


def test_steps_lead_from_the_computed_people_to_the_headcount():
    steps = sizing.adjustment_steps(CELLS, ADJUSTMENTS)
    assert steps["adjustment"].tolist() == ["A2", "A3", "A4", "A1", "A5"]
    assert steps["change"].tolist() == pytest.approx([1.0, 1.3, -1.93, 1.0, 2.0])
    assert steps["before"].iloc[0] == CELLS["reps"].sum()
    assert steps["before"].iloc[1:].tolist() == pytest.approx(steps["after"].iloc[:-1].tolist())
    assert steps["after"].iloc[-1] == pytest.approx(UNROUNDED)
    assert steps["reason"].tolist() == ["r2", "r3", "r4", "r1", "r5"]


def test_cells_after_adjustments_add_up_to_the_headcount_before_rounding():
    cells = sizing.adjusted_cells(CELLS, ADJUSTMENTS)
    assert cells[["role", "region"]].to_numpy().tolist() == [
        *CELLS[["role", "region"]].to_numpy().tolist(),
        ["", ""],
    ]
    assert cells["reps"].tolist() == pytest.approx([9.9, 4.5 + 1, 2.97, 2.0])
    assert cells["reps"].sum() == pytest.approx(UNROUNDED)


def test_scoped_heads_are_shared_in_proportion_or_equally_where_nobody_is():
    heads = pd.DataFrame({"scope": ["East"], "kind": ["heads"], "value": [6.0]})
    assert sizing.adjusted_cells(CELLS, heads)["reps"].tolist() == pytest.approx([15.0, 5.0, 3.0])
    idle = CELLS.assign(reps=[0.0, 5.0, 0.0])
    assert sizing.adjusted_cells(idle, heads)["reps"].tolist() == pytest.approx([3.0, 5.0, 3.0])


def test_no_adjustments_change_nothing():
    assert sizing.adjust(CELLS, NONE) == 17
    assert sizing.adjustment_steps(CELLS, NONE).empty
    pd.testing.assert_frame_equal(sizing.adjusted_cells(CELLS, NONE), CELLS[["role", "region", "reps"]])


def test_order_of_cells_and_of_factors_is_irrelevant_and_inputs_stay():
    cells, adjustments = CELLS.copy(deep=True), ADJUSTMENTS.copy(deep=True)
    assert sizing.adjust(CELLS[::-1], ADJUSTMENTS[::-1]) == sizing.adjust(CELLS, ADJUSTMENTS)
    last = sizing.adjustment_steps(CELLS[::-1], ADJUSTMENTS[::-1])["after"].iloc[-1]
    assert last == pytest.approx(UNROUNDED)
    sizing.adjusted_cells(CELLS, ADJUSTMENTS)
    pd.testing.assert_frame_equal(CELLS, cells)
    pd.testing.assert_frame_equal(ADJUSTMENTS, adjustments)


@pytest.mark.parametrize(
    ("adjustments", "message"),
    [
        (ADJUSTMENTS.drop(columns="kind"), r"adjustments is missing columns \['kind'\]"),
        (
            ADJUSTMENTS.assign(scope=["West", "East", "North", "", ""]),
            r"adjustments.scope has \['North', 'West'\]",
        ),
        (
            ADJUSTMENTS.assign(kind="share"),
            r"adjustments.kind has \['share'\], must be among \['factor', 'heads'\]",
        ),
        (ADJUSTMENTS.assign(value=[1, -1.5, 1, 1, 1]), r"factors == \{'A2': -1.5\}, must be >= 0"),
        (ADJUSTMENTS.assign(value=[1, None, 1, 1, 1]), r"adjustments.value == \{'A2': nan\}, must be finite"),
        (ADJUSTMENTS.assign(value=[-40, 1, 1, 1, 1.0]), r"adjustments leave -22.0 people"),
    ],
)
def test_bad_adjustments_are_named(adjustments, message):
    with pytest.raises(ValueError, match=message):
        sizing.adjust(CELLS, adjustments)


def test_one_number_has_no_scopes():
    with pytest.raises(ValueError, match=r"adjustments.scope has .* must be among \[''\]"):
        sizing.adjust(17.0, ADJUSTMENTS)
    with pytest.raises(TypeError, match=r"reps is a str, must be a DataFrame"):
        sizing.adjust("17", NONE)
    with pytest.raises(ValueError, match=r"reps == .*-1.0.*must be >= 0"):
        sizing.adjust(-1.0, NONE)
