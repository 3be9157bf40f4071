"""The security module (SAM) inside an ID card reader: its commands and its status codes.

Source: GA/T 467-2019 chapter 7; timeouts as measured by several independent drivers.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from terminal.drivers.frames import FrameStream, encode_frame
from terminal.drivers.records import RECORD_SIZE
from terminal.drivers.traffic import TRAFFIC
from terminal.drivers.transports import Transport
from terminal.reader_errors import (
    CardAuthenticationError,
    CardRemovedError,
    NoCardError,
    NoReaderError,
    ReaderError,
    ReaderFaultError,
    ReaderProtocolError,
    WrongCardError,
)

SIMULATED_PREFIX = "99.99-"
"""Virtual modules number themselves like this; no manufacturer has the number 99.99."""

RESET, STATUS, SAM_ID = b"\x10\xff", b"\x11\xff", b"\x12\xff"
FIND, SELECT = b"\x20\x01", b"\x20\x02"
READ_BASE, READ_ADDRESS, READ_BASE_FP = b"\x30\x01", b"\x30\x03", b"\x30\x10"
SET_RF_SIZE = b"\x61\xff"
_OK, _FOUND, _NOTHING_THERE, _BAD_COMMAND = 0x90, 0x9F, 0x91, 0x21
_ADDRESS_SIZE = 70
_QUIET_S = 0.2
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds."""

    card: float = 30.0
    """For a card to be laid down."""
    poll: float = 0.3
    """Between two searches for a card; readers dislike less."""
    command: float = 1.5
    read: float = 3.0
    read_fp: float = 5.0
    transaction: float = 8.0
    """From the card found to the card read, retries included."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the module answered."""

    card_sw: int
    """SW1 SW2: what the card told the module."""
    sw3: int
    """What the module says itself; only this one decides."""
    data: bytes = field(repr=False)

    @property
    def sw(self) -> int:
        return self.card_sw << 8 | self.sw3


@dataclass(frozen=True, slots=True)
class BaseRecord:
    """A card's text and photo as the module hands them over."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)


class SamModule:
    """One security module behind an open transport. Not for two threads at once."""

    def __init__(self, transport: Transport, timeouts: Timeouts) -> None:
        self._transport = transport
        self._timeouts = timeouts

    def reset(self) -> None:
        """Restart the module's card session."""
        self._require(self._ask(RESET), _OK)

    def status(self) -> None:
        """Ask for the module's self-test.

        Raises:
            ReaderFaultError: it failed, or the module is not authorised.
            NoReaderError, ReaderProtocolError: nothing sensible came back.
        """
        self._require(self._ask(STATUS), _OK)

    def sam_id(self) -> str:
        """Return the module's number as it is printed: 05.01-20150101-0000123456-0000000001."""
        answer = self._require(self._ask(SAM_ID), _OK)
        if len(answer.data) != 16:
            raise ReaderProtocolError("SAM number length")
        return format_sam_id(answer.data)

    def set_rf_size(self, size: int) -> None:
        """Set the largest block, in bytes, on the radio side; 80 is usual."""
        self._require(self._ask(SET_RF_SIZE + bytes([size])), _OK)

    def find(self) -> bool:
        """Look for a card once."""
        answer = self._ask(FIND)
        if answer.sw3 == 0x80:
            return False
        self._require(answer, _FOUND)
        return True

    def select(self) -> None:
        """Choose the card that was found."""
        self._require(self._ask(SELECT), _OK)

    def read_base(self) -> BaseRecord:
        """Read text and photo; a module that knows only the longer command gets that one.

        Raises:
            CardRemovedError: the card moved.
            CardAuthenticationError: card and module do not recognise each other.
        """
        answer = self._ask(READ_BASE, self._timeouts.read)
        if answer.sw3 == _BAD_COMMAND:
            return self.read_base_fp()
        return _record(self._require(answer, _OK).data, 2)

    def read_base_fp(self) -> BaseRecord:
        """Read text, photo and fingerprints; the fingerprints are dropped at once."""
        answer = self._require(self._ask(READ_BASE_FP, self._timeouts.read_fp), _OK)
        return _record(answer.data, 3)

    def read_address(self) -> bytes:
        """Return the address that the police added to the chip later; empty if there is none.

        An old module that does not know the command is taken to say that there is none.
        """
        answer = self._ask(READ_ADDRESS)
        if answer.sw3 in (_NOTHING_THERE, _BAD_COMMAND):
            return b""
        data = self._require(answer, _OK).data
        if len(data) != _ADDRESS_SIZE:
            raise ReaderProtocolError("address length")
        return data

    def _require(self, answer: Answer, sw3: int) -> Answer:
        if answer.sw3 != sw3:
            raise _error(answer)
        return answer

    def _ask(self, command: bytes, timeout_s: float | None = None) -> Answer:
        """Send a command; garbage on the line, on either side, is repeated once."""
        wait_s = self._timeouts.command if timeout_s is None else timeout_s
        try:
            answer = self._exchange(command, wait_s)
        except ReaderProtocolError:
            return self._exchange(command, wait_s)
        return self._exchange(command, wait_s) if answer.sw3 in (0x10, 0x11) else answer

    def _exchange(self, command: bytes, timeout_s: float) -> Answer:
        self._transport.drain()
        self._transport.write(encode_frame(command))
        body = self._await_frame(timeout_s)
        if len(body) < 3:
            raise ReaderProtocolError("answer too short")
        answer = Answer(int.from_bytes(body[:2], "big"), body[2], body[3:])
        _log.log(
            TRAFFIC, "sam ins=%s data=%d sw=%06X", command[:2].hex(), len(answer.data), answer.sw
        )
        return answer

    def _await_frame(self, timeout_s: float) -> bytes:
        stream = FrameStream()
        end = time.monotonic() + timeout_s
        while (left := end - time.monotonic()) > 0:
            for body in stream.feed(self._transport.read(left)):
                return body
            if stream.rejected:
                # A broken frame came: its repeat does not come by itself, so do not wait long.
                end = min(end, time.monotonic() + _QUIET_S)
        if stream.rejected:
            raise ReaderProtocolError("check byte")
        raise NoReaderError(f"no answer in {timeout_s:g} s")


