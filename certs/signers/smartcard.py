"""Keys in tokens: smart cards and cryptographic devices behind PKCS#11; they never leave it.

RSA and P-256. PKCS#11 (OASIS, 2.40 to 3.1) has no mechanism for SM2: each maker's own number
would be needed, and none was at hand to try, so SM2 keys are refused here.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature
from pkcs11.util.rsa import encode_rsa_public_key

from certs.errors import DeviceError, SignerSpecError
from certs.keys import load_certificates, public_key_of, read_private
from certs.signers.uris import TokenKey, parse_uri

_PROBE: Final = b"mortgage registration: does this key belong to this certificate?"
T = TypeVar("T")
_Key = Any
"""The library makes a class for each kind of key, with what that key can do."""
_PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(slots=True)
class Token:
    """A key in a token, and the session in which it is used; one act at a time."""

    place: TokenKey
    _key: _Key = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign with SHA-256: RSA as PKCS#1 v1.5, ECDSA as DER.

        Raises:
            DeviceError: the token is gone, its PIN was refused, or it cannot sign so.
        """
        return self._act(lambda key: _sign(key, data))

    def public_key(self) -> _PublicKey:
        """Read the public key that lies beside the private one.

        Raises:
            DeviceError: the token is gone, or holds no public key of this name.
            SignerSpecError: it is neither RSA nor on P-256.
        """
        return self._act(self._read_public)

    def _read_public(self, key: _Key) -> _PublicKey:
        found = key.session.get_key(
            object_class=ObjectClass.PUBLIC_KEY,
            label=self.place.label or None,
            id=self.place.key_id or None,
        )
        is_rsa = found.key_type == KeyType.RSA
        der = encode_rsa_public_key(found) if is_rsa else encode_ec_public_key(found)
        public = load_der_public_key(der)
        if not isinstance(public, _PublicKey):
            raise SignerSpecError("neither RSA nor P-256")
        return public

    def _act(self, act: Callable[[_Key], T]) -> T:
        """Do something with the key; open a new session once if the old one is gone."""
        with self._lock:
            try:
                return act(self._opened())
            except pkcs11.PKCS11Error:
                # A token that was taken out and put back has forgotten its sessions.
                self._key = None
            try:
                return act(self._opened())
            except pkcs11.PKCS11Error as exc:
                self._key = None
                raise DeviceError(type(exc).__name__) from exc

    def _opened(self) -> _Key:
        if self._key is None:
            place = self.place
            token = pkcs11.lib(str(place.module)).get_token(token_label=place.token)
            session = _log_in(token, _pin(place.pin_file))
            self._key = session.get_key(
                object_class=ObjectClass.PRIVATE_KEY,
                label=place.label or None,
                id=place.key_id or None,
            )
        return self._key


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """A `certs.ports.Signer` whose key lives in a token."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    token: Token

    def sign(self, data: bytes) -> bytes:
        """Sign with SHA-256: RSA as PKCS#1 v1.5, ECDSA as DER."""
        return self.token.sign(data)


def load_token(uri: str, certificate: Path) -> TokenSigner:
    """Open a key in a token, and let it prove that it belongs to its certificate.

    Raises:
        SignerSpecError: the URI is none, or certificate and key do not belong together.
        DeviceError: the token cannot be used.
        KeyFileError: the certificate or the PIN's file cannot be used.
    """
    certificates = load_certificates(certificate)
    token = open_token(uri)
    _require_pair(certificates[0], token.sign(_PROBE))
    return TokenSigner(certificates[0], certificates[1:], token)


def open_token(uri: str) -> Token:
    """Find a key in a token, before there is a certificate for it.

    Raises:
        SignerSpecError, DeviceError, KeyFileError: as `load_token`.
    """
    place = parse_uri(uri)
    _pin(place.pin_file)
    return Token(place)


def _log_in(token: Any, pin: str) -> Any:
    try:
        return token.open(user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:
        # A process is logged in to a token as a whole: the seal's key came before the office's.
        return token.open()


def _pin(path: Path) -> str:
    return read_private(path).decode("utf-8", "replace").split("\n", maxsplit=1)[0].strip()


def _sign(key: _Key, data: bytes) -> bytes:
    if key.key_type == KeyType.RSA:
        return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
    if key.key_type == KeyType.EC:
        # Hashed here: many tokens know ECDSA over a digest alone.
        raw = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        return bytes(encode_ecdsa_signature(raw))
    raise SignerSpecError("neither RSA nor EC")


def _require_pair(certificate: x509.Certificate, signature: bytes) -> None:
    key = public_key_of(certificate)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, _PROBE, padding.PKCS1v15(), hashes.SHA256())
            return
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, _PROBE, ec.ECDSA(hashes.SHA256()))
            return
    except InvalidSignature as exc:
        raise SignerSpecError("certificate and key do not belong together") from exc
    raise SignerSpecError("a token's key is RSA or on P-256")
