"""The target bridge as a spreadsheet computes it: every contract, tender and initiative with its chance.

Amounts and chances are changed on the sheet, the requirement on the sheet of assumptions. Sums, the gap and what is
nowhere yet are formulas; the report's number and the difference stand beside them. The chance of reaching the
requirement is simulated and stays with the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from salesmgmt.inputs import Engagement
from salesmgmt.publish.blocks import block, checked, rows_of, says, worded
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.sheets import Cell, Sheet

__all__ = ["can_bridge", "required_by", "write_bridge"]

_BRIDGE, _ITEMS, _INITIATIVES = "plan.target.bridge", "plan.target.items", "plan.target.initiatives"
_REQUIRED = ("target.required", "")
_RESTS = ("unfunded", "surplus")
_AMOUNT, _CHANCE, _EXPECTED = 3, 4, 5
_CHANCES = (("probability", "share"), ("expected", "money"))


def can_bridge(found: Findings) -> bool:
    """Whether a run holds what the formulas are made of."""
    return bool(rows_of(found, _BRIDGE) and rows_of(found, _ITEMS))


def _rest(found: Findings) -> float | None:
    """What the report says is nowhere yet; None without a requirement."""
    return next((row["amount"] for row in rows_of(found, _BRIDGE) if row["line"] in _RESTS), None)


def required_by(data: Engagement, found: Findings) -> set[tuple[str, str]]:
    """Name and role of the assumption that the bridge refers to; none without a requirement or a bridge."""
    asked = can_bridge(found) and _rest(found) is not None and data.assumption(*_REQUIRED)
    return {_REQUIRED} if asked else set()


def write_bridge(sheet: Sheet, *, found: Findings, places: Mapping[tuple[str, str], str], back: str) -> None:
    """Fill the sheet of the bridge.

    Parameters
    ----------
    sheet : Sheet
        Empty.
    found : Findings
        A run that :func:`can_bridge`.
    places : Mapping
        Name and role of an assumption -> address of its value.
    back : str
        Name of the contents.
    """
    book = sheet.book
    steps = [row for row in rows_of(found, _BRIDGE) if row["line"] not in _RESTS]
    sheet.open(book.say("xlsx.target_title"), back=back)
    sheet.line(book.say("xlsx.target_note"))
    sheet.head(
        [book.header("line", key=_BRIDGE), *says(book, "live", "ours", "difference")], numbers={1, 2, 3}
    )
    top = sheet.at
    rest = _rest(found)
    sheet.at += len(steps) + (0 if rest is None else 2)
    items = rows_of(found, _ITEMS)
    stretches = {}
    for row in steps:
        if row["line"] == "initiatives":
            own = rows_of(found, _INITIATIVES)
            named = [("initiative_id", ""), ("initiative", ""), ("segment", "")]
            stretches["initiatives"] = _block(
                sheet, own, named, key=_INITIATIVES, title="initiatives", amount="value"
            )
        else:
            own = [item for item in items if item["line"] == row["line"]]
            named = [("segment", ""), ("customer", ""), ("item", "")]
            stretches[row["line"]] = _block(sheet, own, named, key=_ITEMS, title=row["line"])
    end, sheet.at = sheet.at, top
    _answers(sheet, steps, stretches, rest=rest, required=places.get(_REQUIRED, ""))
    sheet.at = end
    sheet.finish(fixed=top)


def _block(
    sheet: Sheet,
    rows: Sequence[Mapping[str, Any]],
    named: Sequence[tuple[str, str]],
    *,
    key: str,
    title: str,
    amount: str = "amount",
) -> str:
    """Amount × chance of each row; the stretch of their products, empty without rows."""
    if not rows:
        return ""
    columns = [*named, (amount, "money"), *_CHANCES]
    block(sheet, f"target_{title}", columns, key=key, check=True)
    begin = sheet.at
    for row in rows:
        given = [Cell(row[name], unit, look="given") for name, unit in columns[_AMOUNT:_EXPECTED]]
        product = "*".join(sheet.address(sheet.at, column) for column in (_AMOUNT, _CHANCE))
        texts = [
            None if row[name] in (None, "") else worded(sheet.book, row[name], name) for name, _ in named
        ]
        sheet.row([*texts, *given, *checked(sheet, product, row["expected"], "money", column=_EXPECTED)])
    return sheet.address(begin, _EXPECTED, sheet.at - 1)


def _answers(
    sheet: Sheet,
    steps: Sequence[Mapping[str, Any]],
    stretches: Mapping[str, str],
    *,
    rest: float | None,
    required: str,
) -> None:
    """A sum for each line of the bridge, then what is required and what is left of it."""
    book, begin = sheet.book, sheet.at
    for row in steps:
        formula = f"SUM({stretches[row['line']]})" if stretches[row["line"]] else "0"
        sheet.row(
            [worded(book, row["line"], "line"), *checked(sheet, formula, row["amount"], "money", column=1)]
        )
    if rest is None:
        return
    funded = sheet.address(begin, 1, sheet.at - 1)
    asked = rest + sum(row["amount"] for row in steps)
    need = sheet.row([book.say("card.plan.target.top_down.label"), Cell(asked, "money", required)])[1]
    formula = f"{need}-SUM({funded})"
    sheet.row([book.say("xlsx.target_rest"), *checked(sheet, formula, rest, "money", column=1)])
