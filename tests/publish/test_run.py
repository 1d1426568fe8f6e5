"""Real papermill and real kernels: what passes for success without being one is a failure here."""

from __future__ import annotations

import time

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from salesmgmt.publish.run import NotebookFailed, execute

KERNEL = {"name": "nothing-of-that-name", "display_name": "x", "language": "python"}


@pytest.fixture
def run(tmp_path):
    """Runs one notebook of the given cells and returns what it made."""

    def execute_cells(*cells, parameters=None, timeout=60.0):
        start = new_code_cell('x = 1\ntext = "a=b"', metadata={"tags": ["parameters"]})
        made = new_notebook(cells=[start, *map(new_code_cell, cells)], metadata={"kernelspec": KERNEL})
        nbformat.write(made, tmp_path / "chapter.ipynb")
        folder = tmp_path / "executed"
        folder.mkdir(exist_ok=True)
        given = {"x": 5} if parameters is None else parameters
        (done,) = execute([tmp_path / "chapter.ipynb"], parameters=given, folder=folder, timeout=timeout)
        return done

    return execute_cells


def kernels():
    """Kernels that this process started."""
    return [child for child in psutil.Process().children(recursive=True) if child.status() != "zombie"]


def test_runs_in_this_interpreter_and_the_given_folder_whatever_kernel_is_named(run, tmp_path):
    import sys

    done = run("import os, sys\nprint(sys.executable)\nprint(os.getcwd())\nprint(x)", "")
    text = done.notebook.cells[2].outputs[0].text
    assert text.splitlines() == [sys.executable, str(tmp_path / "executed"), "5"]
    assert [path.name for path in (tmp_path / "executed").iterdir()] == ["chapter.ipynb"]
    assert done.seconds > 0 and kernels() == []


@pytest.mark.parametrize(
    ("cells", "number", "error"),
    [
        (["1", "1 / 0", "2"], 4, "ZeroDivisionError: division by zero"),
        (["1", "import os; os._exit(0)", "2"], 4, "DeadKernelError"),
        (["1", "import os; os._exit(0)"], 4, "DeadKernelError"),
        (["1", "import sys; sys.exit(0)", "2"], 4, "SystemExit: 0"),
        (["1", "import sys; sys.exit(0)"], 4, "SystemExit: 0"),
        (["import sys; sys.exit()", ""], 3, "SystemExit"),
        (["raise KeyboardInterrupt"], 3, "KeyboardInterrupt"),
    ],
)
def test_a_notebook_that_stops_early_is_a_failure_and_is_kept(run, tmp_path, cells, number, error):
    with pytest.raises(NotebookFailed, match="chapter.ipynb: ") as failure:
        run(*cells)
    assert failure.value.cell == number and failure.value.error.startswith(error)
    kept = nbformat.read(tmp_path / "executed" / "chapter.ipynb", 4)
    later = [cell for cell in kept.cells if cell.cell_type == "code" and cell.source == "2"]
    assert [cell.metadata.papermill.status for cell in later] == ["pending"] * len(later)
    assert kernels() == []


def test_the_traceback_is_kept_without_terminal_colours(run):
    with pytest.raises(NotebookFailed, match="ZeroDivisionError") as failure:
        run("1 / 0")
    assert "ZeroDivisionError" in failure.value.details and "\x1b" not in failure.value.details


def test_an_unknown_parameter_is_refused_before_anything_runs(run, tmp_path):
    with pytest.raises(NotebookFailed, match=r"does not declare the parameters \['wrong'\]"):
        run("open('ran.txt', 'w')", parameters={"x": 1, "wrong": 2})
    assert list((tmp_path / "executed").iterdir()) == []


@pytest.mark.parametrize("cell", ["while True: pass", "import subprocess; subprocess.run(['sleep', '300'])"])
def test_time_runs_out_for_python_and_for_what_it_started(run, cell):
    began = time.monotonic()
    with pytest.raises(NotebookFailed, match="out of time") as failure:
        run("1", cell, timeout=6.0)
    assert failure.value.cell == 4 and time.monotonic() - began < 30
    assert kernels() == []


def test_one_failure_stops_the_others(tmp_path):
    for name, source in (("1_bad", "1 / 0"), ("2_slow", "import time; time.sleep(300)"), ("3_late", "1")):
        start = new_code_cell("x = 1", metadata={"tags": ["parameters"]})
        made = new_notebook(cells=[start, new_code_cell(source)], metadata={"kernelspec": KERNEL})
        nbformat.write(made, tmp_path / f"{name}.ipynb")
    (tmp_path / "executed").mkdir()
    began = time.monotonic()
    with pytest.raises(NotebookFailed, match="1_bad.ipynb: ZeroDivisionError"):
        execute(sorted(tmp_path.glob("*.ipynb")), parameters={"x": 2}, folder=tmp_path / "executed")
    assert time.monotonic() - began < 60 and kernels() == []


def test_what_an_earlier_run_left_in_a_notebook_is_no_evidence(tmp_path):
    stale = {"execution": {"shell.execute_reply": "2026-01-01T00:00:00Z"}}
    start = new_code_cell("x = 1", metadata={"tags": ["parameters"]})
    dies = new_code_cell("import os; os._exit(0)", execution_count=1, metadata=stale)
    nbformat.write(new_notebook(cells=[start, dies], metadata={"kernelspec": KERNEL}), tmp_path / "a.ipynb")
    (tmp_path / "executed").mkdir()
    with pytest.raises(NotebookFailed, match="DeadKernelError"):
        execute([tmp_path / "a.ipynb"], parameters={"x": 2}, folder=tmp_path / "executed")
