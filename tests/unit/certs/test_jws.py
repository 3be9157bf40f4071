"""Signed JSON: one algorithm, one spelling, and a header that says nothing but what is expected."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]  # has no types
from jwcrypto.jws import JWS  # type: ignore[import-untyped]  # has no types

from certs.canonical import encode
from certs.errors import (
    KeyUnsuitableError,
    StatementDamagedError,
    StatementError,
    StatementForgedError,
)
from certs.identity import Role
from certs.jws import (
    algorithm_of,
    certificate_header,
    read_certificates,
    read_jws,
    require_signing_key,
    sign_jws,
    verify_jws,
)
from certs.signers.softkey import SoftKeySigner
from tests.pki import PKI, make_signer

HEADER = {"typ": "test"}
PAYLOAD = b'{"a":1}'
LARGEST = 64 * 1024


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign_under(signer: SoftKeySigner, header: dict[str, Any]) -> str:
    """Sign under any header at all, as whoever holds the right key could."""
    start = f"{b64(encode(header))}.{b64(PAYLOAD)}"
    r, s = decode_dss_signature(signer.sign(start.encode()))
    return f"{start}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@pytest.mark.parametrize(
    "extra",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES384"},
        {"alg": "es256"},
        {"alg": "SM2"},
        {"alg": "urn:oid:1.2.156.10197.1.501 "},
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
        {"jku": "https://evil.example/keys"},
        {"jwk": {"kty": "EC"}},
        {"x5u": "https://evil.example/chain"},
        {"kid": "../../etc/passwd"},
        {"zip": "DEF"},
        {"typ": "other"},
    ],
    ids=",".join,
)
def test_a_header_of_another_kind_is_a_forgery(any_pki: PKI, extra: dict[str, Any]) -> None:
    signer = any_pki.package_signer
    alg = algorithm_of(require_signing_key(signer.certificate))
    text = sign_under(signer, {"typ": "test", "alg": alg, **extra})

    with pytest.raises(StatementForgedError):
        verify_jws(text, signer.certificate, HEADER)


def test_no_signature_is_a_forgery(any_pki: PKI) -> None:
    signer = any_pki.package_signer
    text = f"{b64(encode({'alg': 'none', 'typ': 'test'}))}.{b64(PAYLOAD)}."
    with pytest.raises(StatementForgedError):
        verify_jws(text, signer.certificate, HEADER)


def test_the_public_key_is_no_shared_secret(pki: PKI) -> None:
    """The oldest trick: HS256 with the public key as the secret."""
    signer = pki.package_signer
    public = signer.certificate.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    key = JWK(kty="oct", k=b64(public))
    jws = JWS(PAYLOAD)
    jws.add_signature(key, protected=encode({"alg": "HS256", "typ": "test"}).decode())
    with pytest.raises(StatementError):
        verify_jws(jws.serialize(compact=True), signer.certificate, HEADER)


def test_another_key_did_not_sign_it(any_pki: PKI) -> None:
    text = sign_jws(PAYLOAD, HEADER, any_pki.package_signer)
    with pytest.raises(StatementForgedError):
        verify_jws(text, any_pki.terminal.certificate, HEADER)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_character_can_be_changed(any_pki: PKI, part: int) -> None:
    signer = any_pki.package_signer
    segments = sign_jws(PAYLOAD, HEADER, signer).split(".")
    for place, letter in enumerate(segments[part]):
        for other in ("A" if letter != "A" else "B", "=", "+", " ", "\n", "é"):
            changed = segments[part][:place] + other + segments[part][place + 1 :]
            text = ".".join([*segments[:part], changed, *segments[part + 1 :]])
            with pytest.raises(StatementError):
                verify_jws(text, signer.certificate, HEADER)


@pytest.mark.parametrize(
    "text",
    ["", "..", "a.b", "a.b.c.d", "e30.e30", ".e30.e30", "W10.e30.AA", "e30=.e30.AA", "e30.e30.A"],
)
def test_what_is_no_jws_is_damaged(text: str) -> None:
    with pytest.raises(StatementDamagedError):
        read_jws(text, largest=LARGEST)


def test_a_text_over_the_limit_is_not_read() -> None:
    with pytest.raises(StatementDamagedError):
        read_jws("e30." + "A" * LARGEST + ".AA", largest=LARGEST)


def test_a_header_that_is_not_canonical_is_damaged(any_pki: PKI) -> None:
    spaced = b64(b'{"typ": "test", "alg": "ES256"}')
    text = f"{spaced}.{b64(PAYLOAD)}.{b64(bytes(64))}"
    with pytest.raises(StatementDamagedError):
        verify_jws(text, any_pki.package_signer.certificate, HEADER)


def test_a_der_signature_is_a_forgery(any_pki: PKI) -> None:
    """RFC 7518 section 3.4 wants two numbers side by side."""
    signer = any_pki.package_signer
    start = sign_jws(PAYLOAD, HEADER, signer).rpartition(".")[0]
    text = f"{start}.{b64(signer.sign(start.encode()))}"
    with pytest.raises(StatementForgedError):
        verify_jws(text, signer.certificate, HEADER)


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64, bytes(63), bytes(65), b""])
def test_numbers_out_of_range_are_forgeries(any_pki: PKI, signature: bytes) -> None:
    signer = any_pki.package_signer
    start = sign_jws(PAYLOAD, HEADER, signer).rpartition(".")[0]
    with pytest.raises(StatementError):
        verify_jws(f"{start}.{b64(signature)}", signer.certificate, HEADER)


def test_neither_larger_curves_nor_rsa_sign(pki: PKI) -> None:
    with pytest.raises(KeyUnsuitableError):
        require_signing_key(pki.authority.certificate)
    with pytest.raises(KeyUnsuitableError):
        sign_jws(PAYLOAD, HEADER, pki.office(Role.SEAL))


@pytest.mark.parametrize(
    "change",
    [
        {"x5c": None},
        {"x5c": []},
        {"x5c": "text"},
        {"x5c": [1]},
        {"x5c": ["!!!!"]},
        {"x5c": ["AAAA"]},
        {"x5t#S256": None},
        {"x5t#S256": "A" * 43},
    ],
    ids=repr,
)
def test_certificates_in_a_header_must_be_whole(any_pki: PKI, change: dict[str, Any]) -> None:
    header = {**certificate_header(any_pki.package_signer), **change}
    with pytest.raises(StatementDamagedError):
        read_certificates(header)


def test_five_certificates_are_too_many(any_pki: PKI) -> None:
    header = certificate_header(any_pki.package_signer)
    header["x5c"] = header["x5c"][:1] * 5
    with pytest.raises(StatementDamagedError):
        read_certificates(header)


def test_what_was_signed_comes_back(any_pki: PKI) -> None:
    signer = make_signer(any_pki.authority, Role.PACKAGE, name="T-0077")
    text = sign_jws(PAYLOAD, {**HEADER, **certificate_header(signer)}, signer)
    header = {k: v for k, v in read_jws(text, largest=LARGEST).header.items() if k != "alg"}

    assert verify_jws(text, signer.certificate, header) == PAYLOAD
    assert read_certificates(header) == (signer.certificate, *signer.chain)


def test_each_key_has_its_own_algorithm(pki: PKI, national_pki: PKI) -> None:
    """No header can bring a key to verify by the other suite's algorithm."""
    for signer, other in (
        (pki.package_signer, "urn:oid:1.2.156.10197.1.501"),
        (national_pki.package_signer, "ES256"),
    ):
        text = sign_under(signer, {"typ": "test", "alg": other})
        with pytest.raises(StatementForgedError):
            verify_jws(text, signer.certificate, HEADER)
