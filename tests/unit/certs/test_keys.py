"""Keys on disk: closed to others, never overwritten, whole or not there."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from certs.errors import (
    KeyFileDamagedError,
    KeyFileError,
    KeyFileExistsError,
    KeyFileOpenError,
    KeyUnsuitableError,
    SignerSpecError,
)
from certs.identity import PROFILES, KeyKind, Role
from certs.keys import (
    generate_key,
    load_certificates,
    load_key,
    require_kind,
    save_certificates,
    save_key,
    write_private,
    write_public,
)
from certs.signers import load_opener, load_signer
from certs.signers.softkey import open_softkeys
from tests.pki import PKI


def closed(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o640, 0o620, 0o644, 0o660, 0o666, 0o777, 0o601])
def test_a_key_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key.pem"
    save_key(path, generate_key(Role.PACKAGE))
    path.chmod(mode)
    with pytest.raises(KeyFileOpenError):
        load_key(path)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_closed_key_is_taken(tmp_path: Path, mode: int) -> None:
    path, key = tmp_path / "key.pem", generate_key(Role.PACKAGE)
    save_key(path, key)
    path.chmod(mode)
    assert load_key(path).public_key() == key.public_key()


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path, key = tmp_path / "key.pem", generate_key(Role.PACKAGE)
    save_key(path, key)
    with pytest.raises(KeyFileExistsError):
        save_key(path, generate_key(Role.PACKAGE))

    assert load_key(path).public_key() == key.public_key()
    assert [one.name for one in tmp_path.iterdir()] == ["key.pem"]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileExistsError):
        save_key(path, generate_key(Role.PACKAGE))
    assert not (tmp_path / "elsewhere").exists()


def test_what_a_crash_left_behind_is_no_key(tmp_path: Path) -> None:
    """In a container the process number is the same again: its old name must not be in the way."""
    (tmp_path / f".key.pem.{os.getpid()}.new").write_bytes(b"half")
    save_key(tmp_path / "key.pem", generate_key(Role.PACKAGE))
    assert (tmp_path / "key.pem").exists()


def test_the_file_is_closed_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "new" / "secret", b"secret")
    finally:
        os.umask(before)
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyFileError):
        write_private(tmp_path / "file" / "key.pem", b"secret")
    with pytest.raises(KeyFileError):
        write_public(tmp_path / "missing" / "list.pem", b"list")


def encrypted() -> bytes:
    key = generate_key(Role.PACKAGE)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


def foreign() -> bytes:
    key = ed448.Ed448PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "data",
    [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"],
    ids=["empty", "text", "damaged"],
)
def test_a_file_without_a_key_is_damaged(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(KeyFileDamagedError):
        load_key(closed(tmp_path / "key.pem", data))


def test_a_key_that_we_cannot_use_is_damaged(tmp_path: Path) -> None:
    for name, data in (("encrypted", encrypted()), ("foreign", foreign())):
        with pytest.raises(KeyFileDamagedError):
            load_key(closed(tmp_path / name, data))


def test_a_missing_file_a_folder_and_a_huge_file_are_damaged(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path, closed(tmp_path / "huge", bytes(300_000))):
        with pytest.raises(KeyFileDamagedError):
            load_key(path)


@pytest.mark.parametrize("role", Role)
def test_each_role_takes_its_own_kind_of_key_only(role: Role) -> None:
    kinds = {
        KeyKind.P256: ec.generate_private_key(ec.SECP256R1()).public_key(),
        KeyKind.P384: ec.generate_private_key(ec.SECP384R1()).public_key(),
        KeyKind.ED25519: ed25519.Ed25519PrivateKey.generate().public_key(),
    }
    require_kind(generate_key(role).public_key(), role)
    for kind, key in kinds.items():
        if kind is not PROFILES[role].key_kind:
            with pytest.raises(KeyUnsuitableError):
                require_kind(key, role)


@pytest.mark.parametrize(("size", "exponent"), [(2048, 65537), (4096, 65537), (3072, 3)])
def test_another_rsa_key_is_no_seal(size: int, exponent: int) -> None:
    # Made of fixed numbers: generating 4096 bits takes seconds.
    numbers = rsa.RSAPublicNumbers(exponent, (1 << size) - 1)
    with pytest.raises(KeyUnsuitableError):
        require_kind(numbers.public_key(), Role.SEAL)


def test_certificates_come_back_in_order(pki: PKI, tmp_path: Path) -> None:
    chain = (pki.package_signer.certificate, *pki.authority.chain)
    save_certificates(tmp_path / "chain.pem", chain)

    assert load_certificates(tmp_path / "chain.pem") == chain
    for data in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        (tmp_path / "bad.pem").write_bytes(data)
        with pytest.raises(KeyFileDamagedError):
            load_certificates(tmp_path / "bad.pem")


# --- signers


@pytest.mark.parametrize("spec", ["", "softkey", "softkey:", "pkcs12:x", "SOFTKEY:x", "x"])
def test_a_signer_of_an_unknown_kind_is_refused(tmp_path: Path, spec: str) -> None:
    with pytest.raises(SignerSpecError):
        load_signer(spec, tmp_path / "certificate.pem")
    with pytest.raises(SignerSpecError):
        load_opener([(spec, tmp_path / "certificate.pem")])


def test_a_signer_with_another_s_certificate_is_refused(pki: PKI, tmp_path: Path) -> None:
    save_key(tmp_path / "key.pem", generate_key(Role.PACKAGE))
    save_certificates(tmp_path / "certificate.pem", (pki.package_signer.certificate,))
    with pytest.raises(SignerSpecError):
        load_signer(f"softkey:{tmp_path / 'key.pem'}", tmp_path / "certificate.pem")


def test_nothing_can_be_encrypted_to_a_seal(pki: PKI) -> None:
    signer = pki.office(Role.SEAL)
    with pytest.raises(KeyUnsuitableError):
        open_softkeys((signer,))  # type: ignore[arg-type]  # a wrong type is the point


def test_keys_do_not_show_in_a_traceback(pki: PKI) -> None:
    assert "key=" not in repr(pki.package_signer)
    assert repr(pki.opener) == "SoftKeyOpener()"
