"""Spreadsheets are read behind the wall, and nothing that comes back is believed unseen."""

import pytest

from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.tables import read_table
from terminal.web.list_words import LIST_WORDS
from tests.unit.quarantine.taken_tables import LIES

TAKEN: str = "tests.unit.quarantine.taken_tables"


def said(data: bytes, act_s: float = 20) -> str:
    with pytest.raises(ForeignFileError) as caught:
        read_table(data, rows=9, columns=9, room=TAKEN, act_s=act_s)
    return caught.value.reason


@pytest.mark.parametrize("data", LIES)
def test_what_a_taken_cell_says_is_not_taken(data: bytes) -> None:
    assert said(data) == "damaged"


@pytest.mark.parametrize(("data", "reason"), [(b"read", "damaged"), (b"eat", "size")])
def test_a_taken_cell_gets_nowhere(data: bytes, reason: str) -> None:
    """Nothing of the disk is its to read, and memory ends."""
    assert said(data) == reason


def test_a_cell_that_does_not_end_is_ended() -> None:
    assert said(b"spin", act_s=1) == "timeout"


def test_a_room_that_cannot_be_loaded_is_told() -> None:
    with pytest.raises(WardenGoneError):
        read_table(b"", rows=9, columns=9, room="quarantine.nothing")


@pytest.mark.parametrize("reason", ["type", "damaged", "old", "timeout", "unpacked"])
def test_each_reason_has_its_words(reason: str) -> None:
    assert LIST_WORDS[reason].remedy_zh
