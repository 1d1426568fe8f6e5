"""Corruptions of one cell: what is written there, and the values a person would read it as.

Meanings are canonical texts of the contract: ``"1280000"`` for ``128万``, ``""`` for missing. No meaning:
the cell must be refused.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from salesmgmt.inputs.codebook import Column
from tests.inputs.corruptions import Cell, Corruption, Draw, Grid, cell, copied, corruption, spec_of

Change = Callable[[random.Random, Column, str], tuple[Any, Sequence[str]]]
WORDS = "腾龟鱻ж№§@#~^&{}<>|\\;:!？、。…🙂👩‍👩‍👧"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202e\u2060\ufeff\u00ad"


def one_cell(draw: Draw, allowed: Callable[[Column], bool], change: Change) -> Corruption:
    """A table with one cell changed."""
    table, grid, row, at, column = draw.spot(allowed)
    return put(table, grid, row, at, column, *change(draw.rng, column, grid[row][at]))


def put(
    table: str, grid: Grid, row: int, at: int, column: Column, came: Any, means: Sequence[str]
) -> Corruption:
    """A table with ``came`` in one cell, which may be read as one of ``means``."""
    old = str(grid[row][at])

    def reading(text: str) -> Grid:
        read = copied(grid)
        read[row][at] = cell(text, column.type)
        return read

    spec = spec_of(table)
    readings = [{table: reading(text)} for text in dict.fromkeys(means)]
    if "合计" in means and (column.ref or column.name == spec.keys[0]):  # a total's row is left out
        without = {table: [*grid[:row], *grid[row + 1 :]]}
        readings = [without, *(readings if spec.fact else [])]
    changed = copied(grid)
    changed[row][at] = came
    return Corruption(
        table, changed, tuple(readings), rows=(row + 1,),
        names=tuple(text.strip() for text in (str(came)[:30], old, *means) if text.strip()),
        note=f"{column.name} of row {row + 1}: {old[:30]!r} -> {str(came)[:60]!r}, means {[text[:30] for text in means]}",
    )  # fmt: skip


def _money(column: Column) -> bool:
    return column.type == "money"


def _texts(column: Column) -> bool:
    return column.type in ("text", "id")


def wide(text: str) -> str:
    """The same text in full-width characters."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def _number(rng: random.Random, column: Column, old: str) -> str:
    """A number that the column allows."""
    if old and rng.random() < 0.5:
        return old
    if column.type == "money":
        return str(
            rng.choice(
                [rng.randrange(1000, 10**7), rng.randrange(10**6, 10**9), round(rng.uniform(1, 10**6), 2)]
            )
        )
    low, high = column.low or column.above or 0, min(column.high or 100, 100)
    value = Decimal(repr(round(rng.uniform(float(low), float(high)), 2)))
    return str(int(value)) if column.type == "int" else f"{value:f}"


@corruption("cells")
def garbage(draw: Draw) -> Corruption:
    """Signs that mean nothing, in a column of numbers, days or codes."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        text = "".join(rng.choices(WORDS, k=rng.randint(1, 12)))
        return text, [text] if column.open else []

    return one_cell(draw, lambda column: not _texts(column), change)


@corruption("cells")
def numbers(draw: Draw) -> Corruption:
    """Numbers that are none, or spelled in ways of other programs."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        n = _number(rng, column, "" if old.startswith("-") else old)
        return rng.choice([
            ("1e309", []), ("-1e309", []), ("inf", []), ("-Infinity", []), ("nan", [""]), ("NaN", [""]), ("9" * 400, []),
            ("9" * 30, ["9" * 30]), ("0x10", []), ("1_000", []), ("1/2", []), ("½", []), ("Ⅻ", []), ("①", []),
            ("٣", ["3"]), ("壹佰", ["100"]), ("O1", []), ("l00", []), ("1 2", []), ("1.2.3", []), ("--5", []), ("TRUE", []), (".", []),
            ("+", []), ("e5", []), ("5-", ["-5"]), (f"-{n}", [f"-{n}"]), (f"−{n}", [f"-{n}"]), (f"－{n}", [f"-{n}"]),
            (f"({n})", [f"-{n}"]), (f"（{n}）", [f"-{n}"]), (f"+{n}", [n]), (wide(n), [n]), (f"{n}.", [n] if "." not in n else []),
            (f"{float(n):E}", [repr(float(f"{float(n):E}"))]), (f"'{n}", [n]), (f"={n}", [n]), (f"{n}?", []), (f"约{n}", []), (f"{n}左右", []),
            (f"{n}~{n}9", []), (f"{n}-{n}9", []), (f">{n}", []), (f"{n}{n}.{n}.{n}", []), (f"{n};{n}", []), (f"{n}\n{n}", []),
            (f"00{n}", [n]), (f"{n}00%%", []), ("null", [""]), ("1e5", ["100000"]), ("1E-400", ["0"]), ("-0", ["0"]), ("1d5", []), ("1 280", ["1280"]),
        ])  # fmt: skip

    return one_cell(draw, lambda column: column.numeric, change)


