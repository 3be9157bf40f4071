"""A counter for the desk's tests: a real box in a folder, made-up people, a clock that stands."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from certs.atrest import Vault
from certs.identity import Role
from certs.trust import TrustStore
from registration.identifiers import parse_credit_code
from registration.ink import Handwriting
from registration.mortgage import RegistrationKind
from registration.people import IdDocument, IdKind, parse_name
from terminal.binding import bind_pages
from terminal.box import SQLiteBox
from terminal.desk.attesting import Attesting
from terminal.desk.binder import Binder
from terminal.desk.contact import Contact
from terminal.desk.courier import Courier
from terminal.desk.delivery import Delivery
from terminal.desk.draft import Draft, FieldSource, Slot, SlotRole, with_text
from terminal.desk.intake import Intake
from terminal.desk.items import OutboxItem
from terminal.desk.keyring import Keyring
from terminal.desk.overview import Overview
from terminal.desk.place import Bank, Place, Teller
from terminal.desk.ports import FailPoints, SealVerdict
from terminal.desk.signing import Signing
from terminal.desk.submission import Submission
from tests.clock import FrozenClock
from tests.factories import (
    CAPTURED_AT,
    LI,
    OFFICE,
    SCOPE,
    TELLER,
    TITLE_NO,
    UNIT_NO,
    make_application,
    make_authority,
    make_identity,
    make_material,
    make_pdf,
    make_strokes,
)
from tests.keepers import developing_keeper
from tests.pki import PKI, make_pki, make_signer
from tests.unit.terminal.desk.office import FakeOffice, make_answer

DRAFT_ID = "A-4102-0001-20260929-000001"
_TEXTS = {
    "unit_no": UNIT_NO,
    "title_no": TITLE_NO,
    "location": "开封市龙亭区示例路1号1幢1单元12号",
    "area_m2": "118.56",
    "use": "住宅",
    "co_ownership": "1",
    "form": "1",
    "principal_contract_no": "HT-2026-000123",
    "mortgage_contract_no": "DY-2026-000123",
    "amount": "860000",
    "amount_words": "捌拾陆万元整",
    "start": "2026-09-28",
    "end": "2046-09-28",
    "security_scope": SCOPE,
    "is_transfer_restricted": "no",
}


def make_place() -> Place:
    """Return the counter that the base case was captured at."""
    bank = Bank(
        name=parse_name("示例商业银行股份有限公司开封龙亭支行"),
        credit_code=parse_credit_code("91410200MA0X00015B"),
        financial_licence="B9999S241020001",
        address="河南省开封市龙亭区示例大街8号",
        legal_representative="钱示例",
    )
    teller = Teller(
        staff_no="T0007",
        name=parse_name("赵示例"),
        document=IdDocument(kind=IdKind.RESIDENT_CARD, number=TELLER),
        authority=make_authority(),
    )
    return Place(
        office=OFFICE,
        office_name="示例不动产登记中心",
        branch="KF-LT",
        terminal="KF-LT-01",
        bank=bank,
        tellers={"T0007": teller},
    )


@dataclass(frozen=True, slots=True)
class Counter:
    """What the desk's acts stand on."""

    box: SQLiteBox
    clock: FrozenClock
    place: Place
    office: FakeOffice
    contact: Contact
    stamps: Contact
    going: dict[int, int] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    """Names of the fail points that were passed, in order."""
    believed: list[TrustStore] = field(default_factory=list)
    """What this counter trusts; empty for what the office's authority says."""
    verdicts: list[SealVerdict] = field(default_factory=list)
    """What the check of the next sealed papers will say; VALID when there is none."""

    def keys(self) -> Keyring:
        trust = (*self.believed, self.office.pki.trust)[0]
        return Keyring(self.office.pki.package_signer, trust)

    def check_seal(self, pdf: bytes, *, trust: TrustStore, at: datetime) -> SealVerdict:
        return self.verdicts.pop(0) if self.verdicts else SealVerdict(word="VALID")

    @property
    def intake(self) -> Intake:
        return Intake(
            box=self.box,
            link=self.office,
            clock=self.clock,
            place=self.place,
            new_id=lambda: DRAFT_ID,
        )

    @property
    def binder(self) -> Binder:
        return Binder(self.box, developing_keeper(), bind_pages, self.clock)

    @property
    def attesting(self) -> Attesting:
        return Attesting(self.keys, self.office, self.clock, self.contact, self.stamps)

    @property
    def submission(self) -> Submission:
        return Submission(
            self.box, self.place, self.clock, self.keys, self.passed.append, self.attesting
        )

    @property
    def courier(self) -> Courier:
        return self.courier_of(self.box, self.passed.append)

    @property
    def delivery(self) -> Delivery:
        return self.courier.delivery

    def courier_of(self, box: SQLiteBox, fail_point: FailPoints) -> Courier:
        """Return the courier of this counter's box, or of the same box opened again."""
        delivery = Delivery(
            box=box,
            link=self.office,
            keys=self.keys,
            clock=self.clock,
            jitter=lambda: 1.0,
            fail_point=fail_point,
            contact=self.contact,
            going=self.going,
        )
        return Courier(
            box=box,
            link=self.office,
            keys=self.keys,
            clock=self.clock,
            check_seal=self.check_seal,
            jitter=lambda: 1.0,
            fail_point=fail_point,
            delivery=delivery,
        )

    @property
    def overview(self) -> Overview:
        return Overview(self.box)

    def submit(self) -> OutboxItem:
        """Keep the base case, sign it, submit it."""
        self.add_draft()
        self.sign_all()
        return self.submission.submit(DRAFT_ID)

    def deliver(self) -> bytes:
        """Bring the base case to the office; return the sealed package."""
        item = self.submit()
        self.courier.deliver()
        return self.box.package(item.sequence)

    def answered(self, *kinds: type) -> None:
        """Let the office answer the base case's last package, and collect the answers."""
        package = self.box.package(self.box.outbox()[-1].sequence)
        for kind in kinds:
            self.office.answer(make_answer(kind, package, DRAFT_ID, self.clock.now()))
        self.courier.collect(0)

    @property
    def signing(self) -> Signing:
        return Signing(self.box, self.place, self.clock, self.attesting)

    def add_draft(self) -> Draft:
        """Keep the base case as a draft, filled in and with its scans, not signed."""
        draft = Draft(
            draft_id=DRAFT_ID,
            number="D0929-001",
            kind=RegistrationKind.FIRST,
            teller="T0007",
            slots=(
                Slot(
                    slot_id="p1",
                    role=SlotRole.MORTGAGOR,
                    identity=make_identity(),
                    phone="13800000000",
                    is_debtor=True,
                ),
                Slot(
                    slot_id="p2",
                    role=SlotRole.MORTGAGOR,
                    identity=make_identity("李示例", LI),
                    phone="13900000000",
                    relation="配偶",
                ),
            ),
            inquiry=make_application().inquiry,
            materials=tuple(make_material(code) for code in ("M03", "M06", "M07")),
            created_at=CAPTURED_AT,
            changed_at=CAPTURED_AT,
        )
        for name, text in _TEXTS.items():
            draft = with_text(draft, name, text, FieldSource.HAND)
        self.box.add_draft(draft)
        for material in draft.materials:
            self.box.put_blob(DRAFT_ID, make_pdf(material.code))
        return draft

    def sign(self, code: str, number: str, **changes: object) -> Draft:
        """Sign a paper as one person, with ink of his own, on the paper as it is shown."""
        shown = next(p for p in self.signing.papers(DRAFT_ID) if p.code == code)
        hand = Handwriting(
            strokes=make_strokes(f"{code}/{number}"),
            width=12_000,
            height=6_000,
            device="pen",
            started_at=self.clock.now() - timedelta(seconds=5),
            ended_at=self.clock.now() - timedelta(seconds=2),
            is_simulated=True,
        )
        sha256 = str(changes.pop("sha256", shown.sha256))
        hand = replace(hand, **changes)  # type: ignore[arg-type]  # what each test changes
        return self.signing.sign(DRAFT_ID, code=code, sha256=sha256, number=number, hand=hand)

    def sign_all(self) -> Draft:
        """Sign every paper as everybody who must."""
        for paper in self.signing.papers(DRAFT_ID):
            for signer in paper.signers:
                self.sign(paper.code, signer.number)
        return self.box.get_draft(DRAFT_ID)

    def set_text(self, name: str, text: str) -> Draft:
        """Type into a field, as intake does."""
        draft = self.box.get_draft(DRAFT_ID)
        return self.box.save_draft(with_text(draft, name, text, FieldSource.HAND))


def make_desk_pki(folder: Path) -> PKI:
    """Return an authority that enrolled the counter of the base case."""
    pki = make_pki(folder / "authority")
    return replace(pki, package_signer=make_signer(pki.authority, Role.PACKAGE, name="KF-LT-01"))


def make_counter(folder: Path, pki: PKI) -> Counter:
    """Return a counter whose box lies in a folder."""
    folder.mkdir(mode=0o700, exist_ok=True)
    vault = Vault(hashlib.sha256(b"made-up key").digest())
    clock = FrozenClock(CAPTURED_AT + timedelta(minutes=3))
    office = FakeOffice(pki, clock)
    box = SQLiteBox(folder / "box.db", vault)
    line, stamps = (Contact(clock, lambda: 1.0) for _ in range(2))
    return Counter(box, clock, make_place(), office, line, stamps)


def without_material(draft: Draft, code: str) -> Draft:
    """Return the draft without its scans of a code."""
    return replace(draft, materials=tuple(m for m in draft.materials if m.code != code))
