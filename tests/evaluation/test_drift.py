"""Drift between two periods: Darwin's pairs, hand-calculated shares, what must not matter, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.evaluation import drift

DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
START = pd.Timestamp("2026-01-01")
COUNTS = ["visits", "with_outcome", "steps_due", "steps_kept", "steps_open", "logged", "logged_late"]


def signs(before, now, *, measure="steps_kept", whole=10.0) -> pd.DataFrame:
    people = [f"S{at:02}" for at in range(len(before))]
    numbers = {"before_part": before, "before_whole": whole, "now_part": now, "now_whole": whole}
    return pd.DataFrame({"measure": measure, "staff_id": people, **numbers}).astype(
        dict.fromkeys(numbers, "float64")
    )


def changed(frame: pd.DataFrame, seed: int = 2027) -> pd.DataFrame:
    return drift.changes(frame, rng=np.random.default_rng(seed))


def log(*rows) -> pd.DataFrame:
    """Rows of person, day and the counts."""
    table = pd.DataFrame(
        [(*row, *[0] * (len(COUNTS) + 2 - len(row))) for row in rows], columns=["staff_id", "day", *COUNTS]
    )
    day = pd.to_datetime(table.pop("day"))
    return table.assign(
        month=day.dt.to_period("M").dt.to_timestamp(), first_on=day, last_on=day, kind="visit"
    )


# --- changes ------------------------------------------------------------------------------------------


def test_darwins_maize_as_fisher_swapped_it():
    """Fisher (1935), The Design of Experiments, sections 17 and 21: t = 2.148, and 1,726 of 32,768 ways."""
    found = changed(signs([100.0] * 15, [100.0 + eighths for eighths in DARWIN], whole=1.0)).iloc[0]
    assert found["p"] == 1726 / 32768
    assert found["change"] == pytest.approx(314 / 15)
    t_at_90 = 1.345030  # Student's t, 14 degrees of freedom
    assert found["change"] / ((found["high"] - found["low"]) / 2 / t_at_90) == pytest.approx(2.148, abs=5e-4)
    assert found["verdict"] == "cannot_tell"


def test_eight_people_who_all_keep_less_are_worse():
    found = changed(signs([6, 7, 5, 6, 8, 7, 6, 5], [3, 4, 3, 2, 5, 4, 2, 3])).iloc[0]
    assert found[["people", "cases_before", "cases"]].tolist() == [8, 80, 80]
    assert found[["before", "now", "change"]].tolist() == pytest.approx([50 / 80, 26 / 80, -0.3])
    assert (found["p"], found["verdict"]) == (2 / 2**8, "worse")


@pytest.mark.parametrize("measure", drift.GOOD)
def test_the_direction_of_order_decides_between_better_and_worse(measure):
    low, high = [1.0] * 10, [6.0, 5.0] * 5
    up, down = changed(signs(low, high, measure=measure)), changed(signs(high, low, measure=measure))
    expected = ["better", "worse"] if drift.GOOD[measure] > 0 else ["worse", "better"]
    assert [*up["verdict"], *down["verdict"]] == expected


def test_less_spread_fewer_open_promises_and_fewer_late_entries_are_order():
    less = {measure for measure, way in drift.GOOD.items() if way < 0}
    assert less == {"results_spread", "steps_open", "logged_late"}


def test_one_measure_that_would_stand_alone_does_not_among_all():
    """Six people's p is 2 ÷ 64 at best: below 5 %, but not below a sixth of it."""
    kept = signs([8.0, 7.0, 9.0, 8.0, 7.0, 8.0], [4.0, 3.0, 4.0, 4.0, 3.0, 5.0])
    same = [
        signs([5.0, 6.0] * 3, [6.0, 5.0] * 3, measure=name) for name in drift.GOOD if name != "steps_kept"
    ]
    assert changed(kept)["verdict"].tolist() == ["worse"]
    found = changed(pd.concat([kept, *same]))
    assert found["measure"].tolist() == list(drift.GOOD)
    assert set(found["verdict"]) == {"cannot_tell"}


