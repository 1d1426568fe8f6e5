"""One corrupted client read and judged: right, refused with a place, or a fault.

Run as a program it takes recipes line by line and answers each with one line of JSON, its memory limited:
whoever asks can set a time limit and see a crash of a native library as the fault of one recipe.
``python -m tests.inputs.fuzzing RECIPE`` prints the verdict on one and keeps its folder.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import resource
import sys
import tempfile
import time
import tomllib
import traceback
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs import describe, format_problems, input_words, load, place, write_problems
from salesmgmt.inputs.codebook import CODEBOOK
from salesmgmt.inputs.facts import DETAILS
from tests.inputs import corrupt_books, corrupt_cells, corrupt_files, corrupt_settings  # noqa: F401 entered in FAMILIES
from tests.inputs.corruptions import Corruption, Draw, Grid, corrupted
from tests.inputs.fuzz_client import group_of, small_client, workbook, write

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
MEMORY = 4 << 30
"""Bytes that a worker may map."""
LONGEST = 4000
"""Signs that one line of a message may have."""


@dataclass
class Verdict:
    """What came of one case: ``right``, ``refused`` (by which messages) or a ``fault`` and why."""

    recipe: str
    outcome: str
    note: str = ""
    ids: list[str] = field(default_factory=list)
    why: str = ""
    seconds: float = 0.0


@lru_cache
def client() -> tuple[dict[str, Grid], str]:
    return small_client(DEMO)


@lru_cache(maxsize=16)
def clean(names: tuple[str, ...]) -> Mapping[str, pd.DataFrame]:
    """What the clean tables of this group are read as."""
    tables, toml = client()
    return loaded({name: tables[name] for name in names}, toml) or {}


def loaded(tables: Mapping[str, Grid], toml: str) -> Mapping[str, pd.DataFrame] | None:
    """Frames of a clean client out of CSV, or None where it is refused."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), tables, toml, "csv")
        try:
            return load(name).tables
        except InputError:
            return None


def judge(recipe: str, folder: Path, tell: Callable[[str], object] = str) -> Verdict:
    """Corrupt the client as the recipe says, in an empty folder, read it, and judge what came."""
    tables, toml = client()
    draw = Draw(None, "", tables, toml, workbook)  # type: ignore[arg-type]
    made = corrupted(recipe, draw)
    tell(made.note)
    held = group_of(made, tables, int(recipe.split("/")[2]))
    write(folder, held, toml, recipe.split("/")[1], made)
    return judge_folder(recipe, folder, made, held, toml)


def judge_folder(recipe: str, folder: Path, made: Corruption, held: Mapping[str, Grid], toml: str) -> Verdict:
    verdict = Verdict(recipe, "fault", made.note)
    before = snapshot(folder)
    start = time.perf_counter()
    found: Any = None
    try:
        with silent() as said, warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            found = load(folder)
    except InputError as error:
        found = error
    except BaseException as error:
        verdict.why = "".join(traceback.format_exception(error)[-3:])[-1500:]
        return verdict
    finally:
        verdict.seconds = time.perf_counter() - start
    if said:
        verdict.why = f"printed: {said[0][:500]}"
    elif warned:
        verdict.why = f"warned: {warned[0].message}"
    elif snapshot(folder) != before:
        verdict.why = "the folder was changed"
    elif isinstance(found, InputError):
        verdict.ids = sorted({problem.id for problem in found.problems})
        verdict.why = misplaced(made, found.problems) or (
            "refused, should be read" if made.must == "read" else ""
        )
        verdict.outcome = "fault" if verdict.why else "refused"
    else:
        verdict.why = wrong(made, found, held, toml, recipe.split("/")[1])
        verdict.outcome = "fault" if verdict.why else "right"
    return verdict


def snapshot(folder: Path) -> list[tuple[str, str, int]]:
    """Every entry of a folder with its content."""

    def content(path: Path) -> str:
        if path.is_symlink():
            return str(path.readlink())
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else str(path.stat().st_mode)

    return sorted(
        (str(path.relative_to(folder)), content(path), path.lstat().st_mtime_ns) for path in folder.rglob("*")
    )


@contextmanager
def silent() -> Iterator[list[str]]:
    """What is printed meanwhile, by native libraries too."""
    said: list[str] = []
    with tempfile.TemporaryFile("w+b") as file:
        kept = [os.dup(at) for at in (1, 2)]
        sys.stdout.flush(), sys.stderr.flush()
        for at in (1, 2):
            os.dup2(file.fileno(), at)
        try:
            yield said
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            for at, old in zip((1, 2), kept, strict=True):
                os.dup2(old, at)
                os.close(old)
            file.seek(0)
            if text := file.read().decode("utf-8", "replace").strip():
                said.append(text)


