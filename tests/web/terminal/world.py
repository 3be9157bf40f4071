"""A counter for the pages' tests: a real box and desk, a made-up office, readers that play cards."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from certs.atrest import Vault
from registration.enquiry import SharedQuestion, SharedTold
from registration.findings import Finding, Level
from registration.identifiers import parse_credit_code, parse_unit_no
from registration.mortgage import RegistrationKind
from registration.outcomes import PrecheckAnswer
from registration.people import IdDocument, IdKind, parse_name
from terminal.binding import bind_pages
from terminal.box import SQLiteBox
from terminal.desk.attendance import Attendance
from terminal.desk.binder import Binder
from terminal.desk.handing import Handing
from terminal.desk.identities import Identities
from terminal.desk.intake import Intake
from terminal.desk.items import InboxItem
from terminal.desk.place import Bank, Place, Teller
from terminal.desk.ports import AnswerPage
from terminal.desk.scanning import Scanning
from terminal.desk.signing import Signing
from terminal.doctor import find_alarm
from terminal.drivers.scanner import ScannerShelf
from terminal.errors import (
    OfficeUnreachableError,
)
from terminal.web import create_app
from terminal.web.counter import Counter
from terminal.web.guard import Launch
from tests.clock import FrozenClock
from tests.factories import (
    CAPTURED_AT,
    LI,
    OFFICE,
    TELLER,
    TITLE_NO,
    UNIT_NO,
    ZHANG,
    make_authority,
    make_identity,
)
from tests.factories_kinds import OLD_TELLER
from tests.keepers import developing_keeper
from tests.pins import PlainPins
from tests.relays import make_lonely_passages
from tests.spared import make_told
from tests.web.terminal.card_reader import CardReader
from tests.web.terminal.quiet import NoAttesting, OpenSubmission, make_quiet_courier

PORT = 18_700
SHA = "a" * 64
CHECKER, PIN = "T0008", "271828"
TELLER_PIN, COLLEAGUE, COLLEAGUE_PIN = "314159", "T0009", "161803"


@dataclass
class RegisterLink:
    """A line to an office that knows one flat."""

    is_down: bool = False
    skew_s: float = 0.3
    told: PrecheckAnswer | None = None
    """What it says of any number; None for what it knows of the one flat."""
    shares: bool = False
    """Whether other authorities answer at all."""
    silent: tuple[str, ...] = ()
    """Papers of which no authority says anything."""
    differing: tuple[Finding, ...] = ()

    def precheck(self, number: str, purpose: str, kind: str = "") -> PrecheckAnswer:
        if self.is_down:
            raise OfficeUnreachableError
        if self.told is not None:
            return self.told
        is_certificate = not number.isascii()
        return PrecheckAnswer(
            unit_no=parse_unit_no(UNIT_NO if is_certificate else number),
            is_found=is_certificate or number == UNIT_NO,
            at=CAPTURED_AT,
            title_no=TITLE_NO,
            location="开封市龙亭区示例路1号1幢1单元12号",
            area_m2="118.56",
            use="住宅",
            land_right="出让",
            land_right_end=date(2085, 5, 20),
            co_ownership="1",
            owners=("张*", "李*"),
            findings=(
                Finding(
                    rule="R05",
                    level=Level.INFO,
                    zh="未见查封、异议，可以办理",
                    en="No seizure and no dissent",
                    basis="",
                ),
            ),
        )

    def ask_authorities(self, question: SharedQuestion) -> SharedTold:
        if self.is_down:
            raise OfficeUnreachableError
        if not self.shares:
            return SharedTold(at=CAPTURED_AT, papers=())
        return make_told(question, silent=self.silent, findings=self.differing)

    def send_package(self, package: bytes, **_: object) -> str:
        raise OfficeUnreachableError

    def answers(self, after: int, wait_s: int) -> AnswerPage:
        return AnswerPage(statements=(), cursor=after)

    def certificate_pdf(self, case_no: str) -> bytes:
        raise OfficeUnreachableError

    def certificate_ofd(self, case_no: str) -> bytes:
        raise OfficeUnreachableError

    def timestamp(self, query: bytes) -> bytes:
        raise OfficeUnreachableError

    def clock_skew(self) -> timedelta | None:
        return None if self.is_down else timedelta(seconds=self.skew_s)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the self-check."""

    name: str
    level: str = "ok"
    zh: str = ""
    en: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""


def make_place() -> Place:
    """Return the counter of the base case."""
    return Place(
        office=OFFICE,
        office_name="示例市不动产登记中心",
        branch="KF-LT",
        terminal="KF-LT-02",
        bank=Bank(
            name=parse_name("示例商业银行股份有限公司开封龙亭支行"),
            credit_code=parse_credit_code("91410200MA0X00015B"),
            financial_licence="B9999S241020001",
        ),
        tellers={
            "T0007": Teller(
                staff_no="T0007",
                name=parse_name("赵示例"),
                document=IdDocument(kind=IdKind.RESIDENT_CARD, number=TELLER),
                authority=make_authority(matters=tuple(k.title_zh for k in RegistrationKind)),
            ),
            COLLEAGUE: Teller(
                staff_no=COLLEAGUE,
                name=parse_name("钱示例"),
                document=IdDocument(kind=IdKind.RESIDENT_CARD, number=OLD_TELLER),
                authority=make_authority(),
            ),
        },
        checkers=lambda: frozenset({CHECKER}),
    )


