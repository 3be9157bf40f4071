"""The table of readers: names in the settings, and what is refused before anything is opened."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from scripts.virtual_documents import VirtualState
from terminal.drivers import open_reader
from terminal.drivers.authorities import load_authorities, load_revocations
from terminal.reader_errors import MisconfiguredReaderError


@pytest.fixture(scope="module")
def state() -> VirtualState:
    return VirtualState()


@pytest.mark.parametrize(
    ("spec", "driver", "needs_key"),
    [
        ("sam:/dev/ttyUSB0?baud=9600&wait=10", "sam", False),
        ("sam:auto?port=/dev/ttyS0,/dev/ttyS1", "sam", False),
        ("sam:hid", "sam", False),
        ("sam:usb?vid=0400&pid=C35A", "sam", False),
        ("emrtd:ACME 9000 00 00?wait=10", "emrtd", True),
        ("replay:/srv/cards.json", "replay", False),
    ],
)
def test_opens_by_name_without_touching_the_device(spec: str, driver: str, needs_key: bool) -> None:
    info = open_reader(spec).info()

    assert (info.driver, info.needs_key) == (driver, needs_key)


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("ACME 9000", "driver:target"),
        ("fax:ACME", "no driver fax"),
        ("emrtd:ACME?baud=9600", "option baud"),
        ("emrtd:ACME?wait=soon", "wait"),
        ("emrtd:ACME?csca=/no/such/file", "csca"),
        ("replay:cards.json?wait=1", "option wait"),
    ],
)
def test_refuses_a_name_that_cannot_be(spec: str, reason: str) -> None:
    with pytest.raises(MisconfiguredReaderError, match=reason):
        open_reader(spec)


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_an_authority_from_a_file(tmp_path: Path, state: VirtualState, encoding: Encoding) -> None:
    file = tmp_path / "csca.cer"
    file.write_bytes(state.authority.public_bytes(encoding))

    assert load_authorities(file) == (state.authority,)


def test_the_authorities_of_a_folder(tmp_path: Path, state: VirtualState) -> None:
    other = VirtualState(name="Other State").authority
    (tmp_path / "1.pem").write_bytes(
        state.authority.public_bytes(Encoding.PEM) + other.public_bytes(Encoding.PEM)
    )
    (tmp_path / "2.der").write_bytes(other.public_bytes(Encoding.DER))
    (tmp_path / "README").write_text("not a certificate")

    assert load_authorities(tmp_path) == (state.authority, other, other)


def test_the_lists_of_a_folder(tmp_path: Path, state: VirtualState) -> None:
    revoked = state.revoke_signer()
    (tmp_path / "1.crl").write_bytes(revoked.public_bytes(Encoding.DER))
    (tmp_path / "2.CRL").write_bytes(revoked.public_bytes(Encoding.PEM))
    (tmp_path / "3.pem").write_bytes(state.authority.public_bytes(Encoding.PEM))

    assert load_revocations(tmp_path) == (revoked, revoked)
    assert load_authorities(tmp_path) == (state.authority,)
    assert load_revocations(tmp_path / "3.pem") == ()


def test_a_file_that_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "1.crl").write_bytes(b"list")

    with pytest.raises(MisconfiguredReaderError, match="cannot be read"):
        load_revocations(tmp_path)


def test_no_authority_at_all_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredReaderError, match="no certificate"):
        load_authorities(tmp_path)


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "1.cer").write_bytes(b"certificate")

    with pytest.raises(MisconfiguredReaderError, match="cannot be read"):
        load_authorities(tmp_path)


def test_a_signers_certificate_is_no_authority(tmp_path: Path, state: VirtualState) -> None:
    """Else a signer that its state revoked could be trusted by mistake."""
    file = tmp_path / "ds.cer"
    file.write_bytes(state.signer.public_bytes(Encoding.DER))

    with pytest.raises(MisconfiguredReaderError, match="no authority"):
        load_authorities(file)
