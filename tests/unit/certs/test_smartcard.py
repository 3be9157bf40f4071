"""Keys in a token: SoftHSM stands in for the device, through the interface of a real one."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from certs.authority import Authority
from certs.devices import certify_device
from certs.documents import DocumentVerdict, check_pdf, seal_pdf
from certs.errors import (
    AuthorityError,
    DeviceError,
    KeyFileError,
    KeyFileOpenError,
    RequestRefusedError,
    SignerSpecError,
)
from certs.identity import Role
from certs.keys import load_certificates
from certs.places import certificate_path, device_path
from certs.ports import Signer
from certs.signers import load_signer
from certs.signers.smartcard import TokenSigner
from certs.signers.uris import parse_uri
from certs.statements import check_statement, sign_statement
from certs.trust import TrustStore
from tests.pki import NOW, PKI, make_authority, make_pki
from tests.sealed import BOX, make_paper, make_stamp, make_timestamper
from tests.softhsm import CLOSED, SoftHSM


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, softhsm: SoftHSM) -> PKI:
    """An office whose seal and whose voice live in the token."""
    pki = make_pki(tmp_path_factory.mktemp("served") / "authority")
    certify_device(pki.authority.home, Role.SEAL, softhsm.uri("seal"), NOW)
    certify_device(pki.authority.home, Role.OFFICE, softhsm.uri("office"), NOW)
    return replace(pki, trust=TrustStore(pki.authority.bundle))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("standing") / "authority")


def open_signer(served: PKI, softhsm: SoftHSM, role: Role) -> Signer:
    return load_signer(softhsm.uri(role.value), device_path(served.authority.home, role))


# --- what is refused


@pytest.mark.parametrize(
    "text",
    [
        "pkcs11:",
        "pkcs11:token=office",
        "pkcs11:token=office;object=seal",
        "pkcs11:token=office;object=seal?module-path=/m",
        "pkcs11:token=office?module-path=/m&pin-source=/p",
        "pkcs11:token=office;object=seal?module-path=/m&pin-value=123456",
        "pkcs11:token=a;token=b;object=seal?module-path=/m&pin-source=/p",
        "pkcs11:token=office;object=seal;slot-id=1?module-path=/m&pin-source=/p",
        "pkcs11:token=office;object=seal;type=public?module-path=/m&pin-source=/p",
    ],
)
def test_what_names_no_key_is_refused(text: str) -> None:
    with pytest.raises(SignerSpecError):
        parse_uri(text)


def test_a_name_is_read_as_rfc_7512_writes_it() -> None:
    found = parse_uri("pkcs11:token=%E7%99%BB%E8%AE%B0;id=%01%ff?module-path=/m&pin-source=file:/p")
    assert (found.token, found.key_id, found.pin_file) == ("登记", b"\x01\xff", Path("/p"))


def test_a_pin_that_others_may_read_is_refused(
    served: PKI, softhsm: SoftHSM, tmp_path: Path
) -> None:
    pin = tmp_path / "pin"
    pin.write_text("123456")
    pin.chmod(0o644)
    uri = softhsm.uri("office", **{"pin-source": str(pin)})
    with pytest.raises(KeyFileOpenError):
        load_signer(uri, device_path(served.authority.home, Role.OFFICE))


@pytest.mark.parametrize(
    "change",
    [
        {"pin": "000000"},
        {"object": "missing"},
        {"token": "another"},
        {"module": "/nonexistent.so"},
    ],
    ids=str,
)
def test_a_token_that_cannot_be_used_is_said_so(
    served: PKI, softhsm: SoftHSM, tmp_path: Path, change: dict[str, str]
) -> None:
    uri = softhsm.uri(change.get("object", "office"))
    if "pin" in change:
        # A process that is logged in to a token is not asked for its PIN again.
        pin = tmp_path / "pin"
        pin.touch(0o600)
        pin.write_text(change["pin"])
        uri = softhsm.uri("office", **{"pin-source": str(pin)})
        change = {**change, "token": CLOSED}
    uri = uri.replace("token=office", f"token={change.get('token', 'office')}")
    uri = uri.replace(softhsm.module, change.get("module", softhsm.module))
    with pytest.raises(DeviceError):
        load_signer(uri, device_path(served.authority.home, Role.OFFICE))


def test_a_key_of_another_certificate_is_refused(served: PKI, softhsm: SoftHSM) -> None:
    home = served.authority.home
    for label, role in (("office", Role.SEAL), ("seal", Role.OFFICE)):
        with pytest.raises(SignerSpecError):
            load_signer(softhsm.uri(label), device_path(home, role))
    with pytest.raises(SignerSpecError):
        load_signer(softhsm.uri("office"), certificate_path(home, Role.OFFICE))


@pytest.mark.parametrize(
    ("role", "label"), [(Role.SEAL, "office"), (Role.OFFICE, "seal"), (Role.OFFICE, "large")]
)
def test_a_key_of_another_kind_gets_no_certificate(
    authority: Authority, softhsm: SoftHSM, role: Role, label: str
) -> None:
    with pytest.raises((RequestRefusedError, DeviceError)):
        certify_device(authority.home, role, softhsm.uri(label), NOW)
    assert not device_path(authority.home, role).exists()


@pytest.mark.parametrize("role", [Role.SERVER, Role.ENVELOPE, Role.ISSUING, Role.ROOT])
def test_roles_that_do_not_sign_get_no_certificate(
    authority: Authority, softhsm: SoftHSM, role: Role
) -> None:
    with pytest.raises(AuthorityError):
        certify_device(authority.home, role, softhsm.uri("office"), NOW)


def test_without_a_certificate_a_token_is_not_opened(softhsm: SoftHSM, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError):
        load_signer(softhsm.uri("office"), tmp_path / "missing.pem")


# --- what works


def test_a_pdf_sealed_in_the_token_is_valid(served: PKI, softhsm: SoftHSM) -> None:
    sealed = seal_pdf(
        make_paper(),
        signer=open_signer(served, softhsm, Role.SEAL),
        timestamper=make_timestamper(served),
        box=BOX,
        stamp_pdf=make_stamp(),
        reason="不动产登记证明",
        at=NOW,
    )
    assert check_pdf(sealed, trust=served.trust, at=NOW).verdict is DocumentVerdict.VALID


def test_a_statement_signed_in_the_token_is_genuine(served: PKI, softhsm: SoftHSM) -> None:
    text = sign_statement("receipt/1", {}, open_signer(served, softhsm, Role.OFFICE), NOW)
    assert check_statement(text, "receipt/1", served.trust, Role.OFFICE, NOW) == {}


def test_what_the_file_s_key_signed_stays_good(served: PKI) -> None:
    text = sign_statement("receipt/1", {}, served.office(Role.OFFICE), NOW)
    assert check_statement(text, "receipt/1", served.trust, Role.OFFICE, NOW) == {}


def test_several_sign_at_once_with_one_token(served: PKI, softhsm: SoftHSM) -> None:
    signer = open_signer(served, softhsm, Role.OFFICE)
    texts: list[str] = []

    def sign_some() -> None:
        texts.extend(sign_statement("receipt/1", {}, signer, NOW) for _ in range(10))

    threads = [threading.Thread(target=sign_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(texts) == 40
    for text in texts:
        check_statement(text, "receipt/1", served.trust, Role.OFFICE, NOW)


def test_a_token_that_was_taken_out_works_again(served: PKI, softhsm: SoftHSM) -> None:
    signer = open_signer(served, softhsm, Role.OFFICE)
    assert isinstance(signer, TokenSigner)
    signer.token._key.session.close()

    assert (
        check_statement(
            sign_statement("receipt/1", {}, signer, NOW),
            "receipt/1",
            served.trust,
            Role.OFFICE,
            NOW,
        )
        == {}
    )


def test_the_newest_certificate_of_the_role_is_the_device_s(served: PKI) -> None:
    newest = served.authority.bundle.certificates(Role.SEAL)[0]
    assert load_certificates(device_path(served.authority.home, Role.SEAL))[0] == newest
