"""The reader of passports and travel permits: a contactless chip behind PC/SC.

Source: ICAO Doc 9303-10 and 9303-11 (8th edition).
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from registration.days import local_day
from registration.errors import BadNameError
from registration.people import (
    IdDocument,
    IdentityRecord,
    IdKind,
    PersonName,
    ReadEvidence,
    parse_name,
)
from terminal.desk.ports import ChipKey, ReaderInfo
from terminal.drivers import pcsc
from terminal.drivers.apdu import Chip
from terminal.drivers.chip_files import open_chip, read_files
from terminal.drivers.data_groups import (
    AdditionalDetails,
    decode_details,
    decode_photo,
    decode_zone,
    listed_groups,
)
from terminal.drivers.mrz import MachineReadableZone, birth_date, parse_mrz
from terminal.drivers.passive import (
    FAILED,
    OK,
    REVOKED,
    Check,
    TrustedStates,
    check_groups,
    check_signature,
)
from terminal.drivers.security_object import decode_security_object
from terminal.reader_errors import (
    CardUnreadableError,
    ChipAlteredError,
    ReaderBusyError,
    SignerRevokedError,
    WrongChipKeyError,
)

DRIVER = "emrtd"
_DRAWN = frozenset({"jpeg", "png"})
"""What browsers draw; most passports have JPEG 2000, which they do not."""
_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Tell the time, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmrtdSettings:
    """How a reader of passports works."""

    trusted: TrustedStates = field(default_factory=TrustedStates)
    """The states whose documents are believed."""
    card_timeout_s: float = 30.0
    """How long `read` waits for a card."""


class EmrtdReader:
    """An `IdReader` over PC/SC. One read at a time; `close` from another thread cancels it."""

    def __init__(
        self,
        name: str,
        settings: EmrtdSettings | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._wanted = self._name = name
        self._settings = settings or EmrtdSettings()
        self._now = now
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._serial = ""

    def info(self) -> ReaderInfo:
        """Say what this reader is; its full name is known once `probe` or `read` found it."""
        return ReaderInfo(
            driver=DRIVER,
            name=self._name,
            device=self._name,
            port="PC/SC",
            is_simulated=pcsc.is_simulated(self._name),
            needs_key=True,
        )

    def probe(self) -> None:
        """Look whether the PC/SC service has the reader."""
        with pcsc.open_session() as session:
            self._name = session.find_reader(self._wanted)

    def read(self, key: ChipKey | None = None) -> IdentityRecord:
        """Wait for a document, open its chip with the key and read it.

        Raises:
            WrongChipKeyError: the key is missing or does not open the chip.
            WrongCardError: the card is no passport or travel permit.
            ChipAlteredError: what the chip holds is not what its issuer signed.
            SignerRevokedError: the issuing state has revoked whoever signed it.
        """
        if key is None:
            raise WrongChipKeyError(0, "no key")
        with self._own(), pcsc.open_session() as session:
            self._name = session.find_reader(self._wanted)
            session.await_card(self._name, self._settings.card_timeout_s, self._cancelled.is_set)
            started_at = self._now()
            with session.card(self._name) as chip:
                self._serial = chip.reader_serial()
                record = self._read_chip(chip, key, started_at)
        _log.info("chip read reader=%s", self._name)
        return record

    def close(self) -> None:
        """Cancel a read that waits for a card in another thread; nothing else is held open."""
        self._cancelled.set()

    @contextmanager
    def _own(self) -> Iterator[None]:
        if not self._lock.acquire(blocking=False):
            raise ReaderBusyError("a read is under way")
        try:
            self._cancelled.clear()
            yield
        finally:
            self._lock.release()

    def _read_chip(self, chip: Chip, key: ChipKey, started_at: datetime) -> IdentityRecord:
        opened, how = open_chip(chip, key)
        files = read_files(opened)
        at = self._now()
        checks = (("chip access", how), *authenticate(files, self._settings.trusted, at=at))
        if any(verdict == FAILED for _, verdict in checks):
            _log.warning("chip altered reader=%s", self._name)
            raise ChipAlteredError(checks)
        if ("signer revocation", REVOKED) in checks:
            _log.warning("signer revoked reader=%s", self._name)
            raise SignerRevokedError(checks)
        record = self._record(files, at)
        told = (
            ("photo", OK if record.photo_codec in _DRAWN else "undecoded"),
            ("in force", OK if record.is_valid_on(local_day(at)) else "expired"),
        )
        evidence = self._evidence(record.raw_sha256, (*checks, *told), started_at, at)
        return replace(record, evidence=evidence)

    def _record(self, files: Mapping[str, bytes], at: datetime) -> IdentityRecord:
        today = local_day(at)
        zone = parse_mrz(decode_zone(files["DG1"]))
        details = decode_details(files["DG11"]) if "DG11" in files else AdditionalDetails()
        photo, codec = decode_photo(files["DG2"])
        return IdentityRecord(
            document=IdDocument(id_kind(zone), zone.number),
            name=_name(details.name or zone.latin_name),
            latin_name=zone.latin_name,
            sex=zone.sex,
            nationality="DEU" if zone.nationality == "D" else zone.nationality,
            birth_date=details.birth_date or birth_date(zone.birth, today),
            address=details.address,
            issuer=zone.issuer,
            valid_to=zone.valid_to,
            photo=photo,
            photo_codec=codec,
            chip_files=tuple(files.items()),
        )

    def _evidence(
        self, raw_sha256: str, checks: tuple[Check, ...], started_at: datetime, at: datetime
    ) -> ReadEvidence:
        return ReadEvidence(
            driver=DRIVER,
            reader=self._name,
            raw_sha256=raw_sha256,
            read_at=at,
            checks=checks,
            is_simulated=pcsc.is_simulated(self._name),
            device=self._name,
            device_serial=self._serial,
            port="PC/SC",
            started_at=started_at,
        )


def authenticate(
    files: Mapping[str, bytes], trusted: TrustedStates, *, at: datetime
) -> tuple[Check, ...]:
    """Return the verdicts of passive authentication over the files that were read.

    The signed list counts: a group that it names must be there, one that it lacks is false.
    """
    try:
        secured = decode_security_object(files.get("SOD", b""))
    except CardUnreadableError:
        # A chip without a readable signature must not be taken for one that is merely worn.
        return (("SOD", FAILED),)
    groups = {name: data for name, data in files.items() if name.startswith("DG")}
    missing = tuple(
        (f"{name} hash", FAILED)
        for name in ("DG1", "DG2", "DG11")
        if name in secured.digests and name not in groups
    )
    listed = listed_groups(files["COM"])
    signed = {name for name in ("DG1", "DG2", "DG11") if name in secured.digests}
    return (
        ("COM list", OK if listed == signed else "mismatch"),
        *check_groups(secured, groups),
        *missing,
        *check_signature(secured, trusted, at=at),
    )


def id_kind(zone: MachineReadableZone) -> IdKind:
    """Return what kind of document a zone is of."""
    if zone.document_code.startswith("P"):
        return IdKind.PASSPORT
    # CS and CD open the border to the mainland's own residents, whose document is the ID card.
    is_permit = zone.document_code.startswith("C") and zone.document_code not in {"CS", "CD"}
    if is_permit and zone.issuer == "CHN":
        return IdKind.TRAVEL_PERMIT
    return IdKind.OTHER


def _name(text: str) -> PersonName:
    try:
        return parse_name(text)
    except BadNameError as exc:
        raise CardUnreadableError("name") from exc