# --- refusals


def misplaced(made: Corruption, problems: list[Problem]) -> str:
    """What is wrong with a refusal: it must be put into words, and name the place."""
    lines: list[str] = []
    for language in ("zh", "en"):
        words = input_words(language)
        lines += format_problems(problems, words)
        for problem in problems[:50]:
            describe(problem, words), place(problem, words)
        with tempfile.TemporaryDirectory() as name:
            write_problems(problems, Path(name) / "problems.xlsx", words)
    if not problems or not any(problem.severity == "error" for problem in problems):
        return "refused without a problem"
    if long := next((line for line in lines if len(line) > LONGEST), ""):
        return f"a message of {len(long)} signs: {long[:100]}"
    if odd := next((line for line in lines if any(unicodedata.category(sign) == "Cc" for sign in line)), ""):
        return f"control characters in a message: {odd[:200]!r}"
    own = [
        problem
        for problem in problems
        if problem.table == made.table or (made.table == "engagement" and problem.file == "engagement.toml")
    ]
    named = [name for name in made.names if name]
    if made.table == "":
        named = ["workbook.xlsx"]
        own = []
    if not own and not any(name in line for name in named for line in lines):
        return f"does not name {made.table or 'the workbook'}: {lines[:3]}"
    rows = {problem.row for problem in own if problem.row and problem.severity == "error"}
    rows |= {problem.fields["first"] for problem in own if problem.id == "inputs.duplicate"}
    errors = [problem for problem in own if problem.row and problem.severity == "error"]
    rows |= {
        int(row) for problem in errors for row in re.findall(r"\d+", str(problem.fields.get("rows", "")))
    }
    if own and made.rows and rows and not rows & set(made.rows) and not recipe_without_rows(own):
        return f"names rows {sorted(rows)[:5]}, not {made.rows}: {lines[:3]}"
    return ""


def recipe_without_rows(problems: list[Problem]) -> bool:
    """Whether records have no row: a Parquet file counts records from 1."""
    return any(problem.file.endswith(".parquet") for problem in problems)


# --- readings


def wrong(made: Corruption, found: Any, held: Mapping[str, Grid], toml: str, form: str) -> str:
    """How what was read differs from every reading; empty where it is one of them."""
    if made.must == "literal":
        return ""
    if not made.readings:
        got = describe_cell(made, found)
        return f"read, should be refused{got}"
    differences = []
    for reading in made.readings:
        tables = {name: reading.get(name, grid) for name, grid in held.items()}
        kept = {name: grid for name, grid in tables.items() if grid is not None}
        if form == "csv" and same_file(made, reading):
            expected = found.tables
        elif all(kept[name] == held[name] for name in kept):
            expected = clean(tuple(kept))
        else:
            expected = loaded(kept, toml)
        if expected is None:
            differences.append("what it may be read as is refused itself")
            continue
        difference = differs(found.tables, expected) or misread(found.tables, reading) or misset(made, found)
        if not difference:
            return ""
        differences.append(difference)
    return f"silently wrong{describe_cell(made, found)}: {' | '.join(differences[:3])}"


def same_file(made: Corruption, reading: Mapping[str, Grid | None]) -> bool:
    """Whether a reading is the very file that was read: then only plain Python can tell whether it was read right."""
    return (
        not made.files
        and made.grid is not None
        and list(reading.values()) == [made.grid]
        and made.options == {}
    )


def describe_cell(made: Corruption, found: Any) -> str:
    noted = [
        f"{note.column} {note.id} {dict(note.fields)}"
        for note in (*found.notes, *found.warnings)
        if note.table == made.table
    ]
    return f" (told: {noted[:2]})" if noted else ""


def differs(found: Mapping[str, pd.DataFrame], expected: Mapping[str, pd.DataFrame]) -> str:
    """The first difference between two sets of frames."""
    if list(found) != list(expected):
        return f"tables {sorted(set(found) ^ set(expected))}"
    for name, frame in expected.items():
        other = found[name]
        further = [
            column
            for column in frame.columns
            if column not in CODEBOOK.tables[name].dtypes and column not in other.columns
        ]
        frame = frame.drop(columns=further)
        if len(other) != len(frame):
            return f"{name} has {len(other)} rows, not {len(frame)}"
        for column in frame.columns:
            if column not in other.columns:
                return f"{name} has no {column}"
            if problem := _columns_differ(other[column], frame[column]):
                return f"{name}.{column}: {problem}"
    return ""


