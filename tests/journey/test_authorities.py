"""The running office and other authorities: each fault of each service, each bad word, a crash."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from backend.assembly import build_rounds
from backend.failpoints import load_failpoints
from backend.office.case import Stage
from backend.office.enquiries import EnquiryRow, Service
from backend.sharing.process import StageServer
from backend.sharing.stage import Stage as Authorities
from backend.sharing.stage import parse_knobs
from registration.application import Application
from registration.findings import Finding, Level
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    Registered,
)
from tests.factories import ZHANG, make_material
from tests.journey.filing import (
    ORGANISATION_MATERIALS,
    Desk,
    contract,
    make_filing,
    only,
    open_desk,
)
from tests.journey.kinds import sale_and_mortgage
from tests.stages import staged

pytestmark = pytest.mark.journey

FAULTS = {
    "timeout": "timeout",
    "wrong": "mismatched",
    "malformed": "malformed",
    "down": "unreachable",
    "repeated": "repeated",
}
RULES = {
    Service.MARRIAGE: "R10",
    Service.SEIZURES: "R01",
    Service.DEED_TAX: "R44",
    Service.SALE_CONTRACT: "R37",
    Service.BUSINESS_LICENCE: "R32",
    Service.FINANCIAL_LICENCE: "R30",
}
SERVICES = tuple(RULES)
HURRY = {"authorities_timeout_s": 20, "answers_good_hours": 1}
FIRM = {"name": "示例置业有限公司", "id_number": "91410200MA0X000236"}
_CONTRACTS = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[StageServer]:
    with staged(Authorities()) as server:
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, server: StageServer) -> Iterator[Desk]:
    """An office that asks everybody, the police too, over HTTP."""
    url = f"http://127.0.0.1:{server.server_port}/share"
    urls = {service.value: url for service in SERVICES}
    folder = tmp_path_factory.mktemp("office")
    with open_desk(folder, police_url=url, authorities=urls, **HURRY) as found:
        yield found


def sole_owner(desk: Desk) -> tuple[Application, ...]:
    estate = desk.new_flat(co_ownership="0", owners=[{"name": "张示例", "id_number": ZHANG}])
    return (desk.ready(make_filing(estate, **contract())),)


def firm(desk: Desk) -> tuple[Application, ...]:
    estate = desk.new_flat(co_ownership="0", owners=[FIRM])
    papers = tuple(make_material(code) for code in ORGANISATION_MATERIALS)
    return (desk.ready(make_filing(estate, materials=papers, **contract())),)


def sale(desk: Desk) -> tuple[Application, ...]:
    number = next(_CONTRACTS)
    passing, mortgage = sale_and_mortgage(desk.new_flat())
    assert passing.sale is not None
    told = replace(
        passing.sale, contract_no=f"CL-{number}", tax_receipt_no=f"{41026260900000 + number}"
    )
    return desk.ready_together(replace(passing, sale=told), mortgage)


FILINGS: list[tuple[Callable[[Desk], tuple[Application, ...]], tuple[Service, ...]]] = [
    (sole_owner, (Service.MARRIAGE, Service.SEIZURES, Service.FINANCIAL_LICENCE)),
    (sale, (Service.DEED_TAX, Service.SALE_CONTRACT)),
    (firm, (Service.BUSINESS_LICENCE,)),
]
"""What to file so that a service is asked."""


def rows_of(desk: Desk, case_no: str, service: Service) -> list[EnquiryRow]:
    with desk.stand.wall.works.reading() as work:
        return [r for r in work.enquiries.of(case_no) if r.enquiry.service is service]


def unknown(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings if finding.level is Level.UNKNOWN]


def test_a_clean_case_is_asked_about_and_goes_straight_through(
    desk: Desk, server: StageServer
) -> None:
    server.stage.knobs, server.stage.asked = {}, []

    answers = desk.file(*sole_owner(desk))

    assert only(answers, CertificateIssued).certificate_no
    assert sorted(query for query, _ in server.stage.asked) == [
        "cbirc_financial_query",
        "civil_marriage_query",
        "police_identity_check",
        "supremecourt_seizure_query",
        "zw_police_baseinfo",
    ]


@pytest.mark.parametrize(
    ("filing", "services", "fault"),
    [
        *((*one, fault) for one in FILINGS for fault in FAULTS if fault != "timeout"),
        # Silence is waited for in full: once is enough.
        (*FILINGS[0], "timeout"),
    ],
)
def test_a_fault_brings_the_case_before_people_with_its_evidence(
    desk: Desk,
    server: StageServer,
    filing: Callable[[Desk], tuple[Application, ...]],
    services: tuple[Service, ...],
    fault: str,
) -> None:
    # A service that failed before is asked again: what it does now is in question here.
    desk.stand.rounds = build_rounds(desk.stand.wall)
    server.stage.knobs = parse_knobs(",".join(f"{s.value}={fault}" for s in services))

    received = desk.file(*filing(desk))[0]

    assert isinstance(received, AcceptanceReceipt)
    assert sorted(unknown(received.findings)) == sorted(RULES[service] for service in services)
    assert desk.case(received.case_no).stage is Stage.IN_REVIEW
    told = " ".join(f.zh for f in received.findings if f.level is Level.UNKNOWN)
    for service in services:
        (row,) = rows_of(desk, received.case_no, service)
        assert row.request_no in told
        assert row.reply is not None
        assert (row.reply.verdict, row.reply.fault) == ("", FAULTS[fault])
        raw = row.reply.answer
        assert row.reply.answer_sha256 == (sha256(raw).hexdigest() if raw else "")


def test_a_slow_answer_is_an_answer(desk: Desk, server: StageServer) -> None:
    desk.stand.rounds = build_rounds(desk.stand.wall)
    server.stage.knobs = parse_knobs("marriage=slow,seizures=slow,financial_licence=slow")

    assert only(desk.file(*sole_owner(desk)), CertificateIssued).certificate_no


@pytest.mark.parametrize(
    ("knobs", "filing", "rule", "level"),
    [
        ("marriage=married", sole_owner, "R10", Level.MANUAL),
        ("seizures=seized", sole_owner, "R01", Level.MANUAL),
        ("deed_tax=unpaid", sale, "R44", Level.CORRECT),
        ("sale_contract=unfiled", sale, "R37", Level.CORRECT),
        ("sale_contract=differs", sale, "R27", Level.CORRECT),
        ("business_licence=ended", firm, "R32", Level.MANUAL),
        ("business_licence=differs", firm, "R32", Level.CORRECT),
        ("financial_licence=nothing", sole_owner, "R30", Level.MANUAL),
        (f"identity:{ZHANG}=death", sole_owner, "R32", Level.BLOCK),
    ],
)
def test_what_an_authority_says_is_found(
    desk: Desk,
    server: StageServer,
    knobs: str,
    filing: Callable[[Desk], tuple[Application, ...]],
    rule: str,
    level: Level,
) -> None:
    desk.stand.rounds = build_rounds(desk.stand.wall)
    server.stage.knobs = parse_knobs(knobs)

    answer = desk.file(*filing(desk))[0]

    assert isinstance(answer, AcceptanceReceipt | CorrectionRequest)
    found = desk.case(answer.case_no).findings
    assert (rule, level) in [(finding.rule, finding.level) for finding in found]


@pytest.mark.parametrize("place", ["enquiry.noted", "enquiry.asked", "enquiry.kept"])
def test_after_a_crash_nothing_is_asked_under_a_second_number(
    desk: Desk, server: StageServer, place: str
) -> None:
    desk.stand.rounds = build_rounds(desk.stand.wall)
    server.stage.knobs, server.stage.asked = {}, []
    package = desk.stand.seal(desk.branch, *sole_owner(desk))
    desk.stand.receive(desk.branch, package)
    stop = load_failpoints(f"{place}=raise")
    build_rounds(replace(desk.stand.wall, fail_point=stop)).step()
    asked_before = list(server.stage.asked)
    desk.stand.clock.ahead += timedelta(minutes=1)

    desk.stand.work_off()

    answers = desk.answers_to(sha256(package).hexdigest())
    case_no = only(answers, CertificateIssued).case_no
    with desk.stand.wall.works.reading() as work:
        numbers = [row.request_no for row in work.enquiries.of(case_no)]
    assert {number for _, number in server.stage.asked} == set(numbers)
    is_kept = place == "enquiry.kept"
    assert (server.stage.asked == asked_before) == is_kept


def test_a_reviewer_asks_again_and_what_was_unknown_is_known(
    desk: Desk, server: StageServer
) -> None:
    desk.stand.rounds = build_rounds(desk.stand.wall)
    server.stage.knobs = parse_knobs("identity=malformed,marriage=malformed")
    case_no = desk.file(*sole_owner(desk))[0].case_no
    assert sorted(unknown(desk.case(case_no).findings)) == ["R10", "R32"]
    server.stage.knobs = parse_knobs("marriage=married")
    desk.stand.office.leases.take(case_no, staff=desk.first)

    for service in (Service.IDENTITY, Service.MARRIAGE):
        (row,) = rows_of(desk, case_no, service)
        desk.stand.office.asking.ask(case_no, row.request_no, staff=desk.first)

    found = [(f.rule, f.level) for f in desk.case(case_no).findings if f.level is not Level.INFO]
    assert found == [("R10", Level.MANUAL)]
    assert [
        bool(row.reply and row.reply.is_answered)
        for row in rows_of(desk, case_no, Service.IDENTITY)
    ] == [False, True]
    assert only(desk.approve(case_no), CertificateIssued).certificate_no


def approved_long_ago(desk: Desk, server: StageServer) -> str:
    """Let two people approve a case that the courts said nothing of, and time pass; return it."""
    desk.stand.rounds = build_rounds(desk.stand.wall)
    server.stage.knobs = {}
    estate = desk.new_flat(co_ownership="0", owners=[{"name": "张示例", "id_number": ZHANG}])
    case_no = desk.file_large(estate)
    desk.decide_first(case_no, "approve")
    desk.decide_second(case_no, "approve")
    desk.stand.clock.ahead += timedelta(hours=2)
    server.stage.asked = []
    return case_no


@pytest.mark.parametrize(
    ("knobs", "level"),
    [("seizures=seized", Level.MANUAL), ("seizures=malformed", Level.UNKNOWN)],
)
def test_before_the_entry_the_courts_are_asked_again_and_people_see_what_is_new(
    desk: Desk, server: StageServer, knobs: str, level: Level
) -> None:
    """A notice that is served while people decide must not be outrun by the entry."""
    case_no = approved_long_ago(desk, server)
    server.stage.knobs = parse_knobs(knobs)

    desk.stand.work_off()

    case = desk.case(case_no)
    assert (case.stage, case.review_round, case.awaiting) == (Stage.IN_REVIEW, 2, "first")
    assert [(f.rule, f.level) for f in case.findings if f.rule == "R01"] == [("R01", level)]
    assert [query for query, _ in server.stage.asked] == ["supremecourt_seizure_query"]
    first, again = rows_of(desk, case_no, Service.SEIZURES)
    assert first.reply is not None
    assert first.reply.verdict == "clear"
    # Who decides with it before them has decided: neither asked nor sent back a second time.
    assert only(desk.approve(case_no), CertificateIssued).certificate_no
    assert rows_of(desk, case_no, Service.SEIZURES) == [first, again]


@pytest.mark.parametrize("place", ["", "record.asked", "enquiry.noted", "enquiry.kept"])
def test_asked_again_the_courts_see_one_question_and_the_register_one_entry(
    desk: Desk, server: StageServer, place: str
) -> None:
    case_no = approved_long_ago(desk, server)
    stop = load_failpoints(f"{place}=raise")
    build_rounds(replace(desk.stand.wall, fail_point=stop)).step()
    desk.stand.clock.ahead += timedelta(minutes=1)

    desk.stand.work_off()

    assert only(desk.answers_of(case_no), Registered).entry_no
    rows = rows_of(desk, case_no, Service.SEIZURES)
    assert len(rows) == 2
    assert server.stage.asked == [("supremecourt_seizure_query", rows[1].request_no)]


def test_a_young_answer_is_good_for_the_entry(desk: Desk, server: StageServer) -> None:
    desk.stand.rounds = build_rounds(desk.stand.wall)
    server.stage.knobs = {}
    case_no = desk.file_large(desk.new_flat())

    assert only(desk.approve(case_no), CertificateIssued).certificate_no
    assert len(rows_of(desk, case_no, Service.SEIZURES)) == 1


def test_a_made_up_answer_approves_nothing_where_papers_count(
    desk: Desk, server: StageServer
) -> None:
    """The stage marks what it says; only an office of specimens may believe it."""
    server.stage.knobs = {}
    settings = replace(desk.stand.settings, seal="pades")
    desk.stand.rounds = build_rounds(replace(desk.stand.wall, settings=settings))

    received = only(desk.file(*sole_owner(desk)), AcceptanceReceipt)

    desk.stand.rounds = build_rounds(desk.stand.wall)
    assert sorted(unknown(received.findings)) == ["R01", "R10", "R30", "R32"]
    assert desk.case(received.case_no).stage is Stage.IN_REVIEW


def test_answers_are_sealed_where_they_lie(desk: Desk, server: StageServer) -> None:
    server.stage.knobs = {}
    desk.file(*sole_owner(desk))
    desk.stand.wall.works.close()

    database: Path = desk.stand.settings.data_dir / "office.db"
    files = [database, *database.parent.glob("office.db-*")]
    kept = b"".join(file.read_bytes() for file in files)
    assert ZHANG.encode() not in kept
    assert b"certNumMan" not in kept
    assert b"cbirc" not in kept