@corruption("cells")
def thousands(draw: Draw) -> Corruption:
    """Separators of thousands, in their place and out of it."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        n = rng.randrange(1000, 10**9)
        grouped = f"{n:,}"
        good = [grouped, f"{grouped}.5", grouped.replace(",", "，"), grouped.replace(",", " "), grouped.replace(",", "\u00a0"),
                grouped.replace(",", "\u2009"), grouped.replace(",", "'"), wide(grouped), f" {grouped} ", f"-{grouped}", f"({grouped})"]  # fmt: skip
        bad = [
            "1,28",
            "1,2345",
            "12,345,67",
            "1,,280",
            ",128",
            "128,",
            "1,280,",
            "0,35",
            "1.280,50",
            "1,280 5",
            "1,28万",
            "12,34",
            "1,280,5",
            "1,280.5.5",
        ]
        if rng.random() < 0.4:
            text = rng.choice(bad)
            return text, ["1280.50"] if text == "1.280,50" else []
        text = rng.choice(good)
        value = f"{n}.5" if ".5" in text else str(n)
        return text, [f"-{value}" if text.startswith(("-", "(")) else value]

    return one_cell(draw, _money if draw.rng.random() < 0.8 else lambda column: column.numeric, change)


@corruption("cells")
def units(draw: Draw) -> Corruption:
    """Units right and wrong for the column."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        n = Decimal(rng.randrange(1, 100_000)) / rng.choice([1, 10, 100])
        powers = {"万": 4, "万元": 4, "亿": 8, "亿元": 8, "千元": 3, "百万": 6, "千万": 7, "元": 0, "萬": 4, "K": 3, "k": 3,
                  "M": 6, "m": None, "美元": None, "人": None, "kg": None, "万美元": None, "USD": None, "w": 4, "億": 8, "万万": 8,
                  "百": 2, "角": -1, "%": None, "元/月": None, "万亿": 12, "€": None}  # fmt: skip
        unit = rng.choice(list(powers))
        ten = powers[unit]
        text = rng.choice(
            [
                f"{n}{unit}",
                f"{n} {unit}",
                wide(f"{n}") + unit,
                f"¥{n}{unit}",
                f"￥{n:,}{unit}",
                f"{n}{unit}整",
            ]
        )
        means = [] if ten is None else [f"{n.scaleb(ten):f}"]
        return (text, means) if _money(column) else (text, means if unit in ("万", "亿") else [])

    return one_cell(draw, _money if draw.rng.random() < 0.7 else lambda column: column.numeric, change)


@corruption("cells")
def currencies(draw: Draw) -> Corruption:
    """Signs of the currency, ours and others'."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        n = str(rng.randrange(1000, 10**7))
        ours = [
            f"¥{n}",
            f"￥{n}",
            f"RMB {n}",
            f"CNY{n}",
            f"人民币{n}元",
            f"{n}元",
            f"¥ {int(n):,}.00",
            f"{n} RMB",
            f"¥-{n}",
            f"-¥{n}",
        ]
        others = [
            f"${n}",
            f"€{n}",
            f"US${n}",
            f"HK${n}",
            f"{n}美元",
            f"{n} JPY",
            f"£{n}",
            f"₩{n}",
            f"¥{n}/月",
            f"¥¥{n}",
            f"¥{n} + 5",
        ]
        if rng.random() < 0.4:
            return rng.choice(others), []
        text = rng.choice(ours)
        return text, [f"-{n}" if "-" in text else n]

    return one_cell(draw, _money, change)


@corruption("cells")
def percents(draw: Draw) -> Corruption:
    """Per cent where it belongs and where it does not; shares of 35."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        n = Decimal(rng.randrange(1, 999)) / rng.choice([1, 10])
        share = column.type == "share" or column.unit == "share"
        texts = {f"{n}%": n / 100, f"{n}％": n / 100, f"{n} %": n / 100, f"{n}‰": n / 1000, f"{wide(str(n))}%": n / 100,
                 f"{n}": n, f"-{n}%": -n / 100, f"{n}%%": None, f"%{n}": None, f"{n}成": n / 10, f"{n}个百分点": n / 100, f"{n}pp": None}  # fmt: skip
        text = rng.choice(list(texts))
        value = texts[text]
        if value is not None and abs(value) > 1 and share:  # 2.39 without a sign is asked about
            text, value = f"{n / 10}%", n / 1000
        means = [] if value is None else [f"{value:f}"]
        return text, means if share or text == f"{n}" else []

    shares = draw.rng.random() < 0.7
    return one_cell(
        draw,
        lambda column: column.numeric and (column.type == "share" or column.unit == "share") == shares,
        change,
    )


