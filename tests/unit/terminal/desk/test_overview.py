import pytest

from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    Refusal,
    Registered,
)
from terminal.desk.overview import RowStage
from terminal.errors import OfficeRefusedError
from tests.factories import make_application, make_contents
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter
from tests.unit.terminal.desk.office import CASE_NO


def test_a_draft_that_was_not_submitted_has_no_row(counter: Counter) -> None:
    counter.add_draft()

    assert counter.overview.rows() == ()
    assert counter.overview.find(DRAFT_ID) is None


def test_a_row_tells_its_way_from_outbox_to_certificate(counter: Counter) -> None:
    stages = []

    def note() -> None:
        stages.append(counter.overview.rows()[0].stage)

    counter.submit()
    note()
    counter.courier.deliver()
    note()
    counter.answered(AcceptanceReceipt)
    note()
    counter.answered(Registered)
    note()
    counter.answered(CertificateIssued)
    note()
    counter.office.papers[CASE_NO] = b"%PDF-made-up"
    counter.courier.fetch_certificates()
    note()
    counter.courier.hand_over(CASE_NO)
    note()

    assert stages == [
        RowStage.WAITING,
        RowStage.DELIVERED,
        RowStage.ACCEPTED,
        RowStage.REGISTERED,
        RowStage.CERTIFICATE_AWAITED,
        RowStage.CERTIFICATE_HERE,
        RowStage.CERTIFICATE_HANDED_OVER,
    ]


@pytest.mark.parametrize(
    ("answer", "stage"),
    [
        (CorrectionRequest, RowStage.CORRECTION),
        (NonAcceptance, RowStage.NOT_ACCEPTED),
        (Refusal, RowStage.REFUSED),
    ],
)
def test_what_the_teller_must_do_is_told(counter: Counter, answer: type, stage: RowStage) -> None:
    counter.deliver()
    counter.answered(answer)

    (row,) = counter.overview.rows(needs_teller=True)

    assert row.stage is stage
    assert not row.is_seen
    assert row.may_correct is (answer is CorrectionRequest)
    assert counter.overview.counts()["teller"] == 1


def test_a_stopped_package_shows_the_offices_words(counter: Counter) -> None:
    counter.submit()
    counter.office.faults.append(
        OfficeRefusedError("office.not-allowed", status=403, zh="不收", en="no")
    )
    counter.courier.deliver()

    (row,) = counter.overview.rows()

    assert row.stage is RowStage.STOPPED
    assert row.trouble is not None
    assert row.trouble.zh == "不收"


def test_the_answer_to_an_earlier_round_is_not_the_answer_to_this_one(counter: Counter) -> None:
    first = make_application()
    counter.submission.file(first, make_contents(first))
    counter.courier.deliver()
    counter.answered(CorrectionRequest)
    second = make_application(round=2, corrects=CASE_NO)
    counter.submission.file(second, make_contents(second))

    (row,) = counter.overview.rows()

    assert (row.stage, row.round, row.case_no) == (RowStage.WAITING, 2, CASE_NO)


def test_rows_are_found_by_name_number_and_case(counter: Counter) -> None:
    counter.deliver()
    counter.answered(AcceptanceReceipt)

    assert len(counter.overview.rows(text="d0929-001")) == 1
    assert len(counter.overview.rows(text="张*")) == 1
    assert len(counter.overview.rows(text=CASE_NO)) == 1
    assert counter.overview.rows(text="D0930") == ()


def test_every_stage_has_words() -> None:
    assert all(stage.zh and stage.en for stage in RowStage)