def format_sam_id(raw: bytes) -> str:
    """Return the 16-byte number as printed: five little-endian numbers."""
    parts = [int.from_bytes(raw[a:b], "little") for a, b in _ID_PARTS]
    return "{:02d}.{:02d}-{:08d}-{:010d}-{:010d}".format(*parts)


_ID_PARTS = ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16))


def _record(data: bytes, parts: int) -> BaseRecord:
    lengths = [int.from_bytes(data[2 * i : 2 * i + 2], "big") for i in range(parts)]
    if len(data) != 2 * parts + sum(lengths) or lengths[0] != RECORD_SIZE:
        raise ReaderProtocolError("record lengths")
    text = data[2 * parts :][: lengths[0]]
    photo = data[2 * parts + lengths[0] :][: lengths[1]]
    return BaseRecord(text, photo)


# What the teller must do depends on SW3 alone. Codes not listed are protocol errors.
_ERRORS: dict[int, Callable[[Answer], ReaderError]] = {
    0x80: lambda a: NoCardError(),
    0x81: lambda a: CardRemovedError("select failed"),
    0x41: lambda a: CardRemovedError("card read failed"),
    0x47: lambda a: CardRemovedError("challenge failed"),
    0x40: lambda a: WrongCardError(a.sw, "unrecognised card"),
    0x31: lambda a: CardAuthenticationError(a.sw, "card refused the module"),
    0x32: lambda a: CardAuthenticationError(a.sw, "module refused the card"),
    0x33: lambda a: CardAuthenticationError(a.sw, "information check failed"),
    0x60: lambda a: ReaderFaultError("self-test failed"),
    0x66: lambda a: ReaderFaultError("not authorised"),
    0x05: lambda a: ReaderFaultError("unknown speed"),
}


def _error(answer: Answer) -> ReaderError:
    make = _ERRORS.get(answer.sw3)
    return make(answer) if make else ReaderProtocolError(f"sw3={answer.sw3:02X}")
