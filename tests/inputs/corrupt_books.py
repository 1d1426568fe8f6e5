"""Corruptions of a workbook as a container: cut, bombs, parts that are missing or lie, and what sheets can hold."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from salesmgmt.inputs.codebook import CODEBOOK
from tests.inputs.corruptions import (
    Cell,
    Corruption,
    Draw,
    Grid,
    Special,
    cell,
    copied,
    corruption,
    without,
)

BOOK = "workbook.xlsx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")


def _book(draw: Draw, content: bytes, note: str, **more: Any) -> Corruption:
    """A workbook of this content in place of the clean one, which it may be read as."""
    more.setdefault("readings", ({},))
    return Corruption("", files={BOOK: content}, note=note, **more)


def _tables(draw: Draw) -> dict[str, Grid]:
    """The tables of one group, as the case will hold them."""
    from tests.inputs.fuzz_client import GROUPS

    return {name: draw.tables[name] for name in GROUPS[0]}


def edited(
    content: bytes, change: Callable[[str, bytes], bytes | None], added: Mapping[str, bytes] | None = None
) -> bytes:
    """A zip with its parts passed through ``change`` (None leaves one out) and others added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if (part := change(entry.filename, old.read(entry))) is not None:
                new.writestr(entry.filename, part)
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


@corruption("books", "xlsx")
def cut_zip(draw: Draw) -> Corruption:
    """A workbook that ends early."""
    content = draw.write_book(_tables(draw))
    cut = draw.rng.choice(
        [
            draw.rng.randrange(8, len(content)),
            len(content) - draw.rng.randrange(1, 40),
            draw.rng.randrange(1, 8),
        ]
    )
    return _book(draw, content[:cut], f"cut at {cut} of {len(content)}", readings=())


@corruption("books", "xlsx")
def bytes_of_zip(draw: Draw) -> Corruption:
    """Bytes of a workbook changed: its check sums must be heeded."""
    content = bytearray(draw.write_book(_tables(draw)))
    at = draw.rng.choice([draw.rng.randrange(len(content)), len(content) - draw.rng.randrange(1, 700)])
    for place in range(at, min(len(content), at + draw.rng.choice([1, 1, 4, 64]))):
        content[place] ^= draw.rng.randrange(1, 256)
    return _book(draw, bytes(content), f"bytes at {at} of {len(content)}", readings=({},))


@lru_cache(maxsize=4)
def _bomb(megabytes: int, honest: bool) -> tuple[bytes, int, int]:
    """Deflated blanks of so many megabytes between the ends of a sheet, their CRC and size."""
    start = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    end = b"</sheetData></worksheet>"
    block = b" " * (16 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    parts = [packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)]
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    tail = packer.compress(end) + packer.flush()
    crc = zlib.crc32(start)
    for _ in range(megabytes >> 4):
        parts.append(middle)
        crc = zlib.crc32(block, crc)
    return (
        b"".join([*parts, tail]),
        zlib.crc32(end, crc),
        len(start) + len(end) + (megabytes >> 4) * len(block),
    )


def stored(content: bytes, name: str, packed: bytes, crc: int, size: int) -> bytes:
    """A zip with one part replaced by raw deflated bytes, whatever its header then says of CRC and size."""
    rest = edited(content, lambda part, held: held if part != name else None)
    with zipfile.ZipFile(io.BytesIO(rest)) as archive:
        directory, count = archive.start_dir, len(archive.infolist())
    label = name.encode()
    common = struct.pack(
        "<HHHHHIIIHH", 20, 0, 8, 0, 0x5A21, crc, len(packed), size & 0xFFFFFFFF, len(label), 0
    )
    local = b"PK\x03\x04" + common + label + packed
    entry = (
        b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, directory) + label
    )
    entries = rest[directory : rest.rindex(b"PK\x05\x06")] + entry
    end = b"PK\x05\x06" + struct.pack(
        "<HHHHIIH", 0, 0, count + 1, count + 1, len(entries), directory + len(local), 0
    )
    return rest[:directory] + local + entries + end


