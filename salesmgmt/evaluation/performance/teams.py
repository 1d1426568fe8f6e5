"""Growth of revenue over the same months a year before, of the company and of its teams.

Revenue without a known person belongs to the customer's owner, else it is unassigned (``""``); every amount is in
some row, so the rows add up to the company. Company figures are raw ratios; intervals describe customers like these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from salesmgmt import checks, frames, ratios, uncertainty
from salesmgmt.evaluation.performance.periods import compared, evaluation_period
from salesmgmt.evaluation.performance.results import sizes

Array = npt.NDArray[np.float64]

RESAMPLES = 2000
"""Resamples of the customers behind an interval."""

MIN_CUSTOMERS = 10
"""Customers below which no interval is honest."""

CLOSE = 0.10
"""A ratio of this to last year within a tenth of that of the other groups counts as consistent with it."""

_LEVEL, _ERROR = 0.80, 0.05


@dataclass(frozen=True)
class CompanyGrowth:
    """Growth of the company's revenue.

    Attributes
    ----------
    start, end : Timestamp
        First and last day of the months compared this year; ``end`` before ``start`` without whole months.
    months : int
        Whole months of the evaluation period.
    customers : int
        Known customers with revenue in either year.
    this_year, last_year : float
        Money in these months and in the same months a year before.
    change : float
        this_year − last_year.
    growth : float
        change ÷ last_year, NaN where last_year is not positive.
    low, high : float
        80 % interval of growth; NaN under ten customers.
    largest_share : float
        The largest single customer's share of Σ|change|, 0 to 1; NaN without change.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    months: int
    customers: int
    this_year: float
    last_year: float
    change: float
    growth: float
    low: float
    high: float
    largest_share: float


def company_growth(
    revenue: pd.DataFrame, *, as_of: pd.Timestamp, year_starts: int = 1, rng: np.random.Generator
) -> CompanyGrowth:
    """Growth of the company over the same months a year before.

    Parameters
    ----------
    revenue : DataFrame
        One row per month × customer (× person × product): ``month`` (first day), ``customer_id`` (``""``
        unknown), ``amount`` (money without VAT).
    as_of : Timestamp
        Day of the evaluation.
    year_starts : int
        First month of the business year, 1 to 12.
    rng : numpy.random.Generator
        Source of the resamples.

    Returns
    -------
    CompanyGrowth
        Totals, growth and its interval.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If columns are missing, amounts or months are missing, or ``year_starts`` is out of bounds.

    Notes
    -----
    growth = Σ this year ÷ Σ last year − 1. Interval: customers resampled with replacement, percentiles
    expanded by Student's t for as many customers as would, equally large, carry as much; amounts of unknown customers stay as they are.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 增长率. Hesterberg (2015), What teachers should know about
    the bootstrap, The American Statistician 69(4), 371–386, for the expanded percentiles. Kish (1965), Survey
    Sampling, for the effective number.

    Examples
    --------
    >>> month = pd.to_datetime(["2025-01-01", "2026-01-01"])
    >>> revenue = pd.DataFrame({"month": month, "customer_id": "C1", "amount": [100.0, 112.0]})
    >>> rng = np.random.default_rng(2027)
    >>> round(company_growth(revenue, as_of=pd.Timestamp("2026-01-31"), rng=rng).growth, 6)
    0.12
    """
    start, months = evaluation_period(as_of, year_starts)
    _require_rng(rng)
    end = start + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    own = _by_customer(compared(revenue, start, months).assign(group=""))
    found = _growth_of(own, rng)
    numbers = {name: float(found[name]) for name in _NUMBERS}
    return CompanyGrowth(start=start, end=end, months=months, customers=int(found["customers"]), **numbers)


