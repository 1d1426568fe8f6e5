"""Keeping what was read: engagement.toml as used, validated tables, reduced facts, and their hashes.

A sealed folder needs no client file and no database to be read again, and gives the same
:class:`~salesmgmt.inputs.engagement.Engagement`, value for value. Files are Parquet, written by DuckDB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.columns import finish
from salesmgmt.inputs.engagement import Assumption, Engagement, Scenario, Source
from salesmgmt.inputs.scenarios import varied
from salesmgmt.inputs.settings import FILE, read_settings
from salesmgmt.inputs.source import digest
from salesmgmt.inputs.sql import literal

__all__ = ["SEAL", "is_sealed", "load_sealed", "seal"]

SEAL = "seal.json"
_VERSION = 1


def is_sealed(folder: Path) -> bool:
    """Whether a folder was written by :func:`seal`."""
    return (folder / SEAL).is_file()


def seal(data: Engagement, folder: str | Path) -> Path:
    """Write an engagement to a folder that :func:`salesmgmt.inputs.load` reads back the same.

    Parameters
    ----------
    data : Engagement
        What :func:`salesmgmt.inputs.load` returned, scenario and overrides applied.
    folder : str or Path
        Where to; made if it does not exist.

    Returns
    -------
    Path
        The folder: ``engagement.toml`` as used, ``<table>.parquet`` and ``seal.json`` with the SHA-256 of
        each file, and origin, rows, query and SHA-256 of each source.

    Raises
    ------
    ValueError
        If the folder already holds files.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from salesmgmt.inputs import load
    >>> data = load("data/demo")
    >>> with TemporaryDirectory() as folder:
    ...     again = load(seal(data, folder))
    >>> again["staff"].equals(data["staff"])
    True
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"folder == {str(folder)!r}, must be empty or new")
    (folder / FILE).write_text("\n".join(_toml(data)) + "\n", encoding="utf-8")
    with duckdb.connect() as connection:
        for table, frame in data.tables.items():
            connection.register("frame", frame)
            path = literal(str(folder / f"{table}.parquet"))
            connection.execute(f"COPY (FROM frame) TO {path} (FORMAT parquet)")
    files = sorted(path for path in folder.iterdir())
    content = {
        "version": _VERSION,
        "scenario": data.scenario,
        "scenarios": [asdict(scenario) for scenario in data.variants],
        "files": {path.name: digest(path) for path in files},
        "tables": {table: asdict(source) for table, source in data.sources.items()},
        "wording": dict(data.wording),
        "warnings": [asdict(problem) for problem in data.warnings],
        "notes": [asdict(problem) for problem in data.notes],
    }
    (folder / SEAL).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return folder


def load_sealed(
    folder: Path, *, scenario: str = "", overrides: Mapping[str, Any] | None = None
) -> Engagement:
    """Read a sealed folder after verifying every hash.

    Parameters
    ----------
    folder : Path
        Written by :func:`seal`.
    scenario : str, default ""
        Must be the sealed one, or empty.
    overrides : Mapping, optional
        Dotted key -> value, applied on top of what was sealed.

    Returns
    -------
    Engagement
        As sealed.

    Raises
    ------
    InputError
        If the seal cannot be read, a file is missing or changed, or another scenario is asked for.
    """
    content = _content(folder)
    problems = list(_broken(folder, content))
    if scenario not in ("", content["scenario"]):
        fields = {"sealed": content["scenario"], "value": scenario}
        problems.append(Problem("engagement", "inputs.seal_scenario", fields, file=SEAL))
    settings = read_settings(folder / FILE, overrides=overrides)
    problems += settings.problems
    if problems:
        raise InputError(problems)
    values = settings.values
    return Engagement(
        folder=folder, client=values["engagement.client"], year=values["engagement.year"],
        as_of=pd.Timestamp(values["engagement.as_of"]), currency=values["engagement.currency"],
        languages=values["engagement.languages"], scenario=content["scenario"],
        year_starts=values["engagement.year_starts"], assumptions=settings.listed(),
        sources={table: Source(**source) for table, source in content["tables"].items()},
        warnings=[_problem(entry) for entry in content["warnings"]],
        notes=[_problem(entry) for entry in content["notes"]],
        values=values, wording=content["wording"], tables=dict(_frames(folder, content)),
        variants=tuple(varied(_scenario(entry), overrides or {}) for entry in content.get("scenarios", [])),
    )  # fmt: skip


def _content(folder: Path) -> dict[str, Any]:
    """seal.json, with every part that is read later."""
    try:
        content = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(f"version == {content['version']!r}, must be {_VERSION}")
        unknown = sorted(content["tables"].keys() - CODEBOOK.tables.keys())
        if unknown:
            raise ValueError(f"tables {unknown} are unknown")
        for part in ("scenario", "files", "wording", "warnings", "notes"):
            content[part]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(
            [Problem("engagement", "inputs.seal_unreadable", {"reason": reason}, file=SEAL)]
        ) from None
    return dict(content)


def _broken(folder: Path, content: Mapping[str, Any]) -> Iterator[Problem]:
    """Files that are missing or not as sealed."""
    for table, name in [("engagement", FILE), *((table, f"{table}.parquet") for table in content["tables"])]:
        path = folder / name
        if not path.is_file():
            yield Problem(table, "inputs.seal_missing", file=name)
        elif digest(path) != content["files"].get(name):
            yield Problem(table, "inputs.seal_broken", file=name)


def _frames(folder: Path, content: Mapping[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    with duckdb.connect() as connection:
        for table in content["tables"]:
            path = literal(str(folder / f"{table}.parquet"))
            frame = connection.execute(f"FROM read_parquet({path})").df()
            yield table, finish(_with_later_columns(frame, table), CODEBOOK.tables[table])


def _with_later_columns(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A table sealed before some of its columns were read, with these as if the client had left them empty."""
    dtypes = CODEBOOK.tables[table].dtypes
    empty: dict[str, Any] = {"int64": 0, "str": "", "bool": False, "float64": float("nan")}
    later = {name: empty.get(dtype, pd.NaT) for name, dtype in dtypes.items() if name not in frame}
    return frame.assign(**later)


def _scenario(entry: Mapping[str, Any]) -> Scenario:
    return Scenario(**{**entry, "assumptions": [Assumption(**found) for found in entry["assumptions"]]})


def _problem(entry: Mapping[str, Any]) -> Problem:
    fields = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry["fields"].items()
    }
    return Problem(**{**entry, "fields": fields})


def _toml(data: Engagement) -> Iterator[str]:
    """engagement.toml as used: every value and assumption spelled out, defaults too."""
    for section in dict.fromkeys(setting.section for setting in CODEBOOK.settings.values()):
        yield f"[{section}]"
        for name, value in data.values.items():
            if name.startswith(f"{section}."):
                yield f"{name.split('.', 1)[1]} = {_plain(value)}"
        for role in ("", *CODEBOOK.roles):
            own = [
                found
                for found in data.assumptions
                if found.name.startswith(f"{section}.") and found.role == role
            ]
            if role and own:
                yield f"[{section}.{role}]"
            yield from (f"{found.name.split('.', 1)[1]} = {_plain(_parts(found))}" for found in own)


def _parts(found: Assumption) -> dict[str, Any]:
    parts = {"value": found.value, "low": found.low, "high": found.high, "kind": found.kind}
    parts |= {"source": found.source, "owner": found.owner, "independent": found.group != found.name}
    return {name: value for name, value in parts.items() if value is not None}


def _plain(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_plain(held)}" for key, held in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_plain, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    # a JSON text is a TOML text but for DEL and letters beyond the basic plane, which stay as they are
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
