"""Signed notes: a text, an empty line, and a line for each signature; Ed25519 alone.

Source: C2SP signed-note (signature type 0x01) and tlog-cosignature (type 0x04).
"""

import base64
import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certs.errors import NoteDamagedError, NoteForgedError

LARGEST_NOTE: Final = 1024 * 1024
MOST_SIGNATURES: Final = 1024
"""More than a city has counters; the format asks for 16 at least."""
ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
_DASH: Final = "\N{EM DASH} "
_KEY_SIZE: Final = 32
_ID_SIZE: Final = 4


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key that signs notes, under its name."""

    name: str
    """Without blanks and plus signs; for a log its origin."""
    public: bytes
    """Ed25519, 32 bytes."""
    kind: int = ED25519
    """The signature type: `ED25519` for logs, `COSIGNATURE` for witnesses."""

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or len(self.public) != _KEY_SIZE:
            raise NoteDamagedError("key")
        if self.kind not in {ED25519, COSIGNATURE}:
            raise NoteDamagedError("key type")

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each signature of this key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:_ID_SIZE]

    @property
    def text(self) -> str:
        """The key as one word, as other programs take it (vkey)."""
        encoded = encode_base64(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def is_signer_of(self, signature: "NoteSignature") -> bool:
        """Say whether a line claims to be from this key."""
        return (self.name, self.key_id) == (signature.name, signature.key_id)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, as it stands."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line with its end."""
        encoded = encode_base64(self.key_id + self.signature)
        return f"{_DASH}{self.name} {encoded}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures; nobody has vouched for it yet."""

    text: str
    """With its last newline."""
    signatures: tuple[NoteSignature, ...]

    def format(self) -> str:
        """Write the note."""
        return self.text + "\n" + "".join(one.line for one in self.signatures)


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A key that signs notes, wherever its private half lives."""

    key: NoteKey
    sign: Callable[[bytes], bytes] = field(repr=False)
    """Ed25519 over the message, 64 bytes. Raises: CertsError."""


def is_key_name(name: str) -> bool:
    """Say whether a key may have this name."""
    return bool(name) and "+" not in name and name.isprintable() and not any(map(str.isspace, name))


def parse_key(text: str) -> NoteKey:
    """Read a key that was written as one word.

    Raises:
        NoteDamagedError: it is of another kind, or its number is not its own.
    """
    name, _, rest = text.partition("+")
    digits, _, encoded = rest.partition("+")
    data = decode_base64(encoded)
    key = NoteKey(name, data[1:], data[0] if data else 0)
    if key.key_id.hex() != digits:
        raise NoteDamagedError("key number")
    return key


def parse_note(text: str) -> Note:
    """Take a note apart without believing it.

    Raises:
        NoteDamagedError: no signed note, too long, or with too many signatures.
    """
    if len(text) > LARGEST_NOTE or any(c < " " and c != "\n" for c in text):
        raise NoteDamagedError("too long, or control characters")
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not body or not lines.endswith("\n"):
        raise NoteDamagedError("no signatures")
    return Note(body + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """Read signature lines, each with its end. Raises: NoteDamagedError."""
    found = tuple(_parse_line(line) for line in lines.removesuffix("\n").split("\n"))
    if len(found) > MOST_SIGNATURES:
        raise NoteDamagedError("too many signatures")
    return found


def sign_note(text: str, signer: NoteSigner) -> str:
    """Return a note with one signature. Raises: NoteDamagedError, CertsError."""
    made = NoteSignature(signer.key.name, signer.key.key_id, signer.sign(text.encode()))
    return parse_note(Note(text, (made,)).format()).format()


def open_note(text: str, keys: Iterable[NoteKey]) -> Note:
    """Return a note that one of these keys signed; lines of other keys are passed over.

    Raises:
        NoteDamagedError: no signed note.
        NoteForgedError: none of the keys signed it, or a line of theirs does not hold.
    """
    note = parse_note(text)
    signed = 0
    for key in keys:
        for one in note.signatures:
            if key.is_signer_of(one):
                _require_signature(key, one.signature, note.text.encode())
                signed += 1
    if not signed:
        raise NoteForgedError("not signed by this log")
    return note


def cosign(note: Note, signer: NoteSigner, at: datetime) -> NoteSignature:
    """Return a witness's signature: that it saw this text, and nothing longer, at this moment."""
    seconds = int(at.timestamp())
    made = signer.sign(_cosigned(note.text, seconds))
    stamped = struct.pack(">Q", seconds) + made
    return NoteSignature(signer.key.name, signer.key.key_id, stamped)


def check_cosignature(note: Note, signature: NoteSignature, key: NoteKey) -> datetime:
    """Return when a witness signed this text.

    Raises:
        NoteForgedError: it did not.
    """
    if not key.is_signer_of(signature) or len(signature.signature) != 8 + 64:
        raise NoteForgedError("another witness")
    seconds = struct.unpack(">Q", signature.signature[:8])[0]
    _require_signature(key, signature.signature[8:], _cosigned(note.text, seconds))
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as exc:
        raise NoteForgedError("time") from exc


def find_cosigners(note: Note, keys: Sequence[NoteKey]) -> tuple[NoteKey, ...]:
    """Return which witnesses signed a note, in the order of the keys; bad lines do not count."""
    return tuple(key for key in keys if any(_is_cosigned(note, s, key) for s in note.signatures))


def _is_cosigned(note: Note, signature: NoteSignature, key: NoteKey) -> bool:
    try:
        check_cosignature(note, signature, key)
    except NoteForgedError:
        return False
    return True


def _cosigned(text: str, seconds: int) -> bytes:
    # The first line keeps witnesses' signatures apart from everything else that is ever signed.
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _require_signature(key: NoteKey, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as exc:
        raise NoteForgedError("signature") from exc


def _parse_line(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_key_name(name):
        raise NoteDamagedError("signature line")
    data = decode_base64(encoded)
    if len(data) <= _ID_SIZE:
        raise NoteDamagedError("signature line")
    return NoteSignature(name, data[:_ID_SIZE], data[_ID_SIZE:])


def encode_base64(data: bytes) -> str:
    """Write bytes as base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Read base64 in its one spelling. Raises: NoteDamagedError."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as exc:
        raise NoteDamagedError("base64") from exc
    if encode_base64(data) != text:
        raise NoteDamagedError("base64")
    return data
