"""Ratings by several people: which of them count, and how far raters agree.

A rating is one rater's score of one person on one competency.

- :mod:`.rounds` – :func:`latest`: a rater's latest rating replaces the older ones.
- :mod:`.intraclass` – reliability of one rating and of the mean of several: :func:`icc`, :func:`icc_oneway`,
  :func:`two_way`, :func:`mean_of`.
- :mod:`.kappa` – agreement beyond chance: :func:`weighted_kappa`, :func:`fleiss_kappa`.
"""

from __future__ import annotations

from salesmgmt.agreement.intraclass import icc, icc_oneway, mean_of, two_way
from salesmgmt.agreement.kappa import WEIGHTS, fleiss_kappa, weighted_kappa
from salesmgmt.agreement.rounds import latest

__all__ = ["WEIGHTS", "fleiss_kappa", "icc", "icc_oneway", "latest", "mean_of", "two_way", "weighted_kappa"]
