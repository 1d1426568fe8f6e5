"""engagement.toml: reading, checking, scenarios and overrides."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from salesmgmt.errors import Problem
from salesmgmt.inputs.assumptions import KINDS, WORKBOOK, Given, read_given
from salesmgmt.inputs.codebook import CODEBOOK, Setting
from salesmgmt.inputs.engagement import SHIPPED, Assumption
from salesmgmt.inputs.keys import closest, dotted, known_keys, split_key
from salesmgmt.inputs.values import typed

__all__ = [
    "ABOUT_SCENARIO",
    "EXAMPLES",
    "FILE",
    "Settings",
    "fill_defaults",
    "flat",
    "override",
    "read_settings",
]

FILE = "engagement.toml"
EXAMPLES = {
    "engagement.client": 'client = "远航客服外包"',
    "engagement.year": "year = 2027",
    "engagement.as_of": "as_of = 2026-10-31",
}
"""Keys that must be given, and how."""
_PARTS = ("value", "low", "high", "kind", "source", "source_en", "owner", "owner_en", "independent")
ABOUT_SCENARIO = ("title", "title_en", "by", "by_en", "on", "reason", "reason_en")
_Key = tuple[str, str]


@dataclass
class Settings:
    """engagement.toml as used: checked, with scenario and overrides applied.

    Attributes
    ----------
    values : dict
        Dotted key -> value, for keys that are not assumptions; defaults filled in.
    assumptions : dict
        (dotted key, role) -> Assumption; shipped defaults filled in.
    tables : dict
        The [tables] section as written.
    scenario : str
        Scenario applied.
    wording : dict
        Text -> its English wording, from the keys that end in ``_en``.
    problems : list of Problem
        Everything wrong.
    sheet : str
        The workbook's sheet of assumptions, where there is one.
    plain : Settings or None
        Values and assumptions as they were before scenario, overrides and defaults.
    scenarios : dict
        The [scenarios] section as written.
    """

    values: dict[str, Any] = field(default_factory=dict)
    assumptions: dict[_Key, Assumption] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    scenario: str = ""
    wording: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sheet: str = ""
    plain: Settings | None = None
    scenarios: dict[str, Any] = field(default_factory=dict)

    def reword(self, entries: Mapping[str, Any]) -> None:
        """Take the English wording of every text with an ``_en`` key beside it."""
        for key, text in entries.items():
            if isinstance(text, str) and isinstance(entries.get(f"{key}_en"), str):
                self.wording[text] = entries[f"{key}_en"]

    def wrong(
        self, id: str, column: str = "", *, row: int | None = None, file: str = FILE, **fields: Any
    ) -> None:
        """Note a problem."""
        self.problems.append(Problem("engagement", id, fields, row=row, column=column, file=file))

    def listed(self) -> list[Assumption]:
        """Assumptions in the codebook's order, the general one before those of roles."""
        order = {name: at for at, name in enumerate(CODEBOOK.settings)}
        roles = {role: at for at, role in enumerate(("", *CODEBOOK.roles))}
        return sorted(self.assumptions.values(), key=lambda found: (order[found.name], roles[found.role]))


def read_settings(
    path: Path,
    *,
    scenario: str = "",
    overrides: Mapping[str, Any] | None = None,
    folders: Sequence[Path] = (),
) -> Settings:
    """Read engagement.toml and the workbook's sheet of assumptions, apply one scenario and then the overrides.

    Parameters
    ----------
    path : Path
        The file; ``workbook.xlsx`` beside it fills in keys that it does not give, unless the folder is sealed.
    scenario : str, default ""
        Name of a ``[scenarios.NAME]`` section.
    overrides : Mapping, optional
        Dotted key -> value (text is read as a number where the key is one). An override without a
        role holds for every role.
    folders : Sequence of Path, optional
        Folders besides its own that the workbook may really lie in.

    Returns
    -------
    Settings
        With every problem found.
    """
    settings = Settings(scenario=scenario)
    document = _document(path, settings)
    if document is None:
        return settings
    settings.tables = _section(document.pop("tables", {}), "tables", settings)
    scenarios = _section(document.pop("scenarios", {}), "scenarios", settings)
    for section, entries in document.items():
        _read_section(section, entries, settings)
    _read_workbook(path.parent, folders, settings)
    settings.plain = Settings(values=dict(settings.values), assumptions=dict(settings.assumptions))
    settings.scenarios = scenarios
    _read_scenarios(scenarios, scenario, settings)
    override(overrides or {}, settings, source="--set", owner="")
    fill_defaults(settings)
    _check_together(settings)
    return settings


