"""Statements at the counter: written where the facts ask, chosen by the teller, signed like forms."""

from dataclasses import replace

import pytest

from registration.findings import Finding, Level
from registration.identifiers import parse_unit_no
from registration.outcomes import PrecheckAnswer
from terminal.desk.draft import Draft, FieldSource, with_text
from terminal.desk.freezing import freeze
from terminal.desk.stating import Stating
from terminal.errors import NotFoundError
from tests.factories import CAPTURED_AT, TITLE_NO, UNIT_NO
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter

DISSENT = Finding(rule="R02", level=Level.CORRECT, zh="异议", en="A dissent", basis="")


TOLD = PrecheckAnswer(
    unit_no=parse_unit_no(UNIT_NO),
    is_found=True,
    at=CAPTURED_AT,
    title_no=TITLE_NO,
    findings=(DISSENT,),
)


def told_of_dissent(counter: Counter) -> Draft:
    """Open the base case and let the register tell of a dissent."""
    counter.add_draft()
    draft = counter.box.get_draft(DRAFT_ID)
    return counter.box.save_draft(replace(draft, precheck=TOLD))


def codes(counter: Counter) -> list[str]:
    return [paper.code for paper in counter.signing.papers(DRAFT_ID)]


def stating(counter: Counter) -> Stating:
    return Stating(counter.box, counter.clock)


def test_what_the_register_says_asks_for_a_commitment(counter: Counter) -> None:
    counter.add_draft()
    assert codes(counter) == ["M01", "M15"]
    counter.box.save_draft(replace(counter.box.get_draft(DRAFT_ID), precheck=TOLD))

    assert codes(counter) == ["M01", "M15", "M18"]


def test_the_teller_may_take_the_paper_that_was_brought(counter: Counter) -> None:
    told_of_dissent(counter)
    stating(counter).choose(DRAFT_ID, "M18", is_written=False)
    assert codes(counter) == ["M01", "M15"]

    stating(counter).choose(DRAFT_ID, "M18", is_written=True)
    assert codes(counter) == ["M01", "M15", "M18"]


def test_a_statement_that_the_table_does_not_know_cannot_be_chosen(counter: Counter) -> None:
    counter.add_draft()

    with pytest.raises(NotFoundError):
        stating(counter).choose(DRAFT_ID, "M99", is_written=True)


def test_it_is_signed_sealed_and_nothing_is_missing(counter: Counter) -> None:
    told_of_dissent(counter)
    counter.sign_all()

    (application,) = freeze(counter.box.get_draft(DRAFT_ID), counter.place)

    assert application.statements == ("M18",)
    assert [m.code for m in application.materials if m.is_drawn] == ["M01", "M15", "M18"]
    assert {i.paper_code for i in application.inks} == {"M01", "M15", "M18"}
    assert not [f for f in counter.submission.check(DRAFT_ID) if f.rule in {"R33", "R47"}]


def test_what_a_statement_does_not_say_leaves_its_signatures(counter: Counter) -> None:
    """Only papers whose words changed are signed again."""
    told_of_dissent(counter)
    counter.sign_all()
    draft = counter.box.get_draft(DRAFT_ID)
    counter.box.save_draft(with_text(draft, "security_scope", "本金和利息", FieldSource.HAND))

    signed = {paper.code: paper.is_signed for paper in counter.signing.papers(DRAFT_ID)}

    assert signed == {"M01": False, "M15": True, "M18": True}


def test_the_finished_paper_shows_the_ink_and_stays_another_file(counter: Counter) -> None:
    told_of_dissent(counter)
    counter.signing.papers(DRAFT_ID)
    bare = counter.signing.paper_bytes(DRAFT_ID, "M18")
    before = counter.signing.finished_bytes(DRAFT_ID, "M18")
    counter.sign_all()

    finished = counter.signing.finished_bytes(DRAFT_ID, "M18")

    assert finished not in {bare, before}
    assert counter.signing.paper_bytes(DRAFT_ID, "M18") == bare
