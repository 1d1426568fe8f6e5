"""Under pseudonyms nothing that is read names a person, and everything still belongs to the same one."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pytest

from salesmgmt.errors import InputError
from salesmgmt.inputs import load

ASKED = 'languages = ["zh", "en"]\npseudonyms = true'


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    """The demo client under pseudonyms, one of whose incidents names two people."""
    folder = tmp_path_factory.mktemp("masked") / "client"
    shutil.copytree(demo, folder)
    setup = folder / "engagement.toml"
    text = setup.read_text(encoding="utf-8")
    setup.write_text(re.sub(r"^languages = .*?$", ASKED, text, count=1, flags=re.MULTILINE), encoding="utf-8")
    incidents = folder / "incidents.csv"
    rows = pd.read_csv(incidents, keep_default_na=False)
    rows.loc[0, ["evidence", "evidence_en"]] = [
        "沈若溪与S005一起拜访",
        "Shen Ruoxi went with S005, not with S0051",
    ]
    rows.to_csv(incidents, index=False)
    return folder


@pytest.fixture(scope="module")
def masked(folder):
    return load(folder)


@pytest.fixture(scope="module")
def plain(demo):
    return load(demo)


def everywhere(data) -> str:
    """All text of an engagement."""
    parts = [frame.to_csv(index=False) for frame in data.tables.values()]
    return "\n".join([*parts, *(f"{key}\n{told}" for key, told in data.wording.items()), *(str(problem.fields) for problem in data.warnings)])  # fmt: skip


def test_no_name_and_no_staff_id_is_left(masked, plain, demo):
    staff = pd.read_csv(demo / "staff.csv")
    text = everywhere(masked)
    assert not [name for name in [*staff["name"], *staff["name_en"]] if name in text]
    assert not re.findall(r"(?<![\w-])S0\d\d(?![\w-])", text)
    assert [name for name in staff["name"] if name in everywhere(plain)] == staff["name"].tolist()


def test_rows_still_belong_to_the_same_person(masked, plain):
    real = {pseudonym: staff_id for pseudonym, (staff_id, _) in masked.pseudonyms.items()}
    assert len(real) == len(set(real.values())) == len(plain["staff"])
    for table, column in [("assignments", "staff_id"), ("visits", "staff_id"), ("staff", "manager_id"), ("initiatives", "owner_id"), ("assessments", "rater_id")]:  # fmt: skip
        before, after = plain[table][column].astype("str"), masked[table][column].astype("str")
        assert after.map(lambda text: real.get(text, text)).tolist() == before.tolist()
        assert masked[table].dtypes.equals(plain[table].dtypes)
    pd.testing.assert_frame_equal(masked["customers"], plain["customers"])


def test_people_named_in_a_text_are_renamed_there_and_longer_words_left(masked):
    evidence = masked["incidents"]["evidence"].iloc[0]
    names = {real: pseudonym for pseudonym, (_, real) in masked.pseudonyms.items()}
    ids = {real: pseudonym for pseudonym, (real, _) in masked.pseudonyms.items()}
    number = names["沈若溪"].split("-")[1]
    assert evidence == f"客户经理-{number}与{ids['S005']}一起拜访"
    assert (
        masked.words("en").client(evidence)
        == f"Account manager {number} went with {ids['S005']}, not with S0051"
    )


def test_a_pseudonym_stays_when_others_join(folder, masked, tmp_path):
    joined = tmp_path / "client"
    shutil.copytree(folder, joined)
    rows = pd.read_csv(joined / "staff.csv", keep_default_na=False, dtype=str)
    extra = rows.iloc[[3]].assign(staff_id="A000", name="新人甲", name_en="New Person")
    pd.concat([extra, rows]).to_csv(joined / "staff.csv", index=False)
    now = {real: pseudonym for pseudonym, (real, _) in load(joined).pseudonyms.items()}
    assert sum(now[real] == pseudonym for pseudonym, (real, _) in masked.pseudonyms.items()) >= 31


def test_only_true_and_false_are_allowed(folder, tmp_path):
    other = tmp_path / "client"
    shutil.copytree(folder, other)
    setup = other / "engagement.toml"
    setup.write_text(
        setup.read_text("utf-8").replace("pseudonyms = true", 'pseudonyms = "maybe"'), encoding="utf-8"
    )
    with pytest.raises(InputError, match="1 problems") as caught:
        load(other)
    assert [(problem.id, problem.column) for problem in caught.value.problems] == [
        ("inputs.not_true_false", "engagement.pseudonyms")
    ]
