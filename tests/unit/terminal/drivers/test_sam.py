"""The resident ID card reader against a virtual module on a pseudo-terminal."""

import hashlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from registration.people import IdKind
from scripts.virtual_cards import CARDS, VirtualCard
from scripts.virtual_sam import VirtualSAM
from terminal.drivers.sam import SamReader
from terminal.drivers.sam_module import Timeouts
from terminal.drivers.transports import SerialTransport
from terminal.reader_errors import (
    CardAuthenticationError,
    CardRemovedError,
    CardUnreadableError,
    NoCardError,
    NoReaderError,
    ReadCancelledError,
    ReaderBusyError,
    ReaderError,
    ReaderFaultError,
    ReaderProtocolError,
    WrongCardError,
)

READ_AT = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
FAST = Timeouts(card=0.2, poll=0.02, command=0.5, read=0.5, read_fp=0.5)


@pytest.fixture
def sam() -> Iterator[VirtualSAM]:
    with VirtualSAM() as device:
        yield device


@pytest.fixture
def reader(sam: VirtualSAM) -> Iterator[SamReader]:
    made = make_reader(sam.port)
    yield made
    made.close()


def make_reader(port: str, timeouts: Timeouts = FAST) -> SamReader:
    return SamReader(
        lambda: SerialTransport(port), name=port, timeouts=timeouts, now=lambda: READ_AT
    )


