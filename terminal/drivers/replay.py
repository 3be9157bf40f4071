"""A reader that plays recorded cards: for training, without any device.

The file is JSON: `{"version": 1, "cards": [...]}`. A card is an identity document as on the
wire of version 1 (without evidence), or a fault to practise with: `{"fault": "removed"}`.
Cards come one after another; after the last one nobody lays a card once, then it starts over.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registration.errors import BadDocumentError
from registration.people import IdentityRecord, IdSource, ReadEvidence
from registration.schema import decode_json
from registration.wire.document import read, write
from registration.wire.people import IdentityRecordWire
from terminal.desk.ports import ChipKey, ReaderInfo
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

DRIVER = "replay"
_VERSION = 1
_FAULTS: Mapping[str, Callable[[], ReaderError]] = {
    "altered": lambda: ChipAlteredError((("DG1 hash", "failed"),)),
    "foreign": lambda: WrongCardError(0x40),
    "no-card": NoCardError,
    "not-genuine": lambda: CardAuthenticationError(0x32),
    "out-of-order": ReaderFaultError,
    "removed": CardRemovedError,
    "unplugged": NoReaderError,
    "worn": lambda: CardUnreadableError("name"),
}


def utc_now() -> datetime:
    """Tell the time, aware, UTC."""
    return datetime.now(UTC)


class ReplayReader:
    """An `IdReader` over a file; everything that it reads is marked as simulated."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self._path = path
        self._now = now
        self._next = 0

    def info(self) -> ReaderInfo:
        """Say that no device stands behind this reader."""
        return ReaderInfo(driver=DRIVER, name=self._path.name, is_simulated=True)

    def probe(self) -> None:
        """Read the file and check every card in it."""
        self._cards()

    def read(self, key: ChipKey | None = None) -> IdentityRecord:
        """Play the next card.

        Raises:
            ReaderError: the recording says so, with the fault's own class.
        """
        cards = self._cards()
        at, self._next = self._next, self._next + 1
        if at >= len(cards):
            self._next = 0
            raise NoCardError("the recording is at its end")
        card = cards[at]
        if isinstance(card, str):
            fault = _FAULTS[card]()
            raise fault
        return replace(card, evidence=self._evidence(card))

    def close(self) -> None:
        """Lay the first card on again."""
        self._next = 0

    def _cards(self) -> list[IdentityRecord | str]:
        try:
            data = self._path.read_bytes()
        except OSError as exc:
            raise NoReaderError(str(self._path)) from exc
        return parse_recording(data)

    def _evidence(self, card: IdentityRecord) -> ReadEvidence:
        return ReadEvidence(
            driver=DRIVER,
            reader=self._path.name,
            raw_sha256=hashlib.sha256(format_recording([card])).hexdigest(),
            read_at=self._now(),
            checks=(("recording", "simulated"),),
            is_simulated=True,
        )


def parse_recording(data: bytes) -> list[IdentityRecord | str]:
    """Read a recording: records, and faults by their names.

    Raises:
        MisconfiguredReaderError: it is none; the detail names the first wrong place.
    """
    try:
        found = decode_json(data)
        if not isinstance(found, dict) or set(found) != {"version", "cards"}:
            raise MisconfiguredReaderError("a recording has version and cards")
        if found["version"] != _VERSION or not isinstance(found["cards"], list):
            raise MisconfiguredReaderError(f"a recording of version {_VERSION} has a list of cards")
        return [_parse_card(at, card) for at, card in enumerate(found["cards"])]
    except BadDocumentError as exc:
        raise MisconfiguredReaderError(f"recording: {exc}") from exc


def format_recording(cards: Sequence[IdentityRecord]) -> bytes:
    """Write records as a recording; how they were read is left out."""
    written = [
        write(IdentityRecordWire, replace(card, evidence=None, source=IdSource.CHIP))
        for card in cards
    ]
    return json.dumps(
        {"version": _VERSION, "cards": written}, ensure_ascii=False, indent=1
    ).encode()


def _parse_card(at: int, card: Any) -> IdentityRecord | str:
    if isinstance(card, dict) and set(card) == {"fault"}:
        if not isinstance(card["fault"], str) or card["fault"] not in _FAULTS:
            raise MisconfiguredReaderError(f"card {at + 1}: no such fault")
        return card["fault"]
    try:
        return read(IdentityRecordWire, card, IdentityRecord)
    except BadDocumentError as exc:
        raise MisconfiguredReaderError(f"card {at + 1}: {exc}") from exc
