"""Keys and certificates on disk: made, kept closed, never overwritten."""

import base64
import os
import secrets
import stat
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from certs.errors import (
    KeyFileDamagedError,
    KeyFileError,
    KeyFileExistsError,
    KeyFileOpenError,
    KeyUnsuitableError,
)
from certs.identity import MALFORMED, Identity, KeyKind, Profile, Role, SuiteName, find_profile
from certs.sm2.keys import SM2PrivateKey, SM2PublicKey, is_spki, load_public
from certs.sm2.structures import sign_request, spki_of_certificate

PrivateKey = (
    ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | SM2PrivateKey
)
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey | SM2PublicKey

_LARGEST_FILE: Final = 256 * 1024


def generate_key(role: Role, suite: SuiteName = SuiteName.INTERNATIONAL) -> PrivateKey:
    """Make a fresh key of the kind that the role's profile asks for.

    Raises:
        KeyUnsuitableError: the suite has no keys of this role.
    """
    kind = require_profile(role, suite).key_kind
    if kind is KeyKind.SM2:
        return SM2PrivateKey.generate()
    if kind is KeyKind.RSA3072:
        return rsa.generate_private_key(public_exponent=65537, key_size=3072)
    if kind is KeyKind.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if kind is KeyKind.P384 else ec.SECP256R1())


def suite_of(key: object) -> SuiteName:
    """Say which suite a key belongs to: SM2 to the national one, everything else to the other."""
    is_national = isinstance(key, SM2PrivateKey | SM2PublicKey)
    return SuiteName.NATIONAL if is_national else SuiteName.INTERNATIONAL


def public_key_of(certificate: x509.Certificate) -> PublicKey:
    """Give a certificate's key, on whichever curve.

    Raises:
        KeyUnsuitableError: it is of a kind that no suite knows, or damaged.
        ProviderError: it is on the SM2 curve, and this machine has no SM2.
    """
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        # On a curve that the library does not know; whether on ours, the key says.
        return _national_key(certificate)
    except MALFORMED as exc:
        raise KeyUnsuitableError("damaged") from exc
    if not isinstance(key, PublicKey):
        raise KeyUnsuitableError("foreign key algorithm")
    return key


def suite_of_certificate(certificate: x509.Certificate) -> SuiteName:
    """Say which suite a certificate's key belongs to, also where this machine has no SM2.

    Raises:
        KeyUnsuitableError: it is of a kind that no suite knows, or damaged.
    """
    try:
        return suite_of(certificate.public_key())
    except UnsupportedAlgorithm as exc:
        if not is_spki(_spki(certificate)):
            raise KeyUnsuitableError("foreign key algorithm") from exc
        return SuiteName.NATIONAL
    except MALFORMED as exc:
        raise KeyUnsuitableError("damaged") from exc


