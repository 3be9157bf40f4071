"""An office in dictionaries for the web rooms' tests: real use cases, made-up cases."""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from flask import Flask
from flask.testing import FlaskClient

from backend.calendars import load_calendar
from backend.codes import TimeCodes
from backend.failpoints import load_failpoints
from backend.office.accounts import AccountRoom
from backend.office.answering import Answering
from backend.office.case import Case, Stage, move
from backend.office.correcting import Correcting
from backend.office.events import bring_in_title
from backend.office.factors import Factors
from backend.office.leaders import Leaders
from backend.office.leases import Leases
from backend.office.news import NewsDesk
from backend.office.outlook import OutlookDesk
from backend.office.precheck import Precheck
from backend.office.public_log import PublicLog
from backend.office.receipts import ReceiptDesk
from backend.office.reception import Reception
from backend.office.register import Title
from backend.office.review import Review
from backend.office.rounds import find_stuck
from backend.office.rows import CertificateStatus
from backend.office.staff import StaffRoom
from backend.office.stages import ChiefPolicy
from backend.office.suspending import Suspending
from backend.office.terminals import TerminalRoom
from backend.office.thread import Thread
from backend.office.uploads import UploadRoom
from backend.web import create_app
from backend.web.callers import PEER_CERTIFICATE, SESSION_COOKIE, Office
from backend.web.pictures import Pictures
from certs.bundle import TrustBundle
from certs.trust import TrustStore
from registration import schema
from registration.application import Application
from registration.findings import Finding, Level
from registration.identifiers import format_licence_id, parse_certificate_no, parse_unit_no
from registration.mortgage import RegistrationKind
from registration.outcomes import Due, RegistrationCertificate
from tests.codes import make_verification
from tests.factories import (
    OFFICE,
    PROOF_NO,
    UNIT_NO,
    make_application,
    make_contents,
)
from tests.fakes import FrozenClock, MemoryWorks
from tests.keepers import viewing_keeper
from tests.memory.uploads import MemoryUploads
from tests.rows import (
    AT,
    make_case,
    make_certificate,
    make_terminal,
    make_title,
)
from tests.web.backend.plain import PlainHasher, PlainIssuer, PlainSigner, plain_lists, plain_rooms
from tests.web.backend.plain_books import POLICY, plain_books

