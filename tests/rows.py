"""Made-up rows of the office's store; every `**changes` replaces fields of the frozen value."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from backend.office.case import Case, Stage, move
from backend.office.events import bring_in_title, enter
from backend.office.ports import Work, Works
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    EntryState,
    MortgageEntry,
    Owner,
    Title,
)
from backend.office.rows import (
    CertificateRow,
    CertificateStatus,
    Decision,
    JournalRecord,
    PackageRow,
    StaffRow,
    TerminalRow,
)
from registration.mortgage import RegistrationKind
from registration.outcomes import Due, Receipt
from registration.people import CoOwnership
from tests.factories import LI, SCOPE, TITLE_NO, UNIT_NO, ZHANG

AT: Final = datetime(2026, 9, 29, 2, 30, tzinfo=UTC)
"""Half past ten in Kaifeng."""
TERMINAL: Final = "KF-LT-01"
BANK: Final = "91410200MA0X00015B"
BANK_NAME: Final = "示例商业银行股份有限公司开封龙亭支行"
CASE_NO: Final = "20260929-0000001"


def digest(text: str) -> str:
    """Return the SHA-256 of a text, as a stand-in for anything that has one."""
    return hashlib.sha256(text.encode()).hexdigest()


def make_package(record: JournalRecord, number: int = 1, **changes: Any) -> PackageRow:
    """Return a package that was received with a journal record."""
    sha256 = changes.pop("sha256", digest(f"package {number}"))
    row = PackageRow(
        sha256=sha256,
        terminal=TERMINAL,
        sequence=number,
        size=300_000,
        received_at=AT,
        receipt=Receipt(
            receipt_no=f"R-{sha256[:12]}",
            package_sha256=sha256,
            terminal=TERMINAL,
            sequence=number,
            received_at=AT,
            journal_seq=record.seq,
            journal_hash=record.hash,
        ),
        receipt_statement=f"statement {number}",
    )
    return replace(row, **changes)


def receive(work: Work, number: int = 1, **changes: Any) -> PackageRow:
    """Write a package and its journal record, as reception does."""
    record = work.journal.append(
        actor=f"terminal:{TERMINAL}", act="received", ref=f"p{number}", body=b"", at=AT
    )
    row = make_package(record, number, **changes)
    work.packages.add(row)
    return row


def make_case(number: int = 1, **changes: Any) -> Case:
    """Return a case as reception opens it."""
    case = Case(
        case_no=f"20260929-{number:07d}",
        stage=Stage.RECEIVED,
        version=0,
        application_id=f"A-4102-0001-20260929-{number:06d}",
        terminal=TERMINAL,
        bank=BANK,
        branch="KF-LT",
        kind=RegistrationKind.FIRST,
        unit_no=UNIT_NO,
        location="开封市龙亭区示例路1号1幢1单元12号",
        mortgagee=BANK_NAME,
        amount_fen=86_000_000,
        round=1,
        package_sha256=digest(f"package {number}"),
        received_at=AT,
        due=(Due(name="channel", at=AT + timedelta(hours=1)),),
    )
    return replace(case, **changes)


def make_decision(case_no: str = CASE_NO, **changes: Any) -> Decision:
    """Return the first reviewer's approval."""
    decision = Decision(
        case_no=case_no,
        round=1,
        stage="first",
        reviewer="wang",
        person="P-WANG",
        verdict="approve",
        opinion="材料齐全、权属清晰、无争议，拟登记",
        evidence_sha256=digest("evidence"),
        at=AT,
    )
    return replace(decision, **changes)


def make_automatic(case_no: str = CASE_NO, **changes: Any) -> Decision:
    """Return the rule book's approval."""
    automatic = make_decision(case_no, stage="automatic", reviewer="auto", person="auto")
    return replace(automatic, **changes)


def make_title(unit_no: str = UNIT_NO, **changes: Any) -> Title:
    """Return the title of the base case's flat."""
    title = Title(
        unit_no=unit_no,
        title_no=TITLE_NO,
        location="开封市龙亭区示例路1号1幢1单元12号",
        area_m2="118.56",
        use="住宅",
        right_type="4",
        land_nature="102",
        land_right_end=date(2085, 5, 20),
        co_ownership=CoOwnership.JOINT,
        owners=(Owner(name="张示例", id_number=ZHANG), Owner(name="李示例", id_number=LI)),
    )
    return replace(title, **changes)


