"""What is valid and still deserves a look."""

from __future__ import annotations

from salesmgmt.inputs import describe, load

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
