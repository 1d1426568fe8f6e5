"""The sales process 销售流程: what becomes of opportunities.

Rates are counted over opportunities whose outcome is known; open ones, a bid won but not signed
among them, are neither won nor lost.
"""

from __future__ import annotations

import pandas as pd

from salesmgmt import checks, frames, uncertainty

_COLUMNS = ["closed", "won", "win_rate", "low", "high"]


def win_rate(
    opportunities: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: str = "",
) -> pd.DataFrame:
    """Share of the opportunities decided in the last twelve months that were won.

    Parameters
    ----------
    opportunities : DataFrame
        One row per opportunity: ``status`` (open, bid_won, won, lost), ``closed_on``, the column ``by``.
    as_of : Timestamp
        Last day that counts; the window is the twelve months that end on it.
    by : str
        Column to group by; empty: one row for the company.

    Returns
    -------
    DataFrame
        One row per group, ``""`` last: ``by``, ``closed`` (won or lost), ``won``, ``win_rate`` (share, NaN
        where nothing closed), ``low``, ``high`` (80 % interval, NaN where nothing closed).

    Raises
    ------
    TypeError
        If ``opportunities`` is not a DataFrame.
    ValueError
        If columns are missing.

    Notes
    -----
    win_rate = won ÷ (won + lost). The interval is Jeffreys': quantiles of Beta(won + ½, lost + ½).

    References
    ----------
    Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science
    16(2), 101–133.

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["won", "lost", "lost", "bid_won"], "closed_on": pd.Timestamp("2026-05-01")})
    >>> win_rate(deals, as_of=pd.Timestamp("2026-10-31"))[["closed", "won", "win_rate"]].round(2).values.tolist()
    [[3.0, 1.0, 0.33]]
    """
    checks.require_columns(
        opportunities, ["status", "closed_on", *([by] if by else [])], name="opportunities"
    )
    day = pd.Timestamp(as_of)
    closed_on = pd.to_datetime(opportunities["closed_on"])
    decided = opportunities["status"].isin(["won", "lost"])
    recent = (closed_on > day - pd.DateOffset(years=1)) & (closed_on <= day)
    rows = opportunities[decided & recent]
    group = frames.text(rows, by) if by else pd.Series("", index=rows.index)
    counted = (
        (rows["status"] == "won")
        .groupby(group)
        .agg(["size", "sum"])
        .rename(columns={"size": "closed", "sum": "won"})
    )
    if not by:
        counted = counted.reindex([""], fill_value=0)
    rate = uncertainty.proportion(counted["won"], counted["closed"]).rename(columns={"rate": "win_rate"})
    table = counted.join(rate)
    table = table.rename_axis(by or "group").reset_index()
    return frames.in_order(table, [by])[[by, *_COLUMNS]] if by else table[_COLUMNS]
