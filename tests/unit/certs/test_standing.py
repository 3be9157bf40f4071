"""Whether a sealed paper still stands, by a list in hand."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from certs.attachments import FACTS_FILE, Attachment
from certs.documents import DocumentVerdict, Sealer
from certs.identity import Role
from certs.standing import check_standing, number_in
from certs.statuslist import Mark, StatusList, open_status_list, sign_status_list
from tests.pki import NOW, PKI
from tests.sealed import BOX, make_paper, make_stamp, make_timestamper

NUMBER = "豫（2026）开封市不动产证明第0000007号"


def seal(pki: PKI, number: str = NUMBER) -> bytes:
    facts = json.dumps({"certificate_no": number}).encode()
    within: Sequence[Attachment] = (
        Attachment(name=FACTS_FILE, media_type="application/json", data=facts),
    )
    sealer = Sealer(pki.office(Role.SEAL), make_timestamper(pki))
    return sealer.seal(
        make_paper(), box=BOX, stamp_pdf=make_stamp(), reason="r", at=NOW, attachments=within
    )


def make_list(
    pki: PKI,
    mark: int = 0,
    uri: str = "https://o.example/status/2026/0",
    successors: dict[int, str] | None = None,
) -> StatusList:
    signer = pki.office(Role.OFFICE)
    marks = {7: mark} if mark else {}
    text = sign_status_list(uri, marks, size=10, signer=signer, at=NOW, successors=successors)
    return open_status_list(text, pki.trust, NOW)


@pytest.mark.parametrize(
    ("mark", "verdict", "word"),
    [
        (Mark.VALID, DocumentVerdict.VALID, "现势"),
        (Mark.INVALID, DocumentVerdict.REVOKED, "作废"),
        (Mark.SUSPENDED, DocumentVerdict.INDETERMINATE, "暂停"),
        (Mark.CANCELLED, DocumentVerdict.REVOKED, "注销"),
        (Mark.REPLACED, DocumentVerdict.REVOKED, "换发"),
        (9, DocumentVerdict.INDETERMINATE, "没有这一号"),
    ],
)
def test_each_status_is_an_answer_of_its_own(
    pki: PKI, mark: int, verdict: DocumentVerdict, word: str
) -> None:
    at = NOW + timedelta(minutes=95)
    found = check_standing(number_in(seal(pki)), make_list(pki, mark), at)
    assert found.verdict is verdict
    assert word in found.line
    assert found.line.endswith("1 h 35 min")


def test_what_was_replaced_names_what_stands_in_its_place(pki: PKI) -> None:
    """And nothing else does: a discharge has no successor."""
    new = "豫（2027）开封市不动产证明第0000012号"
    told = {
        mark: check_standing(NUMBER, make_list(pki, mark, successors={7: new}), NOW)
        for mark in (Mark.REPLACED, Mark.CANCELLED, Mark.INVALID, Mark.SUSPENDED, Mark.VALID)
    }
    assert [mark for mark, found in told.items() if found.successor] == [Mark.REPLACED]
    assert f"replaced by another certificate: {new};" in told[Mark.REPLACED].line
    assert check_standing(NUMBER, make_list(pki, Mark.REPLACED), NOW).successor == ""


def test_an_old_list_says_no_more_what_stands(pki: PKI) -> None:
    later = NOW + timedelta(hours=24)
    assert (
        check_standing(number_in(seal(pki)), make_list(pki), later).verdict
        is DocumentVerdict.INDETERMINATE
    )
    ended = make_list(pki, Mark.CANCELLED)
    found = check_standing(number_in(seal(pki)), ended, later)
    assert found.verdict is DocumentVerdict.REVOKED


def test_another_year_s_list_says_nothing(pki: PKI) -> None:
    other = make_list(pki, uri="https://o.example/status/2025/0")
    found = check_standing(number_in(seal(pki)), other, NOW)
    assert found.verdict is DocumentVerdict.INDETERMINATE
    assert "别的号段" in found.line


def test_a_paper_without_its_facts_is_not_found(pki: PKI) -> None:
    found = check_standing(number_in(seal(pki, "none")), make_list(pki), NOW)
    assert found.verdict is DocumentVerdict.INDETERMINATE
