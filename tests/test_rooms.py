"""Who may know whom: the imports of every module, read from its source, against the rooms' rules.

Methods know frames only; inputs know files; charts and cards know finished results; publishing knows
notebooks. Only notebooks join them.
"""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "salesmgmt"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

METHODS = {"plan", "allocation", "motivation", "evaluation"}
HELPERS = {
    "agreement",
    "checks",
    "codes",
    "errors",
    "frames",
    "pairwise",
    "ratios",
    "shrinkage",
    "uncertainty",
}
SHOWING = {
    "charts",
    "cards",
    "tables",
    "display",
    "fragments",
    "headlines",
    "chapter",
    "spreadsheet",
    "whatif",
}
EVERY_ROOM = METHODS | HELPERS | SHOWING | {"inputs", "locale", "publish", "cli", "__main__"}

FORBIDDEN = {
    **dict.fromkeys(METHODS, EVERY_ROOM - HELPERS),  # but its own room: see below
    **dict.fromkeys(HELPERS, EVERY_ROOM - HELPERS),
    **dict.fromkeys(SHOWING, METHODS | {"inputs", "cli"}),
    "locale": EVERY_ROOM - {"locale", "errors"},
    "inputs": METHODS | SHOWING | {"publish", "cli"},
    "publish": METHODS | {"cli"},
    "cli": METHODS,
    "__main__": METHODS,
}
PURE = {
    "__future__", "abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "heapq", "itertools", "math", "numbers", "operator", "re", "statistics", "types", "typing",
    "numpy", "pandas", "scipy",
}  # fmt: skip
"""Libraries that a method or a helper may use: no files, no clock, no drawing, no language."""

IMPURE_CALLS = {"now", "today", "utcnow", "default_rng", "seed", "open", "print", "input"}


def imports(path: Path, *, at_import: bool = False) -> set[str]:
    """Dotted names that a file imports, as far down as they are modules: anywhere, or when it is imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in tree.body if at_import else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            full = [f"{module}.{alias.name}" for alias in node.names]
            found |= {name if name in MODULES else module for name in full}
    return found


def room(module: str) -> str:
    """The first folder or file inside the package: ``salesmgmt.plan.sizing`` -> ``plan``."""
    return module.partition(".")[2].split(".")[0]


def method(module: str) -> str:
    """The method a module belongs to: ``salesmgmt.plan.sizing.steps`` -> ``plan.sizing``."""
    return ".".join(module.split(".")[1:3])


def named(*rooms: str) -> list[str]:
    return [module for module in MODULES if room(module) in rooms]


def test_every_room_has_its_rule():
    assert sorted({room(module) for module in MODULES} - {""} - EVERY_ROOM) == []


@pytest.mark.parametrize("module", [module for module in MODULES if room(module)])
def test_rooms_know_only_whom_they_may(module):
    ours = {name for name in imports(MODULES[module]) if name.startswith("salesmgmt.")}
    assert sorted(name for name in ours if room(name) in FORBIDDEN[room(module)] - {room(module)}) == []


@pytest.mark.parametrize("module", named(*METHODS))
def test_methods_never_know_another_method(module):
    ours = {name for name in imports(MODULES[module]) if room(name) in METHODS}
    is_guide = module.count(".") == 1  # salesmgmt/plan/__init__.py lists the room's methods
    assert sorted(name for name in ours if not is_guide and method(name) != method(module)) == []


@pytest.mark.parametrize("module", named(*METHODS, *HELPERS))
def test_methods_know_only_numbers(module):
    foreign = {name.split(".")[0] for name in imports(MODULES[module])} - {"salesmgmt"}
    assert sorted(foreign - PURE) == []


@pytest.mark.parametrize("module", named(*METHODS, *HELPERS))
def test_methods_have_no_clock_files_or_randomness_of_their_own(module):
    calls = [
        node for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]  # fmt: skip
    names = {
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for call in calls
    }
    assert (
        sorted(name for name in names if name in IMPURE_CALLS or name.startswith(("read_", "to_csv"))) == []
    )


def test_imports_are_absolute():
    found = {
        module: [name for name in imports(path) if name.startswith(".")] for module, path in MODULES.items()
    }
    assert {module: names for module, names in found.items() if names} == {}


def test_imports_have_no_cycle():
    graph = {
        module: (imports(path, at_import=True) & set(MODULES)) - {module} for module, path in MODULES.items()
    }
    TopologicalSorter(graph).prepare()  # CycleError names the cycle


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("from salesmgmt import inputs", "salesmgmt.inputs"),
        ("from salesmgmt.locale import Words", "salesmgmt.locale"),
        ("def late():\n    import matplotlib.pyplot as plt", "matplotlib.pyplot"),
    ],
)
def test_imports_are_seen_however_written(source, caught, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert caught in imports(path)
