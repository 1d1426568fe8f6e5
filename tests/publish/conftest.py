"""A client and a writer of chapters for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from salesmgmt import publish
from tests.publish.chapters import PLAN, SUMMARY, write_chapters, write_client


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """An engagement of three customers; one has a hostile name."""
    return write_client(tmp_path / "client")


@pytest.fixture
def chapters(tmp_path: Path) -> Callable[..., Path]:
    """Writes notebooks into one folder: ``chapters(**{"1_plan": cells})``."""
    return partial(write_chapters, tmp_path / "chapters")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> publish.Run:
    """One published run of the small client: both languages and views, a scenario, an override."""
    folder = tmp_path_factory.mktemp("made")
    client = write_client(folder / "client")
    notebooks = write_chapters(folder / "chapters", **{"1_plan": PLAN, "0_summary": SUMMARY})
    return publish.report(
        client, scenario="stretch", overrides={"sizing.working_days": 215}, seed=7, out=folder / "reports",
        notebooks=notebooks,
    )  # fmt: skip


@pytest.fixture(scope="session")
def demo_report(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> publish.Run:
    """One published run of the demo client: both languages and views."""
    return publish.report(demo, out=tmp_path_factory.mktemp("demo-report"))


MOVED = {
    "新客组": ("S024", "S025", "S027"),
    "华北部": ("S021", "S022", "S023"),
    "华东二部": ("S011",),
}
"""A team of three, and one of five that must be hidden with it: it is the one that stands out."""


@pytest.fixture(scope="session")
def small_teams(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> publish.Run:
    """One published run of the demo client with small teams, in English."""
    folder = tmp_path_factory.mktemp("small-teams")
    client = Path(shutil.copytree(demo, folder / "client"))
    staff = pd.read_csv(client / "staff.csv", dtype=str, keep_default_na=False)
    for team, people in MOVED.items():
        staff.loc[staff["staff_id"].isin(people), ["team", "team_en"]] = [team, ""]
    staff.to_csv(client / "staff.csv", index=False)
    return publish.report(client, languages=["en"], out=folder / "reports")
