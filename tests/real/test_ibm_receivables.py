"""American dates: what 1/2/2013 means is asked, cell by cell, and answered in one word.

The set holds 2,466 invoices to 100 customers of five countries, 2012 and 2013, standing in for revenue. Sums are
held against facts computed elsewhere, the report against a plain reading of the file written here.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict

import pandas as pd
import pytest
from click.testing import CliRunner

from salesmgmt import publish
from salesmgmt.cli import main
from salesmgmt.errors import InputError
from salesmgmt.evaluation import performance
from salesmgmt.inputs import describe, input_words, load, place

SETUP = """
[engagement]
client = "Watson"
year = 2014
as_of = 2013-12-31
currency = "USD"
languages = ["en", "zh"]

[tables.revenue]
file = "{file}"
columns = {{ invoiceNumber = "revenue_id", InvoiceDate = "month", customerID = "customer_id", InvoiceAmount = "amount" }}
{dates}

[tables.customers]
sql = '''
select customerID as customer_id, customerID as customer, 'existing' as status, any_value(countryCode) as region
from read_csv('{file}') group by customerID order by 1
'''

[tables.staff]
sql = '''
select distinct countryCode as staff_id, 'Country ' || countryCode as name, countryCode as team,
       countryCode as region, 'account_manager' as role
from read_csv('{file}') order by 1
'''

[tables.assignments]
sql = "select distinct customerID as customer_id, countryCode as staff_id from read_csv('{file}') order by 1"
"""

AMOUNT = 147703.18
BY_COUNTRY = {"406": 39422.91, "818": 24502.06, "770": 27380.77, "897": 16348.48, "391": 40048.96}
CENT = 0.0051


@pytest.fixture(scope="module")
def file(shared):
    return shared / "datasets" / "ibm_accounts_receivable" / "WA_Fn-UseC_-Accounts-Receivable.csv"


def written(folder, file, dates):
    text = SETUP.format(file=file.resolve().as_posix(), dates=dates and f'dates = "{dates}"')
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(file, tmp_path_factory):
    return written(tmp_path_factory.mktemp("watson"), file, "mdy")


@pytest.fixture(scope="module")
def data(folder, file):
    return load(folder, allow=[file.parent])


@pytest.fixture(scope="module")
def run(folder, file, tmp_path_factory):
    return publish.report(folder, allow=[file.parent], out=tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def invoices(file):
    """The file's rows as text, and month, day and year of each invoice as numbers."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    return [(row, *map(int, row["InvoiceDate"].split("/"))) for row in rows]


def by_country(invoices, year):
    total = defaultdict(float)
    for row, _, _, own in invoices:
        if own == year:
            total[row["countryCode"]] += float(row["InvoiceAmount"])
    return dict(total)


def test_dates_that_can_be_read_two_ways_are_asked_about(file, invoices, tmp_path):
    with pytest.raises(InputError, match="1 problems in the inputs") as caught:
        load(written(tmp_path, file, ""), allow=[file.parent])
    (asked,) = caught.value.problems
    open_ = [at for at, (_, first, second, _) in enumerate(invoices, 2) if first != second <= 12]
    only_mdy = sum(second > 12 for _, _, second, _ in invoices)
    assert (asked.table, asked.id, asked.column) == ("revenue", "inputs.ask_dates", "month")
    assert (asked.fields["count"], asked.fields["mdy"], asked.fields["dmy"]) == (len(open_), only_mdy, 0)
    assert asked.fields["cells"].split(", ") == [*(f"E{row}" for row in open_[:20]), "…"]
    words = input_words("en")
    assert place(asked, words) == f"revenue · {file.name} row 2 · month"
    assert describe(asked, words).startswith(
        "Dates that can be month/day/year or day/month/year: 872, e.g. “1/2/2013” (E2, E4, E5, "
    )
    sure = "Of the others in this column 1522 can only be month/day/year, 0 only day/month/year."
    assert sure in describe(asked, words)
    assert describe(asked, words).endswith('revenue = { ..., dates = "mdy" } or "dmy".')


