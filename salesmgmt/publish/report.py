"""From an engagement to a published run: the contents page of publishing."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from salesmgmt import inputs
from salesmgmt.chapter import VIEWS
from salesmgmt.errors import Problem
from salesmgmt.frames import employed
from salesmgmt.locale import LANGUAGES
from salesmgmt.publish.failures import kept_on_failure, said_plainly, termination_raises
from salesmgmt.publish.folder import publish_folder, run_name, safe_name, staging_folder
from salesmgmt.publish.outputs import Findings, collect, write_cards, write_tables
from salesmgmt.publish.page import Reader, render_pages
from salesmgmt.publish.pdf import Printer, find_printer, write_pdf
from salesmgmt.publish.record import parameters, write_record
from salesmgmt.publish.run import Executed, execute
from salesmgmt.publish.workbook import write_workbook
from salesmgmt.spreadsheet import csv_bytes
from salesmgmt.tables import PEOPLE

__all__ = ["Run", "report"]

_BOTH = VIEWS[:2]
_SUMMARY = "0_summary.ipynb"
_CHAPTERS = "[1-9]_*.ipynb"
_WORKBOOK = "report.xlsx"
_KEY = "pseudonyms.csv"


@dataclass(frozen=True)
class Run:
    """A published run.

    Attributes
    ----------
    folder : Path
        ``<out>/<client>/<year>/<run>``.
    pages : tuple of Path
        The HTML files, by view, then language; those of people by person.
    workbook : Path
        ``report.xlsx``.
    warnings : tuple of Problem
        What a reader should know about the data.
    refusals : tuple of dict
        What could not be concluded, and why.
    seconds : float
        From reading the inputs to the published folder.
    """

    folder: Path
    pages: tuple[Path, ...]
    workbook: Path
    warnings: tuple[Problem, ...]
    refusals: tuple[Mapping[str, Any], ...]
    seconds: float


@dataclass(frozen=True)
class _Order:
    """What was asked for, checked."""

    languages: tuple[str, ...]
    views: tuple[str, ...]
    overrides: Mapping[str, Any]
    seed: int
    notebooks: tuple[Path, ...]
    out: Path
    printer: Printer | None
    people: Mapping[str, str]

    @property
    def readers(self) -> list[Reader]:
        """One per page."""
        who = {view: tuple(self.people) if view == PEOPLE else ("",) for view in self.views}
        return [
            Reader(language, view, one) for view in who for one in who[view] for language in self.languages
        ]

    def page(self, reader: Reader) -> Path:
        """Where a reader's page goes, below the run's folder."""
        if not reader.person:
            return Path("share") / reader.view / f"report.{reader.language}.html"
        return Path("share") / reader.view / f"{self.people[reader.person]}.{reader.language}.html"

    def made(self, data: inputs.Engagement, run: str, now: datetime) -> dict[str, Any]:
        """How the run is made, as the report lists it."""
        return parameters(
            data, run=run, made_at=now, overrides=self.overrides, languages=self.languages,
            views=self.views, seed=self.seed,
        )  # fmt: skip


def report(
    engagement: str | Path,
    *,
    languages: Sequence[str] | None = None,
    scenario: str = "",
    views: Sequence[str] = _BOTH,
    overrides: Mapping[str, Any] | None = None,
    seed: int = 2027,
    allow: Sequence[str | Path] = (),
    out: str | Path = "reports",
    notebooks: str | Path | None = None,
    pdf: bool = False,
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
        ``"director"``, ``"board"``, and ``"people"`` for a page of each person present, of that person's rows alone.
    overrides : Mapping, optional
        Assumption -> value, e.g. ``{"sizing.visits_per_rep": 200}``.
    seed : int
        Seed of every simulation.
    allow : Sequence of path
        Further folders that the engagement's SQL may read.
    out : str or Path
        Folder of all runs.
    notebooks : str or Path, optional
        Folder of the chapters (``1_<name>.ipynb`` to ``9_<name>.ipynb`` and ``0_summary.ipynb``);
        default: the project's.
    pdf : bool
        Print every page to a PDF beside it.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If a language or view is unknown, or the folder holds no chapter.
    NoPrinter
        If ``pdf`` is wanted and neither a browser nor WeasyPrint is installed; nothing was run or written.
    InputError
        If the inputs break the data contract; nothing was run or written.
    ReportFailed
        If a notebook failed or the report could not be written; nothing was published.
    """
    began = time.monotonic()
    _check("languages", languages or LANGUAGES, LANGUAGES)
    _check("views", views, VIEWS)
    chapters = _notebooks(notebooks)
    printer = find_printer() if pdf else None
    data = inputs.load(engagement, scenario=scenario, overrides=overrides, allow=allow)
    spoken = tuple(languages or data.languages)
    staff = data.or_empty("staff")
    people = _file_names(sorted(staff.loc[employed(staff, data.as_of), "staff_id"]))
    order = _Order(
        spoken, tuple(dict.fromkeys(views)), dict(overrides or {}), seed, chapters, Path(out), printer, people
    )
    with termination_raises(), said_plainly(order.out, data.words(spoken[0])):
        folder, found = _make(data, order, began)
    pages = tuple(folder / order.page(reader) for reader in order.readers)
    seconds = time.monotonic() - began
    return Run(folder, pages, folder / _WORKBOOK, tuple(data.warnings), tuple(found.refusals), seconds)


