"""The code on a certificate is read with the keys that the counter believes, and no others."""

from pathlib import Path

from certs.identity import Role
from terminal.code_reader import make_code_reader
from terminal.desk.keyring import Keyring
from tests.codes import make_code
from tests.factories import PROOF_NO
from tests.pki import NOW, PKI, make_authority, office_signer


def test_a_genuine_code_names_its_certificate(pki: PKI) -> None:
    read = make_code_reader(lambda: Keyring(pki.package_signer, pki.trust), lambda: NOW)

    assert read(make_code(pki)) == PROOF_NO


def test_a_stranger_s_code_and_any_other_text_name_nothing(pki: PKI, tmp_path: Path) -> None:
    read = make_code_reader(lambda: Keyring(pki.package_signer, pki.trust), lambda: NOW)
    stranger = office_signer(make_authority(tmp_path / "authority"), Role.QR)

    assert read(make_code(pki, stranger)) == ""
    assert read("410202001003GB00012F00010012") == ""
    assert read("") == ""