@corruption("cells")
def dates(draw: Draw) -> Corruption:
    """A day in every dress, and texts that are none."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        day = (
            date.fromisoformat(f"{old}-01"[:10]) if old else date(2026, 1, 1) + timedelta(rng.randrange(600))
        )
        y, m, d, iso = day.year, day.month, day.day, day.isoformat()
        serial = (day - date(1899, 12, 30)).days
        good = [iso, f"{y}/{m}/{d}", f"{y}年{m}月{d}日", f"{y}.{m}.{d}", f"{y}{m:02}{d:02}", wide(iso), f"{y}-{m}-{d}", f"{iso} 00:00:00",
                f"{iso}T00:00:00", f"{iso} 23:59", f"{iso}T23:00:00+08:00", f"{y}/{m:02}/{d:02} 8:30", f"{day:%d-%b-%Y}", f"{day:%b %d, %Y}",
                f"{y}年{m:02}月{d:02}日 周二", str(serial), f"{serial}.5", f"{iso}Z", f"{y}年 {m}月 {d}日", f"{y} 年 {m} 月 {d} 日", f"{y}-{m}-{d}日",
                f"{y}／{m}／{d}", f"'{iso}", f"{iso} 12:00 AM", f"{y}年{m}月{d}号", f"{iso}\n", f"{y}–{m:02}–{d:02}"]  # fmt: skip
        bad = ["infinity", "-infinity", "epoch", "today", "now", "2027-02-30", "2027-13-01", "2027-00-10", "2027-02-29", "27-01-05", "05-01-27",
               "27/1/5", "2027", "0", "1", "-1", "99999999", "20271301", "2027年13月5日", "2027年2月30日", "1月5日", "周二", "10000-01-01", "2027-01-05-01",
               "2027-1-5-", "明天", "2027-Q1", "0027-01-05", "2027-01-05 25:00", f"{iso} {iso}", f"{iso}~{iso}", "１２", "1900-01-00",
               "202701055", "2027W05", "12:30", "2027/1//5", "--2027-01-05", "3.14", "二〇二七年一月", "Jan 2027x"]  # fmt: skip
        if rng.random() < 0.5:
            return rng.choice(good), [iso]
        text = rng.choice([*bad, "0000-00-00"])
        return text, [""] if text == "0000-00-00" else []

    return one_cell(draw, lambda column: column.dated, change)


@corruption("cells")
def months(draw: Draw) -> Corruption:
    """A month in every dress; in a column of days it is no day."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        day = date.fromisoformat(f"{old}-01"[:10]) if old else date(2027, 3, 1)
        y, m = day.year, day.month
        texts = [
            f"{y}-{m:02}",
            f"{y}-{m}",
            f"{y}/{m:02}",
            f"{y}年{m}月",
            f"{y}.{m:02}",
            f"{y}{m:02}",
            f"{y} 年 {m} 月",
            f"{y}年{m}月份",
            f"{day:%b-%Y}",
        ]
        return rng.choice(texts), [f"{y}-{m:02}-01"] if column.type == "month" else []

    return one_cell(draw, lambda column: column.dated, change)


@corruption("cells")
def ambiguous(draw: Draw) -> Corruption:
    """Day and month in an order that nobody told: a question, unless only one order gives a day."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        a, b, year = rng.randint(1, 14), rng.randint(1, 31), rng.choice([2025, 2026, 2027])
        sign = rng.choice("/-.")
        text = f"{a}{sign}{b}{sign}{year}" if rng.random() < 0.8 else f"{a:02}{sign}{b:02}{sign}{year} 09:30"
        means = set()
        for month, day in ((a, b), (b, a)):
            try:
                means.add(date(year, month, day).isoformat())
            except ValueError:
                continue
        return text, [*means] if len(means) == 1 else []

    return one_cell(draw, lambda column: column.type == "date", change)


@corruption("cells")
def absent(draw: Draw) -> Corruption:
    """What people write where they know nothing."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        text = rng.choice(["", " ", "\u3000", "-", "—", "--", "——", "－", "无", "N/A", "n/a", "NA", "NULL", "null", "None", "/", "\\N", "#N/A", "?",
                           "空", "未知", "暂无", "（空）", "nil", "TBD", "待定", "\u200b", "''", '""', "."])  # fmt: skip
        doubtful = text in ("?", "未知", "TBD", "待定", ".", "''", '""')
        means = [] if doubtful else [""]
        return text, [*means, text] if _texts(column) or column.open else means

    return one_cell(draw, lambda column: True, change)


