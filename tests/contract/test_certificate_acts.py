"""暂停、恢复、作废: never one person alone, told apart, in the journal, at most one at a time."""

from datetime import timedelta

import pytest

from backend.errors import ConflictError, NeedsOtherReviewerError
from backend.office.ports import Works
from backend.office.rows import ActKind, CertificateStatus
from backend.office.status_lists import StatusLists
from backend.office.suspending import Suspending
from backend.office.verification import Verification
from certs.statuslist import Mark, place_of
from registration import schema
from tests.clock import FrozenClock
from tests.codes import make_verification
from tests.rows import AT, make_certificate, make_staff, register_case
from tests.unit.registration.papers.facts import make_certificate as make_facts

QIAN = make_staff("qian", person="P-1", roles=("first_reviewer",))
QIAN_AGAIN = make_staff("qian2", person="P-1", roles=("second_reviewer",))
SUN = make_staff("sun", person="P-2", roles=("second_reviewer",))
WORDS = {"basis": "更正〔2026〕1号", "reason": "抵押物面积正在核查"}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(AT + timedelta(days=1))


@pytest.fixture
def number(works: Works) -> str:
    """Give the number of a published certificate."""
    entry = register_case(works)
    facts = schema.format_certificate(make_facts())
    row = make_certificate(entry_no=entry.entry_no, case_no=entry.case_no, facts=facts)
    with works() as work:
        work.certificates.prepare(row)
        work.certificates.set_sealed(row.certificate_no, pdf_sha256="a" * 64)
        work.certificates.publish(row.certificate_no, at=AT)
        work.commit()
    return row.certificate_no


@pytest.fixture
def desk(works: Works, clock: FrozenClock) -> Suspending:
    return Suspending(works=works, clock=clock)


def answer(works: Works, clock: FrozenClock, number: str) -> tuple[str, str]:
    check: Verification = make_verification(works, clock, b"", is_specimen=False)
    with works.reading() as work:
        code = work.certificates.get(number).check_code
    found = check.check_number(number, code)
    return found.verdict, found.answer.value


def mark(works: Works, clock: FrozenClock, number: str) -> int:
    """Return what a status list made now says of a certificate."""
    made: list[dict[int, int]] = []

    def keep(uri: str, marks: object, named: object, size: int, at: object) -> str:
        made.append(dict(marks))  # type: ignore[call-overload]  # whatever it is, a mapping
        return uri

    year, block, index = place_of(number)
    StatusLists(works=works, clock=clock, sign=keep, url="https://x/status").give(year, block)
    return made[-1].get(index, 0)


def act(desk: Suspending, number: str, kind: str) -> None:
    desk.propose(number, kind, **WORDS, staff=QIAN)
    desk.decide(number, is_confirmed=True, staff=SUN)


def test_nobody_confirms_what_they_proposed_with_no_account_of_theirs(
    works: Works, clock: FrozenClock, desk: Suspending, number: str
) -> None:
    desk.propose(number, ActKind.SUSPEND, **WORDS, staff=QIAN)
    for staff in (QIAN, QIAN_AGAIN):
        with pytest.raises(NeedsOtherReviewerError):
            desk.decide(number, is_confirmed=True, staff=staff)
    assert answer(works, clock, number) == ("VALID", "VALID"), "a proposal changes nothing"


def test_it_is_suspended_and_lifted_again(
    works: Works, clock: FrozenClock, desk: Suspending, number: str
) -> None:
    act(desk, number, ActKind.SUSPEND)
    assert answer(works, clock, number) == ("INDETERMINATE", "SUSPENDED")
    assert mark(works, clock, number) == Mark.SUSPENDED

    act(desk, number, ActKind.LIFT)
    assert answer(works, clock, number) == ("VALID", "VALID")
    assert mark(works, clock, number) == Mark.VALID


def test_what_was_issued_in_error_is_taken_back_for_good(
    works: Works, clock: FrozenClock, desk: Suspending, number: str
) -> None:
    act(desk, number, ActKind.SUSPEND)
    act(desk, number, ActKind.REVOKE)

    assert answer(works, clock, number) == ("REVOKED", "REVOKED")
    assert mark(works, clock, number) == Mark.INVALID
    with pytest.raises(ConflictError):
        desk.propose(number, ActKind.LIFT, **WORDS, staff=QIAN)


def test_the_right_s_end_counts_more_than_a_suspension(
    works: Works, clock: FrozenClock, desk: Suspending, number: str
) -> None:
    act(desk, number, ActKind.SUSPEND)
    with works() as work:
        work.certificates.end(number, status=CertificateStatus.CANCELLED, at=AT)
        work.commit()

    assert answer(works, clock, number) == ("REVOKED", "CANCELLED")
    assert mark(works, clock, number) == Mark.CANCELLED


def test_a_declined_proposal_changes_nothing_and_one_waits_at_a_time(
    works: Works, clock: FrozenClock, desk: Suspending, number: str
) -> None:
    desk.propose(number, ActKind.REVOKE, **WORDS, staff=QIAN)
    with pytest.raises(ConflictError):
        desk.propose(number, ActKind.SUSPEND, **WORDS, staff=SUN)
    assert [one.certificate_no for one in desk.waiting()] == [number]

    desk.decide(number, is_confirmed=False, staff=QIAN)
    with pytest.raises(ConflictError):
        desk.decide(number, is_confirmed=True, staff=SUN)
    assert answer(works, clock, number) == ("VALID", "VALID")
    assert desk.waiting() == ()


def test_each_step_is_in_the_journal_and_the_reason_is_kept(
    works: Works, desk: Suspending, number: str
) -> None:
    act(desk, number, ActKind.SUSPEND)

    with works.reading() as work:
        told = [(r.actor, r.act) for r in work.journal.of(number)]
    assert told[-2:] == [
        ("staff:qian", "certificate suspended: proposed"),
        ("staff:sun", "certificate suspended"),
    ]
    (kept,) = desk.history(number)
    assert (kept.basis, kept.reason, kept.verdict) == (*WORDS.values(), "confirmed")


@pytest.mark.parametrize("kind", [ActKind.LIFT, ActKind.SUSPEND])
def test_what_makes_no_sense_is_refused(desk: Suspending, number: str, kind: str) -> None:
    if kind == ActKind.SUSPEND:
        act(desk, number, kind)
    with pytest.raises(ConflictError):
        desk.propose(number, kind, **WORDS, staff=QIAN)