def _columns_differ(found: pd.Series, expected: pd.Series) -> str:
    for row, (one, two) in enumerate(zip(found, expected, strict=True)):
        same = one == two or (pd.isna(one) and pd.isna(two))
        if not same and isinstance(two, float) and isinstance(one, float):
            same = math.isclose(one, two, rel_tol=1e-12)
        if not same and not (isinstance(two, str) and bare(one) == bare(two)):
            return f"record {row + 1} is {str(one)[:80]!r}, not {str(two)[:80]!r}"
    return ""


def wide(text: Any) -> str:
    """An ID as read: full-width signs in half width, which is told."""
    return unicodedata.normalize("NFKC", bare(text))


def bare(text: Any) -> str:
    """A text without line ends that differ between forms and signs at its ends that nobody sees."""
    seen = (
        str(text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("_x000D_", "\n")
        .replace("\x00", "")
        .replace("\ufffd", "")
    )
    return seen.strip().strip("\u200b\u200c\u200d\u200e\u200f\u202e\u2060\ufeff\u00ad").strip()


def misread(found: Mapping[str, pd.DataFrame], reading: Mapping[str, Grid | None]) -> str:
    """How the frames differ from the readings as plain Python reads them: counts, sums, cells."""
    for name, grid in reading.items():
        if grid is None or name not in found:
            continue
        spec, frame = CODEBOOK.tables[name], found[name]
        rows = grid[1:]
        if until := DETAILS[name].until if name in DETAILS else "":  # later ones are left out, and said to be
            day = grid[0].index(until)
            rows = [row for row in rows if str(row[day])[:10] <= "2026-10-31"]
        for at, header in enumerate(grid[0]):
            if (column := spec.columns.get(header)) is None or header not in frame.columns:
                continue
            cells = [str(row[at]).strip() for row in rows]
            if column.numeric and name != "opportunities":
                total = float(sum(Decimal(text or 0) for text in cells))
                if not math.isclose(frame[header].sum(), total, rel_tol=1e-9, abs_tol=1e-6):
                    return f"{name}.{header} sums to {frame[header].sum()}, not {total}"
            if (
                not spec.fact
                and column.type in ("text", "id")
                and list(map(bare, frame[header])) != list(map(bare, cells))
                and not (column.type == "id" and list(map(wide, frame[header])) == list(map(wide, cells)))
            ):
                return f"{name}.{header} is not as written"
            if (
                not spec.fact
                and column.type == "date"
                and [text[:10] for text in cells if text] != [*frame[header].dropna().dt.strftime("%Y-%m-%d")]
            ):
                return f"{name}.{header} has other days"
        if spec.fact and name == "visits" and frame["visits"].sum() != len(rows):
            return f"visits are {frame['visits'].sum()}, not {len(rows)}"
    return ""


def misset(made: Corruption, found: Any) -> str:
    """How the settings differ from engagement.toml as plain Python reads it."""
    if made.toml is None:
        return ""
    document = tomllib.loads(made.toml)
    for key in ("client", "year", "currency"):
        if (said := document["engagement"].get(key)) is not None and found.value(f"engagement.{key}") != said:
            return f"{key} is {found.value(f'engagement.{key}')!r}, not {said!r}"
    for held in found.assumptions:
        section, key = held.name.split(".")
        entries = document.get(section, {})
        said = (entries.get(held.role, {}) if held.role else entries).get(key)
        said = said.get("value") if isinstance(said, dict) else said
        if said is not None and held.value != (float(said) if isinstance(said, int) else said):
            return f"{held.name} {held.role} is {held.value}, not {said}"
    return ""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def answer(content: Any) -> None:
        out.write(json.dumps(content) + "\n")
        out.flush()

    for line in sys.stdin:
        with tempfile.TemporaryDirectory(prefix="fuzz") as name:
            try:
                verdict = judge(line.strip(), Path(name), answer)
            except Exception as error:  # the case itself could not be made or judged
                verdict = Verdict(
                    line.strip(), "fault", why="".join(traceback.format_exception(error)[-4:])[-1500:]
                )
        answer(asdict(verdict))


def one(recipe: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    verdict = judge(recipe, folder)
    print(json.dumps(asdict(verdict), ensure_ascii=False, indent=1), folder)


if __name__ == "__main__":
    one(sys.argv[1]) if len(sys.argv) > 1 else main()
