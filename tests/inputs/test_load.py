"""A good engagement, read: typed tables, reduced facts, sources, words."""

from __future__ import annotations

import hashlib

import duckdb
import pandas as pd
import pytest

from salesmgmt.errors import InputError, Refused
from salesmgmt.inputs import CODEBOOK, describe, load


def test_plan_tables_hold_every_column_typed(write):
    data = load(write())
    assert data["customers"]["customer_id"].tolist() == ["C1", "C2", "C3", "C4"]
    for name in ("customers", "coverage", "staff", "assignments", "contracts", "segments", "adjustments"):
        frame, dtypes = data[name], CODEBOOK.tables[name].dtypes
        assert {column: str(frame[column].dtype) for column in dtypes} == dtypes
    assert data["customers"].loc[3, ["tier", "city"]].tolist() == ["", ""]
    assert pd.isna(data["customers"].loc[3, "potential"])
    assert data["staff"]["role"].tolist() == ["account_manager", "account_manager"]
    assert data["assignments"]["part"].tolist() == ["owner"] * 4
    assert pd.isna(data["assignments"].loc[3, "from_on"])
    assert data["adjustments"]["scope"].tolist() == ["account_manager", "华东"]


def test_tables_of_environment_and_people(write, planning):
    data = load(write(planning))
    for name in (file.removesuffix(".csv") for file in planning):
        dtypes = CODEBOOK.tables[name].dtypes
        assert {column: str(data[name][column].dtype) for column in dtypes} == dtypes
    factors = data["factors"]
    assert factors["look"].tolist() == ["customers", "technology", "indicators", "people"]
    assert factors["model"].tolist() == ["five_forces", "", "scorecard", "scorecard"]
    assert factors["element"].tolist() == ["buyers", "大模型", "customer", "learning_growth"]
    assert factors["effect"].tolist() == [-1.0, 1.0, 1.0, -1.0]
    assert factors["rating"].isna().tolist() == [False, True, False, False]
    assert data["strategies"]["kind"].tolist() == ["SO", "WT"]
    assert data["strategies"]["factor_ids"].tolist() == ["F3、F2", "F4；F1"]
    assert data["initiatives"]["start_month"].tolist() == [
        pd.Timestamp("2027-03-01"),
        pd.Timestamp("2027-01-01"),
    ]
    assert data["initiatives"]["end_month"].dt.strftime("%Y-%m").tolist()[0] == "2027-12"
    assert data["quotas"][["scope", "period", "metric"]].values.tolist() == [
        ["company", "2027", "revenue"], ["staff", "2027-Q1", "signed"], ["region", "2027-01", "revenue"],
        ["team", "2027-02", "collected"],
    ]  # fmt: skip
    assert data["competencies"]["role"].tolist() == ["account_manager"] * 3 + [""]
    assert data["assessments"]["rater_kind"].tolist()[:3] == ["manager", "peer", "self"]
    assert data.words("en").client("守诺") == "Keeping promises"
    assert {warning.table for warning in data.warnings} == {"visits", "revenue"}


def test_tables_with_a_header_only_are_empty(write, planning):
    headers = {name: text.strip().splitlines()[0] + "\n" for name, text in planning.items()}
    data = load(write(headers, only=["customers.csv", "staff.csv"]))
    assert [len(data[name.removesuffix(".csv")]) for name in planning] == [0] * len(planning)
    assert data.warnings == []


def test_rows_that_break_every_rule_are_all_named(write, planning, problems):
    broken = {
        name: f"{text.strip().splitlines()[0]}\n"
        + ",".join("?" for _ in text.split("\n", 1)[0].split(","))
        + "\n"
        for name, text in planning.items()
    }
    found = problems(write(broken))
    assert {problem.table for problem in found} == {name.removesuffix(".csv") for name in planning}


