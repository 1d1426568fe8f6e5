"""The target handed down 目标分解: to regions and people by potential and history, rolled up exactly.

Growth on history alone taxes those who sold much; potential alone ignores what has been built. Both are mixed, and the
diagnostics say whom the mix asks most of.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames

MIX = 0.5
"""Weight of potential; the rest is history's."""

MIN_PEOPLE = 10
"""Fewer groups carry no correlation."""


def split(groups: pd.DataFrame, *, target: float, mix: float = MIX) -> pd.DataFrame:
    """A share of the target for each group.

    Parameters
    ----------
    groups : DataFrame
        One row per group: ``group``, ``potential`` and ``history`` (money a year, >= 0).
    target : float
        The whole, > 0.
    mix : float
        Weight α of potential, 0 to 1.

    Returns
    -------
    DataFrame
        The rows with ``quota`` (money; the sum is the target), ``growth`` (quota ÷ history − 1, NaN without history)
        and ``reach`` (quota ÷ potential, NaN without potential).

    Raises
    ------
    ValueError
        If columns are missing, a number is negative, or neither potential nor history is positive.

    Notes
    -----
    q = target · (α · share of potential + (1 − α) · share of history); where one of the two is zero throughout, the
    other decides alone.

    References
    ----------
    Zoltners, Sinha & Lorimer (2006), The Complete Guide to Sales Force Incentive Compensation, on quota setting.

    Examples
    --------
    >>> groups = pd.DataFrame({"group": ["A", "B"], "potential": [30.0, 10.0], "history": [10.0, 10.0]})
    >>> split(groups, target=100.0)["quota"].tolist()
    [62.5, 37.5]
    """
    rules = {
        "target": ("> 0", lambda money: money > 0),
        "mix": ("between 0 and 1", lambda share: 0 <= share <= 1),
    }
    checks.require_numbers(rules, target=target, mix=mix)
    checks.require_columns(groups, ["group", "potential", "history"], name="groups")
    parts = {name: frames.number(groups, name).fillna(0.0) for name in ("potential", "history")}
    for name, values in parts.items():
        checks.require_bounds(values, name=f"groups.{name}", minimum=0.0)
    sums = {name: float(values.sum()) for name, values in parts.items()}
    if not any(sums.values()):
        raise ValueError("groups has neither potential nor history, must have one of them")
    weight = {"potential": mix, "history": 1.0 - mix}
    used = {name: weight[name] if sums[name] else 0.0 for name in parts}
    whole = sum(used.values()) or 1.0
    mixed = [used[name] / whole * parts[name] / (sums[name] or 1.0) for name in parts]
    share = mixed[0] + mixed[1]
    if not float(share.sum()):  # the only one there is has no weight
        name = next(name for name in parts if sums[name])
        share = parts[name] / sums[name]
    quota = target * share
    return groups.assign(
        quota=quota,
        growth=quota / parts["history"].where(parts["history"] > 0) - 1.0,
        reach=quota / parts["potential"].where(parts["potential"] > 0),
    )


def fairness(shared: pd.DataFrame) -> pd.Series:
    """Whether the split asks more growth of those who sold most, or of those who sold least.

    Parameters
    ----------
    shared : DataFrame
        From :func:`split`.

    Returns
    -------
    Series
        ``groups`` (with a history), ``correlation`` (Spearman's, of growth asked with history), ``low``, ``high`` (80 %
        interval), ``verdict`` (of_the_strong: clearly above zero; of_the_weak: clearly below; even: neither;
        cannot_tell: under :data:`MIN_PEOPLE` groups or all asked the same, the numbers missing).

    Notes
    -----
    Interval on Fisher's scale with the error √((1 + r² ÷ 2) ÷ (n − 3)).

    References
    ----------
    Bonett & Wright (2000), Sample size requirements for estimating Pearson, Kendall and Spearman correlations,
    Psychometrika 65(1), 23–28.

    Examples
    --------
    >>> fairness(pd.DataFrame({"growth": [0.1, 0.2], "history": [1.0, 2.0]}))["verdict"]
    'cannot_tell'
    """
    known = shared.dropna(subset=["growth"])
    found = {
        "groups": len(known),
        "correlation": np.nan,
        "low": np.nan,
        "high": np.nan,
        "verdict": "cannot_tell",
    }
    if len(known) >= MIN_PEOPLE and min(known["growth"].nunique(), known["history"].nunique()) > 1:
        r = float(stats.spearmanr(known["growth"], known["history"]).statistic)
        error = stats.norm.ppf(0.9) * np.sqrt((1 + r**2 / 2) / (len(known) - 3))
        low, high = np.tanh(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)) + np.array([-error, error]))
        verdict = "of_the_strong" if low > 0 else "of_the_weak" if high < 0 else "even"
        found |= {"correlation": r, "low": low, "high": high, "verdict": verdict}
    return pd.Series(found)
