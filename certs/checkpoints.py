"""Heads of a log, and what hangs on them: proofs of one leaf, requests to witnesses.

Source: C2SP tlog-checkpoint, tlog-proof, tlog-witness ("add-checkpoint").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from certs.errors import LogProofError, NoteDamagedError, NoteForgedError
from certs.merkle import HASH_SIZE, MOST_HASHES, check_inclusion, leaf_hash
from certs.notes import (
    LARGEST_NOTE,
    Note,
    NoteKey,
    NoteSigner,
    decode_base64,
    encode_base64,
    open_note,
    parse_note,
    sign_note,
)

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_HASH: Final = re.compile(r"[A-Za-z0-9+/]{43}=", re.ASCII)
_PROOF: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: so many leaves, this tree hash."""

    origin: str
    """Which log: its permanent name."""
    size: int
    root: bytes
    """32 bytes."""

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text. Raises: NoteDamagedError: it is no head of a log."""
    lines = text.split("\n")
    # Further lines are nobody's here: a head says three things and no more.
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise NoteDamagedError("checkpoint")
    return Checkpoint(origin=lines[0], size=_number(lines[1]), root=_hash(lines[2]))


def sign_checkpoint(head: Checkpoint, signer: NoteSigner) -> str:
    """Return a signed head; the signer must never sign one that contradicts an earlier one."""
    if signer.key.name != head.origin:
        raise NoteDamagedError("origin")
    return sign_note(head.text, signer)


def open_checkpoint(
    text: str, keys: Iterable[NoteKey], origin: str | None = None
) -> tuple[Checkpoint, Note]:
    """Return a head that one of these keys signed, and its note.

    The keys are those of the log's own name; `origin` says which log was expected.

    Raises:
        NoteDamagedError: no signed head.
        NoteForgedError: another log's, or signed by none of the keys.
    """
    head = parse_checkpoint(parse_note(text).text)
    if origin is not None and head.origin != origin:
        raise NoteForgedError("another log")
    return head, open_note(text, keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """That one leaf stands in a log: all that a check without a network needs."""

    index: int
    """From 0."""
    path: tuple[bytes, ...]
    checkpoint: str
    """The signed head, with witnesses' signatures where there are some."""
    entry: bytes = b""
    """The bytes of the leaf itself; empty when the reader knows its hash already."""

    def format(self) -> str:
        """Write the proof as a `.tlog-proof` file."""
        extra = f"extra {encode_base64(self.entry)}\n" if self.entry else ""
        hashes = "".join(encode_base64(one) + "\n" for one in self.path)
        return f"{_PROOF}\n{extra}index {self.index}\n{hashes}\n{self.checkpoint}"


def parse_proof(text: str) -> LogProof:
    """Read a `.tlog-proof` file. Raises: NoteDamagedError."""
    if len(text) > LARGEST_NOTE:
        raise NoteDamagedError("too long")
    head, gap, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != _PROOF or not lines:
        raise NoteDamagedError("proof")
    extra = lines.pop(0).removeprefix("extra ") if lines[0].startswith("extra ") else ""
    if not lines or not lines[0].startswith("index ") or len(lines) - 1 > MOST_HASHES:
        raise NoteDamagedError("proof")
    return LogProof(
        index=_number(lines[0].removeprefix("index ")),
        path=tuple(_hash(line) for line in lines[1:]),
        checkpoint=checkpoint,
        entry=decode_base64(extra) if extra else b"",
    )


def check_proof(
    proof: LogProof, leaf: bytes, keys: Iterable[NoteKey], origin: str | None = None
) -> tuple[Checkpoint, Note]:
    """Check that a leaf stands in the log that these keys sign; return the head and its note.

    Raises:
        NoteDamagedError, NoteForgedError: the head is not this log's.
        LogProofError: the leaf does not stand there, or the entry is another leaf's.
    """
    if proof.entry and leaf_hash(proof.entry) != leaf:
        raise LogProofError("entry")
    head, note = open_checkpoint(proof.checkpoint, keys, origin)
    check_inclusion(leaf, index=proof.index, size=head.size, root=head.root, proof=proof.path)
    return head, note


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A head, and the proof that it continues an older one: what a witness is asked to sign."""

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: str

    def format(self) -> str:
        """Write the body of a request to a witness."""
        hashes = "".join(encode_base64(one) + "\n" for one in self.path)
        return f"old {self.old_size}\n{hashes}\n{self.checkpoint}"


def parse_growth(text: str) -> Growth:
    """Read the body of a request to a witness. Raises: NoteDamagedError."""
    if len(text) > LARGEST_NOTE:
        raise NoteDamagedError("too long")
    head, gap, checkpoint = text.partition("\n\n")
    first, *hashes = head.split("\n")
    if not gap or not first.startswith("old ") or len(hashes) > MOST_HASHES:
        raise NoteDamagedError("growth")
    return Growth(
        old_size=_number(first.removeprefix("old ")),
        path=tuple(_hash(line) for line in hashes),
        checkpoint=checkpoint,
    )


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NoteDamagedError("number")
    return int(text)


def _hash(text: str) -> bytes:
    data = decode_base64(text) if _HASH.fullmatch(text) else b""
    if len(data) != HASH_SIZE:
        raise NoteDamagedError("hash")
    return data