@corruption("cells")
def codes(draw: Draw) -> Corruption:
    """Codes in odd case, width and wording, and codes that are none."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        code = rng.choice(list(column.codes or {}))
        label = rng.choice([code, *(column.codes or {})[code]])
        if rng.random() < 0.7:
            text = rng.choice(
                [
                    label,
                    label.upper(),
                    label.title(),
                    wide(label),
                    f" {label}\u3000",
                    label.replace("_", " "),
                    f"{label}\u00a0",
                    f"\u200b{label}",
                ]
            )
            return text, [code]
        text = rng.choice(
            [
                "unknown",
                "潜在",
                f"{label}x",
                f"{label}{label}",
                label[:-1] + "~",
                "0",
                "9",
                f"{label}/{code}x",
                f"={label}",
            ]
        )
        from salesmgmt.inputs.codebook import plain

        known = column.spellings().get(plain(text))
        return text, [known] if known else [text] if column.open else []

    return one_cell(draw, lambda column: column.type == "code", change)


@corruption("cells")
def yes_no(draw: Draw) -> Corruption:
    """Yes and no in every spelling, and neither."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        yes = [
            "是",
            "Y",
            "yes",
            "YES",
            "TRUE",
            "true",
            "1",
            "√",
            "✓",
            "✔",
            "T",
            "１",
            "Ｙ",
            "有",
            "对",
            "1.0",
        ]
        no = ["否", "N", "no", "No", "FALSE", "0", "×", "✗", "F", "０", "不是", "0.0", ""]
        text = rng.choice([*yes, *no, "也许", "2", "-1", "是否", "yes/no", "11", "是，否", "maybe"])
        return text, ["True"] if text in yes else ["False"] if text in no else []

    return one_cell(draw, lambda column: column.type == "bool", change)


@corruption("cells")
def keys(draw: Draw) -> Corruption:
    """Keys unknown, twice, in odd case and width, with signs that nobody sees."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        key = old or "C0001"
        odd = [
            key.lower(),
            wide(key),
            f"{key} ",
            f"\u00a0{key}",
            f"{key}\u200b",
            f"{key[:1]}\u200d{key[1:]}",
            f"\ufeff{key}",
            f"{key}\t",
            key.title(),
            f"{key}\n",
        ]
        new = [
            "C9999",
            "NOBODY",
            "0",
            "1.0",
            f"{key}0",
            f"{key},{key}",
            f"{key};DROP TABLE customers",
            f"{key}'",
            f'{key}"',
            "合计",
            "-1",
            "null",
            f"{key}.0",
            "😀",
            "００１",
            "1e5",
        ]
        if rng.random() < 0.5:
            text = rng.choice(odd)
            return text, [old, text.strip("\u200b\ufeff")] if old else [key, text]
        text = rng.choice(new)
        import unicodedata

        return text, [text, unicodedata.normalize("NFKC", text), *([""] if text == "null" else [])]

    return one_cell(draw, lambda column: column.type == "id" or bool(column.ref), change)


@corruption("cells")
def doubled_key(draw: Draw) -> Corruption:
    """A key that another row has already."""
    table, grid, row, at, column = draw.spot(lambda column: column.key and column.type == "id")
    other = draw.rng.choice([number for number in range(1, len(grid)) if number != row])
    made = put(table, grid, row, at, column, str(grid[other][at]), [str(grid[other][at])])
    return replace(made, rows=(row + 1, other + 1) if len(spec_of(table).keys) == 1 else ())


@corruption("cells")
def spaces(draw: Draw) -> Corruption:
    """Blanks around a cell, seen and unseen."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        signs = [
            " ",
            "  ",
            "\t",
            "\u00a0",
            "\u3000",
            "\ufeff",
            "\u200b",
            "\u2009",
            "\u200e",
            "\n",
            "\r\n",
            "\u2028",
            "\u202f",
        ]
        before, after = (rng.choice(["", *signs]) for _ in range(2))
        text = f"{before}{old}{after}"
        return text, [old, text] if column.type in ("text", "id") or column.open else [old]

    return one_cell(draw, lambda column: True, change)


