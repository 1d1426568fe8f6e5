"""What the demonstration client's people promised, and when their visits were entered in the log."""

from __future__ import annotations

import numpy as np
import pandas as pd
from demo_people import AS_OF
from demo_phrases import CHANGES, PROMISES

OFTEN = 0.03  # promises noted per visit to a customer of ours
IN_A_VISIT = 0.7  # of them, with the number of the visit
KEPT, LATE = 0.62, 0.24  # done by their day; done later; the rest is open or was never noted as done
CHANGED = 0.12  # of those not done in time, with a reason
UNDATED = 0.03  # entries of the log without a day of entry


def logged_on(log: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Day on which each visit was entered: the same or the next days, now and then weeks after; people differ."""
    people = sorted(log["staff_id"].unique())
    careless = dict(zip(people, rng.beta(2, 12, len(people)), strict=True))
    late = rng.random(len(log)) < log["staff_id"].map(careless)
    after = np.where(late, 8 + rng.gamma(2, 4, len(log)), rng.gamma(1, 1.5, len(log)).clip(0, 7)).astype(int)
    entered = log["visited_on"] + pd.to_timedelta(after, unit="D")
    return entered.where(entered <= AS_OF, AS_OF).where(rng.random(len(log)) >= UNDATED)


def promises(customers: pd.DataFrame, log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row per promise; some stand in their visit as its next step too, with the same day."""
    ours = log[log["customer_id"].isin(customers["customer_id"])]
    made = ours[rng.random(len(ours)) < OFTEN].reset_index(drop=True)
    size = len(made)
    said = pd.DataFrame(list(PROMISES), columns=["promise", "promise_en"])
    said = said.iloc[rng.integers(0, len(said), size)].reset_index(drop=True)
    asked = made["visited_on"]
    due = asked + pd.to_timedelta(np.ceil(2 + rng.gamma(2, 5, size)), unit="D")
    named = rng.random(size) < IN_A_VISIT
    due = made["due_on"].where(made["due_on"].notna() & named, due)
    lot, early, after = rng.random(size), rng.integers(0, 3, size), np.ceil(rng.gamma(2, 5, size))
    done = (due - pd.to_timedelta(early, unit="D")).where(lot < KEPT, due + pd.to_timedelta(after, unit="D"))
    done = done.where(done >= asked, asked).where(lot < KEPT + LATE)
    followed = (asked + (due - asked) / 2).dt.normalize()
    why = np.where(
        (lot >= KEPT) & (rng.random(size) < CHANGED / (1 - KEPT)), rng.integers(0, len(CHANGES), size), -1
    )
    return pd.DataFrame(
        {
            "promise_id": [f"PM{at:04d}" for at in range(1, size + 1)],
            "customer_id": made["customer_id"],
            "staff_id": made["staff_id"],
            "visit_id": made["visit_id"].where(named, ""),
            "requested_on": asked,
            **said,
            "due_on": due,
            "followed_up_on": followed.where((followed <= AS_OF) & (rng.random(size) < 0.6)),
            "done_on": done.where(done <= AS_OF),
            "changed_reason": [CHANGES[at][0] if at >= 0 else "" for at in why],
            "changed_reason_en": [CHANGES[at][1] if at >= 0 else "" for at in why],
            "told_on": due.where((why >= 0) & (due <= AS_OF)),
        }
    )
