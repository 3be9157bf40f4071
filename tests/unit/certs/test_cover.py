"""The outside of a package: read without a key, believed only after its signature."""

import hashlib
from typing import Any

import pytest

from certs.cover import (
    COVER_TYPE,
    LARGEST_COVER,
    MAGIC,
    PREFIX_SIZE,
    binding,
    check_cover,
    claims_of,
    format_time,
    parse_time,
    read_cover,
    split_cover,
)
from certs.errors import PackageDamagedError, PackageForgedError, PackageTooLargeError
from certs.identity import Role
from certs.jws import certificate_header, decode_claims, encode_claims, read_jws, sign_jws
from certs.signers.softkey import SoftKeySigner
from tests.pki import NOW, PKI, make_signer
from tests.unit.certs.packages import make_package


@pytest.fixture(scope="module")
def package(any_pki: PKI) -> bytes:
    return make_package(any_pki)


def claims_in(package: bytes) -> dict[str, Any]:
    text = split_cover(package)[1]
    return decode_claims(read_jws(text, largest=LARGEST_COVER).payload, largest=LARGEST_COVER)


def with_claims(
    package: bytes,
    signer: SoftKeySigner,
    *,
    drop: str = "",
    typ: str = COVER_TYPE,
    **changes: Any,
) -> bytes:
    """Sign a changed cover anew, as a counter that breaks the rules could."""
    claims = {k: v for k, v in {**claims_in(package), **changes}.items() if k != drop}
    text = sign_jws(encode_claims(claims), {"typ": typ, **certificate_header(signer)}, signer)
    body = package[PREFIX_SIZE + len(split_cover(package)[1]) :]
    return package[:6] + len(text).to_bytes(4, "big") + text.encode() + body


@pytest.mark.parametrize(
    "changes",
    [
        {"drop": "office"},
        {"extra": 1},
        {"version": 2},
        {"version": True},
        {"suite": 3},
        {"suite": "1"},
        {"office": ""},
        {"office": "x" * 129},
        {"office": 310000},
        {"terminal": None},
        {"sequence": 0},
        {"sequence": -1},
        {"sequence": True},
        {"sequence": "7"},
        {"sealed_at": "2026-09-01T08:30:00+00:00"},
        {"sealed_at": "2026-09-01T08:30:00.5Z"},
        {"sealed_at": "2026-02-30T08:30:00Z"},
        {"sealed_at": "２026-09-01T08:30:00Z"},
        {"body_size": 0},
        {"body_size": 1},
        {"body_sha256": "0" * 64},
        {"body_sm3": "0" * 64},
        {"enc": "0"},
        {"enc": "zz"},
        {"enc": "AB"},
        {"enc": "a b"},
        {"wrapped_key": ""},
        {"parts": -1},
    ],
    ids=repr,
)
def test_a_cover_that_breaks_its_form_is_damaged(
    any_pki: PKI, package: bytes, changes: dict[str, Any]
) -> None:
    with pytest.raises(PackageDamagedError):
        read_cover(with_claims(package, any_pki.package_signer, **changes))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MRK1",
        MAGIC + bytes(5),
        b"MRK2" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        MAGIC + b"\0\1" + (50).to_bytes(4, "big") + b"a" * 49,
        MAGIC + b"\0\1" + (4).to_bytes(4, "big") + b"\xff" * 100,
        MAGIC + b"\0\1" + bytes(4),
    ],
    ids=["nothing", "magic", "a byte short", "another magic", "zip", "cut", "not ASCII", "empty"],
)
def test_what_is_no_package_is_damaged(data: bytes) -> None:
    with pytest.raises(PackageDamagedError):
        read_cover(data)


def test_too_many_parts_are_too_large(any_pki: PKI, package: bytes) -> None:
    with pytest.raises(PackageTooLargeError):
        read_cover(with_claims(package, any_pki.package_signer, parts=65))


def test_a_cover_over_the_limit_is_not_read() -> None:
    data = MAGIC + b"\0\1" + (LARGEST_COVER + 1).to_bytes(4, "big") + bytes(LARGEST_COVER + 1)
    with pytest.raises(PackageTooLargeError):
        split_cover(data)


def test_the_suite_stands_twice_and_must_be_the_same(package: bytes) -> None:
    other = bytes([0, 3 - package[5]])
    with pytest.raises(PackageDamagedError):
        read_cover(package[:4] + other + package[6:])


def test_another_terminal_s_name_is_a_forgery(any_pki: PKI, package: bytes) -> None:
    cover = read_cover(with_claims(package, any_pki.package_signer, terminal="T-0002"))
    with pytest.raises(PackageForgedError):
        check_cover(cover, cover.certificates[0])


def test_another_role_s_key_is_a_forgery(any_pki: PKI, package: bytes) -> None:
    cover = read_cover(with_claims(package, any_pki.terminal))
    with pytest.raises(PackageForgedError):
        check_cover(cover, cover.certificates[0])


def test_another_certificate_is_a_forgery(any_pki: PKI, package: bytes) -> None:
    other = make_signer(any_pki.authority, Role.PACKAGE)
    with pytest.raises(PackageForgedError):
        check_cover(read_cover(package), other.certificate)


def test_a_manifest_does_not_stand_in_for_a_cover(any_pki: PKI, package: bytes) -> None:
    cover = read_cover(with_claims(package, any_pki.package_signer, typ="mrk-manifest+jws"))
    with pytest.raises(PackageForgedError):
        check_cover(cover, cover.certificates[0])


def test_the_key_is_bound_to_every_member_of_the_route(package: bytes) -> None:
    route = claims_of(read_cover(package))
    others: list[dict[str, Any]] = [
        {"office": "320000"},
        {"recipient": "A" * 43},
        {"sealed_at": "2026-09-01T08:30:01Z"},
        {"sequence": 8},
        {"suite": 3},
        {"terminal": "T-0002"},
        {"version": 2},
    ]
    bound = {binding({**route, **other}) for other in others}

    assert {key for other in others for key in other} == set(route)
    assert len(bound | {binding(route)}) == len(route) + 1


def test_a_cover_says_who_sent_what_to_whom(any_pki: PKI, package: bytes) -> None:
    cover = read_cover(package)

    assert check_cover(cover, cover.certificates[0]).name == cover.terminal
    assert cover.digest == hashlib.sha256(package).hexdigest()
    assert cover.sealed_at == NOW


@pytest.mark.parametrize(
    "text", ["", "2026-9-1T08:30:00Z", "2026-09-01 08:30:00Z", "2026-09-01T24:00:00Z", "0001"]
)
def test_one_spelling_of_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|does not match|unconverted"):
        parse_time(text)


def test_time_comes_back() -> None:
    assert parse_time(format_time(NOW)) == NOW
