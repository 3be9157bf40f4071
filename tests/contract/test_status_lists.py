"""The status lists follow the register: over every store, with the office's own key."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from backend.errors import NotFoundError
from backend.office.ports import Works
from backend.office.rows import CertificateStatus
from backend.office.status_lists import StatusLists
from certs.identity import Role
from certs.statuslist import Mark, StatusList, open_status_list, sign_status_list
from tests.clock import FrozenClock
from tests.pki import PKI
from tests.rows import AT, make_certificate, register_case

URL = "https://registration.example/status"
OLD_YEAR = "豫（2024）开封市不动产证明第0000003号"


@dataclass
class Stand:
    """An office with certificates, and a count of what it signed."""

    works: Works
    pki: PKI
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(AT))
    signed: int = 0

    def __post_init__(self) -> None:
        self.lists = StatusLists(works=self.works, clock=self.clock, sign=self._sign, url=URL)

    def _sign(
        self,
        uri: str,
        marks: Mapping[int, int],
        named: Mapping[int, str],
        size: int,
        at: datetime,
    ) -> str:
        self.signed += 1
        signer = self.pki.office(Role.OFFICE)
        return sign_status_list(uri, marks, size=size, signer=signer, at=at, successors=named)

    def issue(self, number: int, serial: int, certificate_no: str = "") -> str:
        case_no = register_case(self.works, number, rank=number).case_no
        changes = {"certificate_no": certificate_no} if certificate_no else {}
        row = make_certificate(case_no, serial, **changes)
        with self.works() as work:
            work.certificates.prepare(row)
            work.commit()
        return row.certificate_no

    def end(self, certificate_no: str, status: str) -> None:
        with self.works() as work:
            work.certificates.end(certificate_no, status=status, at=AT)
            work.commit()

    def read(self, year: int = 2026, block: int = 0) -> StatusList:
        token = self.lists.give(year, block)
        return open_status_list(token, self.pki.trust, self.clock.now())


@pytest.fixture
def stand(works: Works, pki: PKI) -> Stand:
    return Stand(works, pki)


def test_each_end_is_marked_as_what_it_is(stand: Stand) -> None:
    numbers = [stand.issue(n, n) for n in range(1, 5)]
    for number, status in zip(
        numbers,
        (CertificateStatus.CANCELLED, CertificateStatus.REPLACED, CertificateStatus.REVOKED),
        strict=False,
    ):
        stand.end(number, status)
    listed = stand.read()
    assert [listed.find(i) for i in range(5)] == [
        Mark.VALID,
        Mark.CANCELLED,
        Mark.REPLACED,
        Mark.INVALID,
        Mark.VALID,
    ]
    assert (listed.uri, listed.at) == (f"{URL}/2026/0", AT)


def test_what_was_replaced_names_its_successor(stand: Stand) -> None:
    """Which the next one of its entry becomes; what was cancelled or taken back has none."""
    old = stand.issue(1, 1)
    stand.end(old, CertificateStatus.REPLACED)
    assert stand.read().successors == {}
    with stand.works() as work:
        before = work.certificates.get(old)
        new = replace(
            make_certificate(before.case_no, 2), entry_no=before.entry_no, case_no=before.case_no
        )
        work.certificates.prepare(new)
        work.commit()
    stand.clock.advance(seconds=2)
    assert stand.read().successors == {1: new.certificate_no}


def test_an_end_is_in_the_list_two_seconds_later(stand: Stand) -> None:
    number = stand.issue(1, 1)
    assert stand.read().find(1) == Mark.VALID
    stand.end(number, CertificateStatus.CANCELLED)
    stand.clock.advance(seconds=2)
    listed = stand.read()
    assert (listed.find(1), listed.at) == (Mark.CANCELLED, AT + timedelta(seconds=2))


def test_it_is_signed_anew_each_hour_and_not_for_each_question(stand: Stand) -> None:
    stand.issue(1, 1)
    found = [stand.read().at]
    for minutes in (1, 29, 29, 1, 1):
        stand.clock.advance(minutes=minutes)
        found.append(stand.read().at)
    assert found == [*[AT] * 4, *[AT + timedelta(hours=1)] * 2]
    assert stand.signed == 2


def test_a_year_has_its_own_list(stand: Stand) -> None:
    old = stand.issue(1, 30, OLD_YEAR)
    stand.issue(2, 3)
    stand.end(old, CertificateStatus.CANCELLED)
    assert (stand.read(2024).find(3), stand.read(2026).find(3)) == (Mark.CANCELLED, Mark.VALID)


@pytest.mark.parametrize(("year", "block"), [(2014, 0), (2027, 0), (2026, 1), (9999, 0)])
def test_there_is_no_list_for_what_nobody_issued(stand: Stand, year: int, block: int) -> None:
    stand.issue(1, 1)
    with pytest.raises(NotFoundError):
        stand.lists.give(year, block)


def test_a_block_follows_when_one_is_full(stand: Stand) -> None:
    beyond = (1 << 20) + 5
    number = stand.issue(1, beyond)
    stand.end(number, CertificateStatus.CANCELLED)
    assert stand.read(block=1).find(5) == Mark.CANCELLED
    first = stand.read(block=0)
    assert (first.find(5), first.find((1 << 20) - 1)) == (Mark.VALID, Mark.VALID)
