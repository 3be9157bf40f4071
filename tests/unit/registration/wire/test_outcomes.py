"""What the office answers arrives as it was given."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

import pytest

from registration.errors import BadDocumentError
from registration.findings import Finding, Level
from registration.identifiers import (
    format_licence_id,
    parse_certificate_no,
    parse_unit_no,
)
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    Due,
    NonAcceptance,
    PrecheckAnswer,
    Progress,
    Receipt,
    Refusal,
    Registered,
    RegistrationCertificate,
    Withdrawal,
)
from registration.schema import (
    ANSWER_KINDS,
    APPLICATION_SCHEMA,
    canonical,
    decode_json,
    format_answer,
    format_certificate,
    format_findings,
    format_precheck,
    format_receipt,
    parse_answer,
    parse_certificate,
    parse_findings,
    parse_precheck,
    parse_receipt,
)
from tests.factories import (
    OFFICE,
    PROOF_NO,
    TITLE_NO,
    UNIT_NO,
)

NOON: Final = datetime(2026, 9, 29, 12, 0, 0, tzinfo=timezone(timedelta(hours=8)))
DIGEST: Final = "ab" * 32
FINDING: Final = Finding(
    rule="R22",
    level=Level.CORRECT,
    zh="金额不一致",
    en="The amounts differ",
    basis="民法典第400条",
    pointer="/mortgage/amount_fen",
)


def sent(value: Any) -> Any:
    """Return what arrives of a value that was sent as canonical JSON."""
    return decode_json(canonical(value))


ABOUT: Final[dict[str, Any]] = {
    "case_no": "410202-2026-0000001",
    "application_id": "A-1",
    "package_sha256": DIGEST,
}
ANSWERS: Final[dict[str, Answer]] = {
    "acceptance/1": AcceptanceReceipt(
        **ABOUT,
        accepted_at=NOON,
        due=(Due(name="statutory", at=NOON, is_provisional=True), Due(name="channel", at=NOON)),
        findings=(FINDING,),
    ),
    "correction/1": CorrectionRequest(
        **ABOUT,
        round=1,
        at=NOON,
        findings=(FINDING, FINDING),
        note="请一次补齐\r\n谢谢",
        due_at=NOON,
    ),
    "non-acceptance/1": NonAcceptance(**ABOUT, at=NOON, findings=(FINDING,), apply_at="郑州"),
    "refusal/1": Refusal(**ABOUT, at=NOON, findings=(FINDING,), grounds="查封"),
    "withdrawal/1": Withdrawal(**ABOUT, at=NOON),
    "progress/1": Progress(**ABOUT, stage="in review", at=NOON),
    "registered/1": Registered(**ABOUT, entry_no="E-1", rank=1, at=NOON),
    "certificate-issued/1": CertificateIssued(
        **ABOUT,
        certificate_no=PROOF_NO,
        pdf_sha256=DIGEST,
        verify_url="https://office.example/verify?no=1",
        at=NOON,
    ),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_arrives_as_it_was_given(kind: str) -> None:
    told, claims = format_answer(ANSWERS[kind])

    assert (told, parse_answer(told, sent(claims))) == (kind, ANSWERS[kind])


def test_every_kind_of_answer_is_tried() -> None:
    assert set(ANSWER_KINDS) == set(ANSWERS)


def test_a_package_without_a_case_is_answered_too() -> None:
    answer = NonAcceptance(
        case_no="", application_id="", package_sha256=DIGEST, at=NOON, findings=(FINDING,)
    )

    assert parse_answer(*format_answer(answer)) == answer


def test_a_discharge_has_no_rank() -> None:
    answer = Registered(**ABOUT, entry_no="E-2", rank=None, at=NOON)

    assert parse_answer(*format_answer(answer)) == answer


def test_refuses_a_kind_of_answer_of_a_later_version() -> None:
    with pytest.raises(BadDocumentError) as caught:
        parse_answer("acceptance/2", {})

    assert caught.value.problems[0].code == "unknown-kind"


def test_refuses_one_answer_as_another() -> None:
    _, claims = format_answer(ANSWERS["withdrawal/1"])

    with pytest.raises(BadDocumentError):
        parse_answer("progress/1", claims)


def test_a_receipt_arrives_as_it_was_given() -> None:
    receipt = Receipt(
        receipt_no="R0000000001",
        package_sha256=DIGEST,
        terminal="KF-LT-01",
        sequence=7,
        received_at=NOON,
        journal_seq=1,
        journal_hash=DIGEST,
    )

    assert parse_receipt(sent(format_receipt(receipt))) == receipt


@pytest.mark.parametrize(
    "answer",
    [
        PrecheckAnswer(unit_no=parse_unit_no(UNIT_NO), is_found=False, at=NOON),
        PrecheckAnswer(
            unit_no=parse_unit_no(UNIT_NO),
            is_found=True,
            at=NOON,
            title_no=TITLE_NO,
            location="开封市龙亭区示例路1号",
            area_m2="118.56",
            use="住宅",
            land_right="出让",
            land_right_end=date(2080, 1, 1),
            co_ownership="1",
            owners=("张*", "李*"),
            mortgages=("第1顺位 " + PROOF_NO,),
            findings=(FINDING,),
        ),
    ],
    ids=["unknown unit", "known unit"],
)
def test_a_precheck_arrives_as_it_was_given(answer: PrecheckAnswer) -> None:
    assert parse_precheck(sent(format_precheck(answer))) == answer


def make_certificate(**changes: Any) -> RegistrationCertificate:
    certificate = RegistrationCertificate(
        certificate_no=parse_certificate_no(PROOF_NO),
        licence_id=format_licence_id(office=OFFICE, serial=12345),
        print_no="D41000000001",
        right="抵押权",
        holder="示例商业银行股份有限公司开封龙亭支行",
        obligors=("张𠮷·〇", "李示例"),
        location="开封市龙亭区示例路1号1幢1单元12号",
        unit_no=parse_unit_no(UNIT_NO),
        other_items=(("抵押方式", "一般抵押"), ("担保债权数额", "86.0000万元")),
        remarks="债务履行期限\n2026年9月28日起",
        office="开封市不动产登记中心",
        registered_on=date(2026, 9, 29),
        verify_url="https://office.example/verify?no=1",
    )
    return replace(certificate, **changes)


def test_a_certificate_keeps_its_facts() -> None:
    certificate = make_certificate()

    assert parse_certificate(format_certificate(certificate)) == certificate


def test_equal_certificates_have_equal_bytes() -> None:
    assert format_certificate(make_certificate()) == format_certificate(make_certificate())


@pytest.mark.parametrize("data", [b"{}", b"[]", canonical({"schema": APPLICATION_SCHEMA})])
def test_refuses_bytes_that_are_no_certificate(data: bytes) -> None:
    with pytest.raises(BadDocumentError):
        parse_certificate(data)


def test_findings_arrive_as_they_were_given() -> None:
    findings = (FINDING, replace(FINDING, level=Level.BLOCK, pointer="", basis=""))

    assert parse_findings(sent(format_findings(findings))) == findings


def test_every_problem_of_every_finding_is_told() -> None:
    good = format_findings((FINDING,))[0]
    document = [good, {**good, "level": "mild"}, {**good, "zh": 1, "en": None}]

    with pytest.raises(BadDocumentError) as caught:
        parse_findings(document)

    assert [p.pointer for p in caught.value.problems] == ["/1/level", "/2/zh", "/2/en"]


@pytest.mark.parametrize(("value", "code"), [({}, "not-list"), ([{}] * 501, "too-many")])
def test_refuses_what_is_no_list_of_findings(value: object, code: str) -> None:
    with pytest.raises(BadDocumentError) as caught:
        parse_findings(value)

    assert caught.value.problems[0].code == code
