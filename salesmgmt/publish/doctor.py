"""Look at the machine: can a report be made, read and kept here?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salesmgmt.publish.pdf import find_browser

__all__ = ["Finding", "examine"]

_KERNEL_SECONDS = 60.0
_WHO = "import sys, ipykernel; print('ipykernel', ipykernel.__version__, 'Python', sys.version.split()[0])"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``"font"``, ``"kernel"``, ``"browser"`` or ``"write"``.

    Attributes
    ----------
    subject : str
        What was looked at.
    good, required : bool
        Whether it works; whether a report needs it.
    detail : str
        What was found, or the error.
    """

    subject: str
    good: bool
    required: bool
    detail: str


def examine(out: str | Path) -> list[Finding]:
    """Look at the font, the notebook kernel, a browser and write access.

    Parameters
    ----------
    out : str or Path
        Folder that reports would go to; it is left as it was.

    Returns
    -------
    list of Finding
        In the order font, kernel, browser, write.
    """
    return [
        _finding("font", _font),
        _finding("kernel", _kernel),
        _finding("browser", _browser, required=False),
        _finding("write", lambda: _write(Path(out))),
    ]


def _finding(subject: str, look: Callable[[], str], *, required: bool = True) -> Finding:
    try:
        return Finding(subject, True, required, look())
    except Exception as error:  # whatever it is, it is what the reader wants to know
        return Finding(subject, False, required, f"{type(error).__name__}: {error}")


def _font() -> str:
    from salesmgmt.publish.fonts import font_faces, font_file

    font_faces("人")
    return font_file().name


def _kernel() -> str:
    """Start one and let it say who it is."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    from salesmgmt.publish.run import execute

    cells = [new_code_cell("", metadata={"tags": ["parameters"]}), new_code_cell(_WHO)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        (done,) = execute([path], parameters={}, folder=Path(folder), timeout=_KERNEL_SECONDS)
    return str(done.notebook.cells[-1].outputs[0].text).strip()


def _browser() -> str:
    found = find_browser()
    if found is None:
        raise FileNotFoundError("no Chromium, Chrome or Edge")
    return Path(found).name


def _write(out: Path) -> str:
    """Write beside where reports would be: in the folder, or in its nearest existing parent."""
    home = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.is_dir())
    with tempfile.NamedTemporaryFile(dir=home) as file:
        file.write(b"salesmgmt")
        file.flush()
    return str(out)
