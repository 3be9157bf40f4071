"""Every ID reader keeps the same promises: the card module, the passport reader, the recording.

The first speaks to a virtual module: on a pseudo-terminal, behind pyusb's backend and behind
hidapi's calls; the second through the real PC/SC service to a virtual passport.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registration.people import IdKind
from scripts.virtual_chip import VirtualChip
from scripts.virtual_documents import HOLDERS, VirtualState, make_groups
from scripts.virtual_module import VirtualModule
from scripts.virtual_sam import VirtualSAM
from scripts.virtual_usb import UsbReader
from terminal.desk.ports import ChipKey, IdReader
from terminal.drivers.emrtd import EmrtdReader, EmrtdSettings
from terminal.drivers.hid_port import open_hid
from terminal.drivers.passive import TrustedStates
from terminal.drivers.replay import ReplayReader, format_recording
from terminal.drivers.sam import SamReader
from terminal.drivers.sam_module import Timeouts
from terminal.drivers.traffic import TRAFFIC
from terminal.drivers.transports import SerialTransport, Transport
from terminal.drivers.usb_port import open_usb
from terminal.reader_errors import CardRemovedError, NoCardError, NoReaderError
from tests.factories import make_identity
from tests.pcscd import READER, VirtualSlot
from tests.usb_buses import HidBus, UsbBus

READ_AT = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)


class Bench(ABC):
    """A reader, and the document of 张示例 to lay on it."""

    reader: IdReader
    key: ChipKey | None = None
    kind: IdKind
    number: str

    @abstractmethod
    def holding(self) -> AbstractContextManager[object]:
        """Keep the document on the reader."""

    @abstractmethod
    def lifting(self) -> AbstractContextManager[object]:
        """Lay it on and lift it half way through the next read."""

    @abstractmethod
    def unplugged(self) -> IdReader:
        """Return a reader whose device is not there."""


class SamBench(Bench):
    kind, number = IdKind.RESIDENT_CARD, "41020319850615991X"

    def __init__(self, sam: VirtualModule, open_transport: Callable[[], Transport]) -> None:
        self._sam = sam
        self.reader = self._open(open_transport)

    @contextmanager
    def holding(self) -> Iterator[None]:
        self._sam.put("张示例")
        yield
        self._sam.remove()

    @contextmanager
    def lifting(self) -> Iterator[None]:
        self._sam.lift_at = "3001"
        with self.holding():
            yield
        self._sam.lift_at = ""

    def unplugged(self) -> IdReader:
        return self._open(lambda: SerialTransport("/dev/no-such-port"))

    def _open(self, open_transport: Callable[[], Transport]) -> IdReader:
        fast = Timeouts(card=0.2, poll=0.02, command=0.5, read=0.5, read_fp=0.5)
        return SamReader(open_transport, name="sam", timeouts=fast, now=lambda: READ_AT)


class PassportBench(Bench):
    key = ChipKey(document_no="EA0000018", birth_date=date(1985, 6, 15), valid_to=date(2033, 2, 28))
    kind, number = IdKind.PASSPORT, "EA0000018"

    def __init__(self, slot: VirtualSlot) -> None:
        self._slot = slot
        self._state = VirtualState(at=READ_AT)
        holder = HOLDERS["张示例"]
        self._chip = VirtualChip(self._state.issue(make_groups(holder)), holder.key_text)
        self.reader = self._open(READER)

    def holding(self) -> AbstractContextManager[object]:
        return self._slot.holding(self._chip)

    @contextmanager
    def lifting(self) -> Iterator[None]:
        self._chip.lift_after = self._chip.commands + 20
        with self.holding():
            yield
        self._chip.lift_after = 0

    def unplugged(self) -> IdReader:
        return self._open("No Such Reader 00 00")

    def _open(self, name: str) -> IdReader:
        trusted = TrustedStates(authorities=(self._state.authority,))
        settings = EmrtdSettings(trusted=trusted, card_timeout_s=0.2)
        return EmrtdReader(name, settings, now=lambda: READ_AT)


class RecordedBench(Bench):
    kind, number = IdKind.RESIDENT_CARD, "41020319850615991X"

    def __init__(self, folder: Path) -> None:
        self._file = folder / "cards.json"
        self._record(b'{"version": 1, "cards": []}')
        self.reader = ReplayReader(self._file, now=lambda: READ_AT)

    @contextmanager
    def holding(self) -> Iterator[None]:
        self._record(format_recording([replace(make_identity(number=self.number))]))
        yield
        self._record(b'{"version": 1, "cards": []}')

    @contextmanager
    def lifting(self) -> Iterator[None]:
        self._record(b'{"version": 1, "cards": [{"fault": "removed"}]}')
        yield

    def unplugged(self) -> IdReader:
        return ReplayReader(self._file.with_name("no-such-file"))

    def _record(self, data: bytes) -> None:
        self._file.write_bytes(data)
        if hasattr(self, "reader"):
            self.reader.close()


@pytest.fixture(
    params=[
        "serial",
        "usb",
        "hid",
        "emrtd",
        "replay",
    ]
)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "serial":
        with VirtualSAM() as sam:
            made: Bench = SamBench(sam, lambda: SerialTransport(sam.port))
            yield made
            made.reader.close()
    elif request.param == "usb":
        usb = UsbBus(UsbReader("bulk"))
        yield SamBench(usb.plugged[0], lambda: open_usb(backend=usb))
    elif request.param == "hid":
        hid = HidBus(UsbReader("hid"))
        yield SamBench(hid.plugged[0], lambda: open_hid(library=hid))
    elif request.param == "emrtd":
        yield PassportBench(request.getfixturevalue("pcscd"))
    else:
        yield RecordedBench(tmp_path)


def test_it_is_ready(bench: Bench) -> None:
    bench.reader.probe()

    info = bench.reader.info()
    assert info.is_simulated
    assert info.needs_key is (bench.key is not None)


def test_a_reader_that_is_not_there(bench: Bench) -> None:
    reader = bench.unplugged()

    with pytest.raises(NoReaderError):
        reader.probe()
    with pytest.raises(NoReaderError):
        reader.read(bench.key)


def test_reads_who_it_is(bench: Bench) -> None:
    with bench.holding():
        record = bench.reader.read(bench.key)

    assert (record.document.kind, record.document.number) == (bench.kind, bench.number)
    assert record.name.text == "张示例"
    assert (record.sex, record.birth_date) == ("1", date(1985, 6, 15))
    assert record.is_valid_on(READ_AT.date())
    assert bool(record.photo) is bool(record.photo_codec)
    record.document.check()


def test_the_evidence_says_how_it_was_read(bench: Bench) -> None:
    with bench.holding():
        evidence = bench.reader.read(bench.key).evidence

    assert evidence is not None
    assert evidence.driver == bench.reader.info().driver
    assert evidence.reader
    assert evidence.read_at == READ_AT
    assert len(bytes.fromhex(evidence.raw_sha256)) == 32
    assert evidence.checks


def test_whatever_a_simulated_reader_reads_is_marked(bench: Bench) -> None:
    with bench.holding():
        evidence = bench.reader.read(bench.key).evidence

    assert evidence is not None
    assert evidence.is_simulated


def test_the_same_document_gives_the_same_evidence_again(bench: Bench) -> None:
    with bench.holding():
        first = bench.reader.read(bench.key)
    with bench.holding():
        second = bench.reader.read(bench.key)

    assert first == second


def test_nobody_lays_a_card(bench: Bench) -> None:
    with pytest.raises(NoCardError):
        bench.reader.read(bench.key)


def test_a_document_that_is_lifted_can_be_laid_again(bench: Bench) -> None:
    with bench.lifting(), pytest.raises(CardRemovedError):
        bench.reader.read(bench.key)

    with bench.holding():
        assert bench.reader.read(bench.key).document.number == bench.number


def test_a_closed_reader_opens_again(bench: Bench) -> None:
    bench.reader.probe()
    bench.reader.close()
    bench.reader.close()

    with bench.holding():
        assert bench.reader.read(bench.key).document.number == bench.number


def test_logs_and_reprs_hide_the_person(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(TRAFFIC), bench.holding():
        record = bench.reader.read(bench.key)

    for text in (caplog.text, repr(record), repr(record.evidence), repr(bench.reader.info())):
        assert bench.number not in text
        assert "张示例" not in text
        assert "EA00" not in text