@corruption("cells")
def texts(draw: Draw) -> Corruption:
    """Text that a file can hardly hold, or that a program could take for more than text."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        text = rng.choice([
            'He said "no"', '"', '""', "a,b", "a\nb", "a\n\nb", "\n", "=1+1", '=HYPERLINK("http://x","y")', "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3",
            "😀👩‍👩‍👧‍👦", "\u202eabc", "שלום", "１２３", "é\u0301", "{0}", "{value}", "%s%n", "<b>x</b>", "${HOME}", "C:\\x\\", "\\", "';--", "\x1b[31m",
            "\x07", "\x01", "Z̸͓̕", "ﷺ", "𠮷野家", "\ufffd", "\u0085", "a\tb", "NULL", "甲" * 500, "#", "//", "|", ";", "NaN", "2027-01-05", "\ud7ff", "\U0010ffff",
        ])  # fmt: skip
        typed = not _texts(column) and not column.open
        means = [] if typed else [text, text.strip()]
        if text in ("NULL", "NaN"):
            means = [*means, ""] if text == "NULL" or column.numeric or not typed else means
        if typed and column.dated and text == "2027-01-05":
            means = [text]
        if typed and column.numeric and text == "１２３":
            means = ["123"]
        return text, means if text.strip() else [""]

    return one_cell(draw, _texts if draw.rng.random() < 0.75 else lambda column: not _texts(column), change)


@corruption("cells")
def null_bytes(draw: Draw) -> Corruption:
    """A NUL in a cell."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        at = rng.randint(0, len(old))
        text = f"{old[:at]}\x00{old[at:]}"
        literal = text.replace("\x00", "\ufffd")  # no clean CSV file holds the sign itself
        return text, [old, literal] if _texts(column) or column.open else [old]

    return one_cell(draw, lambda column: True, change)


@corruption("cells")
def huge(draw: Draw) -> Corruption:
    """A cell of a million characters (in a workbook, as many as it holds)."""

    def change(rng: random.Random, column: Column, old: str) -> tuple[str, list[str]]:
        longest = {"xlsx": 32_767, "parquet": 500_000}.get(draw.form, 1_000_000)
        length = rng.choice([30_000, longest])
        text = rng.choice(["x", "7", "甲", "=", "甲，", '"a']) * length
        text = text[:length]
        return text, [text] if _texts(column) or column.open else []

    return one_cell(draw, lambda column: True, change)


@corruption("cells", "xlsx")
def natives(draw: Draw) -> Corruption:
    """What a workbook stores where another type belongs."""
    serial = draw.rng.randrange(44_000, 47_000)
    day = date(1899, 12, 30) + timedelta(serial)
    iso = day.isoformat()
    kinds: dict[str, list[tuple[Any, list[str]]]] = {
        "date": [(float(serial), [iso]), (serial + 0.75, [iso]), (2027.0, []), (5.0, []), (0.0, []), (-3.0, []), (1e12, []), (True, []),
                 (time(9, 30), []), (datetime(2026, 3, 4, 15, 30), ["2026-03-04"]), (timedelta(hours=30), [])],
        "month": [(float(serial), [iso]), (day, [iso]), (202703.0, ["2027-03-01"]), (2027.0, []), (3.0, []), (False, [])],
        "money": [(day, []), (True, []), (time(9, 30), []), (1e300, ["1" + "0" * 300]), (0.1 + 0.2, ["0.3"]), (datetime(2026, 3, 4, 5, 6), [])],
        "share": [(35.0, ["35"]), (0.35, ["0.35"]), (day, []), (True, []), (1.0, ["1"])],
        "number": [(day, []), (True, []), (time(9, 30), []), (12.5, ["12.5"])],
        "int": [(3.5, ["3.5"]), (day, []), (True, []), (3.0, ["3"]), (3.0000000001, ["3.0000000001"])],
        "code": [(1.0, []), (day, []), (True, [])],
        "bool": [(1.0, ["True"]), (0.0, ["False"]), (2.0, []), (day, []), (0.5, [])],
        "id": [(12.0, ["12"]), (day, [iso, f"{iso} 00:00:00"]), (True, ["True", "TRUE", "true"]), (1.5, ["1.5"])],
        "text": [(12.0, ["12"]), (day, [iso, f"{iso} 00:00:00"]), (True, ["True", "TRUE", "true"]), (1.5, ["1.5"]), (0.1 + 0.2, ["0.3"])],
    }  # fmt: skip

    def change(rng: random.Random, column: Column, old: str) -> tuple[Any, list[str]]:
        came, means = rng.choice(kinds[column.type])
        return came, [*means, str(came)] if column.open and not means else means

    return one_cell(draw, lambda column: column.type in kinds, change)


__all__ = ["INVISIBLE", "Cell", "put", "wide"]
