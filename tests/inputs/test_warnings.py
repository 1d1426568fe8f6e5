"""What is valid and still deserves a look."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import describe, load
from salesmgmt.inputs.rules_quotas import FAR

HEAD = "customer_id,customer,status,tier,segment,potential\n"


def _found(data, language="zh"):
    words = data.words(language)
    return {warning.id: describe(warning, words) for warning in data.warnings}


def test_a_clean_client_has_none(write):
    only = ["customers.csv", "coverage.csv", "staff.csv", "assignments.csv", "contracts.csv", "segments.csv"]
    assert load(write(only=only)).warnings == []


def test_without_owner(write):
    data = load(
        write(
            {
                "assignments.csv": "customer_id,staff_id,from_on,to_on,part\nC1,S1,,2026-01-01,\nC2,S1,,,backup\nC3,S1,,,\n"
            }
        )
    )
    assert _found(data)["inputs.without_owner"] == "2 家客户在数据截止日没有负责人:C1, C2。"
    assert (
        _found(data, "en")["inputs.without_owner"] == "2 customers have no owner at the as-of date: C1, C2."
    )


def test_status_and_contracts_disagree(write):
    contracts = "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount\nK1,C1,new,2025-01-01,2025-01-01,2026-10-30,5\nK2,C3,new,2026-01-01,2026-10-31,2027-01-01,5\n"
    found = _found(load(write({"contracts.csv": contracts})))
    assert found["inputs.without_contract"].endswith("状态可能有误:C1, C2。")
    assert found["inputs.prospect_with_contract"].endswith("状态可能有误:C3。")


def test_potential_below_the_last_twelve_months(write):
    revenue = "revenue_id,month,customer_id,amount\nR1,2025-11,C2,500000\nR2,2026-10,C2,400000\nR3,2025-10,C1,9000000\n"
    found = _found(load(write({"revenue.csv": revenue})))
    assert found["inputs.potential_below_revenue"] == "1 家客户的年潜力低于近 12 个月收入:C2。"


def test_without_tier_or_with_an_unknown_segment(write):
    text = HEAD + "C1,甲,existing,A,银行,\nC2,乙,prospect,,游戏,\n"
    found = _found(load(write({"customers.csv": text}, only=["segments.csv"])))
    assert found["inputs.without_tier"] == "1 家客户没有等级,按无等级的拜访频次计算:C2。"
    assert found["inputs.segment_unknown"] == "1 家客户的细分市场不在细分市场表中:C2。"
    without = _found(load(write({"customers.csv": text.replace(",A,", ",,")}, only=[])))
    assert "inputs.without_tier" not in without


def test_only_the_first_twenty_are_named(write):
    rows = "".join(f"C{n},客户{n},existing,,,\n" for n in range(30))
    contracts = "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount\n"
    data = load(write({"customers.csv": HEAD + rows, "contracts.csv": contracts}, only=[]))
    text = _found(data)["inputs.without_contract"]
    assert text.startswith("30 家存量客户")
    assert text.endswith("C19, …。")


LEDGER = """\
revenue_id,month,customer_id,staff_id,product_id,amount
R1,2026-08,C1,S1,P1,600000
R2,2026-09,C1,S1,P1,600000
R3,2026-09,C2,,P2,300000
"""
QUOTAS = "任务层级,任务对象,任务期间,任务指标,产品编号,客户编号,任务金额\n"


def _quotas(write, rows, language="zh", **options):
    files = {"revenue.csv": LEDGER, "quotas.csv": QUOTAS + rows}
    found = _found(load(write(files, only=["customers.csv", "staff.csv"], **options)), language)
    return {id: text for id, text in found.items() if id.startswith("inputs.quotas_")}


def test_quotas_in_ten_thousands_beside_revenue_in_units(write):
    told = _quotas(write, "区域,华东,2026,收入,,,840\n")
    assert told == {
        "inputs.quotas_below_revenue": "层级为「区域」的收入任务,在同时有任务和收入的 2 个月里合计 140,"
        "而 收入 revenue 表记在同一对象上的收入合计 1,200,000,约为任务的 8,571 倍。"
        "很可能两边的单位不同(如元与万元),请核对,必要时在 [tables] 中写明 units。"
    }


def test_revenue_in_ten_thousands_beside_quotas_in_units(write):
    told = _quotas(write, "公司,,2026-Q3,revenue,,,9000000000\n", "en")
    assert told == {
        "inputs.quotas_above_revenue": "The revenue quotas of scope “company” sum to 6,000,000,000 over the 2 months"
        " that have both quotas and revenue; the table revenue holds 1,500,000 of the same months: the quotas are"
        " about 4,000 times the revenue. The two are probably in different units (such as yuan and ten thousand"
        " yuan); check, and state units in [tables] where needed."
    }


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (f"公司,,2026-09,收入,,,{900_000 * FAR}\n", True),
        (f"公司,,2026-09,收入,,,{900_000 * FAR - 1}\n", False),
        (f"公司,,2026-09,收入,,,{900_000 / FAR}\n", True),
        (f"公司,,2026-09,收入,,,{900_000 / FAR + 1}\n", False),
        ("公司,,2026-09,签约额,,,1\n公司,,2026-09,回款,,,99000000000\n", False),  # another metric
        ("公司,,2026-07,收入,,,1\n公司,,2026-11,收入,,,1\n", False),  # months without revenue, or to come
        ("公司,,2026-09,收入,,key_accounts,1\n", False),  # of some customers only
        ("公司,,2026-09,收入,,,0\n", False),  # nothing is asked
    ],
)
def test_only_quotas_that_no_plan_could_mean_are_told(write, rows, told):
    assert bool(_quotas(write, rows)) == told


@pytest.mark.parametrize(
    ("small", "told"),
    [
        ("区域,华南,2026-09,收入,,,5000", True),  # a sixtieth of what C2 brought
        ("区域,华南,2026-09,收入,,,8000", False),  # a thirty-seventh, but a hundredth of all revenue
        ("细分市场,保险,2026-09,收入,,,5000", True),
        ("个人,S1,2026-09,收入,,,5000", True),
        ("个人,S2,2026-09,收入,,,1", False),  # nothing is booked on S2
        ("团队,华东,2026-09,收入,,,5000", True),
        ("产品,P2,2026-09,收入,,,5000", True),
        ("产品,P9,2026-09,收入,,,1", False),  # not sold yet
        ("公司,,2026-09,收入,P2,,5000", True),
        ("公司,,2026-09,收入,P2,,8000", False),
    ],
)
def test_few_quotas_are_held_against_the_revenue_of_those_they_are_of(write, small, told):
    assert ("inputs.quotas_below_revenue" in _quotas(write, f"{small}\n")) == told


@pytest.mark.parametrize(("starts", "months"), [("01", 2), ("09", 1)])
def test_years_and_quarters_of_quotas_are_those_of_business(write, starts, months):
    rows = "公司,,2026,收入,,,120\n公司,,2026-Q1,收入,,,30\n"
    told = _quotas(write, rows, toml=f'year_starts = "{starts}"\n')
    assert f" {months} 个月里合计 20," in told["inputs.quotas_below_revenue"]


def test_rows_after_the_as_of_day_are_in_no_total_and_said_to_be(write):
    invoices = "invoice_id,customer_id,issued_on,due_on,amount\nI1,C1,2026-10-31,2026-11-30,5\nI2,C1,2026-11-01,2026-12-01,7\n"
    receipts = "receipt_id,invoice_id,received_on,amount\nR1,I1,2026-10-31,1\nR2,I1,2026-11-01,2\nR3,I1,2027-01-01,3\n"
    data = load(write({"invoices.csv": invoices, "receipts.csv": receipts}))
    assert (data["invoices"]["amount"].sum(), data["receipts"]["amount"].sum()) == (5.0, 1.0)
    told = {
        (w.table, w.column): describe(w, data.words("en")) for w in data.warnings if w.id == "inputs.later"
    }
    assert set(told) == {("invoices", "issued_on"), ("receipts", "received_on")}
    assert told["receipts", "received_on"].endswith("2 rows lie after the as-of day 2026-10-31 and are in no total.")  # fmt: skip
