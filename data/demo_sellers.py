"""A made-up client with two hundred account managers, where one competency drives growth, or none does.

``python data/demo_sellers.py FOLDER`` writes it. Thirty sellers cannot show which competencies make the difference; this
client can, and tells whether the analysis says so when it is true and keeps quiet when it is not (``planted=""``).

Nothing here is the analysis' own model: skill is skewed to the left, customers differ in size by a lognormal and grow by gamma
shocks, raters are more or less severe, a halo per rater and person colours all of a person's scores alike, and
scores are rounded and cut off at five.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from demo_competencies import COMPETENCIES, FAMILY, INCIDENTS, KIND_SHIFT
from demo_people import AS_OF
from demo_phrases import REGIONS, SEGMENTS

DRIVER = "倾听与提问"
NAMES = tuple(INCIDENTS)  # the eight competencies of a seller
WEIGHTS = (0.20, 0.15, 0.15, 0.10, 0.10, 0.10, 0.10, 0.10)
REQUIRED = (4.0, 4.0, 3.5, 3.5, 4.0, 4.0, 3.5, 4.0)
TEAM_SIZE, OWN, PEERS = 20, 4, 3  # people a team, customers a seller, peers who rate a seller
MONTHS = pd.date_range("2025-01-01", AS_OF, freq="MS")
# Of revenue: its usual growth, per standard deviation of skill, shocks of a customer (CV) and of a team.
GROWTH, LINK, SHOCK, TERRITORY = 0.05, 0.14, 0.28, 0.03
# Share of the incidents of the better half, and of the other, that are about what drives growth.
TOLD = {True: 0.35, False: 0.10}

ENGAGEMENT = """\
# 两百名客户经理的虚构客户，由 data/demo_sellers.py 生成。 · A made-up client, written by data/demo_sellers.py.
[engagement]
client = "汀屿客服外包"
client_en = "Tingyu Contact Services"
year = 2027
as_of = 2026-10-31
currency = "CNY"
languages = ["zh", "en"]

