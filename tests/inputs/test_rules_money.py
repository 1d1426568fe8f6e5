"""Orders of people who left, receipts above and without invoices, credits that do not sum: told, and kept in every total."""

from __future__ import annotations

from salesmgmt.inputs import describe, load

ONLY = ["customers.csv", "staff.csv", "contracts.csv"]
"""S2 left on 2026-06-30; K1 was signed in December 2025, K2 in November 2025."""
DEALS = """\
opportunity_id,customer_id,staff_id,stage,status,amount,opened_on,closed_on
O1,C1,S2,成交,won,100,2026-01-01,2026-06-30
O2,C1,S2,成交,won,200,2026-01-01,2026-07-01
O3,C1,S2,方案,open,400,2026-07-01,
O4,C1,S2,成交,lost,800,2026-01-01,2026-08-01
O5,C1,S1,成交,won,1600,2026-07-01,2026-08-01
"""
INVOICES = "invoice_id,customer_id,issued_on,due_on,amount\nI1,C1,2026-01-01,2026-02-01,100\nI2,C1,2026-01-01,2026-02-01,50\n"


def told(data, table, language="zh"):
    words = data.words(language)
    return {w.id: (w.row, describe(w, words)) for w in data.warnings if w.table == table}


def test_orders_of_people_who_left_are_counted_and_kept(write):
    data = load(write({"opportunities.csv": DEALS}, only=ONLY))
    assert data["opportunities"]["amount"].sum() == 3100
    assert told(data, "opportunities")["inputs.orders_after_leaving"][1] == (
        "2 个商机在负责人(S2)离职后才开启或签约,金额 600,仍计入各项合计:O2、O3。"
    )
    assert told(data, "opportunities", "en")["inputs.orders_after_leaving"][1] == (
        "Opportunities opened or won after their person (S2) had left: 2, worth 600; they stay in every total: O2, O3."
    )


def test_revenue_of_people_who_left_is_counted_and_kept(write):
    revenue = "revenue_id,month,customer_id,staff_id,amount\nR1,2026-06,C1,S2,1\nR2,2026-07,C1,S2,20\nR3,2026-08,C1,S2,300\nR4,2026-08,C1,S1,4000\n"
    data = load(write({"revenue.csv": revenue}, only=ONLY))
    assert data["revenue"]["amount"].sum() == 4321
    assert told(data, "revenue")["inputs.revenue_after_leaving"][1] == (
        "1 名已离职人员(S2)在离职后仍记有收入 320,仍计入各项合计。"
    )
    assert told(data, "revenue", "en")["inputs.revenue_after_leaving"][1] == (
        "1 people who left (S2) have revenue of 320 booked after they left; it stays in every total."
    )


def test_credits_to_people_who_had_left_are_told_with_their_rows(write):
    late = "contract_id,customer_id,kind,signed_on,starts_on,ends_on,monthly_amount\nK1,C1,new,2026-06-30,2026-07-01,2027-06-30,5\nK2,C1,new,2026-07-01,2026-08-01,2027-06-30,5\n"
    files = {"contracts.csv": late, "credits.csv": "contract_id,staff_id,share\nK1,S2,1\nK2,S1,0.6\nK2,S2,0.4\n"}  # fmt: skip
    data = load(write(files, only=ONLY))
    assert told(data, "credits") == {
        "inputs.credits_after_leaving": (
            4,
            "1 行把离职后才签订的合同记给了已离职人员(S2),仍按所给份额计入:合同 K2(第 4 行)。",
        )
    }
    assert told(data, "credits", "en")["inputs.credits_after_leaving"][1] == (
        "Rows that credit a contract to somebody (S2) who had left before it was signed: 1; they count as given: contracts K2 (rows: 4)."
    )


def test_credits_that_do_not_sum_stop_the_run_and_name_the_row(write, problems, said):
    text = "contract_id,staff_id,share\nK2,S1,1\nK1,S1,0.6\nK1,S2,0.3\n"
    found = problems(write({"credits.csv": text}, only=ONLY))
    assert [problem.row for problem in found] == [3]
    assert "credits.csv 第 3 行 · 份额 share | " in said(found, "zh")[0]
    assert "the shares of contract K1 (rows 3, 4) sum to 0.9; they must sum to 1." in said(found, "en")[0]


def test_receipts_above_and_without_invoices_are_counted_and_kept(write):
    receipts = "receipt_id,invoice_id,received_on,amount\nH1,I1,2026-02-01,70\nH2,I1,2026-03-01,40\nH3,I9,2026-03-01,7\nH4,,2026-03-01,8\nH5,I2,2026-03-01,50\n"
    data = load(write({"invoices.csv": INVOICES, "receipts.csv": receipts}, only=ONLY))
    assert data["receipts"]["amount"].sum() == 175
    assert data["receipts"]["invoice_id"].tolist() == ["I1", "I1", "", "", "I2"]
    zh, en = (told(data, "receipts", language) for language in ("zh", "en"))
    assert (
        zh["inputs.receipts_above_invoice"][1] == "1 张发票的回款超过开票金额(I1),多出的 10.00 不计入回款率。"
    )
    assert en["inputs.receipts_above_invoice"][1] == (
        "More was received than invoiced on 1 invoices (I1); the 10.00 beyond is not counted in the collection rate."
    )
    assert zh["inputs.reference_unassigned"][1] == (
        "1 行的编号(I9)不在 开票 invoices 表中,计入未归属,仍在各项合计中。行:4。"
    )
    assert en["inputs.reference_missing"][1].startswith("is empty in 1 rows, which are counted as unassigned")
