"""What is in a parcel: a draft with its bytes, as one counter of a branch hands it to another."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from certs.envelope import Part
from registration.errors import BadDocumentError
from registration.schema import canonical, decode_json
from terminal.desk.draft import Draft
from terminal.errors import BadParcelError, BoxDamagedError, ParcelTooLargeError

# Parcel, version 1: "parcel.json" ({"blobs": [[digest, bytes]], "note", "parcel", "to", "version": 1}),
# "draft" (a row of the box, with its own version), then the bytes one after another in the order
# of `blobs`, cut into "bytes/1", "bytes/2" … Nothing is added within version 1.
VERSION: Final = 1
_PIECE: Final = 16 * 1024 * 1024
_MOST: Final = 60 * 1024 * 1024
"""So that the sealed parcel stays below what the office carries."""
_KIND: Final = "application/octet-stream"


class Codec(Protocol):
    """Turns a draft into bytes and back: the box's own form."""

    def encode(self, value: Draft, /) -> bytes:
        """Write a draft."""

    def decode(self, data: bytes, /) -> Draft:
        """Read a draft. Raises: BoxDamagedError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What was in a parcel."""

    draft: Draft
    note: str
    blobs: Mapping[str, bytes]
    """Every byte string that the draft names, by digest."""


def pack_parcel(
    draft: Draft, load: Callable[[str], bytes], codec: Codec, *, parcel: str, to: str, note: str
) -> list[Part]:
    """Return the parts of a parcel.

    Raises:
        ParcelTooLargeError: the draft's pages are too many for one parcel.
    """
    blobs = {sha256: load(sha256) for sha256 in sorted(draft.blobs)}
    whole = b"".join(blobs.values())
    if len(whole) > _MOST:
        raise ParcelTooLargeError
    told = {
        "blobs": [[sha256, len(data)] for sha256, data in blobs.items()],
        "note": note,
        "parcel": parcel,
        "to": to,
        "version": VERSION,
    }
    pieces = [whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE)]
    return [
        Part("parcel.json", "application/json", canonical(told)),
        Part("draft", _KIND, codec.encode(draft)),
        *(Part(f"bytes/{number}", _KIND, piece) for number, piece in enumerate(pieces, start=1)),
    ]


def unpack_parcel(parts: tuple[Part, ...], codec: Codec, *, parcel: str, to: str) -> Content:
    """Return what is in a parcel of this name to this counter.

    Raises:
        BadParcelError: it is another parcel, or one that cannot be read.
    """
    named = {part.name: part.data for part in parts}
    try:
        told = decode_json(named["parcel.json"])
        is_ours = (told["version"], told["parcel"], told["to"]) == (VERSION, parcel, to)
        if not is_ours:
            raise BadParcelError("another parcel")
        whole = b"".join(named[f"bytes/{n}"] for n in range(1, len(parts) - 1))
        blobs = dict(_cut(whole, told["blobs"]))
        draft = codec.decode(named["draft"])
        note = str(told["note"])
    except (BadDocumentError, BoxDamagedError, KeyError, TypeError, ValueError) as exc:
        raise BadParcelError("it cannot be read") from exc
    if not draft.blobs <= blobs.keys():
        raise BadParcelError("bytes are missing")
    return Content(draft=draft, note=note, blobs=blobs)


def _cut(whole: bytes, sizes: Any) -> Iterator[tuple[str, bytes]]:
    at = 0
    for sha256, size in sizes:
        data = whole[at : at + size]
        at += size
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BadParcelError("bytes were changed")
        yield sha256, data
