"""The seal on an OFD: what it covers, and what is refused. Source: GB/T 33190, GB/T 38540."""

import hashlib
import io
import random
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest

from certs.documents import DocumentVerdict, check_document, check_ofd
from certs.documents.ofd.container import pack, unpack
from certs.documents.ofd.files import SEAL, SIGNATURE, SIGNATURES, VALUE
from certs.documents.ofd.sealing import OFDSealer
from certs.documents.ofd.stamping import NationalTimestamper
from certs.documents.status import (
    CHANGED,
    DAMAGED,
    FOREIGN_SEAL,
    FORGED,
    NOT_SEALED,
    NOT_WHOLE,
    SEAL_NOT_IN_FORCE,
    TIMESTAMP_FOREIGN,
    TIMESTAMP_FORGED,
    TIMESTAMP_MISSING,
    TOO_LARGE,
    DocumentReason,
)
from certs.errors import ContainerError, SealError
from certs.identity import Role, SuiteName
from tests.ofds import eseal_of, files, make_ofd, make_sealer, make_stamper, place
from tests.pki import NOW, PKI, make_pki

Change = Callable[[dict[str, bytes]], object]
CONTENT = "Doc_0/Pages/Page_0/Content.xml"


@pytest.fixture(scope="module")
def sealed(national_pki: PKI) -> bytes:
    return make_ofd(national_pki)


def reasons(data: bytes, pki: PKI) -> tuple[DocumentReason, ...]:
    return check_ofd(data, trust=pki.trust, at=NOW).reasons


def changed(sealed: bytes, change: Change) -> bytes:
    found = unpack(sealed)
    change(found)
    return pack(found)


def test_a_sealed_document_is_valid(sealed: bytes, national_pki: PKI) -> None:
    status = check_document(sealed, trust=national_pki.trust, at=NOW)

    assert status.verdict is DocumentVerdict.VALID
    assert status.sha256 == hashlib.sha256(sealed).hexdigest()
    assert status.signer is not None
    assert status.signer.role is Role.SEAL


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda f: f.update({CONTENT: f[CONTENT].replace(b"860,000", b"960,000")}), CHANGED),
        (lambda f: f.update({"Doc_0/more.xml": b""}), CHANGED),
        (lambda f: f.pop("Doc_0/Attachs/certificate.json"), CHANGED),
        (lambda f: f.update({"OFD.xml": f["OFD.xml"].replace(b"Doc_0/Signs", b"Doc_1/Signs")}),
         CHANGED),
        (lambda f: f.update({SIGNATURES: f[SIGNATURES] + b"\n"}), CHANGED),
        (lambda f: f.update({SIGNATURE: f[SIGNATURE].replace(b"42 42", b"10 10")}), CHANGED),
        (lambda f: f.update({SIGNATURE: f[SIGNATURE].replace(b"PageRef", b"pageref")}), NOT_WHOLE),
        (lambda f: f.update({SEAL: f[SEAL][:-1] + bytes([f[SEAL][-1] ^ 1])}), CHANGED),
        (lambda f: f.update({VALUE: f[VALUE] + b"\0"}), DAMAGED),
        (lambda f: f.update({VALUE: b""}), DAMAGED),
        (lambda f: f.pop(VALUE), NOT_SEALED),
    ],
    ids=["amount", "a file more", "a file less", "another root", "list", "place of the picture",
         "another spelling", "seal", "bytes after the signature", "no signature", "unsealed"],
)  # fmt: skip
def test_whatever_is_changed_is_found(
    sealed: bytes, national_pki: PKI, change: Change, reason: DocumentReason
) -> None:
    assert reasons(changed(sealed, change), national_pki) == (reason,)


def test_no_flipped_bit_is_let_through(sealed: bytes, national_pki: PKI) -> None:
    """Anywhere in the file: also where a reader of ZIP would pass over it."""
    draw = random.Random(38540)
    for place_ in draw.sample(range(len(sealed)), 120):
        bad = bytearray(sealed)
        bad[place_] ^= 1 << draw.randrange(8)
        status = check_ofd(bytes(bad), trust=national_pki.trust, at=NOW)
        assert status.verdict is DocumentVerdict.INVALID, place_


@pytest.mark.parametrize(
    "other",
    [
        lambda data: b"x" + data,
        lambda data: data + b"x",
        lambda data: data[:-1],
        lambda data: data * 2,
        lambda data: repacked(data, zipfile.ZIP_STORED),
        lambda data: repacked(data, zipfile.ZIP_DEFLATED),
    ],
    ids=["before", "after", "cut", "twice", "stored", "packed by another program"],
)
def test_a_container_of_another_make_is_refused(
    sealed: bytes, national_pki: PKI, other: Callable[[bytes], bytes]
) -> None:
    assert reasons(other(sealed), national_pki) == (DAMAGED,)


