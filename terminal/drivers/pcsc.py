"""Cards behind PC/SC: which readers there are, waiting for a card, the line to its chip.

Source: PC/SC Workgroup, part 5 (resource manager); codes as in pcsclite's pcsclite.h.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

from terminal.drivers.apdu import Command, Response
from terminal.drivers.optional import load_library
from terminal.drivers.traffic import TRAFFIC
from terminal.drivers.transports import clean_text
from terminal.reader_errors import (
    CardRemovedError,
    CardUnreadableError,
    MisconfiguredReaderError,
    NoCardError,
    NoCardServiceError,
    NoReaderError,
    ReadCancelledError,
    ReaderBusyError,
    ReaderError,
    ReaderFaultError,
    ReaderProtocolError,
)

_POLL_S = 0.3
_NO_READERS = 0x8010002E
_TIMED_OUT = 0x8010000A
_ERRORS: dict[int, type[ReaderError]] = {
    0x80100002: ReadCancelledError,
    0x80100009: NoReaderError,  # unknown reader
    0x8010000B: ReaderBusyError,
    0x8010000C: NoCardError,
    0x80100014: ReaderFaultError,  # unknown internal error
    0x80100016: CardRemovedError,  # not transacted
    0x80100017: NoReaderError,  # reader unavailable
    0x8010001D: NoCardServiceError,
    0x8010001E: NoCardServiceError,  # it stopped meanwhile
    0x8010002E: NoReaderError,
    0x8010002F: CardRemovedError,  # communication lost
    0x80100067: CardRemovedError,  # unpowered
    0x80100068: CardRemovedError,  # reset by somebody else
    0x80100069: CardRemovedError,
    0x8010006A: MisconfiguredReaderError,  # this account may not use PC/SC
    0x8010000F: NoCardError,  # protocol mismatch: the card was lifted while it was powered
}
_SILENT_CARD = 0x80100066
_log = logging.getLogger(__name__)


AUTO: Final = "auto"
_CONTACTLESS: Final = ("PICC", "CONTACTLESS", " CL ", "NFC")
"""What makers put into the name of the slot that chips are laid on."""
_SECURITY_SLOT: Final = " SAM"


def load_scard() -> ModuleType:
    """Import the PC/SC library.

    Raises:
        MisconfiguredReaderError: it is not installed.
    """
    return load_library("smartcard.scard", package="pyscard")


def is_simulated(name: str) -> bool:
    """Say whether a reader of this name is a program instead of a device."""
    folded = name.casefold()
    return "virtual" in folded or "vpcd" in folded


class PCSCChip:
    """A card that this program alone may talk to; a `Chip`."""

    def __init__(self, scard: ModuleType, card: Any, protocol: int) -> None:
        self._scard = scard
        self._card = card
        self._protocol = protocol
        self.is_lost = False
        """Whether the card no longer answers."""

    def reader_serial(self) -> str:
        """Return the reader's own serial number; empty where its driver does not say."""
        code, value = self._scard.SCardGetAttrib(
            self._card, self._scard.SCARD_ATTR_VENDOR_IFD_SERIAL_NO
        )
        return clean_text(bytes(value).decode("latin-1").strip("\x00")) if code == 0 else ""

    def send(self, command: Command) -> Response:
        """Send a command and return the answer, whatever its status word.

        Raises:
            CardRemovedError: the card left the field.
            NoReaderError: the reader was pulled out.
        """
        sent = list(command.encode())
        code, answer = self._scard.SCardTransmit(self._card, self._protocol, sent)
        self.is_lost = _unsigned(code) != 0 or len(answer) < 2
        _require(code, "transmit")
        if self.is_lost:
            raise CardRemovedError("an answer without a status word")
        sw = answer[-2] << 8 | answer[-1]
        _log.log(TRAFFIC, "ins=%02X sent=%d got=%d sw=%04X", sent[1], len(sent), len(answer), sw)
        return Response(bytes(answer[:-2]), sw)


