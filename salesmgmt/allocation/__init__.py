"""ALLOCATION 管理销售团队: the right people doing the right things.

- :mod:`salesmgmt.allocation.visits` – visits made, held against the visit policy; who owns a customer.
- :mod:`salesmgmt.allocation.process` – what becomes of opportunities.
- :mod:`salesmgmt.allocation.shifting` – visits that could move between classes of customers.
"""

from __future__ import annotations

from salesmgmt.allocation import process, shifting, visits

__all__ = ["process", "shifting", "visits"]
