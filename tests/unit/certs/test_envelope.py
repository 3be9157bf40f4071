"""The sealed package: refusals first, then the way through."""

from datetime import timedelta

import pytest

from certs.envelope import Part, open_sealed, seal
from certs.errors import PackageError, PackageMisaddressedError, RecipientUnknownError
from certs.identity import Role
from certs.signers.softkey import SoftKeyOpener
from tests.pki import NOW, OFFICE, PKI, TERMINAL

PARTS = (
    Part("application.json", "application/json", b'{"a":1}'),
    Part("scan", "image/png", bytes(range(256)) * 1000),
)


def make_package(any_pki: PKI, parts: tuple[Part, ...] = PARTS) -> bytes:
    return seal(
        parts,
        signer=any_pki.package_signer,
        recipient=any_pki.certificate(Role.ENVELOPE),
        office=OFFICE,
        terminal=TERMINAL,
        sequence=7,
        at=NOW,
    )


def test_another_office_does_not_open_it(any_pki: PKI) -> None:
    with pytest.raises(PackageMisaddressedError):
        open_sealed(
            make_package(any_pki),
            opener=any_pki.opener,
            trust=any_pki.trust,
            at=NOW,
            office="320000",
        )


def test_nobody_without_the_key_opens_it(any_pki: PKI) -> None:
    with pytest.raises(RecipientUnknownError):
        open_sealed(
            make_package(any_pki),
            opener=SoftKeyOpener({}),
            trust=any_pki.trust,
            at=NOW,
            office=OFFICE,
        )


@pytest.mark.parametrize("cut", [0, 1, 9, 10, 100, 4000, 70_000, -1])
def test_a_shortened_package_is_refused(any_pki: PKI, cut: int) -> None:
    with pytest.raises(PackageError):
        open_sealed(
            make_package(any_pki)[:cut],
            opener=any_pki.opener,
            trust=any_pki.trust,
            at=NOW,
            office=OFFICE,
        )


def test_it_opens_as_it_was_sealed(any_pki: PKI) -> None:
    opened = open_sealed(
        make_package(any_pki),
        opener=any_pki.opener,
        trust=any_pki.trust,
        at=NOW + timedelta(minutes=1),
        office=OFFICE,
    )

    assert opened.parts == PARTS
    assert opened.signer.name == TERMINAL
    assert opened.manifest.sequence == 7