@corruption("books", "xlsx")
def bomb(draw: Draw) -> Corruption:
    """A sheet, or the shared texts, of gigabytes of blanks; its size told truly, or as a small one."""
    content = draw.write_book(_tables(draw))
    megabytes, honest = draw.rng.choice(
        [(3072, True), (3072, False), (1024, True), (1024, False), (256, True)]
    )
    name = draw.rng.choice(
        [
            "xl/worksheets/sheet1.xml",
            "xl/worksheets/sheet2.xml",
            "xl/sharedStrings.xml",
            "xl/styles.xml",
            "xl/workbook.xml",
            "docProps/app.xml",
        ]
    )
    packed, crc, size = _bomb(megabytes, honest)
    made = stored(content, name, packed, crc, size if honest else 4000)
    table = list(_tables(draw))[int(name[-5]) - 1] if "sheet" in name and name[-5].isdigit() else ""
    readings = ({},) if "docProps" in name else ({table: None},) if table and table != "customers" else ()
    return _book(draw, made, f"{megabytes} MB in {name}, {honest=}", readings=readings)


@corruption("books", "xlsx")
def many_parts(draw: Draw) -> Corruption:
    """Tens of thousands of parts, parts twice, names that climb out of the folder."""
    content = draw.write_book(_tables(draw))
    kind = draw.rng.choice(["many", "twice", "climbing", "nested", "comment"])
    stream = io.BytesIO(content)
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
        warnings.simplefilter("ignore")
        if kind == "many":
            for number in range(30_000):
                archive.writestr(f"xl/media/{number}.png", b"")
        elif kind == "twice":
            archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
        elif kind == "climbing":
            archive.writestr("../../evil.txt", b"x")
            archive.writestr("/etc/evil", b"x")
        elif kind == "nested":
            archive.writestr("xl/embeddings/book.xlsx", content)
        else:
            archive.comment = b"PK\x05\x06" * 50
    return _book(draw, stream.getvalue(), kind, readings=({},))


