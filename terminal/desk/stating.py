"""Which statements a draft's papers are: what its facts ask for, and what the teller chose."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from registration.application import Application
from registration.statements import STATEMENTS, Made, Statement, fitting_statements
from terminal.desk.draft import Draft, DraftState
from terminal.desk.ports import Box, Clock
from terminal.errors import DraftClosedError, NotFoundError


def statements_of(draft: Draft, application: Application) -> tuple[str, ...]:
    """Return the statements that are written for an application of a draft, by code."""
    told = _told(draft)
    return tuple(s.code for s in fitting_statements(application, told) if is_written(draft, s))


def _told(draft: Draft) -> frozenset[str]:
    """Return the rules that the office named when it was asked about the unit."""
    return frozenset(f.rule for f in draft.precheck.findings) if draft.precheck else frozenset()


def is_written(draft: Draft, statement: Statement) -> bool:
    """Say whether a statement that fits is written here, or its paper is brought.

    What was scanned under its code is the paper, where that would be all of the material.
    """
    if statement.code in draft.written:
        return True
    is_brought = statement.code in draft.brought or (
        statement.is_whole and any(page.code == statement.code for page in draft.pages)
    )
    return statement.made is Made.UNASKED and not is_brought


def offered_statements(
    draft: Draft, applications: tuple[Application, ...]
) -> Iterator[tuple[Statement, bool]]:
    """Yield the statements that a draft's facts ask for, once each, and whether they are written."""
    told = _told(draft)
    fitting = {s.code: s for a in applications for s in fitting_statements(a, told)}
    for statement in fitting.values():
        yield statement, is_written(draft, statement)


@dataclass(frozen=True, slots=True)
class Stating:
    """Lets a teller choose whether a statement is written here or its paper was brought.

    Raises: NotFoundError, DraftClosedError, ConflictError (read again), BoxError.
    """

    box: Box
    clock: Clock

    def choose(self, draft_id: str, code: str, *, is_written: bool) -> Draft:
        """Write a statement here, or take the paper that was brought.

        Raises:
            NotFoundError: the table has no such statement.
        """
        if code not in STATEMENTS.by_code:
            raise NotFoundError("no such statement")
        draft = self.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        written = tuple(c for c in draft.written if c != code)
        brought = tuple(c for c in draft.brought if c != code)
        chosen = replace(
            draft,
            written=(*written, code) if is_written else written,
            brought=brought if is_written else (*brought, code),
            changed_at=self.clock.now(),
        )
        return self.box.save_draft(chosen)
