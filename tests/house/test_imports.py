"""Who may import whom, and where an import may stand."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.tree import PACKAGES, ROOT, Module, modules, place

MODULES = modules(*PACKAGES)


def test_every_contract_holds(tmp_path: Path) -> None:
    # In a process of its own: its set-up of logging would silence every logger of ours.
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--config", "setup.cfg", "--cache-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_no_import_waits_inside_a_function() -> None:
    """A late import hides an edge of the graph from its reader."""
    assert [
        place(module, node)
        for module in MODULES
        for function in module.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ] == []


def test_no_import_is_for_the_type_checker_alone() -> None:
    """A cycle that only the type checker sees is a cycle."""
    assert [m.path for m in MODULES if "TYPE_CHECKING" in m.text] == []


def test_a_package_opens_with_a_docstring_and_at_most_its_factory() -> None:
    """Code in a package's first file runs for everybody who imports anything of it."""
    assert [m.path for m in MODULES if m.path.endswith("/__init__.py") and _holds_work(m)] == []


def _holds_work(module: Module) -> bool:
    """Whether it does something at import other than define and name."""
    named = (
        ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign,
    )  # fmt: skip
    texts = (n for n in module.tree.body if not isinstance(n, named))
    return (
        any(not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)) for n in texts)
        or len(module.text.splitlines()) > 100
    )
