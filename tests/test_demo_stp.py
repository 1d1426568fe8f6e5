"""Aims of the demonstration client hold what their description says, and the project finds it."""

from __future__ import annotations

import demo_stp as made
import numpy as np
import pandas as pd
import pytest

from salesmgmt.plan import response, stp


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return made.tables(2027)


def placed(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    weights = stp.weights(tables["criteria"], tables["criteria_pairs"])
    segments = pd.DataFrame({"segment": list(made.SEEN)})
    found = stp.table(segments, weights, tables["segment_scores"], rng=np.random.default_rng(1))
    return found.set_index("segment")


def test_banking_is_a_clear_target_telecom_none_and_hotlines_in_doubt(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = placed(tables)
    assert found.loc["银行", ["cell", "targeted", "verdict"]].tolist() == ["high_high", True, "clear"]
    assert found.loc["通信", ["targeted", "verdict"]].tolist() == [False, "clear"]
    assert found.loc["政务热线", "verdict"] == "open" and found.loc["政务热线", "attractiveness"] > 3.5
    assert stp.least_certain(found.reset_index())["segment"] == "政务热线"


def test_comparisons_agree_well_enough_to_use(tables: dict[str, pd.DataFrame]) -> None:
    assert stp.consistency(tables["criteria_pairs"])["consistent"].tolist() == [True]


def test_nobody_scores_outside_the_scale_and_everybody_scores_everything(
    tables: dict[str, pd.DataFrame],
) -> None:
    scores = tables["segment_scores"]
    assert scores["score"].isin([1, 2, 3, 4, 5]).all()
    assert len(scores) == len(made.SEEN) * len(made.CRITERIA) * len(made.RATERS)


def test_judges_differ_most_on_hotlines(tables: dict[str, pd.DataFrame]) -> None:
    judged = tables["judgements"]
    steps = judged.groupby(["subject", "judge"])["response"].diff().dropna()
    assert (steps >= 0).all()
    summary = response.summary(response.curves(judged))
    assert (summary["disputed"], summary["judges"], summary["subjects"]) == ("政务热线", 4, 6)
    assert summary["residual"] < 0.05
