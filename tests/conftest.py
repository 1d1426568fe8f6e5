"""What several tests need: data sets beside the checkout, published examples, a browser, the demo client."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

from salesmgmt.publish.pdf import find_browser

mpl.use("Agg")

ROOT = Path(__file__).resolve().parents[1]
SOAK = os.environ.get("SALESMGMT_SOAK", "") not in ("", "0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave tests marked ``soak`` to ``make soak``."""
    if not SOAK:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="long suite: make soak"))


@pytest.fixture(scope="session")
def soak() -> bool:
    """Whether long suites run whole."""
    return SOAK


@pytest.fixture(scope="module")
def seed() -> int:
    """First random seed of a module's simulations: fresh each time and printed, or SALESMGMT_SEED."""
    first = int(os.environ.get("SALESMGMT_SEED") or secrets.randbelow(10**6))
    print(f"SALESMGMT_SEED={first}")
    return first


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def demo() -> Path:
    """The demo client's engagement folder."""
    return ROOT / "data" / "demo"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data sets and published examples beside the checkout (or SALESMGMT_SHARED)."""
    folder = Path(os.environ.get("SALESMGMT_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("the shared data sets are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def golden(shared: Path) -> Callable[[str], dict[str, Any]]:
    """Published worked examples by id: ``golden("size-kotler-60")["outputs"]``."""
    cases = json.loads((shared / "golden" / "cases.json").read_text(encoding="utf-8"))
    return {case["id"]: case for case in cases}.__getitem__


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of an installed Chromium, Chrome or Edge."""
    found = find_browser()
    if found is None:
        pytest.skip("no Chromium is installed")
    return found
