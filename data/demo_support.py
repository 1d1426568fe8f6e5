"""Support that the demonstration client gave its sellers: leads, joint visits, coaching and money, quarter by quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd
from demo_people import AS_OF
from demo_phrases import SOUTH

QUARTERS = [f"{year}-Q{quarter}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4)]
SELLERS = ("account_manager", "account_product_manager")
LEADS, JOINT, COACHING, BUDGET = 5.0, 4.0, 6.0, 12_000
SHORT = 0.5  # of the usual support, since 2025, in the team whose manager post stood empty for long


def support(staff: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row per seller and quarter in post; the south has had half the usual support since 2025."""
    sellers = staff[staff["role"].isin(SELLERS)]
    table = sellers[["staff_id", "team", "hired_on", "left_on"]].merge(
        pd.DataFrame({"period": QUARTERS}), how="cross"
    )
    first = pd.PeriodIndex(table["period"].str.replace("-", ""), freq="Q").to_timestamp()
    there = (table["hired_on"] <= first) & ~(table["left_on"] < first) & (first <= AS_OF)
    table = table[there].reset_index(drop=True)
    short = table["team"].eq(SOUTH) & table["period"].ge("2025")
    level = np.where(short, SHORT, 1.0)
    return pd.DataFrame(
        {
            "staff_id": table["staff_id"],
            "period": table["period"],
            "leads": rng.negative_binomial(4, 4 / (4 + LEADS * level)),
            "joint_visits": rng.poisson(JOINT * level),
            "coaching_hours": np.round(rng.gamma(4, COACHING * level / 4) * 2) / 2,
            "budget": (np.round(BUDGET * level * rng.gamma(20, 1 / 20, len(table)) / 500) * 500).astype(
                "int64"
            ),
        }
    )
