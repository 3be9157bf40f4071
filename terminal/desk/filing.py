"""Applications that come ready-made, past the pages: where they belong, and their draft."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from registration.application import Application
from registration.findings import Finding, Level
from registration.identifiers import CreditCode
from terminal.desk.draft import Draft, DraftState
from terminal.desk.place import Place
from terminal.errors import ConflictError


def find_misplacement(applications: Sequence[Application], place: Place) -> tuple[Finding, ...]:
    """Say what shows that applications were not made for this counter and its office."""
    ours = place.bank.credit_code
    is_ours = any(ours in _banks(application) for application in applications)
    found = [f for a in applications for f in _misplaced(a, place, is_ours=is_ours)]
    return tuple(dict.fromkeys(found))


def _banks(application: Application) -> tuple[CreditCode, ...]:
    former = application.transfer.former if application.transfer else None
    own = (application.mortgagee.credit_code,)
    return (*own, former.credit_code) if former else own


def _misplaced(application: Application, place: Place, *, is_ours: bool) -> tuple[Finding, ...]:
    here = place.counter(application.counter.teller)
    checks = (
        (application.office == place.office, "/office", "登记机构", "the office"),
        (application.counter.branch == here.branch, "/counter/branch", "网点", "the branch"),
        (
            application.counter.terminal == here.terminal,
            "/counter/terminal",
            "终端",
            "the terminal",
        ),
        (
            is_ours,
            "/mortgagee/credit_code",
            "抵押权人",
            "the mortgagee",
        ),
    )
    return tuple(
        Finding(
            rule="FORMAT",
            level=Level.CORRECT,
            zh=f"{zh}与本柜台登记的不一致，请改正后再交",
            en=f"{en} is not this counter's; correct it and submit again",
            basis="",
            pointer=pointer,
        )
        for is_right, pointer, zh, en in checks
        if not is_right
    )


def filed_draft(
    known: Draft | None, application: Application, now: datetime, *, number: str = ""
) -> Draft:
    """Return the draft of a filed application: its place in the lists, without a form.

    Raises:
        ConflictError: it was closed, or it is not the round that follows.
    """
    if known is None:
        return Draft(
            draft_id=application.application_id,
            number=number,
            kind=application.kind,
            state=DraftState.OPEN,
            teller=application.counter.teller,
            round=application.round,
            corrects=application.corrects,
            created_at=application.captured_at,
            changed_at=now,
        )
    is_retried = known.sequence is None and application.round == known.round
    is_next = application.round == known.round + 1
    if known.state is DraftState.CLOSED or known.slots or not (is_retried or is_next):
        raise ConflictError("another application has this identifier")
    return replace(known, round=application.round, corrects=application.corrects, changed_at=now)
