"""Where a run lives: safe names, a staging folder beside the final place, moved there whole.

``<out>/<client>/<year>/<run>/`` appears complete or not at all. Until then the run is built in
``.<run>.part`` beside it, on the same file system. A run that fails leaves only its executed
notebooks, under ``<out>/.failed/``.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

__all__ = [
    "disk_full",
    "file_hashes",
    "keep_failed",
    "publish_folder",
    "run_name",
    "safe_name",
    "staging_folder",
]

_MAX_BYTES = 80
_KEPT = " ._-()&\uff08\uff09\u00b7"  # also full-width brackets and the middle dot
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_name(text: str) -> str:
    """A client's name as the name of one folder, the same on every system.

    Letters of any script are kept; separators, control characters and what some file system
    refuses become ``-``. A name that had to be changed gets eight characters of its hash, so that
    two clients never share a folder.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        At most 80 bytes, never empty, never starting with a dot.

    Examples
    --------
    >>> safe_name("远航客服外包")
    '远航客服外包'
    >>> safe_name("../../x").startswith("x-"), safe_name("A/B") == safe_name("A-B")
    (True, False)
    """
    normal = unicodedata.normalize("NFC", text)
    name = "".join(c if c.isalnum() or c in _KEPT else "-" for c in normal).strip(" .-")
    name = name.encode()[:_MAX_BYTES].decode(errors="ignore").strip(" .-")
    if name and name == text and not _RESERVED.fullmatch(name):
        return name
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{name.encode()[: _MAX_BYTES - 9].decode(errors='ignore')}-{digest}".lstrip("-")


def run_name(now: datetime, scenario: str) -> str:
    """Name of a run: its UTC time to the second and its scenario.

    Examples
    --------
    >>> run_name(datetime(2026, 11, 23, 23, 31, 29), "stretch")
    '20261123-233129-stretch'
    """
    return f"{now:%Y%m%d-%H%M%S}" + (f"-{safe_name(scenario)}" if scenario else "")


@contextmanager
def staging_folder(year_folder: Path, run: str) -> Iterator[tuple[Path, str]]:
    """An empty ``.<run>.part`` folder, for this process alone; gone again whatever happens.

    Parameters
    ----------
    year_folder : Path
        ``<out>/<client>/<year>``; made if absent.
    run : str
        Wanted name of the run; ``-2``, ``-3`` ... is added where it is taken.

    Yields
    ------
    Path and str
        The folder and the run's own name, for :func:`publish_folder` when it is complete.
    """
    made = [folder for folder in (year_folder, *year_folder.parents) if not folder.exists()]
    year_folder.mkdir(parents=True, exist_ok=True)
    staging = None
    try:
        staging = _reserve(year_folder, run)
        yield staging, _final(staging).name
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
        for folder in made:  # only where nothing was published: a folder that holds something stays
            with suppress(OSError):
                folder.rmdir()


def publish_folder(staging: Path, run: str) -> Path:
    """Write everything through to the disk, then move the run to its final place in one step.

    Parameters
    ----------
    staging, run : Path and str
        From :func:`staging_folder`.

    Returns
    -------
    Path
        The run folder.
    """
    final = staging.with_name(run)
    for path in sorted(staging.rglob("*"), reverse=True):
        _sync(path)
    _sync(staging)
    staging.rename(final)
    _sync(final.parent)
    return final


def keep_failed(staging: Path, out: Path, error: str) -> Path | None:
    """Keep the executed notebooks of a run that failed, with what went wrong.

    Parameters
    ----------
    staging : Path
        The run's staging folder.
    out : Path
        Folder of all runs.
    error : str
        What is written to ``error.txt``.

    Returns
    -------
    Path or None
        ``<out>/.failed/<client>-<year>-<run>``; None where there is nothing to keep or no room for it.
    """
    year = staging.parent
    kept = out / ".failed" / f"{year.parent.name}-{year.name}-{_final(staging).name}"
    try:
        if not any(staging.glob("notebooks/*.ipynb")):
            return None
        kept.mkdir(parents=True)
        (staging / "notebooks").rename(kept / "notebooks")
        (kept / "error.txt").write_text(error, encoding="utf-8")
    except OSError:
        return kept if (kept / "notebooks").exists() else None
    return kept


def file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path there.

    Parameters
    ----------
    folder : Path
        Any folder.

    Returns
    -------
    dict
        ``"inputs/customers.parquet"`` -> hash, sorted by path.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def disk_full(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, is a full disk or an exhausted quota."""
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _reserve(year_folder: Path, run: str) -> Path:
    for attempt in range(1, 1000):
        name = run if attempt == 1 else f"{run}-{attempt}"
        staging = year_folder / f".{name}.part"
        try:
            staging.mkdir()
        except FileExistsError:
            continue
        if not (year_folder / name).exists():
            return staging
        staging.rmdir()
    raise FileExistsError(f"{year_folder / run} and 998 names after it are taken")


def _final(staging: Path) -> Path:
    return staging.with_name(staging.name.removeprefix(".").removesuffix(".part"))


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
