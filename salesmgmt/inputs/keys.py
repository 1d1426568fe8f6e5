"""Small helpers about keys and bounds of the codebook, shared by what reads and what judges."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from salesmgmt.inputs.codebook import CODEBOOK, Column, Setting

__all__ = ["NAMED", "bounds", "closest", "dotted", "first_few", "inside", "known_keys", "shown", "split_key"]

NAMED = 20
"""Rows that one warning names."""


def inside(value: float, spec: Column | Setting) -> bool:
    """Whether a number is within the bounds of a setting or column."""
    return (
        (spec.low is None or value >= spec.low)
        and (spec.high is None or value <= spec.high)
        and (spec.above is None or value > spec.above)
    )


def bounds(spec: Column | Setting) -> str:
    """Bounds of a setting or column in signs that need no translation.

    Examples
    --------
    >>> bounds(CODEBOOK.settings["sizing.working_days"]), bounds(CODEBOOK.tables["customers"].columns["potential"])
    ('> 0, ≤ 366', '≥ 0')
    """
    if spec.low is not None and spec.high is not None:
        return f"{spec.low:g}–{spec.high:g}"
    parts = [("> ", spec.above), ("≥ ", spec.low), ("≤ ", spec.high)]
    return ", ".join(f"{sign}{bound:g}" for sign, bound in parts if bound is not None)


def dotted(name: str, role: str) -> str:
    """A key with its role as written in engagement.toml: ``sizing.account_manager.selling_share``."""
    section, key = name.split(".", 1)
    return f"{section}.{role}.{key}" if role else name


def known_keys() -> list[str]:
    """Every key of engagement.toml, also by role."""
    return [
        dotted(setting.name, role)
        for setting in CODEBOOK.settings.values()
        for role in ("", *(CODEBOOK.roles if setting.by_role else ()))
    ]


def closest(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words (the last part counts too), or all of a few, or nothing."""
    known = list(known)
    tail = word.rsplit(".", 1)[-1]
    near = difflib.get_close_matches(word, known, 1, 0.6) or [
        name for end in difflib.get_close_matches(tail, [n.rsplit(".", 1)[-1] for n in known], 1, 0.7)
        for name in known if name.rsplit(".", 1)[-1] == end
    ]  # fmt: skip
    return near[0] if near else ", ".join(known) if len(known) <= 12 else "—"


def first_few(names: Iterable[str], *, most: int = NAMED) -> tuple[str, ...]:
    """The first names that a warning shows, with … where there are more.

    Examples
    --------
    >>> first_few(["F1", "F2"])
    ('F1', 'F2')
    """
    names = list(names)
    return (*names[:most], *["…"] * (len(names) > most))


def split_key(shown: str) -> tuple[str, str] | None:
    """Dotted key and role of an override, or None if there is no such key to override."""
    section, _, rest = shown.partition(".")
    role, _, key = rest.rpartition(".")
    setting = CODEBOOK.settings.get(f"{section}.{key}")
    if (
        setting is None
        or section == "engagement"
        or (role and (role not in CODEBOOK.roles or not setting.by_role))
    ):
        return None
    return setting.name, role


def shown(text: object, most: int = 400) -> str:
    """A text as a message quotes it: on one line, without control characters, at most so many signs.

    Examples
    --------
    >>> shown("too    long a text", most=8)
    'too lon…'
    """
    line = " ".join(
        "".join(
            " " if unicodedata.category(letter) == "Cc" else letter for letter in str(text)[: 4 * most]
        ).split()
    )
    return line if len(line) <= most else f"{line[: most - 1]}…"
