"""What moved revenue 收入变动分解: price, volume, mix, penalty, customers won and lost, in parts that add up.

A line is a customer's product. Quantities of seats, hours and calls are different things, so a mix is told only within
a product and there only among lines whose prices are of one order; elsewhere the change of quantity is all volume.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

PARTS = ("volume", "mix", "price", "penalty", "won", "lost", "unmeasured")
"""Parts in reading order."""

SAME_UNIT = 3.0
"""Prices of a product this many times the next lower one are of another unit: a seat, not an hour."""


def variance(this: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """Split the change of revenue between two periods.

    Parameters
    ----------
    this, last : DataFrame
        Rows of the later period and of the earlier one (or of a plan): ``customer_id``, ``product_id``, ``quantity``
        (missing: not known), ``amount`` (money after penalties); ``penalty`` (money deducted, >= 0) may be absent.

    Returns
    -------
    DataFrame
        One row per part of :data:`PARTS`, in that order: ``part``, ``amount`` (money; the sum is Σ this − Σ last),
        ``lines`` (customer-products that carry it), ``share`` (amount ÷ Σ last, NaN where that is not positive).

    Raises
    ------
    ValueError
        If columns are missing.

    Notes
    -----
    For a line with quantity q and price p = (amount + penalty) ÷ q in both periods: price = Δp · q_this, volume =
    Δq · p_last, penalty = −Δpenalty; together its change. Among lines of one product and unit (:data:`SAME_UNIT`),
    volume is cut into Σ Δq · p̄_last (their average price) and mix, the rest: dearer work gaining or losing weight. A
    line with revenue in one period only is won or lost as a whole; one without quantities, or whose unit of billing
    changed (its price moved by more than :data:`SAME_UNIT` times), is unmeasured.

    References
    ----------
    Kotler, Marketing Management, sales-variance analysis: price variance at actual, volume variance at planned price.

    Examples
    --------
    >>> last = pd.DataFrame({"customer_id": ["C1"], "product_id": [""], "quantity": [4000.0], "amount": [4000.0]})
    >>> this = pd.DataFrame({"customer_id": ["C1"], "product_id": [""], "quantity": [3000.0], "amount": [2400.0]})
    >>> variance(this, last).set_index("part")["amount"].round(6)[["volume", "price"]].tolist()
    [-1000.0, -600.0]
    """
    now, then = _lines(this, "this"), _lines(last, "last")
    every = now.index.union(then.index)
    rows = now.reindex(every), then.reindex(every)
    present = [side["amount"].notna() & ((side["amount"] != 0) | (side["quantity"] != 0)) for side in rows]
    new, old = (side[["amount", "penalty"]].fillna(0.0).join(side["quantity"]) for side in rows)
    change = new["amount"] - old["amount"]
    won, lost = present[0] & ~present[1], present[1] & ~present[0]
    price_now, price_then = ((side["amount"] + side["penalty"]) / side["quantity"] for side in (new, old))
    same = (price_now / price_then).between(1 / SAME_UNIT, SAME_UNIT)
    measured = present[0] & present[1] & (new["quantity"] > 0) & (old["quantity"] > 0) & same
    moved = new["quantity"] - old["quantity"]
    plain = _average_price(old[measured]).reindex(every)
    held = {
        "volume": (moved * plain, measured),
        "mix": (moved * (price_then - plain), measured),
        "price": ((price_now - price_then) * new["quantity"], measured),
        "penalty": (old["penalty"] - new["penalty"], measured),
        "won": (change, won),
        "lost": (change, lost),
        "unmeasured": (change, ~(measured | won | lost)),
    }
    amounts = [float(value[mask].sum()) for value, mask in held.values()]
    lines = [int((mask & (value.abs() > 0)).sum()) for value, mask in held.values()]
    base = float(old["amount"].sum())
    share = [amount / base if base > 0 else np.nan for amount in amounts]
    return pd.DataFrame({"part": list(PARTS), "amount": amounts, "lines": lines, "share": share})


_NUMBERS = ["quantity", "amount", "penalty"]


def _lines(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Quantity (missing where any row lacks it), amount and penalty of each customer's product."""
    checks.require_columns(rows, ["customer_id", "product_id", "quantity", "amount"], name=name)
    table = pd.DataFrame({key: frames.text(rows, key) for key in ("product_id", "customer_id")})
    table = table.assign(**{column: frames.number(rows, column) for column in _NUMBERS})
    table["penalty"] = table["penalty"].fillna(0.0)
    blank = table["quantity"].isna() & (table["amount"] != 0)
    grouped = table.groupby(["product_id", "customer_id"])
    sums = grouped[_NUMBERS].sum()
    lacking = blank.groupby([table["product_id"], table["customer_id"]]).any()
    return sums.assign(quantity=sums["quantity"].mask(lacking))


def _average_price(lines: pd.DataFrame) -> pd.Series:
    """Last period's price to take for volume: the average of a product's unit, or the line's own without a product."""
    gross = lines["amount"] + lines["penalty"]
    own = (gross / lines["quantity"]).sort_values()
    product = own.index.get_level_values("product_id")
    step = (own / own.groupby(product).shift() > SAME_UNIT).groupby(product).cumsum()
    keys = [product, step.to_numpy()]
    ranked = gross.reindex(own.index), lines["quantity"].reindex(own.index)
    total, units = (value.groupby(keys).transform("sum") for value in ranked)
    return (total / units).where(product != "", own)
