"""What one engagement holds once its inputs are read: tables, assumptions, sources, words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from salesmgmt.errors import Problem, Refused
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.locale import Words

__all__ = ["Assumption", "Engagement", "Scenario", "Source"]

GIVEN = "sizing.visits_per_rep"
PIECES = tuple(
    f"sizing.{name}"
    for name in (
        "working_days",
        "hours_per_day",
        "selling_share",
        "hours_per_visit",
        "travel_hours_per_visit",
    )
)
"""Visits per person, and the pieces it is built from where it is not given."""

SHIPPED = "shipped default"
"""Origin of what the client did not give and the codebook supplies."""


@dataclass(frozen=True)
class Assumption:
    """One assumption of engagement.toml, or its shipped default.

    Attributes
    ----------
    name, role : str
        Dotted key (``"sizing.selling_share"``); role it holds for, empty for all.
    value : float or None
        Central value; None for the coverage table, whose rows hold their own.
    low, high : float or None
        P10 and P90; both or neither.
    kind : str
        ``"measured"``, ``"opinion"`` or ``"policy"``.
    source, owner : str
        Where it comes from, who answers for it.
    family : str
        How the range is spread: ``"log"``, ``"logit"`` or ``"linear"``.
    group : str
        Assumptions of one group move together in a simulation.
    """

    name: str
    role: str
    value: float | None
    low: float | None = None
    high: float | None = None
    kind: str = "opinion"
    source: str = ""
    owner: str = ""
    family: str = "linear"
    group: str = ""


@dataclass(frozen=True)
class Scenario:
    """One scenario of engagement.toml, or the plan without one.

    Attributes
    ----------
    name, title, by, on, reason : str
        Its name (empty without a scenario), and what readers are told it is called (empty: the name); who asked for
        it, when and why.
    values : Mapping
        Dotted key -> value of what is no assumption, those of the engagement itself left out.
    assumptions : list of Assumption
        All that hold in it.
    """

    name: str
    by: str
    on: str
    reason: str
    values: Mapping[str, Any]
    assumptions: list[Assumption]
    title: str = ""


@dataclass(frozen=True)
class Source:
    """Where a table came from.

    Attributes
    ----------
    table, origin : str
        Table; file name, ``"SQL"`` or ``"shipped default"``.
    rows : int
        Rows read (of a fact: before its reduction).
    sha256 : str
        Of the file; of query text and result for SQL; of the values for a shipped default.
    unassigned : int
        Rows with a missing or unknown reference, counted under unassigned.
    query : str
        The SELECT, for SQL.
    """

    table: str
    origin: str
    rows: int
    sha256: str
    unassigned: int = 0
    query: str = ""


@dataclass(frozen=True, eq=False)
class Engagement:
    """One client-year, read and validated.

    ``data["customers"]`` is a copy of a table with every column of the codebook, typed: text is
    ``str`` with ``""`` for missing, numbers ``float64`` with NaN, days ``datetime64[us]`` with NaT,
    yes/no ``bool`` with missing as no. Facts are reduced: see :mod:`salesmgmt.inputs.facts`.

    Attributes
    ----------
    folder : Path
        The engagement's folder.
    client, currency, scenario : str
        Client company, currency code, scenario applied (empty for none).
    year, year_starts : int
        Plan year; first month of the business year.
    as_of : Timestamp
        Day the data stand at.
    languages : tuple of str
        Report languages, the first is the default.
    sources : Mapping
        Table -> :class:`Source`.
    assumptions : list of Assumption
        All that are set or have a shipped default, in the codebook's order.
    warnings, notes : list of Problem
        What a reader should know about the data; how something was read.
    pseudonyms : Mapping
        Pseudonymous staff id -> the real id and name, where the engagement asks for pseudonyms and is not sealed.
    variants : tuple of Scenario
        The plan without a scenario and under each; empty where there are none.
    """

    folder: Path
    client: str
    year: int
    as_of: pd.Timestamp
    currency: str
    languages: tuple[str, ...]
    scenario: str
    year_starts: int
    sources: Mapping[str, Source]
    assumptions: list[Assumption]
    warnings: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    wording: Mapping[str, str] = field(default_factory=dict, repr=False)
    pseudonyms: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    variants: tuple[Scenario, ...] = field(default=(), repr=False)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A copy of one table.

        Raises
        ------
        KeyError
            If the codebook has no such table.
        Refused
            If the engagement does not have the table.
        """
        if table not in CODEBOOK.tables:
            raise KeyError(f"table == {table!r}, must be one of {list(CODEBOOK.tables)}")
        if table not in self.tables:
            raise Refused("inputs.table_absent", table=table)
        return self.tables[table].copy()

    def __contains__(self, table: object) -> bool:
        """Whether the engagement has a table (a shipped default counts)."""
        return table in self.tables

    def shipped(self, table: str) -> bool:
        """Whether a table is the shipped default and not the client's own."""
        return table in self.sources and self.sources[table].origin == SHIPPED

    def or_empty(self, table: str) -> pd.DataFrame:
        """A copy of one table, without rows where the engagement does not have it.

        Raises
        ------
        KeyError
            If the codebook has no such table.
        """
        if table in self:
            return self[table]
        known = CODEBOOK.tables[table].dtypes
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in known.items()})

    def settings(self, section: str) -> list[Assumption]:
        """What the client states under one heading of engagement.toml that may be left out.

        Parameters
        ----------
        section : str
            A heading of assumptions, such as ``"capacity"``.

        Returns
        -------
        list of Assumption
            At least one.

        Raises
        ------
        Refused
            If the client states nothing there: what needs it stays dark, as without a table.
        """
        own = [a for a in self.assumptions if a.name.startswith(f"{section}.") and a.source != SHIPPED]
        if not own:
            raise Refused("inputs.settings_absent", settings=section)
        return own

    def capacity(self) -> dict[str, dict[str, float]]:
        """Visits per person as assumed, for :func:`salesmgmt.plan.sizing.five_steps`.

        Returns
        -------
        dict
            Role (``""`` for every other) -> ``{"visits_per_rep": n}`` where that is given, else the
            pieces it is built from. What a role's own section states goes before the general section.
        """
        roles = dict.fromkeys(["", *(found.role for found in self.assumptions)])
        return {
            role: {name.split(".")[1]: self.value(name, role) for name in self._in_use(role)}
            for role in roles
        }

    def unit(self, name: str) -> str:
        """Unit of an assumption for display; empty for one that is no single number."""
        setting = CODEBOOK.settings.get(name)
        return "" if setting is None else "share" if setting.type == "share" else setting.unit

    def used_assumptions(self, names: Sequence[str]) -> list[Assumption]:
        """Those of the named assumptions that the plan rests on; unused pieces of capacity are left out."""
        if "coverage" in names and "coverage" in self:
            kind = "opinion" if self.shipped("coverage") else "policy"
            policy = Assumption("coverage", "", None, kind=kind, source=self.sources["coverage"].origin)
            return [policy, *self.used_assumptions([name for name in names if name != "coverage"])]
        coverage = self.tables["coverage"]
        pieces = set()
        for role, hours in coverage.groupby("role")["hours_per_visit"]:
            told = {"sizing.hours_per_visit"} if hours.notna().all() else set()
            used = [self.assumption(name, str(role)) for name in self._in_use(str(role)) if name not in told]
            pieces |= {(found.name, found.role) for found in used if found}
        return [
            found
            for found in self.assumptions
            if found.name in names
            and (found.name not in (GIVEN, *PIECES) or (found.name, found.role) in pieces)
        ]

    def _in_use(self, role: str) -> list[str]:
        """Names of the capacity assumptions that hold for a role: the number given, or its pieces."""
        own = {found.name for found in self.assumptions if found.role == role and found.source != SHIPPED}
        built = bool(own & set(PIECES)) and GIVEN not in own
        if self.value(GIVEN, role) is not None and not built:
            return [GIVEN]
        return [name for name in PIECES if self.value(name, role) is not None]

    def inventory(self) -> pd.DataFrame:
        """What there is and what is missing: one row per table of the codebook.

        Returns
        -------
        DataFrame
            ``table``, ``zh``, ``en``, ``rows`` (NA where absent), ``unassigned``, ``origin``.
        """
        absent = Source("", "", rows=None, sha256="", unassigned=None)  # type: ignore[arg-type]
        held = {name: self.sources.get(name, absent) for name in CODEBOOK.tables}
        rows = [
            (name, entry.zh, entry.en, held[name].rows, held[name].unassigned, held[name].origin)
            for name, entry in CODEBOOK.tables.items()
        ]
        frame = pd.DataFrame(rows, columns=["table", "zh", "en", "rows", "unassigned", "origin"])
        return frame.astype({"rows": "Int64", "unassigned": "Int64"})

    def row_keys(self, table: str) -> list[str]:
        """Keys of a table's rows as one text each, in row order, never who rated; none for facts that are reduced.

        Parameters
        ----------
        table : str
            Table of the engagement.

        Returns
        -------
        list of str
            e.g. ``["C001", ...]``, or ``"existing / A"`` where the key has several columns.
        """
        frame, entry = self.tables[table], CODEBOOK.tables[table]
        keys = [key for key in entry.keys if not entry.columns[key].secret]
        if not set(keys) <= set(frame.columns):
            return []
        columns = [
            frame[key].dt.strftime("%Y-%m-%d").fillna("") if key.endswith("_on") else frame[key]
            for key in keys
        ]
        return [" / ".join(str(part) for part in row if part != "") for row in zip(*columns, strict=True)]

    def assumption(self, name: str, role: str = "") -> Assumption | None:
        """The assumption that holds for a role: its own, else the general one, else the shipped default.

        Parameters
        ----------
        name : str
            Dotted key, e.g. ``"sizing.visits_per_rep"``.
        role : str, default ""
            Role code; empty for the general value.

        Returns
        -------
        Assumption or None
            None where it is neither given nor shipped.

        Raises
        ------
        KeyError
            If the codebook has no such assumption.
        """
        _known(name, [setting.name for setting in CODEBOOK.settings.values() if setting.assumption])
        held = {found.role: found for found in self.assumptions if found.name == name}
        return held.get(role) or held.get("")

    def value(self, name: str, role: str = "") -> Any:
        """Value of any engagement.toml key, assumption or not.

        Parameters
        ----------
        name : str
            Dotted key, e.g. ``"pay.variable_low"``.
        role : str, default ""
            Role code, for an assumption.

        Returns
        -------
        float, int, str, dict or None
            None where it is neither given nor has a default.

        Raises
        ------
        KeyError
            If the codebook has no such key.
        """
        _known(name, list(CODEBOOK.settings))
        if CODEBOOK.settings[name].assumption:
            found = self.assumption(name, role)
            return None if found is None else found.value
        return self.values.get(name)

    def ranges(self, section: str = "sizing") -> pd.DataFrame:
        """The uncertain assumptions of one section.

        Parameters
        ----------
        section : str, default "sizing"
            Section of engagement.toml.

        Returns
        -------
        DataFrame
            One row per assumption with a range: ``name`` (key without its section), ``role``,
            ``value``, ``low`` (P10), ``high`` (P90), ``family``, ``group``.
        """
        rows = [
            (
                found.name.split(".")[1],
                found.role,
                found.value,
                found.low,
                found.high,
                found.family,
                found.group,
            )
            for found in self.assumptions
            if found.name.startswith(f"{section}.") and found.low is not None
        ]
        frame = pd.DataFrame(rows, columns=["name", "role", "value", "low", "high", "family", "group"])
        text, numbers = ["name", "role", "family", "group"], ["value", "low", "high"]
        return frame.astype(dict.fromkeys(text, "str") | dict.fromkeys(numbers, "float64"))

    def by_role(self, section: str, roles: Sequence[str]) -> pd.DataFrame:
        """The assumptions of one section as they hold for each role.

        Parameters
        ----------
        section : str
            Section of engagement.toml whose assumptions may differ by role, e.g. ``"capacity"``.
        roles : Sequence of str
            Role codes; ``""`` for no role.

        Returns
        -------
        DataFrame
            One row per role: ``role`` and one column per assumption (key without its section), NaN where not given.
        """
        names = [
            name
            for name, setting in CODEBOOK.settings.items()
            if setting.section == section and setting.assumption
        ]
        held = {name.split(".")[1]: [self.value(name, role) for role in roles] for name in names}
        numbers = {name: pd.Series(values, dtype="float64") for name, values in held.items()}
        return pd.DataFrame({"role": pd.Series(list(roles), dtype="str"), **numbers})

    def scenarios(self) -> dict[str, Engagement]:
        """This engagement without a scenario and under each of them: the same tables, other assumptions.

        Returns
        -------
        dict
            Scenario name (``""`` without) -> Engagement. Empty where engagement.toml has no scenarios.
        """
        return {
            found.name: replace(
                self,
                scenario=found.name,
                values={**self.values, **found.values},
                assumptions=found.assumptions,
            )
            for found in self.variants
        }

    def scenario_changes(self) -> pd.DataFrame:
        """What sets each scenario apart from the plan without one.

        Returns
        -------
        DataFrame
            One row per scenario × assumption that differs: ``scenario``, ``by``, ``on``, ``reason``, ``assumption``
            (dotted key), ``role``, ``before``, ``after`` (NaN where it is not given), ``source``.

        Raises
        ------
        Refused
            If there are no scenarios.
        """
        if len(self.variants) < 2:
            raise Refused("inputs.settings_absent", settings="scenarios")
        columns = ["scenario", "by", "on", "reason", "assumption", "role", "before", "after", "source"]
        rows = []
        for found in self.variants[1:]:
            before = {(a.name, a.role): a for a in self.variants[0].assumptions}
            after = {(a.name, a.role): a for a in found.assumptions}
            for name, role in sorted(before.keys() | after.keys()):
                old, new = before.get((name, role)), after.get((name, role))
                if old != new:
                    numbers = [None if held is None else held.value for held in (old, new)]
                    told = (found.name, found.by, found.on, found.reason, name, role, *numbers)
                    rows.append((*told, "" if new is None else new.source))
        days = pd.to_datetime(
            pd.Series([row[2] for row in rows], dtype="str"), errors="coerce", format="%Y-%m-%d"
        )
        table = pd.DataFrame(rows, columns=columns).astype({"before": "float64", "after": "float64"})
        return table.assign(on=days.astype("object").where(days.notna(), table["on"]))

    def words(self, language: str) -> Words:
        """Words of one language with the codebook's labels and the client's own wording."""
        plain = Words(language)
        ours = {SHIPPED: plain("inputs.shipped")}
        titles = {found.name: found.title for found in self.variants if found.title}
        client = ours | titles
        if language == "en":
            client |= dict(self.wording) | {
                name: self.wording.get(said, said) for name, said in titles.items()
            }
        return Words(language, terms=CODEBOOK.terms(language), client=client, currency=self.currency)


def _known(name: str, names: list[str]) -> None:
    if name not in names:
        raise KeyError(
            f"name == {name!r}, must be one of {difflib.get_close_matches(name, names, 5, 0) or names}"
        )
