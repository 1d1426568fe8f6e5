"""Whether a team drifts apart 熵增: this period against the same months a year before.

Without an outside effort a team moves from order to disorder; evaluation is what tells in time. Three signs of
order are compared between the two periods: how far people's results lie apart (:func:`spread`), whether visits asked
are made (:func:`followed`), and whether the data are kept (:func:`discipline`): visits logged in time, what was agreed
in them noted and done, promises (:func:`promised`, :func:`agreed`) kept. Each change
comes with its 80 % interval, and is called better or worse only beyond noise (:func:`changes`). What the last review
decided stands beside what has moved since (:func:`since_decided`). Statements are about the company, never a person.
"""

from salesmgmt.evaluation.drift.changes import GOOD, changes
from salesmgmt.evaluation.drift.decided import MIN_MONTHS, since_decided
from salesmgmt.evaluation.drift.promised import agreed, promised
from salesmgmt.evaluation.drift.signs import discipline, followed, long_known, same_months, spread

__all__ = [
    "GOOD",
    "MIN_MONTHS",
    "agreed",
    "changes",
    "discipline",
    "followed",
    "long_known",
    "promised",
    "same_months",
    "since_decided",
    "spread",
]
