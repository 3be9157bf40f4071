"""Papers that an authority's answer spares: told ahead, and judged by the office's own answers alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from backend.office.enquiries import EnquiryRow, Reply, Service
from backend.office.judging import Step, judge
from backend.office.rules import Outcome, judge_reply
from backend.office.rules.matter import Matter, Page
from backend.office.rules.questions import questions_about
from backend.office.rules.sparing import SPARING_WORDS
from backend.office.sparing import Sparing
from backend.sharing.sources import SOURCES
from backend.store.estates import SAMPLES, load_estates
from registration.application import Application
from registration.catalogue import SHIPPED
from registration.enquiry import PaperTold, SharedPerson, SharedQuestion, SharedTold
from registration.findings import Finding, Level
from registration.identifiers import parse_unit_no
from registration.mortgage import RegistrationKind
from registration.sparing import Spare
from tests.clock import FrozenClock
from tests.factories import BUYER, TODAY, UNIT_NO, ZHANG, make_inks
from tests.factories_kinds import make_mortgage_notice, make_presale_bundle, make_sale_and_mortgage
from tests.factories_office import (
    make_checks,
    make_extract,
    make_notice,
    make_page,
    make_policy,
)
from tests.fakes import MemoryWorks
from tests.known import known
from tests.rows import AT, make_case, make_terminal
from tests.spared import make_answers

SALE, NOTICE = RegistrationKind.OWNERSHIP_TRANSFER, RegistrationKind.MORTGAGE_NOTICE
PRESALE_NOTED = "410202001003GB00016F00020002"
GOOD = {Service.SALE_CONTRACT: "filed", Service.DEED_TAX: "paid", Service.MARRIAGE: "single"}
Answers = dict[Service, str]


@dataclass
class Stage:
    """Authorities that say what they are told to; a service without a word says nothing."""

    says: Answers = field(default_factory=lambda: dict(GOOD))
    fault: str = "timeout"
    asked: list[EnquiryRow] = field(default_factory=list)
    area: str = "410200"

    def ask(self, rows: Sequence[EnquiryRow]) -> tuple[Reply, ...]:
        self.asked += rows
        return tuple(self._answer(row) for row in rows)

    def _answer(self, row: EnquiryRow) -> Reply:
        word = self.says.get(row.enquiry.service, "")
        return Reply(
            request_no=row.request_no,
            enquiry=row.enquiry,
            verdict=word,
            at=AT,
            fault="" if word else self.fault,
            facts=(("不一致", "成交价格"),) if word == "differs" else (),
            is_simulated=True,
        )


def make_sparing(stage: Stage, **policy: object) -> Sparing:
    works = MemoryWorks()
    load_estates(works, SAMPLES.read_bytes(), AT)
    decided = make_policy(**policy)
    return Sparing(works=works, clock=FrozenClock(AT), authorities=stage, policy=decided)


def make_question(**changes: object) -> SharedQuestion:
    question = SharedQuestion(
        application_id="A-4102-0001-20260929-000001",
        teller="T0007",
        kinds=(SALE, RegistrationKind.FIRST),
        papers=("M14",),
        unit_no=parse_unit_no(UNIT_NO),
        contract_no="MM-2026-000123",
        tax_receipt_no="341016260900000123",
        price_fen=150_000_000,
        buyers=(BUYER,),
    )
    return replace(question, **changes)  # type: ignore[arg-type]  # members by name


def ask(stage: Stage, question: SharedQuestion | None = None, **policy: object) -> SharedTold:
    sparing = make_sparing(stage, **policy)
    return sparing.ask(question or make_question(), terminal=make_terminal())


def paper_of(told: SharedTold, code: str = "M14") -> PaperTold:
    return next(paper for paper in told.papers if paper.code == code)


# --- told ahead


def test_a_contract_and_a_receipt_that_are_on_record_spare_the_paper() -> None:
    stage = Stage()

    paper = paper_of(ask(stage))

    assert paper.is_spared
    assert [a.service for a in paper.answers] == ["sale_contract", "deed_tax"]
    assert all(number.request_no in paper.zh for number in stage.asked)
    assert paper.is_simulated


@pytest.mark.parametrize("silent", [Service.SALE_CONTRACT, Service.DEED_TAX])
def test_where_one_is_silent_the_paper_is_asked_for(silent: Service) -> None:
    """No answer in time blocks nobody, and spares nothing."""
    told = ask(Stage(says={s: w for s, w in GOOD.items() if s is not silent}))

    assert not paper_of(told).is_spared
    assert paper_of(told).is_waiting
    assert "没有回音" in paper_of(told).zh
    assert told.findings == ()


def test_a_difference_is_told_before_anybody_signs_with_its_field() -> None:
    told = ask(Stage(says=GOOD | {Service.SALE_CONTRACT: "differs"}))

    assert not paper_of(told).is_spared
    (finding,) = told.findings
    assert (finding.rule, finding.pointer) == ("R27", "/sale/contract_no")
    assert "成交价格" in finding.zh


def test_a_made_up_answer_spares_nothing_where_it_counts_for_nothing() -> None:
    paper = paper_of(ask(Stage(says={}, fault="simulated")))

    assert not paper.is_spared
    assert "不作数" in paper.zh


def test_without_a_receipts_number_the_taxes_are_not_asked() -> None:
    stage = Stage()

    told = ask(stage, make_question(tax_receipt_no=""))

    assert [row.enquiry.service for row in stage.asked] == [Service.SALE_CONTRACT]
    paper = paper_of(told)
    assert (paper.is_spared, paper.is_waiting) == (False, False)
    assert paper.zh == "税务机关：没有可供查询的编号，请交该材料"


def test_nobody_is_asked_for_a_paper_that_the_kind_does_not_need() -> None:
    """个人信息保护法 art. 6: no more than is needed."""
    stage = Stage()
    people = (SharedPerson(paper="M16", name="张示例", number=ZHANG, pointer="/mortgagors/0"),)

    told = ask(
        stage,
        make_question(kinds=(RegistrationKind.CANCELLATION,), papers=("M14", "M16"), people=people),
    )

    assert (stage.asked, told.papers) == ([], ())


def test_nobody_is_asked_of_a_unit_that_another_office_registers() -> None:
    stage = Stage()

    ask(stage, make_question(unit_no=parse_unit_no("410225001001GB00009F00020003")))

    assert stage.asked == []


def test_of_a_notice_the_register_knows_the_contract() -> None:
    stage = Stage()
    question = make_question(
        kinds=(NOTICE,),
        papers=("M13",),
        unit_no=parse_unit_no(PRESALE_NOTED),
        contract_no="",
        tax_receipt_no="",
        notice_no="豫（2025）开封市不动产证明第0016001号",
    )

    assert paper_of(ask(stage, question), "M13").is_spared
    (row,) = stage.asked
    assert row.enquiry.get("contract_no") == "YS-2025-000610"


@pytest.mark.parametrize(("name", "number"), [("王示例", ZHANG[:-1] + "0"), ("周示例", BUYER)])
def test_nobody_learns_of_a_strangers_marriage(name: str, number: str) -> None:
    stage = Stage()
    people = (SharedPerson(paper="M16", name=name, number=number, pointer="/mortgagors/0"),)

    ask(stage, make_question(kinds=(RegistrationKind.FIRST,), papers=("M16",), people=people))

    assert stage.asked == []


def test_who_asked_what_for_stands_in_the_journal_and_no_person_in_it() -> None:
    sparing, ref = make_sparing(Stage()), "ahead/A-4102-0001-20260929-000001"

    sparing.ask(make_question(), terminal=make_terminal())

    with sparing.works.reading() as work:
        acts, kept = work.journal.of(ref), work.journal.words(ref)
    assert [record.act for record in acts] == [
        "authorities asked ahead",
        "authorities answered ahead",
    ]
    assert {record.actor for record in acts} == {"terminal:KF-LT-01"}
    asked, answered = (kept[record.seq].decode() for record in acts)
    assert all(word in asked for word in ("T0007", "M14", "sale_contract"))
    assert all(word in answered for word in ("filed", "paid"))
    assert BUYER not in asked + answered


def test_a_counter_cannot_write_into_the_records_of_a_case() -> None:
    sparing = make_sparing(Stage())

    sparing.ask(make_question(application_id="20260929-0000001"), terminal=make_terminal())

    with sparing.works.reading() as work:
        assert work.journal.of("20260929-0000001") == ()


def test_counters_together_ask_so_many_questions_at_once_and_the_others_wait_for_none() -> None:
    sparing = make_sparing(Stage())
    for _ in range(8):
        sparing._seats.acquire()  # as eight counters that wait

    assert not paper_of(sparing.ask(make_question(), terminal=make_terminal())).is_spared


# --- at the examination


def spared(application: Application, code: str) -> Application:
    """Return an application in which a paper's answers are named in its place."""
    bare = replace(
        application,
        materials=tuple(m for m in application.materials if m.code != code),
        spares=(Spare(code=code, answers=make_answers(code)),),
    )
    return replace(bare, inks=make_inks(bare))


