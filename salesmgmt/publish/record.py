"""``run.json``: what is needed to understand a run and to repeat it."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from salesmgmt import __version__
from salesmgmt.inputs import Engagement
from salesmgmt.publish.folder import file_hashes
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.run import Executed

__all__ = ["parameters", "write_record"]

_PACKAGES = (
    "pandas", "numpy", "scipy", "duckdb", "matplotlib", "seaborn", "papermill", "nbconvert", "ipykernel",
)  # fmt: skip


def parameters(
    data: Engagement,
    *,
    run: str,
    made_at: datetime,
    overrides: Mapping[str, Any],
    languages: Sequence[str],
    views: Sequence[str],
    seed: int,
) -> dict[str, Any]:
    """How a run was made, as ``run.json`` and the report's last page list it."""
    return {
        "run": run,
        "made_at": f"{made_at:%Y-%m-%d %H:%M:%S} UTC",
        "client": data.client,
        "year": data.year,
        "as_of": f"{data.as_of:%Y-%m-%d}",
        "scenario": data.scenario,
        "overrides": dict(overrides),
        "languages": list(languages),
        "views": list(views),
        "seed": seed,
        "software": f"salesmgmt {__version__}",
    }


def write_record(
    folder: Path,
    made: Mapping[str, Any],
    *,
    data: Engagement,
    found: Findings,
    executed: Sequence[Executed],
    notebooks: Sequence[Path],
    seconds: float,
) -> None:
    """Write ``run.json`` into a run that is otherwise complete.

    Parameters
    ----------
    folder : Path
        The run.
    made : Mapping
        From :func:`parameters`.
    data : Engagement
        For its warnings and notes.
    found : Findings
        For the refusals.
    executed : Sequence of Executed
        For the durations.
    notebooks : Sequence of Path
        The chapters as they were before they ran.
    seconds : float
        Duration so far.
    """
    record = {
        **made,
        "versions": _versions(),
        "notebooks": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in notebooks},
        "files": file_hashes(folder),
        "seconds": {"total": round(seconds, 3)} | {done.name: round(done.seconds, 3) for done in executed},
        "warnings": [asdict(problem) for problem in data.warnings],
        "notes": [asdict(problem) for problem in data.notes],
        "refusals": found.refusals,
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "salesmgmt": __version__}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
