"""What engagement.toml would be under each of its scenarios, from one reading of the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesmgmt.inputs.engagement import Assumption, Scenario
from salesmgmt.inputs.settings import ABOUT_SCENARIO, FILE, Settings, fill_defaults, flat, override

__all__ = ["variants", "varied"]


def variants(settings: Settings, overrides: Mapping[str, Any] | None = None) -> tuple[Scenario, ...]:
    """Every scenario of a client, and the plan without one.

    Parameters
    ----------
    settings : Settings
        As read, without problems.
    overrides : Mapping, optional
        What the command line overrides: in every scenario alike.

    Returns
    -------
    tuple of Scenario
        The plan without a scenario first; empty where there are no scenarios.
    """
    if settings.plain is None or not settings.scenarios:
        return ()
    sections = {"": {}} | settings.scenarios
    return tuple(
        _variant(settings.plain, name, entries, overrides or {}) for name, entries in sections.items()
    )


def varied(scenario: Scenario, overrides: Mapping[str, Any]) -> Scenario:
    """A scenario with assumptions overridden on top.

    Parameters
    ----------
    scenario : Scenario
        As kept.
    overrides : Mapping
        Dotted key -> value.

    Returns
    -------
    Scenario
    """
    held = {(found.name, found.role): found for found in scenario.assumptions}
    settings = Settings(values=dict(scenario.values), assumptions=held)
    override(overrides, settings, source="--set", owner="")
    told = {key: getattr(scenario, key) for key in ("by", "on", "reason", "title")}
    return _scenario(scenario.name, settings, told)


def _variant(
    plain: Settings, name: str, entries: Mapping[str, Any], overrides: Mapping[str, Any]
) -> Scenario:
    settings = Settings(values=dict(plain.values), assumptions=dict(plain.assumptions))
    about = {key: str(value) for key, value in entries.items() if key in ABOUT_SCENARIO}
    changes = dict(flat({key: value for key, value in entries.items() if key not in ABOUT_SCENARIO}))
    override(changes, settings, source=f"scenarios.{name}", owner=about.get("by", ""), file=FILE)
    override(overrides, settings, source="--set", owner="")
    fill_defaults(settings)
    return _scenario(name, settings, {key: about.get(key, "") for key in ("by", "on", "reason", "title")})


def _scenario(name: str, settings: Settings, told: Mapping[str, str]) -> Scenario:
    """Values of the engagement itself stay those that the tables were read with."""
    values = {key: value for key, value in settings.values.items() if not key.startswith("engagement.")}
    listed: list[Assumption] = settings.listed()
    return Scenario(name=name, values=values, assumptions=listed, **told)