class Session:
    """One conversation with the PC/SC service."""

    def __init__(self, scard: ModuleType, context: Any) -> None:
        self._scard = scard
        self._context = context

    def readers(self) -> tuple[str, ...]:
        """Return the names of the readers that are plugged in."""
        code, names = self._scard.SCardListReaders(self._context, [])
        if _unsigned(code) == _NO_READERS:
            return ()
        _require(code, "list readers")
        return tuple(names)

    def find_reader(self, wanted: str) -> str:
        """Return the one reader whose name is, or holds, the wanted text; `auto` is the contactless one.

        Raises:
            NoReaderError: there is none; the detail lists those that are there.
            MisconfiguredReaderError: several readers fit.
        """
        names = self.readers()
        if wanted in names:
            return wanted
        if wanted == AUTO:
            return _find_contactless(names)
        fitting = [name for name in names if wanted.casefold() in name.casefold()]
        if len(fitting) > 1:
            raise MisconfiguredReaderError(f"{wanted} may be any of: {'; '.join(fitting)}")
        if not fitting:
            raise NoReaderError(f"no {wanted}; readers here: {'; '.join(names) or 'none'}")
        return fitting[0]

    def await_card(self, name: str, timeout_s: float, cancelled: Callable[[], bool]) -> None:
        """Wait until a card lies on the reader.

        Raises:
            NoCardError: none came in time.
            ReadCancelledError: `cancelled` said so.
        """
        scard, state, left_s = self._scard, self._scard.SCARD_STATE_UNAWARE, timeout_s
        while not state & scard.SCARD_STATE_PRESENT:
            if cancelled():
                raise ReadCancelledError
            if left_s < 0:
                raise NoCardError(f"none in {timeout_s:g} s")
            # The first call tells how things stand and does not wait.
            if state != scard.SCARD_STATE_UNAWARE:
                left_s -= _POLL_S
            code, found = scard.SCardGetStatusChange(
                self._context, round(_POLL_S * 1000), [(name, state)]
            )
            if _unsigned(code) != _TIMED_OUT:
                _require(code, "card state")
                state = found[0][1] & ~scard.SCARD_STATE_CHANGED
        if state & scard.SCARD_STATE_MUTE:
            raise CardUnreadableError("answer to reset")

    @contextmanager
    def card(self, name: str) -> Iterator[PCSCChip]:
        """Open the card on a reader for this program alone; it is reset afterwards."""
        scard = self._scard
        code, card, protocol = scard.SCardConnect(
            self._context,
            name,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        _require(code, "connect")
        chip = PCSCChip(scard, card, protocol)
        try:
            yield chip
        finally:
            # The chip must not stay open for the next program. A lost card has forgotten all; to
            # reset it would fail, and pcscd then overlooks a card that is laid down quickly.
            after = scard.SCARD_LEAVE_CARD if chip.is_lost else scard.SCARD_RESET_CARD
            scard.SCardDisconnect(card, after)


@contextmanager
def open_session() -> Iterator[Session]:
    """Reach the PC/SC service.

    Raises:
        NoCardServiceError: it does not run on this machine.
        MisconfiguredReaderError: the library is missing, or this account may not use it.
    """
    scard = load_scard()
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _require(code, "PC/SC service")
    try:
        yield Session(scard, context)
    finally:
        scard.SCardReleaseContext(context)


def _find_contactless(names: tuple[str, ...]) -> str:
    """Return the one reader that chips are laid on; a dual reader shows each of its slots."""
    said = [name for name in names if any(mark in name.upper() for mark in _CONTACTLESS)]
    fitting = said or [name for name in names if _SECURITY_SLOT not in name.upper()]
    if len(fitting) > 1:
        raise MisconfiguredReaderError(f"auto may be any of: {'; '.join(fitting)}")
    if not fitting:
        raise NoReaderError(f"no contactless reader; readers here: {'; '.join(names) or 'none'}")
    return fitting[0]


def _unsigned(code: int) -> int:
    return code & 0xFFFFFFFF


def _require(code: int, what: str) -> None:
    number = _unsigned(code)
    if number == 0:
        return
    if number == _SILENT_CARD:
        raise CardUnreadableError("answer to reset")
    raise _ERRORS.get(number, ReaderProtocolError)(f"{what} code={number:08X}")
