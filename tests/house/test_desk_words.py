"""Whatever the desk shows is in both languages: one catalogue, whose keys are the Chinese texts."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from backend.web.language import catalogue
from tests.house.tree import ROOT, Module, modules

_WEB: Final = ROOT / "backend/web"
_HAN: Final = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]")
_SAID: Final = re.compile(r"""\bsay\(\s*(?:"([^"]*)"|'([^']*)')""")
_PLACE: Final = re.compile(r"\{(\w+)[:}]")
_BILINGUAL: Final = frozenset({"api_docs.html"})
"""The description of the interface has both languages side by side."""
_PAIRS: Final = frozenset({"ProblemError", "Problem", "_bad"})
"""Problem documents carry a Chinese and an English text; programs read them."""
_STAYS: Final = frozenset(
    {
        ("report_paper", "*"),  # the circular for the superior authority
        ("api_docs", "*"),  # both languages at once
        ("guests", "*"),  # problem documents in both languages
        ("problems", "TITLES"),  # both languages at once
        ("language", "*"),  # what Chinese is
        ("decision_form", "chosen_items"),  # a basis, for the notice
        ("decision_form", "ready_opinion"),  # for the notice of refusal
        ("statistics_page", "say_days"),  # for the circular
        ("words", "show_kind"),  # shortens the Chinese kinds
        ("words", "show_place"),  # cuts a Chinese address
    }
)
"""Module and top-level name whose Chinese is meant: it goes out, or it is about Chinese."""


def test_no_template_holds_chinese_outside_the_catalogue() -> None:
    wrong = [
        f"{path.name}: {found[0]}"
        for path in _templates()
        if path.name not in _BILINGUAL
        for line in _SAID.sub("say(", _text(path)).splitlines()
        for found in re.finditer(rf".{{0,30}}{_HAN.pattern}.{{0,20}}", line)
    ]

    assert wrong == []


def test_no_script_holds_chinese() -> None:
    """What a script shows stands on the page, where the page's language is known."""
    scripts = sorted((_WEB / "static").glob("*.js"))

    assert [path.name for path in scripts if _HAN.search(path.read_text("utf-8"))] == []


def test_every_text_has_its_english() -> None:
    assert sorted(set(_told()) - set(catalogue())) == []


def test_no_text_is_put_together_from_chinese_pieces() -> None:
    """Another language has another order: values are named in the text, and filled in."""
    wrong = [
        f"{module.path}:{node.lineno}"
        for module, node in _nodes()
        if isinstance(node, ast.JoinedStr) and any(_is_chinese(part) for part in node.values)
    ]

    assert wrong == []


def test_no_english_text_is_unused() -> None:
    assert sorted(set(catalogue()) - set(_told())) == []


def test_both_languages_fill_in_the_same_values() -> None:
    wrong = [
        zh for zh, en in catalogue().items() if set(_PLACE.findall(zh)) != set(_PLACE.findall(en))
    ]

    assert wrong == []


def test_no_english_text_holds_chinese() -> None:
    assert [en for en in catalogue().values() if _HAN.search(en) or not en] == []


@cache
def _told() -> tuple[str, ...]:
    """Return every Chinese text of templates and modules."""
    said = (m[1] or m[2] for path in _templates() for m in _SAID.finditer(_text(path)))
    constants = (
        node.value for _, node in _nodes() if isinstance(node, ast.Constant) and _is_chinese(node)
    )
    return (*said, *map(str, constants))


def _is_chinese(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return _HAN.search(node.value) is not None


def _templates() -> list[Path]:
    return sorted((_WEB / "templates").glob("*.html"))


def _text(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)


def _nodes() -> Iterator[tuple[Module, ast.AST]]:
    """Yield what the desk's modules say, without docstrings and what stays Chinese."""
    for module in modules("backend/web"):
        name = module.name.rpartition(".")[2]
        for top in module.tree.body:
            if not {(name, "*"), (name, _named(top))} & _STAYS:
                yield from ((module, node) for node in _walk(top))


def _named(node: ast.stmt) -> str:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return getattr(node, "name", "")


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        is_pair = isinstance(child, ast.Call) and getattr(child.func, "id", "") in _PAIRS
        if not (is_docstring or is_pair):
            yield from _walk(child)
