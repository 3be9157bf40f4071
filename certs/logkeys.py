"""Whose log it is: the keys behind the signatures on its heads, from trust; signing as the log."""

from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certs.bundle import TrustBundle
from certs.errors import KeyUnsuitableError
from certs.identity import Role
from certs.notes import COSIGNATURE, NoteKey, NoteSigner
from certs.ports import Signer
from certs.trust import TrustStore

LINK: Final = "log"
"""The bundle's link to the log; without its scheme it is the log's permanent name, its origin."""


def log_keys(trust: TrustStore, origin: str, at: datetime | None = None) -> tuple[NoteKey, ...]:
    """Return the keys that may sign heads of the log of this name.

    Those of the bundle's `log` certificates that are good at a moment (aware, UTC); without a
    moment those that were ever good and are not revoked, for heads that were kept.
    """
    found = []
    for certificate in trust.bundle.certificates(Role.LOG):
        moment = at or certificate.not_valid_after_utc - timedelta(seconds=1)
        key = certificate.public_key()
        is_good = trust.check(certificate, (), Role.LOG, moment).ok
        if is_good and isinstance(key, Ed25519PublicKey):
            found.append(NoteKey(origin, key.public_bytes_raw()))
    return tuple(found)


def find_origin(bundle: TrustBundle) -> str | None:
    """Return the log's name as the bundle says it; None when it names no log."""
    address = bundle.links.get(LINK, "")
    return address.removeprefix("https://").removeprefix("http://").rstrip("/") or None


def open_log_signer(signer: Signer, origin: str) -> NoteSigner:
    """Sign heads of the log of this name with the office's log key.

    Raises:
        KeyUnsuitableError: the key is no Ed25519 key.
    """
    key = signer.certificate.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnsuitableError("the log's key is not Ed25519")
    return NoteSigner(NoteKey(origin, key.public_bytes_raw()), signer.sign)


def make_witness_seed() -> bytes:
    """Make the secret of a new witness, 32 bytes; keep it encrypted."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def open_witness(name: str, seed: bytes) -> NoteSigner:
    """Sign as a witness of this name.

    Raises:
        KeyUnsuitableError: the secret has not 32 bytes.
    """
    try:
        key = Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError as exc:
        raise KeyUnsuitableError("witness") from exc
    return NoteSigner(NoteKey(name, key.public_key().public_bytes_raw(), COSIGNATURE), key.sign)
