"""How the sales target enters the first step: tiers from potential, prospects from new wins.

A segment that is to bring ``new_wins`` customers at a given win rate needs new_wins ÷ win_rate
prospects worked; the list holds what it holds. The two are compared, never mixed silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from salesmgmt import checks, frames


def tiered(customers: pd.DataFrame, *, cutoffs: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Fill empty tiers from the customers' potential.

    Parameters
    ----------
    customers : DataFrame
        One row per customer; ``tier`` and ``potential`` (money a year, >= 0) may be absent.
    cutoffs : mapping of str to float, optional
        Tier to its lowest potential, e.g. ``{"A": 5e6, "B": 1e6, "C": 0}``; the highest cut-off
        that is reached decides. None fills nothing.

    Returns
    -------
    DataFrame
        The customers with ``tier``: as given, else from potential, else ``""``.

    Raises
    ------
    TypeError, ValueError
        If a cut-off is not a finite number.

    Notes
    -----
    A tier typed by hand is kept even where the potential says otherwise: the desk knows more.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3 团队规模, first step.

    Examples
    --------
    >>> customers = pd.DataFrame({"tier": ["", "C", ""], "potential": [8e6, 8e6, 2e5]})
    >>> tiered(customers, cutoffs={"B": 1e6, "A": 5e6})["tier"].tolist()
    ['A', 'C', '']
    """
    checks.require_columns(customers, [], name="customers")
    cutoffs = dict(cutoffs or {})
    named = {f"cutoffs[{tier!r}]": lowest for tier, lowest in cutoffs.items()}
    checks.require_numbers(dict.fromkeys(named, ("finite", lambda lowest: True)), **named)
    tier, potential = frames.text(customers, "tier"), frames.number(customers, "potential")
    for name, lowest in sorted(cutoffs.items(), key=lambda cutoff: -cutoff[1]):
        tier = tier.mask((tier == "") & (potential >= lowest), name)
    return customers.assign(tier=tier)


def win_targets(
    segments: pd.DataFrame,
    *,
    new_wins: float | None = None,
    win_rate: float | None = None,
    times: float = 1.0,
) -> pd.DataFrame | None:
    """The sales target as new wins and win rates: by segment, else for the company.

    Parameters
    ----------
    segments : DataFrame
        One row per segment, may be empty: ``segment``, ``new_wins`` (customers a year), ``win_rate``
        (share), each may be missing; ``_low`` and ``_high`` of both are kept.
    new_wins : float, optional
        Customers a year for the company, used where no segment states any.
    win_rate : float, optional
        Share, used where a segment states none.
    times : float
        How many times the wins stated the adopted target takes, > 0; wins and their ranges are multiplied by it.

    Returns
    -------
    DataFrame or None
        One row per segment, or one row without segment for the company, as :func:`prospects` takes it;
        None where nobody states new wins, or a win rate is missing that is needed.

    Raises
    ------
    TypeError
        If ``segments`` is not a DataFrame.
    ValueError
        If ``times`` is not above 0.

    References
    ----------
    浅析服务外包销售团队管理, PLAN 1: the target as the sum of the segments' targets.

    Examples
    --------
    >>> segments = pd.DataFrame({"segment": ["bank", "insurance"], "new_wins": [8, 3], "win_rate": [0.2, None]})
    >>> win_targets(segments, win_rate=0.3)["win_rate"].tolist()
    [0.2, 0.3]
    >>> win_targets(segments, win_rate=0.3, times=1.5)["new_wins"].tolist()
    [12.0, 4.5]
    >>> win_targets(segments.drop(columns="new_wins")) is None
    True
    """
    checks.require_columns(segments, [], name="segments")
    wins = frames.number(segments, "new_wins")
    checks.require_numbers({"times": ("> 0", lambda factor: factor > 0)}, times=times)
    if not wins.notna().any():
        segments = pd.DataFrame({"segment": [""], "new_wins": [new_wins]})
        wins = frames.number(segments, "new_wins")
    ends = [name for name in ("new_wins_low", "new_wins_high") if name in segments.columns]
    segments = segments.assign(**{name: frames.number(segments, name) * times for name in ends})
    wins = wins * times
    default = float("nan") if win_rate is None else win_rate
    stated = segments.assign(new_wins=wins, win_rate=frames.number(segments, "win_rate").fillna(default))
    needed = stated.loc[stated["new_wins"] > 0, "win_rate"]
    return stated.reset_index(drop=True) if len(needed) and needed.notna().all() else None


