"""The house as text: its modules, parsed, for the tests that keep its walls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("registration", "certs", "quarantine", "terminal", "backend")
KIT: Final = "evidence_kit"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One source file."""

    path: str
    """From the root of the tree, with slashes."""
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def functions(self) -> tuple[Function, ...]:
        """Every function and method, however deep."""
        return tuple(n for n in ast.walk(self.tree) if isinstance(n, Function))

    @property
    def is_migration(self) -> bool:
        """Whether it tells one step of the database, which is written once and never edited."""
        return self.path.startswith("backend/store/migrations/versions/")


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return the modules below the folders, in the order of their paths."""
    return tuple(_read(path) for folder in folders for path in _sources(ROOT / folder))


def _sources(folder: Path) -> Iterator[Path]:
    """Yield what is imported; what only travels in evidence packages is a program of its own."""
    found = sorted(folder.rglob("*.py"))
    return (one for one in found if one.parent.name != KIT or one.name == "__init__.py")


def _read(path: Path) -> Module:
    text = path.read_text("utf-8")
    return Module(path=path.relative_to(ROOT).as_posix(), text=text, tree=ast.parse(text))


def place(module: Module, node: ast.stmt | ast.expr) -> str:
    """Say where something stands, so that an editor can go there."""
    return f"{module.path}:{node.lineno}"
