"""Territories 区域划分: who should own which customer.

Read in this order:

1. :mod:`.owners` – who can own customers, and who owns which with how much work: :func:`sellers`, :func:`holdings`.
2. :mod:`.places` – how far each customer is from each person: :func:`distances`, :func:`haversine`.
3. :mod:`.evenness` – how even the loads are: :func:`balance`, :func:`measures`.
4. :mod:`.handovers` – the few customers that should change hands: :func:`propose`; :mod:`.price` – what a tighter
   balance costs: :func:`price_of_balance`. :mod:`.pairs` and :mod:`.solving` hold the program behind both.
5. :mod:`.sites` – where further people should be based: :func:`bases`.

>>> import pandas as pd
>>> measures(balance(pd.DataFrame({"load": [80.0, 100.0, 120.0]}))["deviation"])["max_deviation"]
0.2
"""

from __future__ import annotations

from salesmgmt.plan.territories.evenness import balance, measures
from salesmgmt.plan.territories.handovers import Proposal, propose
from salesmgmt.plan.territories.owners import holdings, sellers
from salesmgmt.plan.territories.places import distances, haversine
from salesmgmt.plan.territories.price import price_of_balance
from salesmgmt.plan.territories.sites import Bases, bases

__all__ = [
    "Bases",
    "Proposal",
    "balance",
    "bases",
    "distances",
    "haversine",
    "holdings",
    "measures",
    "price_of_balance",
    "propose",
    "sellers",
]