def prospects(customers: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Prospects the target requires, held against the prospects listed.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``status``, ``segment`` (may be absent).
    targets : DataFrame
        One row per ``segment`` with ``new_wins`` (customers a year, >= 0; missing: none wanted)
        and ``win_rate`` (share above 0, up to 1), or one row without segment: the company's total.

    Returns
    -------
    DataFrame
        One row per segment of the target, in its order, then listed segments without a target:
        ``segment`` (``""`` for a company total), ``new_wins``, ``win_rate``, ``required`` (customers,
        unrounded), ``listed`` (customers), ``shortfall`` (customers, >= 0).

    Raises
    ------
    TypeError
        If an argument is not a DataFrame.
    ValueError
        If columns are missing, segments repeat, or wins and rates are out of bounds.

    Notes
    -----
    required = new_wins ÷ win_rate; shortfall = max(0, required − listed).

    References
    ----------
    浅析服务外包销售团队管理, PLAN 3 团队规模, first step: classes "based on the sales target".

    Examples
    --------
    >>> customers = pd.DataFrame({"status": ["prospect"] * 30, "segment": "bank"})
    >>> targets = pd.DataFrame({"segment": ["bank"], "new_wins": [8], "win_rate": [0.2]})
    >>> prospects(customers, targets)[["required", "listed", "shortfall"]].values.tolist()
    [[40.0, 30.0, 10.0]]
    """
    checks.require_columns(customers, ["status"], name="customers")
    wanted = _targets(targets)
    segment = frames.text(customers, "segment")[frames.text(customers, "status") == "prospect"]
    if _is_total(wanted):
        segment = segment.where(segment == "", "")
    listed = segment.value_counts().sort_index().rename_axis("segment").rename("listed").reset_index()
    result = wanted.merge(listed, on="segment", how="left")
    untargeted = listed[~listed["segment"].isin(wanted["segment"])].assign(new_wins=0.0, required=0.0)
    result = pd.concat([result, untargeted], ignore_index=True) if len(untargeted) else result
    result["listed"] = result["listed"].fillna(0).astype("int64")
    result["shortfall"] = (result["required"] - result["listed"]).clip(lower=0.0)
    return result[["segment", "new_wins", "win_rate", "required", "listed", "shortfall"]]


def required_by_class(
    customers: pd.DataFrame, targets: pd.DataFrame | None, keys: Sequence[str]
) -> pd.DataFrame:
    """Spread the required prospects over classes of customers.

    Parameters
    ----------
    customers : DataFrame
        One row per customer with the columns ``keys``, as :func:`tiered` returns it.
    targets : DataFrame or None
        As :func:`prospects` takes it; None requires nothing.
    keys : sequence of str
        Columns of a class, ``status`` and ``tier`` among them.

    Returns
    -------
    DataFrame
        One row per class of prospects: ``keys`` and ``required`` (customers, unrounded).

    Notes
    -----
    A segment's requirement is spread over its own listed prospects in proportion; if it has none, over
    all listed prospects; if there are none at all, it forms one class without tier. Where ``segment`` is a
    key it is the segment of the target, so that each segment's requirement stays together.

    Examples
    --------
    >>> customers = pd.DataFrame({"status": "prospect", "tier": ["A", "B", "B", "B"]})
    >>> targets = pd.DataFrame({"new_wins": [4], "win_rate": [0.2]})
    >>> required_by_class(customers, targets, ["status", "tier"])["required"].tolist()
    [5.0, 15.0]
    """
    if targets is None:
        return pd.DataFrame({key: pd.Series(dtype="str") for key in keys}).assign(required=0.0)
    need = prospects(customers, targets).rename(columns={"segment": "target"})[
        ["target", "required", "listed"]
    ]
    total = _is_total(_targets(targets))
    seen = pd.DataFrame({key: frames.text(customers, key) for key in [*keys, "segment"]})
    seen = seen[seen["status"] == "prospect"].assign(target=lambda frame: "" if total else frame["segment"])
    counts = seen.groupby(list(dict.fromkeys([*keys, "target"])), as_index=False).size()
    own = need[need["listed"] > 0].merge(counts, on="target")
    foreign = need[(need["listed"] == 0) & (need["required"] > 0)].merge(
        counts.drop(columns="target"), how="cross"
    )
    if counts.empty:
        foreign = need[need["required"] > 0].assign(
            size=1, **{**dict.fromkeys(keys, ""), "status": "prospect"}
        )
    spread = pd.concat([part for part in (own, foreign) if len(part)] or [own], ignore_index=True)
    if "segment" in keys and not total:
        spread["segment"] = spread["target"]
    share = spread["size"] / spread.groupby("target")["size"].transform("sum")
    spread["required"] = spread["required"] * share
    return spread.groupby(list(keys))[["required"]].sum().reset_index()


def _targets(targets: pd.DataFrame) -> pd.DataFrame:
    """Checked target rows: segment, new_wins, win_rate, required."""
    checks.require_columns(targets, ["new_wins", "win_rate"], name="targets")
    wanted = pd.DataFrame({"segment": frames.text(targets, "segment")}).reset_index(drop=True)
    checks.require_unique(wanted, ["segment"], name="targets")
    wanted["new_wins"] = frames.number(targets, "new_wins").fillna(0.0).to_numpy()
    wanted["win_rate"] = frames.number(targets, "win_rate").to_numpy()
    by_segment = wanted.set_index("segment")
    checks.require_bounds(by_segment["new_wins"], name="targets.new_wins", minimum=0.0)
    rates = by_segment.loc[by_segment["new_wins"] > 0, "win_rate"]
    good = (rates > 0) & (rates <= 1)
    if not good.all():
        raise ValueError(f"targets.win_rate == {rates[~good].to_dict()}, must be > 0 and <= 1")
    required = (wanted["new_wins"] / wanted["win_rate"]).where(wanted["new_wins"] > 0, 0.0)
    return wanted.assign(required=required)


def _is_total(wanted: pd.DataFrame) -> bool:
    """Whether the target is one row for the company as a whole."""
    return len(wanted) == 1 and wanted["segment"].iloc[0] == ""
