"""The code on a paper, opened with other people's COSE and with a page of Python: none of ours."""

import base64
import hashlib
from datetime import date, timedelta
from typing import Any

import cbor2
import cwt
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.independent import national, vectors

VECTOR = vectors.load("code.json")
CERTIFICATE = vectors.certificate("qr")


def digits(text: str) -> bytes:
    """Take the token out of the address: a decimal number, most significant byte first."""
    number = int(text.rpartition("/Q/")[2])
    return number.to_bytes(-(-number.bit_length() // 8), "big")


def test_the_address_holds_the_token() -> None:
    assert digits(VECTOR["text"]).hex() == VECTOR["cose_sign1"]
    assert VECTOR["text"].startswith("HTTPS://REGISTRATION.EXAMPLE/Q/")


def test_a_cose_library_opens_it() -> None:
    key = x509.load_der_x509_certificate(CERTIFICATE).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kid = hashlib.sha256(CERTIFICATE).digest()[:4]

    payload = cwt.COSE.new().decode(
        bytes.fromhex(VECTOR["cose_sign1"]), cwt.COSEKey.from_pem(pem, kid=kid, alg="ES256")
    )

    assert (cbor2.loads(payload) if isinstance(payload, bytes) else payload) == read_claims()


def test_by_hand_it_is_the_same_and_a_changed_one_is_not() -> None:
    protected, unprotected, payload, signature = cbor2.loads(
        bytes.fromhex(VECTOR["cose_sign1"])
    ).value
    header = cbor2.loads(protected)
    key = x509.load_der_x509_certificate(CERTIFICATE).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")

    key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    changed = signed.replace("张".encode(), "王".encode())
    with pytest.raises(InvalidSignature):
        key.verify(utils.encode_dss_signature(r, s), changed, ec.ECDSA(SHA256()))
    assert header == {1: -7, 4: hashlib.sha256(CERTIFICATE).digest()[:4]}
    assert unprotected == {}
    assert payload.hex() == VECTOR["claims_cbor"]
    assert date(1970, 1, 1) + timedelta(days=read_claims()[4]) == date(2026, 9, 29)


def test_the_national_one_is_signed_with_sm2() -> None:
    vector, keys = vectors.load("national/code.json"), vectors.load("national/keys.json")
    point = national.public_point(base64.b64decode(keys["keys"]["qr"]["certificate"]))
    protected, _, payload, signature = cbor2.loads(bytes.fromhex(vector["cose_sign1"])).value
    signed = cbor2.dumps(["Signature1", protected, b"", payload])

    assert cbor2.loads(protected)[1] == -65537
    assert national.is_signed(point, signed, signature)
    assert not national.is_signed(point, signed + b"x", signature)


def read_claims() -> dict[int, Any]:
    return {int(name): value for name, value in VECTOR["claims"].items()}
