"""Which key the office takes for what: by suite, by role, from a file or a device."""

from pathlib import Path

import pytest

from backend.keys import OfficeKeys
from certs.devices import certify_device
from certs.errors import AuthorityMissingError
from certs.founding import init_authority
from certs.identity import Role, SuiteName
from certs.keys import public_key_of, suite_of
from certs.signers.smartcard import TokenSigner
from certs.signers.softkey import SoftKeyOpener
from tests.pki import NOW, ORGANISATION
from tests.softhsm import SoftHSM

INTERNATIONAL, NATIONAL = SuiteName


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "authority"
    init_authority(folder, ORGANISATION, NOW, suite=NATIONAL)
    return folder


@pytest.mark.parametrize("spoken", SuiteName)
def test_the_office_speaks_the_first_suite_and_seals_pdfs_as_ever(
    home: Path, spoken: SuiteName
) -> None:
    keys = OfficeKeys(home, (spoken,), {})
    taken = {role: suite_of(public_key_of(keys.signer(role)().certificate)) for role in _SIGNING}

    assert taken == {
        Role.OFFICE: spoken,
        Role.QR: spoken,
        Role.SEAL: INTERNATIONAL,
        Role.TIMESTAMP: INTERNATIONAL,
    }


_SIGNING = (Role.OFFICE, Role.QR, Role.SEAL, Role.TIMESTAMP)


def test_another_format_s_seal_is_asked_for_by_its_suite(home: Path) -> None:
    seal = OfficeKeys(home, (INTERNATIONAL,), {}).signer(Role.SEAL, NATIONAL)()
    assert suite_of(public_key_of(seal.certificate)) is NATIONAL


def test_what_was_sealed_in_a_suite_closed_since_is_still_opened(home: Path) -> None:
    opener = OfficeKeys(home, (NATIONAL,), {}).opener()()
    assert isinstance(opener, SoftKeyOpener)
    assert {suite_of(key) for key in opener.keys.values()} == set(SuiteName)


def test_an_open_suite_without_an_authority_is_said_at_the_start(tmp_path: Path) -> None:
    init_authority(tmp_path / "authority", ORGANISATION, NOW)
    with pytest.raises(AuthorityMissingError):
        OfficeKeys(tmp_path / "authority", (NATIONAL,), {}).authorities()


def test_a_device_takes_the_place_of_the_file(home: Path, softhsm: SoftHSM) -> None:
    uri = softhsm.uri("seal")
    certify_device(home, Role.SEAL, uri, NOW)
    keys = OfficeKeys(home, (INTERNATIONAL,), {"seal": uri})

    assert isinstance(keys.signer(Role.SEAL)(), TokenSigner)
    assert not isinstance(keys.signer(Role.OFFICE)(), TokenSigner)
    assert not isinstance(keys.signer(Role.SEAL, NATIONAL)(), TokenSigner)