def test_an_interval_that_holds_zero_is_no_verdict():
    """Everybody a little better but one who does half of the work and much worse: swaps and interval must agree."""
    found = changed(signs([5.0] * 20, [6.0] * 19 + [0.0], whole=[10.0] * 19 + [9.0])).iloc[0]
    assert found["low"] <= found["change"] <= found["high"]
    assert found["verdict"] == ("cannot_tell" if found["low"] <= 0 <= found["high"] else "better")


def test_few_people_have_no_interval_and_nobody_has_no_change():
    found = changed(signs([5.0] * 4, [1.0] * 4)).iloc[0]
    assert found["change"] == pytest.approx(-0.4)
    assert found[["low", "high", "p"]].isna().all()
    assert found["verdict"] == "cannot_tell"
    nothing = signs([0.0] * 6, [1.0] * 6).assign(before_whole=0.0)
    assert changed(nothing)[["before", "change", "p"]].isna().to_numpy().all()


def test_order_and_repetition_do_not_matter_and_the_callers_frame_stays(seed):
    rng = np.random.default_rng(seed)
    own = signs(rng.integers(0, 9, 25), rng.integers(0, 9, 25))
    kept = own.copy(deep=True)
    first, again = changed(own), changed(own)
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(own, kept)
    shuffled = changed(own.sample(frac=1, random_state=1))
    close = first.drop(columns="p").merge(shuffled.drop(columns="p"), on="measure", suffixes=("", "_other"))
    assert close["change"].tolist() == pytest.approx(close["change_other"].tolist())
    assert close["low"].tolist() == pytest.approx(close["low_other"].tolist())
    assert first["p"].item() == pytest.approx(shuffled["p"].item(), abs=0.05)


def test_unknown_persons_stay_in_the_total_but_are_no_people():
    own = signs([5.0] * 6, [5.0] * 6)
    own.loc[0, "staff_id"] = ""
    assert changed(own)[["people", "cases"]].to_numpy().tolist() == [[5, 60]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measure": "mood"}, r"signs.measure has \['mood'\], must be among"),
        ({"staff_id": "S1"}, r"signs has more than one row for \['measure', 'staff_id'\]"),
        ({"now_part": -1.0}, r"signs.now_part == .*must be >= 0"),
        ({"now_whole": np.nan}, r"signs.now_whole == .*must be >= 0"),
    ],
)
def test_bad_signs_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        changed(signs([1.0] * 5, [1.0] * 5).assign(**change))


def test_wrong_kinds_are_named():
    with pytest.raises(TypeError, match="signs is a list, must be a DataFrame"):
        drift.changes([], rng=np.random.default_rng(1))
    with pytest.raises(TypeError, match=r"rng is a int, must be a numpy\.random\.Generator"):
        drift.changes(signs([1.0], [1.0]), rng=1)


# --- signs --------------------------------------------------------------------------------------------


def test_months_are_compared_that_the_log_covers_in_both_years():
    """The log begins on 10 March 2025 and ends on 20 August 2026: April to July of both years."""
    days = [f"{year}-{month:02}-{day}" for year in (2025, 2026) for month in range(1, 13) for day in (10, 20)]
    days = [day for day in days if "2025-03-10" <= day <= "2026-08-20"]
    found = drift.same_months(log(*(("S1", day, 1, 0, 0, 0, 0) for day in days)), start=START, months=10)
    months = {period: rows["month"].dt.month.unique().tolist() for period, rows in found.groupby("period")}
    assert months == {"before": [4, 5, 6, 7], "now": [4, 5, 6, 7]}
    assert found.groupby("period").size().to_dict() == {"before": 8, "now": 8}