def test_the_wrong_answer_is_refused_at_every_date_that_has_no_such_month(file, invoices, tmp_path):
    with pytest.raises(InputError, match="problems in the inputs") as caught:
        load(written(tmp_path, file, "dmy"), allow=[file.parent])
    wrong = [at for at, (_, _, second, _) in enumerate(invoices, 2) if second > 12]
    found = [problem for problem in caught.value.problems if problem.row]
    assert [problem.row for problem in found] == wrong[: len(found)]
    rest = sum(p.fields["count"] for p in caught.value.problems if p.id == "inputs.more_rows")
    assert len(found) + rest == len(wrong) == 1522


def test_totals_equal_the_facts(data, invoices):
    revenue = data["revenue"]
    assert data.sources["revenue"].rows == len(invoices) == 2466
    assert revenue["amount"].sum() == pytest.approx(AMOUNT, abs=CENT)
    assert len(data["customers"]) == revenue["customer_id"].nunique() == 100
    regions = revenue.merge(data["customers"]).groupby("region")["amount"].sum()
    assert regions.to_dict() == pytest.approx(BY_COUNTRY, abs=CENT)


def test_every_month_equals_a_plain_reading(data, invoices):
    months = defaultdict(float)
    for row, month, _, year in invoices:
        months[pd.Timestamp(year, month, 1)] += float(row["InvoiceAmount"])
    found = data["revenue"].groupby("month")["amount"].sum()
    assert found.to_dict() == pytest.approx(dict(months), abs=CENT)


def test_how_the_dates_were_read_is_told(folder, file, data):
    (note,) = [note for note in data.notes if note.table == "revenue" and note.id == "inputs.read.mdy"]
    assert (note.id, note.column, note.fields["count"]) == ("inputs.read.mdy", "month", 2466)
    checked = CliRunner().invoke(main, ["check", str(folder), "--allow", str(file.parent)])
    assert checked.exit_code == 0 and "Dates read as month/day/year: 2466." in checked.output


def test_the_report_states_the_year_and_its_growth(run, invoices):
    cards = json.loads((run.folder / "cards.json").read_text(encoding="utf-8"))
    company = {card["key"]: card["value"] for card in cards if not card["by"]}
    this, last = (sum(by_country(invoices, year).values()) for year in (2013, 2012))
    assert company["evaluation.revenue"] == pytest.approx(this, abs=CENT)
    assert company["evaluation.revenue_before"] == pytest.approx(last, abs=CENT)
    assert company["evaluation.growth"] == pytest.approx(this / last - 1)


def test_countries_of_the_report_equal_a_plain_reading(run, invoices):
    table = pd.read_csv(
        run.folder / "tables" / "evaluation.growth.csv", encoding="utf-8-sig", dtype={"group": "str"}
    )
    assert table.set_index("group")["this_year"].to_dict() == pytest.approx(
        by_country(invoices, 2013), abs=CENT
    )
    for language, told in (("en", "Dates read as month/day/year"), ("zh", "个日期按月/日/年读取")):
        page = (run.folder / "share" / "director" / f"report.{language}.html").read_text(encoding="utf-8")
        assert told in page


# Receivables as what they are

INVOICES = """
[tables.invoices]
file = "{file}"
columns = {{ invoiceNumber = "invoice_id", InvoiceDate = "issued_on", DueDate = "due_on", customerID = "customer_id", InvoiceAmount = "amount" }}
dates = "mdy"

[tables.receipts]
sql = '''
select invoiceNumber || '-1' as receipt_id, invoiceNumber as invoice_id, strptime(SettledDate, '%m/%d/%Y') as received_on,
       InvoiceAmount as amount
from read_csv('{file}', types = {{ 'SettledDate': 'VARCHAR' }})
'''
"""
BEYOND = {0: (72, 4284.29), 1: (12, 835.56)}
"""Open on 30 June 2013: not due yet, and up to 15 days overdue; nothing is older."""


