"""The only place of the counter where a name becomes an object."""

import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from certs.documents import DocumentVerdict, check_document
from certs.errors import CertsError
from certs.keys import load_certificates
from certs.trust import TrustStore
from quarantine.keeper import DEVELOPING, Keeper
from registration.errors import BadValueError
from registration.identifiers import parse_credit_code
from registration.people import Authority, IdDocument, IdKind, parse_name
from terminal.binding import bind_pages
from terminal.box import SQLiteBox
from terminal.code_reader import make_code_reader
from terminal.desk.attendance import Attendance
from terminal.desk.attesting import Attesting
from terminal.desk.binder import Binder
from terminal.desk.contact import Contact
from terminal.desk.courier import Courier
from terminal.desk.delivery import Delivery
from terminal.desk.handing import Handing
from terminal.desk.identities import Identities
from terminal.desk.intake import Intake
from terminal.desk.overview import Overview
from terminal.desk.place import Bank, Place, Teller
from terminal.desk.ports import SealVerdict
from terminal.desk.promises import Promises
from terminal.desk.scanning import Scanning
from terminal.desk.signing import Signing
from terminal.desk.submission import Submission
from terminal.desk.watching import Watcher
from terminal.doctor import Line, find_alarm
from terminal.drivers.folder import WatchedFolder
from terminal.drivers.scanner import open_shelf
from terminal.errors import MisconfiguredError, TerminalError
from terminal.examination import examine, open_box
from terminal.failpoints import load_failpoints
from terminal.folder import open_vault, require_closed
from terminal.inviting import build_signing, guest_rounds
from terminal.membership import Membership, SystemClock, open_link, renew_certificates
from terminal.office_link import HTTPOfficeLink
from terminal.passing import build_passages
from terminal.pins import PinBook
from terminal.reader_checks import open_readers
from terminal.rounds import Rounds, make_chores
from terminal.settings import Settings, TellerSettings
from terminal.web.counter import Counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One counter, put together."""

    settings: Settings
    counter: Counter
    """What the pages ask."""
    submission: Submission
    courier: Courier
    watcher: Watcher
    box: SQLiteBox
    link: HTTPOfficeLink
    membership: Membership
    clock: SystemClock

    @property
    def overview(self) -> Overview:
        """What went out and how far it is."""
        return Overview(self.box)

    def rounds(self) -> Rounds:
        """Return the rounds that are gone in the background."""
        return Rounds(
            courier=self.courier,
            clock=self.clock,
            jitter=random.random,
            poll_s=self.settings.poll_s,
            chores=make_chores(
                refresh=self.refresh,
                renew=self.renew_if_due,
                watch=self.watcher.attend,
                purge=self.purge,
            ),
            settle=self.settle,
            submitted=self.box.submitted,
            handed=self.counter.passages.bell,
            **guest_rounds(self.counter, self.courier.delivery.contact),
        )

    def refresh(self) -> None:
        """Bring lists and the office's certificates up to date; lists are good for a day."""
        self.membership.refresh(self.link.trust_bundle(), self.clock.now())

    def renew_if_due(self) -> bool:
        """Renew after two thirds of the certificates' life; return whether it was done.

        Packages that wait do not hold it up: what the old package key signed stays good. After a
        long time without a line it renews as soon as the line is back.
        """
        certificate = load_certificates(self.membership.joined.client.certificate)[0]
        starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if self.clock.now() < starts + (ends - starts) * 2 / 3:
            return False
        renew_certificates(self.settings, self.membership, self.link, self.clock)
        return True

    def settle(self) -> None:
        """Look what is between this counter and others; not on a line that is down."""
        if self.courier.delivery.contact.state.trouble is None:
            self.counter.passages.settle()

    def purge(self) -> int:
        """Forget closed applications after the days that the settings keep them."""
        return self.box.purge(self.clock.now() - timedelta(days=self.settings.keep_days))

    def close(self) -> None:
        """Let everything go."""
        for reader in self.counter.readers.values():
            reader.close()
        self.counter.keeper.close()
        self.link.close()
        self.box.close()


