"""The middle is pure: time, chance and files come in as arguments."""

import ast
from typing import Final

from tests.house.tree import modules, place

MIDDLE = modules("registration", "terminal/desk", "backend/office")
SOURCES: Final = frozenset({"random", "secrets", "uuid", "time", "os", "tempfile", "pathlib"})
"""Modules that bring the world in."""
MAKERS: Final = frozenset(
    {"now", "utcnow", "today", "uuid1", "uuid4", "urandom", "random", "token_bytes", "token_hex"}
)
"""Calls that give another answer each time they are asked."""


def test_nothing_of_the_world_is_imported() -> None:
    assert [
        f"{place(module, node)} {name}"
        for module in MIDDLE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _named(node)
        if name.split(".")[0] in SOURCES
    ] == []


def test_nothing_is_asked_that_answers_differently_each_time() -> None:
    """A clock that was handed in may be asked, since whoever hands it in may stop it."""
    assert [
        f"{place(module, node)} {ast.unparse(node)}"
        for module in MIDDLE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _called(node) in MAKERS and not _is_given_clock(node)
    ] == []


def test_no_file_is_opened() -> None:
    assert [
        place(module, node)
        for module in MIDDLE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _called(node) in {"open", "write_bytes", "write_text"}
    ] == []


def _named(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_given_clock(node: ast.Call) -> bool:
    return ast.unparse(node.func) in {"self.clock.now", "clock.now"}