@corruption("books", "xlsx")
def part_missing(draw: Draw) -> Corruption:
    """A part of the workbook that is not there, empty or broken."""
    content = draw.write_book(_tables(draw))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if not name.startswith("xl/worksheets/")]
    name, kind = (
        draw.rng.choice([*names, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]),
        draw.rng.choice(["gone", "empty", "cut", "junk", "tags"]),
    )
    changed = {"gone": None, "empty": b"", "junk": b"\x00\xff" * 50, "tags": b"<a><b></a></b>"}

    def change(part: str, held: bytes) -> bytes | None:
        return held if part != name else held[: len(held) // 2] if kind == "cut" else changed[kind]

    not name.startswith("xl/") or "theme" in name
    return _book(
        draw,
        edited(content, change),
        f"{name} {kind}",
        readings=({},),
    )


def _sheet(draw: Draw) -> tuple[str, Grid, bytes, str]:
    """A table, its cells, the clean workbook and the part that holds the table."""
    tables = _tables(draw)
    table = draw.rng.choice(list(tables))
    return (
        table,
        copied(tables[table]),
        draw.write_book(tables),
        f"xl/worksheets/sheet{list(tables).index(table) + 1}.xml",
    )


def _resheet(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    return edited(content, lambda name, held: change(held.decode()).encode() if name == part else held)


def _of(
    table: str, content: bytes, note: str, readings: tuple[Mapping[str, Grid | None], ...] = (), **more: Any
) -> Corruption:
    return Corruption(
        table, files={BOOK: content}, readings=readings, note=note, options={"group": 0}, **more
    )


@corruption("books", "xlsx")
def broken_tags(draw: Draw) -> Corruption:
    """A sheet whose XML is broken or cut."""
    table, grid, content, part = _sheet(draw)
    kind = draw.rng.choice(
        ["cut", "unclosed", "wrong end", "bare &", "nul", "doctype", "utf-16", "entity", "deep", "no data"]
    )

    def change(xml: str) -> str:
        at = draw.rng.randrange(xml.index("<sheetData>") + 11, len(xml))
        return {
            "cut": xml[:at], "unclosed": xml.replace("</row>", "", 1), "wrong end": xml.replace("</sheetData>", "</sheetDat>"), "bare &": xml.replace("</row>", "& </row>", 1),
            "nul": xml[:at] + "\x00" + xml[at:], "doctype": xml.replace("<worksheet", "<!DOCTYPE worksheet SYSTEM 'file:///etc/passwd'><worksheet", 1),
            "utf-16": xml.replace('encoding="UTF-8"', 'encoding="UTF-16"'), "entity": xml.replace("</row>", "&undefined;</row>", 1),
            "deep": xml.replace("<sheetData>", "<x>" * 50_000 + "<sheetData>"), "no data": re.sub(r"<sheetData>.*</sheetData>", "", xml, flags=re.DOTALL),
        }[kind]  # fmt: skip

    readings: tuple[Mapping[str, Grid | None], ...] = ({table: grid},)
    if kind in ("cut", "no data"):
        readings = ({table: None},) if kind == "no data" and table != "customers" else ()
    return _of(table, _resheet(content, part, change), f"{table}: {kind}", readings, names=(BOOK,))


@corruption("books", "xlsx")
def entity_bomb(draw: Draw) -> Corruption:
    """Entities that multiply, or read files, in some part."""
    content = draw.write_book(_tables(draw))
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = draw.rng.choice(
        [
            f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>',
            '<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>',
        ]
    )
    part = draw.rng.choice(
        [
            "xl/workbook.xml",
            "xl/sharedStrings.xml",
            "xl/worksheets/sheet1.xml",
            "xl/styles.xml",
            "xl/_rels/workbook.xml.rels",
        ]
    )
    inside = {
        "xl/sharedStrings.xml": ("<si><t", "<si><t>&e11;</t></si><si><t"),
        "xl/workbook.xml": ('name="', 'name="&e11;'),
    }

    def change(name: str, held: bytes) -> bytes:
        if name != part:
            return held
        text = held.decode()
        head, _, rest = text.partition("?>")
        old, new = inside.get(part, ("</row>", "<c t='inlineStr'><is><t>&e11;</t></is></c></row>"))
        return f"{head}?>{doctype}{rest.replace(old, new, 1)}".encode()

    return _book(
        draw,
        edited(content, change),
        f"{part}: {doctype[:60]}",
        readings=({},) if part in ("xl/styles.xml", "xl/_rels/workbook.xml.rels") else (),
    )


@corruption("books", "xlsx")
def far_cells(draw: Draw) -> Corruption:
    """Cells and dimensions at the ends of the sheet, out of order, or nowhere."""
    table, grid, content, part = _sheet(draw)
    kind = draw.rng.choice(
        [
            "far cell",
            "far dimension",
            "far row",
            "far column",
            "nowhere",
            "no references",
            "backwards",
            "merge all",
            "spans",
        ]
    )
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    def change(xml: str) -> str:
        rows = re.findall(r"<row .*?</row>", xml, re.DOTALL)
        return {
            "far cell": xml.replace("</sheetData>", far), "far dimension": re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml),
            "far row": xml.replace("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'),
            "far column": xml.replace("</row>", '<c r="XFD1"><v>1</v></c></row>', 1),
            "nowhere": xml.replace("</sheetData>", '<row r="4294967295"><c r="ZZZZZ4294967295"><v>1</v></c></row></sheetData>'),
            "no references": re.sub(r' r="[A-Z]+\d+"', "", re.sub(r'<row r="\d+"', "<row", xml)) if "blank" not in xml else xml,
            "backwards": xml.replace("".join(rows), "".join(reversed(rows))),
            "merge all": xml.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
            "spans": re.sub(r'spans="[^"]*"', 'spans="1:16384"', xml),
        }[kind]  # fmt: skip

    may: tuple[Mapping[str, Grid | None], ...] = ({table: grid},)
    if kind in ("far cell", "far row", "nowhere"):
        may = ()
    if kind == "no references":
        full = all(all(row) for row in grid)
        may = ({table: grid},) if full else ()
    return _of(table, _resheet(content, part, change), f"{table}: {kind}", may, names=(BOOK,))


@corruption("books", "xlsx")
def shared_texts(draw: Draw) -> Corruption:
    """Shared texts that lie about their count, are huge, or are pointed to where there are none."""
    table, _grid, content, part = _sheet(draw)
    kind = draw.rng.choice(["count", "huge", "beyond", "negative", "text for a number", "many"])
    if kind in ("beyond", "negative", "text for a number"):
        index = {"beyond": "999999999", "negative": "-1", "text for a number": "x"}[kind]
        return _of(
            table,
            _resheet(content, part, lambda xml: re.sub(r'(t="s"><v>)\d+', rf"\g<1>{index}", xml, count=1)),
            f"{table}: {kind}",
            names=(BOOK,),
        )

    def change(name: str, held: bytes) -> bytes:
        if name != "xl/sharedStrings.xml":
            return held
        if kind == "count":
            return re.sub(rb'(unique)?[cC]ount="\d+"', b'uniqueCount="4294967295"', held, count=1)
        more = (
            b"<si><t>" + b"x" * (100 << 20) + b"</t></si>"
            if kind == "huge"
            else b"<si><t>y</t></si>" * 2_000_000
        )
        return held.replace(b"</sst>", more + b"</sst>")

    return _book(draw, edited(content, change), f"shared texts: {kind}")


@corruption("books", "xlsx")
def extra_parts(draw: Draw) -> Corruption:
    """Links to other workbooks, macros, pictures: not opened, not in the way."""
    link = b'<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook/></externalLink>'
    parts = draw.rng.choice(
        [
            {"xl/externalLinks/externalLink1.xml": link},
            {"xl/vbaProject.bin": OLE + bytes(2000)},
            {"xl/media/image1.png": b"\x89PNG"},
            {"xl/connections.xml": b"<x/>"},
        ]
    )
    content = edited(draw.write_book(_tables(draw)), lambda name, held: held, parts)
    return _book(draw, content, str([*parts]), must="read")


@corruption("books", "xlsx")
def other_ending(draw: Draw) -> Corruption:
    """One table as a workbook of its own, under any ending, beside the CSV files of the rest."""
    table, grid = draw.table()
    name = f"{draw.rng.choice([table, CODEBOOK.tables[table].zh])}{draw.rng.choice(['.xlsx', '.xlsm', '.xls', '.xlsb', '.et', '.ods'])}"
    kind = draw.rng.choice(["book", "book", "ole", "cut", "password", "noise"])
    book = edited(
        draw.write_book({table: grid}), lambda part, held: held, {"xl/vbaProject.bin": OLE + bytes(500)}
    )
    content = {
        "book": book,
        "ole": OLE + bytes(1500),
        "cut": book[: len(book) // 3],
        "password": locked(),
        "noise": draw.rng.randbytes(900),
    }[kind]
    from tests.inputs.corruptions import csv_text

    rest = {
        f"{other}.csv": csv_text(cells).encode() for other, cells in draw.tables.items() if other != table
    }
    return Corruption(table, readings=({table: grid},) if kind == "book" else (), files={BOOK: None, **rest, name: content},
                      note=f"{name}: {kind}", options={"group": "all"})  # fmt: skip


def locked() -> bytes:
    """A compound file that holds an encrypted package, as Excel writes it with a password; nothing to decrypt."""

    def entry(
        name: str,
        kind: int,
        child: int = 0xFFFFFFFF,
        right: int = 0xFFFFFFFF,
        start: int = 0xFFFFFFFE,
        size: int = 0,
    ) -> bytes:
        label = (name + "\0").encode("utf-16-le") if name else b""
        return (
            label.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(label), kind, 1, 0xFFFFFFFF, right, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    sector = b"x" * 4096
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE, *range(11, 18), 0xFFFFFFFE]
    header = (
        OLE
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    )
    header += struct.pack("<I", 0) + b"\xff" * 4 * 108
    directory = (
        entry("Root Entry", 5, child=1)
        + entry("EncryptedPackage", 2, right=2, start=2, size=4096)
        + entry("EncryptionInfo", 2, start=10, size=4096)
        + entry("", 0)
    )
    return (
        header
        + struct.pack("<20I", *fat, *[0xFFFFFFFF] * (20 - len(fat))).ljust(512, b"\xff")
        + directory
        + sector * 2
    )


@corruption("books", "xlsx")
def whole(draw: Draw) -> Corruption:
    """Something that is no workbook, or not one to be opened, in its place."""
    kind = draw.rng.choice(
        ["password", "ole", "empty", "folder", "fifo", "noise", "html", "csv", "empty zip", "no sheets"]
    )
    content: dict[str, Any] = {
        "password": locked(), "ole": OLE + bytes(3000), "empty": b"", "folder": Special("folder"), "fifo": Special("fifo"), "noise": draw.rng.randbytes(3000),
        "html": b"<html><table><tr><td>customer_id</td></tr></table></html>", "csv": b"customer_id,customer,status\nC1,x,lost\n",
        "empty zip": b"PK\x05\x06" + bytes(18), "no sheets": draw.write_book({"说明": [["a"]], "Sheet2": []}),
    }  # fmt: skip
    return Corruption("customers" if kind == "no sheets" else "", files={BOOK: content[kind]}, note=kind)


@corruption("books", "xlsx")
def formulas(draw: Draw) -> Corruption:
    """Formulas with and without their result, and cells that hold an error."""
    table, grid, row, at, column = draw.spot(lambda column: True)
    kind = draw.rng.choice(["result", "no result", "error", "shared", "array"])
    error = draw.rng.choice(["#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#NULL!"])
    old = grid[row][at]

    def edit(book: Any, sheet: Any) -> None:
        value = float(old) if old and old.kind in ("money", "number", "int", "share") else str(old)
        if isinstance(old, Cell) and old.kind in ("date", "month", "bool"):
            value = (
                (date.fromisoformat(f"{old}-01"[:10]) - date(1899, 12, 30)).days
                if old and old.kind != "bool"
                else "TRUE"
                if old == "True"
                else "FALSE"
            )
        if kind == "array":
            sheet.write_array_formula(row, at, row, at, "{=A1}", None, value)
        else:
            sheet.write_formula(
                row,
                at,
                "=A1&B2" if kind != "error" else "=1/0",
                None,
                error if kind == "error" else "" if kind == "no result" else value,
            )

    clean = copied(grid)
    blank = copied(grid)
    blank[row][at] = cell("", column.type)
    readings: tuple[Mapping[str, Grid | None], ...] = ({table: clean},)
    if kind in ("error", "no result"):
        readings = ({table: blank},) if kind == "error" and error == "#N/A" else ()
        if kind == "no result" and not old:
            readings = ({table: clean},)
    return Corruption(table, grid, readings, rows=(row + 1,), note=f"{column.name} of row {row + 1}: formula, {kind} {error if kind == 'error' else ''}",
                      options={"edit": {table: edit}})  # fmt: skip


@corruption("books", "xlsx")
def merged(draw: Draw) -> Corruption:
    """Cells merged in the data: downwards means the same for each row; sideways a value is lost."""
    table, grid, row, at, column = draw.spot(
        lambda column: column.type in ("text", "code", "id", "money", "number")
    )
    last = min(row + draw.rng.randint(1, 3), len(grid) - 1)
    changed, filled = copied(grid), copied(grid)
    for below in range(row + 1, last + 1):
        filled[below][at] = grid[row][at]
        changed[below][at] = ""
    if last == row or not grid[row][at]:
        return Corruption(table, grid, ({table: grid},), note="nothing to merge")
    return Corruption(table, changed, ({table: filled},), names=(str(grid[row][at]),), note=f"{column.name} merged over rows {row + 1} to {last + 1}",
                      options={"merge": {table: [(row, at, last, at)]}})  # fmt: skip


@corruption("books", "xlsx")
def sheets(draw: Draw) -> Corruption:
    """Hidden sheets, sheets in Chinese, two sheets for one table, sheets of charts."""
    table, grid = draw.table()
    kind = draw.rng.choice(
        ["hidden", "chinese", "two", "same twice", "chart", "hidden copy", "spaced", "suffix"]
    )
    names = {"chinese": CODEBOOK.tables[table].zh, "spaced": f" {table.title()} ", "suffix": f"{table}(2)"}
    options: dict[str, Any] = {"sheets": {table: names.get(kind, table)}}
    readings: tuple[Mapping[str, Grid | None], ...] = ({table: grid},)
    if kind == "hidden":
        options["hidden"] = (table,)
        readings = readings if table == "customers" else (*readings, {table: None})
    if kind == "suffix":
        readings = readings if table == "customers" else (*readings, {table: None})

    def edit(book: Any, sheet: Any) -> None:
        if kind == "chart":
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": f"='{table}'!$A$1:$A$5"})
            book.add_chartsheet("图表").set_chart(chart)
            return
        other = book.add_worksheet(
            CODEBOOK.tables[table].zh if CODEBOOK.tables[table].zh != table else f"{table} "
        )
        for row, cells in enumerate(grid[: len(grid) if kind == "same twice" else len(grid) // 2 + 1]):
            other.write_row(row, 0, list(map(str, cells)))
        if kind == "hidden copy":
            other.hide()

    if kind in ("chart", "two", "same twice", "hidden copy"):
        options["edit"] = {table: edit}
    return Corruption(table, grid, () if kind == "two" else readings, note=kind, options=options)


@corruption("books", "xlsx")
def from_1904(draw: Draw) -> Corruption:
    """Days counted from 1904, formatted as days or as bare numbers."""
    table, grid, _, at, column = draw.spot(lambda column: column.dated)
    bare = draw.rng.random() < 0.5
    rows = copied(grid)
    for row in rows[1:] if bare else ():
        if row[at]:
            row[at] = float((date.fromisoformat(f"{row[at]}-01"[:10]) - date(1904, 1, 1)).days)
    return Corruption(
        table,
        rows,
        ({table: grid},),
        note=f"{table}: {column.name}, {bare=}",
        options={"settings": {"date_1904": True}},
    )


@corruption("books", "xlsx")
def column_out(draw: Draw) -> Corruption:
    """A workbook with one column of a table hidden away in a comment of the header."""
    table, grid, _, at, column = draw.spot(lambda column: not column.required and not column.key)
    return Corruption(
        table, without(grid, at), ({table: without(grid, at)},), note=f"{column.name} not there"
    )
