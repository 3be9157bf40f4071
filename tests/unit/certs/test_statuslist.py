"""The status list: as the draft prints it, signed by the office, and never believed otherwise."""

import base64
import zlib
from datetime import timedelta
from typing import Final

import pytest

from certs.errors import (
    SignerNotTrustedError,
    StatementDamagedError,
    StatementError,
    StatementForgedError,
    StatementKindError,
)
from certs.identity import Role
from certs.jws import certificate_header, encode_claims, sign_jws
from certs.statements import sign_statement
from certs.statuslist import (
    BLOCK,
    Mark,
    compress,
    decompress,
    find_status,
    open_status_list,
    pack,
    place_of,
    sign_status_list,
)
from tests.pki import NOW, PKI

URI: Final = "https://registration.example/status/2026/0"
# draft-ietf-oauth-status-list, 4.1 and 4.2: bits, bytes, "lst", statuses.
PRINTED: Final = (
    (1, "b9a3", "eNrbuRgAAhcBXQ", (1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1)),
    (2, "c944f9", "eNo76fITAAPfAgc", (1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3)),
)
# Appendix C: a list of 2^20 with one bit each.
LARGE: Final = (
    "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAAA7KpLAAAA"
    "AAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAAAACAZC8L2AEb"
)
SET: Final = (0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345)


@pytest.mark.parametrize(("bits", "array", "text", "statuses"), PRINTED)
def test_the_draft_s_own_lists(bits: int, array: str, text: str, statuses: tuple[int, ...]) -> None:
    packed = bytes.fromhex(array)
    assert decompress(text) == packed
    assert compress(packed, 9) == text
    assert decompress(compress(packed)) == packed
    assert tuple(find_status(packed, bits, i) for i in range(len(statuses))) == statuses
    assert find_status(packed, bits, len(statuses)) is None
    grown = pack(dict(enumerate(statuses)), len(statuses), bits)
    assert grown.rstrip(b"\0") == packed


def test_the_draft_s_large_list() -> None:
    statuses = decompress(LARGE)
    assert len(statuses) == BLOCK // 8
    assert tuple(i for i in range(BLOCK) if find_status(statuses, 1, i)) == SET
    assert pack(dict.fromkeys(SET, 1), BLOCK, 1) == statuses


def sign(pki: PKI, role: Role = Role.OFFICE, **marks: int) -> str:
    indexed = {int(name.removeprefix("n")): mark for name, mark in marks.items()}
    return sign_status_list(URI, indexed, size=5000, signer=pki.office(role), at=NOW)


def test_a_list_comes_back_as_it_was_signed(any_pki: PKI) -> None:
    text = sign(any_pki, n1=Mark.CANCELLED, n2=Mark.REPLACED, n3=Mark.INVALID, n4999=Mark.SUSPENDED)
    listed = open_status_list(text, any_pki.trust, NOW)
    assert [listed.find(i) for i in (0, 1, 2, 3, 4, 4999)] == [0, 12, 13, 1, 0, 2]
    assert listed.find(8191) == Mark.VALID, "it has room for those of the next days"
    assert listed.find(8192) is None
    assert (listed.uri, listed.at) == (URI, NOW)
    assert listed.ends_at == NOW + timedelta(days=1)


def test_another_role_or_kind_is_not_believed(any_pki: PKI) -> None:
    with pytest.raises(SignerNotTrustedError):
        open_status_list(sign(any_pki, Role.QR), any_pki.trust, NOW)
    receipt = sign_statement("receipt/1", {"a": 1}, any_pki.office(Role.OFFICE), NOW)
    with pytest.raises(StatementKindError):
        open_status_list(receipt, any_pki.trust, NOW)


def test_no_byte_can_be_changed(any_pki: PKI) -> None:
    head, payload, signature = sign(any_pki, n1=Mark.CANCELLED).split(".")
    other = sign(any_pki).split(".")[1]
    assert other != payload
    with pytest.raises(StatementForgedError):
        open_status_list(f"{head}.{other}.{signature}", any_pki.trust, NOW)
    with pytest.raises(StatementError):
        open_status_list(f"{head}.{payload}.{signature[:-4]}", any_pki.trust, NOW)


@pytest.mark.parametrize(
    "lst",
    [
        "",
        "eNrbuRgAAhcBX",
        "!!!!",
        base64.urlsafe_b64encode(zlib.compress(bytes(200 * 1024 * 1024), 9)).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"1") + b"more").decode(),
    ],
    ids=["empty", "cut", "no base64", "200 MiB from 200 KiB", "something behind it"],
)
def test_what_is_no_list_is_damaged(any_pki: PKI, lst: str) -> None:
    signer = any_pki.office(Role.OFFICE)
    header = certificate_header(signer) | {
        "kid": certificate_header(signer)["x5t#S256"],
        "typ": "statuslist+jwt",
    }
    claims = {"exp": 2, "iat": 1, "status_list": {"bits": 4, "lst": lst}, "sub": URI, "ttl": 1}
    with pytest.raises(StatementDamagedError):
        open_status_list(sign_jws(encode_claims(claims), header, signer), any_pki.trust, NOW)


def test_a_number_tells_its_place() -> None:
    assert place_of("豫（2026）开封市不动产证明第0012345号") == (2026, 0, 12345)
    assert place_of("豫（2027）开封市不动产证明第9999999号") == (2027, 9, 9999999 - 9 * BLOCK)
    with pytest.raises(StatementDamagedError):
        place_of("12345")
