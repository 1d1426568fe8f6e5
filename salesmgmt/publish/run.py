"""Run notebooks through papermill, and believe nothing but evidence that they ran.

Each notebook has its own kernel process. Papermill alone lets some failures pass for success (an
unknown parameter is a warning, ``sys.exit(0)`` in a cell ends a notebook quietly, a dead kernel
leaves cells marked as completed), so parameters are checked before anything runs, every code cell
must have run without an error, and one clock limits the whole.
"""

from __future__ import annotations

import os
import queue
import re
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["TIMEOUT_SECONDS", "Executed", "NotebookFailed", "execute"]

TIMEOUT_SECONDS = 1800.0
"""All notebooks of one call together may take this long."""

_KERNELS = 2
_GRACE_SECONDS = 15.0
_LOG_TAIL = 4000
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Executed:
    """One notebook that ran to its end: file name, content with outputs, seconds taken."""

    name: str
    notebook: Any
    seconds: float


class NotebookFailed(RuntimeError):
    """A notebook that did not run to its end.

    Attributes
    ----------
    name : str
        File name of the notebook.
    cell : int or None
        Which code cell stopped it, counted as in ``In [n]``; None where it was none of them.
    error : str
        Kind and text of the error in one line.
    details : str
        Traceback, or what the kernel process printed last.
    """

    def __init__(self, name: str, *, cell: int | None, error: str, details: str = "") -> None:
        self.name, self.cell, self.error, self.details = name, cell, error, details
        super().__init__(f"{name}: {error}")


def execute(
    notebooks: Sequence[Path],
    *,
    parameters: Mapping[str, Any],
    folder: Path,
    timeout: float = TIMEOUT_SECONDS,
) -> list[Executed]:
    """Run notebooks, two at a time, each in a kernel of its own.

    Parameters
    ----------
    notebooks : Sequence of Path
        ``.ipynb`` files with different names.
    parameters : Mapping
        Plain values (text, numbers, lists, dicts) for every notebook.
    folder : Path
        Working folder of the kernels; the executed notebooks are written here, also one that fails.
    timeout : float
        Seconds for all of them together.

    Returns
    -------
    list of Executed
        In the order given.

    Raises
    ------
    NotebookFailed
        If a notebook does not declare a parameter (then nothing has run), a cell raised or called for
        an exit, a kernel died, or time ran out. The other kernels are stopped.

    Notes
    -----
    The kernels do the work; threads only wait for them, so papermill is imported once. Each kernel
    leads a process group, which is killed as a whole.
    """
    _check_parameters(notebooks, parameters)
    jobs = [_Job(path, parameters, folder) for path in notebooks]
    waiting, done = iter(jobs), queue.SimpleQueue[_Job]()
    lock = threading.Lock()
    threads = [
        threading.Thread(target=_work, args=(waiting, lock, done), daemon=True) for _ in jobs[:_KERNELS]
    ]
    for thread in threads:
        thread.start()
    try:
        late = _wait(jobs, done, deadline=time.monotonic() + timeout)
    finally:
        _stop(jobs, threads)
    _raise_first(jobs, late)
    return [Executed(job.path.name, job.notebook, job.seconds) for job in jobs]


class _Job:
    """One notebook on its way: its kernel, then its outcome."""

    def __init__(self, path: Path, parameters: Mapping[str, Any], folder: Path) -> None:
        self.path, self.parameters, self.folder = path, parameters, folder
        self.notebook: Any = None
        self.failure: NotebookFailed | None = None
        self.trouble: BaseException | None = None
        self.seconds = 0.0
        self.stopped = False
        self._group: int | None = None
        self._lock = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether it has a kernel now."""
        return self._group is not None

    def run(self) -> None:
        """Start a kernel, let papermill run the notebook in it, judge and keep the result."""
        engine = _engine()
        began = time.monotonic()
        log = self.folder / f".{self.path.stem}.log"
        seen: list[Any] = []
        try:
            with log.open("wb") as stream:
                with self._lock:
                    if self.stopped:
                        return
                    kernel, self._group = engine.start_kernel(self.folder, stream)
                problem = _caught(
                    engine.run_notebook, self.path, parameters=self.parameters, kernel=kernel, seen=seen
                )
            self.kill()
            self.failure = _judge(self.path.name, seen, problem, log)
            for notebook in seen:
                self.notebook = notebook
                _write(notebook, self.folder / self.path.name)
        finally:
            self.kill()
            log.unlink(missing_ok=True)
            self.seconds = time.monotonic() - began

    def kill(self) -> None:
        """End the kernel and everything it started."""
        with self._lock:
            self.stopped, group, self._group = True, self._group, None
        if group is not None:
            _kill_group(group)


def _engine() -> Any:
    """Papermill's side, imported when it is needed.

    JupyterLab's dependencies bring ``rfc3987_syntax``; jsonschema imports it where present and spends
    more than a second on grammars that no notebook needs, so it is kept out.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from salesmgmt.publish import engine

    return engine


