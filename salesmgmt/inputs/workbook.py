"""The fill-in workbook of a new engagement: a guide, the assumptions, a sheet a table, hidden lists.

Written from the codebook: a new table or column appears without further code. Nothing in it is a formula;
what the client types is read back by the same codebook.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from salesmgmt.errors import InputError, Problem
from salesmgmt.inputs.assumptions import KINDS, PARTS, WORKBOOK, settings_sheet
from salesmgmt.inputs.codebook import CODEBOOK, Setting, Table
from salesmgmt.inputs.forms import (
    COLORS,
    LAST_ROW,
    Form,
    header,
    limits,
    lines_needed,
    sheet_title,
    shown_width,
    unit_name,
)
from salesmgmt.inputs.guide import in_order, write_guide
from salesmgmt.inputs.settings import FILE
from salesmgmt.inputs.starter import starter
from salesmgmt.locale import Words

__all__ = ["new_engagement", "write_workbook"]

_WIDTHS = {
    "key": 34, "role": 29, "label": 28, "unit": 11, "bounds": 15, "default": 21, "value": 20, "low": 12,
    "high": 12, "kind": 12, "source": 26, "owner": 18, "description": 60,
}  # fmt: skip
_LEAST = {"text": 18, "code": 16, "money": 16, "id": 12, "date": 12, "period": 12}
_FILLED = ("value", "low", "high", "kind", "source", "owner")
_NOTED = ("role", *_FILLED)


def new_engagement(folder: str | Path, *, language: str = "zh") -> Path:
    """A folder with a commented engagement.toml and an empty workbook to fill in.

    Parameters
    ----------
    folder : str or Path
        A new folder, or an empty one.
    language : str, default "zh"
        ``"zh"`` or ``"en"``.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder holds files, is a file, or cannot be written.

    Notes
    -----
    Both files are written aside and moved into place whole, engagement.toml last: without it a folder is no
    engagement.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as parent:
    ...     made = new_engagement(Path(parent) / "client", language="en")
    ...     sorted(path.name for path in made.iterdir())
    ['engagement.toml', 'workbook.xlsx']
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise _refused("workbook.is_file", value=str(folder))
    try:
        if folder.exists() and any(folder.iterdir()):
            raise _refused("workbook.not_empty", value=str(folder))
        _make(folder, language)
    except OSError as error:
        raise _refused(
            "workbook.cannot_write", value=str(folder), reason=error.strerror or str(error)
        ) from None
    return folder


def _refused(id: str, **fields: Any) -> InputError:
    return InputError([Problem("engagement", id, fields)])