def _document(path: Path, settings: Settings) -> dict[str, Any] | None:
    if not path.is_file() and not path.is_dir():  # a pipe or a device never ends
        settings.wrong("inputs.file_kind", value=path.name)
        return None
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        settings.wrong("inputs.toml_syntax", reason="lists within lists, too many")
    except UnicodeDecodeError:
        settings.wrong("inputs.not_utf8")
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        settings.wrong("inputs.toml_syntax", row=int(at[1]) if at else None, reason=reason)
    except IsADirectoryError:
        settings.wrong("inputs.is_folder")
    return None


def _section(entries: Any, name: str, settings: Settings) -> dict[str, Any]:
    if isinstance(entries, dict):
        return entries
    settings.wrong("inputs.not_a_section", name, section=name)
    return {}


def _read_section(section: str, entries: Any, settings: Settings) -> None:
    sections = sorted({setting.section for setting in CODEBOOK.settings.values()} | {"tables", "scenarios"})
    if section not in sections:
        settings.wrong("inputs.unknown_key", section, key=section, closest=closest(section, sections))
        return
    section_entries = _section(entries, section, settings)
    settings.reword(section_entries)
    for name, role, value in _entries(section, section_entries):
        _read_key(name, role, value, settings, source=FILE)


def _entries(section: str, entries: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Dotted key, role and value of a section's entries; tables named as a role hold that role's keys."""
    for key, value in entries.items():
        if key in CODEBOOK.roles and isinstance(value, dict):
            yield from ((f"{section}.{own}", key, held) for own, held in value.items())
        else:
            yield f"{section}.{key}", "", value


def _read_key(name: str, role: str, value: Any, settings: Settings, *, source: str, owner: str = "") -> None:
    """Read one key into the settings, or note what is wrong with it."""
    setting = CODEBOOK.settings.get(name)
    shown = dotted(name, role)
    if setting is None or (role and not setting.by_role):
        settings.wrong("inputs.unknown_key", shown, key=shown, closest=closest(shown, known_keys()))
    elif setting.assumption:
        _read_assumption(setting, role, value, settings, source=source, owner=owner)
    else:
        read = typed(setting, value, partial(settings.wrong, column=shown))
        if read is not None:
            settings.values[name] = read


def _read_assumption(
    setting: Setting, role: str, value: Any, settings: Settings, *, source: str, owner: str
) -> None:
    shown = dotted(setting.name, role)
    parts = value if isinstance(value, dict) else {"value": value}
    settings.reword(parts)
    for part in parts.keys() - set(_PARTS):
        settings.wrong("inputs.unknown_key", f"{shown}.{part}", key=part, closest=closest(part, _PARTS))
    if "value" not in parts:
        settings.wrong("inputs.no_value", shown)
        return
    numbers = {
        part: typed(setting, parts[part], partial(settings.wrong, column=shown))
        for part in ("value", "low", "high")
        if part in parts
    }
    kind = parts.get("kind", "opinion")
    if kind not in KINDS:
        settings.wrong("inputs.not_a_choice", f"{shown}.kind", value=str(kind), choices=", ".join(KINDS))
    if None in numbers.values() or not _band_holds(setting, numbers, shown, settings):
        return
    settings.assumptions[setting.name, role] = Assumption(
        name=setting.name, role=role, value=numbers["value"], low=numbers.get("low"), high=numbers.get("high"),
        kind=str(kind), source=str(parts.get("source", source)), owner=str(parts.get("owner", owner)),
        family=setting.family, group=dotted(setting.name, role) if parts.get("independent") else setting.name,
    )  # fmt: skip


def _band_holds(setting: Setting, numbers: Mapping[str, float], shown: str, settings: Settings) -> bool:
    """Whether low <= value <= high, both given or neither, and inside what the family can spread."""
    low, value, high = numbers.get("low"), numbers["value"], numbers.get("high")
    if low is None and high is None:
        return True
    if low is None or high is None:
        settings.wrong("inputs.half_band", shown)
        return False
    if not low <= value <= high:
        settings.wrong("inputs.band_order", shown, value=f"{low:g} / {value:g} / {high:g}")
        return False
    if (setting.family in ("log", "logit") and low <= 0) or (setting.family == "logit" and high >= 1):
        settings.wrong("inputs.band_edge", shown, bounds="> 0" if setting.family == "log" else "> 0, < 1")
        return False
    return True


def _read_workbook(folder: Path, folders: Sequence[Path], settings: Settings) -> None:
    """Fill in what the workbook's sheet of assumptions gives; a sealed folder holds everything already."""
    from salesmgmt.inputs.seal import is_sealed

    book = folder / WORKBOOK
    if is_sealed(folder) or not book.is_file():
        return
    real = book.resolve()
    if not any(real.is_relative_to(allowed) for allowed in (folder.resolve(), *folders)):
        settings.wrong("workbook.outside", file=WORKBOOK, value=str(real))
        return
    settings.sheet, given, problems = read_given(book)
    settings.problems += problems
    for key in given:
        _fill_in(key, settings)


def _fill_in(given: Given, settings: Settings) -> None:
    """Take one key of the workbook; engagement.toml may say the same, but nothing else."""
    own = Settings()
    _read_key(given.name, given.role, given.value, own, source=given.file)
    settings.wording = own.wording | settings.wording
    at: dict[str, Any] = {"row": given.row, "cell": given.cell, "file": given.file}
    settings.problems += [replace(problem, **at) for problem in own.problems]
    pairs: list[tuple[dict[Any, Any], dict[Any, Any]]] = [
        (settings.values, own.values), (settings.assumptions, own.assumptions),
    ]  # fmt: skip
    for held, found in pairs:
        for key, value in found.items():
            earlier = held.setdefault(key, value)
            if _said(earlier) != _said(value):
                fields = {"given": _said(earlier), "value": _said(value), "sheet": given.file}
                shown = dotted(given.name, given.role)
                settings.problems.append(
                    Problem("engagement", "workbook.two_places", fields, column=shown, **at)
                )


def _said(value: Any) -> str:
    """A value as a message shows it, with the band of an assumption."""
    if isinstance(value, Assumption):
        band = "" if value.low is None else f" ({value.low:g}–{value.high:g})"
        return f"{value.value:g}{band}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _read_scenarios(scenarios: Mapping[str, Any], wanted: str, settings: Settings) -> None:
    """Check every scenario, apply the wanted one."""
    if wanted and wanted not in scenarios:
        known = ", ".join(scenarios) or "—"
        settings.wrong("inputs.unknown_scenario", "scenarios", file="--scenario", value=wanted, known=known)
    for name, entries in scenarios.items():
        entries = _section(entries, f"scenarios.{name}", settings)
        about = {key: str(value) for key, value in entries.items() if key in ABOUT_SCENARIO}
        settings.reword(about)
        changes = dict(flat({key: value for key, value in entries.items() if key not in ABOUT_SCENARIO}))
        target = settings if name == wanted else Settings()
        override(changes, target, source=f"scenarios.{name}", owner=about.get("by", ""), file=FILE)
        if target is not settings:
            settings.problems += target.problems
            settings.wording |= target.wording


def flat(entries: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys of nested tables; a table with a value is an assumption, not a level."""
    for key, value in entries.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and "value" not in value and split_key(name) is None:
            yield from flat(value, f"{name}.")
        else:
            yield name, value


def override(
    changes: Mapping[str, Any], settings: Settings, *, source: str, owner: str, file: str = "--set"
) -> None:
    """Apply dotted overrides: each replaces the whole assumption; one without a role, that of every role."""
    for shown, value in sorted(changes.items(), key=lambda change: change[0].count(".")):
        split = split_key(shown)
        if split is None:
            settings.wrong(
                "inputs.unknown_key", shown, file=file, key=shown, closest=closest(shown, known_keys())
            )
            continue
        name, role = split
        if isinstance(value, str) and CODEBOOK.settings[name].numeric:
            value = _as_number(value)
        before = len(settings.problems)
        if not role:
            for own in CODEBOOK.roles:
                settings.assumptions.pop((name, own), None)
        _read_key(name, role, value, settings, source=source, owner=owner)
        settings.problems[before:] = [
            Problem(p.table, p.id, p.fields, column=shown, file=file) for p in settings.problems[before:]
        ]


def _as_number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def fill_defaults(settings: Settings) -> None:
    """Enter what is shipped where nothing is given, and note what must be given and is not."""
    for name, setting in CODEBOOK.settings.items():
        if setting.assumption and setting.default and (name, "") not in settings.assumptions:
            value, low, high = map(float, setting.default)
            settings.assumptions[name, ""] = Assumption(
                name, "", value, low, high, "opinion", SHIPPED, "", setting.family, name
            )
        elif not setting.assumption and setting.default is not None and name not in settings.values:
            default = setting.default
            settings.values[name] = tuple(default) if isinstance(default, list) else default
    wrong = {problem.column for problem in settings.problems}
    for name, setting in CODEBOOK.settings.items():
        if setting.required and name not in settings.values and name not in wrong:
            id = "workbook.missing_key" if settings.sheet else "inputs.missing_key"
            settings.wrong(id, name, key=name, example=EXAMPLES[name], sheet=settings.sheet)


def _check_together(settings: Settings) -> None:
    low, high = (settings.values[f"pay.variable_{end}"] for end in ("low", "high"))
    if low > high:
        settings.wrong("inputs.low_above_high", "pay.variable_low", low=low, high=high)
