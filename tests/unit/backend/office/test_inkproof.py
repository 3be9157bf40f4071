"""INK: what the office says of the evidence of a signature."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.office.checks import InkCheck
from backend.office.inkproof import InkProofs
from backend.office.rules import Outcome, Seen, examine, outcome_of
from certs.documents.stamps import check_stamp
from certs.events import attest_event, stamped_bytes
from certs.identity import Role
from certs.queries import make_query, read_reply
from certs.timestamps import LocalTimestamper
from registration.application import Application
from registration.findings import Level
from registration.ink import InkRecord, event_facts
from tests.clock import FrozenClock
from tests.factories import TODAY, make_application
from tests.factories_office import make_checks, make_extract, make_policy
from tests.pki import PKI, TERMINAL

BASE = make_application()
_SIGNED_AT = BASE.inks[0].ended_at


def make_evidence(ink: InkRecord, pki: PKI, *, stamped: bool = True) -> InkRecord:
    """Return ink as a counter binds it, a second after it ended, or was looked at."""
    at = (ink.bound_at + timedelta(seconds=1)).replace(microsecond=0)
    event = attest_event(event_facts(ink), pki.package_signer, at)
    bound = replace(ink, event=event)
    if not stamped:
        return bound
    query = make_query(stamped_bytes(event))
    stamper = LocalTimestamper(pki.office(Role.TIMESTAMP), lambda: at)
    token = read_reply(stamper.answer(query), query)
    return replace(bound, time_stamp=base64.b64encode(token).decode())


def make_bound(pki: PKI, *inks: InkRecord) -> Application:
    """Return the base case of this counter, with some ink."""
    return replace(BASE, counter=replace(BASE.counter, terminal=TERMINAL), inks=inks)


def proofs(pki: PKI, at: datetime = _SIGNED_AT + timedelta(days=1)) -> InkProofs:
    return InkProofs(trust=lambda: pki.trust, check_stamp=check_stamp, clock=FrozenClock(at))


def checked(pki: PKI, ink: InkRecord) -> InkCheck:
    (check,) = proofs(pki)(make_bound(pki, ink))
    return check


def test_good_evidence_tells_both_times(pki: PKI) -> None:
    check = checked(pki, make_evidence(BASE.inks[0], pki))

    assert (check.fault, check.has_bad_stamp) == ("", False)
    assert check.attested_at == check.stamped_at


def test_without_a_stamp_only_the_counter_says_when(pki: PKI) -> None:
    check = checked(pki, make_evidence(BASE.inks[0], pki, stamped=False))

    assert check.attested_at is not None
    assert (check.stamped_at, check.has_bad_stamp) == (None, False)


def test_ink_without_evidence_is_no_fault(pki: PKI) -> None:
    assert checked(pki, BASE.inks[0]) == InkCheck()


def test_a_signature_put_on_another_paper_is_found(pki: PKI) -> None:
    moved = replace(make_evidence(BASE.inks[0], pki), paper_sha256="0" * 64)

    assert checked(pki, moved).fault == "other facts"


@pytest.mark.parametrize("stamp", ["AAAA", "=", base64.b64encode(b"x" * 400).decode()])
def test_a_stamp_that_is_none_is_found(pki: PKI, stamp: str) -> None:
    ink = replace(make_evidence(BASE.inks[0], pki, stamped=False), time_stamp=stamp)

    assert checked(pki, ink).has_bad_stamp


def test_evidence_holds_years_later(pki: PKI) -> None:
    late = proofs(pki, _SIGNED_AT + timedelta(days=3650))

    (check,) = late(make_bound(pki, make_evidence(BASE.inks[0], pki)))

    assert check.stamped_at is not None


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (InkCheck(), []),
        (InkCheck(is_attested=True), []),
        (InkCheck(is_attested=True, fault="forged"), [("INK", Level.MANUAL, "/inks/0")]),
        (InkCheck(is_attested=True, has_bad_stamp=True), [("INK", Level.MANUAL, "/inks/0")]),
    ],
)
def test_what_does_not_hold_is_for_a_person(check: InkCheck, told: list[object]) -> None:
    policy, checks = make_policy(), make_checks(BASE)
    inks = (check, *(InkCheck() for _ in BASE.inks[1:]))

    found = examine(BASE, make_extract(), checks, today=TODAY, policy=policy, seen=Seen(inks=inks))

    assert [(f.rule, f.level, f.pointer) for f in found] == told
    wanted = Outcome.MANUAL if told else Outcome.APPROVED
    assert outcome_of(found, BASE, policy) is wanted
