"""The code on the paper: COSE in an address, checked by the trust bundle alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certs.codes import (
    KEY_ID_SIZE,
    check_code,
    describe,
    key_id,
    read_code,
    sign_code,
    write_code,
)
from certs.documents import DocumentVerdict
from certs.errors import SignerNotTrustedError, StatementDamagedError, StatementForgedError
from certs.identity import Role
from certs.scanned import AGED, GENUINE, check_text
from certs.trust import TrustStore
from tests.codes import CLAIMS, PUBLIC_URL, make_code
from tests.pki import NOW, PKI, make_signer

CLAIMS_EPOCH = date(1970, 1, 1)


def test_nothing_of_a_code_can_be_changed(any_pki: PKI) -> None:
    token = read_code(make_code(any_pki))
    for place in range(len(token)):
        changed = bytearray(token)
        changed[place] ^= 1
        with pytest.raises((StatementDamagedError, StatementForgedError, SignerNotTrustedError)):
            check_code(bytes(changed), any_pki.trust.bundle)


def test_nothing_can_be_cut_off_or_added(any_pki: PKI) -> None:
    token = read_code(make_code(any_pki))
    for other in (token[:-1], token + b"\x00", token[:-64] + token[-63:] + b"\x00"):
        with pytest.raises(StatementForgedError):
            check_code(other, any_pki.trust.bundle)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.ENVELOPE])
def test_another_role_s_key_is_not_believed(any_pki: PKI, role: Role) -> None:
    with pytest.raises(SignerNotTrustedError):
        check_code(read_code(make_code(any_pki, any_pki.office(role))), any_pki.trust.bundle)


def test_the_short_name_finds_the_key_and_proves_nothing(any_pki: PKI) -> None:
    genuine, other = any_pki.office(Role.QR).certificate, any_pki.office(Role.OFFICE)
    token = read_code(make_code(any_pki, other)).replace(key_id(other.certificate), key_id(genuine))
    with pytest.raises(StatementForgedError):
        check_code(token, any_pki.trust.bundle)


@pytest.mark.parametrize(
    "text",
    ["", "1234", "https://x/verify/1?c=2", f"https://x/Q/{'9' * 149}", f"https://x/Q/0{'9' * 200}"],
    ids=["empty", "short", "link", "too short", "leading zero"],
)
def test_what_is_no_code_is_damaged(text: str) -> None:
    with pytest.raises(StatementDamagedError):
        read_code(text)


def test_claims_that_no_paper_holds_are_not_signed(any_pki: PKI) -> None:
    with pytest.raises(StatementDamagedError):
        sign_code({3: ["张*"] * 90}, any_pki.office(Role.QR))


def test_a_genuine_code_says_what_the_paper_says(any_pki: PKI) -> None:
    found, _ = check_code(read_code(make_code(any_pki, _7=True)), any_pki.trust.bundle)

    assert describe(found) == {
        "certificate_no": "豫（2026）开封市不动产证明第0012345号",
        "right": "抵押权",
        "obligors": ["张*", "李*"],
        "obligor_count": 2,
        "registered_on": "2026-09-29",
        "amount_fen": 86_000_000,
        "rank": 1,
        "is_specimen": True,
    }


def test_the_host_is_in_capitals_and_a_path_is_left_as_it_is(any_pki: PKI) -> None:
    token = sign_code(CLAIMS, any_pki.office(Role.QR))

    assert write_code(token, PUBLIC_URL).startswith("HTTPS://REGISTRATION.EXAMPLE.GOV.CN:8443/Q/")
    assert write_code(token, "https://x.cn/bdc").startswith("HTTPS://X.CN/bdc/Q/")
    assert read_code(write_code(token, "https://x.cn/bdc")) == token


def test_it_is_small_enough_for_the_paper(any_pki: PKI) -> None:
    assert len(read_code(make_code(any_pki, _7=True))) <= 145
    assert len(make_code(any_pki, _7=True)) <= 400


def test_what_was_signed_before_the_key_s_end_stays_good(pki: PKI) -> None:
    """A mortgage runs for thirty years, a key for two."""
    later = NOW + timedelta(days=900)
    day = (NOW.date() - CLAIMS_EPOCH).days
    assert check_text(make_code(pki, _4=day), trust=pki.trust, at=later).reason is GENUINE
    future = day + 850
    assert check_text(make_code(pki, _4=future), trust=pki.trust, at=later).reason is AGED


def test_a_bundle_keeps_the_old_key_beside_the_new(pki: PKI) -> None:
    old, new = pki.office(Role.QR), make_signer(pki.authority, Role.QR, name="office-2", now=NOW)
    bundle = replace(
        pki.trust.bundle,
        pinned={Role.QR: (new.certificate, old.certificate)},
    )
    for signer in (old, new):
        found = check_text(make_code(pki, signer), trust=TrustStore(bundle), at=NOW)
        assert found.verdict is DocumentVerdict.VALID
    assert len(key_id(old.certificate)) == KEY_ID_SIZE
