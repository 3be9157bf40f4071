"""An office in the same process: takes packages, signs receipts and answers, as the real one."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from certs.cover import read_cover
from certs.envelope import Opened, open_sealed
from certs.identity import Role
from certs.statements import sign_statement
from certs.timestamps import LocalTimestamper
from registration import schema
from registration.enquiry import SharedQuestion, SharedTold
from registration.findings import Finding, Level
from registration.identifiers import parse_unit_no
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    PrecheckAnswer,
    Receipt,
    Refusal,
    Registered,
)
from registration.package import Package, PackagePart, unpack
from terminal.desk.ports import AnswerPage
from terminal.errors import LinkError, OfficeUnreachableError
from tests.clock import FrozenClock
from tests.factories import OFFICE, PROOF_NO
from tests.pki import PKI
from tests.spared import make_told

CASE_NO = "4102-20260929-000001"


def _nobody(kept: int) -> None:
    """Tell nobody how far it is."""


@dataclass
class FakeOffice:
    """A line with an office at its other end; it says what it is told, signed."""

    pki: PKI
    clock: FrozenClock
    packages: list[bytes] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    statements: list[tuple[int, str]] = field(default_factory=list)
    papers: dict[str, bytes] = field(default_factory=dict)
    ofds: dict[str, bytes] = field(default_factory=dict)
    faults: list[LinkError] = field(default_factory=list)
    """Raised one by one, before anything is taken."""
    poison: dict[int, LinkError] = field(default_factory=dict)
    """Raised whenever the package of this number comes."""
    cuts: list[tuple[int, LinkError]] = field(default_factory=list)
    """Bytes that get through, and what breaks the line then; one after the other."""
    begun: list[bool] = field(default_factory=list)
    """What each sending said of whether a part might be here."""
    lost: list[LinkError] = field(default_factory=list)
    """Raised one by one, after a package was taken: the answer is lost."""
    register: dict[str, Any] = field(default_factory=dict)
    """What the register says of any unit; empty when it knows none."""
    unit_no: str = ""
    """Of the unit that any number leads to; empty where the number asked is the unit's."""
    spoiled: str = ""
    """Given in the place of the next receipt."""
    silent: tuple[str, ...] = ()
    """Papers of which no authority says anything."""
    has_no_stamps: bool = False
    """Whether the line breaks under whoever asks for a time stamp."""

    def send_package(
        self, package: bytes, *, is_begun: bool = False, told: Callable[[int], None] = _nobody
    ) -> str:
        self.begun.append(is_begun)
        if self.cuts:
            kept, fault = self.cuts.pop(0)
            told(kept)
            raise fault
        self._fail(package)
        self.packages.append(package)
        digest = hashlib.sha256(package).hexdigest()
        if digest not in self.receipts:
            self.receipts[digest] = self.receipt(package)
        if self.lost:
            raise self.lost.pop(0)
        if self.spoiled:
            text, self.spoiled = self.spoiled, ""
            return text
        return self.receipts[digest]

    def answers(self, after: int, wait_s: int) -> AnswerPage:
        self._fail()
        page = tuple((c, s) for c, s in self.statements if c > after)
        return AnswerPage(statements=page, cursor=page[-1][0] if page else after)

    def certificate_pdf(self, case_no: str) -> bytes:
        self._fail()
        return self.papers[case_no]

    def certificate_ofd(self, case_no: str) -> bytes:
        self._fail()
        return self.ofds[case_no]

    def precheck(self, number: str, purpose: str, kind: str = "") -> PrecheckAnswer:
        self._fail()
        unit_no = parse_unit_no(self.unit_no or number)
        known = PrecheckAnswer(unit_no=unit_no, is_found=False, at=self.clock.now())
        return replace(known, is_found=True, **self.register) if self.register else known

    def ask_authorities(self, question: SharedQuestion) -> SharedTold:
        self._fail()
        return make_told(question, silent=self.silent, at=self.clock.now())

    def timestamp(self, query: bytes) -> bytes:
        if self.has_no_stamps:
            raise OfficeUnreachableError
        signer = self.pki.office(Role.TIMESTAMP)
        return LocalTimestamper(signer, self.clock.now).answer(query)

    def clock_skew(self) -> timedelta | None:
        return timedelta()

    # --- what the office does

    def open(self, package: bytes) -> Opened:
        return open_sealed(
            package,
            opener=self.pki.opener,
            trust=self.pki.trust,
            at=self.clock.now(),
            office=OFFICE.text,
        )

    def unpack(self, package: bytes) -> Package:
        parts = self.open(package).parts
        return unpack([PackagePart(p.name, p.media_type, p.data) for p in parts])

    def receipt(self, package: bytes, **changes: object) -> str:
        opened = self.open(package)
        receipt = Receipt(
            receipt_no="R0000000001",
            package_sha256=hashlib.sha256(package).hexdigest(),
            terminal=opened.manifest.terminal,
            sequence=opened.manifest.sequence,
            received_at=self.clock.now(),
            journal_seq=7,
            journal_hash="0" * 64,
        )
        receipt = replace(receipt, **changes)  # type: ignore[arg-type]  # what a test changes
        return self.sign("receipt/1", schema.format_receipt(receipt))

    def sign(self, kind: str, claims: dict[str, object], role: Role = Role.OFFICE) -> str:
        return sign_statement(kind, claims, self.pki.office(role), self.clock.now())

    def answer(self, answer: Answer, role: Role = Role.OFFICE) -> str:
        """Sign an answer and lay it ready; return the statement."""
        kind, claims = schema.format_answer(answer)
        statement = self.sign(kind, claims, role)
        self.statements.append((len(self.statements) + 1, statement))
        return statement

    def _fail(self, package: bytes = b"") -> None:
        if self.faults:
            raise self.faults.pop(0)
        if package and self.poison:
            fault = self.poison.get(read_cover(package).sequence)
            if fault is not None:
                raise fault


FINDING = Finding(
    rule="R09",
    level=Level.CORRECT,
    zh="抵押合同缺一页",
    en="A page of the mortgage contract is missing",
    basis="",
    pointer="/materials/2",
)


def about(package: bytes, application_id: str, at: datetime) -> dict[str, object]:
    """Return what every answer says first."""
    return {
        "case_no": CASE_NO,
        "application_id": application_id,
        "package_sha256": hashlib.sha256(package).hexdigest(),
        "at": at,
    }


def make_answer(kind: type, package: bytes, application_id: str, at: datetime) -> Answer:
    """Return one answer of a kind to a package."""
    facts = about(package, application_id, at)
    extra: dict[type, dict[str, object]] = {
        AcceptanceReceipt: {"accepted_at": at, "due": ()},
        CorrectionRequest: {"round": 1, "findings": (FINDING,)},
        NonAcceptance: {"findings": (FINDING,)},
        Refusal: {"findings": (FINDING,)},
        Registered: {"entry_no": "E1", "rank": 1},
        CertificateIssued: {
            "certificate_no": PROOF_NO,
            "pdf_sha256": hashlib.sha256(b"%PDF-made-up").hexdigest(),
            "verify_url": "https://127.0.0.1:8443/verify",
        },
    }
    if kind is AcceptanceReceipt:
        del facts["at"]
    answer: Answer = kind(**facts, **extra.get(kind, {}))
    return answer