def international(certificates: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Leave out the certificates that TLS and PDF know nothing of."""
    return [one for one in certificates if not _is_national(one)]


def _is_national(certificate: x509.Certificate) -> bool:
    try:
        return suite_of_certificate(certificate) is SuiteName.NATIONAL
    except KeyUnsuitableError:
        return False


@lru_cache(maxsize=256)
def _national_key(certificate: x509.Certificate) -> SM2PublicKey:
    # Reading a key costs as much as a signature, and a chain asks for each key several times.
    return load_public(_spki(certificate))


def _spki(certificate: x509.Certificate) -> bytes:
    try:
        return spki_of_certificate(certificate)
    except MALFORMED as exc:
        raise KeyUnsuitableError("damaged") from exc


def require_profile(role: Role, suite: SuiteName) -> Profile:
    """Give the profile of a role in a suite.

    Raises:
        KeyUnsuitableError: the suite has no keys of this role.
    """
    profile = find_profile(role, suite)
    if profile is None:
        raise KeyUnsuitableError(f"the {suite} suite has no {role.value} keys")
    return profile


def require_kind(key: object, role: Role) -> Profile:
    """Check that a public key is of the kind that the role's profile asks for; give the profile.

    Raises:
        KeyUnsuitableError: another algorithm, curve, size or exponent.
    """
    profile = require_profile(role, suite_of(key))
    if isinstance(key, SM2PublicKey):
        found: KeyKind | None = KeyKind.SM2
    elif isinstance(key, ec.EllipticCurvePublicKey):
        found = {"secp256r1": KeyKind.P256, "secp384r1": KeyKind.P384}.get(key.curve.name)
    elif isinstance(key, rsa.RSAPublicKey) and key.public_numbers().e == 65537:
        found = {3072: KeyKind.RSA3072}.get(key.key_size)
    elif isinstance(key, ed25519.Ed25519PublicKey):
        found = KeyKind.ED25519
    else:
        found = None
    if found is not profile.key_kind:
        raise KeyUnsuitableError(f"{role.value} needs {profile.key_kind.value}")
    return profile


def save_key(path: Path, key: PrivateKey) -> None:
    """Write a key as PKCS#8 PEM, mode 0600 in a folder of mode 0700, durable before it returns.

    Raises:
        KeyFileExistsError: something already lies there.
        KeyFileError: the disk refused.
    """
    if isinstance(key, SM2PrivateKey):
        pem = key.private_pem()
    else:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(path, pem)


def load_key(path: Path) -> PrivateKey:
    """Read a key that nobody else can read.

    Raises:
        KeyFileOpenError: other accounts may read or write it.
        KeyFileDamagedError: it is missing or holds no key of ours.
    """
    pem = read_private(path)
    try:
        key = load_pem_private_key(pem, password=None)
    except UnsupportedAlgorithm:
        return _load_sm2(pem)
    except (ValueError, TypeError) as exc:
        raise KeyFileDamagedError("no private key") from exc
    if not isinstance(key, PrivateKey):
        raise KeyFileDamagedError("foreign key algorithm")
    return key


def _load_sm2(pem: bytes) -> SM2PrivateKey:
    try:
        return SM2PrivateKey.load(pem)
    except KeyUnsuitableError as exc:
        raise KeyFileDamagedError("foreign key algorithm") from exc


def write_private(path: Path, data: bytes) -> None:
    """Write a file for this account alone, whole or not at all, never over another.

    Raises:
        KeyFileExistsError: something already lies there.
        KeyFileError: the disk refused.
    """
    # A name of its own each time: what a crash left behind must not pass for a key in its place.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    try:
        make_folder(path.parent)
        try:
            _write_new(temporary, data, 0o600)
            # A hard link, unlike a rename, refuses to replace what is already there.
            os.link(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(path.parent)
    except FileExistsError as exc:
        raise KeyFileExistsError(path.name) from exc
    except OSError as exc:
        raise KeyFileError(f"cannot write {path}: {exc.strerror}") from exc


def make_folder(folder: Path) -> None:
    """Make a folder for this account alone, unless it is there.

    Raises:
        KeyFileError: the disk refused.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise KeyFileError(f"cannot make {folder}: {exc.strerror}") from exc


def write_public(path: Path, data: bytes) -> None:
    """Replace a file that everybody may read, whole or not at all, durable before it returns.

    Raises:
        KeyFileError: the disk refused.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.unlink(missing_ok=True)
        _write_new(temporary, data, 0o644)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as exc:
        raise KeyFileError(f"cannot write {path}: {exc.strerror}") from exc


def read_private(path: Path) -> bytes:
    """Read a file after making sure that it is closed to others.

    Raises:
        KeyFileOpenError: group or others may read or write it.
        KeyFileDamagedError: it is missing, no ordinary file, or far too large.
    """
    try:
        with path.open("rb") as file:
            # The mode of the file that was opened, not of what the name points to later.
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST_FILE:
                raise KeyFileDamagedError(f"{path}: no key file")
            if state.st_mode & 0o077:
                raise KeyFileOpenError(f"{path} is open to other accounts; chmod 600 it")
            return file.read()
    except OSError as exc:
        raise KeyFileDamagedError(f"{path}: {exc.strerror}") from exc


def _write_new(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_request(key: PrivateKey, identity: Identity) -> bytes:
    """Make a certificate request (PKCS#10, DER) that proves possession of the key.

    The identity in it is a wish: the authority writes its own template.
    """
    if isinstance(key, SM2PrivateKey):
        return sign_request(identity.subject, key.public_key().spki, key.sign)
    builder = x509.CertificateSigningRequestBuilder().subject_name(identity.subject)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(Encoding.DER)


def save_certificates(path: Path, certificates: Sequence[x509.Certificate]) -> None:
    """Write certificates as PEM, the leaf first, replacing an older file whole.

    Raises:
        KeyFileError: the disk refused.
    """
    write_public(path, b"".join(one.public_bytes(Encoding.PEM) for one in certificates))


def load_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Read one or more PEM certificates in the order they stand.

    Raises:
        KeyFileDamagedError: the file is missing or holds anything else.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, *MALFORMED) as exc:
        raise KeyFileDamagedError(f"{path}: no certificates") from exc


def fingerprint(certificate: x509.Certificate) -> str:
    """Give the SHA-256 of the certificate, 64 small hexadecimal digits, for people and logs."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def thumbprint(certificate: x509.Certificate) -> str:
    """Give the SHA-256 of the certificate, base64url without padding, 43 characters.

    Source: RFC 7515 section 4.1.8, x5t#S256. It is the key identifier everywhere on the wire.
    """
    digest = certificate.fingerprint(hashes.SHA256())
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