def test_tables_of_environment_and_people_from_parquet_and_sql(write, planning):
    plain = load(write(planning))
    folder = write({**planning, "factors.csv": None, "quotas.csv": None})
    columns = "factor_id, look, model, element, statement, effect::TINYINT AS effect, weight::DECIMAL(9, 4) AS weight, rating, evidence"
    duckdb.execute(
        f"COPY (SELECT {columns} FROM read_csv('{folder}/factors.csv')) TO '{folder}/factors.parquet' (FORMAT parquet)"
    )
    (folder / "factors.csv").unlink()
    (folder / "quotas.csv").rename(folder / "raw.csv")
    query = "select * replace (case when period like '2027-02%' then '2027-02' else period end as period) from read_csv('raw.csv', all_varchar=true)"
    (folder / "engagement.toml").write_text(
        (folder / "engagement.toml").read_text(encoding="utf-8")
        + f'[tables]\nquotas = {{ sql = "{query}" }}\n',
        encoding="utf-8",
    )
    data = load(folder)
    assert (data.sources["factors"].origin, data.sources["quotas"].origin) == ("factors.parquet", "SQL")
    for name in ("factors", "quotas"):
        pd.testing.assert_frame_equal(data[name], plain[name], check_exact=True)


def test_engagement_fields(write):
    data = load(write())
    assert (data.client, data.year, data.year_starts, data.currency) == ("远航客服外包", 2027, 1, "CNY")
    assert data.as_of == pd.Timestamp("2026-10-31")
    assert data.languages == ("zh", "en")
    assert data.scenario == ""


def test_visits_are_reduced_by_month_customer_person_and_kind(write):
    visits = load(write())["visits"]
    assert list(visits.columns) == list(CODEBOOK.tables["visits"].reduced)
    assert {name: str(kind) for name, kind in visits.dtypes.items()} == CODEBOOK.tables["visits"].dtypes
    march = visits[visits["month"] == "2026-03-01"]
    assert march[["customer_id", "staff_id", "kind", "visits", "minutes"]].values.tolist() == [
        ["C1", "S1", "visit", 2, 105.5]
    ]
    assert march["first_on"].item() == pd.Timestamp("2026-03-02")
    assert march["last_on"].item() == pd.Timestamp("2026-03-09")
    assert visits["visits"].sum() == 5
    assert visits.loc[visits["customer_id"] == "", "kind"].tolist() == ["demo"]
    assert visits.loc[visits["staff_id"] == "", "kind"].tolist() == ["call"]
    assert visits.loc[visits["customer_id"] == "C2", "minutes"].isna().all()


def test_revenue_keeps_unknown_customers_in_the_total(write):
    data = load(write())
    revenue = data["revenue"]
    assert revenue["amount"].sum() == pytest.approx(450_700.3)
    assert revenue.loc[revenue["customer_id"] == "", "amount"].tolist() == [700.0]
    assert revenue.loc[revenue["customer_id"] == "C1", ["amount", "penalty"]].values.tolist() == [
        [400_000.3, 1000.0]
    ]
    assert revenue["direct_cost"].isna().all()
    assert data.sources["revenue"].unassigned == 1
    assert data.sources["revenue"].rows == 4


def test_opportunities_are_those_of_three_years_or_still_open(write):
    assert load(write())["opportunities"]["opportunity_id"].tolist() == ["O1", "O2"]


def test_unassigned_facts_are_warned_about_with_their_rows(write):
    data = load(write())
    words = data.words("zh")
    found = {
        (w.table, w.column): describe(w, words) for w in data.warnings if w.table in ("visits", "revenue")
    }
    assert found == {
        ("visits", "staff_id"): "1 行的编号(S9)不在 人员 staff 表中,计入未归属,仍在各项合计中。行:5。",
        ("visits", "customer_id"): "1 行空白,计入未归属,仍在各项合计中。行:6。",
        (
            "revenue",
            "customer_id",
        ): "1 行的编号(C8)不在 客户 customers 表中,计入未归属,仍在各项合计中。行:5。",
    }
    assert data.sources["visits"].unassigned == 2


def test_tables_are_copies(write):
    data = load(write())
    copy = data["customers"]
    copy.loc[0, "status"] = "lost"
    assert data["customers"].loc[0, "status"] == "existing"


def test_absent_and_unknown_tables(write):
    data = load(write(only=["customers.csv"]))
    assert "staff" not in data
    assert "customers" in data
    with pytest.raises(Refused, match="inputs.table_absent"):
        data["staff"]
    with pytest.raises(KeyError, match="must be one of"):
        data["stuff"]
    assert data.or_empty("visits").dtypes.astype(str).to_dict() == CODEBOOK.tables["visits"].dtypes
    assert len(data.or_empty("staff")) == 0