def test_reads_a_resident_card(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("张示例")

    record = reader.read()

    assert record.document.kind is IdKind.RESIDENT_CARD
    assert record.document.number == "41020319850615991X"
    assert record.name.text == "张示例"
    assert (record.sex, record.nation) == ("1", "01")
    assert record.birth_date == date(1985, 6, 15)
    assert record.address == "河南省开封市龙亭区示例路1号1幢1单元12号"
    assert record.issuer == "开封市公安局示例分局"
    assert (record.valid_from, record.valid_to) == (date(2016, 3, 1), date(2036, 3, 1))
    assert (len(record.photo), record.photo_codec) == (1024, "wlt")


def test_the_evidence_names_the_module_and_the_bytes(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("李示例")
    card = CARDS["李示例"]

    evidence = reader.read().evidence

    assert evidence is not None
    assert evidence.reader == "99.99-20260101-0000123456-0000000001"
    assert evidence.raw_sha256 == hashlib.sha256(card.text + card.photo).hexdigest()
    assert evidence.read_at == READ_AT
    assert evidence.is_simulated
    assert dict(evidence.checks) == {
        "number": "ok",
        "birth in number": "ok",
        "sex in number": "ok",
        "photo": "undecoded",
    }


def test_a_rare_name_is_kept_code_point_for_code_point(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("𠮷田示例")

    assert reader.read().name.text == "\U00020bb7田示例"


def test_no_end_date_is_long_term(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("孙示例")

    assert reader.read().valid_to is None


def test_the_newest_address_wins(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("阿依古丽·示例")

    assert reader.read().address == "河南省开封市顺河区示例街88号"


@pytest.mark.parametrize(
    ("card", "kind", "number", "name"),
    [
        ("陈示例", IdKind.HMT_PERMIT, "810000198505059938", "陈示例"),
        ("安示例", IdKind.PERMANENT_RESIDENT, "DEU410080070499", "安示例"),
        (
            "EXAMPLE",
            IdKind.PERMANENT_RESIDENT,
            "911001198807049912",
            "EXAMPLE-OTHER, JOHANNA ELISABETH ALEXANDRA",
        ),
    ],
)
def test_reads_the_other_cards(
    sam: VirtualSAM, reader: SamReader, card: str, kind: IdKind, number: str, name: str
) -> None:
    sam.put(card)

    record = reader.read()

    assert (record.document.kind, record.document.number) == (kind, number)
    assert record.name.text == name


def test_info_knows_the_module_after_a_probe(reader: SamReader, sam: VirtualSAM) -> None:
    reader.probe()

    info = reader.info()
    assert (info.driver, info.name) == ("sam", sam.port)
    assert info.serial.startswith("99.99-")
    assert info.is_simulated


def test_no_card(reader: SamReader) -> None:
    with pytest.raises(NoCardError):
        reader.read()


def test_a_card_that_was_read_must_be_lifted_first(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("张示例")
    reader.read()

    with pytest.raises(NoCardError):
        reader.read()

    sam.put("李示例")
    assert reader.read().name.text == "李示例"


@pytest.mark.parametrize(
    ("command", "sw3", "error"),
    [
        ("11ff", 0x60, ReaderFaultError),
        ("11ff", 0x66, ReaderFaultError),
        ("11ff", 0x05, ReaderFaultError),
        ("2002", 0x81, CardRemovedError),
        ("3001", 0x41, CardRemovedError),
        ("2002", 0x47, CardRemovedError),
        ("2002", 0x40, WrongCardError),
        ("2002", 0x31, CardAuthenticationError),
        ("3001", 0x32, CardAuthenticationError),
        ("3001", 0x33, CardAuthenticationError),
        ("3001", 0x10, ReaderProtocolError),
        ("3001", 0x11, ReaderProtocolError),
        ("2002", 0x21, ReaderProtocolError),
        ("3001", 0x23, ReaderProtocolError),
        ("3001", 0x24, ReaderProtocolError),
        ("2001", 0x99, ReaderProtocolError),
    ],
    ids=lambda value: f"{value:02x}" if isinstance(value, int) else str(value)[-24:],
)
def test_each_status_tells_the_teller_something_else(
    sam: VirtualSAM, reader: SamReader, command: str, sw3: int, error: type[ReaderError]
) -> None:
    sam.put("张示例")
    sam.fail(command, sw3, sw3)

    with pytest.raises(error) as caught:
        reader.read()
    assert type(caught.value) is error


def test_a_card_that_slipped_once_is_read_silently_again(
    sam: VirtualSAM, reader: SamReader
) -> None:
    sam.put("张示例")
    sam.fail("3001", 0x41)

    assert reader.read().name.text == "张示例"
    assert "10ff" not in sam.commands


def test_after_two_failures_the_module_is_reset(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("张示例")
    sam.fail("3001", 0x41, 0x41)

    with pytest.raises(CardRemovedError):
        reader.read()
    assert sam.commands[-1] == "10ff"
    assert reader.read().name.text == "张示例"


def test_a_card_lifted_while_it_is_read(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("张示例")
    sam.lift_at = "3001"

    with pytest.raises(CardRemovedError):
        reader.read()


def test_a_module_that_knows_only_the_longer_read_gives_no_fingerprint_away(
    sam: VirtualSAM, reader: SamReader
) -> None:
    sam.put(VirtualCard(CARDS["张示例"].text, fingerprint=b"\x5a" * 1024))
    sam.fail("3001", 0x21)

    record = reader.read()

    assert "3010" in sam.commands
    assert b"\x5a" * 16 not in record.photo


@pytest.mark.parametrize("broken", [1, 2])
def test_one_broken_answer_is_repeated_silently_and_two_are_not(
    sam: VirtualSAM, reader: SamReader, broken: int
) -> None:
    reader.probe()
    sam.corrupt_answers = broken
    if broken == 1:
        reader.probe()
        return
    with pytest.raises(ReaderProtocolError):
        reader.probe()


def test_noise_and_a_lost_first_byte_do_not_matter(sam: VirtualSAM, reader: SamReader) -> None:
    sam.put("张示例")
    sam.noise = b"\x00\xaa\xaa\x96\x00\xff"
    sam.loses_first_byte = True

    assert reader.read().name.text == "张示例"


def test_a_dead_module_is_no_reader(sam: VirtualSAM, reader: SamReader) -> None:
    sam.is_silent = True
    began = time.monotonic()

    with pytest.raises(NoReaderError):
        reader.probe()
    assert time.monotonic() - began < 2


def test_a_late_answer_is_not_taken_for_the_next_one(sam: VirtualSAM, reader: SamReader) -> None:
    reader.probe()
    sam.delay_s = 0.6
    with pytest.raises(NoReaderError):
        reader.probe()
    sam.delay_s = 0
    time.sleep(0.3)
    sam.put("张示例")

    assert reader.read().name.text == "张示例"


def test_there_is_no_such_port() -> None:
    with pytest.raises(NoReaderError):
        make_reader("/dev/does-not-exist").probe()


def test_another_program_holds_the_port(sam: VirtualSAM, reader: SamReader) -> None:
    reader.probe()
    second = make_reader(sam.port)

    with pytest.raises(ReaderBusyError):
        second.probe()


def test_a_pulled_cable_is_no_reader_and_a_put_back_one_works() -> None:
    with VirtualSAM() as gone:
        port = gone.port
        reader = make_reader(port)
        reader.probe()
    with pytest.raises(NoReaderError):
        reader.probe()
    reader.close()


def test_close_cancels_a_read_that_waits_for_a_card(sam: VirtualSAM) -> None:
    reader = make_reader(sam.port, Timeouts(card=30, poll=0.05, command=0.5))
    caught: list[ReaderError] = []

    def wait() -> None:
        try:
            reader.read()
        except ReaderError as exc:
            caught.append(exc)

    thread = threading.Thread(target=wait)
    thread.start()
    while "2001" not in sam.commands:
        time.sleep(0.01)
    reader.probe()  # a read that goes on says that the reader is there
    with pytest.raises(ReaderBusyError):
        reader.read()
    reader.close()
    thread.join(5)

    assert [type(exc) for exc in caught] == [ReadCancelledError]


def test_a_wrong_check_character_is_unreadable(sam: VirtualSAM, reader: SamReader) -> None:
    text = CARDS["张示例"].text.replace("991X".encode("utf-16-le"), "9910".encode("utf-16-le"))
    sam.put(VirtualCard(text))

    with pytest.raises(CardUnreadableError) as caught:
        reader.read()
    assert caught.value.field == "number"


def test_a_birth_date_that_differs_from_the_number_is_for_a_person_to_see(
    sam: VirtualSAM, reader: SamReader
) -> None:
    text = CARDS["张示例"].text
    another_day = "19850616".encode("utf-16-le")
    sam.put(VirtualCard(text[:36] + another_day + text[52:]))

    evidence = reader.read().evidence

    assert evidence is not None
    assert ("birth in number", "mismatch") in evidence.checks


def test_logs_hold_no_personal_data(
    sam: VirtualSAM, reader: SamReader, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    sam.put("张示例")
    reader.read()

    assert "sam ins=3001 data=1284 sw=000090" in caplog.text
    assert "张" not in caplog.text
    assert "41020319850615" not in caplog.text