def _check_parameters(notebooks: Sequence[Path], parameters: Mapping[str, Any]) -> None:
    for path in notebooks:
        unknown = sorted(set(parameters) - _engine().declared_parameters(path))
        if unknown:
            raise NotebookFailed(path.name, cell=None, error=f"it does not declare the parameters {unknown}")


def _work(waiting: Any, lock: threading.Lock, done: queue.SimpleQueue[_Job]) -> None:
    while True:
        with lock:
            job = next(waiting, None)
        if job is None:
            return
        try:
            job.run()
        except BaseException as error:  # raised again by the thread that waits
            job.trouble = error
        done.put(job)


def _wait(jobs: Sequence[_Job], done: queue.SimpleQueue[_Job], *, deadline: float) -> list[_Job]:
    """Wait until all are done or one has failed; what is still running when time is out."""
    for _ in jobs:
        try:
            job = done.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return [job for job in jobs if job.running] or [jobs[-1]]
        if job.trouble or job.failure:
            break
    return []


def _stop(jobs: Sequence[_Job], threads: Sequence[threading.Thread]) -> None:
    for job in jobs:
        job.kill()
    end = time.monotonic() + _GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _raise_first(jobs: Sequence[_Job], late: Sequence[_Job]) -> None:
    """Raise what went wrong first: out of time, else an error, else a failed notebook."""
    for job in late:
        cell = job.failure.cell if job.failure else None
        raise NotebookFailed(job.path.name, cell=cell, error="TimeoutError: out of time")
    for job in jobs:
        if job.trouble:
            raise job.trouble
    failures = [job.failure for job in jobs if job.failure]
    for failure in sorted(failures, key=lambda failure: failure.error.startswith("DeadKernelError")):
        raise failure


def _caught(function: Any, *args: Any, **options: Any) -> Exception | None:
    try:
        function(*args, **options)
    except Exception as error:
        return error
    return None


def _judge(name: str, seen: Sequence[Any], problem: Exception | None, log: Path) -> NotebookFailed | None:
    """What is wrong with an executed notebook, by evidence: None if every code cell ran without an error."""
    cells = [cell for notebook in seen for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        for output in cell.outputs:
            if output.output_type == "error":
                text = _ANSI.sub("", "\n".join(output.traceback))
                return NotebookFailed(
                    name, cell=number, error=_line(output.ename, output.evalue), details=text
                )
        if not _finished(cell):
            return NotebookFailed(name, cell=number, error=_reason(problem), details=_tail(log))
    if problem is not None:
        return NotebookFailed(name, cell=None, error=_reason(problem), details=_tail(log))
    return None


def _finished(cell: Any) -> bool:
    """Whether the kernel reported the end of a code cell; one that says nothing has nothing to run."""
    return not cell.source.strip() or "shell.execute_reply" in cell.metadata.get("execution", {})


def _reason(problem: Exception | None) -> str:
    return _line(type(problem).__name__, str(problem)) if problem else "the cell did not run"


def _line(kind: str, text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else ""
    return f"{kind}: {first}" if first else kind


def _tail(log: Path) -> str:
    return log.read_bytes()[-_LOG_TAIL:].decode(errors="replace")


def _write(notebook: Any, path: Path) -> None:
    """Write a notebook, calling cells pending that papermill says are completed though they never ran."""
    import nbformat

    for cell in notebook.cells:
        if cell.cell_type == "code" and not _finished(cell):
            cell.metadata.setdefault("papermill", {})["status"] = "pending"
    nbformat.write(notebook, path)


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(group, signal.SIGKILL)
        else:
            os.kill(group, signal.SIGTERM)