def test_settings_that_are_left_out_keep_dark_what_needs_them(write):
    bare = load(write())
    with pytest.raises(Refused, match="inputs.settings_absent"):
        bare.settings("capacity")
    with pytest.raises(Refused, match="inputs.settings_absent"):
        bare.scenario_changes()
    some = load(write(toml="[capacity]\nattrition = 0.1\n[scenarios.same]\n"))
    assert [(found.name, found.value) for found in some.settings("capacity")] == [("capacity.attrition", 0.1)]
    assert some.scenario_changes().empty


def test_shipped_coverage_is_marked_as_such(write):
    data = load(write(only=["customers.csv"]))
    assert data.sources["coverage"].origin == "shipped default"
    assert len(data["coverage"]) == len(CODEBOOK.coverage)
    assert (
        describe(data.notes[0], data.words("en"))
        == "There is no coverage table; the shipped frequencies are used (opinion)."
    )
    assert data.words("zh").client(data.sources["coverage"].origin) == "系统默认值"


def test_sources_carry_file_rows_and_hash(write):
    folder = write()
    source = load(folder).sources["customers"]
    assert (source.origin, source.rows, source.query) == ("customers.csv", 4, "")
    assert source.sha256 == hashlib.sha256((folder / "customers.csv").read_bytes()).hexdigest()


def test_chinese_headers_labels_and_file_names(write):
    text = "\ufeff客户编号,客户 名称,客户状态,Tier,是否重点客户,备注\nC1,甲,存量客户,A,是,x\nC2,乙,待拓展,,否,\nC3,丙,流失,,,\n"
    folder = write({"customers.csv": None, "客户.csv": text}, only=["customers.csv"])
    customers = load(folder)["customers"]
    assert customers["status"].tolist() == ["existing", "prospect", "lost"]
    assert customers["key_account"].tolist() == [True, False, False]
    assert customers["备注"].tolist() == ["x", "", ""]


def test_bilingual_headers_and_codes(write):
    text = "客户编号 customer_id,客户名称 customer,客户状态 STATUS\nC1,甲,存量客户 existing\n"
    assert load(write({"customers.csv": text}, only=["customers.csv"]))["customers"]["status"].tolist() == [
        "existing"
    ]


def test_english_wording_of_client_text(write):
    text = "customer_id,customer,customer_en,status,区域,region_en\nC1,东岭银行,Dongling Bank,existing,华东,East China\n"
    data = load(write({"customers.csv": text}, only=["customers.csv"]))
    assert data.words("en").client("东岭银行") == "Dongling Bank"
    assert data.words("en").client("华东") == "East China"
    assert data.words("zh").client("华东") == "华东"
    assert data.words("en").client("没有的") == "没有的"


def test_codebook_labels_reach_the_words(write):
    data = load(write())
    assert data.words("zh").code("status", "lost") == "流失客户"
    assert data.words("zh").code("opportunities.status", "lost") == "丢单"
    assert data.words("en").column("sizing.selling_share") == "selling share"


def test_row_keys(write):
    data = load(write())
    assert data.row_keys("customers") == ["C1", "C2", "C3", "C4"]
    assert data.row_keys("coverage")[1] == "account_manager / existing"
    assert data.row_keys("assignments")[0] == "C1 / S1 / 2024-01-01"
    assert data.row_keys("visits") == []
    assert data.row_keys("opportunities") == ["O1", "O2"]


def test_row_keys_leave_out_who_rated(write, planning):
    data = load(write(planning))
    assert data.row_keys("assessments")[:4] == [
        "S1 / 倾听 / 2026-09-01", "S1 / 倾听 / 2026-09-02", "S1 / 倾听 / 2026-09-01", "S2 / 倾听",
    ]  # fmt: skip
    assert data.row_keys("factor_ratings") == ["F2", "F2"]
    assert data.row_keys("quotas")[1] == "staff / S1 / 2027-Q1 / signed"
    assert data.row_keys("competencies") == [
        "account_manager / 倾听", "account_manager / 守诺", "account_manager / 诚恳", "诚恳",
    ]  # fmt: skip


