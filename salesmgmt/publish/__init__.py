"""Publish: run the chapters on an engagement and hand out the result.

Start with :func:`report`. It reads the inputs once, seals them, runs the notebooks through papermill
(:mod:`~salesmgmt.publish.run`), reads their typed outputs (:mod:`~salesmgmt.publish.outputs`), makes one
page per language and view (:mod:`~salesmgmt.publish.page`) and moves the finished run to its place in one
step (:mod:`~salesmgmt.publish.folder`). A notebook finds what others stated with :func:`read_cards`.
"""

from salesmgmt.publish.failures import ReportFailed
from salesmgmt.publish.outputs import read_cards
from salesmgmt.publish.pdf import NoPrinter
from salesmgmt.publish.report import Run, report

__all__ = ["NoPrinter", "ReportFailed", "Run", "read_cards", "report"]
