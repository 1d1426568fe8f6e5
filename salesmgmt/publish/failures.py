"""When a report is not made: clear up, keep what explains it, and say why in one sentence."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesmgmt.locale import Words
from salesmgmt.publish.folder import disk_full, keep_failed
from salesmgmt.publish.run import NotebookFailed

__all__ = ["ReportFailed", "kept_on_failure", "said_plainly", "termination_raises"]


class ReportFailed(RuntimeError):
    """A report that was not made; nothing was published and earlier runs are as they were.

    Its text is a sentence in the report's first language.

    Attributes
    ----------
    notebook : Path or None
        Executed notebook kept for diagnosis (their folder, where no notebook failed); ``error.txt`` is
        beside that folder.
    cell : int or None
        Which code cell stopped it, counted as in ``In [n]``.
    error : str
        Kind and text of the error in one line.
    """

    def __init__(
        self, reason: str, *, notebook: Path | None = None, cell: int | None = None, error: str = ""
    ) -> None:
        self.notebook, self.cell, self.error = notebook, cell, error
        super().__init__(reason)


@contextmanager
def termination_raises() -> Iterator[None]:
    """Turn a request to end (SIGTERM, a closed terminal) into an exception, so that all is cleared up.

    Signals can only be caught in the main thread; in another one this does nothing.
    """

    def end(number: int, _: Any) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def kept_on_failure(staging: Path, out: Path, words: Words) -> Iterator[None]:
    """Keep the executed notebooks of a run that fails.

    Parameters
    ----------
    staging : Path
        Where the run is being made; removed by its own context.
    out : Path
        Folder of all runs.
    words : Words
        Language of the sentence.

    Raises
    ------
    ReportFailed
        For a notebook that failed, and for any other error but a full disk.
    """
    try:
        yield
    except NotebookFailed as failure:
        kept = keep_failed(staging, out, f"{failure}\n\n{failure.details}\n")
        place = words("publish.at_cell", cell=failure.cell) if failure.cell else ""
        raise ReportFailed(
            words("publish.notebook_failed", notebook=failure.name, place=place, error=failure.error),
            notebook=kept and kept / "notebooks" / failure.name,
            cell=failure.cell,
            error=failure.error,
        ) from failure
    except Exception as error:
        if disk_full(error):
            raise
        kept = keep_failed(staging, out, traceback.format_exc())
        line = f"{type(error).__name__}: {error}"
        reason = words("publish.broke", error=line)
        raise ReportFailed(reason, notebook=kept and kept / "notebooks", error=line) from error


@contextmanager
def said_plainly(out: Path, words: Words) -> Iterator[None]:
    """Say a full disk, or a folder that cannot be written, in one sentence.

    Parameters
    ----------
    out : Path
        Folder of all runs.
    words : Words
        Language of the sentence.

    Raises
    ------
    ReportFailed
        Instead of an ``OSError``, or of whatever a full disk raised.
    """
    try:
        yield
    except ReportFailed:
        raise
    except Exception as error:
        if disk_full(error):
            reason = words("publish.disk_full", folder=out)
        elif isinstance(error, OSError):
            reason = words("publish.cannot_write", folder=out, error=error.strerror or error)
        else:
            raise
        raise ReportFailed(reason, error=f"{type(error).__name__}: {error}") from error