def make_encumbrance(number: int = 1, **changes: Any) -> Encumbrance:
    """Return a mortgage from before this system."""
    encumbrance = Encumbrance(
        entry_no=f"OLD-{number}",
        kind=EncumbranceKind.MORTGAGE,
        state=EntryState.CURRENT,
        recorded_at=AT - timedelta(days=400 - number),
        holder="示例银行甲",
        certificate_no=f"豫（2025）开封市不动产证明第{number:07d}号",
        rank=number,
        amount_fen=30_000_000,
    )
    return replace(encumbrance, **changes)


def make_entry(case_no: str = CASE_NO, **changes: Any) -> MortgageEntry:
    """Return the entry of the base case."""
    entry = MortgageEntry(
        entry_no=f"DJ{case_no}",
        case_no=case_no,
        unit_no=UNIT_NO,
        title_no=TITLE_NO,
        location="开封市龙亭区示例路1号1幢1单元12号",
        rank=1,
        mortgagee=BANK_NAME,
        mortgagee_number=BANK,
        mortgagors=("张示例", "李示例"),
        mortgagor_numbers=(ZHANG, LI),
        debtors=("张示例",),
        form="1",
        amount_fen=86_000_000,
        start=date(2026, 9, 28),
        end=date(2046, 9, 28),
        is_period_open=False,
        security_scope=SCOPE,
        is_transfer_restricted=False,
        principal_contract_no="HT-2026-000123",
        mortgage_contract_no="DY-2026-000123",
        accepted_at=AT,
        registered_at=AT + timedelta(minutes=47),
        registrar="auto",
    )
    return replace(entry, **changes)


def make_certificate(case_no: str = CASE_NO, serial: int = 12345, **changes: Any) -> CertificateRow:
    """Return a certificate whose facts stand and whose paper is not drawn yet."""
    row = CertificateRow(
        certificate_no=f"豫（2026）开封市不动产证明第{serial:07d}号",
        entry_no=f"DJ{case_no}",
        case_no=case_no,
        licence_id=f"1.2.156.3005.2.11100000MB03271699022.114102000X0000043E.{serial:09d}.001.Q",
        print_no=f"D41{serial:09d}",
        check_code="MFRGGZDFMZTWQ2LK",
        facts=f'{{"no":{serial}}}'.encode(),
        facts_sha256=digest(f"facts {serial}"),
        status=CertificateStatus.PREPARED,
        prepared_at=AT,
    )
    return replace(row, **changes)


def make_terminal(name: str = TERMINAL, **changes: Any) -> TerminalRow:
    """Return a counter that has a one-time code."""
    row = TerminalRow(
        terminal=name,
        branch="KF-LT",
        bank=BANK,
        bank_name=BANK_NAME,
        status="invited",
        token_sha256=digest(f"token {name}"),
        token_expires_at=AT + timedelta(hours=24),
    )
    return replace(row, **changes)


def make_staff(staff_id: str = "wang", **changes: Any) -> StaffRow:
    """Return a first reviewer."""
    row = StaffRow(
        staff_id=staff_id,
        person=f"P-{staff_id.upper()}",
        name="王审核",
        roles=("first_reviewer",),
        password_hash="$argon2id$made-up",
    )
    return replace(row, **changes)


def open_case(works: Works, number: int = 1, **changes: Any) -> Case:
    """Keep a new case in a transaction of its own."""
    case = make_case(number, **changes)
    with works() as work:
        work.cases.add(case, b'{"made":"up"}')
        work.commit()
    return case


def approve_case(works: Works, number: int = 1, **changes: Any) -> Case:
    """Keep a case and take it to APPROVED by the rule book's decision."""
    case = open_case(works, number, **changes)
    with works() as work:
        work.decisions.add(make_automatic(case.case_no))
        for stage in (Stage.ACCEPTED, Stage.IN_REVIEW, Stage.APPROVED):
            case = work.cases.save(move(case, stage), was=case)
        work.commit()
    return case


def register_case(works: Works, number: int = 1, **changes: Any) -> MortgageEntry:
    """Write title, approved case and entry; return the entry."""
    case = approve_case(works, number)
    entry = make_entry(case.case_no, **changes)
    with works() as work:
        if work.register.extract(entry.unit_no, AT).title is None:
            work.register.write(bring_in_title(make_title(entry.unit_no)))
        work.register.write(enter(entry))
        work.commit()
    return entry
