"""The QR token: short, signed, checked by the trust bundle alone."""

from dataclasses import replace

import pytest

from certs.bundle import TrustBundle
from certs.errors import (
    SignerNotTrustedError,
    StatementDamagedError,
    StatementError,
    StatementForgedError,
    StatementKindError,
)
from certs.identity import Role
from certs.jws import encode_claims, sign_jws
from certs.tokens import LARGEST_TOKEN, TOKEN_TYPE, check_token, short_key_id, sign_token
from tests.pki import NOW, PKI, make_signer

CLAIMS = {"n": "豫（2026）开封市不动产证明第0000001号", "d": "2026-09-29"}


@pytest.fixture
def bundle(any_pki: PKI) -> TrustBundle:
    return any_pki.authority.bundle


def test_a_key_that_the_bundle_does_not_name_is_not_believed(
    any_pki: PKI, bundle: TrustBundle
) -> None:
    stranger = make_signer(any_pki.authority, Role.QR, name="other", now=NOW)
    with pytest.raises(SignerNotTrustedError):
        check_token(sign_token(CLAIMS, stranger), bundle)


def test_another_role_s_key_is_not_believed(any_pki: PKI, bundle: TrustBundle) -> None:
    with pytest.raises(SignerNotTrustedError):
        check_token(sign_token(CLAIMS, any_pki.office(Role.OFFICE)), bundle)


def test_the_short_name_finds_the_key_and_proves_nothing(any_pki: PKI, bundle: TrustBundle) -> None:
    genuine = any_pki.office(Role.QR)
    header = {"kid": short_key_id(genuine.certificate), "typ": TOKEN_TYPE}
    with pytest.raises(StatementForgedError):
        check_token(sign_jws(encode_claims(CLAIMS), header, any_pki.package_signer), bundle)


def test_another_kind_of_signed_text_is_no_token(any_pki: PKI, bundle: TrustBundle) -> None:
    genuine = any_pki.office(Role.QR)
    header = {"kid": short_key_id(genuine.certificate), "typ": "receipt/1"}
    with pytest.raises(StatementKindError):
        check_token(sign_jws(encode_claims(CLAIMS), header, genuine), bundle)


@pytest.mark.parametrize(
    "text", ["", "VALID", "https://registration.example/verify/1?c=2", "a.b.c"]
)
def test_what_is_no_token_is_damaged(bundle: TrustBundle, text: str) -> None:
    with pytest.raises(StatementDamagedError):
        check_token(text, bundle)


def test_no_character_can_be_changed(any_pki: PKI, bundle: TrustBundle) -> None:
    text = sign_token(CLAIMS, any_pki.office(Role.QR))
    for place, letter in enumerate(text):
        changed = text[:place] + ("A" if letter != "A" else "B") + text[place + 1 :]
        with pytest.raises((StatementError, SignerNotTrustedError)):
            check_token(changed, bundle)


def test_a_token_that_no_code_holds_is_not_signed(any_pki: PKI) -> None:
    with pytest.raises(StatementDamagedError):
        sign_token({"n": "x" * LARGEST_TOKEN}, any_pki.office(Role.QR))


def test_an_older_key_is_believed_while_the_bundle_names_it(
    any_pki: PKI, bundle: TrustBundle
) -> None:
    newer = make_signer(any_pki.authority, Role.QR, name="newer").certificate
    both = replace(bundle, pinned={Role.QR: (newer, *bundle.certificates(Role.QR))})

    assert check_token(sign_token(CLAIMS, any_pki.office(Role.QR)), both) == CLAIMS


def test_a_genuine_token_gives_its_claims(any_pki: PKI, bundle: TrustBundle) -> None:
    text = sign_token(CLAIMS, any_pki.office(Role.QR))

    assert check_token(text, bundle) == CLAIMS
    assert len(text) < 400
