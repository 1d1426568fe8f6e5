"""The five steps as a spreadsheet computes them: formulas on shaded cells, our own numbers beside them.

Customers, visits a year, hours and adjustments are changed on the sheet, what one person can do on the
sheet of assumptions. Every number from there to the headcount is a formula; the report's number and the
difference stand beside it. The rows come from the run's tables, written as the chapter found them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesmgmt.inputs import Engagement
from salesmgmt.publish.blocks import block, checked, company_card, rows_of, says, worded
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.sheets import Cell, Sheet
from salesmgmt.publish.tuning import Placed, write_adjustments

__all__ = ["can_size", "driving", "write_sizing"]

_PIECES = ("working_days", "hours_per_day", "selling_share", "hours_per_visit", "travel_hours_per_visit")
_UNITS = ("days", "hours", "share", "hours", "hours")
_GIVEN = "visits_per_rep"
_VISITS = "plan.sizing.frequencies"
_NEEDED = (_VISITS, "plan.sizing.steps", "plan.sizing.roles")
_ANSWERS = {"visits": "visits", "visits_per_rep": "visits", "reps": "people", "headcount": "whole"}


def can_size(found: Findings) -> bool:
    """Whether a run holds what the formulas are made of."""
    return all(found.tables.get(key, {}).get("rows") for key in _NEEDED)


def driving(data: Engagement, found: Findings) -> set[tuple[str, str]]:
    """Name and role of every assumption that the formulas refer to; none where there are no formulas."""
    if not can_size(found):
        return set()
    rows = rows_of(found, _VISITS)
    open_hours = {row["role"] for row in rows if row["hours_per_visit"] is None}
    used = (
        data.assumption(f"sizing.{name}", role)
        for role in dict.fromkeys(row["role"] for row in rows)
        for name in _stated(data, role)
        if name != "hours_per_visit" or role in open_hours
    )
    return {(assumption.name, assumption.role) for assumption in used if assumption}


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
        self.rows = rows_of(found, _VISITS)
        self.roles = list(dict.fromkeys(row["role"] for row in self.rows))
        self.ours = {row["role"]: row for row in rows_of(found, "plan.sizing.roles")}
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
        sheet.head(says(self.book, "answer", "live", "ours", "difference"), numbers={1, 2, 3})
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
            ours = company_card(self.found, f"plan.sizing.{name}")
            label = [self.book.say(f"card.plan.sizing.{name}.label")]
            sheet.row([*label, *checked(self.sheet, self.live[name], ours, unit, column=1)])
        sheet.at = end
        sheet.finish(fixed=answer + len(_ANSWERS))

    def _step_1(self) -> None:
        """Customers by class and region: one cell each, whoever visits them."""
        block(
            self.sheet,
            "step_1",
            [("status", ""), ("tier", ""), ("region", ""), ("customers", "customers")],
            key=_VISITS,
        )
        count = {(row["status"], row["tier"], row["region"]): row["customers"] for row in self.rows}
        by_class = list(dict.fromkeys(key[:2] for key in count))
        for key in sorted(count, key=lambda key: by_class.index(key[:2])):
            names = zip(("status", "tier", "region"), key, strict=True)
            cells = [
                *(worded(self.book, value, name) for name, value in names),
                Cell(count[key], "customers", look="given"),
            ]
            self.customers[key] = self.sheet.row(cells)[-1]

    def _steps_2_and_3(self) -> None:
        """Visits a year and hours by role and class, and the visits they make."""
        columns = [("role", ""), ("status", ""), ("tier", ""), ("visits_per_year", "visits_each")]
        columns += [("hours_per_visit", "hours"), ("customers", "customers"), ("visits", "visits")]
        block(self.sheet, "steps_2_and_3", columns, check=True, key=_VISITS)
        rows = {(row["role"], row["status"], row["tier"]): row for row in self.rows}
        steps = rows_of(self.found, "plan.sizing.steps")
        ours = {(row["role"], row["status"], row["tier"]): row for row in steps}
        begin = self.sheet.at
        for key, row in rows.items():
            at, own = self.sheet.at, ours[key]
            people = [place for name, place in self.customers.items() if name[:2] == key[1:]]
            yearly, customers = (self.sheet.address(at, column) for column in (3, 5))
            texts = [worded(self.book, value, name) for (name, _), value in zip(columns, key, strict=False)]
            cells = [
                *texts, Cell(row["visits_per_year"], "visits_each", look="given"), self._hours(row),
                Cell(own["customers"], "customers", f"SUM({people[0]}:{people[-1]})"),
                *checked(self.sheet, f"{customers}*{yearly}", own["visits"], "visits", column=6),
            ]  # fmt: skip
            places = self.sheet.row(cells)
            self.policy[key] = places[3], places[4]
        total, ours_all = (
            self.sheet.address(begin, 6, self.sheet.at - 1),
            company_card(self.found, "plan.sizing.visits"),
        )
        value = sum(row["visits"] for row in steps)
        cells = [self.book.say("xlsx.total"), *[None] * 5]
        places = self.sheet.row(
            [*cells, *checked(self.sheet, f"SUM({total})", ours_all, "visits", column=6, value=value)]
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
        header = sheet.head([*labels, *says(self.book, "ours", "difference")], numbers=range(4, 10))
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
        block(self.sheet, "step_4", columns, check=True, key="plan.sizing.capacity")
        for role in self.roles:
            at, assumed = self.sheet.at, self._assumed(role)
            days, hours, share, visit, way = (self.sheet.address(at, column) for column in range(1, 6))
            if _GIVEN in assumed:
                formula = assumed[_GIVEN].formula
            else:
                assumed["hours_per_visit"] = self._mean_hours(role)
                formula = f"{days}*{hours}*{share}/({visit}+{way})"
            ours = self.ours[role][_GIVEN]
            result = checked(self.sheet, formula, ours, "visits", column=6)
            self.one_rep[role] = self.sheet.row(
                [worded(self.book, role, "role"), *map(assumed.get, _PIECES), *result]
            )[6]

    def _step_5(self) -> None:
        """People by role, unrounded."""
        columns = [("role", ""), ("visits", "visits"), (_GIVEN, "visits"), ("reps", "people")]
        block(self.sheet, "step_5", columns, check=True, key="plan.sizing.roles")
        begin = self.sheet.at
        for role in self.roles:
            at, ours = self.sheet.at, self.ours[role]
            visits, one_rep = (self.sheet.address(at, column) for column in (1, 2))
            cells = [
                worded(self.book, role, "role"), Cell(ours["visits"], "visits", f"SUM({self.visits[role]})"),
                Cell(ours[_GIVEN], "visits", self.one_rep[role]),
                *checked(self.sheet, f"{visits}/{one_rep}", ours["reps"], "people", column=3),
            ]  # fmt: skip
            self.sheet.row(cells)
        visits, people = (self.sheet.address(begin, column, self.sheet.at - 1) for column in (1, 3))
        sums = {name: sum(row[name] for row in self.ours.values()) for name in ("visits", "reps")}
        at = self.sheet.at
        total, reps = (self.sheet.address(at, column) for column in (1, 3))
        stated = company_card(self.found, "plan.sizing.reps")
        each = sums["visits"] / sums["reps"] if sums["reps"] else None
        cells = [
            self.book.say("xlsx.total"), Cell(sums["visits"], "visits", f"SUM({visits})"),
            Cell(each, "visits", f'IF({reps}>0,{total}/{reps},"")'),
            *checked(self.sheet, f"SUM({people})", stated, "people", column=3, value=sums["reps"]),
        ]  # fmt: skip
        self.live |= dict(zip(("visits_per_rep", "reps"), self.sheet.row(cells)[2:4], strict=True))

    def _adjust(self) -> None:
        """People by role and region, the adjustments on them, and the headcount."""
        placed = []
        for role, region in self.cells:
            visits = sum(row["visits"] for row in self.rows if (row["role"], row["region"]) == (role, region))
            made = Cell(visits, "visits", f"SUM({self.cells[role, region]})")
            one_rep = Cell(self.ours[role][_GIVEN], "visits", self.one_rep[role])
            placed.append(Placed(role, region, made, one_rep))
        self.live["headcount"] = write_adjustments(
            self.sheet, placed, found=self.found, reps=self.live["reps"]
        )

    def _detail(self, row: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
        """One row by role, region and class: customers and policy from the sheet, their product here."""
        customers = self.customers[row["status"], row["tier"], row["region"]]
        yearly, hours = self.policy[row["role"], row["status"], row["tier"]]
        at, assumed = self.detail.at, self._hours(row)
        product = f"{self.detail.address(at, 4)}*{self.detail.address(at, 5)}"
        return [
            *(worded(self.book, row[name], name) for name in names),
            Cell(row["customers"], "customers", self.sheet.outside(customers)),
            Cell(row["visits_per_year"], "visits_each", self.sheet.outside(yearly)),
            assumed and Cell(assumed.value, "hours", self.sheet.outside(hours)),
            *checked(self.detail, product, row["visits"], "visits", column=7),
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
        found = {}
        for name, value in _stated(self.data, role).items():
            assumption = self.data.assumption(f"sizing.{name}", role)
            place = self.places[assumption.name, assumption.role] if assumption else ""
            unit = dict(zip(_PIECES, _UNITS, strict=True)).get(name, "visits")
            found[name] = Cell(value, unit, place)
        return found

    def _outside(self, first: int, column: int) -> str:
        """A stretch of the sheet of rows, down to its last row."""
        return self.detail.outside(self.detail.address(first, column, self.detail.at - 1))


def _stated(data: Engagement, role: str) -> dict[str, float]:
    """What is assumed about one person of a role: its own, else the general."""
    capacity = data.capacity()
    return capacity[role if role in capacity else ""]