@pytest.mark.parametrize(
    ("first", "last", "months"), [("2025-01-08", "2026-10-24", 10), ("2025-01-09", "2026-10-23", 8)]
)
def test_a_month_is_covered_but_for_a_week(first, last, months):
    between = pd.date_range(first, last, freq="D").astype("str")
    found = drift.same_months(log(*(("S1", day, 1, 0, 0, 0, 0) for day in between)), start=START, months=10)
    assert found.groupby("period")["month"].nunique().tolist() == [months, months]


def test_a_log_of_one_year_and_an_empty_one_compare_nothing():
    assert drift.same_months(log(("S1", "2026-05-05", 1, 0, 0, 0, 0)), start=START, months=10).empty
    empty = log()
    found = drift.same_months(empty, start=START, months=10)
    assert found.empty and "period" in found
    assert drift.discipline(found).empty
    with pytest.raises(ValueError, match="months == 13, must be 0 to 12"):
        drift.same_months(empty, start=START, months=13)
    with pytest.raises(ValueError, match=r"visits is missing columns \['first_on'\]"):
        drift.same_months(empty.drop(columns="first_on"), start=START, months=10)


def test_discipline_by_hand():
    visits = log(
        ("S1", "2025-02-03", 9, 6, 4, 2, 1), ("S1", "2025-03-03", 1, 0, 1, 1, 0), ("S2", "2025-02-03", 5, 5, 0, 0, 0),
        ("S1", "2026-02-03", 8, 2, 5, 4, 1), ("", "2026-02-03", 2, 1, 1, 0, 1),
    )  # fmt: skip
    period = np.where(visits["month"] < START, "before", "now")
    found = drift.discipline(visits.assign(period=period)).set_index(["measure", "staff_id"])
    numbers = {key: row.tolist() for key, row in found.iterrows()}
    assert numbers == {
        ("steps_kept", "S1"): [3, 5, 4, 5], ("steps_kept", ""): [0, 0, 0, 1],
        ("steps_open", "S1"): [1, 5, 1, 5], ("steps_open", ""): [0, 0, 1, 1],
        ("outcomes", "S1"): [6, 10, 2, 8], ("outcomes", "S2"): [5, 5, 0, 0], ("outcomes", ""): [0, 0, 1, 2],
    }  # fmt: skip


def test_what_the_log_never_notes_is_no_measure():
    visits = log(("S1", "2025-02-03", 9, 0, 4, 0, 4), ("S1", "2026-02-03", 9, 0, 4, 0, 4)).assign(
        period=["before", "now"]
    )
    assert drift.discipline(visits).empty


def test_late_entries_are_of_those_with_a_day_and_silent_where_a_year_has_none():
    visits = log(
        ("S1", "2025-02-03", 9, 0, 0, 0, 0, 6, 2), ("S1", "2025-03-03", 4, 0, 0, 0, 0, 4, 0),
        ("S1", "2026-02-03", 8, 0, 0, 0, 0, 5, 4), ("S2", "2026-02-03", 3, 0, 0, 0, 0, 0, 0),
    ).assign(period=["before", "before", "now", "now"])  # fmt: skip
    found = drift.discipline(visits)
    assert found["measure"].tolist() == ["logged_late"]  # S2 notes no day and is not counted
    assert found.iloc[0, 1:].tolist() == ["S1", 2, 10, 4, 5]
    for year in ("before", "now"):
        none = visits.assign(logged=visits["logged"].where(visits["period"] != year, 0), logged_late=0)
        assert drift.discipline(none).empty
    in_time = drift.discipline(visits.assign(logged_late=0))
    assert in_time[["before_part", "now_part"]].to_numpy().tolist() == [
        [0, 0]
    ]  # all in time is a measure too


# --- promises -----------------------------------------------------------------------------------------

AS_OF = pd.Timestamp("2026-10-31")


def register(*rows) -> pd.DataFrame:
    """Rows of person, day asked, day due, day done ("" for not)."""
    table = pd.DataFrame(rows, columns=["staff_id", "requested_on", "due_on", "done_on"])
    return table.assign(
        **{name: pd.to_datetime(table[name], format="%Y-%m-%d") for name in table.columns[1:]}
    )


