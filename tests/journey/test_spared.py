"""Papers spared from the counter to the office's decision: it asks anew, and believes itself alone.

The counter's part is what its pages do: the form filled in, the office asked, the draft frozen. The
authorities stand behind HTTP, as a gateway does, and change their mind between counter and office.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from backend.assembly import build_handing, build_office, build_rounds
from backend.logbook import build_log_keeper, publish_links
from backend.office.case import Stage
from backend.office.enquiries import Service
from backend.packing import read_kit
from backend.sharing.process import StageServer
from backend.sharing.stage import Stage as Authorities
from backend.sharing.stage import parse_knobs
from certs.identity import SuiteName
from registration.application import Application
from registration.enquiry import SharedTold
from registration.findings import Finding, Level
from registration.outcomes import AcceptanceReceipt, CorrectionRequest
from registration.signatures import required_signatures
from terminal.desk.checks import check_all
from terminal.desk.freezing import freeze
from terminal.desk.spares import make_question, shared_findings
from tests.counter_forms import fill, find_filled, make_place
from tests.factories import CAPTURED_AT, complete, make_material
from tests.journey.filing import Desk, open_desk, sample
from tests.journey.kinds import PRESALE_NOTED, proof_of
from tests.stages import staged

pytestmark = pytest.mark.journey
PLACE = make_place()
NAMES = ("deed_tax", "sale_contract", "marriage", "business_licence")


@pytest.fixture(scope="module")
def server() -> Iterator[StageServer]:
    with staged(Authorities()) as server:
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, server: StageServer) -> Iterator[Desk]:
    url = f"http://127.0.0.1:{server.server_port}/share"
    urls = dict.fromkeys(NAMES, url)
    with open_desk(tmp_path_factory.mktemp("office"), authorities=urls) as found:
        yield found


@pytest.fixture(autouse=True)
def rested(desk: Desk, server: StageServer) -> None:
    """Let everybody answer well, and let no service rest after the faults of another test."""
    server.stage.knobs, server.stage.asked = {}, []
    desk.stand.office = build_office(desk.stand.wall, lambda: True)
    desk.stand.rounds = build_rounds(desk.stand.wall)


def told_of(
    desk: Desk, code: str, number: dict[str, str]
) -> tuple[tuple[Application, ...], SharedTold]:
    """Fill a case in, leave the papers out that may be spared, and ask the office of them."""
    office = desk.stand.office

    def ask(text: str, kind: str) -> Any:
        return office.precheck.ask(
            number=text, purpose="办理抵押登记", terminal=desk.branch.row, kind=kind
        )

    draft = fill(find_filled(code), number, ask)
    kept = tuple(m for m in draft.materials if m.code not in {"M13", "M14"})
    draft = replace(draft, materials=kept)
    question = make_question("T0007", freeze(draft, PLACE))
    assert question is not None
    assert office.sparing is not None
    told = office.sparing.ask(question, terminal=desk.branch.row)
    draft = replace(draft, asked=question, shared=told)
    applications = freeze(draft, PLACE)
    assert len(shared_findings(draft, applications)) == len(told.findings)
    return tuple(_signed(one) for one in applications), told


def _signed(application: Application) -> Application:
    codes = sorted({wanted.paper_code for wanted in required_signatures(application)})
    drawn = tuple(make_material(code) for code in codes)
    return complete(replace(application, materials=(*drawn, *application.materials)), {})


def sale(desk: Desk) -> tuple[tuple[Application, ...], SharedTold]:
    return told_of(desk, "sale", {"unit_no": desk.new_flat().title.unit_no})


def notice(desk: Desk) -> tuple[tuple[Application, ...], SharedTold]:
    return told_of(desk, "mortgage-notice", {"notice_no": proof_of(sample(PRESALE_NOTED))})


def file(desk: Desk, applications: tuple[Application, ...]) -> Any:
    """File what is complete at the counter, and return the office's first answer."""
    wrong = [f for f in check_all(applications, now=CAPTURED_AT) if f.level is Level.CORRECT]
    assert wrong == []
    return desk.file(*desk.ready_together(*applications))[0]


def of_spares(findings: tuple[Finding, ...]) -> list[tuple[str, Level]]:
    codes = ("M13", "M14")
    return [
        (code, finding.level)
        for finding in findings
        for code in codes
        if finding.rule == "R49" and code in finding.zh
    ]


