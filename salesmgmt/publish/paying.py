"""Pay by role as a spreadsheet computes it: people × target pay, split by the variable share.

People, target pay per person and share are changed on the sheet. Fixed and variable pay and the cost of each
role and of all are formulas; the report's number and the difference stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesmgmt.publish.blocks import block, checked, company_card, rows_of, says, worded
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.sheets import Cell, Sheet

__all__ = ["can_pay", "write_pay"]

_PAY = "motivation.pay"
_COLUMNS = (
    ("role", ""), ("people", "people"), ("pay_each", "money"), ("variable_share", "share"),
    ("fixed_pay", "money"), ("variable_pay", "money"), ("total_pay", "money"),
)  # fmt: skip
_PEOPLE, _EACH, _SHARE, _FIXED, _VARIABLE, _TOTAL = range(1, 7)
_ANSWERS = (("cost", "money"), ("variable_share", "share"))


def can_pay(found: Findings) -> bool:
    """Whether a run knows what anybody is paid."""
    return bool(_paid(found))


def _paid(found: Findings) -> list[dict[str, Any]]:
    """Roles whose people have any pay."""
    return [row for row in rows_of(found, _PAY) if row["total_pay"]]


def write_pay(sheet: Sheet, *, found: Findings, back: str) -> None:
    """Fill the sheet of pay.

    Parameters
    ----------
    sheet : Sheet
        Empty.
    found : Findings
        A run that :func:`can_pay`.
    back : str
        Name of the contents.
    """
    book = sheet.book
    sheet.open(book.say("xlsx.pay_title"), back=back)
    sheet.line(book.say("xlsx.pay_note"))
    sheet.head(says(book, "answer", "live", "ours", "difference"), numbers={1, 2, 3})
    top = sheet.at
    sheet.at += len(_ANSWERS)
    paid = _paid(found)
    block(sheet, "pay_roles", _COLUMNS, key=_PAY, check=True)
    begin = sheet.at
    for row in paid:
        _role(sheet, row)
    total = _total(sheet, paid, begin=begin)
    end, sheet.at = sheet.at, top
    sums = _sums(paid)
    live = {"cost": (total[_TOTAL], sums["total_pay"]), "variable_share": (total[_SHARE], _share(sums))}
    for name, unit in _ANSWERS:
        place, value = live[name]
        ours = company_card(found, f"motivation.pay.{name}")
        label = book.say(f"card.motivation.pay.{name}.label")
        sheet.row([label, *checked(sheet, place, ours, unit, column=1, value=value)])
    sheet.at = end
    sheet.finish(fixed=top)


def _role(sheet: Sheet, row: Mapping[str, Any]) -> None:
    """One role: its people, their target pay each and its variable share make the rest."""
    at = sheet.at
    people, each, share, fixed, variable = (sheet.address(at, column) for column in range(_PEOPLE, _TOTAL))
    sheet.row(
        [
            worded(sheet.book, row["role"], "role"),
            Cell(row["people"], "whole", look="given"),
            Cell(row["total_pay"] / row["people"], "money", look="given"),
            Cell(row["variable_share"], "share", look="given"),
            Cell(row["fixed_pay"], "money", f"{people}*{each}*(1-{share})"),
            Cell(row["variable_pay"], "money", f"{people}*{each}*{share}"),
            *checked(sheet, f"{fixed}+{variable}", row["total_pay"], "money", column=_TOTAL),
        ]
    )


def _total(sheet: Sheet, paid: Sequence[Mapping[str, Any]], *, begin: int) -> list[str]:
    """All roles together; the addresses of the row."""
    at, last, sums = sheet.at, sheet.at - 1, _sums(paid)
    total, people, variable = (sheet.address(at, column) for column in (_TOTAL, _PEOPLE, _VARIABLE))
    summed = {
        name: Cell(sums[name], unit, f"SUM({sheet.address(begin, column, last)})")
        for name, unit, column in (
            ("people", "whole", _PEOPLE), ("fixed_pay", "money", _FIXED), ("variable_pay", "money", _VARIABLE),
        )
    }  # fmt: skip
    cost = f"SUM({sheet.address(begin, _TOTAL, last)})"
    return sheet.row(
        [
            sheet.book.say("xlsx.total"), summed["people"],
            Cell(sums["total_pay"] / sums["people"], "money", f'IF({people}>0,{total}/{people},"")'),
            Cell(_share(sums), "share", f'IF({total}>0,{variable}/{total},"")'),
            summed["fixed_pay"], summed["variable_pay"],
            *checked(sheet, cost, sums["total_pay"], "money", column=_TOTAL),
        ]
    )  # fmt: skip


def _sums(paid: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    names = ("people", "fixed_pay", "variable_pay", "total_pay")
    return {name: sum(row[name] for row in paid) for name in names}


def _share(sums: Mapping[str, float]) -> float:
    return sums["variable_pay"] / sums["total_pay"]
