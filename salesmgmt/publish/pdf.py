"""A report's pages as PDF: printed by an installed browser, else by WeasyPrint (extra ``pdf``)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from salesmgmt.publish.pictures import for_paper

__all__ = ["NoPrinter", "Printer", "find_browser", "find_printer", "print_copy", "write_pdf"]

Printer = Callable[[Path, Path], None]
"""Prints an HTML file to a PDF file."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome", "msedge")  # fmt: skip
_OPTIONS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking",
    "--disable-component-update", "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip
_SECONDS = 180
_NUMBER = re.compile(r'<button type="button" class="num"[^>]*>(.*?)</button>', re.DOTALL)
_CARDS = re.compile(r"<div popover id=.*(?=</body>)", re.DOTALL)


class NoPrinter(RuntimeError):
    """Neither a browser nor WeasyPrint is installed."""


def find_browser() -> str | None:
    """Path of an installed Chromium, Chrome or Edge; None without one."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def find_printer() -> Printer:
    """What prints here: a browser, which keeps tags and the outline, else WeasyPrint.

    Raises
    ------
    NoPrinter
        If neither is installed.
    """
    if browser := find_browser():
        return lambda page, target: _print_by_browser(browser, page, target)
    try:
        import weasyprint  # type: ignore[import-not-found, unused-ignore]
    except (ImportError, OSError) as error:  # OSError: installed, but not the libraries it draws with
        raise NoPrinter(str(error)) from None
    return lambda page, target: weasyprint.HTML(str(page)).write_pdf(str(target), pdf_variant="pdf/ua-1")


def write_pdf(page: Path, printer: Printer) -> Path:
    """Print a page of a report to the PDF beside it.

    Parameters
    ----------
    page : Path
        ``report.<lang>.html``.
    printer : Printer
        From :func:`find_printer`.

    Returns
    -------
    Path
        ``report.<lang>.pdf``.

    Raises
    ------
    RuntimeError
        If the printer failed.
    """
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="salesmgmt-") as folder:
        copy, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        copy.write_text(print_copy(page.read_text(encoding="utf-8")), encoding="utf-8")
        printer(copy, printed)
        shutil.copyfile(printed, target)
    return target


def print_copy(html: str) -> str:
    """A page made for paper: numbers as text, no cards that only a click opens, charts as a printer reads them.

    Parameters
    ----------
    html : str
        A page that we rendered.

    Returns
    -------
    str
        The same without what paper cannot do.

    Examples
    --------
    >>> print_copy('<p><button type="button" class="num" title="People">34</button></p>')
    '<p><span class="num">34</span></p>'
    """
    html = _CARDS.sub("", html)
    html = _NUMBER.sub(r'<span class="num">\1</span>', html)
    return for_paper(html)


def _print_by_browser(browser: str, page: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="salesmgmt-", ignore_cleanup_errors=True) as profile:
        options = [*_OPTIONS, f"--user-data-dir={profile}", f"--print-to-pdf={target}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")  # which a browser refuses root
        try:
            done = subprocess.run(
                [browser, *options, page.resolve().as_uri()], capture_output=True, timeout=_SECONDS, check=False
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{Path(browser).name}: no PDF after {_SECONDS} s") from None
    if not target.exists() or not target.read_bytes().startswith(b"%PDF"):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RuntimeError(f"{Path(browser).name}: {said[-1] if said else done.returncode}")
