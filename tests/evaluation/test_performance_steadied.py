"""Growth of people, steadied: what counts, and whether the intervals hold where the truth is nobody's model.

Printed (``pytest -s``): how many 80 % intervals hold the true growth, and the squared error of steadied against raw
growth, each with its Monte-Carlo error. Customers differ in size as lognormals do, their own growth has heavy tails,
one in twenty leaves and one in twenty is new; people differ not at all, somewhat, or much (heavy tails too).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt.errors import Refused
from salesmgmt.evaluation import performance

SPAN = {"start": pd.Timestamp("2026-01-01"), "months": 1}
LAST, THIS = pd.Timestamp("2025-01-01"), SPAN["start"]
COLUMNS = ["staff_id", "customer_id", "month", "amount", "metric"]


def team(people: int, customers: int = 12, *, effect: float = 0.1, seed: int = 2027) -> pd.DataFrame:
    return world(people, (customers, customers), effect, np.random.default_rng(seed))[0]


def heavy(rng: np.random.Generator, size: int) -> np.ndarray:
    return stats.t.rvs(4, size=size, random_state=rng) / np.sqrt(2)


def world(people, customers, effect, rng) -> tuple[pd.DataFrame, pd.Series]:
    """Revenue of a team in two years, and the log growth of each person but for what all share."""
    true, rows = effect * heavy(rng, people), []
    for person in range(people):
        size = rng.integers(customers[0], customers[1] + 1)
        ids = [f"C{person}-{k}" for k in range(size)]
        before = rng.lognormal(11, 1, size)
        after = before * np.exp(true[person] + 0.25 * heavy(rng, size)) * (rng.random(size) > 0.05)
        before = before * (rng.random(size) > 0.05)
        for month, amount in ((LAST, before), (THIS, after)):
            rows.append(
                pd.DataFrame(
                    dict(zip(COLUMNS, (f"S{person:02}", ids, month, amount, "revenue"), strict=True))
                )
            )
    return pd.concat(rows, ignore_index=True), pd.Series(true, index=[f"S{k:02}" for k in range(people)])


def staff(people: int, **more) -> pd.DataFrame:
    return pd.DataFrame({"staff_id": [f"S{k:02}" for k in range(people)], **more})


def test_steadied_lies_between_raw_and_the_usual():
    found = performance.steadied_growth(team(8), staff(8), **SPAN)
    usual = (np.log1p(found["steadied"]) - found["weight"] * np.log1p(found["growth"])) / (
        1 - found["weight"]
    )
    assert usual.std() < 1e-9
    assert ((found["low"] < found["steadied"]) & (found["steadied"] < found["high"])).all()


def test_growth_is_the_sum_of_the_customers_kept():
    rows = team(6)
    found = performance.steadied_growth(rows, staff(6), **SPAN).set_index("staff_id")
    sums = rows.pivot_table("amount", "staff_id", "month", "sum")
    np.testing.assert_allclose(found["growth"], sums[THIS] / sums[LAST] - 1)
    np.testing.assert_allclose(found[["this_year", "last_year"]], sums[[THIS, LAST]])


def test_customers_that_changed_hands_count_for_nobody():
    rows = team(6, 14)
    moved = rows["customer_id"].isin(["C0-0", "C0-1"]) & (rows["month"] == THIS)
    handed = rows.assign(staff_id=rows["staff_id"].mask(moved, "S01"))
    kept = rows[~rows["customer_id"].isin(["C0-0", "C0-1"])]
    found = performance.steadied_growth(handed, staff(6), **SPAN)
    pd.testing.assert_frame_equal(found, performance.steadied_growth(kept, staff(6), **SPAN))
    nobody = rows.assign(staff_id=rows["staff_id"].mask(moved, ""))
    pd.testing.assert_frame_equal(performance.steadied_growth(nobody, staff(6), **SPAN), found)


def test_people_who_were_not_there_in_both_years_are_not_compared():
    hired = pd.to_datetime([None] * 6 + ["2025-01-02"])
    found = performance.steadied_growth(team(7), staff(7, hired_on=hired), **SPAN)
    assert found["staff_id"].tolist() == [f"S{k:02}" for k in range(6)]


@pytest.mark.parametrize(("people", "customers"), [(4, 12), (9, 9)])
def test_too_few_people_or_customers_are_refused(people, customers):
    with pytest.raises(Refused, match="evaluation.few_growths") as told:
        performance.steadied_growth(team(people, customers), staff(people), **SPAN)
    assert told.value.fields["people"] == str(people if customers > 9 else 0)


@pytest.mark.parametrize("effect", [0.0, 0.06, 0.15], ids=["no difference", "some", "much"])
def test_intervals_hold_the_true_growth(effect, soak, seed):
    rng, rounds = np.random.default_rng(seed), 400 if soak else 15
    shared = np.log(np.exp(0.25 * np.clip(heavy(rng, 400_000), -12, 12)).mean())
    hits, gain = [], []
    for _ in range(rounds):
        rows, true = world(15, (10, 25), effect, rng)
        found = performance.steadied_growth(rows, staff(15), **SPAN).set_index("staff_id")
        truth = np.expm1(true[found.index] + shared)
        hits.append(truth.between(found["low"], found["high"]).mean())
        errors = [((np.log1p(found[name]) - np.log1p(truth)) ** 2).sum() for name in ("steadied", "growth")]
        gain.append(errors)
    cover, error = np.mean(hits), np.std(hits) / np.sqrt(rounds)
    ratio = np.divide(*np.mean(gain, axis=0))
    print(f"steadied growth, {effect}: cover {cover:.3f} +- {error:.3f}, squared error {ratio:.2f} of raw")
    assert cover > 0.80 - 3 * error
    assert ratio < 0.75
