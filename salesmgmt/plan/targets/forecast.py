"""Bottom-up 自下而上: what the plan year holds already, item by item, each in the money that falls within the year.

Four lines: months under contract (locked in), contracts up for renewal, named tenders, and wins nobody has a name for
yet. An item counts once: a renewal under negotiation is the renewal of its contract and no tender.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames

LINES = ("locked_in", "renewal", "tender", "unnamed")
"""Lines of the forecast, from the surest to the least sure."""

DEFAULT_TERM = 12.0
"""Months of a tender whose term is not given."""

_COLUMNS = ["line", "segment", "customer_id", "item", "amount", "probability", "expected"]


def plan_year(year: int, year_starts: int = 1) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the plan year.

    Examples
    --------
    >>> [str(day.date()) for day in plan_year(2027, 4)]
    ['2027-04-01', '2028-03-31']
    """
    start = pd.Timestamp(year, year_starts, 1)
    return start, start + pd.DateOffset(years=1) - pd.Timedelta(days=1)


def months_within(first: pd.Series, last: pd.Series, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
    """Months of each span that fall within the year: whole months, and days as a part of their month.

    Parameters
    ----------
    first, last : Series of datetime
        First and last day of each span.
    start, end : Timestamp
        First and last day of the year.

    Returns
    -------
    Series of float
        0 to 12; 0 where the span misses the year.

    Examples
    --------
    >>> day = pd.to_datetime(pd.Series(["2026-07-01"])), pd.to_datetime(pd.Series(["2027-02-14"]))
    >>> months_within(*day, pd.Timestamp("2027-01-01"), pd.Timestamp("2027-12-31")).tolist()
    [1.5]
    """
    begin = first.where(first > start, start)
    after = last.where(last < end, end) + pd.Timedelta(days=1)
    whole = (after.dt.year - begin.dt.year) * 12 + after.dt.month - begin.dt.month
    part = (after.dt.day - 1) / after.dt.days_in_month - (begin.dt.day - 1) / begin.dt.days_in_month
    return (whole + part).where(after > begin, 0.0).clip(lower=0.0)


def bottom_up(
    contracts: pd.DataFrame,
    opportunities: pd.DataFrame,
    segments: pd.DataFrame,
    *,
    customers: pd.DataFrame,
    as_of: pd.Timestamp,
    year: int,
    year_starts: int = 1,
    renewal_rate: float | None = None,
    win_rate: float | None = None,
) -> pd.DataFrame:
    """Every item of the forecast with its money in the plan year and its probability.

    Parameters
    ----------
    contracts : DataFrame
        One row per contract: ``contract_id``, ``customer_id``, ``kind``, ``starts_on``, ``ends_on``,
        ``monthly_amount`` (money), ``renewal_probability`` (share, may be missing).
    opportunities : DataFrame
        One row per opportunity: ``opportunity_id``, ``customer_id``, ``kind``, ``status``, ``amount`` (money of the
        whole term), ``term_months``, ``expected_close_on``, ``tender_on``, ``win_probability`` (may be missing).
    segments : DataFrame
        ``segment``, ``new_wins`` (customers a year, without those on the list), ``average_contract`` (money a year),
        ``go_live_months`` (missing: 0); rows without wins or amount add nothing.
    customers : DataFrame
        ``customer_id``, ``segment``.
    as_of : Timestamp
        Day the data stand at.
    year, year_starts : int
        Plan year and its first month.
    renewal_rate, win_rate : float, optional
        What to take where a probability is missing; without it such an item adds nothing and its probability stays
        missing.

    Returns
    -------
    DataFrame
        One row per item with money in the year: ``line`` (:data:`LINES`), ``segment`` (``""`` unmapped),
        ``customer_id``, ``item`` (id of the contract or opportunity, or the segment), ``amount`` (money of the year if
        it comes), ``probability`` (1 for what is signed; of unnamed wins 1, their number is an expectation already),
        ``expected`` (amount × probability).

    Raises
    ------
    ValueError
        If columns are missing.

    Notes
    -----
    Locked in: monthly amount × months of the contract within the year. Renewal: of each contract that ends between
    ``as_of`` and the year's end without a later contract of the customer that starts within three months of it, the
    months from its end to the year's. Tender: open opportunities (renewals only of customers with no contract up for
    renewal) from the expected close, else the tender's day, plus the segment's months to go live, at amount ÷ term.
    Unnamed: new wins spread evenly over the year, each billed after going live: a year's amount × (12 − u − g)² ÷ 288
    with g months to go live, of wins after the u whole months of the year that are over by ``as_of``; those won before
    are contracts.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 1 销售目标: 自下而上由细分市场目标加总.

    Examples
    --------
    >>> contracts = pd.DataFrame({"contract_id": ["K1"], "customer_id": "C1", "kind": "new", "starts_on": ["2026-01-01"],
    ...     "ends_on": ["2027-06-30"], "monthly_amount": [10.0], "renewal_probability": [0.8]})
    >>> none = pd.DataFrame({name: [] for name in ("opportunity_id", "customer_id", "kind", "status", "amount")})
    >>> segments = pd.DataFrame({"segment": ["Bank"], "new_wins": [2.0], "average_contract": [60.0]})
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "segment": ["Bank"]})
    >>> items = bottom_up(contracts, none, segments, customers=customers, as_of=pd.Timestamp("2026-10-31"), year=2027)
    >>> items[["line", "expected"]].values.tolist()
    [['locked_in', 60.0], ['renewal', 48.0], ['unnamed', 60.0]]
    """
    start, end = plan_year(year, year_starts)
    signed = _contracts(contracts)
    parts = [_locked_in(signed, start, end), _renewals(signed, start, end, as_of, renewal_rate)]
    parts.append(_tenders(opportunities, parts[1], segments, customers, start, end, win_rate))
    of = _segment_of(customers)
    found = pd.concat(parts, ignore_index=True)
    found["segment"] = found["customer_id"].map(of).astype("str").fillna("")
    past = months_past(as_of, year=year, year_starts=year_starts)
    found = pd.concat([found, _unnamed(segments, past)], ignore_index=True)
    found = found[found["amount"] > 0].assign(
        expected=lambda rows: rows["amount"] * rows["probability"].fillna(0.0)
    )
    rank = found["line"].map({line: place for place, line in enumerate(LINES)})
    return found.assign(_rank=rank).sort_values(["_rank", "segment", "item"], ignore_index=True)[_COLUMNS]


def _contracts(contracts: pd.DataFrame) -> pd.DataFrame:
    wanted = ["contract_id", "customer_id", "kind", "starts_on", "ends_on", "monthly_amount"]
    checks.require_columns(contracts, wanted, name="contracts")
    named = {
        name: frames.text(contracts, name) for name in ("contract_id", "customer_id", "kind", "product_id")
    }
    return pd.DataFrame(named).assign(
        first=pd.to_datetime(contracts["starts_on"]), last=pd.to_datetime(contracts["ends_on"]),
        monthly=frames.number(contracts, "monthly_amount"),
        probability=frames.number(contracts, "renewal_probability"),
    )  # fmt: skip


def _locked_in(signed: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    months = months_within(signed["first"], signed["last"], start, end)
    return signed.assign(line="locked_in", item=signed["contract_id"], amount=signed["monthly"] * months, probability=1.0)  # fmt: skip


def _renewals(
    signed: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, as_of: pd.Timestamp, rate: float | None
) -> pd.DataFrame:
    """Contracts that end without a successor, as if they went on to the end of the year."""
    due = signed[signed["last"].between(as_of, end) & (signed["kind"] != "pilot")]
    due = due[~_followed(due, signed)]
    last = pd.Series(end, index=due.index)
    months = months_within(due["last"] + pd.Timedelta(days=1), last, start, end)
    chance = due["probability"] if rate is None else due["probability"].fillna(rate)
    return due.assign(
        line="renewal", item=due["contract_id"], amount=due["monthly"] * months, probability=chance
    )


def _followed(ended: pd.DataFrame, signed: pd.DataFrame) -> pd.Series:
    """Whether another contract of the customer starts within three months of the end of each."""
    later = signed[["customer_id", "contract_id", "first"]].set_axis(
        ["customer_id", "next", "begins"], axis=1
    )
    pairs = ended[["customer_id", "contract_id", "last"]].merge(later, on="customer_id")
    until = pairs["last"] + pd.DateOffset(months=3)
    follows = pairs["begins"].between(pairs["last"], until, inclusive="right")
    other = pairs["next"] != pairs["contract_id"]
    return ended["contract_id"].isin(pairs.loc[follows & other, "contract_id"])


def _tenders(
    opportunities: pd.DataFrame, renewals: pd.DataFrame, segments: pd.DataFrame, customers: pd.DataFrame,
    start: pd.Timestamp, end: pd.Timestamp, rate: float | None,
) -> pd.DataFrame:  # fmt: skip
    """Open opportunities from going live to the end of their term or of the year."""
    checks.require_columns(opportunities, ["opportunity_id", "customer_id", "kind", "status", "amount"], name="opportunities")  # fmt: skip
    rows = opportunities[opportunities["status"].isin(["open", "bid_won"])]
    again = rows["kind"].eq("renewal") & rows["customer_id"].isin(renewals["customer_id"])
    rows = rows[~again & rows["amount"].gt(0)]
    days = [pd.to_datetime(rows[name]) for name in ("expected_close_on", "tender_on") if name in rows]
    close = (
        days[0].fillna(days[1])
        if len(days) == 2
        else days[0]
        if days
        else pd.Series(pd.NaT, index=rows.index)
    )
    term = frames.number(rows, "term_months").fillna(DEFAULT_TERM)
    live = dict(
        zip(
            frames.text(segments, "segment"),
            frames.number(segments, "go_live_months").fillna(0.0),
            strict=True,
        )
    )
    wait = rows["customer_id"].map(_segment_of(customers)).map(live).fillna(0.0)
    first = close + pd.to_timedelta((wait * 365.25 / 12).round(), unit="D")
    last = first + pd.to_timedelta((term * 365.25 / 12).round(), unit="D") - pd.Timedelta(days=1)
    months = months_within(first, last, start, end)
    chance = frames.number(rows, "win_probability")
    return pd.DataFrame({
        "line": "tender", "customer_id": rows["customer_id"].astype("str"), "item": rows["opportunity_id"].astype("str"),
        "amount": (rows["amount"] / term * months).fillna(0.0), "probability": chance if rate is None else chance.fillna(rate),
    })  # fmt: skip


def _unnamed(segments: pd.DataFrame, past: int) -> pd.DataFrame:
    wins, contract = frames.number(segments, "new_wins"), frames.number(segments, "average_contract")
    names = frames.text(segments, "segment")
    share = live_share(frames.number(segments, "go_live_months"), past=past)
    amount = (wins * contract * share).fillna(0.0)
    return pd.DataFrame({"line": "unnamed", "segment": names, "customer_id": "", "item": names, "amount": amount, "probability": 1.0})  # fmt: skip


def months_past(as_of: pd.Timestamp, *, year: int, year_starts: int = 1) -> int:
    """Whole months of the plan year that are over by a day, 0 to 12.

    Examples
    --------
    >>> [months_past(pd.Timestamp(day), year=2027) for day in ("2026-10-31", "2027-03-31", "2029-01-01")]
    [0, 3, 12]
    """
    after = frames.after_whole_months(as_of)
    return min(max((after.year - year) * 12 + after.month - year_starts, 0), 12)


def live_share(go_live_months: pd.Series, *, past: int = 0) -> pd.Series:
    """Part of a year's wins, as amounts of a year, that falls within the year: won evenly, billed after going live.

    Parameters
    ----------
    go_live_months : Series of float
        Months from the win to the first bill; missing: 0.
    past : int
        Months of the year whose wins are left out, 0 to 12.

    Returns
    -------
    Series of float
        0 to 1/2, on the index given.

    Examples
    --------
    >>> live_share(pd.Series([0.0, 6.0, 12.0])).tolist()
    [0.5, 0.125, 0.0]
    >>> live_share(pd.Series([0.0, 6.0]), past=6).tolist()
    [0.125, 0.0]
    """
    return (12.0 - past - go_live_months.fillna(0.0).clip(lower=0.0)).clip(lower=0.0) ** 2 / 288.0


def _segment_of(customers: pd.DataFrame) -> pd.Series:
    checks.require_columns(customers, ["customer_id"], name="customers")
    return pd.Series(
        frames.text(customers, "segment").to_numpy(), index=frames.text(customers, "customer_id")
    )


def observed_renewal_rate(
    contracts: pd.DataFrame, *, as_of: pd.Timestamp, years: int = 2
) -> tuple[float, int]:
    """Share of contracts ended within some years that a later contract of the customer followed, and their number.

    Parameters
    ----------
    contracts : DataFrame
        As for :func:`bottom_up`.
    as_of : Timestamp
        Day the data stand at; contracts that ended in the last three months before it are not judged yet.
    years : int
        How far back.

    Returns
    -------
    tuple of float and int
        The share (NaN where none ended) and how many ended.

    Examples
    --------
    >>> contracts = pd.DataFrame({"contract_id": ["K1", "K2", "K3"], "customer_id": ["C1", "C1", "C2"], "kind": "new",
    ...     "starts_on": ["2024-01-01", "2025-01-01", "2024-01-01"],
    ...     "ends_on": ["2024-12-31", "2027-12-31", "2025-06-30"], "monthly_amount": 1.0})
    >>> observed_renewal_rate(contracts, as_of=pd.Timestamp("2026-10-31"))
    (0.5, 2)
    """
    signed = _contracts(contracts)
    first, last = as_of - pd.DateOffset(years=years), as_of - pd.DateOffset(months=3)
    ended = signed[signed["last"].between(first, last) & (signed["kind"] != "pilot")]
    kept = _followed(ended, signed)
    return (float(kept.mean()) if len(ended) else float("nan")), len(ended)
