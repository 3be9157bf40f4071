"""Statements: whose, of what kind, and whether their signer was good on the day."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from certs.errors import (
    KeyUnsuitableError,
    SignerNotTrustedError,
    StatementDamagedError,
    StatementForgedError,
    StatementKindError,
)
from certs.identity import Role
from certs.jws import certificate_header, encode_claims, sign_jws
from certs.keys import thumbprint
from certs.signers.softkey import SoftKeySigner
from certs.statements import LARGEST_STATEMENT, check_statement, open_statement, sign_statement
from certs.trust import TrustStore
from tests.pki import NOW, PKI, make_authority, make_signer

KIND = "receipt/1"
CLAIMS = {"receipt_no": "R1", "holder": "张𠮷", "rank": None}


@pytest.fixture
def text(any_pki: PKI) -> str:
    return sign_statement(KIND, CLAIMS, any_pki.office(Role.OFFICE), NOW)


def sign_any(any_pki: PKI, payload: object, **header: Any) -> str:
    """Sign any payload with the office's own key."""
    signer = any_pki.office(Role.OFFICE)
    full = {"kid": thumbprint(signer.certificate), "typ": KIND, **certificate_header(signer)}
    assert isinstance(payload, dict)
    return sign_jws(encode_claims(payload), {**full, **header}, signer)


def test_another_kind_is_not_taken_in_its_place(any_pki: PKI, text: str) -> None:
    with pytest.raises(StatementKindError):
        check_statement(text, "acceptance/1", any_pki.trust, Role.OFFICE, NOW)


def test_a_terminal_cannot_speak_for_the_office(any_pki: PKI) -> None:
    text = sign_statement(KIND, CLAIMS, any_pki.package_signer, NOW)
    with pytest.raises(SignerNotTrustedError) as caught:
        check_statement(text, KIND, any_pki.trust, Role.OFFICE, NOW)
    assert caught.value.reason == "wrong-role"


def test_another_office_is_not_believed(any_pki: PKI, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other")
    text = sign_statement(KIND, CLAIMS, make_signer(other, Role.OFFICE), NOW)
    with pytest.raises(SignerNotTrustedError) as caught:
        check_statement(text, KIND, any_pki.trust, Role.OFFICE, NOW)
    assert caught.value.reason == "untrusted"


def test_a_certificate_of_another_key_is_a_forgery(any_pki: PKI) -> None:
    office = any_pki.office(Role.OFFICE)
    liar = SoftKeySigner(office.certificate, office.chain, any_pki.package_signer.key)
    with pytest.raises(StatementForgedError):
        check_statement(
            sign_statement(KIND, CLAIMS, liar, NOW), KIND, any_pki.trust, Role.OFFICE, NOW
        )


def test_a_revoked_office_key_is_not_believed_any_more(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    signer = make_signer(authority, Role.OFFICE)
    text = sign_statement(KIND, CLAIMS, signer, NOW)
    revoked_at = NOW + timedelta(days=2)
    authority.revoke(signer.certificate.serial_number, revoked_at, x509.ReasonFlags.key_compromise)
    trust = TrustStore(authority.bundle)

    check_statement(text, KIND, trust, Role.OFFICE, NOW + timedelta(days=1))
    with pytest.raises(SignerNotTrustedError) as caught:
        check_statement(text, KIND, trust, Role.OFFICE, revoked_at)
    assert caught.value.reason == "revoked"


def test_an_expired_office_key_is_good_for_the_day_of_signing_only(any_pki: PKI, text: str) -> None:
    check_statement(text, KIND, any_pki.trust, Role.OFFICE, NOW)
    with pytest.raises(SignerNotTrustedError) as caught:
        check_statement(text, KIND, any_pki.trust, Role.OFFICE, NOW + timedelta(days=800))
    assert caught.value.reason == "expired"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"at": "2026-09-01T08:30:00Z"},
        {"at": "2026-09-01T08:30:00Z", "claims": []},
        {"at": "2026-09-01T08:30:00Z", "claims": None},
        {"at": "2026-09-01T08:30:00Z", "claims": {}, "more": 1},
        {"at": "yesterday", "claims": {}},
        {"at": 0, "claims": {}},
        {"at": None, "claims": {}},
    ],
    ids=repr,
)
def test_a_payload_of_another_form_is_damaged(any_pki: PKI, payload: dict[str, Any]) -> None:
    with pytest.raises(StatementDamagedError):
        check_statement(sign_any(any_pki, payload), KIND, any_pki.trust, Role.OFFICE, NOW)


@pytest.mark.parametrize(
    "header", [{"kid": "another"}, {"crit": ["b64"]}, {"nonce": "1"}], ids=repr
)
def test_a_header_that_says_more_is_a_forgery(any_pki: PKI, header: dict[str, Any]) -> None:
    text = sign_any(any_pki, {"at": "2026-09-01T08:30:00Z", "claims": {}}, **header)
    with pytest.raises(StatementForgedError):
        check_statement(text, KIND, any_pki.trust, Role.OFFICE, NOW)


@pytest.mark.parametrize("claims", [{"a": 1.5}, {"a": b"x"}, {"a": {1}}, {"a": "\ud800"}])
def test_claims_that_are_no_json_are_not_signed(any_pki: PKI, claims: dict[str, Any]) -> None:
    with pytest.raises(StatementDamagedError):
        sign_statement(KIND, claims, any_pki.office(Role.OFFICE), NOW)


def test_claims_too_long_to_be_read_are_not_signed(any_pki: PKI) -> None:
    with pytest.raises(StatementDamagedError):
        sign_statement(KIND, {"a": "x" * LARGEST_STATEMENT}, any_pki.office(Role.OFFICE), NOW)


def test_the_longest_that_is_signed_is_read(any_pki: PKI) -> None:
    text = sign_statement(KIND, {"a": "x" * 780_000}, any_pki.office(Role.OFFICE), NOW)

    assert LARGEST_STATEMENT * 0.99 < len(text) <= LARGEST_STATEMENT
    check_statement(text, KIND, any_pki.trust, Role.OFFICE, NOW)


def test_the_seal_s_key_signs_no_statements(pki: PKI) -> None:
    with pytest.raises(KeyUnsuitableError):
        sign_statement(KIND, CLAIMS, pki.office(Role.SEAL), NOW)


def test_a_genuine_statement_says_who_and_when(any_pki: PKI, text: str) -> None:
    found = open_statement(text, KIND, any_pki.trust, Role.OFFICE, NOW + timedelta(minutes=1))

    assert found.claims == CLAIMS
    assert found.at == NOW
    assert found.signer.role is Role.OFFICE
