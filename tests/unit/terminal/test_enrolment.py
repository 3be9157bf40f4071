import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certs.bundle import to_json
from certs.identity import Role
from terminal.enrolment import enrol, load_bundle_file, read_bundle, renew
from terminal.errors import (
    BadBundleError,
    EnrolmentError,
    NotEnrolledError,
    OfficeRefusedError,
    OfficeUnreachableError,
)
from terminal.joined import POINTER, load_joined
from tests.pki import NOW, PKI, make_pki
from tests.unit.terminal.joining import TERMINAL, JoiningOffice, make_bundle


@pytest.fixture(scope="module")
def joining_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    return make_pki(tmp_path_factory.mktemp("joining") / "authority")


@pytest.fixture
def office(joining_pki: PKI) -> JoiningOffice:
    return JoiningOffice(joining_pki)


def join(office: JoiningOffice, home: Path) -> Any:
    bundle = read_bundle(make_bundle(office.pki))
    return enrol(bundle, home, connect=office.connect, now=lambda: NOW)


def left_over(home: Path) -> list[str]:
    return [path.name for path in home.iterdir()]


# --- the bundle


def test_a_bundle_is_read(joining_pki: PKI, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(make_bundle(joining_pki)), encoding="utf-8")

    bundle = load_bundle_file(path)

    assert (bundle.office_url, bundle.code) == ("https://office.example:8443", "ABCD-EFGH")
    assert "ABCD" not in repr(bundle), "the code is a secret until it is used"


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"office_url": "http://office.example"},
        {"office_url": 7},
        {"code": ""},
        {"root_sha256": "0" * 64},
        {"trust": None},
        {"trust": {"version": "trust/1"}},
    ],
    ids=["version", "not https", "no text", "no code", "another root", "no trust", "half trust"],
)
def test_a_bundle_that_does_not_fit_is_refused(joining_pki: PKI, changes: dict[str, Any]) -> None:
    with pytest.raises(BadBundleError):
        read_bundle(make_bundle(joining_pki, **changes))


def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    for text in ("", "[]", "{", '{"version":1,"version":1}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadBundleError):
            load_bundle_file(path)
    with pytest.raises(BadBundleError):
        load_bundle_file(tmp_path / "none.json")


# --- joining


def test_a_counter_joins_with_keys_that_it_made_itself(office: JoiningOffice, home: Path) -> None:
    joined = join(office, home)

    ((path, body),) = office.asked
    assert path == "/api/v1/enrolments"
    assert set(body) == {"code", "tls_request", "package_request"}
    assert (joined.terminal, joined.claims["branch"]) == (TERMINAL, "KF-LT")
    assert joined.signer().certificate.public_bytes(Encoding.PEM) in (
        joined.package_certificate.read_bytes()
    )


def test_keys_are_closed_to_others(office: JoiningOffice, home: Path) -> None:
    folder = join(office, home).folder

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("tls-key.pem", "package-key.pem", "configuration.jws"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_the_two_keys_differ(office: JoiningOffice, home: Path) -> None:
    """A fault of TLS must not be able to forge a package."""
    folder = join(office, home).folder

    assert (folder / "tls-key.pem").read_bytes() != (folder / "package-key.pem").read_bytes()


def test_a_refused_code_changes_nothing(office: JoiningOffice, home: Path) -> None:
    office.fault = OfficeRefusedError("office.token-used", status=403)

    with pytest.raises(OfficeRefusedError):
        join(office, home)
    assert left_over(home) == []
    with pytest.raises(NotEnrolledError):
        load_joined(home)


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal": "T-9999"},
        {"configuration": ""},
        {"configuration": "a.b.c"},
        {"tls_certificate": "no PEM"},
    ],
    ids=["another name", "no configuration", "no statement", "no certificate"],
)
def test_an_answer_that_is_not_what_was_promised_changes_nothing(
    office: JoiningOffice, home: Path, changes: dict[str, Any]
) -> None:
    office.changes = changes

    with pytest.raises(EnrolmentError):
        join(office, home)
    assert left_over(home) == []


@pytest.mark.parametrize(
    "claims", [{"terminal": "T-9999"}, {"bank": ""}, {"trust": {}}], ids=["name", "bank", "trust"]
)
def test_a_configuration_that_does_not_fit_changes_nothing(
    office: JoiningOffice, home: Path, claims: dict[str, Any]
) -> None:
    office.claims = claims

    with pytest.raises(EnrolmentError):
        join(office, home)


def test_a_configuration_must_be_signed_by_the_office(office: JoiningOffice, home: Path) -> None:
    office.role = Role.QR

    with pytest.raises(EnrolmentError):
        join(office, home)


def test_another_authority_cannot_take_the_counter_over(
    office: JoiningOffice, home: Path, tmp_path: Path
) -> None:
    other = make_pki(tmp_path / "other")
    office.claims = {"trust": json.loads(to_json(other.trust.bundle))}

    with pytest.raises(EnrolmentError):
        join(office, home)


def test_a_certificate_for_another_key_is_refused(office: JoiningOffice, home: Path) -> None:
    join(office, home)
    stolen = office.issue(Role.TERMINAL, office.asked[0][1]["tls_request"])
    office.changes = {"tls_certificate": stolen}

    with pytest.raises(EnrolmentError):
        join(office, home)


def test_a_bundle_for_another_counter_is_refused(office: JoiningOffice, home: Path) -> None:
    bundle = read_bundle(make_bundle(office.pki, terminal="T-0002"))

    with pytest.raises(EnrolmentError):
        enrol(bundle, home, connect=office.connect, now=lambda: NOW)


# --- renewing


def test_renewal_replaces_keys_and_certificates(office: JoiningOffice, home: Path) -> None:
    old = join(office, home)

    new = renew(home, post=office.post, now=lambda: NOW)

    assert office.asked[-1][0] == "/api/v1/renewals"
    assert new.folder != old.folder
    assert load_joined(home) == new
    assert not old.folder.exists(), "revoked keys are not kept"


def test_a_renewal_that_failed_leaves_the_old_identity(office: JoiningOffice, home: Path) -> None:
    old = join(office, home)
    office.fault = OfficeUnreachableError("cut")

    with pytest.raises(OfficeUnreachableError):
        renew(home, post=office.post, now=lambda: NOW)
    assert load_joined(home) == old


def test_a_renewal_for_another_counter_is_refused(office: JoiningOffice, home: Path) -> None:
    old = join(office, home)
    office.changes = {"terminal": "T-9999"}
    office.claims = {"terminal": "T-9999"}

    with pytest.raises(EnrolmentError):
        renew(home, post=office.post, now=lambda: NOW)
    assert load_joined(home) == old


def test_certificates_out_of_their_time_are_refused(office: JoiningOffice, home: Path) -> None:
    bundle = read_bundle(make_bundle(office.pki))

    with pytest.raises(EnrolmentError):
        enrol(bundle, home, connect=office.connect, now=lambda: NOW + timedelta(days=9))


def test_there_is_nothing_to_renew_before_joining(office: JoiningOffice, home: Path) -> None:
    with pytest.raises(NotEnrolledError):
        renew(home, post=office.post, now=lambda: NOW)


@pytest.mark.parametrize("text", ["", "{}", '{"folder": "../x"}'])
def test_a_damaged_identity_is_told(office: JoiningOffice, home: Path, text: str) -> None:
    join(office, home)
    (home / POINTER).write_text(text, encoding="utf-8")

    with pytest.raises(NotEnrolledError):
        load_joined(home)
