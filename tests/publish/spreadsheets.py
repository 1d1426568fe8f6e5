"""Files as LibreOffice opens them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

_AT_ONCE = 100
"""LibreOffice takes no more than some 240 files at once, and says nothing of the others."""
CSV = "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
"""Comma, quotation marks, UTF-8, numbers found, and formulas carried out where a cell begins like one."""


def opened_by_libreoffice(files: Sequence[Path], folder: Path, *options: str) -> dict[str, Any]:
    """Files opened and saved anew as workbooks, by name."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no LibreOffice is installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", *options, "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    command += ["--outdir", str(folder / "done")]
    for start in range(0, len(files), _AT_ONCE):
        batch = files[start : start + _AT_ONCE]
        done = subprocess.run([*command, *map(str, batch)], capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr
    return {path.name: openpyxl.load_workbook(folder / "done" / f"{path.stem}.xlsx") for path in files}


def filled(book: Any) -> list[tuple[str, Any]]:
    """Sheet and cell of everything a workbook holds."""
    cells = [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row]
    return [(sheet, cell) for sheet, cell in cells if cell.value is not None]


def formulas(found: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Sheet and text of each formula; LibreOffice writes a truth value as one."""
    told = [(sheet, cell.value) for sheet, cell in found if cell.data_type == "f"]
    return [(sheet, text) for sheet, text in told if text not in ("=TRUE()", "=FALSE()")]
