"""The five steps: published examples first, then what must hold for any company."""

from __future__ import annotations

from io import StringIO
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest

from salesmgmt.plan import sizing


def table(csv: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(dedent(csv).strip()), skipinitialspace=True, dtype_backend="numpy_nullable")


def many(counts: dict[tuple[str, str], int], **columns: object) -> pd.DataFrame:
    """One customer per row, so many of each status and tier."""
    rows = [key for key, count in counts.items() for _ in range(count)]
    frame = pd.DataFrame(rows, columns=["status", "tier"]).assign(**columns)
    return frame.assign(customer_id=[f"C{place}" for place in range(len(frame))])


CUSTOMERS = table("""
    customer_id, status,   tier, region, segment, potential
    C1,          existing, A,    East,   bank,    9e6
    C2,          existing, B,    East,   bank,    2e6
    C3,          existing, B,    South,  retail,  1e6
    C4,          prospect, A,    East,   bank,    5e6
    C5,          prospect, B,    South,  retail,  1e6
    C6,          prospect, B,    East,   retail,  1e6
    C7,          lost,     B,    South,  retail,  1e6
    """)
COVERAGE = table("""
    role,            status,   tier, visits_per_year, hours_per_visit
    account_manager, existing, A,    36,              2
    account_manager, existing, ,     12,              1
    account_manager, prospect, ,     6,               1
    product_manager, existing, A,    4,               3
    """)


# --- published examples ----------------------------------------------------------------------------


def test_kotler_60_through_the_steps_and_the_composer(golden):
    """Kotler: 1,000 A × 36 + 2,000 B × 12 visits at 1,000 visits per person make 60 people."""
    case = golden("size-kotler-60")
    a, b = case["inputs"]["classes"]
    customers = many({("existing", "A"): a["n"], ("existing", "B"): b["n"]})
    visits = [a["calls_per_year"], b["calls_per_year"]]
    coverage = pd.DataFrame({"status": "existing", "tier": ["A", "B"], "visits_per_year": visits})
    capacity = case["inputs"]["calls_per_rep"]

    classes = sizing.classify(customers)
    frequencies = sizing.visit_frequency(classes, coverage)
    total = sizing.total_visits(frequencies)
    size = sizing.five_steps(customers, coverage, visits_per_rep=capacity)

    assert total == case["outputs"]["total_calls"] == size.visits == 60_000
    assert sizing.reps_required(total, capacity) == case["outputs"]["reps"] == size.reps == 60
    assert size.steps["visits"].tolist() == [36_000, 24_000]
    assert size.visits_per_rep == 1000


def test_coggle_33_in_hours(golden):
    """24,000 hours of work at 40% of 40 h × 45 weeks: 33.3 people. One visit of one hour = one hour."""
    case = golden("size-coggle-33")
    given = case["inputs"]
    hours = given["hours_per_week"] * given["weeks"]
    one_rep = sizing.visits_per_rep(
        working_days=given["weeks"] * 5,
        hours_per_day=given["hours_per_week"] / 5,
        selling_share=given["selling_hours"] / hours,
        hours_per_visit=1,
    )
    assert one_rep == pytest.approx(given["selling_hours"])
    reps = sizing.reps_required(given["total_workload_hours"], one_rep)
    assert reps == pytest.approx(case["outputs"]["reps_unrounded"], abs=0.05)


def test_scg_14_with_hours_per_class(golden):
    """Still, Cundiff & Govoni: three classes of different length, 11,970 h at 864 h make 13.85, so 14."""
    case = golden("size-scg-14")
    given = case["inputs"]
    customers = many({("existing", c["name"]): c["n"] for c in given["classes"]})
    coverage = pd.DataFrame(
        {
            "status": "existing",
            "tier": [c["name"] for c in given["classes"]],
            "visits_per_year": [c["calls_per_year"] for c in given["classes"]],
            "hours_per_visit": [c["minutes"] / 60 for c in given["classes"]],
        }
    )
    pieces = {"working_days": given["weeks"] * 5, "hours_per_day": given["hours_per_week"] / 5}
    pieces["selling_share"] = given["shares"]["selling"]
    size = sizing.five_steps(customers, coverage, visits_per_rep={"account_manager": pieces})
    hours = size.frequencies["visits"] * size.frequencies["hours_per_visit"]
    assert hours.tolist() == case["outputs"]["class_hours"]
    assert size.reps == pytest.approx(case["outputs"]["total_hours"] / case["outputs"]["selling_hours"])
    assert size.reps == pytest.approx(case["outputs"]["ratio"], abs=0.005)
    assert sizing.adjust(size.reps, pd.DataFrame({"kind": [], "value": []})) == case["outputs"]["reps"]


