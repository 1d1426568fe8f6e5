"""The running year against its plan: worked by hand, the same months only, and ranges held against simulated years."""

from __future__ import annotations

import nbformat
import numpy as np
import pandas as pd
import papermill
import pytest

from salesmgmt.errors import Refused
from salesmgmt.evaluation import performance
from salesmgmt.plan import targets

START = pd.Timestamp("2026-01-01")
AUTUMN = pd.Timestamp("2026-10-31")
SEASON = np.array([6, 6, 6, 6, 8, 8, 8, 8, 8, 8, 12, 16]) / 100


def revenue(years, *, first=2024, months=12, customer="C1"):
    """Revenue of whole years from the first on, each given by its total, the last one cut after some months."""
    rows = [
        {"month": pd.Timestamp(first + at, month + 1, 1), "amount": total * SEASON[month], "customer_id": customer}
        for at, total in enumerate(years) for month in range(months if at == len(years) - 1 else 12)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def asked(*amounts):
    """A company's quotas by month."""
    return pd.DataFrame({"age": range(len(amounts)), "quota": amounts})


NOTHING = asked()


def course(table, quotas=NOTHING, **given):
    return targets.on_course(table, quotas, **({"start": START, "as_of": AUTUMN} | given))


def test_the_year_by_hand():
    found = course(revenue([1000, 1100, 900], months=10), asked(*[100.0] * 12))
    assert found.figures == pytest.approx(
        {
            "actual": 648.0,
            "planned": 864.0,
            "attained": 0.75,
            "target": 1200.0,
            "gap": 300.0,
            "straight": 777.6,
        }
    )  # 72 of 100 come by October: 900 at that pace, where a straight line says 648 ÷ 10 × 12
    assert (found.outlook, found.before, found.years) == (pytest.approx(900.0), pytest.approx(792.0), 2)
    assert (found.source, found.standing, found.verdict) == ("quotas", "short", "cannot_tell")
    assert np.isnan([found.low, found.high]).all()
    assert found.to_come == {"first": pd.Timestamp("2026-11-01"), "last": pd.Timestamp("2026-12-31")}


def test_months_add_up_and_are_held_against_the_same_month():
    months = course(revenue([1000, 1100, 900], months=10), asked(*[100.0] * 12)).months
    assert months["target"].sum() == pytest.approx(1200.0) and len(months) == 12
    assert months["actual"].sum() + months["ahead"].sum() == pytest.approx(900.0)
    assert months["last_year"].tolist() == pytest.approx((1100 * SEASON).tolist())
    assert months["difference"].tolist() == pytest.approx((-300 * SEASON).tolist())
    assert months["ahead"].isna().tolist() == months["actual"].notna().tolist() == [True] * 10 + [False] * 2


def test_a_month_still_running_counts_in_neither_year():
    table = revenue([1000, 900], first=2025, months=10)
    found = course(table, as_of=pd.Timestamp("2026-10-30"))
    assert found.end == pd.Timestamp("2026-09-30")
    assert (found.actual, found.before) == (pytest.approx(900 * 0.64), pytest.approx(1000 * 0.64))


def test_business_years_may_start_in_any_month():
    table = pd.DataFrame({"month": pd.date_range("2025-04-01", periods=18, freq="MS"), "amount": 10.0})
    found = targets.on_course(table, asked(*[11.0] * 12), start=pd.Timestamp("2026-04-01"), as_of=pd.Timestamp("2026-09-30"))  # fmt: skip
    assert (found.actual, found.planned, found.outlook) == (60.0, pytest.approx(66.0), pytest.approx(120.0))
    assert found.months["month"].iloc[[0, -1]].dt.strftime("%Y-%m").tolist() == ["2026-04", "2027-03"]


def test_the_season_is_of_whole_years_in_a_row_and_never_of_this_one():
    gap = revenue([700, 1000, 900], first=2023)
    gap = gap[gap["month"] != pd.Timestamp("2023-05-01")]
    assert targets.past_years(gap, start=START).index.year.tolist() == [2025, 2024]
    odd = pd.concat([revenue([1000], first=2025), pd.DataFrame({"month": [START], "amount": [5000.0]})])
    assert targets.seasonal_shares(targets.past_years(odd, start=START)).tolist() == pytest.approx(
        SEASON.tolist()
    )
    assert targets.seasonal_shares(targets.past_years(odd, start=pd.Timestamp("2020-01-01"))).sum() == pytest.approx(1.0)  # fmt: skip
    assert len(targets.past_years(revenue([100.0] * 8, first=2018), start=START)) == 5


def test_the_first_target_there_is_and_its_own_phasing():
    stepped, even = asked(*[10.0] * 6, *[30.0] * 6), asked(*[20.0] * 12)
    months, source = targets.target_months(stepped, SEASON)
    assert months.tolist() == [10.0] * 6 + [30.0] * 6 and source == "quotas"
    months, source = targets.target_months(stepped, SEASON, adopted=480.0, required=999.0)
    assert months.tolist() == [20.0] * 6 + [60.0] * 6 and source == "decision"
    months, source = targets.target_months(even, SEASON, required=999.0)
    assert months.tolist() == pytest.approx((240 * SEASON).tolist()) and source == "quotas"
    months, source = targets.target_months(NOTHING, SEASON, required=100.0)
    assert months.tolist() == pytest.approx((100 * SEASON).tolist()) and source == "requirement"
    months, source = targets.target_months(asked(*[20.0] * 9), SEASON)
    assert np.isnan(months).all() and source == ""
    parts = pd.concat([even, even])
    assert targets.target_months(parts, SEASON)[0].sum() == pytest.approx(480.0)


def test_the_clients_phasing_comes_before_the_past_and_stands_in_for_it():
    flat = [1 / 12] * 12
    found = course(revenue([1000, 900], first=2025, months=10), asked(*[100.0] * 12), phasing=flat)
    assert (found.planned, found.outlook) == (pytest.approx(1000.0), pytest.approx(648 * 1.2))
    alone = course(revenue([900], first=2026, months=10), asked(*[100.0] * 12), phasing=flat)
    assert alone.outlook == pytest.approx(648 * 1.2) and np.isnan(alone.before)


def test_without_a_target_nothing_is_short():
    found = course(revenue([1000, 1100], first=2025, months=10))
    assert (found.standing, found.source, found.verdict) == ("untargeted", "", "cannot_tell")
    assert set(found.figures) == {"actual", "before", "straight"}
    assert found.months[["target", "difference"]].isna().all(axis=None)


def test_a_year_that_is_over_is_what_it_was():
    for total, told in ((900, "over_short"), (1000, "over_reached")):
        found = course(
            revenue([1000, total], first=2025), asked(*[80.0] * 12), as_of=pd.Timestamp("2026-12-31")
        )
        assert (found.standing, found.verdict, found.outlook) == (told, "", pytest.approx(total))
        assert found.figures == pytest.approx({"actual": total, "target": 960.0, "gap": 960.0 - total})


@pytest.mark.parametrize(
    ("target", "verdict"), [(1400.0, "behind"), (1000.0, "open"), (700.0, "ahead"), (None, "untargeted")]
)
def test_a_range_that_holds_the_target_leaves_it_open(target, verdict):
    table = revenue([1000, 1000, 1000, 1000], first=2023, months=10)
    table.loc[table["month"] == pd.Timestamp("2024-12-01"), "amount"] += 60
    quotas = NOTHING if target is None else asked(*[target / 12] * 12)
    found = course(table, quotas)
    assert found.low < found.outlook < found.high and found.verdict == verdict
    assert found.low >= found.actual


def test_a_range_is_of_how_far_the_same_reckoning_missed():
    past = pd.DataFrame([[8.0] * 10 + [10.0, 10.0], [8.0] * 10 + [12.0, 8.0], [8.0] * 10 + [20.0, 20.0]])
    mean = targets.season(past)
    outlook, low, high = targets.run_rate(80.0, mean, past, done=10, estimated=True)
    missed = np.log([0.8, 0.8, 80 / 120])
    half = 1.8856 * missed.std(ddof=1) * np.sqrt(4 / 3)  # t of two degrees of freedom at nine tenths
    assert outlook == pytest.approx(80 / mean[:10].sum())
    assert (low, high) == pytest.approx((outlook * np.exp(-half), outlook * np.exp(half)), rel=1e-4)
    given = np.array([0.08] * 10 + [0.1, 0.1])
    outlook, low, high = targets.run_rate(80.0, given, past, done=10, estimated=False)
    half = 1.6377 * np.sqrt(
        np.mean(np.log(0.8 / np.array([0.8, 0.8, 2 / 3])) ** 2)
    )  # three degrees of freedom
    assert (outlook, high) == (pytest.approx(100.0), pytest.approx(100.0 * np.exp(half), rel=1e-4))
    assert low == pytest.approx(max(80.0, 100.0 * np.exp(-half)), rel=1e-4)


@pytest.mark.parametrize(
    ("table", "given", "id"),
    [
        (revenue([1000, 900], first=2025, months=10), {"as_of": pd.Timestamp("2026-01-30")}, "plan.year_new"),
        (revenue([1000, 900], first=2025, months=9), {}, "plan.year_not_booked"),
        (revenue([900], first=2026, months=10), {}, "plan.year_no_season"),
    ],
)
def test_what_cannot_tell_says_why(table, given, id):
    with pytest.raises(Refused, match=id):
        course(table, **given)


def test_misuse_is_named():
    with pytest.raises(ValueError, match=r"as_of == 2027-03-31, must be within the year"):
        course(revenue([1000, 900], first=2025), as_of=pd.Timestamp("2027-03-31"))
    with pytest.raises(ValueError, match="revenue is missing columns"):
        course(revenue([1000]).drop(columns="amount"))
    with pytest.raises(ValueError, match="sum to 1.2"):
        course(revenue([1000, 900], first=2025, months=10), phasing=[0.1] * 12)


CUSTOMERS = pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "segment": ["Bank", "Retail", ""]})