def _make(folder: Path, language: str) -> None:
    """Write beside a new folder, inside an empty one; move into place."""
    there = folder.exists()
    parent = folder if there else folder.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    part = parent / f".{secrets.token_hex(6)}.part"
    part.mkdir()
    try:
        write_workbook(part / WORKBOOK, language=language)
        (part / FILE).write_text(starter(language), encoding="utf-8", newline="\n")
        if not there:
            part.rename(folder)
            return
        for name in (WORKBOOK, FILE):
            (part / name).replace(folder / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_workbook(path: Path, *, language: str = "zh") -> Path:
    """The workbook alone.

    Parameters
    ----------
    path : Path
        The file; replaced if it exists.
    language : str, default "zh"
        ``"zh"`` or ``"en"``.

    Returns
    -------
    Path
        The file: a guide, the assumptions, a sheet a table, and hidden lists.
    """
    import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

    words = Words(language, terms=CODEBOOK.terms(language))
    sheets = {table.name: sheet_title(table, language) for table in in_order()}
    never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(str(path), never) as book:
        form = Form(book, words, sheets)
        book.set_properties({"title": form.say("guide.title"), "author": "salesmgmt"})
        write_guide(form)
        _settings_sheet(form)
        for table in in_order():
            _table_sheet(form, table)
        _lists_sheet(form)
    return path


def _table_sheet(form: Form, table: Table) -> None:
    """A sheet a table: its headers, and columns that know what they hold."""
    sheet = form.book.add_worksheet(form.sheets[table.name])
    sheet.set_tab_color(COLORS["fact" if table.fact else "plan"])
    sheet.set_row(0, 33)
    for at, column in enumerate(table.columns.values()):
        text = header(table, column, form.words.language)
        kind = form.kind(column)
        sheet.set_column(at, at, _width(text, column.type), form.format(kind))
        sheet.write_string(0, at, text, _head(form, needed=column.required))
        _note(sheet, 0, at, form.note(table, column))
        sheet.data_validation(1, at, LAST_ROW, at, form.validation(f"{table.name}.{column.name}", column))
    last = len(table.columns) - 1
    sheet.autofilter(0, 0, LAST_ROW, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_letters(last)}{LAST_ROW + 1}"})
    _pages(sheet)
    if any(
        column.ref == table.name for other in CODEBOOK.tables.values() for column in other.columns.values()
    ):
        letters = _letters(list(table.columns).index(table.keys[0]))
        place = f"'{form.sheets[table.name]}'!${letters}$2:${letters}${LAST_ROW + 1}"
        form.book.define_name(f"keys_{table.name}", f"={place}")


def _settings_sheet(form: Form) -> None:
    """A row a key, and a row for each role where a role may have its own."""
    sheet = form.book.add_worksheet(settings_sheet(form.words.language))
    sheet.set_tab_color(COLORS["settings"])
    sheet.set_row(0, 33)
    for at, part in enumerate(PARTS):
        sheet.set_column(at, at, _WIDTHS[part], form.format())
        sheet.write_string(0, at, form.words(f"workbook.part.{part}"), _head(form, needed=part == "value"))
        if part in _NOTED and form.words.has(f"workbook.part.{part}.about"):
            _note(sheet, 0, at, form.say(f"part.{part}.about"))
    row = 0
    for row, (setting, role) in enumerate(_keys(), start=1):
        _setting_row(form, sheet, row, setting, role)
    sheet.autofilter(0, 0, row, len(PARTS) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{_letters(len(PARTS) - 1)}{row + 1}"})
    _pages(sheet, 3)


def _keys() -> Iterator[tuple[Setting, str]]:
    for setting in CODEBOOK.settings.values():
        yield from ((setting, role) for role in ("", *(CODEBOOK.roles if setting.by_role else ())))


def _setting_row(form: Form, sheet: Any, row: int, setting: Setting, role: str) -> None:
    """One key, or one key of a role: what it is, and cells to fill in."""
    told = {
        "key": setting.name, "role": form.words.code("role", role) if role else "", "label": form.label(setting),
        "unit": unit_name(setting, form.words), "bounds": limits(setting),
        "default": "" if role else _default(form, setting),
        "description": "" if role else form.sentence(setting.about[form.at]),
    }  # fmt: skip
    lines = max(lines_needed(text, _WIDTHS[part] - 1) for part, text in told.items())
    sheet.set_row(row, 15.5 * lines + 3, None, {"level": 1} if role else {})
    look = {"font_color": COLORS["muted"]} if role else {"bold": setting.required}
    plain = form.format(**look, text_wrap=True)
    for at, part in enumerate(PARTS):
        if part in told:
            sheet.write_string(
                row, at, told[part], form.format(text_wrap=True) if part == "description" else plain
            )
            continue
        kind = form.kind(setting) if part in ("value", "low", "high") else "text"
        used = part == "value" or setting.assumption
        color = COLORS["fill" if used else "unused"]
        sheet.write_blank(row, at, None, form.format(kind, bg_color=color, border=1, border_color=COLORS["rule"], text_wrap=kind == "text"))  # fmt: skip
        if used and part in ("value", "low", "high"):
            sheet.data_validation(row, at, row, at, form.validation(setting.name, setting))
        elif used and part == "kind":
            kinds = tuple(form.words(f"kind.{kind}") for kind in KINDS)
            sheet.data_validation(row, at, row, at, {"validate": "list", "source": f"={form.list_name('kind', kinds)}", "error_message": form.say("pick_one")})  # fmt: skip


def _default(form: Form, setting: Setting) -> str:
    """What holds where nothing is filled in, as a cell shows it."""
    default = setting.default
    if setting.required:
        return form.say("must")
    if setting.assumption and default:
        value, low, high = (_figure(setting, number) for number in default)
        return f"{value} ({low}–{high})"
    if isinstance(default, list):
        return ", ".join(map(str, default))
    return "" if default is None else _figure(setting, default) if setting.numeric else str(default)


def _figure(setting: Setting, number: float) -> str:
    return f"{number:.0%}" if "share" in (setting.type, setting.unit) else f"{number:g}"


def _lists_sheet(form: Form) -> None:
    """Every drop-down as a named column of a hidden sheet."""
    title = form.words("workbook.sheet.lists")
    sheet = form.book.add_worksheet(title)
    for at, (values, name) in enumerate(form.lists.items()):
        sheet.write_string(0, at, name, form.format(bold=True))
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                sheet.write_string(row, at, value)
            else:
                sheet.write_number(row, at, value)
        letters = _letters(at)
        form.book.define_name(name, f"='{title}'!${letters}$2:${letters}${len(values) + 1}")
    sheet.hide()


def _head(form: Form, *, needed: bool) -> Any:
    look = {"bg_color": COLORS["required"], "font_color": "#FFFFFF", "bold": True} if needed else {"bg_color": COLORS["optional"]}  # fmt: skip
    return form.format("text", **look, text_wrap=True, border=1, border_color=COLORS["rule"])


def _note(sheet: Any, row: int, column: int, text: str) -> None:
    lines = sum(1 + shown_width(line) // 46 for line in text.split("\n"))
    size = {"x_scale": 2.4, "y_scale": max(0.6, 0.27 * lines), "font_size": 9, "font_name": "Calibri"}
    sheet.write_comment(row, column, text, {"author": "salesmgmt", "color": "#FFFFF0", **size})


def _width(text: str, type: str) -> float:
    """Wide enough for the longer part of a header that may break between label and name, and for values."""
    parts = text.rsplit(" ", 1) if shown_width(text) > len(text) else [text]
    return float(min(40, max(*(shown_width(part) + 4 for part in parts), _LEAST.get(type, 10))))


def _pages(sheet: Any, fixed: int = 0) -> None:
    """Header row always in sight, on the screen and on paper."""
    sheet.freeze_panes(1, fixed)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped, unused-ignore]

    return str(xl_col_to_name(column))