def sale(says: Answers | None = None) -> tuple[Outcome, list[Finding]]:
    """Judge a sale with mortgage whose M14 is claimed spared, as the authorities answer now."""
    first, second = make_sale_and_mortgage()
    return judged((spared(first, "M14"), second), GOOD if says is None else says)


def judged(applications: Sequence[Application], says: Answers) -> tuple[Outcome, list[Finding]]:
    stage, steps, page = Stage(says=says), [], make_page()
    for place, one in enumerate(applications, 1):
        matter = Matter(
            application=one,
            page=Page(extract=page, today=TODAY, policy=make_policy()),
            checks=None,
        )
        rows = [
            EnquiryRow(request_no=f"{place}-{at}", case_no="", round=1, enquiry=e, at=AT)
            for at, e in enumerate(questions_about(matter))
            if e.service is not Service.IDENTITY
        ]
        replies = tuple(
            replace(r, verdict="clear", fault="")
            if r.enquiry.service is Service.SEIZURES
            else replace(r, verdict="good", fault="")
            if "licence" in r.enquiry.service.value
            else r
            for r in stage.ask(rows)
        )
        steps.append(
            Step(case=make_case(place), application=one, checks=make_checks(one), replies=replies)
        )
    result = judge(steps, page, now=AT, policy=make_policy())
    return result[0].outcome, [f for one in result for f in one.examined.findings]