def _make(data: inputs.Engagement, order: _Order, began: float) -> tuple[Path, Findings]:
    """Make the run beside its final place, then move it there whole."""
    now = datetime.now(UTC)
    place = order.out / safe_name(data.client) / str(data.year)
    words = data.words(order.languages[0])
    with staging_folder(place, run_name(now, data.scenario)) as (staging, run):
        with kept_on_failure(staging, order.out, words):
            inputs.seal(data, staging / "inputs")
            executed = _run(staging, order)
            found = collect([done.notebook for done in executed])
            made = order.made(data, run, now)
            _write(staging, executed, found, made, data=data, order=order)
            _keep_key(data, staging)
            write_workbook(staging / _WORKBOOK, data=data, found=found, run=made, created=now)
            write_record(
                staging, made, data=data, found=found, executed=executed, notebooks=order.notebooks,
                seconds=time.monotonic() - began,
            )  # fmt: skip
        return publish_folder(staging, run), found


def _run(staging: Path, order: _Order) -> list[Executed]:
    """Run the chapters on the sealed inputs, then the summary on their cards; the summary is read first."""
    folder = staging / "notebooks"
    folder.mkdir()
    given = {
        "engagement": "../inputs", "languages": list(order.languages), "scenario": "",
        "views": list(order.views), "seed": order.seed, "overrides": {},
    }  # fmt: skip
    first = [path for path in order.notebooks if path.name != _SUMMARY]
    last = [path for path in order.notebooks if path.name == _SUMMARY]
    chapters = execute(first, parameters=given, folder=folder)
    write_cards(collect([done.notebook for done in chapters]).cards, staging / "cards.json")
    summary = execute(last, parameters=given | {"cards": "../cards.json"}, folder=folder)
    return [*summary, *chapters]


def _write(
    staging: Path,
    executed: Sequence[Executed],
    found: Findings,
    made: Mapping[str, Any],
    *,
    data: inputs.Engagement,
    order: _Order,
) -> None:
    """Write cards, tables and pages."""
    write_cards(found.cards, staging / "cards.json")
    write_tables(found.tables, staging / "tables")
    notebooks = {Path(done.name).stem: done.notebook for done in executed}
    for reader, page in render_pages(order.readers, notebooks, data=data, found=found, run=made).items():
        path = staging / order.page(reader)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
        if order.printer:
            write_pdf(path, order.printer)


def _keep_key(data: inputs.Engagement, staging: Path) -> None:
    """Who is behind which pseudonym, in the private part of the run."""
    if data.pseudonyms:
        rows = [[pseudonym, *person] for pseudonym, person in data.pseudonyms.items()]
        (staging / _KEY).write_bytes(csv_bytes(["pseudonym", "staff_id", "name"], rows))


def _file_names(people: Sequence[str]) -> dict[str, str]:
    """A file name for each staff id, on no file system the same as another's."""
    names = {staff_id: safe_name(staff_id) for staff_id in people}
    folded = [name.casefold() for name in names.values()]
    return {
        staff_id: name
        if folded.count(name.casefold()) == 1
        else f"{name}-{hashlib.sha256(staff_id.encode()).hexdigest()[:8]}"
        for staff_id, name in names.items()
    }


def _notebooks(folder: str | Path | None) -> tuple[Path, ...]:
    """Summary and chapters of a folder; without one, of the checkout, else of the current project."""
    here = Path.cwd()
    roots = [Path(__file__).parents[2], here, *here.parents]
    homes = [Path(folder)] if folder else [root / "notebooks" for root in roots]
    for home in homes:
        chapters = sorted(home.glob(_CHAPTERS))
        if chapters:
            return (*home.glob(_SUMMARY), *chapters)
    raise ValueError(f"notebooks == {str(homes[0])!r}, must hold chapters named {_CHAPTERS}")


def _check(name: str, given: Sequence[str], allowed: Sequence[str]) -> None:
    if isinstance(given, str) or not given or set(given) - set(allowed):
        raise ValueError(f"{name} == {given!r}, must be a list of {list(allowed)}")
