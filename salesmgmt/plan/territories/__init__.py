"""Territories 区域划分: who should own which customer.

Read in this order:

1. :mod:`.owners` – who can own customers, and who owns which with how much work: :func:`sellers`, :func:`holdings`.
2. :mod:`.places` – how far each customer is from each person: :func:`distances`, :func:`haversine`;
   :mod:`.today` – both in one call: :func:`today`.
3. :mod:`.evenness` – how even the loads are: :func:`balance`, :func:`measures`, :func:`by_region`.
4. :mod:`.handovers` – the few customers that should change hands: :func:`propose`; :mod:`.price` – what a tighter
   balance costs: :func:`price_of_balance`. :mod:`.pairs` and :mod:`.solving` hold the program behind both.
5. :mod:`.sites` – where further people should be based: :func:`bases`, :func:`city_bases`.

>>> import pandas as pd
>>> measures(balance(pd.DataFrame({"load": [80.0, 100.0, 120.0]}))["deviation"])["max_deviation"]
0.2
"""

from __future__ import annotations

from salesmgmt.plan.territories.evenness import balance, by_region, measures
from salesmgmt.plan.territories.handovers import Proposal, propose
from salesmgmt.plan.territories.owners import holdings, sellers
from salesmgmt.plan.territories.places import distances, haversine
from salesmgmt.plan.territories.price import price_of_balance
from salesmgmt.plan.territories.sites import Bases, bases, city_bases
from salesmgmt.plan.territories.today import Today, today

__all__ = [
    "Bases",
    "Proposal",
    "Today",
    "balance",
    "bases",
    "by_region",
    "city_bases",
    "distances",
    "haversine",
    "holdings",
    "measures",
    "price_of_balance",
    "propose",
    "sellers",
    "today",
]
