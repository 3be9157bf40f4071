"""Papers that an authority's answer spares, as a counter is told ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from backend.office.enquiries import EnquiryRow, Reply, Service
from backend.office.sparing import Sparing
from backend.store.estates import SAMPLES, load_estates
from registration.enquiry import PaperTold, SharedPerson, SharedQuestion, SharedTold
from registration.identifiers import parse_unit_no
from registration.mortgage import RegistrationKind
from tests.clock import FrozenClock
from tests.factories import BUYER, UNIT_NO, ZHANG
from tests.factories_office import (
    make_policy,
)
from tests.fakes import MemoryWorks
from tests.rows import AT, make_terminal

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


OWNER = ("韩示例", "410212195908189946")
"""She owns ALONE alone, and the register does not tell whether she is married."""
ALONE = "410212011004JC00033F00010001"


def ask_marriage(stage: Stage, name: str, number: str, **policy: object) -> SharedTold:
    people = (SharedPerson(paper="M16", name=name, number=number, pointer="/mortgagors/0"),)
    kinds, unit_no = (RegistrationKind.FIRST,), parse_unit_no(ALONE)
    question = make_question(kinds=kinds, papers=("M16",), unit_no=unit_no, people=people)
    return ask(stage, question, **policy)


def test_a_sole_owners_marriage_is_asked_where_the_office_wants_it_proven() -> None:
    stage = Stage()

    told = ask_marriage(stage, *OWNER, is_spouse_asked=True)

    assert [row.enquiry.service for row in stage.asked] == [Service.MARRIAGE]
    assert paper_of(told, "M16").is_spared


def test_no_marriage_is_asked_where_the_office_wants_no_proof() -> None:
    """个人信息保护法 art. 6: it would spare nobody a paper."""
    stage = Stage()

    told = ask_marriage(stage, *OWNER, is_spouse_asked=False)

    assert (stage.asked, told.papers) == ([], ())


@pytest.mark.parametrize(("name", "number"), [(OWNER[0], BUYER), ("周示例", BUYER)])
def test_nobody_learns_of_a_strangers_marriage(name: str, number: str) -> None:
    stage = Stage()

    ask_marriage(stage, name, number, is_spouse_asked=True)

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
