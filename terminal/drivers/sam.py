"""The reader of resident ID cards and residence permits: a SAM over serial port, HID or USB."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from registration.errors import BadIdNumberError
from registration.identifiers import parse_id_number
from registration.people import IdDocument, IdentityRecord, ReadEvidence
from terminal.desk.ports import ChipKey, PhotoDecoder, ReaderInfo
from terminal.drivers.records import CardKind, CardText, decode_address, decode_record
from terminal.drivers.sam_module import SIMULATED_PREFIX, BaseRecord, SamModule, Timeouts
from terminal.drivers.transports import Device, Transport
from terminal.reader_errors import (
    CardRemovedError,
    CardUnreadableError,
    NoCardError,
    NoReaderError,
    ReadCancelledError,
    ReaderBusyError,
    ReaderError,
    ReaderFaultError,
    ReaderProtocolError,
)

DRIVER = "sam"
_RF_SIZE = 80
_TRIES = 2
_SEX_CODES = frozenset("0129")
_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Tell the time, aware, UTC."""
    return datetime.now(UTC)


class SamReader:
    """An `IdReader` over a SAM. One read at a time; `close` from another thread cancels it."""

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        *,
        name: str,
        timeouts: Timeouts | None = None,
        decoder: PhotoDecoder | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._open_transport = open_transport
        self._name = name
        self._timeouts = timeouts or Timeouts()
        self._decoder = decoder
        self._now = now
        self._transport: Transport | None = None
        self._device = Device(port=name)
        self._sam_id = ""
        self._lock = threading.Lock()
        self._cancelled = threading.Event()

    def info(self) -> ReaderInfo:
        """Say what this reader is; its numbers are known once `probe` or `read` reached it."""
        return ReaderInfo(
            driver=DRIVER,
            name=self._name,
            serial=self._sam_id,
            device=self._device.model,
            port=self._device.port,
            is_simulated=self._sam_id.startswith(SIMULATED_PREFIX),
            waits=True,
        )

    def probe(self) -> None:
        """Ask the module for its self-test and its number; a read that is under way says enough."""
        if self._lock.locked():
            return
        with self._session():
            pass

    def read(self, key: ChipKey | None = None) -> IdentityRecord:
        """Wait for a card and read it; a card that was read must be lifted before the next."""
        with self._session() as module:
            self._await_card(module)
            record = self._read_card(module)
        _log.info("id card read sam=%s", self._sam_id)
        return self._with_portrait(record)

    def close(self) -> None:
        """Let the port go; a read that waits for a card in another thread is cancelled."""
        self._cancelled.set()
        with self._lock:
            self._let_go()

    @contextmanager
    def _session(self) -> Iterator[SamModule]:
        """Own the line: frames of two conversations must never mix."""
        if not self._lock.acquire(blocking=False):
            raise ReaderBusyError("a read is under way")
        try:
            self._cancelled.clear()
            yield self._module()
        except (NoReaderError, ReaderFaultError, ReaderProtocolError):
            # Opened anew next time: the cable may have been pulled and put back.
            self._let_go()
            raise
        finally:
            self._lock.release()

    def _module(self) -> SamModule:
        """Return the module that is there now; another one than last time is as good."""
        if self._transport is not None:
            try:
                return self._greet(self._transport)
            except NoReaderError:
                _log.info("reader gone, looking for one again name=%s", self._name)
                self._let_go()
        self._transport = self._open_transport()
        module = self._greet(self._transport)
        try:
            module.set_rf_size(_RF_SIZE)
        except ReaderProtocolError:
            _log.info("reader keeps its own radio block size sam=%s", self._sam_id)
        return module

    def _greet(self, transport: Transport) -> SamModule:
        module = SamModule(transport, self._timeouts)
        module.status()
        # Asked each time: behind a serial port one reader may have been put in another's place.
        self._sam_id, self._device = module.sam_id(), transport.device
        return module

    def _let_go(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def _await_card(self, module: SamModule) -> None:
        end = time.monotonic() + self._timeouts.card
        while not module.find():
            if time.monotonic() > end:
                raise NoCardError(f"none in {self._timeouts.card:g} s")
            if self._cancelled.wait(self._timeouts.poll):
                raise ReadCancelledError

    def _read_card(self, module: SamModule) -> IdentityRecord:
        """Select and read; one silent repeat, then a reset so that the next try starts clean."""
        end, started_at = time.monotonic() + self._timeouts.transaction, self._now()
        for attempt in range(1, _TRIES + 1):
            try:
                module.select()
                raw = module.read_base()
                return self._record(raw, module.read_address(), started_at)
            except CardRemovedError:
                _log.info("card moved attempt=%d sam=%s", attempt, self._sam_id)
                if attempt == _TRIES or time.monotonic() > end:
                    self._reset(module)
                    raise
        raise AssertionError("unreachable")

    def _reset(self, module: SamModule) -> None:
        try:
            module.reset()
        except ReaderError as exc:
            # The card's own failure is what the teller must hear of; this one comes next time.
            _log.info("module did not reset code=%s", exc.code)

    def _record(self, raw: BaseRecord, address: bytes, started_at: datetime) -> IdentityRecord:
        text = decode_record(raw.text)
        sex = text.values["sex"]
        if sex not in _SEX_CODES:
            raise CardUnreadableError("sex")
        record = IdentityRecord(
            document=IdDocument(text.id_kind, text.values["number"]),
            name=text.name,
            latin_name=text.latin_name,
            sex=sex,
            nation=text.values.get("nation", ""),
            nationality=text.values.get("nationality", ""),
            birth_date=text.day("birth"),
            address=decode_address(address) if address else text.values.get("address", ""),
            issuer=text.values.get("issuer", ""),
            valid_from=text.day("valid_from"),
            valid_to=text.valid_to,
            photo=raw.photo,
            photo_codec="wlt" if raw.photo else "",
            chip_fields=text.told_apart,
            chip_files=_files(raw, address),
        )
        checks = (*check_text(text), ("photo", "undecoded" if raw.photo else "absent"))
        return replace(record, evidence=self._evidence(record.raw_sha256, checks, started_at))

    def _evidence(
        self, raw_sha256: str, checks: tuple[tuple[str, str], ...], started_at: datetime
    ) -> ReadEvidence:
        return ReadEvidence(
            driver=DRIVER,
            reader=self._sam_id,
            raw_sha256=raw_sha256,
            read_at=self._now(),
            checks=checks,
            is_simulated=self._sam_id.startswith(SIMULATED_PREFIX),
            device=self._device.model,
            device_serial=self._device.serial,
            port=self._device.port,
            started_at=started_at,
        )

    def _with_portrait(self, record: IdentityRecord) -> IdentityRecord:
        """Return the record with its photo as a picture, where a decoder can make one."""
        portrait = self._decoder.decode(record.photo) if self._decoder and record.photo else None
        if portrait is None or record.evidence is None:
            return record
        checks = tuple(
            (name, "decoded" if name == "photo" else verdict)
            for name, verdict in record.evidence.checks
        )
        return replace(
            record,
            portrait=portrait.data,
            portrait_codec=portrait.codec,
            evidence=replace(record.evidence, checks=checks),
        )


def _files(raw: BaseRecord, address: bytes) -> tuple[tuple[str, bytes], ...]:
    files = (("text", raw.text), ("photo", raw.photo), ("newest address", address))
    return tuple((name, data) for name, data in files if data)


def check_text(text: CardText) -> tuple[tuple[str, str], ...]:
    """Compare the number with itself and with the other fields.

    A number without its check character cannot stand for a person, so it is an error. A birth
    date or sex that differs from the number exists on genuine cards: it is a verdict to look at.

    Raises:
        CardUnreadableError: the number's check character or shape is wrong.

    Source: GB 11643-1999.
    """
    number = text.values["number"]
    if text.kind is CardKind.PERMANENT_2017:
        # Fifteen characters without a check character: three letters and twelve digits.
        letters, digits = number[:3], number[3:]
        if not (number.isascii() and len(digits) == 12 and digits.isdigit() and letters.isalpha()):
            raise CardUnreadableError("number")
        return (("number", "ok"),)
    try:
        parsed = parse_id_number(number)
    except BadIdNumberError as exc:
        raise CardUnreadableError("number") from exc
    if parsed.birth_date is None:
        return (("number", "ok"),)
    sex_in_number = "1" if int(number[16]) % 2 else "2"
    return (
        ("number", "ok"),
        ("birth in number", _verdict(parsed.birth_date == text.day("birth"))),
        ("sex in number", _verdict(text.values["sex"] in {sex_in_number, "0", "9"})),
    )


def _verdict(is_equal: bool) -> str:
    return "ok" if is_equal else "mismatch"
