"""A real reader with a real document on it: pytest tests/device --reader sam:/dev/ttyUSB0.

A passport reader needs what opens the chip: MRK_CHIP_KEY="NUMBER YYYY-MM-DD YYYY-MM-DD" (number,
birth, expiry) or MRK_CHIP_KEY="123456" (access number). Nothing that was read is shown.
"""

import os
from collections.abc import Iterator
from datetime import date

import pytest

from terminal.desk.ports import ChipKey, IdReader
from terminal.drivers import open_reader

pytestmark = pytest.mark.device


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Iterator[IdReader]:
    made = open_reader(request.config.getoption("--reader"))
    yield made
    made.close()


@pytest.fixture
def key(reader: IdReader) -> ChipKey | None:
    if not reader.info().needs_key:
        return None
    match os.environ.get("MRK_CHIP_KEY", "").split():
        case [number, birth, expiry]:
            return ChipKey(
                document_no=number,
                birth_date=date.fromisoformat(birth),
                valid_to=date.fromisoformat(expiry),
            )
        case [can]:
            return ChipKey(can=can)
    pytest.fail("this reader needs MRK_CHIP_KEY")


def test_the_reader_is_ready(reader: IdReader) -> None:
    reader.probe()


def test_reads_the_document_that_lies_there(reader: IdReader, key: ChipKey | None) -> None:
    record = reader.read(key)

    # The kinds and verdicts alone: a person's data must not stand in a test's report.
    assert record.evidence is not None
    print(record.document.kind.value, record.photo_codec, record.evidence.checks)
    assert not record.evidence.is_simulated
    assert not [name for name, verdict in record.evidence.checks if verdict == "failed"]
    record.document.check()