@pytest.mark.parametrize(("filing", "code"), [(sale, "M14"), (notice, "M13")])
def test_without_the_paper_the_case_is_accepted_on_the_offices_own_answer(
    desk: Desk, server: StageServer, filing: Any, code: str
) -> None:
    """条例 24: what can be had by sharing must not be asked of the applicants again."""
    applications, told = filing(desk)
    assert next(p for p in told.papers if p.code == code).is_spared
    ahead = {number for _, number in server.stage.asked}

    received = file(desk, applications)

    assert isinstance(received, AcceptanceReceipt)
    spared = of_spares(received.findings)
    assert spared
    assert set(spared) == {(code, Level.INFO)}
    assert all("模拟" in f.zh for f in received.findings if f.rule == "R49")
    with desk.stand.wall.works.reading() as work:
        rows = work.enquiries.of(received.case_no)
    asked = {row.request_no for row in rows if row.enquiry.service is Service.SALE_CONTRACT}
    assert asked
    assert asked.isdisjoint(ahead), "the office asked anew, under a number of the case"


def test_a_court_gets_the_answer_in_the_papers_place(desk: Desk) -> None:
    """The file is complete without the paper: question, answer and the answer's bytes are in it."""
    wall = desk.stand.wall
    authority = wall.keys.authorities()()[SuiteName.INTERNATIONAL]
    publish_links(wall, authority, build_log_keeper(wall).begin())
    applications, _ = sale(desk)
    received = file(desk, applications)
    desk.stand.work_off()

    files = build_handing(wall, read_kit()).make(received.case_no)

    asked = {one["service"]: one for one in json.loads(files["enquiries.json"])}
    assert (asked["deed_tax"]["verdict"], asked["sale_contract"]["verdict"]) == ("paid", "filed")
    for one in asked.values():
        assert one["is_simulated"]
        assert sha256(files[one["answer"]]).hexdigest() == one["answer_sha256"]
    assert json.loads(files[asked["deed_tax"]["answer"]])["head"]["simulated"] is True


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ("sale_contract=differs", "不一致"),
        ("sale_contract=nothing", "查无记录"),
        ("deed_tax=unpaid", "契税未缴"),
    ],
)
def test_an_answer_that_changed_meanwhile_asks_for_the_paper_in_the_one_list(
    desk: Desk, server: StageServer, knobs: str, reason: str
) -> None:
    applications, _ = sale(desk)
    server.stage.knobs = parse_knobs(knobs)

    asked = file(desk, applications)

    assert isinstance(asked, CorrectionRequest)
    (wanted,) = (f for f in asked.findings if f.rule == "R49" and "M14" in f.zh)
    assert reason in wanted.zh
    assert len(asked.findings) >= 2


@pytest.mark.parametrize("fault", ["malformed", "wrong", "down"])
def test_an_answer_that_cannot_be_had_goes_to_people_who_cannot_approve_without_the_paper(
    desk: Desk, server: StageServer, fault: str
) -> None:
    applications, _ = sale(desk)
    server.stage.knobs = parse_knobs(f"deed_tax={fault}")

    received = file(desk, applications)

    assert isinstance(received, AcceptanceReceipt)
    case = desk.case(received.case_no)
    assert case.stage is Stage.IN_REVIEW
    assert ("M14", Level.CORRECT) in of_spares(case.findings)
    assert "R44" in [f.rule for f in case.findings if f.level is Level.UNKNOWN]

    # Asked again by a person, it answers, and the paper is wanted no more.
    server.stage.knobs = {}
    desk.stand.office.leases.take(received.case_no, staff=desk.first)
    with desk.stand.wall.works.reading() as work:
        (row,) = (
            r for r in work.enquiries.of(received.case_no) if r.enquiry.service is Service.DEED_TAX
        )
    desk.stand.office.asking.ask(received.case_no, row.request_no, staff=desk.first)

    left = desk.case(received.case_no).findings
    assert set(of_spares(left)) == {("M14", Level.INFO)}


@pytest.mark.parametrize("word", ["unpaid", "down", "malformed"])
def test_at_the_counter_the_paper_is_asked_for_with_the_reason(
    desk: Desk, server: StageServer, word: str
) -> None:
    server.stage.knobs = parse_knobs(f"deed_tax={word}")

    applications, told = sale(desk)

    paper = next(p for p in told.papers if p.code == "M14")
    assert (paper.is_spared, paper.is_waiting) == (False, word != "unpaid")
    missing = [f.zh for f in check_all(applications, now=CAPTURED_AT) if f.rule == "MATERIAL"]
    assert any("M14" in text for text in missing)


def test_a_counter_that_claims_what_nobody_said_is_not_believed(
    desk: Desk, server: StageServer
) -> None:
    """A claim alone spares nothing: its numbers are asked of nobody, the office asks its own."""
    (passing, mortgage), _ = sale(desk)
    (spare,) = (s for s in passing.spares if s.code == "M14")
    bold = tuple(replace(a, request_no="20990101410200999999") for a in spare.answers)
    server.stage.knobs = parse_knobs("sale_contract=nothing,deed_tax=nothing")

    asked = file(desk, (replace(passing, spares=(replace(spare, answers=bold),)), mortgage))

    assert isinstance(asked, CorrectionRequest)
    assert [level for _, level in of_spares(asked.findings)] == [Level.CORRECT] * 2
