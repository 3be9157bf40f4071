"""Passive authentication: is what the chip holds what its issuer signed?

Every step gives its own verdict, so that none passes in silence:

ok           the step holds
failed       it does not: the data were changed, or are not the issuer's
weak         it holds, by SHA-1, which no longer proves much
expired      the certificate is past its days
unknown      no configured authority (CSCA) issued the certificate
revoked      the issuing state's list names the certificate
stale        the list is past its days and does not name it
unsupported  the algorithm is not one we can check
unchecked    the step before it already said no, or there is no list of that state

Source: ICAO Doc 9303-10 (8th edition), 4.6.2; 9303-11, 5.1; 9303-12, 7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from terminal.drivers.public_keys import load_public_key
from terminal.drivers.security_object import SecurityObject

Check = tuple[str, str]
OK, FAILED, WEAK, EXPIRED = "ok", "failed", "weak", "expired"
UNKNOWN, UNSUPPORTED, UNCHECKED = "unknown", "unsupported", "unchecked"
REVOKED, STALE = "revoked", "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedStates:
    """Whose documents are believed."""

    authorities: tuple[x509.Certificate, ...] = ()
    """The states' certificate authorities (CSCA); none makes every signer unknown."""
    revocations: tuple[x509.CertificateRevocationList, ...] = ()
    """Lists of revoked signers; one counts only with the signature of such an authority."""