def test_segments_follow_their_own_season_and_add_up_to_the_company():
    late = revenue([500, 500, 400], months=10, customer="C2").assign(
        amount=lambda rows: np.where(rows["month"].dt.month > 10, rows["amount"] * 3, rows["amount"])
    )
    table = pd.concat(
        [revenue([1000, 1000, 900], months=10), late, revenue([90], first=2026, months=10, customer="C3")]
    )
    found = course(table)
    quotas = pd.DataFrame({"scope_id": "Bank", "age": range(12), "quota": 100.0})
    each = targets.course_by_segment(table, CUSTOMERS, quotas, found, start=START).set_index("segment")
    assert each.index.tolist() == ["Bank", "Retail", ""]
    assert each["outlook"].sum() == pytest.approx(found.outlook)
    assert each["actual"].tolist() == pytest.approx([648.0, 288.0, 64.8])
    assert each["growth"].tolist() == pytest.approx([-0.1, -0.2, float("nan")], nan_ok=True)
    rest = (each["outlook"] - each["actual"]) / each["actual"]
    assert rest["Retail"] == pytest.approx(3 * rest["Bank"])
    assert each["shortfall"].tolist() == pytest.approx([1200 - each.loc["Bank", "outlook"], *[float("nan")] * 2], nan_ok=True)  # fmt: skip


