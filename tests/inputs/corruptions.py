"""Corruptions of a client's tables: what is done to them, and what a person could still read them as.

A corruption is drawn from a :class:`Draw`, whose random numbers follow from the recipe alone, so the recipe
``family.name/form/number`` reproduces it. It states ``readings``: the clean tables that a person could take
the corrupted one for. Reading the corrupted client must give what reading one of them gives, or be refused.
Without a reading it must be refused. This module holds what corruptions are made of, and headers and rows;
the cells, files and settings have modules of their own.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from salesmgmt.inputs.codebook import CODEBOOK, Column, Table

Grid = list[list[Any]]
"""Rows of cells, the header first."""
FORMS = ("csv", "xlsx", "parquet")
FAMILIES: dict[str, dict[str, tuple[Callable[[Draw], Corruption], tuple[str, ...]]]] = {}
"""Family -> name -> the corruption and the forms it is for."""


class Cell(str):
    """A clean cell: its text as the contract has it, and the type of its column, which a workbook stores."""

    kind: str = "text"


def cell(text: str, kind: str) -> Cell:
    made = Cell(text)
    made.kind = kind
    return made


class Link(str):
    """A symbolic link in place of a file; the text is its target."""


class Special(str):
    """``"fifo"`` or ``"folder"`` in place of a file."""


@dataclass(frozen=True)
class Corruption:
    """What is done to one client, and what may come of it.

    Attributes
    ----------
    table : str
        Table that is corrupted, ``"engagement"``, or ``""`` for a workbook as a whole.
    grid : Grid or None
        Its cells, where it is written in the form of the case.
    readings : tuple
        Clean tables (name -> grid, None for absent) that may be read instead; none: must be refused.
    rows : tuple of int
        Rows, as a person counts them, that a message may name; empty for any.
    names : tuple of str
        What a message about another table may quote instead: the text that came, the key that went.
    files : Mapping
        File name -> content, link or special file, put in after the rest; None takes the file away.
    toml : str or None
        Content of engagement.toml.
    note : str
        What was done, in short.
    must : str
        ``"read"`` where a refusal would be wrong too; ``"told"`` where engagement.toml itself may name any table.
    whole : bool
        Whether only the file as a whole can be named.
    """

    table: str
    grid: Grid | None = None
    readings: tuple[Mapping[str, Grid | None], ...] = ()
    rows: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    files: Mapping[str, bytes | Link | Special | None] = field(default_factory=dict)
    toml: str | None = None
    note: str = ""
    must: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draw:
    """One case to be drawn: its random numbers, its form, and the clean client."""

    rng: random.Random
    form: str
    tables: Mapping[str, Grid]
    toml: str
    write_book: Callable[..., bytes]

    def table(self, allowed: Callable[[str], bool] = lambda name: True) -> tuple[str, Grid]:
        """A table, its cells free to be changed."""
        name = self.rng.choice([name for name in self.tables if allowed(name)])
        return name, copied(self.tables[name])

    def spot(self, allowed: Callable[[Column], bool]) -> tuple[str, Grid, int, int, Column]:
        """A cell: table, free copy of its cells, row, position and column."""
        choices = [
            (name, at, spec.columns[header])
            for name, spec in CODEBOOK.tables.items() if name in self.tables
            for at, header in enumerate(self.tables[name][0])
            if header in spec.columns and allowed(spec.columns[header])
        ]  # fmt: skip
        table = self.rng.choice(sorted({choice[0] for choice in choices}))
        name, at, column = self.rng.choice([choice for choice in choices if choice[0] == table])
        grid = copied(self.tables[name])
        return name, grid, self.rng.randrange(1, len(grid)), at, column


def copied(grid: Grid) -> Grid:
    return [list(row) for row in grid]


def spec_of(table: str) -> Table:
    return CODEBOOK.tables[table]


def corruption(
    family: str, *forms: str
) -> Callable[[Callable[[Draw], Corruption]], Callable[[Draw], Corruption]]:
    """Enter a corruption in its family, for some forms or all."""

    def entered(make: Callable[[Draw], Corruption]) -> Callable[[Draw], Corruption]:
        FAMILIES.setdefault(family, {})[make.__name__] = (make, forms or FORMS)
        return make

    return entered


def recipes(family: str, form: str, count: int, seed: int) -> list[str]:
    """Recipes of one family and form, every corruption in turn."""
    names = [name for name, (_, forms) in FAMILIES[family].items() if form in forms]
    start = seed % len(names)
    return [f"{family}.{names[(start + at) % len(names)]}/{form}/{seed + at}" for at in range(count)]


def corrupted(recipe: str, draw: Draw) -> Corruption:
    """The corruption that a recipe names, drawn anew."""
    family, _, name = recipe.split("/")[0].partition(".")
    make, _ = FAMILIES[family][name]
    return make(replace(draw, rng=random.Random(recipe), form=recipe.split("/")[1]))


# --- headers


def _column(
    draw: Draw, allowed: Callable[[Column], bool] = lambda column: True
) -> tuple[str, Grid, int, Column]:
    name, grid, _, at, column = draw.spot(allowed)
    return name, grid, at, column


def without(grid: Grid, at: int) -> Grid:
    return [[*row[:at], *row[at + 1 :]] for row in grid]


def _dropped(table: str, grid: Grid, column: Column) -> tuple[dict[str, Grid], ...]:
    """The reading in which a column is not there, where the contract can do without."""
    return () if column.required else ({table: without(grid, grid[0].index(column.name))},)


def scaled(grid: Grid, factor: Decimal, columns: Sequence[str]) -> Grid:
    """The same table with some columns multiplied."""
    places = [at for at, header in enumerate(grid[0]) if header in columns]
    changed = copied(grid)
    for row in changed[1:]:
        for at in places:
            if row[at]:
                row[at] = cell(f"{Decimal(row[at]) * factor:f}", row[at].kind)
    return changed


@corruption("headers")
def renamed(draw: Draw) -> Corruption:
    """A header nobody knows: the column counts as the client's own."""
    table, grid, at, column = _column(draw)
    header = draw.rng.choice(
        ["xyzzy", "备注 7", "___", "#", "Unnamed: 3", "列1", "😀", "select", 'a"b', "客户编号编号"]
    )
    clean = draw.tables[table]
    grid[0][at] = header
    return Corruption(
        table, grid, _dropped(table, clean, column), names=(column.name,), note=f"{column.name} -> {header!r}"
    )


