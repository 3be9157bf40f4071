"""The doubles of submission and courier in the pages' tests: the box is real, the line is silent."""

import hashlib
from dataclasses import dataclass, field, replace

from registration.findings import Finding
from registration.ink import InkRecord
from registration.outlook import Outlook
from terminal.box import SQLiteBox
from terminal.desk.attesting import Attesting
from terminal.desk.checks import check_all, without_whole_matters
from terminal.desk.contact import Contact
from terminal.desk.delivery import Delivery, Standing
from terminal.desk.draft import Draft, DraftState
from terminal.desk.freezing import freeze
from terminal.desk.holes import find_holes
from terminal.desk.items import OutboxItem
from terminal.desk.keyring import Keyring
from terminal.desk.place import Place
from terminal.desk.ports import Box, OfficeLink
from terminal.desk.quality import page_findings
from terminal.desk.spares import shared_findings
from terminal.desk.submission import Submission
from terminal.errors import (
    DraftClosedError,
    NotCompleteError,
    NotFoundError,
    NotReadyError,
)
from terminal.failpoints import load_failpoints
from tests.clock import FrozenClock


class NoAttesting(Attesting):
    """A counter without keys: ink stays as it was written."""

    def __init__(self) -> None:
        """Hold nothing."""

    def attest(self, ink: InkRecord) -> InkRecord:
        return ink

    def stamp(self, inks: tuple[InkRecord, ...]) -> tuple[InkRecord, ...]:
        return inks


@dataclass(frozen=True)
class OpenSubmission:
    """Checks like the real one and keeps a package that nobody sealed."""

    box: Box
    place: Place
    clock: FrozenClock

    def check(self, draft_id: str) -> tuple[Finding, ...]:
        draft = self.box.get_draft(draft_id)
        applications = freeze(draft, self.place)
        holes = (*find_holes(draft, self.place), *page_findings(draft))
        found = check_all(applications, now=self.clock.now()) if applications else ()
        return (*holes, *without_whole_matters(found), *shared_findings(draft, applications))

    def submit(self, draft_id: str) -> OutboxItem:
        draft = self.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        if found := self.check(draft_id):
            raise NotCompleteError(found)
        now = self.clock.now()

        def seal(sequence: int) -> tuple[OutboxItem, bytes]:
            package = f"package {sequence}".encode()
            item = OutboxItem(
                sequence=sequence,
                draft_id=draft_id,
                number=draft.number,
                kind=draft.kind,
                round=draft.round,
                label="张*、李*",
                amount="860,000.00",
                package_sha256=hashlib.sha256(package).hexdigest(),
                size=5_100_000,
                queued_at=now,
            )
            return item, package

        saved = self.box.submit(replace(draft, state=DraftState.SUBMITTED), seal)
        return self.box.get_item(saved.sequence or 0)

    def take_back(self, sequence: int) -> Draft:
        real = Submission(
            self.box, self.place, self.clock, _no_keys, load_failpoints(""), NoAttesting()
        )
        return real.take_back(sequence)


@dataclass(frozen=True)
class QuietCourier:
    """Keeps the tray's marks as the real one does; the line itself is silent."""

    box: SQLiteBox
    clock: FrozenClock
    delivery: Delivery
    told: list[Outlook] = field(default_factory=list)

    @property
    def outlook(self) -> Outlook | None:
        return self.told[-1] if self.told else None

    def standing(self) -> Standing:
        return self.delivery.standing()

    def let_pass(self, sequence: int) -> OutboxItem:
        return self.delivery.let_pass(sequence)

    def deliver(self) -> int:
        return 0

    def collect(self, wait_s: int) -> int:
        return 0

    def fetch_certificates(self) -> int:
        return 0

    def retry(self, sequence: int) -> OutboxItem:
        return self.delivery.retry(sequence)

    def retry_certificate(self, case_no: str) -> None:
        return None

    def hand_over(self, case_no: str) -> bytes:
        item = next(c for c in self.box.certificates() if c.case_no == case_no)
        if item.state.value != "checked":
            raise NotReadyError("not checked")
        self.box.save_certificate(replace(item, printed_at=self.clock.now()))
        return self.box.certificate_pdf(case_no)

    def fetch_ofd(self, case_no: str) -> bytes:
        raise NotFoundError("certificate as OFD")

    def mark_seen(self, cursor: int) -> None:
        for item in self.box.inbox():
            if item.cursor == cursor:
                self.box.save_answer(replace(item, is_seen=True))


def make_quiet_courier(box: SQLiteBox, clock: FrozenClock, link: OfficeLink) -> QuietCourier:
    """Return a courier that has not tried the line yet."""
    delivery = Delivery(
        box=box,
        link=link,
        keys=_no_keys,
        clock=clock,
        jitter=lambda: 0.5,
        fail_point=load_failpoints(""),
        contact=Contact(clock, lambda: 0.5),
    )
    return QuietCourier(box, clock, delivery)


def _no_keys() -> Keyring:
    raise AssertionError("nothing is sealed or believed here")