def test_a_year_that_brought_nothing_leads_nowhere():
    table = revenue([1000, 0], first=2025, months=10)
    found = course(table, asked(*[100.0] * 12))
    assert (found.outlook, found.standing, found.figures["gap"]) == (0.0, "short", pytest.approx(1200.0))
    none = pd.DataFrame({"scope_id": [], "age": [], "quota": []})
    each = targets.course_by_segment(table, CUSTOMERS, none, found, start=START)
    assert each[["segment", "outlook", "growth"]].values.tolist() == [["Bank", 0.0, -1.0]]


def test_part_of_a_year_before_is_not_held_against_this_one():
    table = revenue([1000, 900], first=2025, months=10)
    table = table[table["month"] >= pd.Timestamp("2025-06-01")]
    found = course(table, phasing=SEASON.tolist())
    each = targets.course_by_segment(table, CUSTOMERS, pd.DataFrame({"scope_id": [], "age": [], "quota": []}), found, start=START)  # fmt: skip
    assert np.isnan(found.before) and each[["last_year", "growth"]].isna().all(axis=None)
    assert each["outlook"].tolist() == pytest.approx([found.outlook])


def test_contracts_bring_the_months_that_fall_between():
    contracts = pd.DataFrame({"starts_on": ["2026-01-01", "2026-12-16", "2027-01-01"], "ends_on": ["2026-11-15", "2027-06-30", "2027-12-31"], "monthly_amount": [10.0, 31.0, 99.0]})  # fmt: skip
    rest = {"first": pd.Timestamp("2026-11-01"), "last": pd.Timestamp("2026-12-31")}
    assert targets.contracted(contracts, **rest) == pytest.approx(5.0 + 16.0)


def test_quotas_of_the_company_come_from_the_coarsest_scope_that_covers_it():
    quotas = pd.DataFrame(
        {"scope": ["team", "team", "staff"], "scope_id": ["A", "B", "S1"], "period": "2026", "metric": "revenue", "amount": [600.0, 600.0, 99.0]}
    )  # fmt: skip
    due = performance.company_quotas(quotas, metric="revenue", start=START, months=12)
    assert due["scope"].unique().tolist() == ["team"] and due["quota"].sum() == pytest.approx(1200.0)
    assert performance.company_quotas(quotas, metric="signed", start=START, months=12).empty


WORLDS = {False: 80, True: 20_000}