def test_promises_count_in_the_month_they_fall_due_seen_from_the_same_distance():
    promises = register(
        ("S1", "2025-12-20", "2026-02-10", "2026-02-10"),  # agreed before the period, due in it
        ("S1", "2026-01-20", "2026-02-12", "2026-02-13"),
        ("S2", "2026-02-01", "2026-02-12", ""),
        ("S1", "2025-02-01", "2025-02-20", "2025-10-31"),  # late, but done by the look
        ("S1", "2025-02-01", "2025-02-20", "2025-11-01"),  # done a day after the look of its year: open on it
        ("S1", "2026-10-28", "2026-11-05", ""),  # not due yet
        ("S1", "2026-10-01", "2026-10-31", ""),  # due on the day
        ("S1", "2026-11-01", "2026-10-31", ""),  # asked for later
        ("S1", "2023-10-01", "2023-10-31", ""),  # too old
        ("S1", "2023-10-01", "2023-11-01", "2023-11-01"),
        ("", "2026-03-01", "2026-03-02", "2026-03-01"),
    )
    found = drift.promised(promises, as_of=AS_OF)
    rows = [
        (str(row.month.date()), row.staff_id, row.steps_due, row.steps_kept, row.steps_open)
        for row in found.itertuples()
    ]
    assert rows == [
        ("2023-11-01", "S1", 1, 1, 0), ("2025-02-01", "S1", 2, 0, 1), ("2026-02-01", "S1", 2, 1, 0),
        ("2026-02-01", "S2", 1, 0, 1), ("2026-03-01", "", 1, 1, 0), ("2026-10-01", "S1", 1, 0, 1),
    ]  # fmt: skip
    assert (set(found["first_on"]), set(found["last_on"])) == (
        {pd.Timestamp("2023-10-01")},
        {pd.Timestamp("2026-10-28")},
    )
    assert not found[["visits", "with_outcome", "logged", "logged_late"]].to_numpy().any()


def test_a_promise_that_is_its_visits_next_step_counts_there_only():
    promises = register(
        ("S1", "2026-03-01", "2026-03-09", ""), ("S1", "2026-03-01", "2026-03-09", "2026-03-09")
    )
    kept = promises.copy(deep=True)
    marked = drift.promised(promises.assign(as_step=[True, False]), as_of=AS_OF)
    assert marked[["steps_due", "steps_kept", "steps_open"]].to_numpy().tolist() == [[1, 1, 0]]
    assert drift.promised(promises, as_of=AS_OF)["steps_due"].tolist() == [2]
    pd.testing.assert_frame_equal(promises, kept)
    assert drift.promised(promises.head(0), as_of=AS_OF).empty
    with pytest.raises(ValueError, match=r"promises is missing columns \['due_on'\]"):
        drift.promised(promises.drop(columns="due_on"), as_of=AS_OF)


def pledged(person: str, first: str, last: str = "2026-10-20", *, done: bool = True) -> pd.DataFrame:
    """A promise a week, asked for on the day, due a week after; kept or open."""
    days = pd.date_range(first, last, freq="7D")
    due = days + pd.Timedelta(days=7)
    return pd.DataFrame(
        {"staff_id": person, "requested_on": days, "due_on": due, "done_on": due if done else pd.NaT}
    )


def test_promises_and_steps_add_up_each_over_the_months_it_covers():
    """The log covers both years; a register that begins in May 2025 speaks from June, a newer one not at all."""
    steps = [("S1", f"{year}-{month:02}-{day}", 1, 0, 1, 1, 0)
             for year in (2025, 2026) for month in range(1, 11) for day in ("02", "28")]  # fmt: skip
    months = {"start": START, "months": 10}
    visits = drift.same_months(log(*steps), **months)

    def due(promises: pd.DataFrame) -> pd.DataFrame:
        cells = drift.same_months(drift.promised(promises, as_of=AS_OF), **months)
        return drift.discipline(drift.agreed(visits, cells)).set_index("measure")

    alone = due(register())
    assert alone.loc["steps_kept", ["before_whole", "now_whole"]].tolist() == [20, 20]
    pd.testing.assert_frame_equal(due(pledged("S1", "2026-01-05")), alone)
    promises = pledged("S1", "2025-05-20", "2026-10-27")
    weeks = [promises["due_on"].between(f"{year}-06-01", f"{year}-10-31").sum() for year in (2025, 2026)]
    both = due(promises)
    assert both.loc["steps_kept", ["before_whole", "now_whole"]].tolist() == [20 + weeks[0], 20 + weeks[1]]
    assert both.loc["steps_open", ["before_part", "now_part"]].tolist() == [0, 0]


