"""Agreement, kappa and self against others where the truth is nobody's model.

Abilities are skewed and partly shared between competencies; raters are severe or lenient, and see a person in one
light over all competencies (halo); scores are rounded and stop at 5. Peers rate colleagues of their team, so one
severe peer marks several people. The truth is what a very large company of the same kind shows, by the definition
of the coefficient and not by our code. Coverage of the 80 % intervals and the chance of any false finding are printed
with their Monte-Carlo error (``pytest -s``), and held to it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from salesmgmt.evaluation import ratings

UNLUCKY = 1e-4
LARGE = 20_000
TEAM = 8

WORLDS = {
    "usual": {"people": 30, "items": 7, "shared": 0.5, "severity": 0.4, "halo": 0.4},
    "severe raters": {"people": 30, "items": 7, "shared": 0.5, "severity": 0.7, "halo": 0.6},
    "one competency": {"people": 30, "items": 1, "shared": 0.5, "severity": 0.4, "halo": 0.4},
    "small": {"people": 14, "items": 5, "shared": 0.7, "severity": 0.4, "halo": 0.4},
    "large": {"people": 120, "items": 7, "shared": 0.5, "severity": 0.4, "halo": 0.4},
}


class World:
    """People of one company and the scores that raters give them."""

    def __init__(
        self,
        rng: np.random.Generator,
        *,
        people: int,
        items: int,
        shared: float,
        severity: float,
        halo: float,
    ) -> None:
        self.rng, self.severity, self.halo = rng, severity, halo
        general, special = rng.gamma(2, 1, (people, 1)) - 2, rng.gamma(2, 1, (people, items)) - 2
        skill = -(np.sqrt(shared) * general + np.sqrt(1 - shared) * special) / np.sqrt(2)
        self.level = 3.9 + np.linspace(-0.6, 0.6, items) + 0.8 * skill

    def scores(self, severity: np.ndarray) -> np.ndarray:
        """Scores of people × items × raters, from the severity of each person's raters."""
        people, items = self.level.shape
        raters = severity.shape[1]
        halo = self.halo * self.rng.standard_t(5, (people, 1, raters))
        noise = 0.6 * (1.5 - self.rng.gamma(1.5, 1, (people, items, raters))) / np.sqrt(1.5)
        seen = self.level[:, :, None] + self.severity * severity[:, None, :] + halo + noise
        return np.clip(np.round(seen), 1, 5)

    def fresh(self, raters: int) -> np.ndarray:
        """Scores by raters of one's own."""
        return self.scores(self.rng.normal(size=(len(self.level), raters)))

    def assessments(self) -> pd.DataFrame:
        """Everybody rates himself, the team's manager rates, 2 to 4 colleagues, 0 to 3 customers of his own."""
        rng, people = self.rng, len(self.level)
        team = np.arange(people) // TEAM
        severity = rng.normal(size=people)
        order = rng.random((people, people)) + 9.0 * (team[:, None] != team) + 99.0 * np.eye(people)
        colleagues = np.argsort(order, axis=1)[:, :4]
        manager = rng.normal(size=team.max() + 1)
        own = np.arange(people)[:, None]
        frames = [
            self.tidy("self", self.fresh(1), own, np.ones(people)),
            self.tidy(
                "manager", self.scores(manager[team][:, None]), 10_000 + team[:, None], np.ones(people)
            ),
            self.tidy("peer", self.scores(severity[colleagues]), colleagues, rng.integers(2, 5, people)),
            self.tidy("customer", self.fresh(3), 20_000 + 3 * own + np.arange(3), rng.integers(0, 4, people)),
        ]
        return pd.concat(frames, ignore_index=True)

    def tidy(self, kind: str, scores: np.ndarray, raters: np.ndarray, number: np.ndarray) -> pd.DataFrame:
        person, item, rater = np.nonzero(
            np.broadcast_to(np.arange(scores.shape[2]) < number[:, None, None], scores.shape)
        )
        return pd.DataFrame(
            {
                "staff_id": pd.Series(person).map("S{}".format),
                "competency": pd.Series(item).map("item {}".format),
                "rater_id": pd.Series(raters[person, rater]).map("R{}".format),
                "rater_kind": kind,
                "score": scores[person, item, rater],
            }
        )