@pytest.mark.parametrize(
    ("existing", "prospects", "visits", "hours"), [(80, 120, 12, (2, 3)), (7, 0, 50, (1, 5))]
)
def test_existing_and_prospect_formula(existing, prospects, visits, hours):
    """企业管理公式辞典 p. 77 (size-existing-vs-prospect): S = (C1·V·L1 + C2·V·L2) / T, T ≈ 70% of the time."""
    time = 0.7 * 250 * 8
    expected = (existing * visits * hours[0] + prospects * visits * hours[1]) / time
    customers = many({("existing", ""): existing, ("prospect", ""): prospects})
    coverage = pd.DataFrame(
        {"status": ["existing", "prospect"], "visits_per_year": visits, "hours_per_visit": hours}
    )
    pieces = {"working_days": 250, "hours_per_day": 8, "selling_share": 0.7}
    assert sizing.five_steps(customers, coverage, visits_per_rep={"": pieces}).reps == pytest.approx(expected)


# --- step 1 ----------------------------------------------------------------------------------------


def test_classify_lists_every_status_in_order():
    classes = sizing.classify(CUSTOMERS)
    assert classes[["status", "tier", "listed"]].to_numpy().tolist() == [
        ["existing", "A", 1],
        ["existing", "B", 2],
        ["prospect", "A", 1],
        ["prospect", "B", 2],
        ["lost", "B", 1],
    ]
    assert classes["required"].isna().all()
    assert classes["customers"].tolist() == [1.0, 2.0, 1.0, 2.0, 1.0]


def test_classify_without_tiers_is_one_class_per_status():
    classes = sizing.classify(CUSTOMERS[["customer_id", "status"]])
    assert classes[["status", "tier", "listed"]].to_numpy().tolist() == [
        ["existing", "", 3],
        ["prospect", "", 3],
        ["lost", "", 1],
    ]


def test_classify_takes_tiers_from_potential_only_where_none_is_given():
    blank = CUSTOMERS.assign(tier=CUSTOMERS["tier"].mask(CUSTOMERS["customer_id"] != "C7", pd.NA))
    classes = sizing.classify(blank, cutoffs={"B": 1.5e6, "A": 5e6})
    assert classes[["status", "tier", "listed"]].to_numpy().tolist() == [
        ["existing", "A", 1],
        ["existing", "B", 1],
        ["existing", "", 1],
        ["prospect", "A", 1],
        ["prospect", "", 2],
        ["lost", "B", 1],
    ]


TARGETS = table("""
    segment, new_wins, win_rate
    bank,    4,        0.2
    retail,  3,        0.5
    """)


def test_targets_state_what_is_required_beside_what_is_listed():
    compared = sizing.prospects(CUSTOMERS, TARGETS)
    assert compared.to_numpy().tolist() == [["bank", 4, 0.2, 20, 1, 19], ["retail", 3, 0.5, 6, 2, 4]]
    classes = sizing.classify(CUSTOMERS, targets=TARGETS)
    prospects = classes[classes["status"] == "prospect"]
    assert prospects["customers"].tolist() == [1, 2]
    assert prospects["required"].tolist() == pytest.approx([20, 6])
    assert classes.loc[classes["status"] != "prospect", "required"].isna().all()


