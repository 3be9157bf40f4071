"""Everything that keeps a draft from becoming its applications, told at once."""

from collections.abc import Iterator
from typing import Final

from registration.findings import Finding, Level
from terminal.desk.draft import Draft
from terminal.desk.fields import fields_of, make_problem, read_fields
from terminal.desk.people import slot_problems
from terminal.desk.place import Place
from terminal.desk.shape import pointers_of

_ASKED_BY_NAME: Final = frozenset(
    {"bundle", "standing", "discharge", "change", "crystallisation", "transfer", "former"}
)
"""Sections whose empty fields are told one by one; of the others the rules of the claim tell."""


def find_holes(draft: Draft, place: Place) -> tuple[Finding, ...]:
    """Say everything that keeps texts of the draft from becoming values."""
    problems = [*read_fields(draft).problems, *slot_problems(draft)]
    for kind in fields_of(draft):
        is_asked = kind.name == "unit_no" or (
            kind.section in _ASKED_BY_NAME and not kind.is_optional
        )
        if is_asked and not draft.text(kind.name).strip():
            problems.append(make_problem(kind.name, "missing", kind.pointer))
    findings = [problem.as_finding() for problem in problems]
    if place.mortgagee(draft.teller) is None:
        findings.append(
            Finding(
                rule="FORMAT",
                level=Level.CORRECT,
                zh="本窗口没有这位柜员，请换柜员",
                en="No such teller works at this counter; choose another",
                basis="",
                pointer="/counter/teller",
            )
        )
    return (*findings, *_unseen(draft, place))


def _unseen(draft: Draft, place: Place) -> Iterator[Finding]:
    """Yield the typed documents that a second person has yet to look at, where there is one."""
    for slot in draft.slots:
        manual = slot.identity.manual if slot.identity else None
        if manual and not manual.checked_by and place.checkers() - {manual.entered_by}:
            yield Finding(
                rule="FORMAT",
                level=Level.CORRECT,
                zh="手工录入的证件还没有经另一人复核",
                en="A second person has not looked at the typed document yet",
                basis="",
                pointer=f"{(*pointers_of(draft, slot), '')[0]}/identity",
            )
