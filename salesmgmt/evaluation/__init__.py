"""EVALUATION 评价销售团队: results of the company, its teams and its people, and what they are able to do.

- :mod:`salesmgmt.evaluation.performance` – growth over the same months a year before; each person's results.
- :mod:`salesmgmt.evaluation.fairness` – what results say once luck and what people were given are taken into account.
- :mod:`salesmgmt.evaluation.competency` – what the strong do differently, and each person's gaps to it.
- :mod:`salesmgmt.evaluation.ratings` – how far those who rate people agree.
"""

from __future__ import annotations

from salesmgmt.evaluation import competency, fairness, performance, ratings

__all__ = ["competency", "fairness", "performance", "ratings"]