@corruption("headers")
def missing(draw: Draw) -> Corruption:
    """A column that is not there."""
    table, grid, at, column = _column(draw)
    may = _dropped(table, grid, column)
    return Corruption(table, without(grid, at), may, names=(column.name,), note=f"no {column.name}")


@corruption("headers", "csv", "xlsx")
def empty(draw: Draw) -> Corruption:
    """A column without its header."""
    table, grid, at, column = _column(draw)
    clean = copied(grid)
    grid[0][at] = draw.rng.choice(["", " ", "\u3000", "\u200b"])
    return Corruption(
        table, grid, (*_dropped(table, clean, column), {table: clean}), note=f"{column.name} unnamed"
    )


@corruption("headers")
def spelled(draw: Draw) -> Corruption:
    """A header in another accepted spelling."""
    table, grid, at, column = _column(draw)
    clean = copied(grid)
    labels = [column.name, column.zh, column.en, *column.aliases]
    known = spec_of(table).headers()
    from salesmgmt.inputs.codebook import plain

    label = draw.rng.choice([label for label in labels if known.get(plain(label)) == column.name])
    wide = label.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    grid[0][at] = draw.rng.choice(
        [label, label.upper(), wide, f" {label} ", f"\u3000{label}\u00a0", label.replace("_", " "), f"{label}\n", f"\ufeff{label}",
         label.replace("_", "-"), f"{column.zh}{column.name}", f"{column.zh}\n{column.name}", f"{label}\u200b"]
    )  # fmt: skip
    may = (*_dropped(table, clean, column), {table: clean})
    return Corruption(table, grid, may, note=f"{column.name} -> {grid[0][at]!r}")


@corruption("headers", "csv", "xlsx")
def doubled(draw: Draw) -> Corruption:
    """One column twice: the same cells, or others."""
    table, grid, at, column = _column(draw)
    clean, same = copied(grid), draw.rng.random() < 0.5
    header = draw.rng.choice([grid[0][at], column.zh, grid[0][at].upper()])
    rows = [[*row, row[at] if same else draw.rng.choice(grid[1:])[at]] for row in grid]
    rows[0][-1] = header
    same = same or all(row[at] == row[-1] for row in rows[1:])
    return Corruption(table, rows, ({table: clean},) if same else (), note=f"{column.name} twice, {same=}")