def growth(
    revenue: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    year_starts: int = 1,
    by: str | None = None,
    staff: pd.DataFrame | None = None,
    owners: pd.DataFrame | None = None,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Growth of each team over the same months a year before, against the rest of the company.

    Parameters
    ----------
    revenue : DataFrame
        One row per month × customer × person (× product): ``month`` (first day), ``customer_id``,
        ``staff_id`` (``""`` unknown), ``amount`` (money without VAT).
    as_of : Timestamp
        Day of the evaluation.
    year_starts : int
        First month of the business year, 1 to 12.
    by : str, optional
        Column of ``revenue`` to group by instead of teams, e.g. ``"product_id"``.
    staff : DataFrame, optional
        One row per person: ``staff_id``, ``team`` (else ``manager_id``, else ``region``), ``hired_on``,
        ``left_on``. Required unless ``by`` is given.
    owners : DataFrame, optional
        ``customer_id`` (unique) and ``staff_id``: whose customer it is, where revenue names nobody.
    rng : numpy.random.Generator
        Source of the resamples.

    Returns
    -------
    DataFrame
        One row per group, alphabetically, ``""`` (unassigned) last: ``group``, ``people`` (employed on
        ``as_of``; NA where grouped by a column), ``customers`` (known, with revenue in either year),
        ``months``, ``this_year``, ``last_year``, ``change`` (money), ``growth``, ``low``, ``high``
        (80 % interval; NaN under ten customers), ``largest_share`` (the largest single customer's share
        of Σ|change|), ``verdict`` (above, below, consistent, cannot_tell). Money adds up to the company.

    Raises
    ------
    TypeError
        If an argument is of the wrong kind.
    ValueError
        If columns are missing, keys repeat, amounts or months are missing, ``year_starts`` is out of
        bounds, or neither ``by`` nor ``staff`` is given.

    Notes
    -----
    A verdict compares log(this ÷ last) of the group with that of all other groups together, by a Welch
    test over customers; above and below are held against 5 % over all groups jointly (Holm). Without
    that, ``consistent`` means that the 80 % interval of the difference lies within a tenth,
    and ``cannot_tell`` that it does not, or that fewer than ten customers stand on either side. Revenue
    follows the person of each month: a customer handed over moves between groups.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 增长率. Holm (1979), A simple sequentially rejective multiple
    test procedure, Scandinavian Journal of Statistics 6(2), 65–70.

    Examples
    --------
    >>> month = pd.to_datetime(["2025-01-01", "2026-01-01"])
    >>> revenue = pd.DataFrame({"month": month, "customer_id": "C1", "staff_id": "S1", "amount": [100.0, 112.0]})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "team": ["East"]})
    >>> rng = np.random.default_rng(2027)
    >>> teams = growth(revenue, as_of=pd.Timestamp("2026-01-31"), staff=staff, rng=rng)
    >>> teams[["group", "customers", "change", "verdict"]].values.tolist()
    [['East', 1, 12.0, 'cannot_tell']]
    """
    start, months = evaluation_period(as_of, year_starts)
    _require_rng(rng)
    rows = compared(revenue, start, months)
    people = pd.Series(dtype="int64")
    if by is not None:
        checks.require_columns(revenue, [by], name="revenue")
        rows = rows.assign(group=frames.text(rows, by))
    elif staff is not None:
        team = frames.teams(staff)
        people = sizes(staff, as_of=as_of)
        rows = rows.assign(group=_responsible(rows, owners, team))
    else:
        raise ValueError("staff and by are both None, must have one of them")
    own = _by_customer(rows)
    groups = pd.DataFrame({"group": sorted({*own["group"], *people.index})}, dtype="str").pipe(
        frames.in_order, ["group"]
    )
    found = [_growth_of(own[own["group"] == group], rng) for group in groups["group"]]
    result = pd.concat([groups, pd.DataFrame(found, columns=["customers", *_NUMBERS])], axis=1)
    counted = groups["group"].map(people).fillna(0) if by is None else pd.Series(pd.NA, index=groups.index)
    return result.assign(
        people=counted.astype("Int64"), months=months, verdict=_verdicts(rows, groups["group"])
    )[_COLUMNS]


_NUMBERS = ["this_year", "last_year", "change", "growth", "low", "high", "largest_share"]
_COLUMNS = ["group", "people", "customers", "months", *_NUMBERS, "verdict"]


def _require_rng(rng: np.random.Generator) -> None:
    """Refuse anything but a Generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a {type(rng).__name__}, must be a numpy.random.Generator")


def _responsible(rows: pd.DataFrame, owners: pd.DataFrame | None, team: pd.Series) -> pd.Series:
    """Team of each row: of the person booked, else of the customer's owner, else ``""``."""
    person = frames.text(rows, "staff_id")
    if owners is not None:
        checks.require_columns(owners, ["customer_id", "staff_id"], name="owners")
        checks.require_unique(owners, ["customer_id"], name="owners")
        owner = pd.Series(
            frames.text(owners, "staff_id").to_numpy(), index=frames.text(owners, "customer_id")
        )
        person = person.where(person.isin(team.index), rows["customer_id"].map(owner))
    return person.map(team).astype("str").fillna("")


