"""From an engagement to a published run: the contents page of publishing."""

from __future__ import annotations

import hashlib
import json
import platform
import signal
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from salesmgmt import __version__, inputs
from salesmgmt.chapter import VIEWS
from salesmgmt.errors import Problem
from salesmgmt.locale import LANGUAGES
from salesmgmt.publish.folder import (
    disk_full,
    file_hashes,
    keep_failed,
    publish_folder,
    run_name,
    safe_name,
    staging_folder,
)
from salesmgmt.publish.outputs import Findings, collect, write_cards, write_tables
from salesmgmt.publish.page import Reader, render_pages
from salesmgmt.publish.run import Executed, NotebookFailed, execute

__all__ = ["ReportFailed", "Run", "report"]

_PACKAGES = (
    "pandas",
    "numpy",
    "scipy",
    "duckdb",
    "matplotlib",
    "seaborn",
    "papermill",
    "nbconvert",
    "ipykernel",
)
_SUMMARY = "0_summary.ipynb"


@dataclass(frozen=True)
class Run:
    """A published run.

    Attributes
    ----------
    folder : Path
        ``<out>/<client>/<year>/<run>``.
    pages : tuple of Path
        The HTML files, by view, then language.
    warnings : tuple of Problem
        What a reader should know about the data.
    refusals : tuple of dict
        What could not be concluded, and why.
    seconds : float
        Time from reading the inputs to the published folder.
    """

    folder: Path
    pages: tuple[Path, ...]
    warnings: tuple[Problem, ...]
    refusals: tuple[Mapping[str, Any], ...]
    seconds: float


