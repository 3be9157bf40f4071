"""Every error stands in a drawn tree, has a code of its own, and is told to whoever meets it."""

import ast
import inspect
import re
from types import ModuleType
from typing import Final

import pytest

from backend import errors as backend_errors
from backend.web.problems import DETAILS, STATUS
from certs import errors as certs_errors
from quarantine import errors as quarantine_errors
from registration import errors as registration_errors
from terminal import errors as terminal_errors
from terminal import invite_errors, reader_errors, scanner_errors, visit_errors
from terminal.reader_words import REMEDIES
from terminal.web import problems as counter_problems
from terminal.web.problem_words import WORDS
from tests.house.tree import PACKAGES, modules, place

BOOKS: Final = (
    registration_errors,
    certs_errors,
    quarantine_errors,
    terminal_errors,
    invite_errors,
    reader_errors,
    scanner_errors,
    visit_errors,
    backend_errors,
)
ROOTS: Final = {
    "registration": registration_errors.RegistrationError,
    "certs": certs_errors.CertsError,
    "quarantine": quarantine_errors.QuarantineError,
    "terminal": terminal_errors.TerminalError,
    "backend": backend_errors.OfficeError,
}
HOME_MADE: Final = frozenset(
    {
        "backend.failpoints",  # raised for tests alone
        "terminal.failpoints",
        "backend.web.decision_form",  # a form's findings, shown beside it
        "backend.web.problems",  # a refusal before any use case is asked
        "terminal.web.problems",
        "certs.documents.wrapping",  # becomes a document's status in the next module
    }
)
"""Rooms whose own errors never leave them: no other room catches or maps these."""
COMMAND_LINE: Final = frozenset(
    {"CaseFolderError", "EnrolmentError", "NoCertificateError", "NotDeliveredError"}
    | {"PinRefusedError"}
)
"""Met only by whoever types a command, who is told the code and the sentence."""
_LINE = re.compile(r"^(?P<indent>[ │├└─]*)(?P<name>\w+Error)\b")


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.__name__)
def test_the_drawn_tree_is_the_real_one(book: ModuleType) -> None:
    assert _drawn(book) == {name: kind.__mro__[1].__name__ for name, kind in _kinds(book).items()}


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.__name__)
def test_every_error_says_when_it_happens_in_the_world(book: ModuleType) -> None:
    assert [name for name, kind in _kinds(book).items() if "__doc__" not in vars(kind)] == []


def test_every_code_is_said_once() -> None:
    """A teller reads the code out on the telephone; it must mean one thing."""
    codes = [code for book in BOOKS for code in _codes(book)]
    assert "" not in codes
    assert len(set(codes)) == len(codes)


def test_a_code_begins_with_its_house() -> None:
    for book in BOOKS:
        own = {"backend": "office"}.get(name := book.__name__.split(".")[0], name)
        assert {code.split(".")[0] for code in _codes(book)} == {own}


def test_no_error_is_declared_outside_its_book() -> None:
    assert [
        f"{place(module, node)} {node.name}"
        for module in modules(*PACKAGES)
        if module.name not in {*HOME_MADE, *(book.__name__ for book in BOOKS)}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and node.name.endswith("Error")
        and not node.name.startswith("_")
    ] == []


def test_every_branch_of_the_office_has_a_status() -> None:
    """Only a fault of the program itself may answer 500 because nobody thought of it."""
    assert _branches(backend_errors) - {kind.__name__ for kind in STATUS} == set()
    assert {ROOTS["registration"], ROOTS["certs"], ROOTS["backend"]} <= set(STATUS)


def test_the_office_explains_no_code_that_is_gone() -> None:
    assert set(DETAILS) - {code for book in BOOKS for code in _codes(book)} == set()


def test_every_branch_of_the_counter_has_words() -> None:
    named = set(WORDS) | {kind.__name__ for kind in REMEDIES} | COMMAND_LINE
    assert _branches(terminal_errors) | _branches(reader_errors) <= named
    assert {"RegistrationError", "CertsError", "TerminalError"} <= set(WORDS)


def test_every_trouble_with_a_reader_has_its_own_remedy() -> None:
    """Each of them tells the teller a different thing to do."""
    readers = set(_kinds(reader_errors).values())
    assert set(REMEDIES) == readers
    assert len(set(REMEDIES.values())) == len(readers)


def test_the_counter_has_no_words_for_an_error_that_is_gone() -> None:
    known = {name for book in BOOKS for name in _kinds(book)}
    local = {name for name, _ in inspect.getmembers(counter_problems, inspect.isclass)}
    # A date that cannot be read is a bad request of a special sort, not a class.
    assert set(WORDS) - known - local == {"BadDateError"}


def _kinds(book: ModuleType) -> dict[str, type[Exception]]:
    return {
        name: kind
        for name, kind in inspect.getmembers(book, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == book.__name__
    }


def _codes(book: ModuleType) -> list[str]:
    """Return the code of each class; empty where it only has its parent's."""
    return [str(vars(kind).get("code", "")) for kind in _kinds(book).values()]


def _branches(book: ModuleType) -> set[str]:
    """Return the classes that stand right below the root."""
    root = ROOTS[book.__name__.split(".")[0]]
    return {name for name, kind in _kinds(book).items() if kind.__mro__[1] is root}


def _drawn(book: ModuleType) -> dict[str, str]:
    """Read the tree in the docstring: each class and the one it hangs from.

    A tree may hang from a class of another book, which then stands above it.
    """
    above: list[tuple[int, str]] = []
    drawn: dict[str, str] = {}
    for line in (book.__doc__ or "").splitlines():
        if found := _LINE.match(line):
            depth, name = len(found["indent"]), found["name"]
            above = [(d, n) for d, n in above if d < depth]
            drawn[name] = above[-1][1] if above else "Exception"
            above.append((depth, name))
    own = set(_kinds(book))
    return {name: up for name, up in drawn.items() if name in own or up != "Exception"}
