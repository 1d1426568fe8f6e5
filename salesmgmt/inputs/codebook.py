"""The codebook: every table, column and engagement.toml key of the data contract.

Read once from ``codebook.toml``; validation, header recognition, labels and ``data/README.md`` all
come from these objects. Money is in whole currency units without VAT, shares are 0-1, and an empty
key column means "all".
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

__all__ = ["CODEBOOK", "Codebook", "Column", "Setting", "Table", "plain"]

NUMERIC = ("int", "number", "money", "share")
"""Column types that are numbers."""
DATED = ("date", "month")
"""Column types that are days."""
_DTYPES = {
    "bool": "bool",
    "count": "int64",
    **dict.fromkeys(NUMERIC, "float64"),
    **dict.fromkeys(DATED, "datetime64[us]"),
}


def plain(text: str) -> str:
    """A header or code label as compared: no case, width, spaces or separators.

    Examples
    --------
    >>> plain(" Customer_ID "), plain("客户 编号"), plain("ＩＤ")
    ('customerid', '客户编号', 'id')
    """
    return re.sub(r"[\s_\-./()()]+", "", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, zh, en : str
        Name in the contract and its labels.
    type : str
        text, id, int, number, money, share, date, month, period, code or bool.
    key, required : bool
        Part of the table's key; must be filled (an id that is a key always must).
    low, high, above : float or None
        Inclusive bounds; ``above`` is an exclusive lower bound.
    choices : tuple of float
        The only numbers allowed; empty for all within bounds.
    unit, ref : str
        Unit for display; table whose key the column names.
    vat : bool
        Money that carries VAT.
    codes : Mapping
        Code -> (Chinese label, English label, other spellings...).
    blank : str
        Code that an empty cell means.
    open, secret, local : bool
        Text that is no code is kept as the client's own; says who rated: read, sealed, never shown; its
        label is for its own table only, not the general one of its name.
    aliases, about : tuple of str
        Other headers; description in Chinese and English.
    """

    name: str
    type: str
    zh: str
    en: str
    key: bool = False
    required: bool = False
    low: float | None = None
    high: float | None = None
    above: float | None = None
    choices: tuple[float, ...] = ()
    unit: str = ""
    ref: str = ""
    vat: bool = False
    codes: Mapping[str, tuple[str, ...]] | None = None
    open: bool = False
    blank: str = ""
    secret: bool = False
    local: bool = False
    aliases: tuple[str, ...] = ()
    about: tuple[str, str] = ("", "")

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.type in NUMERIC

    @property
    def dated(self) -> bool:
        """Whether its cells are days."""
        return self.type in DATED

    @property
    def dtype(self) -> str:
        """Type of the column in a frame that the methods read."""
        return _DTYPES.get(self.type, "str")

    @property
    def units(self) -> tuple[str, ...]:
        """Units that its cells may be stated in, the contract's own first; empty where there is no choice."""
        if self.type == "money":
            return ("元", "千元", "万元", "百万元", "千万元", "亿元")
        return ("1", "%") if self.type == "share" or self.unit == "share" else ()

    def spellings(self) -> dict[str, str]:
        """Every accepted spelling of a code, as compared -> the code."""
        return {
            plain(text): code
            for code, labels in (self.codes or {}).items()
            for text in (code, *labels, f"{labels[0]}{code}", f"{code}{labels[0]}")
        }


