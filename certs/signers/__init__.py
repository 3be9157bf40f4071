"""Where private keys live: `softkey:PATH`, a closed file, or `pkcs11:…`, a token (RFC 7512)."""

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol, cast

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certs.errors import SignerSpecError
from certs.ports import KeyOpener, Signer
from certs.signers.softkey import load_softkey, open_softkeys

_SIGNERS: Final[dict[str, Callable[[str, Path], Signer]]] = {
    "softkey": lambda rest, certificate: load_softkey(Path(rest), certificate),
    "pkcs11": lambda rest, certificate: _tokens().load_token(rest, certificate),
}


def load_signer(spec: str, certificate: Path) -> Signer:
    """Open the signer that a setting describes, e.g. `softkey:/var/keys/seal.pem`.

    `certificate` is a PEM file: the key's own certificate, then its issuers.

    Raises:
        SignerSpecError: unknown kind of signer, or certificate and key do not belong together.
        KeyFileError: one of the files cannot be used.
        DeviceError: the token cannot be used.
    """
    kind, _, rest = spec.partition(":")
    make = _SIGNERS.get(kind)
    if make is None or not rest:
        raise SignerSpecError("unknown kind of signer")
    return make(rest, certificate)


def open_token(spec: str) -> "Token":
    """Find a key in a token, before there is a certificate for it.

    Raises:
        SignerSpecError: no PKCS#11 URI.
        DeviceError, KeyFileError: the token or the PIN's file cannot be used.
    """
    if not spec.startswith("pkcs11:"):
        raise SignerSpecError("not a key in a token")
    return _tokens().open_token(spec)


TokenPublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class Token(Protocol):
    """A key in a token, as far as a certificate for it needs."""

    def public_key(self) -> TokenPublicKey:
        """Read its public half. Raises: DeviceError, SignerSpecError."""

    def sign(self, data: bytes) -> bytes:
        """Sign with SHA-256: RSA as PKCS#1 v1.5, ECDSA as DER. Raises: DeviceError."""


class _Tokens(Protocol):
    def load_token(self, uri: str, certificate: Path) -> Signer: ...

    def open_token(self, uri: str) -> Token: ...


def _tokens() -> _Tokens:
    """Import the driver, which only those need who have a token."""
    try:
        driver = importlib.import_module("certs.signers.smartcard")
    except ImportError as exc:
        raise SignerSpecError("python-pkcs11 is not installed: install the extra pkcs11") from exc
    return cast(_Tokens, driver)


def load_opener(entries: Sequence[tuple[str, Path]]) -> KeyOpener:
    """Open the recipient keys that pairs of specification and certificate file describe.

    Raises:
        SignerSpecError: unknown kind of key, or certificate and key do not belong together.
        KeyFileError: one of the files cannot be used.
    """
    held = []
    for spec, certificate in entries:
        kind, _, rest = spec.partition(":")
        if kind != "softkey" or not rest:
            raise SignerSpecError("unknown kind of opener")
        held.append(load_softkey(Path(rest), certificate))
    return open_softkeys(tuple(held))
