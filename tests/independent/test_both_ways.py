"""Our packages open elsewhere, and packages made elsewhere open here."""

import hashlib
import json
import os
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certs.bundle import from_json, to_json
from certs.cover import format_time
from certs.envelope import Opened, Part, open_sealed, seal
from certs.errors import PackageError
from certs.identity import Role
from certs.keys import load_key, thumbprint
from certs.places import key_path
from certs.signers.softkey import SoftKeyOpener
from certs.statements import check_statement, open_statement, sign_statement
from certs.tokens import check_token
from certs.trust import TrustStore
from registration.package import unpack
from registration.schema import parse_answer, parse_receipt
from scripts.make_vectors import make_vectors
from scripts.vector_keys import AT, make_key
from tests.independent import opener
from tests.independent.vectors import KEYS, PACKAGE, STEPS, VECTORS, load
from tests.pki import NOW, OFFICE, PKI, TERMINAL

PARTS = (
    Part("package.json", "application/json", b"{}"),
    Part("empty", "text/plain", b""),
    Part("扫描", "image/png", bytes(range(256)) * 700),
)


def test_the_vectors_are_what_the_generator_makes() -> None:
    for name, data in make_vectors().items():
        assert (VECTORS / name).read_bytes() == data, f"{name}: run python -m scripts.make_vectors"


def test_the_committed_package_opens_here_too() -> None:
    store = TrustStore(from_json((VECTORS / "trust.json").read_bytes()))
    opened = open_sealed(
        PACKAGE,
        opener=SoftKeyOpener({KEYS["keys"]["envelope"]["thumbprint"]: make_key("envelope")}),
        trust=store,
        at=AT,
        office=STEPS["cover"]["payload"]["office"],
    )

    assert len(unpack(opened.parts).applications) == 1


def test_the_committed_statements_are_taken_here_too() -> None:
    store = TrustStore(from_json((VECTORS / "trust.json").read_bytes()))
    receipt, answer = load("receipt.json")["text"], load("answer.json")["text"]

    parse_receipt(check_statement(receipt, "receipt/1", store, Role.OFFICE, AT))
    parse_answer("acceptance/1", check_statement(answer, "acceptance/1", store, Role.OFFICE, AT))
    token = load("token.json")
    assert check_token(token["text"], store.bundle) == token["payload"]


@pytest.fixture
def envelope_key(pki: PKI) -> ec.EllipticCurvePrivateKey:
    key = load_key(key_path(pki.authority.folder, Role.ENVELOPE))
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def test_our_package_opens_elsewhere(pki: PKI, envelope_key: ec.EllipticCurvePrivateKey) -> None:
    recipient = pki.certificate(Role.ENVELOPE)
    package = seal(
        PARTS,
        signer=pki.package_signer,
        recipient=recipient,
        office=OFFICE,
        terminal=TERMINAL,
        sequence=3,
        at=NOW,
    )
    number = envelope_key.private_numbers().private_value.to_bytes(32, "big")
    opened = opener.open_package(package, {thumbprint(recipient): number})

    assert opened.parts == {part.name: part.data for part in PARTS}
    bundle = json.loads(to_json(pki.authority.bundle))
    assert ": OK" in opener.check_chain(opened.certificates, bundle, format_time(NOW))


def make_sender(pki: PKI) -> opener.Sender:
    """Give the enrolled terminal's keys to a counter of somebody else's making."""
    signer = pki.package_signer
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    return opener.Sender(
        key=signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificates=tuple(
            one.public_bytes(Encoding.DER) for one in (signer.certificate, *signer.chain)
        ),
    )


def test_a_package_made_elsewhere_opens_here(pki: PKI) -> None:
    package = opener.make_package(
        make_sender(pki),
        pki.certificate(Role.ENVELOPE).public_bytes(Encoding.DER),
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
        opener=pki.opener,
        trust=pki.trust,
        at=NOW + timedelta(seconds=5),
        office=OFFICE,
    )

    assert opened.parts == PARTS
    assert opened.signer.name == TERMINAL


def test_our_statement_is_genuine_elsewhere(pki: PKI) -> None:
    claims = {"receipt_no": "R1", "name": "张𠮷"}
    text = sign_statement("receipt/1", claims, pki.office(Role.OFFICE), NOW)

    assert opener.check_statement(text, "receipt/1").payload["claims"] == claims
    assert open_statement(text, "receipt/1", pki.trust, Role.OFFICE, NOW).at == NOW


GOOD = {"name": "a", "media_type": "text/plain", "size": 1}
DIGEST = hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize(
    "lies",
    [
        {"office": "320000"},
        {"recipient": "A" * 43},
        {"terminal": "T-0002"},
        {"sequence": 5},
        {"sealed_at": "2026-09-01T08:30:01Z"},
        {"version": 2},
        {"more": 1},
        {"parts": []},
        {"parts": [{**GOOD, "sha256": "0" * 64}]},
        {"parts": [{**GOOD, "sha256": DIGEST, "size": 0}]},
        {"parts": [{**GOOD, "sha256": DIGEST, "size": 2}]},
        {"parts": [{**GOOD, "sha256": DIGEST, "size": -1}]},
        {"parts": [{**GOOD, "sha256": DIGEST, "more": 1}]},
        {"parts": [{**GOOD, "sha256": DIGEST}] * 2},
        {"parts": [{**GOOD, "sha256": DIGEST}] * 65},
        {"parts": {"a": 1}},
        {"parts": ["a"]},
    ],
    ids=repr,
)
def test_a_counter_that_signs_lies_is_found_out(pki: PKI, lies: dict[str, Any]) -> None:
    with pytest.raises(PackageError):
        open_made(pki, lies=lies)


def test_a_counter_that_hides_bytes_is_found_out(pki: PKI) -> None:
    with pytest.raises(PackageError):
        open_made(pki, behind=b"hidden")


def open_made(pki: PKI, *, lies: dict[str, Any] | None = None, behind: bytes = b"") -> Opened:
    package = opener.make_package(
        make_sender(pki),
        pki.certificate(Role.ENVELOPE).public_bytes(Encoding.DER),
        [("a", "text/plain", b"x")],
        random=os.urandom,
        route={
            "office": OFFICE,
            "terminal": TERMINAL,
            "sequence": 4,
            "sealed_at": format_time(NOW),
        },
        lies=lies,
        behind=behind,
    )
    return open_sealed(package, opener=pki.opener, trust=pki.trust, at=NOW, office=OFFICE)


def test_without_lies_it_opens(pki: PKI) -> None:
    assert [part.data for part in open_made(pki).parts] == [b"x"]