PASSWORD: Final = "four plain words here"
CODE: Final = "MFRGGZDFMZTWQ2LKMFRGGZDFMZ"
SEALED_PDF: Final = b"%PDF-1.7 made-up certificate with a good seal"
PEER: Final = b"made-up client certificate"
STAFF: Final = {
    "qian": ("钱示例", ("first_reviewer",)),
    "sun": ("孙示例", ("first_reviewer",)),
    "zhou": ("周示例", ("second_reviewer",)),
    "zhao": ("赵示例", ("chief",)),
    "wu": ("吴示例", ("auditor",)),
    "zheng": ("郑示例", ("administrator",)),
}
R27: Final = Finding(
    rule="R27",
    level=Level.MANUAL,
    zh="李示例：登记簿是 15 位旧号。旧号升到 18 位后与芯片相同，请确认是同一人。",
    en="The register has a 15-digit number.",
    basis="《不动产登记暂行条例》第十八条",
    pointer="/mortgagors/1/document",
)
R32: Final = Finding(
    rule="R32",
    level=Level.UNKNOWN,
    zh="李示例的公安核验没有答复，结果未知，不算通过。",
    en="The police did not answer; the result is unknown.",
    basis="《不动产登记暂行条例》第十六条",
)
R15: Final = Finding(
    rule="R15",
    level=Level.CORRECT,
    zh="主债权合同没有写明担保范围。请补充合同条款，或更正担保范围。",
    en="The contract does not state the security scope.",
    basis="《民法典》第四百条",
    pointer="/mortgage/security_scope",
)
R04: Final = Finding(
    rule="R04",
    level=Level.INFO,
    zh="没有在先抵押，本次为第 1 顺位。",
    en="No earlier mortgage; this one ranks first.",
    basis="《民法典》第四百一十四条",
)
R10: Final = Finding(
    rule="R10",
    level=Level.BLOCK,
    zh="不动产已被查封，不能办理抵押。",
    en="The property is seized.",
    basis="《民法典》第三百九十九条第五项",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The office, its application and what lies behind."""

    app: Flask
    office: Office
    works: MemoryWorks
    clock: FrozenClock
    issuer: PlainIssuer
    faults: dict[str, str]

    def client(self, staff_id: str = "", *, peer: bytes = b"") -> FlaskClient:
        """Return a client that is signed in, or that shows a client certificate."""
        client = self.app.test_client()
        client.environ_base[PEER_CERTIFICATE] = peer  # type: ignore[assignment]  # an object, as the server puts it there
        if staff_id:
            session = self.office.staff.sign_in(staff_id, PASSWORD)
            client.set_cookie(SESSION_COOKIE, session.token, secure=True)
        return client

    def csrf(self, client: FlaskClient) -> str:
        """Return the form token of a signed-in client."""
        cookie = client.get_cookie(SESSION_COOKIE)
        assert cookie is not None
        found = self.office.staff.find_session(cookie.value, at=self.clock.now())
        assert found is not None
        return found.csrf

    def case(self, number: int = 1) -> Case:
        """Return a case as it stands."""
        with self.works.reading() as work:
            return work.cases.get(f"20260929-{number:07d}")


def make_world(*, is_specimen: bool = True, is_factor_required: bool = False) -> World:
    """Return an office with staff, one terminal and an empty register."""
    works, clock, issuer = MemoryWorks(), FrozenClock(AT), PlainIssuer()
    faults: dict[str, str] = {}
    needs = {"is_specimen": is_specimen, "is_factor_required": is_factor_required}
    office = _make_office(works, clock, issuer, faults, **needs)
    app = create_app(office, Pictures(viewing_keeper()))
    app.testing = True
    for staff_id, (name, roles) in STAFF.items():
        _hire(works, clock, staff_id, name, roles)
    with works() as work:
        fingerprint = hashlib.sha256(PEER).hexdigest()
        work.terminals.save(
            make_terminal(
                status="active",
                token_sha256="",
                tls_fingerprint=fingerprint,
                package_fingerprint="c" * 64,
                last_seen_at=AT,
            )
        )
        work.commit()
    return World(app=app, office=office, works=works, clock=clock, issuer=issuer, faults=faults)


def _hire(
    works: MemoryWorks, clock: FrozenClock, staff_id: str, name: str, roles: tuple[str, ...]
) -> None:
    room = AccountRoom(
        works=works, hasher=PlainHasher(), clock=clock, is_guessable=lambda *_: False
    )
    room.add(staff_id, person=name, name=name, roles=roles, password=PASSWORD, by="operator:test")


def _no_trust() -> TrustStore:
    """Trust nobody: no package that these tests send was sealed by a terminal."""
    return TrustStore(TrustBundle(organisation="示例", roots=(), intermediates=()))


def _make_office(
    works: MemoryWorks,
    clock: FrozenClock,
    issuer: PlainIssuer,
    faults: dict[str, str],
    *,
    is_specimen: bool,
    is_factor_required: bool,
) -> Office:
    signer = PlainSigner()
    tokens = (hashlib.sha256(f"token {n}".encode()).hexdigest() for n in itertools.count())
    fail_point = load_failpoints("")
    reception = Reception(
        office=OFFICE.text,
        works=works,
        blobs=works.blobs,
        signer=signer,
        clock=clock,
        trust=_no_trust,
        fail_point=fail_point,
    )
    return Office(
        name="示例不动产登记中心",
        code=OFFICE.text,
        reception=reception,
        uploads=UploadRoom(
            uploads=MemoryUploads(), reception=reception, clock=clock, fail_point=fail_point
        ),
        news=NewsDesk(works=works),
        outlook=OutlookDesk(works=works, clock=clock, calendar=load_calendar()),
        receipts=ReceiptDesk(works=works),
        review=Review(
            works=works,
            blobs=works.blobs,
            answering=Answering(signer),
            correcting=Correcting(answering=Answering(signer), calendar=load_calendar(), days=10),
            clock=clock,
            chief=ChiefPolicy(),
        ),
        leases=Leases(works=works, clock=clock),
        thread=Thread(works=works, clock=clock),
        leaders=Leaders(works=works, clock=clock, calendar=load_calendar()),
        precheck=Precheck(works=works, clock=clock, policy=POLICY),
        books=plain_books(works, clock),
        suspending=Suspending(works=works, clock=clock),
        verification=make_verification(works, clock, SEALED_PDF, is_specimen=is_specimen),
        terminals=TerminalRoom(
            works=works,
            issuer=issuer,
            clock=clock,
            make_code=lambda: "ABCD-EFGH",
            configuration=lambda row, at: "configuration.made-up.statement",
            trust=_no_trust,
            late=timedelta(days=14),
        ),
        staff=StaffRoom(
            works=works,
            hasher=PlainHasher(),
            clock=clock,
            make_token=lambda: next(tokens),
            is_factor_required=is_factor_required,
        ),
        factors=Factors(
            works=works,
            codes=TimeCodes(),
            clock=clock,
            make_token=lambda: next(tokens),
            issuer="示例不动产登记中心",
        ),
        **plain_rooms(works, clock, lambda: next(tokens)),
        log=PublicLog(works=works, clock=clock, trust=_no_trust),
        status_lists=plain_lists(works, clock),
        now=clock.now,
        trust=lambda: b'{"version": 1}',
        stuck=lambda: find_stuck(works),
        health=lambda: faults,
        is_specimen=is_specimen,
    )


def file_case(
    world: World,
    number: int = 1,
    *,
    findings: Sequence[Finding] = (),
    holder: str = "",
    minutes: int = 60,
    application: Application | None = None,
    title: Title | None = None,
    **changes: object,
) -> Case:
    """Take a case to review, with its application, its papers and the unit's title."""
    made = application or _base_case()
    unit = f"{UNIT_NO[:-4]}{number:04d}" if number > 1 else UNIT_NO
    case = replace(make_case(number, unit_no=unit), **changes)  # type: ignore[arg-type]  # what a test changes
    with world.works() as work:
        work.cases.add(case, schema.canonical(schema.format_application(made)))
        work.cases.set_materials(case.case_no, _materials(made))
        if work.register.extract(unit, AT).title is None:
            work.register.write(bring_in_title(title or make_title(unit)))
        for act in ("filed", "examined", "accepted"):
            work.journal.append(actor="auto", act=act, ref=case.case_no, body=b"", at=AT)
        case = work.cases.save(move(case, Stage.ACCEPTED), was=case)
        reviewed = replace(
            move(case, Stage.IN_REVIEW),
            accepted_at=AT + timedelta(milliseconds=number),
            due=(Due(name="channel", at=AT + timedelta(minutes=minutes)),),
            findings=tuple(findings),
            holder=holder,
            held_until=AT + timedelta(hours=1) if holder else None,
        )
        case = work.cases.save(reviewed, was=case)
        work.commit()
    return case


@cache
def _base_case() -> Application:
    return make_application()


@cache
def _materials(application: Application) -> tuple[tuple[str, str, bytes], ...]:
    contents = make_contents(application)
    return tuple((m.code, m.media_type, contents[m.sha256]) for m in application.materials)


def fill_queue(world: World) -> None:
    """Put a morning's work into the queue."""
    file_case(world, 1, findings=(R27, R32, R15, R04), minutes=29, holder="qian")
    file_case(world, 2, findings=(R27,), minutes=-7, location="开封市鼓楼区示例街8号2幢3单元501")
    file_case(
        world,
        3,
        minutes=9,
        amount_fen=None,
        kind=RegistrationKind.CANCELLATION,
        location="开封市禹王台区示例巷3号",
        mortgagee="示例银行乙",
    )
    file_case(
        world,
        4,
        findings=(R10,),
        minutes=46,
        location="开封市祥符区示例镇示例小区5幢101",
        amount_fen=38_500_000,
        mortgagee="示例银行甲",
    )
    file_case(
        world,
        5,
        findings=(R15,),
        minutes=47,
        location="开封市鼓楼区示例商厦1层A03",
        amount_fen=1_500_000_000,
        mortgagee="示例银行乙",
    )
    file_case(world, 6, minutes=60 * 26, location="开封市龙亭区示例路7号2幢2单元202")
    file_case(world, 7, findings=(R04,), minutes=58, holder="zhou")


def issue_certificate(
    world: World, *, status: str = CertificateStatus.PUBLISHED, code: str = CODE
) -> str:
    """Put a certificate in a state of its life; return its number."""
    row = make_certificate(
        facts=schema.format_certificate(make_printed()),
        check_code=code,
        certificate_no=PROOF_NO,
    )
    world.works.tables.certificates[PROOF_NO] = replace(
        row,
        status=status,
        pdf_sha256=hashlib.sha256(SEALED_PDF).hexdigest(),
        issued_at=AT,
        ended_at=None if status == CertificateStatus.PUBLISHED else AT + timedelta(days=40),
    )
    return PROOF_NO


def make_printed() -> RegistrationCertificate:
    """Return what stands on the base case's certificate."""
    return RegistrationCertificate(
        certificate_no=parse_certificate_no(PROOF_NO),
        licence_id=format_licence_id(office=OFFICE, serial=12345),
        print_no="D41000012345",
        right="抵押权",
        holder="示例商业银行股份有限公司开封龙亭支行",
        obligors=("张示例", "李示例"),
        location="开封市龙亭区示例路1号1幢1单元12号",
        unit_no=parse_unit_no(UNIT_NO),
        other_items=(("担保债权的数额", "860,000.00 元"),),
        remarks="",
        office="示例不动产登记中心",
        registered_on=date(2026, 9, 29),
        verify_url="https://127.0.0.1:8443/verify",
    )
