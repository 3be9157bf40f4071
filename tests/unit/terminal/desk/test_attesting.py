"""What binds ink for later: made at signing, stamped then or before the package is sealed."""

import base64
from dataclasses import replace

import pytest

from certs.documents.stamps import check_stamp
from certs.errors import EventRefusedError
from certs.events import check_event, stamped_bytes
from registration.ink import InkRecord, event_facts
from terminal.errors import OfficeBusyError, OfficeRefusedError, OfficeUnreachableError
from tests.factories import ZHANG
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter


def first_ink(counter: Counter) -> InkRecord:
    counter.add_draft()
    return counter.sign("M01", ZHANG).inks[0]


def require_event(counter: Counter, ink: InkRecord) -> None:
    check_event(
        ink.event,
        event_facts(ink),
        terminal=counter.place.terminal,
        trust=counter.office.pki.trust,
        at=ink.ended_at,
    )


def stamped_at(counter: Counter, ink: InkRecord) -> object:
    token = base64.b64decode(ink.time_stamp)
    trust, now = counter.office.pki.trust, counter.clock.now()
    return check_stamp(token, stamped_bytes(ink.event), trust=trust, at=now)


def test_each_signature_is_attested_and_stamped(counter: Counter) -> None:
    ink = first_ink(counter)

    require_event(counter, ink)
    assert stamped_at(counter, ink) == counter.clock.now().replace(microsecond=0)


@pytest.mark.parametrize(
    "change",
    [
        {"paper_sha256": "0" * 64},
        {"signer_name": "李示例"},
        {"signer_number": "410203199003070022"},
        {"strokes": ()},
        {"device": "pen of another maker"},
        {"is_simulated": False},
    ],
    ids=lambda change: next(iter(change)),
)
def test_ink_that_was_changed_no_longer_fits_its_event(
    counter: Counter, change: dict[str, object]
) -> None:
    ink = replace(first_ink(counter), **change)  # type: ignore[arg-type]  # what a test changes

    with pytest.raises(EventRefusedError):
        require_event(counter, ink)


def test_without_a_line_it_is_signed_and_attested_all_the_same(counter: Counter) -> None:
    counter.office.has_no_stamps = True

    ink = first_ink(counter)

    require_event(counter, ink)
    assert ink.time_stamp == ""


def test_a_line_that_is_down_is_waited_for_once(counter: Counter) -> None:
    asked = []

    def timestamp(query: bytes) -> bytes:
        asked.append(query)
        raise OfficeUnreachableError

    counter.office.timestamp = timestamp  # type: ignore[method-assign]  # counts the questions
    counter.add_draft()
    counter.sign_all()

    assert len(asked) == 1


@pytest.mark.parametrize(
    "fault",
    [
        OfficeBusyError("certs.timestamp", None, status=503),
        OfficeUnreachableError("", "line.answer-timeout"),
        OfficeRefusedError("http.404", status=404),
        None,
    ],
    ids=["authority", "late", "none", "nonsense"],
)
def test_without_stamps_packages_go_out_and_nobody_waits_twice(
    counter: Counter, fault: Exception | None
) -> None:
    asked = []

    def timestamp(query: bytes) -> bytes:
        asked.append(query)
        if fault is not None:
            raise fault
        return b"no time stamp"

    counter.office.timestamp = timestamp  # type: ignore[method-assign]  # counts the questions
    counter.add_draft()
    counter.sign_all()

    assert len(asked) == 1
    assert counter.contact.state.trouble is None
    assert counter.contact.is_due()


def test_what_was_signed_without_a_line_is_stamped_before_it_is_sealed(counter: Counter) -> None:
    counter.office.has_no_stamps = True
    counter.add_draft()
    counter.sign_all()
    counter.office.has_no_stamps = False
    counter.contact.made()
    counter.stamps.made()

    item = counter.submission.submit(DRAFT_ID)

    (application,) = counter.office.unpack(counter.box.package(item.sequence)).applications
    assert application.inks
    for ink in application.inks:
        assert stamped_at(counter, ink) == counter.clock.now().replace(microsecond=0)


def test_a_package_that_is_sealed_without_a_line_goes_without_stamps(counter: Counter) -> None:
    counter.office.has_no_stamps = True
    counter.add_draft()
    counter.sign_all()

    item = counter.submission.submit(DRAFT_ID)

    (application,) = counter.office.unpack(counter.box.package(item.sequence)).applications
    assert {ink.time_stamp for ink in application.inks} == {""}
    for ink in application.inks:
        require_event(counter, ink)


def test_the_same_signature_twice_over_the_line_is_one(counter: Counter) -> None:
    counter.add_draft()
    once = counter.sign("M01", ZHANG)

    again = counter.sign("M01", ZHANG)

    assert again.inks == once.inks
