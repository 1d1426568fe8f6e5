"""Corruptions of whole CSV files: encodings, delimiters, line ends, content of another kind, special files."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

from tests.inputs.corruptions import (
    Corruption,
    Draw,
    Grid,
    Link,
    Special,
    cell,
    copied,
    corruption,
    csv_text,
    raw,
)

ZIP = b"PK\x03\x04"


def _chinese(grid: Grid) -> bool:
    return not csv_text(grid).isascii()


def _table(draw: Draw, chinese: bool | None = None) -> tuple[str, Grid]:
    return draw.table(lambda name: chinese is None or _chinese(draw.tables[name]) == chinese)


@corruption("encodings", "csv")
def encoded(draw: Draw) -> Corruption:
    """The encodings of spreadsheets and text editors here: read right."""
    table, grid = _table(draw)
    codec = draw.rng.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "utf-8"])
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")
    return raw(table, mark + csv_text(grid).encode(codec), grid, note=codec)


@corruption("encodings", "csv")
def other_encoding(draw: Draw) -> Corruption:
    """Encodings that cannot be told for sure: read right or refused."""
    table, grid = _table(draw)
    codec = draw.rng.choice(["utf-16-le", "utf-16-be", "utf-32", "utf-8-sig twice", "iso2022_jp"])
    text = csv_text(grid)
    if codec == "utf-8-sig twice":
        content = b"\xef\xbb\xbf" * 2 + text.encode()
    else:
        content = text.encode(codec, "replace")
        if codec == "iso2022_jp" and content.decode(codec) != text:
            return raw(table, content, note=f"{codec}, some letters lost")
    return raw(table, content, grid, note=f"{codec} without a mark")


@corruption("encodings", "csv")
def big5(draw: Draw) -> Corruption:
    """A file out of Taiwan or Hong Kong: refused or right, never other letters."""
    table, grid, row, at, _column = draw.spot(lambda column: column.type == "text" and not column.key)
    plain = [
        [
            text if str(text).isascii() else cell("客戶", text.kind) if hasattr(text, "kind") else text
            for text in cells
        ]
        for cells in grid
    ]
    plain[row][at] = cell("臺灣銀行股份有限公司", "text")
    return raw(table, csv_text(plain).encode("big5"), plain, note="Big5")


@corruption("encodings", "csv")
def latin(draw: Draw) -> Corruption:
    """Letters of Western Europe in one byte each: refused or right."""
    table, grid, row, at, column = draw.spot(lambda column: column.type == "text")
    plain = [
        [
            text if str(text).isascii() else cell(f"x{sum(map(ord, text))}", getattr(text, "kind", "text"))
            for text in cells
        ]
        for cells in grid
    ]
    plain[row][at] = cell(
        draw.rng.choice(["Société Générale", "Müller & Söhne", "Año", "naïve café"]), "text"
    )
    return raw(table, csv_text(plain).encode("latin-1"), plain, note=f"latin-1 in {column.name}")


@corruption("encodings", "csv")
def mixed(draw: Draw) -> Corruption:
    """The one half in one encoding, the other in another; or one byte that fits none."""
    table, grid = _table(draw, chinese=True)
    lines = csv_text(grid).encode().splitlines(keepends=True)
    cut = draw.rng.randrange(1, len(lines))
    first, second = draw.rng.choice(
        [("utf-8", "gbk"), ("gbk", "utf-8"), ("utf-8", "utf-16-le"), ("utf-8-sig", "gb18030")]
    )
    start, end = (b"".join(part).decode() for part in (lines[:cut], lines[cut:]))
    if start.isascii() or end.isascii():
        content, at = csv_text(grid).encode(), draw.rng.randrange(1, len(csv_text(grid).encode()))
        content = (
            content[:at]
            + draw.rng.choice([b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80"])
            + content[at:]
        )
        return raw(table, content, note=f"a bad byte at {at}")
    return raw(
        table, start.encode(first) + end.encode(second), note=f"{first} then {second} from row {cut + 1}"
    )


@corruption("encodings", "csv")
def delimited(draw: Draw) -> Corruption:
    """Other delimiters than the comma."""
    table, grid = _table(draw)
    sign = draw.rng.choice([";", "\t", "|"])
    rows = [
        [str(text).replace(sign, "").replace('"', "").replace(",", "，") for text in cells] for cells in grid
    ]
    reading = [
        [cell(text, getattr(old, "kind", "text")) for text, old in zip(row, cells, strict=True)]
        for row, cells in zip(rows, grid, strict=True)
    ]
    text = "".join(sign.join(row) + "\n" for row in rows)
    if draw.rng.random() < 0.2:
        text = f"sep={sign}\n{text}"
    return raw(table, text, reading, note=f"delimited by {sign!r}")


@corruption("encodings", "csv")
def line_ends(draw: Draw) -> Corruption:
    """Ends of lines of every system, also mixed, and none at the end."""
    table, grid = _table(draw)
    lines = csv_text(grid).splitlines()
    kind = draw.rng.choice(["\r\n", "\r", "mixed", "all", "\r\r\n", "\n\r"])
    ends = {"mixed": ["\n", "\r\n"], "all": ["\n", "\r\n", "\r"]}.get(kind, [kind])
    text = "".join(line + draw.rng.choice(ends) for line in lines)
    if draw.rng.random() < 0.4:
        text = text.rstrip("\r\n")
    return raw(table, text, grid, note=f"line ends {kind!r}")


@corruption("encodings", "csv")
def inner_mark(draw: Draw) -> Corruption:
    """A byte order mark where two files were put together."""
    table, grid = _table(draw)
    rows, at = copied(grid), draw.rng.randrange(1, len(grid))
    rows[at][0] = f"\ufeff{rows[at][0]}"
    return raw(
        table, csv_text(rows), grid, rows=(at + 1,), names=(str(grid[at][0]),), note=f"a mark in row {at + 1}"
    )


@corruption("encodings", "csv")
def nul(draw: Draw) -> Corruption:
    """Bytes of zero somewhere."""
    table, grid = _table(draw)
    content = csv_text(grid).encode()
    at, count = (
        draw.rng.choice([0, len(content), draw.rng.randrange(len(content))]),
        draw.rng.choice([1, 2, 5000]),
    )
    return raw(table, content[:at] + b"\x00" * count + content[at:], grid, note=f"{count} NUL at {at}")


@corruption("encodings", "csv")
def bytes_flipped(draw: Draw) -> Corruption:
    """One byte of the header changed: what is no letter is refused, a header nobody knows is one."""
    table, grid = _table(draw)
    content = bytearray(csv_text(grid).encode())
    plain = bytes(content).isascii()
    at = draw.rng.randrange(len(content))
    content[at] = draw.rng.choice([0x00, 0x01, 0x80, 0xFF, 0xC3])
    try:
        bytes(content).decode("gb18030" if plain else "utf-8")
    except UnicodeDecodeError:
        return raw(table, bytes(content), note=f"byte {at} is {content[at]:#x}")
    return raw(table, bytes(content), note=f"byte {at} is {content[at]:#x}", must="literal")


@corruption("encodings", "csv")
def other_kind(draw: Draw) -> Corruption:
    """Something else under the name of a table."""
    table, grid = _table(draw)
    rng: random.Random = draw.rng
    kind = rng.choice(
        [
            "noise",
            "png",
            "gzip",
            "sqlite",
            "parquet",
            "html",
            "json",
            "xlsx",
            "zip",
            "pdf",
            "zeros",
            "xml",
            "cut xlsx",
            "eml",
        ]
    )
    book = draw.write_book({table: grid})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{table}.csv", csv_text(grid))
    content = {
        "noise": rng.randbytes(3000), "png": b"\x89PNG\r\n\x1a\n" + rng.randbytes(500), "gzip": gzip.compress(csv_text(grid).encode()),
        "sqlite": b"SQLite format 3\x00" + bytes(4000), "parquet": b"PAR1" + rng.randbytes(200) + b"PAR1", "zip": packed.getvalue(), "zeros": bytes(10_000),
        "html": b"<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>", "json": b'[{"customer_id": "C0001"}]', "xlsx": book,
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" + rng.randbytes(100), "xml": b"<?xml version='1.0'?><a><b/></a>", "cut xlsx": book[: len(book) // 2],
        "eml": b"From: a@b\nTo: c@d\nSubject: x, y\n\nhello, world\n",
    }  # fmt: skip
    return raw(table, content[kind], grid if kind in ("xlsx", "gzip", "zip") else None, note=kind)


@corruption("encodings", "csv")
def misnamed(draw: Draw) -> Corruption:
    """A CSV file named as a workbook or Parquet."""
    table, grid = _table(draw)
    name = f"{table}{draw.rng.choice(['.xlsx', '.xls', '.parquet', '.xlsm', '.ods', '.xlsb'])}"
    return Corruption(
        table,
        readings=({table: grid},),
        files={f"{table}.csv": None, name: csv_text(grid).encode()},
        note=name,
    )


@corruption("encodings", "csv")
def special(draw: Draw) -> Corruption:
    """Links, pipes and folders in place of a file: never followed out of the folder, never waited for."""
    table, _grid = _table(draw)
    kind = draw.rng.choice(
        [
            "fifo",
            "folder",
            "/dev/zero",
            "/dev/stdin",
            "/etc/passwd",
            "nowhere.csv",
            f"{table}.csv",
            "/dev/null",
            "/proc/self/mem",
            "..",
        ]
    )
    name = f"{table}{draw.rng.choice(['.csv', '.csv', '.xlsx', '.parquet'])}"
    kind = name if kind == f"{table}.csv" else kind
    held = Special(kind) if kind in ("fifo", "folder") else Link(kind)
    return Corruption(table, files={f"{table}.csv": None, name: held}, note=f"{name} is {kind}")


@corruption("encodings", "csv")
def named_twice(draw: Draw) -> Corruption:
    """Two files for one table."""
    table, grid = _table(draw)
    from salesmgmt.inputs.codebook import CODEBOOK

    other = f"{CODEBOOK.tables[table].zh}.csv"
    return Corruption(
        table,
        files={other: csv_text(grid[: draw.rng.randrange(1, len(grid))]).encode()},
        note=f"also {other}",
    )


@corruption("encodings", "parquet")
def broken_parquet(draw: Draw) -> Corruption:
    """A Parquet file cut, or with bytes changed."""
    import tempfile
    from pathlib import Path

    from tests.inputs.fuzz_client import parquet

    table, grid = _table(draw)
    with tempfile.TemporaryDirectory() as name:
        parquet(grid, Path(name) / "x.parquet")
        content = bytearray((Path(name) / "x.parquet").read_bytes())
    if draw.rng.random() < 0.4:
        content = content[: draw.rng.randrange(len(content))]
        note = f"cut at {len(content)}"
    else:
        at = draw.rng.choice([len(content) - draw.rng.randrange(1, 400), draw.rng.randrange(len(content))])
        for place in range(at, min(at + draw.rng.randint(1, 4), len(content))):
            content[place] ^= draw.rng.randrange(1, 256)
        note = f"bytes changed at {at}"
    return Corruption(
        table, files={f"{table}.csv": None, f"{table}.parquet": bytes(content)}, note=note, must="literal"
    )
