"""The keys of an invitation, computed anew by docs/formats.md section 15.3 and Python's library alone."""

import base64
import hashlib
import hmac

import pytest

from certs.errors import AtRestError
from certs.invitations import (
    Voucher,
    derive_keys,
    make_code,
    make_link_key,
    make_voucher,
    read_voucher,
)
from tests.factories import LI, ZHANG

NAME = "0123456789abcdef" * 2
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
CODE, NUMBER = "01802570", LI
KEYS = derive_keys(NAME, KEY, CODE, NUMBER)


def part(name: str) -> bytes:
    """Return a key as the text says it is made."""
    salt = f"remote-signing/1 {NAME}".encode()
    stretched = hashlib.pbkdf2_hmac("sha256", f"{CODE}\n{NUMBER}".encode(), salt, 600_000, 32)
    extracted = hmac.digest(salt, bytes(range(32)) + stretched, "sha256")
    return hmac.digest(extracted, name.encode() + b"\x01", "sha256")


def test_the_keys_are_as_the_text_says() -> None:
    assert part("proof") == KEYS.proof
    assert part("papers") == KEYS.papers
    assert part("answer") == KEYS.answer
    assert "proof" not in repr(KEYS)


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("0180 2570", NUMBER),
        ("０１８０２５７０", f" {NUMBER[:6]} {NUMBER[6:]} "),
        ("0180-2570", NUMBER),
    ],
)
def test_blanks_and_full_width_make_no_difference(code: str, number: str) -> None:
    assert derive_keys(NAME, KEY, code, number) == KEYS


def test_each_of_the_three_is_needed() -> None:
    others = (
        derive_keys(NAME, make_link_key(), CODE, NUMBER),
        derive_keys(NAME, KEY, "01802571", NUMBER),
        derive_keys(NAME, KEY, CODE, ZHANG),
        derive_keys("f" * 32, KEY, CODE, NUMBER),
    )
    sealed = KEYS.seal_papers(b"papers")
    assert KEYS.open_papers(sealed) == b"papers"
    for other in others:
        assert other.proof != KEYS.proof
        with pytest.raises(AtRestError):
            other.open_papers(sealed)


def test_changed_cut_and_turned_round_bytes_do_not_open() -> None:
    sealed = KEYS.seal_answer(b"ink")
    assert KEYS.open_answer(sealed) == b"ink"
    for bad in (b"", sealed[:12], sealed[:-1], sealed + b"x", bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(AtRestError):
            KEYS.open_answer(bad)
    with pytest.raises(AtRestError):
        KEYS.open_papers(sealed)


def test_codes_have_eight_digits_and_links_256_bits() -> None:
    codes = {make_code() for _ in range(50)}
    assert len(codes) > 40
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert len(base64.urlsafe_b64decode(make_link_key() + "=")) == 32


VOUCHER = Voucher("7K3QF9M2XAB0C1D4E5G8")


def of_voucher(name: str, length: int) -> bytes:
    """Return a part of a voucher as the text (15.4) says it is made."""
    extracted = hmac.digest(b"counter-signing/1", VOUCHER.text.encode(), "sha256")
    return hmac.digest(extracted, name.encode() + b"\x01", "sha256")[:length]


def test_a_voucher_makes_name_and_key_as_the_text_says() -> None:
    assert VOUCHER.invitation == of_voucher("name", 16).hex()
    key = base64.urlsafe_b64encode(of_voucher("link", 32)).decode().rstrip("=")
    assert VOUCHER.link_key == key
    assert VOUCHER.open_hint(VOUCHER.seal_hint(b"who")) == b"who"
    with pytest.raises(AtRestError):
        make_voucher().open_hint(VOUCHER.seal_hint(b"who"))
    assert VOUCHER.text not in repr(VOUCHER)


@pytest.mark.parametrize(
    "text", ["7k3qf 9m2xa boc1d 4e5g8", "7K3QF-9M2XA-B0CID-4E5G8", "７K3QF9M2XAB0CLD4E5G8"]
)
def test_a_voucher_is_read_however_it_is_typed(text: str) -> None:
    assert read_voucher(text) == VOUCHER


@pytest.mark.parametrize(
    "text", ["", "7K3QF9M2XAB0C1D4E5G", "7K3QF9M2XAB0C1D4E5G8X", "7K3QF9M2XAB0C1D4E5GU"]
)
def test_what_is_no_voucher_is_none(text: str) -> None:
    assert read_voucher(text) is None


def test_vouchers_differ() -> None:
    assert len({make_voucher().text for _ in range(100)}) == 100