def test_required_prospects_replace_the_list_when_sized_from_the_target():
    classes = sizing.classify(CUSTOMERS, targets=TARGETS, prospects_from="target", by=("region",))
    found = classes[classes["status"] == "prospect"].set_index(["tier", "region"])["customers"].to_dict()
    assert found == pytest.approx({("A", "East"): 20, ("B", "East"): 3, ("B", "South"): 3})


def test_segment_without_listed_prospects_is_spread_over_all_of_them():
    targets = pd.DataFrame({"segment": ["logistics"], "new_wins": [3], "win_rate": [0.1]})
    classes = sizing.classify(CUSTOMERS, targets=targets, prospects_from="target")
    sized = classes.set_index(["status", "tier"])["customers"]
    assert sized["prospect"].to_dict() == pytest.approx({"A": 10, "B": 20})
    unlisted = CUSTOMERS[CUSTOMERS["status"] != "prospect"]
    classes = sizing.classify(unlisted, targets=targets, prospects_from="target")
    assert classes.loc[
        classes["status"] == "prospect", ["tier", "listed", "customers"]
    ].to_numpy().tolist() == [["", 0, pytest.approx(30)]]


def test_company_target_needs_no_segments_and_untargeted_segments_stay_visible():
    total = pd.DataFrame({"new_wins": [6], "win_rate": [0.25]})
    assert sizing.prospects(CUSTOMERS, total).to_numpy().tolist() == [["", 6, 0.25, 24, 3, 21]]
    compared = sizing.prospects(CUSTOMERS, TARGETS[:1]).set_index("segment")
    assert compared.loc["retail", ["required", "listed", "shortfall"]].tolist() == [0, 2, 0]
    assert compared["listed"].sum() == 3


def test_target_that_wants_nothing_needs_no_win_rate():
    none = pd.DataFrame({"segment": ["bank", "retail"], "new_wins": [0, None], "win_rate": [None, None]})
    assert sizing.prospects(CUSTOMERS, none.astype({"new_wins": "Float64", "win_rate": "Float64"}))[
        "required"
    ].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: sizing.classify(CUSTOMERS.drop(columns="status")),
            r"customers is missing columns \['status'\]",
        ),
        (
            lambda: sizing.classify(CUSTOMERS.assign(status=["won", "new", *CUSTOMERS["status"][2:]])),
            r"customers.status has \['new', 'won'\], must be among \['existing', 'prospect', 'lost'\]",
        ),
        (
            lambda: sizing.classify(pd.concat([CUSTOMERS, CUSTOMERS[:2]])),
            r"more than one row .* \['C1', 'C2'\]",
        ),
        (
            lambda: sizing.classify(CUSTOMERS, prospects_from="crm"),
            r"prospects_from has \['crm'\], must be among",
        ),
        (lambda: sizing.classify(CUSTOMERS, prospects_from="target"), r"targets is None, must be given"),
        (lambda: sizing.classify(CUSTOMERS, by=("city",)), r"customers is missing columns \['city'\]"),
        (
            lambda: sizing.classify(CUSTOMERS, targets=TARGETS.assign(win_rate=[0.0, 1.5])),
            r"targets.win_rate == \{'bank': 0.0, 'retail': 1.5\}, must be > 0 and <= 1",
        ),
        (
            lambda: sizing.classify(CUSTOMERS, targets=TARGETS.assign(new_wins=[-1, 2])),
            r"targets.new_wins == \{'bank': -1.0\}, must be >= 0",
        ),
        (
            lambda: sizing.classify(CUSTOMERS, targets=TARGETS.assign(segment="bank")),
            r"more than one row .*'bank'",
        ),
        (
            lambda: sizing.classify(CUSTOMERS, cutoffs={"A": float("inf")}),
            r"cutoffs\['A'\] == inf, must be finite",
        ),
    ],
)
def test_classify_names_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- steps 2 to 5 ----------------------------------------------------------------------------------


def test_visit_frequency_takes_the_most_specific_row_for_each_role():
    found = sizing.visit_frequency(sizing.classify(CUSTOMERS), COVERAGE)
    assert found[["role", "status", "tier", "visits_per_year", "visits"]].to_numpy().tolist() == [
        ["account_manager", "existing", "A", 36, 36],
        ["account_manager", "existing", "B", 12, 24],
        ["account_manager", "prospect", "A", 6, 6],
        ["account_manager", "prospect", "B", 6, 12],
        ["product_manager", "existing", "A", 4, 4],
    ]
    assert found["hours_per_visit"].tolist() == [2, 1, 1, 1, 3]