def build_counter(settings: Settings, clock: SystemClock | None = None) -> Station:
    """Put one counter together from its settings and what it got; `clock` stands in for ours.

    Raises:
        NotEnrolledError: it has not joined an office.
        MisconfiguredError, OpenToOthersError, BoxError: it must not work as things stand.
    """
    require_closed(settings.home)
    membership, clock = Membership(settings.home), clock or SystemClock()
    fail_point, pins = _fail_point(settings), _pins(settings, clock)
    place = make_place(membership.joined.claims, settings, pins.staff)
    link, box = open_link(settings, membership, clock), open_box(settings)
    intake, attesting = _intake(box, link, clock, place), _attesting(membership, link, clock)
    devices = _devices(settings, membership, link, box, clock=clock)
    submission = Submission(box, place, clock, membership.keys, fail_point, attesting)
    courier = _courier(box, link, membership, attesting.contact, fail_point=fail_point)
    return Station(
        settings=settings,
        counter=Counter(
            **_staff(intake, pins, settings, clock),
            passages=build_passages(intake, link, membership, settings.home, fail_point),
            **build_signing(Signing(box, place, clock, attesting), link, box, devices, fail_point),
            submission=submission,
            courier=courier,
            box=box,
            clock=clock,
            **devices,
        ),
        submission=submission,
        courier=courier,
        watcher=_watcher(box, link, membership, clock, fail_point=fail_point),
        box=box,
        link=link,
        membership=membership,
        clock=clock,
    )


def _staff(intake: Intake, pins: PinBook, settings: Settings, clock: SystemClock) -> dict[str, Any]:
    """Return what people work with, and what lets them in by their PINs."""
    attendance = Attendance(pins, intake.place, time.monotonic, settings.lock_after_s)
    return {
        "intake": intake,
        "place": intake.place,
        "attendance": attendance,
        "identities": Identities(intake, pins, clock),
        "handing": Handing(intake.box, intake.place, pins, clock),
    }


def _pins(settings: Settings, clock: SystemClock) -> PinBook:
    return PinBook(settings.home, open_vault(settings.home), clock.now)


def _devices(
    settings: Settings,
    membership: Membership,
    link: HTTPOfficeLink,
    box: SQLiteBox,
    *,
    clock: SystemClock,
) -> dict[str, Any]:
    """Return what the counter has of devices, and what looks whether all is well."""
    keeper = Keeper(DEVELOPING)
    readers = open_readers(settings, keeper)

    shelf, folder = open_shelf(settings.scanners), settings.scan_folder
    scanning = Scanning(
        Binder(box, keeper, bind_pages, clock),
        box,
        shelf,
        WatchedFolder(folder) if folder else None,
        lambda: secrets.token_hex(8),
    )

    def health() -> tuple[Line, ...]:
        known = shelf.known()
        return examine(settings, membership, link, box, readers, keeper=keeper, scanners=known)

    def alarm() -> Line | None:
        return find_alarm(box, clock.now())

    found = {"readers": readers, "keeper": keeper, "scanning": scanning}
    code = make_code_reader(membership.keys, clock.now)
    return found | {"health": health, "alarm": alarm, "number_of_code": code}


@contextmanager
def open_station(settings: Settings) -> Iterator[Station]:
    """Put one counter together and let everything go at the end. Raises: as `build_counter`."""
    station = build_counter(settings)
    try:
        yield station
    finally:
        station.close()


def _attesting(membership: Membership, link: HTTPOfficeLink, clock: SystemClock) -> Attesting:
    line, stamps = (Contact(clock, random.random) for _ in range(2))
    return Attesting(membership.keys, link, clock, line, stamps)


def _courier(
    box: SQLiteBox,
    link: HTTPOfficeLink,
    membership: Membership,
    contact: Contact,
    *,
    fail_point: Callable[[str], None],
) -> Courier:
    clock = contact.clock
    delivery = Delivery(
        box=box,
        link=link,
        keys=membership.keys,
        clock=clock,
        jitter=random.random,
        fail_point=fail_point,
        contact=contact,
    )
    return Courier(
        box=box,
        link=link,
        keys=membership.keys,
        clock=clock,
        check_seal=SealCheck(membership, link),
        jitter=random.random,
        fail_point=fail_point,
        delivery=delivery,
    )