@pytest.fixture
def receivables(request, file, tmp_path, monkeypatch):
    """The invoices as they stood on a day, 30 June 2013 unless a test says another."""
    monkeypatch.setenv("SALESMGMT_ALLOW", str(file.parent))
    day = getattr(request, "param", "2013-06-30")
    head = SETUP.replace("as_of = 2013-12-31", f"as_of = {day}").split("[tables.revenue]")
    rest = "[tables.customers]" + SETUP.split("[tables.customers]")[1]
    text = head[0] + INVOICES + rest
    (tmp_path / "engagement.toml").write_text(text.format(file=file.as_posix(), dates=""), encoding="utf-8")
    return load(tmp_path)


def test_ageing_on_a_past_day_equals_the_fact(receivables):
    bills = performance.settled(receivables["invoices"], receivables["receipts"], as_of=receivables.as_of)
    aged = performance.ageing(bills, limits=(15, 30))
    found = {
        int(row.from_days): (row.invoices, round(row.open, 2)) for row in aged.itertuples() if row.invoices
    }
    assert found == BEYOND
    late = performance.collection(bills).iloc[0]
    due_today = bills.loc[bills["days_overdue"] == 0, "open"].sum()  # fallen due, though not a day late
    assert late["overdue"] == pytest.approx(BEYOND[1][1] + due_today)


def test_collection_on_a_past_day_is_that_of_a_plain_reading(receivables, file):
    rows = pd.read_csv(file)
    due, paid = (pd.to_datetime(rows[name], format="%m/%d/%Y") for name in ("DueDate", "SettledDate"))
    fallen = rows["InvoiceAmount"][due <= "2013-06-30"].sum()
    received = rows["InvoiceAmount"][(due <= "2013-06-30") & (paid <= "2013-06-30")].sum()
    bills = performance.settled(receivables["invoices"], receivables["receipts"], as_of=receivables.as_of)
    rate = performance.collection(bills).iloc[0]
    assert rate["fallen_due"] == pytest.approx(fallen)
    assert rate["collection_rate"] == pytest.approx(received / fallen)


@pytest.mark.parametrize("receivables", ["2014-01-31"], indirect=True)
def test_collection_of_countries_adds_up_to_the_facts_once_all_is_paid(receivables):
    """The last invoice was settled on 9 January 2014."""
    places = {"customers": receivables["customers"], "staff": receivables["staff"]}
    paid = receivables["invoices"], receivables["receipts"]
    bills = performance.bills(*paid, as_of=receivables.as_of, **places)
    each = performance.collection(bills, by=["region"]).set_index("region")
    assert each["fallen_due"].to_dict() == pytest.approx(BY_COUNTRY, abs=CENT)
    assert each["invoices"].to_dict() == {"406": 561, "818": 387, "770": 506, "897": 396, "391": 616}
    assert each["collection_rate"].tolist() == pytest.approx([1.0] * 5)
    whole = performance.collection(bills).iloc[0]
    assert (whole["invoices"], whole["customers"]) == (2466, 100)
    assert whole["received"] == pytest.approx(AMOUNT, abs=CENT)
    assert performance.ageing(bills)["invoices"].sum() == 0


def test_what_is_open_on_any_day_came_in_later(receivables, file):
    """Collected by month and open at the month's end are two readings of the same receipts."""
    rows = pd.read_csv(file)
    paid = pd.to_datetime(rows["SettledDate"], format="%m/%d/%Y")
    results = performance.collected_results(receivables["receipts"], receivables["invoices"])
    months = results.groupby("month")["amount"].sum()
    come = rows[paid <= receivables.as_of]
    expected = come.groupby(paid.dt.to_period("M").dt.to_timestamp())["InvoiceAmount"].sum()
    assert months.to_dict() == pytest.approx(expected.to_dict())
    bills = performance.settled(receivables["invoices"], receivables["receipts"], as_of=receivables.as_of)
    later = set(rows.loc[paid > receivables.as_of, "invoiceNumber"].astype("str"))
    assert set(bills.loc[bills["open"] > 0, "invoice_id"]) <= later