def of_spares(findings: Sequence[Finding]) -> list[tuple[Level, str]]:
    return [(f.level, f.pointer) for f in findings if f.rule == "R49"]


def test_the_offices_own_answers_spare_the_paper_and_say_so() -> None:
    outcome, findings = sale()

    assert outcome is Outcome.MANUAL
    assert of_spares(findings) == [(Level.INFO, "/spares/0")] * 2
    assert all("模拟" in f.zh for f in findings if f.rule == "R49")


@pytest.mark.parametrize(
    ("service", "word"),
    [
        (Service.SALE_CONTRACT, "differs"),
        (Service.SALE_CONTRACT, "nothing"),
        (Service.SALE_CONTRACT, "unfiled"),
        (Service.DEED_TAX, "unpaid"),
        (Service.DEED_TAX, "differs"),
    ],
)
def test_an_answer_that_changed_asks_for_the_paper_with_all_else(
    service: Service, word: str
) -> None:
    """条例 17: what is to be corrected is told once; the paper is part of that list."""
    outcome, findings = sale(GOOD | {service: word})

    assert outcome is Outcome.CORRECTION_REQUIRED
    assert (Level.CORRECT, "/spares/0") in of_spares(findings)
    assert any("M14" in f.zh for f in findings if f.level is Level.CORRECT)
    assert len([f for f in findings if f.level is Level.CORRECT and f.rule != "BUNDLE"]) >= 2


def test_an_answer_that_cannot_be_had_brings_the_case_before_people() -> None:
    """A list of corrections would not be complete; and nobody may approve without the paper."""
    outcome, findings = sale({Service.SALE_CONTRACT: "filed"})

    assert outcome is Outcome.UNKNOWN
    assert (Level.CORRECT, "/spares/0") in of_spares(findings)


def test_a_claim_about_what_nobody_was_asked_is_not_believed() -> None:
    first, second = make_sale_and_mortgage()
    assert first.sale is not None
    untold = replace(spared(first, "M14"), sale=replace(first.sale, contract_no=""))

    _, findings = judged((untold, second), GOOD)

    assert [level for level, _ in of_spares(findings)].count(Level.CORRECT) == 2


def test_both_notices_of_a_presale_rest_on_one_contract() -> None:
    applications = tuple(spared(one, "M13") for one in make_presale_bundle())

    _, findings = judged(applications[:1], GOOD)

    assert of_spares(findings) == [(Level.INFO, "/spares/0")]


def test_an_answer_may_not_stand_for_any_paper() -> None:
    first, second = make_sale_and_mortgage()
    bold = replace(second, spares=(Spare(code="M06", answers=make_answers("M13")),))

    _, findings = judged((first, bold), GOOD)

    assert of_spares(findings) == [(Level.CORRECT, "/spares/0")]


def test_asked_again_one_answer_is_judged_by_itself() -> None:
    first, _ = make_sale_and_mortgage()
    page = Page(extract=make_page(), today=TODAY, policy=make_policy())
    matter = Matter(application=spared(first, "M14"), page=page, checks=None)
    (tax,) = (e for e in questions_about(matter) if e.service is Service.DEED_TAX)
    reply = Reply(request_no="1", enquiry=tax, verdict="paid", at=AT)

    assert of_spares(judge_reply(matter, reply)) == [(Level.INFO, "/spares/0")]


@pytest.mark.parametrize(("is_claimed", "asked"), [(False, 0), (True, 1)])
def test_the_notices_contract_is_asked_only_where_its_paper_is_spared(
    is_claimed: bool, asked: int
) -> None:
    application = make_mortgage_notice()
    number = known(application.notice_no).text
    notice = make_notice(certificate_no=number, contract_no="YS-2025-000610")
    page = Page(extract=make_extract(notice), today=TODAY, policy=make_policy())
    claimed = spared(application, "M13") if is_claimed else application

    services = [
        e.service for e in questions_about(Matter(application=claimed, page=page, checks=None))
    ]

    assert services.count(Service.SALE_CONTRACT) == asked


# --- the data


def test_the_catalogue_names_services_and_words_that_there_are() -> None:
    services = {service.value for service in SOURCES}
    for line in SHIPPED.materials.values():
        for answers in line.spared.values():
            assert answers.keys() <= services
            assert {word for words in answers.values() for word in words} <= SPARING_WORDS
