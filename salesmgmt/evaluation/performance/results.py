"""Results by month 业绩台账: signed, revenue, margin and collected in one ledger, every amount placed once.

Whose a row is: the person booked; of a contract those who share its credit, else the person of its opportunity;
else the customer's owner; else nobody (``""``, unassigned). Every amount stays in every total.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, codes, frames
from salesmgmt.evaluation.performance.periods import month_of

METRICS = ("signed", "revenue", "margin", "collected")
"""What quotas ask for, in the order of the trade: from signature to money."""

COLUMNS = ["metric", "month", "customer_id", "staff_id", "product_id", "kind", "amount"]
PLACES = ["team", "region", "segment", "industry", "key_account"]

_WORDS = ["customer_id", "staff_id", "product_id", "kind"]
_METRICS = pd.CategoricalDtype([*METRICS, "costed"])


def revenue_results(revenue: pd.DataFrame) -> pd.DataFrame:
    """Revenue, its margin, and the part of it whose direct cost is known.

    Parameters
    ----------
    revenue : DataFrame
        One row per month × customer × person × product: ``month`` (first day), ``customer_id``, ``amount``;
        ``staff_id``, ``product_id``, ``direct_cost`` may be absent.

    Returns
    -------
    DataFrame
        One row per metric (revenue, margin, costed) and row of ``revenue``: :data:`COLUMNS`. A margin whose cost is not
        known is missing, and costed (the base of the profit rate) is 0 there.

    Examples
    --------
    >>> revenue = pd.DataFrame({"month": ["2026-01-01"], "customer_id": "C1", "amount": 10.0, "direct_cost": 7.0})
    >>> revenue_results(revenue)[["metric", "amount"]].values.tolist()
    [['revenue', 10.0], ['margin', 3.0], ['costed', 10.0]]
    """
    return codes.stacked(_with_margin(_earned(revenue), revenue))


def _earned(revenue: pd.DataFrame) -> pd.DataFrame:
    """Revenue as rows of results."""
    checks.require_columns(revenue, ["month", "customer_id", "amount"], name="revenue")
    words = {name: codes.coded(revenue, name) for name in ("customer_id", "staff_id", "product_id")}
    month, amount = pd.to_datetime(revenue["month"]), frames.number(revenue, "amount")
    rows = pd.DataFrame({"month": month, "amount": amount, **words})
    return rows.assign(metric=_metric(rows, "revenue"), kind=_nothing(rows))[COLUMNS].reset_index(drop=True)


def _with_margin(earned: pd.DataFrame, revenue: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of revenue, of its margin, and of what of it has a known cost."""
    amount, cost = earned["amount"], frames.number(revenue, "direct_cost").reset_index(drop=True)
    margin = earned.assign(metric=_metric(earned, "margin"), amount=amount - cost)
    costed = earned.assign(metric=_metric(earned, "costed"), amount=amount.where(cost.notna(), 0.0))
    return [earned, margin, costed]