def test_lost_customers_are_visited_only_where_a_row_names_them():
    classes = sizing.classify(CUSTOMERS)
    everyone = pd.DataFrame({"visits_per_year": [10]})
    assert "lost" not in set(sizing.visit_frequency(classes, everyone)["status"])
    win_back = pd.DataFrame({"status": ["", "lost"], "visits_per_year": [10, 2]})
    found = sizing.visit_frequency(classes, win_back).set_index("status")
    assert found.loc["lost", ["role", "visits"]].tolist() == ["account_manager", 2]


def test_classes_nobody_visits_are_all_named():
    with pytest.raises(
        ValueError,
        match=r"classes \[\('prospect', 'A'\), \('prospect', 'B'\)\] have customers but no visit frequency",
    ):
        sizing.visit_frequency(sizing.classify(CUSTOMERS), COVERAGE[:2])


@pytest.mark.parametrize(
    ("coverage", "message"),
    [
        (pd.DataFrame({"status": ["existing"]}), r"coverage is missing columns \['visits_per_year'\]"),
        (COVERAGE.assign(role="seller"), r"coverage.role has \['seller'\], must be among"),
        (COVERAGE.assign(status="won"), r"coverage.status has \['won'\]"),
        (
            COVERAGE.assign(visits_per_year=[36, -1, 6, -2]),
            r"coverage.visits_per_year == .*-1.*-2.*must be >= 0",
        ),
        (pd.concat([COVERAGE, COVERAGE[:1]]), r"coverage has more than one row .*'existing', 'A'"),
        (COVERAGE.assign(low=[40, 1, 1, 1], high=[50, 20, 20, 20]), r"'existing', 'A'\)\] break 0 <= low"),
        (COVERAGE.assign(hours_per_visit=0), r"coverage.hours_per_visit == "),
    ],
)
def test_bad_coverage_is_named(coverage, message):
    with pytest.raises(ValueError, match=message):
        sizing.visit_frequency(sizing.classify(CUSTOMERS), coverage)


def test_visits_per_rep_names_every_bad_argument():
    good = {"working_days": 220, "hours_per_day": 8, "selling_share": 0.5, "hours_per_visit": 1.5}
    assert sizing.visits_per_rep(**good, travel_hours_per_visit=0.5) == 440
    bad = {"working_days": 0, "hours_per_day": 25, "selling_share": 1.2, "hours_per_visit": -1.0}
    with pytest.raises(
        ValueError,
        match=r"working_days == 0, must be > 0 and <= 366; hours_per_day == 25, .*; selling_share == 1.2, "
        r"must be > 0 and <= 1; hours_per_visit == -1.0, must be > 0; travel_hours_per_visit == -2, must be >= 0",
    ):
        sizing.visits_per_rep(**bad, travel_hours_per_visit=-2)
    with pytest.raises(TypeError, match=r"working_days is '220', must be a number"):
        sizing.visits_per_rep(**{**good, "working_days": "220"})


def test_reps_required_by_role_and_its_complaints():
    total = pd.Series({"account_manager": 440.0, "product_manager": 100.0})
    capacity = pd.Series({"product_manager": 50.0, "account_manager": 220.0})
    assert sizing.reps_required(total, capacity).to_dict() == {"account_manager": 2, "product_manager": 2}
    with pytest.raises(ValueError, match=r"roles \['product_manager'\] have visits but no capacity"):
        sizing.reps_required(total, capacity[1:])
    with pytest.raises(ValueError, match=r"capacity == \{'account_manager': 0.0\}"):
        sizing.reps_required(total, pd.Series({"account_manager": 0.0, "product_manager": 1.0}))
    with pytest.raises(ValueError, match=r"total == -1, must be >= 0; capacity == 0, must be > 0"):
        sizing.reps_required(-1, 0)
    with pytest.raises(TypeError, match=r"Series and int, must be two numbers or two Series"):
        sizing.reps_required(total, 220)


