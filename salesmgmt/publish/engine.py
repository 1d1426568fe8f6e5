"""The papermill side of a run: its import, our kernels, one engine.

Importing this module imports papermill, which is slow: :mod:`salesmgmt.publish.run` does so when notebooks are to run.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import papermill
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

__all__ = ["declared_parameters", "run_notebook", "start_kernel"]

_ENGINE = "salesmgmt"
_STARTUP_SECONDS = 60
_PACKAGE_ROOT = Path(__file__).parents[2]


def declared_parameters(notebook: Path) -> set[str]:
    """Names in a notebook's cell tagged ``parameters``."""
    return set(papermill.inspect_notebook(str(notebook)))


def start_kernel(folder: Path, log: IO[bytes]) -> tuple[AsyncKernelManager, int]:
    """A running kernel of this very interpreter, whose process leads a group of its own.

    Parameters
    ----------
    folder : Path
        Its working folder.
    log : file
        Gets what the process itself prints.

    Returns
    -------
    AsyncKernelManager and int
        The manager, for use by the calling thread, and the process group.
    """
    kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_OurKernel())
    run_sync(kernel.start_kernel)(
        cwd=str(folder), env=_environment(), stdout=log, stderr=log,
        extra_arguments=["--HistoryManager.hist_file=:memory:"],
    )  # fmt: skip
    return kernel, kernel.provisioner.pid  # type: ignore[union-attr]  # it has one once it runs


def run_notebook(
    notebook: Path, *, parameters: Mapping[str, Any], kernel: AsyncKernelManager, seen: list[Any]
) -> None:
    """Run a notebook in a kernel and end the kernel.

    Parameters
    ----------
    notebook : Path
        An ``.ipynb`` file; it is not written.
    parameters : Mapping
        Plain values by name.
    kernel : AsyncKernelManager
        From :func:`start_kernel`.
    seen : list
        Gets the notebook being run, so that it is at hand also when the kernel dies.

    Raises
    ------
    Exception
        Whatever papermill or the kernel stopped on.
    """
    papermill.execute_notebook(
        str(notebook), None, parameters=dict(parameters), engine_name=_ENGINE, kernel_name="python3",
        language="python", progress_bar=False, request_save_on_cell_execute=False, kernel=kernel, seen=seen,
    )  # fmt: skip


class _OurKernel(KernelSpecManager):
    """The one kernel there is: this interpreter, whatever is installed for Jupyter."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=argv, name=kernel_name, display_name="Python 3", language="python",
            metadata={"supported_encryption": ["curve"]},
        )  # fmt: skip


class _Engine(NBClientEngine):
    """Papermill's own engine, on a kernel that is already running."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, kernel: AsyncKernelManager, seen: list[Any], **_: Any
    ) -> None:
        for cell in nb_man.nb.cells:
            cell.metadata.pop("execution", None)  # what an earlier run left is no evidence of this one
        seen.append(nb_man.nb)
        client = PapermillNotebookClient(
            nb_man, km=kernel, kernel_name=kernel_name, startup_timeout=_STARTUP_SECONDS,
            shutdown_kernel="immediate",
        )  # fmt: skip
        client.execute(cleanup_kc=True)


papermill_engines.register(_ENGINE, _Engine)


def _environment() -> dict[str, str]:
    """Ours, one thread for linear algebra, and a way to this package where it is not installed."""
    environment = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | os.environ
    if str(_PACKAGE_ROOT) != sysconfig.get_paths()["purelib"]:
        paths = [str(_PACKAGE_ROOT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return environment
