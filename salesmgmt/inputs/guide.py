"""The first sheet of the fill-in workbook: who fills in what, in which order, and what it adds to the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from salesmgmt.inputs.assumptions import settings_sheet
from salesmgmt.inputs.codebook import CODEBOOK, Table
from salesmgmt.inputs.forms import COLORS, Form, lines_needed

__all__ = ["in_order", "write_guide"]

FIRST = ("customers", "staff", "assignments", "coverage", "contracts")
"""Tables that come first; further ones follow in the codebook's order, facts last."""

_COLUMNS = {"order": 7, "sheet": 19, "about": 52, "lights": 42, "source": 15, "required": 13}
_STEPS, _RULES = 4, 7
_SWATCHES = ("required", "optional", "fill", "unused", "plan", "fact", "settings")


def in_order() -> list[Table]:
    """Every table of the codebook in the order in which it is filled in.

    Examples
    --------
    >>> [table.name for table in in_order()][:3]
    ['customers', 'staff', 'assignments']
    """
    names = list(CODEBOOK.tables)
    return sorted(
        CODEBOOK.tables.values(), key=lambda table: (_group(table), _place(table), names.index(table.name))
    )


def _group(table: Table) -> int:
    return 2 if table.fact else 0 if table.name in FIRST else 1


def _place(table: Table) -> int:
    return FIRST.index(table.name) if table.name in FIRST else len(FIRST)


class _Page:
    """The sheet, written from top to bottom."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.row = 0
        self.sheet = form.book.add_worksheet(form.words("workbook.sheet.guide"))
        for at, width in enumerate(_COLUMNS.values()):
            self.sheet.set_column(at, at, width)
        self.text = form.format(text_wrap=True)

    def across(self, text: str, look: Any, *, size: float = 11, first: int = 0) -> None:
        """A paragraph over the whole width from a column on; a merged cell is given the height it needs."""
        width = sum(list(_COLUMNS.values())[first:]) * 11 / size
        self.sheet.set_row(self.row, round(lines_needed(text, width) * size * 1.4 + 4, 1))
        self.sheet.merge_range(self.row, first, self.row, len(_COLUMNS) - 1, text, look)
        self.row += 1

    def heading(self, id: str) -> None:
        """A heading, with a line of space above."""
        self.row += 1
        look = self.form.format(bold=True, font_size=13, font_color=COLORS["required"], bottom=1, bottom_color=COLORS["rule"])  # fmt: skip
        self.across(self.form.say(id), look, size=13)

    def numbered(self, texts: list[str], marks: list[str]) -> None:
        """Paragraphs, each with its mark in the first column."""
        for mark, text in zip(marks, texts, strict=True):
            self.sheet.write_string(self.row, 0, mark, self.form.format(align="center"))
            self.across(text, self.text, first=1)


def write_guide(form: Form) -> None:
    """Write the guide as the workbook's next sheet.

    Parameters
    ----------
    form : Form
        The workbook; the names of its sheets are linked to.
    """
    page, names = _Page(form), _names(form)
    title = form.format(bold=True, font_size=18, font_color=COLORS["required"])
    page.across(form.say("guide.title"), title, size=18)
    page.across(form.say("guide.intro", **names), page.text)
    page.heading("guide.steps")
    steps = [form.say(f"guide.step{step}", **names) for step in range(1, _STEPS + 1)]
    page.numbered(steps, [f"{step}" for step in range(1, _STEPS + 1)])
    page.heading("guide.sheets")
    _contents(page)
    page.heading("guide.writing")
    page.numbered([form.say(f"guide.write{rule}", **names) for rule in range(1, _RULES + 1)], ["•"] * _RULES)
    page.heading("guide.colors")
    _colors(page, names)
    page.sheet.set_landscape()
    page.sheet.set_paper(9)
    page.sheet.fit_to_pages(1, 0)
    page.sheet.hide_gridlines(2)
    page.sheet.activate()


def _names(form: Form) -> dict[str, str]:
    """Sheets and columns that the sentences name."""
    fact = next(
        (table.zh if form.words.language == "zh" else table.name for table in in_order() if table.fact), ""
    )
    return {
        "customers": form.sheets["customers"], "settings": settings_sheet(form.words.language), "fact": fact,
        "folder": form.words("workbook.guide.folder"), "column": "customer",
        "money": form.words.column("customers.potential"),
    }  # fmt: skip


def _contents(page: _Page) -> None:
    """The list of sheets, group by group, each with a link."""
    form = page.form
    head = form.format(bold=True, bg_color=COLORS["required"], font_color="#FFFFFF", border=1, border_color=COLORS["rule"])  # fmt: skip
    page.sheet.set_row(page.row, 19)
    for at, column in enumerate(_COLUMNS):
        page.sheet.write_string(page.row, at, form.say(f"guide.column.{column}"), head)
    page.row += 1
    rows = _rows(form)
    group = form.format(bold=True, bg_color=COLORS["optional"], border=1, border_color=COLORS["rule"])
    for at, (title, cells) in enumerate(rows, start=1):
        if title:
            page.sheet.set_row(page.row, 19)
            page.sheet.merge_range(page.row, 0, page.row, len(_COLUMNS) - 1, title, group)
            page.row += 1
        _listed(page, at, cells)


def _rows(form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Title of a group where one begins; sheet, what goes in, what it adds, who fills it in, whether required."""
    settings = settings_sheet(form.words.language)
    yield form.say("guide.group.first"), (
        settings, form.say("guide.settings.about"), form.say("guide.settings.lights"), form.say("guide.typed"),
        form.say("guide.settings.required"),
    )  # fmt: skip
    group = 0
    for table in in_order():
        title = (
            ""
            if _group(table) == group
            else form.say(f"guide.group.{('first', 'plan', 'fact')[_group(table)]}")
        )
        group = _group(table)
        needed = table.name == "customers"
        yield title, (
            form.sheets[table.name], form.typeset(table.about[form.at]),
            form.sentence(table.lights[form.at]), form.say("guide.exported" if table.fact else "guide.typed"),
            form.say("guide.required" if needed else "guide.optional"),
        )  # fmt: skip


def _listed(page: _Page, at: int, cells: tuple[str, ...]) -> None:
    form, box = page.form, {"border": 1, "border_color": COLORS["rule"], "text_wrap": True}
    sheet, *rest = cells
    needed = at <= 2  # assumptions and customers
    widths = list(_COLUMNS.values())[2:]
    lines = max(lines_needed(text, width) for text, width in zip(rest, widths, strict=True))
    page.sheet.set_row(page.row, 15.5 * lines + 3)
    page.sheet.write_number(page.row, 0, at, form.format("int", **box, align="center"))
    link = form.format(**box, font_color=COLORS["plan"], underline=1, bold=needed)
    page.sheet.write_url(page.row, 1, f"internal:'{sheet}'!A1", link, sheet)
    for column, text in enumerate(rest, start=2):
        page.sheet.write_string(
            page.row, column, text, form.format(**box, bold=needed and column == len(_COLUMNS) - 1)
        )
    page.row += 1


def _colors(page: _Page, names: dict[str, str]) -> None:
    """A swatch a row, and what it means."""
    for color in _SWATCHES:
        look = {"bg_color": COLORS[color], "border": 1, "border_color": COLORS["rule"]}
        page.sheet.write_blank(page.row, 0, None, page.form.format(**look))
        page.across(page.form.say(f"guide.color.{color}", **names), page.text, first=1)