@dataclass(frozen=True)
class Table:
    """One table of the contract.

    Attributes
    ----------
    name, zh, en : str
        Name in the contract and its labels.
    fact : bool
        Out of systems and forgiving, or typed by people and strict.
    columns : Mapping
        Name -> :class:`Column`, in order.
    order : tuple of (str, str)
        Pairs of dates, the second not before the first.
    bands : tuple of (str, str, str)
        Low, value, high.
    aliases : tuple of str
        Other file names.
    reduced : Mapping
        Columns and types of a fact once it is summed; empty where rows are kept.
    derived : Mapping
        Columns and types that are worked out on reading, beside those of the file.
    about, lights : tuple of str
        Description and what the table makes possible, in Chinese and English.
    """

    name: str
    zh: str
    en: str
    fact: bool
    columns: Mapping[str, Column]
    order: tuple[tuple[str, str], ...] = ()
    bands: tuple[tuple[str, str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    reduced: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    about: tuple[str, str] = ("", "")
    lights: tuple[str, str] = ("", "")

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns.values() if column.key)

    @property
    def dtypes(self) -> dict[str, str]:
        """Columns and their types as methods get them: of a summed fact, of its sums."""
        if self.reduced:
            return {name: _DTYPES.get(type, "str") for name, type in self.reduced.items()}
        own = {column.name: column.dtype for column in self.columns.values()}
        return own | {name: _DTYPES.get(type, "str") for name, type in self.derived.items()}

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that a file must have."""
        return tuple(column.name for column in self.columns.values() if column.required)

    def headers(self) -> dict[str, str]:
        """Every accepted header, as compared -> column name; names win over labels, labels over aliases."""
        found: dict[str, str] = {}
        columns = self.columns.values()
        for texts in (
            {c.name: (c.name,) for c in columns},
            {
                c.name: (
                    c.zh,
                    c.en,
                    f"{c.zh}{c.name}",
                    f"{c.zh}{c.en}",
                    f"{c.name}{c.zh}",
                    f"{c.en}{c.name}",
                    f"{c.en}{c.zh}",
                )
                for c in columns
            },
            {c.name: c.aliases for c in columns},
        ):
            for name, spellings in texts.items():
                for text in spellings:
                    found.setdefault(plain(text), name)
        return found


@dataclass(frozen=True)
class Setting:
    """One key of engagement.toml.

    Attributes
    ----------
    name, zh, en : str
        ``section.key`` and its labels.
    type : str
        text, int, number, share, date, choice, bool, list or table.
    default : object
        Value where the key is absent; for an assumption (value, low, high), a shipped opinion.
    assumption, by_role : bool
        May carry a range and its origin; may be given for one role.
    family : str
        How a range is spread: log, logit or linear.
    local : bool
        Its key alone labels nothing else.
    """

    name: str
    type: str
    zh: str
    en: str
    required: bool = False
    default: Any = None
    assumption: bool = False
    by_role: bool = False
    family: str = ""
    low: float | None = None
    high: float | None = None
    above: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    about: tuple[str, str] = ("", "")
    local: bool = False

    @property
    def section(self) -> str:
        """Section of engagement.toml."""
        return self.name.split(".")[0]

    @property
    def key(self) -> str:
        """Key within its section."""
        return self.name.split(".")[1]

    @property
    def numeric(self) -> bool:
        """Whether its value is a number."""
        return self.type in NUMERIC


@dataclass(frozen=True)
class Codebook:
    """Tables by name, engagement.toml keys by name, and the shipped coverage."""

    tables: Mapping[str, Table]
    settings: Mapping[str, Setting]
    coverage: tuple[Mapping[str, Any], ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """Codes of the sales roles."""
        return tuple(self.tables["staff"].columns["role"].codes or ())

    def table_names(self) -> dict[str, str]:
        """Every accepted name of a table, as compared -> table name."""
        return {
            plain(text): table.name
            for table in self.tables.values()
            for text in (*table.aliases, table.en, table.zh, table.name)
        }

    def terms(self, language: str) -> dict[str, str]:
        """Labels in one language, keyed as :class:`salesmgmt.locale.Words` wants its terms.

        Where two tables share a column name, the first table's label is the general one, unless it is
        marked local; ``column.<table>.<name>`` and ``code.<table>.<column>.<code>`` are exact.
        """
        found: dict[str, str] = {}
        for key, text in self._terms(0 if language == "zh" else 1):
            found.setdefault(key, text)
        return found

    def _terms(self, at: int) -> Iterator[tuple[str, str]]:
        for table in self.tables.values():
            yield f"table.{table.name}", (table.zh, table.en)[at]
            for column in table.columns.values():
                for name in (column.name, f"{table.name}.{column.name}"):
                    if name != column.name or not column.local:
                        yield f"column.{name}", (column.zh, column.en)[at]
                    for code, labels in (column.codes or {}).items():
                        yield f"code.{name}.{code}", labels[at]
        for setting in self.settings.values():
            for name in (setting.name,) if setting.local else (setting.name, setting.key):
                yield f"column.{name}", (setting.zh, setting.en)[at]


@lru_cache
def _read() -> Codebook:
    raw = tomllib.loads(resources.files(__package__).joinpath("codebook.toml").read_text(encoding="utf-8"))
    shared = _shared_codes(raw["tables"])
    tables = {name: _table(name, entry, shared) for name, entry in raw["tables"].items()}
    settings = {name: _setting(name, entry) for name, entry in raw["settings"].items()}
    return Codebook(tables=tables, settings=settings, coverage=tuple(raw["defaults"]["coverage"]))


def _shared_codes(tables: Mapping[str, Any]) -> dict[str, Mapping[str, list[str]]]:
    """Code lists by column name and by table.column, for columns that refer to another's list."""
    found: dict[str, Mapping[str, list[str]]] = {}
    for name, entry in tables.items():
        for column in entry["columns"]:
            if isinstance(column.get("codes"), dict):
                found.setdefault(column["name"], column["codes"])
                found[f"{name}.{column['name']}"] = column["codes"]
    return found


def _table(name: str, entry: Mapping[str, Any], shared: Mapping[str, Any]) -> Table:
    columns: dict[str, Column] = {}
    bands = [tuple(band) for band in entry.get("bands", [])]
    for item in entry["columns"]:
        column = _column(item, shared)
        columns[column.name] = column
        if item.get("band"):
            bands.append((f"{column.name}_low", column.name, f"{column.name}_high"))
            columns |= {end.name: end for end in _band_ends(column)}
    return Table(
        name=name, zh=entry["zh"], en=entry["en"], fact=entry["kind"] == "fact", columns=columns,
        order=tuple(tuple(pair) for pair in entry.get("order", [])), bands=tuple(bands),
        aliases=tuple(entry.get("alias", [])), reduced=entry.get("reduced", {}),
        derived=entry.get("derived", {}),
        about=tuple(entry["about"]), lights=tuple(entry["lights"]),
    )  # fmt: skip


def _column(item: Mapping[str, Any], shared: Mapping[str, Any]) -> Column:
    fields = {
        key: value for key, value in item.items() if key not in ("alias", "band", "codes", "about", "choices")
    }
    codes = item.get("codes")
    codes = shared[codes] if isinstance(codes, str) else codes
    fields["required"] = item.get("required", False) or (item.get("key", False) and item["type"] == "id")
    return Column(
        **fields, codes={code: tuple(labels) for code, labels in codes.items()} if codes else None,
        aliases=tuple(item.get("alias", [])), about=tuple(item["about"]), choices=tuple(item.get("choices", [])),
    )  # fmt: skip


def _band_ends(column: Column) -> Iterator[Column]:
    for suffix, zh, en in (("_low", "低值", "low"), ("_high", "高值", "high")):
        yield Column(
            name=f"{column.name}{suffix}", type=column.type, zh=f"{column.zh}{zh}", en=f"{column.en}, {en}",
            low=column.low, high=column.high, above=column.above, unit=column.unit, vat=column.vat,
            about=("P10" if suffix == "_low" else "P90",) * 2,
        )  # fmt: skip


def _setting(name: str, entry: Mapping[str, Any]) -> Setting:
    fields = dict(entry, about=tuple(entry["about"]), choices=tuple(entry.get("choices", [])))
    return Setting(name=name, **fields)


CODEBOOK = _read()
"""The codebook of this version."""
