"""What moved revenue 收入变动分解: price, volume, mix, penalty, customers won and lost, in parts that add up.

A unit is a customer's product. Quantities of different products are different things (seats, hours, calls), so a
mix is told only within a product; without products the whole change of quantity is volume.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesmgmt import checks, frames

PARTS = ("volume", "mix", "price", "penalty", "won", "lost", "unmeasured")
"""Parts in reading order."""


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
        ``units`` (customer-products that carry it), ``share`` (amount ÷ Σ last, NaN where that is not positive).

    Raises
    ------
    ValueError
        If columns are missing.

    Notes
    -----
    For a unit with quantity q and price p = (amount + penalty) ÷ q in both periods: price = Δp · q_this, volume =
    Δq · p_last, penalty = −Δpenalty; together its change. Within a product, volume is cut into Σ Δq · p̄_last (the
    product's average price) and mix, the rest: customers with dearer work gaining or losing weight. A unit with revenue
    in one period only is won or lost as a whole; one without quantities is unmeasured.

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
    now, then = _units(this, "this"), _units(last, "last")
    every = now.index.union(then.index)
    rows = now.reindex(every), then.reindex(every)
    present = [side["amount"].notna() & ((side["amount"] != 0) | (side["quantity"] != 0)) for side in rows]
    new, old = (side[["amount", "penalty"]].fillna(0.0).join(side["quantity"]) for side in rows)
    change = new["amount"] - old["amount"]
    won, lost = present[0] & ~present[1], present[1] & ~present[0]
    measured = present[0] & present[1] & (new["quantity"] > 0) & (old["quantity"] > 0)
    price_now, price_then = ((side["amount"] + side["penalty"]) / side["quantity"] for side in (new, old))
    moved = new["quantity"] - old["quantity"]
    plain = _average_price(old[measured]).reindex(every) if measured.any() else price_then
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
    units = [int((mask & (value.abs() > 0)).sum()) for value, mask in held.values()]
    base = float(old["amount"].sum())
    share = [amount / base if base > 0 else np.nan for amount in amounts]
    return pd.DataFrame({"part": list(PARTS), "amount": amounts, "units": units, "share": share})


_NUMBERS = ["quantity", "amount", "penalty"]


def _units(rows: pd.DataFrame, name: str) -> pd.DataFrame:
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


def _average_price(units: pd.DataFrame) -> pd.Series:
    """Last period's price to take for volume: the product's average, or the unit's own where no product is named."""
    gross = units["amount"] + units["penalty"]
    product = units.index.get_level_values("product_id")
    average = gross.groupby(product).transform("sum") / units["quantity"].groupby(product).transform("sum")
    return average.where(product != "", gross / units["quantity"])
