"""ALLOCATION 管理销售团队: the right people doing the right things.

- :mod:`salesmgmt.allocation.process` – visits made, held against the visit policy; who owns a customer.
"""

from __future__ import annotations

from salesmgmt.allocation import process

__all__ = ["process"]