@corruption("headers")
def swapped(draw: Draw) -> Corruption:
    """Two headers in each other's place: nobody can know, but what the contract forbids must be refused."""
    table, grid, at, _ = _column(draw)
    other = draw.rng.choice([place for place in range(len(grid[0])) if place != at])
    grid[0][at], grid[0][other] = grid[0][other], grid[0][at]
    specs = spec_of(table).columns
    kinds = [specs[header].type if header in specs else "text" for header in grid[0]]
    reading = [
        grid[0],
        *([cell(text, kind) for text, kind in zip(row, kinds, strict=True)] for row in grid[1:]),
    ]
    return Corruption(
        table,
        grid,
        ({table: reading},),
        names=(str(grid[0][at]), str(grid[0][other])),
        note=f"{grid[0][at]} <-> {grid[0][other]}",
    )


@corruption("headers", "csv", "xlsx")
def with_unit(draw: Draw) -> Corruption:
    """A header that states its unit."""
    table, grid, at, column = _column(draw, lambda column: column.numeric)
    clean = copied(grid)
    money = {"元": 1, "千元": 1000, "万元": 10_000, "百万元": 10**6, "亿元": 10**8}
    unit = draw.rng.choice(
        [*money, "%", "人", "美元", "万"] if column.type == "money" else ["%", "万元", "个", "h", "次"]
    )
    label = draw.rng.choice([column.name, column.zh])
    grid[0][at] = draw.rng.choice(
        ["{}({})", "{}（{}）", "{} ({})", "{}（单位：{}）", "{}/{}", "{}[{}]"]
    ).format(label, unit)
    readings = _dropped(table, clean, column)
    factor = None
    if column.type == "money":
        factor = Decimal(money.get(unit) or (10_000 if unit == "万" else 0)) or None
    elif unit == "%":
        factor = Decimal("0.01") if column.type == "share" or column.unit == "share" else None
    elif unit in ("个", "h", "次"):
        factor = Decimal(1)
    if factor:
        readings = ({table: scaled(clean, factor, [column.name])}, *readings)
    return Corruption(table, grid, readings, note=f"{column.name} -> {grid[0][at]!r}")


@corruption("headers", "csv", "xlsx")
def titled(draw: Draw) -> Corruption:
    """Title rows before the header, as a consultant's file has them, perhaps with the unit of its money."""
    table, grid = draw.table()
    clean, width = copied(grid), len(grid[0])
    lines = [
        "客户明细表（2026 年）",
        "制表人：王立",
        "",
        "Confidential – internal use",
        "更新日期：2026-10-31",
        "2026",
        "编制单位：远航客服外包",
    ]
    unit = draw.rng.choice(
        [
            "",
            "",
            "单位：元",
            "单位：万元",
            "单位：千元",
            "（单位：万元）",
            "金额单位:百万元",
            "单位：人民币万元",
        ]
    )
    titles = [draw.rng.choice(lines) for _ in range(draw.rng.randint(1, 3))] + [unit] * bool(unit)
    draw.rng.shuffle(titles)
    place = draw.rng.randrange(width)
    rows = [
        [title if at == (place if title == unit else 0) else "" for at in range(width)] for title in titles
    ]
    factor = next(
        (value for name, value in (("百万元", 10**6), ("千元", 1000), ("万元", 10**4)) if name in unit), 1
    )
    money = [name for name, column in spec_of(table).columns.items() if column.type == "money"]
    reading = scaled(clean, Decimal(factor), money)
    merged = draw.form == "xlsx" and width > 1 and draw.rng.random() < 0.5
    options = {"merge": {table: [(0, 0, 0, width - 1)]}} if merged and sum(map(bool, rows[0])) < 2 else {}
    if draw.form == "csv" and draw.rng.random() < 0.3:
        rows = [[text for text in row if text] or [""] for row in rows]
    return Corruption(table, [*rows, *grid], ({table: reading},), note=f"titles {titles}", options=options)


@corruption("headers", "csv", "xlsx")
def repeated(draw: Draw) -> Corruption:
    """The header again, in the middle of the data or right after itself."""
    table, grid = draw.table()
    at = draw.rng.choice([1, draw.rng.randrange(1, len(grid))])
    return Corruption(
        table,
        [*grid[:at], list(map(str, grid[0])), *grid[at:]],
        ({table: grid},),
        note=f"header again as row {at + 1}",
    )


# --- rows and shape


def csv_text(grid: Grid) -> str:
    """A table as CSV, quoted where it must be."""
    quote = '"'

    def quoted(text: str) -> str:
        return (
            f'"{text.replace(quote, quote * 2)}"'
            if any(sign in text for sign in ',"\r\n') or text != text.strip()
            else text
        )

    return "".join(",".join(quoted(str(text)) for text in row) + "\n" for row in grid)


