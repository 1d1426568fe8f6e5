"""Names that stay inside their folder, and runs that appear whole or not at all."""

from __future__ import annotations

import errno
from datetime import UTC, datetime

import pytest

from salesmgmt.publish.folder import (
    disk_full,
    file_hashes,
    publish_folder,
    run_name,
    safe_name,
    staging_folder,
)

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("name", ["远航客服外包", "Acme BPO (China)", "上海·远航(集团)", "A-1_b"])
def test_names_that_any_system_takes_stay_as_they_are(name):
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["../../x", "..", ".", "", "/etc/passwd", "a/b", "a\\b", ".hidden", "x\0y", "a\nb", "CON", "nul.txt", "a:b",
     "客" * 300, "x ", "\u202eevil", "~", "*?"],
)  # fmt: skip
def test_hostile_names_become_one_plain_folder(name, tmp_path):
    safe = safe_name(name)
    assert safe and len(safe.encode()) <= 80 and safe.isprintable()
    assert not safe.startswith(".") and not set(safe) & set('/\\:*?"<>|')
    assert (tmp_path / safe).resolve().parent == tmp_path.resolve()


def test_different_clients_never_share_a_folder():
    names = ["a/b", "a-b", "a\\b", "a:b", ".a-b", "客" * 300, "客" * 301]
    assert len({safe_name(name).casefold() for name in names}) == len(names)


def test_run_is_named_by_time_and_scenario():
    assert run_name(NOON, "") == "20261123-120005"
    assert run_name(NOON, "../stretch").startswith("20261123-120005-stretch-")


def test_two_runs_in_the_same_second_get_two_folders(tmp_path):
    folders = []
    for _ in range(3):
        with staging_folder(tmp_path / "2027", "run") as (staging, run):
            (staging / "a.txt").write_text(run)
            folders.append(publish_folder(staging, run))
    assert [folder.name for folder in folders] == ["run", "run-2", "run-3"]
    with (
        staging_folder(tmp_path / "2027", "run") as (one, _),
        staging_folder(tmp_path / "2027", "run") as (two, _),
    ):
        assert one != two


def interrupted(year_folder):
    with staging_folder(year_folder, "run") as (staging, _):
        (staging / "a").mkdir()
        (staging / "a" / "b.txt").write_text("x")
        raise KeyboardInterrupt("stop")


def test_nothing_is_left_of_a_run_that_stops(tmp_path):
    out = tmp_path / "reports"
    with pytest.raises(KeyboardInterrupt, match="stop"):
        interrupted(out / "client" / "2027")
    assert not out.exists()


def test_earlier_runs_stay_when_a_later_one_stops(tmp_path):
    with staging_folder(tmp_path / "2027", "first") as (staging, run):
        (staging / "a.txt").write_text("x")
        first = publish_folder(staging, run)
    before = file_hashes(first)
    with pytest.raises(RuntimeError, match="stop"), staging_folder(tmp_path / "2027", "second"):
        raise RuntimeError("stop")
    assert [path.name for path in (tmp_path / "2027").iterdir()] == ["first"]
    assert file_hashes(first) == before


def test_a_full_disk_is_seen_behind_other_errors():
    error = ValueError("could not write")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert disk_full(error)
    assert not disk_full(PermissionError(errno.EACCES, "Permission denied"))
