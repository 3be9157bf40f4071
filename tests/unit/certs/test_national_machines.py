"""Machines whose OpenSSL has no SM2, and phones that have no network."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from certs import keys
from certs.authority import TRUST
from certs.bundle import load_bundle
from certs.documents import DocumentVerdict
from certs.errors import ProviderError
from certs.founding import add_suite
from certs.identity import Role, SuiteName
from certs.keys import public_key_of, suite_of
from certs.lists import with_news
from certs.places import suite_folder
from certs.scanned import GENUINE, check_text
from certs.sm2 import library
from certs.tokens import sign_token
from certs.trust import Reason, Status, TrustStore, crl_number
from tests.pki import NOW, OFFICE, PKI, make_authority, make_pki

NATIONAL = SuiteName.NATIONAL


def test_a_national_qr_code_is_genuine_without_a_network(national_pki: PKI) -> None:
    token = sign_token({"n": "0000001"}, national_pki.office(Role.QR))
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")

    assert check_text(token, trust=national_pki.trust, at=NOW).reason is GENUINE
    assert check_text(forged, trust=national_pki.trust, at=NOW).verdict is DocumentVerdict.INVALID


@contextmanager
def without_sm2(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take SM2 away: some distributions build OpenSSL without it. A patch: this machine's has it."""
    with monkeypatch.context() as patch:
        patch.setattr(library, "_candidates", lambda: iter([ctypes.CDLL("libc.so.6")]))
        library.libcrypto.cache_clear()
        keys._national_key.cache_clear()
        try:
            yield
        finally:
            patch.undo()
            library.libcrypto.cache_clear()


def test_a_machine_without_sm2_goes_on_in_the_other_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle of both suites reaches counters whose OpenSSL knows one: they must not stop."""
    pki = make_pki(tmp_path / "authority")
    old = pki.authority.bundle
    national = add_suite(pki.authority.home, NOW, office=OFFICE)
    pki.authority.crl(NOW + timedelta(minutes=5))
    published = pki.authority.bundle
    trust = TrustStore(published)
    with without_sm2(monkeypatch):
        office = trust.check(pki.certificate(Role.OFFICE), (), Role.OFFICE, NOW)
        other = trust.check(published.certificates(Role.OFFICE)[0], (), Role.OFFICE, NOW)
        news = with_news(old, published, NOW)

    assert suite_of(public_key_of(published.certificates(Role.OFFICE)[0])) is national.suite
    assert (office.ok, office.status) == (True, Status.GOOD)
    assert (other.ok, other.reason) == (False, Reason.CLOSED_SUITE)
    assert [crl_number(crl) for crl in news.crls] == [2, 1], "the issuer's, the root's"


def test_a_machine_without_sm2_says_so_and_founds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_authority(tmp_path / "authority").home
    before = load_bundle(home / TRUST)
    with without_sm2(monkeypatch):
        with pytest.raises(ProviderError, match="no OpenSSL 3 with SM2"):
            add_suite(home, NOW, office=OFFICE)
        with pytest.raises(ProviderError):
            make_authority(tmp_path / "other", suite=NATIONAL)

    assert load_bundle(home / TRUST) == before
    assert not suite_folder(home, NATIONAL).exists()
    assert not (tmp_path / "other").exists()
