"""Recorded cards: what a recording may hold, and how it is played."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from registration.people import IdKind
from terminal.drivers.replay import ReplayReader, format_recording, parse_recording
from terminal.reader_errors import (
    CardAuthenticationError,
    CardRemovedError,
    CardUnreadableError,
    ChipAlteredError,
    MisconfiguredReaderError,
    NoCardError,
    NoReaderError,
    ReaderError,
    ReaderFaultError,
    WrongCardError,
)
from tests.factories import LI, make_identity

READ_AT = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
BY_HAND = {
    "document": {"kind": "resident_card", "number": "41020319850615991X"},
    "name": "张示例",
    "birth_date": "1985-06-15",
}


def make_reader(folder: Path, *cards: Any) -> ReplayReader:
    path = folder / "cards.json"
    path.write_text(json.dumps({"version": 1, "cards": list(cards)}), "utf-8")
    return ReplayReader(path, now=lambda: READ_AT)


def test_a_recording_gives_back_what_was_recorded() -> None:
    people = [make_identity(), make_identity("李示例", LI, valid_to=None)]

    played = parse_recording(format_recording(people))

    assert [repr(card) for card in played] == [repr(person) for person in people]


def test_a_recording_may_be_written_by_hand(tmp_path: Path) -> None:
    record = make_reader(tmp_path, BY_HAND).read()

    assert (record.document.kind, record.name.text) == (IdKind.RESIDENT_CARD, "张示例")
    assert record.birth_date == date(1985, 6, 15)
    assert record.evidence is not None
    assert record.evidence.checks == (("recording", "simulated"),)


def test_what_a_recording_says_of_its_evidence_is_not_believed(tmp_path: Path) -> None:
    """A recording could otherwise pass for a real card."""
    evidence = {
        "driver": "sam",
        "reader": "05.01-20150101",
        "raw_sha256": "0" * 64,
        "read_at": "2026-01-01T00:00:00Z",
        "is_simulated": False,
    }

    record = make_reader(tmp_path, {**BY_HAND, "evidence": evidence}).read()

    assert record.evidence is not None
    assert (record.evidence.driver, record.evidence.is_simulated) == ("replay", True)


def test_cards_come_one_after_another_and_then_anew(tmp_path: Path) -> None:
    reader = make_reader(tmp_path, BY_HAND, {**BY_HAND, "name": "李示例"})

    assert [reader.read().name.text for _ in range(2)] == ["张示例", "李示例"]
    with pytest.raises(NoCardError):
        reader.read()
    assert reader.read().name.text == "张示例"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("altered", ChipAlteredError),
        ("foreign", WrongCardError),
        ("no-card", NoCardError),
        ("not-genuine", CardAuthenticationError),
        ("out-of-order", ReaderFaultError),
        ("removed", CardRemovedError),
        ("unplugged", NoReaderError),
        ("worn", CardUnreadableError),
    ],
)
def test_faults_to_practise_with(tmp_path: Path, fault: str, error: type[ReaderError]) -> None:
    with pytest.raises(error):
        make_reader(tmp_path, {"fault": fault}).read()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"version": 1}',
        b'{"version": 2, "cards": []}',
        b'{"version": 1, "cards": {}}',
        b'{"version": 1, "cards": [{"fault": "earthquake"}]}',
        b'{"version": 1, "cards": [{"fault": ["removed"]}]}',
        b'{"version": 1, "cards": [{"name": "x"}]}',
        b'{"version": 1, "cards": [1]}',
    ],
)
def test_refuses_what_is_no_recording(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "cards.json"
    path.write_bytes(data)

    with pytest.raises(MisconfiguredReaderError):
        ReplayReader(path).probe()


def test_a_refusal_tells_nothing_of_the_person(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredReaderError) as caught:
        make_reader(tmp_path, {**BY_HAND, "sex": 1}).probe()

    assert "card 1" in caught.value.detail
    assert "张示例" not in caught.value.detail
