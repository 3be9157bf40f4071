"""Certificates that somebody made up: each is refused by an error of ours, none gets through."""

import base64
import hashlib
import random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.errors import CertsError
from certs.identity import MALFORMED, Role
from certs.jws import encode_claims, sign_jws
from certs.keys import thumbprint
from certs.statements import open_statement
from tests.pki import NOW, PKI

# The library only warns of serial numbers that are not positive.
pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")

KIND = "receipt/1"


def make_statement(pki: PKI, ders: list[bytes]) -> str:
    digest = hashlib.sha256(ders[0]).digest()
    named = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    header = {
        "kid": named,
        "typ": KIND,
        "x5c": [base64.b64encode(der).decode() for der in ders],
        "x5t#S256": named,
    }
    payload = encode_claims({"at": "2026-09-01T08:30:00Z", "claims": {}})
    return sign_jws(payload, header, pki.package_signer)


def changed(der: bytes, chance: random.Random) -> bytes:
    data = bytearray(der)
    for _ in range(chance.choice([1, 1, 2, 3])):
        place = chance.randrange(len(data))
        data[place] ^= chance.randrange(1, 256)
    return bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_certificate_is_refused_and_never_an_accident(pki: PKI, seed: int) -> None:
    """Found: unknown curves, versions and name types came through as the library's own errors."""
    chance = random.Random(seed)
    leaf = pki.package_signer.certificate.public_bytes(Encoding.DER)
    issuer = pki.authority.certificate.public_bytes(Encoding.DER)
    for _ in range(500):
        text = make_statement(pki, [changed(leaf, chance), issuer])
        with pytest.raises(CertsError):
            open_statement(text, KIND, pki.trust, Role.PACKAGE, NOW)


def test_a_changed_issuer_is_refused_or_passed_over(pki: PKI) -> None:
    chance = random.Random(1)
    leaf = pki.package_signer.certificate
    issuer = pki.authority.certificate.public_bytes(Encoding.DER)
    for _ in range(300):
        text = make_statement(pki, [leaf.public_bytes(Encoding.DER), changed(issuer, chance)])
        try:
            found = open_statement(text, KIND, pki.trust, Role.PACKAGE, NOW)
        except CertsError:
            continue
        # The bundle holds the genuine issuer: the changed one is not needed.
        assert found.certificate == leaf


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2a8648ce3d030107", "2a8648ce3d030108"),
        ("2a8648ce3d0201", "2a8648ce3d0202"),
        ("a003020102", "a003020174"),
    ],
    ids=["unknown curve", "unknown key type", "version 117"],
)
def test_what_no_library_knows_is_refused(pki: PKI, old: str, new: str) -> None:
    leaf = pki.package_signer.certificate.public_bytes(Encoding.DER)
    made = leaf.replace(bytes.fromhex(old), bytes.fromhex(new), 1)
    assert made != leaf
    issuer = pki.authority.certificate.public_bytes(Encoding.DER)

    with pytest.raises(CertsError):
        open_statement(make_statement(pki, [made, issuer]), KIND, pki.trust, Role.PACKAGE, NOW)


def test_a_name_of_an_unknown_type_is_refused(pki: PKI) -> None:
    leaf = pki.package_signer.certificate.public_bytes(Encoding.DER)
    issuer = pki.authority.certificate.public_bytes(Encoding.DER)
    tag = leaf.index(b"urn:mortgage") - 2
    made = leaf[:tag] + b"\xa3" + leaf[tag + 1 :]  # x400Address instead of a URI

    with pytest.raises(CertsError):
        open_statement(make_statement(pki, [made, issuer]), KIND, pki.trust, Role.PACKAGE, NOW)


def test_trust_judges_whatever_loads(pki: PKI) -> None:
    chance = random.Random(2)
    leaf = pki.package_signer.certificate.public_bytes(Encoding.DER)
    for _ in range(500):
        try:
            certificate = x509.load_der_x509_certificate(changed(leaf, chance))
        except MALFORMED:
            continue
        verdict = pki.trust.check(certificate, pki.authority.chain, Role.PACKAGE, NOW)
        assert not verdict.ok
        assert thumbprint(certificate) != thumbprint(pki.package_signer.certificate)