# --- the composer ----------------------------------------------------------------------------------

PIECES = {"working_days": 200, "hours_per_day": 8, "selling_share": 0.5, "travel_hours_per_visit": 1.0}
BY_ROLE = {"account_manager": PIECES, "product_manager": {"visits_per_rep": 100}}


def test_capacity_weighs_hours_by_visits():
    size = sizing.five_steps(CUSTOMERS, COVERAGE, visits_per_rep=BY_ROLE)
    hours = (36 * 2 + 42 * 1) / 78
    by_role = size.by_role.set_index("role")
    assert by_role.loc["account_manager", "visits_per_rep"] == pytest.approx(800 / (hours + 1))
    assert by_role.loc["product_manager", "reps"] == 0.04
    assert size.reps == pytest.approx(78 * (hours + 1) / 800 + 0.04)
    assert size.visits_per_rep == pytest.approx(size.visits / size.reps)


def test_hours_default_fills_classes_without_their_own():
    coverage = COVERAGE.assign(hours_per_visit=pd.array([2, None, None, 3], dtype="Float64"))
    pieces = {**BY_ROLE, "account_manager": {**PIECES, "hours_per_visit": 1.0}}
    pd.testing.assert_frame_equal(
        sizing.five_steps(CUSTOMERS, coverage, visits_per_rep=pieces).by_role,
        sizing.five_steps(CUSTOMERS, COVERAGE, visits_per_rep=BY_ROLE).by_role,
    )


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        (
            {"product_manager": 100},
            r"visits_per_rep has no role \['account_manager'\]; it has \['product_manager'\]",
        ),
        ({"": {"working_days": 200}}, r"lacks \['hours_per_day', 'selling_share'\]"),
        ({"": {**PIECES, "lunch": 1}}, r"unknown \['lunch'\]"),
        ({"": {**PIECES, "selling_share": 2}}, r"selling_share == 2, must be > 0 and <= 1"),
        (0, r"visits_per_rep == 0, must be > 0"),
    ],
)
def test_bad_capacity_is_named(stated, message):
    with pytest.raises(ValueError, match=message):
        sizing.five_steps(CUSTOMERS, COVERAGE, visits_per_rep=stated)


def test_classes_without_any_hours_need_a_default():
    with pytest.raises(ValueError, match=r"visits_per_rep\['account_manager'\] lacks \['hours_per_visit'\]"):
        sizing.five_steps(CUSTOMERS, COVERAGE.drop(columns="hours_per_visit"), visits_per_rep={"": PIECES})


def test_doubling_customers_doubles_people():
    twice = pd.concat([CUSTOMERS, CUSTOMERS.assign(customer_id=CUSTOMERS["customer_id"] + "b")])
    once = sizing.five_steps(CUSTOMERS, COVERAGE, visits_per_rep=BY_ROLE)
    double = sizing.five_steps(twice, COVERAGE, visits_per_rep=BY_ROLE)
    assert (double.visits, double.reps) == pytest.approx((2 * once.visits, 2 * once.reps))
    assert double.visits_per_rep == pytest.approx(once.visits_per_rep)


@pytest.mark.parametrize("seed", range(5))
def test_row_order_is_irrelevant_and_inputs_stay_as_they_were(seed):
    customers, coverage = CUSTOMERS.copy(deep=True), COVERAGE.copy(deep=True)
    shuffled = CUSTOMERS.sample(frac=1, random_state=seed), COVERAGE.sample(frac=1, random_state=seed)
    once = sizing.five_steps(CUSTOMERS, COVERAGE, visits_per_rep=BY_ROLE)
    again = sizing.five_steps(*shuffled, visits_per_rep=BY_ROLE)
    pd.testing.assert_frame_equal(once.steps, again.steps)
    pd.testing.assert_frame_equal(once.cells, again.cells)
    pd.testing.assert_frame_equal(once.classes, again.classes)
    pd.testing.assert_frame_equal(CUSTOMERS, customers)
    pd.testing.assert_frame_equal(COVERAGE, coverage)


