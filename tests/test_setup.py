"""The repository itself: environments in step, notebooks clean, documents true."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from salesmgmt import __version__
from salesmgmt.cli import main
from salesmgmt.inputs import load

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
EXTRAS = {
    name: [Requirement(line) for line in lines]
    for name, lines in PROJECT["project"]["optional-dependencies"].items()
}
SETUP, SPARK_SERVER = (
    [Requirement(line) for line in PROJECT["dependency-groups"][name]] for name in ("setup", "spark-server")
)
CHAPTERS = ["0_summary", "1_plan", "2_allocation", "3_motivation", "4_evaluation"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
REPORT_NOTEBOOKS = [path for path in NOTEBOOKS if path.stem in CHAPTERS]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, tuple[str, int]]:
    """Pinned version and number of hashes by distribution."""
    found = {}
    for block in re.split(r"\n(?=\S)", text(name)):
        if match := re.match(r"([\w.-]+)==(\S+)", block):
            found[canonicalize_name(match[1])] = (match[2], block.count("--hash=sha256:"))
    return found


def files() -> list[Path]:
    """Text files that belong to the project: not the environment, caches or generated reports."""
    hidden = {path for path in ROOT.iterdir() if path.name.startswith(".") and path.is_dir()} - {ROOT / ".ci"}
    skipped = hidden | {ROOT / name for name in ("reports", "build", "dist", "salesmgmt.egg-info")}
    top = [path for path in ROOT.iterdir() if path not in skipped]
    found = [path for entry in top for path in ([entry] if entry.is_file() else entry.rglob("*"))]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


# --- environments -----------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [*RUNTIME, *EXTRAS["dev"], *SETUP], ids=lambda wanted: wanted.name)
def test_requirements_pin_every_dependency_with_hashes(wanted):
    version, hashes = pins("requirements.txt")[canonicalize_name(wanted.name)]
    assert wanted.specifier.contains(version)
    assert hashes > 0


def test_every_pin_has_hashes():
    for name in ("requirements.txt", "requirements-lab.txt", "requirements-spark.txt"):
        assert [pin for pin, (_, hashes) in pins(name).items() if hashes == 0] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("lab", EXTRAS["lab"]), ("spark", [*EXTRAS["spark"], *SPARK_SERVER])],
    ids=["lab", "spark"],
)
def test_what_is_added_to_the_environment_changes_nothing_in_it(name, wanted):
    plain, more = pins("requirements.txt"), pins(f"requirements-{name}.txt")
    assert {own: more[own] for own in plain.keys() & more.keys() if more[own] != plain[own]} == {}
    assert [own for own in wanted if not own.specifier.contains(more[canonicalize_name(own.name)][0])] == []
    assert not {"jupyterlab", "pyspark"} & plain.keys()


CONDA_NAMES = {
    "brotli": "brotli-python", "duckdb": "python-duckdb", "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core", "matplotlib": "matplotlib-base",
    "nbconvert": "nbconvert-core", "seaborn": "seaborn-base",
}  # fmt: skip
"""conda-forge's names where they differ."""


def test_conda_environment_is_in_step():
    environment = yaml.safe_load(text("environment.yml"))
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    pip = environment["dependencies"][-1]["pip"]
    lacking = [wanted for wanted in RUNTIME if str(wanted) in pip]
    named = [f"{CONDA_NAMES.get(wanted.name, wanted.name)}{wanted.specifier}" for wanted in RUNTIME if wanted not in lacking]  # fmt: skip
    backend = PROJECT["build-system"]["requires"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert {str(Requirement(line)) for line in conda[2:]} == {
        str(Requirement(line)) for line in [*backend, *named]
    }
    assert conda[:2] == [f"python{PROJECT['project']['requires-python']},<3.14", "pip"]
    assert pip == [*map(str, lacking), "-e ."]


@pytest.mark.parametrize(
    ("folder", "declared"),
    [
        ("salesmgmt", [*RUNTIME, *EXTRAS["pdf"]]),  # imported where it is used, if it is there
        *[(name, [*RUNTIME, *EXTRAS["dev"]]) for name in ("tests", "data", "benchmarks")],
    ],
    ids=["salesmgmt", "tests", "data", "benchmarks"],
)
def test_imports_are_declared(folder, declared):
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / folder).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    ours = {"salesmgmt", "tests", *(path.stem for path in (ROOT / "data").glob("*.py"))}
    foreign = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - ours
    distributions = importlib.metadata.packages_distributions()
    needed = {canonicalize_name(distributions.get(name, [name])[0]) for name in foreign}
    assert needed - {canonicalize_name(wanted.name) for wanted in declared} == set()


