"""The journal's hash chain, as arithmetic: no database."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import rfc8785

from backend.office.rows import JournalRecord

# Version 1 of the chain; never changes. hash = SHA-256(0x00 || canonical JSON (RFC 8785) of
# {act, actor, at, body_sha256, ref, seq, v: 1} || the previous record's hash, 32 bytes), where
# `at` is UTC with six decimals and "Z". The first record follows 32 zero bytes. 0x00 is the leaf
# prefix of RFC 9162, so that the same hashes can be leaves of a Merkle tree.
_LEAF: Final = b"\x00"
FIRST_PREVIOUS: Final = "00" * 32


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
    *, seq: int, at: datetime, actor: str, act: str, ref: str, body: bytes, previous_hash: str
) -> JournalRecord:
    """Return the record that follows `previous_hash`."""
    body_sha256 = hashlib.sha256(body).hexdigest()
    return JournalRecord(
        seq=seq,
        at=at,
        actor=actor,
        act=act,
        ref=ref,
        body_sha256=body_sha256,
        previous_hash=previous_hash,
        hash=_hash(seq, at, (actor, act, ref, body_sha256), previous_hash),
    )


def check_chain(records: Iterable[JournalRecord]) -> JournalVerdict:
    """Recompute every hash from the first record on and stop at the first that is wrong."""
    count, head = 0, FIRST_PREVIOUS
    for record in records:
        reason = _find_fault(record, count + 1, head)
        if reason:
            return JournalVerdict(records=count, head=head, bad_seq=count + 1, reason=reason)
        count, head = count + 1, record.hash
    return JournalVerdict(records=count, head=head)


def _find_fault(record: JournalRecord, seq: int, head: str) -> str:
    if record.seq != seq:
        return "gap"
    if record.previous_hash != head:
        return "previous hash"
    words = (record.actor, record.act, record.ref, record.body_sha256)
    return "" if record.hash == _hash(seq, record.at, words, head) else "hash"


def _hash(seq: int, at: datetime, words: tuple[str, str, str, str], previous_hash: str) -> str:
    actor, act, ref, body_sha256 = words
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    row = rfc8785.dumps(
        {"act": act, "actor": actor, "at": moment, "body_sha256": body_sha256, "ref": ref}
        | {"seq": seq, "v": 1}
    )
    return hashlib.sha256(_LEAF + row + bytes.fromhex(previous_hash)).hexdigest()