class ReportFailed(RuntimeError):
    """A report that was not made; nothing was published and earlier runs are as they were.

    Attributes
    ----------
    notebook : Path or None
        Executed notebook kept for diagnosis, beside ``error.txt``.
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


@dataclass(frozen=True)
class _Order:
    """What was asked for, checked."""

    languages: tuple[str, ...]
    views: tuple[str, ...]
    scenario: str
    overrides: Mapping[str, Any]
    seed: int
    notebooks: tuple[Path, ...]
    out: Path

    @property
    def readers(self) -> list[Reader]:
        """One per page."""
        return [Reader(language, view) for view in self.views for language in self.languages]

    @property
    def chapters(self) -> list[Path]:
        """The notebooks that run first."""
        return [path for path in self.notebooks if path.name != _SUMMARY]

    @property
    def summary(self) -> list[Path]:
        """The notebook that runs last, if there is one."""
        return [path for path in self.notebooks if path.name == _SUMMARY]


def report(
    engagement: str | Path,
    *,
    languages: Sequence[str] | None = None,
    scenario: str = "",
    views: Sequence[str] = VIEWS,
    overrides: Mapping[str, Any] | None = None,
    seed: int = 2027,
    allow: Sequence[str | Path] = (),
    out: str | Path = "reports",
    notebooks: str | Path | None = None,
) -> Run:
    """Run the chapters on an engagement and publish them as one report.

    Parameters
    ----------
    engagement : str or Path
        Folder of the engagement.
    languages : Sequence of str, optional
        ``"zh"``, ``"en"``; default: the engagement's.
    scenario : str
        A scenario of the engagement.
    views : Sequence of str
        ``"director"``, ``"board"``.
    overrides : Mapping, optional
        Assumption -> value, e.g. ``{"sizing.visits_per_rep": 200}``.
    seed : int
        Seed of every simulation.
    allow : Sequence of path
        Further folders that the engagement's SQL may read.
    out : str or Path
        Folder of all runs.
    notebooks : str or Path, optional
        Folder of the chapters (``1_....ipynb`` to ``9_....ipynb``, and ``0_summary.ipynb``);
        default: the project's.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If a language or view is unknown, or the folder holds no chapter.
    InputError
        If the inputs break the data contract; nothing was run or written.
    ReportFailed
        If a notebook failed or the report could not be written; nothing was published.
    """
    began = time.monotonic()
    chosen = _notebooks(notebooks)
    _check("languages", languages or LANGUAGES, LANGUAGES)
    _check("views", views, VIEWS)
    data = inputs.load(engagement, scenario=scenario, overrides=overrides, allow=allow)
    order = _Order(
        tuple(languages or data.languages),
        tuple(views),
        scenario,
        dict(overrides or {}),
        seed,
        chosen,
        Path(out),
    )
    with _termination_raises(), _said_plainly(data, order):
        folder, found = _make(data, order, began)
    pages = tuple(folder / _page_path(reader) for reader in order.readers)
    return Run(folder, pages, tuple(data.warnings), tuple(found.refusals), time.monotonic() - began)


def _make(data: inputs.Engagement, order: _Order, began: float) -> tuple[Path, Findings]:
    """Build the run beside its final place and move it there."""
    now = datetime.now(UTC)
    place = order.out / safe_name(data.client) / str(data.year)
    with staging_folder(place, run_name(now, order.scenario)) as staging:
        with _kept_on_failure(staging, order, data):
            inputs.seal(data, staging / "inputs")
            executed = _run_notebooks(staging, order)
            found = collect([done.notebook for done in executed])
            _write_results(staging, executed, found, data=data, order=order, now=now)
            _write_record(
                staging, executed, found, data=data, order=order, seconds=time.monotonic() - began, now=now
            )
        return publish_folder(staging), found


def _run_notebooks(staging: Path, order: _Order) -> list[Executed]:
    """The chapters, then the summary on their cards; in reading order, the summary first."""
    folder = staging / "notebooks"
    folder.mkdir()
    parameters = {
        "engagement": "../inputs", "languages": list(order.languages), "views": list(order.views),
        "scenario": "", "seed": order.seed, "overrides": {},
    }  # fmt: skip
    chapters = execute(order.chapters, parameters=parameters, folder=folder)
    write_cards(collect([done.notebook for done in chapters]).cards, staging / "cards.json")
    summary = execute(order.summary, parameters=parameters | {"cards": "../cards.json"}, folder=folder)
    return [*summary, *chapters]


def _write_results(
    staging: Path,
    executed: Sequence[Executed],
    found: Findings,
    *,
    data: inputs.Engagement,
    order: _Order,
    now: datetime,
) -> None:
    write_cards(found.cards, staging / "cards.json")
    (staging / "tables").mkdir()
    write_tables(found.tables, staging / "tables")
    pages = render_pages(
        order.readers,
        {Path(done.name).stem: done.notebook for done in executed},
        data=data,
        found=found,
        run=_run_parameters(staging, order, data, now),
    )
    for reader, page in pages.items():
        path = staging / _page_path(reader)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")


def _write_record(
    staging: Path,
    executed: Sequence[Executed],
    found: Findings,
    *,
    data: inputs.Engagement,
    order: _Order,
    seconds: float,
    now: datetime,
) -> None:
    """``run.json``: all that is needed to understand and repeat the run."""
    record = {
        **_run_parameters(staging, order, data, now),
        "versions": _versions(),
        "notebooks": {path.name: _digest(path) for path in order.notebooks},
        "files": file_hashes(staging),
        "seconds": {"total": round(seconds, 3)} | {done.name: round(done.seconds, 3) for done in executed},
        "warnings": [asdict(problem) for problem in data.warnings],
        "notes": [asdict(problem) for problem in data.notes],
        "refusals": found.refusals,
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str)
    (staging / "run.json").write_text(text + "\n", encoding="utf-8")


def _run_parameters(staging: Path, order: _Order, data: inputs.Engagement, now: datetime) -> dict[str, Any]:
    return {
        "run": staging.name.removeprefix(".").removesuffix(".part"),
        "made_at": f"{now:%Y-%m-%d %H:%M:%S} UTC",
        "client": data.client,
        "year": data.year,
        "as_of": f"{data.as_of:%Y-%m-%d}",
        "scenario": data.scenario or order.scenario,
        "overrides": dict(order.overrides),
        "languages": list(order.languages),
        "views": list(order.views),
        "seed": order.seed,
        "software": f"salesmgmt {__version__}",
    }


def _page_path(reader: Reader) -> Path:
    return Path("share") / reader.view / f"report.{reader.language}.html"


def _notebooks(folder: str | Path | None) -> tuple[Path, ...]:
    """Chapters and summary of a folder; without one, of the checkout, else of the current project."""
    here = Path.cwd()
    homes = [Path(folder)] if folder else [root / "notebooks" for root in (Path(__file__).parents[2], here, *here.parents)]  # fmt: skip
    for home in homes:
        chapters = sorted(home.glob("[1-9]_*.ipynb"))
        if chapters:
            return (*sorted(home.glob(_SUMMARY)), *chapters)
    raise ValueError(
        f"notebooks == {str(homes[0])!r}, must hold chapters named 1_<name>.ipynb to 9_<name>.ipynb"
    )


def _check(name: str, given: Sequence[str], allowed: Sequence[str]) -> None:
    wrong = [value for value in given if value not in allowed]
    if wrong or isinstance(given, str) or not given:
        raise ValueError(f"{name} == {given!r}, must be of {list(allowed)}")


@contextmanager
def _termination_raises() -> Iterator[None]:
    """Turn a request to end (SIGTERM, a closed terminal) into an exception, so that all is cleared up."""

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
def _kept_on_failure(staging: Path, order: _Order, data: inputs.Engagement) -> Iterator[None]:
    """Keep the executed notebooks of a run that fails, and say in one sentence what stopped it."""
    words = data.words(order.languages[0])
    try:
        yield
    except NotebookFailed as failure:
        kept = keep_failed(staging, order.out, f"{failure}\n\n{failure.details}\n")
        place = words("publish.at_cell", cell=failure.cell) if failure.cell else ""
        reason = words("publish.notebook_failed", notebook=failure.name, place=place, error=failure.error)
        raise ReportFailed(
            reason,
            notebook=kept and kept / "notebooks" / failure.name,
            cell=failure.cell,
            error=failure.error,
        ) from failure
    except Exception as error:
        if disk_full(error):
            raise
        kept = keep_failed(staging, order.out, traceback.format_exc())
        line = f"{type(error).__name__}: {error}"
        reason = words("publish.broke", error=line)
        raise ReportFailed(reason, notebook=kept and kept / "notebooks", error=line) from error


@contextmanager
def _said_plainly(data: inputs.Engagement, order: _Order) -> Iterator[None]:
    """Say a full disk, or a folder that cannot be written, in one sentence."""
    words = data.words(order.languages[0])
    try:
        yield
    except Exception as error:
        if disk_full(error):
            reason = words("publish.disk_full", folder=order.out)
        elif isinstance(error, OSError):
            reason = words("publish.cannot_write", folder=order.out, error=error)
        else:
            raise
        raise ReportFailed(reason, error=f"{type(error).__name__}: {error}") from error


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "salesmgmt": __version__}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
