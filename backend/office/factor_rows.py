"""What the office keeps of second factors: keys, what they have to sign, failures by door."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRow:
    """Failures at one door of an account other than the open one, which the account itself counts."""

    staff_id: str
    door: str
    """"factor"; or the digest of what a browser keeps that its owner has signed in with before."""
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A security key (WebAuthn) of a member of staff."""

    credential_id: str
    """Hexadecimal, as the key named itself."""
    staff_id: str
    label: str
    """What its owner calls it."""
    credential: bytes
    """Attested credential data (WebAuthn §6.5.1): model, id and public key; nothing secret."""
    counter: int
    """How often it signed, as it said last; 0 where it does not count."""
    added_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRow:
    """What a session's key has to sign; good once, and for minutes."""

    token_sha256: str
    purpose: str
    """"add" or "use"."""
    challenge: bytes
    at: datetime
