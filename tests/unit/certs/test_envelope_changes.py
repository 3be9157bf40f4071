"""No byte of a package can be changed, cut off, added or doubled; and nothing else breaks out."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.authority import load_authority
from certs.cover import LARGEST_PART, MOST_PARTS, PREFIX_SIZE, read_cover, split_cover
from certs.envelope import Opened, Part, open_sealed, seal
from certs.errors import (
    CertsError,
    KeyUnsuitableError,
    PackageDamagedError,
    PackageForgedError,
    PackageTooLargeError,
    SignerNotTrustedError,
    SuiteUnknownError,
)
from certs.identity import Role
from certs.signers.softkey import SoftKeySigner
from certs.suites import load_suite
from certs.trust import TrustStore
from tests.pki import (
    NOW,
    OFFICE,
    PKI,
    TERMINAL,
    make_authority,
    make_opener,
    make_signer,
    office_certificate,
)
from tests.unit.certs.packages import SMALL, make_package

# The library only warns of serial numbers that are not positive.
pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")


@pytest.fixture(scope="module")
def package(any_pki: PKI) -> bytes:
    return make_package(any_pki)


def open_here(any_pki: PKI, data: bytes, at: datetime = NOW) -> Opened:
    return open_sealed(data, opener=any_pki.opener, trust=any_pki.trust, at=at, office=OFFICE)


def test_not_one_byte_can_be_changed(any_pki: PKI, package: bytes) -> None:
    """Every place is tried, each with a change of its own."""
    chance = random.Random(1)
    for place in range(len(package)):
        change = chance.randrange(1, 256)
        changed = package[:place] + bytes([package[place] ^ change]) + package[place + 1 :]
        with pytest.raises(CertsError):
            open_here(any_pki, changed)


def test_not_one_bit_of_the_body_or_the_prefix_can_be_changed(any_pki: PKI, package: bytes) -> None:
    body = PREFIX_SIZE + len(split_cover(package)[1])
    for place in (*range(PREFIX_SIZE), *range(body, body + 40), *range(-20, 0)):
        for bit in range(8):
            changed = bytearray(package)
            changed[place] ^= 1 << bit
            with pytest.raises(CertsError):
                open_here(any_pki, bytes(changed))


@given(st.data())
@settings(max_examples=150)
def test_nothing_can_be_cut_out_added_or_doubled(
    any_pki: PKI, package: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(package)))
    end = data.draw(st.integers(start, len(package)))
    new = data.draw(st.one_of(st.binary(max_size=8), st.just(package[start:end] * 2)))
    changed = package[:start] + new + package[end:]
    if changed == package:
        return
    with pytest.raises(CertsError):
        open_here(any_pki, changed)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_an_error_of_ours(any_pki: PKI, data: bytes) -> None:
    for candidate in (data, b"MRK1\x00\x01" + len(data).to_bytes(4, "big") + data):
        with pytest.raises(CertsError):
            open_here(any_pki, candidate)


def test_two_packages_share_nothing(any_pki: PKI) -> None:
    first, second = make_package(any_pki), make_package(any_pki)
    one, other = read_cover(first), read_cover(second)

    assert one.enc != other.enc
    assert one.wrapped_key != other.wrapped_key
    assert one.body_digest != other.body_digest


def test_the_body_of_another_package_does_not_fit(any_pki: PKI, package: bytes) -> None:
    other = make_package(any_pki)
    text = split_cover(package)[1]
    body = other[PREFIX_SIZE + len(split_cover(other)[1]) :]
    with pytest.raises(PackageDamagedError):
        open_here(any_pki, package[:PREFIX_SIZE] + text.encode() + body)


# --- the sender


def test_a_terminal_of_another_office_is_not_let_in(any_pki: PKI, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other", suite=any_pki.authority.suite)
    package = make_from(any_pki, make_signer(other))
    with pytest.raises(SignerNotTrustedError):
        open_here(any_pki, package)


def make_from(any_pki: PKI, signer: SoftKeySigner, terminal: str = TERMINAL) -> bytes:
    return seal(
        SMALL,
        signer=signer,
        recipient=any_pki.certificate(Role.ENVELOPE),
        office=OFFICE,
        terminal=terminal,
        sequence=1,
        at=NOW,
    )


def test_a_terminal_does_not_speak_for_another(any_pki: PKI) -> None:
    with pytest.raises(PackageForgedError):
        open_here(any_pki, make_from(any_pki, any_pki.package_signer, terminal="T-0002"))


def test_the_key_of_the_line_seals_nothing(pki: PKI) -> None:
    with pytest.raises(SignerNotTrustedError):
        open_here(pki, make_from(pki, pki.terminal))


def test_somebody_else_s_certificate_does_not_help(any_pki: PKI) -> None:
    liar = SoftKeySigner(
        any_pki.package_signer.certificate, any_pki.package_signer.chain, any_pki.terminal.key
    )
    with pytest.raises(PackageForgedError):
        open_here(any_pki, make_from(any_pki, liar))


def test_a_revoked_terminal_s_packages_are_taken_up_to_that_moment(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    signer = make_signer(authority)
    package = seal(
        SMALL,
        signer=signer,
        recipient=office_certificate(authority, Role.ENVELOPE),
        office=OFFICE,
        terminal=TERMINAL,
        sequence=1,
        at=NOW,
    )
    revoked_at = NOW + timedelta(hours=1)
    authority.revoke(signer.certificate.serial_number, revoked_at, x509.ReasonFlags.unspecified)
    trust, opener = TrustStore(authority.bundle), make_opener(authority)

    open_sealed(package, opener=opener, trust=trust, at=NOW, office=OFFICE)
    with pytest.raises(SignerNotTrustedError):
        open_sealed(package, opener=opener, trust=trust, at=revoked_at, office=OFFICE)


# --- the suite and the limits


@pytest.mark.parametrize("number", [0, 3, 65535])
def test_a_suite_that_nobody_knows_is_refused(number: int) -> None:
    with pytest.raises(SuiteUnknownError):
        load_suite(number)


def test_nothing_is_encrypted_to_a_key_of_another_curve(any_pki: PKI) -> None:
    issuing = load_authority(any_pki.authority.home).certificate
    with pytest.raises(KeyUnsuitableError):
        seal(
            SMALL,
            signer=any_pki.package_signer,
            recipient=issuing,
            office=OFFICE,
            terminal=TERMINAL,
            sequence=1,
            at=NOW,
        )


@pytest.mark.parametrize(
    "parts",
    [
        (),
        tuple(Part(str(n), "text/plain", b"") for n in range(MOST_PARTS + 1)),
        (Part("a", "text/plain", bytes(LARGEST_PART + 1)),),
    ],
    ids=["none", "65", "too large"],
)
def test_too_much_is_not_sealed(any_pki: PKI, parts: tuple[Part, ...]) -> None:
    with pytest.raises(PackageTooLargeError):
        make_package(any_pki, parts)


@pytest.mark.parametrize(
    "part",
    [
        Part("a", "text/plain", b"x"),
        Part("", "text/plain", b"x"),
        Part("n" * 129, "text/plain", b"x"),
        Part("b\n", "text/plain", b"x"),
        Part("b", "", b"x"),
    ],
    ids=["twice", "no name", "too long", "line break", "no type"],
)
def test_a_part_needs_a_plain_name_of_its_own(any_pki: PKI, part: Part) -> None:
    with pytest.raises(PackageDamagedError):
        make_package(any_pki, (Part("a", "text/plain", b"x"), part))


def test_sixty_four_parts_of_every_size_come_back(any_pki: PKI) -> None:
    parts = tuple(Part(f"{n}", "text/plain", bytes(n * 1031)) for n in range(MOST_PARTS))
    opened = open_here(any_pki, make_package(any_pki, parts))

    assert opened.parts == parts
    assert [one.name for one in opened.manifest.parts] == [one.name for one in parts]


def test_what_parts_hold_does_not_show_in_a_traceback() -> None:
    assert repr(Part("name", "text/plain", b"secret")) == "Part(6 bytes)"
