"""Papers that nobody need bring: asked once the numbers stand, and forgotten when they change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registration.enquiry import SharedQuestion, SharedTold
from registration.findings import Finding, Level
from registration.identifiers import parse_unit_no
from registration.outcomes import PrecheckAnswer
from terminal.desk.draft import Draft, FieldSource, with_text
from terminal.desk.freezing import freeze
from terminal.desk.papers import facts_sha256
from terminal.desk.samples import sample_draft
from terminal.desk.spares import is_asking_due, make_question, shared_findings
from terminal.desk.sparing import Sparing
from terminal.errors import ConflictError, NotReadyError, OfficeUnreachableError
from tests.counter_forms import MOMENT, fill, find_filled, make_place
from tests.factories import CAPTURED_AT, UNIT_NO, make_material
from tests.spared import make_told
from tests.unit.terminal.desk.counter import Counter
from tests.unit.terminal.desk.office import FakeOffice

PLACE = make_place()


def drafted(code: str = "sale") -> Draft:
    """Return the sample's draft, everybody named and nothing brought."""
    return replace(sample_draft(find_filled(code).offer, MOMENT), teller="T0007")


def told(draft: Draft, **changes: object) -> Draft:
    question = make_question("T0007", freeze(draft, PLACE))
    assert question is not None
    return replace(draft, asked=question, shared=make_told(question, **changes))  # type: ignore[arg-type]  # by name


def test_a_sale_asks_about_contract_and_tax_by_the_numbers_on_the_form() -> None:
    question = make_question("T0007", freeze(drafted(), PLACE))

    assert question is not None
    assert (question.contract_no, question.tax_receipt_no) == (
        "MM-2026-000123",
        "341016260900000123",
    )
    assert (question.papers, question.price_fen) == (("M14", "M16"), 150_000_000)
    assert question.buyers == ("410205199007059946",)


def test_a_notice_asks_by_the_notice_that_the_register_holds() -> None:
    question = make_question("T0007", freeze(drafted("mortgage-notice"), PLACE))

    assert question is not None
    assert (question.papers, question.contract_no) == (("M13",), "")
    assert question.notice_no


def test_a_firms_licence_is_asked_for_and_no_persons() -> None:
    """A person whose card was not read brings a copy: then nothing is spared."""
    answer = PrecheckAnswer(unit_no=parse_unit_no(UNIT_NO), is_found=False, at=MOMENT)
    read = fill(find_filled("presale"), {"unit_no": UNIT_NO}, lambda _number, _kind: answer)
    unread = make_question("T0007", freeze(drafted("presale"), PLACE))

    question = make_question("T0007", freeze(read, PLACE))

    assert unread is not None
    assert unread.people == ()
    assert question is not None
    assert [(p.paper, p.number) for p in question.people] == [("M02", "91410200MA0X000236")]


@pytest.mark.parametrize("code", ["discharge", "change", "transfer"])
def test_where_no_answer_stands_for_a_paper_nobody_is_asked(code: str) -> None:
    """个人信息保护法 art. 6: no more than is needed."""
    assert make_question("T0007", freeze(drafted(code), PLACE)) is None


def test_a_spared_paper_is_named_with_its_answers_in_the_application_that_needs_it() -> None:
    passing, mortgage = freeze(told(drafted()), PLACE)

    assert {s.code: [a.service for a in s.answers] for s in passing.spares} == {
        "M14": ["sale_contract", "deed_tax"],
        "M16": ["marriage"],
    }
    assert [s.code for s in mortgage.spares] == ["M16"]


def test_a_paper_that_is_here_is_not_spared() -> None:
    brought = replace(told(drafted()), materials=(make_material("M14"),))

    assert "M14" not in {s.code for s in freeze(brought, PLACE)[0].spares}


def test_other_numbers_make_the_answer_void_and_the_question_due() -> None:
    draft = told(drafted())
    assert not is_asking_due(draft, freeze(draft, PLACE), MOMENT)

    other = with_text(draft, "contract_no", "MM-2026-000999", FieldSource.HAND)

    applications = freeze(other, PLACE)
    assert [a.spares for a in applications] == [(), ()]
    assert is_asking_due(other, applications, MOMENT)


def test_an_answer_of_this_morning_is_asked_for_anew_and_holds_meanwhile() -> None:
    draft = told(drafted())
    later = CAPTURED_AT + timedelta(hours=5)

    applications = freeze(draft, PLACE)

    assert is_asking_due(draft, applications, later)
    assert applications[0].spares


def test_an_answer_that_comes_late_asks_for_no_new_signature() -> None:
    draft = drafted()

    assert [facts_sha256(a) for a in freeze(draft, PLACE)] == [
        facts_sha256(a) for a in freeze(told(draft), PLACE)
    ]


def test_what_differs_is_a_note_before_anybody_signs() -> None:
    """The office decides; here it stops nobody."""
    differing = Finding(
        rule="R27", level=Level.CORRECT, zh="成交价格不一致", en="The price differs", basis=""
    )
    draft = told(drafted(), findings=(differing,))

    (note,) = shared_findings(draft, freeze(draft, PLACE))

    assert (note.rule, note.level) == ("R27", Level.MANUAL)


def test_the_check_before_submitting_tells_it_too(counter: Counter) -> None:
    differing = Finding(rule="R27", level=Level.CORRECT, zh="不一致", en="It differs", basis="")
    counter.box.add_draft(told(drafted(), findings=(differing,)))

    found = counter.submission.check(drafted().draft_id)

    assert [(f.rule, f.level) for f in found if f.rule == "R27"] == [("R27", Level.MANUAL)]


# --- asking


def open_sale(counter: Counter) -> str:
    draft = drafted()
    counter.box.add_draft(draft)
    return draft.draft_id


def sparing_of(counter: Counter) -> Sparing:
    return Sparing(counter.box, counter.office, counter.clock, PLACE)


def test_what_was_told_is_kept_with_the_draft(counter: Counter) -> None:
    draft_id = open_sale(counter)

    sparing_of(counter).ask(draft_id)

    kept = counter.box.get_draft(draft_id)
    assert [s.code for s in freeze(kept, PLACE)[0].spares] == ["M14", "M16"]


def test_without_a_line_the_draft_is_as_it_was(counter: Counter) -> None:
    draft_id = open_sale(counter)
    counter.office.faults.append(OfficeUnreachableError())

    with pytest.raises(OfficeUnreachableError):
        sparing_of(counter).ask(draft_id)

    assert counter.box.get_draft(draft_id).shared is None


def test_without_numbers_nobody_is_asked(counter: Counter) -> None:
    draft = with_text(drafted(), "unit_no", "", FieldSource.HAND)
    counter.box.add_draft(draft)

    with pytest.raises(NotReadyError):
        sparing_of(counter).ask(draft.draft_id)


def test_an_answer_to_other_numbers_is_not_kept(counter: Counter) -> None:
    draft_id = open_sale(counter)

    class Typing(FakeOffice):
        def ask_authorities(self, question: SharedQuestion) -> SharedTold:
            draft = counter.box.get_draft(draft_id)
            counter.box.save_draft(with_text(draft, "contract_no", "X-1", FieldSource.HAND))
            return make_told(question)

    office = Typing(counter.office.pki, counter.clock)
    with pytest.raises(ConflictError):
        Sparing(counter.box, office, counter.clock, PLACE).ask(draft_id)

    assert counter.box.get_draft(draft_id).shared is None