def world(rng: np.random.Generator, years: int, *, loses: bool) -> bool:
    """Whether the range holds what a simulated year brought in: noisy months, growth that differs from year to year."""
    growth = rng.normal(0.08, 0.04, years + 1)
    pace = np.concatenate([[0.0], np.cumsum(growth)[:-1]])
    within = np.linspace(0.0, 1.0, 12)
    level = np.exp(pace[:, None] + growth[:, None] * within + rng.normal(0.0, 0.03, (years + 1, 12))) * SEASON
    if loses:
        level[-1, 10:] *= 1 - 0.25 * (rng.random() < 0.5)
    months = pd.date_range(pd.Timestamp(2026 - years, 1, 1), periods=12 * (years + 1), freq="MS")
    table = pd.DataFrame({"month": months, "amount": level.ravel()})
    found = course(table[table["month"] <= AUTUMN])
    return bool(found.low <= level[-1].sum() <= found.high)


@pytest.mark.parametrize(("years", "loses", "least", "most"), [(3, False, 0.8, 0.8), (5, False, 0.8, 0.8), (5, True, 0.3, 0.6)])  # fmt: skip
def test_eighty_percent_ranges_hold_what_the_year_brings(soak, seed, years, loses, least, most):
    rng = np.random.default_rng(seed)
    held = np.array([world(rng, years, loses=loses) for _ in range(WORLDS[soak])])
    cover, error = held.mean(), np.sqrt(0.16 / len(held))
    print(f"year's outlook, {years} years, loses={loses}: cover {cover:.3f} +- {error:.3f} of 0.800")
    assert least - 4 * error - 0.01 <= cover <= most + 4 * error + 0.01


REVENUE = "revenue_id,month,customer_id,amount\n"
CELLS = ("from salesmgmt import charts", "# type: str", "data = load(", "targets as goals", "goals.on_course(", "performance.company_quotas(")  # fmt: skip


def section_of(root, folder, *, as_of, months, **tables):
    """What the section alone says about a client whose plan year is 2027: text, tables, cards and reasons."""
    head = f'[engagement]\nclient = "小客户"\nyear = 2027\nas_of = {as_of}\nlanguages = ["en"]\n'
    (folder / "engagement.toml").write_text(head + "[target]\nrequired = 5000\n", encoding="utf-8")
    rows = [f"{month:%Y-%m}-{at},{month:%Y-%m},C{at % 2},{100 + at}" for month in months for at in range(2)]
    texts = {"customers": "customer_id,customer,status,segment\nC0,甲,existing,银行\nC1,乙,existing,\n", "revenue": REVENUE + "\n".join(rows)} | tables  # fmt: skip
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    whole = nbformat.read(root / "notebooks" / "1_plan.ipynb", as_version=4)
    whole.cells = [cell for cell in whole.cells if cell.cell_type == "code" and any(text in cell.source for text in CELLS)]  # fmt: skip
    nbformat.write(whole, folder / "section.ipynb")
    made = papermill.execute_notebook(str(folder / "section.ipynb"), None, parameters={"engagement": str(folder)}, progress_bar=False)  # fmt: skip
    outputs = [output.get("data", {}) for cell in made.cells for output in cell.get("outputs", [])]
    cards = {card["key"]: card for o in outputs for card in o.get("application/vnd.salesmgmt.cards+json", {}).get("cards", [])}  # fmt: skip
    reasons = [d["id"] for o in outputs if (d := o.get("application/vnd.salesmgmt.refusal+json"))]
    return "".join(o.get("text/html", "") for o in outputs), cards, reasons


DECIDED = "decision_id,decided_on,decision,reason,decided_by,key,value\nD1,2026-12-01,目标,理由,总监,target.adopted,3000\n"
THREE_YEARS = pd.date_range("2024-01-01", "2027-06-01", freq="MS")


def test_within_the_plan_year_the_adopted_target_is_what_counts(root, tmp_path):
    said, cards, reasons = section_of(
        root, tmp_path, as_of="2027-06-30", months=THREE_YEARS, decisions=DECIDED
    )
    assert cards["plan.target.year_target"]["value"] == 3000.0 and "(decisions)" in said
    assert cards["plan.target.year_outlook"]["value"] == pytest.approx(201 * 12)
    assert cards["plan.target.year_planned"]["value"] == pytest.approx(1500.0)
    assert cards["plan.target.year_history"]["value"] == 3.0
    assert "all of it below the target" in said and reasons == ["inputs.table_absent"]  # no contracts


def test_before_the_plan_year_its_target_says_nothing_of_this_year(root, tmp_path):
    months = THREE_YEARS[THREE_YEARS < "2026-07-01"]
    said, cards, reasons = section_of(root, tmp_path, as_of="2026-06-30", months=months, decisions=DECIDED)
    assert "neither a revenue quota of the company nor an adopted target" in said and "Only" in said
    assert "plan.target.year_target" not in cards and cards["plan.target.year_before"]["value"] == 201 * 6
    assert reasons == ["inputs.table_absent"]
