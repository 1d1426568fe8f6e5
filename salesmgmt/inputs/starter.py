"""engagement.toml of a new engagement: every key of the codebook with its description, still to be given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from salesmgmt.inputs.assumptions import settings_sheet
from salesmgmt.inputs.codebook import CODEBOOK, Setting
from salesmgmt.inputs.forms import limits, unit_name
from salesmgmt.inputs.settings import EXAMPLES
from salesmgmt.locale import LANGUAGES, Words

__all__ = ["starter"]

_ROLE = "account_manager"
_EXAMPLE = {"share": 0.3, "int": 1, "number": 100}


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
    """A message as comment lines, closing punctuation and braces as they are."""
    text = words(f"workbook.toml.{id}").format(**fields)
    return [f"# {line}" for line in text.split("\n")]


def _keys(section: str, words: Words) -> Iterator[str]:
    """Each key of a section: what it is, then the key itself, commented out."""
    settings = [setting for setting in CODEBOOK.settings.values() if setting.section == section]
    for setting in settings:
        yield f"# {_about(setting, words)}"
        if setting.name == "engagement.languages":
            others = [language for language in LANGUAGES if language != words.language]
            yield f"languages = {json.dumps([words.language, *others])}"
        else:
            yield f"# {_line(setting, words)}"
    own = next((setting for setting in settings if setting.by_role), None)
    if own is not None:
        yield from (*_notes(words, "role"), f"# [{section}.{_ROLE}]", f"# {_line(own, words)}")


def _about(setting: Setting, words: Words) -> str:
    label, about = (setting.zh, setting.about[0]) if words.language == "zh" else (setting.en, setting.about[1])
    needed = words("workbook.required") if setting.required else ""
    unit = unit_name(setting, words)
    unit = words("workbook.unit", unit=unit) if unit and unit != "%" else ""
    limit = words("workbook.bounds", bounds=limits(setting)) if limits(setting) else ""
    choices = words("workbook.codes", codes=", ".join(setting.choices)) if setting.choices else ""
    return words("workbook.join").join(filter(None, [label, needed, about, unit, limit, choices]))


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
        source = _toml(words("workbook.toml.source"))
        return f'{setting.key} = {{ value = {value}, low = {low}, high = {high}, kind = "opinion", source = {source} }}'
    if setting.default is not None:
        return f"{setting.key} = {_toml(setting.default)}"
    return f"{setting.key} = {_toml(setting.choices[0] if setting.choices else _EXAMPLE.get(setting.type, '…'))}"


def _band(setting: Setting) -> tuple[float, float, float]:
    value = _EXAMPLE[setting.type]
    return value, round(value * 0.8, 6), round(value * 1.2, 6)


def _tables(words: Words) -> Iterator[str]:
    theirs = words("workbook.toml.header")
    yield f"# customers = {_toml(words('workbook.toml.file'))}"
    yield f'# visits = {{ file = "crm.csv", columns = {{ {_toml(theirs)} = "staff_id" }}, dates = "dmy" }}'
    yield "# revenue = { sql = \"select * from read_csv('erp/*.csv')\" }"


def _scenario(words: Words) -> Iterator[str]:
    own = next(setting for setting in CODEBOOK.settings.values() if setting.assumption)
    yield "# [scenarios.stretch]"
    yield f'# "{own.name}" = {_band(own)[2]:g}'
    for key in ("by", "reason"):
        yield f"# {key} = {_toml(words(f'workbook.toml.{key}'))}"


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
