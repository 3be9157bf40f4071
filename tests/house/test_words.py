"""The words of the house: every public thing is introduced, nothing promises itself for later."""

import ast
from collections.abc import Iterator
from typing import Final

from tests.house.tree import PACKAGES, ROOT, Module, modules, place

# Put together here, so that this list is not found by its own search.
PROMISES: Final = ("TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK", "Not" + "Implemented")
WRITTEN: Final = frozenset({".py", ".js", ".html", ".css", ".md", ".sh", ".toml", ""})
NAMELESS: Final = frozenset(
    {"utils", "util", "common", "helpers", "helper", "misc", "manager", "handler", "shared"}
)


def test_nothing_is_promised_for_later() -> None:
    """A promise in a comment is kept by nobody; what is missing stands in the README."""
    assert [
        f"{path}:{number}"
        for path, text in _written()
        for number, line in enumerate(text.splitlines(), start=1)
        if any(word in line for word in PROMISES)
    ] == []


def _written() -> Iterator[tuple[str, str]]:
    """Yield what people of this project wrote: no fonts, no recorded data."""
    for folder in (*PACKAGES, "scripts", "tests", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in WRITTEN and path.is_file():
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_every_module_is_named_after_what_it_says() -> None:
    assert [m.path for m in modules(*PACKAGES) if set(m.name.split(".")) & NAMELESS] == []


def test_every_module_says_what_it_is_in_the_house() -> None:
    ours = modules(*PACKAGES, "scripts")
    assert [m.path for m in ours if not ast.get_docstring(m.tree)] == []


def test_every_public_class_and_function_has_a_sentence() -> None:
    assert [
        f"{place(module, node)} {node.name}"
        for module in modules(*PACKAGES)
        if not module.is_migration
        for node in _public(module)
        if not ast.get_docstring(node)
    ] == []


def _public(module: Module) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    """Yield what others may import; a method is introduced by its class."""
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node
