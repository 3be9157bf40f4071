"""What a sealed certificate carries of the public log: that its facts stood there first."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from certs.attachments import FACTS_FILE, PROOF_FILE
from certs.checkpoints import check_proof, parse_checkpoint, parse_proof
from certs.documents import read_attachments
from certs.errors import LogProofError, NoteDamagedError
from certs.logkeys import log_keys
from certs.merkle import HASH_SIZE, leaf_hash
from certs.notes import parse_note
from certs.trust import TrustStore

_ACT: Final = "certificate prepared"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedFacts:
    """A proof that holds."""

    origin: str
    """Name of the log."""
    number: int
    """Of the record, from 1."""
    size: int
    """How many records the head holds."""
    at: str
    """When it was recorded, UTC."""


def check_logged(pdf: bytes, trust: TrustStore) -> LoggedFacts | None:
    """Check the proof within a PDF that was found VALID; None where there is none.

    Raises:
        NoteDamagedError, NoteForgedError, LogProofError: it does not hold.
    """
    files = read_attachments(pdf)
    if PROOF_FILE not in files:
        return None
    try:
        proof = parse_proof(files[PROOF_FILE].decode())
        told: dict[str, Any] = json.loads(proof.entry[:-HASH_SIZE])
        at, claimed = str(told["at"]), (told["act"], told["body_sha256"])
    except (ValueError, KeyError, TypeError) as exc:
        raise NoteDamagedError("record") from exc
    if claimed != (_ACT, hashlib.sha256(files.get(FACTS_FILE, b"")).hexdigest()):
        raise LogProofError("another certificate's record")
    origin = parse_checkpoint(parse_note(proof.checkpoint).text).origin
    head, _ = check_proof(proof, leaf_hash(proof.entry), log_keys(trust, origin), origin)
    return LoggedFacts(origin=origin, number=proof.index + 1, size=head.size, at=at)
