"""The journal's hash chain, as arithmetic: no database."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from backend.office.rows import JournalRecord

# hash = SHA-256(0x00 || entry); entry = canonical JSON (RFC 8785) of the record || the previous
# record's hash, 32 bytes. The first record follows 32 zero bytes. 0x00 is the leaf prefix of
# RFC 9162: the hashes are the leaves of the public log as they are.
# Version 1 of the JSON, never written any more: {act, actor, at, body_sha256, ref, seq, v: 1}.
# Version 2 adds salt, 16 random bytes in hexadecimal: the hashes are published, and without it
# somebody who knows the rest could find a name or a number by trying. `at` is UTC with six
# decimals and "Z". Neither version ever changes.
_LEAF: Final = b"\x00"
FIRST_PREVIOUS: Final = "00" * 32
_ENCODE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalVerdict:
    """What a check of the whole chain found."""

    records: int
    """How many records are good, counted from the first."""
    head: str
    """Hash of the last good record."""
    bad_seq: int | None = None
    """The first record that is wrong or missing; None when the chain holds."""
    reason: str = ""
    """"gap", "previous hash", "hash" or "receipt"; empty when the chain holds."""

    @property
    def is_good(self) -> bool:
        return self.bad_seq is None


def link(
    *,
    seq: int,
    at: datetime,
    actor: str,
    act: str,
    ref: str,
    body: bytes,
    previous_hash: str,
    salt: str = "",
) -> JournalRecord:
    """Return the record that follows `previous_hash`; with a salt it is of version 2."""
    record = JournalRecord(
        seq=seq,
        at=at,
        actor=actor,
        act=act,
        ref=ref,
        body_sha256=hashlib.sha256(body).hexdigest(),
        previous_hash=previous_hash,
        hash="",
        salt=salt,
    )
    return replace(record, hash=hash_record(record))


def entry_of(record: JournalRecord) -> bytes:
    """Return the bytes whose hash a record is: the leaf of the public log."""
    told: dict[str, str | int] = {
        "act": record.act,
        "actor": record.actor,
        "at": record.at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z",
        "body_sha256": record.body_sha256,
        "ref": record.ref,
        "seq": record.seq,
    }
    told |= {"salt": record.salt, "v": 2} if record.salt else {"v": 1}
    # Texts and whole numbers under ASCII names alone: for these, Python's encoder writes what
    # RFC 8785 asks for, five times as fast; tests hold them together.
    return _ENCODE(told).encode() + bytes.fromhex(record.previous_hash)


def hash_record(record: JournalRecord) -> str:
    """Compute a record's hash anew, hexadecimal."""
    return hashlib.sha256(_LEAF + entry_of(record)).hexdigest()


def check_chain(records: Iterable[JournalRecord]) -> JournalVerdict:
    """Recompute every hash from the first record on and stop at the first that is wrong."""
    count, head = 0, FIRST_PREVIOUS
    for record in records:
        reason = find_fault(record, count + 1, head)
        if reason:
            return JournalVerdict(records=count, head=head, bad_seq=count + 1, reason=reason)
        count, head = count + 1, record.hash
    return JournalVerdict(records=count, head=head)


def find_fault(record: JournalRecord, seq: int, head: str) -> str:
    """Say what is wrong with the record that should have this number and follow this hash."""
    if record.seq != seq:
        return "gap"
    if record.previous_hash != head:
        return "previous hash"
    return "" if record.hash == hash_record(record) else "hash"