def test_vat_is_removed_from_invoiced_money_only(write, planning):
    data = load(write(planning, toml='tax = "included"\nvat_rate = 0.25\n'))
    assert data["customers"].loc[0, "potential"] == 4_000_000
    assert data["contracts"].loc[0, "monthly_amount"] == 320_000
    assert data["revenue"]["amount"].sum() == pytest.approx(450_700.3 / 1.25)
    assert data["staff"].loc[0, "fixed_pay"] == 180_000
    assert data["initiatives"].loc[0, ["value", "low", "cost"]].tolist() == [3_200_000, 1_600_000, 300_000]
    assert data["quotas"].loc[0, "amount"] == 72_000_000
    assert "25.00%" in describe(data.notes[0], data.words("zh"))


def test_mapped_columns_and_file(write):
    files = {"customers.csv": None, "crm/accounts.csv": "acct,title,state\nC1,甲,existing\n"}
    toml = '[tables]\ncustomers = { file = "crm/accounts.csv", columns = { acct = "customer_id", title = "customer", state = "status" } }\n'
    assert load(write(files, toml=toml, only=["customers.csv"]))["customers"]["customer"].tolist() == ["甲"]


def test_sql_over_files_of_the_folder(write, monkeypatch):
    files = {
        "customers.csv": None,
        "crm/a.csv": "id,name,kind,worth\n1,甲,1,10\n2,乙,0,20.5\n",
        "crm/b.csv": "id,name,kind,worth\n3,丙,1,30\n",
    }
    query = "select id as customer_id, name as customer, case kind when 1 then 'existing' else 'prospect' end as status, worth as potential from read_csv('crm/*.csv') order by id; "
    folder = write(files, toml=f'[tables]\ncustomers = {{ sql = "{query}" }}\n', only=["customers.csv"])
    monkeypatch.chdir("/")
    data = load(folder)
    assert data["customers"][["customer_id", "status", "potential"]].values.tolist() == [
        ["1", "existing", 10.0], ["2", "prospect", 20.5], ["3", "existing", 30.0],
    ]  # fmt: skip
    assert (data.sources["customers"].origin, data.sources["customers"].query) == ("SQL", query)
    assert data.sources["customers"].sha256 == load(folder).sources["customers"].sha256


def test_parquet_comes_typed(write):
    folder = write({"customers.csv": None}, only=["customers.csv"])
    frame = pd.DataFrame(
        {"customer_id": [1001.0, 1002.0], "customer": ["甲", "乙"], "status": ["existing", "lost"],
         "potential": [1.5, float("nan")], "key_account": [True, False]}
    )  # fmt: skip
    duckdb.from_df(frame).to_parquet(str(folder / "customers.parquet"))
    customers = load(folder)["customers"]
    assert customers["customer_id"].tolist() == ["1001", "1002"]
    assert customers["potential"].isna().tolist() == [False, True]
    assert customers["key_account"].tolist() == [True, False]


def test_folder_is_found_from_the_project_root(write, monkeypatch, tmp_path_factory):
    folder = write(only=["customers.csv"])
    (folder / "notebooks").mkdir()
    (folder / "clients").mkdir()
    for name in ("engagement.toml", "customers.csv"):
        (folder / name).rename(folder / "clients" / name)
    monkeypatch.chdir(folder / "notebooks")
    assert load("clients").folder == folder / "clients"
    monkeypatch.chdir(folder)
    assert load("clients").folder == folder / "clients"
    with pytest.raises(InputError, match="problems in the inputs"):
        load("no-such-client")


def test_slashes_in_dates_and_blank_lines_of_commas(write):
    text = "customer_id,customer,status\nC1,甲,existing\n,,\n\nC2,乙,existing\n,,\n"
    staff = "staff_id,name,role,hired_on\nS1,王,客户经理,2024/3/5\n"
    data = load(write({"customers.csv": text, "staff.csv": staff}, only=["customers.csv"]))
    assert data["customers"]["customer_id"].tolist() == ["C1", "C2"]
    assert data["staff"]["hired_on"].tolist() == [pd.Timestamp("2024-03-05")]


def test_the_demo_client_loads(demo):
    data = load(demo)
    assert set(CODEBOOK.tables) - set(data.tables) <= {"quotas"}
    assert data["revenue"]["amount"].sum() > 0