@dataclass
class World:
    """One counter, its app, and a client that behaves like our own page."""

    counter: Counter
    app: Flask
    box: SQLiteBox
    clock: FrozenClock
    link: RegisterLink
    reader: CardReader
    passports: CardReader
    client: FlaskClient
    token: str
    port: int = PORT
    doorway: Any = None  # a Doorway, where it is served

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        """Ask as the page does: own host and origin, the token, JSON."""
        headers = {"X-UI-Token": self.token, "Origin": self.origin} | options.pop("headers", {})
        if body is not None:
            options["json"] = body
        return self.client.open(
            path, method=method, headers=headers, base_url=self.origin, **options
        )

    def sign_in(self, staff_no: str = "T0007", pin: str = TELLER_PIN) -> TestResponse:
        """Let a teller in."""
        return self.call("POST", "/ui/api/attendance", {"staff_no": staff_no, "pin": pin})

    def draft(self, **texts: str) -> dict[str, Any]:
        """Open a draft and fill in some fields."""
        made = self.call(
            "POST", "/ui/api/drafts", {"kind": "mortgage.first_registration", "teller": "T0007"}
        ).json
        assert made is not None
        if texts:
            path = f"/ui/api/drafts/{made['draft_id']}/fields"
            made = self.call("PUT", path, {"texts": texts}).json
            assert made is not None
        return dict(made)

    def read_both(self, draft_id: str) -> None:
        """Read the cards of both owners."""
        path = f"/ui/api/drafts/{draft_id}/slots"
        self.call("POST", f"{path}/p1/card", {"reader": "cards"})
        self.call("POST", path, {"role": "mortgagor"})
        self.call("POST", f"{path}/p2/card", {"reader": "cards"})

    def keep_answer(self, answer: Any, draft_id: str, cursor: int = 1) -> None:
        """Put an answer into the inbox, as the courier would."""
        item = InboxItem(
            cursor=cursor,
            draft_id=draft_id,
            case_no=answer.case_no,
            answer=answer,
            statement="signed",
            received_at=self.clock.now(),
        )
        self.box.add_answers([item], cursor=cursor)


def make_world(folder: Path, *, port: int = PORT, **parts: Any) -> World:
    """Return a counter whose box lies in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = FrozenClock(datetime(2026, 9, 29, 2, 4, 18, tzinfo=UTC))
    box = SQLiteBox(folder / "box.db", Vault(hashlib.sha256(b"made-up key").digest()))
    place, link, numbers = make_place(), RegisterLink(), count(1)
    reader = CardReader([make_identity(), make_identity("李示例", LI)])
    passports = CardReader([make_identity("王示例", ZHANG)], needs_key=True)
    binder = Binder(box, parts.get("files", developing_keeper()), bind_pages, clock)
    intake = Intake(box, link, clock, place, lambda: f"A-4102-0001-20260929-{next(numbers):06d}")
    pins = PlainPins({CHECKER: PIN, "T0007": TELLER_PIN, COLLEAGUE: COLLEAGUE_PIN})
    attendance = Attendance(
        pins, place, lambda: clock.now().timestamp(), parts.get("lock_after_s", 10**9)
    )
    counter = Counter(
        attendance=attendance,
        intake=intake,
        identities=Identities(intake, pins, clock),
        handing=Handing(box, place, pins, clock),
        passages=make_lonely_passages(box, place, clock),
        scanning=Scanning(
            binder,
            box,
            ScannerShelf(parts.get("scanners", {})),
            parts.get("scan_folder"),
            lambda: "run1",
        ),
        signing=Signing(box, place, clock, NoAttesting()),
        submission=OpenSubmission(box, place, clock),
        courier=make_quiet_courier(box, clock, link),
        box=box,
        place=place,
        clock=clock,
        keeper=developing_keeper(),
        readers=parts.get("readers", {"cards": reader, "passports": passports}),
        health=parts.get("health", _healthy),
        alarm=lambda: find_alarm(box, clock.now()),
    )
    launch = Launch(parts.get("token", ""))
    if parts.get("is_open", True):
        attendance.sign_in("T0007", TELLER_PIN)
    app = create_app(counter, port=port, launch=launch)
    return World(
        counter=counter,
        app=app,
        box=box,
        clock=clock,
        link=link,
        reader=reader,
        passports=passports,
        client=app.test_client(),
        token=launch.exchange(launch.issue()) or "",
        port=port,
    )


def _healthy() -> tuple[Check, ...]:
    return (
        Check(
            name="disk",
            level="warn",
            zh="剩 1.2 GB（至少要 2 GB）",
            en="1.2 GB left (2 GB needed)",
            remedy_zh="清出磁盘空间",
            remedy_en="Make room on the disk",
        ),
        Check(name="clock", zh="与登记中心相差 0.3 秒", en="0.3 s off the office's clock"),
        Check(name="line", zh="到登记中心 40 毫秒", en="40 ms to the office"),
    )
