"""The committed vectors, opened by docs/formats.md alone: nothing of certs/ is asked."""

import hashlib

import pytest
from pyhpke import PyHPKEError

from tests.independent import opener
from tests.independent.vectors import BUNDLE, KEYS, PACKAGE, STEPS, VECTORS, certificate, load


def envelope_keys() -> dict[str, bytes]:
    envelope = KEYS["keys"]["envelope"]
    return {envelope["thumbprint"]: int(envelope["private_key"], 16).to_bytes(32, "big")}


def test_the_keys_are_the_public_ones_of_the_rule() -> None:
    for name, one in KEYS["keys"].items():
        text = f"mortgage registration public test key/1 {name}".encode()
        hashed = hashlib.sha384(text) if one["curve"] == "secp384r1" else hashlib.sha256(text)
        assert int(one["private_key"], 16) == int.from_bytes(hashed.digest(), "big")


def test_the_package_opens() -> None:
    opened = opener.open_package(PACKAGE, envelope_keys())

    assert opened.cover == STEPS["cover"]["payload"]
    assert opened.manifest == STEPS["manifest"]["payload"]
    assert list(opened.parts) == [part["name"] for part in STEPS["parts"]]
    for part in STEPS["parts"]:
        assert hashlib.sha256(opened.parts[part["name"]]).hexdigest() == part["sha256"]


def test_the_package_is_what_its_steps_say() -> None:
    text = STEPS["cover"]["text"].encode()
    assert PACKAGE[:10].hex() == STEPS["prefix"]
    assert PACKAGE[10 : 10 + len(text)] == text
    assert hashlib.sha256(PACKAGE).hexdigest() == STEPS["package"]["sha256"]
    assert len(PACKAGE) == STEPS["package"]["size"]


def test_the_content_key_unwraps() -> None:
    hpke = STEPS["hpke"]
    key = opener.unwrap(
        bytes.fromhex(hpke["recipient_private_key"]),
        bytes.fromhex(hpke["enc"]),
        bytes.fromhex(hpke["ciphertext"]),
        bytes.fromhex(hpke["info"]),
    )

    assert key.hex() == STEPS["content_key"]


def test_the_content_key_does_not_unwrap_for_another_route() -> None:
    hpke = STEPS["hpke"]
    with pytest.raises(PyHPKEError):
        opener.unwrap(
            bytes.fromhex(hpke["recipient_private_key"]),
            bytes.fromhex(hpke["enc"]),
            bytes.fromhex(hpke["ciphertext"]),
            bytes.fromhex(hpke["info"]).replace(b'"sequence":7', b'"sequence":8'),
        )


def test_every_chunk_is_as_listed() -> None:
    body = PACKAGE[10 + len(STEPS["cover"]["text"]) :]
    for number, chunk in enumerate(STEPS["chunks"]):
        start = number * (opener.CHUNK + opener.TAG)
        piece = body[start : start + chunk["sealed"]["size"]]
        assert hashlib.sha256(piece).hexdigest() == chunk["sealed"]["sha256"]
        assert piece[-16:].hex() == chunk["tag"]
    assert len(STEPS["chunks"]) == 3


def test_the_signer_is_the_counter_of_the_bundle() -> None:
    certificates = opener.certificates_of(STEPS["cover"]["text"])

    assert certificates[0] == certificate("package")
    assert ": OK" in opener.check_chain(certificates, BUNDLE, KEYS["at"])


def test_a_revoked_counter_is_refused_by_its_list() -> None:
    chain = [certificate("package revoked"), certificate("issuing")]

    with pytest.raises(opener.NotGenuineError, match="certificate revoked"):
        opener.check_chain(chain, BUNDLE, KEYS["at"])
    assert ": OK" in opener.check_chain(chain, BUNDLE, KEYS["at"], with_crl=False)


@pytest.mark.parametrize("name", ["envelope", "office", "qr", "package"])
def test_every_certificate_leads_to_the_root(name: str) -> None:
    chain = [certificate(name), certificate("issuing")]
    assert ": OK" in opener.check_chain(chain, BUNDLE, KEYS["at"])


def test_the_bundle_is_canonical() -> None:
    assert opener.read_canonical((VECTORS / "trust.json").read_bytes()) == BUNDLE


@pytest.mark.parametrize(("name", "kind"), [("receipt", "receipt/1"), ("answer", "acceptance/1")])
def test_a_statement_of_the_office_is_genuine(name: str, kind: str) -> None:
    vector = load(f"{name}.json")
    signed = opener.check_statement(vector["text"], kind)

    assert signed.payload == vector["payload"]
    assert opener.certificates_of(vector["text"])[0] == certificate("office")


def test_the_receipt_speaks_of_the_package_and_the_journal() -> None:
    claims = load("receipt.json")["payload"]["claims"]
    last = load("journal.json")["records"][-1]

    assert claims["package_sha256"] == hashlib.sha256(PACKAGE).hexdigest()
    assert (claims["journal_seq"], claims["journal_hash"]) == (last["seq"], last["hash"])


@pytest.mark.parametrize(
    ("name", "version", "more"), [("journal-1.json", 1, ()), ("journal.json", 2, ("salt",))]
)
def test_the_journal_hangs_together(name: str, version: int, more: tuple[str, ...]) -> None:
    head = bytes(32)
    for record in load(name)["records"]:
        named = ("act", "actor", "at", "body_sha256", "ref", "seq", *more)
        row = opener.canonical({**{name: record[name] for name in named}, "v": version})
        assert record["previous_hash"] == head.hex()
        head = hashlib.sha256(b"\x00" + row + head).digest()
        assert record["hash"] == head.hex()


def test_the_token_is_genuine() -> None:
    vector = load("token.json")
    signed = opener.check_jws(vector["text"], "mrk-qr", certificate("qr"))

    assert signed.payload == vector["payload"]
    assert signed.header["kid"] == opener.thumbprint(certificate("qr"))[:8]


def test_the_ink_has_its_digest() -> None:
    vector = load("ink.json")
    lines = [" ".join(",".join(str(n) for n in p) for p in s) for s in vector["strokes"]]

    assert "\n".join(lines) == vector["text"]
    assert hashlib.sha256(vector["text"].encode()).hexdigest() == vector["sha256"]
