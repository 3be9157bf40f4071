"""Documents that were typed, and chips with something to look at."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from registration.application import Application
from registration.chip_checks import Weight, tell_check, tell_checks
from registration.findings import Finding, Level
from registration.people import IdentityRecord, IdSource, ManualEntry, ManualReason, parse_name
from registration.requirements import check_application
from registration.wire.document import read, write
from registration.wire.people import IdentityRecordWire
from tests.factories import TODAY, make_evidence, make_identity, make_material, make_party
from tests.unit.registration.applications import owner, owner_read_as

AT = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)


def typed(**changes: Any) -> Application:
    entry = ManualEntry(
        reason=ManualReason.CHIP_BROKEN, note="刷两次读不出", entered_by="T0007", entered_at=AT,
        checked_by="T0008", checked_at=AT,
    )  # fmt: skip
    found = owner_read_as(
        source=IdSource.MANUAL, evidence=None, photo=b"", photo_codec="",
        manual=replace(entry, **changes),
    )  # fmt: skip
    return replace(found, materials=(*found.materials, make_material("M02")))


def findings(application: Application) -> list[Finding]:
    return [f for f in check_application(application, today=TODAY) if f.rule == "R32"]


def test_a_typed_document_is_told_to_the_reviewer_with_reason_and_both_people() -> None:
    (finding,) = findings(typed())

    assert (finding.level, finding.pointer) == (Level.MANUAL, "/mortgagors/0/identity")
    for word in ("手工录入", "证件芯片损坏", "刷两次读不出", "录入 T0007", "复核 T0008 2026-09-29"):
        assert word in finding.zh


def test_a_typed_document_that_nobody_else_saw_says_so() -> None:
    (finding,) = findings(typed(checked_by="", checked_at=None))

    assert "无第二人复核" in finding.zh


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"reason": ManualReason.OTHER, "note": " "}, "没有写明"),
        ({"checked_by": "T0007"}, "须由另一人复核"),
    ],
    ids=["other without words", "one person twice"],
)
def test_a_typed_document_without_reason_or_second_person_is_sent_back(
    changes: dict[str, Any], word: str
) -> None:
    found = [f for f in findings(typed(**changes)) if f.level is Level.CORRECT]

    assert len(found) == 1
    assert word in found[0].zh


def test_a_typed_document_without_any_entry_is_sent_back() -> None:
    found = findings(owner_read_as(source=IdSource.MANUAL, evidence=None, manual=None))

    assert [f.level for f in found] == [Level.CORRECT]


def test_raw_bytes_that_are_not_those_of_the_digest_are_sent_back() -> None:
    files = (("text", b"a"), ("photo", b"b"))
    good = make_identity(chip_files=files)
    good = replace(good, evidence=make_evidence(raw_sha256=good.raw_sha256))
    changed = replace(good, chip_files=(("text", b"A"), ("photo", b"b")))

    assert findings(owner(identity=good)) == []
    assert [f.pointer for f in findings(owner(identity=changed))] == [
        "/mortgagors/0/identity/chip_files"
    ]


def test_what_a_chips_checks_leave_open_is_for_a_person() -> None:
    evidence = make_evidence(checks=(("number", "ok"), ("document signer", "unknown")))

    (finding,) = findings(owner_read_as(evidence=evidence))

    assert finding.level is Level.MANUAL
    assert "签发机构证书未知" in finding.zh


def test_a_private_use_character_asks_for_a_picture_and_a_look() -> None:
    name = "张\ue863"
    party = make_party(name=name)
    application = owner(name=parse_name(name), identity=party.identity)

    found = check_application(application, today=TODAY)

    assert any(f.level is Level.MANUAL and "U+E863" in f.zh for f in found)
    assert any(f.rule == "MATERIAL" and "M02" in f.zh and "自造字" in f.zh for f in found)


def test_everything_of_a_reading_travels() -> None:
    record = make_identity(
        chip_fields=(("permit_no", "H09999999"),),
        chip_files=(("text", bytes(range(256))),),
        portrait=b"\x89PNG", portrait_codec="png",
        evidence=make_evidence(
            device="EXAMPLE SAM", device_serial="0001", port="usb 0400:C35A", started_at=AT
        ),
        manual=None,
    )  # fmt: skip

    assert read(IdentityRecordWire, write(IdentityRecordWire, record), IdentityRecord) == record


def test_a_verdict_that_nobody_knows_is_shown_as_it_stands_and_looked_at() -> None:
    told = tell_check("new check", "odd")

    assert (told.weight, told.zh) == (Weight.LOOK, "new check：odd")


def test_the_gravest_check_is_told_first() -> None:
    told = tell_checks(
        [("number", "ok"), ("document signer", "unknown"), ("SOD signature", "failed")]
    )

    assert [t.weight for t in told] == [Weight.BAD, Weight.LOOK, Weight.GOOD]