def repacked(data: bytes, how: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in unpack(data).items():
            archive.writestr(name, content)
    return file.getvalue()


def test_one_name_twice_is_refused() -> None:
    twin = pack({"a": b"1", "b": b"2"}).replace(b"b", b"a")

    with pytest.raises(ContainerError):
        unpack(twin)


def test_what_unpacks_to_more_than_it_says_is_refused() -> None:
    bomb = pack({"a": bytes(10_000_000)})
    size = (10_000_000).to_bytes(4, "little")

    with pytest.raises(ContainerError):
        unpack(bomb.replace(size, (10).to_bytes(4, "little")))


def test_an_endless_file_is_not_read(national_pki: PKI) -> None:
    assert reasons(b"PK\3\4" + bytes(6_000_000), national_pki) == (TOO_LARGE,)


def test_a_seal_used_by_another_key_is_refused(national_pki: PKI) -> None:
    rogue = make_sealer(national_pki, signer=national_pki.office(Role.QR))

    sealed = rogue.seal(files(), place=place(), at=NOW)

    assert reasons(sealed, national_pki) == (FOREIGN_SEAL,)


def test_a_seal_that_another_office_made_is_refused(
    national_pki: PKI, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same name on it, the same picture, and everything in order but whose it is."""
    folder = tmp_path_factory.mktemp("other") / "authority"
    other = make_pki(folder, suite=SuiteName.NATIONAL)

    assert reasons(make_ofd(other), national_pki) == (FOREIGN_SEAL,)
    assert reasons(make_ofd(other), other)[0].code == "genuine"


def test_a_document_of_the_time_before_the_seal_is_refused(national_pki: PKI) -> None:
    sealed = make_sealer(national_pki).seal(files(), place=place(), at=NOW - timedelta(days=9))

    assert reasons(sealed, national_pki) == (SEAL_NOT_IN_FORCE,)


def test_the_international_suite_has_no_such_seal(pki: PKI) -> None:
    assert reasons(make_sealer(pki).seal(files(), place=place(), at=NOW), pki) == (FORGED,)


def test_a_sealed_document_is_not_sealed_again(sealed: bytes, national_pki: PKI) -> None:
    with pytest.raises(SealError):
        make_sealer(national_pki).seal(unpack(sealed), place=place(), at=NOW)


def test_equal_files_give_equal_containers() -> None:
    assert pack(files()) == pack(files())


# --- the time


def test_the_time_is_proven(sealed: bytes, national_pki: PKI) -> None:
    status = check_ofd(sealed, trust=national_pki.trust, at=NOW)

    assert (status.signed_at, status.is_timestamped) == (NOW, True)


def test_a_document_outlives_its_seal(sealed: bytes, national_pki: PKI) -> None:
    """The seal's certificate is good for three years; the stamp says that it was used in time."""
    later = NOW + timedelta(days=1200)

    status = check_ofd(sealed, trust=national_pki.trust, at=later)

    assert SEAL_NOT_IN_FORCE not in status.reasons
    assert status.signed_at == NOW


def test_without_a_time_stamp_nothing_is_proven(national_pki: PKI) -> None:
    bare = OFDSealer(national_pki.office(Role.SEAL), eseal_of(national_pki), None)

    status = check_ofd(bare.seal(files(), place=place(), at=NOW), trust=national_pki.trust, at=NOW)

    assert status.reasons == (TIMESTAMP_MISSING,)
    assert status.verdict is DocumentVerdict.INDETERMINATE


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token, data: token[:-1] + bytes([token[-1] ^ 1]),
        lambda token, data: token + b"\0",
        lambda token, data: b"",
        lambda token, data: data,
    ],
    ids=["changed", "longer", "empty", "no token"],
)
def test_a_time_stamp_that_does_not_hold_is_found(
    national_pki: PKI, spoil: Callable[[bytes, bytes], bytes]
) -> None:
    stamper = make_stamper(national_pki)
    sealer = make_sealer(national_pki, stamp=lambda data: spoil(stamper.stamp(data), data))

    assert reasons(sealer.seal(files(), place=place(), at=NOW), national_pki) == (TIMESTAMP_FORGED,)


def test_a_time_stamp_over_something_else_is_found(national_pki: PKI) -> None:
    token = make_stamper(national_pki).stamp(b"another signature")
    sealer = make_sealer(national_pki, stamp=lambda _: token)

    assert reasons(sealer.seal(files(), place=place(), at=NOW), national_pki) == (TIMESTAMP_FORGED,)


def test_a_key_that_is_no_stampers_stamps_nothing(national_pki: PKI) -> None:
    rogue = NationalTimestamper(national_pki.office(Role.OFFICE), lambda: NOW)
    sealer = make_sealer(national_pki, stamp=rogue.stamp)

    assert reasons(sealer.seal(files(), place=place(), at=NOW), national_pki) == (
        TIMESTAMP_FOREIGN,
    )
