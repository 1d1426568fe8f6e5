"""engagement.toml: assumptions by role, shipped defaults, scenarios, overrides, ranges."""

from __future__ import annotations

import pandas as pd
import pytest

from salesmgmt.inputs import Assumption, load

ONLY = ["customers.csv", "segments.csv"]

SIZING = """\
[sizing]
visits_per_rep = { value = 220, low = 180, high = 260, kind = "measured", source = "CRM", owner = "销售总监" }
cutoffs = { B = 100000, A = 1000000 }
prospects_from = "target"
[sizing.account_manager]
visits_per_rep = { value = 200, low = 190, high = 210 }
selling_share = 0.4
[sizing.delivery_manager]
selling_share = { value = 0.2, low = 0.1, high = 0.3, independent = true }
[scenarios.stretch]
"sizing.visits_per_rep" = 240
"sizing.account_manager.selling_share" = { value = 0.5, low = 0.4, high = 0.6 }
by = "总经理"
on = 2026-11-01
reason = "新签目标上调"
[scenarios.nested]
sizing.win_rate = 0.3
"""


def test_assumption_as_written(write):
    data = load(write(toml=SIZING, only=ONLY))
    assert data.assumption("sizing.visits_per_rep") == Assumption(
        "sizing.visits_per_rep",
        "",
        220.0,
        180.0,
        260.0,
        "measured",
        "CRM",
        "销售总监",
        "log",
        "sizing.visits_per_rep",
    )
    own = data.assumption("sizing.selling_share", "account_manager")
    assert (own.value, own.low, own.kind, own.source) == (0.4, None, "opinion", "engagement.toml")
    assert data.value("sizing.selling_share", "product_manager") == 0.35
    assert data.assumption("sizing.selling_share").source == "shipped default"
    assert data.value("sizing.cutoffs") == {"B": 100_000.0, "A": 1_000_000.0}
    assert data.value("sizing.prospects_from") == "target"
    assert data.value("sizing.win_rate") is None
    assert data.assumption("sizing.win_rate") is None


def test_defaults(write):
    data = load(write(only=ONLY))
    assert data.value("sizing.visits_per_rep") is None
    assert (data.value("pay.variable_low"), data.value("pay.variable_high")) == (0.3, 0.5)
    assert data.value("evaluation.suppress_below") == 5
    assert data.value("sizing.prospects_from") == "list"
    shipped = data.assumption("sizing.working_days")
    assert (shipped.value, shipped.kind, shipped.source) == (220.0, "opinion", "shipped default")


def test_unknown_key_is_a_bug_of_the_caller(write):
    data = load(write(only=ONLY))
    with pytest.raises(KeyError, match=r"sizing\.visits_per_rep"):
        data.value("sizing.visit_per_rep")
    with pytest.raises(KeyError, match="must be one of"):
        data.assumption("pay.variable_low")


def test_scenario_replaces_whole_assumptions(write):
    data = load(write(toml=SIZING, only=ONLY), scenario="stretch")
    assert data.scenario == "stretch"
    assert data.assumption("sizing.visits_per_rep") == Assumption(
        "sizing.visits_per_rep",
        "",
        240.0,
        None,
        None,
        "opinion",
        "scenarios.stretch",
        "总经理",
        "log",
        "sizing.visits_per_rep",
    )
    assert data.value("sizing.visits_per_rep", "account_manager") == 240.0
    assert data.assumption("sizing.selling_share", "account_manager").high == 0.6


def test_scenario_may_be_nested(write):
    assert load(write(toml=SIZING, only=ONLY), scenario="nested").value("sizing.win_rate") == 0.3


def test_overrides_come_last_and_without_a_role_hold_for_all(write):
    folder = write(toml=SIZING, only=ONLY)
    data = load(folder, scenario="stretch", overrides={"sizing.visits_per_rep": "300"})
    assert (
        data.value("sizing.visits_per_rep") == data.value("sizing.visits_per_rep", "account_manager") == 300.0
    )
    assert data.assumption("sizing.visits_per_rep").source == "--set"
    own = load(folder, overrides={"sizing.account_manager.visits_per_rep": 150, "sizing.visits_per_rep": 300})
    assert own.value("sizing.visits_per_rep", "account_manager") == 150.0
    assert own.value("sizing.visits_per_rep", "product_manager") == 300.0
    choice = load(folder, overrides={"sizing.prospects_from": "list", "pay.variable_low": "0.2"})
    assert (choice.value("sizing.prospects_from"), choice.value("pay.variable_low")) == ("list", 0.2)


def test_ranges_by_group(write):
    ranges = load(write(toml=SIZING, only=ONLY)).ranges()
    assert list(ranges.columns) == ["name", "role", "value", "low", "high", "family", "group"]
    own = ranges.set_index(["name", "role"])
    assert own.loc[("visits_per_rep", ""), "group"] == own.loc[("visits_per_rep", "account_manager"), "group"]
    assert own.loc[("selling_share", "delivery_manager"), "group"] != own.loc[("selling_share", ""), "group"]
    assert ("selling_share", "account_manager") not in own.index
    assert own.loc[("selling_share", ""), "family"] == "logit"
    assert (ranges["low"] <= ranges["value"]).all()
    assert (ranges["value"] <= ranges["high"]).all()


def test_ranges_of_a_section_without_any(write):
    ranges = load(write(only=ONLY)).ranges("pay")
    assert len(ranges) == 0
    assert str(ranges["value"].dtype) == "float64"


def test_cutoffs_decide_the_class_that_needs_coverage(write, problems):
    coverage = "status,tier,visits_per_year\nexisting,A,12\nprospect,,6\n"
    customers = "customer_id,customer,status,potential\nC1,甲,existing,2000000\nC2,乙,existing,1000\n"
    folder = write({"coverage.csv": coverage, "customers.csv": customers}, toml=SIZING, only=["segments.csv"])
    assert [(p.id, p.fields["tier"], p.fields["count"]) for p in problems(folder)] == [
        ("inputs.no_coverage", "—", 1)
    ]
    write(
        {"coverage.csv": coverage, "customers.csv": customers.replace("1000\n", "1000000\n")},
        toml=SIZING,
        only=["segments.csv"],
    )
    assert load(folder).as_of == pd.Timestamp("2026-10-31")


def test_lost_customers_need_no_coverage(write):
    coverage = "status,visits_per_year\nexisting,12\nprospect,6\n"
    assert len(load(write({"coverage.csv": coverage}, only=ONLY))["coverage"]) == 2


def test_smallest_group_compared(write, problems, said):
    assert load(write(only=["customers.csv"])).value("evaluation.min_group") == 10
    assert (
        load(write(toml="[evaluation]\nmin_group = 12\n", only=["customers.csv"])).value(
            "evaluation.min_group"
        )
        == 12
    )
    found = problems(write(toml="[evaluation]\nmin_group = 2\n", only=["customers.csv"]))
    assert said(found, "zh") == ["engagement.toml · evaluation.min_group | 来的是 2,允许范围:3–100。"]