def test_a_source_that_never_notes_what_is_done_does_not_make_all_seem_open():
    steps = pd.DataFrame({"period": ["before", "now"], "staff_id": "S1", "steps_due": 5, "steps_kept": 4, "steps_open": 1})  # fmt: skip
    silent = steps.assign(steps_kept=0, steps_open=5)
    counts = ["steps_due", "steps_kept", "steps_open"]
    for visits, promises in ((steps, silent), (silent, steps)):
        assert drift.agreed(visits, promises)[counts].sum().tolist() == [10, 8, 2]
    assert drift.agreed(steps, steps)[counts].sum().tolist() == [20, 16, 4]
    assert len(drift.agreed(steps.head(0), steps.head(0))) == 0


def test_visits_beyond_a_persons_due_count_for_nobody_else():
    before = pd.DataFrame(
        {
            "staff_id": ["S1", "S2"],
            "visits": [10, 0],
            "policy": [12.0, 12.0],
            "customers": [1, 1],
            "days": 365,
        }
    )
    found = drift.followed(before, before.assign(visits=[30, 0]))
    assert found[["before_part", "now_part", "now_whole"]].to_numpy().tolist() == [[10, 12, 12], [0, 0, 12]]
    with pytest.raises(ValueError, match=r"now is missing columns \['policy'\]"):
        drift.followed(before, before.drop(columns="policy"))


def test_spread_is_the_mean_distance_from_the_roles_median():
    """Growth of −10 %, 0 and 20 % around a median of 0; a role of two, a newcomer and a leaver are left out."""
    before = pd.DataFrame(
        {"staff_id": [*"ABCDEF"], "role": ["account_manager"] * 4 + ["delivery_manager"] * 2, "measure": "growth",
         "metric": "revenue", "value": [-0.1, 0.0, 0.2, np.nan, 0.3, 0.1]}
    )  # fmt: skip
    found = drift.spread(before, before.assign(value=[0.1, 0.1, 0.65, 0.5, 0.0, 0.0]))
    assert found["staff_id"].tolist() == ["A", "B", "C"]
    assert found["before_part"].tolist() == pytest.approx([0.1, 0.0, 0.2])
    assert found["now_part"].tolist() == pytest.approx([0.0, 0.0, 0.5])
    assert set(found["measure"]) == {"results_spread"}


def test_results_by_different_measures_are_not_compared():
    before = pd.DataFrame(
        {"staff_id": [*"ABC"], "role": "x", "measure": "growth", "metric": "revenue", "value": 0.1}
    )
    assert drift.spread(before, before.assign(measure="attainment", value=1.0)).empty
    assert drift.spread(before.assign(value=-1.0), before).empty  # no middle to be far from


def test_customers_newer_than_the_earlier_period_are_left_out():
    held = pd.DataFrame(
        {
            "customer_id": ["C2", "C1", "C1"],
            "from_on": pd.to_datetime(["2025-01-02", "2026-02-01", "2025-01-01"]),
        }
    )
    assert drift.long_known(held, since=pd.Timestamp("2025-01-01"))["customer_id"].tolist() == ["C1"]


# --- decisions ----------------------------------------------------------------------------------------


def decided(decisions, visits, **options):
    rng = np.random.default_rng(2027)
    return drift.since_decided(
        decisions, visits, **({"as_of": pd.Timestamp("2026-10-31"), "rng": rng} | options)
    )


