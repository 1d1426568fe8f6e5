"""Collection 回款率, bad debt 坏账率 and the ageing of receivables 账龄.

Over every invoice fallen due by a day: received is what came in by that day, at most the invoice; overdue is what is
then neither received nor written off. An invoice paid more than once stays one invoice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesmgmt import checks, codes, frames
from salesmgmt.evaluation.performance.results import placed, with_bills

LIMITS = (30, 60, 90, 180, 365)
"""Days overdue at which a bracket of the ageing ends."""


def settled(invoices: pd.DataFrame, receipts: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Each invoice with what was received on it by a day.

    Parameters
    ----------
    invoices : DataFrame
        One row per invoice: ``invoice_id`` (unique), ``customer_id``, ``issued_on``, ``due_on``, ``amount`` (money);
        ``written_off`` (money) and ``staff_id`` may be absent.
    receipts : DataFrame
        One row per receipt: ``invoice_id``, ``received_on``, ``amount``.
    as_of : Timestamp
        The day.

    Returns
    -------
    DataFrame
        The invoices issued by the day: ``invoice_id``, ``customer_id``, ``staff_id``, ``issued_on``, ``due_on``,
        ``amount``, ``written_off`` (0 where none), ``received`` (at most ``amount`` − ``written_off``), ``excess``
        (received beyond that), ``open`` (amount − received − written off), ``days_overdue`` (days from ``due_on`` to
        the day, negative before it).

    Raises
    ------
    ValueError
        If columns are missing, invoice ids repeat, or an amount is missing.

    Examples
    --------
    >>> invoices = pd.DataFrame({"invoice_id": ["I1"], "customer_id": ["C1"], "issued_on": ["2026-01-01"],
    ...     "due_on": ["2026-01-31"], "amount": [100.0]})
    >>> receipts = pd.DataFrame({"invoice_id": ["I1"], "received_on": ["2026-02-10"], "amount": [60.0]})
    >>> settled(invoices, receipts, as_of=pd.Timestamp("2026-03-02"))[["open", "days_overdue"]].values.tolist()
    [[40.0, 30.0]]
    """
    checks.require_columns(
        invoices, ["invoice_id", "customer_id", "issued_on", "due_on", "amount"], name="invoices"
    )
    checks.require_columns(receipts, ["invoice_id", "received_on", "amount"], name="receipts")
    checks.require_bounds(frames.number(invoices, "amount"), name="invoices.amount")
    checks.require_bounds(frames.number(receipts, "amount"), name="receipts.amount")
    day = pd.Timestamp(as_of).normalize()
    receipts, invoices = with_bills(receipts, invoices)
    bill = receipts["bill"].to_numpy()
    come = (pd.to_datetime(receipts["received_on"]) <= day).to_numpy() & (bill >= 0)
    sums = np.bincount(bill[come], receipts["amount"].to_numpy()[come], len(invoices))
    words = {name: invoices[name] for name in ("customer_id", "staff_id")}
    rows = pd.DataFrame({"invoice_id": frames.text(invoices, "invoice_id"), **words})
    rows = rows.assign(
        issued_on=pd.to_datetime(invoices["issued_on"]), due_on=pd.to_datetime(invoices["due_on"]),
        amount=frames.number(invoices, "amount"), written_off=frames.number(invoices, "written_off").fillna(0.0),
        paid=sums,
    )  # fmt: skip
    rows = rows[~(rows["issued_on"] > day)]
    paid = rows.pop("paid")
    most = (rows["amount"] - rows["written_off"]).clip(lower=0.0)
    received = paid.mask(rows["amount"] > 0, paid.clip(upper=most))
    return rows.assign(
        received=received,
        excess=paid - received,
        open=rows["amount"] - received - rows["written_off"],
        days_overdue=(day - rows["due_on"]).dt.days,
    ).reset_index(drop=True)