def test_wheel_holds_catalogues_codebook_and_templates(tmp_path):
    pytest.importorskip("setuptools", minversion="77", reason="the build backend is not installed")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "salesmgmt", tmp_path / "salesmgmt", ignore=shutil.ignore_patterns("__pycache__"))
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True)
    wheel = tmp_path / f"salesmgmt-{__version__}-py3-none-any.whl"
    kept = set(zipfile.ZipFile(wheel).namelist())
    package = [path for path in (ROOT / "salesmgmt").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert [path for path in package if path.relative_to(ROOT).as_posix() not in kept] == []


# --- what no file may say -----------------------------------------------------------------------------

HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry.np" + "mjs", "deb.deb" + "ian.org", "conda.ana" + "conda.org"]  # fmt: skip


def test_no_file_names_a_registry_host():
    found = [
        (path.relative_to(ROOT).as_posix(), host)
        for path in files()
        for host in HOSTS
        if host in path.read_text(encoding="utf-8", errors="replace").lower()
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.stem)
def test_every_expected_error_is_matched(path):
    """``pytest.raises`` says which message is expected, unless the error's fields are looked at."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items if item.optional_vars}  # fmt: skip
    raises = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.raises"]  # fmt: skip
    unmatched = [node for node in raises if id(node) not in named and "match" not in {key.arg for key in node.keywords}]  # fmt: skip
    assert [f"line {node.lineno}: {ast.unparse(node)}" for node in unmatched] == []


def test_no_file_is_large():
    assert [path.relative_to(ROOT).as_posix() for path in files() if path.stat().st_size > 3_000_000] == []


# --- notebooks ----------------------------------------------------------------------------------------


def cells(path: Path, kind: str = "") -> list[dict]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if kind in ("", cell["cell_type"])]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def tags(cell: dict) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def test_every_chapter_has_its_notebook():
    assert [path.stem for path in REPORT_NOTEBOOKS] == CHAPTERS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_without_outputs(path):
    code = cells(path, "code")
    assert [i for i, cell in enumerate(code) if cell["outputs"] or cell["execution_count"] is not None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_only_calls_the_library(path):
    nodes = [node for cell in cells(path, "code") for node in ast.walk(ast.parse(source(cell)))]
    unwanted = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)
    assert [ast.unparse(node)[:60] for node in nodes if isinstance(node, unwanted)] == []
    assert [source(cell) for cell in cells(path, "code") if len(source(cell).splitlines()) > 12] == []


@pytest.mark.parametrize("path", REPORT_NOTEBOOKS, ids=lambda path: path.stem)
def test_chapter_has_one_parameters_cell(path):
    assert sum("parameters" in tags(cell) for cell in cells(path, "code")) == 1


@pytest.mark.parametrize("path", REPORT_NOTEBOOKS, ids=lambda path: path.stem)
def test_chapter_prose_comes_in_pairs(path):
    """Every prose cell is zh or en, beside its twin, under a heading of the same level."""
    prose = [
        (i, frozenset(tags(cell) & {"zh", "en"}), re.match(r"#*", source(cell))[0])
        for i, cell in enumerate(cells(path))
        if cell["cell_type"] == "markdown"
    ]
    assert [i for i, language, _ in prose if len(language) != 1] == []
    pairs = list(zip(prose[::2], prose[1::2], strict=True))
    assert [
        (i, j)
        for (i, language, level), (j, other, twin_level) in pairs
        if j != i + 1 or language == other or level != twin_level
    ] == []


# --- documents ----------------------------------------------------------------------------------------


def test_readme_names_the_two_commands():
    assert "make report" in text("README.md")
    assert "make test" in text("README.md")


def test_readme_names_every_command_and_no_other():
    named = set(re.findall(r"(?:^|`|[/\\])salesmgmt ([a-z]+)", text("README.md"), re.MULTILINE))
    assert named == set(main.commands)


def test_readme_engagement_is_good_as_it_stands(tmp_path):
    blocks = dict(
        re.findall(r"```(\w*)\n(\[engagement\].*?|customer_id.*?)```", text("README.md"), re.DOTALL)
    )
    (tmp_path / "engagement.toml").write_text(blocks["toml"], encoding="utf-8")
    (tmp_path / "customers.csv").write_text(blocks[""], encoding="utf-8")
    data = load(tmp_path)
    assert (len(data["customers"]), data.value("sizing.visits_per_rep")) == (2, 220.0)
    assert data.warnings == []


def test_readme_links_to_files_that_exist():
    links = re.findall(r"\]\((?!#)([^):]+)\)", text("README.md") + text("CONTRIBUTING.md"))
    assert links
    assert [link for link in links if not (ROOT / link.split("#")[0]).exists()] == []


def test_every_make_target_named_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`(?:\$ )?make ([a-z]+)", text("README.md") + text("CONTRIBUTING.md")))
    assert named <= targets
    assert {"report", "test"} <= named


def test_changelog_states_the_methodology():
    assert re.search(r"^## Unreleased\b.*?^### Methodology\b", text("CHANGELOG.md"), re.MULTILINE | re.DOTALL)
