"""Bands and choices of segments against truths that the analysis does not know.

Raters are drawn from a population that is not the model's: leniency is skewed, noise has fat tails, answers are
whole points. The weights typed are a noisy version of the true ones. What is scored is the index that all possible raters
with the true weights would give.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesmgmt.plan import stp

CUTOFFS = {"attractive_cutoff": 3.5, "strong_cutoff": 3.5}
CRITERIA = [(axis, f"{axis[0]}{at}") for axis in ("attractiveness", "strength") for at in range(4)]
SEGMENTS = [f"S{at}" for at in range(6)]


def world(rng, *, raters, lenient, moody):
    """One client: true indices of its segments, and what its raters and planners wrote down."""
    seen = np.clip(rng.normal(3.2, 0.8, (len(SEGMENTS), 8)), 1.4, 4.6)
    true = [rng.dirichlet(8 * np.ones(4)) for _ in range(2)]
    typed = [rng.dirichlet(30 * own) for own in true]
    index = [seen[:, 4 * at : 4 * at + 4] @ true[at] for at in range(2)]
    bias = lenient * (rng.gamma(2.0, size=raters) - 2.0) / np.sqrt(2.0)
    told = seen + bias[:, None, None] + moody * rng.standard_t(4, (raters, *seen.shape)) / np.sqrt(2.0)
    told = np.clip(np.round(told), 1, 5)
    rows = [
        (segment, axis, criterion, f"R{rater}", told[rater, s, c])
        for rater in range(raters)
        for s, segment in enumerate(SEGMENTS)
        for c, (axis, criterion) in enumerate(CRITERIA)
    ]
    scores = pd.DataFrame(rows, columns=["segment", "axis", "criterion", "rater", "score"])
    weights = pd.DataFrame(CRITERIA, columns=["axis", "criterion"]).assign(weight=np.concatenate(typed))
    return index, scores, weights


@pytest.mark.parametrize(
    ("raters", "lenient", "moody"), [(5, 0.25, 0.6), (3, 0.25, 0.6), (5, 0.0, 0.3), (8, 0.5, 0.8)]
)
def test_bands_hold_the_truth_and_clear_choices_are_right(raters, lenient, moody, seed, soak):
    held, sure, right = [], [], []
    for at in range(400 if soak else 30):
        rng = np.random.default_rng([seed, at])
        truth, scores, weights = world(rng, raters=raters, lenient=lenient, moody=moody)
        placed = stp.table(pd.DataFrame({"segment": SEGMENTS}), weights, scores, draws=512, rng=rng)
        placed = placed.set_index("segment").loc[SEGMENTS]
        for name, own in zip(("attractiveness", "strength"), truth, strict=True):
            held.append(((own >= placed[f"{name}_low"]) & (own <= placed[f"{name}_high"])).mean())
        best = stp.chosen(stp.place(*truth, **CUTOFFS), choose="grow")
        clear = (placed["verdict"] == "clear").to_numpy()
        sure.append(clear.mean())
        right += (placed["targeted"].to_numpy() == best)[clear].tolist()
    coverage, error = float(np.mean(held)), float(np.std(held) / np.sqrt(len(held)))
    hits, share = float(np.mean(right)), float(np.mean(sure))
    noise = np.sqrt(hits * (1 - hits) / len(right))
    print(f"{raters} raters, leniency {lenient}, mood {moody}: 80 % bands hold {coverage:.1%} (±{error:.1%}); "
          f"{share:.0%} of choices clear, {hits:.1%} (±{noise:.1%}) of these right")  # fmt: skip
    assert coverage > 0.8 - 3 * error
    assert hits > 0.8 - 3 * noise and share > 0.3