def bills(
    invoices: pd.DataFrame, receipts: pd.DataFrame, *, as_of: pd.Timestamp, **places: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Settled invoices with whose they are, or None where there are no invoices or no receipts.

    Parameters
    ----------
    invoices, receipts, as_of
        As for :func:`settled`.
    **places : DataFrame
        ``customers``, ``staff``, ``owners`` as for :func:`placed`.

    Returns
    -------
    DataFrame or None
        As :func:`settled` and :func:`placed` return it.
    """
    if invoices.empty or receipts.empty:
        return None
    return placed(settled(invoices, receipts, as_of=as_of), **places)  # type: ignore[arg-type]


def collection(invoices: pd.DataFrame, *, by: Sequence[str] = (), bad_debt_days: float = 365) -> pd.DataFrame:
    """Collection and bad-debt rate, of the company or of each group.

    Parameters
    ----------
    invoices : DataFrame
        From :func:`settled`, with the columns of ``by``.
    by : sequence of str
        Columns to group by, e.g. ``["team"]``; none for the company.
    bad_debt_days : float
        Days overdue beyond which what is open counts as bad, >= 0.

    Returns
    -------
    DataFrame
        One row per group: ``by``, ``invoices`` (fallen due), ``customers``, ``fallen_due``, ``received``,
        ``overdue``, ``bad_debt`` (money), ``collection_rate``, ``bad_debt_rate`` (NaN where nothing fell due).

    Notes
    -----
    Fallen due: ``due_on`` on the day or before. Collection rate = received ÷ fallen due. Bad debt = written off +
    what is open more than ``bad_debt_days`` after it fell due; bad-debt rate = bad debt ÷ fallen due. Rates are raw
    ratios; the groups' money adds up to the company's.

    References
    ----------
    浅析服务外包销售团队管理, EVALUATION 2 绩效, 回款率 and 坏账率.

    Examples
    --------
    >>> invoices = pd.DataFrame({"customer_id": ["C1", "C1"], "amount": [100.0, 50.0], "received": [60.0, 0.0],
    ...     "written_off": 0.0, "open": [40.0, 50.0], "days_overdue": [400, -3]})
    >>> collection(invoices)[["fallen_due", "collection_rate", "bad_debt_rate"]].values.tolist()
    [[100.0, 0.6, 0.4]]
    """
    rule = {"bad_debt_days": (">= 0", lambda days: days >= 0)}
    checks.require_numbers(rule, bad_debt_days=bad_debt_days)
    wanted = ["customer_id", "amount", "received", "written_off", "open", "days_overdue", *by]
    checks.require_columns(invoices, wanted, name="invoices")
    return rates(fallen_due(invoices, by=by, bad_debt_days=bad_debt_days), by=by)


def fallen_due(invoices: pd.DataFrame, *, by: Sequence[str] = (), bad_debt_days: float = 365) -> pd.DataFrame:
    """Invoices fallen due by group and customer, with what :func:`rates` adds up.

    Parameters
    ----------
    invoices, by, bad_debt_days
        As for :func:`collection`.

    Returns
    -------
    DataFrame
        One row per group and customer with invoices fallen due: ``by`` and ``customer_id`` (categories),
        ``invoices``, ``fallen_due``, ``received``, ``overdue``, ``bad_debt`` (money).
    """
    own = np.flatnonzero(invoices["days_overdue"].to_numpy() >= 0)
    words = {name: codes.coded(invoices, name).iloc[own] for name in dict.fromkeys([*by, "customer_id"])}
    rows = invoices[["amount", "received", "open", "written_off", "days_overdue"]].iloc[own]
    late = rows["open"].where(rows["days_overdue"] > bad_debt_days, 0.0)
    cell, of_cell = codes.grouped(codes.together([*words.values()]))
    money = {"fallen_due": rows["amount"], "received": rows["received"], "overdue": rows["open"]}
    money["bad_debt"] = rows["written_off"] + late
    sums = {name: np.bincount(cell, each, len(of_cell)) for name, each in {"invoices": None, **money}.items()}
    return pd.DataFrame(words).iloc[of_cell].reset_index(drop=True).assign(**sums)


def rates(due: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Collection and bad-debt rate of what has fallen due, added up; as :func:`collection` returns them.

    Parameters
    ----------
    due : DataFrame
        From :func:`fallen_due`, with the columns of ``by``.
    by : sequence of str
        Columns to group by; none for the company.

    Returns
    -------
    DataFrame
        As :func:`collection` returns it.
    """
    key = codes.together([due[name] for name in by]) if by else np.zeros(len(due), dtype="int64")
    group, of_group = codes.grouped(key, sort=True)
    found = pd.DataFrame({name: due[name].iloc[of_group].astype("str").to_numpy() for name in by})
    found["invoices"] = np.bincount(group, due["invoices"], len(of_group)).astype("int64")
    found["customers"] = codes.distinct(group, due["customer_id"], len(of_group))
    for name in ("fallen_due", "received", "overdue", "bad_debt"):
        found[name] = np.bincount(group, due[name], len(of_group))
    base = found["fallen_due"].where(found["fallen_due"] > 0)
    return found.assign(collection_rate=found["received"] / base, bad_debt_rate=found["bad_debt"] / base)


def ageing(invoices: pd.DataFrame, *, by: Sequence[str] = (), limits: Sequence[int] = LIMITS) -> pd.DataFrame:
    """What is open, by how long it is overdue.

    Parameters
    ----------
    invoices : DataFrame
        From :func:`settled`, with the columns of ``by``.
    by : sequence of str
        Columns to group by; none for the company.
    limits : sequence of int
        Days overdue at which a bracket ends, rising, > 0.

    Returns
    -------
    DataFrame
        One row per group and bracket, in order: ``by``, ``from_days`` (0 for what is not overdue), ``to_days`` (NaN
        for the last), ``invoices`` (with something open), ``open`` (money). ``open`` adds up to all that is open.

    Raises
    ------
    ValueError
        If columns are missing or ``limits`` do not rise.

    Notes
    -----
    The first bracket is what is not overdue yet, the day it falls due included.

    Examples
    --------
    >>> invoices = pd.DataFrame({"open": [40.0, 50.0, 0.0], "days_overdue": [31, 0, 90]})
    >>> ageing(invoices, limits=[30, 60])[["from_days", "invoices", "open"]].values.tolist()
    [[0.0, 1.0, 50.0], [1.0, 0.0, 0.0], [31.0, 1.0, 40.0], [61.0, 0.0, 0.0]]
    """
    checks.require_columns(invoices, ["open", "days_overdue", *by], name="invoices")
    if any(late <= early for early, late in zip((0, *limits), limits, strict=False)):
        raise ValueError(f"limits are {list(limits)}, must rise from above 0")
    bounds = [-np.inf, 0, *limits, np.inf]
    place = pd.cut(invoices["days_overdue"], bounds, labels=False)
    rows = invoices.assign(bracket=place, _all="")[invoices["open"] != 0]
    keys = list(by) or ["_all"]
    found = rows.groupby([*keys, "bracket"])["open"].agg(["size", "sum"])
    groups = rows[keys].drop_duplicates().sort_values(keys) if by else pd.DataFrame({"_all": [""]})
    every = groups.merge(pd.DataFrame({"bracket": range(len(bounds) - 1)}), how="cross")
    brackets = pd.DataFrame(
        {"from_days": [0, 1, *(limit + 1 for limit in limits)], "to_days": [0, *limits, np.nan]}
    )
    filled = every.merge(found.reset_index(), how="left").fillna({"size": 0, "sum": 0.0})
    filled = filled.join(brackets, on="bracket").rename(columns={"size": "invoices", "sum": "open"})
    filled["invoices"] = filled["invoices"].astype("int64")
    return filled[[*by, "from_days", "to_days", "invoices", "open"]]
