"""INK: what another counter vouches for is laid beside its own key and what the office saw itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from backend.office.inviting_ports import InvitationRow
from certs.events import attest_event
from certs.identity import Role
from certs.trust import TrustStore
from registration.application import Application
from registration.ink import InkRecord, event_facts
from registration.visits import Visit
from tests.factories import LI, make_identity, make_strokes
from tests.pki import PKI, TERMINAL, make_pki, make_signer
from tests.unit.backend.office.test_inkproof import BASE, proofs
from tests.unit.registration.test_visits import HIS, make_visit, visited

VISIT = make_visit()
TAKEN = VISIT.taken
assert TAKEN is not None
ROW = InvitationRow(
    invitation=VISIT.invitation,
    terminal=TERMINAL,
    state="taken",
    proof_sha256="0" * 64,
    sha256="1" * 64,
    size=1,
    left_at=TAKEN.opened_at,
    expires_at=TAKEN.answered_at,
    opened_at=TAKEN.opened_at,
    answer_sha256=TAKEN.answer_sha256,
    answered_at=TAKEN.answered_at,
    hint="hint",
    attended_by=VISIT.terminal,
)
Change = Callable[[Application], Application]


def application(pki: PKI, visit: Visit = VISIT, *, by: str = "KF-JM-01") -> Application:
    """Return a case with the ink of a visit that the counter `by` attested, as `visit` says."""
    signer = make_signer(pki.authority, name=by, unit="KF-JM")
    case = visited(visit)

    def bound(ink: InkRecord) -> InkRecord:
        at = (ink.ended_at + timedelta(seconds=1)).replace(microsecond=0)
        return replace(ink, event=attest_event(event_facts(ink), signer, at))

    inks = tuple(bound(case.inks[at]) for at in HIS)
    return replace(case, counter=replace(BASE.counter, terminal=TERMINAL), inks=inks)


def faults(pki: PKI, case: Application, row: InvitationRow | None = ROW) -> set[str]:
    room = replace(proofs(pki), find_invitation=lambda _name: row)
    return {check.fault for check in room(case)}


def test_what_that_counter_vouches_for_and_the_office_saw_holds(pki: PKI) -> None:
    assert faults(pki, application(pki)) == {""}


def test_a_counter_that_attests_itself_as_another_is_found(pki: PKI) -> None:
    """The first counter's own key, or a third one's, signs for nobody else."""
    for other in (TERMINAL, "KF-XX-09"):
        assert faults(pki, application(pki, by=other)) == {"another counter"}


def test_a_counter_that_names_itself_as_the_other_is_found(pki: PKI) -> None:
    """It vouches for itself, but the office took the answer from another one."""
    third = replace(VISIT, terminal="KF-XX-09")
    assert faults(pki, application(pki, third, by="KF-XX-09")) == {"visit"}
    elsewhere = replace(VISIT, branch="KF-XX")
    assert faults(pki, application(pki, elsewhere)) == {"visit"}


def _other_paper(case: Application) -> Application:
    return replace(case, inks=tuple(replace(i, paper_sha256="0" * 64) for i in case.inks))


def _other_strokes(case: Application) -> Application:
    inks = (replace(i, strokes=make_strokes(f"forged {at}")) for at, i in enumerate(case.inks))
    return replace(case, inks=tuple(inks))


def _swapped_card(case: Application) -> Application:
    return _with(case, replace(VISIT, identity=make_identity("李示例", LI)))


def _other_teller(case: Application) -> Application:
    return _with(case, replace(VISIT, teller="T0001"))


def _with(case: Application, visit: Visit) -> Application:
    """Put another visit under the ink, which is made to name it."""
    inks = (replace(ink, visit_sha256=visit.sha256) for ink in case.inks)
    return replace(case, visits=(visit,), inks=tuple(inks))


@pytest.mark.parametrize(
    "change", [_other_paper, _other_strokes, _swapped_card, _other_teller], ids=lambda c: c.__name__
)
def test_ink_paper_card_and_teller_cannot_be_put_in_anothers_place(
    pki: PKI, change: Change
) -> None:
    assert faults(pki, change(application(pki))) == {"other facts"}


def test_a_visit_that_was_taken_out_is_found(pki: PKI) -> None:
    assert faults(pki, replace(application(pki), visits=())) == {"visit"}


@pytest.mark.parametrize(
    "changes",
    [
        {"attended_by": "KF-XX-09"},
        {"attended_by": ""},
        {"terminal": "another"},
        {"answer_sha256": "2" * 64},
        {"opened_at": None},
    ],
    ids=["another counter", "a guest", "another's invitation", "answer", "never opened"],
)
def test_what_the_office_saw_otherwise_is_found(pki: PKI, changes: dict[str, Any]) -> None:
    assert faults(pki, application(pki), replace(ROW, **changes)) == {"visit"}


def test_an_invitation_that_never_was_is_found(pki: PKI) -> None:
    assert faults(pki, application(pki), None) == {"visit"}


@pytest.mark.parametrize(
    ("before", "told"), [(timedelta(hours=1), "forged"), (-timedelta(hours=1), "")]
)
def test_a_counter_that_was_shut_out_before_is_found(
    tmp_path: Path, before: timedelta, told: str
) -> None:
    """Revoked an hour before he signed its word is worth nothing; an hour after, it was good."""
    own = make_pki(tmp_path / "authority")
    case = application(own)
    (serial, *_) = own.authority.find_serials(Role.PACKAGE, VISIT.terminal, case.inks[0].ended_at)
    at = case.inks[0].ended_at - before
    own.authority.revoke(serial, at, x509.ReasonFlags.key_compromise)
    told_now = replace(own, trust=TrustStore(own.authority.bundle))

    assert faults(told_now, replace(case, inks=case.inks[:1])) == {told}