def raw(table: str, text: str | bytes, grid: Grid | None = None, **more: Any) -> Corruption:
    """A CSV file of this content in place of a table's own."""
    content = text if isinstance(text, bytes) else text.encode()
    readings = () if grid is None else ({table: grid},)
    return Corruption(table, readings=readings, files={f"{table}.csv": content}, **more)


@corruption("rows", "csv")
def short(draw: Draw) -> Corruption:
    """A row that ends early."""
    table, grid = draw.table()
    row = draw.rng.randrange(1, len(grid))
    kept = draw.rng.randrange(1, len(grid[0]))
    lost = any(grid[row][kept:])
    rows = [grid[at] if at != row else grid[at][:kept] for at in range(len(grid))]
    return raw(
        table,
        csv_text(rows),
        None if lost else grid,
        rows=(row + 1,),
        note=f"row {row + 1} has {kept} cells, {lost=}",
    )


@corruption("rows", "csv")
def long(draw: Draw) -> Corruption:
    """A row with cells too many."""
    table, grid = draw.table()
    row, more = draw.rng.randrange(1, len(grid)), draw.rng.choice([["x"], ["", ""], [""], ["1", "2"]])
    rows = [[*cells, *more] if at == row else cells for at, cells in enumerate(grid)]
    return raw(
        table,
        csv_text(rows),
        None if any(more) else grid,
        rows=(row + 1,),
        note=f"row {row + 1} has {more} too many",
    )


@corruption("rows", "csv")
def unquoted_comma(draw: Draw) -> Corruption:
    """A comma in a text that nobody quoted."""
    table, grid, row, at, column = draw.spot(lambda column: column.type == "text")
    lines = csv_text(grid).split("\n")
    if '"' in csv_text([grid[row]]):
        grid[row][at] = cell(grid[row][at].replace('"', "").replace(",", ""), "text")
    parts = [csv_text([[text]])[:-1] for text in grid[row]]
    parts[at] = f"甲,{grid[row][at]}"
    lines[row] = ",".join(parts)
    reading = None
    if not any(grid[row][at:]):  # all behind it is empty: the comma is an empty cell too many
        reading = copied(grid)
        reading[row][at] = cell("甲", column.type)
    note = f"{column.name} of row {row + 1} with a bare comma"
    return raw(table, "\n".join(lines), reading, rows=(row + 1,), note=note)


@corruption("rows", "csv")
def stray_quote(draw: Draw) -> Corruption:
    """A quote that is not closed, or stands inside a text."""
    table, grid, row, at, column = draw.spot(lambda column: True)
    parts = [csv_text([[text]])[:-1] for text in grid[row]]
    middle = (
        draw.rng.random() < 0.4 and column.type == "text" and len(grid[row][at]) > 1 and '"' not in parts[at]
    )
    clean = copied(grid)
    if middle:
        cut = draw.rng.randrange(1, len(grid[row][at]))
        parts[at] = f'{grid[row][at][:cut]}"{grid[row][at][cut:]}'
        clean[row][at] = cell(parts[at], "text")
    else:
        parts[at] = f'"{parts[at]}'
    lines = [csv_text([cells])[:-1] for cells in grid]
    lines[row] = ",".join(parts)
    reading = clean if middle else None
    return raw(
        table,
        "\n".join(lines) + "\n",
        reading,
        note=f"a quote in {column.name} of row {row + 1}: {parts[at]!r}",
    )


@corruption("rows", "csv", "xlsx")
def blank_rows(draw: Draw) -> Corruption:
    """Rows without a cell filled: before, between and after."""
    table, grid = draw.table()
    rows = copied(grid)
    for _ in range(draw.rng.randint(1, 4)):
        filled = draw.rng.choice(["", "", " ", "\u3000"])
        rows.insert(draw.rng.randint(0, len(rows)), [filled] * len(grid[0]))
    if draw.form == "xlsx":
        return Corruption(table, rows, ({table: grid},), note="blank rows")
    bare = draw.rng.random() < 0.5
    text = "".join("\n" if bare and not any(map(str.strip, row)) else csv_text([row]) for row in rows)
    return raw(table, text, grid, note=f"blank rows, {bare=}")


@corruption("rows", "csv", "xlsx")
def blank_columns(draw: Draw) -> Corruption:
    """Columns without a cell filled: before, between and after."""
    table, grid = draw.table()
    rows = copied(grid)
    for at in sorted(
        (draw.rng.randint(0, len(grid[0])) for _ in range(draw.rng.randint(1, 3))), reverse=True
    ):
        rows = [[*row[:at], "", *row[at:]] for row in rows]
    return Corruption(table, rows, ({table: grid},), note="blank columns")


