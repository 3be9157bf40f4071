"""Suite 2 both ways: the committed vectors elsewhere and here, and fresh packages between both."""

import base64
import hashlib
import json
import os
from datetime import timedelta
from typing import Any, Final

import gmalg
import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from gmssl_pyx import sm2_decrypt, sm2_sign, sm2_verify

from certs.bundle import from_json
from certs.cover import format_time
from certs.envelope import Part, open_sealed, seal
from certs.identity import Role
from certs.keys import public_key_of
from certs.signers.softkey import SoftKeyOpener
from certs.sm2.keys import SM2PrivateKey, SM2PublicKey, cipher_from_raw
from certs.statements import check_statement, sign_statement
from certs.tokens import check_token, sign_token
from certs.trust import TrustStore
from scripts.vector_keys import AT
from scripts.vector_sm2 import FixedSM2Key
from tests.independent import national
from tests.independent.opener import NotGenuineError, binding, read_canonical
from tests.independent.vectors import VECTORS
from tests.pki import NOW, OFFICE, PKI, TERMINAL

FOLDER: Final = VECTORS / "national"
PARTS = (
    Part("package.json", "application/json", b"{}"),
    Part("empty", "text/plain", b""),
    Part("扫描", "image/png", bytes(range(256)) * 700),
)


def load(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / name).read_text("utf-8")))


KEYS: Final = load("keys.json")
STEPS: Final = load("package.json")
BUNDLE: Final = load("trust.json")
PACKAGE: Final = (FOLDER / "package.bin").read_bytes()


def certificate(name: str) -> bytes:
    return base64.b64decode(KEYS["keys"][name]["certificate"])


def number_of(name: str) -> int:
    return int(KEYS["keys"][name]["private_key"], 16)


def private(key: SM2PrivateKey) -> bytes:
    """Take the number out of a key's PKCS#8 as anybody else's reader would."""
    der = pem.unarmor(key.private_pem())[2]
    # ECPrivateKey: version 1, then the number as an octet string (RFC 5915, 3).
    return bytes(der.partition(bytes.fromhex("0201010420"))[2][:32])


# --- the committed vectors


def test_the_keys_are_the_public_ones_of_the_rule() -> None:
    for name, one in KEYS["keys"].items():
        text = f"mortgage registration public test key/1 {name} national".encode()
        number = hashlib.sha256(text).digest()
        assert int(one["private_key"], 16) == int.from_bytes(number, "big")
        assert gmalg.SM2().generate_pk(number)[1:] == national.public_point(certificate(name))


def test_the_package_opens_elsewhere() -> None:
    envelope = KEYS["keys"]["envelope"]["thumbprint"]
    number = number_of("envelope").to_bytes(32, "big")
    opened = national.open_package(PACKAGE, {envelope: number})

    assert opened.cover == STEPS["cover"]["payload"]
    assert opened.manifest == STEPS["manifest"]["payload"]
    for part in STEPS["parts"]:
        assert hashlib.sha256(opened.parts[part["name"]]).hexdigest() == part["sha256"]


def test_the_content_key_is_what_the_steps_say() -> None:
    sm2 = STEPS["sm2"]
    raw = bytes.fromhex(sm2["c1"] + sm2["c3_c2"])
    number = bytes.fromhex(sm2["recipient_private_key"])

    assert cipher_from_raw(raw).hex() == sm2["SM2Cipher"]
    assert sm2_decrypt(number, bytes.fromhex(sm2["SM2Cipher"])).hex() == STEPS["content_key"]


def test_no_chunk_opens_under_another_route() -> None:
    """SM2 encryption takes no binding: the chunks' associated data holds the key to its route."""
    key = bytes.fromhex(STEPS["content_key"])
    sm2 = STEPS["sm2"]
    wrapped = bytes.fromhex(sm2["c1"] + sm2["c3_c2"])
    moved = {**STEPS["cover"]["payload"], "sequence": 8}
    body = PACKAGE[10 + len(STEPS["cover"]["text"]) :]
    with pytest.raises(NotGenuineError):
        national.decrypt(key, body, national.sm3(binding(moved) + wrapped))


def test_every_certificate_leads_to_the_root() -> None:
    for name in ("envelope", "office", "qr", "package", "package revoked"):
        national.check_chain([certificate(name), certificate("issuing")], BUNDLE, KEYS["at"])


def test_a_revoked_counter_is_on_the_list() -> None:
    issuing = certificate("issuing")
    assert national.is_on_list(certificate("package revoked"), BUNDLE, issuing)
    assert not national.is_on_list(certificate("package"), BUNDLE, issuing)


