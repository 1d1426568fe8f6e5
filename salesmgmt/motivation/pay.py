"""Fixed and variable pay 薪酬激励: the mix as it stands, against the band of a sound one.

Pay is target pay of a year: fixed pay plus variable pay at full attainment. Only people employed on the
day and with both amounts known enter a share; the others are counted as unknown, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from salesmgmt import checks, frames

_RULES = {
    "low": ("between 0 and 1", lambda share: 0 <= share <= 1),
    "high": ("between 0 and 1", lambda share: 0 <= share <= 1),
}


@dataclass(frozen=True)
class CompanyMix:
    """The mix of pay of the company as a whole.

    Attributes
    ----------
    people : int
        People employed on the day whose fixed and variable pay are both known.
    unknown : int
        People employed on the day of whom one of them is not known; they are in no amount.
    fixed_pay, variable_pay : float
        Money a year, variable at target.
    cost : float
        Money a year: fixed_pay + variable_pay.
    variable_share : float
        variable_pay ÷ cost, NaN without pay.
    verdict : str
        ``below``, ``within`` or ``above`` the band, ``cannot_tell`` without pay.
    """

    people: int
    unknown: int
    fixed_pay: float
    variable_pay: float
    cost: float
    variable_share: float
    verdict: str


def mix(staff: pd.DataFrame, *, as_of: pd.Timestamp, low: float = 0.30, high: float = 0.50) -> pd.DataFrame:
    """Share of variable pay by role, against the band.

    Parameters
    ----------
    staff : DataFrame
        One row per person: ``role``, ``fixed_pay``, ``target_variable_pay`` (money a year, >= 0, may
        be missing); ``hired_on``, ``left_on`` may be absent.
    as_of : Timestamp
        The day on which people are counted; first and last day at work both count.
    low, high : float
        The band of the variable share, 0 to 1, both ends within it.

    Returns
    -------
    DataFrame
        One row per role with people on the day, in the article's order: ``role``, ``people`` (both pays
        known), ``posts`` (theirs, in full posts), ``unknown`` (people without), ``fixed_pay``, ``variable_pay``, ``total_pay`` (money a
        year), ``variable_share``, ``share_min``, ``share_max`` (over persons), ``outside`` (people
        outside the band), ``verdict`` (below, within, above; cannot_tell where no pay is known).

    Raises
    ------
    TypeError
        If ``staff`` is not a DataFrame or a bound is not a number.
    ValueError
        If columns are missing, roles unknown, pay negative, or not 0 <= low <= high <= 1.

    Notes
    -----
    variable_share = Σ variable ÷ Σ total, so large pay weighs more. An exact tie with the band's end
    is within it (to a billionth).

    References
    ----------
    浅析服务外包销售团队管理, MOTIVATION 1 薪酬激励: "变动收入占总收入的比例在30%至50%之间比较合理".

    Examples
    --------
    >>> staff = pd.DataFrame({"role": ["account_manager"], "fixed_pay": [120e3], "target_variable_pay": [80e3]})
    >>> mix(staff, as_of=pd.Timestamp("2026-10-31"))[["variable_share", "verdict"]].values.tolist()
    [[0.4, 'within']]
    """
    paid = _paid(staff, as_of=as_of, low=low, high=high)
    table = paid.groupby("role", as_index=False).agg(
        people=("known", "sum"),
        posts=("posts", "sum"),
        unknown=("known", lambda known: int((~known).sum())),
        fixed_pay=("fixed", "sum"),
        variable_pay=("variable", "sum"),
        share_min=("share", "min"),
        share_max=("share", "max"),
        outside=("outside", "sum"),
    )
    total = table["fixed_pay"] + table["variable_pay"]
    share = table["variable_pay"] / total.where(total > 0)
    table = table.assign(total_pay=total, variable_share=share, verdict=_verdict(share, low=low, high=high))
    columns = [
        "role",
        "people",
        "posts",
        "unknown",
        "fixed_pay",
        "variable_pay",
        "total_pay",
        "variable_share",
    ]
    return frames.in_order(table, ["role"])[[*columns, "share_min", "share_max", "outside", "verdict"]]


def by_person(
    staff: pd.DataFrame, *, as_of: pd.Timestamp, low: float = 0.30, high: float = 0.50
) -> pd.DataFrame:
    """Fixed and variable pay of each person, against the band.

    Parameters
    ----------
    staff : DataFrame
        As :func:`mix` takes it, with ``staff_id``.
    as_of : Timestamp
        The day on which people are counted.
    low, high : float
        The band of the variable share.

    Returns
    -------
    DataFrame
        One row per person employed on the day whose both pays are known, in the order of ``staff``: ``staff_id``,
        ``role``, ``fixed_pay``, ``variable_pay``, ``total_pay`` (money a year), ``variable_share``, ``verdict``.

    Raises
    ------
    TypeError, ValueError
        As :func:`mix` raises.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "role": "account_manager", "fixed_pay": [90e3],
    ...     "target_variable_pay": [10e3]})
    >>> by_person(staff, as_of=pd.Timestamp("2026-10-31"))[["variable_share", "verdict"]].values.tolist()
    [[0.1, 'below']]
    """
    checks.require_columns(staff, ["staff_id"], name="staff")
    paid = _paid(staff, as_of=as_of, low=low, high=high).join(frames.text(staff, "staff_id"))
    paid = paid[paid["known"]].rename(columns={"fixed": "fixed_pay", "variable": "variable_pay", "share": "variable_share"})  # fmt: skip
    found = paid.assign(
        total_pay=paid["fixed_pay"] + paid["variable_pay"],
        verdict=_verdict(paid["variable_share"], low=low, high=high),
    )
    columns = ["staff_id", "role", "fixed_pay", "variable_pay", "total_pay", "variable_share", "verdict"]
    return found[columns].reset_index(drop=True)


def company_mix(
    staff: pd.DataFrame, *, as_of: pd.Timestamp, low: float = 0.30, high: float = 0.50
) -> CompanyMix:
    """Share of variable pay and target pay of the company.

    Parameters
    ----------
    staff : DataFrame
        As :func:`mix` takes it.
    as_of : Timestamp
        The day on which people are counted.
    low, high : float
        The band of the variable share.

    Returns
    -------
    CompanyMix
        People, money a year and the share; the sums of :func:`mix` over its roles.

    Raises
    ------
    TypeError, ValueError
        As :func:`mix` raises.

    Notes
    -----
    variable_share = Σ target variable pay ÷ Σ target pay.

    References
    ----------
    浅析服务外包销售团队管理, MOTIVATION 1 薪酬激励.

    Examples
    --------
    >>> staff = pd.DataFrame({"role": ["account_manager"], "fixed_pay": [120e3], "target_variable_pay": [80e3]})
    >>> company_mix(staff, as_of=pd.Timestamp("2026-10-31")).cost
    200000.0
    """
    paid = _paid(staff, as_of=as_of, low=low, high=high)
    fixed, variable = float(paid["fixed"].sum()), float(paid["variable"].sum())
    share = variable / (fixed + variable) if fixed + variable > 0 else float("nan")
    return CompanyMix(
        people=int(paid["known"].sum()),
        unknown=int((~paid["known"]).sum()),
        fixed_pay=fixed,
        variable_pay=variable,
        cost=fixed + variable,
        variable_share=share,
        verdict=_verdict(pd.Series([share]), low=low, high=high).iloc[0],
    )


def team_cost(needed: pd.DataFrame, paid: pd.DataFrame, *, headcount: float) -> float:
    """What a planned team costs a year at the pay per full post of the people there today.

    Parameters
    ----------
    needed : DataFrame
        One row per role (× region): ``role`` (``""``: of no role), ``reps`` (people, unrounded).
    paid : DataFrame
        One row per role as :func:`mix` returns it, people counted in the roles that are sized.
    headcount : float
        Full posts of the team, >= 0.

    Returns
    -------
    float
        Money a year, variable pay at target; NaN where the pay of a needed role is not known.

    Raises
    ------
    TypeError
        If a frame is not a DataFrame or ``headcount`` is not a number.
    ValueError
        If columns are missing or ``headcount`` is negative.

    Notes
    -----
    headcount × Σ reps × pay per post ÷ Σ reps over roles: the fraction of a person rounded up, and
    people of no role, cost the mean. Pay per post is the pay of a role's people ÷ the full posts they fill, so
    that the team there today costs what its people are paid.

    Examples
    --------
    >>> needed = pd.DataFrame({"role": ["account_manager"], "reps": [2.5]})
    >>> paid = pd.DataFrame({"role": ["account_manager"], "posts": [4], "total_pay": [800e3]})
    >>> team_cost(needed, paid, headcount=3)
    600000.0
    """
    checks.require_columns(needed, ["role", "reps"], name="needed")
    checks.require_columns(paid, ["role", "posts", "total_pay"], name="paid")
    checks.require_numbers({"headcount": (">= 0", lambda people: people >= 0)}, headcount=headcount)
    reps = needed[needed["role"] != ""].groupby("role")["reps"].sum()
    known = paid[(paid["posts"] > 0) & (paid["total_pay"] > 0)].set_index("role")
    each = (known["total_pay"] / known["posts"]).reindex(reps.index)
    if not reps.sum() > 0:
        return 0.0
    return float(headcount * (reps * each).sum(skipna=False) / reps.sum())


def _paid(staff: pd.DataFrame, *, as_of: pd.Timestamp, low: float, high: float) -> pd.DataFrame:
    """Checked people of the day: role, whether both pays are known, the pays and the share."""
    checks.require_columns(staff, ["role", "fixed_pay", "target_variable_pay"], name="staff")
    checks.require_codes(staff["role"], ("", *checks.ROLES), name="staff.role")
    checks.require_numbers(_RULES, low=low, high=high)
    if low > high:
        raise ValueError(f"low == {low} and high == {high}, must be low <= high")
    here = staff[frames.employed(staff, pd.Timestamp(as_of))]
    fixed, variable = frames.number(here, "fixed_pay"), frames.number(here, "target_variable_pay")
    for name, values in (("staff.fixed_pay", fixed), ("staff.target_variable_pay", variable)):
        checks.require_bounds(values.dropna(), name=name, minimum=0.0)
    known = fixed.notna() & variable.notna()
    total = (fixed + variable).where(lambda pay: pay > 0)
    share = variable / total
    verdict = _verdict(share, low=low, high=high)
    posts = frames.number(here, "capacity").fillna(1.0)
    checks.require_bounds(posts, name="staff.capacity", minimum=0.0)
    return pd.DataFrame({"role": frames.text(here, "role"), "known": known, "share": share}).assign(
        posts=posts.where(known, 0.0),
        fixed=fixed.where(known, 0.0),
        variable=variable.where(known, 0.0),
        outside=verdict.isin(["below", "above"]),
    )


def _verdict(share: pd.Series, *, low: float, high: float) -> pd.Series:
    """Where each share stands to the band, ends within."""
    verdict = pd.Series("within", index=share.index, dtype="str")
    verdict = verdict.mask(share < low - 1e-9, "below").mask(share > high + 1e-9, "above")
    return verdict.mask(share.isna(), "cannot_tell")
