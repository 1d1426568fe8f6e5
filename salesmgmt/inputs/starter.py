"""engagement.toml of a new engagement: every key of the codebook with its description, still to be given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from salesmgmt.inputs.assumptions import settings_sheet
from salesmgmt.inputs.codebook import CODEBOOK, Setting
from salesmgmt.inputs.forms import typeset, unit_name
from salesmgmt.inputs.keys import bounds
from salesmgmt.inputs.settings import EXAMPLES
from salesmgmt.locale import LANGUAGES, Words

__all__ = ["starter"]

_ROLE = "account_manager"
_BANDS = {
    "sizing.visits_per_rep": (220, 180, 260),
    "sizing.new_wins": (12, 8, 16),
    "capacity.hiring_lead_months": (2, 1.5, 3),
    "capacity.ramp_months": (6, 4, 9),
    "capacity.attrition": (0.15, 0.1, 0.2),
    "capacity.cost_per_head": (450000, 420000, 500000),
}
_BAND_OF = {"share": (0.3, 0.24, 0.36), "int": (10, 8, 12), "number": (100, 80, 120)}


def starter(language: str) -> str:
    """Text of engagement.toml: its languages, and everything else as comments to take the ``#`` from.

    Parameters
    ----------
    language : str
        ``"zh"`` or ``"en"``; the report's first language too.

    Returns
    -------
    str
        TOML.

    Examples
    --------
    >>> import tomllib
    >>> tomllib.loads(starter("en"))["engagement"]
    {'languages': ['en', 'zh']}
    """
    words = Words(language)
    lines = [*_notes(words, "head", settings=settings_sheet(language))]
    for section in dict.fromkeys(setting.section for setting in CODEBOOK.settings.values()):
        lines += ["", f"[{section}]", *_keys(section, words)]
    lines += ["", *_notes(words, "tables"), "[tables]", *_tables(words)]
    lines += ["", *_notes(words, "scenarios"), *_scenario(words)]
    return "\n".join(lines) + "\n"


def _notes(words: Words, id: str, **fields: str) -> list[str]:
    """A message as comment lines."""
    text = typeset(words(f"workbook.toml.{id}").format(**fields), words.language)
    return [f"# {line}" for line in text.split("\n")]


def _keys(section: str, words: Words) -> Iterator[str]:
    """Each key of a section: what it is, then the key itself, commented out."""
    settings = [setting for setting in CODEBOOK.settings.values() if setting.section == section]
    for setting in settings:
        yield f"# {typeset(_about(setting, words), words.language)}"
        if setting.name == "engagement.languages":
            others = [language for language in LANGUAGES if language != words.language]
            yield f"languages = {_toml([words.language, *others])}"
        else:
            yield f"#{_line(setting, words)}"
    own = next((setting for setting in settings if setting.by_role), None)
    if own is not None:
        source = f", source = {_toml(words('workbook.toml.source'))} }}"
        yield from (
            *_notes(words, "role"),
            f"#[{section}.{_ROLE}]",
            f"#{_line(own, words)}".replace(" }", source),
        )


def _about(setting: Setting, words: Words) -> str:
    """Label, whether it must be given, description, unit, bounds and choices."""
    at = 0 if words.language == "zh" else 1
    unit = "" if setting.unit == "share" else unit_name(setting, words)
    told = (
        (setting.zh, setting.en)[at],
        words("workbook.must") if setting.required else "",
        setting.about[at],
        words("workbook.unit", unit=unit) if unit else "",
        words("workbook.bounds", bounds=bounds(setting)) if bounds(setting) else "",
        words("workbook.codes", codes=", ".join(setting.choices)) if setting.choices else "",
    )
    return words("workbook.join").join(filter(None, told))


def _line(setting: Setting, words: Words) -> str:
    """The key with its default, else with an example."""
    if words.has(f"workbook.example.{setting.name}"):
        return f"{setting.key} = {_toml(words(f'workbook.example.{setting.name}'))}"
    if setting.name in EXAMPLES:
        return EXAMPLES[setting.name]
    if setting.type == "table":
        return f"{setting.key} = {{ A = 5000000, B = 1000000, C = 0 }}"
    if setting.assumption:
        value, low, high = setting.default or _band(setting)
        return f'{setting.key} = {{ value = {value:g}, low = {low:g}, high = {high:g}, kind = "opinion" }}'
    if setting.default is not None:
        return f"{setting.key} = {_toml(setting.default)}"
    if setting.type == "shares":
        return f"{setting.key} = [{', '.join(['0.09'] * 4 + ['0.08'] * 8)}]"
    example = setting.choices[0] if setting.choices else _BAND_OF[setting.type][0] if setting.numeric else "…"
    return f"{setting.key} = {_toml(example)}"


def _band(setting: Setting) -> tuple[float, float, float]:
    return _BANDS.get(setting.name) or _BAND_OF[setting.type]


def _tables(words: Words) -> Iterator[str]:
    theirs = _toml(words("workbook.toml.header"))
    yield f"#customers = {_toml(words('workbook.toml.file'))}"
    yield f'#visits = {{ file = "crm.csv", columns = {{ {theirs} = "staff_id" }} }}'
    yield "#revenue = { sql = \"select * from read_csv('erp/*.csv')\" }"


def _scenario(words: Words) -> Iterator[str]:
    name, (value, _, _) = next(iter(_BANDS.items()))
    yield "#[scenarios.stretch]"
    yield f'#"{name}" = {value - 20}'
    for key in ("by", "reason"):
        yield f"#{key} = {_toml(words(f'workbook.toml.{key}'))}"


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