def signed_results(
    contracts: pd.DataFrame,
    *,
    credits: pd.DataFrame | None = None,
    opportunities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What was signed: monthly amount × months of the term, in the month of signature.

    Parameters
    ----------
    contracts : DataFrame
        One row per contract: ``contract_id``, ``customer_id``, ``kind`` (new, renewal, expansion, pilot),
        ``signed_on``, ``starts_on``, ``ends_on`` (last day), ``monthly_amount``; ``opportunity_id`` and
        ``product_id`` may be absent.
    credits : DataFrame, optional
        Who shares a contract's credit: ``contract_id``, ``staff_id``, ``share`` (sums to one per contract).
    opportunities : DataFrame, optional
        ``opportunity_id`` and ``staff_id``: who is credited where no shares are given.

    Returns
    -------
    DataFrame
        One row per contract and person credited: :data:`COLUMNS`, ``metric`` signed.

    Notes
    -----
    A term counts whole months, and a part of a month as its days ÷ the days of the month in which it ends.

    Examples
    --------
    >>> contracts = pd.DataFrame({"contract_id": ["K1"], "customer_id": "C1", "kind": "new", "signed_on": "2026-01-09",
    ...     "starts_on": "2026-02-01", "ends_on": "2027-01-31", "monthly_amount": 10.0})
    >>> credits = pd.DataFrame({"contract_id": "K1", "staff_id": ["S1", "S2"], "share": [0.7, 0.3]})
    >>> signed_results(contracts, credits=credits)["amount"].round(6).tolist()
    [84.0, 36.0]
    """
    wanted = ["contract_id", "customer_id", "kind", "signed_on", "starts_on", "ends_on", "monthly_amount"]
    checks.require_columns(contracts, wanted, name="contracts")
    named = ("contract_id", "customer_id", "opportunity_id", "product_id", "kind")
    rows = pd.DataFrame({name: frames.text(contracts, name) for name in named})
    rows["month"] = month_of(contracts["signed_on"])
    rows["amount"] = frames.number(contracts, "monthly_amount") * term_months(contracts)
    rows["staff_id"] = ""
    if opportunities is not None and len(opportunities):
        deals = frames.text(opportunities, "opportunity_id")
        person = pd.Series(frames.text(opportunities, "staff_id").to_numpy(), index=deals)
        rows["staff_id"] = rows["opportunity_id"].map(person).astype("str").fillna("")
    if credits is not None and len(credits):
        checks.require_columns(credits, ["contract_id", "staff_id", "share"], name="credits")
        shared = credits[["contract_id", "staff_id", "share"]].rename(columns={"staff_id": "credited"})
        rows = rows.merge(shared, on="contract_id", how="left")
        given = rows["credited"].notna()
        rows["staff_id"] = rows["credited"].where(given, rows["staff_id"])
        rows["amount"] = rows["amount"] * rows["share"].where(given, 1.0)
    coded = {name: codes.coded(rows, name) for name in _WORDS}
    return rows.assign(metric=_metric(rows, "signed"), **coded)[COLUMNS].reset_index(drop=True)


def collected_results(receipts: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """What was collected 回款, in the month it came in.

    Parameters
    ----------
    receipts : DataFrame
        One row per receipt: ``invoice_id``, ``received_on``, ``amount``.
    invoices : DataFrame
        ``invoice_id``, ``customer_id``; ``staff_id`` may be absent.

    Returns
    -------
    DataFrame
        One row per receipt: :data:`COLUMNS`, ``metric`` collected. Of an unknown invoice nobody's.

    Examples
    --------
    >>> receipts = pd.DataFrame({"invoice_id": ["I1"], "received_on": ["2026-03-09"], "amount": [5.0]})
    >>> invoices = pd.DataFrame({"invoice_id": ["I1"], "customer_id": ["C1"]})
    >>> collected_results(receipts, invoices)[["customer_id", "amount"]].values.tolist()
    [['C1', 5.0]]
    """
    checks.require_columns(receipts, ["invoice_id", "received_on", "amount"], name="receipts")
    checks.require_columns(invoices, ["invoice_id", "customer_id"], name="invoices")
    receipts, invoices = with_bills(receipts, invoices)
    bill = receipts["bill"].to_numpy()
    whose = {name: codes.taken(invoices[name], bill) for name in ("customer_id", "staff_id")}
    amount = frames.number(receipts, "amount").reset_index(drop=True)
    month = month_of(receipts["received_on"]).reset_index(drop=True)
    rows = pd.DataFrame({"month": month, "amount": amount, **whose})
    nothing = dict.fromkeys(("product_id", "kind"), _nothing(rows))
    return rows.assign(metric=_metric(rows, "collected"), **nothing)[COLUMNS]


def with_bills(receipts: pd.DataFrame, invoices: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Receipts with the invoice of each, and invoices with words as categories, for all that asks for them.

    Parameters
    ----------
    receipts, invoices : DataFrame
        ``invoice_id``; of ``invoices`` unique, with ``customer_id`` and ``staff_id``, which may be absent.

    Returns
    -------
    tuple of DataFrame
        The receipts with ``bill``: position among the invoices, 0-based, -1 where it is unknown; receipts that have
        one are returned as they are. The invoices with ``customer_id`` and ``staff_id`` as categories.

    Raises
    ------
    ValueError
        If invoice ids repeat.

    Examples
    --------
    >>> receipts, invoices = pd.DataFrame({"invoice_id": ["I2", "I9"]}), pd.DataFrame({"invoice_id": ["I1", "I2"]})
    >>> with_bills(receipts, invoices)[0]["bill"].tolist()
    [1, -1]
    """
    words = {name: codes.coded(invoices, name) for name in ("customer_id", "staff_id")}
    if "bill" in receipts:
        return receipts, invoices.assign(**words)
    known = pd.Index(frames.text(invoices, "invoice_id"))
    if not known.is_unique:
        checks.require_unique(invoices, ["invoice_id"], name="invoices")
    bill = known.get_indexer(frames.text(receipts, "invoice_id"))
    bill[bill == known.get_indexer([""])] = -1
    return receipts.assign(bill=bill), invoices.assign(**words)


def ledger(
    revenue: pd.DataFrame,
    *,
    contracts: pd.DataFrame,
    credits: pd.DataFrame,
    opportunities: pd.DataFrame,
    invoices: pd.DataFrame,
    receipts: pd.DataFrame,
    **places: pd.DataFrame | None,
) -> pd.DataFrame:
    """Everything that was signed, earned and collected, each amount placed once.

    Parameters
    ----------
    revenue, contracts, credits, opportunities, invoices, receipts : DataFrame
        As for the functions above; an empty one adds nothing.
    **places : DataFrame
        ``customers``, ``staff``, ``owners`` as for :func:`placed`.

    Returns
    -------
    DataFrame
        :data:`COLUMNS` and :data:`PLACES`, words as categories; a metric without a row is not known.
    """
    parts = [_earned(revenue)] if len(revenue) else []
    if len(contracts):
        parts.append(signed_results(contracts, credits=credits, opportunities=opportunities))
    if len(invoices) and len(receipts):
        parts.append(collected_results(receipts, invoices))
    stacked = codes.stacked(parts) if parts else pd.DataFrame(columns=COLUMNS)
    rows = placed(stacked, **places)  # type: ignore[arg-type]
    earned, others = rows.iloc[: len(revenue)], rows.iloc[len(revenue) :]
    return codes.stacked([*_with_margin(earned, revenue), others]) if len(revenue) else rows


def placed(
    results: pd.DataFrame,
    *,
    customers: pd.DataFrame,
    staff: pd.DataFrame | None = None,
    owners: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rows with whose they are and where they belong.

    Parameters
    ----------
    results : DataFrame
        Any grain with ``customer_id``; ``staff_id`` may be absent.
    customers : DataFrame
        ``customer_id``; ``segment``, ``industry``, ``region``, ``key_account`` may be absent.
    staff : DataFrame, optional
        ``staff_id``; ``team`` (else ``manager_id``, else ``region``) and ``region`` may be absent.
    owners : DataFrame, optional
        ``customer_id`` (unique) and ``staff_id``: whose a row is that names no known person.

    Returns
    -------
    DataFrame
        The rows with ``staff_id`` resolved and :data:`PLACES` added: the team is the person's, segment and industry
        are the customer's, the region is the customer's, else the person's; ``""`` where nothing is known. Words
        are categories.

    Examples
    --------
    >>> results = pd.DataFrame({"customer_id": ["C1"], "amount": [1.0]})
    >>> customers = pd.DataFrame({"customer_id": ["C1"], "region": ["East"]})
    >>> owners = pd.DataFrame({"customer_id": ["C1"], "staff_id": ["S1"]})
    >>> staff = pd.DataFrame({"staff_id": ["S1"], "team": ["A"]})
    >>> placed(results, customers=customers, staff=staff, owners=owners)[["staff_id", "team", "region"]].values.tolist()
    [['S1', 'A', 'East']]
    """
    checks.require_columns(results, ["customer_id"], name="results")
    customer, person = codes.coded(results, "customer_id"), codes.coded(results, "staff_id")
    people = None
    if staff is not None:
        team = frames.teams(staff)
        people = _by(staff, "staff_id", ["staff_id", "region"]).assign(team=team.to_numpy())
        person = codes.found_under(person, people[["staff_id"]])["staff_id"]
    if owners is not None:
        checks.require_unique(owners, ["customer_id"], name="owners")
        owner = codes.found_under(customer, _by(owners, "customer_id", ["staff_id"]))["staff_id"]
        person = codes.or_else(person, owner)
    found = codes.found_under(customer, _by(customers, "customer_id", ["segment", "industry", "region"]))
    key = frames.text(customers, "customer_id")[frames.text(customers, "key_account") == "True"]
    found["key_account"] = customer.cat.categories.isin(key)[customer.cat.codes]
    found["team"] = _nothing(results)
    if people is not None:
        theirs = codes.found_under(person, people[["team", "region"]])
        found["team"] = theirs["team"]
        found["region"] = codes.or_else(found["region"], theirs["region"])
    return results.assign(customer_id=customer, staff_id=person, **found)


def sizes(staff: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.Series:
    """People of each team on a day.

    Parameters
    ----------
    staff : DataFrame
        As for :func:`placed`; ``hired_on`` and ``left_on`` may be absent.
    as_of : Timestamp
        The day.

    Returns
    -------
    Series of int
        By team.

    Examples
    --------
    >>> sizes(pd.DataFrame({"staff_id": ["S1", "S2"], "team": "A"}), as_of=pd.Timestamp("2026-10-31")).to_dict()
    {'A': 2}
    """
    team = frames.teams(staff)
    return team[frames.employed(staff, pd.Timestamp(as_of)).to_numpy()].value_counts()


def term_months(contracts: pd.DataFrame) -> pd.Series:
    """Months from the first to the last day of each contract; see :func:`signed_results`.

    Examples
    --------
    >>> contracts = pd.DataFrame({"starts_on": ["2026-01-01"], "ends_on": ["2026-12-31"]})
    >>> term_months(contracts).tolist()
    [12.0]
    """
    first = pd.to_datetime(contracts["starts_on"])
    after = pd.to_datetime(contracts["ends_on"]) + pd.Timedelta(days=1)
    whole = (after.dt.year - first.dt.year) * 12 + after.dt.month - first.dt.month
    return whole + (after.dt.day - first.dt.day) / (after - pd.Timedelta(days=1)).dt.days_in_month


def _by(table: pd.DataFrame, key: str, columns: list[str]) -> pd.DataFrame:
    """Columns of text by another's."""
    index = pd.Index(frames.text(table, key))
    return pd.DataFrame({name: frames.text(table, name).to_numpy() for name in columns}, index, dtype="str")


def _nothing(rows: pd.DataFrame) -> pd.Series:
    """A column of words that names nothing."""
    return pd.Series(
        pd.Categorical.from_codes(np.zeros(len(rows), dtype="int64"), pd.Index([""], dtype="str")),
        index=rows.index,
    )


def _metric(rows: pd.DataFrame, metric: str) -> pd.Series:
    place = np.full(len(rows), _METRICS.categories.get_loc(metric))
    return pd.Series(pd.Categorical.from_codes(place, dtype=_METRICS), index=rows.index)