def test_the_bundle_is_canonical() -> None:
    assert read_canonical((FOLDER / "trust.json").read_bytes()) == BUNDLE


@pytest.mark.parametrize(("name", "kind"), [("receipt", "receipt/1"), ("token", "mrk-qr")])
def test_what_the_office_signed_is_genuine_elsewhere(name: str, kind: str) -> None:
    vector = load(f"{name}.json")
    signer = certificate("office" if name == "receipt" else "qr")

    assert national.check_jws(vector["text"], kind, signer).payload == vector["payload"]


def test_the_vectors_are_taken_here_too() -> None:
    trust = TrustStore(from_json((FOLDER / "trust.json").read_bytes()))
    key = FixedSM2Key.make(number_of("envelope"))
    opened = open_sealed(
        PACKAGE,
        opener=SoftKeyOpener({KEYS["keys"]["envelope"]["thumbprint"]: key}),
        trust=trust,
        at=AT,
        office=STEPS["cover"]["payload"]["office"],
    )
    receipt, token = load("receipt.json"), load("token.json")

    assert opened.manifest.sequence == 7
    claims = check_statement(receipt["text"], "receipt/1", trust, Role.OFFICE, AT)
    assert claims == receipt["payload"]["claims"]
    assert check_token(token["text"], trust.bundle) == token["payload"]


# --- fresh ones, both ways


def test_our_package_opens_elsewhere(national_pki: PKI) -> None:
    package = seal(
        PARTS,
        signer=national_pki.package_signer,
        recipient=national_pki.certificate(Role.ENVELOPE),
        office=OFFICE,
        terminal=TERMINAL,
        sequence=3,
        at=NOW,
    )
    assert isinstance(national_pki.opener, SoftKeyOpener)
    held = {
        name: private(key)
        for name, key in national_pki.opener.keys.items()
        if isinstance(key, SM2PrivateKey)
    }
    opened = national.open_package(package, held)

    assert opened.parts == {part.name: part.data for part in PARTS}


def test_a_package_made_elsewhere_opens_here(national_pki: PKI) -> None:
    signer = national_pki.package_signer
    assert isinstance(signer.key, SM2PrivateKey)
    sender = national.Sender(
        key=private(signer.key),
        certificates=tuple(_der(one) for one in (signer.certificate, *signer.chain)),
    )
    package = national.make_package(
        sender,
        _der(national_pki.certificate(Role.ENVELOPE)),
        [(part.name, part.media_type, part.data) for part in PARTS],
        random=os.urandom,
        route={
            "office": OFFICE,
            "terminal": TERMINAL,
            "sequence": 4,
            "sealed_at": format_time(NOW),
        },
    )
    opened = open_sealed(
        package,
        opener=national_pki.opener,
        trust=national_pki.trust,
        at=NOW + timedelta(seconds=5),
        office=OFFICE,
    )

    assert opened.parts == PARTS


def test_signatures_hold_both_ways() -> None:
    """Ours for GmSSL, openssl's command and gmalg; GmSSL's and gmalg's for us."""
    key = SM2PrivateKey.generate()
    number, point, text = private(key), key.public_key().point, "message 电文".encode()
    r, s = national.Numbers.load(key.sign(text)).native
    pure = gmalg.SM2(number, b"1234567812345678", point)
    made = b"".join(pure.sign(text))

    assert sm2_verify(point[1:], text, key.sign(text))
    assert pure.verify(text, r.to_bytes(32, "big"), s.to_bytes(32, "big"))
    key.public_key().verify(sm2_sign(number, point[1:], text), text)
    halves = [int.from_bytes(made[:32], "big"), int.from_bytes(made[32:], "big")]
    key.public_key().verify(national.Numbers(halves).dump(), text)


def test_statements_and_tokens_are_genuine_elsewhere(national_pki: PKI) -> None:
    office, qr = national_pki.office(Role.OFFICE), national_pki.office(Role.QR)
    statement = sign_statement("receipt/1", {"receipt_no": "R1", "name": "张𠮷"}, office, NOW)
    token = sign_token({"n": "1"}, qr)

    for text, kind, signer in ((statement, "receipt/1", office), (token, "mrk-qr", qr)):
        assert isinstance(public_key_of(signer.certificate), SM2PublicKey)
        der = _der(signer.certificate)
        assert national.check_jws(text, kind, der).header["typ"] == kind


def _der(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.DER)