[sizing]
visits_per_rep = { value = 220, low = 180, high = 260, kind = "opinion", source = "销售总监", source_en = "sales director" }
"""


def skills(seed: int, *, people: int = 200) -> pd.DataFrame:
    """True skill of each seller in each competency, in standard deviations: independent, skewed to the left.

    Examples
    --------
    >>> skills(2027, people=40).shape
    (40, 8)
    """
    rng = np.random.default_rng([seed, 20])
    drawn = (4.0 - rng.gamma(4.0, 1.0, (people, len(NAMES)))) / 2.0
    return pd.DataFrame(drawn, index=pd.Index(_numbers("S", people), name="staff_id"), columns=list(NAMES))


def sellers(seed: int = 2027, *, people: int = 200, planted: str = DRIVER) -> dict[str, pd.DataFrame]:
    """All tables of the client.

    Parameters
    ----------
    seed : int
        Seeds one stream per table.
    people : int
        Account managers, in teams of about twenty; at least 8.
    planted : str
        The one competency whose skill drives growth, ``""`` for none. The third with the most growth is then better in it
        by about 0.9 standard deviations of skill; no other competency has to do with growth.

    Returns
    -------
    dict of str to DataFrame
        Table name to frame: customers, staff, assignments, revenue, competencies, assessments, incidents.

    Raises
    ------
    ValueError
        If ``planted`` is no competency, or people are too few to rate each other.

    Examples
    --------
    >>> tables = sellers(people=40, planted="")
    >>> [len(tables[name]) for name in ("staff", "customers", "revenue", "assessments")]
    [40, 160, 3520, 1600]
    """
    if planted not in (*NAMES, ""):
        raise ValueError(f"planted is {planted!r}, must be '' or one of {list(NAMES)}")
    if people < 8:
        raise ValueError(f"people is {people}, must be at least 8")
    rngs = [np.random.default_rng([seed, k]) for k in range(21, 26)]
    truth = skills(seed, people=people)
    team = np.arange(people) * max(1, people // TEAM_SIZE) // people
    staff = _staff(truth.index, team, rngs[0])
    customers = _customers(staff, rngs[1])
    drive = truth[planted].to_numpy() if planted else np.zeros(people)
    tables = {
        "customers": customers.drop(columns=["staff_id", "size"]),
        "staff": staff,
        "assignments": customers[["customer_id", "staff_id"]].assign(from_on=pd.Timestamp("2024-01-01")),
        "revenue": _revenue(customers, team, drive, rngs[2]),
        "competencies": _competencies(),
        "assessments": _assessments(truth, team, rngs[3]),
        "incidents": _incidents(customers, drive > np.median(drive), planted, rngs[4]),
    }
    days = {"assignments": "from_on", "staff": "hired_on", "revenue": "month", "assessments": "assessed_on"}
    return {n: t.astype({days[n]: "datetime64[us]"}) if n in days else t for n, t in tables.items()}


def _numbers(letter: str, size: int) -> list[str]:
    return [f"{letter}{k:04d}" for k in range(1, size + 1)]


def _staff(ids: pd.Index, team: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """One row per account manager; teams lie in the three regions in turn."""
    region = np.array(list(REGIONS))[team % len(REGIONS)]
    return pd.DataFrame(
        {
            "staff_id": ids,
            "name": [f"销售员{k:03d}" for k in range(1, len(ids) + 1)],
            "name_en": [f"Seller {k:03d}" for k in range(1, len(ids) + 1)],
            "team": [f"第 {k + 1} 队" for k in team],
            "team_en": [f"Team {k + 1}" for k in team],
            "role": "account_manager",
            "region": region,
            "region_en": [REGIONS[name] for name in region],
            "hired_on": pd.Timestamp("2024-01-01")
            - pd.to_timedelta(rng.integers(0, 3000, len(ids)), unit="D"),
        }
    )


def _customers(staff: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Four existing customers a seller, sizes lognormal, tiers by size."""
    own = staff.loc[staff.index.repeat(OWN), ["staff_id", "region", "region_en"]].reset_index(drop=True)
    size = 1.2e5 * rng.lognormal(0, 0.6, len(own))
    kind = [SEGMENTS[k] for k in rng.integers(0, len(SEGMENTS), len(own))]
    own.insert(0, "customer_id", _numbers("C", len(own)))
    return own.assign(
        customer=[f"客户{k:04d}" for k in range(1, len(own) + 1)],
        customer_en=[f"Customer {k:04d}" for k in range(1, len(own) + 1)],
        status="existing",
        tier=np.select([size > 2.2e5, size > 1.1e5], ["A", "B"], "C"),
        segment=[s.segment for s in kind],
        segment_en=[s.segment_en for s in kind],
        size=size,
    )


