"""MOTIVATION 激励销售团队: pay and what works beside it.

- :mod:`salesmgmt.motivation.pay` – fixed and variable pay, held against the band of a sound mix.
"""

from __future__ import annotations

from salesmgmt.motivation import pay

__all__ = ["pay"]
