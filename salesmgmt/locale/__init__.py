"""Words and numbers as a reader of one language expects them.

Messages live in gettext catalogues (``<language>/LC_MESSAGES/*.po``) under symbolic ids such as
``"card.plan.sizing.visits.label"``; every id exists in every language. A :class:`Words` object
speaks one language: messages, numbers with their unit, labels of tables, columns and codes, and
the client's own wording (from ``<column>_en`` columns). Computing code never sees it.

Conventions: shares are 0-1 and shown in per cent; money is in whole currency units and shown in
万元/亿元 or thousand/million; ranges repeat the per cent sign in Chinese (63%~68%) and not in English
(63–68%); missing is "—".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from numbers import Real
from typing import Any

from babel.messages.pofile import read_po

__all__ = ["LANGUAGES", "Words", "catalogue", "full_width", "seen"]

LANGUAGES = ("zh", "en")
"""Languages the product is complete in."""

_MISSING = "—"
_DECIMALS = {"people": 1, "posts": 1, "visits": 0, "visits_each": 1, "hours": 1, "hours_fine": 2, "days": 0, "months": 1,
             "customers": 0, "customers_fine": 1, "invoices": 0, "items": 0, "regions": 0, "kilometres": 0, "years": 1, "rating": 1, "ratio": 2, "count": 0}  # fmt: skip
_WHOLE_WITHOUT_DECIMALS = ("people", "posts", "years", "rating", "months", "customers_fine")
_MONEY_STEPS = {"zh": ((1e8, "yi"), (1e4, "wan"), (1.0, "yuan")), "en": ((1e6, "million"), (1e3, "thousand"), (1.0, "one"))}  # fmt: skip


_YI = 1e8

_WIDE = dict(zip(",;:?!", "，；：？！", strict=True))
_CHINESE = "\u3000-\u303f\u4e00-\u9fff（），；：？！"
_PLAIN = ("charts.", "cli.", "doctor.", "inputs.", "workbook.", "xlsx.")
"""What drawings (where space is scarce), the terminal and sheets to fill in say: shown as typed."""

_FORMULA = re.compile(r"[÷×Σ√]|max\(|'")
_BRACKETS = re.compile(rf"(?:(?<=[{_CHINESE}}}])|(?=\([^()]*[{_CHINESE}]))\(([^()]*)\)")
_MARKS = re.compile(
    rf"(?<=[{_CHINESE}])[,;:?!]|[,;:?!](?=[{_CHINESE}])|(?<=[%}}])[,;](?=[\d{{])|(?<=[A-Z}}]):(?={{)"
)


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """All messages of one language, merged over its domains.

    Parameters
    ----------
    language : str
        ``"zh"`` or ``"en"``.

    Returns
    -------
    dict
        Message id -> text.

    Raises
    ------
    ValueError
        If the language is not one of :data:`LANGUAGES`, or one id is defined twice.

    Examples
    --------
    >>> catalogue("en")["unit.visits.other"]
    '{n} visits'
    """
    if language not in LANGUAGES:
        raise ValueError(f"language == {language!r}, must be one of {list(LANGUAGES)}")
    messages: dict[str, str] = {}
    folder = resources.files(__name__) / language / "LC_MESSAGES"
    for source in sorted((f for f in folder.iterdir() if f.name.endswith(".po")), key=lambda f: f.name):
        with source.open("rb") as file:
            for message in read_po(file):
                if message.id in messages:
                    raise ValueError(f"message {message.id!r} is defined twice in {language}")
                if message.id:
                    text = str(message.string)
                    plain = language != "zh" or str(message.id).startswith(_PLAIN)
                    messages[str(message.id)] = text if plain else full_width(text)
    return messages


def full_width(text: str) -> str:
    """Chinese prose with the full-width punctuation that its readers expect, whatever it was typed with.

    Marks and brackets beside a Chinese character or a field are widened; what stands among Latin letters and
    figures (addresses, code, formulas, thousands separators) stays as it is.

    Parameters
    ----------
    text : str
        A message or a paragraph; fields are in braces.

    Returns
    -------
    str

    Examples
    --------
    >>> full_width("需要 {people}(80%区间 {people:range}),现有 1,200 人;sum(a, b)")
    '需要 {people}（80%区间 {people:range}），现有 1,200 人；sum(a, b)'
    """
    if not _FORMULA.search(text):
        text = _BRACKETS.sub(r"（\1）", text)
    return _MARKS.sub(lambda found: _WIDE[found[0]], text)


class Words:
    """One language's wording of messages, numbers, terms and the client's own names.

    Parameters
    ----------
    language : str
        ``"zh"`` or ``"en"``.
    terms : Mapping, optional
        Labels of the data contract in this language, keyed ``"table.<name>"``, ``"column.<name>"``
        and ``"code.<column>.<code>"``. Ids of the same form in the catalogues are the fallback.
    client : Mapping, optional
        The client's text -> its wording in this language.
    currency : str
        ISO code of the money shown; 元 in Chinese when it is CNY.

    Examples
    --------
    >>> words = Words("en")
    >>> words.number(60, "people"), words.number(0.382, "share"), words.range(33, 41.2, "people")
    ('60 people', '38.2%', '33.0–41.2 people')
    >>> Words("zh").number(123_456_789, "money"), Words("zh").range(0.63, 0.68, "share")
    ('1.23 亿元', '63%~68%')
    """

    def __init__(
        self,
        language: str,
        terms: Mapping[str, str] | None = None,
        client: Mapping[str, str] | None = None,
        *,
        currency: str = "CNY",
    ) -> None:
        self.language = language
        self._messages = catalogue(language)
        self._currency = self._messages.get(f"currency.{currency}", currency)
        self._terms = dict(terms or {})
        self._client = dict(client or {})

    def __call__(self, message_id: str, /, **fields: Any) -> str:
        """Text of a message with its fields filled in; an unknown id is a ``KeyError``."""
        text = self._messages[message_id]
        return text.format(**fields) if fields else text

    def has(self, message_id: str) -> bool:
        """Whether the catalogues hold this message."""
        return message_id in self._messages

    def number(self, value: float | None, unit: str = "") -> str:
        """A number with its unit, as shown to a reader; "—" when missing."""
        if _missing(value):
            return _MISSING
        figures = self.figures(float(value), unit)  # type: ignore[arg-type]
        return self._with_unit(figures, float(value), unit)  # type: ignore[arg-type]

    def range(self, low: float | None, high: float | None, unit: str = "") -> str:
        """A range from low to high with its unit; "—" when either end is missing."""
        if _missing(low) or _missing(high):
            return _MISSING
        low, high = float(low), float(high)  # type: ignore[arg-type]
        joiner = self("range.joiner" if low >= 0 else "range.joiner_below_zero")
        if unit == "share":
            start = self.figures(low, unit)
            return f"{start if self.language == 'zh' or low < 0 else start[:-1]}{joiner}{self.figures(high, unit)}"
        if unit == "money":
            step, _ = self._money_step(max(abs(low), abs(high)))
            return self._with_unit(
                f"{_significant(low / step)}{joiner}{_significant(high / step)}", high, unit
            )
        decimals = self._decimals_of_range(low, high, unit)
        return self._with_unit(f"{_fixed(low, decimals)}{joiner}{_fixed(high, decimals)}", high, unit)

    def figures(self, value: float | None, unit: str = "") -> str:
        """The figures alone (per cent keeps its sign), for a table whose header states the unit."""
        if _missing(value):
            return _MISSING
        value = float(value)  # type: ignore[arg-type]
        if unit == "share":
            return f"{_fixed(value * 100, 0 if _whole(value * 100) else 1)}%"
        if unit == "money":
            return _significant(value / self._money_step(abs(value))[0])
        if unit in ("money_scaled", "money_whole"):
            return _fixed(value, 2 if unit == "money_scaled" else 0)
        decimals = 0 if unit in _WHOLE_WITHOUT_DECIMALS and _whole(value) else _DECIMALS.get(unit, 2)
        return _fixed(value, decimals)

    def signed(self, value: float | None, unit: str = "", *, bare: bool = False) -> str:
        """A change with ▲ or ▼ and its sign, never by colour alone; ``bare`` leaves the unit to a table's header."""
        if _missing(value):
            return _MISSING
        mark = {1: "▲ +", -1: "▼ −", 0: ""}[seen(value, unit)]
        say = self.figures if bare else self.number
        return f"{mark}{say(abs(value), unit)}"  # type: ignore[arg-type]

    def column(self, name: str) -> str:
        """Label of a column of the data contract or of a result."""
        return self._term(f"column.{name}", name)

    def table(self, name: str) -> str:
        """Label of a table of the data contract."""
        return self._term(f"table.{name}", name)

    def code(self, column: str, code: str) -> str:
        """Label of a code, e.g. ``code("status", "existing")``; the empty code is "all" or "unassigned"."""
        return self._term(f"code.{column}.{code}", code)

    def has_code(self, column: str, code: str) -> bool:
        """Whether a code has a label of its own."""
        return f"code.{column}.{code}" in self._terms or f"code.{column}.{code}" in self._messages

    def client(self, text: Any) -> str:
        """The client's own text in this language where the client gave one, else as written."""
        text = text if isinstance(text, str) else ""
        return self._client.get(text, text)

    def unit(self, unit: str) -> str:
        """The unit's own name for a header, e.g. 人 or people; empty where figures need none."""
        return self._messages.get(f"unit.{unit}.header", "")

    def money_scale(self, largest: float, *, smallest: float | None = None) -> tuple[float, str]:
        """The one money unit of a table by its largest amount: its size and its name; 亿 only where all have one."""
        below = self.language == "zh" and smallest is not None and smallest < _YI
        step, name = self._money_step(min(largest, _YI - 1) if below else largest)
        return step, self(f"unit.money.{name}.header", currency=self._currency)

    def money_texts(self) -> list[tuple[float, str]]:
        """Sizes of money from the largest, each with the text that takes ``{n}`` of it."""
        steps = _MONEY_STEPS[self.language]
        return [(step, self(f"unit.money.{name}", n="{n}", currency=self._currency)) for step, name in steps]

    def month(self, day: date) -> str:
        """A month, e.g. 2027年3月 or March 2027."""
        return self("date.month", year=day.year, month=self(f"month.{day.month}"))

    def date(self, day: date) -> str:
        """A date, e.g. 2027年3月5日 or 5 March 2027."""
        month = self(f"month.{day.month}")
        return self("date.day", year=day.year, month=month, day=day.day)

    def _term(self, key: str, fallback: str) -> str:
        return self._terms.get(key) or self._messages.get(key, fallback)

    def _money_step(self, size: float) -> tuple[float, str]:
        steps = _MONEY_STEPS[self.language]
        return next((step for step in steps if size >= step[0]), steps[-1])

    def _decimals_of_range(self, low: float, high: float, unit: str) -> int:
        if unit in _WHOLE_WITHOUT_DECIMALS and _whole(low) and _whole(high):
            return 0
        return _DECIMALS.get(unit, 2)

    def _with_unit(self, figures: str, value: float, unit: str) -> str:
        if unit in ("", "share", "ratio", "count"):
            return figures
        if unit == "money":
            name = self._money_step(abs(value))[1]
            return self(f"unit.money.{name}", n=figures, currency=self._currency)
        return self(f"unit.{unit}.{'one' if figures == '1' else 'other'}", n=figures)


def seen(value: float | None, unit: str = "") -> int:
    """Sign of a number as a reader sees it: 0 where every figure shown is a zero, or none is.

    Examples
    --------
    >>> seen(0.04, "people"), seen(-0.06, "people"), seen(None)
    (0, -1, 0)
    """
    if _missing(value):
        return 0
    figures = Words("en").figures(value, unit)
    return (1 if value > 0 else -1) if any(c in "123456789" for c in figures) else 0  # type: ignore[operator]


def _missing(value: Any) -> bool:
    return value is None or not isinstance(value, Real) or not math.isfinite(value)


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-9


def _fixed(value: float, decimals: int) -> str:
    """Figures with a true minus sign, and none before a zero."""
    shown = 0.0 if abs(value) < 0.5 * 10**-decimals else value
    return f"{shown:,.{decimals}f}".replace("-", "−")


def _significant(value: float) -> str:
    size = abs(value)
    decimals = 0 if size >= 1000 or _whole(value) else 1 if size >= 100 else 2
    return _fixed(value, decimals)
