"""INK: what a counter says of ink from elsewhere is laid beside what the office kept itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.office.inviting_ports import InvitationRow
from registration.ink import InkRecord
from tests.pki import PKI, TERMINAL
from tests.unit.backend.office.test_inkproof import BASE, make_bound, make_evidence, proofs
from tests.unit.registration.test_remote import make_remote

REMOTE = make_remote(BASE.inks[0])
ROW = InvitationRow(
    invitation=REMOTE.invitation,
    terminal=TERMINAL,
    state="taken",
    proof_sha256="0" * 64,
    sha256="1" * 64,
    size=1,
    left_at=REMOTE.opened_at,
    expires_at=REMOTE.answered_at,
    opened_at=REMOTE.opened_at,
    answer_sha256=REMOTE.answer_sha256,
    answered_at=REMOTE.answered_at,
)


def ink_from_elsewhere(pki: PKI) -> InkRecord:
    """Return ink as a counter binds it: when its teller looked, long after the pen was lifted."""
    return make_evidence(replace(BASE.inks[0], remote=REMOTE), pki)


def fault(pki: PKI, row: InvitationRow | None) -> str:
    room = replace(proofs(pki), find_invitation=lambda _name: row)
    (check,) = room(make_bound(pki, ink_from_elsewhere(pki)))
    return check.fault


def test_what_the_office_saw_itself_holds(pki: PKI) -> None:
    assert fault(pki, ROW) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal": "another"},
        {"answer_sha256": "2" * 64},
        {"answered_at": REMOTE.answered_at + timedelta(seconds=1)},
        {"opened_at": None},
    ],
    ids=["counter", "answer", "time", "never opened"],
)
def test_what_the_office_saw_otherwise_is_found(pki: PKI, changes: dict[str, Any]) -> None:
    assert fault(pki, replace(ROW, **changes)) == "invitation"


def test_an_invitation_that_never_was_is_found(pki: PKI) -> None:
    assert fault(pki, None) == "invitation"
