"""Questions to other authorities as both stores keep them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import ConflictError
from backend.office.enquiries import Enquiry, EnquiryRow, Reply, Service, ServiceCount
from backend.office.ports import Works
from tests.rows import AT, CASE_NO, make_case

ENQUIRY = Enquiry(
    service=Service.MARRIAGE,
    pointer="/mortgagors/0",
    subject=(("name", "张示例"), ("number", "41020319850615991X")),
)


def make_row(request_no: str = "20260929410200000001") -> EnquiryRow:
    return EnquiryRow(request_no=request_no, case_no=CASE_NO, round=1, enquiry=ENQUIRY, at=AT)


def make_reply(verdict: str = "married") -> Reply:
    return Reply(
        request_no=make_row().request_no,
        enquiry=ENQUIRY,
        verdict=verdict,
        at=AT + timedelta(seconds=1),
        facts=(("登记日期", "2015-05-20"),),
        answer=b'{"head":{}}\n\xff',
        answer_sha256="a" * 64,
    )


@pytest.fixture
def kept(works: Works) -> Works:
    with works() as work:
        work.cases.add(make_case(), b"{}")
        work.enquiries.note(make_row())
        work.commit()
    return works


def test_a_question_is_there_before_its_answer(kept: Works) -> None:
    with kept.reading() as work:
        assert work.enquiries.of(CASE_NO) == (make_row(),)


def test_an_answer_is_kept_byte_for_byte(kept: Works) -> None:
    with kept() as work:
        work.enquiries.keep(make_reply())
        work.commit()
    with kept.reading() as work:
        assert work.enquiries.of(CASE_NO) == (replace(make_row(), reply=make_reply()),)


def test_a_second_answer_changes_nothing(kept: Works) -> None:
    with kept() as work:
        work.enquiries.keep(make_reply())
        work.enquiries.keep(make_reply("single"))
        work.commit()
    with kept.reading() as work:
        (row,) = work.enquiries.of(CASE_NO)
        assert row.reply == make_reply()


def test_a_number_is_one_question(kept: Works) -> None:
    with kept() as work, pytest.raises(ConflictError):
        work.enquiries.note(make_row())


def test_numbers_hold_day_area_and_a_sequence_and_never_come_again(kept: Works) -> None:
    with kept() as work:
        first = work.enquiries.next_request_no("410200", AT)
        second = work.enquiries.next_request_no("410200", AT)

    assert (first[:14], len(first)) == ("20260929410200", 20)
    assert int(second[-6:]) == int(first[-6:]) + 1


def test_answers_are_counted_by_service(kept: Works) -> None:
    with kept() as work:
        work.enquiries.note(make_row("20260929410200000002"))
        work.enquiries.keep(make_reply())
        counts = work.enquiries.count_since(AT)
        later = work.enquiries.count_since(AT + timedelta(seconds=1))

    assert (dict(counts), dict(later)) == ({"marriage": ServiceCount(2, 1)}, {})
