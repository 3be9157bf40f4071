"""Certificate requests from outside: what is taken from them, and from which ones."""

from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519

from certs.errors import KeyUnsuitableError, RequestRefusedError, SM2SignatureError
from certs.identity import Role, SuiteName
from certs.keys import PublicKey, require_kind, suite_of
from certs.sm2.keys import load_public
from certs.sm2.structures import check_request, spki_of_request

_LARGEST_REQUEST: Final = 16 * 1024
_STRONG: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def request_suite(request: bytes, role: Role) -> SuiteName:
    """Say which suite a certificate request is of. Raises: RequestRefusedError."""
    return suite_of(read_request(request, role))


def read_request(request: bytes, role: Role) -> PublicKey:
    """Take the public key out of a certificate request.

    Raises:
        RequestRefusedError: malformed, a weak or foreign key, or no proof of possession.
    """
    if len(request) > _LARGEST_REQUEST:
        raise RequestRefusedError("too large")
    try:
        parsed = x509.load_der_x509_csr(request)
        public_key = _proven_key(parsed)
        require_kind(public_key, role)
    except KeyUnsuitableError as exc:
        raise RequestRefusedError("key unsuitable") from exc
    except SM2SignatureError as exc:
        raise RequestRefusedError("no proof of possession") from exc
    except RequestRefusedError:
        raise
    except Exception as exc:
        # The parser raises many kinds of error on hostile input; all of them mean the same here.
        raise RequestRefusedError("malformed") from exc
    return public_key


def _proven_key(parsed: x509.CertificateSigningRequest) -> PublicKey:
    """Take the key out of a request that it has signed itself."""
    try:
        key = parsed.public_key()
    except UnsupportedAlgorithm:
        national = load_public(spki_of_request(parsed))
        check_request(parsed, national)
        return national
    if not parsed.is_signature_valid:
        raise RequestRefusedError("no proof of possession")
    # Ed25519 has its digest built in.
    has_digest_within = isinstance(key, ed25519.Ed25519PublicKey)
    if not has_digest_within and not isinstance(parsed.signature_hash_algorithm, _STRONG):
        raise RequestRefusedError("weak signature")
    if not isinstance(key, PublicKey):
        raise KeyUnsuitableError("foreign key algorithm")
    return key
