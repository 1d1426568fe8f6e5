"""STP: which segments there are, which to aim at, and how to stand in them.

Read in this order:

1. :mod:`.segmentation` – the division itself: :func:`segmentation`; segments that nothing tells apart: :func:`alike`.
2. :mod:`.criteria` – what matters how much: :func:`weights`, :func:`consistency`.
3. :mod:`.scores` – several raters combined: :func:`combine`, :func:`index`.
4. :mod:`.cells` – the 3 × 3 matrix and the rule of choice: :func:`place`, :func:`chosen`;
   :mod:`.likelihood` – how sure that is: :func:`simulate`.
5. :mod:`.targets` – all of it: :func:`table`, :func:`least_certain`.
6. :mod:`.positioning` – the brands: :func:`position_map`, :func:`rivals`.
"""

from __future__ import annotations

from salesmgmt.plan.stp.cells import chosen, place
from salesmgmt.plan.stp.criteria import consistency, weights
from salesmgmt.plan.stp.likelihood import simulate
from salesmgmt.plan.stp.positioning import PositionMap, position_map, rivals
from salesmgmt.plan.stp.scores import alike, combine, index
from salesmgmt.plan.stp.segmentation import segmentation
from salesmgmt.plan.stp.targets import least_certain, table

__all__ = [
    "PositionMap",
    "alike",
    "chosen",
    "combine",
    "consistency",
    "index",
    "least_certain",
    "place",
    "position_map",
    "rivals",
    "segmentation",
    "simulate",
    "table",
    "weights",
]
