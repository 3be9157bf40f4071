"""SM2, SM3 and SM4 as the standards print them, and what no key of ours is fooled by."""

import os
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certs.errors import (
    KeyUnsuitableError,
    PackageDamagedError,
    ProviderError,
    SM2SignatureError,
)
from certs.sm2.keys import (
    SM2PrivateKey,
    cipher_from_raw,
    cipher_to_raw,
    load_point,
    load_public,
    sm3,
)
from certs.suites import NATIONAL, load_suite
from tests.sm2_examples import (
    CIPHERTEXT,
    ENCRYPTED,
    MESSAGE,
    PLAIN,
    POINT,
    SIGNATURE,
    example_key,
)

SUITE = load_suite(NATIONAL)


@pytest.fixture(scope="module")
def key() -> SM2PrivateKey:
    return SM2PrivateKey.generate()


# --- known answers


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_digests_of_its_standard(message: bytes, digest: str) -> None:
    """GB/T 32905-2016, A.1 and A.2."""
    assert SUITE.digest(message).hex() == digest == sm3(message).hex()


SM4_KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


def sm4_rounds(count: int) -> str:
    """Encrypt the standard's block over and over."""
    encryptor = Cipher(algorithms.SM4(SM4_KEY), modes.ECB()).encryptor()
    block = SM4_KEY
    for _ in range(count):
        block = encryptor.update(block)
    return block.hex()


def test_sm4_gives_the_block_of_its_standard() -> None:
    """GB/T 32907-2016, A.1."""
    assert sm4_rounds(1) == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gives_the_block_of_its_standard_after_a_million_rounds() -> None:
    """GB/T 32907-2016, A.2."""
    assert sm4_rounds(1_000_000) == "595298c7c6fd271f0402f804c33d3f66"


def test_sm4_gcm_gives_the_text_and_the_tag_of_rfc_8998() -> None:
    """RFC 8998, appendix A.1."""
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    nonce = bytes.fromhex("00001234567800000000abcd")
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )

    assert SUITE.encrypt(SM4_KEY, nonce, plain, aad).hex() == sealed
    assert SUITE.decrypt(SM4_KEY, nonce, bytes.fromhex(sealed), aad) == plain


def test_the_standard_s_key_has_the_standard_s_point() -> None:
    assert example_key().public_key().point == POINT


def test_the_signature_of_the_standard_holds() -> None:
    """GB/T 32918.5-2017, A.2: recommended curve, default identifier."""
    load_point(POINT).verify(SIGNATURE, MESSAGE)
    with pytest.raises(SM2SignatureError):
        load_point(POINT).verify(SIGNATURE, MESSAGE + b" ")


def test_the_ciphertext_of_the_standard_opens() -> None:
    """GB/T 32918.5-2017, C.2, in the order C1 || C3 || C2 of GB/T 32918.4-2016."""
    assert example_key().decrypt(ENCRYPTED) == PLAIN
    assert cipher_from_raw(ENCRYPTED) == CIPHERTEXT
    assert cipher_to_raw(CIPHERTEXT) == ENCRYPTED


# --- signatures


def test_no_byte_of_a_signature_can_be_changed(key: SM2PrivateKey) -> None:
    signature = key.sign(b"text")
    for place in range(len(signature)):
        changed = bytearray(signature)
        changed[place] ^= 1
        with pytest.raises(SM2SignatureError):
            key.public_key().verify(bytes(changed), b"text")


@pytest.mark.parametrize(
    "signature",
    [b"", b"0", encode_dss_signature(0, 0), encode_dss_signature(1, 2**256), bytes(70)],
    ids=["nothing", "no DER", "zeros", "out of range", "zero bytes"],
)
def test_what_is_no_signature_does_not_hold(key: SM2PrivateKey, signature: bytes) -> None:
    with pytest.raises(SM2SignatureError):
        key.public_key().verify(signature, b"text")


def test_a_signature_is_for_its_key_alone(key: SM2PrivateKey) -> None:
    with pytest.raises(SM2SignatureError):
        SM2PrivateKey.generate().public_key().verify(key.sign(b"text"), b"text")


def test_one_key_signs_for_many_at_once(key: SM2PrivateKey) -> None:
    """The office signs receipts in several threads with one key in memory."""
    found: list[tuple[bytes, bytes]] = []

    def sign_some() -> None:
        found.extend((text, key.sign(text)) for text in [b"%d" % n for n in range(50)])

    threads = [threading.Thread(target=sign_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    public = key.public_key()
    for text, signature in found:
        public.verify(signature, text)
    assert len({signature for _, signature in found}) == 200


# --- encryption


def test_a_changed_ciphertext_does_not_open(key: SM2PrivateKey) -> None:
    raw = key.public_key().encrypt(bytes(16))
    for place in range(0, len(raw), 3):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(ProviderError):
            key.decrypt(bytes(changed))


@pytest.mark.parametrize("cut", [0, 1, 64, 65, 97, 112])
def test_a_shortened_ciphertext_does_not_open(key: SM2PrivateKey, cut: int) -> None:
    with pytest.raises(ProviderError):
        key.decrypt(key.public_key().encrypt(bytes(16))[:cut])


def test_the_coordinates_are_always_32_bytes(key: SM2PrivateKey) -> None:
    """DER leaves leading zeros out, and one in 128 ciphertexts has some."""
    found = [key.public_key().encrypt(b"k" * 16) for _ in range(300)]

    assert {len(raw) for raw in found} == {65 + 32 + 16}
    assert key.decrypt(found[-1]) == b"k" * 16


@pytest.mark.parametrize("size", [0, 15, 17])
def test_a_chunk_without_a_whole_tag_is_damaged(size: int) -> None:
    with pytest.raises(PackageDamagedError):
        SUITE.decrypt(bytes(16), bytes(12), bytes(size), b"")


# --- keys


@pytest.mark.parametrize(
    "change",
    [
        lambda spki: spki[:-1],
        lambda spki: spki + b"\0",
        lambda spki: spki[:-1] + bytes([spki[-1] ^ 1]),
        lambda spki: spki[:26] + b"\x02" + spki[27:],
        lambda spki: spki[:27] + bytes(64),
        lambda spki: spki.replace(bytes.fromhex("82 2d"), bytes.fromhex("82 2e")),
    ],
    ids=["short", "long", "off the curve", "compressed", "zeros", "another curve"],
)
def test_what_is_no_public_key_is_refused(key: SM2PrivateKey, change: object) -> None:
    spki = key.public_key().spki
    assert callable(change)
    with pytest.raises(KeyUnsuitableError):
        load_public(change(spki))


def test_what_is_no_private_key_is_refused(key: SM2PrivateKey) -> None:
    p256 = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    text = key.private_pem()
    # The public point beside the private number belongs to another key.
    other = SM2PrivateKey.generate().private_pem().split(b"\n")
    mixed = b"\n".join([*text.split(b"\n")[:2], *other[2:]])
    for bad in (b"", p256, text[:80], os.urandom(100), mixed):
        with pytest.raises(KeyUnsuitableError):
            SM2PrivateKey.load(bad)


def test_a_key_comes_back_from_its_pem(key: SM2PrivateKey) -> None:
    again = SM2PrivateKey.load(key.private_pem())

    assert again.public_key() == key.public_key()
    key.public_key().verify(again.sign(b"text"), b"text")
