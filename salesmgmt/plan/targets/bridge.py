"""From the forecast to the requirement 目标桥: initiatives close the gap, and what nothing closes is said.

All amounts are those of the plan year. The bridge adds up exactly: its parts sum to the requirement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesmgmt import checks, frames
from salesmgmt.plan.targets.forecast import LINES


@dataclass(frozen=True)
class Standing:
    """Where the target stands.

    Attributes
    ----------
    bottom_up, initiatives : float
        Expected money of the forecast and of the initiatives.
    required : float
        The strategic requirement, top-down.
    gap : float
        required − bottom_up.
    unfunded : float
        What neither forecast nor initiatives cover, >= 0.
    """

    bottom_up: float
    initiatives: float
    required: float
    gap: float
    unfunded: float


def register(initiatives: pd.DataFrame) -> pd.DataFrame:
    """The initiatives with what each may be expected to bring 千方百计找销量.

    Parameters
    ----------
    initiatives : DataFrame
        One row per initiative: ``value`` (money within the year if it succeeds), ``probability`` (0–1).

    Returns
    -------
    DataFrame
        The rows with ``expected`` = value × probability.

    Raises
    ------
    ValueError
        If columns are missing or a probability lies outside 0–1.

    Examples
    --------
    >>> register(pd.DataFrame({"value": [100.0], "probability": [0.4]}))["expected"].tolist()
    [40.0]
    """
    checks.require_columns(initiatives, ["value", "probability"], name="initiatives")
    probability = frames.number(initiatives, "probability")
    checks.require_bounds(probability, name="initiatives.probability", minimum=0.0, maximum=1.0)
    return initiatives.assign(expected=frames.number(initiatives, "value") * probability)


def standing(items: pd.DataFrame, initiatives: pd.DataFrame, *, required: float) -> Standing:
    """The forecast, the initiatives and the requirement held against each other.

    Parameters
    ----------
    items : DataFrame
        From :func:`bottom_up`.
    initiatives : DataFrame
        From :func:`register`; may be empty.
    required : float
        The strategic requirement, > 0.

    Returns
    -------
    Standing
        gap = required − bottom-up; unfunded = max(0, gap − initiatives).

    Examples
    --------
    >>> items, planned = pd.DataFrame({"expected": [60.0]}), pd.DataFrame({"expected": [15.0]})
    >>> standing(items, planned, required=100.0).unfunded
    25.0
    """
    checks.require_numbers({"required": ("> 0", lambda money: money > 0)}, required=required)
    forecast, planned = float(items["expected"].sum()), float(frames.number(initiatives, "expected").sum())
    gap = float(required) - forecast
    return Standing(forecast, planned, float(required), gap, max(0.0, gap - planned))


def bridge(items: pd.DataFrame, initiatives: pd.DataFrame, *, required: float | None = None) -> pd.DataFrame:
    """The steps from nothing to the requirement.

    Parameters
    ----------
    items, initiatives, required
        As for :func:`standing`; without a requirement the bridge ends at what is expected.

    Returns
    -------
    DataFrame
        One row per step in order: ``line`` (:data:`LINES`, initiatives, then unfunded, or surplus where more is expected
        than required), ``amount`` (money; all rows add up to the requirement), ``n`` (items behind it).

    Examples
    --------
    >>> items = pd.DataFrame({"line": ["locked_in"], "expected": [60.0]})
    >>> bridge(items, pd.DataFrame({"expected": [15.0]}), required=100.0)[["line", "amount"]].values.tolist()[-2:]
    [['initiatives', 15.0], ['unfunded', 25.0]]
    """
    sums, sizes = (
        items.groupby("line")["expected"].agg(how).reindex(LINES, fill_value=0) for how in ("sum", "size")
    )
    rows = [(line, float(sums[line]), int(sizes[line])) for line in LINES]
    planned = frames.number(initiatives, "expected")
    rows.append(("initiatives", float(planned.sum()), int((planned > 0).sum())))
    if required is not None:
        rest = float(required) - sum(amount for _, amount, _ in rows)
        rows.append(("unfunded" if rest >= 0 else "surplus", rest, 0))
    return pd.DataFrame(rows, columns=["line", "amount", "n"])


def adopted(decisions: pd.DataFrame, *, scenario: str = "") -> tuple[float | None, str]:
    """The target that was adopted, and the decision that says so.

    Parameters
    ----------
    decisions : DataFrame
        ``decision_id``, ``decided_on``, ``key``, ``value``; ``scenario`` may be absent.
    scenario : str
        A decision for another scenario does not count; one without a scenario always does.

    Returns
    -------
    tuple
        Money of the latest decision whose key is ``target.adopted`` and its id; (None, "") without one.

    Examples
    --------
    >>> decisions = pd.DataFrame({"decision_id": ["D1"], "decided_on": ["2026-10-20"], "key": ["target.adopted"],
    ...     "value": [7.2e8]})
    >>> adopted(decisions)
    (720000000.0, 'D1')
    """
    mine = decisions[frames.text(decisions, "key") == "target.adopted"]
    mine = mine[frames.text(mine, "scenario").isin(["", scenario]) & frames.number(mine, "value").notna()]
    if mine.empty:
        return None, ""
    latest = (
        mine.assign(_day=pd.to_datetime(mine["decided_on"])).sort_values(["_day", "decision_id"]).iloc[-1]
    )
    return float(latest["value"]), str(latest["decision_id"])


def by_segment(items: pd.DataFrame, initiatives: pd.DataFrame, *, target: float) -> pd.DataFrame:
    """A target for each segment beside its forecast; they sum to the whole.

    Parameters
    ----------
    items, initiatives : DataFrame
        From :func:`bottom_up` and :func:`register` (``segment`` may be absent).
    target : float
        The adopted target, > 0.

    Returns
    -------
    DataFrame
        One row per segment, alphabetically, ``""`` (unmapped) last: ``segment``, :data:`LINES`, ``initiatives``,
        ``forecast`` (their sum), ``target``, ``stretch`` (target − forecast).

    Notes
    -----
    What the target asks beyond the forecast is shared out by what can still be moved: tenders, unnamed wins and
    initiatives; by the forecast where there is none of them.

    Examples
    --------
    >>> items = pd.DataFrame({"line": ["locked_in", "unnamed"], "segment": ["A", "B"], "expected": [60.0, 20.0]})
    >>> by_segment(items, pd.DataFrame({"expected": []}), target=100.0)["target"].tolist()
    [60.0, 40.0]
    """
    wide = items.pivot_table(
        index="segment", columns="line", values="expected", aggfunc="sum", fill_value=0.0
    )
    wide = wide.reindex(columns=list(LINES), fill_value=0.0)
    planned = (
        frames.number(initiatives, "expected").groupby(frames.text(initiatives, "segment").to_numpy()).sum()
    )
    wide = wide.reindex(wide.index.union(planned.index), fill_value=0.0)
    wide["initiatives"] = planned.reindex(wide.index, fill_value=0.0)
    wide["forecast"] = wide.sum(axis=1)
    movable = wide[["tender", "unnamed", "initiatives"]].sum(axis=1)
    weight = movable if movable.sum() > 0 else wide["forecast"]
    rest = target - wide["forecast"].sum()
    wide["target"] = wide["forecast"] + rest * weight / weight.sum()
    wide["stretch"] = wide["target"] - wide["forecast"]
    found = wide.rename_axis(None, axis=1).rename_axis("segment").reset_index()
    return frames.in_order(found, ["segment"])


def wins_needed(items: pd.DataFrame, initiatives: pd.DataFrame, *, target: float, past: int = 0) -> float:
    """How many times the unnamed wins planned the target takes, all else as forecast.

    Parameters
    ----------
    items : DataFrame
        From :func:`bottom_up`: ``line``, ``expected`` (money of the plan year).
    initiatives : DataFrame
        From :func:`register`: ``expected`` (money); may be empty.
    target : float
        Money of the plan year.
    past : int
        Whole months of the year that are over, 0 to 12; their wins are taken as planned.

    Returns
    -------
    float
        Of the wins still to come (target − all other lines − initiatives) ÷ unnamed, at least 0; with those of the
        months past, of the year's. NaN where no unnamed wins are planned.

    Examples
    --------
    >>> items = pd.DataFrame({"line": ["locked_in", "unnamed"], "expected": [60.0, 20.0]})
    >>> wins_needed(items, pd.DataFrame({"expected": [10.0]}), target=100.0)
    1.5
    """
    unnamed = float(items.loc[items["line"] == "unnamed", "expected"].sum())
    others = float(items["expected"].sum()) - unnamed + float(frames.number(initiatives, "expected").sum())
    times = max(0.0, (target - others) / unnamed) if unnamed > 0 else float("nan")
    return (past + (12 - past) * times) / 12


def largest_customer(items: pd.DataFrame) -> tuple[str, float]:
    """The customer on whom most of the forecast rests, and how much: the standing stress.

    Examples
    --------
    >>> items = pd.DataFrame({"customer_id": ["C1", "C2", "C1", ""], "expected": [5.0, 7.0, 4.0, 99.0]})
    >>> largest_customer(items)
    ('C1', 9.0)
    """
    sums = items[items["customer_id"] != ""].groupby("customer_id")["expected"].sum()
    return (str(sums.idxmax()), float(sums.max())) if len(sums) else ("", float("nan"))


def calendar(items: pd.DataFrame, contracts: pd.DataFrame, opportunities: pd.DataFrame, *, months: pd.DatetimeIndex) -> pd.DataFrame:  # fmt: skip
    """When contracts expire and tenders are decided, by month.

    Parameters
    ----------
    items : DataFrame
        From :func:`bottom_up`.
    contracts, opportunities : DataFrame
        For the days: ``contract_id``, ``ends_on``; ``opportunity_id``, ``expected_close_on``.
    months : DatetimeIndex
        First days of the months to list.

    Returns
    -------
    DataFrame
        One row per month: ``month``, ``expiries`` (contracts), ``at_stake`` (money of the year their renewals carry),
        ``tenders``, ``in_tender`` (money of the year if all were won).
    """
    ends = pd.Series(
        pd.to_datetime(contracts["ends_on"]).to_numpy(), index=frames.text(contracts, "contract_id")
    )
    closes = pd.Series(pd.to_datetime(opportunities["expected_close_on"]).to_numpy(), index=frames.text(opportunities, "opportunity_id"))  # fmt: skip
    parts: dict[str, pd.Series] = {}
    for line, days, names in (
        ("renewal", ends, ("expiries", "at_stake")),
        ("tender", closes, ("tenders", "in_tender")),
    ):
        rows = items[items["line"] == line]
        month = rows["item"].map(days).dt.to_period("M").dt.to_timestamp()
        grouped = rows.groupby(month.to_numpy())["amount"]
        parts |= {names[0]: grouped.size(), names[1]: grouped.sum()}
    found = pd.DataFrame(parts).reindex(months).fillna(0.0)
    found[["expiries", "tenders"]] = found[["expiries", "tenders"]].astype("int64")
    return found.rename_axis("month").reset_index()


def phased(target: float, shares: np.ndarray | list[float], *, start: pd.Timestamp) -> pd.DataFrame:
    """The target by month.

    Parameters
    ----------
    target : float
        Of the year.
    shares : sequence of 12 floats
        Sum to one.
    start : Timestamp
        First day of the plan year.

    Returns
    -------
    DataFrame
        ``month`` (first day), ``quarter`` (1–4), ``share``, ``target``; the sum is the year's target.

    Raises
    ------
    ValueError
        If there are not twelve shares or they do not sum to one.

    Examples
    --------
    >>> phased(120.0, [1 / 12] * 12, start=pd.Timestamp("2027-01-01"))["target"].sum().round(9).item()
    120.0
    """
    given = np.asarray(shares, dtype="float64")
    if given.shape != (12,) or not checks.sums_to_one(float(given.sum())):
        raise ValueError(
            f"shares has {given.size} entries that sum to {given.sum():g}, must be 12 that sum to 1"
        )
    months = pd.date_range(start, periods=12, freq="MS")
    share = given / given.sum()
    return pd.DataFrame(
        {"month": months, "quarter": np.arange(12) // 3 + 1, "share": share, "target": target * share}
    )
