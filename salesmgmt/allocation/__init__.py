"""ALLOCATION 管理销售团队: the right people doing the right things.

- :mod:`salesmgmt.allocation.visits` – visits made, held against the visit policy; who owns a customer.
- :mod:`salesmgmt.allocation.process` – what becomes of opportunities.
"""

from __future__ import annotations

from salesmgmt.allocation import process, visits

__all__ = ["process", "visits"]
