"""Values of engagement.toml in their types, each with its own way of being wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from salesmgmt.inputs.codebook import Setting
from salesmgmt.inputs.keys import bounds, inside

__all__ = ["typed"]

Wrong = Callable[..., None]


def typed(setting: Setting, value: Any, wrong: Wrong) -> Any:
    """The value of a key in its type, or None with a problem noted.

    Parameters
    ----------
    setting : Setting
        The key.
    value : object
        What engagement.toml or an override gives.
    wrong : callable
        Takes a message id and its fields.

    Returns
    -------
    object
        float, int, str, date, dict or tuple; None where it is wrong.

    Examples
    --------
    >>> from salesmgmt.inputs.codebook import CODEBOOK
    >>> typed(CODEBOOK.settings["engagement.year_starts"], "04", print)
    4
    >>> typed(CODEBOOK.settings["sizing.selling_share"], 35, lambda id, **fields: print(id, fields))
    inputs.out_of_bounds {'value': '35', 'bounds': '> 0, ≤ 1'}
    """
    if setting.numeric:
        return _number(setting, value, wrong)
    if setting.type == "date":
        return _date(value, wrong)
    if setting.type == "table":
        return _cutoffs(value, wrong)
    if setting.type == "bool":
        return _yes_or_no(value, wrong)
    if setting.type == "list":
        return _list(setting, value, wrong)
    if not isinstance(value, str) or not value.strip():
        wrong("inputs.not_text", value=str(value))
    elif setting.choices and value not in setting.choices:
        wrong("inputs.not_a_choice", value=value, choices=", ".join(setting.choices))
    else:
        return value.strip()
    return None


def _number(setting: Setting, value: Any, wrong: Wrong) -> float | int | None:
    if isinstance(value, str) and setting.type == "int" and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        wrong("inputs.not_a_number", value=str(value))
    elif setting.type == "int" and value != int(value):
        wrong("inputs.not_whole", value=str(value))
    elif not inside(value, setting):
        wrong("inputs.out_of_bounds", value=str(value), bounds=bounds(setting))
    else:
        return int(value) if setting.type == "int" else float(value)
    return None


def _yes_or_no(value: Any, wrong: Wrong) -> bool | None:
    told = (
        value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).strip().lower())
    )
    if told is None:
        wrong("inputs.not_true_false", value=str(value))
    return told


def _date(value: Any, wrong: Wrong) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        wrong("inputs.not_a_date", value=str(value))
        return None


def _cutoffs(value: Any, wrong: Wrong) -> dict[str, float] | None:
    number = isinstance(value, dict) and all(
        isinstance(held, (int, float)) and not isinstance(held, bool) and math.isfinite(held) and held >= 0
        for held in value.values()
    )
    if not number or not value:
        wrong("inputs.not_cutoffs", value=str(value))
        return None
    return {str(tier): float(lowest) for tier, lowest in value.items()}


def _list(setting: Setting, value: Any, wrong: Wrong) -> tuple[str, ...] | None:
    """Texts, each once: of the choices where the key has any."""
    values = [value] if isinstance(value, str) else value
    if setting.choices and (
        not isinstance(values, list) or not values or set(map(str, values)) - set(setting.choices)
    ):
        wrong("inputs.not_a_choice", value=str(value), choices=", ".join(setting.choices))
        return None
    if not isinstance(values, list) or not all(isinstance(text, str) and text.strip() for text in values):
        wrong("inputs.not_text", value=str(value))
        return None
    return tuple(dict.fromkeys(text.strip() for text in values))