def truths(name: str) -> dict[str, float]:
    """Reliability, kappa and the kinds' reliability together in a very large company."""
    rng = np.random.default_rng([1, *name.encode()])
    world = World(rng, **{**WORLDS[name], "people": LARGE})
    scores = world.fresh(8)
    centred = scores - scores.mean(axis=(0, 2), keepdims=True)
    apart = np.abs(scores[..., 0] - scores[..., 1]).mean()
    anybody = np.abs(scores[..., 0] - np.roll(scores[..., 1], 1, axis=0)).mean()
    peers, customers = rng.integers(2, 5, LARGE), rng.integers(1, 4, LARGE)
    kinds = np.stack(
        [
            centred[..., 0],
            *(
                np.where(
                    np.arange(size) < number[:, None, None], centred[..., start : start + size], np.nan
                ).mean(axis=2, where=np.arange(size) < number[:, None, None])
                for start, size, number in ((1, 4, peers), (5, 3, customers))
            ),
        ],
        axis=2,
    )
    kinds = kinds - kinds.mean(axis=0, keepdims=True)
    together = [(kinds[..., a] * kinds[..., b]).mean() for a, b in ((0, 1), (0, 2), (1, 2))]
    return {
        "icc": (centred[..., 0] * centred[..., 1]).mean() / (centred**2).mean(),
        "kappa": 1 - apart / anybody,
        "all": np.mean(together) / (kinds**2).mean(),
    }


def held(hits: pd.Series, least: float, most: float, what: str) -> None:
    """Print a share with its error, and hold it between bounds but for a chance of one in ten thousand."""
    n, k = len(hits), int(hits.sum())
    print(f"{what}: {k / n:.3f} ± {np.sqrt(k * (n - k) / n**3):.3f} ({n})")
    assert stats.binom.cdf(k, n, least) > UNLUCKY, what
    assert stats.binom.sf(k - 1, n, most) > UNLUCKY, what


def covered(found: pd.DataFrame, truth: float, low: str, high: str) -> pd.Series:
    told = found[found[low].notna()]
    return (told[low] <= truth) & (truth <= told[high])


@pytest.mark.parametrize("name", WORLDS)
def test_intervals_cover_what_a_very_large_company_shows(name, seed, soak):
    rng, truth = np.random.default_rng([seed, *name.encode()]), truths(name)
    found = pd.concat(
        ratings.agreement(World(rng, **WORLDS[name]).assessments()) for _ in range(600 if soak else 10)
    ).set_index("rater_kind")
    for kind, low, high, value in [
        ("peer", "low", "high", truth["icc"]),
        ("customer", "low", "high", truth["icc"]),
        ("peer", "kappa_low", "kappa_high", truth["kappa"]),
        ("all", "low", "high", truth["all"]),
    ]:
        hits = covered(found.loc[[kind]], value, low, high)
        if len(hits):
            held(hits, 0.75, 0.88, f"{name}: {kind} {low.removesuffix('low') or 'icc_'}{value:.3f} covered")


@pytest.mark.parametrize("name", WORLDS)
def test_who_rates_himself_as_others_do_is_seldom_said_to_differ(name, seed, soak):
    rng = np.random.default_rng([seed, 1, *name.encode()])
    found = pd.concat(
        ratings.self_other(World(rng, **WORLDS[name]).assessments()).assign(world=number)
        for number in range(600 if soak else 10)
    )
    claimed = found["verdict"].isin(["overrates", "underrates"]).groupby(found["world"]).any()
    held(claimed, 0.0, 0.06, f"{name}: any false finding")
    covers = covered(found.assign(number=range(len(found))), 0.0, "low", "high")
    by_world = covers.groupby(found["world"]).mean()
    value, error = by_world.mean(), by_world.std() / np.sqrt(len(by_world))
    print(f"{name}: difference of nothing covered {value:.3f} ± {error:.3f} ({len(by_world)})")
    reach = stats.t.isf(UNLUCKY, len(by_world) - 1) * max(error, 0.4 / np.sqrt(len(by_world)))
    assert 0.77 - reach < value < 0.86 + reach


def test_lenience_of_three_quarters_of_a_step_is_found(seed, soak):
    rng = np.random.default_rng([seed, 2])
    hits = []
    for _ in range(300 if soak else 10):
        rows = World(rng, **WORLDS["usual"]).assessments()
        mine = rows["rater_kind"] == "self"
        lenient = np.minimum(rows["score"] + (rng.random(len(rows)) < 0.75), 5).where(mine, rows["score"])
        hits.append((ratings.self_other(rows.assign(score=lenient))["verdict"] == "overrates").any())
    held(pd.Series(hits), 0.80, 1.0, "lenience: found somewhere")
