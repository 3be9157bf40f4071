"""Founding: every role has its key in a closed file, and nothing is founded over another."""

import json
from pathlib import Path

import pytest

from certs.authority import CRL, TRUST, load_authority
from certs.bundle import PINNED, load_bundle
from certs.errors import AuthorityExistsError, KeyFileExistsError
from certs.founding import init_authority, make_office_key
from certs.identity import Role
from certs.keys import load_certificates, load_key
from certs.places import certificate_path, key_path
from certs.trust import TrustStore
from tests.pki import NOW, OFFICE, ORGANISATION

MADE = (Role.ROOT, Role.ISSUING, Role.SERVER, *PINNED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founding") / "authority"
    init_authority(folder, ORGANISATION, NOW, office=OFFICE, dns_names=("office.example",))
    return folder


def test_nothing_is_founded_over_another(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(AuthorityExistsError):
        init_authority(folder, ORGANISATION, NOW)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_no_office_key_is_made_twice(folder: Path) -> None:
    with pytest.raises(KeyFileExistsError):
        make_office_key(load_authority(folder), Role.SEAL, OFFICE, NOW)


@pytest.mark.parametrize("role", MADE)
def test_every_key_is_closed_and_fits_its_certificate(folder: Path, role: Role) -> None:
    path = key_path(folder, role)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    certificate = load_certificates(certificate_path(folder, role))[0]
    assert load_key(path).public_key() == certificate.public_key()


def test_no_two_roles_share_a_key(folder: Path) -> None:
    keys = {key_path(folder, role).read_bytes() for role in MADE}
    assert len(keys) == len(MADE)


def test_no_private_key_lies_anywhere_else(folder: Path) -> None:
    holding = {
        path for path in folder.rglob("*") if path.is_file() and b"PRIVATE" in path.read_bytes()
    }
    assert holding == {key_path(folder, role) for role in MADE}


@pytest.mark.parametrize("role", [Role.SERVER, *PINNED])
def test_everything_founded_is_good(folder: Path, role: Role) -> None:
    certificate, *issuers = load_certificates(certificate_path(folder, role))
    store = TrustStore(load_bundle(folder / TRUST), require_status=True)
    assert store.require(certificate, issuers, role, NOW).name == OFFICE


def test_the_bundle_names_every_pinned_role(folder: Path) -> None:
    bundle = load_bundle(folder / TRUST)

    assert set(bundle.pinned) == set(PINNED)
    assert len(bundle.crls) == 2, "the issuing authority's and the root's"
    assert json.loads((folder / TRUST).read_bytes())["organisation"] == ORGANISATION


def test_what_everybody_needs_everybody_may_read(folder: Path) -> None:
    for name in (TRUST, CRL):
        assert (folder / name).stat().st_mode & 0o777 == 0o644
