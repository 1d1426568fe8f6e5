"""The five steps as a spreadsheet computes them: formulas on shaded cells, our own numbers beside them.

Customers, visits a year, hours and adjustments are changed on the sheet, what one person can do on the
sheet of assumptions. Every number from there to the headcount is a formula; the report's number and the
difference stand beside it. The rows come from the run's tables, written as the chapter found them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesmgmt.inputs import Engagement
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.sheets import Cell, Sheet
from salesmgmt.tables import cell_text

__all__ = ["DRIVEN", "can_size", "write_sizing"]

_PIECES = ("working_days", "hours_per_day", "selling_share", "hours_per_visit", "travel_hours_per_visit")
_UNITS = ("days", "hours", "share", "hours", "hours")
_GIVEN = "visits_per_rep"
DRIVEN = tuple(f"sizing.{name}" for name in (*_PIECES, _GIVEN))
"""Assumptions whose cells the formulas refer to."""

_VISITS = "plan.sizing.frequencies"
_NEEDED = (_VISITS, "plan.sizing.steps", "plan.sizing.roles")
_ANSWERS = {"visits": "visits", "visits_per_rep": "visits", "reps": "people", "headcount": "whole"}
_ROUNDING = "0.000000001"


def can_size(found: Findings) -> bool:
    """Whether a run holds what the formulas are made of."""
    return all(found.tables.get(key, {}).get("rows") for key in _NEEDED)


def write_sizing(
    sheet: Sheet,
    detail: Sheet,
    *,
    data: Engagement,
    found: Findings,
    places: Mapping[tuple[str, str], str],
    back: str,
) -> None:
    """Fill the sheet of the five steps and the sheet of their rows by role, region and class.

    Parameters
    ----------
    sheet, detail : Sheet
        Both empty.
    data : Engagement
        Which assumption holds for which role.
    found : Findings
        A run that :func:`can_size`.
    places : Mapping
        Name and role of an assumption -> address of its value.
    back : str
        Name of the contents.
    """
    _Sizing(sheet, detail, data=data, found=found, places=places).write(back)


class _Sizing:
    """One pass from the customers to the headcount; each step keeps the addresses the next one needs."""

    def __init__(
        self,
        sheet: Sheet,
        detail: Sheet,
        *,
        data: Engagement,
        found: Findings,
        places: Mapping[tuple[str, str], str],
    ) -> None:
        self.sheet, self.detail, self.book = sheet, detail, sheet.book
        self.data, self.found, self.places = data, found, places
        self.rows = _rows(found, _VISITS)
        self.roles = list(dict.fromkeys(row["role"] for row in self.rows))
        self.ours = {row["role"]: row for row in _rows(found, "plan.sizing.roles")}
        self.customers: dict[tuple[str, ...], str] = {}
        self.policy: dict[tuple[str, ...], tuple[str, str]] = {}
        self.cells: dict[tuple[str, str], str] = {}
        self.hours: dict[str, str] = {}
        self.visits: dict[str, str] = {}
        self.one_rep: dict[str, str] = {}
        self.live: dict[str, str] = {}

    def write(self, back: str) -> None:
        """Everything, the answer on top last, when its addresses are known."""
        sheet = self.sheet
        sheet.open(self.book.say("xlsx.sizing_title"), back=back)
        sheet.head(self._says("answer", "live", "ours", "difference"))
        answer = sheet.at
        sheet.at += len(_ANSWERS)
        sheet.line(self.book.say("xlsx.sizing_note"))
        self._step_1()
        self._steps_2_and_3()
        self._rows_by_region(back)
        self._step_4()
        self._step_5()
        self._adjust()
        end, sheet.at = sheet.at, answer
        for name, unit in _ANSWERS.items():
            ours = self._card(f"plan.sizing.{name}")
            label = [self.book.say(f"card.plan.sizing.{name}.label")]
            sheet.row([*label, *self._checked(self.live[name], ours, ours, unit, column=1)])
        sheet.at = end
        sheet.finish(fixed=answer + len(_ANSWERS))

    def _step_1(self) -> None:
        """Customers by class and region: one cell each, whoever visits them."""
        self._block("step_1", [("status", ""), ("tier", ""), ("region", ""), ("customers", "customers")])
        count = {(row["status"], row["tier"], row["region"]): row["customers"] for row in self.rows}
        by_class = list(dict.fromkeys(key[:2] for key in count))
        for key in sorted(count, key=lambda key: by_class.index(key[:2])):
            names = zip(("status", "tier", "region"), key, strict=True)
            cells = [
                *(self._text(value, name) for name, value in names),
                Cell(count[key], "customers", look="given"),
            ]
            self.customers[key] = self.sheet.row(cells)[-1]

    def _steps_2_and_3(self) -> None:
        """Visits a year and hours by role and class, and the visits they make."""
        columns = [("role", ""), ("status", ""), ("tier", ""), ("visits_per_year", "visits_each")]
        columns += [("hours_per_visit", "hours"), ("customers", "customers"), ("visits", "visits")]
        self._block("steps_2_and_3", columns, checked=True)
        rows = {(row["role"], row["status"], row["tier"]): row for row in self.rows}
        steps = _rows(self.found, "plan.sizing.steps")
        ours = {(row["role"], row["status"], row["tier"]): row for row in steps}
        begin = self.sheet.at
        for key, row in rows.items():
            at, own = self.sheet.at, ours[key]
            people = [place for name, place in self.customers.items() if name[:2] == key[1:]]
            yearly, customers = (self.sheet.address(at, column) for column in (3, 5))
            texts = [self._text(value, name) for (name, _), value in zip(columns, key, strict=False)]
            cells = [
                *texts, Cell(row["visits_per_year"], "visits_each", look="given"), self._hours(row),
                Cell(own["customers"], "customers", f"SUM({people[0]}:{people[-1]})"),
                *self._checked(f"{customers}*{yearly}", own["visits"], own["visits"], "visits", column=6),
            ]  # fmt: skip
            places = self.sheet.row(cells)
            self.policy[key] = places[3], places[4]
        total, ours_all = self.sheet.address(begin, 6, self.sheet.at - 1), self._card("plan.sizing.visits")
        value = sum(row["visits"] for row in steps)
        cells = [self.book.say("xlsx.total"), *[None] * 5]
        places = self.sheet.row(
            [*cells, *self._checked(f"SUM({total})", value, ours_all, "visits", column=6)]
        )
        self.live["visits"] = places[6]

    def _rows_by_region(self, back: str) -> None:
        """The rows behind: role by role, region by region, so that each role and each cell is one stretch."""
        names = (
            "role",
            "region",
            "status",
            "tier",
            "customers",
            "visits_per_year",
            "hours_per_visit",
            "visits",
        )
        units = ("", "", "", "", "customers", "visits_each", "hours", "visits")
        sheet = self.detail
        sheet.open(self.book.say("xlsx.detail_title"), back=back)
        labels = [self.book.header(*column, key=_VISITS) for column in zip(names, units, strict=True)]
        header = sheet.head([*labels, *self._says("ours", "difference")])
        for role in self.roles:
            begin, own = sheet.at, [row for row in self.rows if row["role"] == role]
            for region in dict.fromkeys(row["region"] for row in own):
                first = sheet.at
                for row in (row for row in own if row["region"] == region):
                    sheet.row(self._detail(row, names[:4]))
                self.cells[role, region] = self._outside(first, 7)
            self.hours[role], self.visits[role] = self._outside(begin, 6), self._outside(begin, 7)
        sheet.finish(header, len(names) + 2)

    def _step_4(self) -> None:
        """What one person can do: as given, or days × hours × share ÷ hours per visit and on the way."""
        columns = [("role", ""), *zip(_PIECES, _UNITS, strict=True), (_GIVEN, "visits")]
        self._block("step_4", columns, checked=True, key="plan.sizing.capacity")
        for role in self.roles:
            at, assumed = self.sheet.at, self._assumed(role)
            days, hours, share, visit, way = (self.sheet.address(at, column) for column in range(1, 6))
            if _GIVEN in assumed:
                formula = assumed[_GIVEN].formula
            else:
                assumed["hours_per_visit"] = self._mean_hours(role)
                formula = f"{days}*{hours}*{share}/({visit}+{way})"
            ours = self.ours[role][_GIVEN]
            result = self._checked(formula, ours, ours, "visits", column=6)
            self.one_rep[role] = self.sheet.row(
                [self._text(role, "role"), *map(assumed.get, _PIECES), *result]
            )[6]

    def _step_5(self) -> None:
        """People by role, unrounded."""
        columns = [("role", ""), ("visits", "visits"), (_GIVEN, "visits"), ("reps", "people")]
        self._block("step_5", columns, checked=True, key="plan.sizing.roles")
        begin = self.sheet.at
        for role in self.roles:
            at, ours = self.sheet.at, self.ours[role]
            visits, one_rep = (self.sheet.address(at, column) for column in (1, 2))
            cells = [
                self._text(role, "role"), Cell(ours["visits"], "visits", f"SUM({self.visits[role]})"),
                Cell(ours[_GIVEN], "visits", self.one_rep[role]),
                *self._checked(f"{visits}/{one_rep}", ours["reps"], ours["reps"], "people", column=3),
            ]  # fmt: skip
            self.sheet.row(cells)
        visits, people = (self.sheet.address(begin, column, self.sheet.at - 1) for column in (1, 3))
        sums = {name: sum(row[name] for row in self.ours.values()) for name in ("visits", "reps")}
        at = self.sheet.at
        total, reps = (self.sheet.address(at, column) for column in (1, 3))
        each = sums["visits"] / sums["reps"] if sums["reps"] else None
        cells = [
            self.book.say("xlsx.total"), Cell(sums["visits"], "visits", f"SUM({visits})"),
            Cell(each, "visits", f'IF({reps}>0,{total}/{reps},"")'),
            *self._checked(f"SUM({people})", sums["reps"], self._card("plan.sizing.reps"), "people", column=3),
        ]  # fmt: skip
        self.live |= dict(zip(("visits_per_rep", "reps"), self.sheet.row(cells)[2:4], strict=True))

    def _adjust(self) -> None:
        """Adjustments one after the other, the cells they work on below, rounded up once."""
        texts = ("adjustment", "cause", "scope", "reason", "kind")
        columns = [*((name, "") for name in texts), ("value", ""), ("before", "people"), ("change", "people")]
        self._block(
            "adjustments", [*columns, ("after", "people")], checked=True, key="plan.sizing.adjustments"
        )
        tuned, top = _rows(self.found, "plan.sizing.adjustments"), self.sheet.at
        values = [
            self.sheet.row(
                [*(self._text(row[name], name) for name in texts), Cell(row["value"], look="given")]
            )[5]
            for row in tuned
        ]
        rounded, self.sheet.at = self.sheet.at, self.sheet.at + 1
        stretches = self._cells(tuned, values)
        before = self.live["reps"]
        for at, row in enumerate(tuned):
            line = top + at
            change = values[at] if row["kind"] == "heads" else "-".join(f"SUM({s})" for s in stretches[at])
            start, step = (self.sheet.address(line, column) for column in (6, 7))
            self.sheet.put(line, 6, Cell(row["before"], "people", before))
            self.sheet.put(line, 7, Cell(row["change"], "people", change))
            self._put(
                line,
                8,
                self._checked(f"{start}+{step}", row["after"], row["after"], "people", column=8, row=line),
            )
            before = self.sheet.address(line, 8)
        ours = self._card("plan.sizing.headcount")
        self.sheet.put(rounded, 0, self.book.say("card.plan.sizing.headcount.label"))
        up = f"-INT(-({before}-{_ROUNDING}))"
        self._put(rounded, 8, self._checked(up, ours, ours, "whole", column=8, row=rounded))
        self.live["headcount"] = self.sheet.address(rounded, 8)

    def _cells(self, tuned: Sequence[Mapping[str, Any]], values: Sequence[str]) -> list[tuple[str, str]]:
        """People by role and region, then after each factor; for each adjustment its stretches (after, before)."""
        factors = [at for at, row in enumerate(tuned) if row["kind"] == "factor"]
        columns = [("role", ""), ("region", ""), ("visits", "visits"), ("reps", "people")]
        after = [self.book.say("xlsx.after", joiner="\n", name=tuned[at]["adjustment"]) for at in factors]
        self._block("cells", columns, more=after)
        begin = self.sheet.at
        for role, region in self.cells:
            at, own = self.sheet.at, [r for r in self.rows if (r["role"], r["region"]) == (role, region)]
            visits = sum(row["visits"] for row in own)
            people = visits / self.ours[role][_GIVEN]
            named = f"{self.sheet.address(at, 2)}/{self.one_rep[role]}"
            cells: list[Any] = [self._text(role, "role"), self._text(region, "region")]
            cells += [
                Cell(visits, "visits", f"SUM({self.cells[role, region]})"),
                Cell(people, "people", named),
            ]
            for place, factor in enumerate(factors):
                formula = self.sheet.address(at, 3 + place)
                if tuned[factor]["scope"] in ("", role, region):
                    formula, people = f"{formula}*{values[factor]}", people * tuned[factor]["value"]
                cells.append(Cell(people, "people", formula))
            self.sheet.row(cells)
        span = [self.sheet.address(begin, 3 + place, self.sheet.at - 1) for place in range(len(factors) + 1)]
        return [(span[place + 1], span[place]) for place in range(len(factors))]

    def _detail(self, row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
        """One row by role, region and class: customers and policy from the sheet, their product here."""
        customers = self.customers[row["status"], row["tier"], row["region"]]
        yearly, hours = self.policy[row["role"], row["status"], row["tier"]]
        at, assumed = self.detail.at, self._hours(row)
        product = f"{self.detail.address(at, 4)}*{self.detail.address(at, 5)}"
        return [
            *(self._text(row[name], name) for name in names),
            Cell(row["customers"], "customers", self.sheet.outside(customers)),
            Cell(row["visits_per_year"], "visits_each", self.sheet.outside(yearly)),
            assumed and Cell(assumed.value, "hours", self.sheet.outside(hours)),
            *self._checked(product, row["visits"], row["visits"], "visits", column=7, sheet=self.detail),
        ]

    def _hours(self, row: Mapping[str, Any]) -> Cell | None:
        """Hours a visit of a class: its own, else the role's; none where visits per person are given."""
        assumed = self._assumed(row["role"])
        if _GIVEN in assumed:
            return None
        own = row["hours_per_visit"]
        return assumed["hours_per_visit"] if own is None else Cell(own, "hours", look="given")

    def _mean_hours(self, role: str) -> Cell:
        """Hours a visit over the role's classes, weighted by visits; the plain mean where there are none."""
        hours, visits = self.hours[role], self.visits[role]
        formula = f"IF(SUM({visits})>0,SUMPRODUCT({hours},{visits})/SUM({visits}),AVERAGE({hours}))"
        rows = [(row["visits"], self._hours(row)) for row in self.rows if row["role"] == role]
        weights = (
            [visits or 0.0 for visits, _ in rows] if any(visits for visits, _ in rows) else [1.0] * len(rows)
        )
        total = sum(w * (cell.value or 0.0) for w, (_, cell) in zip(weights, rows, strict=True) if cell)
        return Cell(total / sum(weights), "hours", formula)

    def _assumed(self, role: str) -> dict[str, Cell]:
        """What is assumed about one person of a role, by the cells of the sheet of assumptions."""
        stated = self.data.capacity()
        found = {}
        for name, value in stated[role if role in stated else ""].items():
            assumption = self.data.assumption(f"sizing.{name}", role)
            place = self.places[assumption.name, assumption.role] if assumption else ""
            unit = dict(zip(_PIECES, _UNITS, strict=True)).get(name, "visits")
            found[name] = Cell(value, unit, place)
        return found

    def _outside(self, first: int, column: int) -> str:
        """A stretch of the sheet of rows, down to its last row."""
        return self.detail.outside(self.detail.address(first, column, self.detail.at - 1))

    def _block(
        self,
        name: str,
        columns: Sequence[tuple[str, str]],
        *,
        checked: bool = False,
        key: str = _VISITS,
        more: Sequence[str] = (),
    ) -> None:
        """Title and headers of the next block, under a free row."""
        self.sheet.at += 1
        self.sheet.line(self.book.say(f"xlsx.{name}"), look="block")
        labels = [self.book.header(column, unit, key=key) for column, unit in columns]
        self.sheet.head([*labels, *(self._says("ours", "difference") if checked else []), *more])

    def _checked(
        self,
        formula: str,
        value: float | None,
        ours: float | None,
        unit: str,
        *,
        column: int,
        row: int | None = None,
        sheet: Sheet | None = None,
    ) -> list[Cell | None]:
        """A formula in a column of the next row, the report's number beside it, and the difference."""
        if ours is None:
            return [Cell(value, unit, formula, look="strong"), None, None]
        sheet = sheet or self.sheet
        live, told = (sheet.address(sheet.at if row is None else row, column + step) for step in (0, 1))
        off = Cell(0.0, "difference", f"ROUND({live}-{told},6)")
        return [Cell(value, unit, formula, look="strong"), Cell(ours, unit), off]

    def _put(self, row: int, column: int, cells: Sequence[Cell | None]) -> None:
        for step, cell in enumerate(cells):
            self.sheet.put(row, column + step, cell)

    def _says(self, *names: str) -> list[str]:
        return [self.book.say(f"xlsx.{name}", joiner="\n") for name in names]

    def _text(self, value: Any, column: str) -> str:
        """A code or the client's word in both languages."""
        return self.book.pair(
            *(cell_text(value, column, "", words) for words in (self.book.zh, self.book.en))
        )

    def _card(self, key: str) -> float | None:
        """The report's number for the company."""
        found = (card["value"] for card in self.found.cards.values() if card["key"] == key and not card["by"])
        return next(found, None)


def _rows(found: Findings, key: str) -> list[dict[str, Any]]:
    """Rows of a table; none where the run has no such table."""
    table = found.tables.get(key, {"columns": [], "rows": []})
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
