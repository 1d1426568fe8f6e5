"""Who performs strongly: the best third of each role, by the measure of performance given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames


def strong(performance: pd.DataFrame, *, share: float = 1 / 3) -> pd.DataFrame:
    """Who performs strongly in each role, and who is compared at all.

    Parameters
    ----------
    performance : DataFrame
        One row per person: ``staff_id`` (unique) and ``value`` (any measure, more is better, missing where
        there is none); ``role`` (absent or ``""``: one role for all) and ``strong`` (true, false or missing:
        as judged by the client, goes before ``value``, which may then be absent) may be absent.
    share : float
        Share of a role's people that are strong, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per person, by role, then id: ``staff_id``, ``role``, ``value``, ``strong`` (bool),
        ``compared`` (bool: strong, or one of the others; false without a value).

    Raises
    ------
    ValueError
        If columns are missing, people repeat, values are infinite, ``strong`` is not true or false, or
        ``share`` is out of bounds.

    Notes
    -----
    Strong are the floor(n × share) best of the role's n people with a value, and whoever is level with the last
    of them. Where all values of a role are equal nobody can be told apart, and nobody is compared.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 能力: 从岗位绩效优秀人员中总结. Spencer & Spencer (1993), Competence at
    Work, ch. 8, criterion samples of superior and average performers.

    Examples
    --------
    >>> performance = pd.DataFrame({"staff_id": ["S1", "S2", "S3", "S4"], "value": [1.1, 0.8, 0.9, None]})
    >>> strong(performance)[["strong", "compared"]].values.tolist()
    [[True, True], [False, True], [False, True], [False, False]]
    """
    checks.require_numbers({"share": ("> 0 and < 1", lambda part: 0 < part < 1)}, share=share)
    judged = isinstance(performance, pd.DataFrame) and "strong" in performance.columns
    checks.require_columns(performance, ["staff_id", "strong" if judged else "value"], name="performance")
    checks.require_unique(performance, ["staff_id"], name="performance")
    people = pd.DataFrame({name: frames.text(performance, name) for name in ("staff_id", "role")})
    people["value"] = frames.number(performance, "value")
    checks.require_bounds(people["value"].dropna(), name="performance.value")
    if judged:
        said = frames.number(performance, "strong")
        checks.require_codes(said.dropna().astype("str"), ("0.0", "1.0"), name="performance.strong")
        people = people.assign(strong=said == 1.0, compared=said.notna())
    else:
        values = people.groupby("role")["value"]
        number, last = values.transform("count"), values.rank(method="min", ascending=False)
        apart = values.transform("max") > values.transform("min")
        best = last <= np.floor(number * share + 1e-9)
        people = people.assign(strong=best & apart, compared=people["value"].notna() & apart)
    return frames.in_order(people, ["role", "staff_id"])
