"""Other authorities behind one desk: each answer of each service, and each way to have none."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from backend.errors import MisconfiguredError, NoAnswerError
from backend.office.enquiries import Enquiry, EnquiryRow, Reply, Service
from backend.sharing import load_authorities
from backend.sharing.desk import AuthorityDesk, Breaker
from backend.sharing.envelope import Account
from backend.sharing.lines import HTTPLine
from backend.sharing.process import StageServer
from backend.sharing.simulated import SimulatedPolice
from backend.sharing.sources import SOURCES
from backend.sharing.stage import Stage, parse_knobs
from tests.factories import ZHANG
from tests.rows import AT, CASE_NO
from tests.stages import staged

UNIT = "410202001003GB00012F00010012"
SUBJECTS: dict[Service, dict[str, str]] = {
    Service.MARRIAGE: {"name": "张示例", "number": ZHANG},
    Service.SEIZURES: {"unit_no": UNIT},
    Service.DEED_TAX: {"receipt_no": "S-1", "contract_no": "HT-1", "unit_no": UNIT},
    Service.SALE_CONTRACT: {
        "contract_no": "HT-1",
        "filing_no": "BA-1",
        "unit_no": UNIT,
        "buyers": ZHANG,
        "price_fen": "86000000",
    },
    Service.BUSINESS_LICENCE: {"name": "示例置业有限公司", "number": "91410200MA0X000236"},
    Service.FINANCIAL_LICENCE: {"name": "示例银行", "licence": "B9999S241020001"},
}
SERVICES = tuple(SUBJECTS)
USUAL = ("single", "clear", "paid", "filed", "good", "good")


def make_row(service: Service, at: int = 1) -> EnquiryRow:
    subject = tuple(SUBJECTS[service].items())
    return EnquiryRow(
        request_no=f"20260929410200{at:06d}",
        case_no=CASE_NO,
        round=1,
        enquiry=Enquiry(service=service, pointer="/x", subject=subject),
        at=AT,
    )


ROWS = tuple(make_row(service, at) for at, service in enumerate(SERVICES, 1))


@pytest.fixture
def server() -> Iterator[StageServer]:
    with staged(Stage()) as server:
        yield server


def make_desk(server: StageServer, total_s: float = 60.0) -> AuthorityDesk:
    """Return the desk with all services at the simulated process."""
    url = f"http://127.0.0.1:{server.server_port}/share"
    police = SimulatedPolice(next_request_no=lambda at: "1")
    urls = {service.value: url for service in SERVICES}
    account = Account(token="t0")
    desk = load_authorities(urls, police=police, account=account, now=lambda: AT, total_s=60.0)
    return replace(desk, total_s=total_s)


def ask(server: StageServer, knobs: str = "", total_s: float = 60.0) -> tuple[Reply, ...]:
    server.stage.knobs = parse_knobs(knobs)
    return make_desk(server, total_s).ask(ROWS)


def test_every_service_is_asked_once_in_the_envelope_and_says_that_it_is_simulated(
    server: StageServer,
) -> None:
    replies = ask(server)

    assert tuple(reply.verdict for reply in replies) == USUAL
    assert sorted(server.stage.asked) == sorted(
        (SOURCES[row.enquiry.service].query, row.request_no) for row in ROWS
    )
    assert all(reply.is_simulated and len(reply.answer_sha256) == 64 for reply in replies)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("wrong", "mismatched"),
        ("malformed", "malformed"),
        ("down", "unreachable"),
        ("repeated", "repeated"),
    ],
)
def test_a_fault_of_any_service_is_no_answer(server: StageServer, fault: str, told: str) -> None:
    replies = ask(server, f"*={fault}")

    assert [(reply.verdict, reply.fault) for reply in replies] == [("", told)] * len(ROWS)


def test_what_never_answers_is_not_waited_for(server: StageServer) -> None:
    replies = ask(server, "*=timeout", total_s=0.3)

    assert {(reply.verdict, reply.fault) for reply in replies} == {("", "timeout")}


@dataclass(frozen=True)
class SilentLine:
    """A way to an authority that says nothing until all the others were asked."""

    stage: Stage

    def exchange(self, data: bytes) -> bytes:
        while len(self.stage.asked) < len(SERVICES) - 1:
            time.sleep(0.01)
        raise NoAnswerError("timeout")


def test_one_service_that_is_silent_keeps_no_other_from_answering(server: StageServer) -> None:
    desk = make_desk(server)
    silent = {**desk.lines, Service.DEED_TAX: SilentLine(server.stage)}

    replies = replace(desk, lines=silent).ask(ROWS)

    told = {reply.enquiry.service: reply.verdict for reply in replies}
    assert told.pop(Service.DEED_TAX) == ""
    assert all(told.values())


@pytest.mark.parametrize(
    ("service", "word", "verdict"),
    [
        (Service.MARRIAGE, "married", "married"),
        (Service.MARRIAGE, "divorced", "single"),
        (Service.SEIZURES, "seized", "seized"),
        (Service.DEED_TAX, "unpaid", "unpaid"),
        (Service.DEED_TAX, "differs", "differs"),
        (Service.DEED_TAX, "nothing", "nothing"),
        (Service.SALE_CONTRACT, "signed", "signed"),
        (Service.SALE_CONTRACT, "unfiled", "unfiled"),
        (Service.SALE_CONTRACT, "differs", "differs"),
        (Service.BUSINESS_LICENCE, "ended", "ended"),
        (Service.BUSINESS_LICENCE, "differs", "differs"),
        (Service.FINANCIAL_LICENCE, "differs", "differs"),
        (Service.FINANCIAL_LICENCE, "nothing", "nothing"),
    ],
)
def test_each_answer_is_read(
    server: StageServer, service: Service, word: str, verdict: str
) -> None:
    server.stage.knobs = parse_knobs(f"{service.value}={word}")

    (reply,) = make_desk(server).ask((make_row(service),))
    assert reply.verdict == verdict


class Saying:
    """A line that brings one answer."""

    def __init__(self, status: str, *records: object, number: str = ROWS[0].request_no) -> None:
        told = {"head": {"status": status, "cxqqdh": number}, "data": {"cxjg": list(records)}}
        self.data = json.dumps(told).encode()

    def exchange(self, data: bytes) -> bytes:
        return self.data


MARRIAGE = {"certNumMan": ZHANG, "certNumWoman": "", "opType": "IA", "opDate": "2015-05-20"}
TAX = {"spmh": "S-1", "htbh": "HT-1", "wszt": "1"}
CONTRACT = {"htbh": "HT-1", "htzt": "4", "bah": "BA-1"}


@pytest.mark.parametrize(
    ("service", "line", "told"),
    [
        (Service.MARRIAGE, Saying("1", MARRIAGE | {"certNumMan": "x"}), "mismatched"),
        (Service.MARRIAGE, Saying("1", MARRIAGE | {"opType": "?"}), "malformed"),
        (Service.MARRIAGE, Saying("1", MARRIAGE, MARRIAGE), "malformed"),
        (Service.MARRIAGE, Saying("0200", MARRIAGE), "refused"),
        (Service.MARRIAGE, Saying("1", MARRIAGE, number="20260929410200000999"), "mismatched"),
        (Service.MARRIAGE, Saying("1", "married"), "malformed"),
        (Service.SEIZURES, Saying("0200", {"bdcdyh": UNIT[:-1] + "3"}), "mismatched"),
        (Service.DEED_TAX, Saying("0200", TAX | {"spmh": "S-2"}), "mismatched"),
        (Service.DEED_TAX, Saying("0200", TAX | {"wszt": ""}), "malformed"),
        (Service.DEED_TAX, Saying("0200", TAX, TAX), "malformed"),
        (Service.SALE_CONTRACT, Saying("0200", CONTRACT | {"htzt": "9"}), "malformed"),
        (Service.SALE_CONTRACT, Saying("0200", CONTRACT | {"cjje": "1e999999"}), "malformed"),
        (Service.SALE_CONTRACT, Saying("0200", CONTRACT | {"cjje": "NaN"}), "malformed"),
        (Service.SALE_CONTRACT, Saying("0200", CONTRACT | {"msr": "x"}), "malformed"),
        (Service.BUSINESS_LICENCE, Saying("0200", {"uniscid": "x"}), "mismatched"),
        (Service.FINANCIAL_LICENCE, Saying("200", {"certCode": ["x"]}), "malformed"),
        (Service.FINANCIAL_LICENCE, Saying("0404"), "refused"),
    ],
)
def test_only_a_clear_answer_to_the_question_is_one(
    server: StageServer, service: Service, line: Saying, told: str
) -> None:
    desk = replace(make_desk(server), lines={service: line})

    (reply,) = desk.ask((make_row(service),))
    assert (reply.verdict, reply.fault, reply.answer) == ("", told, line.data)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cjje": "859999.99"}, "成交价格"),
        ({"bah": "BA-2"}, "备案号"),
        ({"msr": [{"zjh": "410203198711029929"}]}, "买受人"),
    ],
)
def test_a_contract_that_says_otherwise_names_the_field(
    server: StageServer, change: dict[str, object], field: str
) -> None:
    line = Saying("0200", CONTRACT | change)
    desk = replace(make_desk(server), lines={Service.SALE_CONTRACT: line})

    (reply,) = desk.ask((make_row(Service.SALE_CONTRACT),))
    assert (reply.verdict, dict(reply.facts)["不一致"]) == ("differs", field)


def test_a_divorce_after_a_marriage_is_what_holds(server: StageServer) -> None:
    line = Saying("1", MARRIAGE | {"opType": "IB", "opDate": "2020-01-01"}, MARRIAGE)
    desk = replace(make_desk(server), lines={Service.MARRIAGE: line})

    (reply,) = desk.ask((make_row(Service.MARRIAGE),))
    assert reply.verdict == "single"


def test_nothing_made_up_is_said_of_somebody_who_could_be_real(server: StageServer) -> None:
    row = make_row(Service.MARRIAGE)
    subject = (("name", "某人"), ("number", "11010519491231002X"))

    (reply,) = make_desk(server).ask((replace(row, enquiry=replace(row.enquiry, subject=subject)),))
    assert (reply.verdict, reply.fault) == ("", "refused")


def test_a_service_that_fails_is_left_in_peace(server: StageServer) -> None:
    server.stage.knobs = parse_knobs("marriage=down")
    desk, row = make_desk(server), make_row(Service.MARRIAGE)

    faults = [desk.ask((row,))[0].fault for _ in range(5)]
    assert faults == ["unreachable"] * 3 + ["paused"] * 2
    assert len(server.stage.asked) == 3


def test_after_the_pause_one_question_tries_again() -> None:
    breaker = Breaker(most=1, pause_s=0.0)
    breaker.note(is_answered=False)

    assert breaker.may_ask()
    breaker.note(is_answered=True)
    assert breaker.may_ask()


def test_an_address_without_anybody_is_unreachable() -> None:
    line = HTTPLine(url="http://127.0.0.1:9/share", connect_s=0.5, total_s=0.5)
    police = SimulatedPolice(next_request_no=lambda at: "1")
    desk = load_authorities({}, police=police, account=Account(), now=lambda: AT)

    (reply,) = replace(desk, lines={Service.SEIZURES: line}).ask((make_row(Service.SEIZURES),))
    assert (reply.verdict, reply.fault) == ("", "unreachable")


@pytest.mark.parametrize(
    "urls",
    [
        {"marriage": "http://authority.example/share"},
        {"wedding": "https://authority.example/share"},
        {"marriage": "simulated:marriage=perhaps"},
    ],
)
def test_a_bad_setting_stops_the_start(urls: dict[str, str]) -> None:
    police = SimulatedPolice(next_request_no=lambda at: "1")

    with pytest.raises(MisconfiguredError):
        load_authorities(urls, police=police, account=Account(), now=lambda: AT)


def test_a_setting_may_leave_the_service_unnamed() -> None:
    police = SimulatedPolice(next_request_no=lambda at: "1")
    urls = {"marriage": f"simulated:{ZHANG}=married"}
    desk = load_authorities(urls, police=police, account=Account(), now=lambda: AT)

    (reply,) = desk.ask((make_row(Service.MARRIAGE),))
    assert reply.verdict == "married"


def test_what_is_made_up_is_no_answer_where_papers_count(server: StageServer) -> None:
    """The police's real address alone once let a case through on a court's made-up word."""
    police = SimulatedPolice(next_request_no=lambda at: "1")
    identity = replace(make_row(Service.MARRIAGE, 9).enquiry, service=Service.IDENTITY)
    rows = (*ROWS, replace(make_row(Service.MARRIAGE, 9), enquiry=identity))
    real = {"marriage": f"http://127.0.0.1:{server.server_port}/share"}
    desk = load_authorities(
        real, police=police, account=Account(), now=lambda: AT, believes_simulated=False
    )

    replies = replace(desk, total_s=60.0).ask(rows)

    assert [(r.verdict, r.fault, r.answer) for r in replies] == [("", "simulated", b"")] * len(rows)
    assert all(reply.is_simulated for reply in replies)


def test_a_question_shows_no_person() -> None:
    assert ZHANG not in repr(ROWS[0].enquiry)
