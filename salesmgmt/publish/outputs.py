"""What executed notebooks carry beside their text: cards, result tables, refusals.

Publishing reads nothing else. The same card or table may be shown twice; two different ones under
one name are a bug, because a reader would open the wrong one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesmgmt.cards import Card
from salesmgmt.chapter import CARDS, REFUSAL, TABLE, WHATIF
from salesmgmt.errors import Refused
from salesmgmt.publish.folder import safe_name
from salesmgmt.spreadsheet import csv_bytes

__all__ = ["Findings", "collect", "read_cards", "write_cards", "write_tables"]

_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


@dataclass(frozen=True)
class Findings:
    """All that the notebooks of a run stated.

    Attributes
    ----------
    cards : dict
        Card id -> card as plain data, in the order stated.
    tables : dict
        Key -> ``{"columns": [...], "rows": [[...], ...]}``.
    units : dict
        Key of a table -> column -> unit, where it has one.
    refusals : list of dict
        ``id``, ``fields``, ``kind`` and ``chapter``, in the order met.
    models : dict
        (key, view) -> model behind the levers of a page.
    """

    cards: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    units: dict[str, dict[str, str]] = field(default_factory=dict)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    models: dict[tuple[str, str], Any] = field(default_factory=dict)


def collect(notebooks: Sequence[Any]) -> Findings:
    """Gather cards, tables and refusals from executed notebooks.

    Parameters
    ----------
    notebooks : Sequence of NotebookNode
        Executed notebooks in reading order.

    Returns
    -------
    Findings

    Raises
    ------
    ValueError
        If one card id or table key stands for two different contents, or a key is no plain name.
    """
    found = Findings()
    for mimetype, content in _typed(notebooks):
        if mimetype == CARDS:
            for card in content["cards"]:
                _add(found.cards, card["id"], card, what="card")
        elif mimetype == TABLE:
            if not _KEY.fullmatch(content["key"]):
                raise ValueError(f"table key == {content['key']!r}, must be lower-case names joined by dots")
            table = {"columns": content["columns"], "rows": content["rows"]}
            _add(found.tables, content["key"], table, what="table")
            found.units.setdefault(content["key"], {}).update(content.get("units", {}))
        elif mimetype == WHATIF:
            _add(found.models, (content["key"], content["view"]), content["model"], what="model")
        else:
            found.refusals.append(dict(content))
    return found


def write_cards(cards: Mapping[str, Any], path: Path) -> None:
    """Write the cards as a JSON list, in the order stated, unrounded."""
    text = json.dumps(list(cards.values()), ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read_cards(
    cards: str | Path, *, client: str, year: int, reports: str | Path = "reports"
) -> dict[str, list[Card]]:
    """Cards that the chapters of a run stated, by key.

    Parameters
    ----------
    cards : str or Path
        A ``cards.json``; empty for the latest run of this client and year.
    client, year : str and int
        Whose latest run is wanted.
    reports : str or Path
        Folder of all runs, relative to the current folder or one above it.

    Returns
    -------
    dict
        Key -> cards in the order they were stated.

    Raises
    ------
    Refused
        If there is no run yet; it says what to run first.
    """
    path = Path(cards) if cards else _latest(client, year, Path(reports))
    found: dict[str, list[Card]] = {}
    for entry in json.loads(path.read_text(encoding="utf-8")):
        found.setdefault(entry["key"], []).append(Card.from_dict(entry))
    return found


def write_tables(tables: Mapping[str, Any], folder: Path) -> None:
    """Write every table as ``<key>.csv``: UTF-8 with BOM, numbers unrounded.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers.

    Parameters
    ----------
    tables : Mapping
        Key -> columns and rows.
    folder : Path
        Made if absent.
    """
    folder.mkdir(exist_ok=True)
    for key, table in tables.items():
        (folder / f"{key}.csv").write_bytes(csv_bytes(table["columns"], table["rows"]))


def _latest(client: str, year: int, reports: Path) -> Path:
    here = Path.cwd()
    for root in (here, *here.parents):
        runs = sorted((root / reports / safe_name(client) / str(year)).glob("[!.]*/cards.json"))
        if runs:
            return runs[-1]
    raise Refused("report.no_run", client=client, year=str(year))


def _typed(notebooks: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for notebook in notebooks:
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                for mimetype in (CARDS, TABLE, WHATIF, REFUSAL):
                    if mimetype in output.get("data", {}):
                        yield mimetype, output["data"][mimetype]


def _add(found: dict[Any, Any], name: Any, content: Any, *, what: str) -> None:
    if name in found and found[name] != content:
        raise ValueError(f"{what} {name!r} was stated twice with different content")
    found[name] = content