def _by_customer(rows: pd.DataFrame) -> pd.DataFrame:
    """This and last year of each group × customer with any revenue."""
    summed = rows.groupby(["group", "customer_id"], as_index=False)[["this", "last"]].sum()
    return summed[(summed["this"] != 0) | (summed["last"] != 0)]


def _growth_of(own: pd.DataFrame, rng: np.random.Generator) -> dict[str, float]:
    """Totals, growth and interval of one group, from its rows by customer."""
    known = own["customer_id"] != ""
    money = own[["this", "last"]].to_numpy(dtype="float64")
    this, last = money.sum(axis=0)
    moved = np.abs(money[:, 0] - money[:, 1])
    low, high = _interval(money[known], money[~known].sum(axis=0), rng)
    return {
        "customers": int(known.sum()),
        "this_year": this,
        "last_year": last,
        "change": this - last,
        "growth": this / last - 1.0 if last > 0 else np.nan,
        "low": low,
        "high": high,
        "largest_share": moved[known].max() / moved.sum() if known.any() and moved.sum() > 0 else np.nan,
    }


def _interval(money: Array, fixed: Array, rng: np.random.Generator) -> tuple[float, float]:
    """80 % interval of growth from resampled customers, NaN where none is honest."""
    n = len(money)
    if n < MIN_CUSTOMERS:
        return np.nan, np.nan
    chunk = max(1, 2_000_000 // n)
    sizes = [min(chunk, RESAMPLES - done) for done in range(0, RESAMPLES, chunk)]
    drawn = np.vstack([rng.multinomial(n, np.full(n, 1.0 / n), size=size) @ money for size in sizes]) + fixed
    if (drawn[:, 1] <= 0).any():
        return np.nan, np.nan
    like = max(2.0, ratios.effective_number(money))
    tail = stats.norm.cdf(stats.t.ppf((1 - _LEVEL) / 2, like - 1) * np.sqrt(like / (like - 1)))
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1] - 1.0, [tail, 1.0 - tail])
    return float(low), float(high)


def _verdicts(revenue: pd.DataFrame, groups: pd.Series) -> pd.Series:
    """Each group against all others together, errors held over all groups jointly."""
    tested = pd.DataFrame(
        [_against_rest(revenue, group) for group in groups], columns=["difference", "se", "df"]
    )
    t = tested["difference"] / tested["se"]
    proven = uncertainty.holm(2 * stats.t.sf(t.abs(), tested["df"]), error=_ERROR)
    reach = tested["se"] * stats.t.ppf((1 + _LEVEL) / 2, tested["df"])
    low, high = tested["difference"] - reach, tested["difference"] + reach
    close = (low >= np.log(1 - CLOSE)) & (high <= np.log(1 + CLOSE))
    verdict = pd.Series("cannot_tell", index=tested.index, dtype="str").mask(close, "consistent")
    return verdict.mask(proven & (t > 0), "above").mask(proven & (t < 0), "below")


def _against_rest(revenue: pd.DataFrame, group: str) -> tuple[float, float, float]:
    """Difference of log growth to the other groups, its standard error and degrees of freedom."""
    mine = revenue["group"] == group
    sides = [_by_customer(revenue[rows].assign(group="")) for rows in (mine, ~mine)]
    found = []
    for rows in sides:
        known = rows["customer_id"] != ""
        if known.sum() < MIN_CUSTOMERS:
            return np.nan, np.nan, np.nan
        own, fixed = rows[known], tuple(rows.loc[~known, ["this", "last"]].sum())
        found.append(ratios.log_ratio(own["this"].to_numpy(), own["last"].to_numpy(), fixed=fixed))
    log_growth, error, freedom = np.array(found).T
    variance = error**2
    if not variance.sum() > 0:
        return np.nan, np.nan, np.nan
    df = variance.sum() ** 2 / (variance**2 / freedom).sum()
    return float(log_growth[0] - log_growth[1]), float(np.sqrt(variance.sum())), float(df)
