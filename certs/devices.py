"""Certificates for keys that live in devices: the key stays, the proof comes out."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certs.authority import load_authority
from certs.bundle import TrustBundle
from certs.errors import AuthorityError
from certs.identity import Identity, Role, read_identity
from certs.keys import load_certificates, save_certificates
from certs.places import certificate_path, device_path
from certs.signers import open_token
from certs.sm2.structures import sign_request

ROLES: Final = (Role.SEAL, Role.OFFICE, Role.TIMESTAMP, Role.QR)
"""Who signs, and so can sign in a device; TLS and envelopes need their keys in files."""


def certify_device(home: Path, role: Role, spec: str, now: datetime) -> x509.Certificate:
    """Issue a certificate of the office for a key in a token, and let everybody know it.

    The key in the file stays in force until the settings name the device; what it signed is good
    for as long as its certificate stands in the trust bundle.

    Raises:
        AuthorityError: the role is none that signs, or the disk refused.
        RequestRefusedError: the key is of another kind than the role demands.
        SignerSpecError, DeviceError: the token cannot be used.
    """
    if role not in ROLES:
        raise AuthorityError("role cannot sign in a device")
    authority = load_authority(home)
    identity = read_identity(load_certificates(certificate_path(home, role))[0])
    certificate = authority.issue(make_device_request(spec, identity), identity, role, now)
    authority.publish(lambda bundle: _with_pinned(bundle, role, certificate))
    save_certificates(device_path(home, role), (certificate, *authority.chain))
    return certificate


def make_device_request(spec: str, identity: Identity) -> bytes:
    """Let a key in a token ask for its certificate (PKCS#10, DER).

    Raises:
        SignerSpecError, DeviceError, KeyFileError: the token cannot be used.
    """
    token = open_token(spec)
    public = token.public_key()
    return sign_request(
        identity.subject,
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        token.sign,
        "sha256_rsa" if isinstance(public, rsa.RSAPublicKey) else "sha256_ecdsa",
    )


def _with_pinned(bundle: TrustBundle, role: Role, certificate: x509.Certificate) -> TrustBundle:
    pinned = {role: (certificate, *bundle.certificates(role))}
    return replace(bundle, pinned={**bundle.pinned, **pinned})