_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - documents of the first years; told as weak
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_BAD_EXTENSIONS = (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
_LIST_SIGNERS = frozenset({"2.23.136.1.1.3", "2.23.136.1.1.8"})
"""Extended key usages of certificates that the same authorities issue for signing lists."""


def check_groups(secured: SecurityObject, groups: Mapping[str, bytes]) -> tuple[Check, ...]:
    """Compare each data group that was read with its signed digest."""
    return tuple(
        (f"{name} hash", _check_digest(secured.algorithm, data, secured.digests.get(name)))
        for name, data in groups.items()
    )


def check_signature(
    secured: SecurityObject, trusted: TrustedStates, *, at: datetime
) -> tuple[Check, ...]:
    """Check the security object's signature, and who issued its signer's certificate."""
    content = _check_digest(secured.signer_algorithm, secured.content, secured.content_digest)
    if secured.signer is None:
        return (
            ("SOD content", content),
            ("SOD signature", UNCHECKED),
            ("document signer", UNKNOWN),
        )
    signature = _check_signed(secured, secured.signer)
    return (
        ("SOD content", content),
        ("SOD signature", signature),
        ("document signer", _check_signer(secured.signer, trusted.authorities, at)),
        ("signer revocation", _check_revoked(secured.signer, trusted, at)),
        # The chip's own key is not asked for.
        ("chip copied", UNCHECKED),
    )


def _check_digest(algorithm: str, data: bytes, expected: bytes | None) -> str:
    known = _HASHES.get(algorithm)
    if known is None:
        return UNSUPPORTED
    digest = hashes.Hash(known)
    digest.update(data)
    if digest.finalize() != expected:
        return FAILED
    return WEAK if algorithm == "sha1" else OK


def _check_signed(secured: SecurityObject, signer: x509.Certificate) -> str:
    try:
        return _check_by_key(secured, signer)
    except InvalidSignature:
        return FAILED
    except (UnsupportedAlgorithm, ValueError, KeyError):
        return UNSUPPORTED


def _check_by_key(secured: SecurityObject, signer: x509.Certificate) -> str:
    algorithm = secured.signature_algorithm
    # Some signers name the key's algorithm alone; the digest then is that of the content.
    kind = algorithm.signature_algo
    has_own_digest = algorithm["algorithm"].native not in {"rsassa_pkcs1v15", "rsa"}
    name = algorithm.hash_algo if has_own_digest else secured.signer_algorithm
    digest, key = _HASHES[name], load_public_key(signer)
    if isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
        key.verify(secured.signature, secured.signed, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
        key.verify(secured.signature, secured.signed, padding.PKCS1v15(), digest)
    elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
        given = algorithm["parameters"]
        mask = _HASHES[given["mask_gen_algorithm"]["parameters"]["algorithm"].native]
        pss = padding.PSS(padding.MGF1(mask), given["salt_length"].native)
        key.verify(secured.signature, secured.signed, pss, digest)
    else:
        return UNSUPPORTED
    return WEAK if name == "sha1" else OK


def _check_signer(
    signer: x509.Certificate, authorities: Sequence[x509.Certificate], at: datetime
) -> str:
    try:
        if not _may_sign_documents(signer):
            return FAILED
    except _BAD_EXTENSIONS:
        return FAILED
    verdicts = [_check_issued(signer, authority) for authority in authorities]
    if OK not in verdicts:
        # An authority of this very key exists, and did not sign: that is a forgery.
        return FAILED if FAILED in verdicts else UNSUPPORTED if UNSUPPORTED in verdicts else UNKNOWN
    issuer = authorities[verdicts.index(OK)]
    is_in_force = all(
        cert.not_valid_before_utc <= at <= cert.not_valid_after_utc for cert in (signer, issuer)
    )
    return OK if is_in_force else EXPIRED


def _check_revoked(signer: x509.Certificate, trusted: TrustedStates, at: datetime) -> str:
    try:
        issuers = [a for a in trusted.authorities if _check_issued(signer, a) == OK]
    except _BAD_EXTENSIONS:
        return UNCHECKED
    names = {issuer.subject.public_bytes() for issuer in issuers}
    # A state may sign its list with another of its keys than the one that signed the signer.
    keys = [a for a in trusted.authorities if a.subject.public_bytes() in names]
    lists = [one for one in trusted.revocations if any(_is_list_of(one, key) for key in keys)]
    if any(one.get_revoked_certificate_by_serial_number(signer.serial_number) for one in lists):
        return REVOKED
    if not lists:
        return UNCHECKED
    fresh = [one for one in lists if one.next_update_utc is None or at <= one.next_update_utc]
    return OK if fresh else STALE


def _is_list_of(one: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    """Say whether an authority signed a revocation list."""
    try:
        key, how = load_public_key(authority), one.signature_algorithm_parameters
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(how, ec.ECDSA):
            key.verify(one.signature, one.tbs_certlist_bytes, how)
        elif isinstance(key, rsa.RSAPublicKey) and isinstance(how, padding.PKCS1v15 | padding.PSS):
            digest = one.signature_hash_algorithm
            if digest is None:
                return False
            key.verify(one.signature, one.tbs_certlist_bytes, how, digest)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _check_issued(signer: x509.Certificate, authority: x509.Certificate) -> str:
    named, own = _authority_key(signer), _own_key(authority)
    if None not in {named, own} and named != own:
        return UNKNOWN
    try:
        _require_signed_by(signer, authority)
    except InvalidSignature:
        # Authorities keep their name when they change their key; only the key's own number tells.
        return FAILED if named is not None and named == own else UNKNOWN
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return UNSUPPORTED if named is not None and named == own else UNKNOWN
    return OK


def _require_signed_by(signer: x509.Certificate, authority: x509.Certificate) -> None:
    # Not verify_directly_issued_by: states write one name in different string types.
    key, how = load_public_key(authority), signer.signature_algorithm_parameters
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(how, ec.ECDSA):
        key.verify(signer.signature, signer.tbs_certificate_bytes, how)
    elif isinstance(key, rsa.RSAPublicKey) and isinstance(how, padding.PKCS1v15 | padding.PSS):
        digest = signer.signature_hash_algorithm
        if digest is None:
            raise UnsupportedAlgorithm("digest")
        key.verify(signer.signature, signer.tbs_certificate_bytes, how, digest)
    else:
        raise UnsupportedAlgorithm("key")


def _may_sign_documents(signer: x509.Certificate) -> bool:
    for extension in signer.extensions:
        value = extension.value
        if isinstance(value, x509.BasicConstraints) and value.ca:
            return False
        if isinstance(value, x509.KeyUsage) and not value.digital_signature:
            return False
        if isinstance(value, x509.ExtendedKeyUsage) and _LIST_SIGNERS & {
            usage.dotted_string for usage in value
        }:
            return False
    return True


def _authority_key(cert: x509.Certificate) -> bytes | None:
    try:
        return cert.extensions.get_extension_for_class(
            x509.AuthorityKeyIdentifier
        ).value.key_identifier
    except x509.ExtensionNotFound:
        return None


def _own_key(cert: x509.Certificate) -> bytes | None:
    try:
        return cert.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None
