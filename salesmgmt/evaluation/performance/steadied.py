"""Growth of people, steadied: drawn towards what is usual, the further the fewer and the more uneven their customers.

One customer that comes or goes moves a person's growth by half; a comparison of the raw rates compares customers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from salesmgmt import checks, errors, frames, ratios, shrinkage
from salesmgmt.evaluation.performance.periods import in_months, throughout
from salesmgmt.evaluation.performance.teams import MIN_CUSTOMERS

MIN_GROWTHS = 5
"""People below whom nobody's growth is compared."""

_COLUMNS = ["staff_id", "customers", "this_year", "last_year", "growth", "weight", "steadied", "low", "high"]


def steadied_growth(
    results: pd.DataFrame, staff: pd.DataFrame, *, start: pd.Timestamp, months: int
) -> pd.DataFrame:
    """Each person's growth over the same months a year before, raw and drawn towards the usual.

    Parameters
    ----------
    results : DataFrame
        From :func:`ledger`; of ``metric`` revenue: ``month`` (first day), ``customer_id``, ``staff_id``, ``amount``.
    staff : DataFrame
        ``staff_id``; ``hired_on``, ``left_on`` may be absent. Only people there in both years are compared.
    start : Timestamp
        First day of the business year.
    months : int
        Whole months of the evaluation period.

    Returns
    -------
    DataFrame
        One row per person compared, by id: ``staff_id``, ``customers`` (with revenue in either year, in nobody else's
        hands in these months), ``this_year``, ``last_year`` (money), ``growth`` (raw), ``weight`` (of the raw growth,
        0 to 1), ``steadied``, ``low``, ``high`` (80 % interval of the growth that customers like these give reason to
        expect).

    Raises
    ------
    ValueError
        If columns are missing.
    Refused
        ``evaluation.few_growths`` under five people with ten customers each.

    Notes
    -----
    On the scale of log(this ÷ last), with the error of :func:`salesmgmt.ratios.log_ratio`, widened by Student's t for
    so few customers, into :func:`salesmgmt.shrinkage.james_stein`. Customers that changed hands are left out: what one
    person lost by it another gained.

    References
    ----------
    Morris (1983), Parametric empirical Bayes inference, JASA 78(381), 47–55.

    Examples
    --------
    >>> people, customers = np.repeat(list("ABCDE"), 20), np.tile([f"{n}" for n in range(10)] * 2, 5)
    >>> amount = [100.0, 60.0, 80.0, 90.0, 120.0, 75.0, 95.0, 110.0, 85.0, 70.0]
    >>> results = pd.DataFrame({"metric": "revenue", "staff_id": people, "customer_id": people + customers,
    ...     "month": pd.to_datetime(np.tile(np.repeat(["2025-01-01", "2026-01-01"], 10), 5)),
    ...     "amount": np.tile(amount + amount[::-1], 5)})
    >>> span = {"start": pd.Timestamp("2026-01-01"), "months": 1}
    >>> steadied_growth(results, pd.DataFrame({"staff_id": list("ABCDE")}), **span)["steadied"].abs().max() < 1e-9
    np.True_
    """
    checks.require_columns(results, ["metric", "month", "customer_id", "staff_id", "amount"], name="results")
    money = _by_customer(results, start, months)
    money = money[money.index.get_level_values("staff_id").isin(throughout(staff, start, months))]
    found = {person: _log_growth(own) for person, own in money.groupby(level="staff_id")}
    rows = pd.DataFrame.from_dict(found, orient="index", columns=["value", "error", "df", *_COLUMNS[1:4]])
    rows = rows[(rows["error"] > 0) & (rows["customers"] >= MIN_CUSTOMERS)]
    if len(rows) < MIN_GROWTHS:
        needed = {"needed": str(MIN_GROWTHS), "customers": str(MIN_CUSTOMERS)}
        raise errors.Refused("evaluation.few_growths", people=str(len(rows)), **needed)
    widened = rows["error"] * stats.t.ppf(0.9, rows["df"]) / stats.norm.ppf(0.9)
    drawn = shrinkage.james_stein(rows["value"], widened)
    growths = (
        drawn[["raw", "shrunk", "low", "high"]]
        .transform(np.expm1)
        .rename(columns={"raw": "growth", "shrunk": "steadied"})
    )
    rows = rows[_COLUMNS[1:4]].join(growths).assign(weight=drawn["weight"])
    return rows.astype({"customers": "int64"}).rename_axis("staff_id").reset_index()[_COLUMNS]


def _by_customer(results: pd.DataFrame, start: pd.Timestamp, months: int) -> pd.DataFrame:
    """This and last year of each person × customer that nobody else held in these months."""
    rows = results[results["metric"] == "revenue"]
    spans = {"this": start, "last": start - pd.DateOffset(years=1)}
    within = {name: in_months(rows["month"], begin, months) for name, begin in spans.items()}
    rows = pd.DataFrame({
        **{name: frames.text(rows, name) for name in ("staff_id", "customer_id")},
        **{name: rows["amount"].where(own, 0.0) for name, own in within.items()},
    })[within["this"] | within["last"]]  # fmt: skip
    sums = rows.query("customer_id != ''").groupby(["staff_id", "customer_id"])[["this", "last"]].sum()
    sums = sums[(sums != 0).any(axis=1)]
    hands = sums.groupby(level="customer_id")["this"].transform("size")
    return sums[hands == 1].query("staff_id != ''")


def _log_growth(own: pd.DataFrame) -> tuple[float, ...]:
    """Log growth of one person with its error and degrees of freedom; customers, this and last year."""
    this, last = own["this"].to_numpy(), own["last"].to_numpy()
    found = ratios.log_ratio(this, last) if len(own) > 1 else (np.nan, np.nan, np.nan)
    return *found, len(own), this.sum(), last.sum()
