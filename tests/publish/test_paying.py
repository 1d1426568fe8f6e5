"""The sheet of pay: LibreOffice computes it anew and finds what the method finds."""

from __future__ import annotations

from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pytest

from salesmgmt.cards import make_card
from salesmgmt.chapter import _plain
from salesmgmt.display import Table
from salesmgmt.inputs import load
from salesmgmt.motivation import pay
from salesmgmt.publish.outputs import Findings
from salesmgmt.publish.workbook import write_workbook
from tests.publish.sized import CONTENTS, PAY, cell_after, recalculated, shaded

CREATED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
RUN = {"run": "20261101-093000", "client": "远航", "year": 2027, "overrides": {}}
SUMS = ["fixed_pay", "variable_pay", "total_pay"]


@pytest.fixture(scope="module")
def data(demo):
    return load(demo)


def findings(data, staff):
    """The table of pay by role and the numbers of the company, as the chapter states them."""
    found, total = Findings(), pay.company_mix(staff, as_of=data.as_of)
    content = _plain(Table("motivation.pay", pay.mix(staff, as_of=data.as_of), {}).frames()["motivation.pay"])
    found.units["motivation.pay"] = content.pop("units")
    found.tables["motivation.pay"] = content
    stated = {"cost": total.cost, "variable_share": total.variable_share} if total.people else {}
    for name, value in stated.items():
        card = make_card(f"motivation.pay.{name}", value, data=data, n=total.people).to_dict()
        found.cards[card["id"]] = card
    return found


def written(path, data, staff):
    write_workbook(path, data=data, found=findings(data, staff), run=RUN, created=CREATED)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def staff(data):
    return data["staff"]


@pytest.fixture(scope="module")
def computed(data, staff, tmp_path_factory):
    """The workbook as written, and with another share, another pay and another number of people."""
    folder = tmp_path_factory.mktemp("pay")
    as_is, changed = (written(folder / "a.xlsx", data, staff) for _ in range(2))
    cell_after(changed[PAY], "产品经理", column=3).value = 0.4
    cell_after(changed[PAY], "客户经理", column=2).value = 400_000
    cell_after(changed[PAY], "交付经理", column=1).value = 9
    return recalculated({"as_is": as_is, "changed": changed}, folder)


def roles_of(book):
    """Fixed, variable and all pay as computed on the sheet: by role, then in all; and the two answers."""
    rows = book.get_sheet_by_name(PAY).to_python(skip_empty_area=False)
    return [row[4:7] for row in rows[9:]], [row[1] for row in rows[4:6]]


def differences(book):
    rows = book.get_sheet_by_name(PAY).to_python(skip_empty_area=False)
    return [row[3] for row in rows[4:6]] + [row[8] for row in rows[9:]]


def test_as_written_it_gives_our_numbers(computed, data, staff):
    roles, answers = roles_of(computed["as_is"])
    ours, total = pay.mix(staff, as_of=data.as_of), pay.company_mix(staff, as_of=data.as_of)
    assert len(roles) == len(ours) + 1 == 6
    for live, told in zip(roles, [*ours[SUMS].to_numpy(), ours[SUMS].sum()], strict=True):
        assert live == pytest.approx(list(told), rel=1e-12)
    assert answers == pytest.approx([total.cost, total.variable_share], rel=1e-12)
    assert differences(computed["as_is"]) == [0.0] * (2 + 6)


def test_changed_share_pay_and_people_give_what_the_method_gives(computed, data, staff):
    other = staff.copy()
    product, account = other["role"] == "product_manager", other["role"] == "account_manager"
    whole = other["fixed_pay"] + other["target_variable_pay"]
    other["target_variable_pay"] = other["target_variable_pay"].mask(product, 0.4 * whole)
    other["fixed_pay"] = other["fixed_pay"].mask(product, 0.6 * whole)
    there = pay.mix(staff, as_of=data.as_of).set_index("role")
    raised = 400_000 / (there.loc["account_manager", "total_pay"] / there.loc["account_manager", "people"])
    for name in ("fixed_pay", "target_variable_pay"):
        other[name] = other[name].mask(account, other[name] * raised)
    delivery = there.loc["delivery_manager"]
    assert delivery["people"] == 7
    one_more = {
        "role": "delivery_manager", "fixed_pay": delivery["fixed_pay"] / 7, "target_variable_pay": delivery["variable_pay"] / 7,
    }  # fmt: skip
    other = pd.concat([other, pd.DataFrame([one_more] * 2)], ignore_index=True)
    ours, total = pay.mix(other, as_of=data.as_of), pay.company_mix(other, as_of=data.as_of)
    roles, answers = roles_of(computed["changed"])
    for live, told in zip(roles, [*ours[SUMS].to_numpy(), ours[SUMS].sum()], strict=True):
        assert live == pytest.approx(list(told), rel=1e-12)
    assert answers == pytest.approx([total.cost, total.variable_share], rel=1e-12)
    assert 0.0 not in differences(computed["changed"])[:2]


def test_only_what_drives_it_is_shaded_and_previews_show_the_numbers(data, staff, tmp_path):
    book = written(tmp_path / "a.xlsx", data, staff)
    rows = list(book[PAY].iter_rows(min_row=10))
    assert [[shaded(cell) for cell in row[:7]] for row in rows] == [[False] + [True] * 3 + [False] * 3] * 5 + [[False] * 7]  # fmt: skip
    values = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)[PAY]
    formulas = [cell for row in book[PAY].iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) == 2 * 2 + 5 * 4 + 7
    assert all(isinstance(values[cell.coordinate].value, (int, float)) for cell in formulas)
    assert [PAY in str(row[0].value) for row in book[CONTENTS].iter_rows(min_row=4, max_row=4)] == [True]


def test_roles_without_known_pay_are_left_out_and_nobody_paid_makes_no_sheet(data, staff, tmp_path):
    some = staff.assign(fixed_pay=staff["fixed_pay"].mask(staff["role"] == "sales_manager"))
    texts = [str(cell.value) for cell in written(tmp_path / "a.xlsx", data, some)[PAY]["A"]]
    assert not any("销售经理" in text for text in texts) and any("产品经理" in text for text in texts)
    none = written(tmp_path / "b.xlsx", data, staff.assign(fixed_pay=float("nan")))
    assert PAY not in none.sheetnames
