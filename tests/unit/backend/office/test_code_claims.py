"""What a code says without a network: little, masked, and never more than the paper holds."""

from datetime import date
from typing import Any

import pytest

from backend.office.code_claims import make_claims, split_number
from certs.codes import describe
from registration.identifiers import parse_certificate_no
from tests.rows import make_entry
from tests.unit.registration.papers.facts import make_certificate


def claims(*obligors: str, is_specimen: bool = False, **changes: Any) -> dict[str, Any]:
    certificate = make_certificate(obligors=obligors, registered_on=date(2026, 9, 29))
    return describe(make_claims(certificate, make_entry(**changes), is_specimen=is_specimen))


def test_names_are_masked_and_no_holder_is_named() -> None:
    told = claims("张示例", "李示例")
    assert told["obligors"] == ["张*", "李*"]
    assert "示例" not in str(told)


def test_of_many_three_are_named_and_all_are_counted() -> None:
    told = claims(*(f"{letter}示例" for letter in "甲乙丙丁戊"))
    assert (told["obligors"], told["obligor_count"]) == (["甲*", "乙*", "丙*"], 5)


def test_a_notice_has_no_rank_and_only_a_specimen_says_so() -> None:
    assert "rank" not in claims("张示例", rank=None)
    assert "is_specimen" not in claims("张示例")
    assert claims("张示例", is_specimen=True)["is_specimen"] is True


@pytest.mark.parametrize(
    "number", ["豫（2026）开封市不动产证明第0012345号", "新（2027）阿克陶县不动产证明第0000001号"]
)
def test_the_number_is_put_together_again(number: str) -> None:
    place, year, serial = split_number(parse_certificate_no(number))
    said = {1: [place, year, serial], 2: 1, 3: ["张*"], 4: 20725}
    assert describe(said)["certificate_no"] == number