@corruption("rows")
def totals(draw: Draw) -> Corruption:
    """A row of totals, at the end or between: to be left out or refused, never added."""
    table, grid = draw.table()
    columns = [spec_of(table).columns.get(header) for header in grid[0]]
    word = draw.rng.choice(
        [
            "合计",
            "小计",
            "总计",
            "合 计",
            "Total",
            "Grand total",
            "TOTAL",
            "合计：",
            "华东小计",
            "平均",
            "本页合计",
        ]
    )
    place = draw.rng.choice([0, 0, 0, min(1, len(columns) - 1)])
    numeric = [column is not None and column.numeric for column in columns]
    sums = [
        str(sum(Decimal(row[at] or 0) for row in grid[1:])) if numeric[at] else ""
        for at in range(len(columns))
    ]
    row = [
        word if at == place else cell(sums[at], "number") if sums[at] else "" for at in range(len(columns))
    ]
    at = draw.rng.choice([len(grid), len(grid), draw.rng.randrange(1, len(grid) + 1)])
    return Corruption(
        table,
        [*grid[:at], row, *grid[at:]],
        ({table: grid},),
        rows=(at + 1,),
        note=f"{word!r} in row {at + 1}, place {place}",
    )


@corruption("rows")
def twice(draw: Draw) -> Corruption:
    """A row that is there twice, perhaps with another figure."""
    table, grid = draw.table()
    row, at = draw.rng.randrange(1, len(grid)), draw.rng.randrange(1, len(grid) + 1)
    rows = [*grid[:at], list(grid[row]), *grid[at:]]
    first = row + 1 if at > row else row + 2
    return Corruption(
        table, rows, ({table: grid},), rows=(at + 1, first), note=f"row {row + 1} again as row {at + 1}"
    )


@corruption("rows", "csv")
def truncated(draw: Draw) -> Corruption:
    """A file that ends in the middle: refused, unless what is left is a whole row with a shorter last cell."""
    table, grid = draw.table()
    content = csv_text(grid).encode()
    cut = draw.rng.randrange(len(csv_text(grid[:1]).encode()), len(content))
    left = content[:cut]
    reading = None
    with contextlib.suppress(UnicodeDecodeError):
        reading = _as_cut(grid, left.decode())
    gone = tuple(dict.fromkeys(str(row[0]) for row in grid[1:]))
    return raw(table, left, reading, names=gone, note=f"cut at byte {cut}")


def _as_cut(grid: Grid, text: str) -> Grid | None:
    """The rows that a cut file still holds, where its last one has all its cells."""
    import csv
    import io

    if text.count('"') % 2:
        return None
    rows = list(csv.reader(io.StringIO(text)))
    if rows and len(rows[-1]) != len(grid[0]):
        return None
    last = [cell(text, clean.kind) for text, clean in zip(rows[-1], grid[len(rows) - 1], strict=True)]
    return [*grid[: len(rows) - 1], last] if len(rows) > 1 else grid[:1]


@corruption("rows", "csv", "xlsx")
def header_only(draw: Draw) -> Corruption:
    """A header without a row of data."""
    table, grid = draw.table()
    gone = tuple(dict.fromkeys(str(row[0]) for row in grid[1:]))
    absent = ({table: None},) if draw.form == "xlsx" and table != "customers" else ()  # a sheet to fill in
    return Corruption(table, grid[:1], ({table: grid[:1]}, *absent), names=gone, note="only the header")


@corruption("rows", "csv", "xlsx")
def nothing(draw: Draw) -> Corruption:
    """An empty file or sheet, or one of separators only."""
    table, grid = draw.table()
    if draw.form == "xlsx":
        return Corruption(table, [], ({table: None},) if table != "customers" else (), note="an empty sheet")
    text = draw.rng.choice(
        ["", "\n", "\ufeff", " \n \n", "," * (len(grid[0]) - 1) + "\n", ",,\n" * 50, "\x1a"]
    )
    return raw(table, text, note=f"only {text[:20]!r}")


@corruption("rows", "csv")
def separators(draw: Draw) -> Corruption:
    """Rows of nothing but separators at the end, as spreadsheets leave them."""
    table, grid = draw.table()
    text = csv_text(grid) + ("," * (len(grid[0]) - 1) + draw.rng.choice(["\n", "\r\n"])) * draw.rng.randint(
        1, 30
    )
    return raw(table, text, grid, note="rows of separators")