def _watcher(
    box: SQLiteBox,
    link: HTTPOfficeLink,
    membership: Membership,
    clock: SystemClock,
    *,
    fail_point: Callable[[str], None],
) -> Watcher:
    return Watcher(
        shelf=box,
        link=link,
        keys=membership.keys,
        clock=clock,
        terminal=membership.joined.terminal,
        promises=Promises(
            shelf=box, link=link, keys=membership.keys, clock=clock, fail_point=fail_point
        ),
        refresh=lambda: membership.refresh(link.trust_bundle(), clock.now()),
        fail_point=fail_point,
    )


def _intake(box: SQLiteBox, link: HTTPOfficeLink, clock: SystemClock, place: Place) -> Intake:
    return Intake(
        box=box,
        link=link,
        clock=clock,
        place=place,
        new_id=lambda: f"A-{place.terminal}-{secrets.token_hex(8).upper()}",
    )


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Checks a certificate's seal, and hears of a renewed one before it doubts it."""

    membership: Membership
    link: HTTPOfficeLink

    def __call__(self, pdf: bytes, *, trust: TrustStore, at: datetime) -> SealVerdict:
        """Return the verdict; a seal that is not known yet is looked up at the office once."""
        found = check_seal(pdf, trust=trust, at=at)
        if found.word == "VALID":
            return found
        try:
            self.membership.refresh(self.link.trust_bundle(), at)
        except (TerminalError, CertsError):
            return found
        return check_seal(pdf, trust=self.membership.keys().trust, at=at)


def _fail_point(settings: Settings) -> Callable[[str], None]:
    return load_failpoints(settings.failpoints if settings.allow_failpoints else "")


def check_seal(data: bytes, *, trust: TrustStore, at: datetime) -> SealVerdict:
    """Look at a certificate's seal with the checker that everybody uses."""
    status = check_document(data, trust=trust, at=at)
    if status.verdict is DocumentVerdict.VALID:
        return SealVerdict(word="VALID")
    reason = next(r for r in status.reasons if r.verdict is not DocumentVerdict.VALID)
    return SealVerdict(word=str(status.verdict), code=reason.code, zh=reason.zh, en=reason.en)


def make_place(
    claims: Mapping[str, str],
    settings: Settings,
    checkers: Callable[[], frozenset[str]] = frozenset,
) -> Place:
    """Return where this counter stands: what the office confirmed, and who works here.

    Raises:
        MisconfiguredError: a teller or the bank in the settings cannot be; the message says which.
    """
    try:
        bank = Bank(
            name=parse_name(claims["bank_name"]),
            credit_code=parse_credit_code(claims["bank"]),
            financial_licence=settings.bank.financial_licence,
            address=settings.bank.address,
            legal_representative=settings.bank.legal_representative,
        )
        office = parse_credit_code(claims["office"])
    except (BadValueError, KeyError) as exc:
        raise MisconfiguredError("the office's configuration cannot be used; enrol again") from exc
    return Place(
        office=office,
        office_name=claims["office_name"],
        branch=claims["branch"],
        terminal=claims["terminal"],
        bank=bank,
        public_url=str(claims.get("public_url", "")),
        tellers={teller.staff_no: _teller(teller) for teller in settings.tellers},
        checkers=checkers,
    )


def _teller(given: TellerSettings) -> Teller:
    document = IdDocument(kind=IdKind.RESIDENT_CARD, number=given.id_number)
    try:
        document.check()
        name = parse_name(given.name)
    except BadValueError as exc:
        raise MisconfiguredError(f"teller {given.staff_no}: {exc.reason}") from exc
    return Teller(
        staff_no=given.staff_no, name=name, document=document, authority=_authority(given)
    )


def _authority(given: TellerSettings) -> Authority | None:
    if not given.authority_number:
        return None
    if given.authority_from is None or given.authority_to is None:
        raise MisconfiguredError(
            f"teller {given.staff_no}: authority_from and authority_to are missing"
        )
    return Authority(
        number=given.authority_number,
        valid_from=given.authority_from,
        valid_to=given.authority_to,
        matters=given.matters,
    )
