"""Small enough to hold in the head: modules, functions, views."""

import ast
from typing import Final

from tests.house.tree import PACKAGES, Function, Module, modules, place

LONGEST_MODULE: Final = 400
LONGEST_FUNCTION: Final = 30
LONGEST_VIEW: Final = 15
HOUSE = modules(*PACKAGES)
OURS = (*HOUSE, *modules("scripts", "tests"))
_VERBS: Final = frozenset({"route", "get", "post", "put", "patch", "delete"})


def test_no_module_is_longer_than_its_idea() -> None:
    lengths = {m.path: len(m.text.splitlines()) for m in OURS if not m.is_migration}
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert _longer(HOUSE, LONGEST_FUNCTION) == {}


def test_a_view_parses_calls_and_answers() -> None:
    webs = modules("terminal/web", "backend/web")
    assert _longer(webs, LONGEST_VIEW, only_views=True) == {}


def test_the_rule_about_views_finds_views() -> None:
    """A rule that looks for nothing would always hold."""
    webs = modules("terminal/web", "backend/web")
    assert sum(_is_view(f) for m in webs for f in m.functions) > 50


def _longer(found: tuple[Module, ...], limit: int, *, only_views: bool = False) -> dict[str, int]:
    return {
        f"{place(m, f)} {f.name}": _length(f)
        for m in found
        if not m.is_migration
        for f in m.functions
        if _length(f) > limit and (not only_views or _is_view(f))
    }


def _length(function: Function) -> int:
    """Return the lines from `def` to the end; the docstring says what the code cannot."""
    last = function.end_lineno or function.lineno
    first = function.body[0]
    told = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(function) else 0
    return last - function.lineno + 1 - told


def _is_view(function: Function) -> bool:
    return any(
        isinstance(d, ast.Call) and isinstance(d.func, ast.Attribute) and d.func.attr in _VERBS
        for d in function.decorator_list
    )
