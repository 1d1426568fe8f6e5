"""Questions: what only the client can say, asked with its cells and answered in [tables]."""

from __future__ import annotations

import pytest

from salesmgmt.inputs import load

STAFF = "工号,姓名,角色,入职日期,底薪\n"
CUSTOMERS = {"customers.csv": "customer_id,customer,status\nC1,甲,existing\n"}


def asked(problems, write, files, toml=""):
    return [(found.id, found.column, found.fields.get("cells")) for found in problems(write({**CUSTOMERS, **files}, toml=toml, only=[]))]  # fmt: skip


def test_day_and_month(write, problems, said):
    files = {
        "staff.csv": STAFF
        + "S1,王,客户经理,1/2/2020,1\nS2,李,客户经理,13/2/2020,1\nS3,赵,客户经理,3/4/2021,1\n"
    }
    assert asked(problems, write, files) == [("inputs.ask_dates", "hired_on", "D2, D4")]
    found = problems(write({**CUSTOMERS, **files}, only=[]))
    assert "本列另有 0 个只能是月/日/年、1 个只能是日/月/年" in said(found, "zh")[0]
    assert 'staff = { ..., dates = "mdy" } or "dmy"' in said(found, "en")[0]
    data = load(
        write(
            {**CUSTOMERS, **files}, toml='[tables]\nstaff = { file = "staff.csv", dates = "dmy" }\n', only=[]
        )
    )
    assert data["staff"]["hired_on"].dt.strftime("%Y-%m-%d").tolist() == [
        "2020-02-01",
        "2020-02-13",
        "2021-04-03",
    ]
    wrong = '[tables]\nstaff = { file = "staff.csv", dates = "mdy" }\n'
    assert asked(problems, write, files, wrong) == [("inputs.not_a_date", "hired_on", None)]


def test_a_unit_in_some_cells(write, problems):
    files = {
        "staff.csv": STAFF
        + "S1,王,客户经理,2020-01-02,18万\nS2,李,客户经理,2020-01-02,16.5\nS3,赵,客户经理,2020-01-02,0\n"
    }
    assert asked(problems, write, files) == [("inputs.ask_units", "fixed_pay", "E3")]
    for unit, pay in (("万元", 165_000.0), ("元", 16.5)):
        toml = f'[tables]\nstaff = {{ file = "staff.csv", units = {{ fixed_pay = "{unit}" }} }}\n'
        assert load(write({**CUSTOMERS, **files}, toml=toml, only=[]))["staff"]["fixed_pay"].tolist() == [
            180_000.0,
            pay,
            0.0,
        ]


DEALS = "opportunity_id,customer_id,staff_id,stage,status,amount,opened_on,{}\n"


def deal(n, share):
    return f"O{n},C1,S1,x,open,1,2026-01-01,{share}\n"


def test_shares_below_a_header_in_per_cent(write, problems):
    files = {"opportunities.csv": DEALS.format("赢单概率(%)") + deal(1, 0.35) + deal(2, 0.5)}
    assert asked(problems, write, files) == [("inputs.ask_share", "win_probability", "H2, H3")]
    toml = '[tables]\nopportunities = { file = "opportunities.csv", units = { win_probability = "1" } }\n'
    assert load(write({**CUSTOMERS, **files}, toml=toml, only=[]))["opportunities"][
        "win_probability"
    ].tolist() == [0.35, 0.5]
    files = {"opportunities.csv": DEALS.format("赢单概率(%)") + deal(1, 35) + deal(2, 0.5)}
    assert load(write({**CUSTOMERS, **files}, only=[]))["opportunities"]["win_probability"].tolist() == [
        0.35,
        0.005,
    ]


def test_growth_with_and_without_a_per_cent_sign(write, problems):
    files = {"segments.csv": "segment,market_size,growth\n银行,1,5%\n保险,1,8\n电商,1,0.1\n"}
    assert asked(problems, write, files) == [("inputs.ask_percent", "growth", "C3")]


@pytest.mark.parametrize(
    ("header", "toml", "asks"),
    [
        ("月金额(含税)", "", True), ("含税月金额", "", True), ("月金额(不含税)", "", False), ("月金额", "", False),
        ("月金额(含税)", '[tables]\ncontracts = { file = "contracts.csv", tax = "included" }\n', False),
        ("月金额(含税)", '[tables]\ncontracts = { file = "contracts.csv", tax = "excluded" }\n', False),
    ],
)  # fmt: skip
def test_vat(header, toml, asks, write, problems):
    files = {"contracts.csv": f"contract_id,customer_id,kind,signed_on,starts_on,ends_on,{header}\nK1,C1,new,2026-01-01,2026-01-01,2026-12-31,106\n"}  # fmt: skip
    settings = f"vat_rate = 0.06\n{toml}"
    if asks:
        assert asked(problems, write, files, settings) == [("inputs.ask_tax", "monthly_amount", None)]
    else:
        data = load(write({**CUSTOMERS, **files}, toml=settings, only=[]))
        assert data["contracts"]["monthly_amount"].tolist() == [
            pytest.approx(100.0 if '"included"' in toml else 106.0)
        ]


@pytest.mark.parametrize(
    ("table", "header", "said_word"),
    [
        ("staff.csv", "底薪(元/月)", "月"),
        ("staff.csv", "底薪(美元)", "美元"),
        ("visits.csv", "时长(小时)", "小时"),
    ],
)
def test_a_header_whose_unit_is_not_the_columns(table, header, said_word, write, problems):
    rows = {
        "staff.csv": f"工号,姓名,角色,{header}\nS1,王,客户经理,1\n",
        "visits.csv": f"visit_id,visited_on,staff_id,customer_id,{header}\nV1,2026-01-01,S1,C1,1\n",
    }
    found = problems(write({**CUSTOMERS, table: rows[table]}, only=[]))
    assert [(problem.id, problem.fields["said"]) for problem in found] == [("inputs.ask_header", said_word)]


def test_of_money_with_and_without_vat_the_contracts_own_is_taken(write):
    text = "contract_id,customer_id,kind,signed_on,starts_on,ends_on,月金额(含税),月金额(不含税)\nK1,C1,new,2026-01-01,2026-01-01,2026-12-31,106,100\n"
    assert load(write({**CUSTOMERS, "contracts.csv": text}, only=[]))["contracts"][
        "monthly_amount"
    ].tolist() == [100.0]
