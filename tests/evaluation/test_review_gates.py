"""Conditions before people: the order of the questions, what explains, what is unknown, what comes next."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import review

AS_OF = pd.Timestamp("2026-10-31")
IDS = ["S1", "S2", "S3", "S4", "S5"]
PEOPLE = pd.DataFrame(
    {
        "staff_id": IDS,
        "role": "account_manager",
        "measure": "growth",
        "value": [-0.2, 0.1, 0.1, 0.0, np.nan],
        "hired_on": pd.Timestamp("2020-03-01"),
    }
)
GIVEN = pd.DataFrame(
    {
        "staff_id": IDS,
        "role": "account_manager",
        "months": 10.0,
        "workload": 1.0,
        "joint_visits": 10.0,
        "coaching_hours": 20.0,
        "potential": 100.0,
    }
)
ASKED = pd.DataFrame({"staff_id": IDS, "asked": 0.3})
MARKET = pd.DataFrame({"staff_id": IDS, "market": 0.02})
VISITS = pd.DataFrame({"staff_id": IDS, "ratio": 1.0, "high": 1.1})
SKILLS = pd.DataFrame({"staff_id": IDS, "competency": "objections", "gap": 0.0, "weight": 1.0, "se": 0.2})
TABLES = {"asked": ASKED, "market": MARKET, "gaps": SKILLS, "visits": VISITS}


def first(frame, **changed):
    """The frame with another figure for the first person."""
    frame = frame.copy()
    for name, value in changed.items():
        frame.loc[0, name] = value
    return frame


def answers(people=PEOPLE, given=GIVEN, ramp=6.0, **tables):
    found = review.gates(
        people, given, as_of=AS_OF, ramp_months={"account_manager": ramp}, **(TABLES | tables)
    )
    return found.set_index("gate")


def test_only_people_with_short_results_are_asked_about():
    assert set(answers()["staff_id"]) == {"S1"}
    quota = PEOPLE.assign(measure="attainment", value=[0.9, 1.0, 1.2, np.nan, 0.99])
    assert set(answers(quota)["staff_id"]) == {"S1", "S5"}
    assert answers(PEOPLE.assign(value=0.1)).empty


def test_questions_come_in_the_articles_order():
    assert tuple(answers().index) == review.GATES


@pytest.mark.parametrize(
    ("gate", "changed", "step"),
    [
        ("target", {"asked": first(ASKED, asked=0.36)}, "reset_target"),
        ("support", {"given": first(GIVEN, joint_visits=5.0)}, "give_support"),
        ("ramp", {"people": first(PEOPLE, hired_on=pd.Timestamp("2026-07-01"))}, "finish_ramp"),
        ("resources", {"given": first(GIVEN, workload=1.2)}, "relieve"),
        ("market", {"market": first(MARKET, market=-0.01)}, "shift_market"),
    ],
)
def test_a_condition_that_explains_keeps_skill_and_effort_unasked(gate, changed, step):
    found = answers(**changed)
    assert found.loc[gate, ["answer", "next_step"]].tolist() == ["explains", step]
    assert found.loc[gate, "review_on"] == pd.Timestamp("2027-01-31")
    assert found.loc[["skill", "effort"], "answer"].tolist() == ["not_yet"] * 2
    assert found.loc[["skill", "effort"], "figure"].isna().all()
    assert (found.drop([gate, "skill", "effort"])["answer"] == "passed").all()


@pytest.mark.parametrize(
    ("changed", "gate"),
    [
        ({"asked": first(ASKED, asked=0.345)}, "target"),
        ({"given": first(GIVEN, joint_visits=8.5, coaching_hours=17.0)}, "support"),
        ({"given": first(GIVEN, workload=1.15)}, "resources"),
        ({"market": first(MARKET, market=0.0)}, "market"),
    ],
)
def test_at_the_border_nothing_is_explained(changed, gate):
    assert answers(**changed).loc[gate, "answer"] == "passed"


def test_skill_and_effort_are_asked_once_all_conditions_are_answered():
    found = answers(gaps=first(SKILLS, gap=1.0), visits=first(VISITS, ratio=0.6, high=0.8))
    assert found.loc["skill", ["answer", "focus", "next_step"]].tolist() == [
        "explains",
        "objections",
        "train",
    ]
    assert found.loc["effort", ["answer", "next_step"]].tolist() == ["explains", "agree_visits"]
    noise = answers(gaps=first(SKILLS, gap=0.25), visits=first(VISITS, ratio=0.6, high=1.0))
    assert noise.loc[["skill", "effort"], "answer"].tolist() == ["passed"] * 2
    assert (noise["next_step"] == "").all() and noise["review_on"].isna().all()


@pytest.mark.parametrize(
    ("changed", "gate", "needs"),
    [
        ({"asked": None}, "target", "quotas"),
        ({"given": first(GIVEN, joint_visits=np.nan, coaching_hours=np.nan)}, "support", "support"),
        ({"ramp": None}, "ramp", "ramp"),
        ({"people": first(PEOPLE, hired_on=pd.NaT)}, "ramp", "ramp"),
        ({"given": first(GIVEN, workload=np.nan)}, "resources", "coverage"),
        ({"market": None}, "market", "revenue"),
    ],
)
def test_what_no_table_tells_is_unknown_and_says_which_would(changed, gate, needs):
    found = answers(**changed)
    assert found.loc[gate, ["answer", "needs", "next_step"]].tolist() == ["unknown", needs, "supply_data"]
    assert found.loc[gate, "review_on"] == pd.Timestamp("2026-11-30")
    assert found.loc["skill", "answer"] == "not_yet"
    assert (found.drop(gate)["needs"] == "").all()


def test_too_few_peers_are_not_compared():
    few = {"given": GIVEN.head(3), "asked": ASKED.head(3)}
    found = answers(**few)
    assert found.loc[["target", "support"], "answer"].tolist() == ["unknown"] * 2
    assert found.loc[["target", "support"], "needs"].tolist() == ["peers"] * 2


def test_no_answer_is_about_leaving():
    from salesmgmt.locale import Words

    codes = set(answers()["next_step"]) | {"reset_target", "give_support", "finish_ramp", "relieve", "shift_market", "train"}  # fmt: skip
    for language, words in (
        ("zh", ("淘汰", "辞退", "解除", "末位")),
        ("en", ("dismiss", "terminat", "exit")),
    ):
        said = " ".join(Words(language).code("next_step", code) for code in codes)
        assert not [word for word in words if word in said.lower()]


def test_summed_up_names_the_first_step_and_counts_add_up():
    changed = {"given": first(GIVEN, workload=1.3), "market": None}
    found = review.gates(PEOPLE, changed["given"], as_of=AS_OF, ramp_months={}, **(TABLES | {"market": None}))
    one = review.summed_up(found).iloc[0]
    assert one[["answer_resources", "answer_market", "answer_ramp", "answer_own"]].tolist() == ["explains", "unknown", "unknown", "not_yet"]  # fmt: skip
    assert one["next_step"] == "relieve" and one["review_on"] == pd.Timestamp("2027-01-31")
    everybody = PEOPLE.assign(value=-0.1)
    counts = review.found_out(
        review.summed_up(review.gates(everybody, first(GIVEN, workload=1.3), as_of=AS_OF, ramp_months={"account_manager": 6}, **TABLES))
    )  # fmt: skip
    assert counts == {"short": 5, "explained": 1, "open": 0}


def test_inputs_stay_as_they_were_and_bad_ones_are_named():
    before = PEOPLE.copy(), GIVEN.copy()
    answers()
    pd.testing.assert_frame_equal(PEOPLE, before[0])
    pd.testing.assert_frame_equal(GIVEN, before[1])
    with pytest.raises(ValueError, match=r"ramp_months has \{'account_manager': -1\}"):
        answers(ramp=-1)
    with pytest.raises(ValueError, match="people is missing columns"):
        answers(PEOPLE.drop(columns="hired_on"))
    with pytest.raises(ValueError, match="asked"):
        answers(asked=pd.concat([ASKED, ASKED]))


def test_quota_is_held_against_potential_of_a_whole_year():
    quotas = pd.DataFrame(
        {"staff_id": ["S1", "S2", "S3", "S1"], "metric": ["signed", "signed", "signed", "margin"],
         "quota": [10.0, 12.0, 5.0, 1.0], "months": [10, 12, 6, 10]}
    )  # fmt: skip
    held = pd.DataFrame({"staff_id": ["S1", "S2", "S3"], "potential": [60.0, 0.0, np.nan]})
    found = review.asked_of_potential(quotas, held).set_index("staff_id")["asked"]
    assert found["S1"] == pytest.approx(0.2)
    assert found[["S2", "S3"]].isna().all()
    none = review.asked_of_potential(quotas.head(0), held)
    assert none.empty and list(none) == ["staff_id", "asked"]


def test_market_leaves_the_persons_own_customers_out():
    month = pd.to_datetime(["2025-01-01", "2026-01-01"])
    revenue = pd.concat(
        [
            pd.DataFrame({"month": month, "customer_id": customer, "amount": [last, this]})
            for customer, last, this in (("C1", 100.0, 1.0), ("C2", 100.0, 120.0), ("C3", 100.0, 50.0))
        ]
    )
    customers = pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "industry": ["bank", "bank", "telecom"]})
    held = pd.DataFrame(
        {"customer_id": ["C1", "C3", "C2"], "staff_id": ["S1", "S1", "S2"], "to_on": [pd.NaT, pd.NaT, pd.Timestamp("2025-12-31")]}
    )  # fmt: skip
    span = {"as_of": pd.Timestamp("2026-01-31"), "start": pd.Timestamp("2026-01-01"), "months": 1}
    found = review.market_growth(revenue, customers, held, **span)
    # telecom has nobody else in it and is left out; who held a customer before holds none now
    assert found.to_numpy().tolist() == [["S1", pytest.approx(0.2)]]
    with pytest.raises(ValueError, match="months == 0"):
        review.market_growth(revenue, customers, held, **(span | {"months": 0}))


def test_single_handed_counts_whoever_is_there_on_the_day():
    revenue = pd.DataFrame(
        {"month": pd.to_datetime(["2026-10-01"] * 4 + ["2025-09-01"]), "customer_id": ["C1", "C2", "C3", "C4", "C1"], "amount": [10.0, 20.0, 30.0, 40.0, 999.0]}
    )  # fmt: skip
    held = pd.DataFrame(
        [("C1", "S1", None), ("C2", "S1", None), ("C2", "S2", "2026-06-30"), ("C3", "S1", None), ("C3", "S2", None), ("C3", "S3", None), ("C4", "S3", None)],
        columns=["customer_id", "staff_id", "to_on"],
    )  # fmt: skip
    staff = pd.DataFrame(
        {"staff_id": ["S1", "S2", "S3"], "left_on": [pd.NaT, pd.NaT, pd.Timestamp("2026-01-31")]}
    )
    found = review.single_handed(revenue, held, staff, as_of=AS_OF)
    assert found.to_numpy().tolist() == [["S1", 2, 30.0, pytest.approx(0.3)]]
    assert review.single_handed(revenue, held.head(0), staff, as_of=AS_OF).empty
