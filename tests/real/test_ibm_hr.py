"""Competency gaps of 446 sales people from an HR file nobody here wrote, with a customers table of one row.

Involvement, satisfaction with relations and the performance rating of the HR file stand in for competencies
judged by the manager; the required level of 3 is ours. Means by job are held against facts computed elsewhere,
gaps against the plain file.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from salesmgmt import publish
from salesmgmt.inputs import load

SETUP = """
[engagement]
client = "IBM HR sample"
year = 2027
as_of = 2026-12-31
currency = "USD"
languages = ["en", "zh"]

[tables.customers]
sql = "select 'C1' as customer_id, 'none listed' as customer, 'existing' as status"

[tables.staff]
sql = '''
select EmployeeNumber as staff_id, 'Employee ' || EmployeeNumber as name, JobRole as team,
       case JobRole when 'Manager' then 'sales_manager' else 'account_manager' end as role
from read_csv('{file}') where Department = 'Sales'
'''

[tables.assessments]
sql = '''
select EmployeeNumber as staff_id, competency, 'HR' as rater_id, 'manager' as rater_kind, score,
       date '2026-11-30' as assessed_on
from (unpivot (select EmployeeNumber, JobInvolvement, RelationshipSatisfaction, PerformanceRating
               from read_csv('{file}') where Department = 'Sales')
      on JobInvolvement, RelationshipSatisfaction, PerformanceRating into name competency value score)
'''

[tables.competencies]
sql = '''
select role, competency, weight, 3 as required
from (values ('account_manager'), ('sales_manager')) as roles(role),
     (values ('JobInvolvement', 0.5), ('RelationshipSatisfaction', 0.3), ('PerformanceRating', 0.2)) as items(competency, weight)
'''
"""

PEOPLE = {"Sales Executive": 326, "Sales Representative": 83, "Manager": 37}
INVOLVEMENT = {"Sales Executive": 2.7147, "Sales Representative": 2.6506, "Manager": 2.7027}
PERFORMANCE = {"Sales Executive": 3.1258, "Sales Representative": 3.1446, "Manager": 3.2162}
WEIGHTS = {"JobInvolvement": 0.5, "RelationshipSatisfaction": 0.3, "PerformanceRating": 0.2}


@pytest.fixture(scope="module")
def file(shared):
    return shared / "datasets" / "ibm_hr_attrition" / "WA_Fn-UseC_-HR-Employee-Attrition.csv"


@pytest.fixture(scope="module")
def folder(file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hr")
    text = SETUP.format(file=file.resolve().as_posix())
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(folder, file, tmp_path_factory):
    return publish.report(folder, allow=[file.parent], out=tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def people(file):
    """The plain file, sales only."""
    people = pd.read_csv(file)
    return people[people["Department"] == "Sales"]


def table(run, key):
    return pd.read_csv(
        run.folder / "tables" / f"{key}.csv", encoding="utf-8-sig", dtype={"staff_id": "str"}
    ).fillna({"team": ""})


def test_mean_scores_by_job_equal_the_facts(run):
    teams = table(run, "evaluation.competency.teams").set_index(["competency", "team"])
    assert teams.loc["JobInvolvement", "people"].to_dict() == PEOPLE
    assert teams.loc["JobInvolvement", "score"].round(4).to_dict() == INVOLVEMENT
    assert teams.loc["PerformanceRating", "score"].round(4).to_dict() == PERFORMANCE


def test_gaps_of_every_person_equal_the_plain_file(run, people):
    gaps = table(run, "evaluation.competency.gaps")
    assert len(gaps) == 3 * len(people) == 3 * 446
    wide = gaps.pivot(index="staff_id", columns="competency", values="gap")
    plain = people.set_index(people["EmployeeNumber"].astype(str))[list(WEIGHTS)]
    expected = (3 - plain).clip(lower=0)
    pd.testing.assert_frame_equal(
        wide[list(WEIGHTS)].sort_index(), expected.sort_index(), check_dtype=False, check_names=False
    )


def test_scores_of_every_person_equal_the_formula(run, people):
    scores = table(run, "evaluation.competency.scores").set_index("staff_id")["score"]
    short = (3 - people.set_index(people["EmployeeNumber"].astype(str))[list(WEIGHTS)]).clip(lower=0)
    expected = np.sqrt((short**2 * pd.Series(WEIGHTS)).sum(axis=1))
    assert scores.sort_index().to_numpy() == pytest.approx(expected.sort_index().to_numpy())


def test_one_rater_each_cannot_show_agreement_and_no_results_single_out_the_strong(run):
    model = table(run, "evaluation.competency.model")
    assert model["verdict"].unique().tolist() == ["cannot_tell"]
    assert model["required_from"].unique().tolist() == ["experts"]
    kinds = table(run, "evaluation.ratings").set_index("rater_kind")
    assert kinds.loc["manager", "verdict"] == "cannot_tell" and np.isnan(kinds.loc["manager", "icc"])
    cards = json.loads((run.folder / "cards.json").read_text(encoding="utf-8"))
    assert not [card for card in cards if card["key"] == "evaluation.ratings.icc"]


def test_constant_and_missing_columns_are_warned_about_not_hidden(folder, file):
    data = load(folder, allow=[file.parent])
    assert data.sources["assessments"].rows == 3 * 446
    assert data["customers"]["customer_id"].tolist() == ["C1"]
