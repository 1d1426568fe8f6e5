"""EVALUATION 评价销售团队: results of the company and of its teams.

- :mod:`salesmgmt.evaluation.performance` – growth of revenue over the same months a year before.
"""

from __future__ import annotations

from salesmgmt.evaluation import performance

__all__ = ["performance"]