def _revenue(
    customers: pd.DataFrame, team: np.ndarray, drive: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per customer × month: grown by skill, territory and a skewed shock, in season, with monthly noise."""
    size, months = len(customers), len(MONTHS)
    grown = 1 + GROWTH + LINK * drive + TERRITORY * rng.normal(size=team.max() + 1)[team]
    grown = np.repeat(grown.clip(0.3), OWN) * rng.gamma(SHOCK**-2, SHOCK**2, size)
    season = np.array([s.season for s in SEGMENTS]).mean(axis=0)[MONTHS.month - 1]
    level = np.where(MONTHS.year == 2025, 1.0, grown[:, None]) * season
    amount = customers["size"].to_numpy()[:, None] * level * rng.gamma(60, 1 / 60, (size, months))
    return pd.DataFrame(
        {
            "revenue_id": _numbers("RV", size * months),
            "month": np.tile(MONTHS, size),
            "customer_id": np.repeat(customers["customer_id"].to_numpy(), months),
            "staff_id": np.repeat(customers["staff_id"].to_numpy(), months),
            "amount": amount.ravel().round(2),
        }
    )


def _competencies() -> pd.DataFrame:
    """Eight competencies of an account manager; weights sum to one."""
    family = [COMPETENCIES[name][1] for name in NAMES]
    return pd.DataFrame(
        {
            "role": "account_manager",
            "competency": NAMES,
            "competency_en": [COMPETENCIES[name][0] for name in NAMES],
            "family": family,
            "family_en": [FAMILY[name] for name in family],
            "weight": WEIGHTS,
            "required": REQUIRED,
        }
    )


def _assessments(truth: pd.DataFrame, team: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """One row per seller × competency × rater: self, manager and three peers of the team."""
    people, size = np.arange(len(truth)), np.bincount(team)
    first = np.concatenate([[0], size.cumsum()])
    peers = [
        first[t] + (p - first[t] + 1 + rng.permutation(size[t] - 1)[:PEERS]) % size[t]
        for p, t in zip(people, team, strict=True)
    ]
    rater = np.column_stack([people, len(people) + team, *np.transpose(peers)])
    kind = np.array(["self", "manager", *["peer"] * PEERS])
    severity = rng.normal(0, 0.3, rater.max() + 1)[rater]
    halo = rng.normal(0, 0.35, rater.shape)
    shift = np.array([KIND_SHIFT[name] for name in kind])
    felt = 3.9 + (severity + halo + shift)[:, :, None] + 0.55 * truth.to_numpy()[:, None, :]
    score = (felt + 0.5 - rng.gamma(2.0, 0.25, felt.shape)).round().clip(1, 5).astype(int)
    number = np.array([f"R{k:04d}" for k in 1 + rng.permutation(rater.max() + 1)])
    at = [axis.ravel() for axis in np.indices(score.shape)]
    name = np.array(NAMES)[at[2]]
    return pd.DataFrame(
        {
            "staff_id": truth.index[at[0]],
            "competency": name,
            "competency_en": [COMPETENCIES[n][0] for n in name],
            "rater_id": number[rater[at[0], at[1]]],
            "rater_kind": kind[at[1]],
            "score": score.ravel(),
            "assessed_on": pd.Timestamp("2026-09-21"),
        }
    )


def _incidents(
    customers: pd.DataFrame, better: np.ndarray, planted: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Two incidents of each seller; the better half in what was planted tell of it more often."""
    english = {s.segment: s.segment_en.lower() for s in SEGMENTS}
    rows = []
    for person, own in customers.groupby("staff_id", sort=False).indices.items():
        share = TOLD[bool(better[own[0] // OWN])] if planted else 1 / len(NAMES)
        weights = [share if n == planted else (1 - share) / (len(NAMES) - 1) for n in NAMES]
        for k in rng.choice(len(NAMES), 2, p=weights):
            zh, en = INCIDENTS[NAMES[k]][int(rng.integers(len(INCIDENTS[NAMES[k]])))]
            about = customers["segment"].iloc[int(rng.choice(own))]
            rows.append((person, NAMES[k], zh.format(about), en.format(english[about])))
    frame = pd.DataFrame(rows, columns=["staff_id", "competency", "evidence", "evidence_en"])
    frame.insert(2, "competency_en", [COMPETENCIES[n][0] for n in frame["competency"]])
    frame.insert(0, "incident_id", _numbers("BI", len(frame)))
    return frame


def write(folder: Path, *, seed: int = 2027, people: int = 200, planted: str = DRIVER) -> None:
    """Write the tables as UTF-8 CSV, and engagement.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    style = {"date_format": "%Y-%m-%d", "float_format": "%.12g", "lineterminator": "\n", "encoding": "utf-8"}
    for name, table in sellers(seed, people=people, planted=planted).items():
        table.to_csv(folder / f"{name}.csv", index=False, **style)
    (folder / "engagement.toml").write_text(ENGAGEMENT, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