def made(*days, **columns) -> pd.DataFrame:
    ids = [f"D{at}" for at in range(len(days))]
    return pd.DataFrame(
        {"decision_id": ids, "decided_on": pd.to_datetime(days), "decision": "Weekly review", "decided_by": "director", **columns}
    )  # fmt: skip


def kept(now: int) -> pd.DataFrame:
    """Ten people who every month agree on ten steps: six kept each month until June 2026, then ``now``."""
    months = pd.date_range("2025-01-01", "2026-10-01", freq="MS")
    rows = [
        (f"S{person}", month + pd.Timedelta(days=day), 10, 5, 10, now if month >= pd.Timestamp("2026-07-01") else 6, 0)
        for person in range(10) for month in months for day in (1, 26)
    ]  # fmt: skip
    return log(*rows)


def test_what_moved_since_a_decision():
    found = decided(made("2026-10-20", "2026-06-30", "2026-08-02"), kept(9))
    assert found["decision_id"].tolist() == ["D0", "D2", "D1"]  # the latest first
    assert found["months"].tolist() == [0, 2, 4]
    assert found["moved"].tolist() == ["too_early", "too_early", "better"]
    assert found.loc[2, ["steps_kept", "steps_open", "outcomes"]].tolist()[::2] == pytest.approx([0.3, 0.0])
    assert found.loc[:1, "steps_kept"].isna().all()
    assert decided(made("2026-06-30"), kept(2))["moved"].tolist() == ["worse"]
    assert decided(made("2026-06-30"), kept(6))["moved"].tolist() == ["nothing"]


def test_promises_move_with_the_log_after_a_decision():
    """Ten people whose steps stay as they were, and whose many promises are kept only since July."""
    days = pd.date_range("2025-01-03", "2026-10-25", freq="3D")
    rows = [(f"S{person}", day, day + pd.Timedelta(days=2)) for person in range(10) for day in days]
    promises = pd.DataFrame(rows, columns=["staff_id", "requested_on", "due_on"])
    in_time = (promises["due_on"] >= "2026-07-01") | (promises["requested_on"].dt.day % 4 == 0)
    promises["done_on"] = promises["due_on"].where(in_time, promises["due_on"] + pd.Timedelta(days=3))
    cells = drift.promised(promises, as_of=AS_OF)
    decisions = made("2026-06-30")
    without = drift.since_decided(decisions, kept(6), as_of=AS_OF, rng=np.random.default_rng(2027))
    found = drift.since_decided(decisions, kept(6), cells, as_of=AS_OF, rng=np.random.default_rng(2027))
    assert without[["steps_kept", "moved"]].to_numpy().tolist() == [[0, "nothing"]]
    assert found["moved"].tolist() == ["better"]
    assert found["steps_kept"].item() > 0.1


def test_decisions_of_the_plan_of_another_scenario_and_to_come_are_left_out():
    days = ["2026-01-05", "2026-01-05", "2026-11-01", "2026-01-05"]
    decisions = made(*days, key=["target.adopted", "", "", ""], scenario=["", "lean", "", ""])
    assert decided(decisions, kept(6))["decision_id"].tolist() == ["D3"]
    assert decided(decisions, kept(6), scenario="lean")["decision_id"].tolist() == ["D1", "D3"]


def test_without_a_log_nothing_is_said_of_an_old_decision():
    assert decided(made("2026-01-05"), log())["moved"].tolist() == ["no_log"]
    assert decided(made(), kept(6)).empty


def test_bad_decisions_are_named():
    with pytest.raises(ValueError, match=r"decisions has more than one row for \['decision_id'\] \['D0'\]"):
        decided(pd.concat([made("2026-01-05")] * 2), kept(6))
    with pytest.raises(ValueError, match=r"decisions is missing columns \['decided_on'\]"):
        decided(made("2026-01-05").drop(columns="decided_on"), kept(6))