@pytest.mark.parametrize("sized", ["list", "target"])
@pytest.mark.parametrize("seed", range(5))
def test_splitting_into_regions_leaves_totals_and_cells_add_up(seed, sized):
    rng = np.random.default_rng(seed)
    n = 200
    customers = pd.DataFrame(
        {
            "customer_id": [f"C{i}" for i in range(n)],
            "status": rng.choice(["existing", "prospect", "lost"], n),
            "tier": rng.choice(["A", "B", ""], n),
            "segment": rng.choice(["bank", "retail", "none"], n),
            "region": rng.choice(["East", "South", "North", ""], n),
        }
    )
    coverage = pd.concat(
        [
            COVERAGE,
            pd.DataFrame({"role": ["product_manager"], "visits_per_year": [2], "hours_per_visit": [1]}),
        ]
    )
    how = {"visits_per_rep": BY_ROLE, "targets": TARGETS, "prospects_from": sized}
    split = sizing.five_steps(customers, coverage, **how)
    whole = sizing.five_steps(customers.drop(columns="region"), coverage, **how)
    pd.testing.assert_frame_equal(split.steps, whole.steps)
    pd.testing.assert_frame_equal(split.by_role, whole.by_role)
    assert split.cells["reps"].sum() == pytest.approx(split.reps)
    assert split.cells["visits"].sum() == pytest.approx(split.visits) == split.steps["visits"].sum()
    assert len(split.cells) == 2 * 4 and len(whole.cells) == 2
    if sized == "target":
        prospects = split.classes.loc[split.classes["status"] == "prospect", "customers"].sum()
        assert prospects == pytest.approx(20 + 6)


def test_nobody_to_visit_needs_nobody():
    size = sizing.five_steps(CUSTOMERS[:0], COVERAGE, visits_per_rep=BY_ROLE)
    assert (size.visits, size.reps) == (0.0, 0.0)
    assert np.isnan(size.visits_per_rep)
    assert len(size.cells) == len(size.steps) == len(size.classes) == 0


def test_one_customer_is_enough():
    size = sizing.five_steps(CUSTOMERS[:1], COVERAGE[:1], visits_per_rep=18)
    assert (size.visits, size.reps, size.visits_per_rep) == (36.0, 2.0, 18.0)


# --- people there ----------------------------------------------------------------------------------


def test_staffing_counts_full_posts_of_the_day_in_sized_roles():
    cells = table("""
        role,            region, reps
        account_manager, East,   2.5
        account_manager, South,  1
        """)
    staff = table("""
        staff_id, role,                    region, capacity, hired_on,   left_on
        S1,       account_manager,         East,   1,        2020-01-01,
        S2,       account_product_manager, East,   0.5,      ,
        S3,       account_manager,         South,  ,         2020-01-01, 2026-10-30
        S4,       account_manager,         North,  ,         2020-01-01,
        S5,       sales_manager,           East,   ,         2020-01-01,
        """)
    found = sizing.staffing(cells, staff, as_of=pd.Timestamp("2026-10-31"))
    assert found[["region", "needed", "present", "gap"]].to_numpy().tolist() == [
        ["East", 2.5, 1.5, 1.0],
        ["North", 0, 1, -1],
        ["South", 1, 0, 1],
    ]
    with pytest.raises(ValueError, match=r"staff.role has \['clerk'\]"):
        sizing.staffing(cells, staff.assign(role="clerk"), as_of=pd.Timestamp("2026-10-31"))


def test_staffing_keeps_a_double_role_that_is_sized_itself():
    cells = pd.DataFrame({"role": ["account_product_manager"], "region": [""], "reps": [2.0]})
    staff = pd.DataFrame({"role": ["account_product_manager", "account_manager"]})
    found = sizing.staffing(cells, staff, as_of=pd.Timestamp("2026-10-31"))
    assert found.to_numpy().tolist() == [["account_product_manager", "", 2.0, 1.0, 1.0]]
