"""A rater's latest word counts; coefficients of agreement meet published examples and their own definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt import agreement

UNLUCKY = 1e-4

# Shrout & Fleiss (1979), table 2: six people, four judges
JUDGED = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
# the table of ten subjects and fourteen raters that the usual libraries test Fleiss' kappa with
FOURTEEN = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def rated(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"staff_id": "S1", "competency": "listening", "rater_id": "R1", **columns})


# ---- latest ----


def test_latest_rating_replaces_the_raters_older_ones():
    rows = rated(
        rater_id=["R1", "R2", "R1", "R3"],
        rater_kind="peer",
        score=[1.0, 2.0, 3.0, 4.0],
        assessed_on=pd.to_datetime(["2026-10-01", "2025-10-01", "2025-10-01", None]),
    )
    assert agreement.latest(rows)["score"].tolist() == [1.0, 2.0, 4.0]


def test_latest_keeps_every_person_competency_and_rater_and_returns_a_new_frame():
    rows = pd.DataFrame(
        {
            "staff_id": ["S1", "S2", "S1", "S1"],
            "competency": ["a", "a", "b", "a"],
            "rater_id": ["R1", "R1", "R1", "R2"],
        },
        index=[7, 5, 3, 1],
    )
    kept = agreement.latest(rows)
    pd.testing.assert_frame_equal(kept, rows)
    kept["staff_id"] = "X"
    assert rows["staff_id"].tolist() == ["S1", "S2", "S1", "S1"]


def test_rater_who_changed_kind_counts_once_as_what_he_is_now():
    rows = rated(
        rater_kind=["manager", "peer"],
        score=[3.0, 5.0],
        assessed_on=pd.to_datetime(["2026-10-01", "2025-10-01"]),
    )
    assert agreement.latest(rows)["rater_kind"].tolist() == ["manager"]


def test_a_rating_without_a_day_is_the_oldest_and_ties_keep_the_last_row():
    day = pd.Timestamp("2026-10-01")
    rows = rated(rater_id=["R1", "R1", "R2", "R2"], score=[1.0, 2.0, 3.0, 4.0])
    assert agreement.latest(rows)["score"].tolist() == [2.0, 4.0]
    assert agreement.latest(rows.assign(assessed_on=pd.NaT))["score"].tolist() == [2.0, 4.0]
    assert agreement.latest(rows.assign(assessed_on=[day, None, day, day]))["score"].tolist() == [1.0, 4.0]


def test_latest_equals_a_plain_loop_on_random_rounds():
    rng = np.random.default_rng(2027)
    rows = pd.DataFrame(
        {
            "staff_id": rng.choice(["S1", "S2", "S3"], 300),
            "competency": rng.choice(["a", "b"], 300),
            "rater_id": rng.choice(["R1", "R2", "R3", "R4"], 300),
            "rater_kind": "peer",
            "assessed_on": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 9, 300), unit="D"),
            "score": np.arange(300.0),
        }
    )
    best: dict[tuple[str, ...], tuple[pd.Timestamp, float]] = {}
    for row in rows.itertuples():
        key = (row.staff_id, row.competency, row.rater_id)
        if key not in best or row.assessed_on >= best[key][0]:
            best[key] = (row.assessed_on, row.score)
    assert agreement.latest(rows)["score"].tolist() == sorted(score for _, score in best.values())


def test_latest_needs_its_columns():
    with pytest.raises(ValueError, match=r"assessments is missing columns \['rater_id'\]"):
        agreement.latest(rated(score=[1.0]).drop(columns="rater_id"))


# ---- intraclass correlation ----


def test_icc_meets_shrout_and_fleiss(golden):
    case = golden("rel-icc-sf")
    found = agreement.icc(case["inputs"]["ratings_6x4"]).set_index("form")["icc"]
    names = {f"ICC{form}{k}": f"ICC({form}{',k' if k else ''})" for form in (1, 2, 3) for k in ("", "k")}
    for published, form in names.items():
        assert found[form] == pytest.approx(case["outputs"][published], abs=0.005), form


def test_the_mean_of_raters_by_consistency_is_cronbachs_alpha(golden):
    case = golden("rel-alpha")
    covariance = np.array(case["inputs"]["cov"])
    k = len(covariance)
    scores = np.random.default_rng(2027).normal(size=(50, k))
    white = np.linalg.inv(np.linalg.cholesky(np.cov(scores.T)))
    table = (scores - scores.mean(axis=0)) @ white.T @ np.linalg.cholesky(covariance).T
    np.testing.assert_allclose(np.cov(table.T), covariance)
    alpha = [agreement.icc(part).set_index("form").loc["ICC(3,k)", "icc"]
             for part in (table, *(np.delete(table, item, axis=1) for item in range(k)))]  # fmt: skip
    assert alpha == pytest.approx([case["outputs"]["alpha"], *case["outputs"]["if_dropped"]], abs=5e-5)


def test_intervals_meet_another_library():
    # pingouin 0.7.0, intraclass_corr, CI95 of the same table
    found = agreement.icc(JUDGED, level=0.95)
    assert found["form"].tolist() == ["ICC(1)", "ICC(2)", "ICC(3)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
    low = [-0.13, 0.02, 0.34, -0.88, 0.07, 0.68]
    high = [0.72, 0.76, 0.95, 0.91, 0.93, 0.99]
    np.testing.assert_allclose(found["low"], low, atol=0.005)
    np.testing.assert_allclose(found["high"], high, atol=0.005)
    assert found[["people", "raters"]].values.tolist() == [[6, 4]] * 6


def test_only_consistency_forgives_a_severe_rater():
    harsh = JUDGED - np.array([0, 0, 0, 5])
    before, after = (agreement.icc(table).set_index("form")["icc"] for table in (JUDGED, harsh))
    assert after["ICC(3)"] == pytest.approx(before["ICC(3)"], rel=1e-12)
    assert after["ICC(1)"] != pytest.approx(before["ICC(1)"], abs=0.01)
    assert after["ICC(2)"] != pytest.approx(before["ICC(2)"], abs=0.01)


def test_icc_does_not_depend_on_order_unit_or_origin():
    rng = np.random.default_rng(7)
    moved = 3.0 + 0.5 * JUDGED[rng.permutation(6)][:, rng.permutation(4)]
    expected, found = agreement.icc(JUDGED), agreement.icc(pd.DataFrame(moved))
    np.testing.assert_allclose(found[["icc", "low", "high"]], expected[["icc", "low", "high"]], rtol=1e-9)


def test_wider_level_holds_the_narrower():
    narrow, wide = agreement.icc(JUDGED), agreement.icc(JUDGED, level=0.95)
    assert (wide["low"] < narrow["low"]).all()
    assert (wide["high"] > narrow["high"]).all()
    assert narrow["icc"].between(narrow["low"], narrow["high"]).all()


def test_oneway_with_equal_numbers_is_icc_1():
    tidy = pd.DataFrame({"person": np.repeat(list("abcdef"), 4), "score": JUDGED.ravel()})
    one = agreement.icc(JUDGED).iloc[[0, 3]].reset_index(drop=True)
    found = agreement.icc_oneway(tidy.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(found.astype({"raters": float}), one.astype({"raters": float}), rtol=1e-9)


def test_oneway_with_unequal_numbers_by_hand():
    # N = 5 ratings of 2 people: k0 = (5 - (4 + 9) / 5) / 1; mean squares 7.5 and 2.5 / 3
    found = agreement.icc_oneway(pd.DataFrame({"person": list("aabbb"), "score": [5, 4, 2, 1, 3]})).iloc[0]
    k0, within = 2.4, 2.5 / 3
    assert found["raters"] == pytest.approx(k0)
    assert found["icc"] == pytest.approx((7.5 - within) / (7.5 + (k0 - 1) * within))
    ratio = 7.5 / within / stats.f.ppf(0.9, 1, 3)
    assert found["low"] == pytest.approx((ratio - 1) / (ratio + k0 - 1))


@pytest.mark.parametrize(
    ("scores", "icc"),
    [
        (np.full((5, 3), 4.0), np.nan),  # nothing differs: nothing can be said
        (np.array([[5.0, 5.0], [3.0, 3.0], [1.0, 1.0]]), 1.0),  # perfect agreement
        (np.array([[1.0, 5.0], [5.0, 1.0]]), -1.0),  # perfect disagreement of two
    ],
)
def test_icc_at_the_edge(scores, icc):
    found = agreement.icc(scores).iloc[0]
    assert found["icc"] == pytest.approx(icc, nan_ok=True)
    if icc == 1.0:
        assert (found["low"], found["high"]) == (1.0, 1.0)
    tidy = pd.DataFrame(
        {"person": np.repeat(np.arange(len(scores)), scores.shape[1]), "score": scores.ravel()}
    )
    assert agreement.icc_oneway(tidy)["icc"][0] == pytest.approx(icc, nan_ok=True)


def test_icc_refuses_what_is_no_table_of_raters():
    with pytest.raises(ValueError, match=r"shape \(1, 3\), must be two or more people"):
        agreement.icc([[1, 2, 3]])
    with pytest.raises(ValueError, match=r"shape \(3, 1\)"):
        agreement.icc([[1], [2], [3]])
    with pytest.raises(ValueError, match=r"missing or infinite numbers in rows \[0, 2\]"):
        agreement.icc([[1, np.nan], [2, 3], [np.inf, 1]])
    with pytest.raises(ValueError, match="level == 80"):
        agreement.icc(JUDGED, level=80)
    with pytest.raises(ValueError, match="3 ratings of 3 people"):
        agreement.icc_oneway(pd.DataFrame({"person": list("abc"), "score": [1, 2, 3]}))
    with pytest.raises(ValueError, match="2 ratings of 1 people"):
        agreement.icc_oneway(pd.DataFrame({"person": list("aa"), "score": [1, 2]}))
    with pytest.raises(ValueError, match="ratings.score == "):
        agreement.icc_oneway(pd.DataFrame({"person": list("aab"), "score": [1, 2, None]}))


def test_mean_of_several_is_more_reliable_and_undoes_itself():
    assert agreement.mean_of(0.5, 4) == pytest.approx(0.8)
    assert agreement.mean_of(agreement.mean_of(0.3, 5), 1 / 5) == pytest.approx(0.3)
    assert np.isnan(agreement.mean_of(-0.5, 4))
    assert np.isnan(agreement.mean_of(np.nan, 4))


# ---- kappa ----


def test_kappa_meets_the_published_printout(golden):
    case = golden("rel-kappa-sas")
    table, published = case["inputs"]["table"], case["outputs"]
    plain = agreement.weighted_kappa(table, weights="unweighted", level=0.95)
    assert plain["kappa"] == pytest.approx(published["kappa"], abs=5e-5)
    assert plain["se"] == pytest.approx(published["ase"], abs=5e-5)
    assert plain[["low", "high"]].tolist() == pytest.approx(published["ci"], abs=5e-5)
    linear = agreement.weighted_kappa(table, level=0.95)
    assert linear["kappa"] == pytest.approx(published["weighted_linear"], abs=5e-5)
    assert linear[["low", "high"]].tolist() == pytest.approx(published["weighted_ci"], abs=5e-5)
    assert linear["n"] == 19


def test_pairs_give_the_table_and_keep_the_distance_of_scores():
    pairs = pd.DataFrame({"first": [1, 2, 2, 4, 5], "second": [1, 2, 4, 4, 4]})
    table = np.zeros((5, 5))
    np.add.at(table, (pairs["first"].to_numpy() - 1, pairs["second"].to_numpy() - 1), 1)
    for weights in agreement.WEIGHTS:
        found, expected = (agreement.weighted_kappa(given, weights=weights) for given in (pairs, table))
        pd.testing.assert_series_equal(found, expected)


def test_quadratic_kappa_is_the_concordance_of_pairs():
    # Fleiss & Cohen (1973): with population variances, 2 cov / (var + var + squared difference of means)
    pairs = pd.DataFrame({"first": [1, 2, 2, 4, 5, 3], "second": [1, 3, 2, 4, 4, 5]})
    a, b = pairs["first"], pairs["second"]
    cov = ((a - a.mean()) * (b - b.mean())).mean()
    expected = 2 * cov / (a.var(ddof=0) + b.var(ddof=0) + (a.mean() - b.mean()) ** 2)
    assert agreement.weighted_kappa(pairs, weights="quadratic")["kappa"] == pytest.approx(expected)


def test_kappa_at_the_edge():
    assert agreement.weighted_kappa([[4, 0], [0, 6]])[["kappa", "se"]].tolist() == [1.0, 0.0]
    assert agreement.weighted_kappa([[0, 4], [4, 0]])["kappa"] == pytest.approx(-1.0)
    assert agreement.weighted_kappa([[9, 0], [0, 0]])[["kappa", "low"]].isna().all()


def test_kappa_says_what_is_wrong():
    with pytest.raises(ValueError, match=r"shape \(2, 3\) and 6 pairs, must be square"):
        agreement.weighted_kappa(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"shape \(2, 2\) and 0 pairs"):
        agreement.weighted_kappa(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="numbers >= 0"):
        agreement.weighted_kappa([[1, -1], [0, 1]])
    with pytest.raises(ValueError, match="weights == 'cubic', must be among"):
        agreement.weighted_kappa(np.eye(2), weights="cubic")
    with pytest.raises(ValueError, match="1 pairs, must have some"):
        agreement.weighted_kappa(pd.DataFrame({"first": [1.0], "second": [np.nan]}))


def test_fleiss_kappa_meets_the_usual_example():
    assert agreement.fleiss_kappa(FOURTEEN, weights="unweighted") == pytest.approx(0.2099, abs=5e-5)


@pytest.mark.parametrize("weights", agreement.WEIGHTS)
def test_fleiss_kappa_is_kappa_of_all_ordered_pairs(weights):
    counts = np.array(FOURTEEN, dtype="float64")
    pairs = counts.T @ counts - np.diag(counts.sum(axis=0))
    expected = agreement.weighted_kappa(pairs, weights=weights)["kappa"]
    assert agreement.fleiss_kappa(FOURTEEN, weights=weights) == pytest.approx(expected)


def test_fleiss_kappa_at_the_edge():
    assert agreement.fleiss_kappa([[3, 0], [0, 2], [1, 0]]) == 1.0
    assert np.isnan(agreement.fleiss_kappa([[3, 0], [2, 0]]))
    assert np.isnan(agreement.fleiss_kappa([[1, 0], [0, 1]]))


# ---- calibration ----


def normal(rng: np.random.Generator, people: int, raters: int) -> np.ndarray:
    return 3 + 0.8 * rng.normal(size=(people, 1)) + 0.8 * rng.normal(size=(people, raters))


def crowded(rng: np.random.Generator, people: int, raters: int) -> np.ndarray:
    """Skewed, in whole steps, stopping at 5."""
    skill = 0.8 * (2 - rng.gamma(2, 1, (people, 1))) / np.sqrt(2)
    noise = 0.8 * (1.5 - rng.gamma(1.5, 1, (people, raters))) / np.sqrt(1.5)
    return np.clip(np.round(3.9 + skill + noise), 1, 5)


@pytest.mark.parametrize(("scores", "least"), [(normal, 0.79), (crowded, 0.69)])
@pytest.mark.parametrize("people", [12, 30])
def test_interval_covers_the_correlation_of_two_raters_in_a_very_large_sample(people, scores, least, soak):
    rng, worlds = np.random.default_rng(2027 + people), 4000 if soak else 200
    truth = np.corrcoef(scores(rng, 400_000, 2).T)[0, 1]
    found = [agreement.icc(scores(rng, people, 3)).iloc[0] for _ in range(worlds)]
    hits = sum(row["low"] <= truth <= row["high"] for row in found)
    error = np.sqrt(hits * (worlds - hits) / worlds**3)
    print(
        f"{people} people, {scores.__name__}: {truth:.3f} covered {hits / worlds:.3f} ± {error:.3f} ({worlds})"
    )
    assert stats.binom.cdf(hits, worlds, least) > UNLUCKY
    assert stats.binom.sf(hits - 1, worlds, 0.81) > UNLUCKY
